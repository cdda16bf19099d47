/* any_value(x) is of a group that has one x: the group must determine it, or two engines would pick two values.
 *
 * What the keys of the group determine grows by equalities of WHERE and joins, by keys of the tables (who knows a key knows
 * the row), and by declared `a determines b`: Armstrong's axioms, as Codd's and later textbooks have them. */
#include "compiler/check/internal.h"

#include <string.h>

typedef struct Closure {
    Checking *checking;
    VEC(const Column *) columns;   /* determined so far */
    bool grown;
} Closure;

static bool knows(const Closure *closure, const Column *column) {
    for (uint32_t i = 0; i < closure->columns.count; i++)
        if (closure->columns.items[i] == column) return true;
    return false;
}

static void learn(Closure *closure, const Column *column) {
    if (!column || knows(closure, column)) return;
    vec_push(closure->checking->arena, &closure->columns, column);
    closure->grown = true;
}

/* ------------------------------------------------------------------ conditions */

static const Column *column_of(const Node *expr) {
    return expr->kind == NODE_REF && !((const Ref *)expr)->depth ? ((const Ref *)expr)->column : NULL;
}

static bool is_constant(const Node *expr) {
    return expr->kind == NODE_LITERAL || expr->kind == NODE_TYPED_LITERAL || expr->kind == NODE_PARAMETER;
}

/* Equalities that hold of every row: what one side is known of, the other is. */
static void apply_equalities(Closure *closure, const Node *condition) {
    if (!condition || condition->kind != NODE_BINARY) return;
    const Binary *binary = (const Binary *)condition;
    if (binary->of == OP_AND) {
        apply_equalities(closure, binary->left);
        apply_equalities(closure, binary->right);
    }
    if (binary->of != OP_EQ) return;
    const Column *left = column_of(binary->left), *right = column_of(binary->right);
    if (left && (is_constant(binary->right) || (right && knows(closure, right)))) learn(closure, left);
    if (right && (is_constant(binary->left) || (left && knows(closure, left)))) learn(closure, right);
}

static bool in_rows(const Rows *rows, const Column *column) {
    for (uint32_t i = 0; i < rows->columns.count; i++)
        if (rows->columns.items[i] == column) return true;
    return false;
}

typedef struct Sides { const Closure *closure; const Rows *right; bool known; } Sides;

static void check_known(void *context, Node **place) {
    Sides *sides = context;
    const Ref *ref = (*place)->kind == NODE_REF ? (const Ref *)*place : NULL;
    if (ref && ref->column && !in_rows(sides->right, ref->column) && !knows(sides->closure, ref->column)) sides->known = false;
    if ((*place)->kind == NODE_QUERY) sides->known = false;
    node_kids(*place, check_known, sides);
}

/* Whether all that an outer join looks for is known: then which rows it finds is. */
static bool looks_for_known(const Closure *closure, Join *join) {
    Sides sides = {closure, ((Rowset *)join->right)->rows, true};
    Rows *left = ((Rowset *)join->left)->rows;
    if (join->on) check_known(&sides, &join->on);
    for (uint32_t i = 0; i < join->using_names.count; i++) {
        const Column *column = rows_find(left, join->using_names.items[i].name);
        sides.known &= column && knows(closure, column);
    }
    return sides.known;
}

static void learn_compared(Closure *closure, const Join *join, const Node *condition) {
    const Binary *binary = (const Binary *)condition;
    if (!condition || condition->kind != NODE_BINARY) return;
    if (binary->of == OP_AND) {
        learn_compared(closure, join, binary->left);
        learn_compared(closure, join, binary->right);
    } else if (binary->of == OP_EQ) {
        const Rows *right = ((Rowset *)join->right)->rows;
        const Column *sides[] = {column_of(binary->left), column_of(binary->right)};
        for (int i = 0; i < 2; i++)
            if (sides[i] && in_rows(right, sides[i])) learn(closure, sides[i]);
    }
}

/* An asof join finds one row; another outer join rows that share what is compared for equality. */
static void apply_outer(Closure *closure, Join *join) {
    Rows *right = ((Rowset *)join->right)->rows;
    if (!looks_for_known(closure, join)) return;
    for (uint32_t i = 0; join->asof && i < right->columns.count; i++) learn(closure, right->columns.items[i]);
    for (uint32_t i = 0; i < join->using_names.count; i++) learn(closure, rows_find(right, join->using_names.items[i].name));
    learn_compared(closure, join, join->on);
}

static void apply_using(Closure *closure, Join *join) {
    for (uint32_t i = 0; i < join->using_names.count; i++) {
        Name *name = join->using_names.items[i].name;
        const Column *left = rows_find(((Rowset *)join->left)->rows, name), *right = rows_find(((Rowset *)join->right)->rows, name);
        if (left && right && knows(closure, left)) learn(closure, right);
        if (left && right && knows(closure, right)) learn(closure, left);
    }
}

/* ---------------------------------------------------------------------- tables */

static void apply_keys(Closure *closure, const Rows *rows) {
    for (uint32_t i = 0; rows->keys && i < rows->keys->keys.count; i++) {
        const Key *key = rows->keys->keys.items[i];
        bool known = true;
        for (uint32_t j = 0; j < key->columns.count; j++) known &= knows(closure, key->columns.items[j]);
        for (uint32_t j = 0; known && j < rows->columns.count; j++) learn(closure, rows->columns.items[j]);
    }
}

/* `category_name determines category_name_pt`, declared of the relation. */
static void apply_declared(Closure *closure, const TableRef *table) {
    Rows *rows = table->rowset.rows;
    for (uint32_t i = 0; table->relation && i < table->relation->tests.count; i++) {
        const Test *test = table->relation->tests.items[i];
        bool known = test->kind == TEST_DETERMINES && test->columns.count == test->column_names.count;
        for (uint32_t j = 0; known && j < test->columns.count; j++) known &= knows(closure, rows->columns.items[test->columns.items[j]->index]);
        const Nodes *right = test->constraint ? &test->constraint->kids : &(Nodes){0};
        for (uint32_t j = 0; known && j < right->count; j++)
            if (right->items[j]->kind == NODE_DOTTED) learn(closure, rows_find(rows, ((const Dotted *)right->items[j])->name.items[0].name));
    }
}

static void apply_item(Closure *closure, Node *item) {
    if (!node_is_rowset(item) || !((Rowset *)item)->rows) return;
    if (item->kind == NODE_TABLE_PARENS) apply_item(closure, ((TableParens *)item)->table);
    if (item->kind == NODE_TABLE_REF) apply_declared(closure, (TableRef *)item);
    if (item->kind != NODE_JOIN) {
        apply_keys(closure, ((Rowset *)item)->rows);
        return;
    }
    Join *join = (Join *)item;
    apply_item(closure, join->left);
    apply_item(closure, join->right);
    bool inner = join->of == JOIN_INNER || join->of == JOIN_CROSS;
    if (inner && !join->asof) {
        apply_equalities(closure, join->on);
        apply_using(closure, join);
    } else if (join->of == JOIN_LEFT || inner) {
        if (inner) apply_equalities(closure, join->on);
        apply_outer(closure, join);
    }
}

static void close_over(Closure *closure, const Select *select) {
    for (uint32_t i = 0; i < select->facts->group.count; i++) learn(closure, column_of((const Node *)select->facts->group.items[i]));
    do {
        closure->grown = false;
        apply_equalities(closure, select->where);
        for (uint32_t i = 0; i < select->from.count; i++) apply_item(closure, select->from.items[i]);
    } while (closure->grown);
}

/* ----------------------------------------------------------------------- calls */

typedef struct Search {
    Checking *checking;
    Select *select;          /* whose calls are looked at; null outside of any */
    Closure *closure;        /* of that SELECT, made at its first call */
} Search;

static bool is_any_value(const Node *node) {
    if (node->kind != NODE_CALL) return false;
    const Call *call = (const Call *)node;
    return call->signature && call->args.count == 1 && !call->over && !call->over_name.name &&
           !strcmp(call->name.items[call->name.count - 1].name->text, "any_value");
}

typedef struct Refs { const Closure *closure; const Ref *unknown; } Refs;

static void find_unknown(void *context, Node **place) {
    Refs *refs = context;
    const Ref *ref = (*place)->kind == NODE_REF ? (const Ref *)*place : NULL;
    if (ref && ref->column && !ref->depth && !knows(refs->closure, ref->column)) refs->unknown = ref;
    if ((*place)->kind != NODE_QUERY) node_kids(*place, find_unknown, refs);
}

static void refuse(Checking *checking, const Select *select, const Call *call, const Ref *ref) {
    const char *name = parts_text(checking->arena, ref->name);
    Report *report = diag_report(checking->diag, CODE_G0401, call->expr.node.span, "the group does not determine `%s`", name);
    report_says(checking->diag, report, "which of its values is meant?");
    for (uint32_t i = 0; i < select->group.count; i++) report_label(checking->diag, report, select->group.items[i]->span, "a key of the group");
    Span function = call->name.items[call->name.count - 1].span;
    report_edit(checking->diag, report, function, "min", "if any of them will do, say which");
    report_help(checking->diag, report, "or group by it; or, if it is so, declare of its relation that the keys determine it: `(… determines %s)`",
                ref->name.items[ref->name.count - 1].name->text);
}

static void check_call(Search *search, const Call *call) {
    if (!search->select || !search->select->facts) return;
    if (!search->closure) {
        search->closure = arena_new(search->checking->arena, Closure);
        search->closure->checking = search->checking;
        close_over(search->closure, search->select);
    }
    Refs refs = {search->closure, NULL};
    Node *arg = call->args.items[0];
    find_unknown(&refs, &arg);
    if (refs.unknown) refuse(search->checking, search->select, call, refs.unknown);
}

static void visit(void *context, Node **place) {
    Search *search = context;
    if (is_any_value(*place)) check_call(search, (const Call *)*place);
    Search inner = {search->checking, (*place)->kind == NODE_SELECT ? (Select *)*place : NULL, NULL};
    node_kids(*place, visit, (*place)->kind == NODE_SELECT ? &inner : search);
}

static void check_model(Checking *checking, Relation *relation) {
    Search search = {checking, NULL, NULL};
    Node *query = (Node *)relation->query;
    if (query) visit(&search, &query);
}

void check_any_value(Checking *checking) {
    each_relation(checking, check_model);
}
