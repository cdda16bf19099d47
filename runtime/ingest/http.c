/* HTTP sources: for each value, window and page a request; answers become documents, their rows are judged together, and
 * what earlier loads had and this one did not ask for stays. */
#include "runtime/ingest/client.h"
#include "runtime/ingest/internal.h"
#include "runtime/ingest/path.h"
#include "runtime/ingest/request.h"
#include "runtime/ingest/window.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const int64_t body_maximum_default = (int64_t)64 << 20;
enum { PAGE_MAXIMUM = 100000, TIMEOUT_DEFAULT = 30, HEADER_MAXIMUM = 64 };

/* A load of an HTTP source. */
typedef struct {
    Load *load;
    const GovHttp *http;
    Client *client;
    EngineAppender *appender;
    IngestPath rows_at, until, cursor_at;
    char *headers[HEADER_MAXIMUM];
    size_t header_count;
    const char **values;       /* of columns `from request`, by index */
    bool has_published;        /* there are rows of earlier loads to keep */
    int64_t rows;              /* seen so far */
} HttpLoad;

/* --- options ------------------------------------------------------------------------------------------------------- */

/* Reads `64 MB`, `512 KB`, `1 GB` or a number of bytes. */
static bool read_size(const char *text, int64_t *ret_bytes)
{
    char *end;
    long long number = strtoll(text, &end, 10);
    while (isspace((unsigned char)*end))
        end++;
    int shift = strcasecmp(end, "KB") == 0 ? 10 : strcasecmp(end, "MB") == 0 ? 20 : strcasecmp(end, "GB") == 0 ? 30 : *end ? -1 : 0;
    if (end == text || shift < 0 || number <= 0 || number > (1 << 20))
        return end != text && shift == 0 && number > 0 && (*ret_bytes = number);
    *ret_bytes = (int64_t)number << shift;
    return true;
}

static bool read_options(Load *load, ClientOptions *options)
{
    for (size_t i = 0; i < load->source->options.count; i++) {
        const char *key = load->source->options.items[i].key;
        const char *value = settings_value(load->request->settings, &load->source->options.items[i].value);
        if (strcmp(key, "proxy") == 0)
            options->proxy = value;
        else if (strcmp(key, "certificates") == 0)
            options->certificates = value;
        else if (strcmp(key, "max_response") != 0)
            return ingest_fault(&load->fault, "the option `%s` is not known; http has max_response, proxy, certificates", key);
        else if (!read_size(value, &options->body_maximum))
            return ingest_fault(&load->fault, "the option `max_response` is a size such as `64 MB`");
    }
    return true;
}

static bool add_header(HttpLoad *http, const char *name, const char *value)
{
    IngestFault *fault = &http->load->fault;
    if (strpbrk(name, "\r\n:") || strpbrk(value, "\r\n"))
        return ingest_fault(fault, "the header `%s` has a line break", name);
    if (http->header_count == HEADER_MAXIMUM)
        return ingest_fault(fault, "there are more than %d headers", HEADER_MAXIMUM);
    if (asprintf(&http->headers[http->header_count], "%s: %s", name, value) < 0)
        return ingest_fault_memory(fault);
    http->header_count++;
    return true;
}

static const char *find_setting(const Load *load, const GovSettings *settings, const char *key)
{
    for (size_t i = 0; i < settings->count; i++)
        if (strcmp(settings->items[i].key, key) == 0)
            return settings_value(load->request->settings, &settings->items[i].value);
    return NULL;
}

/* The first item of auth tells its kind. */
static bool read_auth(HttpLoad *http, ClientOptions *options)
{
    const GovSettings *auth = &http->http->auth;
    if (auth->count == 0)
        return true;
    const char *kind = auth->items[0].key;
    if (strcmp(kind, "basic") == 0) {
        options->user = find_setting(http->load, auth, "user");
        options->password = find_setting(http->load, auth, "password");
        return options->user || ingest_fault(&http->load->fault, "`auth basic` has no user");
    }
    if (strcmp(kind, "bearer") != 0)
        return ingest_fault(&http->load->fault, "`auth %s` is not known: there is basic and bearer", kind);
    char *value;
    if (asprintf(&value, "Bearer %s", settings_value(http->load->request->settings, &auth->items[0].value)) < 0)
        return ingest_fault_memory(&http->load->fault);
    bool ok = add_header(http, "Authorization", value);
    free(value);
    return ok;
}

static bool read_headers(HttpLoad *http)
{
    const RequestValues values = { .settings = http->load->request->settings };
    for (size_t i = 0; i < http->http->headers.count; i++) {
        const GovSetting *header = &http->http->headers.items[i];
        char *value = request_expand(&values, settings_value(values.settings, &header->value), false, NULL, &http->load->fault);
        bool ok = value && add_header(http, header->key, value);
        free(value);
        if (!ok)
            return false;
    }
    return true;
}

static bool open_client(HttpLoad *http)
{
    const GovHttp *source = http->http;
    double timeout = ingest_duration_seconds(source->timeout);
    double unit = source->rate_unit ? ingest_duration_seconds((GovDuration){ 1, source->rate_unit }) : 0;
    ClientOptions options = {
        .seconds_between = source->rate_count > 0 ? unit / (double)source->rate_count : 0,
        .timeout_seconds = timeout > 0 ? timeout : TIMEOUT_DEFAULT,
        .retries = source->retries, .backoff = source->backoff, .body_maximum = body_maximum_default,
        .empty_status = source->empty_status, .cancel = http->load->request->cancel,
    };
    if (!read_options(http->load, &options) || !read_auth(http, &options) || !read_headers(http))
        return false;
    options.headers = (const char *const *)http->headers;
    options.header_count = http->header_count;
    return client_open(&options, &http->client, &http->load->fault);
}

/* --- one answer ---------------------------------------------------------------------------------------------------- */

/* The value that a column `from request` has in this request. */
static const char *request_value(const HttpLoad *http, const char *name, const RequestValues *values, char start[16], char end[16])
{
    if (values->for_name && strcmp(name, values->for_name) == 0)
        return values->for_value;
    if (values->has_window && strcmp(name, "start") == 0)
        return start;
    if (values->has_window && strcmp(name, "end") == 0)
        return end;
    return find_setting(http->load, &http->http->parameters, name);
}

static bool set_values(HttpLoad *http, const RequestValues *values, char start[16], char end[16])
{
    const GovSource *source = http->load->source;
    if (values->has_window) {
        ingest_day_write(values->start, start);
        ingest_day_write(values->end, end);
    }
    for (size_t i = 0; i < source->column_count; i++) {
        if (source->columns[i].origin == GOV_COLUMN_DATA)
            continue;
        http->values[i] = request_value(http, source->columns[i].name, values, start, end);
        if (!http->values[i])
            return ingest_fault(&http->load->fault, "`%s` is read from the request, which has nothing of that name",
                                source->columns[i].name);
    }
    return true;
}

/* Adds an answer to the documents; `*ret_rows` is how many rows it has. */
static bool take_answer(HttpLoad *http, const RequestValues *values, const char *name, const ClientAnswer *answer,
                        int64_t *ret_rows)
{
    Load *load = http->load;
    char start[16], end[16];
    *ret_rows = 0;
    if (!answer->json)
        return true;
    *ret_rows = ingest_path_count(&http->rows_at, answer->json);
    if (*ret_rows < 0)
        return ingest_fault(&load->fault, "%s answered JSON without rows at `%s`", name, http->http->rows_at);
    char *words = request_words(values);
    if (!words)
        return ingest_fault_memory(&load->fault);
    http->rows += *ret_rows;
    load_progress(load, http->rows, client_bytes(http->client), -1, words);
    bool ok = set_values(http, values, start, end) &&
              json_documents_add(load, http->appender, *words ? words : name, 0, answer->body, answer->length, http->values);
    free(words);
    return ok;
}

/* --- pages --------------------------------------------------------------------------------------------------------- */

typedef struct {
    char *url;                 /* of the next page; null: made from the values */
    char *cursor;
    bool more;
} Page;

static void page_clear(Page *page)
{
    free(page->url);
    free(page->cursor);
    *page = (Page){ 0 };
}

/* The text of a cursor: a string, or a number. */
static char *cursor_text(const json_t *value)
{
    char number[64];
    if (json_is_string(value))
        return json_string_value(value)[0] ? strdup(json_string_value(value)) : NULL;
    if (!json_is_real(value))
        return NULL;
    snprintf(number, sizeof number, "%.17g", json_real_value(value));
    return strdup(number);
}

/* Whether an offset goes on: not behind an empty or short page, nor behind the total. */
static bool offset_goes_on(const HttpLoad *http, const RequestValues *values, const ClientAnswer *answer, int64_t rows)
{
    const json_t *total = http->http->pages_until && answer->json ? ingest_path_find(&http->until, answer->json) : NULL;
    if (rows == 0)
        return false;
    if (json_is_real(total))
        return (double)(values->offset + rows) < json_real_value(total);
    return http->http->pages_size <= 0 || rows >= http->http->pages_size;
}

/* Finds out what the next page is. A page elsewhere is refused: what is sent along might be secret. */
static bool next_page(HttpLoad *http, const char *url, RequestValues *values, const ClientAnswer *answer, int64_t rows, Page *page)
{
    const char *by = http->http->pages_by;
    char *before = page->cursor;
    page->cursor = NULL;
    page->more = false;
    if (!by || !answer->json) {
        free(before);
        return true;
    }
    if (strcmp(by, "offset") == 0) {
        page->more = offset_goes_on(http, values, answer, rows);
        values->offset += http->http->pages_size > 0 ? http->http->pages_size : rows;
    } else if (strcmp(by, "link") == 0) {
        free(page->url);
        page->url = answer->next ? strdup(answer->next) : NULL;
        page->more = page->url;
    } else {
        page->cursor = cursor_text(ingest_path_find(&http->cursor_at, answer->json));
        values->cursor = page->cursor;
        page->more = page->cursor;
        if (page->cursor && (strncmp(page->cursor, "http://", 7) == 0 || strncmp(page->cursor, "https://", 8) == 0)) {
            free(page->url);
            page->url = strdup(page->cursor);
        }
    }
    bool stuck = (page->url && strcmp(page->url, url) == 0) || (page->cursor && before && strcmp(page->cursor, before) == 0);
    free(before);
    if (page->more && stuck)
        return ingest_fault(&http->load->fault, "the pages do not end: a page names itself as the next");
    return !page->url || client_same_place(url, page->url) ||
           ingest_fault(&http->load->fault, "the next page is at another place, which is not followed");
}

static bool ask_page(HttpLoad *http, RequestValues *values, Page *page)
{
    Load *load = http->load;
    char *form = NULL, *name = NULL;
    char *url = page->url ? strdup(page->url) : request_url(load->source, values, &form, &load->fault);
    bool ok = url || ingest_fault_memory(&load->fault);
    if (ok)
        ok = (name = request_name(load->source, values, url)) || ingest_fault_memory(&load->fault);
    ClientAnswer answer = { 0 };
    int64_t rows = 0;
    ok = ok && client_ask(http->client, url, form, name, &answer, &load->fault) && take_answer(http, values, name, &answer, &rows) &&
         next_page(http, url, values, &answer, rows, page);
    client_answer_clear(&answer);
    free(url);
    free(form);
    free(name);
    return ok;
}

/* All pages of one value and window. */
static bool ask_pages(HttpLoad *http, RequestValues values)
{
    Page page = { .more = true };
    bool ok = true;
    values.offset_name = http->http->pages_by && strcmp(http->http->pages_by, "offset") == 0 ? http->http->pages_argument : NULL;
    for (int i = 0; ok && page.more; i++) {
        if (i == PAGE_MAXIMUM)
            ok = ingest_fault(&http->load->fault, "there are more than %d pages", PAGE_MAXIMUM);
        ok = ok && ask_page(http, &values, &page);
    }
    page_clear(&page);
    return ok;
}

/* --- windows ------------------------------------------------------------------------------------------------------- */

/* The newest value of the window's column that readers see, as an ISO date; null: none. */
static bool read_newest(HttpLoad *http, const char *for_value, char **ret_newest)
{
    *ret_newest = NULL;
    if (!http->has_published)
        return true;
    Sql sql;
    if (!load_sql_begin(http->load, &sql))
        return false;
    fputs("select cast(cast(max(", sql.stream);
    engine_write_name(sql.stream, http->http->window_column);
    fprintf(sql.stream, ") as date) as varchar) from %s", http->load->request->step->published);
    if (http->http->for_name) {
        fputs(" where cast(", sql.stream);
        engine_write_name(sql.stream, http->http->for_name);
        fputs(" as varchar) = ", sql.stream);
        engine_write_literal(sql.stream, for_value);
    }
    char *text = load_sql_end(http->load, &sql);
    EngineError error = { 0 };
    bool ok = text && engine_query_text(http->load->connection, text, ret_newest, &error);
    free(text);
    return ok || (text && load_engine_fault(http->load, &error));
}

/* Earlier loads count only where their rows can be kept: known to the ledger, and still there. */
static bool find_published(HttpLoad *http)
{
    const IngestRequest *request = http->load->request;
    if (!http->http->window_column || request->known_count == 0 || !request->step->published)
        return true;
    char *query;
    if (asprintf(&query, "select * from %s limit 0", request->step->published) < 0)
        return ingest_fault_memory(&http->load->fault);
    EngineError error = { 0 };
    EngineResult *rows = NULL;
    http->has_published = engine_query(http->load->connection, query, NULL, 0, &rows, &error);
    if (http->has_published)
        engine_result_close(rows);
    free(query);
    return error.fault != ENGINE_FAULT_INTERRUPTED || load_engine_fault(http->load, &error);
}

static bool add_interval(Load *load, const char *for_value, Window window, int64_t rows)
{
    IngestResult *result = load->result;
    IngestInterval *larger = realloc(result->intervals, (result->interval_count + 1) * sizeof *larger);
    if (!larger)
        return ingest_fault_memory(&load->fault);
    result->intervals = larger;
    char from[16], to[16];
    ingest_day_write(window.first, from);
    ingest_day_write(window.last, to);
    larger[result->interval_count++] = (IngestInterval){ strdup(for_value), strdup(from), strdup(to), rows };
    const IngestInterval *added = &larger[result->interval_count - 1];
    return (added->for_value && added->from && added->to) || ingest_fault_memory(&load->fault);
}

static bool ask_windows(HttpLoad *http, const char *for_value, const Windows *windows)
{
    RequestValues values = { .settings = http->load->request->settings, .for_name = http->http->for_name, .for_value = for_value };
    if (!http->http->window_column)
        return ask_pages(http, values);
    bool ok = true;
    for (size_t i = 0; ok && i < windows->count; i++) {
        int64_t before = http->rows;
        values.has_window = true;
        values.start = windows->items[i].first;
        values.end = windows->items[i].last;
        ok = !load_cancelled(http->load) && ask_pages(http, values) &&
             add_interval(http->load, for_value, windows->items[i], http->rows - before);
    }
    return ok;
}

/* Asks for all that is missing. The windows are known before the first request: nothing else may be asked of the engine
 * while answers are appended. */
static bool ask_all(HttpLoad *http)
{
    Load *load = http->load;
    const GovTexts *for_values = &http->http->for_values;
    size_t count = http->http->for_name ? for_values->count : 1;
    Windows *windows = calloc(count + 1, sizeof *windows);
    bool ok = windows || ingest_fault_memory(&load->fault);
    for (size_t i = 0; ok && http->http->window_column && i < count; i++) {
        const char *value = http->http->for_name ? for_values->items[i] : "";
        char *newest;
        ok = read_newest(http, value, &newest) &&
             windows_plan(http->http, value, load->request->known, http->has_published ? load->request->known_count : 0, newest,
                          load->request->today, &windows[i], &load->fault);
        free(newest);
    }
    ok = ok && json_documents_open(load, &http->appender);
    for (size_t i = 0; ok && i < count; i++)
        ok = ask_windows(http, http->http->for_name ? for_values->items[i] : "", &windows[i]);
    for (size_t i = 0; windows && i < count; i++)
        free(windows[i].items);
    free(windows);
    EngineError error = { 0 };
    bool closed = engine_appender_close(http->appender, !ok, &error);
    return ok && (closed || load_engine_fault(load, &error));
}

/* --- putting in place ---------------------------------------------------------------------------------------------- */

/* Drops rows that came twice, such as at the seam of two pages. What differs is left for the test of the key. */
static bool drop_duplicates(Load *load)
{
    Sql sql;
    int64_t rows = 0;
    if (load->source->key.count == 0 || !load_sql_begin(load, &sql))
        return load->source->key.count == 0;
    const char *staged = load->request->step->staged;
    fprintf(sql.stream, "delete from %s where rowid not in (select min(rowid) from %s group by ", staged, staged);
    for (size_t i = 0; i < load->source->column_count; i++) {
        fputs(i ? ", " : "", sql.stream);
        engine_write_name(sql.stream, load->source->columns[i].name);
    }
    fputs(")", sql.stream);
    if (!load_run(load, &sql, &rows, false))
        return false;
    load->result->duplicates = rows;
    load->result->accepted -= rows;
    return true;
}

static void write_days(FILE *stream, const char *column, const IngestInterval *interval, const char *for_name)
{
    fputs("(cast(", stream);
    engine_write_name(stream, column);
    fprintf(stream, " as date) between date '%s' and date '%s'", interval->from, interval->to);
    if (for_name) {
        fputs(" and cast(", stream);
        engine_write_name(stream, for_name);
        fputs(" as varchar) = ", stream);
        engine_write_literal(stream, interval->for_value);
    }
    fputs(")", stream);
}

/* Writes the condition that a published row `p` stays: no new row has its key or, without a key, its window was not asked. */
static void write_stays(const HttpLoad *http, FILE *stream)
{
    const Load *load = http->load;
    const GovTexts *key = &load->source->key;
    if (key->count == 0) {
        fputs("not (false", stream);
        for (size_t i = 0; i < load->result->interval_count; i++) {
            fputs(" or ", stream);
            write_days(stream, http->http->window_column, &load->result->intervals[i], http->http->for_name);
        }
        fputs(")", stream);
        return;
    }
    fprintf(stream, "not exists (select 1 from %s as s where true", load->request->step->staged);
    for (size_t i = 0; i < key->count; i++) {
        fputs(" and s.", stream);
        engine_write_name(stream, key->items[i]);
        fputs(" = p.", stream);
        engine_write_name(stream, key->items[i]);
    }
    fputs(")", stream);
}

/* Adds to the staged table the published rows that stay. They are no rows of this load. */
static bool keep_published(HttpLoad *http)
{
    Load *load = http->load;
    Sql sql;
    if (!http->has_published)
        return true;
    if (!load_sql_begin(load, &sql))
        return false;
    char *names = NULL;
    Sql list;
    if (load_sql_begin(load, &list)) {
        for (size_t i = 0; i < load->source->column_count; i++) {
            fputs(i ? ", " : "", list.stream);
            engine_write_name(list.stream, load->source->columns[i].name);
        }
        names = load_sql_end(load, &list);
    }
    fprintf(sql.stream, "insert into %s (%s) select %s from %s as p where ", load->request->step->staged, names ? names : "",
            names ? names : "", load->request->step->published);
    write_stays(http, sql.stream);
    bool ok = load_run(load, &sql, NULL, false) && names;
    free(names);
    return ok;
}

static bool open_paths(HttpLoad *http)
{
    const GovHttp *source = http->http;
    IngestFault *fault = &http->load->fault;
    bool ok = ingest_path_read(source->rows_at, &http->rows_at, fault);
    if (ok && source->pages_until)
        ok = ingest_path_read(source->pages_until, &http->until, fault);
    if (ok && source->pages_by && strcmp(source->pages_by, "cursor") == 0)
        ok = (source->pages_argument || ingest_fault(fault, "`pages by cursor` has no path")) &&
             ingest_path_read(source->pages_argument, &http->cursor_at, fault);
    if (ok && source->pages_by && strcmp(source->pages_by, "offset") == 0 && !source->pages_argument)
        ok = ingest_fault(fault, "`pages by offset` has no parameter");
    http->values = calloc(http->load->source->column_count + 1, sizeof *http->values);
    return ok && (http->values || ingest_fault_memory(fault));
}

static void close_all(HttpLoad *http)
{
    client_close(http->client);
    for (size_t i = 0; i < http->header_count; i++)
        free(http->headers[i]);
    ingest_path_clear(&http->rows_at);
    ingest_path_clear(&http->until);
    ingest_path_clear(&http->cursor_at);
    free(http->values);
}

bool load_http(Load *load)
{
    if (!load->source->http)
        return ingest_fault(&load->fault, "`%s` says nothing of its requests", load->source->words);
    HttpLoad http = { .load = load, .http = load->source->http };
    bool ok = open_paths(&http) && open_client(&http) && find_published(&http) && ask_all(&http) &&
              json_documents_load(load, load->source->http->rows_at) && drop_duplicates(load) && keep_published(&http);
    if (http.client)
        load->result->bytes = client_bytes(http.client);
    close_all(&http);
    return ok;
}
