#include "compiler/facts/fanout.h"

#include <string.h>

typedef struct Finder {
    Arena *arena;
    const Select *select;
    Dependencies *of;
    Node *table;       /* of a metric: what its columns are of */
    FanOuts found;
} Finder;

/* ------------------------------------------------------------ what is added up */

static bool is_over(const Call *call) {
    return call->over || call->over_name.name;
}

static bool is_one_of(const Call *call, const char *const *names) {
    const char *name = call->name.items[call->name.count - 1].name->text;
    for (; *names; names++)
        if (!strcmp(*names, name)) return true;
    return false;
}

/* Of these, values that are there several times weigh more. */
static bool is_mean(const Call *call) {
    static const char *const MEANS[] = {"avg", "mean", "stddev", "stddev_samp", "stddev_pop", "variance", "var_samp", "var_pop", NULL};
    return is_one_of(call, MEANS);
}

/* What is there twice counts twice. min, max and DISTINCT do not mind. */
static bool is_additive(const Call *call) {
    static const char *const SUMS[] = {"sum", "count", NULL};
    if (!call->signature || call->distinct || call->star || !call->args.count) return false;
    return is_one_of(call, SUMS) || is_mean(call);
}

typedef struct Sum { Finder *finder; Bits tables; bool understood; } Sum;

/* The tables whose values are added up: what only decides between values, a condition, is not. */
static void gather(void *context, Node **place) {
    Sum *sum = context;
    Node *node = *place;
    if (!node_is_expr(node)) {
        if (node->kind == NODE_WHEN) gather(sum, &((When *)node)->result);
        else if (node->kind == NODE_QUERY) sum->understood = false;
        return;
    }
    const Type *type = ((Expr *)node)->type;
    if (type && type->kind == TYPE_BOOL) return;
    if (node->kind == NODE_CASE) {
        Case *choice = (Case *)node;
        for (uint32_t i = 0; i < choice->whens.count; i++) gather(sum, &choice->whens.items[i]);
        if (choice->otherwise) gather(sum, &choice->otherwise);
    } else if (node->kind == NODE_REF) {
        const Ref *ref = (const Ref *)node;
        if (ref->depth) return;
        uint32_t table = ref->column ? table_of_column(sum->finder->of, ref->column) : UINT32_MAX;
        if (table != UINT32_MAX) bits_put(&sum->tables, table);
        else if (ref->column && ref->table && ref->table->kind == NODE_SELECT && ref->column->expr && (Node *)ref->column->expr != node) {
            Node *meant = (Node *)ref->column->expr;
            gather(sum, &meant);
        } else sum->understood = false;
    } else node_kids(node, gather, sum);
}

/* `sum(case when i.line = 1 then o.total end)`: the one condition under which something is added. */
static Node *condition_of(const Call *call) {
    const Case *choice = call->args.items[0]->kind == NODE_CASE ? (const Case *)call->args.items[0] : NULL;
    if (!choice || choice->operand || choice->whens.count != 1) return NULL;
    const Literal *otherwise = (const Literal *)choice->otherwise;
    bool nothing = !otherwise || (otherwise->expr.node.kind == NODE_LITERAL &&
                                  (otherwise->of == LITERAL_NULL || text_equal(otherwise->text, text_of("0"))));
    return nothing ? ((const When *)choice->whens.items[0])->condition : NULL;
}

/* -------------------------------------------------------------- what multiplies */

static void know_exprs(Finder *finder, const Nodes *exprs, Bits *known) {
    for (uint32_t i = 0; i < exprs->count; i++) {
        uint32_t bit;
        if (bit_of_expr(finder->of, exprs->items[i], &bit)) bits_put(known, bit);
    }
}

static const Window *window_of(const Select *select, const Call *call) {
    if (call->over) return (const Window *)call->over;
    for (uint32_t i = 0; i < select->windows.count; i++)
        if (((const Window *)select->windows.items[i])->name.name == call->over_name.name) return (const Window *)select->windows.items[i];
    return NULL;
}

/* What is the same for all rows that one result of the aggregate is made of; false: of no matter here. */
static bool know_group(Finder *finder, const Call *call, Bits *known) {
    const SelectFacts *facts = finder->select->facts;
    if (is_over(call)) {
        const Window *window = window_of(finder->select, call);
        if (facts->aggregated || !window || window->order.count || window->base.name) return false;
        know_exprs(finder, &window->partition, known);
        return true;
    }
    for (uint32_t i = 0; i < finder->select->group.count; i++) {
        const Node *item = finder->select->group.items[i];
        if (item->kind == NODE_GROUPING_SETS || (item->kind == NODE_CALL && !((const Call *)item)->signature)) return true; /* a group of all */
    }
    for (uint32_t i = 0; i < facts->group.count; i++) {
        Nodes one = {(Node **)&facts->group.items[i], 1, 1};
        know_exprs(finder, &one, known);
    }
    return true;
}

/* Whether one of its columns is compared with something that is known. */
static bool is_linked(const Finder *finder, uint32_t table, const Bits *known) {
    for (uint32_t i = 0; i < finder->of->compared.count; i++) {
        const Dependency *equal = &finder->of->compared.items[i];
        if (bits_meet(equal->to, finder->of->tables.items[table].columns) && bits_within(equal->from, *known)) return true;
    }
    return false;
}

/* Whether the columns that the table is joined by are a key of another that is known: it is the side of many. */
static bool is_joined_by_key(const Finder *finder, uint32_t table, const Bits *known) {
    Bits others = bits_none();
    for (uint32_t i = 0; i < finder->of->compared.count; i++) {
        const Dependency *equal = &finder->of->compared.items[i];
        if (bits_meet(equal->to, finder->of->tables.items[table].columns) && bits_within(equal->from, *known)) others = bits_union(others, equal->from);
    }
    for (uint32_t i = 0; i < finder->of->tables.count; i++) {
        const FromTable *other = &finder->of->tables.items[i];
        for (uint32_t k = 0; i != table && bits_hold(known, i) && other->rows->keys && k < other->rows->keys->keys.count; k++) {
            Bits key = bits_none();
            const Key *of = other->rows->keys->keys.items[k];
            if (of->columns.count && bits_of_key(finder->of, of, &key) && bits_within(key, others)) return true;
        }
    }
    return false;
}

/* Whether it surely has several rows for one of what is known, as far as the declarations say. */
static bool multiplies(const Finder *finder, uint32_t index, const Bits *known) {
    const FromTable *table = &finder->of->tables.items[index];
    if (table->rows->open) return false;
    if (table->rows->keys && table->rows->keys->keys.count) return true;
    if (table->node->kind == NODE_TABLE_FUNCTION || table->node->kind == NODE_VALUES) return true;
    return !is_linked(finder, index, known) ? !table->join || table->join->of == JOIN_CROSS : is_joined_by_key(finder, index, known);
}

/* The next table that is not known, of those compared with what is known first. */
static uint32_t next_unknown(const Finder *finder, const Bits *known) {
    uint32_t first = UINT32_MAX;
    for (uint32_t i = 0; i < finder->of->tables.count; i++) {
        if (bits_hold(known, i)) continue;
        if (is_linked(finder, i, known)) return i;
        if (first == UINT32_MAX) first = i;
    }
    return first;
}

/* Of the table's keys the one of which the fewest columns are missing. */
static void say_key(Finder *finder, FanOut *found, const Bits *known) {
    const Rows *rows = found->multiplying->rows;
    const Key *best = NULL;
    uint32_t least = UINT32_MAX;
    for (uint32_t i = 0; rows->keys && i < rows->keys->keys.count; i++) {
        const Key *key = rows->keys->keys.items[i];
        uint32_t missing = 0;
        for (uint32_t c = 0; c < key->columns.count; c++) missing += !bits_know(finder->of, known, key->columns.items[c]);
        if (!missing || missing >= least) continue;
        best = key;
        least = missing;
    }
    for (uint32_t c = 0; best && c < best->columns.count; c++)
        if (!bits_know(finder->of, known, best->columns.items[c])) vec_push(finder->arena, &found->missing, (const Column *)best->columns.items[c]);
    for (uint32_t c = 0; c < rows->columns.count; c++)
        if (bits_know(finder->of, known, rows->columns.items[c])) vec_push(finder->arena, &found->fixed, (const Column *)rows->columns.items[c]);
}

/* A mean of what the rows merely point to (the rate of the day, for each order) is a mean by rows, and meant; of what is
 * taken apart in them (the freight of an order, for each of its lines) it is not. */
static bool is_part_of_key(const Finder *finder, uint32_t table, const Bits *known) {
    const KeySet *keys = finder->of->tables.items[table].rows->keys;
    bool part = false;
    for (uint32_t i = 0; keys && i < keys->keys.count; i++)
        for (uint32_t c = 0; c < keys->keys.items[i]->columns.count; c++) part |= bits_know(finder->of, known, keys->keys.items[i]->columns.items[c]);
    return part || !keys || !keys->keys.count;
}

/* Finds the first table that multiplies rows of `added`, of which all in `known` is the same; false: none does. */
static bool find_multiplying(Finder *finder, const Call *call, Bits added, Bits known, bool of_parts) {
    for (uint32_t table; (table = next_unknown(finder, &known)) != UINT32_MAX;) {
        if (!multiplies(finder, table, &known)) {
            bits_put(&known, table);
            known = determined_by(finder->of, known);
            continue;
        }
        if (of_parts && !is_part_of_key(finder, table, &known)) return false;
        FanOut found = {.call = call, .added_tables = added, .multiplying = &finder->of->tables.items[table]};
        for (uint32_t i = 0; i < finder->of->tables.count && !found.added; i++)
            if (bits_hold(&added, i)) found.added = &finder->of->tables.items[i];
        bits_put(&found.multiplying_table, table);
        say_key(finder, &found, &known);
        vec_push(finder->arena, &finder->found, found);
        return true; /* what hangs on it is no fault of its own */
    }
    return false;
}

static void check_within(Finder *finder, const Call *call, const Ref *ref, const Bits *known, int depth);

static void check_call(Finder *finder, const Call *call) {
    Sum sum = {finder, bits_none(), true};
    Node *value = call->args.items[0];
    gather(&sum, &value);
    if (!sum.understood || !bits_meet(sum.tables, sum.tables)) return;
    Bits known = sum.tables;
    if (!know_group(finder, call, &known)) return;
    uint32_t before = finder->of->items.count, compared = finder->of->compared.count;
    dependencies_learn(finder->of, call->filter);
    dependencies_learn(finder->of, condition_of(call));
    Bits group = bits_none();
    know_group(finder, call, &group);
    known = determined_by(finder->of, known);
    group = determined_by(finder->of, group);
    bool direct = find_multiplying(finder, call, sum.tables, known, is_mean(call));
    if (!direct && value->kind == NODE_REF) {
        Ref ref = *(const Ref *)value;
        if (finder->table) ref.table = finder->table;
        check_within(finder, call, &ref, &group, 0);
    }
    finder->of->items.count = before; /* what the condition told is true of this call alone */
    finder->of->compared.count = compared;
}

/* ------------------------------------------------- multiplied in what is read */

/* The plain SELECT that a table stands for, and the place of a column of the table in its list; null: anything else. */
static Select *select_behind(const Node *table, const Column *column, uint32_t *ret_index) {
    const TableRef *ref = table->kind == NODE_TABLE_REF ? (const TableRef *)table : NULL;
    const Query *query = ref && ref->cte ? (const Query *)ref->cte->query : table->kind == NODE_TABLE_QUERY ? (const Query *)((const TableQuery *)table)->query : NULL;
    *ret_index = column->index;
    if (ref && !ref->cte && ref->relation && ref->relation->query && !ref->relation->bad) {
        const Column *own = column->relation ? column : column->copied, *given = own ? own->copied : NULL;
        if (!given) return NULL;
        query = ref->relation->query;
        *ret_index = given->index;
    }
    Select *select = query && !query->limit && query->body && query->body->kind == NODE_SELECT ? (Select *)query->body : NULL;
    bool plain = select && select->facts && !select->facts->aggregated && !select->distinct && !select->distinct_on.count && !select->qualify;
    return plain && !select->rowset.rows->open && *ret_index < select->rowset.rows->columns.count ? select : NULL;
}

/* The SELECT within is looked at as if the sum stood in it; what is the same in the group, is so there by the columns that copy
 * it. Only what is taken apart counts: the freight of an order in rows of its lines, not the weight of what they point to. */
static void check_within(Finder *finder, const Call *call, const Ref *ref, const Bits *known, int depth) {
    const Node *table = ref->table;
    uint32_t index, other;
    if (!table || !ref->column || depth > 8 || (table->kind != NODE_TABLE_REF && table->kind != NODE_TABLE_QUERY)) return;
    Select *select = select_behind(table, ref->column, &index);
    const Rows *outer = ((const Rowset *)table)->rows;
    const Node *expr = select ? (const Node *)select->rowset.rows->columns.items[index]->expr : NULL;
    if (!expr || expr->kind != NODE_REF || !outer) return;
    Finder within = {.arena = finder->arena, .select = select, .of = dependencies_of(finder->arena, select, true)};
    if (!within.of) return;
    Bits same = bits_none();
    for (uint32_t i = 0; finder->of && i < outer->columns.count; i++) {
        uint32_t bit;
        if (!bits_know(finder->of, known, outer->columns.items[i]) || !select_behind(table, outer->columns.items[i], &other)) continue;
        Node *given = (Node *)select->rowset.rows->columns.items[other]->expr;
        if (given && bit_of_expr(within.of, given, &bit)) bits_put(&same, bit);
    }
    uint32_t added = table_of_column(within.of, ((const Ref *)expr)->column);
    Bits tables = bits_none();
    if (added == UINT32_MAX) return;
    bits_put(&tables, added);
    same = determined_by(within.of, same);
    if (find_multiplying(&within, call, tables, determined_by(within.of, bits_union(tables, same)), true)) {
        FanOut *found = &within.found.items[0];
        found->within = select;
        vec_push(finder->arena, &finder->found, *found);
        return;
    }
    check_within(&within, call, (const Ref *)expr, &same, depth + 1);
    for (uint32_t i = 0; i < within.found.count; i++) vec_push(finder->arena, &finder->found, within.found.items[i]);
}

/* -------------------------------------------------------------------- looking */

static void visit(void *context, Node **place) {
    Finder *finder = context;
    if ((*place)->kind == NODE_QUERY) return;
    if ((*place)->kind == NODE_CALL) {
        const Call *call = (const Call *)*place;
        if (is_additive(call) && (is_over(call) || function_is_aggregate(call->function))) check_call(finder, call);
    }
    node_kids(*place, visit, finder);
}

static uint32_t count_tables(const Node *item) {
    if (item->kind == NODE_JOIN) return count_tables(((const Join *)item)->left) + count_tables(((const Join *)item)->right);
    return item->kind == NODE_TABLE_PARENS ? count_tables(((const TableParens *)item)->table) : 1;
}

static void find_additive(void *context, Node **place) {
    bool *found = context;
    if ((*place)->kind == NODE_CALL && is_additive((const Call *)*place)) *found = true;
    if (!*found && (*place)->kind != NODE_QUERY) node_kids(*place, find_additive, found);
}

/* Most SELECTs add nothing up. */
static bool may_add_up(const Select *select) {
    bool found = false;
    for (uint32_t i = 0; i < select->items.count && !found; i++) find_additive(&found, (Node **)&select->items.items[i]);
    return found || select->having || select->qualify;
}

FanOuts fanouts_of_measure(Arena *arena, const Measure *measure, const Relation *relation) {
    arena = arena_scratch(arena);
    TableRef table = {.rowset = {.node = {.kind = NODE_TABLE_REF, .span = measure->node.span}, .rows = relation->rows}, .name = measure->relation,
                      .relation = (Relation *)relation};
    Select *select = arena_new(arena, Select);
    TableRef *from = arena_new(arena, TableRef);
    *from = table;
    select->rowset.node.kind = NODE_SELECT;
    select->facts = arena_new(arena, SelectFacts);
    select->where = measure->where;
    vec_push(arena, &select->from, (Node *)from);
    Finder finder = {.arena = arena, .select = select, .table = (Node *)from};
    finder.of = dependencies_of(arena, select, true);
    Node *expr = measure->expr;
    if (finder.of && expr) visit(&finder, &expr);
    return finder.found;
}

FanOuts fanouts_of(Arena *arena, Select *select, const Nodes *order) {
    Finder finder = {.arena = arena_scratch(arena), .select = select};
    uint32_t tables = 0;
    for (uint32_t i = 0; i < select->from.count; i++) tables += count_tables(select->from.items[i]);
    if (!tables || !select->facts || !may_add_up(select)) return finder.found;
    keys_of_select(arena, select);
    finder.of = dependencies_of(finder.arena, select, true);
    if (!finder.of) return finder.found;
    for (uint32_t i = 0; i < select->items.count; i++) visit(&finder, (Node **)&select->items.items[i]);
    if (select->having) visit(&finder, (Node **)&select->having);
    if (select->qualify) visit(&finder, (Node **)&select->qualify);
    for (uint32_t i = 0; order && i < order->count; i++) visit(&finder, &order->items[i]);
    return finder.found;
}
