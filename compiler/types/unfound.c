/* Saying well which column or table was not found, and what was probably meant. */
#include "compiler/types/internal.h"

#include <string.h>

typedef VEC(const char *) Words;

static void add_names(Checker *checker, Words *words, const Rows *rows) {
    for (uint32_t i = 0; i < rows->columns.count; i++)
        if (rows->columns.items[i]->name) vec_push(checker->arena, words, (const char *)rows->columns.items[i]->name->text);
}

static const char *table_words(Checker *checker, const ScopeTable *table) {
    if (table->path) return parts_text(checker->arena, *table->path);
    if (table->node->kind == NODE_TABLE_REF) return parts_text(checker->arena, ((TableRef *)table->node)->name);
    return table->name ? table->name->text : "this table";
}

static void note_columns(Checker *checker, Report *report, const ScopeTable *table) {
    enum { MOST = 20 };
    Buffer out;
    if (table->rows->columns.count > MOST || !table->rows->columns.count) return;
    buffer_open(&out, checker->arena);
    for (uint32_t i = 0; i < table->rows->columns.count; i++) {
        const Name *name = table->rows->columns.items[i]->name;
        buffer_format(&out, "%s`%s`", i ? ", " : "", name ? name->text : "?");
    }
    report_note(checker->diag, report, "`%s` has %s", table_words(checker, table), buffer_string(&out));
}

/* The table that has the column that was probably meant. */
static void label_owner(Checker *checker, Report *report, const char *near) {
    for (const Scope *scope = checker->scope; scope; scope = scope->outer)
        for (uint32_t i = scope->visible; i < scope->tables.count; i++) {
            const ScopeTable *table = &scope->tables.items[i];
            for (uint32_t j = 0; j < table->rows->columns.count; j++) {
                const Name *name = table->rows->columns.items[j]->name;
                if (!name || strcmp(name->text, near)) continue;
                report_label(checker->diag, report, table->span, "`%s` has `%s`", table_words(checker, table), near);
                return;
            }
        }
}

/* ------------------------------------------------------- dropped on the way here */

enum { FARTHEST = 8 };

/* What a table in FROM reads, or null. */
static const Relation *relation_of(const ScopeTable *table) {
    return table->node->kind == NODE_TABLE_REF ? ((const TableRef *)table->node)->relation : NULL;
}

/* The column of the nearest relation upstream; *ret_by is the model that reads it and does not pass it on. */
static const Column *find_dropped(const Relation *relation, const Name *name, int depth, const Relation **ret_by) {
    for (uint32_t i = 0; i < relation->reads.count; i++) {
        Rows *rows = relation->reads.items[i]->rows;
        *ret_by = relation;
        const Column *column = rows ? rows_find(rows, name) : NULL;
        if (column) return column;
    }
    for (uint32_t i = 0; depth < FARTHEST && i < relation->reads.count; i++) {
        const Column *column = find_dropped(relation->reads.items[i], name, depth + 1, ret_by);
        if (column) return column;
    }
    return NULL;
}

/* The end of a select list that a column may simply be added to, or nowhere. */
static Span end_of_list(const Relation *model) {
    const Node *body = model->query ? model->query->body : NULL;
    const Select *select = body && body->kind == NODE_SELECT ? (const Select *)body : NULL;
    bool plain = select && select->items.count && select->from.count == 1 && select->from.items[0]->kind == NODE_TABLE_REF &&
                 !select->group.count && !select->group_all && !select->distinct;
    if (!plain) return NOWHERE;
    uint32_t end = select->items.items[select->items.count - 1]->span.end;
    return (Span){end, end};
}

/* A column that a model between here and the source left out. */
static bool tell_dropped(Checker *checker, Report *report, Part part, const ScopeTable *table) {
    const Relation *relation = relation_of(table), *by;
    const Column *column = relation ? find_dropped(relation, part.name, 0, &by) : NULL;
    if (!column || !column->relation) return false;
    const char *has = column->relation->full_name->text, *drops = by->full_name->text;
    report_label(checker->diag, report, column->span, "`%s` has it, but `%s` does not pass it on", has, drops);
    Span end = end_of_list(by);
    bool alone = by == relation && by->open_list && end.begin;
    if (alone) report_edit(checker->diag, report, end, arena_format(checker->arena, ", %s", part.name->text), "let `%s` pass it on", drops);
    else report_help(checker->diag, report, "let `%s` pass it on", drops);
    return true;
}

/* Whether a template was promised the column: that the relation handed to it lacks it is told at the use (G0606). */
static bool was_promised(const Checker *checker, Part part, const ScopeTable *table) {
    const Relation *relation = table ? relation_of(table) : NULL;
    for (uint32_t i = 0; relation && checker->diag->expansion && i < checker->program->handed.count; i++) {
        const Handed *handed = checker->program->handed.items[i];
        for (uint32_t k = 0; handed->relation == relation && k < handed->param->columns.count; k++) {
            const ColumnDecl *wanted = (const ColumnDecl *)handed->param->columns.items[k];
            if (wanted->node.kind == NODE_COLUMN && wanted->name.name == part.name) return true;
        }
    }
    return false;
}

void report_unknown_column(Checker *checker, Part part, const ScopeTable *only) {
    Words words = {0};
    bool alone = !only && checker->scope->tables.count == 1 && !checker->scope->outer;
    const ScopeTable *table = alone ? &checker->scope->tables.items[0] : only;
    if (was_promised(checker, part, table)) return;
    Report *report = diag_report(checker->diag, CODE_G0301, part.span, "unknown column `%s`", part.name->text);
    uint32_t tables = 0;
    for (const Scope *scope = only ? NULL : checker->scope; scope; scope = scope->outer) {
        for (uint32_t i = scope->visible; i < scope->tables.count; i++, tables++)
            add_names(checker, &words, scope->tables.items[i].rows);
        if (scope->output) add_names(checker, &words, scope->output);
    }
    if (only) add_names(checker, &words, only->rows);
    else if (tables == 1 && checker->scope->tables.count == 1) only = &checker->scope->tables.items[0];
    const char *near = name_near(part.name->text, words.items, words.count);
    if (near) {
        label_owner(checker, report, near);
        report_edit(checker->diag, report, part.span, near, "did you mean `%s`?", near);
    } else if (only) {
        report_says(checker->diag, report, "`%s` has no such column", table_words(checker, only));
        if (!tell_dropped(checker, report, part, only)) note_columns(checker, report, only);
    }
    Text written = source_text(checker->diag->sources, part.span);
    if (!near && written.length > 1 && written.at[0] == '"')
        report_edit(checker->diag, report, part.span, arena_format(checker->arena, "'%s'", part.name->text),
                    "text is written in single quotes");
}

void report_ambiguous(Checker *checker, Part part, const ScopeTable *first, const ScopeTable *second) {
    Report *report = diag_report(checker->diag, CODE_G0302, part.span, "column `%s` is in several tables", part.name->text);
    report_says(checker->diag, report, "which one is meant?");
    report_label(checker->diag, report, first->span, "`%s` has it", table_words(checker, first));
    report_label(checker->diag, report, second->span, "`%s` has it too", table_words(checker, second));
    const ScopeTable *tables[] = {first, second};
    for (int i = 0; i < 2; i++)
        if (tables[i]->name)
            report_edit(checker->diag, report, (Span){part.span.begin, part.span.begin},
                        arena_format(checker->arena, "%s.", tables[i]->name->text), "take that of `%s`", tables[i]->name->text);
}

static const ScopeTable *find_hidden(const Scope *scope, const Name *name) {
    for (; scope; scope = scope->outer)
        for (uint32_t i = 0; i < scope->tables.count; i++)
            if (scope->tables.items[i].name == name) return &scope->tables.items[i];
    return NULL;
}

/* The table whose name is hidden by its alias. */
static const ScopeTable *find_aliased(const Scope *scope, const Name *name) {
    for (; scope; scope = scope->outer)
        for (uint32_t i = 0; i < scope->tables.count; i++) {
            const ScopeTable *table = &scope->tables.items[i];
            const TableRef *ref = table->node->kind == NODE_TABLE_REF ? (const TableRef *)table->node : NULL;
            if (ref && ref->alias.name && ref->name.items[ref->name.count - 1].name == name) return table;
        }
    return NULL;
}

static const char *listed(Checker *checker, const Words *words) {
    Buffer out;
    buffer_open(&out, checker->arena);
    for (uint32_t i = 0; i < words->count; i++) buffer_format(&out, "%s`%s`", i ? ", " : "", words->items[i]);
    return buffer_string(&out);
}

void report_unknown_table(Checker *checker, Part part) {
    const ScopeTable *hidden = find_hidden(checker->scope, part.name);
    const ScopeTable *sibling = NULL;
    for (const Scope *scope = checker->scope; scope && !sibling; scope = scope->outer)
        sibling = scope->sibling ? find_hidden(scope->sibling, part.name) : NULL;
    if (hidden || sibling) {
        Report *report = diag_report(checker->diag, CODE_G0330, part.span, "table `%s` is not visible here", part.name->text);
        report_label(checker->diag, report, (sibling ? sibling : hidden)->span, "it stands here");
        if (sibling) report_help(checker->diag, report, "a subquery sees the tables beside it if it is `lateral (…)`");
        else if (hidden->hidden) report_note(checker->diag, report, "a semi or anti join gives the columns of its left side only");
        return;
    }
    Report *report = diag_report(checker->diag, CODE_G0230, part.span, "no table of this query is called `%s`", part.name->text);
    const ScopeTable *aliased = find_aliased(checker->scope, part.name);
    if (aliased) {
        report_label(checker->diag, report, aliased->span, "it is called `%s` here", aliased->name->text);
        report_edit(checker->diag, report, part.span, aliased->name->text, "an alias replaces the name");
        return;
    }
    Words words = {0};
    for (const Scope *scope = checker->scope; scope; scope = scope->outer)
        for (uint32_t i = 0; i < scope->tables.count; i++)
            if (scope->tables.items[i].name) vec_push(checker->arena, &words, (const char *)scope->tables.items[i].name->text);
    if (!report_near(checker->diag, report, part.span, part.name->text, words.items, words.count) && words.count)
        report_note(checker->diag, report, "here are %s", listed(checker, &words));
}

/* ------------------------------------------------------------------- stars */

void star_refuse_unknown(Checker *checker, Part part, const Rows *among) {
    Words words = {0};
    if (!part.name || among->open) return;
    for (uint32_t i = 0; i < among->columns.count; i++)
        if (among->columns.items[i]->name == part.name) return;
    add_names(checker, &words, among);
    Report *report = diag_report(checker->diag, CODE_G0301, part.span, "unknown column `%s`", part.name->text);
    report_says(checker->diag, report, "the star does not give it");
    report_near(checker->diag, report, part.span, part.name->text, words.items, words.count);
}
