/* Windows: what they are ordered by, and whether their frame makes sense. */
#include "compiler/types/internal.h"

Window *window_find(const Scope *scope, const Name *name) {
    for (; scope; scope = scope->outer)
        for (uint32_t i = 0; scope->select && i < scope->select->windows.count; i++) {
            Window *window = (Window *)scope->select->windows.items[i];
            if (window->name.name == name) return window;
        }
    return NULL;
}

static void bound_check(Checker *checker, const Window *window, Bound *bound) {
    if (!bound || !bound->offset) return;
    expr_check_in(checker, IN_WINDOW, bound->offset);
    const Type *type = TYPE_OF(bound->offset);
    bool whole = (type->kind >= TYPE_INT2 && type->kind <= TYPE_INT8) || type->kind == TYPE_UNKNOWN;
    if (window->unit == FRAME_RANGE || whole) return;
    Report *report = diag_report(checker->diag, CODE_G0336, bound->offset->span, "a frame of rows or groups counts them");
    report_says(checker->diag, report, "this is `%s`", type_name(checker, type));
}

static BoundKind start_of(const Window *window) {
    return window->start ? ((const Bound *)window->start)->of : BOUND_UNBOUNDED_PRECEDING;
}

static BoundKind end_of(const Window *window) {
    return window->end ? ((const Bound *)window->end)->of : BOUND_CURRENT_ROW;
}

static void frame_check(Checker *checker, const Window *window, uint32_t orders) {
    if (window->unit == FRAME_NONE) return;
    Span at = window->start ? window->start->span : window->node.span;
    bool offset = (window->start && ((Bound *)window->start)->offset) || (window->end && ((Bound *)window->end)->offset);
    if (start_of(window) > end_of(window))
        diag_report(checker->diag, CODE_G0336, at, "the frame ends before it starts");
    else if (window->unit == FRAME_RANGE && offset && orders != 1)
        diag_report(checker->diag, CODE_G0336, at, "a frame by RANGE with a distance needs one ORDER BY, here are %u", orders);
    else if (window->unit == FRAME_GROUPS && !orders)
        diag_report(checker->diag, CODE_G0336, at, "a frame by GROUPS needs an ORDER BY");
}

static void base_check(Checker *checker, Window *window) {
    window->based_on = window->base.name ? window_find(checker->scope, window->base.name) : NULL;
    if (!window->base.name || window->based_on) return;
    diag_report(checker->diag, CODE_G0231, window->base.span, "unknown window `%s`", window->base.name->text);
}

void window_check(Checker *checker, Window *window) {
    Place before = checker->place;
    checker->place = IN_WINDOW;
    base_check(checker, window);
    exprs_check(checker, &window->partition);
    for (uint32_t i = 0; i < window->order.count; i++) {
        Node *expr = NODE_AS(Sort, SORT, window->order.items[i])->expr;
        expr_check(checker, expr);
        if (TYPE_OF(expr)->kind == TYPE_JSON) diag_report(checker->diag, CODE_G0317, expr->span, "json is not compared");
    }
    bound_check(checker, window, (Bound *)window->start);
    bound_check(checker, window, (Bound *)window->end);
    const Window *base = window->base.name ? window_find(checker->scope, window->base.name) : NULL;
    frame_check(checker, window, window->order.count + (base ? base->order.count : 0));
    checker->place = before;
}

bool window_holds_row(const Scope *scope, const Call *call) {
    const Window *window = call->over ? (const Window *)call->over : window_find(scope, call->over_name.name);
    if (!window) return false;
    if (window->unit == FRAME_NONE && window->base.name) window = window_find(scope, window->base.name);
    if (!window || window->unit == FRAME_NONE) return true;
    bool whole = window->exclude == EXCLUDE_NONE || window->exclude == EXCLUDE_NO_OTHERS || window->exclude == EXCLUDE_TIES;
    return whole && start_of(window) <= BOUND_CURRENT_ROW && end_of(window) >= BOUND_CURRENT_ROW;
}
