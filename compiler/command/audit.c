#include "compiler/command/command.h"

#include "compiler/audit/audit.h"

#include <string.h>

static const OptionId OPTIONS[] = {OPTION_AT, OPTION_HEAD, OPTION_TARGET, OPTION_FORMAT, OPTION_DIRECTORY, OPTION_COUNT};

static GovExit print_rows(const AuditTable *table) {
    json_t *list = json_array();
    for (uint32_t r = 0; r < table->rows.count; r++) {
        json_t *row = json_object();
        for (uint32_t i = 0; i < table->column_count; i++) {
            const char *cell = table->rows.items[r][i];
            json_object_set_new(row, table->columns[i], *cell ? json_string(cell) : json_null());
        }
        json_array_append_new(list, row);
    }
    return print_json(list);
}

static GovExit print_table(Session *session, const AuditTable *table, const char *format) {
    Buffer out;
    buffer_open(&out, &session->arena);
    if (!strcmp(format, "json")) return print_rows(table);
    if (!strcmp(format, "csv")) audit_csv(table, &out);
    else if (!strcmp(format, "markdown")) audit_markdown(table, &out);
    else if (table->rows.count) audit_text(table, &out);
    else buffer_format(&out, "there is none\n");
    fwrite(out.at, 1, out.length, stdout);
    return GOV_EXIT_FINE;
}

static const Tag *asked_tag(Session *session, const char *asked, size_t length) {
    const Program *program = session->program;
    const char *name = arena_copy(&session->arena, asked, length);
    const char **names = arena_alloc(&session->arena, (program->tags.count + 1) * sizeof *names);
    for (uint32_t i = 0; i < program->tags.count; i++) {
        names[i] = program->tags.items[i]->name->text;
        if (!strcmp(names[i], name)) return program->tags.items[i];
    }
    const char *near = name_near(name, names, program->tags.count);
    if (near) misuse("there is no tag `%s`, did you mean `%s`?", name, near);
    else misuse("there is no tag `%s`", name);
    return NULL;
}

/* `tag=value`. The value is personal data: no message says it. */
static bool find_subject(Session *session, const CommandLine *line, AuditTable *ret_table) {
    const char *asked = line->argument_count > 1 ? line->arguments[1] : "", *equals = strchr(asked, '=');
    const Column *wrong;
    if (!equals || !equals[1]) {
        misuse("say who: `gov audit subject TAG=VALUE`, a tag and a value of a column that is tagged so");
        return false;
    }
    const Tag *tag = asked_tag(session, asked, (size_t)(equals - asked));
    if (!tag) return false;
    *ret_table = audit_subject(session->facts, &session->arena, tag, equals + 1, &wrong);
    if (ret_table->rows.count) return true;
    if (wrong) misuse("this is no value of `%s.%s`, of type %s", wrong->relation ? wrong->relation->full_name->text : "?", wrong->name->text,
                      type_text(session->program->types, wrong->type));
    else misuse("no column is tagged `%s`", tag->name->text);
    return false;
}

static GovExit run(Session *session, CommandLine *line) {
    static const char *const FORMATS[] = {"text", "csv", "json", "markdown", NULL};
    static const char *const WHATS[] = {"subject", "records", "releases", "exceptions", "ledger"};
    enum { COUNT = sizeof WHATS / sizeof *WHATS };
    const char *format = option_choice(line, OPTION_FORMAT, FORMATS), *what = line->arguments[0];
    if (!format) return GOV_EXIT_MISUSE;
    const char *near = name_near(what, (const char **)WHATS, COUNT);
    bool known = false;
    for (int i = 0; i < COUNT; i++) known |= !strcmp(what, WHATS[i]);
    if (!known && near) return misuse("there is no audit `%s`, did you mean `%s`?", what, near);
    if (!known) return misuse("there is no audit `%s`: it is subject, records, releases, exceptions or ledger", what);
    if (strcmp(what, "subject") && line->argument_count > 1) return misuse("`gov audit %s` takes no more arguments", what);
    if (!strcmp(what, "ledger")) return audit_ledger(session, line, format);
    Project project;
    GovExit code;
    AuditTable table;
    if (!project_know(session, line, line->values[OPTION_AT], &project, &code)) return code;
    if (!strcmp(what, "records")) table = audit_records(session->facts, &session->arena);
    else if (!strcmp(what, "releases")) table = audit_releases(session->facts, &session->arena);
    else if (!strcmp(what, "exceptions")) table = audit_exceptions(session->facts, &session->arena);
    else if (!find_subject(session, line, &table)) return GOV_EXIT_MISUSE;
    return print_table(session, &table, format);
}

const Command command_audit = {
    .name = "audit", .arguments = "subject TAG=VALUE | records | releases | exceptions | ledger", .least = 1, .most = 2, .options = OPTIONS, .run = run,
    .words = "Answers an auditor from the files alone, no data are read; only `ledger` asks the target.\n"
             "  subject     where the data of one person are, who is named by a value of a column tagged TAG, each with a query\n"
             "              for `gov query`\n"
             "  records     the register of processing: each category with its basis, purposes, retention, readers, recipients\n"
             "  releases    every mask, release and endorsement: for whom, why, approved by whom, until when\n"
             "  exceptions  every exception from a policy, and why\n"
             "  ledger      is each row of gov's own tables at the target what gov wrote, by the chain of their hashes? Prints the\n"
             "              chain's head, which shows later, as --head, that nothing of it was lost\n"
             "Formats: text, csv, json, markdown. --at asks a commit of git.",
    .examples = "  gov audit subject personal=ana@example.com\n  gov audit records --format markdown\n  gov audit releases --at v1.2\n  gov audit ledger --target prod\n",
};
