/* A relation has no order: ORDER BY without LIMIT at a model's top level does nothing. */
#include "compiler/check/internal.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* From the words ORDER BY before the first sort to the end of the last. */
static Span order_span(const Checking *checking, const Query *query) {
    Span first = query->order.items[0]->span, last = query->order.items[query->order.count - 1]->span;
    const Source *source = source_of(checking->program->sources, first.begin);
    if (!source) return span_join(first, last);
    uint32_t at = first.begin - source->base;
    while (at >= 5 && strncasecmp(source->text + at - 5, "order", 5)) at--;
    return at < 5 ? span_join(first, last) : (Span){source->base + at - 5, last.end};
}

/* The white space before it goes too. */
static Span with_space(const Checking *checking, Span span) {
    const Source *source = source_of(checking->program->sources, span.begin);
    while (source && span.begin > source->base && isspace((unsigned char)source->text[span.begin - source->base - 1])) span.begin--;
    return span;
}

static void check_model(Checking *checking, Relation *relation) {
    const Query *query = relation->query;
    if (!query || !query->order.count || query->limit || query->offset || relation->kind != RELATION_MODEL) return;
    if (query->body && query->body->kind == NODE_SELECT && ((const Select *)query->body)->distinct_on.count) return; /* it says which row */
    Span span = order_span(checking, query);
    Report *report = diag_report(checking->diag, CODE_G0611, span, "the order of `%s` means nothing", relation->full_name->text);
    report_says(checking->diag, report, "rows of a relation have no order");
    report_note(checking->diag, report, "whoever reads it sorts; to store it sorted write `sorted by (…)`");
    report_edit(checking->diag, report, with_space(checking, span), "", "leave it out");
}

void check_order(Checking *checking) {
    each_relation(checking, check_model);
}
