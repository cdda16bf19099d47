/* What the files of plan/ share. */
#ifndef GOV_PLAN_INTERNAL_H
#define GOV_PLAN_INTERNAL_H

#include "compiler/plan/plan.h"

/* A relation, as far as this plan is concerned. */
typedef struct Planned {
    const Relation *relation;
    bool selected;
    bool runs;                   /* it is loaded or built by this plan: others read what is staged */
    bool visited;                /* while ordering */
    uint32_t mark;               /* while looking for cycles */
    PlanAction action;
    const char *reason;
    const char *fingerprint;
    const char *outline;         /* GovStep's */
    const char *rows;            /* hash of what decides its rows, with the meaning of all that it reads: fingerprint.c */
    const char **columns;        /* the same of each column */
    const char *own_rows;        /* of an inline model, which is part of what reads it: without the meaning of what it reads */
    const char **own_columns;
    bool unstable;               /* built twice of the same data, it may differ */
    bool stale;                  /* it runs, and reads what is not as it is declared now: not selected, or built from such */
    bool fresh;                  /* it runs, and its data may change by more than its meaning does */
    PlanChanges changes;
    bool refresh;                /* it runs only because data may have changed */
    const char *sql;             /* of a model, with published names */
    VEC(struct Planned *) after; /* those that must have run before it: what it and its tests read */
    VEC(const Test *) late;      /* tests that read what is built from it: they run in a step of their own */
    const GovSource *source;     /* of a source */
    bool has_step;
    size_t step;                 /* its index, once ordered */
} Planned;

typedef struct Planner {
    const Facts *facts;
    Program *program;
    Arena *arena;
    const PlanOptions *options;
    const Dialect *dialect;
    const Dialect *judge;        /* of the embedded engine, which reads what is loaded and judges it */
    const char *schemas;         /* pattern of the target, or null */
    bool is_server;              /* built in a schema of its own, loaded over a connection: postgres.c */
    Planned *planned;            /* beside program->relations */
    Map by_relation;             /* Relation → Planned */
    Map state;                   /* Name of a relation → PlanStepState */
    VEC(Planned *) order;        /* those that run, each behind what it needs */
    VEC(GovStep) steps;
    uint32_t marks;
    bool failed;
} Planner;

typedef VEC(const char *) TextList;

Planned *planned_of(const Planner *planner, const Relation *relation);
typedef VEC(const Relation *) RelationList;
/* Adds a relation; in place of an inline model what that reads. */
void real_relations(Planner *planner, const Relation *relation, RelationList *list);

/* Names at the target. Of a schema not quoted. */
const char *schema_at_target(const Planner *planner, const Relation *relation);
const char *name_at_target(const Planner *planner, const Relation *relation);
const char *published_name(const Planner *planner, const Relation *relation);
/* Where it is built aside: tables `…__next`, views `…__next_view`. */
const char *staged_name(const Planner *planner, const Relation *relation);
/* For EmitOptions.relation: staged names of what runs, published ones of the rest; inline models: null. */
const char *name_in_run(void *planner, const Relation *relation);
const char *name_for_readers(void *planner, const Relation *relation);

/* `from (…) as alias`, behind a select list. */
void put_subquery(const char *sql, const char *alias, Buffer *out);
GovTexts texts_of(Arena *arena, const TextList *list);
GovPlace place_of(const Planner *planner, Span span);
/* The value of an option or constant as the runtime reads it: literal, env(), secret(). */
GovValue value_of(const Planner *planner, const Node *node);
GovSettings settings_of(const Planner *planner, const Nodes *options);

/* fingerprint.c: fills `rows` and `columns` of a relation; what it reads has them. */
void find_relation_meaning(Planner *planner, Planned *planned);
/* Fills `fingerprint`, `outline`, `source` and `sql`. */
void find_fingerprint(Planner *planner, Planned *planned);
/* The outline of what the relation itself says, for outline_is_own(): without the origin of a source. */
const char *own_outline(Planner *planner, const Planned *planned);
/* A fingerprint that no declaration has: of what is built from something that is not what is declared now. */
const char *stale_fingerprint(const Planner *planner, const Planned *planned);

/* source.c: the clause `from …` that holds for the target, or null. */
const Clause *source_origin(const Planner *planner, const Relation *source);
/* Whether bad rows are kept out instead of stopping the load. */
bool source_sorts_out(const Relation *source);
/* source.c: the origin of a source at the target, its columns and row checks. Null: reported. */
const GovSource *plan_source(Planner *planner, const Relation *source);
/* A DURATION; another node, or null: none. */
GovDuration duration_of(const Node *node);

/* tests.c */
typedef VEC(GovTest) TestList;
/* Whether a test is run as a query on the relation: not if it was proved, or is checked while loading. */
bool test_runs(const Planner *planner, const Test *test);
/* The SQL that selects the rows that are wrong, under these names of relations. Null: reported. */
const char *test_sql(Planner *planner, const Test *test, const char *(*name)(void *, const Relation *));
GovTest plan_test(Planner *planner, const Test *test);
/* The relations beside its own that a test reads. */
void test_reads(Planner *planner, const Test *test, RelationList *list);

/* tests.c: whether a test is of a column. */
bool test_names(const Test *test, const Column *column);

/* history.c: whether versions and ages of rows are looked after on the target's engine; fills histories and retentions. */
bool plan_keeps_memory(const Planner *planner);
void plan_memory(Planner *planner, GovPlan *govplan);
/* postgres.c: whether values hold texts, which are compared in an order of their own. */
bool holds_text(const Type *type);

/* unit.c */
void plan_unit_tests(Planner *planner, GovPlan *govplan);

/* step.c */
bool is_stored_view(const Relation *relation);
const Clause *clause_of(const Relation *relation, ClauseKind kind);
/* A name, quoted as needed. */
const char *quoted_name(const Planner *planner, const char *name);
/* A text as a literal of SQL. */
const char *string_of(const Planner *planner, const char *text);
/* The model's query under staged names, its rows sorted if they are stored so. */
const char *query_in_run(Planner *planner, const Relation *relation);
/* The same under other names, without its order. */
const char *query_under(Planner *planner, const Relation *relation, const char *(*name)(void *, const Relation *), void *context);
/* The same under the names that readers see, for a view. */
const char *query_for_readers(Planner *planner, const Relation *relation);
void add_comments(Planner *planner, const Relation *relation, TextList *list);
/* The columns of one index of `indexed by`, quoted and listed; `ret_words` gets their names joined by `_`. */
const char *index_columns(const Planner *planner, const Node *item, const char **ret_words);
/* `-- marts.x (models/x.gov)` and a line end. */
const char *step_head(const Planner *planner, const Relation *relation);

/* incremental.c: models that are `built by`. */
bool is_built_by_period(const Relation *relation);
bool is_built_by_key(const Relation *relation);
/* What its declaration says to a change of the model itself, to stand behind the reason: `: built whole`; "" of others. */
const char *increment_answer(const Relation *relation);
/* Where the rows of a model are built: what is staged, or the table that the staged view shows. */
const char *staged_table(const Planner *planner, const Relation *relation);
/* Adds to the statements of a step, made for a whole build, what building in parts needs. */
void plan_increment(Planner *planner, const Planned *planned, GovStep *step);

/* postgres.c: fills build, publish, in_place, comments and discard of a step at a server. */
void postgres_statements(Planner *planner, const Relation *relation, GovStep *step);
/* `create table …` with the relation's columns, empty, where it is built. */
const char *postgres_create_table(const Planner *planner, const Relation *relation);
/* Where the relation, or the quarantine of a source, is built aside. */
const char *postgres_staged(const Planner *planner, const Relation *relation, const char *suffix);
const char *postgres_staged_quarantine(const Planner *planner, const Relation *source);
/* Adds the statements that make the schema of what is built aside, new and empty. */
void postgres_setup(Planner *planner, TextList *list);

void plan_relation_step(Planner *planner, Planned *planned);
void plan_late_tests(Planner *planner, Planned *planned);
void plan_setup(Planner *planner, GovPlan *govplan);
const char *materialization_of(const Relation *relation);

/* What the relation itself says, without the meaning of what it reads: hashes. */
typedef struct OwnMeaning {
    const char *query;           /* of what decides its rows; of a source: its origin */
    const char *const *columns;  /* null of a source */
    const char *tests;
} OwnMeaning;

/* outline.c: what a relation is made of, in lines. */
const char *outline_of(Planner *planner, const Planned *planned, const OwnMeaning *own);
/* The same outline with the run since which its data is as it is. */
const char *outline_since(const Planner *planner, const char *outline, int64_t run_id);
/* The same of what is built from something that is not as it is declared. */
const char *outline_stale(const Planner *planner, const char *outline);
/* Whether an outline says the same of the relation itself as `planned->outline`, with other things read or not. */
bool outline_is_own(const Planner *planner, const char *outline, const Planned *planned);
/* Whether an outline is of rows and columns that mean what they mean now. */
bool outline_means(const Planner *planner, const char *outline, const Planned *now);
/* The run since which the data of a published relation is as it is. */
int64_t outline_data_run(const char *outline, int64_t run_id);
/* Adds to its changes what its outline has otherwise than the one before. What it reads has been compared already. */
void outline_compare(const Planner *planner, Planned *planned, const char *before);

/* by_hand.c: adds to its changes what somebody did to the published relation since gov left it. */
void find_done_by_hand(const Planner *planner, Planned *planned);

/* access.c: roles, role views, privileges and shares. */
void plan_access(Planner *planner, GovPlan *govplan);
/* Whether a declared share is written at the target; if not, why. */
bool plan_share_runs(const Planner *planner, const Deferred *share, const char **ret_why);

/* drift.c: adds to the plan what differs between it and the server. */
void plan_drift(Planner *planner, Plan *plan);
/* step.c: the statements of the words of a relation and of a column; without words, one that removes them. */
const char *comment_on_relation(Planner *planner, const Relation *relation);
const char *comment_on_column(Planner *planner, const Relation *relation, const Column *column);

/* jobs.c: the job's condition as a query of the target; null: it has none. */
const char *job_condition(Planner *planner, const Deferred *job);

/* kept.c: adds to the plan the releases of what the server has, with the queries that tell how much each shows. */
void plan_releases(Planner *planner, Plan *plan);

/* rollback.c: whether the relation can be had as an earlier run left it; if not, why. */
bool rollback_can(const Relation *relation, const char **ret_why);
/* The rows that it had then. */
const char *rollback_query(Planner *planner, const Relation *relation);
/* Takes what has no history out of the selection; what was asked for by name and has none is reported. */
void rollback_select(Planner *planner);

/* reason.c: fingerprints, and whether and why each relation runs. */
void plan_reasons(Planner *planner);

#endif
