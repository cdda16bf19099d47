/* Requests of an HTTP source: its place, parameters and headers with their `{…}` filled in. */
#ifndef GOV_INGEST_REQUEST_H
#define GOV_INGEST_REQUEST_H

#include "runtime/ingest/fault.h"
#include "runtime/ingest/format.h"
#include "runtime/plan.h"
#include "runtime/settings/settings.h"

/* What `{name}` and `{name:FORMAT}` stand for in one request. */
typedef struct {
    const Settings *settings; /* constants of the plan */
    const char *for_name;     /* null: none */
    const char *for_value;
    bool has_window;
    IngestDay start, end;    /* both belong to the window */
    const char *offset_name; /* parameter that counts rows; null: none */
    int64_t offset;
    const char *cursor; /* `{cursor}`; null: first page, which leaves out a parameter that has it */
} RequestValues;

/* The text with its `{…}` filled in; the caller frees it. In a place (`escape`) the value of `for` is percent-encoded.
 * `ret_skip` (may be null) becomes true if the text needs a cursor that is not there. Null with the fault told. */
char *request_expand(const RequestValues *values, const char *text, bool escape, bool *ret_skip, IngestFault *fault);

/* The address with the parameters as its query, or without them and `*ret_form` set to them, where method is `post`.
 * Both are the caller's to free. Refuses what is not http or https. Null with the fault told. */
char *request_url(const GovSource *source, const RequestValues *values, char **ret_form, IngestFault *fault);

/* What a message calls a request: the address without its query and without a user, then what sets it apart, such as
 * `GET https://api.example/orders (serie 433, 2016-01-01 to 2016-12-31)`. The caller frees it; null: out of memory. */
char *request_name(const GovSource *source, const RequestValues *values, const char *url);

/* The text after the address in request_name, without parentheses, such as `serie 433, 2016-01-01 to 2016-12-31`; the
 * caller frees it; null: out of memory. */
char *request_words(const RequestValues *values);

#endif
