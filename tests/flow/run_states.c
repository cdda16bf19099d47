/* Runs the same queries over many states of a few small tables, as fast as the embedded engine can: each query is prepared once,
 * its tables are functions that give rows of this process, and what a query gives is a table of the queries after it.
 *
 * Each line of standard input is a job, in JSON:
 *   {"relations": [{"columns": [[name, type], …]}                 a table: int4, text or int4[]
 *                  {"sql": query}                                 a query; `rows_of(i)` is the relation number i before it
 *                  {"sql": query, "like": query}, …],             keeps rows: `rows_of(itself)` is what it gave in the run before
 *                                                                 (at first nothing); its columns are those of `like`
 *    "states": [[run, …], …]}                                     a run: of each table its rows, [[number, text, null or [number, …], …], …]
 * Each line of standard output is the answer: {"refused": [number, …], "states": [[[rows, …], …], …]}: of each state the rows of
 * every query after each run, [[rows, …], …], null for one that is refused; instead of a run on which the engine fails null. */
#include "config.h"

#include <dlfcn.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wstrict-prototypes" /* DuckDB's header declares `f()` */
#include <duckdb.h>
#pragma GCC diagnostic pop

/* libduckdb is opened at run time: every function that is called. */
#define FUNCTIONS(F) \
    F(create_config) F(set_config) F(destroy_config) F(open_ext) F(connect) F(query) F(destroy_result) F(prepare) \
    F(prepare_error) F(destroy_prepare) F(execute_prepared) F(result_error) F(fetch_chunk) F(destroy_data_chunk) \
    F(data_chunk_get_size) F(data_chunk_set_size) F(data_chunk_get_vector) F(vector_get_data) F(vector_get_validity) \
    F(vector_ensure_validity_writable) F(validity_row_is_valid) F(validity_set_row_invalid) F(vector_assign_string_element_len) \
    F(list_vector_get_child) F(list_vector_reserve) F(list_vector_set_size) F(list_vector_get_size) F(string_t_length) \
    F(string_t_data) F(prepared_statement_column_count) F(prepared_statement_column_name) \
    F(prepared_statement_column_logical_type) F(create_logical_type) F(create_list_type) F(destroy_logical_type) F(get_type_id) \
    F(decimal_internal_type) F(list_type_child_type) F(create_table_function) F(table_function_set_name) F(table_function_add_parameter) \
    F(table_function_set_extra_info) F(table_function_set_bind) F(table_function_set_init) F(table_function_set_function) \
    F(register_table_function) F(destroy_table_function) F(bind_get_extra_info) F(bind_get_parameter) F(get_int64) \
    F(destroy_value) F(bind_set_error) F(bind_add_result_column) F(bind_set_bind_data) F(bind_set_cardinality) \
    F(init_set_init_data) F(function_get_bind_data) F(function_get_init_data) F(free)

static struct {
#define FIELD(name) __typeof__(&duckdb_##name) name;
    FUNCTIONS(FIELD)
#undef FIELD
} duckdb;

enum { VECTOR_SIZE = 2048, TYPICAL_ROWS = 5, NO_ITEM = INT32_MIN };

/* A value as the engine has it; texts and arrays are owned. */
typedef struct { bool is_null; char bytes[16]; char *text; int32_t *items; size_t length; } Cell;

typedef struct { char *name; duckdb_logical_type type; duckdb_type id; size_t width; } Column;

typedef struct {
    duckdb_prepared_statement statement; /* none: a table, or refused */
    Column *columns;
    size_t column_count;
    Cell *cells; /* row by row */
    size_t row_count, room;
    bool is_table;
} Relation;

typedef struct { Relation *items; size_t count; duckdb_connection connection; } World;

static void *allocate(void *old, size_t size) {
    void *memory = realloc(old, size ? size : 1);
    if (memory) return memory;
    fputs("out of memory\n", stderr);
    exit(1);
}

static void fail(const char *what) {
    fprintf(stderr, "%s\n", what);
    exit(1);
}

/* -------------------------------------------------------------------- rows */

static void clear_rows(Relation *relation) {
    for (size_t i = 0; i < relation->row_count * relation->column_count; i++) {
        free(relation->cells[i].text);
        free(relation->cells[i].items);
    }
    relation->row_count = 0;
}

static Cell *add_row(Relation *relation) {
    size_t wanted = (relation->row_count + 1) * relation->column_count;
    if (wanted > relation->room) relation->cells = allocate(relation->cells, (relation->room = 2 * wanted) * sizeof(Cell));
    Cell *row = relation->cells + relation->row_count++ * relation->column_count;
    memset(row, 0, relation->column_count * sizeof(Cell));
    return row;
}

/* The width of values that are copied as they are; 0: texts, arrays. */
static bool width_of(duckdb_logical_type type, size_t *ret_width) {
    duckdb_type id = duckdb.get_type_id(type);
    switch (id == DUCKDB_TYPE_DECIMAL ? duckdb.decimal_internal_type(type) : id) {
    case DUCKDB_TYPE_BOOLEAN: case DUCKDB_TYPE_TINYINT: return *ret_width = 1, true;
    case DUCKDB_TYPE_SMALLINT: return *ret_width = 2, true;
    case DUCKDB_TYPE_INTEGER: case DUCKDB_TYPE_DATE: return *ret_width = 4, true;
    case DUCKDB_TYPE_BIGINT: case DUCKDB_TYPE_DOUBLE: case DUCKDB_TYPE_TIMESTAMP: return *ret_width = 8, true;
    case DUCKDB_TYPE_HUGEINT: return *ret_width = 16, true;
    case DUCKDB_TYPE_VARCHAR: return *ret_width = 0, true;
    case DUCKDB_TYPE_LIST: return *ret_width = 0, true;
    default: return false;
    }
}

static void read_items(duckdb_vector vector, duckdb_list_entry entry, Cell *cell) {
    duckdb_vector child = duckdb.list_vector_get_child(vector);
    const int32_t *items = duckdb.vector_get_data(child);
    uint64_t *valid = duckdb.vector_get_validity(child);
    cell->length = entry.length;
    cell->items = allocate(NULL, entry.length * sizeof *items);
    for (size_t i = 0; i < entry.length; i++)
        cell->items[i] = !valid || duckdb.validity_row_is_valid(valid, entry.offset + i) ? items[entry.offset + i] : NO_ITEM;
}

static void read_cell(const Column *column, duckdb_vector vector, idx_t row, Cell *cell) {
    uint64_t *valid = duckdb.vector_get_validity(vector);
    char *data = duckdb.vector_get_data(vector);
    cell->is_null = valid && !duckdb.validity_row_is_valid(valid, row);
    if (cell->is_null) return;
    if (column->width) {
        memcpy(cell->bytes, data + row * column->width, column->width);
    } else if (column->id == DUCKDB_TYPE_LIST) {
        read_items(vector, ((duckdb_list_entry *)data)[row], cell);
    } else {
        duckdb_string_t *text = (duckdb_string_t *)data + row;
        cell->length = duckdb.string_t_length(*text);
        cell->text = allocate(NULL, cell->length + 1);
        memcpy(cell->text, duckdb.string_t_data(text), cell->length);
    }
}

static void write_items(duckdb_vector vector, const Cell *cell, duckdb_list_entry *ret_entry) {
    size_t start = duckdb.list_vector_get_size(vector);
    duckdb.list_vector_reserve(vector, start + cell->length);
    duckdb_vector child = duckdb.list_vector_get_child(vector);
    int32_t *items = duckdb.vector_get_data(child);
    duckdb.vector_ensure_validity_writable(child);
    for (size_t i = 0; i < cell->length; i++) {
        items[start + i] = cell->items[i];
        if (cell->items[i] == NO_ITEM) duckdb.validity_set_row_invalid(duckdb.vector_get_validity(child), start + i);
    }
    duckdb.list_vector_set_size(vector, start + cell->length);
    *ret_entry = (duckdb_list_entry){start, cell->length};
}

static void write_cell(const Column *column, duckdb_vector vector, idx_t row, const Cell *cell) {
    char *data = duckdb.vector_get_data(vector);
    if (cell->is_null) {
        duckdb.vector_ensure_validity_writable(vector);
        duckdb.validity_set_row_invalid(duckdb.vector_get_validity(vector), row);
    } else if (column->width) {
        memcpy(data + row * column->width, cell->bytes, column->width);
    } else if (column->id == DUCKDB_TYPE_LIST) {
        write_items(vector, cell, (duckdb_list_entry *)data + row);
    } else {
        duckdb.vector_assign_string_element_len(vector, row, cell->text, cell->length);
    }
}

/* ---------------------------------------------------------------- rows_of() */

static void bind_rows(duckdb_bind_info info) {
    World *world = duckdb.bind_get_extra_info(info);
    duckdb_value number = duckdb.bind_get_parameter(info, 0);
    int64_t i = duckdb.get_int64(number);
    duckdb.destroy_value(&number);
    if (i < 0 || (size_t)i >= world->count || !world->items[i].column_count) {
        duckdb.bind_set_error(info, "there is no such relation");
        return;
    }
    Relation *relation = &world->items[i];
    for (size_t c = 0; c < relation->column_count; c++) duckdb.bind_add_result_column(info, relation->columns[c].name, relation->columns[c].type);
    duckdb.bind_set_cardinality(info, TYPICAL_ROWS, false);
    duckdb.bind_set_bind_data(info, relation, NULL);
}

static void init_rows(duckdb_init_info info) {
    duckdb.init_set_init_data(info, memset(allocate(NULL, sizeof(size_t)), 0, sizeof(size_t)), free);
}

static void give_rows(duckdb_function_info info, duckdb_data_chunk chunk) {
    const Relation *relation = duckdb.function_get_bind_data(info);
    size_t *next = duckdb.function_get_init_data(info), count = relation->row_count - *next;
    if (count > VECTOR_SIZE) count = VECTOR_SIZE;
    for (size_t c = 0; c < relation->column_count; c++) {
        duckdb_vector vector = duckdb.data_chunk_get_vector(chunk, c);
        for (size_t r = 0; r < count; r++)
            write_cell(&relation->columns[c], vector, r, &relation->cells[(*next + r) * relation->column_count + c]);
    }
    duckdb.data_chunk_set_size(chunk, count);
    *next += count;
}

static void register_rows_of(World *world) {
    duckdb_table_function function = duckdb.create_table_function();
    duckdb_logical_type number = duckdb.create_logical_type(DUCKDB_TYPE_INTEGER);
    duckdb.table_function_set_name(function, "rows_of");
    duckdb.table_function_add_parameter(function, number);
    duckdb.table_function_set_extra_info(function, world, NULL);
    duckdb.table_function_set_bind(function, bind_rows);
    duckdb.table_function_set_init(function, init_rows);
    duckdb.table_function_set_function(function, give_rows);
    if (duckdb.register_table_function(world->connection, function) == DuckDBError) fail("rows_of() cannot be registered");
    duckdb.destroy_logical_type(&number);
    duckdb.destroy_table_function(&function);
}

/* ----------------------------------------------------------------- relations */

static void add_column(Relation *relation, const char *name, duckdb_logical_type type) {
    relation->columns = allocate(relation->columns, (relation->column_count + 1) * sizeof(Column));
    Column *column = &relation->columns[relation->column_count++];
    *column = (Column){.name = strdup(name), .type = type, .id = duckdb.get_type_id(type)};
    if (!width_of(type, &column->width)) fail("a type that run_states does not know");
}

static void open_table(Relation *relation, const json_t *columns) {
    size_t i;
    const json_t *pair;
    relation->is_table = true;
    json_array_foreach(columns, i, pair) {
        const char *name = json_string_value(json_array_get(pair, 1));
        duckdb_logical_type type = duckdb.create_logical_type(!strcmp(name, "text") ? DUCKDB_TYPE_VARCHAR : DUCKDB_TYPE_INTEGER), item = type;
        if (!strcmp(name, "int4[]")) {
            type = duckdb.create_list_type(item);
            duckdb.destroy_logical_type(&item);
        }
        add_column(relation, json_string_value(json_array_get(pair, 0)), type);
    }
}

static bool prepare(const World *world, const char *sql, duckdb_prepared_statement *ret_statement) {
    if (duckdb.prepare(world->connection, sql, ret_statement) == DuckDBSuccess) return true;
    if (getenv("GOV_VERBOSE")) fprintf(stderr, "%s\n%s\n", duckdb.prepare_error(*ret_statement), sql);
    duckdb.destroy_prepare(ret_statement);
    return false;
}

static void take_columns(Relation *relation, duckdb_prepared_statement statement) {
    for (idx_t i = 0, count = duckdb.prepared_statement_column_count(statement); i < count; i++) {
        const char *name = duckdb.prepared_statement_column_name(statement, i);
        add_column(relation, name, duckdb.prepared_statement_column_logical_type(statement, i));
        duckdb.free((void *)name);
    }
}

/* Leaves a relation that the engine refuses without columns. */
static void open_query(World *world, Relation *relation, const char *sql, const char *like) {
    duckdb_prepared_statement first;
    if (!prepare(world, like ? like : sql, &first)) return;
    take_columns(relation, first);
    if (!like) {
        relation->statement = first;
        return;
    }
    duckdb.destroy_prepare(&first);
    if (!prepare(world, sql, &relation->statement)) fail(sql);
}

static void close_relation(Relation *relation) {
    clear_rows(relation);
    free(relation->cells);
    if (relation->statement) duckdb.destroy_prepare(&relation->statement);
    for (size_t i = 0; i < relation->column_count; i++) {
        free(relation->columns[i].name);
        duckdb.destroy_logical_type(&relation->columns[i].type);
    }
    free(relation->columns);
}

/* ---------------------------------------------------------------------- runs */

static void take_value(const json_t *value, Cell *cell) {
    int32_t number = (int32_t)json_integer_value(value);
    cell->is_null = json_is_null(value);
    memcpy(cell->bytes, &number, sizeof number);
    if (json_is_string(value)) {
        cell->length = json_string_length(value);
        cell->text = memcpy(allocate(NULL, cell->length + 1), json_string_value(value), cell->length);
    }
    if (!json_is_array(value)) return;
    cell->length = json_array_size(value);
    cell->items = allocate(NULL, cell->length * sizeof number);
    for (size_t i = 0; i < cell->length; i++) cell->items[i] = (int32_t)json_integer_value(json_array_get(value, i));
}

static void take_rows(Relation *relation, const json_t *rows) {
    clear_rows(relation);
    for (size_t r = 0; r < json_array_size(rows); r++) {
        Cell *row = add_row(relation);
        for (size_t c = 0; c < relation->column_count; c++) take_value(json_array_get(json_array_get(rows, r), c), &row[c]);
    }
}

static bool run_query(Relation *relation) {
    duckdb_result result;
    if (duckdb.execute_prepared(relation->statement, &result) == DuckDBError) {
        if (getenv("GOV_VERBOSE")) fprintf(stderr, "%s\n", duckdb.result_error(&result));
        duckdb.destroy_result(&result);
        return false;
    }
    clear_rows(relation);
    for (duckdb_data_chunk chunk; (chunk = duckdb.fetch_chunk(result)); duckdb.destroy_data_chunk(&chunk))
        for (idx_t r = 0, count = duckdb.data_chunk_get_size(chunk); r < count; r++) {
            Cell *row = add_row(relation);
            for (size_t c = 0; c < relation->column_count; c++) read_cell(&relation->columns[c], duckdb.data_chunk_get_vector(chunk, c), r, &row[c]);
        }
    duckdb.destroy_result(&result);
    return true;
}

static bool run_once(World *world, const json_t *run) {
    for (size_t i = 0, table = 0; i < world->count; i++) {
        Relation *relation = &world->items[i];
        if (relation->is_table) take_rows(relation, json_array_get(run, table++));
        else if (relation->statement && !run_query(relation)) return false;
    }
    return true;
}

/* -------------------------------------------------------------------- answers */

static void print_number(const Cell *cell, size_t width) {
    __int128 number = 0;
    memcpy(&number, cell->bytes, width);
    if (width < sizeof number) number = (__int128)((unsigned __int128)number << (128 - 8 * width)) >> (128 - 8 * width);
    if (number >= INT64_MIN && number <= INT64_MAX) printf("%lld", (long long)number);
    else printf("\"%016llx%016llx\"", (unsigned long long)(number >> 64), (unsigned long long)number);
}

static void print_cell(const Column *column, const Cell *cell) {
    if (cell->is_null) {
        fputs("null", stdout);
    } else if (column->id == DUCKDB_TYPE_DOUBLE) {
        double number;
        memcpy(&number, cell->bytes, sizeof number);
        printf("\"%.17g\"", number);
    } else if (column->width) {
        print_number(cell, column->width);
    } else if (cell->items) {
        putchar('[');
        for (size_t i = 0; i < cell->length; i++) printf(cell->items[i] == NO_ITEM ? "%snull" : "%s%d", i ? "," : "", (int)cell->items[i]);
        putchar(']');
    } else {
        json_t *text = json_stringn_nocheck(cell->text, cell->length);
        json_dumpf(text, stdout, JSON_ENCODE_ANY);
        json_decref(text);
    }
}

static void print_rows(const Relation *relation) {
    putchar('[');
    for (size_t r = 0; r < relation->row_count; r++) {
        fputs(r ? ",[" : "[", stdout);
        for (size_t c = 0; c < relation->column_count; c++) {
            if (c) putchar(',');
            print_cell(&relation->columns[c], &relation->cells[r * relation->column_count + c]);
        }
        putchar(']');
    }
    putchar(']');
}

static void print_run(const World *world) {
    const char *between = "";
    putchar('[');
    for (size_t i = 0; i < world->count; i++) {
        if (world->items[i].is_table) continue;
        fputs(between, stdout);
        between = ",";
        if (world->items[i].statement) print_rows(&world->items[i]);
        else fputs("null", stdout);
    }
    putchar(']');
}

/* A state on which the engine fails ends with a null among its runs. */
static void answer_state(World *world, const json_t *runs) {
    bool ok = true;
    for (size_t i = 0; i < world->count; i++) clear_rows(&world->items[i]);
    putchar('[');
    for (size_t i = 0; ok && i < json_array_size(runs); i++) {
        if (i) putchar(',');
        ok = run_once(world, json_array_get(runs, i));
        if (ok) print_run(world);
        else fputs("null", stdout);
    }
    putchar(']');
}

static void answer(World *world, const json_t *job) {
    const json_t *relations = json_object_get(job, "relations"), *states = json_object_get(job, "states");
    size_t count = json_array_size(relations);
    world->items = memset(allocate(NULL, count * sizeof(Relation)), 0, count * sizeof(Relation));
    world->count = count;
    const char *between = "";
    fputs("{\"refused\":[", stdout);
    for (size_t i = 0; i < count; i++) {
        const json_t *told = json_array_get(relations, i), *sql = json_object_get(told, "sql");
        if (!sql) open_table(&world->items[i], json_object_get(told, "columns"));
        else open_query(world, &world->items[i], json_string_value(sql), json_string_value(json_object_get(told, "like")));
        if (world->items[i].column_count) continue;
        printf("%s%zu", between, i);
        between = ",";
    }
    fputs("],\"states\":[", stdout);
    for (size_t i = 0; i < json_array_size(states); i++) {
        if (i) putchar(',');
        answer_state(world, json_array_get(states, i));
    }
    puts("]}");
    fflush(stdout);
    for (size_t i = 0; i < count; i++) close_relation(&world->items[i]);
    free(world->items);
}

/* ------------------------------------------------------------------- the whole */

static void open_library(void) {
    const char *chosen = getenv("GOV_DUCKDB_LIBRARY");
    void *handle = dlopen(chosen && *chosen ? chosen : DUCKDB_LIBRARY, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (!handle) fail(dlerror());
#define FIND(name) \
    if (!(duckdb.name = (__typeof__(duckdb.name))dlsym(handle, "duckdb_" #name))) fail("libduckdb has no duckdb_" #name);
    FUNCTIONS(FIND)
#undef FIND
}

static void open_database(World *world) {
    duckdb_config config;
    duckdb_database database;
    duckdb_result result;
    char *error = NULL;
    if (duckdb.create_config(&config) == DuckDBError || duckdb.set_config(config, "threads", "1") == DuckDBError ||
        duckdb.open_ext(NULL, &database, config, &error) == DuckDBError)
        fail(error ? error : "DuckDB cannot be opened");
    duckdb.destroy_config(&config);
    if (duckdb.connect(database, &world->connection) == DuckDBError) fail("no connection to DuckDB");
    if (duckdb.query(world->connection, "set disabled_optimizers = 'statistics_propagation'", &result) == DuckDBError) fail("no such optimizer");
    duckdb.destroy_result(&result);
}

int main(void) {
    World world = {0};
    char *line = NULL;
    size_t room = 0;
    open_library();
    open_database(&world);
    register_rows_of(&world);
    while (getline(&line, &room, stdin) > 0) {
        json_error_t error;
        json_t *job = json_loads(line, 0, &error);
        if (!job) fail(error.text);
        answer(&world, job);
        json_decref(job);
    }
    free(line);
    return 0;
}
