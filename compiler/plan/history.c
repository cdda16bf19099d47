/* What is remembered: the tables of versions of `keeping history`, and rows that go by their age, `keeping rows`.
 *
 * A version is a row as it was from one publication to another. In the publishing transaction the rows that readers see from then on
 * are held against the versions that are open: so it is right however they came to be there, built whole or by batches. */
#include "compiler/plan/internal.h"

#include <string.h>

/* -------------------------------------------------------------------- columns */

static const char *definition_of(const Planner *planner, const Column *column) {
    Buffer out;
    buffer_open(&out, planner->arena);
    buffer_format(&out, "%s ", quoted_name(planner, column->name->text));
    emit_type(planner->dialect, column->type, &out);
    if (planner->is_server && holds_text(column->type)) buffer_text(&out, " collate \"C\"");
    return buffer_string(&out);
}

/* Whether engines hold values for equal that are not the same: `1 month` and `30 days`, `{"a": 1}` and `{"a": 1.0}`. (Zero and minus
 * zero are the same: DuckDB does not always keep the sign.) */
static bool compares_as_text(const Type *type) {
    switch (type->kind) {
    case TYPE_INTERVAL: case TYPE_JSON: return true;
    default: return false; /* equal is the same */
    }
}

static const char *same_column(const Planner *planner, const Column *column) {
    const char *name = quoted_name(planner, column->name->text);
    Buffer text;
    buffer_open(&text, planner->arena);
    emit_type(planner->dialect, type_simple(planner->program->types, TYPE_TEXT), &text);
    if (compares_as_text(column->type))
        return arena_format(planner->arena, "cast(shown.%s as %s) is not distinct from cast(kept.%s as %s)", name, buffer_string(&text), name,
                            buffer_string(&text));
    return arena_format(planner->arena, "shown.%s is not distinct from kept.%s", name, name);
}

static const char *same_key(const Planner *planner, const Test *key, const char *left, const char *right) {
    Buffer out;
    buffer_open(&out, planner->arena);
    for (uint32_t i = 0; i < key->columns.count; i++) {
        const char *name = quoted_name(planner, key->columns.items[i]->name->text);
        buffer_format(&out, "%s%s.%s = %s.%s", i ? " and " : "", left, name, right, name);
    }
    return buffer_string(&out);
}

static const char *same_rest(const Planner *planner, const Relation *relation, const Test *key) {
    Buffer out;
    buffer_open(&out, planner->arena);
    for (uint32_t i = 0; i < relation->rows->columns.count; i++) {
        const Column *column = relation->rows->columns.items[i];
        if (!test_names(key, column)) buffer_format(&out, "\n    and %s", same_column(planner, column));
    }
    return buffer_string(&out);
}

static const char *names_of(const Planner *planner, const Rows *rows, const char *before) {
    Buffer out;
    buffer_open(&out, planner->arena);
    for (uint32_t i = 0; i < rows->columns.count; i++)
        buffer_format(&out, "%s%s%s", i ? ", " : "", before, quoted_name(planner, rows->columns.items[i]->name->text));
    return buffer_string(&out);
}

static const char *columns_of_key(const Planner *planner, const Test *key, const char *before) {
    Buffer out;
    buffer_open(&out, planner->arena);
    for (uint32_t i = 0; i < key->columns.count; i++)
        buffer_format(&out, "%s%s%s", i ? ", " : "", before, quoted_name(planner, key->columns.items[i]->name->text));
    return buffer_string(&out);
}

/* ----------------------------------------------------------------- statements */

static const char *table_of(const Planner *planner, const Relation *relation) {
    return emit_history_table(planner->arena, planner->dialect, planner->schemas, relation);
}

static GovTexts make_statements(const Planner *planner, const Relation *relation, const Test *key) {
    Arena *arena = planner->arena;
    const char *table = table_of(planner, relation);
    TextList list = {0};
    Buffer out;
    buffer_open(&out, arena);
    buffer_format(&out, "create table if not exists %s (", table);
    for (uint32_t i = 0; i < relation->rows->columns.count; i++)
        buffer_format(&out, "\n  %s,", definition_of(planner, relation->rows->columns.items[i]));
    buffer_format(&out, "\n  %s bigint not null,\n  %s bigint\n)", HISTORY_FROM, HISTORY_TO);
    vec_push(arena, &list, "create schema if not exists " HISTORY_SCHEMA);
    vec_push(arena, &list, buffer_string(&out));
    if (planner->is_server) {
        const char *name = arena_format(arena, "%s__%s__open", schema_at_target(planner, relation), relation->name->text);
        vec_push(arena, &list, arena_format(arena, "create index if not exists %s on %s (%s) where %s is null", quoted_name(planner, name), table,
                                            columns_of_key(planner, key, ""), HISTORY_TO));
    }
    return texts_of(arena, &list);
}

static const char *end_statement(const Planner *planner, const Relation *relation, const Test *key) {
    const char *table = table_of(planner, relation), *first = quoted_name(planner, key->columns.items[0]->name->text);
    Buffer out;
    buffer_open(&out, planner->arena);
    buffer_format(&out, "update %s as kept set %s = cast($1 as bigint)\nfrom (\n  select %s from %s as kept\n", table, HISTORY_TO,
                  columns_of_key(planner, key, "kept."), table);
    buffer_format(&out, "  left join %s as shown on %s%s\n", published_name(planner, relation), same_key(planner, key, "shown", "kept"),
                  same_rest(planner, relation, key));
    buffer_format(&out, "  where kept.%s is null and shown.%s is null\n) as ended\nwhere kept.%s is null and %s", HISTORY_TO, first, HISTORY_TO,
                  same_key(planner, key, "kept", "ended"));
    return buffer_string(&out);
}

static const char *begin_statement(const Planner *planner, const Relation *relation, const Test *key) {
    const char *table = table_of(planner, relation);
    Buffer out;
    buffer_open(&out, planner->arena);
    buffer_format(&out, "insert into %s (%s, %s)\nselect %s, cast($1 as bigint)\n", table, names_of(planner, relation->rows, ""), HISTORY_FROM,
                  names_of(planner, relation->rows, "shown."));
    buffer_format(&out, "from %s as shown\nleft join %s as kept on kept.%s is null and %s\nwhere kept.%s is null", published_name(planner, relation),
                  table, HISTORY_TO, same_key(planner, key, "kept", "shown"), HISTORY_FROM);
    return buffer_string(&out);
}

/* What is gone or changed ends; what is not among the open ones then is new, or changed. As joins: a subquery would be asked once for
 * equal values, and DuckDB then takes one of them for all. */
static GovTexts write_statements(const Planner *planner, const Relation *relation, const Test *key) {
    TextList list = {0};
    vec_push(planner->arena, &list, end_statement(planner, relation, key));
    vec_push(planner->arena, &list, begin_statement(planner, relation, key));
    return texts_of(planner->arena, &list);
}

static const GovHistoryColumn *history_columns(const Planner *planner, const Relation *relation) {
    const Rows *rows = relation->rows;
    const char *table = table_of(planner, relation);
    GovHistoryColumn *columns = arena_alloc(planner->arena, (rows->columns.count + 1) * sizeof *columns);
    for (uint32_t i = 0; i < rows->columns.count; i++) {
        const Column *column = rows->columns.items[i];
        const char *name = quoted_name(planner, column->name->text), *definition = definition_of(planner, column);
        Buffer type;
        buffer_open(&type, planner->arena);
        emit_type(planner->dialect, column->type, &type);
        columns[i] = (GovHistoryColumn){
            .name = column->name->text,
            .type = type_text(planner->program->types, column->type),
            .add = arena_format(planner->arena, "alter table %s add column %s", table, definition),
            .retype = arena_format(planner->arena, "alter table %s alter column %s type %s", table, name, buffer_string(&type)),
        };
    }
    return columns;
}

/* `interval '5 years'` before a moment that stands for now. */
static const char *before(const Planner *planner, const char *moment, GovDuration span) {
    bool weeks = !strcmp(span.unit, "week"), quarters = !strcmp(span.unit, "quarter");
    long long count = (long long)span.count * (weeks ? 7 : quarters ? 3 : 1);
    return arena_format(planner->arena, "%s - interval '%lld' %s", moment, count, weeks ? "day" : quarters ? "month" : span.unit);
}

static const char *words_of(const Planner *planner, GovDuration span) {
    return arena_format(planner->arena, "%lld %s%s", (long long)span.count, span.unit, span.count == 1 ? "" : "s");
}

static GovHistory history_of(const Planner *planner, const Relation *relation, const Clause *clause) {
    Arena *arena = planner->arena;
    const Test *key = relation_key(relation);
    const char *table = table_of(planner, relation);
    GovDuration span = duration_of(clause->expr);
    GovHistory history = {
        .relation = relation->full_name->text,
        .table = table,
        .make = make_statements(planner, relation, key),
        .columns = history_columns(planner, relation),
        .column_count = relation->rows->columns.count,
        .write = write_statements(planner, relation, key),
        .forget = arena_format(arena, "delete from %s where %s <= $1", table, HISTORY_TO),
        .place = place_of(planner, clause->node.span),
    };
    if (!span.count) return history;
    history.words = words_of(planner, span);
    history.horizon = arena_format(arena, "select max(publication) from gov.publications where committed_at <= %s", before(planner, "now()", span));
    return history;
}

/* ------------------------------------------------------------------ retention */

static const char *run_date_of(const Planner *planner) {
    return planner->is_server ? "current_setting('gov.run_date')::date" : "getvariable('gov_run_date')";
}

static GovRetention retention_of(const Planner *planner, const Relation *relation, const Clause *clause) {
    Arena *arena = planner->arena;
    GovDuration span = duration_of(clause->expr);
    const char *column = clause->name.items[clause->name.count - 1].name->text, *name = quoted_name(planner, column);
    const char *published = published_name(planner, relation), *least = before(planner, run_date_of(planner), span);
    TextList list = {0};
    vec_push(arena, &list, arena_format(arena, "delete from %s where %s < %s", published, name, least));
    if (relation_keeps_history(relation))
        vec_push(arena, &list, arena_format(arena, "delete from %s where %s < %s", table_of(planner, relation), name, least));
    return (GovRetention){
        .relation = relation->full_name->text,
        .words = arena_format(arena, "%s by %s", words_of(planner, span), column),
        .tables = arena_format(arena, "select count(*) from information_schema.tables where table_schema = %s and table_name = %s and table_type = 'BASE TABLE'",
                               string_of(planner, emit_fitted(arena, planner->dialect, schema_at_target(planner, relation))),
                               string_of(planner, name_at_target(planner, relation))),
        .erase = texts_of(arena, &list),
        .place = place_of(planner, clause->node.span),
    };
}

/* Whether rows of its own stand at the target. */
static bool has_table(const Relation *relation) {
    return relation->kind != RELATION_SYSTEM && !relation->bad && relation->rows && relation->stored != STORED_INLINE && !is_stored_view(relation);
}

bool plan_keeps_memory(const Planner *planner) {
    return planner->is_server || strcmp(dialect_name(planner->dialect), "duckdb") == 0;
}

void plan_memory(Planner *planner, GovPlan *govplan) {
    const Program *program = planner->program;
    VEC(GovHistory) histories = {0};
    VEC(GovRetention) retentions = {0};
    for (uint32_t i = 0; plan_keeps_memory(planner) && i < program->relations.count; i++) {
        const Relation *relation = program->relations.items[i];
        if (!has_table(relation)) continue;
        const Clause *history = decl_clause(relation->decl, CLAUSE_KEEPING_HISTORY), *rows = decl_clause(relation->decl, CLAUSE_KEEPING_ROWS);
        if (history && relation_key(relation)) vec_push(planner->arena, &histories, history_of(planner, relation, history));
        if (rows) vec_push(planner->arena, &retentions, retention_of(planner, relation, rows));
    }
    govplan->histories = histories.items;
    govplan->history_count = histories.count;
    govplan->retentions = retentions.items;
    govplan->retention_count = retentions.count;
}
