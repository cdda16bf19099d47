/* What a target has: relations, columns, comments, views, owners, privileges, roles and who reaches them; and what the
 * ledger says that gov itself made of it. Plain data, read in one go: `gov plan` holds it against the project, a run against
 * what it is about to publish.
 *
 * Names are as the server has them, unquoted. Every list is in order of its texts by bytes; columns stand in their own
 * order. On DuckDB, which has no roles, only relations and columns are filled. */
#ifndef GOV_STATE_H
#define GOV_STATE_H

#include "runtime/plan.h"

#include <stdbool.h>
#include <stddef.h>

/* What is looked for: names of the managed schemas and of the managed roles, as the server has them. */
typedef struct {
    GovTexts schemas;
    GovTexts roles;
} StateScope;

typedef struct {
    const char *schema, *relation, *name;
    const char *type;             /* as the server writes it: `numeric(18,2)` */
    const char *comment;          /* null: none */
    bool not_null;
} StateColumn;

typedef struct {
    const char *schema, *name;
    const char *kind;             /* `table`, `view`, `materialized view`, `foreign table`, `sequence`, `function` */
    const char *owner;            /* null: the engine has none */
    const char *comment;          /* null: none */
    const char *definition;       /* sha256 (hex) of a view's text as the server has it; null: it has none */
    bool security_barrier;
    bool security_invoker;
    bool row_security;
    const StateColumn *columns;
    size_t column_count;
} StateRelation;

typedef struct {
    const char *name;
    const char *owner;
    const char *comment;
} StateSchema;

/* Something that hangs on a relation of a managed schema, and that gov did not put there. */
typedef struct {
    const char *schema, *relation;
    const char *kind;             /* `policy`, `trigger`, `rule`, `publication`; `view`: one in another schema that reads it */
    const char *name;
} StateAddition;

/* A right that somebody has who is not the owner.
 *     kind        schema      name                      column
 *     database
 *     schema      the schema
 *     relation    its schema  the relation
 *     column      its schema  the relation              the column
 *     function    its schema  with types: `f(integer)`
 *     default     or empty    the role that creates     what: `tables`, `sequences`, `functions`, `types`, `schemas`
 *     member                  the role that is reached                                     (`role` is its member)
 * `member` has the privilege `MEMBER`. What a kind does not have is empty, never null. */
typedef struct {
    const char *kind, *schema, *name, *column;
    const char *role;             /* who has it; `public`: everybody */
    const char *privilege;        /* `SELECT`, `USAGE`, … */
    const char *grantor;          /* null: not known */
    bool grantable;               /* may hand it on */
} StatePrivilege;

typedef struct {
    const char *name;
    bool login, superuser, bypass_rls, create_role, create_database, replication;
    bool bootstrap;               /* the superuser that every server is made with */
} StateRole;

/* A relation as gov published it. */
typedef struct {
    const char *schema, *name, *kind;
    const char *step;             /* `marts.fct_orders`; of a role's view: `marts.fct_orders for partner` */
    const char *definition;       /* like StateRelation's, right after it was published */
    const char *columns;          /* name, a tab, type; a line each, as the server wrote them then */
    const char *outline;          /* GovStep's; of a role's view: its query */
} StateObject;

/* Something that gov granted and has not revoked, or that was handed to it by `gov plan --adopt`. */
typedef struct {
    StatePrivilege privilege;     /* no grantor */
    const char *undo;             /* the statement that takes it back */
    bool adopted;
} StateGranted;

/* Something that gov did not make and shall say nothing of any more: `key` of a drift. */
typedef struct {
    const char *key;
} StateAccepted;

/* A file that a source was loaded from, with the fingerprint that the source had then. */
typedef struct {
    const char *step, *fingerprint, *path;
    int64_t run_id;
    int64_t bytes;
    int64_t changed;              /* the file's time of change, in nanoseconds; 0: not known */
    int64_t loaded;               /* when, in seconds since 1970 */
} StateFile;

typedef struct {
    bool exists;                  /* false: there is no database yet, everything is empty */
    const char *engine;           /* `duckdb`, `postgres` */
    const char *user;             /* as whom it was read; null on DuckDB */
    const char *database;
    bool user_is_superuser;
    const StateSchema *schemas;
    size_t schema_count;
    const StateRelation *relations;
    size_t relation_count;
    const StateColumn *columns;   /* of all relations */
    size_t column_count;
    const StateAddition *additions;
    size_t addition_count;
    const StatePrivilege *privileges;
    size_t privilege_count;
    const StateRole *roles;       /* managed ones, all that reach one of them, and all who may pass over privileges */
    size_t role_count;
    const StateObject *objects;
    size_t object_count;
    const StateGranted *granted;
    size_t granted_count;
    const StateAccepted *accepted;
    size_t accepted_count;
    const StateFile *files;       /* by step; the newest load of a file last */
    size_t file_count;
} TargetState;

#endif
