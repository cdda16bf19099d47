/* The tables of the ledger, and how they came to be: docs/ledger.md describes them. */
#ifndef GOV_LEDGER_SCHEMA_H
#define GOV_LEDGER_SCHEMA_H

#include "runtime/ledger/chain.h"

enum {
    LEDGER_HAS_GRANTS = 2,   /* from this version of its tables on the ledger knows what was published and granted */
    LEDGER_HAS_CHAIN = 4,    /* from this one on every row is a link of the chain */
};

/* Brings the schema `gov` up to date, one transaction a version. */
bool ledger_migrate(LedgerChain *chain, EngineConnection *connection, EngineError *ret_error);

/* Which version the database has; 0: none. */
bool ledger_version(EngineConnection *connection, int64_t *ret_version, EngineError *ret_error);

#endif
