/* The checks: what may be said of a program only once its types and facts are known. */
#ifndef GOV_CHECK_H
#define GOV_CHECK_H

#include "compiler/facts/facts.h"

/* Runs every check of checks.def: reports what is wrong, and sets the verdict of each test (proved, refuted, to run).
 * Program.run_date decides which dates have passed. */
void checks_run(Facts *facts);

#endif
