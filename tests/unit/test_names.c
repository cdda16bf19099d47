/* The Program as later phases see it: what is bound to what, in which order, and which use a report labels. */
#include "compiler/names/names.h"
#include "compiler/session.h"
#include "tests/unit/tap.h"

#include <string.h>

static Session session;

static void open_session(void) { session_open(&session, NULL); }
static void close_session(void) { session_close(&session); }

static Program *bind(const char *text) {
    SourceText source = {.path = "test.gov", .text = text, .length = strlen(text)};
    compile(&session, &source, 1, &(CompileOptions){.run_date = "2026-11-21"});
    return session.program;
}

static Relation *relation(const Program *program, const char *full_name) {
    return map_get(&program->by_name, name_of(&session.names, full_name));
}

#define LAYERS "owner team (name = 'Team'); layer raw owner team; layer m reads raw owner team;\n" \
               "source raw.a (id int key, x int);\n"

START_TEST(relations_stand_behind_what_they_read) {
    const Program *program = bind(LAYERS "model m.c as select id from m.b; model m.b as select id from raw.a;");
    ck_assert_uint_eq(session.diag.errors, 0);
    ck_assert_uint_eq(program->relations.count, 3);
    for (uint32_t i = 0; i < program->relations.count; i++) {
        const Relation *at = program->relations.items[i];
        ck_assert_uint_eq(at->order, i);
        for (uint32_t k = 0; k < at->reads.count; k++) ck_assert_uint_lt(at->reads.items[k]->order, i);
    }
    ck_assert_ptr_eq(relation(program, "raw.a")->read_by.items[0], relation(program, "m.b"));
} END_TEST

START_TEST(a_chain_of_thousands_needs_no_stack) {
    Buffer text;
    buffer_open(&text, &session.arena);
    buffer_text(&text, LAYERS);
    for (int i = 20000; i > 0; i--) buffer_format(&text, "model m.a%d as select id from m.a%d;\n", i, i - 1);
    buffer_text(&text, "model m.a0 as select id from raw.a;\n");
    const Program *program = bind(buffer_string(&text));
    ck_assert_uint_eq(session.diag.errors, 0);
    ck_assert_uint_eq(relation(program, "m.a20000")->order, 20001);
} END_TEST

START_TEST(constraints_become_tests_and_facts) {
    const Program *program = bind(LAYERS "source raw.b (id int key, line int key, y int not null warn above 3 rows, z int unique);");
    const Relation *b = relation(program, "raw.b");
    ck_assert_uint_eq(b->tests.count, 3);
    ck_assert_str_eq(b->tests.items[0]->name, "key id, line");
    ck_assert_str_eq(b->tests.items[1]->name, "not null y");
    ck_assert(b->tests.items[1]->warn);
    ck_assert_int_eq(b->tests.items[1]->warn_above, 3);
    ck_assert(b->facts.items[0]->not_null && b->facts.items[0]->in_key);
    ck_assert(!b->facts.items[2]->not_null); /* what only warns promises nothing */
} END_TEST

START_TEST(a_report_within_a_template_labels_its_use) {
    bind(LAYERS "template t(a relation) as select nothing from a;\nmodel m.b as select * from t(raw.a);");
    ck_assert_uint_eq(session.diag.errors, 1);
    const Report *report = session.diag.reports.items[0];
    ck_assert_uint_eq(report->code, CODE_G0301);
    ck_assert_uint_ge(report->labels.count, 1);
    ck_assert_str_eq(report->labels.items[0].words, "in this use of template `t`");
    ck_assert_ptr_null(session.diag.expansion);
} END_TEST

START_TEST(a_constant_stands_where_no_column_does) {
    const Program *program = bind("const x = 7; const most = 3;\n" LAYERS "model m.b as select x, most as n from raw.a;");
    ck_assert_uint_eq(session.diag.errors, 0);
    const Select *select = (const Select *)relation(program, "m.b")->query->body;
    ck_assert_uint_eq(((const SelectItem *)select->items.items[0])->expr->kind, NODE_REF); /* the column hides it */
    ck_assert_uint_eq(((const SelectItem *)select->items.items[1])->expr->kind, NODE_INLINED);
} END_TEST

START_TEST(a_grant_by_name_wins_over_one_by_pattern) {
    const Program *program = bind(LAYERS "source raw.b (id int key); role r; grant select on raw.* to r; grant select (id) on raw.a to r;");
    ck_assert_uint_eq(session.diag.errors, 0);
    ck_assert_uint_eq(program->grants.count, 2);
    ck_assert_uint_eq(program->grants.items[0]->relations.count, 1);
    ck_assert_ptr_eq(program->grants.items[0]->relations.items[0], relation(program, "raw.b"));
    ck_assert_ptr_eq(program->grants.items[1]->relations.items[0], relation(program, "raw.a"));
} END_TEST

START_TEST(one_cause_is_one_report) {
    bind("owner team (name = 'Team'); layer m owner team;\n"
         "model m.a as select nothing.x, y + 1 as z from m.missing where z > 'a';\n"
         "model m.b (z key) as select z from m.a;\nmodel m.c as select * from m.b;");
    ck_assert_uint_eq(session.diag.errors, 1);
    ck_assert_uint_eq(session.diag.reports.items[0]->code, CODE_G0201);
} END_TEST

int main(void) {
    Suite *suite = suite_create("names");
    TCase *tests = tcase_create("names");
    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, open_session, close_session);
    tcase_add_test(tests, relations_stand_behind_what_they_read);
    tcase_add_test(tests, a_chain_of_thousands_needs_no_stack);
    tcase_add_test(tests, constraints_become_tests_and_facts);
    tcase_add_test(tests, a_report_within_a_template_labels_its_use);
    tcase_add_test(tests, a_constant_stands_where_no_column_does);
    tcase_add_test(tests, a_grant_by_name_wins_over_one_by_pattern);
    tcase_add_test(tests, one_cause_is_one_report);
    suite_add_tcase(suite, tests);
    return tap_run(suite);
}
