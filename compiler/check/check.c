/* What runs the checks, and what they share. */
#include "compiler/check/internal.h"

Checking *checks_open(Facts *facts) {
    Program *program = facts->program;
    Checking *checking = arena_new(program->arena, Checking);
    *checking = (Checking){.facts = facts, .program = program, .diag = program->diag, .arena = program->arena};
    return checking;
}

void checks_of_relation(Checking *checking, Relation *relation) {
    checking->now = relation;
    if (relation->kind == RELATION_SYSTEM || relation->bad) return;
    find_parts(checking, (Node *)relation->query);
#define EACH(function) function(checking);
#define CHECK(function)
#include "compiler/check/checks.def"
#undef EACH
#undef CHECK
}

void checks_of_rest(Checking *checking) {
#define EACH(function)
#define CHECK(function) function(checking);
#include "compiler/check/checks.def"
#undef EACH
#undef CHECK
}

void each_relation(Checking *checking, void (*check)(Checking *checking, Relation *relation)) {
    const Expansion *before = program_enter(checking->program, checking->now->decl);
    check(checking, checking->now);
    checking->diag->expansion = before;
}

bool has_rows(const Relation *relation) {
    return relation && !relation->bad && relation->rows && !relation->rows->open;
}

bool type_is_poison(const Type *type) {
    return !type || type->kind == TYPE_UNKNOWN;
}

Span name_span(const Relation *relation) {
    const Parts *name = &relation->decl->name;
    return name->count ? span_join(name->items[0].span, name->items[name->count - 1].span) : relation->decl->node.span;
}

bool has_error_in(const Checking *checking, Span span) {
    for (uint32_t i = 0; i < checking->diag->reports.count; i++) {
        const Report *report = checking->diag->reports.items[i];
        if (report->severity != SEVERITY_ERROR) continue;
        if (report->primary.span.begin >= span.begin && report->primary.span.begin < span.end) return true;
    }
    return false;
}

Report *report_no_column(Checking *checking, const Relation *relation, Part part) {
    Report *report = diag_report(checking->diag, CODE_G0301, part.span, "`%s` has no column `%s`", relation->full_name->text,
                                 part.name->text);
    VEC(const char *) names = {0};
    for (uint32_t i = 0; i < relation->rows->columns.count; i++)
        if (relation->rows->columns.items[i]->name) vec_push(checking->arena, &names, (const char *)relation->rows->columns.items[i]->name->text);
    if (report_near(checking->diag, report, part.span, part.name->text, names.items, names.count)) return report;
    report_label(checking->diag, report, name_span(relation), "declared here");
    if (!names.count || names.count > 12) return report;
    Buffer list;
    buffer_open(&list, checking->arena);
    for (uint32_t i = 0; i < names.count; i++) buffer_format(&list, "%s`%s`", i ? ", " : "", names.items[i]);
    report_note(checking->diag, report, "its columns are %s", buffer_string(&list));
    return report;
}

Column *need_column(Checking *checking, const Relation *relation, Part part) {
    if (!has_rows(relation) || !part.name) return NULL;
    Column *column = rows_find(relation->rows, part.name);
    if (!column) report_no_column(checking, relation, part);
    return column;
}

typedef struct Needing { Checking *checking; const Relation *relation; } Needing;

/* Subqueries and lambdas have names of their own. */
static void need_names(void *context, Node **place) {
    Needing *needing = context;
    const Node *node = *place;
    if (node->kind == NODE_QUERY || node->kind == NODE_LAMBDA) return;
    if (node->kind != NODE_REF) {
        node_kids(*place, need_names, needing);
        return;
    }
    Ref *ref = (Ref *)*place;
    if (ref->column || ref->name.count != 1 || !has_rows(needing->relation)) return;
    if (rows_find(needing->relation->rows, ref->name.items[0].name)) return;
    if (!program_inline_constant(needing->checking->program, ref)) report_no_column(needing->checking, needing->relation, ref->name.items[0]);
}

void need_columns_of(Checking *checking, const Relation *relation, Node *expression) {
    Needing needing = {checking, relation};
    if (expression) need_names(&needing, &expression);
}
