/* Named types: `type cep5 as text tag place check (…)`. */
#include "compiler/names/internal.h"

/* The unit stands among the constraints. */
static void take_constraints(Binder *binder, NamedType *named) {
    if (!named->decl->columns.count) return;
    const ColumnDecl *value = (const ColumnDecl *)named->decl->columns.items[0];
    named->constraints = value->constraints;
    for (uint32_t i = 0; i < value->constraints.count; i++) {
        const Constraint *constraint = (const Constraint *)value->constraints.items[i];
        if (constraint->of == CONSTRAINT_UNIT) named->unit = unit_resolve(binder->program, constraint->expr);
        if (constraint->of == CONSTRAINT_TAG || constraint->of == CONSTRAINT_TAG_AS_KEY) symbol_need_dotted(binder, SPACE_TAG, constraint->name);
    }
}

/* A type may be made of another: whatever the order of writing, but not of itself. */
static void declare_type(Binder *binder, Decl *decl);

static void declare_inner(Binder *binder, Decl *decl) {
    if (!decl->type || decl->type->kind != NODE_TYPE_NAME) return;
    Part inner = ((TypeName *)decl->type)->name;
    Decl *other = inner.name ? symbol_find(binder, SPACE_TYPE, inner.name) : NULL;
    if (!other || other->entity) return;
    if (!map_get(&binder->open_types, other)) {
        declare_type(binder, other);
        return;
    }
    Report *report = diag_report(binder->diag, CODE_G0217, inner.span, "type `%s` is made of itself", inner.name->text);
    report_label(binder->diag, report, parts_span(other->name), "declared here");
    decl->type = node_new(binder->arena, NODE_ERROR, inner.span);
}

static void declare_type(Binder *binder, Decl *decl) {
    if (decl->entity || !decl->name.count) return;
    map_put(&binder->open_types, decl, decl);
    declare_inner(binder, decl);
    if (decl->entity) return;
    NamedType *named = arena_new(binder->arena, NamedType), *inner;
    *named = (NamedType){.name = decl->name.items[0].name, .decl = decl};
    named->type = type_resolve(binder->program, (const TypeName *)decl->type, &inner);
    if (inner) named->unit = inner->unit;
    take_constraints(binder, named);
    if (inner) {
        Nodes all = {0};
        for (uint32_t i = 0; i < inner->constraints.count; i++) vec_push(binder->arena, &all, inner->constraints.items[i]);
        for (uint32_t i = 0; i < named->constraints.count; i++) vec_push(binder->arena, &all, named->constraints.items[i]);
        named->constraints = all;
    }
    decl->entity = named;
    vec_push(binder->arena, &binder->program->named_types, named);
}

void declare_types(Binder *binder) {
    for (uint32_t i = 0; i < binder->decls.count; i++)
        if (binder->decls.items[i]->of == DECL_TYPE) declare_type(binder, binder->decls.items[i]);
}
