/* Sets of days, as stretches that do not touch. Days count from 1970-01-01; a stretch ends before `to`. */
#ifndef GOV_DAYS_H
#define GOV_DAYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Before the first and behind the last day of the calendar: a stretch that has no end there. */
#define DAYS_BEGIN INT64_C(-1000000000)
#define DAYS_END INT64_C(1000000000)

typedef struct {
    int64_t from, to;
} Days;

/* In order; owned. Zeroed: empty. */
typedef struct {
    Days *items;
    size_t count;
} DaySet;

/* False: out of memory; the set is then what it was. */
bool days_add(DaySet *set, Days days);
bool days_remove(DaySet *set, Days days);
/* What is of the days beyond `within` goes. */
bool days_clip(DaySet *set, Days within);
bool days_cover(const DaySet *set, Days days);
void days_free(DaySet *set);

/* Reads `2018-01-31`; false if it is none. */
bool days_read(const char *date, int64_t *ret_day);
/* Writes `2018-01-31`. */
void days_write(int64_t day, char ret_text[16]);
/* The stretch made of whole units (`day`, `week`, `month`, `quarter`, `year`) that holds it. */
Days days_aligned(Days days, const char *unit);
/* The first day of the unit behind that of a day. */
int64_t days_next(int64_t day, const char *unit);
/* How many units the stretch is; it is aligned and has both ends. */
int64_t days_count(Days days, const char *unit);

#endif
