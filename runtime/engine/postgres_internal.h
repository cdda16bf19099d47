/* The handles of the PostgreSQL engine, shared by its files. */
#ifndef GOV_ENGINE_POSTGRES_INTERNAL_H
#define GOV_ENGINE_POSTGRES_INTERNAL_H

#include "runtime/engine/internal.h"

#include <libpq-fe.h>
#include <pthread.h>

typedef struct {
    EngineDatabase base;
    char **keywords;           /* of the connection, ended by null; values beside them, which may hold a password */
    char **values;
    bool read_only;
    EngineConnection *spare;   /* the connection that proved that the server can be reached: the first one given out */
    pthread_mutex_t lock;      /* of spare */
} PostgresDatabase;

typedef struct {
    EngineConnection base;
    PGconn *handle;
    PGcancel *cancel;
    pthread_mutex_t lock;      /* of the two below: a request to stop and the end of a statement wait for each other, so
                                * that the request never meets the next statement */
    bool busy;                 /* a statement runs */
    bool stopped;              /* it was asked to stop */
} PostgresConnection;

/* Every statement, result and COPY lies between these two. */
void postgres_begin_work(PostgresConnection *connection);
void postgres_end_work(PostgresConnection *connection);

/* postgres_error.c: turns the server's answer (null: what the connection says) into a message that may be shown and
 * recorded: names and types pass, values do not. Gives false. */
bool postgres_fail(PostgresConnection *connection, const PGresult *result, EngineError *ret_error);

/* postgres_error.c: the same for a connection that could not be made. `handle` may be null. */
bool postgres_fail_connect(const PGconn *handle, EngineError *ret_error);

/* postgres_result.c: what is bound to `$1`, `$2`, …, as libpq takes it. Integers and doubles carry their type. */
typedef struct {
    Oid *types;
    const char **texts;
    char (*numbers)[32];       /* where `texts` point to for numbers */
} PostgresParameters;

bool postgres_bind(const EngineParameter *parameters, size_t count, PostgresParameters *ret_bound, EngineError *ret_error);
void postgres_unbind(PostgresParameters *bound);

bool postgres_engine_query(EngineConnection *connection, const char *sql, const EngineParameter *parameters, size_t count,
                           EngineResult **ret_result, EngineError *ret_error);
size_t postgres_engine_column_count(const EngineResult *result);
const EngineColumn *postgres_engine_column(const EngineResult *result, size_t column);
bool postgres_engine_next(EngineResult *result, EngineError *ret_error);
EngineCell postgres_engine_cell(EngineResult *result, size_t column);
void postgres_engine_result_close(EngineResult *result);

/* postgres_type.c: what a column is, from its type. The caller frees `*ret_name`; false: out of memory, or told. `*ret_asked`
 * becomes true where the server had to be asked: then the statement without a name is no longer prepared. */
bool postgres_describe_type(PostgresConnection *connection, Oid type, int modifier, char **ret_name, EngineClass *ret_class,
                            bool *ret_as_json, bool *ret_asked, EngineError *ret_error);

/* postgres_appender.c */
bool postgres_engine_appender_open(EngineConnection *connection, const char *schema, const char *table,
                                   EngineAppender **ret_appender, EngineError *ret_error);
bool postgres_engine_append_text(EngineAppender *appender, const char *text, size_t length, EngineError *ret_error);
bool postgres_engine_append_integer(EngineAppender *appender, int64_t integer, EngineError *ret_error);
bool postgres_engine_append_null(EngineAppender *appender, EngineError *ret_error);
bool postgres_engine_append_row(EngineAppender *appender, EngineError *ret_error);
bool postgres_engine_appender_close(EngineAppender *appender, bool discard, EngineError *ret_error);

/* postgres_copy.c */
bool postgres_engine_copy_open(EngineConnection *connection, const char *sql, EngineCopy **ret_copy, EngineError *ret_error);
long postgres_engine_copy_read(EngineCopy *copy, char *buffer, size_t size, const atomic_bool *cancel, EngineError *ret_error);
void postgres_engine_copy_close(EngineCopy *copy);

#endif
