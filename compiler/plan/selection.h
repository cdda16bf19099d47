/* Which relations --select and --exclude mean. */
#ifndef GOV_PLAN_SELECTION_H
#define GOV_PLAN_SELECTION_H

#include "compiler/plan/internal.h"

/* How a relation's own declaration stands to the one that it is held against. */
typedef enum { PLAN_STANDING_SAME, PLAN_STANDING_NEW, PLAN_STANDING_MODIFIED } PlanStanding;

/* The relations that the selection of the options names, as a map from Relation to itself; `standings` (null: not known) has the
 * PlanStanding of each that is not the same. False: reported. Grammar: selection.c. */
bool plan_select(const Program *program, const PlanOptions *options, const Map *standings, Map *ret_selected);

/* standing.c: the standings of all relations; the planner's relations have their meaning. */
Map plan_standings(Planner *planner);

#endif
