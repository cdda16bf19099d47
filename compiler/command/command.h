/* The commands of `gov`: one file each, all listed in commands.def; what they share. The only folder of the compiler
 * that touches files, clock, environment and terminal. */
#ifndef GOV_COMMAND_H
#define GOV_COMMAND_H

#include "compiler/plan/plan.h"
#include "compiler/session.h"
#include "runtime/ledger/ledger.h"
#include "runtime/run/run.h"

#include <jansson.h>
#include "runtime/state/read.h"

/* Options of all commands; options.def says what each is. A command takes those that it lists. */
typedef enum {
#define OPTION(id, letter, name, argument, words) OPTION_##id,
#include "compiler/command/options.def"
#undef OPTION
    OPTION_COUNT
} OptionId;

typedef struct {
    const struct Command *command;
    const char *values[OPTION_COUNT];   /* last value given; flags: ""; null: not given */
    VEC(const char *) selects;          /* of --select, each time */
    VEC(const char *) excludes;
    char **arguments;                   /* what is not an option */
    int argument_count;
    int64_t rollback_to;                /* of `gov rollback`, which sets it: the run; else 0 */
    bool color_out, color_err;          /* whether each stream is drawn in colours */
} CommandLine;

typedef struct Command {
    const char *name;
    const char *arguments;              /* of the usage line: "[FILE...]" */
    int least, most;                    /* arguments; most -1: any number */
    const OptionId *options;            /* ends with OPTION_COUNT */
    const char *words;                  /* what it does, for its --help */
    const char *examples;               /* lines of `  gov …` */
    GovExit (*run)(Session *session, CommandLine *line);
} Command;

#define COMMAND(name, summary) extern const Command command_##name;
#include "compiler/command/commands.def"
#undef COMMAND

/* What a project on disk is, as it was found. */
typedef struct {
    const char *folder;                 /* absolute, or `.`; without a slash at its end */
    VEC(SourceText) texts;              /* the standard library's first */
    const char *revision;               /* git revision, or null */
} Project;

/* Finds and reads the project: --directory's, else the nearest folder upwards with a project.gov; or, if the line has
 * file arguments that `takes_files`, just these. Says what is wrong and gives false. */
bool project_load(Session *session, CommandLine *line, bool takes_files, Project *ret_project);
/* Loads and compiles; draws the diagnostics in the form that --format asks, and gives whether there is no error. `ret_exit`
 * gets the exit code if not. */
bool project_compile(Session *session, CommandLine *line, bool takes_files, Project *ret_project, GovExit *ret_exit);
/* The compiler's options of --threads and the day; false: said what is wrong. */
bool compile_options(Session *session, const CommandLine *line, CompileOptions *ret_options);
/* Only compiles what was loaded, with the same answers. */
bool project_check(Session *session, CommandLine *line, Project *project, GovExit *ret_exit);
/* Compiles the standard library alone. */
bool stdlib_compile(Session *session, CommandLine *line, Project *ret_project, GovExit *ret_exit);
/* Draws all reports queued so far: text to standard error, other forms to standard output. */
void draw_reports(Session *session, const CommandLine *line);

/* The target that --target names, else the first that is declared; null: none is declared, which means
 * a DuckDB database in memory. False: said that there is none of that name. */
bool find_target(Session *session, CommandLine *line, const Target **ret_target);
/* The plan of a compiled project for the target, by --select and --exclude; `state` says what the target has (null: not
 * known). Null after saying what is wrong. */
Plan *plan_at(Session *session, CommandLine *line, const Project *project, PlanWhat what, const PlanState *state);
/* What the ledger knows of each step, copied out of the ledger's own memory; `server` may be null. */
PlanState *plan_state(Session *session, const LedgerState *ledger, const TargetState *server);
/* What a plan's target has, by its ledger and by its catalogs, in the session's arena. Null after saying what is wrong. */
const PlanState *ask_target(Session *session, const GovPlan *plan, const StateScope *scope, const char *folder, GovExit *ret_exit);
/* Compiles the project and makes its plan for the target, by --select and --exclude. With `ask_ledger` the target is
 * asked what it has, so that every step says why it runs. False: said what is wrong. */
bool make_plan(Session *session, CommandLine *line, PlanWhat what, bool ask_ledger, Project *ret_project,
               Plan **ret_plan, GovExit *ret_exit);
/* The same for a compiled project with a plan, which it replaces, after something changed at the target. */
bool make_plan_again(Session *session, CommandLine *line, PlanWhat what, const Project *project, Plan **plan, GovExit *ret_exit);
/* The runtime's options of --threads, --fail-fast, --verbose, --format and --color; false: said what is wrong. */
bool run_options(const CommandLine *line, const Project *project, GovRunOptions *ret_options);

/* Loads (as it was at a commit of git, or as it is: null) and compiles for a question about access: that a role would learn
 * too much (G0412) is an answer, not an obstacle. */
bool project_know(Session *session, CommandLine *line, const char *revision, Project *ret_project, GovExit *ret_exit);
/* The relation, and the column (else null), of `layer.name` or `layer.name.column`; false after saying, with a near name, that
 * there is none. */
bool asked_of(Session *session, const char *asked, Relation **ret_relation, Column **ret_column);
/* The role of a name, with the same answers. */
bool asked_role(Session *session, const char *asked, const Role **ret_role);

/* Prints whether the ledger of the line's target is as gov left it; audit_ledger.c. */
GovExit audit_ledger(Session *session, CommandLine *line, const char *format);

/* Writes DIR/catalog.json; false: said what is wrong. */
bool write_catalog_json(Session *session, CommandLine *line, const Project *project, const char *folder);

/* Says `gov: error: …` on standard error and gives GOV_EXIT_MISUSE. */
GovExit misuse(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same for what went wrong while working: GOV_EXIT_FAILED. */
GovExit failure(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Writes a whole file by way of a temporary one beside it, making folders as needed; says what went wrong. */
bool write_file(Arena *arena, const char *path, const char *bytes, size_t length);
/* `name` in a folder, as a path; in the folder where we are just `name`. */
const char *path_in(Arena *arena, const char *folder, const char *name);
/* The text of a file in the arena, with its length; null (and errno) if it cannot be read. */
char *read_file(Arena *arena, const char *path, size_t *ret_length);
/* One of `allowed` (ends with null) that --OPTION names, or the first if not given; says what is wrong and gives null. */
const char *option_choice(const CommandLine *line, OptionId option, const char *const *allowed);
/* `--OPTION` as a number of at least 0, or `otherwise` if not given; -1 after saying what is wrong. */
long option_number(const CommandLine *line, OptionId option, long otherwise);

/* query.c: compiles one query of the language, and runs it at the target, with --target, --format, --limit, --as-role, --as-of. */
GovExit query_target(Session *session, CommandLine *line, const char *text);
/* Prints a JSON value, which it takes over, on standard output. */
GovExit print_json(json_t *value);
/* The command of a name, or null. */
const Command *command_find(const char *name);
/* "what it does" of commands.def. */
const char *command_summary(const Command *command);
void print_help(FILE *stream);
void print_command_help(const Command *command, FILE *stream);

#endif
