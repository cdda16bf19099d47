/* Waiting for another run to end, without taking its lock. */
#include "runtime/ledger/internal.h"
#include "runtime/ledger/ledger.h"
#include "runtime/ledger/lock.h"

#include <stdlib.h>
#include <time.h>

/* Is somebody at work? `*ret_holder`, which the caller frees, says who. */
static bool is_busy(const GovPlan *plan, const char *folder, char **ret_holder) {
    Target target;
    EngineFault fault;
    EngineError error;
    EngineConnection *connection = NULL;
    char holder[LEDGER_HOLDER_SIZE] = "";
    bool held = false;
    if (!ledger_open_target(plan, folder, &target, &fault, ret_holder)) return fault == ENGINE_FAULT_LOCKED;
    if (!engine_connect(target.database, &connection, &error) || !ledger_lock_is_held(connection, &held, holder, &error)) held = false;
    engine_disconnect(connection);
    target_close(&target);
    if (held && asprintf(ret_holder, "another run is at work in this database: %s", *holder ? holder : "it has not said which") < 0) *ret_holder = NULL;
    return held;
}

bool ledger_wait(const GovPlan *plan, const char *folder, double seconds, void (*tell)(const char *holder)) {
    const struct timespec pause = {.tv_nsec = 300000000};
    struct timespec start, now;
    clock_gettime(CLOCK_MONOTONIC, &start);
    now = start;
    for (bool told = false; (double)(now.tv_sec - start.tv_sec) + (double)(now.tv_nsec - start.tv_nsec) / 1e9 < seconds; told = true) {
        char *holder = NULL;
        bool busy = is_busy(plan, folder, &holder);
        if (busy && !told) tell(holder ? holder : "another run is at work");
        free(holder);
        if (!busy) return true;
        nanosleep(&pause, NULL);
        clock_gettime(CLOCK_MONOTONIC, &now);
    }
    return false;
}
