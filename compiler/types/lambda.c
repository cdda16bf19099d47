/* Lambdas: `list_transform(prices, lambda p: p * 2)`. What a lambda takes follows from the other arguments of the call,
 * what it gives from its body. Its parameters hide columns of the same name. */
#include "compiler/types/internal.h"

bool lambda_param_check(Checker *checker, Ref *ref) {
    for (const Local *local = checker->locals; local; local = local->outer) {
        if (!local->lambda || local->name != ref->name.items[0].name) continue;
        ref->column = NULL; /* no column of any table: what it stands for is an argument beside it */
        ref->table = NULL;
        expr_set((Node *)ref, local->column->type, NULL, local->column->nullable);
        take_fields(checker, ref, 1);
        return true;
    }
    return false;
}

static void find_query(void *context, Node **place) {
    Node **found = context;
    if (!*found && (*place)->kind == NODE_QUERY) *found = *place;
    if (!*found) node_kids(*place, find_query, found);
}

/* No engine reads tables for each element. */
static bool refuse_query(Checker *checker, Node *lambda) {
    Node *query = NULL;
    node_kids(lambda, find_query, &query);
    if (!query) return false;
    Report *report = diag_report(checker->diag, CODE_G0343, query->span, "a subquery cannot stand in a lambda");
    report_help(checker->diag, report, "take the elements apart with `unnest`, and join");
    return true;
}

/* Types the body with the parameters as `takes` says. */
static void body_check(Checker *checker, Lambda *lambda, const SignatureParam *param, const Type *const variables[VARIABLES]) {
    Local *before = checker->locals;
    Place place = checker->place;
    for (uint32_t i = 0; i < lambda->params.count; i++) {
        Local *local = arena_new(checker->arena, Local);
        Column *column = arena_new(checker->arena, Column);
        bool counts = param->takes[i]->kind != TYPE_VARIABLE; /* the place of an element is never null */
        *column = (Column){.name = lambda->params.items[i].name, .nullable = !counts, .span = lambda->params.items[i].span,
                           .type = type_substitute(checker, param->takes[i], variables)};
        *local = (Local){checker->locals, column->name, column, NULL, true};
        checker->locals = local;
    }
    checker->place = IN_LAMBDA;
    expr_check(checker, lambda->body);
    checker->locals = before;
    checker->place = place;
}

static bool binds(const Type *type, const Type *variable) {
    return type == variable || (type->element && binds(type->element, variable)) || (type->value && binds(type->value, variable));
}

/* Whether another argument than a lambda says what a variable stands for. */
static bool is_bound(const Call *call, const Signature *signature, const Type *variable) {
    for (uint32_t i = 0; i < call->args.count && i < signature->param_count; i++)
        if (call->args.items[i]->kind != NODE_LAMBDA && binds(signature->params[i].type, variable)) return true;
    return false;
}

static bool refuse_result(Checker *checker, const Lambda *lambda, const Type *wanted) {
    Report *report = diag_report(checker->diag, CODE_G0347, lambda->body->span, "the lambda gives `%s` where `%s` is wanted",
                                 type_name(checker, TYPE_OF(lambda->body)), type_name(checker, wanted));
    if (type_casts(TYPE_OF(lambda->body), wanted) && wanted->kind != TYPE_BOOL)
        report_edit(checker->diag, report, lambda->body->span,
                    arena_format(checker->arena, "(%.*s)::%s", TEXT_ARGS(source_text(checker->diag->sources, lambda->body->span)),
                                 type_name(checker, wanted)), "cast what it gives");
    return false;
}

/* What a lambda gives is what its variable stands for, unless another argument has said that: then it must fit, and a
 * number may make it wider once, as in a sum that begins with 0 and adds decimals. */
static bool result_fits(Checker *checker, Call *call, const Signature *signature, uint32_t index, const Type *variables[VARIABLES]) {
    const SignatureParam *param = &signature->params[index];
    Lambda *lambda = (Lambda *)call->args.items[index];
    const Type *gives = TYPE_OF(lambda->body);
    if (gives->kind == TYPE_UNKNOWN) return false;
    if (param->type->kind != TYPE_VARIABLE) return type_fits(gives, param->type) || refuse_result(checker, lambda, param->type);
    const Type **variable = &variables[param->type->precision];
    if (!is_bound(call, signature, param->type)) {
        *variable = gives;
        return true;
    }
    if (type_fits(gives, *variable)) return true;
    const Type *wider = type_common(checker->types, gives, *variable), *first = *variable;
    if (!wider || !type_is_number(wider)) return refuse_result(checker, lambda, first);
    *variable = wider;
    body_check(checker, lambda, param, variables);
    return type_fits(TYPE_OF(lambda->body), wider) || refuse_result(checker, lambda, first);
}

bool lambdas_check(Checker *checker, Call *call, const Signature *signature, const Type *variables[VARIABLES]) {
    bool good = true;
    for (uint32_t i = 0; i < call->args.count && i < signature->param_count; i++) {
        Node *arg = call->args.items[i];
        if (arg->kind != NODE_LAMBDA) continue;
        body_check(checker, (Lambda *)arg, &signature->params[i], variables);
        bool fits = !refuse_query(checker, arg) && result_fits(checker, call, signature, i, variables);
        good &= fits;
        if (fits) expr_set(arg, TYPE_OF(((Lambda *)arg)->body), NULL, false);
    }
    return good;
}

bool function_takes_lambda(const Function *function) {
    for (uint32_t i = 0; i < function->signatures.count; i++)
        for (uint32_t j = 0; j < function->signatures.items[i]->param_count; j++)
            if (function->signatures.items[i]->params[j].take_count) return true;
    return false;
}
