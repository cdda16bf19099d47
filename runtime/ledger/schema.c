#include "runtime/ledger/schema.h"
#include "config.h"

#include <stdio.h>

/* The n-th makes version n out of version n - 1, in words that every engine knows. What was released is never changed:
 * append. No keys or indexes: the ledger is written by one process, and DuckDB checks them too eagerly when a row is
 * deleted and inserted again. */
static const char *const migrations[] = {
    "create schema if not exists gov;"
    "create table gov.versions (version bigint not null, applied_at timestamptz not null, gov_version varchar not "
    "null);"
    "create table gov.runs ("
    " run_id bigint not null, command varchar not null, status varchar not null,"
    " started_at timestamptz not null, finished_at timestamptz, seconds float8,"
    " project varchar, target varchar, gov_version varchar, plan_hash varchar, source_hash varchar, revision varchar,"
    " user_name varchar, host_name varchar, process_id bigint,"
    " ok bigint, warned bigint, failed bigint, skipped bigint, not_run bigint, message varchar);"
    "create table gov.steps ("
    " run_id bigint not null, step varchar not null, kind varchar not null, materialization varchar, owner varchar,"
    " fingerprint varchar, status varchar not null, published boolean not null, reason varchar,"
    " started_at timestamptz, finished_at timestamptz, seconds float8, \"rows\" bigint, message varchar);"
    "create table gov.tests ("
    " run_id bigint not null, step varchar, kind varchar not null, name varchar not null, relation varchar,"
    " column_name varchar, severity varchar not null, status varchar not null, failing_rows bigint, seconds float8,"
    " message varchar, file varchar, line bigint, tested_at timestamptz not null);"
    "create table gov.loads ("
    " run_id bigint not null, step varchar not null, origin varchar not null, published boolean not null,"
    " files bigint not null, bytes bigint not null, read bigint not null, accepted bigint not null,"
    " quarantined bigint not null, duplicates bigint not null, warned bigint not null, loaded_at timestamptz not null);"
    "create table gov.files ("
    " run_id bigint not null, step varchar not null, fingerprint varchar not null, path varchar not null,"
    " bytes bigint not null, sha256 varchar, \"rows\" bigint not null, loaded_at timestamptz not null);"
    "create table gov.intervals ("
    " run_id bigint not null, step varchar not null, fingerprint varchar not null, for_value varchar not null,"
    " from_date date not null, to_date date not null, \"rows\" bigint not null, loaded_at timestamptz not null);"
    "create table gov.leftovers (run_id bigint not null, position bigint not null, statement varchar not null);",
    "create table gov.objects ("
    " run_id bigint not null, schema_name varchar not null, name varchar not null, kind varchar not null,"
    " step varchar not null, definition varchar, columns varchar not null, outline varchar not null,"
    " recorded_at timestamptz not null);"
    "create table gov.grants ("
    " run_id bigint, kind varchar not null, schema_name varchar not null, name varchar not null,"
    " column_name varchar not null, role_name varchar not null, privilege varchar not null, undo varchar not null,"
    " adopted boolean not null, granted_at timestamptz not null);"
    "create table gov.accepted (key varchar not null, accepted_at timestamptz not null);"
    "alter table gov.files add column changed_at bigint;",
    "alter table gov.loads add column anew boolean;",
    "create table gov.chain ("
    " position bigint not null, act varchar not null, table_name varchar not null, row_key varchar not null,"
    " content varchar not null, hash varchar not null);",
    "alter table gov.runs add column job varchar; alter table gov.runs add column due_at timestamptz;",
    "create table gov.periods ("
    " run_id bigint not null, position bigint not null, step varchar not null, fingerprint varchar not null,"
    " from_date date, to_date date, status varchar not null, reason varchar, \"rows\" bigint, seconds float8,"
    " message varchar, built_at timestamptz not null);",
    "create table gov.lock ("
    " token varchar not null, run_id bigint, command varchar not null, user_name varchar not null, host_name varchar not null,"
    " process_id bigint not null, process_started varchar not null, lease_seconds bigint not null, taken_at timestamptz not null,"
    " renewed_at timestamptz not null);",
    "create table gov.publications ("
    " publication bigint not null, run_id bigint not null, committed_at timestamptz not null);"
    "create table gov.histories ("
    " relation varchar not null, table_name varchar not null, from_publication bigint not null, to_publication bigint);"
    "create table gov.history_columns (relation varchar not null, column_name varchar not null, type varchar not null);",
    "create table gov.attempts ("
    " run_id bigint not null, attempt bigint not null, step varchar not null, status varchar not null,"
    " started_at timestamptz, finished_at timestamptz, seconds float8, message varchar, recorded_at timestamptz not null);",
};

enum { CURRENT_VERSION = sizeof migrations / sizeof *migrations };

bool ledger_version(EngineConnection *connection, int64_t *ret_version, EngineError *ret_error) {
    *ret_version = 0;
    int64_t tables;
    if (!engine_query_integer(connection,
                              "select count(*) from information_schema.tables where table_schema = 'gov' "
                              "and table_name = 'versions'",
                              &tables, ret_error))
        return false;
    return tables == 0 || engine_query_integer(connection, "select coalesce(max(version), 0) from gov.versions",
                                               ret_version, ret_error);
}

/* What is written before there is a chain becomes links when it is made. */
static bool note_version(LedgerChain *chain, EngineConnection *connection, int64_t version, EngineError *ret_error) {
    const EngineParameter row[] = {engine_integer(version), engine_text(PACKAGE_VERSION)};
    static const char sql[] = "insert into gov.versions values ($1, now(), $2)";
    if (version > LEDGER_HAS_CHAIN)
        return ledger_write(chain, connection, "versions", LEDGER_ADDED, sql, row, 2, "version = $1", 1, ret_error);
    return engine_execute_with(connection, sql, row, 2, NULL, ret_error) &&
           (version < LEDGER_HAS_CHAIN || ledger_link_everything(chain, connection, ret_error));
}

static bool make_index(EngineConnection *connection, int64_t version, EngineError *ret_error) {
    return version != LEDGER_HAS_CHAIN || !engine_is_server(connection) ||
           engine_execute(connection, "create unique index chain_position on gov.chain (position)", NULL, ret_error);
}

static bool apply(LedgerChain *chain, EngineConnection *connection, int64_t version, EngineError *ret_error) {
    if (!engine_begin(connection, ret_error)) return false;
    LedgerChange change;
    bool ok = engine_execute(connection, migrations[version - 1], NULL, ret_error) && make_index(connection, version, ret_error) &&
              ledger_enter(connection, &change, ret_error) &&
              ledger_leave(chain, &change, note_version(chain, connection, version, ret_error), ret_error) &&
              engine_commit(connection, ret_error);
    if (!ok) engine_rollback(connection);
    return ok;
}

bool ledger_migrate(LedgerChain *chain, EngineConnection *connection, EngineError *ret_error) {
    int64_t version;
    if (!ledger_version(connection, &version, ret_error)) return false;
    if (version > CURRENT_VERSION) {
        ret_error->fault = ENGINE_FAULT_FORMAT;
        snprintf(ret_error->text, sizeof ret_error->text,
                 "the ledger in the target has version %d of its tables, but this gov (" PACKAGE_VERSION
                 ") knows only %d: "
                 "a newer gov wrote it",
                 (int)version, (int)CURRENT_VERSION);
        return false;
    }
    while (version < CURRENT_VERSION)
        if (!apply(chain, connection, ++version, ret_error)) return false;
    return true;
}
