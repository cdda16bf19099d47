/* What the files that find keys share. */
#ifndef GOV_KEYS_H
#define GOV_KEYS_H

#include "compiler/facts/dependencies.h"
#include "compiler/facts/internal.h"

typedef struct Finder {
    Arena *arena;      /* of the keys */
    Arena *scratch;    /* of what is needed to find them */
} Finder;

/* The keys of any rowset: found once, and kept with its rows. */
KeySet *rowset_keys(Finder *finder, Node *rowset);
/* Of a SELECT, as its own columns. */
KeySet *select_keys(Finder *finder, Select *select);
/* Of a join with no SELECT around it: one in parentheses with a name. */
KeySet *join_keys(Finder *finder, Join *join);
KeySet *keys_new(Finder *finder);
/* Adds a key, unless one of fewer columns is there. */
void keys_add(Finder *finder, KeySet *keys, const Key *key);
/* Adds keys as those of rows that copy the columns; those of which a column is not copied are left out. */
void map_keys(Finder *finder, const KeySet *inner, const Rows *rows, KeySet *into);
bool belongs(const Rows *rows, const Column *column);

#endif
