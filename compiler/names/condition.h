/* The condition of a job (`when …`) as a query of one row and one column, `due`. */
#ifndef GOV_NAMES_CONDITION_H
#define GOV_NAMES_CONDITION_H

#include "compiler/names/names.h"

/* Whether the origin of a source has what was not loaded yet. */
typedef bool ConditionChanged(void *context, const Relation *source);

/* Makes the query, in the program's arena, from the job's clause, which stays as it is; null: the job has none, or
 * the program no ledger, for it was compiled without the standard library. In it
 *
 *     age(t)        is the time since t was last published: `run_time()` less the ledger's `finished_at`; a thousand years if never
 *     changed(t)    of a source: what `changed` says; of a model: it was published since the job last succeeded
 *
 * Nothing is typed yet: types_check_query() does that. */
Query *condition_query(Program *program, const Deferred *job, ConditionChanged *changed, void *context);

/* The relation that a call of a sensor names: `age(t)`, `changed(t)`; null if it is none. */
const Relation *condition_senses(const Program *program, const Node *node);

#endif
