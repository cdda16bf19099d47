/* TRY_CAST: null instead of an error.
 *
 * Engines disagree on which texts are a value: DuckDB reads `12.7` as the integer 13, PostgreSQL reads `on` as true. So a
 * text counts only if it is written as sources have it (docs/sources.md), everywhere; what the engine's own cast, or its
 * TRY_CAST, is handed has that form. Where there is no TRY_CAST, what the form cannot tell is asked before the cast. */
#include "compiler/emit/internal.h"

/* A leap day or a day that every year has, of the years 1 to 9999. */
#define DATE_FORM                                                                                                      \
    "((0{3}[1-9]|0{2}[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})-"                                                        \
    "((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|"         \
    "([0-9]{2}(0[48]|[2468][048]|[13579][26])|(0[48]|[2468][048]|[13579][26])00)-02-29)"
#define TIME_FORM "([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?"
#define ZONE_FORM "( ?(Z|[-+](0[0-9]|1[0-4])(:?[0-5][0-9])?))?"
/* No more digits than any engine takes, and an exponent that keeps the value within a double. */
#define NUMBER_FORM "[-+]?([0-9]{1,100}[.]?[0-9]{0,100}|[.][0-9]{1,100})"

/* How a text is written that is a value of the type; null: that is left to the engine. */
static const char *form_of(const Type *to) {
    switch (to->kind) {
    case TYPE_BOOL:
        return "^ *([tT]|[tT][rR][uU][eE]|[yY]|[yY][eE][sS]|1|[fF]|[fF][aA][lL][sS][eE]|[nN]|[nN][oO]|0) *$";
    case TYPE_INT2:
    case TYPE_INT4:
    case TYPE_INT8: return "^ *[-+]?0*[0-9]{1,19} *$";
    case TYPE_DECIMAL: return "^ *" NUMBER_FORM " *$";
    case TYPE_FLOAT8: return "^ *" NUMBER_FORM "([eE][-+]?1?[0-9]{1,2})? *$";
    case TYPE_DATE: return "^ *" DATE_FORM " *$";
    case TYPE_TIME: return "^ *" TIME_FORM " *$";
    case TYPE_TIMESTAMP: return "^ *" DATE_FORM "([ T]" TIME_FORM ")? *$";
    case TYPE_TIMESTAMPTZ: return "^ *" DATE_FORM "([ T]" TIME_FORM ZONE_FORM ")? *$";
    case TYPE_UUID: return "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$";
    case TYPE_UNKNOWN:
    case TYPE_NULL:
    case TYPE_FLOAT4:
    case TYPE_TEXT:
    case TYPE_BYTES:
    case TYPE_INTERVAL:
    case TYPE_JSON:
    case TYPE_ARRAY:
    case TYPE_STRUCT:
    case TYPE_MAP:
    case TYPE_VARIABLE: return NULL;
    }
    return NULL;
}

static bool lacks_try_cast(const Emitter *emitter) {
    return emitter->dialect->flags & LACKS_TRY_CAST;
}

/* What is cast. An engine may compute what is constant before it looks at a condition, so a literal is hidden from it. */
static void operand(Emitter *emitter, const Expr *expr) {
    Frame *frame = emitter->frame;
    bool constant = expr_behind(expr, &frame)->node.kind == NODE_LITERAL;
    if (!constant) {
        emit_node(emitter, expr, BINDS_CAST);
        return;
    }
    put(emitter, "(select ");
    emit_node(emitter, expr, BINDS_CAST);
    if (expr->type && expr->type->kind == TYPE_TEXT) emit_cast_to(emitter, expr->type);
    put(emitter, ")");
}

static void cast(Emitter *emitter, const Expr *expr, const Type *to) {
    if (emitter->dialect->cast) {
        emitter->dialect->cast(emitter, expr, to, true);
        return;
    }
    if (!lacks_try_cast(emitter)) {
        bool trims = to->kind == TYPE_BOOL && expr->type && expr->type->kind == TYPE_TEXT; /* numbers and dates: by themselves */
        put(emitter, trims ? "try_cast(trim(" : "try_cast(");
        emit_node(emitter, expr, BINDS_NOT_AT_ALL);
        put(emitter, trims ? ") as " : " as ");
        emitter->dialect->type(to, true, emitter->out);
        put(emitter, ")");
        return;
    }
    operand(emitter, expr);
    emit_cast_to(emitter, to);
}

/* ------------------------------------------------------------------- ranges */

static void power_of_ten(Emitter *emitter, int digits) {
    put(emitter, "1");
    while (digits-- > 0) put(emitter, "0");
}

/* `x::numeric`, rounded to as many digits as the type has. */
static void rounded(Emitter *emitter, const Expr *expr, int scale) {
    bool binary = expr->type->kind == TYPE_FLOAT8 || expr->type->kind == TYPE_FLOAT4;
    put(emitter, "round(");
    operand(emitter, expr);
    if (binary)
        put(emitter, ")");
    else
        put_format(emitter, "::numeric, %d)", scale);
}

static void integer_range(Emitter *emitter, const Expr *expr, const Type *to) {
    const char *low = to->kind == TYPE_INT2 ? "-32768" : to->kind == TYPE_INT4 ? "-2147483648" : "-9223372036854775808";
    const char *high = to->kind == TYPE_INT2 ? "32768" : to->kind == TYPE_INT4 ? "2147483648" : "9223372036854775808";
    rounded(emitter, expr, 0);
    put_format(emitter, " >= %s and ", low);
    rounded(emitter, expr, 0);
    put_format(emitter, " < %s", high);
}

/* Beneath the power of ten that the type cannot hold, once it is rounded; a double beneath what would round to it. */
static void decimal_range(Emitter *emitter, const Expr *expr, const Type *to) {
    int whole = to->precision - to->scale;
    put(emitter, "abs(");
    if (expr->type->kind == TYPE_FLOAT8 || expr->type->kind == TYPE_FLOAT4) {
        operand(emitter, expr);
        put(emitter, ") < ");
        power_of_ten(emitter, whole);
        put(emitter, " - 0.");
        for (int i = 0; i < to->scale; i++) put(emitter, "0");
        put(emitter, "5");
        return;
    }
    rounded(emitter, expr, to->scale);
    put(emitter, ") < ");
    power_of_ten(emitter, whole);
}

static bool needs_range(const Emitter *emitter, const Expr *expr, const Type *to) {
    bool number = type_is_number(expr->type) || expr->type->kind == TYPE_TEXT;
    bool narrow = to->kind == TYPE_DECIMAL || (to->kind >= TYPE_INT2 && to->kind <= TYPE_INT8);
    return lacks_try_cast(emitter) && number && narrow;
}

/* ---------------------------------------------------------------- interface */

static void cast_in_range(Emitter *emitter, const Expr *expr, const Type *to) {
    if (!needs_range(emitter, expr, to)) {
        cast(emitter, expr, to);
        return;
    }
    put(emitter, L_OPEN "case when ");
    if (to->kind == TYPE_DECIMAL)
        decimal_range(emitter, expr, to);
    else
        integer_range(emitter, expr, to);
    put(emitter, L_IN L_LINE "then ");
    cast(emitter, expr, to);
    put(emitter, L_OUT L_LINE "end" L_CLOSE);
}

/* Whether a cast that is not one of text by its form, or of a number by its range, never fails. */
static bool is_safe(const Type *from, const Type *to) {
    bool moment = from->kind == TYPE_DATE || from->kind == TYPE_TIMESTAMP || from->kind == TYPE_TIMESTAMPTZ ||
                  from->kind == TYPE_TIME;
    if (from == to || to->kind == TYPE_TEXT || from->kind == TYPE_NULL || moment) return true;
    return from->kind == TYPE_BOOL || (type_is_number(from) && to->kind != TYPE_FLOAT4);
}

void emit_try_cast(Emitter *emitter, const Cast *node) {
    const Expr *expr = (const Expr *)node->operand;
    const Type *from = expr->type, *to = node->expr.type;
    const char *form = from && to && from->kind == TYPE_TEXT ? form_of(to) : NULL;
    if (!from || !to) return;
    if (!form) {
        if (lacks_try_cast(emitter) && !is_safe(from, to))
            emit_lacks(emitter, node->expr.node.span, "TRY_CAST between these types");
        cast_in_range(emitter, expr, to);
        return;
    }
    put(emitter, L_OPEN "case when ");
    emitter->dialect->matches(emitter, expr, form, false);
    put(emitter, L_IN L_LINE "then ");
    cast_in_range(emitter, expr, to);
    put(emitter, L_OUT L_LINE "end" L_CLOSE);
}
