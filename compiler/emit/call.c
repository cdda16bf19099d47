/* Calls: by the template that stdlib has for the engine (template.c), else as written; and windows. */
#include "compiler/emit/internal.h"

#include <string.h>

static const char *called(const Call *call) {
    return call->name.count ? call->name.items[call->name.count - 1].name->text : "";
}

/* The run's parameter that a call means, as an expression of the engine; null if it is another call. */
static const char *run_parameter(const Emitter *emitter, const Call *call) {
    const char *name = called(call);
    if (call->args.count) return NULL;
    bool fixed = emitter->options->without_run;
    if (strcmp(name, "run_date") == 0) return fixed ? "date '2000-01-01'" : emitter->dialect->run_date;
    if (strcmp(name, "run_time") == 0)
        return fixed ? "timestamptz '2000-01-01 00:00:00+00'" : emitter->dialect->run_time;
    if (strcmp(name, "run_id") == 0) return fixed ? "0" : emitter->dialect->run_id;
    return NULL;
}

/* ---------------------------------------------------------------- modifiers */

static void null_treatment(Emitter *emitter, const Call *call) {
    bool said = call->nulls != NULLS_TREATMENT_DEFAULT && !(emitter->dialect->flags & LACKS_IGNORE_NULLS);
    if (said) put(emitter, call->nulls == NULLS_IGNORE ? " ignore nulls" : " respect nulls");
}

void emit_modifiers_within(Emitter *emitter, const Call *call) {
    if (call->order.count) {
        put(emitter, " order by ");
        emit_sorts(emitter, &call->order);
    }
    if (!(emitter->dialect->flags & NULLS_BEHIND_CALL)) null_treatment(emitter, call);
}

void emit_over(Emitter *emitter, const Call *call) {
    if (call->over || call->over_name.name) refuse_outer_columns(emitter, &call->expr.node);
    if (emitter->dialect->flags & NULLS_BEHIND_CALL) null_treatment(emitter, call);
    bool named = call->over_name.name && !emitter->scope.inline_windows;
    if (named) {
        put(emitter, " over ");
        put_name(emitter, call->over_name.name);
    } else if (call->over || call->over_name.name) {
        put(emitter, " over " L_OPEN "(" L_IN L_EMPTY);
        emit_window(emitter, call->over ? NODE_AS(Window, WINDOW, call->over) : window_named(emitter, call->over_name.name));
        put(emitter, L_OUT L_EMPTY ")" L_CLOSE);
    }
}

void emit_modifiers_behind(Emitter *emitter, const Call *call) {
    if (call->within.count) {
        put(emitter, " within group (order by ");
        emit_sorts(emitter, &call->within);
        put(emitter, ")");
    }
    if (call->filter) {
        put(emitter, " filter (where ");
        emit_node(emitter, (const Expr *)call->filter, BINDS_NOT_AT_ALL);
        put(emitter, ")");
    }
    emit_over(emitter, call);
}

static bool is_aggregate(const Call *call) {
    return call->signature && call->signature->kind == FUNCTION_AGGREGATE;
}

static void arguments(Emitter *emitter, const Call *call) {
    put(emitter, call->distinct ? "distinct " : "");
    put(emitter, call->star ? "*" : "");
    for (uint32_t i = 0; i < call->args.count; i++) {
        put(emitter, i ? "," L_LINE : "");
        emit_node(emitter, (const Expr *)call->args.items[i], BINDS_NOT_AT_ALL);
    }
}

static bool is_window(const Call *call) {
    return call->over || call->over_name.name;
}

void emit_called_as(Emitter *emitter, const Call *call, const char *name) {
    if (call->distinct && is_window(call) && emitter->dialect->flags & LACKS_DISTINCT_OVER)
        emit_lacks(emitter, call->expr.node.span, "DISTINCT in a window function");
    put_format(emitter, L_OPEN "%s(" L_IN L_EMPTY, name);
    arguments(emitter, call);
    emit_modifiers_within(emitter, call);
    put(emitter, L_OUT L_EMPTY ")" L_CLOSE);
    emit_modifiers_behind(emitter, call);
}

/* f(a from b for c) · position(a in b) · trim(leading a from b) */
static void call_by_form(Emitter *emitter, const Call *call) {
    static const char *const trims[] = {
        [CALL_TRIM_BOTH] = "both ", [CALL_TRIM_LEADING] = "leading ", [CALL_TRIM_TRAILING] = "trailing "};
    put_format(emitter, "%s(", called(call));
    switch (call->form) {
    case CALL_PLAIN: break;
    case CALL_FROM:
    case CALL_IN:
        for (uint32_t i = 0; i < call->args.count; i++) {
            put(emitter, i == 0 ? "" : i == 2 ? " for " : call->form == CALL_IN ? " in " : " from ");
            emit_node(emitter, (const Expr *)call->args.items[i], BINDS_OTHER);
        }
        break;
    case CALL_TRIM_BOTH:
    case CALL_TRIM_LEADING:
    case CALL_TRIM_TRAILING:
        put(emitter, trims[call->form]);
        for (uint32_t i = 0; i < call->args.count; i++) {
            put(emitter, i ? " from " : "");
            emit_node(emitter, (const Expr *)call->args.items[i], BINDS_OTHER);
        }
        break;
    }
    put(emitter, ")");
}

Binds call_binds(Emitter *emitter, const Call *call) {
    const char *parameter = run_parameter(emitter, call);
    if (parameter) return BINDS_CAST;
    if (ignores_nulls(emitter, call) || counts_distinct_over(emitter, call)) return BINDS_TIGHT;
    const Clause *clause = template_of(emitter, call);
    if (is_average(call) || rounded_division(call) >= 0) return emitter->dialect->quotient_binds;
    return clause ? template_binds(clause) : BINDS_TIGHT;
}

static void call_as_it_is(Emitter *emitter, const Call *call) {
    const char *parameter = run_parameter(emitter, call);
    int scale = rounded_division(call);
    const Clause *clause = template_of(emitter, call);
    if (parameter)
        put(emitter, parameter);
    else if (counts_distinct_over(emitter, call))
        emit_distinct_over(emitter, call);
    else if (ignores_nulls(emitter, call))
        emit_ignoring_nulls(emitter, call);
    else if (is_average(call))
        emit_average(emitter, call);
    else if (scale >= 0)
        emit_division(emitter, NODE_AS(Binary, BINARY, call->args.items[0]), scale);
    else if (clause)
        emit_template(emitter, call, clause);
    else if (call->signature && call->signature->templates.count)
        emit_lacks(emitter, call->expr.node.span, arena_format(emitter->arena, "function `%s`", called(call)));
    else if (call->form != CALL_PLAIN)
        call_by_form(emitter, call);
    else if (strcmp(called(call), "secret") == 0)
        emit_constant(emitter, (const Expr *)call, text_of("no pad"));
    else
        emit_called_as(emitter, call, strcmp(called(call), "any_value") == 0 ? "min" : called(call));
}

void emit_call(Emitter *emitter, const Call *call) {
    bool before = emitter->scope.in_aggregate;
    emitter->scope.in_aggregate = before || (is_aggregate(call) && !call->over && !call->over_name.name);
    call_as_it_is(emitter, call);
    emitter->scope.in_aggregate = before;
}

/* ------------------------------------------------------------------ windows */

/* A number stands for a column; another constant is refused unless it is hidden. */
static bool is_hidden_constant(const Expr *expr) {
    bool collated = expr->node.kind == NODE_BINARY && NODE_AS(Binary, BINARY, expr)->of == OP_COLLATE;
    if (collated) return is_hidden_constant((const Expr *)NODE_AS(Binary, BINARY, expr)->left);
    return expr->node.kind == NODE_LITERAL && NODE_AS(Literal, LITERAL, expr)->of != LITERAL_INTEGER;
}

void emit_key(Emitter *emitter, const Expr *expr) {
    bool constant = is_hidden_constant(expr);
    put(emitter, constant ? "(select " : "");
    emit_collated(emitter, expr, BINDS_NOT_AT_ALL);
    put(emitter, constant ? ")" : "");
}

void emit_group_key(Emitter *emitter, const Expr *expr) {
    if (is_hidden_constant(expr)) emit_key(emitter, expr);
    else emit_node(emitter, expr, BINDS_NOT_AT_ALL);
}

/* Structs that are objects of JSON have another order. */
static void sort_key(Emitter *emitter, const Expr *expr) {
    if (expr->type && expr->type->kind == TYPE_STRUCT && emitter->dialect->flags & STRUCTS_ARE_JSON)
        emit_lacks(emitter, expr->node.span, "order of structs");
    bool in_order = emitter->scope.in_order; /* an alias is known alone, not within an expression */
    emitter->scope.in_order = in_order && (expr->node.kind == NODE_REF || !emitter->scope.select);
    if (in_order) emit_key(emitter, expr);
    else emit_collated(emitter, expr, BINDS_NOT_AT_ALL); /* of a window or an aggregate: a constant is itself there */
    emitter->scope.in_order = in_order;
}

static void direction(Emitter *emitter, const Sort *sort) {
    put(emitter, sort->direction == SORT_DESC ? " desc" : "");
    put(emitter, sort->nulls == NULLS_FIRST ? " nulls first" : " nulls last");
}

void emit_sorts(Emitter *emitter, const Nodes *sorts) {
    for (uint32_t i = 0; i < sorts->count; i++) {
        const Sort *sort = NODE_AS(Sort, SORT, sorts->items[i]);
        put(emitter, i ? "," L_FILL : "");
        sort_key(emitter, (const Expr *)sort->expr);
        direction(emitter, sort);
    }
}

static void bound(Emitter *emitter, const Node *node) {
    static const char *const words[] = {
        [BOUND_UNBOUNDED_PRECEDING] = "unbounded preceding",
        [BOUND_PRECEDING] = " preceding",
        [BOUND_CURRENT_ROW] = "current row",
        [BOUND_FOLLOWING] = " following",
        [BOUND_UNBOUNDED_FOLLOWING] = "unbounded following",
    };
    const Bound *bound = NODE_AS(Bound, BOUND, node);
    if (bound->offset) emit_node(emitter, (const Expr *)bound->offset, BINDS_TIGHT);
    put(emitter, words[bound->of]);
}

static void frame(Emitter *emitter, const Window *window) {
    static const char *const units[] = {
        [FRAME_NONE] = "", [FRAME_ROWS] = "rows", [FRAME_RANGE] = "range", [FRAME_GROUPS] = "groups"};
    static const char *const excludes[] = {
        [EXCLUDE_NONE] = "",
        [EXCLUDE_CURRENT_ROW] = " exclude current row",
        [EXCLUDE_GROUP] = " exclude group",
        [EXCLUDE_TIES] = " exclude ties",
        [EXCLUDE_NO_OTHERS] = " exclude no others",
    };
    put_format(emitter, "%s %s", units[window->unit], window->end ? "between " : "");
    bound(emitter, window->start);
    if (window->end) {
        put(emitter, " and ");
        bound(emitter, window->end);
    }
    bool lacks = emitter->dialect->flags & LACKS_FRAME_EXCLUDE;
    if (lacks && window->exclude != EXCLUDE_NONE && window->exclude != EXCLUDE_NO_OTHERS)
        emit_lacks(emitter, window->node.span, "EXCLUDE in a frame");
    if (!lacks) put(emitter, excludes[window->exclude]);
}

const Window *window_named(const Emitter *emitter, const Name *name) {
    const Select *select = emitter->scope.select;
    for (uint32_t i = 0; select && name && i < select->windows.count; i++) {
        const Window *window = NODE_AS(Window, WINDOW, select->windows.items[i]);
        if (window->name.name == name) return window;
    }
    return NULL;
}

/* `range 1 preceding` of an integer. */
static bool has_distance(const Window *window) {
    const Bound *start = window->start ? NODE_AS(Bound, BOUND, window->start) : NULL, *end = window->end ? NODE_AS(Bound, BOUND, window->end) : NULL;
    return window->unit == FRAME_RANGE && ((start && start->offset) || (end && end->offset));
}

/* The one key of such a frame: what lies beyond the ends of its type must be of a wider one. */
static void distance_sort(Emitter *emitter, const Sort *sort) {
    const Expr *key = (const Expr *)sort->expr;
    const char *wider = key->type ? emitter->dialect->distance_type(key->type) : NULL;
    put(emitter, wider ? "cast(" : "");
    emit_node(emitter, key, BINDS_NOT_AT_ALL);
    if (wider) put_format(emitter, " as %s)", wider);
    direction(emitter, sort);
}

/* What stands in the parentheses. A window that builds on another one holds that one's parts: not every engine knows how
 * to build on one. */
void emit_window(Emitter *emitter, const Window *window) {
    const Window *base = window_named(emitter, window->base.name);
    const Nodes *partition = base && !window->partition.count ? &base->partition : &window->partition;
    const Nodes *order = base && !window->order.count ? &base->order : &window->order;
    const char *between = "";
    refuse_windows_within(emitter, partition);
    refuse_windows_within(emitter, order);
    if (partition->count) {
        put(emitter, "partition by ");
        emit_list(emitter, partition);
        between = L_LINE;
    }
    if (order->count) {
        put_format(emitter, "%sorder by ", between);
        if (emitter->dialect->distance_type && has_distance(window)) distance_sort(emitter, NODE_AS(Sort, SORT, order->items[0]));
        else emit_sorts(emitter, order);
        between = L_LINE;
    }
    if (window->unit != FRAME_NONE) {
        put(emitter, between);
        frame(emitter, window);
    }
}
