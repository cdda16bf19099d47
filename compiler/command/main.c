/* The program `gov`: finds the command, reads its options, runs it. */
#include "config.h"

#include "compiler/command/command.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    OptionId id;
    char letter;
    const char *name;
    const char *argument;
    const char *words;
} OptionInfo;

static const OptionInfo OPTIONS[] = {
#define OPTION(id, letter, name, argument, words) {OPTION_##id, letter, name, argument, words},
#include "compiler/command/options.def"
#undef OPTION
};

static const struct {
    const Command *command;
    const char *summary;
} COMMANDS[] = {
#define COMMAND(name, summary) {&command_##name, summary},
#include "compiler/command/commands.def"
#undef COMMAND
};

enum { COMMAND_COUNT = sizeof COMMANDS / sizeof *COMMANDS, LONG_OPTION = 256 };

const Command *command_find(const char *name) {
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (!strcmp(COMMANDS[i].command->name, name)) return COMMANDS[i].command;
    return NULL;
}

const char *command_summary(const Command *command) {
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (COMMANDS[i].command == command) return COMMANDS[i].summary;
    return "";
}

void print_help(FILE *stream) {
    fputs("gov compiles and runs governed data pipelines\n\nusage: gov COMMAND [OPTION...]\n\ncommands:\n", stream);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        fprintf(stream, "  %-12s %s\n", COMMANDS[i].command->name, COMMANDS[i].summary);
    fputs("\n`gov help COMMAND` tells how a command is used, `gov explain CODE` what a diagnostic means.\n"
          "Exit codes: 0 fine, 1 something is wrong or failed, 2 misuse.\n", stream);
}

static void print_option(const OptionInfo *option, FILE *stream) {
    char left[64];
    snprintf(left, sizeof left, "--%s%s%s", option->name, option->argument ? " " : "",
             option->argument ? option->argument : "");
    if (option->letter) fprintf(stream, "  -%c, %-22s %s\n", option->letter, left, option->words);
    else fprintf(stream, "      %-22s %s\n", left, option->words);
}

void print_command_help(const Command *command, FILE *stream) {
    fprintf(stream, "gov %s: %s\n\nusage: gov %s [OPTION...]%s%s\n", command->name, command_summary(command),
            command->name, *command->arguments ? " " : "", command->arguments);
    if (*command->words) fprintf(stream, "\n%s\n", command->words);
    fputs("\noptions:\n", stream);
    for (const OptionId *id = command->options; *id != OPTION_COUNT; id++) print_option(&OPTIONS[*id], stream);
    print_option(&OPTIONS[OPTION_COLOR], stream);
    print_option(&OPTIONS[OPTION_HELP], stream);
    if (*command->examples) fprintf(stream, "\nexamples:\n%s", command->examples);
}

/* The names of all commands, for "did you mean". */
static const char *near_command(const char *wrong) {
    const char *names[COMMAND_COUNT];
    for (size_t i = 0; i < COMMAND_COUNT; i++) names[i] = COMMANDS[i].command->name;
    return name_near(wrong, names, COMMAND_COUNT);
}

static bool takes(const Command *command, OptionId id) {
    if (id == OPTION_COLOR || id == OPTION_HELP) return true;
    for (const OptionId *taken = command->options; *taken != OPTION_COUNT; taken++)
        if (*taken == id) return true;
    return false;
}

/* getopt's own tables, of the options that the command takes. */
static void getopt_tables(const Command *command, struct option *longs, char *letters) {
    *letters++ = ':';
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        if (!takes(command, OPTIONS[i].id)) continue;
        *longs++ = (struct option){OPTIONS[i].name, OPTIONS[i].argument ? required_argument : no_argument, NULL,
                                   LONG_OPTION + (int)i};
        if (!OPTIONS[i].letter) continue;
        *letters++ = OPTIONS[i].letter;
        if (OPTIONS[i].argument) *letters++ = ':';
    }
    *longs = (struct option){0};
    *letters = 0;
}

static GovExit bad_option(const Command *command, char *const *arguments, int given) {
    const char *argument = arguments[optind - 1];
    if (given == ':') return misuse("option `%s` of `gov %s` needs a value", argument, command->name);
    char name[64];
    snprintf(name, sizeof name, "%s", argument + strspn(argument, "-"));
    name[strcspn(name, "=")] = 0;
    const char *names[OPTION_COUNT];
    size_t count = 0;
    for (size_t i = 0; i < OPTION_COUNT; i++)
        if (takes(command, OPTIONS[i].id)) names[count++] = OPTIONS[i].name;
    const char *near = name_near(name, names, count);
    return misuse("`gov %s` has no option `%s`%s%s%s; see `gov help %s`", command->name, argument,
                  near ? ", did you mean `--" : "", near ? near : "", near ? "`" : "", command->name);
}

static void take_option(Session *session, CommandLine *line, OptionId id) {
    line->values[id] = optarg ? optarg : "";
    if (id == OPTION_SELECT) vec_push(&session->arena, &line->selects, optarg);
    if (id == OPTION_EXCLUDE) vec_push(&session->arena, &line->excludes, optarg);
}

static OptionId option_of(int given) {
    if (given >= LONG_OPTION) return (OptionId)(given - LONG_OPTION);
    for (size_t i = 0; i < OPTION_COUNT; i++)
        if (OPTIONS[i].letter == given) return OPTIONS[i].id;
    return OPTION_COUNT;
}

static bool wants_color(const char *when, FILE *stream) {
    if (when && !strcmp(when, "always")) return true;
    if (when && !strcmp(when, "never")) return false;
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
    return !(no_color && *no_color) && !(term && !strcmp(term, "dumb")) && isatty(fileno(stream));
}

/* Reads the options behind the command's name; false: said why, with the exit code. */
static bool read_line(Session *session, CommandLine *line, int count, char **arguments, GovExit *ret_exit) {
    struct option longs[OPTION_COUNT + 1];
    char letters[2 * OPTION_COUNT + 2];
    getopt_tables(line->command, longs, letters);
    opterr = 0;
    for (int given; (given = getopt_long(count, arguments, letters, longs, NULL)) != -1;) {
        if (given == '?' || given == ':') {
            *ret_exit = bad_option(line->command, arguments, given);
            return false;
        }
        take_option(session, line, option_of(given));
    }
    static const char *const WHEN[] = {"auto", "always", "never", NULL};
    *ret_exit = GOV_EXIT_MISUSE;
    if (!option_choice(line, OPTION_COLOR, WHEN)) return false;
    line->color_out = wants_color(line->values[OPTION_COLOR], stdout);
    line->color_err = wants_color(line->values[OPTION_COLOR], stderr);
    line->arguments = arguments + optind;
    line->argument_count = count - optind;
    return true;
}

static GovExit run_command(Session *session, const Command *command, int count, char **arguments) {
    CommandLine line = {.command = command};
    GovExit code;
    if (!read_line(session, &line, count, arguments, &code)) return code;
    if (line.values[OPTION_HELP]) {
        print_command_help(command, stdout);
        return GOV_EXIT_FINE;
    }
    if (line.argument_count < command->least)
        return misuse("`gov %s` needs %s; see `gov help %s`", command->name, command->arguments, command->name);
    if (command->most >= 0 && line.argument_count > command->most)
        return misuse("`gov %s` has no use for `%s`; see `gov help %s`", command->name,
                      line.arguments[command->most], command->name);
    return command->run(session, &line);
}

static GovExit unknown_command(const char *name) {
    const char *near = near_command(name);
    if (near) return misuse("there is no command `%s`, did you mean `%s`?", name, near);
    return misuse("there is no command `%s`; `gov help` lists them", name);
}

int main(int count, char **arguments) {
    if (count < 2) {
        print_help(stderr);
        return GOV_EXIT_MISUSE;
    }
    const char *name = arguments[1];
    if (!strcmp(name, "--help") || !strcmp(name, "-h")) name = "help";
    if (!strcmp(name, "--version") || !strcmp(name, "-V")) name = "version";
    const Command *command = command_find(name);
    if (!command) return unknown_command(name);
#ifdef GOV_FLOW_MUTANTS
    if (getenv("GOV_FLOW_OFF") && !flow_switch_off(getenv("GOV_FLOW_OFF"))) return misuse("there is no term `%s`", getenv("GOV_FLOW_OFF"));
#endif
    jmp_buf escape;
    Session session;
    session_open(&session, &escape);
    GovExit code = setjmp(escape) ? failure("out of memory") : run_command(&session, command, count - 1, arguments + 1);
    session_close(&session);
    if (fflush(stdout) || ferror(stdout)) code = failure("standard output cannot be written");
    return code;
}
