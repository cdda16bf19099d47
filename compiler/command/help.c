#include "compiler/command/command.h"

static const OptionId NO_OPTIONS[] = {OPTION_COUNT};

static GovExit run(Session *session, CommandLine *line) {
    (void)session;
    if (!line->argument_count) {
        print_help(stdout);
        return GOV_EXIT_FINE;
    }
    const Command *command = command_find(line->arguments[0]);
    if (!command) return misuse("there is no command `%s`; `gov help` lists them", line->arguments[0]);
    print_command_help(command, stdout);
    return GOV_EXIT_FINE;
}

const Command command_help = {
    .name = "help", .arguments = "[COMMAND]", .most = 1, .options = NO_OPTIONS, .run = run,
    .words = "", .examples = "  gov help\n  gov help run\n",
};
