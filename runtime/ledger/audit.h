/* Was the ledger changed by anybody but gov? Its rows are held against the chain (chain.h), and the chain against itself. */
#ifndef GOV_LEDGER_AUDIT_H
#define GOV_LEDGER_AUDIT_H

#include "runtime/ledger/canonical.h"
#include "runtime/plan.h"

typedef struct {
    const char *table;         /* `steps`, or `chain` */
    char *key;                 /* what names the row: `12 marts.fct_orders`; of the chain the position of a link */
    const char *what;          /* `changed`, `removed`, `inserted`; of the chain also `does not follow from the link before it` */
} LedgerFinding;

typedef struct {
    bool exists;               /* false: no ledger is there, or one without a chain yet */
    int64_t version;           /* of its tables; 0: none */
    int64_t rows;              /* that were held against the chain */
    int64_t position;          /* of the last link */
    char head[LEDGER_HASH_SIZE];
    LedgerFinding *findings;   /* those of the chain first; then by table and key */
    size_t count;
} LedgerAudit;

/* Reads the whole ledger of the plan's target. `kept_position` and `kept_hash` are a head that somebody kept (0 and null:
 * none): a chain in which that link is not, or is another one, has lost it. The caller clears the audit. On failure
 * `*ret_error` is a text that the caller frees. */
bool ledger_audit(const GovPlan *plan, const char *folder, int64_t kept_position, const char *kept_hash, LedgerAudit *ret_audit,
                  char **ret_error);
void ledger_audit_clear(LedgerAudit *audit);

#endif
