#include "runtime/run/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool out_of_memory(EngineError *ret_error) {
    *ret_error = (EngineError){ENGINE_FAULT_MEMORY, "out of memory"};
    return false;
}

static size_t step_of(const GovPlan *plan, const char *relation) {
    size_t i = 0;
    while (i < plan->step_count && (!plan->steps[i].publish.count || strcmp(plan->steps[i].name, relation))) i++;
    return i;
}

static const GovHistory *history_of(const GovPlan *plan, const char *relation) {
    for (size_t i = 0; i < plan->history_count; i++)
        if (!strcmp(plan->histories[i].relation, relation)) return &plan->histories[i];
    return NULL;
}

/* ------------------------------------------------------------------- columns */

static bool execute_all(EngineConnection *connection, const GovTexts *texts, EngineError *ret_error) {
    for (size_t i = 0; i < texts->count; i++)
        if (!engine_execute(connection, texts->items[i], NULL, ret_error)) return false;
    return true;
}

/* The first cell as text, which the caller frees; null: no row. */
static bool ask_text(EngineConnection *connection, const char *sql, const EngineParameter *parameters, size_t count, char **ret_text,
                     EngineError *ret_error) {
    EngineResult *rows;
    *ret_text = NULL;
    if (!engine_query(connection, sql, parameters, count, &rows, ret_error)) return false;
    ret_error->fault = ENGINE_FAULT_NONE;
    if (engine_next(rows, ret_error) && !engine_cell(rows, 0).is_null) {
        *ret_text = strdup(engine_cell(rows, 0).text);
        if (!*ret_text) out_of_memory(ret_error);
    }
    engine_result_close(rows);
    return ret_error->fault == ENGINE_FAULT_NONE;
}

static bool refuse_type(const GovHistory *history, const GovHistoryColumn *column, const char *before, EngineError *ret_error) {
    ret_error->fault = ENGINE_FAULT_OTHER;
    snprintf(ret_error->text, sizeof ret_error->text,
             "the history of `%s` has `%s` as `%s`, and its old versions cannot become `%s` without loss: give the column another name, "
             "the history then keeps both",
             history->relation, column->name, before, column->type);
    return false;
}

static bool note_column(const Ledger *ledger, const GovHistory *history, const GovHistoryColumn *column, EngineError *ret_error) {
    const EngineParameter row[] = {engine_text(history->relation), engine_text(column->name), engine_text(column->type)};
    return ledger_write(ledger->chain, ledger->connection, "history_columns", LEDGER_ADDED, "insert into gov.history_columns values ($1, $2, $3)",
                        row, 3, "relation = $1 and column_name = $2", 2, ret_error);
}

static bool retype_column(const Ledger *ledger, const GovHistory *history, const GovHistoryColumn *column, EngineError *ret_error) {
    const EngineParameter row[] = {engine_text(history->relation), engine_text(column->name), engine_text(column->type)};
    return engine_execute(ledger->connection, column->retype, NULL, ret_error) &&
           ledger_write(ledger->chain, ledger->connection, "history_columns", LEDGER_CHANGED,
                        "update gov.history_columns set type = $3 where relation = $1 and column_name = $2", row, 3,
                        "relation = $1 and column_name = $2", 2, ret_error);
}

/* `is_new`: the table was made with all columns just now. */
static bool prepare_column(const Ledger *ledger, const GovHistory *history, const GovHistoryColumn *column, bool is_new,
                           EngineError *ret_error) {
    const EngineParameter names[] = {engine_text(history->relation), engine_text(column->name)};
    char *before;
    if (!ask_text(ledger->connection, "select type from gov.history_columns where relation = $1 and column_name = $2", names, 2, &before, ret_error))
        return false;
    bool ok;
    if (!before)
        ok = (is_new || engine_execute(ledger->connection, column->add, NULL, ret_error)) && note_column(ledger, history, column, ret_error);
    else if (!strcmp(before, column->type))
        ok = true;
    else
        ok = history_widens(before, column->type) ? retype_column(ledger, history, column, ret_error)
                                                  : refuse_type(history, column, before, ret_error);
    free(before);
    return ok;
}

static bool prepare_table(const Ledger *ledger, const GovHistory *history, EngineError *ret_error) {
    const EngineParameter name = engine_text(history->relation);
    char *known;
    if (!execute_all(ledger->connection, &history->make, ret_error) ||
        !ask_text(ledger->connection, "select column_name from gov.history_columns where relation = $1 limit 1", &name, 1, &known, ret_error))
        return false;
    bool ok = true, is_new = known == NULL;
    free(known);
    for (size_t i = 0; ok && i < history->column_count; i++) ok = prepare_column(ledger, history, &history->columns[i], is_new, ret_error);
    return ok;
}

bool history_prepare(const Ledger *ledger, const GovPlan *plan, EngineError *ret_error) {
    LedgerChange change;
    if (!plan->history_count) return true;
    bool ok = ledger_enter(ledger->connection, &change, ret_error);
    for (size_t i = 0; ok && i < plan->history_count; i++)
        if (step_of(plan, plan->histories[i].relation) < plan->step_count) ok = prepare_table(ledger, &plan->histories[i], ret_error);
    return ledger_leave(ledger->chain, &change, ok, ret_error);
}

/* --------------------------------------------------------------- publications */

/* What the files of this part write to the ledger within the publishing transaction. */
typedef struct {
    EngineConnection *connection;
    const HistoryPublication *of;
    int64_t number;               /* of the publication */
    EngineError *error;
} Act;

static bool write_ledger(Act *act, const char *table, LedgerAct what, const char *sql, const EngineParameter *row, size_t count, const char *where,
                         size_t where_count) {
    return ledger_write(act->of->ledger->chain, act->connection, table, what, sql, row, count, where, where_count, act->error);
}

/* Times of publications never fall, though the clock may be set back: a later one has the greater number and the later time. */
static bool number_publication(Act *act) {
    if (!engine_query_integer(act->connection, "select coalesce(max(publication), 0) + 1 from gov.publications", &act->number, act->error))
        return false;
    char sql[512];
    const char *now = engine_is_server(act->connection) ? "clock_timestamp()" : "now()";
    snprintf(sql, sizeof sql,
             "insert into gov.publications select cast($1 as bigint), cast($2 as bigint), "
             "greatest(%s, coalesce(max(committed_at) + interval '1 microsecond', %s)) from gov.publications", now, now);
    const EngineParameter row[] = {engine_integer(act->number), engine_integer(act->of->ledger->run_id)};
    return write_ledger(act, "publications", LEDGER_ADDED, sql, row, 2, "publication = $1", 1);
}

/* ------------------------------------------------------------------- versions */

/* The table of the versions that are watched now, which the caller frees; null: the relation keeps none. */
static bool find_period(Act *act, const char *relation, char **ret_table) {
    const EngineParameter name = engine_text(relation);
    return ask_text(act->connection, "select table_name from gov.histories where relation = $1 and to_publication is null", &name, 1, ret_table,
                    act->error);
}

/* From this publication on its versions are complete, unless they were before. */
static bool begin_period(Act *act, const GovHistory *history) {
    const EngineParameter row[] = {engine_text(history->relation), engine_integer(act->number), engine_text(history->table)};
    char *table;
    if (!find_period(act, history->relation, &table)) return false;
    bool is_watched = table != NULL;
    free(table);
    return is_watched || write_ledger(act, "histories", LEDGER_ADDED,
                                      "insert into gov.histories (relation, from_publication, table_name) values ($1, $2, $3)", row, 3,
                                      "relation = $1 and from_publication = $2", 2);
}

static bool write_versions(Act *act, const GovHistory *history) {
    const EngineParameter parameter = engine_integer(act->number);
    for (size_t i = 0; i < history->write.count; i++) {
        EngineError error;
        if (engine_execute_with(act->connection, history->write.items[i], &parameter, 1, NULL, &error)) continue;
        act->error->fault = error.fault;
        snprintf(act->error->text, sizeof act->error->text, "history of `%s`: %.900s", history->relation, error.text);
        return false;
    }
    return begin_period(act, history);
}

static bool close_versions(Act *act, const char *table) {
    const EngineParameter number = engine_integer(act->number);
    char *sql;
    if (asprintf(&sql, "update %s set gov_to = $1 where gov_to is null", table) < 0) return out_of_memory(act->error);
    bool ok = engine_execute_with(act->connection, sql, &number, 1, NULL, act->error);
    free(sql);
    return ok;
}

/* The relation is published, and keeps no history any more: what was open ends, so that nobody takes it for today's. */
static bool end_period(Act *act, const char *relation) {
    const EngineParameter row[] = {engine_text(relation), engine_integer(act->number)};
    char *table;
    if (!find_period(act, relation, &table)) return false;
    bool ok = !table || (close_versions(act, table) &&
                         write_ledger(act, "histories", LEDGER_CHANGED,
                                      "update gov.histories set to_publication = $2 where relation = $1 and to_publication is null", row, 2,
                                      "relation = $1 and to_publication = $2", 2));
    free(table);
    return ok;
}

/* ----------------------------------------------------------------- forgetting */

/* The period that the horizon lies in begins there; those that ended before it are gone. */
static bool move_periods(Act *act, const char *relation, int64_t horizon) {
    const EngineParameter row[] = {engine_text(relation), engine_integer(horizon)};
    char *table;
    if (!ledger_remove(act->of->ledger->chain, act->connection, "histories", "relation = $1 and to_publication <= $2", row, 2, act->error) ||
        !ask_text(act->connection, "select table_name from gov.histories where relation = $1 and from_publication < $2", row, 2, &table, act->error))
        return false;
    bool ok = !table || (write_ledger(act, "histories", LEDGER_ADDED,
                                      "insert into gov.histories select relation, table_name, cast($2 as bigint), to_publication from gov.histories "
                                      "where relation = $1 and from_publication < $2",
                                      row, 2, "relation = $1 and from_publication = $2", 2) &&
                         ledger_remove(act->of->ledger->chain, act->connection, "histories", "relation = $1 and from_publication < $2", row, 2,
                                       act->error));
    free(table);
    return ok;
}

/* Nobody asks for what was before the horizon any more: versions that had ended go, and the history begins there. */
static bool forget(Act *act, const GovHistory *history) {
    char *horizon, *table;
    if (!history->horizon) return true;
    if (!find_period(act, history->relation, &table)) return false;
    bool is_watched = table != NULL;
    free(table);
    if (!is_watched) return true; /* its table may not be there yet */
    if (!engine_query_text(act->connection, history->horizon, &horizon, act->error)) return false;
    if (!horizon) return true;
    const EngineParameter number = engine_integer(strtoll(horizon, NULL, 10));
    free(horizon);
    return engine_execute_with(act->connection, history->forget, &number, 1, NULL, act->error) &&
           move_periods(act, history->relation, number.integer);
}

static bool erase_rows(Act *act, const GovRetention *retention) {
    int64_t tables;
    return engine_query_integer(act->connection, retention->tables, &tables, act->error) &&
           (tables == 0 || execute_all(act->connection, &retention->erase, act->error));
}

/* Views that ask what was known when read versions with the rights of who owns them: a role that nobody can be. */
static bool let_owner_read(Act *act) {
    const GovPlan *plan = act->of->plan;
    char *sql = NULL;
    size_t size;
    if (!engine_is_server(act->connection) || !plan->access.owner || !plan->history_count) return true;
    FILE *stream = open_memstream(&sql, &size);
    if (!stream) return out_of_memory(act->error);
    static const char *const RIGHTS[] = {"usage on schema gov, gov_history", "select on gov.publications, gov.histories",
                                         "select on all tables in schema gov_history"};
    for (size_t i = 0; i < sizeof RIGHTS / sizeof *RIGHTS; i++) {
        fprintf(stream, "create schema if not exists gov_history; grant %s to ", RIGHTS[i]);
        engine_write_name(stream, plan->access.owner);
        fputs(";\n", stream);
    }
    bool ok = fclose(stream) == 0 ? engine_execute(act->connection, sql, NULL, act->error) : out_of_memory(act->error);
    free(sql);
    return ok;
}

/* -------------------------------------------------------------------- the act */

static bool is_any_published(const HistoryPublication *publication) {
    for (size_t i = 0; i < publication->plan->step_count; i++)
        if (publication->published[i]) return true;
    return false;
}

static bool write_all(Act *act) {
    const GovPlan *plan = act->of->plan;
    if (!is_any_published(act->of)) return true;
    if (!number_publication(act)) return false;
    for (size_t i = 0; i < plan->step_count; i++) {
        if (!act->of->published[i]) continue;
        const GovHistory *history = history_of(plan, plan->steps[i].name);
        if (!(history ? write_versions(act, history) : end_period(act, plan->steps[i].name))) return false;
    }
    return true;
}

bool history_publish(EngineConnection *connection, const HistoryPublication *publication, EngineError *ret_error) {
    const GovPlan *plan = publication->plan;
    Act act = {.connection = connection, .of = publication, .error = ret_error};
    LedgerChange change;
    bool ok = ledger_enter(connection, &change, ret_error);
    for (size_t i = 0; ok && i < plan->retention_count; i++) ok = erase_rows(&act, &plan->retentions[i]);
    ok = ok && write_all(&act) && let_owner_read(&act);
    for (size_t i = 0; ok && i < plan->history_count; i++) ok = forget(&act, &plan->histories[i]);
    return ledger_leave(publication->ledger->chain, &change, ok, ret_error);
}
