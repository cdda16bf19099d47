/* `traces only to a.b.c`: a value comes from those columns of sources and from no others, through any chain of models. */
#include "compiler/check/internal.h"

typedef struct Tracing {
    Checking *checking;
    const Test *test;
    Map seen;                       /* Column → the Edge by which it was reached */
    VEC(Column *) queue;
} Tracing;

/* `provider.iugu_invoices.paid_cents` of the constraint, as a column; null if it is not there (reported). */
static Column *allowed_column(Checking *checking, const Node *kid) {
    const Dotted *dotted = (const Dotted *)kid;
    if (kid->kind != NODE_DOTTED || dotted->name.count < 2) return NULL;
    Parts name = dotted->name;
    Part own = name.items[--name.count];
    Relation *relation = program_relation(checking->program, name);
    return relation ? need_column(checking, relation, own) : NULL;
}

static void report_elsewhere(Tracing *tracing, const Column *found) {
    Checking *checking = tracing->checking;
    const Test *test = tracing->test;
    Report *report = diag_report(checking->diag, CODE_G0513, test->constraint->node.span, "`%s.%s` also comes from `%s.%s`",
                                 test->relation->full_name->text, test->column_names.items[0]->text, found->relation->full_name->text,
                                 found->name->text);
    report->hops_title = "it comes from there by way of";
    for (const Edge *edge; (edge = map_get(&tracing->seen, found)); found = edge->to)
        report_hop(checking->diag, report, arena_format(checking->arena, "%s.%s", edge->to->relation->full_name->text, edge->to->name->text),
                   edge->span, "%s", text_copy(checking->arena, source_text(checking->program->sources, edge->span)));
    report_help(checking->diag, report, "compute it of what it may come from, or allow it here");
}

/* One step upstream; gives whether the column is computed of others. */
static bool step(Tracing *tracing, Column *column) {
    const RelationFacts *facts = facts_of(tracing->checking->facts, column->relation);
    bool any = false;
    for (uint32_t i = 0; facts && i < facts->edges.count; i++) {
        Edge *edge = &facts->edges.items[i];
        if (edge->to != column || edge->kind == EDGE_FILTER) continue;
        any = true;
        if (map_get(&tracing->seen, edge->from)) continue;
        map_put(&tracing->seen, edge->from, edge);
        vec_push(tracing->checking->arena, &tracing->queue, edge->from);
    }
    return any;
}

static bool is_allowed(Checking *checking, const Test *test, const Column *column) {
    for (uint32_t i = 0; i < test->constraint->kids.count; i++)
        if (allowed_column(checking, test->constraint->kids.items[i]) == column) return true;
    return false;
}

static void check_test(Checking *checking, Test *test) {
    uint32_t errors = checking->diag->errors;
    for (uint32_t i = 0; i < test->constraint->kids.count; i++) allowed_column(checking, test->constraint->kids.items[i]);
    Column *column = has_rows(test->relation) && test->column_names.count ? rows_find(test->relation->rows, test->column_names.items[0]) : NULL;
    if (!column || errors != checking->diag->errors) return;
    Tracing tracing = {.checking = checking, .test = test};
    map_open(&tracing.seen, checking->arena);
    vec_push(checking->arena, &tracing.queue, column);
    for (uint32_t i = 0; i < tracing.queue.count; i++) {
        Column *at = tracing.queue.items[i];
        if (is_allowed(checking, test, at) || step(&tracing, at) || at == column) continue;
        report_elsewhere(&tracing, at);
        return;
    }
    test->verdict = VERDICT_PROVED;
    test->because = "by its lineage";
}

static void check_relation(Checking *checking, Relation *relation) {
    for (uint32_t i = 0; i < relation->tests.count; i++)
        if (relation->tests.items[i]->kind == TEST_TRACES && !has_error_in(checking, relation->decl->node.span))
            check_test(checking, relation->tests.items[i]);
}

void check_traces(Checking *checking) {
    each_relation(checking, check_relation);
}
