/* Tables of PostgreSQL: copied out in the server's bulk form, in the run's snapshot of that server, and held against their
 * contract as files are. With `changed by` only rows from the newest known value on are read again, with `deletions by key` the
 * keys of both sides are compared. */
#include "runtime/ingest/convert.h"
#include "runtime/ingest/internal.h"
#include "runtime/ingest/pump.h"
#include "runtime/ingest/snapshot.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LINE_MAXIMUM = 16 << 20 };

typedef struct {
    Load *load;
    EngineConnection *server;
    const char *from;   /* what stands behind `from` there: a table, or a query in parentheses */
    char **expressions; /* of each column there, as text that the contract reads */
    char *watermark;    /* the newest known value of `changed by`; null: everything is read */
} Replica;

/* ------------------------------------------------------------------------------------------------------------ types */

/* The kind of a server's type, which a declared one must take. Text, names and enumerations are read as in text files. */
static IngestType type_there(const EngineColumn *column) {
    switch (column->class) {
    case ENGINE_CLASS_BOOLEAN: return INGEST_TYPE_BOOLEAN;
    case ENGINE_CLASS_INTEGER: return INGEST_TYPE_INTEGER;
    case ENGINE_CLASS_DECIMAL: return INGEST_TYPE_DECIMAL;
    case ENGINE_CLASS_DOUBLE: return INGEST_TYPE_DOUBLE;
    case ENGINE_CLASS_TEXT: return INGEST_TYPE_TEXT;
    case ENGINE_CLASS_BYTES: return INGEST_TYPE_OTHER;
    case ENGINE_CLASS_JSON: return strncmp(column->type, "json", 4) == 0 ? INGEST_TYPE_JSON : INGEST_TYPE_NESTED;
    case ENGINE_CLASS_TIME: break;
    }
    if (strcmp(column->type, "date") == 0) return INGEST_TYPE_DATE;
    if (strncmp(column->type, "timestamp", 9) == 0)
        return strstr(column->type, "with time zone") ? INGEST_TYPE_TIMESTAMPTZ : INGEST_TYPE_TIMESTAMP;
    return strncmp(column->type, "time", 4) == 0 ? INGEST_TYPE_TIME : INGEST_TYPE_OTHER;
}

/* Bytes travel as hexadecimal digits, arrays and rows as JSON, all else as the server writes it. */
static char *expression_of(const EngineColumn *column, const char *quoted) {
    if (column->class == ENGINE_CLASS_BYTES) return ingest_print("encode(%s, 'hex')", quoted);
    bool nested = column->class == ENGINE_CLASS_JSON && strncmp(column->type, "json", 4) != 0;
    return nested ? ingest_print("to_json(%s)::text", quoted) : ingest_print("%s::text", quoted);
}

static bool read_bytes_as_hex(Load *load, size_t index) {
    IngestReading *reading = &load->readings[index];
    Sql sql;
    if (!load_sql_begin(load, &sql)) return false;
    fputs("unhex(", sql.stream);
    engine_write_name(sql.stream, load->source->columns[index].name);
    fputs(")", sql.stream);
    free(reading->value);
    free(reading->condition);
    *reading = (IngestReading){.value = load_sql_end(load, &sql)};
    return reading->value;
}

static bool take_column(Replica *replica, size_t index, const EngineColumn *column) {
    Load *load = replica->load;
    const GovColumn *declared = &load->source->columns[index];
    IngestType from = type_there(column), to = ingest_type(declared->type, NULL);
    bool bytes = column->class == ENGINE_CLASS_BYTES && strcasecmp(declared->type, "BLOB") == 0;
    if (from != INGEST_TYPE_TEXT && !bytes && !ingest_type_may_pass(from, to))
        return ingest_fault(&load->fault, "`%s` of `%s` is of type %s, declared as %s", declared->name, load->source->place, column->type,
                            declared->type);
    Sql name;
    if (!load_sql_begin(load, &name)) return false;
    engine_write_name(name.stream, column->name);
    char *quoted = load_sql_end(load, &name);
    replica->expressions[index] = quoted ? expression_of(column, quoted) : NULL;
    free(quoted);
    return (replica->expressions[index] || ingest_fault_memory(&load->fault)) && (!bytes || read_bytes_as_hex(load, index));
}

static bool find_column(Replica *replica, size_t index, const EngineResult *rows) {
    const GovColumn *declared = &replica->load->source->columns[index];
    if (declared->origin != GOV_COLUMN_DATA)
        return ingest_fault(&replica->load->fault, "`%s` is read from a path or request, which a table has not", declared->name);
    for (size_t k = 0; k < engine_column_count(rows); k++)
        if (strcmp(engine_column(rows, k)->name, declared->name) == 0) return take_column(replica, index, engine_column(rows, k));
    return ingest_fault(&replica->load->fault, "`%s` has no column `%s`, which is declared", replica->load->source->place, declared->name);
}

/* Holds the declared columns against those that are there; others are not read. */
static bool check_types(Replica *replica) {
    Load *load = replica->load;
    EngineError error = {0};
    EngineResult *rows;
    char *sql = ingest_print("select * from %s limit 0", replica->from);
    if (!sql) return ingest_fault_memory(&load->fault);
    bool ok = engine_query(replica->server, sql, NULL, 0, &rows, &error) || load_engine_fault(load, &error);
    free(sql);
    if (!ok) return false;
    for (size_t i = 0; ok && i < load->source->column_count; i++) ok = find_column(replica, i, rows);
    engine_result_close(rows);
    return ok;
}

/* --------------------------------------------------------------------------------------------------------- bulk copy */

/* Text columns of the bulk form, by the names in `columns`. An unquoted \N is null, so that '' and '\N' stay what they are. */
static void write_relation(FILE *stream, const Load *load, const size_t *columns, size_t count, const char *path) {
    fputs("select * from read_csv(", stream);
    engine_write_literal(stream, path);
    fprintf(stream, ", auto_detect = false, compression = 'none', strict_mode = true, header = false, max_line_size = %d, delim = ',', "
                    "quote = '\"', escape = '\"', nullstr = '\\N', allow_quoted_nulls = false, columns = {", LINE_MAXIMUM);
    for (size_t i = 0; i < count; i++) {
        fputs(i ? ", " : "", stream);
        engine_write_literal(stream, load->source->columns[columns[i]].name);
        fputs(": 'VARCHAR'", stream);
    }
    fputs("})", stream);
}

/* What is done with the relation of a copy, while it is read. */
typedef bool (*Take)(Load *load, const char *relation, void *argument);

static bool take_from(Load *load, const char *path, const size_t *columns, size_t count, Take take, void *argument) {
    Sql sql;
    if (!load_sql_begin(load, &sql)) return false;
    write_relation(sql.stream, load, columns, count, path);
    char *relation = load_sql_end(load, &sql);
    bool ok = relation && take(load, relation, argument);
    free(relation);
    return ok;
}

/* Runs the query at a server and hands its rows to `take` as a relation of text columns, called as these of the source are. */
static bool copy_out(Load *load, EngineConnection *server, const char *query, const size_t *columns, size_t count, Take take, void *argument) {
    EngineCopy *copy;
    IngestPump *pump;
    EngineError error = {0};
    IngestFault fault = {0};
    char *sql = ingest_print("copy (%s) to stdout (format csv, null '\\N')", query);
    if (!sql) return ingest_fault_memory(&load->fault);
    bool ok = engine_copy_open(server, sql, &copy, &error) || load_engine_fault(load, &error);
    free(sql);
    if (!ok) return false;
    if (!ingest_pump_start_copy(copy, load->request->cancel, &pump, &load->fault)) {
        engine_copy_close(copy);
        return false;
    }
    ok = take_from(load, ingest_pump_path(pump), columns, count, take, argument);
    bool whole = ingest_pump_finish(pump, &fault);
    engine_copy_close(copy);
    load->fault.interrupted = load->fault.interrupted || fault.interrupted;
    if (whole || load->fault.text[0]) return ok;
    return ingest_fault(&load->fault, "%s", fault.text);
}

/* ------------------------------------------------------------------------------------------------------------- rows */

static char *rows_query(Replica *replica) {
    const Load *load = replica->load;
    Sql sql;
    if (!load_sql_begin(replica->load, &sql)) return NULL;
    for (size_t i = 0; i < load->source->column_count; i++) fprintf(sql.stream, "%s %s", i ? "," : "select", replica->expressions[i]);
    fprintf(sql.stream, " from %s", replica->from);
    if (replica->watermark) {
        fputs(" where ", sql.stream);
        engine_write_name(sql.stream, load->source->changed_by);
        fputs(" >= ", sql.stream);
        engine_write_literal(sql.stream, replica->watermark);
    }
    return load_sql_end(replica->load, &sql);
}

typedef struct {
    int64_t rows;
    bool readable;
} Inserted;

static bool insert(Load *load, const char *relation, void *argument) {
    Inserted *inserted = argument;
    return contract_insert(load, relation, &inserted->rows, &inserted->readable);
}

/* Each row by itself; what is told of one is its table. */
static bool judge(Load *load, const char *relation, void *argument) {
    bool agreed;
    Sql sql;
    (void)argument;
    if (!load_sql_begin(load, &sql)) return false;
    fputs("select ", sql.stream);
    engine_write_literal(sql.stream, load->source->place);
    fprintf(sql.stream, " as \"gov$file\", null::bigint as \"gov$line\", null::varchar as \"gov$fault\", null::varchar as \"gov$record\", * from (%s)", relation);
    char *judged = load_sql_end(load, &sql);
    bool ok = judged && contract_judge(load, judged, -1, &agreed);
    free(judged);
    return ok;
}

/* Rows that break the contract are met seldom: they are read again, from the same snapshot, to say what is wrong with them. */
static bool copy_rows(Replica *replica, const size_t *columns) {
    Load *load = replica->load;
    size_t count = load->source->column_count, marked_count = 0;
    int64_t *marked = NULL;
    Inserted inserted = {0};
    char *query = rows_query(replica);
    bool ok = query && copy_out(load, replica->server, query, columns, count, insert, &inserted);
    if (ok && !inserted.readable) ok = ingest_fault(&load->fault, "the rows of `%s` could not be read", load->source->place);
    load->result->read = load->result->accepted = inserted.rows;
    ok = ok && contract_take_marked(load, &marked, &marked_count);
    free(marked);
    if (ok && marked_count) {
        load->result->accepted = 0;
        ok = contract_create_tables(load) && copy_out(load, replica->server, query, columns, count, judge, NULL);
    }
    free(query);
    return ok;
}

/* ------------------------------------------------------------------------------------------------------------- keys */

static void write_same_key(FILE *stream, const Load *load, const char *a, const char *b) {
    for (size_t i = 0; i < load->source->key.count; i++) {
        fprintf(stream, "%s%s.", i ? " and " : "", a);
        engine_write_name(stream, load->source->key.items[i]);
        fprintf(stream, " = %s.", b);
        engine_write_name(stream, load->source->key.items[i]);
    }
}

static size_t index_of(const Load *load, const char *name) {
    size_t index = 0;
    while (index < load->source->column_count && strcmp(load->source->columns[index].name, name) != 0) index++;
    return index;
}

/* Makes the temporary table of that name out of the keys of a relation, typed. */
static bool take_keys(Load *load, const char *relation, void *argument) {
    Sql sql;
    if (!load_sql_begin(load, &sql)) return false;
    fprintf(sql.stream, "create or replace temporary table \"%s\" as select ", (const char *)argument);
    for (size_t i = 0; i < load->source->key.count; i++) {
        fprintf(sql.stream, "%s%s as ", i ? ", " : "", load->readings[index_of(load, load->source->key.items[i])].value);
        engine_write_name(sql.stream, load->source->key.items[i]);
    }
    fprintf(sql.stream, " from (%s)", relation);
    return load_run(load, &sql, NULL, false);
}

/* How one column of a key is written in a query, as text. */
typedef void (*WriteKey)(FILE *stream, const Replica *replica, const char *name);

static void key_there(FILE *stream, const Replica *replica, const char *name) {
    fputs(replica->expressions[index_of(replica->load, name)], stream);
}

static void key_published(FILE *stream, const Replica *replica, const char *name) {
    (void)replica;
    fputs("cast(", stream);
    engine_write_name(stream, name);
    fputs(" as varchar)", stream);
}

static void key_quarantined(FILE *stream, const Replica *replica, const char *name) {
    (void)replica;
    fputs("row ->> ", stream);
    engine_write_literal(stream, name);
}

/* Makes the temporary table `into` of the keys of `from`, wherever that is. */
static bool fetch_keys(Replica *replica, EngineConnection *connection, const char *from, WriteKey write, const char *into) {
    Load *load = replica->load;
    size_t *columns = calloc(load->source->key.count + 1, sizeof *columns);
    Sql sql;
    if (!columns || !load_sql_begin(load, &sql)) {
        free(columns);
        return ingest_fault_memory(&load->fault);
    }
    for (size_t i = 0; i < load->source->key.count; i++) {
        columns[i] = index_of(load, load->source->key.items[i]);
        fputs(i ? ", " : "select ", sql.stream);
        write(sql.stream, replica, load->source->key.items[i]);
        fputs(" as ", sql.stream);
        engine_write_name(sql.stream, load->source->key.items[i]);
    }
    fprintf(sql.stream, " from %s", from);
    char *query = load_sql_end(load, &sql);
    bool ok = query && (engine_is_server(connection) ? copy_out(load, connection, query, columns, load->source->key.count, take_keys, (void *)into)
                                                     : take_keys(load, query, (void *)into));
    free(query);
    free(columns);
    return ok;
}

static bool count_keys(Load *load, const char *head, const char *const *without, int64_t *ret_count) {
    Sql sql;
    if (!load_sql_begin(load, &sql)) return false;
    fprintf(sql.stream, "%s where true", head);
    for (; *without; without++) {
        fprintf(sql.stream, " and not exists (select 1 from %s as o where ", *without);
        write_same_key(sql.stream, load, "o", "k");
        fputs(")", sql.stream);
    }
    return ret_count ? load_query_integer(load, &sql, ret_count) : load_run(load, &sql, NULL, false);
}

/* ------------------------------------------------------------------------------------------------------ incremental */

static bool read_watermark(Replica *replica) {
    Load *load = replica->load;
    EngineError error = {0};
    Sql sql;
    if (!load->source->changed_by || !load->request->continues || !load->source->key.count) return true;
    if (!load_sql_begin(load, &sql)) return false;
    fputs("select cast(max(", sql.stream);
    engine_write_name(sql.stream, load->source->changed_by);
    fprintf(sql.stream, ") as varchar) from %s", load->request->step->published);
    char *text = load_sql_end(load, &sql);
    bool ok = text && (engine_query_text(load_target(load), text, &replica->watermark, &error) || load_engine_fault(load, &error));
    free(text);
    return ok;
}

/* The published rows stay that were neither read again nor deleted there; `"gov$gone"` has the keys of the latter. */
static bool keep_rows(Load *load, bool compared) {
    Sql sql;
    if (!load_sql_begin(load, &sql)) return false;
    fprintf(sql.stream, "not exists (select 1 from %s as s where ", load->request->step->staged);
    write_same_key(sql.stream, load, "s", "p");
    fputs(")", sql.stream);
    if (compared) {
        fputs(" and not exists (select 1 from \"gov$gone\" as g where ", sql.stream);
        write_same_key(sql.stream, load, "g", "p");
        fputs(")", sql.stream);
    }
    char *condition = load_sql_end(load, &sql);
    bool ok = condition && load_keep_published(load, condition);
    free(condition);
    return ok;
}

/* What was set aside stays aside, until its row is read again or is gone. */
static bool keep_quarantine(Replica *replica) {
    Load *load = replica->load;
    const GovSource *source = load->source;
    Sql sql;
    if (!source->quarantine_staged) return true;
    if (!load_sql_begin(load, &sql)) return false;
    fprintf(sql.stream, "insert into %s select * from %s as q where not exists (select 1 from %s as s where true", source->quarantine_staged,
            source->quarantine, load->request->step->staged);
    for (int part = 0; part < 2; part++) {
        for (size_t i = 0; i < source->key.count; i++) {
            fputs(part ? " and (n.row ->> " : " and (cast(s.", sql.stream);
            if (part)
                engine_write_literal(sql.stream, source->key.items[i]);
            else
                engine_write_name(sql.stream, source->key.items[i]);
            fputs(part ? ") = (q.row ->> " : " as varchar)) = (q.row ->> ", sql.stream);
            engine_write_literal(sql.stream, source->key.items[i]);
            fputs(")", sql.stream);
        }
        if (!part) fprintf(sql.stream, ") and not exists (select 1 from %s as n where true", source->quarantine_staged);
    }
    fputs(")", sql.stream);
    if (!load->request->server) return load_run(load, &sql, NULL, false);
    load->kept_quarantine = load_sql_end(load, &sql);
    return load->kept_quarantine;
}

static bool is_there(Load *load, const char *table) {
    EngineError error = {0};
    char *query = table ? ingest_print("select 1 from %s limit 0", table) : NULL;
    bool there = query && engine_execute(load_target(load), query, NULL, &error);
    free(query);
    return there;
}

/* Compares keys. `*ret_missed` is how many rows are there that nobody knows of here: they changed without `changed by`. */
static bool compare_keys(Replica *replica, int64_t *ret_missed) {
    Load *load = replica->load;
    const char *staged = load->request->step->staged, *quarantine = load->source->quarantine;
    const char *const none[] = {NULL}, *const there[] = {"\"gov$there\"", NULL};
    const char *const known[] = {"\"gov$here\"", staged, "\"gov$aside\"", NULL};
    Sql sql;
    int64_t gone = 0;
    (void)none;
    bool ok = fetch_keys(replica, replica->server, replica->from, key_there, "gov$there") &&
              fetch_keys(replica, load_target(load), load->request->step->published, key_published, "gov$here");
    if (ok && is_there(load, quarantine))
        ok = fetch_keys(replica, load_target(load), quarantine, key_quarantined, "gov$aside");
    else if (ok && load_sql_begin(load, &sql)) {
        fputs("create or replace temporary table \"gov$aside\" as select * from \"gov$here\" limit 0", sql.stream);
        ok = load_run(load, &sql, NULL, false);
    }
    if (ok && load->source->quarantine_staged) {
        if (!load_sql_begin(load, &sql)) return false;
        fputs("select ", sql.stream);
        for (size_t i = 0; i < load->source->key.count; i++) {
            fputs(i ? ", row ->> " : "row ->> ", sql.stream);
            engine_write_literal(sql.stream, load->source->key.items[i]);
            fputs(" as ", sql.stream);
            engine_write_name(sql.stream, load->source->key.items[i]);
        }
        fprintf(sql.stream, " from %s", load->source->quarantine_staged);
        char *aside = load_sql_end(load, &sql);
        ok = aside && take_keys(load, aside, (void *)"gov$set_aside");
        free(aside);
        if (ok && load_sql_begin(load, &sql)) {
            fputs("insert into \"gov$aside\" select * from \"gov$set_aside\"; drop table \"gov$set_aside\"", sql.stream);
            ok = load_run(load, &sql, NULL, false);
        }
    }
    ok = ok && count_keys(load, "create or replace temporary table \"gov$gone\" as select * from \"gov$here\" as k", there, NULL) &&
         count_keys(load, "select count(*) from \"gov$gone\" as k", none, &gone) &&
         count_keys(load, "select count(*) from \"gov$there\" as k", known, ret_missed);
    if (ok && gone && !*ret_missed) ok = load_note(load, ingest_print("%lld row%s deleted there", (long long)gone, gone == 1 ? "" : "s"));
    return ok;
}

/* Nothing of what was staged is of use: everything is read. */
static bool read_whole(Replica *replica, const size_t *columns, int64_t missed) {
    Load *load = replica->load;
    free(replica->watermark);
    replica->watermark = NULL;
    load->result->quarantined = load->result->warned = 0;
    free(load->result->note);
    load->result->note = NULL;
    return contract_create_tables(load) && copy_rows(replica, columns) &&
           load_note(load, ingest_print("%lld row%s had come without a newer `%s`: the whole table was read", (long long)missed,
                                        missed == 1 ? "" : "s", load->source->changed_by));
}

static bool load_rows(Replica *replica, const size_t *columns) {
    Load *load = replica->load;
    int64_t missed = 0;
    bool ok = read_watermark(replica) && copy_rows(replica, columns);
    bool compares = load->source->deletions_by_key && replica->watermark;
    load->result->anew = !replica->watermark;
    if (!ok || !replica->watermark) return ok;
    if (compares && !compare_keys(replica, &missed)) return false;
    if (missed) {
        load->result->anew = true;
        return read_whole(replica, columns, missed);
    }
    load->kept_needs_keys = compares;
    return keep_rows(load, compares) && (!is_there(load, load->source->quarantine) || keep_quarantine(replica));
}

/* ------------------------------------------------------------------------------------------------------------ entry */

static const char *option(const Load *load, const char *key) {
    const GovSettings *options = &load->source->options;
    for (size_t i = 0; i < options->count; i++)
        if (strcmp(options->items[i].key, key) == 0) return settings_value(load->request->settings, &options->items[i].value);
    return NULL;
}

static bool open_replica(Replica *replica, char **ret_from) {
    Load *load = replica->load;
    EngineError error = {0};
    const char *query = option(load, "query"), *table = option(load, "table"), *dsn = option(load, "dsn");
    *ret_from = query ? ingest_print("(%s) as q", query) : strdup(table ? table : load->source->place);
    replica->from = *ret_from;
    replica->expressions = calloc(load->source->column_count + 1, sizeof *replica->expressions);
    if (!*ret_from || !replica->expressions) return ingest_fault_memory(&load->fault);
    return ingest_snapshot_connect(load->request->snapshots, dsn ? dsn : "", &replica->server, &error) || load_engine_fault(load, &error);
}

static void drop_keys(Load *load) {
    EngineError ignored;
    /* At a server they are still to be carried there. */
    if (!load->request->server) engine_execute(load->connection, "drop table if exists \"gov$gone\"", NULL, &ignored);
    engine_execute(load->connection, "drop table if exists \"gov$there\"; drop table if exists \"gov$here\"; drop table if exists \"gov$aside\"",
                   NULL, &ignored);
}

bool load_postgres(Load *load) {
    Replica replica = {.load = load};
    char *from = NULL;
    size_t *columns = calloc(load->source->column_count + 1, sizeof *columns);
    for (size_t i = 0; columns && i < load->source->column_count; i++) columns[i] = i;
    bool ok = (columns || ingest_fault_memory(&load->fault)) && open_replica(&replica, &from) && check_types(&replica) &&
              load_rows(&replica, columns);
    drop_keys(load);
    engine_disconnect(replica.server);
    for (size_t i = 0; replica.expressions && i < load->source->column_count; i++) free(replica.expressions[i]);
    free(replica.expressions);
    free(replica.watermark);
    free(columns);
    free(from);
    return ok;
}
