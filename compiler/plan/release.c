/* What a released model shows to who may read its totals only: groups of at least k people, each number over at least k of them.
 *
 *     with gov_rows as (select <keys>, <arguments>, <subject> from … where … and <subject> is not null)
 *     select <keys>, case when count(distinct gov_subject) filter (where <argument> counts) >= k then sum(<argument>) end …
 *     from gov_rows group by <keys> having count(distinct gov_subject) >= k
 *
 * A number is guarded by itself, for FILTER and nulls may leave few people of a large group; an addend of zero tells nothing of
 * whom it is, so it does not count. With `others into` the people of small groups go into a group of that name, which is shown
 * if it is large enough itself; only keys that carry what is released are given up for it. */
#include "compiler/names/make.h"
#include "compiler/plan/role_view.h"

#include <string.h>

/* A column of the model, or a key that it groups by without showing it. */
typedef struct Shown {
    const Column *column;      /* null: a key that is not shown */
    const Expr *expr;
    Name *name;                /* in gov_rows: of the key, or of the argument; null: count(*) */
    Name *filter;              /* in gov_rows: of the aggregate's condition; null: none */
    bool is_key, folded;
} Shown;

typedef struct Releasing {
    const Facts *facts;
    Maker maker;
    const Decl *decl;
    const Relation *relation;
    const Select *select;      /* the model's */
    VEC(Shown) shown;
    Name *subject;
    int64_t least;
    const Clause *others;      /* null: small groups are left out */
} Releasing;

static Name *own_name(const Releasing *releasing, const char *what, uint32_t number) {
    return name_of(releasing->maker.names, arena_format(releasing->maker.arena, "gov_%s_%u", what, number + 1));
}

/* ----------------------------------------------------------- what is shown */

static bool same_key(const Node *key, const Node *expr) {
    if (key == expr || node_equal(key, expr)) return true;
    return key->kind == NODE_REF && expr->kind == NODE_REF && ((const Ref *)key)->column == ((const Ref *)expr)->column;
}

static bool is_released(const Releasing *releasing, const Column *column) {
    const RelationFacts *facts = facts_of(releasing->facts, releasing->relation);
    const Clause *categories = decl_clause(releasing->decl, CLAUSE_CATEGORIES);
    for (uint32_t i = 0; facts && facts->flow && categories && i < categories->kids.count; i++) {
        const Tag *tag = tag_of_node(releasing->facts->program, categories->kids.items[i]);
        if (tag && flow_label_level(facts->flow->columns[column->index].d, tag->index) > LEVEL_NONE) return true;
    }
    return false;
}

static bool is_key(const Releasing *releasing, const Expr *expr) {
    const SelectFacts *facts = releasing->select->facts;
    for (uint32_t i = 0; i < facts->group.count; i++)
        if (same_key(&facts->group.items[i]->node, &expr->node)) return true;
    return false;
}

static void add_columns(Releasing *releasing) {
    const Rows *rows = releasing->select->rowset.rows;
    for (uint32_t i = 0; i < rows->columns.count; i++) {
        const Column *column = rows_find(releasing->relation->rows, rows->columns.items[i]->name);
        Shown shown = {.column = column, .expr = rows->columns.items[i]->expr};
        const Call *call = shown.expr->node.kind == NODE_CALL ? (const Call *)shown.expr : NULL;
        shown.is_key = is_key(releasing, shown.expr);
        shown.folded = shown.is_key && column && releasing->others && is_released(releasing, column);
        if (shown.is_key || (call && call->args.count)) shown.name = own_name(releasing, shown.is_key ? "key" : "value", i);
        if (call && !shown.is_key && call->filter) shown.filter = own_name(releasing, "filter", i);
        vec_push(releasing->maker.arena, &releasing->shown, shown);
    }
}

static void add_hidden_keys(Releasing *releasing) {
    const SelectFacts *facts = releasing->select->facts;
    for (uint32_t i = 0; i < facts->group.count; i++) {
        bool seen = false;
        for (uint32_t k = 0; k < releasing->shown.count; k++)
            seen |= releasing->shown.items[k].is_key && same_key(&facts->group.items[i]->node, &releasing->shown.items[k].expr->node);
        Shown hidden = {.expr = facts->group.items[i], .is_key = true, .name = own_name(releasing, "group", i)};
        if (!seen) vec_push(releasing->maker.arena, &releasing->shown, hidden);
    }
}

/* ------------------------------------------------------------- the rows below */

static Node *copy_of(const Releasing *releasing, const Node *node) {
    return names_copy(releasing->maker.arena, node);
}

/* What a table of FROM that has the column is called; null: it has no name. */
static const Part *table_with(const Node *item, const Name *column) {
    const Rows *rows = ((const Rowset *)item)->rows;
    if (!rows || !rows_find((Rows *)rows, column)) return NULL;
    switch ((int)item->kind) {
    case NODE_JOIN: {
        const Part *left = table_with(((const Join *)item)->left, column);
        return left ? left : table_with(((const Join *)item)->right, column);
    }
    case NODE_TABLE_REF: {
        const TableRef *table = (const TableRef *)item;
        return table->alias.name ? &table->alias : &table->name.items[table->name.count - 1];
    }
    case NODE_TABLE_QUERY: return &((const TableQuery *)item)->alias;
    default: return NULL;
    }
}

/* The subject, of the first table that has it, as compiler/check takes it. */
static Node *subject_ref(const Releasing *releasing) {
    const Clause *least = decl_clause(releasing->decl, CLAUSE_WHEN_AT_LEAST);
    Ref *ref = (Ref *)make_ref(&releasing->maker, least->name.items[least->name.count - 1].name);
    const Part *table = NULL;
    for (uint32_t i = 0; !table && i < releasing->select->from.count; i++)
        table = table_with(releasing->select->from.items[i], ref->name.items[0].name);
    Part column = ref->name.items[0];
    if (!table || !table->name) return &ref->expr.node;
    ref->name.items[0] = *table;
    vec_push(releasing->maker.arena, &ref->name, column);
    return &ref->expr.node;
}

/* The model's query below its grouping: whose rows, their keys, and what is added up of them. */
static Query *people_rows(const Releasing *releasing) {
    const Maker *maker = &releasing->maker;
    Query *query = (Query *)copy_of(releasing, &releasing->relation->query->rowset.node);
    Select *select = (Select *)query->body;
    select->items = (Nodes){0};
    select->group = (Nodes){0};
    select->group_all = false;
    for (uint32_t i = 0; i < releasing->shown.count; i++) {
        const Shown *shown = &releasing->shown.items[i];
        const Call *call = shown->is_key ? NULL : (const Call *)shown->expr;
        if (shown->name) make_item(maker, select, copy_of(releasing, call ? call->args.items[0] : &shown->expr->node), shown->name);
        if (shown->filter) make_item(maker, select, copy_of(releasing, call->filter), shown->filter);
    }
    make_item(maker, select, subject_ref(releasing), releasing->subject);
    select->where = make_and(maker, select->where, make_is_not_null(maker, subject_ref(releasing)));
    query->order = (Nodes){0};
    query->order_all = false;
    return query;
}

static Nodes key_refs(const Releasing *releasing) {
    Nodes keys = {0};
    for (uint32_t i = 0; i < releasing->shown.count; i++)
        if (releasing->shown.items[i].is_key) vec_push(releasing->maker.arena, &keys, make_ref(&releasing->maker, releasing->shown.items[i].name));
    return keys;
}

static Query *with_window(const Releasing *releasing, Cte *from, const char *function, Node *argument, Node *order, Name *name) {
    const Maker *maker = &releasing->maker;
    Select *select = make_select(maker, make_cte_table(maker, from));
    Call *call = make_call(maker, function, argument, false);
    call->over = make_over(maker, key_refs(releasing), order);
    make_star(maker, select);
    make_item(maker, select, &call->expr.node, name);
    return make_query(maker, select);
}

/* How many people each row's group has: the greatest of their ranks, for engines lack count(distinct …) over (…). */
static Cte *with_sizes(const Releasing *releasing, Query *query, Cte *rows, Name *people) {
    const Maker *maker = &releasing->maker;
    Name *place = name_of(maker->names, "gov_place");
    Cte *ranked = make_cte(maker, query, "gov_ranked",
                           with_window(releasing, rows, "dense_rank", NULL, make_ref(maker, releasing->subject), place));
    return make_cte(maker, query, "gov_sized", with_window(releasing, ranked, "max", make_ref(maker, place), NULL, people));
}

/* ------------------------------------------------------------------- numbers */

static Node *enough_people(const Releasing *releasing, Node *counts) {
    const Maker *maker = &releasing->maker;
    Call *people = make_call(maker, "count", make_ref(maker, releasing->subject), false);
    people->distinct = true;
    people->filter = counts;
    return make_binary(maker, OP_GE, &people->expr.node, make_number(maker, releasing->least));
}

static Node *number(const Releasing *releasing, const Shown *shown) {
    const Maker *maker = &releasing->maker;
    const Call *call = (const Call *)shown->expr;
    const char *of = call->name.items[0].name->text;
    Call *shows = make_call(maker, of, shown->name ? make_ref(maker, shown->name) : NULL, call->star);
    shows->distinct = call->distinct;
    Node *counts = shown->name ? make_is_not_null(maker, make_ref(maker, shown->name)) : NULL;
    if (shown->name && strcmp(of, "count") != 0)
        counts = make_and(maker, counts, make_binary(maker, OP_NE, make_ref(maker, shown->name), make_number(maker, 0)));
    if (shown->filter) {
        shows->filter = make_ref(maker, shown->filter);
        counts = make_and(maker, counts, make_ref(maker, shown->filter));
    }
    return counts ? make_case(maker, enough_people(releasing, counts), &shows->expr.node, NULL) : &shows->expr.node;
}

static Node *key(const Releasing *releasing, const Shown *shown, Name *people) {
    const Maker *maker = &releasing->maker;
    if (!shown->folded) return make_ref(maker, shown->name);
    bool text = shown->expr->type && shown->expr->type->kind == TYPE_TEXT;
    Node *large = make_binary(maker, OP_GE, make_ref(maker, people), make_number(maker, releasing->least));
    return make_case(maker, large, make_ref(maker, shown->name), text ? make_string(maker, releasing->others->text) : NULL);
}

static bool folds(const Releasing *releasing) {
    for (uint32_t i = 0; i < releasing->shown.count; i++)
        if (releasing->shown.items[i].folded) return true;
    return false;
}

Query *release_query(const Facts *facts, const Deferred *release) {
    Program *program = facts->program;
    const Relation *relation = release->reads.items[0];
    Releasing releasing = {.facts = facts, .maker = {program->arena, program->names, release->decl->node.span}, .decl = release->decl,
                           .relation = relation, .select = (const Select *)relation->query->body,
                           .subject = name_of(program->names, "gov_subject"), .others = decl_clause(release->decl, CLAUSE_OTHERS_INTO),
                           .least = decl_clause(release->decl, CLAUSE_WHEN_AT_LEAST)->number};
    const Maker *maker = &releasing.maker;
    Name *people = name_of(program->names, "gov_people");
    add_columns(&releasing);
    add_hidden_keys(&releasing);
    Query *query = (Query *)node_new(program->arena, NODE_QUERY, maker->span);
    Cte *rows = make_cte(maker, query, "gov_rows", people_rows(&releasing));
    if (folds(&releasing)) rows = with_sizes(&releasing, query, rows, people);
    Select *select = make_select(maker, make_cte_table(maker, rows));
    for (uint32_t i = 0; i < releasing.shown.count; i++) {
        const Shown *shown = &releasing.shown.items[i];
        if (shown->column) make_item(maker, select, shown->is_key ? key(&releasing, shown, people) : number(&releasing, shown), shown->column->name);
        if (shown->is_key) vec_push(maker->arena, &select->group, key(&releasing, shown, people));
    }
    select->having = enough_people(&releasing, NULL);
    query->body = &select->rowset.node;
    return query;
}
