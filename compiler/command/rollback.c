#include "compiler/command/command.h"

#include <stdlib.h>
#include <string.h>

static const OptionId OPTIONS[] = {OPTION_DIRECTORY, OPTION_TARGET, OPTION_TO, OPTION_THREADS, OPTION_LOCK_TIMEOUT, OPTION_FORMAT, OPTION_VERBOSE, OPTION_COUNT};

/* `12` or `run:12`; 0: neither. */
static int64_t read_run(const char *text) {
    char *end;
    if (strncmp(text, "run:", 4) == 0) text += 4;
    long long number = strtoll(text, &end, 10);
    return *text >= '0' && *text <= '9' && !*end ? number : 0;
}

static GovExit run(Session *session, CommandLine *line) {
    Project project;
    Plan *plan;
    GovExit code;
    GovRunOptions options;
    int64_t to = line->values[OPTION_TO] ? read_run(line->values[OPTION_TO]) : 0;
    if (to <= 0) return misuse("`gov rollback` needs `--to RUN`, the number of a run that `gov.runs` has");
    for (int i = 0; i < line->argument_count; i++) vec_push(&session->arena, &line->selects, line->arguments[i]);
    line->rollback_to = to;
    if (!make_plan(session, line, PLAN_RUN, false, &project, &plan, &code)) return code;
    if (!run_options(line, &project, &options)) return GOV_EXIT_MISUSE;
    if (plan->govplan.step_count == 0) return failure("nothing here keeps history: there is nothing to go back to");
    options.rollback_to = to;
    return gov_run(&plan->govplan, &options, NULL);
}

const Command command_rollback = {
    .name = "rollback", .arguments = "[RELATION…]", .most = -1, .options = OPTIONS, .run = run,
    .words = "Puts tables in place again as an earlier run left them, out of their history, in one act, which is a run of its own:\n"
             "what is undone stays in the history. Without names all that keep history go back. Tests are run before readers see\n"
             "anything. What keeps no history, views and what is built by period stay as they are; the next `gov run` builds what reads\n"
             "a table that went back. Of a source of files what it had loaded then is what is known of it: files that came or changed\n"
             "since are news to the next run, so mend or remove the wrong one first.",
    .examples = "  gov rollback --to 12\n"
                "  gov rollback raw.tb_faturas marts.total --to run:12\n",
};
