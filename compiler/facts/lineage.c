/* Where each column of a relation comes from, and what decides which rows it has: from its query's columns inwards to the
 * columns of the relations that the query reads. The kinds are those of OpenLineage's column lineage facet (direct:
 * identity, transformation, aggregation; indirect: what decides rows and branches), with indirect called filter. */
#include "compiler/facts/lineage.h"

enum { INDEXED_FROM = 24 };

/* ----------------------------------------------------------------- traces */

static EdgeKind stronger(EdgeKind a, EdgeKind b) {
    return a > b ? a : b;
}

Via via_filter(FilterWays way) {
    return (Via){EDGE_FILTER, way, NOWHERE};
}

static const void *index_key(const Column *leaf, bool filter) {
    return (const char *)leaf + filter;
}

static Origin *find_origin(Trace *trace, const Column *leaf, bool filter) {
    if (trace->origins.count < INDEXED_FROM) {
        for (uint32_t i = 0; i < trace->origins.count; i++) {
            Origin *there = &trace->origins.items[i];
            if (there->leaf == leaf && (there->kind == EDGE_FILTER) == filter) return there;
        }
        return NULL;
    }
    for (; trace->indexed < trace->origins.count; trace->indexed++) {
        const Origin *there = &trace->origins.items[trace->indexed];
        map_put(&trace->index, index_key(there->leaf, there->kind == EDGE_FILTER), (void *)(uintptr_t)(trace->indexed + 1));
    }
    uintptr_t position = (uintptr_t)map_get(&trace->index, index_key(leaf, filter));
    return position ? &trace->origins.items[position - 1] : NULL;
}

static void add_origin(Tracer *tracer, Trace *into, Origin origin) {
    Origin *there = find_origin(into, origin.leaf, origin.kind == EDGE_FILTER);
    if (!there) {
        vec_push(tracer->arena, &into->origins, origin);
    } else if (origin.kind > there->kind) {
        *there = origin;
    } else if (origin.ways & ~there->ways) {
        there->ways |= origin.ways;
    } else {
        return;
    }
    tracer->changed = true;
}

void trace_add_reading(Tracer *tracer, Trace *into, Reading reading) {
    for (uint32_t i = 0; i < into->readings.count; i++)
        if (into->readings.items[i].relation == reading.relation) return;
    vec_push(tracer->arena, &into->readings, reading);
    tracer->changed = true;
}

/* A filter within stays at its place; a value is that of the step. */
static Origin seen_through(Origin origin, Via via) {
    if (origin.kind != EDGE_FILTER && via.span.end) origin.span = via.span;
    origin.kind = stronger(origin.kind, via.kind);
    if (origin.kind == EDGE_FILTER) origin.ways |= via.ways;
    return origin;
}

void trace_add(Tracer *tracer, Trace *into, const Trace *from, Via via) {
    if (into == from) return;
    for (uint32_t i = 0; i < from->origins.count; i++) add_origin(tracer, into, seen_through(from->origins.items[i], via));
    for (uint32_t i = 0; i < from->readings.count; i++) trace_add_reading(tracer, into, from->readings.items[i]);
}

static Trace *new_trace(Tracer *tracer) {
    Trace *trace = arena_new(tracer->arena, Trace);
    map_open(&trace->index, tracer->arena);
    return trace;
}

Trace *trace_of(Tracer *tracer, Map *map, const void *key, bool *ret_fresh) {
    Trace *trace = map_get(map, key);
    if (!trace) map_put(map, key, trace = new_trace(tracer));
    *ret_fresh = trace->round != tracer->round;
    trace->round = tracer->round;
    if (!*ret_fresh && trace->open) tracer->looped = true;
    return trace;
}

/* ---------------------------------------------------------------- columns */

static void trace_values(Tracer *tracer, const Values *values, uint32_t column, Trace *into) {
    for (uint32_t i = 0; i < values->rows.count; i++) {
        const Row *row = (Row *)values->rows.items[i];
        if (column >= row->items.count) continue;
        Node *item = row->items.items[column];
        trace_expr(tracer, item, (Via){EDGE_DERIVED, 0, item->span}, into);
    }
}

static void trace_pivoted(Tracer *tracer, const Pivot *pivot, const Column *column, Trace *into) {
    trace_expr(tracer, &column->expr->node, (Via){EDGE_AGGREGATED, 0, column->expr->node.span}, into);
    for (uint32_t i = 0; i < pivot->fors.count; i++)
        trace_expr(tracer, ((PivotFor *)pivot->fors.items[i])->column, via_filter(BY_BRANCH), into);
}

/* Beside the elements of a function there is what counts them; beside the columns of a history, when they changed. */
static void trace_beside(Tracer *tracer, const TableFunction *table, Trace *into) {
    const Relation *history = history_of(tracer, table);
    if (history) trace_relation(tracer, history, via_filter(BY_ROWS), into);
    else trace_expr(tracer, table->call, via_filter(BY_ROWS), into);
}

/* The two sides of a column: of a union the value is of either; of EXCEPT and INTERSECT it is the left one, and the right
 * one decides which rows are there; of USING in a full join it is made of both. */
static void trace_sides(Tracer *tracer, const Column *column, Trace *into) {
    const Node *maker = column->maker;
    bool merged = maker->kind == NODE_JOIN;
    Via via = {merged ? EDGE_DERIVED : EDGE_DIRECT, 0, merged ? maker->span : NOWHERE};
    bool united = merged || ((const SetOperation *)maker)->of == SET_UNION;
    if (column->copied) trace_column(tracer, column->copied, via, into);
    if (column->other && united) trace_column(tracer, column->other, via, into);
}

static void trace_made(Tracer *tracer, Column *column, Trace *into) {
    Node *maker = column->maker;
    NodeKind kind = maker ? (NodeKind)maker->kind : NODE_SELECT;
    if (kind == NODE_SET_OPERATION || kind == NODE_JOIN) {
        trace_sides(tracer, column, into);
    } else if (kind == NODE_VALUES) {
        trace_values(tracer, (const Values *)maker, column->index, into);
    } else if (kind == NODE_PIVOT) {
        trace_pivoted(tracer, (const Pivot *)maker, column, into);
    } else if (kind == NODE_UNPIVOT) {
        trace_exprs(tracer, &((const Unpivot *)maker)->values, (Via){EDGE_DERIVED, 0, column->span}, into);
    } else if (kind == NODE_TABLE_FUNCTION) {
        trace_beside(tracer, (const TableFunction *)maker, into);
    } else if (column->expr) {
        trace_expr(tracer, &column->expr->node, (Via){EDGE_DERIVED, 0, column->expr->node.span}, into);
        if (maker) trace_add(tracer, into, trace_input(tracer, (Select *)maker), via_filter(0));
    }
}

static Column *copy_of(const Column *column) {
    return column->relation || column->maker ? NULL : column->copied;
}

/* What a column copies at last. A long way is remembered, so that each of a chain of copies need not go all of it. */
static Column *end_of_copies(Tracer *tracer, Column *column) {
    Column *end = column, *known = NULL;
    uint32_t steps = 0;
    for (; !known && copy_of(end); steps++) {
        end = copy_of(end);
        if (steps % 64 == 63) known = map_get(&tracer->ends, end);
    }
    if (known) end = known;
    if (steps >= 64) map_put(&tracer->ends, column, end);
    return end;
}

void trace_column(Tracer *tracer, Column *column, Via via, Trace *into) {
    bool fresh;
    column = end_of_copies(tracer, column);
    if (column->relation) {
        add_origin(tracer, into, (Origin){column, via.span.end ? via.span : column->span, via.kind, via.ways});
        return;
    }
    Trace *trace = trace_of(tracer, &tracer->columns, column, &fresh);
    if (fresh) {
        trace->open = true;
        trace_made(tracer, column, trace);
        trace->open = false;
    }
    if (via.kind == EDGE_DIRECT) via.span = NOWHERE; /* what made it is what a copy shows */
    trace_add(tracer, into, trace, via);
}

void trace_relation(Tracer *tracer, const Relation *relation, Via via, Trace *into) {
    for (uint32_t i = 0; relation->rows && i < relation->rows->columns.count; i++)
        trace_column(tracer, relation->rows->columns.items[i], via, into);
}

/* -------------------------------------------------------------- relations */

static void count_edges(RelationFacts *facts, const Trace *trace) {
    facts->edges.capacity += trace->origins.count;
    facts->rows_edges.capacity += trace->readings.count;
}

static void add_edges(RelationFacts *facts, const Trace *trace, Column *to) {
    for (uint32_t i = 0; i < trace->origins.count; i++) {
        const Origin *origin = &trace->origins.items[i];
        facts->edges.items[facts->edges.count++] = (Edge){origin->leaf, to, origin->kind, origin->ways, origin->span};
    }
    for (uint32_t i = 0; i < trace->readings.count; i++) {
        const Reading *reading = &trace->readings.items[i];
        facts->rows_edges.items[facts->rows_edges.count++] = (RowsEdge){reading->relation, to, reading->span};
    }
}

static void query_column(Tracer *tracer, const Column *column, Trace *into) {
    Column *from = column->copied;
    Span span = from && from->expr ? from->expr->node.span : column->span;
    if (from) trace_column(tracer, from, (Via){EDGE_DIRECT, 0, from->copied ? span : NOWHERE}, into);
}

/* `unpacking logs.infobip.payload`: a column without a path is the log's own. */
static Column *unpacked_column(const Tracer *tracer, const Clause *unpacking) {
    Parts name = unpacking->name;
    if (name.count < 2) return NULL;
    Part last = name.items[--name.count];
    const Relation *log = program_relation(tracer->program, name);
    return log && log->rows ? rows_find(log->rows, last.name) : NULL;
}

static void unpacking_column(Tracer *tracer, const Column *column, Column *payload, Trace *into) {
    bool inside = column->declared && column->declared->path.length;
    Column *own = inside ? NULL : rows_find(payload->relation->rows, column->name);
    trace_column(tracer, own ? own : payload, (Via){own ? EDGE_DIRECT : EDGE_DERIVED, 0, column->span}, into);
}

/* What is written in an engine's own SQL may be made of all that it says it reads. */
static void native_column(Tracer *tracer, const Relation *relation, Via via, Trace *into) {
    for (uint32_t i = 0; i < relation->reads.count; i++) trace_relation(tracer, relation->reads.items[i], via, into);
}

static void relation_column(Tracer *tracer, const Relation *relation, const Column *column, Trace *into) {
    const Clause *unpacking = decl_clause(relation->decl, CLAUSE_UNPACKING);
    Column *payload = unpacking ? unpacked_column(tracer, unpacking) : NULL;
    if (relation->query) query_column(tracer, column, into);
    else if (payload) unpacking_column(tracer, column, payload, into);
    else native_column(tracer, relation, (Via){EDGE_DERIVED, 0, column->span}, into);
}

static void relation_rows(Tracer *tracer, const Relation *relation, Trace *into) {
    const Clause *unpacking = decl_clause(relation->decl, CLAUSE_UNPACKING);
    Column *payload = unpacking ? unpacked_column(tracer, unpacking) : NULL;
    if (relation->query) {
        trace_rows(tracer, (Node *)relation->query, into);
        return;
    }
    if (payload) trace_column(tracer, payload, via_filter(BY_ROWS), into);
    else native_column(tracer, relation, via_filter(BY_CONDITION), into);
    for (uint32_t i = 0; i < relation->reads.count; i++)
        trace_add_reading(tracer, into, (Reading){relation->reads.items[i], relation->read_spans.items[i]});
}

/* One pass over all columns and the rows, which stand last. */
static void trace_once(Tracer *tracer, const Relation *relation, Trace **traces) {
    uint32_t count = relation->rows->columns.count;
    tracer->round++;
    tracer->looped = tracer->changed = false;
    if (relation->query) trace_ctes(tracer, relation->query);
    for (uint32_t i = 0; i < count; i++) relation_column(tracer, relation, relation->rows->columns.items[i], traces[i]);
    relation_rows(tracer, relation, traces[count]);
}

static void find_edges(Tracer *tracer, RelationFacts *facts) {
    const Relation *relation = facts->relation;
    uint32_t count = relation->rows->columns.count;
    Trace **traces = arena_alloc(tracer->arena, (count + 1) * sizeof *traces);
    for (uint32_t i = 0; i <= count; i++) traces[i] = new_trace(tracer);
    /* Until nothing is added: a recursive CTE reads what the round before found of itself. */
    do trace_once(tracer, relation, traces);
    while (tracer->looped && tracer->changed);
    for (uint32_t i = 0; i <= count; i++) count_edges(facts, traces[i]);
    facts->edges.items = arena_alloc(tracer->program->arena, facts->edges.capacity * sizeof *facts->edges.items);
    facts->rows_edges.items = arena_alloc(tracer->program->arena, facts->rows_edges.capacity * sizeof *facts->rows_edges.items);
    for (uint32_t i = 0; i <= count; i++) add_edges(facts, traces[i], i < count ? relation->rows->columns.items[i] : NULL);
}

void lineage_find(Program *program, RelationFacts *facts) {
    if (facts->relation->kind != RELATION_MODEL) return;
    Arena *scratch = arena_scratch(program->arena);
    ArenaMark mark = arena_mark(scratch);
    Tracer tracer = {.program = program, .arena = scratch};
    map_open(&tracer.columns, scratch);
    map_open(&tracer.nodes, scratch);
    map_open(&tracer.ends, scratch);
    find_edges(&tracer, facts);
    arena_release(scratch, mark);
}
