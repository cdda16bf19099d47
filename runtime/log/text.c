/* Progress for people, in the lines that dbt's users know. */
#include "runtime/log/format.h"
#include "runtime/log/internal.h"

#include <string.h>

enum { DETAIL_INDENT = 8, WIDEST_NAME = 60 };

static const char *const status_words[] = {
    [OUTCOME_OK] = "OK",     [OUTCOME_WARN] = "WARN", [OUTCOME_FAIL] = "FAIL",
    [OUTCOME_SKIP] = "SKIP", [OUTCOME_STOP] = "STOP", [OUTCOME_NOT_RUN] = "NOT RUN",
};
static const char *const status_colors[] = {
    [OUTCOME_OK] = "32",   [OUTCOME_WARN] = "33", [OUTCOME_FAIL] = "31",
    [OUTCOME_SKIP] = "33", [OUTCOME_STOP] = "33", [OUTCOME_NOT_RUN] = "2",
};

/* Writes `text`, coloured if the log is, and fills up to `width` outside the colour. */
static void write_colored(const Log *log, FILE *out, const char *color, const char *text, int width) {
    int missing = width - (int)log_format_width(text);
    if (log->colored)
        fprintf(out, "\033[%sm%s\033[0m", color, text);
    else
        fputs(text, out);
    fprintf(out, "%*s", missing > 0 ? missing : 0, "");
}

static void write_padded(FILE *out, const char *text, int width) {
    int missing = width - (int)log_format_width(text);
    fprintf(out, "%s%*s", text, missing > 0 ? missing : 0, "");
}

static int digits_of(size_t number) {
    return snprintf(NULL, 0, "%zu", number);
}

/* Where the project's target is, for the first line. Only what is written in the project: never a resolved secret. */
static const char *target_place(const GovTarget *target) {
    for (size_t i = 0; i < target->settings.count; i++) {
        const GovSetting *setting = &target->settings.items[i];
        if (setting->value.kind == GOV_VALUE_TEXT && strcmp(setting->key, "path") == 0) return setting->value.text;
    }
    return NULL;
}

static void measure(Log *log, const GovPlan *plan) {
    for (size_t i = 0; i < plan->step_count; i++) {
        int kind = (int)log_format_width(plan->steps[i].materialization),
            name = (int)log_format_width(plan->steps[i].name);
        if (plan->steps[i].kind == GOV_STEP_NOT_RUN) continue;
        if (kind > log->kind_width) log->kind_width = kind;
        if (name > log->name_width) log->name_width = name < WIDEST_NAME ? name : WIDEST_NAME;
    }
}

void log_text_run_started(Log *log, FILE *out, const GovPlan *plan, const char *what, int threads) {
    measure(log, plan);
    const char *place = target_place(&plan->target);
    fprintf(out, "%s %zu step%s of %s on target %s (%s%s%s)", what, log->step_count, log->step_count == 1 ? "" : "s",
            plan->project, plan->target.name, plan->target.engine, place ? " " : "", place ? place : "");
    if (threads > 1) fprintf(out, ", up to %d at a time", threads);
    fputc('\n', out);
}

void log_text_step_started(Log *log, FILE *out, const GovStep *step) {
    if (!log->verbose) return;
    fprintf(out, "%*s START    ", 2 * digits_of(log->step_count) + 4, "");
    write_padded(out, step->materialization, log->kind_width);
    fprintf(out, "  %s\n", step->name);
}

static void write_place(FILE *out, const GovPlace *place) {
    if (place->file) fprintf(out, "  %s:%u:%u", place->file, place->line, place->column);
}

static void write_test(const Log *log, FILE *out, const TestOutcome *test) {
    char count[FORMAT_COUNT_SIZE];
    fprintf(out, "%*s", DETAIL_INDENT, "");
    write_colored(log, out, status_colors[test->outcome], status_words[test->outcome], 4);
    fprintf(out, "  %s%s%s", test->kind[0] == 'u' ? "unit test '" : "", test->name, test->kind[0] == 'u' ? "'" : "");
    if (test->message)
        fprintf(out, ": %s", test->message);
    else if (test->failing_rows > 0 && !test->difference)
        fprintf(out, ": %s row%s", log_format_count(test->failing_rows, count), test->failing_rows == 1 ? "" : "s");
    write_place(out, &test->place);
    fputc('\n', out);
    if (test->difference) log_format_indented(out, DETAIL_INDENT + 6, test->difference);
}

static size_t count_tests(const TestOutcome *tests, size_t count, Outcome outcome) {
    size_t found = 0;
    for (size_t i = 0; i < count; i++) found += tests[i].outcome == outcome;
    return found;
}

/* What stands in the brackets: `99,441 rows in 0.2s`, `1 of 9 tests failed in 0.2s`. */
static void write_outcome(FILE *out, const StepOutcome *step) {
    char text[FORMAT_COUNT_SIZE];
    size_t failed = count_tests(step->tests, step->test_count, OUTCOME_FAIL);
    size_t warned = count_tests(step->tests, step->test_count, OUTCOME_WARN);
    const char *separator = "";
    if (failed > 0) {
        fprintf(out, "%zu of %zu tests failed", failed, step->test_count);
        separator = ", ";
    } else if (step->rows >= 0) {
        fprintf(out, "%s row%s", log_format_count(step->rows, text), step->rows == 1 ? "" : "s");
        separator = ", ";
    } else if (step->test_count > 0) {
        fprintf(out, "%zu test%s", step->test_count, step->test_count == 1 ? "" : "s");
        separator = ", ";
    }
    if (step->load.quarantined > 0) {
        fprintf(out, "%s%s quarantined", separator, log_format_count(step->load.quarantined, text));
        separator = ", ";
    }
    if (warned > 0) fprintf(out, "%s%zu warning%s", separator, warned, warned == 1 ? "" : "s");
    fprintf(out, "%s%s", *separator || warned ? " in " : "", log_format_seconds(step->seconds, text));
}

/* Where the rows went: it always adds up. */
static void write_reconciliation(FILE *out, const IngestResult *load) {
    char read[FORMAT_COUNT_SIZE], accepted[FORMAT_COUNT_SIZE], quarantined[FORMAT_COUNT_SIZE], duplicates[FORMAT_COUNT_SIZE];
    fprintf(out, "%*s%s read = %s accepted + %s quarantined + %s duplicates\n", DETAIL_INDENT, "", log_format_count(load->read, read),
            log_format_count(load->accepted, accepted), log_format_count(load->quarantined, quarantined),
            log_format_count(load->duplicates, duplicates));
}

void log_text_batch_finished(Log *log, FILE *out, const GovStep *step, const Batch *batch, size_t done, size_t count) {
    char from[16] = "the beginning", to[16] = "the end", text[FORMAT_COUNT_SIZE];
    Outcome outcome = batch->status == BATCH_DONE ? OUTCOME_OK : OUTCOME_FAIL;
    if (batch->days.from != DAYS_BEGIN) days_write(batch->days.from, from);
    if (batch->days.to != DAYS_END) days_write(batch->days.to - 1, to);
    fprintf(out, "%*s", DETAIL_INDENT, "");
    write_colored(log, out, status_colors[outcome], status_words[outcome], 4);
    fprintf(out, "  batch %zu of %zu of %s  %s to %s  [", done, count, step->name, from, to);
    if (batch->rows >= 0) fprintf(out, "%s row%s in ", log_format_count(batch->rows, text), batch->rows == 1 ? "" : "s");
    fprintf(out, "%s]\n", log_format_seconds(batch->seconds, text));
    if (batch->message) log_format_indented(out, DETAIL_INDENT + 6, batch->message);
}

void log_text_step_finished(Log *log, FILE *out, const StepOutcome *step) {
    fprintf(out, "%*zu of %zu ", digits_of(log->step_count), log->finished, log->step_count);
    write_colored(log, out, status_colors[step->outcome], status_words[step->outcome], 4);
    fputs("  ", out);
    write_padded(out, step->step->materialization, log->kind_width);
    fputs("  ", out);
    if (step->outcome == OUTCOME_SKIP) {
        write_padded(out, step->step->name, log->name_width);
        fprintf(out, "  [%s]\n", step->message ? step->message : "skipped");
        return;
    }
    write_padded(out, step->step->name, log->name_width);
    fputs("  [", out);
    write_outcome(out, step);
    fputs("]\n", out);
    if (step->message && step->outcome != OUTCOME_STOP) log_format_indented(out, DETAIL_INDENT, step->message);
    if (step->load.quarantined > 0 || step->load.duplicates > 0) write_reconciliation(out, &step->load);
    if (step->load.note) log_format_indented(out, DETAIL_INDENT, step->load.note);
    for (size_t i = 0; i < step->test_count; i++)
        if (step->tests[i].outcome != OUTCOME_OK || log->verbose) write_test(log, out, &step->tests[i]);
}

void log_text_not_started(Log *log, FILE *out, size_t count) {
    fprintf(out, "%*s", 2 * digits_of(log->step_count) + 5, "");
    write_colored(log, out, status_colors[OUTCOME_SKIP], status_words[OUTCOME_SKIP], 4);
    fprintf(out, "  %zu step%s did not start\n", count, count == 1 ? "" : "s");
}

/* ----------------------------------------------------------------------------------------------------- not run yet */

/* `daily` of the job `job daily`. */
static const char *name_in_kind(const GovStep *step) {
    size_t length = strlen(step->materialization);
    bool prefixed = strncmp(step->name, step->materialization, length) == 0 && step->name[length] == ' ';
    return prefixed ? step->name + length + 1 : step->name;
}

static bool is_same_kind(const StepOutcome *a, const StepOutcome *b) {
    return strcmp(a->step->materialization, b->step->materialization) == 0 &&
           strcmp(a->message ? a->message : "", b->message ? b->message : "") == 0;
}

/* One line for the kind and reason of the outcome at `first`, unless an earlier one was of it. */
static void write_not_run(const Log *log, FILE *out, size_t first) {
    const StepOutcome *outcome = log->not_run[first];
    for (size_t i = 0; i < first; i++)
        if (is_same_kind(log->not_run[i], outcome)) return;
    write_colored(log, out, status_colors[OUTCOME_NOT_RUN], "not run yet", 0);
    bool named_by_kind =
        strncmp(outcome->step->name, outcome->step->materialization, strlen(outcome->step->materialization)) == 0;
    if (named_by_kind)
        fprintf(out, "  %s", outcome->step->name);
    else
        fprintf(out, "  %s %s", outcome->step->materialization, outcome->step->name);
    for (size_t i = first + 1; i < log->not_run_count; i++)
        if (is_same_kind(log->not_run[i], outcome)) fprintf(out, ", %s", name_in_kind(log->not_run[i]->step));
    if (outcome->message && *outcome->message) fprintf(out, ": %s", outcome->message);
    fputc('\n', out);
}

void log_text_unit_tests(Log *log, FILE *out, const TestOutcome *tests, size_t count, double seconds) {
    char text[FORMAT_COUNT_SIZE];
    size_t passed = count_tests(tests, count, OUTCOME_OK);
    Outcome status = passed == count ? OUTCOME_OK : OUTCOME_FAIL;
    write_colored(log, out, status_colors[status], status_words[status], 4);
    if (passed == count)
        fprintf(out, "  %zu unit test%s passed", count, count == 1 ? "" : "s");
    else
        fprintf(out, "  %zu of %zu unit tests failed", count - passed, count);
    fprintf(out, "  [%s]\n", log_format_seconds(seconds, text));
    for (size_t i = 0; i < count; i++)
        if (tests[i].outcome != OUTCOME_OK || log->verbose) write_test(log, out, &tests[i]);
}

void log_text_message(Log *log, FILE *out, LogLevel level, const char *text) {
    static const struct {
        const char *word;
        const char *color;
    } levels[] = {[LOG_NOTE] = {"note", "36"}, [LOG_WARNING] = {"warning", "33"}, [LOG_ERROR] = {"error", "31"}};
    write_colored(log, out, levels[level].color, levels[level].word, 0);
    fputs(": ", out);
    for (const char *at = text; *at; at++) {
        fputc(*at, out);
        if (*at == '\n') fputs("  ", out);
    }
    fputc('\n', out);
}

void log_text_run_finished(Log *log, FILE *out, const GovRunSummary *summary, const char *last) {
    char text[FORMAT_COUNT_SIZE];
    bool failed = summary->failed > 0 || summary->unit_tests_failed > 0 || summary->interrupted;
    const char *color = failed ? "31" : summary->warned > 0 ? "33" : "32";
    for (size_t i = 0; !summary->interrupted && i < log->not_run_count; i++) write_not_run(log, out, i);
    fputc('\n', out);
    write_colored(log, out, color, summary->interrupted ? "Interrupted." : "Done.", 0);
    fprintf(out, " %zu step%s: %zu ok, %zu warn, %zu failed, %zu skipped", summary->steps,
            summary->steps == 1 ? "" : "s", summary->ok, summary->warned, summary->failed, summary->skipped);
    if (summary->not_run > 0) fprintf(out, ", %zu not run yet", summary->not_run);
    if (summary->unit_tests_failed > 0)
        fprintf(out, ", %zu unit test%s failed", summary->unit_tests_failed,
                summary->unit_tests_failed == 1 ? "" : "s");
    fprintf(out, " in %s\n", log_format_seconds(summary->seconds, text));
    if (last) fprintf(out, "%s\n", last);
}
