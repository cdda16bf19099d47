/* In which order steps may run: those whose `after` have all succeeded; loads over HTTP first, because they wait for
 * others more than they work, then the earliest of the plan.
 *
 * Knows nothing of threads or engines; whoever shares one between threads locks it. */
#ifndef GOV_RUN_SCHEDULE_H
#define GOV_RUN_SCHEDULE_H

#include "runtime/plan.h"

#define SCHEDULE_NONE SIZE_MAX

typedef struct {
    size_t waiting;        /* steps of its `after` that have not ended */
    size_t cause;          /* the step whose failure stops this one, at the root; SCHEDULE_NONE: nothing does */
    size_t *dependents;    /* steps that have this one in their `after` */
    size_t dependent_count;
    bool waits;            /* a load over HTTP */
    bool taken;
} ScheduleNode;

typedef struct {
    ScheduleNode *nodes;
    size_t count;
    size_t *ready;         /* heap: what goes first is at the top */
    size_t ready_count;
    size_t ended;
} Schedule;

/* False: out of memory, or an `after` that is not an earlier step. Closed with schedule_close. */
bool schedule_open(const GovStep *steps, size_t count, Schedule *ret_schedule);
void schedule_close(Schedule *schedule);

/* Takes the next step that may start now, if there is one. `ret_cause` gets the failed step because of which it cannot
 * run, or SCHEDULE_NONE; a step that cannot run is taken and ended like any other. */
bool schedule_take(Schedule *schedule, size_t *ret_step, size_t *ret_cause);

/* Says that a taken step ended, and whether what depends on it may run. */
void schedule_end(Schedule *schedule, size_t step, bool succeeded);

/* Have all steps ended? */
bool schedule_is_done(const Schedule *schedule);

#endif
