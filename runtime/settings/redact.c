#include "runtime/settings/redact.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHORTEST = 3 };

/* Takes over `form`, which may be null (out of memory). Forms that are there already, or too short, are dropped. */
static bool add_form(Redactor *redactor, char *form) {
    if (!form) return false;
    bool wanted = strlen(form) >= SHORTEST;
    for (size_t i = 0; wanted && i < redactor->count; i++) wanted = strcmp(redactor->forms[i], form) != 0;
    if (!wanted) {
        free(form);
        return true;
    }
    char **grown = realloc(redactor->forms, (redactor->count + 1) * sizeof *grown);
    if (!grown) {
        free(form);
        return false;
    }
    redactor->forms = grown;
    size_t at = redactor->count++;
    for (; at > 0 && strlen(grown[at - 1]) < strlen(form); at--) grown[at] = grown[at - 1];
    grown[at] = form;
    return true;
}

static char *close_text(FILE *stream, char **text) {
    if (fclose(stream) == 0) return *text;
    free(*text);
    return NULL;
}

static char *url_encoded(const char *secret) {
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    if (!stream) return NULL;
    for (const unsigned char *at = (const unsigned char *)secret; *at; at++) {
        if (strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~", *at))
            fputc(*at, stream);
        else
            fprintf(stream, "%%%02X", *at);
    }
    return close_text(stream, &text);
}

/* With `escape` put before each of the characters of `escaped`. */
static char *with_escapes(const char *secret, const char *escaped, char escape) {
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    if (!stream) return NULL;
    for (; *secret; secret++) {
        if (strchr(escaped, *secret)) fputc(escape == '\0' ? *secret : escape, stream);
        fputc(*secret, stream);
    }
    return close_text(stream, &text);
}

/* The letters of base64 that depend on the secret alone, when `before` (0 to 2) bytes stand in front of it in the group
 * of three where it begins. */
static char *base64_after(const char *secret, size_t before) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t length = strlen(secret), bits = 8 * (before + length);
    size_t first = (8 * before + 5) / 6, end = bits / 6;
    char *text = calloc(end - first + 1, 1);
    for (size_t letter = first; text && letter < end; letter++) {
        unsigned value = 0;
        for (size_t bit = 6 * letter; bit < 6 * letter + 6; bit++) {
            unsigned char byte = (unsigned char)secret[bit / 8 - before];
            value = value << 1 | (byte >> (7 - bit % 8) & 1);
        }
        text[letter - first] = letters[value];
    }
    return text;
}

bool redactor_add(Redactor *redactor, const char *secret) {
    if (strlen(secret) < SHORTEST) return true;
    bool ok = add_form(redactor, strdup(secret)) && add_form(redactor, url_encoded(secret)) &&
              add_form(redactor, with_escapes(secret, "\\\"", '\\')) &&
              add_form(redactor, with_escapes(secret, "'", '\0'));
    for (size_t before = 0; ok && before < 3; before++) ok = add_form(redactor, base64_after(secret, before));
    return ok;
}

static size_t length_of_form_at(const Redactor *redactor, const char *text) {
    for (size_t i = 0; i < redactor->count; i++) {
        size_t length = strlen(redactor->forms[i]);
        if (strncmp(text, redactor->forms[i], length) == 0) return length;
    }
    return 0;
}

char *redactor_apply(const Redactor *redactor, const char *text) {
    if (redactor->count == 0) return strdup(text);
    char *copy = NULL;
    size_t size;
    FILE *stream = open_memstream(&copy, &size);
    if (!stream) return NULL;
    while (*text) {
        size_t length = length_of_form_at(redactor, text);
        if (length > 0)
            fputs("***", stream);
        else
            fputc(*text, stream);
        text += length > 0 ? length : 1;
    }
    return close_text(stream, &copy);
}

void redactor_clear(Redactor *redactor) {
    for (size_t i = 0; i < redactor->count; i++) {
        explicit_bzero(redactor->forms[i], strlen(redactor->forms[i]));
        free(redactor->forms[i]);
    }
    free(redactor->forms);
    *redactor = (Redactor){0};
}
