#include "compiler/command/command.h"

static const OptionId OPTIONS[] = {OPTION_DIRECTORY, OPTION_TESTS, OPTION_FORMAT, OPTION_THREADS, OPTION_VERBOSE, OPTION_QUIET, OPTION_COUNT};

static const char *plural(uint32_t count) {
    return count == 1 ? "" : "s";
}

/* `olist is fine: 9 sources, 13 models, 151 tests: 44 proved, 107 to run`. */
static void say_fine(const Program *program) {
    uint32_t sources = 0, models = 0, verdicts[3] = {0};
    for (uint32_t i = 0; i < program->relations.count; i++) {
        sources += program->relations.items[i]->kind == RELATION_SOURCE;
        models += program->relations.items[i]->kind == RELATION_MODEL;
    }
    for (uint32_t i = 0; i < program->tests.count; i++) verdicts[program->tests.items[i]->verdict]++;
    printf("%s is fine: %u source%s, %u model%s, %u test%s", program->project_name ? program->project_name : "it", sources,
           plural(sources), models, plural(models), program->tests.count, plural(program->tests.count));
    if (program->tests.count) printf(": %u proved, %u to run", verdicts[VERDICT_PROVED], verdicts[VERDICT_TO_RUN]);
    if (verdicts[VERDICT_REFUTED]) printf(", %u refuted", verdicts[VERDICT_REFUTED]);
    putchar('\n');
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
    if (!project_compile(session, line, true, &project, &code)) {
        if (line->values[OPTION_TESTS] && session->program) list_tests(session->program);
        return code;
    }
    if (line->values[OPTION_QUIET] || line->values[OPTION_FORMAT]) return GOV_EXIT_FINE;
    if (!session->program) return GOV_EXIT_FINE;
    say_fine(session->program);
    if (line->values[OPTION_VERBOSE] || line->values[OPTION_TESTS]) list_tests(session->program);
    return GOV_EXIT_FINE;
}

const Command command_check = {
    .name = "check", .arguments = "[FILE...]", .most = -1, .options = OPTIONS, .run = run,
    .words = "Compiles the project, or only the files that are named, and says everything that is wrong, each at its place.\n"
             "Needs no database. --tests lists each test: proved by the compiler, to run, or refuted, and why.\n"
             "Formats: text, json, sarif, github.",
    .examples = "  gov check\n"
                "  gov check -C examples/olist\n"
                "  gov check --tests\n"
                "  gov check --format github        # annotations on a pull request\n",
};
