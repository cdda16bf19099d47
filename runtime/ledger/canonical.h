/* A row of the ledger as the one text that is hashed, whatever engine holds it, and the text that names the row. */
#ifndef GOV_LEDGER_CANONICAL_H
#define GOV_LEDGER_CANONICAL_H

#include "runtime/engine/engine.h"

enum { LEDGER_HASH_SIZE = 65 };   /* sha256 in hexadecimal digits, with the 0 behind it */

/* A table whose rows are links of the chain. */
typedef struct {
    const char *name;             /* of the schema `gov` */
    const char *key;              /* the columns that name a row, set off by blanks */
} LedgerTable;

/* Every such table; and the one of that name, or null. `ret_count` gets how many there are. */
const LedgerTable *ledger_tables(size_t *ret_count);
const LedgerTable *ledger_find_table(const char *name);

/* The columns of a table as they are in the database. */
typedef struct {
    const LedgerTable *table;
    size_t count;
    char **names;
    EngineClass *classes;
    size_t *by_name;              /* indices of columns, in the order of their names' bytes */
    size_t *key;                  /* indices of the columns of table->key */
    size_t key_count;
} LedgerShape;

/* Takes the columns from a result of `select * from` the table. False: out of
 * memory, or a column of the key is not there; then nothing is to be closed. */
bool ledger_shape_open(const LedgerTable *table, const EngineResult *result, LedgerShape *ret_shape);
void ledger_shape_close(LedgerShape *shape);

/* The sha256 of a row, of which `cells` has the texts in the order of the columns (null: SQL's null).
 *
 * What is hashed is, for each column that is not null, in the order of names: name, tab, count of bytes, tab, text, line feed;
 * with true and false, `%.17g` of a double, and times in UTC with six digits of a second. So a column that is added later,
 * and null in old rows, changes nothing. */
void ledger_hash_row(const LedgerShape *shape, const char *const *cells, char ret_hash[LEDGER_HASH_SIZE]);

/* What names the row: the cells of the key, set off by blanks, `-` for null; the caller frees it. Null: out of memory. */
char *ledger_row_key(const LedgerShape *shape, const char *const *cells);

#endif
