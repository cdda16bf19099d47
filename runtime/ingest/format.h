/* Formats of dates and times as written in the language, `DD/MM/YYYY`, and calendar arithmetic on ISO dates. */
#ifndef GOV_INGEST_FORMAT_H
#define GOV_INGEST_FORMAT_H

#include "runtime/ingest/fault.h"
#include "runtime/plan.h"

#include <stdint.h>
#include <stdio.h>

/* A date of the proleptic Gregorian calendar as days since 1970-01-01. */
typedef int64_t IngestDay;

/* Reads `YYYY-MM-DD`; false if it is not one, or not a day of the calendar. */
bool ingest_day_read(const char *text, IngestDay *ret_day);

/* Writes `YYYY-MM-DD`; years 0000 to 9999. */
void ingest_day_write(IngestDay day, char ret_text[16]);

/* The day `count` units later (earlier, if negative): calendar units keep the day of the month, or take the month's
 * last. */
IngestDay ingest_day_add(IngestDay day, int64_t count, const char *unit);

/* Seconds of a duration of clock units or days and weeks; calendar months and years count as 30 and 365 days. */
double ingest_duration_seconds(GovDuration duration);

/* Translates a format to the strptime form that the engine knows: YYYY YY MM DD HH24 HH MI SS US MS and what stands
 * between them; text in double quotes stands for itself. Words of letters that are none of these are a fault. */
bool ingest_format_translate(const char *format, FILE *stream, IngestFault *fault);

/* Writes the day in a format; null: ISO. Times of the day are 00. */
bool ingest_format_day(IngestDay day, const char *format, FILE *stream, IngestFault *fault);

#endif
