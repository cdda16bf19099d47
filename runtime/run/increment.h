/* Models that are built in parts (GovIncrement): which days, why, and the building of them. */
#ifndef GOV_RUN_INCREMENT_H
#define GOV_RUN_INCREMENT_H

#include "runtime/run/internal.h"

/* Builds and tests a step that has an increment, in parts or whole, and says in the outcome which. False: it did not pass; days
 * that did are in the outcome's batches all the same, to be published. */
bool increment_run(Run *run, EngineConnection *connection, StepOutcome *outcome);

/* batches.c: builds the rows of the outcome's batches, several at a time; a batch that fails is halved until the days that fail
 * are found. False: it cannot go on (interrupted, the database is lost), and `ret_error` says why. */
bool batches_build(Run *run, EngineConnection *connection, StepOutcome *outcome, EngineError *ret_error);
/* Says in the target which batches are done, for the staged view. */
bool batches_show(EngineConnection *connection, const StepOutcome *outcome, EngineError *ret_error);
/* After tests of all batches together failed: builds and tests them one after another, and keeps those with which the tests
 * pass. */
bool batches_sift(Run *run, EngineConnection *connection, StepOutcome *outcome, EngineError *ret_error);

#endif
