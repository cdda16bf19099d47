/* What a relation's query is made of: one walk for all checks that look for such a thing (walking the trees of a large project
 * for each of them takes longer than the checks). */
#include "compiler/check/internal.h"

/* Where in the tree the walk is. */
typedef struct Within {
    Checking *checking;
    Select *select;            /* the innermost around */
    const Query *query;        /* of which this is a kid */
} Within;

static void visit(void *context, Node **place) {
    const Within *within = context;
    Checking *checking = within->checking;
    Found *found = &checking->found;
    Within inner = {checking, within->select, NULL};
    Node *node = *place;
    if (node->kind == NODE_CALL) {
        vec_push(checking->arena, &found->calls, ((FoundCall){(const Call *)node, within->select}));
    } else if (node->kind == NODE_JOIN) {
        vec_push(checking->arena, &found->joins, (const Join *)node);
    } else if (node->kind == NODE_TABLE_REF) {
        vec_push(checking->arena, &found->tables, (const TableRef *)node);
    } else if (node->kind == NODE_SELECT) {
        inner.select = (Select *)node;
        vec_push(checking->arena, &found->selects, ((FoundSelect){(Select *)node, within->query ? &within->query->order : NULL}));
    } else if (node->kind == NODE_QUERY) {
        inner.query = (const Query *)node;
    }
    node_kids(node, visit, &inner);
}

void find_parts(Checking *checking, Node *query) {
    Within within = {.checking = checking};
    checking->found.calls.count = checking->found.joins.count = checking->found.tables.count = checking->found.selects.count = 0;
    if (query) visit(&within, &query);
}
