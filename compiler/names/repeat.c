/* `for m in (1, 3) (…)` of select lists and column lists: unrolled, once a value. */
#include "compiler/names/internal.h"

Name *hole_name(Binder *binder, const Name *name) {
    return name_of(binder->names, arena_format(binder->arena, "{%s}", name->text));
}

/* The values of a `for`: its own, or those of a constant. */
static Nodes values_of(Binder *binder, const Repeat *repeat) {
    if (!repeat->values_name.name) return repeat->values;
    Const *constant = symbol_need(binder, SPACE_CONST, repeat->values_name);
    if (constant && constant->is_list) return ((Row *)constant->value)->items;
    if (constant) {
        Report *report = diag_report(binder->diag, CODE_G0607, repeat->values_name.span, "constant `%s` is not a list",
                                     constant->name->text);
        report_says(binder->diag, report, "`for` needs a list");
        report_label(binder->diag, report, constant->decl->node.span, "one value");
    }
    return (Nodes){0};
}

/* What the variable stands for in this round: `1`, `'SP'`, or a column's name. */
static bool bind_value(Binder *binder, Binding *binding, Node *value) {
    binding->value = value;
    if (value->kind == NODE_REF && ((Ref *)value)->name.count) {
        const Parts *name = &((Ref *)value)->name;
        binding->kind = BIND_COLUMN;
        binding->parts = *name;
        binding->text = text_of(name->items[name->count - 1].name->text);
        return true;
    }
    if (value->kind == NODE_LITERAL) {
        binding->text = ((Literal *)value)->text;
        return true;
    }
    if (value->kind == NODE_ERROR) return false;
    Report *report = diag_report(binder->diag, CODE_G0607, value->span, "`for` takes literals and names of columns");
    report_says(binder->diag, report, "neither");
    return false;
}

static void unroll_round(Binder *binder, const Repeat *repeat, Node *value, Nodes *out) {
    Binding binding = {.kind = BIND_VALUE, .name = repeat->variable.name, .hole = hole_name(binder, repeat->variable.name)};
    if (!bind_value(binder, &binding, value)) return;
    Substitution substitution = {binder, &binding, 1};
    Nodes round = {0};
    for (uint32_t i = 0; i < repeat->kids.count; i++) {
        Node *copy = copy_for_use(binder, repeat->kids.items[i], ((const Node *)repeat)->span);
        if (copy->kind == NODE_ERROR) return;
        vec_push(binder->arena, &round, copy);
    }
    substitute_list(&substitution, &round);
    const Expansion *before = binder->diag->expansion;
    expand(binder, NULL, value->span, "with `%s` = %.*s", repeat->variable.name->text, TEXT_ARGS(binding.text));
    for (uint32_t i = 0; i < round.count; i++)
        map_put(&binder->program->expansions, round.items[i], (void *)binder->diag->expansion);
    unroll(binder, &round); /* a `for` within */
    binder->diag->expansion = before;
    for (uint32_t i = 0; i < round.count; i++) vec_push(binder->arena, out, round.items[i]);
}

/* The `for` that an item of a list is, or null. In column lists it stands in a COLUMN of its own kind. */
static Repeat *repeat_of(const Node *item) {
    if (item->kind == NODE_REPEAT) return (Repeat *)item;
    const ColumnDecl *column = item->kind == NODE_COLUMN ? (const ColumnDecl *)item : NULL;
    if (!column || column->of != COLUMN_ITEM_REPEAT || !column->kids.count) return NULL;
    return column->kids.items[0]->kind == NODE_REPEAT ? (Repeat *)column->kids.items[0] : NULL;
}

void unroll(Binder *binder, Nodes *list) {
    bool any = false;
    for (uint32_t i = 0; i < list->count && !any; i++) any = repeat_of(list->items[i]) != NULL;
    if (!any) return;
    Nodes out = {0};
    for (uint32_t i = 0; i < list->count; i++) {
        Repeat *repeat = repeat_of(list->items[i]);
        if (!repeat) {
            vec_push(binder->arena, &out, list->items[i]);
            continue;
        }
        Nodes values = values_of(binder, repeat);
        for (uint32_t k = 0; k < values.count && repeat->variable.name; k++) unroll_round(binder, repeat, values.items[k], &out);
    }
    *list = out;
}
