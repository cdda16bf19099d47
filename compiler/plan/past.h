/* Queries about an earlier moment. */
#ifndef GOV_PLAN_PAST_H
#define GOV_PLAN_PAST_H

#include "compiler/emit/emit.h"
#include "compiler/facts/facts.h"
#include "runtime/plan.h"

typedef struct Past {
    const char *as_of;             /* EmitOptions.as_of: the publication that every table is read at; null: each as it says itself */
    GovTexts guards;               /* queries of one text: why what a table was then is not known; no row: it is */
    VEC(const Relation *) derived; /* those without a history, which are asked of today's query */
} Past;

/* What must hold, and be said, of a query: of the tables with `as of`, and with a `moment` (an expression of bare `gov query`, typed;
 * null: none) of all others too. False: one keeps no history, and none follows, which is reported. */
bool past_of(const Facts *facts, const Query *query, const Expr *moment, const Dialect *dialect, const EmitOptions *options, Past *ret_past);

#endif
