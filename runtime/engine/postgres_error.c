/* PostgreSQL's messages, made fit to be shown and kept, by their SQLSTATE (the manual's appendix on error codes).
 *
 * Messages about statements and objects quote names and the author's own text, and pass. Messages about data quote
 * values: of these only those pass in which nothing is quoted and no digit stands; the rest is said in words of ours. */
#include "runtime/engine/postgres_internal.h"

#include <stdlib.h>
#include <string.h>

/* The first line, without a full stop. */
static void copy_line(char *ret_text, size_t size, const char *message) {
    snprintf(ret_text, size, "%.*s", (int)strcspn(message, "\n"), message);
    size_t length = strlen(ret_text);
    while (length && strchr(". ", ret_text[length - 1])) ret_text[--length] = '\0';
}

static bool pass(EngineError *ret_error, EngineFault fault, const char *message) {
    ret_error->fault = fault;
    copy_line(ret_error->text, sizeof ret_error->text, message);
    return false;
}

static bool is_one_of(const char *state, const char *const *states, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(state, states[i]) == 0) return true;
    return false;
}

static bool begins(const char *text, const char *with) {
    return strncmp(text, with, strlen(with)) == 0;
}

/* ------------------------------------------------------------------------------------------------------------- data */

/* The type in `… for type timestamp with time zone: "…"`. */
static bool fail_conversion(EngineError *ret_error, const char *message) {
    static const char marker[] = "for type ";
    const char *type = strstr(message, marker);
    size_t length = type ? strspn(type + strlen(marker), "abcdefghijklmnopqrstuvwxyz []") : 0;
    if (length == 0) return engine_fail(ret_error, ENGINE_FAULT_DATA, "a value cannot be converted to the type it is cast to");
    return engine_fail(ret_error, ENGINE_FAULT_DATA, "a value cannot be converted to `%.*s`", (int)length,
                       type + strlen(marker));
}

static bool fail_data(EngineError *ret_error, const char *state, const char *message) {
    static const struct {
        const char *state;
        const char *words;
    } known[] = {
        {"21000", "a subquery used as a value gave more than one row"},
        {"22001", "a text is too long for its type"},
        {"22003", "a value is out of range"},
        {"22007", "a text is not a date or time"},
        {"22008", "a date or time is out of range"},
        {"22021", "a text is not valid UTF-8"},
        {"2201B", "a regular expression is not valid"},
        {"22030", "a JSON object has the same key twice"},
        {"22032", "a text is not valid JSON"},
        {"22P04", "rows do not have the table's columns"},
        {"22P05", "a character cannot be converted to the encoding of the database"},
    };
    if (!strpbrk(message, "\"'\n0123456789") && strlen(message) < 120) return pass(ret_error, ENGINE_FAULT_DATA, message);
    if (strcmp(state, "22P02") == 0) return fail_conversion(ret_error, message);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(state, known[i].state) == 0) return engine_fail(ret_error, ENGINE_FAULT_DATA, "%s", known[i].words);
    return engine_fail(ret_error, ENGINE_FAULT_DATA,
                       "a value is not valid for the function or operator it is given to");
}

static bool fail_constraint(EngineError *ret_error, const char *state, const PGresult *result) {
    const char *column = PQresultErrorField(result, PG_DIAG_COLUMN_NAME);
    const char *constraint = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
    if (strcmp(state, "23502") == 0 && column)
        return engine_fail(ret_error, ENGINE_FAULT_DATA, "null in the column `%s`, which is not null", column);
    if (strcmp(state, "23505") == 0)
        return engine_fail(ret_error, ENGINE_FAULT_DATA, "two rows have the same value of a unique key");
    return engine_fail(ret_error, ENGINE_FAULT_DATA, "%s `%s` is violated",
                       strcmp(state, "23503") == 0 ? "the foreign key" : "the constraint", constraint ? constraint : "");
}

/* ---------------------------------------------------------------------------------------------------- the statement */

static bool fail_lost(EngineError *ret_error, const char *state) {
    const char *why = strcmp(state, "57P01") == 0   ? ": an administrator ended it"
                      : strcmp(state, "57P02") == 0 ? ": the server crashed"
                                                    : "";
    return engine_fail(ret_error, ENGINE_FAULT_LOST, "the connection to the server was lost%s", why);
}

static bool fail_cancelled(PostgresConnection *connection, EngineError *ret_error, const char *message) {
    if (connection->stopped) return engine_fail(ret_error, ENGINE_FAULT_INTERRUPTED, "interrupted");
    return engine_fail(ret_error, ENGINE_FAULT_OTHER,
                       strstr(message, "statement timeout")
                           ? "the statement took longer than `statement_timeout` of the server allows"
                           : "the statement was cancelled on the server");
}

/* Which objects are in the way: the lines of the detail, which hold names only. */
static bool fail_dependents(EngineError *ret_error, const char *message, const char *detail) {
    pass(ret_error, ENGINE_FAULT_QUERY, message);
    if (!detail) return false;
    size_t used = strlen(ret_error->text);
    snprintf(ret_error->text + used, sizeof ret_error->text - used, ": ");
    for (used += 2; *detail && used + 3 < sizeof ret_error->text; detail++) {
        ret_error->text[used++] = *detail == '\n' ? ';' : *detail;
        if (*detail == '\n') ret_error->text[used++] = ' ';
    }
    ret_error->text[used < sizeof ret_error->text ? used : sizeof ret_error->text - 1] = '\0';
    return false;
}

/* States that have words of their own, whatever their class. False: none. */
static bool fail_known_state(EngineError *ret_error, const char *state) {
    static const struct {
        const char *state;
        EngineFault fault;
        const char *words;
    } known[] = {
        {"25006", ENGINE_FAULT_PATH, "the database is open read-only"},
        {"25P02", ENGINE_FAULT_OTHER, "an earlier statement of the transaction failed"},
        {"40001", ENGINE_FAULT_LOCKED, "another transaction changed what this one read"},
        {"40P01", ENGINE_FAULT_LOCKED, "this session and another one wait for each other's locks"},
        {"53100", ENGINE_FAULT_DISK_FULL, "no space left on the server's disk"},
        {"53200", ENGINE_FAULT_MEMORY, "the server ran out of memory"},
        {"53300", ENGINE_FAULT_OTHER, "the server has no connection left: `max_connections` is reached"},
        {"53400", ENGINE_FAULT_DISK_FULL, "the statement needs more temporary space than `temp_file_limit` of the server allows"},
        {"55P03", ENGINE_FAULT_LOCKED, "another session holds a lock on what is needed, and did not let it go within 5 seconds"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(state, known[i].state) == 0) {
            engine_fail(ret_error, known[i].fault, "%s", known[i].words);
            return true;
        }
    return false;
}

/* Classes of states whose messages hold names, and the author's own text, but no values. */
static bool speaks_of_names(const char *state) {
    static const char *const classes[] = {"0A", "0L", "0P", "25", "2B", "3D", "3F", "42", "44", "54", "55"};
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (begins(state, classes[i])) return true;
    return false;
}

bool postgres_fail(PostgresConnection *connection, const PGresult *result, EngineError *ret_error) {
    static const char *const lost[] = {"57P01", "57P02", "57P03", "57P05"};
    const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    const char *message = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    if (!state || !message) {
        if (PQstatus(connection->handle) == CONNECTION_BAD) return fail_lost(ret_error, "");
        return engine_fail(ret_error, ENGINE_FAULT_OTHER, "the server gave no answer that libpq understands");
    }
    if (fail_known_state(ret_error, state)) return false;
    if (strcmp(state, "57014") == 0) return fail_cancelled(connection, ret_error, message);
    if (strcmp(state, "42501") == 0) return pass(ret_error, ENGINE_FAULT_PATH, message);
    if (strcmp(state, "2BP01") == 0)
        return fail_dependents(ret_error, message, PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL));
    if (begins(state, "08") || is_one_of(state, lost, sizeof lost / sizeof *lost)) return fail_lost(ret_error, state);
    if (begins(state, "21") || begins(state, "22")) return fail_data(ret_error, state, message);
    if (begins(state, "23")) return fail_constraint(ret_error, state, result);
    if (speaks_of_names(state)) return pass(ret_error, ENGINE_FAULT_QUERY, message);
    return engine_fail(ret_error, ENGINE_FAULT_OTHER, "the server refused the statement, with SQLSTATE %s", state);
}

/* ------------------------------------------------------------------------------------------------------- to connect */

/* libpq writes `connection to server at "…", port … failed: FATAL:  …` and a hint below it. */
static void reason_of(char *ret_text, size_t size, const char *message) {
    const char *failed = strstr(message, " failed: ");
    const char *reason = failed && failed < message + strcspn(message, "\n") ? failed + strlen(" failed: ") : message;
    const char *fatal = strstr(reason, "FATAL:  ");
    copy_line(ret_text, size, fatal ? fatal + strlen("FATAL:  ") : reason);
}

bool postgres_fail_connect(const PGconn *handle, EngineError *ret_error) {
    if (!handle) return engine_fail(ret_error, ENGINE_FAULT_MEMORY, "out of memory");
    char reason[512];
    reason_of(reason, sizeof reason, PQerrorMessage(handle));
    const char *host = PQhost(handle), *port = PQport(handle), *database = PQdb(handle);
    return engine_fail(ret_error, ENGINE_FAULT_PATH, "no connection to database `%s` of the server at `%s:%s`: %s",
                       database ? database : "", host && *host ? host : "the local socket", port ? port : "", reason);
}
