/* The statements of a step at a PostgreSQL server.
 *
 * What is built stands in a schema of its own, which nobody but the run can look into, and moves from there to where readers
 * look when it is published. Views hold on to the tables that they read, not to their names: what stands in the way of a
 * table is found at the server when it is published (runtime/run/publish_postgres.c). */
#include "compiler/plan/internal.h"

#include <string.h>

#define PRIVATE_SCHEMA "gov_build"

/* `marts__fct_orders`: no two relations of a project share it but by their own doing, as `a.b__c` and `a__b.c` do. */
static const char *private_name(const Planner *planner, const Relation *relation) {
    return arena_format(planner->arena, "%s__%s", schema_at_target(planner, relation), relation->name->text);
}

const char *postgres_staged(const Planner *planner, const Relation *relation, const char *suffix) {
    const char *name = arena_format(planner->arena, "%s%s", private_name(planner, relation), suffix);
    return arena_format(planner->arena, PRIVATE_SCHEMA ".%s", quoted_name(planner, name));
}

const char *postgres_staged_quarantine(const Planner *planner, const Relation *source) {
    const char *name = arena_format(planner->arena, "quarantine__%s", private_name(planner, source));
    return arena_format(planner->arena, PRIVATE_SCHEMA ".%s", quoted_name(planner, name));
}

void postgres_setup(Planner *planner, TextList *list) {
    vec_push(planner->arena, list, "drop schema if exists " PRIVATE_SCHEMA " cascade");
    vec_push(planner->arena, list, "create schema " PRIVATE_SCHEMA);
}

/* ------------------------------------------------------------------- build */

bool holds_text(const Type *type) {
    return type->kind == TYPE_TEXT || (type->kind == TYPE_ARRAY && holds_text(type->element));
}

/* `create table …`, with texts in the order of code points, whatever the database's own is. */
const char *postgres_create_table(const Planner *planner, const Relation *relation) {
    Buffer out;
    buffer_open(&out, planner->arena);
    buffer_format(&out, "create table %s (", staged_table(planner, relation));
    for (uint32_t i = 0; i < relation->rows->columns.count; i++) {
        const Column *column = relation->rows->columns.items[i];
        buffer_format(&out, "%s\n  %s ", i ? "," : "", quoted_name(planner, column->name->text));
        emit_type(planner->dialect, column->type, &out);
        if (holds_text(column->type)) buffer_text(&out, " collate \"C\"");
    }
    buffer_text(&out, "\n)");
    return buffer_string(&out);
}

static const char *create_quarantine(const Planner *planner, const char *name) {
    return arena_format(planner->arena,
                        "create table %s (\n  file text collate \"C\" not null,\n  line bigint,\n"
                        "  column_name text collate \"C\",\n  reason text collate \"C\" not null,\n  \"row\" jsonb\n)",
                        name);
}

/* Indexes move with their table. Their names are of the schema's, and stand there beside those of the table replaced. */
static void add_indexes(Planner *planner, const Relation *relation, TextList *list) {
    const Clause *clause = clause_of(relation, CLAUSE_INDEXED_BY);
    for (uint32_t i = 0; clause && i < clause->kids.count; i++) {
        const char *words, *columns = index_columns(planner, clause->kids.items[i], &words);
        vec_push(planner->arena, list,
                 arena_format(planner->arena, "create index on %s (%s)", staged_table(planner, relation), columns));
    }
    vec_push(planner->arena, list, arena_format(planner->arena, "analyze %s", staged_table(planner, relation)));
}

static GovTexts build_table(Planner *planner, const Relation *relation) {
    TextList list = {0};
    const char *head = step_head(planner, relation), *table = postgres_create_table(planner, relation);
    vec_push(planner->arena, &list,
             arena_format(planner->arena, "%s%s;\ninsert into %s\n%s", head, table, staged_table(planner, relation),
                          query_in_run(planner, relation)));
    add_indexes(planner, relation, &list);
    return texts_of(planner->arena, &list);
}

static GovTexts build_view(Planner *planner, const Relation *relation) {
    TextList list = {0};
    vec_push(planner->arena, &list,
             arena_format(planner->arena, "%screate view %s as\n%s", step_head(planner, relation),
                          staged_name(planner, relation), query_in_run(planner, relation)));
    return texts_of(planner->arena, &list);
}

static GovTexts build_source(Planner *planner, const Relation *relation, const GovSource *source) {
    TextList list = {0};
    const char *tables = postgres_create_table(planner, relation);
    if (source && source->quarantine_staged)
        tables = arena_format(planner->arena, "%s;\n%s", tables, create_quarantine(planner, source->quarantine_staged));
    vec_push(planner->arena, &list, tables);
    add_indexes(planner, relation, &list);
    return texts_of(planner->arena, &list);
}

/* ----------------------------------------------------------------- publish */

/* Readers of the old and of the new find it by the same name: the schema changes first, for the other one may be taken. */
static void add_move(Planner *planner, const char *staged, const char *private, const char *schema, const char *name,
                     TextList *list) {
    Arena *arena = planner->arena;
    vec_push(arena, list, arena_format(arena, "alter table %s set schema %s", staged, quoted_name(planner, schema)));
    vec_push(arena, list,
             arena_format(arena, "alter table %s.%s rename to %s", quoted_name(planner, schema),
                          quoted_name(planner, private), quoted_name(planner, name)));
}

static void publish_quarantine(Planner *planner, const Relation *relation, const GovSource *source, TextList *list) {
    if (!source || !source->quarantine) return;
    const char *private = arena_format(planner->arena, "quarantine__%s", private_name(planner, relation));
    vec_push(planner->arena, list, arena_format(planner->arena, "drop table if exists %s", source->quarantine));
    add_move(planner, source->quarantine_staged, private, "quarantine", private_name(planner, relation), list);
}

/* The staged quarantine's name within its schema is also that of no relation: it is renamed at once. */
static GovTexts publish_statements(Planner *planner, const Relation *relation, const GovSource *source) {
    TextList list = {0};
    if (is_stored_view(relation))
        vec_push(planner->arena, &list,
                 arena_format(planner->arena, "create or replace view %s as\n%s", published_name(planner, relation),
                              query_for_readers(planner, relation)));
    else
        add_move(planner, staged_table(planner, relation), private_name(planner, relation), schema_at_target(planner, relation),
                 relation->name->text, &list);
    publish_quarantine(planner, relation, source, &list);
    return texts_of(planner->arena, &list);
}

static GovTexts in_place_statements(Planner *planner, const Relation *relation, const GovSource *source) {
    TextList list = {0};
    Buffer columns;
    if (is_stored_view(relation)) return (GovTexts){0};
    buffer_open(&columns, planner->arena);
    for (uint32_t i = 0; i < relation->rows->columns.count; i++)
        buffer_format(&columns, "%s%s", i ? ", " : "",
                      quoted_name(planner, relation->rows->columns.items[i]->name->text));
    const char *to = published_name(planner, relation), *names = buffer_string(&columns);
    vec_push(planner->arena, &list, arena_format(planner->arena, "delete from %s", to));
    vec_push(planner->arena, &list,
             arena_format(planner->arena, "insert into %s (%s)\nselect %s\nfrom %s", to, names, names,
                          staged_table(planner, relation)));
    publish_quarantine(planner, relation, source, &list);
    return texts_of(planner->arena, &list);
}

/* Only what is built aside itself can hang on what is: a view of another step that did not pass either. */
static GovTexts discard_statements(Planner *planner, const Relation *relation, const GovSource *source) {
    Arena *arena = planner->arena;
    TextList list = {0};
    vec_push(arena, &list,
             arena_format(arena, "drop %s if exists %s cascade", is_stored_view(relation) ? "view" : "table",
                          is_stored_view(relation) ? staged_name(planner, relation) : staged_table(planner, relation)));
    if (source && source->quarantine_staged)
        vec_push(arena, &list, arena_format(arena, "drop table if exists %s", source->quarantine_staged));
    return texts_of(arena, &list);
}

void postgres_statements(Planner *planner, const Relation *relation, GovStep *step) {
    TextList comments = {0};
    step->build = step->kind == GOV_STEP_LOAD        ? build_source(planner, relation, step->source)
                  : is_stored_view(relation)         ? build_view(planner, relation)
                                                     : build_table(planner, relation);
    step->publish = publish_statements(planner, relation, step->source);
    step->in_place = in_place_statements(planner, relation, step->source);
    add_comments(planner, relation, &comments);
    step->comments = texts_of(planner->arena, &comments);
    step->discard = discard_statements(planner, relation, step->source);
}
