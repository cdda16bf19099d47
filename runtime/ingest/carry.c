/* A load at a server: rows are read and judged in the embedded engine, as for every target, and what is staged there is
 * carried to the server by its bulk copy (docs/decisions/0008). */
#include "runtime/ingest/internal.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------------------------------------------------ names */

/* A quoted name of two parts, taken apart and unquoted. */
typedef struct {
    char schema[256];
    char table[256];
} TableName;

/* Copies one part and gives what stands behind it. */
static const char *unquote(const char *at, char *ret_part, size_t size) {
    size_t used = 0;
    bool quoted = *at == '"';
    for (at += quoted; *at && used + 1 < size; at++) {
        if (quoted && *at == '"' && *++at != '"') break;
        if (!quoted && *at == '.') break;
        ret_part[used++] = *at;
    }
    ret_part[used] = '\0';
    return *at == '.' ? at + 1 : at;
}

static TableName name_parts(const char *quoted) {
    TableName name;
    unquote(unquote(quoted, name.schema, sizeof name.schema), name.table, sizeof name.table);
    return name;
}

/* --------------------------------------------------------------------------------------------------- arrays as text */

static void write_quoted(FILE *stream, const char *text, size_t length) {
    fputc('"', stream);
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '"' || text[i] == '\\') fputc('\\', stream);
        fputc(text[i], stream);
    }
    fputc('"', stream);
}

/* Behind the string or object of JSON that begins here. */
static const char *token_end(const char *at) {
    int depth = 0;
    bool in_string = false;
    for (; *at; at++) {
        if (in_string && *at == '\\' && at[1])
            at++;
        else if (*at == '"')
            in_string = !in_string;
        else if (!in_string)
            depth += (*at == '{' || *at == '[') - (*at == '}' || *at == ']');
        if (!in_string && depth == 0) return at + 1;
    }
    return at;
}

static void write_string(FILE *stream, const char *at, const char *end) {
    json_t *string = json_loadb(at, (size_t)(end - at), JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    write_quoted(stream, string ? json_string_value(string) : "", string ? json_string_length(string) : 0);
    json_decref(string);
}

/* `{1,NULL,"a \"b\""}`, as PostgreSQL reads arrays, from an array of JSON; numbers keep their digits. */
static void write_array(FILE *stream, const char *at) {
    for (const char *end; *at; at = end) {
        end = *at == '"' || *at == '{' ? token_end(at) : at + 1;
        if (*at == '"') {
            write_string(stream, at, end);
        } else if (*at == '{') {
            write_quoted(stream, at, (size_t)(end - at));
        } else {
            fputc(*at == '[' ? '{' : *at == ']' ? '}' : *at, stream); /* of a null, too: NULL in any case */
        }
    }
}

/* Null: out of memory. */
static char *array_text(const char *json, size_t *ret_length) {
    char *text = NULL;
    FILE *stream = open_memstream(&text, ret_length);
    if (!stream) return NULL;
    write_array(stream, json);
    if (fclose(stream) == 0) return text;
    free(text);
    return NULL;
}

/* ------------------------------------------------------------------------------------------------------------- rows */

static bool is_array(const EngineColumn *column) {
    size_t length = strlen(column->type);
    return column->class == ENGINE_CLASS_JSON && length && column->type[length - 1] == ']';
}

/* Appends a text made for it, and frees it; null: out of memory. */
static bool append_made(EngineAppender *appender, char *text, size_t length, EngineError *ret_error) {
    if (!text) {
        *ret_error = (EngineError){ENGINE_FAULT_MEMORY, "out of memory"};
        return false;
    }
    bool ok = engine_append_text(appender, text, length, ret_error);
    free(text);
    return ok;
}

static bool append_bytes(EngineAppender *appender, const EngineCell *cell, EngineError *ret_error) {
    char *text;
    int length = asprintf(&text, "\\x%s", cell->text);
    return append_made(appender, length < 0 ? NULL : text, (size_t)length, ret_error);
}

static bool append_cell(EngineAppender *appender, const EngineColumn *column, const EngineCell *cell,
                        EngineError *ret_error) {
    size_t length = 0;
    if (cell->is_null) return engine_append_null(appender, ret_error);
    if (column->class == ENGINE_CLASS_BYTES) return append_bytes(appender, cell, ret_error);
    if (!is_array(column)) return engine_append_text(appender, cell->text, cell->length, ret_error);
    char *text = array_text(cell->text, &length);
    return append_made(appender, text, length, ret_error);
}

static bool append_row(EngineAppender *appender, EngineResult *rows, EngineError *ret_error) {
    for (size_t i = 0; i < engine_column_count(rows); i++) {
        EngineCell cell = engine_cell(rows, i);
        if (!append_cell(appender, engine_column(rows, i), &cell, ret_error)) return false;
    }
    return engine_append_row(appender, ret_error);
}

static bool copy_rows(Load *load, EngineResult *rows, EngineAppender *appender, EngineError *ret_error) {
    enum { BETWEEN_LOOKS = 4096 };
    for (int64_t count = 1; engine_next(rows, ret_error); count++) {
        if (!append_row(appender, rows, ret_error)) return false;
        if (count % BETWEEN_LOOKS == 0 && load_cancelled(load)) {
            *ret_error = (EngineError){ENGINE_FAULT_INTERRUPTED, "interrupted"};
            return false;
        }
    }
    return ret_error->fault == ENGINE_FAULT_NONE;
}

/* Copies a table of this quoted name to one of that name there, and drops it here. */
static bool carry_rows(Load *load, const char *quoted, TableName name) {
    EngineError error = {0}, closing = {0};
    EngineResult *rows;
    EngineAppender *appender;
    char *query, *drop = NULL;
    if (asprintf(&query, "select * from %s", quoted) < 0) return ingest_fault_memory(&load->fault);
    bool ok = engine_query(load->connection, query, NULL, 0, &rows, &error);
    free(query);
    if (!ok) return load_engine_fault(load, &error);
    ok = engine_appender_open(load->request->server, name.schema, name.table, &appender, &error);
    if (ok) {
        bool copied = copy_rows(load, rows, appender, &error);
        ok = engine_appender_close(appender, !copied, &closing) && copied;
        if (copied) error = closing;
    }
    engine_result_close(rows);
    if (!ok) return load_engine_fault(load, &error);
    if (asprintf(&drop, "drop table %s", quoted) < 0) return ingest_fault_memory(&load->fault);
    ok = load_execute(load, drop, NULL);
    free(drop);
    return ok;
}

static bool carry_table(Load *load, const char *quoted) {
    return carry_rows(load, quoted, name_parts(quoted));
}

/* ------------------------------------------------------------------------------------------------------ the statements */

static bool execute_there(Load *load, const char *sql) {
    EngineError error = {0};
    return !load_cancelled(load) &&
           (engine_execute(load->request->server, sql, NULL, &error) || load_engine_fault(load, &error));
}

static bool keep_rows(Load *load) {
    const GovStep *step = load->request->step;
    Sql sql;
    if (!load->kept) return true;
    if (!load_sql_begin(load, &sql)) return false;
    fprintf(sql.stream, "insert into %s (", step->staged);
    contract_write_columns(load, sql.stream);
    fputs(") select ", sql.stream);
    contract_write_columns(load, sql.stream);
    fprintf(sql.stream, " from %s as p where %s", step->published, load->kept);
    char *text = load_sql_end(load, &sql);
    bool ok = text && execute_there(load, text);
    free(text);
    return ok;
}

/* The keys that the condition of kept rows reads. */
static bool carry_keys(Load *load) {
    const GovStep *step = load->request->step;
    Sql sql;
    if (!load->kept_needs_keys) return true;
    if (!load_sql_begin(load, &sql)) return false;
    fputs("drop table if exists \"gov$gone\"; create temporary table \"gov$gone\" as select ", sql.stream);
    for (size_t i = 0; i < load->source->key.count; i++) {
        fputs(i ? ", " : "", sql.stream);
        engine_write_name(sql.stream, load->source->key.items[i]);
    }
    fprintf(sql.stream, " from %s limit 0", step->staged);
    char *text = load_sql_end(load, &sql);
    bool ok = text && execute_there(load, text) && carry_rows(load, "\"gov$gone\"", (TableName){"pg_temp", "gov$gone"});
    free(text);
    return ok;
}

static bool make_schema(EngineConnection *connection, const char *quoted, EngineError *ret_error) {
    TableName name = name_parts(quoted);
    char *sql = NULL;
    size_t size;
    FILE *stream = open_memstream(&sql, &size);
    if (stream) {
        fputs("create schema if not exists ", stream);
        engine_write_name(stream, name.schema);
    }
    bool ok = stream && fclose(stream) == 0;
    if (!ok) *ret_error = (EngineError){ENGINE_FAULT_MEMORY, "out of memory"};
    ok = ok && engine_execute(connection, sql, NULL, ret_error);
    free(sql);
    return ok;
}

bool ingest_prepare_embedded(EngineConnection *embedded, const GovPlan *plan, EngineError *ret_error) {
    for (size_t i = 0; i < plan->step_count; i++) {
        const GovStep *step = &plan->steps[i];
        if (step->kind != GOV_STEP_LOAD) continue;
        const char *quarantine = step->source->quarantine_staged;
        if (!make_schema(embedded, step->staged, ret_error) || (quarantine && !make_schema(embedded, quarantine, ret_error)))
            return false;
    }
    return true;
}

bool carry_to_server(Load *load) {
    const GovStep *step = load->request->step;
    const char *quarantine = load->source->quarantine_staged;
    bool ok = step->build.count > 0 && execute_there(load, step->build.items[0]) && carry_table(load, step->staged) &&
              (!quarantine || carry_table(load, quarantine)) && carry_keys(load) && keep_rows(load) &&
              (!load->kept_quarantine || execute_there(load, load->kept_quarantine));
    for (size_t i = 1; ok && i < step->build.count; i++) ok = execute_there(load, step->build.items[i]);
    return ok;
}
