/* DuckDB 1.5: what differs there. */
#include "compiler/emit/internal.h"

#include <string.h>

/* duckdb_keywords() of which keyword_category is not `unreserved`, sorted; and `escape`, which stands behind operators. */
/* clang-format off: many short words */
static const char *const reserved[] = {
    "all", "analyse", "analyze", "and", "anti", "any", "array", "as", "asc", "asof", "asymmetric", "at",
    "authorization", "between", "bigint", "binary", "bit", "boolean", "both", "by", "case", "cast", "char",
    "character", "check", "coalesce", "collate", "collation", "column", "columns", "concurrently", "constraint",
    "create", "cross", "dec", "decimal", "default", "deferrable", "desc", "describe", "distinct", "do", "else",
    "end", "escape", "except", "exists", "extract", "false", "fetch", "float", "for", "foreign", "freeze", "from", "full",
    "generated", "glob", "group", "grouping", "grouping_id", "having", "ilike", "in", "initially", "inner", "inout",
    "int", "integer", "intersect", "interval", "into", "is", "isnull", "join", "lambda", "lateral", "leading",
    "left", "like", "limit", "map", "national", "natural", "nchar", "none", "not", "notnull", "null", "nullif",
    "numeric", "offset", "on", "only", "or", "order", "out", "outer", "overlaps", "overlay", "pivot",
    "pivot_longer", "pivot_wider", "placing", "position", "positional", "precision", "primary", "qualify", "real",
    "references", "returning", "right", "row", "select", "semi", "setof", "show", "similar", "smallint", "some",
    "struct", "substring", "summarize", "symmetric", "table", "tablesample", "then", "time", "timestamp", "to",
    "trailing", "treat", "trim", "true", "try_cast", "union", "unique", "unpack", "unpivot", "using", "values",
    "varchar", "variadic", "verbose", "when", "where", "window", "with", "xmlattributes", "xmlconcat", "xmlelement",
    "xmlexists", "xmlforest", "xmlnamespaces", "xmlparse", "xmlpi", "xmlroot", "xmlserialize", "xmltable",
};
/* clang-format on */

static bool is_reserved(const char *name) {
    return listed_word(name, reserved, sizeof reserved / sizeof reserved[0]);
}

static const struct {
    const char *catalog;
    const char *cast;
} type_words[] = {
    [TYPE_UNKNOWN] = {"VARCHAR", "varchar"},
    [TYPE_NULL] = {"INTEGER", "integer"},
    [TYPE_BOOL] = {"BOOLEAN", "boolean"},
    [TYPE_INT2] = {"SMALLINT", "smallint"},
    [TYPE_INT4] = {"INTEGER", "integer"},
    [TYPE_INT8] = {"BIGINT", "bigint"},
    [TYPE_DECIMAL] = {"DECIMAL", "decimal"},
    [TYPE_FLOAT4] = {"FLOAT", "float"},
    [TYPE_FLOAT8] = {"DOUBLE", "double"},
    [TYPE_TEXT] = {"VARCHAR", "varchar"},
    [TYPE_BYTES] = {"BLOB", "blob"},
    [TYPE_DATE] = {"DATE", "date"},
    [TYPE_TIME] = {"TIME", "time"},
    [TYPE_TIMESTAMP] = {"TIMESTAMP", "timestamp"},
    [TYPE_TIMESTAMPTZ] = {"TIMESTAMP WITH TIME ZONE", "timestamptz"},
    [TYPE_INTERVAL] = {"INTERVAL", "interval"},
    [TYPE_UUID] = {"UUID", "uuid"},
    [TYPE_JSON] = {"JSON", "json"},
    [TYPE_ARRAY] = {"", ""},
    [TYPE_STRUCT] = {"STRUCT", "struct"},
    [TYPE_MAP] = {"MAP", "map"},
    [TYPE_VARIABLE] = {"", ""},
};

const Dialect dialect_duckdb;

static void type(const Type *of, bool as_cast, Buffer *out) {
    const char *word = as_cast ? type_words[of->kind].cast : type_words[of->kind].catalog;
    buffer_text(out, word);
    if (of->kind == TYPE_DECIMAL) {
        buffer_format(out, "(%d,%d)", of->precision, of->scale);
    } else if (of->kind == TYPE_ARRAY) {
        type(of->element, as_cast, out);
        buffer_text(out, "[]");
    } else if (of->kind == TYPE_MAP) {
        buffer_char(out, '(');
        type(of->element, as_cast, out);
        buffer_text(out, ", ");
        type(of->value, as_cast, out);
        buffer_char(out, ')');
    } else if (of->kind == TYPE_STRUCT) {
        for (uint32_t i = 0; i < of->field_count; i++) {
            buffer_text(out, i ? ", " : "(");
            emit_name(&dialect_duckdb, of->fields[i].name->text, out);
            buffer_char(out, ' ');
            type(of->fields[i].type, as_cast, out);
        }
        buffer_char(out, ')');
    }
}

/* ------------------------------------------------------------------- types */

static int max_of(int a, int b) {
    return a > b ? a : b;
}

/* decimal_arithmetic.cpp of DuckDB: results of operands of up to 18 digits stay at 18. */
static const Type *decimal_of(Emitter *emitter, Operator of, int p1, int s1, int p2, int s2) {
    bool multiply = of == OP_MUL;
    int scale = multiply ? s1 + s2 : max_of(s1, s2);
    int precision = multiply ? p1 + p2 : max_of(p1 - s1, p2 - s2) + scale + 1;
    if (of == OP_MOD) return NULL;
    if (precision > 18 && max_of(p1, p2) <= 18 && scale < 18) precision = 18;
    if (scale > 38) return NULL;
    return type_decimal(emitter->program->types, precision > 38 ? 38 : precision, scale);
}

static const Type *natural(Emitter *emitter, const Expr *expr);

/* A literal takes the other side's type if it fits, which is certain of a wide one. */
static const Type *natural_integer(Emitter *emitter, const Expr *left, const Type *a, const Expr *right,
                                   const Type *b) {
    bool left_literal = natural_is_integer_literal(emitter, left);
    bool right_literal = natural_is_integer_literal(emitter, right);
    if (left_literal == right_literal) return a->kind > b->kind ? a : b;
    const Type *other = left_literal ? b : a;
    return other->kind >= TYPE_INT4 ? other : NULL;
}

static bool is_moment(const Type *of) {
    return of->kind == TYPE_DATE || of->kind == TYPE_TIMESTAMP || of->kind == TYPE_TIMESTAMPTZ;
}

/* Doubles, and dates with days or intervals. */
static const Type *natural_moment(Emitter *emitter, const Type *a, const Type *b) {
    TypeTable *types = emitter->program->types;
    if (a->kind == TYPE_DATE && b->kind == TYPE_DATE) return type_simple(types, TYPE_INT8);
    if (a->kind == TYPE_DATE && natural_is_integer(b)) return a;
    if (is_moment(a) && b->kind == TYPE_INTERVAL)
        return a->kind == TYPE_TIMESTAMPTZ ? a : type_simple(types, TYPE_TIMESTAMP);
    if (a->kind == TYPE_TIMESTAMP && b->kind == TYPE_TIMESTAMP) return type_simple(types, TYPE_INTERVAL);
    return a->kind == b->kind && a->kind == TYPE_FLOAT8 ? a : NULL;
}

static const Type *natural_arithmetic(Emitter *emitter, const Binary *binary) {
    const Expr *left = (const Expr *)binary->left, *right = (const Expr *)binary->right;
    const Type *a = natural(emitter, left), *b = natural(emitter, right);
    int p1, s1, p2, s2;
    if (!a || !b) return NULL;
    if (natural_is_integer(a) && natural_is_integer(b)) return natural_integer(emitter, left, a, right, b);
    if (a->kind != TYPE_DECIMAL && b->kind != TYPE_DECIMAL) return natural_moment(emitter, a, b);
    if (!natural_as_decimal(a, &p1, &s1) || !natural_as_decimal(b, &p2, &s2)) return NULL;
    return decimal_of(emitter, binary->of, p1, s1, p2, s2);
}

static const Type *natural_binary(Emitter *emitter, const Binary *binary) {
    const Type *promised = binary->expr.type;
    if (binary->of == OP_DIV && is_exact_division(&binary->expr))
        return type_decimal(emitter->program->types, 38, promised->scale);
    if (binary->of == OP_ADD || binary->of == OP_SUB || binary->of == OP_MUL || binary->of == OP_MOD ||
        binary->of == OP_INTDIV)
        return natural_arithmetic(emitter, binary);
    return promised; /* comparisons, logic, text */
}

static const Type *natural_literal(Emitter *emitter, const Literal *literal) {
    Text text = literal->text;
    if (literal->of == LITERAL_INTEGER)
        return type_simple(emitter->program->types, text.length < 10 ? TYPE_INT4 : TYPE_UNKNOWN);
    if (literal->of != LITERAL_NUMBER) return literal->expr.type;
    const char *point = memchr(text.at, '.', text.length);
    if (!point || memchr(text.at, 'e', text.length) || memchr(text.at, 'E', text.length) || text.length > 38)
        return NULL;
    int scale = (int)(text.at + text.length - point) - 1;
    return type_decimal(emitter->program->types, max_of((int)text.length - 1, scale), scale);
}

/* Functions whose result is of the type of their first argument; coalesce and nullif are asked for apart. */
static const char *const same_type[] = {"abs",        "any_value", "arg_max", "arg_min", "first_value", "lag",
                                        "last_value", "lead",      "max",     "min",     "nth_value",   "nullif"};

static const Type *natural_sum(Emitter *emitter, const Call *call) {
    const Type *of = natural(emitter, (const Expr *)call->args.items[0]);
    if (of && of->kind == TYPE_DECIMAL) return type_decimal(emitter->program->types, 38, of->scale);
    return of && of->kind == TYPE_FLOAT8 ? of : NULL; /* of an integer: HUGEINT */
}

/* Whether it gives one of its arguments: least, ifnull. */
static bool is_of_arguments(const Call *call) {
    const Signature *signature = call->signature;
    if (!signature || !call->args.count || signature->returns->kind != TYPE_VARIABLE) return false;
    for (uint32_t i = 0; i < signature->param_count; i++)
        if (signature->params[i].type != signature->returns) return false;
    return true;
}

static const Type *natural_call(Emitter *emitter, const Call *call) {
    const char *name = call->name.count ? call->name.items[call->name.count - 1].name->text : "";
    const Type *promised = call->expr.type;
    if (is_average(call)) return type_decimal(emitter->program->types, 38, promised->scale);
    if (rounded_division(call) >= 0) return type_decimal(emitter->program->types, 38, rounded_division(call));
    if (strcmp(name, "sum") == 0 && call->args.count == 1) return natural_sum(emitter, call);
    if (call->window && promised && promised->kind == TYPE_DECIMAL && strcmp(name, "lag") * strcmp(name, "lead") == 0) return promised; /* see put_argument() */
    if (listed_word(name, same_type, sizeof same_type / sizeof same_type[0]) &&
        call->args.count)
        return natural(emitter, (const Expr *)call->args.items[0]);
    if (is_of_arguments(call)) return natural_of_arguments(emitter, call);
    if (call->signature && natural_follows_others(emitter, call)) return NULL;
    /* A template gives the type that its function declares, of arguments of the types that it declares. */
    bool narrower = natural_is_integer(promised) && natural_takes_narrower(emitter, call);
    bool exact = promised && promised->kind != TYPE_DECIMAL && !narrower;
    return exact ? promised : NULL;
}

static const Type *natural(Emitter *emitter, const Expr *expr) {
    bool of_arguments = expr->node.kind == NODE_CALL && is_of_arguments(NODE_AS(Call, CALL, expr));
    if (!of_arguments && natural_may_fold(emitter, expr)) return NULL; /* `null::json ->> 'a'` is a null of no type */
    if (expr->node.kind == NODE_LITERAL) return natural_literal(emitter, NODE_AS(Literal, LITERAL, expr));
    if (expr->node.kind == NODE_BINARY) return natural_binary(emitter, NODE_AS(Binary, BINARY, expr));
    if (expr->node.kind == NODE_CALL) return natural_call(emitter, NODE_AS(Call, CALL, expr));
    return natural_of_rest(emitter, expr);
}

/* --------------------------------------------------------------- quotients */

static void power_of_ten(Emitter *emitter, int digits) {
    buffer_char(emitter->out, '1');
    while (digits-- > 0) buffer_char(emitter->out, '0');
}

/* Digits beyond which DuckDB's decimals no longer are 64 bits wide, and to which it keeps products of narrower ones. */
#define WORD 18

static void times_power_of_ten(Emitter *emitter, int power) {
    if (power <= 0) return;
    put(emitter, " * ");
    power_of_ten(emitter, power);
}

/* A product of decimals keeps the scale: `scale` of its 38 digits are lost to it. Where that would leave less than this
 * for the number itself, only the digits behind its point are made whole as a decimal, the rest as a HUGEINT. */
#define HEADROOM 18

/* A number times a power of ten that makes it whole, as a HUGEINT. */
static void whole(Emitter *emitter, const Type *of, void (*write)(Emitter *, const void *), const void *context,
                  int power) {
    int scale = of->kind == TYPE_DECIMAL ? of->scale : 0;
    int first = 38 - scale - power < HEADROOM ? scale : power;
    if (scale == 0) {
        write(emitter, context); /* beside a decimal, of no fraction though it is, `//` would be that of doubles */
        put(emitter, power > 0 || of->kind == TYPE_DECIMAL ? "::hugeint" : "");
        times_power_of_ten(emitter, power);
        return;
    }
    put(emitter, first < power ? "((" : "(");
    write(emitter, context);
    if (of->precision <= WORD && of->precision + first + 1 > WORD) put_format(emitter, "::decimal(38,%d)", scale);
    times_power_of_ten(emitter, first);
    put(emitter, ")::hugeint");
    times_power_of_ten(emitter, power - first);
    put(emitter, first < power ? ")" : "");
}

static int scale_of(const Type *of) {
    return of->kind == TYPE_DECIMAL ? of->scale : 0;
}

/* round(n * 10^(scale + 1) // d * 0.1^(scale + 1), scale): `//` cuts towards zero, so one digit more than is wanted is enough
 * to tell halves, and round() rounds a decimal half away from zero. By zero `//` gives null. */
static void quotient(Emitter *emitter, const Quotient *of) {
    int s1 = scale_of(of->numerator_type), s2 = scale_of(of->denominator_type), power = of->scale + 1 + s2;
    int beneath = power < s1 ? s1 - power : 0; /* the numerator alone has more digits than are wanted */
    put(emitter, "round(" L_OPEN L_IN);
    whole(emitter, of->numerator_type, of->numerator, of->context, power + beneath);
    bool product = s2 == 0 && beneath > 0;
    put(emitter, product ? L_LINE "// (" : L_LINE "// ");
    whole(emitter, of->denominator_type, of->denominator, of->context, s2 + beneath);
    put(emitter, product ? ")" : "");
    put(emitter, " * 0.");
    for (int i = 0; i < of->scale; i++) put(emitter, "0");
    put_format(emitter, "1" L_OUT L_CLOSE ", %d)", of->scale);
}

/* RE2: `.` is any character but a line end, `$` the end of the text, as in the common subset. */
static void matches(Emitter *emitter, const Expr *text, const char *pattern, bool negated) {
    put(emitter, negated ? "not regexp_matches(" : "regexp_matches(");
    emit_node(emitter, text, BINDS_NOT_AT_ALL);
    put(emitter, ", ");
    put_string(emitter, text_of(pattern));
    put(emitter, ")");
}

/* Rows are structs, of which nulls are equal. */
static const Form *form(Emitter *emitter, const Expr *expr) {
    const Form *of_query = row_query_form(emitter, expr);
    return of_query ? of_query : row_form(emitter, expr);
}

/* DuckDB counts the ends of a frame in the key's own type, and fails where that has no such number. */
static const char *distance_type(const Type *key) {
    static const char *const wider[] = {[TYPE_INT2] = "integer", [TYPE_INT4] = "bigint", [TYPE_INT8] = "hugeint"};
    return natural_is_integer(key) ? wider[key->kind] : NULL;
}

const Dialect dialect_duckdb = {
    .name = "duckdb",
    .flags = SERIES_ARE_ROWS | WIDE_DECIMALS_LOSE | NULL_ARRAYS_ARE_EMPTY | CORRELATES_LITTLE,
    .bytes_of_text = {"encode(", ")"},
    .text_of_bytes = {"decode(", ")"},
    .is_reserved = is_reserved,
    .type = type,
    .natural = natural,
    .quotient = quotient,
    .quotient_binds = BINDS_TIGHT,
    .matches = matches,
    .form = form,
    .distance_type = distance_type,
    .whole_quotient = "//",
    .no_escape = "",
    .run_date = "getvariable('gov_run_date')::date",
    .run_time = "getvariable('gov_run_time')::timestamptz",
    .run_id = "getvariable('gov_run_id')::bigint",
};
