/* What releases show of what is published now: how many groups, and how much of every total.
 *
 * Numbers for those who approve a release, asked at the target as a plan is: a group of few people is not shown, and somebody must
 * see how much is gone with them. No value of a row is among them. */
#include "compiler/plan/internal.h"
#include "compiler/plan/role_view.h"
#include "runtime/state/find.h"

#include <string.h>

static const char *sql_of(Planner *planner, Query *query) {
    EmitOptions options = {.relation = name_for_readers, .context = planner, .schemas = planner->schemas};
    Buffer out;
    buffer_open(&out, planner->arena);
    types_check_query(planner->program, query);
    planner->failed |= !emit_query(planner->program, query, planner->dialect, &options, &out);
    return buffer_string(&out);
}

/* Totals over groups mean something where a group's number is a sum or a count of rows. */
static bool is_additive(const Expr *expr) {
    const Call *call = expr->node.kind == NODE_CALL ? (const Call *)expr : NULL;
    const char *of = call && call->name.count == 1 ? call->name.items[0].name->text : "";
    return call && !call->distinct && !call->over && (!strcmp(of, "sum") || !strcmp(of, "count"));
}

static PlanRelease release_of(Planner *planner, const Deferred *deferred) {
    Arena *arena = planner->arena;
    const Relation *relation = deferred->reads.items[0];
    const Rows *rows = ((const Select *)relation->query->body)->rowset.rows;
    const char *published = published_name(planner, relation);
    const Clause *least = decl_clause(deferred->decl, CLAUSE_WHEN_AT_LEAST);
    PlanRelease release = {.relation = relation->full_name->text, .least = least->number,
                           .subject = least->name.items[least->name.count - 1].name->text, .place = place_of(planner, deferred->decl->node.span)};
    Buffer out;
    buffer_open(&out, arena);
    buffer_format(&out, "with gov_shown as (\n%s\n)\nselect cast((select count(*) from %s) as double precision), "
                        "cast((select count(*) from gov_shown) as double precision)",
                  sql_of(planner, release_query(planner->facts, deferred)), published);
    for (uint32_t i = 0; i < rows->columns.count; i++) {
        const Column *column = rows->columns.items[i];
        if (!column->expr || !is_additive(column->expr)) continue;
        const char *name = quoted_name(planner, column->name->text);
        vec_push(arena, &release.columns, column->name->text);
        buffer_format(&out, ",\n  cast((select sum(%s) from gov_shown) as double precision) / nullif(cast((select sum(%s) from %s) as double precision), 0)",
                      name, name, published);
    }
    release.sql = buffer_string(&out);
    release.numbers = arena_alloc(arena, (release.columns.count + 2) * sizeof *release.numbers);
    return release;
}

void plan_releases(Planner *planner, Plan *plan) {
    const PlanState *state = planner->options->state;
    const Program *program = planner->program;
    for (uint32_t i = 0; state && state->server && i < program->deferred.count; i++) {
        const Deferred *deferred = program->deferred.items[i];
        if (deferred->decl->of != DECL_RELEASE || deferred->reads.count != 1) continue;
        const Relation *relation = deferred->reads.items[0];
        if (!state_find_relation(state->server, schema_at_target(planner, relation), name_at_target(planner, relation))) continue;
        vec_push(planner->arena, &plan->releases, release_of(planner, deferred));
    }
}
