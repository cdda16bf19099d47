#include "compiler/command/command.h"
#include "compiler/plan/as_role.h"
#include "compiler/plan/past.h"
#include "compiler/plan/role_view.h"

#include <string.h>

static const OptionId OPTIONS[] = {OPTION_DIRECTORY, OPTION_TARGET, OPTION_FORMAT, OPTION_LIMIT, OPTION_AS_ROLE, OPTION_AS_OF, OPTION_COUNT};

/* The query as a text of the program; a missing `;` is added. */
static SourceText query_text(Arena *arena, const char *query) {
    size_t length = strlen(query);
    while (length && strchr(" \t\r\n;", query[length - 1])) length--;
    char *text = arena_format(arena, "%.*s\n;", (int)length, query);
    return (SourceText){"<query>", text, strlen(text), false};
}

/* --as-of as a query of the language, of a moment or the number of a run: it is checked, and written for the engine, as any other. */
static SourceText moment_text(Arena *arena, const char *moment) {
    Buffer out;
    bool is_run = *moment && strspn(moment, "0123456789") == strlen(moment) && strlen(moment) < 10;
    buffer_open(&out, arena);
    buffer_text(&out, is_run ? "select " : "select timestamptz '");
    for (const char *at = moment; *at; at++) buffer_format(&out, *at == '\'' ? "''" : "%c", *at);
    buffer_text(&out, is_run ? "\n;" : "'\n;");
    return (SourceText){"<as-of>", buffer_string(&out), out.length, false};
}

/* The moment of --as-of as an expression, from the query of moment_text(); null: not given. */
static const Expr *asked_moment(const Session *session, const CommandLine *line) {
    if (!line->values[OPTION_AS_OF]) return NULL;
    const Query *query = session->program->queries.items[session->program->queries.count - 1];
    const SelectItem *item = (const SelectItem *)((const Select *)query->body)->items.items[0];
    return (const Expr *)item->expr;
}

/* The query as the role of --as-role asks it; null after saying why not. */
static const Query *asked_query(Session *session, CommandLine *line) {
    const Query *query = session->program->queries.items[0];
    const char *refusal;
    const Role *role;
    if (!line->values[OPTION_AS_ROLE]) return query;
    if (!asked_role(session, line->values[OPTION_AS_ROLE], &role)) return NULL;
    query = query_as_role(session->facts, role, query, &refusal);
    if (!query) misuse("%s", refusal);
    return query;
}

/* Relations without a history are asked of today's text: that is said, for it may have been another then. */
static void tell_derived(const Past *past) {
    for (uint32_t i = 0; i < past->derived.count; i++) {
        const Relation *relation = past->derived.items[i];
        bool again = false;
        for (uint32_t k = 0; k < i; k++) again |= past->derived.items[k] == relation;
        if (!again)
            fprintf(stderr, "gov: note: `%s` keeps no history: this is its query of today over what it reads, as that was then\n", relation->full_name->text);
    }
}

/* Compiles the asked query, with the text of the moment behind it. */
static bool compile_asked(Session *session, CommandLine *line, const char *query, Project *project, GovExit *ret_exit) {
    bool has_moment = line->values[OPTION_AS_OF];
    *ret_exit = GOV_EXIT_MISUSE;
    if (!project_load(session, line, false, project)) return false;
    vec_push(&session->arena, &project->texts, query_text(&session->arena, query));
    if (has_moment) vec_push(&session->arena, &project->texts, moment_text(&session->arena, line->values[OPTION_AS_OF]));
    if (!project_check(session, line, project, ret_exit)) return false;
    if (session->program->queries.count == 1u + has_moment) return true;
    *ret_exit = misuse("`gov query` takes one query");
    return false;
}

GovExit query_target(Session *session, CommandLine *line, const char *text) {
    static const char *const FORMATS[] = {"table", "csv", "json", NULL};
    const char *format = option_choice(line, OPTION_FORMAT, FORMATS);
    long limit = option_number(line, OPTION_LIMIT, 0);
    if (!format || limit < 0) return GOV_EXIT_MISUSE;
    Project project;
    GovExit code;
    if (!compile_asked(session, line, text, &project, &code)) return code;
    PlanOptions options = {.what = PLAN_TEST};
    if (!find_target(session, line, &options.target)) return GOV_EXIT_MISUSE;
    Plan *plan = plan_make(session->facts, &options);
    const Dialect *dialect = plan ? dialect_find(plan->govplan.target.engine) : NULL;
    Buffer sql;
    buffer_open(&sql, &session->arena);
    Pads pads = {.arena = &session->arena};
    EmitOptions emit = {.keep_order = true, .schemas = plan ? plan->schemas : NULL, .pad = pads_put, .pad_context = &pads};
    uint32_t errors = session->diag.errors;
    const Query *query = asked_query(session, line);
    if (!query) return GOV_EXIT_MISUSE;
    Past past = {0};
    bool fine = dialect && past_of(session->facts, query, asked_moment(session, line), dialect, &emit, &past);
    emit.as_of = past.as_of;
    if (!fine || session->diag.errors != errors || !emit_query(session->program, query, dialect, &emit, &sql)) {
        draw_reports(session, line);
        return GOV_EXIT_FAILED;
    }
    tell_derived(&past);
    const char *written = buffer_string(&sql);
    if (limit) written = arena_format(&session->arena, "select * from (%s) as answer limit %ld", written, limit);
    GovRowsFormat rows = !strcmp(format, "csv") ? GOV_ROWS_CSV : !strcmp(format, "json") ? GOV_ROWS_JSON : GOV_ROWS_TABLE;
    GovRunOptions run_with = {.folder = project.folder};
    return gov_query(&plan->govplan, written, pads.items.items, pads.items.count, past.guards, rows, &run_with);
}

static GovExit run(Session *session, CommandLine *line) {
    return query_target(session, line, line->arguments[0]);
}

const Command command_query = {
    .name = "query", .arguments = "'SQL'", .least = 1, .most = 1, .options = OPTIONS, .run = run,
    .words = "Compiles one query of the language against the project, and runs it at the target, read-only.\n"
             "With --as-role it reads what that role may read, through the same views. With --as-of every table is read as it was\n"
             "at that time, or after that run: one state of them all. Formats: table, csv, json.",
    .examples = "  gov query 'select * from marts.daily_sales order by order_date limit 5'\n"
                "  gov query --as-role partner 'select * from marts.daily_sales'\n"
                "  gov query --as-of '2026-01-10 12:00' 'select * from marts.daily_sales'\n"
                "  gov query --format csv 'select count(*) as orders from raw.orders'\n",
};
