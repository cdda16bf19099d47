#include "compiler/command/command.h"

#include <string.h>
#include <sys/stat.h>

static const OptionId OPTIONS[] = {OPTION_TO, OPTION_FORMAT, OPTION_TARGET, OPTION_DIRECTORY, OPTION_COUNT};

static bool is_folder(const char *path) {
    struct stat status;
    return path[strlen(path) - 1] == '/' || (stat(path, &status) == 0 && S_ISDIR(status.st_mode));
}

/* What --format says, else what --to looks like. */
static bool format_of(const CommandLine *line, GovShareFormat *ret_format) {
    static const char *const FORMATS[] = {"database", "parquet", NULL};
    const char *format = option_choice(line, OPTION_FORMAT, FORMATS);
    if (!format) return false;
    bool parquet = line->values[OPTION_FORMAT] ? !strcmp(format, "parquet") : is_folder(line->values[OPTION_TO]);
    *ret_format = parquet ? GOV_SHARE_PARQUET : GOV_SHARE_DATABASE;
    return true;
}

static GovExit run(Session *session, CommandLine *line) {
    Project project;
    GovExit code;
    GovShareFormat format;
    const char *to = line->values[OPTION_TO];
    if (!to || !*to) return misuse("where to? `gov share %s --to FILE`, or a folder", line->arguments[0]);
    if (!format_of(line, &format)) return GOV_EXIT_MISUSE;
    if (!project_compile(session, line, false, &project, &code)) return code;
    PlanOptions options = {.what = PLAN_TEST};
    if (!find_target(session, line, &options.target) || !asked_role(session, line->arguments[0], &options.role)) return GOV_EXIT_MISUSE;
    Plan *plan = plan_make(session->facts, &options);
    draw_reports(session, line);
    if (!plan) return GOV_EXIT_FAILED;
    if (!plan->govplan.access.view_count && strcmp(plan->govplan.target.engine, "duckdb") == 0)
        return failure("no grant lets role `%s` read anything", line->arguments[0]);
    GovRunOptions run_with = {.folder = project.folder};
    return gov_share(&plan->govplan, to, format, &run_with);
}

const Command command_share = {
    .name = "share", .arguments = "ROLE", .least = 1, .most = 1, .options = OPTIONS, .run = run,
    .words = "Writes what a role may read of a DuckDB target into a file of its own: a fresh database, or a folder of Parquet\n"
             "files. DuckDB has no roles, so the file is what is given to them: granted columns and rows only, masked as the\n"
             "grants say. What was shared there before is replaced. Formats: database, parquet (of a folder).",
    .examples = "  gov share partner --to partner.duckdb\n"
                "  gov share partner --to share/partner/ --format parquet\n",
};
