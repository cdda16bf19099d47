/* Numbers as people read them. */
#ifndef GOV_LOG_FORMAT_H
#define GOV_LOG_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { FORMAT_COUNT_SIZE = 32 };

/* `99,441`. Gives `ret_text`, which must hold FORMAT_COUNT_SIZE bytes. */
const char *log_format_count(int64_t count, char *ret_text);

/* `0.2s`, `14.1s`, `2m 05s`, `1h 02m`. Gives `ret_text`, which must hold FORMAT_COUNT_SIZE bytes. */
const char *log_format_seconds(double seconds, char *ret_text);

/* How many characters (code points of UTF-8) a text has: what it takes on a terminal, for most scripts. */
size_t log_format_width(const char *text);

/* Writes each line of `text` with `indent` spaces before it. */
void log_format_indented(FILE *out, int indent, const char *text);

#endif
