/* Relations that are not the project's, that belong to somebody else, or on which something hangs that the files do not say. */
#include "compiler/plan/drift.h"

#include <string.h>

static StatePrivilege what_of(const char *kind, const char *schema, const char *name, const char *column) {
    return (StatePrivilege){.kind = kind, .schema = schema, .name = name, .column = column, .role = "", .privilege = ""};
}

/* ------------------------------------------------------------------- whose */

/* Name without what marks a relation that is being built beside it. */
static const char *base_name(const Drifting *drifting, const char *name) {
    static const char *const suffixes[] = {"__next_periods", "__next_view", "__next"};
    size_t length = strlen(name);
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        size_t suffix = strlen(suffixes[i]);
        if (length > suffix && !strcmp(name + length - suffix, suffixes[i]))
            return arena_copy(drifting->arena, name, length - suffix);
    }
    return name;
}

static const Relation *relation_named(const Drifting *drifting, const char *schema, const char *name) {
    const Planner *planner = drifting->planner;
    for (uint32_t i = 0; i < planner->program->layers.count; i++) {
        const Layer *layer = planner->program->layers.items[i];
        if (strcmp(emit_schema(drifting->arena, planner->schemas, layer), schema)) continue;
        const Relation *found = map_get(&layer->relations, name_of(planner->program->names, name));
        if (found) return found;
    }
    return NULL;
}

static bool is_quarantine_of_ours(const Drifting *drifting, const StateRelation *relation) {
    const char *between = strstr(relation->name, "__");
    if (strcmp(relation->schema, "quarantine") || !between) return false;
    const char *schema = arena_copy(drifting->arena, relation->name, (size_t)(between - relation->name));
    return relation_named(drifting, schema, between + 2);
}

static bool is_ours(const Drifting *drifting, const StateRelation *relation) {
    const char *name = base_name(drifting, relation->name);
    return relation_named(drifting, relation->schema, name) || role_view_named(drifting, relation->schema, name) ||
           is_quarantine_of_ours(drifting, relation) || state_find_object(drifting->server, relation->schema, relation->name);
}

static void compare_whose(Drifting *drifting, const StateRelation *relation) {
    if (is_ours(drifting, relation)) return;
    bool function = strstr(relation->kind, "function") != NULL;
    PlanDrift drift = {
        .kind = "foreign object",
        .what = what_of("object", relation->schema, relation->name, relation->kind),
        .words = arena_format(drifting->arena, "%s `%s.%s` is not of this project%s%s%s", relation->kind, relation->schema, relation->name,
                              relation->owner ? ": it belongs to `" : "", relation->owner ? relation->owner : "", relation->owner ? "`" : ""),
        .undo = function ? arena_format(drifting->arena, "drop routine %s.%s", quoted(drifting, relation->schema), relation->name)
                         : arena_format(drifting->arena, "drop %s %s", relation->kind, quoted_two(drifting, relation->schema, relation->name)),
    };
    add_drift(drifting, drift);
}

/* ------------------------------------------------------------------ owners */

static const char *kind_in_sql(const char *kind) {
    return strstr(kind, "function") ? "routine" : kind;
}

static void compare_owner(Drifting *drifting, const char *kind, const char *schema, const char *name, const char *owner) {
    const char *wanted = drifting->access->owner;
    if (!wanted || !owner || !strcmp(owner, wanted)) return;
    PlanDrift drift = {
        .kind = "owner",
        .end = DRIFT_REVOCABLE,
        .what = {.kind = "owner", .schema = schema, .name = name, .column = kind, .role = owner, .privilege = "OWNER"},
        .words = *name ? arena_format(drifting->arena, "%s `%s.%s` belongs to `%s`, not to `%s`", kind, schema, name, owner, wanted)
                       : arena_format(drifting->arena, "schema `%s` belongs to `%s`, not to `%s`", schema, owner, wanted),
        .undo = arena_format(drifting->arena, "alter %s %s owner to %s", *name ? kind_in_sql(kind) : "schema",
                             *name ? quoted_two(drifting, schema, name) : quoted(drifting, schema), quoted(drifting, wanted)),
    };
    if (!state_find_granted(drifting->server, &drift.what)) add_drift(drifting, drift);
}

/* -------------------------------------------------------------- what hangs on */

static void compare_row_security(Drifting *drifting, const StateRelation *relation) {
    if (!relation->row_security) return;
    PlanDrift drift = {
        .kind = "row security",
        .what = what_of("row security", relation->schema, relation->name, ""),
        .words = arena_format(drifting->arena, "row security of `%s.%s` is switched on by hand", relation->schema, relation->name),
        .undo = arena_format(drifting->arena, "alter table %s disable row level security", quoted_two(drifting, relation->schema, relation->name)),
    };
    add_drift(drifting, drift);
}

static void compare_addition(Drifting *drifting, const StateAddition *addition) {
    Arena *arena = drifting->arena;
    const char *on = quoted_two(drifting, addition->schema, addition->relation);
    bool view = !strcmp(addition->kind, "view"), publication = !strcmp(addition->kind, "publication");
    PlanDrift drift = {
        .kind = addition->kind,
        .what = what_of(addition->kind, addition->schema, addition->relation, addition->name),
        .words = view          ? arena_format(arena, "view `%s` of another schema reads `%s.%s`: who may read it passes over grants",
                                              addition->name, addition->schema, addition->relation)
                 : publication ? arena_format(arena, "publication `%s` hands out `%s.%s`", addition->name, addition->schema, addition->relation)
                               : arena_format(arena, "%s `%s` on `%s.%s` is not of this project", addition->kind, addition->name,
                                              addition->schema, addition->relation),
        .undo = view          ? NULL
                : publication ? arena_format(arena, "alter publication %s drop table %s", quoted(drifting, addition->name), on)
                              : arena_format(arena, "drop %s %s on %s", addition->kind, quoted(drifting, addition->name), on),
    };
    add_drift(drifting, drift);
}

/* -------------------------------------------------------------- role views */

static void add_view_deed(Drifting *drifting, const GovRoleView *view, const char *deed, const char *words) {
    PlanDrift drift = {
        .kind = "role view",
        .end = DRIFT_MENDED,
        .what = what_of("role view", view->schema, view->name, deed),
        .words = arena_format(drifting->arena, "%s `%s.%s` %s", view->stored ? "table" : "view", view->schema, view->name, words),
    };
    add_drift(drifting, drift);
}

/* A view of a role that somebody changed is made again by the next run. */
static void compare_role_view(Drifting *drifting, const GovRoleView *view) {
    const StateRelation *relation = state_find_relation(drifting->server, view->schema, view->name);
    const StateObject *object = state_find_object(drifting->server, view->schema, view->name);
    if (!object) return; /* new: acts.c */
    if (!relation) {
        add_view_deed(drifting, view, "dropped", "was dropped by hand");
        return;
    }
    if (!view->stored && !relation->security_barrier)
        add_view_deed(drifting, view, "barrier", "has no security_barrier: a function in a query could see what it hides");
    if (relation->security_invoker) add_view_deed(drifting, view, "invoker", "is read with the reader's own rights (security_invoker)");
    if (strcmp(object->kind, relation->kind) || (object->definition && relation->definition && strcmp(object->definition, relation->definition)))
        add_view_deed(drifting, view, "text", "was changed by hand");
}

void find_foreign_objects(Drifting *drifting) {
    const TargetState *server = drifting->server;
    for (size_t i = 0; i < server->schema_count; i++)
        if (is_managed_schema(drifting, server->schemas[i].name))
            compare_owner(drifting, "schema", server->schemas[i].name, "", server->schemas[i].owner);
    for (size_t i = 0; i < server->relation_count; i++) {
        const StateRelation *relation = &server->relations[i];
        if (!is_managed_schema(drifting, relation->schema)) continue;
        compare_whose(drifting, relation);
        if (!is_ours(drifting, relation)) continue;
        compare_owner(drifting, relation->kind, relation->schema, relation->name, relation->owner);
        compare_row_security(drifting, relation);
    }
    for (size_t i = 0; i < server->addition_count; i++)
        if (is_managed_schema(drifting, server->additions[i].schema)) compare_addition(drifting, &server->additions[i]);
    for (size_t i = 0; i < drifting->access->view_count; i++) compare_role_view(drifting, &drifting->access->views[i]);
}
