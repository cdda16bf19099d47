/* catalog.json: everything that the catalog knows, by name. */
#include "compiler/catalog/internal.h"

static void write_relation_names(Json *json, const Catalog *catalog, const char *key, CatalogIndices relations) {
    if (!relations.count) return;
    json_key(json, key);
    json_open(json, '[');
    for (size_t i = 0; i < relations.count; i++)
        json_text(json, catalog_relation_name(json->out.arena, catalog, relations.items[i]));
    json_close(json, ']');
}

static void write_column(Json *json, const Catalog *catalog, const CatalogColumn *column) {
    json_open(json, '{');
    json_text_member(json, "name", column->name);
    json_text_member(json, "type", column->type);
    json_key(json, "nullable");
    json_bool(json, column->nullable);
    json_true_member(json, "public", column->is_public);
    json_text_member(json, "unit", column->unit);
    json_text_member(json, "description", column->description);
    json_text_member(json, "written", column->written);
    if (column->labels.count) {
        json_key(json, "labels");
        json_open(json, '[');
        for (size_t i = 0; i < column->labels.count; i++) {
            json_open(json, '{');
            json_text_member(json, "tag", catalog->tags[column->labels.items[i].tag].name);
            json_text_member(json, "level", catalog_level_word(column->labels.items[i].level));
            json_close(json, '}');
        }
        json_close(json, ']');
    }
    write_place_member(json, column->place);
    json_close(json, '}');
}

static void write_relation(Json *json, const Catalog *catalog, uint32_t number) {
    const CatalogRelation *relation = &catalog->relations[number];
    json_open(json, '{');
    json_text_member(json, "name", catalog_relation_name(json->out.arena, catalog, number));
    json_text_member(json, "kind", relation->kind == CATALOG_RELATION_SOURCE ? "source" : "model");
    json_text_member(json, "layer", catalog->layers[relation->layer].name);
    if (relation->owner != CATALOG_NONE) json_text_member(json, "owner", catalog->owners[relation->owner].name);
    json_text_member(json, "status", catalog_status_word(relation->status));
    json_text_member(json, "storage", catalog_storage_word(relation->storage));
    write_relation_facts(json, catalog, relation);
    json_key(json, "columns");
    json_open(json, '[');
    for (size_t i = 0; i < relation->column_count; i++) write_column(json, catalog, &relation->columns[i]);
    json_close(json, ']');
    write_relation_names(json, catalog, "reads", relation->reads);
    json_text_member(json, "written", relation->written);
    json_text_member(json, "emitted", relation->emitted);
    json_close(json, '}');
}

static void write_end(Json *json, const Catalog *catalog, const char *key, uint32_t relation, uint32_t column) {
    json_key(json, key);
    json_open(json, '{');
    json_text_member(json, "relation", catalog_relation_name(json->out.arena, catalog, relation));
    if (column != CATALOG_NONE) json_text_member(json, "column", catalog->relations[relation].columns[column].name);
    json_close(json, '}');
}

static void write_edge(Json *json, const Catalog *catalog, const CatalogEdge *edge) {
    static const char *const words[] = {"direct", "derived", "aggregated", "filter"};
    json_open(json, '{');
    write_end(json, catalog, "from", edge->from_relation, edge->from_column);
    write_end(json, catalog, "to", edge->to_relation, edge->to_column);
    json_key(json, "kinds");
    json_open(json, '[');
    for (int i = 0; i < 4; i++)
        if (edge->kinds >> i & 1) json_text(json, words[i]);
    json_close(json, ']');
    if (edge->ways) {
        json_key(json, "ways");
        json_open(json, '[');
        for (unsigned way = 1; way <= edge->ways; way <<= 1)
            if (edge->ways & way) json_text(json, filter_word(way));
        json_close(json, ']');
    }
    json_close(json, '}');
}

static void write_step(Json *json, const CatalogStep *step) {
    json_open(json, '{');
    json_text_member(json, "kind", catalog_step_kind_word(step->kind));
    json_text_member(json, "name", step->name);
    json_text_member(json, "materialization", step->materialization);
    json_text_member(json, "outcome", catalog_outcome_word(step->outcome));
    json_count_member(json, "rows", step->rows);
    json_seconds_member(json, "offset", step->offset);
    json_seconds_member(json, "seconds", step->seconds);
    json_count_member(json, "tests_passed", step->tests_passed);
    json_count_member(json, "tests_warned", step->tests_warned);
    json_count_member(json, "tests_failed", step->tests_failed);
    json_text_member(json, "reason", step->reason);
    json_text_member(json, "message", step->message);
    json_close(json, '}');
}

static void write_run(Json *json, const CatalogRun *run) {
    json_open(json, '{');
    write_run_members(json, run);
    json_key(json, "steps");
    json_open(json, '[');
    for (size_t i = 0; i < run->step_count; i++) write_step(json, &run->steps[i]);
    json_close(json, ']');
    json_close(json, '}');
}

static void write_test(Json *json, const Catalog *catalog, const CatalogTest *test) {
    json_open(json, '{');
    json_text_member(json, "relation", catalog_relation_name(json->out.arena, catalog, test->relation));
    write_test_members(json, catalog, test);
    json_close(json, '}');
}

static void write_grant(Json *json, const Catalog *catalog, const CatalogGrant *grant) {
    json_open(json, '{');
    write_grant_members(json, catalog, grant);
    write_relation_names(json, catalog, "relations", grant->relations);
    json_close(json, '}');
}

/* A member whose value is a list, one item a line, so that a difference of two catalogs can be read. */
#define WRITE_LIST(key, count, write_item)                                                                             \
    do {                                                                                                               \
        json_key(json, key);                                                                                           \
        json_open(json, '[');                                                                                          \
        for (size_t i = 0; i < (count); i++) {                                                                         \
            write_item;                                                                                                \
            buffer_char(&json->out, '\n');                                                                             \
        }                                                                                                              \
        json_close(json, ']');                                                                                         \
    } while (0)

CatalogFile catalog_write_json(Arena *arena, const Catalog *catalog) {
    Json text, *json = &text;
    json_begin(json, arena);
    json_open(json, '{');
    json_count_member(json, "format", 1);
    json_key(json, "project"), write_project(json, catalog);
    json_key(json, "layers"), write_layers(json, catalog);
    json_key(json, "owners"), write_owners(json, catalog);
    json_key(json, "tags"), write_tags(json, catalog);
    json_key(json, "roles"), write_roles(json, catalog);
    WRITE_LIST("relations", catalog->relation_count, write_relation(json, catalog, (uint32_t)i));
    WRITE_LIST("lineage", catalog->edge_count, write_edge(json, catalog, &catalog->edges[i]));
    WRITE_LIST("tests", catalog->test_count, write_test(json, catalog, &catalog->tests[i]));
    WRITE_LIST("grants", catalog->grant_count, write_grant(json, catalog, &catalog->grants[i]));
    json_key(json, "declarations"), write_declarations(json, catalog);
    WRITE_LIST("runs", catalog->run_count, write_run(json, &catalog->runs[i]));
    json_key(json, "changes"), write_changes(json, catalog);
    json_close(json, '}');
    buffer_char(&json->out, '\n');
    return (CatalogFile){"catalog.json", (const unsigned char *)json->out.at, json->out.length};
}
