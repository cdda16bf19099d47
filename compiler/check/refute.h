/* Two rows of input that break a test: in what they agree, and with what values. */
#ifndef GOV_REFUTE_H
#define GOV_REFUTE_H

#include "compiler/check/internal.h"

typedef struct Equal { Column *a, *b; } Equal;

typedef struct Witness {
    Checking *checking;
    VEC(const TableRef *) tables;
    VEC(Equal) equal;
    VEC(Column *) tested;          /* what the test's columns are made of */
    VEC(Column *) compared;        /* what conditions speak of */
    bool in_condition;             /* where gather() is */
    bool one_row_each;             /* of rows as they are: conditions may be meant to choose among them, so both agree in `compared` */
    VEC(Node *) conditions;        /* of WHERE and joins, but for those of `equal` */
    Map same;                      /* Column → itself: the two rows agree in it */
    bool understood;
    bool grouped;                  /* a row stands for a group */
} Witness;

static inline bool agrees(const Witness *witness, const Column *column) {
    return map_get(&witness->same, column) != NULL;
}

/* The source's column that a relation's column is a copy of, row by row, or null. */
const Column *source_column(const Column *column);

/* Writes the rows as a small table a relation, with values that are made up: the two agree where they must and differ elsewhere,
 * keep every contract that is declared of them, and satisfy every condition.
 * False if no such values were found. */
bool witness_rows(const Witness *witness, Buffer *out);

#endif
