#include "compiler/command/command.h"

#include <string.h>

static const OptionId OPTIONS[] = {OPTION_STAGE, OPTION_DIRECTORY, OPTION_TARGET, OPTION_COUNT};

static void dump_trees(Session *session, Buffer *out) {
    for (uint32_t i = 0; i < session->trees.count; i++) {
        const Source *source = session->sources.files.items[i];
        if (source->builtin) continue;
        buffer_format(out, "%s\n", source->path);
        node_dump(&session->trees.items[i]->node, out);
    }
}

static GovExit run(Session *session, CommandLine *line) {
    static const char *const STAGES[] = {"program", "tree", "types", NULL};
    const char *stage = option_choice(line, OPTION_STAGE, STAGES);
    if (!stage) return GOV_EXIT_MISUSE;
    Project project;
    GovExit code;
    project_compile(session, line, true, &project, &code);
    Buffer out;
    buffer_open(&out, &session->arena);
    if (!strcmp(stage, "tree")) dump_trees(session, &out);
    if (!strcmp(stage, "program") && session->program) program_dump(session->program, &out);
    if (!strcmp(stage, "types") && session->program) types_dump(session->program, &out);
    fputs(buffer_string(&out), stdout);
    return code;
}

const Command command_dump = {
    .name = "dump", .arguments = "[FILE...]", .most = -1, .options = OPTIONS, .run = run,
    .words = "Prints what a phase made, so that only what changed in meaning changes here.",
    .examples = "  gov dump --stage=types\n  gov dump --stage=tree models.gov\n",
};
