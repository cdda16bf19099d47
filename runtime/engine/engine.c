/* The engines of this build, and what is the same on all of them. */
#include "runtime/engine/internal.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

const Engine *engine_find(const char *name) {
    static const Engine *const engines[] = {
#define ENGINE(engine_name, table) &table,
#include "runtime/engine/engine.def"
#undef ENGINE
    };
    for (size_t i = 0; i < sizeof engines / sizeof *engines; i++)
        if (strcmp(engines[i]->name, name) == 0) return engines[i];
    return NULL;
}

const char *engine_name(const Engine *engine) {
    return engine->name;
}

const Engine *engine_of(const EngineConnection *connection) {
    return connection->engine;
}

bool engine_is_server(const EngineConnection *connection) {
    return connection->engine->is_server;
}

const char *engine_names(void) {
    static const char names[] =
#define ENGINE(engine_name, table) ", " engine_name
#include "runtime/engine/engine.def"
#undef ENGINE
        ;
    return names + 2;
}

bool engine_fail(EngineError *ret_error, EngineFault fault, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    ret_error->fault = fault;
    vsnprintf(ret_error->text, sizeof ret_error->text, format, arguments);
    va_end(arguments);
    return false;
}

const char *engine_setting(const EngineOptions *options, const char *key) {
    for (size_t i = 0; i < options->setting_count; i++)
        if (strcmp(options->settings[i].key, key) == 0) return options->settings[i].value;
    return NULL;
}

/* A call that succeeds leaves no error of an earlier one behind. */
static EngineError *fresh(EngineError *error) {
    *error = (EngineError){0};
    return error;
}

bool engine_open(const Engine *engine, const EngineOptions *options, EngineDatabase **ret_database,
                 EngineError *ret_error) {
    *ret_database = NULL;
    return engine->open(options, ret_database, fresh(ret_error));
}

void engine_close(EngineDatabase *database) {
    if (database) database->engine->close(database);
}

bool engine_connect(EngineDatabase *database, EngineConnection **ret_connection, EngineError *ret_error) {
    *ret_connection = NULL;
    return database->engine->connect(database, ret_connection, fresh(ret_error));
}

void engine_disconnect(EngineConnection *connection) {
    if (connection) connection->engine->disconnect(connection);
}

bool engine_execute(EngineConnection *connection, const char *sql, int64_t *ret_rows, EngineError *ret_error) {
    int64_t rows;
    return connection->engine->execute(connection, sql, ret_rows ? ret_rows : &rows, fresh(ret_error));
}

bool engine_execute_with(EngineConnection *connection, const char *sql, const EngineParameter *parameters, size_t count,
                         int64_t *ret_rows, EngineError *ret_error) {
    int64_t rows;
    return connection->engine->execute_with(connection, sql, parameters, count, ret_rows ? ret_rows : &rows,
                                            fresh(ret_error));
}

bool engine_query(EngineConnection *connection, const char *sql, const EngineParameter *parameters, size_t count,
                  EngineResult **ret_result, EngineError *ret_error) {
    *ret_result = NULL;
    return connection->engine->query(connection, sql, parameters, count, ret_result, fresh(ret_error));
}

size_t engine_column_count(const EngineResult *result) {
    return result->engine->column_count(result);
}

const EngineColumn *engine_column(const EngineResult *result, size_t column) {
    return result->engine->column(result, column);
}

bool engine_next(EngineResult *result, EngineError *ret_error) {
    return result->engine->next(result, fresh(ret_error));
}

EngineCell engine_cell(EngineResult *result, size_t column) {
    return result->engine->cell(result, column);
}

void engine_result_close(EngineResult *result) {
    if (result) result->engine->result_close(result);
}

bool engine_query_integer(EngineConnection *connection, const char *sql, int64_t *ret_value, EngineError *ret_error) {
    EngineResult *result;
    if (!engine_query(connection, sql, NULL, 0, &result, ret_error)) return false;
    bool found = engine_next(result, ret_error);
    if (found) {
        EngineCell cell = engine_cell(result, 0);
        *ret_value = cell.integer;
        found = cell.has_integer;
    }
    engine_result_close(result);
    if (!found && ret_error->fault == ENGINE_FAULT_NONE)
        engine_fail(ret_error, ENGINE_FAULT_OTHER, "the query gave no number");
    return found;
}

bool engine_query_text(EngineConnection *connection, const char *sql, char **ret_text, EngineError *ret_error) {
    *ret_text = NULL;
    EngineResult *result;
    if (!engine_query(connection, sql, NULL, 0, &result, ret_error)) return false;
    if (engine_next(result, ret_error)) {
        EngineCell cell = engine_cell(result, 0);
        if (!cell.is_null && !(*ret_text = strdup(cell.text)))
            engine_fail(ret_error, ENGINE_FAULT_MEMORY, "out of memory");
    }
    engine_result_close(result);
    return ret_error->fault == ENGINE_FAULT_NONE;
}

bool engine_appender_open(EngineConnection *connection, const char *schema, const char *table,
                          EngineAppender **ret_appender, EngineError *ret_error) {
    *ret_appender = NULL;
    return connection->engine->appender_open(connection, schema, table, ret_appender, fresh(ret_error));
}

bool engine_append_text(EngineAppender *appender, const char *text, size_t length, EngineError *ret_error) {
    return appender->engine->append_text(appender, text, length, fresh(ret_error));
}

bool engine_append_integer(EngineAppender *appender, int64_t integer, EngineError *ret_error) {
    return appender->engine->append_integer(appender, integer, fresh(ret_error));
}

bool engine_append_null(EngineAppender *appender, EngineError *ret_error) {
    return appender->engine->append_null(appender, fresh(ret_error));
}

bool engine_append_row(EngineAppender *appender, EngineError *ret_error) {
    return appender->engine->append_row(appender, fresh(ret_error));
}

bool engine_appender_close(EngineAppender *appender, bool discard, EngineError *ret_error) {
    fresh(ret_error);
    return !appender || appender->engine->appender_close(appender, discard, ret_error);
}

bool engine_begin(EngineConnection *connection, EngineError *ret_error) {
    connection->in_transaction = engine_execute(connection, "begin", NULL, ret_error);
    connection->transactions += connection->in_transaction;
    return connection->in_transaction;
}

bool engine_commit(EngineConnection *connection, EngineError *ret_error) {
    connection->in_transaction = false;
    return engine_execute(connection, "commit", NULL, ret_error);
}

void engine_rollback(EngineConnection *connection) {
    EngineError ignored; /* no transaction was open: the state that the caller wants */
    connection->in_transaction = false;
    engine_execute(connection, "rollback", NULL, &ignored);
}

int64_t engine_transaction(const EngineConnection *connection) {
    return connection->in_transaction ? connection->transactions : 0;
}

bool engine_copy_open(EngineConnection *connection, const char *sql, EngineCopy **ret_copy, EngineError *ret_error) {
    *ret_copy = NULL;
    if (!connection->engine->copy_open)
        return engine_fail(fresh(ret_error), ENGINE_FAULT_QUERY, "engine `%s` has no copy to stdout", connection->engine->name);
    return connection->engine->copy_open(connection, sql, ret_copy, fresh(ret_error));
}

long engine_copy_read(EngineCopy *copy, char *buffer, size_t size, const atomic_bool *cancel, EngineError *ret_error) {
    return copy->engine->copy_read(copy, buffer, size, cancel, fresh(ret_error));
}

void engine_copy_close(EngineCopy *copy) {
    if (copy) copy->engine->copy_close(copy);
}

void engine_interrupt(EngineConnection *connection) {
    connection->engine->interrupt(connection);
}

EngineParameter engine_text(const char *text) {
    return (EngineParameter){.kind = text ? ENGINE_PARAMETER_TEXT : ENGINE_PARAMETER_NULL, .text = text};
}

EngineParameter engine_integer(int64_t integer) {
    return (EngineParameter){.kind = ENGINE_PARAMETER_INTEGER, .integer = integer};
}

EngineParameter engine_double(double real) {
    return (EngineParameter){.kind = ENGINE_PARAMETER_DOUBLE, .real = real};
}

EngineParameter engine_null(void) {
    return (EngineParameter){.kind = ENGINE_PARAMETER_NULL};
}

static void write_quoted(FILE *stream, const char *text, char quote) {
    fputc(quote, stream);
    for (; *text; text++) {
        if (*text == quote) fputc(quote, stream);
        fputc(*text, stream);
    }
    fputc(quote, stream);
}

void engine_write_literal(FILE *stream, const char *text) {
    write_quoted(stream, text, '\'');
}

void engine_write_name(FILE *stream, const char *name) {
    write_quoted(stream, name, '"');
}
