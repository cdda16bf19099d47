/* DuckDB 1.5: what differs there. */
#include "compiler/emit/internal.h"

#include <string.h>

/* duckdb_keywords() of which keyword_category is not `unreserved`, sorted. */
/* clang-format off: many short words */
static const char *const reserved[] = {
    "all", "analyse", "analyze", "and", "anti", "any", "array", "as", "asc", "asof", "asymmetric", "at",
    "authorization", "between", "bigint", "binary", "bit", "boolean", "both", "by", "case", "cast", "char",
    "character", "check", "coalesce", "collate", "collation", "column", "columns", "concurrently", "constraint",
    "create", "cross", "dec", "decimal", "default", "deferrable", "desc", "describe", "distinct", "do", "else",
    "end", "except", "exists", "extract", "false", "fetch", "float", "for", "foreign", "freeze", "from", "full",
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

/* Digits of the decimal that an INTEGER becomes beside a decimal. */
#define INT4_DIGITS 10

/* Digits and scale of the decimal that DuckDB makes of a number beside a decimal. */
static bool as_decimal(const Type *natural, int *precision, int *scale) {
    *scale = 0;
    switch (natural->kind) {
    case TYPE_INT2: *precision = 5; return true;
    case TYPE_INT4: *precision = INT4_DIGITS; return true;
    case TYPE_INT8: *precision = 19; return true;
    case TYPE_DECIMAL:
        *precision = natural->precision;
        *scale = natural->scale;
        return true;
    default: return false;
    }
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

static bool is_integer_literal(Emitter *emitter, const Expr *expr) {
    Frame *frame = emitter->frame;
    const Expr *behind = expr_behind(expr, &frame);
    return behind->node.kind == NODE_LITERAL && NODE_AS(Literal, LITERAL, behind)->of == LITERAL_INTEGER;
}

static const Type *natural(Emitter *emitter, const Expr *expr);

static bool is_integer(const Type *of) {
    return of && (of->kind == TYPE_INT2 || of->kind == TYPE_INT4 || of->kind == TYPE_INT8);
}

/* A literal takes the other side's type if it fits, which is certain of a wide one. */
static const Type *natural_integer(Emitter *emitter, const Expr *left, const Type *a, const Expr *right,
                                   const Type *b) {
    bool left_literal = is_integer_literal(emitter, left), right_literal = is_integer_literal(emitter, right);
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
    if (a->kind == TYPE_DATE && is_integer(b)) return a;
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
    if (is_integer(a) && is_integer(b)) return natural_integer(emitter, left, a, right, b);
    if (a->kind != TYPE_DECIMAL && b->kind != TYPE_DECIMAL) return natural_moment(emitter, a, b);
    if (!as_decimal(a, &p1, &s1) || !as_decimal(b, &p2, &s2)) return NULL;
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

/* The common type of branches, where it is certain: all the same, or a decimal beside nulls and small literals. */
static const Type *unite(Emitter *emitter, const Expr *expr, const Type *so_far, bool *certain) {
    Frame *frame = emitter->frame;
    const Expr *behind = expr_behind(expr, &frame);
    const Type *own = natural(emitter, expr);
    if (behind->node.kind == NODE_LITERAL && NODE_AS(Literal, LITERAL, behind)->of == LITERAL_NULL) return so_far;
    if (!so_far) return own ? own : (*certain = false, NULL);
    if (own == so_far) return so_far;
    bool small = own && own->kind == TYPE_INT4 && is_integer_literal(emitter, expr);
    bool fits = small && (so_far->kind == TYPE_INT8 ||
                          (so_far->kind == TYPE_DECIMAL && so_far->precision - so_far->scale >= INT4_DIGITS));
    *certain = *certain && fits;
    return so_far;
}

static const Type *natural_case(Emitter *emitter, const Case *node) {
    bool certain = true;
    const Type *of = NULL;
    for (uint32_t i = 0; i < node->whens.count; i++)
        of = unite(emitter, (const Expr *)NODE_AS(When, WHEN, node->whens.items[i])->result, of, &certain);
    if (node->otherwise) of = unite(emitter, (const Expr *)node->otherwise, of, &certain);
    return certain ? of : NULL;
}

/* Functions whose result is of the type of their first argument; coalesce and nullif are asked for apart. */
static const char *const same_type[] = {"abs",        "any_value", "arg_max", "arg_min", "first_value", "lag",
                                        "last_value", "lead",      "max",     "min",     "nth_value",   "nullif"};

static const Type *natural_arguments(Emitter *emitter, const Call *call) {
    bool certain = true;
    const Type *of = NULL;
    for (uint32_t i = 0; i < call->args.count; i++)
        of = unite(emitter, (const Expr *)call->args.items[i], of, &certain);
    return certain ? of : NULL;
}

static const Type *natural_sum(Emitter *emitter, const Call *call) {
    const Type *of = natural(emitter, (const Expr *)call->args.items[0]);
    if (of && of->kind == TYPE_DECIMAL) return type_decimal(emitter->program->types, 38, of->scale);
    return of && of->kind == TYPE_FLOAT8 ? of : NULL; /* of an integer: HUGEINT */
}

/* Whether an integer is narrower than the parameter that it is handed to. */
static bool takes_narrower(Emitter *emitter, const Call *call) {
    for (uint32_t i = 0; call->signature && i < call->args.count && i < call->signature->param_count; i++) {
        const Type *given = natural(emitter, (const Expr *)call->args.items[i]);
        if (is_integer(call->signature->params[i].type) && given != call->signature->params[i].type) return true;
    }
    return false;
}

static const Type *natural_call(Emitter *emitter, const Call *call) {
    const char *name = call->name.count ? call->name.items[call->name.count - 1].name->text : "";
    const Type *promised = call->expr.type;
    if (is_average(call)) return type_decimal(emitter->program->types, 38, promised->scale);
    if (rounded_division(call) >= 0) return type_decimal(emitter->program->types, 38, rounded_division(call));
    if (strcmp(name, "sum") == 0 && call->args.count == 1) return natural_sum(emitter, call);
    if (strcmp(name, "coalesce") == 0) return natural_arguments(emitter, call);
    if (listed_word(name, same_type, sizeof same_type / sizeof same_type[0]) &&
        call->args.count)
        return natural(emitter, (const Expr *)call->args.items[0]);
    /* A template gives the type that its function declares, of arguments of the types that it declares. */
    bool exact = promised && promised->kind != TYPE_DECIMAL && !(is_integer(promised) && takes_narrower(emitter, call));
    return exact ? promised : NULL;
}

static const Type *natural_inlined(Emitter *emitter, const Inlined *inlined) {
    Frame frame = {inlined, emitter->frame};
    emitter->frame = &frame;
    const Type *of = natural(emitter, (const Expr *)inlined->body);
    emitter->frame = frame.outer;
    return of;
}

static const Type *natural_parameter(Emitter *emitter, const Expr *parameter) {
    Frame *before = emitter->frame;
    const Expr *argument = expr_behind(parameter, &emitter->frame);
    const Type *of = argument == parameter ? NULL : natural(emitter, argument);
    emitter->frame = before;
    const Type *cast = parameter_cast(parameter, argument);
    return cast ? cast : of;
}

static const Type *natural(Emitter *emitter, const Expr *expr) {
    const Expr *item = NULL;
    switch ((NodeKind)expr->node.kind) {
    case NODE_LITERAL: return natural_literal(emitter, NODE_AS(Literal, LITERAL, expr));
    case NODE_BINARY: return natural_binary(emitter, NODE_AS(Binary, BINARY, expr));
    case NODE_CASE: return natural_case(emitter, NODE_AS(Case, CASE, expr));
    case NODE_CALL: return natural_call(emitter, NODE_AS(Call, CALL, expr));
    case NODE_INLINED: return natural_inlined(emitter, NODE_AS(Inlined, INLINED, expr));
    case NODE_PARAMETER: return natural_parameter(emitter, expr);
    case NODE_UNARY:
        if (NODE_AS(Unary, UNARY, expr)->of == OP_NOT) return expr->type;
        return natural(emitter, (const Expr *)NODE_AS(Unary, UNARY, expr)->operand);
    case NODE_REF:
        item = aliased_item(emitter, NODE_AS(Ref, REF, expr));
        return item ? natural(emitter, item) : expr->type;
    case NODE_ARRAY:
    case NODE_STRUCT:
    case NODE_ROW:
    case NODE_ERROR:
    case NODE_ARRAY_QUERY:
    case NODE_LAMBDA:
    case NODE_NAMED_ARGUMENT:
    case NODE_STAR: return NULL;
    case NODE_TYPED_LITERAL:
    case NODE_INTERVAL:
    case NODE_LIKE:
    case NODE_IS:
    case NODE_BETWEEN:
    case NODE_IN:
    case NODE_QUANTIFIED:
    case NODE_CAST:
    case NODE_SUBSCRIPT:
    case NODE_FIELD:
    case NODE_SUBQUERY:
    case NODE_EXISTS: NODES_THAT_ARE_NO_EXPRESSIONS return expr->type;
    }
    return NULL;
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
        write(emitter, context);
        put(emitter, power > 0 ? "::hugeint" : "");
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

const Dialect dialect_duckdb = {
    .name = "duckdb",
    .flags = 0,
    .is_reserved = is_reserved,
    .type = type,
    .natural = natural,
    .quotient = quotient,
    .matches = matches,
    .whole_quotient = "//",
    .no_escape = "",
    .run_date = "getvariable('gov_run_date')::date",
    .run_time = "getvariable('gov_run_time')::timestamptz",
    .run_id = "getvariable('gov_run_id')::bigint",
};
