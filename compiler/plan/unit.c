/* Unit tests: the model's query in the embedded engine over nothing but the given rows.
 *
 * Each relation that the model reads becomes a CTE of its given rows; columns that are not given are null of their type.
 * Inline models that are not given are their own query. */
#include "compiler/plan/internal.h"

#include <string.h>

typedef struct {
    Planner *planner;
    const Dialect *dialect;
    const UnitTest *test;
    bool fine;
} Bench;

static const Given *given_of(const UnitTest *test, const Relation *relation) {
    for (uint32_t i = 0; i < test->given.count; i++)
        if (i < test->given_relations.count && test->given_relations.items[i] == relation) return test->given.items[i];
    return NULL;
}

static const char *quoted(const Bench *bench, const Relation *relation) {
    Buffer out;
    buffer_open(&out, bench->planner->arena);
    emit_name(bench->dialect, relation->full_name->text, &out);
    return buffer_string(&out);
}

static const char *name_on_bench(void *context, const Relation *relation) {
    const Bench *bench = context;
    if (relation->stored == STORED_INLINE && !given_of(bench->test, relation)) return NULL;
    return quoted(bench, relation);
}

/* `a::integer as a`, or `null::integer as a` where it is not given. */
static void put_column(Bench *bench, const Column *column, bool given, Buffer *out) {
    if (given)
        emit_name(bench->dialect, column->name->text, out);
    else
        buffer_text(out, "null");
    emit_cast(bench->dialect, column->type, out);
    buffer_text(out, " as ");
    emit_name(bench->dialect, column->name->text, out);
}

static bool is_given(const Given *given, const Name *column) {
    for (uint32_t i = 0; given && i < given->columns.count; i++)
        if (given->columns.items[i].name == column) return true;
    return false;
}

static void put_rows(Bench *bench, const Given *given, Buffer *out) {
    EmitOptions options = {.without_run = true};
    buffer_text(out, "(values");
    for (uint32_t i = 0; i < given->rows.count; i++) {
        buffer_text(out, i ? ",\n  " : "\n  ");
        bench->fine &=
            emit_expr(bench->planner->program, (const Expr *)given->rows.items[i], bench->dialect, &options, out);
    }
    buffer_text(out, "\n) as given (");
    for (uint32_t i = 0; i < given->columns.count; i++) {
        buffer_text(out, i ? ", " : "");
        emit_name(bench->dialect, given->columns.items[i].name->text, out);
    }
    buffer_char(out, ')');
}

static const char *mock(Bench *bench, const Relation *relation) {
    const Given *given = given_of(bench->test, relation);
    Buffer out;
    buffer_open(&out, bench->planner->arena);
    bool empty = !given || !given->rows.count;
    for (uint32_t i = 0; relation->rows && i < relation->rows->columns.count; i++) {
        const Column *column = relation->rows->columns.items[i];
        buffer_text(&out, i ? ",\n  " : "select\n  ");
        put_column(bench, column, !empty && is_given(given, column->name), &out);
    }
    buffer_text(&out, empty ? "\nwhere false" : "\nfrom ");
    if (!empty) put_rows(bench, given, &out);
    return buffer_string(&out);
}

typedef VEC(EmitCte) Ctes;

static bool has_mock(const Ctes *ctes, const char *name) {
    for (uint32_t i = 0; i < ctes->count; i++)
        if (strcmp(ctes->items[i].name, name) == 0) return true;
    return false;
}

static void add_mocks(Bench *bench, const Relation *model, Ctes *ctes) {
    for (uint32_t i = 0; i < model->reads.count; i++) {
        const Relation *read = model->reads.items[i];
        const char *name = name_on_bench(bench, read);
        if (!name) {
            add_mocks(bench, read, ctes);
            continue;
        }
        EmitCte cte = {name, NULL};
        if (has_mock(ctes, name)) continue;
        cte.sql = mock(bench, read);
        vec_push(bench->planner->arena, ctes, cte);
    }
}

static void put_names(Bench *bench, const Given *expected, Buffer *out) {
    for (uint32_t i = 0; i < expected->columns.count; i++) {
        buffer_text(out, i ? ", " : "select ");
        emit_name(bench->dialect, expected->columns.items[i].name->text, out);
    }
}

static const char *actual(Bench *bench) {
    const Relation *model = bench->test->relation;
    Ctes ctes = {0};
    add_mocks(bench, model, &ctes);
    EmitOptions options = {
        .relation = name_on_bench, .context = bench, .without_run = true, .ctes = ctes.items, .cte_count = ctes.count};
    Buffer inner, out;
    buffer_open(&inner, bench->planner->arena);
    buffer_open(&out, bench->planner->arena);
    bench->fine &= emit_model(bench->planner->program, model, bench->dialect, &options, &inner);
    put_names(bench, bench->test->expected, &out);
    put_subquery(buffer_string(&inner), "actual", &out);
    return buffer_string(&out);
}

static const char *expected(Bench *bench) {
    const Given *given = bench->test->expected;
    Rows *rows = bench->test->relation->rows;
    Buffer out;
    buffer_open(&out, bench->planner->arena);
    for (uint32_t i = 0; i < given->columns.count; i++) {
        const Column *column = rows ? rows_find(rows, given->columns.items[i].name) : NULL;
        if (!column) continue;
        buffer_text(&out, i ? ", " : "select ");
        put_column(bench, column, given->rows.count > 0, &out);
    }
    buffer_text(&out, given->rows.count ? "\nfrom " : "\nwhere false");
    if (given->rows.count) put_rows(bench, given, &out);
    return buffer_string(&out);
}

static GovUnitTest plan_unit_test(Planner *planner, const UnitTest *test) {
    Bench bench = {.planner = planner, .dialect = dialect_find("duckdb"), .test = test, .fine = true};
    TextList columns = {0};
    for (uint32_t i = 0; i < test->expected->columns.count; i++)
        vec_push(planner->arena, &columns, test->expected->columns.items[i].name->text);
    GovUnitTest planned = {
        .name = test->name,
        .relation = test->relation->full_name->text,
        .actual = actual(&bench),
        .expected = expected(&bench),
        .columns = texts_of(planner->arena, &columns),
        .place = place_of(planner, test->decl->node.span),
    };
    planner->failed = planner->failed || !bench.fine;
    return planned;
}

static bool is_wanted(const Planner *planner, const UnitTest *test) {
    const Planned *planned = test->relation ? planned_of(planner, test->relation) : NULL;
    return planned && planned->selected && test->relation->query && !test->relation->bad && test->expected;
}

void plan_unit_tests(Planner *planner, GovPlan *govplan) {
    const Program *program = planner->program;
    GovUnitTest *tests = arena_alloc(planner->arena, (program->unit_tests.count + 1) * sizeof *tests);
    for (uint32_t i = 0; i < program->unit_tests.count; i++)
        if (is_wanted(planner, program->unit_tests.items[i]))
            tests[govplan->unit_test_count++] = plan_unit_test(planner, program->unit_tests.items[i]);
    govplan->unit_tests = tests;
}
