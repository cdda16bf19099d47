/* How a role reads a relation, as queries of the language. Nothing here is typed yet: types_check_query() does that. */
#ifndef GOV_PLAN_ROLE_VIEW_H
#define GOV_PLAN_ROLE_VIEW_H

#include "compiler/facts/access.h"
#include "runtime/plan.h"

/* The query that gives what the role may read of the relation, and no more; its columns in the relation's order. The access
 * must be readable (access_is_readable). In the program's arena. */
Query *role_view_query(const Facts *facts, const RelationAccess *access);
/* Its columns with the types that readers are promised: those of the relation, and of masks what they give. */
Rows *role_view_rows(Arena *arena, const RelationAccess *access);
/* Whether a mask of it is computed with a secret: then it is a table, for a view would show the secret to whoever can read views. */
bool needs_secret(const RelationAccess *access);
/* The groups of at least k people that a release shows, every number guarded by itself, in place of the released model. The
 * release is one that compiler/check let pass. */
Query *release_query(const Facts *facts, const Deferred *release);

/* The halves of HMAC keys that some SQL takes as `$1`, `$2`, …, each once. */
typedef struct Pads {
    Arena *arena;
    VEC(GovPad) items;
} Pads;

/* EmitOptions.pad, of a Pads as its context: the parameter that stands for the half of a secret's key. */
const char *pads_put(void *context, const char *secret, bool outer);

#endif
