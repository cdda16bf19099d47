/* What the commands that speak to a target share: which target, what its ledger knows, the plan. */
#include "config.h"

#include "compiler/command/command.h"

#include "runtime/ledger/ledger.h"

#include <stdlib.h>
#include <string.h>

bool find_target(Session *session, CommandLine *line, const Target **ret_target) {
    const Program *program = session->program;
    const char *wanted = line->values[OPTION_TARGET];
    *ret_target = program->targets.count ? program->targets.items[0] : NULL;
    if (!wanted) return true;
    const char **names = arena_alloc(&session->arena, (program->targets.count + 1) * sizeof *names);
    for (uint32_t i = 0; i < program->targets.count; i++) {
        names[i] = program->targets.items[i]->name->text;
        *ret_target = program->targets.items[i];
        if (!strcmp(names[i], wanted)) return true;
    }
    const char *near = name_near(wanted, names, program->targets.count);
    misuse("there is no target `%s`%s%s%s", wanted, near ? ", did you mean `" : "", near ? near : "", near ? "`?" : "");
    return false;
}

bool run_options(const CommandLine *line, const Project *project, GovRunOptions *ret_options) {
    static const char *const FORMATS[] = {"text", "json", NULL};
    const char *format = option_choice(line, OPTION_FORMAT, FORMATS), *color = line->values[OPTION_COLOR];
    long threads = option_number(line, OPTION_THREADS, 0);
    if (!format || threads < 0) return false;
    *ret_options = (GovRunOptions){
        .folder = project->folder,
        .threads = (int)threads,
        .fail_fast = line->values[OPTION_FAIL_FAST],
        .verbose = line->values[OPTION_VERBOSE],
        .output = strcmp(format, "json") ? GOV_OUTPUT_TEXT : GOV_OUTPUT_JSON,
        .color = !color || !strcmp(color, "auto") ? GOV_COLOR_AUTO
                 : !strcmp(color, "always")       ? GOV_COLOR_ALWAYS
                                                  : GOV_COLOR_NEVER,
    };
    return true;
}

/* What the ledger knows of each step, copied out of the ledger's own memory. */
static PlanState *state_of(Arena *arena, const LedgerState *ledger) {
    PlanState *state = arena_new(arena, PlanState);
    PlanStepState *steps = arena_alloc(arena, (ledger->published_count + 1) * sizeof *steps);
    for (size_t i = 0; i < ledger->published_count; i++) {
        const LedgerStep *step = &ledger->published[i];
        steps[i].name = text_copy(arena, text_of(step->step));
        steps[i].fingerprint = step->fingerprint ? text_copy(arena, text_of(step->fingerprint)) : "";
        steps[i].materialization = step->materialization ? text_copy(arena, text_of(step->materialization)) : "";
    }
    *state = (PlanState){.known = true, .steps = steps, .step_count = ledger->published_count};
    return state;
}

/* Asks the target what was published; null after saying why it cannot be asked. */
static PlanState *ask(Arena *arena, const GovPlan *plan, const char *folder) {
    LedgerState *ledger;
    char *error = NULL;
    if (!ledger_read(plan, folder, 0, &ledger, &error)) {
        failure("target `%s`: %s", plan->target.name, error ? error : "out of memory");
        free(error);
        return NULL;
    }
    PlanState *state = state_of(arena, ledger);
    ledger_state_free(ledger);
    return state;
}

bool make_plan(Session *session, CommandLine *line, PlanWhat what, bool ask_ledger, Project *ret_project,
               Plan **ret_plan, GovExit *ret_exit) {
    if (!project_compile(session, line, false, ret_project, ret_exit)) return false;
    *ret_exit = GOV_EXIT_MISUSE;
    PlanOptions options = {.what = what, .gov_version = PACKAGE_VERSION, .revision = ret_project->revision,
                           .select = line->selects.items, .select_count = line->selects.count,
                           .exclude = line->excludes.items, .exclude_count = line->excludes.count};
    if (!find_target(session, line, &options.target)) return false;
    *ret_plan = plan_make(session->facts, &options);
    if (*ret_plan && ask_ledger) {
        *ret_exit = GOV_EXIT_FAILED;
        options.state = ask(&session->arena, &(*ret_plan)->govplan, ret_project->folder);
        if (!options.state) return false;
        *ret_plan = plan_make(session->facts, &options);
    }
    if (*ret_plan) return true;
    draw_reports(session, line);
    return false;
}
