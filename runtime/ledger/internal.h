/* What those who read the ledger share. */
#ifndef GOV_LEDGER_INTERNAL_H
#define GOV_LEDGER_INTERNAL_H

#include "runtime/plan.h"
#include "runtime/run/target.h"

/* The plan's target as it is, read-only; reads nothing of what the plan's steps and places need. False: `*ret_missing` tells
 * that it is not there yet, else `*ret_error` (the caller's to free) why it cannot be read. The caller closes the target. */
bool ledger_open_target(const GovPlan *plan, const char *folder, Target *ret_target, bool *ret_missing, char **ret_error);

#endif
