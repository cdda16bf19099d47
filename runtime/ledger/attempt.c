/* A further attempt of a run: the records of what did not end well make room for those of the new attempt. */
#include "runtime/ledger/write.h"

#include <stdio.h>
#include <unistd.h>

#define UNFINISHED "status in ('failed', 'skipped', 'interrupted')"

static bool keep_attempt(Ledger *ledger, const EngineParameter *values, EngineError *ret_error) {
    return ledger_write(ledger->chain, ledger->connection, "attempts", LEDGER_ADDED,
                        "insert into gov.attempts select run_id, $2, step, status, started_at, finished_at, seconds, message, now() "
                        "from gov.steps where run_id = $1 and " UNFINISHED,
                        values, 2, "run_id = $1 and attempt = $2", 2, ret_error);
}

/* Of the steps that the attempt has kept. */
static bool forget(Ledger *ledger, const char *table, const EngineParameter *values, EngineError *ret_error) {
    char where[256];
    snprintf(where, sizeof where, "run_id = $1 and step in (select step from gov.attempts where run_id = $1 and attempt = $2)%s",
             table[0] == 't' ? " or run_id = $1 and step is null" : "");
    return ledger_remove(ledger->chain, ledger->connection, table, where, values, 2, ret_error);
}

static bool begin_again(Ledger *ledger, EngineError *ret_error) {
    const EngineParameter values[] = {engine_integer(ledger->run_id), engine_integer(getpid())};
    return ledger_write(ledger->chain, ledger->connection, "runs", LEDGER_CHANGED,
                        "update gov.runs set status = 'running', finished_at = null, message = null, process_id = $2 where run_id = $1", values, 2,
                        "run_id = $1", 1, ret_error);
}

bool ledger_try_again(Ledger *ledger, const GovPlan *plan, int64_t run_id, EngineError *ret_error) {
    static const char *const TABLES[] = {"tests", "loads", "periods", "steps"};
    LedgerChange change;
    int64_t attempt = 0;
    char sql[128];
    snprintf(sql, sizeof sql, "select coalesce(max(attempt), 0) + 1 from gov.attempts where run_id = %lld", (long long)run_id);
    if (!engine_query_integer(ledger->connection, sql, &attempt, ret_error) || !ledger_enter(ledger->connection, &change, ret_error)) return false;
    const EngineParameter values[] = {engine_integer(run_id), engine_integer(attempt)};
    ledger->run_id = run_id;
    bool ok = keep_attempt(ledger, values, ret_error);
    for (size_t i = 0; ok && i < sizeof TABLES / sizeof *TABLES; i++) ok = forget(ledger, TABLES[i], values, ret_error);
    ok = ok && begin_again(ledger, ret_error) && ledger_write_leftovers(ledger, plan, ret_error) &&
         ledger_lock_number(ledger->connection, &ledger->lock, run_id, ret_error);
    ok = ledger_leave(ledger->chain, &change, ok, ret_error);
    if (!ok) ledger->run_id = 0;
    return ok;
}
