/* A run while it lasts: what the files of this folder share. Read run.c first. */
#ifndef GOV_RUN_INTERNAL_H
#define GOV_RUN_INTERNAL_H

#include "runtime/ledger/write.h"
#include "runtime/log/log.h"
#include "runtime/run/outcome.h"
#include "runtime/run/run.h"
#include "runtime/run/schedule.h"
#include "runtime/run/target.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

/* A connection that works, so that it can be stopped. */
typedef struct {
    EngineConnection *connection;
    const GovStep *step;          /* null: publishing, which only a signal stops */
} Active;

/* The thread that hears signals, stops what runs, and draws the live line. */
typedef struct {
    pthread_t thread;
    bool started;
    int signals;                  /* signalfd */
    int wake;                     /* eventfd: it is time to end */
    sigset_t old_mask;
    Log *log;
    pthread_mutex_t lock;         /* active connections */
    Active *active;
    size_t active_count;
    size_t active_capacity;
    atomic_bool interrupted;      /* a signal came */
    atomic_bool stopping;         /* nothing more starts: a signal, or --fail-fast */
    atomic_int last_signal;
} Watch;

/* The thread that keeps the lock of runs at a server: its lease is renewed while the run works. */
typedef struct {
    pthread_t thread;
    bool started;
    bool ending;
    pthread_mutex_t lock;
    pthread_cond_t changed;
} Lease;

typedef struct {
    const GovPlan *plan;
    GovRunOptions options;
    const char *command;          /* `run` or `test` */
    Log *log;
    Target target;
    EngineDatabase *embedded;     /* of a run at a server: where rows are read and judged; null: the target itself */
    IngestSnapshots *snapshots;   /* of the servers that sources are read from, while steps run */
    Ledger ledger;                /* under ledger_lock while steps run */
    Watch watch;
    Lease lease;
    pthread_mutex_t lock;         /* schedule */
    pthread_mutex_t ledger_lock;
    pthread_cond_t changed;       /* a step ended */
    Schedule schedule;
    StepOutcome *outcomes;        /* one for each step of the plan */
    TestOutcome *unit_tests;
    size_t unit_test_count;
    char today[16];               /* ISO date in the project's time zone */
    char *variables;              /* statements that give a session the parameters of the run */
    int threads;
    int batch_threads;            /* for the batches of one model */
    atomic_bool broken;                  /* something failed that is no step: the run cannot succeed */
    atomic_bool left_over;               /* something staged could not be removed: the next run does it */
    GovExit exit;                 /* why the run could not begin */
    struct timespec started;      /* CLOCK_MONOTONIC */
    GovRunSummary summary;
} Run;

/* watch.c: from watch_open to watch_close SIGINT and SIGTERM stop the run instead of the process; a second one kills. */
bool watch_open(Watch *watch, Log *log);
void watch_close(Watch *watch);
bool watch_add(Watch *watch, EngineConnection *connection, const GovStep *step);
void watch_remove(Watch *watch, EngineConnection *connection);

/* lease.c: from lease_open to lease_close the lease is renewed; if somebody took the lock over, the run stops. At a server only.
 * False: no thread could be had. */
bool lease_open(Run *run);
void lease_close(Run *run);

/* step.c: does all of one step but publishing it, and tells and records how it ended. */
void run_step(Run *run, EngineConnection *connection, size_t index);
/* Ends a step that does not run: OUTCOME_SKIP or OUTCOME_NOT_RUN. `message` may be null. */
void run_skip_step(Run *run, size_t index, Outcome outcome, const char *format, ...) __attribute__((format(printf, 4, 5)));
/* The same for steps that never started because the run was stopped. */
void run_skip_steps(Run *run, const size_t *indices, size_t count, const char *why);

/* The parts of a step: builds it whole, tests what is staged; false: the outcome says why. */
bool step_build(EngineConnection *connection, StepOutcome *outcome);
bool step_test(EngineConnection *connection, StepOutcome *outcome);
/* Is there a published table? What the ledger knows of one that was dropped by hand is void. */
bool step_is_published(EngineConnection *connection, const GovStep *step);

/* data_tests.c: runs all tests of the step on what is staged. False: out of memory. `*ret_error` tells an interruption or a lost database. */
bool run_data_tests(EngineConnection *connection, const GovStep *step, TestOutcome **ret_tests, EngineError *ret_error);
/* The outcome of a step whose tests ended so. */
Outcome worst_outcome(const TestOutcome *tests, size_t count);

/* rollback.c: fails the step if history does not reach back to the run. */
bool rollback_check(const Run *run, EngineConnection *connection, StepOutcome *outcome);
/* Of a source: what it had loaded then is what is known of it from now on. */
bool rollback_files(const Run *run, EngineConnection *connection, StepOutcome *outcome);

/* unit_tests.c: runs the plan's unit tests in memory, tells and records them. False: something that is no test failed. */
bool run_unit_tests(Run *run);

/* walk.c: runs all steps in worker threads. */
bool run_walk(Run *run);

/* check.c: runs the tests of every step on what readers see. */
void run_check(Run *run);

/* withhold.c: keeps back what passed, but which a test in a later step found wrong. */
void run_withhold(Run *run);

/* share.c: writes the files of all declared shares of which the relation is there. False: one was not, and that was told. */
bool run_shares(Run *run, EngineConnection *connection);

/* publish_postgres.c: puts in place everything that passed, within the publishing transaction, at a server. */
bool run_put_in_place_at_server(Run *run, EngineConnection *connection, EngineError *ret_error);
/* The sessions that hold what is to be replaced, listed, which the caller frees; null: none is seen. */
char *run_lock_holders(Run *run, EngineConnection *connection);

/* publish.c: puts in place what passed, in one transaction. Gives the last line of the run, or null. */
const char *run_publish(Run *run);
/* Removes what is staged for the step. */
bool run_discard(EngineConnection *connection, const GovStep *step, EngineError *ret_error);

/* begin.c: everything before the first step, and after the last. */
bool run_open(Run *run, const GovPlan *plan, const GovRunOptions *options, const char *command);
void run_close(Run *run);
/* A connection with the parameters of the run. */
bool run_connect(Run *run, EngineConnection **ret_connection, EngineError *ret_error);
/* run.c: ends a run, and one that could not begin. */
GovExit run_finish(Run *run, const char *last, GovRunSummary *ret_summary);
GovExit run_give_up(Run *run, GovRunSummary *ret_summary);
/* Counts outcomes into the summary. */
void run_count(Run *run);
/* Has the step built or loaded something that is to be published? */
bool run_step_passed(const StepOutcome *outcome);
/* Is there something of it to put in place? Of a model that is built in parts also if only some of them passed. */
bool run_step_publishes(const StepOutcome *outcome);

double seconds_since(struct timespec start);

#endif
