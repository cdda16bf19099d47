/* data/core.js: what every page of the site needs, packed: names, facts of each relation, who reads whom, every column. */
#include "compiler/catalog/internal.h"

enum { RED_TESTS = 100 };

/* What tests and the last run say of a relation, counted. */
typedef struct {
    uint32_t tests, proved, passed, warned, failed;
    CatalogOutcome built;
    bool has_step;
} Tally;

static Tally *count_tests(const Site *site) {
    const Catalog *catalog = site->catalog;
    Tally *tallies = arena_alloc(site->arena, (catalog->relation_count + 1) * sizeof *tallies);
    for (size_t i = 0; i < catalog->test_count; i++) {
        const CatalogTest *test = &catalog->tests[i];
        Tally *tally = &tallies[test->relation];
        tally->tests++;
        if (test->outcome == CATALOG_OUTCOME_PASSED)
            tally->passed++;
        else if (test->outcome == CATALOG_OUTCOME_WARNED)
            tally->warned++;
        else if (test->outcome == CATALOG_OUTCOME_FAILED)
            tally->failed++;
        else if (test->proof == CATALOG_PROOF_PROVED)
            tally->proved++;
    }
    for (size_t r = 0; r < catalog->run_count; r++) {
        for (size_t i = 0; i < catalog->runs[r].step_count; i++) {
            const CatalogStep *step = &catalog->runs[r].steps[i];
            if (step->relation == CATALOG_NONE || step->kind == CATALOG_STEP_TEST || tallies[step->relation].has_step)
                continue;
            tallies[step->relation].built = step->outcome;
            tallies[step->relation].has_step = true;
        }
    }
    return tallies;
}

enum { LAYER, OWNER, FORM, ROWS, TESTS, PROVED, PASSED, WARNED, FAILED, BUILT, FRESH, QUARANTINED, FIELDS };

static void write_relations(Json *json, const Site *site) {
    static const char *const keys[FIELDS] = {"layer",  "owner+1", "form",   "rows+1", "tests", "proved",
                                             "passed", "warned",  "failed", "built",  "fresh", "quarantined"};
    const Tally *tallies = count_tests(site);
    Packed fields[FIELDS];
    for (int f = 0; f < FIELDS; f++) packed_begin(&fields[f], site->arena);
    for (size_t i = 0; i < site->catalog->relation_count; i++) {
        const CatalogRelation *one = &site->catalog->relations[i];
        const Tally *tally = &tallies[i];
        const uint64_t values[FIELDS] = {
            [LAYER] = one->layer,
            [OWNER] = one->owner == CATALOG_NONE ? 0 : one->owner + 1,
            [FORM] = (uint64_t)one->kind + 2 * (uint64_t)one->storage + 8 * (uint64_t)one->status,
            [ROWS] = one->result.rows < 0 ? 0 : (uint64_t)one->result.rows + 1,
            [TESTS] = tally->tests,
            [PROVED] = tally->proved,
            [PASSED] = tally->passed,
            [WARNED] = tally->warned,
            [FAILED] = tally->failed,
            [BUILT] = tally->built,
            [FRESH] = one->result.freshness.declared ? 3 + (uint64_t)one->result.freshness.state : 0,
            [QUARANTINED] = one->result.rows_quarantined < 0 ? 0 : (uint64_t)one->result.rows_quarantined,
        };
        for (int f = 0; f < FIELDS; f++) packed_add(&fields[f], values[f]);
    }
    json_key(json, "relations");
    json_open(json, '{');
    for (int f = 0; f < FIELDS; f++) packed_member(json, keys[f], &fields[f]);
    json_close(json, '}');
}

static void write_reads(Json *json, const Site *site) {
    Packed packed;
    packed_begin(&packed, site->arena);
    for (size_t i = 0; i < site->catalog->relation_count; i++)
        packed_add_rising(&packed, site->catalog->relations[i].reads);
    packed_member(json, "reads", &packed);
}

static bool in_declared_key(const CatalogRelation *relation, uint32_t column) {
    if (!relation->key_count || !relation->keys[0].declared) return false;
    for (size_t i = 0; i < relation->keys[0].columns.count; i++)
        if (relation->keys[0].columns.items[i] == column) return true;
    return false;
}

/* Type, flags, unit and labels of a column as JSON text: what equal columns share. */
static const char *shape_of(Arena *arena, const CatalogRelation *relation, uint32_t number) {
    const CatalogColumn *column = &relation->columns[number];
    Json json;
    json_begin(&json, arena);
    json_open(&json, '[');
    json_text(&json, column->type);
    json_number(&json, (column->nullable ? 1 : 0) + (column->is_public ? 2 : 0) +
                           (in_declared_key(relation, number) ? 4 : 0) + (column->description ? 8 : 0));
    if (column->unit)
        json_text(&json, column->unit);
    else if (column->labels.count)
        json_number(&json, 0);
    if (column->labels.count) {
        json_open(&json, '[');
        for (size_t i = 0; i < column->labels.count; i++) {
            json_open(&json, '[');
            json_number(&json, column->labels.items[i].tag);
            json_number(&json, column->labels.items[i].level);
            json_close(&json, ']');
        }
        json_close(&json, ']');
    }
    json_close(&json, ']');
    return buffer_string(&json.out);
}

static void write_shapes(Json *json, const Dictionary *shapes) {
    json_key(json, "shapes");
    json_open(json, '[');
    for (uint32_t i = 0; i < shapes->entries.count; i++) {
        if (i) buffer_char(&json->out, ',');
        buffer_text(&json->out, shapes->sorted[i]->text->text);
    }
    json_close(json, ']');
}

static void write_columns(Json *json, const Site *site) {
    const Catalog *catalog = site->catalog;
    uint32_t total = site->first[catalog->relation_count];
    Entry **names = arena_alloc(site->arena, (total + 1) * sizeof *names),
          **forms = arena_alloc(site->arena, (total + 1) * sizeof *forms);
    Dictionary words, shapes;
    Packed packed;
    dictionary_begin(&words, site->arena);
    dictionary_begin(&shapes, site->arena);
    packed_begin(&packed, site->arena);
    for (size_t i = 0; i < catalog->relation_count; i++) {
        const CatalogRelation *relation = &catalog->relations[i];
        for (uint32_t c = 0; c < relation->column_count; c++) {
            names[site->first[i] + c] = dictionary_add(&words, relation->columns[c].name);
            forms[site->first[i] + c] = dictionary_add(&shapes, shape_of(site->arena, relation, c));
        }
    }
    dictionary_sort(&words);
    dictionary_sort(&shapes);
    for (size_t i = 0; i < catalog->relation_count; i++) {
        packed_add(&packed, catalog->relations[i].column_count);
        for (uint32_t c = site->first[i]; c < site->first[i + 1]; c++) {
            packed_add(&packed, names[c]->id);
            packed_add(&packed, forms[c]->id);
        }
    }
    json_key(json, "columnNames");
    dictionary_write(json, &words);
    write_shapes(json, &shapes);
    packed_member(json, "columns", &packed);
}

/* Tests that failed, then those that warned. */
static void write_red(Json *json, const Site *site) {
    const Catalog *catalog = site->catalog;
    int written = 0;
    json_key(json, "red");
    json_open(json, '[');
    for (CatalogOutcome outcome = CATALOG_OUTCOME_FAILED; outcome >= CATALOG_OUTCOME_WARNED; outcome--) {
        for (size_t i = 0; i < catalog->test_count && written < RED_TESTS; i++) {
            const CatalogTest *test = &catalog->tests[i];
            if (test->outcome != outcome) continue;
            json_open(json, '{');
            json_text_member(json, "relation", catalog_relation_name(site->arena, catalog, test->relation));
            json_text_member(json, "name", test->name);
            json_text_member(json, "outcome", catalog_outcome_word(outcome));
            json_count_member(json, "failing_rows", test->failing_rows);
            json_close(json, '}');
            written++;
        }
    }
    json_close(json, ']');
}

static void write_runs(Json *json, const Catalog *catalog) {
    json_key(json, "runs");
    json_open(json, '[');
    for (size_t i = 0; i < catalog->run_count; i++) {
        json_open(json, '{');
        write_run_members(json, &catalog->runs[i]);
        json_count_member(json, "steps", (int64_t)catalog->runs[i].step_count);
        json_close(json, '}');
    }
    json_close(json, ']');
}

void site_write_core(Site *site) {
    const Catalog *catalog = site->catalog;
    Json text, *json = &text;
    json_begin(json, site->arena);
    json_open(json, '{');
    json_count_member(json, "format", 1);
    json_key(json, "project"), write_project(json, catalog);
    json_key(json, "layers"), write_layers(json, catalog);
    json_key(json, "owners"), write_owners(json, catalog);
    json_key(json, "tags"), write_tags(json, catalog);
    json_key(json, "roles"), write_roles(json, catalog);
    json_key(json, "changes"), write_changes(json, catalog);
    write_runs(json, catalog);
    write_red(json, site);
    json_count_member(json, "declarations", (int64_t)catalog->declaration_count);
    json_key(json, "shards");
    json_open(json, '[');
    for (uint32_t i = 0; i < site->shards.count; i++) json_number(json, site->shards.items[i]);
    json_close(json, ']');
    json_key(json, "sqlShards");
    json_open(json, '[');
    for (uint32_t i = 0; i < site->sql_shards.count; i++) json_number(json, site->sql_shards.items[i]);
    json_close(json, ']');
    json_key(json, "names");
    json_open(json, '[');
    for (size_t i = 0; i < catalog->relation_count; i++) json_text(json, catalog->relations[i].name);
    json_close(json, ']');
    write_relations(json, site);
    write_reads(json, site);
    write_columns(json, site);
    json_close(json, '}');
    site_add_script(site, "core", "core", -1, json);
}
