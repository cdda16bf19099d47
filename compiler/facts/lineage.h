/* What the files of lineage share: lineage.c keeps what was found and makes the edges, lineage_expr.c walks expressions,
 * lineage_rows.c row sets. */
#ifndef GOV_LINEAGE_H
#define GOV_LINEAGE_H

#include "compiler/facts/internal.h"

/* A column of a relation that something comes from. */
typedef struct Origin {
    Column *leaf;
    Span span;
    EdgeKind kind;
    unsigned ways;
} Origin;

/* A relation whose rows decide. */
typedef struct Reading {
    Relation *relation;
    Span span;
} Reading;

/* What a column comes from, or what decides the rows of a row set: each leaf once as a value, once as a filter. */
typedef struct Trace {
    VEC(Origin) origins;
    VEC(Reading) readings;
    Map index;          /* of long lists: leaf (+ 1 for filters) → position + 1 */
    uint32_t indexed;
    uint32_t round;     /* in which it was last worked out … */
    bool open;          /* … or is being so */
} Trace;

/* The step by which something is reached. `span` of a value: the expression of the column that it goes into. */
typedef struct Via {
    EdgeKind kind;
    unsigned ways;
    Span span;
} Via;

typedef struct Tracer {
    Program *program;
    Arena *arena;       /* scratch: what is found is copied out of it */
    Map columns;        /* Column → Trace, of those that are no copies */
    Map nodes;          /* QUERY of a CTE, one-group SELECT, argument → Trace */
    Map ends;           /* Column → Column, of copies of copies: the first that is none */
    uint32_t round;
    bool looped;        /* met something that is open: a recursive CTE */
    bool changed;       /* something was added in this round */
} Tracer;

/* The trace of a key of one of the maps; `ret_fresh` tells whether it is to be worked out in this round. */
Trace *trace_of(Tracer *tracer, Map *map, const void *key, bool *ret_fresh);
/* All of a trace, seen through a step. */
void trace_add(Tracer *tracer, Trace *into, const Trace *from, Via via);
void trace_add_reading(Tracer *tracer, Trace *into, Reading reading);
/* What a column comes from, seen through a step. */
void trace_column(Tracer *tracer, Column *column, Via via, Trace *into);
/* Every column of a relation, of which nothing closer is known. */
void trace_relation(Tracer *tracer, const Relation *relation, Via via, Trace *into);

/* A filter that decides in one way. */
Via via_filter(FilterWays way);

/* What a value takes from, each at least of the step's kind; null takes from nothing. */
void trace_expr(Tracer *tracer, Node *node, Via via, Trace *into);
void trace_exprs(Tracer *tracer, const Nodes *nodes, Via via, Trace *into);

/* What decides which rows a row set has, all of kind filter. */
void trace_rows(Tracer *tracer, Node *rowset, Trace *into);
/* What decides which rows go into the one group of a SELECT. */
Trace *trace_input(Tracer *tracer, Select *select);
/* Works out the CTEs of a query in the order of their writing, if they are many: each finds what it reads, and nobody goes
 * down a chain of thousands of them. */
void trace_ctes(Tracer *tracer, const Query *query);
/* What a query is sorted by. */
void trace_order(Tracer *tracer, Query *query, Via via, Trace *into);
/* The relation of `history(relation)` in FROM, or null. */
Relation *history_of(const Tracer *tracer, const TableFunction *table);

#endif
