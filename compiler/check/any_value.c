/* any_value(x) is of a group that has one x: the group must determine it, or two engines would pick two values. */
#include "compiler/check/internal.h"

#include "compiler/facts/dependencies.h"

#include <string.h>

typedef struct Search {
    Checking *checking;
    Select *select;          /* whose calls are looked at */
    Dependencies *of;        /* of that SELECT; null: not known */
    Bits known;              /* what its group determines */
} Search;

static bool is_any_value(const Node *node) {
    if (node->kind != NODE_CALL) return false;
    const Call *call = (const Call *)node;
    return call->signature && call->args.count == 1 && !call->over && !call->over_name.name &&
           !strcmp(call->name.items[call->name.count - 1].name->text, "any_value");
}

typedef struct Refs { const Search *search; const Ref *unknown; } Refs;

static void find_unknown(void *context, Node **place) {
    Refs *refs = context;
    const Ref *ref = (*place)->kind == NODE_REF ? (const Ref *)*place : NULL;
    if (ref && ref->column && !ref->depth && !bits_know(refs->search->of, &refs->search->known, ref->column)) refs->unknown = ref;
    if ((*place)->kind != NODE_QUERY) node_kids(*place, find_unknown, refs);
}

static void refuse(Checking *checking, const Select *select, const Call *call, const Ref *ref) {
    const char *name = parts_text(checking->arena, ref->name);
    Report *report = diag_report(checking->diag, CODE_G0401, call->expr.node.span, "the group does not determine `%s`", name);
    report_says(checking->diag, report, "which of its values is meant?");
    for (uint32_t i = 0; i < select->group.count; i++) report_label(checking->diag, report, select->group.items[i]->span, "a key of the group");
    Span function = call->name.items[call->name.count - 1].span;
    report_edit(checking->diag, report, function, "min", "if any of them will do, say which");
    report_help(checking->diag, report, "or group by it; or, if it is so, declare of its relation that the keys determine it: `(… determines %s)`",
                ref->name.items[ref->name.count - 1].name->text);
}

static Search search_in(Checking *checking, Select *select) {
    Search search = {.checking = checking, .select = select};
    keys_of_select(checking->arena, select);
    search.of = dependencies_of(checking->arena, select, false);
    for (uint32_t i = 0; search.of && i < select->facts->group.count; i++) {
        uint32_t bit;
        if (bit_of_expr(search.of, (Node *)select->facts->group.items[i], &bit)) bits_put(&search.known, bit);
    }
    if (search.of) search.known = determined_by(search.of, search.known);
    return search;
}

static void check_call(const Search *search, const Call *call) {
    Refs refs = {search, NULL};
    Node *arg = call->args.items[0];
    if (search->of) find_unknown(&refs, &arg);
    if (refs.unknown) refuse(search->checking, search->select, call, refs.unknown);
}

static void check_model(Checking *checking, Relation *relation) {
    Search search = {.checking = checking};
    (void)relation;
    for (uint32_t i = 0; i < checking->found.calls.count; i++) {
        const FoundCall *found = &checking->found.calls.items[i];
        if (!found->select || !found->select->facts || !is_any_value(&found->call->expr.node)) continue;
        if (search.select != found->select) search = search_in(checking, found->select);
        check_call(&search, found->call);
    }
}

void check_any_value(Checking *checking) {
    each_relation(checking, check_model);
}
