#include "compiler/diag/draw.h"

#include <stdlib.h>

static int by_place(const void *a, const void *b) {
    const Report *left = *(Report *const *)a, *right = *(Report *const *)b;
    if (left->primary.span.begin != right->primary.span.begin)
        return left->primary.span.begin < right->primary.span.begin ? -1 : 1;
    return left->order < right->order ? -1 : left->order > right->order;
}

Report **diag_sorted(Diag *diag) {
    Report **sorted = arena_alloc(diag->arena, (diag->reports.count + 1) * sizeof *sorted);
    for (uint32_t i = 0; i < diag->reports.count; i++) sorted[i] = diag->reports.items[i];
    if (diag->reports.count) qsort(sorted, diag->reports.count, sizeof *sorted, by_place);
    return sorted;
}

const char *severity_word(Severity severity) {
    switch (severity) {
    case SEVERITY_ERROR: return "error";
    case SEVERITY_WARNING: return "warning";
    }
    return "";
}
