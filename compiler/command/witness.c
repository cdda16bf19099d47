/* Runs pairs of states in the embedded engine until their answers differ, and shows them side by side. */
#include "compiler/command/witness.h"

#include "compiler/witness/witness.h"
#include "runtime/engine/engine.h"

#include <string.h>
#include <time.h>

enum { MOST_PAIRS = 3000, MOST_SECONDS = 10, WIDEST = 24 };

typedef VEC(const char *) Cells;       /* row by row */

typedef struct Search {
    Arena *arena;
    Witness *witness;
    EngineConnection *connection;
    Cells answers[2];
} Search;

/* -------------------------------------------------------------------- asking */

static bool read_answer(Search *search, Cells *cells, EngineError *error) {
    EngineResult *result;
    cells->count = 0;
    if (!engine_query(search->connection, search->witness->query, NULL, 0, &result, error)) return false;
    error->fault = ENGINE_FAULT_NONE;
    while (engine_next(result, error))
        for (size_t i = 0; i < engine_column_count(result); i++) {
            EngineCell cell = engine_cell(result, i);
            vec_push(search->arena, cells, cell.is_null ? "null" : arena_copy(search->arena, cell.text, cell.length));
        }
    engine_result_close(result);
    return error->fault == ENGINE_FAULT_NONE;
}

/* The answer of a state; false: it breaks a promise of the sources, or a query fails on it. */
static bool ask(Search *search, int state, EngineError *error) {
    Buffer sql;
    int64_t broken;
    buffer_open(&sql, search->arena);
    witness_put(search->witness, state, &sql);
    return engine_execute(search->connection, buffer_string(&sql), NULL, error) &&
           engine_query_integer(search->connection, search->witness->checks, &broken, error) && !broken &&
           read_answer(search, &search->answers[state], error);
}

static bool differ(const Search *search) {
    const Cells *one = &search->answers[0], *other = &search->answers[1];
    if (one->count != other->count) return true;
    for (uint32_t i = 0; i < one->count; i++)
        if (strcmp(one->items[i], other->items[i])) return true;
    return false;
}

/* Takes back each difference of the states without which the answers differ still. */
static void shrink(Search *search) {
    EngineError error;
    for (uint32_t i = 0; i < search->witness->tables.count; i++) {
        WitnessTable *table = &search->witness->tables.items[i];
        for (uint32_t k = 0; k < table->row_count * table->source->rows->columns.count; k++) {
            const char *before = table->cells[1][k];
            if (!strcmp(before, table->cells[0][k])) continue;
            table->cells[1][k] = table->cells[0][k];
            if (!ask(search, 1, &error) || !differ(search)) table->cells[1][k] = before;
        }
    }
    ask(search, 0, &error);
    ask(search, 1, &error);
}

/* Which candidates the contracts let pass. */
static bool ask_columns(Search *search, EngineError *error) {
    for (uint32_t i = 0; i < search->witness->columns.count; i++) {
        WitnessColumn *column = &search->witness->columns.items[i];
        EngineResult *result;
        if (!engine_query(search->connection, column->query, NULL, 0, &result, error)) return false;
        error->fault = ENGINE_FAULT_NONE;
        while (column->passing_count < column->candidate_count && engine_next(result, error))
            column->passing[column->passing_count++] = (uint32_t)engine_cell(result, 0).integer;
        engine_result_close(result);
        if (error->fault != ENGINE_FAULT_NONE) return false;
    }
    return true;
}

static bool find(Search *search) {
    uint64_t seed = 20260101;
    time_t end = time(NULL) + MOST_SECONDS;
    EngineError error;
    for (int i = 0; i < MOST_PAIRS && time(NULL) <= end; i++) {
        if (!witness_draw(search->witness, &seed) || !ask(search, 0, &error) || !ask(search, 1, &error) || !differ(search)) continue;
        shrink(search);
        return true;
    }
    return false;
}

/* ------------------------------------------------------------------- showing */

/* A literal as people write a value: `'a'`, `1`, `2026-01-01`. */
static const char *plain(Arena *arena, const char *cell) {
    const char *cast = strstr(cell, "::");
    size_t length = cast ? (size_t)(cast - cell) : strlen(cell);
    if (length > 1 && *cell == '\'' && cell[length - 1] == '\'') cell++, length -= 2;
    return arena_copy(arena, cell, length > WIDEST ? WIDEST : length);
}

typedef struct Drawn { const char **cells; uint32_t width, rows; } Drawn;

static int widest(const Drawn *table, uint32_t column) {
    int width = 0;
    for (uint32_t row = 0; row < table->rows; row++) {
        int length = (int)strlen(table->cells[row * table->width + column]);
        if (length > width) width = length;
    }
    return width;
}

static void put_line(const Drawn *table, uint32_t row, Buffer *out) {
    for (uint32_t i = 0; i < table->width; i++)
        buffer_format(out, "%s%-*s", i ? "  " : "", widest(table, i), row < table->rows ? table->cells[row * table->width + i] : "");
}

static void print_beside(Arena *arena, const Drawn *one, const Drawn *other) {
    for (uint32_t row = 0; row < (one->rows > other->rows ? one->rows : other->rows); row++) {
        Buffer line;
        buffer_open(&line, arena);
        buffer_text(&line, "  ");
        put_line(one, row, &line);
        buffer_text(&line, "  |  ");
        put_line(other, row, &line);
        while (line.length && line.at[line.length - 1] == ' ') line.length--;
        printf("%s\n", buffer_string(&line));
    }
}

static Drawn drawn(Arena *arena, uint32_t width, uint32_t rows) {
    return (Drawn){arena_alloc(arena, (width * (rows + 1) + 1) * sizeof(const char *)), width, rows + 1};
}

static bool is_changed(const WitnessTable *table, uint32_t row, uint32_t column) {
    uint32_t at = row * table->source->rows->columns.count + column;
    return strcmp(table->cells[0][at], table->cells[1][at]) != 0;
}

static bool any_changed(const WitnessTable *table) {
    bool changed = false;
    for (uint32_t row = 0; row < table->row_count; row++)
        for (uint32_t i = 0; i < table->source->rows->columns.count; i++) changed |= is_changed(table, row, i);
    return changed;
}

/* What shows a row apart, and what differs: all that is needed to understand the difference. */
static bool is_shown(const WitnessTable *table, const Column *column, bool verbose) {
    bool shown = verbose;
    for (uint32_t row = 0; row < table->row_count; row++) shown |= is_changed(table, row, column->index);
    for (uint32_t i = 0; i < table->source->tests.count; i++) {
        const Test *test = table->source->tests.items[i];
        for (uint32_t k = 0; test->kind == TEST_KEY && k < test->columns.count; k++) shown |= test->columns.items[k] == column;
    }
    return shown;
}

static Drawn draw_table(Arena *arena, const WitnessTable *table, int state, bool verbose) {
    uint32_t all = table->source->rows->columns.count, width = 0;
    for (uint32_t i = 0; i < all; i++) width += is_shown(table, table->source->rows->columns.items[i], verbose);
    Drawn out = drawn(arena, width, table->row_count);
    for (uint32_t i = 0, at = 0; i < all; i++) {
        const Column *column = table->source->rows->columns.items[i];
        if (!is_shown(table, column, verbose)) continue;
        out.cells[at] = column->name->text;
        for (uint32_t row = 0; row < table->row_count; row++)
            out.cells[(row + 1) * width + at] = arena_format(arena, "%s%s", plain(arena, table->cells[state][row * all + i]), is_changed(table, row, i) ? " *" : "");
        at++;
    }
    return out;
}

static Drawn draw_answer(const Search *search, int state) {
    uint32_t width = search->witness->asked.count, rows = search->answers[state].count / width;
    Drawn out = drawn(search->arena, width, rows);
    for (uint32_t i = 0; i < width; i++) out.cells[i] = search->witness->asked.items[i]->name->text;
    for (uint32_t i = 0; i < width * rows; i++) out.cells[width + i] = search->answers[state].items[i];
    return out;
}

static void print_same(const Search *search) {
    const char *before = "the same in both: ";
    for (uint32_t i = 0; i < search->witness->tables.count; i++) {
        const WitnessTable *table = &search->witness->tables.items[i];
        if (any_changed(table)) continue;
        printf("%s%s (%u row%s)", before, table->source->full_name->text, table->row_count, table->row_count == 1 ? "" : "s");
        before = ", ";
    }
    if (*before == ',') printf("; --verbose shows them\n");
}

static void print_found(const Search *search, const Role *role, const Relation *relation, bool verbose) {
    printf("two states of the sources that differ only where `*` stands, in what role %s is not cleared for:\n", role->name->text);
    for (uint32_t i = 0; i < search->witness->tables.count; i++) {
        const WitnessTable *table = &search->witness->tables.items[i];
        if (!verbose && !any_changed(table)) continue;
        Drawn one = draw_table(search->arena, table, 0, verbose), other = draw_table(search->arena, table, 1, verbose);
        printf("\n%s\n", table->source->full_name->text);
        print_beside(search->arena, &one, &other);
    }
    if (!verbose) print_same(search);
    Drawn one = draw_answer(search, 0), other = draw_answer(search, 1);
    printf("\nwhat it reads of %s\n", relation->full_name->text);
    print_beside(search->arena, &one, &other);
}

/* ------------------------------------------------------------------- engine */

static GovExit search_in(Search *search, EngineDatabase *database, const Role *role, const Relation *relation, bool verbose) {
    EngineError error;
    if (!engine_connect(database, &search->connection, &error)) return failure("%s", error.text);
    bool ready = engine_execute(search->connection, search->witness->setup, NULL, &error) && ask_columns(search, &error), found = ready && find(search);
    engine_disconnect(search->connection);
    if (!ready) return failure("%s", error.text);
    if (found) print_found(search, role, relation, verbose);
    else printf("no two states were found that give two answers; that proves nothing: a leak may need other values\n");
    return GOV_EXIT_FINE;
}

GovExit show_witness(Session *session, const Role *role, const Relation *relation, const Column *column, bool verbose) {
    const char *why;
    Search search = {.arena = &session->arena};
    search.witness = witness_open(session->facts, &session->arena, role, relation, column, &why);
    if (!search.witness) {
        printf("no witness is looked for: %s\n", why);
        return GOV_EXIT_FINE;
    }
    EngineError error;
    EngineDatabase *database;
    EngineSetting memory = {"path", ":memory:"};
    EngineOptions options = {.settings = &memory, .setting_count = 1, .threads = 1};
    if (!engine_open(engine_find("duckdb"), &options, &database, &error)) return failure("%s", error.text);
    GovExit code = search_in(&search, database, role, relation, verbose);
    engine_close(database);
    return code;
}
