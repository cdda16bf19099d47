/* Which rows LIMIT and OFFSET keep: what the order decides, and what it leaves open. */
#include "compiler/facts/flow.h"

Column *limit_position(const Query *query, const Node *expr) {
    const Literal *literal = (const Literal *)expr;
    const Rows *rows = query->rowset.rows;
    if (!expr || expr->kind != NODE_LITERAL || literal->of != LITERAL_INTEGER || literal->text.length > 4) return NULL;
    uint32_t position = 0;
    for (uint32_t i = 0; i < literal->text.length; i++) position = position * 10 + (uint32_t)(literal->text.at[i] - '0');
    return rows && position && position <= rows->columns.count ? rows->columns.items[position - 1] : NULL;
}

/* Whether these of its sorts are by a column of its own: by its name, by what it is a copy of, or by its position. */
static bool sorts_by(const Query *query, const Nodes *sorts, const Column *column) {
    if (flow_is_sorted_by(sorts, column)) return true;
    for (uint32_t i = 0; i < sorts->count; i++)
        if (limit_position(query, ((const Sort *)sorts->items[i])->expr) == column) return true;
    return false;
}

static bool holds_own_key(const Query *query, const Nodes *sorts) {
    const Rows *rows = query->rowset.rows;
    for (uint32_t i = 0; rows && rows->keys && i < rows->keys->keys.count; i++) {
        const Key *key = rows->keys->keys.items[i];
        bool held = key->columns.count > 0; /* no columns at all are a key of what `limit 1` leaves, whatever the order */
        for (uint32_t k = 0; k < key->columns.count && held; k++) held = sorts_by(query, sorts, key->columns.items[k]);
        if (held) return true;
    }
    return false;
}

static bool holds_key(Arena *arena, const Query *query, const Nodes *sorts) {
    const Select *select = query->body && query->body->kind == NODE_SELECT ? (const Select *)query->body : NULL;
    const Rows *input = rows_of_from(arena, select);
    keys_of_item(arena, (Node *)query);
    return holds_own_key(query, sorts) || (input && flow_holds_key(input, sorts, NULL));
}

Nodes limit_deciding(Arena *arena, const Query *query) {
    Nodes first = {.items = query->order.items};
    while (first.count < query->order.count && !holds_key(arena, query, &first)) first.count++;
    return first;
}

bool limit_sorts_by(const Query *query, const Column *column) {
    return query->order_all || sorts_by(query, &query->order, column);
}

LimitOrder limit_order(Arena *arena, const Query *query) {
    const Rows *rows = query->rowset.rows;
    bool all = true, exact = rows && rows->columns.count && !rows->open;
    if (holds_key(arena, query, &query->order) || (query->with_ties && !query->offset)) return LIMIT_FULL;
    for (uint32_t i = 0; rows && i < rows->columns.count; i++) {
        exact &= flow_is_exact(rows->columns.items[i]->type);
        all &= limit_sorts_by(query, rows->columns.items[i]);
    }
    if (exact && all) return LIMIT_FULL;
    const Select *select = query->body && query->body->kind == NODE_SELECT ? (const Select *)query->body : NULL;
    bool closes = exact && !query->with_ties && !(select && select->distinct_on.count);
    return closes ? LIMIT_CLOSED : LIMIT_OPEN;
}
