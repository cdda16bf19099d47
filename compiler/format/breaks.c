/* Lines that are too long are broken: at the parts of the outermost query in them, else at the items of its select list, or
 * at the columns of a list. */
#include "compiler/format/internal.h"

enum { MOST_ROUNDS = 16 }; /* each round breaks one level of a line */

/* How many brackets that were opened on the line are open at a piece of it. */
static int level_at(const Layout *layout, uint32_t begin, uint32_t index) {
    int level = 0;
    for (uint32_t i = begin; i < index; i++)
        level += piece_opens(&layout->pieces[i]) - piece_closes(&layout->pieces[i]);
    return level;
}

static void break_before(Layout *layout, uint32_t index) {
    layout->pieces[index].first = true;
    layout->pieces[index].blank = false;
}

/* The bracket that closes the list whose item is at `from` goes to a line of its own. */
static void break_before_end(Layout *layout, uint32_t from, uint32_t end) {
    int level = 0;
    for (uint32_t i = from; i < end; i++) {
        level += piece_opens(&layout->pieces[i]) - piece_closes(&layout->pieces[i]);
        if (level >= 0) continue;
        break_before(layout, i);
        return;
    }
}

/* Breaks a line before the outermost pieces of this mark; gives whether there are any. */
static bool break_line(Layout *layout, uint32_t begin, uint32_t end, unsigned mark) {
    int least = INT32_MAX;
    for (uint32_t i = begin + 1; i < end; i++)
        if (layout->pieces[i].marks & mark && level_at(layout, begin, i) < least) least = level_at(layout, begin, i);
    if (least == INT32_MAX) return false;
    for (uint32_t i = begin + 1; i < end; i++) {
        if (!(layout->pieces[i].marks & mark) || level_at(layout, begin, i) != least) continue;
        break_before(layout, i);
        if (mark == MARK_ROW) break_before_end(layout, i, end);
    }
    return true;
}

static bool break_once(Layout *layout) {
    bool broken = false;
    for (uint32_t begin = 0, end; begin < layout->count; begin = end) {
        end = place_line(layout, begin);
        const Piece *last = &layout->pieces[end - 1];
        if (piece_is_comment(last) && end - 1 > begin) last--;
        if (piece_end(last) <= FORMAT_WIDTH) continue;
        broken |= break_line(layout, begin, end, MARK_PART) || break_line(layout, begin, end, MARK_ITEM) ||
                  break_line(layout, begin, end, MARK_ROW);
    }
    return broken;
}

void format_break(Layout *layout) {
    for (int round = 0; round < MOST_ROUNDS && break_once(layout); round++) format_indent(layout);
}
