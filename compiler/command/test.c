#include "compiler/command/command.h"

static const OptionId OPTIONS[] = {OPTION_DIRECTORY, OPTION_TARGET, OPTION_SELECT, OPTION_EXCLUDE, OPTION_STATE, OPTION_THREADS,
                                   OPTION_FAIL_FAST, OPTION_LOCK_TIMEOUT, OPTION_JUNIT, OPTION_RUN_RESULTS, OPTION_VERIFY_PROOFS, OPTION_FORMAT, OPTION_VERBOSE, OPTION_COUNT};

static GovExit run(Session *session, CommandLine *line) {
    Project project;
    Plan *plan;
    GovExit code;
    GovRunOptions options;
    if (!make_plan(session, line, PLAN_TEST, false, &project, &plan, &code)) return code;
    if (!run_options(line, &project, &options)) return GOV_EXIT_MISUSE;
    return gov_test(&plan->govplan, &options, NULL);
}

const Command command_test = {
    .name = "test", .arguments = "", .most = 0, .options = OPTIONS, .run = run,
    .words = "Runs the unit tests in the embedded engine, and every test that is not proved on what readers see at the\n"
             "target. Builds nothing. --verify-proofs runs those that are proved, too: one that fails is a fault of gov.\n"
             "Formats: text, json.",
    .examples = "  gov test\n  gov test --select marts.*\n  gov test --verify-proofs\n",
};
