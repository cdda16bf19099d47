/* Walks a plan: builds aside, tests, and puts everything that passed in place in one transaction.
 *
 * Thread-safe in the sense that one process may hold several plans, but SIGINT and SIGTERM stop the one that runs. */
#ifndef GOV_RUN_H
#define GOV_RUN_H

#include "runtime/plan.h"

#include <stdio.h>

/* Exit codes of every program of the project. */
typedef enum {
    GOV_EXIT_FINE = 0,
    GOV_EXIT_FAILED = 1,   /* something ran and failed, or was interrupted */
    GOV_EXIT_MISUSE = 2,   /* the command line, or a setting that is missing: nothing ran */
} GovExit;

typedef enum { GOV_OUTPUT_TEXT, GOV_OUTPUT_JSON } GovOutput;
typedef enum { GOV_COLOR_AUTO, GOV_COLOR_ALWAYS, GOV_COLOR_NEVER } GovColor;

typedef struct {
    const char *folder;    /* the project's: where relative paths start; null: the process's own */
    int threads;           /* steps at the same time; 0: as many as cores, and a few more for loads over HTTP */
    const char *from, *to; /* ISO dates, both included: of models built by period only these days are built; null: those that need it */
    double lock_seconds;   /* how long to wait while another run has the target; 0: not at all */
    int64_t next_run;      /* the number that this run gets if none began since the plan was made, else nothing is done; 0: any */
    const char *junit;     /* file for JUnit's XML of the tests, or null */
    const char *run_results; /* file for dbt's run results, or null */
    bool fail_fast;        /* the first failure stops what runs and starts nothing more */
    int64_t rollback_to;   /* the plan's steps are tables as this run left them, out of their history; 0: they are not */
    const char *due_at;    /* ISO time at which the job of the plan was due, for the ledger; null: not said */
    bool verbose;          /* a line when a step starts, too */
    GovOutput output;      /* progress lines, or one JSON object a line (docs/events.md) */
    GovColor color;        /* AUTO: when `stream` is a terminal and NO_COLOR is not set */
    FILE *stream;          /* where progress goes; null: standard output */
    int64_t retry_of;      /* set by gov_retry(): the run of which this is a further attempt; 0: none */
} GovRunOptions;

typedef struct {
    int64_t run_id;        /* of the ledger; 0: the run did not get that far */
    size_t steps;
    size_t ok;
    size_t warned;         /* of the steps: those with a warning */
    size_t failed;
    size_t skipped;
    size_t not_run;        /* kinds that this version does not run */
    size_t unit_tests_failed;
    double seconds;
    bool interrupted;
    bool plan_is_old;      /* nothing was done: another run has begun since the plan was made */
    char ledger_head[96];  /* the last link of the ledger's chain, `POSITION:HASH`; empty: not known */
} GovRunSummary;

/* Runs the plan: its unit tests, then its steps, and publishes. `ret_summary` may be null. What went wrong is already
 * told on the stream. */
GovExit gov_run(const GovPlan *plan, const GovRunOptions *options, GovRunSummary *ret_summary);

/* Does the steps of the last run that failed or were skipped again, as a further attempt of that run, with its number, day and time.
 * The plan is that of everything. Refused if such a step means something else by now. */
GovExit gov_retry(const GovPlan *plan, const GovRunOptions *options, GovRunSummary *ret_summary);

/* Runs the plan's unit tests, and every test of its steps on what readers see (nothing is built). The results go
 * to the ledger. */
GovExit gov_test(const GovPlan *plan, const GovRunOptions *options, GovRunSummary *ret_summary);

/* Reads a span of time such as `30s`, `5m`, `1h` (without a letter: seconds), at most a day; false: it is none. */
bool gov_read_span(const char *text, double *ret_seconds);

/* Prints the steps of the plan in order, with what each would do and why; touches nothing. */
GovExit gov_show_plan(const GovPlan *plan, const GovRunOptions *options);

typedef enum { GOV_ROWS_TABLE, GOV_ROWS_CSV, GOV_ROWS_JSON } GovRowsFormat;

/* Runs one query of the target's dialect at the plan's target, read-only, and writes the rows to options->stream. `pads` are those
 * of its $1 …, of masks that it reads through; none: null and 0. `guards` are asked before: the first that gives a text
 * is why there is no answer. All of it is read in one transaction: what is published meanwhile is not seen.
 * Only target and constants of the plan are used. Interrupted by SIGINT. */
GovExit gov_query(const GovPlan *plan, const char *sql, const GovPad *pads, size_t pad_count, GovTexts guards, GovRowsFormat format,
                  const GovRunOptions *options);

/* A query of one row of doubles, and where its cells go: NAN where null. */
typedef struct {
    const char *sql;       /* of the target's dialect */
    double *cells;         /* as many as it has columns: the caller's */
    size_t count;
    bool answered;         /* filled: false where the target refused this query */
} GovNumbers;

/* Asks the plan's target, read-only, and fills `numbers`. Only target and constants of the plan are used; relative paths start
 * at `folder`. One query that fails does not stop the others. False where the target cannot be opened: `*ret_error` is then a text
 * that the caller frees (null: out of memory). */
bool gov_ask_numbers(const GovPlan *plan, const char *folder, GovNumbers *numbers, size_t count, char **ret_error);

typedef enum { GOV_SHARE_DATABASE, GOV_SHARE_PARQUET } GovShareFormat;

/* Writes what a role may read of the plan's target, which is on DuckDB, by `plan->access.views`: a database file of its own, or a
 * folder of Parquet files. `to` is relative to the process's folder; what was shared there before is replaced, whole. */
GovExit gov_share(const GovPlan *plan, const char *to, GovShareFormat format, const GovRunOptions *options);

/* The whole of a plan program: `plan | run | retry | test | version | --help`. Returns the exit code of main. */
int gov_plan_main(const GovPlan *plan, int argc, char **argv);

#endif
