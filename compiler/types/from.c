/* What stands in FROM: tables, subqueries, functions that give rows, joins. */
#include "compiler/types/internal.h"

#include <string.h>

Rows *rows_new(Checker *checker) {
    Rows *rows = arena_new(checker->arena, Rows);
    map_open(&rows->index, checker->arena);
    return rows;
}

Rows *rows_open(Checker *checker) {
    Rows *rows = rows_new(checker);
    rows->open = true;
    return rows;
}

Column *column_add(Checker *checker, Rows *rows, Column column) {
    Column *made = arena_new(checker->arena, Column);
    *made = column;
    made->index = rows->columns.count;
    vec_push(checker->arena, &rows->columns, made);
    return made;
}

Node *column_value(Checker *checker, const Column *column, Span span) {
    Node *node = node_new(checker->arena, NODE_ERROR, span);
    expr_set(node, column->type, column->unit, column->nullable);
    return node;
}

Rows *rows_renamed(Checker *checker, const Rows *rows, const Parts *names, Node *at) {
    Rows *copy = rows_new(checker);
    uint32_t count = rows->columns.count;
    Column *columns = arena_alloc(checker->arena, (count + 1) * sizeof *columns);
    copy->open = rows->open;
    copy->columns.items = arena_alloc(checker->arena, (count + 1) * sizeof *copy->columns.items);
    copy->columns.count = copy->columns.capacity = count;
    for (uint32_t i = 0; i < count; i++) {
        Column *from = rows->columns.items[i];
        columns[i] = (Column){.name = i < names->count ? names->items[i].name : from->name, .type = from->type,
                              .unit = from->unit, .nullable = from->nullable, .span = from->span, .doc = from->doc,
                              .index = i, .copied = from};
        copy->columns.items[i] = &columns[i];
    }
    if (names->count > count && !rows->open) {
        Report *report = diag_report(checker->diag, CODE_G0327, names->items[count].span, "%u names for %u column%s",
                                     names->count, count, count == 1 ? "" : "s");
        report_label(checker->diag, report, at->span, "this has %u column%s", count, count == 1 ? "" : "s");
    }
    return copy;
}

/* ------------------------------------------------------------------- tables */

/* `as of '2026-01-31'`: a text alone is meant as a moment. */
static Node *moment_of(Checker *checker, Node *node) {
    const Literal *literal = node->kind == NODE_LITERAL ? (const Literal *)node : NULL;
    if (!literal || literal->of != LITERAL_STRING) return node;
    TypedLiteral *moment = (TypedLiteral *)node_new(checker->arena, NODE_TYPED_LITERAL, node->span);
    TypeName *type = (TypeName *)node_new(checker->arena, NODE_TYPE_NAME, node->span);
    type->name = (Part){name_of(checker->program->names, "timestamptz"), node->span};
    moment->to = &type->node;
    moment->text = literal->text;
    return &moment->expr.node;
}

/* A number is that of a run. */
static void moment_check(Checker *checker, TableRef *ref) {
    ref->as_of = moment_of(checker, ref->as_of);
    expr_check_in(checker, IN_FROM, ref->as_of);
    TypeKind kind = TYPE_OF(ref->as_of)->kind;
    if (kind == TYPE_DATE || kind == TYPE_TIMESTAMP || kind == TYPE_TIMESTAMPTZ || kind == TYPE_UNKNOWN || kind == TYPE_NULL ||
        kind == TYPE_INT2 || kind == TYPE_INT4 || kind == TYPE_INT8)
        return;
    Report *report = diag_report(checker->diag, CODE_G0732, ref->as_of->span, "`as of` takes a moment, or the number of a run");
    report_says(checker->diag, report, "this is `%s`", type_name(checker, TYPE_OF(ref->as_of)));
}

/* A column may be younger than what is read: then its value is null there. */
static void forget_not_null(const Rows *rows, uint32_t count) {
    for (uint32_t i = 0; i < count && i < rows->columns.count; i++) rows->columns.items[i]->nullable = true;
}

static void table_ref_check(Checker *checker, TableRef *ref) {
    const Rows *rows = ref->cte ? ref->cte->rowset.rows : ref->relation ? ref->relation->rows : NULL;
    Node *node = (Node *)ref;
    if (ref->as_of) moment_check(checker, ref);
    ref->rowset.rows = rows ? rows_renamed(checker, rows, &ref->columns, node) : rows_open(checker);
    if (ref->as_of && rows) forget_not_null(ref->rowset.rows, rows->columns.count);
    Part last = ref->name.items[ref->name.count - 1];
    bool alias = ref->alias.name != NULL;
    Span span = ref->name.items[0].span;
    scope_add(checker, (ScopeTable){.name = alias ? ref->alias.name : last.name, .path = alias ? NULL : &ref->name,
                                    .rows = ref->rowset.rows, .node = node,
                                    .span = alias ? ref->alias.span : span_join(span, last.span)});
}

static void table_query_check(Checker *checker, TableQuery *table) {
    Scope *scope = checker->scope;
    Node *node = (Node *)table;
    const Expansion *before = program_enter(checker->program, node);
    Rows *rows = table->lateral ? query_check(checker, (Query *)table->query, scope, NULL, 1)
                                : query_check(checker, (Query *)table->query, scope->outer, scope, scope->distance + 1);
    checker->diag->expansion = before;
    table->rowset.rows = rows_renamed(checker, rows, &table->columns, node);
    Span span = table->alias.name ? table->alias.span : node->span;
    scope_add(checker, (ScopeTable){.name = table->alias.name, .rows = table->rowset.rows, .node = node, .span = span});
}

static const ScopeTable *holder(const Scope *scope, const Column *column) {
    for (uint32_t i = 0; i < scope->tables.count; i++) {
        const ScopeTable *table = &scope->tables.items[i];
        if (column->index < table->rows->columns.count && table->rows->columns.items[column->index] == column) return table;
    }
    return NULL;
}

bool is_left_out(const Checker *checker, const Column *column) {
    const ScopeTable *table = holder(checker->scope, column);
    return table && table->nulled;
}

/* A table in parentheses with an alias hides the names within. */
static void table_parens_check(Checker *checker, TableParens *parens) {
    uint32_t start = checker->scope->tables.count;
    from_check(checker, parens->table);
    const Rows *rows = ((Rowset *)parens->table)->rows;
    parens->rowset.rows = (Rows *)rows;
    if (!parens->alias.name) return;
    for (uint32_t i = start; i < checker->scope->tables.count; i++) checker->scope->tables.items[i].hidden = true;
    parens->rowset.rows = rows_renamed(checker, rows, &parens->columns, (Node *)parens);
    for (uint32_t i = 0; i < rows->columns.count; i++)
        parens->rowset.rows->columns.items[i]->nullable |= is_left_out(checker, rows->columns.items[i]);
    scope_add(checker, (ScopeTable){.name = parens->alias.name, .rows = parens->rowset.rows, .node = (Node *)parens,
                                    .span = parens->alias.span});
}

/* What one row of a function holds: the element of an array, or what a table function says. */
static const Type *row_type(Checker *checker, const Node *call) {
    const Type *type = TYPE_OF(call);
    const Signature *signature = call->kind == NODE_CALL ? ((const Call *)call)->signature : NULL;
    if (signature && signature->kind == FUNCTION_TABLE) return type;
    if (type->kind == TYPE_ARRAY) return type->element;
    if (type->kind != TYPE_UNKNOWN) {
        Report *report = diag_report(checker->diag, CODE_G0303, call->span, "this function gives no rows");
        report_says(checker->diag, report, "it gives a `%s`", type_name(checker, type));
    }
    return simple(checker, TYPE_UNKNOWN);
}

/* history(finops.payments): all versions of its rows, with when each was known. */
static bool history_check(Checker *checker, TableFunction *table) {
    const Call *call = (const Call *)table->call;
    if (call->expr.node.kind != NODE_CALL || call->name.count != 1 || strcmp(call->name.items[0].name->text, "history")) return false;
    if (call->args.count != 1 || call->args.items[0]->kind != NODE_REF) return false;
    const Relation *relation = history_relation(checker->program, table);
    Rows *rows = relation && relation->rows ? rows_renamed(checker, relation->rows, &(Parts){0}, table->call) : rows_open(checker);
    static const char *const KNOWN[] = {"known_from", "known_to"};
    forget_not_null(rows, rows->columns.count);
    for (int i = 0; i < 2; i++)
        column_add(checker, rows, (Column){.name = name_of(checker->program->names, KNOWN[i]), .type = simple(checker, TYPE_TIMESTAMPTZ),
                                           .nullable = i == 1, .span = table->call->span, .maker = (Node *)table});
    table->rowset.rows = table->columns.count ? rows_renamed(checker, rows, &table->columns, (Node *)table) : rows;
    Part last = ((const Ref *)call->args.items[0])->name.items[((const Ref *)call->args.items[0])->name.count - 1];
    Part name = table->alias.name ? table->alias : last;
    scope_add(checker, (ScopeTable){.name = name.name, .rows = table->rowset.rows, .node = (Node *)table, .span = name.span});
    return true;
}

/* generate_series and its like make their elements; those of an array that is handed over may be null. */
static bool gives_no_nulls(const Node *call) {
    const Signature *signature = call->kind == NODE_CALL ? ((const Call *)call)->signature : NULL;
    const Type *element = signature && signature->kind != FUNCTION_TABLE ? signature->returns->element : NULL;
    return element && element->kind != TYPE_VARIABLE;
}

static void table_function_check(Checker *checker, TableFunction *table) {
    Node *node = (Node *)table;
    if (history_check(checker, table)) return;
    expr_check_in(checker, IN_FROM, table->call);
    Rows *rows = rows_new(checker);
    Name *name = table->alias.name;
    if (!name && table->call->kind == NODE_CALL && ((Call *)table->call)->name.count)
        name = ((Call *)table->call)->name.items[((Call *)table->call)->name.count - 1].name;
    bool series = gives_no_nulls(table->call);
    Column column = {.name = name, .type = row_type(checker, table->call), .nullable = !series, .span = table->call->span,
                     .expr = (Expr *)table->call};
    column_add(checker, rows, column);
    Column ordinality = {.name = name_of(checker->program->names, "ordinality"), .type = simple(checker, TYPE_INT8),
                         .span = table->call->span, .maker = node};
    if (table->ordinality) column_add(checker, rows, ordinality);
    table->rowset.rows = table->columns.count ? rows_renamed(checker, rows, &table->columns, node) : rows;
    scope_add(checker, (ScopeTable){.name = name, .rows = table->rowset.rows, .node = node,
                                    .span = table->alias.name ? table->alias.span : node->span});
}

/* -------------------------------------------------------------------- joins */

/* Where the tables of a join stand in the scope: left [start, middle), right [middle, end). */
typedef struct Sides { uint32_t start, middle, end, known; } Sides;

/* What was known of a table holds no longer where an outer join may leave it out. */
static void null_tables(Checker *checker, uint32_t from, uint32_t to, uint32_t known) {
    Scope *scope = checker->scope;
    for (uint32_t i = from; i < to; i++) {
        uint32_t kept = known;
        scope->tables.items[i].nulled = true;
        for (uint32_t j = known; j < checker->narrowed.count; j++)
            if (checker->narrowed.items[j].table != scope->tables.items[i].node)
                checker->narrowed.items[kept++] = checker->narrowed.items[j];
        checker->narrowed.count = kept;
    }
}

static void apply_kind(Checker *checker, const Join *join, Sides sides) {
    Scope *scope = checker->scope;
    bool left = join->of == JOIN_RIGHT || join->of == JOIN_FULL, right = join->of == JOIN_LEFT || join->of == JOIN_FULL;
    if (left) null_tables(checker, sides.start, sides.middle, sides.known);
    if (right) null_tables(checker, sides.middle, sides.end, sides.known);
    if (join->of != JOIN_SEMI && join->of != JOIN_ANTI) return;
    for (uint32_t i = sides.middle; i < sides.end; i++) scope->tables.items[i].hidden = true;
}

static Column *joined_column(Checker *checker, const Join *join, Part part, Node *side, const char *which) {
    Rows *rows = ((Rowset *)side)->rows;
    Column *column = rows_find(rows, part.name);
    if (column || rows->open) return column;
    Report *report = diag_report(checker->diag, CODE_G0328, part.span, "the %s side has no column `%s`", which, part.name->text);
    report_label(checker->diag, report, side->span, "looked for here");
    VEC(const char *) words = {0};
    for (uint32_t i = 0; i < rows->columns.count; i++)
        if (rows->columns.items[i]->name) vec_push(checker->arena, &words, (const char *)rows->columns.items[i]->name->text);
    (void)join;
    report_near(checker->diag, report, part.span, part.name->text, words.items, words.count);
    return NULL;
}

static Node *holder_node(const Checker *checker, const Column *column, Node *otherwise) {
    const ScopeTable *table = holder(checker->scope, column);
    return table ? table->node : otherwise;
}

/* The column that stands for both: the side's that is always there; of a full join one of its own. */
static Column *merge(Checker *checker, Join *join, Column *left, Column *right, Node **ret_table) {
    Column *kept = join->of == JOIN_RIGHT ? right : left;
    *ret_table = holder_node(checker, kept, (Node *)join);
    if (join->of != JOIN_FULL) return kept;
    *ret_table = (Node *)join;
    Column *made = arena_new(checker->arena, Column);
    const Type *type = type_common(checker->types, left->type, right->type);
    *made = (Column){.name = left->name, .type = type ? type : simple(checker, TYPE_UNKNOWN), .unit = left->unit,
                     .nullable = left->nullable || right->nullable, .span = left->span, .doc = shared_words(left, right), .index = left->index,
                     .copied = left, .other = right, .maker = (Node *)join};
    return made;
}

static void merge_column(Checker *checker, Join *join, Part part, Sides sides) {
    Column *left = joined_column(checker, join, part, join->left, "left");
    Column *right = joined_column(checker, join, part, join->right, "right");
    if (!left || !right) return;
    bool fits = compare_check(checker, column_value(checker, left, ((Node *)join->left)->span),
                              column_value(checker, right, ((Node *)join->right)->span), part.span, "=");
    Merged merged = {.name = part.name, .first = sides.start, .end = sides.end};
    merged.column = merge(checker, join, left, right, &merged.table);
    vec_push(checker->arena, &checker->scope->merged, merged);
    bool both = join->of == JOIN_INNER || join->of == JOIN_SEMI;
    if (!fits || !both) return;
    vec_push(checker->arena, &checker->narrowed, ((Narrowed){left, holder_node(checker, left, NULL)}));
    vec_push(checker->arena, &checker->narrowed, ((Narrowed){right, holder_node(checker, right, NULL)}));
}

static void natural_names(Checker *checker, Join *join) {
    Rows *left = ((Rowset *)join->left)->rows, *right = ((Rowset *)join->right)->rows;
    for (uint32_t i = 0; i < left->columns.count; i++) {
        Name *name = left->columns.items[i]->name;
        if (name && rows_find(right, name)) vec_push(checker->arena, &join->using_names, ((Part){name, ((Node *)join)->span}));
    }
}

static bool is_inequality(const Node *node) {
    if (node->kind != NODE_BINARY) return false;
    Operator of = ((const Binary *)node)->of;
    return of == OP_LT || of == OP_LE || of == OP_GT || of == OP_GE;
}

static void count_conjuncts(const Node *node, uint32_t *inequalities, const Node **odd) {
    if (node->kind == NODE_BINARY && ((const Binary *)node)->of == OP_AND) {
        count_conjuncts(((const Binary *)node)->left, inequalities, odd);
        count_conjuncts(((const Binary *)node)->right, inequalities, odd);
    } else if (is_inequality(node)) {
        ++*inequalities;
    } else if (node->kind != NODE_BINARY || ((const Binary *)node)->of != OP_EQ) {
        *odd = node;
    }
}

/* An asof join looks for the nearest row: equalities and exactly one inequality. */
static void asof_check(Checker *checker, const Join *join) {
    uint32_t inequalities = 0;
    const Node *odd = NULL;
    if (!join->asof || !join->on) return;
    count_conjuncts(join->on, &inequalities, &odd);
    if (inequalities == 1 && !odd) return;
    Report *report = diag_report(checker->diag, CODE_G0334, odd && inequalities == 1 ? odd->span : join->on->span,
                                 "an asof join has equalities and one of `<`, `<=`, `>`, `>=`");
    if (inequalities != 1) report_says(checker->diag, report, "here are %u", inequalities);
}

static Rows *joined_rows(Checker *checker, const Join *join, Sides sides) {
    const Rows *left = ((Rowset *)join->left)->rows, *right = ((Rowset *)join->right)->rows;
    Rows *rows = rows_new(checker);
    bool one = join->of == JOIN_SEMI || join->of == JOIN_ANTI;
    const Scope *scope = checker->scope;
    rows->open = left->open || (!one && right->open);
    for (uint32_t i = 0; i < left->columns.count; i++) {
        Column *column = left->columns.items[i];
        for (uint32_t j = 0; j < scope->merged.count; j++) {
            const Merged *merged = &scope->merged.items[j];
            if (merged->name == column->name && merged->first == sides.start && merged->end == sides.end) column = merged->column;
        }
        vec_push(checker->arena, &rows->columns, column);
    }
    for (uint32_t i = 0; !one && i < right->columns.count; i++) {
        bool merged = false;
        for (uint32_t j = 0; j < join->using_names.count; j++) merged |= join->using_names.items[j].name == right->columns.items[i]->name;
        if (!merged) vec_push(checker->arena, &rows->columns, right->columns.items[i]);
    }
    return rows;
}

static void join_check(Checker *checker, Join *join) {
    Scope *scope = checker->scope;
    Sides sides = {.start = scope->tables.count, .known = checker->narrowed.count};
    uint32_t visible = scope->visible;
    from_check(checker, join->left);
    sides.middle = scope->tables.count;
    from_check(checker, join->right);
    sides.end = scope->tables.count;
    if (join->natural) natural_names(checker, join);
    for (uint32_t i = 0; i < join->using_names.count; i++) merge_column(checker, join, join->using_names.items[i], sides);
    if (join->on) {
        scope->visible = sides.start;
        condition_check(checker, IN_ON, join->on);
        scope->visible = visible;
        asof_check(checker, join);
        if (join->of == JOIN_INNER || join->of == JOIN_SEMI) narrow(checker, join->on, true);
    }
    apply_kind(checker, join, sides);
    join->rowset.rows = joined_rows(checker, join, sides);
}

/* -------------------------------------------------------------- the dispatch */

/* DuckDB's `using sample` is refused by the grammar already. */
static void sample_check(Checker *checker, Sample *sample) {
    diag_report(checker->diag, CODE_G0126, sample->rowset.node.span,
                "a query cannot read a sample: its rows would differ from run to run");
    from_check(checker, sample->table);
    sample->rowset.rows = ((Rowset *)sample->table)->rows;
}

void from_check(Checker *checker, Node *item) {
    if (item->kind == NODE_TABLE_REF) table_ref_check(checker, (TableRef *)item);
    else if (item->kind == NODE_TABLE_QUERY) table_query_check(checker, (TableQuery *)item);
    else if (item->kind == NODE_TABLE_FUNCTION) table_function_check(checker, (TableFunction *)item);
    else if (item->kind == NODE_TABLE_PARENS) table_parens_check(checker, (TableParens *)item);
    else if (item->kind == NODE_JOIN) join_check(checker, (Join *)item);
    else if (item->kind == NODE_PIVOT) pivot_check(checker, (Pivot *)item);
    else if (item->kind == NODE_UNPIVOT) unpivot_check(checker, (Unpivot *)item);
    else if (item->kind == NODE_SAMPLE) sample_check(checker, (Sample *)item);
    else if (node_is_rowset(item)) ((Rowset *)item)->rows = rows_open(checker);
}
