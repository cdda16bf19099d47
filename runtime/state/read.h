/* Reading what a target has: see state.h. */
#ifndef GOV_STATE_READ_H
#define GOV_STATE_READ_H

#include "runtime/engine/engine.h"
#include "runtime/plan.h"
#include "runtime/state/state.h"

/* Where the state's texts and lists live: they are the caller's, who frees them all at once. `allocate` gives zeroed bytes,
 * or null when memory is out. */
typedef struct {
    void *(*allocate)(void *context, size_t size);
    void *context;
} StateMemory;

/* Opens the plan's target read-only (only `target` and `constants` of the plan are used; relative paths start at `folder`)
 * and reads its state in one transaction. A database that does not exist yet is no error: `exists` is false then. On failure
 * `*ret_error` is a text without secrets that the caller frees; null: out of memory. */
bool state_read(const GovPlan *plan, const char *folder, const StateScope *scope, const StateMemory *memory,
                TargetState *ret_state, char **ret_error);

/* The same by a connection that is open: within its transaction, if it is in one. */
bool state_read_by(EngineConnection *connection, const char *engine, const StateScope *scope, const StateMemory *memory,
                   TargetState *ret_state, EngineError *ret_error);

#endif
