/* Text to the declared type, strictly, in the engine's SQL.
 *
 * A cast of DuckDB reads `12.7` and `1_3` as the integer 13, drops the offset of a timestamp and rounds a decimal; a
 * contract must not. So a value counts only if it is written as its type is: either it is exactly what the engine
 * itself would write (cheap to see), or it has the shape of the type (a regular expression, only tried otherwise). */
#ifndef GOV_INGEST_CONVERT_H
#define GOV_INGEST_CONVERT_H

#include "runtime/ingest/csv.h"

#include <stdio.h>

typedef enum {
    INGEST_TYPE_TEXT,
    INGEST_TYPE_INTEGER,
    INGEST_TYPE_DECIMAL,
    INGEST_TYPE_DOUBLE,
    INGEST_TYPE_BOOLEAN,
    INGEST_TYPE_DATE,
    INGEST_TYPE_TIME,
    INGEST_TYPE_TIMESTAMP,
    INGEST_TYPE_TIMESTAMPTZ,
    INGEST_TYPE_JSON,
    INGEST_TYPE_NESTED,
    INGEST_TYPE_OTHER,
} IngestType;

/* The kind of an engine's type, `DECIMAL(18,2)`; ret_scale (may be null) gets a decimal's scale. */
IngestType ingest_type(const char *type, int *ret_scale);

/* May a column of values of type `from` be declared as `to`? The values are looked at as well. */
bool ingest_type_may_pass(IngestType from, IngestType to);

/* Writes the expression that gives the column's value before it is judged; it reads the text column "<name>" and never
 * fails. False: the column's format makes no sense (told in `fault`). */
bool ingest_convert_write_value(FILE *stream, const GovColumn *column, const IngestDialect *dialect,
                                IngestFault *fault);

/* Writes the condition under which `value` is what the text `text` says: true, false, or null (which means false).
 * `value` and `text` are names of columns, unquoted. */
bool ingest_convert_write_condition(FILE *stream, const GovColumn *column, const IngestDialect *dialect,
                                    const char *value, const char *text, IngestFault *fault);

/* True if the text is the value: nothing to judge. */
bool ingest_convert_is_plain(const GovColumn *column);

#endif
