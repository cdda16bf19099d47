/* names_bind(): the phases in order. */
#include "compiler/names/internal.h"

#include <string.h>

static uint32_t end_of_builtin(const Sources *sources) {
    uint32_t end = 0;
    for (uint32_t i = 0; i < sources->files.count; i++) {
        const Source *source = sources->files.items[i];
        if (source->builtin) end = source->base + source->length;
    }
    return end;
}

static Program *program_open(Arena *arena, Names *names, Sources *sources, Diag *diag) {
    Program *program = arena_new(arena, Program);
    *program = (Program){.arena = arena, .names = names, .sources = sources, .diag = diag};
    program->types = types_open(arena, names);
    map_open(&program->functions, arena);
    map_open(&program->by_name, arena);
    map_open(&program->const_names, arena);
    map_open(&program->expansions, arena);
    return program;
}

static void binder_open(Binder *binder, Program *program) {
    *binder = (Binder){.arena = program->arena, .names = program->names, .diag = program->diag, .program = program};
    for (int i = 0; i < SPACE_COUNT; i++) map_open(&binder->spaces[i], program->arena);
    map_open(&binder->scopes, program->arena);
    map_open(&binder->misnamed, program->arena);
    map_open(&binder->open_types, program->arena);
    map_open(&binder->missing_layers, program->arena);
    binder->builtin_end = end_of_builtin(program->sources);
    binder->value = name_of(program->names, "value");
}

/* Bare queries, which `gov query` is given. */
static void bind_queries(Binder *binder) {
    for (uint32_t i = 0; i < binder->decls.count; i++) {
        Decl *decl = binder->decls.items[i];
        if (decl->of != DECL_QUERY || !decl->body || decl->body->kind != NODE_QUERY) continue;
        Walk walk = {.binder = binder};
        walk_node(&walk, &decl->body);
        vec_push(binder->arena, &binder->program->queries, (Query *)decl->body);
    }
}

/* A `{x}` is only looked for if the text has any. */
void report_placeholders(Binder *binder) {
    const Names *names = binder->names;
    bool any = false;
    for (uint32_t i = 0; i <= names->mask && !any; i++)
        any = names->slots[i] && memchr(names->slots[i]->text, '{', names->slots[i]->length);
    for (uint32_t i = 0; any && i < binder->decls.count; i++)
        if (binder->decls.items[i]->of != DECL_TEMPLATE) report_holes(binder, &binder->decls.items[i]->node);
}

/* A relation that a template was handed may be a common table expression, whose columns nobody states. */
void find_handed(Program *program) {
    for (uint32_t i = 0; i < program->handed.count; i++)
        program->handed.items[i]->relation = program_relation(program, program->handed.items[i]->name);
}

Program *names_bind(Arena *arena, Names *names, Sources *sources, Diag *diag, Tree **trees, uint32_t tree_count) {
    Program *program = program_open(arena, names, sources, diag);
    Binder *binder = program->binder = arena_new(arena, Binder);
    binder_open(binder, program);
    collect_trees(binder, trees, tree_count);
    declare_project(binder);
    declare_targets(binder);
    declare_owners(binder);
    declare_units(binder);
    declare_tags(binder);
    declare_types(binder);
    for (uint32_t i = 0; i < program->stdlib_functions.count; i++) function_declare(program, program->stdlib_functions.items[i]);
    declare_constants(binder);
    declare_functions(binder);
    declare_layers(binder);
    declare_roles(binder);
    declare_masks(binder);
    declare_relations(binder);
    bind_models(binder);
    refuse_undeclared_columns(binder);
    order_relations(binder);
    declare_tests(binder);
    declare_unit_tests(binder);
    declare_grants(binder);
    declare_exceptions(binder);
    declare_deferred(binder);
    bind_queries(binder);
    find_handed(program);
    drop_unmentioned(program);
    report_placeholders(binder);
    return program;
}
