/* The label of a value: what it is computed from, what decides which value it is, and what is known of the rows that an
 * aggregate or a subquery goes over. */
#include "compiler/facts/flow.h"

const char SCAN_MANY[] = "many";

/* ------------------------------------------------------------------ joining */

static const void *scan_of_both(const void *a, const void *b) {
    if (!a || a == b) return b;
    return b ? SCAN_MANY : a;
}

Value flow_without_key(Value value) {
    value.key = (FlowLabel){0};
    value.domain = NULL;
    if (flow_label_is_none(flow_label_join(value.d, value.u))) value.trail = NULL;
    return value;
}

Value part(const Flow *flow, Term which, Value value) {
    if (!is_off(flow, which)) return value;
    return (Value){.scan = value.scan};
}

/* No longer a plain key: what the key tells is told by the value. In place, as a value is large. */
static void make_plain(Value *value) {
    if (!value->domain) return;
    value->d = flow_label_join(value->d, value->key);
    value->key = (FlowLabel){0};
    value->domain = NULL;
}

Value flow_joined(Flow *flow, Value a, Value b) {
    if (a.domain && a.domain == b.domain) a.key = flow_label_join(a.key, b.key);
    else make_plain(&a), make_plain(&b);
    a.d = flow_label_join(a.d, b.d);
    a.u = flow_label_join(a.u, b.u);
    a.scan = scan_of_both(a.scan, b.scan);
    a.trail = trail_both(flow, a.trail, b.trail);
    return a;
}

Value flow_combined(Flow *flow, Value a, Value b, bool equal) {
    make_plain(&a);
    make_plain(&b);
    bool apart = a.scan && b.scan && (a.scan != b.scan || a.scan == SCAN_MANY);
    FlowLabel different = apart && equal ? flow_label_where_different(a.d, b.d) : (FlowLabel){0};
    a.d = flow_label_join(a.d, b.d);
    a.u = flow_label_join(a.u, b.u);
    if (apart && equal) a.u = flow_label_join(a.u, term(flow, TERM_UNEQUAL_LEVELS, flow_label_within(a.d, different)));
    else if (apart) a.u = flow_label_join(a.u, term(flow, TERM_COMBINED_SCANS, a.d));
    a.scan = scan_of_both(a.scan, b.scan);
    a.trail = trail_both(flow, a.trail, b.trail);
    return a;
}

void flow_add(Flow *flow, Value *into, Term which, Value from) {
    make_plain(&from);
    into->d = flow_label_join(into->d, term(flow, which, from.d));
    into->u = flow_label_join(into->u, term(flow, which, from.u));
    into->trail = trail_both(flow, into->trail, from.trail);
}

Value flow_of_rows(Presence presence) {
    return (Value){.d = presence.m, .u = presence.m, .trail = presence.trail};
}

Presence flow_chosen(Flow *flow, Value value, Span span, const char *how) {
    make_plain(&value);
    FlowLabel told = flow->recursive ? term(flow, TERM_RECURSIVE, value.d) : (FlowLabel){0};
    told = flow_label_join(told, term(flow, TERM_CHOICE, flow_label_capped(value.d, LEVEL_INFLUENCE)));
    told = flow_label_join(told, term(flow, TERM_CHOICE_KEPT, value.u));
    return (Presence){told, trail_step(flow, value.trail, !flow->recursive, span, how)};
}

Presence flow_choice(Flow *flow, Node *predicate, const char *how) {
    if (!predicate) return (Presence){0};
    if (predicate->kind != NODE_BINARY || ((Binary *)predicate)->of != OP_AND)
        return flow_chosen(flow, flow_value(flow, predicate), predicate->span, how);
    Presence left = flow_choice(flow, ((Binary *)predicate)->left, how), right = flow_choice(flow, ((Binary *)predicate)->right, how);
    return (Presence){flow_label_join(left.m, right.m), trail_both(flow, left.trail, right.trail)};
}

/* ---------------------------------------------------------------- columns */

/* What is not known must not be let through. */
static Value unknown_value(Flow *flow) {
    Value value = {.scan = SCAN_MANY};
    flow->unknown = true;
    for (int i = 0; i < LABEL_WORDS; i++) value.d.words[i] = value.u.words[i] = UINT64_MAX;
    return value;
}

static bool is_poison_column(const Column *column) {
    return !column->type || column->type->kind == TYPE_UNKNOWN;
}

Value flow_column(Flow *flow, Column *column) {
    for (; column; column = column->copied) {
        const Value *known = map_get(&flow->values, column);
        if (known) return *known;
        bool is_item = column->expr && !column->maker && !column->relation; /* of the SELECT, asked for before its list */
        if (!column->copied && is_item) return flow_value(flow, &column->expr->node);
        if (!column->copied && flow->lambdas) return (Value){0};
        if (!column->copied && is_poison_column(column) && column->name) return flow_unbound(flow, column->name);
    }
    return unknown_value(flow);
}

Value *flow_place(Flow *flow, const Column *column) {
    void **known = map_place(&flow->values, column);
    if (!*known) *known = arena_new(flow->arena, Value);
    return *known;
}

void flow_set(Flow *flow, const Column *column, Value value) {
    *flow_place(flow, column) = value;
}

Value flow_columns(Flow *flow, const Rows *rows) {
    Value all = {0};
    for (uint32_t i = 0; rows && i < rows->columns.count; i++)
        all = flow_joined(flow, all, flow_column(flow, rows->columns.items[i]));
    if (rows && rows->open) all = flow_joined(flow, all, flow_unbound(flow, NULL));
    return all;
}

static Value ref_value(Flow *flow, const Ref *ref) {
    return ref->column ? flow_column(flow, ref->column) : flow_unbound(flow, ref->name.count ? ref->name.items[ref->name.count - 1].name : NULL);
}

/* -------------------------------------------------------------- operators */

typedef struct { Flow *flow; Value value; } PartsOf;

static void visit_part(void *context, Node **place) {
    PartsOf *parts = context;
    Value value = part(parts->flow, TERM_EXPRESSION, flow_value(parts->flow, *place));
    parts->value = flow_combined(parts->flow, parts->value, value, false);
}

/* Computed from its parts. */
static Value parts_value(Flow *flow, Node *expr) {
    PartsOf parts = {.flow = flow};
    node_kids(expr, visit_part, &parts);
    make_plain(&parts.value);
    return parts.value;
}

static bool compares_keys(Operator of) {
    return of == OP_EQ || of == OP_NE || of == OP_DISTINCT || of == OP_NOT_DISTINCT;
}

/* Which of two keys of one domain are equal is nothing to hide. */
static Value compared(Flow *flow, Operator of, Value a, Value b) {
    bool keys = compares_keys(of) && a.domain && (a.domain == b.domain || (b.domain && is_off(flow, TERM_ANOTHER_DOMAIN)));
    if (keys) a = flow_without_key(a), b = flow_without_key(b);
    return flow_combined(flow, a, b, of == OP_EQ);
}

static Value binary_value(Flow *flow, const Binary *binary) {
    if (binary->of == OP_COLLATE) return flow_value(flow, binary->left);
    Value left = part(flow, TERM_LEFT_OPERAND, flow_value(flow, binary->left));
    Value right = part(flow, TERM_RIGHT_OPERAND, flow_value(flow, binary->right));
    if (binary->of == OP_AND || binary->of == OP_OR) { /* each tells what it tells alone */
        make_plain(&left);
        return flow_joined(flow, left, right);
    }
    return compared(flow, binary->of, left, right);
}

static Value is_value(Flow *flow, const Is *is) {
    Value value = flow_value(flow, is->operand), told = {.scan = value.scan};
    if (is->of != IS_NULL) return value;
    value = flow_without_key(value);
    value.d = flow_label_join(flow_label_capped(value.d, LEVEL_INFLUENCE), value.u);
    flow_add(flow, &told, TERM_IS_NULL_OPERAND, value);
    return told;
}

/* -------------------------------------------------------------- subqueries */

/* The value of a query's columns and rows. What it takes from outside is in them: it chose rows, or was computed with. */
static Value subquery_value(Flow *flow, Node *query) {
    Presence presence = flow_rows(flow, query);
    Value value = part(flow, TERM_SUBQUERY_VALUES, flow_columns(flow, ((Rowset *)query)->rows));
    flow_add(flow, &value, TERM_SUBQUERY_ROWS, flow_of_rows(presence));
    value.scan = SCAN_MANY;
    return value;
}

static Value exists_value(Flow *flow, Node *query) {
    Value value = {0};
    flow_add(flow, &value, TERM_EXISTS_ROWS, flow_of_rows(flow_rows(flow, query)));
    value.scan = SCAN_MANY;
    return value;
}

/* A key looked for among the keys of its domain is a join of keys. */
static Value in_query(Flow *flow, const In *in) {
    Value operand = flow_value(flow, in->operand), told = {0};
    Presence presence = flow_rows(flow, in->query);
    Rows *rows = ((Rowset *)in->query)->rows;
    Value values = rows && rows->columns.count == 1 ? flow_column(flow, rows->columns.items[0]) : flow_columns(flow, rows);
    if (operand.domain && operand.domain == values.domain) operand = flow_without_key(operand), values = flow_without_key(values);
    if (!values.scan) values.scan = in->query;
    Value both = flow_combined(flow, operand, values, true);
    flow_add(flow, &told, TERM_IN_OPERAND, operand);
    flow_add(flow, &told, TERM_IN_VALUES, values);
    told.u = both.u;
    told.scan = both.scan;
    flow_add(flow, &told, TERM_IN_ROWS, flow_of_rows(presence));
    return told;
}

static Value in_list(Flow *flow, const In *in) {
    Value operand = flow_value(flow, in->operand), told = {0};
    flow_add(flow, &told, TERM_IN_OPERAND, operand);
    told.scan = operand.scan;
    for (uint32_t i = 0; i < in->list.count; i++) {
        Value value = flow_value(flow, in->list.items[i]);
        if (!value.scan && flow_label_is_none(value.d)) continue;
        told = flow_joined(flow, told, compared(flow, OP_EQ, operand, value));
    }
    return told;
}

static Value quantified_value(Flow *flow, const Quantified *quantified) {
    Value left = flow_value(flow, quantified->left);
    if (quantified->right->kind != NODE_SUBQUERY) return compared(flow, quantified->of, left, flow_value(flow, quantified->right));
    Value right = part(flow, TERM_QUANTIFIED_QUERY, subquery_value(flow, ((Subquery *)quantified->right)->query));
    return flow_combined(flow, left, right, false);
}

/* ------------------------------------------------------------------- calls */

static Node *sorted(Node *item) {
    return item->kind == NODE_SORT ? ((Sort *)item)->expr : item;
}

static bool holds_column(const Nodes *exprs, const Column *column) {
    for (uint32_t i = 0; exprs && i < exprs->count; i++) {
        const Node *expr = sorted(exprs->items[i]);
        if (expr && expr->kind == NODE_REF && ((const Ref *)expr)->column == column) return true;
    }
    return false;
}

/* A column of a join is that of the table that it is taken from, by whichever it is named. */
static bool holds_joined(const Nodes *exprs, const Column *column) {
    for (; column; column = column->maker ? NULL : column->copied)
        if (holds_column(exprs, column)) return true;
    return false;
}

bool flow_holds_key(const Rows *rows, const Nodes *exprs, const Nodes *more) {
    for (uint32_t i = 0; rows && rows->keys && i < rows->keys->keys.count; i++) {
        const Key *key = rows->keys->keys.items[i];
        bool held = true;
        for (uint32_t k = 0; k < key->columns.count && held; k++)
            held = holds_joined(exprs, key->columns.items[k]) || holds_joined(more, key->columns.items[k]);
        if (held) return true;
    }
    return false;
}

Nodes flow_deciding(const Rows *rows, const Nodes *sorts, const Nodes *more) {
    Nodes first = {.items = sorts->items};
    while (first.count < sorts->count && !flow_holds_key(rows, &first, more)) first.count++;
    return first;
}

bool flow_tells(Value value) {
    return !flow_label_is_none(flow_label_join(flow_label_join(value.d, value.key), value.u));
}

static Value list_value(Flow *flow, const Nodes *exprs) {
    Value value = {0};
    for (uint32_t i = 0; i < exprs->count; i++) {
        Node *expr = sorted(exprs->items[i]);
        if (expr) value = flow_combined(flow, value, flow_value(flow, expr), false);
    }
    return value;
}

/* Values that are told apart only: by PARTITION BY, GROUP BY. A plain key tells nothing. */
static Value apart_value(Flow *flow, const Nodes *exprs) {
    Value value = {0};
    for (uint32_t i = 0; i < exprs->count; i++)
        value = flow_joined(flow, value, flow_without_key(flow_value(flow, exprs->items[i])));
    return value;
}

/* All that FROM gives: where an order leaves open which row comes first, anything may decide it. */
static Value input_value(Flow *flow) {
    Value all = {0};
    const Select *select = flow->grouping ? flow->grouping->select : NULL;
    for (uint32_t i = 0; select && i < select->from.count; i++)
        all = flow_joined(flow, all, flow_columns(flow, ((Rowset *)select->from.items[i])->rows));
    return flow->grouping && flow->grouping->rows ? flow_columns(flow, flow->grouping->rows) : all;
}

const Rows *rows_of_from(Arena *arena, const Select *select) {
    if (!select || select->from.count != 1) return NULL;
    keys_of_item(arena, select->from.items[0]);
    return ((Rowset *)select->from.items[0])->rows;
}

static const Rows *input_rows(const Flow *flow) {
    if (flow->grouping && flow->grouping->rows) return flow->grouping->rows;
    return rows_of_from(flow->program->arena, flow->grouping ? flow->grouping->select : NULL);
}

static Value arguments_value(Flow *flow, const Call *call) {
    Value value = part(flow, TERM_ARGUMENTS, list_value(flow, &call->args));
    const Node *only = call->args.count == 1 ? call->args.items[0] : NULL;
    if (only && call->distinct) value = flow_without_key(flow_value(flow, call->args.items[0]));
    bool nulls_only = call->signature && call->signature->influence_only && !call->distinct; /* how many distinct ones there are is more */
    if (nulls_only) value.d = flow_label_join(flow_label_capped(value.d, LEVEL_INFLUENCE), value.u);
    make_plain(&value);
    return value;
}

bool flow_is_exact(const Type *type) {
    return type && (type->kind == TYPE_BOOL || (type->kind >= TYPE_INT2 && type->kind <= TYPE_DECIMAL) || type->kind == TYPE_TEXT ||
                    type->kind == TYPE_DATE || type->kind == TYPE_TIMESTAMP || type->kind == TYPE_TIMESTAMPTZ || type->kind == TYPE_UUID);
}

bool flow_is_sorted_by(const Nodes *exprs, const Column *column) {
    return flow_is_exact(column->type) && (holds_column(exprs, column) || (column->copied && !column->maker && holds_column(exprs, column->copied)));
}

/* `string_agg(x order by x)`: what the order leaves open is the order of the same values. */
static bool is_sorted_by_itself(const Call *call) {
    for (uint32_t i = 0; i < call->args.count; i++) {
        const Node *arg = call->args.items[i];
        if (arg->kind == NODE_LITERAL) continue;
        if (arg->kind != NODE_REF || !((const Ref *)arg)->column || !flow_is_exact(((const Expr *)arg)->type) ||
            !holds_column(&call->order, ((const Ref *)arg)->column))
            return false;
    }
    return call->order.count > 0;
}

/* What an order tells: of its sorts those that decide. */
static Value order_value(Flow *flow, const Nodes *sorts, const Nodes *more) {
    Value all = list_value(flow, sorts);
    if (sorts->count < 2 || !flow_tells(all)) return all;
    Nodes deciding = flow_deciding(input_rows(flow), sorts, more);
    return deciding.count == sorts->count ? all : list_value(flow, &deciding);
}

static Value aggregate_value(Flow *flow, const Call *call) {
    Value value = arguments_value(flow, call);
    Grouping *grouping = flow->grouping;
    bool open = call->signature && call->signature->order_sensitive && !is_sorted_by_itself(call) && flow_tells(input_value(flow)) &&
                !flow_holds_key(input_rows(flow), &call->order, NULL);
    if (call->filter) flow_add(flow, &value, TERM_AGGREGATE_FILTER, flow_value(flow, call->filter));
    flow_add(flow, &value, TERM_AGGREGATE_ORDER, order_value(flow, &call->order, NULL));
    value = flow_combined(flow, value, list_value(flow, &call->within), false);
    if (open) flow_add(flow, &value, TERM_AGGREGATE_UNORDERED, input_value(flow));
    if (!grouping) return value;
    flow_add(flow, &value, TERM_AGGREGATE_ROWS, flow_of_rows(grouping->input));
    flow_add(flow, &value, TERM_AGGREGATE_GROUP, grouping->keys);
    if (value.scan != SCAN_MANY) value.scan = grouping->select;
    return value;
}

static bool is_ordered(const Call *call, const Window *window) {
    for (const Window *at = window; at; at = at->based_on)
        if (at->unit == FRAME_ROWS) return true;
    return call->signature && call->signature->order_sensitive;
}

static bool holds_expr(const Nodes *exprs, const Node *wanted) {
    const Column *column = wanted->kind == NODE_REF ? ((const Ref *)wanted)->column : NULL;
    for (uint32_t i = 0; i < exprs->count; i++) {
        const Node *expr = sorted(exprs->items[i]);
        if (expr && !column && node_equal(expr, wanted)) return true;
    }
    return column && holds_column(exprs, column);
}

/* Whether groups, over which a window goes, are told apart by these: all that they are grouped by is among them. */
static bool holds_groups(const Flow *flow, const Nodes *exprs) {
    const Select *select = flow->grouping ? flow->grouping->select : NULL;
    const SelectFacts *facts = select ? select->facts : NULL;
    if (!facts || !facts->aggregated || facts->one_group || facts->open || !facts->group.count || select_has_grouping_sets(select)) return false;
    for (uint32_t i = 0; i < facts->group.count; i++)
        if (!holds_expr(exprs, &facts->group.items[i]->node)) return false;
    return true;
}

static Value window_value(Flow *flow, const Call *call) {
    Value value = arguments_value(flow, call);
    Nodes sorted_by = {0}, partition = {0};
    const void *scan = value.scan;
    if (call->signature && call->signature->influence_only) value = list_value(flow, &call->args);
    if (call->filter) flow_add(flow, &value, TERM_WINDOW_FILTER, flow_value(flow, call->filter));
    for (const Window *window = call->window; window; window = window->based_on)
        for (uint32_t i = 0; i < window->partition.count; i++) vec_push(flow->arena, &partition, window->partition.items[i]);
    for (const Window *window = call->window; window; window = window->based_on) {
        flow_add(flow, &value, TERM_WINDOW_PARTITION, apart_value(flow, &window->partition));
        flow_add(flow, &value, TERM_WINDOW_ORDER, order_value(flow, &window->order, &partition));
        if (window->start) flow_add(flow, &value, TERM_WINDOW_FRAME, flow_value(flow, window->start));
        if (window->end) flow_add(flow, &value, TERM_WINDOW_FRAME, flow_value(flow, window->end));
        for (uint32_t i = 0; i < window->partition.count; i++) vec_push(flow->arena, &sorted_by, window->partition.items[i]);
        for (uint32_t i = 0; i < window->order.count; i++) vec_push(flow->arena, &sorted_by, window->order.items[i]);
    }
    if (is_ordered(call, call->window) && flow_tells(input_value(flow)) && !holds_groups(flow, &sorted_by) &&
        !flow_holds_key(input_rows(flow), &sorted_by, NULL))
        flow_add(flow, &value, TERM_WINDOW_UNORDERED, input_value(flow));
    value.scan = scan && scan == value.scan ? scan : SCAN_MANY;
    return value;
}

static Value call_value(Flow *flow, const Call *call) {
    if (call->window || call->over) return window_value(flow, call);
    if (call->function && function_is_aggregate(call->function)) return aggregate_value(flow, call);
    return arguments_value(flow, call);
}

/* ------------------------------------------------------------- expressions */

static Value lambda_value(Flow *flow, const Lambda *lambda) {
    flow->lambdas++;
    Value value = flow_value(flow, lambda->body);
    flow->lambdas--;
    return value;
}

static Value parameter_value(Flow *flow, const Parameter *parameter) {
    if (!parameter->of || (uint64_t)parameter->index >= parameter->of->args.count) return (Value){0};
    return flow_value(flow, parameter->of->args.items[parameter->index]);
}

Value flow_value(Flow *flow, Node *expr) {
    if (!expr) return (Value){0};
    switch ((NodeKind)expr->kind) {
    case NODE_REF: return ref_value(flow, (Ref *)expr);
    case NODE_BINARY: return binary_value(flow, (Binary *)expr);
    case NODE_IS: return is_value(flow, (Is *)expr);
    case NODE_IN: return ((In *)expr)->query ? in_query(flow, (In *)expr) : in_list(flow, (In *)expr);
    case NODE_QUANTIFIED: return quantified_value(flow, (Quantified *)expr);
    case NODE_CALL: return call_value(flow, (Call *)expr);
    case NODE_INLINED: return flow_value(flow, ((Inlined *)expr)->body);
    case NODE_PARAMETER: return parameter_value(flow, (Parameter *)expr);
    case NODE_LAMBDA: return lambda_value(flow, (Lambda *)expr);
    case NODE_SUBQUERY: return subquery_value(flow, ((Subquery *)expr)->query);
    case NODE_ARRAY_QUERY: return subquery_value(flow, ((ArrayQuery *)expr)->query);
    case NODE_EXISTS: return exists_value(flow, ((Exists *)expr)->query);
    case NODE_LITERAL: case NODE_TYPED_LITERAL: case NODE_ERROR: return (Value){0};
    default: return parts_value(flow, expr);
    }
}
