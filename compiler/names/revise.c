/* names_revise(): some files of a program anew, before the program as it was.
 *
 * What the editor's file holds is nearly always models: their names and clauses stay, their queries and column lists change.
 * Only that is followed here; the Binder of the whole knows all other names. */
#include "compiler/names/internal.h"

static bool is_relation(const Decl *decl) {
    return decl->of == DECL_SOURCE || decl->of == DECL_MODEL;
}

static bool is_test(const Decl *decl) {
    return decl->of == DECL_TEST || decl->of == DECL_UNIT_TEST;
}

static bool same_nodes(const Nodes *a, const Nodes *b) {
    if (a->count != b->count) return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (!node_equal(a->items[i], b->items[i])) return false;
    return true;
}

static bool same_parts(const Parts *a, const Parts *b) {
    if (a->count != b->count) return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (a->items[i].name != b->items[i].name) return false;
    return true;
}

/* Who was entered under the name, and not beaten by another of the same name. */
static bool is_entered(const Binder *binder, const Decl *decl) {
    if (decl->of == DECL_UNIT_TEST) return true;
    if (decl->of == DECL_TEST) return decl->entity;
    const Relation *relation = decl->entity;
    return decl->name.count == 2 && relation && relation->decl == decl &&
           map_get(&binder->program->by_name, relation->full_name) == relation;
}

static bool same_head(const Binder *binder, const Node *before, const Node *after) {
    if (before->kind != NODE_DECL || after->kind != NODE_DECL) return false;
    const Decl *a = (const Decl *)before, *b = (const Decl *)after;
    if (a->of != b->of || !(is_relation(a) || is_test(a)) || !is_entered(binder, a)) return false;
    if (!same_parts(&a->name, &b->name) || !text_equal(a->title, b->title)) return false;
    if (a->broken || b->broken) return is_relation(a) && !a->broken;
    /* what a unit test is given and expects are clauses: they may change, but not whose it is */
    if (a->of == DECL_UNIT_TEST) return node_equal((Node *)decl_clause(a, CLAUSE_FOR_MODEL), (Node *)decl_clause(b, CLAUSE_FOR_MODEL));
    return same_nodes(&a->clauses, &b->clauses);
}

static bool can_follow(const Binder *binder, const Revised *file) {
    if (file->before->items.count != file->after->items.count) return false;
    for (uint32_t i = 0; i < file->before->items.count; i++)
        if (!same_head(binder, file->before->items.items[i], file->after->items.items[i])) return false;
    return true;
}

/* A copy of the program and its binder in which what belongs to files is empty. */
static Binder *stand_before(const Program *base, Arena *arena, Sources *sources, Diag *diag) {
    Program *program = arena_new(arena, Program);
    Binder *binder = arena_new(arena, Binder);
    *program = *base;
    *binder = *base->binder;
    program->arena = binder->arena = arena;
    program->diag = binder->diag = diag;
    program->sources = sources;
    program->binder = binder;
    binder->program = program;
    program->revision++;
    program->by_name = map_copy(&base->by_name, arena);
    map_open(&program->expansions, arena); /* nobody walks into the texts of other files */
    for (int i = 0; i < SPACE_COUNT; i++) binder->spaces[i] = map_copy(&base->binder->spaces[i], arena);
    map_open(&binder->scopes, arena);
#define NONE(field) (field).items = NULL, (field).count = (field).capacity = 0
    NONE(binder->decls), NONE(binder->uses);
    NONE(program->layers), NONE(program->user_functions), NONE(program->relations), NONE(program->tests);
    NONE(program->unit_tests), NONE(program->grants), NONE(program->masks), NONE(program->deferred);
    NONE(program->queries), NONE(program->column_facts), NONE(program->handed);
#undef NONE
    return binder;
}

static void collect_revised(Binder *binder, const Revised *file) {
    for (uint32_t i = 0; i < file->after->items.count; i++) {
        Decl *decl = (Decl *)file->after->items.items[i];
        if (!decl->broken) check_clauses(binder, decl);
        if (is_relation(decl)) map_put(&binder->spaces[SPACE_RELATION], dotted_name(binder, decl->name), decl);
        vec_push(binder->arena, &binder->decls, decl);
    }
}

Program *names_revise(const Program *base, Arena *arena, Sources *sources, Diag *diag, const Revised *files, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        if (!can_follow(base->binder, &files[i])) return NULL;
    Binder *binder = stand_before(base, arena, sources, diag);
    for (uint32_t i = 0; i < count; i++) collect_revised(binder, &files[i]);
    declare_relations(binder);
    bind_models(binder);
    refuse_undeclared_columns(binder);
    order_relations(binder);
    declare_tests(binder);
    declare_unit_tests(binder);
    find_handed(binder->program);
    report_placeholders(binder);
    base->binder->mark = binder->mark;
    return binder->program;
}
