#include "compiler/command/command.h"

#include "compiler/format/format.h"

#include <string.h>
#include <unistd.h>

static const OptionId OPTIONS[] = {OPTION_CHECK, OPTION_DIFF, OPTION_DIRECTORY, OPTION_QUIET, OPTION_COUNT};

typedef struct {
    Session *session;
    const CommandLine *line;
    const Project *project;
    uint32_t changed; /* texts that are not as they should be */
    bool failed;
} Formatting;

static bool given(const Formatting *formatting, OptionId option) {
    return formatting->line->values[option] != NULL;
}

static void show_difference(Formatting *formatting, const SourceText *text, const char *formatted) {
    Buffer out;
    buffer_open(&out, &formatting->session->arena);
    format_difference(&formatting->session->arena, text->path, text->text, formatted, &out);
    fputs(buffer_string(&out), stdout);
}

static void settle(Formatting *formatting, const SourceText *text, const char *formatted) {
    Arena *arena = &formatting->session->arena;
    formatting->changed++;
    if (given(formatting, OPTION_DIFF)) {
        show_difference(formatting, text, formatted);
    } else if (given(formatting, OPTION_CHECK)) {
        if (!given(formatting, OPTION_QUIET)) printf("%s is not formatted\n", text->path);
    } else {
        const char *whole =
            *text->path == '/' ? text->path : arena_format(arena, "%s/%s", formatting->project->folder, text->path);
        if (!write_file(arena, whole, formatted, strlen(formatted)))
            formatting->failed = true;
        else if (!given(formatting, OPTION_QUIET))
            printf("formatted %s\n", text->path);
    }
}

static const char *formatted_text(Session *session, const SourceText *text) {
    const Source *source = sources_add(&session->sources, text->path, text->text, text->length);
    return format_text(&session->arena, &session->names, &session->sources, source, &session->diag);
}

/* `gov fmt -`: from standard input to standard output, for editors. */
static GovExit filter(Session *session, CommandLine *line) {
    size_t length;
    char *text = read_file(&session->arena, "/dev/stdin", &length);
    if (!text) return failure("standard input cannot be read");
    const char *formatted = formatted_text(session, &(SourceText){"<stdin>", text, length, false});
    draw_reports(session, line);
    if (!formatted) return GOV_EXIT_FAILED;
    bool differs = strcmp(formatted, text) != 0;
    if (line->values[OPTION_DIFF]) {
        Buffer out;
        buffer_open(&out, &session->arena);
        format_difference(&session->arena, "<stdin>", text, formatted, &out);
        fputs(buffer_string(&out), stdout);
    } else if (!line->values[OPTION_CHECK]) {
        fputs(formatted, stdout);
        return GOV_EXIT_FINE;
    } else if (differs && !line->values[OPTION_QUIET]) {
        printf("<stdin> is not formatted\n");
    }
    return differs ? GOV_EXIT_FAILED : GOV_EXIT_FINE;
}

static GovExit run(Session *session, CommandLine *line) {
    if (line->argument_count == 1 && !strcmp(line->arguments[0], "-")) return filter(session, line);
    Project project;
    if (!project_load(session, line, true, &project)) return GOV_EXIT_MISUSE;
    Formatting formatting = {.session = session, .line = line, .project = &project};
    for (uint32_t i = 0; i < project.texts.count; i++) {
        const SourceText *text = &project.texts.items[i];
        if (text->builtin) continue;
        const char *formatted = formatted_text(session, text);
        if (!formatted)
            formatting.failed = true;
        else if (strcmp(formatted, text->text))
            settle(&formatting, text, formatted);
    }
    draw_reports(session, line);
    bool only_looked = given(&formatting, OPTION_CHECK) || given(&formatting, OPTION_DIFF);
    return formatting.failed || (only_looked && formatting.changed) ? GOV_EXIT_FAILED : GOV_EXIT_FINE;
}

const Command command_fmt = {
    .name = "fmt",
    .arguments = "[FILE...]",
    .most = -1,
    .options = OPTIONS,
    .run = run,
    .words = "Lays out the project's .gov files, or those that are named, in the one way: indentation, blanks, aligned "
             "columns,\n"
             "lower-case words. Comments and line breaks stay; a file with a syntax error is left as it is. `-` "
             "formats standard\n"
             "input to standard output.",
    .examples = "  gov fmt\n"
                "  gov fmt --check                 # fails if a file is not formatted, for CI\n"
                "  gov fmt --diff models.gov\n",
};
