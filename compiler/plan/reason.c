/* Whether and why each relation runs.
 *
 * It runs if it means something else than what was published, which its fingerprint says with all that it reads; or if the data
 * of what it reads may be other. What is built again for its new meaning alone has the same data in all that means the same. */
#include "compiler/plan/internal.h"

#include <string.h>

/* ------------------------------------------------------------------ reasons */

static const PlanStepState *state_of(const Planner *planner, const Relation *relation) {
    return map_get(&planner->state, relation->full_name);
}

/* The first of what it reads that has other data and is not just loaded again; else any that has. */
static const Planned *changed_upstream(Planner *planner, const Relation *relation) {
    const Planned *loaded = NULL;
    RelationList reads = {0};
    for (uint32_t i = 0; i < relation->reads.count; i++) real_relations(planner, relation->reads.items[i], &reads);
    for (uint32_t i = 0; i < reads.count; i++) {
        const Planned *read = planned_of(planner, reads.items[i]);
        if (!read || !read->fresh) continue;
        if (read->action != PLAN_LOAD && read->action != PLAN_REBUILD) return read;
        if (!loaded) loaded = read;
    }
    return loaded;
}

static void runs_because(Planned *planned, PlanAction action, const char *reason) {
    planned->runs = true;
    planned->action = action;
    planned->reason = reason;
}

/* The relation upstream of which the first change comes; null: there is one of its own. */
static const char *changed_by(const Planned *planned) {
    const char *upstream = NULL;
    for (uint32_t i = 0; i < planned->changes.count; i++) {
        if (!planned->changes.items[i].upstream) return NULL;
        if (!upstream) upstream = planned->changes.items[i].upstream;
    }
    return upstream;
}

/* In a word or two; the changes say it column by column. */
static const char *what_changed(const Planner *planner, const Planned *planned) {
    bool source = planned->relation->kind == RELATION_SOURCE, query = false, columns = false, tests = false;
    for (uint32_t i = 0; i < planned->changes.count; i++) {
        const PlanChange *change = &planned->changes.items[i];
        switch (change->kind) {
        case PLAN_STORED: return "stored otherwise";
        case PLAN_COLUMN_ADDED:
        case PLAN_COLUMN_DROPPED:
        case PLAN_COLUMN_TYPE:
            columns = columns || change->upstream;
            query = query || !change->upstream;
            break;
        case PLAN_COLUMN_COMPUTED:
        case PLAN_ROWS:
        case PLAN_QUERY: query = query || !change->upstream; break;
        case PLAN_TESTS: tests = true; break;
        case PLAN_BY_HAND: break;
        }
    }
    if (query) return source ? "declaration changed" : "query changed";
    if (columns) return "columns changed";
    if (changed_by(planned)) return arena_format(planner->arena, "`%s` changed", changed_by(planned));
    return tests ? "tests changed" : source ? "declaration changed" : "query or tests changed";
}

/* What it reads and what has newer data than what it was built from: it, or what it waited for, failed then. */
static const char *newer_upstream(Planner *planner, const Relation *relation, const PlanStepState *before) {
    RelationList reads = {0};
    for (uint32_t i = 0; i < relation->reads.count; i++) real_relations(planner, relation->reads.items[i], &reads);
    for (uint32_t i = 0; i < reads.count; i++) {
        const PlanStepState *read = state_of(planner, reads.items[i]);
        if (read && outline_data_run(read->outline, read->run_id) > before->run_id) return read->name;
    }
    return NULL;
}

/* run_date(), run_time() and run_id() of every dialect. */
static bool reads_the_run(const Planned *planned) {
    return planned->sql && (strstr(planned->sql, "gov_run_") || strstr(planned->sql, "gov.run_"));
}

static void refreshed_because(Planned *planned, PlanAction action, const char *reason) {
    runs_because(planned, action, reason);
    planned->refresh = true;
}

static void runs_with(Planner *planner, Planned *planned, const Planned *upstream) {
    const char *does = upstream->action == PLAN_LOAD ? "is loaded again" : "is built again";
    const Clause *parts = is_built_by_period(planned->relation) ? clause_of(planned->relation, CLAUSE_BUILT_BY) : NULL;
    runs_because(planned, PLAN_REBUILD, arena_format(planner->arena, "`%s` %s%s%s%s", upstream->relation->full_name->text, does,
                                                     parts ? ": each " : "", parts ? parts->word.name->text : "", parts ? " that it changes" : ""));
    planned->refresh = upstream->refresh;
}

static bool is_as_published(const Planned *planned, const PlanStepState *before) {
    return before->fingerprint && !strcmp(before->fingerprint, planned->fingerprint);
}

/* Whether the data of what runs may be other than what was published by more than the relation's own meaning. */
static bool has_fresh_data(Planner *planner, const Planned *planned, const PlanStepState *before) {
    const Relation *relation = planned->relation;
    if (!before || is_as_published(planned, before) || planned->unstable) return true;
    for (uint32_t i = 0; i < planned->changes.count; i++)
        if (planned->changes.items[i].kind == PLAN_BY_HAND) return true;
    if (relation->kind == RELATION_SOURCE) return !before->same_files;
    return changed_upstream(planner, relation) || reads_the_run(planned) || newer_upstream(planner, relation, before);
}

static void reason_with_state(Planner *planner, Planned *planned, const PlanStepState *before) {
    const Relation *relation = planned->relation;
    bool source = relation->kind == RELATION_SOURCE;
    PlanAction action = source ? PLAN_LOAD : PLAN_REBUILD;
    const Planned *upstream = changed_upstream(planner, relation);
    if (before->fingerprint && strcmp(before->fingerprint, planned->fingerprint) != 0 && before->outline)
        outline_compare(planner, planned, before->outline);
    find_done_by_hand(planner, planned);
    if (before->materialization && strcmp(before->materialization, materialization_of(relation)) != 0)
        runs_because(planned, action, arena_format(planner->arena, "was stored as %s", before->materialization));
    else if (!before->fingerprint || strcmp(before->fingerprint, planned->fingerprint) != 0)
        runs_because(planned, action, arena_format(planner->arena, "%s%s", what_changed(planner, planned), increment_answer(relation)));
    else if (planned->changes.count)
        runs_because(planned, action, "changed by hand");
    else if (source && !before->same_data)
        refreshed_because(planned, action, "source data may have changed");
    else if (is_built_by_period(relation) && (planner->options->from || planner->options->to))
        runs_because(planned, action, arena_format(planner->arena, "asked for: %s to %s", planner->options->from ? planner->options->from : "the beginning",
                                                   planner->options->to ? planner->options->to : "the end"));
    else if (before->pending && is_built_by_period(relation))
        refreshed_because(planned, action, before->pending);
    else if (upstream)
        runs_with(planner, planned, upstream);
    else if (reads_the_run(planned))
        refreshed_because(planned, action, "reads the day or time of the run");
    else if (newer_upstream(planner, relation, before))
        refreshed_because(planned, action, arena_format(planner->arena, "`%s` was published since", newer_upstream(planner, relation, before)));
    else if (planner->options->full_refresh)
        runs_because(planned, action, "full refresh");
    else if (planner->options->select_count)
        runs_because(planned, action, "selected");
    else
        planned->action = PLAN_UNCHANGED, planned->reason = "unchanged";
}

static void find_reason(Planner *planner, Planned *planned) {
    const Relation *relation = planned->relation;
    const PlanState *state = planner->options->state;
    if (relation->stored == STORED_INLINE) {
        runs_because(planned, PLAN_INLINE, "part of what reads it");
        return;
    }
    if (planner->options->what == PLAN_TEST) {
        runs_because(planned, PLAN_ONLY_TEST, "tests");
        return;
    }
    bool source = relation->kind == RELATION_SOURCE;
    const PlanStepState *before = state_of(planner, relation);
    if (planner->options->rollback_to)
        runs_because(planned, PLAN_REBUILD, arena_format(planner->arena, "back to run %lld", (long long)planner->options->rollback_to));
    else if (!state || !state->known)
        runs_because(planned, source ? PLAN_LOAD : PLAN_REBUILD, source ? "loaded by every run" : "built by every run");
    else if (!before)
        runs_because(planned, source ? PLAN_LOAD : PLAN_CREATE, "new");
    else
        reason_with_state(planner, planned, before);
}

/* ------------------------------------------------------------------ what is stale */

/* Whether what others read of it in this run, and does not run, is what is declared now. */
static bool is_as_meant(const Planner *planner, const Planned *read) {
    const PlanStepState *before = state_of(planner, read->relation);
    if (read->runs) return !read->stale;
    if (read->relation->kind == RELATION_SYSTEM || !read->rows) return true;
    return before && before->outline && outline_means(planner, before->outline, read);
}

static bool reads_stale(Planner *planner, const Planned *planned) {
    RelationList reads = {0};
    for (uint32_t i = 0; i < planned->relation->reads.count; i++) real_relations(planner, planned->relation->reads.items[i], &reads);
    for (uint32_t i = 0; i < reads.count; i++) {
        const Planned *read = planned_of(planner, reads.items[i]);
        if (read && !is_as_meant(planner, read)) return true;
    }
    return false;
}

/* What will be recorded of it: nothing that is built from something old may pass for what is declared. */
static void settle(Planner *planner, Planned *planned) {
    const PlanStepState *before = state_of(planner, planned->relation);
    if (!planned->runs || planner->options->what == PLAN_TEST) return;
    planned->fresh = has_fresh_data(planner, planned, before);
    planned->stale = reads_stale(planner, planned);
    if (!planned->fresh) planned->outline = outline_since(planner, planned->outline, outline_data_run(before->outline, before->run_id));
    if (!planned->stale) return;
    planned->fingerprint = stale_fingerprint(planner, planned);
    planned->outline = outline_stale(planner, planned->outline);
}

void plan_reasons(Planner *planner) {
    for (uint32_t i = 0; i < planner->program->relations.count; i++) {
        Planned *planned = &planner->planned[i];
        if (!planned->selected) continue;
        find_fingerprint(planner, planned);
        find_reason(planner, planned);
        if (planned->relation->stored != STORED_INLINE) settle(planner, planned);
    }
}
