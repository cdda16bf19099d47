/* PIVOT, which makes columns of values, and UNPIVOT, which makes values of columns. */
#include "compiler/types/internal.h"

#include <string.h>

/* Where the tables begin that may be named within, and before. */
typedef struct Within { uint32_t start, visible; } Within;

/* The scope of a table alone, hidden behind the result. */
static Rows *table_check(Checker *checker, Node *table, Within *ret_within) {
    Scope *scope = checker->scope;
    uint32_t separate = scope->separate;
    *ret_within = (Within){scope->tables.count, scope->visible};
    scope->separate = ret_within->start;
    from_check(checker, table);
    scope->separate = separate;
    scope->visible = ret_within->start;
    return ((Rowset *)table)->rows;
}

static void finish(Checker *checker, Rowset *rowset, Rows *rows, Part alias, const Parts *columns, Within within) {
    Scope *scope = checker->scope;
    scope->visible = within.visible;
    for (uint32_t i = within.start; i < scope->tables.count; i++) scope->tables.items[i].hidden = true;
    rowset->rows = columns->count ? rows_renamed(checker, rows, columns, (Node *)rowset) : rows;
    scope_add(checker, (ScopeTable){.name = alias.name, .rows = rowset->rows, .node = (Node *)rowset,
                                    .span = alias.name ? alias.span : rowset->node.span});
}

typedef struct Used { Checker *checker; VEC(const Column *) columns; } Used;

static void use(void *context, Node **place) {
    Used *used = context;
    if ((*place)->kind == NODE_REF && ((Ref *)*place)->column)
        vec_push(used->checker->arena, &used->columns, (const Column *)((Ref *)*place)->column);
    node_kids(*place, use, used);
}

static bool is_used(const Used *used, const Column *column) {
    for (uint32_t i = 0; i < used->columns.count; i++)
        if (used->columns.items[i] == column) return true;
    return false;
}

static void copy_column(Checker *checker, Rows *rows, Column *from) {
    column_add(checker, rows, (Column){.name = from->name, .type = from->type, .unit = from->unit, .nullable = from->nullable || is_left_out(checker, from),
                                       .span = from->span, .doc = from->doc, .copied = from});
}

static Name *value_name(Checker *checker, const SelectItem *item) {
    if (item->alias.name) return item->alias.name;
    Text text = source_text(checker->diag->sources, item->expr->span);
    const Literal *literal = text_literal(checker, item->expr);
    if (literal) text = literal->text;
    return names_intern(checker->program->names, text.at, text.length);
}

static void check_fors(Checker *checker, Pivot *pivot, Used *used) {
    for (uint32_t i = 0; i < pivot->fors.count; i++) {
        PivotFor *over = NODE_AS(PivotFor, PIVOT_FOR, pivot->fors.items[i]);
        expr_check_in(checker, IN_FROM, over->column);
        use(used, &over->column);
        for (uint32_t j = 0; j < over->values.count; j++) {
            SelectItem *item = NODE_AS(SelectItem, SELECT_ITEM, over->values.items[j]);
            expr_check_in(checker, IN_VALUES, item->expr);
            compare_check(checker, over->column, item->expr, item->expr->span, "in");
        }
    }
}

/* A column for each combination of values and each aggregate. */
static void pivot_columns(Checker *checker, const Pivot *pivot, Rows *rows, uint32_t level, const char *prefix) {
    if (level < pivot->fors.count) {
        const PivotFor *over = (const PivotFor *)pivot->fors.items[level];
        for (uint32_t i = 0; i < over->values.count; i++) {
            const Name *name = value_name(checker, (const SelectItem *)over->values.items[i]);
            const char *joined = *prefix ? arena_format(checker->arena, "%s_%s", prefix, name->text) : name->text;
            pivot_columns(checker, pivot, rows, level + 1, joined);
        }
        return;
    }
    for (uint32_t i = 0; i < pivot->aggregates.count; i++) {
        const SelectItem *item = (const SelectItem *)pivot->aggregates.items[i];
        const Call *call = (const Call *)item->expr;
        const char *own = item->alias.name ? item->alias.name->text : "";
        const char *name = *own ? arena_format(checker->arena, "%s_%s", prefix, own) : prefix;
        bool never = item->expr->kind == NODE_CALL && call->signature && call->signature->nulls == NULLS_NEVER;
        column_add(checker, rows, (Column){.name = name_of(checker->program->names, name), .type = TYPE_OF(item->expr),
                                           .unit = UNIT_OF(item->expr), .nullable = !never, .span = item->expr->span,
                                           .expr = (Expr *)item->expr, .maker = (Node *)pivot});
    }
}

void pivot_check(Checker *checker, Pivot *pivot) {
    Within within;
    Rows *table = table_check(checker, pivot->table, &within), *rows = rows_new(checker);
    Used used = {.checker = checker};
    rows->open = table->open;
    SelectFacts *facts = checker->scope->facts, aside = {0};
    checker->scope->facts = &aside; /* its aggregates are not those of the SELECT around it */
    for (uint32_t i = 0; i < pivot->aggregates.count; i++) {
        Node **expr = &((SelectItem *)pivot->aggregates.items[i])->expr;
        expr_check_in(checker, IN_SELECT, *expr);
        use(&used, expr);
    }
    checker->scope->facts = facts;
    check_fors(checker, pivot, &used);
    for (uint32_t i = 0; i < pivot->group.count; i++) {
        Node *key = pivot->group.items[i];
        expr_check_in(checker, IN_GROUP, key);
        if (key->kind == NODE_REF && ((Ref *)key)->column) copy_column(checker, rows, ((Ref *)key)->column);
    }
    for (uint32_t i = 0; !pivot->group.count && i < table->columns.count; i++)
        if (!is_used(&used, table->columns.items[i])) copy_column(checker, rows, table->columns.items[i]);
    pivot_columns(checker, pivot, rows, 0, "");
    finish(checker, &pivot->rowset, rows, pivot->alias, &pivot->columns, within);
}

void unpivot_check(Checker *checker, Unpivot *unpivot) {
    Within within;
    Rows *table = table_check(checker, unpivot->table, &within), *rows = rows_new(checker);
    Used used = {.checker = checker};
    Nodes values = {0};
    bool nullable = false;
    rows->open = table->open;
    for (uint32_t i = 0; i < unpivot->values.count; i++) {
        Node *value = unpivot->values.items[i];
        Node **expr = value->kind == NODE_SELECT_ITEM ? &((SelectItem *)value)->expr : &unpivot->values.items[i];
        expr_check_in(checker, IN_FROM, *expr);
        use(&used, expr);
        vec_push(checker->arena, &values, *expr);
        nullable |= NULLABLE(*expr);
    }
    for (uint32_t i = 0; i < table->columns.count; i++)
        if (!is_used(&used, table->columns.items[i])) copy_column(checker, rows, table->columns.items[i]);
    Span at = unpivot->rowset.node.span;
    const Type *type = types_agree(checker, &values, at, "columns that become values");
    const Unit *unit = type_is_number(type) ? units_agree(checker, &values, at, "put into one column") : NULL;
    column_add(checker, rows, (Column){.name = unpivot->name.name, .type = simple(checker, TYPE_TEXT), .span = unpivot->name.span});
    column_add(checker, rows, (Column){.name = unpivot->value.name, .type = type, .unit = unit, .span = unpivot->value.span,
                                       .nullable = nullable && unpivot->include_nulls, .maker = (Node *)unpivot});
    finish(checker, &unpivot->rowset, rows, unpivot->alias, &unpivot->columns, within);
}
