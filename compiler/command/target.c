/* What the commands that speak to a target share: which target, what its ledger knows, the plan. */
#include "config.h"

#include "compiler/command/command.h"
#include "compiler/plan/jobs.h"

#include "runtime/ingest/unchanged.h"
#include "runtime/ledger/ledger.h"
#include "runtime/run/days.h"
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

static bool read_lock_timeout(const CommandLine *line, double *ret_seconds) {
    const char *text = line->values[OPTION_LOCK_TIMEOUT];
    *ret_seconds = 0;
    if (!text || gov_read_span(text, ret_seconds)) return true;
    misuse("--lock-timeout takes a time such as 30s, 5m or 1h, not `%s`", text);
    return false;
}

/* The days of a backfill; false: misuse was told. */
static bool option_days(const CommandLine *line) {
    static const OptionId ENDS[] = {OPTION_FROM, OPTION_TO};
    int64_t days[2] = {DAYS_BEGIN, DAYS_END};
    if (line->rollback_to) return true; /* there it is a run */
    for (int i = 0; i < 2; i++)
        if (line->values[ENDS[i]] && !days_read(line->values[ENDS[i]], &days[i])) return misuse("`%s` is no date: a day is written 2018-01-31", line->values[ENDS[i]]), false;
    return days[0] <= days[1] || (misuse("--from is behind --to"), false);
}

bool run_options(const CommandLine *line, const Project *project, GovRunOptions *ret_options) {
    static const char *const FORMATS[] = {"text", "json", NULL};
    const char *format = option_choice(line, OPTION_FORMAT, FORMATS), *color = line->values[OPTION_COLOR];
    long threads = option_number(line, OPTION_THREADS, 0);
    double lock_seconds;
    if (!format || threads < 0 || !read_lock_timeout(line, &lock_seconds) || !option_days(line)) return false;
    *ret_options = (GovRunOptions){
        .folder = project->folder,
        .from = line->values[OPTION_FROM],
        .to = line->rollback_to ? NULL : line->values[OPTION_TO],
        .threads = (int)threads,
        .lock_seconds = lock_seconds,
        .junit = line->values[OPTION_JUNIT],
        .run_results = line->values[OPTION_RUN_RESULTS],
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

/* Whether a test of a step of the last run did not pass (`warned`: or was told). */
static bool has_test(const LedgerState *ledger, const LedgerStep *step, bool warned) {
    for (size_t i = 0; i < ledger->test_count; i++) {
        const LedgerTest *test = &ledger->tests[i];
        if (test->run_id != step->run_id || !test->step || strcmp(test->step, step->step)) continue;
        if (!strcmp(test->status, warned ? "warned" : "failed") || (!warned && !strcmp(test->status, "error"))) return true;
    }
    return false;
}

static PlanResult result_of(const LedgerState *ledger, const LedgerStep *step) {
    if (!strcmp(step->status, "succeeded")) return has_test(ledger, step, true) ? PLAN_RESULT_WARN : PLAN_RESULT_SUCCESS;
    if (strcmp(step->status, "failed")) return PLAN_RESULT_SKIPPED;
    return has_test(ledger, step, false) ? PLAN_RESULT_FAIL : PLAN_RESULT_ERROR;
}

/* How the relations of the newest run ended; tests in a step of their own are of the relation that they test. */
static void add_results(Session *session, const LedgerState *ledger, PlanState *state) {
    static const char tests_of[] = "tests of ";
    PlanStepResult *results = arena_alloc(&session->arena, (ledger->step_count + 1) * sizeof *results);
    state->results = results;
    for (size_t i = 0; ledger->run_count && i < ledger->step_count; i++) {
        const LedgerStep *step = &ledger->steps[i];
        if (step->run_id != ledger->runs[0].run_id || !strcmp(step->status, "not run")) continue;
        const char *name = strncmp(step->step, tests_of, sizeof tests_of - 1) ? step->step : step->step + sizeof tests_of - 1;
        results[state->result_count++] = (PlanStepResult){text_copy(&session->arena, text_of(name)), result_of(ledger, step)};
    }
}

/* The days that the ledger has as failed or missing, in words; null: none. */
static const char *pending_of(Arena *arena, const LedgerState *ledger, const char *step) {
    DaySet pending = {0};
    bool ok = true;
    for (size_t i = 0; ok && i < ledger->period_count; i++) {
        const LedgerPeriod *period = &ledger->periods[i];
        Days days = {DAYS_BEGIN, DAYS_END};
        if (strcmp(period->step, step)) continue;
        if (period->from && !days_read(period->from, &days.from)) continue;
        if (period->to && days_read(period->to, &days.to)) days.to++;
        ok = strcmp(period->status, "done") ? days_add(&pending, days) : days_remove(&pending, days);
    }
    char from[16] = "the beginning", to[16] = "the end";
    if (pending.count && pending.items[0].from != DAYS_BEGIN) days_write(pending.items[0].from, from);
    if (pending.count && pending.items[0].to != DAYS_END) days_write(pending.items[0].to - 1, to);
    const char *words = !pending.count ? NULL
                        : pending.count == 1 ? arena_format(arena, "missing or failed before: %s to %s", from, to)
                                             : arena_format(arena, "missing or failed before: %s to %s and %zu more", from, to, pending.count - 1);
    days_free(&pending);
    return words;
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
        steps[i].pending = pending_of(arena, ledger, step->step);
        steps[i].outline = map_get(&outlines, name_of(session->program->names, step->step));
    }
    add_results(session, ledger, state);
    *state = (PlanState){.results = state->results, .result_count = state->result_count, .known = true, .steps = steps, .step_count = ledger->published_count, .last_run = ledger->last_run, .server = server};
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

/* Whether the selection asks what only the target knows, or what --state names. */
static bool asks(const CommandLine *line, const char *method) {
    return selection_asks(line->selects.items, line->selects.count, method) || selection_asks(line->excludes.items, line->excludes.count, method);
}

/* What the project declared at a commit, of every relation that would run, in the session's arena. Null after saying what is wrong. */
static const PlanState *state_at(Session *session, CommandLine *line, const char *revision, const char *target, GovExit *ret_exit) {
    Session earlier;
    Project project;
    PlanState *state = NULL;
    session_open(&earlier, session->arena.escape);
    if (project_know(&earlier, line, revision, &project, ret_exit)) {
        PlanOptions options = {.what = PLAN_RUN};
        for (uint32_t i = 0; i < earlier.program->targets.count; i++)
            if (!i || !strcmp(earlier.program->targets.items[i]->name->text, target)) options.target = earlier.program->targets.items[i];
        Plan *plan = plan_make(earlier.facts, &options);
        if (plan) state = arena_new(&session->arena, PlanState);
        else draw_reports(&earlier, line), *ret_exit = GOV_EXIT_FAILED;
        PlanStepState *steps = plan ? arena_alloc(&session->arena, (plan->entries.count + 1) * sizeof *steps) : NULL;
        for (uint32_t i = 0; plan && i < plan->entries.count; i++) {
            const PlanEntry *entry = &plan->entries.items[i];
            if (entry->relation && entry->outline)
                steps[state->step_count++] = (PlanStepState){.name = text_copy(&session->arena, text_of(entry->name)),
                                                             .outline = text_copy(&session->arena, text_of(entry->outline))};
        }
        if (state) state->steps = steps;
    } else if (*ret_exit == GOV_EXIT_FAILED) failure("these errors are of the project as it was at `%s`", revision);
    session_close(&earlier);
    return state;
}

static Plan *plan_with(Session *session, CommandLine *line, const Project *project, PlanWhat what, const PlanState *state,
                       const PlanState *compare, bool all) {
    PlanOptions options = {.what = what, .verify_proofs = line->values[OPTION_VERIFY_PROOFS], .full_refresh = line->values[OPTION_FULL_REFRESH],
                           .from = line->values[OPTION_FROM], .to = line->rollback_to ? NULL : line->values[OPTION_TO],
                           .gov_version = PACKAGE_VERSION, .revision = project->revision, .state = state, .compare = compare, .rollback_to = line->rollback_to};
    if (!all) {
        options.select = line->selects.items;
        options.select_count = line->selects.count;
        options.exclude = line->excludes.items;
        options.exclude_count = line->excludes.count;
    }
    if (line->values[OPTION_JOB] && !plan_for_job(session, line, &options)) return NULL;
    if (!find_target(session, line, &options.target)) return NULL;
    Plan *plan = plan_make(session->facts, &options);
    if (!plan) draw_reports(session, line);
    return plan;
}

Plan *plan_at(Session *session, CommandLine *line, const Project *project, PlanWhat what, const PlanState *state) {
    return plan_with(session, line, project, what, state, NULL, false);
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

static void tell_waiting(const char *holder) {
    fprintf(stderr, "gov: waiting: %s\n", holder);
}

/* Null: `*ret_error`, which the caller frees, says why; null: out of memory. */
static const PlanState *try_target(Session *session, const GovPlan *plan, const StateScope *scope, const char *folder, char **ret_error) {
    const StateMemory memory = {allocate_in_arena, &session->arena};
    TargetState *server = arena_new(&session->arena, TargetState);
    LedgerState *ledger;
    PlanState *state = NULL;
    *ret_error = NULL;
    if (!ledger_read(plan, folder, 1, &ledger, ret_error)) return NULL;
    if (state_read(plan, folder, scope, &memory, server, ret_error)) state = plan_state(session, ledger, server);
    if (state) find_same_data(plan, folder, state);
    ledger_state_free(ledger);
    return state;
}

static const PlanState *fail_to_ask(const GovPlan *plan, char *error, GovExit *ret_exit) {
    *ret_exit = failure("target `%s`: %s", plan->target.name, error ? error : "out of memory");
    free(error);
    return NULL;
}

const PlanState *ask_target(Session *session, const GovPlan *plan, const StateScope *scope, const char *folder, GovExit *ret_exit) {
    char *error;
    const PlanState *state = try_target(session, plan, scope, folder, &error);
    return state ? state : fail_to_ask(plan, error, ret_exit);
}

/* A DuckDB file that another run has cannot even be read: with --lock-timeout that is waited for. Between waiting and reading
 * a third run may have begun. */
static const PlanState *wait_and_ask_target(Session *session, const CommandLine *line, const GovPlan *plan, const StateScope *scope,
                                            const char *folder, GovExit *ret_exit) {
    enum { TRIES = 20 };
    double seconds;
    char *error = NULL;
    const PlanState *state = NULL;
    *ret_exit = GOV_EXIT_MISUSE;
    if (!read_lock_timeout(line, &seconds)) return NULL;
    bool again = true;
    for (int i = 0; i < TRIES && !state && again; i++) {
        again = seconds > 0 && ledger_wait(plan, folder, seconds, tell_waiting);
        free(error);
        state = try_target(session, plan, scope, folder, &error);
    }
    return state ? state : fail_to_ask(plan, error, ret_exit);
}

/* The whole plan, when `*plan` says where to ask. */
static bool finish_plan(Session *session, CommandLine *line, PlanWhat what, bool ask, const Project *project, Plan **plan, GovExit *ret_exit) {
    const char *revision = line->values[OPTION_STATE];
    const PlanState *compare = NULL, *state = NULL;
    *ret_exit = GOV_EXIT_MISUSE;
    if (asks(line, "state") && revision && !(compare = state_at(session, line, revision, (*plan)->govplan.target.name, ret_exit))) return false;
    if (ask && !(state = wait_and_ask_target(session, line, &(*plan)->govplan, &(*plan)->scope, project->folder, ret_exit))) return false;
    *ret_exit = GOV_EXIT_MISUSE;
    if (state || compare) *plan = plan_with(session, line, project, what, state, compare, false);
    return *plan;
}

bool make_plan_again(Session *session, CommandLine *line, PlanWhat what, const Project *project, Plan **plan, GovExit *ret_exit) {
    return finish_plan(session, line, what, true, project, plan, ret_exit);
}

bool make_plan(Session *session, CommandLine *line, PlanWhat what, bool ask_ledger, Project *ret_project,
               Plan **ret_plan, GovExit *ret_exit) {
    if (!project_compile(session, line, false, ret_project, ret_exit)) return false;
    *ret_exit = GOV_EXIT_MISUSE;
    bool of_state = asks(line, "state"), of_target = asks(line, "result") || (of_state && !line->values[OPTION_STATE]);
    /* what the selection asks is known only after a plan of everything says where to ask */
    *ret_plan = plan_with(session, line, ret_project, what, NULL, NULL, of_state || of_target);
    return *ret_plan && finish_plan(session, line, what, ask_ledger || of_target, ret_project, ret_plan, ret_exit);
}
