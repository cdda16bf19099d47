/* Parquet files: typed already, so the contract is held against the types of the file, and a value must pass to the
 * declared type and back without change. */
#include "runtime/ingest/convert.h"
#include "runtime/ingest/header.h"
#include "runtime/ingest/internal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The columns of a file: names and types as the engine gives them. */
typedef struct {
    IngestText *names;
    char **texts; /* of the names */
    char **types;
    size_t count;
} Schema;

static void schema_clear(Schema *schema) {
    for (size_t i = 0; i < schema->count; i++) {
        free(schema->texts[i]);
        free(schema->types[i]);
    }
    free(schema->names);
    free(schema->texts);
    free(schema->types);
}

static bool schema_add(Schema *schema, const char *name, const char *type) {
    size_t count = schema->count + 1;
    IngestText *names = realloc(schema->names, count * sizeof *names);
    schema->names = names ? names : schema->names;
    char **texts = realloc(schema->texts, count * sizeof *texts);
    schema->texts = texts ? texts : schema->texts;
    char **types = realloc(schema->types, count * sizeof *types);
    schema->types = types ? types : schema->types;
    if (!names || !texts || !types) return false;
    texts[count - 1] = strdup(name);
    types[count - 1] = strdup(type);
    schema->count = count;
    if (!texts[count - 1] || !types[count - 1]) return false;
    names[count - 1] = (IngestText){texts[count - 1], strlen(name)};
    return true;
}

static void write_read(FILE *stream, const char *path) {
    fputs("read_parquet(", stream);
    engine_write_literal(stream, path);
    fputs(", hive_partitioning = false, file_row_number = true)", stream);
}

static bool schema_read(Load *load, const IngestFound *found, Schema *schema) {
    Sql sql;
    if (!load_sql_begin(load, &sql)) return false;
    fputs("select column_name, column_type from (describe select * exclude (file_row_number) from ", sql.stream);
    write_read(sql.stream, found->path);
    fputs(")", sql.stream);
    char *text = load_sql_end(load, &sql);
    EngineError error = {0};
    EngineResult *rows;
    bool ok = text && engine_query(load->connection, text, NULL, 0, &rows, &error);
    free(text);
    if (!ok)
        return error.fault == ENGINE_FAULT_INTERRUPTED
                   ? load_engine_fault(load, &error)
                   : ingest_fault(&load->fault, "`%s` is not a Parquet file", found->name);
    while (ok && engine_next(rows, &error))
        ok = schema_add(schema, engine_cell(rows, 0).text, engine_cell(rows, 1).text) ||
             ingest_fault_memory(&load->fault);
    engine_result_close(rows);
    return ok && (error.fault == ENGINE_FAULT_NONE || load_engine_fault(load, &error));
}

/* Sets how column `index` is read from a column of the file's type. Text is read as in any text file. */
static bool set_reading(Load *load, const IngestFound *found, size_t index, const char *type) {
    const GovColumn *column = &load->source->columns[index];
    IngestReading *reading = &load->readings[index];
    IngestType from = ingest_type(type, NULL), to = ingest_type(column->type, NULL);
    if (from == INGEST_TYPE_TEXT) return true;
    if (!ingest_type_may_pass(from, to))
        return ingest_fault(&load->fault, "`%s` of `%s` is of type %s, declared as %s", column->name, found->name, type,
                            column->type);
    free(reading->value);
    free(reading->condition);
    *reading = (IngestReading){0};
    Sql sql;
    if (!load_sql_begin(load, &sql)) return false;
    fputs("try_cast(", sql.stream);
    engine_write_name(sql.stream, column->name);
    fprintf(sql.stream, " as %s)", column->type);
    reading->value = load_sql_end(load, &sql);
    bool same_type = strcasecmp(type, column->type) == 0;
    if (!reading->value || same_type || !load_sql_begin(load, &sql)) return reading->value && same_type;
    fprintf(sql.stream, "\"%s\"::%s = \"%s\"", load_name("v", index).text, type, load_name("t", index).text);
    reading->condition = load_sql_end(load, &sql);
    return reading->condition;
}

/* Writes the relation of a file's rows, for contract_insert, or with the helper columns for contract_judge. */
static char *relation_of(Load *load, const IngestFound *found, const Schema *schema, const size_t *columns) {
    const GovSource *source = load->source;
    Sql sql;
    if (!load_sql_begin(load, &sql)) return NULL;
    fputs("select ", sql.stream);
    engine_write_literal(sql.stream, found->name);
    fputs(" as \"gov$file\", file_row_number + 1 as \"gov$line\", null::varchar as \"gov$fault\", null::varchar as "
          "\"gov$record\"",
          sql.stream);
    for (size_t i = 0; i < schema->count; i++) {
        fputs(", ", sql.stream);
        engine_write_name(sql.stream, schema->texts[i]);
        fputs(" as ", sql.stream);
        engine_write_name(sql.stream, source->columns[columns[i]].name);
    }
    for (size_t i = 0; i < source->column_count; i++) {
        if (source->columns[i].origin == GOV_COLUMN_DATA) continue;
        fputs(", ", sql.stream);
        engine_write_literal(sql.stream, found->values[i]);
        fputs(" as ", sql.stream);
        engine_write_name(sql.stream, source->columns[i].name);
    }
    fputs(" from ", sql.stream);
    write_read(sql.stream, found->path);
    return load_sql_end(load, &sql);
}

/* The relation of one file, which the caller frees; null with the fault told. Sets the readings for its types. */
static char *open_file(Load *load, const IngestFound *found) {
    Schema schema = {0};
    char *relation = NULL;
    size_t *columns = NULL;
    bool ok = schema_read(load, found, &schema);
    if (ok) {
        columns = calloc(schema.count + 1, sizeof *columns);
        ok = columns ? ingest_header_match(load->source, found->name, schema.names, schema.count, columns, &load->fault)
                     : ingest_fault_memory(&load->fault);
    }
    for (size_t i = 0; ok && i < schema.count; i++) ok = set_reading(load, found, columns[i], schema.types[i]);
    if (ok) relation = relation_of(load, found, &schema, columns);
    free(columns);
    schema_clear(&schema);
    return relation;
}

/* One file; where a row of it breaks the contract, each of its rows is judged. */
static bool load_file(Load *load, const IngestFound *found) {
    int64_t rows = 0, start = 0, before = load->result->accepted;
    bool readable = false;
    contract_close(load);
    char *relation = contract_open(load) ? open_file(load, found) : NULL;
    if (!relation) return false;
    load_progress(load, -1, -1, -1, found->name);
    bool ok = contract_next_row(load, &start) && contract_insert(load, relation, &rows, &readable);
    if (ok && !readable)
        ok = ingest_fault(&load->fault, "`%s` cannot be read: its Parquet data is damaged", found->name);
    load->result->read += rows;
    load->result->accepted = before + rows;
    int64_t *marked = NULL;
    size_t count = 0;
    ok = ok && contract_take_marked(load, &marked, &count);
    free(marked);
    if (ok && count) {
        load->result->accepted = before;
        ok = contract_drop_from(load, start) && contract_judge(load, relation, -1, &readable);
    }
    free(relation);
    return ok && load_add_file(load, found, rows);
}

bool load_parquet(Load *load, const IngestFoundFiles *files) {
    for (size_t i = 0; i < files->count; i++)
        if (load_cancelled(load) || !load_file(load, &files->items[i])) return false;
    return true;
}
