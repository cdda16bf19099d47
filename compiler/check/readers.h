/* One reader of one relation, and what is said of it: what grants, shares, deliveries and dashboards share. */
#ifndef GOV_READERS_H
#define GOV_READERS_H

#include "compiler/check/internal.h"
#include "compiler/facts/access.h"

/* `access` says what of the relation is read, and what that tells; `span` is where the reader names it. `told`: the categories
 * that were reported of this reader already, all bits of each. */
typedef struct Reading {
    Checking *checking;
    const char *reader;            /* "role `partner`", "delivery `bank` to role `fund`" */
    const Role *role;              /* null: nobody in particular */
    const Grant *grant;            /* null: what reads it is no grant */
    const Relation *relation;
    const RelationFlow *flow;
    Span span;
    RelationAccess access;
    FlowLabel clearance;
    FlowLabel *told;               /* or null */
} Reading;

/* Reports, once a category, what is read above the clearance: which rows there are, else the first column that tells it. */
void reading_check(const Reading *reading);
/* Reports that what the relation tells is not known; silent where an error was reported already. */
void reading_report_unknown(const Reading *reading);
/* Offers, as an edit, to clear the role for a category up to a level. */
void help_clear(const Reading *reading, Report *report, const Tag *tag, Level level);
/* Notes the way that a category takes to a column of a relation (null: to its rows). */
void report_way(Checking *checking, Report *report, const Relation *relation, const Column *column, const Tag *tag, Level cleared);

#endif
