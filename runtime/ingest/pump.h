/* Hands a stream to the engine as a file: a thread writes the text into a pipe that the engine opens as /dev/fd/N.
 *
 * The engine's own inflater takes a file that is cut, or whose checksum is wrong, for a shorter file: zlib does not.
 * It is also what converts encodings. At most a pipe's worth of text is held. */
#ifndef GOV_INGEST_PUMP_H
#define GOV_INGEST_PUMP_H

#include "runtime/engine/engine.h"
#include "runtime/ingest/stream.h"

#include <stdatomic.h>

typedef struct IngestPump IngestPump;

/* Starts the thread. The pump owns the stream from here on, also if this fails. `cancel` (may be null) ends the text. */
bool ingest_pump_start(IngestStream *stream, const atomic_bool *cancel, IngestPump **ret_pump, IngestFault *fault);

/* The same for what a server writes; the caller closes the copy behind ingest_pump_finish. */
bool ingest_pump_start_copy(EngineCopy *copy, const atomic_bool *cancel, IngestPump **ret_pump, IngestFault *fault);

/* The path to read from, once. */
const char *ingest_pump_path(const IngestPump *pump);

/* Ends the thread and frees the pump. False, with the fault told, if not all of the stream was readable. When the
 * engine stopped reading (it failed) that is no fault. */
bool ingest_pump_finish(IngestPump *pump, IngestFault *fault);

#endif
