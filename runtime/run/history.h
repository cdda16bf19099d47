/* What a run remembers: versions of rows, and the publications that they are counted by (docs/history.md). */
#ifndef GOV_RUN_HISTORY_H
#define GOV_RUN_HISTORY_H

#include "runtime/ledger/write.h"

/* Makes the tables of history of what the plan builds or loads, with all its columns: new ones are added, wider types taken over,
 * dropped ones stay. A type that old versions cannot bear is an error that names column and types. One transaction of its own, by the
 * ledger's connection. */
bool history_prepare(const Ledger *ledger, const GovPlan *plan, EngineError *ret_error);

typedef struct {
    const GovPlan *plan;
    const Ledger *ledger;
    const bool *published;        /* beside the plan's steps: put in place by this transaction */
} HistoryPublication;

/* Within the publishing transaction, once all relations are in place: gives the act its number, removes rows whose time is up, ends
 * and begins versions, and forgets those that ended too long ago. On failure the caller rolls back. */
bool history_publish(EngineConnection *connection, const HistoryPublication *publication, EngineError *ret_error);

/* history_types.c: whether every value of one type of the language is the same value in the other: `int4` in `decimal(18,2)`. */
bool history_widens(const char *from, const char *to);

#endif
