/* Takes secrets out of texts. */
#ifndef GOV_SETTINGS_REDACT_H
#define GOV_SETTINGS_REDACT_H

#include <stdbool.h>
#include <stddef.h>

/* Every form of every secret that is looked for, the longest first. Zero is the empty one. */
typedef struct {
    char **forms;
    size_t count;
} Redactor;

/* Registers a secret in the forms that it takes in messages: as it is, URL-encoded, as base64 (also inside a longer
 * text that was encoded, such as `user:password`), in a JSON string and in a literal of SQL. Secrets shorter than three
 * bytes are not registered: their bytes are in every text. False: out of memory. */
bool redactor_add(Redactor *redactor, const char *secret);

/* A copy of `text` in which every form reads `***`; the caller frees it. Null: out of memory. */
char *redactor_apply(const Redactor *redactor, const char *text);

void redactor_clear(Redactor *redactor);

#endif
