#include "compiler/command/command.h"
#include "compiler/plan/as_role.h"
#include "compiler/plan/role_view.h"

#include <string.h>

static const OptionId OPTIONS[] = {OPTION_DIRECTORY, OPTION_TARGET, OPTION_FORMAT, OPTION_LIMIT, OPTION_AS_ROLE, OPTION_COUNT};

/* The query as a text of the program; a missing `;` is added. */
static SourceText query_text(Arena *arena, const char *query) {
    size_t length = strlen(query);
    while (length && strchr(" \t\r\n;", query[length - 1])) length--;
    char *text = arena_format(arena, "%.*s\n;", (int)length, query);
    return (SourceText){"<query>", text, strlen(text), false};
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

static GovExit run(Session *session, CommandLine *line) {
    static const char *const FORMATS[] = {"table", "csv", "json", NULL};
    const char *format = option_choice(line, OPTION_FORMAT, FORMATS);
    long limit = option_number(line, OPTION_LIMIT, 0);
    if (!format || limit < 0) return GOV_EXIT_MISUSE;
    Project project;
    GovExit code = GOV_EXIT_MISUSE;
    if (!project_load(session, line, false, &project)) return code;
    vec_push(&session->arena, &project.texts, query_text(&session->arena, line->arguments[0]));
    if (!project_check(session, line, &project, &code)) return code;
    if (session->program->queries.count != 1) return misuse("`gov query` takes one query");
    PlanOptions options = {.what = PLAN_TEST};
    if (!find_target(session, line, &options.target)) return GOV_EXIT_MISUSE;
    Plan *plan = plan_make(session->facts, &options);
    const Dialect *dialect = plan ? dialect_find(plan->govplan.target.engine) : NULL;
    Buffer sql;
    buffer_open(&sql, &session->arena);
    Pads pads = {.arena = &session->arena};
    EmitOptions emit = {.keep_order = true, .pad = pads_put, .pad_context = &pads};
    uint32_t errors = session->diag.errors;
    const Query *query = asked_query(session, line);
    if (!query) return GOV_EXIT_MISUSE;
    if (!dialect || session->diag.errors != errors || !emit_query(session->program, query, dialect, &emit, &sql)) {
        draw_reports(session, line);
        return GOV_EXIT_FAILED;
    }
    const char *text = buffer_string(&sql);
    if (limit) text = arena_format(&session->arena, "select * from (%s) as answer limit %ld", text, limit);
    GovRowsFormat rows = !strcmp(format, "csv") ? GOV_ROWS_CSV : !strcmp(format, "json") ? GOV_ROWS_JSON : GOV_ROWS_TABLE;
    GovRunOptions run_with = {.folder = project.folder};
    return gov_query(&plan->govplan, text, pads.items.items, pads.items.count, rows, &run_with);
}

const Command command_query = {
    .name = "query", .arguments = "'SQL'", .least = 1, .most = 1, .options = OPTIONS, .run = run,
    .words = "Compiles one query of the language against the project, and runs it at the target, read-only.\n"
             "With --as-role it reads what that role may read, through the same views. Formats: table, csv, json.",
    .examples = "  gov query 'select * from marts.daily_sales order by order_date limit 5'\n"
                "  gov query --as-role partner 'select * from marts.daily_sales'\n"
                "  gov query --format csv 'select count(*) as orders from raw.orders'\n",
};
