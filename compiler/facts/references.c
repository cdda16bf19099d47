/* Which columns a test `references` speaks of. */
#include "compiler/facts/facts.h"

const Test *relation_key(const Relation *relation) {
    for (uint32_t i = 0; i < relation->tests.count; i++)
        if (relation->tests.items[i]->kind == TEST_KEY) return relation->tests.items[i];
    return NULL;
}

Column *test_referenced(const Test *test, uint32_t nth) {
    const Relation *parent = test->referenced;
    if (!parent || !parent->rows) return NULL;
    if (test->referenced_names.count)
        return nth < test->referenced_names.count ? rows_find(parent->rows, test->referenced_names.items[nth]) : NULL;
    const Test *key = relation_key(parent);
    return key && nth < key->columns.count ? key->columns.items[nth] : NULL;
}

Column *test_referenced_by(const Test *test, const Column *column) {
    for (uint32_t i = 0; i < test->columns.count && test->columns.count == test->column_names.count; i++)
        if (test->columns.items[i] == column) return test_referenced(test, i);
    return NULL;
}
