/* Follows lineage from what is asked, link by link, as far as is asked. */
#include "compiler/facts/graph.h"

#include <string.h>

typedef struct {
    const Facts *facts;
    const LineageQuestion *question;
    Arena *arena;
    LineageGraph *graph;
    Map known;            /* what a point is of → its index + 1 */
    VEC(uint32_t) queue;
    bool up;              /* the way we go */
} Follower;

const char *link_word(LinkKind kind) {
    static const char *const WORDS[] = {"reads", "direct", "derived", "aggregated", "filter", "rows"};
    return WORDS[kind];
}

const char *point_name(Arena *arena, const LineagePoint *point) {
    switch (point->kind) {
    case POINT_RELATION: return point->relation->full_name->text;
    case POINT_COLUMN: return arena_format(arena, "%s.%s", point->relation->full_name->text, point->column->name->text);
    case POINT_ROWS: return arena_format(arena, "%s (rows)", point->relation->full_name->text);
    case POINT_USER:
        if (point->user->decl->of == DECL_SHARE && point->user->roles.count) /* of one relation there may be several */
            return arena_format(arena, "share %s to %s", point->user->name, point->user->roles.items[0]->name->text);
        return arena_format(arena, "%s %s", point->user->kind, point->user->name);
    }
    return "";
}

Span point_span(const LineagePoint *point) {
    if (point->kind == POINT_COLUMN) return point->column->span;
    return point->user ? point->user->decl->node.span : point->relation->decl->node.span;
}

/* ----------------------------------------------------------------- points */

/* What tells a point from all others. */
static const void *identity(const LineagePoint *point) {
    switch (point->kind) {
    case POINT_RELATION: return point->relation;
    case POINT_COLUMN: return point->column;
    case POINT_ROWS: return (const char *)point->relation + 1;
    case POINT_USER: return point->user;
    }
    return NULL;
}

static uint32_t point_at(Follower *follower, LineagePoint point) {
    uintptr_t known = (uintptr_t)map_get(&follower->known, identity(&point));
    if (known) return (uint32_t)known - 1;
    vec_push(follower->arena, &follower->graph->points, point);
    map_put(&follower->known, identity(&point), (void *)(uintptr_t)follower->graph->points.count);
    return follower->graph->points.count - 1;
}

static LineagePoint relation_point(Relation *relation) {
    return (LineagePoint){.kind = POINT_RELATION, .relation = relation};
}

static LineagePoint column_point(Column *column) {
    return (LineagePoint){.kind = POINT_COLUMN, .relation = column->relation, .column = column};
}

static LineagePoint rows_point(Relation *relation) {
    return (LineagePoint){.kind = POINT_ROWS, .relation = relation};
}

static LineagePoint user_point(Deferred *user) {
    return (LineagePoint){.kind = POINT_USER, .user = user};
}

/* Follows one link from a point, to a point that is looked at later unless it was already. */
static void follow(Follower *follower, uint32_t here, LineagePoint there, LinkKind kind, unsigned ways, Span span) {
    LineageGraph *graph = follower->graph;
    bool fresh = !map_get(&follower->known, identity(&there));
    uint32_t other = point_at(follower, there), link = graph->links.count;
    LineagePoint *near = &graph->points.items[here], *far = &graph->points.items[other];
    if (fresh) far->hops = near->hops + 1;
    vec_push(follower->arena, &graph->links, ((LineageLink){follower->up ? other : here, follower->up ? here : other, kind, ways, span}));
    if (follower->up) vec_push(follower->arena, &near->up, link);
    else vec_push(follower->arena, &near->down, link);
    bool *seen = follower->up ? &far->upstream : &far->downstream;
    if (*seen) return;
    *seen = true;
    vec_push(follower->arena, &follower->queue, other);
}

/* -------------------------------------------------------------- relations */

static void follow_relation(Follower *follower, uint32_t here) {
    const Relation *relation = follower->graph->points.items[here].relation;
    for (uint32_t i = 0; follower->up && i < relation->reads.count; i++)
        follow(follower, here, relation_point(relation->reads.items[i]), LINK_READS, 0, relation->read_spans.items[i]);
    for (uint32_t i = 0; !follower->up && i < relation->read_by.count; i++) {
        Relation *reader = relation->read_by.items[i];
        Span span = reader->decl->node.span;
        for (uint32_t k = 0; k < reader->reads.count; k++)
            if (reader->reads.items[k] == relation) span = reader->read_spans.items[k];
        follow(follower, here, relation_point(reader), LINK_READS, 0, span);
    }
    for (uint32_t i = 0; !follower->up && i < relation->used_by.count; i++)
        follow(follower, here, user_point(relation->used_by.items[i]), LINK_READS, 0, relation->used_by.items[i]->decl->node.span);
}

static bool uses(const Deferred *user, const Deferred *used) {
    for (uint32_t i = 0; i < user->uses.count; i++)
        if (user->uses.items[i] == used) return true;
    return false;
}

/* A metric is used by metrics and dashboards. */
static void follow_user(Follower *follower, uint32_t here) {
    Deferred *user = follower->graph->points.items[here].user;
    const Program *program = follower->facts->program;
    Span span = user->decl->node.span;
    for (uint32_t i = 0; follower->up && i < user->reads.count; i++)
        follow(follower, here, relation_point(user->reads.items[i]), LINK_READS, 0, span);
    for (uint32_t i = 0; follower->up && i < user->uses.count; i++)
        follow(follower, here, user_point(user->uses.items[i]), LINK_READS, 0, span);
    for (uint32_t i = 0; !follower->up && i < program->deferred.count; i++)
        if (uses(program->deferred.items[i], user))
            follow(follower, here, user_point(program->deferred.items[i]), LINK_READS, 0, program->deferred.items[i]->decl->node.span);
}

/* ---------------------------------------------------------------- columns */

static LinkKind link_of(EdgeKind kind) {
    switch (kind) {
    case EDGE_DIRECT: return LINK_DIRECT;
    case EDGE_DERIVED: return LINK_DERIVED;
    case EDGE_AGGREGATED: return LINK_AGGREGATED;
    case EDGE_FILTER: return LINK_FILTER;
    }
    return LINK_FILTER;
}

/* Into a column, or (null) into the rows. */
static void follow_into(Follower *follower, uint32_t here, const RelationFacts *facts, const Column *to) {
    bool filters = follower->question->filters;
    for (uint32_t i = 0; i < facts->edges.count; i++) {
        const Edge *edge = &facts->edges.items[i];
        if (edge->to != to || (edge->kind == EDGE_FILTER && !filters)) continue;
        follow(follower, here, column_point(edge->from), link_of(edge->kind), edge->ways, edge->span);
    }
    for (uint32_t i = 0; filters && i < facts->rows_edges.count; i++) {
        const RowsEdge *edge = &facts->rows_edges.items[i];
        if (edge->to == to) follow(follower, here, rows_point(edge->from), LINK_ROWS, 0, edge->span);
    }
    bool made = facts->relation->kind == RELATION_MODEL;
    if (filters && to && made) follow(follower, here, rows_point(facts->relation), LINK_ROWS, 0, NOWHERE);
}

static LineagePoint point_of_end(const RelationFacts *facts, Column *to) {
    return to ? column_point(to) : rows_point(facts->relation);
}

static void follow_column_out(Follower *follower, uint32_t here, const RelationFacts *reader) {
    const Column *column = follower->graph->points.items[here].column;
    for (uint32_t i = 0; i < reader->edges.count; i++) {
        const Edge *edge = &reader->edges.items[i];
        if (edge->from != column || (edge->kind == EDGE_FILTER && !follower->question->filters)) continue;
        follow(follower, here, point_of_end(reader, edge->to), link_of(edge->kind), edge->ways, edge->span);
    }
}

static void follow_rows_out(Follower *follower, uint32_t here, const RelationFacts *reader) {
    const Relation *relation = follower->graph->points.items[here].relation;
    for (uint32_t i = 0; i < reader->rows_edges.count; i++) {
        const RowsEdge *edge = &reader->rows_edges.items[i];
        if (edge->from == relation) follow(follower, here, point_of_end(reader, edge->to), LINK_ROWS, 0, edge->span);
    }
}

/* ------------------------------------------------- columns in declarations */

typedef struct {
    const Column *column;
    bool found;
} Mention;

static void find_mention(void *context, Node **place) {
    Mention *mention = context;
    mention->found |= (*place)->kind == NODE_REF && ((Ref *)*place)->column == mention->column;
    if (!mention->found) node_kids(*place, find_mention, mention);
}

static bool mentions(Node *expr, const Column *column) {
    Mention mention = {column, false};
    if (expr) find_mention(&mention, &expr);
    return mention.found;
}

static bool is_dimension(const Measure *measure, const Column *column) {
    for (uint32_t i = 0; i < measure->dimensions.count; i++) {
        const Parts *name = &((Dimension *)measure->dimensions.items[i])->name;
        if (name->count && name->items[name->count - 1].name == column->name) return true;
    }
    return false;
}

/* A metric adds up, is told apart by, or is filtered by the column. */
static void follow_measure(Follower *follower, uint32_t here, Deferred *user, const Node *node) {
    const Measure *measure = node && node->kind == NODE_MEASURE ? (const Measure *)node : NULL;
    const Column *column = follower->graph->points.items[here].column;
    Span span = measure ? node->span : NOWHERE;
    if (!measure || !measure->relation.count || program_relation(follower->facts->program, measure->relation) != column->relation) return;
    if (mentions(measure->expr, column)) follow(follower, here, user_point(user), LINK_AGGREGATED, 0, measure->expr->span);
    else if (is_dimension(measure, column)) follow(follower, here, user_point(user), LINK_DIRECT, 0, span);
    if (follower->question->filters && mentions(measure->where, column))
        follow(follower, here, user_point(user), LINK_FILTER, BY_CONDITION, measure->where->span);
}

/* Whoever is no metric reads the relation as a whole; a job builds it or waits for it, and reads nothing. */
static void follow_users(Follower *follower, uint32_t here) {
    const Relation *relation = follower->graph->points.items[here].relation;
    for (uint32_t i = 0; i < relation->used_by.count; i++) {
        Deferred *user = relation->used_by.items[i];
        if (user->decl->of == DECL_JOB) continue;
        if (user->decl->of != DECL_METRIC) {
            follow(follower, here, user_point(user), LINK_READS, 0, user->decl->node.span);
            continue;
        }
        follow_measure(follower, here, user, user->decl->body);
        for (uint32_t k = 0; k < user->decl->clauses.count; k++)
            if (((Clause *)user->decl->clauses.items[k])->of == CLAUSE_ALSO)
                follow_measure(follower, here, user, ((Clause *)user->decl->clauses.items[k])->expr);
    }
}

static void follow_inner(Follower *follower, uint32_t here) {
    LineagePoint point = follower->graph->points.items[here];
    const RelationFacts *own = facts_of(follower->facts, point.relation);
    if (follower->up && own) follow_into(follower, here, own, point.column);
    for (uint32_t i = 0; !follower->up && i < point.relation->read_by.count; i++) {
        const RelationFacts *reader = facts_of(follower->facts, point.relation->read_by.items[i]);
        if (!reader) continue;
        if (point.kind == POINT_COLUMN) follow_column_out(follower, here, reader);
        else follow_rows_out(follower, here, reader);
    }
    if (!follower->up && point.kind == POINT_COLUMN) follow_users(follower, here);
}

/* ----------------------------------------------------------------- asking */

static void follow_all(Follower *follower, bool up) {
    follower->up = up;
    for (uint32_t i = 0; i < follower->queue.count; i++) {
        uint32_t here = follower->queue.items[i];
        LineagePoint *point = &follower->graph->points.items[here];
        if (point->hops >= follower->question->depth) continue;
        if (point->kind == POINT_RELATION) follow_relation(follower, here);
        else if (point->kind == POINT_USER) follow_user(follower, here);
        else follow_inner(follower, here);
    }
    follower->queue.count = 0;
}

static void ask(Follower *follower, LineagePoint point, bool up) {
    uint32_t index = point_at(follower, point);
    if (up) follower->graph->points.items[index].upstream = true;
    else follower->graph->points.items[index].downstream = true;
    vec_push(follower->arena, &follower->queue, index);
}

/* All that there is, from its ends: system tables only where something reads them. */
static void ask_all(Follower *follower) {
    const Program *program = follower->facts->program;
    for (uint32_t i = 0; i < program->relations.count; i++) {
        Relation *relation = program->relations.items[i];
        if (relation->kind != RELATION_SYSTEM || relation->read_by.count) ask(follower, relation_point(relation), true);
    }
    for (uint32_t i = 0; i < program->deferred.count; i++)
        if (program->deferred.items[i]->reads.count || program->deferred.items[i]->uses.count)
            ask(follower, user_point(program->deferred.items[i]), true);
    follow_all(follower, true);
}

static LineagePoint asked_point(const LineageQuestion *question) {
    if (question->user) return user_point(question->user);
    return question->column ? column_point(question->column) : relation_point(question->relation);
}

LineageGraph *lineage_graph(const Facts *facts, const LineageQuestion *question) {
    Follower follower = {.facts = facts, .question = question, .arena = facts->program->arena};
    follower.graph = arena_new(follower.arena, LineageGraph);
    map_open(&follower.known, follower.arena);
    if (!question->relation && !question->user) {
        ask_all(&follower);
        return follower.graph;
    }
    for (int way = 0; way < 2; way++) {
        if (way ? !question->down : !question->up) continue;
        ask(&follower, asked_point(question), !way);
        follow_all(&follower, !way);
    }
    return follower.graph;
}
