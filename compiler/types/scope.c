/* Finding columns: by name, by table and name, by alias. What was not found is told by unfound.c. */
#include "compiler/types/internal.h"

#include <string.h>

enum { INDEXED_FROM = 24 };

Column *rows_find(Rows *rows, const Name *name) {
    if (rows->columns.count < INDEXED_FROM) {
        for (uint32_t i = 0; i < rows->columns.count; i++)
            if (rows->columns.items[i]->name == name) return rows->columns.items[i];
        return NULL;
    }
    for (; rows->indexed < rows->columns.count; rows->indexed++) {
        Column *column = rows->columns.items[rows->indexed];
        if (column->name && !map_get(&rows->index, column->name)) map_put(&rows->index, column->name, column);
    }
    return map_get(&rows->index, name);
}

void scope_add(Checker *checker, ScopeTable table) {
    Scope *scope = checker->scope;
    for (uint32_t i = scope->separate; table.name && i < scope->tables.count; i++) {
        const ScopeTable *other = &scope->tables.items[i];
        if (other->name != table.name || other->hidden) continue;
        if (other->path && table.path && other->rows != table.rows &&
            strcmp(parts_text(checker->arena, *other->path), parts_text(checker->arena, *table.path)))
            continue;
        Report *report = diag_report(checker->diag, CODE_G0326, table.span, "two tables are called `%s`", table.name->text);
        report_label(checker->diag, report, other->span, "the first is here");
        report_help(checker->diag, report, "give one of them an alias");
        break;
    }
    vec_push(checker->arena, &scope->tables, table);
}

/* --------------------------------------------------------------- nullability */

static const ScopeTable *table_of(const Scope *scope, const Node *node) {
    for (uint32_t i = 0; i < scope->tables.count; i++)
        if (scope->tables.items[i].node == node) return &scope->tables.items[i];
    return NULL;
}

static bool may_be_null(const Checker *checker, const Scope *scope, const Column *column, const Node *table) {
    if (is_narrowed(checker, column)) return false;
    const ScopeTable *of = table_of(scope, table);
    return column->nullable || (of && of->nulled && !is_table_narrowed(checker, table));
}

/* Under ROLLUP a key is null in the rows of the subtotals. */
static bool is_rolled_up(const Checker *checker, const Scope *scope, const Column *column) {
    if (!scope->rolled_up || checker->place == IN_AGGREGATE || checker->place == IN_GROUP) return false;
    for (uint32_t i = 0; i < scope->facts->group.count; i++) {
        const Node *key = (const Node *)scope->facts->group.items[i];
        if (key->kind == NODE_REF && ((const Ref *)key)->column == column) return true;
    }
    return false;
}

/* ----------------------------------------------------------------- searching */

typedef struct Found {
    Column *column;      /* null with `open`: some table's columns are not known */
    Node *table;
    bool nullable;
    bool open;
    uint32_t depth;
    const ScopeTable *in, *also_in;   /* ambiguous if both */
} Found;

static const Merged *merged_find(const Scope *scope, const Name *name) {
    for (uint32_t i = scope->merged.count; i-- > 0;)
        if (scope->merged.items[i].name == name && scope->merged.items[i].first >= scope->visible) return &scope->merged.items[i];
    return NULL;
}

static bool find_in_tables(Checker *checker, Scope *scope, const Name *name, Found *found) {
    const Merged *merged = merged_find(scope, name);
    if (merged) {
        found->column = merged->column;
        found->table = merged->table;
        found->in = &scope->tables.items[merged->first];
    }
    for (uint32_t i = scope->visible; i < scope->tables.count; i++) {
        const ScopeTable *table = &scope->tables.items[i];
        if (table->hidden || (merged && i >= merged->first && i < merged->end)) continue;
        Column *column = rows_find(table->rows, name);
        found->open |= table->rows->open;
        if (!column) continue;
        if (found->column) { found->also_in = table; break; }
        found->column = column;
        found->table = table->node;
        found->in = table;
    }
    if (found->column) found->nullable = may_be_null(checker, scope, found->column, found->table) ||
                                         is_rolled_up(checker, scope, found->column);
    return found->column || found->open;
}

static void check_alias_place(Checker *checker, const Node *at, const Node *expr) {
    Place place = checker->place;
    bool before_groups = place == IN_WHERE || place == IN_GROUP || place == IN_AGGREGATE || place == IN_FILTER;
    if (before_groups && has_aggregate(expr)) report_aggregate_place(checker, at, place);
    else if ((before_groups || place == IN_HAVING) && has_window(expr)) report_window_place(checker, at, place);
}

/* An alias of the SELECT, typed now if need be; within the list only those to the left. */
static bool find_alias(Checker *checker, Scope *scope, const Name *name, const Node *at, Found *found) {
    const Select *select = scope->select;
    if (!select || checker->place == IN_FROM || checker->place == IN_ON) return false;
    for (uint32_t i = 0; i < select->items.count && i < scope->item_now; i++) {
        const SelectItem *item = (const SelectItem *)select->items.items[i];
        if (item->alias.name != name || scope->states[i] == ITEM_BUSY) continue;
        found->column = select_item(checker, scope, i);
        found->table = (Node *)select;
        found->nullable = found->column->nullable;
        if (found->column->expr) check_alias_place(checker, at, (Node *)found->column->expr);
        return true;
    }
    return false;
}

static bool find_output(Scope *scope, const Name *name, Found *found) {
    if (!scope->output) return false;
    found->column = rows_find(scope->output, name);
    found->open = scope->output->open;
    found->table = scope->output_of;
    found->nullable = found->column && found->column->nullable;
    return found->column || found->open;
}

static bool find_column(Checker *checker, const Name *name, const Node *at, Found *found) {
    uint32_t depth = 0;
    for (Scope *scope = checker->scope; scope; depth += scope->distance, scope = scope->outer) {
        found->depth = depth;
        if (find_in_tables(checker, scope, name, found)) return true;
        if (find_output(scope, name, found)) return true;
        if (!depth && find_alias(checker, scope, name, at, found)) return true;
    }
    return false;
}

static bool path_matches(const ScopeTable *table, const Parts *name, uint32_t count) {
    if (count == 1) return table->name == name->items[0].name;
    if (!table->path || table->path->count != count) return false;
    for (uint32_t i = 0; i < count; i++)
        if (table->path->items[i].name != name->items[i].name) return false;
    return true;
}

/* The table that the first `count` parts name, in the nearest query that has one. */
static const ScopeTable *find_table(const Scope *scope, const Parts *name, uint32_t count, uint32_t *ret_depth,
                                    Scope **ret_scope) {
    uint32_t depth = 0;
    for (; scope; depth += scope->distance, scope = scope->outer)
        for (uint32_t i = scope->visible; i < scope->tables.count; i++) {
            const ScopeTable *table = &scope->tables.items[i];
            if (table->hidden || !path_matches(table, name, count)) continue;
            *ret_depth = depth;
            *ret_scope = (Scope *)scope;
            return table;
        }
    return NULL;
}

/* ------------------------------------------------------------------ binding */

void ref_bind(Checker *checker, Ref *ref, Column *column, Node *table, uint32_t depth, bool nullable) {
    (void)checker;
    ref->column = column;
    ref->table = table;
    ref->depth = depth;
    expr_set((Node *)ref, column->type, column->unit, nullable);
}

/* Parts behind the column are fields of a struct. */
void take_fields(Checker *checker, Ref *ref, uint32_t from) {
    const Type *type = TYPE_OF(ref);
    if (from >= ref->name.count) return;
    for (uint32_t i = from; i < ref->name.count; i++) type = field_type(checker, type, ref->name.items[i]);
    expr_set((Node *)ref, type, NULL, true);
}

/* `unnest(xs) as x`: x is the element, too, so that x.a is a field of a struct. */
static Column *element_of(const ScopeTable *table) {
    Column *column = table->rows->columns.count ? table->rows->columns.items[0] : NULL;
    bool element = table->node->kind == NODE_TABLE_FUNCTION && column && column->name == table->name;
    return element && column->type->kind == TYPE_STRUCT ? column : NULL;
}

static bool bind_qualified(Checker *checker, Ref *ref) {
    for (uint32_t count = ref->name.count - 1; count > 0; count--) {
        uint32_t depth;
        Scope *scope;
        const ScopeTable *table = find_table(checker->scope, &ref->name, count, &depth, &scope);
        if (!table) continue;
        Part part = ref->name.items[count];
        Column *column = rows_find(table->rows, part.name);
        if (!column && count == 1 && element_of(table)) {
            ref_bind(checker, ref, element_of(table), table->node, depth, true);
            take_fields(checker, ref, 1);
            return true;
        }
        if (!column) {
            if (!table->rows->open) report_unknown_column(checker, part, table);
            expr_poison(checker, (Node *)ref);
            return true;
        }
        bool nullable = may_be_null(checker, scope, column, table->node) || is_rolled_up(checker, scope, column);
        ref_bind(checker, ref, column, table->node, depth, nullable);
        take_fields(checker, ref, count + 1);
        return true;
    }
    return false;
}

static bool bind_local(Checker *checker, Ref *ref) {
    for (const Local *local = checker->locals; local; local = local->outer)
        if (local->name == ref->name.items[0].name && !local->lambda) {
            ref_bind(checker, ref, local->column, local->table, 0, local->column->nullable);
            take_fields(checker, ref, 1);
            return true;
        }
    return false;
}

/* current_date and its like are written as names, and have no column. */
static bool bind_moment(Checker *checker, Ref *ref) {
    static const struct { const char *word; TypeKind kind; } MOMENTS[] = {
        {"current_date", TYPE_DATE}, {"current_timestamp", TYPE_TIMESTAMPTZ}, {"localtimestamp", TYPE_TIMESTAMP},
    };
    for (size_t i = 0; ref->name.count == 1 && i < sizeof MOMENTS / sizeof *MOMENTS; i++) {
        if (strcmp(MOMENTS[i].word, ref->name.items[0].name->text)) continue;
        volatile_check(checker, (Node *)ref, MOMENTS[i].word);
        expr_set((Node *)ref, simple(checker, MOMENTS[i].kind), NULL, false);
        return true;
    }
    return false;
}

static bool is_open(const Scope *scope) {
    for (; scope; scope = scope->outer)
        for (uint32_t i = 0; i < scope->tables.count; i++)
            if (scope->tables.items[i].rows->open && !scope->tables.items[i].name) return true;
    return false;
}

void ref_check(Checker *checker, Ref *ref) {
    Found found = {0};
    Part first = ref->name.items[0];
    if (lambda_param_check(checker, ref)) return;
    if (ref->name.count > 1 && bind_qualified(checker, ref)) return;
    bool known = find_column(checker, first.name, (Node *)ref, &found);
    if (!known && (bind_local(checker, ref) || bind_moment(checker, ref))) return;
    if (!known && ref->name.count == 1 && program_inline_constant(checker->program, ref)) {
        expr_check(checker, (Node *)ref);
        return;
    }
    if (found.also_in) report_ambiguous(checker, first, found.in, found.also_in);
    else if (!known && ref->name.count > 1 && !is_open(checker->scope)) report_unknown_table(checker, first);
    else if (!known && ref->name.count == 1) report_unknown_column(checker, first, NULL);
    if (!found.column || found.also_in) {
        expr_poison(checker, (Node *)ref);
        return;
    }
    ref_bind(checker, ref, found.column, found.table, found.depth, found.nullable);
    take_fields(checker, ref, 1);
}

/* -------------------------------------------------------------------- stars */

static bool has_part(const Parts *parts, const Name *name) {
    for (uint32_t i = 0; i < parts->count; i++)
        if (parts->items[i].name == name) return true;
    return false;
}

static SelectItem *item_of(const Nodes *items, const Name *name) {
    for (uint32_t i = 0; i < items->count; i++)
        if (((SelectItem *)items->items[i])->alias.name == name) return (SelectItem *)items->items[i];
    return NULL;
}

/* rename (a as b): the item whose expression is the old name. */
static const Name *renamed(const Star *star, Name *name) {
    for (uint32_t i = 0; i < star->rename.count; i++) {
        const SelectItem *item = (const SelectItem *)star->rename.items[i];
        if (item->expr && item->expr->kind == NODE_REF && ((const Ref *)item->expr)->name.items[0].name == name)
            return item->alias.name;
    }
    return name;
}

static const ScopeTable *table_with(const Scope *scope, const Column *column) {
    for (uint32_t i = 0; i < scope->tables.count; i++) {
        const ScopeTable *table = &scope->tables.items[i];
        if (column->index < table->rows->columns.count && table->rows->columns.items[column->index] == column) return table;
    }
    return NULL;
}

static Node *star_ref(Checker *checker, const Star *star, Column *column) {
    Scope *scope = checker->scope;
    const ScopeTable *table = table_with(scope, column);
    Ref *ref = (Ref *)node_new(checker->arena, NODE_REF, star->expr.node.span);
    const Merged *merged = merged_find(scope, column->name);
    bool alone = (merged && merged->column == column) || !table || !table->name;
    if (!alone) vec_push(checker->arena, &ref->name, ((Part){table->name, star->expr.node.span}));
    vec_push(checker->arena, &ref->name, ((Part){column->name, star->expr.node.span}));
    Node *of = table ? table->node : merged ? merged->table : NULL;
    bool nullable = may_be_null(checker, scope, column, of) || is_rolled_up(checker, scope, column);
    ref_bind(checker, ref, column, of, 0, nullable);
    return (Node *)ref;
}

static void star_column(Checker *checker, const Star *star, Column *column, Rows *rows) {
    if (has_part(&star->exclude, column->name)) return;
    SelectItem *item = item_of(&star->replace, column->name);
    Node *expr = item ? item->expr : star_ref(checker, star, column);
    if (item) expr_check(checker, expr);
    column_add(checker, rows, (Column){
        .name = (Name *)renamed(star, column->name), .type = TYPE_OF(expr), .unit = UNIT_OF(expr), .nullable = NULLABLE(expr),
        .span = star->expr.node.span, .doc = column->doc, .expr = (Expr *)expr, .copied = item ? NULL : column});
}

static void check_modifiers(Checker *checker, const Star *star, const Rows *among) {
    for (uint32_t i = 0; i < star->exclude.count; i++) star_refuse_unknown(checker, star->exclude.items[i], among);
    for (uint32_t i = 0; i < star->replace.count; i++)
        star_refuse_unknown(checker, ((SelectItem *)star->replace.items[i])->alias, among);
    for (uint32_t i = 0; i < star->rename.count; i++) {
        const Node *old = ((SelectItem *)star->rename.items[i])->expr;
        if (old && old->kind == NODE_REF) star_refuse_unknown(checker, ((const Ref *)old)->name.items[0], among);
    }
}

/* The columns that a star stands for: of one table, or of all that FROM gives. */
static Rows *star_rows(Checker *checker, const Star *star) {
    Rows *all = rows_new(checker);
    Scope *scope = checker->scope;
    if (star->qualifier.count) {
        uint32_t depth;
        Scope *of;
        const ScopeTable *table = find_table(scope, &star->qualifier, star->qualifier.count, &depth, &of);
        if (table) return table->rows;
        report_unknown_table(checker, star->qualifier.items[0]);
        return rows_open(checker);
    }
    const Nodes *from = scope->select ? &scope->select->from : NULL;
    for (uint32_t i = 0; from && i < from->count; i++) {
        const Rows *rows = ((Rowset *)from->items[i])->rows;
        if (!rows) continue;
        all->open |= rows->open;
        for (uint32_t j = 0; j < rows->columns.count; j++) vec_push(checker->arena, &all->columns, rows->columns.items[j]);
    }
    return all;
}

/* s.*, where s is no table but a struct: its fields. */
static bool struct_expand(Checker *checker, const Star *star, Rows *rows) {
    uint32_t depth;
    Scope *of;
    Found found = {0};
    const Parts *name = &star->qualifier;
    if (!name->count || find_table(checker->scope, name, name->count, &depth, &of)) return false;
    bool known = name->count > 1 ? find_table(checker->scope, name, name->count - 1, &depth, &of) != NULL
                                 : find_column(checker, name->items[0].name, (const Node *)star, &found) && found.column;
    if (!known) return false;
    Ref *whole = (Ref *)node_new(checker->arena, NODE_REF, star->expr.node.span);
    for (uint32_t i = 0; i < name->count; i++) vec_push(checker->arena, &whole->name, name->items[i]);
    expr_check(checker, (Node *)whole);
    const Type *type = TYPE_OF(whole);
    rows->open |= type->kind == TYPE_UNKNOWN;
    if (type->kind != TYPE_STRUCT) return type->kind == TYPE_UNKNOWN;
    for (uint32_t i = 0; i < type->field_count; i++) {
        if (has_part(&star->exclude, type->fields[i].name)) continue;
        FieldAccess *field = (FieldAccess *)node_new(checker->arena, NODE_FIELD, star->expr.node.span);
        field->operand = node_clone(checker->arena, (Node *)whole);
        field->name = (Part){type->fields[i].name, star->expr.node.span};
        SelectItem *item = item_of(&star->replace, field->name.name);
        Node *expr = item ? item->expr : (Node *)field;
        expr_check(checker, expr);
        column_add(checker, rows, (Column){.name = (Name *)renamed(star, field->name.name), .type = TYPE_OF(expr), .unit = UNIT_OF(expr),
                                           .nullable = NULLABLE(expr), .span = star->expr.node.span, .expr = (Expr *)expr});
    }
    return true;
}

void star_expand(Checker *checker, const Star *star, Rows *rows) {
    if (struct_expand(checker, star, rows)) {
        expr_set((Node *)star, simple(checker, TYPE_NULL), NULL, true);
        return;
    }
    Rows *among = star_rows(checker, star);
    check_modifiers(checker, star, among);
    rows->open |= among->open;
    for (uint32_t i = 0; i < among->columns.count; i++) star_column(checker, star, among->columns.items[i], rows);
    expr_set((Node *)star, simple(checker, TYPE_NULL), NULL, true);
    if (!checker->scope->tables.count && !star->qualifier.count)
        diag_report(checker->diag, CODE_G0343, star->expr.node.span, "a star needs a FROM");
}
