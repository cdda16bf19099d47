/* Wherever else data meets a reader: shares, deliveries, dashboards. Each is read for a role, whose clearance is checked as a
 * grant's is; what is for nobody in particular is for whoever is cleared for nothing. */
#include "compiler/check/readers.h"

#include <string.h>

static Span name_of_clause(const Clause *clause) {
    const Parts name = clause->name;
    return name.count ? span_join(name.items[0].span, name.items[name.count - 1].span) : clause->node.span;
}

/* A reading of all columns and rows as they are, without `flow` where they are not known; false: there is nothing to say. */
static bool open_reading(Checking *checking, const Relation *relation, Reading *out) {
    const RelationFacts *facts = relation ? facts_of(checking->facts, relation) : NULL;
    if (!relation || has_error_in(checking, relation->decl->node.span)) return false;
    *out = (Reading){.checking = checking, .relation = relation};
    if (!has_rows(relation) || !facts || !facts->flow) return true;
    out->flow = facts->flow;
    out->access = (RelationAccess){.relation = relation, .rows = facts->flow->rows};
    out->access.columns = arena_alloc(checking->arena, (relation->rows->columns.count + 1) * sizeof *out->access.columns);
    for (uint32_t i = 0; i < relation->rows->columns.count; i++)
        out->access.columns[i] = (ColumnAccess){ACCESS_WHOLE, NULL, facts->flow->columns[i].d};
    return true;
}

static void check_whole(Reading *reading) {
    if (!reading->flow || reading->flow->unknown) reading_report_unknown(reading);
    else reading_check(reading);
}

/* --------------------------------------------------------- shares, deliveries */

static void check_delivery(Checking *checking, const Deferred *delivery) {
    const Clause *from = decl_clause(delivery->decl, CLAUSE_DELIVER_FROM);
    const Relation *relation = from ? program_relation(checking->program, from->name) : NULL;
    Reading reading;
    if (!delivery->roles.count || !open_reading(checking, relation, &reading)) return;
    reading.reader = arena_format(checking->arena, "role `%s`, by delivery `%s`,", delivery->roles.items[0]->name->text, delivery->name);
    reading.span = name_of_clause(from);
    reading.role = delivery->roles.items[0];
    reading.clearance = role_clearance(reading.role);
    check_whole(&reading);
}

/* A share gives what the role's grant gives; without a grant, the whole relation. */
static void check_share(Checking *checking, const Deferred *share) {
    const Relation *relation = share->reads.count ? share->reads.items[0] : NULL;
    Reading reading;
    if (!share->roles.count || !open_reading(checking, relation, &reading)) return;
    const Role *role = share->roles.items[0];
    const Parts name = share->decl->name;
    if (access_of(checking->facts, checking->arena, role, relation).grant) return;
    reading.reader = arena_format(checking->arena, "role `%s`, by a share,", role->name->text);
    reading.span = span_join(name.items[0].span, name.items[name.count - 1].span);
    reading.role = role;
    reading.clearance = role_clearance(role);
    check_whole(&reading);
}

/* ---------------------------------------------------------------- dashboards */

/* A dashboard as one role sees it. */
typedef struct Viewing {
    Checking *checking;
    const Deferred *dashboard;
    const Role *role;              /* null: nobody in particular */
    const char *reader;
    FlowLabel clearance, told;
    VEC(const DashboardPart *) filters;
} Viewing;

/* What the role sees of a relation: groups only, if that is what is released to it. */
static const FlowLabel *seen_of(const Viewing *viewing, Reading *reading) {
    Arena *arena = viewing->checking->arena;
    if (!viewing->role) return NULL;
    RelationAccess access = access_of(viewing->checking->facts, arena, viewing->role, reading->relation);
    if (!access.release) return NULL;
    FlowLabel *shows = arena_alloc(arena, (reading->relation->rows->columns.count + 1) * sizeof *shows);
    for (uint32_t i = 0; i < reading->relation->rows->columns.count; i++) shows[i] = reading->access.columns[i].shows = access.columns[i].shows;
    reading->access.rows = access.rows;
    return shows;
}

static bool open_view(const Viewing *viewing, const Relation *relation, Span span, Reading *out) {
    if (!open_reading(viewing->checking, relation, out)) return false;
    out->reader = viewing->reader;
    out->span = span;
    out->role = viewing->role;
    out->clearance = viewing->clearance;
    return true;
}

typedef VEC(Column *) Columns;

/* The columns that a chart's condition names; it is not typed. */
typedef struct Condition { Arena *arena; const Relation *relation; Columns columns; bool unknown; } Condition;

static void find_named(void *context, Node **place) {
    Condition *condition = context;
    const Ref *ref = (*place)->kind == NODE_REF ? (const Ref *)*place : NULL;
    Column *column = ref && ref->name.count ? rows_find(condition->relation->rows, ref->name.items[ref->name.count - 1].name) : NULL;
    if (column) vec_push(condition->arena, &condition->columns, column);
    if ((*place)->kind == NODE_QUERY) condition->unknown = true;
    else node_kids(*place, find_named, context);
}

static Condition condition_of(const Viewing *viewing, const DashboardPart *chart, const Relation *relation) {
    Condition condition = {.arena = viewing->checking->arena, .relation = relation};
    Node *where = chart->where;
    if (where) find_named(&condition, &where);
    return condition;
}

/* `chart table (line_id, verdict from finops.line_status where …)`: these columns, of these rows. */
static void check_table(Viewing *viewing, const DashboardPart *chart) {
    const Relation *relation = program_relation(viewing->checking->program, chart->relation);
    Reading reading;
    Span span = chart->relation.count ? chart->relation.items[0].span : chart->node.span;
    if (!open_view(viewing, relation, span, &reading)) return;
    if (!reading.flow) {
        reading_report_unknown(&reading);
        return;
    }
    seen_of(viewing, &reading);
    reading.told = &viewing->told;
    for (uint32_t i = 0; i < relation->rows->columns.count; i++) {
        bool named = false;
        for (uint32_t k = 0; k < chart->measures.count && !named; k++) {
            const Dotted *dotted = (const Dotted *)chart->measures.items[k];
            named = dotted->node.kind == NODE_DOTTED && dotted->name.count == 1 && dotted->name.items[0].name == relation->rows->columns.items[i]->name;
        }
        if (!named) reading.access.columns[i].shows = (FlowLabel){0};
    }
    Condition condition = condition_of(viewing, chart, relation);
    for (uint32_t i = 0; i < condition.columns.count; i++) {
        const ColumnFlow *one = &reading.flow->columns[condition.columns.items[i]->index];
        reading.access.rows = flow_label_join(reading.access.rows, flow_label_join(flow_label_capped(one->d, LEVEL_INFLUENCE), one->u));
    }
    if (condition.unknown) reading_report_unknown(&reading);
    else check_whole(&reading);
}

/* The dimension that a word of a chart means: a filter's name stands for what it is over. */
static const Name *dimension_meant(const Viewing *viewing, const Dimension *dimension) {
    const Name *name = dimension->name.count ? dimension->name.items[dimension->name.count - 1].name : NULL;
    for (uint32_t i = 0; name && i < viewing->filters.count; i++) {
        const DashboardPart *filter = viewing->filters.items[i];
        const Dimension *over = filter->dimensions.count ? (const Dimension *)filter->dimensions.items[0] : NULL;
        if (filter->name.name == name && over && over->name.count) return over->name.items[over->name.count - 1].name;
    }
    return name;
}

static void add_dimensions(const Viewing *viewing, const Nodes *dimensions, const Relation *relation, Columns *out) {
    for (uint32_t i = 0; i < dimensions->count; i++) {
        const Dimension *dimension = (const Dimension *)dimensions->items[i];
        const Name *name = dimension->node.kind == NODE_DIMENSION ? dimension_meant(viewing, dimension) : NULL;
        Column *column = name ? rows_find(relation->rows, name) : NULL;
        const Name *other = dimension->in_language.count ? dimension->in_language.items[dimension->in_language.count - 1].name : NULL;
        Column *in_language = other ? rows_find(relation->rows, other) : NULL;
        if (column) vec_push(viewing->checking->arena, out, column);
        if (in_language) vec_push(viewing->checking->arena, out, in_language);
    }
}

/* The columns that a measure is shown by: those that the chart and the dashboard's filters name and the relation has. */
static Columns shown_by(const Viewing *viewing, const DashboardPart *chart, const Relation *relation) {
    Columns columns = condition_of(viewing, chart, relation).columns;
    add_dimensions(viewing, &chart->dimensions, relation, &columns);
    for (uint32_t i = 0; i < viewing->filters.count; i++) add_dimensions(viewing, &viewing->filters.items[i]->dimensions, relation, &columns);
    return columns;
}

typedef struct Naming { const Reading *reading; const Tag *tag; const Column *found; } Naming;

static void find_column(void *context, Node **place) {
    Naming *naming = context;
    const Ref *ref = (*place)->kind == NODE_REF ? (const Ref *)*place : NULL;
    const Column *column = ref && ref->column && ref->column->relation == naming->reading->relation ? ref->column : NULL;
    if (column && !naming->found && flow_label_level(naming->reading->access.columns[column->index].shows, naming->tag->index) >
                                        flow_label_level(naming->reading->clearance, naming->tag->index))
        naming->found = column;
    node_kids(*place, find_column, context);
}

static void report_measure(Viewing *viewing, const Reading *reading, const Deferred *metric, const Measure *measure, const Columns *by, const Tag *tag,
                           Level level) {
    Checking *checking = viewing->checking;
    Naming naming = {reading, tag, NULL};
    Node *places[] = {measure->expr, measure->where};
    for (int i = 0; i < 2; i++)
        if (places[i]) find_column(&naming, &places[i]);
    for (uint32_t i = 0; i < by->count && !naming.found; i++)
        if (flow_label_level(reading->access.columns[by->items[i]->index].shows, tag->index) > flow_label_level(reading->clearance, tag->index))
            naming.found = by->items[i];
    Report *report = diag_report(checking->diag, CODE_G0412, reading->span, "%s would learn `%s`", reading->reader, tag->name->text);
    report_says(checking->diag, report, "`%s` carries `%s` (%s)", metric->name, tag->name->text, level_word(level));
    report_label(checking->diag, report, measure->expr ? measure->expr->span : metric->decl->node.span, "it is computed here");
    report_way(checking, report, reading->relation, naming.found, tag, flow_label_level(reading->clearance, tag->index));
    report_help(checking->diag, report, "leave it out, or measure what does not carry `%s`", tag->name->text);
    if (viewing->role) help_clear(reading, report, tag, level);
    else report_help(checking->diag, report, "or say for whom the dashboard is: `for …`, a role that is cleared for it");
    viewing->told = flow_label_join(viewing->told, flow_label_of(tag->index, LEVEL_RAW));
}

static void check_measure(Viewing *viewing, const DashboardPart *chart, Span span, const Deferred *metric, const Node *node) {
    if (!node || node->kind != NODE_MEASURE) return;
    const Measure *measure = (const Measure *)node;
    const Relation *relation = measure->relation.count ? program_relation(viewing->checking->program, measure->relation) : NULL;
    Reading reading;
    if (!open_view(viewing, relation, span, &reading)) return;
    if (!reading.flow || reading.flow->unknown) {
        reading_report_unknown(&reading);
        return;
    }
    Columns by = shown_by(viewing, chart, relation);
    MeasureOf of = {.shows = seen_of(viewing, &reading), .rows = reading.access.rows, .by = by.items, .by_count = by.count};
    FlowLabel label = flow_of_measure(viewing->checking->facts, relation, measure, &of);
    for (uint32_t i = 0; i < viewing->checking->program->tags.count; i++) {
        const Tag *tag = viewing->checking->program->tags.items[i];
        Level level = flow_label_level(label, tag->index);
        if (level <= flow_label_level(viewing->clearance, tag->index) || flow_label_level(viewing->told, tag->index)) continue;
        report_measure(viewing, &reading, metric, measure, &by, tag, level);
    }
}

static void check_metric(Viewing *viewing, const DashboardPart *chart, Span span, const Deferred *metric, int depth) {
    check_measure(viewing, chart, span, metric, metric->decl->body);
    for (uint32_t i = 0; i < metric->decl->clauses.count; i++)
        if (((const Clause *)metric->decl->clauses.items[i])->of == CLAUSE_ALSO)
            check_measure(viewing, chart, span, metric, ((const Clause *)metric->decl->clauses.items[i])->expr);
    for (uint32_t i = 0; i < metric->uses.count && depth < 16; i++) check_metric(viewing, chart, span, metric->uses.items[i], depth + 1);
}

static void check_chart(Viewing *viewing, const DashboardPart *chart) {
    for (uint32_t i = 0; i < chart->measures.count; i++) {
        const Dotted *dotted = (const Dotted *)chart->measures.items[i];
        const char *name = dotted->node.kind == NODE_DOTTED ? parts_text(viewing->checking->arena, dotted->name) : "";
        for (uint32_t k = 0; k < viewing->dashboard->uses.count; k++)
            if (!strcmp(viewing->dashboard->uses.items[k]->name, name)) check_metric(viewing, chart, dotted->node.span, viewing->dashboard->uses.items[k], 0);
    }
}

static void check_parts(Viewing *viewing, const Nodes *parts) {
    for (uint32_t i = 0; i < parts->count; i++) {
        const DashboardPart *part = (const DashboardPart *)parts->items[i];
        if (part->node.kind != NODE_PART || !part->kind.name) continue;
        if (part->relation.count) check_table(viewing, part);
        else if (!strcmp(part->kind.name->text, "chart")) check_chart(viewing, part);
        check_parts(viewing, &part->kids);
    }
}

static void add_filters(Viewing *viewing, const Nodes *parts) {
    for (uint32_t i = 0; i < parts->count; i++) {
        const DashboardPart *part = (const DashboardPart *)parts->items[i];
        if (part->node.kind != NODE_PART || !part->kind.name) continue;
        if (!strcmp(part->kind.name->text, "filter")) vec_push(viewing->checking->arena, &viewing->filters, part);
        add_filters(viewing, &part->kids);
    }
}

static void check_dashboard(Checking *checking, const Deferred *dashboard) {
    const Clause *parts = decl_clause(dashboard->decl, CLAUSE_PARTS);
    for (uint32_t i = 0; parts && (i < dashboard->roles.count || !i); i++) {
        Viewing viewing = {.checking = checking, .dashboard = dashboard, .role = i < dashboard->roles.count ? dashboard->roles.items[i] : NULL};
        if (viewing.role) viewing.clearance = role_clearance(viewing.role);
        viewing.reader = viewing.role ? arena_format(checking->arena, "role `%s`, by dashboard `%s`,", viewing.role->name->text, dashboard->name)
                                      : arena_format(checking->arena, "whoever opens dashboard `%s`", dashboard->name);
        add_filters(&viewing, &parts->kids);
        check_parts(&viewing, &parts->kids);
    }
}

void check_sinks(Checking *checking) {
    for (uint32_t i = 0; i < checking->program->deferred.count; i++) {
        const Deferred *deferred = checking->program->deferred.items[i];
        const Expansion *before = program_enter(checking->program, deferred->decl);
        if (deferred->decl->of == DECL_DELIVERY) check_delivery(checking, deferred);
        if (deferred->decl->of == DECL_SHARE) check_share(checking, deferred);
        if (deferred->decl->of == DECL_DASHBOARD) check_dashboard(checking, deferred);
        checking->diag->expansion = before;
    }
}
