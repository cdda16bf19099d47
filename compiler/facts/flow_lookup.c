/* Joins that look up one row: they neither take rows of the other side away nor repeat them. */
#include "compiler/facts/flow.h"

#include <string.h>

static bool has_column(const Rows *rows, const Column *column) {
    for (uint32_t i = 0; rows && i < rows->columns.count; i++)
        if (rows->columns.items[i] == column) return true;
    return false;
}

typedef struct Matched {
    const Rows *side;              /* whose columns are collected */
    VEC(Column *) columns;         /* of the side, each equal to something that is not of it */
    VEC(Column *) others;          /* beside them: the other column, or null */
    Arena *arena;
    bool nullable;                 /* an other is null in some row */
    bool more;                     /* ON asks for more than equalities of columns */
} Matched;

static bool mentions(const Rows *rows, Node *node);

typedef struct Mention { const Rows *rows; bool found; } Mention;

static void visit_mention(void *context, Node **place) {
    Mention *mention = context;
    mention->found |= mentions(mention->rows, *place);
}

static bool mentions(const Rows *rows, Node *node) {
    if (node->kind == NODE_REF) return has_column(rows, ((Ref *)node)->column);
    if (node->kind == NODE_QUERY) return true; /* nobody looked */
    Mention mention = {rows, false};
    node_kids(node, visit_mention, &mention);
    return mention.found;
}

static void match_part(void *context, Node *part) {
    Matched *matched = context;
    Binary *binary = part->kind == NODE_BINARY && ((Binary *)part)->of == OP_EQ ? (Binary *)part : NULL;
    Node *own = binary ? binary->left : NULL, *other = binary ? binary->right : NULL;
    if (own && !(own->kind == NODE_REF && has_column(matched->side, ((Ref *)own)->column))) own = binary->right, other = binary->left;
    if (!own || own->kind != NODE_REF || !has_column(matched->side, ((Ref *)own)->column) || mentions(matched->side, other)) {
        matched->more = true;
        return;
    }
    vec_push(matched->arena, &matched->columns, ((Ref *)own)->column);
    vec_push(matched->arena, &matched->others, other->kind == NODE_REF ? ((Ref *)other)->column : NULL);
    matched->nullable |= other->kind != NODE_REF || ((Ref *)other)->expr.nullable;
}

/* Whether an outer join within may leave a column of it null. */
static bool may_be_missing(const Node *item, const Column *column) {
    if (item->kind == NODE_TABLE_PARENS) return may_be_missing(((const TableParens *)item)->table, column);
    if (item->kind != NODE_JOIN) return false;
    const Join *join = (const Join *)item;
    bool right = has_column(((const Rowset *)join->right)->rows, column);
    if (right ? join->of == JOIN_LEFT || join->of == JOIN_FULL : join->of == JOIN_RIGHT || join->of == JOIN_FULL) return true;
    return may_be_missing(right ? join->right : join->left, column);
}

static Matched match_sides(Flow *flow, const Join *join, bool right) {
    const Node *side = right ? join->right : join->left, *opposite = right ? join->left : join->right;
    Rows *rows = ((Rowset *)side)->rows, *others = ((Rowset *)opposite)->rows;
    Matched matched = {.side = rows, .arena = flow->arena};
    conjuncts(join->on, match_part, &matched);
    for (uint32_t i = 0; rows && others && i < join->using_names.count; i++) {
        Column *own = rows_find(rows, join->using_names.items[i].name), *other = rows_find(others, join->using_names.items[i].name);
        if (!own || !other) continue;
        vec_push(flow->arena, &matched.columns, own);
        vec_push(flow->arena, &matched.others, other);
        matched.nullable |= other->nullable || may_be_missing(opposite, other);
    }
    return matched;
}

bool flow_looks_up_right(Flow *flow, const Join *join) {
    if (join->asof) return true; /* at most the one nearest row */
    Matched matched = match_sides(flow, join, true);
    const Rows *rows = ((Rowset *)join->right)->rows;
    return rows && keys_cover(keys_of_item(flow->program->arena, join->right), matched.columns.items, matched.columns.count);
}

/* --------------------------------------------------------- along references */

static bool reads_as_of(const Node *item) {
    if (item->kind == NODE_JOIN) return reads_as_of(((const Join *)item)->left) || reads_as_of(((const Join *)item)->right);
    if (item->kind == NODE_TABLE_PARENS) return reads_as_of(((const TableParens *)item)->table);
    return item->kind == NODE_TABLE_REF ? ((const TableRef *)item)->as_of != NULL : item->kind == NODE_TABLE_FUNCTION;
}

const Column *flow_origin(const Column *column) {
    while (column && !column->maker && column->copied) column = column->copied;
    return column;
}

static bool keeps_all_rows(const Node *item, const Relation *parent);

/* A query that gives exactly one row for each row of its one table: it computes columns, and looks nothing up. */
static bool query_keeps_all_rows(const Query *query, const Relation *parent) {
    const Select *select = query && query->body && query->body->kind == NODE_SELECT ? (const Select *)query->body : NULL;
    if (!select || query->limit || query->offset || select->where || select->having || select->qualify || select->distinct) return false;
    if (select->facts && (select->facts->aggregated || select->facts->group.count)) return false;
    return select->from.count == 1 && keeps_all_rows(select->from.items[0], parent);
}

static bool keeps_all_rows(const Node *item, const Relation *parent) {
    if (item->kind == NODE_TABLE_PARENS) return keeps_all_rows(((const TableParens *)item)->table, parent);
    if (item->kind == NODE_TABLE_QUERY) return query_keeps_all_rows((const Query *)((const TableQuery *)item)->query, parent);
    if (item->kind != NODE_TABLE_REF) return false;
    const TableRef *table = (const TableRef *)item;
    if (table->as_of) return false;
    if (table->cte) return query_keeps_all_rows((const Query *)table->cte->query, parent);
    bool forgets = table->relation && (decl_clause(table->relation->decl, CLAUSE_KEEPING_ROWS) ||
                                       (table->relation->kind == RELATION_MODEL && decl_clause(table->relation->decl, CLAUSE_BUILT_BY)));
    if (forgets) return false;
    if (table->relation == parent) return true;
    return table->relation && table->relation->kind == RELATION_MODEL && query_keeps_all_rows(table->relation->query, parent);
}

/* The test by which a source promises that each value of the column is a key of another relation. */
static const Test *promise_of(const Column *child) {
    const Relation *relation = child->relation;
    for (uint32_t i = 0; relation && i < relation->tests.count; i++) {
        const Test *test = relation->tests.items[i];
        if (test->kind == TEST_REFERENCES && !test->warn && test->referenced && test->columns.count == 1 &&
            test->columns.items[0] == child)
            return test;
    }
    return NULL;
}

/* A source that keeps rows that break its contract promises nothing by it. */
static bool keeps_what_breaks(const Relation *source) {
    const Clause *invalid = decl_clause(source->decl, CLAUSE_ON_INVALID);
    return invalid && invalid->word.name && !strcmp(invalid->word.name->text, "warn");
}

/* Rows that were built before, or that are read as they were, may outlive what they refer to; so may those of a moment. */
static bool outlives(const Node *item, const Column *column) {
    if (reads_as_of(item)) return true;
    for (; column && !column->maker; column = column->copied)
        if (column->relation && column->relation->kind == RELATION_MODEL && decl_clause(column->relation->decl, CLAUSE_BUILT_BY)) return true;
    return false;
}

bool flow_finds_parent(Flow *flow, const Join *join, bool parent_is_right) {
    Node *parent = parent_is_right ? join->right : join->left, *others = parent_is_right ? join->left : join->right;
    Matched matched = match_sides(flow, join, parent_is_right);
    if (matched.more || matched.nullable || matched.columns.count != 1 || !matched.others.items[0] || join->asof) return false;
    const Column *child = flow_origin(matched.others.items[0]);
    const Test *promise = child ? promise_of(child) : NULL;
    const Column *key = promise ? test_referenced(promise, 0) : NULL;
    if (!key || flow_origin(matched.columns.items[0]) != flow_origin(key) || keeps_what_breaks(child->relation)) return false;
    return !outlives(others, matched.others.items[0]) && keeps_all_rows(parent, promise->referenced) &&
           keys_cover(keys_of_item(flow->program->arena, parent), matched.columns.items, 1);
}
