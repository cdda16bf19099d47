#include "runtime/ledger/write.h"
#include "runtime/ledger/schema.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ------------------------------------------------------------------------------------------------ rows of a table */

/* Fills rows of one table, cell by cell; after the first failure nothing more is written. */
typedef struct {
    EngineAppender *appender;
    EngineError *error;
    bool ok;
} Rows;

static Rows open_rows(EngineConnection *connection, const char *table, EngineError *ret_error) {
    Rows rows = {.error = ret_error};
    rows.ok = engine_appender_open(connection, "gov", table, &rows.appender, ret_error);
    return rows;
}

static void put_text(Rows *rows, const char *text) {
    if (rows->ok)
        rows->ok = text ? engine_append_text(rows->appender, text, strlen(text), rows->error)
                        : engine_append_null(rows->appender, rows->error);
}

static void put_integer(Rows *rows, int64_t integer) {
    rows->ok = rows->ok && engine_append_integer(rows->appender, integer, rows->error);
}

/* Negative: not counted, null. */
static void put_count(Rows *rows, int64_t count) {
    if (count >= 0)
        put_integer(rows, count);
    else
        put_text(rows, NULL);
}

static void put_boolean(Rows *rows, bool value) {
    put_text(rows, value ? "true" : "false");
}

static void put_seconds(Rows *rows, double seconds) {
    char text[32];
    snprintf(text, sizeof text, "%.6f", seconds);
    put_text(rows, seconds >= 0 ? text : NULL);
}

static void put_time(Rows *rows, struct timespec time) {
    struct tm parts;
    char date[32], text[64];
    gmtime_r(&time.tv_sec, &parts);
    strftime(date, sizeof date, "%Y-%m-%d %H:%M:%S", &parts);
    snprintf(text, sizeof text, "%s.%06ld+00", date, time.tv_nsec / 1000);
    put_text(rows, time.tv_sec ? text : NULL);
}

static void put_now(Rows *rows) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    put_time(rows, now);
}

static void end_row(Rows *rows) {
    rows->ok = rows->ok && engine_append_row(rows->appender, rows->error);
}

static bool close_rows(Rows *rows) {
    EngineError ignored; /* the first error is the one to tell */
    return engine_appender_close(rows->appender, !rows->ok, rows->ok ? rows->error : &ignored) && rows->ok;
}

/* ------------------------------------------------------------------------------------------------------ the ledger */

/* `gov` in ASCII: an advisory lock of the session, one of this number in each database. */
#define RUN_LOCK "6778742"

/* `, run 12 of ana on host-3, since 2026-11-21 13:47 UTC`, as far as it is known. */
static void tell_owner(EngineConnection *connection, EngineError *ret_error) {
    EngineError ignored; /* the ledger may not be there yet, or not be this user's to read */
    char *owner = NULL;
    engine_query_text(connection,
                      "select ': run ' || run_id || ' of ' || coalesce(user_name, '?') || ' on ' || coalesce(host_name, '?') || ', since ' "
                      "|| to_char(started_at, 'YYYY-MM-DD HH24:MI') || ' UTC' "
                      "from gov.runs where status = 'running' order by run_id desc limit 1",
                      &owner, &ignored);
    ret_error->fault = ENGINE_FAULT_LOCKED;
    snprintf(ret_error->text, sizeof ret_error->text, "another run is at work in this database%s; one can run at a time",
             owner ? owner : "");
    free(owner);
}

/* It is let go when the session ends, so there is nothing to clean up after a process that died. */
static bool take_lock(EngineConnection *connection, EngineError *ret_error) {
    int64_t taken = 0;
    if (!engine_query_integer(connection, "select pg_try_advisory_lock(" RUN_LOCK ")::int", &taken, ret_error)) return false;
    if (!taken) tell_owner(connection, ret_error);
    return taken;
}

bool ledger_open(EngineDatabase *database, Ledger *ret_ledger, EngineError *ret_error) {
    *ret_ledger = (Ledger){0};
    if (engine_connect(database, &ret_ledger->connection, ret_error) &&
        (!engine_is_server(ret_ledger->connection) || take_lock(ret_ledger->connection, ret_error)) &&
        ledger_migrate(ret_ledger->connection, ret_error))
        return true;
    ledger_close(ret_ledger);
    return false;
}

void ledger_close(Ledger *ledger) {
    engine_disconnect(ledger->connection);
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
    char *statements = read_leftovers(ledger, ret_error);
    bool ok = statements && engine_begin(ledger->connection, ret_error);
    if (ok) {
        ok = engine_execute(ledger->connection, statements, NULL, ret_error) &&
             engine_execute(ledger->connection,
                            "update gov.runs set status = 'died', message = 'the process ended without a word' "
                            "where status = 'running'; delete from gov.leftovers",
                            NULL, ret_error) &&
             engine_commit(ledger->connection, ret_error);
        if (!ok) engine_rollback(ledger->connection);
    }
    free(statements);
    *ret_count = (size_t)running;
    return ok;
}

static bool write_run(Ledger *ledger, const GovPlan *plan, const char *command, EngineError *ret_error) {
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
    };
    return engine_execute_with(
        ledger->connection,
        "insert into gov.runs (run_id, command, status, started_at, project, target, gov_version, "
        "plan_hash, source_hash, revision, user_name, host_name, process_id) "
        "values ($1, $2, 'running', now(), $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        values, sizeof values / sizeof *values, NULL, ret_error);
}

/* What would remove everything that the plan can stage, the last step first. */
static bool write_leftovers(Ledger *ledger, const GovPlan *plan, EngineError *ret_error) {
    Rows rows = open_rows(ledger->connection, "leftovers", ret_error);
    int64_t position = 0;
    for (size_t i = plan->step_count; i-- > 0;)
        for (size_t k = 0; k < plan->steps[i].discard.count; k++) {
            put_integer(&rows, ledger->run_id);
            put_integer(&rows, ++position);
            put_text(&rows, plan->steps[i].discard.items[k]);
            end_row(&rows);
        }
    return close_rows(&rows);
}

bool ledger_begin(Ledger *ledger, const GovPlan *plan, const char *command, EngineError *ret_error) {
    if (!engine_begin(ledger->connection, ret_error)) return false;
    if (engine_query_integer(ledger->connection, "select coalesce(max(run_id), 0) + 1 from gov.runs", &ledger->run_id,
                             ret_error) &&
        write_run(ledger, plan, command, ret_error) && write_leftovers(ledger, plan, ret_error) &&
        engine_commit(ledger->connection, ret_error))
        return true;
    ledger->run_id = 0;
    engine_rollback(ledger->connection);
    return false;
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
    if (!engine_execute_with(
            connection,
            "update gov.runs set status = $2, finished_at = now(), seconds = $3, ok = $4, warned = $5, "
            "failed = $6, skipped = $7, not_run = $8, message = $9 where run_id = $1",
            values, sizeof values / sizeof *values, NULL, ret_error))
        return false;
    return !nothing_staged ||
           engine_execute_with(connection, "delete from gov.leftovers where run_id = $1", values, 1, NULL, ret_error);
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
    Rows rows = open_rows(connection, "steps", ret_error);
    put_integer(&rows, ledger->run_id);
    put_text(&rows, step->name);
    put_text(&rows, kind_name(step->kind));
    put_text(&rows, step->materialization);
    put_text(&rows, step->owner);
    put_text(&rows, step->fingerprint);
    put_text(&rows, step_status(outcome->outcome));
    put_boolean(&rows, outcome->published);
    put_text(&rows, step->reason);
    put_time(&rows, outcome->started);
    put_time(&rows, outcome->finished);
    put_seconds(&rows, outcome->started.tv_sec ? outcome->seconds : -1);
    put_count(&rows, outcome->rows);
    put_text(&rows, outcome->message);
    end_row(&rows);
    return close_rows(&rows);
}

bool ledger_write_tests(const Ledger *ledger, EngineConnection *connection, const char *step, const TestOutcome *tests,
                        size_t count, EngineError *ret_error) {
    if (count == 0) return true;
    Rows rows = open_rows(connection, "tests", ret_error);
    for (size_t i = 0; i < count; i++) {
        put_integer(&rows, ledger->run_id);
        put_text(&rows, step);
        put_text(&rows, tests[i].kind);
        put_text(&rows, tests[i].name);
        put_text(&rows, tests[i].relation);
        put_text(&rows, tests[i].column);
        put_text(&rows, tests[i].severity);
        put_text(&rows, test_status(&tests[i]));
        put_count(&rows, tests[i].failing_rows);
        put_seconds(&rows, tests[i].seconds);
        put_text(&rows, tests[i].message);
        put_text(&rows, tests[i].place.file);
        put_count(&rows, tests[i].place.file ? (int64_t)tests[i].place.line : -1);
        put_now(&rows);
        end_row(&rows);
    }
    return close_rows(&rows);
}

/* ------------------------------------------------------------------------------------------------------------ loads */

static bool write_load_row(const Ledger *ledger, EngineConnection *connection, const StepOutcome *outcome,
                           EngineError *ret_error) {
    Rows rows = open_rows(connection, "loads", ret_error);
    put_integer(&rows, ledger->run_id);
    put_text(&rows, outcome->step->name);
    put_text(&rows, outcome->step->source->words);
    put_boolean(&rows, outcome->published);
    put_integer(&rows, (int64_t)outcome->load.file_count);
    put_integer(&rows, outcome->load.bytes);
    put_integer(&rows, outcome->load.read);
    put_integer(&rows, outcome->load.accepted);
    put_integer(&rows, outcome->load.quarantined);
    put_integer(&rows, outcome->load.duplicates);
    put_integer(&rows, outcome->load.warned);
    put_now(&rows);
    put_boolean(&rows, outcome->load.anew);
    end_row(&rows);
    return close_rows(&rows);
}

static bool write_files(const Ledger *ledger, EngineConnection *connection, const StepOutcome *outcome,
                        EngineError *ret_error) {
    if (outcome->load.file_count == 0) return true;
    Rows rows = open_rows(connection, "files", ret_error);
    for (size_t i = 0; i < outcome->load.file_count; i++) {
        const IngestFile *file = &outcome->load.files[i];
        put_integer(&rows, ledger->run_id);
        put_text(&rows, outcome->step->name);
        put_text(&rows, outcome->step->fingerprint);
        put_text(&rows, file->path);
        put_integer(&rows, file->bytes);
        put_text(&rows, file->sha256);
        put_integer(&rows, file->rows);
        put_now(&rows);
        put_count(&rows, file->changed ? file->changed : -1);
        end_row(&rows);
    }
    return close_rows(&rows);
}

/* A new interval replaces those of its value that lie in it. Those of another fingerprint describe a table that is no
 * longer there. */
static bool forget_intervals(EngineConnection *connection, const StepOutcome *outcome, EngineError *ret_error) {
    const EngineParameter step[] = {engine_text(outcome->step->name), engine_text(outcome->step->fingerprint)};
    if (!engine_execute_with(connection, "delete from gov.intervals where step = $1 and fingerprint <> $2", step, 2,
                             NULL, ret_error))
        return false;
    for (size_t i = 0; i < outcome->load.interval_count; i++) {
        const IngestInterval *interval = &outcome->load.intervals[i];
        const EngineParameter values[] = {step[0], engine_text(interval->for_value), engine_text(interval->from),
                                          engine_text(interval->to)};
        if (!engine_execute_with(connection,
                                 "delete from gov.intervals where step = $1 and for_value = $2 "
                                 "and from_date >= $3::date and to_date <= $4::date",
                                 values, 4, NULL, ret_error))
            return false;
    }
    return true;
}

static bool write_intervals(const Ledger *ledger, EngineConnection *connection, const StepOutcome *outcome,
                            EngineError *ret_error) {
    if (!outcome->step->source->http) return true;
    if (!forget_intervals(connection, outcome, ret_error)) return false;
    Rows rows = open_rows(connection, "intervals", ret_error);
    for (size_t i = 0; i < outcome->load.interval_count; i++) {
        const IngestInterval *interval = &outcome->load.intervals[i];
        put_integer(&rows, ledger->run_id);
        put_text(&rows, outcome->step->name);
        put_text(&rows, outcome->step->fingerprint);
        put_text(&rows, interval->for_value);
        put_text(&rows, interval->from);
        put_text(&rows, interval->to);
        put_integer(&rows, interval->rows);
        put_now(&rows);
        end_row(&rows);
    }
    return close_rows(&rows);
}

bool ledger_write_step(const Ledger *ledger, EngineConnection *connection, const StepOutcome *outcome,
                       EngineError *ret_error) {
    if (!write_step_row(ledger, connection, outcome, ret_error) ||
        !ledger_write_tests(ledger, connection, outcome->step->name, outcome->tests, outcome->test_count, ret_error))
        return false;
    if (!outcome->loaded) return true;
    if (!write_load_row(ledger, connection, outcome, ret_error)) return false;
    return !outcome->published || (write_files(ledger, connection, outcome, ret_error) &&
                                   write_intervals(ledger, connection, outcome, ret_error));
}
