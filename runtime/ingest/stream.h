/* The bytes of a file as UTF-8 text: gzip inflated, the encoding converted, a byte order mark skipped. */
#ifndef GOV_INGEST_STREAM_H
#define GOV_INGEST_STREAM_H

#include "runtime/ingest/fault.h"

#include <sys/types.h>

typedef struct IngestStream IngestStream;

/* Opens `path`; `name` is what messages call it, `encoding` any name that iconv knows (null: UTF-8, passed through
 * unchecked). A path that ends with `.gz` must be gzip, any other must not be. Fails with a message on a folder, a
 * missing or unreadable file, an unknown encoding. The caller closes the stream, which keeps pointers to `name`. */
bool ingest_stream_open(const char *path, const char *name, const char *encoding, IngestStream **ret_stream,
                        IngestFault *fault);

/* Fills at most `size` (at least 16) bytes of `buffer`. Returns how many, 0 at the end, -1 on a fault: damaged or cut
 * gzip, bytes that the encoding does not have, a read error. */
ssize_t ingest_stream_read(IngestStream *stream, char *buffer, size_t size, IngestFault *fault);

/* Null is fine. */
void ingest_stream_close(IngestStream *stream);

#endif
