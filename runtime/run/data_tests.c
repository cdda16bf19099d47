/* Tests of the data: each selects the rows that are wrong. They are counted, several tests in one statement; only counts
 * leave the engine. */
#include "runtime/run/internal.h"

#include <stdlib.h>
#include <string.h>

enum { BATCH = 16, SCAN = 64 }; /* enough to save round trips, few enough to keep one statement's memory small */

/* `select 0, (select count(*) from (…)) union all …` over tests[0..count). Null: out of memory. */
static char *count_query(const GovTest *tests, size_t count) {
    char *sql = NULL;
    size_t size;
    FILE *stream = open_memstream(&sql, &size);
    if (!stream) return NULL;
    for (size_t i = 0; i < count; i++)
        fprintf(stream, "%sselect %zu, count(*) from (\n%s\n) as wrong", i ? "\nunion all\n" : "", i, tests[i].sql);
    if (fclose(stream) == 0) return sql;
    free(sql);
    return NULL;
}

/* What was proved cannot fail: either the proof is wrong, or what it relied on was. */
static void refuse_proof(const GovTest *test, TestOutcome *outcome) {
    char *message = NULL;
    size_t size;
    FILE *stream = open_memstream(&message, &size);
    outcome->outcome = OUTCOME_FAIL;
    outcome->broken = true;
    if (!stream) return;
    fprintf(stream, "internal inconsistency: it was proved (%s), and does not hold of the data; please report it", test->proved);
    if (fclose(stream) == 0) outcome->message = message;
    else free(message);
}

static void judge(const GovTest *test, int64_t failing_rows, TestOutcome *outcome) {
    outcome->failing_rows = failing_rows;
    if (test->proved && failing_rows) {
        refuse_proof(test, outcome);
        return;
    }
    if (failing_rows == 0 || (test->severity == GOV_SEVERITY_WARN && failing_rows <= test->warn_above))
        outcome->outcome = OUTCOME_OK;
    else
        outcome->outcome = test->severity == GOV_SEVERITY_WARN ? OUTCOME_WARN : OUTCOME_FAIL;
}

static bool count_batch(EngineConnection *connection, const GovTest *tests, size_t count, TestOutcome *outcomes,
                        EngineError *ret_error) {
    char *sql = count_query(tests, count);
    if (!sql) {
        *ret_error = (EngineError){ENGINE_FAULT_MEMORY, "out of memory"};
        return false;
    }
    struct timespec started;
    clock_gettime(CLOCK_MONOTONIC, &started);
    EngineResult *result;
    size_t counted = 0;
    if (engine_query(connection, sql, NULL, 0, &result, ret_error)) {
        for (; engine_next(result, ret_error); counted++) {
            size_t index = (size_t)engine_cell(result, 0).integer;
            judge(&tests[index], engine_cell(result, 1).integer, &outcomes[index]);
        }
        engine_result_close(result);
    }
    free(sql);
    for (size_t i = 0; i < count; i++) outcomes[i].seconds = seconds_since(started);
    return counted == count && ret_error->fault == ENGINE_FAULT_NONE;
}

/* One by one, when a batch failed: to find which test cannot run. */
static bool count_each(EngineConnection *connection, const GovTest *tests, size_t count, TestOutcome *outcomes,
                       EngineError *ret_error) {
    for (size_t i = 0; i < count; i++) {
        if (count_batch(connection, &tests[i], 1, &outcomes[i], ret_error)) continue;
        if (ret_error->fault == ENGINE_FAULT_INTERRUPTED || ret_error->fault == ENGINE_FAULT_LOST) return false;
        outcomes[i].outcome = OUTCOME_FAIL;
        outcomes[i].broken = true;
        outcomes[i].failing_rows = -1;
        outcomes[i].message = strdup(ret_error->text);
        *ret_error = (EngineError){0};
    }
    return true;
}

/* ------------------------------------------------------------------------------------------------ many in one scan */

/* Tests that are asked of the same thing, up to SCAN of them. */
typedef struct {
    const GovStep *step;
    TestOutcome *outcomes;
    size_t items[SCAN];
    size_t count;
} Scan;

/* The tests of a scan from `first` on, of those that no scan has asked yet. */
static Scan collect_scan(const GovStep *step, TestOutcome *outcomes, size_t first) {
    Scan scan = {.step = step, .outcomes = outcomes};
    const char *scanned = step->tests[first].scanned;
    for (size_t i = first; i < step->test_count && scan.count < SCAN; i++) {
        const GovTest *test = &step->tests[i];
        if (test->counts && strcmp(test->scanned, scanned) == 0 && outcomes[i].seconds < 0) scan.items[scan.count++] = i;
    }
    return scan;
}

static char *scan_query(const Scan *scan) {
    char *sql = NULL;
    size_t size;
    FILE *stream = open_memstream(&sql, &size);
    if (!stream) return NULL;
    for (size_t i = 0; i < scan->count; i++)
        fprintf(stream, "%s%s", i ? ",\n  " : "select\n  ", scan->step->tests[scan->items[i]].counts);
    fprintf(stream, "\nfrom %s", scan->step->tests[scan->items[0]].scanned);
    if (fclose(stream) == 0) return sql;
    free(sql);
    return NULL;
}

/* False: the statement failed, and nothing was judged. Those of which the scan does not give the number stay uncounted. */
static bool count_scan(EngineConnection *connection, const Scan *scan, EngineError *ret_error) {
    char *sql = scan_query(scan);
    EngineResult *result;
    struct timespec started;
    clock_gettime(CLOCK_MONOTONIC, &started);
    if (!sql) {
        *ret_error = (EngineError){ENGINE_FAULT_MEMORY, "out of memory"};
        return false;
    }
    bool ok = engine_query(connection, sql, NULL, 0, &result, ret_error);
    free(sql);
    if (!ok) return false;
    ok = engine_next(result, ret_error);
    for (size_t i = 0; ok && i < scan->count; i++) {
        size_t index = scan->items[i];
        int64_t rows = engine_cell(result, i).integer;
        scan->outcomes[index].seconds = seconds_since(started);
        if (rows != 0 && scan->step->tests[index].counts_at_least) continue;
        judge(&scan->step->tests[index], rows, &scan->outcomes[index]);
    }
    engine_result_close(result);
    return ok;
}

/* What cannot be counted in a scan, for one of its tests cannot run, is left to be counted alone. */
static bool count_in_scans(EngineConnection *connection, const GovStep *step, TestOutcome *outcomes, EngineError *ret_error) {
    for (size_t i = 0; i < step->test_count; i++) {
        if (!step->tests[i].counts || outcomes[i].seconds >= 0) continue;
        Scan scan = collect_scan(step, outcomes, i);
        if (scan.count < 2) continue;
        if (!count_scan(connection, &scan, ret_error)) {
            if (ret_error->fault == ENGINE_FAULT_INTERRUPTED || ret_error->fault == ENGINE_FAULT_LOST) return false;
            *ret_error = (EngineError){0};
            return true;
        }
    }
    return true;
}

/* The tests that are still to be counted, in runs of up to BATCH that stand together. */
static bool count_rest(EngineConnection *connection, const GovStep *step, TestOutcome *outcomes, EngineError *ret_error) {
    for (size_t first = 0; first < step->test_count;) {
        size_t count = 0;
        while (first + count < step->test_count && count < BATCH && outcomes[first + count].failing_rows < 0) count++;
        if (count > 0 && !count_batch(connection, &step->tests[first], count, &outcomes[first], ret_error) &&
            (ret_error->fault == ENGINE_FAULT_INTERRUPTED || ret_error->fault == ENGINE_FAULT_LOST ||
             !count_each(connection, &step->tests[first], count, &outcomes[first], ret_error)))
            return false;
        first += count ? count : 1;
    }
    return true;
}

bool run_data_tests(EngineConnection *connection, const GovStep *step, TestOutcome **ret_tests,
                    EngineError *ret_error) {
    *ret_error = (EngineError){0};
    *ret_tests = calloc(step->test_count ? step->test_count : 1, sizeof **ret_tests);
    if (!*ret_tests) {
        *ret_error = (EngineError){ENGINE_FAULT_MEMORY, "out of memory"};
        return false;
    }
    for (size_t i = 0; i < step->test_count; i++) {
        const GovTest *test = &step->tests[i];
        (*ret_tests)[i] = (TestOutcome){.kind = "data",
                                        .name = test->name,
                                        .relation = test->relation,
                                        .column = test->column,
                                        .outcome = OUTCOME_SKIP,
                                        .failing_rows = -1,
                                        .seconds = -1,
                                        .severity = test->severity == GOV_SEVERITY_WARN ? "warn" : "error",
                                        .place = test->place};
    }
    return count_in_scans(connection, step, *ret_tests, ret_error) && count_rest(connection, step, *ret_tests, ret_error);
}

Outcome worst_outcome(const TestOutcome *tests, size_t count) {
    Outcome worst = OUTCOME_OK;
    for (size_t i = 0; i < count; i++)
        if (tests[i].outcome == OUTCOME_FAIL || (tests[i].outcome == OUTCOME_WARN && worst == OUTCOME_OK))
            worst = tests[i].outcome;
    return worst;
}
