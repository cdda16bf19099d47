/* From text to tree. */
#ifndef GOV_SYNTAX_H
#define GOV_SYNTAX_H

#include "compiler/diag/diag.h"
#include "compiler/syntax/node.h"

/* No node of a tree is higher than this: phases may recurse. What is nested deeper is an error. */
enum { SYNTAX_MOST_HEIGHT = 1000 };

typedef VEC(Span) Spans;

/* Parses a source, and reports what is wrong with it. Always gives a tree: an error costs its declaration, of which a
 * DECL with `broken` stays, if its kind and name could be read. Texts of the tree point into the source. */
Tree *syntax_parse(Arena *arena, Names *names, Sources *sources, const Source *source, Diag *diag);

/* Parses all sources, by at most so many threads; `trees` (beside the sources) gets the trees. Trees and reports are the
 * same, in the same order, however many threads there are. */
void syntax_parse_all(Arena *arena, Names *names, Sources *sources, Diag *diag, unsigned threads, Tree **trees);

typedef enum {
    TOKEN_WORD,        /* a word of the language */
    TOKEN_NAME,        /* an identifier, quoted or not */
    TOKEN_STRING,
    TOKEN_NUMBER,
    TOKEN_DOC,         /* a line of a doc comment */
    TOKEN_COMMENT,
    TOKEN_SYMBOL,
    TOKEN_BAD,
} TokenClass;

typedef struct {
    TokenClass class;
    int kind;          /* the grammar's token; 0 for comments */
    Name *name;        /* of a word or name */
    Span span;
} Token;

typedef VEC(Token) Tokens;

/* All tokens of a source in order, with its comments; reports nothing. */
Tokens syntax_tokens(Arena *arena, Names *names, const Source *source);
/* `gov dump --stage=tokens`: a line a token: line, column, class, spelling. */
void syntax_dump_tokens(Arena *arena, Names *names, Sources *sources, const Source *source, Buffer *out);
/* The words of the language in the grammar's order, for docs and editors; null behind the last. */
const char *const *syntax_words(Arena *arena);
/* Whether a word of the language cannot be the name of a column. */
bool syntax_word_reserved(Names *names, const char *word);

#endif
