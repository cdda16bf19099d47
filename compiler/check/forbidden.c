/* Constructs that a layer, or the project, forbids in queries. */
#include "compiler/check/internal.h"

#include <string.h>

typedef struct Searching {
    Checking *checking;
    const Relation *relation;
    unsigned found;              /* each is reported once a relation */
} Searching;

/* The word of a `forbids` that names the construct, or null. */
static const Node *said_by(const Decl *decl, Policy policy) {
    for (uint32_t i = 0; i < decl->clauses.count; i++) {
        const Clause *clause = (const Clause *)decl->clauses.items[i];
        for (uint32_t k = 0; clause->of == CLAUSE_FORBIDS && k < clause->kids.count; k++) {
            const Dotted *dotted = (const Dotted *)clause->kids.items[k];
            if (dotted->name.count && !strcmp(dotted->name.items[0].name->text, policy_word(policy))) return &dotted->node;
        }
    }
    return NULL;
}

static void report(Searching *searching, Policy policy, Span span) {
    Checking *checking = searching->checking;
    const Layer *layer = searching->relation->layer;
    if (!(layer->forbids & policy_bit(policy)) || searching->found & policy_bit(policy)) return;
    searching->found |= policy_bit(policy);
    if (is_excepted(checking, searching->relation, policy)) return;
    const Decl *project = checking->program->project;
    const Node *word = said_by(layer->decl, policy);
    if (!word && project) word = said_by(project, policy);
    Report *one = diag_report(checking->diag, CODE_G0439, span, "layer `%s` forbids %s", layer->name->text, policy_what(policy));
    report_says(checking->diag, one, "`%s` has one here", searching->relation->full_name->text);
    if (word) report_label(checking->diag, one, word->span, "forbidden here");
    report_help(checking->diag, one, "write it without, or declare why not: `exception %s on %s because '…'`", policy_word(policy),
                searching->relation->full_name->text);
}

static void search_join(Searching *searching, const Join *join) {
    if (join->natural) report(searching, POLICY_NATURAL_JOIN, join->rowset.node.span);
    if (join->of == JOIN_CROSS) report(searching, POLICY_CROSS_JOIN, join->rowset.node.span);
    if (join->of == JOIN_RIGHT) report(searching, POLICY_RIGHT_JOIN, join->rowset.node.span);
}

static void search(void *context, Node **place) {
    Searching *searching = context;
    const Node *node = *place;
    if (node->kind == NODE_STAR) report(searching, POLICY_STAR, node->span);
    if (node->kind == NODE_SELECT && ((const Select *)node)->distinct) report(searching, POLICY_SELECT_DISTINCT, node->span);
    if (node->kind == NODE_SET_OPERATION && ((const SetOperation *)node)->of == SET_UNION && !((const SetOperation *)node)->all)
        report(searching, POLICY_UNION_DISTINCT, node->span);
    if (node->kind == NODE_JOIN) search_join(searching, (const Join *)node);
    if (node->kind == NODE_TABLE_QUERY && ((const TableQuery *)node)->lateral) report(searching, POLICY_LATERAL_JOIN, node->span);
    if (node->kind == NODE_QUERY && ((const Query *)node)->recursive) report(searching, POLICY_RECURSIVE, node->span);
    if (node->kind == NODE_QUERY && ((const Query *)node)->limit) report(searching, POLICY_LIMIT, ((const Query *)node)->limit->span);
    node_kids(*place, search, searching);
}

static void check_relation(Checking *checking, Relation *relation) {
    if (!relation->layer || !relation->layer->forbids) return;
    Searching searching = {.checking = checking, .relation = relation};
    const Clause *native = decl_clause(relation->decl, CLAUSE_NATIVE);
    Node *query = (Node *)relation->query;
    if (native) report(&searching, POLICY_NATIVE, native->node.span);
    if (query) search(&searching, &query);
}

void check_forbidden(Checking *checking) {
    each_relation(checking, check_relation);
}
