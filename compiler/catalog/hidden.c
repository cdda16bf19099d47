/* What pages do not show: their readers are cleared for nothing, so no count that tells what is tagged. */
#include "compiler/catalog/build.h"

static const RelationFlow *flow_of(const Builder *builder, const Relation *relation) {
    const RelationFacts *facts = relation ? facts_of(builder->facts, relation) : NULL;
    return facts ? facts->flow : NULL;
}

int64_t builder_count(const Builder *builder, const Relation *relation, int64_t count) {
    const RelationFlow *flow = flow_of(builder, relation);
    return flow && (flow->unknown || !flow_label_is_none(flow->rows)) ? -1 : count;
}

static bool is_tagged(const RelationFlow *flow, const Column *column) {
    return !flow_label_is_none(flow->columns[column->index].d);
}

typedef struct Looking { const RelationFlow *flow; const Relation *relation; bool tagged; } Looking;

static void look(void *context, Node **place) {
    Looking *looking = context;
    const Ref *ref = (*place)->kind == NODE_REF ? (const Ref *)*place : NULL;
    const Column *column = ref && ref->column && ref->column->relation == looking->relation ? ref->column : NULL;
    looking->tagged |= (column && is_tagged(looking->flow, column)) || (*place)->kind == NODE_QUERY;
    node_kids(*place, look, context);
}

/* How many rows fail tells of the columns that the test looks at, and of all that its query reads. */
int64_t builder_failing_rows(const Builder *builder, const Test *test, int64_t count) {
    const RelationFlow *flow = flow_of(builder, test->relation);
    Looking looking = {.flow = flow, .relation = test->relation};
    if (count <= 0 || !flow || builder_count(builder, test->relation, 0) < 0) return count > 0 && flow ? -1 : count;
    for (uint32_t i = 0; i < test->columns.count; i++) looking.tagged |= is_tagged(flow, test->columns.items[i]);
    if (test->check) look(&looking, &(Node *){test->check});
    if (test->query) looking.tagged |= flow_query_tells(builder->facts, test->query);
    return looking.tagged ? -1 : count;
}
