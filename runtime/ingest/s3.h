/* Addresses `s3://bucket/…`, through the engine's extension httpfs.
 *
 * Who asks is said by the environment as by every tool of that world: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN,
 * AWS_REGION (or AWS_DEFAULT_REGION), AWS_ENDPOINT_URL_S3 (or AWS_ENDPOINT_URL) for a store that is not Amazon's. */
#ifndef GOV_INGEST_S3_H
#define GOV_INGEST_S3_H

#include "runtime/engine/engine.h"
#include "runtime/ingest/place.h"

#include <stdbool.h>

bool s3_is_address(const char *place);

/* Loads the extension into the embedded engine of the connection and gives it the keys, once. The extension is looked for in
 * $GOV_DUCKDB_EXTENSIONS, else beside the engine's library. */
bool s3_open(EngineConnection *connection, EngineError *ret_error);

/* Finds the objects of the source's place, as ingest_place_find does files, and copies them into a folder of this load, so that
 * each is asked for once and is known by its content. `*ret_folder` (null: none was made) is s3_remove's to take away. */
bool s3_find(EngineConnection *connection, const GovSource *source, const Settings *settings, IngestFoundFiles *ret_files,
             char **ret_folder, IngestFault *fault);

/* Removes the folder and what is in it, and frees its name. Null is fine. */
void s3_remove(char *folder);

#endif
