/* JSON documents to rows: documents go into a temporary table as they are, and the engine takes the rows and their
 * values out of them, so that a number keeps its digits. */
#include "runtime/ingest/convert.h"
#include "runtime/ingest/internal.h"
#include "runtime/ingest/path.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { CANCEL_EVERY = 4096 };
/* The largest file that is one document; lines of JSON have no limit. */
static const size_t document_maximum = (size_t)1 << 30;

/* --- the table of documents --------------------------------------------------------------------------------------- */

bool json_documents_open(Load *load, EngineAppender **ret_appender) {
    Sql sql;
    if (!load_sql_begin(load, &sql)) return false;
    fputs("create or replace temporary table \"gov$documents\" (\"gov$file\" varchar, \"gov$number\" bigint, "
          "\"gov$document\" "
          "varchar",
          sql.stream);
    for (size_t i = 0; i < load->source->column_count; i++) {
        if (load->source->columns[i].origin == GOV_COLUMN_DATA) continue;
        fputs(", ", sql.stream);
        engine_write_name(sql.stream, load->source->columns[i].name);
        fputs(" varchar", sql.stream);
    }
    fputs(")", sql.stream);
    EngineError error = {0};
    return load_run(load, &sql, NULL, false) &&
           (engine_appender_open(load->connection, NULL, "gov$documents", ret_appender, &error) ||
            load_engine_fault(load, &error));
}

static bool append_text(EngineAppender *appender, const char *text, EngineError *error) {
    return text ? engine_append_text(appender, text, strlen(text), error) : engine_append_null(appender, error);
}

bool json_documents_add(Load *load, EngineAppender *appender, const char *file, int64_t number, const char *text,
                        size_t length, const char *const *values) {
    EngineError error = {0};
    bool ok = append_text(appender, file, &error);
    ok = ok && (number ? engine_append_integer(appender, number, &error) : engine_append_null(appender, &error));
    ok = ok && engine_append_text(appender, text, length, &error);
    for (size_t i = 0; ok && i < load->source->column_count; i++)
        if (load->source->columns[i].origin != GOV_COLUMN_DATA) ok = append_text(appender, values[i], &error);
    ok = ok && engine_append_row(appender, &error);
    return ok || load_engine_fault(load, &error);
}

/* --- rows --------------------------------------------------------------------------------------------------------- */

static bool write_path(Load *load, const char *text, bool is_name, FILE *stream) {
    IngestPath path;
    char *written = NULL;
    size_t size;
    bool ok = is_name ? ingest_path_of_name(text, &path, &load->fault) : ingest_path_read(text, &path, &load->fault);
    FILE *memory = ok ? open_memstream(&written, &size) : NULL;
    if (memory) {
        ingest_path_write(&path, memory);
        ok = fclose(memory) == 0;
        if (ok) engine_write_literal(stream, written);
    }
    free(written);
    ingest_path_clear(&path);
    return (ok && memory) || ingest_fault_memory(&load->fault);
}

static bool write_column_path(Load *load, const GovColumn *column, FILE *stream) {
    return column->json_path ? write_path(load, column->json_path, false, stream)
                             : write_path(load, column->name, true, stream);
}

/* Json keeps its form; all else is the text of the value. */
static bool write_column(Load *load, const GovColumn *column, FILE *stream) {
    IngestType type = ingest_type(column->type, NULL);
    bool whole = type == INGEST_TYPE_JSON || type == INGEST_TYPE_NESTED;
    fputs(whole ? ", nullif(json_extract(\"gov$value\", " : ", json_extract_string(\"gov$value\", ", stream);
    bool ok = write_column_path(load, column, stream);
    fputs(whole ? ")::varchar, 'null') as " : ") as ", stream);
    engine_write_name(stream, column->name);
    return ok;
}

/* True if some column is found by its name, so that a row must be an object. */
static bool needs_object(const GovSource *source) {
    for (size_t i = 0; i < source->column_count; i++)
        if (source->columns[i].origin == GOV_COLUMN_DATA && !source->columns[i].json_path) return true;
    return false;
}

/* Writes the relation of rows: gov$file, gov$line (number of the row), gov$fault, gov$record and the columns as text. */
static bool write_rows(Load *load, const char *rows_at, FILE *stream) {
    const GovSource *source = load->source;
    IngestPath path;
    bool ok = ingest_path_read(rows_at, &path, &load->fault);
    bool many = ok && ingest_path_is_many(&path), root = path.count == 0;
    ingest_path_clear(&path);
    fprintf(stream,
            "select \"gov$file\", \"gov$line\", case when not json_valid(\"gov$document\") then "
            "'not valid JSON' when \"gov$value\" is null then 'there is nothing at the path of the rows'%s end as "
            "\"gov$fault\", coalesce(\"gov$value\"::varchar, \"gov$document\") as \"gov$record\"",
            needs_object(source) ? " when json_type(\"gov$value\") <> 'OBJECT' then 'not a JSON object'" : "");
    for (size_t i = 0; ok && i < source->column_count; i++) {
        if (source->columns[i].origin == GOV_COLUMN_DATA) {
            ok = write_column(load, &source->columns[i], stream);
        } else {
            fputs(", ", stream);
            engine_write_name(stream, source->columns[i].name);
        }
    }
    fputs(" from (select * exclude (\"gov$rows\"), unnest(\"gov$rows\") as \"gov$value\", coalesce(\"gov$number\", "
          "unnest(range(1, len(\"gov$rows\") + 1))) as \"gov$line\" from (select *, case when "
          "json_valid(\"gov$document\") then ",
          stream);
    if (root) {
        fputs("[\"gov$document\"::json]", stream);
    } else {
        fputs(many ? "json_extract(\"gov$document\", " : "[json_extract(\"gov$document\", ", stream);
        ok = ok && write_path(load, rows_at, false, stream);
        fputs(many ? ")" : ")]", stream);
    }
    fputs(" else [null::json] end as \"gov$rows\" from \"gov$documents\"))", stream);
    return ok;
}

/* Notes the columns of which no row has a value by their path: a slip of the pen that nulls would hide. */
static bool note_missing(Load *load) {
    const GovSource *source = load->source;
    Sql sql;
    if (load->result->read == 0 || !load_sql_begin(load, &sql)) return load->result->read == 0;
    bool ok = true;
    fputs("select concat_ws(', ', null", sql.stream);
    for (size_t i = 0; ok && i < source->column_count; i++) {
        if (source->columns[i].origin != GOV_COLUMN_DATA) continue;
        char text[512];
        snprintf(text, sizeof text, "no row has `%.400s`",
                 source->columns[i].json_path ? source->columns[i].json_path : source->columns[i].name);
        fputs(", case when count(", sql.stream);
        engine_write_name(sql.stream, source->columns[i].name);
        fputs(") = 0 then ", sql.stream);
        engine_write_literal(sql.stream, text);
        fputs(" end", sql.stream);
    }
    fputs(") from \"gov$rows_of_json\"", sql.stream);
    char *text = load_sql_end(load, &sql), *note = NULL;
    EngineError error = {0};
    ok = text && engine_query_text(load->connection, text, &note, &error);
    free(text);
    if (ok && note && note[0]) return load_note(load, note);
    free(note);
    return ok || !text || load_engine_fault(load, &error);
}

/* Fails with `words` about the first document for which the condition holds. */
static bool refuse(Load *load, const char *condition, const char *words) {
    EngineError error = {0};
    char *name = NULL;
    char *query =
        ingest_print("select min(\"gov$file\") from \"gov$documents\" where \"gov$number\" is null and %s", condition);
    if (!query) return ingest_fault_memory(&load->fault);
    bool ok = engine_query_text(load->connection, query, &name, &error) || load_engine_fault(load, &error);
    if (ok && name) ok = ingest_fault(&load->fault, "`%s` %s", name, words);
    free(query);
    free(name);
    return ok;
}

/* The condition that a document has no array at the path. */
static char *write_no_array(Load *load, const char *path) {
    Sql sql;
    if (!load_sql_begin(load, &sql)) return NULL;
    fputs("coalesce(json_type(json_extract(\"gov$document\", ", sql.stream);
    engine_write_literal(sql.stream, path);
    fputs(")), '') <> 'ARRAY'", sql.stream);
    return load_sql_end(load, &sql);
}

/* Where the rows are those of an array, it must be there: an object that tells of an error has no rows either. */
static bool refuse_without_array(Load *load, const char *rows_at) {
    IngestPath path;
    size_t count = 0;
    bool ok = ingest_path_read(rows_at, &path, &load->fault);
    while (ok && count < path.count && path.steps[count].kind != INGEST_STEP_ALL) count++;
    Sql sql;
    if (!ok || count == path.count || !load_sql_begin(load, &sql)) {
        ingest_path_clear(&path);
        return !load->fault.text[0];
    }
    ingest_path_write(&(IngestPath){path.steps, count}, sql.stream);
    ingest_path_clear(&path);
    char *prefix = load_sql_end(load, &sql);
    char *condition = prefix ? write_no_array(load, prefix) : NULL;
    char *words = condition ? ingest_print("has no array at `%s`", prefix) : NULL;
    ok = words ? refuse(load, condition, words) : ingest_fault_memory(&load->fault);
    free(prefix);
    free(condition);
    free(words);
    return ok;
}

bool json_documents_load(Load *load, const char *rows_at) {
    Sql sql;
    EngineError ignored;
    bool agreed;
    if (!refuse(load, "not json_valid(\"gov$document\")", "is not valid JSON") ||
        !refuse_without_array(load, rows_at) || !load_sql_begin(load, &sql))
        return false;
    fputs("create or replace temporary table \"gov$rows_of_json\" as ", sql.stream);
    bool ok = write_rows(load, rows_at, sql.stream);
    ok = load_run(load, &sql, &load->result->read, false) && ok;
    ok = ok && contract_judge(load, "select * from \"gov$rows_of_json\"", -1, &agreed) && note_missing(load);
    engine_execute(load->connection,
                   "drop table if exists \"gov$rows_of_json\"; drop table if exists \"gov$documents\"", NULL, &ignored);
    return ok;
}

/* --- files -------------------------------------------------------------------------------------------------------- */

typedef struct {
    const char *encoding;
    const char *rows_at; /* null: each line is a row */
} JsonOptions;

static bool is_lines(const char *place) {
    size_t length = strlen(place);
    length -= length > 3 && strcmp(place + length - 3, ".gz") == 0 ? 3 : 0;
    return (length > 6 && strncmp(place + length - 6, ".jsonl", 6) == 0) ||
           (length > 7 && strncmp(place + length - 7, ".ndjson", 7) == 0);
}

static bool read_options(Load *load, JsonOptions *ret_options) {
    const GovSource *source = load->source;
    *ret_options = (JsonOptions){.rows_at = is_lines(source->place) ? NULL : "$[*]"};
    for (size_t i = 0; i < source->options.count; i++) {
        const char *key = source->options.items[i].key;
        const char *value = settings_value(load->request->settings, &source->options.items[i].value);
        if (strcmp(key, "format") == 0 && strcmp(value, "lines") == 0)
            ret_options->rows_at = NULL;
        else if (strcmp(key, "format") == 0 && strcmp(value, "array") == 0)
            ret_options->rows_at = "$[*]";
        else if (strcmp(key, "format") == 0)
            return ingest_fault(&load->fault, "the option `format` of json is `array` or `lines`");
        else if (strcmp(key, "rows") == 0)
            ret_options->rows_at = value;
        else if (strcmp(key, "encoding") == 0)
            ret_options->encoding = strcasecmp(value, "utf-8") == 0 ? NULL : value;
        else
            return ingest_fault(&load->fault, "the option `%s` is not known; json has format, rows, encoding", key);
    }
    return true;
}

/* Adds each line as a document. */
static bool add_lines(Load *load, const IngestFound *found, IngestStream *stream, EngineAppender *appender,
                      int64_t *ret_rows) {
    const IngestDialect lines = {.null_text = ""};
    const IngestRecord *record;
    IngestCsv *csv;
    if (!ingest_csv_open(stream, &lines, &csv, &load->fault)) return false;
    int more = 1;
    while (more > 0 && (more = ingest_csv_next(csv, true, &record, &load->fault)) > 0) {
        /* Bytes that are no UTF-8 are no JSON either: an empty document says so at its line. */
        size_t length = record->broken ? 0 : record->record.length;
        if (!json_documents_add(load, appender, found->name, record->line, record->record.text, length,
                                (const char *const *)found->values) ||
            (++*ret_rows % CANCEL_EVERY == 0 && load_cancelled(load)))
            more = -1;
    }
    ingest_csv_close(csv);
    return more == 0;
}

/* Adds the whole file as one document. */
static bool add_whole(Load *load, const IngestFound *found, IngestStream *stream, EngineAppender *appender) {
    size_t size = 0, capacity = (size_t)found->bytes + (1 << 16);
    char *text = malloc(capacity);
    ssize_t count = text ? 1 : -1;
    while (count > 0) {
        if (capacity - size < 1 << 15) {
            char *larger = capacity < document_maximum ? realloc(text, capacity * 2) : NULL;
            if (!larger) break;
            text = larger;
            capacity *= 2;
        }
        count = ingest_stream_read(stream, text + size, capacity - size, &load->fault);
        size += count > 0 ? (size_t)count : 0;
    }
    bool ok = count == 0;
    if (count > 0)
        ingest_fault(&load->fault, "`%s` is larger than %zu MB: write it as lines of JSON", found->name,
                     document_maximum >> 20);
    if (ok && !ingest_text_valid(text, size))
        ok = ingest_fault(&load->fault, "`%s` has bytes that are not UTF-8", found->name);
    ok = ok && json_documents_add(load, appender, found->name, 0, text, size, (const char *const *)found->values);
    free(text);
    return ok || ingest_fault_memory(&load->fault);
}

static bool add_file(Load *load, const IngestFound *found, const JsonOptions *options, EngineAppender *appender) {
    IngestStream *stream;
    int64_t rows = options->rows_at ? -1 : 0;
    if (!ingest_stream_open(found->path, found->name, options->encoding, &stream, &load->fault)) return false;
    load_progress(load, -1, -1, -1, found->name);
    bool ok =
        options->rows_at ? add_whole(load, found, stream, appender) : add_lines(load, found, stream, appender, &rows);
    ingest_stream_close(stream);
    return ok && load_add_file(load, found, rows);
}

bool load_json(Load *load, const IngestFoundFiles *files) {
    JsonOptions options;
    EngineAppender *appender;
    EngineError error = {0};
    if (!read_options(load, &options) || !json_documents_open(load, &appender)) return false;
    bool ok = true;
    for (size_t i = 0; ok && i < files->count; i++) ok = add_file(load, &files->items[i], &options, appender);
    bool closed = engine_appender_close(appender, !ok, &error);
    ok = ok && (closed || load_engine_fault(load, &error));
    return ok && json_documents_load(load, options.rows_at ? options.rows_at : "$");
}
