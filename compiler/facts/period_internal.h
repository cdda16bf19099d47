/* What the two halves of the period's facts share: period.c (where the time comes from), period_input.c (what else is read). */
#ifndef GOV_PERIOD_INTERNAL_H
#define GOV_PERIOD_INTERNAL_H

#include "compiler/facts/period.h"

typedef struct Periods {
    Arena *arena;
    PeriodFacts *facts;
    Map on_path;         /* SELECT or TABLE_REF → itself: of those that the time comes through */
    Map driving;         /* Relation → itself: of which the rows tell the period */
} Periods;

/* How often the relation is read beneath a node, up to MOST_READS; a CTE counts for each time that it is read. */
enum { MOST_READS = 16 };
uint32_t period_count_reads(Node *node, const Relation *relation);
/* Whether `test` holds of a node or of one beneath it, subqueries and CTEs' definitions left out. The first such, or null. */
Node *period_find(Node *node, bool (*test)(const Node *node));
bool period_is_window(const Node *node);
bool period_is_query(const Node *node);
/* The table in FROM that has this column of its own; null: it is none's. */
Node *period_table_of(Node *item, const Column *column);
/* Whether the expression is made of nothing but keys of the group. */
bool period_of_keys(const SelectFacts *facts, Node *expr);
/* What a table in FROM stands for: the query of a CTE, of an inline model, of a subquery; null: rows of their own. */
Query *period_query_of(const Node *table);
/* The column's place among those of period_query_of(). */
uint32_t period_position(const Node *table, uint32_t index);

/* period_input.c: what is to be known of one relation that is read. */
PeriodInput period_input(Periods *periods, const Relation *model, Relation *relation, uint32_t time);

#endif
