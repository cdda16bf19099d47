/* What a run does beside its steps: roles, schemas, role views, grants and comments. */
#include "compiler/plan/drift.h"

#include <string.h>

/* ------------------------------------------------------------------- grants */

/* `SELECT on marts.orders`. */
static const char *right_in_words(const Drifting *drifting, const StatePrivilege *right) {
    bool relation = *right->name && strcmp(right->kind, "default");
    return arena_format(drifting->arena, "%s on %s%s%s%s%s", right->privilege,
                        strcmp(right->kind, "database") && !relation ? "schema " : "", strcmp(right->kind, "database") ? right->schema : "the database",
                        relation ? "." : "", relation ? right->name : "",
                        *right->column && !strcmp(right->kind, "column") ? arena_format(drifting->arena, " (%s)", right->column) : "");
}

static bool is_built(const Drifting *drifting, const GovPrivilege *wanted, const StatePrivilege *right) {
    const Planner *planner = drifting->planner;
    if (wanted->kind != GOV_OBJECT_RELATION || state_find_relation(drifting->server, right->schema, right->name)) return true;
    const Relation *relation = wanted->of ? map_get(&planner->program->by_name, name_of(planner->program->names, wanted->of)) : NULL;
    const Planned *planned = relation ? planned_of(planner, relation) : NULL;
    return !planned || planned->runs || role_view_named(drifting, right->schema, right->name);
}

static void find_grants(Drifting *drifting) {
    for (size_t i = 0; i < drifting->access->privilege_count; i++) {
        const GovPrivilege *wanted = &drifting->access->privileges[i];
        StatePrivilege right = state_privilege_of(wanted);
        if (state_has(drifting->server, &right) || !is_built(drifting, wanted, &right)) continue;
        add_act(drifting, (PlanAct){'+', "grant", arena_format(drifting->arena, "%s to %s", right_in_words(drifting, &right), right.role), NULL,
                                    wanted->grant, wanted->place});
    }
}

static const char *undo_in_words(const Drifting *drifting, const StatePrivilege *right) {
    Arena *arena = drifting->arena;
    if (!strcmp(right->kind, "owner")) return arena_format(arena, "ownership of %s.%s from %s", right->schema, right->name, right->role);
    if (!strcmp(right->kind, "flag")) return arena_format(arena, "%s from %s", right->privilege, right->role);
    if (!strcmp(right->kind, "grant option"))
        return arena_format(arena, "the right to hand on %s on %s.%s from %s", right->privilege, right->schema, right->name, right->role);
    if (!strcmp(right->kind, "default"))
        return arena_format(arena, "%s on all new %s of %s from %s", right->privilege, right->column, right->name, right->role);
    return arena_format(arena, "%s from %s", right_in_words(drifting, right), right->role);
}

static void find_revokes(Drifting *drifting) {
    for (size_t i = 0; i < drifting->server->granted_count; i++) {
        const StateGranted *granted = &drifting->server->granted[i];
        const StatePrivilege *right = &granted->privilege;
        if (state_is_wanted(&drifting->wanted, right) || !state_still_holds(drifting->server, right)) continue;
        add_act(drifting, (PlanAct){'-', "revoke", undo_in_words(drifting, right), granted->adopted ? "adopted" : "no longer declared", granted->undo,
                                    {NULL, 0, 0}});
    }
}

/* ------------------------------------------------------- roles and their views */

static void find_roles(Drifting *drifting) {
    const GovAccess *access = drifting->access;
    if (access->owner && !state_find_role(drifting->server, access->owner))
        add_act(drifting, (PlanAct){'+', "role", access->owner, "owns what is made; nobody can log in as it", NULL, {NULL, 0, 0}});
    for (size_t i = 0; i < access->role_count; i++)
        if (!state_find_role(drifting->server, access->roles[i].name))
            add_act(drifting, (PlanAct){'+', "role", access->roles[i].name, NULL, NULL, access->roles[i].place});
}

static void find_role_views(Drifting *drifting) {
    for (size_t i = 0; i < drifting->access->view_count; i++) {
        const GovRoleView *view = &drifting->access->views[i];
        const StateObject *object = state_find_object(drifting->server, view->schema, view->name);
        const char *name = arena_format(drifting->arena, "%s.%s", view->schema, view->name);
        const char *words = arena_format(drifting->arena, "%s for role %s", view->of, view->role);
        if (!object) add_act(drifting, (PlanAct){'+', view->stored ? "role table" : "role view", name, words, view->sql, view->place});
        else if (strcmp(object->outline, view->sql ? view->sql : ""))
            add_act(drifting, (PlanAct){'~', view->stored ? "role table" : "role view", name, words, view->sql, view->place});
    }
    for (size_t i = 0; i < drifting->server->object_count; i++) {
        const StateObject *object = &drifting->server->objects[i];
        if (!strstr(object->step, " for ") || role_view_named(drifting, object->schema, object->name)) continue;
        if (state_find_relation(drifting->server, object->schema, object->name))
            add_act(drifting, (PlanAct){'-', "role view", arena_format(drifting->arena, "%s.%s", object->schema, object->name), object->step, NULL,
                                        {NULL, 0, 0}});
    }
}

/* ----------------------------------------------------------------- comments */

static bool same_words(Text wanted, const char *there) {
    return text_equal(wanted, text_of(there ? there : ""));
}

static const StateColumn *column_at(const StateRelation *relation, const char *name) {
    for (size_t i = 0; i < relation->column_count; i++)
        if (!strcmp(relation->columns[i].name, name)) return &relation->columns[i];
    return NULL;
}

static void compare_comments(Drifting *drifting, const Relation *relation, const StateRelation *there, TextList *statements) {
    Planner *planner = drifting->planner;
    uint32_t first = drifting->plan->acts.count;
    const char *name = relation->full_name->text;
    if (!same_words(relation->decl->doc, there->comment))
        add_act(drifting, (PlanAct){'~', "comment", name, NULL, comment_on_relation(planner, relation), place_of(planner, relation->decl->node.span)});
    for (uint32_t i = 0; i < relation->rows->columns.count; i++) {
        const Column *column = relation->rows->columns.items[i];
        const StateColumn *now = column_at(there, column->name->text);
        if (now && !same_words(column->doc, now->comment))
            add_act(drifting, (PlanAct){'~', "comment", arena_format(drifting->arena, "%s.%s", name, column->name->text), NULL,
                                        comment_on_column(planner, relation, column), place_of(planner, column->span)});
    }
    for (uint32_t i = first; i < drifting->plan->acts.count; i++) vec_push(drifting->arena, statements, drifting->plan->acts.items[i].sql);
}

/* What is built anew gets its comments with it: they are told where nothing else of it changes. */
static void find_comments(Drifting *drifting) {
    Planner *planner = drifting->planner;
    TextList statements = {0}, with_the_build = {0};
    for (uint32_t i = 0; i < planner->program->relations.count; i++) {
        const Planned *planned = &planner->planned[i];
        if (!planned->selected || (planned->runs && !planned->refresh) || !planned->relation->rows) continue;
        const StateRelation *there =
            state_find_relation(drifting->server, schema_at_target(planner, planned->relation), name_at_target(planner, planned->relation));
        if (there) compare_comments(drifting, planned->relation, there, planned->runs ? &with_the_build : &statements);
    }
    drifting->plan->govplan.comments = texts_of(drifting->arena, &statements);
}

void find_acts(Drifting *drifting) {
    find_roles(drifting);
    find_role_views(drifting);
    find_grants(drifting);
    find_revokes(drifting);
    find_comments(drifting);
}
