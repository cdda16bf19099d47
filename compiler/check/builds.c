/* What an incremental build needs: `built by key` a key, `built by c per month` a date or time. */
#include "compiler/check/internal.h"

static bool has_key(const Relation *relation) {
    for (uint32_t i = 0; i < relation->tests.count; i++)
        if (relation->tests.items[i]->kind == TEST_KEY) return true;
    return false;
}

static bool is_time(const Type *type) {
    return type->kind == TYPE_DATE || type->kind == TYPE_TIMESTAMP || type->kind == TYPE_TIMESTAMPTZ;
}

static void check_key(Checking *checking, const Relation *relation, const Clause *built) {
    if (has_key(relation)) return;
    Report *report = diag_report(checking->diag, CODE_G0515, built->node.span, "`%s` is built by key, but has none", relation->full_name->text);
    report_says(checking->diag, report, "which row replaces which is not known");
    report_help(checking->diag, report, "say which columns make a row unique: `key` beside each of them");
}

static void check_period(Checking *checking, const Relation *relation, const Clause *built) {
    const Column *column = built->name.count == 1 && has_rows(relation) ? rows_find(relation->rows, built->name.items[0].name) : NULL;
    if (!column || type_is_poison(column->type) || is_time(column->type)) return;
    Report *report = diag_report(checking->diag, CODE_G0515, built->name.items[0].span, "`%s` is %s, which has no %s", column->name->text,
                                 type_text(checking->program->types, column->type), built->word.name->text);
    report_says(checking->diag, report, "a date or timestamp is wanted here");
    report_label(checking->diag, report, column->span, "this is %s", type_text(checking->program->types, column->type));
}

static void check_relation(Checking *checking, Relation *relation) {
    const Clause *built = decl_clause(relation->decl, CLAUSE_BUILT_BY);
    if (built && built->word.name) check_period(checking, relation, built);
    else if (built) check_key(checking, relation, built);
}

void check_builds(Checking *checking) {
    each_relation(checking, check_relation);
}
