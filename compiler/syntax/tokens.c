/* The tokens of a text with its comments: for `gov fmt`, `gov dump --stage=tokens` and editors. */
#include "compiler/syntax/internal.h"

static TokenClass class_of(int kind) {
    if (token_is_word(kind)) return TOKEN_WORD;
    switch (kind) {
    case T_NAME: return TOKEN_NAME;
    case T_STRING: return TOKEN_STRING;
    case T_INTEGER:
    case T_NUMBER: return TOKEN_NUMBER;
    case T_DOC: return TOKEN_DOC;
    case T_GRAMMAR_error: return TOKEN_BAD;
    default: return TOKEN_SYMBOL;
    }
}

Tokens syntax_tokens(Arena *arena, Names *names, const Source *source) {
    Spans comments = {0};
    Tokens tokens = {0};
    Parser parser = {.arena = arena, .names = names, .source = source, .comments = &comments};
    words_install(names);
    scan_open(&parser);
    syntax_check_bytes(&parser);
    GRAMMAR_STYPE value;
    Span span;
    for (int kind; (kind = scan_token(&value, &span, parser.scanner)) != T_YYEOF;) {
        for (uint32_t i = 0; i < comments.count; i++)
            vec_push(arena, &tokens, ((Token){.class = TOKEN_COMMENT, .span = comments.items[i]}));
        comments.count = 0;
        Token token = {.class = class_of(kind), .kind = kind, .span = span};
        if (token.class == TOKEN_WORD || token.class == TOKEN_NAME) token.name = value.T_NAME.name;
        vec_push(arena, &tokens, token);
    }
    for (uint32_t i = 0; i < comments.count; i++)
        vec_push(arena, &tokens, ((Token){.class = TOKEN_COMMENT, .span = comments.items[i]}));
    scan_close(&parser);
    return tokens;
}

void syntax_dump_tokens(Arena *arena, Names *names, Sources *sources, const Source *source, Buffer *out) {
    static const char *const CLASSES[] = {"word", "name", "string", "number", "doc", "comment", "symbol", "bad"};
    Tokens tokens = syntax_tokens(arena, names, source);
    for (uint32_t i = 0; i < tokens.count; i++) {
        Location at = source_locate(sources, tokens.items[i].span.begin);
        buffer_format(out, "%u:%u %s ", at.line, at.column, CLASSES[tokens.items[i].class]);
        Text text = source_text(sources, tokens.items[i].span);
        for (uint32_t k = 0; k < text.length; k++) {
            if (text.at[k] == '\n')
                buffer_text(out, "\\n");
            else
                buffer_char(out, text.at[k]);
        }
        buffer_char(out, '\n');
    }
}

const char *const *syntax_words(Arena *arena) {
    VEC(const char *) words = {0};
    for (int token = T_SELECT; token <= T_DETERMINES; token++) vec_push(arena, &words, token_alias(token));
    vec_push(arena, &words, NULL);
    return words.items;
}

bool syntax_word_reserved(Names *names, const char *word) {
    words_install(names);
    return token_reserved(name_of(names, word)->token);
}
