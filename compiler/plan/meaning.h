/* The meaning of queries, and of relations, without the text's own names: what fingerprints are made of. */
#ifndef GOV_PLAN_MEANING_H
#define GOV_PLAN_MEANING_H

#include "compiler/plan/internal.h"

/* What is known while the meaning of one relation is read; meaning.c says how tables are numbered. */
typedef struct MeaningWalk {
    Program *program;
    Planner *planner;
    Arena *arena;                  /* scratch */
    Map columns;                   /* Column → its hash */
    Map rows;                      /* Cte → the hash of its rows */
    uint32_t level, tables;        /* of SELECTs around; tables in FROM of the innermost, so far */
    const Select *select;          /* the innermost */
    bool whole;                    /* with the meaning of what is read; else with its name */
    bool unstable;                 /* the same input may give other rows: ties, sums of doubles */
    const char *(*of_relation)(struct MeaningWalk *walk, const Column *column);
    const char *(*rows_of_relation)(struct MeaningWalk *walk, const Relation *relation);
} MeaningWalk;

/* 32 hexadecimal digits of the text's SHA-256. */
const char *meaning_hash(Arena *arena, const char *text, size_t length);
/* Adds what an expression means, or any other node, as text. */
void meaning_of_node(MeaningWalk *walk, const Node *node, Buffer *out);
void meaning_of_list(MeaningWalk *walk, const Nodes *list, Buffer *out);
/* Adds what decides which rows a row set has, and knows its columns from then on. */
void meaning_of_rows(MeaningWalk *walk, Node *rowset, Buffer *out);
/* The hash of a column of what was read. */
const char *meaning_of_column(MeaningWalk *walk, const Column *column);

/* The hash of what was written. */
const char *meaning_hash_of(MeaningWalk *walk, Buffer *text);

/* stable.c: whether the same rows always give the same result: no choice is left to the engine among rows that are equal in
 * what they are sorted by, and no sum depends on the order in which it is made. */
bool call_is_stable(const MeaningWalk *walk, const Call *call);
/* The same of LIMIT, OFFSET and DISTINCT ON of a query. */
bool query_is_stable(Program *program, Query *query);

#endif
