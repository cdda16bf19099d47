/* What the files of the comparison with the server share: drift.c calls them all. */
#ifndef GOV_PLAN_DRIFT_H
#define GOV_PLAN_DRIFT_H

#include "compiler/plan/internal.h"
#include "runtime/state/find.h"

typedef struct Drifting {
    Planner *planner;
    Arena *arena;
    Plan *plan;
    const GovAccess *access;
    const TargetState *server;
    StateWanted wanted;
    Map views;            /* Name of schema, a line end, name → GovRoleView */
} Drifting;

/* Adds a drift unless it was accepted. `key` is made of its kind and of `what`. */
void add_drift(Drifting *drifting, PlanDrift drift);
/* An act of the run beside its steps. */
void add_act(Drifting *drifting, PlanAct act);

bool is_managed_schema(const Drifting *drifting, const char *name);
bool is_managed_role(const Drifting *drifting, const char *name);
/* The view of a role that has this name at the target, or null. */
const GovRoleView *role_view_named(const Drifting *drifting, const char *schema, const char *name);
/* A name, and schema and name, quoted where the engine needs it. */
const char *quoted(const Drifting *drifting, const char *name);
const char *quoted_two(const Drifting *drifting, const char *schema, const char *name);

/* acts.c: roles, schemas, role views, grants and comments that the run makes or takes away. */
void find_acts(Drifting *drifting);
/* rights.c: privileges, default privileges, members and mighty roles that the files do not declare. */
void find_foreign_rights(Drifting *drifting);
/* objects.c: owners, relations, role views and what hangs on them. */
void find_foreign_objects(Drifting *drifting);

#endif
