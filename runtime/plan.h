/* The contract between the compiler and the runtime: what to do at one target, as constant data.
 *
 * `gov run` builds a Plan in memory; `gov compile` prints the same Plan as readable C (`plan.c`), which, linked with the
 * runtime library alone, does the same. Nothing here is owned by the runtime: all pointers outlive the run.
 * All SQL is final text in the target engine's dialect; the runtime never writes a query about a model by itself.
 *
 * The parameters of the run are values of the session in which a statement runs, the same ones in a whole run:
 *                  duckdb                          postgres                           type
 *     run_date()   getvariable('gov_run_date')     current_setting('gov.run_date')    DATE, in the project's time zone
 *     run_time()   getvariable('gov_run_time')     current_setting('gov.run_time')    TIMESTAMP WITH TIME ZONE, when the run began
 *     run_id()     getvariable('gov_run_id')       current_setting('gov.run_id')      BIGINT, of the ledger
 * Unit tests have no run: their SQL holds constants. */
#ifndef GOV_PLAN_H
#define GOV_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Raised whenever a struct below changes; a plan program refuses a runtime library of another number. */
#define GOV_PLAN_ABI 9

/* A value that is written in the project, or read when the plan runs. Secrets are never part of a plan. */
typedef enum {
    GOV_VALUE_TEXT,    /* `text` is the value */
    GOV_VALUE_ENV,     /* `text` names an environment variable, `fallback` (may be null: then it must be set) its default */
    GOV_VALUE_SECRET,  /* `text` names a secret: environment, else a file of that name in $GOV_SECRETS_DIR */
} GovValueKind;

typedef struct {
    GovValueKind kind;
    const char *text;
    const char *fallback;
} GovValue;

typedef struct {
    const char *key;
    GovValue value;
} GovSetting;

typedef struct {
    const GovSetting *items;
    size_t count;
} GovSettings;

typedef struct {
    const char *const *items;
    size_t count;
} GovTexts;

/* Where a statement comes from in the project, for messages: `file` is relative to the project's folder; line and
 * column count from 1. All zero: nowhere. */
typedef struct {
    const char *file;
    uint32_t line;
    uint32_t column;
} GovPlace;

/* Calendar or clock spans of the language: `10 years`, `45 days`, `30 seconds`. Unit is one of
 * "year" "quarter" "month" "week" "day" "hour" "minute" "second"; count 0 = not given. */
typedef struct {
    int64_t count;
    const char *unit;
} GovDuration;

/* ---------------------------------------------------------------- sources */

typedef enum { GOV_COLUMN_DATA, GOV_COLUMN_PATH, GOV_COLUMN_REQUEST } GovColumnOrigin;

typedef struct {
    const char *name;         /* of the target table and, for files, of the header */
    const char *type;         /* the embedded engine's type, such as `DECIMAL(18,2)`: it reads and judges rows for every target */
    const char *format;       /* `DD/MM/YYYY`, or null: ISO */
    const char *json_path;    /* place in a JSON row, or null: `$.<name>` */
    const char *convert;      /* SQL of the embedded engine: the text column "<name>" as `type`, null where it is not one (never an error).
                               * Usually null: then the load's own strict reading of `type` and `format`, which refuses
                               * what the engine's cast lets pass (`12.7` as an integer, lost decimals, a lost offset) */
    GovColumnOrigin origin;
} GovColumn;

/* One clause of the contract that a single row can break: `not null`, `in (…)`, `matches`, `check (…)`. */
typedef struct {
    const char *column;       /* may be null: a check over the row */
    const char *words;        /* as written, for messages and quarantine: `in ('a', 'b')` */
    const char *predicate;    /* SQL of the embedded engine over the typed columns; the row is wrong where it is false (null is fine) */
    GovPlace place;
} GovRowCheck;

typedef enum { GOV_INVALID_FAIL, GOV_INVALID_QUARANTINE, GOV_INVALID_WARN } GovInvalid;
typedef enum { GOV_ORIGIN_CSV, GOV_ORIGIN_PARQUET, GOV_ORIGIN_JSON, GOV_ORIGIN_HTTP, GOV_ORIGIN_POSTGRES, GOV_ORIGIN_OTHER } GovOriginKind;
typedef enum { GOV_FILES_ALL, GOV_FILES_EACH_ONCE, GOV_FILES_REPLACE_ROWS, GOV_FILES_NEWEST } GovFilesMode;

/* How long files are waited for: as long as none is there that could be taken; where `fresh` is said, also as long as the
 * newest is older than that and no other has come. One look at least. `retries` and `deadline` both not given: no waiting. */
typedef struct {
    int retries;                  /* looks after the first one; 0 with a deadline: as many as there is time for */
    GovDuration every;            /* between two looks; count 0: a minute */
    bool backoff;                 /* each wait is twice the one before, up to an hour */
    const char *deadline;         /* `10:00`, of the day on which the load begins, in the project's time zone; or null */
    GovDuration fresh;            /* count 0: not said */
} GovWait;

/* An HTTP origin. `{name}` and `{name:FORMAT}` in the place, the parameters and the headers stand for: the value of
 * `for_name`, `start` and `end` of the window, and the plan's constants. */
typedef struct {
    const char *method;           /* "get" or "post" */
    GovSettings parameters;       /* of the query string, in order */
    GovSettings headers;
    GovSettings auth;             /* first item's key is "basic" (user, password follow) or "bearer" (its value the token); empty: none */
    const char *for_name;         /* null: one request series */
    GovTexts for_values;
    const char *window_column;    /* null: no window */
    const char *window_from;      /* ISO date: the first day ever wanted */
    GovDuration window_per;       /* the longest window of a request */
    GovDuration lookback;         /* how far before the newest value to ask again */
    const char *rows_at;          /* JSONPath of the rows, `$[*]` */
    int empty_status;             /* status that means "no rows"; 0: none */
    int64_t rate_count;           /* at most this many requests … 0: no limit */
    const char *rate_unit;        /* … per "second", "minute", … */
    int retries;                  /* after the first attempt */
    bool backoff;
    GovDuration timeout;          /* of one request; count 0: 30 seconds */
    const char *pages_by;         /* "offset", "link", "cursor", or null */
    const char *pages_argument;   /* the offset's parameter, or the cursor's JSONPath */
    int64_t pages_size;
    const char *pages_until;      /* JSONPath of the total, or null */
} GovHttp;

typedef struct {
    GovOriginKind kind;
    const char *words;            /* of the origin as written, for messages: `csv 'data/orders.csv'` */
    const char *place;            /* path (relative to the project's folder) or URL, `{…}` as above */
    GovSettings options;          /* delimiter, quote, escape, header, decimal, thousands, encoding, null … */
    GovFilesMode files;
    GovWait wait;                 /* of files */
    const GovHttp *http;          /* null for files */
    const GovColumn *columns;
    size_t column_count;
    const GovRowCheck *checks;
    size_t check_count;
    const char *changed_by;       /* of a table of a server: the column whose newest known value says from where on rows are read
                                   * again; null: the whole table each time */
    bool deletions_by_key;        /* … and the keys of both sides are compared, so that rows deleted there go here */
    GovTexts key;                 /* columns of the declared key: how new windows and changed rows replace old ones */
    GovInvalid on_invalid;
    int at_most_percent;          /* of rows quarantined before the step fails; -1: any */
    const char *quarantine;       /* quoted name of the quarantine table, `"quarantine"."raw__orders"`; null: no table.
                                   * With GOV_INVALID_WARN it takes the rows that cannot be loaded at all */
    const char *quarantine_staged;/* `"quarantine"."raw__orders__next"`: written by every load, put in place by the step's
                                   * `publish`, removed by its `discard`; null like `quarantine` */
} GovSource;

/* ------------------------------------------------------------------ tests */

typedef enum { GOV_SEVERITY_ERROR, GOV_SEVERITY_WARN } GovSeverity;

typedef struct {
    const char *name;             /* `not null order_id`, or the name that the test was given */
    const char *relation;         /* `marts.fct_orders` */
    const char *column;           /* or null */
    GovSeverity severity;
    int64_t warn_above;           /* rows that a warning lets pass in silence; 0: none */
    const char *sql;              /* selects the rows that are wrong; none = passed. Reads what is staged in this run */
    const char *scanned;          /* what `counts` is asked of, as FROM calls it; null: only `sql` is asked */
    const char *counts;           /* an aggregate over it: how many rows `sql` would select. Tests of one relation are asked in one scan */
    bool counts_at_least;         /* `counts` is only certain to be 0 where `sql` selects nothing: else that is asked, too */
    GovPlace place;
    const char *proved;           /* why the compiler holds that it cannot fail, or null: a row that fails it all the same is
                                   * a fault of the compiler, and is called so */
} GovTest;

/* A unit test is run in the embedded engine, on nothing but its given rows. */
typedef struct {
    const char *name;
    const char *relation;         /* the model under test */
    const char *actual;           /* DuckDB SQL: the model's columns of interest over the given rows */
    const char *expected;         /* DuckDB SQL: the expected rows, same columns and types */
    GovTexts columns;
    GovPlace place;
} GovUnitTest;

/* ------------------------------------------------- models that are built in parts */

/* A relation that such a model reads, and how its changes tell which periods of the model may be others than before. */
typedef struct {
    const char *name;             /* of the step that makes it: `staging.orders` */
    GovTexts behind;              /* of a view: what it shows, down to what has rows of its own */
    const char *find;             /* statements that keep, in a temporary table of the session, the rows that what is staged has and
                                   * what readers see has not, and the other way round; null: nothing tells */
    const char *differs;          /* query: how many they are */
    const char *periods;          /* query: the first day of each period that has a row made of one of these; null: see `whole` */
    const char *forget;           /* removes the temporary table */
    const char *whole;            /* null with `periods`; else why any change of it may change every period: `it is read in a subquery`; else null */
} GovPeriodInput;

typedef struct {
    const char *name;
    const char *quoted;
    const char *type;             /* the engine's */
} GovTypedColumn;

/* How a model is built in parts instead of whole. What is staged is then a view: what readers see, without the periods that are
 * built again, and the rows built for these (docs/decisions/0009). Of `begin` and `insert` to `restore` the
 * dates are $1, the first day, and $2, the day behind the last. */
typedef struct {
    const char *unit;             /* `day`, `month`; null: by key, of which only `publish` and `rebuild` are given */
    GovTexts begin;               /* statements: an empty table for the rows, one for the periods, the view */
    GovTexts begin_new;           /* the same where nothing is published */
    const char *insert;           /* builds the rows of the days from $1 to before $2 */
    const char *replace;          /* says that these days are built again */
    const char *remove;           /* takes rows out again that insert put in … */
    const char *restore;          /* … and says that days from $1 on are not built again (the same $1 as of `replace`) */
    const char *kept;             /* condition: of rows of what readers see that stay, for `begin` where the columns change */
    const char *extent;           /* query: the first and the last day that the whole has; null, null of no rows */
    GovTexts publish;             /* statements of the transaction that put the parts in place; by key: what differs */
    const char *on_change;        /* when its own meaning changed: `refresh`, `fail`, `append`, `widen` */
    const char *staged_table;     /* where the rows are built, quoted */
    const GovTypedColumn *columns;
    size_t column_count;
    const char *rebuild;          /* why all is built anew, whatever the ledger knows; or null */
    const GovPeriodInput *inputs;
    size_t input_count;
} GovIncrement;

/* ------------------------------------------------------------------ steps */

typedef enum {
    GOV_STEP_LOAD,                /* read a source's origin into its staged table */
    GOV_STEP_BUILD,               /* run the `build` statements */
    GOV_STEP_TEST,                /* only tests. In a run: those that read what is built from their relation. When one fails,
                                   * its relation, and what was built from that, is not published */
    GOV_STEP_NOT_RUN,             /* declared, but this version does not run its kind: said, never ignored */
} GovStepKind;

typedef struct {
    GovStepKind kind;
    const char *name;             /* `marts.fct_orders`, `delivery milenio` */
    const char *materialization;  /* `source`, `table`, `view`, `inline`, `delivery`, `job` … */
    const char *owner;
    const char *fingerprint;      /* sha256 (hex) of what the step means: it changes when the result may change */
    const char *outline;          /* what the fingerprint is made of, in lines that a later plan compares to say what changed:
                                   * `as table`, `column`, its name, type and the hash of what computes it, set off by tabs,
                                   * `query` and `tests` with hashes; null: nothing is known */
    const char *reason;           /* why it runs, or why it does not: `new`, `query changed`, … */
    const size_t *after;          /* indices of steps that must have succeeded; all are smaller than this step's */
    size_t after_count;
    const char *staged;           /* quoted name where it is built aside: `"marts"."fct_orders__next"`; null if nothing is built */
    const char *published;        /* quoted name that readers see */
    GovTexts build;               /* statements that build it aside. GOV_STEP_LOAD at a server: the first makes the empty staged tables, the
                                   * others run when they are filled */
    const GovTest *tests;         /* run on what is staged, before it is published */
    size_t test_count;
    const char *occupant;         /* query: the kind of what has the published name now, `BASE TABLE` or `VIEW`, or no row; */
    const char *drop_table;       /* … by which one of these runs in the transaction, before `publish`: engines refuse to */
    const char *drop_view;        /* … drop one kind as the other. All three null: nothing to remove */
    GovTexts publish;             /* statements of the transaction that puts it in place */
    GovTexts in_place;            /* statements that put the staged rows into what is published, where it must stay the same table for
                                   * the sake of views that gov did not make; empty: an engine whose views hold on to names, or a view */
    GovTexts comments;            /* statements of the same transaction, behind either of them */
    GovTexts discard;             /* statements that remove what is staged; safe to run at any time */
    const GovSource *source;      /* GOV_STEP_LOAD only */
    const GovIncrement *increment;/* of a model that is `built by`; null: built whole */
    GovPlace place;
} GovStep;

/* ----------------------------------------------------------------- access */

/* What the grants are at the target, as flat data: names as its catalog has them (not quoted, cut to what it takes), so that
 * what is there can be held against it. Complete whatever is selected for a run. Empty on an engine without roles. */

typedef struct {
    const char *role;             /* of the project: `partner` */
    const char *name;             /* at the target: `olist_partner` */
    const char *schema;           /* of its views, or null: it reads relations themselves only */
    GovPlace place;
} GovRole;

/* Half of an HMAC key, as 64 bytes in hexadecimal digits, bound to the statement as a parameter: the key, filled up with
 * zeros, where each byte is xor 0x36 (inner) or 0x5c (outer). No statement holds it. */
typedef struct {
    const char *secret;           /* its name */
    bool outer;
} GovPad;

/* A relation as one role reads it where it may not read it whole. */
typedef struct {
    const char *role;             /* of the project */
    const char *of;               /* the relation that it shows: `marts.fct_orders` */
    const char *schema;           /* the role's */
    const char *name;             /* `marts__fct_orders` */
    const char *published;        /* quoted: `partner.marts__fct_orders` */
    bool stored;                  /* a table: a mask needs a secret, which no view may hold */
    GovTexts reads;               /* relations that it reads, quoted: it can be made once all are there */
    const char *sql;              /* the query, of published names; with $1 … of `pads` if `stored` */
    const GovPad *pads;
    size_t pad_count;
    GovTexts make;                /* statements that make it, where there is nothing of its name: the view, or the empty table; of a table
                                   * what it is filled with is `sql` */
    const char *fill;             /* of a table: the insert, to run with the pads; else null */
    const char *drop;             /* removes it if it is there */
    GovPlace place;
} GovRoleView;

typedef enum { GOV_OBJECT_DATABASE, GOV_OBJECT_SCHEMA, GOV_OBJECT_RELATION } GovObjectKind;

/* One right that a role is to have. A column is never granted alone: a role view shows it. */
typedef struct {
    GovObjectKind kind;
    const char *schema;           /* null: of the database */
    const char *name;             /* of a relation or role view; else null */
    const char *privilege;        /* `SELECT`, `USAGE`, `CONNECT` */
    const char *role;             /* of the project */
    const char *grantee;          /* at the target */
    const char *of;               /* of a relation: what it is, or shows, in the project's words: `marts.fct_orders`; else null */
    const char *grant;            /* statements */
    const char *revoke;
    GovPlace place;               /* of the grant that it follows from */
} GovPrivilege;

/* A file that is written for a role with every run, if its relation is there. */
typedef struct {
    const char *role;
    const char *of;               /* `marts.fct_orders` */
    const char *format;           /* `parquet` */
    const char *file;             /* path, relative to the project's folder; ends with `/`: a folder, of one file of the relation's name */
    const char *sql;              /* what the role may read of it, with $1 … of `pads` */
    const GovPad *pads;
    size_t pad_count;
    GovPlace place;
} GovShare;

typedef struct {
    const char *owner;            /* of all that is made: a role that cannot log in; null: the engine has no roles */
    GovTexts schemas;             /* of relations and of role views: PUBLIC may neither create in them nor execute what is there */
    GovTexts prepare;             /* statements that make roles and role schemas where they are not there, and strip PUBLIC; to run
                                   * in the publishing transaction, before role views are made */
    const GovRole *roles;         /* those of the project that are granted anything */
    size_t role_count;
    const GovRoleView *views;     /* those that read another come behind it */
    size_t view_count;
    const GovPrivilege *privileges;
    size_t privilege_count;
    const GovShare *shares;
    size_t share_count;
} GovAccess;

/* ----------------------------------------------------------------- memory */

typedef struct {
    const char *name;
    const char *type;             /* of the language: `decimal(18,2)`; by it a change is known, and whether old versions bear it */
    const char *add;              /* statement that adds it to the table of history: old versions have null */
    const char *retype;           /* statement that gives it `type` there */
} GovHistoryColumn;

/* The versions of the rows of a relation that keeps history. They are in a table of their own, beside the columns of the relation the
 * numbers of the publications (gov.publications) by which a version was there first, and was no longer. */
typedef struct {
    const char *relation;         /* `marts.fct_orders`: the name of its step, which a run may have or not */
    const char *table;            /* quoted: `gov_history.marts__fct_orders` */
    GovTexts make;                /* statements that make it where it is not there; safe to run at any time */
    const GovHistoryColumn *columns;
    size_t column_count;
    GovTexts write;               /* statements of the publishing transaction, once the relation is in place, with $1 the number of the
                                   * publication: end versions that are gone or changed, begin those that are new */
    const char *words;            /* how long they are kept, `5 years`; null: for ever */
    const char *horizon;          /* query: the last publication that need not be remembered, or null; null: all are */
    const char *forget;           /* with $1 its number: removes versions that had ended then */
    GovPlace place;
} GovHistory;

/* Rows that are removed when they are older than `keeping rows` says: by every run, from what readers see and from its history. */
typedef struct {
    const char *relation;
    const char *words;            /* `2 years by received_at` */
    const char *tables;           /* query: the number of tables of its published name; 0: there is nothing to erase yet */
    GovTexts erase;               /* statements of the publishing transaction */
    GovPlace place;
} GovRetention;

/* ------------------------------------------------------------------- plan */

typedef struct {
    const char *name;
    const char *engine;           /* `duckdb`, `postgres`, `trino` */
    GovSettings settings;         /* path, dsn, … as declared */
} GovTarget;

typedef struct {
    int abi;                      /* GOV_PLAN_ABI of the compiler that made it */
    const char *gov_version;
    const char *project;
    const char *timezone;
    const char *source_hash;      /* sha256 (hex) of all `.gov` texts in order of path */
    const char *hash;             /* sha256 (hex) of everything below */
    const char *revision;         /* git revision of the project, or null */
    const char *job;              /* whose run it is, or null: somebody's */
    const char *condition;        /* of the job: a query of one boolean; nothing is run unless it gives true. Null: none */
    GovTarget target;
    GovSettings constants;        /* consts that places may name: `bcb` */
    GovTexts setup;               /* statements before the first step: schemas */
    const GovStep *steps;         /* in an order in which they may run one after another */
    size_t step_count;
    const GovUnitTest *unit_tests;
    size_t unit_test_count;
    GovAccess access;
    GovTexts comments;            /* statements of the publishing transaction: words of relations that are not built */
    const GovHistory *histories;  /* of every relation that keeps history, whatever is selected */
    size_t history_count;
    const GovRetention *retentions;
    size_t retention_count;
} GovPlan;

#endif
