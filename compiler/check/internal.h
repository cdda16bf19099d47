/* What the checks share. */
#ifndef GOV_CHECK_INTERNAL_H
#define GOV_CHECK_INTERNAL_H

#include "compiler/check/check.h"

typedef struct FoundCall { const Call *call; Select *select; } FoundCall;          /* and the innermost SELECT around, or null */
typedef struct FoundSelect { Select *select; const Nodes *order; } FoundSelect;    /* and the ORDER BY of its query, or null */

/* What a query is made of, in order of writing. */
typedef struct Found {
    VEC(FoundCall) calls;
    VEC(FoundSelect) selects;
    VEC(const Join *) joins;
    VEC(const TableRef *) tables;
} Found;

struct Checking {
    Facts *facts;
    Program *program;
    Diag *diag;
    Arena *arena;
    Relation *now;               /* that the checks by EACH look at … */
    Found found;                 /* … and what its query is made of */
};

#define EACH(function) void function(Checking *checking);
#define CHECK(function) void function(Checking *checking);
#include "compiler/check/checks.def"
#undef EACH
#undef CHECK

/* Of a check by EACH: runs a function for the relation at hand, which could be understood, within its expansion. */
void each_relation(Checking *checking, void (*check)(Checking *checking, Relation *relation));
/* Sets `found` to what a query (null: nothing) is made of, subqueries included. */
void find_parts(Checking *checking, Node *query);
/* Whether the relation's columns are all known. */
bool has_rows(const Relation *relation);
/* Reports that a relation has no such column, with near names. `what` says what names it: "the grant". */
Report *report_no_column(Checking *checking, const Relation *relation, Part part);
/* The column of a name; reports it if there is none. Null also where the columns are not known. */
Column *need_column(Checking *checking, const Relation *relation, Part part);
/* Reports every name in an expression over a relation's columns that is no column of it. */
void need_columns_of(Checking *checking, const Relation *relation, Node *expression);
/* Where a relation's name is declared. */
Span name_span(const Relation *relation);
/* Whether an error was reported of a place within a span: what is missing there is not another fault. */
bool has_error_in(const Checking *checking, Span span);
/* Whether an exception lifts a policy of a relation; it counts as used then: ask only where something would be reported. */
bool is_excepted(const Checking *checking, const Relation *relation, Policy policy);
bool type_is_poison(const Type *type);

#endif
