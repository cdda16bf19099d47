/* One SELECT: FROM, WHERE, the list, groups, windows, in the order in which SQL means them. */
#include "compiler/types/internal.h"

#include <string.h>

/* ---------------------------------------------------------------- the list */

/* The name that a result without an alias has, as PostgreSQL gives it; null if it would be `?column?`. */
static Name *implied_name(const Node *expr) {
    if (expr->kind == NODE_REF) return ((const Ref *)expr)->name.items[((const Ref *)expr)->name.count - 1].name;
    if (expr->kind == NODE_CALL && ((const Call *)expr)->name.count)
        return ((const Call *)expr)->name.items[((const Call *)expr)->name.count - 1].name;
    if (expr->kind == NODE_CAST) return implied_name(((const Cast *)expr)->operand);
    if (expr->kind == NODE_FIELD) return ((const FieldAccess *)expr)->name.name;
    if (expr->kind == NODE_INLINED && ((const Inlined *)expr)->function)
        return ((const Inlined *)expr)->function->name.items[((const Inlined *)expr)->function->name.count - 1].name;
    return NULL;
}

/* The column that an expression copies: nothing but a name of one. */
static Column *copied_column(const Node *expr) {
    if (expr->kind != NODE_REF || !((const Ref *)expr)->column) return NULL;
    const Ref *ref = (const Ref *)expr;
    return ref->column->type == ref->expr.type ? ref->column : NULL;
}

Column *select_item(Checker *checker, Scope *scope, uint32_t index) {
    SelectItem *item = NODE_AS(SelectItem, SELECT_ITEM, scope->select->items.items[index]);
    if (scope->states[index] != ITEM_UNTYPED) return scope->items[index];
    uint32_t item_before = scope->item_now;
    const Inlined *inlined = checker->inlined;
    const Expansion *expansion = program_enter(checker->program, item);
    Column *column = arena_new(checker->arena, Column);
    scope->states[index] = ITEM_BUSY;
    scope->items[index] = column;
    scope->item_now = index;
    checker->inlined = scope->inlined;
    expr_check_in(checker, IN_SELECT, item->expr);
    checker->inlined = inlined;
    checker->diag->expansion = expansion;
    scope->item_now = item_before;
    scope->states[index] = ITEM_TYPED;
    Node *expr = item->expr;
    Column *copied = copied_column(expr);
    bool named = item->alias.name != NULL;
    *column = (Column){.name = named ? item->alias.name : implied_name(expr), .type = TYPE_OF(expr), .unit = UNIT_OF(expr),
                       .nullable = NULLABLE(expr), .span = named ? item->alias.span : expr->span,
                       .doc = item->doc.length || !copied ? item->doc : copied->doc, .expr = (Expr *)expr, .copied = copied};
    return column;
}

static void items_check(Checker *checker, Select *select, Scope *scope) {
    Rows *rows = rows_new(checker);
    for (uint32_t i = 0; i < select->items.count; i++) {
        SelectItem *item = (SelectItem *)select->items.items[i];
        if (item->expr->kind == NODE_STAR) {
            checker->place = IN_SELECT;
            star_expand(checker, (Star *)item->expr, rows);
            continue;
        }
        Column *column = select_item(checker, scope, i);
        column->index = rows->columns.count;
        vec_push(checker->arena, &rows->columns, column);
    }
    select->rowset.rows = rows;
}

/* ------------------------------------------------------------------ clauses */

static bool is_empty_set(const Node *key) {
    return key->kind == NODE_ROW && !((const Row *)key)->items.count;
}

static bool is_rolled(const Node *key) {
    if (key->kind != NODE_CALL || ((const Call *)key)->name.count != 1) return false;
    const char *name = ((const Call *)key)->name.items[0].name->text;
    return !strcmp(name, "rollup") || !strcmp(name, "cube");
}

/* Whether the empty set, whose group holds all rows, is among those that an item of GROUP BY stands for. */
static bool holds_empty_set(const Node *key) {
    if (key->kind != NODE_GROUPING_SETS) return is_empty_set(key) || is_rolled(key);
    const Nodes *sets = &((const GroupingSets *)key)->sets;
    for (uint32_t i = 0; i < sets->count; i++)
        if (holds_empty_set(sets->items[i])) return true;
    return false;
}

/* Whether some group holds all rows, and so is there even of none: the sets of GROUP BY are one of each item, put together. */
static bool has_whole_group(Checker *checker, const Select *select) {
    if (select->group_all) {
        for (uint32_t i = 0; i < select->items.count; i++) {
            Node *expr = ((SelectItem *)select->items.items[i])->expr;
            calls_find(checker, expr);
            if (!has_aggregate(expr)) return false;
        }
        return true;
    }
    for (uint32_t i = 0; i < select->group.count; i++)
        if (!holds_empty_set(select->group.items[i])) return false;
    return true;
}

static void windows_check(Checker *checker, Select *select) {
    for (uint32_t i = 0; i < select->windows.count; i++) window_check(checker, NODE_AS(Window, WINDOW, select->windows.items[i]));
}

static void refuse_json(Checker *checker, const Rows *rows, const char *what) {
    for (uint32_t i = 0; i < rows->columns.count; i++) {
        const Column *column = rows->columns.items[i];
        if (column->type->kind != TYPE_JSON) continue;
        Report *report = diag_report(checker->diag, CODE_G0317, column->span, "json is not compared");
        report_says(checker->diag, report, "%s compares it", what);
        report_help(checker->diag, report, "take a value out of it: `x ->> 'key'`");
    }
}

/* Engines take a bare name for a column of the list first, as in ORDER BY: it must not mean another one of the tables. */
static void distinct_on_check(Checker *checker, const Select *select, Node *expr) {
    expr_check_in(checker, IN_ORDER, expr);
    const Ref *ref = expr->kind == NODE_REF && NODE_AS(Ref, REF, expr)->name.count == 1 ? NODE_AS(Ref, REF, expr) : NULL;
    const Column *output = ref && ref->column && ref->table != (const Node *)select ? rows_find(select->rowset.rows, ref->name.items[0].name) : NULL;
    if (!output || (output->expr && expr_same((const Node *)output->expr, expr))) return;
    Report *report = diag_report(checker->diag, CODE_G0302, expr->span, "column `%s` is in a table and in the list", output->name->text);
    report_says(checker->diag, report, "which one is meant?");
    report_label(checker->diag, report, output->span, "the list has another one");
    report_help(checker->diag, report, "put its table before the name, or give that of the list another one");
}

static Scope *scope_open(Checker *checker, Scope *scope, Select *select) {
    uint32_t count = select->items.count;
    scope->select = select;
    scope->facts = select->facts = arena_new(checker->arena, SelectFacts);
    scope->items = arena_alloc(checker->arena, (count + 1) * sizeof *scope->items);
    scope->states = arena_alloc(checker->arena, (count + 1) * sizeof *scope->states);
    scope->item_now = UINT32_MAX;
    return scope;
}

Rows *select_check(Checker *checker, Select *select, Scope *scope) {
    checker->scope = scope_open(checker, scope, select);
    checker->place = IN_FROM;
    for (uint32_t i = 0; i < select->from.count; i++) from_check(checker, select->from.items[i]);
    if (select->where) {
        condition_check(checker, IN_WHERE, select->where);
        narrow(checker, select->where, true);
    }
    select->facts->one_group = has_whole_group(checker, select);
    select->facts->aggregated = select->group.count || select->group_all || select->having;
    checker->place = IN_SELECT;
    if (!select->group_all) group_keys(checker, select);
    windows_check(checker, select);
    items_check(checker, select, scope);
    if (select->group_all) group_keys(checker, select);
    if (select->having) condition_check(checker, IN_HAVING, select->having);
    if (select->qualify) condition_check(checker, IN_QUALIFY, select->qualify);
    narrow_outputs(checker, select->rowset.rows, select->having);
    narrow_outputs(checker, select->rowset.rows, select->qualify);
    for (uint32_t i = 0; i < select->distinct_on.count; i++) distinct_on_check(checker, select, select->distinct_on.items[i]);
    if (select->distinct) refuse_json(checker, select->rowset.rows, "DISTINCT");
    if (!select->facts->aggregated) select->facts->one_group = false;
    if (select->facts->one_group && !select->facts->group.count)
        for (uint32_t i = 0; i < select->rowset.rows->columns.count; i++) select->rowset.rows->columns.items[i]->maker = (Node *)select;
    return select->rowset.rows;
}
