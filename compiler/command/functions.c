#include "compiler/command/command.h"

static const OptionId OPTIONS[] = {OPTION_VERBOSE, OPTION_COUNT};

/* The first line of a doc comment. */
static Text first_line(Text doc) {
    uint32_t length = 0;
    while (length < doc.length && doc.at[length] != '\n') length++;
    return (Text){doc.at, length};
}

static void print_examples(Session *session, const Signature *signature) {
    for (uint32_t i = 0; i < signature->examples.count; i++) {
        Text example = source_text(&session->sources, signature->examples.items[i]->expr->span);
        printf("      %.*s\n", TEXT_ARGS(example));
    }
}

static GovExit run(Session *session, CommandLine *line) {
    Project project;
    GovExit code;
    if (!stdlib_compile(session, line, &project, &code)) return code;
    const char *word = line->argument_count ? line->arguments[0] : NULL;
    FunctionInfos functions = functions_list(session->program, word);
    for (uint32_t i = 0; i < functions.count; i++) {
        const FunctionInfo *function = &functions.items[i];
        printf("%s\n    %.*s\n", function->signature, TEXT_ARGS(first_line(function->doc)));
        if (!line->values[OPTION_VERBOSE]) continue;
        printf("    %s; %s\n", function->kind, function->nulls);
        print_examples(session, function->from);
    }
    if (!functions.count) return failure("no function has `%s` in its name or words", word);
    return GOV_EXIT_FINE;
}

const Command command_functions = {
    .name = "functions", .arguments = "[WORD]", .most = 1, .options = OPTIONS, .run = run,
    .words = "Lists the functions of the language, or those that have a word in their name or description.\n"
             "--verbose adds their kind, when they are null, and examples.",
    .examples = "  gov functions\n  gov functions date\n",
};
