/* Runs the steps, several at a time where the plan allows. Each worker has its own connection. */
#include "runtime/run/internal.h"

#include <stdlib.h>

/* Whether what depends on the step may run. */
static bool take_one(Run *run, EngineConnection *connection, size_t step, size_t cause) {
    if (run->plan->steps[step].kind == GOV_STEP_NOT_RUN)
        run_skip_step(run, step, OUTCOME_NOT_RUN, "%s",
                      run->plan->steps[step].reason ? run->plan->steps[step].reason : "");
    else if (cause != SCHEDULE_NONE)
        run_skip_step(run, step, OUTCOME_SKIP, "`%s` %s", run->plan->steps[cause].name,
                      run->plan->steps[cause].kind == GOV_STEP_NOT_RUN ? "is not run yet" : "failed");
    else
        run_step(run, connection, step);
    bool ok = run_step_passed(&run->outcomes[step]);
    if (!ok && run->options.fail_fast && run->outcomes[step].outcome == OUTCOME_FAIL)
        atomic_store(&run->watch.stopping, true);
    return ok;
}

static void work(Run *run, EngineConnection *connection) {
    pthread_mutex_lock(&run->lock);
    while (!schedule_is_done(&run->schedule) && !atomic_load(&run->watch.stopping)) {
        size_t step, cause;
        if (!schedule_take(&run->schedule, &step, &cause)) {
            pthread_cond_wait(&run->changed, &run->lock);
            continue;
        }
        pthread_mutex_unlock(&run->lock);
        bool ok = take_one(run, connection, step, cause);
        pthread_mutex_lock(&run->lock);
        schedule_end(&run->schedule, step, ok);
        pthread_cond_broadcast(&run->changed);
    }
    pthread_mutex_unlock(&run->lock);
}

static void *worker(void *argument) {
    Run *run = argument;
    EngineConnection *connection;
    EngineError error;
    if (run_connect(run, &connection, &error))
        work(run, connection);
    else
        log_message(run->log, LOG_WARNING, "one connection less: %s", error.text);
    engine_disconnect(connection);
    return NULL;
}

/* Steps that never started, because the run was stopped. False: out of memory. */
static bool skip_rest(Run *run) {
    size_t count = 0, *indices = calloc(run->schedule.count ? run->schedule.count : 1, sizeof *indices);
    for (size_t i = 0; indices && i < run->schedule.count; i++)
        if (!run->schedule.nodes[i].taken) indices[count++] = i;
    if (indices)
        run_skip_steps(run, indices, count,
                       atomic_load(&run->watch.interrupted) ? "interrupted" : "an earlier step failed");
    free(indices);
    return indices != NULL;
}

bool run_walk(Run *run) {
    /* The calling thread is one of the workers: a run always has at least one. */
    size_t extra = (size_t)run->threads - 1, started = 0;
    pthread_t *threads = calloc(extra ? extra : 1, sizeof *threads);
    EngineConnection *connection;
    EngineError error;
    run->snapshots = ingest_snapshots_open();
    if (!threads || !run->snapshots || !run_connect(run, &connection, &error)) {
        log_message(run->log, LOG_ERROR, "%s", threads && run->snapshots ? error.text : "out of memory");
        ingest_snapshots_close(run->snapshots);
        free(threads);
        return false;
    }
    while (started < extra && pthread_create(&threads[started], NULL, worker, run) == 0) started++;
    work(run, connection);
    for (size_t i = 0; i < started; i++) pthread_join(threads[i], NULL);
    free(threads);
    ingest_snapshots_close(run->snapshots);
    engine_disconnect(connection);
    return skip_rest(run);
}
