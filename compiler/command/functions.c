#include "compiler/command/command.h"
#include "compiler/command/functions.h"

#include <string.h>

static const OptionId OPTIONS[] = {OPTION_FORMAT, OPTION_VERBOSE, OPTION_COUNT};

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

static void print_function(Session *session, const FunctionInfo *info, bool verbose) {
    const Signature *signature = info->from;
    printf("%s\n    %.*s\n", info->signature, TEXT_ARGS(first_line(info->doc)));
    if (!verbose) return;
    printf("    %s; %s; %s; on %s\n", info->kind, info->nulls, info->tags, function_engines(session, signature, ", "));
    print_examples(session, signature);
}

static void print(Session *session, const CommandLine *line, const char *format, const FunctionInfos *functions) {
    Buffer out;
    buffer_open(&out, &session->arena);
    if (!strcmp(format, "json")) functions_json(session, functions, &out);
    if (!strcmp(format, "markdown")) functions_markdown(session, functions, &out);
    fwrite(out.at, 1, out.length, stdout);
    for (uint32_t i = 0; i < functions->count && !strcmp(format, "text"); i++)
        print_function(session, &functions->items[i], line->values[OPTION_VERBOSE]);
}

static GovExit run(Session *session, CommandLine *line) {
    static const char *const FORMATS[] = {"text", "json", "markdown", NULL};
    const char *format = option_choice(line, OPTION_FORMAT, FORMATS);
    const char *word = line->argument_count ? line->arguments[0] : NULL;
    Project project;
    GovExit code;
    if (!format) return GOV_EXIT_MISUSE;
    if (!stdlib_compile(session, line, &project, &code)) return code;
    FunctionInfos functions = functions_list(session->program, word);
    if (!functions.count && !strcmp(format, "text")) return failure("no function has `%s` in its name or words", word);
    print(session, line, format, &functions);
    return GOV_EXIT_FINE;
}

const Command command_functions = {
    .name = "functions", .arguments = "[WORD]", .most = 1, .options = OPTIONS, .run = run,
    .words = "Lists the functions of the language, or those that have a word in their name, signature or description.\n"
             "--verbose adds their kind, when they are null, what becomes of tags, the engines that have them, and examples.\n"
             "Formats: text; json, an object a signature; markdown, as in docs/reference/functions.md.",
    .examples = "  gov functions\n  gov functions date\n  gov functions --verbose lambda\n  gov functions --format json\n",
};
