/* Cron times: `minute hour day-of-month month day-of-week`, as POSIX crontab has them, with the names, steps and nicknames that
 * every cron of today knows. Pure: no clock, no zone. */
#ifndef GOV_SCHEDULE_CRON_H
#define GOV_SCHEDULE_CRON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One bit a value that is matched: minute 0 … 59, hour 0 … 23, day 1 … 31, month 1 … 12, weekday 0 (Sunday) … 6. */
typedef struct {
    uint64_t minutes;
    uint32_t hours, days;
    uint16_t months;
    uint8_t weekdays;
    bool any_hour;       /* the hour is `*`, or `*` in steps: the day has no own times, it goes on as hours do */
    bool any_day;        /* a day matches by … where one of both is `*`: the other; where both are given: either (POSIX) */
    bool any_weekday;
} Cron;

/* Reads `text`: five fields, or `@hourly @daily @midnight @weekly @monthly @yearly @annually`. A field is `*`, a number, a
 * range `1-5`, a list of them, each with a step `/2`; months and weekdays also by their first three letters; weekday 7 is
 * Sunday. False: `ret_error` (may be null) says what is wrong, as the rest of a sentence: "has 4 fields, not 5". */
bool cron_parse(const char *text, Cron *ret_cron, char *ret_error, size_t error_size);

/* Whether a day is among those of the times. `weekday` counts from Sunday, 0. */
bool cron_matches_day(const Cron *cron, int month, int day, int weekday);

#endif
