#include "compiler/names/condition.h"

#include "compiler/names/make.h"

#include <string.h>

typedef struct Condition {
    Program *program;
    Maker maker;
    const char *job;
    ConditionChanged *changed;
    void *context;
} Condition;

static const char *const sensors[] = {"age", "changed"};

static const char *sensor_of(const Node *node) {
    const Call *call = node->kind == NODE_CALL ? (const Call *)node : NULL;
    if (!call || call->name.count != 1 || call->args.count != 1 || call->args.items[0]->kind != NODE_REF) return NULL;
    for (size_t i = 0; i < sizeof sensors / sizeof *sensors; i++)
        if (!strcmp(call->name.items[0].name->text, sensors[i])) return sensors[i];
    return NULL;
}

const Relation *condition_senses(const Program *program, const Node *node) {
    return sensor_of(node) ? program_relation(program, ((const Ref *)((const Call *)node)->args.items[0])->name) : NULL;
}

/* ------------------------------------------------------------------------- pieces */

static Name *name(const Condition *condition, const char *text) {
    return name_of(condition->program->names, text);
}

static Node *column(const Condition *condition, const char *text) {
    return make_ref(&condition->maker, name(condition, text));
}

static Node *is(const Condition *condition, const char *of, const char *text) {
    return make_binary(&condition->maker, OP_EQ, column(condition, of), make_string(&condition->maker, text_of(text)));
}

static Node *newest(const Condition *condition, const char *of) {
    return &make_call(&condition->maker, "max", column(condition, of), false)->expr.node;
}

/* `(select value from gov.table where …)`. */
static Node *in_ledger(const Condition *condition, const char *table, Node *value, Node *where) {
    const Maker *maker = &condition->maker;
    Relation *relation = map_get(&condition->program->by_name, name(condition, table));
    Select *select = make_select(maker, make_table(maker, relation));
    make_item(maker, select, value, name(condition, "newest"));
    select->where = where;
    return make_scalar(maker, make_query(maker, select));
}

static Node *is_published(const Condition *condition, const Relation *relation) {
    return make_and(&condition->maker, is(condition, "step", relation->full_name->text), column(condition, "published"));
}

/* ------------------------------------------------------------------------ sensors */

/* coalesce(run_time() - (select max(finished_at) …), interval '1000 years') */
static Node *age(const Condition *condition, const Relation *relation) {
    const Maker *maker = &condition->maker;
    Node *last = in_ledger(condition, "gov.steps", newest(condition, "finished_at"), is_published(condition, relation));
    Call *now = make_call(maker, "run_time", NULL, false);
    Call *known = make_call(maker, "coalesce", make_binary(maker, OP_SUB, &now->expr.node, last), false);
    vec_push(maker->arena, &known->args, make_interval(maker, "1000 years"));
    return &known->expr.node;
}

/* coalesce((select max(run_id) …) > coalesce((select max(run_id) … of the job), 0), false) */
static Node *published_since(const Condition *condition, const Relation *relation) {
    const Maker *maker = &condition->maker;
    Node *succeeded = make_and(maker, is(condition, "job", condition->job), is(condition, "status", "succeeded"));
    Node *built = in_ledger(condition, "gov.steps", newest(condition, "run_id"), is_published(condition, relation));
    Call *since = make_call(maker, "coalesce", in_ledger(condition, "gov.runs", newest(condition, "run_id"), succeeded), false);
    vec_push(maker->arena, &since->args, make_number(maker, 0));
    Call *known = make_call(maker, "coalesce", make_binary(maker, OP_GT, built, &since->expr.node), false);
    vec_push(maker->arena, &known->args, make_boolean(maker, false));
    return &known->expr.node;
}

static void replace(void *context, Node **place) {
    Condition *condition = context;
    const char *sensor = sensor_of(*place);
    const Relation *relation = condition_senses(condition->program, *place);
    if (!relation) {
        node_kids(*place, replace, context);
        return;
    }
    condition->maker.span = (*place)->span;
    if (!strcmp(sensor, "age")) *place = age(condition, relation);
    else if (relation->kind == RELATION_SOURCE) *place = make_boolean(&condition->maker, condition->changed(condition->context, relation));
    else *place = published_since(condition, relation);
}

/* Without the standard library there is no ledger to ask. */
static bool has_ledger(const Program *program) {
    return map_get(&program->by_name, name_of(program->names, "gov.runs")) && map_get(&program->by_name, name_of(program->names, "gov.steps"));
}

Query *condition_query(Program *program, const Deferred *job, ConditionChanged *changed, void *context) {
    const Clause *when = decl_clause(job->decl, CLAUSE_WHEN);
    if (!when || !when->expr || !has_ledger(program)) return NULL;
    Condition condition = {program, {program->arena, program->names, when->expr->span}, job->name, changed, context};
    Node *asked = names_copy(program->arena, when->expr);
    replace(&condition, &asked);
    Maker maker = {program->arena, program->names, when->expr->span};
    Select *select = make_select(&maker, NULL);
    make_item(&maker, select, asked, name(&condition, "due"));
    return make_query(&maker, select);
}
