/* From the compiler's program and the ledger to the plain structs that the writers read. */
#include "compiler/catalog/build.h"

#include <stdlib.h>
#include <string.h>

void builder_number(Builder *builder, const void *thing, uint32_t index) {
    map_put(&builder->numbers, thing, (void *)(uintptr_t)(index + 1));
}

uint32_t builder_index(const Builder *builder, const void *thing) {
    uintptr_t number = thing ? (uintptr_t)map_get(&builder->numbers, thing) : 0;
    return number ? (uint32_t)number - 1 : CATALOG_NONE;
}

static int rising(const void *a, const void *b) {
    uint32_t one = *(const uint32_t *)a, two = *(const uint32_t *)b;
    return one < two ? -1 : one > two;
}

CatalogIndices builder_indices(const Builder *builder, const void *const *things, uint32_t count) {
    uint32_t *items = arena_alloc(builder->arena, (count + 1) * sizeof *items);
    size_t known = 0, kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        items[known] = builder_index(builder, things[i]);
        known += items[known] != CATALOG_NONE;
    }
    qsort(items, known, sizeof *items, rising);
    for (size_t i = 0; i < known; i++)
        if (!kept || items[kept - 1] != items[i]) items[kept++] = items[i];
    return (CatalogIndices){items, kept};
}

CatalogPlace builder_place(const Builder *builder, Span span) {
    Location at = source_locate(builder->program->sources, span.begin);
    return at.source ? (CatalogPlace){at.source->path, at.line} : (CatalogPlace){NULL, 0};
}

const char *builder_text(const Builder *builder, Text text) {
    return text.length ? text_copy(builder->arena, text) : NULL;
}

const char *builder_written(const Builder *builder, Span span) {
    return builder_text(builder, source_text(builder->program->sources, span));
}

/* Past a comment or a quoted text that begins at `i`, else past one byte. `*ret_comment` tells which. */
static uint32_t next_token(Text text, uint32_t i, bool *ret_comment) {
    bool line = i + 1 < text.length && text.at[i] == '-' && text.at[i + 1] == '-';
    bool block = i + 1 < text.length && text.at[i] == '/' && text.at[i + 1] == '*';
    char quote = text.at[i] == '\'' || text.at[i] == '"' ? text.at[i] : 0;
    uint32_t end = i + 1;
    *ret_comment = line || block;
    if (line)
        while (end < text.length && text.at[end] != '\n') end++;
    else if (block) {
        end++;
        while (end < text.length && !(text.at[end] == '/' && text.at[end - 1] == '*' && end > i + 2)) end++;
        end += end < text.length;
    } else if (quote) {
        while (end < text.length && text.at[end] != quote) end++;
        end += end < text.length;
    }
    return end;
}

const char *builder_words(const Builder *builder, Span span, const char *prefix) {
    Text text = source_text(builder->program->sources, span);
    Buffer out;
    bool space = false, comment;
    if (!text.length) return NULL;
    buffer_open(&out, builder->arena);
    for (uint32_t i = 0, end; i < text.length; i = end) {
        end = next_token(text, i, &comment);
        if (comment || strchr(" \t\r\n", text.at[i])) {
            space = true;
            continue;
        }
        if (space && out.length) buffer_char(&out, ' ');
        buffer_add(&out, text.at + i, end - i);
        space = false;
    }
    const char *words = buffer_string(&out);
    return prefix && !strncmp(words, prefix, strlen(prefix)) ? words + strlen(prefix) : words;
}

const char *builder_clause(const Builder *builder, const Decl *decl, ClauseKind kind, const char *prefix) {
    const Clause *clause = decl ? decl_clause(decl, kind) : NULL;
    return clause ? builder_words(builder, clause->node.span, prefix) : NULL;
}

uint32_t builder_run(const Builder *builder, int64_t run_id) {
    for (size_t i = 0; builder->ledger && i < builder->ledger->run_count; i++)
        if (builder->ledger->runs[i].run_id == run_id) return (uint32_t)i;
    return CATALOG_NONE;
}

/* ------------------------------------------------------------------ frame */

static CatalogTexts languages_of(const Builder *builder, const Decl *project) {
    const Clause *clause = project ? decl_clause(project, CLAUSE_LANGUAGES) : NULL;
    VEC(const char *) names = {0};
    for (uint32_t i = 0; clause && i < clause->kids.count; i++) {
        const Dotted *one = NODE_AS(Dotted, DOTTED, clause->kids.items[i]);
        vec_push(builder->arena, &names, parts_text(builder->arena, one->name));
    }
    return (CatalogTexts){names.items, names.count};
}

static void build_project(Builder *builder) {
    const Program *program = builder->program;
    CatalogProject *project = &builder->catalog.project;
    project->name = program->project_name ? program->project_name : "project";
    project->timezone = program->timezone;
    if (program->project) {
        project->description = builder_text(builder, program->project->doc);
        project->place = builder_place(builder, program->project->node.span);
    }
    project->languages = languages_of(builder, program->project);
    if (builder->plan) {
        const GovPlan *plan = &builder->plan->govplan;
        project->target = plan->target.name, project->engine = plan->target.engine;
        project->gov_version = plan->gov_version, project->revision = plan->revision;
        project->source_hash = plan->source_hash, project->plan_hash = plan->hash;
    }
    if (builder->ledger && builder->ledger->run_count) project->as_of = builder->ledger->runs[0].finished_at;
}

enum { DEEPEST = 16 };

/* Depth of a layer, at most DEEPEST: one more than the deepest that it reads; `budget` ends circles, which are errors elsewhere. */
static uint32_t layer_depth(const Layer *layer, uint32_t budget) {
    uint32_t depth = 0;
    for (uint32_t i = 0; i < layer->reads.count && budget; i++) {
        if (layer->reads.items[i] == layer) continue;
        uint32_t below = layer_depth(layer->reads.items[i], budget - 1) + 1;
        if (below > depth) depth = below;
    }
    return depth;
}

/* The standard library's own layers (`gov`, `quarantine`) are shown only if the project puts something there. */
static bool is_shown(const Builder *builder, const Layer *layer) {
    const Source *source = layer->decl ? source_of(builder->program->sources, layer->decl->node.span.begin) : NULL;
    if (source && !source->builtin) return true;
    for (uint32_t i = 0; i < builder->program->relations.count; i++) {
        const Relation *relation = builder->program->relations.items[i];
        if (relation->layer == layer && relation->kind != RELATION_SYSTEM) return true;
    }
    return false;
}

/* Layers as data flows, equally deep ones as declared; numbers them and gives their count. */
static uint32_t order_layers(Builder *builder, const Layer **order) {
    uint32_t count = builder->program->layers.count, placed = 0;
    for (uint32_t depth = 0; depth <= DEEPEST; depth++) {
        for (uint32_t i = 0; i < count; i++) {
            const Layer *layer = builder->program->layers.items[i];
            if (layer_depth(layer, DEEPEST) != depth || !is_shown(builder, layer)) continue;
            builder_number(builder, layer, placed);
            order[placed++] = layer;
        }
    }
    return placed;
}

static CatalogTexts requirements(const Builder *builder, unsigned requires_) {
    VEC(const char *) list = {0};
    for (Policy policy = 0; policy < POLICY_COUNT; policy++)
        if (requires_ & policy_bit(policy)) vec_push(builder->arena, &list, policy_word(policy));
    return (CatalogTexts){list.items, list.count};
}

static void build_layers(Builder *builder) {
    const Layer **order = arena_alloc(builder->arena, (builder->program->layers.count + 1) * sizeof *order);
    uint32_t count = order_layers(builder, order);
    CatalogLayer *layers = arena_alloc(builder->arena, (count + 1) * sizeof *layers);
    for (uint32_t i = 0; i < count; i++) {
        const Layer *layer = order[i];
        layers[i] = (CatalogLayer){
            .name = layer->name->text,
            .description = layer->decl ? builder_text(builder, layer->decl->doc) : NULL,
            .owner = builder_index(builder, layer->owner),
            .reads = builder_indices(builder, (const void *const *)layer->reads.items, layer->reads.count),
            .requires_ = requirements(builder, layer->requires_),
            .place = layer->decl ? builder_place(builder, layer->decl->node.span) : (CatalogPlace){NULL, 0},
        };
    }
    builder->catalog.layers = layers, builder->catalog.layer_count = count;
}

static void build_owners(Builder *builder) {
    uint32_t count = builder->program->owners.count;
    CatalogOwner *owners = arena_alloc(builder->arena, (count + 1) * sizeof *owners);
    for (uint32_t i = 0; i < count; i++) {
        const Owner *owner = builder->program->owners.items[i];
        builder_number(builder, owner, i);
        owners[i] = (CatalogOwner){owner->name->text, builder_text(builder, owner->title),
                                   builder_text(builder, owner->decl->doc), builder_text(builder, owner->email),
                                   builder_place(builder, owner->decl->node.span)};
    }
    builder->catalog.owners = owners, builder->catalog.owner_count = count;
}

static void build_tags(Builder *builder) {
    uint32_t count = builder->program->tags.count;
    CatalogTag *tags = arena_alloc(builder->arena, (count + 1) * sizeof *tags);
    for (uint32_t i = 0; i < count; i++) builder_number(builder, builder->program->tags.items[i], i);
    for (uint32_t i = 0; i < count; i++) {
        const Tag *tag = builder->program->tags.items[i];
        tags[i] = (CatalogTag){tag->name->text, builder_text(builder, tag->words.length ? tag->words : tag->decl->doc),
                               builder_indices(builder, (const void *const *)tag->implies.items, tag->implies.count),
                               builder_place(builder, tag->decl->node.span)};
    }
    builder->catalog.tags = tags, builder->catalog.tag_count = count;
}

static CatalogLabels clearances_of(const Builder *builder, const Role *role) {
    VEC(CatalogLabel) labels = {0};
    for (uint32_t i = 0; i < role->cleared.count; i++) {
        const Cleared *one = &role->cleared.items[i];
        uint32_t tag = builder_index(builder, one->tag);
        if (tag == CATALOG_NONE || one->level == LEVEL_NONE) continue;
        vec_push(builder->arena, &labels, ((CatalogLabel){tag, (CatalogLevel)(one->level - LEVEL_AGGREGATE)}));
    }
    return (CatalogLabels){labels.items, labels.count};
}

static void build_roles(Builder *builder) {
    uint32_t count = builder->program->roles.count;
    CatalogRole *roles = arena_alloc(builder->arena, (count + 1) * sizeof *roles);
    for (uint32_t i = 0; i < count; i++) builder_number(builder, builder->program->roles.items[i], i);
    for (uint32_t i = 0; i < count; i++) {
        const Role *role = builder->program->roles.items[i];
        roles[i] =
            (CatalogRole){role->name->text, builder_text(builder, role->decl->doc), clearances_of(builder, role),
                          builder_indices(builder, (const void *const *)role->includes.items, role->includes.count),
                          builder_place(builder, role->decl->node.span)};
    }
    builder->catalog.roles = roles, builder->catalog.role_count = count;
}

void build_frame(Builder *builder) {
    build_project(builder);
    build_owners(builder);
    build_layers(builder);
    build_tags(builder);
    build_roles(builder);
}

const Catalog *catalog_build(Arena *arena, const Facts *facts, const Plan *plan, const LedgerState *ledger) {
    Builder *builder = arena_new(arena, Builder);
    builder->arena = arena, builder->program = facts->program, builder->facts = facts, builder->plan = plan;
    builder->ledger = ledger && ledger->exists ? ledger : NULL;
    map_open(&builder->numbers, arena);
    build_frame(builder);
    build_relations(builder);
    build_edges(builder);
    build_results(builder);
    build_tests(builder);
    build_runs(builder);
    build_grants(builder);
    build_declarations(builder);
    build_changes(builder);
    return &builder->catalog;
}
