/* Rows for people and programs: an aligned table, CSV, or JSON. */
#ifndef GOV_LOG_ROWS_H
#define GOV_LOG_ROWS_H

#include "runtime/engine/engine.h"
#include "runtime/run/run.h"

/* Reads the result to its end and writes it. Table: numbers right-aligned, null shown as nothing, line breaks as `\n`.
 * CSV: RFC 4180 with a header, null an empty field, an empty text `""`. JSON: an array of
 * objects, numbers as written (decimals keep their digits), one row a line.
 * False when reading failed or memory ran out; `ret_rows` (may be null) counts. */
bool log_rows(FILE *out, EngineResult *result, GovRowsFormat format, int64_t *ret_rows, EngineError *ret_error);

#endif
