/* Expressions that Trino writes in its own way: moments and intervals, casts, arrays and structs, JSON, predicates. */
#include "compiler/emit/trino.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static TypeKind kind_of(const Node *node) {
    const Type *type = ((const Expr *)node)->type;
    return type ? type->kind : TYPE_UNKNOWN;
}

static bool is_moment(TypeKind kind) {
    return kind == TYPE_DATE || kind == TYPE_TIMESTAMP || kind == TYPE_TIMESTAMPTZ;
}

static void anything(Emitter *emitter, const Node *node) {
    emit_node(emitter, (const Expr *)node, BINDS_NOT_AT_ALL);
}

static const Literal *literal_behind(Emitter *emitter, const Node *node) {
    Frame *frame = emitter->frame;
    const Expr *behind = expr_behind((const Expr *)node, &frame);
    while (behind->node.kind == NODE_INLINED) behind = (const Expr *)NODE_AS(Inlined, INLINED, behind)->body;
    return behind->node.kind == NODE_LITERAL ? NODE_AS(Literal, LITERAL, behind) : NULL;
}

/* ---------------------------------------------------------------- literals */

/* Trino's integers end at 64 bits. */
static void wide_integer(Emitter *emitter, const Expr *expr) {
    const Text text = NODE_AS(Literal, LITERAL, expr)->text;
    put_format(emitter, "decimal '%.*s'", TEXT_ARGS(text));
}

/* `2024-01-31 10:00` with six digits behind the second, so that the literal is of the type of six digits. */
static void put_moment(Emitter *emitter, Text text) {
    const char *time = memchr(text.at, ' ', text.length);
    if (!time) time = memchr(text.at, 'T', text.length);
    const char *end = text.at + text.length, *clock = time ? time + 1 : memchr(text.at, ':', text.length) ? text.at : end;
    buffer_add(emitter->out, text.at, (size_t)((time ? time : clock) - text.at));
    if (time || clock == end) put(emitter, " ");
    int colons = 0, digits = -1;
    for (; clock < end; clock++) {
        colons += *clock == ':';
        digits = *clock == '.' ? 0 : digits >= 0 ? digits + 1 : -1;
        if (digits <= 6) buffer_char(emitter->out, *clock);
    }
    put(emitter, colons == 0 ? "00:00:00" : colons == 1 ? ":00" : "");
    put(emitter, digits < 0 ? "." : "");
    for (; digits < 6; digits = digits < 0 ? 1 : digits + 1) buffer_char(emitter->out, '0');
}

/* What stands behind the seconds: `+03`, `-03:00`, `Z`, ` UTC`; none: length 0. */
static Text zone_of(Text text) {
    const char *end = text.at + text.length;
    for (const char *at = text.at + 10; text.length > 10 && at < end; at++)
        if (strchr("+-Z", *at) || (*at == ' ' && at > text.at + 10)) return (Text){at, (uint32_t)(end - at)};
    return (Text){end, 0};
}

static void put_zone(Emitter *emitter, Text zone) {
    while (zone.length && *zone.at == ' ') zone = (Text){zone.at + 1, zone.length - 1};
    if (!zone.length || *zone.at == 'Z') {
        put(emitter, " UTC");
        return;
    }
    bool hours_only = (*zone.at == '+' || *zone.at == '-') && zone.length == 3;
    put_format(emitter, " %.*s%s", TEXT_ARGS(zone), hours_only ? ":00" : "");
}

static bool is_utc(Text zone) {
    while (zone.length && *zone.at == ' ') zone = (Text){zone.at + 1, zone.length - 1};
    for (uint32_t i = 0; i < zone.length; i++)
        if (!strchr("+-0:ZUTC", zone.at[i])) return false;
    return true;
}

/* Instants are kept in UTC: Trino's carry their zone with them, and their fields are those of the zone. */
static void moment_literal(Emitter *emitter, const Expr *expr) {
    const Text text = NODE_AS(TypedLiteral, TYPED_LITERAL, expr)->text;
    bool instant = expr->type->kind == TYPE_TIMESTAMPTZ;
    Text zone = instant ? zone_of(text) : (Text){NULL, 0};
    bool shifted = instant && !is_utc(zone);
    put(emitter, shifted ? "at_timezone(" : "");
    put(emitter, expr->type->kind == TYPE_TIME ? "time '" : "timestamp '");
    put_moment(emitter, (Text){text.at, text.length - zone.length});
    if (instant) put_zone(emitter, zone);
    put(emitter, shifted ? "', 'UTC')" : "'");
}

static void cast_literal(Emitter *emitter, const Expr *expr) {
    put(emitter, expr->type->kind == TYPE_JSON ? "json_parse(" : "cast(");
    put_string(emitter, NODE_AS(TypedLiteral, TYPED_LITERAL, expr)->text);
    if (expr->type->kind != TYPE_JSON) {
        put(emitter, " as ");
        emitter->dialect->type(expr->type, true, emitter->out);
    }
    put(emitter, ")");
}

/* --------------------------------------------------------------- intervals */

#define MICROSECOND 1LL
#define SECOND      (1000000 * MICROSECOND)
#define DAY         (86400 * SECOND)

/* Units of intervals, in months or microseconds; Trino knows those that are `known`. */
static const struct {
    const char *name;
    int64_t months, microseconds;
    bool known;
} units[] = {
    {"microsecond", 0, MICROSECOND, false}, {"millisecond", 0, 1000 * MICROSECOND, false},
    {"second", 0, SECOND, true},            {"minute", 0, 60 * SECOND, true},
    {"hour", 0, 3600 * SECOND, true},       {"day", 0, DAY, true},
    {"week", 0, 7 * DAY, false},            {"month", 1, 0, true},
    {"quarter", 3, 0, false},               {"year", 12, 0, true},
    {"decade", 120, 0, false},              {"century", 1200, 0, false},
};

#define UNIT_COUNT (sizeof units / sizeof units[0])

static size_t unit_at(const char *at, size_t length) {
    if (length > 1 && at[length - 1] == 's') length--;
    if (length == 8 && !strncasecmp(at, "centurie", 8)) return UNIT_COUNT - 1;
    for (size_t i = 0; i < UNIT_COUNT; i++)
        if (strlen(units[i].name) == length && !strncasecmp(units[i].name, at, length)) return i;
    return UNIT_COUNT;
}

typedef struct {
    int64_t months, microseconds;
    bool in_part; /* part of a month: of how many days, engines decide */
} Lapse;

static void add_amount(Lapse *sum, double amount, size_t unit) {
    double months = amount * (double)units[unit].months;
    sum->in_part |= months != (double)(int64_t)months;
    sum->months += (int64_t)months;
    double microseconds = amount * (double)units[unit].microseconds;
    sum->microseconds += (int64_t)(microseconds + (microseconds < 0 ? -0.5 : 0.5));
}

/* `01:30:05` behind its hours; gives where it ends. */
static char *add_clock(Lapse *sum, bool negative, double hours, char *end) {
    double seconds = (hours < 0 ? -hours : hours) * 3600;
    for (double unit = 60; *end == ':'; unit /= 60) seconds += strtod(end + 1, &end) * unit;
    add_amount(sum, negative ? -seconds : seconds, unit_at("second", 6));
    return end;
}

/* `1 day`, `-3 months 2 days`, `01:30`; the unit of `interval '1' day` is `behind`. */
static Lapse lapse_of(Arena *arena, Text text, const char *behind) {
    Lapse sum = {0, 0, false};
    char *at = text_copy(arena, text), *end;
    for (at += strspn(at, " "); *at; at = end + strspn(end, " ")) {
        double amount = strtod(at, &end);
        if (end == at) break;
        if (*end == ':') {
            end = add_clock(&sum, *at == '-', amount, end);
            continue;
        }
        end += strspn(end, " ");
        size_t length = strcspn(end, " 0123456789+-");
        size_t unit = unit_at(length ? end : behind, length ? length : strlen(behind));
        if (unit < UNIT_COUNT) add_amount(&sum, amount, unit);
        end += length;
    }
    return sum;
}

/* The largest unit of days, hours, minutes and seconds in which it is whole; milliseconds behind the point of seconds. */
static void put_microseconds(Emitter *emitter, int64_t amount, Span span) {
    for (size_t i = 6; i-- > 2;) {
        if (!units[i].known || amount % units[i].microseconds) continue;
        put_format(emitter, "interval '%lld' %s", (long long)(amount / units[i].microseconds), units[i].name);
        return;
    }
    if (amount % 1000) emit_lacks(emitter, span, "intervals of less than a millisecond");
    put_format(emitter, "interval '%.3f' second", (double)amount / SECOND);
}

static void put_months(Emitter *emitter, int64_t months) {
    bool years = months % 12 == 0;
    put_format(emitter, "interval '%lld' %s", (long long)(years ? months / 12 : months), years ? "year" : "month");
}

/* Trino has intervals of months and intervals of time, of which one value holds not both. `sign` is what stands before
 * each where they are added to something, or null. */
static void put_lapse(Emitter *emitter, Lapse lapse, const char *sign, Span span) {
    if (lapse.in_part) emit_lacks(emitter, span, "intervals of parts of months");
    if (lapse.months && lapse.microseconds && !sign) emit_lacks(emitter, span, "intervals of months and days in one value");
    if (lapse.months) {
        put(emitter, sign ? sign : "");
        put_months(emitter, lapse.months);
    }
    if (!lapse.microseconds && lapse.months) return;
    put(emitter, sign ? sign : "");
    put_microseconds(emitter, lapse.microseconds, span);
}

static const char *unit_of_interval(const Interval *interval) {
    return interval->unit.name ? interval->unit.name->text : "second";
}

static Lapse lapse_of_interval(Emitter *emitter, const Interval *interval) {
    const Literal *literal = literal_behind(emitter, interval->amount);
    return lapse_of(emitter->arena, literal ? literal->text : text_of("1"), unit_of_interval(interval));
}

/* `interval '1' day`, `n * interval '1' day` */
static void put_interval(Emitter *emitter, const Interval *interval, const char *sign) {
    const Expr *amount = (const Expr *)interval->amount;
    Span span = interval->expr.node.span;
    if (literal_behind(emitter, interval->amount)) {
        put_lapse(emitter, lapse_of_interval(emitter, interval), sign, span);
        return;
    }
    put(emitter, sign ? sign : "");
    if (amount->type && amount->type->kind == TYPE_DECIMAL)
        trino_cast(emitter, amount, type_simple(emitter->program->types, TYPE_FLOAT8), false);
    else
        emit_node(emitter, amount, BINDS_MULTIPLY);
    put(emitter, " * ");
    put_lapse(emitter, lapse_of(emitter->arena, text_of("1"), unit_of_interval(interval)), NULL, span);
}

static void interval(Emitter *emitter, const Expr *expr) {
    put_interval(emitter, NODE_AS(Interval, INTERVAL, expr), NULL);
}

static void interval_literal(Emitter *emitter, const Expr *expr) {
    const Text text = NODE_AS(TypedLiteral, TYPED_LITERAL, expr)->text;
    put_lapse(emitter, lapse_of(emitter->arena, text, "second"), NULL, expr->node.span);
}

/* A moment as the type of its sum with an interval: of a date, a timestamp. */
static void put_widened(Emitter *emitter, const Node *node, const Type *to) {
    emit_exact(emitter, (const Expr *)node, kind_of(node) == TYPE_DATE ? to : ((const Expr *)node)->type, BINDS_ADD);
}

/* moment ± interval, interval + moment */
static void shifted_moment(Emitter *emitter, const Expr *expr) {
    const Binary *binary = NODE_AS(Binary, BINARY, expr);
    bool turned = kind_of(binary->left) == TYPE_INTERVAL;
    const Node *moment = turned ? binary->right : binary->left, *by = turned ? binary->left : binary->right;
    const char *sign = binary->of == OP_SUB ? " - " : " + ";
    put_widened(emitter, moment, expr->type);
    if (by->kind == NODE_INTERVAL) {
        put_interval(emitter, NODE_AS(Interval, INTERVAL, by), sign);
        return;
    }
    put(emitter, sign);
    emit_node(emitter, (const Expr *)by, BINDS_ADD + 1);
}

/* date ± days */
static void shifted_date(Emitter *emitter, const Expr *expr) {
    const Binary *binary = NODE_AS(Binary, BINARY, expr);
    bool turned = kind_of(binary->left) != TYPE_DATE;
    put(emitter, binary->of == OP_SUB ? "date_add('day', -" : "date_add('day', ");
    emit_node(emitter, (const Expr *)(turned ? binary->left : binary->right),
              binary->of == OP_SUB ? BINDS_UNARY + 1 : BINDS_NOT_AT_ALL);
    put(emitter, ", ");
    anything(emitter, turned ? binary->right : binary->left);
    put(emitter, ")");
}

static void days_between(Emitter *emitter, const Expr *expr) {
    const Binary *binary = NODE_AS(Binary, BINARY, expr);
    put(emitter, "date_diff('day', ");
    anything(emitter, binary->right);
    put(emitter, ", ");
    anything(emitter, binary->left);
    put(emitter, ")");
}

/* An instant at a zone is the time on its clocks; such a time in a zone is the instant. */
static void at_time_zone(Emitter *emitter, const Expr *expr) {
    const Binary *binary = NODE_AS(Binary, BINARY, expr);
    bool instant = kind_of(binary->left) == TYPE_TIMESTAMPTZ;
    put(emitter, instant ? "cast(at_timezone(" : "at_timezone(with_timezone(");
    anything(emitter, binary->left);
    put(emitter, ", ");
    anything(emitter, binary->right);
    put(emitter, instant ? ") as timestamp(6))" : "), 'UTC')");
}

/* ------------------------------------------------------------------- casts */

/* What a cast between two types is written as, around what is cast. */
typedef struct {
    TypeKind from, to;
    const char *before, *behind;
    bool only_tried; /* else the engine's own cast does, which refuses more texts */
} Conversion;

/* clang-format off: a table */
static const Conversion conversions[] = {
    {TYPE_TEXT, TYPE_JSON, "json_parse(", ")", false},
    {TYPE_JSON, TYPE_TEXT, "json_format(", ")", false},
    {TYPE_TEXT, TYPE_BYTES, "to_utf8(", ")", false},
    {TYPE_BYTES, TYPE_TEXT, "from_utf8(", ")", false},
    {TYPE_TEXT, TYPE_BOOL, "cast(regexp_replace(regexp_replace(lower(trim(", ")), '^y(es)?$', 'true'), '^no?$', 'false') as boolean)", true},
    {TYPE_TEXT, TYPE_TIMESTAMP, "cast(replace(", ", 'T', ' ') as timestamp(6))", false},
    {TYPE_TEXT, TYPE_TIMESTAMPTZ, "at_timezone(cast(replace(", ", 'T', ' ') as timestamp(6) with time zone), 'UTC')", false},
    {TYPE_TIMESTAMP, TYPE_TEXT, "regexp_replace(cast(", " as varchar), '\\.?0*$')", false},
    {TYPE_TIME, TYPE_TEXT, "regexp_replace(cast(", " as varchar), '\\.?0*$')", false},
    {TYPE_TIMESTAMPTZ, TYPE_TEXT, "concat(regexp_replace(cast(cast(", " as timestamp(6)) as varchar), '\\.?0*$'), '+00')", false},
};
/* clang-format on */

static const Conversion *conversion_of(TypeKind from, TypeKind to, bool is_try) {
    for (size_t i = 0; i < sizeof conversions / sizeof conversions[0]; i++)
        if (conversions[i].from == from && conversions[i].to == to && (is_try || !conversions[i].only_tried))
            return &conversions[i];
    return NULL;
}

void trino_cast(Emitter *emitter, const Expr *operand, const Type *to, bool is_try) {
    TypeKind from = operand->type ? operand->type->kind : TYPE_UNKNOWN;
    const Conversion *conversion = conversion_of(from, to->kind, is_try);
    if (to->kind == TYPE_INTERVAL && from != TYPE_INTERVAL && from != TYPE_NULL)
        emit_lacks(emitter, operand->node.span, "casts to intervals");
    if (from == TYPE_INTERVAL && to->kind == TYPE_INTERVAL) {
        emit_node(emitter, operand, BINDS_TIGHT);
        return;
    }
    if (conversion) {
        put_format(emitter, "%s%s", is_try ? "try(" : "", conversion->before);
        emit_node(emitter, operand, BINDS_NOT_AT_ALL);
        put_format(emitter, "%s%s", conversion->behind, is_try ? ")" : "");
        return;
    }
    bool trims = from == TYPE_TEXT && to->kind == TYPE_DECIMAL && !literal_behind(emitter, &operand->node);
    put_format(emitter, "%s%s", is_try ? "try_cast(" : "cast(", trims ? "trim(" : "");
    emit_node(emitter, operand, BINDS_NOT_AT_ALL);
    put(emitter, trims ? ") as " : " as ");
    emitter->dialect->type(to, true, emitter->out);
    put(emitter, ")");
}

/* -------------------------------------------------------------- predicates */

/* IS TRUE is never null. */
static void is_truth(Emitter *emitter, const Expr *expr) {
    const Is *is = NODE_AS(Is, IS, expr);
    bool opposite = is->negated == (is->of == IS_TRUE);
    put(emitter, opposite ? "not coalesce(" : "coalesce(");
    anything(emitter, is->operand);
    put(emitter, is->of == IS_TRUE ? ", false)" : ", true)");
}

static void ilike(Emitter *emitter, const Expr *expr) {
    const Like *like = NODE_AS(Like, LIKE, expr);
    put(emitter, "lower(");
    anything(emitter, like->operand);
    put(emitter, like->negated ? ") not like lower(" : ") like lower(");
    anything(emitter, like->pattern);
    put(emitter, ")");
    if (!like->escape) return;
    put(emitter, " escape ");
    emit_node(emitter, (const Expr *)like->escape, BINDS_TIGHT);
}

/* x = any(array) */
static void quantified(Emitter *emitter, const Expr *expr) {
    static const char *const words[] = {[OP_EQ] = "=", [OP_NE] = "<>", [OP_LT] = "<", [OP_LE] = "<=", [OP_GT] = ">", [OP_GE] = ">="};
    const Quantified *quantified = NODE_AS(Quantified, QUANTIFIED, expr);
    put(emitter, quantified->all ? "all_match(" : "any_match(");
    anything(emitter, quantified->right);
    put(emitter, ", any_element -> ");
    emit_node(emitter, (const Expr *)quantified->left, BINDS_OTHER);
    put_format(emitter, " %s any_element)", words[quantified->of]);
}

/* -------------------------------------------------------- arrays, structs */

static bool is_positive(Emitter *emitter, const Node *node) {
    const Literal *literal = literal_behind(emitter, node);
    return literal && literal->of == LITERAL_INTEGER && literal->text.length && literal->text.at[0] != '-' &&
           !text_equal(literal->text, text_of("0"));
}

/* element_at() gives null behind the end, as other engines do; of an element 0 it would fail. */
static void element(Emitter *emitter, const Expr *expr) {
    const Subscript *subscript = NODE_AS(Subscript, SUBSCRIPT, expr);
    bool sure = kind_of(subscript->operand) == TYPE_MAP || is_positive(emitter, subscript->low);
    put(emitter, "element_at(");
    anything(emitter, subscript->operand);
    put(emitter, sure ? ", " : ", nullif(");
    anything(emitter, subscript->low);
    put(emitter, sure ? ")" : ", 0))");
}

/* greatest(low, 1) */
static void low_bound(Emitter *emitter, const Node *low) {
    bool sure = !low || is_positive(emitter, low);
    put(emitter, !low ? "1" : sure ? "" : "greatest(");
    if (low) anything(emitter, low);
    put(emitter, sure ? "" : ", 1)");
}

/* a[low:high], both counted from 1 and within: slice(a, low, greatest(high - low + 1, 0)) */
static void slice(Emitter *emitter, const Expr *expr) {
    const Subscript *subscript = NODE_AS(Subscript, SUBSCRIPT, expr);
    put(emitter, "slice(");
    anything(emitter, subscript->operand);
    put(emitter, ", ");
    low_bound(emitter, subscript->low);
    put(emitter, ", greatest(");
    if (subscript->high) {
        emit_node(emitter, (const Expr *)subscript->high, BINDS_ADD);
    } else {
        put(emitter, "cardinality(");
        anything(emitter, subscript->operand);
        put(emitter, ")");
    }
    put(emitter, " - ");
    low_bound(emitter, subscript->low);
    put(emitter, " + 1, 0))");
}

static void array(Emitter *emitter, const Expr *expr) {
    put(emitter, "cast(array[] as ");
    emitter->dialect->type(expr->type, true, emitter->out);
    put(emitter, ")");
}

/* coalesce((select array_agg(x) from (…) as elements (x)), array[]) */
static void array_query(Emitter *emitter, const Expr *expr) {
    const Query *query = NODE_AS(Query, QUERY, NODE_AS(ArrayQuery, ARRAY_QUERY, expr)->query);
    if (query->order.count) emit_lacks(emitter, expr->node.span, "ORDER BY in an array of a query");
    put(emitter, "coalesce((select array_agg(element) from ");
    emit_query_value(emitter, &query->rowset.node, NULL);
    put(emitter, " as elements (element)), ");
    array(emitter, expr);
    put(emitter, ")");
}

static void struct_literal(Emitter *emitter, const Expr *expr) {
    const StructLiteral *node = NODE_AS(StructLiteral, STRUCT, expr);
    put(emitter, "cast(row(");
    for (uint32_t i = 0; i < node->fields.count; i++) {
        put(emitter, i ? ", " : "");
        anything(emitter, NODE_AS(SelectItem, SELECT_ITEM, node->fields.items[i])->expr);
    }
    put(emitter, ") as ");
    emitter->dialect->type(expr->type, true, emitter->out);
    put(emitter, ")");
}

static void lambda(Emitter *emitter, const Expr *expr) {
    const Lambda *lambda = NODE_AS(Lambda, LAMBDA, expr);
    bool several = lambda->params.count != 1;
    put(emitter, several ? "(" : "");
    for (uint32_t i = 0; i < lambda->params.count; i++) {
        put(emitter, i ? ", " : "");
        put_name(emitter, lambda->params.items[i].name);
    }
    put(emitter, several ? ") -> " : " -> ");
    anything(emitter, lambda->body);
}

/* -------------------------------------------------------------------- JSON */

static bool is_arrow(const Node *node) {
    return node->kind == NODE_BINARY &&
           (NODE_AS(Binary, BINARY, node)->of == OP_ARROW || NODE_AS(Binary, BINARY, node)->of == OP_ARROW2);
}

static void put_step(Emitter *emitter, const Node *key, Buffer *path) {
    const Literal *literal = literal_behind(emitter, key);
    if (!literal || (literal->of == LITERAL_INTEGER && literal->text.at[0] == '-')) {
        emit_lacks(emitter, key->span, literal ? "JSON elements counted from the end" : "JSON paths that are no constants");
        return;
    }
    if (literal->of == LITERAL_INTEGER) {
        buffer_format(path, "[%.*s]", TEXT_ARGS(literal->text));
        return;
    }
    buffer_text(path, "[\"");
    for (uint32_t i = 0; i < literal->text.length; i++) {
        if (strchr("\"\\", literal->text.at[i])) buffer_char(path, '\\');
        buffer_char(path, literal->text.at[i]);
    }
    buffer_text(path, "\"]");
}

/* Gives what a chain of arrows begins with; its path is added. */
static const Node *chain_of(Emitter *emitter, const Node *node, Buffer *path) {
    if (!is_arrow(node) || NODE_AS(Binary, BINARY, node)->of == OP_ARROW2) return node;
    const Binary *binary = NODE_AS(Binary, BINARY, node);
    const Node *begin = chain_of(emitter, binary->left, path);
    put_step(emitter, binary->right, path);
    return begin;
}

static void json_call(Emitter *emitter, const char *name, const Node *from, const char *path) {
    put_format(emitter, "%s(", name);
    anything(emitter, from);
    put(emitter, ", ");
    put_string(emitter, text_of(path));
    put(emitter, ")");
}

/* `->>` of an object or array is its text, of which json_extract_scalar() knows nothing. */
static void json_arrow(Emitter *emitter, const Expr *expr) {
    const Binary *binary = NODE_AS(Binary, BINARY, expr);
    Buffer path;
    buffer_open(&path, emitter->arena);
    buffer_char(&path, '$');
    const Node *from = chain_of(emitter, binary->left, &path);
    put_step(emitter, binary->right, &path);
    if (binary->of == OP_ARROW) {
        json_call(emitter, "json_extract", from, buffer_string(&path));
        return;
    }
    put(emitter, L_OPEN "coalesce(" L_IN L_EMPTY);
    json_call(emitter, "json_extract_scalar", from, buffer_string(&path));
    put(emitter, "," L_LINE "nullif(json_format(");
    json_call(emitter, "json_extract", from, buffer_string(&path));
    put(emitter, "), 'null')" L_OUT L_EMPTY ")" L_CLOSE);
}

static void collated(Emitter *emitter, const Expr *expr) {
    const Binary *binary = NODE_AS(Binary, BINARY, expr);
    const Ref *name = NODE_AS(Ref, REF, binary->right);
    const char *text = name->name.count ? name->name.items[name->name.count - 1].name->text : "";
    if (strcasecmp(text, "C") && strcasecmp(text, "POSIX")) emit_lacks(emitter, expr->node.span, "collations but `\"C\"`");
    anything(emitter, binary->left);
}

/* ------------------------------------------------------------ parts of time */

/* extract(part from x) and date_part('part', x): as Trino says it, before and behind the moment. */
static const struct {
    const char *part, *before, *behind;
    bool is_computed; /* with operators that do not bind tightly */
} parts[] = {
    {"dow", "day_of_week(", ") % 7", true},
    {"isodow", "day_of_week(", ")", false},
    {"doy", "day_of_year(", ")", false},
    {"isoyear", "year_of_week(", ")", false},
    {"year", "extract(year from ", ")", false},
    {"quarter", "extract(quarter from ", ")", false},
    {"month", "extract(month from ", ")", false},
    {"week", "extract(week from ", ")", false},
    {"day", "extract(day from ", ")", false},
    {"hour", "extract(hour from ", ")", false},
    {"minute", "extract(minute from ", ")", false},
    {"second", "extract(second from ", ")", false},
    {"decade", "extract(year from ", ") / 10", true},
    {"century", "(extract(year from ", ") + 99) / 100", true},
    {"epoch", "cast(floor(to_unixtime(", ")) as bigint)", false},
};

#define PART_COUNT (sizeof parts / sizeof parts[0])

static bool is_extract(const Call *call) {
    const char *name = call->name.count ? call->name.items[call->name.count - 1].name->text : "";
    return call->args.count == 2 && (!strcmp(name, "extract") || !strcmp(name, "date_part")) &&
           is_moment(kind_of(call->args.items[1]));
}

static size_t part_of(Emitter *emitter, const Call *call) {
    const Literal *literal = literal_behind(emitter, call->args.items[0]);
    for (size_t i = 0; literal && i < PART_COUNT; i++)
        if (text_equal(literal->text, text_of(parts[i].part))) return i;
    return PART_COUNT;
}

static void extract(Emitter *emitter, const Expr *expr) {
    const Call *call = NODE_AS(Call, CALL, expr);
    size_t part = part_of(emitter, call);
    if (part == PART_COUNT) {
        emit_lacks(emitter, expr->node.span, "this part of a date");
        return;
    }
    put(emitter, parts[part].before);
    anything(emitter, call->args.items[1]);
    put(emitter, parts[part].behind);
}

static const Form *form_of_call(Emitter *emitter, const Call *call) {
    static const Form one = {BINDS_TIGHT, extract}, computed = {BINDS_MULTIPLY, extract};
    if (!is_extract(call)) return NULL;
    size_t part = part_of(emitter, call);
    return part < PART_COUNT && parts[part].is_computed ? &computed : &one;
}

/* ------------------------------------------------------------------- forms */

static const Form *form_of_binary(const Binary *binary) {
    static const Form shifts = {BINDS_ADD, shifted_moment}, days = {BINDS_TIGHT, shifted_date},
                      between = {BINDS_TIGHT, days_between}, arrow = {BINDS_TIGHT, json_arrow},
                      zoned = {BINDS_TIGHT, at_time_zone}, collate = {BINDS_UNARY, collated};
    TypeKind left = kind_of(binary->left), right = kind_of(binary->right);
    if (binary->of == OP_ARROW || binary->of == OP_ARROW2) return &arrow;
    if (binary->of == OP_AT_TIME_ZONE) return &zoned;
    if (binary->of == OP_COLLATE) return &collate;
    if (binary->of != OP_ADD && binary->of != OP_SUB) return NULL;
    if ((is_moment(left) && right == TYPE_INTERVAL) || (is_moment(right) && left == TYPE_INTERVAL)) return &shifts;
    if (left == TYPE_DATE && right == TYPE_DATE) return &between;
    bool date = (left == TYPE_DATE) != (right == TYPE_DATE);
    return date && !is_moment(left == TYPE_DATE ? right : left) ? &days : NULL;
}

static const Form *form_of_literal(const TypedLiteral *literal) {
    static const Form moment = {BINDS_TIGHT, moment_literal}, lapse = {BINDS_TIGHT, interval_literal},
                      cast = {BINDS_TIGHT, cast_literal};
    switch (literal->expr.type ? literal->expr.type->kind : TYPE_UNKNOWN) {
    case TYPE_TIME:
    case TYPE_TIMESTAMP:
    case TYPE_TIMESTAMPTZ: return &moment;
    case TYPE_INTERVAL: return &lapse;
    case TYPE_DATE:
    case TYPE_UNKNOWN: return NULL;
    default: return &cast;
    }
}

static const Form *form_of_subscript(const Subscript *subscript) {
    static const Form elements = {BINDS_TIGHT, element}, slices = {BINDS_TIGHT, slice};
    return subscript->slice ? &slices : &elements;
}

const Form *trino_form(Emitter *emitter, const Expr *expr) {
    static const Form wide = {BINDS_TIGHT, wide_integer}, lapse = {BINDS_TIGHT, interval},
                      lapses = {BINDS_MULTIPLY, interval}, truth = {BINDS_TIGHT, is_truth},
                      untruth = {BINDS_NOT, is_truth}, like = {BINDS_IN, ilike}, match = {BINDS_TIGHT, quantified},
                      empty = {BINDS_TIGHT, array}, query = {BINDS_TIGHT, array_query},
                      row = {BINDS_TIGHT, struct_literal}, arrow = {BINDS_NOT_AT_ALL, lambda};
    const Node *node = &expr->node;
    if (node->kind == NODE_LITERAL) {
        const Literal *literal = NODE_AS(Literal, LITERAL, node);
        return literal->of == LITERAL_INTEGER && literal->text.length > 18 ? &wide : NULL;
    }
    if (node->kind == NODE_TYPED_LITERAL) return form_of_literal(NODE_AS(TypedLiteral, TYPED_LITERAL, node));
    if (node->kind == NODE_INTERVAL)
        return literal_behind(emitter, NODE_AS(Interval, INTERVAL, node)->amount) ? &lapse : &lapses;
    if (node->kind == NODE_CALL) return form_of_call(emitter, NODE_AS(Call, CALL, node));
    if (node->kind == NODE_BINARY) return form_of_binary(NODE_AS(Binary, BINARY, node));
    if (node->kind == NODE_IS) {
        const Is *is = NODE_AS(Is, IS, node);
        if (is->of != IS_TRUE && is->of != IS_FALSE) return NULL;
        return is->negated == (is->of == IS_TRUE) ? &untruth : &truth;
    }
    if (node->kind == NODE_LIKE) return NODE_AS(Like, LIKE, node)->of == LIKE_ILIKE ? &like : NULL;
    if (node->kind == NODE_QUANTIFIED)
        return NODE_AS(Quantified, QUANTIFIED, node)->right->kind == NODE_SUBQUERY ? NULL : &match;
    if (node->kind == NODE_ARRAY)
        return NODE_AS(Array, ARRAY, node)->items.count || !expr->type || expr->type->kind != TYPE_ARRAY ? NULL : &empty;
    if (node->kind == NODE_ARRAY_QUERY) return &query;
    if (node->kind == NODE_STRUCT) return &row;
    if (node->kind == NODE_SUBSCRIPT) return form_of_subscript(NODE_AS(Subscript, SUBSCRIPT, node));
    return node->kind == NODE_LAMBDA ? &arrow : NULL;
}
