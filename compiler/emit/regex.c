/* Regular expressions: the subset that RE2 and PostgreSQL understand alike.
 *
 * Literals, `.` (any character but a line end), sets, groups, `|`, `* + ? {m,n}` and their lazy forms, `^ $`,
 * `\d \w \s` and their opposites, `\b`. What is left out: looking around, references back, flags, names. */
#include "compiler/emit/internal.h"

#include <ctype.h>
#include <string.h>

typedef struct {
    const char *at;
    const char *end;
    const char *why;
    int groups;
} Regex;

static bool fails(Regex *regex, const char *why) {
    regex->why = why;
    return false;
}

static bool escape(Regex *regex) {
    if (++regex->at >= regex->end) return fails(regex, "it ends with a backslash");
    char letter = *regex->at++;
    if (isdigit((unsigned char)letter)) return fails(regex, "references back to a group are not in the common subset");
    if (isalpha((unsigned char)letter) && !strchr("dDwWsSbBnrtfv", letter))
        return fails(regex, "this escape means different things on different engines");
    return true;
}

static bool set(Regex *regex) {
    regex->at++;
    if (regex->at < regex->end && *regex->at == '^') regex->at++;
    if (regex->at < regex->end && *regex->at == ']') regex->at++;
    while (regex->at < regex->end && *regex->at != ']') {
        if (*regex->at == '\\') {
            if (!escape(regex)) return false;
        } else if (regex->at[0] == '[' && regex->at + 1 < regex->end && strchr(":.=", regex->at[1])) {
            const char *close = memchr(regex->at + 2, ']', (size_t)(regex->end - regex->at - 2));
            if (regex->at[1] != ':' || !close) return fails(regex, "only `[:class:]` stands within a set");
            regex->at = close + 1;
        } else {
            regex->at++;
        }
    }
    if (regex->at >= regex->end) return fails(regex, "a set `[` is not closed");
    regex->at++;
    return true;
}

static bool group(Regex *regex) {
    regex->at++;
    regex->groups++;
    if (regex->at >= regex->end || *regex->at != '?') return true;
    if (regex->at + 1 >= regex->end || regex->at[1] != ':')
        return fails(regex, "looking around, flags and named groups are not in the common subset");
    regex->at += 2;
    return true;
}

static bool repetition(Regex *regex) {
    const char *close = memchr(regex->at, '}', (size_t)(regex->end - regex->at));
    if (!close) return fails(regex, "a repetition `{` is not closed");
    for (const char *at = regex->at + 1; at < close; at++)
        if (!isdigit((unsigned char)*at) && *at != ',')
            return fails(regex, "a repetition is written `{m}`, `{m,}` or `{m,n}`");
    if (close == regex->at + 1 || regex->at[1] == ',')
        return fails(regex, "a repetition is written `{m}`, `{m,}` or `{m,n}`");
    regex->at = close + 1;
    return true;
}

static bool piece(Regex *regex) {
    switch (*regex->at) {
    case '\\': return escape(regex);
    case '[': return set(regex);
    case '(': return group(regex);
    case '{': return repetition(regex);
    case ')': regex->at++; return --regex->groups >= 0 || fails(regex, "a `)` closes nothing");
    default: regex->at++; return true;
    }
}

const char *regex_check(Arena *arena, Text pattern, const char **why) {
    Regex regex = {.at = pattern.at, .end = pattern.at + pattern.length};
    while (regex.at < regex.end) {
        if (!piece(&regex)) {
            *why = regex.why;
            return NULL;
        }
    }
    if (regex.groups) {
        *why = "a `(` is not closed";
        return NULL;
    }
    return text_copy(arena, pattern);
}

/* SIMILAR TO: `%` is any text, `_` any character; `.`, `^` and `$` are themselves; the whole text must match. */
const char *regex_of_similar(Arena *arena, Text pattern, const char **why) {
    Buffer buffer;
    buffer_open(&buffer, arena);
    buffer_text(&buffer, "^(?:");
    for (uint32_t i = 0; i < pattern.length; i++) {
        char letter = pattern.at[i];
        if (letter == '%')
            buffer_text(&buffer, "(?:.|\\n)*");
        else if (letter == '_')
            buffer_text(&buffer, "(?:.|\\n)");
        else if (letter == '.' || letter == '^' || letter == '$')
            buffer_format(&buffer, "\\%c", letter);
        else
            buffer_char(&buffer, letter);
    }
    buffer_text(&buffer, ")$");
    return regex_check(arena, (Text){buffer_string(&buffer), (uint32_t)buffer.length}, why);
}
