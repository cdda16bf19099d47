/* Time in Trino: literals of six digits, instants in UTC, its two kinds of intervals, parts of a moment. */
#include "compiler/emit/trino.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool is_moment(TypeKind kind) {
    return kind == TYPE_DATE || kind == TYPE_TIMESTAMP || kind == TYPE_TIMESTAMPTZ;
}

static bool is_integer(const Node *node) {
    TypeKind kind = kind_of(node);
    return kind == TYPE_INT2 || kind == TYPE_INT4 || kind == TYPE_INT8;
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
    if (!is_integer(interval->amount)) emit_lacks(emitter, span, "part of an interval but what it rounds");
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
    put_any(emitter, turned ? binary->right : binary->left);
    put(emitter, ")");
}

static void days_between(Emitter *emitter, const Expr *expr) {
    const Binary *binary = NODE_AS(Binary, BINARY, expr);
    put(emitter, "date_diff('day', ");
    put_any(emitter, binary->right);
    put(emitter, ", ");
    put_any(emitter, binary->left);
    put(emitter, ")");
}

static void call_of_two(Emitter *emitter, const char *name, const Node *first, const char *between, const Node *second) {
    put_format(emitter, "%s(", name);
    put_any(emitter, first);
    put(emitter, between);
    put_any(emitter, second);
    put(emitter, ")");
}

/* An instant at a zone is the time on its clocks; such a time in a zone is the instant. When clocks are put back a time
 * comes twice: Trino takes the first, other engines the second, an hour later. */
static void at_time_zone(Emitter *emitter, const Expr *expr) {
    const Binary *binary = NODE_AS(Binary, BINARY, expr);
    if (kind_of(binary->left) == TYPE_TIMESTAMPTZ) {
        put(emitter, "cast(");
        call_of_two(emitter, "at_timezone", binary->left, ", ", binary->right);
        put(emitter, " as timestamp(6))");
        return;
    }
    const Literal *zone = literal_behind(emitter, binary->right);
    bool once = zone && text_equal(zone->text, text_of("UTC"));
    put(emitter, "at_timezone(");
    if (!once) {
        put(emitter, "if(cast(");
        call_of_two(emitter, "with_timezone", binary->left, ", ", binary->right);
        put(emitter, " + interval '1' hour as timestamp(6)) = ");
        emit_node(emitter, (const Expr *)binary->left, BINDS_OTHER);
        put(emitter, ", ");
        call_of_two(emitter, "with_timezone", binary->left, ", ", binary->right);
        put(emitter, " + interval '1' hour, ");
    }
    call_of_two(emitter, "with_timezone", binary->left, ", ", binary->right);
    put(emitter, once ? ", 'UTC')" : "), 'UTC')");
}

/* Whether a moment surely has no part of a millisecond. */
static bool in_milliseconds(Emitter *emitter, const Node *node) {
    if (kind_of(node) == TYPE_DATE) return true;
    if (node->kind == NODE_CAST) return kind_of(NODE_AS(Cast, CAST, node)->operand) == TYPE_DATE;
    if (node->kind == NODE_CALL) {
        const Literal *part = is_called(NODE_AS(Call, CALL, node), "date_trunc")
                                  ? literal_behind(emitter, NODE_AS(Call, CALL, node)->args.items[0]) : NULL;
        return part && !text_equal(part->text, text_of("microseconds")) && !text_equal(part->text, text_of("microsecond"));
    }
    if (node->kind != NODE_TYPED_LITERAL) return false;
    Text text = NODE_AS(TypedLiteral, TYPED_LITERAL, node)->text;
    const char *point = memchr(text.at, '.', text.length);
    size_t digits = point ? strspn(point + 1, "0123456789") : 0;
    return digits <= 3 || strspn(point + 4, "0") >= digits - 3;
}

/* timestamp - timestamp: intervals of Trino end at milliseconds. */
static void moments_between(Emitter *emitter, const Expr *expr) {
    const Binary *binary = NODE_AS(Binary, BINARY, expr);
    if (!in_milliseconds(emitter, binary->left) || !in_milliseconds(emitter, binary->right))
        emit_lacks(emitter, expr->node.span, "exact difference of timestamps: its intervals end at milliseconds (`date_diff` counts)");
    put_widened(emitter, binary->left, ((const Expr *)binary->left)->type);
    put(emitter, " - ");
    emit_node(emitter, (const Expr *)binary->right, BINDS_ADD + 1);
}

/* interval * n, interval / n: Trino rounds to months, or to milliseconds. */
static void scaled_interval(Emitter *emitter, const Expr *expr) {
    const Binary *binary = NODE_AS(Binary, BINARY, expr);
    const Node *by = kind_of(binary->left) == TYPE_INTERVAL ? binary->right : binary->left;
    if (binary->of == OP_DIV || !is_integer(by)) emit_lacks(emitter, expr->node.span, "part of an interval but what it rounds");
    emit_node(emitter, (const Expr *)binary->left, BINDS_MULTIPLY);
    put(emitter, binary->of == OP_DIV ? " / " : " * ");
    emit_node(emitter, (const Expr *)binary->right, BINDS_MULTIPLY + 1);
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
    bool named = is_called(call, "extract") || is_called(call, "date_part");
    TypeKind of = call->args.count == 2 ? kind_of(call->args.items[1]) : TYPE_UNKNOWN;
    return named && (is_moment(of) || of == TYPE_TIME);
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
    put_any(emitter, call->args.items[1]);
    put(emitter, parts[part].behind);
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

static const Form *form_of_binary(const Binary *binary) {
    static const Form shifts = {BINDS_ADD, shifted_moment}, days = {BINDS_TIGHT, shifted_date},
                      between = {BINDS_TIGHT, days_between}, zoned = {BINDS_TIGHT, at_time_zone},
                      apart = {BINDS_ADD, moments_between}, scaled = {BINDS_MULTIPLY, scaled_interval};
    TypeKind left = kind_of(binary->left), right = kind_of(binary->right);
    if (binary->of == OP_AT_TIME_ZONE) return &zoned;
    if ((binary->of == OP_MUL || binary->of == OP_DIV) && (left == TYPE_INTERVAL || right == TYPE_INTERVAL)) return &scaled;
    if (binary->of != OP_ADD && binary->of != OP_SUB) return NULL;
    if ((is_moment(left) && right == TYPE_INTERVAL) || (is_moment(right) && left == TYPE_INTERVAL)) return &shifts;
    if (left == TYPE_DATE && right == TYPE_DATE) return &between;
    if (binary->of == OP_SUB && is_moment(left) && is_moment(right)) return &apart;
    bool date = (left == TYPE_DATE) != (right == TYPE_DATE);
    return date && !is_moment(left == TYPE_DATE ? right : left) ? &days : NULL;
}

static const Form *form_of_call(Emitter *emitter, const Call *call) {
    static const Form one = {BINDS_TIGHT, extract}, computed = {BINDS_MULTIPLY, extract};
    if (!is_extract(call)) return NULL;
    size_t part = part_of(emitter, call);
    return part < PART_COUNT && parts[part].is_computed ? &computed : &one;
}

const Form *trino_time_form(Emitter *emitter, const Expr *expr) {
    static const Form wide = {BINDS_TIGHT, wide_integer}, lapse = {BINDS_TIGHT, interval},
                      lapses = {BINDS_MULTIPLY, interval};
    const Node *node = &expr->node;
    if (node->kind == NODE_LITERAL) {
        const Literal *literal = NODE_AS(Literal, LITERAL, node);
        bool wide_one = literal->of == LITERAL_INTEGER && expr->type && expr->type->kind == TYPE_DECIMAL;
        return wide_one && literal->text.length > 18 ? &wide : NULL;
    }
    if (node->kind == NODE_TYPED_LITERAL) return form_of_literal(NODE_AS(TypedLiteral, TYPED_LITERAL, node));
    if (node->kind == NODE_INTERVAL)
        return literal_behind(emitter, NODE_AS(Interval, INTERVAL, node)->amount) ? &lapse : &lapses;
    if (node->kind == NODE_CALL) return form_of_call(emitter, NODE_AS(Call, CALL, node));
    return node->kind == NODE_BINARY ? form_of_binary(NODE_AS(Binary, BINARY, node)) : NULL;
}
