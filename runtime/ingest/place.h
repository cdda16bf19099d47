/* The files that a place names: `data/orders.csv`, `landing/tb_{ano:4}{mes:2}.csv`, `lake/ano=2024/part-*.parquet`. */
#ifndef GOV_INGEST_PLACE_H
#define GOV_INGEST_PLACE_H

#include "runtime/ingest/fault.h"
#include "runtime/plan.h"
#include "runtime/settings/settings.h"

#include <stdint.h>

typedef struct {
    char *path; /* to open it with */
    char *name; /* for messages and the ledger: relative to the project's folder where the place is */
    int64_t bytes;
    int64_t changed; /* time of the last change, in nanoseconds */
    char *sha256;    /* null until somebody asks */
    char **values;   /* of each column of the source: what the path says of a `from path` column, else null */
} IngestFound;

typedef struct {
    IngestFound *items; /* in order of name */
    size_t count;
    size_t column_count;
} IngestFoundFiles;

/* Finds the files of the source's place below `folder`. `{name}` is a constant of the plan or a `from path` column
 * (one or more characters of one folder or file name), `{name:4}` a column of exactly four; `*`, `?`, `[…]` and `**`
 * are those of a shell; a column that the place does not name is taken from a folder `name=value`. Where `foo.csv` is
 * not there, `foo.csv.gz` is taken (csv and json). No file at all is a fault. The caller frees with
 * ingest_found_clear, also after a failure. */
bool ingest_place_find(const GovSource *source, const Settings *settings, const char *folder,
                       IngestFoundFiles *ret_files, IngestFault *fault);
void ingest_found_clear(IngestFoundFiles *files);

/* The same where somebody else lists what fits a pattern of a shell (or more than that): adds the files by ingest_found_add. */
typedef bool (*IngestList)(void *context, const char *pattern, IngestFoundFiles *files, IngestFault *fault);
bool ingest_place_find_by(const GovSource *source, const Settings *settings, IngestList list, void *context,
                          IngestFoundFiles *ret_files, IngestFault *fault);

/* Adds a file that is at `path` and called `name`. */
bool ingest_found_add(IngestFoundFiles *files, const char *path, const char *name, IngestFault *fault);
/* It is at that path now, which it takes over. */
bool ingest_found_set_path(IngestFound *found, char *path);

/* Seconds of a duration; months and years by their usual lengths, for ages of files. */
int64_t ingest_seconds_of(GovDuration duration);

/* Do folders alone say the columns of the source's paths? Then all files of a folder are one partition. */
bool ingest_is_partitioned(const GovSource *source);
/* Is the file in the same folder? */
bool ingest_same_folder(const char *one, const char *other);

/* Frees what one of them owns. */
void ingest_found_clear_one(IngestFound *found, size_t column_count);

#endif
