/* Reports for people, in the shape that rustc made usual: the message, the place, the lines with what is underlined,
 * notes, the way the data took, helps with the edited line. */
#include "compiler/diag/draw.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    Diag *diag;
    const DrawOptions *options;
    Buffer *out;
    unsigned gutter;           /* digits of the largest line number shown */
} Drawing;

typedef enum { STYLE_ERROR, STYLE_WARNING, STYLE_FRAME, STYLE_HELP, STYLE_BOLD } Style;

/* A stretch of one line to be underlined, in columns from 0. */
typedef struct {
    uint32_t line, begin, end;
    const char *words;
    bool primary;
} Mark;

typedef VEC(Mark) Marks;

/* Of a line that is longer, so many columns are drawn, from a few before its first mark on. */
enum { TAB_WIDTH = 4, MOST_DRAWN = 400, DRAWN_BEFORE = 100 };

static const char *style_code(Style style) {
    switch (style) {
    case STYLE_ERROR: return "\033[1;31m";
    case STYLE_WARNING: return "\033[1;33m";
    case STYLE_FRAME: return "\033[1;34m";
    case STYLE_HELP: return "\033[1;32m";
    case STYLE_BOLD: return "\033[1m";
    }
    return "";
}

static void begin_style(Drawing *draw, Style style) {
    if (draw->options->colours) buffer_text(draw->out, style_code(style));
}

static void end_style(Drawing *draw) {
    if (draw->options->colours) buffer_text(draw->out, "\033[0m");
}

static void styled(Drawing *draw, Style style, const char *words) {
    begin_style(draw, style);
    buffer_text(draw->out, words);
    end_style(draw);
}

static Style report_style(const Report *report) {
    return report->severity == SEVERITY_ERROR ? STYLE_ERROR : STYLE_WARNING;
}

/* Column on the screen, from 0, of a byte offset in a line: tabs are drawn as spaces, other code points are one wide. */
static uint32_t screen_column(Text line, uint32_t offset) {
    uint32_t column = 0;
    for (uint32_t i = 0; i < offset && i < line.length; i++)
        column += line.at[i] == '\t' ? TAB_WIDTH : (line.at[i] & 0xC0) != 0x80;
    return column;
}

/* The columns of a line from `from` on; `…` stands where it is cut. */
static void draw_line_text(Drawing *draw, Text line, uint32_t from) {
    uint32_t column = 0, last = from + MOST_DRAWN - 1;
    bool drawn = false;
    for (uint32_t i = 0; i < line.length && column <= last; i++) {
        if ((line.at[i] & 0xC0) == 0x80) { /* the rest of a code point */
            if (drawn) buffer_char(draw->out, line.at[i]);
            continue;
        }
        bool cut = (from && column == from) || column == last;
        drawn = column >= from && !cut;
        if (cut) buffer_text(draw->out, "…");
        else if (drawn && line.at[i] == '\t') buffer_spaces(draw->out, TAB_WIDTH);
        else if (drawn && (unsigned char)line.at[i] >= ' ') buffer_char(draw->out, line.at[i]);
        column += line.at[i] == '\t' ? TAB_WIDTH : 1;
    }
}

/* ` 7 | ` and `   | `. */
static void gutter(Drawing *draw, uint32_t line) {
    begin_style(draw, STYLE_FRAME);
    if (line) buffer_format(draw->out, "%*u |", (int)draw->gutter, line);
    else buffer_format(draw->out, "%*s |", (int)draw->gutter, "");
    end_style(draw);
}

static void source_row(Drawing *draw, const Source *source, uint32_t line, uint32_t from) {
    Text text = source_line(source, line);
    gutter(draw, line);
    if (text.length) buffer_char(draw->out, ' ');
    draw_line_text(draw, text, from);
    buffer_char(draw->out, '\n');
}

/* ------------------------------------------------------------- labels */

static int by_column(const void *a, const void *b) {
    const Mark *left = a, *right = b;
    if (left->line != right->line) return left->line < right->line ? -1 : 1;
    if (left->begin != right->begin) return left->begin < right->begin ? -1 : 1;
    return left->primary - right->primary;
}

/* What a span underlines on its first line; a span of several lines runs to that line's end. */
static Mark mark_of(const Source *source, Label label, bool primary) {
    uint32_t offset = label.span.begin - source->base, line = 1;
    while (line < source->lines.count && source->lines.items[line] <= offset) line++;
    Text text = source_line(source, line);
    uint32_t start = source->lines.items[line - 1];
    uint32_t from = screen_column(text, offset - start), to = screen_column(text, label.span.end - source->base - start);
    return (Mark){line, from, to > from ? to : from + 1, label.words, primary};
}

/* What is drawn in each column of the row under a line; shorter marks lie upon longer ones, so that each is seen. */
static const Mark **lay_marks(Drawing *draw, const Mark *marks, uint32_t count, uint32_t *ret_width) {
    uint32_t width = 0;
    for (uint32_t i = 0; i < count; i++)
        if (marks[i].end > width) width = marks[i].end;
    const Mark **laid = arena_alloc(draw->diag->arena, (width + 1) * sizeof *laid);
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t column = marks[i].begin; column < marks[i].end; column++) {
            const Mark *there = laid[column];
            if (!there || marks[i].end - marks[i].begin < there->end - there->begin) laid[column] = &marks[i];
        }
    *ret_width = width;
    return laid;
}

static void underline(Drawing *draw, const Report *report, const Mark *marks, uint32_t count) {
    uint32_t width;
    const Mark **laid = lay_marks(draw, marks, count, &width);
    for (uint32_t column = 0; column < width; column++) {
        const Mark *mark = laid[column], *before = column ? laid[column - 1] : NULL;
        if (mark != before && before) end_style(draw);
        if (mark != before && mark) begin_style(draw, mark->primary ? report_style(report) : STYLE_FRAME);
        buffer_char(draw->out, !mark ? ' ' : mark->primary ? '^' : '-');
    }
    if (width && laid[width - 1]) end_style(draw);
}

/* A row of `|` under the first `count` marks that have words; the words of the last of them instead of its bar. */
static void hanging_row(Drawing *draw, const Report *report, const Mark *marks, uint32_t count, bool with_words) {
    uint32_t column = 0;
    gutter(draw, 0);
    buffer_char(draw->out, ' ');
    for (uint32_t i = 0; i < count; i++) {
        if (!*marks[i].words || marks[i].begin < column) continue;
        buffer_spaces(draw->out, marks[i].begin - column);
        column = marks[i].begin + 1;
        bool last = with_words && i == count - 1;
        styled(draw, marks[i].primary ? report_style(report) : STYLE_FRAME, last ? marks[i].words : "|");
    }
    buffer_char(draw->out, '\n');
}

/* The rows under one source line: underlines, the words of the last mark beside them, the others' below. */
static void draw_marks(Drawing *draw, const Report *report, const Mark *marks, uint32_t count) {
    const Mark *last = &marks[count - 1];
    bool beside = *last->words != 0;
    for (uint32_t i = 0; i + 1 < count; i++)
        if (marks[i].end > last->end) beside = false;
    gutter(draw, 0);
    buffer_char(draw->out, ' ');
    underline(draw, report, marks, count);
    if (beside) {
        buffer_char(draw->out, ' ');
        styled(draw, last->primary ? report_style(report) : STYLE_FRAME, last->words);
    }
    buffer_char(draw->out, '\n');
    uint32_t left = beside ? count - 1 : count;
    bool first = true;
    for (; left; left--) {
        if (!*marks[left - 1].words) continue;
        if (first) hanging_row(draw, report, marks, left, false);
        first = false;
        hanging_row(draw, report, marks, left, true);
    }
}

/* Moves the marks of a line to where they are drawn if it is cut; gives the column from which on it is drawn. */
static uint32_t cut_marks(const Source *source, Mark *marks, uint32_t count) {
    Text text = source_line(source, marks->line);
    if (screen_column(text, text.length) < MOST_DRAWN) return 0;
    uint32_t from = marks->begin > DRAWN_BEFORE ? marks->begin - DRAWN_BEFORE : 0;
    for (uint32_t i = 0; i < count; i++) {
        marks[i].begin = marks[i].begin - from < MOST_DRAWN ? marks[i].begin - from : MOST_DRAWN - 1;
        marks[i].end = marks[i].end - from < MOST_DRAWN ? marks[i].end - from : MOST_DRAWN;
    }
    return from;
}

/* All marks of one source, line by line; lines left out between are shown as `...`, a single one as itself. */
static void draw_source(Drawing *draw, const Report *report, const Source *source, Marks marks) {
    qsort(marks.items, marks.count, sizeof *marks.items, by_column);
    uint32_t shown = 0;
    for (uint32_t i = 0, next; i < marks.count; i = next) {
        uint32_t line = marks.items[i].line;
        for (next = i; next < marks.count && marks.items[next].line == line; next++) {}
        if (shown && line == shown + 2) source_row(draw, source, line - 1, 0);
        else if (shown && line > shown + 1) styled(draw, STYLE_FRAME, "...\n");
        source_row(draw, source, line, cut_marks(source, marks.items + i, next - i));
        draw_marks(draw, report, marks.items + i, next - i);
        shown = line;
    }
}

static void draw_place(Drawing *draw, const char *arrow, Span span) {
    Location at = source_locate(draw->diag->sources, span.begin);
    buffer_spaces(draw->out, draw->gutter);
    styled(draw, STYLE_FRAME, arrow);
    buffer_format(draw->out, " %s:%u:%u\n", at.source->path, at.line, at.column);
}

static void add_marks(Drawing *draw, const Report *report, const Source *source, Marks *marks) {
    Arena *arena = draw->diag->arena;
    if (source_of(draw->diag->sources, report->primary.span.begin) == source)
        vec_push(arena, marks, mark_of(source, report->primary, true));
    for (uint32_t i = 0; i < report->labels.count; i++)
        if (source_of(draw->diag->sources, report->labels.items[i].span.begin) == source)
            vec_push(arena, marks, mark_of(source, report->labels.items[i], false));
}

/* The primary's file first, then each other file that a label is in. */
static void draw_sources(Drawing *draw, const Report *report) {
    const Sources *sources = draw->diag->sources;
    const Source *primary = source_of(sources, report->primary.span.begin);
    if (!primary) return;
    Marks marks = {0};
    draw_place(draw, "-->", report->primary.span);
    add_marks(draw, report, primary, &marks);
    draw_source(draw, report, primary, marks);
    for (uint32_t i = 0; i < report->labels.count; i++) {
        const Source *source = source_of(sources, report->labels.items[i].span.begin);
        bool seen = !source || source == primary;
        for (uint32_t j = 0; j < i && !seen; j++)
            seen = source_of(sources, report->labels.items[j].span.begin) == source;
        if (seen) continue;
        Marks others = {0};
        draw_place(draw, ":::", report->labels.items[i].span);
        add_marks(draw, report, source, &others);
        draw_source(draw, report, source, others);
    }
}

/* -------------------------------------------------------- notes and helps */

static void aside(Drawing *draw, Style style, const char *kind, const char *words) {
    buffer_spaces(draw->out, draw->gutter + 1);
    styled(draw, STYLE_FRAME, "= ");
    styled(draw, style, kind);
    for (const char *end; (end = strchr(words, '\n')); words = end + 1) {
        buffer_add(draw->out, words, (size_t)(end - words) + 1);
        buffer_spaces(draw->out, draw->gutter + 3 + strlen(kind));
    }
    buffer_format(draw->out, "%s\n", words);
}

static void draw_hops(Drawing *draw, const Report *report) {
    if (!report->hops.count) return;
    size_t what_width = 0, place_width = 0;
    const char **places = arena_alloc(draw->diag->arena, report->hops.count * sizeof *places);
    for (uint32_t i = 0; i < report->hops.count; i++) {
        const Hop *hop = &report->hops.items[i];
        Location at = source_locate(draw->diag->sources, hop->span.begin);
        places[i] = at.source ? arena_format(draw->diag->arena, "%s:%u:%u", at.source->path, at.line, at.column) : "";
        if (strlen(hop->what) > what_width) what_width = strlen(hop->what);
        if (strlen(places[i]) > place_width) place_width = strlen(places[i]);
    }
    aside(draw, STYLE_BOLD, "", report->hops_title ? report->hops_title : "by way of");
    for (uint32_t i = 0; i < report->hops.count; i++)
        buffer_format(draw->out, "%*s%-*s   %-*s   %s\n", (int)draw->gutter + 5, "", (int)what_width,
                      report->hops.items[i].what, (int)place_width, places[i], report->hops.items[i].words);
}

/* The line as it reads after the edit, with what is new underlined by `+`; what only goes is underlined by `-`. */
static void draw_edit(Drawing *draw, const Help *help) {
    const Source *source = source_of(draw->diag->sources, help->span.begin);
    Location at = source_locate(draw->diag->sources, help->span.begin);
    if (!source) return;
    Text line = source_line(source, at.line);
    if (screen_column(line, line.length) >= MOST_DRAWN) return;
    uint32_t start = source->lines.items[at.line - 1], from = help->span.begin - source->base - start;
    uint32_t to = help->span.end - source->base - start;
    if (to > line.length) to = line.length;
    if (from > line.length) from = line.length;
    bool removal = !*help->text;
    gutter(draw, at.line);
    buffer_char(draw->out, ' ');
    draw_line_text(draw, (Text){line.at, removal ? to : from}, 0);
    uint32_t column = screen_column(line, from), length = removal ? screen_column(line, to) - column : 0;
    for (const char *at_text = help->text; *at_text; at_text++) {
        if (*at_text != '\n') {
            buffer_char(draw->out, *at_text);
            length += (*at_text & 0xC0) != 0x80;
            continue;
        }
        buffer_char(draw->out, '\n');
        gutter(draw, 0);
        buffer_char(draw->out, ' ');
        column = length = 0;
    }
    draw_line_text(draw, (Text){line.at + to, line.length - to}, 0);
    buffer_char(draw->out, '\n');
    if (!length) return; /* whole lines were put in: the row shown is the one behind them */
    gutter(draw, 0);
    buffer_spaces(draw->out, column + 1);
    begin_style(draw, removal ? STYLE_ERROR : STYLE_HELP);
    while (length--) buffer_char(draw->out, removal ? '-' : '+');
    end_style(draw);
    buffer_char(draw->out, '\n');
}

/* ---------------------------------------------------------------- reports */

static void widen(Drawing *draw, Span span) {
    unsigned digits = 1;
    for (uint32_t line = source_locate(draw->diag->sources, span.begin).line; line >= 10; line /= 10) digits++;
    if (digits > draw->gutter) draw->gutter = digits;
}

static void draw_report(Drawing *draw, const Report *report) {
    draw->gutter = 1;
    widen(draw, report->primary.span);
    for (uint32_t i = 0; i < report->labels.count; i++) widen(draw, report->labels.items[i].span);
    for (uint32_t i = 0; i < report->helps.count; i++) widen(draw, report->helps.items[i].span);
    draw->gutter++;
    begin_style(draw, report_style(report));
    buffer_format(draw->out, "%s[%s]", severity_word(report->severity), code_info(report->code)->number);
    end_style(draw);
    styled(draw, STYLE_BOLD, ": ");
    styled(draw, STYLE_BOLD, report->message);
    buffer_char(draw->out, '\n');
    draw_sources(draw, report);
    draw_hops(draw, report);
    for (uint32_t i = 0; i < report->notes.count; i++) aside(draw, STYLE_BOLD, "note: ", report->notes.items[i]);
    for (uint32_t i = 0; i < report->helps.count; i++) {
        aside(draw, STYLE_HELP, "help: ", report->helps.items[i].words);
        if (report->helps.items[i].has_edit) draw_edit(draw, &report->helps.items[i]);
    }
}

void diag_draw_text(Diag *diag, const DrawOptions *options, Buffer *out) {
    Drawing draw = {diag, options, out, 0};
    Report **sorted = diag_sorted(diag);
    for (uint32_t i = 0; i < diag->reports.count; i++) {
        if (i) buffer_char(out, '\n');
        draw_report(&draw, sorted[i]);
    }
}
