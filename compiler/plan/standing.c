/* `state:`: which relations are declared otherwise than where they are held against, what they read left aside. */
#include "compiler/plan/selection.h"

static const PlanStepState *find_before(const Map *by_name, const Relation *relation) {
    return map_get(by_name, relation->full_name);
}

/* The ledger has nothing of an inline model, which is part of what reads it. */
static PlanStanding standing_of(Planner *planner, const Planned *planned, const PlanStepState *before) {
    if (!before) return planned->relation->stored == STORED_INLINE ? PLAN_STANDING_SAME : PLAN_STANDING_NEW;
    bool same = before->outline && outline_is_own(planner, before->outline, planned);
    return same ? PLAN_STANDING_SAME : PLAN_STANDING_MODIFIED;
}

Map plan_standings(Planner *planner) {
    const PlanOptions *options = planner->options;
    const PlanState *held = options->compare ? options->compare : options->state;
    Map standings, by_name;
    map_open(&standings, planner->arena);
    map_open(&by_name, planner->arena);
    for (size_t i = 0; held && i < held->step_count; i++)
        map_put(&by_name, name_of(planner->program->names, held->steps[i].name), (void *)&held->steps[i]);
    for (uint32_t i = 0; i < planner->program->relations.count; i++) {
        Planned *planned = &planner->planned[i];
        if (!planned->rows) continue;
        planned->outline = own_outline(planner, planned);
        map_put(&standings, planned->relation, (void *)(uintptr_t)standing_of(planner, planned, find_before(&by_name, planned->relation)));
    }
    return standings;
}
