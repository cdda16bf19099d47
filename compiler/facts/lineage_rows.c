/* What decides which rows a row set has: conditions, join keys, groups, what a LIMIT sorts by; and the rows of the
 * relations that are read. */
#include "compiler/facts/lineage.h"

#include <string.h>

enum { MANY = 64 };

static void columns_decide(Tracer *tracer, Node *rowset, FilterWays way, Trace *into) {
    const Rows *rows = ((Rowset *)rowset)->rows;
    for (uint32_t i = 0; rows && i < rows->columns.count; i++) {
        Column *column = rows->columns.items[i];
        Span span = column->expr ? column->expr->node.span : column->span;
        trace_column(tracer, column, (Via){EDGE_FILTER, way, span}, into);
    }
}

/* ----------------------------------------------------------------- SELECT */

static void trace_select_input(Tracer *tracer, Select *select, Trace *into) {
    for (uint32_t i = 0; i < select->from.count; i++) trace_rows(tracer, select->from.items[i], into);
    trace_expr(tracer, select->where, via_filter(BY_CONDITION), into);
}

typedef struct {
    Tracer *tracer;
    Trace *into;
} Unnests;

/* A function of the list that gives a row for each element decides how many there are. */
static void trace_unnests(void *context, Node **place) {
    const Unnests *unnests = context;
    const Call *call = (*place)->kind == NODE_CALL ? (const Call *)*place : NULL;
    if (call && call->signature && call->signature->kind == FUNCTION_TABLE)
        trace_exprs(unnests->tracer, &call->args, via_filter(BY_ROWS), unnests->into);
    else if ((*place)->kind != NODE_QUERY) node_kids(*place, trace_unnests, context);
}

Trace *trace_input(Tracer *tracer, Select *select) {
    bool fresh;
    Trace *trace = trace_of(tracer, &tracer->nodes, select, &fresh);
    if (!fresh) return trace;
    trace->open = true;
    trace_select_input(tracer, select, trace);
    trace->open = false;
    return trace;
}

/* A SELECT of one group always has one row, which HAVING and QUALIFY may take away: what went into the group decides its
 * values, not that it is there. */
static void trace_select(Tracer *tracer, Select *select, Trace *into) {
    const SelectFacts *facts = select->facts;
    bool one_group = facts && facts->one_group && !facts->group.count;
    if (one_group && !select->having && !select->qualify) return;
    if (one_group) trace_add(tracer, into, trace_input(tracer, select), via_filter(0));
    else trace_select_input(tracer, select, into);
    for (uint32_t i = 0; facts && i < facts->group.count; i++)
        trace_expr(tracer, &facts->group.items[i]->node, via_filter(BY_GROUP), into);
    for (uint32_t i = 0; facts && facts->unnests && i < select->items.count; i++)
        trace_unnests(&(Unnests){tracer, into}, &select->items.items[i]);
    trace_expr(tracer, select->having, via_filter(BY_CONDITION), into);
    trace_expr(tracer, select->qualify, via_filter(BY_CONDITION), into);
    trace_exprs(tracer, &select->distinct_on, via_filter(BY_GROUP), into);
    if (select->distinct && !select->distinct_on.count) columns_decide(tracer, (Node *)select, BY_GROUP, into);
}

/* ------------------------------------------------------------------ QUERY */

static uint32_t ordinal_of(const Node *expr) {
    uint32_t position = 0;
    if (expr->kind != NODE_LITERAL || ((const Literal *)expr)->of != LITERAL_INTEGER) return 0;
    Text text = ((const Literal *)expr)->text;
    for (uint32_t i = 0; i < text.length && position < 100000; i++) position = position * 10 + (uint32_t)(text.at[i] - '0');
    return position;
}

void trace_order(Tracer *tracer, Query *query, Via via, Trace *into) {
    const Rows *rows = query->rowset.rows;
    for (uint32_t i = 0; i < query->order.count; i++) {
        Node *expr = ((Sort *)query->order.items[i])->expr;
        uint32_t position = expr ? ordinal_of(expr) : 0;
        if (!expr) columns_decide(tracer, (Node *)query, BY_ORDER, into);
        else if (position && rows && position <= rows->columns.count)
            trace_column(tracer, rows->columns.items[position - 1], (Via){via.kind, via.ways, expr->span}, into);
        else trace_expr(tracer, expr, via, into);
    }
    if (query->order_all) columns_decide(tracer, (Node *)query, BY_ORDER, into);
}

static Trace *rows_of(Tracer *tracer, Node *query) {
    bool fresh;
    Trace *trace = trace_of(tracer, &tracer->nodes, query, &fresh);
    if (!fresh) return trace;
    trace->open = true;
    trace_rows(tracer, query, trace);
    trace->open = false;
    return trace;
}

void trace_ctes(Tracer *tracer, const Query *query) {
    for (uint32_t i = 0; query->ctes.count >= MANY && i < query->ctes.count; i++) {
        const Cte *cte = (const Cte *)query->ctes.items[i];
        Trace aside = {0};
        map_open(&aside.index, tracer->arena);
        for (uint32_t k = 0; cte->rowset.rows && k < cte->rowset.rows->columns.count; k++)
            trace_column(tracer, cte->rowset.rows->columns.items[k], via_filter(0), &aside);
        rows_of(tracer, cte->query);
    }
}

/* ORDER BY decides where not all rows are kept. */
static void trace_query(Tracer *tracer, Query *query, Trace *into) {
    bool first_of_each = query->body && query->body->kind == NODE_SELECT && ((Select *)query->body)->distinct_on.count;
    trace_rows(tracer, query->body, into);
    if (query->limit || query->offset || first_of_each) trace_order(tracer, query, via_filter(BY_ORDER), into);
    trace_expr(tracer, query->limit, via_filter(BY_ORDER), into);
    trace_expr(tracer, query->offset, via_filter(BY_ORDER), into);
}

static void trace_set(Tracer *tracer, SetOperation *operation, Trace *into) {
    trace_rows(tracer, operation->left, into);
    trace_rows(tracer, operation->right, into);
    if (operation->of == SET_UNION && operation->all) return;
    FilterWays way = operation->of == SET_UNION ? BY_GROUP : BY_CONDITION;
    columns_decide(tracer, operation->left, way, into);
    columns_decide(tracer, operation->right, way, into);
}

/* ------------------------------------------------------------------- FROM */

static void trace_using(Tracer *tracer, const Join *join, Trace *into) {
    Rows *sides[] = {((Rowset *)join->left)->rows, ((Rowset *)join->right)->rows};
    for (uint32_t i = 0; i < join->using_names.count; i++) {
        Part part = join->using_names.items[i];
        for (int side = 0; side < 2; side++) {
            Column *column = sides[side] ? rows_find(sides[side], part.name) : NULL;
            if (column) trace_column(tracer, column, (Via){EDGE_FILTER, BY_JOIN, part.span}, into);
        }
    }
}

static void trace_join(Tracer *tracer, const Join *join, Trace *into) {
    trace_rows(tracer, join->left, into);
    trace_rows(tracer, join->right, into);
    trace_expr(tracer, join->on, via_filter(BY_JOIN), into);
    trace_using(tracer, join, into);
}

static void trace_table(Tracer *tracer, TableRef *table, Trace *into) {
    trace_expr(tracer, table->as_of, via_filter(BY_CONDITION), into);
    if (table->cte) trace_add(tracer, into, rows_of(tracer, table->cte->query), via_filter(0));
    else if (table->relation) trace_add_reading(tracer, into, (Reading){table->relation, table->rowset.node.span});
}

/* types leaves the call of history() alone: it is no function. */
Relation *history_of(const Tracer *tracer, const TableFunction *table) {
    const Call *call = (const Call *)table->call;
    if (call->expr.node.kind != NODE_CALL || call->function || call->name.count != 1 || call->args.count != 1) return NULL;
    if (strcmp(call->name.items[0].name->text, "history") || call->args.items[0]->kind != NODE_REF) return NULL;
    return program_relation(tracer->program, ((const Ref *)call->args.items[0])->name);
}

/* A history has a row for each change of each of its columns. */
static void trace_function(Tracer *tracer, const TableFunction *table, Trace *into) {
    Relation *history = history_of(tracer, table);
    if (!history) {
        trace_expr(tracer, table->call, via_filter(BY_ROWS), into);
        return;
    }
    trace_relation(tracer, history, (Via){EDGE_FILTER, BY_ROWS, table->call->span}, into);
    trace_add_reading(tracer, into, (Reading){history, table->call->span});
}

static bool is_pivoted(const Column *column, const Pivot *pivot) {
    while (!column->maker && column->copied) column = column->copied;
    return column->maker == (const Node *)pivot;
}

/* A row for each group of what is neither pivoted nor aggregated. */
static void trace_pivot(Tracer *tracer, const Pivot *pivot, Trace *into) {
    const Rows *rows = pivot->rowset.rows;
    trace_rows(tracer, pivot->table, into);
    for (uint32_t i = 0; rows && i < rows->columns.count; i++)
        if (!is_pivoted(rows->columns.items[i], pivot))
            trace_column(tracer, rows->columns.items[i], (Via){EDGE_FILTER, BY_GROUP, pivot->rowset.node.span}, into);
}

static void trace_unpivot(Tracer *tracer, const Unpivot *unpivot, Trace *into) {
    trace_rows(tracer, unpivot->table, into);
    if (!unpivot->include_nulls) trace_exprs(tracer, &unpivot->values, via_filter(BY_ROWS), into);
}

void trace_rows(Tracer *tracer, Node *rowset, Trace *into) {
    if (!rowset) return;
    switch ((NodeKind)rowset->kind) {
    case NODE_QUERY: trace_query(tracer, (Query *)rowset, into); break;
    case NODE_SELECT: trace_select(tracer, (Select *)rowset, into); break;
    case NODE_SET_OPERATION: trace_set(tracer, (SetOperation *)rowset, into); break;
    case NODE_TABLE_REF: trace_table(tracer, (TableRef *)rowset, into); break;
    case NODE_TABLE_FUNCTION: trace_function(tracer, (TableFunction *)rowset, into); break;
    case NODE_TABLE_QUERY: trace_rows(tracer, ((TableQuery *)rowset)->query, into); break;
    case NODE_TABLE_PARENS: trace_rows(tracer, ((TableParens *)rowset)->table, into); break;
    case NODE_JOIN: trace_join(tracer, (Join *)rowset, into); break;
    case NODE_PIVOT: trace_pivot(tracer, (Pivot *)rowset, into); break;
    case NODE_UNPIVOT: trace_unpivot(tracer, (Unpivot *)rowset, into); break;
    case NODE_SAMPLE: trace_rows(tracer, ((Sample *)rowset)->table, into); break;
    default: break; /* VALUES: as written; other kinds are no row sets */
    }
}
