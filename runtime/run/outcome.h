/* How a test or a step of a run ended: told by the log, recorded by the ledger. Texts belong to the run. */
#ifndef GOV_RUN_OUTCOME_H
#define GOV_RUN_OUTCOME_H

#include "runtime/ingest/ingest.h"
#include "runtime/plan.h"
#include "runtime/run/days.h"

#include <time.h>

/* People see OK, WARN, FAIL, SKIP, STOP, NOT RUN. STOP: it ran when the run was interrupted. */
typedef enum {
    OUTCOME_OK,
    OUTCOME_WARN,
    OUTCOME_FAIL,
    OUTCOME_SKIP,
    OUTCOME_STOP,
    OUTCOME_NOT_RUN,
} Outcome;

typedef struct {
    const char *kind;          /* `data` or `unit` */
    const char *name;
    const char *relation;
    const char *column;        /* or null */
    const char *severity;      /* `error` or `warn` */
    Outcome outcome;
    bool broken;               /* it could not run: `message` says why */
    int64_t failing_rows;      /* -1: not counted */
    double seconds;            /* of the query that counted, which may count for several tests; -1: not measured */
    char *message;             /* or null */
    char *difference;          /* table of missing and unexpected rows of a unit test; or null */
    GovPlace place;
} TestOutcome;

typedef enum { BATCH_DONE, BATCH_FAILED, BATCH_MISSING } BatchStatus;

/* Days of a model that is built in parts: what became of them in this run. */
typedef struct {
    Days days;
    BatchStatus status;        /* MISSING: known to be needed, but not built by this run */
    char *message;             /* why it failed; or null */
    int64_t rows;              /* -1: not counted */
    double seconds;            /* -1: it did not run */
} Batch;

typedef struct {
    const GovStep *step;
    Outcome outcome;
    int64_t rows;              /* that it wrote; -1: not counted */
    struct timespec started;   /* CLOCK_REALTIME; zero: it did not start */
    struct timespec finished;
    double seconds;
    char *message;             /* why it failed, was skipped or not run; or null */
    TestOutcome *tests;        /* all that were run */
    size_t test_count;
    bool loaded;               /* `load` is filled */
    IngestResult load;
    bool in_place;             /* only what differs of the published table is written: `step->increment->publish` */
    char *alter;               /* statements that come before that: its columns change; or null */
    bool in_parts;             /* `batches` say which days were built; else all were */
    Batch *batches;
    size_t batch_count;
    char *why;                 /* of a model that could be built in parts: why these days, or why all; belongs to the outcome */
    bool withheld;             /* it passed, but a later test about it, or about what it was built from, did not */
    bool published;
} StepOutcome;

/* Frees what the outcome owns. */
void outcome_clear_tests(TestOutcome *tests, size_t count);
void outcome_clear_step(StepOutcome *step);

#endif
