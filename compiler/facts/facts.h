/* Facts that follow from the typed program: keys of every relation, and the lineage of every column. */
#ifndef GOV_FACTS_H
#define GOV_FACTS_H

#include "compiler/facts/label.h"

/* Column sets, each of which makes a row unique. An empty set: at most one row. */
typedef struct Key { VEC(Column *) columns; Span span; const char *because; } Key;
typedef struct KeySet { VEC(Key *) keys; } KeySet;

typedef enum {
    EDGE_DIRECT,       /* a plain copy */
    EDGE_DERIVED,      /* computed from it, row by row */
    EDGE_AGGREGATED,   /* through an aggregate or window */
    EDGE_FILTER,       /* decides which rows are there, or which branch is taken */
} EdgeKind;

/* By what a filter edge decides; an edge may do so in several ways. */
typedef enum {
    BY_CONDITION = 1,  /* WHERE, HAVING, QUALIFY, FILTER of an aggregate, EXCEPT, INTERSECT */
    BY_JOIN = 2,       /* ON, USING, NATURAL */
    BY_GROUP = 4,      /* GROUP BY, DISTINCT, UNION */
    BY_ORDER = 8,      /* ORDER BY, where it decides: of LIMIT, DISTINCT ON, an aggregate, an array; LIMIT itself */
    BY_WINDOW = 16,    /* PARTITION BY, ORDER BY and frame of a window */
    BY_BRANCH = 32,    /* a condition of CASE */
    BY_ROWS = 64,      /* how many rows it gives: unnest, a function of FROM, JSON that is unpacked */
} FilterWays;

/* From a column of a relation that is read to a column of the relation that reads it. `to` null: to the row set, which
 * is to every column. Edges go one relation at a time; those of CTEs and subqueries are resolved away.
 *
 * `from` and `to` have at most one edge as values and one as filter. */
typedef struct Edge {
    Column *from;
    Column *to;
    EdgeKind kind;     /* the strongest relationship found: direct < derived < aggregated; filter stands beside them */
    unsigned ways;     /* of FilterWays; 0 but for filter edges */
    Span span;         /* the expression that makes the column; of a filter: where it is named */
} Edge;

/* The rows of a relation that is read decide which rows the reader has; or, with `to`, only the value of a column:
 * `(select count(*) from t)`. */
typedef struct RowsEdge {
    Relation *from;
    Column *to;
    Span span;         /* where it is read */
} RowsEdge;

typedef VEC(Tag *) Tags;
/* What may be learnt of a column: `d` of its value, `u` the part of it that a choice by the value does not lower; `domain`
 * where it is a plain key; `scan`: which columns are of one row. */
typedef struct ColumnFlow {
    FlowLabel d, u;
    FlowLabel rest, key;   /* `d` apart: what it tells by being a plain key, and the rest */
    const Column *domain;
    const void *scan;
} ColumnFlow;

/* What may be learnt of a relation by reading it: a column tells its own label and that of the rows. */
typedef struct RelationFlow {
    ColumnFlow *columns;   /* beside the relation's columns */
    FlowLabel rows;        /* which rows there are, and how many */
    FlowLabel all;         /* the rows and every column together */
    bool unknown;          /* not followed: reported already, or told by check */
    bool clean;            /* nothing may be learnt of it that is tagged */
} RelationFlow;

typedef struct RelationFacts {
    Relation *relation;
    KeySet *keys;      /* declared or proved; the declared key first */
    KeySet *proved;    /* those that follow from the model's query: what a declared key may be held against */
    Key *declared_key; /* or null */
    VEC(Edge) edges;   /* by `to` in order of columns, the row set last; then in order of first mention */
    VEC(RowsEdge) rows_edges; /* the same */
    Tags *tags;        /* beside the columns: declared, and of what a column is a plain copy of; null: none at all */
    RelationFlow *flow;
} RelationFacts;

typedef struct Facts {
    Program *program;
    VEC(RelationFacts *) relations;   /* in the program's order */
    const struct Facts *base;         /* of the program that this one stands before, or null */
    ColumnFlow *clean;                /* shared by all relations of which nothing tagged may be learnt */
    uint32_t clean_count;
    FlowLabel counted;                /* what the numbers of rows tell, that the ledger keeps of all relations */
} Facts;

/* Facts of a program, of which nothing is known yet; `base`: what is known of the program behind one that names_revise() made,
 * else null. */
Facts *facts_open(Program *program, const Facts *base);
/* Works out keys, lineage and labels of a relation that could be typed. Relations are added in the program's order: what one
 * reads is known before. Never reports. */
void facts_add(Facts *facts, Relation *relation);
/* Once all relations are added: labels those again that read what a delivery kept of a relation behind them. */
void facts_settle(Facts *facts);
RelationFacts *facts_of(const Facts *facts, const Relation *relation);
typedef enum {
    CHANGE_NONE,
    CHANGE_SEEN,     /* who reads it sees another relation */
    CHANGE_DEEP,     /* what it promises is another: who reads those that read it may rely on that too */
} Change;

/* What others see otherwise of a relation than before. Whoever adds a fact that is asked of a relation by its readers adds
 * it here. */
Change relation_change(const RelationFacts *before, const RelationFacts *after);
/* The key of a rowset (its rows' `keys`) of which all columns are among these, or null; the first found. */
Key *keys_cover(const KeySet *keys, Column *const *columns, uint32_t count);
/* Finds the keys of the tables of a SELECT that stands in an expression, where nobody has asked before. */
void keys_of_select(Arena *arena, Select *select);
/* The keys of a from item's rows, a join's too, found now if nobody has asked before; in the program's arena. */
KeySet *keys_of_item(Arena *arena, Node *item);
/* A step of the way that a label takes: a column of a relation, or (null) its rows; what it takes from the step before. */
typedef struct FlowHop {
    const Relation *relation;
    const Column *column;
    Span span;
    const char *words;
} FlowHop;

/* From where it is tagged to where it is read; `others`: how many other places it comes from too. */
typedef struct FlowPath { VEC(FlowHop) hops; uint32_t others; } FlowPath;

/* What a role may learn: what it is cleared for, and what the roles that it includes are. */
FlowLabel role_clearance(const Role *role);
/* The shortest way by which a relation's column (null: its rows) comes to carry a category above a level; none if it does
 * not. Owned by the program's arena. */
FlowPath flow_path(const Facts *facts, const Relation *relation, const Column *column, uint32_t tag, Level cleared);
typedef VEC(const Column *) FlowOrigins;

/* All columns of sources, or that a model tags, from which the same comes. Owned by the program's arena. */
FlowOrigins flow_origins(const Facts *facts, const Relation *relation, const Column *column, uint32_t tag, Level cleared);
/* Several groupings in one result: a group's columns may be null because they are left out. */
bool select_has_grouping_sets(const Select *select);
/* What the order of a query with LIMIT or OFFSET decides. */
typedef enum {
    LIMIT_FULL,      /* which rows are kept: it holds a key, or every column */
    LIMIT_CLOSED,    /* not all; emitted SQL goes on with the query's own columns, and rows that are left then are the same */
    LIMIT_OPEN,      /* not all, and not every column can be sorted by so that what is equal is the same */
} LimitOrder;

/* Finds keys that nobody has asked for before; in the program's arena. */
LimitOrder limit_order(Arena *arena, const Query *query);
/* Its sorts up to those that hold a key: what stands behind decides nothing. */
Nodes limit_deciding(Arena *arena, const Query *query);
/* `order by 2`: the second column; null of what is no position. */
Column *limit_position(const Query *query, const Node *expr);
/* Whether it is sorted by a column of its own. */
bool limit_sorts_by(const Query *query, const Column *column);
/* The test of a relation's key, or null. */
const Test *relation_key(const Relation *relation);
/* The column that the nth column of a test `references` refers to: the one named, else that of the other relation's key; null if
 * there is none. */
Column *test_referenced(const Test *test, uint32_t nth);
/* The same of a column of the test's own relation; null also if it is none of the test's. */
Column *test_referenced_by(const Test *test, const Column *column);
/* The column that another is a plain copy of, at its source; the column itself if it is none; null of null. */
const Column *flow_origin(const Column *column);
/* The key that a relation's column refers to, through columns that refer to one another; the column itself if to none: the
 * domain of its values. */
const Column *flow_domain(const Column *column);
/* What is learnt by reading a relation whole; nothing where it was not followed. */
FlowLabel flow_told_by(const Facts *facts, const Relation *relation);
/* What is learnt by reading only the rows for which a predicate over the relation's columns holds. */
FlowLabel flow_of_filter(const Facts *facts, const Relation *relation, Node *filter);
/* Whether something tagged is learnt by how many rows a query gives, or it cannot be followed. */
bool flow_query_tells(const Facts *facts, Query *query);
/* How a measure is read: `shows`, beside the relation's columns, what a reader sees of each, null: all; `rows`: what the rows
 * tell; grouped by these columns, of the rows for which `where` (or null) holds. */
typedef struct MeasureOf {
    const FlowLabel *shows;
    FlowLabel rows;
    Column *const *by;
    uint32_t by_count;
    Node *where;
} MeasureOf;

/* What is learnt by reading a metric's measure (null: the columns alone) over the relation. */
FlowLabel flow_of_measure(const Facts *facts, const Relation *relation, const Measure *measure, const MeasureOf *of);
#ifdef GOV_FLOW_MUTANTS
/* In a test build: switches a term of terms.def off, for the tests to notice. False: there is none of that name. */
bool flow_switch_off(const char *name);
#endif
/* "direct", "derived", "aggregated", "filter". */
const char *edge_word(EdgeKind kind);
/* "condition", "join" …: of one of FilterWays. */
const char *filter_word(unsigned way);
/* Each relation with its keys; each model with the words and tags of its columns and its edges, for `gov dump --stage=keys|lineage`. */
void facts_dump_keys(const Facts *facts, Buffer *out);
void facts_dump_lineage(const Facts *facts, Buffer *out);
/* Each relation with what may be learnt of its columns and rows, where that is anything, for `gov dump --stage=flow`. */
void facts_dump_flow(const Facts *facts, Buffer *out);

#endif
