/* What a run tells while it runs: lines for people, with a live line on a terminal, or one JSON object a line.
 *
 * Every text passes the redactor of the settings; no event carries a value of a row, but for the difference of a unit
 * test, whose rows are the author's own. Any thread may tell an event; the lines of one event stay together. */
#ifndef GOV_LOG_H
#define GOV_LOG_H

#include "runtime/run/outcome.h"
#include "runtime/run/run.h"
#include "runtime/settings/settings.h"

typedef struct Log Log;

typedef enum { LOG_NOTE, LOG_WARNING, LOG_ERROR } LogLevel;

/* `settings` gives the redactor; it may be null as long as nothing is resolved, and set later. On failure (out of
 * memory) null. The caller closes the log; the stream of the options stays open. */
Log *log_open(const GovRunOptions *options);
void log_set_settings(Log *log, const Settings *settings);
void log_close(Log *log);

/* `what` is `Running` or `Testing`; `step_count` counts the steps that will end with a line of `n of N`. */
void log_run_started(Log *log, const GovPlan *plan, const char *what, int64_t run_id, size_t step_count, int threads);
void log_step_started(Log *log, const GovStep *step);

/* How far a running step is: rows read so far and a share of 0 to 1, both -1 when not known. Shown on the live line. */
void log_step_progress(Log *log, const GovStep *step, int64_t rows, double share);
/* A batch of a model that is built in parts ended: the `done`th of `count`, so far. */
void log_batch_finished(Log *log, const GovStep *step, const Batch *batch, size_t done, size_t count);
/* People see what is not run yet at the end of the run, by kind: the outcome must last until then. */
void log_step_finished(Log *log, const StepOutcome *step);

/* Ends steps that never started because the run was stopped: people see one line, programs an event for each. */
void log_steps_not_started(Log *log, const StepOutcome *steps, const size_t *indices, size_t count);

/* All unit tests at once: one line, and the difference of each that failed. */
void log_unit_tests_finished(Log *log, const TestOutcome *tests, size_t count, double seconds);

/* A line that belongs to no step. */
void log_message(Log *log, LogLevel level, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The job's condition does not hold: nothing will run. */
void log_not_due(Log *log, const char *job);

/* `last` is the last line, after the counts: what readers see now. May be null. */
void log_run_finished(Log *log, const GovRunSummary *summary, const char *last);

/* Draws the live line again, if there is one; called about ten times a second. */
void log_tick(Log *log);

#endif
