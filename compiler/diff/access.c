#include "compiler/diff/access.h"

#include <stdlib.h>
#include <string.h>

static int by_place(const AccessCell *a, const AccessCell *b) {
    int order = strcmp(a->role, b->role);
    if (!order) order = strcmp(a->relation, b->relation);
    return order ? order : strcmp(a->column, b->column);
}

static int compare_cells(const void *a, const void *b) {
    return by_place(*(const AccessCell *const *)a, *(const AccessCell *const *)b);
}

static const AccessCell **sorted(Arena *arena, const AccessCells *cells) {
    const AccessCell **list = arena_alloc(arena, (cells->count + 1) * sizeof *list);
    for (uint32_t i = 0; i < cells->count; i++) list[i] = &cells->items[i];
    qsort(list, cells->count, sizeof *list, compare_cells);
    return list;
}

static int reach(const AccessCell *cell) {
    if (!cell || !strcmp(cell->access, "none") || !strcmp(cell->access, "hidden")) return 0;
    return strcmp(cell->access, "masked") ? 2 : 1;
}

static bool is_same(const AccessCell *before, const AccessCell *after) {
    if (!reach(before) && !reach(after)) return true;
    return before && after && !strcmp(before->access, after->access) && !strcmp(before->mask, after->mask) &&
           !strcmp(before->rows, after->rows) && !strcmp(before->level, after->level);
}

/* By what is read of the column, else by whether all rows are. */
static AccessChangeKind kind_of(const AccessCell *before, const AccessCell *after) {
    int was = reach(before), is = reach(after);
    if (was == is && strcmp(before->rows, after->rows)) {
        was = !strcmp(before->rows, "all");
        is = !strcmp(after->rows, "all");
    }
    return is > was ? ACCESS_OPENS : is < was ? ACCESS_CLOSES : ACCESS_CHANGES;
}

AccessChanges access_changes(Arena *arena, const AccessCells *before, const AccessCells *after) {
    const AccessCell **old = sorted(arena, before), **new = sorted(arena, after);
    AccessChanges changes = {0};
    for (uint32_t i = 0, k = 0; i < before->count || k < after->count;) {
        int order = i == before->count ? 1 : k == after->count ? -1 : by_place(old[i], new[k]);
        const AccessCell *was = order <= 0 ? old[i++] : NULL, *is = order >= 0 ? new[k++] : NULL;
        if (!is_same(was, is)) vec_push(arena, &changes, ((AccessChange){kind_of(was, is), was, is}));
    }
    return changes;
}

const char *access_change_word(AccessChangeKind kind) {
    switch (kind) {
    case ACCESS_OPENS: return "opens";
    case ACCESS_CLOSES: return "closes";
    case ACCESS_CHANGES: return "changes";
    }
    return "";
}

const char *access_cell_words(Arena *arena, const AccessCell *cell) {
    if (!reach(cell)) return cell ? cell->access : "none";
    Buffer out;
    buffer_open(&out, arena);
    buffer_format(&out, "%s", cell->access);
    if (*cell->mask) buffer_format(&out, " with %s", cell->mask);
    if (*cell->level) buffer_format(&out, " (%s)", cell->level);
    if (strcmp(cell->rows, "all")) buffer_format(&out, ", rows where %s", cell->rows);
    return buffer_string(&out);
}
