/* Whether the engine is left a choice: then the same rows may give another result, each time.
 *
 * A choice among rows that are equal in what they are sorted by is none where that holds a key. What is not seen to be
 * certain counts as left to the engine: the price is that more is built again. */
#include "compiler/plan/meaning.h"

#include <string.h>

typedef VEC(Column *) Columns;

/* ------------------------------------------------------------------ LIMIT */

static Column *column_at(const Rows *rows, Text ordinal) {
    uint32_t position = 0;
    for (uint32_t i = 0; i < ordinal.length && position < 100000; i++) position = position * 10 + (uint32_t)(ordinal.at[i] - '0');
    return position && position <= rows->columns.count ? rows->columns.items[position - 1] : NULL;
}

/* The column of the query's own that an item of ORDER BY is, or null. */
static Column *sorted_column(const Rows *rows, const Node *expr) {
    if (!expr) return NULL;
    if (expr->kind == NODE_LITERAL && ((const Literal *)expr)->of == LITERAL_INTEGER) return column_at(rows, ((const Literal *)expr)->text);
    const Column *meant = expr->kind == NODE_REF ? ((const Ref *)expr)->column : NULL;
    for (uint32_t i = 0; meant && i < rows->columns.count; i++) {
        const Column *of_query = rows->columns.items[i];
        while (of_query && of_query != meant) of_query = of_query->copied;
        if (of_query) return rows->columns.items[i];
    }
    return NULL;
}

bool query_is_stable(Program *program, Query *query) {
    const Rows *rows = query->rowset.rows;
    Columns sorted = {0};
    if (!rows || query->order_all) return rows != NULL;
    for (uint32_t i = 0; i < query->order.count; i++) {
        Column *column = sorted_column(rows, ((const Sort *)query->order.items[i])->expr);
        if (column) vec_push(program->arena, &sorted, column);
    }
    bool each = query->body && query->body->kind == NODE_SELECT && ((const Select *)query->body)->distinct_on.count;
    return !each && keys_cover(keys_of_item(program->arena, (Node *)query), sorted.items, sorted.count) != NULL;
}

/* ------------------------------------------------------------------ calls */

static void add_columns(Arena *arena, const Nodes *list, Columns *columns) {
    for (uint32_t i = 0; i < list->count; i++) {
        const Node *node = list->items[i];
        if (node && node->kind == NODE_SORT) node = ((const Sort *)node)->expr;
        if (node && node->kind == NODE_REF && ((const Ref *)node)->column) vec_push(arena, columns, ((const Ref *)node)->column);
    }
}

/* Whether these columns tell the rows of the SELECT apart that the call sees. */
static bool tells_apart(const MeaningWalk *walk, const Columns *columns) {
    const Select *select = walk->select;
    if (!select || select->from.count != 1) return false;
    return keys_cover(keys_of_item(walk->program->arena, select->from.items[0]), columns->items, columns->count) != NULL;
}

static bool is_float(const Type *type) {
    return type && (type->kind == TYPE_FLOAT4 || type->kind == TYPE_FLOAT8);
}

/* A sum of doubles depends on the order of its terms, the least of them does not. */
static bool sums_doubles(const Call *call) {
    static const char *const CHOOSE[] = {"min", "max", "any_value", "mode", "percent_rank", "cume_dist"};
    const Parts *name = &call->signature->decl->name;
    const char *word = name->count ? name->items[name->count - 1].name->text : "";
    for (size_t i = 0; i < sizeof CHOOSE / sizeof *CHOOSE; i++)
        if (!strcmp(CHOOSE[i], word)) return false;
    return call->signature->kind == FUNCTION_AGGREGATE && is_float(call->expr.type);
}

static bool window_is_stable(const MeaningWalk *walk, const Call *call) {
    Columns columns = {0};
    bool counts_rows = call->signature->order_sensitive;
    for (const Window *window = call->window; window; window = window->based_on) {
        counts_rows |= window->unit == FRAME_ROWS;
        add_columns(walk->arena, &window->partition, &columns);
        add_columns(walk->arena, &window->order, &columns);
    }
    bool aggregated = walk->select && walk->select->facts && walk->select->facts->aggregated;
    return !counts_rows || (!aggregated && tells_apart(walk, &columns));
}

bool call_is_stable(const MeaningWalk *walk, const Call *call) {
    if (!call->signature) return true;
    if (sums_doubles(call)) return false;
    if (call->window) return window_is_stable(walk, call);
    if (!call->signature->order_sensitive) return true;
    Columns columns = {0};
    add_columns(walk->arena, &call->order, &columns);
    const SelectFacts *facts = walk->select ? walk->select->facts : NULL;
    for (uint32_t i = 0; facts && i < facts->group.count; i++)
        if (facts->group.items[i]->node.kind == NODE_REF && ((const Ref *)facts->group.items[i])->column)
            vec_push(walk->arena, &columns, ((const Ref *)facts->group.items[i])->column);
    return tells_apart(walk, &columns);
}
