#include "compiler/command/command.h"

#include <string.h>

static const OptionId OPTIONS[] = {OPTION_DIRECTORY, OPTION_TARGET, OPTION_SELECT, OPTION_EXCLUDE,
                                   OPTION_FORMAT, OPTION_VERBOSE, OPTION_COUNT};

static GovExit run(Session *session, CommandLine *line) {
    static const char *const FORMATS[] = {"text", "json", NULL};
    const char *format = option_choice(line, OPTION_FORMAT, FORMATS);
    if (!format) return GOV_EXIT_MISUSE;
    Project project;
    Plan *plan;
    GovExit code;
    if (!make_plan(session, line, PLAN_RUN, true, &project, &plan, &code)) return code;
    Buffer out;
    buffer_open(&out, &session->arena);
    PlanTextOptions options = {.colours = line->color_out, .sql = line->values[OPTION_VERBOSE]};
    if (!strcmp(format, "json")) plan_json(plan, &out);
    else plan_text(plan, &options, &out);
    fputs(buffer_string(&out), stdout);
    return GOV_EXIT_FINE;
}

const Command command_plan = {
    .name = "plan", .arguments = "", .most = 0, .options = OPTIONS, .run = run,
    .words = "Reads what the target's ledger knows and shows each step: created, rebuilt or unchanged, and why.\n"
             "Changes nothing. --verbose shows each query. Formats: text, json.",
    .examples = "  gov plan\n"
                "  gov plan --select +marts.fct_orders --exclude raw.*\n",
};
