#include "compiler/command/command.h"

#include <string.h>

static const OptionId OPTIONS[] = {OPTION_STAGE, OPTION_DIRECTORY, OPTION_TARGET, OPTION_COUNT};

static GovExit run(Session *session, CommandLine *line) {
    static const char *const STAGES[] = {"tree", NULL};
    const char *stage = option_choice(line, OPTION_STAGE, STAGES);
    if (!stage) return GOV_EXIT_MISUSE;
    Project project;
    GovExit code;
    project_compile(session, line, true, &project, &code);
    return code;
}

const Command command_dump = {
    .name = "dump", .arguments = "[FILE...]", .most = -1, .options = OPTIONS, .run = run,
    .words = "Prints what a phase made, so that only what changed in meaning changes here.",
    .examples = "  gov dump --stage=types\n  gov dump --stage=tree models.gov\n",
};
