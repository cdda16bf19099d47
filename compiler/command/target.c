/* What the commands that speak to a target share: which target, what its ledger knows, the plan. */
#include "config.h"

#include "compiler/command/command.h"
#include "compiler/plan/jobs.h"

#include "runtime/ingest/unchanged.h"
#include "runtime/ledger/ledger.h"
#include "runtime/state/read.h"

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
        .due_at = line->values[OPTION_DUE],
        .verbose = line->values[OPTION_VERBOSE],
        .output = strcmp(format, "json") ? GOV_OUTPUT_TEXT : GOV_OUTPUT_JSON,
        .color = !color || !strcmp(color, "auto") ? GOV_COLOR_AUTO
                 : !strcmp(color, "always")       ? GOV_COLOR_ALWAYS
                                                  : GOV_COLOR_NEVER,
    };
    return true;
}

static void *allocate_in_arena(void *arena, size_t size) {
    return arena_alloc(arena, size);
}

/* The outline of each step that gov recorded, by name. */
static Map outlines_of(Session *session, const TargetState *server) {
    Map outlines;
    map_open(&outlines, &session->arena);
    for (size_t i = 0; server && i < server->object_count; i++)
        map_put(&outlines, name_of(session->program->names, server->objects[i].step), (void *)server->objects[i].outline);
    return outlines;
}

PlanState *plan_state(Session *session, const LedgerState *ledger, const TargetState *server) {
    Arena *arena = &session->arena;
    Map outlines = outlines_of(session, server);
    PlanState *state = arena_new(arena, PlanState);
    PlanStepState *steps = arena_alloc(arena, (ledger->published_count + 1) * sizeof *steps);
    for (size_t i = 0; i < ledger->published_count; i++) {
        const LedgerStep *step = &ledger->published[i];
        steps[i].name = text_copy(arena, text_of(step->step));
        steps[i].fingerprint = step->fingerprint ? text_copy(arena, text_of(step->fingerprint)) : "";
        steps[i].materialization = step->materialization ? text_copy(arena, text_of(step->materialization)) : "";
        steps[i].run_id = step->run_id;
        steps[i].outline = map_get(&outlines, name_of(session->program->names, step->step));
    }
    *state = (PlanState){.known = true, .steps = steps, .step_count = ledger->published_count, .server = server};
    return state;
}

static void misuse_job(Session *session, const char *name) {
    const Program *program = session->program;
    const char **names = arena_alloc(&session->arena, (program->deferred.count + 1) * sizeof *names);
    size_t count = 0;
    for (uint32_t i = 0; i < program->deferred.count; i++)
        if (program->deferred.items[i]->decl->of == DECL_JOB) names[count++] = program->deferred.items[i]->name;
    const char *near = name_near(name, names, count);
    misuse("there is no job `%s`%s%s%s", name, near ? ", did you mean `" : "", near ? near : "", near ? "`?" : "");
}

/* What the job does, in place of a selection. Before the target is asked, everything: a condition may look at any source. */
static bool plan_for_job(Session *session, const CommandLine *line, PlanOptions *options) {
    const Deferred *job = plan_job(session->program, line->values[OPTION_JOB]);
    if (!job) return misuse_job(session, line->values[OPTION_JOB]), false;
    if (options->select_count || options->exclude_count) return misuse("--job says what is run: --select and --exclude do not go with it"), false;
    if (job_only_tests(job)) options->what = PLAN_TEST;
    if (!options->state) return true;
    Selections selected = job_selections(&session->arena, job);
    options->job = job;
    options->select = selected.items;
    options->select_count = selected.count;
    return true;
}

Plan *plan_at(Session *session, CommandLine *line, const Project *project, PlanWhat what, const PlanState *state) {
    PlanOptions options = {.what = what, .verify_proofs = line->values[OPTION_VERIFY_PROOFS], .full_refresh = line->values[OPTION_FULL_REFRESH], .gov_version = PACKAGE_VERSION, .revision = project->revision,
                           .select = line->selects.items, .select_count = line->selects.count,
                           .exclude = line->excludes.items, .exclude_count = line->excludes.count,
                           .state = state};
    if (line->values[OPTION_JOB] && !plan_for_job(session, line, &options)) return NULL;
    if (!find_target(session, line, &options.target)) return NULL;
    Plan *plan = plan_make(session->facts, &options);
    if (!plan) draw_reports(session, line);
    return plan;
}

/* Marks sources whose files are those that they were loaded from. `plan` was made without knowing the target: it loads all. */
static void find_same_data(const GovPlan *plan, const char *folder, PlanState *state) {
    Settings *settings;
    char *error = NULL;
    if (!settings_open(plan, &settings, &error)) { /* the run will say so */
        free(error);
        return;
    }
    for (size_t i = 0; i < plan->step_count; i++)
        for (size_t k = 0; plan->steps[i].source && k < state->step_count; k++)
            if (!strcmp(state->steps[k].name, plan->steps[i].name)) {
                PlanStepState *before = (PlanStepState *)&state->steps[k];
                before->same_data = ingest_is_unchanged(&plan->steps[i], settings, folder, state->server);
                before->same_files = before->same_data || ingest_has_same_files(&plan->steps[i], settings, folder, state->server);
            }
    settings_close(settings);
}

const PlanState *ask_target(Session *session, const GovPlan *plan, const StateScope *scope, const char *folder, GovExit *ret_exit) {
    const StateMemory memory = {allocate_in_arena, &session->arena};
    TargetState *server = arena_new(&session->arena, TargetState);
    LedgerState *ledger;
    char *error = NULL;
    PlanState *state = NULL;
    if (ledger_read(plan, folder, 0, &ledger, &error)) {
        if (state_read(plan, folder, scope, &memory, server, &error)) state = plan_state(session, ledger, server);
        if (state) find_same_data(plan, folder, state);
        ledger_state_free(ledger);
    }
    if (!state) *ret_exit = failure("target `%s`: %s", plan->target.name, error ? error : "out of memory");
    free(error);
    return state;
}

bool make_plan(Session *session, CommandLine *line, PlanWhat what, bool ask_ledger, Project *ret_project,
               Plan **ret_plan, GovExit *ret_exit) {
    if (!project_compile(session, line, false, ret_project, ret_exit)) return false;
    *ret_exit = GOV_EXIT_MISUSE;
    *ret_plan = plan_at(session, line, ret_project, what, NULL);
    if (!*ret_plan || !ask_ledger) return *ret_plan;
    const PlanState *state = ask_target(session, &(*ret_plan)->govplan, &(*ret_plan)->scope, ret_project->folder, ret_exit);
    if (!state) return false;
    *ret_plan = plan_at(session, line, ret_project, what, state);
    return *ret_plan;
}
