/* The values of tokens: what the scanner's actions need. */
#include "compiler/syntax/internal.h"

#include <string.h>

Text scan_slice(const Parser *parser, Span span, uint32_t cut) {
    return (Text){parser->source->text + (span.begin - parser->source->base) + cut, span.end - span.begin - 2 * cut};
}

bool scan_at_line_start(const Parser *parser, Span span) {
    const char *text = parser->source->text, *at = text + (span.begin - parser->source->base);
    while (at > text && (at[-1] == ' ' || at[-1] == '\t')) at--;
    return at == text || at[-1] == '\n';
}

void scan_comment(Parser *parser, Span span) {
    if (parser->comments) vec_push(parser->arena, parser->comments, span);
}

/* Without the dashes, the one blank behind them and what is blank at the end. */
Text scan_doc(const Parser *parser, Span span) {
    Text doc = scan_slice(parser, span, 0);
    uint32_t cut = doc.length > 3 ? 4 : 3;
    doc.at += cut;
    doc.length -= cut;
    while (doc.length && strchr(" \t\r", doc.at[doc.length - 1])) doc.length--;
    return doc;
}

/* Identifiers are folded to lower case, ASCII letters only. */
Name *scan_name(Parser *parser, const char *at, uint32_t length) {
    uint32_t i = 0;
    while (i < length && (unsigned)(at[i] - 'A') >= 26u) i++;
    if (i == length) return names_intern(parser->names, at, length);
    char *folded = arena_copy(parser->arena, at, length);
    for (; i < length; i++)
        if ((unsigned)(folded[i] - 'A') < 26u) folded[i] |= 32;
    return names_intern(parser->names, folded, length);
}

/* The text between two delimiters, in which a doubled one stands for itself. */
static Text undouble(Parser *parser, Text text, char delimiter) {
    if (!text.length || !memchr(text.at, delimiter, text.length)) return text;
    char *copy = arena_alloc(parser->arena, text.length);
    uint32_t length = 0;
    for (uint32_t i = 0; i < text.length; i++) {
        copy[length++] = text.at[i];
        if (text.at[i] == delimiter) i++;
    }
    return (Text){copy, length};
}

Name *scan_quoted(Parser *parser, Span span) {
    Text text = undouble(parser, scan_slice(parser, span, 1), '"');
    return names_intern(parser->names, text.at, text.length);
}

Text scan_string(Parser *parser, Span span) {
    return undouble(parser, scan_slice(parser, span, 1), '\'');
}

/* E'…': PostgreSQL's escapes, with those of C that need no number. */
Text scan_escaped(Parser *parser, Span span) {
    static const char LETTERS[] = "nrtbf", MEANT[] = "\n\r\t\b\f";
    Text text = scan_slice(parser, (Span){span.begin + 1, span.end}, 1);
    char *copy = arena_alloc(parser->arena, text.length + 1);
    uint32_t length = 0;
    for (uint32_t i = 0; i < text.length; i++) {
        char byte = text.at[i];
        bool pair = i + 1 < text.length && (byte == '\\' || (byte == '\'' && text.at[i + 1] == '\''));
        if (pair) {
            byte = text.at[++i];
            const char *letter = text.at[i - 1] == '\\' ? memchr(LETTERS, byte, sizeof LETTERS - 1) : NULL;
            if (letter) byte = MEANT[letter - LETTERS];
        }
        copy[length++] = byte;
    }
    return (Text){copy, length};
}

Text scan_digits(Parser *parser, Span span) {
    Text text = scan_slice(parser, span, 0);
    if (!memchr(text.at, '_', text.length)) return text;
    char *copy = arena_alloc(parser->arena, text.length);
    uint32_t length = 0;
    for (uint32_t i = 0; i < text.length; i++)
        if (text.at[i] != '_') copy[length++] = text.at[i];
    return (Text){copy, length};
}
