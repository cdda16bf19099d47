#include "compiler/format/internal.h"

#include <string.h>

/* Counts what stands between two tokens. */
static void look_between(Piece *piece, const char *text, uint32_t from, uint32_t to) {
    uint32_t lines = 0;
    for (uint32_t i = from; i < to; i++) lines += text[i] == '\n';
    piece->first = lines > 0;
    piece->blank = lines > 1;
    piece->spaces = to - from;
}

static uint32_t column_of(const char *text, uint32_t offset) {
    uint32_t column = 0;
    while (offset > 0 && text[offset - 1] != '\n') column += (text[--offset] & 0xC0) != 0x80;
    return column;
}

static Text trimmed(Text text) {
    while (text.length && strchr(" \t\r", text.at[text.length - 1])) text.length--;
    return text;
}

static Layout layout_of(Arena *arena, Names *names, const Source *source) {
    Tokens tokens = syntax_tokens(arena, names, source);
    Layout layout = {.arena = arena, .source = source, .count = tokens.count};
    layout.pieces = arena_alloc(arena, (tokens.count + 3) * sizeof(Piece)); /* spacing looks two ahead */
    uint32_t end = 0;
    for (uint32_t i = 0; i < tokens.count; i++) {
        Piece *piece = &layout.pieces[i];
        uint32_t begin = tokens.items[i].span.begin - source->base;
        *piece = (Piece){.token = tokens.items[i],
                         .text = {source->text + begin, tokens.items[i].span.end - tokens.items[i].span.begin}};
        if (piece_is_comment(piece)) piece->text = trimmed(piece->text);
        look_between(piece, source->text, end, begin);
        piece->was = column_of(source->text, begin);
        end = tokens.items[i].span.end - source->base;
    }
    if (layout.count) layout.pieces[0].first = true, layout.pieces[0].blank = false;
    return layout;
}

/* Declarations of the file begin lines, and so do doc comments, which are of what follows them. */
static void break_declarations(Layout *layout) {
    for (uint32_t i = 0; i < layout->count; i++)
        if (layout->pieces[i].marks & MARK_DECLARATION || layout->pieces[i].token.class == TOKEN_DOC)
            layout->pieces[i].first = true;
}

/* A list of columns that goes over lines has a line for each, and for its `)`. */
static void break_columns(Layout *layout, uint32_t open) {
    int level = 0;
    bool broken = false;
    uint32_t end = open;
    for (; end < layout->count; end++) {
        level += piece_opens(&layout->pieces[end]) - piece_closes(&layout->pieces[end]);
        if (level == 0) break;
        broken |= level == 1 && layout->pieces[end].first;
    }
    if (!broken || end == layout->count) return;
    layout->pieces[end].first = true;
    for (uint32_t i = open + 1; i < end; i++) {
        if (level == 0 && layout->pieces[i].marks & MARK_ROW && !piece_is_comment(&layout->pieces[i - 1]))
            layout->pieces[i].first = true;
        level += piece_opens(&layout->pieces[i]) - piece_closes(&layout->pieces[i]);
    }
}

/* A query that goes over lines begins on one of its own. */
static void break_body(Layout *layout, uint32_t body) {
    int level = 0;
    for (uint32_t i = body + 1; i < layout->count; i++) {
        level += piece_opens(&layout->pieces[i]) - piece_closes(&layout->pieces[i]);
        if (layout->pieces[i].token.kind == ';' || level < 0) return;
        if (level == 0 && layout->pieces[i].first && !piece_closes(&layout->pieces[i])) break;
        if (i + 1 == layout->count) return;
    }
    layout->pieces[body].first = true;
}

void format_lists(Layout *layout) {
    for (uint32_t i = 0; i + 1 < layout->count; i++) {
        if (layout->pieces[i].token.kind == '(' && layout->pieces[i + 1].marks & MARK_ROW) break_columns(layout, i);
        if (layout->pieces[i].marks & MARK_QUERY_BODY && i) break_body(layout, i);
    }
}

/* A comma that begins a line goes to the end of the code before it; comments in between come behind it. */
static void move_commas(Layout *layout) {
    for (uint32_t i = 1; i < layout->count; i++) {
        Piece comma = layout->pieces[i];
        if (comma.token.kind != ',' || !comma.first) continue;
        uint32_t to = i;
        for (; to > 0 && piece_is_comment(&layout->pieces[to - 1]); to--) layout->pieces[to] = layout->pieces[to - 1];
        Piece *next = &layout->pieces[i + 1];
        if (i + 1 < layout->count && !piece_is_comment(next)) next->first = true;
        comma.first = comma.blank = false;
        comma.spaces = 0;
        layout->pieces[to] = comma;
    }
}

/* The words of the language in lower case; names, and what is no word, as they are. */
static Text spelling(const Piece *piece) {
    if (piece->token.class != TOKEN_WORD || piece->marks & MARK_NAME) return piece->text;
    return (Text){piece->token.name->text, piece->token.name->length};
}

static const char *write_out(Layout *layout) {
    Buffer out;
    buffer_open(&out, layout->arena);
    for (uint32_t i = 0; i < layout->count; i++) {
        const Piece *piece = &layout->pieces[i];
        if (piece->first && i) buffer_text(&out, piece->blank ? "\n\n" : "\n");
        buffer_spaces(&out, piece->first ? piece->column : piece->gap);
        Text text = spelling(piece);
        buffer_add(&out, text.at, text.length);
    }
    if (layout->count) buffer_char(&out, '\n');
    return buffer_string(&out);
}

static bool same_piece(const Piece *a, const Piece *b) {
    if (a->token.class == TOKEN_WORD && b->token.class == TOKEN_WORD) return a->token.name == b->token.name;
    return text_equal(a->text, b->text);
}

/* The next piece that is a comment, or that is none; null behind the last. */
static const Piece *next_piece(const Layout *layout, uint32_t *at, bool comment) {
    while (*at < layout->count && piece_is_comment(&layout->pieces[*at]) != comment) ++*at;
    return *at < layout->count ? &layout->pieces[(*at)++] : NULL;
}

/* Whether two texts have the same tokens, and the same comments: between the tokens comments may have moved. */
static bool same_pieces(const Layout *a, const Layout *b, bool comments) {
    uint32_t at_a = 0, at_b = 0;
    for (;;) {
        const Piece *left = next_piece(a, &at_a, comments), *right = next_piece(b, &at_b, comments);
        if (!left || !right) return !left && !right;
        if (!same_piece(left, right)) return false;
    }
}

/* A formatter must not change what a text says: whatever happens, a text that would mean something else, or that lost a
 * comment, is not given out. */
static bool is_faithful(Arena *arena, Names *names, Sources *sources, const Source *from, const Source *to) {
    Layout before = layout_of(arena, names, from), after = layout_of(arena, names, to);
    if (!same_pieces(&before, &after, false) || !same_pieces(&before, &after, true)) return false;
    const Tree *tree = syntax_parse(arena, names, sources, from, NULL);
    const Tree *again = syntax_parse(arena, names, sources, to, NULL);
    return node_equal(&tree->node, &again->node);
}

static const char *format_once(Arena *arena, Names *names, Sources *sources, const Source *source) {
    Layout layout = layout_of(arena, names, source);
    format_mark(&layout, &syntax_parse(arena, names, sources, source, NULL)->node);
    break_declarations(&layout);
    move_commas(&layout);
    format_lists(&layout);
    format_space(&layout);
    format_indent(&layout);
    format_break(&layout);
    uint32_t too_long = format_long_lines(&layout);
    format_align(&layout, true);
    if (format_long_lines(&layout) > too_long) { /* lines hang from what was moved */
        format_space(&layout);
        format_align(&layout, false);
    }
    return write_out(&layout);
}

/* Rounds after which a text that does not settle is left as it was. */
enum { MOST_ROUNDS = 8 };

/* What is aligned or broken may make room for more of that: it is formatted until that changes nothing. */
const char *format_text(Arena *arena, Names *names, Sources *sources, const Source *source, Diag *diag) {
    uint32_t errors = diag->errors;
    syntax_parse(arena, names, sources, source, diag);
    if (diag->errors > errors) return NULL;
    const Source *at = source;
    for (int round = 0; round < MOST_ROUNDS; round++) {
        const char *text = format_once(arena, names, sources, at);
        if (strcmp(text, at->text) == 0) return is_faithful(arena, names, sources, source, at) ? text : source->text;
        at = sources_add(sources, "formatted", text, strlen(text));
    }
    return source->text;
}
