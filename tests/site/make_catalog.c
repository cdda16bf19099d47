/* Writes the site and catalog.json of a made-up catalog, through the project's own writers:
 *
 *     make_catalog FOLDER MODELS SEED [plain|hostile|empty]
 *
 * `hostile` puts what breaks careless writers into every text: `</script>`, quotes, U+2028, right-to-left marks, bytes that are not UTF-8.
 * Prints, a line each: files, bytes of core.js, of the largest other shard, milliseconds of processor time to write the site, to write catalog.json. */
#include "compiler/base/base.h"
#include "compiler/catalog/catalog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum {
    SOURCE_SHARE = 4,
    COLUMNS_FROM = 8,
    COLUMNS_TO = 22,
    READS = 3,
    LAYERS = 4,
    OWNERS = 12,
    TAGS = 4,
    ROLES = 6,
    RUNS = 6
};

typedef struct {
    Arena *arena;
    uint64_t state;
    bool hostile;
    Catalog catalog;
} Maker;

static uint32_t any(Maker *maker, uint32_t below) {
    maker->state = maker->state * 6364136223846793005ull + 1442695040888963407ull;
    return (uint32_t)(maker->state >> 33) % below;
}

#define PICK(maker, list) (list)[any((maker), sizeof(list) / sizeof *(list))]

static const char *const nouns[] = {"order",    "customer", "payment", "invoice", "product",  "seller",  "review",
                                    "shipment", "contract", "refund",  "call",    "ticket",   "message", "campaign",
                                    "visit",    "card",     "account", "branch",  "category", "coupon",  "delivery",
                                    "stock",    "price",    "claim",   "policy",  "lead"};
static const char *const forms[] = {"",          "",        "_daily",          "_monthly", "_enriched",
                                    "_by_state", "_latest", "_with_economics", "_history", "_summary"};
static const char *const fields[] = {
    "id",       "state", "city",  "email",    "created_at",   "updated_at", "total_value", "freight_value", "status",
    "type",     "count", "share", "score",    "rate",         "currency",   "day",         "month",         "quantity",
    "discount", "name",  "phone", "postcode", "installments", "is_late",    "channel",     "region"};
static const char *const types[] = {"text", "int8",          "decimal(18,2)", "date", "timestamp",
                                    "bool", "decimal(10,4)", "int4",          "json", "double"};
static const char *const sentences[] = {"One row per order, canceled ones too.",
                                        "Freight included; distinct orders, not additive over categories.",
                                        "The person behind the key; see `raw.customer`.",
                                        "At the rate of the day of purchase.",
                                        "Published on business days only; carried forward over weekends.",
                                        "What every metric of sales counts.",
                                        "Agreed with **Sales Analytics** in the review of the year.",
                                        "Delivered, shipped or approved.",
                                        "Linha por pedido; os cancelados também.",
                                        "Do not join on it: it repeats."};
static const char *const attacks[] = {
    "</script><script>window.broken=1</script>",
    "<!--<script>",
    "]]>",
    "'\"`${window.broken=1}\\",
    "\xE2\x80\xA8\xE2\x80\xA9",
    "\xE2\x80\xAE"
    "right to left",
    "<img src=x onerror=window.broken=1>",
    "\xF0\x9F\x92\xA3\xF0\x9F\x87\xA7\xF0\x9F\x87\xB7",
    "\xFF\xC0\x80 not text",
    "\x01\x1F\x7F",
    "javascript:window.broken=1",
    "[x](javascript:window.broken=1)",
    "__proto__",
    "constructor",
    "a\nb\tc",
    "%2F%25#?&=+",
    "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D",
    "averyveryveryveryveryveryverylongwordwithoutanyplacetobreakitatallthatgoesonandonandon"};

static const char *words(Maker *maker, const char *plain) {
    if (!maker->hostile) return plain;
    return arena_format(maker->arena, "%s %s %s", PICK(maker, attacks), plain, PICK(maker, attacks));
}

static const char *spelt(Maker *maker, const char *plain, uint32_t number) {
    if (!maker->hostile || number % 3) return plain;
    return arena_format(maker->arena, "%s%s", plain, attacks[number / 3 % (sizeof attacks / sizeof *attacks)]);
}

static CatalogPlace place(Maker *maker, const char *folder) {
    return (CatalogPlace){arena_format(maker->arena, "%s/%s.gov", folder, folder), 1 + any(maker, 400)};
}

static void make_frame(Maker *maker) {
    static const char *const layer_names[LAYERS] = {"raw", "staging", "marts", "share"};
    static const char *const tag_names[TAGS] = {"personal", "sensitive", "place", "financial"};
    static const char *const role_names[ROLES] = {"analyst", "support", "partner",
                                                  "carrier", "steward", "lead_analyst"};
    static const char *const languages[] = {"en", "pt"};
    static const uint32_t below[LAYERS] = {0, 0, 1, 2};
    static const CatalogLabel cleared[] = {
        {3, CATALOG_LEVEL_RAW}, {2, CATALOG_LEVEL_RAW}, {0, CATALOG_LEVEL_PSEUDONYM}};
    static const uint32_t sensitive_implies[] = {0}, lead_includes[] = {0};
    CatalogLayer *layers = arena_alloc(maker->arena, LAYERS * sizeof *layers);
    CatalogOwner *owners = arena_alloc(maker->arena, OWNERS * sizeof *owners);
    CatalogTag *tags = arena_alloc(maker->arena, TAGS * sizeof *tags);
    CatalogRole *roles = arena_alloc(maker->arena, ROLES * sizeof *roles);
    for (uint32_t i = 0; i < LAYERS; i++)
        layers[i] = (CatalogLayer){
            layer_names[i],         words(maker, PICK(maker, sentences)), i % OWNERS, {&below[i], i > 0}, {0},
            place(maker, "project")};
    for (uint32_t i = 0; i < OWNERS; i++)
        owners[i] =
            (CatalogOwner){arena_format(maker->arena, "team_%s", nouns[i]),
                           words(maker, arena_format(maker->arena, "Team %s", nouns[i])), NULL,
                           arena_format(maker->arena, "team-%s@example.com", nouns[i]), place(maker, "project")};
    for (uint32_t i = 0; i < TAGS; i++)
        tags[i] = (CatalogTag){
            tag_names[i], words(maker, PICK(maker, sentences)), {sensitive_implies, i == 1}, place(maker, "access")};
    for (uint32_t i = 0; i < ROLES; i++)
        roles[i] = (CatalogRole){role_names[i],
                                 words(maker, PICK(maker, sentences)),
                                 {cleared, i == 0   ? 3
                                           : i == 1 ? 2
                                                    : 0},
                                 {lead_includes, i == 5},
                                 place(maker, "access")};
    maker->catalog.project =
        (CatalogProject){.name = words(maker, "shop"),
                         .description = words(maker, "Sales of a shop, joined with the central bank's indicators."),
                         .timezone = "America/Sao_Paulo",
                         .languages = {languages, 2},
                         .target = "dev",
                         .engine = "duckdb",
                         .gov_version = "0.1.0",
                         .revision = "4f0c2d1",
                         .source_hash = "9a1b",
                         .plan_hash = "77fe",
                         .as_of = "2026-11-20T09:15:04Z",
                         .place = place(maker, "project")};
    maker->catalog.layers = layers, maker->catalog.layer_count = LAYERS;
    maker->catalog.owners = owners, maker->catalog.owner_count = OWNERS;
    maker->catalog.tags = tags, maker->catalog.tag_count = TAGS;
    maker->catalog.roles = roles, maker->catalog.role_count = ROLES;
}

static CatalogColumn make_column(Maker *maker, uint32_t number) {
    static const CatalogLabel labels[] = {
        {0, CATALOG_LEVEL_PSEUDONYM}, {0, CATALOG_LEVEL_RAW}, {2, CATALOG_LEVEL_RAW}, {3, CATALOG_LEVEL_RAW}};
    const char *name = number == 0
                           ? arena_format(maker->arena, "%s_id", PICK(maker, nouns))
                           : arena_format(maker->arena, "%s_%s_%u", PICK(maker, nouns), PICK(maker, fields), number);
    if (number && any(maker, 3)) name = arena_format(maker->arena, "%s_%s", PICK(maker, nouns), PICK(maker, fields));
    return (CatalogColumn){.name = spelt(maker, name, number),
                           .type = PICK(maker, types),
                           .nullable = number && any(maker, 3),
                           .is_public = any(maker, 2),
                           .unit = any(maker, 8) ? NULL : "BRL/USD",
                           .description = any(maker, 3) ? words(maker, PICK(maker, sentences)) : NULL,
                           .written = any(maker, 2) ? words(maker, "coalesce(sum(i.total_value), 0)") : NULL,
                           .labels = {&labels[any(maker, 4)], any(maker, 6) == 0},
                           .place = {"marts/marts.gov", 1 + any(maker, 500)}};
}

static const char *make_sql(Maker *maker, const CatalogRelation *relation, bool emitted) {
    Buffer sql;
    buffer_open(&sql, maker->arena);
    buffer_format(&sql,
                  emitted ? "CREATE TABLE \"marts\".\"%s\" AS\nSELECT\n"
                          : "--- What the business counts.\nmodel marts.%s (\n  order_id key,\n  ...\n)\n  stored as "
                            "table\nas\nselect\n",
                  relation->name);
    for (size_t i = 0; i < relation->column_count; i++)
        buffer_format(&sql, "  coalesce(sum(i.total_value), %zu) as %s%s\n", i, relation->columns[i].name,
                      i + 1 < relation->column_count ? "," : "");
    buffer_format(&sql,
                  "from staging.orders o\nleft join staging.indicators e on e.day = o.order_date -- %s\nwhere o.status "
                  "in ('delivered', 'shipped')\ngroup by 1;\n",
                  words(maker, "the rate of the day"));
    return buffer_string(&sql);
}

static int rising(const void *a, const void *b) {
    uint32_t one = *(const uint32_t *)a, two = *(const uint32_t *)b;
    return one < two ? -1 : one > two;
}

/* Some earlier relations, near ones more often. */
static CatalogIndices make_reads(Maker *maker, uint32_t number) {
    uint32_t *items = arena_alloc(maker->arena, READS * sizeof *items);
    size_t wanted = 1 + any(maker, READS), kept = 0;
    for (size_t i = 0; i < wanted; i++) {
        uint32_t back = 1 + any(maker, 1 + any(maker, number));
        items[i] = number - (back > number ? number : back);
    }
    qsort(items, wanted, sizeof *items, rising);
    for (size_t i = 0; i < wanted; i++)
        if (!kept || items[kept - 1] != items[i]) items[kept++] = items[i];
    return (CatalogIndices){items, kept};
}

static void make_relation(Maker *maker, CatalogRelation *relations, uint32_t number, uint32_t count) {
    static const uint32_t key[] = {0, 1};
    static const char *const origins[] = {"csv 'data/orders.csv' in dev",
                                          "postgres (dsn = secret('SHOP_DSN'), table = 'public.orders') in prod"};
    CatalogRelation *one = &relations[number];
    bool source = number == 0 || number < count / SOURCE_SHARE;
    uint32_t layer = source ? 0
                            : 1 + (uint32_t)((uint64_t)(number - count / SOURCE_SHARE) * (LAYERS - 1) /
                                             (count - count / SOURCE_SHARE + 1));
    *one = (CatalogRelation){
        .kind = source ? CATALOG_RELATION_SOURCE : CATALOG_RELATION_MODEL,
        .layer = layer,
        .owner = any(maker, OWNERS),
        .status = source ? 0 : (CatalogStatus)any(maker, 5),
        .storage = source ? 0 : (CatalogStorage)any(maker, 3),
        .name = spelt(maker,
                      arena_format(maker->arena, "%s%s%s_%u", layer == 2 ? "fct_" : "", PICK(maker, nouns),
                                   PICK(maker, forms), number),
                      number),
        .built = source ? NULL : "by order_date per month lookback 3 months",
        .partitioned = any(maker, 3) ? NULL : "order_month",
        .subject = any(maker, 3) ? NULL : "customer_unique_id",
        .description = any(maker, 8) ? words(maker, arena_format(maker->arena, "%s %s", PICK(maker, sentences),
                                                                 PICK(maker, sentences)))
                                     : NULL,
        .origins = {origins, source ? 2 : 0},
        .on_invalid = source ? "quarantine at most 1 percent" : NULL,
        .place = place(maker, maker->catalog.layers[layer].name)};
    one->column_count = COLUMNS_FROM + any(maker, COLUMNS_TO - COLUMNS_FROM);
    CatalogColumn *columns = arena_alloc(maker->arena, one->column_count * sizeof *columns);
    for (uint32_t c = 0; c < one->column_count; c++) columns[c] = make_column(maker, c);
    one->columns = columns;
    CatalogKey *keys = arena_alloc(maker->arena, sizeof *keys);
    keys[0] = (CatalogKey){{key, 1 + any(maker, 2)}, true};
    one->keys = keys, one->key_count = 1;
    if (!source) one->reads = make_reads(maker, number);
    one->written = make_sql(maker, one, false);
    one->emitted = source ? NULL : make_sql(maker, one, true);
    one->result = (CatalogResult){.rows = any(maker, 10) ? (int64_t)any(maker, 2000000) : -1,
                                  .rows_read = source ? 99441 : -1,
                                  .rows_quarantined = source ? (int64_t)any(maker, 3) : -1,
                                  .built_at = "2026-11-20T09:15:02Z",
                                  .run = 0,
                                  .seconds = any(maker, 4000) / 1000.0,
                                  .freshness = {source ? "within 24 hours by created_at" : NULL,
                                                source ? "2026-11-19T21:40:00Z" : NULL,
                                                any(maker, 12) ? CATALOG_FRESH_YES : CATALOG_FRESH_NO}};
}

static void make_edges(Maker *maker) {
    VEC(CatalogEdge) edges = {0};
    for (uint32_t i = 0; i < maker->catalog.relation_count; i++) {
        const CatalogRelation *to = &maker->catalog.relations[i];
        for (uint32_t c = 0; c <= to->column_count && to->reads.count; c++) {
            for (uint32_t k = 0; k < 1 + any(maker, 2); k++) {
                uint32_t from = to->reads.items[any(maker, (uint32_t)to->reads.count)];
                CatalogEdge edge = {from, any(maker, (uint32_t)maker->catalog.relations[from].column_count), i,
                                    c < to->column_count ? c : CATALOG_NONE,
                                    c < to->column_count ? (uint8_t)(1 << any(maker, 3)) : CATALOG_EDGE_FILTER, 0};
                vec_push(maker->arena, &edges, edge);
            }
        }
    }
    maker->catalog.edges = edges.items, maker->catalog.edge_count = edges.count;
}

static void make_tests(Maker *maker) {
    static const uint32_t column[] = {0, 1, 2, 3, 4, 5};
    static const char *const kinds[] = {"not null", "key", "unique", "in", "matches", "references", "check"};
    VEC(CatalogTest) tests = {0};
    for (uint32_t i = 0; i < maker->catalog.relation_count; i++) {
        const CatalogRelation *relation = &maker->catalog.relations[i];
        for (uint32_t n = 2 + any(maker, 5); n-- > 0;) {
            uint32_t kind = n ? any(maker, 7) : 7, chance = any(maker, 400), c = any(maker, 6);
            CatalogTest test = {.kind = (CatalogTestKind)kind,
                                .relation = i,
                                .columns = {&column[c], n > 0},
                                .severity = any(maker, 5) ? CATALOG_SEVERITY_ERROR : CATALOG_SEVERITY_WARN,
                                .warn_above = 0,
                                .proof = any(maker, 3) ? CATALOG_PROOF_TO_RUN : CATALOG_PROOF_PROVED,
                                .failing_rows = -1,
                                .run = CATALOG_NONE,
                                .written = words(maker, "check (total_value >= 0)"),
                                .place = place(maker, "marts")};
            test.name = n ? arena_format(maker->arena, "%s %s", kinds[kind], relation->columns[c].name)
                          : words(maker, "every line of a sale is in the order mart");
            if (test.proof == CATALOG_PROOF_PROVED)
                test.reason = "it is in GROUP BY";
            else {
                test.outcome = chance == 0  ? CATALOG_OUTCOME_FAILED
                               : chance < 5 ? CATALOG_OUTCOME_WARNED
                                            : CATALOG_OUTCOME_PASSED;
                if (test.outcome == CATALOG_OUTCOME_WARNED) test.severity = CATALOG_SEVERITY_WARN;
                if (test.outcome == CATALOG_OUTCOME_FAILED) test.severity = CATALOG_SEVERITY_ERROR;
                test.failing_rows = chance < 5 ? 1 + any(maker, 900) : 0;
                test.run = 0;
            }
            vec_push(maker->arena, &tests, test);
        }
    }
    maker->catalog.tests = tests.items, maker->catalog.test_count = tests.count;
}

static void make_grants(Maker *maker) {
    static const char *const some[] = {"order_id", "customer_state"};
    CatalogMask *mask = arena_alloc(maker->arena, sizeof *mask);
    VEC(CatalogGrant) grants = {0};
    for (uint32_t role = 0; role + 1 < ROLES; role++) {
        VEC(uint32_t) relations = {0};
        for (uint32_t i = 0; i < maker->catalog.relation_count; i++)
            if (maker->catalog.relations[i].layer == 2 && any(maker, role + 1) == 0)
                vec_push(maker->arena, &relations, i);
        *mask = (CatalogMask){maker->catalog.relations[0].columns[0].name, "pseudonym"};
        CatalogGrant grant = {.role = role,
                              .relations = {relations.items, relations.count},
                              .columns = {some, role == 2 ? 2 : 0},
                              .masks = mask,
                              .mask_count = role == 0,
                              .hides_uncleared = role < 2,
                              .where = role == 3 ? words(maker, "customer_state = 'SP'") : NULL,
                              .until = role == 3 ? "2027-03-31" : NULL,
                              .written = words(maker, "grant select on marts.* to analyst hiding what is not cleared;"),
                              .place = place(maker, "access")};
        vec_push(maker->arena, &grants, grant);
    }
    maker->catalog.grants = grants.items, maker->catalog.grant_count = grants.count;
}

static void make_declarations(Maker *maker) {
    static const char *const kinds[] = {"metric", "dashboard", "job",      "delivery", "share", "release",
                                        "unit",   "type",      "function", "const",    "mask"};
    static const uint32_t uses[] = {0, 1};
    enum { COUNT = sizeof kinds / sizeof *kinds };
    CatalogDeclaration *list = arena_alloc(maker->arena, COUNT * sizeof *list);
    for (uint32_t i = 0; i < COUNT; i++)
        list[i] = (CatalogDeclaration){
            kinds[i],
            spelt(maker, arena_format(maker->arena, "%s_one", kinds[i]), 3 * i),
            i == 1 ? "Brazilian sales" : NULL,
            words(maker, PICK(maker, sentences)),
            i % OWNERS,
            i < 6,
            {uses, i < 6 && maker->catalog.relation_count > 1 ? 2 : 0},
            words(maker, "metric revenue_brl unit BRL as sum(total_value) from marts.fct_orders by order_month;"),
            place(maker, "project")};
    maker->catalog.declarations = list, maker->catalog.declaration_count = COUNT;
}

static void make_runs(Maker *maker) {
    CatalogRun *runs = arena_alloc(maker->arena, RUNS * sizeof *runs);
    for (uint32_t r = 0; r < RUNS; r++) {
        uint32_t count = (uint32_t)maker->catalog.relation_count;
        CatalogStep *steps = arena_alloc(maker->arena, (count + 2) * sizeof *steps);
        double at = 0;
        for (uint32_t i = 0; i < count; i++) {
            const CatalogRelation *relation = &maker->catalog.relations[i];
            CatalogOutcome outcome = r < 2 || any(maker, 300) ? CATALOG_OUTCOME_PASSED : CATALOG_OUTCOME_FAILED;
            steps[i] = (CatalogStep){
                i < count / SOURCE_SHARE ? CATALOG_STEP_LOAD : CATALOG_STEP_BUILD,
                arena_format(maker->arena, "%s.%s", maker->catalog.layers[relation->layer].name, relation->name),
                i,
                "table",
                outcome,
                relation->result.rows,
                at,
                relation->result.seconds,
                any(maker, 6),
                0,
                0,
                any(maker, 2) ? "query changed" : "new data",
                outcome == CATALOG_OUTCOME_FAILED ? words(maker, "a test of severity error failed") : NULL};
            at += relation->result.seconds * 0.5;
        }
        steps[count] = (CatalogStep){.kind = CATALOG_STEP_NOT_RUN,
                                     .name = "delivery milenio",
                                     .relation = CATALOG_NONE,
                                     .rows = -1,
                                     .offset = -1,
                                     .seconds = -1,
                                     .reason = "this version does not run deliveries"};
        runs[r] = (CatalogRun){arena_format(maker->arena, "2026-11-%02u-0600-%u", 20 - r, r),
                               "gov run",
                               "dev",
                               arena_format(maker->arena, "2026-11-%02uT09:00:00Z", 20 - r),
                               at + 4,
                               r == 2 ? CATALOG_OUTCOME_FAILED : CATALOG_OUTCOME_PASSED,
                               "77fe",
                               "4f0c2d1",
                               steps,
                               count + 1};
    }
    maker->catalog.runs = runs, maker->catalog.run_count = RUNS;
}

static void make_changes(Maker *maker) {
    const CatalogRelation *some = &maker->catalog.relations[maker->catalog.relation_count / 2];
    CatalogChange *changes = arena_alloc(maker->arena, 2 * sizeof *changes);
    changes[0] = (CatalogChange){
        CATALOG_CHANGE_CHANGED,
        arena_format(maker->arena, "%s.%s", maker->catalog.layers[some->layer].name, some->name), "query changed"};
    changes[1] = (CatalogChange){CATALOG_CHANGE_REMOVED, "marts.old_report", "no longer declared"};
    maker->catalog.changes = changes, maker->catalog.change_count = 2;
}

static double now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void write_file(const char *folder, const CatalogFile *file) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, file->path);
    FILE *out = fopen(path, "wb");
    if (!out || fwrite(file->bytes, 1, file->size, out) != file->size || fclose(out)) {
        perror(path);
        exit(1);
    }
}

int main(int argc, char **argv) {
    if (argc < 4) {
        fprintf(stderr, "usage: make_catalog FOLDER MODELS SEED [plain|hostile|empty]\n");
        return 2;
    }
    const char *folder = argv[1], *mode = argc > 4 ? argv[4] : "plain";
    uint32_t count = (uint32_t)strtoul(argv[2], NULL, 10);
    Arena arena;
    arena_open(&arena, NULL);
    Maker maker = {.arena = &arena, .state = strtoull(argv[3], NULL, 10), .hostile = !strcmp(mode, "hostile")};
    if (!strcmp(mode, "empty"))
        maker.catalog.project = (CatalogProject){.name = "nothing"};
    else {
        make_frame(&maker);
        CatalogRelation *relations = arena_alloc(&arena, count * sizeof *relations);
        for (uint32_t i = 0; i < count; i++) make_relation(&maker, relations, i, count);
        maker.catalog.relations = relations, maker.catalog.relation_count = count;
        make_edges(&maker), make_tests(&maker), make_grants(&maker), make_declarations(&maker), make_runs(&maker),
            make_changes(&maker);
    }
    double begin = now_ms();
    CatalogFiles files = catalog_write_site(&arena, &maker.catalog);
    double middle = now_ms();
    CatalogFile json = catalog_write_json(&arena, &maker.catalog);
    double end = now_ms();
    CatalogFile single = catalog_write_single_file(&arena, &maker.catalog);
    single.path = "single.html";
    char data[4096];
    snprintf(data, sizeof data, "%s/data", folder);
    mkdir(folder, 0777), mkdir(data, 0777);
    size_t core = 0, shard = 0;
    for (size_t i = 0; i < files.count; i++) {
        const CatalogFile *file = &files.items[i];
        write_file(folder, file);
        if (!strcmp(file->path, "data/core.js"))
            core = file->size;
        else if ((!strncmp(file->path, "data/d", 6) || !strncmp(file->path, "data/q", 6)) && file->path[6] <= '9' &&
                 file->size > shard)
            shard = file->size;
    }
    write_file(folder, &json);
    write_file(folder, &single);
    printf("files %zu\ncore %zu\nshard %zu\nsite_ms %.1f\njson_ms %.1f\njson %zu\n", files.count, core, shard,
           middle - begin, end - middle, json.size);
    arena_close(&arena);
    return 0;
}
