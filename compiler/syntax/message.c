/* What is said of bytes and characters that are not the language, of nesting, and of the end of the text; unexpected.c
 * says what is wrong with a token that stands where it may not. */
#include "compiler/syntax/internal.h"

#include <string.h>

/* ---------------------------------------------------------- lexical errors */

/* Characters that other languages have, or that word processors put for ours: what to write instead. */
static const struct { const char *written; const char *instead; const char *words; } STRANGERS[] = {
    {"==", "=", "equality is one `=`"},
    {"&&", "and", "both is `and`"},
    {"&", NULL, "both is `and`; bits of both are `bitwise_and(a, b)`"},
    {"|", NULL, "text is joined by `||`; either is `or`; bits of either are `bitwise_or(a, b)`"},
    {"!", "not", "negation is `not`, unequal is `<>`"},
    {"`", NULL, "a name that is a reserved word or has blanks is put in double quotes"},
    {"#", "--", "a comment begins with `--`"},
    {"\\", NULL, "there is no backslash outside of strings"},
    {"@", NULL, "there are no variables: a `const` or a template's parameter is named as it is"},
    {"$", NULL, "there are no numbered parameters: a template's parameter is named as it is"},
    {"?", NULL, "there are no placeholders: a `const` or a template's parameter is named as it is"},
    {"“", NULL, "text stands in straight single quotes"},
    {"”", NULL, "text stands in straight single quotes"},
    {"‘", NULL, "text stands in straight single quotes"},
    {"’", NULL, "text stands in straight single quotes"},
    {"–", "-", "this is a dash, not a minus"},
    {"—", "-", "this is a dash, not a minus"},
    {"\u00a0", " ", "this is a no-break space, not a blank"},
};

static Report *unknown_character(Parser *parser, Span span) {
    Text text = scan_slice(parser, span, 0);
    bool visible = text.length > 1 || text.at[0] > ' ';
    Report *report = visible ? diag_report(parser->diag, CODE_G0105, span, "unknown character `%.*s`", TEXT_ARGS(text))
                             : diag_report(parser->diag, CODE_G0105, span, "a control character of code %d", text.at[0]);
    for (size_t i = 0; i < sizeof STRANGERS / sizeof *STRANGERS; i++) {
        if (!text_equal(text, text_of(STRANGERS[i].written))) continue;
        if (STRANGERS[i].instead) report_edit(parser->diag, report, span, STRANGERS[i].instead, "%s", STRANGERS[i].words);
        else report_help(parser->diag, report, "%s", STRANGERS[i].words);
    }
    return report;
}

/* A string that runs into the next line: closed before the `,` or `;` or `)` that ends the line, most likely. */
static void open_string(Parser *parser, Span span) {
    Report *report = diag_report(parser->diag, CODE_G0103, span, "this string is not closed on its line");
    Text text = scan_slice(parser, span, 0);
    uint32_t length = text.length;
    while (length > 1 && strchr(" \t\r,;)", text.at[length - 1])) length--;
    report_edit(parser->diag, report, (Span){span.begin + length, span.begin + length}, "'", "close it with `'`");
    report_help(parser->diag, report, "two quotes stand for one inside; `$$…$$` may span lines");
}

int lexical_error(Parser *parser, Code code, Span span) {
    Span two = {span.begin, span.begin + 2}, one = {span.begin, span.begin + 1};
    bool quiet = !parser->diag || parser->recovering;
    parser->recovering = true;
    /* what is never closed took the rest of the text with it */
    if (code == CODE_G0104 || code == CODE_G0111) parser->rewind = next_declaration(parser, span.begin - parser->source->base);
    if (quiet) return T_GRAMMAR_error;
    if (code == CODE_G0103) {
        open_string(parser, span);
    } else if (code == CODE_G0104) {
        diag_report(parser->diag, code, two, "this comment is not closed");
    } else if (code == CODE_G0106) {
        Report *report = diag_report(parser->diag, code, span, "a template of another tool");
        report_help(parser->diag, report, "write the name of the table itself; for repetition there are `for … in` and `template`");
    } else if (code == CODE_G0110) {
        Report *report = diag_report(parser->diag, code, one, "this quoted name is not closed on its line");
        report_help(parser->diag, report, "text stands in single quotes");
    } else if (code == CODE_G0111) {
        diag_report(parser->diag, code, two, "this `$$` string is not closed");
    } else {
        unknown_character(parser, span);
    }
    return T_GRAMMAR_error;
}

/* ------------------------------------------------------------------- bytes */

/* How many bytes the UTF-8 character at `at` has (RFC 3629: shortest form, no surrogates); 0: it is none. */
static uint32_t utf8_length(const unsigned char *at, uint32_t left) {
    static const struct { unsigned char low, high, second_low, second_high, length; } FORMS[] = {
        {0x00, 0x7f, 0, 0, 1},          {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
        {0xe1, 0xec, 0x80, 0xbf, 3},    {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
        {0xf0, 0xf0, 0x90, 0xbf, 4},    {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
    };
    for (size_t i = 0; i < sizeof FORMS / sizeof *FORMS; i++) {
        if (*at < FORMS[i].low || *at > FORMS[i].high) continue;
        uint32_t length = FORMS[i].length;
        if (length > left) return 0;
        if (length > 1 && (at[1] < FORMS[i].second_low || at[1] > FORMS[i].second_high)) return 0;
        for (uint32_t k = 2; k < length; k++)
            if ((at[k] & 0xc0) != 0x80) return 0;
        return length;
    }
    return 0;
}

/* Whether the text begins with the byte order mark of UTF-16. */
static bool is_wide(const Source *source) {
    return source->length > 1 && (!memcmp(source->text, "\xff\xfe", 2) || !memcmp(source->text, "\xfe\xff", 2));
}

static void report_byte(Parser *parser, uint32_t offset) {
    Span span = {parser->source->base + offset, parser->source->base + offset + 1};
    unsigned char byte = (unsigned char)parser->source->text[offset];
    bool wide = is_wide(parser->source);
    Report *report = diag_report(parser->diag, CODE_G0109, span, byte ? "byte 0x%02x is not UTF-8" : "a NUL byte", byte);
    report_help(parser->diag, report, wide ? "the file is UTF-16: save it as UTF-8"
                                      : byte ? "was the file saved as Latin-1? save it as UTF-8"
                                             : "the text ends in garbage, or the file is no text");
}

/* The first bad byte of a text is reported; all become `_` in the copy, so that the rest can be understood. */
void syntax_check_bytes(Parser *parser) {
    const unsigned char *text = (const unsigned char *)parser->source->text;
    uint32_t length = parser->source->length, at = 0;
    bool reported = !parser->diag;
    if (length >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) memset(parser->copy, ' ', at = 3); /* a byte order mark */
    while (at < length) {
        uint64_t eight;
        if (length - at >= 8 && (memcpy(&eight, text + at, 8), !(eight & 0x8080808080808080u)) &&
            !((eight - 0x0101010101010101u) & 0x8080808080808080u)) {
            at += 8; /* ASCII without a NUL */
            continue;
        }
        uint32_t good = text[at] ? utf8_length(text + at, length - at) : 0;
        if (!good) {
            if (!reported) report_byte(parser, at);
            reported = true;
            parser->copy[at] = '_';
        }
        at += good ? good : 1;
    }
    if (is_wide(parser->source)) memset(parser->copy, ' ', length); /* there is nothing to understand */
}

/* Punctuation beyond ASCII is in no name: in a word, the first such character. */
bool scan_stranger(const Parser *parser, Span word, Span *ret_span) {
    const unsigned char *text = (const unsigned char *)parser->source->text + (word.begin - parser->source->base);
    uint32_t length = word.end - word.begin;
    for (uint32_t i = 0; i < length; i++) {
        if (text[i] < 0x80) continue;
        uint32_t bytes = utf8_length(text + i, length - i);
        if (!bytes) continue;
        bool stranger = (text[i] == 0xc2 && text[i + 1] < 0xc0 && text[i + 1] != 0xaa && text[i + 1] != 0xb5 && text[i + 1] != 0xba) ||
                        (text[i] == 0xc3 && (text[i + 1] == 0x97 || text[i + 1] == 0xb7)) ||   /* × ÷ */
                        (text[i] == 0xe2 && text[i + 1] <= 0x81) ||                            /* U+2000 … U+206F */
                        (text[i] == 0xe3 && text[i + 1] == 0x80) ||                            /* U+3000 … U+303F */
                        (text[i] == 0xef && text[i + 1] >= 0xbb);                              /* U+FEFF, full-width forms */
        if (stranger) {
            *ret_span = (Span){word.begin + i, word.begin + i + bytes};
            return true;
        }
        i += bytes - 1;
    }
    return false;
}

/* --------------------------------------------------------- end and nesting */

void syntax_report_end(Parser *parser) {
    if (!parser->diag) return;
    Span end = {parser->last.span.begin, parser->last.span.begin};
    Report *report = diag_report(parser->diag, CODE_G0102, end, "`;` is missing at the end of the text");
    report_edit(parser->diag, report, end, ";", "a declaration ends with `;`");
}

void syntax_report_depth(Parser *parser) {
    if (!parser->diag) return;
    Report *report = diag_report(parser->diag, CODE_G0113, parser->too_deep, "this is nested more than %d levels deep",
                                 SYNTAX_MOST_HEIGHT);
    report_help(parser->diag, report, "name parts of it: in WITH, or as a model of their own");
}
