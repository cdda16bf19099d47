/* Unit tests: the model over given rows against the expected rows, in a database in memory. The difference is shown: its
 * rows are the author's own. The ledger records only how many there are. */
#include "runtime/log/rows.h"
#include "runtime/run/internal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN_ROWS = 50 };

/* Rows that are expected and missing, and rows that are there unexpected; alike rows stand beside each other. */
static char *difference_query(const GovUnitTest *test) {
    char *sql = NULL;
    size_t size;
    FILE *stream = open_memstream(&sql, &size);
    if (!stream) return NULL;
    fprintf(stream,
            "with gov_expected as materialized (\n%s\n), gov_actual as materialized (\n%s\n)\n"
            "select 'missing' as \" \", * from (select * from gov_expected except all select * from gov_actual)\n"
            "union all\n"
            "select 'unexpected', * from (select * from gov_actual except all select * from gov_expected)\n"
            "order by ",
            test->expected, test->actual);
    for (size_t i = 0; i < test->columns.count; i++) fprintf(stream, "%zu, ", i + 2);
    fprintf(stream, "1 limit %d", SHOWN_ROWS);
    if (fclose(stream) == 0) return sql;
    free(sql);
    return NULL;
}

/* The table of the result's rows; null: out of memory or `ret_error`. */
static char *draw(EngineResult *result, int64_t *ret_rows, EngineError *ret_error) {
    char *table = NULL;
    size_t size;
    FILE *stream = open_memstream(&table, &size);
    bool ok = stream && log_rows(stream, result, GOV_ROWS_TABLE, ret_rows, ret_error);
    if (ok && *ret_rows == SHOWN_ROWS) fprintf(stream, "only the first %d rows are shown\n", SHOWN_ROWS);
    if (stream && fclose(stream) == 0 && ok) return table;
    free(table);
    if (ret_error->fault == ENGINE_FAULT_NONE) *ret_error = (EngineError){ENGINE_FAULT_MEMORY, "out of memory"};
    return NULL;
}

static bool compare(EngineConnection *connection, const GovUnitTest *test, TestOutcome *outcome,
                    EngineError *ret_error) {
    char *sql = difference_query(test);
    if (!sql) {
        *ret_error = (EngineError){ENGINE_FAULT_MEMORY, "out of memory"};
        return false;
    }
    EngineResult *result;
    bool ok = engine_query(connection, sql, NULL, 0, &result, ret_error);
    free(sql);
    if (!ok) return false;
    outcome->difference = draw(result, &outcome->failing_rows, ret_error);
    engine_result_close(result);
    if (outcome->difference && outcome->failing_rows == 0) {
        free(outcome->difference);
        outcome->difference = NULL;
    }
    return ret_error->fault == ENGINE_FAULT_NONE;
}

static void run_one(EngineConnection *connection, const GovUnitTest *test, TestOutcome *outcome) {
    EngineError error;
    struct timespec started;
    clock_gettime(CLOCK_MONOTONIC, &started);
    *outcome = (TestOutcome){.kind = "unit",
                             .name = test->name,
                             .relation = test->relation,
                             .severity = "error",
                             .failing_rows = -1,
                             .place = test->place};
    if (!compare(connection, test, outcome, &error)) {
        outcome->broken = true;
        outcome->message = strdup(error.text);
    }
    outcome->outcome = !outcome->broken && outcome->failing_rows == 0 ? OUTCOME_OK : OUTCOME_FAIL;
    outcome->seconds = seconds_since(started);
}

static bool run_all(Run *run, EngineError *ret_error) {
    const GovPlan *plan = run->plan;
    const EngineOptions options = {.threads = 1}; /* a few rows: starting threads would cost more than they save */
    EngineDatabase *database;
    EngineConnection *connection = NULL;
    if (!engine_open(engine_find("duckdb"), &options, &database, ret_error)) return false;
    bool ok = engine_connect(database, &connection, ret_error) &&
              (watch_add(&run->watch, connection, NULL) ||
               (*ret_error = (EngineError){ENGINE_FAULT_MEMORY, "out of memory"}, false));
    for (size_t i = 0; ok && i < plan->unit_test_count && !atomic_load(&run->watch.stopping); i++)
        run_one(connection, &plan->unit_tests[i], &run->unit_tests[run->unit_test_count++]);
    if (connection) watch_remove(&run->watch, connection);
    engine_disconnect(connection);
    engine_close(database);
    return ok;
}

bool run_unit_tests(Run *run) {
    const GovPlan *plan = run->plan;
    if (plan->unit_test_count == 0) return true;
    struct timespec started;
    clock_gettime(CLOCK_MONOTONIC, &started);
    EngineError error = {ENGINE_FAULT_MEMORY, "out of memory"};
    run->unit_tests = calloc(plan->unit_test_count, sizeof *run->unit_tests);
    bool ok = run->unit_tests && run_all(run, &error);
    if (ok && !atomic_load(&run->watch.stopping)) {
        log_unit_tests_finished(run->log, run->unit_tests, run->unit_test_count, seconds_since(started));
        ok = ledger_write_tests(&run->ledger, run->ledger.connection, NULL, run->unit_tests, run->unit_test_count,
                                &error);
        for (size_t i = 0; i < run->unit_test_count; i++)
            run->broken = run->broken || run->unit_tests[i].outcome == OUTCOME_FAIL;
    }
    if (!ok) log_message(run->log, LOG_ERROR, "the unit tests could not run: %s", error.text);
    return ok;
}
