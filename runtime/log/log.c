#include "runtime/log/internal.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool wants_color(GovColor color, bool is_terminal) {
    const char *no_color = getenv("NO_COLOR");
    switch (color) {
    case GOV_COLOR_ALWAYS: return true;
    case GOV_COLOR_NEVER: return false;
    case GOV_COLOR_AUTO: break;
    }
    return is_terminal && !(no_color && *no_color);
}

Log *log_open(const GovRunOptions *options) {
    Log *log = calloc(1, sizeof *log);
    if (!log) return NULL;
    log->stream = options->stream ? options->stream : stdout;
    log->output = options->output;
    log->verbose = options->verbose;
    const char *terminal = getenv("TERM");
    bool is_terminal = isatty(fileno(log->stream)) && !(terminal && strcmp(terminal, "dumb") == 0);
    log->colored = log->output == GOV_OUTPUT_TEXT && wants_color(options->color, is_terminal);
    log->live = log->output == GOV_OUTPUT_TEXT && is_terminal;
    pthread_mutex_init(&log->lock, NULL);
    return log;
}

void log_set_settings(Log *log, const Settings *settings) {
    log->settings = settings;
}

void log_close(Log *log) {
    if (!log) return;
    log_live_clear(log);
    fflush(log->stream);
    pthread_mutex_destroy(&log->lock);
    free(log->running);
    free(log->not_run);
    free(log);
}

/* ----------------------------------------------------------------------------------------------------- one event */

/* An event is written to memory first, so that secrets are taken out of the whole of it. */
typedef struct {
    FILE *out;
    char *text;
    size_t size;
} Event;

/* Takes the lock; false when out of memory, and then not: the event is lost, the run goes on. */
static bool begin_event(Log *log, Event *event) {
    *event = (Event){0};
    event->out = open_memstream(&event->text, &event->size);
    if (event->out) pthread_mutex_lock(&log->lock);
    return event->out != NULL;
}

static void end_event(Log *log, Event *event) {
    char *redacted = NULL;
    if (fclose(event->out) == 0)
        redacted = log->settings ? settings_redact(log->settings, event->text) : strdup(event->text);
    if (redacted && *redacted) {
        log_live_clear(log);
        fputs(redacted, log->stream);
        if (log->live) log_live_draw(log);
        fflush(log->stream);
    }
    free(redacted);
    free(event->text);
    pthread_mutex_unlock(&log->lock);
}

/* ------------------------------------------------------------------------------------------------- steps that run */

static LogRunning *find_running(Log *log, const GovStep *step) {
    for (size_t i = 0; i < log->running_count; i++)
        if (log->running[i].step == step) return &log->running[i];
    return NULL;
}

static void add_running(Log *log, const GovStep *step) {
    LogRunning *grown = realloc(log->running, (log->running_count + 1) * sizeof *grown);
    if (!grown) return; /* only the live line misses it */
    log->running = grown;
    log->running[log->running_count++] = (LogRunning){.step = step, .rows = -1, .share = -1};
}

static void remove_running(Log *log, const GovStep *step) {
    LogRunning *running = find_running(log, step);
    if (running) *running = log->running[--log->running_count];
}

/* Kept in the order of the plan, which is that of the outcomes in memory. */
static void add_not_run(Log *log, const StepOutcome *step) {
    const StepOutcome **grown = realloc(log->not_run, (log->not_run_count + 1) * sizeof *grown);
    if (!grown) return; /* the summary still counts it */
    log->not_run = grown;
    size_t at = log->not_run_count++;
    for (; at > 0 && grown[at - 1] > step; at--) grown[at] = grown[at - 1];
    grown[at] = step;
}

/* --------------------------------------------------------------------------------------------------------- events */

void log_run_started(Log *log, const GovPlan *plan, const char *what, int64_t run_id, size_t step_count, int threads) {
    Event event;
    if (!begin_event(log, &event)) return;
    clock_gettime(CLOCK_MONOTONIC, &log->started);
    log->step_count = step_count;
    if (log->output == GOV_OUTPUT_JSON)
        log_json_run_started(event.out, plan, what, run_id, step_count);
    else
        log_text_run_started(log, event.out, plan, what, threads);
    end_event(log, &event);
}

void log_step_started(Log *log, const GovStep *step) {
    Event event;
    if (!begin_event(log, &event)) return;
    add_running(log, step);
    if (log->output == GOV_OUTPUT_JSON)
        log_json_step_started(event.out, step);
    else
        log_text_step_started(log, event.out, step);
    end_event(log, &event);
}

void log_step_progress(Log *log, const GovStep *step, int64_t rows, double share) {
    pthread_mutex_lock(&log->lock);
    LogRunning *running = find_running(log, step);
    if (running) {
        running->rows = rows;
        running->share = share;
    }
    pthread_mutex_unlock(&log->lock);
}

void log_batch_finished(Log *log, const GovStep *step, const Batch *batch, size_t done, size_t count) {
    Event event;
    if (!begin_event(log, &event)) return;
    LogRunning *running = find_running(log, step);
    if (running) {
        running->share = (double)done / (double)count;
        running->rows = (running->rows < 0 ? 0 : running->rows) + (batch->rows > 0 ? batch->rows : 0);
    }
    if (log->output == GOV_OUTPUT_JSON) log_json_batch_finished(event.out, step, batch, done, count);
    else if (count > 1 && batch->days.from < batch->days.to) log_text_batch_finished(log, event.out, step, batch, done, count);
    end_event(log, &event);
}

void log_step_finished(Log *log, const StepOutcome *step) {
    Event event;
    if (!begin_event(log, &event)) return;
    remove_running(log, step->step);
    log->finished += step->outcome != OUTCOME_NOT_RUN;
    if (log->output == GOV_OUTPUT_JSON)
        log_json_step_finished(event.out, step);
    else if (step->outcome == OUTCOME_NOT_RUN)
        add_not_run(log, step);
    else
        log_text_step_finished(log, event.out, step);
    end_event(log, &event);
}

void log_steps_not_started(Log *log, const StepOutcome *steps, const size_t *indices, size_t count) {
    Event event;
    if (count == 0 || !begin_event(log, &event)) return;
    for (size_t i = 0; log->output == GOV_OUTPUT_JSON && i < count; i++)
        log_json_step_finished(event.out, &steps[indices[i]]);
    if (log->output == GOV_OUTPUT_TEXT) log_text_not_started(log, event.out, count);
    end_event(log, &event);
}

void log_unit_tests_finished(Log *log, const TestOutcome *tests, size_t count, double seconds) {
    Event event;
    if (!begin_event(log, &event)) return;
    if (log->output == GOV_OUTPUT_TEXT) log_text_unit_tests(log, event.out, tests, count, seconds);
    for (size_t i = 0; log->output == GOV_OUTPUT_JSON && i < count; i++) log_json_test(event.out, &tests[i], NULL);
    end_event(log, &event);
}

void log_message(Log *log, LogLevel level, const char *format, ...) {
    Event event;
    char *text;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (length < 0) return;
    if (begin_event(log, &event)) {
        if (log->output == GOV_OUTPUT_JSON)
            log_json_message(event.out, level, text);
        else
            log_text_message(log, event.out, level, text);
        end_event(log, &event);
    }
    free(text);
}

void log_not_due(Log *log, const char *job) {
    Event event;
    if (!begin_event(log, &event)) return;
    if (log->output == GOV_OUTPUT_JSON) log_json_not_due(event.out, job);
    else fprintf(event.out, "Job %s is not due: its condition does not hold.\n", job);
    end_event(log, &event);
}

void log_run_finished(Log *log, const GovRunSummary *summary, const char *last) {
    Event event;
    if (!begin_event(log, &event)) return;
    log_live_clear(log);
    log->live = false;
    if (log->output == GOV_OUTPUT_JSON)
        log_json_run_finished(event.out, summary, last);
    else
        log_text_run_finished(log, event.out, summary, last);
    end_event(log, &event);
}

void log_tick(Log *log) {
    pthread_mutex_lock(&log->lock);
    log->ticks++;
    if (log->live && log->step_count > 0) log_live_draw(log);
    pthread_mutex_unlock(&log->lock);
}
