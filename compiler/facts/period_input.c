/* Whether the periods that a change of one input touches can be found by the query with the changed rows in its place.
 *
 * A row of the result, or of a group of it, is another than before only if a row of the input that it was made of is gone, or
 * one that it is made of is new. With the gone rows in the input's place among the old tables, and the new ones among the new,
 * the query gives a row for each of these, if nothing drops it on the way: so conditions that speak of values which the changed
 * rows alone do not make (sums, what an outer join fills with nulls) are left out, which only adds periods, and where such a
 * value decides what a row is joined to, the input is not followed. */
#include "compiler/facts/period_internal.h"

#include <string.h>

typedef struct Following {
    Periods *periods;
    Arena *arena;
    Relation *relation;
    PeriodInput *input;
    PeriodEdits edits;
    uint32_t way;        /* which of the places where it is read, in order; sides of unions that read it apart */
    Map unsure;          /* Column → itself: its value is not what it is among all rows */
} Following;

static bool fail(Following *following, Span span, const char *why) {
    if (!following->input->why) {
        following->input->span = span;
        following->input->why = why;
    }
    return false;
}

static void edit(Following *following, PeriodEditKind kind, Node *node, Node **place) {
    vec_push(following->arena, &following->edits, ((PeriodEdit){kind, node, place}));
}

static bool reads(const Following *following, Node *node) {
    return period_count_reads(node, following->relation) > 0;
}

/* -------------------------------------------------------------- unsure values */

typedef struct Unsure { const Following *following; bool found; } Unsure;

static void look_for_unsure(void *context, Node **place) {
    Unsure *unsure = context;
    const Column *column = (*place)->kind == NODE_REF ? ((const Ref *)*place)->column : NULL;
    if (column && map_get(&unsure->following->unsure, column)) unsure->found = true;
    if (!unsure->found) node_kids(*place, look_for_unsure, unsure);
}

static bool is_unsure(const Following *following, Node *expr) {
    Unsure unsure = {following, false};
    if (expr) look_for_unsure(&unsure, &expr);
    return unsure.found;
}

static void mark(Following *following, const Column *column) {
    map_put(&following->unsure, column, (void *)column);
}

static void mark_all(Following *following, const Node *table) {
    const Rows *rows = ((const Rowset *)table)->rows;
    for (uint32_t i = 0; rows && i < rows->columns.count; i++) mark(following, rows->columns.items[i]);
}

static bool any_unsure(const Following *following, const Node *table) {
    const Rows *rows = ((const Rowset *)table)->rows;
    for (uint32_t i = 0; rows && i < rows->columns.count; i++)
        if (map_get(&following->unsure, rows->columns.items[i])) return true;
    return false;
}

/* ----------------------------------------------------------------------- FROM */

static bool follow_query(Following *following, Query *query);
static bool follow_item(Following *following, Node *item);

/* What of a subquery, a CTE or an inline model is unsure, is so of the table that stands for it. */
static void hand_up(Following *following, const Node *table, const Query *query) {
    const Rows *rows = ((const Rowset *)table)->rows, *below = query->rowset.rows;
    for (uint32_t i = 0; rows && i < rows->columns.count; i++) {
        uint32_t at = period_position(table, i);
        if (!below || at >= below->columns.count || map_get(&following->unsure, below->columns.items[at])) mark(following, rows->columns.items[i]);
    }
}

static bool compares_unsure(Following *following, const Join *join) {
    if (is_unsure(following, join->on)) return true;
    if (join->natural && !join->using_names.count) return any_unsure(following, join->left) || any_unsure(following, join->right);
    for (uint32_t i = 0; i < join->using_names.count; i++) {
        const Name *name = join->using_names.items[i].name;
        const Column *left = rows_find(((Rowset *)join->left)->rows, name), *right = rows_find(((Rowset *)join->right)->rows, name);
        if (!left || !right || map_get(&following->unsure, left) || map_get(&following->unsure, right)) return true;
    }
    return false;
}

/* `here`: the side that reads the input may have no row, where the join is outer. */
static bool follow_sides(Following *following, Join *join, bool left, bool optional) {
    Node *side = left ? join->left : join->right;
    Node *other = left ? join->right : join->left;
    if (!follow_item(following, side)) return false;
    bool unsure = compares_unsure(following, join);
    bool keeps = (join->of == JOIN_LEFT && left) || (join->of == JOIN_RIGHT && !left);
    if (unsure && !keeps) return fail(following, join->rowset.node.span, "a value decides here what is joined that is not one row's");
    if (unsure) mark_all(following, other);
    if (!optional) return true;
    edit(following, PERIOD_EDIT_INNER, &join->rowset.node, NULL);
    mark_all(following, side);
    return true;
}

static bool follow_join(Following *following, Join *join) {
    bool left = reads(following, join->left);
    if (left && reads(following, join->right)) return fail(following, join->rowset.node.span, "it is joined to itself");
    if (join->on && period_find(join->on, period_is_query) && reads(following, join->on))
        return fail(following, join->on->span, "it is read in a subquery");
    switch (join->of) {
    case JOIN_CROSS:
    case JOIN_INNER: return follow_sides(following, join, left, false);
    case JOIN_LEFT: return follow_sides(following, join, left, !left);
    case JOIN_RIGHT: return follow_sides(following, join, left, left);
    case JOIN_FULL: return fail(following, join->rowset.node.span, "it is one side of a full join");
    case JOIN_SEMI:
    case JOIN_ANTI:
        if (!left) return fail(following, join->rowset.node.span, "it only decides which rows there are");
        return follow_sides(following, join, true, false);
    }
    return false;
}

static bool follow_item(Following *following, Node *item) {
    Query *query = period_query_of(item);
    if (item->kind == NODE_JOIN) return follow_join(following, (Join *)item);
    if (item->kind == NODE_TABLE_PARENS) {
        const TableParens *parens = (const TableParens *)item;
        if (!follow_item(following, parens->table)) return false;
        for (uint32_t i = 0; parens->alias.name && i < parens->rowset.rows->columns.count; i++)
            if (any_unsure(following, parens->table)) mark(following, parens->rowset.rows->columns.items[i]);
        return true;
    }
    if (item->kind == NODE_TABLE_QUERY && ((TableQuery *)item)->lateral) return fail(following, item->span, "it is read in a lateral subquery");
    if (item->kind == NODE_TABLE_REF && ((TableRef *)item)->as_of) return fail(following, item->span, "it is read as of another moment");
    if (item->kind == NODE_TABLE_REF && !query) return true;
    if (!query) return fail(following, item->span, item->kind == NODE_PIVOT ? "its rows are pivoted" : "its rows are made into others here");
    if (!follow_query(following, query)) return false;
    hand_up(following, item, query);
    return true;
}

/* ---------------------------------------------------------------------- SELECT */

/* What stands beside the input in FROM and sees its rows: its own are others for other rows. */
static bool sees_unsure(Following *following, Node *item) {
    if (item->kind == NODE_JOIN) return sees_unsure(following, ((Join *)item)->left) || sees_unsure(following, ((Join *)item)->right);
    bool lateral = item->kind == NODE_TABLE_FUNCTION || (item->kind == NODE_TABLE_QUERY && ((TableQuery *)item)->lateral);
    return lateral && is_unsure(following, item);
}

static bool follow_from(Following *following, Select *select) {
    bool found = false;
    for (uint32_t i = 0; i < select->from.count; i++) {
        Node *item = select->from.items[i];
        if (!reads(following, item)) continue;
        if (found) return fail(following, item->span, "it is joined to itself");
        found = true;
        if (!follow_item(following, item)) return false;
    }
    for (uint32_t i = 0; i < select->from.count; i++)
        if (sees_unsure(following, select->from.items[i])) return fail(following, select->from.items[i]->span, "a value that is not one row's gives rows here");
    return true;
}

/* What changes of one row may change others' values here, of which nothing else tells. */
static bool mixes_rows(Following *following, Select *select) {
    const SelectFacts *facts = select->facts;
    for (uint32_t i = 0; i < select->items.count; i++) {
        Node *window = period_find(select->items.items[i], period_is_window);
        if (window) return !fail(following, window->span, "a window puts its rows together");
    }
    if (select->qualify) return !fail(following, select->qualify->span, "a window chooses among its rows");
    if (select->distinct_on.count) return !fail(following, select->distinct_on.items[0]->span, "one of several rows is chosen");
    if (facts && facts->aggregated && (facts->one_group || facts->open)) return !fail(following, select->rowset.node.span, "all its rows make one");
    return false;
}

static bool has_subquery_on(Following *following, Select *select) {
    Node *const parts[] = {select->where, select->having, select->qualify};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i] && reads(following, parts[i])) return true;
    for (uint32_t i = 0; i < select->items.count; i++)
        if (reads(following, select->items.items[i])) return true;
    for (uint32_t i = 0; i < select->group.count; i++)
        if (reads(following, select->group.items[i])) return true;
    return false;
}

static void mark_outputs(Following *following, Select *select) {
    const SelectFacts *facts = select->facts;
    for (uint32_t i = 0; i < select->rowset.rows->columns.count; i++) {
        const Column *column = select->rowset.rows->columns.items[i];
        Node *expr = (Node *)column->expr;
        bool whole = !expr || (facts && facts->aggregated && !period_of_keys(facts, expr)) || period_find(expr, period_is_window);
        if (whole || is_unsure(following, expr)) mark(following, column);
    }
}

static bool follow_select(Following *following, Select *select) {
    bool path = map_get(&following->periods->on_path, select) != NULL;
    if (has_subquery_on(following, select)) return fail(following, select->rowset.node.span, "it is read in a subquery");
    if (!path && mixes_rows(following, select)) return false;
    if (!follow_from(following, select)) return false;
    mark_outputs(following, select);
    if (is_unsure(following, select->where)) edit(following, PERIOD_EDIT_DROP, &select->rowset.node, &select->where);
    if (select->having) edit(following, PERIOD_EDIT_DROP, &select->rowset.node, &select->having);
    if (select->qualify) edit(following, PERIOD_EDIT_DROP, &select->rowset.node, &select->qualify);
    return true;
}

/* ----------------------------------------------------------------------- query */

static bool follow_body(Following *following, Node *body);

/* Sides that do not read the input give nothing. */
static bool empty_body(Following *following, Node *body) {
    if (body->kind == NODE_SELECT) edit(following, PERIOD_EDIT_EMPTY, body, &((Select *)body)->where);
    else if (body->kind == NODE_SET_OPERATION) return empty_body(following, ((SetOperation *)body)->left) && empty_body(following, ((SetOperation *)body)->right);
    else if (body->kind == NODE_QUERY) return empty_body(following, ((Query *)body)->body);
    return true; /* a VALUES that is left only adds periods */
}

static bool follow_set(Following *following, SetOperation *of) {
    if (of->of != SET_UNION) return fail(following, of->rowset.node.span, "its rows are held against others");
    uint32_t on_left = period_count_reads(of->left, following->relation);
    bool left = following->way < on_left;
    Node *side = left ? of->left : of->right;
    if (!left) following->way -= on_left;
    if (!follow_body(following, side) || !empty_body(following, left ? of->right : of->left)) return false;
    const Rows *rows = of->rowset.rows, *below = ((Rowset *)side)->rows;
    for (uint32_t i = 0; i < rows->columns.count; i++) {
        bool known = !of->by_name && below && i < below->columns.count;
        if (!known || map_get(&following->unsure, below->columns.items[i])) mark(following, rows->columns.items[i]);
    }
    return true;
}

static bool follow_body(Following *following, Node *body) {
    if (body->kind == NODE_SELECT) return follow_select(following, (Select *)body);
    if (body->kind == NODE_SET_OPERATION) return follow_set(following, (SetOperation *)body);
    if (body->kind == NODE_QUERY) return follow_query(following, (Query *)body);
    return true;
}

static bool follow_query(Following *following, Query *query) {
    const Node *cut = query->limit ? query->limit : query->offset;
    if (cut) return fail(following, cut->span, "only some of its rows are kept");
    if (query->recursive) return fail(following, query->rowset.node.span, "it is read by a recursive query");
    if (!follow_body(following, query->body)) return false;
    const Rows *rows = query->rowset.rows, *below = ((Rowset *)query->body)->rows;
    for (uint32_t i = 0; rows && below && rows != below && i < rows->columns.count && i < below->columns.count; i++)
        if (map_get(&following->unsure, below->columns.items[i])) mark(following, rows->columns.items[i]);
    return true;
}

static Span read_span(const Relation *model, const Relation *relation) {
    for (uint32_t i = 0; i < model->reads.count; i++)
        if (model->reads.items[i] == relation) return model->read_spans.items[i];
    return model->decl->node.span;
}

static void follow_way(Periods *periods, const Relation *model, PeriodInput *input, uint32_t way, uint32_t time) {
    Following following = {.periods = periods, .arena = periods->arena, .relation = input->relation, .input = input, .way = way};
    map_open(&following.unsure, periods->arena);
    if (!follow_query(&following, model->query)) return;
    const Column *column = model->query->rowset.rows->columns.items[time];
    if (map_get(&following.unsure, column)) fail(&following, read_span(model, input->relation), "the period depends on it");
    else vec_push(periods->arena, &input->ways, following.edits);
}

PeriodInput period_input(Periods *periods, const Relation *model, Relation *relation, uint32_t time) {
    PeriodInput input = {.relation = relation, .span = read_span(model, relation)};
    uint32_t count = period_count_reads(&model->query->rowset.node, relation);
    if (relation->kind == RELATION_SYSTEM) input.why = "it is a table of the ledger";
    else if (!count) input.why = "it is read by a function";
    else if (count == MOST_READS) input.why = "it is read too often";
    for (uint32_t way = 0; !input.why && way < count; way++) follow_way(periods, model, &input, way, time);
    input.followed = !input.why;
    return input;
}
