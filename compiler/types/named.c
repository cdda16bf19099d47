/* Arguments by name: `round(amount, digits => 2)`. They go to the places of their parameters, behind those that are given
 * by position. */
#include "compiler/types/internal.h"

#include <string.h>

static const NamedArgument *named_at(const Call *call, uint32_t index) {
    const Node *arg = call->args.items[index];
    return arg->kind == NODE_NAMED_ARGUMENT ? (const NamedArgument *)arg : NULL;
}

static uint32_t count_named(const Call *call) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < call->args.count; i++) count += named_at(call, i) != NULL;
    return count;
}

/* The place of a parameter, or one behind the last. */
static uint32_t param_index(const Signature *signature, const Name *name) {
    uint32_t i = 0;
    while (i < signature->param_count && signature->params[i].name != name) i++;
    return i;
}

/* The arguments in the order of a signature; false if they do not fill each of its parameters once. */
static bool place_arguments(Checker *checker, const Call *call, const Signature *signature, Nodes *ret_args) {
    Node **places = arena_alloc(checker->arena, (call->args.count + 1) * sizeof *places);
    memset(places, 0, (call->args.count + 1) * sizeof *places);
    bool variadic = signature->param_count && signature->params[signature->param_count - 1].variadic;
    if (variadic || signature->param_count != call->args.count) return false;
    for (uint32_t i = 0; i < call->args.count; i++) {
        const NamedArgument *named = named_at(call, i);
        uint32_t place = named ? param_index(signature, named->name.name) : i;
        if (place >= call->args.count || places[place]) return false;
        places[place] = named ? named->value : call->args.items[i];
    }
    *ret_args = (Nodes){places, call->args.count, call->args.count};
    return true;
}

static bool is_known(const Function *function, const Name *name) {
    for (uint32_t i = 0; i < function->signatures.count; i++)
        if (param_index(function->signatures.items[i], name) < function->signatures.items[i]->param_count) return true;
    return false;
}

static void report_unknown(Checker *checker, const Function *function, const NamedArgument *named) {
    VEC(const char *) words = {0};
    Report *report = diag_report(checker->diag, CODE_G0335, named->name.span, "function `%s` has no parameter `%s`",
                                 function->name->text, named->name.name->text);
    for (uint32_t i = 0; i < function->signatures.count; i++)
        for (uint32_t j = 0; j < function->signatures.items[i]->param_count; j++)
            vec_push(checker->arena, &words, (const char *)function->signatures.items[i]->params[j].name->text);
    if (report_near(checker->diag, report, named->name.span, named->name.name->text, words.items, words.count)) return;
    for (uint32_t i = 0; i < function->signatures.count; i++)
        report_note(checker->diag, report, "it is %s", signature_text(checker->arena, checker->types, function,
                                                                      function->signatures.items[i]));
}

static void refuse(Checker *checker, const Call *call, const Function *function) {
    bool named_before = false;
    for (uint32_t i = 0; i < call->args.count; i++) {
        const NamedArgument *named = named_at(call, i);
        if (named && !is_known(function, named->name.name)) {
            report_unknown(checker, function, named);
            return;
        }
        if (!named && named_before) {
            diag_report(checker->diag, CODE_G0335, call->args.items[i]->span, "an argument by position stands behind one by name");
            return;
        }
        named_before |= named != NULL;
    }
    Report *report = diag_report(checker->diag, CODE_G0335, call->expr.node.span, "these arguments do not fill the parameters of `%s`",
                                 function->name->text);
    for (uint32_t i = 0; i < function->signatures.count; i++)
        report_note(checker->diag, report, "it is %s", signature_text(checker->arena, checker->types, function,
                                                                      function->signatures.items[i]));
}

bool named_arguments(Checker *checker, Call *call, const Function *function) {
    if (!count_named(call)) return true;
    for (uint32_t i = 0; i < function->signatures.count; i++) {
        Nodes args;
        if (!place_arguments(checker, call, function->signatures.items[i], &args)) continue;
        call->args = args;
        return true;
    }
    refuse(checker, call, function);
    return false;
}
