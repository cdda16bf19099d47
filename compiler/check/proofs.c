/* Tests that follow from what is known of the query: they hold whatever the data, and need not be run.
 *
 * What is relied on of other relations is what their own tests promise: these are published only if they pass. */
#include "compiler/check/internal.h"

#include <string.h>

enum { DEEPEST = 40 };

static void prove(Test *test, const char *because) {
    if (test->verdict != VERDICT_TO_RUN) return;
    test->verdict = VERDICT_PROVED;
    test->because = because;
}

/* ------------------------------------------------------------ nulls and keys */

static bool never_null(const Test *test) {
    for (uint32_t i = 0; i < test->columns.count; i++) {
        const Column *given = test->columns.items[i]->copied;
        if (!given || given->nullable || type_is_poison(given->type)) return false;
    }
    return test->columns.count && test->columns.count == test->column_names.count;
}

static void prove_key(Checking *checking, Test *test) {
    const RelationFacts *facts = facts_of(checking->facts, test->relation);
    if (!facts || !test->columns.count || test->columns.count != test->column_names.count) return;
    const Key *key = keys_cover(facts->proved, test->columns.items, test->columns.count);
    if (!key || (test->kind == TEST_KEY && !never_null(test))) return;
    bool is_declared = !strncmp(key->because, "declared ", 9); /* of a relation that it reads */
    prove(test, is_declared ? "a key of what it reads" : key->because);
}

/* ------------------------------------------------------------------- values */

/* The literals that an expression may give, null aside; `known` falls when it may give anything else. */
typedef struct ValueSet {
    Arena *arena;
    VEC(const Literal *) items;
    VEC(const Inlined *) frames;   /* calls whose PARAMETERs are met, innermost last */
    bool known;
    const Relation *through;       /* whose `in` was relied on */
} ValueSet;

static void values_of(ValueSet *values, const Node *expr, int depth);

static void values_of_all(ValueSet *values, const Nodes *exprs, int depth) {
    for (uint32_t i = 0; i < exprs->count && values->known; i++) values_of(values, exprs->items[i], depth);
}

/* What a relation's own test promises of its column. */
static bool values_promised(ValueSet *values, const Column *column) {
    for (uint32_t i = 0; i < column->relation->tests.count; i++) {
        const Test *test = column->relation->tests.items[i];
        if (test->kind != TEST_IN || test->warn || !test->check || test->check->kind != NODE_IN) continue;
        if (test->columns.count != 1 || test->columns.items[0] != column) continue;
        values->through = column->relation;
        values_of_all(values, &((const In *)test->check)->list, 0);
        return true;
    }
    return false;
}

static void values_of_column(ValueSet *values, const Column *column, int depth) {
    if (!column || depth > DEEPEST) {
        values->known = false;
        return;
    }
    if (column->relation) {
        if (!values_promised(values, column)) values->known = false;
        return;
    }
    if (column->expr) values_of(values, &column->expr->node, depth + 1);
    else if (column->copied) values_of_column(values, column->copied, depth + 1);
    else values->known = false;
    if (column->other && values->known) values_of_column(values, column->other, depth + 1);
}

static void values_of_case(ValueSet *values, const Case *node, int depth) {
    for (uint32_t i = 0; i < node->whens.count && values->known; i++) {
        if (node->whens.items[i]->kind == NODE_WHEN) values_of(values, ((const When *)node->whens.items[i])->result, depth);
        else values->known = false;
    }
    if (node->otherwise && values->known) values_of(values, node->otherwise, depth);
}

/* Within the body of a function its parameters are the arguments of the call. */
static void values_of_parameter(ValueSet *values, const Parameter *parameter, int depth) {
    if (!values->frames.count) {
        values->known = false;
        return;
    }
    const Inlined *frame = values->frames.items[--values->frames.count];
    if (parameter->index < (int64_t)frame->args.count) values_of(values, frame->args.items[parameter->index], depth);
    else values->known = false;
    vec_push(values->arena, &values->frames, frame);
}

static void values_of(ValueSet *values, const Node *expr, int depth) {
    if (!expr || depth > DEEPEST) {
        values->known = false;
        return;
    }
    if (expr->kind == NODE_LITERAL) {
        const Literal *literal = (const Literal *)expr;
        if (literal->of != LITERAL_NULL) vec_push(values->arena, &values->items, literal);
    } else if (expr->kind == NODE_CASE) {
        values_of_case(values, (const Case *)expr, depth + 1);
    } else if (expr->kind == NODE_REF) {
        values_of_column(values, ((const Ref *)expr)->column, depth + 1);
    } else if (expr->kind == NODE_PARAMETER) {
        values_of_parameter(values, (const Parameter *)expr, depth + 1);
    } else if (expr->kind == NODE_INLINED) {
        vec_push(values->arena, &values->frames, (const Inlined *)expr);
        values_of(values, ((const Inlined *)expr)->body, depth + 1);
        values->frames.count--;
    } else {
        values->known = false;
    }
}

static bool is_listed(const In *in, const Literal *value) {
    for (uint32_t i = 0; i < in->list.count; i++) {
        const Literal *listed = (const Literal *)in->list.items[i];
        if (listed->expr.node.kind == NODE_LITERAL && listed->of == value->of && text_equal(listed->text, value->text)) return true;
    }
    return false;
}

static void prove_in(Checking *checking, Test *test) {
    if (!test->check || test->check->kind != NODE_IN || test->columns.count != 1 || !test->columns.items[0]->copied) return;
    ValueSet values = {.arena = checking->arena, .known = true};
    values_of_column(&values, test->columns.items[0]->copied, 0);
    if (!values.known) return;
    for (uint32_t i = 0; i < values.items.count; i++)
        if (!is_listed((const In *)test->check, values.items.items[i])) return;
    prove(test, values.through ? arena_format(checking->arena, "`%s` has no other values", values.through->full_name->text)
                               : "its branches give nothing else");
}

/* -------------------------------------------------------------------- tests */

static void prove_tests(Checking *checking, Relation *relation) {
    if (relation->kind != RELATION_MODEL || !relation->query || !has_rows(relation)) return;
    for (uint32_t i = 0; i < relation->tests.count; i++) {
        Test *test = relation->tests.items[i];
        switch (test->kind) {
        case TEST_NOT_NULL:
            if (never_null(test)) prove(test, "the query never gives null");
            break;
        case TEST_KEY: case TEST_UNIQUE: prove_key(checking, test); break;
        case TEST_IN: prove_in(checking, test); break;
        case TEST_MATCHES: case TEST_CHECK: case TEST_REFERENCES: case TEST_TRACES: case TEST_DETERMINES: case TEST_QUERY: break;
        }
    }
}

void check_proofs(Checking *checking) {
    each_relation(checking, prove_tests);
}
