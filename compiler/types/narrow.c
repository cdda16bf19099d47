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
        present(checker, ((const Between *)expr)->operand);
    } else if (expr->kind == NODE_IN) { /* `x not in (query)` is true of a null x where the query is empty */
        const In *in = (const In *)expr;
        if (outcome != in->negated || !in->query) present(checker, in->operand);
    }
}
