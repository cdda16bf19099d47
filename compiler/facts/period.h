/* Which rows of what a query reads decide which rows it gives for a period of time: what building by period rests on.
 *
 * A model built by period has a column of time. The query must give each row a period by the rows that it is made of alone,
 * whatever other rows there are: then a changed row of an input changes only the periods of the rows that it is a part of,
 * and these are found by asking the query itself with the changed rows in the input's place (PeriodInput.ways). Proof and
 * limits: docs/decisions/0009. */
#ifndef GOV_PERIOD_H
#define GOV_PERIOD_H

#include "compiler/facts/facts.h"

typedef enum {
    PERIOD_EDIT_INNER,   /* an outer join of which only matches count: an inner one (`node`: the Join) */
    PERIOD_EDIT_DROP,    /* a condition whose truth the changed rows alone do not tell (`place` holds it) */
    PERIOD_EDIT_EMPTY,   /* a SELECT of a union that does not read the input (`node`) */
} PeriodEditKind;

typedef struct PeriodEdit {
    PeriodEditKind kind;
    Node *node;
    Node **place;
} PeriodEdit;

typedef VEC(PeriodEdit) PeriodEdits;

/* A relation that the query reads; inline models are taken apart. */
typedef struct PeriodInput {
    Relation *relation;
    bool followed;              /* the periods that a change of it touches can be found */
    VEC(PeriodEdits) ways;      /* what the query is, asked for that: one for each side of a union that reads it */
    Span span;                  /* of one that is not: because of what stands here … */
    const char *why;            /* … "it is read in a subquery": every change of it may change every period */
} PeriodInput;

typedef struct PeriodFacts {
    bool possible;              /* the query can be built by period */
    Span span;                  /* if not: where, … */
    const char *says;           /* … what of it, for the label … */
    const char *why;            /* … and why, for the message's head */
    VEC(PeriodInput) inputs;    /* each relation once, in order of first mention; none if it is not possible */
} PeriodFacts;

/* Of a model with a query that could be typed, and its column of time. Lives in the arena. */
PeriodFacts period_facts(Arena *arena, const Relation *model, const Column *time);

#endif
