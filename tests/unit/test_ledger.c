/* The ledger: what is written can be read back, and what died is found. */
#include "runtime/ledger/ledger.h"
#include "runtime/ledger/write.h"
#include "tests/unit/tap.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[] = "/tmp/gov-ledger-XXXXXX";
static const GovSetting path = {"path", {GOV_VALUE_TEXT, "target.duckdb", NULL}};
static const GovHttp http = {.method = "get"};
static const GovSource source = {.words = "http get 'x'", .http = &http};
static const char *const discard[] = {"drop table if exists \"a__next\""};
static const GovStep steps[] = {
    {.kind = GOV_STEP_LOAD,
     .name = "raw.rates",
     .materialization = "source",
     .owner = "team",
     .fingerprint = "f1",
     .source = &source},
    {.kind = GOV_STEP_BUILD,
     .name = "marts.a",
     .materialization = "table",
     .owner = "team",
     .fingerprint = "f2",
     .reason = "new",
     .discard = {discard, 1}},
};
static const GovPlan plan = {
    .gov_version = "0.1.0",
    .project = "shop",
    .hash = "h",
    .source_hash = "s",
    .target = {"dev", "duckdb", {&path, 1}},
    .steps = steps,
    .step_count = 2,
};
static EngineDatabase *database;
static Ledger ledger;
static EngineError error;

static void open_ledger(void) {
    const EngineSetting setting = {"path", "target.duckdb"};
    const EngineOptions options = {.settings = &setting, .setting_count = 1, .folder = folder};
    ck_assert_msg(engine_open(engine_find("duckdb"), &options, &database, &error), "%s", error.text);
    ck_assert_msg(ledger_open(database, "run", &ledger, &error), "%s", error.text);
}

static void close_ledger(void) {
    ledger_close(&ledger);
    engine_close(database);
}

static void setup(void) {
    strcpy(folder, "/tmp/gov-ledger-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void teardown(void) {
    char file[64];
    for (int i = 0; i < 2; i++) {
        snprintf(file, sizeof file, "%s/target.duckdb%s", folder, i ? ".wal" : "");
        unlink(file);
    }
    rmdir(folder);
}

static void write_run(const char *from, const char *to, bool published) {
    static char why[] = "why";
    IngestInterval interval = {"433", from, to, 12};
    IngestFile file = {"data/x.csv", 10, "abc", 3, 0};
    TestOutcome tests[] = {
        {.kind = "data", .name = "key", .relation = "marts.a", .severity = "error", .outcome = OUTCOME_OK},
        {.kind = "data",
         .name = "few",
         .relation = "marts.a",
         .column = "n",
         .severity = "warn",
         .outcome = OUTCOME_WARN,
         .failing_rows = 2},
    };
    StepOutcome outcomes[] = {
        {.step = &steps[0],
         .outcome = OUTCOME_OK,
         .rows = 12,
         .loaded = true,
         .published = published,
         .started = {1700000000, 1000},
         .load = {.read = 12,
                  .accepted = 12,
                  .bytes = 400,
                  .intervals = &interval,
                  .interval_count = 1,
                  .files = &file,
                  .file_count = 1}},
        {.step = &steps[1],
         .outcome = published ? OUTCOME_WARN : OUTCOME_FAIL,
         .rows = -1,
         .published = published,
         .tests = tests,
         .test_count = 2,
         .started = {1700000001, 0},
         .finished = {1700000002, 0},
         .seconds = 0.25,
         .message = published ? NULL : why},
    };
    const GovRunSummary summary = {.ok = 1, .warned = published, .failed = !published, .seconds = 1.5};
    ck_assert_msg(ledger_begin(&ledger, &plan, "run", NULL, &error), "%s", error.text);
    for (int i = 0; i < 2; i++)
        ck_assert_msg(ledger_write_step(&ledger, ledger.connection, &outcomes[i], &error), "%s", error.text);
    ck_assert_msg(
        ledger_end(&ledger, ledger.connection, published ? "succeeded" : "failed", &summary, true, NULL, &error), "%s",
        error.text);
}

START_TEST(what_is_written_is_read_back) {
    open_ledger();
    write_run("2016-01-01", "2016-12-31", true);
    write_run("2017-01-01", "2017-12-31", false);
    close_ledger();
    LedgerState *state;
    char *text;
    ck_assert_msg(ledger_read(&plan, folder, 10, &state, &text), "%s", text);
    ck_assert(state->exists);
    ck_assert_uint_eq(state->run_count, 2);
    ck_assert_int_eq(state->runs[0].run_id, 2);
    ck_assert_str_eq(state->runs[0].status, "failed");
    ck_assert_str_eq(state->runs[1].status, "succeeded");
    ck_assert_int_eq(state->runs[1].warned, 1);
    ck_assert_uint_eq(state->step_count, 4);
    ck_assert_str_eq(state->steps[1].message, "why");
    ck_assert_str_eq(state->steps[1].started_at, "2023-11-14T22:13:21.000000Z");
    ck_assert_uint_eq(state->published_count, 2);
    const LedgerStep *step = ledger_find_published(state, "marts.a");
    ck_assert(step->run_id == 1 && step->rows == -1 && step->seconds == 0.25);
    ck_assert_str_eq(step->fingerprint, "f2");
    ck_assert_ptr_null(ledger_find_published(state, "marts.b"));
    ck_assert_uint_eq(state->test_count, 2);
    ck_assert_str_eq(state->tests[0].name, "key");
    ck_assert_str_eq(state->tests[1].status, "warned");
    ck_assert(state->tests[1].run_id == 2 && state->tests[1].failing_rows == 2);
    ck_assert_uint_eq(state->load_count, 1);
    ck_assert(state->loads[0].run_id == 1 && state->loads[0].bytes == 400 && state->loads[0].files == 1);
    ledger_state_free(state);
    ck_assert(ledger_read(&plan, folder, 1, &state, &text));
    ck_assert(state->run_count == 1 && state->step_count == 2 && state->published_count == 2);
    ledger_state_free(state);
}
END_TEST

START_TEST(a_target_that_is_not_there_has_an_empty_ledger) {
    LedgerState *state;
    char *text;
    ck_assert(ledger_read(&plan, folder, 10, &state, &text));
    ck_assert(!state->exists && state->run_count == 0);
    ck_assert_ptr_null(ledger_find_published(state, "marts.a"));
    ledger_state_free(state);
}
END_TEST

START_TEST(intervals_are_known_by_fingerprint) {
    LedgerKnown known;
    open_ledger();
    write_run("2016-01-01", "2016-06-30", true);
    write_run("2016-07-01", "2016-12-31", true);
    write_run("2016-06-01", "2016-12-31", true);
    write_run("2017-01-01", "2017-12-31", false);
    ck_assert(ledger_read_known(ledger.connection, &steps[0], &known, &error));
    ck_assert_uint_eq(known.interval_count, 2);
    ck_assert_str_eq(known.intervals[0].from, "2016-01-01");
    ck_assert_str_eq(known.intervals[1].from, "2016-06-01");
    ck_assert_uint_eq(known.file_count, 1);
    ck_assert_str_eq(known.files[0].sha256, "abc");
    ledger_known_clear(&known);
    GovStep changed = steps[0];
    changed.fingerprint = "f9";
    ck_assert(ledger_read_known(ledger.connection, &changed, &known, &error));
    ck_assert(known.interval_count == 0 && known.file_count == 1 && known.other_contract);
    ledger_known_clear(&known);
    close_ledger();
}
END_TEST

START_TEST(what_died_is_removed) {
    size_t died;
    int64_t count;
    open_ledger();
    ck_assert(ledger_recover(&ledger, &died, &error) && died == 0);
    ck_assert(ledger_begin(&ledger, &plan, "run", NULL, &error));
    ck_assert(engine_execute(ledger.connection, "create table \"a__next\" as select 1", NULL, &error));
    close_ledger();
    open_ledger();
    ck_assert_msg(ledger_recover(&ledger, &died, &error), "%s", error.text);
    ck_assert_uint_eq(died, 1);
    ck_assert(engine_query_integer(
        ledger.connection, "select count(*) from duckdb_tables() where table_name = 'a__next'", &count, &error));
    ck_assert_int_eq(count, 0);
    ck_assert(ledger_recover(&ledger, &died, &error) && died == 0);
    close_ledger();
}
END_TEST

int main(void) {
    Suite *suite = suite_create("ledger");
    TCase *all = tcase_create("ledger");
    tcase_set_timeout(all, 60);
    tcase_add_checked_fixture(all, setup, teardown);
    tcase_add_test(all, what_is_written_is_read_back);
    tcase_add_test(all, a_target_that_is_not_there_has_an_empty_ledger);
    tcase_add_test(all, intervals_are_known_by_fingerprint);
    tcase_add_test(all, what_died_is_removed);
    suite_add_tcase(suite, all);
    return tap_run(suite);
}
