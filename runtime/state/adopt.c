#include "runtime/state/adopt.h"

#include "runtime/ledger/write.h"
#include "runtime/run/target.h"

static bool write_granted(const Ledger *ledger, const StateGranted *granted, EngineError *ret_error) {
    const StatePrivilege *what = &granted->privilege;
    const EngineParameter row[] = {engine_text(what->kind), engine_text(what->schema),    engine_text(what->name),   engine_text(what->column),
                                   engine_text(what->role), engine_text(what->privilege), engine_text(granted->undo)};
    return ledger_write(ledger->chain, ledger->connection, "grants", LEDGER_ADDED,
                        "insert into gov.grants (run_id, kind, schema_name, name, column_name, role_name, privilege, undo, "
                        "adopted, granted_at) values (null, $1, $2, $3, $4, $5, $6, $7, true, now())",
                        row, sizeof row / sizeof *row,
                        "run_id is null and kind = $1 and schema_name = $2 and name = $3 and column_name = $4 and role_name = $5 and privilege = $6", 6,
                        ret_error);
}

static bool write_accepted(const Ledger *ledger, const StateAccepted *accepted, EngineError *ret_error) {
    const EngineParameter row[] = {engine_text(accepted->key)};
    return ledger_write(ledger->chain, ledger->connection, "accepted", LEDGER_ADDED,
                        "insert into gov.accepted (key, accepted_at) values ($1, now())", row, 1, "key = $1", 1, ret_error);
}

static bool write_all(const Ledger *ledger, const StateAdoption *adoption, EngineError *ret_error) {
    LedgerChange change;
    if (!ledger_enter(ledger->connection, &change, ret_error)) return false;
    bool ok = true;
    for (size_t i = 0; ok && i < adoption->granted_count; i++) ok = write_granted(ledger, &adoption->granted[i], ret_error);
    for (size_t i = 0; ok && i < adoption->accepted_count; i++) ok = write_accepted(ledger, &adoption->accepted[i], ret_error);
    return ledger_leave(ledger->chain, &change, ok, ret_error);
}

bool state_adopt(const GovPlan *plan, const char *folder, const StateAdoption *adoption, char **ret_error) {
    GovPlan only_target = *plan;
    only_target.constants.count = 0;
    only_target.step_count = 0;
    Target target;
    EngineFault fault;
    EngineError error = {0};
    Ledger ledger;
    *ret_error = NULL;
    if (!target_open(&only_target, folder, TARGET_WRITE, &target, &fault, ret_error)) return false;
    bool ok = ledger_open(target.database, "plan --adopt", &ledger, &error);
    if (ok) {
        ok = write_all(&ledger, adoption, &error);
        ledger_close(&ledger);
    }
    if (!ok) *ret_error = settings_redact(target.settings, error.text);
    target_close(&target);
    return ok;
}
