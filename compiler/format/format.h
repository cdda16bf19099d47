/* `gov fmt`: one way to write a text.
 *
 * Line breaks are the author's, but for declarations, which begin lines, and for lines beyond FORMAT_WIDTH, which are broken
 * where the fewest brackets are open (breaks.c says at what). A text or comment that is longer by itself stays as it is.
 * What the formatter decides is everything within and before a line: indentation, spaces, alignment of column lists and of
 * what the author aligned, lower case of the language's words. */
#ifndef GOV_FORMAT_H
#define GOV_FORMAT_H

#include "compiler/syntax/syntax.h"

enum { FORMAT_WIDTH = 110 };

/* Gives the source's text as the formatter writes it, NUL-terminated in the arena; null if it has syntax errors, which are
 * reported. Laws: formatting the result gives it again, it has the same tokens and comments, and it parses to an equal tree
 * (checked here: a text that would not is given back as it was). */
const char *format_text(Arena *arena, Names *names, Sources *sources, const Source *source, Diag *diag);

/* Writes how two texts differ, as `diff -u` does. */
void format_difference(Arena *arena, const char *path, const char *before, const char *after, Buffer *out);

#endif
