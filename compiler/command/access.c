#include "compiler/command/command.h"

#include "compiler/facts/access.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const OptionId OPTIONS[] = {OPTION_ROLE, OPTION_FORMAT, OPTION_DIRECTORY, OPTION_COUNT};

/* A row of the matrix: a role and a relation, or a column of it. */
typedef struct Cell {
    const char *role, *relation, *column, *access, *mask, *rows, *level;
} Cell;
typedef VEC(Cell) Cells;

static const char *label_text(Session *session, FlowLabel label) {
    Buffer out;
    const char *before = "";
    buffer_open(&out, &session->arena);
    for (uint32_t i = 0; i < session->program->tags.count; i++) {
        const Tag *tag = session->program->tags.items[i];
        Level level = flow_label_level(label, tag->index);
        if (level == LEVEL_NONE) continue;
        buffer_format(&out, "%s%s %s", before, tag->name->text, level_word(level));
        before = ", ";
    }
    return buffer_string(&out);
}

static const char *relation_word(const RelationAccess *access) {
    if (!access->grant) return "none";
    return access->whole ? "whole" : "part";
}

static const char *rows_text(Session *session, const RelationAccess *access) {
    if (!access->grant) return "";
    return access->grant->where ? text_copy(&session->arena, source_text(&session->sources, access->grant->where->span)) : "all";
}

static void add_relation(Session *session, const RelationAccess *access, Cells *cells) {
    const RelationFacts *facts = facts_of(session->facts, access->relation);
    vec_push(&session->arena, cells, ((Cell){
        access->role->name->text, access->relation->full_name->text, "", relation_word(access), "", rows_text(session, access),
        facts && facts->flow && access->grant ? label_text(session, facts->flow->rows) : ""}));
}

static void add_columns(Session *session, const RelationAccess *access, Cells *cells) {
    for (uint32_t i = 0; i < access->relation->rows->columns.count; i++) {
        const ColumnAccess *column = &access->columns[i];
        const char *mask = column->kind != ACCESS_MASKED ? "" : column->mask ? column->mask->name->text : "null";
        vec_push(&session->arena, cells, ((Cell){
            access->role->name->text, access->relation->full_name->text, access->relation->rows->columns.items[i]->name->text,
            access_word(column->kind), mask, rows_text(session, access), label_text(session, column->shows)}));
    }
}

static Cells matrix(Session *session, const Role *role, const Relation *relation, bool columns) {
    const Program *program = session->program;
    Cells cells = {0};
    for (uint32_t r = 0; r < program->roles.count; r++)
        for (uint32_t i = 0; i < program->relations.count; i++) {
            const Relation *one = program->relations.items[i];
            if (role && program->roles.items[r] != role) continue;
            if (one->kind == RELATION_SYSTEM || !one->rows || (relation && one != relation)) continue;
            RelationAccess access = access_of(session->facts, &session->arena, program->roles.items[r], one);
            if (columns) add_columns(session, &access, &cells);
            else add_relation(session, &access, &cells);
        }
    return cells;
}

/* ---------------------------------------------------------------- printing */

enum { NARROWEST = 10 };

static int width_of(const char *role) {
    int length = (int)strlen(role);
    return length > NARROWEST ? length : NARROWEST;
}

/* Whether it is the first cell of its relation (or of its role). */
static bool is_first(const Cells *cells, uint32_t at, bool of_relation) {
    for (uint32_t i = 0; i < at; i++)
        if (of_relation ? cells->items[i].relation == cells->items[at].relation : cells->items[i].role == cells->items[at].role) return false;
    return true;
}

static void end_line(Buffer *out) {
    while (out->length && out->at[out->length - 1] == ' ') out->length--;
    buffer_char(out, '\n');
}

/* A line a relation, a column a role. */
static void print_relations(Session *session, const Cells *cells) {
    Buffer out;
    int widest = 0;
    buffer_open(&out, &session->arena);
    for (uint32_t i = 0; i < cells->count; i++)
        if ((int)strlen(cells->items[i].relation) > widest) widest = (int)strlen(cells->items[i].relation);
    buffer_format(&out, "%-*s", widest, "");
    for (uint32_t i = 0; i < cells->count; i++)
        if (is_first(cells, i, false)) buffer_format(&out, "  %-*s", width_of(cells->items[i].role), cells->items[i].role);
    end_line(&out);
    for (uint32_t i = 0; i < cells->count; i++) {
        if (!is_first(cells, i, true)) continue;
        buffer_format(&out, "%-*s", widest, cells->items[i].relation);
        for (uint32_t k = 0; k < cells->count; k++) {
            const Cell *cell = &cells->items[k];
            if (cell->relation == cells->items[i].relation)
                buffer_format(&out, "  %-*s", width_of(cell->role), strcmp(cell->access, "none") ? cell->access : "-");
        }
        end_line(&out);
    }
    fwrite(out.at, 1, out.length, stdout);
}

static void print_columns(const Cells *cells) {
    for (uint32_t i = 0; i < cells->count; i++) {
        const Cell *cell = &cells->items[i];
        printf("%-16s  %-32s  %s%s%s%s%s%s\n", cell->role, cell->column, cell->access, *cell->mask ? " with " : "", cell->mask,
               *cell->level ? "  (" : "", cell->level, *cell->level ? ")" : "");
    }
}

static void print_csv_word(const char *word, char end) {
    bool quoted = strpbrk(word, ",\"\n") != NULL;
    if (quoted) putchar('"');
    for (; *word; word++) {
        if (*word == '"') putchar('"');
        putchar(*word);
    }
    if (quoted) putchar('"');
    putchar(end);
}

static void print_csv(const Cells *cells) {
    printf("role,relation,column,access,mask,rows,level\n");
    for (uint32_t i = 0; i < cells->count; i++) {
        const Cell *cell = &cells->items[i];
        const char *words[] = {cell->role, cell->relation, cell->column, cell->access, cell->mask, cell->rows, cell->level};
        for (int k = 0; k < 7; k++) print_csv_word(words[k], k < 6 ? ',' : '\n');
    }
}

static bool print_json(const Cells *cells) {
    json_t *list = json_array();
    for (uint32_t i = 0; i < cells->count; i++) {
        const Cell *cell = &cells->items[i];
        json_array_append_new(list, json_pack("{s:s, s:s, s:s?, s:s, s:s?, s:s?, s:s}", "role", cell->role, "relation", cell->relation,
                                              "column", *cell->column ? cell->column : NULL, "access", cell->access, "mask",
                                              *cell->mask ? cell->mask : NULL, "rows", *cell->rows ? cell->rows : NULL, "level", cell->level));
    }
    char *text = json_dumps(list, JSON_INDENT(2));
    if (text) puts(text);
    bool fine = text != NULL;
    free(text);
    json_decref(list);
    return fine;
}

static GovExit run(Session *session, CommandLine *line) {
    static const char *const FORMATS[] = {"text", "csv", "json", NULL};
    const char *format = option_choice(line, OPTION_FORMAT, FORMATS);
    if (!format) return GOV_EXIT_MISUSE;
    Project project;
    GovExit code;
    Relation *relation = NULL;
    Column *column = NULL;
    const Role *role = NULL;
    if (!project_know(session, line, &project, &code)) return code;
    if (line->argument_count && !asked_of(session, line->arguments[0], &relation, &column)) return GOV_EXIT_MISUSE;
    if (line->values[OPTION_ROLE] && !asked_role(session, line->values[OPTION_ROLE], &role)) return GOV_EXIT_MISUSE;
    bool columns = relation || strcmp(format, "text");
    Cells cells = matrix(session, role, relation, columns);
    if (!strcmp(format, "csv")) print_csv(&cells);
    else if (!strcmp(format, "json")) return print_json(&cells) ? GOV_EXIT_FINE : failure("out of memory");
    else if (columns) print_columns(&cells);
    else print_relations(session, &cells);
    return GOV_EXIT_FINE;
}

const Command command_access = {
    .name = "access", .arguments = "[RELATION]", .most = 1, .options = OPTIONS, .run = run,
    .words = "Shows who may read what: for each role and each source or model whether it may read it whole, in part, or not at\n"
             "all; of one relation, each column: whole, hidden, masked (with what), and what its values tell. csv and json give every\n"
             "column, and which rows.",
    .examples = "  gov access\n  gov access marts.customer_orders\n  gov access --role partner --format csv\n",
};
