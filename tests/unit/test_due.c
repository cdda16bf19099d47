/* What is due, tried over days that take no time. */
#include "runtime/schedule/due.h"
#include "tests/unit/tap.h"

#include <stdlib.h>
#include <time.h>

static int64_t utc(int year, int month, int day, int hour, int minute) {
    struct tm parts = {.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day, .tm_hour = hour, .tm_min = minute};
    return (int64_t)timegm(&parts);
}

static GovJob jobs[3];
static DueJobs due;

static DueJob *open_one(GovJob job, const DueKnown *known, int64_t now) {
    jobs[0] = job;
    if (!jobs[0].timezone) jobs[0].timezone = "UTC";
    ck_assert(due_open(&(GovJobs){"shop", "dev", jobs, 1}, known, now, &due));
    return &due.items[0];
}

/* How often it starts between two times, looked at every `step` seconds; every start succeeds at once. */
static int starts(int64_t from, int64_t to, int64_t step) {
    int count = 0;
    for (int64_t now = from; now < to; now += step)
        for (DueJob *job; (job = due_start(&due, now)); count++) due_end(job, JOB_SUCCEEDED, 1, now);
    return count;
}

START_TEST(a_job_starts_each_time_that_it_is_due_once) {
    int64_t from = utc(2026, 1, 1, 0, 30);
    open_one((GovJob){.name = "daily", .cron = "0 6 * * *"}, NULL, from);
    ck_assert_int_eq(starts(from, from + 365 * 86400, 600), 365);
    due_close(&due);
    open_one((GovJob){.name = "sensor", .has_condition = true}, NULL, from);
    ck_assert_int_eq(starts(from + 1, from + 3601, 1), 60);
    due_close(&due);
}
END_TEST

START_TEST(what_was_missed_is_done_once) {
    int64_t now = utc(2026, 1, 10, 12, 0);
    DueJob *job = open_one((GovJob){.name = "hourly", .cron = "0 * * * *"}, &(DueKnown){utc(2026, 1, 3, 5, 0), 0}, now);
    ck_assert_ptr_eq(due_start(&due, now), job);
    ck_assert_int_eq(job->due, now);
    due_end(job, JOB_SUCCEEDED, 1, now);
    ck_assert_ptr_null(due_start(&due, now + 60));
    ck_assert_ptr_eq(due_start(&due, now + 3600), job);
    due_close(&due);
    open_one((GovJob){.name = "daily", .cron = "0 6 * * *"}, &(DueKnown){utc(2026, 1, 10, 6, 0), 0}, now);
    ck_assert_ptr_null(due_start(&due, now)); /* nothing was missed */
    due_close(&due);
    open_one((GovJob){.name = "daily", .cron = "0 6 * * *"}, &(DueKnown){0, 0}, now);
    ck_assert_ptr_null(due_start(&due, now)); /* a new job has missed nothing */
    due_close(&due);
    job = open_one((GovJob){.name = "minutely", .cron = "* * * * *"}, &(DueKnown){utc(2020, 1, 1, 0, 0), 0}, now);
    ck_assert_ptr_eq(due_start(&due, now), job); /* years of minutes, once */
    due_end(job, JOB_SUCCEEDED, 1, now);
    ck_assert_ptr_null(due_start(&due, now + 1));
    due_close(&due);
}
END_TEST

START_TEST(a_machine_that_slept_does_it_once) {
    int64_t from = utc(2026, 1, 1, 0, 30);
    DueJob *job = open_one((GovJob){.name = "hourly", .cron = "0 * * * *"}, NULL, from);
    int64_t woken = from + 3 * 86400;
    ck_assert_ptr_eq(due_start(&due, woken), job);
    ck_assert_int_eq(job->due, utc(2026, 1, 4, 0, 0));
    due_end(job, JOB_SUCCEEDED, 1, woken);
    ck_assert_ptr_null(due_start(&due, woken + 1));
    due_close(&due);
}
END_TEST

START_TEST(one_runs_at_a_time_and_who_waited_longest_first) {
    int64_t from = utc(2026, 1, 1, 0, 30);
    jobs[0] = (GovJob){.name = "late", .cron = "5 1 * * *", .timezone = "UTC"};
    jobs[1] = (GovJob){.name = "early", .cron = "0 1 * * *", .timezone = "UTC"};
    ck_assert(due_open(&(GovJobs){"shop", "dev", jobs, 2}, NULL, from, &due));
    DueJob *early = due_start(&due, from + 1800);
    ck_assert_ptr_eq(early, &due.items[1]);
    ck_assert_ptr_null(due_start(&due, from + 2100)); /* the other is due, and waits */
    ck_assert_int_ne(due.items[0].due, 0);
    due_end(early, JOB_SUCCEEDED, 1, from + 2200);
    ck_assert_ptr_eq(due_start(&due, from + 2200), &due.items[0]);
    due_close(&due);
}
END_TEST

START_TEST(what_failed_is_tried_again) {
    int64_t at = utc(2026, 1, 1, 6, 0);
    DueJob *job = open_one((GovJob){.name = "daily", .cron = "0 6 * * *", .retries = 3, .backoff = true}, NULL, at - 1);
    static const int waits[] = {30, 60, 120};
    int64_t now = at;
    for (int i = 0; i < 3; i++) {
        ck_assert_ptr_eq(due_start(&due, now), job);
        ck_assert_int_eq(job->attempt, i + 1);
        ck_assert(due_end(job, JOB_FAILED, 1, now));
        ck_assert_ptr_null(due_start(&due, now + waits[i] - 1));
        now += waits[i];
    }
    ck_assert_ptr_eq(due_start(&due, now), job);
    ck_assert(!due_end(job, JOB_FAILED, 1, now));
    ck_assert_uint_eq(job->count_failed, 1);
    ck_assert_ptr_null(due_start(&due, now + 3600));
    ck_assert_ptr_eq(due_start(&due, at + 86400), job); /* the next day is another run */
    ck_assert_int_eq(job->attempt, 1);
    due_close(&due);
}
END_TEST

START_TEST(clocks_set_back_hold_nothing_up) {
    int64_t from = utc(2027, 1, 1, 0, 30);
    DueJob *job = open_one((GovJob){.name = "hourly", .cron = "0 * * * *"}, NULL, from);
    int64_t right = utc(2026, 1, 1, 0, 30); /* the clock was a year ahead */
    ck_assert_ptr_null(due_start(&due, right));
    ck_assert_ptr_eq(due_start(&due, right + 1800), job);
    due_close(&due);
}
END_TEST

START_TEST(deadlines_are_watched) {
    GovJob daily = {.name = "daily", .cron = "0 6 * * *", .deadline = "10:00", .warn_before = {60, "minute"}, .timezone = "America/Sao_Paulo"};
    int64_t due_at = utc(2026, 1, 1, 9, 0), deadline = utc(2026, 1, 1, 13, 0);
    DueJob *job = open_one(daily, NULL, due_at - 60);
    ck_assert_ptr_eq(due_start(&due, due_at), job);
    ck_assert_int_eq(due_deadline(job, due_at), DEADLINE_FAR);
    ck_assert_int_eq(due_deadline(job, deadline - 3601), DEADLINE_FAR);
    ck_assert_int_eq(due_deadline(job, deadline - 3600), DEADLINE_NEAR);
    ck_assert_int_eq(due_deadline(job, deadline - 3599), DEADLINE_FAR); /* once */
    ck_assert_int_eq(due_deadline(job, deadline), DEADLINE_MISSED);
    ck_assert_int_eq(due_deadline(job, deadline + 1), DEADLINE_FAR); /* once */
    due_end(job, JOB_SUCCEEDED, 1, deadline + 60);
    ck_assert_ptr_eq(due_start(&due, due_at + 86400), job);
    due_end(job, JOB_SUCCEEDED, 1, due_at + 86400 + 60);
    ck_assert_int_eq(due_deadline(job, deadline + 86400 - 600), DEADLINE_FAR);
    ck_assert_int_eq(due_deadline(job, deadline + 86400), DEADLINE_FAR); /* kept */
    due_close(&due);
    /* of a job that is due on working days, a Sunday's deadline is none: 2026-01-04 */
    daily.cron = "0 6 * * mon-fri";
    job = open_one(daily, NULL, utc(2026, 1, 3, 14, 0));
    ck_assert_int_eq(due_deadline(job, utc(2026, 1, 4, 13, 0)), DEADLINE_FAR);
    due_close(&due);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("due");
    TCase *tests = tcase_create("due");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_job_starts_each_time_that_it_is_due_once);
    tcase_add_test(tests, what_was_missed_is_done_once);
    tcase_add_test(tests, a_machine_that_slept_does_it_once);
    tcase_add_test(tests, one_runs_at_a_time_and_who_waited_longest_first);
    tcase_add_test(tests, what_failed_is_tried_again);
    tcase_add_test(tests, clocks_set_back_hold_nothing_up);
    tcase_add_test(tests, deadlines_are_watched);
    suite_add_tcase(suite, tests);
    return tap_run(suite);
}
