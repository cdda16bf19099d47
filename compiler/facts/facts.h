/* Facts that follow from the typed program: keys of every relation, and the lineage of every column. */
#ifndef GOV_FACTS_H
#define GOV_FACTS_H

#include "compiler/names/names.h"

/* Column sets, each of which makes a row unique. An empty set: at most one row. */
typedef struct Key { VEC(Column *) columns; Span span; const char *because; } Key;
typedef struct KeySet { VEC(Key *) keys; } KeySet;

typedef enum {
    EDGE_DIRECT,       /* a plain copy */
    EDGE_DERIVED,      /* computed from it, row by row */
    EDGE_AGGREGATED,   /* through an aggregate or window */
    EDGE_FILTER,       /* decides which rows are there, or which branch is taken */
} EdgeKind;

/* From a column of a relation that is read to a column of the relation that reads it. `to` null: to the row set, which
 * is to every column. Edges go one relation at a time; those of CTEs and subqueries are resolved away. */
typedef struct Edge {
    Column *from;
    Column *to;
    EdgeKind kind;     /* the strongest relationship found: direct < derived < aggregated; filter stands beside them */
    Span span;         /* the expression that makes it */
} Edge;

typedef struct RelationFacts {
    Relation *relation;
    KeySet *keys;      /* declared or proved; the declared key first */
    KeySet *proved;    /* those that follow from the model's query: what a declared key may be held against */
    Key *declared_key; /* or null */
    VEC(Edge) edges;   /* by `to` in order of columns, the row set last; then in order of first mention; each once */
} RelationFacts;

typedef struct Facts {
    Program *program;
    VEC(RelationFacts *) relations;   /* in the program's order */
} Facts;

/* Works out keys and lineage of all relations that could be typed. Never reports. */
Facts *facts_find(Program *program);
RelationFacts *facts_of(const Facts *facts, const Relation *relation);
/* The key of a rowset (its rows' `keys`) of which all columns are among these, or null; the first found. */
Key *keys_cover(const KeySet *keys, Column *const *columns, uint32_t count);
/* "direct", "derived", "aggregated", "filter". */
const char *edge_word(EdgeKind kind);
/* Each relation with its keys, and with its edges, for `gov dump --stage=keys|lineage`. */
void facts_dump_keys(const Facts *facts, Buffer *out);
void facts_dump_lineage(const Facts *facts, Buffer *out);

#endif
