/* `gov dump --stage=types`: what each relation gives. */
#include "compiler/types/internal.h"

static void dump_column(const Program *program, const Column *column, Buffer *out) {
    buffer_format(out, "  %s %s", column->name ? column->name->text : "?", type_text(program->types, column->type));
    if (!column->nullable) buffer_text(out, " not null");
    if (column->unit) buffer_format(out, " unit %s", unit_text(program->types, column->unit));
    buffer_char(out, '\n');
}

static void dump_rows(const Program *program, const char *title, const Rows *rows, Buffer *out) {
    buffer_format(out, "%s%s\n", title, rows && rows->open ? " (columns not known)" : "");
    for (uint32_t i = 0; rows && i < rows->columns.count; i++) dump_column(program, rows->columns.items[i], out);
}

void types_dump(const Program *program, Buffer *out) {
    for (uint32_t i = 0; i < program->relations.count; i++) {
        const Relation *relation = program->relations.items[i];
        if (relation->kind == RELATION_SYSTEM) continue;
        dump_rows(program, relation->full_name->text, relation->rows, out);
    }
    for (uint32_t i = 0; i < program->queries.count; i++) dump_rows(program, "query", program->queries.items[i]->rowset.rows, out);
}
