/* Between scanner and grammar: one token held back, so that NOT before IN, LIKE, … is another token (as in PostgreSQL);
 * the parentheses that are open, for messages; and recovery. A declaration word, or its doc comment, in column 1 where no
 * declaration may begin is a suspect: the `;` before it is missing. When an error is reported with a suspect seen, or while
 * the parser skips to the `;`, scanning goes on from there, behind an invented `;`. */
#include "compiler/syntax/build.h"

#include <ctype.h>
#include <string.h>

bool token_begins_declaration(int token) {
    switch (token) {
    case T_PROJECT: case T_TARGET: case T_OWNER: case T_LAYER: case T_TAG: case T_ROLE: case T_UNIT: case T_TYPE:
    case T_CONST: case T_FUNCTION: case T_SOURCE: case T_MODEL: case T_TEMPLATE: case T_USE: case T_TEST: case T_GRANT:
    case T_MASK: case T_RELEASE: case T_ENDORSE: case T_SHARE: case T_METRIC: case T_DASHBOARD: case T_LEGACY: case T_JOB:
    case T_DELIVERY: case T_BUDGET: case T_EXCEPTION:
        return true;
    default:
        return false;
    }
}

bool declaration_begins(const Parser *parser, uint32_t offset) {
    const char *at = parser->source->text + offset;
    if (offset && at[-1] != '\n') return false;
    while (!strncmp(at, "---", 3) && at[3] != '-') {
        at += strcspn(at, "\n");
        at += strspn(at, "\r\n");
    }
    size_t length = strspn(at, "abcdefghijklmnopqrstuvwxyz_ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    return length && token_begins_declaration(scan_name((Parser *)parser, at, (uint32_t)length)->token);
}

uint32_t next_declaration(const Parser *parser, uint32_t offset) {
    while (++offset < parser->source->length)
        if (parser->source->text[offset - 1] == '\n' && declaration_begins(parser, offset)) return offset;
    return 0;
}

static uint32_t offset_of(const Parser *parser, uint32_t position) {
    return position - parser->source->base;
}

/* The next token of the scanner into `last`. */
static void scan(Parser *parser) {
    if (parser->ahead.kind >= 0) {
        parser->last = parser->ahead;
        parser->ahead.kind = -1;
    } else {
        parser->last.kind = scan_token(&parser->last.value, &parser->last.span, parser->scanner);
    }
}

/* NOT before an operator binds as the operator does. */
static void look_behind_not(Parser *parser) {
    Lexeme not = parser->last;
    scan(parser);
    parser->ahead = parser->last;
    parser->last = not;
    switch (parser->ahead.kind) {
    case T_IN: case T_BETWEEN: case T_LIKE: case T_ILIKE: case T_SIMILAR: case T_MATCHES:
        parser->last.kind = T_NOT_LA;
        break;
    default:
        break;
    }
}

static void open_parenthesis(Parser *parser) {
    if (parser->depth < MOST_OPEN) parser->open[parser->depth] = parser->last.span;
    parser->depth++;
}

static void close_parenthesis(Parser *parser) {
    parser->depth_before = parser->depth;
    if (parser->depth) parser->depth--;
}

/* `f(xs, x -> x + 1)`, as Spark, Trino and Snowflake write a lambda: a name alone as the argument of a call, and behind the
 * arrow neither the text nor the number that JSON is asked for. */
static bool is_lambda_arrow(const Parser *parser) {
    const char *text = parser->source->text;
    if (parser->before.kind != T_NAME || !parser->depth || parser->depth > MOST_OPEN) return false;
    uint32_t open = offset_of(parser, parser->open[parser->depth - 1].begin);
    uint32_t name = offset_of(parser, parser->before.span.begin), next = offset_of(parser, parser->last.span.end);
    while (name > open + 1 && strchr(" \t\r\n", text[name - 1])) name--;
    next += (uint32_t)strspn(text + next, " \t\r\n");
    bool call = open && (text[open - 1] == '_' || isalnum((unsigned char)text[open - 1]));
    bool alone = name == open + 1 || text[name - 1] == ',';
    return call && alone && text[next] != '\'' && !isdigit((unsigned char)text[next]);
}

/* A `;` of ours, behind the token before. */
static void invent_end(Parser *parser) {
    uint32_t end = parser->before.span.end;
    parser->last = (Lexeme){.kind = ';', .span = {end, end}};
}

/* A declaration begins in column 1 where none may: is its predecessor's `;` missing? */
static bool looks_like_next(const Parser *parser) {
    uint32_t offset = offset_of(parser, parser->last.span.begin);
    if (!offset || parser->source->text[offset - 1] != '\n') return false;
    if (parser->last.kind != T_DOC && !token_begins_declaration(parser->last.kind)) return false;
    if (parser->before.kind == 0 || parser->before.kind == ';' || parser->before.kind == T_DOC) return false;
    return declaration_begins(parser, offset);
}

static void note_suspect(Parser *parser) {
    parser->suspect = parser->last.span;
    parser->suspect_after = parser->before.span.end;
    parser->suspect_depth = parser->depth;
}

static void begin_declaration(Parser *parser) {
    parser->head_count = 0;
    parser->too_deep = parser->suspect = NOWHERE;
    parser->recovering = false;
    parser->depth = 0;
}

static void next_token(Parser *parser) {
    if (parser->rewind) {
        scan_at(parser, parser->rewind);
        parser->rewind = 0;
        parser->ahead.kind = -1;
        invent_end(parser);
        return;
    }
    scan(parser);
    if (parser->last.kind == T_NOT) {
        look_behind_not(parser);
    } else if (parser->last.kind == T_ARROW && is_lambda_arrow(parser)) {
        parser->last.kind = T_LAMBDA_ARROW;
    } else if (parser->last.kind == '(') {
        open_parenthesis(parser);
    } else if (parser->last.kind == ')') {
        close_parenthesis(parser);
    } else if (parser->last.kind == ';') {
        parser->suspect = NOWHERE;
    } else if (parser->last.kind == T_YYEOF && parser->before.kind && parser->before.kind != ';') {
        parser->end_invented = true;
        invent_end(parser);
    } else if (looks_like_next(parser)) {
        if (!parser->suspect.begin) note_suspect(parser);
        if (parser->recovering) {
            parser->rewind = offset_of(parser, parser->last.span.begin);
            next_token(parser);
        }
    }
}

int grammar_lex(GRAMMAR_STYPE *value, Span *span, Parser *parser) {
    parser->before.kind = parser->last.kind;
    parser->before.span = parser->last.span;
    if (!parser->before.kind || parser->before.kind == ';') begin_declaration(parser);
    next_token(parser);
    if (parser->head_count < MOST_HEAD && parser->last.kind != T_DOC) parser->head[parser->head_count++] = parser->last;
    *value = parser->last.value;
    *span = parser->last.span;
    return parser->last.kind;
}

/* Begins anew at the next declaration behind the last token; gives whether there is one. */
static bool restart(Parser *parser) {
    uint32_t offset = next_declaration(parser, offset_of(parser, parser->last.span.end));
    if (!offset) return false;
    scan_at(parser, offset);
    parser->ahead.kind = -1;
    parser->rewind = 0;
    parser->last = (Lexeme){.kind = ';', .span = {parser->source->base + offset, parser->source->base + offset}};
    return true;
}

static Tree *parse_by(int (*grammar)(Parser *), Arena *arena, Names *names, const Source *source, Diag *diag) {
    Parser parser = {.arena = arena, .names = names, .source = source, .diag = diag, .ahead = {.kind = -1}};
    Span whole = {source->base, source->base + source->length};
    parser.tree = (Tree *)node_new(arena, NODE_TREE, whole);
    words_install(names);
    scan_open(&parser);
    syntax_check_bytes(&parser);
    while (grammar(&parser)) { /* nested beyond its stack: it goes on at the next declaration, if there is one */
        syntax_lost(&parser);
        if (!restart(&parser)) break;
    }
    scan_close(&parser);
    parser.tree->node.height = node_measure((Node *)parser.tree);
    return parser.tree;
}

Tree *syntax_parse(Arena *arena, Names *names, Sources *sources, const Source *source, Diag *diag) {
    (void)sources;
    return parse_by(grammar_parse, arena, names, source, diag);
}

Tree *syntax_parse_quickly(Arena *arena, Names *names, const Source *source, Diag *diag) {
    return parse_by(grammar_parse_quickly, arena, names, source, diag);
}
