/* What a command is asked about: `layer.name`, or `layer.name.column`. */
#include "compiler/command/command.h"

#include <string.h>

static const char *near_relation(Session *session, const char *asked) {
    const Program *program = session->program;
    const char **names = arena_alloc(&session->arena, (program->relations.count + 1) * sizeof *names);
    for (uint32_t i = 0; i < program->relations.count; i++) names[i] = program->relations.items[i]->full_name->text;
    return name_near(asked, names, program->relations.count);
}

static const char *near_column(Session *session, const Relation *relation, const char *asked) {
    uint32_t count = relation->rows ? relation->rows->columns.count : 0;
    const char **names = arena_alloc(&session->arena, (count + 1) * sizeof *names);
    for (uint32_t i = 0; i < count; i++) names[i] = relation->rows->columns.items[i]->name->text;
    return name_near(asked, names, count);
}

static bool refuse_relation(Session *session, const char *asked) {
    const char *near = near_relation(session, asked);
    if (near) misuse("there is no source or model `%s`, did you mean `%s`?", asked, near);
    else misuse("there is no source or model `%s`", asked);
    return false;
}

static bool refuse_column(Session *session, const Relation *relation, const char *asked) {
    const char *near = near_column(session, relation, asked);
    if (near) misuse("`%s` has no column `%s`, did you mean `%s`?", relation->full_name->text, asked, near);
    else misuse("`%s` has no column `%s`", relation->full_name->text, asked);
    return false;
}

bool asked_of(Session *session, const char *asked, Relation **ret_relation, Column **ret_column) {
    Program *program = session->program;
    const char *dot = strrchr(asked, '.');
    *ret_column = NULL;
    *ret_relation = map_get(&program->by_name, name_of(&session->names, asked));
    if (*ret_relation) return true;
    if (dot) *ret_relation = map_get(&program->by_name, names_intern(&session->names, asked, (size_t)(dot - asked)));
    if (!*ret_relation) return refuse_relation(session, asked);
    *ret_column = (*ret_relation)->rows ? rows_find((*ret_relation)->rows, name_of(&session->names, dot + 1)) : NULL;
    return *ret_column || refuse_column(session, *ret_relation, dot + 1);
}

bool asked_role(Session *session, const char *asked, const Role **ret_role) {
    const Program *program = session->program;
    const char **names = arena_alloc(&session->arena, (program->roles.count + 1) * sizeof *names);
    for (uint32_t i = 0; i < program->roles.count; i++) {
        *ret_role = program->roles.items[i];
        if (!strcmp((*ret_role)->name->text, asked)) return true;
        names[i] = (*ret_role)->name->text;
    }
    const char *near = name_near(asked, names, program->roles.count);
    if (near) misuse("there is no role `%s`, did you mean `%s`?", asked, near);
    else misuse("there is no role `%s`", asked);
    return false;
}
