/* The embedded engine: DuckDB through its C library. */
#include "runtime/engine/duckdb_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ------------------------------------------------------------------------------------------------------------- path */

/* Creates the folders of `path` below `base_length`, as far as they are missing. */
static bool make_folders(char *path, size_t base_length, EngineError *ret_error) {
    for (char *slash = strchr(path + base_length, '/'); slash; slash = strchr(slash + 1, '/')) {
        if (slash == path) continue;
        *slash = '\0';
        bool made = mkdir(path, 0777) == 0 || errno == EEXIST;
        if (!made)
            engine_fail(ret_error, errno == ENOSPC ? ENGINE_FAULT_DISK_FULL : ENGINE_FAULT_PATH,
                        "folder `%s` cannot be created: %s", path, strerror(errno));
        *slash = '/';
        if (!made) return false;
    }
    return true;
}

/* What DuckDB would only say in its own words, or not at all. */
static bool check_path(const char *path, bool read_only, EngineError *ret_error) {
    struct stat status;
    if (stat(path, &status) == 0) {
        if (S_ISDIR(status.st_mode))
            return engine_fail(ret_error, ENGINE_FAULT_PATH, "`%s` is a directory, not a database file", path);
        if (!S_ISREG(status.st_mode))
            return engine_fail(ret_error, ENGINE_FAULT_PATH, "`%s` is not a regular file", path);
        if (access(path, R_OK) != 0)
            return engine_fail(ret_error, ENGINE_FAULT_PATH, "no permission to read database `%s`", path);
        if (!read_only && access(path, W_OK) != 0)
            return engine_fail(ret_error, ENGINE_FAULT_PATH, "no permission to write database `%s`", path);
        return true;
    }
    if (errno == ENOENT && read_only)
        return engine_fail(ret_error, ENGINE_FAULT_MISSING, "database `%s` does not exist yet; `run` creates it", path);
    if (errno != ENOENT)
        return engine_fail(ret_error, ENGINE_FAULT_PATH, "database `%s` cannot be opened: %s", path, strerror(errno));
    const char *slash = strrchr(path, '/');
    char folder[4096] = ".";
    if (slash) snprintf(folder, sizeof folder, "%.*s", slash == path ? 1 : (int)(slash - path), path);
    if (access(folder, F_OK) != 0)
        return engine_fail(ret_error, ENGINE_FAULT_PATH, "folder `%s` of database `%s` does not exist", folder, path);
    if (access(folder, W_OK | X_OK) != 0)
        return engine_fail(ret_error, ENGINE_FAULT_PATH, "no permission to create database `%s` in folder `%s`", path,
                           folder);
    return true;
}

/* The path to open, absolute or from here; relative ones start at the project's folder, where missing folders are made. */
static bool find_path(const EngineOptions *options, const char *path, char **ret_path, EngineError *ret_error) {
    const char *folder = options->folder && *path != '/' ? options->folder : NULL;
    if (asprintf(ret_path, "%s%s%s", folder ? folder : "", folder ? "/" : "", path) < 0) {
        *ret_path = NULL;
        return engine_fail(ret_error, ENGINE_FAULT_MEMORY, "out of memory");
    }
    if (*path != '/' && !options->read_only && !make_folders(*ret_path, folder ? strlen(folder) + 1 : 0, ret_error))
        return false;
    return check_path(*ret_path, options->read_only, ret_error);
}

/* ------------------------------------------------------------------------------------------------------------- open */

static bool configure(const DuckdbLibrary *library, const EngineOptions *options, duckdb_config config,
                      EngineError *ret_error) {
    char threads[16];
    snprintf(threads, sizeof threads, "%d", options->threads);
    const struct {
        const char *name;
        const char *value; /* null: DuckDB's own default */
    } settings[] = {
        {"autoinstall_known_extensions", "false"}, /* the engine never reaches out by itself */
        {"autoload_known_extensions", "false"},
        {"allow_community_extensions", "false"},
        {"access_mode", options->read_only ? "READ_ONLY" : "READ_WRITE"},
        {"threads", options->threads > 0 ? threads : engine_setting(options, "threads")},
        {"memory_limit", engine_setting(options, "memory_limit")},
        {"temp_directory", engine_setting(options, "temp_directory")},
        {"extension_directory", engine_setting(options, "extension_directory")},
    };
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        if (settings[i].value && library->set_config(config, settings[i].name, settings[i].value) != DuckDBSuccess)
            return engine_fail(ret_error, ENGINE_FAULT_OTHER, "DuckDB does not take `%s` as its setting `%s`",
                               settings[i].value, settings[i].name);
    return true;
}

static bool open_file(DuckdbDatabase *database, const EngineOptions *options, EngineError *ret_error) {
    const DuckdbLibrary *library = &database->library;
    duckdb_config config;
    if (library->create_config(&config) != DuckDBSuccess)
        return engine_fail(ret_error, ENGINE_FAULT_MEMORY, "out of memory");
    char *message = NULL;
    bool ok = configure(library, options, config, ret_error);
    if (ok && library->open_ext(database->path, &database->handle, config, &message) != DuckDBSuccess)
        ok = duckdb_fail_open(ret_error, database->path ? database->path : ":memory:", message);
    library->free(message);
    library->destroy_config(&config);
    return ok;
}

static void duckdb_engine_close(EngineDatabase *base) {
    DuckdbDatabase *database = (DuckdbDatabase *)base;
    if (database->handle) database->library.close(&database->handle);
    free(database->path);
    free(database);
}

static bool duckdb_engine_open(const EngineOptions *options, EngineDatabase **ret_database, EngineError *ret_error) {
    DuckdbDatabase *database = calloc(1, sizeof *database);
    if (!database) return engine_fail(ret_error, ENGINE_FAULT_MEMORY, "out of memory");
    database->base.engine = &engine_duckdb;
    const char *path = engine_setting(options, "path");
    bool in_memory = !path || strcmp(path, ":memory:") == 0;
    if ((!in_memory && !find_path(options, path, &database->path, ret_error)) ||
        !duckdb_library_open(&database->library, ret_error) || !open_file(database, options, ret_error)) {
        duckdb_engine_close(&database->base);
        return false;
    }
    *ret_database = &database->base;
    return true;
}

/* ------------------------------------------------------------------------------------------------------ connections */

static bool duckdb_engine_execute(EngineConnection *base, const char *sql, int64_t *ret_rows, EngineError *ret_error) {
    DuckdbConnection *connection = (DuckdbConnection *)base;
    duckdb_result result;
    bool ok = connection->library->query(connection->handle, sql, &result) == DuckDBSuccess;
    if (ok)
        *ret_rows = duckdb_rows_written(connection->library, &result);
    else
        duckdb_fail(ret_error, connection->library->result_error_type(&result),
                    connection->library->result_error(&result));
    connection->library->destroy_result(&result);
    return ok;
}

static bool duckdb_engine_execute_with(EngineConnection *base, const char *sql, const EngineParameter *parameters,
                                       size_t count, int64_t *ret_rows, EngineError *ret_error) {
    DuckdbConnection *connection = (DuckdbConnection *)base;
    const DuckdbLibrary *library = connection->library;
    duckdb_prepared_statement statement;
    if (!duckdb_prepare_with(connection, sql, parameters, count, &statement, ret_error)) return false;
    duckdb_result result;
    bool ok = library->execute_prepared(statement, &result) == DuckDBSuccess;
    if (ok)
        *ret_rows = duckdb_rows_written(library, &result);
    else
        duckdb_fail(ret_error, library->result_error_type(&result), library->result_error(&result));
    library->destroy_result(&result);
    library->destroy_prepare(&statement);
    return ok;
}

static void duckdb_engine_disconnect(EngineConnection *base) {
    DuckdbConnection *connection = (DuckdbConnection *)base;
    if (connection->handle) connection->library->disconnect(&connection->handle);
    free(connection);
}

/* Not `enable_progress_bar`, without which DuckDB does not say how far a query is: it cost 13 % of the time of a run. */
static const char session_settings[] = "set timezone = 'UTC'";

static bool duckdb_engine_connect(EngineDatabase *base, EngineConnection **ret_connection, EngineError *ret_error) {
    DuckdbDatabase *database = (DuckdbDatabase *)base;
    DuckdbConnection *connection = calloc(1, sizeof *connection);
    if (!connection) return engine_fail(ret_error, ENGINE_FAULT_MEMORY, "out of memory");
    connection->base.engine = base->engine;
    connection->database = database;
    connection->library = &database->library;
    int64_t rows;
    bool ok = database->library.connect(database->handle, &connection->handle) == DuckDBSuccess ||
              engine_fail(ret_error, ENGINE_FAULT_OTHER, "DuckDB gives no connection");
    if (!ok || !duckdb_engine_execute(&connection->base, session_settings, &rows, ret_error)) {
        duckdb_engine_disconnect(&connection->base);
        return false;
    }
    *ret_connection = &connection->base;
    return true;
}

static void duckdb_engine_interrupt(EngineConnection *base) {
    DuckdbConnection *connection = (DuckdbConnection *)base;
    connection->library->interrupt(connection->handle);
}

const Engine engine_duckdb = {
    .name = "duckdb",
    .open = duckdb_engine_open,
    .close = duckdb_engine_close,
    .connect = duckdb_engine_connect,
    .disconnect = duckdb_engine_disconnect,
    .execute = duckdb_engine_execute,
    .execute_with = duckdb_engine_execute_with,
    .query = duckdb_engine_query,
    .column_count = duckdb_engine_column_count,
    .column = duckdb_engine_column,
    .next = duckdb_engine_next,
    .cell = duckdb_engine_cell,
    .result_close = duckdb_engine_result_close,
    .appender_open = duckdb_engine_appender_open,
    .append_text = duckdb_engine_append_text,
    .append_integer = duckdb_engine_append_integer,
    .append_null = duckdb_engine_append_null,
    .append_row = duckdb_engine_append_row,
    .appender_close = duckdb_engine_appender_close,
    .interrupt = duckdb_engine_interrupt,
};
