/* VALUES and set operations; BY NAME where the engine has none of it. */
#include "compiler/emit/internal.h"

/* Decimals whose digits must be said in each row. */
static bool loses_digits(const Emitter *emitter, const Type *type) {
    return type && type->kind == TYPE_DECIMAL && emitter->dialect->flags & VALUES_LOSE_DIGITS;
}

/* The first row says the types: the others go into them. */
void emit_named_values(Emitter *emitter, const Values *values, const Rows *columns) {
    put(emitter, "select " L_OPEN L_IN);
    emit_labels(emitter, values->rowset.rows);
    put_format(emitter, L_OUT L_CLOSE "%sfrom (" L_IN L_HARD, clause_break(emitter));
    emit_values(emitter, values, columns);
    put(emitter, L_OUT L_HARD ") as given (");
    emit_labels(emitter, values->rowset.rows);
    put(emitter, ")");
}

/* A decimal of a later row whose digits the engine would add to the column's. */
static bool widens(Emitter *emitter, const Expr *item, const Type *column) {
    const Type *own = emitter->dialect->natural(emitter, item);
    int precision, scale;
    if (!column || column->kind != TYPE_DECIMAL || !item->type || !type_is_number(item->type)) return false;
    if (!own || !natural_as_decimal(own, &precision, &scale)) return true;
    return scale > column->scale || precision - scale > column->precision - column->scale;
}

void emit_values(Emitter *emitter, const Values *values, const Rows *columns) {
    const Rows *rows = values->rowset.rows;
    put(emitter, L_OPEN "values" L_IN L_LINE);
    for (uint32_t i = 0; i < values->rows.count; i++) {
        const Row *row = NODE_AS(Row, ROW, values->rows.items[i]);
        const Type *first = ((const Expr *)row->items.items[0])->type;
        bool one_struct = emitter->dialect->rows_are_structs && row->items.count == 1 && first && first->kind == TYPE_STRUCT;
        put_format(emitter, "%s%s", i ? "," L_FILL : "", one_struct ? "row(" : "(");
        for (uint32_t k = 0; k < row->items.count; k++) {
            const Expr *item = (const Expr *)row->items.items[k];
            put(emitter, k ? ", " : "");
            if (i == 0 && rows && k < rows->columns.count) {
                emit_exact(emitter, item, column_type(columns, k, rows->columns.items[k]), BINDS_UNARY);
                put(emitter, needs_collation(emitter, item) ? " collate \"C\"" : "");
            } else if (rows && k < rows->columns.count && (loses_digits(emitter, rows->columns.items[k]->type) || widens(emitter, item, rows->columns.items[k]->type))) {
                emit_exact(emitter, item, column_type(columns, k, rows->columns.items[k]), BINDS_NOT_AT_ALL);
            } else {
                emit_node(emitter, item, BINDS_NOT_AT_ALL);
            }
        }
        put(emitter, ")");
    }
    put(emitter, L_OUT L_CLOSE);
}

static void operand(Emitter *emitter, const Node *node, const Rows *columns, bool parentheses) {
    put(emitter, parentheses ? L_OPEN "(" L_IN L_EMPTY : "");
    emitter->operand = true;
    bool named = emitter->names_values && node->kind == NODE_VALUES;
    if (named) emit_named_values(emitter, NODE_AS(Values, VALUES, node), columns);
    else emit_body(emitter, node, columns);
    emitter->operand = false;
    put(emitter, parentheses ? L_OUT L_EMPTY ")" L_CLOSE : "");
}

/* INTERSECT binds tighter; all bind to the left. */
static bool operand_needs_parentheses(const SetOperation *of, const Node *node, bool right) {
    if (node->kind == NODE_QUERY) return true;
    if (node->kind != NODE_SET_OPERATION) return false;
    return right || (of->of == SET_INTERSECT && NODE_AS(SetOperation, SET_OPERATION, node)->of != SET_INTERSECT);
}

/* ------------------------------------------------------------------ BY NAME */

void emit_null_as(Emitter *emitter, const Column *column) {
    emit_text_as(emitter, "null", column->type);
    put(emitter, " as ");
    put_label(emitter, column);
}

/* The columns of `rows` by position, each of the type in `columns` (may be null) of that position. */
static Rows *typed_rows(Emitter *emitter, const Rows *rows, const Rows *columns) {
    Rows *typed = arena_new(emitter->arena, Rows);
    map_open(&typed->index, emitter->arena);
    for (uint32_t i = 0; i < rows->columns.count; i++) {
        Column *column = arena_new(emitter->arena, Column);
        *column = *rows->columns.items[i];
        column->type = column_type(columns, i, column);
        vec_push(emitter->arena, &typed->columns, column);
    }
    return typed;
}

/* The columns of one side, each with the type of the whole's of its name. */
static const Rows *side_rows(Emitter *emitter, const Node *side, Rows *whole) {
    const Rows *own = ((const Rowset *)side)->rows;
    Rows *typed = arena_new(emitter->arena, Rows);
    for (uint32_t i = 0; i < own->columns.count; i++) {
        Column *column = arena_new(emitter->arena, Column);
        *column = *own->columns.items[i];
        const Column *of = column->name ? rows_find(whole, column->name) : NULL;
        if (of) column->type = of->type;
        vec_push(emitter->arena, &typed->columns, column);
    }
    return typed;
}

/* select a, null::integer as b from (…) as one_side: of what is no plain select. */
static void side_by_name(Emitter *emitter, const Node *side, const Rows *wanted) {
    Rows *own = ((const Rowset *)side)->rows;
    put(emitter, "select " L_OPEN L_IN);
    for (uint32_t i = 0; i < wanted->columns.count; i++) {
        const Column *column = wanted->columns.items[i];
        put(emitter, i ? "," L_FILL : "");
        const Column *found = column->name ? rows_find(own, column->name) : NULL;
        if (found) {
            if (found->type != column->type) {
                emit_text_as(emitter, label_text(emitter, column), column->type);
                put(emitter, " as ");
            }
            put_label(emitter, column);
        } else {
            emit_null_as(emitter, column);
        }
    }
    put_format(emitter, L_OUT L_CLOSE "%sfrom (" L_IN L_HARD, clause_break(emitter));
    emit_body(emitter, side, NULL);
    put(emitter, L_OUT L_HARD ") as one_side");
    if (side->kind != NODE_VALUES) return;
    put(emitter, " (");
    emit_labels(emitter, own);
    put(emitter, ")");
}

static void operand_by_name(Emitter *emitter, const Node *side, const Rows *wanted) {
    if (side->kind == NODE_SELECT && !NODE_AS(Select, SELECT, side)->qualify) {
        emitter->by_name = wanted;
        emit_body(emitter, side, NULL);
    } else {
        side_by_name(emitter, side, wanted);
    }
}

/* What engines have of BY NAME is UNION. */
static bool lacks_by_name(const Emitter *emitter, const SetOperation *of) {
    return emitter->dialect->flags & LACKS_BY_NAME || of->of != SET_UNION;
}

static void side(Emitter *emitter, const SetOperation *of, const Node *node, Rows *wanted, const Rows *columns) {
    if (wanted && lacks_by_name(emitter, of))
        operand_by_name(emitter, node, wanted);
    else
        operand(emitter, node, wanted ? side_rows(emitter, node, wanted) : columns,
                operand_needs_parentheses(of, node, node == of->right));
}

void emit_set_operation(Emitter *emitter, const SetOperation *of, const Rows *columns) {
    static const char *const words[] = {[SET_UNION] = "union", [SET_INTERSECT] = "intersect", [SET_EXCEPT] = "except"};
    Rows *wanted = of->by_name ? typed_rows(emitter, of->rowset.rows, columns) : NULL;
    const Rows *rows = columns ? columns : of->rowset.rows;
    bool by_name = wanted && !lacks_by_name(emitter, of);
    side(emitter, of, of->left, wanted, rows);
    emitter->names_values = false;
    put_format(emitter, "%s%s%s%s%s", clause_break(emitter), words[of->of], of->all ? " all" : "",
               by_name ? " by name" : "", clause_break(emitter));
    side(emitter, of, of->right, wanted, rows);
}
