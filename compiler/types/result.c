/* Results that a signature cannot say: precision and scale of decimals, parts of dates. */
#include "compiler/types/internal.h"

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

static const Type *sum_of_elements(Checker *checker, Call *call, const Type *declared) {
    const Type *element = TYPE_OF(call->args.items[0])->element;
    return element && element->kind == TYPE_DECIMAL ? type_decimal(checker->types, MAX_PRECISION, element->scale) : declared;
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

/* x % y: as the operator. */
static const Type *remainder_of(Checker *checker, Call *call, const Type *declared) {
    (void)declared;
    return arithmetic_type(checker->types, OP_MOD, argument(checker, call, 0), argument(checker, call, 1));
}

/* The second argument is a regular expression. */
static const Type *pattern_of(Checker *checker, Call *call, const Type *declared) {
    if (TYPE_OF(call->args.items[1])->kind == TYPE_TEXT && expr_meant(checker, call->args.items[1])->kind != NODE_CAST)
        pattern_check(checker, call->args.items[1]);
    return declared;
}

/* The second argument, a constant of a small language that every engine understands; null if it is no constant text. */
static const Literal *constant_behind_value(Checker *checker, const Call *call) {
    const Node *constant = call->args.items[1];
    if (TYPE_OF(constant)->kind != TYPE_TEXT) return NULL;
    const Literal *literal = text_literal(checker, constant);
    if (!literal)
        diag_report(checker->diag, CODE_G0305, constant->span, "the %s must be a constant", call->signature->params[1].name->text);
    return literal;
}

static void refuse_notation(Checker *checker, const Call *call, const char *fine, const char *why) {
    if (fine) return;
    Report *report = diag_report(checker->diag, CODE_G0702, call->args.items[1]->span, "the %s is not one that all engines understand alike",
                                 call->signature->params[1].name->text);
    if (why) report_note(checker->diag, report, "%s", why);
}

static const Type *format_in(Checker *checker, const Call *call, const Type *declared, bool words, FormatStyle style) {
    const Literal *literal = constant_behind_value(checker, call);
    const char *why = NULL, *fine = literal ? format_of_dates(checker->arena, literal->text, words, style, &why) : "";
    refuse_notation(checker, call, fine, why);
    return declared;
}

static const Type *format_written(Checker *checker, Call *call, const Type *declared) { return format_in(checker, call, declared, false, FORMAT_AS_WORDS); }
static const Type *format_read(Checker *checker, Call *call, const Type *declared) { return format_in(checker, call, declared, false, FORMAT_AS_FORM); }
static const Type *words_written(Checker *checker, Call *call, const Type *declared) { return format_in(checker, call, declared, true, FORMAT_AS_WORDS); }
static const Type *words_read(Checker *checker, Call *call, const Type *declared) { return format_in(checker, call, declared, true, FORMAT_AS_FORM); }

static const Type *path_of(Checker *checker, Call *call, const Type *declared) {
    const Literal *literal = constant_behind_value(checker, call);
    const char *why = NULL, *fine = literal ? path_of_json(checker->arena, literal->text, false, false, &why) : "";
    refuse_notation(checker, call, fine, why);
    return declared;
}

/* ------------------------------------------------------------------- JSON */

/* What engines write alike in JSON: no doubles, decimals or moments. */
static void json_item(Checker *checker, const Node *item) {
    TypeKind kind = TYPE_OF(item)->kind;
    bool whole = kind >= TYPE_INT2 && kind <= TYPE_INT8;
    if (whole || kind == TYPE_TEXT || kind == TYPE_BOOL || kind == TYPE_JSON || kind == TYPE_NULL) return;
    Report *report = diag_report(checker->diag, CODE_G0305, item->span, "`%s` has no one form in JSON", type_name(checker, TYPE_OF(item)));
    report_help(checker->diag, report, "cast it to a text, a whole number or json");
}

static const Type *json_items(Checker *checker, Call *call, const Type *declared) {
    for (uint32_t i = 0; i < call->args.count; i++) json_item(checker, call->args.items[i]);
    return declared;
}

static const Type *json_pairs(Checker *checker, Call *call, const Type *declared) {
    for (uint32_t i = 0; i < call->args.count; i++) {
        if (i % 2) json_item(checker, call->args.items[i]);
        else if (!text_literal(checker, call->args.items[i]))
            diag_report(checker->diag, CODE_G0305, call->args.items[i]->span, "a key of an object must be a constant text");
    }
    if (call->args.count % 2)
        diag_report(checker->diag, CODE_G0305, call->args.items[call->args.count - 1]->span, "this key has no value behind it");
    return declared;
}

/* ------------------------------------------------------------ parts of dates */

/* What has a part of a date or time. */
typedef enum { DATES = 1, TIMES = 2, STEPS = 4, INTERVALS = 8 } PartUse;

static const struct { const char *word; unsigned use; } PARTS[] = {
    {"century", DATES}, {"decade", DATES}, {"year", DATES | STEPS | INTERVALS}, {"quarter", DATES | STEPS},
    {"month", DATES | STEPS | INTERVALS}, {"week", DATES | STEPS}, {"day", DATES | STEPS | INTERVALS}, {"dow", DATES},
    {"isodow", DATES}, {"doy", DATES}, {"isoyear", DATES}, {"epoch", DATES | TIMES | INTERVALS},
    {"hour", TIMES | STEPS | INTERVALS}, {"minute", TIMES | STEPS | INTERVALS}, {"second", TIMES | STEPS | INTERVALS},
    {"millisecond", TIMES | STEPS}, {"microsecond", TIMES | STEPS},
};

enum { PART_COUNT = sizeof PARTS / sizeof PARTS[0] };

/* The uses of a part's name; 0 if there is none. */
static unsigned part_uses(Text name) {
    for (size_t i = 0; i < PART_COUNT; i++)
        if (text_equal(text_of(PARTS[i].word), name)) return PARTS[i].use;
    return 0;
}

static void report_part(Checker *checker, const Node *at, Text name) {
    const char *words[PART_COUNT];
    for (size_t i = 0; i < PART_COUNT; i++) words[i] = PARTS[i].word;
    Report *report = diag_report(checker->diag, CODE_G0233, at->span, "unknown part of a date `%.*s`", TEXT_ARGS(name));
    const char *near = name_near(text_copy(checker->arena, name), words, PART_COUNT);
    if (near) report_help(checker->diag, report, "did you mean `%s`?", near);
    else report_note(checker->diag, report, "parts are year, quarter, month, week, day, hour, minute, second and others");
}

static bool has_part(TypeKind of, unsigned uses) {
    if (of == TYPE_DATE) return uses & DATES;
    if (of == TYPE_TIME) return uses & TIMES;
    return of != TYPE_INTERVAL || uses & INTERVALS;
}

static void part_check(Checker *checker, const Node *at, const Node *value, unsigned needed) {
    const Literal *part = text_literal(checker, at);
    const Type *of = TYPE_OF(value);
    unsigned uses = part ? part_uses(part->text) : 0;
    if (!part) {
        diag_report(checker->diag, CODE_G0233, at->span, "the part of a date must be a constant");
    } else if (!uses) {
        report_part(checker, at, part->text);
    } else if (!has_part(of->kind, uses) && of->kind >= TYPE_DATE && of->kind <= TYPE_INTERVAL) {
        Report *report = diag_report(checker->diag, CODE_G0233, at->span, "%s `%s` has no `%.*s`",
                                     of->kind == TYPE_INTERVAL ? "an" : "a", type_name(checker, of), TEXT_ARGS(part->text));
        report_label(checker->diag, report, value->span, "this is `%s`", type_name(checker, of));
    } else if (needed && !(uses & needed)) {
        Report *report = diag_report(checker->diag, CODE_G0233, at->span, "`%.*s` is no step of time", TEXT_ARGS(part->text));
        report_note(checker->diag, report, "steps are year, quarter, month, week, day, hour, minute, second, millisecond, microsecond");
    }
}

/* The first argument names a part of a date or time, and must be one that the last has. */
static const Type *part_of(Checker *checker, Call *call, const Type *declared) {
    part_check(checker, call->args.items[0], call->args.items[call->args.count - 1], 0);
    return declared;
}

/* The first argument names a part of which so many may be added to the last. */
static const Type *step_of(Checker *checker, Call *call, const Type *declared) {
    part_check(checker, call->args.items[0], call->args.items[call->args.count - 1], STEPS);
    return declared;
}

/* The same, behind the value. */
static const Type *step_behind(Checker *checker, Call *call, const Type *declared) {
    part_check(checker, call->args.items[1], call->args.items[0], STEPS);
    return declared;
}

/* ------------------------------------------------------------------ the table */

static const struct { const char *word; ResultRule rule; } RULES[] = {
    {"argument", same_as_argument}, {"sum", sum_of}, {"sum_of_elements", sum_of_elements}, {"average", average_of}, {"whole", whole_of}, {"rounded", rounded},
    {"part", part_of}, {"step", step_of}, {"step_behind", step_behind}, {"remainder", remainder_of},
    {"pattern", pattern_of}, {"format_written", format_written}, {"format_read", format_read},
    {"words_written", words_written}, {"words_read", words_read}, {"path", path_of}, {"json_items", json_items}, {"json_pairs", json_pairs},
};

ResultRule result_rule(const Name *name) {
    for (size_t i = 0; i < sizeof RULES / sizeof *RULES; i++)
        if (!strcmp(RULES[i].word, name->text)) return RULES[i].rule;
    return NULL;
}
