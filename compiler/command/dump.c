#include "compiler/command/command.h"

#include "compiler/syntax/syntax.h"

#include <string.h>

static const OptionId OPTIONS[] = {OPTION_STAGE, OPTION_DIRECTORY, OPTION_TARGET, OPTION_COUNT};

/* Tokens and trees are of each text by itself: no other phase is asked, and none complains. */
static GovExit dump_texts(Session *session, CommandLine *line, bool tokens) {
    Project project;
    if (!project_load(session, line, true, &project)) return GOV_EXIT_MISUSE;
    Buffer out;
    buffer_open(&out, &session->arena);
    for (uint32_t i = 0; i < project.texts.count; i++) {
        const SourceText *text = &project.texts.items[i];
        if (text->builtin) continue;
        const Source *source = sources_add(&session->sources, text->path, text->text, text->length);
        buffer_format(&out, "%s\n", source->path);
        if (tokens) syntax_dump_tokens(&session->arena, &session->names, &session->sources, source, &out);
        else node_dump(&syntax_parse(&session->arena, &session->names, &session->sources, source, &session->diag)->node, &out);
    }
    fputs(buffer_string(&out), stdout);
    draw_reports(session, line);
    return session->diag.errors ? GOV_EXIT_FAILED : GOV_EXIT_FINE;
}

/* The plan for a target of which nothing is known: all its statements, or only the queries of models. */
static bool dump_plan(Session *session, CommandLine *line, bool queries_only, Buffer *out) {
    PlanOptions options = {.what = PLAN_RUN};
    if (!find_target(session, line, &options.target)) return false;
    const Plan *plan = plan_make(session->facts, &options);
    if (!plan) {
        draw_reports(session, line);
        return false;
    }
    if (!queries_only) plan_dump(plan, out);
    for (uint32_t i = 0; queries_only && i < plan->entries.count; i++)
        if (plan->entries.items[i].sql) buffer_format(out, "-- %s\n%s;\n\n", plan->entries.items[i].name, plan->entries.items[i].sql);
    return true;
}

static bool dump(Session *session, CommandLine *line, const char *stage, Buffer *out) {
    if (!session->facts) return true; /* errors, drawn already */
    if (!strcmp(stage, "program")) program_dump(session->program, out);
    if (!strcmp(stage, "types")) types_dump(session->program, out);
    if (!strcmp(stage, "keys")) facts_dump_keys(session->facts, out);
    if (!strcmp(stage, "lineage")) facts_dump_lineage(session->facts, out);
    if (!strcmp(stage, "flow")) facts_dump_flow(session->facts, out);
    if (session->diag.errors || (strcmp(stage, "plan") && strcmp(stage, "sql"))) return true;
    return dump_plan(session, line, !strcmp(stage, "sql"), out);
}

static GovExit run(Session *session, CommandLine *line) {
    static const char *const STAGES[] = {"program", "tokens", "tree", "types", "keys", "lineage", "flow", "plan", "sql", NULL};
    const char *stage = option_choice(line, OPTION_STAGE, STAGES);
    if (!stage) return GOV_EXIT_MISUSE;
    if (!strcmp(stage, "tokens") || !strcmp(stage, "tree")) return dump_texts(session, line, !strcmp(stage, "tokens"));
    Project project;
    GovExit code;
    project_compile(session, line, true, &project, &code);
    Buffer out;
    buffer_open(&out, &session->arena);
    if (!dump(session, line, stage, &out)) return GOV_EXIT_FAILED;
    fputs(buffer_string(&out), stdout);
    return code;
}

const Command command_dump = {
    .name = "dump", .arguments = "[FILE...]", .most = -1, .options = OPTIONS, .run = run,
    .words = "Prints what a phase made, so that only what changed in meaning changes here.",
    .examples = "  gov dump --stage=types\n  gov dump --stage=tree models.gov\n",
};
