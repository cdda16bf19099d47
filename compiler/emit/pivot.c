/* PIVOT as aggregates with FILTER, and UNPIVOT as a join with the columns' values, where the engine has neither. */
#include "compiler/emit/internal.h"

/* ---------------------------------------------------------- as it was written */

static void named_items(Emitter *emitter, const Nodes *items) {
    for (uint32_t i = 0; i < items->count; i++) {
        const SelectItem *item = NODE_AS(SelectItem, SELECT_ITEM, items->items[i]);
        put(emitter, i ? "," L_FILL : "");
        emit_node(emitter, (const Expr *)item->expr, BINDS_NOT_AT_ALL);
        if (item->alias.name) {
            put(emitter, " as ");
            put_name(emitter, item->alias.name);
        }
    }
}

static void own_pivot(Emitter *emitter, const Pivot *pivot) {
    emit_from(emitter, pivot->table);
    put(emitter, " " L_OPEN "pivot (" L_IN);
    named_items(emitter, &pivot->aggregates);
    for (uint32_t i = 0; i < pivot->fors.count; i++) {
        const PivotFor *each = NODE_AS(PivotFor, PIVOT_FOR, pivot->fors.items[i]);
        put(emitter, i ? L_LINE : L_LINE "for ");
        emit_node(emitter, (const Expr *)each->column, BINDS_IN + 1);
        put(emitter, " in (");
        named_items(emitter, &each->values);
        put(emitter, ")");
    }
    if (pivot->group.count) {
        put(emitter, L_LINE "group by ");
        emit_list(emitter, &pivot->group);
    }
    put(emitter, L_OUT ")" L_CLOSE);
    if (pivot->alias.name) emit_alias(emitter, &pivot->rowset.node, pivot->alias, &pivot->columns);
}

static void own_unpivot(Emitter *emitter, const Unpivot *unpivot) {
    emit_from(emitter, unpivot->table);
    put(emitter, unpivot->include_nulls ? " unpivot include nulls (" : " unpivot (");
    put_name(emitter, unpivot->value.name);
    put(emitter, " for ");
    put_name(emitter, unpivot->name.name);
    put(emitter, " in (");
    named_items(emitter, &unpivot->values);
    put(emitter, "))");
    if (unpivot->alias.name) emit_alias(emitter, &unpivot->rowset.node, unpivot->alias, &unpivot->columns);
}

/* -------------------------------------------------------------------- lowered */

/* A column of the table below, qualified where there are several. */
static void kept_column(Emitter *emitter, const Node *table, const Column *column) {
    const Column *from = column->copied;
    const Node *holder = from && table->kind == NODE_JOIN ? table_of(table, from) : NULL;
    const char *alias = holder ? table_alias_text(emitter, holder) : NULL;
    if (alias) put_format(emitter, "%s.", alias);
    put_label(emitter, from ? from : column);
}

/* The value of each FOR that a column stands for: columns vary fastest in the aggregates, then in the last FOR. */
typedef struct {
    const Pivot *pivot;
    uint32_t index; /* of the column among those of values */
} Cell;

static const Expr *cell_value(const Cell *cell, uint32_t level) {
    uint32_t rest = cell->index / cell->pivot->aggregates.count;
    for (uint32_t i = cell->pivot->fors.count; i-- > 0;) {
        const PivotFor *each = NODE_AS(PivotFor, PIVOT_FOR, cell->pivot->fors.items[i]);
        uint32_t nth = rest % each->values.count;
        if (i == level) return (const Expr *)NODE_AS(SelectItem, SELECT_ITEM, each->values.items[nth])->expr;
        rest /= each->values.count;
    }
    return NULL;
}

static Node *equality(Emitter *emitter, const PivotFor *each, const Expr *value) {
    Binary *equal = (Binary *)node_new(emitter->arena, NODE_BINARY, value->node.span);
    equal->of = value->type && value->type->kind == TYPE_NULL ? OP_NOT_DISTINCT : OP_EQ;
    equal->left = each->column;
    equal->right = (Node *)&value->node;
    return &equal->expr.node;
}

static Node *both(Emitter *emitter, Node *left, Node *right) {
    if (!left) return right;
    Binary *binary = (Binary *)node_new(emitter->arena, NODE_BINARY, left->span);
    binary->of = OP_AND;
    binary->left = left;
    binary->right = right;
    return &binary->expr.node;
}

/* The aggregate of the rows of which each FOR has the cell's value. */
static void cell(Emitter *emitter, const Pivot *pivot, uint32_t index, const Column *column) {
    const Cell at = {pivot, index};
    const Node *aggregate =
        NODE_AS(SelectItem, SELECT_ITEM, pivot->aggregates.items[index % pivot->aggregates.count])->expr;
    if (aggregate->kind != NODE_CALL) {
        emit_lacks(emitter, aggregate->span, "PIVOT of such an expression");
        return;
    }
    Call *call = (Call *)node_new(emitter->arena, NODE_CALL, aggregate->span);
    *call = *NODE_AS(Call, CALL, aggregate);
    for (uint32_t i = 0; i < pivot->fors.count; i++) {
        const PivotFor *each = NODE_AS(PivotFor, PIVOT_FOR, pivot->fors.items[i]);
        call->filter = both(emitter, call->filter, equality(emitter, each, cell_value(&at, i)));
    }
    emit_exact(emitter, &call->expr, column->type, BINDS_NOT_AT_ALL);
    put(emitter, " as ");
    put_label(emitter, column);
}

/* The column before the alias renamed it. */
static const Column *own_column(const Rows *rows, uint32_t index, bool renamed) {
    const Column *column = rows->columns.items[index];
    return renamed && column->copied ? column->copied : column;
}

static uint32_t cell_count(const Pivot *pivot) {
    uint32_t cells = pivot->aggregates.count;
    for (uint32_t i = 0; i < pivot->fors.count; i++)
        cells *= NODE_AS(PivotFor, PIVOT_FOR, pivot->fors.items[i])->values.count;
    return cells;
}

static void lowered_pivot(Emitter *emitter, const Pivot *pivot) {
    const Rows *rows = pivot->rowset.rows;
    uint32_t cells = cell_count(pivot), kept = rows->columns.count > cells ? rows->columns.count - cells : 0;
    bool renamed = pivot->columns.count > 0;
    put(emitter, L_OPEN "(" L_IN L_EMPTY L_OPEN "select" L_IN L_LINE);
    for (uint32_t i = 0; i < rows->columns.count; i++) {
        put(emitter, i ? "," L_LINE : "");
        if (i < kept)
            kept_column(emitter, pivot->table, own_column(rows, i, renamed));
        else
            cell(emitter, pivot, i - kept, own_column(rows, i, renamed));
    }
    put(emitter, L_OUT L_CLOSE L_LINE "from ");
    emit_from(emitter, pivot->table);
    for (uint32_t i = 0; i < kept; i++) {
        put(emitter, i ? "," L_FILL : L_LINE "group by " L_OPEN L_IN);
        kept_column(emitter, pivot->table, own_column(rows, i, renamed));
    }
    put(emitter, kept ? L_OUT L_CLOSE : "");
    put(emitter, L_OUT L_EMPTY ")" L_CLOSE);
    emit_alias(emitter, &pivot->rowset.node, pivot->alias, &pivot->columns);
}

static const SelectItem *unpivoted_item(const Node *node) {
    return node->kind == NODE_SELECT_ITEM ? NODE_AS(SelectItem, SELECT_ITEM, node) : NULL;
}

static const Expr *unpivoted(const Node *node) {
    const SelectItem *item = unpivoted_item(node);
    return (const Expr *)(item ? item->expr : node);
}

/* What a value is called: its alias, or its column's name. */
static Text unpivoted_name(const Emitter *emitter, const Node *node) {
    const SelectItem *item = unpivoted_item(node);
    const Expr *expr = unpivoted(node);
    if (item && item->alias.name) return text_of(item->alias.name->text);
    if (expr->node.kind != NODE_REF) return source_text(emitter->program->sources, expr->node.span);
    const Ref *ref = NODE_AS(Ref, REF, expr);
    return text_of(ref->name.items[ref->name.count - 1].name->text);
}

/* lateral (values ('x', x), ('y', y)) */
static void lateral_values(Emitter *emitter, const Unpivot *unpivot, const Type *type) {
    put(emitter, L_LINE "cross join lateral (" L_OPEN "values" L_IN L_LINE);
    for (uint32_t i = 0; i < unpivot->values.count; i++) {
        const Node *value = unpivot->values.items[i];
        put(emitter, i ? "," L_FILL "(" : "(");
        put_string(emitter, unpivoted_name(emitter, value));
        put(emitter, ", ");
        emit_exact(emitter, unpivoted(value), type, BINDS_NOT_AT_ALL);
        put(emitter, ")");
    }
    put(emitter, L_OUT L_CLOSE ")");
}

/* unnest(cast(array['x', 'y'] as array(varchar)), array[x, y]), where a subquery of values cannot see the tables before */
static void unnested_values(Emitter *emitter, const Unpivot *unpivot, const Type *name, const Type *type) {
    if (type->kind == TYPE_STRUCT) emit_lacks(emitter, unpivot->rowset.node.span, "UNPIVOT of structs");
    put(emitter, L_LINE "cross join unnest(" L_OPEN L_IN "cast(array[");
    for (uint32_t i = 0; i < unpivot->values.count; i++) {
        put(emitter, i ? ", " : "");
        put_string(emitter, unpivoted_name(emitter, unpivot->values.items[i]));
    }
    put(emitter, "] as ");
    emitter->dialect->type(type_array(emitter->program->types, name), true, emitter->out);
    put(emitter, ")," L_FILL "array[");
    for (uint32_t i = 0; i < unpivot->values.count; i++) {
        put(emitter, i ? ", " : "");
        emit_exact(emitter, unpivoted(unpivot->values.items[i]), type, BINDS_NOT_AT_ALL);
    }
    put(emitter, "]" L_OUT L_CLOSE ")");
}

/* (select a, n, v from t cross join lateral (values ('x', x), ('y', y)) as unpivoted (n, v) where v is not null) as … */
static void lowered_unpivot(Emitter *emitter, const Unpivot *unpivot) {
    const Rows *rows = unpivot->rowset.rows;
    bool renamed = unpivot->columns.count > 0;
    uint32_t kept = rows->columns.count - 2;
    put(emitter, L_OPEN "(" L_IN L_EMPTY "select " L_OPEN L_IN);
    for (uint32_t i = 0; i < kept; i++) {
        kept_column(emitter, unpivot->table, own_column(rows, i, renamed));
        put(emitter, "," L_FILL);
    }
    put(emitter, "unpivoted.");
    put_name(emitter, unpivot->name.name);
    put(emitter, "," L_FILL "unpivoted.");
    put_name(emitter, unpivot->value.name);
    put(emitter, L_OUT L_CLOSE L_LINE "from ");
    emit_from(emitter, unpivot->table);
    if (emitter->dialect->flags & UNNESTS_BY_ITSELF)
        unnested_values(emitter, unpivot, rows->columns.items[kept]->type, rows->columns.items[kept + 1]->type);
    else
        lateral_values(emitter, unpivot, rows->columns.items[kept + 1]->type);
    put(emitter, " as unpivoted (");
    put_name(emitter, unpivot->name.name);
    put(emitter, ", ");
    put_name(emitter, unpivot->value.name);
    put(emitter, ")");
    if (!unpivot->include_nulls) {
        put(emitter, L_LINE "where unpivoted.");
        put_name(emitter, unpivot->value.name);
        put(emitter, " is not null");
    }
    put(emitter, L_OUT L_EMPTY ")" L_CLOSE);
    emit_alias(emitter, &unpivot->rowset.node, unpivot->alias, &unpivot->columns);
}

/* A sum of integers is wider than what is promised, and the columns that PIVOT makes are nobody's to cast. */
static bool gives_other_types(Emitter *emitter, const Pivot *pivot) {
    for (uint32_t i = 0; i < pivot->aggregates.count; i++) {
        const Expr *expr = (const Expr *)NODE_AS(SelectItem, SELECT_ITEM, pivot->aggregates.items[i])->expr;
        if (natural_is_wider(emitter, expr)) return true;
    }
    return false;
}

/* DuckDB's PIVOT forgets FILTER, without a word. */
static bool is_filtered(const Pivot *pivot) {
    for (uint32_t i = 0; i < pivot->aggregates.count; i++) {
        const Node *expr = NODE_AS(SelectItem, SELECT_ITEM, pivot->aggregates.items[i])->expr;
        if (expr->kind == NODE_CALL && ((const Call *)expr)->filter) return true;
    }
    return false;
}

void emit_pivot(Emitter *emitter, const Pivot *pivot) {
    if (emitter->dialect->flags & LACKS_PIVOT || is_filtered(pivot) || gives_other_types(emitter, pivot))
        lowered_pivot(emitter, pivot);
    else
        own_pivot(emitter, pivot);
}

void emit_unpivot(Emitter *emitter, const Unpivot *unpivot) {
    if (emitter->dialect->flags & LACKS_PIVOT)
        lowered_unpivot(emitter, unpivot);
    else
        own_unpivot(emitter, unpivot);
}
