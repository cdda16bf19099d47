#include "compiler/facts/facts.h"

static FlowLabel clearance_of(const Role *role, int depth) {
    FlowLabel clearance = {0};
    for (uint32_t i = 0; i < role->cleared.count; i++) {
        const Cleared *cleared = &role->cleared.items[i];
        if (cleared->tag) clearance = flow_label_join(clearance, flow_label_of(cleared->tag->index, cleared->level ? cleared->level : LEVEL_RAW));
    }
    for (uint32_t i = 0; depth < 32 && i < role->includes.count; i++)
        clearance = flow_label_join(clearance, clearance_of(role->includes.items[i], depth + 1));
    return clearance;
}

FlowLabel role_clearance(const Role *role) {
    return clearance_of(role, 0);
}

FlowLabel flow_told_by(const Facts *facts, const Relation *relation) {
    const RelationFacts *of = facts_of(facts, relation);
    return of && of->flow ? of->flow->all : (FlowLabel){0};
}
