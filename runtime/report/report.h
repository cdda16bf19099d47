/* Files about a run that ended, for other programs (docs/events.md). Written whole or not at all: beside the file, then renamed. */
#ifndef GOV_REPORT_H
#define GOV_REPORT_H

#include "runtime/run/outcome.h"
#include "runtime/run/run.h"

/* What is told of; owns nothing. Messages have passed the redactor. */
typedef struct {
    const GovPlan *plan;
    const char *command;             /* `run` or `test` */
    const StepOutcome *steps;        /* one for each step of the plan */
    const TestOutcome *unit_tests;
    size_t unit_test_count;
    const GovRunSummary *summary;
} Report;

/* JUnit's XML, as Jenkins, GitLab and GitHub read it: a suite for each relation with tests, and one for each step that failed
 * without one. False: it could not be written; errno tells why. */
bool report_junit(const Report *report, const char *path);

/* dbt's run results, schema version 6: a result for each step that builds, loads or tests, and for each test. */
bool report_run_results(const Report *report, const char *path);

/* Opens `<path>.part`; closes it and renames it, or removes it if anything failed. */
FILE *report_begin(const char *path);
bool report_end(FILE *file, const char *path);

/* `2026-11-21T13:47:08.123456Z` into `text` of at least 32 bytes. */
void report_time(struct timespec time, char *text);

#endif
