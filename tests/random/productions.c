/* Which productions of the grammar a text uses, how often: the parser itself, whose trace is counted.
 *
 * `productions` reads texts from standard input, each ended by a NUL byte, and writes a line `NUMBER COUNT` for each
 * production that the parser reduced by; numbers are bison's. A text that is no program is an error. */
#include "config.h"

#include "compiler/base/base.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static long counted[4096];

/* What bison's skeleton calls in place of fprintf(): of its trace, only "Reducing stack by rule" is of interest. */
static int trace(FILE *file, const char *format, ...) {
    (void)file;
    if (strncmp(format, "Reducing stack by rule", 22)) return 0;
    va_list arguments;
    va_start(arguments, format);
    int rule = va_arg(arguments, int);
    va_end(arguments);
    if (rule >= 0 && rule < 4096) counted[rule]++;
    return 0;
}

#define GRAMMAR_DEBUG 1
#define YYFPRINTF trace
#include "compiler/syntax/parse.c"

static bool parse(const char *text, size_t length) {
    Arena arena;
    Names names;
    Sources sources;
    Diag diag;
    arena_open(&arena, NULL);
    names_open(&names, &arena);
    sources_open(&sources, &arena);
    diag_open(&diag, &arena, &sources);
    const Source *source = sources_add(&sources, "text", arena_copy(&arena, text, length), length);
    syntax_parse(&arena, &names, &sources, source, &diag);
    bool fine = !diag.errors;
    arena_close(&arena);
    return fine;
}

int main(void) {
    char *text = NULL;
    size_t room = 0;
    ssize_t length;
    grammar_debug = 1;
    while ((length = getdelim(&text, &room, 0, stdin)) > 0) {
        size_t bytes = (size_t)length - (text[length - 1] == 0);
        if (!parse(text, bytes)) return fprintf(stderr, "no program: %s\n", text), 1;
    }
    free(text);
    for (int i = 0; i < 4096; i++)
        if (counted[i]) printf("%d %ld\n", i, counted[i]);
    return 0;
}
