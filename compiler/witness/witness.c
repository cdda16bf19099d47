#include "compiler/witness/internal.h"

#include <string.h>

typedef struct Opening {
    const Facts *facts;
    Program *program;
    Arena *arena;
    FlowLabel clearance;
    Witness *witness;
    Map reached;                        /* relations on the way to themselves */
    const char *why;
} Opening;

/* ---------------------------------------------------------------- the way up */

static void reach(Opening *opening, Relation *relation) {
    if (map_put(&opening->reached, relation, relation)) return;
    for (uint32_t i = 0; i < relation->reads.count; i++) reach(opening, relation->reads.items[i]);
}

/* What sources refer to is needed for their rows to keep the contract. */
static void reach_references(Opening *opening) {
    for (uint32_t i = 0; i < opening->reached.count; i++) {
        const Relation *relation = opening->reached.keys[i];
        for (uint32_t k = 0; relation->kind == RELATION_SOURCE && k < relation->tests.count; k++)
            if (relation->tests.items[k]->referenced && relation->tests.items[k]->referenced->kind == RELATION_SOURCE)
                map_put(&opening->reached, relation->tests.items[k]->referenced, relation->tests.items[k]->referenced);
    }
}

static const char *cannot(Opening *opening, const Relation *relation) {
    const char *name = relation->full_name->text;
    if (relation->kind == RELATION_SYSTEM) return arena_format(opening->arena, "`%s` is filled by gov itself", name);
    if (!relation->rows || relation->rows->open) return arena_format(opening->arena, "the columns of `%s` are not known", name);
    if (relation->kind == RELATION_MODEL && !relation->query) return arena_format(opening->arena, "`%s` has no query of the language", name);
    return NULL;
}

/* ----------------------------------------------------------------- sources */

/* A role that is cleared for some of a category may learn by it; only what it is cleared for nothing of may differ freely. Opaque
 * keys are the same in both states: they are, up to a renaming, for whoever reads. */
static bool is_secret(const Opening *opening, const Relation *source, const Column *column) {
    const RelationFacts *facts = facts_of(opening->facts, source);
    if (!facts || !facts->flow || (column->declared && column->declared->opaque_key)) return false;
    FlowLabel label = facts->flow->columns[column->index].d;
    bool secret = false;
    for (uint32_t i = 0; i < opening->program->tags.count; i++) {
        uint32_t tag = opening->program->tags.items[i]->index;
        if (flow_label_level(label, tag) == LEVEL_NONE) continue;
        if (flow_label_level(opening->clearance, tag) > LEVEL_AGGREGATE) return false;
        secret = true;
    }
    return secret;
}

static void add_table(Opening *opening, const Relation *source) {
    Arena *arena = opening->arena;
    uint32_t width = source->rows->columns.count;
    WitnessTable table = {.source = source, .secret = arena_alloc(arena, (width + 1) * sizeof *table.secret)};
    table.name = emit_published(arena, opening->witness->pools->dialect, NULL, source, "");
    for (int state = 0; state < 2; state++) table.cells[state] = arena_alloc(arena, (WITNESS_ROWS * width + 1) * sizeof *table.cells[state]);
    for (uint32_t i = 0; i < width; i++) {
        const Column *column = source->rows->columns.items[i];
        table.secret[i] = is_secret(opening, source, column);
        if (!pools_value(opening->witness->pools, arena, column->type, 0))
            opening->why = arena_format(arena, "no values are drawn of `%s.%s`, of type %s", source->full_name->text, column->name->text,
                                        type_text(opening->program->types, column->type));
    }
    vec_push(arena, &opening->witness->tables, table);
}

static bool is_added(const Opening *opening, const Relation *source) {
    for (uint32_t i = 0; i < opening->witness->tables.count; i++)
        if (opening->witness->tables.items[i].source == source) return true;
    return false;
}

/* What a source refers to stands before it. */
static void add_source(Opening *opening, const Relation *source, int depth) {
    for (uint32_t i = 0; depth < 32 && i < source->tests.count; i++) {
        const Relation *other = source->tests.items[i]->referenced;
        if (other && other != source && map_get(&opening->reached, other) && other->kind == RELATION_SOURCE && !is_added(opening, other))
            add_source(opening, other, depth + 1);
    }
    if (!is_added(opening, source)) add_table(opening, source);
}

/* -------------------------------------------------------------------- setup */

static void put_schema(Opening *opening, const Relation *relation, Buffer *out) {
    buffer_text(out, "create schema if not exists ");
    emit_name(opening->witness->pools->dialect, relation->layer->name->text, out);
    buffer_text(out, ";\n");
}

static void put_source(Opening *opening, const Relation *source, Buffer *out) {
    buffer_format(out, "create table %s (", emit_published(opening->arena, opening->witness->pools->dialect, NULL, source, ""));
    for (uint32_t i = 0; i < source->rows->columns.count; i++) {
        buffer_text(out, i ? ", " : "");
        emit_name(opening->witness->pools->dialect, source->rows->columns.items[i]->name->text, out);
        buffer_char(out, ' ');
        emit_type(opening->witness->pools->dialect, source->rows->columns.items[i]->type, out);
    }
    buffer_text(out, ");\n");
}

static bool put_model(Opening *opening, const Relation *model, Buffer *out) {
    EmitOptions options = {.without_run = true};
    if (model->stored == STORED_INLINE) return true;
    buffer_format(out, "create view %s as\n", emit_published(opening->arena, opening->witness->pools->dialect, NULL, model, ""));
    if (!emit_model(opening->program, model, opening->witness->pools->dialect, &options, out)) return false;
    buffer_text(out, ";\n");
    return true;
}

static bool put_setup(Opening *opening) {
    Buffer out;
    buffer_open(&out, opening->arena);
    for (uint32_t i = 0; i < opening->program->relations.count; i++) {
        Relation *relation = opening->program->relations.items[i];
        if (!map_get(&opening->reached, relation)) continue;
        pools_add(opening->arena, opening->witness->pools, (Node *)relation->query);
        put_schema(opening, relation, &out);
        if (relation->kind == RELATION_SOURCE) put_source(opening, relation, &out);
        else if (!put_model(opening, relation, &out)) return false;
    }
    opening->witness->setup = buffer_string(&out);
    return true;
}

/* Promises that a draw does not keep by itself. */
static bool put_checks(Opening *opening) {
    Buffer out;
    EmitOptions options = {.without_run = true};
    buffer_open(&out, opening->arena);
    buffer_text(&out, "select count(*) from (select 1 where false");
    for (uint32_t i = 0; i < opening->witness->tables.count; i++) {
        const WitnessTable *table = &opening->witness->tables.items[i];
        for (uint32_t k = 0; k < table->source->tests.count; k++) {
            const Test *test = table->source->tests.items[k];
            if (!test->check) continue;
            buffer_format(&out, " union all select 1 from %s where not (", table->name);
            if (!emit_expr(opening->program, (const Expr *)test->check, opening->witness->pools->dialect, &options, &out)) return false;
            buffer_char(&out, ')');
        }
    }
    buffer_text(&out, ") as broken");
    opening->witness->checks = buffer_string(&out);
    return true;
}

/* -------------------------------------------------------------------- query */

static void ask(Opening *opening, const RelationAccess *access, const Relation *relation, const Column *column) {
    for (uint32_t i = 0; i < relation->rows->columns.count; i++) {
        Column *one = relation->rows->columns.items[i];
        bool reads = !access->grant || access->columns[i].kind == ACCESS_WHOLE;
        if (column ? one == column : reads) vec_push(opening->arena, &opening->witness->asked, one);
    }
}

static bool put_query(Opening *opening, const RelationAccess *access, const Relation *relation) {
    Buffer out;
    EmitOptions options = {.without_run = true};
    const Dialect *dialect = opening->witness->pools->dialect;
    buffer_open(&out, opening->arena);
    buffer_text(&out, "select ");
    for (uint32_t i = 0; i < opening->witness->asked.count; i++) {
        buffer_text(&out, i ? ", " : "");
        emit_name(dialect, opening->witness->asked.items[i]->name->text, &out);
    }
    buffer_format(&out, " from %s", emit_published(opening->arena, dialect, NULL, relation, ""));
    if (access->grant && access->grant->where) {
        buffer_text(&out, " where ");
        if (!emit_expr(opening->program, (const Expr *)access->grant->where, dialect, &options, &out)) return false;
    }
    buffer_text(&out, " order by all");
    opening->witness->query = buffer_string(&out);
    return true;
}

static bool any_secret(const Witness *witness) {
    for (uint32_t i = 0; i < witness->tables.count; i++)
        for (uint32_t k = 0; k < witness->tables.items[i].source->rows->columns.count; k++)
            if (witness->tables.items[i].secret[k]) return true;
    return false;
}

Witness *witness_open(const Facts *facts, Arena *arena, const Role *role, const Relation *relation, const Column *column,
                      const char **ret_why) {
    Opening opening = {.facts = facts, .program = facts->program, .arena = arena, .clearance = role_clearance(role)};
    opening.witness = arena_new(arena, Witness);
    opening.witness->arena = arena;
    opening.witness->pools = arena_new(arena, Pools);
    pools_open(arena, opening.witness->pools, dialect_find("duckdb"));
    map_open(&opening.reached, arena);
    reach(&opening, (Relation *)relation);
    reach_references(&opening);
    for (uint32_t i = 0; i < opening.reached.count && !opening.why; i++) opening.why = cannot(&opening, opening.reached.keys[i]);
    for (uint32_t i = 0; i < opening.reached.count && !opening.why; i++) {
        const Relation *one = opening.reached.keys[i];
        if (one->kind == RELATION_SOURCE) add_source(&opening, one, 0);
    }
    RelationAccess access = access_of(facts, arena, role, relation);
    if (!opening.why) ask(&opening, &access, relation, column);
    if (!opening.why && !any_secret(opening.witness)) opening.why = "nothing on the way is of a category that the role is cleared for nothing of";
    if (!opening.why && !opening.witness->asked.count) opening.why = "the role reads no column of it as it is";
    if (!opening.why && !(put_setup(&opening) && put_checks(&opening) && witness_add_columns(opening.witness, opening.program) && put_query(&opening, &access, relation)))
        opening.why = "a construct on the way is none of the embedded engine's";
    *ret_why = opening.why;
    return opening.why ? NULL : opening.witness;
}
