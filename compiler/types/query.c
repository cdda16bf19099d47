/* Queries: common table expressions, set operations, VALUES, ORDER BY, LIMIT. */
#include "compiler/types/internal.h"

#include <string.h>

static Rows *body_check(Checker *checker, Node *body, Scope *scope, Cte *recursive);

/* ------------------------------------------------------------ set operations */

static Span column_span(const Column *column, const Node *side) {
    return column->span.end ? column->span : side->span;
}

static const Type *column_type(const Checker *checker, const Column *column, const Type *other) {
    return column->expr && other->kind == TYPE_DECIMAL ? narrow_type(checker, (Node *)column->expr) : column->type;
}

static bool is_bare_column(const Checker *checker, const Column *column) {
    return column->type->kind == TYPE_NULL || (column->expr && is_bare(checker, (Node *)column->expr));
}

static void unite_units(Checker *checker, const Column *left, const Column *right, Column *both, const SetOperation *set) {
    bool left_bare = is_bare_column(checker, left), right_bare = is_bare_column(checker, right);
    both->unit = left_bare ? right->unit : left->unit;
    if (left_bare || right_bare || left->unit == right->unit || !type_is_number(both->type)) return;
    Node *sides[] = {column_value(checker, left, column_span(left, set->left)), column_value(checker, right, column_span(right, set->right))};
    both->unit = units_agree(checker, &(Nodes){sides, 2, 2}, sides[1]->span, "put into one column");
}

static const Type *unite_types(Checker *checker, const Column *left, const Column *right, const SetOperation *set) {
    const Type *type = type_common(checker->types, column_type(checker, left, right->type), column_type(checker, right, left->type));
    if (type) return type;
    Node *sides[] = {column_value(checker, left, column_span(left, set->left)), column_value(checker, right, column_span(right, set->right))};
    return types_agree(checker, &(Nodes){sides, 2, 2}, set->rowset.node.span, "both sides of a column");
}

/* The words of a column that holds values of two: what is said of both, or of one if the other is nothing but null. */
Text shared_words(const Column *left, const Column *right) {
    if (left->type->kind == TYPE_NULL) return right->doc;
    bool same = right->type->kind == TYPE_NULL || text_equal(left->doc, right->doc);
    return same ? left->doc : (Text){0};
}

static void unite(Checker *checker, const SetOperation *set, Rows *rows, Column *left, Column *right) {
    Column both = {.name = left->name, .span = left->span, .doc = left->doc, .copied = left, .other = right,
                   .maker = (Node *)set};
    if (set->of == SET_UNION) both.doc = shared_words(left, right);
    both.type = unite_types(checker, left, right, set);
    unite_units(checker, left, right, &both, set);
    both.nullable = set->of == SET_UNION       ? left->nullable || right->nullable
                    : set->of == SET_INTERSECT ? left->nullable && right->nullable : left->nullable;
    column_add(checker, rows, both);
}

/* BY NAME: columns of either side; what one side lacks is null there. */
static void unite_by_name(Checker *checker, const SetOperation *set, Rows *rows, Rows *left, Rows *right) {
    for (uint32_t i = 0; i < left->columns.count; i++) {
        Column *column = left->columns.items[i], *other = column->name ? rows_find(right, column->name) : NULL;
        if (other) unite(checker, set, rows, column, other);
        else column_add(checker, rows, (Column){.name = column->name, .type = column->type, .unit = column->unit, .nullable = true,
                                                .span = column->span, .doc = column->doc, .copied = column, .maker = (Node *)set});
    }
    for (uint32_t i = 0; i < right->columns.count; i++) {
        Column *column = right->columns.items[i];
        if (column->name && rows_find(left, column->name)) continue;
        column_add(checker, rows, (Column){.name = column->name, .type = column->type, .unit = column->unit, .nullable = true,
                                           .span = column->span, .doc = column->doc, .other = column, .maker = (Node *)set});
    }
}

/* Which columns of the wider side have no column of their name on the other. */
static const char *names_lacking(Checker *checker, Rows *wider, Rows *narrower) {
    Buffer out;
    uint32_t count = 0;
    buffer_open(&out, checker->arena);
    for (uint32_t i = 0; i < wider->columns.count; i++) {
        const Name *name = wider->columns.items[i]->name;
        if (name && !rows_find(narrower, name)) buffer_format(&out, "%s`%s`", count++ ? ", " : "", name->text);
    }
    return count ? buffer_string(&out) : NULL;
}

static void refuse_widths(Checker *checker, const SetOperation *set, Rows *left, Rows *right) {
    static const char *const WORDS[] = {[SET_UNION] = "union", [SET_INTERSECT] = "intersect", [SET_EXCEPT] = "except"};
    Report *report = diag_report(checker->diag, CODE_G0310, set->right->span, "%s of %u and %u columns", WORDS[set->of],
                                 left->columns.count, right->columns.count);
    report_says(checker->diag, report, "%u column%s", right->columns.count, right->columns.count == 1 ? "" : "s");
    report_label(checker->diag, report, set->left->span, "%u column%s", left->columns.count, left->columns.count == 1 ? "" : "s");
    bool more = left->columns.count > right->columns.count;
    const char *lacking = more ? names_lacking(checker, left, right) : names_lacking(checker, right, left);
    if (lacking) report_note(checker->diag, report, "only the %s side has %s", more ? "left" : "right", lacking);
    report_help(checker->diag, report, set->of == SET_UNION ? "select as many on both sides; `union all by name` fills with null what one side lacks"
                                                            : "select as many on both sides");
}

static Rows *side_check(Checker *checker, Node *side, const Scope *around) {
    Scope *scope = arena_new(checker->arena, Scope);
    *scope = (Scope){.outer = around->outer, .sibling = around->sibling, .distance = around->distance, .inlined = around->inlined};
    uint32_t known = checker->narrowed.count;
    Rows *rows = body_check(checker, side, scope, NULL);
    if (side && side->kind == NODE_SELECT) group_refuse_others(checker, (Select *)side, NULL);
    checker->narrowed.count = known;
    return rows;
}

static void refuse_json(Checker *checker, const SetOperation *set, const Rows *rows) {
    for (uint32_t i = 0; !set->all && i < rows->columns.count; i++)
        if (rows->columns.items[i]->type->kind == TYPE_JSON) {
            Report *report = diag_report(checker->diag, CODE_G0317, rows->columns.items[i]->span, "json is not compared");
            report_says(checker->diag, report, "a set operation without ALL compares it");
        }
}

static Rows *set_check(Checker *checker, SetOperation *set, Scope *scope, Cte *recursive) {
    Rows *left = side_check(checker, set->left, scope);
    if (recursive) {
        recursive->rowset.rows = rows_renamed(checker, left, &recursive->columns, (Node *)recursive);
        for (uint32_t i = 0; i < left->columns.count; i++) recursive->rowset.rows->columns.items[i]->nullable = true;
    }
    Rows *right = side_check(checker, set->right, scope), *rows = rows_new(checker);
    rows->open = left->open || right->open;
    if (set->by_name) unite_by_name(checker, set, rows, left, right);
    else if (!rows->open && left->columns.count != right->columns.count) {
        refuse_widths(checker, set, left, right);
        rows->open = true;
    }
    for (uint32_t i = 0; !set->by_name && i < left->columns.count && i < right->columns.count; i++)
        unite(checker, set, rows, left->columns.items[i], right->columns.items[i]);
    refuse_json(checker, set, rows);
    scope->output = rows;
    scope->output_of = (Node *)set;
    checker->scope = scope;
    return set->rowset.rows = rows;
}

/* -------------------------------------------------------------------- VALUES */

static void value_column(Checker *checker, Values *values, uint32_t index, Rows *rows) {
    Nodes column = {0};
    bool nullable = false;
    for (uint32_t i = 0; i < values->rows.count; i++) {
        const Row *row = (const Row *)values->rows.items[i];
        if (index >= row->items.count) continue;
        vec_push(checker->arena, &column, row->items.items[index]);
        nullable |= NULLABLE(row->items.items[index]);
    }
    Node *first = column.items[0];
    const Type *type = types_agree(checker, &column, first->span, "values of a column");
    const Unit *unit = type_is_number(type) ? units_agree(checker, &column, first->span, "put into one column") : NULL;
    Name *name = name_of(checker->program->names, arena_format(checker->arena, "column%u", index + 1));
    column_add(checker, rows, (Column){.name = name, .type = type, .unit = unit, .nullable = nullable, .span = first->span,
                                       .expr = values->rows.count == 1 ? (Expr *)first : NULL, .maker = (Node *)values});
}

static Rows *values_check(Checker *checker, Values *values, Scope *scope) {
    Rows *rows = rows_new(checker);
    checker->scope = scope;
    checker->place = IN_VALUES;
    const Row *first = values->rows.count ? (const Row *)values->rows.items[0] : NULL;
    for (uint32_t i = 0; i < values->rows.count; i++) {
        Row *row = NODE_AS(Row, ROW, values->rows.items[i]);
        exprs_check(checker, &row->items);
        if (row->items.count == first->items.count) continue;
        Report *report = diag_report(checker->diag, CODE_G0332, row->expr.node.span, "this row has %u value%s", row->items.count,
                                     row->items.count == 1 ? "" : "s");
        report_label(checker->diag, report, first->expr.node.span, "the first row has %u", first->items.count);
    }
    for (uint32_t i = 0; first && i < first->items.count; i++) value_column(checker, values, i, rows);
    return values->rowset.rows = rows;
}

/* ------------------------------------------------------------------ the query */

static Rows *body_check(Checker *checker, Node *body, Scope *scope, Cte *recursive) {
    if (!body) return rows_open(checker);
    if (body->kind == NODE_SELECT) return select_check(checker, (Select *)body, scope);
    if (body->kind == NODE_VALUES) return values_check(checker, (Values *)body, scope);
    if (body->kind == NODE_SET_OPERATION) return set_check(checker, (SetOperation *)body, scope, recursive);
    if (body->kind == NODE_QUERY) {
        Rows *rows = query_check(checker, (Query *)body, scope->outer, scope->sibling, scope->distance);
        scope->output = rows;
        scope->output_of = body;
        checker->scope = scope;
        return rows;
    }
    return rows_open(checker);
}

/* Decimals have room for a step only if they need not grow with it. */
static bool step_fits(const Type *step, const Type *start) {
    if (start->kind == TYPE_NULL) return step->kind == TYPE_NULL || step->kind == TYPE_UNKNOWN;
    if (step->kind != TYPE_DECIMAL || start->kind != TYPE_DECIMAL) return type_fits(step, start);
    return step->scale <= start->scale && step->precision - step->scale <= start->precision - start->scale;
}

static void report_step(Checker *checker, const SetOperation *set, const Column *from, const Column *to) {
    Report *report = diag_report(checker->diag, CODE_G0342, column_span(to, set->right), "the step gives `%s`, the start `%s`",
                                 type_name(checker, to->type), type_name(checker, from->type));
    report_label(checker->diag, report, column_span(from, set->left), "the start");
    if (from->type->kind == TYPE_DECIMAL && to->type->kind == TYPE_DECIMAL)
        report_help(checker->diag, report, "a decimal grows with each step: cast start and step to the same type, `cast(… as decimal(18,%d))`",
                    to->type->scale);
    else if (from->expr)
        report_edit(checker->diag, report, span_after(from->expr->node.span), arena_format(checker->arena, "::%s",
                    type_name(checker, to->type)), from->type->kind == TYPE_NULL ? "say which type the start has" : "make the start as wide");
}

/* What the step of a recursion gives must go into what its start gave. */
static void recursion_check(Checker *checker, Cte *cte, const Query *query) {
    const SetOperation *set = (const SetOperation *)query->body;
    Rows *rows = cte->rowset.rows;
    const Rows *start = ((Rowset *)set->left)->rows, *step = ((Rowset *)set->right)->rows, *both = set->rowset.rows;
    for (uint32_t i = 0; i < rows->columns.count && i < both->columns.count; i++) {
        Column *column = rows->columns.items[i];
        const Column *from = start->columns.items[i], *to = step->columns.items[i];
        column->nullable = both->columns.items[i]->nullable;
        column->copied = both->columns.items[i];
        column->doc = column->copied->doc;
        if (from->type->kind == TYPE_NULL) column->type = column->copied->type;
        if (!step_fits(to->type, from->type)) report_step(checker, set, from, to);
    }
}

static Rows *query_within(Checker *checker, Query *query, Scope *outer, Scope *sibling, uint32_t distance, Cte *recursive);

static void cte_check(Checker *checker, Cte *cte, const Query *around, Scope *outer, Scope *sibling, uint32_t distance) {
    Query *query = (Query *)cte->query;
    bool recursive = around->recursive && query->body && query->body->kind == NODE_SET_OPERATION;
    Rows *rows = query_within(checker, query, outer, sibling, distance, recursive ? cte : NULL);
    if (recursive) recursion_check(checker, cte, query);
    else cte->rowset.rows = cte->columns.count ? rows_renamed(checker, rows, &cte->columns, (Node *)cte) : rows;
}

static void limit_check(Checker *checker, Node *limit) {
    if (!limit) return;
    expr_check_in(checker, IN_LIMIT, limit);
    TypeKind kind = TYPE_OF(limit)->kind;
    if ((kind >= TYPE_INT2 && kind <= TYPE_INT8) || kind == TYPE_UNKNOWN || kind == TYPE_NULL) return;
    Report *report = diag_report(checker->diag, CODE_G0322, limit->span, "a limit is a whole number of rows");
    report_says(checker->diag, report, "this is `%s`", type_name(checker, TYPE_OF(limit)));
}

/* ------------------------------------------------------------------- ORDER BY */

static bool is_ordinal(const Node *expr) {
    return expr->kind == NODE_LITERAL && ((const Literal *)expr)->of == LITERAL_INTEGER;
}

static void ordinal_check(Checker *checker, Node *expr, const Rows *rows) {
    Text text = ((Literal *)expr)->text;
    uint32_t position = 0;
    expr_check(checker, expr);
    for (uint32_t i = 0; i < text.length && position < 100000; i++) position = position * 10 + (uint32_t)(text.at[i] - '0');
    if (rows->open || (position >= 1 && position <= rows->columns.count)) return;
    Report *report = diag_report(checker->diag, CODE_G0329, expr->span, "there is no column %u", position);
    report_says(checker->diag, report, "the query has %u", rows->columns.count);
}

/* Two output columns of one name: engines take the first, or refuse it. */
static void refuse_two_outputs(Checker *checker, const Ref *ref, const Column *column, const Rows *rows) {
    for (uint32_t i = column->index + 1; i < rows->columns.count; i++) {
        const Column *other = rows->columns.items[i];
        if (other->name != column->name || (other->expr && column->expr && expr_same((const Node *)other->expr, (const Node *)column->expr))) continue;
        Report *report = diag_report(checker->diag, CODE_G0302, ref->expr.node.span, "two columns are called `%s`", column->name->text);
        report_says(checker->diag, report, "which one is meant?");
        report_label(checker->diag, report, column->span, "column %u", column->index + 1);
        report_label(checker->diag, report, other->span, "column %u", i + 1);
        report_help(checker->diag, report, "sort by its number, or give one of them another name");
        return;
    }
}

/* A bare name is first an output column, as in every SQL. */
static bool sort_by_output(Checker *checker, Ref *ref, Scope *scope, Rows *rows) {
    Column *column = ref->name.count == 1 ? rows_find(rows, ref->name.items[0].name) : NULL;
    if (!column) return false;
    refuse_two_outputs(checker, ref, column, rows);
    Node *of = scope->select ? (Node *)scope->select : scope->output_of;
    ref_bind(checker, ref, column, of, 0, column->nullable);
    return true;
}

/* After DISTINCT only what it has kept can be sorted by; DISTINCT ON keeps whole rows. */
static void distinct_check(Checker *checker, const Node *expr, const Select *select) {
    if (!select || !select->distinct || select->distinct_on.count || is_poison(expr)) return;
    const Rows *rows = select->rowset.rows;
    if (expr->kind == NODE_REF && ((const Ref *)expr)->table == (const Node *)select) return;
    for (uint32_t i = 0; i < rows->columns.count; i++)
        if (rows->columns.items[i]->expr && expr_same((const Node *)rows->columns.items[i]->expr, expr)) return;
    Report *report = diag_report(checker->diag, CODE_G0333, expr->span, "DISTINCT has dropped what is sorted by");
    report_help(checker->diag, report, "add it to the list, or sort by a column of the list");
}

static void sort_check(Checker *checker, Sort *sort, Scope *scope, Rows *rows) {
    Node *expr = sort->expr;
    if (!expr) return; /* ORDER BY ALL: each column in turn */
    bool output = expr->kind == NODE_REF && sort_by_output(checker, (Ref *)expr, scope, rows);
    if (is_ordinal(expr)) ordinal_check(checker, expr, rows);
    else if (!output) expr_check_in(checker, IN_ORDER, expr);
    if (TYPE_OF(expr)->kind == TYPE_JSON) diag_report(checker->diag, CODE_G0317, expr->span, "json is not compared");
    if (!is_ordinal(expr)) distinct_check(checker, expr, scope->select);
}

static void order_check(Checker *checker, Query *query, Scope *scope, Rows *rows) {
    for (uint32_t i = 0; i < query->order.count; i++) sort_check(checker, NODE_AS(Sort, SORT, query->order.items[i]), scope, rows);
}

static Rows *query_within(Checker *checker, Query *query, Scope *outer, Scope *sibling, uint32_t distance, Cte *recursive) {
    Scope *before = checker->scope, *scope = arena_new(checker->arena, Scope);
    Place place = checker->place;
    uint32_t known = checker->narrowed.count;
    if (!query || query->rowset.node.kind != NODE_QUERY || !query->body) return rows_open(checker);
    for (uint32_t i = 0; i < query->ctes.count; i++)
        cte_check(checker, NODE_AS(Cte, CTE, query->ctes.items[i]), query, outer, sibling, distance);
    *scope = (Scope){.outer = outer, .sibling = sibling, .distance = distance, .inlined = checker->inlined};
    checker->scope = outer;
    Rows *rows = body_check(checker, query->body, scope, recursive);
    checker->scope = scope;
    order_check(checker, query, scope, rows);
    limit_check(checker, query->limit);
    limit_check(checker, query->offset);
    if (query->body->kind == NODE_SELECT) group_refuse_others(checker, (Select *)query->body, &query->order);
    checker->narrowed.count = known;
    checker->place = place;
    checker->scope = before;
    return query->rowset.rows = rows;
}

Rows *query_check(Checker *checker, Query *query, Scope *outer, Scope *sibling, uint32_t distance) {
    return query_within(checker, query, outer, sibling, distance, NULL);
}
