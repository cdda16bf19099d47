/* Conditions that are false of no row, by ranges, by lists, and by how two columns came of each other. */
#include "compiler/check/value.h"

#include <string.h>

/* ------------------------------------------------------------ between two columns */

static bool same_expr(const Node *a, const Node *b) {
    if (a->kind == NODE_REF && b->kind == NODE_REF && ((const Ref *)a)->column) return ((const Ref *)a)->column == ((const Ref *)b)->column;
    return a->kind == b->kind && node_equal(a, b);
}

static bool is_call_of(const Node *expr, const char *name) {
    const Call *call = (const Call *)expr;
    return expr->kind == NODE_CALL && call->args.count && !call->filter && !call->over && !call->over_name.name &&
           !strcmp(call->name.items[call->name.count - 1].name->text, name);
}

static bool is_argument(const Node *expr, const char *name, const Node *of) {
    const Call *call = (const Call *)expr;
    for (uint32_t i = 0; is_call_of(expr, name) && i < call->args.count; i++)
        if (same_expr(call->args.items[i], of)) return true;
    return false;
}

/* `high` is `low` and something that is not negative. */
static bool is_more_by(Prover *prover, const Node *high, Operator of, const Node *low) {
    const Binary *binary = (const Binary *)high;
    if (high->kind != NODE_BINARY || binary->of != of) return false;
    if (same_expr(binary->left, low)) return values_of(prover, binary->right).range.low >= 0;
    return of == OP_ADD && same_expr(binary->right, low) && values_of(prover, binary->left).range.low >= 0;
}

/* Whether a condition has `low <= high` among its parts. */
static bool says(const Node *condition, const Node *low, const Node *high) {
    const Binary *binary = (const Binary *)condition;
    if (!condition || condition->kind != NODE_BINARY) return false;
    if (binary->of == OP_AND) return says(binary->left, low, high) || says(binary->right, low, high);
    if (binary->of == OP_LE || binary->of == OP_LT || binary->of == OP_EQ)
        if (same_expr(binary->left, low) && same_expr(binary->right, high)) return true;
    if (binary->of == OP_GE || binary->of == OP_GT || binary->of == OP_EQ)
        if (same_expr(binary->right, low) && same_expr(binary->left, high)) return true;
    return false;
}

static bool joins_say(const Node *item, const Node *low, const Node *high) {
    const Join *join = (const Join *)item;
    if (item->kind != NODE_JOIN) return false;
    if (join->of == JOIN_INNER && says(join->on, low, high)) return true;
    return joins_say(join->left, low, high) || joins_say(join->right, low, high);
}

static bool is_at_most(Prover *prover, const Select *select, const Node *low, const Node *high, int depth);

/* Two columns of one relation, of which a test says so; or of one query within, which gives them so. */
static bool table_says(Prover *prover, const Ref *low, const Ref *high, int depth) {
    if (low->expr.node.kind != NODE_REF || high->expr.node.kind != NODE_REF || !low->table || low->table != high->table || !low->column || !high->column)
        return false;
    const TableRef *table = (const TableRef *)low->table;
    const Node *query = low->table->kind == NODE_TABLE_QUERY ? ((const TableQuery *)low->table)->query : NULL;
    if (low->table->kind == NODE_TABLE_REF && table->cte) query = table->cte->query;
    const Relation *relation = low->table->kind == NODE_TABLE_REF && !table->cte ? table->relation : NULL;
    for (uint32_t i = 0; relation && i < relation->tests.count; i++) {
        const Test *test = relation->tests.items[i];
        if (test->kind != TEST_CHECK || test->warn || !test->check) continue;
        Ref own_low = *low, own_high = *high;
        own_low.column = low->column->copied;
        own_high.column = high->column->copied;
        if (own_low.column && own_high.column && says(test->check, (Node *)&own_low, (Node *)&own_high)) return true;
    }
    const Column *from_low = low->column, *from_high = high->column;
    if (relation) {
        query = (const Node *)relation->query;
        from_low = from_low->copied ? from_low->copied->copied : NULL; /* of the relation, then of its query */
        from_high = from_high->copied ? from_high->copied->copied : NULL;
    }
    const Select *select = query ? (const Select *)((const Query *)query)->body : NULL;
    const Rows *rows = select && select->rowset.node.kind == NODE_SELECT ? select->rowset.rows : NULL;
    if (!rows || !from_low || !from_high || from_low->index >= rows->columns.count || from_high->index >= rows->columns.count) return false;
    const Column *inner_low = rows->columns.items[from_low->index], *inner_high = rows->columns.items[from_high->index];
    return inner_low->expr && inner_high->expr && is_at_most(prover, select, (Node *)inner_low->expr, (Node *)inner_high->expr, depth + 1);
}

static bool is_at_most(Prover *prover, const Select *select, const Node *low, const Node *high, int depth) {
    if (depth > 20 || same_expr(low, high)) return depth <= 20;
    if (says(select->where, low, high) || says(select->having, low, high)) return true;
    for (uint32_t i = 0; i < select->from.count; i++)
        if (joins_say(select->from.items[i], low, high)) return true;
    if (is_call_of(low, "min") && is_call_of(high, "max") && same_expr(((const Call *)low)->args.items[0], ((const Call *)high)->args.items[0])) return true;
    if (is_argument(low, "least", high) || is_argument(high, "greatest", low)) return true;
    if (is_more_by(prover, high, OP_ADD, low) || is_more_by(prover, low, OP_SUB, high)) return true;
    return table_says(prover, (const Ref *)low, (const Ref *)high, depth);
}

/* The expression that gives a column of the tested relation, stored as it is. */
static const Node *given_by(const Prover *prover, const Node *expr, const Select *select) {
    const Column *column = expr->kind == NODE_REF ? ((const Ref *)expr)->column : NULL;
    const Column *given = column && column->relation == prover->tested ? column->copied : NULL;
    if (!given || given->type != column->type || given->index >= select->rowset.rows->columns.count) return NULL;
    return (const Node *)select->rowset.rows->columns.items[given->index]->expr;
}

static bool columns_hold(Prover *prover, const Node *low, const Node *high) {
    const Query *query = prover->tested ? prover->tested->query : NULL;
    const Select *select = query && query->body->kind == NODE_SELECT ? (const Select *)query->body : NULL;
    const Node *given_low = select ? given_by(prover, low, select) : NULL, *given_high = select ? given_by(prover, high, select) : NULL;
    return given_low && given_high && is_at_most(prover, select, given_low, given_high, 0);
}

/* -------------------------------------------------------------------- conditions */

static bool compares_always(Prover *prover, const Binary *binary) {
    if (range_always(binary->of, values_of(prover, binary->left).range, values_of(prover, binary->right).range)) return true;
    if (binary->of == OP_LE) return columns_hold(prover, binary->left, binary->right);
    if (binary->of == OP_GE) return columns_hold(prover, binary->right, binary->left);
    return false;
}

static bool in_always(Prover *prover, const In *in) {
    Value value = values_of(prover, in->operand), list = {.listed = true};
    if (in->query || in->negated || !value.listed) return false;
    for (uint32_t i = 0; i < in->list.count; i++)
        if (in->list.items[i]->kind == NODE_LITERAL) vec_push(prover->arena, &list.items, (const Literal *)in->list.items[i]);
    for (uint32_t i = 0; i < value.items.count; i++)
        if (!literal_listed(&list, value.items.items[i])) return false;
    return true;
}

static bool in_never(Prover *prover, const In *in) {
    Value value = values_of(prover, in->operand);
    if (in->query || in->negated || !value.listed || !value.items.count) return false;
    for (uint32_t i = 0; i < in->list.count; i++)
        if (in->list.items[i]->kind != NODE_LITERAL || literal_listed(&value, (const Literal *)in->list.items[i])) return false;
    return true;
}

static bool is_never_null(const Prover *prover, const Node *expr) {
    const Column *column = expr->kind == NODE_REF ? ((const Ref *)expr)->column : NULL;
    if (column && column->relation == prover->tested) return column->copied && !column->copied->nullable;
    return !((const Expr *)expr)->nullable && expr->kind == NODE_LITERAL;
}

bool never_false(Prover *prover, const Node *condition) {
    if (condition->kind == NODE_BINARY) {
        const Binary *binary = (const Binary *)condition;
        if (binary->of == OP_AND) return never_false(prover, binary->left) && never_false(prover, binary->right);
        if (binary->of == OP_OR) return never_false(prover, binary->left) || never_false(prover, binary->right);
        return compares_always(prover, binary);
    }
    if (condition->kind == NODE_UNARY && ((const Unary *)condition)->of == OP_NOT) {
        const Node *operand = ((const Unary *)condition)->operand;
        const Binary *binary = (const Binary *)operand;
        return operand->kind == NODE_BINARY && range_never(binary->of, values_of(prover, binary->left).range, values_of(prover, binary->right).range);
    }
    if (condition->kind == NODE_IN) return in_always(prover, (const In *)condition);
    if (condition->kind == NODE_BETWEEN && !((const Between *)condition)->negated) {
        const Between *between = (const Between *)condition;
        Range value = values_of(prover, between->operand).range;
        return range_always(OP_GE, value, values_of(prover, between->low).range) && range_always(OP_LE, value, values_of(prover, between->high).range);
    }
    if (condition->kind == NODE_IS && ((const Is *)condition)->of == IS_NULL && ((const Is *)condition)->negated)
        return is_never_null(prover, ((const Is *)condition)->operand);
    return range_always(OP_EQ, values_of(prover, condition).range, range_point(1));
}

bool always_false(Prover *prover, const Node *condition) {
    if (condition->kind == NODE_IN) return in_never(prover, (const In *)condition) && is_never_null(prover, ((const In *)condition)->operand);
    if (condition->kind != NODE_BINARY) return false;
    const Binary *binary = (const Binary *)condition;
    if (binary->of == OP_AND) return always_false(prover, binary->left) || always_false(prover, binary->right);
    if (binary->of == OP_OR) return always_false(prover, binary->left) && always_false(prover, binary->right);
    Range left = values_of(prover, binary->left).range, right = values_of(prover, binary->right).range;
    return is_never_null(prover, binary->left) && is_never_null(prover, binary->right) && left.low <= left.high && range_never(binary->of, left, right);
}
