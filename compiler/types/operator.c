/* Operators: arithmetic of numbers, dates and units, comparison, logic, patterns, membership. */
#include "compiler/types/internal.h"

static const char *operator_text(Operator of) {
    static const char *const TEXTS[] = {
        [OP_ADD] = "+", [OP_SUB] = "-", [OP_MUL] = "*", [OP_DIV] = "/", [OP_MOD] = "%", [OP_INTDIV] = "//",
        [OP_POW] = "^", [OP_CONCAT] = "||", [OP_ARROW] = "->", [OP_ARROW2] = "->>", [OP_EQ] = "=", [OP_NE] = "<>",
        [OP_LT] = "<", [OP_LE] = "<=", [OP_GT] = ">", [OP_GE] = ">=", [OP_DISTINCT] = "is distinct from",
        [OP_NOT_DISTINCT] = "is not distinct from", [OP_AND] = "and", [OP_OR] = "or", [OP_REGEX] = "~",
        [OP_NOT_REGEX] = "!~", [OP_COLLATE] = "collate", [OP_AT_TIME_ZONE] = "at time zone", [OP_NOT] = "not",
        [OP_NEGATE] = "-", [OP_PLUS] = "+",
    };
    return TEXTS[of];
}

static void refuse(Checker *checker, const Binary *binary) {
    const Type *left = TYPE_OF(binary->left), *right = TYPE_OF(binary->right);
    if (report_text_as_date(checker, binary->left, right) || report_text_as_date(checker, binary->right, left)) return;
    Report *report = diag_report(checker->diag, CODE_G0303, binary->expr.node.span, "`%s` does not take `%s` and `%s`",
                                 operator_text(binary->of), type_name(checker, left), type_name(checker, right));
    report_label(checker->diag, report, binary->left->span, "`%s`", type_name(checker, left));
    report_label(checker->diag, report, binary->right->span, "`%s`", type_name(checker, right));
    bool text = left->kind == TYPE_TEXT || right->kind == TYPE_TEXT;
    if (text && binary->of == OP_ADD) report_help(checker->diag, report, "texts are joined with `||`");
    if (text && (type_is_number(left) || type_is_number(right))) suggest_for_text(checker, report, binary->left, binary->right);
}

/* --------------------------------------------------------------- arithmetic */

static TypeKind moment_sum(TypeKind left, TypeKind right) {
    bool whole = right >= TYPE_INT2 && right <= TYPE_INT8;
    if (left == TYPE_DATE && whole) return TYPE_DATE;
    if (right != TYPE_INTERVAL) return TYPE_UNKNOWN;
    if (left == TYPE_DATE || left == TYPE_TIMESTAMP) return TYPE_TIMESTAMP;
    return left == TYPE_TIMESTAMPTZ || left == TYPE_TIME || left == TYPE_INTERVAL ? left : TYPE_UNKNOWN;
}

static TypeKind moment_difference(TypeKind left, TypeKind right) {
    if (left == TYPE_DATE && right == TYPE_DATE) return TYPE_INT4;
    if (left == TYPE_TIMESTAMPTZ && right == TYPE_TIMESTAMPTZ) return TYPE_INTERVAL;
    bool plain_left = left == TYPE_DATE || left == TYPE_TIMESTAMP, plain_right = right == TYPE_DATE || right == TYPE_TIMESTAMP;
    if (plain_left && plain_right) return TYPE_INTERVAL;
    return moment_sum(left, right);
}

/* Dates, times and intervals; TYPE_UNKNOWN if the operator does not take them. */
static TypeKind moment_kind(Operator of, TypeKind left, TypeKind right) {
    if (of == OP_SUB) return moment_difference(left, right);
    if (of == OP_ADD) {
        TypeKind sum = moment_sum(left, right);
        return sum != TYPE_UNKNOWN ? sum : moment_sum(right, left);
    }
    bool left_number = left >= TYPE_INT2 && left <= TYPE_FLOAT8, right_number = right >= TYPE_INT2 && right <= TYPE_FLOAT8;
    if (of == OP_MUL && ((left == TYPE_INTERVAL && right_number) || (left_number && right == TYPE_INTERVAL))) return TYPE_INTERVAL;
    return of == OP_DIV && left == TYPE_INTERVAL && right_number ? TYPE_INTERVAL : TYPE_UNKNOWN;
}

/* A literal is as wide as its digits beside a decimal, and as wide as the other side beside an integer. */
static const Type *operand_type(const Checker *checker, const Node *operand, const Type *other) {
    if (TYPE_OF(operand)->kind == TYPE_NULL) return other;
    return other->kind == TYPE_DECIMAL ? narrow_type(checker, operand) : TYPE_OF(operand);
}

/* A number written as such: division by anything else may be by zero, which is null. */
static bool is_other_than_zero(const Checker *checker, const Node *expr) {
    expr = expr_meant(checker, expr);
    if (expr->kind != NODE_LITERAL) return false;
    Text text = ((const Literal *)expr)->text;
    for (uint32_t i = 0; i < text.length; i++)
        if (text.at[i] >= '1' && text.at[i] <= '9') return true;
    return false;
}

static void arithmetic_check(Checker *checker, Binary *binary) {
    const Type *left = TYPE_OF(binary->left), *right = TYPE_OF(binary->right);
    bool nullable = NULLABLE(binary->left) || NULLABLE(binary->right);
    TypeKind moment = moment_kind(binary->of, left->kind, right->kind);
    Node *node = (Node *)binary;
    if (left->kind == TYPE_NULL && right->kind == TYPE_NULL) expr_set(node, left, NULL, true);
    else if (moment != TYPE_UNKNOWN) expr_set(node, simple(checker, moment), NULL, nullable);
    else if ((type_is_number(left) || left->kind == TYPE_NULL) && (type_is_number(right) || right->kind == TYPE_NULL)) {
        const Type *a = operand_type(checker, binary->left, right), *b = operand_type(checker, binary->right, left);
        bool divides = binary->of == OP_DIV || binary->of == OP_MOD || binary->of == OP_INTDIV;
        bool by_zero = divides && !is_other_than_zero(checker, binary->right);
        expr_set(node, arithmetic_type(checker->types, binary->of, a, b), unit_of_binary(checker, binary), nullable || by_zero);
    } else if (left->kind == TYPE_NULL || right->kind == TYPE_NULL) {
        expr_set(node, left->kind == TYPE_NULL ? right : left, NULL, true);
    } else {
        refuse(checker, binary);
        expr_poison(checker, node);
    }
}

/* --------------------------------------------------------------- comparison */

static bool is_null_literal(const Checker *checker, const Node *expr) {
    expr = expr_meant(checker, expr);
    return expr->kind == NODE_LITERAL && ((const Literal *)expr)->of == LITERAL_NULL;
}

/* `x = null` is never true: the edit replaces operator and null. */
static bool compares_null(Checker *checker, const Binary *binary) {
    bool left = is_null_literal(checker, binary->left), right = is_null_literal(checker, binary->right);
    if (!left && !right) return false;
    Report *report = diag_report(checker->diag, CODE_G0312, binary->expr.node.span, "a comparison with null is never true");
    bool negated = binary->of == OP_NE;
    if (right && (binary->of == OP_EQ || negated)) {
        Span rest = {binary->left->span.end, binary->right->span.end};
        report_edit(checker->diag, report, rest, negated ? " is not null" : " is null", "ask whether it is null");
    }
    return true;
}

static void comparison_check(Checker *checker, Binary *binary) {
    bool nulls_count = binary->of == OP_DISTINCT || binary->of == OP_NOT_DISTINCT;
    if (nulls_count || !compares_null(checker, binary))
        compare_check(checker, binary->left, binary->right, binary->expr.node.span, operator_text(binary->of));
    bool nullable = !nulls_count && (NULLABLE(binary->left) || NULLABLE(binary->right));
    expr_set((Node *)binary, simple(checker, TYPE_BOOL), NULL, nullable);
}

/* -------------------------------------------------------------------- logic */

static void logic_side(Checker *checker, Node *side) {
    condition_check(checker, checker->place, side);
}

/* The right side is asked only where the left has not decided: it knows what that means. */
static void logic_check(Checker *checker, Binary *binary) {
    uint32_t known = checker->narrowed.count;
    logic_side(checker, binary->left);
    narrow(checker, binary->left, binary->of == OP_AND);
    logic_side(checker, binary->right);
    checker->narrowed.count = known;
    expr_set((Node *)binary, simple(checker, TYPE_BOOL), NULL, NULLABLE(binary->left) || NULLABLE(binary->right));
}

/* ------------------------------------------------------------ text and json */

static void concat_check(Checker *checker, Binary *binary) {
    const Type *left = TYPE_OF(binary->left), *right = TYPE_OF(binary->right);
    bool nullable = NULLABLE(binary->left) || NULLABLE(binary->right);
    bool lists = left->kind == TYPE_ARRAY && right->kind == TYPE_ARRAY;
    const Type *both = type_common(checker->types, left, right);
    if (both && (lists || both->kind == TYPE_TEXT || both->kind == TYPE_BYTES || both->kind == TYPE_NULL)) {
        expr_set((Node *)binary, both, NULL, nullable);
        return;
    }
    bool text = left->kind == TYPE_TEXT || right->kind == TYPE_TEXT;
    const Node *side = left->kind == TYPE_TEXT ? binary->right : binary->left;
    Report *report = diag_report(checker->diag, CODE_G0303, binary->expr.node.span, "`||` does not take `%s` and `%s`",
                                 type_name(checker, left), type_name(checker, right));
    report_label(checker->diag, report, binary->left->span, "`%s`", type_name(checker, left));
    report_label(checker->diag, report, binary->right->span, "`%s`", type_name(checker, right));
    if (text && type_casts(TYPE_OF(side), simple(checker, TYPE_TEXT)))
        report_edit(checker->diag, report, span_after(side->span), "::text", "make it a text");
    expr_poison(checker, (Node *)binary);
}

static void arrow_check(Checker *checker, Binary *binary) {
    const Type *left = TYPE_OF(binary->left), *right = TYPE_OF(binary->right);
    bool key = right->kind == TYPE_TEXT || (right->kind >= TYPE_INT2 && right->kind <= TYPE_INT8);
    if (left->kind == TYPE_JSON && key) {
        expr_set((Node *)binary, simple(checker, binary->of == OP_ARROW ? TYPE_JSON : TYPE_TEXT), NULL, true);
        return;
    }
    Report *report = diag_report(checker->diag, CODE_G0303, binary->expr.node.span, "`%s` takes json and a key",
                                 operator_text(binary->of));
    report_label(checker->diag, report, binary->left->span, "`%s`", type_name(checker, left));
    if (left->kind == TYPE_TEXT)
        report_edit(checker->diag, report, span_after(binary->left->span), "::json", "read the text as json");
    expr_poison(checker, (Node *)binary);
}

static void pattern_text(Checker *checker, Node *operand, Node *pattern) {
    Node *sides[] = {operand, pattern};
    for (int i = 0; i < 2; i++) {
        TypeKind kind = TYPE_OF(sides[i])->kind;
        if (kind == TYPE_TEXT || kind == TYPE_NULL || kind == TYPE_UNKNOWN) continue;
        Report *report = diag_report(checker->diag, CODE_G0303, sides[i]->span, "a pattern is looked for in text");
        report_says(checker->diag, report, "this is `%s`", type_name(checker, TYPE_OF(sides[i])));
        if (type_casts(TYPE_OF(sides[i]), simple(checker, TYPE_TEXT)))
            report_edit(checker->diag, report, span_after(sides[i]->span), "::text", "make it a text");
    }
}

/* A regular expression must be a constant that all engines read alike: no look-around, no back-references. */
void pattern_check(Checker *checker, const Node *pattern) {
    if (is_poison(pattern)) return;
    const Literal *text = text_literal(checker, pattern);
    if (!text) {
        diag_report(checker->diag, CODE_G0341, pattern->span, "a regular expression must be a constant");
        return;
    }
    for (uint32_t i = 0; i + 1 < text->text.length; i++) {
        const char *at = text->text.at + i;
        bool around = at[0] == '(' && at[1] == '?' && i + 2 < text->text.length && at[2] != ':';
        bool back = at[0] == '\\' && at[1] >= '1' && at[1] <= '9';
        if (around || back) {
            diag_report(checker->diag, CODE_G0341, pattern->span, "regular expressions have no %s here",
                        around ? "look-around and no flags" : "back-references");
            return;
        }
        if (at[0] == '\\') i++;
    }
}

static void regex_operator_check(Checker *checker, Binary *binary) {
    pattern_text(checker, binary->left, binary->right);
    pattern_check(checker, binary->right);
    expr_set((Node *)binary, simple(checker, TYPE_BOOL), NULL, NULLABLE(binary->left) || NULLABLE(binary->right));
}

void like_check(Checker *checker, Like *like) {
    expr_check(checker, like->operand);
    expr_check(checker, like->pattern);
    expr_check(checker, like->escape);
    pattern_text(checker, like->operand, like->pattern);
    if (like->of != LIKE_LIKE && like->of != LIKE_ILIKE) pattern_check(checker, like->pattern);
    expr_set((Node *)like, simple(checker, TYPE_BOOL), NULL, NULLABLE(like->operand) || NULLABLE(like->pattern));
}

static void zone_check(Checker *checker, Binary *binary) {
    TypeKind kind = TYPE_OF(binary->left)->kind;
    if (kind != TYPE_TIMESTAMP && kind != TYPE_TIMESTAMPTZ && kind != TYPE_DATE) {
        refuse(checker, binary);
        expr_poison(checker, (Node *)binary);
        return;
    }
    TypeKind result = kind == TYPE_TIMESTAMPTZ ? TYPE_TIMESTAMP : TYPE_TIMESTAMPTZ;
    expr_set((Node *)binary, simple(checker, result), NULL, NULLABLE(binary->left) || NULLABLE(binary->right));
}

void binary_check(Checker *checker, Binary *binary) {
    if (binary->of == OP_AND || binary->of == OP_OR) {
        logic_check(checker, binary);
        return;
    }
    expr_check(checker, binary->left);
    if (binary->of == OP_COLLATE) {
        expr_set((Node *)binary, TYPE_OF(binary->left), NULL, NULLABLE(binary->left));
        return;
    }
    expr_check(checker, binary->right);
    bool compares = binary->of >= OP_EQ && binary->of <= OP_NOT_DISTINCT;
    if ((is_poison(binary->left) || is_poison(binary->right)) && !compares) {
        expr_poison(checker, (Node *)binary);
        return;
    }
    switch (binary->of) {
    case OP_ADD: case OP_SUB: case OP_MUL: case OP_DIV: case OP_MOD: case OP_INTDIV: case OP_POW:
        arithmetic_check(checker, binary);
        return;
    case OP_EQ: case OP_NE: case OP_LT: case OP_LE: case OP_GT: case OP_GE: case OP_DISTINCT: case OP_NOT_DISTINCT:
        comparison_check(checker, binary);
        return;
    case OP_CONCAT: concat_check(checker, binary); return;
    case OP_ARROW: case OP_ARROW2: arrow_check(checker, binary); return;
    case OP_REGEX: case OP_NOT_REGEX: regex_operator_check(checker, binary); return;
    case OP_AT_TIME_ZONE: zone_check(checker, binary); return;
    case OP_AND: case OP_OR: case OP_COLLATE: case OP_NOT: case OP_NEGATE: case OP_PLUS: return;
    }
}

void unary_check(Checker *checker, Unary *unary) {
    Node *node = (Node *)unary;
    if (unary->of == OP_NOT) {
        condition_check(checker, checker->place, unary->operand);
        expr_set(node, simple(checker, TYPE_BOOL), NULL, NULLABLE(unary->operand));
        return;
    }
    expr_check(checker, unary->operand);
    const Type *type = TYPE_OF(unary->operand);
    if (type_is_number(type) || type->kind == TYPE_INTERVAL || type->kind == TYPE_NULL || type->kind == TYPE_UNKNOWN) {
        expr_set(node, type, UNIT_OF(unary->operand), NULLABLE(unary->operand));
        return;
    }
    Report *report = diag_report(checker->diag, CODE_G0303, node->span, "`%s` does not take `%s`", operator_text(unary->of),
                                 type_name(checker, type));
    report_label(checker->diag, report, unary->operand->span, "`%s`", type_name(checker, type));
    expr_poison(checker, node);
}

void between_check(Checker *checker, Between *between) {
    expr_check(checker, between->operand);
    expr_check(checker, between->low);
    expr_check(checker, between->high);
    Span at = between->expr.node.span;
    if (compare_check(checker, between->operand, between->low, at, "between"))
        compare_check(checker, between->operand, between->high, at, "between");
    bool nullable = NULLABLE(between->operand) || NULLABLE(between->low) || NULLABLE(between->high);
    expr_set((Node *)between, simple(checker, TYPE_BOOL), NULL, nullable);
}
