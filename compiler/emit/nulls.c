/* IGNORE NULLS where the engine has none of it.
 *
 * The first value of a frame that begins with its partition, and the last of one that ends with it, is that of the whole
 * partition, if the frame holds one at all: sorting nulls aside finds it. Every other is an element of the array of the
 * frame's values, which says exactly the same, but costs the length of the frame for each row. */
#include "compiler/emit/internal.h"

#include <string.h>

bool ignores_nulls(const Emitter *emitter, const Call *call) {
    return call->nulls == NULLS_IGNORE && emitter->dialect->flags & LACKS_IGNORE_NULLS;
}

Window *window_of(Emitter *emitter, const Call *call) {
    const Window *own = call->over ? NODE_AS(Window, WINDOW, call->over) : window_named(emitter, call->over_name.name);
    Window *window = (Window *)node_new(emitter->arena, NODE_WINDOW, call->expr.node.span);
    if (!own) return window;
    const Window *base = window_named(emitter, own->base.name);
    *window = *own;
    window->name.name = window->base.name = NULL;
    if (!base) return window;
    if (!window->partition.count) window->partition = base->partition;
    if (!window->order.count) window->order = base->order;
    return window;
}

static Node *bound_of(Emitter *emitter, BoundKind of, Node *offset) {
    Bound *bound = (Bound *)node_new(emitter->arena, NODE_BOUND, (Span){0});
    bound->of = of;
    bound->offset = offset;
    return &bound->node;
}

static void set_frame(Emitter *emitter, Window *window, BoundKind start, BoundKind end, const char *distance) {
    Literal *offset = (Literal *)node_new(emitter->arena, NODE_LITERAL, (Span){0});
    offset->of = LITERAL_INTEGER;
    offset->text = text_of(distance);
    window->unit = FRAME_ROWS;
    window->exclude = EXCLUDE_NONE;
    window->start = bound_of(emitter, start, NULL);
    window->end = bound_of(emitter, end, end == BOUND_PRECEDING ? &offset->expr.node : NULL);
}

/* The same order from behind; nulls change sides with it. */
static void reverse(Emitter *emitter, Window *window) {
    Nodes order = {0};
    for (uint32_t i = 0; i < window->order.count; i++) {
        Sort *sort = (Sort *)node_new(emitter->arena, NODE_SORT, (Span){0});
        *sort = *NODE_AS(Sort, SORT, window->order.items[i]);
        sort->direction = sort->direction == SORT_DESC ? SORT_ASC : SORT_DESC;
        sort->nulls = sort->nulls == NULLS_FIRST ? NULLS_LAST : NULLS_FIRST;
        vec_push(emitter->arena, &order, &sort->node);
    }
    window->order = order;
}

static void over(Emitter *emitter, const Window *window) {
    put(emitter, " over " L_OPEN "(" L_IN L_EMPTY);
    emit_window(emitter, window);
    put(emitter, L_OUT L_EMPTY ")" L_CLOSE);
}

/* Arrays of several lengths make no array of arrays: their texts do. */
static bool is_kept_as_text(const Call *call) {
    const Type *type = ((const Expr *)call->args.items[0])->type;
    return type && type->kind == TYPE_ARRAY;
}

static void value(Emitter *emitter, const Call *call) {
    const Expr *argument = (const Expr *)call->args.items[0];
    bool collated = argument->node.kind == NODE_BINARY && NODE_AS(Binary, BINARY, argument)->of == OP_COLLATE;
    bool bare = collated || argument->node.kind == NODE_LITERAL; /* of any type fits: its own must be said */
    if (bare)
        emit_exact(emitter, argument, argument->type, BINDS_NOT_AT_ALL);
    else
        emit_node(emitter, argument, BINDS_NOT_AT_ALL);
}

static void count(Emitter *emitter, const Call *call, const Window *window) {
    put(emitter, "count(");
    value(emitter, call);
    put(emitter, ")");
    over(emitter, window);
}

/* case when count(x) over w > 0 then first_value(x) over (partition by p order by x is null, o rows …) end */
static void of_partition(Emitter *emitter, const Call *call, const char *name, bool last) {
    Window *frame = window_of(emitter, call), *whole = window_of(emitter, call);
    Is *test = (Is *)node_new(emitter->arena, NODE_IS, (Span){0});
    Sort *sort = (Sort *)node_new(emitter->arena, NODE_SORT, (Span){0});
    Nodes order = {0};
    test->of = IS_NULL;
    test->negated = last;
    test->operand = call->args.items[0];
    sort->expr = &test->expr.node;
    vec_push(emitter->arena, &order, &sort->node);
    for (uint32_t i = 0; i < whole->order.count; i++) vec_push(emitter->arena, &order, whole->order.items[i]);
    whole->order = order;
    set_frame(emitter, whole, BOUND_UNBOUNDED_PRECEDING, BOUND_UNBOUNDED_FOLLOWING, "");
    put(emitter, L_OPEN "case when ");
    count(emitter, call, frame);
    put_format(emitter, " > 0" L_IN L_LINE "then %s(", name);
    value(emitter, call);
    put(emitter, ")");
    over(emitter, whole);
    put(emitter, L_OUT L_LINE "end" L_CLOSE);
}

/* (array_remove(array_agg(x) over w, null)); FILTER could not hold an aggregate. */
static void values_of_frame(Emitter *emitter, const Call *call, const Window *window) {
    put(emitter, "(array_remove(array_agg(");
    if (is_kept_as_text(call)) {
        emit_node(emitter, (const Expr *)call->args.items[0], BINDS_CAST);
        put(emitter, "::text");
    } else {
        value(emitter, call);
    }
    put(emitter, ")");
    over(emitter, window);
    put(emitter, ", null))");
}

/* Behind an element: what was kept as a text becomes an array again. */
static void element_type(Emitter *emitter, const Call *call) {
    if (is_kept_as_text(call)) emit_cast_to(emitter, ((const Expr *)call->args.items[0])->type);
}

/* The distance of lag and lead, or the position of nth_value. */
static void distance(Emitter *emitter, const Call *call) {
    if (call->args.count > 1)
        emit_node(emitter, (const Expr *)call->args.items[1], BINDS_ADD + 1);
    else
        put(emitter, "1");
}

/* The nth from behind of all values before the row; of lead in the reversed order. */
static void neighbour(Emitter *emitter, const Call *call, bool ahead) {
    Window *window = window_of(emitter, call);
    bool otherwise = call->args.count > 2;
    if (ahead) reverse(emitter, window);
    set_frame(emitter, window, BOUND_UNBOUNDED_PRECEDING, BOUND_PRECEDING, "1");
    put(emitter, otherwise ? "coalesce(" : "");
    values_of_frame(emitter, call, window);
    put(emitter, "[");
    count(emitter, call, window);
    put(emitter, " - ");
    distance(emitter, call);
    put(emitter, " + 1]");
    element_type(emitter, call);
    if (!otherwise) return;
    put(emitter, ", ");
    emit_node(emitter, (const Expr *)call->args.items[2], BINDS_NOT_AT_ALL);
    put(emitter, ")");
}

static BoundKind bound_kind(const Node *bound, BoundKind otherwise) {
    return bound ? NODE_AS(Bound, BOUND, bound)->of : otherwise;
}

static bool begins_with_partition(const Window *window) {
    bool whole = window->exclude == EXCLUDE_NONE || window->exclude == EXCLUDE_NO_OTHERS;
    return whole && bound_kind(window->start, BOUND_UNBOUNDED_PRECEDING) == BOUND_UNBOUNDED_PRECEDING;
}

static bool ends_with_partition(const Window *window) {
    bool whole = window->exclude == EXCLUDE_NONE || window->exclude == EXCLUDE_NO_OTHERS;
    bool all = window->unit == FRAME_NONE && !window->order.count;
    return whole && (all || bound_kind(window->end, BOUND_CURRENT_ROW) == BOUND_UNBOUNDED_FOLLOWING);
}

static bool is_positive_literal(const Node *node) {
    if (node->kind != NODE_LITERAL) return false;
    const Literal *literal = NODE_AS(Literal, LITERAL, node);
    return literal->of == LITERAL_INTEGER && literal->text.length && literal->text.at[0] >= '1' &&
           literal->text.at[0] <= '9';
}

/* lag(x, 0) is of the row itself, whether it is null or not. */
static bool is_own_row(const Call *call, const char *name) {
    const Node *distance = call->args.count > 1 ? call->args.items[1] : NULL;
    bool zero = distance && distance->kind == NODE_LITERAL && text_equal(NODE_AS(Literal, LITERAL, distance)->text, text_of("0"));
    return zero && (!strcmp(name, "lag") || !strcmp(name, "lead"));
}

void emit_ignoring_nulls(Emitter *emitter, const Call *call) {
    const char *name = call->name.items[call->name.count - 1].name->text;
    const Window *window = window_of(emitter, call);
    const Type *type = ((const Expr *)call->args.items[0])->type;
    bool first = strcmp(name, "first_value") == 0 && begins_with_partition(window);
    bool last = strcmp(name, "last_value") == 0 && ends_with_partition(window);
    if (is_own_row(call, name)) {
        emit_exact(emitter, (const Expr *)call->args.items[0], call->expr.type, BINDS_TIGHT);
    } else if (!type || call->filter || call->distinct || (call->args.count > 1 && !is_positive_literal(call->args.items[1]))) {
        emit_lacks(emitter, call->expr.node.span, "IGNORE NULLS of such a call");
    } else if (first) {
        of_partition(emitter, call, name, false);
    } else if (last) {
        of_partition(emitter, call, name, true);
    } else if (strcmp(name, "lag") == 0 || strcmp(name, "lead") == 0) {
        neighbour(emitter, call, strcmp(name, "lead") == 0);
    } else {
        values_of_frame(emitter, call, window);
        put(emitter, "[");
        if (strcmp(name, "last_value") == 0)
            count(emitter, call, window);
        else
            distance(emitter, call);
        put(emitter, "]");
        element_type(emitter, call);
    }
}
