/* The last act of a publishing transaction: privileges are made what the plan says, and the ledger is told what is published
 * and granted. */
#ifndef GOV_STATE_PUBLISH_H
#define GOV_STATE_PUBLISH_H

#include "runtime/ledger/write.h"

typedef struct {
    const GovPlan *plan;
    const Ledger *ledger;         /* of the run */
    const bool *published;        /* beside the plan's steps: put in place by this transaction */
} StatePublication;

/* Within the transaction, after relations and role views are in place:
 * - `plan->comments` are made;
 * - what `plan->access.privileges` wants and the server does not have is granted;
 * - what `gov.grants` has and is no longer wanted is undone. Nothing else is revoked: what somebody else granted stays;
 * - `gov.grants` and `gov.objects` say what is so now.
 * On failure the caller rolls back. */
bool state_publish(EngineConnection *connection, const StatePublication *publication, EngineError *ret_error);

#endif
