/* PostgreSQL 15: what differs there. What it lacks and gov does not rewrite yet is a diagnostic. */
#include "compiler/emit/postgres.h"

#include <string.h>

/* pg_get_keywords() of which catcode is R, T or C, sorted. */
/* clang-format off: many short words */
static const char *const reserved[] = {
    "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "authorization", "between",
    "bigint", "binary", "bit", "boolean", "both", "case", "cast", "char", "character", "check", "coalesce",
    "collate", "collation", "column", "concurrently", "constraint", "create", "cross", "current_catalog",
    "current_date", "current_role", "current_schema", "current_time", "current_timestamp", "current_user", "dec",
    "decimal", "default", "deferrable", "desc", "distinct", "do", "else", "end", "except", "exists", "extract",
    "false", "fetch", "float", "for", "foreign", "freeze", "from", "full", "grant", "greatest", "group", "grouping",
    "having", "ilike", "in", "initially", "inner", "inout", "int", "integer", "intersect", "interval", "into", "is",
    "isnull", "join", "lateral", "leading", "least", "left", "like", "limit", "localtime", "localtimestamp",
    "national", "natural", "nchar", "none", "normalize", "not", "notnull", "null", "nullif", "numeric", "offset",
    "on", "only", "or", "order", "out", "outer", "overlaps", "overlay", "placing", "position", "precision",
    "primary", "real", "references", "returning", "right", "row", "select", "session_user", "setof", "similar",
    "smallint", "some", "substring", "symmetric", "table", "tablesample", "then", "time", "timestamp", "to",
    "trailing", "treat", "trim", "true", "union", "unique", "user", "using", "values", "varchar", "variadic",
    "verbose", "when", "where", "window", "with", "xmlattributes", "xmlconcat", "xmlelement", "xmlexists",
    "xmlforest", "xmlnamespaces", "xmlparse", "xmlpi", "xmlroot", "xmlserialize", "xmltable",
};
/* clang-format on */

static bool is_reserved(const char *name) {
    return listed_word(name, reserved, sizeof reserved / sizeof reserved[0]);
}

static const char *const type_words[] = {
    [TYPE_UNKNOWN] = "text",
    [TYPE_NULL] = "text",
    [TYPE_BOOL] = "boolean",
    [TYPE_INT2] = "smallint",
    [TYPE_INT4] = "integer",
    [TYPE_INT8] = "bigint",
    [TYPE_DECIMAL] = "numeric",
    [TYPE_FLOAT4] = "real",
    [TYPE_FLOAT8] = "double precision",
    [TYPE_TEXT] = "text",
    [TYPE_BYTES] = "bytea",
    [TYPE_DATE] = "date",
    [TYPE_TIME] = "time",
    [TYPE_TIMESTAMP] = "timestamp",
    [TYPE_TIMESTAMPTZ] = "timestamptz",
    [TYPE_INTERVAL] = "interval",
    [TYPE_UUID] = "uuid",
    [TYPE_JSON] = "jsonb",
    [TYPE_ARRAY] = "",
    [TYPE_STRUCT] = "jsonb",
    [TYPE_MAP] = "jsonb",
    [TYPE_VARIABLE] = "",
};

static void type(const Type *of, bool as_cast, Buffer *out) {
    if (of->kind == TYPE_ARRAY) {
        type(of->element, as_cast, out);
        buffer_text(out, "[]");
        return;
    }
    if (!as_cast && of->kind == TYPE_TIMESTAMP)
        buffer_text(out, "timestamp without time zone");
    else if (!as_cast && of->kind == TYPE_TIMESTAMPTZ)
        buffer_text(out, "timestamp with time zone");
    else
        buffer_text(out, type_words[of->kind]);
    if (of->kind == TYPE_DECIMAL) buffer_format(out, "(%d,%d)", of->precision, of->scale);
}

static const Type *natural(Emitter *emitter, const Expr *expr);

static bool is_integer(const Type *of) {
    return of && (of->kind == TYPE_INT2 || of->kind == TYPE_INT4 || of->kind == TYPE_INT8);
}

/* Sums and products of integers are of the wider one's type; of dates with numbers and intervals as promised. */
static const Type *natural_binary(Emitter *emitter, const Binary *binary) {
    const Type *promised = binary->expr.type;
    if (binary->of == OP_COLLATE) return natural(emitter, (const Expr *)binary->left);
    if (!promised || !type_is_number(promised)) return promised;
    const Type *a = natural(emitter, (const Expr *)binary->left), *b = natural(emitter, (const Expr *)binary->right);
    if (is_integer(a) && is_integer(b) && binary->of != OP_DIV) return a->kind > b->kind ? a : b;
    bool days = a && b && a->kind == TYPE_DATE && b->kind == TYPE_DATE;
    return days ? type_simple(emitter->program->types, TYPE_INT4) : NULL;
}

static const Type *natural_literal(Emitter *emitter, const Literal *literal) {
    if (literal->of == LITERAL_INTEGER)
        return literal->text.length < 10 ? type_simple(emitter->program->types, TYPE_INT4) : NULL;
    return literal->of == LITERAL_NUMBER || literal->of == LITERAL_STRING ? NULL : literal->expr.type;
}

static bool counts(const Call *call) {
    static const char *const names[] = {"count", "dense_rank", "rank", "row_number"};
    const char *name = call->name.count == 1 ? call->name.items[0].name->text : "";
    return listed_word(name, names, sizeof names / sizeof names[0]);
}

/* A cast that is not written within CASE: the digits of a decimal are lost there. */
static bool is_whole_cast(Emitter *emitter, const Expr *expr) {
    if (expr->node.kind != NODE_CAST) return false;
    const Cast *cast = NODE_AS(Cast, CAST, expr);
    bool within = cast->is_try || is_guarded(emitter, cast);
    return !within || !expr->type || expr->type->kind != TYPE_DECIMAL;
}

/* PostgreSQL's numbers have no fixed scale once they were computed with, and its strings no type: only what was cast,
 * or copied, is certain, and integers. */
static const Type *natural(Emitter *emitter, const Expr *expr) {
    Frame *frame = emitter->frame;
    const Expr *behind = expr_behind(expr, &frame);
    if (behind != expr && !parameter_cast(expr, behind) && frame == emitter->frame) return natural(emitter, behind);
    if (expr->node.kind == NODE_BINARY) return natural_binary(emitter, NODE_AS(Binary, BINARY, expr));
    if (expr->node.kind == NODE_CALL && counts(NODE_AS(Call, CALL, expr)))
        return type_simple(emitter->program->types, TYPE_INT8);
    if (expr->node.kind == NODE_LITERAL) return natural_literal(emitter, NODE_AS(Literal, LITERAL, expr));
    bool certain = expr->node.kind == NODE_REF || is_whole_cast(emitter, expr) ||
                   expr->node.kind == NODE_TYPED_LITERAL || expr->node.kind == NODE_SUBQUERY;
    return certain || !expr->type || !type_is_number(expr->type) ? expr->type : NULL;
}

static void power_of_ten(Emitter *emitter, int digits) {
    buffer_char(emitter->out, '1');
    while (digits-- > 0) buffer_char(emitter->out, '0');
}

/* div(n * 10^scale * 2, d) is cut towards zero, so (q + sign(q)) / 2 of twice the quotient rounds half away from zero. */
static void quotient(Emitter *emitter, const Quotient *of) {
    put(emitter, "round(div(");
    of->numerator(emitter, of->context);
    put(emitter, "::numeric * ");
    power_of_ten(emitter, of->scale + 1);
    put(emitter, ", nullif(");
    of->denominator(emitter, of->context);
    put(emitter, "::numeric, 0)) * 0.");
    for (int i = 0; i < of->scale; i++) put(emitter, "0");
    put_format(emitter, "1, %d)", of->scale);
}

/* Classes are of ASCII, as in RE2, whatever the collation; `\\b` would be a backspace here. */
static const struct {
    char letter;
    const char *outside, *within; /* of a set */
} escapes[] = {
    {'d', "[0-9]", "0-9"},
    {'D', "[^0-9]", NULL},
    {'w', "[A-Za-z0-9_]", "A-Za-z0-9_"},
    {'W', "[^A-Za-z0-9_]", NULL},
    {'s', "[ \\t\\n\\f\\r]", " \\t\\n\\f\\r"},
    {'S', "[^ \\t\\n\\f\\r]", NULL},
    {'b', "\\y", NULL},
    {'B', "\\Y", NULL},
};

static bool put_escape(char letter, bool in_set, Buffer *out) {
    for (size_t i = 0; i < sizeof escapes / sizeof escapes[0]; i++) {
        if (escapes[i].letter != letter) continue;
        const char *text = in_set ? escapes[i].within : escapes[i].outside;
        if (text) buffer_text(out, text);
        return text != NULL;
    }
    buffer_format(out, "\\%c", letter);
    return true;
}

/* The pattern in PostgreSQL's words, of which `.` is any character, not any but a line end; null: they have none for it. */
static const char *translate(Arena *arena, const char *pattern) {
    Buffer out;
    buffer_open(&out, arena);
    bool in_set = false, first = false;
    for (const char *at = pattern; *at; at++) {
        if (*at == '\\' && at[1]) {
            if (!put_escape(*++at, in_set, &out)) return NULL;
            first = false;
            continue;
        }
        bool was_set = in_set;
        in_set = in_set ? *at != ']' || first : *at == '[';
        first = in_set && (!was_set || (first && *at == '^'));
        if (*at == '.' && !in_set)
            buffer_text(&out, "[^\\n]");
        else
            buffer_char(&out, *at);
    }
    return buffer_string(&out);
}

/* In any case: of every script, as the collation has it. */
static void matches(Emitter *emitter, const Expr *text, const char *pattern, bool negated) {
    bool any_case = strncmp(pattern, "(?i)", 4) == 0;
    const char *translated = translate(emitter->arena, any_case ? pattern + 4 : pattern);
    if (!translated) {
        emit_lacks(emitter, text->node.span, "`\\D`, `\\W`, `\\S` or `\\b` within a set of a regular expression");
        return;
    }
    emit_node(emitter, text, any_case ? BINDS_UNARY : BINDS_OTHER + 1);
    put_format(emitter, "%s %s~%s ", any_case ? " collate \"und-x-icu\"" : "", negated ? "!" : "", any_case ? "*" : "");
    put_string(emitter, text_of(translated));
}

/* The double times ten to the power of the scale. */
static void scaled(Emitter *emitter, const Expr *operand, int scale) {
    emit_node(emitter, operand, scale ? BINDS_MULTIPLY : BINDS_NOT_AT_ALL);
    if (!scale) return;
    put(emitter, " * ");
    power_of_ten(emitter, scale);
}

/* PostgreSQL's own cast goes through 15 decimal digits, and rounds 1.005, which is less than that, up. */
static void decimal_of_double(Emitter *emitter, const Expr *operand, const Type *to) {
    put(emitter, "((trunc(");
    scaled(emitter, operand, to->scale);
    put(emitter, ") + trunc(2 * (");
    scaled(emitter, operand, to->scale);
    put(emitter, " - trunc(");
    scaled(emitter, operand, to->scale);
    put(emitter, "))))::bigint");
    if (to->scale) {
        put(emitter, " * 0.");
        for (int i = 1; i < to->scale; i++) put(emitter, "0");
        put(emitter, "1");
    }
    put(emitter, ")");
}

const Dialect dialect_postgres = {
    .name = "postgres",
    .flags = LACKS_ASOF | LACKS_SEMI_JOIN | LACKS_BY_NAME | LACKS_PIVOT | LACKS_IGNORE_NULLS | LACKS_TRY_CAST |
             NEEDS_TABLE_ALIAS | FLAT_ARRAYS | LONGEST_MATCH | COLLATES_TEXT | SELECT_IN_ANY_IS_QUERY | STRUCTS_ARE_JSON | NAMES_VALUES |
             LACKS_DISTINCT_OVER | VALUES_LOSE_DIGITS | LACKS_QUARTERS | SETS_OF_COLUMNS,
    .bytes_of_text = {"convert_to(", ", 'UTF8')"},
    .text_of_bytes = {"convert_from(", ", 'UTF8')"},
    .distinct_on_leads = true,
    .full_join_by_equality = true,
    .is_reserved = is_reserved,
    .type = type,
    .natural = natural,
    .quotient = quotient,
    .quotient_binds = BINDS_TIGHT,
    .regex = translate,
    .matches = matches,
    .form = postgres_form,
    .decimal_of_double = decimal_of_double,
    .whole_quotient = "/",
    .no_escape = " escape ''",
    .run_date = "current_setting('gov.run_date')::date",
    .run_time = "current_setting('gov.run_time')::timestamptz",
    .run_id = "current_setting('gov.run_id')::bigint",
};
