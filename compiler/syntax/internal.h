/* What the files of this folder share: the state of one parse, between scanner (lex.l), token filter and recovery
 * (parser.c), grammar (parse.y, build.c) and messages (message.c, unexpected.c). */
#ifndef GOV_SYNTAX_INTERNAL_H
#define GOV_SYNTAX_INTERNAL_H

#include "compiler/syntax/parse.h"
#include "compiler/syntax/syntax.h"

/* A token with its value. */
typedef struct {
    int kind;                 /* of parse.h, or a character; 0: none */
    Span span;
    GRAMMAR_STYPE value;
} Lexeme;

enum { MOST_OPEN = 256, MOST_HEAD = 8 };

struct Parser {
    Arena *arena;
    Names *names;
    const Source *source;
    Diag *diag;               /* null: say nothing */
    void *scanner;            /* flex's */
    ArenaMark mark;           /* of the scratch arena, which holds the scanner and the copy */
    char *copy;               /* of the text, two NULs behind it: flex writes into it */
    Tree *tree;
    Buffer doc;               /* the doc comment of several lines that is being read */
    Spans *comments;          /* where comments are recorded; null: nowhere */
    Span comment_begin;       /* of the block comment that is being read */
    Span too_deep;            /* the first node of the declaration that is nested too deep, or nowhere */

    Lexeme ahead;             /* read already, because NOT looks at what follows it; kind -1: none */
    Lexeme last;              /* the token given to the grammar last, and the one before it (without its value) */
    Lexeme before;
    bool end_invented;        /* the last `;` is ours: the text ended without one */
    Lexeme head[MOST_HEAD];   /* the first tokens of the declaration: which one it is, should it be lost */
    uint32_t head_count;

    Span open[MOST_OPEN];     /* the parentheses that are open, for messages; deeper ones are counted only */
    uint32_t depth;
    uint32_t depth_before;    /* of the last `)` */

    bool recovering;          /* an error was reported; tokens are skipped up to the `;` */
    Span suspect;             /* a declaration word in column 1 where none may be: a `;` is missing before it */
    uint32_t suspect_after;   /* the end of the token before it, and how many parentheses were open there */
    uint32_t suspect_depth;
    uint32_t rewind;          /* offset at which scanning goes on, behind an invented `;`; 0: none */
};

/* --- scanner (lex.l; scan.c holds its actions) */
int scan_token(GRAMMAR_STYPE *value, Span *span, void *scanner);
void scan_open(Parser *parser);
/* Goes on at an offset of the text. */
void scan_at(Parser *parser, uint32_t offset);
void scan_close(Parser *parser);
/* Whether only blanks stand before the place on its line. */
bool scan_at_line_start(const Parser *parser, Span span);
void scan_comment(Parser *parser, Span span);
Text scan_doc(const Parser *parser, Span span);
Name *scan_name(Parser *parser, const char *at, uint32_t length);
Name *scan_quoted(Parser *parser, Span span);
Text scan_string(Parser *parser, Span span);
Text scan_escaped(Parser *parser, Span span);
/* The text without `cut` bytes at either end. */
Text scan_slice(const Parser *parser, Span span, uint32_t cut);
/* A number without the `_` between its digits. */
Text scan_digits(Parser *parser, Span span);
/* Whether a word holds a character that is in no name: punctuation beyond ASCII. */
bool scan_stranger(const Parser *parser, Span word, Span *ret_span);

/* --- grammar (parse.y) */
/* As grammar_parse(), but what it says of errors is not to be trusted: parse_quick.c. */
int grammar_parse_quickly(Parser *parser);
/* As syntax_parse(); where it reports anything, syntax_parse() is to be asked. */
Tree *syntax_parse_quickly(Arena *arena, Names *names, const Source *source, Diag *diag);
int grammar_lex(GRAMMAR_STYPE *value, Span *span, Parser *parser);
void grammar_error(Span *span, Parser *parser, const char *words);
/* "select", "a name": what a token is called. */
const char *token_alias(int token);
/* Whether it is a word that cannot be a name. */
bool token_reserved(int token);
/* Whether it is a word of the language at all. */
bool token_is_word(int token);
/* Gives the words of the language their tokens. */
void words_install(Names *names);

/* --- tokens between scanner and grammar (parser.c) */
/* Whether a declaration, perhaps with its doc comment, begins in column 1 at this offset. */
bool declaration_begins(const Parser *parser, uint32_t offset);
/* The offset of the first declaration in column 1 behind an offset; 0: there is none. */
uint32_t next_declaration(const Parser *parser, uint32_t offset);
bool token_begins_declaration(int token);

/* --- messages (message.c, unexpected.c) */
/* Reports a lexical error, unless an error was reported in this declaration, and gives YYerror. */
int lexical_error(Parser *parser, Code code, Span span);
/* Reports an unexpected token; `expected` are the tokens that could stand there. */
void syntax_unexpected(Parser *parser, int token, Span span, const int *expected, int count);
/* Reports that the last declaration of the text has no `;`. */
void syntax_report_end(Parser *parser);
/* Reports a declaration that is nested too deep. */
void syntax_report_depth(Parser *parser);
/* Reports bytes that are no UTF-8, and NUL bytes; makes them blanks in the copy. */
void syntax_check_bytes(Parser *parser);

#endif
