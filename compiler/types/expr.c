/* The type, unit and nullability of every expression: one case a kind, the larger ones in files of their own. */
#include "compiler/types/internal.h"

#include <string.h>

void expr_set(Node *expr, const Type *type, const Unit *unit, bool nullable) {
    Expr *as = (Expr *)expr;
    as->type = type;
    as->unit = unit;
    as->nullable = nullable;
}

const Type *simple(const Checker *checker, TypeKind kind) {
    return type_simple(checker->types, kind);
}

const char *type_name(const Checker *checker, const Type *type) {
    return type_text(checker->types, type);
}

void expr_poison(Checker *checker, Node *expr) {
    expr_set(expr, simple(checker, TYPE_UNKNOWN), NULL, true);
}

bool is_poison(const Node *expr) {
    const Type *type = TYPE_OF(expr);
    return !type || type->kind == TYPE_UNKNOWN;
}

void exprs_check(Checker *checker, const Nodes *exprs) {
    for (uint32_t i = 0; i < exprs->count; i++) expr_check(checker, exprs->items[i]);
}

void expr_check_in(Checker *checker, Place place, Node *expr) {
    Place before = checker->place;
    checker->place = place;
    expr_check(checker, expr);
    checker->place = before;
}

void condition_check(Checker *checker, Place place, Node *expr) {
    expr_check_in(checker, place, expr);
    TypeKind kind = TYPE_OF(expr)->kind;
    if (kind == TYPE_BOOL || kind == TYPE_UNKNOWN || kind == TYPE_NULL) return;
    Report *report = diag_report(checker->diag, CODE_G0323, expr->span, "a condition must be true or false");
    report_says(checker->diag, report, "this is `%s`", type_name(checker, TYPE_OF(expr)));
    if (type_is_number(TYPE_OF(expr)))
        report_edit(checker->diag, report, span_after(expr->span), " <> 0", "compare it with something");
}

/* An argument stands outside of the inlined body: its own parameters are those of another use. */
static const Node *argument_meant(const Node *expr) {
    while (expr->kind == NODE_INLINED && !((const Inlined *)expr)->args.count && ((const Inlined *)expr)->body)
        expr = ((const Inlined *)expr)->body;
    return expr;
}

const Node *expr_meant(const Checker *checker, const Node *expr) {
    while (true) {
        if (expr->kind == NODE_INLINED && !((const Inlined *)expr)->args.count && ((const Inlined *)expr)->body)
            expr = ((const Inlined *)expr)->body;
        else if (expr->kind == NODE_PARAMETER && checker->inlined &&
                 (uint64_t)((const Parameter *)expr)->index < checker->inlined->args.count)
            return argument_meant(checker->inlined->args.items[((const Parameter *)expr)->index]);
        else return expr;
    }
}

bool is_bare(const Checker *checker, const Node *expr) {
    expr = expr_meant(checker, expr);
    if (expr->kind == NODE_UNARY) {
        const Unary *unary = (const Unary *)expr;
        return (unary->of == OP_NEGATE || unary->of == OP_PLUS) && is_bare(checker, unary->operand);
    }
    if (expr->kind != NODE_LITERAL) return false;
    LiteralKind of = ((const Literal *)expr)->of;
    return of == LITERAL_NULL || of == LITERAL_INTEGER || of == LITERAL_NUMBER;
}

const Literal *text_literal(const Checker *checker, const Node *expr) {
    expr = expr_meant(checker, expr);
    if (expr->kind != NODE_LITERAL) return NULL;
    const Literal *literal = (const Literal *)expr;
    return literal->of == LITERAL_STRING ? literal : NULL;
}

static void is_check(Checker *checker, Is *is) {
    expr_check(checker, is->operand);
    TypeKind kind = TYPE_OF(is->operand)->kind;
    if (is->of != IS_NULL && kind != TYPE_BOOL && kind != TYPE_UNKNOWN && kind != TYPE_NULL) {
        Report *report = diag_report(checker->diag, CODE_G0323, is->operand->span, "only a condition is true or false");
        report_says(checker->diag, report, "this is `%s`", type_name(checker, TYPE_OF(is->operand)));
    }
    expr_set((Node *)is, simple(checker, TYPE_BOOL), NULL, false);
}

static void row_check(Checker *checker, Row *row) {
    exprs_check(checker, &row->items);
    TypeField *fields = arena_alloc(checker->arena, (row->items.count + 1) * sizeof *fields);
    bool nullable = false, poisoned = false;
    for (uint32_t i = 0; i < row->items.count; i++) {
        fields[i].name = name_of(checker->program->names, arena_format(checker->arena, "f%u", i + 1));
        fields[i].type = TYPE_OF(row->items.items[i]);
        nullable |= NULLABLE(row->items.items[i]);
        poisoned |= is_poison(row->items.items[i]);
    }
    if (poisoned) expr_poison(checker, (Node *)row);
    else expr_set((Node *)row, type_struct(checker->types, fields, row->items.count), NULL, nullable);
}

static void struct_check(Checker *checker, StructLiteral *literal) {
    TypeField *fields = arena_alloc(checker->arena, (literal->fields.count + 1) * sizeof *fields);
    for (uint32_t i = 0; i < literal->fields.count; i++) {
        SelectItem *item = NODE_AS(SelectItem, SELECT_ITEM, literal->fields.items[i]);
        expr_check(checker, item->expr);
        fields[i] = (TypeField){item->alias.name, TYPE_OF(item->expr)};
    }
    expr_set((Node *)literal, type_struct(checker->types, fields, literal->fields.count), NULL, false);
}

static void array_check(Checker *checker, Array *array) {
    exprs_check(checker, &array->items);
    const Type *element = types_agree(checker, &array->items, array->expr.node.span, "elements of an array");
    if (element->kind == TYPE_UNKNOWN) expr_poison(checker, (Node *)array);
    else expr_set((Node *)array, type_array(checker->types, element), NULL, false);
}

static void array_query_check(Checker *checker, ArrayQuery *array) {
    Rows *rows = query_check(checker, (Query *)array->query, checker->scope, NULL, 1);
    if (rows->columns.count != 1 || rows->open) expr_poison(checker, (Node *)array);
    else expr_set((Node *)array, type_array(checker->types, rows->columns.items[0]->type), NULL, false);
}

static void misplaced(Checker *checker, Node *expr, const char *what) {
    diag_report(checker->diag, CODE_G0343, expr->span, "%s cannot stand here", what);
    expr_poison(checker, expr);
}

static void exists_check(Checker *checker, Exists *exists) {
    query_check(checker, (Query *)exists->query, checker->scope, NULL, 1);
    expr_set((Node *)exists, simple(checker, TYPE_BOOL), NULL, false);
}

static void expr_dispatch(Checker *checker, Node *expr) {
    switch ((NodeKind)expr->kind) {
    case NODE_LITERAL: literal_check(checker, (Literal *)expr); return;
    case NODE_TYPED_LITERAL: typed_literal_check(checker, (TypedLiteral *)expr); return;
    case NODE_INTERVAL: interval_check(checker, (Interval *)expr); return;
    case NODE_REF: ref_check(checker, (Ref *)expr); return;
    case NODE_UNARY: unary_check(checker, (Unary *)expr); return;
    case NODE_BINARY: binary_check(checker, (Binary *)expr); return;
    case NODE_LIKE: like_check(checker, (Like *)expr); return;
    case NODE_IS: is_check(checker, (Is *)expr); return;
    case NODE_BETWEEN: between_check(checker, (Between *)expr); return;
    case NODE_IN: in_check(checker, (In *)expr); return;
    case NODE_QUANTIFIED: quantified_check(checker, (Quantified *)expr); return;
    case NODE_CASE: case_check(checker, (Case *)expr); return;
    case NODE_CAST: cast_check(checker, (Cast *)expr); return;
    case NODE_CALL: call_check(checker, (Call *)expr); return;
    case NODE_INLINED: inlined_check(checker, (Inlined *)expr); return;
    case NODE_PARAMETER: parameter_check(checker, (Parameter *)expr); return;
    case NODE_ROW: row_check(checker, (Row *)expr); return;
    case NODE_ARRAY: array_check(checker, (Array *)expr); return;
    case NODE_ARRAY_QUERY: array_query_check(checker, (ArrayQuery *)expr); return;
    case NODE_STRUCT: struct_check(checker, (StructLiteral *)expr); return;
    case NODE_SUBSCRIPT: subscript_check(checker, (Subscript *)expr); return;
    case NODE_FIELD: field_check(checker, (FieldAccess *)expr); return;
    case NODE_SUBQUERY: subquery_check(checker, (Subquery *)expr); return;
    case NODE_EXISTS: exists_check(checker, (Exists *)expr); return;
    case NODE_ERROR: expr_poison(checker, expr); return;
    case NODE_STAR: misplaced(checker, expr, "a star"); return;
    case NODE_NAMED_ARGUMENT: misplaced(checker, expr, "a named argument"); return;
    case NODE_LAMBDA: misplaced(checker, expr, "a lambda"); return;
    case NODE_TREE: case NODE_DECL: case NODE_CLAUSE: case NODE_COLUMN: case NODE_CONSTRAINT: case NODE_PARAM:
    case NODE_OPTION: case NODE_PLACE: case NODE_DURATION: case NODE_SELECTION: case NODE_CLEARANCE: case NODE_MASKING:
    case NODE_GIVEN: case NODE_MEASURE: case NODE_DIMENSION: case NODE_PART: case NODE_TITLE: case NODE_DOTTED:
    case NODE_QUERY: case NODE_SELECT: case NODE_VALUES: case NODE_SET_OPERATION: case NODE_SELECT_ITEM:
    case NODE_REPEAT: case NODE_CTE: case NODE_SORT: case NODE_WINDOW: case NODE_BOUND: case NODE_GROUPING_SETS:
    case NODE_TABLE_REF: case NODE_TABLE_FUNCTION: case NODE_TABLE_QUERY: case NODE_TABLE_PARENS: case NODE_JOIN:
    case NODE_PIVOT: case NODE_PIVOT_FOR: case NODE_UNPIVOT: case NODE_SAMPLE: case NODE_WHEN: case NODE_TYPE_NAME:
        return; /* no expressions: their keepers type what is in them */
    }
}

void expr_check(Checker *checker, Node *expr) {
    if (!expr) return;
    expr_dispatch(checker, expr);
    if (checker->scope && checker->scope->rolled_up) group_null_key(checker, expr);
}
