#include "compiler/emit/layout.h"

#include <string.h>

enum { OPEN = 0xF8, CLOSE, LINE, EMPTY, IN, OUT, HARD, FILL };

#define INDENT_STEP 2
#define TOO_WIDE    UINT32_MAX

/* A text of a literal may hold line ends: its group cannot be on one line, but they are no breaks. */
typedef struct {
    const unsigned char *text;
    uint32_t *flat;  /* at each OPEN: the width of its group on one line, or TOO_WIDE */
    uint32_t *stack; /* open groups, while measuring */
    bool *broken;    /* open groups, while writing */
    Buffer *out;
    uint32_t length;
    uint32_t depth;
    uint32_t column;
    uint32_t indent;
} Layout;

static bool is_mark(unsigned char byte) {
    return byte >= OPEN;
}

/* Columns that a byte takes: the later bytes of a UTF-8 sequence none. */
static uint32_t byte_width(unsigned char byte) {
    if (byte == LINE || byte == FILL) return 1;
    return is_mark(byte) || (byte & 0xC0) == 0x80 ? 0 : 1;
}

static void measure(Layout *layout) {
    uint32_t width = 0, depth = 0;
    for (uint32_t i = 0; i < layout->length; i++) {
        unsigned char byte = layout->text[i];
        if (byte == OPEN) {
            layout->flat[i] = width;
            layout->stack[depth++] = i;
        } else if (byte == CLOSE) {
            uint32_t open = layout->stack[--depth];
            if (layout->flat[open] != TOO_WIDE) layout->flat[open] = width - layout->flat[open];
        } else if (byte == HARD || byte == '\n') {
            for (uint32_t k = 0; k < depth; k++) layout->flat[layout->stack[k]] = TOO_WIDE;
        }
        width += byte_width(byte);
    }
}

/* The width of what stands behind `at` up to the next place where a line may end. */
static uint32_t tail_width(const Layout *layout, uint32_t at) {
    uint32_t width = 0;
    for (uint32_t i = at; i < layout->length; i++) {
        unsigned char byte = layout->text[i];
        if (byte == LINE || byte == EMPTY || byte == FILL || byte == HARD || byte == '\n' || byte == OPEN) break;
        width += byte_width(byte);
    }
    return width;
}

static uint32_t group_end(const Layout *layout, uint32_t open) {
    uint32_t depth = 0;
    for (uint32_t i = open; i < layout->length; i++) {
        if (layout->text[i] == OPEN)
            depth++;
        else if (layout->text[i] == CLOSE && --depth == 0)
            return i + 1;
    }
    return layout->length;
}

static bool group_fits(const Layout *layout, uint32_t open) {
    uint32_t flat = layout->flat[open];
    if (flat == TOO_WIDE || layout->column + flat > LAYOUT_WIDTH) return false;
    return layout->column + flat + tail_width(layout, group_end(layout, open)) <= LAYOUT_WIDTH;
}

/* Whether what follows a FILL, up to the next one or the end of its group, fits into the line. */
static bool item_fits(const Layout *layout, uint32_t after) {
    uint32_t width = 1, depth = 0;
    for (uint32_t i = after; i < layout->length; i++) {
        unsigned char byte = layout->text[i];
        if (depth == 0 && (byte == FILL || byte == CLOSE || byte == LINE || byte == EMPTY)) break;
        if (byte == HARD || byte == '\n') return false;
        depth += byte == OPEN;
        depth -= byte == CLOSE;
        width += byte_width(byte);
    }
    return layout->column + width <= LAYOUT_WIDTH;
}

static void new_line(Layout *layout) {
    while (layout->out->length && layout->out->at[layout->out->length - 1] == ' ')
        layout->out->at[--layout->out->length] = 0;
    buffer_char(layout->out, '\n');
    buffer_spaces(layout->out, (size_t)layout->indent * INDENT_STEP);
    layout->column = layout->indent * INDENT_STEP;
}

static void space(Layout *layout) {
    buffer_char(layout->out, ' ');
    layout->column++;
}

static void write_mark(Layout *layout, uint32_t at) {
    bool broken = layout->depth == 0 || layout->broken[layout->depth - 1];
    switch (layout->text[at]) {
    case OPEN: layout->broken[layout->depth++] = !group_fits(layout, at); break;
    case CLOSE: layout->depth--; break;
    case IN: layout->indent++; break;
    case OUT: layout->indent--; break;
    case HARD: new_line(layout); break;
    case LINE:
        if (broken)
            new_line(layout);
        else
            space(layout);
        break;
    case EMPTY:
        if (broken) new_line(layout);
        break;
    case FILL:
        if (broken && !item_fits(layout, at + 1))
            new_line(layout);
        else
            space(layout);
        break;
    }
}

void layout_write(Arena *scratch, const char *marked, unsigned indent, Buffer *out) {
    uint32_t length = (uint32_t)strlen(marked);
    Layout layout = {.text = (const unsigned char *)marked, .out = out, .length = length, .indent = indent};
    layout.flat = arena_alloc(scratch, (length + 1) * sizeof *layout.flat);
    layout.stack = arena_alloc(scratch, (length + 1) * sizeof *layout.stack);
    layout.broken = arena_alloc(scratch, (length + 1) * sizeof *layout.broken);
    measure(&layout);
    buffer_spaces(out, (size_t)indent * INDENT_STEP);
    layout.column = indent * INDENT_STEP;
    for (uint32_t i = 0; i < length; i++) {
        if (is_mark(layout.text[i])) {
            write_mark(&layout, i);
            continue;
        }
        buffer_char(out, (char)layout.text[i]);
        layout.column = layout.text[i] == '\n' ? 0 : layout.column + byte_width(layout.text[i]);
    }
}
