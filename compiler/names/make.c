#include "compiler/names/make.h"

#include <string.h>

#define NEW(KIND, Type) ((Type *)node_new(maker->arena, NODE_##KIND, maker->span))

static Part part_of(const Maker *maker, Name *name) {
    return (Part){name, maker->span};
}

Node *make_ref(const Maker *maker, Name *name) {
    Ref *ref = NEW(REF, Ref);
    vec_push(maker->arena, &ref->name, part_of(maker, name));
    return &ref->expr.node;
}

Node *make_number(const Maker *maker, int64_t number) {
    Literal *literal = NEW(LITERAL, Literal);
    literal->of = LITERAL_INTEGER;
    literal->text = text_of(arena_format(maker->arena, "%lld", (long long)number));
    return &literal->expr.node;
}

Node *make_string(const Maker *maker, Text text) {
    Literal *literal = NEW(LITERAL, Literal);
    literal->of = LITERAL_STRING;
    literal->text = text;
    return &literal->expr.node;
}

Node *make_boolean(const Maker *maker, bool value) {
    Literal *literal = NEW(LITERAL, Literal);
    literal->of = value ? LITERAL_TRUE : LITERAL_FALSE;
    return &literal->expr.node;
}

Node *make_interval(const Maker *maker, const char *text) {
    Interval *interval = NEW(INTERVAL, Interval);
    interval->amount = make_string(maker, text_of(text));
    return &interval->expr.node;
}

Node *make_binary(const Maker *maker, Operator of, Node *left, Node *right) {
    Binary *binary = NEW(BINARY, Binary);
    binary->of = of;
    binary->left = left;
    binary->right = right;
    return &binary->expr.node;
}

Node *make_and(const Maker *maker, Node *left, Node *right) {
    return !left ? right : !right ? left : make_binary(maker, OP_AND, left, right);
}

Node *make_is_not_null(const Maker *maker, Node *operand) {
    Is *is = NEW(IS, Is);
    is->of = IS_NULL;
    is->negated = true;
    is->operand = operand;
    return &is->expr.node;
}

Node *make_case(const Maker *maker, Node *condition, Node *result, Node *otherwise) {
    Case *made = NEW(CASE, Case);
    When *when = NEW(WHEN, When);
    when->condition = condition;
    when->result = result;
    vec_push(maker->arena, &made->whens, &when->node);
    made->otherwise = otherwise;
    return &made->expr.node;
}

static Node *type_name(const Maker *maker, TypeTable *types, const Type *type) {
    TypeName *made = NEW(TYPE_NAME, TypeName);
    const char *text = type_text(types, type);
    if (type->kind == TYPE_ARRAY || type->kind == TYPE_MAP) made->element = type_name(maker, types, type->element);
    if (type->kind == TYPE_MAP) made->value = type_name(maker, types, type->value);
    for (uint32_t i = 0; type->kind == TYPE_STRUCT && i < type->field_count; i++) {
        Param *field = NEW(PARAM, Param);
        field->name = part_of(maker, type->fields[i].name);
        field->type = type_name(maker, types, type->fields[i].type);
        vec_push(maker->arena, &made->fields, &field->node);
    }
    made->name = part_of(maker, names_intern(maker->names, text, strcspn(text, "(<")));
    if (type->kind == TYPE_DECIMAL) {
        vec_push(maker->arena, &made->args, make_number(maker, type->precision));
        vec_push(maker->arena, &made->args, make_number(maker, type->scale));
    }
    return &made->node;
}

Node *make_null_of(const Maker *maker, TypeTable *types, const Type *type) {
    Literal *null = NEW(LITERAL, Literal);
    Cast *cast = NEW(CAST, Cast);
    null->of = LITERAL_NULL;
    cast->operand = &null->expr.node;
    cast->to = type_name(maker, types, type);
    return &cast->expr.node;
}

Call *make_call(const Maker *maker, const char *name, Node *argument, bool star) {
    Call *call = NEW(CALL, Call);
    vec_push(maker->arena, &call->name, part_of(maker, name_of(maker->names, name)));
    if (argument) vec_push(maker->arena, &call->args, argument);
    call->star = star;
    return call;
}

Node *make_over(const Maker *maker, Nodes partition, Node *order) {
    Window *window = NEW(WINDOW, Window);
    window->partition = partition;
    if (order) {
        Sort *sort = NEW(SORT, Sort);
        sort->expr = order;
        vec_push(maker->arena, &window->order, &sort->node);
    }
    return &window->node;
}

void make_item(const Maker *maker, Select *select, Node *expr, Name *alias) {
    SelectItem *item = NEW(SELECT_ITEM, SelectItem);
    item->expr = expr;
    item->alias = part_of(maker, alias);
    vec_push(maker->arena, &select->items, &item->node);
}

void make_star(const Maker *maker, Select *select) {
    SelectItem *item = NEW(SELECT_ITEM, SelectItem);
    item->expr = node_new(maker->arena, NODE_STAR, maker->span);
    vec_push(maker->arena, &select->items, &item->node);
}

Select *make_select(const Maker *maker, Node *from) {
    Select *select = NEW(SELECT, Select);
    if (from) vec_push(maker->arena, &select->from, from);
    return select;
}

Query *make_query(const Maker *maker, Select *body) {
    Query *query = NEW(QUERY, Query);
    query->body = &body->rowset.node;
    return query;
}

Cte *make_cte(const Maker *maker, Query *of, const char *name, Query *query) {
    Cte *cte = NEW(CTE, Cte);
    cte->name = part_of(maker, name_of(maker->names, name));
    cte->query = &query->rowset.node;
    vec_push(maker->arena, &of->ctes, &cte->rowset.node);
    return cte;
}

Node *make_cte_table(const Maker *maker, Cte *cte) {
    TableRef *table = NEW(TABLE_REF, TableRef);
    vec_push(maker->arena, &table->name, cte->name);
    table->cte = cte;
    return &table->rowset.node;
}

Node *make_table(const Maker *maker, const Relation *relation) {
    TableRef *table = NEW(TABLE_REF, TableRef);
    vec_push(maker->arena, &table->name, part_of(maker, relation->layer->name));
    vec_push(maker->arena, &table->name, part_of(maker, relation->name));
    table->relation = (Relation *)relation;
    return &table->rowset.node;
}

Node *make_subquery(const Maker *maker, Query *query, Name *alias) {
    TableQuery *table = NEW(TABLE_QUERY, TableQuery);
    table->query = &query->rowset.node;
    table->alias = part_of(maker, alias);
    return &table->rowset.node;
}

Node *make_scalar(const Maker *maker, Query *query) {
    Subquery *subquery = NEW(SUBQUERY, Subquery);
    subquery->query = &query->rowset.node;
    return &subquery->expr.node;
}
