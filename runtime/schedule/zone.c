#include "runtime/schedule/zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DAY 86400

static const char *database(void) {
    const char *folder = getenv("TZDIR");
    return folder && *folder ? folder : "/usr/share/zoneinfo";
}

bool zone_database(void) {
    return access(database(), X_OK) == 0;
}

bool zone_exists(const char *zone) {
    char path[512];
    if (!strcmp(zone, "UTC")) return true;
    if (!*zone || *zone == '/' || strstr(zone, "..")) return false;
    int length = snprintf(path, sizeof path, "%s/%s", database(), zone);
    return length > 0 && (size_t)length < sizeof path && access(path, R_OK) == 0;
}

/* -------------------------------------------------------------------- the zone of the process, for a while */

typedef struct {
    char *before;      /* TZ; null: it was not set */
} Zone;

static Zone zone_enter(const char *zone) {
    const char *before = getenv("TZ");
    Zone entered = {before ? strdup(before) : NULL};
    char name[256];
    snprintf(name, sizeof name, ":%s", zone);
    setenv("TZ", name, 1);
    tzset();
    return entered;
}

static void zone_leave(Zone entered) {
    if (entered.before) setenv("TZ", entered.before, 1);
    else unsetenv("TZ");
    tzset();
    free(entered.before);
}

static struct tm local_time(int64_t instant) {
    time_t time = (time_t)instant;
    struct tm parts = {0};
    localtime_r(&time, &parts);
    return parts;
}

struct tm zone_local(const char *zone, int64_t instant) {
    Zone entered = zone_enter(zone);
    struct tm parts = local_time(instant);
    zone_leave(entered);
    return parts;
}

/* ------------------------------------------------------------------------ local times as instants */

/* The instant at which clocks of UTC show what `day` says, at hour and minute. */
static int64_t as_if_utc(const struct tm *day, int hour, int minute) {
    struct tm parts = {.tm_year = day->tm_year, .tm_mon = day->tm_mon, .tm_mday = day->tm_mday, .tm_hour = hour, .tm_min = minute};
    return (int64_t)timegm(&parts);
}

static bool shows(int64_t instant, int64_t naive) {
    struct tm parts = local_time(instant);
    return (int64_t)timegm(&parts) == naive;
}

/* The instants at which clocks show the naive time: one; two where they are set back; of one that they leap over the instant
 * that it would have been. In order. */
static int instants_of(int64_t naive, int64_t ret_instants[2]) {
    long before = local_time(naive - DAY).tm_gmtoff, after = local_time(naive + DAY).tm_gmtoff;
    int64_t early = naive - before, late = naive - after;
    if (early == late) return ret_instants[0] = early, 1;
    bool is_early = shows(early, naive), is_late = shows(late, naive);
    if (is_early && is_late) {
        ret_instants[0] = early < late ? early : late;
        ret_instants[1] = early < late ? late : early;
        return 2;
    }
    ret_instants[0] = is_late && !is_early ? late : early;
    return 1;
}

int64_t zone_at(const char *zone, int64_t on, int hour, int minute) {
    Zone entered = zone_enter(zone);
    struct tm day = local_time(on);
    int64_t instants[2];
    instants_of(as_if_utc(&day, hour, minute), instants);
    zone_leave(entered);
    return instants[0];
}

/* --------------------------------------------------------------------------------------- what is due */

/* The first instant after `after` among the times of a day; 0: none. */
static int64_t first_of_day(const Cron *cron, const struct tm *day, int64_t after) {
    int64_t first = 0;
    for (int hour = 0; hour < 24; hour++)
        for (int minute = 0; minute < 60; minute++) {
            if (!(cron->hours >> hour & 1) || !(cron->minutes >> minute & 1)) continue;
            int64_t instants[2];
            int count = instants_of(as_if_utc(day, hour, minute), instants);
            for (int i = 0; i < (cron->any_hour ? count : 1); i++)
                if (instants[i] > after && (first == 0 || instants[i] < first)) first = instants[i];
        }
    return first;
}

int64_t zone_next(const char *zone, const Cron *cron, int64_t after) {
    enum { DAYS = 9 * 366 }; /* February 29 may be eight years away */
    Zone entered = zone_enter(zone);
    struct tm today = local_time(after);
    int64_t noon = as_if_utc(&today, 12, 0), next = 0;
    for (int i = 0; next == 0 && i < DAYS; i++) {
        time_t time = (time_t)(noon + (int64_t)i * DAY);
        struct tm day;
        gmtime_r(&time, &day);
        if (cron_matches_day(cron, day.tm_mon + 1, day.tm_mday, day.tm_wday)) next = first_of_day(cron, &day, after);
    }
    zone_leave(entered);
    return next;
}
