/* One step: built aside or loaded, then tested. What failed is discarded at once. */
#include "runtime/run/increment.h"
#include "runtime/run/internal.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static void fail(StepOutcome *outcome, const EngineError *error) {
    outcome->outcome = error->fault == ENGINE_FAULT_INTERRUPTED ? OUTCOME_STOP : OUTCOME_FAIL;
    outcome->message = strdup(error->text);
}

/* ------------------------------------------------------------------------------------------------------------ load */

typedef struct {
    Log *log;
    const GovStep *step;
} LoadContext;

static void show_load_progress(void *argument, const IngestProgress *progress) {
    LoadContext *context = argument;
    bool known = progress->total_bytes > 0 && progress->bytes >= 0;
    log_step_progress(context->log, context->step, progress->rows,
                      known ? (double)progress->bytes / (double)progress->total_bytes : -1);
}

bool step_is_published(EngineConnection *connection, const GovStep *step) {
    char *sql;
    if (!step->published || asprintf(&sql, "select 1 from %s limit 0", step->published) < 0) return false;
    EngineError ignored; /* not there is an answer */
    bool there = engine_execute(connection, sql, NULL, &ignored);
    free(sql);
    return there;
}

/* The number of rows in the staged table, or -1. */
static int64_t count_staged(EngineConnection *connection, const GovStep *step) {
    char *sql;
    int64_t rows = -1;
    EngineError ignored; /* the count is only told */
    if (asprintf(&sql, "select count(*) from %s", step->staged) < 0) return -1;
    if (!engine_query_integer(connection, sql, &rows, &ignored)) rows = -1;
    free(sql);
    return rows;
}

/* `connection` is the target's, `embedded` that of the engine which reads and judges: the same one, or the server's aside. */
static bool load_known(Run *run, EngineConnection *connection, EngineConnection *embedded, const LedgerKnown *known,
                       StepOutcome *outcome) {
    LoadContext context = {run->log, outcome->step};
    const IngestRequest request = {
        .plan = run->plan,
        .step = outcome->step,
        .connection = embedded,
        .server = embedded != connection ? connection : NULL,
        .settings = run->target.settings,
        .folder = run->options.folder,
        .known = known->intervals,
        .known_count = known->interval_count,
        .known_files = known->files,
        .known_file_count = known->other_contract ? 0 : known->file_count,
        .lost_files = known->files,
        .lost_file_count = known->other_contract ? known->file_count : 0,
        .newest_age = known->newest_age,
        .continues = known->published && !known->other_contract,
        .snapshots = run->snapshots,
        .today = run->today,
        .cancel = &run->watch.stopping,
        .progress = show_load_progress,
        .progress_context = &context,
    };
    bool ok = ingest_load(&request, &outcome->load);
    outcome->loaded = true;
    if (ok) {
        outcome->rows = count_staged(connection, outcome->step);
    } else {
        outcome->outcome = outcome->load.interrupted ? OUTCOME_STOP : OUTCOME_FAIL;
        outcome->message = strdup(outcome->load.error ? outcome->load.error : "out of memory");
    }
    return ok;
}

static bool load(Run *run, EngineConnection *connection, StepOutcome *outcome) {
    EngineError error;
    EngineConnection *embedded = NULL;
    LedgerKnown known = {.newest_age = -1};
    bool ok = (!step_is_published(connection, outcome->step) ||
               ledger_read_known(connection, outcome->step, &known, &error)) &&
              (!run->embedded || engine_connect(run->embedded, &embedded, &error));
    if (ok && embedded && !watch_add(&run->watch, embedded, outcome->step)) {
        error = (EngineError){ENGINE_FAULT_MEMORY, "out of memory"};
        ok = false;
    }
    if (ok)
        ok = load_known(run, connection, embedded ? embedded : connection, &known, outcome);
    else
        fail(outcome, &error);
    if (embedded) watch_remove(&run->watch, embedded);
    engine_disconnect(embedded);
    ledger_known_clear(&known);
    return ok;
}

/* ----------------------------------------------------------------------------------------------------------- build */

bool step_build(EngineConnection *connection, StepOutcome *outcome) {
    const GovTexts *statements = &outcome->step->build;
    for (size_t i = 0; i < statements->count; i++) {
        EngineError error;
        int64_t rows;
        if (!engine_execute(connection, statements->items[i], &rows, &error)) {
            fail(outcome, &error);
            return false;
        }
        if (rows >= 0) outcome->rows = rows;
    }
    return true;
}

/* ------------------------------------------------------------------------------------------------------- the step */

bool step_test(EngineConnection *connection, StepOutcome *outcome) {
    EngineError error;
    outcome->test_count = outcome->step->test_count;
    if (!run_data_tests(connection, outcome->step, &outcome->tests, &error)) {
        outcome->test_count = outcome->tests ? outcome->test_count : 0;
        fail(outcome, &error);
        return false;
    }
    outcome->outcome = worst_outcome(outcome->tests, outcome->test_count);
    if (outcome->outcome == OUTCOME_OK && (outcome->load.quarantined > 0 || outcome->load.warned > 0))
        outcome->outcome = OUTCOME_WARN;
    return outcome->outcome != OUTCOME_FAIL;
}

static bool unit_tests_passed(const Run *run, StepOutcome *outcome) {
    size_t failed = 0;
    for (size_t i = 0; i < run->unit_test_count; i++)
        failed +=
            run->unit_tests[i].outcome == OUTCOME_FAIL && strcmp(run->unit_tests[i].relation, outcome->step->name) == 0;
    if (failed == 0) return true;
    outcome->outcome = OUTCOME_FAIL;
    if (asprintf(&outcome->message, "%zu unit test%s of it failed", failed, failed == 1 ? "" : "s") < 0)
        outcome->message = NULL;
    return false;
}

static bool perform(Run *run, EngineConnection *connection, StepOutcome *outcome) {
    switch (outcome->step->kind) {
    case GOV_STEP_LOAD: return load(run, connection, outcome) && step_test(connection, outcome);
    case GOV_STEP_BUILD:
        if (!unit_tests_passed(run, outcome)) return false;
        if (run->options.rollback_to)
            return rollback_check(run, connection, outcome) && step_build(connection, outcome) && rollback_files(run, connection, outcome) &&
                   step_test(connection, outcome);
        if (outcome->step->increment) return increment_run(run, connection, outcome);
        return step_build(connection, outcome) && step_test(connection, outcome);
    case GOV_STEP_TEST: return step_test(connection, outcome);
    case GOV_STEP_NOT_RUN: break; /* run_skip_step */
    }
    return false;
}

bool run_discard(EngineConnection *connection, const GovStep *step, EngineError *ret_error) {
    for (size_t i = 0; i < step->discard.count; i++)
        if (!engine_execute(connection, step->discard.items[i], NULL, ret_error)) return false;
    return true;
}

bool run_step_passed(const StepOutcome *outcome) {
    return outcome->outcome == OUTCOME_OK || outcome->outcome == OUTCOME_WARN;
}

bool run_step_publishes(const StepOutcome *outcome) {
    if (outcome->withheld || outcome->step->publish.count == 0) return false;
    for (size_t i = 0; outcome->outcome == OUTCOME_FAIL && outcome->in_parts && i < outcome->batch_count; i++)
        if (outcome->batches[i].status == BATCH_DONE) return true;
    return run_step_passed(outcome);
}

/* A step that passed and builds something is recorded when it is published. */
static void record(Run *run, StepOutcome *outcome) {
    if (run_step_publishes(outcome)) return;
    EngineError error;
    pthread_mutex_lock(&run->ledger_lock);
    bool ok = ledger_write_step(&run->ledger, run->ledger.connection, outcome, &error);
    run->broken = run->broken || !ok;
    pthread_mutex_unlock(&run->ledger_lock);
    if (!ok) log_message(run->log, LOG_ERROR, "the ledger could not record `%s`: %s", outcome->step->name, error.text);
}

/* The message as it may be recorded. */
static void redact(const Run *run, StepOutcome *outcome) {
    char *message = outcome->message ? settings_redact(run->target.settings, outcome->message) : NULL;
    free(outcome->message);
    outcome->message = message;
    for (size_t i = 0; i < outcome->batch_count; i++)
        if (outcome->batches[i].message) {
            message = settings_redact(run->target.settings, outcome->batches[i].message);
            free(outcome->batches[i].message);
            outcome->batches[i].message = message;
        }
    for (size_t i = 0; i < outcome->test_count; i++)
        if (outcome->tests[i].message) {
            message = settings_redact(run->target.settings, outcome->tests[i].message);
            free(outcome->tests[i].message);
            outcome->tests[i].message = message;
        }
}

void run_step(Run *run, EngineConnection *connection, size_t index) {
    StepOutcome *outcome = &run->outcomes[index];
    EngineError error;
    struct timespec started;
    clock_gettime(CLOCK_REALTIME, &outcome->started);
    clock_gettime(CLOCK_MONOTONIC, &started);
    log_step_started(run->log, outcome->step);
    bool watched = watch_add(&run->watch, connection, outcome->step);
    bool ok = watched ? perform(run, connection, outcome)
                      : (fail(outcome, &(EngineError){ENGINE_FAULT_MEMORY, "out of memory"}), false);
    watch_remove(&run->watch, connection);
    outcome->seconds = seconds_since(started);
    clock_gettime(CLOCK_REALTIME, &outcome->finished);
    redact(run, outcome);
    log_step_finished(run->log, outcome);
    record(run, outcome);
    if (!ok && !run_step_publishes(outcome) && !run_discard(connection, outcome->step, &error)) {
        run->left_over = true;
        log_message(run->log, LOG_WARNING, "what was built of `%s` could not be removed, the next run will do it: %s",
                    outcome->step->name, error.text);
    }
}

void run_skip_step(Run *run, size_t index, Outcome outcome, const char *format, ...) {
    StepOutcome *step = &run->outcomes[index];
    va_list arguments;
    va_start(arguments, format);
    if (vasprintf(&step->message, format, arguments) < 0) step->message = NULL;
    va_end(arguments);
    step->outcome = outcome;
    log_step_finished(run->log, step);
    record(run, step);
}

void run_skip_steps(Run *run, const size_t *indices, size_t count, const char *why) {
    for (size_t i = 0; i < count; i++) {
        StepOutcome *step = &run->outcomes[indices[i]];
        bool is_run = step->step->kind != GOV_STEP_NOT_RUN;
        step->outcome = is_run ? OUTCOME_SKIP : OUTCOME_NOT_RUN;
        step->message = strdup(is_run ? why : step->step->reason ? step->step->reason : "");
        record(run, step);
    }
    log_steps_not_started(run->log, run->outcomes, indices, count);
}
