/* The engines' interface on a PostgreSQL server, whose connection string is the argument. Speaks TAP. */
#include "runtime/engine/engine.h"
#include "runtime/log/rows.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int tests, failed;
static const char *dsn;
static EngineDatabase *database;
static EngineConnection *connection;
static EngineError error;

static void check(bool holds, const char *words) {
    printf("%sok %d - %s\n", holds ? "" : "not ", ++tests, words);
    if (!holds) printf("# last error (%d): %s\n", (int)error.fault, error.text);
    failed += !holds;
}

static bool execute(const char *sql) {
    return engine_execute(connection, sql, NULL, &error);
}

/* The rows as JSON; the caller frees. Null: it failed. */
static char *json_of(const char *sql) {
    EngineResult *result;
    if (!engine_query(connection, sql, NULL, 0, &result, &error)) return NULL;
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    bool ok = log_rows(stream, result, GOV_ROWS_JSON, NULL, &error);
    fclose(stream);
    engine_result_close(result);
    if (ok) return text;
    free(text);
    return NULL;
}

static void check_json(const char *sql, const char *expected, const char *words) {
    char *text = json_of(sql);
    bool same = text && strcmp(text, expected) == 0;
    check(same, words);
    if (!same && text) printf("# %s\n# expected %s\n", text, expected);
    free(text);
}

static void check_fails(const char *sql, EngineFault fault, const char *text) {
    char words[256];
    snprintf(words, sizeof words, "fails: %.150s", sql);
    bool ok = execute(sql);
    check(!ok && error.fault == fault && strcmp(error.text, text) == 0, words);
}

static void reads_every_type(void) {
    check_json("select true as b, 7::int2 as i, 170141183460469231731687303715884105727::numeric as h, 12.50::numeric(6,2) as d, "
               "0.1::float8 as f, 'it''s \"x\"' as t, date '2020-02-29' as day, timestamptz '2020-01-02 03:04:05.5+00' as at, "
               "'\\x00ff'::bytea as y, array[1, null] as l, row(1, 'x') as s, '{\"k\": 1.0}'::jsonb as j, null as n, 'Infinity'::float8 as inf, "
               "interval '1 day 2 hours' as v",
               "[\n {\"b\": true, \"i\": 7, \"h\": 170141183460469231731687303715884105727, \"d\": 12.50, \"f\": 0.1, "
               "\"t\": \"it's \\\"x\\\"\", \"day\": \"2020-02-29\", \"at\": \"2020-01-02 03:04:05.5+00\", \"y\": \"00ff\", "
               "\"l\": [1,null], \"s\": {\"f1\":1,\"f2\":\"x\"}, \"j\": {\"k\": 1.0}, \"n\": null, \"inf\": \"inf\", "
               "\"v\": \"1 day 02:00:00\"}\n]\n",
               "every class of type");
    check_json("select 1 as x where false", "[\n]\n", "no rows");
    EngineResult *result = NULL;
    bool ok = engine_query(connection, "select 1::int8, 2.5::numeric(18,2), array['x'], '', now()", NULL, 0, &result, &error) &&
              engine_column_count(result) == 5 && strcmp(engine_column(result, 0)->type, "bigint") == 0 &&
              strcmp(engine_column(result, 1)->type, "numeric(18,2)") == 0 && strcmp(engine_column(result, 2)->type, "text[]") == 0 &&
              engine_column(result, 2)->class == ENGINE_CLASS_JSON && strcmp(engine_column(result, 4)->type, "timestamp with time zone") == 0 &&
              engine_column(result, 4)->class == ENGINE_CLASS_TIME;
    check(ok, "columns have types");
    engine_result_close(result);
    check_json("select 'a'::char(3) as a, 'b'::varchar(9) as b, '1.2.3.4'::inet as c", "[\n {\"a\": \"a  \", \"b\": \"b\", \"c\": \"1.2.3.4\"}\n]\n",
               "types that the server is asked for");
}

static void reads_many_rows(void) {
    EngineResult *result;
    int64_t sum = 0, count = 0;
    bool ok = engine_query(connection, "select n from generate_series(1, 100000) n order by n desc", NULL, 0, &result, &error);
    for (; ok && engine_next(result, &error); count++) {
        ok = engine_cell(result, 0).integer == 100000 - count;
        sum += engine_cell(result, 0).integer;
    }
    engine_result_close(result);
    check(ok && count == 100000 && sum == 5000050000 && error.fault == ENGINE_FAULT_NONE, "rows in the order of the query");
    ok = engine_query(connection, "select n from generate_series(1, 10000000) n", NULL, 0, &result, &error) && engine_next(result, &error);
    engine_result_close(result);
    check(ok && execute("select 1"), "a result may be closed before its end");
    ok = execute("begin") && engine_query(connection, "select n from generate_series(1, 100000) n", NULL, 0, &result, &error) &&
         engine_next(result, &error);
    engine_result_close(result);
    check(ok && execute("select 1") && engine_commit(connection, &error), "also in a transaction, which goes on");
    ok = engine_query(connection, "select 10 / (3 - n) from generate_series(1, 3) n", NULL, 0, &result, &error);
    for (count = 0; ok && engine_next(result, &error);) count++;
    if (ok) engine_result_close(result);
    check(error.fault == ENGINE_FAULT_DATA && strcmp(error.text, "division by zero") == 0, "a query that fails while its rows are read");
}

static void binds_parameters(void) {
    const EngineParameter values[] = {engine_text("it's"), engine_integer(-3), engine_double(0.5), engine_null()};
    EngineResult *result = NULL;
    bool ok = engine_query(connection, "select $1::text, $2, $3, $4::text", values, 4, &result, &error) && engine_next(result, &error) &&
              strcmp(engine_cell(result, 0).text, "it's") == 0 && engine_cell(result, 1).integer == -3 &&
              engine_cell(result, 2).real == 0.5 && engine_cell(result, 3).is_null;
    engine_result_close(result);
    check(ok, "parameters are bound");
}

static void counts_rows_written(void) {
    int64_t created, inserted, deleted, read;
    bool ok = engine_execute(connection, "create table public.counted as select n from generate_series(1, 5) n", &created, &error) &&
              engine_execute(connection, "select 1; insert into public.counted values (6), (7)", &inserted, &error) &&
              engine_execute(connection, "delete from public.counted where n > 4", &deleted, &error) &&
              engine_execute(connection, "select * from public.counted", &read, &error) && execute("drop table public.counted");
    check(ok && created == 5 && inserted == 2 && deleted == 3 && read == -1, "rows written are counted");
}

static void appends_rows(void) {
    static const char odd[] = "tab\there, line\nbreak, \r, back\\slash, \\N, \\., caf\xc3\xa9";
    EngineAppender *appender;
    bool ok = execute("create schema \"Odd \"\"name\"; create table \"Odd \"\"name\".t (n int8, t text, d numeric(10,2), b boolean)");
    ok = ok && engine_appender_open(connection, "Odd \"name", "t", &appender, &error);
    for (int64_t i = 0; ok && i < 5000; i++)
        ok = engine_append_integer(appender, i, &error) && engine_append_text(appender, odd, strlen(odd), &error) &&
             engine_append_text(appender, "12.5", 4, &error) && engine_append_null(appender, &error) && engine_append_row(appender, &error);
    ok = ok && engine_appender_close(appender, false, &error);
    check(ok, "rows are appended");
    char *back = NULL;
    ok = engine_query_text(connection, "select t from \"Odd \"\"name\".t where n = 4999 and b is null and d = 12.50", &back, &error);
    check(ok && back && strcmp(back, odd) == 0, "and are what they were");
    free(back);
    ok = engine_appender_open(connection, "Odd \"name", "t", &appender, &error) && engine_append_text(appender, "secret 17", 9, &error) &&
         engine_append_null(appender, &error) && engine_append_null(appender, &error) && engine_append_null(appender, &error) &&
         engine_append_row(appender, &error);
    check(ok && !engine_appender_close(appender, false, &error) && strcmp(error.text, "a value cannot be converted to `bigint`") == 0,
          "a value that does not fit is an error without the value");
    ok = engine_appender_open(connection, "Odd \"name", "t", &appender, &error) && !engine_append_text(appender, "a\0b", 3, &error) &&
         error.fault == ENGINE_FAULT_DATA;
    engine_appender_close(appender, true, &(EngineError){0});
    int64_t count = 0;
    check(ok && engine_query_integer(connection, "select count(*) from \"Odd \"\"name\".t", &count, &error) && count == 5000,
          "a zero byte is refused, and nothing of it is there");
    execute("drop schema \"Odd \"\"name\" cascade");
    check(!engine_appender_open(connection, "public", "nothing", &appender, &error) && error.fault == ENGINE_FAULT_QUERY &&
              strcmp(error.text, "relation \"public.nothing\" does not exist") == 0, "no such table");
}

static void tells_errors(void) {
    check_fails("selec 1", ENGINE_FAULT_QUERY, "syntax error at or near \"selec\"");
    check_fails("select * from public.nothing", ENGINE_FAULT_QUERY, "relation \"public.nothing\" does not exist");
    check_fails("select '123-45'::int", ENGINE_FAULT_DATA, "a value cannot be converted to `integer`");
    check_fails("select 'x'::timestamptz", ENGINE_FAULT_DATA, "a text is not a date or time");
    check_fails("select 2147483647 + 1", ENGINE_FAULT_DATA, "integer out of range");
    check_fails("select '99999999999'::int", ENGINE_FAULT_DATA, "a value is out of range");
    check_fails("select (select n from generate_series(1, 2) n)", ENGINE_FAULT_DATA, "more than one row returned by a subquery used as an expression");
    check_fails("create temporary table o (a int primary key, b int not null, c int check (c > 5)); insert into o values (1, null)",
                ENGINE_FAULT_DATA, "null in the column `b`, which is not null");
    check_fails("create temporary table o (a int primary key); insert into o values (1), (1)", ENGINE_FAULT_DATA,
                "two rows have the same value of a unique key");
    check_fails("create temporary table o (c int constraint over_five check (c > 5)); insert into o values (1)", ENGINE_FAULT_DATA,
                "the constraint `over_five` is violated");
    check_fails("do $$ begin raise exception 'cpf %', 123; end $$", ENGINE_FAULT_OTHER, "the server refused the statement, with SQLSTATE P0001");
    execute("create table public.base (a int); create view public.above as select * from public.base");
    check_fails("drop table public.base", ENGINE_FAULT_QUERY,
                "cannot drop table public.base because other objects depend on it: view public.above depends on table public.base");
    execute("drop table public.base cascade");
    execute("begin");
    execute("select 1 / 0");
    check(!engine_commit(connection, &error) && error.fault == ENGINE_FAULT_OTHER, "a commit that the server turns into a rollback is an error");
    check_fails("set statement_timeout = '20ms'; select pg_sleep(5)", ENGINE_FAULT_OTHER,
                "the statement took longer than `statement_timeout` of the server allows");
    execute("reset statement_timeout");
}

static void *stop_soon(void *argument) {
    usleep(200000);
    engine_interrupt(argument);
    return NULL;
}

static void stops(void) {
    pthread_t thread;
    engine_interrupt(connection);
    check(execute("select 1"), "to stop what does not run does nothing");
    pthread_create(&thread, NULL, stop_soon, connection);
    bool ok = execute("select pg_sleep(20)");
    pthread_join(thread, NULL);
    check(!ok && error.fault == ENGINE_FAULT_INTERRUPTED, "a statement is stopped");
    check(execute("select 1"), "and the next one runs");
}

static void waits_for_locks(void) {
    EngineConnection *other;
    bool ok = engine_connect(database, &other, &error) && execute("create table public.held (a int)") &&
              engine_execute(other, "begin; lock table public.held", NULL, &error);
    check(ok && !execute("drop table public.held") && error.fault == ENGINE_FAULT_LOCKED, "a lock is not waited for longer than 5 seconds");
    engine_disconnect(other);
    check(execute("drop table public.held"), "a connection that is closed holds nothing");
}

static void loses_the_connection(void) {
    EngineConnection *other;
    bool ok = engine_connect(database, &other, &error) &&
              !engine_execute(other, "select pg_terminate_backend(pg_backend_pid())", NULL, &error);
    check(ok && error.fault == ENGINE_FAULT_LOST, "a connection that is ended is lost");
    check(!engine_execute(other, "select 1", NULL, &error) && error.fault == ENGINE_FAULT_LOST, "and stays so");
    engine_disconnect(other);
}

static bool open_with(const char *text, bool read_only, EngineDatabase **ret_database) {
    const EngineSetting setting = {"dsn", text};
    const EngineOptions options = {.settings = &setting, .setting_count = 1, .read_only = read_only};
    return engine_open(engine_find("postgres"), &options, ret_database, &error);
}

static void refuses_to_open(void) {
    static const struct {
        const char *dsn;
        const char *says;
    } wrong[] = {
        {"postgresql://me:s3cr3t@[nowhere", "is not a connection string of PostgreSQL"},
        {"nonsense", "is not a connection string of PostgreSQL"},
        {"postgresql://me:a@s3cr3t@127.0.0.1/x", "write `@` in a user's name or password as `%40`"},
        {"postgresql://me:s3cr3t@127.0.0.1:1/x", "no connection to database `x` of the server at `127.0.0.1:1`: Connection refused"},
    };
    EngineDatabase *none;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        check(!open_with(wrong[i].dsn, false, &none) && strstr(error.text, wrong[i].says) && !strstr(error.text, "s3cr3t"),
              wrong[i].says);
    EngineDatabase *reader = NULL;
    EngineConnection *reading = NULL;
    bool ok = open_with(dsn, true, &reader) && engine_connect(reader, &reading, &error) &&
              !engine_execute(reading, "create table public.x (a int)", NULL, &error);
    check(ok && strcmp(error.text, "the database is open read-only") == 0, "a database that is open for reading is not written");
    engine_disconnect(reading);
    engine_close(reader);
}

int main(int argc, char **argv) {
    if (argc != 2) return 2;
    dsn = argv[1];
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (!open_with(dsn, false, &database) || !engine_connect(database, &connection, &error)) {
        printf("1..0 # SKIP %s\n", error.text);
        return 1;
    }
    reads_every_type();
    reads_many_rows();
    binds_parameters();
    counts_rows_written();
    appends_rows();
    tells_errors();
    stops();
    waits_for_locks();
    loses_the_connection();
    refuses_to_open();
    printf("1..%d\n", tests);
    engine_disconnect(connection);
    engine_close(database);
    return failed != 0;
}
