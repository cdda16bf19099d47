/* Cron times and time zones: known days, and every minute around the days on which clocks are set, against a count by hand. */
#include "runtime/schedule/zone.h"
#include "tests/unit/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int64_t utc(int year, int month, int day, int hour, int minute) {
    struct tm parts = {.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day, .tm_hour = hour, .tm_min = minute};
    return (int64_t)timegm(&parts);
}

static Cron parsed(const char *text) {
    Cron cron;
    char error[128] = "";
    ck_assert_msg(cron_parse(text, &cron, error, sizeof error), "%s %s", text, error);
    return cron;
}

static void next_is(const char *zone, const char *text, int64_t after, int64_t expected) {
    Cron cron = parsed(text);
    int64_t next = zone_next(zone, &cron, after);
    ck_assert_msg(next == expected, "%s in %s: %lld, not %lld", text, zone, (long long)next, (long long)expected);
}

static void refused(const char *text, const char *words) {
    Cron cron;
    char error[128] = "";
    ck_assert_msg(!cron_parse(text, &cron, error, sizeof error), "%s", text);
    ck_assert_msg(strstr(error, words) != NULL, "%s: %s", text, error);
}

START_TEST(what_is_no_time_is_refused_by_its_field) {
    refused("", "has 0 fields, not 5");
    refused("0 6 * *", "has 4 fields");
    refused("0 6 * * * *", "has 6 fields");
    refused("60 6 * * *", "cannot have `60` as its minute");
    refused("0 24 * * *", "cannot have `24` as its hour");
    refused("0 6 0 * *", "day of the month");
    refused("0 6 * 13 *", "month");
    refused("0 6 * * 8", "day of the week");
    refused("0 6 * * mo", "`mo`");
    refused("0 6 * * monday", "`monday`");
    refused("*/0 * * * *", "`*/0`");
    refused("5-1 * * * *", "`5-1`");
    refused("1,,2 * * * *", "minute");
    refused("1- * * * *", "minute");
    refused("x * * * *", "minute");
    refused("99999999999999999999 * * * *", "minute");
    refused("0 0 30 2 *", "a day that none of its months has");
    refused("@never", "has 1 field,");
}
END_TEST

START_TEST(times_are_found) {
    int64_t monday = utc(2026, 11, 23, 12, 0); /* 2026-11-23 is a Monday */
    next_is("UTC", "0 6 * * *", monday, utc(2026, 11, 24, 6, 0));
    next_is("UTC", "*/10 * * * *", monday, utc(2026, 11, 23, 12, 10));
    next_is("UTC", "59 23 31 12 *", monday, utc(2026, 12, 31, 23, 59));
    next_is("UTC", "0 0 29 2 *", monday, utc(2028, 2, 29, 0, 0));
    next_is("UTC", "0 9 * * mon-fri", utc(2026, 11, 27, 9, 0), utc(2026, 11, 30, 9, 0));
    next_is("UTC", "0 9 * * 7", monday, utc(2026, 11, 29, 9, 0));
    next_is("UTC", "0 0 1,15 * Wed", monday, utc(2026, 11, 25, 0, 0)); /* either, as POSIX has it */
    next_is("UTC", "0 0 * jan,Jul *", monday, utc(2027, 1, 1, 0, 0));
    next_is("UTC", "5/20 3 * * *", monday, utc(2026, 11, 24, 3, 5));
    next_is("UTC", "@weekly", monday, utc(2026, 11, 29, 0, 0));
    next_is("UTC", "0 0 30 2 mon", monday, utc(2027, 2, 1, 0, 0));
    next_is("America/Sao_Paulo", "0 6 * * *", monday, utc(2026, 11, 24, 9, 0));
}
END_TEST

/* New York: forward at 2026-03-08 02:00 EST (07:00 UTC), back at 2026-11-01 02:00 EDT (06:00 UTC). Lord Howe moves by half an
 * hour; São Paulo did at midnight, until 2019. */
START_TEST(clocks_are_set) {
    next_is("America/New_York", "30 2 * * *", utc(2026, 3, 7, 12, 0), utc(2026, 3, 8, 7, 30));  /* 03:30 EDT */
    next_is("America/New_York", "30 2 * * *", utc(2026, 3, 8, 7, 30), utc(2026, 3, 9, 6, 30));
    next_is("America/New_York", "30 1 * * *", utc(2026, 10, 31, 12, 0), utc(2026, 11, 1, 5, 30)); /* the first 01:30 … */
    next_is("America/New_York", "30 1 * * *", utc(2026, 11, 1, 5, 30), utc(2026, 11, 2, 6, 30));  /* … and only that */
    next_is("America/New_York", "30 * * * *", utc(2026, 11, 1, 5, 30), utc(2026, 11, 1, 6, 30));  /* every hour is every hour */
    next_is("America/New_York", "30 * * * *", utc(2026, 3, 8, 6, 30), utc(2026, 3, 8, 7, 30));
    next_is("Australia/Lord_Howe", "15 2 * * *", utc(2026, 10, 3, 0, 0), utc(2026, 10, 3, 15, 45)); /* 02:45 */
    next_is("America/Sao_Paulo", "0 0 * * *", utc(2018, 11, 3, 12, 0), utc(2018, 11, 4, 3, 0));   /* 01:00: there was no midnight */
    next_is("America/Sao_Paulo", "30 23 * * *", utc(2018, 2, 17, 12, 0), utc(2018, 2, 18, 1, 30));
    next_is("America/Sao_Paulo", "30 23 * * *", utc(2018, 2, 18, 1, 30), utc(2018, 2, 19, 2, 30));
    ck_assert_int_eq(zone_at("America/Sao_Paulo", utc(2026, 11, 23, 1, 0), 10, 0), utc(2026, 11, 22, 13, 0));
}
END_TEST

/* Every minute that a clock of the zone shows and that matches, is due, and nothing else: where no hour is skipped or comes twice
 * for times of their own hour. */
static void count_by_hand(const char *zone, const char *text, int64_t from, int64_t to) {
    Cron cron = parsed(text);
    int64_t due = zone_next(zone, &cron, from - 1);
    for (int64_t minute = from; minute < to; minute += 60) {
        struct tm parts = zone_local(zone, minute);
        bool matches = cron_matches_day(&cron, parts.tm_mon + 1, parts.tm_mday, parts.tm_wday) && cron.hours >> parts.tm_hour & 1 &&
                       cron.minutes >> parts.tm_min & 1;
        if (matches) ck_assert_msg(due == minute, "%s in %s: %lld is due, not %lld", text, zone, (long long)minute, (long long)due);
        if (due == minute) {
            ck_assert_msg(matches, "%s in %s: %lld is not due", text, zone, (long long)minute);
            due = zone_next(zone, &cron, minute);
        }
    }
}

START_TEST(every_minute_is_looked_at) {
    static const char *const every_hour[] = {"*/7 * * * *", "0 * * * *", "13,41 */2 * * *", "5 * 1,8 * sun"};
    static const char *const own_hours[] = {"0 6 * * *", "*/20 4-9 * * *", "59 23 * * 1-5", "0 0,12 1 * *"};
    static const struct { const char *zone; int year, month, day; } around[] = {
        {"America/New_York", 2026, 3, 8}, {"America/New_York", 2026, 11, 1}, {"Europe/Lisbon", 2026, 3, 29},
        {"Europe/Lisbon", 2026, 10, 25}, {"America/Sao_Paulo", 2026, 3, 1}, {"Asia/Kathmandu", 2026, 5, 1}, {"Pacific/Apia", 2026, 1, 1},
    };
    for (size_t i = 0; i < sizeof around / sizeof *around; i++) {
        int64_t day = utc(around[i].year, around[i].month, around[i].day, 0, 0);
        for (size_t k = 0; k < 4; k++) {
            /* no minute is lost or doubled: a clock that leaps over 02:30 is due for it later, where nothing matches */
            bool leaps = around[i].month == 3 && k == 2;
            if (!leaps) count_by_hand(around[i].zone, every_hour[k], day - 86400, day + 2 * 86400);
            count_by_hand(around[i].zone, own_hours[k], day - 86400, day + 2 * 86400);
        }
    }
}
END_TEST

START_TEST(zones_are_known_by_the_machine) {
    ck_assert(zone_exists("America/Sao_Paulo"));
    ck_assert(zone_exists("UTC"));
    ck_assert(!zone_exists("America/Nowhere"));
    ck_assert(!zone_exists("../../etc/passwd"));
    ck_assert(!zone_exists("/etc/passwd"));
    ck_assert(!zone_exists(""));
    setenv("TZ", "Asia/Tokyo", 1);
    zone_local("America/Sao_Paulo", 0);
    ck_assert_str_eq(getenv("TZ"), "Asia/Tokyo");
}
END_TEST

int main(void) {
    Suite *suite = suite_create("cron");
    TCase *tests = tcase_create("cron");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, what_is_no_time_is_refused_by_its_field);
    tcase_add_test(tests, times_are_found);
    tcase_add_test(tests, clocks_are_set);
    tcase_add_test(tests, every_minute_is_looked_at);
    tcase_add_test(tests, zones_are_known_by_the_machine);
    suite_add_tcase(suite, tests);
    return tap_run(suite);
}
