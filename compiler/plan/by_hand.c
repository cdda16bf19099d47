/* What somebody did to a published relation since gov left it: the ledger's record of it against what the server has. */
#include "compiler/plan/internal.h"

#include "runtime/state/find.h"

#include <string.h>

static void add_deed(const Planner *planner, Planned *planned, const char *column, const char *words) {
    vec_push(planner->arena, &planned->changes, ((PlanChange){.kind = PLAN_BY_HAND, .column = column, .words = words}));
}

static const StateColumn *column_named(const StateRelation *relation, const char *name, size_t length) {
    for (size_t i = 0; i < relation->column_count; i++)
        if (strlen(relation->columns[i].name) == length && !memcmp(relation->columns[i].name, name, length)) return &relation->columns[i];
    return NULL;
}

/* The line of a column in a record of columns, or null. */
static const char *line_of(const char *columns, const char *name) {
    size_t length = strlen(name);
    for (; *columns; columns += strcspn(columns, "\n"), columns += *columns == '\n')
        if (!strncmp(columns, name, length) && columns[length] == '\t') return columns;
    return NULL;
}

static void compare_columns(const Planner *planner, Planned *planned, const StateObject *object, const StateRelation *relation) {
    Arena *arena = planner->arena;
    for (const char *line = object->columns; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        size_t name = strcspn(line, "\t"), type = strcspn(line + name + 1, "\n");
        const StateColumn *now = column_named(relation, line, name);
        if (!now)
            add_deed(planner, planned, arena_copy(arena, line, name), "was dropped by hand");
        else if (strlen(now->type) != type || memcmp(now->type, line + name + 1, type))
            add_deed(planner, planned, now->name,
                     arena_format(arena, "was changed by hand from %.*s to %s", (int)type, line + name + 1, now->type));
    }
    for (size_t i = 0; i < relation->column_count; i++)
        if (!line_of(object->columns, relation->columns[i].name))
            add_deed(planner, planned, relation->columns[i].name, "was added by hand");
}

void find_done_by_hand(const Planner *planner, Planned *planned) {
    const TargetState *server = planner->options->state->server;
    if (!server || !server->exists) return;
    const char *schema = schema_at_target(planner, planned->relation), *name = name_at_target(planner, planned->relation);
    const StateRelation *relation = state_find_relation(server, schema, name);
    const StateObject *object = state_find_object(server, schema, name);
    if (!relation) {
        add_deed(planner, planned, NULL, "it was dropped by hand");
    } else if (object && strcmp(object->kind, relation->kind)) {
        add_deed(planner, planned, NULL, arena_format(planner->arena, "a %s stands in its place", relation->kind));
    } else if (object) {
        compare_columns(planner, planned, object, relation);
        if (object->definition && relation->definition && strcmp(object->definition, relation->definition))
            add_deed(planner, planned, NULL, "the text of the view was changed by hand");
    }
}
