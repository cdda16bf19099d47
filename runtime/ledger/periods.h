/* Which days of a model that is built by period are done, failed or missing: gov.periods, of which the newest record that
 * holds a day says how it is. */
#ifndef GOV_LEDGER_PERIODS_H
#define GOV_LEDGER_PERIODS_H

#include "runtime/ledger/write.h"
#include "runtime/run/days.h"

/* What the ledger knows of such a model; `pending` is owned. */
typedef struct {
    bool published;              /* it was, built in parts */
    bool same;                   /* … and by a step of the same meaning */
    int64_t seen;                /* the last run that it has looked at its inputs in */
    DaySet pending;              /* failed or missing */
} LedgerPeriods;

bool ledger_read_periods(EngineConnection *connection, const GovStep *step, LedgerPeriods *ret_known, EngineError *ret_error);
/* The run that published the step of this name last; 0: none did. */
bool ledger_last_run(EngineConnection *connection, const char *name, int64_t *ret_run_id, EngineError *ret_error);
/* The run of which the published data of the step of this name are; 0: none is. */
bool ledger_published_by(EngineConnection *connection, const char *name, int64_t *ret_run_id, EngineError *ret_error);
/* What the ledger keeps of how it was declared when it was published (GovStep.outline); the caller frees it. Null: not known. */
bool ledger_read_outline(EngineConnection *connection, const char *name, char **ret_outline, EngineError *ret_error);
/* Within the publishing transaction, when `outcome->published` is known. */
bool ledger_write_periods(const Ledger *ledger, EngineConnection *connection, const StepOutcome *outcome, EngineError *ret_error);

#endif
