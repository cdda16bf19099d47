#include "compiler/command/command.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const OptionId OPTIONS[] = {OPTION_DIRECTORY, OPTION_UPSTREAM, OPTION_DOWNSTREAM, OPTION_FORMAT,
                                   OPTION_VERBOSE, OPTION_COUNT};

enum { DEEPEST = 64 };

/* A tree that is being printed: whether each level has more to come. */
typedef struct {
    Session *session;
    const Facts *facts;
    bool upstream;
    bool filters;              /* show what decides which rows, too */
    bool more[DEEPEST];
    Map shown;                 /* what is expanded already: said once, then `…` */
} Drawn;

static void print_branch(const Drawn *tree, int depth) {
    for (int i = 1; i < depth; i++) fputs(tree->more[i] ? "│   " : "    ", stdout);
    if (depth) fputs(tree->more[depth] ? "├── " : "└── ", stdout);
}

static void print_relation(Drawn *tree, Relation *relation, int depth) {
    print_branch(tree, depth);
    Location at = source_locate(&tree->session->sources, relation->decl->node.span.begin);
    bool again = map_put(&tree->shown, relation, relation) != NULL;
    const Relation *const *next = (const Relation *const *)(tree->upstream ? relation->reads.items : relation->read_by.items);
    uint32_t count = tree->upstream ? relation->reads.count : relation->read_by.count;
    printf("%s  %s:%u%s\n", relation->full_name->text, at.source ? at.source->path : "", at.line, again && count ? "  …" : "");
    if (again || depth + 1 == DEEPEST) return;
    for (uint32_t i = 0; i < count; i++) {
        tree->more[depth + 1] = i + 1 < count;
        print_relation(tree, (Relation *)next[i], depth + 1);
    }
}

typedef VEC(Edge) Edges;

/* The edges that arrive at a column (upstream) or leave it (downstream). */
static Edges edges_at(Drawn *tree, Column *column) {
    Edges found = {0};
    for (uint32_t r = 0; r < tree->facts->relations.count; r++) {
        const RelationFacts *facts = tree->facts->relations.items[r];
        if (tree->upstream && facts->relation != column->relation) continue;
        for (uint32_t i = 0; i < facts->edges.count; i++) {
            Edge edge = facts->edges.items[i];
            if ((edge.kind == EDGE_FILTER || !edge.to) && !tree->filters) continue;
            if (tree->upstream ? edge.to == column : edge.from == column) vec_push(&tree->session->arena, &found, edge);
        }
    }
    return found;
}

static void print_column(Drawn *tree, Column *column, const Edge *by, int depth) {
    print_branch(tree, depth);
    Location at = source_locate(&tree->session->sources, by ? by->span.begin : column->span.begin);
    bool again = map_put(&tree->shown, column, column) != NULL;
    Edges edges = edges_at(tree, column);
    printf("%s.%s", column->relation->full_name->text, column->name->text);
    if (by) printf("  %s", edge_word(by->kind));
    printf("  %s:%u:%u%s\n", at.source ? at.source->path : "", at.line, at.column, again && edges.count ? "  …" : "");
    if (again || depth + 1 == DEEPEST) return;
    for (uint32_t i = 0; i < edges.count; i++) {
        tree->more[depth + 1] = i + 1 < edges.count;
        Column *next = tree->upstream ? edges.items[i].from : edges.items[i].to;
        if (next) print_column(tree, next, &edges.items[i], depth + 1);
        else {
            print_branch(tree, depth + 1);
            printf("%s  decides which rows\n", "(rows of a reader)");
        }
    }
}

static void print_tree(Session *session, const CommandLine *line, bool upstream, Relation *relation, Column *column) {
    Drawn tree = {.session = session, .facts = session->facts, .upstream = upstream, .filters = line->values[OPTION_VERBOSE]};
    map_open(&tree.shown, &session->arena);
    puts(upstream ? "comes from" : "is read by");
    if (column) print_column(&tree, column, NULL, 0);
    else print_relation(&tree, relation, 0);
}

/* ------------------------------------------------------------------- JSON */

static void print_json(Session *session, Relation *relation, Column *column) {
    json_t *list = json_array();
    for (uint32_t r = 0; r < session->facts->relations.count; r++) {
        const RelationFacts *facts = session->facts->relations.items[r];
        for (uint32_t i = 0; i < facts->edges.count; i++) {
            const Edge *edge = &facts->edges.items[i];
            bool about = column ? edge->to == column || edge->from == column
                                : facts->relation == relation || edge->from->relation == relation;
            if (!about) continue;
            json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s?, s:s}", "from", edge->from->relation->full_name->text,
                                                  "from_column", edge->from->name->text, "to", facts->relation->full_name->text,
                                                  "to_column", edge->to ? edge->to->name->text : NULL, "kind", edge_word(edge->kind)));
        }
    }
    json_dumpf(list, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(list);
}

/* ------------------------------------------------------------------ names */

/* `layer.name` or `layer.name.column`; false: said that there is none. */
static bool find(Session *session, const char *asked, Relation **ret_relation, Column **ret_column) {
    Program *program = session->program;
    *ret_column = NULL;
    *ret_relation = map_get(&program->by_name, name_of(&session->names, asked));
    if (*ret_relation) return true;
    const char *dot = strrchr(asked, '.');
    const char **names = arena_alloc(&session->arena, (program->relations.count + 1) * sizeof *names);
    for (uint32_t i = 0; i < program->relations.count; i++) names[i] = program->relations.items[i]->full_name->text;
    if (dot) *ret_relation = map_get(&program->by_name, names_intern(&session->names, asked, (size_t)(dot - asked)));
    if (*ret_relation) *ret_column = rows_find((*ret_relation)->rows, name_of(&session->names, dot + 1));
    if (*ret_column) return true;
    const char *near = name_near(asked, names, program->relations.count);
    if (*ret_relation) misuse("`%s` has no column `%s`", (*ret_relation)->full_name->text, dot + 1);
    else misuse("there is no source or model `%s`%s%s%s", asked, near ? ", did you mean `" : "", near ? near : "", near ? "`?" : "");
    return false;
}

static GovExit run(Session *session, CommandLine *line) {
    static const char *const FORMATS[] = {"text", "json", NULL};
    const char *format = option_choice(line, OPTION_FORMAT, FORMATS);
    if (!format) return GOV_EXIT_MISUSE;
    Project project;
    GovExit code;
    Relation *relation;
    Column *column;
    if (!project_compile(session, line, false, &project, &code)) return code;
    if (!find(session, line->arguments[0], &relation, &column)) return GOV_EXIT_MISUSE;
    bool both = !line->values[OPTION_UPSTREAM] == !line->values[OPTION_DOWNSTREAM];
    if (!strcmp(format, "json")) print_json(session, relation, column);
    else {
        if (both || line->values[OPTION_UPSTREAM]) print_tree(session, line, true, relation, column);
        if (both) putchar('\n');
        if (both || line->values[OPTION_DOWNSTREAM]) print_tree(session, line, false, relation, column);
    }
    return GOV_EXIT_FINE;
}

const Command command_lineage = {
    .name = "lineage", .arguments = "RELATION[.COLUMN]", .least = 1, .most = 1, .options = OPTIONS, .run = run,
    .words = "Shows where a source or model, or one column of it, comes from, and what reads it. Each step of a column says\n"
             "how: direct (a plain copy), derived, aggregated; --verbose adds filter (it decides which rows, or which branch).\n"
             "Formats: text, json.",
    .examples = "  gov lineage marts.daily_sales\n  gov lineage --upstream marts.daily_sales.revenue\n",
};
