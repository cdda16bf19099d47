/* Sources and models: where they stand, what their column lists say, what their queries read. */
#include "compiler/names/internal.h"

#include <string.h>

/* ------------------------------------------------------------- constraints */

/* Where a column list stands, for what its constraints may be. */
typedef enum { LIST_SOURCE = 1, LIST_MODEL = 2, LIST_UNPACKING = 4 } ListOf;

static const struct {
    const char *words;
    unsigned fits;             /* of ListOf */
} CONSTRAINTS[] = {
#define CONSTRAINT_KIND(kind, words) [CONSTRAINT_##kind] = {words, LIST_SOURCE | LIST_MODEL | LIST_UNPACKING},
#include "compiler/syntax/constraint.def"
#undef CONSTRAINT_KIND
};

static unsigned fits_of(ConstraintKind kind) {
    switch (kind) {
    case CONSTRAINT_FORMAT: return LIST_SOURCE | LIST_UNPACKING;
    case CONSTRAINT_PATH: return LIST_SOURCE | LIST_UNPACKING;
    case CONSTRAINT_FROM_PATH: case CONSTRAINT_FROM_REQUEST: return LIST_SOURCE;
    case CONSTRAINT_TRACES: return LIST_MODEL | LIST_UNPACKING;
    case CONSTRAINT_KEY: case CONSTRAINT_UNIQUE: case CONSTRAINT_NOT_NULL: case CONSTRAINT_NULLABLE: case CONSTRAINT_IN:
    case CONSTRAINT_MATCHES: case CONSTRAINT_CHECK: case CONSTRAINT_WARN: case CONSTRAINT_REFERENCES: case CONSTRAINT_UNIT:
    case CONSTRAINT_TAG: case CONSTRAINT_TAG_AS_KEY: case CONSTRAINT_PUBLIC: case CONSTRAINT_RENAMED:
    case CONSTRAINT_DEPRECATED: case CONSTRAINT_DETERMINES: break;
    }
    return CONSTRAINTS[kind].fits;
}

static void check_fits(Binder *binder, const Constraint *constraint, ListOf list) {
    if (fits_of(constraint->of) & list) return;
    Report *report = diag_report(binder->diag, CODE_G0608, constraint->node.span, "`%s` has no place in %s",
                                 CONSTRAINTS[constraint->of].words, list == LIST_SOURCE ? "a source" : "a model with a query");
    if (list == LIST_SOURCE) report_note(binder->diag, report, "it says what a model makes of its sources");
    else report_note(binder->diag, report, "it says where a value stands in what arrives: in a source, or a model that unpacks one");
}

/* ------------------------------------------------------------ column facts */

static void add_tag(Binder *binder, ColumnFacts *facts, const Constraint *constraint) {
    Tag *tag = symbol_need_dotted(binder, SPACE_TAG, constraint->name);
    if (!tag) return;
    for (uint32_t i = 0; i < facts->tags.count; i++)
        if (facts->tags.items[i] == tag) return;
    vec_push(binder->arena, &facts->tags, tag);
}

/* A softened test promises nothing to those who read the column. */
static bool is_softened(const Nodes *constraints, uint32_t index) {
    return index + 1 < constraints->count && ((const Constraint *)constraints->items[index + 1])->of == CONSTRAINT_WARN;
}

/* With `on invalid warn` rows that break the contract come in all the same. */
bool only_warns(const Relation *relation) {
    const Clause *invalid = decl_clause(relation->decl, CLAUSE_ON_INVALID);
    return invalid && invalid->word.name && !strcmp(invalid->word.name->text, "warn");
}

static void add_fact(Binder *binder, ColumnFacts *facts, const Nodes *constraints, uint32_t index) {
    const Constraint *constraint = (const Constraint *)constraints->items[index];
    bool promised = !is_softened(constraints, index) && !only_warns(facts->relation);
    switch (constraint->of) {
    case CONSTRAINT_KEY:
        facts->in_key = true;
        facts->not_null |= promised;
        break;
    case CONSTRAINT_NOT_NULL: facts->not_null |= promised; break;
    case CONSTRAINT_FORMAT: facts->format = constraint->text; break;
    case CONSTRAINT_PATH: facts->path = constraint->text; break;
    case CONSTRAINT_FROM_PATH: facts->from_path = true; break;
    case CONSTRAINT_FROM_REQUEST: facts->from_request = true; break;
    case CONSTRAINT_UNIT: facts->unit = unit_resolve(binder->program, constraint->expr); break;
    case CONSTRAINT_TAG_AS_KEY: facts->opaque_key = true; add_tag(binder, facts, constraint); break;
    case CONSTRAINT_TAG: add_tag(binder, facts, constraint); break;
    case CONSTRAINT_PUBLIC: facts->is_public = true; break;
    case CONSTRAINT_UNIQUE: case CONSTRAINT_NULLABLE: case CONSTRAINT_IN: case CONSTRAINT_MATCHES: case CONSTRAINT_CHECK:
    case CONSTRAINT_WARN: case CONSTRAINT_REFERENCES: case CONSTRAINT_TRACES: case CONSTRAINT_RENAMED:
    case CONSTRAINT_DEPRECATED: case CONSTRAINT_DETERMINES: break;
    }
}

/* The tags that a named type brings; its unit it has already. */
static void add_named(Binder *binder, ColumnFacts *facts) {
    const Nodes *constraints = &facts->named->constraints;
    facts->unit = facts->named->unit;
    for (uint32_t i = 0; i < constraints->count; i++) {
        const Constraint *constraint = (const Constraint *)constraints->items[i];
        if (constraint->of != CONSTRAINT_UNIT) add_fact(binder, facts, constraints, i);
    }
}

static void add_column(Binder *binder, Relation *relation, ColumnDecl *decl, ListOf list) {
    ColumnFacts *facts = arena_new(binder->arena, ColumnFacts);
    *facts = (ColumnFacts){.decl = decl, .name = decl->name.name, .relation = relation};
    if (decl->type) facts->type = type_resolve(binder->program, (const TypeName *)decl->type, &facts->named);
    if (facts->named) add_named(binder, facts);
    for (uint32_t i = 0; i < decl->constraints.count; i++) {
        const Constraint *constraint = (const Constraint *)decl->constraints.items[i];
        if (constraint->node.kind != NODE_CONSTRAINT) continue;
        check_fits(binder, constraint, list);
        add_fact(binder, facts, &decl->constraints, i);
    }
    if (!decl->type && list == LIST_SOURCE) {
        Report *report = diag_report(binder->diag, CODE_G0604, decl->name.span, "column `%s` of a source needs a type", decl->name.name->text);
        report_says(binder->diag, report, "what arrives here is not known");
        report_edit(binder->diag, report, span_after(decl->name.span), " text", "state it");
        facts->type = type_simple(binder->program->types, TYPE_UNKNOWN);
    }
    vec_push(binder->arena, &relation->declared, decl);
    vec_push(binder->arena, &relation->facts, facts);
    vec_push(binder->arena, &binder->program->column_facts, facts);
}

static ColumnFacts *column_of(const Relation *relation, const Name *name) {
    for (uint32_t i = 0; i < relation->facts.count; i++)
        if (relation->facts.items[i]->name == name) return relation->facts.items[i];
    return NULL;
}

static bool is_new(Binder *binder, const Relation *relation, const ColumnDecl *decl) {
    const ColumnFacts *first = column_of(relation, decl->name.name);
    if (!first) return true;
    Report *report = diag_report(binder->diag, CODE_G0209, decl->name.span, "column `%s` is declared twice", decl->name.name->text);
    report_says(binder->diag, report, "declared again here");
    report_label(binder->diag, report, first->decl->name.span, "first declared here");
    return false;
}

/* `key (a, b)` of the list. */
static void mark_key(Relation *relation, const Nodes *constraints) {
    const Constraint *constraint = constraints->count ? (const Constraint *)constraints->items[0] : NULL;
    if (!constraint || constraint->of != CONSTRAINT_KEY) return;
    for (uint32_t i = 0; i < constraint->names.count; i++) {
        ColumnFacts *facts = column_of(relation, constraint->names.items[i].name);
        if (!facts) continue;
        facts->in_key = true;
        facts->not_null |= !is_softened(constraints, 0) && !only_warns(relation);
    }
}

static void add_columns(Binder *binder, Relation *relation, ListOf list) {
    Decl *decl = relation->decl;
    unroll(binder, &decl->columns);
    relation->open_list = !decl->columns.count && list == LIST_MODEL;
    for (uint32_t i = 0; i < decl->columns.count; i++) {
        ColumnDecl *column = (ColumnDecl *)decl->columns.items[i];
        if (column->node.kind != NODE_COLUMN) continue;
        const Expansion *before = program_enter(binder->program, column);
        if (column->of == COLUMN_ITEM_REST) relation->open_list = true;
        if (column->of == COLUMN_ITEM_COLUMN && column->name.name && is_new(binder, relation, column))
            add_column(binder, relation, column, list);
        binder->diag->expansion = before;
    }
    for (uint32_t i = 0; i < decl->columns.count; i++) {
        const ColumnDecl *column = (const ColumnDecl *)decl->columns.items[i];
        if (column->node.kind == NODE_COLUMN && column->of == COLUMN_ITEM_CONSTRAINT) mark_key(relation, &column->constraints);
    }
}

/* --------------------------------------------------------------- relations */

static Stored stored_as(Binder *binder, const Relation *relation) {
    static const char *const words[] = {"view", "table", "files", "inline"};
    Clause *stored = decl_clause(relation->decl, CLAUSE_STORED_AS);
    int own = stored ? word_among(binder, stored->word, "storage", words, 4) : -1;
    if (own >= 0) return (Stored)(STORED_VIEW + own);
    if (relation->kind != RELATION_MODEL) return STORED_TABLE;
    if (relation->layer && relation->layer->stored != STORED_DEFAULT) return relation->layer->stored;
    return STORED_VIEW;
}

/* A layer that nobody declared is one fault, however many relations stand in it. */
static Layer *layer_of(Binder *binder, const Decl *decl) {
    Part part = decl->name.items[0];
    Decl *layer = symbol_find(binder, SPACE_LAYER, part.name);
    if (layer) return layer->entity;
    if (map_put(&binder->missing_layers, part.name, (void *)part.name)) return NULL;
    Report *report = symbol_unknown(binder, SPACE_LAYER, part.name->text, part.span);
    if (!report->helps.count) report_help(binder->diag, report, "declare it: `layer %s owner …;`", part.name->text);
    return NULL;
}

static ListOf list_of(const Relation *relation) {
    if (relation->kind != RELATION_MODEL) return LIST_SOURCE;
    return decl_clause(relation->decl, CLAUSE_UNPACKING) ? LIST_UNPACKING : LIST_MODEL;
}

/* The first star of a query that reads the relation by name, or null. */
static const Node *star_over(const Query *query, const Relation *relation) {
    const Select *select = query && query->body && query->body->kind == NODE_SELECT ? (const Select *)query->body : NULL;
    for (uint32_t i = 0; select && i < select->from.count; i++) {
        const TableRef *table = select->from.items[i]->kind == NODE_TABLE_REF ? (const TableRef *)select->from.items[i] : NULL;
        if (!table || table->relation != relation) continue;
        for (uint32_t k = 0; k < select->items.count; k++) {
            const Node *expr = ((const SelectItem *)select->items.items[k])->expr;
            if (expr && expr->kind == NODE_STAR) return expr;
        }
    }
    return NULL;
}

/* Nobody looks into a source, or at what a native query gives, to see which columns there are. */
static void refuse_undeclared(Binder *binder, const Relation *relation) {
    const char *what = relation->kind == RELATION_SOURCE ? "source" : decl_clause(relation->decl, CLAUSE_NATIVE) ? "native model" : "model";
    Report *report = diag_report(binder->diag, CODE_G0604, parts_span(relation->decl->name), "%s `%s` declares no columns", what,
                                 relation->full_name->text);
    report_says(binder->diag, report, "nobody knows what it holds");
    for (uint32_t i = 0; i < relation->read_by.count; i++) {
        const Node *star = star_over(relation->read_by.items[i]->query, relation);
        if (star) report_label(binder->diag, report, star->span, "so this star stands for nothing");
    }
    report_note(binder->diag, report, "nothing is sniffed: the columns are a contract with what arrives");
    report_help(binder->diag, report, "list them with their types: `%s (id text key, …)`", relation->full_name->text);
}

void refuse_undeclared_columns(Binder *binder) {
    for (uint32_t i = 0; i < binder->program->relations.count; i++) {
        Relation *relation = binder->program->relations.items[i];
        if (relation->bad || relation->query || relation->declared.count || is_builtin(binder, relation->decl->node.span)) continue;
        const Expansion *before = program_enter(binder->program, relation->decl);
        refuse_undeclared(binder, relation);
        binder->diag->expansion = before;
        relation->bad = relation->open_list = true;
    }
}

static void complete_relation(Binder *binder, Relation *relation) {
    static const char *const statuses[] = {"certified", "draft", "legacy"};
    Decl *decl = relation->decl;
    relation->layer = layer_of(binder, decl);
    if (relation->layer && !relation->revision) map_put(&relation->layer->relations, relation->name, relation);
    if (decl->broken) {
        relation->bad = relation->open_list = true;
        return;
    }
    relation->owner = owner_of(binder, decl);
    if (!relation->owner && relation->layer && !decl_clause(decl, CLAUSE_OWNER)) relation->owner = relation->layer->owner;
    relation->stored = stored_as(binder, relation);
    Clause *status = decl_clause(decl, CLAUSE_STATUS);
    if (status && word_among(binder, status->word, "status", statuses, 3) >= 0) relation->status = status->word.name;
    if (decl->body && decl->body->kind == NODE_QUERY) relation->query = (Query *)decl->body;
    if (relation->kind == RELATION_MODEL && !relation->query && !decl_clause(decl, CLAUSE_UNPACKING) && !decl_clause(decl, CLAUSE_NATIVE)) {
        if (!decl->body) need_clause(binder, decl, CLAUSE_UNPACKING);
        relation->bad = true;
    }
    add_columns(binder, relation, list_of(relation));
}

static Relation *new_relation(Binder *binder, Decl *decl, RelationKind kind, Name *layer, Name *name) {
    Relation *relation = arena_new(binder->arena, Relation);
    *relation = (Relation){.kind = kind, .name = name, .decl = decl, .revision = binder->program->revision};
    relation->full_name = name_of(binder->names, arena_format(binder->arena, "%s.%s", layer->text, name->text));
    const Relation *there = map_get(&binder->program->by_name, relation->full_name);
    if (there && there->revision == relation->revision) return NULL;
    map_put(&binder->program->by_name, relation->full_name, relation);
    vec_push(binder->arena, &binder->program->relations, relation);
    return relation;
}

/* What a delivery keeps of its runs; its columns come with deliveries themselves. */
static void declare_delivery(Binder *binder, Decl *decl) {
    static const char *const kept[] = {"batches", "lines", "attempts", "events"};
    Name *layer = name_of(binder->names, "delivery");
    for (int i = 0; i < 4 && decl->name.count; i++) {
        Name *name = name_of(binder->names, arena_format(binder->arena, "%s_%s", decl->name.items[0].name->text, kept[i]));
        Relation *relation = new_relation(binder, decl, RELATION_SYSTEM, layer, name);
        if (!relation) continue;
        relation->bad = relation->open_list = true;
        Decl *found = symbol_find(binder, SPACE_LAYER, layer);
        if (found) relation->layer = found->entity;
        map_put(&binder->spaces[SPACE_RELATION], relation->full_name, decl);
    }
}

void declare_relations(Binder *binder) {
    Program *program = binder->program;
    for (uint32_t i = 0; i < binder->decls.count; i++) {
        Decl *decl = binder->decls.items[i];
        if (decl->of == DECL_DELIVERY) declare_delivery(binder, decl);
        if (decl->of != DECL_SOURCE && decl->of != DECL_MODEL) continue;
        if (symbol_find(binder, SPACE_RELATION, dotted_name(binder, decl->name)) != decl) continue;
        RelationKind kind = decl->of == DECL_MODEL ? RELATION_MODEL : RELATION_SOURCE;
        if (is_builtin(binder, decl->node.span)) kind = RELATION_SYSTEM;
        decl->entity = new_relation(binder, decl, kind, decl->name.items[0].name, decl->name.items[1].name);
    }
    for (uint32_t i = 0; i < program->relations.count; i++) {
        Relation *relation = program->relations.items[i];
        if (relation->decl->of == DECL_DELIVERY) continue;
        const Expansion *before = program_enter(program, relation->decl);
        complete_relation(binder, relation);
        binder->diag->expansion = before;
    }
}

/* ----------------------------------------------------------------- queries */

/* `unpacking logs.infobip.payload`: the relation is all but the last part. */
static void walk_unpacking(Walk *walk, const Relation *relation) {
    Clause *unpacking = decl_clause(relation->decl, CLAUSE_UNPACKING);
    if (!unpacking || unpacking->name.count < 2) return;
    Parts name = unpacking->name;
    name.count--;
    walk_relation(walk, name);
}

static void walk_native(Walk *walk, const Relation *relation) {
    Clause *native = decl_clause(relation->decl, CLAUSE_NATIVE);
    for (uint32_t i = 0; native && i < native->kids.count; i++)
        if (native->kids.items[i]->kind == NODE_DOTTED) walk_relation(walk, ((Dotted *)native->kids.items[i])->name);
}

static void visit_clause(void *context, Node **place) {
    walk_node(context, place);
}

/* `for serie in series`: the list that a constant is. */
static void inline_values(Binder *binder, Clause *values) {
    if (!values->name.count) return;
    const Const *constant = symbol_need_dotted(binder, SPACE_CONST, values->name);
    if (constant && constant->is_list) {
        values->kids = ((Row *)constant->value)->items;
    } else if (constant) {
        Report *report = diag_report(binder->diag, CODE_G0607, parts_span(values->name), "constant `%s` is not a list", constant->name->text);
        report_says(binder->diag, report, "`for` needs a list");
        report_label(binder->diag, report, constant->decl->node.span, "one value");
    }
    values->name = (Parts){0};
}

/* Origins may be bound to a target, which must be there, and ask once for each of some values. */
static void bind_origins(Binder *binder, const Decl *decl) {
    for (uint32_t i = 0; i < decl->clauses.count; i++) {
        const Clause *from = (const Clause *)decl->clauses.items[i];
        for (uint32_t k = 0; from->of == CLAUSE_FROM && k < from->kids.count; k++) {
            Clause *clause = (Clause *)from->kids.items[k];
            if (clause->node.kind != NODE_CLAUSE) continue;
            if (clause->of == CLAUSE_IN_TARGET) symbol_need(binder, SPACE_TARGET, clause->word);
            if (clause->of == CLAUSE_FOR_VALUES) inline_values(binder, clause);
        }
    }
}

static void bind_model(Binder *binder, Relation *relation) {
    Walk walk = walk_open(binder);
    Node *query = (Node *)relation->query;
    binder->reading = relation;
    binder->copied = 0;
    walk_node(&walk, &query);
    walk_unpacking(&walk, relation);
    walk_native(&walk, relation);
    binder->reading = NULL;
    for (uint32_t i = 0; i < walk.reads.count; i++) {
        vec_push(binder->arena, &relation->reads, walk.reads.items[i]);
        vec_push(binder->arena, &relation->read_spans, walk.read_spans.items[i]);
        if (walk.reads.items[i]->revision == relation->revision)
            vec_push(binder->arena, &walk.reads.items[i]->read_by, relation);
    }
    walk.mark = 0;
    for (uint32_t i = 0; i < relation->decl->clauses.count; i++) node_kids(relation->decl->clauses.items[i], visit_clause, &walk);
    bind_origins(binder, relation->decl);
}

void bind_models(Binder *binder) {
    for (uint32_t i = 0; i < binder->program->relations.count; i++) {
        Relation *relation = binder->program->relations.items[i];
        if (relation->decl->of == DECL_DELIVERY || relation->decl->broken) continue;
        const Expansion *before = program_enter(binder->program, relation->decl);
        bind_model(binder, relation);
        binder->diag->expansion = before;
    }
}
