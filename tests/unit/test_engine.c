/* The engines' interface, on DuckDB in memory; and rows as table, CSV and JSON. */
#include "runtime/engine/engine.h"
#include "runtime/log/rows.h"
#include "tests/unit/tap.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static EngineDatabase *database;
static EngineConnection *connection;
static EngineError error;

static void setup(void) {
    const EngineOptions options = {.threads = 2};
    ck_assert_msg(engine_open(engine_find("duckdb"), &options, &database, &error), "%s", error.text);
    ck_assert_msg(engine_connect(database, &connection, &error), "%s", error.text);
}

static void teardown(void) {
    engine_disconnect(connection);
    engine_close(database);
}

/* Runs a query and gives its rows in the format; the caller frees. */
static char *rows_of(const char *sql, GovRowsFormat format) {
    EngineResult *result;
    ck_assert_msg(engine_query(connection, sql, NULL, 0, &result, &error), "%s", error.text);
    char *text;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    ck_assert_msg(log_rows(stream, result, format, NULL, &error), "%s", error.text);
    fclose(stream);
    engine_result_close(result);
    return text;
}

static void check_rows(const char *sql, GovRowsFormat format, const char *expected) {
    char *text = rows_of(sql, format);
    ck_assert_str_eq(text, expected);
    free(text);
}

static const char all_types[] =
    "select true as b, 7::tinyint as i, 170141183460469231731687303715884105727::hugeint as h, 12.50::decimal(6,2) as "
    "d, "
    "0.1::double as f, 'it''s \"x\"' as t, date '2020-02-29' as day, timestamptz '2020-01-02 03:04:05.5+00' as at, "
    "'\\x00\\xFF'::blob as y, [1, null] as l, {'a': 'x'} as s, '{\"k\": 1.0}'::json as j, null as n";

START_TEST(json_keeps_types_and_digits) {
    check_rows(
        all_types, GOV_ROWS_JSON,
        "[\n {\"b\": true, \"i\": 7, \"h\": 170141183460469231731687303715884105727, \"d\": 12.50, \"f\": 0.1, "
        "\"t\": \"it's \\\"x\\\"\", \"day\": \"2020-02-29\", \"at\": \"2020-01-02 03:04:05.5+00\", \"y\": \"00ff\", "
        "\"l\": [1,null], \"s\": {\"a\":\"x\"}, \"j\": {\"k\": 1.0}, \"n\": null}\n]\n");
    check_rows("select 1 as x where false", GOV_ROWS_JSON, "[\n]\n");
    check_rows("select 'inf'::double as x, 1.5e300::double as y, 0.1::float as z", GOV_ROWS_JSON,
               "[\n {\"x\": \"inf\", \"y\": 1.5e+300, \"z\": 0.1}\n]\n");
}
END_TEST

START_TEST(csv_tells_null_from_empty) {
    check_rows(
        "select * from (values (1, 'a,b', null), (2, '', 'say \"hi\"'), (3, e'two\\nlines', 'x')) t(a, \"b \"\"c\", d) "
        "order by a",
        GOV_ROWS_CSV, "a,\"b \"\"c\",d\n1,\"a,b\",\n2,\"\",\"say \"\"hi\"\"\"\n3,\"two\nlines\",x\n");
}
END_TEST

START_TEST(tables_are_aligned) {
    check_rows("select * from (values (1, 'São Paulo', 10.5), (20, null, 2.25), (3, e'a\\nb\\x01', null)) t(n, city, "
               "\"value of it\") "
               "order by n desc",
               GOV_ROWS_TABLE,
               "n  | city      | value of it\n"
               "---+-----------+------------\n"
               "20 |           |        2.25\n"
               " 3 | a\\nb\\x01  |            \n"
               " 1 | São Paulo |       10.50\n");
}
END_TEST

START_TEST(rows_keep_the_order_of_the_query) {
    char *text = rows_of("select range::decimal(9,0) as n from range(5000) order by range desc", GOV_ROWS_CSV);
    char *line = strchr(text, '\n') + 1;
    for (int n = 4999; n >= 0; n--) {
        ck_assert_int_eq(atoi(line), n);
        line = strchr(line, '\n') + 1;
    }
    free(text);
}
END_TEST

START_TEST(columns_have_names_and_types) {
    EngineResult *result;
    ck_assert(engine_query(connection, all_types, NULL, 0, &result, &error));
    const char *const types[] = {"BOOLEAN", "TINYINT",     "HUGEINT", "DECIMAL(6,2)", "DOUBLE", "VARCHAR",
                                 "DATE",    "TIMESTAMPTZ", "BLOB",    "INTEGER[]",    "STRUCT", "JSON"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        ck_assert_str_eq(engine_column(result, i)->type, types[i]);
    ck_assert_str_eq(engine_column(result, 6)->name, "day");
    engine_result_close(result);
}
END_TEST

START_TEST(parameters_are_bound) {
    const EngineParameter values[] = {engine_text("it's"), engine_integer(-3), engine_double(0.5), engine_null(),
                                      engine_text(NULL)};
    EngineResult *result;
    ck_assert(engine_query(connection, "select $1, $2, $3, $4, $5", values, 5, &result, &error));
    ck_assert(engine_next(result, &error));
    ck_assert_str_eq(engine_cell(result, 0).text, "it's");
    ck_assert_int_eq(engine_cell(result, 1).integer, -3);
    ck_assert(engine_cell(result, 2).real == 0.5);
    ck_assert(engine_cell(result, 3).is_null && engine_cell(result, 4).is_null);
    ck_assert(!engine_next(result, &error) && error.fault == ENGINE_FAULT_NONE);
    engine_result_close(result);
}
END_TEST

START_TEST(statements_tell_what_they_wrote) {
    int64_t rows;
    ck_assert(engine_execute(connection, "create table t as select * from range(7)", &rows, &error));
    ck_assert_int_eq(rows, 7);
    ck_assert(engine_execute(connection, "insert into t values (1), (2)", &rows, &error));
    ck_assert_int_eq(rows, 2);
    ck_assert(engine_execute(connection, "create view v as select * from t; select 1", &rows, &error));
    ck_assert_int_eq(rows, -1);
    ck_assert(engine_query_integer(connection, "select count(*) from v", &rows, &error));
    ck_assert_int_eq(rows, 9);
}
END_TEST

/* Each statement quotes the value 987654 or `hidden`; the message must not. */
START_TEST(messages_hold_no_values) {
    static const struct {
        const char *sql;
        EngineFault fault;
        const char *text;
    } cases[] = {
        {"select cast('hidden' as int)", ENGINE_FAULT_DATA, "a value cannot be converted to `INT32`"},
        {"select cast('hidden' as decimal(4,2))", ENGINE_FAULT_DATA, "a value cannot be converted to `DECIMAL(4,2)`"},
        {"select cast(987654 + range as tinyint) from range(2)", ENGINE_FAULT_DATA,
         "a value cannot be converted to `INT8`"},
        {"select cast('hidden to X' as int)", ENGINE_FAULT_DATA, "a value cannot be converted to `INT32`"},
        {"select cast('hidden' as date)", ENGINE_FAULT_DATA, "a text is not a date"},
        {"select cast('hidden' as timestamp)", ENGINE_FAULT_DATA, "a text is not a timestamp"},
        {"select strptime('hidden', '%Y')", ENGINE_FAULT_DATA, "a text does not match the format given for it"},
        {"select error('hidden')", ENGINE_FAULT_DATA,
         "a value is not valid for the function or operator it is given to"},
        {"select error('NOT NULL constraint failed: hidden')", ENGINE_FAULT_DATA, NULL},
        {"select json_extract('{hidden', '$.a')", ENGINE_FAULT_DATA, "a text is not valid JSON"},
        {"select 9223372036854775807 * (range + 987654) from range(3)", ENGINE_FAULT_DATA,
         "overflow in multiplication of INT64"},
        {"create temp table u (a text unique); insert into u values ('hidden'), ('hidden')", ENGINE_FAULT_DATA,
         "two rows have the same value of a unique key"},
        {"create temp table w (a int not null); insert into w values (null)", ENGINE_FAULT_DATA,
         "null in the column `w.a`, which is not null"},
        {"select (select range from range(987654))", ENGINE_FAULT_DATA,
         "a subquery used as a value gave more than one row"},
        {"select nothing from range(1)", ENGINE_FAULT_QUERY,
         "referenced column \"nothing\" not found in FROM clause; Candidate bindings: \"range\""},
        {"select * from nowhere", ENGINE_FAULT_QUERY, "table with name nowhere does not exist"},
        {"selec 1", ENGINE_FAULT_QUERY, "syntax error at or near \"selec\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_assert_msg(!engine_execute(connection, cases[i].sql, NULL, &error), "%s", cases[i].sql);
        ck_assert_msg(error.fault == cases[i].fault, "%s: fault %d: %s", cases[i].sql, error.fault, error.text);
        ck_assert_msg(!strstr(error.text, "hidden") && !strstr(error.text, "987654"), "%s", error.text);
        if (cases[i].text) ck_assert_str_eq(error.text, cases[i].text);
    }
}
END_TEST

START_TEST(the_engine_does_not_reach_out) {
    static const char *const attempts[] = {"from 'https://example.com/x.csv'", "install httpfs",
                                           "from 's3://b/x.parquet'"};
    for (size_t i = 0; i < 3; i++)
        if (i != 1) /* INSTALL is a command, which no plan holds */
            ck_assert_msg(!engine_execute(connection, attempts[i], NULL, &error), "%s", attempts[i]);
    char *value;
    ck_assert(engine_query_text(connection,
                                "select current_setting('autoinstall_known_extensions')::text || "
                                "current_setting('autoload_known_extensions')::text || current_setting('TimeZone')",
                                &value, &error));
    ck_assert_str_eq(value, "falsefalseUTC");
    free(value);
}
END_TEST

START_TEST(rows_are_appended_or_none) {
    EngineAppender *appender;
    int64_t rows;
    ck_assert(engine_execute(connection, "create schema s; create table s.t (a text, b int, c date)", NULL, &error));
    ck_assert(engine_appender_open(connection, "s", "t", &appender, &error));
    ck_assert(engine_append_text(appender, "x\0y", 3, &error) && engine_append_integer(appender, 4, &error) &&
              engine_append_text(appender, "2020-01-31", 10, &error) && engine_append_row(appender, &error));
    ck_assert(engine_appender_close(appender, false, &error));
    ck_assert(engine_appender_open(connection, "s", "t", &appender, &error));
    ck_assert(engine_append_text(appender, "x", 1, &error) && engine_append_null(appender, &error));
    ck_assert(!engine_append_text(appender, "hidden", 6, &error) || !engine_append_row(appender, &error));
    ck_assert_ptr_null(strstr(error.text, "hidden"));
    engine_appender_close(appender, false, &error);
    ck_assert(engine_query_integer(connection, "select count(*) from s.t", &rows, &error));
    ck_assert_int_eq(rows, 1);
    ck_assert(!engine_appender_open(connection, "s", "nowhere", &appender, &error));
}
END_TEST

static void *interrupt_soon(void *argument) {
    usleep(200000);
    for (int i = 0; i < 50; i++, usleep(20000)) engine_interrupt(argument);
    return NULL;
}

START_TEST(a_statement_can_be_interrupted) {
    pthread_t thread;
    pthread_create(&thread, NULL, interrupt_soon, connection);
    ck_assert(!engine_execute(connection,
                              "create table t as select count(*) from range(1000000) a, range(1000000) b "
                              "where (a.range * b.range) % 7 = 3",
                              NULL, &error));
    ck_assert_int_eq(error.fault, ENGINE_FAULT_INTERRUPTED);
    pthread_join(thread, NULL);
    ck_assert_msg(engine_execute(connection, "create table t as select 1", NULL, &error), "%s", error.text);
}
END_TEST

START_TEST(a_transaction_is_all_or_nothing) {
    int64_t rows;
    ck_assert(engine_execute(connection, "create table t (a int)", NULL, &error));
    ck_assert(engine_begin(connection, &error));
    ck_assert(engine_execute(connection, "insert into t values (1); alter table t rename to u", NULL, &error));
    engine_rollback(connection);
    engine_rollback(connection);
    ck_assert(engine_query_integer(connection, "select count(*) from t", &rows, &error));
    ck_assert_int_eq(rows, 0);
}
END_TEST

START_TEST(an_unknown_engine_is_not_found) {
    ck_assert_ptr_null(engine_find("oracle"));
    ck_assert_ptr_nonnull(strstr(engine_names(), "duckdb"));
}
END_TEST

int main(void) {
    Suite *suite = suite_create("engine");
    TCase *duckdb = tcase_create("duckdb");
    tcase_set_timeout(duckdb, 60);
    tcase_add_checked_fixture(duckdb, setup, teardown);
    tcase_add_test(duckdb, json_keeps_types_and_digits);
    tcase_add_test(duckdb, csv_tells_null_from_empty);
    tcase_add_test(duckdb, tables_are_aligned);
    tcase_add_test(duckdb, rows_keep_the_order_of_the_query);
    tcase_add_test(duckdb, columns_have_names_and_types);
    tcase_add_test(duckdb, parameters_are_bound);
    tcase_add_test(duckdb, statements_tell_what_they_wrote);
    tcase_add_test(duckdb, messages_hold_no_values);
    tcase_add_test(duckdb, the_engine_does_not_reach_out);
    tcase_add_test(duckdb, rows_are_appended_or_none);
    tcase_add_test(duckdb, a_statement_can_be_interrupted);
    tcase_add_test(duckdb, a_transaction_is_all_or_nothing);
    tcase_add_test(duckdb, an_unknown_engine_is_not_found);
    suite_add_tcase(suite, duckdb);
    return tap_run(suite);
}
