/* One moment of a server for all tables that a run reads from it: a session holds a snapshot, which all others take. */
#ifndef GOV_INGEST_SNAPSHOT_H
#define GOV_INGEST_SNAPSHOT_H

#include "runtime/engine/engine.h"

typedef struct IngestSnapshots IngestSnapshots;

/* None yet. Null: out of memory. Any thread may ask for connections; closed when all of them are. */
IngestSnapshots *ingest_snapshots_open(void);
void ingest_snapshots_close(IngestSnapshots *snapshots);

/* A connection in a read-only transaction that sees the server that `dsn` names as it was when its first connection was asked
 * for. The caller disconnects it. */
bool ingest_snapshot_connect(IngestSnapshots *snapshots, const char *dsn, EngineConnection **ret_connection, EngineError *ret_error);

#endif
