/* A test as SQL that selects the rows that are wrong. */
#include "compiler/plan/internal.h"

#include <string.h>

typedef const char *(*Naming)(void *planner, const Relation *relation);

typedef struct {
    Planner *planner;
    Naming name;
    Buffer out;
    bool fine;
} Writer;

static void put(Writer *writer, const char *text) {
    buffer_text(&writer->out, text);
}

static void put_column(Writer *writer, const Name *name) {
    emit_name(writer->planner->dialect, name->text, &writer->out);
}

/* The columns of a test, with something before and behind each. */
static void put_columns(Writer *writer, const Test *test, const char *before, const char *behind, const char *between) {
    for (uint32_t i = 0; i < test->columns.count; i++) {
        put(writer, i ? between : "");
        put(writer, before);
        put_column(writer, test->columns.items[i]->name);
        put(writer, behind);
    }
}

/* How FROM calls a relation: an inline model by its CTE (which opens the statement, see with_inline). */
static void put_relation(Writer *writer, const Relation *relation) {
    const char *name = writer->name(writer->planner, relation);
    if (name)
        put(writer, name);
    else
        emit_name(writer->planner->dialect, relation->full_name->text, &writer->out);
}

static const Relation *other_relation(const Test *test) {
    return test->kind == TEST_REFERENCES && test->referenced != test->relation ? test->referenced : NULL;
}

/* `with "staging.regions" as (…)` for the inline models among those that the test names itself. */
static void with_inline(Writer *writer, const Test *test) {
    const Relation *named[] = {test->relation, other_relation(test)};
    const char *word = "with ";
    for (size_t i = 0; i < 2; i++) {
        if (!named[i] || !named[i]->query || writer->name(writer->planner, named[i])) continue;
        EmitOptions options = {.relation = writer->name, .context = writer->planner, .schemas = writer->planner->schemas};
        put(writer, word);
        put_relation(writer, named[i]);
        put(writer, " as (\n");
        writer->fine &=
            emit_model(writer->planner->program, named[i], writer->planner->dialect, &options, &writer->out);
        put(writer, "\n)");
        word = ",\n";
    }
    put(writer, word[0] == ',' ? "\n" : "");
}

/* ---------------------------------------------------------------- the kinds */

bool test_names(const Test *test, const Column *column) {
    for (uint32_t i = 0; i < test->columns.count; i++)
        if (test->columns.items[i] == column) return true;
    return false;
}

/* The key of each wrong row, by which a person finds it, and the columns that are wrong. */
static void select_wrong(Writer *writer, const Test *test) {
    const Test *key = relation_key(test->relation);
    const char *between = "select ";
    for (uint32_t i = 0; key && i < key->columns.count; i++) {
        if (test_names(test, key->columns.items[i])) continue;
        put(writer, between);
        put_column(writer, key->columns.items[i]->name);
        between = ", ";
    }
    if (!test->columns.count && !key) put(writer, "select *");
    if (test->columns.count) {
        put(writer, between);
        put_columns(writer, test, "", "", ", ");
    }
    put(writer, "\nfrom ");
    put_relation(writer, test->relation);
}

static void not_null(Writer *writer, const Test *test) {
    select_wrong(writer, test);
    put(writer, "\nwhere ");
    put_columns(writer, test, "", " is null", " or ");
}

/* A key has no nulls; of a `unique` rows with a null are apart. */
static void unique(Writer *writer, const Test *test) {
    put(writer, "select ");
    put_columns(writer, test, "", "", ", ");
    put(writer, ", count(*) as copies\nfrom ");
    put_relation(writer, test->relation);
    if (test->kind == TEST_UNIQUE) {
        put(writer, "\nwhere ");
        put_columns(writer, test, "", " is not null", " and ");
    }
    put(writer, "\ngroup by ");
    put_columns(writer, test, "", "", ", ");
    put(writer, "\nhaving count(*) > 1");
    if (test->kind == TEST_KEY) put_columns(writer, test, " or ", " is null", "");
}

/* Null is fine: only what is false is wrong. */
static void predicate(Writer *writer, const Test *test) {
    select_wrong(writer, test);
    put(writer, "\nwhere not (");
    writer->fine &=
        emit_expr(writer->planner->program, (const Expr *)test->check, writer->planner->dialect, NULL, &writer->out);
    put(writer, ")");
}

static void references(Writer *writer, const Test *test) {
    put(writer, "select distinct ");
    put_columns(writer, test, "child.", "", ", ");
    put(writer, "\nfrom ");
    put_relation(writer, test->relation);
    put(writer, " as child\nwhere ");
    put_columns(writer, test, "child.", " is not null", " and ");
    put(writer, "\n  and not exists (select 1 from ");
    put_relation(writer, test->referenced);
    put(writer, " as parent where ");
    for (uint32_t i = 0; i < test->columns.count; i++) {
        const Column *column = test_referenced(test, i);
        put(writer, i ? " and parent." : "parent.");
        if (column) put_column(writer, column->name);
        writer->fine &= column != NULL;
        put(writer, " = child.");
        put_column(writer, test->columns.items[i]->name);
    }
    put(writer, ")");
}

/* Groups of the left columns in which a right one has two values, or a value and a null. */
static void determines(Writer *writer, const Test *test) {
    const Constraint *constraint = test->constraint;
    put(writer, "select ");
    put_columns(writer, test, "", "", ", ");
    put(writer, "\nfrom ");
    put_relation(writer, test->relation);
    put(writer, "\ngroup by ");
    put_columns(writer, test, "", "", ", ");
    for (uint32_t i = 0; i < constraint->kids.count; i++) {
        const Parts *name = &NODE_AS(Dotted, DOTTED, constraint->kids.items[i])->name;
        const Name *column = name->items[name->count - 1].name;
        put(writer, i ? "\n  or count(distinct " : "\nhaving count(distinct ");
        put_column(writer, column);
        put(writer, ") + max(case when ");
        put_column(writer, column);
        put(writer, " is null then 1 else 0 end) > 1");
    }
}

static void query(Writer *writer, const Test *test) {
    EmitOptions options = {.relation = writer->name, .context = writer->planner, .schemas = writer->planner->schemas};
    writer->fine &= emit_query(writer->planner->program, test->query, writer->planner->dialect, &options, &writer->out);
}

/* ---------------------------------------------------------------- interface */

const char *test_sql(Planner *planner, const Test *test, const char *(*name)(void *, const Relation *)) {
    Writer writer = {.planner = planner, .name = name, .fine = true};
    buffer_open(&writer.out, planner->arena);
    if (test->kind != TEST_QUERY) with_inline(&writer, test);
    switch (test->kind) {
    case TEST_NOT_NULL: not_null(&writer, test); break;
    case TEST_KEY:
    case TEST_UNIQUE: unique(&writer, test); break;
    case TEST_IN:
    case TEST_MATCHES:
    case TEST_CHECK: predicate(&writer, test); break;
    case TEST_REFERENCES: references(&writer, test); break;
    case TEST_DETERMINES: determines(&writer, test); break;
    case TEST_QUERY: query(&writer, test); break;
    case TEST_TRACES: break; /* of the lineage: the compiler answers it */
    }
    planner->failed = planner->failed || !writer.fine;
    return buffer_string(&writer.out);
}

/* What a row alone can break is checked while a source is loaded. */
static bool is_checked_at_load(const Test *test) {
    bool of_row =
        test->kind == TEST_NOT_NULL || test->kind == TEST_IN || test->kind == TEST_MATCHES || test->kind == TEST_CHECK;
    return of_row && !test->warn && test->relation->kind == RELATION_SOURCE;
}

static bool is_whole(const Test *test) {
    if (test->kind == TEST_QUERY) return test->query != NULL && test->relation;
    if (!test->relation || test->relation->bad || test->columns.count < test->column_names.count) return false;
    if (test->kind == TEST_IN || test->kind == TEST_MATCHES || test->kind == TEST_CHECK) return test->check != NULL;
    return test->columns.count > 0 && (test->kind != TEST_REFERENCES || test->referenced);
}

bool test_runs(const Planner *planner, const Test *test) {
    if (test->kind == TEST_TRACES || !is_whole(test)) return false;
    if (test->verdict == VERDICT_PROVED && !planner->options->verify_proofs) return false;
    return planner->options->what == PLAN_TEST || !is_checked_at_load(test);
}

/* ------------------------------------------------------------ many at a time */

/* One scan for all tests pays where each scan is dear: of rows at a server, and of a view, which is computed each time. In the
 * columns of DuckDB each test reads its own column, and often only what is known of it (12 `not null` of 99,441 rows: 9 ms
 * alone, 43 ms in one scan). */
static bool is_scanned_once(const Planner *planner, const Relation *relation) {
    return planner->is_server || is_stored_view(relation) || clause_of(relation, CLAUSE_BUILT_BY);
}

static void count_where(Writer *writer, const Test *test) {
    put(writer, "count(*) filter (where ");
    if (test->kind == TEST_NOT_NULL) {
        put_columns(writer, test, "", " is null", " or ");
    } else {
        put(writer, "not (");
        writer->fine &= emit_expr(writer->planner->program, (const Expr *)test->check, writer->planner->dialect, NULL, &writer->out);
        put(writer, ")");
    }
    put(writer, ")");
}

/* 0 if no value stands twice and, of a key, none is null. */
static void count_copies(Writer *writer, const Test *test) {
    put(writer, test->kind == TEST_KEY ? "count(*)" : "count(");
    if (test->kind != TEST_KEY) put_columns(writer, test, "", ")", "");
    put(writer, " - count(distinct ");
    put_columns(writer, test, "", ")", "");
}

/* The aggregate of a test, or null: it is asked alone. */
static const char *counts_of(Planner *planner, const Test *test, bool *ret_at_least) {
    Writer writer = {.planner = planner, .name = name_in_run, .fine = true};
    buffer_open(&writer.out, planner->arena);
    *ret_at_least = false;
    switch (test->kind) {
    case TEST_NOT_NULL:
    case TEST_IN:
    case TEST_MATCHES:
    case TEST_CHECK: count_where(&writer, test); break;
    case TEST_KEY:
    case TEST_UNIQUE: /* a server sorts for it */
        if (planner->is_server || test->columns.count != 1) return NULL;
        *ret_at_least = true;
        count_copies(&writer, test);
        break;
    case TEST_REFERENCES:
    case TEST_DETERMINES:
    case TEST_QUERY:
    case TEST_TRACES: return NULL;
    }
    return writer.fine ? buffer_string(&writer.out) : NULL;
}

GovTest plan_test(Planner *planner, const Test *test) {
    bool at_least = false;
    const char *scanned = is_scanned_once(planner, test->relation) ? name_in_run(planner, test->relation) : NULL;
    const char *counts = scanned ? counts_of(planner, test, &at_least) : NULL;
    return (GovTest){
        .scanned = counts ? scanned : NULL,
        .counts = counts,
        .counts_at_least = at_least,
        .name = test->name,
        .relation = test->relation->full_name->text,
        .column = test->kind != TEST_QUERY && test->columns.count == 1 ? test->columns.items[0]->name->text : NULL,
        .severity = test->warn ? GOV_SEVERITY_WARN : GOV_SEVERITY_ERROR,
        .warn_above = test->warn ? test->warn_above : 0,
        .sql = test_sql(planner, test, name_in_run),
        .place = place_of(planner, test->span),
        .proved = test->verdict == VERDICT_PROVED ? test->because : NULL,
    };
}

void test_reads(Planner *planner, const Test *test, RelationList *list) {
    for (uint32_t i = 0; i < test->reads.count; i++)
        if (test->reads.items[i] != test->relation) real_relations(planner, test->reads.items[i], list);
    if (other_relation(test)) real_relations(planner, other_relation(test), list);
}
