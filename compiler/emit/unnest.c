/* unnest() in a select list, where the engine has it in FROM only.
 *
 *     select unnest(<list>)::date as day, a from t        select cast(unnested.element as date) as day, a
 *                                                         from (select <list> as elements, a as a from t) as lists
 *                                                         cross join unnest(lists.elements) as unnested (element) */
#include "compiler/emit/internal.h"

#include <string.h>

typedef struct {
    const Call *found;
    bool many;  /* there are others */
    bool mixed; /* a column is named beside it */
} Search;

static bool is_unnest(const Node *node) {
    if (node->kind != NODE_CALL) return false;
    const Call *call = NODE_AS(Call, CALL, node);
    return call->name.count == 1 && strcmp(call->name.items[0].name->text, "unnest") == 0;
}

static void look_for_unnest(void *context, Node **place) {
    Search *search = context;
    if (is_unnest(*place)) {
        search->many |= search->found != NULL;
        search->found = NODE_AS(Call, CALL, *place);
        return;
    }
    search->mixed |= (*place)->kind == NODE_REF;
    if ((*place)->kind != NODE_QUERY) node_kids(*place, look_for_unnest, context);
}

static Search search_of(const Expr *expr) {
    Search search = {0};
    Node *place = (Node *)expr;
    look_for_unnest(&search, &place);
    return search;
}

const Call *unnest_of_list(const Emitter *emitter, const Select *select) {
    const Rows *rows = select->rowset.rows;
    const Call *found = NULL;
    for (uint32_t i = 0; rows && i < rows->columns.count && emitter->dialect->flags & UNNESTS_BY_ITSELF; i++) {
        const Column *column = rows->columns.items[i];
        const Call *own = column->expr ? search_of(column->expr).found : NULL;
        if (own) found = own;
    }
    return found;
}

/* Whether the list has one unnest(), which nothing else of its row stands beside in an expression. */
static bool is_fit(const Select *select, const Call *call) {
    const Type *of = call->args.count == 1 ? ((const Expr *)call->args.items[0])->type : NULL;
    const Rows *rows = select->rowset.rows;
    bool fit = of && of->kind == TYPE_ARRAY && of->element->kind != TYPE_STRUCT;
    for (uint32_t i = 0; i < rows->columns.count; i++) {
        const Search search = search_of(rows->columns.items[i]->expr);
        fit = fit && (!search.found || (search.found == call && !search.many && !search.mixed));
    }
    return fit;
}

static void outer_list(Emitter *emitter, const Select *select, const Call *call, const Rows *columns) {
    const Rows *rows = select->rowset.rows;
    for (uint32_t i = 0; i < rows->columns.count; i++) {
        const Column *column = rows->columns.items[i];
        put(emitter, i ? "," L_LINE : "");
        if (search_of(column->expr).found) {
            emitter->unnested = call;
            emit_exact(emitter, column->expr, column_type(columns, i, column), BINDS_NOT_AT_ALL);
            emitter->unnested = NULL;
            put(emitter, " as ");
        }
        put_label(emitter, column);
    }
}

static void inner_list(Emitter *emitter, const Select *select, const Call *call, const Rows *columns, const char *list) {
    const Rows *rows = select->rowset.rows;
    emit_node(emitter, (const Expr *)call->args.items[0], BINDS_NOT_AT_ALL);
    put_format(emitter, " as %s", list);
    for (uint32_t i = 0; i < rows->columns.count; i++) {
        const Column *column = rows->columns.items[i];
        if (search_of(column->expr).found) continue;
        put(emitter, "," L_LINE);
        emit_exact(emitter, column->expr, column_type(columns, i, column), BINDS_NOT_AT_ALL);
        put(emitter, " as ");
        put_label(emitter, column);
    }
}

void emit_unnested_select(Emitter *emitter, const Select *select, const Rows *columns) {
    const Call *call = unnest_of_list(emitter, select);
    const char *list = free_name(emitter, select->rowset.rows, "elements");
    if (!is_fit(select, call)) {
        emit_lacks(emitter, call->expr.node.span, "such a use of unnest() but in FROM");
        return;
    }
    put_format(emitter, L_OPEN "select%s" L_IN L_LINE, select->distinct ? " distinct" : "");
    outer_list(emitter, select, call, columns);
    put_format(emitter, L_OUT L_CLOSE "%sfrom " L_OPEN "(" L_IN L_EMPTY L_OPEN "select" L_IN L_LINE, clause_break(emitter));
    bool spread = emitter->spread;
    emitter->spread = false;
    inner_list(emitter, select, call, columns, list);
    put(emitter, L_OUT);
    emit_clauses(emitter, select);
    emitter->spread = spread;
    put_format(emitter, L_CLOSE L_OUT L_EMPTY ")" L_CLOSE " as lists%scross join unnest(lists.%s) as unnested (element)",
               clause_break(emitter), list);
}
