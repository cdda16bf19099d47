/* FETCH … WITH TIES, by the rank of each row. */
#include "compiler/emit/internal.h"

/* The column of which an ORDER BY names the position, or null. */
static const Column *column_at(const Rows *rows, const Node *expr) {
    if (expr->kind != NODE_LITERAL || NODE_AS(Literal, LITERAL, expr)->of != LITERAL_INTEGER) return NULL;
    const Text digits = NODE_AS(Literal, LITERAL, expr)->text;
    uint32_t position = 0;
    for (uint32_t i = 0; i < digits.length && position <= rows->columns.count; i++)
        position = position * 10 + (uint32_t)(digits.at[i] - '0');
    return position >= 1 && position <= rows->columns.count ? rows->columns.items[position - 1] : NULL;
}

/* The output column that an ORDER BY sorts by, or null. */
static const Column *column_of(const Rows *rows, const Node *expr) {
    const Column *at = column_at(rows, expr);
    for (uint32_t i = 0; !at && i < rows->columns.count; i++) {
        const Column *column = rows->columns.items[i];
        bool named = expr->kind == NODE_REF && NODE_AS(Ref, REF, expr)->column == column;
        if (named || (column->expr && node_equal(&column->expr->node, expr))) at = column;
    }
    return at;
}

static void direction(Emitter *emitter, const Sort *sort) {
    put(emitter, sort->direction == SORT_DESC ? " desc" : "");
    put(emitter, sort->nulls == NULLS_FIRST ? " nulls first" : " nulls last");
}

/* A key within the select itself, by what the column is computed by; outside of it, by the column's name. */
static void key(Emitter *emitter, const Column *column, const Node *expr, bool within) {
    if (within && column && column->expr)
        emit_key(emitter, column->expr);
    else if (column && !within)
        put_label(emitter, column);
    else if (expr)
        emit_key(emitter, (const Expr *)expr);
}

static void keys(Emitter *emitter, const Query *query, bool within) {
    const Rows *rows = query->rowset.rows;
    uint32_t count = query->order_all ? rows->columns.count : query->order.count;
    for (uint32_t i = 0; i < count; i++) {
        const Sort *sort = NODE_AS(Sort, SORT, query->order.items[query->order_all ? 0 : i]);
        const Column *column = query->order_all ? rows->columns.items[i] : column_of(rows, sort->expr);
        put(emitter, i ? ", " : "");
        refuse_outer_columns(emitter, within && column && column->expr ? &column->expr->node : within ? sort->expr : NULL);
        key(emitter, column, sort->expr, within);
        direction(emitter, sort);
    }
}

static void numbers(Emitter *emitter, const Query *query, bool within) {
    put(emitter, "," L_LINE "rank() over (order by ");
    keys(emitter, query, within);
    put_format(emitter, ") as %s", free_name(emitter, query->rowset.rows, "place"));
    if (!query->offset) return;
    put(emitter, "," L_LINE "row_number() over (order by ");
    keys(emitter, query, within);
    put_format(emitter, ") as %s", free_name(emitter, query->rowset.rows, "number"));
}

void emit_places(Emitter *emitter, const Query *query) {
    numbers(emitter, query, true);
}

static void look_for_window(void *context, Node **place) {
    bool *found = context;
    const Call *call = (*place)->kind == NODE_CALL ? NODE_AS(Call, CALL, *place) : NULL;
    if ((*place)->kind == NODE_QUERY) return;
    *found |= call && (call->over || call->over_name.name);
    node_kids(*place, look_for_window, context);
}

/* Whether a key is computed by a window: windows do not nest. */
static bool sorts_by_window(const Query *query) {
    const Rows *rows = query->rowset.rows;
    bool found = false;
    for (uint32_t i = 0; rows && i < rows->columns.count; i++) {
        Node *expr = (Node *)rows->columns.items[i]->expr;
        if (expr) look_for_window(&found, &expr);
    }
    return found;
}

/* Whether the ranks can be said beside the select's own columns: they are of the rows before DISTINCT. */
static bool is_plain(const Query *query) {
    if (query->body->kind != NODE_SELECT) return false;
    const Select *select = NODE_AS(Select, SELECT, query->body);
    return !select->distinct && !select->distinct_on.count && !select->qualify && !sorts_by_window(query);
}

/* select a, b, rank() over (order by b) as place from (…) as all_rows */
static void ranked_rows(Emitter *emitter, const Query *query, const Rows *columns) {
    put(emitter, L_OPEN "select" L_IN L_LINE);
    emit_labels(emitter, query->rowset.rows);
    numbers(emitter, query, false);
    put(emitter, L_OUT L_CLOSE L_HARD "from (" L_IN L_HARD);
    emitter->scope.label_next = true;
    emitter->names_values = query->body->kind == NODE_SET_OPERATION && !(emitter->dialect->flags & NAMES_VALUES);
    emit_body(emitter, query->body, columns);
    emitter->scope.label_next = false;
    put(emitter, L_OUT L_HARD ") as all_rows");
    if (query->body->kind != NODE_VALUES) return;
    put(emitter, " (");
    emit_labels(emitter, query->rowset.rows);
    put(emitter, ")");
}

/* place <= n; of rows behind an offset also number > m, and the place is counted from there. */
static void condition(Emitter *emitter, const Query *query) {
    put_format(emitter, "%s <= ", free_name(emitter, query->rowset.rows, "place"));
    emit_node(emitter, (const Expr *)query->limit, BINDS_ADD);
    if (!query->offset) return;
    put(emitter, " + ");
    emit_node(emitter, (const Expr *)query->offset, BINDS_ADD + 1);
    put_format(emitter, " and %s > ", free_name(emitter, query->rowset.rows, "number"));
    emit_node(emitter, (const Expr *)query->offset, BINDS_OTHER);
}

void emit_with_ties(Emitter *emitter, const Query *query, const Rows *columns) {
    put(emitter, "select " L_OPEN L_IN);
    emit_labels(emitter, query->rowset.rows);
    put_format(emitter, L_OUT L_CLOSE "%sfrom (" L_IN L_HARD, clause_break(emitter));
    if (is_plain(query)) {
        emitter->scope.label_next = true;
        emitter->ties = query;
        emit_body(emitter, query->body, columns);
        emitter->scope.label_next = false;
    } else {
        ranked_rows(emitter, query, columns);
    }
    put_format(emitter, L_OUT L_HARD ") as ranked%swhere ", clause_break(emitter));
    condition(emitter, query);
}
