/* Waiting for files that have not arrived yet. */
#include "runtime/ingest/arrived.h"
#include "runtime/ingest/s3.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MINUTE = 60, HOUR = 3600, DAY = 86400 };

int64_t ingest_seconds_of(GovDuration duration) {
    static const struct {
        const char *unit;
        int64_t seconds;
    } units[] = {{"second", 1}, {"minute", MINUTE}, {"hour", HOUR}, {"day", DAY}, {"week", 7 * DAY}, {"month", 30 * DAY}, {"quarter", 91 * DAY}, {"year", 365 * DAY}};
    for (size_t i = 0; duration.unit && i < sizeof units / sizeof *units; i++)
        if (strcmp(units[i].unit, duration.unit) == 0) return duration.count * units[i].seconds;
    return 0;
}

static double now_seconds(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Seconds until the deadline of today in the project's time zone; negative: it has passed. The engine knows time zones. */
static bool seconds_until(Load *load, double *ret_seconds) {
    const GovWait *wait = &load->source->wait;
    const char *zone = load->request->plan->timezone ? load->request->plan->timezone : "UTC";
    Sql sql;
    int64_t milliseconds;
    if (!load_sql_begin(load, &sql)) return false;
    fputs("select cast(1000 * (epoch(((now() at time zone ", sql.stream);
    engine_write_literal(sql.stream, zone);
    fputs(")::date + cast(", sql.stream);
    engine_write_literal(sql.stream, wait->deadline);
    fputs(" as time)) at time zone ", sql.stream);
    engine_write_literal(sql.stream, zone);
    fputs(") - epoch(now())) as bigint)", sql.stream);
    if (!load_query_integer(load, &sql, &milliseconds)) return false;
    *ret_seconds = (double)milliseconds / 1000;
    return true;
}

static double wait_before(const GovWait *wait, int look) {
    double seconds = wait->every.count > 0 ? (double)ingest_seconds_of(wait->every) : MINUTE;
    for (int i = 1; wait->backoff && i < look && seconds < HOUR; i++) seconds *= 2;
    return wait->backoff && seconds > HOUR ? HOUR : seconds;
}

/* Sleeps in short naps, so that a cancelled run ends at once. */
static bool sleep_until(Load *load, double until) {
    static const struct timespec nap = {.tv_nsec = 50 * 1000 * 1000};
    while (now_seconds(CLOCK_MONOTONIC) < until) {
        if (load_cancelled(load)) return false;
        nanosleep(&nap, NULL);
    }
    return true;
}

/* True if a newer file must have come than what is there, by `fresh within`. */
static bool is_stale(const Load *load, const IngestFoundFiles *files) {
    int64_t limit = ingest_seconds_of(load->source->wait.fresh), newest = 0;
    bool waits = load->source->wait.retries || load->source->wait.deadline;
    if (!waits || limit <= 0) return false;
    if (load->source->files == GOV_FILES_EACH_ONCE || load->source->files == GOV_FILES_REPLACE_ROWS)
        return files->count == 0 && load->request->newest_age > limit;
    for (size_t i = 0; i < files->count; i++) newest = files->items[i].changed > newest ? files->items[i].changed : newest;
    return now_seconds(CLOCK_REALTIME) - (double)newest / 1e9 > (double)limit;
}

static bool find(Load *load, IngestFoundFiles *files, IngestFault *ret_missing) {
    if (!s3_is_address(load->source->place))
        return ingest_place_find(load->source, load->request->settings, load->request->folder, files, ret_missing);
    s3_remove(load->objects);
    return s3_find(load->connection, load->source, load->request->settings, files, &load->objects, ret_missing);
}

/* One look. `*ret_there` is false if what is waited for is not there; then nothing is held. */
static bool look(Load *load, IngestFoundFiles *files, char **ret_keep, bool *ret_there, IngestFault *ret_missing) {
    *ret_keep = NULL;
    *ret_missing = (IngestFault){0};
    free(load->result->note);
    load->result->note = NULL;
    *ret_there = find(load, files, ret_missing);
    if (!*ret_there && !ret_missing->missing) return ingest_fault(&load->fault, "%s", ret_missing->text);
    if (*ret_there && !arrived_choose(load, files, ret_keep)) return false;
    if (*ret_there && is_stale(load, files)) {
        *ret_there = false;
        ingest_fault(ret_missing, "no new file of `%s` has come, which is fresh within %lld %ss", load->source->place,
                     (long long)load->source->wait.fresh.count, load->source->wait.fresh.unit);
    }
    if (*ret_there) return true;
    ingest_found_clear(files);
    free(*ret_keep);
    *ret_keep = NULL;
    return true;
}

/* What was expected, how often it was looked for, and until when. */
static bool give_up(Load *load, const IngestFault *missing, int looks) {
    const GovWait *wait = &load->source->wait;
    if (looks == 1 && !wait->deadline) return ingest_fault(&load->fault, "%s", missing->text);
    return ingest_fault(&load->fault, "%s: looked %d time%s%s%s", missing->text, looks, looks == 1 ? "" : "s",
                        wait->deadline ? ", deadline " : "", wait->deadline ? wait->deadline : "");
}

bool arrived_wait(Load *load, IngestFoundFiles *files, char **ret_keep) {
    const GovWait *wait = &load->source->wait;
    double end = 0;
    IngestFault missing;
    bool there;
    for (int looks = 1;; looks++) {
        if (!look(load, files, ret_keep, &there, &missing)) return false;
        if (there) return true;
        if (looks == 1 && wait->deadline) {
            if (!seconds_until(load, &end)) return false;
            end += now_seconds(CLOCK_MONOTONIC);
        }
        bool more = wait->retries ? looks <= wait->retries : wait->deadline != NULL;
        double next = now_seconds(CLOCK_MONOTONIC) + wait_before(wait, looks);
        /* The last look is at the deadline itself. */
        if (wait->deadline && next > end) next = end;
        if (!more || next <= now_seconds(CLOCK_MONOTONIC)) return give_up(load, &missing, looks);
        load_progress(load, -1, -1, -1, "waiting for files");
        if (!sleep_until(load, next)) return false;
    }
}
