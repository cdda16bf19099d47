/* Who can do what the files do not say: privileges, default privileges, memberships, and roles that need no privilege. */
#include "compiler/plan/drift.h"

#include <string.h>

/* "everybody", or the role in backquotes. */
static const char *who(const Drifting *drifting, const char *role) {
    return strcmp(role, "public") ? arena_format(drifting->arena, "`%s`", role) : "everybody";
}

static const char *role_in_sql(const Drifting *drifting, const char *role) {
    return strcmp(role, "public") ? quoted(drifting, role) : "public";
}

/* ---------------------------------------------------------------- privileges */

static bool is(const StatePrivilege *privilege, const char *kind) {
    return strcmp(privilege->kind, kind) == 0;
}

static bool is_sequence(const Drifting *drifting, const StatePrivilege *privilege) {
    const StateRelation *relation = state_find_relation(drifting->server, privilege->schema, privilege->name);
    return relation && !strcmp(relation->kind, "sequence");
}

/* What it is on, as SQL names it: `schema marts`, `marts.orders`. */
static const char *object_in_sql(const Drifting *drifting, const StatePrivilege *on) {
    Arena *arena = drifting->arena;
    if (is(on, "database")) return arena_format(arena, "database %s", quoted(drifting, drifting->server->database));
    if (is(on, "schema")) return arena_format(arena, "schema %s", quoted(drifting, on->schema));
    if (is(on, "function")) return arena_format(arena, "routine %s.%s", quoted(drifting, on->schema), on->name);
    const char *relation = quoted_two(drifting, on->schema, on->name);
    return is_sequence(drifting, on) ? arena_format(arena, "sequence %s", relation) : relation;
}

static const char *revoke_in_sql(const Drifting *drifting, const StatePrivilege *of) {
    Arena *arena = drifting->arena;
    const char *column = is(of, "column") ? arena_format(arena, " (%s)", quoted(drifting, of->column)) : "";
    return arena_format(arena, "revoke %s%s on %s from %s cascade", of->privilege, column, object_in_sql(drifting, of),
                        role_in_sql(drifting, of->role));
}

/* What it is on, for people. */
static const char *object_in_words(const Drifting *drifting, const StatePrivilege *on) {
    Arena *arena = drifting->arena;
    if (is(on, "database")) return arena_format(arena, "database `%s`", drifting->server->database);
    if (is(on, "schema")) return arena_format(arena, "schema `%s`", on->schema);
    if (is(on, "function")) return arena_format(arena, "function `%s.%s`", on->schema, on->name);
    if (is(on, "column")) return arena_format(arena, "column `%s` of `%s.%s`", on->column, on->schema, on->name);
    return arena_format(arena, "`%s.%s`", on->schema, on->name);
}

/* Everybody may connect to a database and make temporary tables unless somebody said otherwise: nothing can be read by it. */
static bool is_harmless(const Drifting *drifting, const StatePrivilege *privilege) {
    bool connects = !strcmp(privilege->privilege, "CONNECT") || !strcmp(privilege->privilege, "TEMPORARY");
    return is(privilege, "database") && connects && !is_managed_role(drifting, privilege->role);
}

static bool is_own(const Drifting *drifting, const StatePrivilege *privilege) {
    return (drifting->access->owner && !strcmp(privilege->role, drifting->access->owner)) ||
           (drifting->server->user && !strcmp(privilege->role, drifting->server->user));
}

/* What is declared, with the right to hand it on. */
static void compare_grant_option(Drifting *drifting, const StatePrivilege *privilege) {
    PlanDrift drift = {
        .kind = "grant option",
        .end = DRIFT_REVOCABLE,
        .what = *privilege,
        .words = arena_format(drifting->arena, "%s may hand on its %s on %s", who(drifting, privilege->role), privilege->privilege,
                              object_in_words(drifting, privilege)),
        .undo = arena_format(drifting->arena, "revoke grant option for %s on %s from %s cascade", privilege->privilege,
                             object_in_sql(drifting, privilege), role_in_sql(drifting, privilege->role)),
    };
    drift.what.kind = "grant option";
    if (privilege->grantable && !state_find_granted(drifting->server, &drift.what)) add_drift(drifting, drift);
}

static void compare_privilege(Drifting *drifting, const StatePrivilege *privilege) {
    bool outside = *privilege->schema && !is_managed_schema(drifting, privilege->schema);
    if (is_harmless(drifting, privilege) || is_own(drifting, privilege)) return;
    if (state_is_wanted(&drifting->wanted, privilege)) {
        compare_grant_option(drifting, privilege);
        return;
    }
    if (state_find_granted(drifting->server, privilege)) return; /* the run takes it back: acts.c */
    PlanDrift drift = {
        .kind = !strcmp(privilege->role, "public") ? "public privilege" : "privilege",
        .end = DRIFT_REVOCABLE,
        .what = *privilege,
        .words = arena_format(drifting->arena, "%s has %s on %s%s%s", who(drifting, privilege->role), privilege->privilege,
                              object_in_words(drifting, privilege), outside ? ", which is not of this project" : "",
                              privilege->grantable ? ", and may hand it on" : ""),
        .undo = revoke_in_sql(drifting, privilege),
    };
    add_drift(drifting, drift);
}

static void compare_default(Drifting *drifting, const StatePrivilege *privilege) {
    Arena *arena = drifting->arena;
    if (state_find_granted(drifting->server, privilege) || is_own(drifting, privilege)) return;
    const char *in_schema = *privilege->schema ? arena_format(arena, " in schema %s", quoted(drifting, privilege->schema)) : "";
    PlanDrift drift = {
        .kind = "default privilege",
        .end = DRIFT_REVOCABLE,
        .what = *privilege,
        .words = arena_format(arena, "%s gets %s on all %s that `%s` makes%s%s%s", who(drifting, privilege->role), privilege->privilege,
                              privilege->column, privilege->name, *privilege->schema ? " in schema `" : "", privilege->schema,
                              *privilege->schema ? "`" : ""),
        .undo = arena_format(arena, "alter default privileges for role %s%s revoke %s on %s from %s", quoted(drifting, privilege->name),
                             in_schema, privilege->privilege, privilege->column, role_in_sql(drifting, privilege->role)),
    };
    add_drift(drifting, drift);
}

/* ------------------------------------------------------------------ members */

/* The managed or mighty role that a member of `role` reaches, perhaps by way of others. */
static const char *reached_by(const Drifting *drifting, const char *role, int depth) {
    if (is_managed_role(drifting, role) || !strncmp(role, "pg_", 3)) return role;
    for (size_t i = 0; depth < 32 && i < drifting->server->privilege_count; i++) {
        const StatePrivilege *member = &drifting->server->privileges[i];
        if (!is(member, "member") || strcmp(member->role, role)) continue;
        const char *reached = reached_by(drifting, member->name, depth + 1);
        if (reached) return reached;
    }
    return NULL;
}

static void compare_member(Drifting *drifting, const StatePrivilege *member) {
    Arena *arena = drifting->arena;
    const char *reached = reached_by(drifting, member->name, 0);
    if (is_own(drifting, member) && (!drifting->access->owner || strcmp(member->role, drifting->access->owner))) return;
    const char *so = !reached                                  ? ", and has what that has"
                     : !strncmp(reached, "pg_", 3)             ? ", which passes over privileges"
                     : strcmp(reached, member->name)           ? arena_format(arena, ", and so reaches `%s`", reached)
                     : is_managed_role(drifting, member->role) ? ", and has what that has"
                                                               : "";
    PlanDrift drift = {
        .kind = "member",
        .end = DRIFT_REPORTED,
        .what = *member,
        .words = arena_format(arena, "`%s` is a member of `%s`%s%s", member->role, member->name, so,
                              member->grantable ? "; it may make others members" : ""),
        .undo = arena_format(arena, "revoke %s from %s", quoted(drifting, member->name), quoted(drifting, member->role)),
    };
    add_drift(drifting, drift);
}

/* -------------------------------------------------------------------- roles */

static void compare_flag(Drifting *drifting, const StateRole *role, bool set, const char *flag, const char *can) {
    if (!set) return;
    bool managed = is_managed_role(drifting, role->name);
    PlanDrift drift = {
        .kind = "role flag",
        .end = managed ? DRIFT_REVOCABLE : DRIFT_REPORTED,
        .what = {.kind = "flag", .schema = "", .name = role->name, .column = "", .role = role->name, .privilege = flag},
        .words = arena_format(drifting->arena, "%s`%s` is %s: it %s", managed ? "managed role " : "role ", role->name, flag, can),
        .undo = arena_format(drifting->arena, "alter role %s no%s", quoted(drifting, role->name), flag),
    };
    if (!state_find_granted(drifting->server, &drift.what)) add_drift(drifting, drift);
}

/* The superuser that every server has, and gov's own role, are not news. */
static void compare_role(Drifting *drifting, const StateRole *role) {
    bool owner = drifting->access->owner && !strcmp(role->name, drifting->access->owner);
    if (role->bootstrap || (drifting->server->user && !strcmp(role->name, drifting->server->user))) return;
    compare_flag(drifting, role, role->superuser, "SUPERUSER", "can do everything");
    compare_flag(drifting, role, role->bypass_rls, "BYPASSRLS", "reads past row security");
    compare_flag(drifting, role, role->create_role, "CREATEROLE", "can make itself a member of any role that is no superuser");
    compare_flag(drifting, role, role->replication, "REPLICATION", "can copy the whole server");
    compare_flag(drifting, role, owner && role->login, "LOGIN", "owns everything here, and nobody should be able to log in as it");
}

void find_foreign_rights(Drifting *drifting) {
    const TargetState *server = drifting->server;
    for (size_t i = 0; i < server->privilege_count; i++) {
        const StatePrivilege *privilege = &server->privileges[i];
        if (is(privilege, "member")) compare_member(drifting, privilege);
        else if (is(privilege, "default")) compare_default(drifting, privilege);
        else compare_privilege(drifting, privilege);
    }
    for (size_t i = 0; i < server->role_count; i++) compare_role(drifting, &server->roles[i]);
}
