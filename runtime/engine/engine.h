/* SQL engines behind one table of functions: open a database, run statements, read rows, append rows, stop.
 *
 * A database may have several connections; a connection belongs to one thread at a time, only engine_interrupt
 * may be called from any thread. Every call that can fail returns false and fills `ret_error`, whose
 * text is ready to print: lower case, no stack trace, and no value of any row (quoted parts and numbers of the engine's
 * messages about data are taken out). */
#ifndef GOV_ENGINE_H
#define GOV_ENGINE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef enum {
    ENGINE_FAULT_NONE,
    ENGINE_FAULT_LIBRARY,      /* the engine's library is not there, or of another version */
    ENGINE_FAULT_LOCKED,       /* another process holds the database */
    ENGINE_FAULT_MISSING,      /* the database does not exist (only when opened read-only) */
    ENGINE_FAULT_PATH,         /* no such place, a directory, not readable, read-only */
    ENGINE_FAULT_FORMAT,       /* the file is not a database of this engine and version */
    ENGINE_FAULT_DISK_FULL,
    ENGINE_FAULT_MEMORY,       /* ours or the engine's */
    ENGINE_FAULT_INTERRUPTED,  /* engine_interrupt was called */
    ENGINE_FAULT_DATA,         /* a value did not fit: conversion, overflow, constraint; its value is not in the text */
    ENGINE_FAULT_QUERY,        /* the statement is wrong: syntax, unknown names, types */
    ENGINE_FAULT_LOST,         /* the database can no longer be used in this process, such as after a failed commit */
    ENGINE_FAULT_OTHER,
} EngineFault;

/* Filled by the callee; owns nothing. Longer texts are cut. */
typedef struct {
    EngineFault fault;
    char text[1024];
} EngineError;

typedef struct Engine Engine;                   /* a kind of engine: constant table of functions */
typedef struct EngineDatabase EngineDatabase;
typedef struct EngineConnection EngineConnection;
typedef struct EngineResult EngineResult;       /* rows being read; its connection runs nothing else until it is closed */
typedef struct EngineAppender EngineAppender;
typedef struct EngineCopy EngineCopy;           /* bytes of a query's answer, as a server writes them in bulk */

/* How a column's cells are to be shown. INTEGER and DECIMAL cells may be wider than 64 bits: see EngineCell. */
typedef enum {
    ENGINE_CLASS_BOOLEAN,
    ENGINE_CLASS_INTEGER,
    ENGINE_CLASS_DECIMAL,
    ENGINE_CLASS_DOUBLE,
    ENGINE_CLASS_TEXT,
    ENGINE_CLASS_TIME,         /* date, time, timestamp, interval: text in ISO form, UTC */
    ENGINE_CLASS_BYTES,        /* text is the hexadecimal form */
    ENGINE_CLASS_JSON,         /* json, and arrays and structs as JSON text */
} EngineClass;

typedef struct {
    const char *name;
    const char *type;          /* as the engine writes it: `DECIMAL(18,2)` */
    EngineClass class;
} EngineColumn;

typedef struct {
    bool is_null;
    bool has_integer;          /* `integer` holds the value of an INTEGER or BOOLEAN cell that fits in 64 bits */
    int64_t integer;
    double real;               /* of a DOUBLE cell */
    const char *text;          /* every cell that is not null, ends with 0, valid until the next row */
    size_t length;
} EngineCell;

typedef enum { ENGINE_PARAMETER_NULL, ENGINE_PARAMETER_INTEGER, ENGINE_PARAMETER_DOUBLE, ENGINE_PARAMETER_TEXT } EngineParameterKind;

/* A value bound to `$1`, `$2`, … of a statement. The text is read during the call only. */
typedef struct {
    EngineParameterKind kind;
    int64_t integer;
    double real;
    const char *text;
} EngineParameter;

/* `text` may be null: then the parameter is SQL's null. */
EngineParameter engine_text(const char *text);
EngineParameter engine_integer(int64_t integer);
EngineParameter engine_double(double real);
EngineParameter engine_null(void);

typedef struct {
    const char *key;           /* "path", "dsn", … as declared at the target */
    const char *value;         /* resolved: may be a secret */
} EngineSetting;

typedef struct {
    const EngineSetting *settings;
    size_t setting_count;
    const char *folder;        /* relative paths start here; null: the process's own */
    int threads;               /* inside the engine; 0: as many as cores */
    bool read_only;            /* other readers may have it open too; fails if the database does not exist */
} EngineOptions;

/* The engine of that name (`engine.def`), or null. */
const Engine *engine_find(const char *name);

/* Its name; and the engine of a connection. */
const char *engine_name(const Engine *engine);
const Engine *engine_of(const EngineConnection *connection);

/* Is the engine a server: it runs while nobody is connected, and several may be at the same time? */
bool engine_is_server(const EngineConnection *connection);

/* "duckdb, postgres": every engine of this build, for messages. */
const char *engine_names(void);

/* Opens the database, creating it (and, below options->folder, its folder) unless read_only.
 * On duckdb without a "path" setting, or with ":memory:", a database in memory; on postgres what "dsn" names, which must
 * be there. The caller closes it. */
bool engine_open(const Engine *engine, const EngineOptions *options, EngineDatabase **ret_database, EngineError *ret_error);

/* Closes it; all its connections must be closed. Null is fine. */
void engine_close(EngineDatabase *database);

/* A connection whose session runs in UTC. The caller closes it before the database. On postgres names without a schema are
 * the server's own, and no lock is waited for longer than 5 seconds. */
bool engine_connect(EngineDatabase *database, EngineConnection **ret_connection, EngineError *ret_error);
void engine_disconnect(EngineConnection *connection);

/* Runs one or more statements, one after another; stops at the first that fails. `ret_rows` (may be null) gets the
 * number of rows that the last one wrote (inserted, deleted, created with a table), or -1 if it writes none. */
bool engine_execute(EngineConnection *connection, const char *sql, int64_t *ret_rows, EngineError *ret_error);

/* Runs one statement with values bound to its `$1`, `$2`, …. */
bool engine_execute_with(EngineConnection *connection, const char *sql, const EngineParameter *parameters, size_t count,
                         int64_t *ret_rows, EngineError *ret_error);

/* Runs one query. Rows come in chunks while they are read: a large result is not held in memory.
 * The caller closes the result. `parameters` may be null. */
bool engine_query(EngineConnection *connection, const char *sql, const EngineParameter *parameters, size_t count,
                  EngineResult **ret_result, EngineError *ret_error);

size_t engine_column_count(const EngineResult *result);
const EngineColumn *engine_column(const EngineResult *result, size_t column);

/* Goes to the next row (the first, at the first call). False at the end, and when reading failed: then
 * ret_error->fault is not ENGINE_FAULT_NONE. */
bool engine_next(EngineResult *result, EngineError *ret_error);

/* A cell of the current row. */
EngineCell engine_cell(EngineResult *result, size_t column);
void engine_result_close(EngineResult *result);

/* The first cell of the first row as a number, such as a count. Fails if there is none. */
bool engine_query_integer(EngineConnection *connection, const char *sql, int64_t *ret_value, EngineError *ret_error);

/* The first cell of the first row as text, which the caller frees; null if it is null or there is no row. */
bool engine_query_text(EngineConnection *connection, const char *sql, char **ret_text, EngineError *ret_error);

/* Adds rows to a table in bulk: cells from left to right, then engine_append_row. Names are not quoted: `raw`, `orders`.
 * A text is cast to the column's type. After a failure only close is allowed. Rows are there after close returned true. */
bool engine_appender_open(EngineConnection *connection, const char *schema, const char *table,
                          EngineAppender **ret_appender, EngineError *ret_error);
bool engine_append_text(EngineAppender *appender, const char *text, size_t length, EngineError *ret_error);
bool engine_append_integer(EngineAppender *appender, int64_t integer, EngineError *ret_error);
bool engine_append_null(EngineAppender *appender, EngineError *ret_error);
bool engine_append_row(EngineAppender *appender, EngineError *ret_error);

/* Writes what is pending (unless something failed before, or `discard`) and frees the appender. Null is fine. */
bool engine_appender_close(EngineAppender *appender, bool discard, EngineError *ret_error);

/* Begins a statement `copy … to stdout` of a server; the connection runs nothing else until it is closed. Fails on an engine
 * that is none. */
bool engine_copy_open(EngineConnection *connection, const char *sql, EngineCopy **ret_copy, EngineError *ret_error);
/* Fills the buffer with whole rows as long as they fit, and at least with one byte. Returns how many, 0 at the end, -1 on an
 * error. `*cancel` (may be null) is looked at while it waits; then the server is asked to stop. */
long engine_copy_read(EngineCopy *copy, char *buffer, size_t size, const atomic_bool *cancel, EngineError *ret_error);
/* Null is fine. What was not read is thrown away. */
void engine_copy_close(EngineCopy *copy);

bool engine_begin(EngineConnection *connection, EngineError *ret_error);
bool engine_commit(EngineConnection *connection, EngineError *ret_error);
/* Never fails: with no transaction open it does nothing. */
void engine_rollback(EngineConnection *connection);

/* The number (1, 2, … of the connection) of the transaction that engine_begin opened and nobody has ended; 0: none is open. */
int64_t engine_transaction(const EngineConnection *connection);

/* Stops the statement that runs on the connection now; it fails with ENGINE_FAULT_INTERRUPTED. From any thread.
 * A statement that starts later is not affected: whoever stops a run also stops starting statements. */
void engine_interrupt(EngineConnection *connection);

/* Appends `text` to the stream as a string literal of SQL, or as a quoted name. Any engine. */
void engine_write_literal(FILE *stream, const char *text);
void engine_write_name(FILE *stream, const char *name);

#endif
