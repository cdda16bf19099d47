/* What others see of a relation: who reads it needs to be looked at again only if that has changed. */
#include "compiler/facts/internal.h"

#include <string.h>

enum { LONGEST_CHAIN = 64 };

static bool same_nodes(const Nodes *a, const Nodes *b) {
    if (a->count != b->count) return false;
    for (uint32_t i = 0; i < a->count; i++)
        if (!node_equal(a->items[i], b->items[i])) return false;
    return true;
}

/* The relation's column that a column is a plain copy of, one relation further up; null if it is none. */
static const Column *copied_from(const Column *column) {
    for (column = column->copied; column && !column->relation; column = column->copied) continue;
    return column;
}

static bool same_origin(const Column *a, const Column *b) {
    for (int i = 0; i < LONGEST_CHAIN && (a || b); i++) {
        if (!a || !b || a->name != b->name || a->relation->full_name != b->relation->full_name) return false;
        a = copied_from(a);
        b = copied_from(b);
    }
    return true;
}

static bool same_column(const Column *a, const Column *b) {
    return a->name == b->name && a->type == b->type && a->unit == b->unit && a->nullable == b->nullable &&
           text_equal(a->doc, b->doc) && !a->declared == !b->declared && same_origin(a, b);
}

static bool same_rows(const Rows *a, const Rows *b) {
    if (!a || !b) return a == b;
    if (a->open != b->open || a->columns.count != b->columns.count) return false;
    for (uint32_t i = 0; i < a->columns.count; i++)
        if (!same_column(a->columns.items[i], b->columns.items[i])) return false;
    return true;
}

static bool same_key(const Key *a, const Key *b) {
    if (a->columns.count != b->columns.count || strcmp(a->because, b->because)) return false;
    for (uint32_t i = 0; i < a->columns.count; i++)
        if (a->columns.items[i]->index != b->columns.items[i]->index) return false;
    return true;
}

static bool same_keys(const KeySet *a, const KeySet *b) {
    if (a->keys.count != b->keys.count) return false;
    for (uint32_t i = 0; i < a->keys.count; i++)
        if (!same_key(a->keys.items[i], b->keys.items[i])) return false;
    return true;
}

/* Tags are of the whole program: the same tag is the same pointer. */
static bool same_tags(const RelationFacts *a, const RelationFacts *b) {
    uint32_t count = a->relation->rows ? a->relation->rows->columns.count : 0;
    if (!a->tags || !b->tags) return a->tags == b->tags;
    for (uint32_t i = 0; i < count; i++) {
        if (a->tags[i].count != b->tags[i].count) return false;
        for (uint32_t k = 0; k < a->tags[i].count; k++)
            if (a->tags[i].items[k] != b->tags[i].items[k]) return false;
    }
    return true;
}

static bool same_label_of(const ColumnFlow *a, const ColumnFlow *b) {
    const Name *one = a->domain ? a->domain->name : NULL, *other = b->domain ? b->domain->name : NULL;
    return flow_label_same(a->d, b->d) && flow_label_same(a->u, b->u) && flow_label_same(a->rest, b->rest) && flow_label_same(a->key, b->key) && one == other;
}

/* Labels, and which columns are of one row. */
static bool same_flow(const RelationFacts *a, const RelationFacts *b) {
    if (!a->flow || !b->flow) return a->flow == b->flow;
    if (!flow_label_same(a->flow->rows, b->flow->rows) || a->flow->unknown != b->flow->unknown) return false;
    for (uint32_t i = 0; i < a->relation->rows->columns.count; i++) {
        if (!same_label_of(&a->flow->columns[i], &b->flow->columns[i])) return false;
        for (uint32_t k = 0; k < i; k++)
            if ((a->flow->columns[i].scan == a->flow->columns[k].scan) != (b->flow->columns[i].scan == b->flow->columns[k].scan)) return false;
    }
    return true;
}

/* Whether both pass on the rows of what they read in the same way: some checks follow a row through plain queries. */
static bool same_shape(const Query *a, const Query *b) {
    if (!a || !b || !a->body || !b->body) return a == b;
    if (a->body->kind != b->body->kind || !a->ctes.count != !b->ctes.count || !a->limit != !b->limit || !a->offset != !b->offset) return false;
    if (a->body->kind != NODE_SELECT) return true;
    const Select *one = (const Select *)a->body, *two = (const Select *)b->body;
    if (one->distinct != two->distinct || one->group_all != two->group_all || one->from.count != two->from.count) return false;
    for (uint32_t i = 0; i < one->from.count; i++)
        if (one->from.items[i]->kind != two->from.items[i]->kind) return false;
    return !one->where == !two->where && !one->having == !two->having && !one->qualify == !two->qualify &&
           !one->distinct_on.count == !two->distinct_on.count && !one->group.count == !two->group.count;
}

Change relation_change(const RelationFacts *before, const RelationFacts *after) {
    const Relation *a = before->relation, *b = after->relation;
    if (!same_nodes(&a->decl->columns, &b->decl->columns) || a->bad != b->bad) return CHANGE_DEEP;
    bool same = a->open_list == b->open_list && text_equal(a->decl->doc, b->decl->doc) && same_shape(a->query, b->query) &&
                same_rows(a->rows, b->rows) && same_keys(before->keys, after->keys) && same_tags(before, after) && same_flow(before, after);
    return same ? CHANGE_NONE : CHANGE_SEEN;
}
