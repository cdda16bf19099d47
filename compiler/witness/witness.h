/* Pairs of states of the sources, for showing that a role learns what it is not cleared for. */
#ifndef GOV_WITNESS_H
#define GOV_WITNESS_H

#include "compiler/facts/access.h"

enum { WITNESS_ROWS = 4 };             /* at most in a table: small ones show most (docs/flow.md) */

/* A source that is read on the way. */
typedef struct WitnessTable {
    const Relation *source;
    const char *name;                  /* at the engine: `raw.orders` */
    bool *secret;                      /* beside its columns: may differ between the states */
    uint32_t row_count;
    const char **cells[2];             /* of each state: row by row, each a literal of the engine; `null` */
} WitnessTable;

/* Values for a column of which the contract says more than a type: only the engine can tell which of them it lets pass. */
typedef struct WitnessColumn {
    uint32_t table, column;
    const char *query;                 /* gives the indices of the candidates that pass, from 0 */
    const char **candidates;           /* literals */
    uint32_t candidate_count;
    uint32_t *passing;                 /* set by whoever runs the query: at most candidate_count; none: all are tried */
    uint32_t passing_count;
} WitnessColumn;

typedef struct Witness {
    VEC(WitnessColumn) columns;
    VEC(WitnessTable) tables;          /* a table before those that refer to it */
    VEC(Column *) asked;               /* what the role reads of the relation */
    const char *setup;                 /* statements that make empty tables and the models' views */
    const char *checks;                /* query: how many rows of the sources break their contract */
    const char *query;                 /* what the role asks, its rows in an order of their own */
    struct Pools *pools;
    Arena *arena;
} Witness;

/* Makes ready for drawing. `column` null: all that the role's grant lets it read, or every column where it has none. Null
 * with `ret_why`: why there can be none, such as a column of a type of which no values are drawn. Owned by the arena. */
Witness *witness_open(const Facts *facts, Arena *arena, const Role *role, const Relation *relation, const Column *column,
                      const char **ret_why);
/* Draws both states of every table; `seed` goes on. They differ in secret cells alone, and keep keys, references and `not null`;
 * other promises are for `checks`. False: this draw came to nothing, the next may. */
bool witness_draw(Witness *witness, uint64_t *seed);
/* Statements that put a state in place of what is there. */
void witness_put(const Witness *witness, int state, Buffer *out);

#endif
