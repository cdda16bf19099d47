/* Writing the ledger, while a plan runs. All calls of one ledger come from one thread at a time.
 *
 * The success record of a step is written by the transaction that publishes it; everything else by the ledger's own
 * connection, so that a failure is known whatever happens to the rest. Rows and their links of the chain (chain.h) come in one
 * transaction: the caller's if one is open on the connection, else one of their own. */
#ifndef GOV_LEDGER_WRITE_H
#define GOV_LEDGER_WRITE_H

#include "runtime/engine/engine.h"
#include "runtime/ledger/chain.h"
#include "runtime/ledger/lock.h"
#include "runtime/run/outcome.h"
#include "runtime/run/run.h"

typedef struct {
    EngineConnection *connection;   /* of its own, owned */
    LedgerChain *chain;             /* owned */
    LedgerLock lock;                /* owned */
    char taken_over[LEDGER_HOLDER_SIZE];   /* whose lock it was, if that was stale; else empty */
    int64_t run_id;                 /* of the run that was begun; 0: none */
} Ledger;

/* Opens the ledger of the database, creating its tables and bringing those of an older version up to date. Refuses one
 * that a newer gov wrote. It takes the lock of runs (lock.h) for `command`, or fails with ENGINE_FAULT_LOCKED and tells who has
 * it; the lock ends with the ledger's connection, however the process ends. Closed with ledger_close, before the database. */
bool ledger_open(EngineDatabase *database, const char *command, Ledger *ret_ledger, EngineError *ret_error);
void ledger_close(Ledger *ledger);

/* Removes what runs that died left staged, and marks them `died`. Whoever has the database open alone, or the lock of
 * runs, knows that no other run is alive. `ret_count` gets the number of such runs. */
bool ledger_recover(Ledger *ledger, size_t *ret_count, EngineError *ret_error);

/* Records that a run of the plan begins, with what would remove everything that it stages, and gives it its number.
 * `command` is `run` or `test`; `due_at` an ISO time at which the plan's job was due, or null. */
bool ledger_begin(Ledger *ledger, const GovPlan *plan, const char *command, const char *due_at, EngineError *ret_error);

/* Records a further attempt of a run: how its steps that failed or were skipped ended goes into gov.attempts, and their own
 * records are removed for those of this attempt. */
bool ledger_try_again(Ledger *ledger, const GovPlan *plan, int64_t run_id, EngineError *ret_error);
/* Within a change: what would remove everything that the plan can stage. */
bool ledger_write_leftovers(Ledger *ledger, const GovPlan *plan, EngineError *ret_error);

/* Record one step (with its tests and its load), or tests that belong to no step. `connection` is the ledger's, or that
 * of the publishing transaction: then `outcome->published` is true, and the load's files and intervals become known. */
bool ledger_write_step(const Ledger *ledger, EngineConnection *connection, const StepOutcome *outcome,
                       EngineError *ret_error);
bool ledger_write_tests(const Ledger *ledger, EngineConnection *connection, const char *step, const TestOutcome *tests,
                        size_t count, EngineError *ret_error);

/* Records how the run ended (`succeeded`, `failed`, `interrupted`) and, with `nothing_staged`, that nothing needs to be
 * removed after it. Fails with ENGINE_FAULT_LOST if the lock was taken over meanwhile: nothing may be published then. */
bool ledger_end(const Ledger *ledger, EngineConnection *connection, const char *status, const GovRunSummary *summary,
                bool nothing_staged, const char *message, EngineError *ret_error);

/* What is known of a source's step: intervals that were published with its fingerprint, and the files whose rows the published
 * table has: of each the newest load since the table was begun anew. */
typedef struct {
    IngestInterval *intervals;
    size_t interval_count;
    IngestFile *files;
    size_t file_count;
    bool published;                 /* a load of the step was published, and the table is there */
    bool other_contract;            /* the files were loaded when the step had another fingerprint */
    int64_t newest_age;             /* seconds since a file was loaded last; -1: never */
} LedgerKnown;

bool ledger_read_known(EngineConnection *connection, const GovStep *step, LedgerKnown *ret_known, EngineError *ret_error);
void ledger_known_clear(LedgerKnown *known);

#endif
