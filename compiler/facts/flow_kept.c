/* What is kept of earlier runs: histories of relations, and the tables of deliveries, whose columns are known by name only. */
#include "compiler/facts/flow.h"

#include <string.h>

/* ------------------------------------------------------------------ histories */

static bool is_history(const Call *call) {
    return call->expr.node.kind == NODE_CALL && call->name.count == 1 && !strcmp(call->name.items[0].name->text, "history");
}

bool flow_is_history(const TableFunction *table) {
    return is_history((const Call *)table->call);
}

/* When a version was known depends on all columns that a new version is made for. */
Presence flow_history(Flow *flow, const TableFunction *table) {
    const Call *call = (const Call *)table->call;
    const Node *of = call->args.count == 1 ? call->args.items[0] : NULL;
    const Relation *relation = of && of->kind == NODE_REF ? program_relation(flow->program, ((const Ref *)of)->name) : NULL;
    const RelationFacts *facts = relation ? facts_of(flow->facts, relation) : NULL;
    Presence rows = {0};
    if (!facts || !facts->flow || facts->flow->unknown || !relation->rows) {
        flow->unknown = true;
        return rows;
    }
    Value tracked = {0};
    uint32_t count = relation->rows->columns.count;
    for (uint32_t i = 0; i < count; i++) {
        Value value = flow_of_column(&facts->flow->columns[i]);
        value.trail = trail_leaf(flow, relation->rows->columns.items[i], NULL, table->rowset.node.span);
        tracked = flow_joined(flow, tracked, value);
    }
    for (uint32_t i = 0; table->rowset.rows && i < table->rowset.rows->columns.count; i++) {
        Value value = {0};
        if (i < count) {
            value = flow_of_column(&facts->flow->columns[i]);
            value.trail = trail_leaf(flow, relation->rows->columns.items[i], NULL, table->rowset.node.span);
        } else {
            flow_add(flow, &value, TERM_HISTORY_VALUES, tracked);
        }
        value.scan = table;
        flow_set(flow, table->rowset.rows->columns.items[i], value);
    }
    flow_add_rows(flow, &rows, TERM_SCAN_ROWS, (Presence){facts->flow->rows, trail_leaf(flow, NULL, relation, table->rowset.node.span)});
    flow_add_rows(flow, &rows, TERM_HISTORY_ROWS, flow_chosen(flow, tracked, table->rowset.node.span, "versions of history"));
    return rows;
}

/* Rows that were built before stay until a build replaces them: of the same period, or of the same key. */
Presence flow_built_rows(Flow *flow, const Relation *relation, const RelationFlow *out) {
    const Clause *built = decl_clause(relation->decl, CLAUSE_BUILT_BY);
    Value told = {0};
    for (uint32_t i = 0; built && i < relation->rows->columns.count; i++) {
        const Column *column = relation->rows->columns.items[i];
        bool by_period = built->word.name && built->name.count == 1 && built->name.items[0].name == column->name;
        bool by_key = !built->word.name && column->declared && column->declared->in_key;
        if (!by_period && !by_key) continue;
        Value value = flow->recording && column->copied ? flow_column(flow, column->copied) : flow_of_column(&out->columns[i]);
        told = flow_joined(flow, told, flow_without_key(value));
    }
    Presence rows = {0};
    flow_add_rows(flow, &rows, TERM_BUILT_ROWS, flow_chosen(flow, told, built ? built->node.span : NOWHERE, "rows built before"));
    return rows;
}

/* ----------------------------------------------------------------- the ledger */

bool flow_is_count(const Relation *relation, const Column *column) {
    static const char *const COUNTS[] = {"rows", "read", "accepted", "quarantined", "duplicates", "warned", "failing_rows", "message", NULL};
    if (relation->kind != RELATION_SYSTEM || !column->name) return false;
    for (const char *const *word = COUNTS; *word; word++)
        if (!strcmp(column->name->text, *word)) return true;
    return false;
}

/* ----------------------------------------------------------------- deliveries */

bool relation_is_delivered(const Relation *relation) {
    return relation->kind == RELATION_SYSTEM && relation->decl->of == DECL_DELIVERY;
}

static const Relation *delivered_by(const Flow *flow, const Relation *table) {
    const Clause *from = decl_clause(table->decl, CLAUSE_DELIVER_FROM);
    return from ? program_relation(flow->program, from->name) : NULL;
}

/* Of a relation that is not labelled yet (it reads what its own delivery kept) nothing is known in the first round. */
static Value delivered_column(Flow *flow, const Relation *relation, const Name *name, bool *ret_found) {
    const RelationFacts *facts = relation ? facts_of(flow->facts, relation) : NULL;
    const Column *column = relation && relation->rows ? rows_find(relation->rows, name) : NULL;
    *ret_found |= column != NULL;
    if (!column || !facts || !facts->flow) return (Value){.scan = SCAN_MANY};
    Value value = flow_of_column(&facts->flow->columns[column->index]);
    value.d = flow_label_join(value.d, value.key);
    return (Value){.d = value.d, .u = value.u, .scan = SCAN_MANY, .trail = trail_leaf(flow, column, NULL, column->span)};
}

static void add_kept(Flow *flow, Value *into, Value from) {
    into->d = flow_label_join(into->d, from.d);
    into->u = flow_label_join(into->u, from.u);
    into->trail = trail_both(flow, into->trail, from.trail);
}

static Value delivered_whole(Flow *flow, const Relation *relation) {
    Value all = {.scan = SCAN_MANY};
    bool found = false;
    for (uint32_t i = 0; relation && relation->rows && i < relation->rows->columns.count; i++) {
        Value value = delivered_column(flow, relation, relation->rows->columns.items[i]->name, &found);
        add_kept(flow, &all, value);
    }
    return all;
}

/* A column that the answer, or the receiver's webhook, gives: as its tags say. */
static const ColumnDecl *answered(const Decl *decl, const Name *name) {
    for (uint32_t i = 0; i < decl->clauses.count; i++) {
        const Clause *clause = (const Clause *)decl->clauses.items[i];
        if (clause->of != CLAUSE_ANSWER && clause->of != CLAUSE_EXPECTS) continue;
        for (uint32_t k = 0; k < clause->kids.count; k++) {
            const ColumnDecl *column = (const ColumnDecl *)clause->kids.items[k];
            if (column->node.kind == NODE_COLUMN && column->name.name == name) return column;
        }
    }
    return NULL;
}

static Value answered_value(const Flow *flow, const ColumnDecl *column) {
    Value value = {.scan = SCAN_MANY};
    for (uint32_t i = 0; i < column->constraints.count; i++) {
        const Constraint *constraint = (const Constraint *)column->constraints.items[i];
        bool tags = constraint->node.kind == NODE_CONSTRAINT && (constraint->of == CONSTRAINT_TAG || constraint->of == CONSTRAINT_TAG_AS_KEY);
        for (uint32_t t = 0; tags && constraint->name.count && t < flow->program->tags.count; t++)
            if (flow->program->tags.items[t]->name == constraint->name.items[0].name)
                value.d = flow_label_join(value.d, flow_label_of_tag(flow->program->tags.items[t], LEVEL_RAW));
    }
    return value;
}

static bool is_word(const Name *name, const char *const *words) {
    for (; *words; words++)
        if (!strcmp(name->text, *words)) return true;
    return false;
}

/* A column of a table that a delivery keeps. What is not one of its own is of the relation that is delivered; what is neither
 * (`payload_hash`, which is a hash without a key) tells all that was sent. */
static Value kept_value(Flow *flow, const Relation *table, const Name *name) {
    static const char *const OWN[] = {"attempt", "sent_at", "http_status", "received_at", "status", NULL};
    const Relation *relation = delivered_by(flow, table);
    const Clause *line = decl_clause(table->decl, CLAUSE_LINE), *batch = decl_clause(table->decl, CLAUSE_BATCH_BY);
    bool found = false;
    Value value = {.scan = SCAN_MANY};
    if (!strcmp(name->text, "line_id") && line) return delivered_column(flow, relation, line->word.name, &found);
    for (uint32_t i = 0; !strcmp(name->text, "batch_id") && batch && i < batch->kids.count; i++) {
        const Dotted *dotted = (const Dotted *)batch->kids.items[i];
        Value one = dotted->node.kind == NODE_DOTTED && dotted->name.count ? delivered_column(flow, relation, dotted->name.items[0].name, &found)
                                                                           : (Value){0};
        add_kept(flow, &value, one);
        found = true;
    }
    if (found) return value;
    const ColumnDecl *answer = answered(table->decl, name);
    if (answer) value = answered_value(flow, answer);
    Value sent = delivered_column(flow, relation, name, &found);
    if (found) add_kept(flow, &value, sent);
    if (found) return value;
    return answer || is_word(name, OWN) ? value : delivered_whole(flow, relation);
}

Value flow_unbound(Flow *flow, const Name *name) {
    Value value = {.scan = SCAN_MANY};
    bool kept = false;
    for (uint32_t i = 0; flow->relation && i < flow->relation->reads.count; i++) {
        const Relation *table = flow->relation->reads.items[i];
        if (!relation_is_delivered(table)) continue;
        Value one = name ? kept_value(flow, table, name) : delivered_whole(flow, delivered_by(flow, table));
        add_kept(flow, &value, one);
        kept = true;
    }
    if (!kept) flow->unknown = true;
    add_kept(flow, &value, flow_of_rows(flow->missing));
    return value;
}

Presence flow_delivered_rows(Flow *flow, const Relation *table) {
    const Relation *relation = delivered_by(flow, table);
    const RelationFacts *facts = relation ? facts_of(flow->facts, relation) : NULL;
    if (!relation || !relation->rows || relation->rows->open) flow->unknown = true;
    return (Presence){facts && facts->flow ? facts->flow->rows : (FlowLabel){{0}}, trail_leaf(flow, NULL, relation, table->decl->node.span)};
}

const Column *flow_delivered_column(const Program *program, const Relation *reader, const Name *name) {
    for (uint32_t i = 0; reader && i < reader->reads.count; i++) {
        const Relation *table = reader->reads.items[i];
        const Clause *from = relation_is_delivered(table) ? decl_clause(table->decl, CLAUSE_DELIVER_FROM) : NULL;
        const Relation *relation = from ? program_relation(program, from->name) : NULL;
        const Column *column = relation && relation->rows ? rows_find(relation->rows, name) : NULL;
        if (column) return column;
    }
    return NULL;
}

/* ------------------------------------------------------------------- rounds */

/* Beside the relations: whether what a delivery kept is read, here or behind. */
static bool *find_behind(const Facts *facts) {
    bool any = false, *behind = arena_alloc(facts->program->arena, (facts->relations.count + 1) * sizeof *behind);
    for (uint32_t i = 0; i < facts->relations.count; i++) {
        const Relation *relation = facts->relations.items[i]->relation;
        behind[i] = relation->kind == RELATION_SYSTEM;
        for (uint32_t k = 0; k < relation->reads.count && !behind[i]; k++) {
            const Relation *read = relation->reads.items[k];
            behind[i] = relation_is_delivered(read) || (read->order < i && behind[read->order]);
        }
        any |= behind[i];
    }
    return any ? behind : NULL;
}

static bool same_flow(const RelationFlow *a, const RelationFlow *b, uint32_t count) {
    bool same = flow_label_same(a->rows, b->rows) && a->unknown == b->unknown;
    for (uint32_t i = 0; i < count && same; i++)
        same = flow_label_same(a->columns[i].d, b->columns[i].d) && flow_label_same(a->columns[i].u, b->columns[i].u);
    return same;
}

/* What the ledger's numbers of rows tell: the rows of every relation, and by the tests that fail, which values there are. */
static bool count_rows(Facts *facts) {
    FlowLabel counted = facts->counted;
    for (uint32_t i = 0; i < facts->relations.count; i++) {
        const RelationFacts *of = facts->relations.items[i];
        if (!of->flow || of->flow->clean || of->relation->kind == RELATION_SYSTEM) continue;
        counted = flow_label_join(counted, of->flow->rows);
        for (uint32_t k = 0; k < of->relation->rows->columns.count; k++)
            counted = flow_label_join(counted, flow_label_capped(of->flow->columns[k].d, LEVEL_INFLUENCE));
    }
    bool same = flow_label_same(counted, facts->counted);
    facts->counted = counted;
    return same;
}

void flow_settle(Facts *facts) {
    bool *behind = find_behind(facts), settled = !behind;
    for (int round = 0; !settled && round < MOST_TAGS * LEVEL_BITS; round++) {
        settled = count_rows(facts);
        for (uint32_t i = 0; i < facts->relations.count; i++) {
            RelationFacts *of = facts->relations.items[i];
            const RelationFlow *before = of->flow;
            if (!behind[i] || !before) continue;
            flow_find(facts, of);
            settled &= same_flow(before, of->flow, of->relation->rows->columns.count);
        }
    }
}
