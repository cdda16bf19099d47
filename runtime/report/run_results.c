/* dbt's artifact `run_results.json`, schema version 6 (schemas.getdbt.com/dbt/run-results/v6.json): what reads dbt's results reads
 * ours. Names of nodes are as dbt's manifest has them: `model.<project>.<layer>.<name>`, `source.…`, `test.…`, `unit_test.…`. */
#include "runtime/report/report.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const char *status_of_step(const StepOutcome *step) {
    switch (step->outcome) {
    case OUTCOME_OK:
    case OUTCOME_WARN: return "success";
    case OUTCOME_FAIL: return "error";
    case OUTCOME_SKIP:
    case OUTCOME_STOP:
    case OUTCOME_NOT_RUN: break;
    }
    return "skipped";
}

static const char *status_of_test(const TestOutcome *test) {
    switch (test->outcome) {
    case OUTCOME_OK: return "pass";
    case OUTCOME_WARN: return "warn";
    case OUTCOME_FAIL: return test->broken ? "error" : "fail";
    case OUTCOME_SKIP:
    case OUTCOME_STOP:
    case OUTCOME_NOT_RUN: break;
    }
    return "skipped";
}

static json_t *timing(const StepOutcome *step) {
    char started[32], finished[32];
    if (!step->started.tv_sec) return json_array();
    report_time(step->started, started);
    report_time(step->finished.tv_sec ? step->finished : step->started, finished);
    return json_pack("[{s:s, s:s, s:s}]", "name", "execute", "started_at", started, "completed_at", finished);
}

/* Takes over `name` and `times`. */
static json_t *result(char *name, const char *status, json_t *times, double seconds, const char *message, int64_t failures, const char *relation) {
    json_t *object = json_pack("{s:s, s:o, s:s, s:f, s:{}, s:s?, s:o, s:s, s:n, s:n, s:s?}", "status", status, "timing", times, "thread_id", "main",
                               "execution_time", seconds > 0 ? seconds : 0.0, "adapter_response", "message", message, "failures",
                               failures >= 0 ? json_integer(failures) : json_null(), "unique_id", name ? name : "", "compiled", "compiled_code",
                               "relation_name", relation);
    free(name);
    return object;
}

static char *name_of(const char *kind, const Report *report, const char *relation, const char *test) {
    char *name;
    int length = test ? asprintf(&name, "%s.%s.%s.%s", kind, report->plan->project, relation ? relation : "project", test)
                      : asprintf(&name, "%s.%s.%s", kind, report->plan->project, relation);
    return length < 0 ? NULL : name;
}

static void add_test(const Report *report, json_t *results, const TestOutcome *test) {
    const char *kind = strcmp(test->kind, "unit") == 0 ? "unit_test" : "test";
    json_array_append_new(results, result(name_of(kind, report, test->relation, test->name), status_of_test(test), json_array(), test->seconds, test->message,
                                          test->failing_rows, NULL));
}

static void add_step(const Report *report, json_t *results, const StepOutcome *step) {
    const GovStep *of = step->step;
    bool builds = (of->kind == GOV_STEP_LOAD || of->kind == GOV_STEP_BUILD) && strcmp(report->command, "run") == 0;
    json_t *object;
    if (builds) {
        object = result(name_of(of->kind == GOV_STEP_LOAD ? "source" : "model", report, of->name, NULL), status_of_step(step), timing(step), step->seconds,
                        step->message, -1, of->published);
        if (step->rows >= 0) json_object_set_new(json_object_get(object, "adapter_response"), "rows_affected", json_integer(step->rows));
        json_array_append_new(results, object);
    }
    for (size_t i = 0; i < step->test_count; i++) add_test(report, results, &step->tests[i]);
}

static json_t *metadata(const Report *report) {
    struct timespec now;
    char time[32], number[32];
    clock_gettime(CLOCK_REALTIME, &now);
    report_time(now, time);
    snprintf(number, sizeof number, "%lld", (long long)report->summary->run_id);
    return json_pack("{s:s, s:s, s:s, s:s, s:{s:s, s:s, s:s}}", "dbt_schema_version", "https://schemas.getdbt.com/dbt/run-results/v6.json", "dbt_version",
                     "1.8.0", "generated_at", time, "invocation_id", number, "env", "gov_version", report->plan->gov_version, "target",
                     report->plan->target.name, "revision", report->plan->revision ? report->plan->revision : "");
}

bool report_run_results(const Report *report, const char *path) {
    json_t *results = json_array();
    for (size_t i = 0; i < report->unit_test_count; i++) add_test(report, results, &report->unit_tests[i]);
    for (size_t i = 0; i < report->plan->step_count; i++) add_step(report, results, &report->steps[i]);
    json_t *whole = json_pack("{s:o, s:o, s:f, s:{s:s, s:s}}", "metadata", metadata(report), "results", results, "elapsed_time", report->summary->seconds,
                              "args", "which", strcmp(report->command, "run") == 0 ? "build" : "test", "target", report->plan->target.name);
    FILE *out = whole ? report_begin(path) : NULL;
    bool ok = out && json_dumpf(whole, out, JSON_INDENT(2) | JSON_PRESERVE_ORDER) == 0;
    if (out) {
        fputc('\n', out);
        ok = report_end(out, path) && ok;
    }
    if (!whole) errno = ENOMEM;
    json_decref(whole);
    return ok;
}
