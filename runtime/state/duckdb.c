/* What DuckDB says of itself. It has no owners, roles or privileges: who can open the file can read it. */
#include "runtime/state/internal.h"

#define NAMES(parameter) "(select unnest(string_split(" parameter "::varchar, chr(31))))"

/* A view's text is written otherwise once the file was opened again: types by other names (`"TIMESTAMPTZ"`, `TIMESTAMP WITH TIME
 * ZONE`) and other quotes. So what casts name, quotes and spaces do not count. */
#define TEXT_OF_VIEW(sql)                                                                                              \
    "sha256(regexp_replace(regexp_replace(lower(" sql "), ' as [^(),]+(\\([0-9, ]+\\))?\\)', ')', 'g'), '[\"\\s]', '', 'g'))"

static const char about[] = "select null::varchar, false, current_database()";

static const char schemas[] =
    "select schema_name, null::varchar, comment from duckdb_schemas()\n"
    "where database_name = current_database() and schema_name in " NAMES("$1") " order by schema_name";

static const char relations[] =
    "select schema_name, table_name, 'table', null::varchar, comment, null::varchar, false, false, false\n"
    "from duckdb_tables() where database_name = current_database() and schema_name in " NAMES("$1") "\n"
    "union all\n"
    "select schema_name, view_name, 'view', null::varchar, comment, " TEXT_OF_VIEW("sql") ", false, false, false\n"
    "from duckdb_views() where database_name = current_database() and not internal and schema_name in " NAMES("$1") "\n"
    "union all\n"
    "select schema_name, sequence_name, 'sequence', null::varchar, comment, null::varchar, false, false, false\n"
    "from duckdb_sequences() where database_name = current_database() and schema_name in " NAMES("$1") "\n"
    "union all\n"
    "select schema_name, function_name || '(' || array_to_string(parameters, ', ') || ')', 'function', null::varchar, comment,\n"
    "  sha256(macro_definition), false, false, false\n"
    "from duckdb_functions() where database_name = current_database() and not internal and schema_name in " NAMES("$1") "\n"
    "order by 1, 2, 3";

static const char columns[] =
    "select schema_name, table_name, column_name, data_type, comment, not is_nullable from duckdb_columns()\n"
    "where database_name = current_database() and schema_name in " NAMES("$1") " order by schema_name, table_name, column_index";

const StateQueries state_queries_duckdb = {
    .engine = "duckdb",
    .settings = "",
    .about = about,
    .schemas = schemas,
    .relations = relations,
    .columns = columns,
};
