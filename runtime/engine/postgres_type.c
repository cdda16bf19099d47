/* What a column is: the name of its type as the server writes it, and how its cells are shown. */
#include "runtime/engine/postgres_internal.h"

#include <stdlib.h>
#include <string.h>

/* The types that most columns have, by their number in pg_type, which is the same on every server (pg_type.dat). */
static const struct {
    Oid type;
    const char *name;
    EngineClass class;
} known_types[] = {
    {16, "boolean", ENGINE_CLASS_BOOLEAN},
    {17, "bytea", ENGINE_CLASS_BYTES},
    {20, "bigint", ENGINE_CLASS_INTEGER},
    {21, "smallint", ENGINE_CLASS_INTEGER},
    {23, "integer", ENGINE_CLASS_INTEGER},
    {25, "text", ENGINE_CLASS_TEXT},
    {114, "json", ENGINE_CLASS_JSON},
    {700, "real", ENGINE_CLASS_DOUBLE},
    {701, "double precision", ENGINE_CLASS_DOUBLE},
    {19, "name", ENGINE_CLASS_TEXT},
    {1043, "character varying", ENGINE_CLASS_TEXT},
    {1082, "date", ENGINE_CLASS_TIME},
    {1083, "time without time zone", ENGINE_CLASS_TIME},
    {1114, "timestamp without time zone", ENGINE_CLASS_TIME},
    {1184, "timestamp with time zone", ENGINE_CLASS_TIME},
    {1186, "interval", ENGINE_CLASS_TIME},
    {2950, "uuid", ENGINE_CLASS_TEXT},
    {3802, "jsonb", ENGINE_CLASS_JSON},
};

enum { TYPE_NUMERIC = 1700, TYPE_RECORD = 2249, TYPE_RECORDS = 2287, MODIFIER_HEADER = 4 };

static bool copy_name(const char *text, char **ret_name, EngineError *ret_error) {
    *ret_name = strdup(text);
    return *ret_name || engine_fail(ret_error, ENGINE_FAULT_MEMORY, "out of memory");
}

/* Precision and scale lie in the modifier, behind a header of 4: make_numeric_typmod() of the server. */
static bool describe_numeric(int modifier, char **ret_name, EngineError *ret_error) {
    char text[64] = "numeric";
    if (modifier >= MODIFIER_HEADER) {
        int bits = modifier - MODIFIER_HEADER, scale = ((bits & 0x7FF) ^ 1024) - 1024;
        snprintf(text, sizeof text, "numeric(%d,%d)", bits >> 16 & 0xFFFF, scale);
    }
    return copy_name(text, ret_name, ret_error);
}

/* By the category of pg_type: Array, Composite, Date, Timespan. */
static EngineClass class_of(char category, Oid type, bool *ret_as_json) {
    *ret_as_json = category == 'A' || category == 'C' || type == TYPE_RECORD || type == TYPE_RECORDS;
    if (*ret_as_json) return ENGINE_CLASS_JSON;
    return category == 'D' || category == 'T' ? ENGINE_CLASS_TIME : ENGINE_CLASS_TEXT;
}

static bool ask_server(PostgresConnection *connection, Oid type, int modifier, char **ret_name, EngineClass *ret_class,
                       bool *ret_as_json, EngineError *ret_error) {
    char sql[192];
    snprintf(sql, sizeof sql, "select format_type(oid, %d), typcategory from pg_type where oid = %u", modifier, type);
    postgres_begin_work(connection);
    PGresult *result = PQexec(connection->handle, sql);
    postgres_end_work(connection);
    bool ok = PQresultStatus(result) == PGRES_TUPLES_OK || postgres_fail(connection, result, ret_error);
    bool found = ok && PQntuples(result) == 1;
    *ret_class = found ? class_of(*PQgetvalue(result, 0, 1), type, ret_as_json) : ENGINE_CLASS_TEXT;
    ok = ok && copy_name(found ? PQgetvalue(result, 0, 0) : "unknown", ret_name, ret_error);
    PQclear(result);
    return ok;
}

bool postgres_describe_type(PostgresConnection *connection, Oid type, int modifier, char **ret_name,
                            EngineClass *ret_class, bool *ret_as_json, bool *ret_asked, EngineError *ret_error) {
    *ret_as_json = false;
    for (size_t i = 0; i < sizeof known_types / sizeof *known_types; i++)
        if (known_types[i].type == type && modifier < 0) {
            *ret_class = known_types[i].class;
            return copy_name(known_types[i].name, ret_name, ret_error);
        }
    if (type == TYPE_NUMERIC) {
        *ret_class = ENGINE_CLASS_DECIMAL;
        return describe_numeric(modifier, ret_name, ret_error);
    }
    *ret_asked = true;
    return ask_server(connection, type, modifier, ret_name, ret_class, ret_as_json, ret_error);
}
