/* The ledger: what ran, what it gave, what was known. Tables of the schema `gov` in the target itself (docs/ledger.md).
 *
 * This header is for those who read it back: `gov plan` (the last state of each step) and the catalog (runs, tests,
 * loads). Writing is the run's own affair: ledger/write.h. */
#ifndef GOV_LEDGER_H
#define GOV_LEDGER_H

#include "runtime/plan.h"

/* Times are ISO texts in UTC with microseconds, `2026-11-21T13:47:08.123456Z`; null where there is none. */

typedef struct {
    int64_t run_id;
    const char *command;       /* `run` or `test` */
    const char *status;        /* `running`, `succeeded`, `failed`, `interrupted`, `died` */
    const char *started_at;
    const char *finished_at;
    double seconds;
    const char *gov_version;
    const char *plan_hash;
    const char *source_hash;
    const char *revision;
    const char *user;
    const char *host;
    int64_t ok, warned, failed, skipped, not_run;   /* steps */
    const char *message;
} LedgerRun;

typedef struct {
    int64_t run_id;
    const char *step;          /* `marts.fct_orders` */
    const char *kind;          /* `load`, `build`, `test`, `not run` */
    const char *materialization;
    const char *owner;
    const char *fingerprint;
    const char *status;        /* `succeeded`, `failed`, `skipped`, `interrupted`, `not run` */
    bool published;            /* readers see what this step built (until a later step replaces it) */
    const char *reason;
    const char *started_at;
    const char *finished_at;
    double seconds;
    int64_t rows;              /* -1: not counted */
    const char *message;
} LedgerStep;

typedef struct {
    int64_t run_id;
    const char *step;          /* null for unit tests */
    const char *kind;          /* `data` or `unit` */
    const char *name;
    const char *relation;
    const char *column;        /* or null */
    const char *severity;      /* `error` or `warn` */
    const char *status;        /* `passed`, `warned`, `failed`, `error` (it could not run), `skipped` */
    int64_t failing_rows;      /* -1: not counted */
    double seconds;
    const char *message;
    const char *tested_at;
} LedgerTest;

typedef struct {
    int64_t run_id;
    const char *step;
    const char *origin;        /* as written: `csv 'data/orders.csv'` */
    int64_t files, bytes, read, accepted, quarantined, duplicates, warned;
    const char *loaded_at;
} LedgerLoad;

/* A record of the days of a model that is built by period. */
typedef struct {
    const char *step;
    const char *from, *to;     /* ISO dates, both included; null: without an end */
    const char *status;        /* `done`, `failed`, `missing` */
} LedgerPeriod;

/* Everything read at once; freed at once. Newest runs first; within a run in the order of the plan. */
typedef struct {
    bool exists;               /* false: the target, or its ledger, is not there yet; all counts are then 0 */
    int64_t last_run;          /* number of the newest run, whatever became of it */
    LedgerRun *runs;
    size_t run_count;
    LedgerStep *steps;         /* of those runs */
    size_t step_count;
    LedgerStep *published;     /* for each step name the newest that was published: what readers see; ordered by name */
    size_t published_count;
    LedgerTest *tests;         /* for each test the newest result; ordered by relation, column, name */
    size_t test_count;
    LedgerPeriod *periods;     /* in the order in which they were written: the newest that holds a day counts */
    size_t period_count;
    LedgerLoad *loads;         /* for each source the newest published load; ordered by step */
    size_t load_count;
} LedgerState;

/* Reads the ledger of the plan's target (only `target` and `constants` of the plan are used), read-only; relative paths
 * start at `folder` (null: the process's own). At most `run_limit` runs, with their steps. The caller frees the state.
 * On failure (locked, not a database, a missing setting …) `*ret_error` is a text that the caller frees. */
bool ledger_read(const GovPlan *plan, const char *folder, size_t run_limit, LedgerState **ret_state, char **ret_error);

/* Waits while another run has the plan's target, at most so many seconds; `tell` is called once with who that is, if it must wait.
 * False: it still has it. What goes wrong otherwise is left to whoever opens the target next. */
bool ledger_wait(const GovPlan *plan, const char *folder, double seconds, void (*tell)(const char *holder));

/* The newest published step of that name, or null. */
const LedgerStep *ledger_find_published(const LedgerState *state, const char *name);

void ledger_state_free(LedgerState *state);

#endif
