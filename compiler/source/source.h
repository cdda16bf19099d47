/* Named texts and places in them.
 *
 * All texts of a compilation share one line of positions, so that a Span is eight bytes and needs no file beside it:
 * source_locate() finds the file, line and column again. */
#ifndef GOV_SOURCE_H
#define GOV_SOURCE_H

#include "compiler/base/base.h"

/* A stretch of text, end exclusive. {0, 0} is "nowhere": the first source begins at 1. */
typedef struct {
    uint32_t begin;
    uint32_t end;
} Span;

#define NOWHERE ((Span){0, 0})

typedef struct {
    const char *path;       /* as shown to the reader, relative to the project's folder; `<stdlib>/text.gov` for ours */
    const char *text;       /* pristine, NUL-terminated */
    uint32_t length;
    uint32_t base;          /* position of its first byte */
    uint32_t index;         /* among the sources */
    bool builtin;           /* part of stdlib: its faults are ours, its declarations are not the user's */
    VEC(uint32_t) lines;    /* offset of the first byte of each line */
} Source;

typedef struct {
    Arena *arena;
    uint32_t room;          /* positions kept free behind each text, into which a later text of that file may grow */
    VEC(Source *) files;    /* in order of position */
} Sources;

typedef struct {
    const Source *source;   /* null: nowhere */
    uint32_t line;          /* 1-based */
    uint32_t column;        /* 1-based, in code points */
} Location;

void sources_open(Sources *sources, Arena *arena);
/* Adds a text, which must outlive the sources, and gives its record. Texts of 2 GiB or more in all are out of memory. */
Source *sources_add(Sources *sources, const char *path, const char *text, size_t length);
/* The same sources, in another arena, to replace some in. */
Sources sources_copy(const Sources *sources, Arena *arena);
/* Puts another text in the place of a source, at the same positions; false if it has outgrown its room. Who holds the
 * record of the old text still has that. */
bool sources_replace(Sources *sources, uint32_t index, const char *text, size_t length);
/* The source that holds a position, or null. */
const Source *source_of(const Sources *sources, uint32_t position);
/* File, line and column of a position. */
Location source_locate(const Sources *sources, uint32_t position);
/* The text of a span (within one source); empty for nowhere. */
Text source_text(const Sources *sources, Span span);
/* The line (1-based) of a source without its line end; empty beyond the last. */
Text source_line(const Source *source, uint32_t line);
/* The smallest span that holds both; a nowhere is ignored. */
Span span_join(Span a, Span b);
/* The empty span at the end of one: where something could be put behind it. */
Span span_after(Span span);

#endif
