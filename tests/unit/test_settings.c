/* Values that a plan reads when it runs, and taking secrets out of texts. */
#include "runtime/settings/redact.h"
#include "runtime/settings/settings.h"
#include "tests/unit/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const GovSetting target_settings[] = {
    {"path", {GOV_VALUE_TEXT, "x.db", NULL}},
    {"dsn", {GOV_VALUE_SECRET, "SHOP_DSN", NULL}},
};
static const GovSetting constants[] = {
    {"api", {GOV_VALUE_ENV, "API_URL", "https://api.example.com"}},
    {"region", {GOV_VALUE_ENV, "REGION", NULL}},
};
static const GovPlan plan = {
    .target = {"prod", "duckdb", {target_settings, 2}},
    .constants = {constants, 2},
};

static void setup(void) {
    unsetenv("GOV_SECRETS_DIR");
    setenv("SHOP_DSN", "host=db password=pa'ss", 1);
    setenv("REGION", "south", 1);
    unsetenv("API_URL");
}

START_TEST(values_come_from_the_environment_or_the_fallback) {
    Settings *settings;
    char *error;
    ck_assert(settings_open(&plan, &settings, &error));
    ck_assert_str_eq(settings_value(settings, &target_settings[0].value), "x.db");
    ck_assert_str_eq(settings_value(settings, &target_settings[1].value), "host=db password=pa'ss");
    ck_assert_str_eq(settings_constant(settings, "api"), "https://api.example.com");
    ck_assert_str_eq(settings_constant(settings, "region"), "south");
    ck_assert_ptr_null(settings_constant(settings, "nothing"));
    settings_close(settings);
}
END_TEST

START_TEST(every_missing_value_is_named_with_its_place) {
    unsetenv("SHOP_DSN");
    unsetenv("REGION");
    Settings *settings;
    char *error;
    ck_assert(!settings_open(&plan, &settings, &error));
    ck_assert_ptr_null(settings);
    ck_assert_str_eq(error,
                     "secret `SHOP_DSN` is neither in the environment nor in a folder named by GOV_SECRETS_DIR: "
                     "it is needed for `dsn` of target `prod`\n"
                     "environment variable `REGION` is not set: it is needed for `region` of the project's constants");
    free(error);
}
END_TEST

START_TEST(a_secret_is_read_from_its_file_without_one_newline) {
    char folder[] = "/tmp/gov-secrets-XXXXXX", path[64];
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/SHOP_DSN", folder);
    FILE *file = fopen(path, "w");
    fputs("from file\n\n", file);
    fclose(file);
    unsetenv("SHOP_DSN");
    setenv("GOV_SECRETS_DIR", folder, 1);
    Settings *settings;
    char *error;
    ck_assert(settings_open(&plan, &settings, &error));
    ck_assert_str_eq(settings_value(settings, &target_settings[1].value), "from file\n");
    settings_close(settings);
    unlink(path);
    rmdir(folder);
}
END_TEST

/* Checks that `text` comes out as `expected` when `secret` is registered. */
static void check_redacted(const char *secret, const char *text, const char *expected) {
    Redactor redactor = {0};
    ck_assert(redactor_add(&redactor, secret));
    char *got = redactor_apply(&redactor, text);
    ck_assert_str_eq(got, expected);
    free(got);
    redactor_clear(&redactor);
}

START_TEST(secrets_are_taken_out_in_every_form) {
    check_redacted("s3cr&t", "a s3cr&t and s3cr&ts3cr&t", "a *** and ******");
    check_redacted("s3cr&t", "https://x/?k=s3cr%26t&b=1", "https://x/?k=***&b=1");
    check_redacted("pa'ss", "password 'pa''ss'", "password '***'");
    check_redacted("qu\"ote", "{\"k\": \"qu\\\"ote\"}", "{\"k\": \"***\"}");
    check_redacted("no", "no is too short to hide", "no is too short to hide");
    check_redacted("secret", "nothing here", "nothing here");
}
END_TEST

/* base64 of `secret12`, `u:secret12`, `us:secret12`: the secret at each place in a group of three bytes. */
START_TEST(secrets_are_taken_out_of_base64) {
    check_redacted("secret12", "Basic c2VjcmV0MTI=", "Basic ***I=");
    check_redacted("secret12", "Basic dTpzZWNyZXQxMg==", "Basic dTp***g==");
    check_redacted("secret12", "Basic dXM6c2VjcmV0MTI=", "Basic dXM6***I=");
    check_redacted("secret12", "Basic dXNlOnNlY3JldDEy", "Basic dXNlOn***");
}
END_TEST

int main(void) {
    Suite *suite = suite_create("settings");
    TCase *values = tcase_create("values");
    tcase_add_checked_fixture(values, setup, NULL);
    tcase_add_test(values, values_come_from_the_environment_or_the_fallback);
    tcase_add_test(values, every_missing_value_is_named_with_its_place);
    tcase_add_test(values, a_secret_is_read_from_its_file_without_one_newline);
    suite_add_tcase(suite, values);
    TCase *redaction = tcase_create("redaction");
    tcase_add_test(redaction, secrets_are_taken_out_in_every_form);
    tcase_add_test(redaction, secrets_are_taken_out_of_base64);
    suite_add_tcase(suite, redaction);
    return tap_run(suite);
}
