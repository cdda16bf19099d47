/* The server engine: PostgreSQL through libpq. */
#include "runtime/engine/postgres_internal.h"

#include <stdlib.h>
#include <string.h>

enum { OLDEST_SERVER = 150000 }; /* what is emitted is tried on 15 */

/* -------------------------------------------------------------------------------------------------------------- dsn */

static void free_list(char **list) {
    for (size_t i = 0; list && list[i]; i++) free(list[i]);
    free(list);
}

static bool add_parameter(PostgresDatabase *database, size_t *count, const char *keyword, const char *value) {
    database->keywords[*count] = strdup(keyword);
    database->values[*count] = strdup(value);
    return database->keywords[*count] && database->values[(*count)++];
}

/* An `@` or `/` of a password that is not written `%40`, `%2F` becomes part of the host, which messages name. */
static bool check_host(const PQconninfoOption *options, EngineError *ret_error) {
    for (const PQconninfoOption *option = options; option->keyword; option++)
        if (option->val && strcmp(option->keyword, "host") == 0 &&
            (strchr(option->val, '@') || (*option->val != '/' && strchr(option->val, '/'))))
            return engine_fail(ret_error, ENGINE_FAULT_PATH,
                               "`dsn` does not name a host: write `@` in a user's name or password as "
                               "`%%40`, `/` as `%%2F`");
    return true;
}

/* libpq's own message about a dsn quotes it, password and all: ours does not. */
static bool parse_dsn(PostgresDatabase *database, const char *dsn, EngineError *ret_error) {
    char *message = NULL;
    PQconninfoOption *options = PQconninfoParse(dsn, &message);
    bool in_memory = !options && !message;
    PQfreemem(message);
    if (!options)
        return in_memory ? engine_fail(ret_error, ENGINE_FAULT_MEMORY, "out of memory")
                         : engine_fail(ret_error, ENGINE_FAULT_PATH,
                                       "`dsn` is not a connection string of PostgreSQL, such as "
                                       "`postgresql://user@host:5432/database` or `host=… dbname=…`");
    size_t size = 4, count = 0;
    for (const PQconninfoOption *option = options; option->keyword; option++) size++;
    database->keywords = calloc(size, sizeof *database->keywords);
    database->values = calloc(size, sizeof *database->values);
    bool ok = database->keywords && database->values, timeout = false;
    for (const PQconninfoOption *option = options; ok && option->keyword; option++) {
        if (!option->val) continue;
        timeout = timeout || strcmp(option->keyword, "connect_timeout") == 0;
        ok = add_parameter(database, &count, option->keyword, option->val);
    }
    ok = ok && (timeout || add_parameter(database, &count, "connect_timeout", "10")) &&
         add_parameter(database, &count, "client_encoding", "UTF8") &&
         add_parameter(database, &count, "fallback_application_name", "gov");
    if (!ok) engine_fail(ret_error, ENGINE_FAULT_MEMORY, "out of memory");
    ok = ok && check_host(options, ret_error);
    PQconninfoFree(options);
    return ok;
}

/* ------------------------------------------------------------------------------------------------------ connections */

void postgres_begin_work(PostgresConnection *connection) {
    pthread_mutex_lock(&connection->lock);
    connection->busy = true;
    connection->stopped = false;
    pthread_mutex_unlock(&connection->lock);
}

void postgres_end_work(PostgresConnection *connection) {
    pthread_mutex_lock(&connection->lock);
    connection->busy = false;
    pthread_mutex_unlock(&connection->lock);
}

/* The server may already have ended when the request arrives: then it is of no effect. */
static void postgres_engine_interrupt(EngineConnection *base) {
    PostgresConnection *connection = (PostgresConnection *)base;
    char message[256]; /* nothing to tell: whoever stops a run asks again */
    pthread_mutex_lock(&connection->lock);
    if (connection->busy) {
        connection->stopped = true;
        PQcancel(connection->cancel, message, sizeof message);
    }
    pthread_mutex_unlock(&connection->lock);
}

/* Rows that the statement wrote, or -1. A query that gives rows wrote none. */
static int64_t rows_written(PGresult *result) {
    const char *count = PQresultStatus(result) == PGRES_COMMAND_OK ? PQcmdTuples(result) : "";
    return *count ? strtoll(count, NULL, 10) : -1;
}

/* The server answers `commit` of a transaction that failed with `ROLLBACK`, as if that had been asked. */
static bool is_refused_commit(const char *sql, PGresult *result) {
    return strcmp(sql, "commit") == 0 && strcmp(PQcmdStatus(result), "ROLLBACK") == 0;
}

static bool take_result(PostgresConnection *connection, const char *sql, PGresult *result, int64_t *ret_rows,
                        EngineError *ret_error) {
    ExecStatusType status = PQresultStatus(result);
    bool ok = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
    if (!ok)
        postgres_fail(connection, result, ret_error);
    else if (is_refused_commit(sql, result))
        ok = engine_fail(ret_error, ENGINE_FAULT_OTHER, "the transaction had failed, and was rolled back");
    else
        *ret_rows = rows_written(result);
    PQclear(result);
    return ok;
}

static bool postgres_engine_execute(EngineConnection *base, const char *sql, int64_t *ret_rows,
                                    EngineError *ret_error) {
    PostgresConnection *connection = (PostgresConnection *)base;
    postgres_begin_work(connection);
    PGresult *result = PQexec(connection->handle, sql);
    postgres_end_work(connection);
    return take_result(connection, sql, result, ret_rows, ret_error);
}

static bool postgres_engine_execute_with(EngineConnection *base, const char *sql, const EngineParameter *parameters,
                                         size_t count, int64_t *ret_rows, EngineError *ret_error) {
    PostgresConnection *connection = (PostgresConnection *)base;
    PostgresParameters bound;
    if (!postgres_bind(parameters, count, &bound, ret_error)) return false;
    postgres_begin_work(connection);
    PGresult *result =
        PQexecParams(connection->handle, sql, (int)count, bound.types, bound.texts, NULL, NULL, 0);
    postgres_end_work(connection);
    postgres_unbind(&bound);
    return take_result(connection, sql, result, ret_rows, ret_error);
}

static void postgres_engine_disconnect(EngineConnection *base) {
    PostgresConnection *connection = (PostgresConnection *)base;
    PQfreeCancel(connection->cancel);
    PQfinish(connection->handle);
    pthread_mutex_destroy(&connection->lock);
    free(connection);
}

/* What a message of the server could say about data is not for the terminal. */
static void ignore_notice(void *argument, const char *message) {
    (void)argument;
    (void)message;
}

/* Nothing is found by an unqualified name but what the server itself brings: a function that somebody put into `public`
 * is never taken for one of them. */
static const char session_settings[] = "set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres'; "
                                       "set standard_conforming_strings = on; set bytea_output = 'hex'; "
                                       "set extra_float_digits = 1; set client_min_messages = 'error'; "
                                       "set lock_timeout = '5s'; set search_path = pg_catalog, pg_temp";

static bool begin_session(PostgresDatabase *database, PostgresConnection *connection, EngineError *ret_error) {
    int version = PQserverVersion(connection->handle);
    if (version < OLDEST_SERVER)
        return engine_fail(ret_error, ENGINE_FAULT_FORMAT, "the server is PostgreSQL %d, but gov needs %d or newer",
                           version / 10000, OLDEST_SERVER / 10000);
    connection->cancel = PQgetCancel(connection->handle);
    if (!connection->cancel) return engine_fail(ret_error, ENGINE_FAULT_MEMORY, "out of memory");
    int64_t rows;
    PQsetNoticeProcessor(connection->handle, ignore_notice, NULL);
    return postgres_engine_execute(&connection->base, session_settings, &rows, ret_error) &&
           (!database->read_only ||
            postgres_engine_execute(&connection->base, "set default_transaction_read_only = on", &rows, ret_error));
}

static bool connect_anew(PostgresDatabase *database, EngineConnection **ret_connection, EngineError *ret_error) {
    PostgresConnection *connection = calloc(1, sizeof *connection);
    if (!connection) return engine_fail(ret_error, ENGINE_FAULT_MEMORY, "out of memory");
    connection->base.engine = database->base.engine;
    pthread_mutex_init(&connection->lock, NULL);
    connection->handle =
        PQconnectdbParams((const char *const *)database->keywords, (const char *const *)database->values, 0);
    bool ok = PQstatus(connection->handle) == CONNECTION_OK ? begin_session(database, connection, ret_error)
                                                            : postgres_fail_connect(connection->handle, ret_error);
    if (ok)
        *ret_connection = &connection->base;
    else
        postgres_engine_disconnect(&connection->base);
    return ok;
}

static bool postgres_engine_connect(EngineDatabase *base, EngineConnection **ret_connection, EngineError *ret_error) {
    PostgresDatabase *database = (PostgresDatabase *)base;
    pthread_mutex_lock(&database->lock);
    *ret_connection = database->spare;
    database->spare = NULL;
    pthread_mutex_unlock(&database->lock);
    return *ret_connection || connect_anew(database, ret_connection, ret_error);
}

/* --------------------------------------------------------------------------------------------------------- database */

static void postgres_engine_close(EngineDatabase *base) {
    PostgresDatabase *database = (PostgresDatabase *)base;
    if (database->spare) postgres_engine_disconnect(database->spare);
    free_list(database->keywords);
    free_list(database->values);
    pthread_mutex_destroy(&database->lock);
    free(database);
}

static bool postgres_engine_open(const EngineOptions *options, EngineDatabase **ret_database, EngineError *ret_error) {
    const char *dsn = engine_setting(options, "dsn");
    if (!dsn) return engine_fail(ret_error, ENGINE_FAULT_PATH, "a target of engine `postgres` needs the option `dsn`");
    PostgresDatabase *database = calloc(1, sizeof *database);
    if (!database) return engine_fail(ret_error, ENGINE_FAULT_MEMORY, "out of memory");
    database->base.engine = &engine_postgres;
    database->read_only = options->read_only;
    pthread_mutex_init(&database->lock, NULL);
    if (parse_dsn(database, dsn, ret_error) && connect_anew(database, &database->spare, ret_error)) {
        *ret_database = &database->base;
        return true;
    }
    postgres_engine_close(&database->base);
    return false;
}

const Engine engine_postgres = {
    .name = "postgres",
    .is_server = true,
    .open = postgres_engine_open,
    .close = postgres_engine_close,
    .connect = postgres_engine_connect,
    .disconnect = postgres_engine_disconnect,
    .execute = postgres_engine_execute,
    .execute_with = postgres_engine_execute_with,
    .query = postgres_engine_query,
    .column_count = postgres_engine_column_count,
    .column = postgres_engine_column,
    .next = postgres_engine_next,
    .cell = postgres_engine_cell,
    .result_close = postgres_engine_result_close,
    .appender_open = postgres_engine_appender_open,
    .append_text = postgres_engine_append_text,
    .append_integer = postgres_engine_append_integer,
    .append_null = postgres_engine_append_null,
    .append_row = postgres_engine_append_row,
    .appender_close = postgres_engine_appender_close,
    .interrupt = postgres_engine_interrupt,
    .copy_open = postgres_engine_copy_open,
    .copy_read = postgres_engine_copy_read,
    .copy_close = postgres_engine_copy_close,
};
