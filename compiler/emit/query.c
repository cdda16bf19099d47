/* Queries: clauses in the author's order, lowered where engines differ.
 *
 * GROUP BY ALL and ordinals are written out, `*` too; QUALIFY and FETCH … WITH TIES become a select around the select;
 * the order of nulls is always said; each column is cast where the engine's own type would not be the promised one. */
#include "compiler/emit/internal.h"
#include "compiler/facts/facts.h"

#include <string.h>
#include <strings.h>

/* The column by which the rows that DISTINCT ON keeps are sorted. */
#define PLACE_IN_ORDER "place_in_order"

const char *clause_break(const Emitter *emitter) {
    return emitter->spread ? L_HARD : L_LINE;
}

const Type *column_type(const Rows *columns, uint32_t index, const Column *own) {
    return columns && index < columns->columns.count ? columns->columns.items[index]->type : own->type;
}

/* ------------------------------------------------------------- select lists */

/* The select item that has this expression; null: it was made for a `*`. */
static const SelectItem *item_of(const Select *select, const Expr *expr) {
    for (uint32_t i = 0; i < select->items.count; i++)
        if (NODE_AS(SelectItem, SELECT_ITEM, select->items.items[i])->expr == &expr->node)
            return NODE_AS(SelectItem, SELECT_ITEM, select->items.items[i]);
    return NULL;
}

static bool many_tables(const Select *select) {
    return select->from.count > 1 || (select->from.count == 1 && select->from.items[0]->kind == NODE_JOIN);
}

/* Whether the engine would call the column by its name without `as`. */
static bool names_itself(const Emitter *emitter, const Expr *expr, const Name *name) {
    if (expr->node.kind != NODE_REF) return false;
    const Ref *ref = NODE_AS(Ref, REF, expr);
    bool of_two = ref->table && ref->table->kind == NODE_JOIN && emitter->dialect->flags & USING_HIDES_SIDES;
    return !of_two && ref->name.count && ref->name.items[ref->name.count - 1].name == name &&
           !(ref->table && ref->table->kind == NODE_SELECT);
}

/* The column's name; one made up where it has none. */
static const char *label(const Emitter *emitter, const Column *column) {
    return column->name ? column->name->text : arena_format(emitter->arena, "column_%u", column->index + 1);
}

const char *label_text(Emitter *emitter, const Column *column) {
    Buffer buffer;
    buffer_open(&buffer, emitter->arena);
    emit_name(emitter->dialect, label(emitter, column), &buffer);
    return buffer_string(&buffer);
}

void put_label(Emitter *emitter, const Column *column) {
    put(emitter, label_text(emitter, column));
}

static bool is_labelled(const Emitter *emitter, const Select *select, const Column *column) {
    const SelectItem *item = item_of(select, column->expr);
    if (emitter->scope.label_all || (item && item->alias.name)) return true;
    return column->name && !emitter->scope.nameless;
}

static void select_column(Emitter *emitter, const Select *select, const Column *column, const Type *type) {
    const Expr *expr = column->expr;
    if (emitter->too_deep) return;
    emitter->scope.of_star = expr->node.kind == NODE_REF && !item_of(select, expr);
    bool cast = type && type->kind > TYPE_NULL && emitter->dialect->natural(emitter, expr) != type;
    const Query *query = emitter->scope.query;
    bool sorts = query && (query->order.count || query->limit || query->offset);
    bool collate = needs_collation(emitter, expr) && (sorts || !emitter->scope.nameless);
    emit_exact(emitter, expr, type, collate ? BINDS_UNARY : BINDS_NOT_AT_ALL);
    put(emitter, collate ? " collate \"C\"" : "");
    emitter->scope.of_star = false;
    if (is_labelled(emitter, select, column) && (cast || collate || !names_itself(emitter, expr, column->name))) {
        put(emitter, " as ");
        put_label(emitter, column);
    }
}

/* The columns of a set operation BY NAME, in its order; what the select lacks is null. */
static void select_list_by_name(Emitter *emitter, const Select *select, const Rows *wanted) {
    for (uint32_t i = 0; i < wanted->columns.count; i++) {
        const Column *column = wanted->columns.items[i];
        const Column *own = column->name ? rows_find(select->rowset.rows, column->name) : NULL;
        put(emitter, i ? "," L_LINE : "");
        if (own)
            select_column(emitter, select, own, column->type);
        else
            emit_null_as(emitter, column);
    }
}

static void select_list(Emitter *emitter, const Select *select, const Rows *columns) {
    const Rows *rows = select->rowset.rows;
    if (emitter->scope.by_name) {
        select_list_by_name(emitter, select, emitter->scope.by_name);
        return;
    }
    for (uint32_t i = 0; rows && i < rows->columns.count; i++) {
        put(emitter, i ? "," L_LINE : "");
        select_column(emitter, select, rows->columns.items[i], column_type(columns, i, rows->columns.items[i]));
    }
}

static bool is_among(const Nodes *list, const Node *expr) {
    for (uint32_t i = 0; i < list->count; i++) {
        const Node *one = list->items[i];
        bool same_column = one->kind == NODE_REF && expr->kind == NODE_REF && ((const Ref *)one)->column && ((const Ref *)one)->column == ((const Ref *)expr)->column;
        if (same_column || node_equal(one, expr)) return true;
    }
    return false;
}

/* Whether the order begins with what DISTINCT ON names, in any order, or is all of it. */
static bool is_led(const Select *select, const Query *query) {
    uint32_t count = select->distinct_on.count < query->order.count ? select->distinct_on.count : query->order.count;
    for (uint32_t i = 0; i < count; i++)
        if (!is_among(&select->distinct_on, NODE_AS(Sort, SORT, query->order.items[i])->expr)) return false;
    return !query->order_all;
}

/* DISTINCT ON where the engine has none, or not for such an order: the first row of each is kept by its row_number(). */
static bool keeps_firsts(const Emitter *emitter, const Select *select, const Query *query) {
    if (!select->distinct_on.count) return false;
    return emitter->dialect->flags & LACKS_DISTINCT_ON || (emitter->dialect->distinct_on_leads && query && !is_led(select, query));
}

static void distinct(Emitter *emitter, const Select *select) {
    if (keeps_firsts(emitter, select, emitter->scope.query)) return;
    if (select->distinct_on.count) {
        put(emitter, " distinct on (");
        for (uint32_t i = 0; i < select->distinct_on.count; i++) {
            put(emitter, i ? ", " : "");
            emit_key(emitter, (const Expr *)select->distinct_on.items[i]); /* as ORDER BY has them */
        }
        put(emitter, ")");
    } else if (select->distinct) {
        put(emitter, " distinct");
    }
}

/* ---------------------------------------------------------------- group by */

bool select_has_sets(const Select *select) {
    for (uint32_t i = 0; i < select->group.count; i++) {
        const Node *node = select->group.items[i];
        bool empty = node->kind == NODE_ROW && NODE_AS(Row, ROW, node)->items.count == 0;
        if (node->kind == NODE_GROUPING_SETS || empty || node->kind == NODE_CALL) {
            const char *name = node->kind == NODE_CALL ? NODE_AS(Call, CALL, node)->name.items[0].name->text : "";
            if (node->kind != NODE_CALL || strcmp(name, "rollup") == 0 || strcmp(name, "cube") == 0) return true;
        }
    }
    return false;
}

/* A bare number in GROUP BY would be the position of a column, and some engines refuse other constants. */
static bool is_constant(const Expr *expr) {
    if (expr->node.kind == NODE_UNARY) return is_constant((const Expr *)NODE_AS(Unary, UNARY, expr)->operand);
    return expr->node.kind == NODE_LITERAL || expr->node.kind == NODE_TYPED_LITERAL;
}

static void grouping_item(Emitter *emitter, const Node *node);

static void grouping_items(Emitter *emitter, const char *before, const Nodes *items) {
    put(emitter, before);
    for (uint32_t i = 0; i < items->count; i++) {
        put(emitter, i ? ", " : "");
        grouping_item(emitter, items->items[i]);
    }
    put(emitter, ")");
}

/* A position stays one; another constant, and what an alias stands for, is no position. */
static void grouping_key(Emitter *emitter, const Expr *expr) {
    const Expr *item = expr->node.kind == NODE_REF ? aliased_item(emitter, NODE_AS(Ref, REF, expr)) : NULL;
    const Expr *meant = item ? item : expr;
    if (lifted_key(emitter, &meant->node)) {
        emit_node(emitter, meant, BINDS_NOT_AT_ALL);
        return;
    }
    bool hidden = item ? is_constant(item) : is_constant(expr) && expr->node.kind == NODE_UNARY;
    put(emitter, hidden ? "(select " : "");
    if (hidden)
        emit_node(emitter, expr, BINDS_NOT_AT_ALL);
    else
        emit_group_key(emitter, expr);
    put(emitter, hidden ? ")" : "");
}

static void grouping_item(Emitter *emitter, const Node *node) {
    if (node->kind == NODE_ROW) {
        grouping_items(emitter, "(", &NODE_AS(Row, ROW, node)->items);
        return;
    }
    const char *name = node->kind == NODE_CALL ? NODE_AS(Call, CALL, node)->name.items[0].name->text : "";
    if (strcmp(name, "rollup") == 0 || strcmp(name, "cube") == 0) {
        grouping_items(emitter, *name == 'r' ? "rollup (" : "cube (", &NODE_AS(Call, CALL, node)->args);
        return;
    }
    if (node->kind != NODE_GROUPING_SETS) {
        grouping_key(emitter, (const Expr *)node);
        return;
    }
    grouping_items(emitter, "grouping sets (", &NODE_AS(GroupingSets, GROUPING_SETS, node)->sets);
}

static void group_keys(Emitter *emitter, const Select *select) {
    const SelectFacts *facts = select->facts;
    uint32_t written = 0;
    for (uint32_t i = 0; i < facts->group.count; i++) {
        if (is_constant(facts->group.items[i])) continue;
        put(emitter, written++ ? "," L_FILL : "");
        emit_node(emitter, facts->group.items[i], BINDS_NOT_AT_ALL);
    }
    if (!written) put(emitter, "(select 1)"); /* one group, but none of no rows */
}

static void group_by(Emitter *emitter, const Select *select) {
    bool sets = select_has_sets(select), in_sets = emitter->in_sets;
    if (!select->group_all && !select->group.count) return;
    if (select->facts && !sets && !select->facts->group.count && select->group_all)
        return; /* GROUP BY ALL of aggregates alone */
    put_format(emitter, "%sgroup by " L_OPEN L_IN, clause_break(emitter));
    emitter->in_sets = sets;
    if (select->facts && !sets) {
        group_keys(emitter, select);
    } else {
        for (uint32_t i = 0; i < select->group.count; i++) {
            put(emitter, i ? "," L_FILL : "");
            grouping_item(emitter, select->group.items[i]);
        }
    }
    emitter->in_sets = in_sets;
    put(emitter, L_OUT L_CLOSE);
}

/* ------------------------------------------------------------------ selects */

static void predicate(Emitter *emitter, const char *word, const Node *expr) {
    if (!expr) return;
    put_format(emitter, "%s%s ", clause_break(emitter), word);
    emit_node(emitter, (const Expr *)expr, BINDS_NOT_AT_ALL);
}

static void from_clause(Emitter *emitter, const Select *select) {
    for (uint32_t i = 0; i < select->from.count; i++) {
        bool each_on_its_line = emitter->spread && select->from.items[i]->kind == NODE_JOIN;
        put_format(emitter, i ? "," L_IN "%s" L_OUT : "%sfrom ", clause_break(emitter));
        put(emitter, each_on_its_line ? "" : L_OPEN);
        emit_from(emitter, select->from.items[i]);
        put(emitter, each_on_its_line ? "" : L_CLOSE);
    }
}

/* WHERE, and what semi and anti joins became where the engine has none. */
static void where_clause(Emitter *emitter, const Select *select) {
    Joins filters = emitter->scope.filters;
    emitter->scope.in_input = true;
    if (!filters.count) {
        predicate(emitter, "where", select->where);
        emitter->scope.in_input = false;
        return;
    }
    put_format(emitter, "%swhere " L_OPEN L_IN, clause_break(emitter));
    if (select->where) emit_node(emitter, (const Expr *)select->where, BINDS_AND);
    for (uint32_t i = 0; i < filters.count; i++) {
        put(emitter, i || select->where ? L_LINE "and " : "");
        emit_filter(emitter, filters.items[i]);
    }
    put(emitter, L_OUT L_CLOSE);
    emitter->scope.in_input = false;
}

/* HAVING. A constant of one group of no rows, which a correlated query may have, is lost on an engine unless rows are counted. */
static void having(Emitter *emitter, const Select *select) {
    bool counts = loses_constants(emitter, select);
    emitter->scope.in_having = true;
    if (counts) {
        put_format(emitter, "%shaving count(*) >= 0", clause_break(emitter));
        if (select->having) put(emitter, " and ");
        if (select->having) emit_node(emitter, (const Expr *)select->having, BINDS_AND + 1);
    } else {
        predicate(emitter, "having", select->having);
    }
    emitter->scope.in_having = false;
}

static void named_windows(Emitter *emitter, const Select *select) {
    if (emitter->scope.inline_windows) return;
    for (uint32_t i = 0; i < select->windows.count; i++) {
        const Window *window = NODE_AS(Window, WINDOW, select->windows.items[i]);
        put_format(emitter, "%s%s", i ? "," : clause_break(emitter), i ? L_LINE : "window ");
        put_name(emitter, window->name.name);
        put(emitter, " as " L_OPEN "(" L_IN L_EMPTY);
        emit_window(emitter, window);
        put(emitter, L_OUT L_EMPTY ")" L_CLOSE);
    }
}

void emit_clauses(Emitter *emitter, const Select *select) {
    from_clause(emitter, select);
    if (select_has_sets(select)) emit_lifted_keys(emitter, select);
    where_clause(emitter, select);
    group_by(emitter, select);
    having(emitter, select);
    named_windows(emitter, select);
}

const char *free_name(Emitter *emitter, const Rows *rows, const char *wish) {
    const char *name = wish;
    for (uint32_t attempt = 2, i = 0; rows && i < rows->columns.count; i++) {
        if (strcmp(label(emitter, rows->columns.items[i]), name) == 0) {
            name = arena_format(emitter->arena, "%s_%u", wish, attempt++);
            i = UINT32_MAX; /* look at all again */
        }
    }
    return name;
}

void emit_labels(Emitter *emitter, const Rows *rows) {
    for (uint32_t i = 0; rows && i < rows->columns.count; i++) {
        put(emitter, i ? "," L_FILL : "");
        put_label(emitter, rows->columns.items[i]);
    }
}

static void numbered(Emitter *emitter, const Nodes *partition, const Nodes *order, const char *name) {
    put(emitter, "," L_LINE "row_number() over (" L_OPEN L_IN);
    if (partition) {
        put(emitter, "partition by ");
        emit_list(emitter, partition);
    }
    put(emitter, partition && order->count ? L_LINE : "");
    if (order->count) {
        put(emitter, "order by ");
        emit_sorts(emitter, order);
    }
    put_format(emitter, L_OUT L_CLOSE ") as %s", name);
}

/* The condition of QUALIFY, or the number of each row among those of which DISTINCT ON keeps the first; and where the order
 * is asked for, the number of each among all. */
static void kept_columns(Emitter *emitter, const Select *select, const char *kept) {
    if (!keeps_firsts(emitter, select, emitter->scope.query)) {
        put(emitter, "," L_LINE);
        emit_node(emitter, (const Expr *)select->qualify, BINDS_NOT_AT_ALL);
        put_format(emitter, " as %s", kept);
        return;
    }
    static const Nodes none;
    const Query *query = emitter->scope.query;
    const Nodes *order = query ? &query->order : &none;
    if (select->qualify) emit_lacks(emitter, select->rowset.node.span, "DISTINCT ON beside QUALIFY");
    numbered(emitter, &select->distinct_on, order, kept);
    if (emitter->scope.keeps_order)
        numbered(emitter, NULL, order, free_name(emitter, select->rowset.rows, PLACE_IN_ORDER));
}

/* select a, b from (select …, <condition> as is_kept from …) as qualified where is_kept */
static void qualified_select(Emitter *emitter, const Select *select, const Rows *columns) {
    bool firsts = keeps_firsts(emitter, select, emitter->scope.query);
    const char *kept = free_name(emitter, select->rowset.rows, firsts ? "place" : "is_kept");
    put(emitter, "select");
    distinct(emitter, select);
    put(emitter, " " L_OPEN L_IN);
    emit_labels(emitter, select->rowset.rows);
    put_format(emitter, L_OUT L_CLOSE "%sfrom " L_OPEN "(" L_IN L_EMPTY L_OPEN "select" L_IN L_LINE,
               clause_break(emitter));
    bool spread = emitter->spread;
    emitter->spread = false;
    select_list(emitter, select, columns);
    kept_columns(emitter, select, kept);
    put(emitter, L_OUT);
    emit_clauses(emitter, select);
    emitter->spread = spread;
    put_format(emitter, L_CLOSE L_OUT L_EMPTY ")" L_CLOSE " as %s%swhere %s%s", firsts ? "firsts" : "qualified",
               clause_break(emitter), kept, firsts ? " = 1" : "");
}

static void plain_select(Emitter *emitter, const Select *select, const Rows *columns) {
    put(emitter, L_OPEN "select");
    distinct(emitter, select);
    put(emitter, L_IN L_LINE);
    select_list(emitter, select, columns);
    if (emitter->scope.ties) emit_places(emitter, emitter->scope.ties);
    put(emitter, L_OUT L_CLOSE);
    emit_clauses(emitter, select);
}

/* Whether a window of the select is called like one of another select; if not, its own are remembered. */
static bool windows_meet(Emitter *emitter, const Select *select) {
    for (uint32_t i = 0; i < select->windows.count; i++)
        for (uint32_t k = 0; k < emitter->windows.count; k++)
            if (strcasecmp(NODE_AS(Window, WINDOW, select->windows.items[i])->name.name->text, emitter->windows.items[k]->text) == 0) return true;
    for (uint32_t i = 0; i < select->windows.count; i++)
        vec_push(emitter->arena, &emitter->windows, NODE_AS(Window, WINDOW, select->windows.items[i])->name.name);
    return false;
}

static void select_node(Emitter *emitter, const Select *select, const Rows *columns) {
    Scope outer = emitter->scope;
    emitter->scope = (Scope){.select = select,
                             .many_tables = many_tables(select),
                             .nameless = emitter->nameless,
                             .by_name = emitter->by_name,
                             .ties = emitter->ties,
                             .query = emitter->query,
                             .keeps_order = emitter->keeps_order,
                             .inline_windows = emitter->dialect->flags & CORRELATES_LITTLE && windows_meet(emitter, select),
                             .label_all = select->qualify || keeps_firsts(emitter, select, emitter->query) || outer.label_next};
    emitter->scope.guards = guards_of_select(emitter, select);
    for (uint32_t i = 0; i < select->from.count; i++)
        collect_merged(emitter, select->from.items[i]);
    emitter->nameless = false;
    emitter->operand = false;
    emitter->names_values = false;
    emitter->by_name = NULL;
    emitter->ties = NULL;
    emitter->query = NULL;
    if (select->qualify || keeps_firsts(emitter, select, emitter->scope.query))
        qualified_select(emitter, select, columns);
    else if (unnest_of_list(emitter, select))
        emit_unnested_select(emitter, select, columns);
    else
        plain_select(emitter, select, columns);
    emitter->scope = outer;
}

void emit_body(Emitter *emitter, const Node *node, const Rows *columns) {
    if (node->kind == NODE_SELECT)
        select_node(emitter, NODE_AS(Select, SELECT, node), columns);
    else if (node->kind == NODE_VALUES)
        emit_values(emitter, NODE_AS(Values, VALUES, node), columns);
    else if (node->kind == NODE_SET_OPERATION)
        emit_set_operation(emitter, NODE_AS(SetOperation, SET_OPERATION, node), columns);
    else
        emit_query_node(emitter, NODE_AS(Query, QUERY, node), columns);
}

/* ------------------------------------------------------------------ queries */

static const Select *select_of(const Query *query) {
    return query->body->kind == NODE_SELECT ? NODE_AS(Select, SELECT, query->body) : NULL;
}

/* `order by all desc`: every column, in the one direction, which stands on a sort without expression. */
static void order_by_all(Emitter *emitter, const Query *query) {
    const Rows *rows = query->rowset.rows;
    const Sort *sort = NODE_AS(Sort, SORT, query->order.items[0]);
    for (uint32_t i = 0; rows && i < rows->columns.count; i++) {
        put(emitter, i ? "," L_FILL : "");
        put_label(emitter, rows->columns.items[i]);
        put(emitter, sort->direction == SORT_DESC ? " desc" : "");
        put(emitter, sort->nulls == NULLS_FIRST ? " nulls first" : " nulls last");
    }
}

static void order_keys(Emitter *emitter, const Query *query) {
    if (query->order_all)
        order_by_all(emitter, query);
    else
        emit_sorts(emitter, &query->order);
}

/* Whether the rows that LIMIT keeps are decided by the query's own columns behind its order: no engine's order of reading is seen
 * in what is stored. Recursion has no ORDER BY on some engines; who queries by hand sorts as he writes. */
static bool closes_order(const Emitter *emitter, const Query *query) {
    if ((!query->limit && !query->offset) || emitter->options->keep_order || query == emitter->recursion) return false;
    return limit_order(emitter->program->arena, query) == LIMIT_CLOSED;
}

/* By position: names may be those of what is read, too. */
static void own_columns(Emitter *emitter, const Query *query) {
    const Rows *rows = query->rowset.rows;
    const char *between = query->order.count ? "," L_FILL : "";
    for (uint32_t i = 0; i < rows->columns.count; i++) {
        if (limit_sorts_by(query, rows->columns.items[i])) continue;
        put_format(emitter, "%s%u nulls last", between, i + 1);
        between = "," L_FILL;
    }
}

static void order_by(Emitter *emitter, const Query *query) {
    Scope outer = emitter->scope;
    emitter->scope = (Scope){.select = select_of(query), .in_order = true};
    put_format(emitter, "%sorder by " L_OPEN L_IN, clause_break(emitter));
    order_keys(emitter, query);
    if (closes_order(emitter, query)) own_columns(emitter, query);
    put(emitter, L_OUT L_CLOSE);
    emitter->scope = outer;
}

/* select a, b from (…) as rows_within: engines refuse a second ORDER BY behind the parentheses of the first. */
static void query_within(Emitter *emitter, const Query *query, const Rows *columns) {
    put(emitter, "select " L_OPEN L_IN);
    emit_labels(emitter, query->rowset.rows);
    put_format(emitter, L_OUT L_CLOSE "%sfrom (" L_IN L_HARD, clause_break(emitter));
    emitter->scope.label_next = true;
    emit_query_node(emitter, query, columns);
    emitter->scope.label_next = false;
    put(emitter, L_OUT L_HARD ") as rows_within");
}

typedef struct {
    const Cte *cte;
    bool found;
} Reading;

static void look_for_reading(void *context, Node **place) {
    Reading *reading = context;
    if ((*place)->kind == NODE_TABLE_REF && NODE_AS(TableRef, TABLE_REF, *place)->cte == reading->cte) reading->found = true;
    if (!reading->found) node_kids(*place, look_for_reading, context);
}

/* Whether a CTE reads itself: of one that does not, engines would refuse what recursion cannot have. */
static bool cte_reads_itself(const Cte *cte) {
    Reading reading = {.cte = cte};
    node_kids((Node *)cte, look_for_reading, &reading);
    return reading.found;
}

static bool reads_itself(const Query *query) {
    for (uint32_t i = 0; i < query->ctes.count; i++)
        if (cte_reads_itself(NODE_AS(Cte, CTE, query->ctes.items[i]))) return true;
    return false;
}

/* Beside a recursive CTE a union that reads itself not is taken for one, too, and refused what recursion cannot have. */
static bool is_like_recursion(const Cte *cte) {
    const Node *body = NODE_AS(Query, QUERY, cte->query)->body;
    return body->kind == NODE_SET_OPERATION && NODE_AS(SetOperation, SET_OPERATION, body)->of == SET_UNION && !cte_reads_itself(cte);
}

static void ctes(Emitter *emitter, const Query *query, const char **word) {
    bool recursive = query->recursive && reads_itself(query);
    for (uint32_t i = 0; i < query->ctes.count; i++) {
        const Cte *cte = NODE_AS(Cte, CTE, query->ctes.items[i]);
        put(emitter, *word);
        *word = "," L_HARD;
        put_name(emitter, cte->name.name);
        bool named = cte->columns.count || (query->recursive && emitter->dialect->flags & NAMES_RECURSION);
        if (named) {
            put(emitter, " (" L_OPEN L_IN);
            emit_labels(emitter, cte->rowset.rows);
            put(emitter, L_OUT L_CLOSE);
        }
        put_format(emitter, "%s as %s(" L_IN L_HARD, named ? ")" : "",
                   emitter->dialect->flags & LACKS_MATERIALIZED ? ""
                   : cte->materialized == MATERIALIZED_YES  ? "materialized "
                   : cte->materialized == MATERIALIZED_NO ? "not materialized "
                                                          : "");
        const Query *inner = NODE_AS(Query, QUERY, cte->query);
        emitter->columns_named = cte->columns.count > 0;
        emitter->recursion = recursive && cte_reads_itself(cte) ? inner : NULL;
        if (recursive && is_like_recursion(cte)) query_within(emitter, inner, cte->rowset.rows);
        else emit_query_node(emitter, inner, cte->rowset.rows);
        put(emitter, L_OUT L_HARD ")");
    }
}

static void put_lines(Emitter *emitter, const char *sql) {
    for (; *sql; sql++) {
        if (*sql == '\n')
            put(emitter, L_HARD);
        else
            buffer_char(emitter->out, *sql);
    }
}

/* What stands in front of the author's own: rows of a unit test, inline models. */
static void ctes_in_front(Emitter *emitter, const char **word) {
    const EmitOptions *options = emitter->options;
    for (size_t i = 0; i < options->cte_count; i++) {
        put_format(emitter, "%s%s as (" L_IN L_HARD, *word, options->ctes[i].name);
        put_lines(emitter, options->ctes[i].sql);
        put(emitter, L_OUT L_HARD ")");
        *word = "," L_HARD;
    }
    for (uint32_t i = 0; i < emitter->inlined.count; i++) {
        const Relation *relation = emitter->inlined.items[i];
        put_format(emitter, "%s%s as (" L_IN L_HARD, *word, relation_text(emitter, relation));
        emit_query_node(emitter, relation->query, relation->rows);
        put(emitter, L_OUT L_HARD ")");
        *word = "," L_HARD;
    }
}

static void count_clause(Emitter *emitter, const char *word, const Node *count) {
    if (!count) return;
    put_format(emitter, "%s%s ", clause_break(emitter), word);
    emit_node(emitter, (const Expr *)count, BINDS_NOT_AT_ALL);
}

static void limit(Emitter *emitter, const Query *query) {
    const Node *limit = query->with_ties ? NULL : query->limit;
    bool offset_first = emitter->dialect->flags & OFFSET_BEFORE_LIMIT;
    if (offset_first) count_clause(emitter, "offset", query->offset);
    count_clause(emitter, "limit", limit);
    if (!offset_first) count_clause(emitter, "offset", query->offset);
}

/* The order of a result that is stored means nothing. */
static bool keeps_order(const Emitter *emitter, const Query *query, bool outermost) {
    if (closes_order(emitter, query)) return true;
    if (!query->order.count && !query->order_all) return false;
    const Select *select = select_of(query);
    bool picks = select && select->distinct_on.count; /* the order says which row of each is kept */
    return picks || query->limit || query->offset || !outermost || emitter->options->keep_order;
}

/* Whether a query in parentheses has clauses of its own, which those behind the parentheses would meet. */
static bool has_end(const Query *query) {
    return query->order.count || query->order_all || query->limit || query->offset || query->ctes.count;
}

void emit_query_node(Emitter *emitter, const Query *query, const Rows *columns) {
    const char *word = query->recursive && reads_itself(query) ? "with recursive " : "with ";
    bool outermost = !emitter->begun, spread = emitter->spread;
    bool sorts = query->order.count || query->order_all;
    bool named = !emitter->columns_named && !emitter->nameless;
    bool names = (named || sorts) && !(emitter->dialect->flags & NAMES_VALUES);
    bool names_values = names && query->body->kind == NODE_VALUES && !query->with_ties;
    emitter->columns_named = false;
    emitter->names_values = false;
    emitter->begun = true;
    emitter->spread = true;
    bool nameless = emitter->nameless && !query->order_all;
    emitter->nameless = false;
    if (outermost) ctes_in_front(emitter, &word);
    ctes(emitter, query, &word);
    emitter->nameless = nameless;
    emitter->spread = spread;
    put(emitter, word[0] == ',' ? L_HARD : "");
    if (query->limit && query->with_ties) {
        emit_with_ties(emitter, query, columns);
        return;
    }
    const Select *select = select_of(query);
    bool firsts = select && keeps_firsts(emitter, select, query), keeps = keeps_order(emitter, query, outermost);
    emitter->query = select ? query : NULL;
    emitter->names_values = names && query->body->kind == NODE_SET_OPERATION;
    emitter->keeps_order = keeps && !(firsts && outermost && !query->limit && !query->offset);
    keeps = firsts ? emitter->keeps_order : keeps;
    if (query->body->kind == NODE_QUERY && has_end(NODE_AS(Query, QUERY, query->body)))
        query_within(emitter, NODE_AS(Query, QUERY, query->body), columns);
    else if (names_values)
        emit_named_values(emitter, NODE_AS(Values, VALUES, query->body), columns);
    else
        emit_body(emitter, query->body, columns);
    emitter->query = NULL;
    if (keeps && firsts)
        put_format(emitter, "%sorder by %s", clause_break(emitter), free_name(emitter, query->rowset.rows, PLACE_IN_ORDER));
    else if (keeps)
        order_by(emitter, query);
    limit(emitter, query);
}

void emit_subquery(Emitter *emitter, const Node *query, const Rows *columns) {
    bool spread = emitter->spread;
    emitter->spread = false;
    put(emitter, L_OPEN "(" L_IN L_EMPTY);
    emit_query_node(emitter, NODE_AS(Query, QUERY, query), columns);
    put(emitter, L_OUT L_EMPTY ")" L_CLOSE);
    emitter->spread = spread;
}
