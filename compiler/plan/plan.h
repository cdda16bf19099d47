/* What to do at one target, and why: the steps of runtime/plan.h, in order, from the program and what the ledger knew.
 *
 * Pure: everything that is known of the world comes in through PlanOptions. Equal input gives equal bytes. */
#ifndef GOV_COMPILER_PLAN_H
#define GOV_COMPILER_PLAN_H

#include "compiler/emit/emit.h"
#include "compiler/facts/facts.h"
#include "runtime/plan.h"
#include "runtime/state/state.h"

/* The last published state of a step, as the ledger has it. */
typedef struct PlanStepState {
    const char *name;              /* `marts.fct_orders` */
    const char *fingerprint;
    const char *materialization;   /* `table`, `view`, `source` */
    bool same_data;                /* a source whose origin is known not to have changed */
    bool same_files;               /* a source of files that are known not to have changed, whatever its declaration was */
    const char *outline;           /* GovStep's; null: not known */
    int64_t run_id;                /* by which it was published */
    const char *pending;           /* of a model built by period: the days that are missing or failed, in words; null: none */
} PlanStepState;

/* How a step ended in the last run. FAIL: a test of it did not pass; ERROR: anything else. */
typedef enum { PLAN_RESULT_SUCCESS, PLAN_RESULT_WARN, PLAN_RESULT_FAIL, PLAN_RESULT_ERROR, PLAN_RESULT_SKIPPED } PlanResult;

typedef struct PlanStepResult {
    const char *name;
    PlanResult result;
} PlanStepResult;

typedef struct PlanState {
    bool known;                    /* false: the target could not be asked, so nothing is called new or unchanged */
    const PlanStepState *steps;
    size_t step_count;
    const PlanStepResult *results; /* of the last run */
    size_t result_count;
    int64_t last_run;              /* number of the newest run; 0: none */
    const TargetState *server;     /* what the target has; null: it was not asked */
} PlanState;

typedef enum { PLAN_RUN, PLAN_TEST } PlanWhat;

typedef struct PlanOptions {
    const Target *target;          /* null: a DuckDB database in memory */
    PlanWhat what;
    const char *const *select;     /* each an argument of --select: terms by space are a union; none: everything */
    size_t select_count;
    const char *const *exclude;
    size_t exclude_count;
    const PlanState *state;        /* null: not known */
    const PlanState *compare;      /* what `state:` holds the project against; null: `state` */
    bool full_refresh;             /* run what is unchanged, too */
    const char *from, *to;         /* ISO dates of a backfill: models built by period run; null: none */
    bool verify_proofs;            /* run tests that were proved, too */
    const Role *role;              /* on an engine without roles: the views that this one reads by; null: none */
    const char *gov_version;
    const char *revision;          /* of git; may be null */
    int64_t rollback_to;           /* number of the run whose tables are put in place again, out of their history; 0: none */
    const Deferred *job;           /* whose run it is; null: somebody's */
} PlanOptions;

typedef enum {
    PLAN_LOAD, PLAN_CREATE, PLAN_REBUILD, PLAN_UNCHANGED, PLAN_INLINE, PLAN_ONLY_TEST, PLAN_NOT_RUN,
    PLAN_UNDECLARED,               /* published by an earlier run, no longer in the project: left as it is */
} PlanAction;

/* What of a relation is not as it was published. */
typedef enum {
    PLAN_STORED,                   /* a table that was a view, and the like */
    PLAN_COLUMN_ADDED,
    PLAN_COLUMN_DROPPED,
    PLAN_COLUMN_TYPE,
    PLAN_COLUMN_COMPUTED,          /* its expression is another */
    PLAN_QUERY,                    /* the query, in no column's own expression: from, where, group by, `with` … */
    PLAN_ROWS,                     /* which rows there are, because of what it reads */
    PLAN_TESTS,
    PLAN_BY_HAND,                  /* the server's relation is not as gov left it: the run makes it anew */
} PlanChangeKind;

typedef struct PlanChange {
    PlanChangeKind kind;
    const char *column;            /* or null */
    const char *before, *after;    /* types, materializations; else null */
    const char *upstream;          /* the relation whose change of a column makes this one; or null */
    const char *words;             /* of PLAN_BY_HAND: what somebody did; else null */
} PlanChange;

typedef VEC(PlanChange) PlanChanges;

/* One line of what `gov plan` shows; a step that does not run has no `step`. */
typedef struct PlanEntry {
    PlanAction action;
    const char *name;
    const char *materialization;
    const char *reason;
    bool refresh;                  /* only because data may have changed: the declaration is what was published */
    PlanChanges changes;           /* since it was published; none of what is new, or unchanged */
    const char *fingerprint;       /* null: PLAN_UNDECLARED, PLAN_NOT_RUN */
    const char *outline;           /* GovStep's; null: the same */
    const char *sql;               /* a model's query with published names, without its head comment; null: others */
    const Relation *relation;      /* null: PLAN_UNDECLARED, PLAN_NOT_RUN */
    const GovStep *step;           /* in `govplan`, or null */
} PlanEntry;

/* What a run does beside its steps: `+ grant SELECT on marts.orders to shop_partner`. */
typedef struct PlanAct {
    char sign;                     /* `+`, `-`, `~` */
    const char *kind;              /* `role`, `role view`, `role table`, `grant`, `revoke`, `comment` */
    const char *object;            /* what it is done to, in words */
    const char *words;             /* why, or null */
    const char *sql;               /* the statement; null: several */
    GovPlace place;                /* what declares it; or nowhere */
} PlanAct;

typedef enum {
    DRIFT_REPORTED,                /* a run leaves it; adopted, it is reported no more */
    DRIFT_REVOCABLE,               /* a run leaves it; adopted, the next run takes it back */
    DRIFT_MENDED,                  /* it is gov's own: the next run makes it anew */
} PlanDriftEnd;

/* Something that the server has and that the files do not say. */
typedef struct PlanDrift {
    const char *kind;              /* `privilege`, `public privilege`, `grant option`, `default privilege`, `member`, `role flag`,
                                    * `owner`, `foreign object`, `row security`, `policy`, `trigger`, `rule`, `publication`,
                                    * `view`, `role view` */
    PlanDriftEnd end;
    StatePrivilege what;           /* never null texts */
    const char *words;
    const char *undo;              /* a statement that takes it back; or null */
    const char *key;               /* of gov.accepted */
} PlanDrift;

/* How much of what is published now a release shows. */
typedef struct PlanRelease {
    const char *relation;          /* `marts.city_sales` */
    const char *subject;           /* whose groups it counts: `customer_id` */
    int64_t least;                 /* people of a group that is shown */
    VEC(const char *) columns;     /* of sums and counts, which add up over groups */
    const char *sql;               /* one row: groups, groups that are shown, and the share of each column that is (0 … 1) */
    double *numbers;               /* its cells, NAN where null; plan_make() leaves them to whoever asks the target */
    bool asked;                    /* `numbers` are filled */
    GovPlace place;
} PlanRelease;

typedef struct Plan {
    GovPlan govplan;               /* for gov_run(), gov_test(); lives in the program's arena */
    VEC(PlanEntry) entries;        /* everything selected, in order of the program */
    VEC(PlanAct) acts;             /* none where the server was not asked */
    VEC(PlanDrift) drifts;         /* the same */
    VEC(PlanRelease) releases;     /* of relations that the server has */
    uint32_t accepted;             /* drifts that were accepted, and are not listed */
    const PlanState *state;        /* PlanOptions.state */
    const char *schemas;           /* the target's pattern of schemas, or null */
    StateScope scope;              /* the schemas and roles that the project manages at the target, whatever is selected */
} Plan;

/* Makes the plan. Gives null after an error was reported to the program's diag (unknown selector, a construct that the
 * engine lacks). */
Plan *plan_make(const Facts *facts, const PlanOptions *options);

/* Whether one of the arguments of --select or --exclude asks by this method, `state` or `result`. */
bool selection_asks(const char *const *arguments, size_t count, const char *method);

/* Whether the target is what the project says: nothing to make, change or take away, and no drift. What a run would only load
 * or build again, because data may have changed, does not count. */
bool plan_is_empty(const Plan *plan);

typedef struct PlanTextOptions {
    bool colours;
    bool sql;                      /* show each query, too */
} PlanTextOptions;

/* As terraform shows it: a line an entry with its sign and reason, then a summary. */
void plan_text(const Plan *plan, const PlanTextOptions *options, Buffer *out);
/* The same as one JSON object, ending with a line end: docs/reference/plan.md. */
void plan_json(const Plan *plan, Buffer *out);
/* The whole plan as a C program that does it: constant structs and a main() that calls gov_plan_main(). */
void plan_print_c(const GovPlan *plan, Buffer *out);
/* Every statement of the plan in order, with comments: `gov dump --stage=plan`. */
void plan_dump(const Plan *plan, Buffer *out);

#endif
