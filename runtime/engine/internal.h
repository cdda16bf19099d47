/* What the engines of this folder share: the table that each of them fills, and what its handles begin with. */
#ifndef GOV_ENGINE_INTERNAL_H
#define GOV_ENGINE_INTERNAL_H

#include "runtime/engine/engine.h"

/* The handles of an engine begin with these, so that engine.c finds the table of functions of a handle. */
struct EngineDatabase {
    const Engine *engine;
};
struct EngineConnection {
    const Engine *engine;
    int64_t transactions;        /* begun so far */
    bool in_transaction;
};
struct EngineResult {
    const Engine *engine;
};
struct EngineAppender {
    const Engine *engine;
};
struct EngineCopy {
    const Engine *engine;
};

/* The functions mean what engine.h says of `engine_<name>`. */
struct Engine {
    const char *name;
    bool is_server;
    bool (*open)(const EngineOptions *options, EngineDatabase **ret_database, EngineError *ret_error);
    void (*close)(EngineDatabase *database);
    bool (*connect)(EngineDatabase *database, EngineConnection **ret_connection, EngineError *ret_error);
    void (*disconnect)(EngineConnection *connection);
    bool (*execute)(EngineConnection *connection, const char *sql, int64_t *ret_rows, EngineError *ret_error);
    bool (*execute_with)(EngineConnection *connection, const char *sql, const EngineParameter *parameters, size_t count,
                         int64_t *ret_rows, EngineError *ret_error);
    bool (*query)(EngineConnection *connection, const char *sql, const EngineParameter *parameters, size_t count,
                  EngineResult **ret_result, EngineError *ret_error);
    size_t (*column_count)(const EngineResult *result);
    const EngineColumn *(*column)(const EngineResult *result, size_t column);
    bool (*next)(EngineResult *result, EngineError *ret_error);
    EngineCell (*cell)(EngineResult *result, size_t column);
    void (*result_close)(EngineResult *result);
    bool (*appender_open)(EngineConnection *connection, const char *schema, const char *table,
                          EngineAppender **ret_appender, EngineError *ret_error);
    bool (*append_text)(EngineAppender *appender, const char *text, size_t length, EngineError *ret_error);
    bool (*append_integer)(EngineAppender *appender, int64_t integer, EngineError *ret_error);
    bool (*append_null)(EngineAppender *appender, EngineError *ret_error);
    bool (*append_row)(EngineAppender *appender, EngineError *ret_error);
    bool (*appender_close)(EngineAppender *appender, bool discard, EngineError *ret_error);
    void (*interrupt)(EngineConnection *connection);
    /* of servers */
    bool (*copy_open)(EngineConnection *connection, const char *sql, EngineCopy **ret_copy, EngineError *ret_error);
    long (*copy_read)(EngineCopy *copy, char *buffer, size_t size, const atomic_bool *cancel, EngineError *ret_error);
    void (*copy_close)(EngineCopy *copy);
};

#include "config.h"
#define ENGINE(name, table) extern const Engine table;
#include "runtime/engine/engine.def"
#undef ENGINE

/* Fills the error and gives false, so that a caller can return it. */
bool engine_fail(EngineError *ret_error, EngineFault fault, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The value of the setting of that key, or null. */
const char *engine_setting(const EngineOptions *options, const char *key);

#endif
