/* The phases of a run, in order. */
#include "runtime/run/internal.h"
#include "runtime/report/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The head of the chain as this run leaves it, for whoever keeps it. */
static void note_head(Run *run) {
    EngineError ignored; /* it is only told */
    int64_t position;
    char hash[LEDGER_HASH_SIZE];
    if (ledger_read_head(run->ledger.connection, &position, hash, &ignored))
        snprintf(run->summary.ledger_head, sizeof run->summary.ledger_head, "%lld:%s", (long long)position, hash);
}

static void write_report(Run *run, const Report *report, const char *path, bool (*write)(const Report *, const char *)) {
    if (!path || write(report, path)) return;
    log_message(run->log, LOG_ERROR, "`%s` cannot be written: %s", path, strerror(errno));
    run->broken = true;
}

static void write_reports(Run *run) {
    const Report report = {.plan = run->plan, .command = run->command, .steps = run->outcomes, .unit_tests = run->unit_tests,
                           .unit_test_count = run->unit_test_count, .summary = &run->summary};
    write_report(run, &report, run->options.junit, report_junit);
    write_report(run, &report, run->options.run_results, report_run_results);
}

GovExit run_finish(Run *run, const char *last, GovRunSummary *ret_summary) {
    note_head(run);
    log_run_finished(run->log, &run->summary, last);
    write_reports(run);
    if (ret_summary) *ret_summary = run->summary;
    bool failed = run->summary.failed > 0 || run->summary.unit_tests_failed > 0 || run->summary.interrupted || run->broken;
    run_close(run);
    return failed ? GOV_EXIT_FAILED : GOV_EXIT_FINE;
}

/* Whatever happened before the run began was told. */
GovExit run_give_up(Run *run, GovRunSummary *ret_summary) {
    GovExit exit = run->exit;
    if (ret_summary) *ret_summary = (GovRunSummary){.interrupted = atomic_load(&run->watch.interrupted), .plan_is_old = run->summary.plan_is_old};
    run_close(run);
    return exit;
}

bool gov_read_span(const char *text, double *ret_seconds) {
    char *end;
    *ret_seconds = strtod(text, &end);
    double unit = !strcmp(end, "") || !strcmp(end, "s") ? 1 : !strcmp(end, "m") ? 60 : !strcmp(end, "h") ? 3600 : -1;
    *ret_seconds *= unit;
    return end != text && unit > 0 && *ret_seconds >= 0 && *ret_seconds <= 24 * 3600;
}

GovExit gov_run(const GovPlan *plan, const GovRunOptions *options, GovRunSummary *ret_summary) {
    Run run;
    if (!run_open(&run, plan, options, options->rollback_to ? "rollback" : "run")) return run_give_up(&run, ret_summary);
    run.broken = !run_unit_tests(&run) || run.broken;
    run.broken = !run_walk(&run) || run.broken;
    return run_finish(&run, run_publish(&run), ret_summary);
}

GovExit gov_test(const GovPlan *plan, const GovRunOptions *options, GovRunSummary *ret_summary) {
    Run run;
    EngineError error;
    if (!run_open(&run, plan, options, "test")) return run_give_up(&run, ret_summary);
    run.broken = !run_unit_tests(&run) || run.broken;
    run_check(&run);
    run_count(&run);
    run.summary.not_run = 0; /* a test of the data has nothing to say of them */
    const char *status = run.summary.interrupted            ? "interrupted"
                         : run.summary.failed || run.broken ? "failed"
                                                            : "succeeded";
    if (!ledger_end(&run.ledger, run.ledger.connection, status, &run.summary, true, NULL, &error)) {
        run.broken = true;
        log_message(run.log, LOG_ERROR, "the ledger could not record the end of the run: %s", error.text);
    }
    return run_finish(&run, NULL, ret_summary);
}
