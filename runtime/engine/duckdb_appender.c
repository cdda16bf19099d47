#include "runtime/engine/duckdb_internal.h"

#include <stdlib.h>

typedef struct {
    EngineAppender base;
    const DuckdbLibrary *library;
    duckdb_appender handle;
    bool failed;
} DuckdbAppender;

static bool fail(DuckdbAppender *appender, EngineError *ret_error) {
    appender->failed = true;
    duckdb_error_data data = appender->library->appender_error_data(appender->handle);
    duckdb_fail(ret_error, appender->library->error_data_error_type(data), appender->library->error_data_message(data));
    appender->library->destroy_error_data(&data);
    return false;
}

bool duckdb_engine_appender_open(EngineConnection *base, const char *schema, const char *table,
                                 EngineAppender **ret_appender, EngineError *ret_error) {
    DuckdbConnection *connection = (DuckdbConnection *)base;
    DuckdbAppender *appender = calloc(1, sizeof *appender);
    if (!appender) return engine_fail(ret_error, ENGINE_FAULT_MEMORY, "out of memory");
    appender->base.engine = base->engine;
    appender->library = connection->library;
    if (connection->library->appender_create(connection->handle, schema, table, &appender->handle) != DuckDBSuccess) {
        fail(appender, ret_error);
        connection->library->appender_destroy(&appender->handle);
        free(appender);
        return false;
    }
    *ret_appender = &appender->base;
    return true;
}

bool duckdb_engine_append_text(EngineAppender *base, const char *text, size_t length, EngineError *ret_error) {
    DuckdbAppender *appender = (DuckdbAppender *)base;
    return appender->library->append_varchar_length(appender->handle, text, length) == DuckDBSuccess ||
           fail(appender, ret_error);
}

bool duckdb_engine_append_integer(EngineAppender *base, int64_t integer, EngineError *ret_error) {
    DuckdbAppender *appender = (DuckdbAppender *)base;
    return appender->library->append_int64(appender->handle, integer) == DuckDBSuccess || fail(appender, ret_error);
}

bool duckdb_engine_append_null(EngineAppender *base, EngineError *ret_error) {
    DuckdbAppender *appender = (DuckdbAppender *)base;
    return appender->library->append_null(appender->handle) == DuckDBSuccess || fail(appender, ret_error);
}

bool duckdb_engine_append_row(EngineAppender *base, EngineError *ret_error) {
    DuckdbAppender *appender = (DuckdbAppender *)base;
    return appender->library->appender_end_row(appender->handle) == DuckDBSuccess || fail(appender, ret_error);
}

bool duckdb_engine_appender_close(EngineAppender *base, bool discard, EngineError *ret_error) {
    DuckdbAppender *appender = (DuckdbAppender *)base;
    bool keep = !discard && !appender->failed;
    /* Destroying flushes what is pending: what is not wanted is cleared first. */
    if (!keep) appender->library->appender_clear(appender->handle);
    bool ok =
        !keep || appender->library->appender_close(appender->handle) == DuckDBSuccess || fail(appender, ret_error);
    appender->library->appender_destroy(&appender->handle);
    free(appender);
    return ok;
}
