/* The lease of the lock of runs: renewed by a connection of its own, so that a long statement does not hold it up. */
#include "runtime/run/internal.h"

#include <errno.h>

/* False: the run is to end. */
static bool wait_a_while(Lease *lease) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += LEDGER_RENEW_SECONDS;
    pthread_mutex_lock(&lease->lock);
    int waited = 0;
    while (!lease->ending && waited != ETIMEDOUT) waited = pthread_cond_timedwait(&lease->changed, &lease->lock, &until);
    bool ending = lease->ending;
    pthread_mutex_unlock(&lease->lock);
    return !ending;
}

/* Nothing of a run that lost its lock may be published: publishing asks for the lock itself (ledger_end). */
static void stop(Run *run, const char *why) {
    run->broken = true;
    atomic_store(&run->watch.stopping, true);
    log_message(run->log, LOG_ERROR, "%s: this run stops", why);
}

/* One attempt; a connection that fails is given up, for a new one tells whether it or the lock was lost. */
static bool renew_once(Run *run, EngineConnection **connection, bool *ret_lost, EngineError *ret_error) {
    bool fresh = !*connection;
    bool connected = *connection || engine_connect(run->target.database, connection, ret_error);
    bool ok = connected && ledger_lock_renew(*connection, &run->ledger.lock, ret_error);
    *ret_lost = !ok && connected && fresh && ret_error->fault == ENGINE_FAULT_LOST;
    if (ok || ret_error->fault == ENGINE_FAULT_LOCKED) return true; /* locked: by our own publication */
    engine_disconnect(*connection);
    *connection = NULL;
    return false;
}

static void *renew(void *argument) {
    Run *run = argument;
    EngineConnection *connection = NULL;
    EngineError error = {0};
    struct timespec renewed;
    bool again = false, lost = false;
    clock_gettime(CLOCK_MONOTONIC, &renewed);
    while (again || wait_a_while(&run->lease)) {
        bool ok = renew_once(run, &connection, &lost, &error);
        again = !ok && !again;
        if (ok) clock_gettime(CLOCK_MONOTONIC, &renewed);
        if (lost || (!ok && seconds_since(renewed) > LEDGER_LEASE_SECONDS)) {
            stop(run, error.text);
            break;
        }
    }
    engine_disconnect(connection);
    return NULL;
}

bool lease_open(Run *run) {
    if (!engine_is_server(run->ledger.connection)) return true;
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&run->lease.changed, &attributes);
    pthread_condattr_destroy(&attributes);
    pthread_mutex_init(&run->lease.lock, NULL);
    run->lease.started = pthread_create(&run->lease.thread, NULL, renew, run) == 0;
    return run->lease.started;
}

void lease_close(Run *run) {
    Lease *lease = &run->lease;
    if (!lease->started) return;
    pthread_mutex_lock(&lease->lock);
    lease->ending = true;
    pthread_cond_signal(&lease->changed);
    pthread_mutex_unlock(&lease->lock);
    pthread_join(lease->thread, NULL);
    pthread_cond_destroy(&lease->changed);
    pthread_mutex_destroy(&lease->lock);
    lease->started = false;
}
