/* Rows in bulk: COPY in its text form, cells separated by tabs, rows by line ends, those signs in a cell escaped. The
 * server reads each text as the column's type does. */
#include "runtime/engine/postgres_internal.h"

#include <stdlib.h>
#include <string.h>

enum { BUFFER_SIZE = 1 << 16 };

typedef struct {
    EngineAppender base;
    PostgresConnection *connection;
    char *buffer;
    size_t used;
    bool in_row; /* the next cell is not the row's first */
    bool failed;
} PostgresAppender;

/* Ends the COPY, undone with `why`, and takes the server's answer. */
static bool end_copy(PostgresAppender *appender, const char *why, EngineError *ret_error) {
    PostgresConnection *connection = appender->connection;
    bool ok = PQputCopyEnd(connection->handle, why) == 1, told = false;
    for (PGresult *result; (result = PQgetResult(connection->handle));) {
        if (PQresultStatus(result) != PGRES_COMMAND_OK) {
            if (!told) postgres_fail(connection, result, ret_error);
            told = true;
        }
        PQclear(result);
    }
    if (!ok && !told) postgres_fail(connection, NULL, ret_error);
    postgres_end_work(connection);
    return ok && !told;
}

/* The server tells what it did not like only when the COPY ends. */
static bool fail(PostgresAppender *appender, EngineError *ret_error) {
    if (!appender->failed) end_copy(appender, "stopped", ret_error);
    appender->failed = true;
    return false;
}

static bool flush(PostgresAppender *appender, EngineError *ret_error) {
    bool ok = appender->used == 0 ||
              PQputCopyData(appender->connection->handle, appender->buffer, (int)appender->used) == 1;
    appender->used = 0;
    return ok || fail(appender, ret_error);
}

static bool put(PostgresAppender *appender, const char *bytes, size_t length, EngineError *ret_error) {
    if (appender->used + length > BUFFER_SIZE && !flush(appender, ret_error)) return false;
    memcpy(appender->buffer + appender->used, bytes, length);
    appender->used += length;
    return true;
}

static bool begin_cell(PostgresAppender *appender, EngineError *ret_error) {
    bool first = !appender->in_row;
    appender->in_row = true;
    return first || put(appender, "\t", 1, ret_error);
}

static char *copy_statement(const char *schema, const char *table) {
    char *sql = NULL;
    size_t size;
    FILE *stream = open_memstream(&sql, &size);
    if (!stream) return NULL;
    fputs("copy ", stream);
    engine_write_name(stream, schema);
    fputs(".", stream);
    engine_write_name(stream, table);
    fputs(" from stdin", stream);
    if (fclose(stream) == 0) return sql;
    free(sql);
    return NULL;
}

static bool begin_copy(PostgresConnection *connection, const char *sql, EngineError *ret_error) {
    postgres_begin_work(connection);
    PGresult *result = PQexec(connection->handle, sql);
    bool ok = PQresultStatus(result) == PGRES_COPY_IN;
    if (!ok) {
        postgres_fail(connection, result, ret_error);
        postgres_end_work(connection);
    }
    PQclear(result);
    return ok;
}

bool postgres_engine_appender_open(EngineConnection *base, const char *schema, const char *table,
                                   EngineAppender **ret_appender, EngineError *ret_error) {
    PostgresConnection *connection = (PostgresConnection *)base;
    PostgresAppender *appender = calloc(1, sizeof *appender);
    char *buffer = malloc(BUFFER_SIZE), *sql = copy_statement(schema, table);
    bool ok = appender && buffer && sql ? begin_copy(connection, sql, ret_error)
                                        : engine_fail(ret_error, ENGINE_FAULT_MEMORY, "out of memory");
    free(sql);
    if (!ok) {
        free(appender);
        free(buffer);
        return false;
    }
    *appender = (PostgresAppender){.base.engine = base->engine, .connection = connection, .buffer = buffer};
    *ret_appender = &appender->base;
    return true;
}

/* The letter behind the backslash by which COPY writes the byte; 0: as it is. */
static char escape_of(char byte) {
    switch (byte) {
    case '\\': return '\\';
    case '\t': return 't';
    case '\n': return 'n';
    case '\r': return 'r';
    default: return 0;
    }
}

bool postgres_engine_append_text(EngineAppender *base, const char *text, size_t length, EngineError *ret_error) {
    PostgresAppender *appender = (PostgresAppender *)base;
    if (memchr(text, 0, length)) {
        fail(appender, ret_error);
        return engine_fail(ret_error, ENGINE_FAULT_DATA, "PostgreSQL cannot hold a text with a zero byte");
    }
    bool ok = begin_cell(appender, ret_error);
    for (size_t i = 0; ok && i < length;) {
        size_t plain = 0;
        while (i + plain < length && plain < BUFFER_SIZE / 2 && !escape_of(text[i + plain])) plain++;
        ok = put(appender, text + i, plain, ret_error);
        i += plain;
        if (!ok || i >= length || !escape_of(text[i])) continue;
        ok = put(appender, (const char[]){'\\', escape_of(text[i])}, 2, ret_error);
        i++;
    }
    return ok;
}

bool postgres_engine_append_integer(EngineAppender *base, int64_t integer, EngineError *ret_error) {
    char text[32];
    int length = snprintf(text, sizeof text, "%lld", (long long)integer);
    PostgresAppender *appender = (PostgresAppender *)base;
    return begin_cell(appender, ret_error) && put(appender, text, (size_t)length, ret_error);
}

bool postgres_engine_append_null(EngineAppender *base, EngineError *ret_error) {
    PostgresAppender *appender = (PostgresAppender *)base;
    return begin_cell(appender, ret_error) && put(appender, "\\N", 2, ret_error);
}

bool postgres_engine_append_row(EngineAppender *base, EngineError *ret_error) {
    PostgresAppender *appender = (PostgresAppender *)base;
    appender->in_row = false;
    return put(appender, "\n", 1, ret_error);
}

bool postgres_engine_appender_close(EngineAppender *base, bool discard, EngineError *ret_error) {
    PostgresAppender *appender = (PostgresAppender *)base;
    bool ok = !appender->failed;
    if (ok && discard) {
        EngineError undone; /* the server's word that the COPY was undone */
        end_copy(appender, "discarded", &undone);
    } else if (ok) {
        ok = flush(appender, ret_error) && end_copy(appender, NULL, ret_error);
    }
    free(appender->buffer);
    free(appender);
    return ok;
}
