/* The program of a plan: what `cc plan.c -lgovrt` gives. */
#include "config.h"
#include "runtime/run/days.h"
#include "runtime/run/run.h"

#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef GovExit Command(const GovPlan *plan, const GovRunOptions *options);

static GovExit run(const GovPlan *plan, const GovRunOptions *options) {
    return gov_run(plan, options, NULL);
}

static GovExit retry(const GovPlan *plan, const GovRunOptions *options) {
    return gov_retry(plan, options, NULL);
}

static GovExit test(const GovPlan *plan, const GovRunOptions *options) {
    return gov_test(plan, options, NULL);
}

static GovExit version(const GovPlan *plan, const GovRunOptions *options) {
    fprintf(options->stream ? options->stream : stdout,
            "%s, compiled by gov %s\nplan     %s\nsources  %s\nrevision %s\nruntime  %s\n", plan->project,
            plan->gov_version, plan->hash, plan->source_hash, plan->revision ? plan->revision : "not known",
            PACKAGE_VERSION);
    return GOV_EXIT_FINE;
}

static const struct {
    const char *name;
    Command *command;
    const char *words;
} commands[] = {
    {"plan", gov_show_plan, "show the steps in order; touches nothing"},
    {"run", run, "build, test and publish"},
    {"retry", retry, "do what failed or was skipped in the last run again"},
    {"test", test, "run the tests on what is published"},
    {"version", version, "show what this program was compiled from"},
};

static void print_help(FILE *out, const GovPlan *plan, const char *program) {
    fprintf(out,
            "The pipeline `%s` for target `%s`, compiled by gov %s.\n\nUsage: %s COMMAND [OPTION]...\n\nCommands:\n",
            plan->project, plan->target.name, plan->gov_version, program);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].words);
    fputs("\nOptions:\n"
          "  -C DIR             the project's folder, where relative paths start (default: here)\n"
          "  --threads N        steps at the same time (default: cores, and some for HTTP)\n"
          "  --lock-timeout T   wait so long (30s, 5m) while another run has the target (default: 0s)\n"
          "  --junit FILE       write the tests' results as JUnit's XML\n"
          "  --run-results FILE write the results as dbt's run_results.json\n"
          "  --from DATE        of models built by period, only the periods from this day on: a backfill\n"
          "  --to DATE          the last day of a backfill\n"
          "  --fail-fast        stop at the first failure\n"
          "  --format FORMAT    text (default) or json: one event a line\n"
          "  --color WHEN       auto (default), always or never\n"
          "  -v, --verbose      a line when a step starts, and for each test\n"
          "  -h, --help         this text\n"
          "\nExit codes: 0 fine, 1 something failed, 2 misuse.\n",
          out);
}

/* What the options say beside the settings of a run. */
typedef struct {
    GovRunOptions run;
    bool help;
} Options;

static bool parse_threads(const char *text, int *ret_threads) {
    char *end;
    long threads = strtol(text, &end, 10);
    *ret_threads = (int)threads;
    return end != text && *end == '\0' && threads > 0 && threads <= 1024;
}

/* False: `text` is none of the words. */
static bool parse_word(const char *text, const char *const *words, size_t count, int *ret_index) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(text, words[i]) == 0) {
            *ret_index = (int)i;
            return true;
        }
    return false;
}

static bool misuse(const char *program, const char *what, const char *value) {
    fprintf(stderr, "%s: %s%s%s%s\nTry `%s --help`.\n", program, what, value ? " `" : "", value ? value : "",
            value ? "`" : "", program);
    return false;
}

static bool parse_options(int argc, char **argv, Options *options) {
    enum { THREADS = 256, FROM, TO, FAIL_FAST, LOCK_TIMEOUT, JUNIT, RUN_RESULTS, FORMAT, COLOR };
    static const struct option names[] = {
        {"threads", required_argument, NULL, THREADS},
        {"lock-timeout", required_argument, NULL, LOCK_TIMEOUT},
        {"junit", required_argument, NULL, JUNIT},
        {"run-results", required_argument, NULL, RUN_RESULTS},
        {"from", required_argument, NULL, FROM},
        {"to", required_argument, NULL, TO},
        {"fail-fast", no_argument, NULL, FAIL_FAST},
        {"format", required_argument, NULL, FORMAT},
        {"color", required_argument, NULL, COLOR},
        {"verbose", no_argument, NULL, 'v'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    static const char *const formats[] = {[GOV_OUTPUT_TEXT] = "text", [GOV_OUTPUT_JSON] = "json"};
    static const char *const colors[] = {
        [GOV_COLOR_AUTO] = "auto", [GOV_COLOR_ALWAYS] = "always", [GOV_COLOR_NEVER] = "never"};
    for (int option, index; (option = getopt_long(argc, argv, "C:vh", names, NULL)) != -1;) {
        switch (option) {
        case 'C': options->run.folder = optarg; break;
        case 'v': options->run.verbose = true; break;
        case 'h': options->help = true; break;
        case FAIL_FAST: options->run.fail_fast = true; break;
        case FROM: options->run.from = optarg; break;
        case TO: options->run.to = optarg; break;
        case THREADS:
            if (!parse_threads(optarg, &options->run.threads))
                return misuse(argv[0], "--threads takes a number from 1 to 1024, not", optarg);
            break;
        case JUNIT: options->run.junit = optarg; break;
        case RUN_RESULTS: options->run.run_results = optarg; break;
        case LOCK_TIMEOUT:
            if (!gov_read_span(optarg, &options->run.lock_seconds))
                return misuse(argv[0], "--lock-timeout takes a time such as 30s, 5m or 1h, not", optarg);
            break;
        case FORMAT:
            if (!parse_word(optarg, formats, 2, &index))
                return misuse(argv[0], "--format takes text or json, not", optarg);
            options->run.output = (GovOutput)index;
            break;
        case COLOR:
            if (!parse_word(optarg, colors, 3, &index))
                return misuse(argv[0], "--color takes auto, always or never, not", optarg);
            options->run.color = (GovColor)index;
            break;
        default: /* getopt_long has told what is wrong */ return misuse(argv[0], "wrong option", NULL);
        }
    }
    return true;
}

int gov_plan_main(const GovPlan *plan, int argc, char **argv) {
    Options options = {0};
    if (plan->abi != GOV_PLAN_ABI) {
        fprintf(stderr,
                "%s: the plan was compiled for runtime interface %d, but this library has %d: compile it again\n",
                argv[0], plan->abi, GOV_PLAN_ABI);
        return GOV_EXIT_MISUSE;
    }
    int64_t day;
    if (!parse_options(argc, argv, &options)) return GOV_EXIT_MISUSE;
    if (options.run.from && !days_read(options.run.from, &day)) return misuse(argv[0], "--from takes a day such as 2018-01-31, not", options.run.from), GOV_EXIT_MISUSE;
    if (options.run.to && !days_read(options.run.to, &day)) return misuse(argv[0], "--to takes a day such as 2018-01-31, not", options.run.to), GOV_EXIT_MISUSE;
    if (options.help) {
        print_help(stdout, plan, argv[0]);
        return GOV_EXIT_FINE;
    }
    if (optind == argc) {
        print_help(stderr, plan, argv[0]);
        return GOV_EXIT_MISUSE;
    }
    if (optind + 1 < argc) return misuse(argv[0], "one command at a time, so not", argv[optind + 1]), GOV_EXIT_MISUSE;
    if (options.run.folder && access(options.run.folder, X_OK) != 0)
        return misuse(argv[0], "no such folder:", options.run.folder), GOV_EXIT_MISUSE;
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strcmp(argv[optind], commands[i].name) == 0) return commands[i].command(plan, &options.run);
    return misuse(argv[0], "no such command:", argv[optind]), GOV_EXIT_MISUSE;
}
