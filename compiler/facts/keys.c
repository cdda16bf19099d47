/* What makes a row unique: of declared keys, tables, set operations, VALUES, LIMIT 1 and queries over them; of SELECT and
 * joins see keys_select.c. Sound, not complete: every key found is one. */
#include "compiler/facts/keys.h"

#include <string.h>

enum { MOST_KEYS = 12, MOST_VALUES = 200 };

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

KeySet *keys_new(Finder *finder) {
    return arena_new(finder->arena, KeySet);
}

void keys_add(Finder *finder, KeySet *keys, const Key *key) {
    if (keys->keys.count == MOST_KEYS || keys_cover(keys, key->columns.items, key->columns.count)) return;
    Key *copy = arena_new(finder->arena, Key);
    *copy = *key;
    vec_push(finder->arena, &keys->keys, copy);
}

static void add_all(Finder *finder, KeySet *into, const KeySet *from) {
    for (uint32_t i = 0; i < from->keys.count; i++) keys_add(finder, into, from->keys.items[i]);
}

/* ------------------------------------------------------------------- copying */

/* The column of a rowset that is a copy of an inner one, or null. */
static Column *copy_of(const Rows *rows, const Column *inner) {
    Column *beside = inner->index < rows->columns.count ? rows->columns.items[inner->index] : NULL;
    if (beside && (beside == inner || beside->copied == inner)) return beside;
    for (uint32_t i = 0; i < rows->columns.count; i++)
        if (rows->columns.items[i] == inner || rows->columns.items[i]->copied == inner) return rows->columns.items[i];
    return NULL;
}

void map_keys(Finder *finder, const KeySet *inner, const Rows *rows, KeySet *into) {
    for (uint32_t i = 0; inner && i < inner->keys.count; i++) {
        const Key *key = inner->keys.items[i];
        Key mapped = {.span = key->span, .because = key->because};
        for (uint32_t c = 0; c < key->columns.count; c++) {
            Column *column = copy_of(rows, key->columns.items[c]);
            if (column) vec_push(finder->arena, &mapped.columns, column);
        }
        if (mapped.columns.count == key->columns.count) keys_add(finder, into, &mapped);
    }
}

/* -------------------------------------------------------------- set operations */

static void all_columns(Finder *finder, const Rows *rows, const char *because, Span span, KeySet *into) {
    Key key = {.span = span, .because = because};
    for (uint32_t i = 0; i < rows->columns.count; i++) vec_push(finder->arena, &key.columns, rows->columns.items[i]);
    keys_add(finder, into, &key);
}

/* Keys of the right side, by position. */
static void map_right(Finder *finder, const KeySet *keys, const Rows *rows, KeySet *into) {
    for (uint32_t i = 0; i < keys->keys.count; i++) {
        const Key *key = keys->keys.items[i];
        Key mapped = {.span = key->span, .because = key->because};
        for (uint32_t c = 0; c < key->columns.count; c++)
            for (uint32_t k = 0; k < rows->columns.count; k++)
                if (rows->columns.items[k]->other == key->columns.items[c]) {
                    vec_push(finder->arena, &mapped.columns, rows->columns.items[k]);
                    break;
                }
        if (mapped.columns.count == key->columns.count) keys_add(finder, into, &mapped);
    }
}

typedef VEC(Node *) Sides;

/* The sides of a chain of UNION ALL. */
static void gather_sides(Finder *finder, Node *node, Sides *sides) {
    const SetOperation *operation = (const SetOperation *)node;
    if (node->kind != NODE_SET_OPERATION || operation->of != SET_UNION || !operation->all || operation->by_name) {
        vec_push(finder->scratch, sides, node);
        return;
    }
    gather_sides(finder, operation->left, sides);
    gather_sides(finder, operation->right, sides);
}

static const Literal *literal_at(const Node *side, uint32_t position) {
    const Rows *rows = ((const Rowset *)side)->rows;
    const Literal *literal = rows && position < rows->columns.count ? (const Literal *)rows->columns.items[position]->expr : NULL;
    bool plain = side->kind == NODE_SELECT && literal && literal->expr.node.kind == NODE_LITERAL;
    return plain && (literal->of == LITERAL_STRING || literal->of == LITERAL_INTEGER) ? literal : NULL;
}

/* Whether each side has another word at this position. */
static bool tells_sides(const Sides *sides, uint32_t position) {
    for (uint32_t i = 0; i < sides->count; i++) {
        const Literal *literal = literal_at(sides->items[i], position);
        for (uint32_t j = 0; literal && j < i; j++)
            if (text_equal(literal->text, literal_at(sides->items[j], position)->text)) literal = NULL;
        if (!literal) return false;
    }
    return true;
}

/* `select 'a' as kind, id … union all select 'b', id …`: a key of each side, together with what tells the sides apart. */
static void told_apart(Finder *finder, SetOperation *operation, KeySet *into) {
    enum { MOST_SIDES = 16 };
    Sides sides = {0};
    const Rows *rows = operation->rowset.rows;
    gather_sides(finder, (Node *)operation, &sides);
    for (uint32_t position = 0; sides.count <= MOST_SIDES && position < rows->columns.count; position++) {
        if (!tells_sides(&sides, position)) continue;
        bool *in_key = arena_alloc(finder->scratch, rows->columns.count * sizeof *in_key), whole = true;
        in_key[position] = true;
        for (uint32_t i = 0; i < sides.count; i++) {
            const KeySet *keys = ((Rowset *)sides.items[i])->rows->keys;
            const Key *key = keys && keys->keys.count ? keys->keys.items[0] : NULL;
            whole &= key != NULL;
            for (uint32_t c = 0; key && c < key->columns.count; c++) {
                whole &= key->columns.items[c]->index < rows->columns.count;
                if (whole) in_key[key->columns.items[c]->index] = true;
            }
        }
        Key key = {.span = operation->rowset.node.span, .because = "a key of each side, and which side it is"};
        for (uint32_t i = 0; whole && i < rows->columns.count; i++)
            if (in_key[i]) vec_push(finder->arena, &key.columns, rows->columns.items[i]);
        if (whole) keys_add(finder, into, &key);
        return;
    }
}

static KeySet *set_keys(Finder *finder, SetOperation *operation) {
    KeySet *keys = keys_new(finder), *left = rowset_keys(finder, operation->left), *right = rowset_keys(finder, operation->right);
    if (operation->of != SET_UNION) map_keys(finder, left, operation->rowset.rows, keys);
    if (operation->of == SET_INTERSECT) map_right(finder, right, operation->rowset.rows, keys);
    if (operation->of == SET_UNION && operation->all && !operation->by_name) told_apart(finder, operation, keys);
    if (!operation->all) all_columns(finder, operation->rowset.rows, "distinct rows", operation->rowset.node.span, keys);
    return keys;
}

/* --------------------------------------------------------------------- VALUES */

/* The text of a cell that is another value wherever it is another text; false of all others. */
static bool cell_text(const Node *cell, Text *ret_text) {
    const Type *type = ((const Expr *)cell)->type;
    if (cell->kind == NODE_TYPED_LITERAL) {
        *ret_text = ((const TypedLiteral *)cell)->text;
        if (type->kind == TYPE_DATE) return ret_text->length == 10;
        return type->kind == TYPE_TIMESTAMP && ret_text->length == 19 && ret_text->at[10] == ' ';
    }
    const Literal *literal = (const Literal *)cell;
    if (cell->kind != NODE_LITERAL) return false;
    *ret_text = literal->of == LITERAL_NULL ? text_of("\1null") : literal->text;
    return literal->of == LITERAL_STRING || literal->of == LITERAL_NULL || (literal->of == LITERAL_INTEGER && (ret_text->length == 1 || ret_text->at[0] != '0'));
}

/* Whether no two rows are the same in these columns. */
static bool all_different(const Values *values, const uint32_t *columns, uint32_t count) {
    if (values->rows.count > MOST_VALUES) return false;
    for (uint32_t i = 0; i < values->rows.count; i++) {
        const Row *row = (const Row *)values->rows.items[i];
        for (uint32_t j = 0; j <= i; j++) {
            const Row *other = (const Row *)values->rows.items[j];
            bool same = true;
            for (uint32_t c = 0; c < count; c++) {
                Text one, two;
                if (columns[c] >= row->items.count || columns[c] >= other->items.count) return false;
                if (!cell_text(row->items.items[columns[c]], &one) || !cell_text(other->items.items[columns[c]], &two)) return false;
                same &= text_equal(one, two);
            }
            if (same && i != j) return false;
        }
    }
    return true;
}

static void add_values_key(Finder *finder, const Values *values, const uint32_t *columns, uint32_t count, KeySet *keys) {
    if (!all_different(values, columns, count)) return;
    Key key = {.span = values->rowset.node.span, .because = "each value is another"};
    for (uint32_t c = 0; c < count; c++) vec_push(finder->arena, &key.columns, values->rowset.rows->columns.items[columns[c]]);
    keys_add(finder, keys, &key);
}

/* Single columns, and of the first few two together. */
static KeySet *values_keys(Finder *finder, Values *values) {
    enum { MOST_COLUMNS = 6 };
    KeySet *keys = keys_new(finder);
    uint32_t width = values->rowset.rows->columns.count;
    if (values->rows.count == 1) keys_add(finder, keys, &(Key){.span = values->rowset.node.span, .because = "one row in all"});
    for (uint32_t i = 0; i < width; i++) add_values_key(finder, values, (uint32_t[]){i}, 1, keys);
    for (uint32_t i = 0; i < width && i < MOST_COLUMNS; i++)
        for (uint32_t j = i + 1; j < width && j < MOST_COLUMNS; j++) add_values_key(finder, values, (uint32_t[]){i, j}, 2, keys);
    return keys;
}

/* ------------------------------------------------------------- tables and queries */

/* The keys of what a table in FROM stands for, as its own columns. */
static KeySet *table_keys(Finder *finder, const Rows *rows, const KeySet *inner) {
    KeySet *keys = keys_new(finder);
    map_keys(finder, inner, rows, keys);
    return keys;
}

/* generate_series gives each value once; WITH ORDINALITY numbers the rows. */
static KeySet *function_keys(Finder *finder, const TableFunction *table) {
    KeySet *keys = keys_new(finder);
    const Rows *rows = table->rowset.rows;
    const Call *call = table->call->kind == NODE_CALL ? (const Call *)table->call : NULL;
    bool series = call && call->name.count == 1 && !strcmp(call->name.items[0].name->text, "generate_series");
    for (uint32_t i = 0; i < 2 && i < rows->columns.count; i++) {
        if (!(i == 0 ? series : table->ordinality)) continue;
        Key key = {.span = table->call->span, .because = i ? "numbered in order" : "each value is another"};
        vec_push(finder->arena, &key.columns, rows->columns.items[i]);
        keys_add(finder, keys, &key);
    }
    return keys;
}

/* PIVOT has a row for each value of what is left of its table: of all columns that it copies. */
static KeySet *pivot_keys(Finder *finder, const Pivot *pivot) {
    KeySet *keys = keys_new(finder);
    const Rows *rows = pivot->rowset.rows;
    Key key = {.span = pivot->rowset.node.span, .because = "grouped by it"};
    rowset_keys(finder, pivot->table);
    for (uint32_t i = 0; i < rows->columns.count; i++) {
        const Column *column = rows->columns.items[i];
        while (column->copied && !belongs(((Rowset *)pivot->table)->rows, column)) column = column->copied;
        if (belongs(((Rowset *)pivot->table)->rows, column)) vec_push(finder->arena, &key.columns, rows->columns.items[i]);
    }
    keys_add(finder, keys, &key);
    return keys;
}

static bool is_one(const Node *node) {
    return node->kind == NODE_LITERAL && ((const Literal *)node)->of == LITERAL_INTEGER &&
           text_equal(((const Literal *)node)->text, text_of("1"));
}

static KeySet *query_keys(Finder *finder, Query *query) {
    for (uint32_t i = 0; i < query->ctes.count; i++) rowset_keys(finder, ((Cte *)query->ctes.items[i])->query);
    KeySet *inner = rowset_keys(finder, query->body), *keys = keys_new(finder);
    if (query->limit && is_one(query->limit) && !query->with_ties)
        keys_add(finder, keys, &(Key){.span = query->limit->span, .because = "limit 1"});
    map_keys(finder, inner, query->rowset.rows, keys);
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
        if (table->cte) {
            const Rows *named = table->cte->rowset.rows; /* which has the names of its own list */
            const KeySet *inner = rowset_keys(finder, table->cte->query);
            return table_keys(finder, rows, named == ((Rowset *)table->cte->query)->rows ? inner : table_keys(finder, named, inner));
        }
        return table_keys(finder, rows, table->relation && table->relation->rows ? table->relation->rows->keys : NULL);
    }
    case NODE_TABLE_QUERY: return table_keys(finder, rows, rowset_keys(finder, ((TableQuery *)rowset)->query));
    case NODE_TABLE_PARENS: return table_keys(finder, rows, rowset_keys(finder, ((TableParens *)rowset)->table));
    case NODE_JOIN: return join_keys(finder, (Join *)rowset);
    case NODE_SAMPLE: return table_keys(finder, rows, rowset_keys(finder, ((Sample *)rowset)->table));
    case NODE_TABLE_FUNCTION: return function_keys(finder, (TableFunction *)rowset);
    case NODE_PIVOT: return pivot_keys(finder, (Pivot *)rowset);
    default: return keys_new(finder); /* UNPIVOT: none is known */
    }
}

/* Found once and kept with the rows. A recursive CTE meets itself without keys. */
KeySet *rowset_keys(Finder *finder, Node *rowset) {
    Rows *rows = ((Rowset *)rowset)->rows;
    if (!rows || rows->open) return keys_new(finder);
    if (rows->keys) return rows->keys;
    /* a query may share the rows of its body, and parentheses those of what is in them, which then have to find them without keys */
    bool shared = (rowset->kind == NODE_QUERY && ((Rowset *)((Query *)rowset)->body)->rows == rows) ||
                  (rowset->kind == NODE_TABLE_PARENS && ((Rowset *)((TableParens *)rowset)->table)->rows == rows) ||
                  (rowset->kind == NODE_SAMPLE && ((Rowset *)((Sample *)rowset)->table)->rows == rows);
    if (!shared) rows->keys = keys_new(finder);
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
        keys_add(finder, into, &key);
        if (test->kind == TEST_KEY && !*ret_declared) *ret_declared = keys_cover(into, key.columns.items, key.columns.count);
    }
}

KeySet *keys_find(Program *program, RelationFacts *facts) {
    Relation *relation = facts->relation;
    Finder finder = {.arena = program->arena, .scratch = arena_scratch(program->arena)};
    ArenaMark mark = arena_mark(finder.scratch);
    KeySet *keys = keys_new(&finder);
    declared_keys(&finder, relation, keys, &facts->declared_key);
    KeySet *found = facts->proved = keys_new(&finder);
    if (relation->query) map_keys(&finder, rowset_keys(&finder, (Node *)relation->query), relation->rows, found);
    add_all(&finder, keys, found);
    arena_release(finder.scratch, mark);
    return relation->rows->keys = keys;
}

KeySet *keys_of_item(Arena *arena, Node *item) {
    Finder finder = {.arena = arena, .scratch = arena_scratch(arena)};
    ArenaMark mark = arena_mark(finder.scratch);
    KeySet *keys = rowset_keys(&finder, item);
    arena_release(finder.scratch, mark);
    return keys;
}

void keys_of_select(Arena *arena, Select *select) {
    Finder finder = {.arena = arena, .scratch = arena_scratch(arena)};
    ArenaMark mark = arena_mark(finder.scratch);
    rowset_keys(&finder, (Node *)select);
    arena_release(finder.scratch, mark);
}
