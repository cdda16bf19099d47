/* Overloads: which declaration of a function a call means. */
#include "compiler/types/internal.h"

enum { NO_FIT = -1, COST_NULL = 1, COST_WIDER = 2, COST_MOMENT = 3, COST_DECIMAL = 4, COST_DOUBLE = 6, COST_VARIABLE = 8 };

static bool holds_variable(const Type *type) {
    if (type->kind == TYPE_VARIABLE) return true;
    return (type->element && holds_variable(type->element)) || (type->value && holds_variable(type->value));
}

static int number_cost(const Type *from, const Type *to) {
    if (from->kind == to->kind) return 0;
    if (to->kind == TYPE_DECIMAL) return COST_DECIMAL;
    if (to->kind == TYPE_FLOAT8) return from->kind == TYPE_FLOAT4 ? COST_WIDER : COST_DOUBLE;
    return COST_WIDER + to->kind - from->kind;
}

/* What it costs to hand a value over, or NO_FIT. */
static int cost_of(const Type *from, const Type *to) {
    if (from == to || from->kind == TYPE_UNKNOWN) return 0;
    if (to->kind == TYPE_VARIABLE) return COST_VARIABLE;
    if (from->kind == TYPE_NULL) return COST_NULL;
    if (to->kind == TYPE_ARRAY) {
        int cost = from->kind == TYPE_ARRAY ? cost_of(from->element, to->element) : NO_FIT;
        return cost;
    }
    if (to->kind == TYPE_MAP && from->kind == TYPE_MAP) {
        int key = cost_of(from->element, to->element), value = cost_of(from->value, to->value);
        return key < 0 || value < 0 ? NO_FIT : key + value;
    }
    if (to->kind == TYPE_STRUCT && from->kind == TYPE_STRUCT && !to->field_count) return 0;
    if (!type_fits(from, to)) return NO_FIT;
    return type_is_number(from) ? number_cost(from, to) : COST_MOMENT;
}

static const SignatureParam *param_at(const Signature *signature, uint32_t index) {
    if (index < signature->param_count) return &signature->params[index];
    const SignatureParam *last = signature->param_count ? &signature->params[signature->param_count - 1] : NULL;
    return last && last->variadic ? last : NULL;
}

/* A lambda fits a parameter that takes as many; what it gives is seen when it is typed. */
static int argument_cost(const Node *arg, const SignatureParam *param) {
    if (arg->kind != NODE_LAMBDA) return param->take_count ? NO_FIT : cost_of(TYPE_OF(arg), param->type);
    return ((const Lambda *)arg)->params.count == param->take_count ? 0 : NO_FIT;
}

static bool takes_count(const Signature *signature, uint32_t count) {
    bool variadic = signature->param_count && signature->params[signature->param_count - 1].variadic;
    return variadic ? count + 1 >= signature->param_count : count == signature->param_count;
}

/* The type that a variable stands for in one argument: of array<any>, the element. */
static const Type *bound_by(const Type *param, const Type *given, const Type *variable) {
    if (param == variable) return given;
    if (!given || given->kind != param->kind) return NULL;
    const Type *element = param->element ? bound_by(param->element, given->element, variable) : NULL;
    return element || !param->value ? element : bound_by(param->value, given->value, variable);
}

static const Type *bind_variable(Checker *checker, const Signature *signature, const Nodes *args, const Type *variable) {
    Nodes plain = {0};
    const Type *inner = NULL;
    for (uint32_t i = 0; i < args->count; i++) {
        const Type *param = param_at(signature, i)->type;
        if (args->items[i]->kind == NODE_LAMBDA) continue;
        if (param == variable) vec_push(checker->arena, &plain, args->items[i]);
        else if (holds_variable(param)) {
            const Type *bound = bound_by(param, TYPE_OF(args->items[i]), variable);
            if (bound) inner = inner ? type_common(checker->types, inner, bound) : bound;
        }
    }
    if (!plain.count) return inner ? inner : simple(checker, TYPE_NULL);
    const Type *common = types_common(checker, &plain);
    return common && inner ? type_common(checker->types, inner, common) : common;
}

static int signature_cost(Checker *checker, const Signature *signature, const Nodes *args, const Type *variables[VARIABLES]) {
    int cost = 0;
    bool generic = false;
    if (!takes_count(signature, args->count)) return NO_FIT;
    for (uint32_t i = 0; i < args->count; i++) {
        const SignatureParam *param = param_at(signature, i);
        int one = argument_cost(args->items[i], param);
        if (one < 0) return NO_FIT;
        cost += one;
        generic |= holds_variable(param->type);
    }
    for (int i = 0; i < VARIABLES; i++) {
        variables[i] = generic ? bind_variable(checker, signature, args, type_variable(checker->types, i)) : NULL;
        if (generic && !variables[i]) return NO_FIT;
    }
    return cost;
}

const Signature *signature_match(Checker *checker, const Function *function, const Nodes *args,
                                 const Type *variables[VARIABLES]) {
    const Signature *best = NULL;
    int least = 0;
    for (uint32_t i = 0; i < function->signatures.count; i++) {
        const Type *bound[VARIABLES];
        int cost = signature_cost(checker, function->signatures.items[i], args, bound);
        if (cost < 0 || (best && cost >= least)) continue;
        best = function->signatures.items[i];
        least = cost;
        for (int j = 0; j < VARIABLES; j++) variables[j] = bound[j];
    }
    return best;
}
