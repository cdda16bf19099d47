/* Putting in place at a PostgreSQL server, within the publishing transaction.
 *
 * Views hold on to the tables that they read, not to their names. So before a table is replaced, every view above it that
 * gov made is dropped, and made again after it: by its step, where the run built it, else as the server has it, with its
 * owner, grants and comments. A view that somebody else made is never dropped: what it reads stays the same table, and gets
 * the new rows by DELETE and INSERT. */
#include "runtime/run/internal.h"

#include <stdlib.h>
#include <string.h>

/* A relation that is to be replaced, or a view that reads one, directly or through others. */
typedef struct {
    char *name;       /* quoted, with its schema */
    bool is_view;     /* else a table; others are refused */
    bool is_replaced; /* a step publishes something of this name */
    bool is_foreign;  /* a view that gov did not make */
    char *readers;    /* the foreign views that read it, listed: it is pinned; null: none */
    bool stays;       /* a table of which only rows and columns change */
    char *again;      /* statements that make the view as it is; null: a table */
    bool done;
} Standing;

typedef struct {
    Run *run;
    EngineConnection *connection;
    Standing *standing; /* what reads another stands behind it */
    size_t count;
} Publication;

static bool out_of_memory(EngineError *ret_error) {
    *ret_error = (EngineError){ENGINE_FAULT_MEMORY, "out of memory"};
    return false;
}

/* A table that stays, and gets other rows, is in nobody's way; if its columns change, views on it are made again. */
static bool is_publishable(const StepOutcome *outcome) {
    return run_step_publishes(outcome) && (!outcome->in_place || outcome->alter);
}

/* -------------------------------------------------------------------------------------------------- what stands there */

/* $1: names of what is to be replaced. What gov made is in gov.objects. */
static const char standing_query[] =
    "with recursive replaced as (\n"
    "  select distinct to_regclass(name)::oid as oid from unnest($1::text[]) as n (name) where to_regclass(name) is not null\n"
    "), reads as (\n"
    "  select distinct r.ev_class as viewer, d.refobjid as seen from pg_rewrite r\n"
    "  join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid\n"
    "  where d.refclassid = 'pg_class'::regclass and d.refobjid <> r.ev_class\n"
    "), above (oid, depth) as (\n"
    "  select oid, 0 from replaced union select viewer, depth + 1 from above join reads on seen = above.oid\n"
    "), standing as (\n"
    "  select a.oid, max(depth) as depth, n.nspname, c.relname, c.relkind, c.relowner, c.relacl, c.reloptions,\n"
    "    format('%I.%I', n.nspname, c.relname) as name, a.oid in (select oid from replaced) as is_replaced,\n"
    "    exists (select from gov.objects o where o.schema_name = n.nspname and o.name = c.relname) as is_ours\n"
    "  from above a join pg_class c on c.oid = a.oid join pg_namespace n on n.oid = c.relnamespace\n"
    "  group by a.oid, n.nspname, c.relname, c.relkind, c.relowner, c.relacl, c.reloptions\n"
    "), pinned (oid, reader) as (\n"
    "  select seen, s.name from standing s join reads on viewer = s.oid where not s.is_replaced and not s.is_ours\n"
    "  union select seen, p.reader from pinned p join reads on viewer = p.oid\n"
    ")\n"
    "select name, relkind::text, is_replaced, is_ours,\n"
    "  (select string_agg(format('`%s`', reader), ', ' order by reader collate \"C\") from pinned p where p.oid = s.oid),\n"
    "  case when relkind = 'v' then concat_ws(E';\\n',\n"
    "    format('create view %s%s as %s', name, ' with (' || array_to_string(reloptions, ', ') || ')',\n"
    "      rtrim(pg_get_viewdef(oid), ';')),\n"
    "    case when pg_get_userbyid(relowner) <> current_user then\n"
    "      format('alter view %s owner to %I', name, pg_get_userbyid(relowner)) end,\n"
    "    (select string_agg(format('comment on %s is %L', case when d.objsubid = 0 then 'view ' || s.name\n"
    "        else format('column %s.%I', s.name, (select attname from pg_attribute where attrelid = s.oid and attnum = d.objsubid)) end,\n"
    "        d.description), E';\\n') from pg_description d where d.classoid = 'pg_class'::regclass and d.objoid = s.oid),\n"
    "    (select string_agg(format('grant %s on %s to %s%s', g.privilege_type, s.name,\n"
    "        case when g.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(g.grantee)) end,\n"
    "        case when g.is_grantable then ' with grant option' else '' end), E';\\n')\n"
    "      from aclexplode(s.relacl) g where g.grantee <> s.relowner),\n"
    "    (select string_agg(format('grant %s (%I) on %s to %s', g.privilege_type, a.attname, s.name,\n"
    "        case when g.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(g.grantee)) end), E';\\n')\n"
    "      from pg_attribute a, aclexplode(a.attacl) g where a.attrelid = s.oid and a.attnum > 0)) end\n"
    "from standing s order by depth, name collate \"C\"";

/* The array's text of the published names of what is put in place. Null: out of memory. */
static char *write_names(const Run *run) {
    char *text = NULL;
    size_t size;
    const char *between = "{";
    FILE *stream = open_memstream(&text, &size);
    if (!stream) return NULL;
    for (size_t i = 0; i < run->plan->step_count; i++) {
        if (!is_publishable(&run->outcomes[i])) continue;
        fprintf(stream, "%s\"", between);
        for (const char *at = run->plan->steps[i].published; *at; at++)
            fprintf(stream, *at == '"' || *at == '\\' ? "\\%c" : "%c", *at);
        fputc('"', stream);
        between = ",";
    }
    fputs(*between == '{' ? "{}" : "}", stream);
    if (fclose(stream) == 0) return text;
    free(text);
    return NULL;
}

static bool read_standing(Publication *publication, EngineResult *rows, EngineError *ret_error) {
    Standing *grown = realloc(publication->standing, (publication->count + 1) * sizeof *grown);
    if (!grown) return out_of_memory(ret_error);
    publication->standing = grown;
    EngineCell kind = engine_cell(rows, 1), readers = engine_cell(rows, 4), again = engine_cell(rows, 5);
    Standing standing = {
        .name = strdup(engine_cell(rows, 0).text),
        .is_view = strcmp(kind.text, "v") == 0,
        .is_replaced = engine_cell(rows, 2).integer,
        .readers = readers.is_null ? NULL : strdup(readers.text),
        .again = again.is_null ? NULL : strdup(again.text),
    };
    for (size_t i = 0; standing.name && i < publication->run->plan->step_count; i++) {
        const StepOutcome *outcome = &publication->run->outcomes[i];
        standing.stays = standing.stays || (is_publishable(outcome) && outcome->in_place && !strcmp(outcome->step->published, standing.name));
    }
    bool is_ours = engine_cell(rows, 3).integer, is_table = strcmp(kind.text, "r") == 0;
    standing.is_foreign = !standing.is_replaced && !is_ours;
    grown[publication->count++] = standing;
    if (!standing.name || (!again.is_null && !standing.again) || (!readers.is_null && !standing.readers)) return out_of_memory(ret_error);
    if (!standing.is_replaced || (is_ours && (standing.is_view || is_table))) return true;
    ret_error->fault = ENGINE_FAULT_OTHER;
    snprintf(ret_error->text, sizeof ret_error->text,
             "`%s` is there already, and gov did not make it: rename it or drop it, then run again", standing.name);
    return false;
}

static bool find_standing(Publication *publication, EngineError *ret_error) {
    char *names = write_names(publication->run);
    const EngineParameter parameter = engine_text(names);
    EngineResult *rows;
    if (!names) return out_of_memory(ret_error);
    bool ok = engine_query(publication->connection, standing_query, &parameter, 1, &rows, ret_error);
    free(names);
    if (!ok) return false;
    while (ok && engine_next(rows, ret_error)) ok = read_standing(publication, rows, ret_error);
    engine_result_close(rows);
    return ok && ret_error->fault == ENGINE_FAULT_NONE;
}

static void forget_standing(Publication *publication) {
    for (size_t i = 0; i < publication->count; i++) {
        free(publication->standing[i].name);
        free(publication->standing[i].readers);
        free(publication->standing[i].again);
    }
    free(publication->standing);
}

static const Standing *standing_of(const Publication *publication, const char *name) {
    for (size_t i = 0; i < publication->count; i++)
        if (strcmp(publication->standing[i].name, name) == 0) return &publication->standing[i];
    return NULL;
}

static bool fail_pinned(const Standing *standing, const char *change, EngineError *ret_error) {
    ret_error->fault = ENGINE_FAULT_OTHER;
    snprintf(ret_error->text, sizeof ret_error->text,
             "%s of `%s`, which must stay what it is for %s, which gov did not make: drop that, then run again", change,
             standing->name, standing->readers);
    return false;
}

/* ------------------------------------------------------------------------------------------------ lock, drop, put there */

/* Runs one statement made of the names of the standing that are wanted. */
static bool execute_listed(Publication *publication, const char *begin, const char *between, const char *end,
                           bool (*wanted)(const Standing *), EngineError *ret_error) {
    char *sql = NULL;
    size_t size, count = 0;
    FILE *stream = open_memstream(&sql, &size);
    if (!stream) return out_of_memory(ret_error);
    for (size_t i = 0; i < publication->count; i++)
        if (wanted(&publication->standing[i]))
            fprintf(stream, "%s%s", count++ ? between : begin, publication->standing[i].name);
    fputs(end, stream);
    bool ok = fclose(stream) == 0 || out_of_memory(ret_error);
    ok = ok && (count == 0 || engine_execute(publication->connection, sql, NULL, ret_error));
    free(sql);
    return ok;
}

static bool is_dropped_table(const Standing *standing) {
    return standing->is_replaced && !standing->is_view && !standing->readers && !standing->stays;
}

static bool is_pinned_table(const Standing *standing) {
    return standing->is_replaced && !standing->is_view && (standing->readers || standing->stays);
}

static bool is_dropped_view(const Standing *standing) {
    return standing->is_view && !standing->is_foreign && !standing->readers;
}

/* Those of gov that this run does not build. */
static bool is_made_again(const Standing *standing) {
    return is_dropped_view(standing) && !standing->is_replaced;
}

/* Tables are found in order of their names (views, which are behind them, have none of these locks to wait for). */
static bool clear_place(Publication *publication, EngineError *ret_error) {
    return execute_listed(publication, "lock table ", ", ", " in access exclusive mode", is_dropped_table, ret_error) &&
           execute_listed(publication, "lock table ", ", ", " in exclusive mode", is_pinned_table, ret_error) &&
           execute_listed(publication, "drop view ", ", ", "", is_dropped_view, ret_error) &&
           execute_listed(publication, "drop table ", ", ", "", is_dropped_table, ret_error);
}

static bool execute_all(EngineConnection *connection, const GovStep *step, const GovTexts *statements,
                        EngineError *ret_error) {
    for (size_t i = 0; i < statements->count; i++) {
        EngineError error;
        if (engine_execute(connection, statements->items[i], NULL, &error)) continue;
        ret_error->fault = error.fault;
        snprintf(ret_error->text, sizeof ret_error->text, "`%s`: %.900s", step->name, error.text);
        return false;
    }
    return true;
}

static bool same_columns(Publication *publication, const GovStep *step, bool *ret_same, EngineError *ret_error) {
    static const char query[] =
        "select count(distinct columns)::int from (select array_agg(format('%s %s', attname, format_type(atttypid, atttypmod)) "
        "order by attnum) as columns from pg_attribute where attrelid in (to_regclass($1), to_regclass($2)) and attnum > 0 "
        "and not attisdropped group by attrelid) as t";
    const EngineParameter names[] = {engine_text(step->staged), engine_text(step->published)};
    EngineResult *rows;
    if (!engine_query(publication->connection, query, names, 2, &rows, ret_error)) return false;
    *ret_same = engine_next(rows, ret_error) && engine_cell(rows, 0).integer == 1;
    engine_result_close(rows);
    return ret_error->fault == ENGINE_FAULT_NONE;
}

static bool put_rows_in_place(Publication *publication, const Standing *standing, const GovStep *step, EngineError *ret_error) {
    bool same;
    if (!same_columns(publication, step, &same, ret_error)) return false;
    if (!same) return fail_pinned(standing, "the columns changed", ret_error);
    log_message(publication->run->log, LOG_NOTE,
                "`%s` is read by %s, which gov did not make: its rows are replaced, the table stays", step->name, standing->readers);
    return execute_all(publication->connection, step, &step->in_place, ret_error);
}

static bool is_view_step(const GovStep *step) {
    return step->in_place.count == 0;
}

static bool put_tables(Publication *publication, EngineError *ret_error) {
    const Run *run = publication->run;
    bool ok = true;
    for (size_t i = 0; ok && i < run->plan->step_count; i++) {
        const GovStep *step = &run->plan->steps[i];
        if (run_step_publishes(&run->outcomes[i]) && run->outcomes[i].in_place) {
            ok = (!run->outcomes[i].alter || engine_execute(publication->connection, run->outcomes[i].alter, NULL, ret_error)) &&
                 execute_all(publication->connection, step, &step->increment->publish, ret_error);
            continue;
        }
        if (!is_publishable(&run->outcomes[i])) continue;
        const Standing *standing = standing_of(publication, step->published);
        bool pinned = standing && standing->readers;
        if (pinned && standing->is_view != is_view_step(step))
            ok = fail_pinned(standing, "the kind changed", ret_error);
        else if (is_view_step(step))
            continue;
        else if (pinned)
            ok = put_rows_in_place(publication, standing, step, ret_error);
        else
            ok = execute_all(publication->connection, step, &step->publish, ret_error);
    }
    return ok;
}

static bool put_views(Publication *publication, EngineError *ret_error) {
    const Run *run = publication->run;
    for (size_t i = 0; i < run->plan->step_count; i++)
        if (is_publishable(&run->outcomes[i]) && is_view_step(&run->plan->steps[i]) &&
            !execute_all(publication->connection, &run->plan->steps[i], &run->plan->steps[i].publish, ret_error))
            return false;
    return true;
}

/* ------------------------------------------------------------------------- views that this run does not build, among others */

/* True also if it cannot be made yet, for something that it reads is not there: then `*ret_made` is false. */
static bool try_statements(EngineConnection *connection, const GovTexts *statements, bool *ret_made, EngineError *ret_error) {
    *ret_made = false;
    if (!engine_execute(connection, "savepoint gov_view", NULL, ret_error)) return false;
    bool ok = true;
    for (size_t i = 0; ok && i < statements->count; i++) ok = engine_execute(connection, statements->items[i], NULL, ret_error);
    if (ok) {
        *ret_made = true;
        return engine_execute(connection, "release savepoint gov_view", NULL, ret_error);
    }
    EngineError error;
    return ret_error->fault == ENGINE_FAULT_QUERY && engine_execute(connection, "rollback to savepoint gov_view", NULL, &error);
}

/* One round over all views that are still to be made; counts those made and those left. */
static bool make_round(Publication *publication, bool *step_done, size_t *ret_made, size_t *ret_left, EngineError *ret_error) {
    const Run *run = publication->run;
    bool made, ok = true;
    EngineError error = {0};
    *ret_made = *ret_left = 0;
    for (size_t i = 0; ok && i < publication->count; i++) {
        Standing *standing = &publication->standing[i];
        if (!is_made_again(standing) || standing->done) continue;
        ok = try_statements(publication->connection, &(GovTexts){(const char *const[]){standing->again}, 1}, &made, &error);
        standing->done = made;
        *ret_made += made;
        *ret_left += !made;
        if (!made)
            snprintf(ret_error->text, sizeof ret_error->text,
                     "view `%s`, which this run does not build, cannot be made again: %.800s", standing->name, error.text);
    }
    for (size_t i = 0; ok && i < run->plan->step_count; i++) {
        const GovStep *step = &run->plan->steps[i];
        if (!is_publishable(&run->outcomes[i]) || !is_view_step(step) || step_done[i]) continue;
        ok = try_statements(publication->connection, &step->publish, &made, &error);
        step_done[i] = made;
        *ret_made += made;
        *ret_left += !made;
        if (!made) snprintf(ret_error->text, sizeof ret_error->text, "`%s`: %.900s", step->name, error.text);
    }
    if (!ok) ret_error->fault = error.fault;
    return ok;
}

/* Which of them reads which other is known to the server only: each is tried until none is left, or none can be made. */
static bool put_views_among_others(Publication *publication, EngineError *ret_error) {
    size_t made = 1, left = 1;
    bool *step_done = calloc(publication->run->plan->step_count, sizeof *step_done), ok = step_done != NULL;
    if (!ok) return out_of_memory(ret_error);
    while (ok && made > 0 && left > 0) ok = make_round(publication, step_done, &made, &left, ret_error);
    free(step_done);
    if (ok && left > 0) ret_error->fault = ENGINE_FAULT_QUERY;
    if (ok && left == 0) *ret_error = (EngineError){0};
    return ok && left == 0;
}

/* ------------------------------------------------------------------------------------------------------ who is in the way */

/* $1: names of what is to be replaced. Roles without the right to see others' sessions see their numbers only. */
static const char holders_query[] =
    "select string_agg(distinct concat_ws(' ', 'session', pid, 'of', usename, 'in', nullif(application_name, ''), "
    "case state when 'idle in transaction' then '(idle in a transaction)' end), ', ') "
    "from pg_locks l join pg_stat_activity a using (pid) where l.granted and l.locktype = 'relation' "
    "and a.application_name <> 'gov' and l.relation in (select to_regclass(name)::oid from unnest($1::text[]) as n (name))";

char *run_lock_holders(Run *run, EngineConnection *connection) {
    char *names = write_names(run), *text = NULL;
    const EngineParameter parameter = engine_text(names);
    EngineError ignored; /* it is only told */
    EngineResult *rows = NULL;
    if (names && engine_query(connection, holders_query, &parameter, 1, &rows, &ignored) && engine_next(rows, &ignored) &&
        !engine_cell(rows, 0).is_null)
        text = strdup(engine_cell(rows, 0).text);
    engine_result_close(rows);
    free(names);
    return text;
}

static bool put_all(Publication *publication, EngineError *ret_error) {
    const Run *run = publication->run;
    bool among_others = false;
    for (size_t i = 0; i < publication->count; i++) among_others = among_others || is_made_again(&publication->standing[i]);
    if (!put_tables(publication, ret_error) ||
        !(among_others ? put_views_among_others(publication, ret_error) : put_views(publication, ret_error)))
        return false;
    for (size_t i = 0; i < run->plan->step_count; i++)
        if (run_step_publishes(&run->outcomes[i]) &&
            !execute_all(publication->connection, &run->plan->steps[i], &run->plan->steps[i].comments, ret_error))
            return false;
    return true;
}

bool run_put_in_place_at_server(Run *run, EngineConnection *connection, EngineError *ret_error) {
    Publication publication = {.run = run, .connection = connection};
    bool ok = find_standing(&publication, ret_error) && clear_place(&publication, ret_error) && put_all(&publication, ret_error);
    forget_standing(&publication);
    return ok;
}
