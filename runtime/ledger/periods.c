#include "runtime/ledger/periods.h"

#include "runtime/ledger/rows.h"

#include <stdlib.h>
#include <string.h>

static bool out_of_memory(EngineError *ret_error) {
    *ret_error = (EngineError){ENGINE_FAULT_MEMORY, "out of memory"};
    return false;
}

static bool read_day(EngineResult *result, size_t column, int64_t open, int64_t *ret_day) {
    EngineCell cell = engine_cell(result, column);
    *ret_day = open;
    return cell.is_null || days_read(cell.text, ret_day);
}

/* Records in the order in which they were written. */
static bool read_record(EngineResult *result, DaySet *pending, EngineError *ret_error) {
    Days days;
    if (!read_day(result, 0, DAYS_BEGIN, &days.from) || !read_day(result, 1, DAYS_END, &days.to)) {
        *ret_error = (EngineError){ENGINE_FAULT_FORMAT, "a date of gov.periods cannot be read"};
        return false;
    }
    if (days.to != DAYS_END) days.to++; /* both ends are included there */
    bool done = !strcmp(engine_cell(result, 2).text, "done");
    return (done ? days_remove(pending, days) : days_add(pending, days)) || out_of_memory(ret_error);
}

static bool read_pending(EngineConnection *connection, const GovStep *step, DaySet *pending, EngineError *ret_error) {
    const EngineParameter value = engine_text(step->name);
    EngineResult *result;
    if (!engine_query(connection, "select from_date::varchar, to_date::varchar, status from gov.periods where step = $1 order by run_id, position",
                      &value, 1, &result, ret_error))
        return false;
    while (engine_next(result, ret_error) && read_record(result, pending, ret_error)) continue;
    engine_result_close(result);
    return ret_error->fault == ENGINE_FAULT_NONE;
}

static bool ask_number(EngineConnection *connection, const char *sql, const char *name, int64_t *ret_number, EngineError *ret_error) {
    const EngineParameter value = engine_text(name);
    EngineResult *result;
    *ret_number = 0;
    if (!engine_query(connection, sql, &value, 1, &result, ret_error)) return false;
    if (engine_next(result, ret_error) && !engine_cell(result, 0).is_null) *ret_number = engine_cell(result, 0).integer;
    engine_result_close(result);
    return ret_error->fault == ENGINE_FAULT_NONE;
}

bool ledger_read_outline(EngineConnection *connection, const char *name, char **ret_outline, EngineError *ret_error) {
    const EngineParameter value = engine_text(name);
    EngineResult *result;
    *ret_outline = NULL;
    if (!engine_query(connection, "select outline from gov.objects where step = $1", &value, 1, &result, ret_error)) return false;
    if (engine_next(result, ret_error) && !engine_cell(result, 0).is_null) *ret_outline = strdup(engine_cell(result, 0).text);
    engine_result_close(result);
    return ret_error->fault == ENGINE_FAULT_NONE;
}

bool ledger_last_run(EngineConnection *connection, const char *name, int64_t *ret_run_id, EngineError *ret_error) {
    return ask_number(connection, "select max(run_id) from gov.steps where step = $1 and published", name, ret_run_id, ret_error);
}

/* What was made again only for its own new meaning has the data of the run that its outline names. */
bool ledger_published_by(EngineConnection *connection, const char *name, int64_t *ret_run_id, EngineError *ret_error) {
    char *outline;
    if (!ledger_last_run(connection, name, ret_run_id, ret_error) ||
        !ledger_read_outline(connection, name, &outline, ret_error))
        return false;
    const char *since = outline ? strstr(outline, "\nsince ") : NULL;
    if (since) *ret_run_id = strtoll(since + strlen("\nsince "), NULL, 10);
    free(outline);
    return true;
}

static bool is_same(EngineConnection *connection, const GovStep *step, bool *ret_published, bool *ret_same, EngineError *ret_error) {
    const EngineParameter value = engine_text(step->name);
    EngineResult *result;
    *ret_same = *ret_published = false;
    if (!engine_query(connection,
                      "select fingerprint, materialization from gov.steps where step = $1 and published order by run_id desc limit 1", &value, 1, &result,
                      ret_error))
        return false;
    if (engine_next(result, ret_error)) {
        EngineCell fingerprint = engine_cell(result, 0), materialization = engine_cell(result, 1);
        *ret_published = !materialization.is_null && !strcmp(materialization.text, step->materialization);
        *ret_same = *ret_published && !fingerprint.is_null && !strcmp(fingerprint.text, step->fingerprint);
    }
    engine_result_close(result);
    return ret_error->fault == ENGINE_FAULT_NONE;
}

bool ledger_read_periods(EngineConnection *connection, const GovStep *step, LedgerPeriods *ret_known, EngineError *ret_error) {
    int64_t looked = 0;
    *ret_known = (LedgerPeriods){0};
    *ret_error = (EngineError){0};
    bool ok = is_same(connection, step, &ret_known->published, &ret_known->same, ret_error) &&
              ledger_last_run(connection, step->name, &ret_known->seen, ret_error) &&
              ask_number(connection, "select max(run_id) from gov.periods where step = $1", step->name, &looked, ret_error) &&
              read_pending(connection, step, &ret_known->pending, ret_error);
    if (looked > ret_known->seen) ret_known->seen = looked;
    return ok;
}

/* --------------------------------------------------------------------- writing */

static const char *status_of(const StepOutcome *outcome, const Batch *batch) {
    switch (batch->status) {
    case BATCH_DONE: return outcome->published ? "done" : "missing";
    case BATCH_FAILED: return "failed";
    case BATCH_MISSING: return "missing";
    }
    return NULL;
}

static void write_record(const Ledger *ledger, LedgerRows *rows, const StepOutcome *outcome, const Batch *batch, int64_t position) {
    char from[16], to[16];
    if (batch->days.from != DAYS_BEGIN) days_write(batch->days.from, from);
    if (batch->days.to != DAYS_END) days_write(batch->days.to - 1, to);
    ledger_put_integer(rows, ledger->run_id);
    ledger_put_integer(rows, position);
    ledger_put_text(rows, outcome->step->name);
    ledger_put_text(rows, outcome->step->fingerprint);
    ledger_put_text(rows, batch->days.from != DAYS_BEGIN ? from : NULL);
    ledger_put_text(rows, batch->days.to != DAYS_END ? to : NULL);
    ledger_put_text(rows, status_of(outcome, batch));
    ledger_put_text(rows, outcome->why);
    ledger_put_count(rows, batch->rows);
    ledger_put_seconds(rows, batch->seconds);
    ledger_put_text(rows, batch->message);
    ledger_put_now(rows);
    ledger_end_row(rows);
}

static bool write_records(const Ledger *ledger, EngineConnection *connection, const StepOutcome *outcome, EngineError *ret_error) {
    const Batch all = {.days = {DAYS_BEGIN, DAYS_END}, .rows = outcome->rows, .seconds = outcome->seconds};
    LedgerRows rows = ledger_rows_open(ledger->chain, connection, "periods", ret_error);
    if (!outcome->in_parts) write_record(ledger, &rows, outcome, &all, 0);
    for (size_t i = 0; outcome->in_parts && i < outcome->batch_count; i++) write_record(ledger, &rows, outcome, &outcome->batches[i], (int64_t)i);
    return ledger_rows_close(&rows);
}

bool ledger_write_periods(const Ledger *ledger, EngineConnection *connection, const StepOutcome *outcome, EngineError *ret_error) {
    LedgerChange change;
    if (!outcome->in_parts && !outcome->published) return true;
    if (!ledger_enter(connection, &change, ret_error)) return false;
    return ledger_leave(ledger->chain, &change, write_records(ledger, connection, outcome, ret_error), ret_error);
}
