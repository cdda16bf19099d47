/* Whether values may stand for one another: a common type, a common unit, comparison. */
#include "compiler/types/internal.h"

static bool is_moment(const Type *type) {
    return type->kind == TYPE_DATE || type->kind == TYPE_TIME || type->kind == TYPE_TIMESTAMP ||
           type->kind == TYPE_TIMESTAMPTZ || type->kind == TYPE_INTERVAL;
}

bool report_text_as_date(Checker *checker, const Node *text, const Type *other) {
    const Literal *literal = text_literal(checker, text);
    if (!literal || !is_moment(other)) return false;
    const char *type = type_name(checker, other);
    Report *report = diag_report(checker->diag, CODE_G0325, text->span, "a text does not become a %s by itself", type);
    report_says(checker->diag, report, "this is `text`");
    if (text->kind != NODE_LITERAL) return true;
    const char *edit = arena_format(checker->arena, "%s ", type);
    report_edit(checker->diag, report, (Span){text->span.begin, text->span.begin}, edit, "say that it is a %s", type);
    return true;
}

static bool mixes_zones(const Type *a, const Type *b) {
    bool with = a->kind == TYPE_TIMESTAMPTZ || b->kind == TYPE_TIMESTAMPTZ;
    return with && (a->kind == TYPE_TIMESTAMP || b->kind == TYPE_TIMESTAMP || a->kind == TYPE_DATE || b->kind == TYPE_DATE);
}

/* The side without a zone, and how to give it one. */
static void report_zones(Checker *checker, const Node *left, const Node *right, Span at) {
    const Node *plain = TYPE_OF(left)->kind == TYPE_TIMESTAMPTZ ? right : left;
    Report *report = diag_report(checker->diag, CODE_G0316, at, "`%s` and `%s` do not mix",
                                 type_name(checker, TYPE_OF(left)), type_name(checker, TYPE_OF(right)));
    report_label(checker->diag, report, left->span, "`%s`", type_name(checker, TYPE_OF(left)));
    report_label(checker->diag, report, right->span, "`%s`", type_name(checker, TYPE_OF(right)));
    report_note(checker->diag, report, "without a zone nobody knows which instant is meant");
    report_edit(checker->diag, report, span_after(plain->span), " at time zone 'UTC'", "say which zone it is in");
}

static bool is_number_text(Text text) {
    uint32_t digits = 0, points = 0;
    for (uint32_t i = text.length && text.at[0] == '-'; i < text.length; i++) {
        digits += text.at[i] >= '0' && text.at[i] <= '9';
        points += text.at[i] == '.';
    }
    return digits && points <= 1 && digits + points + (text.at[0] == '-') == text.length;
}

void suggest_for_text(Checker *checker, Report *report, const Node *left, const Node *right) {
    const Node *text = TYPE_OF(left)->kind == TYPE_TEXT ? left : TYPE_OF(right)->kind == TYPE_TEXT ? right : NULL;
    const Node *other = text == left ? right : left;
    const Literal *literal = text ? text_literal(checker, text) : NULL;
    if (!text || !type_casts(TYPE_OF(text), TYPE_OF(other))) return;
    const char *type = type_name(checker, TYPE_OF(other));
    if (!literal)
        report_edit(checker->diag, report, span_after(text->span), arena_format(checker->arena, "::%s", type), "cast the text to `%s`", type);
    else if (type_is_number(TYPE_OF(other)) && is_number_text(literal->text))
        report_edit(checker->diag, report, literal->expr.node.span, arena_format(checker->arena, "%.*s", TEXT_ARGS(literal->text)),
                    "a number stands without quotes");
    else if (type_is_number(TYPE_OF(other)))
        report_note(checker->diag, report, "no number is written like this text");
}

static bool holds_json(const Type *type) {
    if (type->kind == TYPE_JSON) return true;
    if (type->kind == TYPE_ARRAY) return holds_json(type->element);
    for (uint32_t i = 0; i < type->field_count; i++)
        if (holds_json(type->fields[i].type)) return true;
    return false;
}

static bool json_compared(Checker *checker, const Node *side) {
    if (!holds_json(TYPE_OF(side))) return false;
    Report *report = diag_report(checker->diag, CODE_G0317, side->span, "json is not compared");
    report_note(checker->diag, report, "engines differ in which json values are equal");
    report_help(checker->diag, report, "compare a value taken out of it: `x ->> 'key'`");
    return true;
}

/* Fields of rows are compared one by one; their names do not count. */
static bool rows_comparable(Checker *checker, const Type *a, const Type *b) {
    if (a->field_count != b->field_count) return false;
    for (uint32_t i = 0; i < a->field_count; i++)
        if (!type_common(checker->types, a->fields[i].type, b->fields[i].type)) return false;
    return true;
}

static void compare_rows(Checker *checker, const Row *left, const Row *right, Span at, const char *operator) {
    for (uint32_t i = 0; i < left->items.count && i < right->items.count; i++)
        compare_check(checker, left->items.items[i], right->items.items[i], at, operator);
}

bool compare_check(Checker *checker, Node *left, Node *right, Span at, const char *operator) {
    const Type *a = TYPE_OF(left), *b = TYPE_OF(right);
    if (is_poison(left) || is_poison(right) || a->kind == TYPE_NULL || b->kind == TYPE_NULL) return true;
    if (json_compared(checker, left) || json_compared(checker, right)) return false;
    if (left->kind == NODE_ROW && right->kind == NODE_ROW && a->field_count == b->field_count)
        return compare_rows(checker, (Row *)left, (Row *)right, at, operator), true;
    bool rows = a->kind == TYPE_STRUCT && b->kind == TYPE_STRUCT;
    if (rows ? rows_comparable(checker, a, b) : type_common(checker->types, a, b) != NULL) {
        Node *both[] = {left, right};
        units_agree(checker, &(Nodes){both, 2, 2}, at, "compared");
        return true;
    }
    if (mixes_zones(a, b)) return report_zones(checker, left, right, at), false;
    if (report_text_as_date(checker, left, b) || report_text_as_date(checker, right, a)) return false;
    Report *report = diag_report(checker->diag, CODE_G0304, at, "`%s` cannot be compared with `%s`",
                                 type_name(checker, a), type_name(checker, b));
    report_says(checker->diag, report, "by `%s`", operator);
    report_label(checker->diag, report, left->span, "`%s`", type_name(checker, a));
    report_label(checker->diag, report, right->span, "`%s`", type_name(checker, b));
    suggest_for_text(checker, report, left, right);
    return false;
}

static const char *unit_words(Checker *checker, const Unit *unit) {
    return unit ? arena_format(checker->arena, "`%s`", unit_text(checker->types, unit)) : "no unit";
}

static void suggest_unit(Checker *checker, Report *report, const Node *without, const Unit *unit) {
    const char *text = unit_text(checker->types, unit);
    bool one = unit->count == 1 && unit->factors[0].power == 1;
    if (one) report_edit(checker->diag, report, span_after(without->span), arena_format(checker->arena, "::unit %s", text),
                         "if it is in `%s`, say so", text);
    else report_help(checker->diag, report, "if it is in `%s`, state it by a cast to a type of that unit", text);
}

const Unit *units_agree(Checker *checker, const Nodes *exprs, Span at, const char *what) {
    const Node *first = NULL;
    for (uint32_t i = 0; i < exprs->count; i++) {
        const Node *expr = exprs->items[i];
        if (is_poison(expr)) return NULL;
        if (is_bare(checker, expr)) continue;
        if (!first) first = expr;
        if (UNIT_OF(expr) == UNIT_OF(first)) continue;
        if (TYPE_OF(expr)->kind == TYPE_NULL) continue;
        Report *report = diag_report(checker->diag, CODE_G0324, at, "values of different units are %s", what);
        report_label(checker->diag, report, first->span, "%s", unit_words(checker, UNIT_OF(first)));
        report_label(checker->diag, report, expr->span, "%s", unit_words(checker, UNIT_OF(expr)));
        const Node *without = UNIT_OF(first) ? expr : first;
        const Unit *unit = UNIT_OF(first) ? UNIT_OF(first) : UNIT_OF(expr);
        if (!UNIT_OF(without)) suggest_unit(checker, report, without, unit);
        else
            report_help(checker->diag, report, "convert one of them first: multiplied by a value in `%s`, the second is in `%s` too",
                        unit_text(checker->types, unit_multiply(checker->types, UNIT_OF(first), UNIT_OF(expr), -1)),
                        unit_text(checker->types, UNIT_OF(first)));
        return unit;
    }
    return first ? UNIT_OF(first) : NULL;
}

static const Type *report_disagreement(Checker *checker, const Node *first, const Node *expr, const Type *common, Span at,
                                       const char *what) {
    const Type *type = TYPE_OF(expr);
    if (mixes_zones(TYPE_OF(first), type)) {
        report_zones(checker, first, expr, at);
    } else if (!report_text_as_date(checker, expr, common) && !report_text_as_date(checker, first, type)) {
        Report *report = diag_report(checker->diag, CODE_G0311, expr->span, "%s must be of one type", what);
        report_says(checker->diag, report, "this is `%s`", type_name(checker, type));
        report_label(checker->diag, report, first->span, "this is `%s`", type_name(checker, common));
        suggest_for_text(checker, report, first, expr);
    }
    return simple(checker, TYPE_UNKNOWN);
}

/* The common type of those that are not bare numbers decides first, so that `coalesce(x, 0)` has x's type. Null if there
 * is none; then *ret_first and *ret_odd are the two that do not agree, and *ret_common the type of those before. */
static const Type *common_of(const Checker *checker, const Nodes *exprs, const Node **ret_first, const Node **ret_odd,
                             const Type **ret_common) {
    const Type *common = simple(checker, TYPE_NULL);
    *ret_first = NULL;
    for (int bare = 0; bare < 2; bare++)
        for (uint32_t i = 0; i < exprs->count; i++) {
            const Node *expr = exprs->items[i];
            if (is_poison(expr)) return TYPE_OF(expr);
            if (is_bare(checker, expr) != bare) continue;
            const Type *type = bare && common->kind == TYPE_DECIMAL ? narrow_type(checker, expr) : TYPE_OF(expr);
            const Type *both = type_common(checker->types, common, type);
            *ret_odd = expr;
            *ret_common = common;
            if (!both) return NULL;
            common = both;
            if (!*ret_first || TYPE_OF(*ret_first)->kind == TYPE_NULL) *ret_first = expr;
        }
    return common;
}

const Type *types_common(const Checker *checker, const Nodes *exprs) {
    const Node *first, *odd;
    const Type *common;
    return common_of(checker, exprs, &first, &odd, &common);
}

const Type *types_agree(Checker *checker, const Nodes *exprs, Span at, const char *what) {
    const Node *first, *odd;
    const Type *so_far, *common = common_of(checker, exprs, &first, &odd, &so_far);
    return common ? common : report_disagreement(checker, first, odd, so_far, at, what);
}
