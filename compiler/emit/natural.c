/* The type that an engine gives to an expression, as far as engines agree: dialects ask here for what they have no rule of
 * their own. */
#include "compiler/emit/internal.h"

#include <string.h>

/* Digits of the decimal that an INTEGER becomes beside a decimal. */
#define INT4_DIGITS 10

static const Type *ask(Emitter *emitter, const Expr *expr) {
    return emitter->dialect->natural(emitter, expr);
}

static const Literal *literal_behind(Emitter *emitter, const Expr *expr) {
    Frame *frame = emitter->frame;
    const Expr *behind = expr_behind(expr, &frame);
    return behind->node.kind == NODE_LITERAL ? NODE_AS(Literal, LITERAL, behind) : NULL;
}

bool natural_is_integer_literal(Emitter *emitter, const Expr *expr) {
    const Literal *literal = literal_behind(emitter, expr);
    return literal && literal->of == LITERAL_INTEGER;
}

bool natural_is_integer(const Type *of) {
    return of && (of->kind == TYPE_INT2 || of->kind == TYPE_INT4 || of->kind == TYPE_INT8);
}

bool natural_as_decimal(const Type *of, int *precision, int *scale) {
    *scale = 0;
    switch (of->kind) {
    case TYPE_INT2: *precision = 5; return true;
    case TYPE_INT4: *precision = INT4_DIGITS; return true;
    case TYPE_INT8: *precision = 19; return true;
    case TYPE_DECIMAL:
        *precision = of->precision;
        *scale = of->scale;
        return true;
    default: return false;
    }
}

/* The common type of branches, where it is certain: all the same, or a decimal beside nulls and small literals. */
static const Type *unite(Emitter *emitter, const Expr *expr, const Type *so_far, bool *certain) {
    const Literal *literal = literal_behind(emitter, expr);
    const Type *own = ask(emitter, expr);
    if (literal && (literal->of == LITERAL_NULL || (literal->of == LITERAL_STRING && !own))) return so_far;
    if (!so_far) return own ? own : (*certain = false, NULL);
    if (own == so_far) return so_far;
    bool small = own && own->kind == TYPE_INT4 && literal && literal->of == LITERAL_INTEGER;
    bool fits = small && (so_far->kind == TYPE_INT8 ||
                          (so_far->kind == TYPE_DECIMAL && so_far->precision - so_far->scale >= INT4_DIGITS));
    *certain = *certain && fits;
    return so_far;
}

const Type *natural_of_case(Emitter *emitter, const Case *node) {
    bool certain = true;
    const Type *of = NULL;
    for (uint32_t i = 0; i < node->whens.count; i++)
        of = unite(emitter, (const Expr *)NODE_AS(When, WHEN, node->whens.items[i])->result, of, &certain);
    if (node->otherwise) of = unite(emitter, (const Expr *)node->otherwise, of, &certain);
    return certain ? of : NULL;
}

const Type *natural_of_arguments(Emitter *emitter, const Call *call) {
    bool certain = true;
    const Type *of = NULL;
    for (uint32_t i = 0; i < call->args.count; i++)
        of = unite(emitter, (const Expr *)call->args.items[i], of, &certain);
    return certain ? of : NULL;
}

bool natural_takes_narrower(Emitter *emitter, const Call *call) {
    for (uint32_t i = 0; call->signature && i < call->args.count && i < call->signature->param_count; i++) {
        const Type *given = ask(emitter, (const Expr *)call->args.items[i]);
        if (natural_is_integer(call->signature->params[i].type) && given != call->signature->params[i].type) return true;
    }
    return false;
}

static const Expr *behind(Emitter *emitter, const Expr *expr) {
    Frame *frame = emitter->frame;
    expr = expr_behind(expr, &frame);
    const Expr *item = expr->node.kind == NODE_REF ? aliased_item(emitter, NODE_AS(Ref, REF, expr)) : NULL;
    return item ? item : expr;
}

static bool any_is_wider(Emitter *emitter, const Nodes *nodes) {
    for (uint32_t i = 0; i < nodes->count; i++)
        if (nodes->items[i]->kind != NODE_LAMBDA && natural_is_wider(emitter, (const Expr *)nodes->items[i])) return true;
    return false;
}

static bool case_is_wider(Emitter *emitter, const Case *node) {
    for (uint32_t i = 0; i < node->whens.count; i++)
        if (natural_is_wider(emitter, (const Expr *)NODE_AS(When, WHEN, node->whens.items[i])->result)) return true;
    return node->otherwise && natural_is_wider(emitter, (const Expr *)node->otherwise);
}

static bool call_is_wider(Emitter *emitter, const Call *call) {
    const Name *name = call->name.count ? call->name.items[call->name.count - 1].name : NULL;
    if (name && !strcmp(name->text, "sum")) return true;
    return call->signature && call->signature->returns->kind == TYPE_VARIABLE && any_is_wider(emitter, &call->args);
}

/* Engines sum integers into what holds more than 64 bits, and the difference of two dates is not of one width everywhere. */
bool natural_is_wider(Emitter *emitter, const Expr *expr) {
    expr = behind(emitter, expr);
    if (!natural_is_integer(expr->type)) return false;
    if (expr->node.kind == NODE_CALL) return call_is_wider(emitter, NODE_AS(Call, CALL, expr));
    if (expr->node.kind == NODE_CASE) return case_is_wider(emitter, NODE_AS(Case, CASE, expr));
    if (expr->node.kind == NODE_UNARY) return natural_is_wider(emitter, (const Expr *)NODE_AS(Unary, UNARY, expr)->operand);
    if (expr->node.kind != NODE_BINARY) return false;
    const Binary *binary = NODE_AS(Binary, BINARY, expr);
    const Type *own = ask(emitter, expr), *left = ((const Expr *)binary->left)->type;
    if (own && own->kind > expr->type->kind) return true;
    if (!own && left && left->kind == TYPE_DATE) return true; /* a difference of days, one of which is a constant */
    return natural_is_wider(emitter, (const Expr *)binary->left) || natural_is_wider(emitter, (const Expr *)binary->right);
}

static bool holds_variable(const Type *type) {
    return type && (type->kind == TYPE_VARIABLE || holds_variable(type->element));
}

bool natural_follows_others(Emitter *emitter, const Call *call) {
    const Signature *signature = call->signature;
    for (uint32_t i = 0; holds_variable(signature->returns) && i < call->args.count; i++) {
        uint32_t at = i < signature->param_count ? i : signature->param_count - 1;
        const Expr *arg = (const Expr *)call->args.items[i];
        if (arg->node.kind == NODE_LAMBDA) arg = (const Expr *)NODE_AS(Lambda, LAMBDA, arg)->body;
        if (holds_variable(signature->params[at].type) && ask(emitter, arg) != arg->type) return true;
        if (signature->params[at].type == signature->returns && arg->type != call->expr.type) return true;
    }
    return false;
}

typedef struct Varying {
    Frame *frame;
    bool found;    /* something that differs from row to row */
} Varying;

/* What a lambda names differs by element: of an array that is a constant it is one too. */
static void find_varying(void *context, Node **place) {
    Varying *varying = context;
    Frame *before = varying->frame;
    const Node *node = &expr_behind((const Expr *)*place, &varying->frame)->node;
    const Call *call = node->kind == NODE_CALL ? (const Call *)node : NULL;
    bool collates = node->kind == NODE_BINARY && NODE_AS(Binary, BINARY, node)->of == OP_COLLATE;
    bool rows = call && (call->over || call->over_name.name || call->star || (call->signature && call->signature->kind != FUNCTION_SCALAR));
    varying->found |= rows || node->kind == NODE_REF || node->kind == NODE_QUERY;
    if (collates) find_varying(varying, &NODE_AS(Binary, BINARY, (Node *)node)->left); /* the other side names a collation */
    else if (!varying->found && node->kind != NODE_LAMBDA) node_kids((Node *)node, find_varying, varying);
    varying->frame = before;
}

static void find_foldable(void *context, Node **place) {
    Varying *outer = context;
    Varying varying = {outer->frame, false};
    if (!node_is_expr(*place) || !((const Expr *)*place)->nullable) return;
    find_varying(&varying, place);
    outer->found |= !varying.found;
}

/* By what engines count as functions: comparisons and logic are none. */
static bool is_computed(const Expr *expr) {
    NodeKind kind = expr->node.kind;
    if (kind == NODE_UNARY) return NODE_AS(Unary, UNARY, expr)->of != OP_NOT;
    if (kind != NODE_BINARY) return kind == NODE_CALL || kind == NODE_LIKE || kind == NODE_SUBSCRIPT || kind == NODE_FIELD;
    Operator of = NODE_AS(Binary, BINARY, expr)->of;
    return of != OP_AND && of != OP_OR && of != OP_DISTINCT && of != OP_NOT_DISTINCT && !(of >= OP_EQ && of <= OP_GE);
}

bool natural_may_fold(Emitter *emitter, const Expr *expr) {
    Varying foldable = {emitter->frame, false};
    if (is_computed(expr)) node_kids((Node *)expr, find_foldable, &foldable);
    return foldable.found;
}

static const Type *of_inlined(Emitter *emitter, const Inlined *inlined) {
    Frame frame = {inlined, emitter->frame, emitter->lambdas, emitter->scope.select};
    emitter->frame = &frame;
    const Type *of = ask(emitter, (const Expr *)inlined->body);
    emitter->frame = frame.outer;
    return of;
}

static const Type *of_parameter(Emitter *emitter, const Expr *parameter) {
    Frame *before = emitter->frame;
    const Expr *argument = expr_behind(parameter, &emitter->frame);
    const Type *of = argument == parameter ? NULL : ask(emitter, argument);
    emitter->frame = before;
    const Type *cast = parameter_cast(parameter, argument);
    return cast ? cast : of;
}

const Type *natural_of_rest(Emitter *emitter, const Expr *expr) {
    const Expr *item = NULL;
    switch ((NodeKind)expr->node.kind) {
    case NODE_CASE: return natural_of_case(emitter, NODE_AS(Case, CASE, expr));
    case NODE_INLINED: return of_inlined(emitter, NODE_AS(Inlined, INLINED, expr));
    case NODE_PARAMETER: return of_parameter(emitter, expr);
    case NODE_SUBSCRIPT: /* of numbers that are written out, the engine finds the type of their array itself */
        return type_is_number(expr->type) && NODE_AS(Subscript, SUBSCRIPT, expr)->operand->kind == NODE_ARRAY ? NULL : expr->type;
    case NODE_UNARY:
        if (NODE_AS(Unary, UNARY, expr)->of == OP_NOT) return expr->type;
        return ask(emitter, (const Expr *)NODE_AS(Unary, UNARY, expr)->operand);
    case NODE_REF:
        item = aliased_item(emitter, NODE_AS(Ref, REF, expr));
        return item ? ask(emitter, item) : expr->type;
    case NODE_LITERAL:
    case NODE_BINARY:
    case NODE_CALL:
    case NODE_ARRAY:
    case NODE_STRUCT:
    case NODE_ROW:
    case NODE_ERROR:
    case NODE_ARRAY_QUERY:
    case NODE_LAMBDA:
    case NODE_NAMED_ARGUMENT:
    case NODE_STAR: return NULL;
    case NODE_TYPED_LITERAL:
    case NODE_INTERVAL:
    case NODE_LIKE:
    case NODE_IS:
    case NODE_BETWEEN:
    case NODE_IN:
    case NODE_QUANTIFIED:
    case NODE_CAST:
    case NODE_FIELD:
    case NODE_SUBQUERY:
    case NODE_EXISTS: NODES_THAT_ARE_NO_EXPRESSIONS return expr->type;
    }
    return NULL;
}
