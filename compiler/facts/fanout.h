/* Fan-out: an additive aggregate over rows that a join has multiplied counts the same value several times. */
#ifndef GOV_FANOUT_H
#define GOV_FANOUT_H

#include "compiler/facts/dependencies.h"

/* One aggregate and one table that multiplies what it adds up. */
typedef struct FanOut {
    const Call *call;
    const FromTable *added;        /* the table whose values are added up, the first if there are several */
    const FromTable *multiplying;  /* has several rows for each of these */
    Bits added_tables, multiplying_table;
    const Select *within;          /* the SELECT in which they are joined, where that is not the aggregate's own; or null */
    VEC(const Column *) fixed;     /* columns of `multiplying` that are the same for all these rows */
    VEC(const Column *) missing;   /* those of its key that are not; none: no key of it is known */
} FanOut;

typedef VEC(FanOut) FanOuts;

/* All here is of the arena's scratch, for the caller to mark and release. Those of one SELECT (not of queries within it), in order of writing. A table of which no key is known is taken to
 * multiply only where it is joined by the key of the other side: then it is the side of many. */
FanOuts fanouts_of(Arena *arena, Select *select, const Nodes *order);

/* Those of a metric over a relation, whose rows its own query may have multiplied. */
FanOuts fanouts_of_measure(Arena *arena, const Measure *measure, const Relation *relation);

#endif
