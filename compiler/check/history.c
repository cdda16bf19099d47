/* What is remembered: versions need a key and a table, rows that go by their age a time, and a question about an earlier moment something
 * that knows the answer. */
#include "compiler/check/internal.h"

#include <string.h>

/* --------------------------------------------------------------- declarations */

static bool is_table(const Relation *relation) {
    return relation->kind == RELATION_SOURCE || relation->stored == STORED_TABLE || relation->stored == STORED_FILES;
}

static const char *stored_words(const Relation *relation) {
    return relation->stored == STORED_INLINE ? "is written into its readers" : "is a view";
}

static void check_stored(Checking *checking, const Relation *relation, const Clause *clause, const char *what) {
    if (is_table(relation)) return;
    Report *report = diag_report(checking->diag, CODE_G0731, clause->node.span, "`%s` %s, so there are no rows to %s", relation->full_name->text,
                                 stored_words(relation), what);
    report_label(checking->diag, report, name_span(relation), "has no rows of its own");
    const Clause *stored = decl_clause(relation->decl, CLAUSE_STORED_AS);
    if (stored) report_edit(checking->diag, report, stored->node.span, "stored as table", "store it");
    else report_edit(checking->diag, report, (Span){clause->node.span.begin, clause->node.span.begin}, "stored as table ", "store it");
    if (clause->of == CLAUSE_KEEPING_HISTORY)
        report_note(checking->diag, report, "without the clause its earlier states follow from those of what it reads, if these keep history");
}

/* A key of which only a warning is given does not tell rows apart. */
static void check_key(Checking *checking, const Relation *relation, const Clause *clause) {
    const Test *key = NULL;
    for (uint32_t i = 0; i < relation->tests.count; i++)
        if (relation->tests.items[i]->kind == TEST_KEY) key = relation->tests.items[i];
    if (key && !key->warn) return;
    Report *report = diag_report(checking->diag, CODE_G0730, clause->node.span, "`%s` keeps history, but %s", relation->full_name->text,
                                 key ? "its key is only warned of" : "has no key");
    report_says(checking->diag, report, "which row is a version of which is not known");
    if (key) report_label(checking->diag, report, key->span, "two rows of one key are let pass here");
    else report_help(checking->diag, report, "say which columns make a row unique: `key` beside each of them");
}

static void check_names(Checking *checking, const Relation *relation, const Clause *clause) {
    static const char *const OWN[] = {HISTORY_FROM, HISTORY_TO, "known_from", "known_to"};
    for (uint32_t i = 0; has_rows(relation) && i < relation->rows->columns.count; i++) {
        const Column *column = relation->rows->columns.items[i];
        for (size_t k = 0; column->name && k < sizeof OWN / sizeof *OWN; k++) {
            if (strcmp(column->name->text, OWN[k])) continue;
            Report *report = diag_report(checking->diag, CODE_G0734, column->span, "`%s` is what history calls a column of its own", OWN[k]);
            report_label(checking->diag, report, clause->node.span, "kept here");
            report_help(checking->diag, report, "give the column another name");
        }
    }
}

static void check_age(Checking *checking, const Relation *relation, const Clause *clause) {
    const Column *column = has_rows(relation) && clause->name.count == 1 ? rows_find(relation->rows, clause->name.items[0].name) : NULL;
    if (!column || type_is_poison(column->type)) return;
    TypeKind kind = column->type->kind;
    if (kind == TYPE_DATE || kind == TYPE_TIMESTAMP || kind == TYPE_TIMESTAMPTZ) return;
    Report *report = diag_report(checking->diag, CODE_G0735, clause->name.items[0].span, "`%s` is %s, which has no age", column->name->text,
                                 type_text(checking->program->types, column->type));
    report_says(checking->diag, report, "a date or timestamp is wanted here");
    report_label(checking->diag, report, column->span, "this is %s", type_text(checking->program->types, column->type));
}

static void check_memory(Checking *checking, const Relation *relation) {
    const Clause *history = decl_clause(relation->decl, CLAUSE_KEEPING_HISTORY), *rows = decl_clause(relation->decl, CLAUSE_KEEPING_ROWS);
    if (history) {
        check_stored(checking, relation, history, "keep versions of");
        check_key(checking, relation, history);
        check_names(checking, relation, history);
    }
    if (rows) {
        check_stored(checking, relation, rows, "remove");
        check_age(checking, relation, rows);
    }
}

/* ------------------------------------------------------------------ questions */

static void report_lack(Checking *checking, Span span, const Relation *asked, HistoryLack lack) {
    bool own = lack.relation == asked;
    Report *report = diag_report(checking->diag, CODE_G0733, span, "what `%s` was at another time is not known", asked->full_name->text);
    if (own) report_says(checking->diag, report, "it %s", lack.why);
    else report_says(checking->diag, report, "behind it stands `%s`, which %s", lack.relation->full_name->text, lack.why);
    report_label(checking->diag, report, name_span(lack.relation), "declared here");
    if (lack.relation->kind == RELATION_SOURCE || is_table(lack.relation))
        report_help(checking->diag, report, "let `%s` keep it: `keeping history`; from then on it is known", lack.relation->full_name->text);
}

typedef struct Named { const Ref *ref; } Named;

static void find_ref(void *context, Node **place) {
    Named *named = context;
    if ((*place)->kind == NODE_REF && ((const Ref *)*place)->column && !named->ref) named->ref = (const Ref *)*place;
    if (!named->ref) node_kids(*place, find_ref, named);
}

static void check_moment(Checking *checking, const TableRef *table) {
    Named named = {0};
    Node *moment = table->as_of;
    find_ref(&named, &moment);
    if (!named.ref) return;
    Report *report = diag_report(checking->diag, CODE_G0732, named.ref->expr.node.span, "the moment of `as of` is one for the whole table");
    report_says(checking->diag, report, "this is another in each row");
    report_help(checking->diag, report, "join `history(…)` on `known_from` and `known_to`");
}

static void check_asked(Checking *checking, const TableRef *table) {
    if (!table->as_of) return;
    if (table->cte) {
        Report *report = diag_report(checking->diag, CODE_G0733, table->rowset.node.span, "`%s` is a part of this query, which has no earlier states",
                                     table->name.items[0].name->text);
        report_help(checking->diag, report, "say `as of` of the tables that it reads");
        return;
    }
    check_moment(checking, table);
    if (!table->relation || table->relation->bad) return;
    HistoryLack lack = history_lack(checking->program, table->relation);
    if (lack.relation) report_lack(checking, table->rowset.node.span, table->relation, lack);
}

static void check_call(Checking *checking, const Call *call) {
    TableFunction table = {.call = (Node *)&call->expr.node};
    const Relation *relation = history_relation(checking->program, &table);
    if (!relation || relation->bad || relation_keeps_history(relation)) return;
    report_lack(checking, call->expr.node.span, relation, (HistoryLack){relation, "keeps no history"});
}

static void check_questions(Checking *checking) {
    const Found *found = &checking->found;
    for (uint32_t i = 0; i < found->tables.count; i++) check_asked(checking, found->tables.items[i]);
    for (uint32_t i = 0; i < found->calls.count; i++) check_call(checking, found->calls.items[i].call);
}

static void check_relation(Checking *checking, Relation *relation) {
    check_memory(checking, relation);
    check_questions(checking);
}

bool check_state_is_known(const Facts *facts, const TableRef *table) {
    Checking *checking = checks_open((Facts *)facts);
    HistoryLack lack = history_lack(checking->program, table->relation);
    if (lack.relation) report_lack(checking, table->rowset.node.span, table->relation, lack);
    return lack.relation == NULL;
}

void check_history(Checking *checking) {
    each_relation(checking, check_relation);
}

void check_history_of_queries(Checking *checking) {
    const Program *program = checking->program;
    for (uint32_t i = 0; i < program->tests.count; i++) {
        find_parts(checking, (Node *)program->tests.items[i]->query);
        check_questions(checking);
    }
    for (uint32_t i = 0; i < program->queries.count; i++) {
        find_parts(checking, (Node *)program->queries.items[i]);
        check_questions(checking);
    }
}
