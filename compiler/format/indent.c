/* Where each line begins. A stack of what is open (a declaration, its query, brackets, CASE) is kept while the pieces go by;
 * a line is placed by what it begins with and by the innermost that is open. */
#include "compiler/format/internal.h"

typedef enum { OPEN_DECLARATION, OPEN_BODY, OPEN_BRACKET, OPEN_CASE } OpenKind;

typedef struct {
    OpenKind kind;
    bool query;               /* a query stands directly in it */
    bool hanging;             /* its contents began on the line of its bracket: they stand below each other */
    Indent line;              /* of the line on which it was opened */
    Indent content;           /* of its items, or of the parts of its query */
    int32_t part;             /* piece with which the present part of the query began; -1: none */
    int32_t after_part;       /* the first piece behind the words of that part */
    Indent item;              /* of the line on which the present item began */
} Open;

typedef struct {
    Layout *layout;
    VEC(Open) open;
    Indent line;              /* of the present line */
    uint32_t at;
} Walk;

static Indent in(Indent indent, uint32_t more) {
    indent.delta += more;
    return indent;
}

static const Piece *piece(const Walk *walk, uint32_t index) {
    return index < walk->layout->count ? &walk->layout->pieces[index] : NULL;
}

/* The piece before that is no comment, or null. */
static const Piece *code_before(const Walk *walk, uint32_t index) {
    while (index--)
        if (!piece_is_comment(&walk->layout->pieces[index])) return &walk->layout->pieces[index];
    return NULL;
}

static const Piece *code_after(const Walk *walk, uint32_t index) {
    while (++index < walk->layout->count)
        if (!piece_is_comment(&walk->layout->pieces[index])) return &walk->layout->pieces[index];
    return NULL;
}

static Open *top(Walk *walk) {
    return walk->open.count ? &walk->open.items[walk->open.count - 1] : NULL;
}

static void push(Walk *walk, Open open) {
    open.part = open.after_part = -1;
    open.item = open.content;
    vec_push(walk->layout->arena, &walk->open, open);
}

/* ------------------------------------------------------------------- lines */

static bool is_join_word(const Piece *at) {
    if (at->marks & MARK_NAME) return false;
    switch (at->token.kind) {
    case T_JOIN: case T_INNER: case T_LEFT: case T_RIGHT: case T_FULL: case T_OUTER: case T_CROSS: case T_NATURAL: case T_SEMI:
    case T_ANTI: case T_ASOF:
        return true;
    default:
        return false;
    }
}

bool piece_begins_part(const Piece *at, const Piece *before) {
    if (at->marks & MARK_NAME) return false;
    if (is_join_word(at)) return !before || !is_join_word(before);
    switch (at->token.kind) {
    case T_FROM:
        return !before || !piece_is(before, T_DISTINCT);
    case T_GROUP:
        return !before || !(piece_is(before, T_WITHIN) || piece_is(before, T_EXCLUDE));
    case T_SELECT: case T_WHERE: case T_HAVING: case T_ORDER: case T_UNION: case T_INTERSECT: case T_EXCEPT: case T_WINDOW:
    case T_QUALIFY: case T_LIMIT: case T_OFFSET: case T_FETCH: case T_VALUES:
        return true;
    case T_WITH:
        return !before || before->token.kind == '(' || piece_is(before, T_AS) || before->token.kind == ';';
    default:
        return false;
    }
}

/* Words that belong to the beginning of a part: `group by`, `select distinct on (…)`. */
static bool is_part_word(const Walk *walk, uint32_t index) {
    const Piece *at = piece(walk, index), *before = code_before(walk, index);
    if (piece_is(at, T_BY) || piece_is(at, T_DISTINCT) || piece_is(at, T_ALL) || piece_is(at, T_RECURSIVE)) return true;
    if (piece_is(at, T_ON)) return before && piece_is(before, T_DISTINCT);
    if (is_join_word(at)) return true;
    return at->token.kind == '(' && before && piece_is(before, T_ON) && is_part_word(walk, (uint32_t)(before - walk->layout->pieces));
}

/* Lists, whose items stand below each other. */
static bool is_list_part(const Piece *part) {
    return piece_is(part, T_SELECT) || piece_is(part, T_GROUP) || piece_is(part, T_ORDER) || piece_is(part, T_WINDOW);
}

static Indent line_in_query(Walk *walk, Open *open, const Piece *at, const Piece *before) {
    if (piece_begins_part(at, before) || open->part < 0) return open->content;
    const Piece *part = piece(walk, (uint32_t)open->part);
    if (at->token.kind == '(' && before && (piece_is(before, T_UNION) || piece_is(before, T_EXCEPT) || piece_is(before, T_INTERSECT) || piece_is(before, T_ALL)))
        return open->content;
    bool item = before && (before->token.kind == ',' || open->after_part < 0);
    if (piece_is(part, T_WITH) && item && before->token.kind == ',') return open->content;
    if (!item) return is_list_part(part) ? in(open->item, 2) : in(open->content, 2);
    const Piece *first = open->after_part >= 0 ? piece(walk, (uint32_t)open->after_part) : NULL;
    bool hangs = first && !first->first && first != at && !piece_is(part, T_VALUES);
    return hangs ? (Indent){open->after_part, 0} : in(open->content, 2);
}

static Indent line_in_declaration(Walk *walk, const Open *open, const Piece *at, uint32_t index) {
    if (at->marks & MARK_CLAUSE) return in(open->content, 2);
    if (at->marks & MARK_SUBCLAUSE) return in(open->content, 4);
    if (at->marks & (MARK_BODY | MARK_IN_TEMPLATE)) return in(open->content, 2);
    const Piece *next = code_after(walk, index);
    if (at->marks & MARK_QUERY_BODY || (piece_is(at, T_AS) && next && (next->marks & MARK_QUERY_BODY || next->token.kind == '('))) return open->content;
    return in(open->content, 4);
}

static Indent line_indent(Walk *walk, uint32_t index) {
    const Piece *at = piece(walk, index), *before = code_before(walk, index);
    Open *open = top(walk);
    if (!open) return (Indent){-1, 0};
    if (piece_closes(at) && open->kind != OPEN_DECLARATION && open->kind != OPEN_BODY) return open->line;
    if (at->marks & MARK_DECLARATION) return open->content;
    if (open->kind == OPEN_DECLARATION) return line_in_declaration(walk, open, at, index);
    if (open->query) return line_in_query(walk, open, at, before);
    if (open->kind == OPEN_BODY) return open->content;
    if (open->kind == OPEN_CASE) return piece_is(at, T_WHEN) || piece_is(at, T_ELSE) ? open->content : in(open->content, 2);
    bool item = before && (before->token.kind == ',' || before->token.kind == ';' || piece_opens(before));
    return item || open->hanging ? open->content : in(open->content, 2);
}

/* ------------------------------------------------------------------ pieces */

static void open_bracket(Walk *walk, uint32_t index) {
    const Piece *at = piece(walk, index), *next = code_after(walk, index);
    bool comment_next = index + 1 < walk->layout->count && piece_is_comment(piece(walk, index + 1));
    bool hanging = next && !next->first && !comment_next && !piece_closes(next);
    bool query = at->token.kind == '(' && next && (piece_is(next, T_SELECT) || piece_is(next, T_VALUES) || piece_is(next, T_WITH) ||
                 (next->token.kind == '(' && top(walk) && top(walk)->query && top(walk)->part < 0));
    Open open = {.kind = piece_is(at, T_CASE) ? OPEN_CASE : OPEN_BRACKET, .query = query, .hanging = hanging, .line = walk->line};
    open.content = hanging ? (Indent){(int32_t)(next - walk->layout->pieces), 0} : in(walk->line, 2);
    if (query && piece_is(next, T_VALUES) && hanging) {
        const Piece *row = code_after(walk, (uint32_t)(next - walk->layout->pieces));
        if (row && row->first) open.content = walk->line;
    }
    push(walk, open);
}

static void close_bracket(Walk *walk) {
    if (top(walk) && (top(walk)->kind == OPEN_BRACKET || top(walk)->kind == OPEN_CASE)) walk->open.count--;
}

/* The `;` of a declaration closes its body and itself. */
static void end_declaration(Walk *walk) {
    while (walk->open.count && top(walk)->kind != OPEN_DECLARATION) walk->open.count--;
    if (walk->open.count) walk->open.count--;
}

static void begin_declaration(Walk *walk) {
    Indent base = top(walk) ? walk->line : (Indent){-1, 0};
    push(walk, (Open){.kind = OPEN_DECLARATION, .line = base, .content = base});
}

static void begin_body(Walk *walk, const Piece *at) {
    Indent base = top(walk) ? top(walk)->content : (Indent){-1, 0};
    bool deeper = at->marks & (MARK_BODY | MARK_IN_TEMPLATE);
    push(walk, (Open){.kind = OPEN_BODY, .query = at->marks & MARK_QUERY_BODY, .line = base, .content = deeper ? in(base, 2) : base});
}

static void follow_query(Walk *walk, Open *open, Piece *at, const Piece *before, uint32_t index) {
    if (piece_begins_part(at, before)) {
        bool first = open->kind == OPEN_BRACKET && open->part < 0; /* it stands at its bracket */
        if (!first) at->marks |= MARK_PART;
        open->part = (int32_t)index;
        open->after_part = -1;
        open->item = open->content;
        return;
    }
    if (open->part >= 0 && open->after_part < 0 && !is_part_word(walk, index)) open->after_part = (int32_t)index;
    bool item = before && (before->token.kind == ',' || (int32_t)index == open->after_part);
    if (!item) return;
    open->item = walk->line;
    if (open->part >= 0 && piece_is(piece(walk, (uint32_t)open->part), T_SELECT)) at->marks |= MARK_ITEM;
}

static void step(Walk *walk, uint32_t index) {
    Piece *at = &walk->layout->pieces[index];
    const Piece *before = code_before(walk, index);
    if (at->marks & MARK_DECLARATION) begin_declaration(walk);
    if (at->marks & (MARK_QUERY_BODY | MARK_BODY)) begin_body(walk, at);
    if (at->token.kind == ';') {
        end_declaration(walk);
        return;
    }
    if (piece_closes(at)) {
        close_bracket(walk);
        return;
    }
    if (top(walk) && top(walk)->query) follow_query(walk, top(walk), at, before, index);
    if (piece_opens(at)) open_bracket(walk, index);
}

/* A comment on a line of its own stands as what follows it; before a closing bracket as what is in it. */
static void indent_comments(Walk *walk, uint32_t from, uint32_t to, bool closes) {
    const Piece *code = to < walk->layout->count ? piece(walk, to) : NULL;
    Indent indent = code ? code->indent : (Indent){-1, 0};
    if (closes && top(walk)) indent = top(walk)->content;
    for (uint32_t i = from; i < to; i++)
        if (walk->layout->pieces[i].first) walk->layout->pieces[i].indent = indent;
}

void format_indent(Layout *layout) {
    Walk walk = {.layout = layout, .line = {-1, 0}};
    uint32_t comments = 0;
    for (uint32_t i = 0; i < layout->count; i++) {
        Piece *at = &layout->pieces[i];
        if (piece_is_comment(at)) continue;
        if (at->first) walk.line = at->indent = line_indent(&walk, i);
        indent_comments(&walk, comments, i, at->first && piece_closes(at));
        step(&walk, i);
        comments = i + 1;
    }
    indent_comments(&walk, comments, layout->count, false);
}
