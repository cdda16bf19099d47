/* data/dN.js and data/qN.js: what one relation's page needs, some relations a file. */
#include "compiler/catalog/internal.h"

enum { SHARD_RELATIONS = 100, SHARD_BYTES = 120 * 1000 };

static void write_detail_columns(Json *json, const CatalogRelation *relation) {
    json_key(json, "columns");
    json_open(json, '[');
    for (size_t i = 0; i < relation->column_count; i++) {
        const CatalogColumn *column = &relation->columns[i];
        json_open(json, '[');
        if (column->description || column->written) json_text(json, column->description);
        if (column->written) json_text(json, column->written);
        json_close(json, ']');
    }
    json_close(json, ']');
}

/* The tests of relation `number`, which begin at *test: they are in order of relation. */
static void write_detail_tests(Json *json, const Catalog *catalog, uint32_t number, size_t *test) {
    json_key(json, "tests");
    json_open(json, '[');
    for (; *test < catalog->test_count && catalog->tests[*test].relation == number; ++*test) {
        json_open(json, '{');
        write_test_members(json, catalog, &catalog->tests[*test]);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void write_detail(Json *json, const Catalog *catalog, uint32_t number, size_t *test) {
    const CatalogRelation *relation = &catalog->relations[number];
    json_open(json, '{');
    write_relation_facts(json, catalog, relation);
    write_detail_columns(json, relation);
    write_detail_tests(json, catalog, number, test);
    json_close(json, '}');
}

static void write_sql(Json *json, const Catalog *catalog, uint32_t number, size_t *unused) {
    (void)unused;
    json_open(json, '[');
    json_text(json, catalog->relations[number].written);
    json_text(json, catalog->relations[number].emitted);
    json_close(json, ']');
}

/* One file of relations from `from` on; gives the first relation that is not in it. `state` is handed to `write`. */
static uint32_t write_shard(Site *site, const char *name, const char *call, uint32_t shard, uint32_t from,
                            void (*write)(Json *, const Catalog *, uint32_t, size_t *), size_t *state) {
    Json json;
    uint32_t i = from;
    json_begin(&json, site->arena);
    json_open(&json, '[');
    for (; i < site->catalog->relation_count && i - from < SHARD_RELATIONS; i++) {
        Json one;
        size_t before = *state;
        json_begin(&one, site->arena);
        write(&one, site->catalog, i, state);
        if (i > from && json.out.length + one.out.length > SHARD_BYTES) {
            *state = before;
            break;
        }
        json_raw(&json, &one);
    }
    json_close(&json, ']');
    site_add_script(site, arena_format(site->arena, "%s%u", name, shard), call, shard, &json);
    return i;
}

void site_write_details(Site *site) {
    size_t test = 0;
    for (uint32_t i = 0; i < site->catalog->relation_count;) {
        uint32_t from = i;
        i = write_shard(site, "d", "details", site->shards.count, from, write_detail, &test);
        vec_push(site->arena, &site->shards, from);
    }
}

void site_write_sql(Site *site) {
    size_t unused = 0;
    for (uint32_t i = 0; i < site->catalog->relation_count;) {
        uint32_t from = i;
        i = write_shard(site, "q", "sql", site->sql_shards.count, from, write_sql, &unused);
        vec_push(site->arena, &site->sql_shards, from);
    }
}
