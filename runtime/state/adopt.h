/* Handing over to gov what it did not make: `gov plan --adopt`. */
#ifndef GOV_STATE_ADOPT_H
#define GOV_STATE_ADOPT_H

#include "runtime/plan.h"
#include "runtime/state/state.h"

typedef struct {
    const StateGranted *granted;  /* as if gov had granted it: what the plan does not want, the next run undoes */
    size_t granted_count;
    const StateAccepted *accepted;
    size_t accepted_count;
} StateAdoption;

/* Records it in the ledger of the plan's target, in one transaction; changes nothing else. On failure `*ret_error` is a text
 * without secrets that the caller frees; null: out of memory. */
bool state_adopt(const GovPlan *plan, const char *folder, const StateAdoption *adoption, char **ret_error);

#endif
