/* Relations, their columns and keys, and who is made from whom. */
#include "compiler/catalog/build.h"

#include <stdlib.h>
#include <string.h>

static uint32_t layer_of(const Builder *builder, const Relation *relation) {
    return builder_index(builder, relation->layer);
}

typedef struct {
    const Relation *relation;
    uint32_t layer;
} Sorted;

static int by_layer_and_name(const void *a, const void *b) {
    const Sorted *one = a, *two = b;
    if (one->layer != two->layer) return one->layer < two->layer ? -1 : 1;
    return strcmp(one->relation->name->text, two->relation->name->text);
}

/* Sources and models that have a layer; system tables are everybody's, and not the project's. */
static uint32_t number_relations(Builder *builder) {
    uint32_t count = builder->program->relations.count, kept = 0;
    Sorted *list = arena_alloc(builder->arena, (count + 1) * sizeof *list);
    for (uint32_t i = 0; i < count; i++) {
        const Relation *relation = builder->program->relations.items[i];
        uint32_t layer = layer_of(builder, relation);
        if (relation->kind != RELATION_SYSTEM && layer != CATALOG_NONE) list[kept++] = (Sorted){relation, layer};
    }
    qsort(list, kept, sizeof *list, by_layer_and_name);
    builder->relations = arena_alloc(builder->arena, (kept + 1) * sizeof *builder->relations);
    for (uint32_t i = 0; i < kept; i++) {
        builder->relations[i] = list[i].relation;
        builder_number(builder, list[i].relation, i);
    }
    return kept;
}

/* ---------------------------------------------------------------- columns */

/* The expression that makes a model's column, as written; null if it is a plain copy. */
static const char *expression_of(const Builder *builder, const Column *column) {
    const Column *made = column->copied;
    while (made && !made->expr && !made->relation) made = made->copied;
    if (!made || !made->expr || made->expr->node.kind == NODE_REF) return NULL;
    return builder_written(builder, made->expr->node.span);
}

/* Tags as declared beside the column or its named type. Those of a plain copy are added by build_edges(). */
static CatalogLabels labels_of(const Builder *builder, const ColumnFacts *declared) {
    VEC(CatalogLabel) labels = {0};
    for (uint32_t i = 0; declared && i < declared->tags.count; i++) {
        uint32_t tag = builder_index(builder, declared->tags.items[i]);
        if (tag == CATALOG_NONE) continue;
        CatalogLevel level = declared->opaque_key ? CATALOG_LEVEL_PSEUDONYM : CATALOG_LEVEL_RAW;
        vec_push(builder->arena, &labels, ((CatalogLabel){tag, level}));
    }
    return (CatalogLabels){labels.items, labels.count};
}

/* Said of the column itself, or of all untagged ones by `otherwise public`. */
static bool is_public(const Relation *relation, const Column *column) {
    if (!column->declared) return false;
    bool covered = decl_clause(relation->decl, CLAUSE_OTHERWISE_PUBLIC) && !column->declared->tags.count;
    return column->declared->is_public || covered;
}

static CatalogColumn build_column(const Builder *builder, const Relation *relation, const Column *column) {
    const char *unit = unit_text(builder->program->types, column->unit);
    return (CatalogColumn){
        .name = column->name->text,
        .type = type_text(builder->program->types, column->type),
        .nullable = column->nullable,
        .is_public = is_public(relation, column),
        .unit = *unit ? unit : NULL,
        .description = builder_text(builder, column->doc),
        .written = expression_of(builder, column),
        .labels = labels_of(builder, column->declared),
        .place = builder_place(builder, column->span),
    };
}

static void build_columns(const Builder *builder, const Relation *relation, CatalogRelation *out) {
    uint32_t count = relation->rows ? relation->rows->columns.count : 0;
    CatalogColumn *columns = arena_alloc(builder->arena, (count + 1) * sizeof *columns);
    for (uint32_t i = 0; i < count; i++) columns[i] = build_column(builder, relation, relation->rows->columns.items[i]);
    out->columns = columns, out->column_count = count;
}

/* ------------------------------------------------------------------- keys */

static bool is_declared(const RelationFacts *facts, const Key *key) {
    return key == facts->declared_key;
}

/* False for what says nothing to a reader: a relation of at most one row has the empty key. */
static bool build_key(const Builder *builder, const RelationFacts *facts, const Key *key, CatalogKey *out) {
    uint32_t *columns = arena_alloc(builder->arena, (key->columns.count + 1) * sizeof *columns);
    for (uint32_t i = 0; i < key->columns.count; i++) {
        if (key->columns.items[i]->index >= facts->relation->rows->columns.count) return false;
        columns[i] = key->columns.items[i]->index;
    }
    *out = (CatalogKey){{columns, key->columns.count}, is_declared(facts, key)};
    return key->columns.count > 0;
}

static void build_keys(const Builder *builder, const Relation *relation, CatalogRelation *out) {
    const RelationFacts *facts = facts_of(builder->facts, relation);
    if (!facts || !facts->keys || !relation->rows) return;
    CatalogKey *keys = arena_alloc(builder->arena, (facts->keys->keys.count + 1) * sizeof *keys);
    size_t kept = 0;
    for (int declared = 1; declared >= 0; declared--)
        for (uint32_t i = 0; i < facts->keys->keys.count; i++)
            if (is_declared(facts, facts->keys->keys.items[i]) == declared)
                kept += build_key(builder, facts, facts->keys->keys.items[i], &keys[kept]);
    out->keys = keys, out->key_count = kept;
}

/* -------------------------------------------------------------- relations */

static CatalogStatus status_of(const Relation *relation) {
    static const struct {
        const char *word;
        CatalogStatus status;
    } words[] = {{"certified", CATALOG_STATUS_CERTIFIED},
                 {"migrated", CATALOG_STATUS_MIGRATED},
                 {"legacy", CATALOG_STATUS_LEGACY},
                 {"draft", CATALOG_STATUS_DRAFT}};
    for (size_t i = 0; relation->status && i < sizeof words / sizeof *words; i++)
        if (!strcmp(relation->status->text, words[i].word)) return words[i].status;
    return CATALOG_STATUS_NONE;
}

static CatalogStorage storage_of(const Relation *relation) {
    switch (relation->stored) {
    case STORED_TABLE: return CATALOG_STORED_TABLE;
    case STORED_FILES: return CATALOG_STORED_FILES;
    case STORED_INLINE: return CATALOG_STORED_INLINE;
    case STORED_VIEW:
    case STORED_DEFAULT: break;
    }
    return relation->kind == RELATION_SOURCE ? CATALOG_STORED_TABLE : CATALOG_STORED_VIEW;
}

static CatalogTexts origins_of(const Builder *builder, const Decl *decl) {
    VEC(const char *) origins = {0};
    for (uint32_t i = 0; i < decl->clauses.count; i++) {
        const Clause *clause = NODE_AS(Clause, CLAUSE, decl->clauses.items[i]);
        if (clause->of != CLAUSE_FROM) continue;
        vec_push(builder->arena, &origins, builder_words(builder, clause->node.span, "from "));
    }
    return (CatalogTexts){origins.items, origins.count};
}

static void find_emitted(Builder *builder) {
    map_open(&builder->emitted, builder->arena);
    for (uint32_t i = 0; builder->plan && i < builder->plan->entries.count; i++) {
        const PlanEntry *entry = &builder->plan->entries.items[i];
        if (entry->relation) map_put(&builder->emitted, entry->relation, (void *)entry->sql);
    }
}

static const char *built_of(const Builder *builder, const Decl *decl) {
    const char *by = builder_clause(builder, decl, CLAUSE_BUILT_BY, "built ");
    return by ? by : builder_clause(builder, decl, CLAUSE_BUILT_WHOLE, "built ");
}

static CatalogRelation build_relation(const Builder *builder, const Relation *relation) {
    const Decl *decl = relation->decl;
    CatalogRelation out = {
        .kind = relation->kind == RELATION_SOURCE ? CATALOG_RELATION_SOURCE : CATALOG_RELATION_MODEL,
        .name = relation->name->text,
        .layer = layer_of(builder, relation),
        .owner = builder_index(builder, relation->owner),
        .status = status_of(relation),
        .storage = storage_of(relation),
        .built = built_of(builder, decl),
        .partitioned = builder_clause(builder, decl, CLAUSE_PARTITIONED_BY, "partitioned by "),
        .history = builder_clause(builder, decl, CLAUSE_KEEPING_HISTORY, NULL),
        .subject = builder_clause(builder, decl, CLAUSE_SUBJECT, "subject "),
        .description = builder_text(builder, decl->doc),
        .origins = origins_of(builder, decl),
        .on_invalid = builder_clause(builder, decl, CLAUSE_ON_INVALID, "on invalid "),
        .reads = builder_indices(builder, (const void *const *)relation->reads.items, relation->reads.count),
        .written = builder_written(builder, decl->node.span),
        .emitted = map_get(&builder->emitted, relation),
        .result = {.rows = -1,
                   .rows_read = -1,
                   .rows_quarantined = -1,
                   .run = CATALOG_NONE,
                   .seconds = -1,
                   .freshness = {.declared = builder_clause(builder, decl, CLAUSE_FRESH, "fresh ")}},
        .place = builder_place(builder, decl->node.span),
    };
    build_columns(builder, relation, &out);
    build_keys(builder, relation, &out);
    return out;
}

void build_relations(Builder *builder) {
    uint32_t count = number_relations(builder);
    find_emitted(builder);
    CatalogRelation *relations = arena_alloc(builder->arena, (count + 1) * sizeof *relations);
    for (uint32_t i = 0; i < count; i++) relations[i] = build_relation(builder, builder->relations[i]);
    builder->catalog.relations = relations, builder->catalog.relation_count = count;
}

/* ------------------------------------------------------------------ edges */

static bool has_label(CatalogLabels labels, CatalogLabel label) {
    for (size_t i = 0; i < labels.count; i++)
        if (labels.items[i].tag == label.tag && labels.items[i].level >= label.level) return true;
    return false;
}

/* A plain copy carries the tags of what it copies. */
static void copy_labels(const Builder *builder, const CatalogColumn *from, CatalogColumn *to) {
    VEC(CatalogLabel) labels = {0};
    for (size_t i = 0; i < to->labels.count; i++) vec_push(builder->arena, &labels, to->labels.items[i]);
    for (size_t i = 0; i < from->labels.count; i++)
        if (!has_label(to->labels, from->labels.items[i])) vec_push(builder->arena, &labels, from->labels.items[i]);
    to->labels = (CatalogLabels){labels.items, labels.count};
}

static uint8_t kind_of(EdgeKind kind) {
    switch (kind) {
    case EDGE_DIRECT: return CATALOG_EDGE_DIRECT;
    case EDGE_DERIVED: return CATALOG_EDGE_DERIVED;
    case EDGE_AGGREGATED: return CATALOG_EDGE_AGGREGATED;
    case EDGE_FILTER: break;
    }
    return CATALOG_EDGE_FILTER;
}

static CatalogColumn *column_at(const Builder *builder, uint32_t relation, uint32_t column) {
    return (CatalogColumn *)&builder->catalog.relations[relation].columns[column];
}

/* The program's relations are in order of dependency: what is read has its labels already. */
void build_edges(Builder *builder) {
    VEC(CatalogEdge) edges = {0};
    for (uint32_t i = 0; i < builder->program->relations.count; i++) {
        const Relation *relation = builder->program->relations.items[i];
        const RelationFacts *facts = facts_of(builder->facts, relation);
        uint32_t to = builder_index(builder, relation);
        for (uint32_t k = 0; facts && to != CATALOG_NONE && k < facts->edges.count; k++) {
            const Edge *edge = &facts->edges.items[k];
            uint32_t from = builder_index(builder, edge->from->relation);
            if (from == CATALOG_NONE) continue;
            uint32_t column = edge->to ? edge->to->index : CATALOG_NONE;
            vec_push(builder->arena, &edges, ((CatalogEdge){from, edge->from->index, to, column, kind_of(edge->kind), (uint8_t)edge->ways}));
            if (edge->kind == EDGE_DIRECT && edge->to)
                copy_labels(builder, column_at(builder, from, edge->from->index), column_at(builder, to, column));
        }
    }
    builder->catalog.edges = edges.items, builder->catalog.edge_count = edges.count;
}
