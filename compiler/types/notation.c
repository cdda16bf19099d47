/* Small languages within constants, which engines write in their own ways: formats of dates, paths into JSON. */
#include "compiler/types/types.h"

#include <ctype.h>
#include <string.h>

/* --------------------------------------------------------- formats of dates */

/* One field of a format: as C has it, as PostgreSQL and Oracle have it, as MySQL and Trino have it, and its form. */
static const struct {
    char percent;
    const char *words, *mysql, *form;   /* form: null, if it is not read back */
} FIELDS[] = {
    {'Y', "YYYY", "%Y", "[0-9]{4}"}, {'m', "MM", "%m", "[0-9]{2}"}, {'d', "DD", "%d", "[0-9]{2}"}, {'H', "HH24", "%H", "[0-9]{2}"},
    {'M', "MI", "%i", "[0-9]{2}"}, {'S', "SS", "%s", "[0-9]{2}"}, {'f', "US", "%f", "[0-9]{6}"}, {'y', "YY", "%y", NULL},
    {'j', "DDD", "%j", NULL}, {'b', "Mon", "%b", NULL}, {'B', "FMMonth", "%M", NULL}, {'a', "Dy", "%a", NULL},
    {'A', "FMDay", "%W", NULL}, {'I', "HH12", "%I", NULL}, {'p', "AM", "%p", NULL},
};

enum { FIELD_COUNT = sizeof FIELDS / sizeof FIELDS[0], NO_FIELD = -1 };

/* The field that a format names at a place, and the length of that. */
static int percent_field(const char *at, size_t *ret_length) {
    *ret_length = 2;
    for (int i = 0; *at == '%' && i < FIELD_COUNT; i++)
        if (FIELDS[i].percent == at[1]) return i;
    return NO_FIELD;
}

static int word_field(const char *at, size_t *ret_length) {
    int found = NO_FIELD;
    *ret_length = 0;
    for (int i = 0; i < FIELD_COUNT; i++) {
        size_t length = strlen(FIELDS[i].words);
        if (strncmp(at, FIELDS[i].words, length) || length < *ret_length) continue;
        found = i;
        *ret_length = length;
    }
    return found;
}

static void put_letter(Buffer *out, char letter, FormatStyle style) {
    switch (style) {
    case FORMAT_AS_PERCENT:
    case FORMAT_AS_MYSQL:
        if (letter == '%') buffer_char(out, '%');
        break;
    case FORMAT_AS_WORDS:
        if (letter == '"' || letter == '\\') buffer_char(out, '\\');
        else if (isalpha((unsigned char)letter)) {
            buffer_format(out, "\"%c\"", letter);
            return;
        }
        break;
    case FORMAT_AS_FORM:
        if (strchr("\\^$.|?*+()[]{}", letter)) buffer_char(out, '\\');
        break;
    }
    buffer_char(out, letter);
}

static void put_field(Buffer *out, int field, FormatStyle style) {
    switch (style) {
    case FORMAT_AS_PERCENT: buffer_format(out, "%%%c", FIELDS[field].percent); break;
    case FORMAT_AS_WORDS: buffer_text(out, FIELDS[field].words); break;
    case FORMAT_AS_MYSQL: buffer_text(out, FIELDS[field].mysql); break;
    case FORMAT_AS_FORM: buffer_text(out, FIELDS[field].form); break;
    }
}

const char *format_of_dates(Arena *arena, Text text, bool words, FormatStyle style, const char **why) {
    const char *format = text_copy(arena, text);
    int (*field_at)(const char *, size_t *) = words ? word_field : percent_field;
    Buffer out;
    buffer_open(&out, arena);
    buffer_text(&out, style == FORMAT_AS_FORM ? "^" : "");
    bool quoted = false; /* "…" in a format of words is itself */
    for (size_t length; *format;) {
        if (words && *format == '"') {
            quoted = !quoted;
            format++;
            continue;
        }
        int field = quoted ? NO_FIELD : field_at(format, &length);
        bool letter = words ? !quoted && isalpha((unsigned char)*format) : *format == '%' && format[1] != '%';
        if (field == NO_FIELD && letter) {
            *why = words ? "fields are YYYY, MM, DD, HH24, MI, SS, US and, where they are written only, YY, DDD, Mon, FMMonth, Dy, FMDay, HH12, AM"
                         : "fields are %Y %m %d %H %M %S %f and, where they are written only, %y %j %b %B %a %A %I %p";
            return NULL;
        }
        if (field != NO_FIELD && style == FORMAT_AS_FORM && !FIELDS[field].form) {
            *why = "this field is written, not read: years of two digits, names and the like mean several things";
            return NULL;
        }
        if (field != NO_FIELD) put_field(&out, field, style);
        else put_letter(&out, *format, style);
        if (field == NO_FIELD) length = !words && *format == '%' ? 2 : 1;
        format += length;
    }
    buffer_text(&out, style == FORMAT_AS_FORM ? "$" : "");
    return buffer_string(&out);
}

/* ------------------------------------------------------------ paths into JSON */

/* `$.a."b c"[0]`: the steps that all engines understand alike; keys as `."a"` or, in brackets, `["a"]`. */
const char *path_of_json(Arena *arena, Text text, bool strict, bool brackets, const char **why) {
    const char *at = text_copy(arena, text);
    Buffer out;
    buffer_open(&out, arena);
    *why = "paths are `$`, `.key`, `.\"key\"` and `[0]`";
    if (*at++ != '$') return NULL;
    buffer_text(&out, strict ? "strict $" : "$");
    while (*at) {
        bool index = *at == '[', quoted = at[0] == '.' && at[1] == '"';
        const char *begin = at + (quoted ? 2 : 1), *end = begin;
        if (index) while (isdigit((unsigned char)*end)) end++;
        else if (quoted) while (*end && *end != '"' && *end != '\\') end++;
        else if (*at == '.') while (isalnum((unsigned char)*end) || *end == '_') end++;
        if (end == begin || (index && *end != ']') || (quoted && *end != '"')) return NULL;
        buffer_text(&out, index ? "[" : brackets ? "[\"" : ".\"");
        buffer_add(&out, begin, (size_t)(end - begin));
        buffer_text(&out, index ? "]" : brackets ? "\"]" : "\"");
        at = end + (index || quoted);
    }
    return buffer_string(&out);
}
