#include "compiler/command/command.h"

#include "compiler/facts/matrix.h"

#include <string.h>

static const OptionId OPTIONS[] = {OPTION_ROLE, OPTION_AT, OPTION_FORMAT, OPTION_DIRECTORY, OPTION_COUNT};

/* ---------------------------------------------------------------- printing */

enum { NARROWEST = 10 };

static int width_of(const char *role) {
    int length = (int)strlen(role);
    return length > NARROWEST ? length : NARROWEST;
}

/* Whether it is the first cell of its relation (or of its role). */
static bool is_first(const AccessCells *cells, uint32_t at, bool of_relation) {
    for (uint32_t i = 0; i < at; i++)
        if (of_relation ? cells->items[i].relation == cells->items[at].relation : cells->items[i].role == cells->items[at].role) return false;
    return true;
}

static void end_line(Buffer *out) {
    while (out->length && out->at[out->length - 1] == ' ') out->length--;
    buffer_char(out, '\n');
}

/* A line a relation, a column a role. */
static void print_relations(Session *session, const AccessCells *cells) {
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
            const AccessCell *cell = &cells->items[k];
            if (cell->relation == cells->items[i].relation)
                buffer_format(&out, "  %-*s", width_of(cell->role), strcmp(cell->access, "none") ? cell->access : "-");
        }
        end_line(&out);
    }
    fwrite(out.at, 1, out.length, stdout);
}

static void print_columns(const AccessCells *cells) {
    for (uint32_t i = 0; i < cells->count; i++) {
        const AccessCell *cell = &cells->items[i];
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

static void print_csv(const AccessCells *cells) {
    printf("role,relation,column,access,mask,rows,level\n");
    for (uint32_t i = 0; i < cells->count; i++) {
        const AccessCell *cell = &cells->items[i];
        const char *words[] = {cell->role, cell->relation, cell->column, cell->access, cell->mask, cell->rows, cell->level};
        for (int k = 0; k < 7; k++) print_csv_word(words[k], k < 6 ? ',' : '\n');
    }
}

static GovExit print_cells(const AccessCells *cells) {
    json_t *list = json_array();
    for (uint32_t i = 0; i < cells->count; i++) {
        const AccessCell *cell = &cells->items[i];
        json_array_append_new(list, json_pack("{s:s, s:s, s:s?, s:s, s:s?, s:s?, s:s}", "role", cell->role, "relation", cell->relation,
                                              "column", *cell->column ? cell->column : NULL, "access", cell->access, "mask",
                                              *cell->mask ? cell->mask : NULL, "rows", *cell->rows ? cell->rows : NULL, "level", cell->level));
    }
    return print_json(list);
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
    if (!project_know(session, line, line->values[OPTION_AT], &project, &code)) return code;
    if (line->argument_count && !asked_of(session, line->arguments[0], &relation, &column)) return GOV_EXIT_MISUSE;
    if (line->values[OPTION_ROLE] && !asked_role(session, line->values[OPTION_ROLE], &role)) return GOV_EXIT_MISUSE;
    bool columns = relation || strcmp(format, "text");
    MatrixOptions options = {role, relation, columns};
    AccessCells cells = access_matrix(session->facts, &session->arena, &options);
    if (!strcmp(format, "csv")) print_csv(&cells);
    else if (!strcmp(format, "json")) return print_cells(&cells);
    else if (columns) print_columns(&cells);
    else print_relations(session, &cells);
    return GOV_EXIT_FINE;
}

const Command command_access = {
    .name = "access", .arguments = "[RELATION]", .most = 1, .options = OPTIONS, .run = run,
    .words = "Shows who may read what: for each role and each source or model whether it may read it whole, in part, or not at\n"
             "all; of one relation, each column: whole, hidden, masked (with what), and what its values tell. csv and json give every\n"
             "column, and which rows. --at asks a commit of git instead of the files as they are.",
    .examples = "  gov access\n  gov access marts.customer_orders\n  gov access --role partner --format csv\n  gov access --at v1.2 --format json\n",
};
