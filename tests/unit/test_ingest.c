/* The parts of loads that need no engine: paths of JSON, formats and days, windows, records of CSV; and what they do
 * with nonsense, from a fixed seed. */
#include "runtime/ingest/convert.h"
#include "runtime/ingest/csv.h"
#include "runtime/ingest/format.h"
#include "runtime/ingest/path.h"
#include "runtime/ingest/window.h"
#include "tests/unit/tap.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ROUNDS = 20000, TEXT_SIZE = 48 };

/* --- paths -------------------------------------------------------------------------------------------------------- */

static char *written(const IngestPath *path) {
    char *text;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    ingest_path_write(path, stream);
    fclose(stream);
    return text;
}

static void check_path(const char *text, const char *expected) {
    IngestPath path;
    IngestFault fault = {0};
    bool ok = ingest_path_read(text, &path, &fault);
    char *got = ok ? written(&path) : NULL;
    if (expected)
        ck_assert_msg(ok && strcmp(got, expected) == 0, "%s: %s", text, ok ? got : fault.text);
    else
        ck_assert_msg(!ok && strstr(fault.text, "is not a path"), "%s: %s", text, ok ? got : fault.text);
    free(got);
    ingest_path_clear(&path);
}

START_TEST(paths) {
    check_path("$", "$");
    check_path("$[*]", "$[*]");
    check_path("$.a.b[*]", "$.\"a\".\"b\"[*]");
    check_path("$['x y'][\"z\"][0]", "$.\"x y\".\"z\"[0]");
    check_path("status.groupName", "$.\"status\".\"groupName\"");
    check_path("$['a\"b']", "$.\"a\\\"b\"");
    check_path("$.ação", "$.\"ação\"");
    const char *const wrong[] = {
        "$.", "$..a", "$[", "$[]", "$['a", "$['a'", "$[-1]", "$[1x]", "$a", "$[**]", "a..b", ".a", "$[99999999999999]"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) check_path(wrong[i], NULL);
}
END_TEST

START_TEST(path_counts) {
    static const struct {
        const char *path, *json;
        int64_t count;
    } cases[] = {
        {"$[*]", "[1,2,3]", 3},
        {"$[*]", "[]", 0},
        {"$[*]", "{}", -1},
        {"$[*]", "7", -1},
        {"$.a[*]", "{\"a\":[1]}", 1},
        {"$.a[*]", "{\"b\":[1]}", -1},
        {"$.a[*].b[*]", "{\"a\":[{\"b\":[1,2]},{\"b\":[3]},{}]}", 3},
        {"$", "{}", 1},
        {"$.a", "{\"a\":null}", 1},
        {"$.a", "{}", 0},
        {"$[1]", "[4,5]", 1},
        {"$.a.b[*]", "{\"a\":7}", -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        IngestPath path;
        IngestFault fault = {0};
        json_t *json = json_loads(cases[i].json, JSON_DECODE_ANY, NULL);
        ck_assert(ingest_path_read(cases[i].path, &path, &fault));
        ck_assert_msg(ingest_path_count(&path, json) == cases[i].count, "%s of %s", cases[i].path, cases[i].json);
        ingest_path_clear(&path);
        json_decref(json);
    }
}
END_TEST

/* --- days and formats --------------------------------------------------------------------------------------------- */

static IngestDay day(const char *text) {
    IngestDay value = 0;
    ck_assert_msg(ingest_day_read(text, &value), "%s", text);
    return value;
}

static void check_added(const char *from, int64_t count, const char *unit, const char *expected) {
    char text[16];
    ingest_day_write(ingest_day_add(day(from), count, unit), text);
    ck_assert_str_eq(text, expected);
}

START_TEST(days) {
    ck_assert_int_eq(day("1970-01-01"), 0);
    ck_assert_int_eq(day("2016-01-04"), 16804);
    IngestDay ignored;
    const char *const wrong[] = {"2016-02-30", "2015-02-29",  "2016-13-01", "2016-00-01", "2016-1-01",
                                 "20160101",   "2016-01-01 ", "",           "abcd-ef-gh"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        ck_assert_msg(!ingest_day_read(wrong[i], &ignored), "%s", wrong[i]);
    for (IngestDay value = day("1899-01-01"); value < day("2101-01-01"); value++) {
        char text[16];
        ingest_day_write(value, text);
        ck_assert_int_eq(day(text), value);
    }
    check_added("2016-01-01", 10, "years", "2026-01-01");
    check_added("2016-02-29", 1, "year", "2017-02-28");
    check_added("2024-01-31", 1, "month", "2024-02-29");
    check_added("2024-03-31", -1, "months", "2024-02-29");
    check_added("2024-01-15", -2, "quarters", "2023-07-15");
    check_added("2024-03-01", -45, "days", "2024-01-16");
    check_added("2024-03-01", 2, "weeks", "2024-03-15");
    check_added("2024-03-01", -1, "hour", "2024-02-29");
    check_added("2024-03-01", 49, "hours", "2024-03-04");
    ck_assert(ingest_duration_seconds((GovDuration){2, "minutes"}) == 120);
    ck_assert(ingest_duration_seconds((GovDuration){0, NULL}) == 0);
}
END_TEST

static char *format_day(const char *format, const char *on, IngestFault *fault) {
    char *text;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    bool ok = ingest_format_day(day(on), format, stream, fault);
    fclose(stream);
    if (!ok) {
        free(text);
        return NULL;
    }
    return text;
}

START_TEST(formats) {
    static const struct {
        const char *format, *day, *directive;
    } cases[] = {
        {"DD/MM/YYYY", "04/01/2016", "%d/%m/%Y"},
        {"YYYYMMDD", "20160104", "%Y%m%d"},
        {"YY-MM", "16-01", "%y-%m"},
        {"YYYY-MM-DDTHH24:MI:SSZ", "2016-01-04T00:00:00Z", "%Y-%m-%dT%H:%M:%SZ"},
        {"\"Q\"MM \"de\" YYYY", "Q01 de 2016", "Q%m de %Y"},
        {"MM%DD", "01%04", "%m%%%d"},
        {"SS.US", "00.000000", "%S.%f"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        IngestFault fault = {0};
        char *text = format_day(cases[i].format, "2016-01-04", &fault), directive[128] = "";
        ck_assert_msg(text && strcmp(text, cases[i].day) == 0, "%s: %s", cases[i].format, text ? text : fault.text);
        FILE *stream = fmemopen(directive, sizeof directive, "w");
        ck_assert(ingest_format_translate(cases[i].format, stream, &fault));
        fclose(stream);
        ck_assert_str_eq(directive, cases[i].directive);
        free(text);
    }
    IngestFault fault = {0};
    ck_assert_ptr_null(format_day("dd/mm/yyyy", "2016-01-04", &fault));
}
END_TEST

/* --- windows ------------------------------------------------------------------------------------------------------ */

/* The windows as text: `2016-01-01..2016-12-31 2017-…`. */
static void check_windows(GovDuration per, GovDuration lookback, const IngestInterval *known, size_t count,
                          const char *newest, const char *expected) {
    const GovHttp http = {.window_column = "d", .window_from = "2016-01-01", .window_per = per, .lookback = lookback};
    Windows windows;
    IngestFault fault = {0};
    char text[1024] = "";
    ck_assert_msg(windows_plan(&http, "a", known, count, newest, "2018-06-30", &windows, &fault), "%s", fault.text);
    for (size_t i = 0; i < windows.count; i++) {
        char first[16], last[16];
        ingest_day_write(windows.items[i].first, first);
        ingest_day_write(windows.items[i].last, last);
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s..%s", i ? " " : "", first, last);
    }
    ck_assert_str_eq(text, expected);
    free(windows.items);
}

START_TEST(windows) {
    const GovDuration whole = {0, NULL}, year = {1, "year"}, days45 = {45, "days"};
    check_windows(whole, whole, NULL, 0, NULL, "2016-01-01..2018-06-30");
    check_windows(year, whole, NULL, 0, NULL, "2016-01-01..2016-12-31 2017-01-01..2017-12-31 2018-01-01..2018-06-30");
    const IngestInterval all[] = {{"a", "2016-01-01", "2018-06-29", 0}, {"b", "2016-01-01", "2018-06-30", 0}};
    check_windows(year, whole, all, 2, "2018-06-28", "2018-06-28..2018-06-30");
    check_windows(year, days45, all, 2, "2018-06-01", "2018-04-17..2018-06-30");
    check_windows(year, days45, all, 2, NULL, "2018-05-15..2018-06-30");
    check_windows(year, days45, all + 1, 1, NULL,
                  "2016-01-01..2016-12-31 2017-01-01..2017-12-31 2018-01-01..2018-06-30");
    const IngestInterval gaps[] = {{"a", "2017-01-01", "2018-06-30", 0}, {"a", "2016-02-01", "2016-10-31", 0}};
    check_windows(year, whole, gaps, 2, "2018-06-29",
                  "2016-01-01..2016-01-31 2016-11-01..2016-12-31 2018-06-29..2018-06-30");
    const IngestInterval early[] = {{"a", "2010-01-01", "2012-12-31", 0}};
    check_windows(whole, days45, early, 1, NULL, "2016-01-01..2018-06-30");
    const IngestInterval later[] = {{"a", "2016-01-01", "2019-12-31", 0}};
    check_windows(whole, whole, later, 1, "2019-12-31", "2018-06-30..2018-06-30");
}
END_TEST

/* --- records ------------------------------------------------------------------------------------------------------ */

/* All records of a text in one line: `1:a|b 2:c|d`, a broken one as `3!reason`. */
static char *records_of(const char *text, size_t length, const IngestDialect *dialect) {
    char path[] = "/tmp/gov-test-ingest-XXXXXX", *result;
    size_t size;
    int file = mkstemp(path);
    ck_assert(file >= 0 && write(file, text, length) == (ssize_t)length);
    close(file);
    IngestFault fault = {0};
    IngestStream *stream;
    IngestCsv *csv;
    const IngestRecord *record;
    ck_assert(ingest_stream_open(path, "it", dialect->encoding, &stream, &fault) &&
              ingest_csv_open(stream, dialect, &csv, &fault));
    FILE *memory = open_memstream(&result, &size);
    int more;
    while ((more = ingest_csv_next(csv, true, &record, &fault)) > 0) {
        fprintf(memory, "%s%lld%c%s", ftell(memory) ? " " : "", (long long)record->line, record->broken ? '!' : ':',
                record->broken ? record->broken : "");
        for (size_t i = 0; i < record->field_count && !record->broken; i++)
            fprintf(memory, "%s%.*s", i ? "|" : "", (int)record->fields[i].length, record->fields[i].text);
    }
    ck_assert(more == 0 || fault.text[0]);
    fclose(memory);
    ingest_csv_close(csv);
    ingest_stream_close(stream);
    unlink(path);
    return result;
}

static void check_records(const char *text, const char *expected) {
    const IngestDialect dialect = {.delimiter = ',', .quote = '"', .escape = '"', .null_text = ""};
    char *got = records_of(text, strlen(text), &dialect);
    ck_assert_str_eq(got, expected);
    free(got);
}

START_TEST(records) {
    check_records("", "");
    check_records("\n\r\n\r", "");
    check_records("a,b\nc,d", "1:a|b 2:c|d");
    check_records("a,b\r\n\r\nc,\r,d\n", "1:a|b 3:c| 4:|d");
    check_records("\"a\r\nb\",\"\"\"\"\nc", "1:a\r\nb|\" 3:c");
    check_records("\"a\"x,b\nc", "1!there is text behind a closing quote 2:c");
    check_records("a,\"b\nc\nd", "1!a quote is not closed 2:c 3:d");
    check_records("\xff\nc", "1!there are bytes that are not UTF-8 2:c");
    check_records("\"\",\",\"", "1:|,");
}
END_TEST

/* A record that is larger than every buffer, and quotes that fall on their seams. */
START_TEST(long_records) {
    for (size_t length = (1 << 17) - 3; length < (1 << 17) + 3; length++) {
        char *text = malloc(2 * length + 64);
        memset(text, 'x', 2 * length + 64);
        text[0] = '"';
        text[length] = '"';
        memcpy(text + length + 1, ",\"\r\n\"\r\n", 7);
        text[length + 8 + length] = '\n';
        const IngestDialect dialect = {.delimiter = ',', .quote = '"', .escape = '"', .null_text = ""};
        char *got = records_of(text, length + 8 + length + 1, &dialect);
        ck_assert_uint_eq(strlen(got), 2 + (length - 1) + 3 + 3 + length);
        ck_assert_str_eq(strstr(got, "|"), strstr(got, "|\r\n 3:x"));
        free(got);
        free(text);
    }
}
END_TEST

/* --- nonsense ----------------------------------------------------------------------------------------------------- */

/* A text of `alphabet`, the same for every run. */
static void nonsense(unsigned *seed, const char *alphabet, char text[TEXT_SIZE]) {
    size_t length = (size_t)(rand_r(seed) % (TEXT_SIZE - 1)), letters = strlen(alphabet);
    for (size_t i = 0; i < length; i++) text[i] = alphabet[(size_t)rand_r(seed) % letters];
    text[length] = 0;
}

/* Each either is taken or says why not. */
START_TEST(nonsense_is_survived) {
    unsigned seed = 1;
    char text[TEXT_SIZE];
    int taken = 0;
    for (int i = 0; i < ROUNDS; i++) {
        IngestPath path;
        IngestFault fault = {0};
        nonsense(&seed, "$.[]*'\"ab01", text);
        bool ok = ingest_path_read(text, &path, &fault);
        ck_assert_msg(ok != (fault.text[0] != 0), "%s", text);
        ck_assert_msg(!ok || text[0] == '$' || text[0] == '[' || text[0] == 0 || path.count > 0, "%s", text);
        char *canonical = written(&path);
        ck_assert(canonical[0] == '$');
        free(canonical);
        ingest_path_clear(&path);
        taken += ok;
        nonsense(&seed, "YMDH24ISU/-.:T\"%a", text);
        IngestFault format_fault = {0};
        char *formatted = format_day(text, "2016-01-04", &format_fault);
        ck_assert(formatted || format_fault.text[0]);
        free(formatted);
    }
    ck_assert_int_gt(taken, ROUNDS / 100);
}
END_TEST

START_TEST(nonsense_records) {
    unsigned seed = 2;
    char text[TEXT_SIZE];
    for (int i = 0; i < ROUNDS / 10; i++) {
        const IngestDialect dialect = {.delimiter = ',', .quote = '"', .escape = i % 3 ? '"' : '\\', .null_text = ""};
        nonsense(&seed, "a,\"\n\r\\\xc3\xa7", text);
        free(records_of(text, strlen(text), &dialect));
    }
}
END_TEST

START_TEST(types) {
    int scale;
    ck_assert(ingest_type("DECIMAL(18,2)", &scale) == INGEST_TYPE_DECIMAL && scale == 2);
    ck_assert(ingest_type("DECIMAL(9)", &scale) == INGEST_TYPE_DECIMAL && scale == 0);
    ck_assert(ingest_type("TIMESTAMP WITH TIME ZONE", NULL) == INGEST_TYPE_TIMESTAMPTZ);
    ck_assert(ingest_type("timestamp", NULL) == INGEST_TYPE_TIMESTAMP && ingest_type("TIME", NULL) == INGEST_TYPE_TIME);
    ck_assert(ingest_type("INTERVAL", NULL) == INGEST_TYPE_OTHER &&
              ingest_type("INTEGER", NULL) == INGEST_TYPE_INTEGER);
    ck_assert(ingest_type("INTEGER[]", NULL) == INGEST_TYPE_NESTED &&
              ingest_type("STRUCT(a INTEGER)", NULL) == INGEST_TYPE_NESTED);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("ingest");
    TCase *cases = tcase_create("ingest");
    tcase_set_timeout(cases, 60);
    tcase_add_test(cases, paths);
    tcase_add_test(cases, path_counts);
    tcase_add_test(cases, days);
    tcase_add_test(cases, formats);
    tcase_add_test(cases, windows);
    tcase_add_test(cases, records);
    tcase_add_test(cases, long_records);
    tcase_add_test(cases, nonsense_is_survived);
    tcase_add_test(cases, nonsense_records);
    tcase_add_test(cases, types);
    suite_add_tcase(suite, cases);
    return tap_run(suite);
}
