#include "runtime/ledger/write.h"
#include "runtime/ledger/rows.h"
#include "runtime/ledger/schema.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ------------------------------------------------------------------------------------------------------ the ledger */

bool ledger_open(EngineDatabase *database, const char *command, Ledger *ret_ledger, EngineError *ret_error) {
    *ret_ledger = (Ledger){0};
    ret_ledger->chain = ledger_chain_open();
    if (!ret_ledger->chain)
        *ret_error = (EngineError){ENGINE_FAULT_MEMORY, "out of memory"};
    else if (engine_connect(database, &ret_ledger->connection, ret_error) &&
             ledger_lock_session(ret_ledger->connection, ret_ledger->taken_over, ret_error) &&
             ledger_migrate(ret_ledger->chain, ret_ledger->connection, ret_error) &&
             ledger_lock_take(ret_ledger->connection, command, &ret_ledger->lock, ret_error))
        return true;
    ledger_close(ret_ledger);
    return false;
}

void ledger_close(Ledger *ledger) {
    ledger_lock_release(ledger->connection, &ledger->lock);
    engine_disconnect(ledger->connection);
    ledger_chain_close(ledger->chain);
    *ledger = (Ledger){0};
}

/* The statements that dead runs left behind, each of which may be run at any time, in their order. They are read
 * whole before the first one runs: a connection does one thing at a time. Null: out of memory or `ret_error`. */
static char *read_leftovers(Ledger *ledger, EngineError *ret_error) {
    EngineResult *result;
    if (!engine_query(ledger->connection, "select statement from gov.leftovers order by run_id, position", NULL, 0,
                      &result, ret_error))
        return NULL;
    char *statements = NULL;
    size_t size;
    FILE *stream = open_memstream(&statements, &size);
    while (stream && engine_next(result, ret_error)) fprintf(stream, "%s;\n", engine_cell(result, 0).text);
    engine_result_close(result);
    if (stream && fclose(stream) == 0 && ret_error->fault == ENGINE_FAULT_NONE) return statements;
    free(statements);
    if (ret_error->fault == ENGINE_FAULT_NONE) *ret_error = (EngineError){ENGINE_FAULT_MEMORY, "out of memory"};
    return NULL;
}

/* One at a time: after the update nothing but its number tells which run it was. */
static bool mark_died(Ledger *ledger, EngineError *ret_error) {
    static const char newest[] = "select coalesce(max(run_id), 0) from gov.runs where status = 'running'";
    for (int64_t run_id;;) {
        if (!engine_query_integer(ledger->connection, newest, &run_id, ret_error)) return false;
        if (run_id == 0) return true;
        const EngineParameter value = engine_integer(run_id);
        if (!ledger_write(ledger->chain, ledger->connection, "runs", LEDGER_CHANGED,
                          "update gov.runs set status = 'died', message = 'the process ended without a word' where run_id = $1", &value,
                          1, "run_id = $1", 1, ret_error))
            return false;
    }
}

bool ledger_recover(Ledger *ledger, size_t *ret_count, EngineError *ret_error) {
    int64_t running = 0;
    *ret_count = 0;
    if (!engine_query_integer(
            ledger->connection,
            "select count(distinct run_id) from (select run_id from gov.runs where status = 'running' "
            "union all select run_id from gov.leftovers) as unfinished",
            &running, ret_error))
        return false;
    if (running == 0) return true;
    LedgerChange change;
    char *statements = read_leftovers(ledger, ret_error);
    bool ok = statements && ledger_enter(ledger->connection, &change, ret_error);
    if (ok) {
        ok = engine_execute(ledger->connection, statements, NULL, ret_error) &&
             mark_died(ledger, ret_error) &&
             engine_execute(ledger->connection, "delete from gov.leftovers", NULL, ret_error);
        ok = ledger_leave(ledger->chain, &change, ok, ret_error);
    }
    free(statements);
    *ret_count = (size_t)running;
    return ok;
}

static bool write_run(Ledger *ledger, const GovPlan *plan, const char *command, const char *due_at, EngineError *ret_error) {
    char host[256] = "", user[256] = "", buffer[1024];
    struct passwd entry, *found = NULL;
    gethostname(host, sizeof host - 1);
    if (getpwuid_r(geteuid(), &entry, buffer, sizeof buffer, &found) == 0 && found)
        snprintf(user, sizeof user, "%s", found->pw_name);
    else
        snprintf(user, sizeof user, "%lu", (unsigned long)geteuid());
    const EngineParameter values[] = {
        engine_integer(ledger->run_id),
        engine_text(command),
        engine_text(plan->project),
        engine_text(plan->target.name),
        engine_text(plan->gov_version),
        engine_text(plan->hash),
        engine_text(plan->source_hash),
        engine_text(plan->revision),
        engine_text(user),
        engine_text(host),
        engine_integer(getpid()),
        engine_text(plan->job),
        engine_text(due_at),
    };
    return ledger_write(
        ledger->chain, ledger->connection, "runs", LEDGER_ADDED,
        "insert into gov.runs (run_id, command, status, started_at, project, target, gov_version, "
        "plan_hash, source_hash, revision, user_name, host_name, process_id, job, due_at) "
        "values ($1, $2, 'running', now(), $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13::timestamptz)",
        values, sizeof values / sizeof *values, "run_id = $1", 1, ret_error);
}

/* What would remove everything that the plan can stage, the last step first. */
bool ledger_write_leftovers(Ledger *ledger, const GovPlan *plan, EngineError *ret_error) {
    LedgerRows rows = ledger_rows_open(ledger->chain, ledger->connection, "leftovers", ret_error);
    int64_t position = 0;
    for (size_t i = plan->step_count; i-- > 0;)
        for (size_t k = 0; k < plan->steps[i].discard.count; k++) {
            ledger_put_integer(&rows, ledger->run_id);
            ledger_put_integer(&rows, ++position);
            ledger_put_text(&rows, plan->steps[i].discard.items[k]);
            ledger_end_row(&rows);
        }
    return ledger_rows_close(&rows);
}

bool ledger_begin(Ledger *ledger, const GovPlan *plan, const char *command, const char *due_at, EngineError *ret_error) {
    LedgerChange change;
    if (!ledger_enter(ledger->connection, &change, ret_error)) return false;
    bool ok = engine_query_integer(ledger->connection, "select coalesce(max(run_id), 0) + 1 from gov.runs", &ledger->run_id, ret_error) &&
              write_run(ledger, plan, command, due_at, ret_error) && ledger_write_leftovers(ledger, plan, ret_error) &&
              ledger_lock_number(ledger->connection, &ledger->lock, ledger->run_id, ret_error);
    ok = ledger_leave(ledger->chain, &change, ok, ret_error);
    if (!ok) ledger->run_id = 0;
    return ok;
}

bool ledger_end(const Ledger *ledger, EngineConnection *connection, const char *status, const GovRunSummary *summary,
                bool nothing_staged, const char *message, EngineError *ret_error) {
    const EngineParameter values[] = {
        engine_integer(ledger->run_id),
        engine_text(status),
        engine_double(summary->seconds),
        engine_integer((int64_t)summary->ok),
        engine_integer((int64_t)summary->warned),
        engine_integer((int64_t)summary->failed),
        engine_integer((int64_t)summary->skipped),
        engine_integer((int64_t)summary->not_run),
        engine_text(message),
    };
    LedgerChange change;
    if (!ledger_enter(connection, &change, ret_error)) return false;
    bool ok = ledger_lock_renew(connection, &ledger->lock, ret_error) &&
              ledger_write(ledger->chain, connection, "runs", LEDGER_CHANGED,
                             "update gov.runs set status = $2, finished_at = now(), seconds = $3, ok = $4, warned = $5, "
                             "failed = $6, skipped = $7, not_run = $8, message = $9 where run_id = $1",
                             values, sizeof values / sizeof *values, "run_id = $1", 1, ret_error) &&
              (!nothing_staged || engine_execute_with(connection, "delete from gov.leftovers where run_id = $1", values, 1, NULL, ret_error));
    return ledger_leave(ledger->chain, &change, ok, ret_error);
}

/* ------------------------------------------------------------------------------------------------ steps and tests */

static const char *kind_name(GovStepKind kind) {
    switch (kind) {
    case GOV_STEP_LOAD: return "load";
    case GOV_STEP_BUILD: return "build";
    case GOV_STEP_TEST: return "test";
    case GOV_STEP_NOT_RUN: return "not run";
    }
    return NULL;
}

static const char *step_status(Outcome outcome) {
    switch (outcome) {
    case OUTCOME_OK:
    case OUTCOME_WARN: return "succeeded";
    case OUTCOME_FAIL: return "failed";
    case OUTCOME_SKIP: return "skipped";
    case OUTCOME_STOP: return "interrupted";
    case OUTCOME_NOT_RUN: return "not run";
    }
    return NULL;
}

static const char *test_status(const TestOutcome *test) {
    switch (test->outcome) {
    case OUTCOME_OK: return "passed";
    case OUTCOME_WARN: return "warned";
    case OUTCOME_FAIL: return test->broken ? "error" : "failed";
    case OUTCOME_SKIP:
    case OUTCOME_STOP:
    case OUTCOME_NOT_RUN: return "skipped";
    }
    return NULL;
}

static bool write_step_row(const Ledger *ledger, EngineConnection *connection, const StepOutcome *outcome,
                           EngineError *ret_error) {
    const GovStep *step = outcome->step;
    LedgerRows rows = ledger_rows_open(ledger->chain, connection, "steps", ret_error);
    ledger_put_integer(&rows, ledger->run_id);
    ledger_put_text(&rows, step->name);
    ledger_put_text(&rows, kind_name(step->kind));
    ledger_put_text(&rows, step->materialization);
    ledger_put_text(&rows, step->owner);
    ledger_put_text(&rows, step->fingerprint);
    ledger_put_text(&rows, step_status(outcome->outcome));
    ledger_put_boolean(&rows, outcome->published);
    ledger_put_text(&rows, step->reason);
    ledger_put_time(&rows, outcome->started);
    ledger_put_time(&rows, outcome->finished);
    ledger_put_seconds(&rows, outcome->started.tv_sec ? outcome->seconds : -1);
    ledger_put_count(&rows, outcome->rows);
    ledger_put_text(&rows, outcome->message);
    ledger_end_row(&rows);
    return ledger_rows_close(&rows);
}

static bool write_test_rows(const Ledger *ledger, EngineConnection *connection, const char *step, const TestOutcome *tests,
                            size_t count, EngineError *ret_error) {
    if (count == 0) return true;
    LedgerRows rows = ledger_rows_open(ledger->chain, connection, "tests", ret_error);
    for (size_t i = 0; i < count; i++) {
        ledger_put_integer(&rows, ledger->run_id);
        ledger_put_text(&rows, step);
        ledger_put_text(&rows, tests[i].kind);
        ledger_put_text(&rows, tests[i].name);
        ledger_put_text(&rows, tests[i].relation);
        ledger_put_text(&rows, tests[i].column);
        ledger_put_text(&rows, tests[i].severity);
        ledger_put_text(&rows, test_status(&tests[i]));
        ledger_put_count(&rows, tests[i].failing_rows);
        ledger_put_seconds(&rows, tests[i].seconds);
        ledger_put_text(&rows, tests[i].message);
        ledger_put_text(&rows, tests[i].place.file);
        ledger_put_count(&rows, tests[i].place.file ? (int64_t)tests[i].place.line : -1);
        ledger_put_now(&rows);
        ledger_end_row(&rows);
    }
    return ledger_rows_close(&rows);
}

bool ledger_write_tests(const Ledger *ledger, EngineConnection *connection, const char *step, const TestOutcome *tests,
                        size_t count, EngineError *ret_error) {
    LedgerChange change;
    if (!ledger_enter(connection, &change, ret_error)) return false;
    return ledger_leave(ledger->chain, &change, write_test_rows(ledger, connection, step, tests, count, ret_error), ret_error);
}

/* ------------------------------------------------------------------------------------------------------------ loads */

static bool write_load_row(const Ledger *ledger, EngineConnection *connection, const StepOutcome *outcome,
                           EngineError *ret_error) {
    LedgerRows rows = ledger_rows_open(ledger->chain, connection, "loads", ret_error);
    ledger_put_integer(&rows, ledger->run_id);
    ledger_put_text(&rows, outcome->step->name);
    ledger_put_text(&rows, outcome->step->source->words);
    ledger_put_boolean(&rows, outcome->published);
    ledger_put_integer(&rows, (int64_t)outcome->load.file_count);
    ledger_put_integer(&rows, outcome->load.bytes);
    ledger_put_integer(&rows, outcome->load.read);
    ledger_put_integer(&rows, outcome->load.accepted);
    ledger_put_integer(&rows, outcome->load.quarantined);
    ledger_put_integer(&rows, outcome->load.duplicates);
    ledger_put_integer(&rows, outcome->load.warned);
    ledger_put_now(&rows);
    ledger_put_boolean(&rows, outcome->load.anew);
    ledger_end_row(&rows);
    return ledger_rows_close(&rows);
}

static bool write_files(const Ledger *ledger, EngineConnection *connection, const StepOutcome *outcome,
                        EngineError *ret_error) {
    if (outcome->load.file_count == 0) return true;
    LedgerRows rows = ledger_rows_open(ledger->chain, connection, "files", ret_error);
    for (size_t i = 0; i < outcome->load.file_count; i++) {
        const IngestFile *file = &outcome->load.files[i];
        ledger_put_integer(&rows, ledger->run_id);
        ledger_put_text(&rows, outcome->step->name);
        ledger_put_text(&rows, outcome->step->fingerprint);
        ledger_put_text(&rows, file->path);
        ledger_put_integer(&rows, file->bytes);
        ledger_put_text(&rows, file->sha256);
        ledger_put_integer(&rows, file->rows);
        ledger_put_now(&rows);
        ledger_put_count(&rows, file->changed ? file->changed : -1);
        ledger_end_row(&rows);
    }
    return ledger_rows_close(&rows);
}

/* A new interval replaces those of its value that lie in it. Those of another fingerprint describe a table that is no
 * longer there. */
static bool forget_intervals(const Ledger *ledger, EngineConnection *connection, const StepOutcome *outcome, EngineError *ret_error) {
    const EngineParameter step[] = {engine_text(outcome->step->name), engine_text(outcome->step->fingerprint)};
    if (!ledger_remove(ledger->chain, connection, "intervals", "step = $1 and fingerprint <> $2", step, 2, ret_error))
        return false;
    for (size_t i = 0; i < outcome->load.interval_count; i++) {
        const IngestInterval *interval = &outcome->load.intervals[i];
        const EngineParameter values[] = {step[0], engine_text(interval->for_value), engine_text(interval->from),
                                          engine_text(interval->to)};
        if (!ledger_remove(ledger->chain, connection, "intervals",
                           "step = $1 and for_value = $2 and from_date >= $3::date and to_date <= $4::date", values, 4, ret_error))
            return false;
    }
    return true;
}

static bool write_intervals(const Ledger *ledger, EngineConnection *connection, const StepOutcome *outcome,
                            EngineError *ret_error) {
    if (!outcome->step->source->http) return true;
    if (!forget_intervals(ledger, connection, outcome, ret_error)) return false;
    LedgerRows rows = ledger_rows_open(ledger->chain, connection, "intervals", ret_error);
    for (size_t i = 0; i < outcome->load.interval_count; i++) {
        const IngestInterval *interval = &outcome->load.intervals[i];
        ledger_put_integer(&rows, ledger->run_id);
        ledger_put_text(&rows, outcome->step->name);
        ledger_put_text(&rows, outcome->step->fingerprint);
        ledger_put_text(&rows, interval->for_value);
        ledger_put_text(&rows, interval->from);
        ledger_put_text(&rows, interval->to);
        ledger_put_integer(&rows, interval->rows);
        ledger_put_now(&rows);
        ledger_end_row(&rows);
    }
    return ledger_rows_close(&rows);
}

static bool write_step(const Ledger *ledger, EngineConnection *connection, const StepOutcome *outcome, EngineError *ret_error) {
    if (!write_step_row(ledger, connection, outcome, ret_error) ||
        !write_test_rows(ledger, connection, outcome->step->name, outcome->tests, outcome->test_count, ret_error))
        return false;
    if (!outcome->loaded) return true;
    if (!write_load_row(ledger, connection, outcome, ret_error)) return false;
    return !outcome->published || (write_files(ledger, connection, outcome, ret_error) &&
                                   write_intervals(ledger, connection, outcome, ret_error));
}

bool ledger_write_step(const Ledger *ledger, EngineConnection *connection, const StepOutcome *outcome,
                       EngineError *ret_error) {
    LedgerChange change;
    if (!ledger_enter(connection, &change, ret_error)) return false;
    return ledger_leave(ledger->chain, &change, write_step(ledger, connection, outcome, ret_error), ret_error);
}
