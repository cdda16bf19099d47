/* Loaded before libpq (LD_PRELOAD): ends the process, as kill -9 does, right before it sends its n-th statement to the server,
 * n being $KILL_AT (0: never). With $KILL_COUNT, the number of statements is written there at the end. */
#include <dlfcn.h>
#include <libpq-fe.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static atomic_long sent;

static void before_statement(void) {
    const char *at = getenv("KILL_AT");
    if (atomic_fetch_add(&sent, 1) + 1 == (at ? atol(at) : 0)) kill(getpid(), SIGKILL);
}

__attribute__((destructor)) static void tell(void) {
    const char *path = getenv("KILL_COUNT");
    FILE *file = path ? fopen(path, "w") : NULL;
    if (!file) return;
    fprintf(file, "%ld\n", atomic_load(&sent));
    fclose(file);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

PGresult *PQexec(PGconn *connection, const char *query) {
    before_statement();
    return REAL(PQexec)(connection, query);
}

PGresult *PQexecParams(PGconn *connection, const char *command, int count, const Oid *types, const char *const *values,
                       const int *lengths, const int *formats, int format) {
    before_statement();
    return REAL(PQexecParams)(connection, command, count, types, values, lengths, formats, format);
}

int PQsendPrepare(PGconn *connection, const char *name, const char *query, int count, const Oid *types) {
    before_statement();
    return REAL(PQsendPrepare)(connection, name, query, count, types);
}

int PQsendQueryPrepared(PGconn *connection, const char *name, int count, const char *const *values, const int *lengths,
                        const int *formats, int format) {
    before_statement();
    return REAL(PQsendQueryPrepared)(connection, name, count, values, lengths, formats, format);
}

int PQputCopyData(PGconn *connection, const char *buffer, int bytes) {
    before_statement();
    return REAL(PQputCopyData)(connection, buffer, bytes);
}

int PQputCopyEnd(PGconn *connection, const char *message) {
    before_statement();
    return REAL(PQputCopyEnd)(connection, message);
}
