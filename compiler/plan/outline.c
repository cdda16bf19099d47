/* What a step is made of, in lines (GovStep.outline), and what two outlines say has changed, column by column. */
#include "compiler/plan/internal.h"

#include <stdlib.h>
#include <string.h>

enum { HASH_SHOWN = 16 };

static void put_column(const Planner *planner, const Planned *planned, const OwnMeaning *own, uint32_t index, Buffer *out) {
    const Column *column = planned->relation->rows->columns.items[index];
    buffer_format(out, "column\t%s\t%s", column->name->text, type_text(planner->program->types, column->type));
    buffer_format(out, "\t%.*s", HASH_SHOWN, own->columns ? own->columns[index] : "");
    buffer_format(out, "\t%.*s\n", HASH_SHOWN, planned->columns ? planned->columns[index] : "");
}

const char *outline_of(Planner *planner, const Planned *planned, const OwnMeaning *own) {
    const Relation *relation = planned->relation;
    Buffer out;
    buffer_open(&out, planner->arena);
    buffer_format(&out, "as %s\n", materialization_of(relation));
    for (uint32_t i = 0; relation->rows && i < relation->rows->columns.count; i++) put_column(planner, planned, own, i, &out);
    buffer_format(&out, "query %.*s\n", HASH_SHOWN, own->query);
    buffer_format(&out, "rows %.*s\n", HASH_SHOWN, planned->rows ? planned->rows : "");
    buffer_format(&out, "tests %.*s\n", HASH_SHOWN, own->tests);
    return buffer_string(&out);
}

const char *outline_since(const Planner *planner, const char *outline, int64_t run_id) {
    return arena_format(planner->arena, "%ssince %lld\n", outline, (long long)run_id);
}

const char *outline_stale(const Planner *planner, const char *outline) {
    return arena_format(planner->arena, "%sstale\n", outline);
}

/* What stands behind a word at the beginning of a line, or null. */
static const char *line_of(const char *outline, const char *word) {
    size_t length = strlen(word);
    for (const char *line = outline; line && *line; line = strchr(line, '\n'), line += line != NULL)
        if (!strncmp(line, word, length)) return line + length;
    return NULL;
}

int64_t outline_data_run(const char *outline, int64_t run_id) {
    const char *since = line_of(outline, "since ");
    return since ? strtoll(since, NULL, 10) : run_id;
}

/* ------------------------------------------------------------------ reading */

/* A line `column`, name, type, the hash of what computes it, and that with the meaning of what it reads, set off by tabs. */
typedef struct OutlineColumn {
    Name *name;
    const char *type;
    const char *computed; /* "" of a source */
    const char *whole;    /* "" of an earlier version */
} OutlineColumn;

typedef struct Outline {
    const char *as, *query, *rows, *tests;
    VEC(OutlineColumn) columns;
    Map by_name;          /* Name → index + 1 */
} Outline;

/* Up to the next tab; `*line` goes behind it. */
static const char *next_field(const Planner *planner, const char **line) {
    size_t length = strcspn(*line, "\t");
    const char *field = arena_copy(planner->arena, *line, length);
    *line += length + ((*line)[length] == '\t');
    return field;
}

static void read_column(const Planner *planner, const char *line, Outline *outline) {
    OutlineColumn column = {.name = name_of(planner->program->names, next_field(planner, &line))};
    column.type = next_field(planner, &line);
    column.computed = next_field(planner, &line);
    column.whole = next_field(planner, &line);
    vec_push(planner->arena, &outline->columns, column);
    map_put(&outline->by_name, column.name, (void *)(uintptr_t)outline->columns.count);
}

static void read_line(const Planner *planner, const char *line, Outline *outline) {
    if (!strncmp(line, "as ", 3)) outline->as = line + 3;
    else if (!strncmp(line, "query ", 6)) outline->query = line + 6;
    else if (!strncmp(line, "rows ", 5)) outline->rows = line + 5;
    else if (!strncmp(line, "tests ", 6)) outline->tests = line + 6;
    else if (!strncmp(line, "column\t", 7)) read_column(planner, line + 7, outline);
}

static Outline read_outline(const Planner *planner, const char *text) {
    Outline outline = {.as = "", .query = "", .rows = "", .tests = ""};
    map_open(&outline.by_name, planner->arena);
    while (*text) {
        size_t length = strcspn(text, "\n");
        read_line(planner, arena_copy(planner->arena, text, length), &outline);
        text += length + (text[length] == '\n');
    }
    return outline;
}

static const OutlineColumn *column_in(const Outline *outline, const Name *name) {
    size_t at = (size_t)(uintptr_t)map_get(&outline->by_name, name);
    return at ? &outline->columns.items[at - 1] : NULL;
}

/* ---------------------------------------------------------------- upstream */

static bool has_change_of(const Planned *planned, const Name *column) {
    for (uint32_t i = 0; i < planned->changes.count; i++) {
        const PlanChange *change = &planned->changes.items[i];
        if (change->column && !strcmp(change->column, column->text)) return true;
    }
    return false;
}

/* The relation upstream whose own change of a column makes this column's: what its value comes from, first of all. */
static const char *upstream_of(const Planner *planner, const Relation *relation, const Name *column) {
    const RelationFacts *facts = facts_of(planner->facts, relation);
    for (uint32_t i = 0; facts && i < facts->edges.count; i++) {
        const Edge *edge = &facts->edges.items[i];
        if (edge->kind == EDGE_FILTER || !edge->to || edge->to->name != column || !edge->from->relation) continue;
        const Planned *read = planned_of(planner, edge->from->relation);
        if (read && has_change_of(read, edge->from->name)) return edge->from->relation->full_name->text;
    }
    return NULL;
}

/* A relation that it reads and that has other rows than were published. */
static const char *changed_rows(const Planner *planner, const Relation *relation) {
    for (uint32_t i = 0; i < relation->reads.count; i++) {
        const Planned *read = planned_of(planner, relation->reads.items[i]);
        for (uint32_t k = 0; read && k < read->changes.count; k++) {
            PlanChangeKind kind = read->changes.items[k].kind;
            if (kind == PLAN_QUERY || kind == PLAN_ROWS) return read->relation->full_name->text;
        }
    }
    return NULL;
}

/* Any that it reads and that has changed. */
static const char *changed_read(const Planner *planner, const Relation *relation) {
    for (uint32_t i = 0; i < relation->reads.count; i++) {
        const Relation *at = relation->reads.items[i];
        const Planned *read = planned_of(planner, at);
        const char *within = at->stored == STORED_INLINE ? changed_read(planner, at) : NULL;
        if (within || (read && read->changes.count)) return within ? within : at->full_name->text;
    }
    return NULL;
}

/* ---------------------------------------------------------------- comparing */

bool outline_means(const Planner *planner, const char *text, const Planned *now) {
    Outline outline = read_outline(planner, text);
    const Rows *rows = now->relation->rows;
    if (line_of(text, "stale") || strncmp(outline.rows, now->rows, HASH_SHOWN)) return false;
    for (uint32_t i = 0; i < rows->columns.count; i++) {
        const OutlineColumn *column = column_in(&outline, rows->columns.items[i]->name);
        if (!column || strncmp(column->whole, now->columns[i], HASH_SHOWN)) return false;
    }
    return true;
}

static bool is_own_column(const OutlineColumn *a, const OutlineColumn *b, bool source) {
    return b && a->name == b->name && !strcmp(a->type, b->type) && !strcmp(a->computed, b->computed) && (!source || !strcmp(a->whole, b->whole));
}

/* The tests of the plan for `gov test` are others than those of a run, which the outline has. */
bool outline_is_own(const Planner *planner, const char *text, const Planned *planned) {
    Outline outline = read_outline(planner, text), now = read_outline(planner, planned->outline);
    bool source = planned->relation->kind == RELATION_SOURCE;
    bool same = !strcmp(outline.as, now.as) && outline.columns.count == now.columns.count;
    same = same && (source ? !strcmp(outline.rows, now.rows) : !strcmp(outline.query, now.query));
    same = same && (planner->options->what == PLAN_TEST || !strcmp(outline.tests, now.tests));
    for (uint32_t i = 0; same && i < now.columns.count; i++)
        same = is_own_column(&now.columns.items[i], column_in(&outline, now.columns.items[i].name), source);
    return same;
}

static void add_change(const Planner *planner, Planned *planned, PlanChange change) {
    vec_push(planner->arena, &planned->changes, change);
}

static void compare_column(const Planner *planner, Planned *planned, const OutlineColumn *before, const OutlineColumn *now) {
    const char *upstream = upstream_of(planner, planned->relation, now->name);
    PlanChange change = {.column = now->name->text, .before = before ? before->type : NULL, .after = now->type, .upstream = upstream};
    bool own = !before || strcmp(before->computed, now->computed);
    if (!before) change.kind = PLAN_COLUMN_ADDED;
    else if (strcmp(before->type, now->type)) change.kind = PLAN_COLUMN_TYPE;
    else if (own || (*before->whole && strcmp(before->whole, now->whole))) change.kind = PLAN_COLUMN_COMPUTED;
    else return;
    if (change.kind == PLAN_COLUMN_COMPUTED && own) change.upstream = NULL;
    if (change.kind == PLAN_COLUMN_COMPUTED && !own && !upstream) change.upstream = changed_read(planner, planned->relation);
    add_change(planner, planned, change);
}

static void compare_rows(const Planner *planner, Planned *planned, const Outline *old, const Outline *now) {
    if (strcmp(old->query, now->query)) add_change(planner, planned, (PlanChange){.kind = PLAN_QUERY});
    else if (strcmp(old->rows, now->rows)) {
        const char *upstream = changed_rows(planner, planned->relation);
        if (!upstream) upstream = changed_read(planner, planned->relation);
        add_change(planner, planned, (PlanChange){.kind = upstream ? PLAN_ROWS : PLAN_QUERY, .upstream = upstream});
    }
}

void outline_compare(const Planner *planner, Planned *planned, const char *before) {
    Outline old = read_outline(planner, before), now = read_outline(planner, planned->outline);
    if (strcmp(old.as, now.as)) add_change(planner, planned, (PlanChange){.kind = PLAN_STORED, .before = old.as, .after = now.as});
    for (uint32_t i = 0; i < now.columns.count; i++)
        compare_column(planner, planned, column_in(&old, now.columns.items[i].name), &now.columns.items[i]);
    for (uint32_t i = 0; i < old.columns.count; i++)
        if (!column_in(&now, old.columns.items[i].name))
            add_change(planner, planned, (PlanChange){.kind = PLAN_COLUMN_DROPPED, .column = old.columns.items[i].name->text,
                                                      .before = old.columns.items[i].type});
    compare_rows(planner, planned, &old, &now);
    if (strcmp(old.tests, now.tests)) add_change(planner, planned, (PlanChange){.kind = PLAN_TESTS});
}
