/* `gov history`: a query of the language over history(relation), which is compiled, labelled and asked as any other. */
#include "compiler/command/command.h"

#include <setjmp.h>
#include <string.h>

static const OptionId OPTIONS[] = {OPTION_DIRECTORY, OPTION_TARGET, OPTION_FORMAT, OPTION_LIMIT, OPTION_AS_ROLE, OPTION_KEY, OPTION_COUNT};

typedef struct {
    Session *session;
    const Relation *relation;
    const Test *key;
    bool as_role;
    Buffer out;
} Asking;

static const char *quoted(const Asking *asking, const Column *column) {
    Buffer out;
    buffer_open(&out, &asking->session->arena);
    buffer_text(&out, "h.\"");
    for (const char *at = column->name->text; *at; at++) buffer_format(&out, *at == '"' ? "\"\"" : "%c", *at);
    buffer_char(&out, '"');
    return buffer_string(&out);
}

/* `h."a", h."b"` of the key. */
static const char *key_columns(const Asking *asking) {
    Buffer out;
    buffer_open(&out, &asking->session->arena);
    for (uint32_t i = 0; i < asking->key->columns.count; i++)
        buffer_format(&out, "%s%s", i ? ", " : "", quoted(asking, asking->key->columns.items[i]));
    return buffer_string(&out);
}

/* What json is cannot be compared in the language, its text can. */
static const char *comparable(const Asking *asking, const Column *column) {
    const char *name = quoted(asking, column);
    return column->type->kind == TYPE_JSON ? arena_format(&asking->session->arena, "%s::text", name) : name;
}

static void put_changed(Asking *asking, const char *window) {
    const Rows *rows = asking->relation->rows;
    buffer_format(&asking->out, ",\n  case when lag(h.known_to) over (%s) is null then 'new'\n", window);
    buffer_format(&asking->out, "    when lag(h.known_to) over (%s) < h.known_from then 'back'\n    else concat_ws(', '", window);
    for (uint32_t i = 0; i < rows->columns.count; i++) {
        const Column *column = rows->columns.items[i];
        const char *value = comparable(asking, column);
        buffer_format(&asking->out, ",\n      case when %s is distinct from lag(%s) over (%s) then '", value, value, window);
        for (const char *at = column->name->text; *at; at++) buffer_format(&asking->out, *at == '\'' ? "''" : "%c", *at);
        buffer_text(&asking->out, "' end");
    }
    buffer_text(&asking->out, ") end as changed");
    buffer_format(&asking->out, ",\n  case when h.known_to is not null and lead(h.known_from) over (%s) is distinct from h.known_to then 'deleted' end as gone", window);
}

/* One `column=value`; false: said what is wrong. */
static bool put_condition(Asking *asking, const char *given, bool first) {
    const char *equals = strchr(given, '=');
    if (!equals) return misuse("a key is written `column=value`, not `%s`", given), false;
    Column *column = rows_find(asking->relation->rows, names_intern(&asking->session->names, given, (size_t)(equals - given)));
    if (!column)
        return misuse("`%s` has no column `%.*s`", asking->relation->full_name->text, (int)(equals - given), given), false;
    buffer_format(&asking->out, "%s%s = '", first ? "\nwhere " : " and ", quoted(asking, column));
    for (const char *at = equals + 1; *at; at++) buffer_format(&asking->out, *at == '\'' ? "''" : "%c", *at);
    buffer_format(&asking->out, "'::%s", type_text(asking->session->program->types, column->type));
    return true;
}

/* The query: who stands beside a role does not read the ledger, so it sees no runs. */
static const char *query_of(Asking *asking, const CommandLine *line) {
    const Rows *rows = asking->relation->rows;
    const char *keys = key_columns(asking);
    const char *window = arena_format(&asking->session->arena, "partition by %s order by h.known_from", keys);
    buffer_open(&asking->out, &asking->session->arena);
    buffer_format(&asking->out, "select %sh.known_from, h.known_to", asking->as_role ? "" : "p.run_id as run, ");
    put_changed(asking, window);
    for (uint32_t i = 0; i < rows->columns.count; i++) buffer_format(&asking->out, ",\n  %s", quoted(asking, rows->columns.items[i]));
    buffer_format(&asking->out, "\nfrom history(%s) as h", asking->relation->full_name->text);
    if (!asking->as_role) buffer_text(&asking->out, "\njoin gov.publications as p on p.committed_at = h.known_from");
    bool first = true;
    if (line->values[OPTION_KEY]) {
        if (!put_condition(asking, line->values[OPTION_KEY], first)) return NULL;
        first = false;
    }
    for (int i = 1; i < line->argument_count; i++, first = false)
        if (!put_condition(asking, line->arguments[i], first)) return NULL;
    buffer_format(&asking->out, "\norder by %s, h.known_from", keys);
    return buffer_string(&asking->out);
}

/* A compilation of its own: the project's text knows the query only now. */
static GovExit ask(CommandLine *line, const char *query) {
    jmp_buf escape;
    Session session;
    session_open(&session, &escape);
    GovExit code = setjmp(escape) ? failure("out of memory") : query_target(&session, line, query);
    session_close(&session);
    return code;
}

static GovExit run(Session *session, CommandLine *line) {
    Project project;
    GovExit code = GOV_EXIT_MISUSE;
    Relation *relation;
    Column *column;
    if (!project_load(session, line, false, &project) || !project_check(session, line, &project, &code)) return code;
    if (!asked_of(session, line->arguments[0], &relation, &column)) return GOV_EXIT_MISUSE;
    if (column) return misuse("which relation? `%s` is a column", line->arguments[0]);
    if (!relation_keeps_history(relation)) return misuse("`%s` keeps no history: declare it with `keeping history`", relation->full_name->text);
    const Test *key = relation_key(relation);
    if (!key || !relation->rows) return misuse("`%s` has no key", relation->full_name->text);
    Asking asking = {.session = session, .relation = relation, .key = key, .as_role = line->values[OPTION_AS_ROLE]};
    const char *query = query_of(&asking, line);
    return query ? ask(line, query) : GOV_EXIT_MISUSE;
}

const Command command_history = {
    .name = "history", .arguments = "RELATION [COLUMN=VALUE...]", .least = 1, .most = -1, .options = OPTIONS, .run = run,
    .words = "Shows the versions of the rows of a relation that keeps history: from when to when each was known, by which run, and\n"
             "what changed: `new`, `back` (after it was gone) or the columns; `deleted` where nothing follows. With --as-role as\n"
             "that role may see it. Formats: table, csv, json.",
    .examples = "  gov history raw.prices --key id=12\n"
                "  gov history marts.daily_sales --key order_date=2026-01-10 state=SP --format json\n",
};
