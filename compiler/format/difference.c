/* The difference of two texts as `diff -u` writes it. */
#include "compiler/format/format.h"

#include <string.h>

enum { CONTEXT = 3, MOST_CELLS = 1 << 24 };

typedef VEC(Text) Lines;

/* What happens to a line of either text, in order. */
typedef struct {
    char sign; /* ' ' both, '-' only before, '+' only after */
    Text line;
} Change;

typedef VEC(Change) Changes;

static Lines split(Arena *arena, const char *text) {
    Lines lines = {0};
    while (*text) {
        size_t length = strcspn(text, "\n");
        vec_push(arena, &lines, ((Text){text, (uint32_t)length}));
        text += length + (text[length] == '\n');
    }
    return lines;
}

/* Longest common subsequence by dynamic programming; texts that are too large are taken as wholly different. */
static void compare(Arena *arena, const Lines *before, const Lines *after, Changes *changes) {
    uint32_t rows = before->count, columns = after->count;
    bool fits = (uint64_t)(rows + 1) * (columns + 1) <= MOST_CELLS;
    uint32_t *longest = fits ? arena_alloc(arena, (size_t)(rows + 1) * (columns + 1) * sizeof *longest) : NULL;
#define LONGEST(i, k) longest[(size_t)(i) * (columns + 1) + (k)]
    for (uint32_t i = rows; fits && i-- > 0;)
        for (uint32_t k = columns; k-- > 0;) {
            uint32_t down = LONGEST(i + 1, k), right = LONGEST(i, k + 1);
            LONGEST(i, k) = text_equal(before->items[i], after->items[k]) ? LONGEST(i + 1, k + 1) + 1
                            : down > right                                ? down
                                                                          : right;
        }
    uint32_t i = 0, k = 0;
    while (i < rows || k < columns) {
        bool both = fits && i < rows && k < columns && text_equal(before->items[i], after->items[k]);
        bool remove = i < rows && (k == columns || !fits || LONGEST(i + 1, k) >= LONGEST(i, k + 1));
        if (both)
            vec_push(arena, changes, ((Change){' ', before->items[i]})), i++, k++;
        else if (remove)
            vec_push(arena, changes, ((Change){'-', before->items[i++]}));
        else
            vec_push(arena, changes, ((Change){'+', after->items[k++]}));
    }
#undef LONGEST
}

/* The end of the hunk that begins at `from`: where nothing changes for twice the context. */
static uint32_t hunk_end(const Changes *changes, uint32_t from) {
    uint32_t last = from;
    for (uint32_t i = from; i < changes->count && i <= last + 2 * CONTEXT; i++)
        if (changes->items[i].sign != ' ') last = i;
    uint32_t end = last + 1 + CONTEXT;
    return end < changes->count ? end : changes->count;
}

static void write_hunk(const Changes *changes, uint32_t begin, uint32_t end, uint32_t before_line, uint32_t after_line,
                       Buffer *out) {
    uint32_t before = 0, after = 0;
    for (uint32_t i = begin; i < end; i++) {
        before += changes->items[i].sign != '+';
        after += changes->items[i].sign != '-';
    }
    buffer_format(out, "@@ -%u,%u +%u,%u @@\n", before ? before_line : before_line - 1, before,
                  after ? after_line : after_line - 1, after);
    for (uint32_t i = begin; i < end; i++) {
        buffer_char(out, changes->items[i].sign);
        buffer_add(out, changes->items[i].line.at, changes->items[i].line.length);
        buffer_char(out, '\n');
    }
}

void format_difference(Arena *arena, const char *path, const char *before, const char *after, Buffer *out) {
    Lines old = split(arena, before), new = split(arena, after);
    Changes changes = {0};
    compare(arena, &old, &new, &changes);
    buffer_format(out, "--- %s\n+++ %s (formatted)\n", path, path);
    uint32_t before_line = 1, after_line = 1, at = 0;
    while (at < changes.count) {
        uint32_t first = at;
        while (first < changes.count && changes.items[first].sign == ' ') first++;
        if (first == changes.count) break;
        uint32_t begin = first - at > CONTEXT ? first - CONTEXT : at, end = hunk_end(&changes, first);
        before_line += begin - at; /* between hunks all lines are common */
        after_line += begin - at;
        write_hunk(&changes, begin, end, before_line, after_line, out);
        for (uint32_t i = begin; i < end; i++) {
            before_line += changes.items[i].sign != '+';
            after_line += changes.items[i].sign != '-';
        }
        at = end;
    }
}
