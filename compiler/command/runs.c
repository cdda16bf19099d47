/* What ran at the target, as its ledger tells it (docs/ledger.md). */
#include "compiler/command/command.h"

#include <stdlib.h>
#include <string.h>

static const OptionId OPTIONS[] = {OPTION_DIRECTORY, OPTION_TARGET, OPTION_LIMIT, OPTION_FORMAT, OPTION_COUNT};

static const char *const FORMATS[] = {[GOV_ROWS_TABLE] = "table", [GOV_ROWS_CSV] = "csv", [GOV_ROWS_JSON] = "json", NULL};

/* What `runs show` tells of one run: `%lld` is its number. */
static const struct {
    const char *name;
    const char *sql;
} PARTS[] = {
    {"run", "select run_id, command, job, status, started_at, finished_at, cast(seconds as numeric(18, 3)) as seconds, user_name, host_name, process_id, revision, gov_version, plan_hash, "
            "source_hash, message from gov.runs where run_id = %lld"},
    {"steps", "select step, kind, status, published, \"rows\", cast(seconds as numeric(18, 3)) as seconds, reason, message from gov.steps where run_id = %lld order by started_at nulls last, step"},
    {"tests", "select relation, column_name as \"column\", name, severity, status, failing_rows, cast(seconds as numeric(18, 3)) as seconds, message from gov.tests where run_id = %lld "
              "order by relation, column_name, name"},
    {"loads", "select step, origin, published, files, bytes, read, accepted, quarantined, duplicates, warned from gov.loads where run_id = %lld order by step"},
    {"attempts", "select attempt, step, status, started_at, cast(seconds as numeric(18, 3)) as seconds, message from gov.attempts where run_id = %lld order by attempt, step"},
    {"grants", "select role_name as \"role\", privilege, kind, schema_name as \"schema\", name, column_name as \"column\", granted_at from gov.grants "
               "where run_id = %lld order by role_name, schema_name, name"},
};

/* Says if there is no ledger to ask, or no such run. */
static bool check_ledger(const GovPlan *plan, const char *folder, int64_t run_id, GovExit *ret_exit) {
    LedgerState *state;
    char *error = NULL;
    *ret_exit = GOV_EXIT_FAILED;
    if (!ledger_read(plan, folder, 0, &state, &error)) {
        failure("target `%s`: %s", plan->target.name, error ? error : "out of memory");
        free(error);
        return false;
    }
    bool exists = state->exists;
    int64_t last = state->last_run;
    ledger_state_free(state);
    if (!exists) failure("target `%s` has no ledger yet: `gov run` makes it", plan->target.name);
    else if (run_id > last) failure("there is no run %lld: the last one is %lld", (long long)run_id, (long long)last);
    return exists && run_id <= last;
}

static GovExit list(Session *session, const GovPlan *plan, const GovRunOptions *options, GovRowsFormat format, long limit) {
    const char *sql = arena_format(&session->arena,
                                   "select run_id, command, job, status, started_at, cast(seconds as numeric(18, 3)) as seconds, ok, warned, failed, skipped, not_run, user_name, host_name, "
                                   "revision, message from gov.runs order by run_id desc limit %ld",
                                   limit);
    return gov_query(plan, sql, NULL, 0, (GovTexts){0}, format, options);
}

/* Each part under its name: a heading, or a key of one object. */
static GovExit show(Session *session, const GovPlan *plan, const GovRunOptions *options, GovRowsFormat format, long run_id) {
    GovExit code = GOV_EXIT_FINE;
    bool json = format == GOV_ROWS_JSON;
    for (size_t i = 0; code == GOV_EXIT_FINE && i < sizeof PARTS / sizeof *PARTS; i++) {
        char sql[512];
        snprintf(sql, sizeof sql, PARTS[i].sql, (long long)run_id);
        if (json) printf("%s\"%s\": ", i ? ", " : "{", PARTS[i].name);
        else printf("%s%s\n", i ? "\n" : "", PARTS[i].name);
        fflush(stdout);
        code = gov_query(plan, arena_format(&session->arena, "%s", sql), NULL, 0, (GovTexts){0}, format, options);
    }
    if (json && code == GOV_EXIT_FINE) puts("}");
    return code;
}

/* The number behind `show`; 0: a list is asked for. False: said what is wrong. */
static bool read_number(const CommandLine *line, long *ret_run_id) {
    char none = 0, *end = &none;
    *ret_run_id = 0;
    if (line->argument_count == 0) return true;
    if (strcmp(line->arguments[0], "show")) return misuse("`gov runs` takes `show N`, not `%s`", line->arguments[0]), false;
    if (line->argument_count > 1) *ret_run_id = strtol(line->arguments[1], &end, 10);
    if (*ret_run_id > 0 && !*end) return true;
    return misuse("`gov runs show` takes the number of a run, which `gov runs` lists"), false;
}

static GovExit run(Session *session, CommandLine *line) {
    const char *format = option_choice(line, OPTION_FORMAT, FORMATS);
    long limit = option_number(line, OPTION_LIMIT, 20), run_id;
    Project project;
    Plan *plan;
    GovExit code;
    GovRowsFormat rows = GOV_ROWS_TABLE;
    if (!format || limit < 0 || !read_number(line, &run_id)) return GOV_EXIT_MISUSE;
    while (strcmp(FORMATS[rows], format)) rows++;
    if (!make_plan(session, line, PLAN_TEST, false, &project, &plan, &code)) return code;
    if (!check_ledger(&plan->govplan, project.folder, run_id, &code)) return code;
    GovRunOptions options = {.folder = project.folder};
    return run_id ? show(session, &plan->govplan, &options, rows, run_id) : list(session, &plan->govplan, &options, rows, limit);
}

const Command command_runs = {
    .name = "runs", .arguments = "[show N]", .least = 0, .most = 2, .options = OPTIONS, .run = run,
    .words = "Lists what ran at the target, the newest first, or shows all that is known of one run: its steps and why each ran,\n"
             "tests with their counts, loads, grants made. Formats: table, csv, json.",
    .examples = "  gov runs\n  gov runs --limit 5 --format json\n  gov runs show 12\n",
};
