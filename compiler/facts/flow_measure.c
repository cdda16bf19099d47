/* What is learnt by what is computed of one relation outside of any query: the row filter of a grant, the measure of a metric. */
#include "compiler/facts/flow.h"

/* The relation's columns as values; `shows`, beside them, where a reader sees less of them. */
static Flow open_over(const Facts *facts, Arena *scratch, const Relation *relation, const FlowLabel *shows) {
    Flow flow = flow_open(facts->program, facts, scratch);
    const RelationFlow *known = facts_of(facts, relation)->flow;
    for (uint32_t i = 0; i < relation->rows->columns.count; i++) {
        const ColumnFlow *one = &known->columns[i];
        Value value = flow_of_column(one);
        if (shows) value = (Value){.d = shows[i], .u = flow_label_within(one->u, shows[i]), .scan = one->scan};
        flow_set(&flow, relation->rows->columns.items[i], value);
    }
    return flow;
}

FlowLabel flow_of_filter(const Facts *facts, const Relation *relation, Node *filter) {
    Arena *scratch = arena_scratch(facts->program->arena);
    ArenaMark mark = arena_mark(scratch);
    Flow flow = open_over(facts, scratch, relation, NULL);
    FlowLabel label = term(&flow, TERM_ROW_FILTER, flow_choice(&flow, filter, "row filter").m);
    arena_release(scratch, mark);
    return label;
}

bool flow_query_tells(const Facts *facts, Query *query) {
    Arena *scratch = arena_scratch(facts->program->arena);
    ArenaMark mark = arena_mark(scratch);
    Flow flow = flow_open(facts->program, facts, scratch);
    bool tells = !flow_label_is_none(flow_rows(&flow, (Node *)query).m) || flow.unknown;
    arena_release(scratch, mark);
    return tells;
}

FlowLabel flow_of_measure(const Facts *facts, const Relation *relation, const Measure *measure, const MeasureOf *of) {
    Arena *scratch = arena_scratch(facts->program->arena);
    ArenaMark mark = arena_mark(scratch);
    Flow flow = open_over(facts, scratch, relation, of->shows);
    Grouping grouping = {.rows = relation->rows, .input = {.m = of->rows}};
    Presence where = flow_choice(&flow, measure ? measure->where : NULL, "where"), other = flow_choice(&flow, of->where, "where");
    FlowLabel label = {0};
    flow_add_rows(&flow, &grouping.input, TERM_WHERE_ROWS, where);
    flow_add_rows(&flow, &grouping.input, TERM_WHERE_ROWS, other);
    for (uint32_t i = 0; i < of->by_count; i++) {
        Value value = flow_column(&flow, of->by[i]);
        grouping.keys = flow_joined(&flow, grouping.keys, flow_without_key(value));
        label = flow_label_join(label, flow_label_join(value.d, value.key));
    }
    flow.grouping = &grouping;
    Value value = measure ? flow_value(&flow, measure->expr) : (Value){0};
    label = flow_label_join(label, flow_label_join(value.d, value.key));
    label = flow_label_join(label, flow_label_join(grouping.input.m, flow_chosen(&flow, grouping.keys, NOWHERE, "group by").m));
    if (flow.unknown) for (int i = 0; i < LABEL_WORDS; i++) label.words[i] = UINT64_MAX;
    arena_release(scratch, mark);
    return label;
}
