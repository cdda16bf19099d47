/* The catalog queries of an engine: what read.c reads, cell by cell, in the order of the structs of state.h. */
#ifndef GOV_STATE_INTERNAL_H
#define GOV_STATE_INTERNAL_H

#include "runtime/state/state.h"

/* `$1`: names of the managed schemas, `$2`: of the managed roles, each set off by the byte 31 (no name has it). A query that
 * is null: the engine has nothing of the kind. */
typedef struct {
    const char *engine;
    const char *settings;        /* statements for the transaction in which it is read; may be "" */
    const char *about;           /* user, whether that is a superuser, database */
    const char *schemas;         /* $1 */
    const char *relations;       /* $1 */
    const char *columns;         /* $1 */
    const char *additions;       /* $1 */
    const char *privileges;      /* $1, $2 */
    const char *roles;           /* $1, $2 */
} StateQueries;

extern const StateQueries state_queries_postgres;
extern const StateQueries state_queries_duckdb;

#endif
