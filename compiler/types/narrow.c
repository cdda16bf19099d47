/* What a condition tells: columns that cannot be null where it came out as it did.
 *
 * A comparison, a LIKE, a strict function is null if an operand is: where it was true, the operand was there. */
#include "compiler/types/internal.h"

bool is_narrowed(const Checker *checker, const Column *column) {
    for (uint32_t i = 0; i < checker->narrowed.count; i++)
        if (checker->narrowed.items[i].column == column) return true;
    return false;
}

bool is_table_narrowed(const Checker *checker, const Node *table) {
    for (uint32_t i = 0; i < checker->narrowed.count; i++)
        if (checker->narrowed.items[i].table == table) return true;
    return false;
}

/* The columns that a value cannot be computed without. */
static void present(Checker *checker, const Node *expr);

static void present_all(Checker *checker, const Nodes *exprs) {
    for (uint32_t i = 0; i < exprs->count; i++) present(checker, exprs->items[i]);
}

static void present_call(Checker *checker, const Call *call) {
    const Signature *signature = call->signature;
    bool strict = signature && signature->nulls == NULLS_STRICT && signature->kind == FUNCTION_SCALAR;
    if (strict) present_all(checker, &call->args);
}

static void present(Checker *checker, const Node *expr) {
    expr = expr_meant(checker, expr);
    if (expr->kind == NODE_REF) {
        const Ref *ref = (const Ref *)expr;
        if (ref->column) vec_push(checker->arena, &checker->narrowed, ((Narrowed){ref->column, ref->table}));
    } else if (expr->kind == NODE_CAST) {
        present(checker, ((const Cast *)expr)->operand);
    } else if (expr->kind == NODE_UNARY) {
        present(checker, ((const Unary *)expr)->operand);
    } else if (expr->kind == NODE_BINARY) {
        const Binary *binary = (const Binary *)expr;
        if (binary->of == OP_AND || binary->of == OP_OR || binary->of == OP_DISTINCT || binary->of == OP_NOT_DISTINCT) return;
        present(checker, binary->left);
        present(checker, binary->right);
    } else if (expr->kind == NODE_CALL) {
        present_call(checker, (const Call *)expr);
    }
}

/* Both or either: what either tells holds only if both tell it. */
static void narrow_either(Checker *checker, const Binary *binary, bool outcome) {
    uint32_t start = checker->narrowed.count, kept = start;
    narrow(checker, binary->left, outcome);
    uint32_t middle = checker->narrowed.count;
    narrow(checker, binary->right, outcome);
    for (uint32_t i = start; i < middle; i++)
        for (uint32_t j = middle; j < checker->narrowed.count; j++)
            if (checker->narrowed.items[i].column == checker->narrowed.items[j].column) {
                checker->narrowed.items[kept++] = checker->narrowed.items[i];
                break;
            }
    checker->narrowed.count = kept;
}

static void narrow_binary(Checker *checker, const Binary *binary, bool outcome) {
    if (binary->of == OP_AND || binary->of == OP_OR) {
        if ((binary->of == OP_AND) == outcome) {
            narrow(checker, binary->left, outcome);
            narrow(checker, binary->right, outcome);
        } else {
            narrow_either(checker, binary, outcome);
        }
    } else if (binary->of == OP_NOT_DISTINCT && outcome) { /* what is as something that is there, is there */
        if (!NULLABLE(binary->right)) present(checker, binary->left);
        if (!NULLABLE(binary->left)) present(checker, binary->right);
    } else {
        present(checker, (const Node *)binary);
    }
}

static void narrow_is(Checker *checker, const Is *is, bool outcome) {
    bool holds = is->negated != outcome; /* the operand is what is asked for */
    if (is->of == IS_NULL && !holds) present(checker, is->operand);
    if (is->of == IS_TRUE && holds) narrow(checker, is->operand, true);
    if (is->of == IS_FALSE && holds) narrow(checker, is->operand, false);
}

void narrow_untrue(Checker *checker, const Node *expr) {
    expr = expr_meant(checker, expr);
    const Binary *binary = expr->kind == NODE_BINARY ? (const Binary *)expr : NULL;
    if (binary && binary->of == OP_OR) {
        narrow_untrue(checker, binary->left);
        narrow_untrue(checker, binary->right);
    } else if (expr->kind == NODE_IS) {
        narrow(checker, expr, false);
    }
}

void narrow_present(Checker *checker, const Node *expr) {
    present(checker, expr);
}

/* An expression that a condition cannot be true without: `max(x) > 2`, `lag(x) over w is not null`. */
static bool needs(const Checker *checker, const Node *condition, const Node *expr) {
    condition = expr_meant(checker, condition);
    if (condition->kind == NODE_BINARY) {
        const Binary *binary = (const Binary *)condition;
        if (binary->of == OP_AND) return needs(checker, binary->left, expr) || needs(checker, binary->right, expr);
        bool compares = binary->of >= OP_EQ && binary->of <= OP_GE;
        return compares && (expr_same(binary->left, expr) || expr_same(binary->right, expr));
    }
    if (condition->kind == NODE_IS && ((const Is *)condition)->of == IS_NULL && ((const Is *)condition)->negated)
        return expr_same(((const Is *)condition)->operand, expr);
    return false;
}

void narrow_outputs(Checker *checker, Rows *rows, const Node *condition) {
    uint32_t known = checker->narrowed.count;
    if (!condition) return;
    narrow(checker, condition, true);
    for (uint32_t i = 0; i < rows->columns.count; i++) {
        Column *column = rows->columns.items[i];
        const Node *expr = (const Node *)column->expr;
        if (!column->nullable || !expr) continue;
        const Column *read = expr->kind == NODE_REF && TYPE_OF(expr) == column->type ? ((const Ref *)expr)->column : NULL;
        for (uint32_t k = known; k < checker->narrowed.count; k++)
            if (checker->narrowed.items[k].column == column || (read && read->type == column->type && checker->narrowed.items[k].column == read))
                column->nullable = false;
        if (expr->kind == NODE_CALL && needs(checker, condition, expr)) column->nullable = false;
    }
    checker->narrowed.count = known;
}

void narrow(Checker *checker, const Node *expr, bool outcome) {
    if (!expr) return;
    expr = expr_meant(checker, expr);
    if (expr->kind == NODE_REF || expr->kind == NODE_CALL) {
        present(checker, expr);
    } else if (expr->kind == NODE_BINARY) {
        narrow_binary(checker, (const Binary *)expr, outcome);
    } else if (expr->kind == NODE_UNARY) {
        if (((const Unary *)expr)->of == OP_NOT) narrow(checker, ((const Unary *)expr)->operand, !outcome);
    } else if (expr->kind == NODE_IS) {
        narrow_is(checker, (const Is *)expr, outcome);
    } else if (expr->kind == NODE_LIKE) {
        present(checker, ((const Like *)expr)->operand);
    } else if (expr->kind == NODE_BETWEEN) {
        const Between *between = (const Between *)expr;
        present(checker, between->operand);
        if (outcome == between->negated) return; /* outside of one bound it is outside, whatever the other is */
        present(checker, between->low);
        present(checker, between->high);
    } else if (expr->kind == NODE_IN) { /* `x not in (query)` is true of a null x where the query is empty */
        const In *in = (const In *)expr;
        if (outcome != in->negated || !in->query) present(checker, in->operand);
    }
}
