/* Loads: reads a source's origin into its staged table, checks each row against the contract, and counts.
 *
 * What comes in is text; `columns[i].convert` types it and `checks[i].predicate` judges it, both in the embedded engine. At
 * a server the accepted rows are then carried to it. */
#ifndef GOV_INGEST_H
#define GOV_INGEST_H

#include "runtime/engine/engine.h"
#include "runtime/ingest/snapshot.h"
#include "runtime/plan.h"
#include "runtime/settings/settings.h"

#include <stdatomic.h>

/* A stretch of an HTTP source that is loaded: both ends are ISO dates and belong to it. `for_value` is "" without `for`. */
typedef struct {
    const char *for_value;
    const char *from;
    const char *to;
    int64_t rows;
} IngestInterval;

typedef struct {
    const char *path;             /* as found, relative to the project's folder where it lies below it */
    int64_t bytes;
    const char *sha256;           /* hexadecimal, of the file's bytes; may be null */
    int64_t rows;                 /* read from it */
    int64_t changed;              /* time of its last change, in nanoseconds; 0: not known */
    int64_t run_id;               /* that loaded it; 0: not known */
} IngestFile;

/* Shown while a load runs. -1 where not known. */
typedef struct {
    int64_t rows;
    int64_t bytes;
    int64_t total_bytes;
    const char *words;            /* what it does now: `serie 433, 2016-01-01 to 2018-08-31`; may be null; no data values */
} IngestProgress;

typedef struct {
    const GovPlan *plan;
    const GovStep *step;          /* of kind GOV_STEP_LOAD */
    EngineConnection *connection; /* of the embedded engine; no transaction is open; interrupted by the run when `cancel`
                                   * becomes true */
    EngineConnection *server;     /* where the target is a server: the same of it; else null, and `connection` is the target */
    const Settings *settings;
    const char *folder;           /* the project's, where relative paths start */
    const IngestInterval *known;  /* intervals that earlier runs loaded and published with this step's fingerprint */
    size_t known_count;
    const IngestFile *known_files;/* files that earlier runs loaded and published, newest load of each path */
    size_t known_file_count;
    const IngestFile *lost_files; /* files whose rows the published table has, loaded under another contract: where files are not
                                   * loaded again, each must still be there, or its rows would be lost */
    size_t lost_file_count;
    bool continues;               /* the published table is there, and was loaded with this step's fingerprint */
    IngestSnapshots *snapshots;   /* of the run; needed by sources of PostgreSQL */
    int64_t newest_age;           /* seconds since a file was loaded last; -1: never */
    const char *today;            /* ISO date of the run in the project's time zone: windows end here */
    const atomic_bool *cancel;    /* looked at between requests, files and statements, and while waiting */
    void (*progress)(void *context, const IngestProgress *progress);   /* may be null; any thread, at any rate */
    void *progress_context;
} IngestRequest;

/* read = accepted + quarantined + duplicates. With `on invalid warn` a wrong row is accepted and counted in `warned`. */
typedef struct {
    int64_t read;
    int64_t accepted;
    int64_t quarantined;
    int64_t duplicates;
    int64_t warned;
    int64_t bytes;                /* of files or of HTTP bodies, as transferred */
    IngestFile *files;
    size_t file_count;
    IngestInterval *intervals;    /* loaded by this call */
    size_t interval_count;
    char *error;                  /* why it failed: file, line, column, reason; no data value; null: out of memory */
    char *note;                   /* to be shown with a success: `3 rows quarantined: order_status in (…)`; or null */
    bool anew;                    /* nothing of what is published was kept: what was known before is of no use any more */
    bool interrupted;             /* it failed because `cancel` was set */
} IngestResult;

/* Makes step->staged (typed columns, in the order of the source) and, where the source has one, its quarantine_staged,
 * replacing leftovers of these names; published tables are only read. Where windows were loaded before, the staged table
 * is the published one with the rows of the new windows put in place.
 * False on failure: what is staged is then the caller's to discard. The result is filled in both cases, and cleared by
 * the caller with ingest_result_clear. */
bool ingest_load(const IngestRequest *request, IngestResult *ret_result);

/* Makes the schemas of the staged tables in the embedded engine, of which the loads at a server know: once, before the first. */
bool ingest_prepare_embedded(EngineConnection *embedded, const GovPlan *plan, EngineError *ret_error);

/* Frees what the result owns and sets it to zero. */
void ingest_result_clear(IngestResult *result);

#endif
