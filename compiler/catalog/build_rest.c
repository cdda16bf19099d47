/* Grants as declared, declarations without pages of their own, and what a run would change. */
#include "compiler/catalog/build.h"

#include <string.h>

/* ----------------------------------------------------------------- grants */

static CatalogTexts columns_of(const Builder *builder, const Grant *grant) {
    VEC(const char *) names = {0};
    for (uint32_t i = 0; i < grant->columns.count; i++)
        vec_push(builder->arena, &names, grant->columns.items[i].name->text);
    return (CatalogTexts){names.items, names.count};
}

static void build_masks(const Builder *builder, const Grant *grant, CatalogGrant *out) {
    CatalogMask *masks = arena_alloc(builder->arena, (grant->maskings.count + 1) * sizeof *masks);
    for (uint32_t i = 0; i < grant->maskings.count; i++) {
        const Masking *one = grant->maskings.items[i];
        masks[i] = (CatalogMask){one->column.name->text, one->mask.name ? one->mask.name->text : "null"};
    }
    out->masks = masks, out->mask_count = grant->maskings.count;
}

static CatalogGrant build_grant(const Builder *builder, const Grant *grant, uint32_t role) {
    CatalogGrant out = {
        .role = role,
        .relations = builder_indices(builder, (const void *const *)grant->relations.items, grant->relations.count),
        .columns = columns_of(builder, grant),
        .hides_uncleared = grant->hiding,
        .where = grant->where ? builder_words(builder, grant->where->span, NULL) : NULL,
        .until = builder_text(builder, grant->until),
        .written = builder_written(builder, grant->decl->node.span),
        .place = builder_place(builder, grant->decl->node.span),
    };
    build_masks(builder, grant, &out);
    return out;
}

void build_grants(Builder *builder) {
    VEC(CatalogGrant) grants = {0};
    for (uint32_t i = 0; i < builder->program->grants.count; i++) {
        const Grant *grant = builder->program->grants.items[i];
        uint32_t role = builder_index(builder, grant->role);
        if (role != CATALOG_NONE) vec_push(builder->arena, &grants, build_grant(builder, grant, role));
    }
    builder->catalog.grants = grants.items, builder->catalog.grant_count = grants.count;
}

/* ----------------------------------------------------------- declarations */

typedef VEC(CatalogDeclaration) Declarations;

/* The title without a language. */
static const char *title_of(const Builder *builder, const Decl *decl) {
    for (uint32_t i = 0; i < decl->clauses.count; i++) {
        const Clause *clause = NODE_AS(Clause, CLAUSE, decl->clauses.items[i]);
        if (clause->of == CLAUSE_TITLE && !clause->word.name) return builder_text(builder, clause->text);
    }
    return builder_text(builder, decl->title);
}

/* Adds a declaration of the project; the standard library's own are in the reference. */
static CatalogDeclaration *declare(Builder *builder, Declarations *list, const char *kind, const char *name,
                                   const Decl *decl) {
    const Source *source = source_of(builder->program->sources, decl->node.span.begin);
    if (!source || source->builtin) return NULL;
    vec_push(builder->arena, list,
             ((CatalogDeclaration){
                 .kind = kind,
                 .name = name,
                 .title = title_of(builder, decl),
                 .description = builder_text(builder, decl->doc),
                 .owner = CATALOG_NONE,
                 .written = builder_written(builder, decl->node.span),
                 .place = builder_place(builder, decl->node.span),
             }));
    return &list->items[list->count - 1];
}

/* The name as written: units keep their case. */
static const char *spelt(const Builder *builder, const Decl *decl) {
    const char *name = decl->name.count ? builder_written(builder, decl->name.items[0].span) : NULL;
    return name ? name : parts_text(builder->arena, decl->name);
}

static void declare_deferred(Builder *builder, Declarations *list) {
    for (uint32_t i = 0; i < builder->program->deferred.count; i++) {
        const Deferred *one = builder->program->deferred.items[i];
        CatalogDeclaration *out = declare(builder, list, one->kind, one->name, one->decl);
        if (!out) continue;
        out->owner = builder_index(builder, one->owner);
        out->not_run_yet = one->decl->of != DECL_ENDORSE && one->decl->of != DECL_RELEASE; /* these hold for readers, nothing runs */
        out->uses = builder_indices(builder, (const void *const *)one->reads.items, one->reads.count);
    }
}

void build_declarations(Builder *builder) {
    const Program *program = builder->program;
    Declarations list = {0};
    declare_deferred(builder, &list);
    for (uint32_t i = 0; i < program->units.count; i++)
        declare(builder, &list, "unit", spelt(builder, program->units.items[i]->decl), program->units.items[i]->decl);
    for (uint32_t i = 0; i < program->named_types.count; i++)
        declare(builder, &list, "type", program->named_types.items[i]->name->text, program->named_types.items[i]->decl);
    for (uint32_t i = 0; i < program->consts.count; i++)
        declare(builder, &list, "const", program->consts.items[i]->name->text, program->consts.items[i]->decl);
    for (uint32_t i = 0; i < program->user_functions.count; i++) {
        const Decl *decl = program->user_functions.items[i];
        declare(builder, &list, "function", parts_text(builder->arena, decl->name), decl);
    }
    for (uint32_t i = 0; i < program->masks.count; i++)
        declare(builder, &list, "mask", program->masks.items[i]->name->text, program->masks.items[i]->decl);
    for (uint32_t i = 0; i < program->exceptions.count; i++) {
        const Exception *exception = program->exceptions.items[i];
        CatalogDeclaration *out = declare(builder, &list, "exception", policy_word(exception->policy), exception->decl);
        if (out) out->uses = builder_indices(builder, (const void *const *)exception->relations.items, exception->relations.count);
    }
    builder->catalog.declarations = list.items, builder->catalog.declaration_count = list.count;
}

/* ---------------------------------------------------------------- changes */

/* A step that is done again only because data may have changed is no change of the project. */
static bool means_the_same(const Builder *builder, const PlanEntry *entry) {
    const LedgerStep *published = builder_published(builder, entry->name);
    return published && published->fingerprint && entry->fingerprint &&
           !strcmp(published->fingerprint, entry->fingerprint);
}

static bool is_change(const Builder *builder, const PlanEntry *entry, CatalogChangeKind *ret_kind) {
    switch (entry->action) {
    case PLAN_CREATE: *ret_kind = CATALOG_CHANGE_ADDED; return true;
    case PLAN_REBUILD: *ret_kind = CATALOG_CHANGE_CHANGED; return !means_the_same(builder, entry);
    case PLAN_UNDECLARED: *ret_kind = CATALOG_CHANGE_REMOVED; return true;
    case PLAN_LOAD:
    case PLAN_UNCHANGED:
    case PLAN_INLINE:
    case PLAN_ONLY_TEST:
    case PLAN_NOT_RUN: break;
    }
    return false;
}

void build_changes(Builder *builder) {
    VEC(CatalogChange) changes = {0};
    for (uint32_t i = 0; builder->plan && builder->ledger && i < builder->plan->entries.count; i++) {
        const PlanEntry *entry = &builder->plan->entries.items[i];
        CatalogChangeKind kind;
        if (is_change(builder, entry, &kind))
            vec_push(builder->arena, &changes, ((CatalogChange){kind, entry->name, entry->reason}));
    }
    builder->catalog.changes = changes.items, builder->catalog.change_count = changes.count;
}
