/* A model's column list against what its query gives: names, types, units. */
#include "compiler/check/internal.h"

static const Rows *given_rows(const Relation *relation) {
    return relation->query ? relation->query->rowset.rows : NULL;
}

static Column *given_column(const Rows *rows, const Name *name) {
    for (uint32_t i = 0; i < rows->columns.count; i++)
        if (rows->columns.items[i]->name == name) return rows->columns.items[i];
    return NULL;
}

static void list_columns(Checking *checking, Report *report, const Rows *rows) {
    Buffer list;
    buffer_open(&list, checking->arena);
    for (uint32_t i = 0; i < rows->columns.count && i < 12; i++)
        if (rows->columns.items[i]->name) buffer_format(&list, "%s`%s`", i ? ", " : "", rows->columns.items[i]->name->text);
    report_note(checking->diag, report, "the query gives %s%s", buffer_string(&list), rows->columns.count > 12 ? ", …" : "");
}

/* A column that could not be understood and so may have been meant to be any that is declared: reported already. */
static bool is_misnamed(const Relation *relation, const Column *column) {
    const Column *own = column->name ? rows_find(relation->rows, column->name) : NULL;
    return column->type && column->type->kind == TYPE_UNKNOWN && !(own && own->declared);
}

static bool any_misnamed(const Relation *relation, const Rows *rows) {
    for (uint32_t i = 0; i < rows->columns.count; i++)
        if (is_misnamed(relation, rows->columns.items[i])) return true;
    return false;
}

static void report_missing(Checking *checking, const Relation *relation, const ColumnFacts *facts, const Rows *rows) {
    Part part = facts->decl->name;
    Report *report = diag_report(checking->diag, CODE_G0501, part.span, "column `%s` of `%s` is declared, but the query does not give it",
                                 part.name->text, relation->full_name->text);
    VEC(const char *) names = {0};
    for (uint32_t i = 0; i < rows->columns.count; i++)
        if (rows->columns.items[i]->name) vec_push(checking->arena, &names, (const char *)rows->columns.items[i]->name->text);
    if (!report_near(checking->diag, report, part.span, part.name->text, names.items, names.count)) list_columns(checking, report, rows);
}

/* ------------------------------------------------------------------- types */

/* `sum(x)` may have `::type` put behind it; an operator's operands would be taken apart. */
static bool binds_tightly(const Node *node) {
    return node->kind == NODE_REF || node->kind == NODE_CALL || node->kind == NODE_CAST || node->kind == NODE_LITERAL;
}

static void help_cast(Checking *checking, Report *report, const Column *column, const ColumnFacts *facts) {
    if (!column->expr || !facts->decl->type) return;
    const Node *expr = &column->expr->node;
    const char *type = text_copy(checking->arena, source_text(checking->program->sources, facts->decl->type->span));
    if (!type_casts(column->type, facts->type) || checking->diag->expansion) return;
    const char *text = text_copy(checking->arena, source_text(checking->program->sources, expr->span));
    if (!text[0]) return;
    report_edit(checking->diag, report, expr->span, arena_format(checking->arena, binds_tightly(expr) ? "%s::%s" : "(%s)::%s", text, type),
                "cast it, if that is what is meant");
}

static const char *named_text(Checking *checking, const ColumnFacts *facts) {
    const char *type = type_text(checking->program->types, facts->type);
    return facts->named ? arena_format(checking->arena, "%s, which is %s", facts->named->name->text, type) : type;
}

static void check_type(Checking *checking, const ColumnFacts *facts, const Column *column) {
    if (type_is_poison(facts->type) || type_is_poison(column->type)) return;
    if (type_fits(column->type, facts->type)) return;
    Report *report = diag_report(checking->diag, CODE_G0503, column->span, "column `%s` is %s, but declared as %s", facts->name->text,
                                 type_text(checking->program->types, column->type), named_text(checking, facts));
    report_says(checking->diag, report, "this is %s", type_text(checking->program->types, column->type));
    report_label(checking->diag, report, facts->decl->type ? facts->decl->type->span : facts->decl->name.span, "declared here");
    help_cast(checking, report, column, facts);
}

/* What has no unit takes the declared one; two different ones contradict each other. */
static void check_unit(Checking *checking, const ColumnFacts *facts, const Column *column) {
    if (!facts->unit || !column->unit || facts->unit == column->unit) return;
    Report *report = diag_report(checking->diag, CODE_G0324, column->span, "column `%s` is in %s, but declared in %s", facts->name->text,
                                 unit_text(checking->program->types, column->unit), unit_text(checking->program->types, facts->unit));
    report_says(checking->diag, report, "this is in %s", unit_text(checking->program->types, column->unit));
    report_label(checking->diag, report, facts->decl->name.span, "declared here");
}

/* --------------------------------------------------------------- exact lists */

static void report_unexpected(Checking *checking, const Relation *relation, const Rows *rows, uint32_t first, uint32_t count) {
    const Column *column = rows->columns.items[first];
    Report *report = diag_report(checking->diag, CODE_G0502, column->span,
                                 count == 1 ? "column `%s` is not in the list of `%s`" : "column `%s` and others are not in the list of `%s`",
                                 column->name->text, relation->full_name->text);
    report_says(checking->diag, report, "given by the query, but not declared");
    Buffer names;
    buffer_open(&names, checking->arena);
    for (uint32_t i = 0; i < rows->columns.count; i++) {
        const Column *other = rows->columns.items[i];
        if (!other->name || rows_find(relation->rows, other->name)->declared) continue;
        buffer_format(&names, ", %s", other->name->text);
        if (i != first) report_label(checking->diag, report, other->span, "nor is `%s`", other->name->text);
    }
    Span last = relation->decl->columns.items[relation->decl->columns.count - 1]->span;
    if (!checking->diag->expansion) report_edit(checking->diag, report, span_after(last), buffer_string(&names), "declare it, or end the list with `...`");
}

static void check_exact(Checking *checking, const Relation *relation, const Rows *rows) {
    uint32_t first = 0, count = 0;
    for (uint32_t i = 0; i < rows->columns.count; i++) {
        const Column *column = rows->columns.items[i];
        const Column *own = column->name ? rows_find(relation->rows, column->name) : NULL;
        if (!own || own->declared || is_misnamed(relation, column)) continue;
        if (!count++) first = i;
    }
    if (count) report_unexpected(checking, relation, rows, first, count);
}

static void check_contract(Checking *checking, Relation *relation) {
    const Rows *rows = given_rows(relation);
    if (!rows || !relation->rows || relation->kind != RELATION_MODEL || rows->open) return;
    for (uint32_t i = 0; i < relation->facts.count; i++) {
        const ColumnFacts *facts = relation->facts.items[i];
        const Column *column = given_column(rows, facts->name);
        if (!column && any_misnamed(relation, rows)) continue;
        if (!column) {
            report_missing(checking, relation, facts, rows);
            continue;
        }
        check_type(checking, facts, column);
        check_unit(checking, facts, column);
    }
    if (!relation->open_list) check_exact(checking, relation, rows);
}

void check_contracts(Checking *checking) {
    each_relation(checking, check_contract);
}
