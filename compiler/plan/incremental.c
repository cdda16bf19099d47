/* Models that are built in parts: by periods of time, or by key.
 *
 * By period: the rows of some periods are built into a table aside; a view shows what readers see without these periods, and
 * these rows: it is what is tested and what others read in this run; published is by DELETE and INSERT. Which periods is found
 * when the plan runs, by queries that are made here (facts/period.h says why they find all of them). By key: all is built, and
 * only the rows that differ are written. */
#include "compiler/plan/internal.h"

#include "compiler/facts/period.h"

#include <string.h>

static const Clause *parts_clause(const Relation *relation) {
    const Clause *clause = relation->kind == RELATION_MODEL && relation->stored == STORED_TABLE && relation->query ? clause_of(relation, CLAUSE_BUILT_BY) : NULL;
    return clause && relation->rows ? clause : NULL;
}

bool is_built_by_period(const Relation *relation) {
    const Clause *clause = parts_clause(relation);
    return clause && clause->word.name;
}

bool is_built_by_key(const Relation *relation) {
    const Clause *clause = parts_clause(relation);
    return clause && !clause->word.name;
}

static const char *answer_of(const Relation *relation) {
    const Clause *change = clause_of(relation, CLAUSE_ON_CHANGE);
    return change && change->word.name ? change->word.name->text : "refresh";
}

const char *increment_answer(const Relation *relation) {
    const char *answer = answer_of(relation);
    if (!parts_clause(relation)) return "";
    if (!strcmp(answer, "fail")) return ": refused, for it says `on change fail`";
    if (!strcmp(answer, "append")) return ": built whole, but for columns that are added or dropped";
    if (!strcmp(answer, "widen")) return ": built whole, but for columns that are added, dropped or widened";
    return ": built whole";
}

/* ----------------------------------------------------------------------- texts */

/* What the statements of one model are made of. */
typedef struct InParts {
    Planner *planner;
    Arena *arena;
    const Relation *relation;
    const Column *time;
    const char *unit;
    const char *table, *view, *periods, *published;
    const char *columns;         /* listed, quoted */
    const char *key;             /* the time of a row of a table that is not qualified; of a row without one the first day of year 1 */
} InParts;

static const char *columns_of(const Planner *planner, const Relation *relation) {
    Buffer out;
    buffer_open(&out, planner->arena);
    for (uint32_t i = 0; i < relation->rows->columns.count; i++)
        buffer_format(&out, "%s%s", i ? ", " : "", quoted_name(planner, relation->rows->columns.items[i]->name->text));
    return buffer_string(&out);
}

static const char *periods_table(const Planner *planner, const Relation *relation) {
    return planner->is_server ? postgres_staged(planner, relation, "__periods")
                              : emit_published(planner->arena, planner->dialect, planner->schemas, relation, "__next_periods");
}

static const char *time_of(const Planner *planner, const Column *time) {
    Buffer out;
    buffer_open(&out, planner->arena);
    buffer_format(&out, time->nullable ? "coalesce(%s, '0001-01-01'" : "%s", quoted_name(planner, time->name->text));
    if (time->nullable) {
        emit_cast(planner->dialect, time->type, &out);
        buffer_char(&out, ')');
    }
    return buffer_string(&out);
}

static const char *subquery(Arena *arena, const char *sql, const char *alias) {
    Buffer out;
    buffer_open(&out, arena);
    put_subquery(sql, alias, &out);
    return buffer_string(&out) + 1; /* without the line end before it */
}

static const char *first_day(const InParts *parts) {
    bool day = !strcmp(parts->unit, "day");
    return arena_format(parts->arena, day ? "(%s)::date" : "date_trunc('%s', %s)::date", day ? parts->key : parts->unit, parts->key);
}

static const char *within_days(const InParts *parts) {
    return arena_format(parts->arena, "%s >= $1::date and %s < $2::date", parts->key, parts->key);
}

static const char *is_replaced(const InParts *parts) {
    return arena_format(parts->arena, "exists (select 1 from %s as period where %s >= period.gov_from and %s < period.gov_to)", parts->periods,
                        parts->key, parts->key);
}

/* -------------------------------------------------------------------- statements */

static const char *new_view(const InParts *parts) {
    return arena_format(parts->arena, "create %sview %s as\nselect %s\nfrom %s", parts->planner->is_server ? "" : "or replace ", parts->view,
                        parts->columns, parts->table);
}

static void begin_statements(const InParts *parts, GovIncrement *increment) {
    Arena *arena = parts->arena;
    TextList list = {0}, fresh = {0};
    bool server = parts->planner->is_server;
    const char *replace = server ? "" : "or replace ";
    vec_push(arena, &list,
             server ? arena_format(arena, "create table %s (like %s)", parts->table, parts->published)
                    : arena_format(arena, "create or replace table %s as\nselect %s\nfrom %s\nlimit 0", parts->table, parts->columns, parts->published));
    vec_push(arena, &list, arena_format(arena, "create %stable %s (gov_from date, gov_to date)", replace, parts->periods));
    vec_push(arena, &list,
             arena_format(arena, "create %sview %s as\nselect %s\nfrom %s\nwhere not %s\nunion all\nselect %s\nfrom %s", replace, parts->view, parts->columns,
                          parts->published, is_replaced(parts), parts->columns, parts->table));
    increment->begin = texts_of(arena, &list);
    vec_push(arena, &fresh,
             server ? postgres_create_table(parts->planner, parts->relation)
                    : arena_format(arena, "create or replace table %s as\nselect *\n%s\nlimit 0", parts->table,
                                   subquery(arena, query_in_run(parts->planner, parts->relation), "built")));
    vec_push(arena, &fresh, arena_format(arena, "create %stable %s (gov_from date, gov_to date)", replace, parts->periods));
    vec_push(arena, &fresh, new_view(parts));
    increment->begin_new = texts_of(arena, &fresh);
}

static void period_statements(const InParts *parts, GovIncrement *increment) {
    Arena *arena = parts->arena;
    const char *query = query_in_run(parts->planner, parts->relation);
    TextList publish = {0};
    begin_statements(parts, increment);
    increment->insert = arena_format(arena, "insert into %s (%s)\nselect %s\n%s\nwhere %s", parts->table, parts->columns, parts->columns,
                                     subquery(arena, query, "built"), within_days(parts));
    increment->replace = arena_format(arena, "insert into %s values ($1::date, $2::date)", parts->periods);
    increment->remove = arena_format(arena, "delete from %s where %s", parts->table, within_days(parts));
    increment->restore = arena_format(arena, "delete from %s where gov_from = $1::date", parts->periods);
    increment->kept = arena_format(arena, "not %s", is_replaced(parts));
    increment->extent = arena_format(arena, "select min(%s)::date, max(%s)::date\n%s", parts->key, parts->key, subquery(arena, query, "built"));
    vec_push(arena, &publish, arena_format(arena, "delete from %s where %s", parts->published, is_replaced(parts)));
    vec_push(arena, &publish,
             arena_format(arena, "insert into %s (%s)\nselect %s\nfrom %s", parts->published, parts->columns, parts->columns, parts->table));
    increment->publish = texts_of(arena, &publish);
}

/* ------------------------------------------------------------------------ inputs */

#define CHANGED "gov_changed"

/* The names of one side of a comparison: before the run, or in it; the input that changed is its rows of that side alone. */
typedef struct Side {
    Planner *planner;
    const Relation *changed;
    const char *rows;
    bool before;
} Side;

static const char *name_on_side(void *context, const Relation *relation) {
    const Side *side = context;
    if (relation == side->changed) return side->rows;
    return side->before ? name_for_readers(side->planner, relation) : name_in_run(side->planner, relation);
}

static const char *changed_table(const Planner *planner) {
    return planner->is_server ? "pg_temp." CHANGED : "temp." CHANGED;
}

static const char *find_statement(const InParts *parts, const Relation *input) {
    Arena *arena = parts->arena;
    const char *columns = columns_of(parts->planner, input);
    return arena_format(arena,
                        "drop table if exists %s;\ncreate temp table " CHANGED " as\n"
                        "select %s, sum(gov_side) as gov_side\nfrom (\n  select %s, 1 as gov_side from %s\n  union all\n"
                        "  select %s, -1 as gov_side from %s\n) as sides\ngroup by %s\nhaving sum(gov_side) <> 0",
                        changed_table(parts->planner), columns, columns, name_in_run(parts->planner, input), columns,
                        name_for_readers(parts->planner, input), columns);
}

/* The tree is changed for the time that it is written out, and put back. */
static void apply_edits(const Planner *planner, const PeriodEdits *edits, JoinKind *joins, Node **places) {
    for (uint32_t i = 0; i < edits->count; i++) {
        const PeriodEdit *edit = &edits->items[i];
        switch (edit->kind) {
        case PERIOD_EDIT_INNER:
            joins[i] = ((Join *)edit->node)->of;
            ((Join *)edit->node)->of = JOIN_INNER;
            break;
        case PERIOD_EDIT_DROP:
            places[i] = *edit->place;
            *edit->place = NULL;
            break;
        case PERIOD_EDIT_EMPTY: {
            Literal *never = (Literal *)node_new(planner->arena, NODE_LITERAL, edit->node->span);
            never->of = LITERAL_FALSE;
            never->text = text_of("false");
            never->expr.type = type_simple(planner->program->types, TYPE_BOOL);
            places[i] = *edit->place;
            *edit->place = &never->expr.node;
            break;
        }
        }
    }
}

static void undo_edits(const PeriodEdits *edits, const JoinKind *joins, Node *const *places) {
    for (uint32_t i = edits->count; i-- > 0;) {
        const PeriodEdit *edit = &edits->items[i];
        if (edit->kind == PERIOD_EDIT_INNER) ((Join *)edit->node)->of = joins[i];
        else *edit->place = places[i];
    }
}

static const char *side_query(const InParts *parts, const Relation *input, bool before) {
    const char *columns = columns_of(parts->planner, input);
    Side side = {
        .planner = parts->planner,
        .changed = input,
        .before = before,
        .rows = arena_format(parts->arena, "(select %s from %s where gov_side %s 0)", columns, changed_table(parts->planner), before ? "<" : ">"),
    };
    const char *query = query_under(parts->planner, parts->relation, name_on_side, &side);
    return arena_format(parts->arena, "select %s as first_day\n%s", first_day(parts), subquery(parts->arena, query, before ? "before" : "now"));
}

static void add_way(const InParts *parts, const Relation *input, const PeriodEdits *edits, Buffer *out) {
    JoinKind *joins = arena_alloc(parts->arena, (edits->count + 1) * sizeof *joins);
    Node **places = arena_alloc(parts->arena, (edits->count + 1) * sizeof *places);
    apply_edits(parts->planner, edits, joins, places);
    buffer_format(out, "%s%s\nunion\n", out->length ? "\nunion\n" : "", side_query(parts, input, false));
    buffer_text(out, side_query(parts, input, true));
    undo_edits(edits, joins, places);
}

static void add_behind(const InParts *parts, const Relation *view, TextList *list) {
    RelationList reads = {0};
    for (uint32_t i = 0; i < view->reads.count; i++) real_relations(parts->planner, view->reads.items[i], &reads);
    for (uint32_t i = 0; i < reads.count; i++) {
        bool known = false;
        for (uint32_t k = 0; k < list->count; k++) known = known || !strcmp(list->items[k], reads.items[i]->full_name->text);
        if (known) continue;
        vec_push(parts->arena, list, reads.items[i]->full_name->text);
        if (is_stored_view(reads.items[i])) add_behind(parts, reads.items[i], list);
    }
}

static GovPeriodInput plan_input(const InParts *parts, const PeriodInput *input) {
    GovPeriodInput planned = {.name = input->relation->full_name->text, .whole = input->why};
    TextList behind = {0};
    if (input->relation->kind == RELATION_SYSTEM) return planned;
    if (is_stored_view(input->relation)) add_behind(parts, input->relation, &behind);
    planned.behind = texts_of(parts->arena, &behind);
    planned.find = find_statement(parts, input->relation);
    planned.differs = arena_format(parts->arena, "select count(*) from %s", changed_table(parts->planner));
    planned.forget = arena_format(parts->arena, "drop table if exists %s", changed_table(parts->planner));
    if (!input->followed) return planned;
    Buffer periods;
    buffer_open(&periods, parts->arena);
    for (uint32_t i = 0; i < input->ways.count; i++) add_way(parts, input->relation, &input->ways.items[i], &periods);
    planned.periods = buffer_string(&periods);
    return planned;
}

static void plan_inputs(const InParts *parts, GovIncrement *increment) {
    PeriodFacts facts = period_facts(parts->arena, parts->relation, parts->time);
    GovPeriodInput *inputs = arena_alloc(parts->arena, (facts.inputs.count + 1) * sizeof *inputs);
    for (uint32_t i = 0; i < facts.inputs.count; i++) inputs[i] = plan_input(parts, &facts.inputs.items[i]);
    increment->inputs = inputs;
    increment->input_count = facts.inputs.count;
}

/* ------------------------------------------------------------------------ by key */

static bool is_key(const Relation *relation, const Column *column) {
    for (uint32_t i = 0; i < relation->tests.count; i++) {
        const Test *test = relation->tests.items[i];
        for (uint32_t k = 0; test->kind == TEST_KEY && k < test->columns.count; k++)
            if (test->columns.items[k] == column) return true;
    }
    return false;
}

static const char *same_rows(const InParts *parts, bool whole) {
    Buffer out;
    buffer_open(&out, parts->arena);
    for (uint32_t i = 0; i < parts->relation->rows->columns.count; i++) {
        const Column *column = parts->relation->rows->columns.items[i];
        const char *name = quoted_name(parts->planner, column->name->text);
        bool key = is_key(parts->relation, column);
        if (!key && !whole) continue;
        buffer_format(&out, "%snow.%s %s before.%s", out.length ? " and " : "", name, key ? "=" : "is not distinct from", name);
    }
    return buffer_string(&out);
}

/* Rows that are gone or differ go, those that differ or are new come; what is the same is not written. */
static void key_statements(const InParts *parts, GovIncrement *increment) {
    Arena *arena = parts->arena;
    TextList publish = {0};
    vec_push(arena, &publish,
             arena_format(arena, "delete from %s as before where not exists (select 1 from %s as now where %s)", parts->published, parts->table,
                          same_rows(parts, true)));
    vec_push(arena, &publish,
             arena_format(arena, "insert into %s (%s)\nselect %s\nfrom %s as now\nwhere not exists (select 1 from %s as before where %s)", parts->published,
                          parts->columns, parts->columns, parts->table, parts->published, same_rows(parts, false)));
    increment->publish = texts_of(arena, &publish);
}

/* ---------------------------------------------------------------------- the step */

/* The staged view goes before what it shows is renamed, and comes behind it when it is built. */
static void add_view(const InParts *parts, GovStep *step) {
    Arena *arena = parts->arena;
    TextList build = {0}, publish = {0}, discard = {0};
    const char *drop = arena_format(arena, "drop view if exists %s%s", parts->view, parts->planner->is_server ? " cascade" : "");
    for (size_t i = 0; i < step->build.count; i++) vec_push(arena, &build, step->build.items[i]);
    vec_push(arena, &build, new_view(parts));
    vec_push(arena, &publish, drop);
    for (size_t i = 0; i < step->publish.count; i++) vec_push(arena, &publish, step->publish.items[i]);
    vec_push(arena, &discard, drop);
    vec_push(arena, &discard, arena_format(arena, "drop table if exists %s", parts->periods));
    for (size_t i = 0; i < step->discard.count; i++) vec_push(arena, &discard, step->discard.items[i]);
    step->build = texts_of(arena, &build);
    step->publish = texts_of(arena, &publish);
    step->discard = texts_of(arena, &discard);
}

/* Where the table stays, its words are said by themselves. */
static void add_comments_again(const InParts *parts, GovStep *step) {
    TextList comments = {0};
    if (parts->planner->is_server) return;
    add_comments(parts->planner, parts->relation, &comments);
    step->comments = texts_of(parts->arena, &comments);
}

static void plan_columns(const InParts *parts, GovIncrement *increment) {
    const Relation *relation = parts->relation;
    GovTypedColumn *columns = arena_alloc(parts->arena, (relation->rows->columns.count + 1) * sizeof *columns);
    for (uint32_t i = 0; i < relation->rows->columns.count; i++) {
        const Column *column = relation->rows->columns.items[i];
        Buffer type;
        buffer_open(&type, parts->arena);
        emit_type(parts->planner->dialect, column->type, &type);
        columns[i] = (GovTypedColumn){column->name->text, quoted_name(parts->planner, column->name->text), buffer_string(&type)};
    }
    increment->columns = columns;
    increment->column_count = relation->rows->columns.count;
    increment->staged_table = parts->table;
}

/* What nothing in the ledger or the data tells when the plan runs. */
static const char *rebuild_reason(const Planner *planner, const Planned *planned) {
    if (planner->options->full_refresh) return "full refresh";
    if (planner->options->rollback_to) return "rolled back";
    for (uint32_t i = 0; i < planned->changes.count; i++)
        if (planned->changes.items[i].kind == PLAN_BY_HAND) return "changed by hand";
    return planned->sql && (strstr(planned->sql, "gov_run_") || strstr(planned->sql, "gov.run_")) ? "it reads the day or time of the run" : NULL;
}

void plan_increment(Planner *planner, const Planned *planned, GovStep *step) {
    const Relation *relation = planned->relation;
    const Clause *clause = parts_clause(relation);
    if (!clause || step->kind != GOV_STEP_BUILD) return;
    GovIncrement *increment = arena_new(planner->arena, GovIncrement);
    InParts parts = {
        .planner = planner,
        .arena = planner->arena,
        .relation = relation,
        .table = staged_table(planner, relation),
        .view = staged_name(planner, relation),
        .periods = periods_table(planner, relation),
        .published = published_name(planner, relation),
        .columns = columns_of(planner, relation),
    };
    increment->rebuild = rebuild_reason(planner, planned);
    increment->on_change = answer_of(relation);
    plan_columns(&parts, increment);
    if (!clause->word.name) {
        key_statements(&parts, increment);
        add_comments_again(&parts, step);
    } else {
        parts.unit = clause->word.name->text;
        parts.time = rows_find(relation->rows, clause->name.items[0].name);
        parts.key = time_of(planner, parts.time);
        increment->unit = parts.unit;
        period_statements(&parts, increment);
        plan_inputs(&parts, increment);
        add_view(&parts, step);
        add_comments_again(&parts, step);
    }
    step->increment = increment;
}
