/* The names within queries and expressions: tables in FROM, calls of users' functions and templates, lists. */
#include "compiler/names/internal.h"

#include <string.h>

Walk walk_open(Binder *binder) {
    return (Walk){.binder = binder, .mark = ++binder->mark};
}

const Expansion *program_enter(Program *program, const void *node) {
    const Expansion *before = program->diag->expansion;
    const Expansion *expansion = map_get(&program->expansions, node);
    if (expansion) program->diag->expansion = expansion;
    return before;
}

const Expansion *expand(Binder *binder, const void *root, Span use, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const char *words = arena_vformat(binder->arena, format, arguments);
    va_end(arguments);
    Expansion *expansion = arena_new(binder->arena, Expansion);
    *expansion = (Expansion){use, words, binder->diag->expansion};
    if (root) map_put(&binder->program->expansions, root, expansion);
    return binder->diag->expansion = expansion;
}

enum { MOST_COPIED = 1 << 26 };

Node *copy_for_use(Binder *binder, const Node *node, Span use) {
    if (binder->copied > MOST_COPIED) return node_new(binder->arena, NODE_ERROR, use);
    size_t before = binder->arena->used;
    Node *copy = node_clone(binder->arena, node);
    binder->copied += binder->arena->used - before;
    if (binder->copied <= MOST_COPIED) return copy;
    Report *report = diag_report(binder->diag, CODE_G0613, use, "functions, templates and `for` make too much of this");
    report_says(binder->diag, report, "more than %d MiB at this use", MOST_COPIED >> 20);
    report_help(binder->diag, report, "each that uses another twice doubles it: compute a part once, in WITH or in a model of its own");
    return node_new(binder->arena, NODE_ERROR, use);
}

/* -------------------------------------------------------------- relations */

Relation *program_relation(const Program *program, Parts name) {
    if (name.count != 2) return NULL;
    char small[256];
    size_t layer = name.items[0].name->length, own = name.items[1].name->length;
    if (layer + own + 1 > sizeof small) return map_get(&program->by_name, name_of(program->names, parts_text(program->arena, name)));
    memcpy(small, name.items[0].name->text, layer);
    small[layer] = '.';
    memcpy(small + layer + 1, name.items[1].name->text, own);
    return map_get(&program->by_name, names_intern(program->names, small, layer + 1 + own));
}

/* Whether the layer of who is being bound may read that of the relation. */
static bool may_read(const Binder *binder, const Relation *relation) {
    const Layer *layer = binder->reading ? binder->reading->layer : NULL;
    if (!layer || !relation->layer) return false;
    for (uint32_t i = 0; i < layer->reads.count; i++)
        if (layer->reads.items[i] == relation->layer) return true;
    return layer == relation->layer;
}

typedef VEC(const Relation *) Candidates;

/* Relations of that name in any layer but the reader itself; only those that it may read, if there are any. */
static Candidates same_name(Binder *binder, const Name *name) {
    Candidates all = {0}, readable = {0};
    for (uint32_t i = 0; i < binder->program->relations.count; i++) {
        const Relation *relation = binder->program->relations.items[i];
        if (relation->name != name || relation == binder->reading || relation->kind == RELATION_SYSTEM) continue;
        vec_push(binder->arena, &all, relation);
        if (may_read(binder, relation)) vec_push(binder->arena, &readable, relation);
    }
    return readable.count ? readable : all;
}

/* What an unqualified or wrongly qualified name may have meant. */
static void report_same_name(Binder *binder, Report *report, Parts wrong) {
    Candidates found = same_name(binder, wrong.items[wrong.count - 1].name);
    for (uint32_t i = 0; i < found.count && i < 3; i++) {
        const char *name = found.items[i]->full_name->text;
        if (found.count == 1) report_edit(binder->diag, report, parts_span(wrong), name, "did you mean `%s`?", name);
        else report_note(binder->diag, report, "there is `%s`", name);
    }
}

/* A misspelt unqualified name: near ones among the common table expressions at hand, then among all relations. */
static bool report_near_name(Binder *binder, Report *report, Part wrong, const Scope *scope) {
    VEC(const char *) near = {0};
    for (; scope; scope = scope->outer) vec_push(binder->arena, &near, (const char *)scope->cte->name.name->text);
    if (report_near(binder->diag, report, wrong.span, wrong.name->text, near.items, near.count)) return true;
    near.count = 0;
    for (uint32_t i = 0; i < binder->program->relations.count; i++)
        vec_push(binder->arena, &near, (const char *)binder->program->relations.items[i]->name->text);
    const char *own = name_near(wrong.name->text, near.items, near.count);
    for (uint32_t i = 0; own && i < near.count; i++) {
        if (strcmp(near.items[i], own)) continue;
        const char *full = binder->program->relations.items[i]->full_name->text;
        report_edit(binder->diag, report, wrong.span, full, "did you mean `%s`?", full);
        return true;
    }
    return false;
}

static void report_unknown_relation(Binder *binder, Parts name, const Scope *scope) {
    const char *wrong = parts_text(binder->arena, name);
    Report *report = symbol_unknown(binder, SPACE_RELATION, wrong, parts_span(name));
    if (report->helps.count || binder->unknown > 200) return;
    report_same_name(binder, report, name);
    if (report->helps.count || report->notes.count) return;
    if (name.count == 1 && report_near_name(binder, report, name.items[0], scope)) return;
    if (name.count == 1) report_note(binder->diag, report, "a relation is named `layer.name`, a common table expression by its name");
    else if (name.count == 2 && !symbol_find(binder, SPACE_LAYER, name.items[0].name))
        report_note(binder->diag, report, "there is no layer `%s`", name.items[0].name->text);
    else report_help(binder->diag, report, "declare it: `source %s (…)` or `model %s as …`", wrong, wrong);
}

static Relation *find_relation(Binder *binder, Parts name, const Scope *scope) {
    if (!name.count) return NULL;
    Relation *relation = program_relation(binder->program, name);
    if (relation) relation->mentioned = true;
    if (!relation && !map_get(&binder->misnamed, name.items[0].name)) report_unknown_relation(binder, name, scope);
    return relation;
}

Relation *need_relation(Binder *binder, Parts name) {
    return find_relation(binder, name, NULL);
}

Relation *walk_relation(Walk *walk, Parts name) {
    Relation *relation = find_relation(walk->binder, name, walk->scope);
    if (!relation || !walk->mark || relation->mark == walk->mark) return relation;
    relation->mark = walk->mark;
    vec_push(walk->binder->arena, &walk->reads, relation);
    vec_push(walk->binder->arena, &walk->read_spans, parts_span(name));
    return relation;
}

/* ----------------------------------------------------------------- tables */

static Scope *scope_find(Scope *scope, const Name *name) {
    while (scope && scope->cte->name.name != name) scope = scope->outer;
    return scope;
}

static void bind_table(Walk *walk, TableRef *table) {
    Scope *scope = walk->scope, *of_use = map_get(&walk->binder->scopes, table);
    if (of_use) scope = of_use->cte ? of_use : NULL;
    if (table->as_of) walk_node(walk, &table->as_of);
    if (table->name.count == 1) {
        Scope *found = scope_find(scope, table->name.items[0].name);
        if (found) {
            found->used = true;
            table->cte = found->cte;
            return;
        }
    }
    table->relation = walk_relation(walk, table->name);
}

/* history(finops.payments): the argument is a relation, not a column. */
static bool bind_history(Walk *walk, const Call *call) {
    if (call->name.count != 1 || strcmp(call->name.items[0].name->text, "history")) return false;
    if (call->args.count != 1 || call->args.items[0]->kind != NODE_REF) return false;
    walk_relation(walk, ((Ref *)call->args.items[0])->name);
    return true;
}

static void visit(void *context, Node **place) {
    walk_node(context, place);
}

/* A name that is no function's, but nearly a template's. */
static bool report_near_template(Walk *walk, const Call *call) {
    const Map *templates = &walk->binder->spaces[SPACE_TEMPLATE];
    if (call->name.count != 1 || !templates->count || map_get(&walk->binder->program->functions, call->name.items[0].name)) return false;
    const char *wrong = call->name.items[0].name->text;
    for (uint32_t i = 0; i < templates->count; i++)
        if (name_near(wrong, &(const char *){((const Name *)templates->keys[i])->text}, 1)) {
            symbol_unknown(walk->binder, SPACE_TEMPLATE, wrong, call->name.items[0].span);
            return true;
        }
    return false;
}

static void bind_table_function(Walk *walk, Node **place) {
    TableFunction *table = (TableFunction *)*place;
    if (!table->call || table->call->kind != NODE_CALL) return;
    if (instantiate_query(walk, place)) return;
    if (report_near_template(walk, (Call *)table->call)) {
        *place = node_new(walk->binder->arena, NODE_TABLE_QUERY, table->rowset.node.span); /* of unknown columns */
        return;
    }
    if (!bind_history(walk, (Call *)table->call)) node_kids(table->call, visit, walk);
}

/* ---------------------------------------------------------------- queries */

static void report_unused(Walk *walk, const Cte *cte) {
    Report *report = diag_report(walk->binder->diag, CODE_G0610, cte->name.span, "nothing reads `%s`", cte->name.name->text);
    report_says(walk->binder->diag, report, "never read below");
    report_help(walk->binder->diag, report, "take it away, or read it");
}

static void bind_query(Walk *walk, Query *query) {
    Scope *before = walk->scope;
    uint32_t errors = walk->binder->diag->errors;
    for (uint32_t i = 0; i < query->ctes.count; i++) {
        Cte *cte = (Cte *)query->ctes.items[i];
        Scope *scope = arena_new(walk->binder->arena, Scope);
        *scope = (Scope){cte, false, walk->scope};
        if (query->recursive) walk->scope = scope; /* it may read itself */
        walk_node(walk, &cte->query);
        scope->used = false;
        walk->scope = scope;
    }
    walk_node(walk, &query->body);
    for (uint32_t i = 0; i < query->order.count; i++) walk_node(walk, &query->order.items[i]);
    walk_node(walk, &query->limit);
    walk_node(walk, &query->offset);
    for (Scope *scope = walk->scope; scope != before; scope = scope->outer)
        if (!scope->used && errors == walk->binder->diag->errors && scope->cte->name.name) report_unused(walk, scope->cte);
    walk->scope = before;
}

/* A text that stands for the parameter of a template keeps to the names of the use. */
static void walk_expanded(Walk *walk, Node *node) {
    const Expansion *before = program_enter(walk->binder->program, node);
    node_kids(node, visit, walk);
    walk->binder->diag->expansion = before;
}

static void walk_table_query(Walk *walk, TableQuery *table) {
    Scope *before = walk->scope, *of_use = map_get(&walk->binder->scopes, table);
    if (of_use) walk->scope = of_use->cte ? of_use : NULL;
    walk_expanded(walk, &table->rowset.node);
    walk->scope = before;
}

void walk_node(Walk *walk, Node **place) {
    Node *node = *place;
    if (!node) return;
    switch (node->kind) {
    case NODE_QUERY: bind_query(walk, (Query *)node); return;
    case NODE_TABLE_REF: bind_table(walk, (TableRef *)node); return;
    case NODE_TABLE_FUNCTION: bind_table_function(walk, place); return;
    case NODE_TABLE_QUERY: walk_table_query(walk, (TableQuery *)node); return;
    case NODE_CALL:
        if (inline_call(walk, place)) return;
        break;
    case NODE_IN: inline_list(walk->binder, (In *)node); break;
    case NODE_SELECT: unroll(walk->binder, &((Select *)node)->items); break;
    case NODE_SELECT_ITEM: walk_expanded(walk, node); return;
    case NODE_LITERAL: case NODE_REF: case NODE_TYPE_NAME: return;
    default: break; /* only what names something is of interest here */
    }
    node_kids(node, visit, walk);
}
