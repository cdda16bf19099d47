/* GROUP BY: ALL, ordinals and aliases written out, constants hidden where they would be positions. */
#include "compiler/emit/internal.h"

#include <string.h>

static bool has_sets(const Select *select) {
    for (uint32_t i = 0; i < select->group.count; i++) {
        const Node *node = select->group.items[i];
        bool empty = node->kind == NODE_ROW && NODE_AS(Row, ROW, node)->items.count == 0;
        if (node->kind == NODE_GROUPING_SETS || empty || node->kind == NODE_CALL) {
            const char *name = node->kind == NODE_CALL ? NODE_AS(Call, CALL, node)->name.items[0].name->text : "";
            if (node->kind != NODE_CALL || strcmp(name, "rollup") == 0 || strcmp(name, "cube") == 0) return true;
        }
    }
    return false;
}

/* A bare number in GROUP BY would be the position of a column, and some engines refuse other constants. */
static bool is_constant(const Expr *expr) {
    if (expr->node.kind == NODE_UNARY) return is_constant((const Expr *)NODE_AS(Unary, UNARY, expr)->operand);
    return expr->node.kind == NODE_LITERAL || expr->node.kind == NODE_TYPED_LITERAL;
}

static void grouping_item(Emitter *emitter, const Node *node);

static void grouping_items(Emitter *emitter, const char *before, const Nodes *items) {
    put(emitter, before);
    for (uint32_t i = 0; i < items->count; i++) {
        put(emitter, i ? ", " : "");
        grouping_item(emitter, items->items[i]);
    }
    put(emitter, ")");
}

/* A position stays one; another constant, and what an alias stands for, is no position. */
static void grouping_key(Emitter *emitter, const Expr *expr) {
    const Expr *item = expr->node.kind == NODE_REF ? aliased_item(emitter, NODE_AS(Ref, REF, expr)) : NULL;
    bool hidden = item ? is_constant(item) : is_constant(expr) && expr->node.kind == NODE_UNARY;
    put(emitter, hidden ? "(select " : "");
    if (hidden)
        emit_node(emitter, expr, BINDS_NOT_AT_ALL);
    else
        emit_key(emitter, expr);
    put(emitter, hidden ? ")" : "");
}

static void grouping_item(Emitter *emitter, const Node *node) {
    if (node->kind == NODE_ROW) {
        grouping_items(emitter, "(", &NODE_AS(Row, ROW, node)->items);
        return;
    }
    const char *name = node->kind == NODE_CALL ? NODE_AS(Call, CALL, node)->name.items[0].name->text : "";
    if (strcmp(name, "rollup") == 0 || strcmp(name, "cube") == 0) {
        grouping_items(emitter, *name == 'r' ? "rollup (" : "cube (", &NODE_AS(Call, CALL, node)->args);
        return;
    }
    if (node->kind != NODE_GROUPING_SETS) {
        grouping_key(emitter, (const Expr *)node);
        return;
    }
    grouping_items(emitter, "grouping sets (", &NODE_AS(GroupingSets, GROUPING_SETS, node)->sets);
}

static void group_keys(Emitter *emitter, const Select *select) {
    const SelectFacts *facts = select->facts;
    uint32_t written = 0;
    for (uint32_t i = 0; i < facts->group.count; i++) {
        if (is_constant(facts->group.items[i])) continue;
        put(emitter, written++ ? "," L_FILL : "");
        emit_node(emitter, facts->group.items[i], BINDS_NOT_AT_ALL);
    }
    if (!written) put(emitter, "(select 1)"); /* one group, but none of no rows */
}

void emit_group_by(Emitter *emitter, const Select *select) {
    bool sets = has_sets(select);
    if (!select->group_all && !select->group.count) return;
    if (select->facts && !sets && !select->facts->group.count && select->group_all)
        return; /* GROUP BY ALL of aggregates alone */
    put_format(emitter, "%sgroup by " L_OPEN L_IN, clause_break(emitter));
    if (select->facts && !sets) {
        group_keys(emitter, select);
    } else {
        for (uint32_t i = 0; i < select->group.count; i++) {
            put(emitter, i ? "," L_FILL : "");
            grouping_item(emitter, select->group.items[i]);
        }
    }
    put(emitter, L_OUT L_CLOSE);
}
