#include "runtime/run/days.h"

#include "runtime/ingest/format.h"

#include <stdlib.h>
#include <string.h>

/* The set without `days`, and with them if `with`. */
static bool rebuild(DaySet *set, Days days, bool with) {
    Days *items = malloc((set->count + 2) * sizeof *items);
    size_t count = 0;
    if (!items) return false;
    Days joined = days;
    for (size_t i = 0; i < set->count; i++) {
        Days old = set->items[i];
        bool apart = with ? old.to < joined.from || old.from > joined.to : old.to <= days.from || old.from >= days.to;
        if (apart) {
            items[count++] = old;
        } else if (with) {
            joined.from = old.from < joined.from ? old.from : joined.from;
            joined.to = old.to > joined.to ? old.to : joined.to;
        } else {
            if (old.from < days.from) items[count++] = (Days){old.from, days.from};
            if (old.to > days.to) items[count++] = (Days){days.to, old.to};
        }
    }
    size_t at = count;
    while (with && at > 0 && items[at - 1].from > joined.from) at--;
    if (with) {
        memmove(&items[at + 1], &items[at], (count - at) * sizeof *items);
        items[at] = joined;
        count++;
    }
    free(set->items);
    *set = (DaySet){items, count};
    return true;
}

bool days_add(DaySet *set, Days days) {
    return days.from >= days.to || rebuild(set, days, true);
}

bool days_remove(DaySet *set, Days days) {
    return days.from >= days.to || rebuild(set, days, false);
}

bool days_clip(DaySet *set, Days within) {
    return days_remove(set, (Days){DAYS_BEGIN, within.from}) && days_remove(set, (Days){within.to, DAYS_END});
}

bool days_cover(const DaySet *set, Days days) {
    for (size_t i = 0; i < set->count; i++)
        if (set->items[i].from <= days.from && set->items[i].to >= days.to) return true;
    return days.from >= days.to;
}

void days_free(DaySet *set) {
    free(set->items);
    *set = (DaySet){0};
}

/* -------------------------------------------------------------------- calendar */

bool days_read(const char *date, int64_t *ret_day) {
    return ingest_day_read(date, ret_day);
}

void days_write(int64_t day, char ret_text[16]) {
    ingest_day_write(day, ret_text);
}

static int64_t first_of(int64_t day, const char *unit) {
    char text[16];
    int64_t first = day;
    if (!strcmp(unit, "day")) return day;
    if (!strcmp(unit, "week")) return day - (((day + 3) % 7) + 7) % 7; /* 1970-01-01 was a Thursday; weeks begin on Monday */
    ingest_day_write(day, text);
    memcpy(text + 8, "01", 2);
    int month = (text[5] - '0') * 10 + text[6] - '0';
    if (!strcmp(unit, "quarter")) month = (month - 1) / 3 * 3 + 1;
    if (!strcmp(unit, "year")) month = 1;
    text[5] = (char)('0' + month / 10);
    text[6] = (char)('0' + month % 10);
    ingest_day_read(text, &first);
    return first;
}

int64_t days_next(int64_t day, const char *unit) {
    return ingest_day_add(first_of(day, unit), 1, unit);
}

Days days_aligned(Days days, const char *unit) {
    if (days.from != DAYS_BEGIN) days.from = first_of(days.from, unit);
    if (days.to != DAYS_END && first_of(days.to, unit) != days.to) days.to = days_next(days.to, unit);
    return days;
}

int64_t days_count(Days days, const char *unit) {
    int64_t count = 0;
    if (!strcmp(unit, "day")) return days.to - days.from;
    if (!strcmp(unit, "week")) return (days.to - days.from) / 7;
    for (int64_t day = days.from; day < days.to; day = days_next(day, unit)) count++;
    return count;
}
