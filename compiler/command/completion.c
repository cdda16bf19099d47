#include "compiler/command/command.h"

#include <string.h>

static const OptionId NO_OPTIONS[] = {OPTION_COUNT};

static const Command *const COMMANDS[] = {
#define COMMAND(name, summary) &command_##name,
#include "compiler/command/commands.def"
#undef COMMAND
};

static const char *const OPTION_NAMES[] = {
#define OPTION(id, letter, name, argument, words) "--" name,
#include "compiler/command/options.def"
#undef OPTION
};

static void print_bash(void) {
    fputs("# bash completion of gov; made by `gov completion bash`\n_gov() {\n"
          "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words\n"
          "    case $before in\n"
          "    -C|--directory|-o|--output) COMPREPLY=($(compgen -d -- \"$word\")); return ;;\n"
          "    -s|--select|-x|--exclude)\n"
          "        local sign=${word%%[!+@]*}\n"
          "        COMPREPLY=($(compgen -P \"$sign\" -W \"$(\"$1\" ls 2>/dev/null)\" -- \"${word#\"$sign\"}\")); return ;;\n"
          "    esac\n"
          "    case $COMP_CWORD:${COMP_WORDS[1]} in\n"
          "    1:*) words='", stdout);
    for (size_t i = 0; i < sizeof COMMANDS / sizeof *COMMANDS; i++) printf("%s%s", i ? " " : "", COMMANDS[i]->name);
    puts("' ;;");
    for (size_t i = 0; i < sizeof COMMANDS / sizeof *COMMANDS; i++) {
        printf("    *:%s) words='", COMMANDS[i]->name);
        for (const OptionId *id = COMMANDS[i]->options; *id != OPTION_COUNT; id++) printf("%s ", OPTION_NAMES[*id]);
        puts("--color --help' ;;");
    }
    fputs("    esac\n"
          "    COMPREPLY=($(compgen -W \"$words\" -- \"$word\") $([[ $word == -* ]] || compgen -f -X '!*.gov' -- \"$word\"))\n"
          "}\ncomplete -o filenames -F _gov gov\n", stdout);
}

static GovExit run(Session *session, CommandLine *line) {
    (void)session;
    if (strcmp(line->arguments[0], "bash")) return misuse("there is no completion for `%s`, only for `bash`", line->arguments[0]);
    print_bash();
    return GOV_EXIT_FINE;
}

const Command command_completion = {
    .name = "completion", .arguments = "bash", .least = 1, .most = 1, .options = NO_OPTIONS, .run = run,
    .words = "", .examples = "  source <(gov completion bash)\n",
};
