/* What those who read the ledger share. */
#ifndef GOV_LEDGER_INTERNAL_H
#define GOV_LEDGER_INTERNAL_H

#include "runtime/plan.h"
#include "runtime/run/target.h"

/* The plan's target as it is, read-only; reads nothing of what the plan's steps and places need. False: `*ret_fault` is as
 * target_open gives it; ENGINE_FAULT_MISSING: it is not there yet, else `*ret_error` (the caller's to free) says why it cannot be
 * read. The caller closes the target. */
bool ledger_open_target(const GovPlan *plan, const char *folder, Target *ret_target, EngineFault *ret_fault, char **ret_error);

#endif
