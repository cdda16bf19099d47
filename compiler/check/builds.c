/* What an incremental build needs: `built by key` a key, `built by c per month` a date or time. */
#include "compiler/check/internal.h"

#include "compiler/facts/period.h"

#include <string.h>

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

/* Each row must have its period from the rows that it is made of: facts/period.h. */
static void check_rows(Checking *checking, const Relation *relation, const Clause *built, const Column *time) {
    PeriodFacts facts = period_facts(checking->arena, relation, time);
    if (facts.possible) return;
    Report *report = diag_report(checking->diag, CODE_G0720, facts.span, "`%s` cannot be built by %s: it %s", relation->full_name->text,
                                 built->word.name->text, facts.why);
    report_says(checking->diag, report, "%s", facts.says);
    report_label(checking->diag, report, built->node.span, "asked for here");
    report_help(checking->diag, report, "leave the clause out: then it is built whole; or give the part that needs all rows a model of its own");
}

static void check_period(Checking *checking, const Relation *relation, const Clause *built) {
    const Column *column = built->name.count == 1 && has_rows(relation) ? rows_find(relation->rows, built->name.items[0].name) : NULL;
    if (!column || type_is_poison(column->type)) return;
    if (is_time(column->type)) {
        if (relation->query && !relation->bad && column->copied) check_rows(checking, relation, built, column);
        return;
    }
    Report *report = diag_report(checking->diag, CODE_G0515, built->name.items[0].span, "`%s` is %s, which has no %s", column->name->text,
                                 type_text(checking->program->types, column->type), built->word.name->text);
    report_says(checking->diag, report, "a date or timestamp is wanted here");
    report_label(checking->diag, report, column->span, "this is %s", type_text(checking->program->types, column->type));
}

static bool is_of_days(const Clause *built) {
    static const char *const UNITS[] = {"day", "week", "month", "quarter", "year"};
    for (size_t i = 0; i < sizeof UNITS / sizeof *UNITS; i++)
        if (!strcmp(built->word.name->text, UNITS[i])) return true;
    return false;
}

/* Periods are of whole days; a key that only warns may repeat, and then rows cannot be told apart. */
static void check_parts(Checking *checking, const Relation *relation, const Clause *built) {
    if (built->word.name && !is_of_days(built)) {
        Report *report = diag_report(checking->diag, CODE_G0722, built->word.span, "`%s` cannot be built by %s", relation->full_name->text, built->word.name->text);
        report_says(checking->diag, report, "periods are a day, week, month, quarter or year");
    }
    for (uint32_t i = 0; !built->word.name && i < relation->tests.count; i++) {
        const Test *test = relation->tests.items[i];
        if (test->kind != TEST_KEY || !test->warn) continue;
        Report *report = diag_report(checking->diag, CODE_G0722, test->span, "the key by which `%s` is built may repeat", relation->full_name->text);
        report_says(checking->diag, report, "only a warning");
        report_label(checking->diag, report, built->node.span, "which row replaces which is then not known");
    }
}

/* What happens when the model itself changes is asked of what keeps rows of before. */
static void check_change(Checking *checking, const Relation *relation, const Clause *built) {
    static const char *const ANSWERS[] = {"append", "widen", "refresh", "fail"};
    const Clause *change = decl_clause(relation->decl, CLAUSE_ON_CHANGE);
    if (!change || !change->word.name) return;
    bool known = false;
    for (size_t i = 0; i < sizeof ANSWERS / sizeof *ANSWERS; i++) known = known || !strcmp(change->word.name->text, ANSWERS[i]);
    if (!known) {
        Report *report = diag_report(checking->diag, CODE_G0723, change->word.span, "unknown answer `%s` to a change", change->word.name->text);
        report_help(checking->diag, report, "the answers are append, widen, refresh and fail");
    } else if (!built) {
        Report *report = diag_report(checking->diag, CODE_G0723, change->node.span, "`%s` is built whole: a change leaves nothing of before", relation->full_name->text);
        report_help(checking->diag, report, "leave it out; it is for models that are `built by`");
    }
}

/* Only rows that are kept can be kept while others are built. */
static void check_kept(Checking *checking, const Relation *relation, const Clause *built) {
    bool kept = relation->kind != RELATION_MODEL || relation->stored == STORED_TABLE || relation->stored == STORED_FILES;
    if (kept || has_error_in(checking, built->node.span)) return;
    Report *report = diag_report(checking->diag, CODE_G0721, built->node.span, "`%s` is no table: nothing of it is kept that could be built in parts",
                                 relation->full_name->text);
    report_help(checking->diag, report, "say `stored as table`, or leave the clause out");
}

static void check_relation(Checking *checking, Relation *relation) {
    const Clause *built = decl_clause(relation->decl, CLAUSE_BUILT_BY);
    if (built && built->word.name) check_period(checking, relation, built);
    else if (built) check_key(checking, relation, built);
    if (built) check_parts(checking, relation, built);
    if (built) check_kept(checking, relation, built);
    check_change(checking, relation, built);
}

void check_builds(Checking *checking) {
    each_relation(checking, check_relation);
}
