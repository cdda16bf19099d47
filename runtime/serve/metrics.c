/* The state of the service for those who watch it: Prometheus' text format, version 0.0.4, and JSON. */
#include "runtime/serve/internal.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* A label's value: backslash, quote and line end are escaped. */
static void put_label(FILE *out, const char *text) {
    for (; *text; text++) {
        if (*text == '\\' || *text == '"') fputc('\\', out);
        if (*text == '\n') fputs("\\n", out);
        else fputc(*text, out);
    }
}

static void put_help(FILE *out, const char *name, const char *type, const char *help) {
    fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void put_value(FILE *out, const char *name, const DueJob *job, const char *status, double value) {
    fprintf(out, "%s{job=\"", name);
    put_label(out, job->job->name);
    if (status) fprintf(out, "\",status=\"%s", status);
    fprintf(out, "\"} %.15g\n", value);
}

typedef double Measure(const DueJob *job);

static double is_running(const DueJob *job) { return job->runs; }
static double is_waiting(const DueJob *job) { return job->due && !job->runs; }
static double last_success(const DueJob *job) { return (double)job->succeeded; }
static double last_duration(const DueJob *job) { return job->last_seconds; }
static double last_failed(const DueJob *job) { return job->last == JOB_FAILED; }
static double next_due(const DueJob *job) { return (double)job->next; }

static const struct {
    const char *name, *help;
    Measure *measure;
} gauges[] = {
    {"gov_job_running", "1 while the job runs.", is_running},
    {"gov_job_waiting", "1 while it is due and waits: for another job, or to be tried again.", is_waiting},
    {"gov_job_last_success_due_timestamp_seconds", "When the last run was due that succeeded.", last_success},
    {"gov_job_last_duration_seconds", "How long its last attempt took.", last_duration},
    {"gov_job_last_failed", "1 if its last run failed.", last_failed},
    {"gov_job_next_due_timestamp_seconds", "When it is due next.", next_due},
};

static void put_all(FILE *out, const Service *service) {
    put_help(out, "gov_serve_start_time_seconds", "gauge", "When the service began.");
    fprintf(out, "gov_serve_start_time_seconds %lld\n", (long long)service->began);
    put_help(out, "gov_notifications_total", "counter", "Messages to owners.");
    fprintf(out, "gov_notifications_total{status=\"sent\"} %llu\ngov_notifications_total{status=\"failed\"} %llu\n",
            (unsigned long long)service->told, (unsigned long long)service->not_told);
    put_help(out, "gov_job_runs_total", "counter", "Runs that ended, each with its retries.");
    for (size_t i = 0; i < service->due.count; i++) {
        put_value(out, "gov_job_runs_total", &service->due.items[i], "succeeded", (double)service->due.items[i].count_succeeded);
        put_value(out, "gov_job_runs_total", &service->due.items[i], "failed", (double)service->due.items[i].count_failed);
        put_value(out, "gov_job_runs_total", &service->due.items[i], "not_due", (double)service->due.items[i].count_not_due);
    }
    for (size_t k = 0; k < sizeof gauges / sizeof *gauges; k++) {
        put_help(out, gauges[k].name, "gauge", gauges[k].help);
        for (size_t i = 0; i < service->due.count; i++) put_value(out, gauges[k].name, &service->due.items[i], NULL, gauges[k].measure(&service->due.items[i]));
    }
}

char *metrics_text(const Service *service) {
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (!out) return NULL;
    put_all(out, service);
    if (fclose(out) == 0) return text;
    free(text);
    return NULL;
}

static json_t *job_json(const DueJob *job) {
    static const char *const ends[] = {[JOB_NEVER] = "never", [JOB_SUCCEEDED] = "succeeded", [JOB_FAILED] = "failed", [JOB_NOT_DUE] = "not due",
                                       [JOB_INTERRUPTED] = "interrupted"};
    return json_pack("{s:s, s:b, s:b, s:s, s:I}", "name", job->job->name, "running", (int)job->runs, "waiting", (int)(job->due && !job->runs), "last",
                     ends[job->last], "next_due", (json_int_t)job->next);
}

char *health_text(const Service *service) {
    json_t *jobs = json_array();
    for (size_t i = 0; i < service->due.count; i++) json_array_append_new(jobs, job_json(&service->due.items[i]));
    json_t *health = json_pack("{s:s, s:s, s:s, s:o}", "status", service->stopping ? "stopping" : "ok", "project", service->jobs->project, "target",
                               service->jobs->target, "jobs", jobs);
    char *text = health ? json_dumps(health, JSON_COMPACT) : NULL;
    json_decref(health);
    return text;
}
