#include "runtime/log/rows.h"
#include "runtime/log/format.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---------------------------------------------------------------------------------------------------------- table */

/* The cells of the table, row by row; a table is laid out when all of it is known. Null cells are null. */
typedef struct {
    char **cells;
    size_t count;
    size_t capacity;
    size_t *widths;
    size_t columns;
} Table;

static void clear_table(Table *table) {
    for (size_t i = 0; i < table->count; i++) free(table->cells[i]);
    free(table->cells);
    free(table->widths);
}

/* On one line: what would break the table is written as an escape. Null: out of memory. */
static char *on_one_line(const char *text) {
    char *copy = NULL;
    size_t size;
    FILE *stream = open_memstream(&copy, &size);
    if (!stream) return NULL;
    for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
        if (*at == '\n')
            fputs("\\n", stream);
        else if (*at < ' ' || *at == 0x7F)
            fprintf(stream, "\\x%02X", *at);
        else
            fputc(*at, stream);
    }
    if (fclose(stream) == 0) return copy;
    free(copy);
    return NULL;
}

static bool add_cell(Table *table, size_t column, const char *text) {
    if (table->count == table->capacity) {
        size_t capacity = table->capacity ? 2 * table->capacity : 256;
        char **grown = realloc(table->cells, capacity * sizeof *grown);
        if (!grown) return false;
        table->cells = grown;
        table->capacity = capacity;
    }
    char *copy = text ? on_one_line(text) : NULL;
    if (text && !copy) return false;
    table->cells[table->count++] = copy;
    size_t width = copy ? log_format_width(copy) : 0;
    if (width > table->widths[column]) table->widths[column] = width;
    return true;
}

static bool read_table(Table *table, EngineResult *result, EngineError *ret_error) {
    bool ok = true;
    for (size_t i = 0; ok && i < table->columns; i++) ok = add_cell(table, i, engine_column(result, i)->name);
    while (ok && engine_next(result, ret_error))
        for (size_t i = 0; ok && i < table->columns; i++) {
            EngineCell cell = engine_cell(result, i);
            ok = add_cell(table, i, cell.is_null ? NULL : cell.text);
        }
    if (!ok) *ret_error = (EngineError){ENGINE_FAULT_MEMORY, "out of memory: the table is too large to be laid out"};
    return ok && ret_error->fault == ENGINE_FAULT_NONE;
}

static bool is_number(const EngineColumn *column) {
    return column->class == ENGINE_CLASS_INTEGER || column->class == ENGINE_CLASS_DECIMAL ||
           column->class == ENGINE_CLASS_DOUBLE;
}

static void write_row(FILE *out, const Table *table, const EngineResult *result, size_t row) {
    for (size_t i = 0; i < table->columns; i++) {
        const char *text = table->cells[row * table->columns + i];
        size_t width = text ? log_format_width(text) : 0;
        int missing = (int)(table->widths[i] - width);
        bool right = is_number(engine_column(result, i)) && row > 0, last = i + 1 == table->columns;
        fprintf(out, "%s%*s%s%*s", i ? " | " : "", right ? missing : 0, "", text ? text : "",
                right || last ? 0 : missing, "");
    }
    fputc('\n', out);
}

static bool write_table(FILE *out, EngineResult *result, int64_t *ret_rows, EngineError *ret_error) {
    Table table = {.columns = engine_column_count(result)};
    table.widths = calloc(table.columns ? table.columns : 1, sizeof *table.widths);
    if (!table.widths) {
        *ret_error = (EngineError){ENGINE_FAULT_MEMORY, "out of memory"};
        return false;
    }
    bool ok = read_table(&table, result, ret_error);
    size_t rows = table.columns && table.count ? table.count / table.columns - 1 : 0;
    for (size_t row = 0; ok && row <= rows; row++) {
        write_row(out, &table, result, row);
        for (size_t i = 0; row == 0 && i < table.columns; i++) {
            fputs(i ? "-+-" : "", out);
            for (size_t k = 0; k < table.widths[i]; k++) fputc('-', out);
        }
        fputs(row == 0 ? "\n" : "", out);
    }
    *ret_rows = (int64_t)rows;
    clear_table(&table);
    return ok;
}

/* ------------------------------------------------------------------------------------------------------------ csv */

static void write_field(FILE *out, const char *text) {
    if (*text && !strpbrk(text, ",\"\r\n")) {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '"') fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

static bool write_csv(FILE *out, EngineResult *result, int64_t *ret_rows, EngineError *ret_error) {
    size_t columns = engine_column_count(result);
    for (size_t i = 0; i < columns; i++) {
        fputs(i ? "," : "", out);
        write_field(out, engine_column(result, i)->name);
    }
    fputc('\n', out);
    for (*ret_rows = 0; engine_next(result, ret_error); ++*ret_rows) {
        for (size_t i = 0; i < columns; i++) {
            EngineCell cell = engine_cell(result, i);
            fputs(i ? "," : "", out);
            if (!cell.is_null) write_field(out, cell.text);
        }
        fputc('\n', out);
    }
    return ret_error->fault == ENGINE_FAULT_NONE;
}

/* ----------------------------------------------------------------------------------------------------------- json */

static void write_json_text(FILE *out, const char *text, size_t length) {
    json_t *value = json_stringn(text, length);
    if (!value || json_dumpf(value, out, JSON_ENCODE_ANY) != 0)
        fputs("null", out); /* not UTF-8: no engine of ours gives that */
    json_decref(value);
}

static void write_json_cell(FILE *out, const EngineColumn *column, const EngineCell *cell) {
    if (cell->is_null) {
        fputs("null", out);
        return;
    }
    switch (column->class) {
    case ENGINE_CLASS_DOUBLE:
        if (!isfinite(cell->real)) { /* JSON has no word for them */
            write_json_text(out, cell->text, cell->length);
            return;
        }
        fputs(cell->text, out);
        return;
    case ENGINE_CLASS_BOOLEAN:
    case ENGINE_CLASS_INTEGER:
    case ENGINE_CLASS_DECIMAL:
    case ENGINE_CLASS_JSON: fputs(cell->text, out); return;
    case ENGINE_CLASS_TEXT:
    case ENGINE_CLASS_TIME:
    case ENGINE_CLASS_BYTES: write_json_text(out, cell->text, cell->length); return;
    }
}

static bool write_json(FILE *out, EngineResult *result, int64_t *ret_rows, EngineError *ret_error) {
    size_t columns = engine_column_count(result);
    fputc('[', out);
    for (*ret_rows = 0; engine_next(result, ret_error); ++*ret_rows) {
        fputs(*ret_rows ? ",\n {" : "\n {", out);
        for (size_t i = 0; i < columns; i++) {
            const EngineColumn *column = engine_column(result, i);
            EngineCell cell = engine_cell(result, i);
            fputs(i ? ", " : "", out);
            write_json_text(out, column->name, strlen(column->name));
            fputs(": ", out);
            write_json_cell(out, column, &cell);
        }
        fputc('}', out);
    }
    fputs("\n]\n", out);
    return ret_error->fault == ENGINE_FAULT_NONE;
}

bool log_rows(FILE *out, EngineResult *result, GovRowsFormat format, int64_t *ret_rows, EngineError *ret_error) {
    int64_t rows = 0;
    bool ok = false;
    switch (format) {
    case GOV_ROWS_TABLE: ok = write_table(out, result, &rows, ret_error); break;
    case GOV_ROWS_CSV: ok = write_csv(out, result, &rows, ret_error); break;
    case GOV_ROWS_JSON: ok = write_json(out, result, &rows, ret_error); break;
    }
    if (ret_rows) *ret_rows = rows;
    return ok;
}
