/* The catalog: what the project holds and what is known of it, as plain data, and its writers.
 *
 *     Program, facts, run results ──catalog_build──> Catalog ──┬─ catalog_write_json ──> catalog.json
 *                                                              └─ catalog_write_site ──> index.html, assets, shards
 *
 * The writers are pure functions of a Catalog: no files, no clock, equal input gives equal bytes. All text is UTF-8, ends
 * with NUL and belongs to whoever made the Catalog; NULL means "not known" or "not declared". Things refer to each other
 * by their index in the Catalog's arrays; CATALOG_NONE is "none". The formats are described in docs/catalog.md. */
#ifndef GOV_CATALOG_H
#define GOV_CATALOG_H

#include "compiler/facts/facts.h"
#include "compiler/plan/plan.h"
#include "runtime/ledger/ledger.h"

#define CATALOG_NONE UINT32_MAX

/* Where a thing is written: a path relative to the project's folder and a line counted from 1; NULL and 0 if unknown. */
typedef struct {
    const char *file;
    uint32_t line;
} CatalogPlace;

/* Indices into another array of the Catalog; which one is said where it is used. */
typedef struct {
    const uint32_t *items;
    size_t count;
} CatalogIndices;

typedef struct {
    const char *const *items;
    size_t count;
} CatalogTexts;

typedef struct {
    const char *name;
    const char *description; /* Markdown of the doc comment, as for every `description` below */
    const char *timezone;
    CatalogTexts languages; /* `en`, `pt`: the first is the site's language until the reader chooses */
    const char *target;     /* the target that the SQL is for and the results are from */
    const char *engine;     /* `duckdb` */
    const char *gov_version;
    const char *revision;    /* git revision of the project */
    const char *source_hash; /* of all `.gov` texts */
    const char *plan_hash;
    const char *as_of; /* when the results were true: RFC 3339 in UTC, the end of the last run; NULL: never run */
    CatalogPlace place;
} CatalogProject;

typedef struct {
    const char *name;
    const char *description;
    uint32_t owner;         /* of owners */
    CatalogIndices reads;   /* layers that it may read besides itself */
    CatalogTexts requires_; /* `description`, `key`, `classification` */
    CatalogPlace place;
} CatalogLayer;

typedef struct {
    const char *name;
    const char *title; /* the name for people */
    const char *description;
    const char *email;
    CatalogPlace place;
} CatalogOwner;

typedef struct {
    const char *name;
    const char *description;
    CatalogIndices implies; /* tags */
    CatalogPlace place;
} CatalogTag;

/* Exposure levels of a tag, from harmless to the value itself. */
typedef enum {
    CATALOG_LEVEL_AGGREGATE,
    CATALOG_LEVEL_INFLUENCE,
    CATALOG_LEVEL_PSEUDONYM, /* `as key`: an opaque key */
    CATALOG_LEVEL_PARTIAL,
    CATALOG_LEVEL_RAW,
} CatalogLevel;

typedef struct {
    uint32_t tag;
    CatalogLevel level;
} CatalogLabel;

typedef struct {
    const CatalogLabel *items;
    size_t count;
} CatalogLabels;

typedef struct {
    const char *name;
    const char *description;
    CatalogLabels clearances; /* cleared for each tag up to its level */
    CatalogIndices includes;  /* roles */
    CatalogPlace place;
} CatalogRole;

typedef enum { CATALOG_RELATION_SOURCE, CATALOG_RELATION_MODEL } CatalogRelationKind;

typedef enum {
    CATALOG_STATUS_NONE,
    CATALOG_STATUS_CERTIFIED,
    CATALOG_STATUS_MIGRATED,
    CATALOG_STATUS_LEGACY,
    CATALOG_STATUS_DRAFT,
} CatalogStatus;

typedef enum {
    CATALOG_STORED_TABLE,
    CATALOG_STORED_VIEW,
    CATALOG_STORED_INLINE,
    CATALOG_STORED_FILES,
} CatalogStorage;

typedef struct {
    const char *name;
    const char *type; /* as the language writes it: `decimal(18,2)` */
    bool nullable;
    bool is_public;   /* declared `public`, or covered by `otherwise public` */
    const char *unit; /* `BRL/USD` */
    const char *description;
    const char *written; /* the expression that makes it, as written; NULL for a column of a source */
    CatalogLabels labels;
    CatalogPlace place;
} CatalogColumn;

/* A set of columns (indices into the relation's columns) that identifies a row. */
typedef struct {
    CatalogIndices columns;
    bool declared; /* written as `key` or `unique`; else found by the compiler */
} CatalogKey;

typedef enum { CATALOG_FRESH_UNKNOWN, CATALOG_FRESH_YES, CATALOG_FRESH_NO } CatalogFreshState;

typedef struct {
    const char *declared; /* `within 30 days by order_purchase_timestamp`; NULL: nothing is promised */
    const char *newest;   /* what was found: RFC 3339 or a date */
    CatalogFreshState state;
} CatalogFreshness;

/* What the last run that built a relation left. Counts are -1 when they are not known. */
typedef struct {
    int64_t rows;
    int64_t rows_read; /* sources: read = accepted + quarantined */
    int64_t rows_quarantined;
    const char *built_at; /* RFC 3339 in UTC */
    uint32_t run;         /* of runs */
    double seconds;       /* < 0: not known */
    CatalogFreshness freshness;
} CatalogResult;

typedef struct {
    CatalogRelationKind kind;
    const char *name; /* without its layer: `fct_orders` */
    uint32_t layer;
    uint32_t owner;
    CatalogStatus status;
    CatalogStorage storage;
    const char *built;       /* how: `whole`, `by order_date per month lookback 3 months`, `by key` */
    const char *partitioned; /* `order_month, region`, or NULL */
    const char *history;     /* `keeping history 5 years`, or NULL */
    const char *subject;     /* whom a row is about */
    const char *description;
    CatalogTexts origins;   /* sources: each `from` as written, secrets by name: `csv 'data/orders.csv' in dev` */
    const char *on_invalid; /* sources: `quarantine at most 1 percent` */
    const CatalogColumn *columns;
    size_t column_count;
    const CatalogKey *keys; /* the declared one first */
    size_t key_count;
    CatalogIndices reads; /* relations that its query names, each once, in order of name */
    const char *written;  /* the declaration as written */
    const char *emitted;  /* the SQL that the target's engine runs */
    CatalogResult result;
    CatalogPlace place;
} CatalogRelation;

/* What a column takes from another; a column may do several at once, so these are bits. */
enum {
    CATALOG_EDGE_DIRECT = 1,     /* a plain copy */
    CATALOG_EDGE_DERIVED = 2,    /* an expression over it */
    CATALOG_EDGE_AGGREGATED = 4, /* an aggregate over it */
    CATALOG_EDGE_FILTER = 8,     /* it decides which rows, or which branch */
};

/* `from_*` must be in `to_relation`'s reads. `to_column` CATALOG_NONE: it decides which rows the whole relation has. */
typedef struct {
    uint32_t from_relation, from_column;
    uint32_t to_relation, to_column;
    uint8_t kinds;
    uint8_t ways; /* of FilterWays (facts.h): by what a filter decides */
} CatalogEdge;

typedef enum {
    CATALOG_TEST_NOT_NULL,
    CATALOG_TEST_KEY,
    CATALOG_TEST_UNIQUE,
    CATALOG_TEST_IN,
    CATALOG_TEST_MATCHES,
    CATALOG_TEST_REFERENCES,
    CATALOG_TEST_CHECK,
    CATALOG_TEST_QUERY,      /* `test … as select …` */
    CATALOG_TEST_UNIT,       /* `unit test …` */
    CATALOG_TEST_LINEAGE,    /* `traces only to …` */
    CATALOG_TEST_DETERMINES, /* `category_name determines category_name_pt` */
} CatalogTestKind;

typedef enum { CATALOG_SEVERITY_ERROR, CATALOG_SEVERITY_WARN } CatalogSeverity;

typedef enum {
    CATALOG_PROOF_TO_RUN, /* only the data can tell */
    CATALOG_PROOF_PROVED,
    CATALOG_PROOF_REFUTED,
} CatalogProof;

typedef enum {
    CATALOG_OUTCOME_NOT_RUN,
    CATALOG_OUTCOME_PASSED,
    CATALOG_OUTCOME_WARNED,
    CATALOG_OUTCOME_FAILED,  /* of a step: it ended in an error; of a run: one of its steps did */
    CATALOG_OUTCOME_SKIPPED, /* something before it failed, or it was interrupted */
} CatalogOutcome;

typedef struct {
    CatalogTestKind kind;
    const char *name;       /* `not null order_id`, or the name that it was given */
    uint32_t relation;      /* the relation under test */
    CatalogIndices columns; /* of that relation; none: the whole relation */
    CatalogSeverity severity;
    int64_t warn_above; /* rows that pass in silence */
    CatalogProof proof;
    const char *reason; /* why it is proved: `order_id is in GROUP BY` */
    CatalogOutcome outcome;
    int64_t failing_rows; /* -1: not known */
    uint32_t run;         /* of runs: where the outcome is from */
    const char *description;
    const char *written; /* the clause or declaration as written */
    CatalogPlace place;
} CatalogTest;

typedef struct {
    const char *column;
    const char *mask; /* the mask's name, or `null` */
} CatalogMask;

/* A grant as declared. */
typedef struct {
    uint32_t role;
    CatalogIndices relations; /* what its names and patterns stand for, in order of name */
    CatalogTexts columns;     /* none: all columns */
    const CatalogMask *masks;
    size_t mask_count;
    bool hides_uncleared; /* `hiding what is not cleared` */
    const char *where;    /* its row filter, as written */
    const char *until;    /* ISO date */
    const char *written;
    CatalogPlace place;
} CatalogGrant;

/* A declaration with no page of its own. Those that this version does not run yet say so on the site. */
typedef struct {
    const char *kind; /* the language's word: `metric`, `dashboard`, `job`, `delivery`, `share`, `release`, `unit`, … */
    const char *name;
    const char *title;
    const char *description;
    uint32_t owner;
    bool not_run_yet;
    CatalogIndices uses; /* relations that it names */
    const char *written;
    CatalogPlace place;
} CatalogDeclaration;

typedef enum { CATALOG_STEP_LOAD, CATALOG_STEP_BUILD, CATALOG_STEP_TEST, CATALOG_STEP_NOT_RUN } CatalogStepKind;

typedef struct {
    CatalogStepKind kind;
    const char *name;            /* `marts.fct_orders`, `delivery milenio` */
    uint32_t relation;           /* of relations, or none: it has gone since, or is another kind of thing */
    const char *materialization; /* `table`, `view`, `source`, … */
    CatalogOutcome outcome;
    int64_t rows;   /* -1: not counted */
    double offset;  /* seconds from the run's start to its own; < 0: not known */
    double seconds; /* that it took; < 0: not known */
    uint32_t tests_passed, tests_warned, tests_failed;
    const char *reason;  /* why it ran: `query changed` */
    const char *message; /* what went wrong; never a data value */
} CatalogStep;

typedef struct {
    const char *id;
    const char *command; /* `gov run --select +marts.fct_orders` */
    const char *target;
    const char *started_at; /* RFC 3339 in UTC */
    double seconds;         /* < 0: it did not end */
    CatalogOutcome outcome;
    const char *plan_hash;
    const char *revision; /* git revision of the project */
    const CatalogStep *steps;
    size_t step_count;
} CatalogRun;

typedef enum { CATALOG_CHANGE_ADDED, CATALOG_CHANGE_CHANGED, CATALOG_CHANGE_REMOVED } CatalogChangeKind;

/* A difference between the project and what its last run left at the target. */
typedef struct {
    CatalogChangeKind kind;
    const char *name;   /* `marts.fct_orders` */
    const char *reason; /* `query changed` */
} CatalogChange;

typedef struct {
    CatalogProject project;
    const CatalogLayer *layers;
    size_t layer_count; /* sources first, as data flows */
    const CatalogOwner *owners;
    size_t owner_count;
    const CatalogTag *tags;
    size_t tag_count;
    const CatalogRole *roles;
    size_t role_count;
    const CatalogRelation *relations;
    size_t relation_count; /* in order of layer, then name */
    const CatalogEdge *edges;
    size_t edge_count; /* in any order */
    const CatalogTest *tests;
    size_t test_count; /* in order of relation */
    const CatalogGrant *grants;
    size_t grant_count;
    const CatalogDeclaration *declarations;
    size_t declaration_count;
    const CatalogRun *runs;
    size_t run_count; /* newest first */
    const CatalogChange *changes;
    size_t change_count;
} Catalog;

/* A file to write: `path` is relative, with '/' between its parts; `bytes` are owned by the arena or constant. */
typedef struct {
    const char *path;
    const unsigned char *bytes;
    size_t size;
} CatalogFile;

typedef struct {
    const CatalogFile *items;
    size_t count;
} CatalogFiles;

/* Gathers what the catalog says. `plan` (of everything, for the target) gives emitted SQL, hashes and what changed;
 * `ledger` what the target's runs left; both may be null: the catalog then does not know it. The program must be free of
 * errors. What is given lives in `arena`, but for names and texts, which belong to the program, the plan and the ledger. */
const Catalog *catalog_build(Arena *arena, const Facts *facts, const Plan *plan, const LedgerState *ledger);

/* The catalog for machines: one JSON text as docs/catalog.md describes it. Everything given lives in `arena`. */
CatalogFile catalog_write_json(Arena *arena, const Catalog *catalog);

/* The whole site: `index.html`, its scripts and style, and the data under `data/`. Opens from file:// and any static host.
 * Everything given lives in `arena` or is constant. */
CatalogFiles catalog_write_site(Arena *arena, const Catalog *catalog);

/* The same site in one `index.html`, to send by mail: assets and all data inline. */
CatalogFile catalog_write_single_file(Arena *arena, const Catalog *catalog);

#endif
