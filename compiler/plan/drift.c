/* The plan held against what the server has: what a run does beside its steps, and what the files do not say. */
#include "compiler/plan/drift.h"

#include <string.h>

static bool is_accepted(const TargetState *server, const char *key) {
    for (size_t i = 0; i < server->accepted_count; i++)
        if (!strcmp(server->accepted[i].key, key)) return true;
    return false;
}

void add_drift(Drifting *drifting, PlanDrift drift) {
    const StatePrivilege *what = &drift.what;
    drift.key = arena_format(drifting->arena, "%s|%s|%s|%s|%s|%s", drift.kind, what->schema, what->name, what->column, what->role, what->privilege);
    if (is_accepted(drifting->server, drift.key)) drifting->plan->accepted++;
    else vec_push(drifting->arena, &drifting->plan->drifts, drift);
}

void add_act(Drifting *drifting, PlanAct act) {
    vec_push(drifting->arena, &drifting->plan->acts, act);
}

static bool is_among(const GovTexts *texts, const char *text) {
    for (size_t i = 0; i < texts->count; i++)
        if (!strcmp(texts->items[i], text)) return true;
    return false;
}

bool is_managed_schema(const Drifting *drifting, const char *name) {
    return is_among(&drifting->plan->scope.schemas, name);
}

bool is_managed_role(const Drifting *drifting, const char *name) {
    return is_among(&drifting->plan->scope.roles, name);
}

static Name *key_of_view(const Drifting *drifting, const char *schema, const char *name) {
    return name_of(drifting->planner->program->names, arena_format(drifting->arena, "%s\n%s", schema, name));
}

static void index_views(Drifting *drifting) {
    map_open(&drifting->views, drifting->arena);
    for (size_t i = 0; i < drifting->access->view_count; i++) {
        const GovRoleView *view = &drifting->access->views[i];
        map_put(&drifting->views, key_of_view(drifting, view->schema, view->name), (void *)view);
    }
}

const GovRoleView *role_view_named(const Drifting *drifting, const char *schema, const char *name) {
    return map_get(&drifting->views, key_of_view(drifting, schema, name));
}

const char *quoted(const Drifting *drifting, const char *name) {
    Buffer out;
    buffer_open(&out, drifting->arena);
    emit_name(drifting->planner->dialect, name, &out);
    return buffer_string(&out);
}

const char *quoted_two(const Drifting *drifting, const char *schema, const char *name) {
    return arena_format(drifting->arena, "%s.%s", quoted(drifting, schema), quoted(drifting, name));
}

void plan_drift(Planner *planner, Plan *plan) {
    const PlanState *state = planner->options->state;
    if (!state || !state->server || !state->server->exists || planner->options->what == PLAN_TEST) return;
    const GovAccess *access = &plan->govplan.access;
    StatePrivilege *wanted = arena_alloc(planner->arena, (access->privilege_count + 1) * sizeof *wanted);
    Drifting drifting = {planner, planner->arena, plan, access, state->server, state_wanted(access, wanted), {0}};
    index_views(&drifting);
    find_acts(&drifting);
    find_foreign_rights(&drifting);
    find_foreign_objects(&drifting);
}
