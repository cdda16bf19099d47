/* Files embedded by compiler/base/embed.sh are there byte for byte, sorted by name. */
#include "compiler/base/embed.h"
#include "tests/unit/tap.h"

EMBEDDED_FILES(example);

START_TEST(files_are_sorted_by_name) {
    ck_assert_uint_eq(example_count, 2);
    ck_assert_str_eq(example[0].name, "example_a.txt");
    ck_assert_str_eq(example[1].name, "example_b.txt");
}
END_TEST

START_TEST(bytes_end_with_an_uncounted_zero) {
    ck_assert_uint_eq(example[0].size, 6);
    ck_assert_str_eq(example[0].bytes, "first\n");
    ck_assert_uint_eq(example[1].size, 39);
    ck_assert_int_eq(example[1].bytes[39], 0);
}
END_TEST

int main(void) {
    Suite *suite = suite_create("embed");
    TCase *tests = tcase_create("embed");
    tcase_add_test(tests, files_are_sorted_by_name);
    tcase_add_test(tests, bytes_end_with_an_uncounted_zero);
    suite_add_tcase(suite, tests);
    return tap_run(suite);
}
