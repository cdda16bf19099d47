#include "compiler/command/command.h"

#include <string.h>

static const OptionId OPTIONS[] = {OPTION_DIRECTORY, OPTION_TARGET, OPTION_SELECT, OPTION_EXCLUDE, OPTION_STATE, OPTION_OUTPUT, OPTION_COUNT};

static const char *place_of(Session *session, const Relation *relation) {
    Location at = source_locate(&session->sources, relation->decl->node.span.begin);
    return at.source ? arena_format(&session->arena, "%s:%u", at.source->path, at.line) : "";
}

/* One file a model: `sql/marts/fct_orders.sql`. */
static bool write_models(Session *session, const Plan *plan, const char *folder, size_t *ret_count) {
    Arena *arena = &session->arena;
    *ret_count = 0;
    for (uint32_t i = 0; i < plan->entries.count; i++) {
        const PlanEntry *entry = &plan->entries.items[i];
        if (!entry->sql || !entry->relation || !entry->relation->layer) continue;
        const char *path = arena_format(arena, "%s/sql/%s/%s.sql", folder, entry->relation->layer->name->text,
                                        entry->relation->name->text);
        const char *text = arena_format(arena, "-- model %s, %s\n%s;\n", entry->name, place_of(session, entry->relation), entry->sql);
        if (!write_file(arena, path, text, strlen(text))) return false;
        ++*ret_count;
    }
    return true;
}

static GovExit run(Session *session, CommandLine *line) {
    Arena *arena = &session->arena;
    Project project;
    Plan *plan;
    GovExit code;
    if (!make_plan(session, line, PLAN_RUN, false, &project, &plan, &code)) return code;
    const char *folder = line->values[OPTION_OUTPUT];
    if (!folder) folder = path_in(arena, project.folder, "build");
    size_t models;
    Buffer program;
    buffer_open(&program, arena);
    plan_print_c(&plan->govplan, &program);
    const char *path = arena_format(arena, "%s/plan.c", folder);
    if (!write_models(session, plan, folder, &models)) return GOV_EXIT_FAILED;
    if (!write_file(arena, path, buffer_string(&program), program.length)) return GOV_EXIT_FAILED;
    if (!write_catalog_json(session, line, &project, folder)) return GOV_EXIT_FAILED;
    printf("wrote %zu model%s to %s/sql, the plan to %s, the catalog to %s/catalog.json\n", models, models == 1 ? "" : "s", folder,
           path, folder);
    return GOV_EXIT_FINE;
}

const Command command_compile = {
    .name = "compile", .arguments = "", .most = 0, .options = OPTIONS, .run = run,
    .words = "Writes each model's SQL for the target's engine to build/sql, the whole plan as a C program to build/plan.c\n"
             "and the catalog to build/catalog.json. `cc build/plan.c $(pkg-config --cflags --libs govrt)` makes a program\n"
             "that runs the pipeline without the compiler.",
    .examples = "  gov compile\n  gov compile --target prod --output out\n",
};
