/* Made-up values, and what simple conditions say of them: comparisons, lists, ranges, AND, OR, NOT, functions of the project. */
#ifndef GOV_DATUM_H
#define GOV_DATUM_H

#include "compiler/check/internal.h"

typedef enum {
    DATUM_UNKNOWN,     /* beyond what is understood here */
    DATUM_NULL,
    DATUM_NUMBER,      /* and bool: 0 and 1 */
    DATUM_TEXT,        /* and days and moments: written so, they compare as they do */
} DatumKind;

typedef struct Datum {
    DatumKind kind;
    double number;     /* exact: of few digits */
    const char *text;
    const char *pattern; /* the regular expression that the text was made by, or null */
} Datum;

typedef enum { TRUTH_FALSE, TRUTH_TRUE, TRUTH_NULL, TRUTH_UNKNOWN } Truth;

/* Gives the value of a column that an expression names. */
typedef Datum (*DatumOf)(void *context, const Ref *ref);

Datum datum_of(Arena *arena, const Node *expr, DatumOf column, void *context);
/* What a condition is, by SQL's logic of three values; UNKNOWN if it is not understood. */
Truth datum_truth(Arena *arena, const Node *condition, DatumOf column, void *context);
bool datum_equal(Datum a, Datum b);
/* Whether it is a value of the type, without rounding. */
bool datum_fits(Datum datum, const Type *type);
/* As SQL writes it: `'a'`, `1.50`, `null`; dates and moments without quotes. */
const char *datum_text(Arena *arena, Datum datum, const Type *type);

#endif
