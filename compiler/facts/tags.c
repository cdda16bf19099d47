/* What a column is called by: its own tags, and those of the columns that it is a plain copy of. */
#include "compiler/facts/internal.h"

static void add_tag(Arena *arena, Tags *tags, Tag *tag) {
    for (uint32_t i = 0; i < tags->count; i++)
        if (tags->items[i] == tag) return;
    vec_push(arena, tags, tag);
}

static Tags *tags_of(Arena *arena, RelationFacts *facts, const Column *column) {
    if (!facts->tags) facts->tags = arena_alloc(arena, facts->relation->rows->columns.count * sizeof *facts->tags);
    return &facts->tags[column->index];
}

static void add_declared(Arena *arena, RelationFacts *facts) {
    const Rows *rows = facts->relation->rows;
    for (uint32_t i = 0; i < rows->columns.count; i++) {
        const Column *column = rows->columns.items[i];
        for (uint32_t k = 0; column->declared && k < column->declared->tags.count; k++)
            add_tag(arena, tags_of(arena, facts, column), column->declared->tags.items[k]);
    }
}

void tags_find(const Facts *facts, RelationFacts *relation) {
    Arena *arena = facts->program->arena;
    add_declared(arena, relation);
    for (uint32_t i = 0; i < relation->edges.count; i++) {
        const Edge *edge = &relation->edges.items[i];
        if (edge->kind != EDGE_DIRECT || !edge->to) continue;
        const RelationFacts *read = facts_of(facts, edge->from->relation);
        for (uint32_t k = 0; read && read->tags && k < read->tags[edge->from->index].count; k++)
            add_tag(arena, tags_of(arena, relation, edge->to), read->tags[edge->from->index].items[k]);
    }
}
