/* The header of a file against the declared columns. */
#ifndef GOV_INGEST_HEADER_H
#define GOV_INGEST_HEADER_H

#include "runtime/ingest/csv.h"

/* Finds, for each of the `count` names of the file, which of the source's data columns it is: `ret_columns[i]` is an
 * index of source->columns. Order does not matter, nor does the case of ASCII letters. Fails, naming every column that
 * is missing, not declared or there twice, with the near name, and the delimiter if that seems to be what is wrong. */
bool ingest_header_match(const GovSource *source, const char *file, const IngestText *names, size_t count,
                         size_t *ret_columns, IngestFault *fault);

/* How many columns the rows of the source's files have. */
size_t ingest_data_columns(const GovSource *source);

#endif
