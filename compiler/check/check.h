/* The checks: what may be said of a program only once its types and facts are known. */
#ifndef GOV_CHECK_H
#define GOV_CHECK_H

#include "compiler/facts/facts.h"

typedef struct Checking Checking;

/* The checks of checks.def: they report what is wrong, and set the verdict of each test (proved, refuted, to run).
 * Program.run_date decides which dates have passed. Owned by the program's arena. */
Checking *checks_open(Facts *facts);
/* Those of one relation; facts are known of it and of all that it reads. */
void checks_of_relation(Checking *checking, Relation *relation);
/* All others, once the facts of all relations are known. */
void checks_of_rest(Checking *checking);

/* history.c: whether it is known what a table was at an earlier moment, which a question asks for that `as of` does not say in the
 * text; if not, that is reported. */
bool check_state_is_known(const Facts *facts, const TableRef *table);

#endif
