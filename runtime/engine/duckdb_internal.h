/* The handles of the DuckDB engine, shared by its files. */
#ifndef GOV_ENGINE_DUCKDB_INTERNAL_H
#define GOV_ENGINE_DUCKDB_INTERNAL_H

#include "runtime/engine/duckdb_library.h"

typedef struct {
    EngineDatabase base;
    DuckdbLibrary library;
    duckdb_database handle;
    char *path;                /* for messages; null: in memory */
} DuckdbDatabase;

typedef struct {
    EngineConnection base;
    DuckdbDatabase *database;
    const DuckdbLibrary *library;
    duckdb_connection handle;
} DuckdbConnection;

/* duckdb_error.c: turns DuckDB's message into one that may be shown and recorded: its first sentence without prefix and
 * excerpt for statements that are wrong; words of our own for everything that could quote a value. */
bool duckdb_fail(EngineError *ret_error, duckdb_error_type type, const char *message);

/* duckdb_error.c: the same for a database that cannot be opened at `path`. */
bool duckdb_fail_open(EngineError *ret_error, const char *path, const char *message);

/* duckdb_result.c */
bool duckdb_prepare_with(DuckdbConnection *connection, const char *sql, const EngineParameter *parameters, size_t count,
                         duckdb_prepared_statement *ret_statement, EngineError *ret_error);
int64_t duckdb_rows_written(const DuckdbLibrary *library, duckdb_result *result);
bool duckdb_engine_query(EngineConnection *connection, const char *sql, const EngineParameter *parameters, size_t count,
                         EngineResult **ret_result, EngineError *ret_error);
size_t duckdb_engine_column_count(const EngineResult *result);
const EngineColumn *duckdb_engine_column(const EngineResult *result, size_t column);
bool duckdb_engine_next(EngineResult *result, EngineError *ret_error);
EngineCell duckdb_engine_cell(EngineResult *result, size_t column);
void duckdb_engine_result_close(EngineResult *result);

/* duckdb_appender.c */
bool duckdb_engine_appender_open(EngineConnection *connection, const char *schema, const char *table,
                                 EngineAppender **ret_appender, EngineError *ret_error);
bool duckdb_engine_append_text(EngineAppender *appender, const char *text, size_t length, EngineError *ret_error);
bool duckdb_engine_append_integer(EngineAppender *appender, int64_t integer, EngineError *ret_error);
bool duckdb_engine_append_null(EngineAppender *appender, EngineError *ret_error);
bool duckdb_engine_append_row(EngineAppender *appender, EngineError *ret_error);
bool duckdb_engine_appender_close(EngineAppender *appender, bool discard, EngineError *ret_error);

#endif
