/* An asof join takes the one nearest row: where two are as near, engines would take different ones. That none are must follow
 * from a key of the right side, of what is compared. */
#include "compiler/check/internal.h"

typedef VEC(Column *) Columns;

/* The column of the right side that a side of a comparison is: also of a day that is taken as a moment. */
static Column *right_column(const Rows *right, const Node *expr) {
    while (expr->kind == NODE_CAST && ((const Cast *)expr)->operand->kind != NODE_LITERAL) {
        const Type *from = ((const Expr *)((const Cast *)expr)->operand)->type;
        if (!from || !type_fits(from, ((const Expr *)expr)->type)) return NULL; /* two values may become one */
        expr = ((const Cast *)expr)->operand;
    }
    const Ref *ref = (const Ref *)expr;
    if (expr->kind != NODE_REF || ref->depth || !ref->column || ref->column->type != ref->expr.type) return NULL;
    for (uint32_t i = 0; i < right->columns.count; i++)
        if (right->columns.items[i] == ref->column) return ref->column;
    return NULL;
}

static void gather(Checking *checking, const Node *condition, const Rows *right, Columns *compared) {
    const Binary *binary = (const Binary *)condition;
    if (!condition || condition->kind != NODE_BINARY) return;
    if (binary->of == OP_AND) {
        gather(checking, binary->left, right, compared);
        gather(checking, binary->right, right, compared);
        return;
    }
    const Node *sides[] = {binary->left, binary->right};
    for (int i = 0; i < 2; i++) {
        Column *column = right_column(right, sides[i]);
        if (column) vec_push(checking->arena, compared, column);
    }
}

static const char *listed(Checking *checking, const Columns *columns, const char *quote) {
    Buffer out;
    buffer_open(&out, checking->arena);
    for (uint32_t i = 0; i < columns->count; i++)
        buffer_format(&out, "%s%s%s%s", i ? ", " : "", quote, columns->items[i]->name->text, quote);
    return buffer_string(&out);
}

static void report_ties(Checking *checking, const Join *join, const Columns *compared) {
    const Node *right = join->right;
    const TableRef *table = right->kind == NODE_TABLE_REF ? (const TableRef *)right : NULL;
    Report *report = diag_report(checking->diag, CODE_G0403, join->on ? join->on->span : right->span, "the nearest row may be several");
    report_says(checking->diag, report, "which of two that are as near is meant?");
    if (!compared->count) {
        report_label(checking->diag, report, right->span, "no column of it is compared as it is");
        report_help(checking->diag, report, "compare a column that tells its rows apart");
        return;
    }
    report_label(checking->diag, report, right->span, "nothing says that it has one row for each %s", listed(checking, compared, "`"));
    if (table && table->relation)
        report_help(checking->diag, report, "if it has, declare it of `%s`: `unique (%s)`", table->relation->full_name->text, listed(checking, compared, ""));
    report_help(checking->diag, report, "or keep one: `qualify row_number() over (partition by %s order by …) = 1`", listed(checking, compared, ""));
}

static void check_join(Checking *checking, const Join *join) {
    Rows *right = ((Rowset *)join->right)->rows, *left = ((Rowset *)join->left)->rows;
    Columns compared = {0};
    if (!right || !left || right->open || left->open || has_error_in(checking, join->rowset.node.span)) return;
    gather(checking, join->on, right, &compared);
    for (uint32_t i = 0; i < join->using_names.count; i++) {
        Column *column = rows_find(right, join->using_names.items[i].name);
        if (column) vec_push(checking->arena, &compared, column);
    }
    if (!keys_cover(keys_of_item(checking->arena, join->right), compared.items, compared.count)) report_ties(checking, join, &compared);
}

static void check_model(Checking *checking, Relation *relation) {
    for (uint32_t i = 0; has_rows(relation) && i < checking->found.joins.count; i++)
        if (checking->found.joins.items[i]->asof) check_join(checking, checking->found.joins.items[i]);
}

void check_asof(Checking *checking) {
    each_relation(checking, check_model);
}
