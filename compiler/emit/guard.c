/* Casts that may fail, beside what keeps bad rows away from them.
 *
 * In `select code::int … where code matches '^\d+$'` engines are free to cast before they filter, and some do. So the cast
 * is written within `case when <what guards it> then … end`: its value is the same, and nothing fails. What guards are
 * the conjuncts of WHERE and of inner joins that hold no such cast and no subquery themselves. */
#include "compiler/emit/internal.h"

static const Type *type_behind(const Expr *expr, Frame *frame) {
    return expr_behind(expr, &frame)->type;
}

bool cast_may_fail(const Cast *cast, Frame *frame) {
    const Expr *operand = expr_behind((const Expr *)cast->operand, &frame);
    const Type *from = type_behind(operand, frame), *to = cast->expr.type;
    if (cast->is_try || !from || !to || operand->node.kind == NODE_LITERAL) return false;
    bool loose = from->kind == TYPE_TEXT || from->kind == TYPE_JSON;
    return loose && to->kind != TYPE_TEXT && to->kind != TYPE_BYTES && to->kind != TYPE_JSON;
}

static void look_for_unfit(void *context, Node **place) {
    bool *unfit = context;
    const Node *node = *place;
    if (node->kind == NODE_CAST && cast_may_fail(NODE_AS(Cast, CAST, node), NULL)) *unfit = true;
    if (node->kind == NODE_QUERY) *unfit = true;
    if (!*unfit) node_kids(*place, look_for_unfit, context);
}

static void add_conjuncts(Emitter *emitter, const Node *expr, Guards *guards) {
    bool unfit = false;
    Node *place = (Node *)expr;
    if (!expr) return;
    if (expr->kind == NODE_BINARY && NODE_AS(Binary, BINARY, expr)->of == OP_AND) {
        add_conjuncts(emitter, NODE_AS(Binary, BINARY, expr)->left, guards);
        add_conjuncts(emitter, NODE_AS(Binary, BINARY, expr)->right, guards);
        return;
    }
    look_for_unfit(&unfit, &place);
    if (!unfit) vec_push(emitter->arena, guards, (const Expr *)expr);
}

static void add_joins(Emitter *emitter, const Node *table, Guards *guards) {
    if (table->kind == NODE_TABLE_PARENS) add_joins(emitter, NODE_AS(TableParens, TABLE_PARENS, table)->table, guards);
    if (table->kind != NODE_JOIN) return;
    const Join *join = NODE_AS(Join, JOIN, table);
    bool inner = join->of == JOIN_INNER && !join->asof;
    if (inner || join->of == JOIN_LEFT) add_joins(emitter, join->left, guards);
    if (inner) {
        add_joins(emitter, join->right, guards);
        add_conjuncts(emitter, join->on, guards);
    }
}

Guards guards_of_select(Emitter *emitter, const Select *select) {
    Guards guards = {0};
    for (uint32_t i = 0; i < select->from.count; i++) add_joins(emitter, select->from.items[i], &guards);
    add_conjuncts(emitter, select->where, &guards);
    return guards;
}

Guards guards_of_join(Emitter *emitter, const Join *join) {
    Guards guards = {0};
    add_conjuncts(emitter, join->on, &guards);
    return guards;
}

/* In a select of groups the columns of the input may be named within aggregates and group keys only. */
static bool may_be_named(const Emitter *emitter) {
    const Select *select = emitter->scope.select;
    bool grouped = select && select->facts && select->facts->aggregated;
    return !grouped || emitter->scope.in_aggregate || emitter->scope.in_key || emitter->scope.in_input;
}

bool is_guarded(const Emitter *emitter, const Cast *cast) {
    return emitter->scope.guards.count && may_be_named(emitter) && cast_may_fail(cast, emitter->frame);
}

bool is_group_key(const Emitter *emitter, const Expr *expr) {
    const Select *select = emitter->scope.select;
    for (uint32_t i = 0; select && select->facts && i < select->facts->group.count; i++)
        if (node_equal(&select->facts->group.items[i]->node, &expr->node)) return true;
    return false;
}

void emit_guards(Emitter *emitter) {
    Guards guards = emitter->scope.guards;
    Frame *frame = emitter->frame;
    emitter->scope.guards = (Guards){0};
    emitter->frame = NULL;
    for (uint32_t i = 0; i < guards.count; i++) {
        put(emitter, i ? " and " : "");
        emit_node(emitter, guards.items[i], guards.count > 1 ? BINDS_NOT : BINDS_OR);
    }
    emitter->frame = frame;
    emitter->scope.guards = guards;
}
