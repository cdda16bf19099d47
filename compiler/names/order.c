/* The dependency order of relations: each after all that it reads; sources and what reads nothing keep their order. */
#include "compiler/names/internal.h"

typedef struct Visit { Relation *relation; uint32_t next; } Visit;

typedef struct Ordering {
    Binder *binder;
    VEC(Relation *) sorted;
    VEC(Visit) stack;           /* the way down; not the C stack, which a long chain would exhaust */
    Map state;                  /* Relation → ENTERED or DONE */
} Ordering;

enum { ENTERED = 1, DONE = 2 };

static intptr_t state_of(const Ordering *ordering, const Relation *relation) {
    return (intptr_t)map_get(&ordering->state, relation);
}

static Span read_span(const Relation *reader, const Relation *read) {
    for (uint32_t i = 0; i < reader->reads.count; i++)
        if (reader->reads.items[i] == read) return reader->read_spans.items[i];
    return NOWHERE;
}

/* The stack from `again` up to its top is a circle. */
static void report_circle(Ordering *ordering, Relation *again) {
    Diag *diag = ordering->binder->diag;
    uint32_t first = ordering->stack.count - 1;
    while (ordering->stack.items[first].relation != again) first--;
    const Relation *last = ordering->stack.items[ordering->stack.count - 1].relation;
    if (last == again) {
        Report *report = diag_report(diag, CODE_G0210, read_span(last, again), "model `%s` reads itself", again->full_name->text);
        report_help(diag, report, "for what an earlier row says use a window function or `with recursive`");
    } else {
        Report *report = diag_report(diag, CODE_G0210, read_span(last, again), "models read each other in a circle");
        report_says(diag, report, "this closes the circle");
        report->hops_title = "the circle is";
        for (uint32_t i = first; i < ordering->stack.count; i++) {
            const Relation *reader = ordering->stack.items[i].relation;
            const Relation *read = i + 1 < ordering->stack.count ? ordering->stack.items[i + 1].relation : again;
            report_hop(diag, report, reader->full_name->text, read_span(reader, read), "reads `%s`", read->full_name->text);
        }
        report_help(diag, report, "move what both need into a model of its own");
    }
    for (uint32_t i = first; i < ordering->stack.count; i++) ordering->stack.items[i].relation->bad = true;
}

static void enter(Ordering *ordering, Relation *relation) {
    map_put(&ordering->state, relation, (void *)(intptr_t)ENTERED);
    vec_push(ordering->binder->arena, &ordering->stack, ((Visit){relation, 0}));
}

static void step(Ordering *ordering) {
    Visit *top = &ordering->stack.items[ordering->stack.count - 1];
    if (top->next == top->relation->reads.count) {
        map_put(&ordering->state, top->relation, (void *)(intptr_t)DONE);
        top->relation->order = ordering->sorted.count;
        vec_push(ordering->binder->arena, &ordering->sorted, top->relation);
        ordering->stack.count--;
        return;
    }
    Relation *read = top->relation->reads.items[top->next++];
    if (read->revision != top->relation->revision) return; /* of the program that this one stands before */
    if (!state_of(ordering, read)) enter(ordering, read);
    else if (state_of(ordering, read) == ENTERED) report_circle(ordering, read);
}

void order_relations(Binder *binder) {
    Ordering ordering = {.binder = binder};
    map_open(&ordering.state, binder->arena);
    Program *program = binder->program;
    for (uint32_t i = 0; i < program->relations.count; i++) {
        if (!state_of(&ordering, program->relations.items[i])) enter(&ordering, program->relations.items[i]);
        while (ordering.stack.count) step(&ordering);
    }
    for (uint32_t i = 0; i < ordering.sorted.count; i++) program->relations.items[i] = ordering.sorted.items[i];
}

void drop_unmentioned(Program *program) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < program->relations.count; i++) {
        Relation *relation = program->relations.items[i];
        if (relation->kind == RELATION_SYSTEM && !relation->mentioned) continue;
        relation->order = kept;
        program->relations.items[kept++] = relation;
    }
    program->relations.count = kept;
}
