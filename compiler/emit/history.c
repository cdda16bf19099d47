/* What was known when: tables as they were at an earlier publication, and all versions of their rows.
 *
 * A table of history has the columns of its relation, and the numbers of the publications between which a version was there
 * (HISTORY_FROM, HISTORY_TO). gov.publications says when each number was, gov.histories from when on versions are complete: where
 * they are not there is no row, never part of them. A relation without a history is its query over the states of what it reads. */
#include "compiler/emit/internal.h"

const char *emit_history_table(Arena *arena, const Dialect *dialect, const char *pattern, const Relation *relation) {
    Buffer out;
    buffer_open(&out, arena);
    emit_name(dialect, HISTORY_SCHEMA, &out);
    buffer_char(&out, '.');
    emit_name(dialect, arena_format(arena, "%s__%s", emit_schema(arena, pattern, relation->layer), relation->name->text), &out);
    return buffer_string(&out);
}

/* ------------------------------------------------------------------- moments */

/* A number is that of a run. */
static bool is_run(const Expr *moment) {
    TypeKind kind = moment->type->kind;
    return kind == TYPE_INT2 || kind == TYPE_INT4 || kind == TYPE_INT8;
}

/* Anything that is written while `out` is another. */
static const char *written(Emitter *emitter, const Expr *expr) {
    Buffer aside, *before = emitter->out;
    buffer_open(&aside, emitter->arena);
    emitter->out = &aside;
    if (is_run(expr))
        emit_node(emitter, expr, BINDS_COMPARE + 1);
    else
        emit_exact(emitter, expr, type_simple(emitter->program->types, TYPE_TIMESTAMPTZ), BINDS_COMPARE + 1);
    emitter->out = before;
    return buffer_string(&aside);
}

static const char *publication_query(Arena *arena, bool is_run, const char *moment) {
    return arena_format(arena, "select max(publication) as number from gov.publications where %s %s", is_run ? "run_id =" : "committed_at <=",
                        moment);
}

static const char *publication_of(Emitter *emitter, const Node *moment) {
    return publication_query(emitter->arena, is_run((const Expr *)moment), written(emitter, (const Expr *)moment));
}

const char *emit_publication(Program *program, const Expr *moment, const Dialect *dialect, const EmitOptions *options) {
    Buffer out;
    buffer_open(&out, program->arena);
    emit_expr(program, moment, dialect, options, &out);
    return publication_query(program->arena, is_run(moment), buffer_string(&out));
}

/* -------------------------------------------------------------------- tables */

static void kept_columns(Emitter *emitter, const Relation *relation) {
    for (uint32_t i = 0; i < relation->rows->columns.count; i++) {
        put(emitter, i ? "," L_FILL "kept." : "kept.");
        put_name(emitter, relation->rows->columns.items[i]->name);
    }
}

static void versions_at(Emitter *emitter, const Relation *relation, const char *publication) {
    const char *table = emit_history_table(emitter->arena, emitter->dialect, emitter->options->schemas, relation);
    put(emitter, "(" L_IN L_HARD "select " L_OPEN L_IN);
    kept_columns(emitter, relation);
    put_format(emitter, L_OUT L_CLOSE L_HARD "from (%s) as moment" L_HARD, publication);
    put(emitter, "join gov.histories as whole on whole.relation = ");
    put_string(emitter, text_of(relation->full_name->text));
    put(emitter, " and whole.from_publication <= moment.number" L_HARD
                 "  and (whole.to_publication is null or whole.to_publication > moment.number)" L_HARD);
    put_format(emitter, "join %s as kept on kept.%s <= moment.number and (kept.%s is null or kept.%s > moment.number)" L_OUT L_HARD ")",
               table, HISTORY_FROM, HISTORY_TO, HISTORY_TO);
}

/* The query of a model, every table in it as it was then. */
static void derived_at(Emitter *emitter, const Relation *relation, const char *publication) {
    const char *before = emitter->as_of;
    emitter->as_of = publication;
    emit_subquery(emitter, (const Node *)&relation->query->rowset.node, relation->rows);
    emitter->as_of = before;
}

bool emit_as_of(Emitter *emitter, const TableRef *table) {
    const Relation *relation = table->relation;
    bool is_now = !table->as_of && (!emitter->as_of || !relation || relation->kind == RELATION_SYSTEM);
    if (is_now || !relation || !relation->rows || emitter->options->without_run) return false; /* rows that are given are those of then */
    const char *publication = table->as_of ? publication_of(emitter, table->as_of) : emitter->as_of;
    if (relation_keeps_history(relation)) versions_at(emitter, relation, publication);
    else if (relation->query) derived_at(emitter, relation, publication);
    else emit_lacks(emitter, table->rowset.node.span, "`as of` without history");
    Part name = table->alias;
    if (!name.name) name.name = relation->name;
    emit_alias(emitter, &table->rowset.node, name, &table->columns);
    return true;
}

bool emit_history(Emitter *emitter, const TableFunction *table) {
    const Relation *relation = history_relation(emitter->program, table);
    if (!relation || !relation->rows) return false;
    if (emitter->options->without_run) {
        emit_lacks(emitter, table->call->span, "`history(…)` where rows are given: a unit test, a witness");
        return true;
    }
    put(emitter, "(" L_IN L_HARD "select " L_OPEN L_IN);
    kept_columns(emitter, relation);
    put_format(emitter,
               "," L_FILL "opened.committed_at as known_from," L_FILL "closed.committed_at as known_to" L_OUT L_CLOSE L_HARD
               "from %s as kept" L_HARD "join gov.publications as opened on opened.publication = kept.%s" L_HARD
               "left join gov.publications as closed on closed.publication = kept.%s" L_OUT L_HARD ")",
               emit_history_table(emitter->arena, emitter->dialect, emitter->options->schemas, relation), HISTORY_FROM, HISTORY_TO);
    Part name = table->alias;
    if (!name.name) name.name = relation->name;
    emit_alias(emitter, &table->rowset.node, name, &table->columns);
    return true;
}
