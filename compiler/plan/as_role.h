/* A query as a role would ask it. */
#ifndef GOV_PLAN_AS_ROLE_H
#define GOV_PLAN_AS_ROLE_H

#include "compiler/facts/access.h"

/* The typed query with what the role may read in place of each relation, typed again: `*` is what the role may read. Null, with a
 * reason that names the role and what it may not read, if it names a relation or a column that the role may not. What no longer
 * fits is reported to the program's diag. */
Query *query_as_role(const Facts *facts, const Role *role, const Query *query, const char **ret_refusal);

#endif
