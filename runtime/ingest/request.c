#include "runtime/ingest/request.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { NAME_SIZE = 64 };

static void write_encoded(FILE *stream, const char *text) {
    for (; *text; text++) {
        bool plain = (*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z') ||
                     (*text >= '0' && *text <= '9') || strchr("-._~", *text);
        fprintf(stream, plain ? "%c" : "%%%02X", (unsigned char)*text);
    }
}

/* Writes what `{name:format}` stands for. */
static bool write_value(const RequestValues *values, const char *name, const char *format, bool escape, bool *skip,
                        FILE *stream, IngestFault *fault) {
    bool start = strcmp(name, "start") == 0, end = strcmp(name, "end") == 0;
    if (values->has_window && (start || end))
        return ingest_format_day(start ? values->start : values->end, format, stream, fault);
    if (format) return ingest_fault(fault, "`{%s:%s}`: only `start` and `end` of a window have a format", name, format);
    if (values->for_name && strcmp(name, values->for_name) == 0) {
        if (escape)
            write_encoded(stream, values->for_value);
        else
            fputs(values->for_value, stream);
        return true;
    }
    if (strcmp(name, "cursor") == 0) {
        *skip = !values->cursor;
        fputs(values->cursor ? values->cursor : "", stream);
        return true;
    }
    const char *constant = settings_constant(values->settings, name);
    if (!constant)
        return ingest_fault(
            fault, "`{%s}` is neither a constant, nor the name after `for`, nor `start` or `end` of a window", name);
    fputs(constant, stream);
    return true;
}

/* Reads `{name:format}` at `*at`, behind which it leaves it, and writes its value. */
static bool take_braces(const RequestValues *values, const char **at, bool escape, bool *skip, FILE *stream,
                        IngestFault *fault) {
    char name[NAME_SIZE];
    const char *end = strchr(*at, '}');
    if (!end || end - *at >= NAME_SIZE || end == *at + 1) return ingest_fault(fault, "a `{` does not begin `{name}`");
    snprintf(name, sizeof name, "%.*s", (int)(end - *at - 1), *at + 1);
    char *colon = strchr(name, ':');
    if (colon) *colon = 0;
    *at = end + 1;
    return write_value(values, name, colon ? colon + 1 : NULL, escape, skip, stream, fault);
}

char *request_expand(const RequestValues *values, const char *text, bool escape, bool *ret_skip, IngestFault *fault) {
    char *expanded = NULL;
    size_t size;
    bool ok = true, skip = false;
    FILE *stream = open_memstream(&expanded, &size);
    if (!stream) {
        ingest_fault_memory(fault);
        return NULL;
    }
    while (ok && *text) {
        if (*text == '{')
            ok = take_braces(values, &text, escape, &skip, stream, fault);
        else
            fputc(*text++, stream);
    }
    if (fclose(stream) != 0) ok = ingest_fault_memory(fault);
    if (ret_skip) *ret_skip = skip;
    if (ok) return expanded;
    free(expanded);
    return NULL;
}

/* Writes `key=value`, with `&` before it unless it is the first. */
static void write_parameter(FILE *stream, bool *first, const char *key, const char *value) {
    fputs(*first ? "" : "&", stream);
    write_encoded(stream, key);
    fputc('=', stream);
    write_encoded(stream, value);
    *first = false;
}

static char *write_parameters(const GovSource *source, const RequestValues *values, IngestFault *fault) {
    const GovSettings *parameters = &source->http->parameters;
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    bool ok = stream, first = true;
    for (size_t i = 0; ok && i < parameters->count; i++) {
        const GovSetting *item = &parameters->items[i];
        bool skip, offset = values->offset_name && strcmp(item->key, values->offset_name) == 0;
        char *value = request_expand(values, settings_value(values->settings, &item->value), false, &skip, fault);
        ok = value != NULL;
        if (ok && !skip && !offset) write_parameter(stream, &first, item->key, value);
        free(value);
    }
    if (ok && values->offset_name) {
        char number[32];
        snprintf(number, sizeof number, "%lld", (long long)values->offset);
        write_parameter(stream, &first, values->offset_name, number);
    }
    if (stream && fclose(stream) != 0) ok = false;
    if (ok) return text;
    free(text);
    ingest_fault_memory(fault);
    return NULL;
}

static bool check_url(const char *url, const char *place, IngestFault *fault) {
    if (strncasecmp(url, "https://", 8) != 0 && strncasecmp(url, "http://", 7) != 0)
        return ingest_fault(fault, "the address `%s` does not begin with `https://` or `http://`", place);
    CURLU *handle = curl_url();
    bool ok = handle && curl_url_set(handle, CURLUPART_URL, url, 0) == CURLUE_OK;
    curl_url_cleanup(handle);
    return ok || ingest_fault(fault, "`%s` is not an address", place);
}

char *request_url(const GovSource *source, const RequestValues *values, char **ret_form, IngestFault *fault) {
    *ret_form = NULL;
    char *url = NULL;
    char *place = request_expand(values, source->place, true, NULL, fault);
    char *parameters = place && check_url(place, source->place, fault) ? write_parameters(source, values, fault) : NULL;
    bool post = source->http->method && strcasecmp(source->http->method, "post") == 0;
    if (parameters && post) {
        *ret_form = parameters;
        return place;
    }
    const char *joint = parameters && *parameters ? strchr(place, '?') ? "&" : "?" : "";
    if (parameters && !(url = ingest_print("%s%s%s", place, joint, parameters))) ingest_fault_memory(fault);
    free(place);
    free(parameters);
    return url;
}

char *request_words(const RequestValues *values) {
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    if (!stream) return NULL;
    const char *comma = "";
    if (values->for_name) {
        fprintf(stream, "%s %s", values->for_name, values->for_value);
        comma = ", ";
    }
    if (values->has_window) {
        char start[16], end[16];
        ingest_day_write(values->start, start);
        ingest_day_write(values->end, end);
        fprintf(stream, "%s%s to %s", comma, start, end);
        comma = ", ";
    }
    if (values->offset_name && values->offset) fprintf(stream, "%sfrom row %lld", comma, (long long)values->offset + 1);
    if (fclose(stream) == 0) return text;
    free(text);
    return NULL;
}

/* The address as it may be shown: no user, no password, no query, no fragment. */
static char *shown_url(const char *url) {
    CURLU *handle = curl_url();
    char *text = NULL, *copy = NULL;
    if (handle && curl_url_set(handle, CURLUPART_URL, url, 0) == CURLUE_OK) {
        curl_url_set(handle, CURLUPART_USER, NULL, 0);
        curl_url_set(handle, CURLUPART_PASSWORD, NULL, 0);
        curl_url_set(handle, CURLUPART_QUERY, NULL, 0);
        curl_url_set(handle, CURLUPART_FRAGMENT, NULL, 0);
        if (curl_url_get(handle, CURLUPART_URL, &text, 0) == CURLUE_OK) copy = strdup(text);
    }
    curl_free(text);
    curl_url_cleanup(handle);
    return copy;
}

char *request_name(const GovSource *source, const RequestValues *values, const char *url) {
    char *shown = shown_url(url), *words = request_words(values), *name = NULL;
    bool post = source->http->method && strcasecmp(source->http->method, "post") == 0;
    if (shown && words)
        name = ingest_print("%s %s%s%s%s", post ? "POST" : "GET", shown, *words ? " (" : "", words, *words ? ")" : "");
    free(shown);
    free(words);
    return name;
}
