#include "compiler/command/command.h"

#include "compiler/command/plan_file.h"
#include "runtime/state/adopt.h"
#include "runtime/state/find.h"

#include <stdlib.h>
#include <string.h>

static const OptionId OPTIONS[] = {OPTION_DIRECTORY, OPTION_TARGET, OPTION_SELECT, OPTION_EXCLUDE, OPTION_STATE, OPTION_FULL_REFRESH, OPTION_FROM, OPTION_TO, OPTION_OUT, OPTION_ADOPT,
                                   OPTION_DETAILED_EXITCODE, OPTION_FORMAT, OPTION_VERBOSE, OPTION_COUNT};

typedef VEC(StateGranted) GrantedList;
typedef VEC(StateAccepted) AcceptedList;

/* What is declared and there, but was granted by somebody else, is gov's from now on, too. */
static void add_declared(Session *session, const Plan *plan, GrantedList *list) {
    const TargetState *server = plan->state->server;
    for (size_t i = 0; i < plan->govplan.access.privilege_count; i++) {
        const GovPrivilege *wanted = &plan->govplan.access.privileges[i];
        StatePrivilege right = state_privilege_of(wanted);
        if (state_find_privilege(server, &right) && !state_find_granted(server, &right))
            vec_push(&session->arena, list, ((StateGranted){right, wanted->revoke, true}));
    }
}

static GovExit adopt(Session *session, const Project *project, const Plan *plan) {
    GrantedList granted = {0};
    AcceptedList accepted = {0};
    if (!plan->state || !plan->state->server || !plan->state->server->exists) return failure("there is nothing at the target to adopt");
    for (uint32_t i = 0; i < plan->drifts.count; i++) {
        const PlanDrift *drift = &plan->drifts.items[i];
        switch (drift->end) {
        case DRIFT_REVOCABLE: vec_push(&session->arena, &granted, ((StateGranted){drift->what, drift->undo, true})); break;
        case DRIFT_REPORTED: vec_push(&session->arena, &accepted, ((StateAccepted){drift->key})); break;
        case DRIFT_MENDED: break;
        }
    }
    size_t taken_back = granted.count;
    add_declared(session, plan, &granted);
    const StateAdoption adoption = {granted.items, granted.count, accepted.items, accepted.count};
    char *error = NULL;
    if (!state_adopt(&plan->govplan, project->folder, &adoption, &error)) {
        GovExit code = failure("target `%s`: %s", plan->govplan.target.name, error ? error : "out of memory");
        free(error);
        return code;
    }
    fprintf(stderr, "gov: adopted: %zu to be taken back by the next run, %u declared and kept, %u accepted\n", taken_back,
            (unsigned)(granted.count - taken_back), (unsigned)accepted.count);
    return GOV_EXIT_FINE;
}

/* How much each release shows, as the target has it now. */
static bool ask_releases(Session *session, const Project *project, Plan *plan) {
    uint32_t count = plan->releases.count;
    GovNumbers *asked = arena_alloc(&session->arena, (count + 1) * sizeof *asked);
    for (uint32_t i = 0; i < count; i++) {
        PlanRelease *release = &plan->releases.items[i];
        asked[i] = (GovNumbers){.sql = release->sql, .cells = release->numbers, .count = release->columns.count + 2};
    }
    char *error = NULL;
    bool ok = !count || gov_ask_numbers(&plan->govplan, project->folder, asked, count, &error);
    for (uint32_t i = 0; ok && i < count; i++) plan->releases.items[i].asked = asked[i].answered;
    if (!ok) failure("target `%s`: %s", plan->govplan.target.name, error ? error : "out of memory");
    free(error);
    return ok;
}

static void show(Session *session, const CommandLine *line, const Plan *plan, bool json) {
    Buffer out;
    buffer_open(&out, &session->arena);
    PlanTextOptions options = {.colours = line->color_out, .sql = line->values[OPTION_VERBOSE]};
    if (json) plan_json(plan, &out);
    else plan_text(plan, &options, &out);
    fputs(buffer_string(&out), stdout);
}

static GovExit show_and_keep(Session *session, CommandLine *line, Plan **ret_plan) {
    static const char *const FORMATS[] = {"text", "json", NULL};
    const char *format = option_choice(line, OPTION_FORMAT, FORMATS);
    if (!format) return GOV_EXIT_MISUSE;
    Project project;
    GovExit code;
    if (!make_plan(session, line, PLAN_RUN, true, &project, ret_plan, &code)) return code;
    if (!ask_releases(session, &project, *ret_plan)) return GOV_EXIT_FAILED;
    show(session, line, *ret_plan, !strcmp(format, "json"));
    if (line->values[OPTION_OUT] && !plan_file_write(session, line, *ret_plan, line->values[OPTION_OUT])) return GOV_EXIT_FAILED;
    return line->values[OPTION_ADOPT] ? adopt(session, &project, *ret_plan) : GOV_EXIT_FINE;
}

/* The codes of `terraform plan -detailed-exitcode`. */
enum { EXIT_EMPTY = 0, EXIT_ERROR = 1, EXIT_CHANGES = 2 };

static GovExit run(Session *session, CommandLine *line) {
    Plan *plan;
    GovExit code = show_and_keep(session, line, &plan);
    if (!line->values[OPTION_DETAILED_EXITCODE]) return code;
    if (code != GOV_EXIT_FINE) return (GovExit)EXIT_ERROR;
    return (GovExit)(plan_is_empty(plan) ? EXIT_EMPTY : EXIT_CHANGES);
}

const Command command_plan = {
    .name = "plan", .arguments = "", .most = 0, .options = OPTIONS, .run = run,
    .words = "Reads the target and its ledger and shows what a run would do: relations created, rebuilt or unchanged, and why, column\n"
             "by column; grants to add and to revoke; and drift: what the target has and the files do not say. Changes nothing.\n"
             "--verbose shows each query. Formats: text, json.",
    .examples = "  gov plan\n"
                "  gov plan --select +marts.fct_orders --exclude raw.*\n"
                "  gov plan --out next.plan && gov run --plan next.plan\n"
                "  gov plan --detailed-exitcode --format json >plan.json\n",
};
