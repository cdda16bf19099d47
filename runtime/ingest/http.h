/* What the files of an HTTP load share. */
#ifndef GOV_INGEST_HTTP_H
#define GOV_INGEST_HTTP_H

#include "runtime/ingest/client.h"
#include "runtime/ingest/internal.h"
#include "runtime/ingest/path.h"
#include "runtime/ingest/request.h"

enum { HEADER_MAXIMUM = 64 };

/* A load of an HTTP source. */
typedef struct {
    Load *load;
    const GovHttp *http;
    Client *client;
    EngineAppender *appender;
    IngestPath rows_at, until, cursor_at;
    char *headers[HEADER_MAXIMUM];
    size_t header_count;
    const char **values; /* of columns `from request`, by index */
    bool has_published;  /* there are rows of earlier loads to keep */
    int64_t rows;        /* seen so far */
} HttpLoad;

/* http_open.c: reads the source's paths, options, headers and authentication, and opens the client. */
bool http_open(HttpLoad *http);
void http_close(HttpLoad *http);

/* The value of that key, or null. */
const char *http_setting(const Load *load, const GovSettings *settings, const char *key);

/* http_keep.c: finds out whether rows of earlier loads can be kept: known to the ledger, and still there. */
bool http_find_published(HttpLoad *http);

/* The newest value of the window's column that readers see, as an ISO date that the caller frees; null: none. */
bool http_read_newest(HttpLoad *http, const char *for_value, char **ret_newest);

/* Drops rows that came twice, such as at the seam of two pages. What differs is left for the test of the key. */
bool http_drop_duplicates(Load *load);

/* Adds to the staged table the published rows that stay: no new row has their key or, without a key, their window was
 * not asked for. */
bool http_keep_published(HttpLoad *http);

#endif
