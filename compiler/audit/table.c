#include "compiler/audit/audit.h"

#include <string.h>

AuditTable audit_table(const char *const *columns, uint32_t count) {
    return (AuditTable){.columns = columns, .column_count = count};
}

const char **audit_row(Arena *arena, AuditTable *table) {
    const char **row = arena_alloc(arena, table->column_count * sizeof *row);
    for (uint32_t i = 0; i < table->column_count; i++) row[i] = "";
    vec_push(arena, &table->rows, row);
    return row;
}

void audit_text(const AuditTable *table, Buffer *out) {
    int widest = 0;
    for (uint32_t i = 0; i < table->column_count; i++)
        if ((int)strlen(table->columns[i]) > widest) widest = (int)strlen(table->columns[i]);
    for (uint32_t r = 0; r < table->rows.count; r++) {
        if (r) buffer_char(out, '\n');
        for (uint32_t i = 0; i < table->column_count; i++)
            if (*table->rows.items[r][i]) buffer_format(out, "%-*s  %s\n", widest, table->columns[i], table->rows.items[r][i]);
    }
}

static void csv_cell(const char *text, Buffer *out) {
    bool quoted = strpbrk(text, ",\"\r\n") != NULL;
    if (quoted) buffer_char(out, '"');
    for (; *text; text++) {
        if (*text == '"') buffer_char(out, '"');
        buffer_char(out, *text);
    }
    if (quoted) buffer_char(out, '"');
}

static void csv_row(const char *const *cells, uint32_t count, Buffer *out) {
    for (uint32_t i = 0; i < count; i++) {
        if (i) buffer_char(out, ',');
        csv_cell(cells[i], out);
    }
    buffer_char(out, '\n');
}

void audit_csv(const AuditTable *table, Buffer *out) {
    csv_row(table->columns, table->column_count, out);
    for (uint32_t r = 0; r < table->rows.count; r++) csv_row(table->rows.items[r], table->column_count, out);
}

static void markdown_row(const char *const *cells, uint32_t count, Buffer *out) {
    for (uint32_t i = 0; i < count; i++) {
        buffer_format(out, "| ");
        for (const char *at = cells[i]; *at; at++) {
            if (*at == '|') buffer_char(out, '\\');
            buffer_char(out, *at == '\n' ? ' ' : *at);
        }
        buffer_char(out, ' ');
    }
    buffer_format(out, "|\n");
}

void audit_markdown(const AuditTable *table, Buffer *out) {
    markdown_row(table->columns, table->column_count, out);
    for (uint32_t i = 0; i < table->column_count; i++) buffer_format(out, "| --- ");
    buffer_format(out, "|\n");
    for (uint32_t r = 0; r < table->rows.count; r++) markdown_row(table->rows.items[r], table->column_count, out);
}
