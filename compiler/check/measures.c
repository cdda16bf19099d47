/* Columns that metrics are measured by, and that charts and deliveries name. */
#include "compiler/check/internal.h"

#include <string.h>

static void check_measure(Checking *checking, const Node *node) {
    if (!node || node->kind != NODE_MEASURE) return;
    const Measure *measure = (const Measure *)node;
    const Relation *relation = program_relation(checking->program, measure->relation);
    if (!has_rows(relation)) return;
    for (uint32_t i = 0; i < measure->dimensions.count; i++) {
        const Dimension *dimension = (const Dimension *)measure->dimensions.items[i];
        if (dimension->name.count == 1) need_column(checking, relation, dimension->name.items[0]);
    }
}

/* ------------------------------------------------------------------ charts */

typedef VEC(const char *) Words;

static bool has_word(const Words *words, const char *word) {
    for (uint32_t i = 0; i < words->count; i++)
        if (!strcmp(words->items[i], word)) return true;
    return false;
}

static void add_measured(Checking *checking, const Node *node, Words *out) {
    if (!node || node->kind != NODE_MEASURE) return;
    const Measure *measure = (const Measure *)node;
    for (uint32_t i = 0; i < measure->dimensions.count; i++) {
        const Dimension *dimension = (const Dimension *)measure->dimensions.items[i];
        if (dimension->name.count) vec_push(checking->arena, out, (const char *)dimension->name.items[dimension->name.count - 1].name->text);
    }
}

/* What a metric may be shown by: of a metric of metrics, what all of them may. */
static Words dimensions_of(Checking *checking, const Deferred *metric, int depth) {
    Words own = {0};
    add_measured(checking, metric->decl->body, &own);
    for (uint32_t i = 0; i < metric->decl->clauses.count; i++) {
        const Clause *clause = (const Clause *)metric->decl->clauses.items[i];
        if (clause->of == CLAUSE_ALSO) add_measured(checking, clause->expr, &own);
    }
    for (uint32_t i = 0; i < metric->uses.count && depth < 16; i++) {
        Words other = dimensions_of(checking, metric->uses.items[i], depth + 1), both = {0};
        for (uint32_t k = 0; k < other.count; k++)
            if (!i || has_word(&own, other.items[k])) vec_push(checking->arena, &both, other.items[k]);
        own = both;
    }
    return own;
}

static void report_dimension(Checking *checking, const Deferred *metric, Part part, const Words *words) {
    Report *report = diag_report(checking->diag, CODE_G0301, part.span, "metric `%s` is not measured by `%s`", metric->name, part.name->text);
    if (report_near(checking->diag, report, part.span, part.name->text, words->items, words->count)) return;
    report_label(checking->diag, report, metric->decl->node.span, "declared here");
    Buffer list;
    buffer_open(&list, checking->arena);
    for (uint32_t i = 0; i < words->count; i++) buffer_format(&list, "%s`%s`", i ? ", " : "", words->items[i]);
    if (words->count) report_note(checking->diag, report, "it is measured by %s", buffer_string(&list));
}

/* The metric of a name, of those that the dashboard uses. */
static const Deferred *metric_of(Checking *checking, const Deferred *dashboard, const Dotted *dotted) {
    const char *name = parts_text(checking->arena, dotted->name);
    for (uint32_t i = 0; i < dashboard->uses.count; i++)
        if (!strcmp(dashboard->uses.items[i]->name, name)) return dashboard->uses.items[i];
    return NULL;
}

static void check_chart(Checking *checking, const Deferred *dashboard, const DashboardPart *chart, const Words *filters) {
    for (uint32_t i = 0; i < chart->measures.count; i++) {
        const Dotted *dotted = (const Dotted *)chart->measures.items[i];
        const Deferred *metric = dotted->node.kind == NODE_DOTTED ? metric_of(checking, dashboard, dotted) : NULL;
        if (!metric) continue;
        Words words = dimensions_of(checking, metric, 0);
        for (uint32_t k = 0; k < filters->count; k++) vec_push(checking->arena, &words, filters->items[k]);
        for (uint32_t k = 0; k < chart->dimensions.count; k++) {
            const Dimension *dimension = (const Dimension *)chart->dimensions.items[k];
            if (!dimension->name.count) continue;
            Part part = dimension->name.items[dimension->name.count - 1];
            if (!has_word(&words, part.name->text)) report_dimension(checking, metric, part, &words);
        }
    }
}

static void check_table(Checking *checking, const DashboardPart *chart) {
    const Relation *relation = program_relation(checking->program, chart->relation);
    if (!has_rows(relation)) return;
    for (uint32_t i = 0; i < chart->measures.count; i++) {
        const Dotted *dotted = (const Dotted *)chart->measures.items[i];
        if (dotted->node.kind == NODE_DOTTED && dotted->name.count == 1) need_column(checking, relation, dotted->name.items[0]);
    }
    need_columns_of(checking, relation, chart->where);
}

static void check_parts(Checking *checking, const Deferred *dashboard, const Nodes *parts, Words *filters) {
    for (uint32_t i = 0; i < parts->count; i++) {
        const DashboardPart *part = (const DashboardPart *)parts->items[i];
        if (part->node.kind != NODE_PART || !part->kind.name) continue;
        if (!strcmp(part->kind.name->text, "filter") && part->name.name) vec_push(checking->arena, filters, (const char *)part->name.name->text);
        else if (part->relation.count) check_table(checking, part);
        else if (!strcmp(part->kind.name->text, "chart")) check_chart(checking, dashboard, part, filters);
        check_parts(checking, dashboard, &part->kids, filters);
    }
}

/* -------------------------------------------------------------- deliveries */

static void check_delivery(Checking *checking, const Deferred *delivery) {
    const Clause *from = decl_clause(delivery->decl, CLAUSE_DELIVER_FROM), *batch = decl_clause(delivery->decl, CLAUSE_BATCH_BY),
                 *line = decl_clause(delivery->decl, CLAUSE_LINE);
    const Relation *relation = from ? program_relation(checking->program, from->name) : NULL;
    if (!has_rows(relation)) return;
    for (uint32_t i = 0; batch && i < batch->kids.count; i++) {
        const Dotted *dotted = (const Dotted *)batch->kids.items[i];
        if (dotted->node.kind == NODE_DOTTED && dotted->name.count == 1) need_column(checking, relation, dotted->name.items[0]);
    }
    if (line) need_column(checking, relation, line->word);
}

static void check_deferred(Checking *checking, const Deferred *deferred) {
    const Decl *decl = deferred->decl;
    if (decl->of == DECL_METRIC) check_measure(checking, decl->body);
    for (uint32_t i = 0; i < decl->clauses.count && decl->of == DECL_METRIC; i++)
        if (((const Clause *)decl->clauses.items[i])->of == CLAUSE_ALSO) check_measure(checking, ((const Clause *)decl->clauses.items[i])->expr);
    const Clause *parts = decl->of == DECL_DASHBOARD ? decl_clause(decl, CLAUSE_PARTS) : NULL;
    Words filters = {0};
    if (parts) check_parts(checking, deferred, &parts->kids, &filters);
    if (decl->of == DECL_DELIVERY) check_delivery(checking, deferred);
}

void check_measures(Checking *checking) {
    for (uint32_t i = 0; i < checking->program->deferred.count; i++) {
        const Deferred *deferred = checking->program->deferred.items[i];
        const Expansion *before = program_enter(checking->program, deferred->decl);
        check_deferred(checking, deferred);
        checking->diag->expansion = before;
    }
}
