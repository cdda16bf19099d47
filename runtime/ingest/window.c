#include "runtime/ingest/window.h"

#include <stdlib.h>
#include <string.h>

enum { WINDOW_MAXIMUM = 100000 };

static bool add_window(Windows *windows, IngestDay first, IngestDay last, IngestFault *fault) {
    if (windows->count == WINDOW_MAXIMUM)
        return ingest_fault(fault, "the windows are too short: there would be more than %d requests", WINDOW_MAXIMUM);
    if ((windows->count & (windows->count - 1)) == 0) {
        Window *larger = realloc(windows->items, (windows->count ? windows->count * 2 : 1) * sizeof *larger);
        if (!larger) return ingest_fault_memory(fault);
        windows->items = larger;
    }
    windows->items[windows->count++] = (Window){first, last};
    return true;
}

/* Adds the days first to last in pieces of at most `per`. */
static bool add_pieces(Windows *windows, IngestDay first, IngestDay last, GovDuration per, IngestFault *fault) {
    while (first <= last) {
        IngestDay end = per.count > 0 ? ingest_day_add(first, per.count, per.unit) - 1 : last;
        if (end < first) end = first;
        end = end < last ? end : last;
        if (!add_window(windows, first, end, fault)) return false;
        first = end + 1;
    }
    return true;
}

static int by_first(const void *a, const void *b) {
    const Window *left = a, *right = b;
    return (left->first > right->first) - (left->first < right->first);
}

/* The intervals of one value as windows, in order. */
static bool known_windows(const char *for_value, const IngestInterval *known, size_t count, Windows *ret_windows,
                          IngestFault *fault) {
    for (size_t i = 0; i < count; i++) {
        IngestDay first, last;
        if (strcmp(known[i].for_value ? known[i].for_value : "", for_value) != 0) continue;
        if (ingest_day_read(known[i].from, &first) && ingest_day_read(known[i].to, &last) &&
            !add_window(ret_windows, first, last, fault))
            return false;
    }
    if (ret_windows->count) qsort(ret_windows->items, ret_windows->count, sizeof *ret_windows->items, by_first);
    return true;
}

/* The day from which on everything is asked again. */
static IngestDay again_from(const GovHttp *http, const Windows *known, const char *newest) {
    IngestDay day = known->items[0].last;
    for (size_t i = 1; i < known->count; i++) day = known->items[i].last > day ? known->items[i].last : day;
    IngestDay value;
    if (newest && ingest_day_read(newest, &value) && value < day) day = value;
    return http->lookback.count > 0 ? ingest_day_add(day, -http->lookback.count, http->lookback.unit) : day;
}

static bool plan(const GovHttp *http, const Windows *known, const char *newest, Window wanted, Windows *ret_windows,
                 IngestFault *fault) {
    if (known->count == 0) return add_pieces(ret_windows, wanted.first, wanted.last, http->window_per, fault);
    IngestDay again = again_from(http, known, newest), next = wanted.first;
    again = again < wanted.first ? wanted.first : again > wanted.last ? wanted.last : again;
    for (size_t i = 0; i < known->count && next < again; i++) {
        IngestDay gap_end = known->items[i].first - 1 < again - 1 ? known->items[i].first - 1 : again - 1;
        if (!add_pieces(ret_windows, next, gap_end, http->window_per, fault)) return false;
        next = known->items[i].last + 1 > next ? known->items[i].last + 1 : next;
    }
    if (next < again && !add_pieces(ret_windows, next, again - 1, http->window_per, fault)) return false;
    return add_pieces(ret_windows, again, wanted.last, http->window_per, fault);
}

bool windows_plan(const GovHttp *http, const char *for_value, const IngestInterval *known, size_t known_count,
                  const char *newest, const char *today, Windows *ret_windows, IngestFault *fault) {
    *ret_windows = (Windows){0};
    Window wanted;
    if (!http->window_from || !ingest_day_read(http->window_from, &wanted.first))
        return ingest_fault(fault, "the first day of the window is not a date");
    if (!ingest_day_read(today, &wanted.last)) return ingest_fault(fault, "the day of the run is not a date");
    Windows loaded = {0};
    bool ok = known_windows(for_value, known, known_count, &loaded, fault) &&
              plan(http, &loaded, newest, wanted, ret_windows, fault);
    free(loaded.items);
    if (!ok) {
        free(ret_windows->items);
        *ret_windows = (Windows){0};
    }
    return ok;
}
