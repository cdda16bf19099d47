/* Lines that are too long are broken where the fewest brackets are open: at the parts of a query, the items of a select list
 * or the columns of a list, the links of AND and OR, at all of them; else once, as late as it fits, at a clause, behind a
 * comma, before an operator. Only where there is nothing of that, before a comparison or at any blank. */
#include "compiler/format/internal.h"

#include <string.h>

static int step_of(const Piece *piece) {
    return piece_opens(piece) - piece_closes(piece);
}

static void break_before(Layout *layout, uint32_t index) {
    layout->pieces[index].first = true;
    layout->pieces[index].blank = false;
}

/* The bracket that closes the list whose item is at `from` goes to a line of its own. */
static void break_before_end(Layout *layout, uint32_t from, uint32_t end) {
    int level = 0;
    for (uint32_t i = from; i < end; i++) {
        level += step_of(&layout->pieces[i]);
        if (level >= 0) continue;
        break_before(layout, i);
        return;
    }
}

/* ------------------------------------------------------------ kinds of breaks */

static bool begins_part(const Layout *layout, uint32_t begin, uint32_t index) {
    (void)begin;
    return layout->pieces[index].marks & MARK_PART;
}

static bool begins_item(const Layout *layout, uint32_t begin, uint32_t index) {
    (void)begin;
    return layout->pieces[index].marks & MARK_ITEM;
}

static bool begins_row(const Layout *layout, uint32_t begin, uint32_t index) {
    (void)begin;
    return layout->pieces[index].marks & MARK_ROW;
}

/* AND that belongs to no BETWEEN, OR. */
static bool is_link(const Layout *layout, uint32_t begin, uint32_t index) {
    const Piece *pieces = layout->pieces;
    if (piece_is(&pieces[index], T_OR)) return true;
    if (!piece_is(&pieces[index], T_AND)) return false;
    int level = 0;
    for (uint32_t i = index; i-- > begin && level <= 0;) {
        level += step_of(&pieces[i]);
        if (level) continue;
        if (piece_is(&pieces[i], T_BETWEEN)) return false;
        if (piece_is(&pieces[i], T_AND) || piece_is(&pieces[i], T_OR)) return true;
    }
    return true;
}

static bool begins_branch(const Layout *layout, uint32_t begin, uint32_t index) {
    (void)begin;
    return piece_is(&layout->pieces[index], T_WHEN) || piece_is(&layout->pieces[index], T_ELSE) ||
           piece_is(&layout->pieces[index], T_END);
}

static bool is_behind_comma(const Layout *layout, uint32_t begin, uint32_t index) {
    (void)begin;
    return layout->pieces[index - 1].token.kind == ',';
}

static bool is_sign_of(const Piece *piece, const char *signs) {
    bool sign = piece->token.class == TOKEN_SYMBOL && piece->gap && piece->text.length && !(piece->marks & MARK_NAME);
    return sign && strchr(signs, piece->text.at[0]) && !(piece->marks & MARK_CLOSE);
}

static bool is_sum(const Layout *layout, uint32_t begin, uint32_t index) {
    (void)begin;
    return is_sign_of(&layout->pieces[index], "+-|");
}

static bool is_product(const Layout *layout, uint32_t begin, uint32_t index) {
    (void)begin;
    return is_sign_of(&layout->pieces[index], "*/");
}

static bool is_comparison(const Layout *layout, uint32_t begin, uint32_t index) {
    (void)begin;
    return is_sign_of(&layout->pieces[index], "<>=");
}

/* Clauses of a declaration, and the words with which the parts of a metric, a chart, a window begin; of a query they are
 * parts by themselves. */
static bool begins_clause(const Layout *layout, uint32_t begin, uint32_t index) {
    (void)begin;
    const Piece *piece = &layout->pieces[index], *before = &layout->pieces[index - 1];
    if (piece->marks & (MARK_CLAUSE | MARK_SUBCLAUSE)) return true;
    if (piece->marks & MARK_NAME || piece_opens(before)) return false;
    switch (piece->token.kind) {
    case T_BY: return !piece_is(before, T_ORDER) && !piece_is(before, T_GROUP) && !piece_is(before, T_PARTITION);
    case T_FROM:
    case T_WHERE:
    case T_TITLE:
    case T_ORDER:
    case T_ROWS:
    case T_RANGE:
    case T_GROUPS:
    case T_VALUES: return true;
    default: return false;
    }
}

static bool is_behind_blank(const Layout *layout, uint32_t begin, uint32_t index) {
    (void)begin;
    return layout->pieces[index].gap > 0;
}

static const struct {
    bool (*breaks)(const Layout *layout, uint32_t begin, uint32_t index);
    bool once; /* at the last place that fits, not at all of them */
    bool list; /* the bracket that closes it goes to a line of its own too */
    bool last; /* only where there is no other */
} kinds[] = {
    {begins_part, false, false, false},  {begins_item, false, false, false},   {begins_row, false, true, false},
    {is_link, false, false, false},      {begins_clause, true, false, false},  {is_behind_comma, true, false, false},
    {begins_branch, false, false, false}, {is_sum, true, false, false},        {is_product, true, false, false},
    {is_comparison, true, false, true},  {is_behind_blank, true, false, true},
};

#define KINDS (sizeof kinds / sizeof kinds[0])

/* ------------------------------------------------------------------- lines */

/* The least level, in brackets opened on the line, of the places of a kind; INT32_MAX: there are none. Levels are those
 * before a piece. */
static int least_level(const Layout *layout, uint32_t begin, uint32_t end, size_t kind) {
    int least = INT32_MAX, level = step_of(&layout->pieces[begin]);
    for (uint32_t i = begin + 1; i < end; level += step_of(&layout->pieces[i++])) {
        if (level >= least || piece_is_comment(&layout->pieces[i])) continue;
        if (kinds[kind].breaks(layout, begin, i)) least = level;
    }
    return least;
}

/* The kind with the least level, the first of several; KINDS: the line cannot be broken. */
static size_t kind_of_break(const Layout *layout, uint32_t begin, uint32_t end) {
    size_t found = KINDS;
    int least = INT32_MAX;
    for (size_t kind = 0; kind < KINDS; kind++) {
        int own = least_level(layout, begin, end, kind);
        if (own >= least || (kinds[kind].last && found < KINDS)) continue;
        least = own;
        found = kind;
    }
    return found;
}

/* Breaks a line at the places of a kind; gives whether there are any. */
static bool break_line(Layout *layout, uint32_t begin, uint32_t end, size_t kind) {
    int least = least_level(layout, begin, end, kind), level = step_of(&layout->pieces[begin]);
    uint32_t last = 0;
    if (least == INT32_MAX) return false;
    for (uint32_t i = begin + 1; i < end; level += step_of(&layout->pieces[i++])) {
        if (level != least || piece_is_comment(&layout->pieces[i]) || !kinds[kind].breaks(layout, begin, i)) continue;
        bool fits = piece_end(&layout->pieces[i - 1]) <= FORMAT_WIDTH;
        if (!kinds[kind].once)
            break_before(layout, i);
        else if (fits || !last)
            last = i;
        if (kinds[kind].list) break_before_end(layout, i, end);
    }
    if (last) break_before(layout, last);
    return true;
}

/* A line that stands far to the right, behind a bracket, has room if what the bracket holds begins on a line of its own. */
static bool move_left(Layout *layout, uint32_t begin) {
    int32_t anchor = layout->pieces[begin].indent.anchor;
    if (anchor < 0 || layout->pieces[anchor].first) return false;
    break_before(layout, (uint32_t)anchor);
    return true;
}

/* A comment behind code may be as long as it is. */
static bool is_too_long(const Layout *layout, uint32_t begin, uint32_t end) {
    while (end > begin && piece_is_comment(&layout->pieces[end - 1])) end--;
    return end > begin && piece_end(&layout->pieces[end - 1]) > FORMAT_WIDTH;
}

uint32_t format_long_lines(Layout *layout) {
    uint32_t count = 0;
    for (uint32_t begin = 0, end; begin < layout->count; begin = end) {
        end = place_line(layout, begin);
        count += is_too_long(layout, begin, end);
    }
    return count;
}

static bool break_once(Layout *layout) {
    bool broken = false;
    for (uint32_t begin = 0, end; begin < layout->count; begin = end) {
        end = place_line(layout, begin);
        if (!is_too_long(layout, begin, end)) continue;
        size_t kind = kind_of_break(layout, begin, end);
        bool found = kind < KINDS && break_line(layout, begin, end, kind);
        broken |= found || move_left(layout, begin);
    }
    return broken;
}

void format_break(Layout *layout) {
    while (break_once(layout)) { /* each adds a break: it ends */
        format_lists(layout);
        format_indent(layout);
    }
}
