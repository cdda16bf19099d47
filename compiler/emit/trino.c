/* Trino 476: what differs there. Expressions that it writes in its own way are in trino_forms.c. */
#include "compiler/emit/trino.h"

#include <ctype.h>
#include <string.h>

/* io.trino.sql.ReservedIdentifiers, sorted. */
/* clang-format off: many short words */
static const char *const reserved[] = {
    "alter", "and", "as", "auto", "between", "by", "case", "cast", "constraint", "create", "cross", "cube",
    "current_catalog", "current_date", "current_path", "current_role", "current_schema", "current_time",
    "current_timestamp", "current_user", "deallocate", "delete", "describe", "distinct", "drop", "else", "end",
    "escape", "except", "exists", "extract", "false", "for", "from", "full", "group", "grouping", "having", "in",
    "inner", "insert", "intersect", "into", "is", "join", "json_array", "json_exists", "json_object", "json_query",
    "json_table", "json_value", "left", "like", "listagg", "localtime", "localtimestamp", "natural", "normalize",
    "not", "null", "on", "or", "order", "outer", "prepare", "recursive", "right", "rollup", "select", "skip",
    "table", "then", "trim", "true", "uescape", "union", "unnest", "using", "values", "when", "where", "with",
};
/* clang-format on */

static bool is_reserved(const char *name) {
    return listed_word(name, reserved, sizeof reserved / sizeof reserved[0]);
}

/* ------------------------------------------------------------------- types */

static const char *const type_words[] = {
    [TYPE_UNKNOWN] = "varchar",
    [TYPE_NULL] = "integer",
    [TYPE_BOOL] = "boolean",
    [TYPE_INT2] = "smallint",
    [TYPE_INT4] = "integer",
    [TYPE_INT8] = "bigint",
    [TYPE_DECIMAL] = "decimal",
    [TYPE_FLOAT4] = "real",
    [TYPE_FLOAT8] = "double",
    [TYPE_TEXT] = "varchar",
    [TYPE_BYTES] = "varbinary",
    [TYPE_DATE] = "date",
    [TYPE_TIME] = "time(6)",
    [TYPE_TIMESTAMP] = "timestamp(6)",
    [TYPE_TIMESTAMPTZ] = "timestamp(6) with time zone",
    [TYPE_INTERVAL] = "interval day to second",
    [TYPE_UUID] = "uuid",
    [TYPE_JSON] = "json",
    [TYPE_ARRAY] = "array",
    [TYPE_STRUCT] = "row",
    [TYPE_MAP] = "map",
    [TYPE_VARIABLE] = "",
};

static void type(const Type *of, bool as_cast, Buffer *out) {
    buffer_text(out, type_words[of->kind]);
    if (of->kind == TYPE_DECIMAL) {
        buffer_format(out, "(%d,%d)", of->precision, of->scale);
    } else if (of->kind == TYPE_ARRAY || of->kind == TYPE_MAP) {
        buffer_char(out, '(');
        type(of->element, as_cast, out);
        if (of->kind == TYPE_MAP) {
            buffer_text(out, ", ");
            type(of->value, as_cast, out);
        }
        buffer_char(out, ')');
    } else if (of->kind == TYPE_STRUCT) {
        for (uint32_t i = 0; i < of->field_count; i++) {
            buffer_text(out, i ? ", " : "(");
            emit_name(&dialect_trino, of->fields[i].name->text, out);
            buffer_char(out, ' ');
            type(of->fields[i].type, as_cast, out);
        }
        buffer_char(out, ')');
    }
}

static int max_of(int a, int b) {
    return a > b ? a : b;
}

static int min_of(int a, int b) {
    return a < b ? a : b;
}

/* DecimalOperators of Trino; digits beyond 38 are an error when it runs. */
static const Type *decimal_of(Emitter *emitter, Operator of, int p1, int s1, int p2, int s2) {
    int scale = of == OP_MUL ? s1 + s2 : max_of(s1, s2);
    int precision = of == OP_MUL   ? p1 + p2
                    : of == OP_MOD ? min_of(p1 - s1, p2 - s2) + scale
                                   : max_of(p1 - s1, p2 - s2) + scale + 1;
    return scale > 38 ? NULL : type_decimal(emitter->program->types, max_of(min_of(precision, 38), 1), scale);
}

static const Type *natural(Emitter *emitter, const Expr *expr);

static const Type *natural_arithmetic(Emitter *emitter, const Binary *binary) {
    const Type *a = natural(emitter, (const Expr *)binary->left), *b = natural(emitter, (const Expr *)binary->right);
    int p1, s1, p2, s2;
    if (!a || !b) return NULL;
    if (natural_is_integer(a) && natural_is_integer(b)) return a->kind > b->kind ? a : b;
    if (a->kind != TYPE_DECIMAL && b->kind != TYPE_DECIMAL) return NULL;
    if (!natural_as_decimal(a, &p1, &s1) || !natural_as_decimal(b, &p2, &s2)) return NULL;
    return decimal_of(emitter, binary->of, p1, s1, p2, s2);
}

static const Type *natural_binary(Emitter *emitter, const Binary *binary) {
    const Type *promised = binary->expr.type, *left = ((const Expr *)binary->left)->type;
    const Type *right = ((const Expr *)binary->right)->type;
    if (binary->of == OP_DIV && is_exact_division(&binary->expr))
        return type_decimal(emitter->program->types, 38, promised->scale);
    if (binary->of == OP_SUB && left && right && left->kind == TYPE_DATE && right->kind == TYPE_DATE)
        return type_simple(emitter->program->types, TYPE_INT8);
    bool exact = promised && type_is_number(promised) && promised->kind <= TYPE_DECIMAL;
    bool computed = binary->of == OP_ADD || binary->of == OP_SUB || binary->of == OP_MUL || binary->of == OP_MOD ||
                    binary->of == OP_INTDIV;
    return computed && exact ? natural_arithmetic(emitter, binary) : promised;
}

/* A decimal has as many digits as are written, but for zeros in front. */
static const Type *natural_literal(Emitter *emitter, const Literal *literal) {
    Text text = literal->text;
    TypeTable *types = emitter->program->types;
    if (literal->of == LITERAL_STRING) return NULL; /* varchar(n) */
    if (literal->of == LITERAL_INTEGER && text.length < 10) return type_simple(types, TYPE_INT4);
    if (literal->of == LITERAL_INTEGER) return text.length > 10 && text.length < 19 ? type_simple(types, TYPE_INT8) : NULL;
    if (literal->of != LITERAL_NUMBER) return literal->expr.type;
    if (memchr(text.at, 'e', text.length) || memchr(text.at, 'E', text.length))
        return type_simple(types, TYPE_FLOAT8);
    const char *point = memchr(text.at, '.', text.length);
    int digits = 0, scale = point ? (int)(text.at + text.length - point) - 1 : 0;
    for (uint32_t i = 0; i < text.length; i++)
        if (isdigit((unsigned char)text.at[i]) && (digits || text.at[i] != '0')) digits++;
    digits = max_of(max_of(digits, scale), 1);
    return digits > 38 ? NULL : type_decimal(types, digits, scale);
}

/* Functions whose result is of the type of their first argument. */
static const char *const same_type[] = {"abs",        "any_value", "arg_max", "arg_min", "first_value", "lag",
                                        "last_value", "lead",      "max",     "min",     "nth_value",   "nullif"};

static const Type *natural_sum(Emitter *emitter, const Call *call) {
    const Type *of = natural(emitter, (const Expr *)call->args.items[0]);
    if (of && of->kind == TYPE_DECIMAL) return type_decimal(emitter->program->types, 38, of->scale);
    return of && natural_is_integer(of) ? type_simple(emitter->program->types, TYPE_INT8) : of;
}

/* What is made of texts is varchar if they are, not varchar(n). */
static bool of_sized_texts(Emitter *emitter, const Call *call) {
    for (uint32_t i = 0; i < call->args.count; i++) {
        const Expr *argument = (const Expr *)call->args.items[i];
        if (argument->type && argument->type->kind == TYPE_TEXT && !natural(emitter, argument)) return true;
    }
    return false;
}

static const Type *natural_call(Emitter *emitter, const Call *call) {
    const char *name = call->name.count ? call->name.items[call->name.count - 1].name->text : "";
    const Type *promised = call->expr.type;
    if (is_average(call)) return type_decimal(emitter->program->types, 38, promised->scale);
    if (rounded_division(call) >= 0) return type_decimal(emitter->program->types, 38, rounded_division(call));
    if (strcmp(name, "sum") == 0 && call->args.count == 1) return natural_sum(emitter, call);
    if (strcmp(name, "grouping") == 0) return type_simple(emitter->program->types, TYPE_INT4);
    if (strcmp(name, "coalesce") == 0) return natural_of_arguments(emitter, call);
    if (listed_word(name, same_type, sizeof same_type / sizeof same_type[0]) && call->args.count)
        return natural(emitter, (const Expr *)call->args.items[0]);
    if (!promised || promised->kind == TYPE_DECIMAL || promised->kind == TYPE_ARRAY || promised->kind == TYPE_STRUCT)
        return NULL;
    if (promised->kind == TYPE_TEXT && of_sized_texts(emitter, call)) return NULL;
    return natural_is_integer(promised) && natural_takes_narrower(emitter, call) ? NULL : promised;
}

static const Type *natural(Emitter *emitter, const Expr *expr) {
    if (expr->node.kind == NODE_LITERAL) return natural_literal(emitter, NODE_AS(Literal, LITERAL, expr));
    if (expr->node.kind == NODE_BINARY) return natural_binary(emitter, NODE_AS(Binary, BINARY, expr));
    if (expr->node.kind == NODE_CALL) return natural_call(emitter, NODE_AS(Call, CALL, expr));
    if (expr->node.kind == NODE_STRUCT) return expr->type; /* it is cast where it is made */
    return natural_of_rest(emitter, expr);
}

/* --------------------------------------------------------------- quotients */

/* Digits that an integer literal may have. */
#define INTEGER_DIGITS 18

static void power_of_ten(Emitter *emitter, int digits) {
    bool wide = digits > INTEGER_DIGITS - 1;
    put(emitter, wide ? "decimal '1" : "1");
    while (digits-- > 0) buffer_char(emitter->out, '0');
    put(emitter, wide ? "'" : "");
}

static int scale_of(const Type *of) {
    return of->kind == TYPE_DECIMAL ? of->scale : 0;
}

/* The number times 10^power as a decimal of `scale` digits behind the point, of which it needs no more. */
static void scaled(Emitter *emitter, void (*write)(Emitter *, const void *), const void *context, int power, int scale) {
    put(emitter, "cast(");
    write(emitter, context);
    if (power) {
        put(emitter, " * ");
        power_of_ten(emitter, power);
    }
    put_format(emitter, " as decimal(38,%d))", scale);
}

/* Trino rounds a quotient of decimals half away from zero to the larger of their scales. So the numerator is given the scale
 * that is wanted, and both are made larger by the same power where one has more digits than that. */
static void quotient(Emitter *emitter, const Quotient *of) {
    int s1 = scale_of(of->numerator_type), s2 = scale_of(of->denominator_type);
    int power = max_of(max_of(s1, s2) - of->scale, 0);
    put(emitter, L_OPEN);
    scaled(emitter, of->numerator, of->context, power, of->scale);
    put(emitter, L_IN L_LINE "/ nullif(");
    if (power)
        scaled(emitter, of->denominator, of->context, power, max_of(s2 - power, 0));
    else
        of->denominator(emitter, of->context);
    put(emitter, ", 0)" L_OUT L_CLOSE);
}

const Dialect dialect_trino = {
    .name = "trino",
    .flags = LACKS_ASOF | LACKS_SEMI_JOIN | LACKS_BY_NAME | LACKS_PIVOT | LACKS_DISTINCT_ON | USING_HIDES_SIDES |
             ARROW_LAMBDAS | NEEDS_TABLE_ALIAS | LACKS_FRAME_EXCLUDE | LACKS_MATERIALIZED | NULLS_BEHIND_CALL | OFFSET_BEFORE_LIMIT | UNNESTS_BY_ITSELF |
             PREDICATES_DO_NOT_NEST | NAMES_RECURSION | SETS_OF_COLUMNS,
    .rows_are_structs = true,
    .is_reserved = is_reserved,
    .type = type,
    .natural = natural,
    .quotient = quotient,
    .quotient_binds = BINDS_MULTIPLY,
    .regex = trino_regex,
    .matches = trino_matches,
    .form = trino_form,
    .cast = trino_cast,
    .whole_quotient = "/",
    .no_escape = "",
    .run_date = "gov_run_date()",
    .run_time = "gov_run_time()",
    .run_id = "gov_run_id()",
};
