/* DuckDB's messages, made fit to be shown and kept.
 *
 * Messages about statements quote names and the author's own text, and pass with their prefix and excerpt taken off.
 * Messages about data quote values (`Could not convert string '123-45' to INT32`); of these nothing passes but types and
 * names of columns, recognized by their place in a message of known shape. An unknown shape gives general words. */
#include "runtime/engine/duckdb_internal.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Without `Binder Error: ` in front. */
static const char *without_prefix(const char *message) {
    const char *colon = strstr(message, "Error: ");
    const char *line = strchr(message, '\n');
    return colon && (!line || colon < line) ? colon + strlen("Error: ") : message;
}

/* One line of all lines before the excerpt (`LINE 1: …`) and guesses at names, joined by `; `, first letter small,
 * without a full stop. */
static void copy_statement_message(char *ret_text, size_t size, const char *message) {
    const char *end = strstr(message, "\n\n");
    const char *guess = strstr(message, "\nDid you mean");
    if (!end || (guess && guess < end)) end = guess;
    size_t length = end ? (size_t)(end - message) : strlen(message), used = 0;
    for (size_t i = 0; i < length && used + 3 < size; i++) {
        if (message[i] == '\n') {
            while (used && strchr("!. ", ret_text[used - 1])) used--;
            ret_text[used++] = ';';
            ret_text[used++] = ' ';
        } else {
            ret_text[used++] = message[i];
        }
    }
    while (used && strchr("!. \n", ret_text[used - 1])) used--;
    ret_text[used] = '\0';
    if (isupper((unsigned char)ret_text[0]) && !isupper((unsigned char)ret_text[1]))
        ret_text[0] = (char)tolower((unsigned char)ret_text[0]);
}

/* Copies the type that follows `marker`, last seen: `DECIMAL(18,2)`. Only what can be in the name of a type is taken. */
static bool copy_type(char *ret_type, size_t size, const char *message, const char *marker) {
    const char *found = NULL;
    for (const char *at = strstr(message, marker); at; at = strstr(at + 1, marker)) found = at;
    if (!found) return false;
    const char *type = found + strlen(marker);
    size_t length = strspn(type, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789(),[]");
    if (length == 0 || length >= size || !isupper((unsigned char)type[0])) return false;
    memcpy(ret_type, type, length);
    ret_type[length] = '\0';
    return true;
}

static bool fail_cast(EngineError *ret_error, const char *message) {
    static const char *const markers[] = {"' to ", "\" to type ", "destination type ", " to "};
    char type[64];
    for (size_t i = 0; i < sizeof markers / sizeof *markers; i++)
        if (copy_type(type, sizeof type, message, markers[i]))
            return engine_fail(ret_error, ENGINE_FAULT_DATA, "a value cannot be converted to `%s`", type);
    return engine_fail(ret_error, ENGINE_FAULT_DATA, "a value cannot be converted to the type it is cast to");
}

static bool fail_overflow(EngineError *ret_error, const char *message) {
    const char *open = strchr(message, '(');
    size_t length = open ? (size_t)(open - message) : 0;
    while (length && message[length - 1] == ' ') length--;
    if (strncmp(message, "Overflow in ", 12) != 0 || length == 0 || length > 80)
        return engine_fail(ret_error, ENGINE_FAULT_DATA, "a value is out of range");
    return engine_fail(ret_error, ENGINE_FAULT_DATA, "o%.*s", (int)length - 1, message + 1);
}

/* Messages that hold no value, and what is said instead of those that do, by how they begin. */
static bool fail_data(EngineError *ret_error, duckdb_error_type type, const char *message) {
    static const struct {
        const char *begins;
        const char *words;
    } known[] = {
        {"invalid date", "a text is not a date"},
        {"date field", "a text is not a date"},
        {"timestamp field", "a text is not a timestamp"},
        {"invalid timestamp", "a text is not a timestamp"},
        {"time field", "a text is not a time of day"},
        {"Could not parse string", "a text does not match the format given for it"},
        {"Malformed JSON", "a text is not valid JSON"},
        {"More than one row returned by a subquery", "a subquery used as a value gave more than one row"},
        {"PRIMARY KEY or UNIQUE", "two rows have the same value of a unique key"},
        {"Duplicate key", "two rows have the same value of a unique key"},
        {"Violates foreign key", "a foreign key is violated"},
        {"CHECK constraint failed", "a check constraint is violated"},
        {"cannot take logarithm", "the logarithm of a number that is not positive"},
        {"cannot take square root", "the square root of a negative number"},
        {"CSV Error", "a line of the file does not have the form that was declared"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strncmp(message, known[i].begins, strlen(known[i].begins)) == 0)
            return engine_fail(ret_error, ENGINE_FAULT_DATA, "%s", known[i].words);
    static const char not_null[] =
        "NOT NULL constraint failed: "; /* a name follows; error() could say the same of a value */
    if (type == DUCKDB_ERROR_CONSTRAINT && strncmp(message, not_null, strlen(not_null)) == 0)
        return engine_fail(ret_error, ENGINE_FAULT_DATA, "null in the column `%.200s`, which is not null",
                           message + strlen(not_null));
    return engine_fail(ret_error, ENGINE_FAULT_DATA,
                       "a value is not valid for the function or operator it is given to");
}

static bool fail_io(EngineError *ret_error, EngineFault fault, const char *message) {
    ret_error->fault = fault;
    copy_statement_message(ret_error->text, sizeof ret_error->text, message);
    return false;
}

/* Causes that DuckDB reports under several types. */
static bool fail_known_cause(EngineError *ret_error, const char *message) {
    if (strstr(message, "No space left on device") || strstr(message, "Disk quota exceeded") ||
        strstr(message, "failed to offload data block") || strstr(message, "File too large"))
        return !engine_fail(ret_error, ENGINE_FAULT_DISK_FULL, "no space left on the disk");
    if (strstr(message, "database has been invalidated"))
        return !engine_fail(ret_error, ENGINE_FAULT_LOST, "the database was closed by an earlier error");
    if (strstr(message, "read-only mode"))
        return !engine_fail(ret_error, ENGINE_FAULT_PATH, "the database is open read-only");
    return false;
}

bool duckdb_fail(EngineError *ret_error, duckdb_error_type type, const char *message) {
    if (!message) return engine_fail(ret_error, ENGINE_FAULT_OTHER, "DuckDB failed without a message");
    if (fail_known_cause(ret_error, message)) return false;
    const char *words = without_prefix(message);
    switch (type) {
    case DUCKDB_ERROR_INTERRUPT: return engine_fail(ret_error, ENGINE_FAULT_INTERRUPTED, "interrupted");
    case DUCKDB_ERROR_OUT_OF_MEMORY: return engine_fail(ret_error, ENGINE_FAULT_MEMORY, "DuckDB ran out of memory");
    case DUCKDB_ERROR_CONVERSION:
    case DUCKDB_ERROR_MISMATCH_TYPE:
    case DUCKDB_ERROR_DECIMAL:
        if (strncmp(words, "Could not c", 11) == 0 || strncmp(words, "Type ", 5) == 0 ||
            strncmp(words, "Casting", 7) == 0)
            return fail_cast(ret_error, words);
        return fail_data(ret_error, type, words);
    case DUCKDB_ERROR_OUT_OF_RANGE:
        return strncmp(words, "cannot", 6) == 0 ? fail_data(ret_error, type, words) : fail_overflow(ret_error, words);
    case DUCKDB_ERROR_INVALID_INPUT:
    case DUCKDB_ERROR_CONSTRAINT:
    case DUCKDB_ERROR_DIVIDE_BY_ZERO:
    case DUCKDB_ERROR_OBJECT_SIZE:
    case DUCKDB_ERROR_SEQUENCE: return fail_data(ret_error, type, words);
    case DUCKDB_ERROR_CATALOG:
    case DUCKDB_ERROR_PARSER:
    case DUCKDB_ERROR_BINDER:
    case DUCKDB_ERROR_SYNTAX:
    case DUCKDB_ERROR_PLANNER:
    case DUCKDB_ERROR_NOT_IMPLEMENTED:
    case DUCKDB_ERROR_SETTINGS:
    case DUCKDB_ERROR_DEPENDENCY:
    case DUCKDB_ERROR_MISSING_EXTENSION: return fail_io(ret_error, ENGINE_FAULT_QUERY, words);
    case DUCKDB_ERROR_IO:
    case DUCKDB_ERROR_PERMISSION:
    case DUCKDB_ERROR_TRANSACTION:
    case DUCKDB_ERROR_CONNECTION: return fail_io(ret_error, ENGINE_FAULT_OTHER, words);
    default: /* another library's enum; what it may gain is unknown, and its text is not let through */
        return engine_fail(ret_error, ENGINE_FAULT_OTHER, "internal error of DuckDB (type %d)", (int)type);
    }
}

/* `Conflicting lock is held in /usr/bin/gov (PID 1234) by user x.` */
static bool fail_locked(EngineError *ret_error, const char *path, const char *message) {
    static const char held[] = "lock is held in ";
    const char *program = strstr(message, held);
    const char *number = program ? strstr(program, " (PID ") : NULL;
    if (!number) return engine_fail(ret_error, ENGINE_FAULT_LOCKED, "database `%s` is in use by another process", path);
    program += strlen(held);
    const char *slash = memrchr(program, '/', (size_t)(number - program));
    if (slash) program = slash + 1;
    return engine_fail(ret_error, ENGINE_FAULT_LOCKED,
                       "database `%s` is in use by `%.*s` (process %d); while it is, nobody else can open it", path,
                       (int)(number - program), program, atoi(number + strlen(" (PID ")));
}

bool duckdb_fail_open(EngineError *ret_error, const char *path, const char *message) {
    if (!message) return engine_fail(ret_error, ENGINE_FAULT_OTHER, "database `%s` cannot be opened", path);
    /* Before anything else: held by a reader, the engine recommends its `read-only mode`. */
    if (strstr(message, "Could not set lock") || strstr(message, "Conflicting lock"))
        return fail_locked(ret_error, path, message);
    if (fail_known_cause(ret_error, message))
        return engine_fail(ret_error, ret_error->fault, "database `%s` cannot be opened: %s", path,
                           ret_error->fault == ENGINE_FAULT_DISK_FULL ? "no space left on the disk"
                                                                      : "it is read-only");
    if (strstr(message, "database does not exist"))
        return engine_fail(ret_error, ENGINE_FAULT_MISSING, "database `%s` does not exist yet; `run` creates it", path);
    if (strstr(message, "not a valid DuckDB database") || strstr(message, "encrypted"))
        return engine_fail(ret_error, ENGINE_FAULT_FORMAT, "`%s` is not a DuckDB database", path);
    if (strstr(message, "version"))
        return engine_fail(
            ret_error, ENGINE_FAULT_FORMAT,
            "database `%s` was written by a version of DuckDB that " DUCKDB_PINNED_VERSION " cannot read", path);
    if (strstr(message, "Permission denied"))
        return engine_fail(ret_error, ENGINE_FAULT_PATH, "no permission to open database `%s`", path);
    if (strstr(message, "Read-only file system"))
        return engine_fail(ret_error, ENGINE_FAULT_PATH, "database `%s` is on a read-only file system", path);
    char text[512];
    copy_statement_message(text, sizeof text, without_prefix(message));
    return engine_fail(ret_error, ENGINE_FAULT_OTHER, "database `%s` cannot be opened: %s", path, text);
}
