/* Which days of an HTTP source to ask for: those that no earlier load has, and the newest again. */
#ifndef GOV_INGEST_WINDOW_H
#define GOV_INGEST_WINDOW_H

#include "runtime/ingest/format.h"
#include "runtime/ingest/ingest.h"

/* Days `first` to `last`, both included. */
typedef struct {
    IngestDay first, last;
} Window;

typedef struct {
    Window *items;
    size_t count;
} Windows;

/* The windows of one value of `for`, in order, none longer than `window_per`: of the days from `window_from` to
 * `today` those that `known` does not cover, and all from `lookback` before the newest value (`newest`, or null: the
 * end of what is known). What is known of other values does not count. The caller frees `items`; false with the fault
 * told. */
bool windows_plan(const GovHttp *http, const char *for_value, const IngestInterval *known, size_t known_count,
                  const char *newest, const char *today, Windows *ret_windows, IngestFault *fault);

#endif
