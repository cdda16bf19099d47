/* Reading rows from PostgreSQL, one after another as they come (single-row mode). The server writes every cell as text;
 * only arrays and rows are asked for as JSON, in a query around the query. */
#include "runtime/engine/postgres_internal.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    EngineColumn column;
    char *name;
    char *type;
    bool as_json;     /* its text is not JSON yet, but is to be */
    char number[40];  /* of the current cell, where its text is not the server's */
} PostgresColumn;

typedef struct {
    EngineResult base;
    PostgresConnection *connection;
    PostgresColumn *columns;
    size_t column_count;
    PGresult *row;    /* the current row; before the first: what told that there is one */
    bool started;     /* `row` was given to the caller */
    bool sent;        /* the statement was sent: its answers must be taken */
    bool ended;
    bool in_transaction;
} PostgresResult;

/* ------------------------------------------------------------------------------------------------------- parameters */

enum { TYPE_ANY = 0, TYPE_INT8 = 20, TYPE_FLOAT8 = 701 };

void postgres_unbind(PostgresParameters *bound) {
    free(bound->types);
    free(bound->texts);
    free(bound->numbers);
    *bound = (PostgresParameters){0};
}

static void bind(PostgresParameters *bound, size_t index, const EngineParameter *parameter) {
    char *number = bound->numbers[index];
    bound->texts[index] = number;
    switch (parameter->kind) {
    case ENGINE_PARAMETER_NULL: bound->texts[index] = NULL; break;
    case ENGINE_PARAMETER_TEXT: bound->texts[index] = parameter->text; break;
    case ENGINE_PARAMETER_INTEGER:
        bound->types[index] = TYPE_INT8;
        snprintf(number, sizeof *bound->numbers, "%lld", (long long)parameter->integer);
        break;
    case ENGINE_PARAMETER_DOUBLE:
        bound->types[index] = TYPE_FLOAT8;
        snprintf(number, sizeof *bound->numbers, "%.17g", parameter->real);
        break;
    }
}

bool postgres_bind(const EngineParameter *parameters, size_t count, PostgresParameters *ret_bound,
                   EngineError *ret_error) {
    *ret_bound = (PostgresParameters){
        .types = calloc(count + 1, sizeof *ret_bound->types),
        .texts = calloc(count + 1, sizeof *ret_bound->texts),
        .numbers = calloc(count + 1, sizeof *ret_bound->numbers),
    };
    if (!ret_bound->types || !ret_bound->texts || !ret_bound->numbers) {
        postgres_unbind(ret_bound);
        return engine_fail(ret_error, ENGINE_FAULT_MEMORY, "out of memory");
    }
    for (size_t i = 0; i < count; i++) bind(ret_bound, i, &parameters[i]);
    return true;
}

/* ------------------------------------------------------------------------------------------------------- statements */

/* Takes all answers up to the mark of the pipeline, keeps the last one with a description. */
static PGresult *take_description(PostgresConnection *connection, EngineError *ret_error) {
    PGresult *description = NULL;
    bool failed = false, ended = false;
    while (!ended) {
        PGresult *result = PQgetResult(connection->handle);
        if (!result && PQstatus(connection->handle) == CONNECTION_BAD) break;
        if (!result) continue; /* between the answers to two statements */
        ExecStatusType status = PQresultStatus(result);
        ended = status == PGRES_PIPELINE_SYNC;
        if (status == PGRES_FATAL_ERROR) {
            postgres_fail(connection, result, ret_error);
            failed = true;
        }
        if (status != PGRES_COMMAND_OK) {
            PQclear(result);
            continue;
        }
        PQclear(description);
        description = result;
    }
    if (ended && !failed && description) return description;
    if (!failed) postgres_fail(connection, NULL, ret_error);
    PQclear(description);
    return NULL;
}

/* Prepares the statement without a name and asks what it gives: in one round trip. Null: told. */
static PGresult *prepare(PostgresConnection *connection, const char *sql, const PostgresParameters *bound, size_t count,
                         EngineError *ret_error) {
    PGconn *handle = connection->handle;
    PGresult *description = NULL;
    postgres_begin_work(connection);
    if (PQenterPipelineMode(handle) == 1 && PQsendPrepare(handle, "", sql, (int)count, bound->types) == 1 &&
        PQsendDescribePrepared(handle, "") == 1 && PQpipelineSync(handle) == 1)
        description = take_description(connection, ret_error);
    else
        postgres_fail(connection, NULL, ret_error);
    PQexitPipelineMode(handle);
    postgres_end_work(connection);
    return description;
}

static bool describe_columns(PostgresResult *result, const PGresult *description, bool *ret_asked,
                             EngineError *ret_error) {
    size_t count = (size_t)PQnfields(description);
    result->columns = calloc(count + 1, sizeof *result->columns);
    if (!result->columns) return engine_fail(ret_error, ENGINE_FAULT_MEMORY, "out of memory");
    result->column_count = count;
    for (size_t i = 0; i < count; i++) {
        PostgresColumn *column = &result->columns[i];
        EngineClass class;
        column->name = strdup(PQfname(description, (int)i));
        if (!column->name) return engine_fail(ret_error, ENGINE_FAULT_MEMORY, "out of memory");
        if (!postgres_describe_type(result->connection, PQftype(description, (int)i), PQfmod(description, (int)i),
                                    &column->type, &class, &column->as_json, ret_asked, ret_error))
            return false;
        column->column = (EngineColumn){column->name, column->type, class};
    }
    return true;
}

static bool any_as_json(const PostgresResult *result) {
    for (size_t i = 0; i < result->column_count; i++)
        if (result->columns[i].as_json) return true;
    return false;
}

/* `select c1, to_json(c2) from (<sql>) as t (c1, c2)`: the server keeps the order of a query without joins around it. */
static char *query_around(const PostgresResult *result, const char *sql) {
    size_t length = strlen(sql), size;
    while (length && (sql[length - 1] == ';' || isspace((unsigned char)sql[length - 1]))) length--;
    char *text = NULL;
    FILE *stream = open_memstream(&text, &size);
    if (!stream) return NULL;
    for (size_t i = 0; i < result->column_count; i++)
        fprintf(stream, result->columns[i].as_json ? "%sto_json(c%zu)" : "%sc%zu", i ? ", " : "select ", i + 1);
    fprintf(stream, " from (\n%.*s\n) as t (", (int)length, sql);
    for (size_t i = 0; i < result->column_count; i++) fprintf(stream, "%sc%zu", i ? ", " : "", i + 1);
    fputs(")", stream);
    if (fclose(stream) == 0) return text;
    free(text);
    return NULL;
}

/* Prepares the statement anew: one that gives JSON where the cells are none. */
static bool prepare_again(PostgresResult *result, const char *sql, const PostgresParameters *bound, size_t count,
                          EngineError *ret_error) {
    char *around = any_as_json(result) ? query_around(result, sql) : strdup(sql);
    if (!around) return engine_fail(ret_error, ENGINE_FAULT_MEMORY, "out of memory");
    PGresult *description = prepare(result->connection, around, bound, count, ret_error);
    free(around);
    PQclear(description);
    return description != NULL;
}

/* Takes the next answer of the statement. */
static bool take_row(PostgresResult *result, EngineError *ret_error) {
    PQclear(result->row);
    result->row = PQgetResult(result->connection->handle);
    ExecStatusType status = PQresultStatus(result->row);
    if (result->row && status == PGRES_SINGLE_TUPLE) return true;
    result->ended = true;
    if (result->row && (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || status == PGRES_EMPTY_QUERY)) return false;
    return postgres_fail(result->connection, result->row, ret_error);
}

/* The first answer is waited for here, so that a statement that fails at once fails in engine_query. */
static bool send(PostgresResult *result, const PostgresParameters *bound, size_t count, EngineError *ret_error) {
    PGconn *handle = result->connection->handle;
    result->in_transaction = PQtransactionStatus(handle) == PQTRANS_INTRANS;
    postgres_begin_work(result->connection);
    result->sent = true;
    if (PQsendQueryPrepared(handle, "", (int)count, bound->texts, NULL, NULL, 0) != 1 || PQsetSingleRowMode(handle) != 1)
        return postgres_fail(result->connection, NULL, ret_error);
    take_row(result, ret_error);
    return ret_error->fault == ENGINE_FAULT_NONE;
}

static bool run(PostgresResult *result, const char *sql, const PostgresParameters *bound, size_t count,
                EngineError *ret_error) {
    PGresult *description = prepare(result->connection, sql, bound, count, ret_error);
    bool asked = false, ok = description && describe_columns(result, description, &asked, ret_error);
    PQclear(description);
    return ok && (!asked || prepare_again(result, sql, bound, count, ret_error)) &&
           send(result, bound, count, ret_error);
}

bool postgres_engine_query(EngineConnection *base, const char *sql, const EngineParameter *parameters, size_t count,
                           EngineResult **ret_result, EngineError *ret_error) {
    PostgresParameters bound;
    PostgresResult *result = calloc(1, sizeof *result);
    if (!result) return engine_fail(ret_error, ENGINE_FAULT_MEMORY, "out of memory");
    result->base.engine = base->engine;
    result->connection = (PostgresConnection *)base;
    bool ok = postgres_bind(parameters, count, &bound, ret_error) && run(result, sql, &bound, count, ret_error);
    postgres_unbind(&bound);
    if (ok)
        *ret_result = &result->base;
    else
        postgres_engine_result_close(&result->base);
    return ok;
}

/* Rows that nobody wants are not waited for, but in a transaction, which stopping the statement would end. */
static void finish(PostgresResult *result) {
    if (!result->ended && !result->in_transaction) result->base.engine->interrupt(&result->connection->base);
    for (PGresult *rest; (rest = PQgetResult(result->connection->handle));) PQclear(rest);
    postgres_end_work(result->connection);
}

void postgres_engine_result_close(EngineResult *base) {
    PostgresResult *result = (PostgresResult *)base;
    PQclear(result->row);
    if (result->sent) finish(result);
    for (size_t i = 0; i < result->column_count; i++) {
        free(result->columns[i].name);
        free(result->columns[i].type);
    }
    free(result->columns);
    free(result);
}

size_t postgres_engine_column_count(const EngineResult *base) {
    return ((const PostgresResult *)base)->column_count;
}

const EngineColumn *postgres_engine_column(const EngineResult *base, size_t column) {
    return &((const PostgresResult *)base)->columns[column].column;
}

/* ------------------------------------------------------------------------------------------------------------- rows */

bool postgres_engine_next(EngineResult *base, EngineError *ret_error) {
    PostgresResult *result = (PostgresResult *)base;
    if (result->ended) return false;
    bool first = !result->started;
    result->started = true;
    return first || take_row(result, ret_error);
}

/* Infinity and NaN as C writes them, as every engine of this folder does. */
static EngineCell real_cell(PostgresColumn *column, const char *text) {
    double real = strtod(text, NULL);
    if (isfinite(real)) return (EngineCell){.real = real, .text = text, .length = strlen(text)};
    int length = snprintf(column->number, sizeof column->number, "%g", real);
    return (EngineCell){.real = real, .text = column->number, .length = (size_t)length};
}

EngineCell postgres_engine_cell(EngineResult *base, size_t index) {
    PostgresResult *result = (PostgresResult *)base;
    PostgresColumn *column = &result->columns[index];
    if (PQgetisnull(result->row, 0, (int)index)) return (EngineCell){.is_null = true};
    const char *text = PQgetvalue(result->row, 0, (int)index);
    EngineCell cell = {.text = text, .length = (size_t)PQgetlength(result->row, 0, (int)index)};
    switch (column->column.class) {
    case ENGINE_CLASS_BOOLEAN:
        return *text == 't' ? (EngineCell){.has_integer = true, .integer = 1, .text = "true", .length = 4}
                            : (EngineCell){.has_integer = true, .integer = 0, .text = "false", .length = 5};
    case ENGINE_CLASS_INTEGER:
        cell.has_integer = true;
        cell.integer = strtoll(text, NULL, 10);
        return cell;
    case ENGINE_CLASS_DOUBLE: return real_cell(column, text);
    case ENGINE_CLASS_BYTES: return (EngineCell){.text = text + 2, .length = cell.length - 2}; /* without its `\x` */
    case ENGINE_CLASS_DECIMAL:
    case ENGINE_CLASS_TEXT:
    case ENGINE_CLASS_TIME:
    case ENGINE_CLASS_JSON: return cell;
    }
    return cell;
}
