/* What is said of text that is not the language: the token that is wrong, a short list of what could stand there, and the
 * edit that mends the mistakes that people make. */
#include "compiler/syntax/internal.h"

#include <string.h>

static Text span_text(const Parser *parser, Span span) {
    return scan_slice(parser, span, 0);
}

/* ---------------------------------------------------------- lexical errors */

int lexical_error(Parser *parser, Code code, Span span) {
    if (!parser->diag || parser->recovering) return T_GRAMMAR_error;
    Text text = span_text(parser, span);
    Span begin = {span.begin, span.begin + (code == CODE_G0104 || code == CODE_G0111 ? 2 : 1)};
    Report *report;
    switch (code) {
    case CODE_G0103:
        report = diag_report(parser->diag, code, span, "this string is not closed on its line");
        report_help(parser->diag, report, "two quotes stand for one inside; `$$…$$` may span lines");
        break;
    case CODE_G0104:
        report = diag_report(parser->diag, code, begin, "this comment is not closed");
        break;
    case CODE_G0106:
        report = diag_report(parser->diag, code, span, "`%.*s` begins a template of another tool", TEXT_ARGS(text));
        report_help(parser->diag, report, "there are no templates here: write the name of the table itself");
        break;
    case CODE_G0110:
        report = diag_report(parser->diag, code, begin, "this quoted name is not closed on its line");
        break;
    case CODE_G0111:
        report = diag_report(parser->diag, code, begin, "this `$$` string is not closed");
        break;
    default:
        report = diag_report(parser->diag, code, span, "unknown character `%.*s`", TEXT_ARGS(text));
        if (text_equal(text, text_of("=="))) report_edit(parser->diag, report, span, "=", "equality is one `=`");
        break;
    }
    parser->recovering = true;
    return T_GRAMMAR_error;
}

void syntax_check_bytes(Parser *parser) {
    (void)parser;
}

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
    report_help(parser->diag, report, "split it: name parts of it in WITH, or in a model of their own");
}

void syntax_unexpected(Parser *parser, int token, Span span, const int *expected, int count) {
    Text text = span_text(parser, span);
    bool suspect = parser->suspect.begin;
    parser->recovering = parser->last.kind != ';';
    if (suspect) {
        parser->rewind = parser->suspect.begin - parser->source->base;
        if (parser->diag) {
            Report *report = diag_report(parser->diag, CODE_G0102, parser->suspect, "`;` is missing before `%.*s`",
                                         TEXT_ARGS(span_text(parser, parser->suspect)));
            (void)report;
        }
        parser->suspect = NOWHERE;
        return;
    }
    if (!parser->diag) return;
    (void)expected, (void)count, (void)token;
    diag_report(parser->diag, CODE_G0101, span, "unexpected `%.*s`", TEXT_ARGS(text));
}
