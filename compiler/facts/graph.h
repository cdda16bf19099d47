/* The part of a program's lineage that is asked for, as a graph: what `gov lineage` shows in all its forms. */
#ifndef GOV_GRAPH_H
#define GOV_GRAPH_H

#include "compiler/facts/facts.h"

typedef enum {
    POINT_RELATION,
    POINT_COLUMN,
    POINT_ROWS,        /* which rows a relation has */
    POINT_USER,        /* a metric, dashboard, delivery … */
} PointKind;

typedef enum { LINK_READS, LINK_DIRECT, LINK_DERIVED, LINK_AGGREGATED, LINK_FILTER, LINK_ROWS } LinkKind;

typedef struct LineagePoint {
    PointKind kind;
    Relation *relation;        /* itself, or whose column or rows it is; null: of a user */
    Column *column;
    Deferred *user;
    uint32_t hops;             /* from what was asked, by the shorter way */
    VEC(uint32_t) up, down;    /* links that were followed from here */
    bool upstream, downstream; /* followed already, or as far as was asked */
} LineagePoint;

/* Data goes from one point to another. */
typedef struct LineageLink {
    uint32_t from, to;
    LinkKind kind;
    unsigned ways;             /* of FilterWays */
    Span span;                 /* where it is written; NOWHERE: rows of a relation to its columns */
} LineageLink;

typedef struct LineageGraph {
    VEC(LineagePoint) points;  /* what was asked first, then in order of distance */
    VEC(LineageLink) links;
} LineageGraph;

typedef struct LineageQuestion {
    Relation *relation;        /* null: of `user`; both null: all relations and users */
    Column *column;            /* null: between relations */
    Deferred *user;
    bool up, down;             /* where it comes from, what reads it */
    bool filters;              /* of columns: what decides which rows, or which branch, too */
    uint32_t depth;            /* links to follow; UINT32_MAX: all */
} LineageQuestion;

LineageGraph *lineage_graph(const Facts *facts, const LineageQuestion *question);
/* "reads", "direct", "derived", "aggregated", "filter", "rows". */
const char *link_word(LinkKind kind);
/* `marts.orders`, `marts.orders.id`, `marts.orders (rows)`, `dashboard sales`. */
const char *point_name(Arena *arena, const LineagePoint *point);
/* Where it is declared. */
Span point_span(const LineagePoint *point);

#endif
