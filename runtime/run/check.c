/* `test`: the tests of a plan on what readers see now, with nothing built.
 *
 * The tests of a step that builds read its staged name. So each runs in a transaction in which every staged name is a
 * view of what is published, and which is always rolled back: nothing of it is ever seen. */
#include "runtime/run/internal.h"

#include <stdlib.h>
#include <string.h>

/* Does the relation exist? Asked outside the transaction, which a failing statement would end. */
static bool exists(EngineConnection *connection, const char *relation) {
    char *sql;
    if (asprintf(&sql, "select 1 from %s limit 0", relation) < 0) return false;
    EngineError ignored;
    bool there = engine_execute(connection, sql, NULL, &ignored);
    free(sql);
    return there;
}

static bool needs_view(const GovStep *step) {
    return (step->kind == GOV_STEP_BUILD || step->kind == GOV_STEP_LOAD) && step->staged && step->published;
}

/* Views with the staged names of all steps that are published. The caller frees; null: out of memory. */
static char *view_statements(const Run *run, const bool *present) {
    char *sql = NULL;
    size_t size;
    FILE *stream = open_memstream(&sql, &size);
    if (!stream) return NULL;
    for (size_t i = 0; i < run->plan->step_count; i++)
        if (present[i] && needs_view(&run->plan->steps[i]))
            fprintf(stream, "create or replace view %s as select * from %s;\n", run->plan->steps[i].staged,
                    run->plan->steps[i].published);
    if (fclose(stream) == 0) return sql;
    free(sql);
    return NULL;
}

static void fail(StepOutcome *outcome, const char *text) {
    outcome->outcome = OUTCOME_FAIL;
    outcome->message = strdup(text);
}

static bool run_tests(EngineConnection *connection, const GovStep *step, const char *views, TestOutcome **ret_tests,
                      EngineError *ret_error) {
    *ret_tests = NULL;
    if (!*views) return run_data_tests(connection, step, ret_tests, ret_error);
    bool ok = engine_begin(connection, ret_error) && engine_execute(connection, views, NULL, ret_error) &&
              run_data_tests(connection, step, ret_tests, ret_error);
    engine_rollback(connection);
    return ok;
}

/* A test that cannot run ends its transaction, and so breaks those after it: then each is run again in one of its own. */
static bool run_broken_again(EngineConnection *connection, StepOutcome *outcome, const char *views,
                             EngineError *ret_error) {
    bool ok = true;
    for (size_t i = 0; ok && i < outcome->test_count; i++) {
        if (!outcome->tests[i].broken) continue;
        GovStep alone = *outcome->step;
        alone.tests = &outcome->step->tests[i];
        alone.test_count = 1;
        TestOutcome *again;
        ok = run_tests(connection, &alone, views, &again, ret_error);
        if (ok) {
            free(outcome->tests[i].message);
            outcome->tests[i] = *again;
        }
        free(again);
    }
    return ok;
}

static void check_step(Run *run, EngineConnection *connection, StepOutcome *outcome, const char *views) {
    EngineError error;
    bool ok = run_tests(connection, outcome->step, views, &outcome->tests, &error);
    outcome->test_count = outcome->tests ? outcome->step->test_count : 0;
    if (ok && (!*views || run_broken_again(connection, outcome, views, &error))) {
        outcome->outcome = worst_outcome(outcome->tests, outcome->test_count);
        return;
    }
    fail(outcome, error.text);
    if (atomic_load(&run->watch.interrupted)) outcome->outcome = OUTCOME_STOP;
}

static void tell(Run *run, StepOutcome *outcome) {
    EngineError error;
    log_step_finished(run->log, outcome);
    if (!ledger_write_step(&run->ledger, run->ledger.connection, outcome, &error)) {
        run->broken = true;
        log_message(run->log, LOG_ERROR, "the ledger could not record `%s`: %s", outcome->step->name, error.text);
    }
}

static void check_one(Run *run, EngineConnection *connection, size_t index, bool present, const char *views) {
    StepOutcome *outcome = &run->outcomes[index];
    struct timespec started;
    clock_gettime(CLOCK_REALTIME, &outcome->started);
    clock_gettime(CLOCK_MONOTONIC, &started);
    log_step_started(run->log, outcome->step);
    if (present)
        check_step(run, connection, outcome, views);
    else
        fail(outcome, "it is not there yet: `run` builds it");
    outcome->seconds = seconds_since(started);
    clock_gettime(CLOCK_REALTIME, &outcome->finished);
    tell(run, outcome);
}

static void check_all(Run *run, EngineConnection *connection, bool *present, const char *views) {
    for (size_t i = 0; i < run->plan->step_count; i++) {
        if (run->plan->steps[i].kind == GOV_STEP_NOT_RUN || run->plan->steps[i].test_count == 0)
            run->outcomes[i].outcome = OUTCOME_NOT_RUN;
        else if (atomic_load(&run->watch.stopping))
            run_skip_step(run, i, OUTCOME_SKIP, "%s",
                          atomic_load(&run->watch.interrupted) ? "interrupted" : "an earlier test failed");
        else
            check_one(run, connection, i, present[i], views);
        if (run->outcomes[i].outcome == OUTCOME_FAIL && run->options.fail_fast)
            atomic_store(&run->watch.stopping, true);
    }
}

void run_check(Run *run) {
    EngineConnection *connection = NULL;
    EngineError error = {ENGINE_FAULT_MEMORY, "out of memory"};
    char *views = NULL;
    size_t count = run->plan->step_count;
    bool *present = calloc(count ? count : 1, sizeof *present);
    bool ok = present && run_connect(run, &connection, &error);
    for (size_t i = 0; ok && i < count; i++)
        present[i] = !run->plan->steps[i].published || exists(connection, run->plan->steps[i].published);
    ok = ok && (views = view_statements(run, present)) && watch_add(&run->watch, connection, NULL);
    if (ok) {
        check_all(run, connection, present, views);
        watch_remove(&run->watch, connection);
    } else {
        run->broken = true;
        log_message(run->log, LOG_ERROR, "the tests could not run: %s", error.text);
    }
    free(views);
    free(present);
    engine_disconnect(connection);
}
