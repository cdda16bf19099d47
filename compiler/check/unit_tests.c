/* Unit tests: given rows are of what the model reads, expected ones of the model; each row has a value a column. */
#include "compiler/check/internal.h"

static bool reads(const Relation *model, const Relation *read) {
    for (uint32_t i = 0; i < model->reads.count; i++)
        if (model->reads.items[i] == read) return true;
    return false;
}

static void report_not_read(Checking *checking, const UnitTest *test, const Given *given, const Relation *relation) {
    Span span = given->relation.count ? span_join(given->relation.items[0].span, given->relation.items[given->relation.count - 1].span)
                                      : given->node.span;
    Report *report = diag_report(checking->diag, CODE_G0512, span, "`%s` does not read `%s`", test->relation->full_name->text,
                                 relation->full_name->text);
    report_says(checking->diag, report, "these rows would change nothing");
    Buffer list;
    buffer_open(&list, checking->arena);
    for (uint32_t i = 0; i < test->relation->reads.count; i++)
        buffer_format(&list, "%s`%s`", i ? ", " : "", test->relation->reads.items[i]->full_name->text);
    if (test->relation->reads.count) report_note(checking->diag, report, "it reads %s", buffer_string(&list));
}

static void report_width(Checking *checking, const Given *given, const Row *row) {
    uint32_t wanted = given->columns.count, found = row->items.count;
    Report *report = diag_report(checking->diag, CODE_G0512, row->expr.node.span, "this row has %u value%s for %u column%s", found,
                                 found == 1 ? "" : "s", wanted, wanted == 1 ? "" : "s");
    report_says(checking->diag, report, found < wanted ? "a value is missing" : "a value too many");
    report_label(checking->diag, report, span_join(given->columns.items[0].span, given->columns.items[wanted - 1].span), "the columns");
}

/* Text stands for anything that has no literal of its own (uuid, json), but not for numbers and truth. */
static bool stands_for(const Node *value, const Type *from, const Type *to) {
    if (type_fits(from, to)) return true;
    bool is_text = value->kind == NODE_LITERAL && ((const Literal *)value)->of == LITERAL_STRING;
    if (is_text) return to->kind != TYPE_BOOL && !type_is_number(to);
    return type_is_number(from) && type_is_number(to);
}

static void check_value(Checking *checking, const Relation *relation, const Column *column, const Node *value) {
    const Type *from = node_is_expr(value) ? ((const Expr *)value)->type : NULL;
    if (type_is_poison(from) || type_is_poison(column->type) || stands_for(value, from, column->type)) return;
    TypeTable *types = checking->program->types;
    Report *report = diag_report(checking->diag, CODE_G0512, value->span, "`%s` of `%s` is %s", column->name->text, relation->full_name->text,
                                 type_text(types, column->type));
    report_says(checking->diag, report, "this is %s", type_text(types, from));
    report_label(checking->diag, report, column->span, "declared here");
}

static void check_rows(Checking *checking, const Relation *relation, const Given *given) {
    if (!has_rows(relation)) return;
    for (uint32_t i = 0; i < given->columns.count; i++) need_column(checking, relation, given->columns.items[i]);
    for (uint32_t i = 0; i < given->rows.count; i++) {
        const Row *row = (const Row *)given->rows.items[i];
        if (row->expr.node.kind != NODE_ROW) continue;
        if (row->items.count != given->columns.count) {
            report_width(checking, given, row);
            continue;
        }
        for (uint32_t k = 0; k < row->items.count; k++) {
            const Column *column = rows_find(relation->rows, given->columns.items[k].name);
            if (column) check_value(checking, relation, column, row->items.items[k]);
        }
    }
}

static void check_unit_test(Checking *checking, const UnitTest *test) {
    if (!test->relation || test->relation->bad) return;
    if (test->relation->kind != RELATION_MODEL) {
        const Clause *model = decl_clause(test->decl, CLAUSE_FOR_MODEL);
        Report *report = diag_report(checking->diag, CODE_G0512, model->node.span, "`%s` is no model", test->relation->full_name->text);
        report_label(checking->diag, report, name_span(test->relation), "a source computes nothing");
        report_help(checking->diag, report, "what a source's rows must hold is said beside its columns");
        return;
    }
    for (uint32_t i = 0; i < test->given.count; i++) {
        const Relation *relation = test->given_relations.items[i];
        if (relation && !reads(test->relation, relation)) report_not_read(checking, test, test->given.items[i], relation);
        else if (relation) check_rows(checking, relation, test->given.items[i]);
    }
    if (test->expected) check_rows(checking, test->relation, test->expected);
}

void check_unit_tests(Checking *checking) {
    for (uint32_t i = 0; i < checking->program->unit_tests.count; i++) {
        const UnitTest *test = checking->program->unit_tests.items[i];
        const Expansion *before = program_enter(checking->program, test->decl);
        check_unit_test(checking, test);
        checking->diag->expansion = before;
    }
}
