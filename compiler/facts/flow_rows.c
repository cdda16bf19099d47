/* The label of a row set: what decides which rows there are; and, on the way, that of each of its columns. */
#include "compiler/facts/flow.h"

void flow_add_rows(Flow *flow, Presence *into, Term which, Presence from) {
    into->m = flow_label_join(into->m, term(flow, which, from.m));
    into->trail = trail_both(flow, into->trail, from.trail);
}

/* Added to the value of each column. */
static void add_to_columns(Flow *flow, const Rows *rows, Term which, Presence presence) {
    Value decides = flow_of_rows(presence);
    for (uint32_t i = 0; rows && i < rows->columns.count; i++) {
        Value value = flow_column(flow, rows->columns.items[i]);
        flow_add(flow, &value, which, decides);
        flow_set(flow, rows->columns.items[i], value);
    }
    if (rows && rows->open) flow_add_rows(flow, &flow->missing, which, presence);
}

/* ------------------------------------------------------------------ tables */

typedef struct Pair { const void *one, *other; struct Pair *next; } Pair;

/* The same pointer for the same pair: the scan of a scan. */
static const void *scan_pair(Flow *flow, const void *one, const void *other) {
    if (!other || other == SCAN_MANY) return other;
    Pair *first = map_get(&flow->scans, other);
    for (Pair *pair = first; pair; pair = pair->next)
        if (pair->one == one) return pair;
    Pair *pair = arena_new(flow->arena, Pair);
    *pair = (Pair){one, other, first};
    map_put(&flow->scans, other, pair);
    return pair;
}

/* A table's own columns: those that it copies, as rows of this place in FROM. Neighbours are mostly of the same row. */
static void scan_columns(Flow *flow, const Rowset *table, const Relation *relation, const RelationFlow *known) {
    const void *scan = NULL, *scan_here = NULL;
    for (uint32_t i = 0; table->rows && i < table->rows->columns.count; i++) {
        Column *column = table->rows->columns.items[i], *from = column->copied;
        if (!from) continue;
        Value *value = flow_place(flow, column);
        *value = relation ? flow_of_column(&known->columns[from->index]) : flow_column(flow, from);
        if (relation) value->trail = trail_leaf(flow, from, NULL, table->node.span);
        if (value->scan != scan) {
            scan = value->scan;
            scan_here = scan_pair(flow, table, scan);
        }
        value->scan = scan_here;
    }
}

/* `as of <moment>`: another moment, other rows with other values. */
static void as_of_moment(Flow *flow, const TableRef *table, Presence *rows) {
    Value moment = flow_value(flow, table->as_of);
    Presence decides = {flow_label_join(flow_label_join(moment.d, moment.key), moment.u), moment.trail};
    add_to_columns(flow, table->rowset.rows, TERM_AS_OF, decides);
    flow_add_rows(flow, rows, TERM_AS_OF, decides);
}

static Presence table_rows(Flow *flow, const TableRef *table) {
    Presence rows = {0};
    if (table->cte) {
        const Presence *known = map_get(&flow->tables, table->cte);
        scan_columns(flow, &table->rowset, NULL, NULL);
        if (known) flow_add_rows(flow, &rows, TERM_CTE_ROWS, *known);
        return rows;
    }
    if (table->relation && relation_is_delivered(table->relation)) return flow_delivered_rows(flow, table->relation);
    const RelationFacts *facts = table->relation ? facts_of(flow->facts, table->relation) : NULL;
    if (!facts || !facts->flow || facts->flow->unknown) {
        flow->unknown = true;
        for (uint32_t i = 0; table->rowset.rows && i < table->rowset.rows->columns.count; i++)
            flow_set(flow, table->rowset.rows->columns.items[i], (Value){0});
        return rows;
    }
    scan_columns(flow, &table->rowset, table->relation, facts->flow);
    flow_add_rows(flow, &rows, TERM_SCAN_ROWS,
                  (Presence){facts->flow->rows, trail_leaf(flow, NULL, table->relation, table->rowset.node.span)});
    if (table->as_of) as_of_moment(flow, table, &rows);
    return rows;
}

static Presence function_rows(Flow *flow, const TableFunction *table) {
    if (flow_is_history(table)) return flow_history(flow, table);
    Value given = flow_value(flow, table->call), value = flow_joined(flow, (Value){0}, given); /* shown only: the rows carry it too */
    Presence rows = {0};
    value.scan = table;
    for (uint32_t i = 0; table->rowset.rows && i < table->rowset.rows->columns.count; i++)
        flow_set(flow, table->rowset.rows->columns.items[i], value);
    flow_add_rows(flow, &rows, TERM_TABLE_FUNCTION_ROWS, (Presence){flow_label_join(value.d, value.u), value.trail});
    return rows;
}

/* ------------------------------------------------------------------- joins */

static Presence using_choice(Flow *flow, const Join *join) {
    Rows *left = ((Rowset *)join->left)->rows, *right = ((Rowset *)join->right)->rows;
    Presence rows = {0};
    for (uint32_t i = 0; left && right && i < join->using_names.count; i++) {
        Part part = join->using_names.items[i];
        Column *a = rows_find(left, part.name), *b = rows_find(right, part.name);
        Value one = a ? flow_column(flow, a) : flow_unbound(flow, part.name), other = b ? flow_column(flow, b) : flow_unbound(flow, part.name);
        if (one.domain && one.domain == other.domain) one = flow_without_key(one), other = flow_without_key(other);
        Presence chosen = flow_chosen(flow, flow_combined(flow, one, other, true), part.span, "join key");
        rows = (Presence){flow_label_join(rows.m, chosen.m), trail_both(flow, rows.trail, chosen.trail)};
    }
    return rows;
}

static Presence on_choice(Flow *flow, const Join *join) {
    Presence on = flow_choice(flow, join->on, "join condition"), named = using_choice(flow, join);
    return (Presence){flow_label_join(on.m, named.m), trail_both(flow, on.trail, named.trail)};
}

/* The side that a lookup looks in: its values tell what was looked for and what could be found, for the rows do not. Where
 * the rows of a join tell it, the values need not: whoever reads a value learns the rows too, and what drops a row set (an
 * aggregate without groups, a subquery, a lookup) puts what decided it into its values. */
static void looked_up(Flow *flow, const Node *side, Presence on, Presence rows) {
    const Rows *columns = ((const Rowset *)side)->rows;
    add_to_columns(flow, columns, TERM_LOOKUP_ON, on);
    add_to_columns(flow, columns, TERM_LOOKUP_ROWS, rows);
}

static void merge_columns(Flow *flow, const Join *join) {
    for (uint32_t i = 0; join->rowset.rows && i < join->rowset.rows->columns.count; i++) {
        Column *column = join->rowset.rows->columns.items[i];
        if (column->maker != (const Node *)join || !column->copied) continue;
        Value value = flow_column(flow, column->copied);
        /* Of both: shown only, for where their labels differ the rows carry all of either (see UNEQUAL_LEVELS). */
        if (column->other) value = flow_joined(flow, value, flow_column(flow, column->other));
        value.scan = SCAN_MANY;
        flow_set(flow, column, value);
    }
}

static Presence pairs(Flow *flow, Presence left, Presence right, Presence on) {
    Presence rows = {0};
    flow_add_rows(flow, &rows, TERM_JOIN_LEFT_ROWS, left);
    flow_add_rows(flow, &rows, TERM_JOIN_RIGHT_ROWS, right);
    flow_add_rows(flow, &rows, TERM_JOIN_ON, on);
    return rows;
}

static Presence join_rows(Flow *flow, const Join *join) {
    Presence left = flow_rows(flow, join->left), right = flow_rows(flow, join->right), on = on_choice(flow, join);
    bool lookup = join->of == JOIN_LEFT && flow_looks_up_right(flow, join);
    if (lookup) {
        looked_up(flow, join->right, on, right);
        return left;
    }
    if (join->of == JOIN_INNER && flow_finds_parent(flow, join, true)) {
        looked_up(flow, join->right, on, right);
        return left;
    }
    if (join->of == JOIN_INNER && flow_finds_parent(flow, join, false)) {
        looked_up(flow, join->left, on, left);
        return right;
    }
    merge_columns(flow, join);
    return pairs(flow, left, right, on);
}

/* -------------------------------------------------------- PIVOT and UNPIVOT */

/* The column itself, where others names were given to the columns. */
static const Column *as_made(const Column *column) {
    while (!column->maker && column->copied) column = column->copied;
    return column;
}

static bool is_made_by(const Column *column, const Node *maker) {
    return as_made(column)->maker == maker;
}

/* UNPIVOT's column of names: which of the columns a row comes from is the same for every row. */
static bool is_of_names(const Column *column) {
    const Column *made = as_made(column);
    return !made->maker && !made->expr && !made->relation;
}

static Presence pivot_rows(Flow *flow, Pivot *pivot) {
    Presence input = flow_rows(flow, pivot->table), rows = {0};
    Value asked = {0}, groups = {0};
    for (uint32_t i = 0; i < pivot->fors.count; i++)
        asked = flow_joined(flow, asked, flow_value(flow, ((PivotFor *)pivot->fors.items[i])->column));
    for (uint32_t i = 0; pivot->rowset.rows && i < pivot->rowset.rows->columns.count; i++) {
        Column *column = pivot->rowset.rows->columns.items[i];
        if (!is_made_by(column, (Node *)pivot)) groups = flow_joined(flow, groups, flow_without_key(flow_column(flow, column)));
    }
    for (uint32_t i = 0; pivot->rowset.rows && i < pivot->rowset.rows->columns.count; i++) {
        Column *column = pivot->rowset.rows->columns.items[i];
        if (!is_made_by(column, (Node *)pivot)) continue;
        Expr *expr = as_made(column)->expr;
        Value value = expr ? flow_value(flow, &expr->node) : (Value){0};
        flow_add(flow, &value, TERM_PIVOT_VALUES, asked);
        flow_add(flow, &value, TERM_AGGREGATE_ROWS, flow_of_rows(input));
        flow_add(flow, &value, TERM_AGGREGATE_GROUP, groups);
        if (value.scan != SCAN_MANY) value.scan = pivot;
        flow_set(flow, column, value);
    }
    flow_add_rows(flow, &rows, TERM_GROUP_ROWS, input);
    flow_add_rows(flow, &rows, TERM_PIVOT_ROWS, flow_chosen(flow, groups, pivot->rowset.node.span, "groups of pivot"));
    return rows;
}

static Presence unpivot_rows(Flow *flow, Unpivot *unpivot) {
    Presence rows = flow_rows(flow, unpivot->table);
    Value all = {0}, value = {0};
    for (uint32_t i = 0; i < unpivot->values.count; i++) {
        Node *item = unpivot->values.items[i];
        Node *expr = item->kind == NODE_SELECT_ITEM ? ((SelectItem *)item)->expr : item;
        all = flow_joined(flow, all, flow_value(flow, expr));
    }
    flow_add(flow, &value, TERM_UNPIVOT_VALUES, all);
    value.scan = all.scan;
    for (uint32_t i = 0; unpivot->rowset.rows && i < unpivot->rowset.rows->columns.count; i++) {
        Column *column = unpivot->rowset.rows->columns.items[i];
        if (is_made_by(column, (Node *)unpivot)) flow_set(flow, column, value);
        else if (is_of_names(column)) flow_set(flow, column, (Value){.scan = unpivot});
    }
    if (!unpivot->include_nulls)
        flow_add_rows(flow, &rows, TERM_UNPIVOT_ROWS, flow_chosen(flow, all, unpivot->rowset.node.span, "nulls left out by unpivot"));
    return rows;
}

/* ------------------------------------------------------------------ SELECT */

static Presence from_rows(Flow *flow, const Select *select) {
    Presence rows = {0};
    for (uint32_t i = 0; i < select->from.count; i++) {
        Presence item = flow_rows(flow, select->from.items[i]);
        flow_add_rows(flow, &rows, TERM_FROM_ROWS, item);
    }
    flow_add_rows(flow, &rows, TERM_WHERE_ROWS, flow_choice(flow, select->where, "where"));
    return rows;
}

/* Keys that have no type (a delivery's tables are known by names only) are not among the facts. */
static Value untyped_keys(Flow *flow, const Select *select) {
    Value value = {0};
    for (uint32_t i = 0; i < select->group.count; i++)
        if (node_is_expr(select->group.items[i])) value = flow_joined(flow, value, flow_value(flow, select->group.items[i]));
    for (uint32_t i = 0; select->group_all && i < select->from.count; i++)
        value = flow_joined(flow, value, flow_columns(flow, ((Rowset *)select->from.items[i])->rows));
    return value;
}

/* The groups are told apart by their key alone, where they hold one. (Of a join only one that is known: to find its keys costs more
 * than all labels of the query.) */
static Value group_keys(Flow *flow, const Select *select) {
    Nodes exprs = {0};
    for (uint32_t i = 0; i < select->facts->group.count; i++) vec_push(flow->arena, &exprs, (Node *)select->facts->group.items[i]);
    Value value = {0};
    for (uint32_t i = 0; i < exprs.count; i++) value = flow_joined(flow, value, flow_without_key(flow_value(flow, exprs.items[i])));
    if (select->facts->open) value = flow_joined(flow, value, untyped_keys(flow, select));
    const Rows *rows = flow_tells(value) && select->from.count == 1 ? ((Rowset *)select->from.items[0])->rows : NULL;
    const Key *key = NULL;
    for (uint32_t i = 0; rows && rows->keys && !key && i < rows->keys->keys.count; i++) {
        Key *one = rows->keys->keys.items[i];
        bool held = true;
        for (uint32_t k = 0; k < one->columns.count && held; k++) {
            held = false;
            for (uint32_t e = 0; e < exprs.count && !held; e++)
                held = exprs.items[e]->kind == NODE_REF && ((Ref *)exprs.items[e])->column == one->columns.items[k];
        }
        if (held) key = one;
    }
    if (!key) return value;
    Value of_key = {0};
    for (uint32_t k = 0; k < key->columns.count; k++) of_key = flow_joined(flow, of_key, flow_without_key(flow_column(flow, key->columns.items[k])));
    return of_key;
}

static Presence grouped_rows(Flow *flow, const Select *select, const Grouping *grouping) {
    Presence rows = {0};
    if (!select->facts->group.count && select->facts->one_group && !select->facts->open) return rows; /* one row, whatever there is */
    flow_add_rows(flow, &rows, TERM_GROUP_ROWS, grouping->input);
    flow_add_rows(flow, &rows, TERM_GROUP_BY, flow_chosen(flow, grouping->keys, select->rowset.node.span, "group by"));
    return rows;
}

static void select_columns(Flow *flow, const Select *select) {
    for (uint32_t i = 0; select->rowset.rows && i < select->rowset.rows->columns.count; i++) {
        Column *column = select->rowset.rows->columns.items[i];
        if (!column->expr) continue;
        Value value = flow_value(flow, &column->expr->node);
        value.trail = trail_step(flow, value.trail, false, column->expr->node.span, NULL);
        flow_set(flow, column, value);
    }
}

/* Whether DISTINCT leaves every row: what it compares holds a key of them. */
static bool leaves_all(Flow *flow, const Select *select) {
    Nodes compared = {0};
    if (select->from.count != 1 || !select->rowset.rows || select->rowset.rows->open || (select->facts && (select->facts->aggregated || select->facts->unnests))) return false;
    for (uint32_t i = 0; !select->distinct_on.count && i < select->rowset.rows->columns.count; i++)
        if (select->rowset.rows->columns.items[i]->expr) vec_push(flow->arena, &compared, &select->rowset.rows->columns.items[i]->expr->node);
    return flow_holds_key(rows_of_from(flow->program->arena, select), select->distinct_on.count ? &select->distinct_on : &compared, NULL);
}

static void distinct_rows(Flow *flow, Select *select, Presence *rows) {
    Value told = {0};
    if (select->distinct_on.count) {
        for (uint32_t i = 0; i < select->distinct_on.count; i++)
            told = flow_joined(flow, told, flow_without_key(flow_value(flow, select->distinct_on.items[i])));
        if (!flow_tells(told) || leaves_all(flow, select)) return;
        flow_add_rows(flow, rows, TERM_DISTINCT_ON, flow_chosen(flow, told, select->rowset.node.span, "distinct on"));
    } else if (select->distinct) {
        for (uint32_t i = 0; select->rowset.rows && i < select->rowset.rows->columns.count; i++)
            told = flow_joined(flow, told, flow_without_key(flow_column(flow, select->rowset.rows->columns.items[i])));
        if (select->rowset.rows && select->rowset.rows->open) told = flow_joined(flow, told, flow_unbound(flow, NULL));
        if (!flow_tells(told) || leaves_all(flow, select)) return;
        flow_add_rows(flow, rows, TERM_DISTINCT_ROWS, flow_chosen(flow, told, select->rowset.node.span, "distinct"));
    }
}

static Presence select_rows(Flow *flow, Select *select) {
    Grouping grouping = {.select = select}, *outer = flow->grouping;
    bool grouped = select->facts && select->facts->aggregated;
    flow->grouping = NULL;
    grouping.input = from_rows(flow, select);
    Presence rows = grouping.input;
    flow->grouping = &grouping;
    if (grouped) {
        grouping.keys = group_keys(flow, select);
        rows = grouped_rows(flow, select, &grouping);
    }
    select_columns(flow, select);
    flow_add_rows(flow, &rows, TERM_HAVING_ROWS, flow_choice(flow, select->having, "having"));
    flow_add_rows(flow, &rows, TERM_QUALIFY_ROWS, flow_choice(flow, select->qualify, "qualify"));
    distinct_rows(flow, select, &rows);
    flow->grouping = outer;
    return rows;
}

/* ---------------------------------------------------------- set operations */

static Presence set_rows(Flow *flow, SetOperation *set) {
    Presence left = flow_rows(flow, set->left), right = flow_rows(flow, set->right), rows = {0};
    flow_add_rows(flow, &rows, TERM_SET_LEFT_ROWS, left);
    flow_add_rows(flow, &rows, TERM_SET_RIGHT_ROWS, right);
    bool matched = set->of != SET_UNION || !set->all;
    if (matched && set->rowset.rows && set->rowset.rows->open)
        flow_add_rows(flow, &rows, TERM_SET_MATCH, flow_chosen(flow, flow_unbound(flow, NULL), set->rowset.node.span, "equal rows"));
    for (uint32_t i = 0; set->rowset.rows && i < set->rowset.rows->columns.count; i++) {
        Column *column = set->rowset.rows->columns.items[i];
        Value a = column->copied ? flow_column(flow, column->copied) : (Value){0};
        Value b = column->other ? flow_column(flow, column->other) : (Value){0};
        Value one = a, other = b;
        if (a.domain && a.domain == b.domain) one = flow_without_key(a), other = flow_without_key(b);
        if (one.scan && one.scan == other.scan) other.scan = set; /* rows of either side are rows of two tables */
        if (matched)
            flow_add_rows(flow, &rows, TERM_SET_MATCH, flow_chosen(flow, flow_combined(flow, one, other, true), column->span, "equal rows"));
        Value value = a;
        if (set->of != SET_EXCEPT) {
            b.d = term(flow, TERM_SET_VALUES, b.d);
            b.u = term(flow, TERM_SET_VALUES, b.u);
            value = flow_joined(flow, a, b);
        }
        value.scan = a.scan == SCAN_MANY || b.scan == SCAN_MANY ? SCAN_MANY : scan_pair(flow, set, a.scan ? a.scan : b.scan);
        flow_set(flow, column, value);
    }
    return rows;
}

/* ----------------------------------------------------------------- queries */

static bool all_within(Flow *flow, const Rows *rows, const FlowLabel *before) {
    bool same = true;
    for (uint32_t i = 0; i < rows->columns.count; i++) {
        Value value = flow_column(flow, rows->columns.items[i]);
        same &= flow_label_is_none(flow_label_minus(flow_label_join(value.d, value.u), before[i]));
    }
    return same;
}

static void limited_rows(Flow *flow, const Query *query, Presence *rows);

/* Until nothing is added: what is read of itself is what the round before found. */
static void recursive_cte(Flow *flow, Cte *cte) {
    Query *query = (Query *)cte->query;
    SetOperation *set = query->body && query->body->kind == NODE_SET_OPERATION ? (SetOperation *)query->body : NULL;
    Presence *known = arena_new(flow->arena, Presence);
    const Rows *rows = query->rowset.rows;
    bool outer = flow->recursive, settled = false;
    if (!set || !rows) return;
    FlowLabel *before = arena_alloc(flow->arena, (rows->columns.count + 1) * sizeof *before);
    map_put(&flow->tables, cte, known);
    *known = flow_rows(flow, set->left);
    for (uint32_t i = 0; i < rows->columns.count && i < ((Rowset *)set->left)->rows->columns.count; i++) {
        Value value = flow_column(flow, ((Rowset *)set->left)->rows->columns.items[i]);
        flow_set(flow, rows->columns.items[i], value);
        if (cte->rowset.rows && i < cte->rowset.rows->columns.count) flow_set(flow, cte->rowset.rows->columns.items[i], value);
    }
    for (int round = 0; !settled && round < 2 * MOST_TAGS * LEVEL_BITS; round++) {
        FlowLabel m = known->m;
        for (uint32_t i = 0; i < rows->columns.count; i++) {
            Value value = flow_column(flow, rows->columns.items[i]);
            before[i] = flow_label_join(value.d, value.u);
        }
        flow->recursive = true;
        *known = flow_rows(flow, (Node *)set);
        flow->recursive = outer;
        for (uint32_t i = 0; cte->rowset.rows && i < cte->rowset.rows->columns.count && i < rows->columns.count; i++)
            flow_set(flow, cte->rowset.rows->columns.items[i], flow_column(flow, rows->columns.items[i]));
        settled = all_within(flow, rows, before) && flow_label_same(m, known->m);
    }
    flow->recursive = true;
    if (query->limit || query->offset) limited_rows(flow, query, known);
    flow->recursive = outer;
}

static bool reads_itself(const Query *query, const Cte *cte);

static bool item_reads(const Node *item, const Cte *cte) {
    if (!item) return false;
    switch ((NodeKind)item->kind) {
    case NODE_TABLE_REF: return ((const TableRef *)item)->cte == cte;
    case NODE_JOIN: return item_reads(((const Join *)item)->left, cte) || item_reads(((const Join *)item)->right, cte);
    case NODE_TABLE_PARENS: return item_reads(((const TableParens *)item)->table, cte);
    case NODE_TABLE_QUERY: return reads_itself((const Query *)((const TableQuery *)item)->query, cte);
    case NODE_SET_OPERATION: return item_reads(((const SetOperation *)item)->left, cte) || item_reads(((const SetOperation *)item)->right, cte);
    case NODE_QUERY: return reads_itself((const Query *)item, cte);
    case NODE_SELECT:
        for (uint32_t i = 0; i < ((const Select *)item)->from.count; i++)
            if (item_reads(((const Select *)item)->from.items[i], cte)) return true;
        return false;
    default: return false;
    }
}

static bool reads_itself(const Query *query, const Cte *cte) {
    return query && item_reads(query->body, cte);
}

static void cte_rows(Flow *flow, const Query *query, Cte *cte) {
    if (query->recursive && reads_itself((const Query *)cte->query, cte)) {
        recursive_cte(flow, cte);
        return;
    }
    Presence *known = arena_new(flow->arena, Presence);
    *known = flow_rows(flow, cte->query);
    map_put(&flow->tables, cte, known);
}

/* All that the tables of FROM have. */
static Value all_read(Flow *flow, const Node *body) {
    const SetOperation *set = body && body->kind == NODE_SET_OPERATION ? (const SetOperation *)body : NULL;
    const Select *select = body && body->kind == NODE_SELECT ? (const Select *)body : NULL;
    if (set) return flow_joined(flow, all_read(flow, set->left), all_read(flow, set->right));
    if (body && body->kind == NODE_QUERY) return all_read(flow, ((const Query *)body)->body);
    Value all = {0};
    for (uint32_t i = 0; select && i < select->from.count; i++)
        all = flow_joined(flow, all, flow_columns(flow, ((Rowset *)select->from.items[i])->rows));
    return all;
}

static Value sorts_value(Flow *flow, const Query *query, Nodes sorts) {
    Value order = query->order_all ? flow_columns(flow, query->rowset.rows) : (Value){0};
    for (uint32_t i = 0; i < sorts.count; i++) {
        Node *expr = ((Sort *)sorts.items[i])->expr;
        Column *position = limit_position(query, expr);
        Value value = position ? flow_column(flow, position) : expr ? flow_value(flow, expr) : flow_columns(flow, query->rowset.rows);
        order = flow_joined(flow, order, value);
    }
    return order;
}

/* What decides which rows a LIMIT keeps. */
static void limited_rows(Flow *flow, const Query *query, Presence *rows) {
    Arena *arena = flow->program->arena;
    Value order = sorts_value(flow, query, query->order);
    if (flow_tells(order)) order = sorts_value(flow, query, limit_deciding(arena, query));
    flow_add_rows(flow, rows, TERM_LIMIT_ORDER, flow_chosen(flow, order, query->rowset.node.span, "order of limit"));
    Node *numbers[] = {query->limit, query->offset};
    for (int i = 0; i < 2; i++) {
        Value value = flow_value(flow, numbers[i]);
        flow_add_rows(flow, rows, i ? TERM_OFFSET_VALUE : TERM_LIMIT_VALUE, (Presence){flow_label_join(value.d, value.u), value.trail});
    }
    Value own = flow_columns(flow, query->rowset.rows), all = flow_joined(flow, own, all_read(flow, query->body));
    if (!flow_tells(all)) return;
    LimitOrder decided = flow->recursive ? LIMIT_OPEN : limit_order(arena, query);
    if (decided == LIMIT_FULL) return;
    if (decided == LIMIT_CLOSED) all = own;
    flow_add_rows(flow, rows, TERM_LIMIT_UNORDERED, flow_chosen(flow, all, query->rowset.node.span, "limit without a full order"));
}

static void first_of_each(Flow *flow, const Query *query, Presence *rows) {
    Select *select = (Select *)query->body;
    Value order = {0}, all = {0};
    const Rows *input = rows_of_from(flow->program->arena, select);
    Nodes sorts = flow_deciding(input, &query->order, &select->distinct_on);
    for (uint32_t i = 0; i < sorts.count; i++) {
        Node *expr = ((Sort *)sorts.items[i])->expr;
        if (expr) order = flow_joined(flow, order, flow_value(flow, expr));
    }
    flow_add_rows(flow, rows, TERM_DISTINCT_ON_ORDER, flow_chosen(flow, order, query->rowset.node.span, "order of distinct on"));
    if (input && flow_holds_key(input, &query->order, &select->distinct_on)) return;
    for (uint32_t i = 0; i < select->from.count; i++)
        all = flow_joined(flow, all, flow_columns(flow, ((Rowset *)select->from.items[i])->rows));
    flow_add_rows(flow, rows, TERM_DISTINCT_ON_UNORDERED,
                  flow_chosen(flow, all, query->rowset.node.span, "distinct on without a full order"));
}

static Presence query_rows(Flow *flow, Query *query) {
    for (uint32_t i = 0; i < query->ctes.count; i++) cte_rows(flow, query, (Cte *)query->ctes.items[i]);
    Presence rows = flow_rows(flow, query->body);
    const Select *select = query->body && query->body->kind == NODE_SELECT ? (const Select *)query->body : NULL;
    Grouping grouping = {.select = (Select *)select}, *outer = flow->grouping;
    if (select) flow->grouping = &grouping;
    if (select && select->distinct_on.count) first_of_each(flow, query, &rows);
    if (query->limit || query->offset) limited_rows(flow, query, &rows);
    flow->grouping = outer;
    return rows;
}

static Presence values_rows(Flow *flow, const Values *values) {
    for (uint32_t i = 0; values->rowset.rows && i < values->rowset.rows->columns.count; i++) {
        Value value = {0};
        for (uint32_t k = 0; k < values->rows.count; k++) {
            const Row *row = (const Row *)values->rows.items[k];
            if (i < row->items.count) value = flow_joined(flow, value, flow_value(flow, row->items.items[i]));
        }
        flow_set(flow, values->rowset.rows->columns.items[i], value);
    }
    return (Presence){0};
}

Presence flow_rows(Flow *flow, Node *rowset) {
    if (!rowset) return (Presence){0};
    switch ((NodeKind)rowset->kind) {
    case NODE_QUERY: return query_rows(flow, (Query *)rowset);
    case NODE_SELECT: return select_rows(flow, (Select *)rowset);
    case NODE_VALUES: return values_rows(flow, (Values *)rowset);
    case NODE_SET_OPERATION: return set_rows(flow, (SetOperation *)rowset);
    case NODE_TABLE_REF: return table_rows(flow, (TableRef *)rowset);
    case NODE_TABLE_FUNCTION: return function_rows(flow, (TableFunction *)rowset);
    case NODE_TABLE_QUERY: return flow_rows(flow, ((TableQuery *)rowset)->query);
    case NODE_TABLE_PARENS: return flow_rows(flow, ((TableParens *)rowset)->table);
    case NODE_JOIN: return join_rows(flow, (Join *)rowset);
    case NODE_PIVOT: return pivot_rows(flow, (Pivot *)rowset);
    case NODE_UNPIVOT: return unpivot_rows(flow, (Unpivot *)rowset);
    case NODE_SAMPLE: flow->unknown = true; return flow_rows(flow, ((Sample *)rowset)->table);
    default: flow->unknown = true; return (Presence){0};
    }
}
