/* Expressions as keys of ROLLUP, CUBE and GROUPING SETS, where the engine takes only columns: they are computed beside the
 * tables of FROM, and the columns that hold them are named wherever the expressions are said.
 *
 *     select id % 2 as odd from t group by rollup (id % 2)
 *     select group_keys.key_1 as odd from t, lateral (select id % 2 as key_1) as group_keys group by rollup (group_keys.key_1) */
#include "compiler/emit/internal.h"

#include <string.h>

typedef VEC(const Expr *) Keys;

static void add_keys(Emitter *emitter, const Node *node, Keys *keys) {
    bool set = node->kind == NODE_CALL && NODE_AS(Call, CALL, node)->name.count == 1;
    const char *name = set ? NODE_AS(Call, CALL, node)->name.items[0].name->text : "";
    const Nodes *kids = node->kind == NODE_GROUPING_SETS ? &NODE_AS(GroupingSets, GROUPING_SETS, node)->sets
                        : node->kind == NODE_ROW         ? &NODE_AS(Row, ROW, node)->items
                        : !strcmp(name, "rollup") || !strcmp(name, "cube") ? &NODE_AS(Call, CALL, node)->args
                                                                           : NULL;
    for (uint32_t i = 0; kids && i < kids->count; i++) add_keys(emitter, kids->items[i], keys);
    if (kids) return;
    const Expr *behind = node->kind == NODE_REF ? aliased_item(emitter, NODE_AS(Ref, REF, node)) : (const Expr *)node;
    if (!behind || behind->node.kind == NODE_REF) return;
    for (uint32_t i = 0; i < keys->count; i++)
        if (node_equal(&keys->items[i]->node, &behind->node)) return;
    vec_push(emitter->arena, keys, behind);
}

/* The expressions among the keys of the sets of a select. */
static Keys keys_of(Emitter *emitter, const Select *select) {
    Keys keys = {0};
    for (uint32_t i = 0; select && i < select->group.count; i++) {
        const Node *node = select->group.items[i];
        if (node->kind != NODE_LITERAL) add_keys(emitter, node, &keys); /* a number is a position in the list */
    }
    return keys;
}

static bool lifts(const Emitter *emitter) {
    return emitter->dialect->flags & SETS_OF_COLUMNS && !emitter->lifting;
}

uint32_t lifted_key(Emitter *emitter, const Node *node) {
    const Select *select = emitter->scope.select;
    bool may = node->kind != NODE_REF && (node->kind != NODE_LITERAL || emitter->in_sets);
    if (!lifts(emitter) || !may || !select || !select->group.count || !select_has_sets(select)) return 0;
    const Keys keys = keys_of(emitter, select);
    for (uint32_t i = 0; i < keys.count; i++)
        if (node_equal(&keys.items[i]->node, node)) return i + 1;
    return 0;
}

static void lifted(Emitter *emitter, const Expr *expr) {
    put_format(emitter, "group_keys.key_%u", lifted_key(emitter, &expr->node));
}

const Form *lifted_form(Emitter *emitter, const Expr *expr) {
    static const Form key = {BINDS_TIGHT, lifted};
    return lifted_key(emitter, &expr->node) ? &key : NULL;
}

void emit_lifted_keys(Emitter *emitter, const Select *select) {
    if (!lifts(emitter)) return;
    const Keys keys = keys_of(emitter, select);
    if (!keys.count) return;
    if (!select->from.count) emit_lacks(emitter, select->rowset.node.span, "grouping sets of expressions without FROM");
    put_format(emitter, "," L_IN "%s" L_OUT "lateral " L_OPEN "(" L_IN L_EMPTY "select " L_OPEN L_IN, clause_break(emitter));
    emitter->lifting = true;
    for (uint32_t i = 0; i < keys.count; i++) {
        put(emitter, i ? "," L_FILL : "");
        emit_exact(emitter, keys.items[i], keys.items[i]->type, BINDS_NOT_AT_ALL);
        put_format(emitter, " as key_%u", i + 1);
    }
    emitter->lifting = false;
    put(emitter, L_OUT L_CLOSE L_OUT L_EMPTY ")" L_CLOSE " as group_keys");
}
