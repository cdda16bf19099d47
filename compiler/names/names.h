/* The program: every declaration collected, every name bound, templates instantiated, functions inlined, `for` unrolled.
 *
 * names_bind() takes the trees of all files (stdlib first) and gives a Program whose relations are in dependency order.
 * What names cannot find is reported once with near names, and left null; later phases are silent about null. */
#ifndef GOV_NAMES_H
#define GOV_NAMES_H

#include "compiler/types/types.h"

/* title: `name = '…'`, else the name; email: empty if not given as a literal. */
typedef struct Owner { Name *name; Decl *decl; Text title, email; } Owner;

/* A category. Law: on what basis its data are processed (an index of legal_basis.def, or -1), for which purposes, and how long
 * they are kept (null: not said). */
typedef struct Tag {
    Name *name;
    Decl *decl;
    Text words;
    VEC(struct Tag *) implies;
    uint32_t index;
    int basis;
    VEC(Part) purposes;
    const Duration *retention;
} Tag;

typedef enum { LEVEL_NONE, LEVEL_AGGREGATE, LEVEL_INFLUENCE, LEVEL_PSEUDONYM, LEVEL_PARTIAL, LEVEL_RAW } Level;

typedef struct Cleared { Tag *tag; Level level; } Cleared;
typedef struct Role { Name *name; Decl *decl; VEC(Cleared) cleared; VEC(struct Role *) includes; VEC(Part) purposes; } Role;

typedef enum { STORED_DEFAULT, STORED_VIEW, STORED_TABLE, STORED_FILES, STORED_INLINE } Stored;

/* What a layer requires of its relations, and constructs that it may forbid: policy.def. */
typedef enum Policy {
#define REQUIRED(id, word) POLICY_##id,
#define FORBIDDEN(id, word, what) POLICY_##id,
#include "compiler/names/policy.def"
#undef REQUIRED
#undef FORBIDDEN
    POLICY_COUNT
} Policy;

static inline unsigned policy_bit(Policy policy) { return 1u << policy; }
/* "cross_join", as it is written; and "a cross join", as a message says it. */
const char *policy_word(Policy policy);
const char *policy_what(Policy policy);

typedef struct Layer {
    Name *name;
    Decl *decl;
    Owner *owner;
    VEC(struct Layer *) reads;
    Stored stored;
    unsigned requires_;           /* policy_bit() of each that is required */
    unsigned forbids;             /* and forbidden, by the project too */
    Map relations;                /* Name → Relation: those of the layer */
} Layer;

typedef struct UnitDecl { Name *name; Decl *decl; } UnitDecl;

/* A named type with its contract: `type cep5 as text tag place check (…)`. Its constraints are added to the columns
 * that use it, before the column's own. */
typedef struct NamedType { Name *name; Decl *decl; const Type *type; const Unit *unit; Nodes constraints; } NamedType;

typedef enum { TEST_NOT_NULL, TEST_KEY, TEST_UNIQUE, TEST_IN, TEST_MATCHES, TEST_CHECK, TEST_REFERENCES, TEST_TRACES, TEST_DETERMINES, TEST_QUERY } TestKind;
typedef enum { VERDICT_TO_RUN, VERDICT_PROVED, VERDICT_REFUTED } Verdict;

/* A test of a relation: a constraint of a column or column list, or a `test` declaration. */
typedef struct Test {
    TestKind kind;
    const char *name;             /* `not null order_id`, or its title */
    struct Relation *relation;    /* null: a `test` on a relation that there is not */
    Decl *decl;                   /* of `test '…'`; null for a constraint */
    VEC(Column *) columns;        /* of relation; set by types once its columns are known. None: TEST_QUERY, row checks */
    VEC(Name *) column_names;     /* as declared */
    Constraint *constraint;       /* null for TEST_QUERY */
    Node *check;                  /* CHECK, IN, MATCHES: the predicate as a typed expression over the relation's columns; a
                                   * row fails if it is false, not if it is null */
    struct Relation *referenced;  /* REFERENCES */
    VEC(Name *) referenced_names; /* empty: its key */
    Query *query;                 /* TEST_QUERY */
    VEC(struct Relation *) reads; /* relations that the query reads */
    bool warn;
    int64_t warn_above;
    Owner *owner;
    Span span;
    Text doc;
    Verdict verdict;              /* set by check */
    const char *because;          /* why proved or refuted: "grouped by it" */
} Test;

/* What a relation's column list says of a column. */
typedef struct ColumnFacts {
    ColumnDecl *decl;
    Name *name;
    struct Relation *relation;
    NamedType *named;             /* of `money_brl`, or null */
    const Type *type;             /* null: not stated */
    const Unit *unit;
    bool not_null;                /* said, or key */
    bool in_key;                  /* `key` beside it, or in the list's `key (…)` */
    bool is_public;
    bool opaque_key;              /* `tag personal as key` */
    bool from_path, from_request;
    VEC(Tag *) tags;              /* own and of the named type */
    Text format;                  /* of a date in a source, or empty */
    Text path;                    /* place in a body, or empty */
} ColumnFacts;

/* SYSTEM: tables that gov keeps (`gov.runs`): declared as sources in stdlib, filled by nobody's plan; among the program's
 * relations only if something names them. */
typedef enum { RELATION_SOURCE, RELATION_MODEL, RELATION_SYSTEM } RelationKind;

typedef struct Relation {
    RelationKind kind;
    Name *name;                   /* `orders` */
    Name *full_name;              /* `raw.orders` */
    Layer *layer;
    Decl *decl;
    Owner *owner;                 /* its own, else its layer's */
    Stored stored;                /* as it will be built: its own, else its layer's, else view; sources: table */
    Name *status;                 /* certified, draft, legacy, or null */
    VEC(ColumnDecl *) declared;   /* columns of the list, `for` unrolled */
    VEC(ColumnFacts *) facts;     /* beside `declared` */
    bool open_list;               /* the list ends with `...` (or there is no list) */
    Rows *rows;                   /* set by types */
    VEC(Test *) tests;
    Query *query;                 /* of a model, null for unpacking and native */
    VEC(struct Relation *) reads; /* each once, in order of first mention */
    VEC(struct Relation *) read_by;
    VEC(Span) read_spans;         /* beside `reads`: where it is first mentioned */
    VEC(struct Deferred *) used_by; /* dashboards, jobs, deliveries … that name it */
    uint32_t order;               /* in the program's dependency order */
    uint32_t mark;                /* of names: who read it last, so that `reads` has it once */
    uint32_t revision;            /* the program's that declares it */
    bool mentioned;               /* of names: something names it */
    bool bad;                     /* could not be understood: later phases leave it alone */
} Relation;

/* `mask pseudonym(value text) returns text to pseudonym as …`: one parameter. */
typedef struct Mask { Name *name; Decl *decl; const Type *takes, *gives; Level level; } Mask;

/* What one declaration grants to one of its roles. A relation is in at most one Grant of a role: one by name wins over
 * one by pattern. */
typedef struct Grant {
    Decl *decl;
    Role *role;
    VEC(Relation *) relations;    /* patterns expanded */
    VEC(Span) spans;              /* beside `relations`: where it is named, or the pattern */
    bool by_pattern;
    VEC(Part) columns;            /* none: all */
    Node *where;                  /* as written */
    VEC(Node *) filters;          /* beside `relations`: `where` over each of them; none if there is no `where` */
    bool hiding;
    VEC(Masking *) maskings;
    VEC(Mask *) masks;            /* beside `maskings`; null: `with null`, or unknown */
    Text until;                   /* `2027-03-31`, or empty */
} Grant;

typedef struct UnitTest {
    Decl *decl;
    const char *name;
    Relation *relation;
    VEC(Given *) given;
    VEC(Relation *) given_relations;   /* beside `given` */
    Given *expected;
} UnitTest;

typedef struct Target { Name *name; Name *engine; Decl *decl; } Target;

/* `exception key on marts.old because …`: what a policy does not ask of these relations. */
typedef struct Exception {
    Decl *decl;
    Policy policy;
    VEC(Relation *) relations;
    VEC(bool) used;               /* beside `relations`: set by the checks where it lifts something */
} Exception;

/* Declarations of kinds that this version resolves and shows but does not run yet. */
typedef struct Deferred {
    Decl *decl;
    const char *kind;             /* "delivery"; also "release", "endorse", "share" */
    const char *name;             /* as declared; of a release: its relation; of a share: `marts.orders to partner` */
    Owner *owner;
    VEC(Relation *) reads;        /* relations that it names, each once; of a job: that it selects by name */
    VEC(struct Deferred *) uses;  /* metrics of a dashboard or metric; what replaces a legacy dashboard */
    VEC(Role *) roles;            /* for whom */
    Level level;                  /* of a release or endorsement: to which it lowers */
} Deferred;

/* value: a literal (perhaps with a minus), a typed literal, a call of env() or secret(); or, if `is_list`, a ROW. */
typedef struct Const { Name *name; Decl *decl; Node *value; bool is_list; } Const;

/* A relation handed to a template that states which columns it needs; checked once columns are known. */
typedef struct Handed { Decl *templ; Param *param; Parts name; Relation *relation; Span use; } Handed;

typedef struct Program {
    Arena *arena;
    Names *names;
    Sources *sources;
    Diag *diag;
    TypeTable *types;
    Decl *project;                /* null if there is none */
    const char *project_name;
    const char *timezone;
    VEC(Target *) targets;
    VEC(Owner *) owners;
    VEC(Layer *) layers;
    VEC(Tag *) tags;
    VEC(Role *) roles;
    VEC(UnitDecl *) units;
    VEC(NamedType *) named_types;
    VEC(Const *) consts;
    VEC(Decl *) user_functions;   /* `function … as`: inlined; kept for the catalog and unused warnings */
    Map functions;                /* Name → Function of stdlib */
    VEC(Relation *) relations;    /* in dependency order */
    Map by_name;                  /* full name → Relation */
    Map const_names;              /* Name → Const */
    VEC(Test *) tests;            /* all, in order of relation and writing */
    VEC(UnitTest *) unit_tests;
    VEC(Grant *) grants;
    VEC(Mask *) masks;
    VEC(Exception *) exceptions;
    VEC(Deferred *) deferred;
    VEC(Query *) queries;         /* bare queries: `gov query` */
    VEC(ColumnFacts *) column_facts;
    VEC(Handed *) handed;
    VEC(Decl *) stdlib_functions; /* in order of writing: `functions` is made of them */
    Map expansions;               /* Node (root of instantiated text) → Expansion */
    struct Binder *binder;        /* of names */
    uint32_t revision;            /* 0: the whole; else it stands before another program: names_revise() */
    bool (*zone_exists)(const char *zone); /* set by the session before the checks; null: every time zone does */
    const char *run_date;         /* `2026-11-21`, set by the session before the checks; null: dates do not expire */
} Program;

/* Trees in order: stdlib's files, then the project's by path. Always gives a program. */
Program *names_bind(Arena *arena, Names *names, Sources *sources, Diag *diag, Tree **trees, uint32_t tree_count);
/* A file whose text was replaced. */
typedef struct Revised { const Tree *before; Tree *after; } Revised;

/* The program with some files' texts replaced: a program of the relations, tests and unit tests of these files only, whose
 * names are found among its own and then among those of `base`, which stays as it is and must outlive it. Null, and
 * nothing is to be made of the reports, if other things changed than queries, column lists and tests: then only names_bind()
 * of all the trees tells. */
Program *names_revise(const Program *base, Arena *arena, Sources *sources, Diag *diag, const Revised *files, uint32_t count);
/* The relation of a dotted name, or null without a report. */
Relation *program_relation(const Program *program, Parts name);
/* Versions of rows are in tables of this schema, which have beside the columns of their relation the numbers of the publications by
 * which a version was there first, and was no longer (null: it still is). */
#define HISTORY_SCHEMA "gov_history"
#define HISTORY_FROM "gov_from"
#define HISTORY_TO "gov_to"
/* Whether the versions of its rows are kept. */
bool relation_keeps_history(const Relation *relation);
/* The relation of `history(relation)` in FROM, or null: it is another function, or there is no such relation. */
Relation *history_relation(const Program *program, const TableFunction *table);
/* Why the state of a relation at an earlier moment is not known: `relation` (its own, or one that it reads) `why`, such as "keeps no
 * history". A null relation: it is known, from its own history or by its query from those of all that it reads. */
typedef struct HistoryLack { const Relation *relation; const char *why; } HistoryLack;
HistoryLack history_lack(const Program *program, const Relation *relation);
/* Makes a REF that no column answers to the INLINED value of a literal constant of that name, in place; false if
 * there is none. A column hides a constant. */
bool program_inline_constant(Program *program, Ref *ref);
/* Walks into a node: if it is the root of instantiated text, reports from now on label the use too. Gives what was there
 * before, to be set back: `diag->expansion = before`. Roots are: declarations made by `use`, TABLE_QUERYs that stand for
 * a template, bodies of INLINED, items of an unrolled `for`, predicates taken from a named type. */
const Expansion *program_enter(Program *program, const void *node);
/* A deep copy of bound text of which every name means what it meant; types have not seen it. */
Node *names_copy(Arena *arena, const Node *node);
/* Writes what was bound, for `gov dump --stage=program`: equal programs give equal bytes. */
void program_dump(const Program *program, Buffer *out);
/* The value of an OPTION of a declaration, or null: its node (LITERAL, CALL of env/secret, REF …). */
Node *decl_option(const Decl *decl, const char *key);
/* The first clause of a kind, or null. */
Clause *decl_clause(const Decl *decl, ClauseKind kind);

#endif
