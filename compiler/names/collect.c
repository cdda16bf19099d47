/* Every declaration of every file into its name space, those made by `use` too. */
#include "compiler/names/internal.h"

/* Name space of a kind of declaration; SPACE_COUNT: it has no name that others use. */
static Space space_of(DeclKind kind) {
    switch (kind) {
    case DECL_TARGET: return SPACE_TARGET;
    case DECL_OWNER: return SPACE_OWNER;
    case DECL_LAYER: return SPACE_LAYER;
    case DECL_TAG: return SPACE_TAG;
    case DECL_ROLE: return SPACE_ROLE;
    case DECL_UNIT: return SPACE_UNIT;
    case DECL_TYPE: return SPACE_TYPE;
    case DECL_CONST: return SPACE_CONST;
    case DECL_FUNCTION: return SPACE_FUNCTION;
    case DECL_SOURCE: case DECL_MODEL: return SPACE_RELATION;
    case DECL_TEMPLATE: return SPACE_TEMPLATE;
    case DECL_MASK: return SPACE_MASK;
    case DECL_METRIC: return SPACE_METRIC;
    case DECL_DASHBOARD: case DECL_LEGACY_DASHBOARD: return SPACE_DASHBOARD;
    case DECL_JOB: return SPACE_JOB;
    case DECL_DELIVERY: return SPACE_DELIVERY;
    case DECL_TEST: case DECL_UNIT_TEST: return SPACE_TEST;
    case DECL_PROJECT: case DECL_USE: case DECL_GRANT: case DECL_RELEASE: case DECL_ENDORSE: case DECL_SHARE:
    case DECL_EXCEPTION:
    case DECL_BUDGET: case DECL_QUERY: return SPACE_COUNT;
    }
    return SPACE_COUNT;
}

/* A test is known by its title and what it tests. (The backquotes make the name read well in a message.) */
static Name *test_name(Binder *binder, const Decl *decl) {
    Clause *on = decl_clause(decl, decl->of == DECL_TEST ? CLAUSE_ON : CLAUSE_FOR_MODEL);
    const char *relation = on && on->kids.count ? parts_text(binder->arena, ((Dotted *)on->kids.items[0])->name) : "";
    return name_of(binder->names, arena_format(binder->arena, "%.*s` on `%s", TEXT_ARGS(decl->title), relation));
}

static void report_second_project(Binder *binder, const Decl *first, const Decl *second) {
    Report *report = diag_report(binder->diag, CODE_G0209, parts_span(second->name), "a second project is declared");
    report_says(binder->diag, report, "declared again here");
    report_label(binder->diag, report, parts_span(first->name), "first declared here");
    report_help(binder->diag, report, "all files below the project's folder are one project");
}

/* Layer and name, so that a relation has a place to stand. */
static bool has_layer(Binder *binder, const Decl *decl) {
    if (decl->name.count == 2) return true;
    if (!decl->name.count) return false;
    const char *name = parts_text(binder->arena, decl->name);
    Report *report = diag_report(binder->diag, CODE_G0219, parts_span(decl->name), "%s `%s` names no layer",
                                 decl_word(decl->of), name);
    report_says(binder->diag, report, decl->name.count == 1 ? "a relation is named `layer.name`" : "too many names");
    if (decl->name.count == 1 && binder->spaces[SPACE_LAYER].count == 1) {
        const Name *layer = binder->spaces[SPACE_LAYER].keys[0];
        report_edit(binder->diag, report, decl->name.items[0].span, arena_format(binder->arena, "%s.%s", layer->text, name),
                    "put it in layer `%s`", layer->text);
    }
    return false;
}

static bool enter(Binder *binder, Decl *decl) {
    Space space = space_of(decl->of);
    if (space == SPACE_COUNT) return true;
    if (decl->broken && (space == SPACE_TEST || !decl->name.count)) return false;
    if (space == SPACE_TEST) return symbol_put(binder, space, test_name(binder, decl), decl, decl->node.span);
    if (decl->of == DECL_FUNCTION && decl->broken) decl->entity = arena_new(binder->arena, Inlinable); /* calls of it are poison */
    if (decl->of == DECL_FUNCTION && !decl->body && !decl->broken) { /* stdlib's: overloads share a name */
        vec_push(binder->arena, &binder->program->stdlib_functions, decl);
        Name *name = dotted_name(binder, decl->name);
        if (symbol_find(binder, space, name)) return true;
    }
    return symbol_put(binder, space, dotted_name(binder, decl->name), decl, parts_span(decl->name));
}

void collect_decl(Binder *binder, Decl *decl) {
    Program *program = binder->program;
    if (!decl->broken) check_clauses(binder, decl);
    if (decl->of == DECL_USE && !decl->broken) {
        vec_push(binder->arena, &binder->uses, decl);
        return;
    }
    if (decl->of == DECL_PROJECT) {
        if (program->project) report_second_project(binder, program->project, decl);
        else program->project = decl;
        return;
    }
    if (space_of(decl->of) == SPACE_RELATION) {
        const Expansion *before = program_enter(program, decl);
        bool placed = has_layer(binder, decl);
        binder->diag->expansion = before;
        if (!placed) map_put(&binder->misnamed, decl->name.count ? decl->name.items[0].name : NULL, decl);
        if (!placed) return;
    }
    bool entered = enter(binder, decl);
    /* of a broken one only the name is known: who mentions it is not to be told that there is none */
    if (entered && (!decl->broken || space_of(decl->of) == SPACE_RELATION)) vec_push(binder->arena, &binder->decls, decl);
}

void collect_trees(Binder *binder, Tree **trees, uint32_t tree_count) {
    for (uint32_t i = 0; i < tree_count; i++)
        for (uint32_t k = 0; k < trees[i]->items.count; k++)
            if (trees[i]->items.items[k]->kind == NODE_DECL) collect_decl(binder, (Decl *)trees[i]->items.items[k]);
    for (uint32_t i = 0; i < binder->uses.count; i++) /* grows while templates use templates */
        instantiate_declarations(binder, binder->uses.items[i]);
}
