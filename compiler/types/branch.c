/* CASE; functions of the project, which stand inlined; and what is taken out of structs and arrays. */
#include "compiler/types/internal.h"

#include <assert.h>
#include <string.h>

/* ------------------------------------------------------------------- CASE */

static bool is_literal_bool(const Checker *checker, const Node *expr, LiteralKind of) {
    expr = expr_meant(checker, expr);
    return expr->kind == NODE_LITERAL && ((const Literal *)expr)->of == of;
}

static void warn_of_unreachable(Checker *checker, const Case *node, uint32_t at, const Node *because, const char *words) {
    const When *when = (const When *)node->whens.items[at];
    Report *report = diag_report(checker->diag, CODE_G0331, when->node.span, "this branch is never reached");
    report_label(checker->diag, report, because->span, "%s", words);
}

/* A branch after one that takes all, or asking what an earlier one has asked. */
static void unreachable_check(Checker *checker, const Case *node) {
    for (uint32_t i = 0; i < node->whens.count; i++) {
        const Node *condition = ((const When *)node->whens.items[i])->condition;
        if (is_literal_bool(checker, condition, LITERAL_FALSE)) warn_of_unreachable(checker, node, i, condition, "never true");
        for (uint32_t j = 0; j < i; j++) {
            const Node *earlier = ((const When *)node->whens.items[j])->condition;
            bool all = !node->operand && is_literal_bool(checker, earlier, LITERAL_TRUE);
            if (!all && !expr_same(earlier, condition)) continue;
            warn_of_unreachable(checker, node, i, earlier, all ? "this takes every row" : "asked here already");
            return;
        }
    }
}

static void when_check(Checker *checker, Case *node, When *when) {
    if (node->operand) {
        expr_check(checker, when->condition);
        compare_check(checker, node->operand, when->condition, when->condition->span, "case");
    } else {
        condition_check(checker, checker->place, when->condition);
    }
    uint32_t known = checker->narrowed.count;
    if (!node->operand) narrow(checker, when->condition, true);
    else narrow_present(checker, node->operand); /* it is equal to something */
    expr_check(checker, when->result);
    checker->narrowed.count = known;
}

void case_check(Checker *checker, Case *node) {
    uint32_t known = checker->narrowed.count;
    Nodes results = {0};
    bool nullable = !node->otherwise;
    expr_check(checker, node->operand);
    for (uint32_t i = 0; i < node->whens.count; i++) {
        When *when = NODE_AS(When, WHEN, node->whens.items[i]);
        when_check(checker, node, when);
        vec_push(checker->arena, &results, when->result);
        nullable |= NULLABLE(when->result);
        if (!node->operand) narrow_untrue(checker, when->condition); /* behind `when x is null` x is there */
    }
    if (node->otherwise) {
        expr_check(checker, node->otherwise);
        vec_push(checker->arena, &results, node->otherwise);
        nullable |= NULLABLE(node->otherwise);
    }
    checker->narrowed.count = known;
    unreachable_check(checker, node);
    Span at = node->expr.node.span;
    const Type *type = types_agree(checker, &results, at, "the results of a CASE");
    const Unit *unit = type_is_number(type) ? units_agree(checker, &results, at, "results of one CASE") : NULL;
    expr_set((Node *)node, type, unit, nullable);
}

/* ------------------------------------------------- functions of the project */

static const Param *param_of(const Inlined *inlined, uint32_t index) {
    const Decl *function = inlined->function;
    return function && index < function->params.count ? (const Param *)function->params.items[index] : NULL;
}

/* An argument must be of the parameter's kind; decimals may be of any precision, for functions are typed at each use. */
static void argument_check(Checker *checker, const Inlined *inlined, uint32_t index) {
    const Param *param = param_of(inlined, index);
    Node *argument = inlined->args.items[index];
    if (!param || !param->type || is_poison(argument)) return;
    NamedType *named;
    const Type *wanted = type_resolve(checker->program, (const TypeName *)param->type, &named), *given = TYPE_OF(argument);
    bool decimals = wanted->kind == TYPE_DECIMAL && (type_is_number(given) && given->kind <= TYPE_DECIMAL);
    if (!decimals && !type_fits(given, wanted) && !report_text_as_date(checker, argument, wanted)) {
        Report *report = diag_report(checker->diag, CODE_G0305, argument->span, "function `%s` takes `%s` here",
                                     parts_text(checker->arena, inlined->function->name), type_name(checker, wanted));
        report_says(checker->diag, report, "this is `%s`", type_name(checker, given));
        report_label(checker->diag, report, param->node.span, "parameter `%s`", param->name.name->text);
    } else if (named && named->unit && UNIT_OF(argument) != named->unit && !is_bare(checker, argument)) {
        Report *report = diag_report(checker->diag, CODE_G0324, argument->span, "function `%s` takes a value in `%s` here",
                                     parts_text(checker->arena, inlined->function->name), unit_text(checker->types, named->unit));
        const Unit *unit = UNIT_OF(argument);
        report_says(checker->diag, report, unit ? "this is in `%s`" : "this has no unit%s", unit_text(checker->types, unit));
        report_label(checker->diag, report, param->node.span, "parameter `%s`", param->name.name->text);
    }
}

void parameter_check(Checker *checker, Parameter *parameter) {
    const Inlined *inlined = checker->inlined;
    Node *node = (Node *)parameter;
    if (!inlined || (uint64_t)parameter->index >= inlined->args.count) {
        expr_poison(checker, node);
        return;
    }
    parameter->of = (Inlined *)inlined;
    const Node *argument = inlined->args.items[parameter->index];
    const Param *param = param_of(inlined, (uint32_t)parameter->index);
    NamedType *named = NULL;
    const Type *wanted = param && param->type ? type_resolve(checker->program, (const TypeName *)param->type, &named) : NULL;
    const Type *type = TYPE_OF(argument);
    bool keeps = !wanted || type->kind == TYPE_UNKNOWN || (type->kind == wanted->kind && type_is_number(type));
    expr_set(node, keeps ? type : wanted, named && named->unit ? named->unit : UNIT_OF(argument), NULLABLE(argument));
}

/* `returns decimal` leaves precision and scale to each use, as parameters do. */
static const Type *result_wanted(Checker *checker, const Inlined *inlined, NamedType **ret_named) {
    const Type *type = TYPE_OF(inlined->body);
    const TypeName *name = inlined->function ? (const TypeName *)inlined->function->type : NULL;
    if (!name) return type;
    const Type *wanted = type_resolve(checker->program, name, ret_named);
    bool any = wanted->kind == TYPE_DECIMAL && !*ret_named && !name->args.count;
    return any && type_is_number(type) && type->kind <= TYPE_DECIMAL ? decimal_of(checker->types, type) : wanted;
}

/* The result is of the declared type. */
static void result_check(Checker *checker, Inlined *inlined) {
    const Type *type = TYPE_OF(inlined->body);
    const Unit *unit = UNIT_OF(inlined->body);
    NamedType *named = NULL;
    const Type *wanted = result_wanted(checker, inlined, &named);
    if (type->kind != TYPE_UNKNOWN && !type_fits(type, wanted)) {
        Report *report = diag_report(checker->diag, CODE_G0346, inlined->body->span, "function `%s` declares `%s`",
                                     parts_text(checker->arena, inlined->function->name), type_name(checker, wanted));
        report_says(checker->diag, report, "this is `%s`", type_name(checker, type));
        report_label(checker->diag, report, inlined->function->type->span, "declared here");
        type = simple(checker, TYPE_UNKNOWN);
    }
    expr_set((Node *)inlined, type->kind == TYPE_UNKNOWN ? type : wanted, named && named->unit ? named->unit : unit,
             NULLABLE(inlined->body));
}

void inlined_check(Checker *checker, Inlined *inlined) {
    exprs_check(checker, &inlined->args);
    for (uint32_t i = 0; i < inlined->args.count; i++) argument_check(checker, inlined, i);
    if (!inlined->body) {
        expr_poison(checker, (Node *)inlined);
        return;
    }
    const Inlined *before = checker->inlined;
    const Expansion *expansion = program_enter(checker->program, inlined->body);
    checker->inlined = inlined;
    expr_check(checker, inlined->body);
    result_check(checker, inlined);
    checker->inlined = before;
    checker->diag->expansion = expansion;
}

typedef struct Unknown { const Program *program; bool found; } Unknown;

static void find_unknown(void *context, Node **place) {
    Unknown *unknown = context;
    const Call *call = (const Call *)*place;
    bool known = (*place)->kind != NODE_CALL || (call->name.count == 1 && function_find(unknown->program, call->name.items[0].name));
    unknown->found |= !known;
    node_kids(*place, find_unknown, unknown);
}

/* A body that calls other functions of the project is typed where it is used: there they are inlined. */
static bool calls_others(const Program *program, Node *body) {
    Unknown unknown = {program, false};
    find_unknown(&unknown, &body);
    return unknown.found;
}

/* Its parameters as a table; other names were reported when the function was declared. */
static Rows *parameter_rows(Checker *checker, const Decl *decl) {
    Rows *rows = rows_open(checker);
    for (uint32_t i = 0; i < decl->params.count; i++) {
        const Param *param = NODE_AS(Param, PARAM, decl->params.items[i]);
        NamedType *named = NULL;
        const Type *type = param->type ? type_resolve(checker->program, (const TypeName *)param->type, &named) : simple(checker, TYPE_UNKNOWN);
        column_add(checker, rows, (Column){.name = param->name.name, .type = type, .unit = named ? named->unit : NULL,
                                           .nullable = true, .span = param->name.span});
    }
    return rows;
}

static void body_check(Checker *checker, Decl *decl) {
    if (!decl->body || !node_is_expr(decl->body) || calls_others(checker->program, decl->body)) return;
    Inlined inlined = {.function = decl, .body = node_clone(checker->arena, decl->body)};
    Scope scope = {.distance = 1, .item_now = UINT32_MAX, .facts = arena_new(checker->arena, SelectFacts)};
    const Expansion *before = program_enter(checker->program, decl);
    checker->scope = &scope;
    scope_add(checker, (ScopeTable){.rows = parameter_rows(checker, decl), .node = (Node *)decl, .span = decl->node.span});
    expr_check_in(checker, IN_SELECT, inlined.body);
    result_check(checker, &inlined);
    checker->scope = NULL;
    checker->diag->expansion = before;
}

void bodies_check(Checker *checker) {
    const Program *program = checker->program;
    for (uint32_t i = 0; i < program->user_functions.count; i++) body_check(checker, program->user_functions.items[i]);
    for (uint32_t i = 0; i < program->masks.count; i++) body_check(checker, program->masks.items[i]->decl);
}

/* ---------------------------------------------------- parts of structs, arrays */

const Type *field_type(Checker *checker, const Type *type, Part field) {
    if (type->kind == TYPE_UNKNOWN) return type;
    VEC(const char *) names = {0};
    for (uint32_t i = 0; i < type->field_count; i++) {
        if (type->fields[i].name == field.name) return type->fields[i].type;
        vec_push(checker->arena, &names, (const char *)type->fields[i].name->text);
    }
    Report *report = diag_report(checker->diag, CODE_G0232, field.span, "unknown field `%s`", field.name->text);
    if (type->kind != TYPE_STRUCT) report_says(checker->diag, report, "a `%s` has no fields", type_name(checker, type));
    if (type->kind == TYPE_JSON) report_help(checker->diag, report, "take it out of json by `->> '%s'`", field.name->text);
    bool near = report_near(checker->diag, report, field.span, field.name->text, names.items, names.count);
    if (!near && type->field_count) report_note(checker->diag, report, "it is `%s`", type_name(checker, type));
    return simple(checker, TYPE_UNKNOWN);
}

void field_check(Checker *checker, FieldAccess *field) {
    expr_check(checker, field->operand);
    expr_set((Node *)field, field_type(checker, TYPE_OF(field->operand), field->name), NULL, true);
}

static void index_check(Checker *checker, Node *index, const Type *wanted) {
    if (!index) return;
    expr_check(checker, index);
    const Type *type = TYPE_OF(index);
    if (type_fits(type, wanted) || (wanted->kind == TYPE_INT8 && type->kind <= TYPE_INT8 && type_is_number(type))) return;
    Report *report = diag_report(checker->diag, CODE_G0303, index->span, "a subscript must be `%s`", type_name(checker, wanted));
    report_says(checker->diag, report, "this is `%s`", type_name(checker, type));
}

/* s['x'] of a struct is s.x: a name that is known while compiling. */
static bool subscript_is_field(Checker *checker, Subscript *subscript) {
    if (TYPE_OF(subscript->operand)->kind != TYPE_STRUCT || !subscript->low || subscript->slice) return false;
    expr_check(checker, subscript->low);
    const Literal *name = text_literal(checker, subscript->low);
    if (!name) return false;
    Part part = {names_intern(checker->program->names, name->text.at, name->text.length), subscript->low->span};
    FieldAccess field = {.expr = subscript->expr, .operand = subscript->operand, .name = part};
    field.expr.node.kind = NODE_FIELD;
    static_assert(sizeof field <= sizeof *subscript, "one becomes the other in its place");
    memcpy(subscript, &field, sizeof field);
    expr_set((Node *)subscript, field_type(checker, TYPE_OF(field.operand), part), NULL, true);
    return true;
}

void subscript_check(Checker *checker, Subscript *subscript) {
    expr_check(checker, subscript->operand);
    if (subscript_is_field(checker, subscript)) return;
    const Type *type = TYPE_OF(subscript->operand), *result = type;
    if (type->kind == TYPE_ARRAY) {
        index_check(checker, subscript->low, simple(checker, TYPE_INT8));
        index_check(checker, subscript->high, simple(checker, TYPE_INT8));
        result = subscript->slice ? type : type->element;
    } else if (type->kind == TYPE_MAP && !subscript->slice) {
        index_check(checker, subscript->low, type->element);
        result = type->value;
    } else if (type->kind != TYPE_UNKNOWN) {
        Report *report = diag_report(checker->diag, CODE_G0339, subscript->expr.node.span, "only arrays and maps have a subscript");
        report_label(checker->diag, report, subscript->operand->span, "this is `%s`", type_name(checker, type));
        if (type->kind == TYPE_TEXT) report_help(checker->diag, report, "take a part of a text by `substring(x, start, length)`");
        if (type->kind == TYPE_JSON) report_help(checker->diag, report, "take an element of json by `-> 0`");
        result = simple(checker, TYPE_UNKNOWN);
    }
    expr_set((Node *)subscript, result, NULL, true);
}
