/* Roles are apart from each other at a target, and their views from the tables of the layers. */
#include "compiler/check/internal.h"
#include "compiler/facts/target_names.h"

#include <string.h>

static void report_clash(Checking *checking, const Role *role, const Target *target, const char *what, const char *name, const char *with) {
    Report *report = diag_report(checking->diag, CODE_G0430, role->decl->name.items[0].span, "role `%s` has no %s of its own at target `%s`",
                                 role->name->text, what, target->name->text);
    report_says(checking->diag, report, "%s is called `%s` there", with, name);
    report_label(checking->diag, report, target->decl->name.items[0].span, "here");
    report_help(checking->diag, report, "give the role another name, or the target other patterns, as in `roles = '{project}_{role}'`");
}

static void check_against_roles(Checking *checking, const Target *target, uint32_t index, const char *name, const char *schema) {
    const Program *program = checking->program;
    for (uint32_t i = 0; i < index; i++) {
        const Role *other = program->roles.items[i];
        const char *with = arena_format(checking->arena, "role `%s`", other->name->text);
        if (strcmp(role_name_at(program, target, other->name->text), name) == 0)
            report_clash(checking, program->roles.items[index], target, "name", name, with);
        else if (strcmp(role_schema_at(program, target, other->name->text), schema) == 0)
            report_clash(checking, program->roles.items[index], target, "schema", schema, arena_format(checking->arena, "that of %s", with));
    }
}

static bool has_relations(const Layer *layer) {
    for (uint32_t i = 0; i < layer->relations.count; i++)
        if (((const Relation *)layer->relations.values[i])->kind != RELATION_SYSTEM) return true;
    return false;
}

static void check_role(Checking *checking, const Target *target, uint32_t index) {
    const Program *program = checking->program;
    const Role *role = program->roles.items[index];
    const char *name = role_name_at(program, target, role->name->text), *schema = role_schema_at(program, target, role->name->text);
    if (strcmp(name, role_name_at(program, target, OWNER_ROLE)) == 0)
        report_clash(checking, role, target, "name", name, "the owner of all that is made");
    check_against_roles(checking, target, index, name, schema);
    for (uint32_t i = 0; i < program->layers.count; i++) {
        const Layer *layer = program->layers.items[i];
        if (has_relations(layer) && strcmp(schema_at(program, target, layer), schema) == 0)
            report_clash(checking, role, target, "schema", schema, arena_format(checking->arena, "that of layer `%s`", layer->name->text));
    }
}

void check_roles(Checking *checking) {
    const Program *program = checking->program;
    for (uint32_t i = 0; program->grants.count && i < program->targets.count; i++) {
        const Target *target = program->targets.items[i];
        if (!target->engine || strcmp(target->engine->text, "postgres") != 0) continue;
        for (uint32_t k = 0; k < program->roles.count; k++) check_role(checking, target, k);
    }
}
