/* Users' functions: a call becomes what the function means, with the call's arguments. */
#include "compiler/names/internal.h"

#include <string.h>

enum { DEEPEST = 64 };

static int param_index(const Decl *function, const Ref *ref) {
    if (ref->name.count != 1) return -1;
    for (uint32_t i = 0; i < function->params.count; i++)
        if (((Param *)function->params.items[i])->name.name == ref->name.items[0].name) return (int)i;
    return -1;
}

/* ---------------------------------------------------------- preparing bodies */

typedef struct Preparing {
    Binder *binder;
    const Decl *function;
    bool in_query;         /* within a subquery names may be columns */
    const struct Shadow { const Lambda *lambda; const struct Shadow *outer; } *shadows; /* lambdas that the name stands in */
} Preparing;

/* A lambda's own parameter hides the function's. */
static bool is_shadowed(const Preparing *preparing, const Ref *ref) {
    for (const struct Shadow *shadow = preparing->shadows; shadow; shadow = shadow->outer)
        for (uint32_t i = 0; i < shadow->lambda->params.count; i++)
            if (shadow->lambda->params.items[i].name == ref->name.items[0].name) return true;
    return false;
}

static void report_unknown_name(Preparing *preparing, const Ref *ref) {
    const Decl *function = preparing->function;
    const char *wrong = parts_text(preparing->binder->arena, ref->name);
    Report *report = diag_report(preparing->binder->diag, CODE_G0301, ref->expr.node.span,
                                 "function `%s` has no parameter `%s`", parts_text(preparing->binder->arena, function->name), wrong);
    const char *names[64];
    size_t count = 0;
    for (uint32_t i = 0; i < function->params.count && count < 64; i++)
        names[count++] = ((Param *)function->params.items[i])->name.name->text;
    if (!report_near(preparing->binder->diag, report, ref->expr.node.span, wrong, names, count))
        report_note(preparing->binder->diag, report, "a function sees its parameters and constants only");
}

/* Puts a PARAMETER, or a constant, where the body names one. */
static void prepare(void *context, Node **place) {
    Preparing *preparing = context;
    Node *node = *place;
    if (node->kind == NODE_REF) {
        Ref *ref = (Ref *)node;
        int index = is_shadowed(preparing, ref) ? -1 : param_index(preparing->function, ref);
        if (index >= 0) {
            Parameter *parameter = (Parameter *)node_new(preparing->binder->arena, NODE_PARAMETER, node->span);
            parameter->name = ref->name.items[0];
            parameter->index = index;
            *place = &parameter->expr.node;
        } else if (!preparing->in_query && !program_inline_constant(preparing->binder->program, ref)) {
            report_unknown_name(preparing, ref);
            *place = node_new(preparing->binder->arena, NODE_ERROR, node->span);
        }
        return;
    }
    Preparing before = *preparing;
    struct Shadow shadow = {(const Lambda *)node, before.shadows};
    if (node->kind == NODE_QUERY || node->kind == NODE_LAMBDA) preparing->in_query = true;
    if (node->kind == NODE_LAMBDA) preparing->shadows = &shadow;
    node_kids(node, prepare, preparing);
    *preparing = before;
}

static void declare_function(Binder *binder, Decl *decl) {
    Inlinable *inlinable = arena_new(binder->arena, Inlinable);
    inlinable->body = decl->body;
    decl->entity = inlinable;
    if (!is_builtin(binder, decl->node.span)) vec_push(binder->arena, &binder->program->user_functions, decl);
}

/* ------------------------------------------------------------------- cycles */

typedef struct Tracing {
    Binder *binder;
    const struct Link { Decl *function; Span call; const struct Link *outer; } *chain;
} Tracing;

static void trace(Binder *binder, Decl *function, Span call, const struct Link *outer);

static void trace_calls(void *context, Node **place) {
    Tracing *tracing = context;
    const Call *call = (*place)->kind == NODE_CALL ? (const Call *)*place : NULL;
    Decl *called = call && call->name.count == 1 ? symbol_find(tracing->binder, SPACE_FUNCTION, call->name.items[0].name) : NULL;
    if (called && called->body) trace(tracing->binder, called, (*place)->span, tracing->chain);
    node_kids(*place, trace_calls, tracing);
}

static void report_cycle(Binder *binder, Decl *function, Span call, const struct Link *chain) {
    const char *name = function->name.items[0].name->text;
    Report *report = diag_report(binder->diag, CODE_G0216, call, "function `%s` calls itself", name);
    report_says(binder->diag, report, "functions are inlined, which would never end");
    report_label(binder->diag, report, parts_span(function->name), "declared here");
    Span next = call;
    for (; chain && chain->function != function; chain = chain->outer) {
        report_label(binder->diag, report, chain->call, "by way of `%s`", chain->function->name.items[0].name->text);
        next = chain->call;
        ((Inlinable *)chain->function->entity)->body = NULL;
    }
    (void)next;
    ((Inlinable *)function->entity)->body = NULL;
}

static void trace(Binder *binder, Decl *function, Span call, const struct Link *outer) {
    Inlinable *inlinable = function->entity;
    if (!inlinable || !inlinable->body || inlinable->traced) return;
    if (inlinable->open) {
        report_cycle(binder, function, call, outer);
        return;
    }
    inlinable->open = true;
    Node *body = inlinable->body;
    struct Link link = {function, call, outer};
    Tracing tracing = {binder, &link};
    trace_calls(&tracing, &body);
    inlinable->open = false;
    inlinable->traced = true;
}

/* Only stdlib's functions are given by the engines. */
static void refuse_bodiless(Binder *binder, Decl *decl) {
    const char *name = parts_text(binder->arena, decl->name);
    Report *report = diag_report(binder->diag, CODE_G0604, parts_span(decl->name), "function `%s` has no body", name);
    report_says(binder->diag, report, "what it gives is not said");
    report_help(binder->diag, report, "say it as an expression of its parameters: `… as x + 1`");
    decl->broken = true;
    decl->entity = arena_new(binder->arena, Inlinable);
}

void declare_functions(Binder *binder) {
    for (uint32_t i = 0; i < binder->decls.count; i++) {
        Decl *decl = binder->decls.items[i];
        if (decl->of == DECL_FUNCTION && decl->body) declare_function(binder, decl);
        else if (decl->of == DECL_FUNCTION && !decl_clause(decl, CLAUSE_TEMPLATE_FOR) && !is_builtin(binder, decl->node.span))
            refuse_bodiless(binder, decl);
    }
    for (uint32_t i = 0; i < binder->program->user_functions.count; i++) {
        Decl *decl = binder->program->user_functions.items[i];
        trace(binder, decl, decl->node.span, NULL);
        Inlinable *inlinable = decl->entity;
        Preparing preparing = {.binder = binder, .function = decl};
        if (inlinable->body) prepare(&preparing, &inlinable->body);
    }
}

/* ------------------------------------------------------------------ hygiene */

/* The tables of a function's own queries, by the names that its body knows them by. */
typedef struct Renaming {
    Binder *binder;
    const char *suffix;  /* `_of_` and the function, with a number from its second use in a model on */
    Map names;           /* Name → Name */
} Renaming;

static Part *alias_of(Node *node) {
    switch ((NodeKind)node->kind) {
    case NODE_TABLE_REF: return &((TableRef *)node)->alias;
    case NODE_TABLE_QUERY: return &((TableQuery *)node)->alias;
    case NODE_TABLE_FUNCTION: return &((TableFunction *)node)->alias;
    default: return NULL;
    }
}

static void rename_tables(void *context, Node **place) {
    Renaming *renaming = context;
    Part *alias = alias_of(*place);
    const TableRef *table = (*place)->kind == NODE_TABLE_REF ? (const TableRef *)*place : NULL;
    if (alias && !alias->name && table && table->name.count) *alias = table->name.items[table->name.count - 1];
    if (alias && alias->name) {
        Name *own = name_of(renaming->binder->names, arena_format(renaming->binder->arena, "%s%s", alias->name->text, renaming->suffix));
        map_put(&renaming->names, alias->name, own);
        alias->name = own;
    }
    node_kids(*place, rename_tables, context);
}

/* `orders.amount`, or `raw.orders.amount`, of a table that has another name now. */
static void rename_refs(void *context, Node **place) {
    Renaming *renaming = context;
    Parts *name = (*place)->kind == NODE_REF ? &((Ref *)*place)->name : (*place)->kind == NODE_STAR ? &((Star *)*place)->qualifier : NULL;
    uint32_t of_column = (*place)->kind == NODE_REF;
    for (uint32_t i = 0; name && i + of_column < name->count; i++) {
        Name *own = map_get(&renaming->names, name->items[i].name);
        if (!own) continue;
        Parts rest = {0};
        for (uint32_t k = i; k < name->count; k++) vec_push(renaming->binder->arena, &rest, name->items[k]);
        rest.items[0].name = own;
        *name = rest;
        break;
    }
    node_kids(*place, rename_refs, context);
}

/* What the caller hands in is written within the function's queries: none of their tables may have a name of the caller's. */
static void keep_apart(Walk *walk, const Decl *function, Node **body) {
    Arena *arena = walk->binder->arena;
    const char *name = function->name.items[0].name->text;
    Renaming renaming = {.binder = walk->binder};
    renaming.suffix = walk->kept_apart ? arena_format(arena, "_of_%s_%u", name, walk->kept_apart + 1) : arena_format(arena, "_of_%s", name);
    map_open(&renaming.names, arena);
    rename_tables(&renaming, body);
    if (!renaming.names.count) return;
    walk->kept_apart++;
    rename_refs(&renaming, body);
}

/* -------------------------------------------------------------------- calls */

static bool refuse_call(Walk *walk, const Call *call, const Decl *function) {
    Binder *binder = walk->binder;
    const char *name = function->name.items[0].name->text;
    uint32_t wanted = function->params.count, given = call->args.count;
    Report *report = NULL;
    if (call->star || call->distinct || call->order.count || call->filter || call->over || call->over_name.name || call->within.count) {
        report = diag_report(binder->diag, CODE_G0605, call->expr.node.span, "function `%s` is no aggregate", name);
        report_says(binder->diag, report, "it takes plain arguments only");
    } else if (given != wanted) {
        report = diag_report(binder->diag, CODE_G0605, call->expr.node.span, "function `%s` takes %u argument%s, not %u", name,
                             wanted, wanted == 1 ? "" : "s", given);
        report_says(binder->diag, report, given < wanted ? "an argument is missing" : "an argument too many");
    }
    if (report) report_label(binder->diag, report, parts_span(function->name), "declared here");
    return report != NULL;
}

static uint32_t parameter_at(const Decl *function, const Name *name) {
    uint32_t i = 0;
    while (i < function->params.count && ((const Param *)function->params.items[i])->name.name != name) i++;
    return i;
}

/* Reports `words` at an argument; false, for its caller to return. */
static bool refuse_named(Walk *walk, const Decl *function, Span span, const char *words) {
    Report *report = diag_report(walk->binder->diag, CODE_G0335, span, "%s", words);
    report_label(walk->binder->diag, report, parts_span(function->name), "declared here");
    return false;
}

/* Arguments by name, `add(amount, rate => 0.2)`, go to the places of their parameters, behind those by position. False: one
 * was refused. (Whether there are enough is seen by refuse_call.) */
static bool place_named(Walk *walk, Call *call, const Decl *function) {
    Node **places = arena_alloc(walk->binder->arena, (function->params.count + 1) * sizeof *places);
    memset(places, 0, (function->params.count + 1) * sizeof *places);
    Arena *arena = walk->binder->arena;
    const char *called = function->name.items[0].name->text;
    bool any = false;
    for (uint32_t i = 0; i < call->args.count; i++) {
        Node *arg = call->args.items[i];
        const NamedArgument *named = arg->kind == NODE_NAMED_ARGUMENT ? (const NamedArgument *)arg : NULL;
        uint32_t place = named ? parameter_at(function, named->name.name) : i;
        if (any && !named)
            return refuse_named(walk, function, arg->span, "an argument by position stands behind one by name");
        any |= named != NULL;
        if (named && place == function->params.count)
            return refuse_named(walk, function, named->name.span,
                                arena_format(arena, "function `%s` has no parameter `%s`", called, named->name.name->text));
        if (place < function->params.count && places[place])
            return refuse_named(walk, function, arg->span,
                                arena_format(arena, "this call of `%s` gives `%s` twice", called, ((const Param *)function->params.items[place])->name.name->text));
        if (place < function->params.count) places[place] = named ? named->value : arg;
    }
    if (any && call->args.count == function->params.count) call->args = (Nodes){places, call->args.count, call->args.count};
    return true;
}

static uint32_t nesting_depth(const struct Nesting *inside) {
    uint32_t depth = 0;
    for (; inside; inside = inside->outer) depth++;
    return depth;
}

static bool refuse_depth(Walk *walk, const Call *call) {
    if (nesting_depth(walk->inside) <= DEEPEST) return false;
    Report *report = diag_report(walk->binder->diag, CODE_G0613, call->expr.node.span, "functions and templates use each other too deep");
    report_says(walk->binder->diag, report, "more than %d within each other", DEEPEST);
    return true;
}

bool inline_call(Walk *walk, Node **place) {
    Call *call = (Call *)*place;
    if (call->name.count != 1) return false;
    Decl *function = symbol_find(walk->binder, SPACE_FUNCTION, call->name.items[0].name);
    Inlinable *inlinable = function && (function->body || function->broken) ? function->entity : NULL;
    if (!inlinable) return false;
    for (uint32_t i = 0; i < call->args.count; i++) walk_node(walk, &call->args.items[i]);
    if (!inlinable->body || refuse_depth(walk, call) || !place_named(walk, call, function) || refuse_call(walk, call, function)) {
        *place = node_new(walk->binder->arena, NODE_ERROR, call->expr.node.span);
        return true;
    }
    Inlined *inlined = (Inlined *)node_new(walk->binder->arena, NODE_INLINED, call->expr.node.span);
    inlined->args = call->args;
    inlined->function = function;
    inlined->body = copy_for_use(walk->binder, inlinable->body, call->expr.node.span);
    keep_apart(walk, function, &inlined->body);
    *place = &inlined->expr.node;

    const Expansion *before = walk->binder->diag->expansion;
    const Expansion *here = expand(walk->binder, NULL, call->expr.node.span, "in this call of `%s`", function->name.items[0].name->text);
    struct Nesting nesting = {function, walk->inside};
    Scope *scope = walk->scope;
    walk->inside = &nesting;
    walk->scope = NULL; /* the caller's common table expressions are not the function's */
    walk_node(walk, &inlined->body);
    walk->scope = scope;
    walk->inside = nesting.outer;
    map_put(&walk->binder->program->expansions, inlined->body, (void *)here);
    walk->binder->diag->expansion = before;
    return true;
}
