/* Relations handed to a template that says which columns it needs. */
#include "compiler/check/internal.h"

static Report *report_unfit(Checking *checking, const Handed *handed, const ColumnDecl *wanted, const char *what) {
    Report *report = diag_report(checking->diag, CODE_G0606, handed->use, "`%s` does not fit template `%s`: %s",
                                 handed->relation->full_name->text, handed->templ->name.items[0].name->text, what);
    report_label(checking->diag, report, wanted->name.span, "wanted here");
    report_label(checking->diag, report, name_span(handed->relation), "this is handed over");
    return report;
}

static void check_column(Checking *checking, const Handed *handed, const ColumnDecl *wanted) {
    const Column *column = rows_find(handed->relation->rows, wanted->name.name);
    const char *name = wanted->name.name->text;
    if (!column) {
        report_unfit(checking, handed, wanted, arena_format(checking->arena, "it has no column `%s`", name));
        return;
    }
    if (!wanted->type) return;
    const Type *type = type_resolve(checking->program, (const TypeName *)wanted->type, NULL);
    if (type_is_poison(type) || type_is_poison(column->type) || type_fits(column->type, type)) return;
    report_unfit(checking, handed, wanted,
                 arena_format(checking->arena, "its `%s` is %s, not %s", name, type_text(checking->program->types, column->type),
                              type_text(checking->program->types, type)));
}

void check_handed(Checking *checking) {
    for (uint32_t i = 0; i < checking->program->handed.count; i++) {
        const Handed *handed = checking->program->handed.items[i];
        if (!has_rows(handed->relation)) continue;
        for (uint32_t k = 0; k < handed->param->columns.count; k++) {
            const ColumnDecl *wanted = (const ColumnDecl *)handed->param->columns.items[k];
            if (wanted->node.kind == NODE_COLUMN && wanted->of == COLUMN_ITEM_COLUMN && wanted->name.name) check_column(checking, handed, wanted);
        }
    }
}
