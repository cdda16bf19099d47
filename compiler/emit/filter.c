/* Semi and anti joins as conditions of WHERE, where the engine has no such joins. */
#include "compiler/emit/internal.h"

static bool holds(const Node *table, const Column *column) {
    const Rows *rows = ((const Rowset *)table)->rows;
    return rows && column->index < rows->columns.count && rows->columns.items[column->index] == column;
}

const Node *table_of(const Node *table, const Column *column) {
    if (table->kind == NODE_JOIN) {
        const Join *join = NODE_AS(Join, JOIN, table);
        const Node *left = table_of(join->left, column);
        return left ? left : table_of(join->right, column);
    }
    if (table->kind == NODE_TABLE_PARENS && !NODE_AS(TableParens, TABLE_PARENS, table)->alias.name)
        return table_of(NODE_AS(TableParens, TABLE_PARENS, table)->table, column);
    return holds(table, column) ? table : NULL;
}

void emit_side_column(Emitter *emitter, const Node *side, const Column *column) {
    const Node *table = table_of(side, column);
    if (!table && column->copied && column->other) {
        put(emitter, "coalesce(");
        emit_side_column(emitter, side, column->copied);
        put(emitter, ", ");
        emit_side_column(emitter, side, column->other);
        put(emitter, ")");
        return;
    }
    const char *alias = table ? table_alias_text(emitter, table) : NULL;
    if (alias) put_format(emitter, "%s.", alias);
    put_name(emitter, column->name);
}

void emit_using_condition(Emitter *emitter, const Join *join) {
    for (uint32_t i = 0; i < join->using_names.count; i++) {
        const Name *name = join->using_names.items[i].name;
        const Column *left = rows_find(((Rowset *)join->left)->rows, name);
        const Column *right = rows_find(((Rowset *)join->right)->rows, name);
        put(emitter, i ? L_LINE "and " : "");
        if (!left || !right) continue;
        emit_side_column(emitter, join->left, left);
        put(emitter, " = ");
        emit_side_column(emitter, join->right, right);
    }
}

void emit_filter(Emitter *emitter, const Join *join) {
    bool spread = emitter->spread;
    emitter->spread = false;
    put_format(emitter, "%sexists " L_OPEN "(" L_IN L_EMPTY "select 1" L_LINE "from ",
               join->of == JOIN_ANTI ? "not " : "");
    emit_from(emitter, join->right);
    if (join->on || join->using_names.count) put(emitter, L_LINE "where ");
    if (join->on)
        emit_node(emitter, (const Expr *)join->on, BINDS_NOT_AT_ALL);
    else
        emit_using_condition(emitter, join);
    put(emitter, L_OUT L_EMPTY ")" L_CLOSE);
    emitter->spread = spread;
}

bool is_filter(const Join *join) {
    return join->of == JOIN_SEMI || join->of == JOIN_ANTI;
}

bool becomes_filter(const Emitter *emitter, const Join *join) {
    const Select *select = emitter->scope.select;
    bool correlated = is_filter(join) && emitter->dialect->flags & CORRELATES_LITTLE && select && names_outer_columns(&select->rowset.node);
    bool wanted = is_filter(join) && (correlated || emitter->dialect->flags & LACKS_SEMI_JOIN);
    return wanted && !emitter->scope.adds_rows; /* of an asof join, too: the nearest row is there if any is */
}

/* (select * from l where exists (…)) as l: beneath a join that may add rows, of which WHERE would drop some. */
void emit_filtered_table(Emitter *emitter, const Join *join) {
    const char *alias = join->left->kind == NODE_JOIN ? NULL : table_alias_text(emitter, join->left);
    if (!alias) {
        emit_lacks(emitter, join->rowset.node.span,
                   join->of == JOIN_SEMI ? "SEMI JOIN within an outer join" : "ANTI JOIN within an outer join");
        return;
    }
    put(emitter, L_OPEN "(" L_IN L_EMPTY "select *" L_LINE "from ");
    emit_from(emitter, join->left);
    put(emitter, L_LINE "where ");
    emit_filter(emitter, join);
    put_format(emitter, L_OUT L_EMPTY ")" L_CLOSE " as %s", alias);
}
