#include "compiler/check/datum.h"

#include "compiler/check/value.h"

#include <math.h>
#include <string.h>

enum { DEEPEST = 40 };

/* A call of a project's function in whose body we are. */
typedef struct Called { const Inlined *inlined; const struct Called *outer; } Called;

typedef struct Judging {
    Arena *arena;
    DatumOf column;
    void *context;
    const Called *called;
    int depth;
} Judging;

static const Datum UNKNOWN = {.kind = DATUM_UNKNOWN}, NOTHING = {.kind = DATUM_NULL};

static Datum datum(Judging *judging, const Node *expr);
static Truth truth(Judging *judging, const Node *condition);

/* ------------------------------------------------------------------- values */

/* Days and moments are compared as texts, so all must be written alike. */
static Datum moment(Judging *judging, const TypedLiteral *literal) {
    const Type *type = literal->expr.type;
    uint32_t wanted = !type ? 0 : type->kind == TYPE_DATE ? 10 : type->kind == TYPE_TIMESTAMP ? 19 : 0;
    const char *text = text_copy(judging->arena, literal->text);
    if (!wanted || literal->text.length != wanted || text[4] != '-' || text[7] != '-' || strspn(text, "0123456789-: ") != wanted) return UNKNOWN;
    return (Datum){.kind = DATUM_TEXT, .text = text};
}

static Datum datum_of_literal(Judging *judging, const Literal *literal) {
    double number;
    if (literal->of == LITERAL_NULL) return NOTHING;
    if (literal->of == LITERAL_STRING) return (Datum){.kind = DATUM_TEXT, .text = text_copy(judging->arena, literal->text)};
    return literal_number(&literal->expr.node, &number) ? (Datum){.kind = DATUM_NUMBER, .number = number} : UNKNOWN;
}

/* Only what stays as it is. */
static Datum datum_of_cast(Judging *judging, const Cast *cast) {
    const Type *from = ((const Expr *)cast->operand)->type, *to = cast->expr.type;
    Datum value = datum(judging, cast->operand);
    if (value.kind == DATUM_NULL || (from && to && from->kind == to->kind && from->kind != TYPE_DECIMAL)) return value;
    return value.kind == DATUM_NUMBER && to && type_is_number(to) && datum_fits(value, to) ? value : UNKNOWN;
}

static Datum datum_of_parameter(Judging *judging, const Parameter *parameter) {
    const Called *called = judging->called;
    if (!called || parameter->index >= (int64_t)called->inlined->args.count) return UNKNOWN;
    judging->called = called->outer;
    Datum value = datum(judging, called->inlined->args.items[parameter->index]);
    judging->called = called;
    return value;
}

static Datum datum(Judging *judging, const Node *expr) {
    if (judging->depth > DEEPEST) return UNKNOWN;
    Datum value = UNKNOWN;
    judging->depth++;
    if (expr->kind == NODE_LITERAL) value = datum_of_literal(judging, (const Literal *)expr);
    else if (expr->kind == NODE_TYPED_LITERAL) value = moment(judging, (const TypedLiteral *)expr);
    else if (expr->kind == NODE_REF) value = judging->column(judging->context, (const Ref *)expr);
    else if (expr->kind == NODE_CAST) value = datum_of_cast(judging, (const Cast *)expr);
    else if (expr->kind == NODE_PARAMETER) value = datum_of_parameter(judging, (const Parameter *)expr);
    else if (expr->kind == NODE_UNARY && ((const Unary *)expr)->of == OP_NEGATE) {
        value = datum(judging, ((const Unary *)expr)->operand);
        value = value.kind == DATUM_NUMBER ? (Datum){.kind = DATUM_NUMBER, .number = -value.number} : value.kind == DATUM_NULL ? value : UNKNOWN;
    }
    judging->depth--;
    return value;
}

Datum datum_of(Arena *arena, const Node *expr, DatumOf column, void *context) {
    Judging judging = {.arena = arena, .column = column, .context = context};
    return datum(&judging, expr);
}

bool datum_equal(Datum a, Datum b) {
    if (a.kind != b.kind) return false;
    return a.kind == DATUM_NUMBER ? a.number == b.number : a.kind == DATUM_TEXT ? !strcmp(a.text, b.text) : a.kind == DATUM_NULL;
}

/* --------------------------------------------------------------- conditions */

static Truth truth_of(bool holds) {
    return holds ? TRUTH_TRUE : TRUTH_FALSE;
}

static Truth negated(Truth of) {
    return of == TRUTH_TRUE ? TRUTH_FALSE : of == TRUTH_FALSE ? TRUTH_TRUE : of;
}

/* The one that decides, else what is not known of either. */
static Truth both(Truth a, Truth b, Truth decides) {
    if (a == decides || b == decides) return decides;
    if (a == TRUTH_UNKNOWN || b == TRUTH_UNKNOWN) return TRUTH_UNKNOWN;
    return a == TRUTH_NULL || b == TRUTH_NULL ? TRUTH_NULL : negated(decides);
}

static Truth compared(Operator of, Datum a, Datum b) {
    if (a.kind == DATUM_UNKNOWN || b.kind == DATUM_UNKNOWN) return TRUTH_UNKNOWN;
    if (a.kind == DATUM_NULL || b.kind == DATUM_NULL) return TRUTH_NULL;
    if (a.kind != b.kind) return TRUTH_UNKNOWN;
    int order = a.kind == DATUM_TEXT ? strcmp(a.text, b.text) : (a.number > b.number) - (a.number < b.number);
    switch ((int)of) {
    case OP_EQ: return truth_of(order == 0);
    case OP_NE: return truth_of(order != 0);
    case OP_LT: return truth_of(order < 0);
    case OP_LE: return truth_of(order <= 0);
    case OP_GT: return truth_of(order > 0);
    case OP_GE: return truth_of(order >= 0);
    default: return TRUTH_UNKNOWN;
    }
}

static Truth truth_of_in(Judging *judging, const In *in) {
    Datum value = datum(judging, in->operand);
    Truth found = TRUTH_FALSE;
    if (in->query) return TRUTH_UNKNOWN;
    for (uint32_t i = 0; i < in->list.count; i++) found = both(found, compared(OP_EQ, value, datum(judging, in->list.items[i])), TRUTH_TRUE);
    return in->negated ? negated(found) : found;
}

static Truth truth_of_is(Judging *judging, const Is *is) {
    Truth holds = TRUTH_UNKNOWN;
    if (is->of == IS_NULL) {
        Datum value = datum(judging, is->operand);
        if (value.kind != DATUM_UNKNOWN) holds = truth_of(value.kind == DATUM_NULL);
    } else if (is->of != IS_UNKNOWN) {
        Truth of = truth(judging, is->operand);
        if (of != TRUTH_UNKNOWN) holds = truth_of(of == (is->of == IS_TRUE ? TRUTH_TRUE : TRUTH_FALSE));
    }
    return is->negated ? negated(holds) : holds;
}

static Truth truth_of_between(Judging *judging, const Between *between) {
    Datum value = datum(judging, between->operand);
    Truth low = compared(OP_GE, value, datum(judging, between->low)), high = compared(OP_LE, value, datum(judging, between->high));
    Truth within = both(low, high, TRUTH_FALSE);
    return between->negated ? negated(within) : within;
}

/* A text matches the regular expression that it was made by. */
static Truth truth_of_like(Judging *judging, const Like *like) {
    Datum value = datum(judging, like->operand), pattern = datum(judging, like->pattern);
    if (value.kind == DATUM_NULL) return TRUTH_NULL;
    bool made = like->of == LIKE_MATCHES && value.kind == DATUM_TEXT && value.pattern && pattern.kind == DATUM_TEXT && !strcmp(value.pattern, pattern.text);
    return !made ? TRUTH_UNKNOWN : truth_of(!like->negated);
}

static Truth truth_of_binary(Judging *judging, const Binary *binary) {
    if (binary->of == OP_AND || binary->of == OP_OR)
        return both(truth(judging, binary->left), truth(judging, binary->right), truth_of(binary->of == OP_OR));
    return compared(binary->of, datum(judging, binary->left), datum(judging, binary->right));
}

static Truth truth_of_inlined(Judging *judging, const Inlined *inlined) {
    Called called = {inlined, judging->called};
    judging->called = &called;
    Truth of = truth(judging, inlined->body);
    judging->called = called.outer;
    return of;
}

static Truth truth_of_value(Datum value) {
    return value.kind == DATUM_NUMBER ? truth_of(value.number != 0) : value.kind == DATUM_NULL ? TRUTH_NULL : TRUTH_UNKNOWN;
}

static Truth truth(Judging *judging, const Node *condition) {
    if (judging->depth > DEEPEST) return TRUTH_UNKNOWN;
    Truth of;
    judging->depth++;
    if (condition->kind == NODE_BINARY) of = truth_of_binary(judging, (const Binary *)condition);
    else if (condition->kind == NODE_IN) of = truth_of_in(judging, (const In *)condition);
    else if (condition->kind == NODE_IS) of = truth_of_is(judging, (const Is *)condition);
    else if (condition->kind == NODE_BETWEEN) of = truth_of_between(judging, (const Between *)condition);
    else if (condition->kind == NODE_LIKE) of = truth_of_like(judging, (const Like *)condition);
    else if (condition->kind == NODE_INLINED) of = truth_of_inlined(judging, (const Inlined *)condition);
    else if (condition->kind == NODE_UNARY && ((const Unary *)condition)->of == OP_NOT) of = negated(truth(judging, ((const Unary *)condition)->operand));
    else of = truth_of_value(datum(judging, condition));
    judging->depth--;
    return of;
}

Truth datum_truth(Arena *arena, const Node *condition, DatumOf column, void *context) {
    Judging judging = {.arena = arena, .column = column, .context = context};
    return truth(&judging, condition);
}

/* --------------------------------------------------------------------- types */

static bool number_fits(double number, const Type *type) {
    double most = type->kind == TYPE_INT2 ? 32767 : type->kind == TYPE_INT4 ? 2147483647 : 1e15;
    double unit = type->kind == TYPE_DECIMAL ? pow(10, -type->scale) : type->kind == TYPE_FLOAT4 || type->kind == TYPE_FLOAT8 ? 0.5 : 1;
    if (type->kind == TYPE_DECIMAL) most = fmin(most, pow(10, type->precision - type->scale) - unit);
    double units = number / unit;
    return fabs(number) <= most && fabs(units) < 1e15 && fabs(units - round(units)) < 1e-6;
}

bool datum_fits(Datum datum, const Type *type) {
    if (datum.kind == DATUM_NULL) return true;
    if (datum.kind == DATUM_NUMBER && type->kind == TYPE_BOOL) return datum.number == 0 || datum.number == 1;
    if (datum.kind == DATUM_NUMBER) return type_is_number(type) && number_fits(datum.number, type);
    if (datum.kind != DATUM_TEXT) return false;
    size_t length = strlen(datum.text);
    if (type->kind == TYPE_DATE) return length == 10;
    if (type->kind == TYPE_TIMESTAMP || type->kind == TYPE_TIMESTAMPTZ) return length == 19;
    return type->kind == TYPE_TEXT || type->kind == TYPE_UUID;
}

const char *datum_text(Arena *arena, Datum datum, const Type *type) {
    if (datum.kind == DATUM_NULL) return "null";
    if (type->kind == TYPE_BOOL) return datum.number != 0 ? "true" : "false";
    if (datum.kind == DATUM_NUMBER)
        return arena_format(arena, "%.*f", type->kind == TYPE_DECIMAL ? type->scale : type->kind == TYPE_FLOAT4 || type->kind == TYPE_FLOAT8 ? 1 : 0, datum.number);
    if (type->kind != TYPE_TEXT && type->kind != TYPE_UUID) return datum.text;
    Buffer out;
    buffer_open(&out, arena);
    buffer_char(&out, '\'');
    for (const char *at = datum.text; *at; at++) buffer_format(&out, *at == '\'' ? "''" : "%c", *at);
    buffer_char(&out, '\'');
    return buffer_string(&out);
}
