#include "runtime/state/find.h"

#include <stdlib.h>
#include <string.h>

int state_compare_privileges(const void *first, const void *second) {
    const StatePrivilege *a = first, *b = second;
    const char *const of_a[] = {a->kind, a->schema, a->name, a->column, a->role, a->privilege};
    const char *const of_b[] = {b->kind, b->schema, b->name, b->column, b->role, b->privilege};
    for (size_t i = 0; i < sizeof of_a / sizeof *of_a; i++) {
        int order = strcmp(of_a[i], of_b[i]);
        if (order) return order;
    }
    return 0;
}

int state_compare_objects(const void *first, const void *second) {
    const StateObject *a = first, *b = second;
    int order = strcmp(a->schema, b->schema);
    return order ? order : strcmp(a->name, b->name);
}

static int compare_relations(const void *first, const void *second) {
    const StateRelation *a = first, *b = second;
    int order = strcmp(a->schema, b->schema);
    return order ? order : strcmp(a->name, b->name);
}

static const char *kind_of(GovObjectKind kind) {
    switch (kind) {
    case GOV_OBJECT_DATABASE: return "database";
    case GOV_OBJECT_SCHEMA: return "schema";
    case GOV_OBJECT_RELATION: return "relation";
    }
    return "";
}

/* The database is the one that is open: its name is not part of what is compared. */
StatePrivilege state_privilege_of(const GovPrivilege *wanted) {
    return (StatePrivilege){
        .kind = kind_of(wanted->kind),
        .schema = wanted->schema && wanted->kind != GOV_OBJECT_DATABASE ? wanted->schema : "",
        .name = wanted->name && wanted->kind == GOV_OBJECT_RELATION ? wanted->name : "",
        .column = "",
        .role = wanted->grantee,
        .privilege = wanted->privilege,
    };
}

/* `bsearch` in a list that may be empty. */
static const void *find(const void *key, const void *items, size_t count, size_t size, int (*compare)(const void *, const void *)) {
    return count ? bsearch(key, items, count, size, compare) : NULL;
}

const StatePrivilege *state_find_privilege(const TargetState *state, const StatePrivilege *wanted) {
    return find(wanted, state->privileges, state->privilege_count, sizeof *state->privileges, state_compare_privileges);
}

bool state_has(const TargetState *state, const StatePrivilege *wanted) {
    StatePrivilege of_all = *wanted;
    of_all.role = "public";
    bool connects = strcmp(wanted->kind, "database") == 0 && strcmp(wanted->privilege, "CONNECT") == 0;
    return state_find_privilege(state, wanted) || (connects && state_find_privilege(state, &of_all));
}

const StateGranted *state_find_granted(const TargetState *state, const StatePrivilege *wanted) {
    return find(wanted, state->granted, state->granted_count, sizeof *state->granted, state_compare_privileges);
}

const StateRelation *state_find_relation(const TargetState *state, const char *schema, const char *name) {
    const StateRelation key = {.schema = schema, .name = name};
    return find(&key, state->relations, state->relation_count, sizeof key, compare_relations);
}

const StateObject *state_find_object(const TargetState *state, const char *schema, const char *name) {
    const StateObject key = {.schema = schema, .name = name};
    return find(&key, state->objects, state->object_count, sizeof key, state_compare_objects);
}

const StateSchema *state_find_schema(const TargetState *state, const char *name) {
    for (size_t i = 0; i < state->schema_count; i++)
        if (strcmp(state->schemas[i].name, name) == 0) return &state->schemas[i];
    return NULL;
}

const StateRole *state_find_role(const TargetState *state, const char *name) {
    for (size_t i = 0; i < state->role_count; i++)
        if (strcmp(state->roles[i].name, name) == 0) return &state->roles[i];
    return NULL;
}

bool state_still_holds(const TargetState *state, const StatePrivilege *granted) {
    static const char *const no_privileges[] = {"owner", "flag", "grant option"};
    for (size_t i = 0; i < sizeof no_privileges / sizeof *no_privileges; i++)
        if (strcmp(granted->kind, no_privileges[i]) == 0) return true;
    return state_find_privilege(state, granted) != NULL;
}

StateWanted state_wanted(const GovAccess *access, StatePrivilege *items) {
    for (size_t i = 0; i < access->privilege_count; i++) items[i] = state_privilege_of(&access->privileges[i]);
    if (access->privilege_count) qsort(items, access->privilege_count, sizeof *items, state_compare_privileges);
    return (StateWanted){items, access->privilege_count};
}

bool state_is_wanted(const StateWanted *wanted, const StatePrivilege *right) {
    return find(right, wanted->items, wanted->count, sizeof *wanted->items, state_compare_privileges);
}
