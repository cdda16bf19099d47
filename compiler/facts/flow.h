/* What the files of flow share: flow.c labels relations, flow_expr.c expressions, flow_rows.c row sets, flow_lookup.c finds
 * the joins that look up one row, flow_path.c the way that a label takes.
 *
 * The rules, and what they promise, are those of docs/flow.md: D is the label of a value, M of a row set (which rows there
 * are), U the part of D that a choice by the value may not lower. Each join in a rule is a term of terms.def. */
#ifndef GOV_FLOW_H
#define GOV_FLOW_H

#include "compiler/facts/internal.h"

typedef enum {
#define TERM(name, words) TERM_##name,
#include "compiler/facts/terms.def"
#undef TERM
    TERM_COUNT
} Term;

/* Where a label comes from, kept only while a path is looked for: a leaf (a column of a relation that is read, or the rows of
 * such a relation), or two trails, perhaps lowered by a choice. */
typedef struct Trail {
    const struct Trail *one, *other;
    const Column *column;
    const Relation *rows;
    bool chosen;           /* of what is below only influence and what cannot be lowered comes through */
    Span span;
    const char *how;       /* "where", "join key" …; null: as a value */
} Trail;

/* What is known of a value. */
typedef struct Value {
    FlowLabel d, u;
    FlowLabel key;         /* what it tells besides `d` by being an opaque key … */
    const Column *domain;  /* … of this domain; null: it is no plain key, and `key` is nothing */
    const void *scan;      /* the table, as it stands in FROM, whose rows it is of; null: constant; SCAN_MANY */
    const Trail *trail;
} Value;

/* Which rows there are. */
typedef struct Presence {
    FlowLabel m;
    const Trail *trail;
} Presence;

/* A SELECT whose expressions are being looked at. */
typedef struct Grouping {
    Select *select;
    Presence input;        /* the rows that are grouped */
    Value keys;            /* of all that they are grouped by */
    const Rows *rows;      /* without a SELECT: all that there is to group */
} Grouping;

typedef struct Flow {
    Program *program;
    const Facts *facts;
    Arena *arena;          /* scratch */
    Map values;            /* Column → Value */
    Map tables;            /* CTE → Presence */
    Map scans;             /* pairs that are interned */
    Grouping *grouping;
    uint32_t lambdas;      /* within so many: their parameters are what the call's other arguments are */
    bool recursive;        /* within the step of a recursive CTE */
    bool recording;
    bool unknown;          /* met what cannot be followed */
    const Relation *relation; /* that is labelled; null: none */
    Presence missing;      /* what decides whether rows of a table of a delivery were found by an outer join */
    int off;               /* in a test build: the term that is switched off, or -1 */
} Flow;

extern const char SCAN_MANY[];
#ifdef GOV_FLOW_MUTANTS
extern int flow_term_off;  /* the only variable of the program: in a test build */
#endif

/* Whether a term of the rules is switched off: never, but in a test build. */
static inline bool is_off(const Flow *flow, Term which) {
#ifdef GOV_FLOW_MUTANTS
    return flow->off == (int)which;
#else
    (void)flow, (void)which;
    return false;
#endif
}

/* A label as a term of a rule. */
static inline FlowLabel term(const Flow *flow, Term which, FlowLabel label) {
    return is_off(flow, which) ? (FlowLabel){0} : label;
}

/* ------------------------------------------------------------- values */

Value flow_value(Flow *flow, Node *expr);
/* A value as a term of a rule. */
Value part(const Flow *flow, Term which, Value value);
/* The value of a column of a table in FROM, of a query, or of a relation. */
Value flow_column(Flow *flow, Column *column);
void flow_set(Flow *flow, const Column *column, Value value);
/* Where that value is kept. */
Value *flow_place(Flow *flow, const Column *column);
/* What is known of a relation's column, as a value. */
Value flow_of_column(const ColumnFlow *column);
/* Both, of which something is computed; `equal`: only whether they are equal. */
Value flow_combined(Flow *flow, Value a, Value b, bool equal);
/* Both, one beside the other. */
Value flow_joined(Flow *flow, Value a, Value b);
/* Whether anything tagged may be learnt of it: what is not told need not be asked for. */
bool flow_tells(Value value);
/* Without what is only an opaque key. */
Value flow_without_key(Value value);
/* A value of what decides which rows there are. */
Value flow_of_rows(Presence presence);
/* What a choice by the value tells. */
Presence flow_chosen(Flow *flow, Value value, Span span, const char *how);
/* The same of a predicate, part by part where it is joined by AND. */
Presence flow_choice(Flow *flow, Node *predicate, const char *how);
/* Every column of a row set. */
Value flow_columns(Flow *flow, const Rows *rows);
/* The rows of the one item of FROM, their keys found (in the program's arena); null: it has several, or none. */
const Rows *rows_of_from(Arena *arena, const Select *select);
/* Whether the expressions, as they are sorted or partitioned by, hold a key of the rows. */
bool flow_holds_key(const Rows *rows, const Nodes *exprs, const Nodes *more);
/* Those of the sorts that decide the order of the rows: what stands behind a key (`more`: what is equal anyhow) decides nothing. */
Nodes flow_deciding(const Rows *rows, const Nodes *sorts, const Nodes *more);
/* Whether values that compare as equal are the same: 0.0 and -0.0, and `1 month` and `30 days`, are not. */
bool flow_is_exact(const Type *type);
/* Whether the expressions hold the column, and equal values of it are the same: the order tells rows apart that differ in it. */
bool flow_is_sorted_by(const Nodes *exprs, const Column *column);

/* --------------------------------------------------------------- rows */

Presence flow_rows(Flow *flow, Node *rowset);
void flow_add_rows(Flow *flow, Presence *into, Term which, Presence from);
void flow_add(Flow *flow, Value *into, Term which, Value from);
/* Whether a join finds for each row of its left (right) side at most, or exactly, one row of the other: then that side's
 * rows are the rows of the join. */
bool flow_looks_up_right(Flow *flow, const Join *join);
bool flow_finds_parent(Flow *flow, const Join *join, bool parent_is_right);

/* `history(x)` in FROM, and what it has. */
bool flow_is_history(const TableFunction *table);
Presence flow_history(Flow *flow, const TableFunction *table);
/* What the rows of a relation tell besides, that is built by key or by period; `out` has its columns. */
Presence flow_built_rows(Flow *flow, const Relation *relation, const RelationFlow *out);
/* A name that is bound to no column: of a table that a delivery keeps, if the relation reads one; else it is not followed. Null:
 * all that such a table has. */
Value flow_unbound(Flow *flow, const Name *name);
/* The column of a relation, that is delivered, by whose name a table that the delivery keeps has one; or null. */
const Column *flow_delivered_column(const Program *program, const Relation *reader, const Name *name);
/* Whether it is a column of the ledger's tables that counts rows, or says such a count in words. */
bool flow_is_count(const Relation *relation, const Column *column);
/* Whether it is a table that a delivery keeps, and which rows it has. */
bool relation_is_delivered(const Relation *relation);
Presence flow_delivered_rows(Flow *flow, const Relation *table);

/* Labels one relation, whose reads are labelled. */
void flow_relation(Flow *flow, const Relation *relation, RelationFlow *out);
Flow flow_open(Program *program, const Facts *facts, Arena *arena);

/* ------------------------------------------------------------- trails */

const Trail *trail_leaf(Flow *flow, const Column *column, const Relation *rows, Span span);
const Trail *trail_both(Flow *flow, const Trail *one, const Trail *other);
const Trail *trail_step(Flow *flow, const Trail *of, bool chosen, Span span, const char *how);

#endif
