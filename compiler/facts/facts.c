#include "compiler/facts/internal.h"

Facts *facts_open(Program *program, const Facts *base) {
    Facts *facts = arena_new(program->arena, Facts);
    facts->program = program;
    facts->base = base;
    if (base) facts->counted = base->counted;
    return facts;
}

void facts_add(Facts *facts, Relation *relation) {
    Program *program = facts->program;
    RelationFacts *found = arena_new(program->arena, RelationFacts);
    found->relation = relation;
    found->keys = found->proved = arena_new(program->arena, KeySet);
    vec_push(program->arena, &facts->relations, found);
    if (relation->bad || !relation->rows) return;
    found->keys = keys_find(program, found);
    lineage_find(program, found);
    tags_find(facts, found);
    flow_find(facts, found);
}

void facts_settle(Facts *facts) {
    flow_settle(facts);
}

RelationFacts *facts_of(const Facts *facts, const Relation *relation) {
    if (relation->order < facts->relations.count && facts->relations.items[relation->order]->relation == relation)
        return facts->relations.items[relation->order];
    for (uint32_t i = 0; i < facts->relations.count; i++)
        if (facts->relations.items[i]->relation == relation) return facts->relations.items[i];
    return facts->base ? facts_of(facts->base, relation) : NULL;
}

void conjuncts(Node *predicate, void (*visit)(void *context, Node *part), void *context) {
    if (!predicate) return;
    if (predicate->kind == NODE_BINARY && ((Binary *)predicate)->of == OP_AND) {
        conjuncts(((Binary *)predicate)->left, visit, context);
        conjuncts(((Binary *)predicate)->right, visit, context);
    } else visit(context, predicate);
}

const char *edge_word(EdgeKind kind) {
    switch (kind) {
    case EDGE_DIRECT: return "direct";
    case EDGE_DERIVED: return "derived";
    case EDGE_AGGREGATED: return "aggregated";
    case EDGE_FILTER: return "filter";
    }
    return "";
}

const char *filter_word(unsigned way) {
    static const char *const WORDS[] = {"condition", "join", "group", "order", "window", "branch", "rows"};
    for (unsigned i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (way == 1u << i) return WORDS[i];
    return "";
}

static const char *column_text(Arena *arena, const Column *column) {
    if (!column->relation) return column->name->text;
    return arena_format(arena, "%s.%s", column->relation->full_name->text, column->name->text);
}

void facts_dump_keys(const Facts *facts, Buffer *out) {
    for (uint32_t i = 0; i < facts->relations.count; i++) {
        const RelationFacts *relation = facts->relations.items[i];
        if (relation->relation->kind == RELATION_SYSTEM) continue;
        buffer_format(out, "%s\n", relation->relation->full_name->text);
        for (uint32_t k = 0; k < relation->keys->keys.count; k++) {
            const Key *key = relation->keys->keys.items[k];
            buffer_text(out, "  (");
            for (uint32_t c = 0; c < key->columns.count; c++)
                buffer_format(out, "%s%s", c ? ", " : "", key->columns.items[c]->name->text);
            buffer_format(out, ") %s\n", key->because);
        }
    }
}

static void dump_ways(Buffer *out, unsigned ways) {
    const char *before = " (";
    for (unsigned way = 1; way <= ways; way <<= 1) {
        if (!(ways & way)) continue;
        buffer_format(out, "%s%s", before, filter_word(way));
        before = ", ";
    }
    if (ways) buffer_text(out, ")");
}

/* What is said of the columns, by themselves or by what they are plain copies of. */
static void dump_words(const RelationFacts *facts, Buffer *out) {
    const Rows *rows = facts->relation->rows;
    for (uint32_t i = 0; i < rows->columns.count; i++) {
        const Column *column = rows->columns.items[i];
        uint32_t tags = facts->tags ? facts->tags[i].count : 0;
        if (!column->doc.length && !tags) continue;
        buffer_format(out, "  %s: %.*s", column->name->text, TEXT_ARGS(column->doc));
        for (uint32_t k = 0; k < tags; k++)
            buffer_format(out, "%s%s", k ? ", " : column->doc.length ? " [" : "[", facts->tags[i].items[k]->name->text);
        buffer_text(out, tags ? "]\n" : "\n");
    }
}

void facts_dump_lineage(const Facts *facts, Buffer *out) {
    Arena *arena = facts->program->arena;
    for (uint32_t i = 0; i < facts->relations.count; i++) {
        const RelationFacts *relation = facts->relations.items[i];
        if (!relation->edges.count && !relation->rows_edges.count) continue;
        buffer_format(out, "%s\n", relation->relation->full_name->text);
        dump_words(relation, out);
        for (uint32_t e = 0; e < relation->edges.count; e++) {
            const Edge *edge = &relation->edges.items[e];
            buffer_format(out, "  %s <- %s %s", edge->to ? edge->to->name->text : "(rows)", column_text(arena, edge->from),
                          edge_word(edge->kind));
            dump_ways(out, edge->ways);
            buffer_char(out, '\n');
        }
        for (uint32_t e = 0; e < relation->rows_edges.count; e++) {
            const RowsEdge *edge = &relation->rows_edges.items[e];
            buffer_format(out, "  %s <- %s (rows)\n", edge->to ? edge->to->name->text : "(rows)", edge->from->full_name->text);
        }
    }
}
