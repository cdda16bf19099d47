/* What is written as a value: numbers, text, dates, intervals; and casts, which make one of another. */
#include "compiler/types/internal.h"

#include <string.h>
#include <strings.h>

/* ---------------------------------------------------------------- numbers */

static int digits_of(Text text, bool fraction) {
    int digits = 0;
    bool behind = false, leading = true;
    for (uint32_t i = 0; i < text.length; i++) {
        char c = text.at[i];
        if (c == '.') behind = true;
        if (c < '0' || c > '9') continue;
        if (!behind && leading && c == '0') continue;
        leading = false;
        digits += behind == fraction;
    }
    return digits;
}

static bool has_exponent(Text text) {
    return memchr(text.at, 'e', text.length) || memchr(text.at, 'E', text.length);
}

/* Digits that an integer type always holds. */
static const Type *integer_type(const Checker *checker, Text text) {
    int digits = digits_of(text, false);
    static const char *const LARGEST[] = {"2147483647", "9223372036854775807"};
    static const TypeKind KINDS[] = {TYPE_INT4, TYPE_INT8};
    for (int i = 0; i < 2; i++) {
        int length = (int)strlen(LARGEST[i]);
        if (digits < length || (digits == length && strncmp(text.at + text.length - length, LARGEST[i], (size_t)length) <= 0))
            return simple(checker, KINDS[i]);
    }
    return digits <= MAX_PRECISION ? type_decimal(checker->types, digits, 0) : simple(checker, TYPE_UNKNOWN);
}

static const Type *number_type(const Checker *checker, Text text) {
    if (has_exponent(text)) return simple(checker, TYPE_FLOAT8);
    int scale = digits_of(text, true), whole = digits_of(text, false), precision = whole + scale;
    if (precision > MAX_PRECISION) return simple(checker, TYPE_UNKNOWN);
    return type_decimal(checker->types, precision ? precision : 1, scale);
}

void literal_check(Checker *checker, Literal *literal) {
    Node *node = (Node *)literal;
    switch (literal->of) {
    case LITERAL_NULL: expr_set(node, simple(checker, TYPE_NULL), NULL, true); return;
    case LITERAL_TRUE: case LITERAL_FALSE: expr_set(node, simple(checker, TYPE_BOOL), NULL, false); return;
    case LITERAL_STRING: expr_set(node, simple(checker, TYPE_TEXT), NULL, false); return;
    case LITERAL_INTEGER: expr_set(node, integer_type(checker, literal->text), NULL, false); break;
    case LITERAL_NUMBER: expr_set(node, number_type(checker, literal->text), NULL, false); break;
    }
    if (is_poison(node)) {
        Report *report = diag_report(checker->diag, CODE_G0344, node->span, "a number of more than 38 digits");
        report_help(checker->diag, report, "write it with an exponent, `1e39`, to make it a double");
    }
}

const Type *narrow_type(const Checker *checker, const Node *expr) {
    const Node *meant = expr_meant(checker, expr);
    const Type *type = TYPE_OF(expr);
    while (meant->kind == NODE_UNARY) meant = ((const Unary *)meant)->operand;
    if (!is_bare(checker, expr) || meant->kind != NODE_LITERAL) return type;
    const Literal *literal = (const Literal *)meant;
    if (literal->of != LITERAL_INTEGER || type->kind == TYPE_UNKNOWN) return type;
    int digits = digits_of(literal->text, false);
    return type_decimal(checker->types, digits ? digits : 1, 0);
}

/* ---------------------------------------------------------- dates and times */

static bool take_number(const char **at, const char *end, int least, int most, int *value) {
    const char *start = *at;
    *value = 0;
    while (*at < end && **at >= '0' && **at <= '9' && *at - start < most) *value = *value * 10 + *(*at)++ - '0';
    return *at - start >= least;
}

static bool take(const char **at, const char *end, char byte) {
    return *at < end && **at == byte ? (++*at, true) : false;
}

int days_of_month(int year, int month) {
    static const int DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return DAYS[month - 1] + (month == 2 && leap);
}

static bool take_date(const char **at, const char *end) {
    int year, month, day;
    if (!take_number(at, end, 4, 4, &year) || !take(at, end, '-') || !take_number(at, end, 1, 2, &month) ||
        !take(at, end, '-') || !take_number(at, end, 1, 2, &day))
        return false;
    return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= days_of_month(year, month);
}

static bool take_time(const char **at, const char *end) {
    int hour, minute, second = 0, fraction;
    if (!take_number(at, end, 1, 2, &hour) || !take(at, end, ':') || !take_number(at, end, 2, 2, &minute)) return false;
    if (take(at, end, ':')) {
        if (!take_number(at, end, 2, 2, &second)) return false;
        if (take(at, end, '.') && !take_number(at, end, 1, 6, &fraction)) return false;
    }
    return hour < 24 && minute < 60 && second < 60;
}

static bool take_zone(const char **at, const char *end) {
    int hour, minute;
    take(at, end, ' ');
    if (take(at, end, 'Z')) return true;
    if (end - *at == 3 && !strncasecmp(*at, "utc", 3)) return *at = end, true;
    if (!take(at, end, '+') && !take(at, end, '-')) return false;
    if (!take_number(at, end, 2, 2, &hour)) return false;
    take(at, end, ':');
    return (*at == end || take_number(at, end, 2, 2, &minute)) && hour < 16;
}

bool date_text_valid(TypeKind kind, Text text) {
    const char *at = text.at, *end = text.at + text.length;
    if (kind == TYPE_TIME) return take_time(&at, end) && at == end;
    if (kind != TYPE_DATE && kind != TYPE_TIMESTAMP && kind != TYPE_TIMESTAMPTZ) return true;
    if (!take_date(&at, end)) return false;
    if (kind == TYPE_DATE) return at == end;
    if (at < end && (take(&at, end, ' ') || take(&at, end, 'T')) && !take_time(&at, end)) return false;
    if (kind == TYPE_TIMESTAMPTZ && at < end && !take_zone(&at, end)) return false;
    return at == end;
}

/* `2024-02-30`: says how long the month is, with the edit to its last day. */
static bool tell_month(Checker *checker, Report *report, Text text, Span span) {
    const char *at = text.at, *end = text.at + text.length;
    int year, month, day;
    if (text.length < 10 || !take_number(&at, end, 4, 4, &year) || !take(&at, end, '-') || !take_number(&at, end, 2, 2, &month) ||
        !take(&at, end, '-') || !take_number(&at, end, 2, 2, &day) || month < 1 || month > 12 || day <= days_of_month(year, month))
        return false;
    Text written = source_text(checker->diag->sources, span);
    const char *found = written.length >= 10 ? memmem(written.at, written.length, text.at, 10) : NULL;
    report_note(checker->diag, report, "%.7s has %d days", text.at, days_of_month(year, month));
    if (!found) return true;
    uint32_t begin = span.begin + (uint32_t)(found - written.at) + 8;
    report_edit(checker->diag, report, (Span){begin, begin + 2}, arena_format(checker->arena, "%d", days_of_month(year, month)),
                "its last day is the %dth", days_of_month(year, month));
    return true;
}

static void refuse_text(Checker *checker, const Type *type, Text text, Span span) {
    const char *shape = type->kind == TYPE_DATE   ? "2026-01-31"
                        : type->kind == TYPE_TIME ? "23:59:59"
                        : type->kind == TYPE_TIMESTAMP ? "2026-01-31 23:59:59" : "2026-01-31 23:59:59+00";
    Report *report = diag_report(checker->diag, CODE_G0314, span, "this %s does not exist", type_name(checker, type));
    if (!tell_month(checker, report, text, span))
        report_note(checker->diag, report, "a %s is written `'%s'`", type_name(checker, type), shape);
}

void typed_literal_check(Checker *checker, TypedLiteral *literal) {
    NamedType *named;
    const Type *type = type_resolve(checker->program, (TypeName *)literal->to, &named);
    expr_set((Node *)literal, type, named ? named->unit : NULL, false);
    if (type->kind != TYPE_UNKNOWN && !date_text_valid(type->kind, literal->text))
        refuse_text(checker, type, literal->text, literal->expr.node.span);
}

/* What an interval may be written in. Months and what is made of them have no fixed length: a part of a year that is no
 * whole month is something else on each engine. PostgreSQL takes each `field` once. */
static const struct {
    const char *name;
    int months;
    int field;
} interval_units[] = {
    {"microsecond", 0, 1}, {"millisecond", 0, 1}, {"second", 0, 1},  {"minute", 0, 2}, {"hour", 0, 4},     {"day", 0, 8},
    {"week", 0, 16},       {"month", 1, 32},      {"quarter", 3, 32}, {"year", 12, 64}, {"decade", 120, 128}, {"century", 1200, 256},
};

/* The unit of this name, or of its plural; -1 if there is none. */
static int interval_unit(const char *at, size_t length) {
    if (length == 9 && !strncasecmp("centuries", at, 9)) at = "century", length = 7;
    if (length && (at[length - 1] == 's' || at[length - 1] == 'S')) length--;
    for (size_t i = 0; i < sizeof interval_units / sizeof *interval_units; i++)
        if (strlen(interval_units[i].name) == length && !strncasecmp(interval_units[i].name, at, length)) return (int)i;
    return -1;
}

/* A number with or without a fraction, behind its sign. */
static bool take_amount(const char **at, const char *end, double *amount) {
    const char *start = *at;
    double place = 0;
    for (*amount = 0; *at < end && ((**at >= '0' && **at <= '9') || (**at == '.' && !place)); ++*at) {
        if (**at == '.') place = 1;
        else if (place) *amount += (**at - '0') * (place /= 10);
        else *amount = *amount * 10 + (**at - '0');
    }
    return *at > start + (place > 0);
}

/* Why `amount` of this unit beside the fields before is no interval; NULL if it is one. */
static const char *interval_part_fault(int unit, double amount, int *fields) {
    if (unit < 0) return "an interval is written `'1 day'` or `'2 hours 30 minutes'`";
    if (*fields & interval_units[unit].field) return "each unit stands in an interval once";
    *fields |= interval_units[unit].field;
    double months = amount * interval_units[unit].months, off = months - (double)(int64_t)(months + 0.5);
    if (interval_units[unit].months > 3 && (off > 1e-9 || off < -1e-9))
        return "a part of a year is written in whole months, or in days: engines do not agree on the days of a month";
    return NULL;
}

/* `1 day`, `-3 months 2 days`, `01:30`, each part a number and a unit, or a time; NULL if it is fine. A number by itself is
 * of the unit `behind`, if there is one. */
static const char *interval_fault(Text text, const Name *behind) {
    const char *at = text.at, *end = text.at + text.length, *fault = interval_part_fault(-1, 0, NULL);
    for (int fields = 0; at < end;) {
        if (*at == ' ' && ++at) continue;
        if (*at == '-' || *at == '+') at++;
        const char *start = at;
        double amount;
        if (take_time(&at, end)) {
            fault = fields & 7 ? "each unit stands in an interval once" : NULL;
            fields |= 7;
        } else if (at = start, !take_amount(&at, end, &amount)) {
            return interval_part_fault(-1, 0, NULL);
        } else {
            while (at < end && *at == ' ') at++;
            const char *word = at;
            while (at < end && *at >= 'A') at++;
            bool alone = behind && word == end && !fields;
            fault = alone ? interval_part_fault(interval_unit(behind->text, strlen(behind->text)), amount, &fields)
                          : interval_part_fault(interval_unit(word, (size_t)(at - word)), amount, &fields);
        }
        if (fault) return fault;
    }
    return fault;
}

void interval_check(Checker *checker, Interval *interval) {
    expr_check(checker, interval->amount);
    const Literal *text = text_literal(checker, interval->amount);
    expr_set((Node *)interval, simple(checker, TYPE_INTERVAL), NULL, NULLABLE(interval->amount));
    const char *fault = text ? interval_fault(text->text, interval->unit.name) : NULL;
    if (!fault) return;
    Report *report = diag_report(checker->diag, CODE_G0314, interval->amount->span, "this interval does not exist");
    report_note(checker->diag, report, "%s", fault);
}

/* ------------------------------------------------------------------- casts */

static void refuse_cast(Checker *checker, const Cast *cast, const Type *from, const Type *to) {
    bool is_double = from->kind == TYPE_FLOAT4 || from->kind == TYPE_FLOAT8;
    Code code = is_double && to->kind == TYPE_TEXT ? CODE_G0319 : CODE_G0318;
    Report *report = diag_report(checker->diag, code, cast->expr.node.span, "`%s` cannot be cast to `%s`",
                                 type_name(checker, from), type_name(checker, to));
    report_label(checker->diag, report, cast->operand->span, "this is `%s`", type_name(checker, from));
    if (code == CODE_G0319) {
        report_note(checker->diag, report, "engines write the same double as different texts");
        report_edit(checker->diag, report, span_after(cast->operand->span), "::decimal(18,6)", "make it a decimal first");
    } else if (from->kind == TYPE_JSON) {
        report_note(checker->diag, report, "the text of json depends on the engine");
        report_help(checker->diag, report, "take a value out of it as text: `x ->> 'key'`");
    }
}

/* x::unit percent: the same value and type, in a unit. */
static bool states_unit(Checker *checker, Cast *cast) {
    const TypeName *to = (const TypeName *)cast->to;
    if (!to || to->node.kind != NODE_TYPE_NAME || to->name.name || to->element || !to->value || to->value->kind != NODE_REF) return false;
    const Type *type = TYPE_OF(cast->operand);
    expr_set((Node *)cast, type, unit_resolve(checker->program, to->value), NULLABLE(cast->operand));
    if (type_is_number(type) || type->kind == TYPE_UNKNOWN || type->kind == TYPE_NULL) return true;
    Report *report = diag_report(checker->diag, CODE_G0303, cast->expr.node.span, "only numbers have a unit");
    report_label(checker->diag, report, cast->operand->span, "this is `%s`", type_name(checker, type));
    return true;
}

void cast_check(Checker *checker, Cast *cast) {
    NamedType *named;
    expr_check(checker, cast->operand);
    if (states_unit(checker, cast)) return;
    const Type *to = type_resolve(checker->program, (TypeName *)cast->to, &named), *from = TYPE_OF(cast->operand);
    const Unit *unit = named ? named->unit : NULL;
    if (!unit && type_is_number(to)) unit = UNIT_OF(cast->operand);
    expr_set((Node *)cast, to, unit, NULLABLE(cast->operand) || cast->is_try);
    if (from->kind == TYPE_UNKNOWN || to->kind == TYPE_UNKNOWN) return;
    const Literal *text = text_literal(checker, cast->operand);
    if (!type_casts(from, to)) refuse_cast(checker, cast, from, to);
    else if (text && !cast->is_try && !date_text_valid(to->kind, text->text)) refuse_text(checker, to, text->text, cast->expr.node.span);
}
