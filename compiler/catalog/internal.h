/* What the writers of the catalog share: JSON text, packed numbers, dictionaries, and the members that both formats have. */
#ifndef GOV_CATALOG_INTERNAL_H
#define GOV_CATALOG_INTERNAL_H

#include "compiler/base/base.h"
#include "compiler/catalog/catalog.h"

/* ---------------------------------------------------------------- json.c */

/* A JSON text under construction. It puts the commas; the caller balances what it opens. */
typedef struct {
    Buffer out;
    bool comma; /* a value stands before: the next begins with a comma */
} Json;

void json_begin(Json *json, Arena *arena);
/* `bracket` is '{' or '[' to open and '}' or ']' to close. */
void json_open(Json *json, char bracket);
void json_close(Json *json, char bracket);
/* The key of a member: a constant that needs no escaping. */
void json_key(Json *json, const char *key);
/* Text is safe inside a <script>: `<`, U+2028 and U+2029 are escaped, bytes that are not UTF-8 become U+FFFD. */
void json_text(Json *json, const char *text);
void json_number(Json *json, int64_t number);
/* Seconds, to the millisecond. */
void json_seconds(Json *json, double seconds);
void json_bool(Json *json, bool value);
/* Takes in the JSON value that another writer made. */
void json_raw(Json *json, const Json *value);

/* Members of an object that are left out when there is nothing to say: null or "", below 0, false, empty. */
void json_text_member(Json *json, const char *key, const char *text);
void json_count_member(Json *json, const char *key, int64_t count);
void json_seconds_member(Json *json, const char *key, double seconds);
void json_true_member(Json *json, const char *key, bool value);
void json_texts_member(Json *json, const char *key, CatalogTexts texts);

/* -------------------------------------------------------------- packed.c */

/* Numbers as LEB128 varints. */
typedef struct {
    Buffer bytes;
} Packed;

void packed_begin(Packed *packed, Arena *arena);
void packed_add(Packed *packed, uint64_t number);
/* A count, then increasing numbers as differences. */
void packed_add_rising(Packed *packed, CatalogIndices rising);
/* The bytes in base64 (RFC 4648), as a member of an object. */
void packed_member(Json *json, const char *key, const Packed *packed);
void packed_value(Json *json, const Packed *packed);

/* Distinct texts and how often each is used. Ids are given by dictionary_sort(): most frequent first, equals by bytes. */
typedef struct {
    const Name *text;
    uint32_t uses;
    uint32_t id; /* set by dictionary_sort() */
} Entry;

typedef struct {
    Names names;
    Map entries;    /* Name → Entry */
    Entry **sorted; /* by id; set by dictionary_sort() */
} Dictionary;

void dictionary_begin(Dictionary *dictionary, Arena *arena);
/* Counts one use; the entry is the same for equal texts. */
Entry *dictionary_add(Dictionary *dictionary, const char *text);
void dictionary_sort(Dictionary *dictionary);
/* Its texts by id, as a JSON array. */
void dictionary_write(Json *json, const Dictionary *dictionary);

/* -------------------------------------------------------------- members.c */

/* Words of the closed lists, as both formats spell them. */
const char *catalog_level_word(CatalogLevel level);
const char *catalog_status_word(CatalogStatus status); /* NULL for none */
const char *catalog_storage_word(CatalogStorage storage);
const char *catalog_fresh_word(CatalogFreshState state);
const char *catalog_test_kind_word(CatalogTestKind kind);
const char *catalog_proof_word(CatalogProof proof);
const char *catalog_outcome_word(CatalogOutcome outcome);
const char *catalog_step_kind_word(CatalogStepKind kind);

/* `layer.name`. */
const char *catalog_relation_name(Arena *arena, const Catalog *catalog, uint32_t relation);

/* Whole values and members that catalog.json and the site's data have alike. */
void write_project(Json *json, const Catalog *catalog);
void write_layers(Json *json, const Catalog *catalog);
void write_owners(Json *json, const Catalog *catalog);
void write_tags(Json *json, const Catalog *catalog);
void write_roles(Json *json, const Catalog *catalog);
void write_declarations(Json *json, const Catalog *catalog);
void write_changes(Json *json, const Catalog *catalog);
void write_place_member(Json *json, CatalogPlace place);
/* Of a relation: how it is built and what it promises, keys, result. */
void write_relation_facts(Json *json, const Catalog *catalog, const CatalogRelation *relation);
/* All of a test but which relation it is on. */
void write_test_members(Json *json, const Catalog *catalog, const CatalogTest *test);
/* All of a grant but the relations that it names. */
void write_grant_members(Json *json, const Catalog *catalog, const CatalogGrant *grant);
/* All of a run but its steps. */
void write_run_members(Json *json, const CatalogRun *run);

/* ----------------------------------------------------------- site_*.c */

/* What the parts of the site's data share. */
typedef struct {
    Arena *arena;
    const Catalog *catalog;
    VEC(CatalogFile) files;
    const uint32_t *first;    /* relation → number of its first column; one more at the end: all columns */
    const CatalogEdge *edges; /* sorted by where they go, then whence; equal ends are one edge */
    size_t edge_count;
    VEC(uint32_t) shards, sql_shards; /* the first relation of each file */
} Site;

/* Adds the data script `data/<name>.js` that calls `gov.<call>` with the value. `number` < 0: the value is its only argument. */
void site_add_script(Site *site, const char *name, const char *call, int64_t number, const Json *value);
void site_write_core(Site *site); /* after the shards, whose first relations it lists */
void site_write_details(Site *site);
void site_write_sql(Site *site);
void site_write_lineage(Site *site);
void site_write_words(Site *site);
void site_write_tests(Site *site);
void site_write_access(Site *site);
void site_write_declared(Site *site);
void site_write_runs(Site *site);

#endif
