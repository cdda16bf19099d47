/* Tests, runs, and what the last run left of each relation. */
#include "compiler/catalog/build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---------------------------------------------------------------- results */

static const char *full_name(const Builder *builder, uint32_t relation) {
    return builder->relations[relation]->full_name->text;
}

const LedgerStep *builder_published(const Builder *builder, const char *name) {
    const LedgerState *ledger = builder->ledger;
    size_t low = 0, high = ledger->published_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(ledger->published[middle].step, name);
        if (!order) return &ledger->published[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* The newest published load of that source; they are ordered by step. */
static const LedgerLoad *find_load(const LedgerState *ledger, const char *name) {
    size_t low = 0, high = ledger->load_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(ledger->loads[middle].step, name);
        if (!order) return &ledger->loads[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static void build_result(const Builder *builder, const Relation *relation, CatalogResult *result) {
    const char *name = relation->full_name->text;
    const LedgerStep *step = builder_published(builder, name);
    const LedgerLoad *load = find_load(builder->ledger, name);
    if (step) {
        result->rows = builder_count(builder, relation, step->rows), result->seconds = step->seconds;
        result->built_at = step->finished_at, result->run = builder_run(builder, step->run_id);
    }
    if (load) {
        result->rows_read = builder_count(builder, relation, load->read);
        result->rows_quarantined = builder_count(builder, relation, load->quarantined);
        if (result->freshness.declared && !strstr(result->freshness.declared, " by ")) /* since the last load */
            result->freshness.newest = load->loaded_at;
    }
}

void build_results(Builder *builder) {
    for (uint32_t i = 0; builder->ledger && i < builder->catalog.relation_count; i++)
        build_result(builder, builder->relations[i], (CatalogResult *)&builder->catalog.relations[i].result);
}

/* ------------------------------------------------------------------ tests */

static CatalogTestKind kind_of(TestKind kind) {
    switch (kind) {
    case TEST_NOT_NULL: return CATALOG_TEST_NOT_NULL;
    case TEST_KEY: return CATALOG_TEST_KEY;
    case TEST_UNIQUE: return CATALOG_TEST_UNIQUE;
    case TEST_IN: return CATALOG_TEST_IN;
    case TEST_MATCHES: return CATALOG_TEST_MATCHES;
    case TEST_CHECK: return CATALOG_TEST_CHECK;
    case TEST_REFERENCES: return CATALOG_TEST_REFERENCES;
    case TEST_TRACES: return CATALOG_TEST_LINEAGE;
    case TEST_DETERMINES: return CATALOG_TEST_DETERMINES;
    case TEST_QUERY: break;
    }
    return CATALOG_TEST_QUERY;
}

static CatalogProof proof_of(Verdict verdict) {
    switch (verdict) {
    case VERDICT_PROVED: return CATALOG_PROOF_PROVED;
    case VERDICT_REFUTED: return CATALOG_PROOF_REFUTED;
    case VERDICT_TO_RUN: break;
    }
    return CATALOG_PROOF_TO_RUN;
}

/* Words of the ledger for tests, steps and runs. */
static CatalogOutcome outcome_of(const char *status) {
    static const struct {
        const char *word;
        CatalogOutcome outcome;
    } words[] = {{"passed", CATALOG_OUTCOME_PASSED},   {"succeeded", CATALOG_OUTCOME_PASSED},
                 {"warned", CATALOG_OUTCOME_WARNED},   {"failed", CATALOG_OUTCOME_FAILED},
                 {"error", CATALOG_OUTCOME_FAILED},    {"died", CATALOG_OUTCOME_FAILED},
                 {"skipped", CATALOG_OUTCOME_SKIPPED}, {"interrupted", CATALOG_OUTCOME_SKIPPED}};
    for (size_t i = 0; status && i < sizeof words / sizeof *words; i++)
        if (!strcmp(status, words[i].word)) return words[i].outcome;
    return CATALOG_OUTCOME_NOT_RUN;
}

/* Results of the ledger by relation, kind and name. */
typedef struct {
    Names names;
    Map tests; /* Name → LedgerTest */
} Known;

static const Name *known_name(Known *known, const char *relation, bool unit, const char *name) {
    return name_of(&known->names, arena_format(known->names.arena, "%s %c %s", relation, unit ? 'u' : 'd', name));
}

static void open_known(const Builder *builder, Known *known) {
    names_open(&known->names, builder->arena);
    map_open(&known->tests, builder->arena);
    for (size_t i = 0; builder->ledger && i < builder->ledger->test_count; i++) {
        LedgerTest *test = &builder->ledger->tests[i];
        if (!test->relation) continue;
        map_put(&known->tests, known_name(known, test->relation, !strcmp(test->kind, "unit"), test->name), test);
    }
}

static void add_outcome(const Builder *builder, Known *known, const Test *of, CatalogTest *test) {
    const char *relation = full_name(builder, test->relation);
    const LedgerTest *result =
        map_get(&known->tests, known_name(known, relation, test->kind == CATALOG_TEST_UNIT, test->name));
    test->failing_rows = -1, test->run = CATALOG_NONE;
    if (!result) return;
    test->outcome = outcome_of(result->status);
    test->failing_rows = of ? builder_failing_rows(builder, of, result->failing_rows) : result->failing_rows;
    test->run = builder_run(builder, result->run_id);
}

static CatalogIndices test_columns(const Builder *builder, const Test *test) {
    uint32_t *columns = arena_alloc(builder->arena, (test->columns.count + 1) * sizeof *columns);
    size_t count = 0;
    for (uint32_t i = 0; i < test->columns.count; i++)
        if (test->columns.items[i]) columns[count++] = test->columns.items[i]->index;
    return (CatalogIndices){columns, count};
}

static CatalogTest build_test(const Builder *builder, const Test *test, uint32_t relation) {
    Span written = test->decl ? test->decl->node.span : test->constraint ? test->constraint->node.span : test->span;
    return (CatalogTest){
        .kind = kind_of(test->kind),
        .name = test->name,
        .relation = relation,
        .columns = test_columns(builder, test),
        .severity = test->warn ? CATALOG_SEVERITY_WARN : CATALOG_SEVERITY_ERROR,
        .warn_above = test->warn_above,
        .proof = proof_of(test->verdict),
        .reason = test->because,
        .description = test->decl ? builder_text(builder, test->doc) : NULL, /* a constraint's words are its column's */
        .written = builder_written(builder, written),
        .place = builder_place(builder, test->span),
    };
}

static CatalogTest build_unit_test(const Builder *builder, const UnitTest *test, uint32_t relation) {
    return (CatalogTest){
        .kind = CATALOG_TEST_UNIT,
        .name = test->name,
        .relation = relation,
        .description = builder_text(builder, test->decl->doc),
        .written = builder_written(builder, test->decl->node.span),
        .place = builder_place(builder, test->decl->node.span),
    };
}

/* Whether the load itself holds each row of the source against the test, and keeps none that breaks it. */
static bool is_checked_by_load(const Test *test) {
    const Clause *invalid = decl_clause(test->relation->decl, CLAUSE_ON_INVALID);
    bool keeps = invalid && invalid->word.name && !strcmp(invalid->word.name->text, "warn");
    bool of_row = test->kind == TEST_IN || test->kind == TEST_MATCHES || test->kind == TEST_CHECK;
    bool row_check = (of_row && test->check) || (test->kind == TEST_NOT_NULL && test->columns.count == 1);
    return test->relation->kind == RELATION_SOURCE && row_check && !test->warn && !keeps;
}

/* A source's row checks leave no line of their own in the ledger: a load that was published kept only rows that pass. */
static void add_load_outcome(const Builder *builder, const Test *test, CatalogTest *out) {
    if (out->outcome != CATALOG_OUTCOME_NOT_RUN || !builder->ledger || !is_checked_by_load(test)) return;
    const LedgerStep *step = builder_published(builder, full_name(builder, out->relation));
    if (!step) return;
    out->outcome = CATALOG_OUTCOME_PASSED;
    out->run = builder_run(builder, step->run_id);
    out->reason = "each row is held against it as it is loaded";
}

/* In order of relation: those of the data as written, then unit tests. */
void build_tests(Builder *builder) {
    const Program *program = builder->program;
    size_t count = program->tests.count + program->unit_tests.count, kept = 0;
    CatalogTest *tests = arena_alloc(builder->arena, (count + 1) * sizeof *tests);
    Known known;
    open_known(builder, &known);
    VEC(uint32_t) *of = arena_alloc(builder->arena, (builder->catalog.relation_count + 1) * sizeof *of);
    for (uint32_t i = 0; i < count; i++) {
        const Relation *relation = i < program->tests.count
                                       ? program->tests.items[i]->relation
                                       : program->unit_tests.items[i - program->tests.count]->relation;
        uint32_t number = builder_index(builder, relation);
        if (number != CATALOG_NONE) vec_push(builder->arena, &of[number], i);
    }
    for (uint32_t r = 0; r < builder->catalog.relation_count; r++) {
        for (uint32_t k = 0; k < of[r].count; k++, kept++) {
            uint32_t i = of[r].items[k];
            tests[kept] = i < program->tests.count
                              ? build_test(builder, program->tests.items[i], r)
                              : build_unit_test(builder, program->unit_tests.items[i - program->tests.count], r);
            add_outcome(builder, &known, i < program->tests.count ? program->tests.items[i] : NULL, &tests[kept]);
            if (i < program->tests.count) add_load_outcome(builder, program->tests.items[i], &tests[kept]);
        }
    }
    builder->catalog.tests = tests, builder->catalog.test_count = kept;
}

/* ------------------------------------------------------------------- runs */

/* Days from 1970-01-01 to a date of the Gregorian calendar (Hinnant, "chrono-compatible low-level date algorithms"). */
static int64_t days_of(int64_t year, int month, int day) {
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400, of_era = year - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* Seconds since 1970 of `2026-11-21T13:47:08.123456Z`; false: it is no such text. */
static bool seconds_of(const char *text, double *ret_seconds) {
    int year, month, day, hour, minute;
    double second;
    if (!text || sscanf(text, "%d-%d-%dT%d:%d:%lf", &year, &month, &day, &hour, &minute, &second) != 6) return false;
    *ret_seconds = (double)days_of(year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
    return true;
}

static double offset_of(const LedgerRun *run, const LedgerStep *step) {
    double begin, at;
    if (!seconds_of(run->started_at, &begin) || !seconds_of(step->started_at, &at) || at < begin) return -1;
    return at - begin;
}

static CatalogStepKind step_kind(const char *kind) {
    if (!strcmp(kind, "load")) return CATALOG_STEP_LOAD;
    if (!strcmp(kind, "build")) return CATALOG_STEP_BUILD;
    return strcmp(kind, "test") ? CATALOG_STEP_NOT_RUN : CATALOG_STEP_TEST;
}

static uint32_t relation_named(const Builder *builder, const char *name) {
    const Name *full = name_of(builder->program->names, name);
    return builder_index(builder, map_get(&builder->program->by_name, full));
}

/* Tests of a step of a run, counted. */
typedef struct {
    uint32_t passed, warned, failed;
} Counts;

typedef struct {
    Names names;
    Map counts; /* Name → Counts */
} Tally;

static const Name *tally_name(Tally *tally, int64_t run_id, const char *step) {
    return name_of(&tally->names, arena_format(tally->names.arena, "%lld %s", (long long)run_id, step));
}

static void count_tests(const Builder *builder, Tally *tally) {
    names_open(&tally->names, builder->arena);
    map_open(&tally->counts, builder->arena);
    for (size_t i = 0; i < builder->ledger->test_count; i++) {
        const LedgerTest *test = &builder->ledger->tests[i];
        if (!test->step) continue;
        const Name *name = tally_name(tally, test->run_id, test->step);
        Counts *counts = map_get(&tally->counts, name);
        if (!counts) map_put(&tally->counts, name, counts = arena_new(builder->arena, Counts));
        CatalogOutcome outcome = outcome_of(test->status);
        counts->passed += outcome == CATALOG_OUTCOME_PASSED;
        counts->warned += outcome == CATALOG_OUTCOME_WARNED;
        counts->failed += outcome == CATALOG_OUTCOME_FAILED;
    }
}

static CatalogStep build_step(const Builder *builder, Tally *tally, const LedgerRun *run, const LedgerStep *step) {
    const Counts *counts = map_get(&tally->counts, tally_name(tally, run->run_id, step->step));
    uint32_t relation = relation_named(builder, step->step);
    CatalogStep out = {
        .kind = step_kind(step->kind),
        .name = step->step,
        .relation = relation,
        .materialization = step->materialization,
        .outcome = outcome_of(step->status),
        .rows = relation == CATALOG_NONE ? step->rows : builder_count(builder, builder->relations[relation], step->rows),
        .offset = offset_of(run, step),
        .seconds = step->started_at ? step->seconds : -1,
        .reason = step->reason,
        .message = step->message,
    };
    if (counts) out.tests_passed = counts->passed, out.tests_warned = counts->warned, out.tests_failed = counts->failed;
    if (out.outcome == CATALOG_OUTCOME_PASSED && out.tests_warned) out.outcome = CATALOG_OUTCOME_WARNED;
    if (out.message && out.reason && !strcmp(out.message, out.reason)) out.message = NULL;
    return out;
}

/* As they began; what did not begin stands last. */
static int by_begin(const void *a, const void *b) {
    const CatalogStep *one = a, *two = b;
    bool later_one = one->kind == CATALOG_STEP_NOT_RUN || one->offset < 0;
    bool later_two = two->kind == CATALOG_STEP_NOT_RUN || two->offset < 0;
    if (later_one != later_two) return later_one ? 1 : -1;
    if (!later_one && one->offset != two->offset) return one->offset < two->offset ? -1 : 1;
    return strcmp(one->name, two->name);
}

/* A run, whose steps begin at *step of the ledger's. */
static CatalogRun build_run(const Builder *builder, Tally *tally, const LedgerRun *run, size_t *step) {
    const LedgerState *ledger = builder->ledger;
    VEC(CatalogStep) steps = {0};
    for (; *step < ledger->step_count && ledger->steps[*step].run_id == run->run_id; ++*step)
        vec_push(builder->arena, &steps, build_step(builder, tally, run, &ledger->steps[*step]));
    if (steps.count) qsort(steps.items, steps.count, sizeof *steps.items, by_begin);
    CatalogOutcome outcome = outcome_of(run->status);
    return (CatalogRun){
        .id = arena_format(builder->arena, "%lld", (long long)run->run_id),
        .command = run->command ? arena_format(builder->arena, "gov %s", run->command) : NULL,
        .target = builder->catalog.project.target,
        .started_at = run->started_at,
        .seconds = run->finished_at ? run->seconds : -1,
        .outcome = outcome == CATALOG_OUTCOME_PASSED && run->warned ? CATALOG_OUTCOME_WARNED : outcome,
        .plan_hash = run->plan_hash,
        .revision = run->revision,
        .steps = steps.items,
        .step_count = steps.count,
    };
}

/* The ledger's steps stand run by run, in the order of the runs. */
void build_runs(Builder *builder) {
    size_t count = builder->ledger ? builder->ledger->run_count : 0, step = 0;
    CatalogRun *runs = arena_alloc(builder->arena, (count + 1) * sizeof *runs);
    Tally tally;
    if (count) count_tests(builder, &tally);
    for (size_t i = 0; i < count; i++) runs[i] = build_run(builder, &tally, &builder->ledger->runs[i], &step);
    builder->catalog.runs = runs, builder->catalog.run_count = count;
}
