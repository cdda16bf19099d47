/* Everything before the first step, and after the last. */
#include "runtime/run/history.h"
#include "runtime/run/internal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

double seconds_since(struct timespec start) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - start.tv_sec) + (double)(now.tv_nsec - start.tv_nsec) / 1e9;
}

void run_count(Run *run) {
    GovRunSummary *summary = &run->summary;
    *summary = (GovRunSummary){0};
    for (size_t i = 0; i < run->plan->step_count; i++) {
        summary->steps += run->outcomes[i].outcome != OUTCOME_NOT_RUN;
        switch (run->outcomes[i].outcome) {
        case OUTCOME_OK: summary->ok++; break;
        case OUTCOME_WARN: summary->warned++; break;
        case OUTCOME_FAIL: summary->failed++; break;
        case OUTCOME_SKIP:
        case OUTCOME_STOP: summary->skipped++; break;
        case OUTCOME_NOT_RUN: summary->not_run += run->plan->steps[i].kind == GOV_STEP_NOT_RUN; break;
        }
    }
    for (size_t i = 0; i < run->unit_test_count; i++)
        summary->unit_tests_failed += run->unit_tests[i].outcome == OUTCOME_FAIL;
    summary->interrupted = atomic_load(&run->watch.interrupted);
    summary->run_id = run->ledger.run_id;
    summary->seconds = seconds_since(run->started);
}

/* Steps that will end with a line of `n of N`: `test` leaves out those without tests. */
static size_t count_runnable(const GovPlan *plan, bool testing) {
    size_t count = 0;
    for (size_t i = 0; i < plan->step_count; i++)
        count += plan->steps[i].kind != GOV_STEP_NOT_RUN && (!testing || plan->steps[i].test_count > 0);
    return count;
}

static long count_http_loads(const GovPlan *plan) {
    long count = 0;
    for (size_t i = 0; i < plan->step_count; i++) count += plan->steps[i].source && plan->steps[i].source->http;
    return count;
}

/* As many threads as are asked for; else as cores, and one for each load over HTTP (up to MOST_WAITING), which waits more
 * than it works. Not more than steps. */
static int choose_threads(const GovPlan *plan, int wanted) {
    enum { MOST_WAITING = 4 };
    long http = count_http_loads(plan);
    long threads = wanted > 0 ? wanted : sysconf(_SC_NPROCESSORS_ONLN) + (http < MOST_WAITING ? http : MOST_WAITING);
    long steps = (long)count_runnable(plan, false);
    threads = threads < steps ? threads : steps;
    return threads > 0 ? (int)threads : 1;
}

/* ----------------------------------------------------------------------------------------------------- the session */

/* Statements that give a session the parameters of the run. Null: out of memory. */
static char *write_variables(const Run *run, const char *today, const char *now) {
    static const char of_duckdb[] = "set variable gov_run_date = date '%s'; set variable gov_run_time = timestamptz '%s'; "
                                    "set variable gov_run_id = %lld::bigint;";
    static const char of_postgres[] = "set gov.run_date = '%s'; set gov.run_time = '%s'; set gov.run_id = '%lld'";
    char *text;
    int length = engine_is_server(run->ledger.connection)
                     ? asprintf(&text, of_postgres, today, now, (long long)run->ledger.run_id)
                     : asprintf(&text, of_duckdb, today, now, (long long)run->ledger.run_id);
    return length >= 0 ? text : NULL;
}

/* The parameters of the run are asked of the engine once, and written as constants for every session. They are those of the
 * moment when the run began, in each of its attempts. */
static bool find_variables(Run *run, EngineError *ret_error) {
    EngineConnection *connection = run->ledger.connection;
    const EngineParameter zone = engine_text(run->plan->timezone ? run->plan->timezone : "UTC");
    EngineResult *result;
    char began[96] = "(select now() as began) as t", sql[256];
    if (run->ledger.run_id)
        snprintf(began, sizeof began, "(select started_at as began from gov.runs where run_id = %lld) as t", (long long)run->ledger.run_id);
    snprintf(sql, sizeof sql, "select (began at time zone $1)::date, began::varchar from %s", began);
    if (!engine_query(connection, sql, &zone, 1, &result, ret_error)) return false;
    bool ok = engine_next(result, ret_error);
    if (ok) {
        snprintf(run->today, sizeof run->today, "%s", engine_cell(result, 0).text);
        run->variables = write_variables(run, run->today, engine_cell(result, 1).text);
        ok = run->variables != NULL;
    }
    engine_result_close(result);
    if (!ok && ret_error->fault == ENGINE_FAULT_NONE) *ret_error = (EngineError){ENGINE_FAULT_MEMORY, "out of memory"};
    return ok;
}

bool run_connect(Run *run, EngineConnection **ret_connection, EngineError *ret_error) {
    if (!engine_connect(run->target.database, ret_connection, ret_error)) return false;
    if (engine_execute(*ret_connection, run->variables, NULL, ret_error)) return true;
    engine_disconnect(*ret_connection);
    *ret_connection = NULL;
    return false;
}

/* ------------------------------------------------------------------------------------------------------- beginning */

static bool set_up(Run *run, EngineError *ret_error) {
    for (size_t i = 0; i < run->plan->setup.count; i++)
        if (!engine_execute(run->ledger.connection, run->plan->setup.items[i], NULL, ret_error)) return false;
    return true;
}

static bool has_loads(const GovPlan *plan) {
    for (size_t i = 0; i < plan->step_count; i++)
        if (plan->steps[i].kind == GOV_STEP_LOAD) return true;
    return false;
}

/* In memory; what does not fit there lies in a folder of the engine's own while the run lasts. */
static bool open_embedded(Run *run, EngineError *ret_error) {
    const char *folder = getenv("TMPDIR");
    char path[4096];
    snprintf(path, sizeof path, "%.4000s/gov-load-%d", folder && *folder ? folder : "/tmp", (int)getpid());
    const EngineSetting settings[] = {{"temp_directory", path}};
    const EngineOptions options = {.settings = settings, .setting_count = 1};
    EngineConnection *connection;
    if (!engine_open(engine_find("duckdb"), &options, &run->embedded, ret_error) ||
        !engine_connect(run->embedded, &connection, ret_error))
        return false;
    bool ok = ingest_prepare_embedded(connection, run->plan, ret_error);
    engine_disconnect(connection);
    return ok;
}

/* Whether the condition of the plan's job holds; its sessions have the time of now, and no run yet. */
static bool is_due(Run *run, bool *ret_due, EngineError *ret_error) {
    EngineConnection *connection;
    char *answer = NULL;
    if (!find_variables(run, ret_error) || !run_connect(run, &connection, ret_error)) return false;
    bool ok = engine_query_text(connection, run->plan->condition, &answer, ret_error);
    *ret_due = answer && (!strcmp(answer, "true") || !strcmp(answer, "t"));
    free(answer);
    engine_disconnect(connection);
    free(run->variables);
    run->variables = NULL;
    return ok;
}

/* Says that nothing is to be done, which is no failure. */
static bool stay_away(Run *run) {
    run->exit = GOV_EXIT_FINE;
    log_not_due(run->log, run->plan->job);
    return false;
}

/* Has another run begun since the plan was made, which may have changed what it was made from? That is no error: the plan is made
 * anew. */
static bool is_old(Run *run, EngineError *ret_error) {
    int64_t last;
    if (run->options.next_run == 0) return false;
    if (!engine_query_integer(run->ledger.connection, "select coalesce(max(run_id), 0) from gov.runs", &last, ret_error)) return true;
    run->summary.plan_is_old = last + 1 != run->options.next_run;
    return run->summary.plan_is_old;
}

/* The ledger is there, nothing of an earlier run is left, and the run has its number. */
static bool enter(Run *run, const char *command, EngineError *ret_error) {
    size_t died;
    if (*run->ledger.taken_over) log_message(run->log, LOG_WARNING, "took over the lock of %s: its process or its lease is dead", run->ledger.taken_over);
    if (!ledger_recover(&run->ledger, &died, ret_error)) return false;
    if (died > 0)
        log_message(run->log, LOG_NOTE, "an earlier run died in the middle: what it had built aside was removed");
    if (is_old(run, ret_error)) return false;
    bool due = true;
    if (run->plan->condition && !is_due(run, &due, ret_error)) return false;
    if (!due) return stay_away(run);
    run->ledger.lock.file = run->target.lock_file;
    bool begun = run->options.retry_of ? ledger_try_again(&run->ledger, run->plan, run->options.retry_of, ret_error)
                                       : ledger_begin(&run->ledger, run->plan, command, run->options.due_at, ret_error);
    if (!begun) return false;
    if (!lease_open(run)) {
        *ret_error = (EngineError){ENGINE_FAULT_MEMORY, "no thread could be had to keep the lock"};
        return false;
    }
    bool embeds = engine_is_server(run->ledger.connection) && strcmp(command, "test") != 0 && has_loads(run->plan);
    bool keeps = strcmp(command, "test") != 0;
    if (find_variables(run, ret_error) && set_up(run, ret_error) &&
        (!keeps || history_prepare(&run->ledger, run->plan, ret_error)) && (!embeds || open_embedded(run, ret_error))) return true;
    EngineError ignored; /* the first error is the one to tell */
    ledger_end(&run->ledger, run->ledger.connection, "failed", &run->summary, true, ret_error->text, &ignored);
    return false;
}

/* Tells every line of `text` as an error of its own. */
static bool fail_to_open(Run *run, GovExit code, const char *text) {
    run->exit = code;
    for (const char *line = text ? text : "out of memory"; *line;) {
        size_t length = strcspn(line, "\n");
        log_message(run->log, LOG_ERROR, "%.*s", (int)length, line);
        line += length + (line[length] == '\n');
    }
    return false;
}

static bool prepare(Run *run) {
    run->outcomes = calloc(run->plan->step_count ? run->plan->step_count : 1, sizeof *run->outcomes);
    for (size_t i = 0; run->outcomes && i < run->plan->step_count; i++)
        run->outcomes[i] = (StepOutcome){.step = &run->plan->steps[i], .outcome = OUTCOME_SKIP, .rows = -1};
    return run->outcomes && schedule_open(run->plan->steps, run->plan->step_count, &run->schedule);
}

/* Opens target and ledger. `*ret_fault` is as target_open gives it, `*ret_text` (which the caller frees) what went wrong. */
static bool open_once(Run *run, const char *command, EngineFault *ret_fault, char **ret_text) {
    EngineError error;
    if (!target_open(run->plan, run->options.folder, TARGET_WRITE, &run->target, ret_fault, ret_text)) return false;
    if (ledger_open(run->target.database, command, &run->ledger, &error)) return true;
    *ret_fault = error.fault;
    *ret_text = settings_redact(run->target.settings, error.text);
    target_close(&run->target);
    return false;
}

/* Waits for whoever has the target, as long as the options say. */
static bool open_target_and_ledger(Run *run, const char *command, EngineFault *ret_fault, char **ret_text) {
    const struct timespec pause = {.tv_nsec = 300000000};
    for (bool told = false;; told = true) {
        if (open_once(run, command, ret_fault, ret_text)) return true;
        bool again = *ret_fault == ENGINE_FAULT_LOCKED && seconds_since(run->started) < run->options.lock_seconds &&
                     !atomic_load(&run->watch.interrupted);
        if (!again) return false;
        if (!told) log_message(run->log, LOG_NOTE, "waiting: %s", *ret_text ? *ret_text : "out of memory");
        free(*ret_text);
        *ret_text = NULL;
        nanosleep(&pause, NULL);
    }
}

bool run_open(Run *run, const GovPlan *plan, const GovRunOptions *options, const char *command) {
    *run = (Run){.plan = plan, .command = command, .exit = GOV_EXIT_FAILED, .options = *options, .watch = {.signals = -1, .wake = -1}};
    run->threads = choose_threads(plan, options->threads);
    run->batch_threads = options->threads > 0 ? options->threads : (int)sysconf(_SC_NPROCESSORS_ONLN);
    clock_gettime(CLOCK_MONOTONIC, &run->started);
    pthread_mutex_init(&run->lock, NULL);
    pthread_mutex_init(&run->ledger_lock, NULL);
    pthread_cond_init(&run->changed, NULL);
    run->log = log_open(options);
    if (!run->log || !watch_open(&run->watch, run->log)) return false;
    if (plan->abi != GOV_PLAN_ABI) {
        log_message(run->log, LOG_ERROR,
                    "the plan was compiled for runtime interface %d, but this library has %d: compile it again",
                    plan->abi, GOV_PLAN_ABI);
        return false;
    }
    if (!prepare(run)) return fail_to_open(run, GOV_EXIT_FAILED, NULL);
    EngineFault fault;
    char *text = NULL;
    if (!open_target_and_ledger(run, command, &fault, &text)) {
        fail_to_open(run, fault == ENGINE_FAULT_NONE ? GOV_EXIT_MISUSE : GOV_EXIT_FAILED, text);
        free(text);
        return false;
    }
    log_set_settings(run->log, run->target.settings);
    EngineError error = {0};
    if (!enter(run, command, &error)) return error.fault == ENGINE_FAULT_NONE ? false : fail_to_open(run, GOV_EXIT_FAILED, error.text);
    bool testing = strcmp(command, "test") == 0;
    log_run_started(run->log, plan, testing ? "Testing" : run->options.retry_of ? "Retrying" : "Running", run->ledger.run_id, count_runnable(plan, testing),
                    testing ? 1 : run->threads);
    return true;
}

void run_close(Run *run) {
    lease_close(run);
    ledger_close(&run->ledger);
    if (run->watch.started) watch_close(&run->watch);
    log_close(run->log);
    engine_close(run->embedded);
    target_close(&run->target);
    schedule_close(&run->schedule);
    for (size_t i = 0; run->outcomes && i < run->plan->step_count; i++) outcome_clear_step(&run->outcomes[i]);
    free(run->outcomes);
    outcome_clear_tests(run->unit_tests, run->unit_test_count);
    free(run->variables);
    pthread_cond_destroy(&run->changed);
    pthread_mutex_destroy(&run->ledger_lock);
    pthread_mutex_destroy(&run->lock);
}
