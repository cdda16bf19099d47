/* What the files of this folder share. */
#ifndef GOV_LOG_INTERNAL_H
#define GOV_LOG_INTERNAL_H

#include "runtime/log/log.h"

#include <pthread.h>
#include <time.h>

/* A step that runs now, for the live line. */
typedef struct {
    const GovStep *step;
    int64_t rows;
    double share;
} LogRunning;

struct Log {
    pthread_mutex_t lock;      /* everything below, and the stream */
    FILE *stream;
    const Settings *settings;
    GovOutput output;
    bool verbose;
    bool colored;
    bool live;                 /* a terminal: one line is redrawn */
    bool live_drawn;
    unsigned ticks;
    struct timespec started;
    size_t step_count;
    size_t finished;           /* steps that ended with a line of `n of N` */
    int kind_width;            /* of the widest materialization and name of the plan: lines are aligned */
    int name_width;
    const StepOutcome **not_run;   /* to be told at the end */
    size_t not_run_count;
    LogRunning *running;
    size_t running_count;
};

/* text.c and json.c: write one event to `out`, whole lines. */
void log_text_run_started(Log *log, FILE *out, const GovPlan *plan, const char *what, int threads);
void log_text_step_started(Log *log, FILE *out, const GovStep *step);
void log_text_batch_finished(Log *log, FILE *out, const GovStep *step, const Batch *batch, size_t done, size_t count);
void log_text_step_finished(Log *log, FILE *out, const StepOutcome *step);
void log_text_not_started(Log *log, FILE *out, size_t count);
void log_text_unit_tests(Log *log, FILE *out, const TestOutcome *tests, size_t count, double seconds);
void log_text_message(Log *log, FILE *out, LogLevel level, const char *text);
void log_text_run_finished(Log *log, FILE *out, const GovRunSummary *summary, const char *last);

void log_json_run_started(FILE *out, const GovPlan *plan, const char *what, int64_t run_id, size_t step_count);
void log_json_not_due(FILE *out, const char *job);
void log_json_step_started(FILE *out, const GovStep *step);
void log_json_batch_finished(FILE *out, const GovStep *step, const Batch *batch, size_t done, size_t count);
void log_json_step_finished(FILE *out, const StepOutcome *step);
void log_json_test(FILE *out, const TestOutcome *test, const char *step);
void log_json_message(FILE *out, LogLevel level, const char *text);
void log_json_run_finished(FILE *out, const GovRunSummary *summary, const char *last);

/* terminal.c: the live line. */
void log_live_draw(Log *log);
void log_live_clear(Log *log);

#endif
