/* Whom the rows of a query are about: for each source whose tagged values they hold, the columns that tell its people apart. */
#ifndef GOV_PEOPLE_H
#define GOV_PEOPLE_H

#include "compiler/facts/facts.h"

/* People of one source (or model that unpacks JSON), as they stand in the rows of a query. `by`: columns of these rows, each of
 * which is, in every row, the subject of the source's row that the values are of; none: `lost` says why. */
typedef struct People {
    const Relation *source;
    const Column *subject;         /* of the source; null: an expression, or it declares none */
    VEC(const Column *) by;
    const char *lost;              /* "it declares no subject", "people were put together here" … */
    Span span;                     /* where */
} People;

typedef struct PeopleList { People **items; uint32_t count, capacity; } PeopleList;

/* The column by which a source declares its people (`subject customer_id`), or null. */
const Column *subject_of(const Relation *source);
/* The people of what the SELECT of a relation's own query reads, of whom it holds values of these categories (all bits of each)
 * above keys. Owned by the arena. */
PeopleList people_read(const Facts *facts, Arena *arena, const Relation *relation, FlowLabel categories);

#endif
