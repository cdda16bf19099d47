/* Between scanner and grammar: one token held back, so that NOT before IN, LIKE, … is another token (as in PostgreSQL);
 * the parentheses that are open, for messages; and recovery. A declaration word, or its doc comment, in column 1 where no
 * declaration may begin is a suspect: the `;` before it is missing. When an error is reported with a suspect seen, or while
 * the parser skips to the `;`, scanning goes on from there, behind an invented `;`. */
#include "compiler/syntax/build.h"

#include <string.h>

bool token_begins_declaration(int token) {
    switch (token) {
    case T_PROJECT: case T_TARGET: case T_OWNER: case T_LAYER: case T_TAG: case T_ROLE: case T_UNIT: case T_TYPE:
    case T_CONST: case T_FUNCTION: case T_SOURCE: case T_MODEL: case T_TEMPLATE: case T_USE: case T_TEST: case T_GRANT:
    case T_MASK: case T_RELEASE: case T_ENDORSE: case T_SHARE: case T_METRIC: case T_DASHBOARD: case T_LEGACY: case T_JOB:
    case T_DELIVERY: case T_BUDGET:
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

static uint32_t offset_of(const Parser *parser, uint32_t position) {
    return position - parser->source->base;
}

static Lexeme scan(Parser *parser) {
    Lexeme token;
    if (parser->ahead.kind >= 0) {
        token = parser->ahead;
        parser->ahead.kind = -1;
    } else {
        token.kind = scan_token(&token.value, &token.span, parser->scanner);
    }
    return token;
}

/* NOT before an operator binds as the operator does. */
static void look_behind_not(Parser *parser, Lexeme *token) {
    parser->ahead = scan(parser);
    switch (parser->ahead.kind) {
    case T_IN: case T_BETWEEN: case T_LIKE: case T_ILIKE: case T_SIMILAR: case T_MATCHES:
        token->kind = T_NOT_LA;
        break;
    default:
        break;
    }
}

static void note_parenthesis(Parser *parser, const Lexeme *token) {
    if (token->kind == '(') {
        if (parser->depth < MOST_OPEN) parser->open[parser->depth] = token->span;
        parser->depth++;
    } else {
        parser->depth_before = parser->depth;
        if (parser->depth) parser->depth--;
    }
}

static Lexeme invented_end(Parser *parser) {
    uint32_t end = parser->last.span.end;
    return (Lexeme){.kind = ';', .span = {end, end}};
}

/* A declaration begins in column 1 where none may: is its predecessor's `;` missing? */
static bool looks_like_next(Parser *parser, const Lexeme *token) {
    bool may_begin = token->kind == T_DOC || token_begins_declaration(token->kind);
    if (!may_begin || !parser->last.kind || parser->last.kind == ';' || parser->last.kind == T_DOC) return false;
    return declaration_begins(parser, offset_of(parser, token->span.begin));
}

static void note_head(Parser *parser, const Lexeme *token) {
    if (token->kind == T_DOC || token->kind == ';') return;
    if (parser->head_count < MOST_HEAD) parser->head[parser->head_count++] = *token;
}

static void end_declaration(Parser *parser) {
    parser->recovering = false;
    parser->suspect = NOWHERE;
    parser->depth = 0;
}

static Lexeme next_token(Parser *parser) {
    if (parser->rewind) {
        scan_at(parser, parser->rewind);
        parser->rewind = 0;
        parser->ahead.kind = -1;
        return invented_end(parser);
    }
    Lexeme token = scan(parser);
    if (token.kind == T_NOT) look_behind_not(parser, &token);
    else if (token.kind == '(' || token.kind == ')') note_parenthesis(parser, &token);
    else if (token.kind == T_YYEOF && parser->last.kind && parser->last.kind != ';') {
        parser->end_invented = true;
        return invented_end(parser);
    } else if (looks_like_next(parser, &token)) {
        if (parser->recovering) {
            parser->rewind = offset_of(parser, token.span.begin);
            return next_token(parser);
        }
        if (!parser->suspect.begin) parser->suspect = token.span;
    }
    return token;
}

int grammar_lex(GRAMMAR_STYPE *value, Span *span, Parser *parser) {
    if (parser->last.kind == ';' || !parser->last.kind) {
        parser->head_count = 0;
        parser->too_deep = NOWHERE;
    }
    Lexeme token = next_token(parser);
    if (token.kind == ';') end_declaration(parser);
    note_head(parser, &token);
    parser->before = parser->last;
    parser->last = token;
    *value = token.value;
    *span = token.span;
    return token.kind;
}

Tree *syntax_parse(Arena *arena, Names *names, Sources *sources, const Source *source, Diag *diag) {
    (void)sources;
    Parser parser = {.arena = arena, .names = names, .source = source, .diag = diag, .ahead = {.kind = -1}};
    Span whole = {source->base, source->base + source->length};
    parser.tree = (Tree *)node_new(arena, NODE_TREE, whole);
    words_install(names);
    scan_open(&parser);
    if (diag) syntax_check_bytes(&parser);
    if (grammar_parse(&parser)) syntax_lost(&parser); /* an error in the last declaration, or one nested beyond the parser's stack */
    scan_close(&parser);
    parser.tree->node.height = node_measure((Node *)parser.tree);
    return parser.tree;
}
