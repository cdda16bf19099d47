/* What determines what among the rows of a FROM: functional dependencies over columns and whole rows.
 *
 * Each table of the FROM is a bit (its row), each column that somebody speaks of another: a set of them is a few machine
 * words, and what it determines is found by Armstrong's axioms (Maier, The Theory of Relational Databases, 1983, ch. 4). */
#ifndef GOV_DEPENDENCIES_H
#define GOV_DEPENDENCIES_H

#include "compiler/facts/facts.h"

enum { BIT_WORDS = 3, MOST_BITS = 64 * BIT_WORDS, MOST_TABLES = 40 };

typedef struct Bits { uint64_t words[BIT_WORDS]; } Bits;

/* A table of the FROM, joins and parentheses taken apart. */
typedef struct FromTable {
    Node *node;          /* what stands there */
    const Rows *rows;
    const Join *join;    /* the innermost join that it is a side of; null: it stands behind a comma, or alone */
    bool nulled;         /* an outer join may have no row of it */
    bool lateral;        /* its rows are others for each row of the tables before it */
    Bits columns;        /* those of its columns that have a bit */
} FromTable;

typedef struct Dependency { Bits from, to; } Dependency;

typedef struct Dependencies {
    Arena *arena;
    bool of_matches;     /* only rows are looked at for which each outer join has found one: what it compares is equal */
    VEC(FromTable) tables;        /* of the first of them, in order of writing, the bit is 0 */
    uint32_t bits;                /* that are given away */
    Map columns;                  /* Column → its bit + 1 */
    VEC(Dependency) items;
    VEC(Dependency) compared;     /* equalities of two columns, both ways: for `links` */
    VEC(Node *) exprs;            /* expressions that have a bit */
    VEC(uint32_t) expr_bits;      /* beside `exprs` */
} Dependencies;

/* What holds among the rows that the SELECT's FROM and WHERE let through; the keys of all its tables must be known.
 * Null: too many tables to say. Owned by the arena. */
Dependencies *dependencies_of(Arena *arena, const Select *select, bool of_matches);
/* The same of one from item. */
Dependencies *dependencies_of_item(Arena *arena, Node *item);
/* All that a set determines, itself among it. */
Bits determined_by(const Dependencies *of, Bits set);
/* Learns what holds where this condition is true. */
void dependencies_learn(Dependencies *of, Node *condition);
void dependencies_add(Dependencies *of, Bits from, Bits to);

Bits bits_none(void);
bool bits_hold(const Bits *set, uint32_t bit);
void bits_put(Bits *set, uint32_t bit);
Bits bits_union(Bits a, Bits b);
Bits bits_both(Bits a, Bits b);
bool bits_within(Bits part, Bits whole);
bool bits_meet(Bits a, Bits b);
/* A bit that nothing has yet; false if there is none left. */
bool bit_new(Dependencies *of, uint32_t *ret_bit);
/* The bit of a column of one of the tables, or of one that USING has merged; false if there is none left for it. */
bool bit_of_column(Dependencies *of, const Column *column, uint32_t *ret_bit);
/* The bit of an expression over the rows, which all that it speaks of determines; false: it cannot be said. */
bool bit_of_expr(Dependencies *of, Node *expr, uint32_t *ret_bit);
/* What is cast, where no two values become one: of a wider number, of a day as a moment. */
Node *behind_casts(Node *expr);
/* Adds the columns that an expression speaks of; false: its value depends on more than these. */
bool bits_of_expr(Dependencies *of, Node *expr, Bits *set);
/* Whether a set (closed by determined_by) holds a column. */
bool bits_know(const Dependencies *of, const Bits *set, const Column *column);
/* The bits of a key's columns, as those of the table; false if one has none. */
bool bits_of_key(Dependencies *of, const Key *key, Bits *set);
/* Which of the tables has this column of its own; UINT32_MAX: none. */
uint32_t table_of_column(const Dependencies *of, const Column *column);

#endif
