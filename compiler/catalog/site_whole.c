/* The data files that are about all relations and are loaded when a page needs them: lineage, words, tests, access, declarations, runs. */
#include "compiler/catalog/internal.h"

#include <string.h>

/* ---------------------------------------------------------------- lineage */

static uint32_t position_of(CatalogIndices rising, uint32_t value) {
    size_t low = 0, high = rising.count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (rising.items[middle] < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low < rising.count && rising.items[low] == value ? (uint32_t)low : CATALOG_NONE;
}

/* The edges into one column (or all rows) of a relation, which begin at *edge. */
static void pack_edges(Packed *packed, const Site *site, uint32_t relation, uint32_t column, size_t *edge) {
    CatalogIndices reads = site->catalog->relations[relation].reads;
    size_t begin = *edge, count = 0;
    for (; *edge < site->edge_count && site->edges[*edge].to_relation == relation &&
           site->edges[*edge].to_column == column;
         ++*edge)
        count += position_of(reads, site->edges[*edge].from_relation) != CATALOG_NONE;
    packed_add(packed, count);
    for (size_t i = begin; i < *edge; i++) {
        uint32_t position = position_of(reads, site->edges[i].from_relation);
        if (position == CATALOG_NONE) continue;
        packed_add(packed, position);
        packed_add(packed, (uint64_t)site->edges[i].from_column * 16 + site->edges[i].kinds);
    }
}

void site_write_lineage(Site *site) {
    size_t edge = 0;
    Packed packed;
    Json json;
    packed_begin(&packed, site->arena);
    for (uint32_t i = 0; i < site->catalog->relation_count; i++) {
        for (uint32_t c = 0; c < site->catalog->relations[i].column_count; c++) pack_edges(&packed, site, i, c, &edge);
        pack_edges(&packed, site, i, CATALOG_NONE, &edge);
    }
    json_begin(&json, site->arena);
    packed_value(&json, &packed);
    site_add_script(site, "lineage", "lineage", -1, &json);
}

/* ------------------------------------------------------------------ words */

typedef struct {
    VEC(uint32_t) columns;
} Users;

void site_write_words(Site *site) {
    const Catalog *catalog = site->catalog;
    Dictionary texts;
    Map users;
    Packed packed;
    Json json;
    dictionary_begin(&texts, site->arena);
    map_open(&users, site->arena);
    json_begin(&json, site->arena);
    json_open(&json, '{');
    json_key(&json, "relations");
    json_open(&json, '[');
    for (size_t i = 0; i < catalog->relation_count; i++) {
        const CatalogRelation *relation = &catalog->relations[i];
        if (relation->description)
            json_text(&json, relation->description);
        else
            json_number(&json, 0);
        for (uint32_t c = 0; c < relation->column_count; c++) {
            if (!relation->columns[c].description) continue;
            Entry *entry = dictionary_add(&texts, relation->columns[c].description);
            Users *list = map_get(&users, entry);
            if (!list) map_put(&users, entry, list = arena_new(site->arena, Users));
            vec_push(site->arena, &list->columns, site->first[i] + c);
        }
    }
    json_close(&json, ']');
    dictionary_sort(&texts);
    json_key(&json, "texts");
    dictionary_write(&json, &texts);
    packed_begin(&packed, site->arena);
    for (uint32_t i = 0; i < texts.entries.count; i++) {
        const Users *list = map_get(&users, texts.sorted[i]);
        packed_add_rising(&packed, (CatalogIndices){list->columns.items, list->columns.count});
    }
    packed_member(&json, "columns", &packed);
    json_close(&json, '}');
    site_add_script(site, "words", "words", -1, &json);
}

/* ------------------------------------------------------------------ tests */

/* Whether a test's name is what the site makes of its kind and columns: `not null order_id`. */
static bool has_usual_name(const Catalog *catalog, const CatalogTest *test) {
    const CatalogRelation *relation = &catalog->relations[test->relation];
    const char *at = test->name;
    for (const char *kind = catalog_test_kind_word(test->kind); *kind; kind++, at++)
        if (*at != (*kind == '_' ? ' ' : *kind)) return false;
    for (size_t i = 0; i < test->columns.count; i++) {
        const char *before = i ? ", " : " ", *name = relation->columns[test->columns.items[i]].name;
        if (strncmp(at, before, strlen(before)) || strncmp(at + strlen(before), name, strlen(name))) return false;
        at += strlen(before) + strlen(name);
    }
    return test->columns.count && !*at;
}

static uint64_t test_state(const CatalogTest *test) {
    return (uint64_t)test->kind + 16 * (uint64_t)test->severity + 32 * (uint64_t)test->proof +
           128 * (uint64_t)test->outcome;
}

void site_write_tests(Site *site) {
    const Catalog *catalog = site->catalog;
    Packed relation, state, rows, columns;
    Json json;
    packed_begin(&relation, site->arena);
    packed_begin(&state, site->arena);
    packed_begin(&rows, site->arena);
    packed_begin(&columns, site->arena);
    json_begin(&json, site->arena);
    json_open(&json, '{');
    json_key(&json, "names");
    json_open(&json, '[');
    for (size_t i = 0; i < catalog->test_count; i++) {
        const CatalogTest *test = &catalog->tests[i];
        packed_add(&relation, test->relation - (i ? catalog->tests[i - 1].relation : 0));
        packed_add(&state, test_state(test));
        packed_add(&rows, test->failing_rows < 0 ? 0 : (uint64_t)test->failing_rows + 1);
        packed_add(&columns, test->columns.count);
        for (size_t k = 0; k < test->columns.count; k++) packed_add(&columns, test->columns.items[k]);
        if (has_usual_name(catalog, test))
            json_number(&json, 0);
        else
            json_text(&json, test->name);
    }
    json_close(&json, ']');
    packed_member(&json, "relation", &relation);
    packed_member(&json, "state", &state);
    packed_member(&json, "rows+1", &rows);
    packed_member(&json, "columns", &columns);
    json_close(&json, '}');
    site_add_script(site, "tests", "tests", -1, &json);
}

/* ------------------------------------------------------------ access, declarations */

void site_write_access(Site *site) {
    const Catalog *catalog = site->catalog;
    Json json;
    json_begin(&json, site->arena);
    json_open(&json, '[');
    for (size_t i = 0; i < catalog->grant_count; i++) {
        Packed relations;
        packed_begin(&relations, site->arena);
        packed_add_rising(&relations, catalog->grants[i].relations);
        json_open(&json, '{');
        write_grant_members(&json, catalog, &catalog->grants[i]);
        packed_member(&json, "relations", &relations);
        json_close(&json, '}');
    }
    json_close(&json, ']');
    site_add_script(site, "access", "access", -1, &json);
}

void site_write_declared(Site *site) {
    Json json;
    json_begin(&json, site->arena);
    write_declarations(&json, site->catalog);
    site_add_script(site, "declared", "declared", -1, &json);
}

/* ------------------------------------------------------------------- runs */

enum { STATE, RELATION, ROWS, OFFSET, TIME, PASSED, WARNED, FAILED, TEXT, FIELDS };

static uint64_t milliseconds_or_none(double seconds) {
    return seconds >= 0 ? (uint64_t)(seconds * 1000 + 0.5) + 1 : 0;
}

static void write_run(Site *site, uint32_t number) {
    static const char *const keys[FIELDS] = {"state",  "relation+1", "rows+1", "offset+1", "ms+1",
                                             "passed", "warned",     "failed", "text"};
    const CatalogRun *run = &site->catalog->runs[number];
    Entry **said = arena_alloc(site->arena, (3 * run->step_count + 1) * sizeof *said);
    Packed fields[FIELDS];
    Dictionary texts;
    Json json;
    dictionary_begin(&texts, site->arena);
    for (int f = 0; f < FIELDS; f++) packed_begin(&fields[f], site->arena);
    for (size_t i = 0; i < run->step_count; i++) {
        const CatalogStep *step = &run->steps[i];
        const uint64_t values[TEXT] = {
            [STATE] = (uint64_t)step->kind + 4 * (uint64_t)step->outcome,
            [RELATION] = step->relation == CATALOG_NONE ? 0 : step->relation + 1,
            [ROWS] = step->rows < 0 ? 0 : (uint64_t)step->rows + 1,
            [OFFSET] = milliseconds_or_none(step->offset),
            [TIME] = milliseconds_or_none(step->seconds),
            [PASSED] = step->tests_passed,
            [WARNED] = step->tests_warned,
            [FAILED] = step->tests_failed,
        };
        for (int f = 0; f < TEXT; f++) packed_add(&fields[f], values[f]);
        const char *words[3] = {step->relation == CATALOG_NONE ? step->name : NULL, step->reason, step->message};
        for (int k = 0; k < 3; k++)
            said[3 * i + (size_t)k] = words[k] && *words[k] ? dictionary_add(&texts, words[k]) : NULL;
    }
    dictionary_sort(&texts);
    for (size_t i = 0; i < 3 * run->step_count; i++) packed_add(&fields[TEXT], said[i] ? said[i]->id + 1 : 0);
    json_begin(&json, site->arena);
    json_open(&json, '{');
    for (int f = 0; f < FIELDS; f++) packed_member(&json, keys[f], &fields[f]);
    json_key(&json, "texts");
    dictionary_write(&json, &texts);
    json_close(&json, '}');
    site_add_script(site, arena_format(site->arena, "r%u", number), "run", number, &json);
}

void site_write_runs(Site *site) {
    for (uint32_t i = 0; i < site->catalog->run_count; i++) write_run(site, i);
}
