/* A view is computed when somebody reads it: then there is no run, and what belongs to one is null. */
#include "compiler/check/internal.h"

#include <string.h>

typedef struct {
    const Node *found;     /* the first call of a parameter of the run */
    VEC(const Relation *) inlined;
    Arena *arena;
} Search;

static bool is_parameter(const Node *node) {
    if (node->kind != NODE_CALL) return false;
    const Call *call = (const Call *)node;
    if (call->args.count || call->name.count != 1) return false;
    const char *name = call->name.items[0].name->text;
    return !strcmp(name, "run_date") || !strcmp(name, "run_time") || !strcmp(name, "run_id");
}

static void look(void *context, Node **place) {
    Search *search = context;
    const Relation *read = (*place)->kind == NODE_TABLE_REF ? ((const TableRef *)*place)->relation : NULL;
    if (is_parameter(*place) && !search->found) search->found = *place;
    if (read && read->stored == STORED_INLINE) vec_push(search->arena, &search->inlined, read);
    if (!search->found) node_kids(*place, look, search);
}

static void check_model(Checking *checking, Relation *relation) {
    bool view = relation->stored == STORED_VIEW || relation->stored == STORED_DEFAULT;
    if (!relation->query || !view || relation->kind != RELATION_MODEL) return;
    Search search = {.arena = checking->arena};
    node_kids(&relation->query->rowset.node, look, &search);
    for (uint32_t i = 0; !search.found && i < search.inlined.count; i++)
        node_kids(&search.inlined.items[i]->query->rowset.node, look, &search);
    if (!search.found) return;
    Report *report = diag_report(checking->diag, CODE_G0703, search.found->span, "view `%s` depends on the run", relation->full_name->text);
    report_says(checking->diag, report, "null when somebody reads the view: there is no run then");
    report_label(checking->diag, report, name_span(relation), "a view");
    report_help(checking->diag, report, "store it: `stored as table`");
}

void check_parameters(Checking *checking) {
    each_relation(checking, check_model);
}
