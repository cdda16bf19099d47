/* What the files of types share. */
#ifndef GOV_TYPES_INTERNAL_H
#define GOV_TYPES_INTERNAL_H

#include "compiler/names/names.h"

enum { VARIABLES = 2, MAX_PRECISION = 38 };

struct TypeTable {
    Arena *arena;
    Names *names;
    Type simple[TYPE_VARIABLE + 1];
    Type variables[VARIABLES];
    const Type *decimals[MAX_PRECISION + 1][MAX_PRECISION + 1];
    Map arrays;                      /* element → array type */
    VEC(const Type *) compounds;     /* maps and structs */
    VEC(const Unit *) units;
    Map texts;                       /* type → its text */
    Map words;                       /* Name of a built-in type → its index + 1 in resolve.c */
};

#endif
