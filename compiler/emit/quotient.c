/* Exact quotients of decimals and integers: division, round(x / y, n), avg.
 *
 * Engines differ here (DuckDB divides decimals as doubles, PostgreSQL picks a scale by magnitude), so the quotient is
 * taken of two whole numbers, in what the dialect has for that, and rounded once, half away from zero. */
#include "compiler/emit/internal.h"

#include <string.h>

static bool is_exact(const Type *type) {
    return type && (type->kind == TYPE_DECIMAL || type->kind == TYPE_INT2 || type->kind == TYPE_INT4 ||
                    type->kind == TYPE_INT8);
}

bool is_exact_division(const Expr *expr) {
    return expr->node.kind == NODE_BINARY && NODE_AS(Binary, BINARY, expr)->of == OP_DIV && expr->type &&
           expr->type->kind == TYPE_DECIMAL;
}

static void division_numerator(Emitter *emitter, const void *context) {
    const Expr *left = (const Expr *)((const Binary *)context)->left;
    const Type *natural = emitter->dialect->natural(emitter, left);
    emit_exact(emitter, left, natural ? natural : left->type, BINDS_CAST);
}

static void division_denominator(Emitter *emitter, const void *context) {
    const Expr *right = (const Expr *)((const Binary *)context)->right;
    const Type *natural = emitter->dialect->natural(emitter, right);
    emit_exact(emitter, right, natural ? natural : right->type, BINDS_CAST);
}

void emit_division(Emitter *emitter, const Binary *division, int scale) {
    const Expr *left = (const Expr *)division->left, *right = (const Expr *)division->right;
    const Type *numerator = emitter->dialect->natural(emitter, left);
    const Type *denominator = emitter->dialect->natural(emitter, right);
    const Quotient quotient = {
        .numerator = division_numerator,
        .denominator = division_denominator,
        .context = division,
        .numerator_type = numerator ? numerator : left->type,
        .denominator_type = denominator ? denominator : right->type,
        .scale = scale,
    };
    emitter->dialect->quotient(emitter, &quotient);
}

static bool is_called(const Call *call, const char *name) {
    return call->name.count == 1 && strcmp(call->name.items[0].name->text, name) == 0;
}

int rounded_division(const Call *call) {
    if (!is_called(call, "round") || call->args.count < 1 || call->args.count > 2 || call->over || call->filter)
        return -1;
    if (!is_exact_division((const Expr *)call->args.items[0])) return -1;
    if (call->args.count == 1) return 0;
    const Node *scale = call->args.items[1];
    if (scale->kind != NODE_LITERAL || NODE_AS(Literal, LITERAL, scale)->of != LITERAL_INTEGER) return -1;
    const Text digits = NODE_AS(Literal, LITERAL, scale)->text;
    int value = 0;
    for (uint32_t i = 0; i < digits.length && value < 100; i++) value = value * 10 + (digits.at[i] - '0');
    return value <= 37 ? value : -1;
}

bool is_average(const Call *call) {
    return is_called(call, "avg") && call->args.count == 1 && is_exact(((const Expr *)call->args.items[0])->type) &&
           call->expr.type && call->expr.type->kind == TYPE_DECIMAL;
}

static void average_sum(Emitter *emitter, const void *call) {
    emit_called_as(emitter, call, "sum");
}

static void average_count(Emitter *emitter, const void *call) {
    emit_called_as(emitter, call, "count");
}

void emit_average(Emitter *emitter, const Call *call) {
    const Type *of = ((const Expr *)call->args.items[0])->type;
    const Quotient quotient = {
        .numerator = average_sum,
        .denominator = average_count,
        .context = call,
        .numerator_type = type_decimal(emitter->program->types, 38, of->kind == TYPE_DECIMAL ? of->scale : 0),
        .denominator_type = type_simple(emitter->program->types, TYPE_INT8),
        .scale = call->expr.type->scale,
    };
    emitter->dialect->quotient(emitter, &quotient);
}
