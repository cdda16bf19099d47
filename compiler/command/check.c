#include "compiler/command/command.h"

static const OptionId OPTIONS[] = {OPTION_DIRECTORY, OPTION_FORMAT, OPTION_THREADS, OPTION_VERBOSE, OPTION_QUIET, OPTION_COUNT};

/* `checked olist: 22 relations, 61 tests (17 proved)`. */
static void say_fine(const Program *program) {
    uint32_t sources = 0, models = 0, proved = 0;
    for (uint32_t i = 0; i < program->relations.count; i++) {
        sources += program->relations.items[i]->kind == RELATION_SOURCE;
        models += program->relations.items[i]->kind == RELATION_MODEL;
    }
    for (uint32_t i = 0; i < program->tests.count; i++) proved += program->tests.items[i]->verdict == VERDICT_PROVED;
    printf("%s is fine: %u source%s, %u model%s, %u test%s of which %u %s proved\n",
           program->project_name ? program->project_name : "it", sources, sources == 1 ? "" : "s", models,
           models == 1 ? "" : "s", program->tests.count, program->tests.count == 1 ? "" : "s", proved,
           proved == 1 ? "is" : "are");
}

static void list_tests(const Program *program) {
    static const char *const VERDICTS[] = {"to run", "proved", "refuted"};
    for (uint32_t i = 0; i < program->tests.count; i++) {
        const Test *test = program->tests.items[i];
        printf("  %-8s %s: %s", VERDICTS[test->verdict], test->relation ? test->relation->full_name->text : "?", test->name);
        if (test->because) printf(" (%s)", test->because);
        putchar('\n');
    }
}

static GovExit run(Session *session, CommandLine *line) {
    static const char *const FORMATS[] = {"text", "json", "sarif", "github", NULL};
    if (!option_choice(line, OPTION_FORMAT, FORMATS)) return GOV_EXIT_MISUSE;
    Project project;
    GovExit code;
    if (!project_compile(session, line, true, &project, &code)) return code;
    if (line->values[OPTION_QUIET] || line->values[OPTION_FORMAT]) return GOV_EXIT_FINE;
    if (!session->program) return GOV_EXIT_FINE;
    say_fine(session->program);
    if (line->values[OPTION_VERBOSE]) list_tests(session->program);
    return GOV_EXIT_FINE;
}

const Command command_check = {
    .name = "check", .arguments = "[FILE...]", .most = -1, .options = OPTIONS, .run = run,
    .words = "Compiles the project, or only the files that are named, and says everything that is wrong, each at its place.\n"
             "Needs no database. --verbose lists each test: proved by the compiler, or to run. Formats: text, json, sarif, github.",
    .examples = "  gov check\n"
                "  gov check -C examples/olist\n"
                "  gov check --format github        # annotations on a pull request\n",
};
