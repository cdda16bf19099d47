/* GROUP BY: its keys, and that nothing else stands outside of an aggregate. */
#include "compiler/types/internal.h"

#include <string.h>

/* -------------------------------------------------------- what is in a tree */

typedef struct Search { bool found; bool window; } Search;

static void search(void *context, Node **place) {
    Search *found = context;
    const Node *node = *place;
    if (found->found || node->kind == NODE_QUERY) return;
    if (node->kind == NODE_REF) { /* an alias of the same list stands for its expression */
        const Ref *ref = (const Ref *)node;
        Node *expr = ref->table && ref->table->kind == NODE_SELECT && ref->column ? (Node *)ref->column->expr : NULL;
        if (expr && expr != node) search(context, &expr);
    } else if (node->kind == NODE_CALL) {
        const Call *call = (const Call *)node;
        bool over = call->over || call->over_name.name;
        found->found = found->window ? over : !over && function_is_aggregate(call->function);
    }
    if (!found->found) node_kids(*place, search, context);
}

static bool holds(const Node *expr, bool window) {
    Search found = {false, window};
    Node *node = (Node *)expr;
    if (node) search(&found, &node);
    return found.found;
}

bool has_aggregate(const Node *expr) {
    return holds(expr, false);
}

bool has_window(const Node *expr) {
    return holds(expr, true);
}

/* ----------------------------------------------------------------- sameness */

enum { MOST_INSIDES = 64 };

/* Kids, names and texts of a node itself; `count` goes on beyond what `items` holds. */
typedef struct Insides { uint32_t count; const void *items[MOST_INSIDES]; } Insides;

static void add_inside(Insides *insides, const void *item) {
    if (insides->count < MOST_INSIDES) insides->items[insides->count] = item;
    insides->count++;
}

static void add_kid(void *context, Node **place) { add_inside(context, *place); }
static void add_name(void *context, Part *part) { add_inside(context, part->name); }
static void add_text(void *context, Text *text) { add_inside(context, text); }

/* What neither kids nor names nor texts tell. */
static bool same_flags(const Node *a, const Node *b) {
    if (a->kind == NODE_BINARY) return ((const Binary *)a)->of == ((const Binary *)b)->of;
    if (a->kind == NODE_UNARY) return ((const Unary *)a)->of == ((const Unary *)b)->of;
    if (a->kind == NODE_LITERAL) return ((const Literal *)a)->of == ((const Literal *)b)->of;
    if (a->kind == NODE_IN) return ((const In *)a)->negated == ((const In *)b)->negated;
    if (a->kind == NODE_BETWEEN) return ((const Between *)a)->negated == ((const Between *)b)->negated;
    if (a->kind == NODE_PARAMETER) return ((const Parameter *)a)->index == ((const Parameter *)b)->index;
    if (a->kind == NODE_IS) return ((const Is *)a)->of == ((const Is *)b)->of && ((const Is *)a)->negated == ((const Is *)b)->negated;
    if (a->kind == NODE_LIKE)
        return ((const Like *)a)->of == ((const Like *)b)->of && ((const Like *)a)->negated == ((const Like *)b)->negated;
    if (a->kind == NODE_CALL) {
        const Call *left = (const Call *)a, *right = (const Call *)b;
        return left->star == right->star && left->distinct == right->distinct && left->form == right->form && left->nulls == right->nulls;
    }
    return a->kind != NODE_QUERY;
}

static bool same_insides(const Node *a, const Node *b) {
    Insides kids[2], names[2], texts[2];
    Node *nodes[] = {(Node *)a, (Node *)b};
    for (int i = 0; i < 2; i++) {
        kids[i].count = names[i].count = texts[i].count = 0;
        node_kids(nodes[i], add_kid, &kids[i]);
        node_names(nodes[i], add_name, &names[i]);
        node_texts(nodes[i], add_text, &texts[i]);
    }
    if (kids[0].count > MOST_INSIDES || names[0].count > MOST_INSIDES || texts[0].count > MOST_INSIDES) return node_equal(a, b);
    bool same = kids[0].count == kids[1].count && names[0].count == names[1].count && texts[0].count == texts[1].count;
    for (uint32_t i = 0; same && i < names[0].count; i++) same = names[0].items[i] == names[1].items[i];
    for (uint32_t i = 0; same && i < texts[0].count; i++) same = text_equal(*(const Text *)texts[0].items[i], *(const Text *)texts[1].items[i]);
    for (uint32_t i = 0; same && i < kids[0].count; i++) same = expr_same(kids[0].items[i], kids[1].items[i]);
    return same;
}

bool expr_same(const Node *a, const Node *b) {
    if (a == b) return true;
    if (!a || !b || a->kind != b->kind) return false;
    if (a->kind == NODE_REF && ((const Ref *)a)->column) {
        const Ref *left = (const Ref *)a, *right = (const Ref *)b;
        return left->column == right->column && left->depth == right->depth && left->expr.type == right->expr.type;
    }
    return same_flags(a, b) && same_insides(a, b);
}

/* -------------------------------------------------------------------- keys */

static void add_key(Checker *checker, Select *select, Node *expr) {
    SelectFacts *facts = select->facts;
    for (uint32_t i = 0; i < facts->group.count; i++)
        if (expr_same((Node *)facts->group.items[i], expr)) return;
    vec_push(checker->arena, &facts->group, (Expr *)expr);
    if (TYPE_OF(expr)->kind != TYPE_JSON) return;
    Report *report = diag_report(checker->diag, CODE_G0317, expr->span, "json is not compared");
    report_help(checker->diag, report, "group by a value taken out of it: `x ->> 'key'`");
}

static void ordinal_key(Checker *checker, Select *select, const Node *key) {
    Text text = ((const Literal *)key)->text;
    uint32_t position = 0;
    for (uint32_t i = 0; i < text.length && position < 100000; i++) position = position * 10 + (uint32_t)(text.at[i] - '0');
    if (position < 1 || position > select->items.count || ((SelectItem *)select->items.items[position - 1])->expr->kind == NODE_STAR) {
        Report *report = diag_report(checker->diag, CODE_G0329, key->span, "there is no column %u to group by", position);
        report_says(checker->diag, report, "the list has %u", select->items.count);
        select->facts->open = true;
        return;
    }
    Column *column = select_item(checker, checker->scope, position - 1);
    if (has_aggregate((Node *)column->expr)) report_aggregate_place(checker, key, IN_GROUP);
    else add_key(checker, select, (Node *)column->expr);
}

static bool is_rollup(const Node *key) {
    if (key->kind != NODE_CALL || ((const Call *)key)->name.count != 1) return false;
    const char *name = ((const Call *)key)->name.items[0].name->text;
    return !strcmp(name, "rollup") || !strcmp(name, "cube");
}

static void key_check(Checker *checker, Select *select, Node *key) {
    Scope *scope = checker->scope;
    if (key->kind == NODE_GROUPING_SETS || is_rollup(key)) {
        scope->rolled_up = true;
        Nodes *sets = key->kind == NODE_CALL ? &((Call *)key)->args : &((GroupingSets *)key)->sets;
        for (uint32_t i = 0; i < sets->count; i++) key_check(checker, select, sets->items[i]);
    } else if (key->kind == NODE_ROW) {
        for (uint32_t i = 0; i < ((Row *)key)->items.count; i++) key_check(checker, select, ((Row *)key)->items.items[i]);
    } else if (key->kind == NODE_LITERAL && ((Literal *)key)->of == LITERAL_INTEGER) {
        expr_check(checker, key);
        ordinal_key(checker, select, key);
    } else {
        bool rolled_up = scope->rolled_up;
        scope->rolled_up = false; /* a key itself is not null for being one */
        expr_check_in(checker, IN_GROUP, key);
        scope->rolled_up = rolled_up;
        const Ref *ref = (const Ref *)key;
        bool alias = key->kind == NODE_REF && ref->table == (Node *)select && ref->column && ref->column->expr;
        select->facts->open |= is_poison(key);
        if (!is_poison(key)) add_key(checker, select, alias ? (Node *)ref->column->expr : key);
    }
}

/* GROUP BY ALL: every result that is no aggregate. */
static void all_keys(Checker *checker, Select *select) {
    const Rows *rows = select->rowset.rows;
    for (uint32_t i = 0; i < rows->columns.count; i++) {
        Node *expr = (Node *)rows->columns.items[i]->expr;
        if (expr && !has_aggregate(expr) && !has_window(expr) && !is_poison(expr)) add_key(checker, select, expr);
    }
}

static bool is_any_key(const SelectFacts *facts, const Node *expr) {
    for (uint32_t i = 0; i < facts->group.count; i++)
        if (expr_same((const Node *)facts->group.items[i], expr)) return true;
    return false;
}

void group_null_key(Checker *checker, Node *expr) {
    if (checker->place == IN_AGGREGATE || checker->place == IN_GROUP || !node_is_expr(expr)) return;
    if (is_any_key(checker->scope->facts, expr)) ((Expr *)expr)->nullable = true;
}

/* Results that were typed as keys, by their alias or their place. */
static void null_items(Scope *scope) {
    for (uint32_t i = 0; i < scope->select->items.count; i++) {
        Column *column = scope->states[i] == ITEM_TYPED ? scope->items[i] : NULL;
        if (!column || !column->expr || !is_any_key(scope->facts, (Node *)column->expr)) continue;
        column->nullable = column->expr->nullable = true;
    }
}

void group_keys(Checker *checker, Select *select) {
    if (select->group_all) all_keys(checker, select);
    for (uint32_t i = 0; i < select->group.count; i++) key_check(checker, select, select->group.items[i]);
    if (checker->scope->rolled_up) null_items(checker->scope);
}

/* ------------------------------------------------- what is no key and no aggregate */

typedef struct Frame { const struct Frame *outer; const Inlined *inlined; } Frame;
typedef struct Walk {
    const Select *select;
    int64_t depth;
    const Frame *frame;
    const Ref *found;    /* the first column that has no one value in a group */
} Walk;

static void walk(void *context, Node **place);

static void walk_kids(Walk *state, Node *node, int deeper) {
    state->depth += deeper;
    node_kids(node, walk, state);
    state->depth -= deeper;
}

/* A subquery, too, may name the columns that are keys. */
static bool is_key_column(const SelectFacts *facts, const Ref *ref) {
    for (uint32_t i = 0; i < facts->group.count; i++) {
        const Ref *key = (const Ref *)facts->group.items[i];
        if (key->expr.node.kind == NODE_REF && key->column == ref->column && key->expr.type == ref->expr.type) return true;
    }
    return false;
}

static void walk_ref(Walk *state, const Ref *ref) {
    if (ref->depth != state->depth || !ref->column || !ref->table || is_key_column(state->select->facts, ref)) return;
    if (ref->table == (const Node *)state->select) {
        Node *expr = (Node *)ref->column->expr;
        if (expr && expr != (const Node *)ref) walk(state, &expr);
    } else {
        state->found = ref;
    }
}

static void walk_inlined(Walk *state, Inlined *inlined) {
    Frame frame = {state->frame, inlined};
    state->frame = &frame;
    if (inlined->body) walk(state, &inlined->body);
    state->frame = frame.outer;
}

static void walk_parameter(Walk *state, const Parameter *parameter) {
    const Frame *frame = state->frame;
    if (!frame || (uint64_t)parameter->index >= frame->inlined->args.count) return;
    state->frame = frame->outer;
    walk(state, &frame->inlined->args.items[parameter->index]);
    state->frame = frame;
}

/* What a query orders by is of its select's level, though it stands beside it. */
static void walk_query(Walk *state, Query *query) {
    for (uint32_t i = 0; i < query->ctes.count; i++) walk(state, &query->ctes.items[i]);
    walk(state, &query->body);
    state->depth++;
    for (uint32_t i = 0; i < query->order.count; i++) walk(state, &query->order.items[i]);
    state->depth--;
}

static bool is_key(const Walk *state, const Node *node) {
    const SelectFacts *facts = state->select->facts;
    for (uint32_t i = 0; !state->depth && node_is_expr(node) && i < facts->group.count; i++)
        if (expr_same((const Node *)facts->group.items[i], node)) return true;
    return false;
}

/* grouping() tells of keys only. */
static void walk_grouping(Walk *state, const Call *call) {
    bool grouping = call->name.count == 1 && !strcmp(call->name.items[0].name->text, "grouping");
    for (uint32_t i = 0; grouping && i < call->args.count; i++)
        if (!is_key(state, call->args.items[i]) && !state->found) walk(state, &call->args.items[i]);
}

static void walk(void *context, Node **place) {
    Walk *state = context;
    Node *node = *place;
    if (state->found || is_key(state, node)) return;
    bool aggregate = node->kind == NODE_CALL && !state->depth && !((Call *)node)->over && !((Call *)node)->over_name.name &&
                     function_is_aggregate(((Call *)node)->function);
    if (aggregate) {
        walk_grouping(state, (Call *)node);
        return;
    }
    if (node->kind == NODE_REF) walk_ref(state, (Ref *)node);
    else if (node->kind == NODE_INLINED) walk_inlined(state, (Inlined *)node);
    else if (node->kind == NODE_PARAMETER) walk_parameter(state, (Parameter *)node);
    else if (node->kind == NODE_QUERY) walk_query(state, (Query *)node);
    else walk_kids(state, node, node->kind == NODE_SELECT || node->kind == NODE_VALUES);
}

typedef struct Levels { uint32_t own, outer; } Levels;

static void count_levels(void *context, Node **place) {
    Levels *levels = context;
    const Ref *ref = (const Ref *)*place;
    if ((*place)->kind == NODE_REF && ref->column) *(ref->depth ? &levels->outer : &levels->own) += 1;
    if ((*place)->kind != NODE_QUERY) node_kids(*place, count_levels, context);
    else levels->own++; /* it may have any */
}

void aggregate_level_check(Checker *checker, Call *call) {
    Levels levels = {0};
    node_kids((Node *)call, count_levels, &levels);
    if (levels.own || !levels.outer) return;
    Report *report = diag_report(checker->diag, CODE_G0307, call->expr.node.span, "an aggregate of nothing but the outer query's columns");
    report_note(checker->diag, report, "in SQL it is computed there, over the groups of that query, not over the rows of this one");
    report_help(checker->diag, report, "compute it in the outer query, or aggregate something of this one");
}

static void refuse_ungrouped(Checker *checker, const Select *select, const Ref *ref, const Node *expr) {
    const SelectFacts *facts = select->facts;
    const char *name = parts_text(checker->arena, ref->name);
    Span at = ref->expr.node.span;
    Report *report = diag_report(checker->diag, CODE_G0306, at, "column `%s` is neither grouped by nor aggregated", name);
    report_says(checker->diag, report, "a group may have several values of it");
    if (select->group.count) {
        Node *last = select->group.items[select->group.count - 1];
        Span groups = span_join(select->group.items[0]->span, last->span);
        report_label(checker->diag, report, groups, "the groups");
        if (expr->span.begin) report_edit(checker->diag, report, span_after(last->span), arena_format(checker->arena, ", %s", name), "group by it too");
    } else if (!facts->group.count) {
        report_help(checker->diag, report, "group by it: `group by %s`", name);
    }
    report_help(checker->diag, report, "or take one value: `min(%s)`, `max(%s)`; `any_value(%s)` if the group has only one", name, name, name);
}

static bool refuse_other(Checker *checker, const Select *select, Node *expr) {
    Walk state = {.select = select};
    if (!expr || is_poison(expr)) return false;
    walk(&state, &expr);
    if (state.found) refuse_ungrouped(checker, select, state.found, expr);
    return state.found != NULL;
}

static void refuse_in_windows(Checker *checker, const Select *select) {
    for (uint32_t i = 0; i < select->windows.count; i++) {
        const Window *window = (const Window *)select->windows.items[i];
        for (uint32_t j = 0; j < window->partition.count; j++) refuse_other(checker, select, window->partition.items[j]);
        for (uint32_t j = 0; j < window->order.count; j++) refuse_other(checker, select, ((Sort *)window->order.items[j])->expr);
    }
}

void group_refuse_others(Checker *checker, Select *select, const Nodes *order) {
    if (!select->facts || !select->facts->aggregated || select->facts->open || !select->rowset.rows) return;
    const Rows *rows = select->rowset.rows;
    for (uint32_t i = 0; i < rows->columns.count; i++) refuse_other(checker, select, (Node *)rows->columns.items[i]->expr);
    refuse_other(checker, select, select->having);
    refuse_other(checker, select, select->qualify);
    refuse_in_windows(checker, select);
    for (uint32_t i = 0; order && i < order->count; i++) {
        Node *expr = ((Sort *)order->items[i])->expr;
        if (expr && expr->kind != NODE_LITERAL) refuse_other(checker, select, expr);
    }
}
