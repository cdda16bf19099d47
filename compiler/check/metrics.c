/* One number, one definition: two metrics that mean the same would sooner or later be told apart. */
#include "compiler/check/internal.h"

static const Measure *measure_of(const Deferred *metric) {
    const Node *body = metric->decl->body;
    return metric->decl->of == DECL_METRIC && body && body->kind == NODE_MEASURE ? (const Measure *)body : NULL;
}

static bool same_node(const Node *a, const Node *b) {
    return a && b ? node_equal(a, b) : a == b;
}

/* The same expression over the same rows; by what they are shown makes no difference. */
static bool means_the_same(const Measure *a, const Measure *b) {
    if (a->relation.count != b->relation.count) return false;
    for (uint32_t i = 0; i < a->relation.count; i++)
        if (a->relation.items[i].name != b->relation.items[i].name) return false;
    return same_node(a->expr, b->expr) && same_node(a->where, b->where);
}

static void report_same(Checking *checking, const Deferred *first, const Deferred *second) {
    const Parts *one = &first->decl->name, *two = &second->decl->name;
    const Expansion *before = program_enter(checking->program, second->decl);
    Report *report = diag_report(checking->diag, CODE_G0423, span_join(two->items[0].span, two->items[two->count - 1].span),
                                 "metric `%s` is metric `%s` under another name", second->name, first->name);
    report_says(checking->diag, report, "the same expression over the same rows");
    report_label(checking->diag, report, span_join(one->items[0].span, one->items[one->count - 1].span), "this is the first");
    report_help(checking->diag, report, "keep one of them, by all that either is shown by");
    checking->diag->expansion = before;
}

void check_metrics(Checking *checking) {
    const Program *program = checking->program;
    for (uint32_t i = 0; i < program->deferred.count; i++) {
        const Measure *measure = measure_of(program->deferred.items[i]);
        for (uint32_t k = 0; measure && k < i; k++) {
            const Measure *other = measure_of(program->deferred.items[k]);
            if (!other || !means_the_same(other, measure)) continue;
            report_same(checking, program->deferred.items[k], program->deferred.items[i]);
            break;
        }
    }
}
