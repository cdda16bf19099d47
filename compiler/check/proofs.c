/* Tests that follow from what is known of the query: they hold whatever the data, and need not be run.
 *
 * What is relied on of other relations is what their own tests promise: these are published only if they pass. */
#include "compiler/check/copies.h"
#include "compiler/check/value.h"

#include "compiler/facts/dependencies.h"

#include <string.h>

enum { STEPS = 4000 };

static void prove(Test *test, const char *because) {
    if (test->verdict != VERDICT_TO_RUN) return;
    test->verdict = VERDICT_PROVED;
    test->because = because;
}

/* ------------------------------------------------------------ nulls and keys */

static bool is_whole(const Test *test) {
    return test->columns.count && test->columns.count == test->column_names.count;
}

static bool never_null(const Test *test) {
    for (uint32_t i = 0; i < test->columns.count; i++) {
        const Column *given = test->columns.items[i]->copied;
        if (!given || given->nullable || type_is_poison(given->type)) return false;
    }
    return is_whole(test);
}

static const char *known_key(Checking *checking, const Test *test) {
    const RelationFacts *facts = facts_of(checking->facts, test->relation);
    const Key *key = facts && is_whole(test) ? keys_cover(facts->proved, test->columns.items, test->columns.count) : NULL;
    if (!key) return NULL;
    return !strncmp(key->because, "declared ", 9) ? "a key of what it reads" : key->because;
}

static void prove_key(Checking *checking, Test *test) {
    const char *because = known_key(checking, test);
    if (because && (test->kind != TEST_KEY || never_null(test))) prove(test, because);
}

/* --------------------------------------------------------------------- copies */

/* A column's place among those of its relation. */
static uint32_t places_of(const Test *test, uint32_t places[MOST_COPIED]) {
    if (!is_whole(test) || test->columns.count > MOST_COPIED) return 0;
    for (uint32_t i = 0; i < test->columns.count; i++) places[i] = test->columns.items[i]->index;
    return test->columns.count;
}

typedef struct Copied { Checking *checking; const Test *test; const Relation *from; int depth; } Copied;

static void rename_column(void *context, Node **place) {
    const Name *const *names = context;
    Ref *ref = (Ref *)*place;
    if (ref->expr.node.kind != NODE_REF) node_kids(*place, rename_column, context);
    else if (ref->name.count && ref->name.items[ref->name.count - 1].name == names[0])
        ref->name.items[ref->name.count - 1].name = (Name *)names[1];
}

/* Whether a column of another relation has the same condition. */
static bool has_condition(void *context, const Relation *relation, const uint32_t *columns, uint32_t count) {
    Copied *copied = context;
    const Column *column = relation->rows->columns.items[columns[0]];
    for (uint32_t i = 0; count == 1 && i < relation->tests.count; i++) {
        const Test *test = relation->tests.items[i];
        if (test->warn || !test->check || test->check->kind != copied->test->check->kind || test->columns.count != 1 || test->columns.items[0] != column) continue;
        Node *check = node_clone(copied->checking->arena, test->check);
        const Name *names[] = {column->name, copied->test->columns.items[0]->name};
        rename_column(names, &check);
        if (!node_equal(check, copied->test->check)) continue;
        copied->from = relation;
        return true;
    }
    return false;
}

static void prove_copied(Checking *checking, Test *test) {
    uint32_t places[MOST_COPIED];
    Copied copied = {.checking = checking, .test = test};
    if (test->verdict != VERDICT_TO_RUN || !test->check || places_of(test, places) != 1) return;
    if (copies_hold(test->relation, places, 1, has_condition, &copied))
        prove(test, arena_format(checking->arena, "so is it in `%s`, of which it is a copy", copied.from->full_name->text));
}

static bool is_referenced(const Test *wanted, const Relation *relation, const uint32_t *columns, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        if (relation->rows->columns.items[columns[i]] != test_referenced(wanted, i)) return false;
    return relation == wanted->referenced;
}

/* The columns that are referred to themselves; columns that refer to them; to columns that refer to them. */
static bool refers(void *context, const Relation *relation, const uint32_t *columns, uint32_t count) {
    Copied *copied = context;
    copied->from = relation;
    if (is_referenced(copied->test, relation, columns, count)) return true;
    for (uint32_t i = 0; copied->depth < 8 && i < relation->tests.count; i++) {
        const Test *test = relation->tests.items[i];
        uint32_t next[MOST_COPIED];
        bool same = test->kind == TEST_REFERENCES && !test->warn && is_whole(test) && test->columns.count == count && has_rows(test->referenced);
        for (uint32_t k = 0; same && k < count; k++) {
            const Column *column = test_referenced_by(test, relation->rows->columns.items[columns[k]]);
            same = column != NULL;
            if (same) next[k] = column->index;
        }
        copied->depth++;
        bool found = same && refers(copied, test->referenced, next, count);
        copied->depth--;
        if (!found) continue;
        copied->from = relation;
        return true;
    }
    return false;
}

static void prove_references(Checking *checking, Test *test) {
    uint32_t places[MOST_COPIED], count = places_of(test, places);
    Copied copied = {.checking = checking, .test = test};
    if (decl_clause(test->relation->decl, CLAUSE_BUILT_BY)) return; /* rows that were built before may outlive what they refer to */
    if (!count || !has_rows(test->referenced) || !copies_or_equals_hold(test->relation, places, count, refers, &copied)) return;
    prove(test, copied.from == test->referenced ? "it is read from there"
                                                : arena_format(checking->arena, "`%s` refers to it", copied.from->full_name->text));
}

/* ------------------------------------------------------------------ conditions */

static void judge_condition(Checking *checking, Prover *prover, Test *test) {
    if (!test->check || test->columns.count < test->column_names.count) return;
    prover->tested = test->relation;
    prover->steps = STEPS;
    if (never_false(prover, test->check)) {
        Value value = test->columns.count == 1 ? value_given(prover, test->relation, test->columns.items[0]->index) : (Value){0};
        prove(test, value.through ? arena_format(checking->arena, "`%s` has no other values", value.through->full_name->text)
                                  : test->kind == TEST_IN ? "its branches give nothing else" : "the query gives no other values");
    }
    prove_copied(checking, test);
}

/* ---------------------------------------------------------------- dependencies */

/* The bits of what gives these columns; false if one is not plainly given. */
static bool bits_given(Dependencies *of, const Select *select, const Column *column, Bits *set) {
    const Column *given = column ? column->copied : NULL;
    uint32_t bit;
    if (!given || given->index >= select->rowset.rows->columns.count) return false;
    Node *expr = (Node *)select->rowset.rows->columns.items[given->index]->expr;
    if (!expr || !bit_of_expr(of, expr, &bit)) return false;
    bits_put(set, bit);
    return true;
}

static bool query_determines(Checking *checking, const Test *test) {
    const Query *query = test->relation->query;
    Select *select = query->body->kind == NODE_SELECT ? (Select *)query->body : NULL;
    Dependencies *of = select && select->facts ? dependencies_of(checking->arena, select, false) : NULL;
    Bits from = bits_none(), to = bits_none();
    for (uint32_t i = 0; of && i < test->columns.count; i++)
        if (!bits_given(of, select, test->columns.items[i], &from)) return false;
    for (uint32_t i = 0; of && i < test->constraint->kids.count; i++) {
        const Node *kid = test->constraint->kids.items[i];
        if (kid->kind != NODE_DOTTED || !bits_given(of, select, rows_find(test->relation->rows, ((const Dotted *)kid)->name.items[0].name), &to)) return false;
    }
    return of && bits_within(to, determined_by(of, from));
}

static void prove_determines(Checking *checking, Test *test) {
    if (!is_whole(test) || !test->constraint) return;
    if (known_key(checking, test)) prove(test, "it is a key");
    else if (query_determines(checking, test)) prove(test, "by keys of what it reads");
}

/* -------------------------------------------------------------------- tests */

static void prove_tests(Checking *checking, Relation *relation) {
    if (relation->kind != RELATION_MODEL || !relation->query || !has_rows(relation)) return;
    ArenaMark mark = arena_mark(arena_scratch(checking->arena));
    Prover prover = {.checking = checking, .arena = arena_scratch(checking->arena)};
    for (uint32_t i = 0; i < relation->tests.count; i++) {
        Test *test = relation->tests.items[i];
        switch (test->kind) {
        case TEST_NOT_NULL:
            if (never_null(test)) prove(test, "the query never gives null");
            break;
        case TEST_KEY: case TEST_UNIQUE: prove_key(checking, test); break;
        case TEST_IN: case TEST_CHECK: judge_condition(checking, &prover, test); break;
        case TEST_MATCHES: prove_copied(checking, test); break;
        case TEST_REFERENCES: prove_references(checking, test); break;
        case TEST_DETERMINES: prove_determines(checking, test); break;
        case TEST_TRACES: case TEST_QUERY: break;
        }
    }
    arena_release(arena_scratch(checking->arena), mark);
}

void check_proofs(Checking *checking) {
    each_relation(checking, prove_tests);
}
