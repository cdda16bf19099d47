/* A view is computed when somebody reads it: then there is no run, and what belongs to one is null. */
#include "compiler/check/internal.h"

#include <string.h>

static bool is_parameter(const Node *node) {
    if (node->kind != NODE_CALL) return false;
    const Call *call = (const Call *)node;
    if (call->args.count || call->name.count != 1) return false;
    const char *name = call->name.items[0].name->text;
    return !strcmp(name, "run_date") || !strcmp(name, "run_time") || !strcmp(name, "run_id");
}

static void look(void *context, Node **place) {
    const Node **found = context;
    if (is_parameter(*place) && !*found) *found = *place;
    if (!*found) node_kids(*place, look, found);
}

/* The first call of a parameter of the run, also in what is read and put in place; null: there is none. */
static const Node *find_parameter(const Found *found) {
    for (uint32_t i = 0; i < found->calls.count; i++)
        if (is_parameter(&found->calls.items[i].call->expr.node)) return &found->calls.items[i].call->expr.node;
    const Node *parameter = NULL;
    for (uint32_t i = 0; !parameter && i < found->tables.count; i++) {
        const Relation *read = found->tables.items[i]->relation;
        if (read && read->stored == STORED_INLINE) node_kids(&read->query->rowset.node, look, &parameter);
    }
    return parameter;
}

static void check_model(Checking *checking, Relation *relation) {
    bool view = relation->stored == STORED_VIEW || relation->stored == STORED_DEFAULT;
    if (!relation->query || !view || relation->kind != RELATION_MODEL) return;
    const Node *parameter = find_parameter(&checking->found);
    if (!parameter) return;
    Report *report = diag_report(checking->diag, CODE_G0703, parameter->span, "view `%s` depends on the run", relation->full_name->text);
    report_says(checking->diag, report, "null when somebody reads the view: there is no run then");
    report_label(checking->diag, report, name_span(relation), "a view");
    report_help(checking->diag, report, "store it: `stored as table`");
}

void check_parameters(Checking *checking) {
    each_relation(checking, check_model);
}
