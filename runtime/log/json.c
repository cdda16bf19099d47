/* Progress for machines: one JSON object a line, described in docs/events.md. */
#include "runtime/log/internal.h"

#include <jansson.h>
#include <time.h>

static const char *const status_names[] = {
    [OUTCOME_OK] = "ok",     [OUTCOME_WARN] = "warn", [OUTCOME_FAIL] = "fail",
    [OUTCOME_SKIP] = "skip", [OUTCOME_STOP] = "stop", [OUTCOME_NOT_RUN] = "not run",
};

/* Takes over `event` (null: out of memory, then the line says so) and writes it as a line. */
static void write_event(FILE *out, json_t *event) {
    if (!event || json_dumpf(event, out, JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(9)) != 0)
        fputs("{\"event\":\"message\",\"level\":\"error\",\"text\":\"out of memory\"}", out);
    fputc('\n', out);
    json_decref(event);
}

/* An object with the event's name and time; null: out of memory. */
static json_t *new_event(const char *name) {
    struct timespec now;
    struct tm parts;
    char date[32], time[48];
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &parts);
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(time, sizeof time, "%s.%03ldZ", date, now.tv_nsec / 1000000);
    return json_pack("{s:s, s:s}", "event", name, "time", time);
}

/* Texts that are not valid UTF-8 are left out: jansson gives null for them. */
static void set_text(json_t *event, const char *key, const char *text) {
    if (text) json_object_set_new(event, key, json_string(text));
}

static void set_count(json_t *event, const char *key, int64_t count) {
    if (count >= 0) json_object_set_new(event, key, json_integer(count));
}

static void set_place(json_t *event, const GovPlace *place) {
    if (!place->file) return;
    set_text(event, "file", place->file);
    set_count(event, "line", place->line);
    set_count(event, "column_number", place->column);
}

void log_json_run_started(FILE *out, const GovPlan *plan, const char *what, int64_t run_id, size_t step_count) {
    json_t *event = new_event("run_started");
    set_text(event, "command", what[0] == 'T' ? "test" : "run");
    set_count(event, "run_id", run_id);
    set_text(event, "project", plan->project);
    set_text(event, "target", plan->target.name);
    set_text(event, "engine", plan->target.engine);
    set_text(event, "gov_version", plan->gov_version);
    set_text(event, "plan_hash", plan->hash);
    set_text(event, "source_hash", plan->source_hash);
    set_text(event, "revision", plan->revision);
    set_text(event, "job", plan->job);
    set_count(event, "steps", (int64_t)step_count);
    write_event(out, event);
}

void log_json_not_due(FILE *out, const char *job) {
    json_t *event = new_event("not_due");
    set_text(event, "job", job);
    write_event(out, event);
}

void log_json_step_started(FILE *out, const GovStep *step) {
    json_t *event = new_event("step_started");
    set_text(event, "step", step->name);
    set_text(event, "materialization", step->materialization);
    set_text(event, "reason", step->reason);
    write_event(out, event);
}

void log_json_test(FILE *out, const TestOutcome *test, const char *step) {
    json_t *event = new_event("test_finished");
    set_text(event, "step", step);
    set_text(event, "kind", test->kind);
    set_text(event, "name", test->name);
    set_text(event, "relation", test->relation);
    set_text(event, "column", test->column);
    set_text(event, "severity", test->severity);
    set_text(event, "status", status_names[test->outcome]);
    set_count(event, "failing_rows", test->failing_rows);
    set_text(event, "message", test->message);
    set_text(event, "difference", test->difference);
    set_place(event, &test->place);
    write_event(out, event);
}

static void set_load(json_t *event, const IngestResult *load) {
    set_count(event, "files", (int64_t)load->file_count);
    set_count(event, "bytes", load->bytes);
    set_count(event, "read", load->read);
    set_count(event, "accepted", load->accepted);
    set_count(event, "quarantined", load->quarantined);
    set_count(event, "duplicates", load->duplicates);
    set_count(event, "warned", load->warned);
}

void log_json_batch_finished(FILE *out, const GovStep *step, const Batch *batch, size_t done, size_t count) {
    char from[16], to[16];
    json_t *event = new_event("batch_finished");
    if (batch->days.from != DAYS_BEGIN) days_write(batch->days.from, from);
    if (batch->days.to != DAYS_END) days_write(batch->days.to - 1, to);
    set_text(event, "step", step->name);
    set_text(event, "status", status_names[batch->status == BATCH_DONE ? OUTCOME_OK : OUTCOME_FAIL]);
    set_text(event, "from_date", batch->days.from != DAYS_BEGIN ? from : NULL);
    set_text(event, "to_date", batch->days.to != DAYS_END ? to : NULL);
    set_count(event, "rows", batch->rows);
    set_count(event, "done", (int64_t)done);
    set_count(event, "batches", (int64_t)count);
    json_object_set_new(event, "seconds", json_real(batch->seconds));
    set_text(event, "message", batch->message);
    write_event(out, event);
}

void log_json_step_finished(FILE *out, const StepOutcome *step) {
    for (size_t i = 0; i < step->test_count; i++) log_json_test(out, &step->tests[i], step->step->name);
    json_t *event = new_event("step_finished");
    set_text(event, "step", step->step->name);
    set_text(event, "materialization", step->step->materialization);
    set_text(event, "status", status_names[step->outcome]);
    set_count(event, "rows", step->rows);
    if (step->loaded) set_load(event, &step->load);
    if (event) json_object_set_new(event, "seconds", json_real(step->seconds));
    set_text(event, "message", step->message);
    set_text(event, "note", step->load.note);
    set_place(event, &step->step->place);
    write_event(out, event);
}

void log_json_message(FILE *out, LogLevel level, const char *text) {
    static const char *const names[] = {[LOG_NOTE] = "note", [LOG_WARNING] = "warning", [LOG_ERROR] = "error"};
    json_t *event = new_event("message");
    set_text(event, "level", names[level]);
    set_text(event, "text", text);
    write_event(out, event);
}

void log_json_run_finished(FILE *out, const GovRunSummary *summary, const char *last) {
    json_t *event = new_event("run_finished");
    set_count(event, "run_id", summary->run_id);
    set_text(event, "status",
             summary->interrupted                               ? "interrupted"
             : summary->failed + summary->unit_tests_failed > 0 ? "failed"
                                                                : "succeeded");
    set_count(event, "steps", (int64_t)summary->steps);
    set_count(event, "ok", (int64_t)summary->ok);
    set_count(event, "warn", (int64_t)summary->warned);
    set_count(event, "failed", (int64_t)summary->failed);
    set_count(event, "skipped", (int64_t)summary->skipped);
    set_count(event, "not_run", (int64_t)summary->not_run);
    set_count(event, "unit_tests_failed", (int64_t)summary->unit_tests_failed);
    if (event) json_object_set_new(event, "seconds", json_real(summary->seconds));
    if (*summary->ledger_head) set_text(event, "ledger_head", summary->ledger_head);
    set_text(event, "text", last);
    write_event(out, event);
}
