/* In which order steps run. */
#include "runtime/run/schedule.h"
#include "tests/unit/tap.h"

#include <stdlib.h>

/*      0   1
 *      |\ /|
 *      2 3 4
 *      |/  |
 *      5   6     */
static const size_t after_0[] = {0}, after_01[] = {0, 1}, after_1[] = {1}, after_23[] = {2, 3}, after_4[] = {4};
static const GovStep steps[] = {
    {.name = "a"},
    {.name = "b"},
    {.name = "c", .after = after_0, .after_count = 1},
    {.name = "d", .after = after_01, .after_count = 2},
    {.name = "e", .after = after_1, .after_count = 1},
    {.name = "f", .after = after_23, .after_count = 2},
    {.name = "g", .after = after_4, .after_count = 1},
};
enum { COUNT = sizeof steps / sizeof *steps };

static Schedule schedule;

static void setup(void) {
    ck_assert(schedule_open(steps, COUNT, &schedule));
}

static void teardown(void) {
    schedule_close(&schedule);
}

static void expect_taken(size_t expected, size_t expected_cause) {
    size_t step, cause;
    ck_assert(schedule_take(&schedule, &step, &cause));
    ck_assert_uint_eq(step, expected);
    ck_assert_uint_eq(cause, expected_cause);
}

static void expect_nothing(void) {
    size_t step, cause;
    ck_assert(!schedule_take(&schedule, &step, &cause));
}

START_TEST(a_step_waits_for_all_it_comes_after) {
    expect_taken(0, SCHEDULE_NONE);
    expect_taken(1, SCHEDULE_NONE);
    expect_nothing();
    schedule_end(&schedule, 1, true);
    expect_taken(4, SCHEDULE_NONE);
    expect_nothing();
    schedule_end(&schedule, 0, true);
    expect_taken(2, SCHEDULE_NONE);
    expect_taken(3, SCHEDULE_NONE);
    schedule_end(&schedule, 3, true);
    schedule_end(&schedule, 4, true);
    expect_taken(6, SCHEDULE_NONE);
    schedule_end(&schedule, 2, true);
    expect_taken(5, SCHEDULE_NONE);
    ck_assert(!schedule_is_done(&schedule));
    schedule_end(&schedule, 5, true);
    schedule_end(&schedule, 6, true);
    ck_assert(schedule_is_done(&schedule));
}
END_TEST

START_TEST(a_failure_stops_what_depends_on_it_and_names_the_root) {
    expect_taken(0, SCHEDULE_NONE);
    expect_taken(1, SCHEDULE_NONE);
    schedule_end(&schedule, 0, true);
    schedule_end(&schedule, 1, false);
    expect_taken(2, SCHEDULE_NONE);
    expect_taken(3, 1);
    expect_taken(4, 1);
    schedule_end(&schedule, 2, true);
    schedule_end(&schedule, 3, false);
    schedule_end(&schedule, 4, false);
    expect_taken(5, 1);
    expect_taken(6, 1);
}
END_TEST

START_TEST(the_earliest_step_of_the_plan_goes_first) {
    enum { MANY = 1000 };
    GovStep *many = calloc(MANY, sizeof *many);
    Schedule wide;
    ck_assert(schedule_open(many, MANY, &wide));
    for (size_t i = 0; i < MANY; i++) {
        size_t step, cause;
        ck_assert(schedule_take(&wide, &step, &cause));
        ck_assert_uint_eq(step, i);
    }
    schedule_close(&wide);
    free(many);
}
END_TEST

START_TEST(loads_over_http_go_first) {
    const GovHttp http = {.method = "get"};
    const GovSource over_http = {.http = &http}, file = {0};
    const GovStep loads[] = {
        {.source = &file}, {.source = &file}, {.source = &over_http}, {.name = "a"}, {.source = &over_http}};
    const size_t order[] = {2, 4, 0, 1, 3};
    Schedule mixed;
    ck_assert(schedule_open(loads, 5, &mixed));
    for (size_t i = 0; i < 5; i++) {
        size_t step, cause;
        ck_assert(schedule_take(&mixed, &step, &cause));
        ck_assert_uint_eq(step, order[i]);
    }
    schedule_close(&mixed);
}
END_TEST

START_TEST(a_step_cannot_come_after_itself_or_a_later_one) {
    const size_t itself[] = {0};
    const GovStep wrong = {.name = "a", .after = itself, .after_count = 1};
    Schedule refused;
    ck_assert(!schedule_open(&wrong, 1, &refused));
}
END_TEST

int main(void) {
    Suite *suite = suite_create("schedule");
    TCase *order = tcase_create("order");
    tcase_add_checked_fixture(order, setup, teardown);
    tcase_add_test(order, a_step_waits_for_all_it_comes_after);
    tcase_add_test(order, a_failure_stops_what_depends_on_it_and_names_the_root);
    tcase_add_test(order, the_earliest_step_of_the_plan_goes_first);
    tcase_add_test(order, loads_over_http_go_first);
    tcase_add_test(order, a_step_cannot_come_after_itself_or_a_later_one);
    suite_add_tcase(suite, order);
    return tap_run(suite);
}
