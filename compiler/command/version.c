#include "config.h"

#include "compiler/command/command.h"

static const OptionId NO_OPTIONS[] = {OPTION_COUNT};

static GovExit run(Session *session, CommandLine *line) {
    (void)session;
    (void)line;
    puts("gov " PACKAGE_VERSION);
    return GOV_EXIT_FINE;
}

const Command command_version = {
    .name = "version", .arguments = "", .most = 0, .options = NO_OPTIONS, .run = run,
    .words = "", .examples = "  gov version\n",
};
