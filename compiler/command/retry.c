#include "compiler/command/command.h"

static const OptionId OPTIONS[] = {OPTION_DIRECTORY, OPTION_TARGET, OPTION_THREADS, OPTION_FAIL_FAST, OPTION_FORMAT, OPTION_VERBOSE, OPTION_COUNT};

static GovExit run(Session *session, CommandLine *line) {
    Project project;
    Plan *plan;
    GovExit code;
    GovRunOptions options;
    if (!make_plan(session, line, PLAN_RUN, false, &project, &plan, &code)) return code;
    if (!run_options(line, &project, &options)) return GOV_EXIT_MISUSE;
    return gov_retry(&plan->govplan, &options, NULL);
}

const Command command_retry = {
    .name = "retry", .arguments = "", .most = 0, .options = OPTIONS, .run = run,
    .words = "Does what failed or was skipped in the last run again, as a further attempt of that run: with its number, its day and\n"
             "its time. What succeeded then stays as it is. Refused if something of it means something else by now: then it is\n"
             "another run. Formats: text, json.",
    .examples = "  gov run || gov retry\n  gov retry --fail-fast\n",
};
