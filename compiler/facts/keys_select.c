/* Keys of a SELECT: sets of its output columns that determine the whole row.
 *
 * What determines a row: the rows of all its tables; of groups what they are grouped by; what DISTINCT compares; the
 * partition of which QUALIFY row_number() = 1 leaves one; a number within a partition. From all output columns of which
 * anything is known, those are dropped one by one that the others determine: what is left is a key. Which is left depends
 * on the order: one try for each key of each table, so that the work is bounded. */
#include "compiler/facts/keys.h"

#include <string.h>

enum { MOST_TRIES = 12 };

/* An output column of which the dependencies speak. */
typedef struct Output { Column *column; uint32_t bit; } Output;

/* A set that determines the row of the result. */
typedef struct Determinant { Bits from; const char *because; } Determinant;

typedef struct Selecting {
    Finder *finder;
    Select *select;
    Dependencies *of;
    bool repeats;              /* a row of FROM gives several */
    VEC(Output) outputs;
    VEC(Determinant) determinants;
} Selecting;

bool belongs(const Rows *rows, const Column *column) {
    for (uint32_t i = 0; rows && i < rows->columns.count; i++)
        if (rows->columns.items[i] == column) return true;
    return false;
}

/* ---------------------------------------------------------------- determinants */

static void determine(Selecting *selecting, Bits from, const char *because) {
    vec_push(selecting->finder->scratch, &selecting->determinants, ((Determinant){from, because}));
}

static bool bits_of_exprs(Selecting *selecting, const Nodes *exprs, Bits *set) {
    for (uint32_t i = 0; i < exprs->count; i++) {
        uint32_t bit;
        if (!bit_of_expr(selecting->of, exprs->items[i], &bit)) return false;
        bits_put(set, bit);
    }
    return true;
}

/* `unnest(tags)` in the list repeats the row for each element. */
static void find_repeating(void *context, Node **place) {
    bool *found = context;
    const Call *call = (*place)->kind == NODE_CALL ? (const Call *)*place : NULL;
    if (call && call->name.count && !strcmp(call->name.items[call->name.count - 1].name->text, "unnest")) *found = true;
    if (call && call->signature && call->signature->kind == FUNCTION_TABLE) *found = true;
    if (!*found && (*place)->kind != NODE_QUERY) node_kids(*place, find_repeating, found);
}

static bool repeats_rows(const Select *select) {
    bool found = false;
    for (uint32_t i = 0; i < select->items.count; i++)
        if (((SelectItem *)select->items.items[i])->expr->kind != NODE_REF) find_repeating(&found, &((SelectItem *)select->items.items[i])->expr);
    return found;
}

/* The rows of all tables; of one table, what its key is of. */
static void determine_by_tables(Selecting *selecting) {
    Bits tables = bits_none();
    const Dependencies *of = selecting->of;
    for (uint32_t i = 0; i < of->tables.count; i++) bits_put(&tables, i);
    if (!selecting->repeats) determine(selecting, tables, of->tables.count ? "a key of each side of the join" : "one row in all");
}

bool select_has_grouping_sets(const Select *select) {
    for (uint32_t i = 0; i < select->group.count; i++) {
        const Node *item = select->group.items[i];
        if (item->kind == NODE_GROUPING_SETS) return true;
        if (item->kind != NODE_CALL || ((const Call *)item)->name.count != 1) continue;
        const char *name = ((const Call *)item)->name.items[0].name->text;
        if (!strcmp(name, "rollup") || !strcmp(name, "cube")) return true;
    }
    return false;
}

static void determine_by_group(Selecting *selecting) {
    const SelectFacts *facts = selecting->select->facts;
    Bits group = bits_none();
    if (select_has_grouping_sets(selecting->select) || facts->open) return;
    for (uint32_t i = 0; i < facts->group.count; i++) {
        Node *expr = (Node *)facts->group.items[i];
        uint32_t bit;
        if (!bit_of_expr(selecting->of, expr, &bit)) return;
        bits_put(&group, bit);
    }
    if (!selecting->repeats) determine(selecting, group, facts->group.count ? "grouped by it" : "one row in all");
}

static Window *call_window(const Select *select, const Call *call) {
    if (call->over) return (Window *)call->over;
    for (uint32_t i = 0; i < select->windows.count; i++) {
        Window *window = (Window *)select->windows.items[i];
        if (call->over_name.name && window->name.name == call->over_name.name) return window;
    }
    return NULL;
}

/* row_number() counts the rows of each partition from 1. A window that goes on from another is not looked at. */
static Window *row_number_window(const Select *select, const Node *node) {
    if (!node || node->kind != NODE_CALL) return NULL;
    const Call *call = (const Call *)node;
    if (call->name.count != 1 || strcmp(call->name.items[0].name->text, "row_number")) return NULL;
    Window *window = call_window(select, call);
    return window && !window->base.name ? window : NULL;
}

static bool is_number(const Node *node, const char *digits) {
    return node->kind == NODE_LITERAL && ((const Literal *)node)->of == LITERAL_INTEGER &&
           text_equal(((const Literal *)node)->text, text_of(digits));
}

/* The counted side of `… = 1`, `1 = …`, `… <= 1`, `… < 2`; null for any other comparison. */
static Node *first_of(const Binary *binary) {
    if (binary->of == OP_EQ && is_number(binary->left, "1")) return binary->right;
    bool first = ((binary->of == OP_EQ || binary->of == OP_LE) && is_number(binary->right, "1")) ||
                 (binary->of == OP_LT && is_number(binary->right, "2"));
    return first ? binary->left : NULL;
}

/* QUALIFY row_number() over (partition by k …) = 1 leaves one row for each k. */
static void learn_qualify(void *context, Node *part) {
    Selecting *selecting = context;
    Node *counted = part->kind == NODE_BINARY ? first_of((Binary *)part) : NULL;
    if (!counted) return;
    const Column *alias = counted->kind == NODE_REF ? ((Ref *)counted)->column : NULL;
    if (alias && alias->expr) counted = (Node *)alias->expr;
    const Window *window = row_number_window(selecting->select, counted);
    Bits partition = bits_none();
    if (window && bits_of_exprs(selecting, &window->partition, &partition)) determine(selecting, partition, "the first row of each");
}

static void add_output(Selecting *selecting, Column *column, uint32_t bit) {
    for (uint32_t i = 0; i < selecting->outputs.count; i++)
        if (selecting->outputs.items[i].bit == bit) return;
    vec_push(selecting->finder->scratch, &selecting->outputs, ((Output){column, bit}));
}

/* An output `row_number() over (partition by k …)` is a key together with k. */
static void number_rows(Selecting *selecting) {
    const Rows *rows = selecting->select->rowset.rows;
    for (uint32_t i = 0; i < rows->columns.count; i++) {
        Column *column = rows->columns.items[i];
        const Window *window = row_number_window(selecting->select, column->expr ? (Node *)column->expr : NULL);
        Bits from = bits_none();
        uint32_t bit;
        if (!window || !bits_of_exprs(selecting, &window->partition, &from) || !bit_new(selecting->of, &bit)) continue;
        bits_put(&from, bit);
        add_output(selecting, column, bit);
        if (!selecting->repeats) determine(selecting, from, "numbered within it");
    }
}

static void determine_by_distinct(Selecting *selecting) {
    const Select *select = selecting->select;
    const Rows *rows = select->rowset.rows;
    Bits set = bits_none();
    if (select->distinct_on.count) {
        if (bits_of_exprs(selecting, &select->distinct_on, &set)) determine(selecting, set, "distinct on it");
        return;
    }
    for (uint32_t i = 0; select->distinct && i < rows->columns.count; i++) {
        uint32_t bit;
        if (!rows->columns.items[i]->expr || !bit_of_expr(selecting->of, (Node *)rows->columns.items[i]->expr, &bit)) return;
        bits_put(&set, bit);
        add_output(selecting, rows->columns.items[i], bit);
    }
    if (select->distinct) determine(selecting, set, "distinct rows");
}

/* --------------------------------------------------------------------- outputs */

/* The bit that an expression has already. */
static bool find_bit(const Dependencies *of, const Node *expr, uint32_t *ret_bit) {
    expr = behind_casts((Node *)expr);
    if (expr->kind == NODE_REF && !((const Ref *)expr)->depth && ((const Ref *)expr)->column) {
        const Ref *ref = (const Ref *)expr;
        uintptr_t found = ref->column->type == ref->expr.type ? (uintptr_t)map_get(&of->columns, ref->column) : 0;
        *ret_bit = (uint32_t)found - 1;
        if (found) return true;
    }
    for (uint32_t i = 0; i < of->exprs.count; i++) {
        if (of->exprs.items[i] != expr && !node_equal(of->exprs.items[i], expr)) continue;
        *ret_bit = of->expr_bits.items[i];
        return true;
    }
    return false;
}

/* As they stand in the list: few, and nearly in order. */
static void sort_outputs(Selecting *selecting) {
    Output *items = selecting->outputs.items;
    for (uint32_t i = 1; i < selecting->outputs.count; i++)
        for (uint32_t k = i; k > 0 && items[k].column->index < items[k - 1].column->index; k--) {
            Output moved = items[k];
            items[k] = items[k - 1];
            items[k - 1] = moved;
        }
}

static void find_outputs(Selecting *selecting) {
    const Rows *rows = selecting->select->rowset.rows;
    for (uint32_t i = 0; i < rows->columns.count; i++) {
        Column *column = rows->columns.items[i];
        uint32_t bit;
        if (column->expr && find_bit(selecting->of, (Node *)column->expr, &bit)) add_output(selecting, column, bit);
    }
    sort_outputs(selecting);
}

/* ------------------------------------------------------------------------ keys */

static const Determinant *determinant_of(const Selecting *selecting, Bits set) {
    Bits known = determined_by(selecting->of, set);
    for (uint32_t i = 0; i < selecting->determinants.count; i++)
        if (bits_within(selecting->determinants.items[i].from, known)) return &selecting->determinants.items[i];
    return NULL;
}

static Bits without(Bits set, uint32_t bit) {
    set.words[bit / 64] &= ~((uint64_t)1 << (bit % 64));
    return set;
}

/* What is left of a set that determines the row when all is dropped that can be; what is `wanted` is dropped last. */
static Bits minimize(const Selecting *selecting, Bits set, const Bits *wanted) {
    for (int round = 0; round < 2; round++)
        for (uint32_t i = selecting->outputs.count; i-- > 0;) {
            uint32_t bit = selecting->outputs.items[i].bit;
            if (!bits_hold(&set, bit) || bits_hold(wanted, bit) != (round == 1)) continue;
            Bits less = without(set, bit);
            if (determinant_of(selecting, less)) set = less;
        }
    return set;
}

/* Of one table's key: why that is one. */
static const char *reason(const Selecting *selecting, const Determinant *determinant, Bits set) {
    const Dependencies *of = selecting->of;
    if (determinant != selecting->determinants.items || selecting->select->facts->aggregated) return determinant->because;
    for (uint32_t i = 0; i < of->tables.count; i++) {
        const KeySet *keys = of->tables.items[i].rows->keys;
        for (uint32_t k = 0; keys && k < keys->keys.count; k++) {
            Bits key = bits_none();
            if (bits_of_key((Dependencies *)of, keys->keys.items[k], &key) && bits_within(key, determined_by(of, set)) &&
                (of->tables.count == 1 || bits_within(set, key)))
                return keys->keys.items[k]->because;
        }
    }
    return determinant->because;
}

static void add_found(Selecting *selecting, Bits set, KeySet *into) {
    const Determinant *determinant = determinant_of(selecting, set);
    Key key = {.span = selecting->select->rowset.node.span, .because = reason(selecting, determinant, set)};
    for (uint32_t i = 0; i < selecting->outputs.count; i++)
        if (bits_hold(&set, selecting->outputs.items[i].bit)) vec_push(selecting->finder->arena, &key.columns, selecting->outputs.items[i].column);
    keys_add(selecting->finder, into, &key);
}

static KeySet *minimal_keys(Selecting *selecting) {
    KeySet *keys = keys_new(selecting->finder);
    const Dependencies *of = selecting->of;
    Bits all = bits_none(), nothing = bits_none();
    for (uint32_t i = 0; i < selecting->outputs.count; i++) bits_put(&all, selecting->outputs.items[i].bit);
    if (!determinant_of(selecting, all)) return keys;
    Bits first = minimize(selecting, all, &nothing);
    add_found(selecting, first, keys);
    uint32_t tries = 0;
    for (uint32_t i = 0; i < of->tables.count; i++) {
        const KeySet *own = of->tables.items[i].rows->keys;
        for (uint32_t k = 0; own && k < own->keys.count && tries < MOST_TRIES; k++, tries++) {
            Bits wanted = bits_none();
            bool another = bits_of_key(selecting->of, own->keys.items[k], &wanted) && bits_meet(wanted, all) && !bits_within(first, wanted);
            if (another) add_found(selecting, minimize(selecting, all, &wanted), keys);
        }
    }
    for (uint32_t i = 0; selecting->determinants.count > 1 && i < selecting->determinants.count; i++)
        add_found(selecting, minimize(selecting, all, &selecting->determinants.items[i].from), keys);
    return keys;
}

/* The tables of a from item find their keys. */
static void prepare(Finder *finder, Node *item) {
    if (item->kind == NODE_JOIN) {
        prepare(finder, ((Join *)item)->left);
        prepare(finder, ((Join *)item)->right);
    } else if (item->kind == NODE_TABLE_PARENS && !((TableParens *)item)->alias.name) {
        prepare(finder, ((TableParens *)item)->table);
    } else if (node_is_rowset(item)) {
        rowset_keys(finder, item);
    }
}

KeySet *select_keys(Finder *finder, Select *select) {
    for (uint32_t i = 0; i < select->from.count; i++) prepare(finder, select->from.items[i]);
    Selecting selecting = {.finder = finder, .select = select};
    selecting.of = select->facts ? dependencies_of(finder->scratch, select, false) : NULL;
    if (!selecting.of) return keys_new(finder);
    selecting.repeats = repeats_rows(select);
    if (select->facts->aggregated) determine_by_group(&selecting);
    else determine_by_tables(&selecting);
    if (!selecting.repeats) conjuncts(select->qualify, learn_qualify, &selecting);
    number_rows(&selecting);
    determine_by_distinct(&selecting);
    find_outputs(&selecting);
    return minimal_keys(&selecting);
}

/* Keys as columns of the join itself: those of its tables, but for what USING has merged. */
KeySet *join_keys(Finder *finder, Join *join) {
    SelectFacts facts = {0};
    Select around = {.rowset = join->rowset, .facts = &facts};
    Node *item = (Node *)join;
    prepare(finder, item);
    Selecting selecting = {.finder = finder, .select = &around, .of = dependencies_of_item(finder->scratch, item)};
    if (!selecting.of) return keys_new(finder);
    determine_by_tables(&selecting);
    for (uint32_t i = 0; i < join->rowset.rows->columns.count; i++) {
        uintptr_t bit = (uintptr_t)map_get(&selecting.of->columns, join->rowset.rows->columns.items[i]);
        if (bit) add_output(&selecting, join->rowset.rows->columns.items[i], (uint32_t)bit - 1);
    }
    return minimal_keys(&selecting);
}
