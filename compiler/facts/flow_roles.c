/* What roles are cleared for, and what grants show them. */
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

static const Masking *masking_of(const Grant *grant, const Name *column, const Mask **ret_mask) {
    for (uint32_t i = 0; i < grant->maskings.count; i++)
        if (grant->maskings.items[i]->column.name == column) return *ret_mask = grant->masks.items[i], grant->maskings.items[i];
    return NULL;
}

static bool is_granted(const Grant *grant, const Name *column) {
    for (uint32_t i = 0; i < grant->columns.count; i++)
        if (grant->columns.items[i].name == column) return true;
    return !grant->columns.count;
}

FlowLabel grant_shows(const Grant *grant, const RelationFlow *flow, const Column *column) {
    const Mask *mask = NULL;
    FlowLabel label = flow->columns[column->index].d;
    if (!is_granted(grant, column->name)) return (FlowLabel){0};
    if (!masking_of(grant, column->name, &mask)) return label;
    return mask ? flow_label_capped(label, mask->level) : (FlowLabel){0};
}
