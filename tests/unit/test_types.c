/* Types without a program: what goes into what, digits of decimals, units, dates. */
#include "compiler/types/internal.h"
#include "tests/unit/tap.h"

static Arena arena;
static Names names;
static TypeTable *types;

static void open_types(void) {
    arena_open(&arena, NULL);
    names_open(&names, &arena);
    types = types_open(&arena, &names);
}

static void close_types(void) {
    arena_close(&arena);
}

static const Type *of(TypeKind kind) { return type_simple(types, kind); }
static const Type *decimal(int precision, int scale) { return type_decimal(types, precision, scale); }

START_TEST(equal_types_are_one) {
    ck_assert_ptr_eq(decimal(18, 2), decimal(18, 2));
    ck_assert_ptr_ne(decimal(18, 2), decimal(18, 3));
    ck_assert_ptr_eq(type_array(types, of(TYPE_TEXT)), type_array(types, of(TYPE_TEXT)));
    TypeField a = {name_of(&names, "a"), of(TYPE_INT4)}, b = {name_of(&names, "b"), of(TYPE_INT4)};
    ck_assert_ptr_eq(type_struct(types, &a, 1), type_struct(types, &a, 1));
    ck_assert_ptr_ne(type_struct(types, &a, 1), type_struct(types, &b, 1));
    ck_assert_ptr_eq(type_map(types, of(TYPE_TEXT), of(TYPE_DATE)), type_map(types, of(TYPE_TEXT), of(TYPE_DATE)));
} END_TEST

START_TEST(types_are_written_as_the_language_does) {
    TypeField fields[] = {{name_of(&names, "id"), of(TYPE_INT8)}, {name_of(&names, "tags"), type_array(types, of(TYPE_TEXT))}};
    ck_assert_str_eq(type_text(types, decimal(18, 2)), "decimal(18,2)");
    ck_assert_str_eq(type_text(types, type_struct(types, fields, 2)), "struct<id int8, tags array<text>>");
    ck_assert_str_eq(type_text(types, type_map(types, of(TYPE_TEXT), of(TYPE_FLOAT8))), "map<text, double>");
} END_TEST

START_TEST(only_what_loses_nothing_fits) {
    ck_assert(type_fits(of(TYPE_INT2), of(TYPE_INT8)));
    ck_assert(!type_fits(of(TYPE_INT8), of(TYPE_INT4)));
    ck_assert(type_fits(of(TYPE_INT4), decimal(18, 2)));
    ck_assert(type_fits(decimal(38, 2), decimal(18, 2)));   /* too large a value is an error when it runs */
    ck_assert(!type_fits(decimal(18, 6), decimal(18, 2)));
    ck_assert(type_fits(decimal(18, 2), of(TYPE_FLOAT8)));
    ck_assert(!type_fits(of(TYPE_FLOAT8), decimal(18, 2)));
    ck_assert(type_fits(of(TYPE_DATE), of(TYPE_TIMESTAMP)));
    ck_assert(!type_fits(of(TYPE_DATE), of(TYPE_TIMESTAMPTZ)));
    ck_assert(!type_fits(of(TYPE_TEXT), of(TYPE_DATE)));
    ck_assert(!type_fits(of(TYPE_INT4), of(TYPE_TEXT)));
    ck_assert(type_fits(of(TYPE_NULL), of(TYPE_JSON)));
    ck_assert(type_fits(of(TYPE_UNKNOWN), of(TYPE_JSON)));
} END_TEST

START_TEST(a_common_type_holds_both) {
    ck_assert_ptr_eq(type_common(types, of(TYPE_INT2), of(TYPE_INT8)), of(TYPE_INT8));
    ck_assert_ptr_eq(type_common(types, of(TYPE_INT4), decimal(5, 2)), decimal(12, 2));
    ck_assert_ptr_eq(type_common(types, decimal(18, 2), decimal(10, 6)), decimal(22, 6));
    ck_assert_ptr_eq(type_common(types, decimal(18, 2), of(TYPE_FLOAT8)), of(TYPE_FLOAT8));
    ck_assert_ptr_eq(type_common(types, of(TYPE_DATE), of(TYPE_TIMESTAMP)), of(TYPE_TIMESTAMP));
    ck_assert_ptr_null(type_common(types, of(TYPE_TEXT), of(TYPE_INT4)));
    ck_assert_ptr_null(type_common(types, of(TYPE_TIMESTAMP), of(TYPE_TIMESTAMPTZ)));
    const Type *ints = type_array(types, of(TYPE_INT4)), *longs = type_array(types, of(TYPE_INT8));
    ck_assert_ptr_eq(type_common(types, ints, longs), longs);
} END_TEST

/* The table of SQL Server, capped at 38; quotients have twelve digits behind the point at least. */
START_TEST(digits_of_arithmetic) {
    ck_assert_ptr_eq(arithmetic_type(types, OP_ADD, decimal(18, 2), decimal(10, 4)), decimal(21, 4));
    ck_assert_ptr_eq(arithmetic_type(types, OP_SUB, decimal(38, 2), decimal(38, 2)), decimal(38, 2));
    ck_assert_ptr_eq(arithmetic_type(types, OP_MUL, decimal(18, 2), decimal(10, 4)), decimal(29, 6));
    ck_assert_ptr_eq(arithmetic_type(types, OP_DIV, decimal(18, 2), decimal(10, 4)), decimal(32, 12));
    ck_assert_ptr_eq(arithmetic_type(types, OP_DIV, of(TYPE_INT4), of(TYPE_INT4)), decimal(22, 12));
    ck_assert_ptr_eq(arithmetic_type(types, OP_ADD, of(TYPE_INT2), of(TYPE_INT4)), of(TYPE_INT4));
    ck_assert_ptr_eq(arithmetic_type(types, OP_MUL, of(TYPE_INT8), of(TYPE_FLOAT4)), of(TYPE_FLOAT8));
    ck_assert_ptr_eq(decimal_capped(types, 50, 20), decimal(38, 8));
    ck_assert_ptr_eq(decimal_capped(types, 60, 20), decimal(38, 6));
} END_TEST

START_TEST(units_multiply_and_divide) {
    UnitFactor brl = {name_of(&names, "BRL"), 1}, usd = {name_of(&names, "USD"), 1};
    const Unit *reais = unit_of(types, &brl, 1), *dollars = unit_of(types, &usd, 1);
    const Unit *rate = unit_multiply(types, reais, dollars, -1);
    ck_assert_str_eq(unit_text(types, rate), "BRL/USD");
    ck_assert_ptr_eq(unit_multiply(types, reais, rate, -1), dollars);
    ck_assert_ptr_eq(unit_multiply(types, dollars, rate, 1), reais);
    ck_assert_ptr_null(unit_multiply(types, reais, reais, -1));
    ck_assert_str_eq(unit_text(types, unit_multiply(types, NULL, reais, -1)), "1/BRL");
    ck_assert_ptr_eq(unit_multiply(types, reais, NULL, 1), reais);
} END_TEST

static bool valid(TypeKind kind, const char *text) {
    return date_text_valid(kind, text_of(text));
}

START_TEST(dates_exist_or_not) {
    ck_assert(valid(TYPE_DATE, "2016-02-29"));
    ck_assert(!valid(TYPE_DATE, "2018-02-29"));
    ck_assert(!valid(TYPE_DATE, "1900-02-29"));
    ck_assert(valid(TYPE_DATE, "2000-02-29"));
    ck_assert(!valid(TYPE_DATE, "2018-13-01"));
    ck_assert(!valid(TYPE_DATE, "31/01/2018"));
    ck_assert(!valid(TYPE_DATE, "2018-01-01 "));
    ck_assert(!valid(TYPE_DATE, ""));
    ck_assert(valid(TYPE_TIMESTAMP, "2018-01-01 23:59:59.999999"));
    ck_assert(valid(TYPE_TIMESTAMP, "2018-01-01"));
    ck_assert(!valid(TYPE_TIMESTAMP, "2018-01-01 24:00:00"));
    ck_assert(!valid(TYPE_TIMESTAMP, "2018-01-01 10:00:00+00"));
    ck_assert(valid(TYPE_TIMESTAMPTZ, "2018-01-01T10:00:00-03:00"));
    ck_assert(valid(TYPE_TIMESTAMPTZ, "2018-01-01 10:00:00Z"));
    ck_assert(!valid(TYPE_TIMESTAMPTZ, "2018-01-01 10:00:00+99"));
    ck_assert(valid(TYPE_TIME, "10:30"));
    ck_assert(!valid(TYPE_TIME, "10:60"));
} END_TEST

int main(void) {
    Suite *suite = suite_create("types");
    TCase *tests = tcase_create("types");
    tcase_add_checked_fixture(tests, open_types, close_types);
    tcase_add_test(tests, equal_types_are_one);
    tcase_add_test(tests, types_are_written_as_the_language_does);
    tcase_add_test(tests, only_what_loses_nothing_fits);
    tcase_add_test(tests, a_common_type_holds_both);
    tcase_add_test(tests, digits_of_arithmetic);
    tcase_add_test(tests, units_multiply_and_divide);
    tcase_add_test(tests, dates_exist_or_not);
    suite_add_tcase(suite, tests);
    return tap_run(suite);
}
