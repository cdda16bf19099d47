/* Units of results: of calls by what stdlib says of the function, of operators by what they do. */
#include "compiler/types/internal.h"

#include <stdlib.h>
#include <string.h>

static const char *called(const Call *call) {
    return call->name.items[call->name.count - 1].name->text;
}

/* The unit of the arguments that the result is made of: those of the variable's type, else the first that has one. */
static const Unit *kept_unit(Checker *checker, const Call *call, const Signature *signature, const Nodes *args) {
    Nodes of = {0};
    const Unit *first = NULL;
    for (uint32_t i = 0; i < args->count; i++) {
        uint32_t param = i < signature->param_count ? i : signature->param_count - 1;
        if (!first && type_is_number(TYPE_OF(args->items[i]))) first = UNIT_OF(args->items[i]);
        if (signature->params[param].type == type_variable(checker->types, 0) && type_is_number(TYPE_OF(args->items[i])))
            vec_push(checker->arena, &of, args->items[i]);
    }
    if (!of.count) return first;
    return units_agree(checker, &of, call->expr.node.span, arena_format(checker->arena, "given to `%s`", called(call)));
}

/* What has no unit stays what it is; of what has one, a number without it is wanted. */
static void refuse_unit(Checker *checker, const Node *at, const char *what) {
    const Unit *unit = UNIT_OF(at);
    Report *report = diag_report(checker->diag, CODE_G0324, at->span, "%s takes a number without a unit", what);
    report_says(checker->diag, report, "this is in `%s`", unit_text(checker->types, unit));
    report_help(checker->diag, report, "divide it by something in `%s`: a ratio has no unit", unit_text(checker->types, unit));
}

static const Unit *scaled(Checker *checker, const Unit *unit, int times, int by) {
    UnitFactor *factors = arena_alloc(checker->arena, (unit->count + 1) * sizeof *factors);
    for (uint32_t i = 0; i < unit->count; i++) factors[i] = (UnitFactor){unit->factors[i].name, unit->factors[i].power * times / by};
    return unit_of(checker->types, factors, unit->count);
}

static const Unit *root_of(Checker *checker, const Node *arg, const char *what) {
    const Unit *unit = UNIT_OF(arg);
    for (uint32_t i = 0; unit && i < unit->count; i++) {
        if (unit->factors[i].power % 2 == 0) continue;
        refuse_unit(checker, arg, what);
        return NULL;
    }
    return unit ? scaled(checker, unit, 1, 2) : NULL;
}

const Unit *unit_raised(Checker *checker, const Node *base, const Node *exponent, const char *what) {
    const Unit *unit = UNIT_OF(base);
    if (UNIT_OF(exponent)) refuse_unit(checker, exponent, what);
    if (!unit) return NULL;
    const Node *meant = expr_meant(checker, exponent);
    const Literal *literal = meant->kind == NODE_LITERAL ? (const Literal *)meant : NULL;
    if (!literal || literal->of != LITERAL_INTEGER || literal->text.length != 1) {
        refuse_unit(checker, base, what);
        return NULL;
    }
    return scaled(checker, unit, literal->text.at[0] - '0', 1);
}

const Unit *unit_of_call(Checker *checker, const Call *call, const Signature *signature, const Nodes *args) {
    const char *what = args->count ? arena_format(checker->arena, "`%s`", called(call)) : "";
    if (!args->count) return NULL;
    switch (signature->units) {
    case UNITS_DROPPED: break;
    case UNITS_KEPT: return kept_unit(checker, call, signature, args);
    case UNITS_REFUSED:
        for (uint32_t i = 0; i < args->count; i++)
            if (UNIT_OF(args->items[i])) refuse_unit(checker, args->items[i], what);
        break;
    case UNITS_SQUARED: return UNIT_OF(args->items[0]) ? scaled(checker, UNIT_OF(args->items[0]), 2, 1) : NULL;
    case UNITS_ROOTED: return root_of(checker, args->items[0], what);
    case UNITS_RAISED: return args->count > 1 ? unit_raised(checker, args->items[0], args->items[1], what) : NULL;
    }
    return NULL;
}

/* A hundredth of percents is a number without a unit. */
static const Unit *of_hundred(Checker *checker, const Unit *unit, const Node *divisor) {
    const Node *meant = expr_meant(checker, divisor);
    const Literal *literal = meant->kind == NODE_LITERAL ? (const Literal *)meant : NULL;
    if (!unit || !literal || literal->of > LITERAL_NUMBER || literal->of < LITERAL_INTEGER || strtod(text_copy(checker->arena, literal->text), NULL) != 100)
        return unit;
    for (uint32_t i = 0; i < unit->count; i++)
        if (unit->factors[i].power > 0 && !strcmp(unit->factors[i].name->text, "percent")) {
            UnitFactor percent = {unit->factors[i].name, 1};
            return unit_multiply(checker->types, unit, unit_of(checker->types, &percent, 1), -1);
        }
    return unit;
}

const Unit *unit_of_binary(Checker *checker, const Binary *binary) {
    const Unit *left = UNIT_OF(binary->left), *right = UNIT_OF(binary->right);
    Node *both[] = {binary->left, binary->right};
    if (binary->of == OP_MUL) return unit_multiply(checker->types, left, right, 1);
    if (binary->of == OP_DIV || binary->of == OP_INTDIV)
        return right ? unit_multiply(checker->types, left, right, -1) : of_hundred(checker, left, binary->right);
    if (binary->of == OP_POW) return unit_raised(checker, binary->left, binary->right, "`^`");
    const char *what = binary->of == OP_SUB ? "subtracted" : binary->of == OP_ADD ? "added" : "divided";
    return units_agree(checker, &(Nodes){both, 2, 2}, binary->expr.node.span, what);
}
