/* Tests that cannot hold: a key or unique that is only a part of what there is a row for: of what rows are grouped by, of the
 * key of a table that is joined, of what DISTINCT compares, of the partition of which one row is left.
 *
 * It is refuted only if two rows of input are at hand that keep every declared contract and break it: they agree in a set
 * of columns that is closed under all known dependencies (keys, `determines`, what joins hold equal) and holds what is tested,
 * but not one of the columns that are grouped by. (Armstrong's completeness: what a closed set does not hold may differ in two
 * rows that agree on it.) The rows are drawn: exhibit.c. Anything that is not understood here refutes nothing. */
#include "compiler/check/refute.h"

#include <string.h>

static void agree(Witness *witness, Column *column) {
    map_put(&witness->same, column, column);
}

/* ------------------------------------------------------------------- gathering */

/* Every column that an expression speaks of; a subquery, an aggregate and a window are not understood. */
static void gather(void *context, Node **place) {
    Witness *witness = context;
    const Node *node = *place;
    if (node->kind == NODE_QUERY) witness->understood = false;
    const Call *call = node->kind == NODE_CALL ? (const Call *)node : NULL;
    bool of_row = !call || (call->signature && call->signature->kind == FUNCTION_SCALAR && !call->over && !call->over_name.name);
    if (!of_row) witness->understood = false; /* of other rows too */
    if (node->kind == NODE_REF) {
        Column *column = ((const Ref *)node)->column;
        if (!column) witness->understood = false;
        else if (witness->in_condition) vec_push(witness->checking->arena, &witness->compared, column);
        else vec_push(witness->checking->arena, &witness->tested, column);
        return;
    }
    node_kids(*place, gather, witness);
}

static void gather_condition(Witness *witness, Node *node) {
    if (!node) return;
    Binary *binary = node->kind == NODE_BINARY ? (Binary *)node : NULL;
    if (binary && binary->of == OP_AND) {
        gather_condition(witness, binary->left);
        gather_condition(witness, binary->right);
        return;
    }
    const Ref *left = binary && binary->left->kind == NODE_REF ? (Ref *)binary->left : NULL;
    const Ref *right = binary && binary->right->kind == NODE_REF ? (Ref *)binary->right : NULL;
    if (binary && binary->of == OP_EQ && left && right && left->column && right->column)
        vec_push(witness->checking->arena, &witness->equal, ((Equal){left->column, right->column}));
    else {
        vec_push(witness->checking->arena, &witness->conditions, node);
        gather(witness, &node);
    }
}

static void gather_table(Witness *witness, Node *node);

static void gather_join(Witness *witness, const Join *join) {
    if (join->asof || join->natural || (join->of != JOIN_INNER && join->of != JOIN_LEFT && join->of != JOIN_CROSS)) {
        witness->understood = false;
        return;
    }
    gather_table(witness, join->left);
    gather_table(witness, join->right);
    gather_condition(witness, join->on);
    Rows *left = ((Rowset *)join->left)->rows, *right = ((Rowset *)join->right)->rows;
    for (uint32_t i = 0; left && right && i < join->using_names.count; i++) {
        Column *a = rows_find(left, join->using_names.items[i].name), *b = rows_find(right, join->using_names.items[i].name);
        if (a && b) vec_push(witness->checking->arena, &witness->equal, ((Equal){a, b}));
        else witness->understood = false;
    }
}

static void gather_table(Witness *witness, Node *node) {
    const TableRef *table = node->kind == NODE_TABLE_REF ? (const TableRef *)node : NULL;
    if (node->kind == NODE_JOIN) gather_join(witness, (const Join *)node);
    else if (table && table->relation && !table->as_of && has_rows(table->relation) && table->rowset.rows)
        vec_push(witness->checking->arena, &witness->tables, table);
    else witness->understood = false;
}

/* --------------------------------------------------------------------- closure */

/* The column of a table in FROM that is the relation's of that name. */
static Column *table_column(const TableRef *table, const Column *own) {
    const Rows *rows = table->rowset.rows;
    for (uint32_t i = 0; i < rows->columns.count; i++)
        if (rows->columns.items[i]->copied == own) return rows->columns.items[i];
    return NULL;
}

static bool all_agree(const Witness *witness, const TableRef *table, Column *const *columns, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        const Column *column = table_column(table, columns[i]);
        if (!column || !agrees(witness, column)) return false;
    }
    return count > 0;
}

/* Rows that agree in a key are one row. Gives whether anything was learnt. */
static bool close_table(Witness *witness, const TableRef *table) {
    const Relation *relation = table->relation;
    const Rows *rows = table->rowset.rows;
    bool one = false;
    for (uint32_t i = 0; i < relation->tests.count && !one; i++) {
        const Test *test = relation->tests.items[i];
        if (test->kind == TEST_KEY || test->kind == TEST_UNIQUE) one = all_agree(witness, table, test->columns.items, test->columns.count);
        if (test->kind == TEST_DETERMINES) one = all_agree(witness, table, test->columns.items, test->columns.count);
    }
    for (uint32_t i = 0; relation->rows->keys && i < relation->rows->keys->keys.count && !one; i++) {
        const Key *key = relation->rows->keys->keys.items[i];
        one = !key->columns.count || all_agree(witness, table, key->columns.items, key->columns.count);
    }
    uint32_t before = witness->same.count;
    for (uint32_t i = 0; one && i < rows->columns.count; i++) agree(witness, rows->columns.items[i]);
    return witness->same.count != before;
}

static void close_set(Witness *witness) {
    for (bool learnt = true; learnt;) {
        learnt = false;
        for (uint32_t i = 0; i < witness->equal.count; i++) {
            const Equal *pair = &witness->equal.items[i];
            if (agrees(witness, pair->a) == agrees(witness, pair->b)) continue;
            agree(witness, pair->a);
            agree(witness, pair->b);
            learnt = true;
        }
        for (uint32_t i = 0; i < witness->tables.count; i++) learnt |= close_table(witness, witness->tables.items[i]);
    }
}

/* The set closed over what must agree and these more. */
static void start(Witness *witness, Column *const *more, uint32_t count) {
    map_open(&witness->same, witness->checking->arena);
    for (uint32_t i = 0; i < witness->tested.count; i++) agree(witness, witness->tested.items[i]);
    for (uint32_t i = 0; witness->one_row_each && i < witness->compared.count; i++) agree(witness, witness->compared.items[i]);
    for (uint32_t i = 0; i < count; i++) agree(witness, more[i]);
    close_set(witness);
}

/* Lets the two rows agree in as much as they can while they differ in `differing`. */
static void agree_in_all_but(Witness *witness, const Column *differing) {
    VEC(Column *) kept = {0};
    for (uint32_t t = 0; t < witness->tables.count; t++) {
        const Rows *rows = witness->tables.items[t]->rowset.rows;
        for (uint32_t i = 0; i < rows->columns.count; i++) {
            Column *column = rows->columns.items[i];
            if (column == differing || agrees(witness, column)) continue;
            vec_push(witness->checking->arena, &kept, column);
            start(witness, kept.items, kept.count);
            if (!agrees(witness, differing)) continue;
            kept.count--;
            start(witness, kept.items, kept.count);
        }
    }
}

/* ---------------------------------------------------------------------- freedom */

static const Column *source_within(const Column *column, int depth) {
    const Relation *relation = column->relation;
    if (relation->kind == RELATION_SOURCE) return column;
    const Query *query = relation->query;
    const Select *select = query && query->body && query->body->kind == NODE_SELECT ? (const Select *)query->body : NULL;
    if (depth > 20 || !select || query->ctes.count || query->limit || query->offset || select->where || select->having || select->qualify ||
        select->distinct || select->distinct_on.count || select->group.count || select->group_all || select->from.count != 1)
        return NULL;
    const TableRef *table = select->from.items[0]->kind == NODE_TABLE_REF ? (const TableRef *)select->from.items[0] : NULL;
    const Column *inner = column->copied ? column->copied->copied : NULL;
    if (!table || !table->relation || !inner || !inner->copied || !inner->copied->relation) return NULL;
    return source_within(inner->copied, depth + 1);
}

const Column *source_column(const Column *column) {
    return source_within(column, 0);
}

/* Whether the two rows may differ where they do. */
static bool may_differ(const Witness *witness) {
    for (uint32_t t = 0; t < witness->tables.count; t++) {
        const Rows *rows = witness->tables.items[t]->rowset.rows;
        for (uint32_t i = 0; i < rows->columns.count; i++) {
            const Column *column = rows->columns.items[i], *own = column->copied;
            if (agrees(witness, column)) continue;
            if (!own || !own->relation || !source_column(own)) return false;
        }
    }
    return true;
}

/* -------------------------------------------------------------------- refutation */

static const char *tested_columns(Checking *checking, const Test *test) {
    Buffer out;
    buffer_open(&out, checking->arena);
    for (uint32_t i = 0; i < test->columns.count; i++) buffer_format(&out, "%s`%s`", i ? ", " : "", test->columns.items[i]->name->text);
    return buffer_string(&out);
}

/* What a row of the model is one for: two rows of input that differ in it, and give two rows. */
typedef struct Grain { Column *column; Span span; } Grain;

static void report_refuted(Witness *witness, Test *test, const Grain *grain, const char *made_up) {
    Checking *checking = witness->checking;
    Diag *diag = checking->diag;
    const char *name = grain->column->name->text, *tested = tested_columns(checking, test);
    Report *report = diag_report(diag, CODE_G0510, test->span, "%s cannot be %s `%s`", tested,
                                 test->kind == TEST_KEY ? "the key of" : "unique in", test->relation->full_name->text);
    test->because = witness->grouped ? "its rows are grouped by more" : "it has more rows";
    report_says(diag, report, "%s", test->because);
    report_label(diag, report, grain->span, "one row for each `%s` too", name);
    Buffer differing;
    buffer_open(&differing, checking->arena);
    uint32_t count = 0;
    for (uint32_t t = 0; t < witness->tables.count; t++) {
        const Rows *rows = witness->tables.items[t]->rowset.rows;
        for (uint32_t i = 0; i < rows->columns.count; i++)
            if (!agrees(witness, rows->columns.items[i]) && count++ < 6)
                buffer_format(&differing, "%s`%s.%s`", count > 1 ? ", " : "", witness->tables.items[t]->relation->full_name->text,
                              rows->columns.items[i]->name->text);
    }
    report_note(diag, report, "two rows of input that differ only in %s%s give two rows with the same %s", buffer_string(&differing),
                count > 6 ? ", …" : "", tested);
    report_note(diag, report, "these do, with values that are made up; in columns that are not shown they are alike%s", made_up);
    report_help(diag, report, "add `%s` to it, or say what determines it: `… determines %s`", name, name);
    test->verdict = VERDICT_REFUTED;
}

/* Whether an expression surely gives a value, and no error, of columns that are not null. */
static bool gives_values(const Node *expr) {
    static const char *const total[] = {"coalesce", "lower", "upper", "trim", "concat", "date_trunc", "extract", "date_part", "year", "month", "day", "round", "floor", "abs"};
    if (expr->kind == NODE_REF || expr->kind == NODE_PARAMETER) return true;
    if (expr->kind == NODE_LITERAL) return ((const Literal *)expr)->of != LITERAL_NULL;
    if (expr->kind == NODE_INLINED) {
        const Inlined *inlined = (const Inlined *)expr;
        for (uint32_t i = 0; i < inlined->args.count; i++)
            if (!gives_values(inlined->args.items[i])) return false;
        return gives_values(inlined->body);
    }
    if (expr->kind == NODE_CAST) {
        const Cast *cast = (const Cast *)expr;
        const Type *from = ((const Expr *)cast->operand)->type, *to = cast->expr.type;
        return from && to && (from->kind != TYPE_TEXT || to->kind == TYPE_TEXT) && gives_values(cast->operand);
    }
    if (expr->kind == NODE_BINARY) {
        const Binary *binary = (const Binary *)expr;
        bool fine = binary->of == OP_ADD || binary->of == OP_SUB || binary->of == OP_CONCAT;
        return fine && gives_values(binary->left) && gives_values(binary->right);
    }
    const Call *call = expr->kind == NODE_CALL ? (const Call *)expr : NULL;
    bool known = false;
    for (size_t i = 0; call && call->name.count == 1 && i < sizeof total / sizeof *total; i++) known |= !strcmp(call->name.items[0].name->text, total[i]);
    for (uint32_t i = 0; known && i < call->args.count; i++) known = gives_values(call->args.items[i]);
    return known;
}

/* ------------------------------------------------------------------------ grains */

typedef VEC(Grain) Grains;

static void add_expr(Checking *checking, Grains *grains, const Node *expr) {
    const Ref *ref = (const Ref *)expr;
    if (expr->kind == NODE_REF && ref->column && !ref->depth) vec_push(checking->arena, grains, ((Grain){ref->column, expr->span}));
}

static void add_group(Checking *checking, Grains *grains, const Select *select) {
    for (uint32_t i = 0; i < select->facts->group.count; i++) add_expr(checking, grains, (const Node *)select->facts->group.items[i]);
}

static void add_outputs(Checking *checking, Grains *grains, const Select *select) {
    const Rows *rows = select->rowset.rows;
    for (uint32_t i = 0; i < rows->columns.count; i++)
        if (rows->columns.items[i]->expr) add_expr(checking, grains, (const Node *)rows->columns.items[i]->expr);
}

/* `qualify row_number() over (partition by …) = 1` and nothing else: one row for each partition. */
static bool add_partition(Checking *checking, Grains *grains, const Node *qualify) {
    const Binary *binary = (const Binary *)qualify;
    const Literal *one = qualify->kind == NODE_BINARY && binary->of == OP_EQ ? (const Literal *)binary->right : NULL;
    const Call *call = one && one->expr.node.kind == NODE_LITERAL && text_equal(one->text, text_of("1")) ? (const Call *)binary->left : NULL;
    const Window *window = call && call->expr.node.kind == NODE_CALL && call->name.count == 1 && !strcmp(call->name.items[0].name->text, "row_number")
                               ? (const Window *)call->over : NULL;
    for (uint32_t i = 0; window && i < window->partition.count; i++) add_expr(checking, grains, window->partition.items[i]);
    return window && !window->base.name;
}

/* Each table has a row for each value of its key. */
static void add_keys(Checking *checking, Grains *grains, const Witness *witness) {
    for (uint32_t t = 0; t < witness->tables.count; t++) {
        const TableRef *table = witness->tables.items[t];
        for (uint32_t i = 0; i < table->relation->tests.count; i++) {
            const Test *test = table->relation->tests.items[i];
            for (uint32_t c = 0; test->kind == TEST_KEY && c < test->columns.count; c++) {
                Column *column = table_column(table, test->columns.items[c]);
                if (column) vec_push(checking->arena, grains, ((Grain){column, ((Node *)table)->span}));
            }
        }
    }
}

/* The plain SELECT of tables that is understood, or null. Of rows that are not grouped a condition may be meant to leave one. */
static Select *plain_select(const Relation *relation) {
    const Query *query = relation->query;
    if (!query || query->limit || query->offset || !query->body || query->body->kind != NODE_SELECT) return NULL;
    Select *select = (Select *)query->body;
    if (!select->facts || select->having || select->distinct_on.count || select_has_grouping_sets(select) || select->facts->open) return NULL;
    if (select->facts->aggregated) return select->facts->one_group || !select->facts->group.count || select->qualify || select->distinct ? NULL : select;
    return select->qualify && select->distinct ? NULL : select;
}

static bool all_joined_by_columns(const Node *item) {
    const Join *join = (const Join *)item;
    if (item->kind != NODE_JOIN) return true;
    bool plain = !join->on || (join->on->kind == NODE_BINARY && ((const Binary *)join->on)->of == OP_EQ &&
                               ((const Binary *)join->on)->left->kind == NODE_REF && ((const Binary *)join->on)->right->kind == NODE_REF);
    return plain && all_joined_by_columns(join->left) && all_joined_by_columns(join->right);
}

/* A row of a moment or of a kind (`where valid_to is null`, `where is_current`, `where kind = 'first'`) may be meant to be the
 * only one, and nothing can be declared of it; a range or a list leaves several. */
static bool may_leave_one(const Node *condition) {
    const Binary *binary = (const Binary *)condition;
    if (condition->kind == NODE_BINARY && (binary->of == OP_AND || binary->of == OP_OR)) return may_leave_one(binary->left) || may_leave_one(binary->right);
    if (condition->kind == NODE_BINARY) return binary->of < OP_NE || binary->of > OP_GE;
    if (condition->kind == NODE_IN) return ((const In *)condition)->negated ? false : ((const In *)condition)->list.count < 2;
    if (condition->kind == NODE_INLINED) return may_leave_one(((const Inlined *)condition)->body);
    if (condition->kind == NODE_IS) return ((const Is *)condition)->of != IS_NULL || !((const Is *)condition)->negated;
    return condition->kind != NODE_BETWEEN;
}

static Grains grains_of(Checking *checking, Witness *witness, const Select *select) {
    Grains grains = {0};
    witness->grouped = select->facts->aggregated;
    witness->one_row_each = !select->facts->aggregated && !select->distinct && !select->qualify;
    if (select->facts->aggregated) add_group(checking, &grains, select);
    else if (select->distinct) add_outputs(checking, &grains, select);
    else if (select->qualify) add_partition(checking, &grains, select->qualify);
    else {
        bool plain = !(select->where && may_leave_one(select->where)) && select->from.count == 1 && all_joined_by_columns(select->from.items[0]);
        if (plain) add_keys(checking, &grains, witness);
    }
    return grains;
}

/* Gathers what is tested: what is computed of values is a value too. */
static void gather_tested(Witness *witness, const Test *test) {
    for (uint32_t i = 0; i < test->columns.count && witness->understood; i++) {
        const Column *given = test->columns.items[i]->copied;
        Node *expr = given && given->expr ? &given->expr->node : NULL;
        if (!expr || !gives_values(expr)) witness->understood = false;
        else gather(witness, &expr);
    }
}

static void refute(Checking *checking, Test *test, Select *select) {
    Witness witness = {.checking = checking, .understood = true};
    gather_tested(&witness, test);
    witness.in_condition = true;
    for (uint32_t i = 0; i < select->from.count; i++) gather_table(&witness, select->from.items[i]);
    gather_condition(&witness, select->where);
    Grains grains = witness.understood ? grains_of(checking, &witness, select) : (Grains){0};
    for (uint32_t i = 0; i < grains.count; i++) {
        start(&witness, NULL, 0);
        if (agrees(&witness, grains.items[i].column)) continue;
        agree_in_all_but(&witness, grains.items[i].column);
        Buffer rows;
        buffer_open(&rows, checking->arena);
        ArenaMark mark = arena_mark(arena_scratch(checking->arena));
        bool found = may_differ(&witness) && witness_rows(&witness, &rows);
        arena_release(arena_scratch(checking->arena), mark);
        if (!found) continue;
        report_refuted(&witness, test, &grains.items[i], buffer_string(&rows));
        return;
    }
}

static void check_relation(Checking *checking, Relation *relation) {
    Select *select = has_rows(relation) && relation->kind == RELATION_MODEL ? plain_select(relation) : NULL;
    for (uint32_t i = 0; select && i < relation->tests.count; i++) {
        Test *test = relation->tests.items[i];
        bool asked = (test->kind == TEST_KEY || test->kind == TEST_UNIQUE) && test->verdict == VERDICT_TO_RUN && !test->warn;
        if (asked && test->columns.count == test->column_names.count) refute(checking, test, select);
    }
}

void check_refutations(Checking *checking) {
    each_relation(checking, check_relation);
}
