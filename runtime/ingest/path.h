/* JSONPath, the simple part: `$`, `.name`, `['name']`, `[0]`, `[*]`. */
#ifndef GOV_INGEST_PATH_H
#define GOV_INGEST_PATH_H

#include "runtime/ingest/fault.h"

#include <jansson.h>
#include <stdio.h>

typedef enum { INGEST_STEP_NAME, INGEST_STEP_INDEX, INGEST_STEP_ALL } IngestStepKind;

typedef struct {
    IngestStepKind kind;
    char *name;
    size_t index;
} IngestPathStep;

typedef struct {
    IngestPathStep *steps;
    size_t count;
} IngestPath;

/* Reads a path; one that does not begin with `$` begins there: `status.groupName`. The caller frees with
 * ingest_path_clear, also after a failure. */
bool ingest_path_read(const char *text, IngestPath *ret_path, IngestFault *fault);
/* The path of one name as it is: `a.b` is no path but a key. */
bool ingest_path_of_name(const char *name, IngestPath *ret_path, IngestFault *fault);
void ingest_path_clear(IngestPath *path);

/* True if the path has a `[*]`. */
bool ingest_path_is_many(const IngestPath *path);

/* Writes the path as DuckDB's JSON functions want it. */
void ingest_path_write(const IngestPath *path, FILE *stream);

/* The value at a path, borrowed, or null; at a `[*]` the first element's. */
json_t *ingest_path_find(const IngestPath *path, json_t *root);

/* How many values the path has in `root`; -1 where a `[*]` does not stand at an array. */
int64_t ingest_path_count(const IngestPath *path, json_t *root);

#endif
