/* Queries of one row of numbers at a target. */
#include "runtime/engine/engine.h"
#include "runtime/run/run.h"
#include "runtime/run/target.h"

#include <math.h>

static bool fill(EngineConnection *connection, GovNumbers *numbers) {
    EngineError error;
    EngineResult *result = NULL;
    bool ok = engine_query(connection, numbers->sql, NULL, 0, &result, &error) && engine_next(result, &error) &&
              engine_column_count(result) == numbers->count;
    for (size_t i = 0; ok && i < numbers->count; i++) {
        EngineCell cell = engine_cell(result, i);
        numbers->cells[i] = cell.is_null ? NAN : cell.real;
    }
    engine_result_close(result);
    return ok;
}

bool gov_ask_numbers(const GovPlan *plan, const char *folder, GovNumbers *numbers, size_t count, char **ret_error) {
    GovPlan only_target = *plan;
    only_target.step_count = 0;
    only_target.access = (GovAccess){0};
    Target target;
    EngineFault fault;
    EngineError error;
    EngineConnection *connection;
    *ret_error = NULL;
    if (!target_open(&only_target, folder, TARGET_READ, &target, &fault, ret_error)) return false;
    bool ok = engine_connect(target.database, &connection, &error);
    if (!ok) *ret_error = settings_redact(target.settings, error.text);
    for (size_t i = 0; ok && i < count; i++) numbers[i].answered = fill(connection, &numbers[i]);
    if (ok) engine_disconnect(connection);
    target_close(&target);
    return ok;
}
