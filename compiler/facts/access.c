#include "compiler/facts/access.h"

/* Which grant, and which of its relations. */
typedef struct Granting { const Grant *grant; uint32_t index; } Granting;

static Granting own_grant(const Program *program, const Role *role, const Relation *relation) {
    for (uint32_t i = 0; i < program->grants.count; i++) {
        const Grant *grant = program->grants.items[i];
        for (uint32_t k = 0; grant->role == role && k < grant->relations.count; k++)
            if (grant->relations.items[k] == relation) return (Granting){grant, k};
    }
    return (Granting){NULL, 0};
}

static Granting grant_of(const Program *program, const Role *role, const Relation *relation, int depth) {
    Granting found = own_grant(program, role, relation);
    for (uint32_t i = 0; !found.grant && depth < 32 && i < role->includes.count; i++)
        found = grant_of(program, role->includes.items[i], relation, depth + 1);
    return found;
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

static ColumnAccess column_access(const Facts *facts, Arena *arena, const Grant *grant, const RelationFlow *flow, FlowLabel clearance,
                                  const Column *column) {
    ColumnAccess access = {.kind = ACCESS_NONE};
    if (!is_granted(grant, column->name)) return access;
    access.shows = flow ? flow->columns[column->index].d : (FlowLabel){0};
    access.kind = ACCESS_WHOLE;
    if (masking_of(grant, column->name, &access.mask)) {
        access.kind = ACCESS_MASKED;
        FlowLabel kept = flow ? flow->columns[column->index].u : (FlowLabel){0};
        access.shows = label_masked(facts, arena, column, access.shows, kept, access.mask ? access.mask->level : LEVEL_NONE);
    }
    if (grant->hiding && !flow_label_is_none(flow_label_minus(access.shows, clearance)))
        access = (ColumnAccess){.kind = ACCESS_HIDDEN};
    return access;
}

const Tag *tag_of_node(const Program *program, const Node *node) {
    const Dotted *dotted = node->kind == NODE_DOTTED ? (const Dotted *)node : NULL;
    for (uint32_t i = 0; dotted && dotted->name.count == 1 && i < program->tags.count; i++)
        if (program->tags.items[i]->name == dotted->name.items[0].name) return program->tags.items[i];
    return NULL;
}

/* What a release leaves of a label: of the categories that it names, aggregates. */
static FlowLabel released(const Program *program, const Deferred *release, FlowLabel label) {
    const Clause *categories = decl_clause(release->decl, CLAUSE_CATEGORIES);
    for (uint32_t i = 0; categories && i < categories->kids.count; i++) {
        const Tag *tag = tag_of_node(program, categories->kids.items[i]);
        if (!tag) continue;
        FlowLabel own = flow_label_of(tag->index, LEVEL_RAW);
        label = flow_label_join(flow_label_minus(label, own), flow_label_capped(flow_label_within(label, own), LEVEL_AGGREGATE));
    }
    return label;
}

static const Deferred *release_of(const Program *program, const Relation *relation) {
    for (uint32_t i = 0; i < program->deferred.count; i++) {
        const Deferred *deferred = program->deferred.items[i];
        if (deferred->decl->of == DECL_RELEASE && deferred->reads.count && deferred->reads.items[0] == relation) return deferred;
    }
    return NULL;
}

static bool learns_too_much(const RelationAccess *access, FlowLabel clearance) {
    FlowLabel all = access->rows;
    for (uint32_t i = 0; i < access->relation->rows->columns.count; i++) all = flow_label_join(all, access->columns[i].shows);
    return !flow_label_is_none(flow_label_minus(all, clearance));
}

/* Who may not read it whole reads what is released of it. */
static void take_release(const Facts *facts, RelationAccess *access, FlowLabel clearance) {
    const Deferred *release = release_of(facts->program, access->relation);
    if (!release || !access->grant || !learns_too_much(access, clearance)) return;
    access->release = release;
    access->whole = false;
    access->rows = released(facts->program, release, access->rows);
    for (uint32_t i = 0; i < access->relation->rows->columns.count; i++)
        access->columns[i].shows = released(facts->program, release, access->columns[i].shows);
}

static RelationAccess access_by(const Facts *facts, Arena *arena, const Role *role, const Relation *relation, Granting by) {
    RelationAccess access = {.role = role, .relation = relation, .grant = by.grant};
    const RelationFacts *of = facts_of(facts, relation);
    const RelationFlow *flow = of ? of->flow : NULL;
    FlowLabel clearance = role_clearance(role);
    if (!relation->rows) return access;
    access.columns = arena_alloc(arena, (relation->rows->columns.count + 1) * sizeof *access.columns);
    if (!access.grant) return access;
    access.filter = by.grant->where ? by.grant->filters.items[by.index] : NULL;
    access.whole = !access.filter;
    if (flow) access.rows = flow->rows;
    if (flow && access.filter) access.rows = flow_label_join(access.rows, flow_of_filter(facts, relation, access.filter));
    for (uint32_t i = 0; i < relation->rows->columns.count; i++) {
        access.columns[i] = column_access(facts, arena, access.grant, flow, clearance, relation->rows->columns.items[i]);
        access.whole &= access.columns[i].kind == ACCESS_WHOLE;
    }
    take_release(facts, &access, clearance);
    return access;
}

RelationAccess access_of(const Facts *facts, Arena *arena, const Role *role, const Relation *relation) {
    return access_by(facts, arena, role, relation, grant_of(facts->program, role, relation, 0));
}

RelationAccess access_by_grant(const Facts *facts, Arena *arena, const Grant *grant, uint32_t index) {
    return access_by(facts, arena, grant->role, grant->relations.items[index], (Granting){grant, index});
}

static void find_granted(Arena *arena, const Program *program, const Role *role, Map *found, int depth) {
    for (uint32_t i = 0; i < program->grants.count; i++) {
        const Grant *grant = program->grants.items[i];
        for (uint32_t k = 0; grant->role == role && k < grant->relations.count; k++) {
            if (map_get(found, grant->relations.items[k])) continue;
            Granting *by = arena_new(arena, Granting);
            *by = (Granting){grant, k};
            map_put(found, grant->relations.items[k], by);
        }
    }
    for (uint32_t i = 0; depth < 32 && i < role->includes.count; i++) find_granted(arena, program, role->includes.items[i], found, depth + 1);
}

RelationAccesses access_of_role(const Facts *facts, Arena *arena, const Role *role) {
    RelationAccesses all = {0};
    Map found;
    map_open(&found, arena);
    find_granted(arena, facts->program, role, &found, 0);
    for (uint32_t i = 0; i < facts->program->relations.count; i++) {
        const Relation *relation = facts->program->relations.items[i];
        const Granting *by = map_get(&found, relation);
        if (by) vec_push(arena, &all, access_by(facts, arena, role, relation, *by));
    }
    return all;
}

bool access_is_readable(const RelationAccess *access) {
    if (!access->grant || !access->relation->rows) return false;
    for (uint32_t i = 0; i < access->relation->rows->columns.count; i++)
        if (access->columns[i].kind == ACCESS_MASKED || access->columns[i].kind == ACCESS_WHOLE) return true;
    return false;
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
