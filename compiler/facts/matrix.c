#include "compiler/facts/matrix.h"

const char *flow_label_words(const Program *program, Arena *arena, FlowLabel label) {
    Buffer out;
    const char *before = "";
    buffer_open(&out, arena);
    for (uint32_t i = 0; i < program->tags.count; i++) {
        const Tag *tag = program->tags.items[i];
        Level level = flow_label_level(label, tag->index);
        if (level == LEVEL_NONE) continue;
        buffer_format(&out, "%s%s %s", before, tag->name->text, level_word(level));
        before = ", ";
    }
    return buffer_string(&out);
}

static const char *relation_word(const RelationAccess *access) {
    if (!access->grant) return "none";
    return access->whole ? "whole" : "part";
}

static const char *rows_words(const Program *program, Arena *arena, const RelationAccess *access) {
    if (!access->grant) return "";
    return access->grant->where ? text_copy(arena, source_text(program->sources, access->grant->where->span)) : "all";
}

/* What all cells of a relation say. */
static AccessCell cell_of(const Facts *facts, Arena *arena, const RelationAccess *access) {
    return (AccessCell){.role = access->role->name->text, .relation = access->relation->full_name->text, .column = "", .mask = "",
                        .level = "", .rows = rows_words(facts->program, arena, access),
                        .grant = access->grant ? access->grant->decl->node.span : (Span){0}};
}

static void add_relation(const Facts *facts, Arena *arena, const RelationAccess *access, AccessCells *cells) {
    const RelationFacts *of = facts_of(facts, access->relation);
    AccessCell cell = cell_of(facts, arena, access);
    cell.access = relation_word(access);
    if (of && of->flow && access->grant) cell.level = flow_label_words(facts->program, arena, of->flow->rows);
    vec_push(arena, cells, cell);
}

static void add_columns(const Facts *facts, Arena *arena, const RelationAccess *access, AccessCells *cells) {
    for (uint32_t i = 0; i < access->relation->rows->columns.count; i++) {
        const ColumnAccess *column = &access->columns[i];
        AccessCell cell = cell_of(facts, arena, access);
        cell.column = access->relation->rows->columns.items[i]->name->text;
        cell.access = access_word(column->kind);
        if (column->kind == ACCESS_MASKED) cell.mask = column->mask ? column->mask->name->text : "null";
        cell.level = flow_label_words(facts->program, arena, column->shows);
        vec_push(arena, cells, cell);
    }
}

AccessCells access_matrix(const Facts *facts, Arena *arena, const MatrixOptions *options) {
    const Program *program = facts->program;
    AccessCells cells = {0};
    for (uint32_t r = 0; r < program->roles.count; r++)
        for (uint32_t i = 0; i < program->relations.count; i++) {
            const Relation *relation = program->relations.items[i];
            if (options->role && program->roles.items[r] != options->role) continue;
            if (relation->kind == RELATION_SYSTEM || !relation->rows || (options->relation && relation != options->relation)) continue;
            RelationAccess access = access_of(facts, arena, program->roles.items[r], relation);
            if (options->columns) add_columns(facts, arena, &access, &cells);
            else add_relation(facts, arena, &access, &cells);
        }
    return cells;
}
