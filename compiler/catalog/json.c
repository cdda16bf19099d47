/* JSON text, written as it comes: a catalog of 10,000 models is some ten megabytes, of which no tree is ever made. */
#include "compiler/catalog/internal.h"

#include <string.h>

void json_begin(Json *json, Arena *arena) {
    buffer_open(&json->out, arena);
    json->comma = false;
}

static void separate(Json *json) {
    if (json->comma) buffer_char(&json->out, ',');
    json->comma = true;
}

void json_open(Json *json, char bracket) {
    separate(json);
    buffer_char(&json->out, bracket);
    json->comma = false;
}

void json_close(Json *json, char bracket) {
    buffer_char(&json->out, bracket);
    json->comma = true;
}

/* How many bytes of `at` are one well-formed character of UTF-8 (Unicode 15, table 3-7); 0: none. `at` ends with NUL. */
static size_t character_length(const unsigned char *at) {
    if (at[0] < 0x80) return 1;
    if (at[0] < 0xC2 || at[0] > 0xF4) return 0;
    size_t length = at[0] < 0xE0 ? 2 : at[0] < 0xF0 ? 3 : 4;
    unsigned char low = at[0] == 0xE0   ? 0xA0
                        : at[0] == 0xF0 ? 0x90
                                        : 0x80,
                  high = at[0] == 0xED   ? 0x9F
                         : at[0] == 0xF4 ? 0x8F
                                         : 0xBF;
    if (at[1] < low || at[1] > high) return 0;
    for (size_t i = 2; i < length; i++)
        if (at[i] < 0x80 || at[i] > 0xBF) return 0;
    return length;
}

static bool stands_as_it_is(unsigned char byte) {
    return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\' && byte != '<' && byte != 0x7F;
}

/* Writes one character that cannot be copied blindly; gives how many bytes it took. */
static size_t write_special(Buffer *out, const unsigned char *at) {
    size_t length = character_length(at);
    if (length == 0) {
        buffer_text(out, "\\ufffd");
        return 1;
    }
    if (*at == '"' || *at == '\\')
        buffer_format(out, "\\%c", *at);
    else if (*at == '\n')
        buffer_text(out, "\\n");
    else if (length == 1)
        buffer_format(out, "\\u%04x", *at);
    else if (length == 3 && at[0] == 0xE2 && at[1] == 0x80 && (at[2] == 0xA8 || at[2] == 0xA9))
        buffer_text(out, at[2] == 0xA8 ? "\\u2028" : "\\u2029");
    else
        buffer_add(out, (const char *)at, length);
    return length;
}

static void write_quoted(Buffer *out, const char *text) {
    const unsigned char *at = (const unsigned char *)text;
    buffer_char(out, '"');
    while (*at) {
        const unsigned char *end = at;
        while (stands_as_it_is(*end)) end++;
        if (end > at) buffer_add(out, (const char *)at, (size_t)(end - at));
        at = *end ? end + write_special(out, end) : end;
    }
    buffer_char(out, '"');
}

void json_key(Json *json, const char *key) {
    separate(json);
    buffer_char(&json->out, '"');
    buffer_text(&json->out, key);
    buffer_add(&json->out, "\":", 2);
    json->comma = false;
}

void json_text(Json *json, const char *text) {
    separate(json);
    write_quoted(&json->out, text ? text : "");
}

void json_number(Json *json, int64_t number) {
    separate(json);
    buffer_format(&json->out, "%lld", (long long)number);
}

void json_seconds(Json *json, double seconds) {
    int64_t ms = (int64_t)(seconds * 1000 + 0.5);
    separate(json);
    buffer_format(&json->out, "%lld", (long long)(ms / 1000));
    if (ms % 1000) buffer_format(&json->out, ".%03lld", (long long)(ms % 1000));
}

void json_bool(Json *json, bool value) {
    separate(json);
    buffer_text(&json->out, value ? "true" : "false");
}

void json_raw(Json *json, const Json *value) {
    separate(json);
    buffer_add(&json->out, value->out.at, value->out.length);
}

void json_text_member(Json *json, const char *key, const char *text) {
    if (!text || !*text) return;
    json_key(json, key);
    json_text(json, text);
}

void json_count_member(Json *json, const char *key, int64_t count) {
    if (count < 0) return;
    json_key(json, key);
    json_number(json, count);
}

void json_seconds_member(Json *json, const char *key, double seconds) {
    if (!(seconds >= 0)) return;
    json_key(json, key);
    json_seconds(json, seconds);
}

void json_true_member(Json *json, const char *key, bool value) {
    if (!value) return;
    json_key(json, key);
    json_bool(json, true);
}

void json_texts_member(Json *json, const char *key, CatalogTexts texts) {
    if (!texts.count) return;
    json_key(json, key);
    json_open(json, '[');
    for (size_t i = 0; i < texts.count; i++) json_text(json, texts.items[i]);
    json_close(json, ']');
}
