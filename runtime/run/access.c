#include "runtime/run/access.h"

#include "runtime/run/pads.h"

#include <stdio.h>
#include <stdlib.h>

/* A statement made by `write`, run. */
typedef struct {
    char *text;
    size_t length;
    FILE *stream;
} Statement;

static bool open_statement(Statement *statement, EngineError *ret_error) {
    *statement = (Statement){0};
    statement->stream = open_memstream(&statement->text, &statement->length);
    if (statement->stream) return true;
    *ret_error = (EngineError){ENGINE_FAULT_MEMORY, "out of memory"};
    return false;
}

/* Ends the text; the caller frees it. Null: out of memory. */
static char *close_statement(Statement *statement, EngineError *ret_error) {
    if (fclose(statement->stream) == 0) return statement->text;
    free(statement->text);
    *ret_error = (EngineError){ENGINE_FAULT_MEMORY, "out of memory"};
    return NULL;
}

/* ------------------------------------------------------------------- clear */

static void write_roles_schemas(FILE *stream, const GovAccess *access) {
    const char *between = "";
    for (size_t i = 0; i < access->role_count; i++) {
        if (!access->roles[i].schema) continue;
        fputs(between, stream);
        engine_write_literal(stream, access->roles[i].schema);
        between = ", ";
    }
    if (!*between) fputs("null", stream);
}

/* Views first: one that ends on a day reads a masked table. Those of roles that are granted nothing any more are known to the
 * ledger, by a step `marts.orders for partner`. */
bool access_clear(EngineConnection *connection, const GovPlan *plan, EngineError *ret_error) {
    const GovAccess *access = &plan->access;
    Statement statement;
    if (!access->owner) return true;
    if (!open_statement(&statement, ret_error)) return false;
    fputs("do $gov$ declare made record; begin\n  for made in\n"
          "    select n.nspname, c.relname, case c.relkind when 'v' then 'view' else 'table' end as kind\n"
          "    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_roles o on o.oid = c.relowner\n"
          "    where c.relkind in ('v', 'r') and (exists (select from gov.objects m where m.schema_name = n.nspname and m.name = c.relname\n"
          "      and m.step like '% for %') or n.nspname in (", statement.stream);
    write_roles_schemas(statement.stream, access);
    fputs(")) and o.rolname = ", statement.stream);
    engine_write_literal(statement.stream, access->owner);
    fputs("\n    order by c.relkind desc, c.oid desc\n  loop\n"
          "    execute format('drop %s %I.%I', made.kind, made.nspname, made.relname);\n  end loop;\nend $gov$", statement.stream);
    char *text = close_statement(&statement, ret_error);
    bool ok = text && engine_execute(connection, text, NULL, ret_error);
    free(text);
    return ok;
}

/* ------------------------------------------------------------------- apply */

static bool execute_all(EngineConnection *connection, const GovTexts *texts, EngineError *ret_error) {
    for (size_t i = 0; i < texts->count; i++)
        if (!engine_execute(connection, texts->items[i], NULL, ret_error)) return false;
    return true;
}

static bool is_there(EngineConnection *connection, const char *quoted, bool *ret_there, EngineError *ret_error) {
    EngineParameter name = engine_text(quoted);
    EngineResult *result;
    if (!engine_query(connection, "select 1 where to_regclass($1::text) is not null", &name, 1, &result, ret_error)) return false;
    ret_error->fault = ENGINE_FAULT_NONE;
    *ret_there = engine_next(result, ret_error);
    engine_result_close(result);
    return ret_error->fault == ENGINE_FAULT_NONE;
}

static bool all_are_there(EngineConnection *connection, const GovTexts *names, bool *ret_there, EngineError *ret_error) {
    *ret_there = true;
    for (size_t i = 0; *ret_there && i < names->count; i++)
        if (!is_there(connection, names->items[i], ret_there, ret_error)) return false;
    return true;
}

/* `alter table` takes views, too. */
static bool give_to_owner(EngineConnection *connection, const GovPlan *plan, const char *relation, EngineError *ret_error) {
    Statement statement;
    bool there;
    if (!is_there(connection, relation, &there, ret_error)) return false;
    if (!there) return true;
    if (!open_statement(&statement, ret_error)) return false;
    fprintf(statement.stream, "alter table %s owner to ", relation);
    engine_write_name(statement.stream, plan->access.owner);
    char *text = close_statement(&statement, ret_error);
    bool ok = text && engine_execute(connection, text, NULL, ret_error);
    free(text);
    return ok;
}

static bool fill_table(EngineConnection *connection, const GovRoleView *view, const Settings *settings, EngineError *ret_error) {
    EngineParameter *parameters;
    if (!pads_keep_out_of_log(connection, view->published, ret_error) ||
        !pads_open(settings, view->pads, view->pad_count, &parameters, ret_error))
        return false;
    bool ok = engine_execute_with(connection, view->fill, parameters, view->pad_count, NULL, ret_error);
    pads_close(parameters, view->pad_count);
    return ok;
}

static bool make_view(EngineConnection *connection, const GovRoleView *view, const Settings *settings, EngineError *ret_error) {
    bool there;
    if (!all_are_there(connection, &view->reads, &there, ret_error)) return false;
    if (!there) return true; /* not built yet: it failed, or was not selected */
    if (!engine_execute(connection, view->drop, NULL, ret_error) || !execute_all(connection, &view->make, ret_error)) return false;
    return !view->fill || fill_table(connection, view, settings, ret_error);
}

bool access_apply(EngineConnection *connection, const GovPlan *plan, const Settings *settings, EngineError *ret_error) {
    const GovAccess *access = &plan->access;
    if (!access->owner) return true;
    if (!execute_all(connection, &access->prepare, ret_error)) return false;
    for (size_t i = 0; i < plan->step_count; i++)
        if (plan->steps[i].published && !give_to_owner(connection, plan, plan->steps[i].published, ret_error)) return false;
    for (size_t i = 0; i < access->view_count; i++)
        if (!make_view(connection, &access->views[i], settings, ret_error)) return false;
    return true;
}
