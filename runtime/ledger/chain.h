/* The chain of the ledger: a link, in `gov.chain`, for every row that gov writes, changes or removes, with the sha256 of the row
 * and of the link before it (docs/ledger.md, "The chain").
 *
 * Links belong to the transaction that writes the rows. They are kept until ledger_leave puts them behind the last link there
 * is; from then until the commit nobody else may write links: whoever publishes beside other threads holds the run's
 * ledger lock for the whole transaction. */
#ifndef GOV_LEDGER_CHAIN_H
#define GOV_LEDGER_CHAIN_H

#include "runtime/ledger/canonical.h"

typedef enum { LEDGER_ADDED, LEDGER_CHANGED, LEDGER_REMOVED } LedgerAct;

const char *ledger_act_name(LedgerAct act);

typedef struct LedgerChain LedgerChain;

/* Null: out of memory. The caller closes it; null is fine. */
LedgerChain *ledger_chain_open(void);
void ledger_chain_close(LedgerChain *chain);

/* The hash of a link: of the hash before it (of the first: 64 zeros) and of all that the link says. */
void ledger_hash_link(const char *before, int64_t position, const char *act, const char *table, const char *key,
                      const char *content, char ret_hash[LEDGER_HASH_SIZE]);

/* A change of the ledger: what is written between the two is one transaction, the caller's if one is open. Leaving writes the
 * links, then commits; or, if `ok` is false or that fails, drops them and rolls back. What it gives is whether all went well. */
typedef struct {
    EngineConnection *connection;
    bool own;                     /* the transaction is this change's */
} LedgerChange;

bool ledger_enter(EngineConnection *connection, LedgerChange *ret_change, EngineError *ret_error);
bool ledger_leave(LedgerChain *chain, LedgerChange *change, bool ok, EngineError *ret_error);

/* Within a change: runs a statement that adds or changes rows of `table` (`runs`), and keeps a link for each row of it that is
 * then as the condition says, which has the first `where_count` of the statement's parameters. */
bool ledger_write(LedgerChain *chain, EngineConnection *connection, const char *table, LedgerAct act, const char *sql,
                  const EngineParameter *parameters, size_t count, const char *where, size_t where_count, EngineError *ret_error);

/* Within a change: removes the rows of `table` that are as the condition says, and keeps a link for each. */
bool ledger_remove(LedgerChain *chain, EngineConnection *connection, const char *table, const char *where,
                   const EngineParameter *parameters, size_t count, EngineError *ret_error);

/* Within a change: keeps a link for each row that any table has: what was there before there was a chain. */
bool ledger_link_everything(LedgerChain *chain, EngineConnection *connection, EngineError *ret_error);

/* The columns of a table of this connection's database, asked for once; the chain's. Null: `ret_error` says why. */
const LedgerShape *ledger_shape_of(LedgerChain *chain, EngineConnection *connection, const LedgerTable *table, EngineError *ret_error);

/* Within a change: keeps a link. False: out of memory. */
bool ledger_link(LedgerChain *chain, const LedgerShape *shape, LedgerAct act, const char *const *cells);

/* The last link: 0 and 64 zeros if there is none. */
bool ledger_read_head(EngineConnection *connection, int64_t *ret_position, char ret_hash[LEDGER_HASH_SIZE], EngineError *ret_error);

/* Does the schema have the table? */
bool ledger_has_table(EngineConnection *connection, const char *table, bool *ret_has, EngineError *ret_error);

#endif
