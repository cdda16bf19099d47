#include "compiler/command/command.h"

#include "compiler/command/plan_file.h"
#include "compiler/plan/jobs.h"

static const OptionId OPTIONS[] = {OPTION_DIRECTORY, OPTION_TARGET, OPTION_SELECT, OPTION_EXCLUDE, OPTION_STATE, OPTION_JOB, OPTION_DUE, OPTION_FULL_REFRESH, OPTION_FROM, OPTION_TO, OPTION_PLAN, OPTION_THREADS,
                                   OPTION_FAIL_FAST, OPTION_LOCK_TIMEOUT, OPTION_JUNIT, OPTION_RUN_RESULTS, OPTION_VERIFY_PROOFS, OPTION_FORMAT, OPTION_VERBOSE, OPTION_COUNT};

/* What another run did while this one waited for it may have made the plan old: then it is made anew. */
static GovExit run_plan(Session *session, CommandLine *line, const Project *project, Plan *plan, GovRunOptions options) {
    const char *kept = line->values[OPTION_PLAN];
    int tries = kept ? 1 : 5;
    const Deferred *job = line->values[OPTION_JOB] ? plan_job(session->program, line->values[OPTION_JOB]) : NULL;
    GovRunSummary summary = {.plan_is_old = true};
    GovExit code = GOV_EXIT_FAILED;
    for (int i = 0; i < tries && summary.plan_is_old; i++) {
        if (i && !make_plan_again(session, line, PLAN_RUN, project, &plan, &code)) return code;
        options.next_run = plan->state ? plan->state->last_run + 1 : 0;
        code = job && job_only_tests(job) ? gov_test(&plan->govplan, &options, &summary) : gov_run(&plan->govplan, &options, &summary);
    }
    if (summary.plan_is_old && kept) return failure("another run has begun since `%s` was made: `gov plan --out` makes it anew", kept);
    return summary.plan_is_old ? failure("target `%s` is never at rest: other runs begin all the time", plan->govplan.target.name) : code;
}

static GovExit run(Session *session, CommandLine *line) {
    Project project;
    Plan *plan;
    GovExit code;
    GovRunOptions options;
    const char *kept = line->values[OPTION_PLAN];
    if (kept && !plan_file_select(session, line, kept)) return GOV_EXIT_MISUSE;
    if (!make_plan(session, line, PLAN_RUN, true, &project, &plan, &code)) return code;
    if (kept && !plan_file_check(session, plan, kept)) return GOV_EXIT_FAILED;
    if (!run_options(line, &project, &options)) return GOV_EXIT_MISUSE;
    return run_plan(session, line, &project, plan, options);
}

const Command command_run = {
    .name = "run", .arguments = "", .most = 0, .options = OPTIONS, .run = run,
    .words = "Compiles the project and does its plan: sources are loaded and held against their contract, models are\n"
             "built aside and tested, and all that passed is put in place at the end in one transaction. What failed and\n"
             "what depends on it stays as it was. Ctrl-C stops and leaves everything as it was. Formats: text, json.",
    .examples = "  gov run\n"
                "  gov run --select +marts.fct_orders\n"
                "  gov run --select layer:marts --exclude marts.calendar --threads 4\n"
                "  gov run --select marts.fct_orders --from 2018-01-01 --to 2018-03-31\n"
                "  gov run --plan next.plan\n"
                "  gov run --job daily\n",
};
