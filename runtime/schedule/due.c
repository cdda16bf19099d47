#include "runtime/schedule/due.h"

#include "runtime/schedule/zone.h"

#include <stdlib.h>
#include <string.h>

enum { MINUTE = 60, DAY = 86400, FIRST_WAIT = 30, LONGEST_WAIT = 3600, MOST_MISSED = 1500 };

/* ------------------------------------------------------------------------- times */

static int64_t next_time(const DueJob *job, int64_t after) {
    return job->job->cron ? zone_next(job->job->timezone, &job->cron, after) : after - after % MINUTE + MINUTE;
}

static int64_t seconds_of(const GovDuration *duration) {
    static const struct { const char *unit; int64_t seconds; } units[] = {
        {"second", 1}, {"minute", 60}, {"hour", 3600}, {"day", DAY}, {"week", 7 * DAY},
    };
    for (size_t i = 0; duration->count && i < sizeof units / sizeof *units; i++)
        if (!strcmp(duration->unit, units[i].unit)) return duration->count * units[i].seconds;
    return 0;
}

/* The first deadline after an instant. */
static int64_t next_deadline(const GovJob *job, int64_t after) {
    int hour = atoi(job->deadline), minute = atoi(job->deadline + 3);
    for (int64_t day = after - DAY;; day += DAY) {
        int64_t at = zone_at(job->timezone, day, hour, minute);
        if (at > after) return at;
    }
}

/* The last time that was due between two instants, the first one not included; 0: none. */
static int64_t last_missed(const DueJob *job, int64_t since, int64_t now) {
    int64_t last = 0, next = next_time(job, since);
    for (int i = 0; next && next <= now && i < MOST_MISSED; i++) {
        last = next;
        next = next_time(job, next);
    }
    return next && next <= now ? now : last;
}

/* ------------------------------------------------------------------------ beginning */

static void wait_for(DueJob *job, int64_t due, int64_t start) {
    job->due = due;
    job->start = start;
    job->attempt = 1;
}

static void begin(DueJob *job, const DueKnown *known, int64_t now) {
    if (job->job->cron) cron_parse(job->job->cron, &job->cron, NULL, 0); /* the compiler has held it against the same rules */
    job->next = next_time(job, now);
    if (job->job->deadline) job->deadline = next_deadline(job->job, now);
    if (!known) return;
    job->succeeded = known->last_succeeded;
    int64_t missed = job->job->cron && known->last_due ? last_missed(job, known->last_due, now) : 0;
    if (missed) wait_for(job, missed, now);
}

bool due_open(const GovJobs *jobs, const DueKnown *known, int64_t now, DueJobs *ret_due) {
    *ret_due = (DueJobs){calloc(jobs->count ? jobs->count : 1, sizeof(DueJob)), jobs->count, now};
    for (size_t i = 0; ret_due->items && i < jobs->count; i++) {
        ret_due->items[i].job = &jobs->items[i];
        begin(&ret_due->items[i], known ? &known[i] : NULL, now);
    }
    return ret_due->items != NULL;
}

void due_close(DueJobs *due) {
    free(due->items);
    *due = (DueJobs){0};
}

/* ----------------------------------------------------------------------- going on */

/* A time that comes while the job still waits or runs is left out: what is late already is not done twice. */
static void look_at(DueJob *job, int64_t now) {
    if (!job->next || job->next > now) return;
    if (!job->due) wait_for(job, last_missed(job, job->next - 1, now), now);
    job->next = next_time(job, now);
}

/* Clocks were set back: times come again that have been, and a job is not left to wait until they have passed. */
static void go_back(DueJobs *due, int64_t now) {
    for (size_t i = 0; i < due->count; i++) {
        DueJob *job = &due->items[i];
        job->next = next_time(job, now);
        if (job->start > now) job->start = now;
    }
}

DueJob *due_start(DueJobs *due, int64_t now) {
    DueJob *first = NULL;
    bool runs = false;
    if (now < due->now) go_back(due, now);
    due->now = now;
    for (size_t i = 0; i < due->count; i++) {
        DueJob *job = &due->items[i];
        look_at(job, now);
        runs |= job->runs;
        if (job->due && job->start <= now && (!first || job->start < first->start)) first = job;
    }
    if (runs || !first) return NULL;
    first->runs = true;
    return first;
}

static bool tries_again(DueJob *job, int64_t now) {
    int64_t wait = FIRST_WAIT;
    if (job->attempt > job->job->retries) return false;
    for (int i = 1; job->job->backoff && i < job->attempt && wait < LONGEST_WAIT; i++) wait *= 2;
    job->attempt++;
    job->start = now + (wait < LONGEST_WAIT ? wait : LONGEST_WAIT);
    return true;
}

bool due_end(DueJob *job, JobEnd end, double seconds, int64_t now) {
    job->runs = false;
    job->last_end = now;
    job->last_seconds = seconds;
    if (end == JOB_FAILED && tries_again(job, now)) return true;
    if (end != JOB_NOT_DUE) job->last = end;
    if (end == JOB_SUCCEEDED || end == JOB_NOT_DUE) job->succeeded = job->due;
    job->count_succeeded += end == JOB_SUCCEEDED;
    job->count_failed += end == JOB_FAILED;
    job->count_not_due += end == JOB_NOT_DUE;
    job->due = 0;
    return false;
}

/* ------------------------------------------------------------------------ deadlines */

/* By the deadline the last time that was due on the day before it must have succeeded; a job without times, any. */
static bool is_kept(const DueJob *job) {
    int64_t wanted = job->job->cron ? last_missed(job, job->deadline - DAY, job->deadline) : job->deadline - DAY;
    return !wanted || job->succeeded >= wanted;
}

Deadline due_deadline(DueJob *job, int64_t now) {
    int64_t before = seconds_of(&job->job->warn_before);
    if (!job->deadline) return DEADLINE_FAR;
    if (now >= job->deadline) {
        bool kept = is_kept(job);
        job->deadline = next_deadline(job->job, now);
        job->warned = false;
        return kept ? DEADLINE_FAR : DEADLINE_MISSED;
    }
    if (!before || job->warned || now < job->deadline - before || is_kept(job)) return DEADLINE_FAR;
    job->warned = true;
    return DEADLINE_NEAR;
}
