/* The one act by which readers see the run: all that passed, and the records that say so, in one transaction. */
#include "runtime/ledger/periods.h"
#include "runtime/run/access.h"
#include "runtime/run/history.h"
#include "runtime/run/internal.h"
#include "runtime/state/publish.h"

#include <stdlib.h>
#include <string.h>

static size_t count_publishable(const Run *run) {
    size_t count = 0;
    for (size_t i = 0; i < run->plan->step_count; i++) count += run_step_publishes(&run->outcomes[i]);
    return count;
}

/* Drops what has the published name now, as the kind that it is. */
static bool make_room(EngineConnection *connection, const GovStep *step, EngineError *ret_error) {
    char *kind = NULL;
    bool ok = true;
    if (!step->occupant) return true;
    if (!engine_query_text(connection, step->occupant, &kind, ret_error)) return false;
    if (kind)
        ok =
            engine_execute(connection, strcmp(kind, "VIEW") == 0 ? step->drop_view : step->drop_table, NULL, ret_error);
    free(kind);
    return ok;
}

static bool execute_all(EngineConnection *connection, const GovTexts *statements, EngineError *ret_error) {
    for (size_t i = 0; i < statements->count; i++)
        if (!engine_execute(connection, statements->items[i], NULL, ret_error)) return false;
    return true;
}

static bool put_in_place(EngineConnection *connection, const StepOutcome *outcome, EngineError *ret_error) {
    const GovStep *step = outcome->step;
    if (outcome->in_place)
        return (!outcome->alter || engine_execute(connection, outcome->alter, NULL, ret_error)) &&
               execute_all(connection, &step->increment->publish, ret_error) && execute_all(connection, &step->comments, ret_error);
    return make_room(connection, step, ret_error) && execute_all(connection, &step->publish, ret_error);
}

/* Versions of rows, privileges, and what the ledger knows of relations and privileges. */
static bool settle(Run *run, EngineConnection *connection, EngineError *ret_error) {
    bool *published = calloc(run->plan->step_count ? run->plan->step_count : 1, sizeof *published);
    if (!published) {
        *ret_error = (EngineError){ENGINE_FAULT_MEMORY, "out of memory"};
        return false;
    }
    for (size_t i = 0; i < run->plan->step_count; i++) published[i] = run->outcomes[i].published;
    const StatePublication publication = {.plan = run->plan, .ledger = &run->ledger, .published = published};
    const HistoryPublication versions = {.plan = run->plan, .ledger = &run->ledger, .published = published};
    bool ok = history_publish(connection, &versions, ret_error) && state_publish(connection, &publication, ret_error);
    free(published);
    return ok;
}

static const char *final_status(const Run *run) {
    if (atomic_load(&run->watch.interrupted)) return "interrupted";
    return run->summary.failed > 0 || run->summary.unit_tests_failed > 0 || run->broken ? "failed" : "succeeded";
}

static bool put_all_in_place(Run *run, EngineConnection *connection, EngineError *ret_error) {
    if (engine_is_server(connection))
        return access_clear(connection, run->plan, ret_error) &&
               run_put_in_place_at_server(run, connection, ret_error) &&
               access_apply(connection, run->plan, run->target.settings, ret_error);
    for (size_t i = 0; i < run->plan->step_count; i++)
        if (run_step_publishes(&run->outcomes[i]) && !put_in_place(connection, &run->outcomes[i], ret_error))
            return false;
    return true;
}

/* Everything of the transaction but its commit. A step's leavings are removed in it, too, so that after it nothing is
 * staged. */
static bool fill_transaction(Run *run, EngineConnection *connection, EngineError *ret_error) {
    if (!put_all_in_place(run, connection, ret_error)) return false;
    for (size_t i = 0; i < run->plan->step_count; i++) {
        if (!run_step_publishes(&run->outcomes[i])) continue;
        run->outcomes[i].published = true;
        if (!run_discard(connection, &run->plan->steps[i], ret_error) ||
            !ledger_write_step(&run->ledger, connection, &run->outcomes[i], ret_error))
            return false;
    }
    for (size_t i = 0; i < run->plan->step_count; i++)
        if (run->plan->steps[i].increment && run->plan->steps[i].increment->unit &&
            !ledger_write_periods(&run->ledger, connection, &run->outcomes[i], ret_error))
            return false;
    return settle(run, connection, ret_error) &&
           ledger_end(&run->ledger, connection, final_status(run), &run->summary, !run->left_over, NULL, ret_error);
}

/* The commit itself is not interrupted: it either happened or not, and it is short. */
static bool commit(Run *run, EngineConnection *connection, EngineError *ret_error) {
    watch_remove(&run->watch, connection);
    if (atomic_load(&run->watch.interrupted)) {
        *ret_error = (EngineError){ENGINE_FAULT_INTERRUPTED, "interrupted"};
        return false;
    }
    return engine_commit(connection, ret_error);
}

static bool publish_once(Run *run, EngineConnection *connection, EngineError *ret_error) {
    if (!watch_add(&run->watch, connection, NULL)) {
        *ret_error = (EngineError){ENGINE_FAULT_MEMORY, "out of memory"};
        return false;
    }
    bool ok = engine_begin(connection, ret_error) && fill_transaction(run, connection, ret_error) &&
              commit(run, connection, ret_error);
    watch_remove(&run->watch, connection);
    if (!ok) engine_rollback(connection);
    return ok;
}

/* At a server another session may hold what is to be replaced: a reader that has not ended its transaction. Nobody waits
 * behind us for longer than the engine waits for a lock; then those who stand in line read, and it is tried again. */
static bool publish_all(Run *run, EngineConnection *connection, EngineError *ret_error) {
    enum { ATTEMPTS = 6 };
    for (int attempt = 1;; attempt++) {
        if (publish_once(run, connection, ret_error)) return true;
        bool again = engine_is_server(connection) && ret_error->fault == ENGINE_FAULT_LOCKED && attempt < ATTEMPTS &&
                     !atomic_load(&run->watch.interrupted);
        if (!again) return false;
        char *holders = run_lock_holders(run, connection);
        log_message(run->log, LOG_NOTE, "publishing waits: %s%s%s", ret_error->text, holders ? ": " : "", holders ? holders : "");
        free(holders);
    }
}

/* After a publication that failed, or a run that was interrupted: nothing stays staged, and the ledger says how each
 * step ended. */
static void withdraw(Run *run, EngineConnection *connection, const char *why) {
    EngineError error;
    bool ok = true, interrupted = atomic_load(&run->watch.interrupted);
    for (size_t i = 0; ok && i < run->plan->step_count; i++) {
        StepOutcome *outcome = &run->outcomes[i];
        outcome->published = false;
        if (!run_step_publishes(outcome)) continue;
        outcome->outcome = interrupted ? OUTCOME_STOP : OUTCOME_FAIL;
        outcome->message = strdup(why);
        ok = run_discard(connection, outcome->step, &error) &&
             ledger_write_step(&run->ledger, connection, outcome, &error);
    }
    run_count(run);
    ok = ok && ledger_end(&run->ledger, connection, final_status(run), &run->summary, !run->left_over, why, &error);
    if (!ok)
        log_message(run->log, LOG_WARNING, "what was built aside could not be removed, the next run will do it: %s",
                    error.text);
}

const char *run_publish(Run *run) {
    EngineConnection *connection;
    EngineError error;
    run_withhold(run);
    size_t count = count_publishable(run);
    run_count(run);
    if (!run_connect(run, &connection, &error)) {
        run->broken = true;
        log_message(run->log, LOG_ERROR, "nothing was published: %s", error.text);
        return "Nothing was published: readers see what they saw before.";
    }
    bool interrupted = atomic_load(&run->watch.interrupted);
    bool ok = !interrupted && publish_all(run, connection, &error);
    if (!ok && !atomic_load(&run->watch.interrupted)) {
        run->broken = true;
        log_message(run->log, LOG_ERROR, "nothing was published: %s", error.text);
    }
    if (ok && !run_shares(run, connection)) run->broken = true;
    if (!ok) withdraw(run, connection, atomic_load(&run->watch.interrupted) ? "interrupted" : error.text);
    engine_disconnect(connection);
    if (!ok) return "Nothing was published: readers see what they saw before.";
    if (run->summary.failed + run->summary.skipped == 0) return NULL;
    return count > 0 ? "What passed was published; of the rest readers see what they saw before."
                     : "Nothing was published: readers see what they saw before.";
}
