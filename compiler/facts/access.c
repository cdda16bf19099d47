#include "compiler/facts/access.h"

static const Grant *own_grant(const Program *program, const Role *role, const Relation *relation) {
    for (uint32_t i = 0; i < program->grants.count; i++) {
        const Grant *grant = program->grants.items[i];
        for (uint32_t k = 0; grant->role == role && k < grant->relations.count; k++)
            if (grant->relations.items[k] == relation) return grant;
    }
    return NULL;
}

static const Grant *grant_of(const Program *program, const Role *role, const Relation *relation, int depth) {
    const Grant *grant = own_grant(program, role, relation);
    for (uint32_t i = 0; !grant && depth < 32 && i < role->includes.count; i++)
        grant = grant_of(program, role->includes.items[i], relation, depth + 1);
    return grant;
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

static ColumnAccess column_access(const Grant *grant, const RelationFlow *flow, FlowLabel clearance, const Column *column) {
    ColumnAccess access = {.kind = ACCESS_NONE};
    if (!is_granted(grant, column->name)) return access;
    access.shows = flow ? flow->columns[column->index].d : (FlowLabel){0};
    access.kind = ACCESS_WHOLE;
    if (masking_of(grant, column->name, &access.mask)) {
        access.kind = ACCESS_MASKED;
        access.shows = access.mask ? flow_label_capped(access.shows, access.mask->level) : (FlowLabel){0};
    }
    if (grant->hiding && !flow_label_is_none(flow_label_minus(access.shows, clearance)))
        access = (ColumnAccess){.kind = ACCESS_HIDDEN};
    return access;
}

RelationAccess access_of(const Facts *facts, Arena *arena, const Role *role, const Relation *relation) {
    RelationAccess access = {.role = role, .relation = relation, .grant = grant_of(facts->program, role, relation, 0)};
    const RelationFacts *of = facts_of(facts, relation);
    if (!relation->rows) return access;
    access.columns = arena_alloc(arena, (relation->rows->columns.count + 1) * sizeof *access.columns);
    access.whole = access.grant && !access.grant->where;
    for (uint32_t i = 0; access.grant && i < relation->rows->columns.count; i++) {
        access.columns[i] = column_access(access.grant, of ? of->flow : NULL, role_clearance(role), relation->rows->columns.items[i]);
        access.whole &= access.columns[i].kind == ACCESS_WHOLE;
    }
    return access;
}

const char *access_word(AccessKind kind) {
    switch (kind) {
    case ACCESS_NONE: return "none";
    case ACCESS_HIDDEN: return "hidden";
    case ACCESS_MASKED: return "masked";
    case ACCESS_WHOLE: return "whole";
    }
    return "";
}
