/* In which column each piece stands. Columns of a list are aligned by their name, type and first constraint. Elsewhere
 * alignment is the author's: pieces of lines that follow each other, which stood in one column with more than one blank
 * before one of them, stand in one column again, no further to the right than they must. */
#include "compiler/format/internal.h"

#include <stdlib.h>

typedef struct {
    uint32_t was;
    VEC(uint32_t) members;
    bool padded;
} Class;

typedef struct {
    Layout *layout;
    Class **class_of; /* by piece */
    VEC(Class *) classes;
} Aligner;

static bool has_lines(Text text, uint32_t *ret_last) {
    for (uint32_t i = text.length; i-- > 0;)
        if (text.at[i] == '\n') {
            *ret_last = i + 1;
            return true;
        }
    *ret_last = 0;
    return false;
}

uint32_t piece_width(const Piece *piece) {
    uint32_t from, width = 0;
    has_lines(piece->text, &from);
    for (uint32_t i = from; i < piece->text.length; i++) width += (piece->text.at[i] & 0xC0) != 0x80;
    return width;
}

uint32_t piece_end(const Piece *piece) {
    uint32_t last;
    return has_lines(piece->text, &last) ? piece_width(piece) : piece->column + piece_width(piece);
}

uint32_t place_line(Layout *layout, uint32_t begin) {
    Piece *pieces = layout->pieces;
    Indent indent = pieces[begin].indent;
    pieces[begin].column = (indent.anchor < 0 ? 0 : pieces[indent.anchor].column) + indent.delta;
    uint32_t i = begin + 1;
    for (; i < layout->count && !pieces[i].first; i++) pieces[i].column = piece_end(&pieces[i - 1]) + pieces[i].gap;
    return i;
}

static uint32_t line_end(const Layout *layout, uint32_t begin) {
    while (++begin < layout->count && !layout->pieces[begin].first) {
    }
    return begin;
}

static void move_to(Layout *layout, uint32_t index, uint32_t column) {
    layout->pieces[index].gap += column - layout->pieces[index].column;
    uint32_t begin = index;
    while (!layout->pieces[begin].first) begin--;
    place_line(layout, begin);
}

/* Whether the code of the line of a piece still fits once the piece stands in a column. */
static bool fits_at(const Layout *layout, uint32_t index, uint32_t column) {
    uint32_t last = line_end(layout, index) - 1;
    if (piece_is_comment(&layout->pieces[last]) && last > index) last--;
    return piece_end(&layout->pieces[last]) + column - layout->pieces[index].column <= FORMAT_WIDTH;
}

/* Lines that would grow too long stay out of the column. */
static void move_all(Layout *layout, const uint32_t *members, uint32_t count) {
    uint32_t column = 0;
    for (uint32_t i = 0; i < count; i++)
        if (layout->pieces[members[i]].column > column) column = layout->pieces[members[i]].column;
    for (uint32_t i = 0; i < count; i++)
        if (fits_at(layout, members[i], column)) move_to(layout, members[i], column);
}

/* --------------------------------------------------------- lists of columns */

typedef VEC(uint32_t) Indices;

static void align_rows(Layout *layout, const Indices *rows, unsigned mark) {
    Indices members = {0};
    for (uint32_t i = 0; i < rows->count; i++)
        for (uint32_t k = rows->items[i] + 1, end = line_end(layout, rows->items[i]); k < end; k++)
            if (layout->pieces[k].marks & mark) {
                vec_push(layout->arena, &members, k);
                break;
            }
    move_all(layout, members.items, members.count);
}

static void end_list(Layout *layout, Indices *rows) {
    align_rows(layout, rows, MARK_SECOND);
    align_rows(layout, rows, MARK_THIRD);
    rows->count = 0;
}

/* Rows of one list: lines that begin with a column, in one indent, with nothing but comments and their own continuation between. */
static void align_lists(Layout *layout) {
    Indices rows = {0};
    uint32_t indent = 0;
    for (uint32_t i = 0; i < layout->count; i = line_end(layout, i)) {
        const Piece *piece = &layout->pieces[i];
        if (piece_is_comment(piece)) continue;
        bool row = piece->marks & MARK_COLUMN && piece->indent.anchor < 0;
        if (rows.count &&
            (row ? piece->indent.delta != indent : piece->indent.anchor < 0 && piece->indent.delta <= indent))
            end_list(layout, &rows);
        if (!row) continue;
        indent = piece->indent.delta;
        vec_push(layout->arena, &rows, i);
    }
    end_list(layout, &rows);
}

/* ------------------------------------------------------ the author's columns */

static void join_class(Aligner *aligner, uint32_t above, uint32_t below) {
    Layout *layout = aligner->layout;
    Class *class = aligner->class_of[above];
    if (!class) {
        class = arena_new(layout->arena, Class);
        class->was = layout->pieces[above].was;
        vec_push(layout->arena, &aligner->classes, class);
        vec_push(layout->arena, &class->members, above);
        class->padded = layout->pieces[above].spaces > 1;
        aligner->class_of[above] = class;
    }
    vec_push(layout->arena, &class->members, below);
    class->padded = class->padded || layout->pieces[below].spaces > 1;
    aligner->class_of[below] = class;
}

/* What may stand below each other: the same word or sign, or two names. */
static int kind_of(const Piece *piece) {
    return piece->marks & MARK_NAME ? T_NAME : piece->token.kind;
}

static bool may_align(const Piece *piece) {
    return !(piece->marks & (MARK_SECOND | MARK_THIRD)) && !piece_is_comment(piece) && piece->gap;
}

/* Both lines go from left to right, so their pieces are met in order. */
static void compare_lines(Aligner *aligner, uint32_t above, uint32_t below) {
    const Layout *layout = aligner->layout;
    uint32_t above_end = line_end(layout, above), below_end = line_end(layout, below);
    for (above++, below++; above < above_end && below < below_end;) {
        const Piece *a = &layout->pieces[above], *b = &layout->pieces[below];
        if (a->was == b->was && kind_of(a) == kind_of(b) && may_align(a) && may_align(b))
            join_class(aligner, above, below);
        if (a->was <= b->was) above++;
        if (b->was <= a->was) below++;
    }
}

static int by_column(const void *a, const void *b) {
    const Class *first = *(Class *const *)a, *second = *(Class *const *)b;
    return first->was < second->was ? -1 : first->was > second->was;
}

static void align_authors(Layout *layout) {
    Aligner aligner = {.layout = layout, .class_of = arena_alloc(layout->arena, (layout->count + 1) * sizeof(Class *))};
    int64_t above = -1;
    for (uint32_t i = 0; i < layout->count; i = line_end(layout, i)) {
        const Piece *piece = &layout->pieces[i];
        if (piece->blank) above = -1;
        if (piece_is_comment(piece)) continue;
        if (piece->indent.anchor >= 0) {
            above = -1;
            continue;
        }
        if (above >= 0) compare_lines(&aligner, (uint32_t)above, i);
        above = i;
    }
    if (aligner.classes.count) qsort(aligner.classes.items, aligner.classes.count, sizeof(Class *), by_column);
    for (uint32_t i = 0; i < aligner.classes.count; i++)
        if (aligner.classes.items[i]->padded)
            move_all(layout, aligner.classes.items[i]->members.items, aligner.classes.items[i]->members.count);
}

/* A comment behind code stays where it was, if it can. */
static void place_comments(Layout *layout) {
    for (uint32_t i = 1; i < layout->count; i++) {
        Piece *piece = &layout->pieces[i];
        if (!piece_is_comment(piece) || piece->first || piece->spaces < 2) continue;
        uint32_t end = piece_end(&layout->pieces[i - 1]);
        move_to(layout, i, piece->was > end + 2 ? piece->was : end + 2);
    }
}

void format_align(Layout *layout, bool authors) {
    for (uint32_t i = 0; i < layout->count; i = place_line(layout, i)) {
    }
    align_lists(layout);
    if (authors) align_authors(layout);
    for (uint32_t i = 0; i < layout->count; i = place_line(layout, i)) {
    }
    place_comments(layout);
}
