/* Time zones: instants as local times and back, by the machine's time zone database (tzdata), through the C library.
 *
 * The library has one zone a process: these calls change it for as long as they last, so one thread of a process may make them,
 * and none of the others may ask for local times meanwhile. */
#ifndef GOV_SCHEDULE_ZONE_H
#define GOV_SCHEDULE_ZONE_H

#include "runtime/schedule/cron.h"

#include <time.h>

/* Whether the machine has a database of zones; without it no zone is known but UTC. */
bool zone_database(void);

/* Whether the database has the zone: `America/Sao_Paulo`, `UTC`. */
bool zone_exists(const char *zone);

/* An instant (seconds since 1970, UTC) as the clocks of the zone show it. */
struct tm zone_local(const char *zone, int64_t instant);

/* The first instant after `after` at which the times are due in the zone; 0: none within the next nine years.
 *
 * Where clocks are set forward, a time that no clock shows is due when they would have shown it, so much later. Where they are
 * set back, a time of its own hour is due once, the first time; one that comes every hour (`any_hour`) is due both times, for
 * otherwise an hour would pass without it. */
int64_t zone_next(const char *zone, const Cron *cron, int64_t after);

/* The instant at which clocks of the zone show `hour:minute` on the day of `on`; the first of two. */
int64_t zone_at(const char *zone, int64_t on, int hour, int minute);

#endif
