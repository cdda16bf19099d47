/* What a value takes from: a walk down an expression. What is neither the value nor part of it, but decides which value
 * it is (a condition of CASE, a window's partition), is a filter. */
#include "compiler/facts/lineage.h"

typedef struct {
    Tracer *tracer;
    Via via;
    Trace *into;
} Kids;

static void visit_kid(void *context, Node **place) {
    const Kids *kids = context;
    trace_expr(kids->tracer, *place, kids->via, kids->into);
}

void trace_exprs(Tracer *tracer, const Nodes *nodes, Via via, Trace *into) {
    for (uint32_t i = 0; i < nodes->count; i++) trace_expr(tracer, nodes->items[i], via, into);
}

static void trace_ref(Tracer *tracer, Ref *ref, Via via, Trace *into) {
    if (!ref->column) return;
    if (via.kind == EDGE_FILTER || !via.span.end) via.span = ref->expr.node.span;
    trace_column(tracer, ref->column, via, into);
}

/* A window takes what it does not say itself from the one that it is based on. */
static void trace_window(Tracer *tracer, const Window *window, Trace *into) {
    for (Via via = via_filter(BY_WINDOW); window; window = window->based_on) {
        trace_exprs(tracer, &window->partition, via, into);
        trace_exprs(tracer, &window->order, via, into);
        trace_expr(tracer, window->start, via, into);
        trace_expr(tracer, window->end, via, into);
    }
}

static Via via_group(Via via) {
    if (via.kind < EDGE_AGGREGATED) via.kind = EDGE_AGGREGATED;
    return via;
}

static void trace_call(Tracer *tracer, const Call *call, Via via, Trace *into) {
    bool groups = call->window || (call->function && function_is_aggregate(call->function));
    if (groups) via = via_group(via);
    trace_exprs(tracer, &call->args, via, into);
    trace_exprs(tracer, &call->within, via, into);
    trace_exprs(tracer, &call->order, via_filter(BY_ORDER), into);
    trace_expr(tracer, call->filter, via_filter(BY_CONDITION), into);
    trace_window(tracer, call->window, into);
}

static void trace_case(Tracer *tracer, const Case *node, Via via, Trace *into) {
    trace_expr(tracer, node->operand, via_filter(BY_BRANCH), into);
    for (uint32_t i = 0; i < node->whens.count; i++) {
        const When *when = (When *)node->whens.items[i];
        trace_expr(tracer, when->condition, via_filter(BY_BRANCH), into);
        trace_expr(tracer, when->result, via, into);
    }
    trace_expr(tracer, node->otherwise, via, into);
}

/* The value of a query: of its columns, of those rows that it has. */
static void trace_query(Tracer *tracer, Query *query, Via via, Trace *into) {
    const Rows *rows = query->rowset.rows;
    for (uint32_t i = 0; rows && i < rows->columns.count; i++) trace_column(tracer, rows->columns.items[i], via, into);
    trace_rows(tracer, (Node *)query, into);
}

static void trace_array(Tracer *tracer, Node *query, Via via, Trace *into) {
    if (!query || query->kind != NODE_QUERY) return;
    trace_query(tracer, (Query *)query, via_group(via), into);
    trace_order(tracer, (Query *)query, via_filter(BY_ORDER), into);
}

/* An argument is written once and may be used many times, through many functions. */
static void trace_parameter(Tracer *tracer, const Parameter *parameter, Via via, Trace *into) {
    bool fresh;
    if (!parameter->of || (uint64_t)parameter->index >= parameter->of->args.count) return;
    Node *argument = parameter->of->args.items[parameter->index];
    Trace *trace = trace_of(tracer, &tracer->nodes, argument, &fresh);
    if (fresh) {
        trace->open = true;
        trace_expr(tracer, argument, (Via){EDGE_DERIVED, 0, argument->span}, trace);
        trace->open = false;
    }
    if (via.kind == EDGE_FILTER) via.span = NOWHERE;
    trace_add(tracer, into, trace, via);
}

void trace_expr(Tracer *tracer, Node *node, Via via, Trace *into) {
    if (!node) return;
    switch ((NodeKind)node->kind) {
    case NODE_LITERAL: break;
    case NODE_REF: trace_ref(tracer, (Ref *)node, via, into); break;
    case NODE_BINARY:
        trace_expr(tracer, ((Binary *)node)->left, via, into);
        if (((Binary *)node)->of != OP_COLLATE) trace_expr(tracer, ((Binary *)node)->right, via, into);
        break;
    case NODE_CAST: trace_expr(tracer, ((Cast *)node)->operand, via, into); break;
    case NODE_CALL: trace_call(tracer, (Call *)node, via, into); break;
    case NODE_CASE: trace_case(tracer, (Case *)node, via, into); break;
    case NODE_INLINED: trace_expr(tracer, ((Inlined *)node)->body, via, into); break;
    case NODE_PARAMETER: trace_parameter(tracer, (Parameter *)node, via, into); break;
    case NODE_QUERY: trace_query(tracer, (Query *)node, via, into); break;
    case NODE_EXISTS: trace_rows(tracer, ((Exists *)node)->query, into); break;
    case NODE_ARRAY_QUERY: trace_array(tracer, ((ArrayQuery *)node)->query, via, into); break;
    default: { /* made of its parts */
        Kids kids = {tracer, via, into};
        node_kids(node, visit_kid, &kids);
    }
    }
}
