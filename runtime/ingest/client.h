/* One HTTP API: requests one after another, never more often than it allows, repeated when it is unwell. */
#ifndef GOV_INGEST_CLIENT_H
#define GOV_INGEST_CLIENT_H

#include "runtime/ingest/fault.h"

#include <jansson.h>
#include <stdatomic.h>
#include <stdint.h>

typedef struct Client Client;

typedef struct {
    const char *user, *password; /* basic; null: none */
    const char *const *headers;  /* `Name: value` */
    size_t header_count;
    const char *proxy;         /* null: none, whatever the environment says */
    const char *certificates;  /* file of authorities to trust instead of the system's; null: the system's */
    double seconds_between;    /* between the starts of two requests; 0: no limit */
    double timeout_seconds;    /* of one request */
    int retries;               /* after the first attempt */
    bool backoff;              /* wait longer each time, with jitter; else a second */
    int64_t body_maximum;      /* bytes, after decompression */
    int empty_status;          /* that means: no rows; 0: none */
    const atomic_bool *cancel; /* may be null */
} ClientOptions;

/* An answer. `body` and `json` are null for the empty status. */
typedef struct {
    char *body; /* valid JSON */
    size_t length;
    json_t *json;
    char *next; /* address of `Link: <…>; rel="next"`, absolute; or null */
} ClientAnswer;

/* The options are copied, what they point to is not. The caller closes the client. */
bool client_open(const ClientOptions *options, Client **ret_client, IngestFault *fault);
void client_close(Client *client);

/* Asks for `url` (http or https), by POST with `form` (may be null: GET) as its body, and gives an answer in JSON.
 * Tried again: no connection, a timeout, a connection cut, status 408, 429 and 5xx, and an answer that is no JSON;
 * `Retry-After` is honoured up to ten minutes. Redirects are followed five times, on the same scheme, and where there
 * is something to keep secret on the same host. `name` is what messages call the request. The caller clears the
 * answer. */
bool client_ask(Client *client, const char *url, const char *form, const char *name, ClientAnswer *ret_answer,
                IngestFault *fault);
void client_answer_clear(ClientAnswer *answer);

/* Bytes of all answers so far, as transferred. */
int64_t client_bytes(const Client *client);

/* True if both are of the same scheme, host and port. */
bool client_same_place(const char *url, const char *other);

#endif
