/* Expressions, all but calls: operators with parentheses only where precedence needs them. */
#include "compiler/emit/internal.h"

#include <string.h>

static const struct {
    const char *text;
    Binds binds;
} operators[] = {
    [OP_ADD] = { "+", BINDS_ADD },
    [OP_SUB] = { "-", BINDS_ADD },
    [OP_MUL] = { "*", BINDS_MULTIPLY },
    [OP_DIV] = { "/", BINDS_MULTIPLY },
    [OP_MOD] = { "%", BINDS_MULTIPLY },
    [OP_INTDIV] = { "", BINDS_MULTIPLY },
    [OP_POW] = { "^", BINDS_POWER },
    [OP_CONCAT] = { "||", BINDS_OTHER },
    [OP_ARROW] = { "->", BINDS_NOT_AT_ALL },
    [OP_ARROW2] = { "->>", BINDS_NOT_AT_ALL },
    [OP_EQ] = { "=", BINDS_COMPARE },
    [OP_NE] = { "<>", BINDS_COMPARE },
    [OP_LT] = { "<", BINDS_COMPARE },
    [OP_LE] = { "<=", BINDS_COMPARE },
    [OP_GT] = { ">", BINDS_COMPARE },
    [OP_GE] = { ">=", BINDS_COMPARE },
    [OP_DISTINCT] = { "is distinct from", BINDS_IS },
    [OP_NOT_DISTINCT] = { "is not distinct from", BINDS_IS },
    [OP_AND] = { "and", BINDS_AND },
    [OP_OR] = { "or", BINDS_OR },
    [OP_REGEX] = { "", BINDS_TIGHT },
    [OP_NOT_REGEX] = { "", BINDS_NOT },
    [OP_COLLATE] = { "collate", BINDS_UNARY },
    [OP_AT_TIME_ZONE] = { "at time zone", BINDS_AT },
    [OP_NOT] = { "not", BINDS_NOT },
    [OP_NEGATE] = { "-", BINDS_UNARY },
    [OP_PLUS] = { "+", BINDS_UNARY },
};

void put(Emitter *emitter, const char *text)
{
    buffer_text(emitter->out, text);
}

void put_name(Emitter *emitter, const Name *name)
{
    emit_name(emitter->dialect, name->text, emitter->out);
}

void put_string(Emitter *emitter, Text text)
{
    emit_string(emitter->dialect, text, emitter->out);
}

void put_format(Emitter *emitter, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    buffer_text(emitter->out, arena_vformat(emitter->arena, format, arguments));
    va_end(arguments);
}

void emit_lacks(Emitter *emitter, Span span, const char *construct)
{
    emitter->failed = true;
    diag_report(emitter->program->diag, CODE_G0701, span, "%s has no %s, and gov does not rewrite it yet",
                emitter->dialect->name, construct);
}

const Expr *expr_behind(const Expr *expr, Frame **frame)
{
    for (;;) {
        if (expr->node.kind == NODE_PARAMETER && *frame) {
            const Parameter *parameter = NODE_AS(Parameter, PARAMETER, expr);
            expr = (const Expr *)(*frame)->call->args.items[parameter->index];
            *frame = (*frame)->outer;
        } else {
            return expr;
        }
    }
}

/* ------------------------------------------------------------------ binding */

static Binds literal_binds(const Literal *literal)
{
    return literal->text.length && literal->text.at[0] == '-' ? BINDS_UNARY : BINDS_TIGHT;
}

static Binds inlined_binds(Emitter *emitter, const Inlined *inlined)
{
    Frame frame = { inlined, emitter->frame };
    emitter->frame = &frame;
    Binds binds = emit_binds(emitter, (const Expr *)inlined->body);
    emitter->frame = frame.outer;
    return binds;
}

static bool is_exact_number(const Type *type)
{
    return type_is_number(type) && type->kind <= TYPE_DECIMAL;
}

/* An argument becomes what the parameter is declared as, where that is another kind of value: an integer a double. */
const Type *parameter_cast(const Expr *parameter, const Expr *argument)
{
    const Type *to = parameter->type, *from = argument->type;
    bool differs = to && from && from->kind > TYPE_NULL && to->kind > TYPE_NULL && to->kind != from->kind;
    return differs && !(is_exact_number(to) && is_exact_number(from)) ? to : NULL;
}

static Binds cast_binds_of(Binds operand)
{
    return operand < BINDS_CAST ? BINDS_TIGHT : BINDS_CAST;
}

static Binds parameter_binds(Emitter *emitter, const Expr *parameter)
{
    Frame *before = emitter->frame;
    const Expr *argument = expr_behind(parameter, &emitter->frame);
    Binds binds = argument == parameter ? BINDS_TIGHT : emit_binds(emitter, argument);
    emitter->frame = before;
    return parameter_cast(parameter, argument) ? cast_binds_of(binds) : binds;
}

/* What gives the type already needs no cast: a call, `date_trunc('month', day)::date`; and within the body of a function,
 * where the casts are those of its declared types. What an author casts stays cast. */
static bool is_done_already(Emitter *emitter, const Cast *cast)
{
    const Expr *operand = (const Expr *)cast->operand;
    bool may_go = operand->node.kind == NODE_CALL || emitter->frame;
    return may_go && !cast->is_try && cast->expr.type && emitter->dialect->natural(emitter, operand) == cast->expr.type;
}

static Binds cast_binds(Emitter *emitter, const Cast *cast)
{
    Binds operand = emit_binds(emitter, (const Expr *)cast->operand);
    if (is_done_already(emitter, cast))
        return operand;
    return is_guarded(emitter, cast) || cast->is_try ? BINDS_TIGHT : cast_binds_of(operand);
}

static Binds ref_binds(Emitter *emitter, const Ref *ref)
{
    const Expr *item = aliased_item(emitter, ref);
    return item ? emit_binds(emitter, item) : BINDS_TIGHT;
}

Binds emit_binds(Emitter *emitter, const Expr *expr)
{
    switch ((NodeKind)expr->node.kind) {
    case NODE_LITERAL: return literal_binds(NODE_AS(Literal, LITERAL, expr));
    case NODE_UNARY: return operators[NODE_AS(Unary, UNARY, expr)->of].binds;
    case NODE_BINARY: return is_exact_division(expr) ? BINDS_TIGHT : operators[NODE_AS(Binary, BINARY, expr)->of].binds;
    case NODE_LIKE: return NODE_AS(Like, LIKE, expr)->negated ? BINDS_NOT : BINDS_IN;
    case NODE_BETWEEN: case NODE_IN: case NODE_QUANTIFIED: return BINDS_IN;
    case NODE_IS: return BINDS_IS;
    case NODE_REF: return ref_binds(emitter, NODE_AS(Ref, REF, expr));
    case NODE_INLINED: return inlined_binds(emitter, NODE_AS(Inlined, INLINED, expr));
    case NODE_PARAMETER: return parameter_binds(emitter, expr);
    case NODE_CALL: return call_binds(emitter, NODE_AS(Call, CALL, expr));
    case NODE_CAST: return cast_binds(emitter, NODE_AS(Cast, CAST, expr));
    case NODE_LAMBDA: case NODE_NAMED_ARGUMENT: return BINDS_NOT_AT_ALL;
    case NODE_INTERVAL:
        return NODE_AS(Interval, INTERVAL, expr)->amount->kind == NODE_LITERAL ? BINDS_TIGHT : BINDS_MULTIPLY;
    case NODE_TYPED_LITERAL: case NODE_STAR: case NODE_CASE: case NODE_ROW: case NODE_ARRAY: case NODE_ARRAY_QUERY:
    case NODE_STRUCT: case NODE_SUBSCRIPT: case NODE_FIELD: case NODE_SUBQUERY: case NODE_EXISTS: case NODE_ERROR:
        return BINDS_TIGHT;   /* these have delimiters of their own */
    NODES_THAT_ARE_NO_EXPRESSIONS
        return BINDS_TIGHT;
    }
    return BINDS_TIGHT;
}

/* ---------------------------------------------------------------- operators */

static bool is_operator(const Expr *expr, Operator of)
{
    return expr->node.kind == NODE_BINARY && NODE_AS(Binary, BINARY, expr)->of == of;
}

static bool is_integer(const Type *type)
{
    return type && (type->kind == TYPE_INT2 || type->kind == TYPE_INT4 || type->kind == TYPE_INT8);
}

/* `a and b and c`: the links of the chain are breaks of one group. */
static void logical_chain(Emitter *emitter, const Binary *binary)
{
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

static bool must_widen(Emitter *emitter, const Binary *binary)
{
    const Type *promised = binary->expr.type;
    const Type *natural = emitter->dialect->natural(emitter, &binary->expr);
    if (!promised || !natural || promised == natural)
        return false;
    if (is_integer(promised) && is_integer(natural))
        return natural->kind < promised->kind;
    return promised->kind == TYPE_DECIMAL && natural->kind == TYPE_DECIMAL && natural->precision == DECIMAL_WORD &&
           promised->precision - promised->scale > natural->precision - natural->scale + 1;
}

static void left_operand(Emitter *emitter, const Binary *binary, Binds binds)
{
    const Expr *left = (const Expr *)binary->left;
    if (!must_widen(emitter, binary)) {
        emit_node(emitter, left, binds);
        return;
    }
    const Type *promised = binary->expr.type;
    const Type *natural = emitter->dialect->natural(emitter, left);
    int scale = natural && natural->kind == TYPE_DECIMAL ? natural->scale : 0;
    const Type *wide = is_integer(promised) ? promised : type_decimal(emitter->program->types, promised->precision, scale);
    emit_exact(emitter, left, wide, binds);
}

static bool is_nonzero_literal(Emitter *emitter, const Expr *expr)
{
    Frame *frame = emitter->frame;
    const Expr *behind = expr_behind(expr, &frame);
    if (behind->node.kind != NODE_LITERAL)
        return false;
    const Literal *literal = NODE_AS(Literal, LITERAL, behind);
    if (literal->of != LITERAL_INTEGER && literal->of != LITERAL_NUMBER)
        return false;
    for (uint32_t i = 0; i < literal->text.length; i++)
        if (literal->text.at[i] >= '1' && literal->text.at[i] <= '9')
            return true;
    return false;
}

/* `nullif(x, 0)`, as authors write it. */
static bool is_null_if_zero(const Expr *expr)
{
    if (expr->node.kind != NODE_CALL)
        return false;
    const Call *call = NODE_AS(Call, CALL, expr);
    const Node *zero = call->args.count == 2 ? call->args.items[1] : NULL;
    return call->name.count == 1 && strcmp(call->name.items[0].name->text, "nullif") == 0 && zero &&
           zero->kind == NODE_LITERAL && text_equal(NODE_AS(Literal, LITERAL, zero)->text, text_of("0"));
}

/* The right side of a division or remainder: null instead of zero. */
static void divisor(Emitter *emitter, const Expr *right, Binds binds)
{
    if (is_nonzero_literal(emitter, right) || is_null_if_zero(right)) {
        emit_node(emitter, right, binds + 1);
        return;
    }
    put(emitter, "nullif(");
    emit_node(emitter, right, BINDS_NOT_AT_ALL);
    put(emitter, ", 0)");
}

static void arithmetic(Emitter *emitter, const Binary *binary)
{
    Binds binds = operators[binary->of].binds;
    bool divides = binary->of == OP_DIV || binary->of == OP_MOD || binary->of == OP_INTDIV;
    put(emitter, L_OPEN);
    left_operand(emitter, binary, binds);
    put_format(emitter, L_IN L_LINE "%s ",
               binary->of == OP_INTDIV ? emitter->dialect->whole_quotient : operators[binary->of].text);
    if (divides)
        divisor(emitter, (const Expr *)binary->right, binds);
    else
        emit_node(emitter, (const Expr *)binary->right, binds + 1);
    put(emitter, L_OUT L_CLOSE);
}

/* The pattern of a regular expression or SIMILAR TO; null was reported. */
static const char *constant_pattern(Emitter *emitter, const Expr *pattern, bool similar)
{
    Frame *frame = emitter->frame;
    const Expr *behind = expr_behind(pattern, &frame);
    while (behind->node.kind == NODE_INLINED)
        behind = (const Expr *)NODE_AS(Inlined, INLINED, behind)->body;
    if (behind->node.kind != NODE_LITERAL || NODE_AS(Literal, LITERAL, behind)->of != LITERAL_STRING) {
        emitter->failed = true;
        diag_report(emitter->program->diag, CODE_G0702, pattern->node.span, "the regular expression is not a constant");
        return NULL;
    }
    const char *why = NULL;
    const Text text = NODE_AS(Literal, LITERAL, behind)->text;
    const char *translated = similar ? regex_of_similar(emitter->arena, text, &why) : regex_check(emitter->arena, text, &why);
    if (!translated) {
        emitter->failed = true;
        Report *report = diag_report(emitter->program->diag, CODE_G0702, behind->node.span,
                                     "the regular expression is not of the common subset");
        report_says(emitter->program->diag, report, "%s", why);
    }
    return translated;
}

static void matches(Emitter *emitter, const Expr *text, const Expr *pattern, bool similar, bool negated)
{
    const char *translated = constant_pattern(emitter, pattern, similar);
    if (translated)
        emitter->dialect->matches(emitter, text, translated, negated);
}

static void binary(Emitter *emitter, const Binary *binary)
{
    const Expr *left = (const Expr *)binary->left, *right = (const Expr *)binary->right;
    Binds binds = operators[binary->of].binds;
    switch (binary->of) {
    case OP_AND: case OP_OR:
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
    case OP_ADD: case OP_SUB: case OP_MUL: case OP_MOD: case OP_INTDIV: case OP_CONCAT:
        arithmetic(emitter, binary);
        return;
    case OP_POW:
        put(emitter, "pow(");
        emit_node(emitter, left, BINDS_NOT_AT_ALL);
        put(emitter, ", ");
        emit_node(emitter, right, BINDS_NOT_AT_ALL);
        put(emitter, ")");
        return;
    case OP_REGEX: case OP_NOT_REGEX:
        matches(emitter, left, right, false, binary->of == OP_NOT_REGEX);
        return;
    case OP_ARROW: case OP_ARROW2:   /* these bind to the left, and are put in parentheses within anything else */
        emit_node(emitter, left, is_operator(left, OP_ARROW) ? BINDS_NOT_AT_ALL : BINDS_TIGHT);
        put_format(emitter, " %s ", operators[binary->of].text);
        emit_node(emitter, right, BINDS_TIGHT);
        return;
    case OP_EQ: case OP_NE: case OP_LT: case OP_LE: case OP_GT: case OP_GE: case OP_DISTINCT: case OP_NOT_DISTINCT:
        emit_node(emitter, left, binds + 1);
        put_format(emitter, " %s ", operators[binary->of].text);
        emit_node(emitter, right, binds + 1);
        return;
    case OP_AT_TIME_ZONE: case OP_COLLATE:
        emit_node(emitter, left, binds);
        put_format(emitter, " %s ", operators[binary->of].text);
        emit_node(emitter, right, binds + 1);
        return;
    case OP_NOT: case OP_NEGATE: case OP_PLUS:
        return;
    }
}

static void unary(Emitter *emitter, const Unary *unary)
{
    const Expr *operand = (const Expr *)unary->operand;
    Binds binds = operators[unary->of].binds;
    put(emitter, operators[unary->of].text);
    if (unary->of == OP_NOT) {
        put(emitter, " ");
        emit_node(emitter, operand, binds);
        return;
    }
    emit_node(emitter, operand, binds + 1);   /* tighter: `- -1` must not become a comment */
}

static void like(Emitter *emitter, const Like *like)
{
    const Expr *operand = (const Expr *)like->operand, *pattern = (const Expr *)like->pattern;
    if (like->of == LIKE_MATCHES || like->of == LIKE_SIMILAR) {
        matches(emitter, operand, pattern, like->of == LIKE_SIMILAR, like->negated);
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

static void is(Emitter *emitter, const Is *is)
{
    static const char *const words[] = { [IS_NULL] = "null", [IS_TRUE] = "true", [IS_FALSE] = "false", [IS_UNKNOWN] = "null" };
    emit_node(emitter, (const Expr *)is->operand, BINDS_IS + 1);
    put_format(emitter, " is %s%s", is->negated ? "not " : "", words[is->of]);
}

static void between(Emitter *emitter, const Between *between)
{
    emit_node(emitter, (const Expr *)between->operand, BINDS_IN + 1);
    put(emitter, between->negated ? " not between " : " between ");
    emit_node(emitter, (const Expr *)between->low, BINDS_IN + 1);
    put(emitter, " and ");
    emit_node(emitter, (const Expr *)between->high, BINDS_IN + 1);
}

/* The query of `in (select …)`, bare or as a SUBQUERY. */
static void parenthesized_query(Emitter *emitter, const Node *node, const Rows *columns)
{
    emitter->nameless = true;
    emit_subquery(emitter, node->kind == NODE_SUBQUERY ? NODE_AS(Subquery, SUBQUERY, node)->query : node, columns);
}

static void in(Emitter *emitter, const In *in)
{
    emit_node(emitter, (const Expr *)in->operand, BINDS_IN + 1);
    put(emitter, in->negated ? " not in " : " in ");
    if (in->query) {
        parenthesized_query(emitter, in->query, NULL);
        return;
    }
    put(emitter, "(" L_OPEN L_IN);
    for (uint32_t i = 0; i < in->list.count; i++) {
        put(emitter, i ? "," L_FILL : "");
        emit_node(emitter, (const Expr *)in->list.items[i], BINDS_NOT_AT_ALL);
    }
    put(emitter, L_OUT L_CLOSE ")");
}

static void quantified(Emitter *emitter, const Quantified *quantified)
{
    emit_node(emitter, (const Expr *)quantified->left, BINDS_IN + 1);
    put_format(emitter, " %s %s ", operators[quantified->of].text, quantified->all ? "all" : "any");
    if (quantified->right->kind == NODE_SUBQUERY) {
        parenthesized_query(emitter, quantified->right, NULL);
        return;
    }
    put(emitter, "(");
    emit_node(emitter, (const Expr *)quantified->right, BINDS_NOT_AT_ALL);
    put(emitter, ")");
}

/* ---------------------------------------------------------------- primaries */

static void literal(Emitter *emitter, const Literal *literal)
{
    switch (literal->of) {
    case LITERAL_NULL: put(emitter, "null"); break;
    case LITERAL_TRUE: put(emitter, "true"); break;
    case LITERAL_FALSE: put(emitter, "false"); break;
    case LITERAL_INTEGER: case LITERAL_NUMBER: buffer_add(emitter->out, literal->text.at, literal->text.length); break;
    case LITERAL_STRING: put_string(emitter, literal->text); break;
    }
}

static void typed_literal(Emitter *emitter, const TypedLiteral *literal)
{
    TypeKind kind = literal->expr.type ? literal->expr.type->kind : TYPE_UNKNOWN;
    if (kind == TYPE_DATE || kind == TYPE_TIME || kind == TYPE_TIMESTAMP || kind == TYPE_TIMESTAMPTZ || kind == TYPE_INTERVAL) {
        emitter->dialect->type(literal->expr.type, true, emitter->out);
        put(emitter, " ");
        put_string(emitter, literal->text);
        return;
    }
    put_string(emitter, literal->text);
    emit_cast_to(emitter, literal->expr.type);
}

static void interval(Emitter *emitter, const Interval *interval)
{
    const Node *amount = interval->amount;
    if (amount->kind != NODE_LITERAL) {
        emit_node(emitter, (const Expr *)amount, BINDS_MULTIPLY);
        put_format(emitter, " * interval '1 %s'", interval->unit.name ? interval->unit.name->text : "second");
        return;
    }
    Text text = NODE_AS(Literal, LITERAL, amount)->text;
    const char *unit = interval->unit.name ? interval->unit.name->text : "";
    put(emitter, "interval ");
    put_string(emitter, text_of(arena_format(emitter->arena, "%.*s%s%s", TEXT_ARGS(text), *unit ? " " : "", unit)));
}

/* How many leading parts of a reference name its table rather than a column and its fields. */
static uint32_t qualifier_parts(const Ref *ref)
{
    const Name *alias = ref->table ? table_alias(ref->table) : NULL;
    const Name *column = ref->column ? ref->column->name : NULL;
    for (uint32_t i = 1; alias && i < ref->name.count && i < 3; i++)
        if (ref->name.items[i - 1].name == alias && ref->name.items[i].name == column)
            return i;
    return 0;
}

const Expr *aliased_item(const Emitter *emitter, const Ref *ref)
{
    bool of_select = ref->table && ref->table->kind == NODE_SELECT && ref->column;
    return of_select && !emitter->scope.in_order ? ref->column->expr : NULL;
}

static void ref(Emitter *emitter, const Ref *ref)
{
    const Expr *item = aliased_item(emitter, ref);
    if (item) {
        emit_node(emitter, item, BINDS_NOT_AT_ALL);
        return;
    }
    uint32_t first = qualifier_parts(ref);
    const Name *alias = ref->table ? table_alias(ref->table) : NULL;
    bool qualified = emitter->scope.of_star ? emitter->scope.many_tables : first > 0;
    if (alias && qualified) {
        put_name(emitter, alias);
        put(emitter, ".");
    }
    for (uint32_t i = first; i < ref->name.count; i++) {
        put(emitter, i > first ? "." : "");
        put_name(emitter, ref->name.items[i].name);
    }
}

static void case_expression(Emitter *emitter, const Case *node)
{
    put(emitter, L_OPEN "case");
    if (node->operand) {
        put(emitter, " ");
        emit_node(emitter, (const Expr *)node->operand, BINDS_OR);
    }
    put(emitter, L_IN);
    for (uint32_t i = 0; i < node->whens.count; i++) {
        const When *when = NODE_AS(When, WHEN, node->whens.items[i]);
        put(emitter, L_LINE "when ");
        emit_node(emitter, (const Expr *)when->condition, BINDS_OR);
        put(emitter, " then ");
        emit_node(emitter, (const Expr *)when->result, BINDS_OR);
    }
    if (node->otherwise) {
        put(emitter, L_LINE "else ");
        emit_node(emitter, (const Expr *)node->otherwise, BINDS_OR);
    }
    put(emitter, L_OUT L_LINE "end" L_CLOSE);
}

void emit_cast_to(Emitter *emitter, const Type *type)
{
    put(emitter, "::");
    emitter->dialect->type(type, true, emitter->out);
}

/* `x::t` behind what binds tightly, else `cast(… as t)`. */
static void cast_as(Emitter *emitter, const Expr *operand, const Type *type, const char *word)
{
    if (!word && emit_binds(emitter, operand) >= BINDS_CAST) {
        emit_node(emitter, operand, BINDS_CAST);
        emit_cast_to(emitter, type);
        return;
    }
    put_format(emitter, "%s(", word ? word : "cast");
    emit_node(emitter, operand, BINDS_NOT_AT_ALL);
    put(emitter, " as ");
    emitter->dialect->type(type, true, emitter->out);
    put(emitter, ")");
}

static void guarded_cast(Emitter *emitter, const Cast *cast)
{
    put(emitter, "case when ");
    emit_guards(emitter);
    put(emitter, " then ");
    cast_as(emitter, (const Expr *)cast->operand, cast->expr.type, NULL);
    put(emitter, " end");
}

static void cast(Emitter *emitter, const Cast *cast)
{
    if (cast->is_try && emitter->dialect->flags & LACKS_TRY_CAST)
        emit_lacks(emitter, cast->expr.node.span, "TRY_CAST");
    if (is_done_already(emitter, cast))
        emit_node(emitter, (const Expr *)cast->operand, BINDS_NOT_AT_ALL);
    else if (is_guarded(emitter, cast))
        guarded_cast(emitter, cast);
    else if (cast->expr.type)
        cast_as(emitter, (const Expr *)cast->operand, cast->expr.type, cast->is_try ? "try_cast" : NULL);
}

void emit_exact(Emitter *emitter, const Expr *expr, const Type *type, Binds needed)
{
    bool typed = type && type->kind != TYPE_UNKNOWN && type->kind != TYPE_NULL;
    if (!typed || emitter->dialect->natural(emitter, expr) == type)
        emit_node(emitter, expr, needed);
    else
        cast_as(emitter, expr, type, NULL);
}

static void inlined(Emitter *emitter, const Inlined *inlined)
{
    Frame frame = { inlined, emitter->frame };
    emitter->frame = &frame;
    emit_node(emitter, (const Expr *)inlined->body, BINDS_NOT_AT_ALL);
    emitter->frame = frame.outer;
}

static void parameter(Emitter *emitter, const Expr *parameter)
{
    Frame *before = emitter->frame;
    const Expr *argument = expr_behind(parameter, &emitter->frame);
    if (parameter_cast(parameter, argument))
        cast_as(emitter, argument, parameter->type, NULL);
    else if (argument != parameter)
        emit_node(emitter, argument, BINDS_NOT_AT_ALL);
    emitter->frame = before;
}

void emit_list(Emitter *emitter, const Nodes *list)
{
    for (uint32_t i = 0; i < list->count; i++) {
        put(emitter, i ? ", " : "");
        emit_node(emitter, (const Expr *)list->items[i], BINDS_NOT_AT_ALL);
    }
}

static void struct_literal(Emitter *emitter, const StructLiteral *node)
{
    put(emitter, "{");
    for (uint32_t i = 0; i < node->fields.count; i++) {
        const SelectItem *field = NODE_AS(SelectItem, SELECT_ITEM, node->fields.items[i]);
        put(emitter, i ? ", " : "");
        put_string(emitter, text_of(field->alias.name->text));
        put(emitter, ": ");
        emit_node(emitter, (const Expr *)field->expr, BINDS_NOT_AT_ALL);
    }
    put(emitter, "}");
}

static void subscript(Emitter *emitter, const Subscript *node)
{
    emit_node(emitter, (const Expr *)node->operand, BINDS_TIGHT);
    put(emitter, "[");
    if (node->low)
        emit_node(emitter, (const Expr *)node->low, BINDS_NOT_AT_ALL);
    put(emitter, node->slice ? ":" : "");
    if (node->high)
        emit_node(emitter, (const Expr *)node->high, BINDS_NOT_AT_ALL);
    put(emitter, "]");
}

static void lambda(Emitter *emitter, const Lambda *lambda)
{
    put(emitter, "lambda ");
    for (uint32_t i = 0; i < lambda->params.count; i++) {
        put(emitter, i ? ", " : "");
        put_name(emitter, lambda->params.items[i].name);
    }
    put(emitter, ": ");
    emit_node(emitter, (const Expr *)lambda->body, BINDS_NOT_AT_ALL);
}

static void field(Emitter *emitter, const FieldAccess *access)
{
    put(emitter, "(");
    emit_node(emitter, (const Expr *)access->operand, BINDS_NOT_AT_ALL);
    put(emitter, ").");
    put_name(emitter, access->name.name);
}

/* A scalar subquery's column has the type that was promised. */
static void scalar_subquery(Emitter *emitter, const Subquery *subquery)
{
    parenthesized_query(emitter, &subquery->expr.node, ((const Query *)subquery->query)->rowset.rows);
}

static void write(Emitter *emitter, const Expr *expr)
{
    const Node *node = &expr->node;
    switch ((NodeKind)node->kind) {
    case NODE_LITERAL: literal(emitter, NODE_AS(Literal, LITERAL, node)); break;
    case NODE_TYPED_LITERAL: typed_literal(emitter, NODE_AS(TypedLiteral, TYPED_LITERAL, node)); break;
    case NODE_INTERVAL: interval(emitter, NODE_AS(Interval, INTERVAL, node)); break;
    case NODE_REF: ref(emitter, NODE_AS(Ref, REF, node)); break;
    case NODE_STAR: put(emitter, "*"); break;
    case NODE_UNARY: unary(emitter, NODE_AS(Unary, UNARY, node)); break;
    case NODE_BINARY: binary(emitter, NODE_AS(Binary, BINARY, node)); break;
    case NODE_LIKE: like(emitter, NODE_AS(Like, LIKE, node)); break;
    case NODE_IS: is(emitter, NODE_AS(Is, IS, node)); break;
    case NODE_BETWEEN: between(emitter, NODE_AS(Between, BETWEEN, node)); break;
    case NODE_IN: in(emitter, NODE_AS(In, IN, node)); break;
    case NODE_QUANTIFIED: quantified(emitter, NODE_AS(Quantified, QUANTIFIED, node)); break;
    case NODE_CASE: case_expression(emitter, NODE_AS(Case, CASE, node)); break;
    case NODE_CAST: cast(emitter, NODE_AS(Cast, CAST, node)); break;
    case NODE_CALL: emit_call(emitter, NODE_AS(Call, CALL, node)); break;
    case NODE_INLINED: inlined(emitter, NODE_AS(Inlined, INLINED, node)); break;
    case NODE_PARAMETER: parameter(emitter, expr); break;
    case NODE_NAMED_ARGUMENT: emit_node(emitter, (const Expr *)NODE_AS(NamedArgument, NAMED_ARGUMENT, node)->value, 0); break;
    case NODE_LAMBDA: lambda(emitter, NODE_AS(Lambda, LAMBDA, node)); break;
    case NODE_ROW:
        put(emitter, "(");
        emit_list(emitter, &NODE_AS(Row, ROW, node)->items);
        put(emitter, ")");
        break;
    case NODE_ARRAY:
        put(emitter, "array[");
        emit_list(emitter, &NODE_AS(Array, ARRAY, node)->items);
        put(emitter, "]");
        break;
    case NODE_ARRAY_QUERY:
        put(emitter, "array");
        parenthesized_query(emitter, NODE_AS(ArrayQuery, ARRAY_QUERY, node)->query, NULL);
        break;
    case NODE_STRUCT: struct_literal(emitter, NODE_AS(StructLiteral, STRUCT, node)); break;
    case NODE_SUBSCRIPT: subscript(emitter, NODE_AS(Subscript, SUBSCRIPT, node)); break;
    case NODE_FIELD: field(emitter, NODE_AS(FieldAccess, FIELD, node)); break;
    case NODE_SUBQUERY: scalar_subquery(emitter, NODE_AS(Subquery, SUBQUERY, node)); break;
    case NODE_EXISTS:
        put(emitter, "exists ");
        parenthesized_query(emitter, NODE_AS(Exists, EXISTS, node)->query, NULL);
        break;
    case NODE_ERROR: emitter->failed = true; break;
    NODES_THAT_ARE_NO_EXPRESSIONS
        break;
    }
}

void emit_node(Emitter *emitter, const Expr *expr, Binds needed)
{
    bool in_key = emitter->scope.in_key;
    if (emitter->scope.guards.count && !in_key)
        emitter->scope.in_key = is_group_key(emitter, expr);
    bool parentheses = emit_binds(emitter, expr) < needed;
    put(emitter, parentheses ? "(" : "");
    write(emitter, expr);
    put(emitter, parentheses ? ")" : "");
    emitter->scope.in_key = in_key;
}
