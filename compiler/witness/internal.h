/* What the files of witness share. */
#ifndef GOV_WITNESS_INTERNAL_H
#define GOV_WITNESS_INTERNAL_H

#include "compiler/emit/emit.h"
#include "compiler/witness/witness.h"

typedef VEC(const char *) Pool;

typedef struct Pools {
    const Dialect *dialect;
    Pool integers, numbers, texts, dates, times;
} Pools;

/* Adds the literals of a tree: what queries compare with is worth trying, and what is beside it. */
void pools_add(Arena *arena, Pools *pools, Node *tree);
/* The values that every search begins with. */
void pools_open(Arena *arena, Pools *pools, const Dialect *dialect);
/* A value of a type as a literal, by a number at random; null: no values are drawn of such a type. */
const char *pools_value(const Pools *pools, Arena *arena, const Type *type, uint64_t random);
/* Adds the columns whose contract is to be asked for, with candidates. False: a check is not the engine's. */
bool witness_add_columns(Witness *witness, Program *program);

#endif
