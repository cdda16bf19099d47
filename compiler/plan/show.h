/* What the plan in text and in JSON share. */
#ifndef GOV_PLAN_SHOW_H
#define GOV_PLAN_SHOW_H

#include "compiler/plan/plan.h"

typedef struct PlanCounts {
    size_t create, load, rebuild, unchanged, test, not_run, undeclared;
    size_t refresh;                /* of load and rebuild: only because data may have changed */
    size_t tests;
    size_t roles, granted, revoked, comments;
} PlanCounts;

PlanCounts plan_count(const Plan *plan);
/* A change in one line, without a line end. */
void plan_show_change(const PlanChange *change, Buffer *out);

/* Whether a step of the plan puts a relation in place. */
bool plan_publishes(const GovPlan *govplan, const char *relation);

#endif
