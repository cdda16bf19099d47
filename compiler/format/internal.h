/* What the files of this folder share: the text as a row of pieces. */
#ifndef GOV_FORMAT_INTERNAL_H
#define GOV_FORMAT_INTERNAL_H

#include "compiler/format/format.h"
#include "compiler/syntax/internal.h"

/* What the tree says of a token. */
typedef enum {
    MARK_NAME = 1,          /* a name, not a word of the language */
    MARK_DECLARATION = 2,   /* begins a declaration */
    MARK_CLAUSE = 4,        /* begins a clause of a declaration */
    MARK_SUBCLAUSE = 8,     /* begins a clause of an origin */
    MARK_CALLED = 16,       /* the `(` behind it is close: a call, a type's arguments */
    MARK_CLOSE = 32,        /* nothing stands between it and the next: `-x`, `BRL/USD`, `raw.*+` */
    MARK_QUERY_BODY = 64,   /* begins the query of a declaration */
    MARK_BODY = 128,        /* begins another body */
    MARK_IN_TEMPLATE = 256, /* of a template's query: indented */
    MARK_COLUMN = 512,      /* begins a column of a list */
    MARK_SECOND = 1024,     /* its type, or else its first constraint */
    MARK_THIRD = 2048,      /* its first constraint behind a type */
    MARK_ROW = 16384,       /* begins anything in a list of columns */
    MARK_PART = 4096,       /* begins a part of a query behind its first (set by format_indent) */
    MARK_ITEM = 8192,       /* begins an item of a select list (set by format_indent) */
} Mark;

/* Where a line begins: `delta` blanks behind the column of a piece, or of the margin. */
typedef struct {
    int32_t anchor; /* index of a piece in an earlier line; -1: the margin */
    uint32_t delta;
} Indent;

/* A token or comment. */
typedef struct {
    Token token;
    Text text; /* as it is written */
    unsigned marks;
    bool first;      /* begins a line */
    bool blank;      /* a blank line stands before its line */
    uint32_t gap;    /* blanks before it, if it is not first */
    uint32_t spaces; /* how many there were */
    uint32_t was;    /* its column in the source */
    uint32_t column; /* its column in the result */
    Indent indent;   /* of a first piece */
} Piece;

typedef struct {
    Arena *arena;
    const Source *source;
    Piece *pieces;
    uint32_t count;
} Layout;

/* Marks the pieces of a tree (marks.c). */
void format_mark(Layout *layout, Node *tree);
/* Sets gaps (spacing.c). */
void format_space(Layout *layout);
/* Sets the indents of first pieces (indent.c). */
void format_indent(Layout *layout);
/* Puts breaks into lists of columns and before queries that go over lines (format.c). */
void format_lists(Layout *layout);
/* Puts breaks into lines that are too long (breaks.c); needs indents, and sets them again. */
void format_break(Layout *layout);
/* Sets columns, widening gaps to align lists of columns, and what the author aligned (align.c). */
void format_align(Layout *layout, bool authors);
/* How many lines of code are too long where they stand. */
uint32_t format_long_lines(Layout *layout);

/* Whether it is this word or sign of the language, not a name. */
bool piece_is(const Piece *piece, int kind);
bool piece_is_comment(const Piece *piece);
bool piece_opens(const Piece *piece);
bool piece_closes(const Piece *piece);
/* Sets the columns of the line that begins at a piece, by indents and gaps; gives the index behind the line. */
uint32_t place_line(Layout *layout, uint32_t begin);
/* The column behind a piece. */
uint32_t piece_end(const Piece *piece);
/* Columns that the piece takes; of its last line, if it has several. */
uint32_t piece_width(const Piece *piece);
/* Whether it begins a part of a query: `select`, `from`, `left join`, … ; `before` is the piece before it, or null. */
bool piece_begins_part(const Piece *piece, const Piece *before);

#endif
