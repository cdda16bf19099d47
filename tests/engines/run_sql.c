/* Runs SQL on the embedded engine: blocks of standard input, each ended by a line `;;`. Prints the rows of each block, cells
 * separated by tabs and nulls as \N, or `error: …`; then a line `;;`. The argument is a database, or :memory:. */
#include "runtime/engine/engine.h"

#include <stdlib.h>
#include <string.h>

static void print_rows(EngineResult *result, EngineError *error) {
    while (engine_next(result, error)) {
        for (size_t i = 0; i < engine_column_count(result); i++) {
            EngineCell cell = engine_cell(result, i);
            printf("%s%s", i ? "\t" : "", cell.is_null ? "\\N" : cell.text);
        }
        printf("\n");
    }
}

static void run_block(EngineConnection *connection, const char *sql) {
    EngineResult *result;
    EngineError error = {0};
    if (engine_query(connection, sql, NULL, 0, &result, &error)) {
        print_rows(result, &error);
        engine_result_close(result);
    }
    if (error.fault != ENGINE_FAULT_NONE) printf("error: %s\n", error.text);
    printf(";;\n");
    fflush(stdout);
}

static void run_blocks(EngineConnection *connection) {
    char *line = NULL, *block = NULL;
    size_t capacity = 0, size = 0;
    FILE *stream = open_memstream(&block, &size);
    while (stream && getline(&line, &capacity, stdin) > 0) {
        if (strcmp(line, ";;\n") != 0) {
            fputs(line, stream);
            continue;
        }
        fclose(stream);
        run_block(connection, block);
        free(block);
        stream = open_memstream(&block, &size);
    }
    if (stream) fclose(stream);
    free(block);
    free(line);
}

int main(int argc, char **argv) {
    const EngineSetting path = {"path", argc > 1 ? argv[1] : ":memory:"};
    const EngineOptions options = {.settings = &path, .setting_count = 1, .threads = 2};
    EngineDatabase *database;
    EngineConnection *connection;
    EngineError error;
    if (!engine_open(engine_find("duckdb"), &options, &database, &error)) {
        fprintf(stderr, "%s\n", error.text);
        return 1;
    }
    if (!engine_connect(database, &connection, &error)) {
        fprintf(stderr, "%s\n", error.text);
        engine_close(database);
        return 1;
    }
    run_blocks(connection);
    engine_disconnect(connection);
    engine_close(database);
    return 0;
}
