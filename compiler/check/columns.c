/* Columns that a relation's clauses name. */
#include "compiler/check/internal.h"

static void need_dotted(Checking *checking, const Relation *relation, const Nodes *kids) {
    for (uint32_t i = 0; i < kids->count; i++) {
        const Dotted *dotted = (const Dotted *)kids->items[i];
        if (dotted->node.kind != NODE_DOTTED) continue;
        if (dotted->name.count == 1) need_column(checking, relation, dotted->name.items[0]);
        need_dotted(checking, relation, &dotted->kids);
    }
}

/* What is read again takes the place of the row with its key. */
static void need_key(Checking *checking, const Relation *relation, const Clause *clause) {
    for (uint32_t i = 0; i < relation->tests.count; i++)
        if (relation->tests.items[i]->kind == TEST_KEY) return;
    Report *report = diag_report(checking->diag, CODE_G0741, clause->node.span, "`%s` needs a key, which `%s` has not",
                                 clause->of == CLAUSE_CHANGED_BY ? "changed by" : "deletions by", relation->full_name->text);
    report_help(checking->diag, report, "mark the column that tells its rows apart: `%s … key`",
                relation->rows && relation->rows->columns.count ? relation->rows->columns.items[0]->name->text : "id");
}

static void check_clause(Checking *checking, const Relation *relation, Clause *clause) {
    switch (clause->of) {
    case CLAUSE_PARTITIONED_BY: case CLAUSE_INDEXED_BY: case CLAUSE_REQUIRES_FILTER:
        need_dotted(checking, relation, &clause->kids);
        break;
    case CLAUSE_SORTED_BY:
        for (uint32_t i = 0; i < clause->kids.count; i++) need_columns_of(checking, relation, clause->kids.items[i]);
        break;
    case CLAUSE_BUILT_BY: /* `built by key` names no column */
        if (clause->word.name && clause->name.count == 1) need_column(checking, relation, clause->name.items[0]);
        break;
    case CLAUSE_DELETIONS_BY:
        need_key(checking, relation, clause);
        break;
    case CLAUSE_CHANGED_BY:
        need_key(checking, relation, clause);
        if (clause->name.count == 1) need_column(checking, relation, clause->name.items[0]);
        break;
    case CLAUSE_KEEPING_ROWS: case CLAUSE_FRESH:
        if (clause->name.count == 1) need_column(checking, relation, clause->name.items[0]);
        break;
    case CLAUSE_WINDOW_BY:
        need_column(checking, relation, clause->word);
        break;
    case CLAUSE_SUBJECT:
        need_columns_of(checking, relation, clause->expr);
        break;
    case CLAUSE_EXACTLY_ONCE_BY:
        for (uint32_t i = 0; i < clause->kids.count; i++) need_columns_of(checking, relation, clause->kids.items[i]);
        break;
    default: break; /* names no column of the relation */
    }
}

static void check_clauses_of(Checking *checking, const Relation *relation, const Nodes *clauses) {
    for (uint32_t i = 0; i < clauses->count; i++) {
        Clause *clause = (Clause *)clauses->items[i];
        if (clause->node.kind != NODE_CLAUSE) continue;
        check_clause(checking, relation, clause);
        if (clause->of == CLAUSE_FROM) check_clauses_of(checking, relation, &clause->kids);
    }
}

/* The right side of `a determines b`; the other columns of constraints are found by types. */
static void check_list(Checking *checking, const Relation *relation) {
    for (uint32_t i = 0; i < relation->decl->columns.count; i++) {
        const ColumnDecl *item = (const ColumnDecl *)relation->decl->columns.items[i];
        if (item->node.kind != NODE_COLUMN || item->of != COLUMN_ITEM_CONSTRAINT) continue;
        for (uint32_t k = 0; k < item->constraints.count; k++) {
            const Constraint *constraint = (const Constraint *)item->constraints.items[k];
            if (constraint->of == CONSTRAINT_DETERMINES) need_dotted(checking, relation, &constraint->kids);
        }
    }
}

static void check_relation(Checking *checking, Relation *relation) {
    if (!has_rows(relation)) return;
    check_list(checking, relation);
    check_clauses_of(checking, relation, &relation->decl->clauses);
}

void check_columns(Checking *checking) {
    each_relation(checking, check_relation);
}
