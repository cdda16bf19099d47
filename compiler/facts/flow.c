/* What may be learnt of every column and of the rows of every relation: sources as declared, models by their queries. */
#include "compiler/facts/access.h"
#include "compiler/facts/flow.h"

#include <string.h>

#ifdef GOV_FLOW_MUTANTS
int flow_term_off = -1;

static const char *const TERMS[] = {
#define TERM(name, words) #name,
#include "compiler/facts/terms.def"
#undef TERM
};

bool flow_switch_off(const char *name) {
    for (int i = 0; i < TERM_COUNT; i++)
        if (!strcmp(TERMS[i], name)) return flow_term_off = i, true;
    return false;
}
#endif

/* ------------------------------------------------------------------ trails */

const Trail *trail_leaf(Flow *flow, const Column *column, const Relation *rows, Span span) {
    if (!flow->recording) return NULL;
    Trail *trail = arena_new(flow->arena, Trail);
    *trail = (Trail){.column = column, .rows = rows, .span = span};
    return trail;
}

const Trail *trail_both(Flow *flow, const Trail *one, const Trail *other) {
    if (!flow->recording || !one || one == other) return other;
    if (!other) return one;
    Trail *trail = arena_new(flow->arena, Trail);
    *trail = (Trail){.one = one, .other = other};
    return trail;
}

const Trail *trail_step(Flow *flow, const Trail *of, bool chosen, Span span, const char *how) {
    if (!flow->recording || !of) return NULL;
    Trail *trail = arena_new(flow->arena, Trail);
    *trail = (Trail){.one = of, .chosen = chosen, .span = span, .how = how};
    return trail;
}

/* ----------------------------------------------------------------- sources */

static const Tag *tag_named(const ColumnFacts *facts, const Name *name) {
    for (uint32_t i = 0; i < facts->tags.count; i++)
        if (facts->tags.items[i]->name == name) return facts->tags.items[i];
    return NULL;
}

/* `tag personal as key`: of this tag the column tells no more than which rows belong together. */
static const Tag *key_tag(const ColumnFacts *facts) {
    for (uint32_t i = 0; facts->opaque_key && i < facts->decl->constraints.count; i++) {
        const Constraint *constraint = (const Constraint *)facts->decl->constraints.items[i];
        if (constraint->node.kind != NODE_CONSTRAINT || constraint->of != CONSTRAINT_TAG_AS_KEY || !constraint->name.count) continue;
        return tag_named(facts, constraint->name.items[0].name);
    }
    return NULL;
}

/* The column that a column refers to: by itself, else beside others; null if it refers to none. */
static const Column *refers_to(const Column *column) {
    const Relation *relation = column->relation;
    const Column *beside = NULL;
    for (uint32_t i = 0; relation && i < relation->tests.count; i++) {
        const Test *test = relation->tests.items[i];
        const Column *key = test->kind == TEST_REFERENCES ? test_referenced_by(test, column) : NULL;
        if (key && test->columns.count == 1) return key;
        if (!beside) beside = key;
    }
    return beside;
}

const Column *flow_domain(const Column *column) {
    for (int hops = 0; hops < 16; hops++) {
        const Column *key = refers_to(column);
        if (!key || key == column) return column;
        column = key;
    }
    return column;
}

/* What its tags say, but for that of an opaque key. */
static FlowLabel declared_label(const ColumnFacts *facts) {
    FlowLabel label = {0};
    const Tag *key = key_tag(facts);
    for (uint32_t i = 0; i < facts->tags.count; i++)
        if (facts->tags.items[i] != key) label = flow_label_join(label, flow_label_of_tag(facts->tags.items[i], LEVEL_RAW));
    return label;
}

static ColumnFlow declared_flow(const Column *column, const Relation *relation) {
    ColumnFlow flow = {.scan = relation};
    const ColumnFacts *facts = column->declared;
    if (!facts) return flow;
    flow.rest = declared_label(facts);
    const Tag *key = key_tag(facts);
    if (!key) return flow;
    flow.key = flow_label_of_tag(key, LEVEL_PSEUDONYM);
    flow.domain = flow_domain(column);
    return flow;
}

static Tag *tag_of(const Program *program, const Name *name) {
    for (uint32_t i = 0; name && i < program->tags.count; i++)
        if (program->tags.items[i]->name == name) return program->tags.items[i];
    return NULL;
}

/* `tag x` of the whole relation, and `otherwise tag x` of columns that say nothing. */
static FlowLabel whole_label(const Program *program, const Relation *relation, ClauseKind kind) {
    const Clause *clause = decl_clause(relation->decl, kind);
    const Tag *tag = clause ? tag_of(program, clause->word.name) : NULL;
    return tag ? flow_label_of_tag(tag, LEVEL_RAW) : (FlowLabel){0};
}

static bool says_nothing(const Column *column) {
    return !column->declared || (!column->declared->tags.count && !column->declared->is_public);
}

typedef struct Mention { const Column *column; bool found; } Mention;

static void visit_mention(void *context, Node **place) {
    Mention *mention = context;
    const Ref *ref = (*place)->kind == NODE_REF ? (const Ref *)*place : NULL;
    mention->found |= ref && (ref->column == mention->column || (!ref->column && ref->name.count && ref->name.items[0].name == mention->column->name));
    node_kids(*place, visit_mention, context);
}

static bool mentions_column(Node *node, const Column *column) {
    Mention mention = {column, false};
    visit_mention(&mention, &node);
    return mention.found;
}

static bool may_be_rejected(const Relation *relation, const Column *column) {
    if (column->type && column->type->kind != TYPE_TEXT) return true;
    for (uint32_t i = 0; i < relation->tests.count; i++) {
        const Test *test = relation->tests.items[i];
        for (uint32_t k = 0; k < test->columns.count; k++)
            if (test->columns.items[k] == column) return true;
        if (test->check && mentions_column(test->check, column)) return true;
    }
    return !column->nullable;
}

static void source_flow(Flow *flow, const Relation *relation, RelationFlow *out) {
    FlowLabel all = whole_label(flow->program, relation, CLAUSE_TAG), others = whole_label(flow->program, relation, CLAUSE_OTHERWISE_TAG);
    const Clause *invalid = decl_clause(relation->decl, CLAUSE_ON_INVALID);
    bool quarantines = invalid && invalid->word.name && !strcmp(invalid->word.name->text, "quarantine");
    out->rows = term(flow, TERM_PRESENCE, whole_label(flow->program, relation, CLAUSE_PRESENCE));
    for (uint32_t i = 0; i < relation->rows->columns.count; i++) {
        const Column *column = relation->rows->columns.items[i];
        ColumnFlow *one = &out->columns[i];
        *one = declared_flow(column, relation);
        one->key = term(flow, TERM_KEY, one->key);
        one->rest = flow_label_join(term(flow, TERM_TAG, one->rest), term(flow, TERM_WHOLE_TAG, all));
        if (flow_is_count(relation, column)) one->rest = flow_label_join(one->rest, one->u = term(flow, TERM_COUNTED, flow->facts->counted));
        if (says_nothing(column)) one->rest = flow_label_join(one->rest, term(flow, TERM_OTHERWISE_TAG, others));
        if (quarantines && may_be_rejected(relation, column))
            out->rows = flow_label_join(out->rows, term(flow, TERM_QUARANTINE, flow_label_capped(one->rest, LEVEL_INFLUENCE)));
    }
}

/* ------------------------------------------------------------------ models */

static void take_column(const Column *column, Value value, ColumnFlow *out, FlowLabel whole) {
    *out = (ColumnFlow){.u = value.u, .rest = flow_label_join(value.d, whole), .key = value.key, .domain = value.domain, .scan = value.scan};
    if (column->declared) out->rest = flow_label_join(out->rest, declared_label(column->declared));
}

/* A scan lives no longer than its query; which columns are of one is kept by the first of them. */
static void keep_scans(Flow *flow, RelationFlow *out, uint32_t count) {
    const void **scans = arena_alloc(flow->arena, (count + 1) * sizeof *scans);
    for (uint32_t i = 0; i < count; i++) {
        scans[i] = out->columns[i].scan;
        if (!scans[i] || scans[i] == SCAN_MANY) continue;
        uint32_t first = 0;
        while (scans[first] != scans[i]) first++;
        out->columns[i].scan = &out->columns[first];
    }
}

static void query_flow(Flow *flow, const Relation *relation, RelationFlow *out) {
    Presence rows = flow_rows(flow, (Node *)relation->query);
    FlowLabel whole = whole_label(flow->program, relation, CLAUSE_TAG);
    out->rows = rows.m;
    for (uint32_t i = 0; i < relation->rows->columns.count; i++) {
        const Column *column = relation->rows->columns.items[i];
        if (column->copied) take_column(column, flow_column(flow, column->copied), &out->columns[i], whole);
    }
    keep_scans(flow, out, relation->rows->columns.count);
}

/* All that a native query says it reads. */
static void native_flow(Flow *flow, const Relation *relation, RelationFlow *out) {
    FlowLabel values = {0}, rows = {0};
    for (uint32_t i = 0; i < relation->reads.count; i++) {
        const RelationFacts *read = facts_of(flow->facts, relation->reads.items[i]);
        flow->unknown |= !read || !read->flow || read->flow->unknown;
        if (!read || !read->flow) continue;
        rows = flow_label_join(rows, read->flow->rows);
        for (uint32_t k = 0; relation->reads.items[i]->rows && k < relation->reads.items[i]->rows->columns.count; k++)
            values = flow_label_join(values, read->flow->columns[k].d);
    }
    /* That the values carry it too is shown only: whoever reads one learns the rows. */
    out->rows = flow_label_join(term(flow, TERM_NATIVE_ROWS, rows), term(flow, TERM_NATIVE_VALUES, values));
    for (uint32_t i = 0; i < relation->rows->columns.count; i++) {
        const Column *column = relation->rows->columns.items[i];
        out->columns[i] = (ColumnFlow){.rest = flow_label_join(values, rows), .scan = SCAN_MANY};
        out->columns[i].u = out->columns[i].rest;
        if (column->declared) out->columns[i].rest = flow_label_join(out->columns[i].rest, declared_label(column->declared));
    }
}

/* `unpacking logs.infobip.payload`: a path that is tagged, or public, says what it is; others are as the payload. */
static void unpacked_flow(Flow *flow, const Relation *relation, const Clause *unpacking, RelationFlow *out) {
    Parts name = unpacking->name;
    Part last = name.count ? name.items[name.count - 1] : (Part){0};
    if (name.count) name.count--;
    const Relation *log = program_relation(flow->program, name);
    const RelationFacts *read = log ? facts_of(flow->facts, log) : NULL;
    Column *payload = log && log->rows && last.name ? rows_find(log->rows, last.name) : NULL;
    if (!read || !read->flow || !payload) {
        native_flow(flow, relation, out);
        return;
    }
    flow->unknown |= read->flow->unknown;
    const ColumnFlow *whole = &read->flow->columns[payload->index];
    bool all_public = decl_clause(relation->decl, CLAUSE_OTHERWISE_PUBLIC) != NULL;
    out->rows = flow_label_join(read->flow->rows, term(flow, TERM_UNPACKED_ROWS, flow_label_join(flow_label_capped(whole->d, LEVEL_INFLUENCE), whole->u)));
    for (uint32_t i = 0; i < relation->rows->columns.count; i++) {
        const Column *column = relation->rows->columns.items[i];
        const ColumnFacts *facts = column->declared;
        Column *own = facts && !facts->path.length ? rows_find(log->rows, column->name) : NULL;
        if (own) out->columns[i] = read->flow->columns[own->index];
        else if (facts && facts->tags.count) out->columns[i] = declared_flow(column, relation);
        else if ((facts && facts->is_public) || all_public) out->columns[i] = (ColumnFlow){.scan = relation};
        else out->columns[i] = (ColumnFlow){.rest = term(flow, TERM_UNPACKED_VALUES, whole->d), .u = whole->u, .scan = relation};
    }
}

void flow_relation(Flow *flow, const Relation *relation, RelationFlow *out) {
    const Clause *unpacking = decl_clause(relation->decl, CLAUSE_UNPACKING);
    if (relation->kind != RELATION_MODEL) source_flow(flow, relation, out);
    else if (relation->query) query_flow(flow, relation, out);
    else if (unpacking) unpacked_flow(flow, relation, unpacking, out);
    else native_flow(flow, relation, out);
    for (uint32_t i = 0; i < relation->rows->columns.count; i++)
        out->columns[i].d = flow_label_join(out->columns[i].rest, out->columns[i].key);
    out->rows = flow_label_join(out->rows, flow_built_rows(flow, relation, out).m);
    out->unknown = flow->unknown;
}

Value flow_of_column(const ColumnFlow *column) {
    return (Value){.d = column->rest, .u = column->u, .key = column->key, .domain = column->domain, .scan = column->scan};
}

Flow flow_open(Program *program, const Facts *facts, Arena *arena) {
    Flow flow = {.program = program, .facts = facts, .arena = arena};
    map_open(&flow.values, arena);
    map_open(&flow.tables, arena);
    map_open(&flow.scans, arena);
#ifdef GOV_FLOW_MUTANTS
    flow.off = flow_term_off;
#endif
    return flow;
}

/* ---------------------------------------------------------------- nothing tagged */

/* A relation that tags nothing and reads nothing tagged needs no following: most of a project. */
static bool is_clean(const Facts *facts, const Relation *relation) {
    if (decl_clause(relation->decl, CLAUSE_TAG) || decl_clause(relation->decl, CLAUSE_OTHERWISE_TAG) ||
        decl_clause(relation->decl, CLAUSE_PRESENCE))
        return false;
    if (relation->kind == RELATION_SYSTEM && !flow_label_is_none(facts->counted)) return false;
    for (uint32_t i = 0; i < relation->facts.count; i++)
        if (relation->facts.items[i]->tags.count) return false;
    for (uint32_t i = 0; i < relation->reads.count; i++) {
        const RelationFacts *read = facts_of(facts, relation->reads.items[i]);
        if (!read || !read->flow || !read->flow->clean || read->flow->unknown) return false;
    }
    return true;
}

/* Its columns are of one row: what they tell of one another is nothing. */
static ColumnFlow *clean_columns(Facts *facts, uint32_t count) {
    static const char ROW[] = "row";
    if (facts->clean_count < count) {
        facts->clean = arena_alloc(facts->program->arena, (2 * count + 64) * sizeof *facts->clean);
        facts->clean_count = 2 * count + 64;
        for (uint32_t i = 0; i < facts->clean_count; i++) facts->clean[i] = (ColumnFlow){.scan = ROW};
    }
    return facts->clean;
}

/* ---------------------------------------------------------------- endorsements */

/* `endorse marts.x (personal) to none because … approved by …`: what somebody answers for is as he says. */
static void lower_column(ColumnFlow *column, FlowLabel category, Level most) {
    FlowLabel *labels[] = {&column->d, &column->u, &column->rest, &column->key};
    for (int i = 0; i < 4; i++)
        *labels[i] = flow_label_join(flow_label_minus(*labels[i], category), flow_label_capped(flow_label_within(*labels[i], category), most));
}

static void endorse(const Facts *facts, const Deferred *endorsement, RelationFlow *out, uint32_t column_count) {
    const Clause *categories = decl_clause(endorsement->decl, CLAUSE_CATEGORIES);
    for (uint32_t i = 0; categories && i < categories->kids.count; i++) {
        const Tag *tag = tag_of_node(facts->program, categories->kids.items[i]);
        if (!tag) continue;
        FlowLabel category = flow_label_of(tag->index, LEVEL_RAW);
        ColumnFlow rows = {.d = out->rows};
        lower_column(&rows, category, endorsement->level);
        out->rows = rows.d;
        for (uint32_t k = 0; k < column_count; k++) lower_column(&out->columns[k], category, endorsement->level);
    }
}

static void endorse_all(const Facts *facts, const Relation *relation, RelationFlow *out) {
    for (uint32_t i = 0; i < relation->used_by.count; i++) {
        const Deferred *used = relation->used_by.items[i];
        if (used->decl->of == DECL_ENDORSE && used->reads.count && used->reads.items[0] == relation)
            endorse(facts, used, out, relation->rows->columns.count);
    }
}

void flow_find(Facts *facts, RelationFacts *of) {
    const Relation *relation = of->relation;
    Arena *arena = facts->program->arena, *scratch = arena_scratch(arena);
    of->flow = arena_new(arena, RelationFlow);
    of->flow->clean = is_clean(facts, relation);
    if (of->flow->clean) {
        of->flow->columns = clean_columns(facts, relation->rows->columns.count);
        return;
    }
    ArenaMark mark = arena_mark(scratch);
    Flow flow = flow_open(facts->program, facts, scratch);
    flow.relation = relation;
    of->flow->columns = arena_alloc(arena, (relation->rows->columns.count + 1) * sizeof *of->flow->columns);
    flow_relation(&flow, relation, of->flow);
    endorse_all(facts, relation, of->flow);
    of->flow->all = of->flow->rows;
    for (uint32_t i = 0; i < relation->rows->columns.count; i++) of->flow->all = flow_label_join(of->flow->all, of->flow->columns[i].d);
    arena_release(scratch, mark);
}
