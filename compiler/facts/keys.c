/* What makes a row unique, worked out from declared keys through joins, GROUP BY, DISTINCT, set operations, LIMIT 1,
 * QUALIFY row_number() = 1 and columns held constant. Sound, not complete: every key found is one.
 *
 * Columns that a query holds equal are one class (union-find); a key is looked for among classes. */
#include "compiler/facts/internal.h"

#include <string.h>

enum { MOST_KEYS = 12, MOST_VALUES = 200 };

typedef struct {
    Program *program;
    Arena *arena;
    Map equal;          /* Column → Column: parent in its class */
    Map constant;       /* Column (root) → itself: holds one value */
} Finder;

static KeySet *rowset_keys(Finder *finder, Node *rowset);

/* ----------------------------------------------------------------- classes */

static Column *root_of(Finder *finder, Column *column) {
    for (Column *parent; (parent = map_get(&finder->equal, column)) && parent != column;) column = parent;
    return column;
}

static void make_equal(Finder *finder, Column *a, Column *b) {
    a = root_of(finder, a);
    b = root_of(finder, b);
    if (a == b) return;
    map_put(&finder->equal, a, b);
    if (map_get(&finder->constant, a)) map_put(&finder->constant, b, b);
}

static bool among(Finder *finder, Column *column, Column *const *columns, uint32_t count) {
    Column *root = root_of(finder, column);
    if (map_get(&finder->constant, root)) return true;
    for (uint32_t i = 0; i < count; i++)
        if (root_of(finder, columns[i]) == root) return true;
    return false;
}

/* Whether all columns of a key are among these, but for those held constant. */
static bool covers(Finder *finder, const Key *key, Column *const *columns, uint32_t count) {
    for (uint32_t i = 0; i < key->columns.count; i++)
        if (!among(finder, key->columns.items[i], columns, count)) return false;
    return true;
}

static bool any_covers(Finder *finder, const KeySet *keys, Column *const *columns, uint32_t count) {
    for (uint32_t i = 0; i < keys->keys.count; i++)
        if (covers(finder, keys->keys.items[i], columns, count)) return true;
    return false;
}

Key *keys_cover(const KeySet *keys, Column *const *columns, uint32_t count) {
    for (uint32_t i = 0; keys && i < keys->keys.count; i++) {
        Key *key = keys->keys.items[i];
        uint32_t found = 0;
        for (uint32_t k = 0; k < key->columns.count; k++)
            for (uint32_t c = 0; c < count; c++)
                if (key->columns.items[k] == columns[c]) {
                    found++;
                    break;
                }
        if (found == key->columns.count) return key;
    }
    return NULL;
}

static bool same_key(const Key *a, const Key *b) {
    if (a->columns.count != b->columns.count) return false;
    for (uint32_t i = 0; i < a->columns.count; i++)
        if (a->columns.items[i] != b->columns.items[i]) return false;
    return true;
}

static void add_key(Finder *finder, KeySet *keys, const Key *key) {
    if (keys->keys.count == MOST_KEYS) return;
    for (uint32_t i = 0; i < keys->keys.count; i++)
        if (same_key(keys->keys.items[i], key)) return;
    Key *copy = arena_new(finder->arena, Key);
    *copy = *key;
    vec_push(finder->arena, &keys->keys, copy);
}

static void add_all(Finder *finder, KeySet *into, const KeySet *from) {
    for (uint32_t i = 0; i < from->keys.count; i++) add_key(finder, into, from->keys.items[i]);
}

static KeySet *new_keys(Finder *finder) {
    return arena_new(finder->arena, KeySet);
}

/* Keys of pairs of rows: one key of each side together. */
static KeySet *product(Finder *finder, const KeySet *left, const KeySet *right) {
    KeySet *keys = new_keys(finder);
    for (uint32_t i = 0; i < left->keys.count; i++)
        for (uint32_t j = 0; j < right->keys.count; j++) {
            Key key = {.span = left->keys.items[i]->span, .because = "a key of each side of the join"};
            for (uint32_t k = 0; k < left->keys.items[i]->columns.count; k++)
                vec_push(finder->arena, &key.columns, left->keys.items[i]->columns.items[k]);
            for (uint32_t k = 0; k < right->keys.items[j]->columns.count; k++)
                vec_push(finder->arena, &key.columns, right->keys.items[j]->columns.items[k]);
            add_key(finder, keys, &key);
        }
    return keys;
}

/* ------------------------------------------------------------- predicates */

static Column *plain_column(Node *node) {
    return node && node->kind == NODE_REF ? ((Ref *)node)->column : NULL;
}

static bool is_constant(const Node *node) {
    return node->kind == NODE_LITERAL || node->kind == NODE_TYPED_LITERAL;
}

/* `column = column` and `column = literal` of a WHERE or an inner join's ON. */
static void learn_equality(void *context, Node *part) {
    Finder *finder = context;
    if (part->kind != NODE_BINARY || ((Binary *)part)->of != OP_EQ) return;
    Column *left = plain_column(((Binary *)part)->left), *right = plain_column(((Binary *)part)->right);
    if (left && right) make_equal(finder, left, right);
    else if (left && is_constant(((Binary *)part)->right)) map_put(&finder->constant, root_of(finder, left), left);
    else if (right && is_constant(((Binary *)part)->left)) map_put(&finder->constant, root_of(finder, right), right);
}

typedef VEC(Column *) Columns;

typedef struct {
    Finder *finder;
    const Rows *rows;
    Columns columns;    /* of `rows`, that the condition holds equal to something of the other side */
} Matched;

static bool belongs(const Rows *rows, const Column *column) {
    for (uint32_t i = 0; rows && i < rows->columns.count; i++)
        if (rows->columns.items[i] == column) return true;
    return false;
}

static void learn_match(void *context, Node *part) {
    Matched *matched = context;
    if (part->kind != NODE_BINARY || ((Binary *)part)->of != OP_EQ) return;
    Column *left = plain_column(((Binary *)part)->left), *right = plain_column(((Binary *)part)->right);
    bool left_ours = left && belongs(matched->rows, left), right_ours = right && belongs(matched->rows, right);
    if (left_ours && !right_ours) vec_push(matched->finder->arena, &matched->columns, left);
    if (right_ours && !left_ours) vec_push(matched->finder->arena, &matched->columns, right);
}

/* The columns of one side of a join that its condition fixes for a row of the other side. */
static Columns matched_columns(Finder *finder, const Join *join, const Rows *side) {
    Matched matched = {finder, side, {0}};
    conjuncts(join->on, learn_match, &matched);
    Rows *left = ((Rowset *)join->left)->rows, *right = ((Rowset *)join->right)->rows;
    for (uint32_t i = 0; i < join->using_names.count; i++) {
        Column *column = rows_find(side == left ? left : right, join->using_names.items[i].name);
        if (column) vec_push(finder->arena, &matched.columns, column);
    }
    for (uint32_t i = 0; join->natural && i < left->columns.count; i++) {
        Column *other = rows_find(right, left->columns.items[i]->name);
        if (other) vec_push(finder->arena, &matched.columns, side == left ? left->columns.items[i] : other);
    }
    return matched.columns;
}

/* Both sides of an inner join are equal in what it is joined on. */
static void learn_join(Finder *finder, const Join *join) {
    Rows *left = ((Rowset *)join->left)->rows, *right = ((Rowset *)join->right)->rows;
    conjuncts(join->on, learn_equality, finder);
    for (uint32_t i = 0; i < join->using_names.count; i++) {
        Column *a = rows_find(left, join->using_names.items[i].name), *b = rows_find(right, join->using_names.items[i].name);
        if (a && b) make_equal(finder, a, b);
    }
}

/* ------------------------------------------------------------------ joins */

static KeySet *join_keys(Finder *finder, Join *join) {
    Rows *left_rows = ((Rowset *)join->left)->rows, *right_rows = ((Rowset *)join->right)->rows;
    KeySet *left = rowset_keys(finder, join->left), *right = rowset_keys(finder, join->right);
    if (join->of == JOIN_SEMI || join->of == JOIN_ANTI || !left_rows || !right_rows) return left;
    if (join->asof && join->of != JOIN_RIGHT) return left; /* at most one row on the right for each on the left */
    if (join->of == JOIN_INNER && !join->asof) learn_join(finder, join);
    KeySet *keys = new_keys(finder);
    Columns of_left = matched_columns(finder, join, left_rows), of_right = matched_columns(finder, join, right_rows);
    bool one_right = any_covers(finder, right, of_right.items, of_right.count);
    bool one_left = any_covers(finder, left, of_left.items, of_left.count);
    if (one_right && (join->of == JOIN_INNER || join->of == JOIN_LEFT)) add_all(finder, keys, left);
    if (one_left && (join->of == JOIN_INNER || join->of == JOIN_RIGHT)) add_all(finder, keys, right);
    add_all(finder, keys, product(finder, left, right));
    return keys;
}

/* ---------------------------------------------------------------- selects */

/* The column of a rowset that is a copy of an inner one (or of one held equal to it), or null. */
static Column *output_of(Finder *finder, const Rows *rows, Column *inner) {
    Column *root = root_of(finder, inner);
    for (uint32_t i = 0; i < rows->columns.count; i++) {
        Column *column = rows->columns.items[i];
        if (column == inner || (column->copied && root_of(finder, column->copied) == root)) return column;
    }
    return NULL;
}

/* The output column that an expression within the select is. */
static Column *output_expr(Finder *finder, const Rows *rows, const Node *expr) {
    if (expr->kind == NODE_REF) {
        Column *inner = ((const Ref *)expr)->column;
        Column *found = inner ? output_of(finder, rows, inner) : NULL;
        if (found) return found;
    }
    for (uint32_t i = 0; i < rows->columns.count; i++) {
        const Column *column = rows->columns.items[i];
        if (column->expr && (&column->expr->node == expr || node_equal(&column->expr->node, expr)))
            return rows->columns.items[i];
    }
    return NULL;
}

/* The key as columns of an outer rowset; false if a column of it does not come out. */
static bool map_key(Finder *finder, const Key *inner, const Rows *rows, Key *ret_key) {
    *ret_key = (Key){.span = inner->span, .because = inner->because};
    for (uint32_t i = 0; i < inner->columns.count; i++) {
        Column *column = inner->columns.items[i], *outer = output_of(finder, rows, column);
        if (!outer && map_get(&finder->constant, root_of(finder, column))) continue;
        if (!outer) return false;
        vec_push(finder->arena, &ret_key->columns, outer);
    }
    return true;
}

static void map_keys(Finder *finder, const KeySet *inner, const Rows *rows, KeySet *into) {
    for (uint32_t i = 0; i < inner->keys.count; i++) {
        Key key;
        if (map_key(finder, inner->keys.items[i], rows, &key)) add_key(finder, into, &key);
    }
}

static void all_columns(Finder *finder, const Rows *rows, const char *because, Span span, KeySet *into) {
    Key key = {.span = span, .because = because};
    for (uint32_t i = 0; i < rows->columns.count; i++) vec_push(finder->arena, &key.columns, rows->columns.items[i]);
    add_key(finder, into, &key);
}

/* The key that a list of expressions makes, if all of them come out. */
static bool key_of_exprs(Finder *finder, Node *const *exprs, uint32_t count, const Rows *rows, Key *key) {
    for (uint32_t i = 0; i < count; i++) {
        Column *column = output_expr(finder, rows, exprs[i]), *inner = plain_column(exprs[i]);
        if (column) vec_push(finder->arena, &key->columns, column);
        else if (!inner || !map_get(&finder->constant, root_of(finder, inner))) return false;
    }
    return true;
}

/* Several groupings in one result: a group's columns may be null because they are left out. */
static bool has_grouping_sets(const Select *select) {
    for (uint32_t i = 0; i < select->group.count; i++) {
        const Node *item = select->group.items[i];
        if (item->kind == NODE_GROUPING_SETS) return true;
        if (item->kind != NODE_CALL || ((const Call *)item)->name.count != 1) continue;
        const char *name = ((const Call *)item)->name.items[0].name->text;
        if (!strcmp(name, "rollup") || !strcmp(name, "cube")) return true;
    }
    return false;
}

static void group_keys(Finder *finder, Select *select, const KeySet *inner, KeySet *into) {
    const Rows *rows = select->rowset.rows;
    Key whole = {.span = select->rowset.node.span, .because = "one row in all"};
    if (select->facts->one_group && !select->facts->group.count) {
        add_key(finder, into, &whole);
        return;
    }
    Nodes exprs = {0};
    Columns grouped = {0};
    for (uint32_t i = 0; i < select->facts->group.count; i++) {
        Node *expr = &select->facts->group.items[i]->node;
        vec_push(finder->arena, &exprs, expr);
        if (plain_column(expr)) vec_push(finder->arena, &grouped, plain_column(expr));
    }
    if (has_grouping_sets(select)) return;
    Key key = {.span = select->rowset.node.span, .because = "grouped by it"};
    for (uint32_t i = 0; i < inner->keys.count; i++) {
        Key mapped;
        if (covers(finder, inner->keys.items[i], grouped.items, grouped.count) &&
            map_key(finder, inner->keys.items[i], rows, &mapped)) add_key(finder, into, &mapped);
    }
    if (key_of_exprs(finder, exprs.items, exprs.count, rows, &key)) add_key(finder, into, &key);
}

static Window *call_window(const Select *select, const Call *call) {
    if (call->over) return (Window *)call->over;
    for (uint32_t i = 0; i < select->windows.count; i++) {
        Window *window = (Window *)select->windows.items[i];
        if (call->over_name.name && window->name.name == call->over_name.name) return window;
    }
    return NULL;
}

/* row_number() counts the rows of each partition from 1. */
static Window *row_number_window(const Select *select, const Node *node) {
    if (!node || node->kind != NODE_CALL) return NULL;
    const Call *call = (const Call *)node;
    if (call->name.count != 1 || strcmp(call->name.items[0].name->text, "row_number")) return NULL;
    return call_window(select, call);
}

typedef struct {
    Finder *finder;
    Select *select;
    KeySet *into;
} Qualified;

static bool is_one(const Node *node) {
    return node->kind == NODE_LITERAL && ((const Literal *)node)->of == LITERAL_INTEGER &&
           text_equal(((const Literal *)node)->text, text_of("1"));
}

/* QUALIFY row_number() over (partition by k …) = 1 leaves one row for each k. */
static void learn_qualify(void *context, Node *part) {
    Qualified *qualified = context;
    if (part->kind != NODE_BINARY || ((Binary *)part)->of != OP_EQ || !is_one(((Binary *)part)->right)) return;
    Node *left = ((Binary *)part)->left;
    Column *alias = plain_column(left);
    if (alias && alias->expr) left = &alias->expr->node;
    const Window *window = row_number_window(qualified->select, left);
    if (!window) return;
    Key key = {.span = part->span, .because = "the first row of each"};
    if (key_of_exprs(qualified->finder, window->partition.items, window->partition.count, qualified->select->rowset.rows, &key))
        add_key(qualified->finder, qualified->into, &key);
}

/* An output `row_number() over (partition by k …)` is a key together with k. */
static void numbered_keys(Finder *finder, Select *select, KeySet *into) {
    const Rows *rows = select->rowset.rows;
    for (uint32_t i = 0; i < rows->columns.count; i++) {
        Column *column = rows->columns.items[i];
        const Window *window = row_number_window(select, column->expr ? &column->expr->node : NULL);
        if (!window) continue;
        Key key = {.span = column->span, .because = "numbered within it"};
        if (!key_of_exprs(finder, window->partition.items, window->partition.count, rows, &key)) continue;
        vec_push(finder->arena, &key.columns, column);
        add_key(finder, into, &key);
    }
}

static KeySet *from_keys(Finder *finder, const Select *select) {
    if (!select->from.count) {
        KeySet *one = new_keys(finder);
        add_key(finder, one, &(Key){.span = select->rowset.node.span, .because = "one row in all"});
        return one;
    }
    KeySet *keys = rowset_keys(finder, select->from.items[0]);
    for (uint32_t i = 1; i < select->from.count; i++)
        keys = product(finder, keys, rowset_keys(finder, select->from.items[i]));
    return keys;
}

static KeySet *select_keys(Finder *finder, Select *select) {
    const Rows *rows = select->rowset.rows;
    KeySet *keys = new_keys(finder), *inner = from_keys(finder, select);
    conjuncts(select->where, learn_equality, finder);
    if (select->facts && select->facts->aggregated) group_keys(finder, select, inner, keys);
    else map_keys(finder, inner, rows, keys);
    numbered_keys(finder, select, keys);
    Qualified qualified = {finder, select, keys};
    conjuncts(select->qualify, learn_qualify, &qualified);
    Key distinct = {.span = select->rowset.node.span, .because = "distinct on it"};
    if (select->distinct_on.count && key_of_exprs(finder, select->distinct_on.items, select->distinct_on.count, rows, &distinct))
        add_key(finder, keys, &distinct);
    if (select->distinct && !select->distinct_on.count)
        all_columns(finder, rows, "distinct rows", select->rowset.node.span, keys);
    return keys;
}

/* ------------------------------------------------------------ other rowsets */

static KeySet *set_keys(Finder *finder, SetOperation *operation) {
    KeySet *keys = new_keys(finder), *left = rowset_keys(finder, operation->left);
    rowset_keys(finder, operation->right);
    if (operation->of != SET_UNION) map_keys(finder, left, operation->rowset.rows, keys);
    if (!operation->all) all_columns(finder, operation->rowset.rows, "distinct rows", operation->rowset.node.span, keys);
    return keys;
}

/* Whether a column of VALUES holds literals of one kind, each another. */
static bool all_different(const Values *values, uint32_t column) {
    if (values->rows.count > MOST_VALUES) return false;
    for (uint32_t i = 0; i < values->rows.count; i++) {
        const Row *row = (const Row *)values->rows.items[i];
        if (column >= row->items.count || row->items.items[column]->kind != NODE_LITERAL) return false;
        const Literal *literal = (const Literal *)row->items.items[column];
        if (literal->of != LITERAL_STRING && literal->of != LITERAL_INTEGER) return false;
        for (uint32_t j = 0; j < i; j++) {
            const Literal *other = (const Literal *)((const Row *)values->rows.items[j])->items.items[column];
            if (text_equal(other->text, literal->text)) return false;
        }
    }
    return true;
}

static KeySet *values_keys(Finder *finder, Values *values) {
    KeySet *keys = new_keys(finder);
    const Rows *rows = values->rowset.rows;
    for (uint32_t i = 0; i < rows->columns.count; i++) {
        if (!all_different(values, i)) continue;
        Key key = {.span = values->rowset.node.span, .because = "each value is another"};
        vec_push(finder->arena, &key.columns, rows->columns.items[i]);
        add_key(finder, keys, &key);
    }
    return keys;
}

/* The keys of what a table in FROM stands for, as its own columns. */
static KeySet *table_keys(Finder *finder, const Rows *rows, const KeySet *inner) {
    KeySet *keys = new_keys(finder);
    if (inner) map_keys(finder, inner, rows, keys);
    return keys;
}

static KeySet *relation_keys(const Relation *relation) {
    return relation->rows ? relation->rows->keys : NULL;
}

static KeySet *query_keys(Finder *finder, Query *query) {
    for (uint32_t i = 0; i < query->ctes.count; i++) rowset_keys(finder, ((Cte *)query->ctes.items[i])->query);
    KeySet *inner = rowset_keys(finder, query->body), *keys = new_keys(finder);
    map_keys(finder, inner, query->rowset.rows, keys);
    if (query->limit && is_one(query->limit) && !query->with_ties)
        add_key(finder, keys, &(Key){.span = query->limit->span, .because = "limit 1"});
    return keys;
}

static KeySet *find_rowset_keys(Finder *finder, Node *rowset) {
    const Rows *rows = ((Rowset *)rowset)->rows;
    switch (rowset->kind) {
    case NODE_QUERY: return query_keys(finder, (Query *)rowset);
    case NODE_SELECT: return select_keys(finder, (Select *)rowset);
    case NODE_VALUES: return values_keys(finder, (Values *)rowset);
    case NODE_SET_OPERATION: return set_keys(finder, (SetOperation *)rowset);
    case NODE_TABLE_REF: {
        const TableRef *table = (TableRef *)rowset;
        if (table->cte) return table_keys(finder, rows, rowset_keys(finder, table->cte->query));
        return table_keys(finder, rows, table->relation ? relation_keys(table->relation) : NULL);
    }
    case NODE_TABLE_QUERY: return table_keys(finder, rows, rowset_keys(finder, ((TableQuery *)rowset)->query));
    case NODE_TABLE_PARENS: return table_keys(finder, rows, rowset_keys(finder, ((TableParens *)rowset)->table));
    case NODE_JOIN: return join_keys(finder, (Join *)rowset);
    case NODE_SAMPLE: return table_keys(finder, rows, rowset_keys(finder, ((Sample *)rowset)->table));
    default: return new_keys(finder); /* table functions, PIVOT, UNPIVOT: none is known */
    }
}

/* Found once and kept with the rows. A recursive CTE meets itself without keys. */
static KeySet *rowset_keys(Finder *finder, Node *rowset) {
    Rows *rows = ((Rowset *)rowset)->rows;
    if (!rows || rows->open) return new_keys(finder);
    if (rows->keys) return rows->keys;
    /* a query may share the rows of its body, which then has to find them without keys */
    bool shared = rowset->kind == NODE_QUERY && ((Rowset *)((Query *)rowset)->body)->rows == rows;
    if (!shared) rows->keys = new_keys(finder);
    return rows->keys = find_rowset_keys(finder, rowset);
}

/* --------------------------------------------------------------- relations */

/* A declared key or unique: a contract of a source, and a test that guards every publication of a model. */
static void declared_keys(Finder *finder, Relation *relation, KeySet *into, Key **ret_declared) {
    for (uint32_t i = 0; i < relation->tests.count; i++) {
        const Test *test = relation->tests.items[i];
        if ((test->kind != TEST_KEY && test->kind != TEST_UNIQUE) || test->warn || !test->columns.count) continue;
        Key key = {.span = test->span, .because = test->kind == TEST_KEY ? "declared key" : "declared unique"};
        bool nullable = false;
        for (uint32_t c = 0; c < test->columns.count; c++) {
            vec_push(finder->arena, &key.columns, test->columns.items[c]);
            nullable |= test->kind == TEST_UNIQUE && test->columns.items[c]->nullable;
        }
        if (nullable) continue; /* nulls may repeat */
        add_key(finder, into, &key);
        if (test->kind == TEST_KEY && !*ret_declared) *ret_declared = into->keys.items[into->keys.count - 1];
    }
}

KeySet *keys_find(Program *program, RelationFacts *facts) {
    Relation *relation = facts->relation;
    Finder finder = {.program = program, .arena = program->arena};
    map_open(&finder.equal, program->arena);
    map_open(&finder.constant, program->arena);
    KeySet *keys = new_keys(&finder);
    declared_keys(&finder, relation, keys, &facts->declared_key);
    KeySet *found = facts->proved = new_keys(&finder);
    if (relation->query) map_keys(&finder, rowset_keys(&finder, (Node *)relation->query), relation->rows, found);
    add_all(&finder, keys, found);
    return relation->rows->keys = keys;
}
