/* Results that a signature cannot say: precision and scale of decimals, parts of dates. */
#include "compiler/types/internal.h"

#include <stdlib.h>
#include <string.h>

static const Type *argument(const Checker *checker, const Call *call, uint32_t index) {
    return decimal_of(checker->types, TYPE_OF(call->args.items[index]));
}

/* As precise as the first argument: abs, min, max. */
static const Type *same_as_argument(Checker *checker, Call *call, const Type *declared) {
    const Type *type = argument(checker, call, 0);
    return type->kind == TYPE_DECIMAL ? type : declared;
}

static const Type *sum_of(Checker *checker, Call *call, const Type *declared) {
    const Type *type = argument(checker, call, 0);
    return type->kind == TYPE_DECIMAL ? type_decimal(checker->types, MAX_PRECISION, type->scale) : declared;
}

static const Type *average_of(Checker *checker, Call *call, const Type *declared) {
    const Type *type = argument(checker, call, 0);
    if (type->kind != TYPE_DECIMAL) return declared;
    return type_decimal(checker->types, MAX_PRECISION, type->scale > 6 ? type->scale : 6);
}

/* floor, ceil: no fraction, and a digit more for what is carried. */
static const Type *whole_of(Checker *checker, Call *call, const Type *declared) {
    const Type *type = argument(checker, call, 0);
    if (type->kind != TYPE_DECIMAL) return declared;
    int precision = type->precision - type->scale + 1;
    return type_decimal(checker->types, precision < MAX_PRECISION ? precision : MAX_PRECISION, 0);
}

/* A whole number written as such, perhaps with a minus; false if it is anything else. */
static bool constant(const Checker *checker, const Node *expr, long *value) {
    expr = expr_meant(checker, expr);
    bool negative = expr->kind == NODE_UNARY && ((const Unary *)expr)->of == OP_NEGATE;
    if (negative) expr = ((const Unary *)expr)->operand;
    if (expr->kind != NODE_LITERAL || ((const Literal *)expr)->of != LITERAL_INTEGER) return false;
    Text text = ((const Literal *)expr)->text;
    *value = 0;
    for (uint32_t i = 0; i < text.length && i < 9; i++) *value = *value * 10 + text.at[i] - '0';
    if (negative) *value = -*value;
    return true;
}

/* round(x, n), trunc(x, n): n digits behind the point, which is to be a constant; round(x / y, n) is one operation that
 * rounds the exact quotient once (decision 1), so that it may ask for more digits than the quotient would have. */
static const Type *rounded(Checker *checker, Call *call, const Type *declared) {
    const Type *type = argument(checker, call, 0);
    long digits = 0;
    if (type->kind != TYPE_DECIMAL) return declared;
    if (call->args.count > 1 && !constant(checker, call->args.items[1], &digits)) return type;
    bool quotient = call->args.items[0]->kind == NODE_BINARY && ((Binary *)call->args.items[0])->of == OP_DIV;
    int scale = digits < 0 ? 0 : digits > MAX_PRECISION ? MAX_PRECISION : (int)digits;
    if (!quotient && scale > type->scale) scale = type->scale;
    int precision = type->precision - type->scale + 1 + scale;
    return type_decimal(checker->types, precision < MAX_PRECISION ? precision : MAX_PRECISION, scale);
}

static bool has_word(const char *const *words, Text text) {
    for (; *words; words++)
        if (text_equal(text_of(*words), text)) return true;
    return false;
}

/* The first argument names a part of a date or time, and must be one that the second has. */
static const Type *part_of(Checker *checker, Call *call, const Type *declared) {
    static const char *const DAYS[] = {"century", "decade", "year", "quarter", "month", "week", "day", "dow", "isodow", "doy",
                                       "isoyear", NULL};
    static const char *const TIMES[] = {"hour", "minute", "second", "millisecond", "microsecond", "epoch", NULL};
    const Literal *part = text_literal(checker, call->args.items[0]);
    Node *at = call->args.items[0];
    TypeKind of = TYPE_OF(call->args.items[call->args.count - 1])->kind;
    if (!part) {
        diag_report(checker->diag, CODE_G0233, at->span, "the part of a date must be a constant");
    } else if (!has_word(DAYS, part->text) && !has_word(TIMES, part->text)) {
        const char *all[sizeof DAYS / sizeof *DAYS + sizeof TIMES / sizeof *TIMES];
        size_t count = 0;
        for (size_t i = 0; DAYS[i]; i++) all[count++] = DAYS[i];
        for (size_t i = 0; TIMES[i]; i++) all[count++] = TIMES[i];
        Report *report = diag_report(checker->diag, CODE_G0233, at->span, "unknown part of a date `%.*s`", TEXT_ARGS(part->text));
        const char *near = name_near(text_copy(checker->arena, part->text), all, count);
        if (near) report_help(checker->diag, report, "did you mean `%s`?", near);
        else report_note(checker->diag, report, "parts are year, quarter, month, week, day, hour, minute, second and others");
    } else if (of == TYPE_DATE && !has_word(DAYS, part->text) && strncmp(part->text.at, "epoch", 5)) {
        Report *report = diag_report(checker->diag, CODE_G0233, at->span, "a date has no `%.*s`", TEXT_ARGS(part->text));
        report_label(checker->diag, report, call->args.items[call->args.count - 1]->span, "this is `date`");
    }
    return declared;
}

static const struct { const char *word; ResultRule rule; } RULES[] = {
    {"argument", same_as_argument}, {"sum", sum_of}, {"average", average_of}, {"whole", whole_of}, {"rounded", rounded},
    {"part", part_of},
};

ResultRule result_rule(const Name *name) {
    for (size_t i = 0; i < sizeof RULES / sizeof *RULES; i++)
        if (!strcmp(RULES[i].word, name->text)) return RULES[i].rule;
    return NULL;
}
