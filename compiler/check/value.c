#include "compiler/check/value.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEEPEST = 60, MOST_STEPS = 4000, MOST_ITEMS = 64 };

static Value anything(void) {
    return (Value){.range = range_all()};
}

/* Of what is always null: no value at all. */
static Value nothing(void) {
    return (Value){.range = {INFINITY, -INFINITY, false, false}, .listed = true};
}

static Value between(double low, double high) {
    return (Value){.range = range_between(low, high)};
}

static bool has_literal(const Value *value, const Literal *literal) {
    for (uint32_t i = 0; i < value->items.count; i++)
        if (value->items.items[i]->of == literal->of && text_equal(value->items.items[i]->text, literal->text)) return true;
    return false;
}

bool literal_listed(const Value *value, const Literal *literal) {
    return value->listed && has_literal(value, literal);
}

static Value either(Prover *prover, Value a, Value b) {
    Value both = {.range = range_union(a.range, b.range), .listed = a.listed && b.listed && a.items.count + b.items.count <= MOST_ITEMS};
    both.through = a.through ? a.through : b.through;
    for (uint32_t i = 0; both.listed && i < a.items.count; i++) vec_push(prover->arena, &both.items, a.items.items[i]);
    for (uint32_t i = 0; both.listed && i < b.items.count; i++)
        if (!has_literal(&both, b.items.items[i])) vec_push(prover->arena, &both.items, b.items.items[i]);
    return both;
}

/* What both say. */
static Value refined(Value a, Value b) {
    if (!a.through) a.through = b.through;
    a.range = range_both(a.range, b.range);
    if (!a.listed || (b.listed && b.items.count < a.items.count)) {
        a.listed = b.listed;
        a.items.items = b.items.items;
        a.items.count = a.items.capacity = b.items.count;
    }
    return a;
}

/* -------------------------------------------------------------------- literals */

/* Days since 1970-01-01 of the Gregorian calendar; Howard Hinnant's days_from_civil. */
static bool days_of(Text text, double *ret_days) {
    int year, month, day, length = 0;
    char *copy = text.length == 10 ? (char[11]){0} : NULL;
    if (!copy) return false;
    memcpy(copy, text.at, 10);
    if (sscanf(copy, "%4d-%2d-%2d%n", &year, &month, &day, &length) != 3 || length != 10) return false;
    year -= month <= 2;
    int era = (year >= 0 ? year : year - 399) / 400, of_era = year - era * 400;
    int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    *ret_days = era * 146097.0 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
    return true;
}

/* Of at most 15 digits: two such numbers are never the same double. */
bool literal_number(const Node *expr, double *ret_number) {
    if (expr->kind == NODE_UNARY && ((const Unary *)expr)->of == OP_NEGATE && literal_number(((const Unary *)expr)->operand, ret_number)) {
        *ret_number = -*ret_number;
        return true;
    }
    if (expr->kind == NODE_TYPED_LITERAL) {
        const Type *type = ((const Expr *)expr)->type;
        return type && type->kind == TYPE_DATE && days_of(((const TypedLiteral *)expr)->text, ret_number);
    }
    const Literal *literal = (const Literal *)expr;
    if (expr->kind != NODE_LITERAL) return false;
    if (literal->of == LITERAL_TRUE || literal->of == LITERAL_FALSE) {
        *ret_number = literal->of == LITERAL_TRUE;
        return true;
    }
    if ((literal->of != LITERAL_INTEGER && literal->of != LITERAL_NUMBER) || literal->text.length > 16) return false;
    char digits[24] = {0};
    memcpy(digits, literal->text.at, literal->text.length);
    if (strpbrk(digits, "eExX_")) return false;
    *ret_number = strtod(digits, NULL);
    return true;
}

static Value value_of_literal(Prover *prover, const Node *expr) {
    Value value = anything();
    double number;
    if (literal_number(expr, &number)) value.range = range_point(number);
    if (expr->kind != NODE_LITERAL) return value;
    if (((const Literal *)expr)->of == LITERAL_NULL) return nothing();
    value.listed = true;
    vec_push(prover->arena, &value.items, (const Literal *)expr);
    return value;
}

/* ----------------------------------------------------------------- assumptions */

static bool is_same(const Node *a, const Node *b) {
    if (a->kind != b->kind) return false;
    if (a->kind == NODE_REF && ((const Ref *)a)->column) return ((const Ref *)a)->column == ((const Ref *)b)->column;
    return node_equal(a, b);
}

static Value assumed_of(const Prover *prover, const Node *expr, Value value) {
    for (uint32_t i = prover->floor; i < prover->assumed.count; i++)
        if (is_same(prover->assumed.items[i].expr, expr)) value = refined(value, prover->assumed.items[i].value);
    return value;
}

static void assume_value(Prover *prover, const Node *expr, Value value) {
    if (expr->kind != NODE_LITERAL) vec_push(prover->arena, &prover->assumed, ((Assumed){expr, value}));
}

/* The outcome of a comparison with a literal is only unknown where the other side is null. */
static void assume_compared(Prover *prover, const Binary *binary, bool outcome) {
    double number;
    const Node *sides[] = {binary->left, binary->right};
    for (int i = 0; i < 2; i++) {
        const Node *side = sides[i], *other = sides[!i];
        if (!outcome && !literal_number(other, &number)) continue;
        Operator of = i ? operator_turned(binary->of) : binary->of;
        Value known = values_of(prover, other), value = anything();
        value.range = range_compared(outcome ? of : operator_negated(of), known.range);
        if (outcome && of == OP_EQ) value = known;
        assume_value(prover, side, value);
    }
}

static void assume_in(Prover *prover, const In *in) {
    Value value = nothing();
    if (in->query || in->negated) return;
    for (uint32_t i = 0; i < in->list.count; i++) value = either(prover, value, values_of(prover, in->list.items[i]));
    assume_value(prover, in->operand, value);
}

static void assume_binary(Prover *prover, const Binary *binary, bool outcome) {
    if (binary->of == OP_AND || binary->of == OP_OR) {
        if ((binary->of == OP_AND) != outcome) return;
        assume(prover, binary->left, outcome);
        assume(prover, binary->right, outcome);
    } else if (operator_negated(binary->of) != binary->of) {
        assume_compared(prover, binary, outcome);
    }
}

void assume(Prover *prover, const Node *condition, bool outcome) {
    if (!condition) return;
    if (condition->kind == NODE_BINARY) assume_binary(prover, (const Binary *)condition, outcome);
    else if (condition->kind == NODE_IN && outcome) assume_in(prover, (const In *)condition);
    else if (condition->kind == NODE_BETWEEN && outcome && !((const Between *)condition)->negated) {
        const Between *between = (const Between *)condition;
        Value value = anything();
        value.range = range_both(range_compared(OP_GE, values_of(prover, between->low).range), range_compared(OP_LE, values_of(prover, between->high).range));
        assume_value(prover, between->operand, value);
    }
}

/* ----------------------------------------------------------------------- calls */

static bool is_named(const Call *call, const char *const *names) {
    const char *name = call->name.items[call->name.count - 1].name->text;
    for (; *names; names++)
        if (!strcmp(name, *names)) return true;
    return false;
}
#define NAMED(call, ...) is_named(call, (const char *const[]){__VA_ARGS__, NULL})

static Value value_of_all(Prover *prover, const Nodes *exprs, uint32_t from) {
    Value value = nothing();
    for (uint32_t i = from; i < exprs->count; i++) value = either(prover, value, values_of(prover, exprs->items[i]));
    return value;
}

/* greatest and least leave nulls out: a bound holds of all only if its argument is always there. */
static Value extreme(Prover *prover, const Call *call, bool greatest) {
    Value all = value_of_all(prover, &call->args, 0);
    for (uint32_t i = 0; i < call->args.count; i++) {
        if (((Expr *)call->args.items[i])->nullable) continue;
        Range one = values_of(prover, call->args.items[i]).range;
        all.range = range_both(all.range, range_compared(greatest ? OP_GE : OP_LE, one));
    }
    return all;
}

/* A sum of one or more: no nearer to zero than each of them, if all have one sign. */
static Value sum_of(Range each) {
    Range sum = range_all();
    if (each.low >= 0) sum.low = each.low, sum.low_open = each.low_open;
    if (each.high <= 0) sum.high = each.high, sum.high_open = each.high_open;
    return (Value){.range = sum};
}

/* Parts of an interval have other bounds. */
static bool is_of_moment(const Call *call) {
    const Type *type = call->args.count ? ((Expr *)call->args.items[call->args.count - 1])->type : NULL;
    return type && (type->kind == TYPE_DATE || type->kind == TYPE_TIMESTAMP || type->kind == TYPE_TIMESTAMPTZ);
}

static Value part_of(const Call *call) {
    static const struct { const char *word; double low, high; } PARTS[] = {
        {"month", 1, 12}, {"quarter", 1, 4}, {"day", 1, 31}, {"hour", 0, 23}, {"minute", 0, 59}, {"dow", 0, 6}, {"isodow", 1, 7},
        {"doy", 1, 366}, {"week", 1, 53},
    };
    const Literal *part = (const Literal *)call->args.items[0];
    for (size_t i = 0; part->expr.node.kind == NODE_LITERAL && i < sizeof PARTS / sizeof *PARTS; i++)
        if (text_equal(part->text, text_of(PARTS[i].word))) return between(PARTS[i].low, PARTS[i].high);
    return anything();
}

static Value value_of_aggregate(Prover *prover, const Call *call) {
    if (NAMED(call, "count", "count_star", "count_if", "regr_count", "approx_count_distinct")) return between(0, INFINITY);
    if (NAMED(call, "row_number", "rank", "dense_rank", "ntile")) return between(1, INFINITY);
    if (!call->args.count) return anything();
    if (NAMED(call, "lag", "lead")) {
        Value value = values_of(prover, call->args.items[0]);
        return call->args.count > 2 ? either(prover, value, values_of(prover, call->args.items[2])) : value;
    }
    if (NAMED(call, "sum")) return sum_of(values_of(prover, call->args.items[0]).range);
    if (NAMED(call, "avg", "mean", "median")) {
        Range mean = values_of(prover, call->args.items[0]).range;
        return (Value){.range = {floor(mean.low), ceil(mean.high), false, false}};
    }
    if (NAMED(call, "min", "max", "any_value", "first", "last", "first_value", "last_value", "nth_value", "mode")) return values_of(prover, call->args.items[0]);
    return anything();
}

/* What a DISTINCT or FILTER leaves is some of it: the bounds hold. */
static Value value_of_call(Prover *prover, const Call *call) {
    const Signature *signature = call->signature;
    if (!signature) return anything();
    if (signature->kind != FUNCTION_SCALAR) return value_of_aggregate(prover, call);
    if (NAMED(call, "length", "char_length", "character_length", "array_length", "cardinality", "octet_length", "strlen", "bit_length", "position", "strpos"))
        return between(0, INFINITY);
    if (NAMED(call, "extract", "date_part") && is_of_moment(call)) return part_of(call);
    if (NAMED(call, "month", "quarter", "day", "hour", "minute") && is_of_moment(call)) {
        double most = NAMED(call, "month") ? 12 : NAMED(call, "quarter") ? 4 : NAMED(call, "day") ? 31 : NAMED(call, "hour") ? 23 : 59;
        return between(NAMED(call, "hour", "minute") ? 0 : 1, most);
    }
    if (!call->args.count) return anything();
    if (NAMED(call, "coalesce", "ifnull", "nvl")) return value_of_all(prover, &call->args, 0);
    if (NAMED(call, "if", "iff", "iif") && call->args.count == 3) return value_of_all(prover, &call->args, 1);
    if (NAMED(call, "nullif", "nullifzero")) return values_of(prover, call->args.items[0]);
    if (NAMED(call, "greatest")) return extreme(prover, call, true);
    if (NAMED(call, "least")) return extreme(prover, call, false);
    if (NAMED(call, "abs")) return (Value){.range = range_absolute(values_of(prover, call->args.items[0]).range)};
    if (NAMED(call, "sign")) return between(-1, 1);
    if (NAMED(call, "round", "trunc", "floor", "ceil", "ceiling")) {
        bool digits = call->args.count > 1; /* round(x, -2) goes further */
        double count;
        if (digits && (!literal_number(call->args.items[1], &count) || count < 0)) return anything();
        return (Value){.range = range_rounded(values_of(prover, call->args.items[0]).range)};
    }
    return anything();
}

/* ----------------------------------------------------------------- expressions */

static Value value_of_case(Prover *prover, const Case *choice) {
    uint32_t known = prover->assumed.count;
    Value value = nothing();
    for (uint32_t i = 0; i < choice->whens.count; i++) {
        const When *when = (const When *)choice->whens.items[i];
        uint32_t here = prover->assumed.count;
        if (!choice->operand) assume(prover, when->condition, true);
        value = either(prover, value, values_of(prover, when->result));
        prover->assumed.count = here;
        if (!choice->operand) assume(prover, when->condition, false);
    }
    if (choice->otherwise) value = either(prover, value, values_of(prover, choice->otherwise));
    prover->assumed.count = known;
    return value;
}

/* Within the body of a function its parameters are the arguments of the call, of which is known what was known there. */
static Value value_of_parameter(Prover *prover, const Parameter *parameter) {
    if (!prover->frames.count) return anything();
    Frame frame = prover->frames.items[--prover->frames.count];
    uint32_t floor = prover->floor, known = prover->assumed.count;
    prover->floor = known;
    for (uint32_t i = frame.floor; i < frame.end; i++) {
        Assumed assumed = prover->assumed.items[i];
        vec_push(prover->arena, &prover->assumed, assumed);
    }
    Value value = parameter->index < (int64_t)frame.inlined->args.count ? values_of(prover, frame.inlined->args.items[parameter->index]) : anything();
    prover->assumed.count = known;
    prover->floor = floor;
    vec_push(prover->arena, &prover->frames, frame);
    return value;
}

/* A condition of a function's body speaks of its parameters: of no use outside. */
static Value value_of_inlined(Prover *prover, const Inlined *inlined) {
    uint32_t floor = prover->floor, known = prover->assumed.count;
    Frame frame = {inlined, floor, known};
    vec_push(prover->arena, &prover->frames, frame);
    prover->floor = known;
    Value value = values_of(prover, inlined->body);
    prover->frames.count--;
    prover->assumed.count = known;
    prover->floor = floor;
    return value;
}

static Value value_of_rowset(Prover *prover, const Node *rowset, uint32_t index);

static Value value_of_table(Prover *prover, const Node *table, const Column *column) {
    if (table->kind == NODE_SELECT) return column->expr ? values_of(prover, (const Node *)column->expr) : anything();
    if (table->kind == NODE_TABLE_QUERY) return value_of_rowset(prover, ((const TableQuery *)table)->query, column->index);
    if (table->kind != NODE_TABLE_REF) return anything();
    const TableRef *ref = (const TableRef *)table;
    if (ref->cte) return value_of_rowset(prover, ref->cte->query, column->index);
    const Rows *rows = ref->relation ? ref->relation->rows : NULL;
    return rows && column->index < rows->columns.count ? value_of_column(prover, rows->columns.items[column->index]) : anything();
}

static Value value_of_ref(Prover *prover, const Ref *ref) {
    const Column *column = ref->column;
    if (!column || column->type != ref->expr.type) return anything();
    if (column->relation) return column->relation == prover->tested ? value_given(prover, column->relation, column->index) : anything();
    if (!ref->table) return anything();
    return value_of_table(prover, ref->table, ref->column);
}

static Value value_of_binary(Prover *prover, const Binary *binary) {
    if (binary->of > OP_MOD) return anything();
    Range left = values_of(prover, binary->left).range, right = values_of(prover, binary->right).range;
    if (binary->of == OP_MUL && is_same(binary->left, binary->right)) left = right = range_absolute(left);
    return (Value){.range = range_arithmetic(binary->of, left, right)};
}

/* To a number of fewer digits it is rounded; the literals stay as they are if their kind does. */
static Value value_of_cast(Prover *prover, const Cast *cast) {
    const Type *from = ((const Expr *)cast->operand)->type, *to = cast->expr.type;
    Value value = values_of(prover, cast->operand);
    if (from == to) return value;
    bool text = from->kind == TYPE_TEXT && to->kind == TYPE_TEXT;
    if (!text && from->kind != TYPE_NULL) value.listed = false, value.items.count = 0;
    bool exact = type_is_number(to) && (type_is_number(from) || from->kind == TYPE_BOOL) && to->kind < TYPE_FLOAT4 && from->kind < TYPE_FLOAT4;
    if (!exact && from->kind != TYPE_NULL) value.range = range_all();
    if (exact && to->kind == TYPE_DECIMAL && from->kind == TYPE_DECIMAL && to->scale < from->scale) value.range = range_rounded(value.range);
    if (exact && to->kind < TYPE_DECIMAL && from->kind == TYPE_DECIMAL) value.range = range_rounded(value.range);
    return value;
}

static Value value_of_kind(Prover *prover, const Node *expr) {
    switch ((NodeKind)expr->kind) {
    case NODE_LITERAL: case NODE_TYPED_LITERAL: return value_of_literal(prover, expr);
    case NODE_REF: return value_of_ref(prover, (const Ref *)expr);
    case NODE_CASE: return value_of_case(prover, (const Case *)expr);
    case NODE_CALL: return value_of_call(prover, (const Call *)expr);
    case NODE_CAST: return value_of_cast(prover, (const Cast *)expr);
    case NODE_PARAMETER: return value_of_parameter(prover, (const Parameter *)expr);
    case NODE_INLINED: return value_of_inlined(prover, (const Inlined *)expr);
    case NODE_BINARY: return value_of_binary(prover, (const Binary *)expr);
    case NODE_SUBQUERY: return value_of_rowset(prover, ((const Subquery *)expr)->query, 0);
    case NODE_UNARY: {
        const Unary *unary = (const Unary *)expr;
        if (unary->of == OP_NEGATE) return (Value){.range = range_negated(values_of(prover, unary->operand).range)};
        return unary->of == OP_PLUS ? values_of(prover, unary->operand) : anything();
    }
    default: return anything();
    }
}

/* Bounds are of numbers that are exact, of days, and of truth values; a double may be no number at all. */
static bool has_range(const Type *type) {
    return type && (type->kind == TYPE_BOOL || type->kind == TYPE_DATE || type->kind == TYPE_NULL || (type->kind >= TYPE_INT2 && type->kind <= TYPE_DECIMAL));
}

Value values_of(Prover *prover, const Node *expr) {
    if (!expr || prover->depth > DEEPEST || !prover->steps) return anything();
    prover->depth++;
    prover->steps--;
    Value value = assumed_of(prover, expr, value_of_kind(prover, expr));
    if (!has_range(((const Expr *)expr)->type)) value.range = range_all();
    prover->depth--;
    return value;
}

/* -------------------------------------------------------------------- relations */

/* What holds of all rows that a join gives: what an inner one asks. */
static void assume_joined(Prover *prover, const Node *item) {
    if (item->kind == NODE_TABLE_PARENS && !((const TableParens *)item)->alias.name) assume_joined(prover, ((const TableParens *)item)->table);
    if (item->kind != NODE_JOIN) return;
    const Join *join = (const Join *)item;
    if (join->of == JOIN_INNER || join->of == JOIN_SEMI) assume(prover, join->on, true);
    assume_joined(prover, join->left);
    if (join->of != JOIN_SEMI && join->of != JOIN_ANTI) assume_joined(prover, join->right);
}

static Value value_of_select(Prover *prover, const Select *select, uint32_t index) {
    uint32_t known = prover->assumed.count;
    const Rows *rows = select->rowset.rows;
    if (index >= rows->columns.count || !rows->columns.items[index]->expr) return anything();
    for (uint32_t i = 0; i < select->from.count; i++) assume_joined(prover, select->from.items[i]);
    assume(prover, select->where, true);
    assume(prover, select->having, true);
    assume(prover, select->qualify, true);
    const Call *call = (const Call *)rows->columns.items[index]->expr;
    Value value = values_of(prover, (const Node *)call);
    bool counts = call->expr.node.kind == NODE_CALL && call->signature && call->signature->kind == FUNCTION_AGGREGATE && NAMED(call, "count");
    bool grouped = select->facts && select->facts->aggregated && !select->facts->one_group;
    if (counts && grouped && !call->filter && !call->over && !call->over_name.name && (call->star || !call->args.count || !((Expr *)call->args.items[0])->nullable))
        value.range = range_both(value.range, range_between(1, INFINITY)); /* a group has rows */
    prover->assumed.count = known;
    return value;
}

static Value value_of_values(Prover *prover, const Values *values, uint32_t index) {
    Value value = nothing();
    for (uint32_t i = 0; i < values->rows.count && i < MOST_ITEMS; i++) {
        const Row *row = (const Row *)values->rows.items[i];
        value = either(prover, value, index < row->items.count ? values_of(prover, row->items.items[index]) : anything());
    }
    return values->rows.count > MOST_ITEMS ? anything() : value;
}

static Value value_of_set(Prover *prover, const SetOperation *set, uint32_t index) {
    const Rows *rows = set->rowset.rows;
    const Column *column = index < rows->columns.count ? rows->columns.items[index] : NULL;
    if (!column || rows->open) return anything();
    Value value = column->copied ? value_of_rowset(prover, set->left, column->copied->index) : nothing();
    if (set->of != SET_UNION || !column->other) return value;
    return either(prover, value, value_of_rowset(prover, set->right, column->other->index));
}

static Value value_of_rowset(Prover *prover, const Node *rowset, uint32_t index) {
    if (!((const Rowset *)rowset)->rows || prover->depth > DEEPEST) return anything();
    uint32_t floor = prover->floor;
    prover->depth++;
    prover->floor = prover->assumed.count;
    Value value = anything();
    if (rowset->kind == NODE_QUERY) value = value_of_rowset(prover, ((const Query *)rowset)->body, index);
    else if (rowset->kind == NODE_SELECT) value = value_of_select(prover, (const Select *)rowset, index);
    else if (rowset->kind == NODE_VALUES) value = value_of_values(prover, (const Values *)rowset, index);
    else if (rowset->kind == NODE_SET_OPERATION) value = value_of_set(prover, (const SetOperation *)rowset, index);
    prover->depth--;
    prover->floor = floor;
    return value;
}

Value value_given(Prover *prover, const Relation *relation, uint32_t index) {
    const Column *column = relation->rows->columns.items[index];
    if (!relation->query || !column->copied) return anything();
    Value value = value_of_rowset(prover, (const Node *)relation->query, column->copied->index);
    const Type *given = column->copied->type, *stored = column->type;
    if (given == stored || !given || !stored) return value;
    bool exact = has_range(given) && has_range(stored) && given->kind != TYPE_DATE && stored->kind != TYPE_DATE;
    value.range = exact ? range_rounded(value.range) : range_all();
    if (given->kind != stored->kind) value.listed = false;
    return value;
}

/* A column's own tests hold of what is published. */
static void assume_tests(Prover *prover, const Relation *relation) {
    for (uint32_t i = 0; i < relation->tests.count; i++) {
        const Test *test = relation->tests.items[i];
        if (!test->warn && test->check && (test->kind == TEST_CHECK || test->kind == TEST_IN)) assume(prover, test->check, true);
    }
}

static Value promised(Prover *prover, const Column *column) {
    uint32_t known = prover->assumed.count;
    Value value = anything();
    assume_tests(prover, column->relation);
    for (uint32_t i = known; i < prover->assumed.count; i++) {
        const Node *expr = prover->assumed.items[i].expr;
        if (expr->kind != NODE_REF || ((const Ref *)expr)->column != column) continue;
        value = refined(value, prover->assumed.items[i].value);
        value.through = column->relation;
    }
    prover->assumed.count = known;
    return value;
}

Value value_of_column(Prover *prover, const Column *column) {
    const Relation *relation = column->relation;
    if (!relation || relation->bad) return anything();
    if (!prover->columns.arena) map_open(&prover->columns, prover->arena);
    Value *found = map_get(&prover->columns, column);
    if (found) return *found;
    Value *value = arena_new(prover->arena, Value);
    *value = anything();
    map_put(&prover->columns, column, value); /* whoever comes here again, comes from itself */
    Prover inner = {.checking = prover->checking, .arena = prover->arena, .columns = prover->columns, .depth = prover->depth, .steps = prover->steps};
    Value given = relation->query ? value_given(&inner, relation, column->index) : anything();
    prover->columns = inner.columns;
    prover->steps = inner.steps;
    Value says = promised(prover, column);
    *value = says.listed || isfinite(says.range.low) || isfinite(says.range.high) ? refined(given, says) : given;
    if (!has_range(column->type)) value->range = range_all();
    return *value;
}
