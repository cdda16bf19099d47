/* The dependencies that a FROM and its conditions make.
 *
 * A key of a table determines its row; an equality one side by the other; what an outer join finds is determined by what
 * it looks for. Where an outer join may leave a table out, a row of nulls stands beside its rows: only what cannot be
 * mistaken for it determines anything there. */
#include "compiler/facts/dependencies.h"

/* ---------------------------------------------------------------- conditions */

typedef struct Condition {
    Dependencies *of;
    Bits always;         /* known wherever the condition is asked: what an outer join looks for */
    const Bits *only;    /* sides that may be learnt of; null: all */
    bool nulled;         /* within what an outer join may leave out */
} Condition;

/* The column of a side of a comparison; of matches, a cast of it will do. */
static Node *compared(const Condition *condition, Node *side) {
    while (condition->of->of_matches && side->kind == NODE_CAST) side = ((Cast *)side)->operand;
    return behind_casts(side);
}

static bool is_column(const Node *node) {
    const Ref *ref = (const Ref *)node;
    return node->kind == NODE_REF && !ref->depth && ref->column && ref->column->type == ref->expr.type &&
           !(ref->table && ref->table->kind == NODE_SELECT);
}

static bool may_learn(const Condition *condition, const Column *column) {
    if (!condition->only) return true;
    uint32_t table = table_of_column(condition->of, column);
    return table != UINT32_MAX && bits_hold(condition->only, table);
}

/* The column is what the other side computes. */
static void learn_side(Condition *condition, Node *side, Node *other) {
    Bits from = condition->always, to = bits_none();
    uint32_t bit;
    side = compared(condition, side);
    other = compared(condition, other);
    if (!is_column(side) || !may_learn(condition, ((Ref *)side)->column) || !bit_of_column(condition->of, ((Ref *)side)->column, &bit)) return;
    if (!bits_of_expr(condition->of, other, &from) || (condition->nulled && !is_column(other))) return;
    bits_put(&to, bit);
    dependencies_add(condition->of, from, to);
    if (is_column(other)) vec_push(condition->of->arena, &condition->of->compared, ((Dependency){from, to}));
}

static void learn(Condition *condition, Node *node);

static void learn_rows(Condition *condition, const Row *left, const Row *right) {
    for (uint32_t i = 0; i < left->items.count && i < right->items.count; i++) {
        learn_side(condition, left->items.items[i], right->items.items[i]);
        learn_side(condition, right->items.items[i], left->items.items[i]);
    }
}

/* A column held to one value. */
static void learn_constant(Condition *condition, Node *column) {
    Bits to = bits_none();
    uint32_t bit;
    if (condition->nulled || !is_column(column) || !may_learn(condition, ((Ref *)column)->column)) return;
    if (!bit_of_column(condition->of, ((Ref *)column)->column, &bit)) return;
    bits_put(&to, bit);
    dependencies_add(condition->of, condition->always, to);
}

static bool is_among(const Dependency *items, uint32_t count, const Dependency *item) {
    for (uint32_t i = 0; i < count; i++)
        if (bits_within(items[i].from, item->from) && bits_within(item->from, items[i].from) && bits_within(item->to, items[i].to)) return true;
    return false;
}

/* Of either: columns that are equal whichever is true. A column that either holds to a value has two. */
static void learn_either(Condition *condition, const Binary *binary) {
    Dependencies *of = condition->of;
    uint32_t items = of->items.count, start = of->compared.count, kept = start;
    learn(condition, binary->left);
    uint32_t middle = of->compared.count;
    learn(condition, binary->right);
    of->items.count = items;
    for (uint32_t i = start; i < middle; i++) {
        Dependency equal = of->compared.items[i];
        if (!is_among(of->compared.items + middle, of->compared.count - middle, &equal)) continue;
        of->compared.items[kept++] = equal;
        dependencies_add(of, equal.from, equal.to);
    }
    of->compared.count = kept;
}

static void learn_binary(Condition *condition, const Binary *binary) {
    if (binary->of == OP_OR) {
        learn_either(condition, binary);
    } else if (binary->of == OP_AND) {
        learn(condition, binary->left);
        learn(condition, binary->right);
    } else if (binary->of == OP_EQ && binary->left->kind == NODE_ROW && binary->right->kind == NODE_ROW) {
        learn_rows(condition, (Row *)binary->left, (Row *)binary->right);
    } else if (binary->of == OP_EQ || binary->of == OP_NOT_DISTINCT) {
        learn_side(condition, binary->left, binary->right);
        learn_side(condition, binary->right, binary->left);
    }
}

static void learn(Condition *condition, Node *node) {
    if (!node) return;
    if (node->kind == NODE_BINARY) learn_binary(condition, (Binary *)node);
    else if (node->kind == NODE_REF) learn_constant(condition, node); /* where a truth value is true */
    else if (node->kind == NODE_UNARY && ((Unary *)node)->of == OP_NOT) learn_constant(condition, ((Unary *)node)->operand);
    else if (node->kind == NODE_IS && ((Is *)node)->of == IS_NULL && !((Is *)node)->negated) learn_constant(condition, ((Is *)node)->operand);
    else if (node->kind == NODE_IN && !((In *)node)->negated && ((In *)node)->list.count == 1 && !((In *)node)->query)
        learn_side(condition, ((In *)node)->operand, ((In *)node)->list.items[0]);
}

void dependencies_learn(Dependencies *of, Node *node) {
    Condition condition = {.of = of};
    learn(&condition, node);
}

/* -------------------------------------------------------------------- tables */

/* Whether a row of nulls cannot be mistaken for one of the table's. */
static bool tells_nulls(const FromTable *table, Column *const *columns, uint32_t count) {
    bool tells = !table->nulled;
    for (uint32_t i = 0; i < count; i++) tells |= !columns[i]->nullable;
    return tells;
}

/* What is known only together with the rows of the tables before. */
static Bits before(const Dependencies *of, uint32_t table) {
    Bits set = bits_none();
    for (uint32_t i = 0; i < table && of->tables.items[table].lateral; i++) bits_put(&set, i);
    return set;
}

static void learn_keys(Dependencies *of, uint32_t index) {
    const KeySet *keys = of->tables.items[index].rows->keys;
    for (uint32_t i = 0; keys && i < keys->keys.count; i++) {
        const Key *key = keys->keys.items[i];
        Bits from = before(of, index), to = bits_none();
        if (!tells_nulls(&of->tables.items[index], key->columns.items, key->columns.count) || !bits_of_key(of, key, &from)) continue;
        bits_put(&to, index);
        dependencies_add(of, from, to);
    }
}

static bool table_bit(Dependencies *of, const FromTable *table, const Column *own, Bits *set) {
    uint32_t bit;
    if (own->index >= table->rows->columns.count || !bit_of_column(of, table->rows->columns.items[own->index], &bit)) return false;
    bits_put(set, bit);
    return true;
}

/* `category_name determines category_name_pt`, declared of the relation. */
static void learn_declared(Dependencies *of, uint32_t index) {
    const FromTable *table = &of->tables.items[index];
    const Relation *relation = table->node->kind == NODE_TABLE_REF ? ((const TableRef *)table->node)->relation : NULL;
    for (uint32_t i = 0; relation && i < relation->tests.count; i++) {
        const Test *test = relation->tests.items[i];
        if (test->kind != TEST_DETERMINES || test->columns.count != test->column_names.count || !test->constraint) continue;
        Bits from = bits_none(), to = bits_none();
        bool whole = tells_nulls(table, test->columns.items, test->columns.count);
        for (uint32_t j = 0; j < test->columns.count; j++) whole &= table_bit(of, table, test->columns.items[j], &from);
        for (uint32_t j = 0; whole && j < test->constraint->kids.count; j++) {
            const Node *kid = test->constraint->kids.items[j];
            const Column *right = kid->kind == NODE_DOTTED ? rows_find(relation->rows, ((const Dotted *)kid)->name.items[0].name) : NULL;
            if (right) table_bit(of, table, right, &to);
        }
        if (whole) dependencies_add(of, from, to);
    }
}

/* ------------------------------------------------------------------- gathering */

/* The tables of a from item, in order of writing. */
static void gather_tables(Dependencies *of, Node *item, const Join *join, bool nulled) {
    if (!node_is_rowset(item) || !((Rowset *)item)->rows || of->tables.count > MOST_TABLES) return;
    if (item->kind == NODE_JOIN) {
        const Join *inner = (const Join *)item;
        bool left = inner->of == JOIN_RIGHT || inner->of == JOIN_FULL, right = inner->of == JOIN_LEFT || inner->of == JOIN_FULL;
        gather_tables(of, inner->left, inner, (nulled || left) && !of->of_matches);
        if (inner->of != JOIN_SEMI && inner->of != JOIN_ANTI) gather_tables(of, inner->right, inner, (nulled || right) && !of->of_matches);
    } else if (item->kind == NODE_TABLE_PARENS && !((TableParens *)item)->alias.name) {
        gather_tables(of, ((TableParens *)item)->table, join, nulled);
    } else {
        bool lateral = (item->kind == NODE_TABLE_QUERY && ((TableQuery *)item)->lateral) || item->kind == NODE_TABLE_FUNCTION;
        vec_push(of->arena, &of->tables, ((FromTable){.node = item, .rows = ((Rowset *)item)->rows, .join = join, .nulled = nulled,
                                                      .lateral = lateral && of->tables.count}));
    }
}

/* The rows of a side of a join, as a set of tables: [first, end). */
static Bits tables_between(uint32_t first, uint32_t end) {
    Bits set = bits_none();
    for (uint32_t i = first; i < end; i++) bits_put(&set, i);
    return set;
}

static void learn_using(Dependencies *of, const Join *join, Condition *condition) {
    Rows *left = ((Rowset *)join->left)->rows, *right = ((Rowset *)join->right)->rows;
    for (uint32_t i = 0; i < join->using_names.count; i++) {
        Column *columns[] = {rows_find(left, join->using_names.items[i].name), rows_find(right, join->using_names.items[i].name)};
        for (int k = 0; k < 2; k++) {
            uint32_t side, other;
            Bits from = condition->always, to = bits_none();
            if (!columns[0] || !columns[1] || !may_learn(condition, columns[k])) continue;
            if (!bit_of_column(of, columns[k], &side) || !bit_of_column(of, columns[!k], &other)) continue;
            bits_put(&from, other);
            bits_put(&to, side);
            dependencies_add(of, from, to);
            vec_push(of->arena, &of->compared, ((Dependency){from, to}));
        }
    }
}

/* What of the kept tables a join's condition speaks of; false: of something that has no bit. */
static bool looks_for(Dependencies *of, const Join *join, Bits kept, Bits *ret_set) {
    Bits spoken = bits_none(), columns = bits_none();
    if (join->on && !bits_of_expr(of, join->on, &spoken)) return false;
    for (uint32_t i = 0; i < join->using_names.count; i++) {
        const Column *column = rows_find(((Rowset *)(join->of == JOIN_RIGHT ? join->right : join->left))->rows, join->using_names.items[i].name);
        uint32_t bit;
        if (!column || !bit_of_column(of, column, &bit)) return false;
        bits_put(&spoken, bit);
    }
    for (uint32_t i = 0; i < of->tables.count; i++) {
        columns = bits_union(columns, of->tables.items[i].columns);
        if (bits_hold(&kept, i)) *ret_set = bits_union(*ret_set, bits_both(spoken, of->tables.items[i].columns));
    }
    return bits_within(spoken, columns);
}

/* A table at most one row of which is found for what is looked for. */
static void learn_found(Dependencies *of, uint32_t first, uint32_t end, Bits from) {
    for (uint32_t i = first; i < end; i++) {
        const KeySet *keys = of->tables.items[i].rows->keys;
        for (uint32_t k = 0; keys && end - first == 1 && k < keys->keys.count; k++) {
            Bits known = from, to = bits_none();
            if (!bits_of_key(of, keys->keys.items[k], &known)) continue;
            bits_put(&to, i);
            dependencies_add(of, known, to);
        }
    }
}

static bool any_lateral(const Dependencies *of, uint32_t first, uint32_t end) {
    for (uint32_t i = first; i < end; i++)
        if (of->tables.items[i].lateral) return true;
    return false;
}

/* What is looked for determines what is found; `first` and `end` are the tables that may be left out. */
static void learn_outer(Dependencies *of, const Join *join, Bits kept, uint32_t first, uint32_t end, bool nulled) {
    Bits from = bits_none(), found = tables_between(first, end);
    if (!looks_for(of, join, kept, &from) || nulled || any_lateral(of, first, end)) from = kept;
    if (join->asof && join->of != JOIN_RIGHT) {
        dependencies_add(of, from, found);
        return;
    }
    Condition condition = {.of = of, .always = from, .only = &found};
    learn(&condition, join->on);
    learn_using(of, join, &condition);
    learn_found(of, first, end, from);
}

/* Rows of a full join by a key of both sides: what USING has merged is there once. */
static void learn_full(Dependencies *of, const Join *join, uint32_t first) {
    Bits merged = bits_none(), both = bits_none();
    const Rows *rows = join->rowset.rows;
    VEC(Column *) sides[2] = {{0}, {0}};
    for (uint32_t i = 0; i < rows->columns.count; i++) {
        const Column *column = rows->columns.items[i];
        uint32_t bit;
        if (!column->copied || !column->other || table_of_column(of, column->copied) != first || table_of_column(of, column->other) != first + 1) continue;
        if (column->nullable || !bit_of_column(of, column, &bit)) return; /* nulls are not matched */
        bits_put(&merged, bit);
        vec_push(of->arena, &sides[0], column->copied);
        vec_push(of->arena, &sides[1], column->other);
    }
    for (uint32_t k = 0; k < 2; k++) {
        if (!keys_cover(of->tables.items[first + k].rows->keys, sides[k].items, sides[k].count)) return;
        bits_put(&both, first + k);
    }
    if (sides[0].count) dependencies_add(of, merged, both);
}

/* Goes over the joins as gather_tables did; gives the index behind the item's tables. */
static uint32_t learn_item(Dependencies *of, Node *item, uint32_t first, bool nulled) {
    if (!node_is_rowset(item) || !((Rowset *)item)->rows) return first;
    if (item->kind == NODE_TABLE_PARENS && !((TableParens *)item)->alias.name) return learn_item(of, ((TableParens *)item)->table, first, nulled);
    if (item->kind != NODE_JOIN) return first + 1;
    const Join *join = (const Join *)item;
    bool left = join->of == JOIN_RIGHT || join->of == JOIN_FULL, right = join->of == JOIN_LEFT || join->of == JOIN_FULL;
    uint32_t middle = learn_item(of, join->left, first, (nulled || left) && !of->of_matches);
    if (join->of == JOIN_SEMI || join->of == JOIN_ANTI) return middle;
    uint32_t end = learn_item(of, join->right, middle, (nulled || right) && !of->of_matches);
    Bits kept_left = tables_between(first, middle), kept_right = tables_between(middle, end);
    Condition condition = {.of = of, .nulled = nulled};
    if (join->asof && (join->of == JOIN_INNER || join->of == JOIN_LEFT)) learn_outer(of, join, kept_left, middle, end, nulled);
    if (of->of_matches || join->of == JOIN_INNER || join->of == JOIN_CROSS) {
        learn(&condition, join->on);
        learn_using(of, join, &condition);
    } else if (join->of == JOIN_FULL) {
        if (middle == first + 1 && end == middle + 1 && !nulled) learn_full(of, join, first);
    } else if (join->of == JOIN_LEFT && !join->asof) learn_outer(of, join, kept_left, middle, end, nulled);
    else if (join->of == JOIN_RIGHT) learn_outer(of, join, kept_right, first, middle, nulled);
    return end;
}

static Dependencies *dependencies_open(Arena *arena, Node *const *items, uint32_t count, bool of_matches) {
    Dependencies *of = arena_new(arena, Dependencies);
    of->arena = arena;
    of->of_matches = of_matches;
    map_open(&of->columns, arena);
    for (uint32_t i = 0; i < count; i++) gather_tables(of, items[i], NULL, false);
    if (of->tables.count > MOST_TABLES) return NULL;
    of->bits = of->tables.count;
    for (uint32_t i = 0; i < of->tables.count; i++) {
        learn_keys(of, i);
        learn_declared(of, i);
    }
    uint32_t first = 0;
    for (uint32_t i = 0; i < count; i++) first = learn_item(of, items[i], first, false);
    return of;
}

Dependencies *dependencies_of(Arena *arena, const Select *select, bool of_matches) {
    Dependencies *of = dependencies_open(arena, select->from.items, select->from.count, of_matches);
    if (of) dependencies_learn(of, select->where);
    return of;
}

Dependencies *dependencies_of_item(Arena *arena, Node *item) {
    return dependencies_open(arena, &item, 1, false);
}
