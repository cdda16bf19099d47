/* `references`: as many columns on both sides, which are there and can be compared. */
#include "compiler/check/internal.h"

/* The columns that a reference means: those named, else the key of the other relation. */
typedef struct Referenced { VEC(Column *) columns; bool known; } Referenced;

static Referenced referenced_columns(Checking *checking, const Test *test) {
    Referenced found = {.known = true};
    const Constraint *constraint = test->constraint;
    for (uint32_t i = 0; i < constraint->referenced.count; i++) {
        Column *column = need_column(checking, test->referenced, constraint->referenced.items[i]);
        if (!column) found.known = false;
        vec_push(checking->arena, &found.columns, column);
    }
    if (constraint->referenced.count) return found;
    const Test *key = relation_key(test->referenced);
    if (key && key->columns.count < key->column_names.count) found.known = false; /* reported there */
    for (uint32_t i = 0; key && i < key->columns.count; i++) vec_push(checking->arena, &found.columns, key->columns.items[i]);
    if (key) return found;
    Report *report = diag_report(checking->diag, CODE_G0511, constraint->node.span, "`%s` has no key to refer to",
                                 test->referenced->full_name->text);
    report_label(checking->diag, report, name_span(test->referenced), "no column here is a `key`");
    report_help(checking->diag, report, "name the column: `references %s (…)`", test->referenced->full_name->text);
    found.known = false;
    return found;
}

static void report_width(Checking *checking, const Test *test, uint32_t given, uint32_t wanted) {
    Report *report = diag_report(checking->diag, CODE_G0511, test->constraint->node.span, "%u column%s refer%s to %u", given,
                                 given == 1 ? "" : "s", given == 1 ? "s" : "", wanted);
    report_label(checking->diag, report, name_span(test->referenced), "referred to");
    report_help(checking->diag, report, "name as many columns of `%s` as refer to it", test->referenced->full_name->text);
}

static void check_pair(Checking *checking, const Test *test, const Column *from, const Column *to) {
    if (!from || !to || type_is_poison(from->type) || type_is_poison(to->type)) return;
    TypeTable *types = checking->program->types;
    if (type_common(types, from->type, to->type)) return;
    Report *report = diag_report(checking->diag, CODE_G0511, test->constraint->node.span, "`%s` is %s, but `%s.%s` is %s", from->name->text,
                                 type_text(types, from->type), test->referenced->full_name->text, to->name->text, type_text(types, to->type));
    report_says(checking->diag, report, "these can never be equal");
    report_label(checking->diag, report, to->span, "this is %s", type_text(types, to->type));
}

static void check_relation(Checking *checking, Relation *relation) {
    for (uint32_t i = 0; i < relation->tests.count && has_rows(relation); i++) {
        const Test *test = relation->tests.items[i];
        if (test->kind != TEST_REFERENCES || !has_rows(test->referenced)) continue;
        Referenced to = referenced_columns(checking, test);
        if (!to.known) continue;
        if (to.columns.count != test->column_names.count) {
            report_width(checking, test, test->column_names.count, to.columns.count);
            continue;
        }
        for (uint32_t k = 0; k < to.columns.count; k++)
            check_pair(checking, test, rows_find(relation->rows, test->column_names.items[k]), to.columns.items[k]);
    }
}

void check_references(Checking *checking) {
    each_relation(checking, check_relation);
}
