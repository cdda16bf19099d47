/* Relations are apart from each other at a target: a pattern of schemas without `{layer}` gives several layers one schema,
 * and names that the engine cuts may become one. */
#include "compiler/check/internal.h"
#include "compiler/facts/target_names.h"

#include <string.h>

static void report_clash(Checking *checking, const Target *target, const Relation *relation, const Relation *other,
                         const char *name) {
    const Parts *of = &relation->decl->name;
    Report *report = diag_report(checking->diag, CODE_G0707, of->items[of->count - 1].span,
                                 "`%s` has no name of its own at target `%s`", relation->full_name->text, target->name->text);
    report_says(checking->diag, report, "it is called `%s` there, and so is `%s`", name, other->full_name->text);
    report_label(checking->diag, report, target->decl->name.items[0].span, "here");
    report_help(checking->diag, report, "give each layer a schema of its own, as `schemas = '{layer}'` does, or the relation another name");
}

static bool is_stored(const Relation *relation) {
    return relation->kind != RELATION_SYSTEM && relation->stored != STORED_INLINE && relation->decl && relation->decl->name.count;
}

/* As readers find it, or as it is called while it is built (compiler/plan/postgres.c). */
static const char *name_at(const Checking *checking, const Target *target, const Relation *relation, bool in_private) {
    const char *engine = target->engine->text, *schema = schema_at(checking->program, target, relation->layer);
    if (in_private)
        return name_fitted(checking->arena, engine, arena_format(checking->arena, "%s__%s", schema, relation->name->text));
    return arena_format(checking->arena, "%s.%s", schema, name_fitted(checking->arena, engine, relation->name->text));
}

static void check_target(Checking *checking, const Target *target, bool in_private) {
    const Program *program = checking->program;
    Map names;
    map_open(&names, checking->arena);
    for (uint32_t i = 0; i < program->relations.count; i++) {
        const Relation *relation = program->relations.items[i];
        if (!is_stored(relation)) continue;
        const char *name = name_at(checking, target, relation, in_private);
        void **place = map_place(&names, name_of(program->names, name));
        if (*place)
            report_clash(checking, target, relation, *place, name);
        else
            *place = (void *)relation;
    }
}

/* Names of a project are apart, so those at a target are, unless one of these makes them alike. */
static bool may_clash(const Program *program, const Target *target) {
    enum { LONG = 28 }; /* schema, name and what stands between and behind them stay below 63 bytes */
    const Node *pattern = decl_option(target->decl, "schemas");
    if (pattern && (pattern->kind != NODE_LITERAL || !strstr(text_copy(program->arena, ((const Literal *)pattern)->text), "{layer}")))
        return true;
    for (uint32_t i = 0; i < program->layers.count; i++) {
        const char *name = program->layers.items[i]->name->text;
        if (strlen(name) > LONG || strstr(name, "__")) return true;
    }
    for (uint32_t i = 0; i < program->relations.count; i++)
        if (strlen(program->relations.items[i]->name->text) > LONG) return true;
    return false;
}

void check_relation_names(Checking *checking) {
    for (uint32_t i = 0; i < checking->program->targets.count; i++) {
        const Target *target = checking->program->targets.items[i];
        if (!target->engine || !may_clash(checking->program, target)) continue;
        check_target(checking, target, false);
        if (strcmp(target->engine->text, "postgres") == 0) check_target(checking, target, true);
    }
}
