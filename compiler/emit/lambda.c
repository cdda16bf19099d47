/* Lambdas. A body may stand for more than is written in it: arguments of an inlined function, the expression behind an
 * alias of the select list. Columns in those must not be caught by a parameter of the same name, which is called
 * `gov_…` there. */
#include "compiler/emit/internal.h"

typedef struct Lambdas {
    const Lambda *lambda;
    struct Lambdas *outer;
} Lambdas;

static void find_foreign(void *context, Node **place) {
    bool *found = context;
    Node *node = *place;
    const Node *table = node->kind == NODE_REF ? ((const Ref *)node)->table : NULL;
    *found |= node->kind == NODE_PARAMETER || node->kind == NODE_INLINED || (table && table->kind == NODE_SELECT);
    if (!*found) node_kids(node, find_foreign, found);
}

static bool stands_for_more(const Lambda *lambda) {
    bool found = false;
    node_kids((Node *)lambda, find_foreign, &found);
    return found;
}

/* The name of a parameter of a lambda that stands in `around` others. */
static void put_param(Emitter *emitter, const Lambda *lambda, const Name *name, const Lambdas *around) {
    uint32_t depth = 0;
    for (; around; around = around->outer) depth++;
    if (stands_for_more(lambda))
        emit_name(emitter->dialect, arena_format(emitter->arena, depth ? "gov_%s_%u" : "gov_%s", name->text, depth), emitter->out);
    else
        put_name(emitter, name);
}

void emit_lambda_name(Emitter *emitter, const Lambda *lambda, uint32_t index) {
    put_param(emitter, lambda, lambda->params.items[index].name, emitter->lambdas);
}

bool emit_lambda_param(Emitter *emitter, const Name *name) {
    for (const Lambdas *in = emitter->lambdas; in; in = in->outer)
        for (uint32_t i = 0; i < in->lambda->params.count; i++) {
            if (in->lambda->params.items[i].name != name) continue;
            put_param(emitter, in->lambda, name, in->outer);
            return true;
        }
    return false;
}

void emit_lambda_body(Emitter *emitter, const Lambda *lambda, const Type *type, Binds needed) {
    Lambdas in = {lambda, emitter->lambdas};
    emitter->lambdas = &in;
    emit_exact(emitter, (const Expr *)lambda->body, type, needed);
    emitter->lambdas = in.outer;
}

void emit_lambda(Emitter *emitter, const Lambda *lambda) {
    bool arrow = emitter->dialect->flags & ARROW_LAMBDAS, many = lambda->params.count > 1;
    put(emitter, arrow ? (many ? "(" : "") : "lambda ");
    for (uint32_t i = 0; i < lambda->params.count; i++) {
        put(emitter, i ? ", " : "");
        emit_lambda_name(emitter, lambda, i);
    }
    put(emitter, arrow ? (many ? ") -> " : " -> ") : ": ");
    emit_lambda_body(emitter, lambda, NULL, BINDS_NOT_AT_ALL);
}
