/* Finding things in a state: pure, for whoever holds one. */
#ifndef GOV_STATE_FIND_H
#define GOV_STATE_FIND_H

#include "runtime/plan.h"
#include "runtime/state/state.h"

/* Orders for qsort() and bsearch(): of StatePrivilege (and of StateGranted, which begins with one) by kind, schema, name,
 * column, role, privilege; of StateObject by schema and name. */
int state_compare_privileges(const void *a, const void *b);
int state_compare_objects(const void *a, const void *b);

/* What the plan wants, in the state's words; nothing is copied. */
StatePrivilege state_privilege_of(const GovPrivilege *wanted);

/* Null: there is none. */
const StatePrivilege *state_find_privilege(const TargetState *state, const StatePrivilege *wanted);
/* Whether the role has it: a right to connect also by everybody having it, as every database has it to begin with, and which only
 * the database's owner could grant again. */
bool state_has(const TargetState *state, const StatePrivilege *wanted);
const StateGranted *state_find_granted(const TargetState *state, const StatePrivilege *wanted);
const StateRelation *state_find_relation(const TargetState *state, const char *schema, const char *name);
const StateObject *state_find_object(const TargetState *state, const char *schema, const char *name);
const StateSchema *state_find_schema(const TargetState *state, const char *name);
const StateRole *state_find_role(const TargetState *state, const char *name);

/* Whether something that gov granted still holds on the server: kinds that are no privilege (`owner`, `flag`, `grant option`) hold as long as
 * nobody undid them. */
bool state_still_holds(const TargetState *state, const StatePrivilege *granted);

/* All rights that a plan wants, in order, so that one is found among many. */
typedef struct {
    const StatePrivilege *items;
    size_t count;
} StateWanted;

/* Fills `items`, room for `access->privilege_count` of them, which must outlive the result. */
StateWanted state_wanted(const GovAccess *access, StatePrivilege *items);
bool state_is_wanted(const StateWanted *wanted, const StatePrivilege *right);

#endif
