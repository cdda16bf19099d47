/* What stands at a place: for hover, definition and quick fixes. */
#include "compiler/lsp/internal.h"

#include <string.h>

typedef struct {
    uint32_t position;
    const Node *found;         /* the innermost of interest */
} Looking;

static bool holds(Span span, uint32_t position) {
    return span.begin <= position && position <= span.end && span.begin;
}

static void look(void *context, Node **place) {
    Looking *looking = context;
    Node *node = *place;
    if (!holds(node->span, looking->position)) return;
    switch (node->kind) {
    case NODE_REF: case NODE_TABLE_REF: case NODE_CALL: case NODE_COLUMN: case NODE_DECL: case NODE_SELECT_ITEM: case NODE_CTE:
        looking->found = node;
        break;
    default: break;
    }
    node_kids(node, look, looking);
}

/* The source and position that a request is about; null if it is none of the project's files. */
static const Source *source_at(LspServer *server, const json_t *params, uint32_t *ret_position) {
    const char *uri = json_string_value(json_object_get(json_object_get(params, "textDocument"), "uri"));
    const Source *source = server->compiled ? server_source(server, path_of_uri(server, uri)) : NULL;
    if (source) *ret_position = position_at(server, source, json_object_get(params, "position"));
    return source;
}

static const Node *node_at(LspServer *server, const json_t *params, const Program **ret_program) {
    Looking looking = {0};
    const Source *source = source_at(server, params, &looking.position);
    if (!source) return NULL;
    const Tree *tree = server_tree(server, source, ret_program);
    for (uint32_t i = 0; i < tree->items.count; i++) look(&looking, &((Tree *)tree)->items.items[i]);
    return looking.found;
}

/* --------------------------------------------------------------- hover */

static void add_doc(Buffer *out, Text doc) {
    if (doc.length) buffer_format(out, "\n\n%.*s", TEXT_ARGS(doc));
}

static void describe_column(const Program *program, const Column *column, bool nullable, Buffer *out) {
    TypeTable *types = program->types;
    const Relation *relation = column->relation ? column->relation : column->copied ? column->copied->relation : NULL;
    buffer_format(out, "```gov\n%s %s%s", column->name ? column->name->text : "?", type_text(types, column->type), nullable ? "" : " not null");
    if (column->unit) buffer_format(out, " unit %s", unit_text(types, column->unit));
    buffer_text(out, "\n```");
    if (relation) buffer_format(out, "\n\nof `%s`", relation->full_name->text);
    add_doc(out, column->doc);
}

static void describe_relation(const Relation *relation, Buffer *out) {
    buffer_format(out, "```gov\n%s %s\n```", decl_word(relation->decl->of), relation->full_name->text);
    if (relation->owner) buffer_format(out, "\n\nowner `%s`", relation->owner->name->text);
    add_doc(out, relation->decl->doc);
}

static void describe_call(const Program *program, const Call *call, Buffer *out) {
    if (!call->function || !call->signature) return;
    FunctionInfos all = functions_list(program, call->function->name->text);
    for (uint32_t i = 0; i < all.count; i++) {
        if (all.items[i].from != call->signature) continue;
        buffer_format(out, "```gov\n%s\n```", all.items[i].signature);
        add_doc(out, all.items[i].doc);
    }
}

static const Relation *relation_of(const Decl *decl) {
    return decl->of == DECL_SOURCE || decl->of == DECL_MODEL ? decl->entity : NULL;
}

/* A declared column as the program knows it. */
static const Column *declared_column(const Program *program, const ColumnDecl *decl) {
    for (uint32_t i = 0; i < program->column_facts.count; i++) {
        const ColumnFacts *facts = program->column_facts.items[i];
        if (facts->decl == decl && facts->relation->rows) return rows_find(facts->relation->rows, facts->name);
    }
    return NULL;
}

static void describe(const Program *program, const Node *node, Buffer *out) {
    if (node->kind == NODE_REF && ((const Ref *)node)->column) {
        describe_column(program, ((const Ref *)node)->column, ((const Expr *)node)->nullable, out);
    } else if (node->kind == NODE_TABLE_REF && ((const TableRef *)node)->relation) {
        describe_relation(((const TableRef *)node)->relation, out);
    } else if (node->kind == NODE_CALL) {
        describe_call(program, (const Call *)node, out);
    } else if (node->kind == NODE_COLUMN) {
        const Column *column = declared_column(program, (const ColumnDecl *)node);
        if (column) describe_column(program, column, column->nullable, out);
    } else if (node->kind == NODE_SELECT_ITEM) {
        const Node *expr = ((const SelectItem *)node)->expr;
        const Part alias = ((const SelectItem *)node)->alias;
        if (!expr || !node_is_expr(expr) || !((const Expr *)expr)->type || !alias.name) return;
        Column column = {.name = alias.name, .type = ((const Expr *)expr)->type, .unit = ((const Expr *)expr)->unit};
        describe_column(program, &column, ((const Expr *)expr)->nullable, out);
    } else if (node->kind == NODE_DECL && relation_of((const Decl *)node)) {
        describe_relation(relation_of((const Decl *)node), out);
    }
}

json_t *hover_at(LspServer *server, const json_t *params) {
    const Program *program;
    const Node *node = node_at(server, params, &program);
    if (!node) return NULL;
    Buffer out;
    Arena *scratch = arena_scratch(program->arena);
    ArenaMark mark = arena_mark(scratch);
    buffer_open(&out, scratch);
    describe(program, node, &out);
    json_t *hover = out.length ? json_pack("{s:{s:s,s:s}}", "contents", "kind", "markdown", "value", buffer_string(&out)) : NULL;
    arena_release(scratch, mark);
    return hover;
}

/* ---------------------------------------------------------- definition */

static Span name_span(const Decl *decl) {
    const Parts *name = &decl->name;
    return name->count ? span_join(name->items[0].span, name->items[name->count - 1].span) : decl->node.span;
}

static Span definition_of(const Node *node) {
    if (node->kind == NODE_REF && ((const Ref *)node)->column) {
        const Column *column = ((const Ref *)node)->column;
        return column->copied ? column->copied->span : column->span;
    }
    if (node->kind == NODE_TABLE_REF) {
        const TableRef *table = (const TableRef *)node;
        if (table->cte) return table->cte->name.span;
        if (table->relation) return name_span(table->relation->decl);
    }
    if (node->kind == NODE_CALL && ((const Call *)node)->signature) return name_span(((const Call *)node)->signature->decl);
    return NOWHERE;
}

json_t *definition_at(LspServer *server, const json_t *params) {
    const Program *program;
    const Node *node = node_at(server, params, &program);
    return node ? location_of(server, server_sources(server), definition_of(node)) : NULL;
}

/* ---------------------------------------------------------- quick fixes */

static void add_action(LspServer *server, json_t *actions, const Help *help) {
    const Sources *sources = server_sources(server);
    const Source *source = source_of(sources, help->span.begin);
    if (!help->has_edit || !source || source->builtin) return;
    Arena *scratch = arena_scratch(server->arena);
    ArenaMark mark = arena_mark(scratch);
    json_t *action = json_pack("{s:s,s:s,s:{s:{s:[{s:o,s:s}]}}}", "title", help->words, "kind", "quickfix", "edit", "changes",
                               uri_of_path(server, scratch, source->path), "range", range_of(server, sources, help->span), "newText", help->text);
    arena_release(scratch, mark);
    json_array_append_new(actions, need(server, action));
}

json_t *actions_at(LspServer *server, const json_t *params) {
    const char *uri = json_string_value(json_object_get(json_object_get(params, "textDocument"), "uri"));
    const Source *source = server->compiled ? server_source(server, path_of_uri(server, uri)) : NULL;
    json_t *actions = need(server, json_array()), *range = json_object_get(params, "range");
    if (!source) return actions;
    uint32_t begin = position_at(server, source, json_object_get(range, "start")), end = position_at(server, source, json_object_get(range, "end"));
    const Diag *diag = server_diag(server);
    for (uint32_t i = 0; i < diag->reports.count; i++) {
        const Report *report = diag->reports.items[i];
        if (report->primary.span.begin > end || report->primary.span.end < begin) continue;
        for (uint32_t k = 0; k < report->helps.count; k++) add_action(server, actions, &report->helps.items[k]);
    }
    return actions;
}
