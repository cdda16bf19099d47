/* Where a row's period comes from: the way of the column of time from the result down to the rows of relations. */
#include "compiler/facts/period_internal.h"

#include "compiler/facts/dependencies.h"

#include <string.h>

/* ------------------------------------------------------------------- looking */

typedef struct Looking { bool (*test)(const Node *); Node *found; } Looking;

static void look(void *context, Node **place) {
    Looking *looking = context;
    if (looking->found || (*place)->kind == NODE_CTE) return;
    if (looking->test(*place)) looking->found = *place;
    else if ((*place)->kind != NODE_QUERY) node_kids(*place, look, looking);
}

Node *period_find(Node *node, bool (*test)(const Node *)) {
    Looking looking = {test, NULL};
    if (node) look(&looking, &node);
    return looking.found;
}

bool period_is_window(const Node *node) {
    return node->kind == NODE_CALL && (((const Call *)node)->over || ((const Call *)node)->over_name.name);
}

bool period_is_query(const Node *node) {
    return node->kind == NODE_QUERY;
}

static bool is_aggregate(const Node *node) {
    const Call *call = node->kind == NODE_CALL ? (const Call *)node : NULL;
    return call && call->signature && call->signature->kind == FUNCTION_AGGREGATE && !period_is_window(node);
}

/* A value that is not of the row, or not the same in another run. */
static bool is_of_no_row(const Node *node) {
    const Call *call = node->kind == NODE_CALL ? (const Call *)node : NULL;
    if (period_is_query(node) || period_is_window(node) || is_aggregate(node)) return true;
    if (!call || call->name.count != 1) return false;
    const char *name = call->name.items[0].name->text;
    bool of_run = !strcmp(name, "run_date") || !strcmp(name, "run_time") || !strcmp(name, "run_id");
    return of_run || (call->signature && call->signature->volatile_);
}

typedef struct Counting { const Relation *relation; uint32_t count; } Counting;

static void count_reads(void *context, Node **place) {
    Counting *counting = context;
    if (counting->count >= MOST_READS || (*place)->kind == NODE_CTE) return;
    const TableRef *table = (*place)->kind == NODE_TABLE_REF ? (const TableRef *)*place : NULL;
    Query *query = table ? period_query_of(*place) : NULL;
    if (table && table->relation == counting->relation) counting->count++;
    else if (query) count_reads(counting, &(Node *){&query->rowset.node});
    node_kids(*place, count_reads, counting);
}

uint32_t period_count_reads(Node *node, const Relation *relation) {
    Counting counting = {relation, 0};
    if (node) count_reads(&counting, &node);
    return counting.count;
}

/* -------------------------------------------------------------------- tables */

static bool holds(const Node *table, const Column *column) {
    const Rows *rows = ((const Rowset *)table)->rows;
    return rows && column->index < rows->columns.count && rows->columns.items[column->index] == column;
}

Node *period_table_of(Node *item, const Column *column) {
    if (item->kind == NODE_JOIN) {
        Node *left = period_table_of(((Join *)item)->left, column);
        return left ? left : period_table_of(((Join *)item)->right, column);
    }
    if (item->kind == NODE_TABLE_PARENS && !((TableParens *)item)->alias.name) return period_table_of(((TableParens *)item)->table, column);
    return holds(item, column) ? item : NULL;
}

Query *period_query_of(const Node *table) {
    if (table->kind == NODE_TABLE_QUERY) return (Query *)((const TableQuery *)table)->query;
    if (table->kind != NODE_TABLE_REF) return NULL;
    const TableRef *ref = (const TableRef *)table;
    if (ref->cte) return (Query *)ref->cte->query;
    return ref->relation && ref->relation->stored == STORED_INLINE ? ref->relation->query : NULL;
}

uint32_t period_position(const Node *table, uint32_t index) {
    const TableRef *ref = table->kind == NODE_TABLE_REF ? (const TableRef *)table : NULL;
    const Rows *rows = ref && !ref->cte && ref->relation ? ref->relation->rows : NULL;
    const Column *column = rows && index < rows->columns.count ? rows->columns.items[index] : NULL;
    return column && column->copied ? column->copied->index : index;
}

static bool same_value(const Node *a, const Node *b) {
    if (a->kind == NODE_REF && b->kind == NODE_REF) return ((const Ref *)a)->column && ((const Ref *)a)->column == ((const Ref *)b)->column;
    return node_equal(a, b);
}

typedef struct OfKeys { const SelectFacts *facts; bool fine; } OfKeys;

static void look_of_keys(void *context, Node **place) {
    OfKeys *of = context;
    for (uint32_t i = 0; i < of->facts->group.count; i++)
        if (same_value(*place, &of->facts->group.items[i]->node)) return;
    if ((*place)->kind == NODE_REF || is_of_no_row(*place)) of->fine = false;
    else node_kids(*place, look_of_keys, of);
}

bool period_of_keys(const SelectFacts *facts, Node *expr) {
    OfKeys of = {facts, true};
    look_of_keys(&of, &expr);
    return of.fine;
}

/* ------------------------------------------------------------------- refusing */

static bool refuse(Periods *periods, Span span, const char *why, const char *says) {
    if (periods->facts->possible) {
        periods->facts->possible = false;
        periods->facts->span = span;
        periods->facts->why = why;
        periods->facts->says = says;
    }
    return false;
}

static const char NEEDS_WHOLE[] = "needs rows of other periods";
static const char NO_PERIOD[] = "has rows of which the period is not known from what they are made of";

/* ------------------------------------------------------------------ the way down */

typedef VEC(uint32_t) Positions;

static bool follow_query(Periods *periods, Query *query, const Positions *time);

typedef struct Refs { Arena *arena; VEC(Ref *) items; } Refs;

static void collect_refs(void *context, Node **place) {
    Refs *refs = context;
    if ((*place)->kind == NODE_REF) vec_push(refs->arena, &refs->items, (Ref *)*place);
    else if ((*place)->kind != NODE_QUERY) node_kids(*place, collect_refs, refs);
}

/* An item of the list that is named within another: what it is. */
static Node *behind_alias(const Select *select, Node *expr) {
    const Column *column = expr->kind == NODE_REF ? ((Ref *)expr)->column : NULL;
    return column && holds(&select->rowset.node, column) && column->expr ? (Node *)column->expr : expr;
}

/* Whether the keys tell the period: each value of which it is made is among them, or determined by them. */
static bool tells_period(Periods *periods, const Select *select, const Nodes *keys, const Refs *time) {
    Dependencies *of = dependencies_of(periods->arena, select, false);
    Bits known = bits_none();
    for (uint32_t i = 0; of && i < keys->count; i++) {
        uint32_t bit;
        if (bit_of_expr(of, behind_alias(select, keys->items[i]), &bit)) bits_put(&known, bit);
    }
    if (of) known = determined_by(of, known);
    for (uint32_t i = 0; i < time->items.count; i++)
        if (!of || !time->items.items[i]->column || !bits_know(of, &known, time->items.items[i]->column)) return false;
    return true;
}

typedef struct Windows { Periods *periods; const Select *select; const Refs *time; const Nodes *exprs; } Windows;

static Window *window_of(const Select *select, const Call *call) {
    if (call->over) return (Window *)call->over;
    for (uint32_t i = 0; i < select->windows.count; i++)
        if (((Window *)select->windows.items[i])->name.name == call->over_name.name) return (Window *)select->windows.items[i];
    return NULL;
}

static bool same_among(const Nodes *keys, const Select *select, const Nodes *exprs) {
    for (uint32_t i = 0; i < exprs->count; i++) {
        bool found = false;
        for (uint32_t k = 0; k < keys->count; k++)
            found = found || same_value(behind_alias(select, keys->items[k]), exprs->items[i]) || same_value(keys->items[k], exprs->items[i]);
        if (!found) return false;
    }
    return exprs->count > 0;
}

static void check_window(void *context, Node **place) {
    Windows *windows = context;
    if ((*place)->kind == NODE_QUERY) return;
    if (period_is_window(*place)) {
        const Window *window = window_of(windows->select, (const Call *)*place);
        while (window && !window->partition.count && window->based_on) window = window->based_on;
        if (!window || (!same_among(&window->partition, windows->select, windows->exprs) &&
                        !tells_period(windows->periods, windows->select, &window->partition, windows->time)))
            refuse(windows->periods, (*place)->span, NEEDS_WHOLE, "a window over rows of several periods");
    }
    node_kids(*place, check_window, windows);
}

static void check_windows(Periods *periods, Select *select, const Refs *time, const Nodes *exprs) {
    Windows windows = {periods, select, time, exprs};
    for (uint32_t i = 0; i < select->items.count; i++) check_window(&windows, &select->items.items[i]);
    if (select->qualify) check_window(&windows, &select->qualify);
}

/* A row of an outer join's optional side comes and goes with rows of the other side. */
static bool is_optional(Node *item, const Node *table, bool optional) {
    if (item == table) return optional;
    if (item->kind == NODE_TABLE_PARENS) return is_optional(((TableParens *)item)->table, table, optional);
    if (item->kind != NODE_JOIN) return false;
    Join *join = (Join *)item;
    bool left = join->of == JOIN_RIGHT || join->of == JOIN_FULL, right = join->of == JOIN_LEFT || join->of == JOIN_FULL;
    return is_optional(join->left, table, optional || left) || is_optional(join->right, table, optional || right);
}

static bool follow_table(Periods *periods, Node *table, const Positions *time, Span span) {
    Query *query = period_query_of(table);
    const TableRef *ref = table->kind == NODE_TABLE_REF ? (const TableRef *)table : NULL;
    if (!ref && !query) return refuse(periods, span, NO_PERIOD, "it is made here");
    if (ref && ref->as_of) return refuse(periods, span, NO_PERIOD, "it is of another moment");
    if (table->kind == NODE_TABLE_QUERY && ((const TableQuery *)table)->lateral) return refuse(periods, span, NO_PERIOD, "a lateral subquery gives it");
    if (ref && ref->cte && !query) return refuse(periods, span, NO_PERIOD, "it is made here");
    map_put(&periods->on_path, table, table);
    if (!query) map_put(&periods->driving, ref->relation, ref->relation);
    Positions below = {0};
    for (uint32_t i = 0; query && i < time->count; i++) vec_push(periods->arena, &below, period_position(table, time->items[i]));
    return !query || follow_query(periods, query, &below);
}

/* The tables of which the references are columns, each with those of its columns. */
static bool follow_refs(Periods *periods, Select *select, const Refs *refs) {
    Map done;
    map_open(&done, periods->arena);
    for (uint32_t i = 0; i < refs->items.count; i++) {
        const Ref *ref = refs->items.items[i];
        Node *table = NULL;
        bool optional = false;
        if (!ref->column || ref->depth) return refuse(periods, ref->expr.node.span, NO_PERIOD, "it comes from an outer query");
        for (uint32_t k = 0; !table && k < select->from.count; k++) {
            table = period_table_of(select->from.items[k], ref->column);
            optional = table && is_optional(select->from.items[k], table, false);
        }
        if (!table) return refuse(periods, ref->expr.node.span, NO_PERIOD, "it is of several tables");
        if (optional) return refuse(periods, ref->expr.node.span, NO_PERIOD, "it is of the side of an outer join that may have no row");
        if (map_put(&done, table, table)) continue;
        Positions time = {0};
        for (uint32_t k = i; k < refs->items.count; k++) {
            const Column *column = refs->items.items[k]->column;
            if (column && holds(table, column)) vec_push(periods->arena, &time, column->index);
        }
        if (!follow_table(periods, table, &time, ref->expr.node.span)) return false;
    }
    return true;
}

static void find_grouping_sets(const Select *select, Periods *periods) {
    for (uint32_t i = 0; i < select->group.count; i++) {
        const Node *item = select->group.items[i];
        const Call *call = item->kind == NODE_CALL ? (const Call *)item : NULL;
        bool sets = item->kind == NODE_GROUPING_SETS || (call && call->name.count == 1 && (!strcmp(call->name.items[0].name->text, "rollup") || !strcmp(call->name.items[0].name->text, "cube")));
        if (sets) refuse(periods, item->span, NEEDS_WHOLE, "groups of several periods");
    }
}

static bool follow_select(Periods *periods, Select *select, const Positions *time) {
    Refs refs = {.arena = periods->arena};
    Nodes exprs = {0};
    const SelectFacts *facts = select->facts;
    map_put(&periods->on_path, select, select);
    for (uint32_t i = 0; i < time->count; i++) {
        const Column *column = time->items[i] < select->rowset.rows->columns.count ? select->rowset.rows->columns.items[time->items[i]] : NULL;
        if (!column || !column->expr) return refuse(periods, select->rowset.node.span, NO_PERIOD, "it is made here");
        Node *expr = behind_alias(select, (Node *)column->expr), *made = period_find(expr, is_of_no_row);
        if (facts && facts->aggregated && !period_of_keys(facts, expr))
            return refuse(periods, made ? made->span : expr->span, NEEDS_WHOLE, "not among what the rows are grouped by");
        if (made) return refuse(periods, made->span, NO_PERIOD, "no value of one row");
        vec_push(periods->arena, &exprs, expr);
        collect_refs(&refs, &expr);
    }
    find_grouping_sets(select, periods);
    if (!refs.items.count) return refuse(periods, select->rowset.node.span, NO_PERIOD, "it is the same for all rows");
    if (facts && facts->aggregated && facts->one_group) return refuse(periods, select->rowset.node.span, NEEDS_WHOLE, "one row for all");
    check_windows(periods, select, &refs, &exprs);
    if (select->distinct_on.count && !same_among(&select->distinct_on, select, &exprs) && !tells_period(periods, select, &select->distinct_on, &refs))
        return refuse(periods, select->distinct_on.items[0]->span, NEEDS_WHOLE, "one row of several periods is kept");
    return periods->facts->possible && follow_refs(periods, select, &refs);
}

static bool follow_body(Periods *periods, Node *body, const Positions *time);

static bool follow_sides(Periods *periods, SetOperation *of, const Positions *time) {
    if (of->of != SET_UNION) return refuse(periods, of->rowset.node.span, NEEDS_WHOLE, "rows of one side are held against all of the other");
    if (of->by_name) return refuse(periods, of->rowset.node.span, NO_PERIOD, "columns found by name");
    return follow_body(periods, of->left, time) && follow_body(periods, of->right, time);
}

static bool follow_body(Periods *periods, Node *body, const Positions *time) {
    if (body->kind == NODE_SELECT) return follow_select(periods, (Select *)body, time);
    if (body->kind == NODE_SET_OPERATION) return follow_sides(periods, (SetOperation *)body, time);
    if (body->kind == NODE_QUERY) return follow_query(periods, (Query *)body, time);
    return true; /* VALUES: never another */
}

static bool follow_query(Periods *periods, Query *query, const Positions *time) {
    const Node *cut = query->limit ? query->limit : query->offset;
    if (cut) return refuse(periods, cut->span, NEEDS_WHOLE, "which rows are left depends on all");
    if (query->recursive) return refuse(periods, query->rowset.node.span, NO_PERIOD, "a recursive query");
    return follow_body(periods, query->body, time);
}

/* ---------------------------------------------------------------------- inputs */

typedef struct Inputs { Arena *arena; VEC(Relation *) items; } Inputs;

static void collect_inputs(Inputs *inputs, const Relation *relation) {
    for (uint32_t i = 0; i < relation->reads.count; i++) {
        Relation *read = relation->reads.items[i];
        bool known = false;
        if (read->stored == STORED_INLINE && read->query) {
            collect_inputs(inputs, read);
            continue;
        }
        for (uint32_t k = 0; k < inputs->items.count; k++) known = known || inputs->items.items[k] == read;
        if (!known) vec_push(inputs->arena, &inputs->items, read);
    }
}

PeriodFacts period_facts(Arena *arena, const Relation *model, const Column *time) {
    PeriodFacts facts = {.possible = true};
    Periods periods = {.arena = arena, .facts = &facts};
    Positions positions = {0};
    map_open(&periods.on_path, arena);
    map_open(&periods.driving, arena);
    uint32_t position = time->copied ? time->copied->index : time->index;
    vec_push(arena, &positions, position);
    if (!follow_query(&periods, model->query, &positions)) return facts;
    Inputs inputs = {.arena = arena};
    collect_inputs(&inputs, model);
    for (uint32_t i = 0; i < inputs.items.count; i++) {
        PeriodInput input = period_input(&periods, model, inputs.items.items[i], position);
        if (!input.followed && map_get(&periods.driving, input.relation)) refuse(&periods, input.span, NEEDS_WHOLE, input.why);
        vec_push(arena, &facts.inputs, input);
    }
    return facts;
}
