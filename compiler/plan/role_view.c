/* The query by which a role reads a relation: its columns, masks and rows, and of a released relation its guarded groups.
 *
 * It is a query of the language, made as a tree and typed like any other, so that every engine gets it in its own words. */
#include "compiler/plan/role_view.h"

#include "compiler/names/make.h"

#include <string.h>

/* ------------------------------------------------------------------- masks */

typedef struct Applying {
    const Maker *maker;
    const Param *param;
} Applying;

/* Puts a PARAMETER where the body names the mask's value. */
static void apply(void *context, Node **place) {
    const Applying *applying = context;
    const Ref *ref = (*place)->kind == NODE_REF ? (const Ref *)*place : NULL;
    if (!ref || ref->name.items[0].name != applying->param->name.name) {
        node_kids(*place, apply, context);
        return;
    }
    Parameter *parameter = (Parameter *)node_new(applying->maker->arena, NODE_PARAMETER, (*place)->span);
    parameter->name = ref->name.items[0];
    *place = &parameter->expr.node;
}

static Node *masked(const Maker *maker, const Program *program, const Mask *mask, const Column *column) {
    if (!mask || !mask->decl->params.count || !mask->decl->body) return make_null_of(maker, program->types, column->type);
    Inlined *inlined = (Inlined *)node_new(maker->arena, NODE_INLINED, maker->span);
    Applying applying = {maker, (const Param *)mask->decl->params.items[0]};
    inlined->function = mask->decl;
    inlined->body = names_copy(maker->arena, mask->decl->body);
    apply(&applying, &inlined->body);
    vec_push(maker->arena, &inlined->args, make_ref(maker, column->name));
    return &inlined->expr.node;
}

/* ------------------------------------------------------------------- query */

Query *role_view_query(const Facts *facts, const RelationAccess *access) {
    Program *program = facts->program;
    const Relation *relation = access->relation;
    const Decl *asked = access->grant ? access->grant->decl : relation->decl;
    Maker maker = {program->arena, program->names, asked->node.span};
    Node *from = access->release ? make_subquery(&maker, release_query(facts, access->release), relation->name) : make_table(&maker, relation);
    Select *select = make_select(&maker, from);
    for (uint32_t i = 0; i < relation->rows->columns.count; i++) {
        Name *name = relation->rows->columns.items[i]->name;
        switch (access->columns[i].kind) {
        case ACCESS_NONE:
        case ACCESS_HIDDEN: break;
        case ACCESS_MASKED: make_item(&maker, select, masked(&maker, program, access->columns[i].mask, relation->rows->columns.items[i]), name); break;
        case ACCESS_WHOLE: make_item(&maker, select, make_ref(&maker, name), name); break;
        }
    }
    select->where = names_copy(program->arena, access->filter);
    return make_query(&maker, select);
}

Rows *role_view_rows(Arena *arena, const RelationAccess *access) {
    Rows *rows = arena_new(arena, Rows);
    for (uint32_t i = 0; i < access->relation->rows->columns.count; i++) {
        const ColumnAccess *how = &access->columns[i];
        if (how->kind != ACCESS_MASKED && how->kind != ACCESS_WHOLE) continue;
        Column *column = arena_new(arena, Column);
        *column = *access->relation->rows->columns.items[i];
        column->index = rows->columns.count;
        if (how->mask && how->mask->gives) column->type = how->mask->gives;
        vec_push(arena, &rows->columns, column);
    }
    return rows;
}

/* ------------------------------------------------------------------ secrets */

static void find_secret(void *context, Node **place) {
    bool *found = context;
    const Call *call = (*place)->kind == NODE_CALL ? (const Call *)*place : NULL;
    *found |= call && call->name.count == 1 && !strcmp(call->name.items[0].name->text, "secret");
    if (!*found) node_kids(*place, find_secret, context);
}

bool needs_secret(const RelationAccess *access) {
    bool found = false;
    for (uint32_t i = 0; i < access->relation->rows->columns.count; i++) {
        const Mask *mask = access->columns[i].kind == ACCESS_MASKED ? access->columns[i].mask : NULL;
        Node *body = mask ? mask->decl->body : NULL;
        if (body) find_secret(&found, &body);
    }
    return found;
}
