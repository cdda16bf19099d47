#include "runtime/report/report.h"

#include <string.h>
#include <unistd.h>

/* Text of XML 1.0: what it cannot hold at all (control characters) becomes `?`. */
static void write_text(FILE *out, const char *text) {
    for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
        switch (*at) {
        case '<': fputs("&lt;", out); break;
        case '>': fputs("&gt;", out); break;
        case '&': fputs("&amp;", out); break;
        case '"': fputs("&quot;", out); break;
        case '\n': fputs("&#10;", out); break;
        case '\t': fputs("&#9;", out); break;
        default: fputc(*at < 0x20 ? '?' : *at, out);
        }
    }
}

static void write_attribute(FILE *out, const char *name, const char *value) {
    if (!value) return;
    fprintf(out, " %s=\"", name);
    write_text(out, value);
    fputc('"', out);
}

/* How many of a suite ended how. */
typedef struct {
    size_t tests, failures, errors, skipped;
    double seconds;
} Counts;

static void count_test(Counts *counts, const TestOutcome *test) {
    counts->tests++;
    counts->failures += test->outcome == OUTCOME_FAIL && !test->broken;
    counts->errors += test->outcome == OUTCOME_FAIL && test->broken;
    counts->skipped += test->outcome == OUTCOME_SKIP || test->outcome == OUTCOME_STOP || test->outcome == OUTCOME_NOT_RUN;
    counts->seconds += test->seconds > 0 ? test->seconds : 0;
}

/* A step that failed though none of its tests did: it could not be built. */
static bool broke(const StepOutcome *step) {
    if (step->outcome != OUTCOME_FAIL) return false;
    for (size_t i = 0; i < step->test_count; i++)
        if (step->tests[i].outcome == OUTCOME_FAIL) return false;
    return true;
}

static void write_counts(FILE *out, const Counts *counts) {
    fprintf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\" time=\"%.3f\"", counts->tests, counts->failures, counts->errors,
            counts->skipped, counts->seconds);
}

static void begin_case(FILE *out, const char *relation, const char *name, double seconds, const GovPlace *place) {
    fputs("    <testcase", out);
    write_attribute(out, "name", name);
    write_attribute(out, "classname", relation);
    fprintf(out, " time=\"%.3f\"", seconds > 0 ? seconds : 0);
    write_attribute(out, "file", place->file);
    if (place->file) fprintf(out, " line=\"%u\"", place->line);
}

static void write_failure(FILE *out, const TestOutcome *test) {
    char words[96];
    snprintf(words, sizeof words, "%lld row%s", (long long)test->failing_rows, test->failing_rows == 1 ? "" : "s");
    const char *message = test->message ? test->message : test->failing_rows >= 0 ? words : "failed";
    fprintf(out, "      <%s", test->broken ? "error" : "failure");
    write_attribute(out, "message", message);
    write_attribute(out, "type", test->kind);
    fputc('>', out);
    if (test->difference) write_text(out, test->difference);
    fprintf(out, "</%s>\n", test->broken ? "error" : "failure");
}

static void write_case(FILE *out, const TestOutcome *test) {
    begin_case(out, test->relation ? test->relation : "", test->name, test->seconds, &test->place);
    switch (test->outcome) {
    case OUTCOME_OK: fputs("/>\n", out); return;
    case OUTCOME_WARN:
        fprintf(out, ">\n      <system-out>warning: %lld rows</system-out>\n", (long long)test->failing_rows);
        break;
    case OUTCOME_FAIL:
        fputs(">\n", out);
        write_failure(out, test);
        break;
    case OUTCOME_SKIP:
    case OUTCOME_STOP:
    case OUTCOME_NOT_RUN: fputs(">\n      <skipped/>\n", out); break;
    }
    fputs("    </testcase>\n", out);
}

static void begin_suite(FILE *out, const char *name, const Counts *counts, struct timespec started) {
    char time[32], host[256] = "";
    fputs("  <testsuite", out);
    write_attribute(out, "name", name);
    write_counts(out, counts);
    gethostname(host, sizeof host - 1);
    write_attribute(out, "hostname", host);
    if (started.tv_sec) {
        report_time(started, time);
        time[19] = 0; /* xs:dateTime of JUnit has neither fraction nor zone */
        write_attribute(out, "timestamp", time);
    }
    fputs(">\n", out);
}

static Counts count_step(const StepOutcome *step) {
    Counts counts = {0};
    for (size_t i = 0; i < step->test_count; i++) count_test(&counts, &step->tests[i]);
    counts.tests += broke(step);
    counts.errors += broke(step);
    return counts;
}

static void write_step(FILE *out, const StepOutcome *step) {
    Counts counts = count_step(step);
    if (counts.tests == 0) return;
    begin_suite(out, step->step->name, &counts, step->started);
    for (size_t i = 0; i < step->test_count; i++) write_case(out, &step->tests[i]);
    if (broke(step)) {
        begin_case(out, step->step->name, "build", step->seconds, &step->step->place);
        fputs(">\n      <error", out);
        write_attribute(out, "message", step->message ? step->message : "failed");
        write_attribute(out, "type", step->step->materialization);
        fputs("/>\n    </testcase>\n", out);
    }
    fputs("  </testsuite>\n", out);
}

static void add(Counts *sum, Counts more) {
    sum->tests += more.tests;
    sum->failures += more.failures;
    sum->errors += more.errors;
    sum->skipped += more.skipped;
}

bool report_junit(const Report *report, const char *path) {
    FILE *out = report_begin(path);
    if (!out) return false;
    Counts unit = {0}, all = {.seconds = report->summary->seconds};
    for (size_t i = 0; i < report->unit_test_count; i++) count_test(&unit, &report->unit_tests[i]);
    add(&all, unit);
    for (size_t i = 0; i < report->plan->step_count; i++) add(&all, count_step(&report->steps[i]));
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites", out);
    write_attribute(out, "name", report->plan->project);
    write_counts(out, &all);
    fputs(">\n", out);
    if (report->unit_test_count) {
        begin_suite(out, "unit tests", &unit, (struct timespec){0});
        for (size_t i = 0; i < report->unit_test_count; i++) write_case(out, &report->unit_tests[i]);
        fputs("  </testsuite>\n", out);
    }
    for (size_t i = 0; i < report->plan->step_count; i++) write_step(out, &report->steps[i]);
    fputs("</testsuites>\n", out);
    return report_end(out, path);
}
