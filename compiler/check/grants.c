/* Grants: the columns and masks that they name are those of what they grant. (Their filters are typed by types.) */
#include "compiler/check/internal.h"

/* By pattern a column need only be somewhere in the layer. */
static void need_in_any(Checking *checking, const Grant *grant, Part column) {
    const Relation *last = NULL;
    for (uint32_t i = 0; i < grant->relations.count; i++) {
        if (!has_rows(grant->relations.items[i])) return;
        if (rows_find(grant->relations.items[i]->rows, column.name)) return;
        last = grant->relations.items[i];
    }
    if (last) need_column(checking, last, column);
}

static void need_in_grant(Checking *checking, const Grant *grant, Part column) {
    if (grant->by_pattern) {
        need_in_any(checking, grant, column);
        return;
    }
    for (uint32_t i = 0; i < grant->relations.count; i++) need_column(checking, grant->relations.items[i], column);
}

static bool is_granted(const Grant *grant, const Name *column) {
    if (!grant->columns.count) return true;
    for (uint32_t i = 0; i < grant->columns.count; i++)
        if (grant->columns.items[i].name == column) return true;
    return false;
}

static void check_mask_type(Checking *checking, const Relation *relation, const Masking *masking, const Mask *mask) {
    Column *column = has_rows(relation) ? rows_find(relation->rows, masking->column.name) : NULL;
    if (!column || !mask || type_is_poison(mask->takes) || type_is_poison(column->type) || type_fits(column->type, mask->takes)) return;
    TypeTable *types = checking->program->types;
    Report *report = diag_report(checking->diag, CODE_G0421, masking->node.span, "mask `%s` takes %s, but `%s` is %s", mask->name->text,
                                 type_text(types, mask->takes), column->name->text, type_text(types, column->type));
    report_says(checking->diag, report, "this mask does not fit");
    report_label(checking->diag, report, mask->decl->name.items[0].span, "the mask takes %s", type_text(types, mask->takes));
    report_help(checking->diag, report, "declare a mask of %s, or write `mask %s with null`", type_text(types, column->type), column->name->text);
}

static void check_masking(Checking *checking, const Grant *grant, const Masking *masking, const Mask *mask) {
    need_in_grant(checking, grant, masking->column);
    for (uint32_t i = 0; i < grant->relations.count; i++) check_mask_type(checking, grant->relations.items[i], masking, mask);
    if (is_granted(grant, masking->column.name)) return;
    Report *report = diag_report(checking->diag, CODE_G0421, masking->node.span, "`%s` is masked, but not granted", masking->column.name->text);
    report_label(checking->diag, report, span_join(grant->columns.items[0].span, grant->columns.items[grant->columns.count - 1].span),
                 "only these columns are granted");
    report_help(checking->diag, report, "leave the mask out, or grant the column");
}

void check_grants(Checking *checking) {
    const Program *program = checking->program;
    for (uint32_t i = 0; i < program->grants.count; i++) {
        const Grant *grant = program->grants.items[i];
        if (i && grant->decl == program->grants.items[i - 1]->decl) continue; /* the same words for another role */
        const Expansion *before = program_enter(checking->program, grant->decl);
        for (uint32_t k = 0; k < grant->columns.count; k++) need_in_grant(checking, grant, grant->columns.items[k]);
        for (uint32_t k = 0; k < grant->maskings.count; k++) check_masking(checking, grant, grant->maskings.items[k], grant->masks.items[k]);
        checking->diag->expansion = before;
    }
}
