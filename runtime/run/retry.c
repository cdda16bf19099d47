/* A further attempt of the last run: what failed or was skipped, once more, with the run's own number, day and time.
 *
 * The plan is that of everything, in which what is read is read where it was staged. What is not done again stands there as a
 * view of what readers see. */
#include "runtime/ledger/ledger.h"
#include "runtime/run/internal.h"

#include <stdlib.h>
#include <string.h>

enum { RUNS_LOOKED_AT = 20, NOT_AGAIN = -1 };

/* The plan of the attempt, which is a part of another one. */
typedef struct {
    GovPlan plan;
    GovStep *steps;
    long *places;         /* of the whole plan's steps: the index here, or NOT_AGAIN */
    size_t *after;        /* room for those of all steps */
    const char **setup;
    char **made;          /* texts of stand-ins, two each: what makes and what removes it */
    size_t made_count;
} Attempt;

static void attempt_close(Attempt *attempt) {
    for (size_t i = 0; i < attempt->made_count; i++) free(attempt->made[i]);
    free(attempt->made);
    free(attempt->setup);
    free(attempt->after);
    free(attempt->places);
    free(attempt->steps);
}

static bool attempt_open(const GovPlan *plan, Attempt *ret_attempt) {
    size_t steps = plan->step_count + 1, after = 1;
    for (size_t i = 0; i < plan->step_count; i++) after += plan->steps[i].after_count;
    *ret_attempt = (Attempt){.plan = *plan};
    ret_attempt->steps = calloc(steps, sizeof *ret_attempt->steps);
    ret_attempt->places = calloc(steps, sizeof *ret_attempt->places);
    ret_attempt->after = calloc(after, sizeof *ret_attempt->after);
    ret_attempt->setup = calloc(plan->setup.count + steps, sizeof *ret_attempt->setup);
    ret_attempt->made = calloc(2 * steps, sizeof *ret_attempt->made);
    if (ret_attempt->steps && ret_attempt->places && ret_attempt->after && ret_attempt->setup && ret_attempt->made) return true;
    attempt_close(ret_attempt);
    return false;
}

/* ------------------------------------------------------------------------------------------------ what is done again */

static const LedgerStep *step_of_run(const LedgerState *state, int64_t run_id, const char *name) {
    for (size_t i = 0; i < state->step_count; i++)
        if (state->steps[i].run_id == run_id && strcmp(state->steps[i].step, name) == 0) return &state->steps[i];
    return NULL;
}

static bool is_unfinished(const LedgerStep *step) {
    return strcmp(step->status, "failed") == 0 || strcmp(step->status, "skipped") == 0 || strcmp(step->status, "interrupted") == 0;
}

static const LedgerRun *newest_run(const LedgerState *state) {
    for (size_t i = 0; i < state->run_count; i++)
        if (strcmp(state->runs[i].command, "run") == 0) return &state->runs[i];
    return NULL;
}

/* A step of tests goes with what they are about. */
static bool is_again(const GovPlan *plan, size_t index, const LedgerState *state, int64_t run_id) {
    const LedgerStep *step = step_of_run(state, run_id, plan->steps[index].name);
    return step && is_unfinished(step);
}

/* Whether every step that is to be done again means what it meant in the run; tells which one does not. */
static bool means_the_same(const GovPlan *plan, const LedgerState *state, const LedgerRun *run, Log *log) {
    for (size_t i = 0; i < state->step_count; i++) {
        const LedgerStep *step = &state->steps[i];
        const GovStep *now = NULL;
        if (step->run_id != run->run_id || !is_unfinished(step)) continue;
        for (size_t k = 0; !now && k < plan->step_count; k++)
            if (strcmp(plan->steps[k].name, step->step) == 0) now = &plan->steps[k];
        if (now && strcmp(now->fingerprint, step->fingerprint ? step->fingerprint : "") == 0) continue;
        log_message(log, LOG_ERROR, "`%s` %s run %lld, so this would be another run: `run` does what is declared now", step->step,
                    now ? "means something else than in" : "is no longer in the project as it was in", (long long)run->run_id);
        return false;
    }
    return true;
}

/* -------------------------------------------------------------------------------------------------------- the part */

/* False: out of memory. */
static bool add_stand_in(Attempt *attempt, const GovStep *step) {
    char **made = &attempt->made[attempt->made_count];
    for (size_t i = 0; i < attempt->made_count; i += 2)
        if (strstr(attempt->made[i], step->staged) && strcmp(strstr(attempt->made[i], step->published), step->published) == 0) return true;
    if (asprintf(&made[0], "create or replace view %s as select * from %s", step->staged, step->published) < 0) return false;
    attempt->made_count++;
    if (asprintf(&made[1], "drop view if exists %s", step->staged) < 0) return false;
    attempt->made_count++;
    return true;
}

static bool add_inputs(Attempt *attempt, const GovPlan *whole, const GovStep *from, GovStep *step, size_t **room) {
    step->after = *room;
    step->after_count = 0;
    for (size_t i = 0; i < from->after_count; i++) {
        const GovStep *input = &whole->steps[from->after[i]];
        long place = attempt->places[from->after[i]];
        if (place != NOT_AGAIN) (*room)[step->after_count++] = (size_t)place;
        else if (input->staged && input->published && !add_stand_in(attempt, input)) return false;
    }
    *room += step->after_count;
    return true;
}

static bool fill_attempt(Attempt *attempt, const GovPlan *whole, const LedgerState *state, int64_t run_id) {
    size_t *room = attempt->after;
    attempt->plan.step_count = 0;
    for (size_t i = 0; i < whole->step_count; i++) {
        attempt->places[i] = NOT_AGAIN;
        if (!is_again(whole, i, state, run_id)) continue;
        GovStep *step = &attempt->steps[attempt->plan.step_count];
        *step = whole->steps[i];
        if (!add_inputs(attempt, whole, &whole->steps[i], step, &room)) return false;
        attempt->places[i] = (long)attempt->plan.step_count++;
    }
    size_t count = 0;
    for (size_t i = 0; i < whole->setup.count; i++) attempt->setup[count++] = whole->setup.items[i];
    for (size_t i = 0; i < attempt->made_count; i += 2) attempt->setup[count++] = attempt->made[i];
    attempt->plan.steps = attempt->steps;
    attempt->plan.setup = (GovTexts){attempt->setup, count};
    return true;
}

/* ------------------------------------------------------------------------------------------------------- the attempt */

/* What stood in for what was not done again; the transaction that publishes must not find it. */
static void remove_stand_ins(Run *run, const Attempt *attempt) {
    EngineError error;
    for (size_t i = 1; i < attempt->made_count; i += 2)
        if (!engine_execute(run->ledger.connection, attempt->made[i], NULL, &error)) {
            run->left_over = true;
            log_message(run->log, LOG_WARNING, "what was read in place of a step could not be removed: %s", error.text);
        }
}

static GovExit try_again(const GovPlan *plan, const GovRunOptions *options, const LedgerState *state, const LedgerRun *last,
                         GovRunSummary *ret_summary) {
    Attempt attempt;
    GovExit code = GOV_EXIT_FAILED;
    if (!attempt_open(plan, &attempt)) return code;
    if (fill_attempt(&attempt, plan, state, last->run_id)) {
        GovRunOptions again = *options;
        again.retry_of = last->run_id;
        Run run;
        if (!run_open(&run, &attempt.plan, &again, "retry")) {
            code = run_give_up(&run, ret_summary);
        } else {
            run.broken = !run_unit_tests(&run) || run.broken;
            run.broken = !run_walk(&run) || run.broken;
            remove_stand_ins(&run, &attempt);
            code = run_finish(&run, run_publish(&run), ret_summary);
        }
    }
    attempt_close(&attempt);
    return code;
}

static GovExit look_and_try(const GovPlan *plan, const GovRunOptions *options, const LedgerState *state, Log *log, GovRunSummary *ret_summary) {
    const LedgerRun *last = newest_run(state);
    if (!last) {
        log_message(log, LOG_ERROR, "there is no run to try again: `run` makes the first one");
        return GOV_EXIT_MISUSE;
    }
    if (strcmp(last->status, "succeeded") == 0) {
        log_message(log, LOG_NOTE, "run %lld succeeded: there is nothing to try again", (long long)last->run_id);
        return GOV_EXIT_FINE;
    }
    if (strcmp(last->status, "failed") != 0 && strcmp(last->status, "interrupted") != 0) {
        log_message(log, LOG_ERROR, "run %lld did not come to an end: `run` does what is left", (long long)last->run_id);
        return GOV_EXIT_FAILED;
    }
    if (!means_the_same(plan, state, last, log)) return GOV_EXIT_FAILED;
    return try_again(plan, options, state, last, ret_summary);
}

GovExit gov_retry(const GovPlan *plan, const GovRunOptions *options, GovRunSummary *ret_summary) {
    LedgerState *state;
    char *error = NULL;
    Log *log = log_open(options);
    GovExit code = GOV_EXIT_FAILED;
    if (!log) return code;
    if (ledger_read(plan, options->folder, RUNS_LOOKED_AT, &state, &error)) {
        code = look_and_try(plan, options, state, log, ret_summary);
        ledger_state_free(state);
    } else {
        log_message(log, LOG_ERROR, "%s", error ? error : "out of memory");
    }
    free(error);
    log_close(log);
    return code;
}
