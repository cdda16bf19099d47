/* Where each column of a relation comes from: a walk from its query's columns inwards to the columns of the relations
 * that the query reads. The kinds are those of OpenLineage's column lineage facet (direct: identity, transformation,
 * aggregation; indirect: what decides rows and branches), with indirect called filter. */
#include "compiler/facts/internal.h"

/* A leaf that a value comes from. */
typedef struct {
    Column *leaf;       /* of a relation */
    EdgeKind kind;
    Span span;
} Origin;

typedef struct {
    VEC(Origin) origins;
    uint32_t round;     /* in which it was last worked out … */
    bool open;          /* … or is being so */
} Trace;

typedef struct {
    Arena *arena;
    Map columns;        /* Column → Trace */
    Map rowsets;        /* Node → Trace of what decides its rows */
    Map makers;         /* Column → Node: the table function, pivot or values that made it */
    Map windows;        /* CALL → the WINDOW that its OVER names */
    Map outside;        /* INLINED → the INLINED that it stands in */
    Inlined *inlined;   /* the function body that we are in */
    uint32_t round;
    bool looped;        /* met something that is open: a recursive CTE */
    bool changed;       /* an origin was added in this round */
} Tracer;

static void trace_expr(Tracer *tracer, Node *node, EdgeKind kind, Trace *into);
static Trace *trace_rows(Tracer *tracer, Node *rowset);

static EdgeKind stronger(EdgeKind a, EdgeKind b) {
    return a > b ? a : b;
}

/* One leaf stands once as a value (its strongest kind) and once as a filter. */
static void add_origin(Tracer *tracer, Trace *into, Origin origin) {
    for (uint32_t i = 0; i < into->origins.count; i++) {
        Origin *there = &into->origins.items[i];
        if (there->leaf != origin.leaf || (there->kind == EDGE_FILTER) != (origin.kind == EDGE_FILTER)) continue;
        if (origin.kind <= there->kind) return;
        there->kind = origin.kind;
        tracer->changed = true;
        return;
    }
    vec_push(tracer->arena, &into->origins, origin);
    tracer->changed = true;
}

/* All origins of a trace, seen through a step of the given kind. */
static void add_trace(Tracer *tracer, Trace *into, const Trace *from, EdgeKind kind, Span span) {
    if (into == from) return;
    for (uint32_t i = 0; i < from->origins.count; i++) {
        Origin origin = from->origins.items[i];
        origin.kind = stronger(origin.kind, kind);
        if (span.begin) origin.span = span;
        add_origin(tracer, into, origin);
    }
}

/* The trace of a key of one of the maps; `ret_fresh` tells whether it is to be worked out in this round. */
static Trace *trace_of(Tracer *tracer, Map *map, const void *key, bool *ret_fresh) {
    Trace *trace = map_get(map, key);
    if (!trace) map_put(map, key, trace = arena_new(tracer->arena, Trace));
    *ret_fresh = trace->round != tracer->round;
    trace->round = tracer->round;
    if (!*ret_fresh && trace->open) tracer->looped = true;
    return trace;
}

static void trace_maker(Tracer *tracer, Node *maker, Column *column, Trace *into);
static Trace *trace_column(Tracer *tracer, Column *column);

/* A column of a query or of a table in FROM. */
static void trace_inner(Tracer *tracer, Column *column, Trace *into) {
    Node *maker = map_get(&tracer->makers, column);
    if (column->copied) add_trace(tracer, into, trace_column(tracer, column->copied), EDGE_DIRECT, NOWHERE);
    if (column->other) add_trace(tracer, into, trace_column(tracer, column->other), EDGE_DIRECT, NOWHERE);
    if (column->copied) return;
    if (column->expr) trace_expr(tracer, &column->expr->node, EDGE_DERIVED, into);
    else if (maker) trace_maker(tracer, maker, column, into);
}

static Trace *trace_column(Tracer *tracer, Column *column) {
    bool fresh;
    Trace *trace = trace_of(tracer, &tracer->columns, column, &fresh);
    if (!fresh) return trace;
    if (column->relation) {
        add_origin(tracer, trace, (Origin){column, EDGE_DIRECT, column->span});
        return trace;
    }
    Inlined *inside = tracer->inlined;
    tracer->inlined = NULL; /* a column is not of the body that names it */
    trace->open = true;
    trace_inner(tracer, column, trace);
    trace->open = false;
    tracer->inlined = inside;
    return trace;
}

/* Every column of a rowset, and what decides its rows. */
static void trace_whole(Tracer *tracer, Node *rowset, EdgeKind kind, Trace *into) {
    const Rows *rows = ((Rowset *)rowset)->rows;
    for (uint32_t i = 0; rows && i < rows->columns.count; i++)
        add_trace(tracer, into, trace_column(tracer, rows->columns.items[i]), kind, rowset->span);
    add_trace(tracer, into, trace_rows(tracer, rowset), EDGE_FILTER, NOWHERE);
}

/* A column that a table function, VALUES, PIVOT or UNPIVOT made. */
static void trace_maker(Tracer *tracer, Node *maker, Column *column, Trace *into) {
    if (maker->kind == NODE_TABLE_FUNCTION) {
        trace_expr(tracer, ((TableFunction *)maker)->call, EDGE_DERIVED, into);
    } else if (maker->kind == NODE_VALUES) {
        const Values *values = (Values *)maker;
        for (uint32_t i = 0; i < values->rows.count; i++) {
            const Row *row = (Row *)values->rows.items[i];
            if (column->index < row->items.count) trace_expr(tracer, row->items.items[column->index], EDGE_DERIVED, into);
        }
    } else if (maker->kind == NODE_PIVOT) {
        const Pivot *pivot = (Pivot *)maker;
        for (uint32_t i = 0; i < pivot->aggregates.count; i++) trace_expr(tracer, pivot->aggregates.items[i], EDGE_AGGREGATED, into);
        for (uint32_t i = 0; i < pivot->fors.count; i++) trace_expr(tracer, ((PivotFor *)pivot->fors.items[i])->column, EDGE_FILTER, into);
    } else if (maker->kind == NODE_UNPIVOT) {
        const Unpivot *unpivot = (Unpivot *)maker;
        for (uint32_t i = 0; i < unpivot->values.count; i++) trace_expr(tracer, unpivot->values.items[i], EDGE_DERIVED, into);
    }
}

/* ------------------------------------------------------------ expressions */

typedef struct {
    Tracer *tracer;
    EdgeKind kind;
    Trace *into;
} Kids;

static void visit_kid(void *context, Node **place) {
    Kids *kids = context;
    trace_expr(kids->tracer, *place, kids->kind, kids->into);
}

static void trace_list(Tracer *tracer, const Nodes *nodes, EdgeKind kind, Trace *into) {
    for (uint32_t i = 0; i < nodes->count; i++) trace_expr(tracer, nodes->items[i], kind, into);
}

static void trace_window(Tracer *tracer, Window *window, Trace *into) {
    if (!window) return;
    trace_list(tracer, &window->partition, EDGE_FILTER, into);
    trace_list(tracer, &window->order, EDGE_FILTER, into);
}

static void trace_call(Tracer *tracer, Call *call, EdgeKind kind, Trace *into) {
    Window *named = map_get(&tracer->windows, call);
    bool groups = call->over || named || (call->function && function_is_aggregate(call->function));
    trace_list(tracer, &call->args, groups ? stronger(kind, EDGE_AGGREGATED) : kind, into);
    trace_list(tracer, &call->order, EDGE_FILTER, into);
    trace_list(tracer, &call->within, groups ? stronger(kind, EDGE_AGGREGATED) : kind, into);
    trace_expr(tracer, call->filter, EDGE_FILTER, into);
    trace_window(tracer, (Window *)call->over, into);
    trace_window(tracer, named, into);
}

static void trace_case(Tracer *tracer, const Case *node, EdgeKind kind, Trace *into) {
    trace_expr(tracer, node->operand, EDGE_FILTER, into);
    for (uint32_t i = 0; i < node->whens.count; i++) {
        const When *when = (When *)node->whens.items[i];
        trace_expr(tracer, when->condition, EDGE_FILTER, into);
        trace_expr(tracer, when->result, kind, into);
    }
    trace_expr(tracer, node->otherwise, kind, into);
}

/* The value of a query within an expression. EXISTS tells only whether there are rows. */
static void trace_subquery(Tracer *tracer, Node *query, EdgeKind kind, Trace *into) {
    if (query) trace_whole(tracer, query, kind, into);
}

/* An argument is written where the function is called, outside of its body. */
static void trace_parameter(Tracer *tracer, const Parameter *parameter, EdgeKind kind, Trace *into) {
    Inlined *inside = tracer->inlined;
    if (!inside || parameter->index >= inside->args.count) return;
    Inlined *outside = map_get(&tracer->outside, inside);
    tracer->inlined = outside;
    trace_expr(tracer, inside->args.items[parameter->index], kind, into);
    tracer->inlined = inside;
}

static void trace_inlined(Tracer *tracer, Inlined *inlined, EdgeKind kind, Trace *into) {
    Inlined *outside = tracer->inlined;
    map_put(&tracer->outside, inlined, outside);
    tracer->inlined = inlined;
    trace_expr(tracer, inlined->body, kind, into);
    tracer->inlined = outside;
}

/* What a value takes from, each at least of the given kind. */
static void trace_expr(Tracer *tracer, Node *node, EdgeKind kind, Trace *into) {
    if (!node) return;
    switch (node->kind) {
    case NODE_REF: {
        Column *column = ((Ref *)node)->column;
        if (column) add_trace(tracer, into, trace_column(tracer, column), kind, node->span);
        break;
    }
    case NODE_CALL: trace_call(tracer, (Call *)node, kind, into); break;
    case NODE_CASE: trace_case(tracer, (Case *)node, kind, into); break;
    case NODE_INLINED: trace_inlined(tracer, (Inlined *)node, kind, into); break;
    case NODE_PARAMETER: trace_parameter(tracer, (Parameter *)node, kind, into); break;
    case NODE_QUERY: trace_subquery(tracer, node, kind, into); break;
    case NODE_EXISTS: add_trace(tracer, into, trace_rows(tracer, ((Exists *)node)->query), EDGE_FILTER, NOWHERE); break;
    default: {
        Kids kids = {tracer, kind, into};
        node_kids(node, visit_kid, &kids);
    }
    }
}

/* --------------------------------------------------------------- row sets */

static void trace_using(Tracer *tracer, const Join *join, Trace *into) {
    Rows *sides[] = {((Rowset *)join->left)->rows, ((Rowset *)join->right)->rows};
    if (!sides[0] || !sides[1]) return;
    for (uint32_t i = 0; i < sides[0]->columns.count; i++) {
        Column *left = sides[0]->columns.items[i], *right = rows_find(sides[1], left->name);
        bool joined = join->natural && right;
        for (uint32_t k = 0; k < join->using_names.count && !joined; k++) joined = join->using_names.items[k].name == left->name;
        if (!joined || !right) continue;
        add_trace(tracer, into, trace_column(tracer, left), EDGE_FILTER, join->rowset.node.span);
        add_trace(tracer, into, trace_column(tracer, right), EDGE_FILTER, join->rowset.node.span);
    }
}

static void add_rows(Tracer *tracer, Trace *into, Node *rowset) {
    if (rowset) add_trace(tracer, into, trace_rows(tracer, rowset), EDGE_FILTER, NOWHERE);
}

static void all_columns_decide(Tracer *tracer, Node *rowset, Trace *into) {
    const Rows *rows = ((Rowset *)rowset)->rows;
    for (uint32_t i = 0; rows && i < rows->columns.count; i++)
        add_trace(tracer, into, trace_column(tracer, rows->columns.items[i]), EDGE_FILTER, rowset->span);
}

static void trace_select_rows(Tracer *tracer, Select *select, Trace *into) {
    for (uint32_t i = 0; i < select->from.count; i++) add_rows(tracer, into, select->from.items[i]);
    trace_expr(tracer, select->where, EDGE_FILTER, into);
    for (uint32_t i = 0; select->facts && i < select->facts->group.count; i++)
        trace_expr(tracer, &select->facts->group.items[i]->node, EDGE_FILTER, into);
    trace_expr(tracer, select->having, EDGE_FILTER, into);
    trace_expr(tracer, select->qualify, EDGE_FILTER, into);
    trace_list(tracer, &select->distinct_on, EDGE_FILTER, into);
    if (select->distinct) all_columns_decide(tracer, (Node *)select, into);
}

static void trace_query_rows(Tracer *tracer, Query *query, Trace *into) {
    add_rows(tracer, into, query->body);
    if (!query->limit && !query->offset) return;
    trace_list(tracer, &query->order, EDGE_FILTER, into);
    trace_expr(tracer, query->limit, EDGE_FILTER, into);
    trace_expr(tracer, query->offset, EDGE_FILTER, into);
}

static void trace_join_rows(Tracer *tracer, Join *join, Trace *into) {
    add_rows(tracer, into, join->left);
    add_rows(tracer, into, join->right);
    trace_expr(tracer, join->on, EDGE_FILTER, into);
    trace_using(tracer, join, into);
}

static void trace_set_rows(Tracer *tracer, SetOperation *operation, Trace *into) {
    add_rows(tracer, into, operation->left);
    add_rows(tracer, into, operation->right);
    if (operation->of == SET_UNION && operation->all) return;
    all_columns_decide(tracer, operation->left, into);
    all_columns_decide(tracer, operation->right, into);
}

static void trace_inner_rows(Tracer *tracer, Node *rowset, Trace *into) {
    switch (rowset->kind) {
    case NODE_QUERY: trace_query_rows(tracer, (Query *)rowset, into); break;
    case NODE_SELECT: trace_select_rows(tracer, (Select *)rowset, into); break;
    case NODE_SET_OPERATION: trace_set_rows(tracer, (SetOperation *)rowset, into); break;
    case NODE_TABLE_REF:
        if (((TableRef *)rowset)->cte) add_rows(tracer, into, ((TableRef *)rowset)->cte->query);
        break;
    case NODE_TABLE_FUNCTION: trace_expr(tracer, ((TableFunction *)rowset)->call, EDGE_FILTER, into); break;
    case NODE_TABLE_QUERY: add_rows(tracer, into, ((TableQuery *)rowset)->query); break;
    case NODE_TABLE_PARENS: add_rows(tracer, into, ((TableParens *)rowset)->table); break;
    case NODE_JOIN: trace_join_rows(tracer, (Join *)rowset, into); break;
    case NODE_PIVOT: add_rows(tracer, into, ((Pivot *)rowset)->table); break;
    case NODE_UNPIVOT: add_rows(tracer, into, ((Unpivot *)rowset)->table); break;
    case NODE_SAMPLE: add_rows(tracer, into, ((Sample *)rowset)->table); break;
    default: break; /* VALUES: as written; other kinds are no rowsets */
    }
}

/* What decides which rows a rowset has, as origins of kind filter. A relation that is read adds nothing: its own rows
 * are its own lineage. */
static Trace *trace_rows(Tracer *tracer, Node *rowset) {
    bool fresh;
    Trace *trace = trace_of(tracer, &tracer->rowsets, rowset, &fresh);
    if (!fresh) return trace;
    trace->open = true;
    trace_inner_rows(tracer, rowset, trace);
    trace->open = false;
    return trace;
}

/* ------------------------------------------------------------ preparation */

typedef struct {
    Tracer *tracer;
    Select *select;
} Prepare;

static Window *window_named(const Select *select, const Name *name) {
    for (uint32_t i = 0; select && i < select->windows.count; i++)
        if (((Window *)select->windows.items[i])->name.name == name) return (Window *)select->windows.items[i];
    return NULL;
}

/* Notes, over the whole query, who made the columns that no expression makes, and which window an OVER names. */
static void prepare(void *context, Node **place) {
    Prepare *outer = context, inner = *outer;
    Node *node = *place;
    if (node->kind == NODE_SELECT) inner.select = (Select *)node;
    if (node->kind == NODE_CALL && ((Call *)node)->over_name.name)
        map_put(&outer->tracer->windows, node, window_named(outer->select, ((Call *)node)->over_name.name));
    if (node->kind == NODE_TABLE_FUNCTION || node->kind == NODE_VALUES || node->kind == NODE_PIVOT || node->kind == NODE_UNPIVOT) {
        const Rows *rows = ((Rowset *)node)->rows;
        for (uint32_t i = 0; rows && i < rows->columns.count; i++)
            map_put(&outer->tracer->makers, rows->columns.items[i], node);
    }
    node_kids(node, prepare, &inner);
}

static void add_edges(Program *program, RelationFacts *facts, const Trace *trace, Column *to) {
    for (uint32_t i = 0; i < trace->origins.count; i++) {
        const Origin *origin = &trace->origins.items[i];
        vec_push(program->arena, &facts->edges, ((Edge){origin->leaf, to, origin->kind, origin->span}));
    }
}

void lineage_find(Program *program, RelationFacts *facts) {
    Relation *relation = facts->relation;
    Arena *scratch = arena_scratch(program->arena);
    ArenaMark mark = arena_mark(scratch);
    Tracer tracer = {.arena = scratch};
    map_open(&tracer.columns, scratch);
    map_open(&tracer.rowsets, scratch);
    map_open(&tracer.makers, scratch);
    map_open(&tracer.windows, scratch);
    map_open(&tracer.outside, scratch);
    Node *query = (Node *)relation->query;
    prepare(&(Prepare){&tracer, NULL}, &query);
    /* Until nothing is added: a recursive CTE reads what the round before found of itself. */
    do {
        tracer.round++;
        tracer.looped = tracer.changed = false;
        for (uint32_t i = 0; i < relation->rows->columns.count; i++)
            if (relation->rows->columns.items[i]->copied) trace_column(&tracer, relation->rows->columns.items[i]->copied);
        trace_rows(&tracer, query);
    } while (tracer.looped && tracer.changed);
    for (uint32_t i = 0; i < relation->rows->columns.count; i++) {
        Column *column = relation->rows->columns.items[i];
        if (column->copied) add_edges(program, facts, map_get(&tracer.columns, column->copied), column);
    }
    add_edges(program, facts, map_get(&tracer.rowsets, query), NULL);
    arena_release(scratch, mark);
}
