/* The answer of `copy … to stdout` as bytes. libpq gives a row at a time; a row larger than the buffer comes in pieces. */
#include "runtime/engine/postgres_internal.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    EngineCopy base;
    PostgresConnection *connection;
    char *row;     /* libpq's, being given */
    size_t length; /* of it */
    size_t given;
    bool ended;    /* the server has told the end, and its answer was taken */
} PostgresCopy;

bool postgres_engine_copy_open(EngineConnection *base, const char *sql, EngineCopy **ret_copy, EngineError *ret_error) {
    PostgresConnection *connection = (PostgresConnection *)base;
    PostgresCopy *copy = calloc(1, sizeof *copy);
    if (!copy) return engine_fail(ret_error, ENGINE_FAULT_MEMORY, "out of memory");
    postgres_begin_work(connection);
    PGresult *result = PQexec(connection->handle, sql);
    if (PQresultStatus(result) != PGRES_COPY_OUT) {
        postgres_fail(connection, result, ret_error);
        PQclear(result);
        postgres_end_work(connection);
        free(copy);
        return false;
    }
    PQclear(result);
    *copy = (PostgresCopy){.base = {base->engine}, .connection = connection};
    *ret_copy = &copy->base;
    return true;
}

/* The server's last word about the COPY. */
static bool take_answer(PostgresCopy *copy, EngineError *ret_error) {
    bool ok = true;
    copy->ended = true;
    for (PGresult *result; (result = PQgetResult(copy->connection->handle));) {
        if (ok && PQresultStatus(result) != PGRES_COMMAND_OK) ok = postgres_fail(copy->connection, result, ret_error);
        PQclear(result);
    }
    return ok;
}

/* Waits for bytes of the server; asks it to stop when `cancel` says so, which it answers by an error. */
static bool wait_readable(PostgresCopy *copy, const atomic_bool *cancel, bool *asked) {
    struct pollfd poll_for = {.fd = PQsocket(copy->connection->handle), .events = POLLIN};
    int ready = poll(&poll_for, 1, 100);
    if (ready < 0 && errno != EINTR) return false;
    if (cancel && atomic_load(cancel) && !*asked) {
        *asked = true;
        engine_interrupt(&copy->connection->base);
    }
    return ready <= 0 || PQconsumeInput(copy->connection->handle) == 1;
}

/* Takes the next row; 1: there, 0: the end, -1: failed. Waits only if `may_wait`; else -2: none is there yet. */
static int next_row(PostgresCopy *copy, bool may_wait, const atomic_bool *cancel, EngineError *ret_error) {
    bool asked = false;
    for (;;) {
        int length = PQgetCopyData(copy->connection->handle, &copy->row, 1);
        if (length > 0) {
            copy->length = (size_t)length;
            copy->given = 0;
            return 1;
        }
        if (length == -1) return take_answer(copy, ret_error) ? 0 : -1;
        if (length == 0 && !may_wait) return -2;
        if (length < -1 || !wait_readable(copy, cancel, &asked)) {
            postgres_fail(copy->connection, NULL, ret_error);
            return -1;
        }
    }
}

static size_t give(PostgresCopy *copy, char *buffer, size_t size) {
    size_t left = copy->length - copy->given, count = left < size ? left : size;
    memcpy(buffer, copy->row + copy->given, count);
    copy->given += count;
    if (copy->given < copy->length) return count;
    PQfreemem(copy->row);
    copy->row = NULL;
    return count;
}

long postgres_engine_copy_read(EngineCopy *base, char *buffer, size_t size, const atomic_bool *cancel,
                               EngineError *ret_error) {
    PostgresCopy *copy = (PostgresCopy *)base;
    size_t used = 0;
    while (used < size && !copy->ended) {
        int found = copy->row ? 1 : next_row(copy, used == 0, cancel, ret_error);
        if (found == -1) return -1;
        if (found != 1) break;
        used += give(copy, buffer + used, size - used);
    }
    return (long)used;
}

void postgres_engine_copy_close(EngineCopy *base) {
    PostgresCopy *copy = (PostgresCopy *)base;
    EngineError ignored; /* whoever closes it early does not want the rest */
    PQfreemem(copy->row);
    copy->row = NULL;
    if (!copy->ended) engine_interrupt(&copy->connection->base);
    while (!copy->ended && next_row(copy, true, NULL, &ignored) == 1) {
        PQfreemem(copy->row);
        copy->row = NULL;
    }
    postgres_end_work(copy->connection);
    free(copy);
}
