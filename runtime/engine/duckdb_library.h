/* libduckdb, opened at run time: linking it would cost every start of the compiler 8 ms (docs/decisions). */
#ifndef GOV_ENGINE_DUCKDB_LIBRARY_H
#define GOV_ENGINE_DUCKDB_LIBRARY_H

#include "runtime/engine/internal.h"

#define DUCKDB_API_NO_DEPRECATED   /* but for the one declared below */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wstrict-prototypes"   /* DuckDB's header declares `f()` */
#include <duckdb.h>
#pragma GCC diagnostic pop

/* Extensions load only into exactly this version, and the meaning of the emitted SQL was checked on it. */
#define DUCKDB_PINNED_VERSION "v1.5.5"

/* Every function of libduckdb that the engine calls. */
#define DUCKDB_FUNCTIONS(F) \
    F(library_version) F(create_config) F(set_config) F(destroy_config) F(open_ext) F(close) F(connect) F(disconnect) \
    F(interrupt) F(query) F(free) \
    F(prepare) F(prepare_error) F(destroy_prepare) F(bind_null) F(bind_int64) F(bind_double) F(bind_varchar) \
    F(execute_prepared) F(prepared_statement_type) F(prepared_statement_column_count) \
    F(prepared_statement_column_logical_type) F(prepared_statement_column_name) \
    F(result_error) F(result_error_type) F(destroy_result) F(column_count) F(fetch_chunk) F(result_statement_type) \
    F(result_return_type) F(column_type) F(column_name) F(column_logical_type) \
    F(destroy_data_chunk) F(data_chunk_get_size) F(data_chunk_get_vector) F(vector_get_data) F(vector_get_validity) \
    F(string_t_length) F(string_t_data) \
    F(get_type_id) F(decimal_width) F(decimal_scale) F(logical_type_get_alias) F(list_type_child_type) \
    F(array_type_child_type) F(destroy_logical_type) \
    F(appender_create) F(appender_error_data) F(appender_end_row) F(appender_close) F(appender_clear) F(appender_destroy) \
    F(append_varchar_length) F(append_int64) F(append_null) \
    F(error_data_message) F(error_data_error_type) F(destroy_error_data)

typedef struct {
#define FIELD(name) __typeof__(&duckdb_##name) name;
    DUCKDB_FUNCTIONS(FIELD)
#undef FIELD
    /* Marked as to be removed, without a successor yet for what it gives: rows while the query still runs. */
    duckdb_state (*execute_prepared_streaming)(duckdb_prepared_statement statement, duckdb_result *ret_result);
} DuckdbLibrary;

/* Opens the library (once a process: later calls find the same one) and checks its version. It stays in memory: engine
 * threads may outlive a database. Looked for at GOV_DUCKDB_LIBRARY; without it, where the build found it, then by its
 * soname. */
bool duckdb_library_open(DuckdbLibrary *ret_library, EngineError *ret_error);

#endif
