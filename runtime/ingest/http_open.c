/* What an HTTP source says of its requests: options, headers, authentication, limits, paths. */
#include "runtime/ingest/http.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const int64_t body_maximum_default = (int64_t)64 << 20;
enum { TIMEOUT_DEFAULT = 30 };

/* Reads `64 MB`, `512 KB`, `1 GB` or a number of bytes. */
static bool read_size(const char *text, int64_t *ret_bytes) {
    char *end;
    long long number = strtoll(text, &end, 10);
    while (isspace((unsigned char)*end)) end++;
    int shift = strcasecmp(end, "KB") == 0   ? 10
                : strcasecmp(end, "MB") == 0 ? 20
                : strcasecmp(end, "GB") == 0 ? 30
                : *end                       ? -1
                                             : 0;
    if (end == text || shift < 0 || number <= 0 || number > (1 << 20))
        return end != text && shift == 0 && number > 0 && (*ret_bytes = number);
    *ret_bytes = (int64_t)number << shift;
    return true;
}

static bool read_options(Load *load, ClientOptions *options) {
    for (size_t i = 0; i < load->source->options.count; i++) {
        const char *key = load->source->options.items[i].key;
        const char *value = settings_value(load->request->settings, &load->source->options.items[i].value);
        if (strcmp(key, "proxy") == 0)
            options->proxy = value;
        else if (strcmp(key, "certificates") == 0)
            options->certificates = value;
        else if (strcmp(key, "max_response") != 0)
            return ingest_fault(&load->fault,
                                "the option `%s` is not known; http has max_response, proxy, certificates", key);
        else if (!read_size(value, &options->body_maximum))
            return ingest_fault(&load->fault, "the option `max_response` is a size such as `64 MB`");
    }
    return true;
}

static bool add_header(HttpLoad *http, const char *name, const char *value) {
    IngestFault *fault = &http->load->fault;
    if (strpbrk(name, "\r\n:") || strpbrk(value, "\r\n"))
        return ingest_fault(fault, "the header `%s` has a line break", name);
    if (http->header_count == HEADER_MAXIMUM)
        return ingest_fault(fault, "there are more than %d headers", HEADER_MAXIMUM);
    if (!(http->headers[http->header_count] = ingest_print("%s: %s", name, value))) return ingest_fault_memory(fault);
    http->header_count++;
    return true;
}

const char *http_setting(const Load *load, const GovSettings *settings, const char *key) {
    for (size_t i = 0; i < settings->count; i++)
        if (strcmp(settings->items[i].key, key) == 0)
            return settings_value(load->request->settings, &settings->items[i].value);
    return NULL;
}

/* The first item of auth tells its kind. */
static bool read_auth(HttpLoad *http, ClientOptions *options) {
    const GovSettings *auth = &http->http->auth;
    if (auth->count == 0) return true;
    const char *kind = auth->items[0].key;
    if (strcmp(kind, "basic") == 0) {
        options->user = http_setting(http->load, auth, "user");
        options->password = http_setting(http->load, auth, "password");
        return options->user || ingest_fault(&http->load->fault, "`auth basic` has no user");
    }
    if (strcmp(kind, "bearer") != 0)
        return ingest_fault(&http->load->fault, "`auth %s` is not known: there is basic and bearer", kind);
    char *value;
    value = ingest_print("Bearer %s", settings_value(http->load->request->settings, &auth->items[0].value));
    if (!value) return ingest_fault_memory(&http->load->fault);
    bool ok = add_header(http, "Authorization", value);
    free(value);
    return ok;
}

static bool read_headers(HttpLoad *http) {
    const RequestValues values = {.settings = http->load->request->settings};
    for (size_t i = 0; i < http->http->headers.count; i++) {
        const GovSetting *header = &http->http->headers.items[i];
        char *value =
            request_expand(&values, settings_value(values.settings, &header->value), false, NULL, &http->load->fault);
        bool ok = value && add_header(http, header->key, value);
        free(value);
        if (!ok) return false;
    }
    return true;
}

static bool open_client(HttpLoad *http) {
    const GovHttp *source = http->http;
    double timeout = ingest_duration_seconds(source->timeout);
    double unit = source->rate_unit ? ingest_duration_seconds((GovDuration){1, source->rate_unit}) : 0;
    ClientOptions options = {
        .seconds_between = source->rate_count > 0 ? unit / (double)source->rate_count : 0,
        .timeout_seconds = timeout > 0 ? timeout : TIMEOUT_DEFAULT,
        .retries = source->retries,
        .backoff = source->backoff,
        .body_maximum = body_maximum_default,
        .empty_status = source->empty_status,
        .cancel = http->load->request->cancel,
    };
    if (!read_options(http->load, &options) || !read_auth(http, &options) || !read_headers(http)) return false;
    options.headers = (const char *const *)http->headers;
    options.header_count = http->header_count;
    return client_open(&options, &http->client, &http->load->fault);
}

static bool open_paths(HttpLoad *http) {
    const GovHttp *source = http->http;
    IngestFault *fault = &http->load->fault;
    bool ok = ingest_path_read(source->rows_at, &http->rows_at, fault);
    if (ok && source->pages_until) ok = ingest_path_read(source->pages_until, &http->until, fault);
    if (ok && source->pages_by && strcmp(source->pages_by, "cursor") == 0)
        ok = (source->pages_argument || ingest_fault(fault, "`pages by cursor` has no path")) &&
             ingest_path_read(source->pages_argument, &http->cursor_at, fault);
    if (ok && source->pages_by && strcmp(source->pages_by, "offset") == 0 && !source->pages_argument)
        ok = ingest_fault(fault, "`pages by offset` has no parameter");
    http->values = calloc(http->load->source->column_count + 1, sizeof *http->values);
    return ok && (http->values || ingest_fault_memory(fault));
}

void http_close(HttpLoad *http) {
    client_close(http->client);
    for (size_t i = 0; i < http->header_count; i++) free(http->headers[i]);
    ingest_path_clear(&http->rows_at);
    ingest_path_clear(&http->until);
    ingest_path_clear(&http->cursor_at);
    free(http->values);
}

bool http_open(HttpLoad *http) {
    return open_paths(http) && open_client(http);
}
