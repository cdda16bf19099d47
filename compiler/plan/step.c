/* The statements of a step: build aside, put in place, remove what is left. */
#include "compiler/plan/internal.h"

#include <string.h>

const Clause *clause_of(const Relation *relation, ClauseKind kind) {
    for (uint32_t i = 0; i < relation->decl->clauses.count; i++)
        if (NODE_AS(Clause, CLAUSE, relation->decl->clauses.items[i])->of == kind)
            return NODE_AS(Clause, CLAUSE, relation->decl->clauses.items[i]);
    return NULL;
}

const char *materialization_of(const Relation *relation) {
    if (relation->kind == RELATION_SOURCE) return "source";
    if (is_built_by_period(relation) || is_built_by_key(relation)) return "incremental";
    switch (relation->stored) {
    case STORED_TABLE: return "table";
    case STORED_FILES: return "files";
    case STORED_INLINE: return "inline";
    case STORED_VIEW:
    case STORED_DEFAULT: return "view";
    }
    return "view";
}

bool is_stored_view(const Relation *relation) {
    return relation->kind == RELATION_MODEL && (relation->stored == STORED_VIEW || relation->stored == STORED_DEFAULT);
}

/* ------------------------------------------------------------------- build */

static const char *query_text(Planner *planner, const Relation *relation, const EmitOptions *options) {
    Buffer out;
    buffer_open(&out, planner->arena);
    if (!emit_model(planner->program, relation, planner->dialect, options, &out)) planner->failed = true;
    return buffer_string(&out);
}

const char *query_under(Planner *planner, const Relation *relation, const char *(*name)(void *, const Relation *), void *context) {
    return query_text(planner, relation, &(EmitOptions){.relation = name, .context = context, .schemas = planner->schemas});
}

/* `sorted by (a desc)`: the stored rows in that order. */
static const char *sorted(Planner *planner, const Relation *relation, const char *sql) {
    const Clause *clause = clause_of(relation, CLAUSE_SORTED_BY);
    if (!clause || is_stored_view(relation)) return sql;
    Buffer out;
    buffer_open(&out, planner->arena);
    buffer_text(&out, "select *");
    put_subquery(sql, "unsorted", &out);
    buffer_text(&out, "\norder by ");
    for (uint32_t i = 0; i < clause->kids.count; i++) {
        const Sort *sort = NODE_AS(Sort, SORT, clause->kids.items[i]);
        buffer_text(&out, i ? ", " : "");
        planner->failed |= !emit_expr(planner->program, (const Expr *)sort->expr, planner->dialect, NULL, &out);
        buffer_text(&out, sort->direction == SORT_DESC ? " desc" : "");
        buffer_text(&out, sort->nulls == NULLS_FIRST ? " nulls first" : " nulls last");
    }
    return buffer_string(&out);
}

const char *query_in_run(Planner *planner, const Relation *relation) {
    if (planner->options->rollback_to) return rollback_query(planner, relation);
    return sorted(planner, relation, query_under(planner, relation, name_in_run, planner));
}

const char *query_for_readers(Planner *planner, const Relation *relation) {
    return query_text(planner, relation, &(EmitOptions){.relation = name_for_readers, .context = planner, .schemas = planner->schemas, .head = relation});
}

const char *step_head(const Planner *planner, const Relation *relation) {
    Location at = source_locate(planner->program->sources, relation->decl->node.span.begin);
    return arena_format(planner->arena, "-- %s (%s)\n", relation->full_name->text, at.source ? at.source->path : "");
}

/* A leftover of a run that died is replaced, hence `or replace`. */
static GovTexts build_statements(Planner *planner, const Relation *relation) {
    TextList list = {0};
    const char *kind = is_stored_view(relation) ? "view" : "table";
    vec_push(planner->arena, &list,
             arena_format(planner->arena, "%screate or replace %s %s as\n%s", step_head(planner, relation), kind,
                          is_stored_view(relation) ? staged_name(planner, relation) : staged_table(planner, relation),
                          query_in_run(planner, relation)));
    return texts_of(planner->arena, &list);
}

/* ----------------------------------------------------------------- publish */

const char *schema_at_target(const Planner *planner, const Relation *relation) {
    return emit_schema(planner->arena, planner->schemas, relation->layer);
}

const char *name_at_target(const Planner *planner, const Relation *relation) {
    return emit_fitted(planner->arena, planner->dialect, relation->name->text);
}

const char *string_of(const Planner *planner, const char *text) {
    Buffer out;
    buffer_open(&out, planner->arena);
    emit_string(planner->dialect, text_of(text), &out);
    return buffer_string(&out);
}

const char *quoted_name(const Planner *planner, const char *name) {
    Buffer out;
    buffer_open(&out, planner->arena);
    emit_name(planner->dialect, name, &out);
    return buffer_string(&out);
}

static const char *words_of(Planner *planner, Text doc) {
    return doc.length ? string_of(planner, text_copy(planner->arena, doc)) : "null";
}

const char *comment_on_relation(Planner *planner, const Relation *relation) {
    return arena_format(planner->arena, "comment on %s %s is %s", is_stored_view(relation) ? "view" : "table",
                        published_name(planner, relation), words_of(planner, relation->decl->doc));
}

const char *comment_on_column(Planner *planner, const Relation *relation, const Column *column) {
    return arena_format(planner->arena, "comment on column %s.%s is %s", published_name(planner, relation),
                        quoted_name(planner, column->name->text), words_of(planner, column->doc));
}

void add_comments(Planner *planner, const Relation *relation, TextList *list) {
    if (relation->decl->doc.length) vec_push(planner->arena, list, comment_on_relation(planner, relation));
    for (uint32_t i = 0; relation->rows && i < relation->rows->columns.count; i++) {
        const Column *column = relation->rows->columns.items[i];
        if (column->doc.length) vec_push(planner->arena, list, comment_on_column(planner, relation, column));
    }
}

const char *index_columns(const Planner *planner, const Node *node, const char **ret_words) {
    const Dotted *item = NODE_AS(Dotted, DOTTED, node);
    Buffer columns, words;
    buffer_open(&columns, planner->arena);
    buffer_open(&words, planner->arena);
    for (uint32_t k = 0; k < (item->kids.count ? item->kids.count : 1); k++) {
        const Parts *parts = item->kids.count ? &NODE_AS(Dotted, DOTTED, item->kids.items[k])->name : &item->name;
        const Name *column = parts->items[parts->count - 1].name;
        buffer_format(&words, "%s%s", k ? "_" : "", column->text);
        buffer_format(&columns, "%s%s", k ? ", " : "", quoted_name(planner, column->text));
    }
    *ret_words = buffer_string(&words);
    return buffer_string(&columns);
}

/* One index for each item of `indexed by (a, (b, c))`; made after the rename, which engines refuse of an indexed table. */
static void add_indexes(Planner *planner, const Relation *relation, TextList *list) {
    const Clause *clause = clause_of(relation, CLAUSE_INDEXED_BY);
    for (uint32_t i = 0; clause && !is_stored_view(relation) && i < clause->kids.count; i++) {
        const char *words, *columns = index_columns(planner, clause->kids.items[i], &words);
        const char *name = arena_format(planner->arena, "%s_by_%s", relation->name->text, words);
        vec_push(planner->arena, list,
                 arena_format(planner->arena, "create index %s on %s (%s)", quoted_name(planner, name),
                              published_name(planner, relation), columns));
    }
}

static void publish_quarantine(Planner *planner, const GovSource *source, const Relation *relation, TextList *list) {
    if (!source || !source->quarantine) return;
    Arena *arena = planner->arena;
    const char *table = arena_format(arena, "%s__%s", schema_at_target(planner, relation), relation->name->text);
    vec_push(arena, list, arena_format(arena, "drop table if exists %s", source->quarantine));
    vec_push(arena, list,
             arena_format(arena, "alter table %s rename to %s", source->quarantine_staged, quoted_name(planner, table)));
}

static GovTexts publish_statements(Planner *planner, const Relation *relation, const GovSource *source) {
    Arena *arena = planner->arena;
    TextList list = {0};
    const char *published = published_name(planner, relation);
    if (is_stored_view(relation))
        vec_push(arena, &list,
                 arena_format(arena, "create view %s as\n%s", published, query_for_readers(planner, relation)));
    else
        vec_push(arena, &list,
                 arena_format(arena, "alter table %s rename to %s", staged_table(planner, relation),
                              quoted_name(planner, relation->name->text)));
    add_indexes(planner, relation, &list);
    add_comments(planner, relation, &list);
    publish_quarantine(planner, source, relation, &list);
    return texts_of(arena, &list);
}

static void plan_removal(Planner *planner, const Relation *relation, GovStep *step) {
    Arena *arena = planner->arena;
    step->occupant =
        arena_format(arena,
                     "select table_type from information_schema.tables where table_catalog = current_database()\n"
                     "  and table_schema = %s and table_name = %s",
                     string_of(planner, emit_fitted(arena, planner->dialect, schema_at_target(planner, relation))),
                     string_of(planner, emit_fitted(arena, planner->dialect, relation->name->text)));
    step->drop_table = arena_format(arena, "drop table %s", step->published);
    step->drop_view = arena_format(arena, "drop view %s", step->published);
}

static GovTexts discard_statements(Planner *planner, const Relation *relation, const GovSource *source) {
    Arena *arena = planner->arena;
    TextList list = {0};
    vec_push(arena, &list,
             arena_format(arena, "drop %s if exists %s", is_stored_view(relation) ? "view" : "table",
                          is_stored_view(relation) ? staged_name(planner, relation) : staged_table(planner, relation)));
    if (source && source->quarantine_staged)
        vec_push(arena, &list, arena_format(arena, "drop table if exists %s", source->quarantine_staged));
    return texts_of(arena, &list);
}

/* ------------------------------------------------------------------- steps */

static bool is_late(const Planned *planned, const Test *test) {
    for (uint32_t i = 0; i < planned->late.count; i++)
        if (planned->late.items[i] == test) return true;
    return false;
}

static void plan_tests(Planner *planner, const Planned *planned, bool late, GovStep *step) {
    const Relation *relation = planned->relation;
    GovTest *tests = arena_alloc(planner->arena, (relation->tests.count + 1) * sizeof *tests);
    for (uint32_t i = 0; i < relation->tests.count; i++) {
        const Test *test = relation->tests.items[i];
        if (test_runs(planner, test) && is_late(planned, test) == late)
            tests[step->test_count++] = plan_test(planner, test);
    }
    step->tests = tests;
}

static void plan_after(Planner *planner, const Planned *planned, GovStep *step) {
    size_t *after = arena_alloc(planner->arena, (planned->after.count + 1) * sizeof *after);
    for (uint32_t i = 0; i < planned->after.count; i++) after[step->after_count++] = planned->after.items[i]->step;
    for (size_t i = 1; i < step->after_count; i++)
        for (size_t k = i; k > 0 && after[k - 1] > after[k]; k--) {
            size_t swap = after[k];
            after[k] = after[k - 1];
            after[k - 1] = swap;
        }
    step->after = after;
}

static GovStepKind kind_of(const Planner *planner, const Relation *relation) {
    if (planner->options->rollback_to && relation->stored != STORED_INLINE) return GOV_STEP_BUILD;
    if (planner->options->what == PLAN_RUN && relation->kind == RELATION_SOURCE) return GOV_STEP_LOAD;
    return relation->stored == STORED_INLINE   ? GOV_STEP_TEST
           : relation->kind == RELATION_SOURCE ? GOV_STEP_LOAD
                                               : GOV_STEP_BUILD;
}

static void plan_statements(Planner *planner, const Relation *relation, GovStep *step) {
    if (planner->is_server) {
        postgres_statements(planner, relation, step);
        return;
    }
    if (step->kind == GOV_STEP_BUILD) step->build = build_statements(planner, relation);
    step->publish = publish_statements(planner, relation, step->source);
    step->discard = discard_statements(planner, relation, step->source);
    plan_removal(planner, relation, step);
}

/* What was set aside stays where it is. */
static const GovSource *source_of_step(Planner *planner, const Planned *planned) {
    if (planned->relation->kind != RELATION_SOURCE) return NULL;
    if (!planner->options->rollback_to || !planned->source) return planned->source;
    GovSource *source = arena_new(planner->arena, GovSource);
    *source = *planned->source;
    source->quarantine = source->quarantine_staged = NULL;
    return source;
}

void plan_relation_step(Planner *planner, Planned *planned) {
    const Relation *relation = planned->relation;
    GovStep step = {
        .kind = kind_of(planner, relation),
        .name = relation->full_name->text,
        .materialization = materialization_of(relation),
        .owner = relation->owner ? relation->owner->name->text : NULL,
        .fingerprint = planned->fingerprint,
        .outline = planned->outline,
        .reason = planned->reason,
        .place = place_of(planner, relation->decl->node.span),
    };
    plan_after(planner, planned, &step);
    plan_tests(planner, planned, false, &step);
    if (step.kind != GOV_STEP_TEST) {
        step.source = source_of_step(planner, planned);
        step.staged = staged_name(planner, relation);
        step.published = published_name(planner, relation);
        plan_statements(planner, relation, &step);
        if (!planner->options->rollback_to) plan_increment(planner, planned, &step);
    }
    planned->step = planner->steps.count;
    vec_push(planner->arena, &planner->steps, step);
}

static void add_late_reads(Planner *planner, const Planned *planned, RelationList *list) {
    vec_push(planner->arena, list, planned->relation);
    for (uint32_t i = 0; i < planned->late.count; i++) test_reads(planner, planned->late.items[i], list);
}

/* Tests that read what is built from their relation cannot run before it is built: a step of their own, behind all. */
void plan_late_tests(Planner *planner, Planned *planned) {
    if (!planned->late.count) return;
    RelationList reads = {0};
    add_late_reads(planner, planned, &reads);
    Planned pseudo = {.relation = planned->relation, .late = {planned->late.items, planned->late.count, 0}};
    for (uint32_t i = 0; i < reads.count; i++) {
        Planned *read = planned_of(planner, reads.items[i]);
        bool known = !read || !read->runs;
        for (uint32_t k = 0; !known && k < pseudo.after.count; k++) known = pseudo.after.items[k] == read;
        if (!known) vec_push(planner->arena, &pseudo.after, read);
    }
    GovStep step = {
        .kind = GOV_STEP_TEST,
        .name = arena_format(planner->arena, "tests of %s", planned->relation->full_name->text),
        .materialization = "test",
        .owner = planned->relation->owner ? planned->relation->owner->name->text : NULL,
        .fingerprint = planned->fingerprint,
        .reason = "they read what is built from it",
        .place = place_of(planner, planned->relation->decl->node.span),
    };
    plan_after(planner, &pseudo, &step);
    plan_tests(planner, &pseudo, true, &step);
    vec_push(planner->arena, &planner->steps, step);
}

/* ------------------------------------------------------------------- setup */

static void add_schema(Planner *planner, TextList *list, const char *name) {
    const char *sql = arena_format(planner->arena, "create schema if not exists %s", quoted_name(planner, name));
    for (uint32_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i], sql) == 0) return;
    vec_push(planner->arena, list, sql);
}

void plan_setup(Planner *planner, GovPlan *govplan) {
    TextList list = {0};
    bool quarantine = false;
    for (uint32_t i = 0; i < planner->order.count; i++) {
        const Planned *planned = planner->order.items[i];
        if (planned->relation->stored != STORED_INLINE)
            add_schema(planner, &list, schema_at_target(planner, planned->relation));
        quarantine = quarantine || (planned->source && planned->source->quarantine);
    }
    if (quarantine) add_schema(planner, &list, "quarantine");
    if (planner->is_server) postgres_setup(planner, &list);
    govplan->setup = texts_of(planner->arena, &list);
}
