#include "compiler/command/command.h"

#include "compiler/diff/access.h"

#include <string.h>

static const OptionId OPTIONS[] = {OPTION_ACCESS, OPTION_ROLE, OPTION_FORMAT, OPTION_DIRECTORY, OPTION_COUNT};

static const AccessCell *cell_of(const AccessChange *change) {
    return change->after ? change->after : change->before;
}

static const char *place_words(Arena *arena, const AccessCell *cell) {
    return arena_format(arena, "%s.%s", cell->relation, cell->column);
}

static void print_text(Arena *arena, const AccessChanges *changes, const char *revision) {
    int role = 0, place = 0;
    for (uint32_t i = 0; i < changes->count; i++) {
        const AccessCell *cell = cell_of(&changes->items[i]);
        int width = (int)strlen(cell->role), length = (int)strlen(place_words(arena, cell));
        if (width > role) role = width;
        if (length > place) place = length;
    }
    uint32_t counts[3] = {0};
    for (uint32_t i = 0; i < changes->count; i++) {
        const AccessChange *change = &changes->items[i];
        const AccessCell *cell = cell_of(change);
        counts[change->kind]++;
        printf("%-7s  %-*s  %-*s  %s -> %s\n", access_change_word(change->kind), role, cell->role, place, place_words(arena, cell),
               access_cell_words(arena, change->before), access_cell_words(arena, change->after));
    }
    if (!changes->count) printf("nobody reads more, less or anything else than at %s\n", revision);
    else printf("since %s: %u opened, %u closed, %u changed\n", revision, counts[ACCESS_OPENS], counts[ACCESS_CLOSES], counts[ACCESS_CHANGES]);
}

static json_t *json_cell(const AccessCell *cell) {
    if (!cell) return json_null();
    return json_pack("{s:s, s:s?, s:s?, s:s}", "access", cell->access, "mask", *cell->mask ? cell->mask : NULL, "rows",
                     *cell->rows ? cell->rows : NULL, "level", cell->level);
}

static GovExit print_changes(const AccessChanges *changes) {
    json_t *list = json_array();
    for (uint32_t i = 0; i < changes->count; i++) {
        const AccessChange *change = &changes->items[i];
        const AccessCell *cell = cell_of(change);
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:o, s:o}", "change", access_change_word(change->kind), "role", cell->role,
                                              "relation", cell->relation, "column", cell->column, "before", json_cell(change->before),
                                              "after", json_cell(change->after)));
    }
    return print_json(list);
}

/* The matrix of the project at a commit (null: as it is now), by a compilation of its own. */
static bool matrix_at(Session *session, CommandLine *line, const char *revision, AccessCells *ret_cells, GovExit *ret_exit) {
    Project project;
    const Role *role = NULL;
    const char *wanted = line->values[OPTION_ROLE];
    if (!project_know(session, line, revision, &project, ret_exit)) {
        if (revision && *ret_exit == GOV_EXIT_FAILED) failure("these errors are of the project as it was at `%s`", revision);
        return false;
    }
    *ret_exit = GOV_EXIT_MISUSE;
    for (uint32_t i = 0; wanted && i < session->program->roles.count; i++)
        if (!strcmp(session->program->roles.items[i]->name->text, wanted)) role = session->program->roles.items[i];
    if (wanted && !role && !revision) return asked_role(session, wanted, &role); /* a role may be new: only now it must be there */
    MatrixOptions options = {.role = role, .columns = true};
    *ret_cells = wanted && !role ? (AccessCells){0} : access_matrix(session->facts, &session->arena, &options);
    return true;
}

static GovExit run(Session *session, CommandLine *line) {
    static const char *const FORMATS[] = {"text", "json", NULL};
    const char *format = option_choice(line, OPTION_FORMAT, FORMATS), *revision = line->arguments[0];
    if (!format) return GOV_EXIT_MISUSE;
    if (!line->values[OPTION_ACCESS]) return misuse("say what is to be compared: `gov diff --access %s`", revision);
    AccessCells before, after;
    GovExit code;
    Session earlier;
    session_open(&earlier, session->arena.escape);
    bool fine = matrix_at(session, line, NULL, &after, &code) && matrix_at(&earlier, line, revision, &before, &code);
    if (fine) {
        AccessChanges changes = access_changes(&session->arena, &before, &after);
        code = GOV_EXIT_FINE;
        if (!strcmp(format, "text")) print_text(&session->arena, &changes, revision);
        else code = print_changes(&changes);
    }
    session_close(&earlier);
    return code;
}

const Command command_diff = {
    .name = "diff", .arguments = "--access REVISION", .least = 1, .most = 1, .options = OPTIONS, .run = run,
    .words = "Shows what the project as it is opens, closes or changes, held against a commit of git: for each role each column\n"
             "that it may read now and might not then, or the other way round; rows and masks too. Uncommitted edits count.",
    .examples = "  gov diff --access main\n  gov diff --access HEAD~1 --role partner\n  gov diff --access v1.2 --format json\n",
};
