/* Reading rows from DuckDB. Booleans, integers, doubles and texts are read from its vectors; every other type is cast to
 * text by DuckDB itself, in a query around the query: one source of truth for how a decimal or a timestamp looks. */
#include "runtime/engine/duckdb_internal.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    EngineColumn column;
    char *name;
    char *type;
    duckdb_type vector_type; /* of what is read: VARCHAR where the cell was cast */
    void *data;              /* of the current chunk */
    uint64_t *validity;      /* null: no nulls */
    char *text;              /* of the current cell */
    size_t text_size;
} DuckdbColumn;

typedef struct {
    EngineResult base;
    const DuckdbLibrary *library;
    duckdb_prepared_statement statement;
    duckdb_result handle;
    duckdb_data_chunk chunk;
    idx_t row; /* of the chunk */
    idx_t row_count;
    bool ended;
    DuckdbColumn *columns;
    size_t column_count;
} DuckdbResult;

/* ------------------------------------------------------------------------------------------------------- statements */

static duckdb_state bind(const DuckdbLibrary *library, duckdb_prepared_statement statement, idx_t index,
                         const EngineParameter *parameter) {
    switch (parameter->kind) {
    case ENGINE_PARAMETER_NULL: return library->bind_null(statement, index);
    case ENGINE_PARAMETER_INTEGER: return library->bind_int64(statement, index, parameter->integer);
    case ENGINE_PARAMETER_DOUBLE: return library->bind_double(statement, index, parameter->real);
    case ENGINE_PARAMETER_TEXT: return library->bind_varchar(statement, index, parameter->text);
    }
    return DuckDBError;
}

/* What kind of fault a message of `duckdb_prepare_error` is, which comes without its type. */
static duckdb_error_type type_of_prefix(const char *message) {
    static const struct {
        const char *prefix;
        duckdb_error_type type;
    } prefixes[] = {
        {"Parser Error", DUCKDB_ERROR_PARSER},
        {"Binder Error", DUCKDB_ERROR_BINDER},
        {"Catalog Error", DUCKDB_ERROR_CATALOG},
        {"Syntax Error", DUCKDB_ERROR_SYNTAX},
        {"IO Error", DUCKDB_ERROR_IO},
        {"Conversion Error", DUCKDB_ERROR_CONVERSION},
        {"INTERRUPT", DUCKDB_ERROR_INTERRUPT},
        {"Out of Range Error", DUCKDB_ERROR_OUT_OF_RANGE},
        {"Not implemented", DUCKDB_ERROR_NOT_IMPLEMENTED},
        {"Invalid Input Error", DUCKDB_ERROR_INVALID_INPUT},
        {"Missing Extension Error", DUCKDB_ERROR_MISSING_EXTENSION},
        {"Permission Error", DUCKDB_ERROR_PERMISSION},
        {"TransactionContext", DUCKDB_ERROR_TRANSACTION},
        {"Constraint Error", DUCKDB_ERROR_CONSTRAINT},
    };
    for (size_t i = 0; message && i < sizeof prefixes / sizeof *prefixes; i++)
        if (strncmp(message, prefixes[i].prefix, strlen(prefixes[i].prefix)) == 0) return prefixes[i].type;
    return DUCKDB_ERROR_INTERNAL;
}

bool duckdb_prepare_with(DuckdbConnection *connection, const char *sql, const EngineParameter *parameters, size_t count,
                         duckdb_prepared_statement *ret_statement, EngineError *ret_error) {
    const DuckdbLibrary *library = connection->library;
    if (library->prepare(connection->handle, sql, ret_statement) != DuckDBSuccess) {
        const char *message = library->prepare_error(*ret_statement);
        duckdb_fail(ret_error, type_of_prefix(message), message);
        library->destroy_prepare(ret_statement);
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (bind(library, *ret_statement, i + 1, &parameters[i]) != DuckDBSuccess) {
            library->destroy_prepare(ret_statement);
            return engine_fail(ret_error, ENGINE_FAULT_QUERY, "parameter %zu cannot be bound", i + 1);
        }
    }
    return true;
}

/* DuckDB answers a statement that writes with one row of one number; CREATE TABLE AS does, too. */
int64_t duckdb_rows_written(const DuckdbLibrary *library, duckdb_result *result) {
    bool may_count = library->result_return_type(*result) == DUCKDB_RESULT_TYPE_CHANGED_ROWS ||
                     library->result_statement_type(*result) == DUCKDB_STATEMENT_TYPE_CREATE;
    if (!may_count || library->column_count(result) != 1 || library->column_type(result, 0) != DUCKDB_TYPE_BIGINT)
        return -1;
    duckdb_data_chunk chunk = library->fetch_chunk(*result);
    if (!chunk) return -1;
    int64_t rows = -1;
    if (library->data_chunk_get_size(chunk) == 1)
        rows = *(int64_t *)library->vector_get_data(library->data_chunk_get_vector(chunk, 0));
    library->destroy_data_chunk(&chunk);
    return rows;
}

/* ------------------------------------------------------------------------------------------------------------ types */

static const char *type_name(duckdb_type type) {
    static const char *const names[] = {
        [DUCKDB_TYPE_BOOLEAN] = "BOOLEAN",
        [DUCKDB_TYPE_TINYINT] = "TINYINT",
        [DUCKDB_TYPE_SMALLINT] = "SMALLINT",
        [DUCKDB_TYPE_INTEGER] = "INTEGER",
        [DUCKDB_TYPE_BIGINT] = "BIGINT",
        [DUCKDB_TYPE_UTINYINT] = "UTINYINT",
        [DUCKDB_TYPE_USMALLINT] = "USMALLINT",
        [DUCKDB_TYPE_UINTEGER] = "UINTEGER",
        [DUCKDB_TYPE_UBIGINT] = "UBIGINT",
        [DUCKDB_TYPE_FLOAT] = "FLOAT",
        [DUCKDB_TYPE_DOUBLE] = "DOUBLE",
        [DUCKDB_TYPE_TIMESTAMP] = "TIMESTAMP",
        [DUCKDB_TYPE_DATE] = "DATE",
        [DUCKDB_TYPE_TIME] = "TIME",
        [DUCKDB_TYPE_INTERVAL] = "INTERVAL",
        [DUCKDB_TYPE_HUGEINT] = "HUGEINT",
        [DUCKDB_TYPE_UHUGEINT] = "UHUGEINT",
        [DUCKDB_TYPE_VARCHAR] = "VARCHAR",
        [DUCKDB_TYPE_BLOB] = "BLOB",
        [DUCKDB_TYPE_DECIMAL] = "DECIMAL",
        [DUCKDB_TYPE_TIMESTAMP_S] = "TIMESTAMP_S",
        [DUCKDB_TYPE_TIMESTAMP_MS] = "TIMESTAMP_MS",
        [DUCKDB_TYPE_TIMESTAMP_NS] = "TIMESTAMP_NS",
        [DUCKDB_TYPE_ENUM] = "ENUM",
        [DUCKDB_TYPE_LIST] = "LIST",
        [DUCKDB_TYPE_STRUCT] = "STRUCT",
        [DUCKDB_TYPE_MAP] = "MAP",
        [DUCKDB_TYPE_ARRAY] = "ARRAY",
        [DUCKDB_TYPE_UUID] = "UUID",
        [DUCKDB_TYPE_UNION] = "UNION",
        [DUCKDB_TYPE_BIT] = "BIT",
        [DUCKDB_TYPE_TIME_TZ] = "TIMETZ",
        [DUCKDB_TYPE_TIMESTAMP_TZ] = "TIMESTAMPTZ",
        [DUCKDB_TYPE_BIGNUM] = "BIGNUM",
        [DUCKDB_TYPE_SQLNULL] = "NULL",
    };
    const char *name = (size_t)type < sizeof names / sizeof *names ? names[type] : NULL;
    return name ? name : "UNKNOWN";
}

/* The type as it is written in SQL; structs and maps without their parts. The caller frees it; null: out of memory. */
static char *describe_type(const DuckdbLibrary *library, duckdb_logical_type type) {
    duckdb_type id = library->get_type_id(type);
    char *alias = library->logical_type_get_alias(type);
    char *text = NULL;
    if (alias) {
        text = strdup(alias);
        library->free(alias);
    } else if (id == DUCKDB_TYPE_DECIMAL) {
        if (asprintf(&text, "DECIMAL(%d,%d)", library->decimal_width(type), library->decimal_scale(type)) < 0)
            text = NULL;
    } else if (id == DUCKDB_TYPE_LIST || id == DUCKDB_TYPE_ARRAY) {
        duckdb_logical_type child =
            id == DUCKDB_TYPE_LIST ? library->list_type_child_type(type) : library->array_type_child_type(type);
        char *inner = describe_type(library, child);
        if (!inner || asprintf(&text, "%s[]", inner) < 0) text = NULL;
        free(inner);
        library->destroy_logical_type(&child);
    } else {
        text = strdup(type_name(id));
    }
    return text;
}

static EngineClass class_of(duckdb_type type, const char *name) {
    switch (type) {
    case DUCKDB_TYPE_BOOLEAN: return ENGINE_CLASS_BOOLEAN;
    case DUCKDB_TYPE_TINYINT:
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_UTINYINT:
    case DUCKDB_TYPE_USMALLINT:
    case DUCKDB_TYPE_UINTEGER:
    case DUCKDB_TYPE_UBIGINT:
    case DUCKDB_TYPE_HUGEINT:
    case DUCKDB_TYPE_UHUGEINT:
    case DUCKDB_TYPE_BIGNUM: return ENGINE_CLASS_INTEGER;
    case DUCKDB_TYPE_DECIMAL: return ENGINE_CLASS_DECIMAL;
    case DUCKDB_TYPE_FLOAT:
    case DUCKDB_TYPE_DOUBLE: return ENGINE_CLASS_DOUBLE;
    case DUCKDB_TYPE_DATE:
    case DUCKDB_TYPE_TIME:
    case DUCKDB_TYPE_TIME_TZ:
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_S:
    case DUCKDB_TYPE_TIMESTAMP_MS:
    case DUCKDB_TYPE_TIMESTAMP_NS:
    case DUCKDB_TYPE_TIMESTAMP_TZ:
    case DUCKDB_TYPE_INTERVAL: return ENGINE_CLASS_TIME;
    case DUCKDB_TYPE_BLOB: return ENGINE_CLASS_BYTES;
    case DUCKDB_TYPE_LIST:
    case DUCKDB_TYPE_ARRAY:
    case DUCKDB_TYPE_STRUCT:
    case DUCKDB_TYPE_MAP:
    case DUCKDB_TYPE_UNION: return ENGINE_CLASS_JSON;
    default: /* another library's enum: what has no class of its own is shown as text */
        return strcmp(name, "JSON") == 0 ? ENGINE_CLASS_JSON : ENGINE_CLASS_TEXT;
    }
}

static bool execute_streaming(DuckdbResult *result, EngineError *ret_error) {
    const DuckdbLibrary *library = result->library;
    return library->execute_prepared_streaming(result->statement, &result->handle) == DuckDBSuccess ||
           duckdb_fail(ret_error, library->result_error_type(&result->handle), library->result_error(&result->handle));
}

static bool is_read_directly(duckdb_type type) {
    switch (type) {
    case DUCKDB_TYPE_BOOLEAN:
    case DUCKDB_TYPE_TINYINT:
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_UTINYINT:
    case DUCKDB_TYPE_USMALLINT:
    case DUCKDB_TYPE_UINTEGER:
    case DUCKDB_TYPE_FLOAT:
    case DUCKDB_TYPE_DOUBLE:
    case DUCKDB_TYPE_VARCHAR: return true;
    default: return false;
    }
}

/* Takes over `type`; `name` is copied. */
static bool describe_column(const DuckdbLibrary *library, DuckdbColumn *column, const char *name,
                            duckdb_logical_type type) {
    column->name = strdup(name ? name : "");
    column->vector_type = library->get_type_id(type);
    column->type = describe_type(library, type);
    library->destroy_logical_type(&type);
    if (!column->name || !column->type) return false;
    column->column = (EngineColumn){column->name, column->type, class_of(column->vector_type, column->type)};
    return true;
}

/* Are the columns known before the statement runs? They are not if one is a parameter without a cast. */
static bool columns_are_known(const DuckdbResult *result) {
    duckdb_logical_type type = result->library->prepared_statement_column_logical_type(result->statement, 0);
    bool known = type && result->library->get_type_id(type) != DUCKDB_TYPE_INVALID;
    if (type) result->library->destroy_logical_type(&type);
    return known;
}

/* Fills the columns, from the rows if the statement runs already, else from the statement. False: out of memory. */
static bool describe_columns(DuckdbResult *result, bool running) {
    const DuckdbLibrary *library = result->library;
    result->column_count =
        running ? library->column_count(&result->handle) : library->prepared_statement_column_count(result->statement);
    result->columns = calloc(result->column_count ? result->column_count : 1, sizeof *result->columns);
    bool ok = result->columns != NULL;
    for (size_t i = 0; ok && i < result->column_count; i++) {
        const char *name = running ? NULL : library->prepared_statement_column_name(result->statement, i);
        ok = describe_column(library, &result->columns[i], running ? library->column_name(&result->handle, i) : name,
                             running ? library->column_logical_type(&result->handle, i)
                                     : library->prepared_statement_column_logical_type(result->statement, i));
        library->free((void *)name);
    }
    return ok;
}

/* ---------------------------------------------------------------------------------------------------------- queries */

static void write_as_text(FILE *stream, const DuckdbColumn *column, size_t index) {
    if (is_read_directly(column->vector_type))
        fprintf(stream, "#%zu", index);
    else if (column->column.class == ENGINE_CLASS_BYTES)
        fprintf(stream, "lower(hex(#%zu))", index);
    else if (column->column.class == ENGINE_CLASS_JSON && strcmp(column->type, "JSON") != 0)
        fprintf(stream, "to_json(#%zu)::varchar", index);
    else
        fprintf(stream, "#%zu::varchar", index);
}

/* `select #1, #2::varchar from (<sql>)`. DuckDB keeps the order of the inner query. Null: out of memory. */
static char *query_around(const DuckdbResult *result, const char *sql) {
    size_t length = strlen(sql);
    while (length && (sql[length - 1] == ';' || isspace((unsigned char)sql[length - 1]))) length--;
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    if (!stream) return NULL;
    fputs("select ", stream);
    for (size_t i = 0; i < result->column_count; i++) {
        fputs(i ? ", " : "", stream);
        write_as_text(stream, &result->columns[i], i + 1);
    }
    fprintf(stream, " from (\n%.*s\n)", (int)length, sql);
    if (fclose(stream) == 0) return text;
    free(text);
    return NULL;
}

static bool all_read_directly(const DuckdbResult *result) {
    for (size_t i = 0; i < result->column_count; i++)
        if (!is_read_directly(result->columns[i].vector_type)) return false;
    return true;
}

/* Replaces the statement by one that gives text where the cells cannot be read directly. */
static bool prepare_readable(DuckdbConnection *connection, DuckdbResult *result, const char *sql,
                             const EngineParameter *parameters, size_t count, EngineError *ret_error) {
    char *around = query_around(result, sql);
    if (!around) return engine_fail(ret_error, ENGINE_FAULT_MEMORY, "out of memory");
    result->library->destroy_result(&result->handle);
    result->library->destroy_prepare(&result->statement);
    bool ok = duckdb_prepare_with(connection, around, parameters, count, &result->statement, ret_error);
    free(around);
    for (size_t i = 0; ok && i < result->column_count; i++)
        if (!is_read_directly(result->columns[i].vector_type)) result->columns[i].vector_type = DUCKDB_TYPE_VARCHAR;
    return ok;
}

bool duckdb_engine_query(EngineConnection *base, const char *sql, const EngineParameter *parameters, size_t count,
                         EngineResult **ret_result, EngineError *ret_error) {
    DuckdbConnection *connection = (DuckdbConnection *)base;
    DuckdbResult *result = calloc(1, sizeof *result);
    if (!result) return engine_fail(ret_error, ENGINE_FAULT_MEMORY, "out of memory");
    result->base.engine = base->engine;
    result->library = connection->library;
    bool running = false;
    bool ok = duckdb_prepare_with(connection, sql, parameters, count, &result->statement, ret_error);
    if (ok && !columns_are_known(result)) ok = running = execute_streaming(result, ret_error);
    ok = ok && (describe_columns(result, running) || engine_fail(ret_error, ENGINE_FAULT_MEMORY, "out of memory"));
    if (ok && !all_read_directly(result)) {
        ok = prepare_readable(connection, result, sql, parameters, count, ret_error);
        running = false;
    }
    if (ok && (running || execute_streaming(result, ret_error)))
        *ret_result = &result->base;
    else
        duckdb_engine_result_close(&result->base);
    return *ret_result != NULL;
}

void duckdb_engine_result_close(EngineResult *base) {
    DuckdbResult *result = (DuckdbResult *)base;
    if (result->chunk) result->library->destroy_data_chunk(&result->chunk);
    result->library->destroy_result(&result->handle);
    result->library->destroy_prepare(&result->statement);
    for (size_t i = 0; result->columns && i < result->column_count; i++) {
        free(result->columns[i].name);
        free(result->columns[i].type);
        free(result->columns[i].text);
    }
    free(result->columns);
    free(result);
}

size_t duckdb_engine_column_count(const EngineResult *base) {
    return ((const DuckdbResult *)base)->column_count;
}

const EngineColumn *duckdb_engine_column(const EngineResult *base, size_t column) {
    return &((const DuckdbResult *)base)->columns[column].column;
}

/* ------------------------------------------------------------------------------------------------------------- rows */

static bool next_chunk(DuckdbResult *result, EngineError *ret_error) {
    const DuckdbLibrary *library = result->library;
    if (result->chunk) library->destroy_data_chunk(&result->chunk);
    result->chunk = library->fetch_chunk(result->handle);
    result->row = 0;
    result->row_count = result->chunk ? library->data_chunk_get_size(result->chunk) : 0;
    if (result->row_count == 0) {
        result->ended = true;
        const char *message = library->result_error(&result->handle);
        if (message && *message) duckdb_fail(ret_error, library->result_error_type(&result->handle), message);
        return false;
    }
    for (size_t i = 0; i < result->column_count; i++) {
        duckdb_vector vector = library->data_chunk_get_vector(result->chunk, i);
        result->columns[i].data = library->vector_get_data(vector);
        result->columns[i].validity = library->vector_get_validity(vector);
    }
    return true;
}

/* Makes the texts of the row's cells ready: engine_cell cannot fail. */
static bool read_texts(DuckdbResult *result, EngineError *ret_error) {
    for (size_t i = 0; i < result->column_count; i++) {
        DuckdbColumn *column = &result->columns[i];
        bool is_text = column->vector_type == DUCKDB_TYPE_VARCHAR;
        bool is_null = column->validity && !(column->validity[result->row / 64] >> (result->row % 64) & 1);
        if (is_null) continue;
        duckdb_string_t *string = is_text ? (duckdb_string_t *)column->data + result->row : NULL;
        size_t length = is_text ? result->library->string_t_length(*string) : 40;
        if (length + 1 > column->text_size) {
            char *grown = realloc(column->text, 2 * length + 1);
            if (!grown) return engine_fail(ret_error, ENGINE_FAULT_MEMORY, "out of memory");
            column->text = grown;
            column->text_size = 2 * length + 1;
        }
        if (is_text) {
            memcpy(column->text, result->library->string_t_data(string), length);
            column->text[length] = '\0';
        }
    }
    return true;
}

bool duckdb_engine_next(EngineResult *base, EngineError *ret_error) {
    DuckdbResult *result = (DuckdbResult *)base;
    if (result->ended) return false;
    if (++result->row >= result->row_count && !next_chunk(result, ret_error)) return false;
    return read_texts(result, ret_error);
}

static EngineCell integer_cell(DuckdbColumn *column, int64_t integer) {
    int length = snprintf(column->text, column->text_size, "%lld", (long long)integer);
    return (EngineCell){.has_integer = true, .integer = integer, .text = column->text, .length = (size_t)length};
}

/* With as few digits as give the same number back: at most 9 for a float, 17 for a double. */
static EngineCell real_cell(DuckdbColumn *column, double real, bool is_float) {
    int length = 0;
    for (int digits = is_float ? 6 : 15; digits <= (is_float ? 9 : 17); digits++) {
        length = snprintf(column->text, column->text_size, "%.*g", digits, real);
        if (is_float ? strtof(column->text, NULL) == (float)real : strtod(column->text, NULL) == real) break;
    }
    return (EngineCell){.real = real, .text = column->text, .length = (size_t)length};
}

EngineCell duckdb_engine_cell(EngineResult *base, size_t index) {
    DuckdbResult *result = (DuckdbResult *)base;
    DuckdbColumn *column = &result->columns[index];
    idx_t row = result->row;
    if (column->validity && !(column->validity[row / 64] >> (row % 64) & 1)) return (EngineCell){.is_null = true};
    switch (column->vector_type) {
    case DUCKDB_TYPE_BOOLEAN: {
        bool value = ((bool *)column->data)[row];
        return (EngineCell){
            .has_integer = true, .integer = value, .text = value ? "true" : "false", .length = value ? 4 : 5};
    }
    case DUCKDB_TYPE_TINYINT: return integer_cell(column, ((int8_t *)column->data)[row]);
    case DUCKDB_TYPE_SMALLINT: return integer_cell(column, ((int16_t *)column->data)[row]);
    case DUCKDB_TYPE_INTEGER: return integer_cell(column, ((int32_t *)column->data)[row]);
    case DUCKDB_TYPE_BIGINT: return integer_cell(column, ((int64_t *)column->data)[row]);
    case DUCKDB_TYPE_UTINYINT: return integer_cell(column, ((uint8_t *)column->data)[row]);
    case DUCKDB_TYPE_USMALLINT: return integer_cell(column, ((uint16_t *)column->data)[row]);
    case DUCKDB_TYPE_UINTEGER: return integer_cell(column, ((uint32_t *)column->data)[row]);
    case DUCKDB_TYPE_FLOAT: return real_cell(column, ((float *)column->data)[row], true);
    case DUCKDB_TYPE_DOUBLE: return real_cell(column, ((double *)column->data)[row], false);
    default: { /* VARCHAR: prepare_readable left nothing else */
        duckdb_string_t *string = (duckdb_string_t *)column->data + row;
        return (EngineCell){.text = column->text, .length = result->library->string_t_length(*string)};
    }
    }
}
