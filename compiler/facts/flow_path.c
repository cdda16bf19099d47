/* The way that a label takes from the column that is tagged to a column, or to the rows, of another relation: the shortest,
 * found backwards. Only here are trails kept: each relation on the way is labelled once more. */
#include "compiler/facts/flow.h"

#include <string.h>

/* A column of a relation, or (null) its rows. */
typedef struct Stop {
    const Relation *relation;
    const Column *column;
    struct Stop *towards;      /* the stop that it was found from: one nearer to the reader */
    Span span;                 /* what takes from it there … */
    const char *how;           /* … and how; null: as a value */
} Stop;

typedef struct Search {
    const Facts *facts;
    Arena *arena;
    uint32_t tag;
    FlowLabel wanted;          /* what the reader is not cleared for */
    Map labelled;              /* Relation → Flow, recording */
    Map seen;                  /* Column, or Relation for its rows → Stop */
    VEC(Stop *) queue;
    VEC(Stop *) origins;
} Search;

static bool carries(const Search *search, FlowLabel label) {
    return !flow_label_is_none(flow_label_within(label, search->wanted));
}

static const RelationFlow *flow_of(const Search *search, const Relation *relation) {
    const RelationFacts *facts = facts_of(search->facts, relation);
    return facts ? facts->flow : NULL;
}

static Flow *labelled(Search *search, const Relation *relation, Presence *ret_rows) {
    typedef struct { Flow flow; Presence rows; } Known;
    Known *known = map_get(&search->labelled, relation);
    if (!known) {
        known = arena_new(search->arena, Known);
        known->flow = flow_open(search->facts->program, search->facts, search->arena);
        known->flow.recording = true;
        known->flow.relation = relation;
        if (relation->query) known->rows = flow_rows(&known->flow, (Node *)relation->query);
        const RelationFlow *flow = flow_of(search, relation);
        Presence built = flow ? flow_built_rows(&known->flow, relation, flow) : (Presence){0};
        known->rows.trail = trail_both(&known->flow, known->rows.trail, built.trail);
        map_put(&search->labelled, relation, known);
    }
    *ret_rows = known->rows;
    return &known->flow;
}

static void stop_at(Search *search, const Relation *relation, const Column *column, Stop *towards, Span span, const char *how) {
    const void *key = column ? (const void *)column : relation;
    if (map_get(&search->seen, key)) return;
    Stop *stop = arena_new(search->arena, Stop);
    *stop = (Stop){relation, column, towards, span, how};
    map_put(&search->seen, key, stop);
    vec_push(search->arena, &search->queue, stop);
}

/* A trail seen from a stop: `chosen` and how by the step nearest to the leaf that says so. */
typedef struct Walk_ { Search *search; Stop *from; Map done[2]; } TrailWalk;

static void walk_trail(TrailWalk *walk, const Trail *trail, bool chosen, Span span, const char *how) {
    if (!trail || map_get(&walk->done[chosen], trail)) return;
    map_put(&walk->done[chosen], trail, (void *)trail);
    if (trail->how) how = trail->how, span = trail->span;
    else if (!how && !span.end) span = trail->span;
    chosen |= trail->chosen;
    walk_trail(walk, trail->one, chosen, span, how);
    walk_trail(walk, trail->other, chosen, span, how);
    Search *search = walk->search;
    if (trail->column) {
        const RelationFlow *flow = flow_of(search, trail->column->relation);
        const ColumnFlow *one = flow ? &flow->columns[trail->column->index] : NULL;
        FlowLabel label = one ? chosen ? flow_label_join(flow_label_capped(one->d, LEVEL_INFLUENCE), one->u) : one->d : (FlowLabel){0};
        if (carries(search, label)) stop_at(search, trail->column->relation, trail->column, walk->from, span, how);
    }
    if (trail->rows) {
        const RelationFlow *flow = flow_of(search, trail->rows);
        if (flow && carries(search, flow->rows)) stop_at(search, trail->rows, NULL, walk->from, span, how ? how : "rows");
    }
}

static bool is_origin(const Search *search, const Stop *stop) {
    if (stop->relation->kind != RELATION_MODEL || !stop->relation->query) return true;
    const ColumnFacts *declared = stop->column ? stop->column->declared : NULL;
    for (uint32_t i = 0; declared && i < declared->tags.count; i++)
        if (carries(search, flow_label_of_tag(declared->tags.items[i], LEVEL_RAW))) return true;
    return false;
}

static void expand_stop(Search *search, Stop *stop) {
    Presence rows;
    TrailWalk walk = {.search = search, .from = stop};
    map_open(&walk.done[0], search->arena);
    map_open(&walk.done[1], search->arena);
    Flow *flow = labelled(search, stop->relation, &rows);
    if (!stop->column) walk_trail(&walk, rows.trail, false, NOWHERE, NULL);
    else if (stop->column->copied) walk_trail(&walk, flow_column(flow, stop->column->copied).trail, false, NOWHERE, NULL);
}

static const char *source_words(const Search *search, Span span) {
    enum { MOST = 60 };
    Text text = source_text(search->facts->program->sources, span);
    Buffer out;
    buffer_open(&out, search->facts->program->arena);
    bool space = false;
    for (uint32_t i = 0; i < text.length; i++) {
        bool blank = text.at[i] == ' ' || text.at[i] == '\n' || text.at[i] == '\t' || text.at[i] == '\r';
        if (!blank) buffer_char(&out, text.at[i]);
        else if (!space) buffer_char(&out, ' ');
        space = blank;
    }
    const char *words = buffer_string(&out);
    return strlen(words) <= MOST ? words : arena_format(search->facts->program->arena, "%.*s…", MOST, words);
}

/* What a stop takes from the one behind it. */
static const char *taken(const Search *search, const Stop *from, const Stop *by) {
    Arena *arena = search->facts->program->arena;
    if (!from->how) {
        const Column *column = by->column ? by->column->copied : NULL;
        return column && column->copied ? "copied" : source_words(search, from->span);
    }
    if (!strcmp(from->how, "rows")) return by->column ? "depends on which rows there are" : "its rows";
    return arena_format(arena, "%s: %s", from->how, source_words(search, from->span));
}

static Span place_of(const Stop *stop, const Stop *from) {
    if (stop->column && stop->column->copied && stop->column->copied->expr) return stop->column->copied->expr->node.span;
    if (from && from->span.end && !stop->column) return from->span;
    return stop->column ? stop->column->span : stop->relation->decl->node.span;
}

static FlowPath path_of(const Search *search, const Stop *origin) {
    FlowPath path = {.others = search->origins.count - 1};
    const Stop *from = NULL;
    for (const Stop *stop = origin; stop; from = stop, stop = stop->towards) {
        const char *words = from ? taken(search, from, stop) : stop->relation->kind == RELATION_SYSTEM ? "counts rows of what is tagged" : stop->column ? "tagged here" : "its rows are tagged";
        FlowHop hop = {stop->relation, stop->column, place_of(stop, from), words};
        vec_push(search->facts->program->arena, &path.hops, hop);
    }
    return path;
}

/* Backwards from a column, or from the rows, to all places where what is wanted is tagged. */
static Search search_from(const Facts *facts, Arena *scratch, const Relation *relation, const Column *column, uint32_t tag, Level cleared) {
    Search search = {.facts = facts, .arena = scratch, .tag = tag};
    search.wanted = flow_label_minus(flow_label_of(tag, LEVEL_RAW), flow_label_of(tag, cleared));
    map_open(&search.labelled, scratch);
    map_open(&search.seen, scratch);
    const RelationFlow *flow = flow_of(&search, relation);
    if (flow && carries(&search, column ? flow->columns[column->index].d : flow->rows)) stop_at(&search, relation, column, NULL, NOWHERE, NULL);
    for (uint32_t i = 0; i < search.queue.count; i++) {
        if (is_origin(&search, search.queue.items[i])) vec_push(scratch, &search.origins, search.queue.items[i]);
        else expand_stop(&search, search.queue.items[i]);
    }
    return search;
}

FlowOrigins flow_origins(const Facts *facts, const Relation *relation, const Column *column, uint32_t tag, Level cleared) {
    Arena *scratch = arena_scratch(facts->program->arena);
    ArenaMark mark = arena_mark(scratch);
    FlowOrigins origins = {0};
    Search search = search_from(facts, scratch, relation, column, tag, cleared);
    for (uint32_t i = 0; i < search.origins.count; i++)
        if (search.origins.items[i]->column) vec_push(facts->program->arena, &origins, search.origins.items[i]->column);
    arena_release(scratch, mark);
    return origins;
}

FlowPath flow_path(const Facts *facts, const Relation *relation, const Column *column, uint32_t tag, Level cleared) {
    Arena *scratch = arena_scratch(facts->program->arena);
    ArenaMark mark = arena_mark(scratch);
    Search search = search_from(facts, scratch, relation, column, tag, cleared);
    FlowPath path = {0};
    if (search.origins.count) path = path_of(&search, search.origins.items[0]);
    arena_release(scratch, mark);
    return path;
}
