/* A key must be compared exactly: not by doubles, of which a sum in parallel differs in its last digits from run to run,
 * and not by json, which has no order. */
#include "compiler/check/internal.h"

static const char *why_not(const Type *type) {
    switch (type->kind) {
    case TYPE_FLOAT4: case TYPE_FLOAT8: return "a double is not reproducible to its last digit";
    case TYPE_JSON: return "json values are not compared";
    case TYPE_UNKNOWN: case TYPE_NULL: case TYPE_BOOL: case TYPE_INT2: case TYPE_INT4: case TYPE_INT8: case TYPE_DECIMAL:
    case TYPE_TEXT: case TYPE_BYTES: case TYPE_DATE: case TYPE_TIME: case TYPE_TIMESTAMP: case TYPE_TIMESTAMPTZ:
    case TYPE_INTERVAL: case TYPE_UUID: case TYPE_ARRAY: case TYPE_STRUCT: case TYPE_MAP: case TYPE_VARIABLE: break;
    }
    return NULL;
}

static void check_test(Checking *checking, const Test *test) {
    for (uint32_t i = 0; i < test->columns.count; i++) {
        const Column *column = test->columns.items[i];
        const char *why = why_not(column->type);
        if (!why) continue;
        Report *report = diag_report(checking->diag, CODE_G0514, test->span, "`%s` is %s, which makes no %s", column->name->text,
                                     type_text(checking->program->types, column->type), test->kind == TEST_KEY ? "key" : "unique column");
        report_says(checking->diag, report, "%s", why);
        if (column->copied && column->copied->span.begin != column->span.begin)
            report_label(checking->diag, report, column->copied->span, "this is %s", type_text(checking->program->types, column->type));
        report_help(checking->diag, report, "cast it to a decimal or an integer, or choose another column");
        return;
    }
}

static void check_relation(Checking *checking, Relation *relation) {
    for (uint32_t i = 0; i < relation->tests.count; i++) {
        const Test *test = relation->tests.items[i];
        if (test->kind == TEST_KEY || test->kind == TEST_UNIQUE) check_test(checking, test);
    }
}

void check_keys(Checking *checking) {
    each_relation(checking, check_relation);
}
