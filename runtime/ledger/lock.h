/* One run at a time in a database: who holds the lock, since when, and when it may be taken from them.
 *
 * On a server an advisory lock of the ledger's session holds it; on DuckDB the file's own. A row in `gov.lock` says whose it
 * is, and is a lease: its owner renews it while working. The lock is taken over only when its process is dead (this host, its
 * number and its time of start) or its lease has run out; the act that publishes is refused to whoever lost it. */
#ifndef GOV_LEDGER_LOCK_H
#define GOV_LEDGER_LOCK_H

#include "runtime/engine/engine.h"

enum {
    LEDGER_LEASE_SECONDS = 60,
    LEDGER_RENEW_SECONDS = 15,
    LEDGER_TOKEN_SIZE = 33,
    LEDGER_HOLDER_SIZE = 700,
};

/* Whoever is at work, as the row says. */
typedef struct {
    char token[LEDGER_TOKEN_SIZE];   /* random, of this holding; empty: nobody */
    int file;                        /* the lock of a DuckDB file (lock_file.h), not owned, or -1 */
} LedgerLock;

/* On a server: takes the session's lock, from a dead owner if need be; `ret_taken_over` gets who that was, or "". Fails with
 * ENGINE_FAULT_LOCKED and the words of who has it. On DuckDB nothing is to be done. */
bool ledger_lock_session(EngineConnection *connection, char ret_taken_over[LEDGER_HOLDER_SIZE], EngineError *ret_error);

/* At a server, without taking it: does another session hold the lock? `ret_holder` gets the words of who, as far as they are known. */
bool ledger_lock_is_held(EngineConnection *connection, bool *ret_held, char ret_holder[LEDGER_HOLDER_SIZE], EngineError *ret_error);

/* Writes the row, when its table is there. `command` is `run`, `test`, `plan --adopt`. */
bool ledger_lock_take(EngineConnection *connection, const char *command, LedgerLock *ret_lock, EngineError *ret_error);
/* The run got its number. */
bool ledger_lock_number(EngineConnection *connection, const LedgerLock *lock, int64_t run_id, EngineError *ret_error);
/* Makes the lease begin anew. Fails with ENGINE_FAULT_LOST if somebody took the lock over. In a transaction: nobody can, until it
 * ends. */
bool ledger_lock_renew(EngineConnection *connection, const LedgerLock *lock, EngineError *ret_error);
/* Removes the row, if it is still this one. */
void ledger_lock_release(EngineConnection *connection, LedgerLock *lock);

#endif
