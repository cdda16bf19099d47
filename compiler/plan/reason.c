/* Fingerprints, and whether and why each relation runs.
 *
 * A fingerprint is of what a step means: the query with the names that readers see, the columns, the tests. Comments,
 * words and where things stand in files change nothing. */
#include "compiler/plan/internal.h"

#include <string.h>

static void meaning_of_columns(const Planner *planner, const Relation *relation, Buffer *out) {
    for (uint32_t i = 0; relation->rows && i < relation->rows->columns.count; i++) {
        const Column *column = relation->rows->columns.items[i];
        buffer_format(out, "column %s %s\n", column->name->text, type_text(planner->program->types, column->type));
    }
}

static void meaning_of_tests(Planner *planner, const Relation *relation, Buffer *out) {
    for (uint32_t i = 0; i < relation->tests.count; i++) {
        const Test *test = relation->tests.items[i];
        if (test_runs(planner, test))
            buffer_format(out, "test %d %lld %s\n", test->warn, (long long)test->warn_above,
                          test_sql(planner, test, name_for_readers));
    }
}

static void meaning_of_settings(const char *word, const GovSettings *settings, Buffer *out) {
    for (size_t i = 0; i < settings->count; i++) {
        const GovSetting *setting = &settings->items[i];
        buffer_format(out, "%s %s %d %s %s\n", word, setting->key, setting->value.kind, setting->value.text,
                      setting->value.fallback ? setting->value.fallback : "");
    }
}

static void meaning_of_http(const GovHttp *http, Buffer *out) {
    meaning_of_settings("parameter", &http->parameters, out);
    buffer_format(out, "http %s %s %s %s %s\n", http->method, http->for_name ? http->for_name : "",
                  http->window_column ? http->window_column : "", http->window_from ? http->window_from : "",
                  http->rows_at);
    for (size_t i = 0; i < http->for_values.count; i++) buffer_format(out, "for %s\n", http->for_values.items[i]);
}

/* What decides which rows arrive and how they are read: not how often and how patiently it is asked. */
void source_meaning(const GovSource *source, Buffer *out) {
    buffer_format(out, "origin %d %s\nfiles %d\ninvalid %d %d\n", source->kind, source->words, source->files,
                  source->on_invalid, source->at_most_percent);
    meaning_of_settings("option", &source->options, out);
    for (size_t i = 0; i < source->column_count; i++) {
        const GovColumn *column = &source->columns[i];
        buffer_format(out, "column %s %s %s %s %d\n", column->name, column->type, column->format ? column->format : "",
                      column->json_path ? column->json_path : "", column->origin);
    }
    for (size_t i = 0; i < source->check_count; i++) buffer_format(out, "check %s\n", source->checks[i].predicate);
    for (size_t i = 0; i < source->key.count; i++) buffer_format(out, "key %s\n", source->key.items[i]);
    if (source->http) meaning_of_http(source->http, out);
}

/* What the rows come from: a source's origin, a model's query. Gives the text and adds it, with the columns, to `out`. */
static const char *add_meaning_of_rows(Planner *planner, Planned *planned, Buffer *out) {
    const Relation *relation = planned->relation;
    Buffer text;
    buffer_open(&text, planner->arena);
    if (relation->kind == RELATION_SOURCE) {
        planned->source = plan_source(planner, relation);
        if (planned->source) source_meaning(planned->source, &text);
        buffer_text(out, buffer_string(&text));
    } else if (relation->query) {
        EmitOptions options = {.relation = name_for_readers, .context = planner};
        if (!emit_model(planner->program, relation, planner->dialect, &options, &text)) planner->failed = true;
        planned->sql = buffer_string(&text);
        buffer_format(out, "%s\n", planned->sql);
        meaning_of_columns(planner, relation, out);
    }
    return buffer_string(&text);
}

static void find_meaning(Planner *planner, Planned *planned) {
    Buffer out, tests;
    char hex[65];
    buffer_open(&out, planner->arena);
    buffer_open(&tests, planner->arena);
    buffer_format(&out, "%s\n", materialization_of(planned->relation));
    const char *query = add_meaning_of_rows(planner, planned, &out);
    meaning_of_tests(planner, planned->relation, &tests);
    buffer_text(&out, buffer_string(&tests));
    sha256_hex(buffer_string(&out), out.length, hex);
    planned->fingerprint = arena_copy(planner->arena, hex, 64);
    planned->outline = outline_of(planner, planned, query, buffer_string(&tests));
}

/* ------------------------------------------------------------------ reasons */

static const PlanStepState *state_of(const Planner *planner, const Relation *relation) {
    return map_get(&planner->state, relation->full_name);
}

/* The first of what it reads that runs and is not just loaded again; else any that runs. */
static const Planned *changed_upstream(Planner *planner, const Relation *relation) {
    const Planned *loaded = NULL;
    RelationList reads = {0};
    for (uint32_t i = 0; i < relation->reads.count; i++) real_relations(planner, relation->reads.items[i], &reads);
    for (uint32_t i = 0; i < reads.count; i++) {
        const Planned *read = planned_of(planner, reads.items[i]);
        if (!read || !read->runs) continue;
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

/* In a word or two; the changes say it column by column. */
static const char *what_changed(const Planned *planned) {
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
        case PLAN_QUERY: query = true; break;
        case PLAN_TESTS: tests = true; break;
        case PLAN_BY_HAND: break;
        }
    }
    if (query) return source ? "declaration changed" : "query changed";
    return columns ? "columns changed" : tests ? "tests changed" : source ? "declaration changed" : "query or tests changed";
}

/* What it reads and what was published by a later run: it, or what it waited for, failed then. */
static const char *newer_upstream(Planner *planner, const Relation *relation, const PlanStepState *before) {
    RelationList reads = {0};
    for (uint32_t i = 0; i < relation->reads.count; i++) real_relations(planner, relation->reads.items[i], &reads);
    for (uint32_t i = 0; i < reads.count; i++) {
        const PlanStepState *read = state_of(planner, reads.items[i]);
        if (read && read->run_id > before->run_id) return read->name;
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
    runs_because(planned, PLAN_REBUILD, arena_format(planner->arena, "`%s` %s", upstream->relation->full_name->text, does));
    planned->refresh = upstream->refresh;
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
        runs_because(planned, action, what_changed(planned));
    else if (planned->changes.count)
        runs_because(planned, action, "changed by hand");
    else if (source && !before->same_data)
        refreshed_because(planned, action, "source data may have changed");
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
    if (!state || !state->known)
        runs_because(planned, source ? PLAN_LOAD : PLAN_REBUILD, source ? "loaded by every run" : "built by every run");
    else if (!before)
        runs_because(planned, source ? PLAN_LOAD : PLAN_CREATE, "new");
    else
        reason_with_state(planner, planned, before);
}

void plan_reasons(Planner *planner) {
    for (uint32_t i = 0; i < planner->program->relations.count; i++) {
        Planned *planned = &planner->planned[i];
        if (!planned->selected) continue;
        find_meaning(planner, planned);
        find_reason(planner, planned);
    }
}
