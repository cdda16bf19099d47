/* `count(distinct x) over (partition by p)` where the engine has no DISTINCT in windows: how many values stand before a row's
 * own and how many behind it, which is the same for every row of the partition. */
#include "compiler/emit/internal.h"

#include <string.h>

bool counts_distinct_over(const Emitter *emitter, const Call *call) {
    bool window = call->over || call->over_name.name;
    bool count = call->name.count == 1 && strcmp(call->name.items[0].name->text, "count") == 0;
    if (!(emitter->dialect->flags & LACKS_DISTINCT_OVER) || !call->distinct || !window || !count) return false;
    const Window *of = window_of((Emitter *)emitter, call);
    return call->args.count == 1 && !call->filter && !of->order.count && of->unit == FRAME_NONE;
}

static void over(Emitter *emitter, const Window *window) {
    put(emitter, " over " L_OPEN "(" L_IN L_EMPTY);
    emit_window(emitter, window);
    put(emitter, L_OUT L_EMPTY ")" L_CLOSE);
}

static void place(Emitter *emitter, const Call *call, bool from_behind) {
    Window *window = window_of(emitter, call);
    Sort *sort = (Sort *)node_new(emitter->arena, NODE_SORT, call->expr.node.span);
    sort->expr = call->args.items[0];
    sort->direction = from_behind ? SORT_DESC : SORT_ASC;
    sort->nulls = from_behind ? NULLS_FIRST : NULLS_LAST;
    vec_push(emitter->arena, &window->order, &sort->node);
    put(emitter, "dense_rank()");
    over(emitter, window);
}

void emit_distinct_over(Emitter *emitter, const Call *call) {
    const Expr *value = (const Expr *)call->args.items[0];
    put(emitter, L_OPEN "(" L_IN L_EMPTY);
    place(emitter, call, false);
    put(emitter, L_LINE "+ ");
    place(emitter, call, true);
    put(emitter, L_LINE "- 1");
    if (value->nullable) { /* null has a place of its own, and is not counted */
        put(emitter, L_LINE "- max(case when ");
        emit_node(emitter, value, BINDS_IS + 1);
        put(emitter, " is null then 1 else 0 end)");
        over(emitter, window_of(emitter, call));
    }
    put(emitter, L_OUT L_EMPTY ")" L_CLOSE);
}
