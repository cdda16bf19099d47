/* Queries as values: scalar subqueries, IN, ANY and ALL. */
#include "compiler/types/internal.h"

static Rows *inner(Checker *checker, Node *query) {
    return query_check(checker, (Query *)query, checker->scope, NULL, 1);
}

static bool refuse_width(Checker *checker, Node *at, const Rows *rows, uint32_t wanted) {
    if (rows->open || rows->columns.count == wanted) return false;
    Report *report = diag_report(checker->diag, CODE_G0321, at->span, "a subquery of %u columns where %s", rows->columns.count,
                                 wanted == 1 ? "one value is meant" : arena_format(checker->arena, "%u are meant", wanted));
    for (uint32_t i = 0; i < rows->columns.count && rows->columns.count <= 4; i++)
        report_label(checker->diag, report, rows->columns.items[i]->span, "column %u", i + 1);
    return true;
}

/* One row whatever the data: an aggregate of everything, not filtered afterwards. */
static bool gives_a_row(const Query *query) {
    if (query->limit || query->offset || !query->body || query->body->kind != NODE_SELECT) return false;
    const Select *select = (const Select *)query->body;
    return select->facts && select->facts->one_group && !select->facts->group.count && !select->having && !select->qualify;
}

void subquery_check(Checker *checker, Subquery *subquery) {
    Rows *rows = inner(checker, subquery->query);
    if (refuse_width(checker, (Node *)subquery, rows, 1) || rows->open || !rows->columns.count) {
        expr_poison(checker, (Node *)subquery);
        return;
    }
    const Column *column = rows->columns.items[0];
    bool nullable = column->nullable || subquery->query->kind != NODE_QUERY || !gives_a_row((Query *)subquery->query);
    expr_set((Node *)subquery, column->type, column->unit, nullable);
}

/* Gives whether any value that is searched may be null. */
static bool compare_columns(Checker *checker, Node *left, Node *query, Rows *rows, Span at, const char *operator) {
    bool is_row = left->kind == NODE_ROW;
    uint32_t width = is_row ? ((Row *)left)->items.count : 1;
    bool nullable = false;
    if (is_poison(left) || rows->open || refuse_width(checker, query, rows, width)) return false;
    for (uint32_t i = 0; i < width && i < rows->columns.count; i++) {
        const Column *column = rows->columns.items[i];
        Node *value = column_value(checker, column, column->span.end ? column->span : query->span);
        compare_check(checker, is_row ? ((Row *)left)->items.items[i] : left, value, at, operator);
        nullable |= column->nullable;
    }
    return nullable;
}

/* Leaves nulls out of a plain `select column from …`, where the edit is sure to mean that. */
static bool suggest_not_null(Checker *checker, Report *report, const Query *query) {
    const Select *select = query->body && query->body->kind == NODE_SELECT ? (const Select *)query->body : NULL;
    bool plain = select && select->items.count == 1 && !select->group.count && !select->group_all && !select->having && !select->qualify &&
                 !query->order.count && !query->limit && !query->offset;
    const Node *expr = plain ? ((const SelectItem *)select->items.items[0])->expr : NULL;
    if (!expr || expr->kind != NODE_REF) return false;
    const Binary *where = select->where && select->where->kind == NODE_BINARY ? (const Binary *)select->where : NULL;
    if (where && where->of == OP_OR) return false;
    Text name = source_text(checker->diag->sources, expr->span);
    report_edit(checker->diag, report, span_after(select->rowset.node.span),
                arena_format(checker->arena, " %s %.*s is not null", select->where ? "and" : "where", TEXT_ARGS(name)), "leave nulls out");
    return true;
}

/* `x not in (…, null)` is never true: a null among the values leaves nothing. */
static void warn_of_nulls(Checker *checker, const In *in, const Column *column) {
    Report *report = diag_report(checker->diag, CODE_G0313, in->expr.node.span, "`not in` keeps nothing if a value is null");
    report_says(checker->diag, report, "one null among them and no row is kept");
    if (column) {
        report_label(checker->diag, report, column->span, "`%s` may be null", column->name ? column->name->text : "this");
        bool edited = in->query && suggest_not_null(checker, report, (const Query *)in->query);
        report_help(checker->diag, report, edited ? "or write an anti join or `not exists`"
                                                  : "leave nulls out: `where … is not null`, or write an anti join or `not exists`");
    }
}

static void in_query(Checker *checker, In *in) {
    Rows *rows = inner(checker, in->query);
    bool nulls = compare_columns(checker, in->operand, in->query, rows, in->expr.node.span, "in");
    if (in->negated && nulls)
        for (uint32_t i = 0; i < rows->columns.count; i++)
            if (rows->columns.items[i]->nullable) {
                warn_of_nulls(checker, in, rows->columns.items[i]);
                break;
            }
    expr_set((Node *)in, simple(checker, TYPE_BOOL), NULL, NULLABLE(in->operand) || nulls);
}

void in_check(Checker *checker, In *in) {
    expr_check(checker, in->operand);
    if (in->query) {
        in_query(checker, in);
        return;
    }
    bool nullable = NULLABLE(in->operand);
    for (uint32_t i = 0; i < in->list.count; i++) {
        Node *value = in->list.items[i];
        expr_check(checker, value);
        bool fits = compare_check(checker, in->operand, value, value->span, "in");
        nullable |= NULLABLE(value);
        if (in->negated && fits && TYPE_OF(value)->kind == TYPE_NULL) warn_of_nulls(checker, in, NULL);
        if (!fits) break;
    }
    expr_set((Node *)in, simple(checker, TYPE_BOOL), NULL, nullable);
}

static const char *quantified_operator(Operator of) {
    return of == OP_EQ ? "=" : of == OP_NE ? "<>" : of == OP_LT ? "<" : of == OP_LE ? "<=" : of == OP_GT ? ">" : ">=";
}

void quantified_check(Checker *checker, Quantified *quantified) {
    expr_check(checker, quantified->left);
    const char *operator = quantified_operator(quantified->of);
    Span at = quantified->expr.node.span;
    bool nullable = true;
    if (quantified->right->kind == NODE_SUBQUERY) {
        Subquery *subquery = (Subquery *)quantified->right;
        Rows *rows = inner(checker, subquery->query);
        nullable = compare_columns(checker, quantified->left, (Node *)subquery, rows, at, operator) || NULLABLE(quantified->left);
        const Type *type = rows->open || !rows->columns.count ? simple(checker, TYPE_UNKNOWN) : rows->columns.items[0]->type;
        expr_set((Node *)subquery, type, NULL, true);
    } else {
        expr_check(checker, quantified->right);
        const Type *type = TYPE_OF(quantified->right);
        Column element = {.type = type->element, .nullable = true};
        if (type->kind == TYPE_ARRAY)
            compare_check(checker, quantified->left, column_value(checker, &element, quantified->right->span), at, operator);
        else if (type->kind != TYPE_UNKNOWN)
            diag_report(checker->diag, CODE_G0303, quantified->right->span, "ANY and ALL take a subquery or an array");
    }
    expr_set((Node *)quantified, simple(checker, TYPE_BOOL), NULL, nullable);
}
