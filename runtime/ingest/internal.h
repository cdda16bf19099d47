/* What the files of a load share: the load itself, statements being written, and the steps from text to staged table. */
#ifndef GOV_INGEST_INTERNAL_H
#define GOV_INGEST_INTERNAL_H

#include "runtime/ingest/csv.h"
#include "runtime/ingest/fault.h"
#include "runtime/ingest/ingest.h"
#include "runtime/ingest/place.h"

#include <stdio.h>

/* How a column is read, as SQL over a relation of what arrived, in which the column is called by its name. */
typedef struct {
    char *value;     /* the value, before it is judged */
    char *condition; /* over gov$t<i> (what arrived) and gov$v<i> (value): it is what arrived; null: nothing to judge */
} IngestReading;

/* A clause of the contract that one row can break. */
typedef struct {
    size_t column; /* index of source->columns, or SIZE_MAX: over the row */
    const char *words;
    char *predicate; /* over the typed columns; wrong where false */
    bool not_null;
} IngestCheck;

typedef struct {
    const IngestRequest *request;
    const GovSource *source;
    EngineConnection *connection;
    IngestResult *result;
    IngestFault fault;
    EngineFault engine_fault; /* of the last statement that failed */
    IngestDialect dialect;
    IngestReading *readings; /* one for each column */
    IngestCheck *checks;
    size_t check_count;
    char *objects; /* the folder of copies of remote files; null: none */
    char *kept; /* of a load at a server: the condition of published rows `p` that stay; null: none */
    bool kept_needs_keys;  /* … which reads "gov$gone", a temporary table of the embedded engine */
    char *kept_quarantine; /* … and the statement that keeps what is quarantined of them; null: none */
} Load;

/* Where published relations are. */
EngineConnection *load_target(const Load *load);

/* A statement being written; ended by load_execute or load_sql_end. */
typedef struct {
    FILE *stream;
    char *text;
    size_t size;
} Sql;

/* False only without memory, which is told in the load's fault. */
bool load_sql_begin(Load *load, Sql *sql);
/* The text, which the caller frees, or null without memory. */
char *load_sql_end(Load *load, Sql *sql);

/* Ends and runs the statements. A failure is told in the load's fault, but for those of data when `data_may_fail`. */
bool load_run(Load *load, Sql *sql, int64_t *ret_rows, bool data_may_fail);
/* Runs statements that are there. */
bool load_execute(Load *load, const char *sql, int64_t *ret_rows);
/* Ends the query and gives the first cell of its first row. */
bool load_query_integer(Load *load, Sql *sql, int64_t *ret_value);
/* Turns an engine's error into the load's fault; returns false. */
bool load_engine_fault(Load *load, const EngineError *error);

/* True, with the fault told, if the run was cancelled. */
bool load_cancelled(Load *load);
void load_progress(Load *load, int64_t rows, int64_t bytes, int64_t total_bytes, const char *words);
/* Adds a file to the result, with the rows that were read from it (-1: not counted). */
bool load_add_file(Load *load, const IngestFound *found, int64_t rows);
/* Adds to the staged table the published rows `p` that hold the condition, in words that every engine knows (at a server
 * it is done there, when the load is carried to it). They are no rows of this load. */
bool load_keep_published(Load *load, const char *condition);
/* Adds a line to what is told with a success. Takes the text over; null: out of memory. */
bool load_note(Load *load, char *line);

/* The name of a helper column, such as gov$t12. */
typedef struct {
    char text[32];
} IngestName;
IngestName load_name(const char *prefix, size_t number);

/* --- contract.c, judge.c: what arrived against the contract ------------------------------------------------------- */

/* Fills load->readings for text columns, and load->checks. */
bool contract_open(Load *load);
void contract_close(Load *load);

/* Inserts `relation` (SQL that gives the columns by name, as they arrived) into the staged table, where gov$ok is
 * false for a row that breaks the contract. `*ret_readable` is false, and nothing is inserted, if the engine cannot
 * read it. */
bool contract_insert(Load *load, const char *relation, int64_t *ret_rows, bool *ret_readable);

/* The staged rows that are marked wrong, by their place among all that were inserted (from 0), in order. The caller
 * frees the array, also after a failure; null: none is wrong. */
bool contract_take_marked(Load *load, int64_t **ret_rows, size_t *ret_count);

/* Deletes them. */
bool contract_drop_marked(Load *load);

/* The place that the next row inserted will have, or an earlier one behind all that are there. */
bool contract_next_row(Load *load, int64_t *ret_row);

/* Deletes the staged rows from that place on. */
bool contract_drop_from(Load *load, int64_t row);

/* Judges each row of `relation` by itself, as the source's `on invalid` says, into the staged and the quarantine table.
 * The relation gives, beside the columns: gov$file, gov$line, gov$fault (why the row is no row, or null) and gov$record
 * (its text, where gov$fault is not null). The result's `read` is the caller's to count, before; adds to accepted, quarantined
 * and warned. Where not `expected` rows (-1: any number) are wrong, `*ret_agreed` is false and nothing is
 * done. */
bool contract_judge(Load *load, const char *relation, int64_t expected, bool *ret_agreed);

/* Takes the mark off the staged table: it is done. */
bool contract_finish(Load *load);

/* Makes the staged table (with gov$ok as its last column), and the quarantine table where there is one, new and empty. */
bool contract_create_tables(Load *load);

/* Writes the columns' names, comma between them. */
void contract_write_columns(const Load *load, FILE *stream);

/* Writes the query of `relation` with gov$t<i> (what arrived, where there is something to judge), each column by its
 * name and typed (null where it is not of its type), and `extra` columns of the relation, `, a, b`. */
void contract_write_typed(const Load *load, FILE *stream, const char *relation, const char *extra);

/* True if the contract says that the column is not null. */
bool contract_has_not_null(const Load *load, size_t column);

/* --- carry.c: from the embedded engine to the server --------------------------------------------------------------- */

/* Makes the staged tables at the server, with the rows of those here, which are dropped, and with the published rows that
 * stay. */
bool carry_to_server(Load *load);

/* --- the kinds of origin ------------------------------------------------------------------------------------------ */

bool load_csv(Load *load, const IngestFoundFiles *files);
bool load_parquet(Load *load, const IngestFoundFiles *files);
bool load_json(Load *load, const IngestFoundFiles *files);
bool load_http(Load *load);
bool load_postgres(Load *load);

/* --- json.c: documents to rows ------------------------------------------------------------------------------------ */

/* Makes the temporary table of documents. The caller closes the appender before json_documents_load. */
bool json_documents_open(Load *load, EngineAppender **ret_appender);

/* Adds a document. `file` is what messages call it; `number` the line of its only row, or 0: rows are numbered from 1;
 * `values[i]` the text of column i where it is not of the document (from path, from request). */
bool json_documents_add(Load *load, EngineAppender *appender, const char *file, int64_t number, const char *text,
                        size_t length, const char *const *values);

/* Takes the rows out of the documents by the path `rows_at` and judges them; counts those that are read. */
bool json_documents_load(Load *load, const char *rows_at);

#endif
