/* Columns that are copied, together and row by row, from a relation. */
#ifndef GOV_COPIES_H
#define GOV_COPIES_H

#include "compiler/check/internal.h"

enum { MOST_COPIED = 8 };

/* Asked of a relation and the places of its columns that were come to: whether what is looked for holds of them. */
typedef bool (*HoldsOf)(void *context, const Relation *relation, const uint32_t *columns, uint32_t count);

/* Whether it holds of all that these columns of a model's query are copies of; null values apart, which an outer join makes. */
bool copies_hold(const Relation *relation, const uint32_t *columns, uint32_t count, HoldsOf holds, void *context);
/* The same, or that an inner join or WHERE has them equal to columns of which it holds. */
bool copies_or_equals_hold(const Relation *relation, const uint32_t *columns, uint32_t count, HoldsOf holds, void *context);

#endif
