/* What a step is made of, in lines (GovStep.outline), and what two outlines say has changed, column by column. */
#include "compiler/plan/internal.h"

#include <string.h>

enum { HASH_SHOWN = 16 };

static void put_hash(const char *word, const char *text, size_t length, Buffer *out) {
    char hex[65];
    sha256_hex(text, length, hex);
    buffer_format(out, "%s %.*s\n", word, HASH_SHOWN, hex);
}

/* Where a column of a relation is computed: its item of the select list. Null: not by one. */
static const Expr *expr_of(const Column *column) {
    while (!column->expr && column->copied && !column->copied->relation) column = column->copied;
    return column->expr;
}

/* The words of the expression, however they are laid out. */
static void put_expr(const Planner *planner, const Column *column, Buffer *out) {
    const Expr *expr = expr_of(column);
    if (!expr || planner->program->sources->files.count == 0) return;
    Text text = source_text(planner->program->sources, expr->node.span);
    Buffer words;
    char hex[65];
    buffer_open(&words, planner->arena);
    for (uint32_t i = 0; i < text.length; i++)
        if (!strchr(" \t\r\n", text.at[i])) buffer_char(&words, text.at[i]);
    sha256_hex(buffer_string(&words), words.length, hex);
    buffer_format(out, "\t%.*s", HASH_SHOWN, hex);
}

const char *outline_of(Planner *planner, const Planned *planned, const char *query, const char *tests) {
    const Relation *relation = planned->relation;
    Buffer out;
    buffer_open(&out, planner->arena);
    buffer_format(&out, "as %s\n", materialization_of(relation));
    for (uint32_t i = 0; relation->rows && i < relation->rows->columns.count; i++) {
        const Column *column = relation->rows->columns.items[i];
        buffer_format(&out, "column\t%s\t%s", column->name->text, type_text(planner->program->types, column->type));
        put_expr(planner, column, &out);
        buffer_char(&out, '\n');
    }
    put_hash("query", query, strlen(query), &out);
    put_hash("tests", tests, strlen(tests), &out);
    return buffer_string(&out);
}

/* ------------------------------------------------------------------ reading */

/* A line `column`, name, type and, if an item of a select list computes it, the hash of its words, set off by tabs. */
typedef struct OutlineColumn {
    Name *name;
    const char *type;
    const char *computed; /* "" if no item of a select list makes it */
} OutlineColumn;

typedef struct Outline {
    const char *as, *query, *tests;
    VEC(OutlineColumn) columns;
    Map by_name;          /* Name → index + 1 */
} Outline;

static void read_column(const Planner *planner, const char *line, Outline *outline) {
    size_t name = strcspn(line, "\t"), type = line[name] ? strcspn(line + name + 1, "\t") : 0;
    const char *behind = line[name] ? line + name + 1 + type : "";
    OutlineColumn column = {
        names_intern(planner->program->names, line, name),
        type ? arena_copy(planner->arena, line + name + 1, type) : "",
        *behind ? behind + 1 : "",
    };
    vec_push(planner->arena, &outline->columns, column);
    map_put(&outline->by_name, column.name, (void *)(uintptr_t)outline->columns.count);
}

static void read_line(const Planner *planner, const char *line, Outline *outline) {
    if (!strncmp(line, "as ", 3)) outline->as = line + 3;
    else if (!strncmp(line, "query ", 6)) outline->query = line + 6;
    else if (!strncmp(line, "tests ", 6)) outline->tests = line + 6;
    else if (!strncmp(line, "column\t", 7)) read_column(planner, line + 7, outline);
}

static Outline read_outline(const Planner *planner, const char *text) {
    Outline outline = {.as = "", .query = "", .tests = ""};
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

/* ---------------------------------------------------------------- comparing */

static void add_change(const Planner *planner, Planned *planned, PlanChange change) {
    vec_push(planner->arena, &planned->changes, change);
}

static void compare_column(const Planner *planner, Planned *planned, const OutlineColumn *before, const OutlineColumn *now, bool query) {
    const char *upstream = upstream_of(planner, planned->relation, now->name);
    PlanChange change = {.column = now->name->text, .before = before ? before->type : NULL, .after = now->type, .upstream = upstream};
    if (!before) change.kind = PLAN_COLUMN_ADDED;
    else if (strcmp(before->type, now->type)) change.kind = PLAN_COLUMN_TYPE;
    else if (query && strcmp(before->computed, now->computed)) change.kind = PLAN_COLUMN_COMPUTED;
    else return;
    add_change(planner, planned, change);
}

static bool says_of_query(const Planned *planned) {
    for (uint32_t i = 0; i < planned->changes.count; i++)
        if (planned->changes.items[i].kind != PLAN_STORED && planned->changes.items[i].kind != PLAN_TESTS) return true;
    return false;
}

void outline_compare(const Planner *planner, Planned *planned, const char *before) {
    Outline old = read_outline(planner, before), now = read_outline(planner, planned->outline);
    bool query = strcmp(old.query, now.query) != 0;
    if (strcmp(old.as, now.as)) add_change(planner, planned, (PlanChange){.kind = PLAN_STORED, .before = old.as, .after = now.as});
    for (uint32_t i = 0; i < now.columns.count; i++)
        compare_column(planner, planned, column_in(&old, now.columns.items[i].name), &now.columns.items[i], query);
    for (uint32_t i = 0; i < old.columns.count; i++)
        if (!column_in(&now, old.columns.items[i].name))
            add_change(planner, planned, (PlanChange){.kind = PLAN_COLUMN_DROPPED, .column = old.columns.items[i].name->text,
                                                      .before = old.columns.items[i].type});
    if (query && !says_of_query(planned)) add_change(planner, planned, (PlanChange){.kind = PLAN_QUERY});
    if (strcmp(old.tests, now.tests)) add_change(planner, planned, (PlanChange){.kind = PLAN_TESTS});
}
