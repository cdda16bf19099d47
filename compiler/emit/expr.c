/* Expressions, all but operators and calls; how tightly each binds. */
#include "compiler/emit/internal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

void put(Emitter *emitter, const char *text) {
    buffer_text(emitter->out, text);
}

void put_name(Emitter *emitter, const Name *name) {
    emit_name(emitter->dialect, name->text, emitter->out);
}

void put_string(Emitter *emitter, Text text) {
    emit_string(emitter->dialect, text, emitter->out);
}

void put_format(Emitter *emitter, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    buffer_text(emitter->out, arena_vformat(emitter->arena, format, arguments));
    va_end(arguments);
}

void emit_lacks(Emitter *emitter, Span span, const char *construct) {
    emitter->failed = true;
    diag_report(emitter->program->diag, CODE_G0701, span, "%s has no %s, and gov does not rewrite it yet",
                emitter->dialect->name, construct);
}

const Expr *expr_behind(const Expr *expr, Frame **frame) {
    for (;;) {
        if (expr->node.kind == NODE_PARAMETER && *frame) {
            const Parameter *parameter = NODE_AS(Parameter, PARAMETER, expr);
            expr = (const Expr *)(*frame)->call->args.items[parameter->index];
            *frame = (*frame)->outer;
        } else {
            return expr;
        }
    }
}

/* ------------------------------------------------------------------ binding */

static Binds literal_binds(const Literal *literal) {
    return literal->text.length && literal->text.at[0] == '-' ? BINDS_UNARY : BINDS_TIGHT;
}

static Binds inlined_binds(Emitter *emitter, const Inlined *inlined) {
    Frame frame = {inlined, emitter->frame, emitter->lambdas, emitter->scope.select};
    emitter->frame = &frame;
    Binds binds = emit_binds(emitter, (const Expr *)inlined->body);
    emitter->frame = frame.outer;
    return binds;
}

static bool is_exact_number(const Type *type) {
    return type_is_number(type) && type->kind <= TYPE_DECIMAL;
}

/* An argument becomes what the parameter is declared as, where that is another kind of value: an integer a double. */
const Type *parameter_cast(const Expr *parameter, const Expr *argument) {
    const Type *to = parameter->type, *from = argument->type;
    bool differs = to && from && from->kind > TYPE_NULL && to->kind > TYPE_NULL && to->kind != from->kind;
    return differs && !(is_exact_number(to) && is_exact_number(from)) ? to : NULL;
}

static Binds cast_binds_of(const Emitter *emitter, Binds operand) {
    return emitter->dialect->cast || operand < BINDS_CAST ? BINDS_TIGHT : BINDS_CAST;
}

static Binds parameter_binds(Emitter *emitter, const Expr *parameter) {
    Frame *before = emitter->frame;
    const Expr *argument = expr_behind(parameter, &emitter->frame);
    Binds binds = argument == parameter ? BINDS_TIGHT : emit_binds(emitter, argument);
    emitter->frame = before;
    return parameter_cast(parameter, argument) ? cast_binds_of(emitter, binds) : binds;
}

/* What gives the type already needs no cast: a call, `date_trunc('month', day)::date`; and within the body of a function,
 * where the casts are those of its declared types. What an author casts stays cast. */
static bool is_done_already(Emitter *emitter, const Cast *cast) {
    const Expr *operand = (const Expr *)cast->operand;
    bool may_go = operand->node.kind == NODE_CALL || emitter->frame;
    return may_go && !cast->is_try && cast->expr.type && emitter->dialect->natural(emitter, operand) == cast->expr.type;
}

static Binds cast_binds(Emitter *emitter, const Cast *cast) {
    Binds operand = emit_binds(emitter, (const Expr *)cast->operand);
    if (is_done_already(emitter, cast)) return operand;
    return is_guarded(emitter, cast) || cast->is_try ? BINDS_TIGHT : cast_binds_of(emitter, operand);
}

static Binds ref_binds(Emitter *emitter, const Ref *ref) {
    const Expr *item = aliased_item(emitter, ref);
    return item ? emit_binds(emitter, item) : BINDS_TIGHT;
}

static const Form *form_of(Emitter *emitter, const Expr *expr) {
    return emitter->dialect->form ? emitter->dialect->form(emitter, expr) : NULL;
}

Binds emit_binds(Emitter *emitter, const Expr *expr) {
    const Form *form = form_of(emitter, expr);
    if (form) return form->binds;
    switch ((NodeKind)expr->node.kind) {
    case NODE_LITERAL: return literal_binds(NODE_AS(Literal, LITERAL, expr));
    case NODE_UNARY: return unary_binds(emitter, NODE_AS(Unary, UNARY, expr));
    case NODE_BINARY:
        return is_exact_division(expr) ? emitter->dialect->quotient_binds
                                       : operator_binds(NODE_AS(Binary, BINARY, expr)->of);
    case NODE_LIKE: return NODE_AS(Like, LIKE, expr)->negated ? BINDS_NOT : BINDS_IN;
    case NODE_BETWEEN:
    case NODE_IN: return BINDS_IN;
    case NODE_QUANTIFIED: return BINDS_COMPARE;
    case NODE_IS: return BINDS_IS;
    case NODE_REF: return ref_binds(emitter, NODE_AS(Ref, REF, expr));
    case NODE_INLINED: return inlined_binds(emitter, NODE_AS(Inlined, INLINED, expr));
    case NODE_PARAMETER: return parameter_binds(emitter, expr);
    case NODE_CALL: return call_binds(emitter, NODE_AS(Call, CALL, expr));
    case NODE_CAST: return cast_binds(emitter, NODE_AS(Cast, CAST, expr));
    case NODE_LAMBDA:
    case NODE_NAMED_ARGUMENT: return BINDS_NOT_AT_ALL;
    case NODE_INTERVAL:
        return NODE_AS(Interval, INTERVAL, expr)->amount->kind == NODE_LITERAL ? BINDS_TIGHT : BINDS_MULTIPLY;
    case NODE_TYPED_LITERAL:
    case NODE_STAR:
    case NODE_CASE:
    case NODE_ROW:
    case NODE_ARRAY:
    case NODE_ARRAY_QUERY:
    case NODE_STRUCT:
    case NODE_SUBSCRIPT:
    case NODE_FIELD:
    case NODE_SUBQUERY:
    case NODE_EXISTS:
    case NODE_ERROR:
        return BINDS_TIGHT; /* these have delimiters of their own */
        NODES_THAT_ARE_NO_EXPRESSIONS
        return BINDS_TIGHT;
    }
    return BINDS_TIGHT;
}

/* ---------------------------------------------------------------- primaries */

static void literal(Emitter *emitter, const Literal *literal) {
    switch (literal->of) {
    case LITERAL_NULL: put(emitter, "null"); break;
    case LITERAL_TRUE: put(emitter, "true"); break;
    case LITERAL_FALSE: put(emitter, "false"); break;
    case LITERAL_INTEGER:
    case LITERAL_NUMBER: buffer_add(emitter->out, literal->text.at, literal->text.length); break;
    case LITERAL_STRING: put_string(emitter, literal->text); break;
    }
}

static void typed_literal(Emitter *emitter, const TypedLiteral *literal) {
    TypeKind kind = literal->expr.type ? literal->expr.type->kind : TYPE_UNKNOWN;
    if (kind == TYPE_DATE || kind == TYPE_TIME || kind == TYPE_TIMESTAMP || kind == TYPE_TIMESTAMPTZ ||
        kind == TYPE_INTERVAL) {
        emitter->dialect->type(literal->expr.type, true, emitter->out);
        put(emitter, " ");
        put_string(emitter, literal->text);
        return;
    }
    put_string(emitter, literal->text);
    emit_cast_to(emitter, literal->expr.type);
}

/* `1 year 2 quarters`, for an engine that has no quarters: `1 year 6 months`. */
static const char *without_quarters(Arena *arena, const char *text) {
    Buffer out;
    buffer_open(&out, arena);
    while (*text) {
        char *end;
        double amount = strspn(text, "0123456789.") ? strtod(text, &end) : (end = (char *)text, 0);
        const char *word = end + strspn(end, " ");
        bool quarters = end > text && !strncasecmp(word, "quarter", 7);
        if (quarters) buffer_format(&out, "%.10g month", amount * 3);
        const char *next = quarters ? word + 7 + (word[7] == 's' || word[7] == 'S') : end > text ? end : text + 1;
        if (!quarters) buffer_add(&out, text, (size_t)(next - text));
        text = next;
    }
    return buffer_string(&out);
}

static void interval(Emitter *emitter, const Interval *interval) {
    const Node *amount = interval->amount;
    const char *unit = interval->unit.name ? interval->unit.name->text : "", *text;
    if (amount->kind == NODE_LITERAL) {
        Text number = NODE_AS(Literal, LITERAL, amount)->text;
        text = arena_format(emitter->arena, "%.*s%s%s", TEXT_ARGS(number), *unit ? " " : "", unit);
    } else {
        emit_node(emitter, (const Expr *)amount, BINDS_MULTIPLY);
        put(emitter, " * ");
        text = arena_format(emitter->arena, "1 %s", *unit ? unit : "second");
    }
    put(emitter, "interval ");
    put_string(emitter, text_of(emitter->dialect->flags & LACKS_QUARTERS ? without_quarters(emitter->arena, text) : text));
}

/* How many leading parts of a reference name its table rather than a column and its fields. */
static uint32_t qualifier_parts(const Ref *ref) {
    const Name *alias = ref->table ? table_alias(ref->table) : NULL;
    const Name *column = ref->column ? ref->column->name : NULL;
    for (uint32_t i = 1; alias && i < ref->name.count && i < 3; i++)
        if (ref->name.items[i - 1].name == alias && ref->name.items[i].name == column) return i;
    return 0;
}

const Expr *aliased_item(const Emitter *emitter, const Ref *ref) {
    bool of_select = ref->table && ref->table->kind == NODE_SELECT && ref->column;
    return of_select && !emitter->scope.in_order ? ref->column->expr : NULL;
}

/* Whether another table has a column of the name too, of which USING was said. */
static bool is_merged(const Emitter *emitter, const Ref *ref) {
    for (uint32_t i = 0; ref->column && i < emitter->merged.count; i++)
        if (emitter->merged.items[i] == ref->column->name) return true;
    return false;
}

typedef struct Hiding {
    const Name *table;    /* that a name within would mean; null: of a column without its table */
    const Name *column;
    const Node *found;
} Hiding;

static void find_hiding(void *context, Node **place) {
    Hiding *hiding = context;
    Node *node = *place;
    bool table = node->kind == NODE_TABLE_REF || node->kind == NODE_TABLE_QUERY || node->kind == NODE_TABLE_FUNCTION;
    Rows *rows = table ? ((Rowset *)node)->rows : NULL;
    bool hides = hiding->table ? table && table_alias(node) == hiding->table : rows && rows_find(rows, hiding->column);
    if (hides) hiding->found = node;
    else node_kids(node, find_hiding, hiding);
}

/* A column of the caller that is written within a query of the function must mean the caller's there too. */
static void refuse_hidden(Emitter *emitter, const Ref *ref, const Name *table) {
    Hiding hiding = {table, ref->column->name, NULL};
    Node *body = emitter->moved->body;
    find_hiding(&hiding, &body);
    if (!hiding.found) return;
    Diag *diag = emitter->program->diag;
    const Name *function = emitter->moved->function->name.items[0].name;
    emitter->failed = true;
    Report *report = diag_report(diag, CODE_G0701, ref->expr.node.span, "a query of function `%s` hides `%s%s%s`", function->text,
                                 table ? table->text : "", table ? "." : "", ref->column->name->text);
    report_label(diag, report, hiding.found->span, table ? "this is called `%s` too" : "this has a `%s` too",
                 table ? table->text : ref->column->name->text);
    report_help(diag, report, "give one of the tables another alias");
}

/* In HAVING a column that is called as a result of the list is. */
static bool is_alias_too(const Emitter *emitter, const Ref *ref) {
    bool may = emitter->scope.in_having && !emitter->scope.in_aggregate && !ref->depth && emitter->dialect->flags & CORRELATES_LITTLE;
    const Select *select = may ? emitter->scope.select : NULL;
    bool column = ref->column && ref->table && ref->table->kind != NODE_SELECT;
    for (uint32_t i = 0; column && select && i < select->items.count; i++)
        if (NODE_AS(SelectItem, SELECT_ITEM, select->items.items[i])->alias.name == ref->column->name) return true;
    return false;
}

enum { MOST_ALIASES = 100 };

/* An alias of the same list is what it stands for, which grows with each that builds on another. */
static void aliased(Emitter *emitter, const Ref *ref, const Expr *item) {
    if (++emitter->aliases <= MOST_ALIASES) emit_node(emitter, item, BINDS_NOT_AT_ALL);
    else emit_lacks(emitter, ref->expr.node.span, "aliases that build on each other more than 100 deep (a query within takes a part of them)");
    emitter->too_deep |= emitter->aliases-- > MOST_ALIASES;
}

static void ref(Emitter *emitter, const Ref *ref) {
    const Expr *item = aliased_item(emitter, ref);
    if (item) {
        aliased(emitter, ref, item);
        return;
    }
    if (ref->table && ref->table->kind == NODE_JOIN && ref->column && emitter->dialect->flags & USING_HIDES_SIDES) {
        emit_side_column(emitter, ref->table, ref->column);
        return;
    }
    uint32_t first = qualifier_parts(ref);
    bool moved = emitter->moved && ref->table && ref->column;
    bool qualified = is_alias_too(emitter, ref) || (emitter->scope.of_star ? emitter->scope.many_tables : first > 0) || is_merged(emitter, ref) || moved;
    const char *alias = ref->table && qualified ? table_alias_text(emitter, ref->table) : NULL;
    if (moved) refuse_hidden(emitter, ref, alias ? table_alias(ref->table) : NULL);
    if (alias) put_format(emitter, "%s.", alias);
    bool of_lambda = !ref->column && emit_lambda_param(emitter, ref->name.items[0].name);
    first += of_lambda;
    for (uint32_t i = first; i < ref->name.count; i++) {
        put(emitter, i > first || of_lambda ? "." : "");
        put_name(emitter, ref->name.items[i].name);
    }
}

void emit_united(Emitter *emitter, const Expr *expr, const Type *type, Binds needed) {
    bool decimals = type && type->kind == TYPE_DECIMAL && expr->type && expr->type->kind == TYPE_DECIMAL;
    bool differs = decimals && (emitter->dialect->natural(emitter, expr) != expr->type || (type->precision == 38 && type != expr->type));
    bool wide = differs && emitter->dialect->flags & WIDE_DECIMALS_LOSE;
    if (wide) emit_exact(emitter, expr, type, needed);
    else emit_node(emitter, expr, needed);
}

static void array(Emitter *emitter, const Array *array) {
    const Type *element = array->expr.type ? array->expr.type->element : NULL;
    put(emitter, "array[");
    for (uint32_t i = 0; i < array->items.count; i++) {
        put(emitter, i ? ", " : "");
        emit_united(emitter, (const Expr *)array->items.items[i], element, BINDS_NOT_AT_ALL);
    }
    put(emitter, "]");
}

static void case_expression(Emitter *emitter, const Case *node) {
    put(emitter, L_OPEN "case");
    if (node->operand) {
        put(emitter, " ");
        emit_node(emitter, (const Expr *)node->operand, BINDS_OR);
    }
    put(emitter, L_IN);
    for (uint32_t i = 0; i < node->whens.count; i++) {
        const When *when = NODE_AS(When, WHEN, node->whens.items[i]);
        put(emitter, L_LINE "when ");
        emit_node(emitter, (const Expr *)when->condition, BINDS_OR);
        put(emitter, " then ");
        emit_united(emitter, (const Expr *)when->result, node->expr.type, BINDS_OR);
    }
    if (node->otherwise) {
        put(emitter, L_LINE "else ");
        emit_united(emitter, (const Expr *)node->otherwise, node->expr.type, BINDS_OR);
    }
    put(emitter, L_OUT L_LINE "end" L_CLOSE);
}

void emit_text_as(Emitter *emitter, const char *text, const Type *type) {
    put_format(emitter, emitter->dialect->cast ? "cast(%s as " : "%s::", text);
    emitter->dialect->type(type, true, emitter->out);
    put(emitter, emitter->dialect->cast ? ")" : "");
}

void emit_cast_to(Emitter *emitter, const Type *type) {
    put(emitter, "::");
    emitter->dialect->type(type, true, emitter->out);
}

/* `x::t` behind what binds tightly, else `cast(… as t)`. */
static void cast_as(Emitter *emitter, const Expr *operand, const Type *type) {
    if (type->kind != TYPE_TEXT && type->kind != TYPE_JSON) emitter->scalar = operand;
    bool binary = operand->type && (operand->type->kind == TYPE_FLOAT8 || operand->type->kind == TYPE_FLOAT4);
    if (emitter->dialect->decimal_of_double && binary && type->kind == TYPE_DECIMAL) {
        emitter->dialect->decimal_of_double(emitter, operand, type);
        emit_cast_to(emitter, type);
        return;
    }
    if (emitter->dialect->cast) {
        emitter->dialect->cast(emitter, operand, type, false);
        return;
    }
    TypeKind from = operand->type ? operand->type->kind : TYPE_UNKNOWN;
    const char *const *coded = from == TYPE_TEXT && type->kind == TYPE_BYTES   ? emitter->dialect->bytes_of_text
                               : from == TYPE_BYTES && type->kind == TYPE_TEXT ? emitter->dialect->text_of_bytes : NULL;
    if (coded && coded[0]) {
        put(emitter, coded[0]);
        emit_node(emitter, operand, BINDS_NOT_AT_ALL);
        put(emitter, coded[1]);
        return;
    }
    if (emit_binds(emitter, operand) >= BINDS_CAST) {
        emit_node(emitter, operand, BINDS_CAST);
        emit_cast_to(emitter, type);
        return;
    }
    put(emitter, "cast(");
    emit_node(emitter, operand, BINDS_NOT_AT_ALL);
    put(emitter, " as ");
    emitter->dialect->type(type, true, emitter->out);
    put(emitter, ")");
}

static void guarded_cast(Emitter *emitter, const Cast *cast) {
    put(emitter, "case when ");
    emit_guards(emitter);
    put(emitter, " then ");
    cast_as(emitter, (const Expr *)cast->operand, cast->expr.type);
    put(emitter, " end");
}

static void cast(Emitter *emitter, const Cast *cast) {
    if (cast->is_try)
        emit_try_cast(emitter, cast);
    else if (is_done_already(emitter, cast))
        emit_node(emitter, (const Expr *)cast->operand, BINDS_NOT_AT_ALL);
    else if (is_guarded(emitter, cast))
        guarded_cast(emitter, cast);
    else if (cast->expr.type)
        cast_as(emitter, (const Expr *)cast->operand, cast->expr.type);
}

void emit_exact(Emitter *emitter, const Expr *expr, const Type *type, Binds needed) {
    if (emitter->too_deep) return;
    bool typed = type && type->kind != TYPE_UNKNOWN && type->kind != TYPE_NULL;
    if (!typed || emitter->dialect->natural(emitter, expr) == type)
        emit_node(emitter, expr, needed);
    else
        cast_as(emitter, expr, type);
}

static void inlined(Emitter *emitter, const Inlined *inlined) {
    Frame frame = {inlined, emitter->frame, emitter->lambdas, emitter->scope.select};
    emitter->frame = &frame;
    emit_node(emitter, (const Expr *)inlined->body, BINDS_NOT_AT_ALL);
    emitter->frame = frame.outer;
}

static void parameter(Emitter *emitter, const Expr *parameter) {
    Frame *before = emitter->frame;
    struct Lambdas *lambdas = emitter->lambdas;
    const Expr *argument = expr_behind(parameter, &emitter->frame);
    const Inlined *moved = emitter->moved;
    for (Frame *frame = before; frame != emitter->frame; frame = frame->outer) {
        emitter->lambdas = frame->lambdas;
        if (frame->select != emitter->scope.select) emitter->moved = frame->call;
    }
    if (parameter_cast(parameter, argument))
        cast_as(emitter, argument, parameter->type);
    else if (argument != parameter)
        emit_node(emitter, argument, BINDS_NOT_AT_ALL);
    emitter->frame = before;
    emitter->lambdas = lambdas;
    emitter->moved = moved;
}

void emit_list(Emitter *emitter, const Nodes *list) {
    for (uint32_t i = 0; i < list->count; i++) {
        put(emitter, i ? ", " : "");
        emit_node(emitter, (const Expr *)list->items[i], BINDS_NOT_AT_ALL);
    }
}

static void struct_literal(Emitter *emitter, const StructLiteral *node) {
    put(emitter, "{");
    for (uint32_t i = 0; i < node->fields.count; i++) {
        const SelectItem *field = NODE_AS(SelectItem, SELECT_ITEM, node->fields.items[i]);
        put(emitter, i ? ", " : "");
        put_string(emitter, text_of(field->alias.name->text));
        put(emitter, ": ");
        emit_node(emitter, (const Expr *)field->expr, BINDS_NOT_AT_ALL);
    }
    put(emitter, "}");
}

static void subscript(Emitter *emitter, const Subscript *node) {
    emit_node(emitter, (const Expr *)node->operand, BINDS_TIGHT);
    put(emitter, "[");
    if (node->low) emit_node(emitter, (const Expr *)node->low, BINDS_NOT_AT_ALL);
    put(emitter, node->slice ? ":" : "");
    if (node->high) emit_node(emitter, (const Expr *)node->high, BINDS_NOT_AT_ALL);
    put(emitter, "]");
}

static void field(Emitter *emitter, const FieldAccess *access) {
    put(emitter, "(");
    emit_node(emitter, (const Expr *)access->operand, BINDS_NOT_AT_ALL);
    put(emitter, ").");
    put_name(emitter, access->name.name);
}

/* A scalar subquery's column has the type that was promised. */
static void scalar_subquery(Emitter *emitter, const Subquery *subquery) {
    emit_query_value(emitter, &subquery->expr.node, ((const Query *)subquery->query)->rowset.rows);
}

static void write(Emitter *emitter, const Expr *expr) {
    const Node *node = &expr->node;
    const Form *form = form_of(emitter, expr);
    if (form) {
        form->write(emitter, expr);
        return;
    }
    switch ((NodeKind)node->kind) {
    case NODE_LITERAL: literal(emitter, NODE_AS(Literal, LITERAL, node)); break;
    case NODE_TYPED_LITERAL: typed_literal(emitter, NODE_AS(TypedLiteral, TYPED_LITERAL, node)); break;
    case NODE_INTERVAL: interval(emitter, NODE_AS(Interval, INTERVAL, node)); break;
    case NODE_REF: ref(emitter, NODE_AS(Ref, REF, node)); break;
    case NODE_STAR: put(emitter, "*"); break;
    case NODE_UNARY: emit_unary(emitter, NODE_AS(Unary, UNARY, node)); break;
    case NODE_BINARY: emit_binary(emitter, NODE_AS(Binary, BINARY, node)); break;
    case NODE_LIKE: emit_like(emitter, NODE_AS(Like, LIKE, node)); break;
    case NODE_IS: emit_is(emitter, NODE_AS(Is, IS, node)); break;
    case NODE_BETWEEN: emit_between(emitter, NODE_AS(Between, BETWEEN, node)); break;
    case NODE_IN: emit_in(emitter, NODE_AS(In, IN, node)); break;
    case NODE_QUANTIFIED: emit_quantified(emitter, NODE_AS(Quantified, QUANTIFIED, node)); break;
    case NODE_CASE: case_expression(emitter, NODE_AS(Case, CASE, node)); break;
    case NODE_CAST: cast(emitter, NODE_AS(Cast, CAST, node)); break;
    case NODE_CALL: emit_call(emitter, NODE_AS(Call, CALL, node)); break;
    case NODE_INLINED: inlined(emitter, NODE_AS(Inlined, INLINED, node)); break;
    case NODE_PARAMETER: parameter(emitter, expr); break;
    case NODE_NAMED_ARGUMENT:
        emit_node(emitter, (const Expr *)NODE_AS(NamedArgument, NAMED_ARGUMENT, node)->value, 0);
        break;
    case NODE_LAMBDA: emit_lambda(emitter, NODE_AS(Lambda, LAMBDA, node)); break;
    case NODE_ROW:
        put(emitter, "(");
        emit_list(emitter, &NODE_AS(Row, ROW, node)->items);
        put(emitter, ")");
        break;
    case NODE_ARRAY:
        array(emitter, NODE_AS(Array, ARRAY, node));
        break;
    case NODE_ARRAY_QUERY:
        put(emitter, "array");
        emit_query_value(emitter, NODE_AS(ArrayQuery, ARRAY_QUERY, node)->query, NULL);
        break;
    case NODE_STRUCT: struct_literal(emitter, NODE_AS(StructLiteral, STRUCT, node)); break;
    case NODE_SUBSCRIPT: subscript(emitter, NODE_AS(Subscript, SUBSCRIPT, node)); break;
    case NODE_FIELD: field(emitter, NODE_AS(FieldAccess, FIELD, node)); break;
    case NODE_SUBQUERY: scalar_subquery(emitter, NODE_AS(Subquery, SUBQUERY, node)); break;
    case NODE_EXISTS:
        put(emitter, "exists ");
        emit_query_value(emitter, NODE_AS(Exists, EXISTS, node)->query, NULL);
        break;
    case NODE_ERROR:
        emitter->failed = true;
        break;
        NODES_THAT_ARE_NO_EXPRESSIONS
        break;
    }
}

void emit_node(Emitter *emitter, const Expr *expr, Binds needed) {
    if (emitter->too_deep) return;
    bool in_key = emitter->scope.in_key;
    if (emitter->scope.guards.count && !in_key) emitter->scope.in_key = is_group_key(emitter, expr);
    bool parentheses = emit_binds(emitter, expr) < needed;
    put(emitter, parentheses ? "(" : "");
    write(emitter, expr);
    put(emitter, parentheses ? ")" : "");
    emitter->scope.in_key = in_key;
}
