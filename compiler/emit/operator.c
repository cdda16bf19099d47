/* Operators and predicates, with parentheses only where precedence needs them. */
#include "compiler/emit/internal.h"

#include <string.h>

static const struct {
    const char *text;
    Binds binds;
} operators[] = {
    [OP_ADD] = {"+", BINDS_ADD},
    [OP_SUB] = {"-", BINDS_ADD},
    [OP_MUL] = {"*", BINDS_MULTIPLY},
    [OP_DIV] = {"/", BINDS_MULTIPLY},
    [OP_MOD] = {"%", BINDS_MULTIPLY},
    [OP_INTDIV] = {"", BINDS_MULTIPLY},
    [OP_POW] = {"^", BINDS_POWER},
    [OP_CONCAT] = {"||", BINDS_OTHER},
    [OP_ARROW] = {"->", BINDS_NOT_AT_ALL},
    [OP_ARROW2] = {"->>", BINDS_NOT_AT_ALL},
    [OP_EQ] = {"=", BINDS_COMPARE},
    [OP_NE] = {"<>", BINDS_COMPARE},
    [OP_LT] = {"<", BINDS_COMPARE},
    [OP_LE] = {"<=", BINDS_COMPARE},
    [OP_GT] = {">", BINDS_COMPARE},
    [OP_GE] = {">=", BINDS_COMPARE},
    [OP_DISTINCT] = {"is distinct from", BINDS_IS},
    [OP_NOT_DISTINCT] = {"is not distinct from", BINDS_IS},
    [OP_AND] = {"and", BINDS_AND},
    [OP_OR] = {"or", BINDS_OR},
    [OP_REGEX] = {"", BINDS_TIGHT},
    [OP_NOT_REGEX] = {"", BINDS_NOT},
    [OP_COLLATE] = {"collate", BINDS_UNARY},
    [OP_AT_TIME_ZONE] = {"at time zone", BINDS_AT},
    [OP_NOT] = {"not", BINDS_NOT},
    [OP_NEGATE] = {"-", BINDS_UNARY},
    [OP_PLUS] = {"+", BINDS_UNARY},
};

const char *operator_text(Operator of) {
    return operators[of].text;
}

Binds operator_binds(Operator of) {
    return operators[of].binds;
}

static bool is_operator(const Expr *expr, Operator of) {
    return expr->node.kind == NODE_BINARY && NODE_AS(Binary, BINARY, expr)->of == of;
}

static bool is_integer(const Type *type) {
    return type && (type->kind == TYPE_INT2 || type->kind == TYPE_INT4 || type->kind == TYPE_INT8);
}

/* `a and b and c`: the links of the chain are breaks of one group. */
static void logical_chain(Emitter *emitter, const Binary *binary) {
    Binds binds = operators[binary->of].binds;
    if (is_operator((const Expr *)binary->left, binary->of))
        logical_chain(emitter, NODE_AS(Binary, BINARY, binary->left));
    else
        emit_node(emitter, (const Expr *)binary->left, binds);
    put_format(emitter, L_LINE "%s ", operators[binary->of].text);
    emit_node(emitter, (const Expr *)binary->right, binds + 1);
}

/* Digits that engines keep in 64 bits: their sums and products of such decimals stay there, and fail where the promised
 * type would hold the value. One digit less is left alone: a cast in every sum would cost more than it gives. */
#define DECIMAL_WORD 18

/* A literal takes the type of a smallint beside it where it fits, and so does the result. */
static bool is_short_beside_literal(Emitter *emitter, const Binary *binary) {
    const Expr *left = (const Expr *)binary->left, *right = (const Expr *)binary->right;
    bool literals[] = {natural_is_integer_literal(emitter, left), natural_is_integer_literal(emitter, right)};
    const Type *other = literals[0] != literals[1] ? emitter->dialect->natural(emitter, literals[0] ? right : left) : NULL;
    return other && other->kind == TYPE_INT2 && binary->expr.type->kind > TYPE_INT2;
}

static bool must_widen(Emitter *emitter, const Binary *binary) {
    const Type *promised = binary->expr.type;
    const Type *natural = emitter->dialect->natural(emitter, &binary->expr);
    if (promised && !natural && is_integer(promised)) return is_short_beside_literal(emitter, binary);
    if (!promised || !natural || promised == natural) return false;
    if (is_integer(promised) && is_integer(natural)) return natural->kind < promised->kind;
    return promised->kind == TYPE_DECIMAL && natural->kind == TYPE_DECIMAL && natural->precision == DECIMAL_WORD &&
           promised->precision - promised->scale > natural->precision - natural->scale + 1;
}

static void left_operand(Emitter *emitter, const Binary *binary, Binds binds) {
    const Expr *left = (const Expr *)binary->left;
    if (!must_widen(emitter, binary)) {
        emit_node(emitter, left, binds);
        return;
    }
    const Type *promised = binary->expr.type;
    const Type *natural = emitter->dialect->natural(emitter, left);
    int scale = natural && natural->kind == TYPE_DECIMAL ? natural->scale : 0;
    const Type *wide =
        is_integer(promised) ? promised : type_decimal(emitter->program->types, promised->precision, scale);
    emit_exact(emitter, left, wide, binds);
}

static bool is_nonzero_literal(Emitter *emitter, const Expr *expr) {
    Frame *frame = emitter->frame;
    const Expr *behind = expr_behind(expr, &frame);
    if (behind->node.kind != NODE_LITERAL) return false;
    const Literal *literal = NODE_AS(Literal, LITERAL, behind);
    if (literal->of != LITERAL_INTEGER && literal->of != LITERAL_NUMBER) return false;
    for (uint32_t i = 0; i < literal->text.length; i++)
        if (literal->text.at[i] >= '1' && literal->text.at[i] <= '9') return true;
    return false;
}

/* `nullif(x, 0)`, as authors write it. */
static bool is_null_if_zero(const Expr *expr) {
    if (expr->node.kind != NODE_CALL) return false;
    const Call *call = NODE_AS(Call, CALL, expr);
    const Node *zero = call->args.count == 2 ? call->args.items[1] : NULL;
    return call->name.count == 1 && strcmp(call->name.items[0].name->text, "nullif") == 0 && zero &&
           zero->kind == NODE_LITERAL && text_equal(NODE_AS(Literal, LITERAL, zero)->text, text_of("0"));
}

/* The right side of a division or remainder: null instead of zero. */
static void divisor(Emitter *emitter, const Expr *right, const Type *type, Binds binds) {
    if (type) {
        put(emitter, "nullif(");
        emit_exact(emitter, right, type, BINDS_NOT_AT_ALL);
        put(emitter, ", 0)");
        return;
    }
    if (is_nonzero_literal(emitter, right) || is_null_if_zero(right)) {
        emit_node(emitter, right, binds + 1);
        return;
    }
    put(emitter, "nullif(");
    emit_node(emitter, right, BINDS_NOT_AT_ALL);
    put(emitter, ", 0)");
}

/* An operand of `%`, of so many digits that both fit beside each other: an engine would take doubles for more. */
static const Type *remainder_type(Emitter *emitter, const Binary *binary, const Node *operand) {
    const Type *left = ((const Expr *)binary->left)->type, *right = ((const Expr *)binary->right)->type, *own = ((const Expr *)operand)->type;
    bool decimals = binary->of == OP_MOD && binary->expr.type && binary->expr.type->kind == TYPE_DECIMAL && emitter->dialect->flags & WIDE_DECIMALS_LOSE;
    if (!decimals || !left || !right || own->kind != TYPE_DECIMAL) return NULL;
    int scale = left->kind == TYPE_DECIMAL ? left->scale : 0;
    if (right->kind == TYPE_DECIMAL && right->scale > scale) scale = right->scale;
    const Type *natural = emitter->dialect->natural(emitter, (const Expr *)operand);
    int most = 38 - (scale - own->scale);
    if (natural && natural->kind == TYPE_DECIMAL && natural->precision <= most) return NULL;
    return type_decimal(emitter->program->types, own->precision < most ? own->precision : most, own->scale);
}

static void arithmetic(Emitter *emitter, const Binary *binary) {
    Binds binds = operators[binary->of].binds;
    bool divides = binary->of == OP_DIV || binary->of == OP_MOD || binary->of == OP_INTDIV;
    put(emitter, L_OPEN);
    const Type *left = remainder_type(emitter, binary, binary->left);
    if (left) emit_exact(emitter, (const Expr *)binary->left, left, binds);
    else left_operand(emitter, binary, binds);
    put_format(emitter, L_IN L_LINE "%s ",
               binary->of == OP_INTDIV ? emitter->dialect->whole_quotient : operators[binary->of].text);
    const Expr *right = (const Expr *)binary->right;
    if (divides)
        divisor(emitter, right, remainder_type(emitter, binary, binary->right), binds);
    else if (must_widen(emitter, binary) && natural_is_integer_literal(emitter, (const Expr *)binary->left) && !natural_is_integer_literal(emitter, right))
        emit_exact(emitter, right, binary->expr.type, binds + 1);
    else
        emit_node(emitter, (const Expr *)binary->right, binds + 1);
    put(emitter, L_OUT L_CLOSE);
}

void emit_remainder(Emitter *emitter, const Call *call) {
    Binary binary = {.expr = call->expr, .of = OP_MOD, .left = call->args.items[0], .right = call->args.items[1]};
    binary.expr.node.kind = NODE_BINARY;
    arithmetic(emitter, &binary);
}

/* The pattern of a regular expression or SIMILAR TO; null was reported. */
static const char *constant_pattern(Emitter *emitter, const Expr *pattern, bool similar) {
    Frame *frame = emitter->frame;
    const Expr *behind = expr_behind(pattern, &frame);
    while (behind->node.kind == NODE_INLINED) behind = (const Expr *)NODE_AS(Inlined, INLINED, behind)->body;
    if (behind->node.kind != NODE_LITERAL || NODE_AS(Literal, LITERAL, behind)->of != LITERAL_STRING) {
        emitter->failed = true;
        diag_report(emitter->program->diag, CODE_G0702, pattern->node.span, "the regular expression is not a constant");
        return NULL;
    }
    const char *why = NULL;
    const Text text = NODE_AS(Literal, LITERAL, behind)->text;
    const char *translated =
        similar ? regex_of_similar(emitter->arena, text, &why) : regex_check(emitter->arena, text, &why);
    if (!translated) {
        emitter->failed = true;
        Report *report = diag_report(emitter->program->diag, CODE_G0702, behind->node.span,
                                     "the regular expression is not of the common subset");
        report_says(emitter->program->diag, report, "%s", why);
    }
    return translated;
}

/* `~*` is `~` with an option that all engines read at the beginning of a pattern. */
static void matches(Emitter *emitter, const Expr *text, const Expr *pattern, LikeKind of, bool negated) {
    const char *translated = constant_pattern(emitter, pattern, of == LIKE_SIMILAR);
    if (!translated) return;
    if (of == LIKE_MATCHES_ANY_CASE) translated = arena_format(emitter->arena, "(?i)%s", translated);
    emitter->dialect->matches(emitter, text, translated, negated);
}

/* What stands beside a predicate must not be one, on some engines. */
static Binds compared_binds(const Emitter *emitter, Binds needed) {
    return emitter->dialect->flags & PREDICATES_DO_NOT_NEST ? BINDS_OTHER : needed;
}

static bool is_order(Operator of) {
    return of == OP_LT || of == OP_LE || of == OP_GT || of == OP_GE;
}

/* A constant text that no object or array of JSON is equal to. */
static bool is_no_object(const Expr *expr) {
    if (expr->node.kind != NODE_LITERAL) return false;
    const Literal *literal = NODE_AS(Literal, LITERAL, expr);
    bool begins = literal->text.length && (literal->text.at[0] == '{' || literal->text.at[0] == '[');
    return literal->of == LITERAL_STRING && !begins;
}

void emit_binary(Emitter *emitter, const Binary *binary) {
    const Expr *left = (const Expr *)binary->left, *right = (const Expr *)binary->right;
    Binds binds = operators[binary->of].binds;
    switch (binary->of) {
    case OP_AND:
    case OP_OR:
        put(emitter, L_OPEN L_IN);
        logical_chain(emitter, binary);
        put(emitter, L_OUT L_CLOSE);
        return;
    case OP_DIV:
        if (is_exact_division(&binary->expr))
            emit_division(emitter, binary, binary->expr.type->scale);
        else
            arithmetic(emitter, binary);
        return;
    case OP_ADD:
    case OP_SUB:
    case OP_MUL:
    case OP_MOD:
    case OP_INTDIV:
    case OP_CONCAT: arithmetic(emitter, binary); return;
    case OP_POW:
        put(emitter, "pow(");
        emit_node(emitter, left, BINDS_NOT_AT_ALL);
        put(emitter, ", ");
        emit_node(emitter, right, BINDS_NOT_AT_ALL);
        put(emitter, ")");
        return;
    case OP_REGEX:
    case OP_NOT_REGEX: matches(emitter, left, right, LIKE_MATCHES, binary->of == OP_NOT_REGEX); return;
    case OP_ARROW:
    case OP_ARROW2: /* these bind to the left, and are put in parentheses within anything else */
        emit_node(emitter, left, is_operator(left, OP_ARROW) ? BINDS_NOT_AT_ALL : BINDS_TIGHT);
        put_format(emitter, " %s ", operators[binary->of].text);
        emit_node(emitter, right, BINDS_TIGHT);
        return;
    case OP_EQ:
    case OP_NE:
    case OP_LT:
    case OP_LE:
    case OP_GT:
    case OP_GE:
    case OP_DISTINCT:
    case OP_NOT_DISTINCT:
        emitter->scalar = is_no_object(right) ? left : is_no_object(left) ? right : NULL;
        if (is_order(binary->of) && needs_collations(emitter, left, right))
            emit_collated(emitter, left, compared_binds(emitter, binds + 1));
        else
            emit_node(emitter, left, compared_binds(emitter, binds + 1));
        put_format(emitter, " %s ", operators[binary->of].text);
        emit_node(emitter, right, compared_binds(emitter, binds + 1));
        return;
    case OP_AT_TIME_ZONE:
    case OP_COLLATE:
        if (binary->of == OP_COLLATE && natural_may_fold(emitter, left)) emit_exact(emitter, left, left->type, binds); /* a null of no type has no collation */
        else emit_node(emitter, left, binds);
        put_format(emitter, " %s ", operators[binary->of].text);
        emit_node(emitter, right, binds + 1);
        return;
    case OP_NOT:
    case OP_NEGATE:
    case OP_PLUS: return;
    }
}

static bool is_negated_key(const Emitter *emitter, const Unary *unary) {
    return unary->of == OP_NOT && unary->operand->kind == NODE_BINARY && is_group_key(emitter, (const Expr *)unary->operand);
}

Binds unary_binds(const Emitter *emitter, const Unary *unary) {
    return is_negated_key(emitter, unary) ? BINDS_COMPARE : operators[unary->of].binds;
}

void emit_unary(Emitter *emitter, const Unary *unary) {
    const Expr *operand = (const Expr *)unary->operand;
    Binds binds = operators[unary->of].binds;
    if (is_negated_key(emitter, unary)) { /* `not a > b` would become `a <= b`, which is no key */
        emit_node(emitter, operand, BINDS_COMPARE + 1);
        put(emitter, " = false");
        return;
    }
    put(emitter, operators[unary->of].text);
    if (unary->of == OP_NOT) {
        put(emitter, " ");
        emit_node(emitter, operand, binds);
        return;
    }
    emit_node(emitter, operand, binds + 1); /* tighter: `- -1` must not become a comment */
}

void emit_like(Emitter *emitter, const Like *like) {
    const Expr *operand = (const Expr *)like->operand, *pattern = (const Expr *)like->pattern;
    if (like->of != LIKE_LIKE && like->of != LIKE_ILIKE) {
        matches(emitter, operand, pattern, like->of, like->negated);
        return;
    }
    emit_node(emitter, operand, BINDS_IN + 1);
    put_format(emitter, " %s%s ", like->negated ? "not " : "", like->of == LIKE_ILIKE ? "ilike" : "like");
    emit_node(emitter, pattern, BINDS_IN + 1);
    if (!like->escape)
        put(emitter, emitter->dialect->no_escape);
    else {
        put(emitter, " escape ");
        emit_node(emitter, (const Expr *)like->escape, BINDS_TIGHT);
    }
}

void emit_is(Emitter *emitter, const Is *is) {
    static const char *const words[] = {
        [IS_NULL] = "null", [IS_TRUE] = "true", [IS_FALSE] = "false", [IS_UNKNOWN] = "null"};
    emit_node(emitter, (const Expr *)is->operand, compared_binds(emitter, BINDS_IS + 1));
    put_format(emitter, " is %s%s", is->negated ? "not " : "", words[is->of]);
}

/* AT TIME ZONE and COLLATE stand before the AND of BETWEEN only in parentheses, and so does what is made with them. */
static bool ends_behind_and(const Node *node) {
    if (node->kind == NODE_UNARY) return ends_behind_and(NODE_AS(Unary, UNARY, node)->operand);
    if (node->kind != NODE_BINARY) return false;
    const Binary *binary = NODE_AS(Binary, BINARY, node);
    return binary->of == OP_AT_TIME_ZONE || binary->of == OP_COLLATE || ends_behind_and(binary->left) ||
           ends_behind_and(binary->right);
}

/* The low end of BETWEEN. */
static void low_bound(Emitter *emitter, const Expr *bound) {
    bool closed = ends_behind_and(&bound->node) || emit_binds(emitter, bound) == BINDS_AT;
    emit_node(emitter, bound, closed ? BINDS_TIGHT : BINDS_IN + 1);
}

void emit_between(Emitter *emitter, const Between *between) {
    const Expr *low = (const Expr *)between->low, *operand = (const Expr *)between->operand;
    if (needs_collations(emitter, operand, low) || needs_collations(emitter, operand, (const Expr *)between->high))
        emit_collated(emitter, operand, BINDS_IN + 1);
    else
        emit_node(emitter, operand, BINDS_IN + 1);
    put(emitter, between->negated ? " not between " : " between ");
    low_bound(emitter, low);
    put(emitter, " and ");
    emit_node(emitter, (const Expr *)between->high, BINDS_IN + 1);
}

/* The query of `in (select …)`, bare or as a SUBQUERY. */
void emit_query_value(Emitter *emitter, const Node *node, const Rows *columns) {
    emitter->nameless = true;
    emit_subquery(emitter, node->kind == NODE_SUBQUERY ? NODE_AS(Subquery, SUBQUERY, node)->query : node, columns);
    emitter->nameless = false; /* VALUES have taken no notice of it */
}

void emit_in(Emitter *emitter, const In *in) {
    emit_node(emitter, (const Expr *)in->operand, BINDS_IN + 1);
    put(emitter, in->negated ? " not in " : " in ");
    if (in->query) {
        emit_query_value(emitter, in->query, NULL);
        return;
    }
    put(emitter, "(" L_OPEN L_IN);
    for (uint32_t i = 0; i < in->list.count; i++) {
        put(emitter, i ? "," L_FILL : "");
        emit_node(emitter, (const Expr *)in->list.items[i], BINDS_NOT_AT_ALL);
    }
    put(emitter, L_OUT L_CLOSE ")");
}

void emit_quantified(Emitter *emitter, const Quantified *quantified) {
    const Expr *left = (const Expr *)quantified->left, *right = (const Expr *)quantified->right;
    bool ordered = quantified->of != OP_EQ && quantified->of != OP_NE && needs_collation(emitter, left);
    bool guarded = (emitter->dialect->flags & NULL_ARRAYS_ARE_EMPTY) && right->node.kind != NODE_SUBQUERY && right->nullable;
    bool subquery = right->node.kind == NODE_SUBQUERY;
    if (!subquery && emitter->dialect->flags & CORRELATES_LITTLE && holds_window(right))
        emit_lacks(emitter, right->node.span, "window functions in an array beside ANY or ALL");
    if (guarded) {
        put(emitter, "case when ");
        emit_node(emitter, right, BINDS_IS + 1);
        put(emitter, " is not null then ");
    }
    if (ordered) emit_collated(emitter, left, BINDS_IN + 1);
    else emit_node(emitter, left, BINDS_IN + 1);
    put_format(emitter, " %s %s ", operators[quantified->of].text, quantified->all ? "all" : "any");
    if (quantified->right->kind == NODE_SUBQUERY) {
        emit_query_value(emitter, quantified->right, NULL);
        return;
    }
    put(emitter, "(");
    bool tell = (emitter->dialect->flags & SELECT_IN_ANY_IS_QUERY) && right->node.kind == NODE_CALL && right->type;
    emit_node(emitter, right, tell ? BINDS_CAST : BINDS_NOT_AT_ALL);
    if (tell) emit_cast_to(emitter, right->type);
    put(emitter, guarded ? ") end" : ")");
}
