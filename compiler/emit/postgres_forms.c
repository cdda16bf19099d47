/* Expressions that PostgreSQL writes in its own way: arrays, structs, rows, JSON, patterns.
 *
 * A struct is a jsonb object: PostgreSQL's own rows have no names for their fields unless a type is made for each. What a
 * field holds is cast back to its type when it is asked for. Objects are equal where structs are, but have another order. */
#include "compiler/emit/postgres.h"

#include <string.h>

static TypeKind kind_of(const Node *node) {
    const Type *type = ((const Expr *)node)->type;
    return type ? type->kind : TYPE_UNKNOWN;
}

static void anything(Emitter *emitter, const Node *node) {
    emit_node(emitter, (const Expr *)node, BINDS_NOT_AT_ALL);
}

static const Literal *literal_behind(Emitter *emitter, const Node *node) {
    Frame *frame = emitter->frame;
    const Expr *behind = expr_behind((const Expr *)node, &frame);
    return behind->node.kind == NODE_LITERAL ? NODE_AS(Literal, LITERAL, behind) : NULL;
}

/* ------------------------------------------------------------------ arrays */

static bool is_positive(Emitter *emitter, const Node *node) {
    const Literal *literal = literal_behind(emitter, node);
    return literal && literal->of == LITERAL_INTEGER && literal->text.length && literal->text.length < 10 && literal->text.at[0] >= '1' &&
           literal->text.at[0] <= '9';
}

/* What a subscript is taken of: of a column as it is, else in parentheses. */
static void array_operand(Emitter *emitter, const Node *operand) {
    bool plain = operand->kind == NODE_REF;
    put(emitter, plain ? "" : "(");
    emit_node(emitter, (const Expr *)operand, plain ? BINDS_TIGHT : BINDS_NOT_AT_ALL);
    put(emitter, plain ? "" : ")");
}

/* A position, of which negative ones count from the end. */
static void position(Emitter *emitter, const Node *array, const Node *index) {
    if (is_positive(emitter, index)) {
        anything(emitter, index);
        return;
    }
    bool wide = kind_of(index) == TYPE_INT8; /* than a position may be */
    put(emitter, "case when ");
    emit_node(emitter, (const Expr *)index, BINDS_COMPARE + 1);
    put(emitter, wide ? " > 2147483647 then 2147483647 when " : " < 0 then cardinality(");
    if (wide) emit_node(emitter, (const Expr *)index, BINDS_COMPARE + 1);
    put(emitter, wide ? " < 0 then greatest(0, cardinality(" : "");
    anything(emitter, array);
    put(emitter, ") + 1 + ");
    emit_node(emitter, (const Expr *)index, BINDS_ADD + 1);
    put(emitter, wide ? ") else " : " else ");
    anything(emitter, index);
    put(emitter, " end");
}

static void subscript(Emitter *emitter, const Expr *expr) {
    const Subscript *subscript = NODE_AS(Subscript, SUBSCRIPT, expr);
    const Type *type = ((const Expr *)subscript->operand)->type;
    if (type && type->kind == TYPE_ARRAY && type->element->kind == TYPE_ARRAY)
        emit_lacks(emitter, expr->node.span, "arrays of arrays");
    array_operand(emitter, subscript->operand);
    put(emitter, "[");
    if (subscript->low) position(emitter, subscript->operand, subscript->low);
    put(emitter, subscript->slice ? ":" : "");
    if (subscript->high) position(emitter, subscript->operand, subscript->high);
    put(emitter, "]");
}

/* Of nothing, or of nulls alone, the type must be said. */
static bool is_untyped(const Expr *expr) {
    if (expr->node.kind != NODE_ARRAY || !expr->type || expr->type->kind != TYPE_ARRAY) return false;
    const Nodes *items = &NODE_AS(Array, ARRAY, expr)->items;
    for (uint32_t i = 0; i < items->count; i++)
        if (kind_of(items->items[i]) != TYPE_NULL) return false;
    return expr->type->element->kind > TYPE_NULL;
}

static void typed_array(Emitter *emitter, const Expr *expr) {
    put(emitter, "array[");
    emit_list(emitter, &NODE_AS(Array, ARRAY, expr)->items);
    put(emitter, "]");
    emit_cast_to(emitter, expr->type);
}

static void nested_array(Emitter *emitter, const Expr *expr) {
    emit_lacks(emitter, expr->node.span, "arrays of arrays");
}

/* One null array makes the whole null. */
static void joined_arrays(Emitter *emitter, const Expr *expr) {
    const Binary *binary = NODE_AS(Binary, BINARY, expr);
    const Node *sides[] = {binary->left, binary->right};
    const char *word = "case when ";
    for (int i = 0; i < 2; i++) {
        if (!((const Expr *)sides[i])->nullable) continue;
        put(emitter, word);
        emit_node(emitter, (const Expr *)sides[i], BINDS_IS + 1);
        put(emitter, " is not null");
        word = " and ";
    }
    put(emitter, " then ");
    emit_node(emitter, (const Expr *)binary->left, BINDS_OTHER);
    put(emitter, " || ");
    emit_node(emitter, (const Expr *)binary->right, BINDS_OTHER + 1);
    put(emitter, " end");
}

/* ----------------------------------------------------------------- structs */

static void field_value(Emitter *emitter, const Type *type, uint32_t index, const Node *value) {
    put(emitter, index ? ", " : "");
    put_string(emitter, text_of(type->fields[index].name->text));
    put(emitter, ", ");
    emit_exact(emitter, (const Expr *)value, type->fields[index].type, BINDS_NOT_AT_ALL);
}

static void struct_literal(Emitter *emitter, const Expr *expr) {
    const StructLiteral *node = NODE_AS(StructLiteral, STRUCT, expr);
    put(emitter, "jsonb_build_object(");
    for (uint32_t i = 0; i < node->fields.count && i < expr->type->field_count; i++)
        field_value(emitter, expr->type, i, NODE_AS(SelectItem, SELECT_ITEM, node->fields.items[i])->expr);
    put(emitter, ")");
}

static void row_as_struct(Emitter *emitter, const Expr *expr) {
    const Row *row = NODE_AS(Row, ROW, expr);
    put(emitter, "jsonb_build_object(");
    for (uint32_t i = 0; i < row->items.count && i < expr->type->field_count; i++)
        field_value(emitter, expr->type, i, row->items.items[i]);
    put(emitter, ")");
}

/* `s ->> 'x'`, cast to the field's type; what is no text in JSON is taken apart as JSON. */
static void put_field(Emitter *emitter, const char *object, const Type *type, const Name *name, Span span) {
    Buffer key;
    buffer_open(&key, emitter->arena);
    emit_string(emitter->dialect, text_of(name->text), &key);
    const char *text = buffer_string(&key);
    bool array = type->kind == TYPE_ARRAY;
    if (type->kind == TYPE_MAP || (array && type->element->kind == TYPE_ARRAY))
        emit_lacks(emitter, span, "structs with such a field");
    if (type->kind == TYPE_STRUCT || type->kind == TYPE_JSON) {
        put_format(emitter, "nullif(%s -> %s, 'null')", object, text);
    } else if (array) {
        const char *items = type->element->kind == TYPE_STRUCT || type->element->kind == TYPE_JSON ? "" : "_text";
        put_format(emitter, "case when jsonb_typeof(%s -> %s) = 'array' then array(select item", object, text);
        emit_cast_to(emitter, type->element);
        put_format(emitter, " from jsonb_array_elements%s(%s -> %s) with ordinality as items (item, place) order by place) end",
                   items, object, text);
    } else {
        put_format(emitter, "(%s ->> %s)", object, text);
        if (type->kind != TYPE_TEXT) emit_cast_to(emitter, type);
    }
}

/* What is written by `write`, as text: a field's object stands in it more than once. */
static const char *written(Emitter *emitter, const Expr *expr, Binds needed) {
    Buffer *before = emitter->out, aside;
    buffer_open(&aside, emitter->arena);
    emitter->out = &aside;
    emit_node(emitter, expr, needed);
    emitter->out = before;
    return buffer_string(&aside);
}

static void field(Emitter *emitter, const Expr *expr) {
    const FieldAccess *access = NODE_AS(FieldAccess, FIELD, expr);
    put_field(emitter, written(emitter, (const Expr *)access->operand, BINDS_TIGHT), expr->type, access->name.name,
              expr->node.span);
}

/* How many parts of a reference stand before its fields: all, if it has none. */
static uint32_t parts_of_column(const Ref *ref) {
    uint32_t count = ref->name.count;
    if (!ref->column || ref->column->type == ref->expr.type) return count;
    for (uint32_t i = 0; i < count; i++)
        if (ref->name.items[i].name == ref->column->name && ref->column->type->kind == TYPE_STRUCT && i + 1 < count)
            return i + 1;
    return count;
}

static const Type *type_of_field(const Type *type, const Name *name) {
    for (uint32_t i = 0; i < type->field_count; i++)
        if (type->fields[i].name == name) return type->fields[i].type;
    return type;
}

/* t.s.x.y */
static void ref_with_fields(Emitter *emitter, const Expr *expr) {
    const Ref *ref = NODE_AS(Ref, REF, expr);
    uint32_t parts = parts_of_column(ref);
    Ref *column = (Ref *)node_new(emitter->arena, NODE_REF, expr->node.span);
    const Type *type = ref->column->type;
    *column = *ref;
    column->name.count = parts;
    column->expr.type = type;
    const char *object = written(emitter, &column->expr, BINDS_TIGHT);
    Buffer *before = emitter->out, aside;
    for (uint32_t i = parts; i < ref->name.count; i++) {
        type = type_of_field(type, ref->name.items[i].name);
        buffer_open(&aside, emitter->arena);
        emitter->out = &aside;
        put_field(emitter, object, type, ref->name.items[i].name, expr->node.span);
        emitter->out = before;
        object = buffer_string(&aside);
    }
    put(emitter, object);
}

/* -------------------------------------------------------------------- rows */

static void row(Emitter *emitter, const Node *node) {
    if (node->kind != NODE_ROW) {
        emit_node(emitter, (const Expr *)node, BINDS_OTHER);
        return;
    }
    put(emitter, "(");
    emit_list(emitter, &NODE_AS(Row, ROW, node)->items);
    put(emitter, ")");
}

/* A row whose texts say that they are ordered by code point. */
static void ordered_row(Emitter *emitter, const Node *node) {
    const Nodes *items = &NODE_AS(Row, ROW, node)->items;
    for (uint32_t i = 0; i < items->count; i++) {
        put(emitter, i ? ", " : "(");
        emit_collated(emitter, (const Expr *)items->items[i], BINDS_NOT_AT_ALL);
    }
    put(emitter, ")");
}

static void compared_rows(Emitter *emitter, const Expr *expr) {
    const Binary *binary = NODE_AS(Binary, BINARY, expr);
    bool ordered = binary->of != OP_EQ && binary->of != OP_NE && binary->left->kind == NODE_ROW;
    if (ordered) ordered_row(emitter, binary->left);
    else row(emitter, binary->left);
    put_format(emitter, " %s ", operator_text(binary->of));
    row(emitter, binary->right);
}

static void row_in(Emitter *emitter, const Expr *expr) {
    const In *in = NODE_AS(In, IN, expr);
    row(emitter, in->operand);
    put(emitter, in->negated ? " not in " : " in ");
    if (in->query) {
        emit_query_value(emitter, in->query, NULL);
        return;
    }
    put(emitter, "(");
    for (uint32_t i = 0; i < in->list.count; i++) {
        put(emitter, i ? ", " : "");
        row(emitter, in->list.items[i]);
    }
    put(emitter, ")");
}

static void row_quantified(Emitter *emitter, const Expr *expr) {
    const Quantified *quantified = NODE_AS(Quantified, QUANTIFIED, expr);
    row(emitter, quantified->left);
    put_format(emitter, " %s %s ", operator_text(quantified->of), quantified->all ? "all" : "any");
    emit_query_value(emitter, quantified->right, NULL);
}

static void ordered_structs(Emitter *emitter, const Expr *expr) {
    emit_lacks(emitter, expr->node.span, "order of structs");
}

/* -------------------------------------------------------- patterns and JSON */

/* In every script. */
static void ilike(Emitter *emitter, const Expr *expr) {
    const Like *like = NODE_AS(Like, LIKE, expr);
    emit_node(emitter, (const Expr *)like->operand, BINDS_UNARY);
    put_format(emitter, " collate \"und-x-icu\" %silike ", like->negated ? "not " : "");
    emit_node(emitter, (const Expr *)like->pattern, BINDS_IN + 1);
    if (!like->escape) {
        put(emitter, emitter->dialect->no_escape);
        return;
    }
    put(emitter, " escape ");
    emit_node(emitter, (const Expr *)like->escape, BINDS_TIGHT);
}

static bool is_path(Emitter *emitter, const Binary *binary) {
    const Literal *key = literal_behind(emitter, binary->right);
    return key && key->of == LITERAL_STRING && key->text.length && key->text.at[0] == '$';
}

/* payload -> '$.a.b' */
static void json_path(Emitter *emitter, const Expr *expr) {
    const Binary *binary = NODE_AS(Binary, BINARY, expr);
    const Text path = literal_behind(emitter, binary->right)->text;
    if (memchr(path.at, '*', path.length) || memchr(path.at, '?', path.length))
        emit_lacks(emitter, binary->right->span, "JSON paths that give several values");
    put(emitter, binary->of == OP_ARROW2 ? "(jsonb_path_query_first(" : "jsonb_path_query_first(");
    anything(emitter, binary->left);
    put(emitter, ", ");
    put_string(emitter, path);
    put(emitter, binary->of == OP_ARROW2 ? ") #>> '{}')" : ")");
}

/* payload -> 0: what is no array has no elements; PostgreSQL's own `->` takes a text or number for an array of itself. */
static void json_element(Emitter *emitter, const Expr *expr) {
    const Binary *binary = NODE_AS(Binary, BINARY, expr);
    const Literal *place = literal_behind(emitter, binary->right);
    bool from_end = place && place->text.at[0] == '-';
    if (!place) {
        const char *array = written(emitter, (const Expr *)binary->left, BINDS_TIGHT);
        put_format(emitter, "case when jsonb_typeof(%s) = 'array' then %s %s ", array, array, operator_text(binary->of));
        emit_node(emitter, (const Expr *)binary->right, BINDS_TIGHT);
        put(emitter, " end");
        return;
    }
    put(emitter, binary->of == OP_ARROW2 ? "(jsonb_path_query_first(" : "jsonb_path_query_first(");
    anything(emitter, binary->left);
    if (from_end) put_format(emitter, ", 'strict $[last + 1 %.*s]', '{}', true)", TEXT_ARGS(place->text));
    else put_format(emitter, ", 'strict $[%.*s]', '{}', true)", TEXT_ARGS(place->text));
    put(emitter, binary->of == OP_ARROW2 ? " #>> '{}')" : "");
}

static bool is_element(const Binary *binary) {
    TypeKind kind = kind_of(binary->right);
    return kind >= TYPE_INT2 && kind <= TYPE_INT8;
}

static const char *member(Emitter *emitter, const Binary *binary) {
    Binary *arrow = (Binary *)node_new(emitter->arena, NODE_BINARY, binary->expr.node.span);
    *arrow = *binary;
    arrow->of = OP_ARROW;
    arrow->expr.type = ((const Expr *)binary->left)->type;
    return written(emitter, &arrow->expr, BINDS_NOT_AT_ALL);
}

/* payload ->> 'key': the text of an object or array has no spaces but those of its strings, as on other engines. */
static void json_text(Emitter *emitter, const Expr *expr) {
    const Binary *binary = NODE_AS(Binary, BINARY, expr);
    const char *value = member(emitter, binary);
    put_format(emitter, L_OPEN "case when jsonb_typeof(%s) in ('array', 'object')" L_IN L_LINE, value);
    put_format(emitter, "then regexp_replace((%s)::text, '(\"(?:[^\"\\\\]|\\\\.)*\")|([,:]) ', '\\1\\2', 'g')" L_LINE "else ", value);
    emitter->plain = expr;
    emit_node(emitter, expr, BINDS_NOT_AT_ALL);
    emitter->plain = NULL;
    put(emitter, L_OUT L_LINE "end" L_CLOSE);
}

/* ------------------------------------------------------------------- texts */

static bool is_substring(Emitter *emitter, const Call *call) {
    const char *name = call->name.count == 1 ? call->name.items[0].name->text : "";
    bool named = strcmp(name, "substring") == 0 || strcmp(name, "substr") == 0;
    return named && call->args.count >= 2 && kind_of(call->args.items[1]) <= TYPE_INT8 &&
           kind_of(call->args.items[1]) >= TYPE_INT2 && kind_of(call->args.items[0]) == TYPE_TEXT &&
           !is_positive(emitter, call->args.items[1]);
}

/* A negative start counts from the end. */
static void substring(Emitter *emitter, const Expr *expr) {
    const Call *call = NODE_AS(Call, CALL, expr);
    const Node *value = call->args.items[0], *start = call->args.items[1];
    put(emitter, L_OPEN "substring(" L_IN L_EMPTY);
    anything(emitter, value);
    put(emitter, "," L_LINE "case when ");
    emit_node(emitter, (const Expr *)start, BINDS_COMPARE + 1);
    put(emitter, " < 0 then length(");
    anything(emitter, value);
    put(emitter, ") + 1 + ");
    emit_node(emitter, (const Expr *)start, BINDS_ADD + 1);
    put(emitter, " else ");
    anything(emitter, start);
    put(emitter, kind_of(start) == TYPE_INT8 ? " end::integer" : " end");
    if (call->args.count > 2) {
        put(emitter, "," L_LINE);
        emit_node(emitter, (const Expr *)call->args.items[2], BINDS_CAST);
        put(emitter, kind_of(call->args.items[2]) == TYPE_INT8 ? "::integer" : "");
    }
    put(emitter, L_OUT L_EMPTY ")" L_CLOSE);
}

/* ------------------------------------------------------------------- forms */

/* PostgreSQL has no `%` of binary numbers, and no function that gives the same digits. */
static void remainder_of_doubles(Emitter *emitter, const Expr *expr) {
    emit_lacks(emitter, expr->node.span, "`%` of doubles");
}

static bool is_row_comparison(const Binary *binary) {
    bool left = binary->left->kind == NODE_ROW, right = binary->right->kind == NODE_ROW;
    return (left && right) || (left && binary->right->kind == NODE_SUBQUERY) ||
           (right && binary->left->kind == NODE_SUBQUERY);
}

/* Whether the text is none of an object, as what it is for tells. A key of GROUP BY is written in the same way everywhere. */
static bool is_plain_text(const Emitter *emitter, const Expr *expr) {
    return emitter->scalar == expr && !is_group_key(emitter, expr);
}

static const Form *form_of_binary(Emitter *emitter, const Binary *binary) {
    static const Form rows = {BINDS_COMPARE, compared_rows}, distinct = {BINDS_IS, compared_rows},
                      arrays = {BINDS_TIGHT, joined_arrays}, path = {BINDS_TIGHT, json_path}, text = {BINDS_TIGHT, json_text},
                      element = {BINDS_TIGHT, json_element},
                      unordered = {BINDS_COMPARE, ordered_structs}, remainder = {BINDS_TIGHT, remainder_of_doubles};
    switch (binary->of) {
    case OP_LT:
    case OP_LE:
    case OP_GT:
    case OP_GE:
        if (is_row_comparison(binary)) return &rows;
        return kind_of(binary->left) == TYPE_STRUCT ? &unordered : NULL;
    case OP_EQ:
    case OP_NE: return is_row_comparison(binary) ? &rows : NULL;
    case OP_DISTINCT:
    case OP_NOT_DISTINCT: return is_row_comparison(binary) ? &distinct : NULL;
    case OP_CONCAT:
        if (binary->expr.type && binary->expr.type->kind == TYPE_ARRAY &&
            (((const Expr *)binary->left)->nullable || ((const Expr *)binary->right)->nullable))
            return &arrays;
        return NULL;
    case OP_MOD: return binary->expr.type && (binary->expr.type->kind == TYPE_FLOAT8 || binary->expr.type->kind == TYPE_FLOAT4) ? &remainder : NULL;
    case OP_ARROW: return is_path(emitter, binary) ? &path : is_element(binary) ? &element : NULL;
    case OP_ARROW2:
        if (emitter->plain != &binary->expr && !is_plain_text(emitter, &binary->expr)) return &text;
        return is_path(emitter, binary) ? &path : is_element(binary) ? &element : NULL;
    default: return NULL;
    }
}

static bool has_nested_array(const Type *type) {
    return type && type->kind == TYPE_ARRAY && type->element && type->element->kind == TYPE_ARRAY;
}

const Form *postgres_form(Emitter *emitter, const Expr *expr) {
    static const Form subscripts = {BINDS_TIGHT, subscript}, nested = {BINDS_TIGHT, nested_array},
                      structs = {BINDS_TIGHT, struct_literal}, rows = {BINDS_TIGHT, row_as_struct},
                      fields = {BINDS_CAST, field}, path = {BINDS_CAST, ref_with_fields}, in = {BINDS_IN, row_in},
                      any = {BINDS_IN, row_quantified}, likes = {BINDS_IN, ilike}, unlike = {BINDS_NOT, ilike},
                      substrings = {BINDS_TIGHT, substring}, untyped = {BINDS_CAST, typed_array};
    const Form *key = lifted_form(emitter, expr);
    if (key) return key;
    switch ((int)expr->node.kind) {
    case NODE_SUBSCRIPT: return &subscripts;
    case NODE_ARRAY:
        if (is_untyped(expr)) return &untyped;
        return has_nested_array(expr->type) ? &nested : NULL;
    case NODE_ARRAY_QUERY: return has_nested_array(expr->type) ? &nested : NULL;
    case NODE_STRUCT: return expr->type && expr->type->kind == TYPE_STRUCT ? &structs : NULL;
    case NODE_ROW: return expr->type && expr->type->kind == TYPE_STRUCT ? &rows : NULL;
    case NODE_FIELD: return expr->type ? &fields : NULL;
    case NODE_REF:
        return parts_of_column(NODE_AS(Ref, REF, expr)) < NODE_AS(Ref, REF, expr)->name.count ? &path : NULL;
    case NODE_BINARY: return form_of_binary(emitter, NODE_AS(Binary, BINARY, expr));
    case NODE_IN: return NODE_AS(In, IN, expr)->operand->kind == NODE_ROW ? &in : NULL;
    case NODE_QUANTIFIED:
        return NODE_AS(Quantified, QUANTIFIED, expr)->left->kind == NODE_ROW &&
                       NODE_AS(Quantified, QUANTIFIED, expr)->right->kind == NODE_SUBQUERY
                   ? &any
                   : NULL;
    case NODE_CALL: return is_substring(emitter, NODE_AS(Call, CALL, expr)) ? &substrings : NULL;
    case NODE_LIKE:
        if (NODE_AS(Like, LIKE, expr)->of != LIKE_ILIKE) return NULL;
        return NODE_AS(Like, LIKE, expr)->negated ? &unlike : &likes;
    default: return NULL;
    }
}
