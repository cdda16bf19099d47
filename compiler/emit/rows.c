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

static bool are_rows(const Node *left, const Node *right, bool keys) {
    return left->kind == NODE_ROW && right->kind == NODE_ROW &&
           NODE_AS(Row, ROW, left)->items.count == NODE_AS(Row, ROW, right)->items.count &&
           (keys || has_null(left) || has_null(right));
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

/* exists (select 1 from (…) as members (member_1, member_2) where a = member_1 and …); `maybe`: or one of them is null */
static void some_member(Emitter *emitter, const In *in, bool maybe) {
    const Nodes *items = &NODE_AS(Row, ROW, in->operand)->items;
    if (holds_window((const Expr *)in->operand)) emit_lacks(emitter, in->operand->span, "window functions in a row that is looked for in a query");
    put(emitter, "exists (" L_OPEN L_IN L_EMPTY "select 1" L_LINE "from ");
    emit_query_value(emitter, in->query, NULL);
    put(emitter, " as members (");
    for (uint32_t i = 0; i < items->count; i++) put_format(emitter, "%smember_%u", i ? ", " : "", i + 1);
    put(emitter, ")" L_LINE "where ");
    for (uint32_t i = 0; i < items->count; i++) {
        put(emitter, i ? " and " : "");
        put(emitter, maybe ? "coalesce(" : "");
        emit_node(emitter, (const Expr *)items->items[i], BINDS_COMPARE + 1);
        put_format(emitter, " = member_%u%s", i + 1, maybe ? ", true)" : "");
    }
    put(emitter, L_OUT L_EMPTY L_CLOSE ")");
}

static void membership_of_query(Emitter *emitter, const Expr *expr) {
    const In *in = NODE_AS(In, IN, expr);
    put(emitter, in->negated ? L_OPEN "not case" L_IN L_LINE "when " : L_OPEN "case" L_IN L_LINE "when ");
    some_member(emitter, in, false);
    put(emitter, " then true" L_LINE "when ");
    some_member(emitter, in, true);
    put(emitter, " then null" L_LINE "else false" L_OUT L_LINE "end" L_CLOSE);
}

/* Whether WHERE asks for it alone: there null is as good as false, and the engine's own IN finds rows faster. */
static bool is_conjunct(const Node *where, const In *in) {
    if (!where || where == &in->expr.node) return where != NULL;
    if (where->kind != NODE_BINARY || NODE_AS(Binary, BINARY, where)->of != OP_AND) return false;
    return is_conjunct(NODE_AS(Binary, BINARY, where)->left, in) || is_conjunct(NODE_AS(Binary, BINARY, where)->right, in);
}

static bool is_membership_of_query(const Emitter *emitter, const In *in) {
    const Select *select = emitter->scope.select;
    bool correlated = emitter->dialect->flags & CORRELATES_LITTLE && names_outer_columns(in->query);
    if (!correlated && !in->negated && select && is_conjunct(select->where, in)) return false;
    const Node *node = in->query && in->query->kind == NODE_SUBQUERY ? NODE_AS(Subquery, SUBQUERY, in->query)->query : in->query;
    if (!node || in->operand->kind != NODE_ROW || node->kind != NODE_QUERY) return false;
    const Rows *rows = NODE_AS(Query, QUERY, node)->rowset.rows;
    bool nulls = has_null(in->operand) || correlated;
    for (uint32_t i = 0; rows && i < rows->columns.count; i++) nulls |= rows->columns.items[i]->nullable;
    return nulls;
}

static bool is_membership(const In *in, bool keys) {
    bool nulls = keys || has_null(in->operand);
    if (in->query || in->operand->kind != NODE_ROW) return false;
    for (uint32_t i = 0; i < in->list.count; i++) {
        if (in->list.items[i]->kind != NODE_ROW) return false;
        nulls |= has_null(in->list.items[i]);
    }
    return nulls;
}

const Form *row_form(const Emitter *emitter, const Expr *expr) {
    const Select *select = emitter->scope.select;
    bool keys = select && select->group.count && select_has_sets(select); /* what is null in subtotals only is written alike as a key */
    static const Form all = {BINDS_AND, comparison}, any = {BINDS_OR, comparison}, in = {BINDS_OR, membership},
                      not_in = {BINDS_NOT, membership};
    if (expr->node.kind == NODE_IN && is_membership(NODE_AS(In, IN, expr), keys))
        return NODE_AS(In, IN, expr)->negated ? &not_in : &in;
    if (expr->node.kind != NODE_BINARY) return NULL;
    const Binary *node = NODE_AS(Binary, BINARY, expr);
    bool compares = node->of >= OP_EQ && node->of <= OP_GE;
    if (!compares || !are_rows(node->left, node->right, keys)) return NULL;
    return node->of == OP_EQ ? &all : &any;
}

const Form *row_query_form(const Emitter *emitter, const Expr *expr) {
    static const Form in = {BINDS_TIGHT, membership_of_query}, not_in = {BINDS_NOT, membership_of_query};
    if (expr->node.kind != NODE_IN || !is_membership_of_query(emitter, NODE_AS(In, IN, expr))) return NULL;
    return NODE_AS(In, IN, expr)->negated ? &not_in : &in;
}
