/* The whole program, in dependency order: relations, then all that speaks of them. */
#include "compiler/types/internal.h"

#include <string.h>

enum { MAPPED_FROM = 16 };

static Checker checker_of(Program *program) {
    return (Checker){.program = program, .arena = program->arena, .types = program->types, .diag = program->diag, .place = IN_SELECT};
}

/* -------------------------------------------------------------------- columns */

static const ColumnFacts *declared_column(const Relation *relation, const Map *by_name, const Name *name) {
    if (by_name->count) return map_get(by_name, name);
    for (uint32_t i = 0; i < relation->facts.count; i++)
        if (relation->facts.items[i]->name == name) return relation->facts.items[i];
    return NULL;
}

static Text words_of(const ColumnFacts *facts) {
    return facts && facts->decl ? facts->decl->doc : (Text){0};
}

static void declared_only(Checker *checker, Relation *relation, const ColumnFacts *facts) {
    bool known = facts->type && facts->type->kind != TYPE_UNKNOWN;
    column_add(checker, relation->rows, (Column){
        .name = facts->name, .type = known ? facts->type : simple(checker, TYPE_UNKNOWN), .unit = facts->unit,
        .nullable = !facts->not_null, .span = facts->decl->name.span, .doc = words_of(facts), .relation = relation, .declared = facts});
}

/* What the list declares of a column wins over what the query gives: that is what its readers rely on. */
static void model_column(Checker *checker, Relation *relation, const Map *by_name, Column *from) {
    const ColumnFacts *facts = from->name ? declared_column(relation, by_name, from->name) : NULL;
    bool typed = facts && facts->type && facts->type->kind != TYPE_UNKNOWN;
    Text words = words_of(facts);
    Name *name = from->name ? from->name : name_of(checker->program->names, "?"); /* what is without one was reported */
    column_add(checker, relation->rows, (Column){
        .name = name, .type = typed ? facts->type : from->type, .unit = facts && facts->unit ? facts->unit : from->unit,
        .nullable = from->nullable && !(facts && facts->not_null), .span = facts ? facts->decl->name.span : from->span,
        .doc = words.length ? words : from->doc, .relation = relation, .copied = from, .declared = facts});
}

static void refuse_unnamed(Checker *checker, const Column *column) {
    Report *report = diag_report(checker->diag, CODE_G0340, column->span, "column %u of the model has no name", column->index + 1);
    report_edit(checker->diag, report, span_after(column->span), " as name", "give it one");
}

static void refuse_twice(Checker *checker, const Column *column, const Column *first) {
    Report *report = diag_report(checker->diag, CODE_G0320, column->span, "two columns are called `%s`", column->name->text);
    report_label(checker->diag, report, first->span, "the first is here");
    if (column->expr && column->expr->node.span.begin == column->span.begin && column->expr->node.kind != NODE_REF) return;
    report_help(checker->diag, report, "give one of them another name with `as`, or leave it out of the star with `exclude (%s)`",
                column->name->text);
}

static void refuse_untyped(Checker *checker, const Column *column) {
    Report *report = diag_report(checker->diag, CODE_G0303, column->span, "a column of nothing but null has no type");
    if (column->expr && column->expr->node.kind != NODE_REF)
        report_edit(checker->diag, report, span_after(column->expr->node.span), "::text", "say which type it has");
}

/* Names that a relation can have, each once. A column that is poison, and a name with a placeholder left in it, were
 * reported already. */
static void names_check(Checker *checker, const Relation *relation, Rows *rows) {
    for (uint32_t i = 0; i < rows->columns.count; i++) {
        const Column *column = rows->columns.items[i];
        const Column *first = column->name ? rows_find(rows, column->name) : NULL;
        if (column->type->kind == TYPE_UNKNOWN && !column->name) continue;
        if (!column->name) refuse_unnamed(checker, column);
        else if (first != column && !strchr(column->name->text, '{')) refuse_twice(checker, column, first);
        const ColumnFacts *facts = column->name ? declared_column(relation, &(Map){0}, column->name) : NULL;
        if (column->type->kind == TYPE_NULL && !(facts && facts->type)) refuse_untyped(checker, column);
    }
}

static void model_rows(Checker *checker, Relation *relation, Rows *given) {
    Map by_name;
    map_open(&by_name, checker->arena);
    if (relation->facts.count >= MAPPED_FROM)
        for (uint32_t i = 0; i < relation->facts.count; i++)
            map_put(&by_name, relation->facts.items[i]->name, relation->facts.items[i]);
    names_check(checker, relation, given);
    for (uint32_t i = 0; i < given->columns.count; i++) model_column(checker, relation, &by_name, given->columns.items[i]);
    for (uint32_t i = 0; i < relation->facts.count; i++)
        if (!rows_find(relation->rows, relation->facts.items[i]->name)) declared_only(checker, relation, relation->facts.items[i]);
}

static void relation_check(Checker *checker, Relation *relation) {
    const Expansion *before = program_enter(checker->program, relation->decl);
    relation->rows = rows_new(checker);
    relation->rows->open = relation->bad; /* it may meet itself */
    checker->relation = relation;
    checker->replayed = relation->kind == RELATION_MODEL;
    if (relation->query) {
        Rows *given = query_check(checker, relation->query, NULL, NULL, 0);
        relation->rows->open = given->open || relation->bad;
        model_rows(checker, relation, given);
    } else {
        relation->rows->open = relation->bad;
        for (uint32_t i = 0; i < relation->facts.count; i++)
            if (relation->facts.items[i]->name) declared_only(checker, relation, relation->facts.items[i]);
    }
    checker->replayed = false;
    checker->relation = NULL;
    checker->diag->expansion = before;
}

/* ------------------------------------------------------- what speaks of relations */

/* A scope of one relation's own columns: for checks, filters of grants, metrics. */
static void over_relation(Checker *checker, Relation *relation, Scope *scope) {
    *scope = (Scope){.distance = 1, .item_now = UINT32_MAX};
    scope->facts = arena_new(checker->arena, SelectFacts);
    ScopeTable table = {.name = relation->name, .rows = relation->rows, .node = (Node *)relation->decl,
                        .span = relation->decl->name.count ? relation->decl->name.items[0].span : relation->decl->node.span};
    vec_push(checker->arena, &scope->tables, table);
    checker->scope = scope;
}

static const Part *part_named(const Test *test, const Name *name) {
    for (uint32_t i = 0; test->constraint && i < test->constraint->names.count; i++)
        if (test->constraint->names.items[i].name == name) return &test->constraint->names.items[i];
    return NULL;
}

/* Columns that a constraint of the list names; those of a column's own constraint are there or reported by check. */
static void test_columns(Checker *checker, Test *test) {
    Rows *rows = test->relation->rows;
    for (uint32_t i = 0; i < test->column_names.count; i++) {
        const Name *name = test->column_names.items[i];
        Column *column = rows_find(rows, name);
        if (column) vec_push(checker->arena, &test->columns, column);
        const Part *part = part_named(test, name);
        if (column || rows->open || !part) continue;
        Report *report = diag_report(checker->diag, CODE_G0301, part->span, "unknown column `%s`", name->text);
        report_says(checker->diag, report, "`%s` has no such column", test->relation->full_name->text);
        VEC(const char *) words = {0};
        for (uint32_t j = 0; j < rows->columns.count; j++)
            if (rows->columns.items[j]->name) vec_push(checker->arena, &words, (const char *)rows->columns.items[j]->name->text);
        report_near(checker->diag, report, part->span, name->text, words.items, words.count);
    }
}

static void predicate_check(Checker *checker, Relation *relation, Node *predicate) {
    Scope scope;
    const Expansion *before = program_enter(checker->program, predicate);
    over_relation(checker, relation, &scope);
    condition_check(checker, IN_CHECK, predicate);
    checker->scope = NULL;
    checker->diag->expansion = before;
}

static bool has_declared_columns(const Test *test) {
    for (uint32_t i = 0; i < test->columns.count; i++)
        if (test->columns.items[i]->type->kind == TYPE_UNKNOWN) return false;
    return test->columns.count == test->column_names.count;
}

static void test_check(Checker *checker, Test *test) {
    if (test->relation && test->relation->rows && !test->decl) test_columns(checker, test);
    if (test->query) query_check(checker, test->query, NULL, NULL, 0);
    if (test->check && test->relation && test->relation->rows && has_declared_columns(test))
        predicate_check(checker, test->relation, test->check);
}

static void given_check(Checker *checker, Given *given) {
    Scope scope = {.distance = 1, .item_now = UINT32_MAX};
    if (!given) return;
    checker->scope = &scope;
    checker->place = IN_VALUES;
    for (uint32_t i = 0; i < given->rows.count; i++)
        if (given->rows.items[i]->kind == NODE_ROW) exprs_check(checker, &((Row *)given->rows.items[i])->items);
    checker->scope = NULL;
}

static void unit_test_check(Checker *checker, UnitTest *test) {
    for (uint32_t i = 0; i < test->given.count; i++) given_check(checker, test->given.items[i]);
    given_check(checker, test->expected);
}

static void grant_check(Checker *checker, Grant *grant) {
    for (uint32_t i = 0; grant->where && i < grant->relations.count; i++)
        if (grant->relations.items[i]->rows) predicate_check(checker, grant->relations.items[i], grant->filters.items[i]);
}

static void measure_check(Checker *checker, Measure *measure) {
    Relation *relation = measure->relation.count ? program_relation(checker->program, measure->relation) : NULL;
    Scope scope;
    if (!relation || !relation->rows) return;
    over_relation(checker, relation, &scope);
    if (measure->where) condition_check(checker, IN_WHERE, measure->where);
    if (measure->expr) expr_check_in(checker, IN_SELECT, measure->expr);
    checker->scope = NULL;
}

static void metric_check(Checker *checker, const Decl *decl) {
    if (decl->body && decl->body->kind == NODE_MEASURE) measure_check(checker, (Measure *)decl->body);
    for (uint32_t i = 0; i < decl->clauses.count; i++) {
        Clause *clause = (Clause *)decl->clauses.items[i];
        if (clause->of == CLAUSE_ALSO && clause->expr && clause->expr->kind == NODE_MEASURE) measure_check(checker, (Measure *)clause->expr);
    }
}

/* An example must hold, so it must be a condition: checked with the declarations, not with each project. */
void types_check_examples(Program *program) {
    Checker checker = checker_of(program);
    for (uint32_t i = 0; i < program->stdlib_functions.count; i++) {
        Scope scope = {.distance = 1, .item_now = UINT32_MAX};
        Decl *decl = program->stdlib_functions.items[i];
        checker.scope = &scope;
        scope.facts = arena_new(program->arena, SelectFacts);
        for (uint32_t j = 0; j < decl->clauses.count; j++) {
            Clause *clause = (Clause *)decl->clauses.items[j];
            if (clause->of == CLAUSE_EXAMPLE && clause->expr) condition_check(&checker, IN_SELECT, clause->expr);
        }
    }
}

void types_check(Program *program) {
    Checker checker = checker_of(program);
    bodies_check(&checker);
    for (uint32_t i = 0; i < program->relations.count; i++) relation_check(&checker, program->relations.items[i]);
    for (uint32_t i = 0; i < program->tests.count; i++) test_check(&checker, program->tests.items[i]);
    for (uint32_t i = 0; i < program->unit_tests.count; i++) unit_test_check(&checker, program->unit_tests.items[i]);
    for (uint32_t i = 0; i < program->grants.count; i++) grant_check(&checker, program->grants.items[i]);
    for (uint32_t i = 0; i < program->deferred.count; i++)
        if (program->deferred.items[i]->decl->of == DECL_METRIC) metric_check(&checker, program->deferred.items[i]->decl);
    for (uint32_t i = 0; i < program->queries.count; i++) query_check(&checker, program->queries.items[i], NULL, NULL, 0);
}

Rows *types_check_query(Program *program, Query *query) {
    Checker checker = checker_of(program);
    return query_check(&checker, query, NULL, NULL, 0);
}
