/* Constants: a literal or a list of literals under a name. */
#include "compiler/names/internal.h"

#include <string.h>

static bool is_environment(const Node *node) {
    if (node->kind != NODE_CALL) return false;
    const Call *call = (const Call *)node;
    return call->name.count == 1 &&
           (!strcmp(call->name.items[0].name->text, "env") || !strcmp(call->name.items[0].name->text, "secret"));
}

bool is_constant_value(const Node *node) {
    if (node->kind == NODE_UNARY) return is_constant_value(((const Unary *)node)->operand);
    return node->kind == NODE_LITERAL || node->kind == NODE_TYPED_LITERAL || node->kind == NODE_INTERVAL ||
           node->kind == NODE_DURATION || is_environment(node);
}

static bool check_value(Binder *binder, const Decl *decl, const Node *node) {
    if (node->kind == NODE_ERROR || is_constant_value(node)) return true;
    Report *report = diag_report(binder->diag, CODE_G0607, node->span, "constant `%s` is not a literal or a list of them",
                                 parts_text(binder->arena, decl->name));
    report_says(binder->diag, report, "not a literal");
    report_help(binder->diag, report, "for an expression, declare a function: `function %s() returns … as …;`",
                parts_text(binder->arena, decl->name));
    return false;
}

static void declare_constant(Binder *binder, Decl *decl) {
    if (!decl->body || !decl->name.count) return;
    Const *constant = arena_new(binder->arena, Const);
    *constant = (Const){.name = decl->name.items[0].name, .decl = decl, .value = decl->body};
    constant->is_list = decl->body->kind == NODE_ROW;
    decl->entity = constant;
    vec_push(binder->arena, &binder->program->consts, constant);
    map_put(&binder->program->const_names, constant->name, constant);
    if (!constant->is_list) {
        if (!check_value(binder, decl, decl->body)) constant->value = node_new(binder->arena, NODE_ERROR, decl->body->span);
        return;
    }
    Nodes *items = &((Row *)decl->body)->items;
    for (uint32_t i = 0; i < items->count; i++)
        if (!check_value(binder, decl, items->items[i]))
            items->items[i] = node_new(binder->arena, NODE_ERROR, items->items[i]->span);
}

void declare_constants(Binder *binder) {
    for (uint32_t i = 0; i < binder->decls.count; i++)
        if (binder->decls.items[i]->of == DECL_CONST) declare_constant(binder, binder->decls.items[i]);
}

void inline_list(Binder *binder, In *in) {
    if (!in->list_name.name) return;
    Part name = in->list_name;
    in->list_name = (Part){0};
    Decl *decl = symbol_find(binder, SPACE_CONST, name.name);
    const Const *constant = decl ? decl->entity : NULL;
    if (constant && constant->is_list) {
        const Nodes *items = &((Row *)constant->value)->items;
        for (uint32_t i = 0; i < items->count; i++)
            vec_push(binder->arena, &in->list, node_clone(binder->arena, items->items[i]));
        return;
    }
    if (!decl) {
        symbol_unknown(binder, SPACE_CONST, name.name->text, name.span);
    } else if (constant) {
        Report *report = diag_report(binder->diag, CODE_G0607, name.span, "constant `%s` is not a list", name.name->text);
        report_says(binder->diag, report, "`in` needs a list");
        report_label(binder->diag, report, decl->node.span, "one value");
        report_edit(binder->diag, report, name.span, arena_format(binder->arena, "(%s)", name.name->text),
                    "put it in parentheses");
    }
    vec_push(binder->arena, &in->list, node_new(binder->arena, NODE_ERROR, name.span));
}

bool program_inline_constant(Program *program, Ref *ref) {
    _Static_assert(sizeof(Inlined) <= sizeof(Ref), "an INLINED takes the place of a REF");
    if (ref->name.count != 1) return false;
    Const *constant = map_get(&program->const_names, ref->name.items[0].name);
    if (!constant || constant->is_list) return false;
    Span span = ref->expr.node.span;
    memset(ref, 0, sizeof *ref);
    Inlined *inlined = (Inlined *)ref;
    inlined->expr.node.kind = NODE_INLINED;
    inlined->expr.node.span = span;
    inlined->body = node_clone(program->arena, constant->value);
    inlined->function = constant->decl;
    return true;
}
