/* A model reads what its layer reads: its own layer, and those that it names. */
#include "compiler/check/internal.h"

static bool layer_reads(const Layer *layer, const Layer *other) {
    if (layer == other) return true;
    for (uint32_t i = 0; i < layer->reads.count; i++)
        if (layer->reads.items[i] == other) return true;
    return false;
}

/* The edit that lets the layer read the other one. */
static void help_read(Checking *checking, Report *report, const Layer *layer, const Layer *other) {
    const Clause *reads = decl_clause(layer->decl, CLAUSE_READS);
    const char *text = arena_format(checking->arena, reads ? ", %s" : " reads %s", other->name->text);
    report_edit(checking->diag, report, span_after(reads ? reads->node.span : layer->decl->name.items[0].span), text,
                "read it through a model of a layer that may, or let layer `%s` read `%s`", layer->name->text, other->name->text);
}

static void check_read(Checking *checking, const Relation *model, const Relation *read, Span span) {
    if (read->kind == RELATION_SYSTEM || !model->layer || !read->layer || layer_reads(model->layer, read->layer)) return;
    if (is_excepted(checking, model, POLICY_READS)) return;
    const Layer *layer = model->layer;
    Report *report = diag_report(checking->diag, CODE_G0509, span, "layer `%s` must not read layer `%s`", layer->name->text,
                                 read->layer->name->text);
    report_says(checking->diag, report, "`%s` stands in layer `%s`", read->full_name->text, read->layer->name->text);
    const Clause *reads = decl_clause(layer->decl, CLAUSE_READS);
    if (reads) report_label(checking->diag, report, reads->node.span, "what layer `%s` reads", layer->name->text);
    else report_label(checking->diag, report, layer->decl->name.items[0].span, "layer `%s` reads no other", layer->name->text);
    help_read(checking, report, layer, read->layer);
}

static void check_model(Checking *checking, Relation *relation) {
    for (uint32_t i = 0; i < relation->reads.count && relation->kind == RELATION_MODEL; i++)
        check_read(checking, relation, relation->reads.items[i], relation->read_spans.items[i]);
}

void check_layers(Checking *checking) {
    each_relation(checking, check_model);
}
