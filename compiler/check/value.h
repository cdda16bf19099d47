/* What values an expression can give, nulls aside: in which range numbers and days lie, of which literals it is one. */
#ifndef GOV_VALUE_H
#define GOV_VALUE_H

#include "compiler/check/internal.h"

/* Numbers (bool: 0 and 1) and days since 1970-01-01; without bounds from -INFINITY to INFINITY. Bounds of exact values are
 * exact; what is computed is widened by more than any rounding. */
typedef struct Range { double low, high; bool low_open, high_open; } Range;

Range range_all(void);
Range range_point(double value);
Range range_between(double low, double high);
Range range_union(Range a, Range b);
Range range_both(Range a, Range b);
/* + - * / % of two ranges; anything else: all. */
Range range_arithmetic(Operator of, Range a, Range b);
Range range_negated(Range a);
Range range_absolute(Range a);
/* After rounding to some number of digits. */
Range range_rounded(Range a);
/* Of what is left for x where `x of other` is true. */
Range range_compared(Operator of, Range other);
/* Whether `a of b` is true of all values (never false), or false of all. */
bool range_always(Operator of, Range a, Range b);
bool range_never(Operator of, Range a, Range b);
/* "the operator that is true where this is false": < for >=. */
Operator operator_negated(Operator of);
/* a < b as b > a. */
Operator operator_turned(Operator of);

typedef struct Value {
    Range range;
    bool listed;                   /* it is one of `items` */
    VEC(const Literal *) items;
    const Relation *through;       /* whose promise was relied on */
} Value;

/* A comparison that holds where we are: `expr` is `value`. */
typedef struct Assumed { const Node *expr; Value value; } Assumed;

/* A call whose PARAMETERs are met, and what was assumed around it. */
typedef struct Frame { const Inlined *inlined; uint32_t floor, end; } Frame;

typedef struct Prover {
    Checking *checking;
    Arena *arena;
    const Relation *tested;        /* its columns are what its query gives: its own tests promise nothing yet */
    VEC(Assumed) assumed;          /* from `floor` on: of the query or function in which we are */
    uint32_t floor;
    VEC(Frame) frames;             /* innermost last */
    Map columns;                   /* Column of a relation → its Value */
    int depth;
    uint32_t steps;                /* that are left: what takes more is not known */
} Prover;

Value values_of(Prover *prover, const Node *expr);
/* Of a column of a relation: what its tests promise, and what its query gives. */
Value value_of_column(Prover *prover, const Column *column);
/* Of a relation's column by its query alone, not by its own tests. */
Value value_given(Prover *prover, const Relation *relation, uint32_t index);
/* Adds what is known where a condition is true (or, `outcome` false, was not true). */
void assume(Prover *prover, const Node *condition, bool outcome);
/* Whether a number or day written as such; then *ret_number is it. */
bool literal_number(const Node *expr, double *ret_number);
bool literal_listed(const Value *value, const Literal *literal);

/* Whether a condition is false of no row, nulls of its columns apart, where `column` stands for `value`. */
bool never_false(Prover *prover, const Node *condition);
/* Whether it is false of every row. */
bool always_false(Prover *prover, const Node *condition);

#endif
