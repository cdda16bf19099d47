/* Tables whose alias an inner query would take for a column of its own: on DuckDB `rate.id` in
 *
 *     select … from raw.items as rate where exists (select rate.id from raw.rates)
 *
 * is the field `id` of the column `rate` of raw.rates. Such a table is called `gov_rate`. */
#include "compiler/emit/internal.h"

typedef VEC(const Ref *) Refs;

typedef struct Search {
    Emitter *emitter;
    Refs refs;            /* that name a table of an outer query */
    const Name *wanted;   /* a column that is looked for */
    bool found;
} Search;

static void find_refs(void *context, Node **place) {
    Search *search = context;
    const Ref *ref = (*place)->kind == NODE_REF ? (const Ref *)*place : NULL;
    bool outer = ref && ref->depth && ref->table && ref->name.count > 1;
    if (outer && table_alias(ref->table) == ref->name.items[0].name) vec_push(search->emitter->arena, &search->refs, ref);
    node_kids(*place, find_refs, search);
}

static void find_column(void *context, Node **place) {
    Search *search = context;
    NodeKind kind = (*place)->kind;
    bool table = kind == NODE_TABLE_REF || kind == NODE_TABLE_FUNCTION || kind == NODE_TABLE_QUERY || kind == NODE_TABLE_PARENS || kind == NODE_JOIN ||
                 kind == NODE_PIVOT || kind == NODE_UNPIVOT;
    Rows *rows = table ? ((Rowset *)*place)->rows : NULL;
    search->found |= rows && rows_find(rows, search->wanted);
    if (!search->found) node_kids(*place, find_column, search);
}

void find_hidden_tables(Emitter *emitter, const Query *query) {
    Search search = {.emitter = emitter};
    Node *root = (Node *)&query->rowset.node;
    if (!(emitter->dialect->flags & CORRELATES_LITTLE)) return;
    find_refs(&search, &root);
    for (uint32_t i = 0; i < search.refs.count; i++) {
        const Node *table = search.refs.items[i]->table;
        search.wanted = table_alias(table);
        search.found = is_hidden_table(emitter, table);
        if (search.found) continue;
        find_column(&search, &root);
        if (search.found) vec_push(emitter->arena, &emitter->hidden, table);
    }
}

bool is_hidden_table(const Emitter *emitter, const Node *table) {
    for (uint32_t i = 0; i < emitter->hidden.count; i++)
        if (emitter->hidden.items[i] == table) return true;
    return false;
}

/* ------------------------------------------------ columns of outer queries in windows */

static void find_outer(void *context, Node **place) {
    const Ref **found = context;
    const Ref *ref = (*place)->kind == NODE_REF ? (const Ref *)*place : NULL;
    if (*found || (*place)->kind == NODE_QUERY) return;
    if (ref && ref->column && ref->depth) *found = ref;
    else node_kids(*place, find_outer, context);
}

void refuse_windows_within(Emitter *emitter, const Nodes *list) {
    if (!(emitter->dialect->flags & CORRELATES_LITTLE)) return;
    for (uint32_t i = 0; i < list->count; i++) {
        const Node *node = list->items[i]->kind == NODE_SORT ? NODE_AS(Sort, SORT, list->items[i])->expr : list->items[i];
        if (node && holds_window((const Expr *)node)) emit_lacks(emitter, node->span, "window functions in the definition of a window");
    }
}

/* ------------------------------------------------ constants of a group of no rows */

typedef struct Contents {
    bool column, aggregate, outer, window;
} Contents;

static void find_contents(void *context, Node **place) {
    Contents *contents = context;
    const Node *node = *place;
    const Call *call = node->kind == NODE_CALL ? (const Call *)node : NULL;
    bool over = call && (call->over || call->over_name.name);
    contents->window |= over;
    contents->aggregate |= call && !over && call->signature && call->signature->kind == FUNCTION_AGGREGATE;
    contents->window |= node->kind == NODE_QUERY && NODE_AS(Query, QUERY, node)->with_ties;
    contents->column |= node->kind == NODE_REF || node->kind == NODE_QUERY;
    contents->outer |= node->kind == NODE_REF && ((const Ref *)node)->depth;
    node_kids((Node *)node, find_contents, contents);
}

static Contents contents_of(const Node *node) {
    Contents contents = {0};
    Node *place = (Node *)node;
    if (node) find_contents(&contents, &place);
    return contents;
}

bool holds_window(const Expr *expr) {
    return contents_of(&expr->node).window;
}

bool names_outer_columns(const Node *query) {
    return contents_of(query).outer;
}

bool loses_constants(const Emitter *emitter, const Select *select) {
    bool one_group = select->facts && select->facts->aggregated && !select->group.count && !select->group_all;
    if (!(emitter->dialect->flags & CORRELATES_LITTLE) || !one_group || !contents_of(&select->rowset.node).outer) return false;
    for (uint32_t i = 0; i < select->items.count; i++) {
        Contents item = contents_of(select->items.items[i]);
        if (!item.column && !item.aggregate) return true;
    }
    return false;
}

void refuse_outer_columns(Emitter *emitter, const Node *node) {
    const Ref *found = NULL;
    Node *place = (Node *)node;
    if (!(emitter->dialect->flags & CORRELATES_LITTLE) || !node) return;
    find_outer(&found, &place);
    if (found) emit_lacks(emitter, found->expr.node.span, "columns of an outer query in a window function");
}

/* ------------------------------------------------ subqueries in ON */

typedef struct Sides {
    const Join *join;
    bool left, right, query;
} Sides;

static void find_sides(void *context, Node **place) {
    Sides *sides = context;
    const Ref *ref = (*place)->kind == NODE_REF ? (const Ref *)*place : NULL;
    sides->query |= (*place)->kind == NODE_QUERY || (*place)->kind == NODE_QUANTIFIED; /* `= any (array)` is one, too */
    if (ref && ref->column) {
        sides->left |= table_of(sides->join->left, ref->column) != NULL;
        sides->right |= table_of(sides->join->right, ref->column) != NULL;
    }
    node_kids(*place, find_sides, sides);
}

static Sides sides_of(const Join *join, const Node *node) {
    Sides sides = {.join = join};
    Node *place = (Node *)node;
    find_sides(&sides, &place);
    return sides;
}

/* Whether a part of the condition says that something of one side equals something of the other. */
static bool has_equality(const Join *join, const Node *condition) {
    const Binary *binary = condition->kind == NODE_BINARY ? NODE_AS(Binary, BINARY, condition) : NULL;
    if (binary && binary->of == OP_AND) return has_equality(join, binary->left) || has_equality(join, binary->right);
    if (!binary || binary->of != OP_EQ) return false;
    Sides left = sides_of(join, binary->left), right = sides_of(join, binary->right);
    return (left.left && !left.right && right.right && !right.left) || (left.right && !left.left && right.left && !right.right);
}

void refuse_full_join(Emitter *emitter, const Join *join) {
    bool always = join->on && join->on->kind == NODE_LITERAL;
    if (emitter->dialect->full_join_by_equality && join->of == JOIN_FULL && join->on && !always && !has_equality(join, join->on))
        emit_lacks(emitter, join->on->span, "FULL JOIN without an equality of both sides");
}

void refuse_queries_in_on(Emitter *emitter, const Join *join, const Node *condition) {
    if (!(emitter->dialect->flags & CORRELATES_LITTLE) || join->of == JOIN_INNER || join->of == JOIN_CROSS) return;
    if (condition->kind == NODE_BINARY && NODE_AS(Binary, BINARY, condition)->of == OP_AND) {
        refuse_queries_in_on(emitter, join, NODE_AS(Binary, BINARY, condition)->left);
        refuse_queries_in_on(emitter, join, NODE_AS(Binary, BINARY, condition)->right);
        return;
    }
    Sides sides = sides_of(join, condition);
    bool fits = join->of == JOIN_FULL ? false : join->of == JOIN_RIGHT ? sides.left && !sides.right : sides.right && !sides.left;
    if (sides.query && !fits) emit_lacks(emitter, condition->span, "subquery in ON of such a join");
}
