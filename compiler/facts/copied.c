/* What a column is a plain copy of, at the sources: through models, unions, CASE and coalesce, where each row's value is that
 * of one of the columns. A mask lowers nothing else: of what is computed it would lower what decides, too. */
#include "compiler/facts/access.h"
#include "compiler/facts/flow.h"

#include <string.h>

enum { DEEPEST = 64 };

typedef struct Copying {
    const Facts *facts;
    Arena *arena;
    PlainCopy *out;
    const Relation *relation;      /* in whose query we are */
    Flow *flow;                    /* its labels, once a condition asked for them */
    int depth;
} Copying;

static void copy_column(Copying *copying, const Column *column);
static void copy_expr(Copying *copying, Node *expr);

static void refuse(Copying *copying, Span span, const char *why) {
    if (copying->out->why) return;
    copying->out->why = why;
    copying->out->span = span;
}

static void add_origin(Copying *copying, const Column *column) {
    for (uint32_t i = 0; i < copying->out->origins.count; i++)
        if (copying->out->origins.items[i] == column) return;
    vec_push(copying->arena, &copying->out->origins, column);
}

/* ------------------------------------------------------------- expressions */

/* What chooses between copies is not lowered by the mask, so it must tell no more than a choice. */
static bool only_chooses(Copying *copying, Node *condition) {
    if (!copying->relation || !copying->relation->query) return false;
    if (!copying->flow) {
        copying->flow = arena_new(copying->arena, Flow);
        *copying->flow = flow_open(copying->facts->program, copying->facts, copying->arena);
        copying->flow->relation = copying->relation;
        flow_rows(copying->flow, (Node *)copying->relation->query);
    }
    Value value = flow_value(copying->flow, condition);
    FlowLabel label = flow_label_join(flow_label_join(value.d, value.key), value.u);
    return flow_label_is_none(flow_label_minus(label, flow_label_capped(label, LEVEL_INFLUENCE)));
}

static void copy_case(Copying *copying, const Case *choice) {
    if (choice->operand && !only_chooses(copying, choice->operand)) refuse(copying, choice->operand->span, "what chooses here tells more than a choice may");
    for (uint32_t i = 0; i < choice->whens.count; i++) {
        const When *when = (const When *)choice->whens.items[i];
        if (!only_chooses(copying, when->condition)) refuse(copying, when->condition->span, "what chooses here tells more than a choice may");
        copy_expr(copying, when->result);
    }
    if (choice->otherwise) copy_expr(copying, choice->otherwise);
}

static bool is_coalesce(const Call *call) {
    const char *name = call->name.count == 1 ? call->name.items[0].name->text : "";
    return !strcmp(name, "coalesce") || !strcmp(name, "ifnull");
}

/* A name without a column may be one of what a delivery kept. */
static void copy_ref(Copying *copying, const Ref *ref) {
    const Name *name = ref->name.count ? ref->name.items[ref->name.count - 1].name : NULL;
    const Column *column = ref->column ? ref->column : name ? flow_delivered_column(copying->facts->program, copying->relation, name) : NULL;
    if (column) copy_column(copying, column);
    else refuse(copying, ref->expr.node.span, "this is not known");
}

static void copy_expr(Copying *copying, Node *expr) {
    switch ((NodeKind)expr->kind) {
    case NODE_LITERAL: case NODE_TYPED_LITERAL: return;
    case NODE_REF:
        copy_ref(copying, (Ref *)expr);
        return;
    case NODE_CAST: copy_expr(copying, ((Cast *)expr)->operand); return;
    case NODE_INLINED: copy_expr(copying, ((Inlined *)expr)->body); return;
    case NODE_PARAMETER: {
        const Parameter *parameter = (const Parameter *)expr;
        if (parameter->of && (uint64_t)parameter->index < parameter->of->args.count) copy_expr(copying, parameter->of->args.items[parameter->index]);
        return;
    }
    case NODE_CASE: copy_case(copying, (Case *)expr); return;
    case NODE_CALL:
        if (!is_coalesce((Call *)expr)) break;
        for (uint32_t i = 0; i < ((Call *)expr)->args.count; i++) copy_expr(copying, ((Call *)expr)->args.items[i]);
        return;
    default: break;
    }
    refuse(copying, expr->span, "it is computed here");
}

/* ----------------------------------------------------------------- columns */

/* A column of a relation that no query makes: here it is tagged, or not. */
static bool is_root(const Column *column) {
    const Relation *relation = column->relation;
    return relation && !(relation->kind == RELATION_MODEL && relation->query);
}

static void copy_root(Copying *copying, const Column *column) {
    if (column->relation->kind == RELATION_MODEL && !decl_clause(column->relation->decl, CLAUSE_UNPACKING))
        refuse(copying, column->span, "a native query gives it");
    else add_origin(copying, column);
}

/* Of a set operation and of a full join's merged column: either side's. */
static void copy_sides(Copying *copying, const Column *column) {
    bool left_only = column->maker->kind == NODE_SET_OPERATION && ((const SetOperation *)column->maker)->of == SET_EXCEPT;
    if (column->copied) copy_column(copying, column->copied);
    if (column->other && !left_only) copy_column(copying, column->other);
}

static void add_tagged(Copying *copying, const Column *column) {
    const ColumnFacts *declared = column->declared;
    for (uint32_t i = 0; declared && i < declared->tags.count; i++)
        copying->out->also = flow_label_join(copying->out->also, flow_label_of_tag(declared->tags.items[i], LEVEL_RAW));
}

static void copy_of_relation(Copying *copying, const Column *column) {
    const Relation *before = copying->relation;
    Flow *flow = copying->flow;
    copying->relation = column->relation;
    copying->flow = NULL;
    if (!is_root(column)) add_tagged(copying, column);
    if (is_root(column)) copy_root(copying, column);
    else if (column->copied) copy_column(copying, column->copied);
    else refuse(copying, column->span, "the query does not give it");
    copying->relation = before;
    copying->flow = flow;
}

static void copy_column(Copying *copying, const Column *column) {
    if (copying->depth > DEEPEST || copying->out->why) return;
    copying->depth++;
    NodeKind maker = column->maker ? (NodeKind)column->maker->kind : NODE_SELECT;
    if (column->relation) copy_of_relation(copying, column);
    else if (column->maker && (maker == NODE_SET_OPERATION || maker == NODE_JOIN)) copy_sides(copying, column);
    else if (column->maker) refuse(copying, column->expr ? column->expr->node.span : column->span, "it is computed here");
    else if (column->copied) copy_column(copying, column->copied);
    else if (column->expr) copy_expr(copying, &column->expr->node);
    else refuse(copying, column->span, "it is computed here");
    copying->depth--;
}

PlainCopy plain_copy_of(const Facts *facts, Arena *arena, const Column *column) {
    PlainCopy copy = {0};
    Copying copying = {.facts = facts, .arena = arena, .out = &copy};
    copy_column(&copying, column);
    return copy;
}

FlowLabel label_of_origins(const Facts *facts, const PlainCopy *copy) {
    FlowLabel label = copy->also;
    for (uint32_t i = 0; i < copy->origins.count; i++) {
        const Column *origin = copy->origins.items[i];
        const RelationFacts *of = facts_of(facts, origin->relation);
        if (of && of->flow) label = flow_label_join(label, of->flow->columns[origin->index].d);
    }
    return label;
}

FlowLabel label_masked(const Facts *facts, Arena *arena, const Column *column, FlowLabel d, FlowLabel u, Level level) {
    if (level == LEVEL_NONE || flow_label_is_none(d)) return (FlowLabel){0};
    PlainCopy copy = plain_copy_of(facts, arena, column);
    if (copy.why) return flow_label_capped(d, level); /* refused by check */
    FlowLabel own = flow_label_where_any(label_of_origins(facts, &copy));
    FlowLabel lowered = flow_label_capped(flow_label_within(d, own), level);
    return flow_label_join(flow_label_join(lowered, u), flow_label_minus(d, own));
}
