/* CSV files. The engine reads them with everything stated, and marks the rows that break the contract; our own reader
 * then looks those up by their place, for their true lines and texts. Where the engine does not take a file for CSV,
 * our reader goes through all of it. */
#include "runtime/ingest/convert.h"
#include "runtime/ingest/header.h"
#include "runtime/ingest/internal.h"
#include "runtime/ingest/pump.h"

#include <stdlib.h>
#include <string.h>

enum { LINE_MAXIMUM = 2 << 20, CANCEL_EVERY = 4096 };

/* One file being read: its columns in the order of the file. */
typedef struct {
    const IngestFound *found;
    IngestStream *stream;
    IngestCsv *csv;
    size_t *columns; /* indices of source->columns */
    size_t count;
} CsvFile;

static void file_close(CsvFile *file) {
    ingest_csv_close(file->csv);
    ingest_stream_close(file->stream);
    free(file->columns);
    *file = (CsvFile){0};
}

/* Without a header the file's columns are the declared ones, in their order. */
static void take_declared(const GovSource *source, CsvFile *file) {
    for (size_t i = 0; i < source->column_count; i++)
        if (source->columns[i].origin == GOV_COLUMN_DATA) file->columns[file->count++] = i;
}

static bool read_header(Load *load, CsvFile *file) {
    const IngestRecord *record;
    const char *name = file->found->name;
    int found = ingest_csv_next(file->csv, true, &record, &load->fault);
    if (found < 0) return false;
    if (found == 0) return ingest_fault(&load->fault, "`%s` is empty: not even a header", name);
    if (record->broken)
        return ingest_fault(&load->fault, "the header of `%s` cannot be read: %s", name, record->broken);
    file->count = record->field_count;
    file->columns = calloc(record->field_count, sizeof *file->columns);
    if (!file->columns) return ingest_fault_memory(&load->fault);
    return ingest_header_match(load->source, name, record->fields, record->field_count, file->columns, &load->fault);
}

/* Opens the file behind its header. */
static bool file_open(Load *load, const IngestFound *found, CsvFile *ret_file) {
    *ret_file = (CsvFile){.found = found};
    if (!ingest_stream_open(found->path, found->name, load->dialect.encoding, &ret_file->stream, &load->fault) ||
        !ingest_csv_open(ret_file->stream, &load->dialect, &ret_file->csv, &load->fault))
        return false;
    if (load->dialect.header) return read_header(load, ret_file);
    ret_file->columns = calloc(load->source->column_count + 1, sizeof *ret_file->columns);
    if (!ret_file->columns) return ingest_fault_memory(&load->fault);
    take_declared(load->source, ret_file);
    return true;
}

/* --- the quick way ------------------------------------------------------------------------------------------------ */

static void write_option(FILE *stream, const char *name, char character) {
    fprintf(stream, ", %s = ", name);
    engine_write_literal(stream, character ? (char[]){character, 0} : "");
}

/* Writes the relation that gives the columns of the file as text, those of its path as literals. */
static void write_relation(const Load *load, FILE *stream, const CsvFile *file, const char *path) {
    const GovSource *source = load->source;
    fputs("select *", stream);
    for (size_t i = 0; i < source->column_count; i++) {
        if (source->columns[i].origin == GOV_COLUMN_DATA) continue;
        fputs(", ", stream);
        engine_write_literal(stream, file->found->values[i]);
        fputs(" as ", stream);
        engine_write_name(stream, source->columns[i].name);
    }
    fputs(" from read_csv(", stream);
    engine_write_literal(stream, path);
    fprintf(stream, ", auto_detect = false, compression = 'none', strict_mode = true, header = %s, max_line_size = %d",
            load->dialect.header ? "true" : "false", LINE_MAXIMUM);
    write_option(stream, "delim", load->dialect.delimiter);
    write_option(stream, "quote", load->dialect.quote);
    write_option(stream, "escape", load->dialect.escape);
    fputs(", nullstr = ", stream);
    engine_write_literal(stream, load->dialect.null_text);
    fputs(", columns = {", stream);
    for (size_t i = 0; i < file->count; i++) {
        fputs(i ? ", " : "", stream);
        engine_write_literal(stream, source->columns[file->columns[i]].name);
        fputs(": 'VARCHAR'", stream);
    }
    fputs("})", stream);
}

static bool needs_pump(const Load *load, const IngestFound *found) {
    size_t length = strlen(found->path);
    return load->dialect.encoding || (length > 3 && strcmp(found->path + length - 3, ".gz") == 0);
}

/* Inserts from `path`; `*ret_readable` says whether the engine takes it for CSV. */
static bool insert_from(Load *load, const CsvFile *file, const char *path, int64_t *ret_rows, bool *ret_readable) {
    Sql sql;
    *ret_readable = false;
    if (!load_sql_begin(load, &sql)) return false;
    write_relation(load, sql.stream, file, path);
    char *relation = load_sql_end(load, &sql);
    bool ok = relation && contract_insert(load, relation, ret_rows, ret_readable);
    free(relation);
    return ok;
}

static bool insert_pumped(Load *load, const CsvFile *file, int64_t *ret_rows, bool *ret_readable) {
    IngestStream *stream;
    IngestPump *pump;
    *ret_readable = false;
    if (!ingest_stream_open(file->found->path, file->found->name, load->dialect.encoding, &stream, &load->fault) ||
        !ingest_pump_start(stream, load->request->cancel, &pump, &load->fault))
        return false;
    bool ok = insert_from(load, file, ingest_pump_path(pump), ret_rows, ret_readable);
    IngestFault fault = {0};
    bool whole = ingest_pump_finish(pump, &fault);
    if (whole || load->fault.text[0]) return ok;
    return ingest_fault(&load->fault, "%s", fault.text);
}

static bool insert_file(Load *load, const IngestFound *found, int64_t *ret_rows, bool *ret_readable) {
    CsvFile file;
    bool ok = file_open(load, found, &file);
    if (ok) load_progress(load, -1, -1, -1, found->name);
    if (ok && needs_pump(load, found))
        ok = insert_pumped(load, &file, ret_rows, ret_readable);
    else if (ok)
        ok = insert_from(load, &file, found->path, ret_rows, ret_readable);
    file_close(&file);
    return ok;
}

/* --- the thorough way --------------------------------------------------------------------------------------------- */

/* Makes gov$raw: what each record says, as text, with where it stands. */
static bool create_raw(Load *load) {
    Sql sql;
    if (!load_sql_begin(load, &sql)) return false;
    fputs("create or replace temporary table \"gov$raw\" (\"gov$file\" varchar, \"gov$line\" bigint, \"gov$fault\" "
          "varchar, "
          "\"gov$record\" varchar",
          sql.stream);
    for (size_t i = 0; i < load->source->column_count; i++) {
        fputs(", ", sql.stream);
        engine_write_name(sql.stream, load->source->columns[i].name);
        fputs(" varchar", sql.stream);
    }
    fputs(")", sql.stream);
    return load_run(load, &sql, NULL, false);
}

/* Appends text whose bytes may be no UTF-8: those are shown as `?`. */
static bool append_printable(EngineAppender *appender, IngestText text, EngineError *error) {
    if (ingest_text_valid(text.text, text.length)) return engine_append_text(appender, text.text, text.length, error);
    char *copy = malloc(text.length + 1);
    if (!copy) return engine_append_null(appender, error);
    for (size_t i = 0; i < text.length; i++)
        copy[i] = (unsigned char)text.text[i] < 0x80 && text.text[i] ? text.text[i] : '?';
    bool ok = engine_append_text(appender, copy, text.length, error);
    free(copy);
    return ok;
}

static bool append_value(EngineAppender *appender, const char *null_text, const IngestText *field, EngineError *error) {
    if (!field || (strlen(null_text) == field->length && memcmp(null_text, field->text, field->length) == 0))
        return engine_append_null(appender, error);
    return engine_append_text(appender, field->text, field->length, error);
}

static bool append_record(Load *load, const CsvFile *file, const size_t *places, const IngestRecord *record,
                          EngineAppender *appender, EngineError *error) {
    char text[128] = "";
    if (record->broken)
        snprintf(text, sizeof text, "%s", record->broken);
    else if (record->field_count != file->count)
        snprintf(text, sizeof text, "%zu %s where %zu are declared", record->field_count,
                 record->field_count == 1 ? "field" : "fields", file->count);
    bool ok = engine_append_text(appender, file->found->name, strlen(file->found->name), error) &&
              engine_append_integer(appender, record->line, error);
    if (text[0])
        ok = ok && engine_append_text(appender, text, strlen(text), error) &&
             append_printable(appender, record->record, error);
    else
        ok = ok && engine_append_null(appender, error) && engine_append_null(appender, error);
    for (size_t i = 0; ok && i < load->source->column_count; i++) {
        const char *value = file->found->values[i];
        bool data = load->source->columns[i].origin == GOV_COLUMN_DATA;
        if (data)
            ok = append_value(appender, load->dialect.null_text, text[0] ? NULL : &record->fields[places[i]], error);
        else
            ok = engine_append_text(appender, value, strlen(value), error);
    }
    return ok && engine_append_row(appender, error);
}

/* The records of interest of a file: those whose places, counted over all files, are `rows`; null: all of them. */
typedef struct {
    const int64_t *rows;
    size_t count;
    size_t next;   /* index of rows */
    int64_t place; /* of the next record */
} Wanted;

static bool wants_next(const Wanted *wanted) {
    return !wanted->rows || (wanted->next < wanted->count && wanted->rows[wanted->next] == wanted->place);
}

/* Appends the wanted records of an open file. `places[column]` is the column's place in the file. */
static bool append_records(Load *load, const CsvFile *file, const size_t *places, Wanted *wanted,
                           EngineAppender *appender, int64_t *ret_rows) {
    EngineError error = {0};
    bool skip_blank = file->count > 1;
    for (;;) {
        const IngestRecord *record = NULL;
        bool wants = wants_next(wanted);
        int found = wants ? ingest_csv_next(file->csv, skip_blank, &record, &load->fault)
                          : ingest_csv_pass(file->csv, skip_blank, &load->fault);
        if (found <= 0) return found == 0;
        if (record && !append_record(load, file, places, record, appender, &error))
            return load_engine_fault(load, &error);
        wanted->place++;
        wanted->next += wants;
        if (++*ret_rows % CANCEL_EVERY == 0 && load_cancelled(load)) return false;
    }
}

static bool append_file(Load *load, const IngestFound *found, Wanted *wanted, EngineAppender *appender,
                        int64_t *ret_rows) {
    CsvFile file;
    size_t *places = calloc(load->source->column_count + 1, sizeof *places);
    bool ok = file_open(load, found, &file);
    if (ok && !places) ok = ingest_fault_memory(&load->fault);
    for (size_t i = 0; ok && i < file.count; i++) places[file.columns[i]] = i;
    ok = ok && append_records(load, &file, places, wanted, appender, ret_rows);
    file_close(&file);
    free(places);
    return ok;
}

/* Fills gov$raw. `ret_rows` (of each file) gets how many records there are, wanted or not. */
static bool append_files(Load *load, const IngestFoundFiles *files, Wanted *wanted, int64_t *ret_rows) {
    EngineError error = {0};
    EngineAppender *appender;
    if (!create_raw(load)) return false;
    if (!engine_appender_open(load->connection, NULL, "gov$raw", &appender, &error))
        return load_engine_fault(load, &error);
    bool ok = true;
    for (size_t i = 0; ok && i < files->count; i++)
        ok = append_file(load, &files->items[i], wanted, appender, &ret_rows[i]);
    bool closed = engine_appender_close(appender, !ok, &error);
    return ok && (closed || load_engine_fault(load, &error));
}

/* Judges gov$raw. `expected` is how many of its rows must be wrong, or -1; `*ret_agreed` whether they are. */
static bool judge_raw(Load *load, int64_t expected, bool *ret_agreed) {
    EngineError ignored;
    bool ok = contract_judge(load, "select * from \"gov$raw\"", expected, ret_agreed);
    engine_execute(load->connection, "drop table if exists \"gov$raw\"", NULL, &ignored);
    return ok;
}

static int64_t sum(const int64_t *rows, size_t count) {
    int64_t total = 0;
    for (size_t i = 0; i < count; i++) total += rows[i];
    return total;
}

static bool same_counts(const int64_t *a, const int64_t *b, size_t count) {
    return memcmp(a, b, count * sizeof *a) == 0;
}

/* Reads every record by our own reader. */
static bool load_thoroughly(Load *load, const IngestFoundFiles *files, int64_t *rows) {
    bool agreed;
    memset(rows, 0, files->count * sizeof *rows);
    bool ok = contract_create_tables(load) && append_files(load, files, &(Wanted){0}, rows);
    load->result->read = sum(rows, files->count);
    return ok && judge_raw(load, -1, &agreed);
}

/* Looks up the marked rows by our own reader. Both readers must agree on what a record is, and on every marked row that
 * it is wrong; else everything is read by ours. */
static bool look_up(Load *load, const IngestFoundFiles *files, const int64_t *marked, size_t count, int64_t *rows) {
    int64_t *seen = calloc(files->count, sizeof *seen);
    if (!seen) return ingest_fault_memory(&load->fault);
    Wanted wanted = {.rows = marked, .count = count};
    bool ok = append_files(load, files, &wanted, seen);
    bool agreed = same_counts(seen, rows, files->count);
    free(seen);
    load->result->read = sum(rows, files->count);
    load->result->accepted = load->result->read - (int64_t)count;
    if (ok && agreed) ok = contract_drop_marked(load) && judge_raw(load, (int64_t)count, &agreed);
    if (!ok || agreed) return ok;
    load->result->accepted = 0;
    return load_thoroughly(load, files, rows);
}

static bool load_rows(Load *load, const IngestFoundFiles *files, int64_t *rows) {
    bool readable = true;
    for (size_t i = 0; readable && i < files->count; i++)
        if (!insert_file(load, &files->items[i], &rows[i], &readable)) return false;
    if (!readable) return load_thoroughly(load, files, rows);
    int64_t *marked;
    size_t count;
    bool ok = contract_take_marked(load, &marked, &count);
    if (ok && count)
        ok = look_up(load, files, marked, count, rows);
    else
        load->result->read = load->result->accepted = sum(rows, files->count);
    free(marked);
    return ok;
}

bool load_csv(Load *load, const IngestFoundFiles *files) {
    int64_t *rows = calloc(files->count, sizeof *rows);
    bool ok = rows ? load_rows(load, files, rows) : ingest_fault_memory(&load->fault);
    for (size_t i = 0; ok && i < files->count; i++) ok = load_add_file(load, &files->items[i], rows[i]);
    free(rows);
    return ok;
}
