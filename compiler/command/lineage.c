#include "config.h"

#include "compiler/command/command.h"

#include "compiler/catalog/lineage.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static const OptionId OPTIONS[] = {OPTION_UP, OPTION_DOWN, OPTION_DEPTH, OPTION_FORMAT, OPTION_VERBOSE, OPTION_DIRECTORY, OPTION_COUNT};

/* ------------------------------------------------------------------ names */

static Deferred *find_user(const Program *program, const char *asked) {
    for (uint32_t i = 0; i < program->deferred.count; i++)
        if (!strcmp(program->deferred.items[i]->name, asked)) return program->deferred.items[i];
    return NULL;
}

/* `layer.name`, `layer.name.column`, or what uses them: the name of a metric, dashboard …; false: said that there is none. */
static bool find(Session *session, const char *asked, LineageQuestion *question) {
    question->user = find_user(session->program, asked);
    return question->user || asked_of(session, asked, &question->relation, &question->column);
}

/* --------------------------------------------------------------- printing */

static void print_trees(Session *session, const CommandLine *line, LineageQuestion *question, Buffer *out) {
    bool both = question->up && question->down;
    for (int way = 0; way < 2; way++) {
        if (way ? !question->down : !question->up) continue;
        LineageQuestion one = *question;
        one.up = !way;
        one.down = way;
        if (both) buffer_text(out, way ? "\nis read by\n" : "comes from\n");
        LineageTextOptions options = {.upstream = !way, .colours = line->color_out};
        lineage_text(session->program, lineage_graph(session->facts, &one), &options, out);
    }
}

/* Now in UTC, or when SOURCE_DATE_EPOCH (reproducible-builds.org) says. */
static const char *event_time(Arena *arena) {
    const char *stated = getenv("SOURCE_DATE_EPOCH");
    time_t now = stated ? (time_t)strtoll(stated, NULL, 10) : time(NULL);
    struct tm at;
    gmtime_r(&now, &at);
    return arena_format(arena, "%04d-%02d-%02dT%02d:%02d:%02dZ", at.tm_year + 1900, at.tm_mon + 1, at.tm_mday, at.tm_hour, at.tm_min, at.tm_sec);
}

static void print(Session *session, const CommandLine *line, const char *format, LineageQuestion *question) {
    Buffer out;
    buffer_open(&out, &session->arena);
    if (!strcmp(format, "text")) {
        print_trees(session, line, question, &out);
    } else {
        const LineageGraph *graph = lineage_graph(session->facts, question);
        if (!strcmp(format, "json")) lineage_json(session->program, graph, &out);
        if (!strcmp(format, "dot")) lineage_dot(session->program, graph, &out);
        if (!strcmp(format, "mermaid")) lineage_mermaid(session->program, graph, &out);
        if (!strcmp(format, "openlineage"))
            lineage_openlineage(session->facts, graph, PACKAGE_VERSION, event_time(&session->arena), &out);
    }
    fwrite(out.at, 1, out.length, stdout);
}

static GovExit run(Session *session, CommandLine *line) {
    static const char *const FORMATS[] = {"text", "json", "dot", "mermaid", "openlineage", NULL};
    const char *format = option_choice(line, OPTION_FORMAT, FORMATS);
    long depth = option_number(line, OPTION_DEPTH, UINT32_MAX);
    if (!format || depth < 0) return GOV_EXIT_MISUSE;
    if (!line->argument_count && !strcmp(format, "text"))
        return misuse("`gov lineage` needs a source or model; the whole project is drawn by --format dot, mermaid, json or openlineage");
    Project project;
    GovExit code;
    if (!project_compile(session, line, false, &project, &code)) return code;
    bool up = line->values[OPTION_UP] != NULL, down = line->values[OPTION_DOWN] != NULL;
    LineageQuestion question = {.up = up || !down, .down = down || !up, .filters = line->values[OPTION_VERBOSE] != NULL,
                                .depth = depth < UINT32_MAX ? (uint32_t)depth : UINT32_MAX};
    if (line->argument_count && !find(session, line->arguments[0], &question)) return GOV_EXIT_MISUSE;
    print(session, line, format, &question);
    return GOV_EXIT_FINE;
}

const Command command_lineage = {
    .name = "lineage", .arguments = "[RELATION[.COLUMN]]", .most = 1, .options = OPTIONS, .run = run,
    .words = "Shows where a source or model, or one column of it, comes from, and what reads it; a metric or dashboard may be\n"
             "asked for too. Each step of a column says how: direct (a plain copy), derived (computed row by row), aggregated;\n"
             "with --verbose also filter (it decides which rows, or which branch) and rows. What stands in a tree twice is\n"
             "expanded once, and has (*) elsewhere.\n"
             "\n"
             "Formats: text; json; dot, for Graphviz; mermaid; openlineage, an event a line for every source and model that is\n"
             "reached. All but text give the whole project if nothing is asked for.",
    .examples = "  gov lineage marts.daily_sales\n  gov lineage --up marts.daily_sales.revenue\n"
                "  gov lineage --down --depth 1 raw.orders.amount\n  gov lineage --format dot | dot -Tsvg >lineage.svg\n",
};
