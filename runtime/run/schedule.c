#include "runtime/run/schedule.h"

#include <stdlib.h>

static bool add_dependent(ScheduleNode *node, size_t dependent) {
    size_t count = node->dependent_count;
    if ((count & (count - 1)) == 0) { /* a power of two is full */
        size_t *grown = realloc(node->dependents, (count ? 2 * count : 1) * sizeof *grown);
        if (!grown) return false;
        node->dependents = grown;
    }
    node->dependents[node->dependent_count++] = dependent;
    return true;
}

static bool goes_before(const Schedule *schedule, size_t a, size_t b) {
    bool a_waits = schedule->nodes[a].waits, b_waits = schedule->nodes[b].waits;
    return a_waits != b_waits ? a_waits : a < b;
}

static void push_ready(Schedule *schedule, size_t step) {
    size_t at = schedule->ready_count++;
    for (; at > 0 && goes_before(schedule, step, schedule->ready[(at - 1) / 2]); at = (at - 1) / 2)
        schedule->ready[at] = schedule->ready[(at - 1) / 2];
    schedule->ready[at] = step;
}

static size_t pop_ready(Schedule *schedule) {
    size_t first = schedule->ready[0], last = schedule->ready[--schedule->ready_count], at = 0;
    for (size_t child = 1; child < schedule->ready_count; child = 2 * at + 1) {
        if (child + 1 < schedule->ready_count &&
            goes_before(schedule, schedule->ready[child + 1], schedule->ready[child]))
            child++;
        if (!goes_before(schedule, schedule->ready[child], last)) break;
        schedule->ready[at] = schedule->ready[child];
        at = child;
    }
    schedule->ready[at] = last;
    return first;
}

bool schedule_open(const GovStep *steps, size_t count, Schedule *ret_schedule) {
    *ret_schedule = (Schedule){.count = count};
    ret_schedule->nodes = calloc(count ? count : 1, sizeof *ret_schedule->nodes);
    ret_schedule->ready = calloc(count ? count : 1, sizeof *ret_schedule->ready);
    bool ok = ret_schedule->nodes && ret_schedule->ready;
    for (size_t i = 0; ok && i < count; i++) {
        ret_schedule->nodes[i].cause = SCHEDULE_NONE;
        ret_schedule->nodes[i].waiting = steps[i].after_count;
        ret_schedule->nodes[i].waits = steps[i].source && steps[i].source->http;
        for (size_t k = 0; ok && k < steps[i].after_count; k++)
            ok = steps[i].after[k] < i && add_dependent(&ret_schedule->nodes[steps[i].after[k]], i);
        if (ok && steps[i].after_count == 0) push_ready(ret_schedule, i);
    }
    if (!ok) schedule_close(ret_schedule);
    return ok;
}

void schedule_close(Schedule *schedule) {
    for (size_t i = 0; schedule->nodes && i < schedule->count; i++) free(schedule->nodes[i].dependents);
    free(schedule->nodes);
    free(schedule->ready);
    *schedule = (Schedule){0};
}

bool schedule_take(Schedule *schedule, size_t *ret_step, size_t *ret_cause) {
    if (schedule->ready_count == 0) return false;
    *ret_step = pop_ready(schedule);
    *ret_cause = schedule->nodes[*ret_step].cause;
    schedule->nodes[*ret_step].taken = true;
    return true;
}

void schedule_end(Schedule *schedule, size_t step, bool succeeded) {
    const ScheduleNode *node = &schedule->nodes[step];
    size_t cause = succeeded ? SCHEDULE_NONE : node->cause == SCHEDULE_NONE ? step : node->cause;
    schedule->ended++;
    for (size_t i = 0; i < node->dependent_count; i++) {
        ScheduleNode *dependent = &schedule->nodes[node->dependents[i]];
        if (dependent->cause == SCHEDULE_NONE) dependent->cause = cause;
        if (--dependent->waiting == 0) push_ready(schedule, node->dependents[i]);
    }
}

bool schedule_is_done(const Schedule *schedule) {
    return schedule->ended == schedule->count;
}
