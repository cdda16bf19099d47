/* Rows of one table of the ledger, filled cell by cell in the order of its columns; each becomes a link of the chain. After the
 * first failure nothing more is written. Within a change (chain.h). */
#ifndef GOV_LEDGER_ROWS_H
#define GOV_LEDGER_ROWS_H

#include "runtime/ledger/chain.h"

#include <time.h>

typedef struct {
    LedgerChain *chain;
    const LedgerShape *shape;     /* null: the table is not of the chain */
    EngineAppender *appender;
    EngineError *error;
    char **cells;                 /* of the row so far */
    size_t cell;
    bool ok;
} LedgerRows;

LedgerRows ledger_rows_open(LedgerChain *chain, EngineConnection *connection, const char *table, EngineError *ret_error);
/* `text` may be null. Texts are cast to the column's type. */
void ledger_put_text(LedgerRows *rows, const char *text);
void ledger_put_integer(LedgerRows *rows, int64_t integer);
void ledger_put_count(LedgerRows *rows, int64_t count);         /* negative: not counted, null */
void ledger_put_boolean(LedgerRows *rows, bool value);
void ledger_put_seconds(LedgerRows *rows, double seconds);      /* negative: null */
void ledger_put_time(LedgerRows *rows, struct timespec time);   /* CLOCK_REALTIME; zero: null */
void ledger_put_now(LedgerRows *rows);
void ledger_end_row(LedgerRows *rows);
/* False: something failed, and `ret_error` of ledger_rows_open tells it. */
bool ledger_rows_close(LedgerRows *rows);

#endif
