/* Comparisons of rows, `(a, b) = (c, d)`, written out where the engine compares rows as values of which nulls are equal: what
 * is not known is null, as everywhere. */
#include "compiler/emit/internal.h"

static bool has_null(const Node *row) {
    if (row->kind != NODE_ROW) return false;
    const Row *items = NODE_AS(Row, ROW, row);
    for (uint32_t i = 0; i < items->items.count; i++)
        if (((const Expr *)items->items.items[i])->nullable) return true;
    return false;
}

static bool are_rows(const Node *left, const Node *right) {
    return left->kind == NODE_ROW && right->kind == NODE_ROW &&
           NODE_AS(Row, ROW, left)->items.count == NODE_AS(Row, ROW, right)->items.count &&
           (has_null(left) || has_null(right));
}

static Node *binary(Emitter *emitter, Operator of, Node *left, Node *right) {
    if (!left) return right;
    Binary *made = (Binary *)node_new(emitter->arena, NODE_BINARY, left->span);
    made->of = of;
    made->left = left;
    made->right = right;
    return &made->expr.node;
}

/* a < c or a = c and (b < d or …); the last pair by the operator itself. */
static Node *ordered(Emitter *emitter, Operator of, const Row *left, const Row *right, uint32_t index) {
    Node *a = left->items.items[index], *b = right->items.items[index];
    if (index + 1 == left->items.count) return binary(emitter, of, a, b);
    Operator strict = of == OP_LE ? OP_LT : of == OP_GE ? OP_GT : of;
    Node *rest = ordered(emitter, of, left, right, index + 1);
    return binary(emitter, OP_OR, binary(emitter, strict, a, b),
                  binary(emitter, OP_AND, binary(emitter, OP_EQ, a, b), rest));
}

static Node *compared(Emitter *emitter, Operator of, const Row *left, const Row *right) {
    Node *all = NULL;
    if (of != OP_EQ && of != OP_NE) return ordered(emitter, of, left, right, 0);
    for (uint32_t i = 0; i < left->items.count; i++)
        all = binary(emitter, of == OP_EQ ? OP_AND : OP_OR, all,
                     binary(emitter, of, left->items.items[i], right->items.items[i]));
    return all;
}

static void comparison(Emitter *emitter, const Expr *expr) {
    const Binary *node = NODE_AS(Binary, BINARY, expr);
    const Node *lowered = compared(emitter, node->of, NODE_AS(Row, ROW, node->left), NODE_AS(Row, ROW, node->right));
    emit_node(emitter, (const Expr *)lowered, BINDS_NOT_AT_ALL);
}

static void membership(Emitter *emitter, const Expr *expr) {
    const In *in = NODE_AS(In, IN, expr);
    Node *any = NULL;
    for (uint32_t i = 0; i < in->list.count; i++)
        any = binary(emitter, OP_OR, any,
                     compared(emitter, OP_EQ, NODE_AS(Row, ROW, in->operand), NODE_AS(Row, ROW, in->list.items[i])));
    put(emitter, in->negated ? "not " : "");
    emit_node(emitter, (const Expr *)any, in->negated ? BINDS_NOT + 1 : BINDS_NOT_AT_ALL);
}

static bool is_membership(const In *in) {
    bool nulls = has_null(in->operand);
    if (in->query || in->operand->kind != NODE_ROW) return false;
    for (uint32_t i = 0; i < in->list.count; i++) {
        if (in->list.items[i]->kind != NODE_ROW) return false;
        nulls |= has_null(in->list.items[i]);
    }
    return nulls;
}

const Form *row_form(const Expr *expr) {
    static const Form all = {BINDS_AND, comparison}, any = {BINDS_OR, comparison}, in = {BINDS_OR, membership},
                      not_in = {BINDS_NOT, membership};
    if (expr->node.kind == NODE_IN && is_membership(NODE_AS(In, IN, expr)))
        return NODE_AS(In, IN, expr)->negated ? &not_in : &in;
    if (expr->node.kind != NODE_BINARY) return NULL;
    const Binary *node = NODE_AS(Binary, BINARY, expr);
    bool compares = node->of >= OP_EQ && node->of <= OP_GE;
    if (!compares || !are_rows(node->left, node->right)) return NULL;
    return node->of == OP_EQ ? &all : &any;
}
