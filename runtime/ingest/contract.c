/* The contract as SQL: types and checks, and all rows of a relation against them in one statement. */
#include "runtime/ingest/convert.h"
#include "runtime/ingest/internal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* --- the contract as SQL ------------------------------------------------------------------------------------------ */

static bool open_reading(Load *load, size_t index) {
    const GovColumn *column = &load->source->columns[index];
    IngestReading *reading = &load->readings[index];
    Sql sql;
    if (!load_sql_begin(load, &sql)) return false;
    bool ok = ingest_convert_write_value(sql.stream, column, &load->dialect, &load->fault);
    reading->value = load_sql_end(load, &sql);
    if (!ok || !reading->value) return false;
    if (ingest_convert_is_plain(column)) return true;
    if (!load_sql_begin(load, &sql)) return false;
    ok = ingest_convert_write_condition(sql.stream, column, &load->dialect, load_name("v", index).text,
                                        load_name("t", index).text, &load->fault);
    reading->condition = load_sql_end(load, &sql);
    return ok && reading->condition;
}

static size_t find_column(const GovSource *source, const char *name) {
    for (size_t i = 0; name && i < source->column_count; i++)
        if (strcmp(source->columns[i].name, name) == 0) return i;
    return SIZE_MAX;
}

/* `not null`, however it is spaced, and `not null price`, as a check without words of its own is called. */
static bool is_not_null(const char *words) {
    if (strncasecmp(words, "not", 3) != 0) return false;
    words += 3;
    size_t spaces = strspn(words, " \t\r\n");
    return spaces > 0 && strncasecmp(words + spaces, "null", 4) == 0 &&
           (!words[spaces + 4] || words[spaces + 4] == ' ');
}

static bool add_check(Load *load, size_t column, const char *words, char *predicate) {
    if (!predicate) return ingest_fault_memory(&load->fault);
    load->checks[load->check_count++] = (IngestCheck){column, words, predicate, is_not_null(words)};
    return true;
}

bool contract_has_not_null(const Load *load, size_t column) {
    for (size_t i = 0; i < load->check_count; i++)
        if (load->checks[i].not_null && load->checks[i].column == column) return true;
    return false;
}

/* A column of the key is not null, whether the plan says so in a check of its own or not. */
static bool add_key_check(Load *load, const char *name) {
    size_t column = find_column(load->source, name);
    if (column == SIZE_MAX || contract_has_not_null(load, column)) return true;
    Sql sql;
    if (!load_sql_begin(load, &sql)) return false;
    engine_write_name(sql.stream, name);
    fputs(" is not null", sql.stream);
    return add_check(load, column, "not null", load_sql_end(load, &sql));
}

bool contract_open(Load *load) {
    const GovSource *source = load->source;
    load->readings = calloc(source->column_count + 1, sizeof *load->readings);
    load->checks = calloc(source->check_count + source->key.count + 1, sizeof *load->checks);
    bool ok = (load->readings && load->checks) || ingest_fault_memory(&load->fault);
    for (size_t i = 0; ok && i < source->column_count; i++) ok = open_reading(load, i);
    for (size_t i = 0; ok && i < source->check_count; i++) {
        const GovRowCheck *check = &source->checks[i];
        ok = add_check(load, find_column(source, check->column), check->words, strdup(check->predicate));
    }
    for (size_t i = 0; ok && i < source->key.count; i++) ok = add_key_check(load, source->key.items[i]);
    return ok;
}

void contract_close(Load *load) {
    for (size_t i = 0; load->readings && i < load->source->column_count; i++) {
        free(load->readings[i].value);
        free(load->readings[i].condition);
    }
    for (size_t i = 0; i < load->check_count; i++) free(load->checks[i].predicate);
    free(load->readings);
    free(load->checks);
    load->readings = NULL;
    load->checks = NULL;
    load->check_count = 0;
}

bool contract_create_tables(Load *load) {
    const GovSource *source = load->source;
    Sql sql;
    if (!load_sql_begin(load, &sql)) return false;
    const char *staged = load->request->step->staged;
    fprintf(sql.stream, "drop table if exists %s; create table %s (", staged, staged);
    for (size_t i = 0; i < source->column_count; i++) {
        fputs(i ? ", " : "", sql.stream);
        engine_write_name(sql.stream, source->columns[i].name);
        fprintf(sql.stream, " %s", source->columns[i].type);
    }
    fputs(", \"gov$ok\" boolean);", sql.stream);
    if (source->quarantine_staged)
        fprintf(sql.stream,
                " drop table if exists %s; create table %s (file varchar not null, line bigint, "
                "column_name varchar, reason varchar not null, row json);",
                source->quarantine_staged, source->quarantine_staged);
    return load_run(load, &sql, NULL, false);
}

/* --- the quick way: all rows in one statement, those that are wrong marked ---------------------------------------- */

/* Writes `select what arrived as gov$t0, its value as gov$v0, … [, extra] from (relation)`. */
static void write_values(const Load *load, FILE *stream, const char *relation, const char *extra) {
    fputs("select ", stream);
    for (size_t i = 0; i < load->source->column_count; i++) {
        fputs(i ? ", " : "", stream);
        if (load->readings[i].condition) {
            engine_write_name(stream, load->source->columns[i].name);
            fprintf(stream, " as \"%s\", ", load_name("t", i).text);
        }
        fprintf(stream, "%s as \"%s\"", load->readings[i].value, load_name("v", i).text);
    }
    fprintf(stream, "%s from (%s)", extra, relation);
}

void contract_write_typed(const Load *load, FILE *stream, const char *relation, const char *extra) {
    fputs("select ", stream);
    for (size_t i = 0; i < load->source->column_count; i++) {
        IngestName value = load_name("v", i), text = load_name("t", i);
        fputs(i ? ", " : "", stream);
        if (load->readings[i].condition)
            fprintf(stream, "\"%s\", case when %s then \"%s\" end as ", text.text, load->readings[i].condition,
                    value.text);
        else
            fprintf(stream, "\"%s\" as ", value.text);
        engine_write_name(stream, load->source->columns[i].name);
    }
    fprintf(stream, "%s from (", extra);
    write_values(load, stream, relation, extra);
    fputs(")", stream);
}

void contract_write_columns(const Load *load, FILE *stream) {
    for (size_t i = 0; i < load->source->column_count; i++) {
        fputs(i ? ", " : "", stream);
        engine_write_name(stream, load->source->columns[i].name);
    }
}

/* Writes the condition, true or false, that a row of write_typed keeps the contract. */
static void write_ok(const Load *load, FILE *stream) {
    fputs("true", stream);
    for (size_t i = 0; i < load->source->column_count; i++) {
        if (!load->readings[i].condition) continue;
        fputs(" and (", stream);
        engine_write_name(stream, load->source->columns[i].name);
        fprintf(stream, " is not null or \"%s\" is null)", load_name("t", i).text);
    }
    for (size_t i = 0; i < load->check_count; i++)
        fprintf(stream, " and coalesce(%s, true)", load->checks[i].predicate);
}

bool contract_insert(Load *load, const char *relation, int64_t *ret_rows, bool *ret_readable) {
    Sql sql;
    *ret_readable = false;
    if (!load_sql_begin(load, &sql)) return false;
    fprintf(sql.stream, "insert into %s select ", load->request->step->staged);
    contract_write_columns(load, sql.stream);
    fputs(", ", sql.stream);
    write_ok(load, sql.stream);
    fputs(" from (", sql.stream);
    contract_write_typed(load, sql.stream, relation, "");
    fputs(")", sql.stream);
    *ret_readable = load_run(load, &sql, ret_rows, true);
    return *ret_readable || !load->fault.text[0];
}

static bool count_marked(Load *load, int64_t *ret_count) {
    Sql sql;
    if (!load_sql_begin(load, &sql)) return false;
    fprintf(sql.stream, "select count(*) from %s where not \"gov$ok\"", load->request->step->staged);
    return load_query_integer(load, &sql, ret_count);
}

bool contract_next_row(Load *load, int64_t *ret_row) {
    Sql sql;
    if (!load_sql_begin(load, &sql)) return false;
    fprintf(sql.stream, "select coalesce(max(rowid) + 1, 0) from %s", load->request->step->staged);
    return load_query_integer(load, &sql, ret_row);
}

bool contract_drop_from(Load *load, int64_t row) {
    Sql sql;
    if (!load_sql_begin(load, &sql)) return false;
    fprintf(sql.stream, "delete from %s where rowid >= %lld", load->request->step->staged, (long long)row);
    return load_run(load, &sql, NULL, false);
}

bool contract_take_marked(Load *load, int64_t **ret_rows, size_t *ret_count) {
    int64_t expected = 0;
    *ret_rows = NULL;
    *ret_count = 0;
    if (!count_marked(load, &expected)) return false;
    if (expected == 0) return true;
    *ret_rows = calloc((size_t)expected, sizeof **ret_rows);
    Sql sql;
    if (!*ret_rows || !load_sql_begin(load, &sql)) return ingest_fault_memory(&load->fault);
    fprintf(sql.stream, "select rowid from %s where not \"gov$ok\" order by rowid", load->request->step->staged);
    char *text = load_sql_end(load, &sql);
    EngineError error = {0};
    EngineResult *rows;
    bool ok = text && engine_query(load->connection, text, NULL, 0, &rows, &error);
    free(text);
    if (!ok) return text && load_engine_fault(load, &error);
    while (*ret_count < (size_t)expected && engine_next(rows, &error))
        (*ret_rows)[(*ret_count)++] = engine_cell(rows, 0).integer;
    engine_result_close(rows);
    return error.fault == ENGINE_FAULT_NONE || load_engine_fault(load, &error);
}

bool contract_drop_marked(Load *load) {
    Sql sql;
    if (!load_sql_begin(load, &sql)) return false;
    fprintf(sql.stream, "delete from %s where not \"gov$ok\"", load->request->step->staged);
    return load_run(load, &sql, NULL, false);
}

bool contract_finish(Load *load) {
    Sql sql;
    if (!load_sql_begin(load, &sql)) return false;
    fprintf(sql.stream, "alter table %s drop column \"gov$ok\"", load->request->step->staged);
    return load_run(load, &sql, NULL, false);
}
