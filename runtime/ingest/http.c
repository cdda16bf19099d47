/* HTTP sources: for each value, window and page a request; answers become documents, their rows are judged together,
 * and what earlier loads had and this one did not ask for stays. */
#include "runtime/ingest/http.h"
#include "runtime/ingest/window.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { PAGE_MAXIMUM = 100000 };

/* --- one answer --------------------------------------------------------------------------------------------------- */

/* The value that a column `from request` has in this request. */
static const char *request_value(const HttpLoad *http, const char *name, const RequestValues *values, char start[16],
                                 char end[16]) {
    if (values->for_name && strcmp(name, values->for_name) == 0) return values->for_value;
    if (values->has_window && strcmp(name, "start") == 0) return start;
    if (values->has_window && strcmp(name, "end") == 0) return end;
    return http_setting(http->load, &http->http->parameters, name);
}

static bool set_values(HttpLoad *http, const RequestValues *values, char start[16], char end[16]) {
    const GovSource *source = http->load->source;
    if (values->has_window) {
        ingest_day_write(values->start, start);
        ingest_day_write(values->end, end);
    }
    for (size_t i = 0; i < source->column_count; i++) {
        if (source->columns[i].origin == GOV_COLUMN_DATA) continue;
        http->values[i] = request_value(http, source->columns[i].name, values, start, end);
        if (!http->values[i])
            return ingest_fault(&http->load->fault, "`%s` is read from the request, which has nothing of that name",
                                source->columns[i].name);
    }
    return true;
}

/* Adds an answer to the documents; `*ret_rows` is how many rows it has. */
static bool take_answer(HttpLoad *http, const RequestValues *values, const char *name, const ClientAnswer *answer,
                        int64_t *ret_rows) {
    Load *load = http->load;
    char start[16], end[16];
    *ret_rows = 0;
    if (!answer->json) return true;
    *ret_rows = ingest_path_count(&http->rows_at, answer->json);
    if (*ret_rows < 0)
        return ingest_fault(&load->fault, "%s answered JSON without rows at `%s`", name, http->http->rows_at);
    char *words = request_words(values);
    if (!words) return ingest_fault_memory(&load->fault);
    http->rows += *ret_rows;
    load_progress(load, http->rows, client_bytes(http->client), -1, words);
    bool ok = set_values(http, values, start, end) && json_documents_add(load, http->appender, *words ? words : name, 0,
                                                                         answer->body, answer->length, http->values);
    free(words);
    return ok;
}

/* --- pages -------------------------------------------------------------------------------------------------------- */

typedef struct {
    char *url; /* of the next page; null: made from the values */
    char *cursor;
    bool more;
} Page;

static void page_clear(Page *page) {
    free(page->url);
    free(page->cursor);
    *page = (Page){0};
}

/* Reads the cursor of the next page: a string, or a number; anything else, or an empty string, is none (`*ret_cursor`
 * null). False without memory. */
static bool read_cursor(const json_t *value, char **ret_cursor) {
    const char *text = json_string_value(value);
    *ret_cursor = NULL;
    if (text ? !*text : !json_is_real(value)) return true;
    *ret_cursor = text ? strdup(text) : ingest_print("%.17g", json_real_value(value));
    return *ret_cursor;
}

static bool is_address(const char *text) {
    return strncmp(text, "http://", 7) == 0 || strncmp(text, "https://", 8) == 0;
}

/* Sets the address of the next page; null: there is none. False without memory. */
static bool set_address(Page *page, const char *url) {
    free(page->url);
    page->url = url ? strdup(url) : NULL;
    return page->url || !url;
}

/* Whether an offset goes on: not behind an empty or short page, nor behind the total. */
static bool offset_goes_on(const HttpLoad *http, const RequestValues *values, const ClientAnswer *answer,
                           int64_t rows) {
    const json_t *total = http->http->pages_until && answer->json ? ingest_path_find(&http->until, answer->json) : NULL;
    if (rows == 0) return false;
    if (json_is_real(total)) return (double)(values->offset + rows) < json_real_value(total);
    return http->http->pages_size <= 0 || rows >= http->http->pages_size;
}

/* Takes what an answer says of the next page. False without memory. */
static bool take_next(HttpLoad *http, RequestValues *values, const ClientAnswer *answer, int64_t rows, Page *page) {
    const char *by = http->http->pages_by;
    page->more = false;
    if (!by || !answer->json) return true;
    if (strcmp(by, "offset") == 0) {
        page->more = offset_goes_on(http, values, answer, rows);
        values->offset += http->http->pages_size > 0 ? http->http->pages_size : rows;
        return true;
    }
    if (strcmp(by, "link") == 0) {
        page->more = answer->next;
        return set_address(page, answer->next);
    }
    if (!read_cursor(ingest_path_find(&http->cursor_at, answer->json), &page->cursor)) return false;
    values->cursor = page->cursor;
    page->more = page->cursor;
    return !page->cursor || !is_address(page->cursor) || set_address(page, page->cursor);
}

/* Finds out what the next page is. A page elsewhere is refused: what is sent along might be secret. */
static bool next_page(HttpLoad *http, const char *url, RequestValues *values, const ClientAnswer *answer, int64_t rows,
                      Page *page) {
    char *before = page->cursor;
    page->cursor = NULL;
    bool ok = take_next(http, values, answer, rows, page) || ingest_fault_memory(&http->load->fault);
    bool stuck =
        (page->url && strcmp(page->url, url) == 0) || (page->cursor && before && strcmp(page->cursor, before) == 0);
    free(before);
    if (ok && page->more && stuck)
        return ingest_fault(&http->load->fault, "the pages do not end: a page names itself as the next");
    return ok && (!page->url || client_same_place(url, page->url) ||
                  ingest_fault(&http->load->fault, "the next page is at another place, which is not followed"));
}

static bool ask_page(HttpLoad *http, RequestValues *values, Page *page) {
    Load *load = http->load;
    char *form = NULL, *name = NULL;
    char *url = page->url ? strdup(page->url) : request_url(load->source, values, &form, &load->fault);
    bool ok = url || ingest_fault_memory(&load->fault);
    if (ok) ok = (name = request_name(load->source, values, url)) || ingest_fault_memory(&load->fault);
    ClientAnswer answer = {0};
    int64_t rows = 0;
    ok = ok && client_ask(http->client, url, form, name, &answer, &load->fault) &&
         take_answer(http, values, name, &answer, &rows) && next_page(http, url, values, &answer, rows, page);
    client_answer_clear(&answer);
    free(url);
    free(form);
    free(name);
    return ok;
}

/* All pages of one value and window. */
static bool ask_pages(HttpLoad *http, RequestValues values) {
    Page page = {.more = true};
    bool ok = true;
    values.offset_name =
        http->http->pages_by && strcmp(http->http->pages_by, "offset") == 0 ? http->http->pages_argument : NULL;
    for (int i = 0; ok && page.more; i++) {
        if (i == PAGE_MAXIMUM) ok = ingest_fault(&http->load->fault, "there are more than %d pages", PAGE_MAXIMUM);
        ok = ok && ask_page(http, &values, &page);
    }
    page_clear(&page);
    return ok;
}

/* --- windows ------------------------------------------------------------------------------------------------------ */

static bool add_interval(Load *load, const char *for_value, Window window, int64_t rows) {
    IngestResult *result = load->result;
    IngestInterval *larger = realloc(result->intervals, (result->interval_count + 1) * sizeof *larger);
    if (!larger) return ingest_fault_memory(&load->fault);
    result->intervals = larger;
    char from[16], to[16];
    ingest_day_write(window.first, from);
    ingest_day_write(window.last, to);
    larger[result->interval_count++] = (IngestInterval){strdup(for_value), strdup(from), strdup(to), rows};
    const IngestInterval *added = &larger[result->interval_count - 1];
    return (added->for_value && added->from && added->to) || ingest_fault_memory(&load->fault);
}

static bool ask_windows(HttpLoad *http, const char *for_value, const Windows *windows) {
    RequestValues values = {
        .settings = http->load->request->settings, .for_name = http->http->for_name, .for_value = for_value};
    if (!http->http->window_column) return ask_pages(http, values);
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
static bool ask_all(HttpLoad *http) {
    Load *load = http->load;
    const GovTexts *for_values = &http->http->for_values;
    size_t count = http->http->for_name ? for_values->count : 1;
    Windows *windows = calloc(count + 1, sizeof *windows);
    bool ok = windows || ingest_fault_memory(&load->fault);
    for (size_t i = 0; ok && http->http->window_column && i < count; i++) {
        const char *value = http->http->for_name ? for_values->items[i] : "";
        char *newest;
        ok = http_read_newest(http, value, &newest) &&
             windows_plan(http->http, value, load->request->known, http->has_published ? load->request->known_count : 0,
                          newest, load->request->today, &windows[i], &load->fault);
        free(newest);
    }
    ok = ok && json_documents_open(load, &http->appender);
    for (size_t i = 0; ok && i < count; i++)
        ok = ask_windows(http, http->http->for_name ? for_values->items[i] : "", &windows[i]);
    for (size_t i = 0; windows && i < count; i++) free(windows[i].items);
    free(windows);
    EngineError error = {0};
    bool closed = engine_appender_close(http->appender, !ok, &error);
    return ok && (closed || load_engine_fault(load, &error));
}

bool load_http(Load *load) {
    if (!load->source->http)
        return ingest_fault(&load->fault, "`%s` says nothing of its requests", load->source->words);
    HttpLoad http = {.load = load, .http = load->source->http};
    bool ok = http_open(&http) && http_find_published(&http) && ask_all(&http) &&
              json_documents_load(load, load->source->http->rows_at) && http_drop_duplicates(load) &&
              http_keep_published(&http);
    if (http.client) load->result->bytes = client_bytes(http.client);
    http_close(&http);
    return ok;
}
