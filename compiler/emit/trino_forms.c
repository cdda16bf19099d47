/* Expressions that Trino writes in its own way: casts, predicates, arrays and structs, JSON. */
#include "compiler/emit/trino.h"

#include <string.h>
#include <strings.h>

TypeKind kind_of(const Node *node) {
    const Type *type = ((const Expr *)node)->type;
    return type ? type->kind : TYPE_UNKNOWN;
}

bool is_called(const Call *call, const char *name) {
    Parts own = call->signature && call->signature->decl ? call->signature->decl->name : call->name;
    return own.count && !strcmp(own.items[own.count - 1].name->text, name);
}

void put_any(Emitter *emitter, const Node *node) {
    emit_node(emitter, (const Expr *)node, BINDS_NOT_AT_ALL);
}

const Literal *literal_behind(Emitter *emitter, const Node *node) {
    Frame *frame = emitter->frame;
    const Expr *behind = expr_behind((const Expr *)node, &frame);
    while (behind->node.kind == NODE_INLINED) behind = (const Expr *)NODE_AS(Inlined, INLINED, behind)->body;
    return behind->node.kind == NODE_LITERAL ? NODE_AS(Literal, LITERAL, behind) : NULL;
}

/* ------------------------------------------------------------------- casts */

/* What a cast between two types is written as, around what is cast. */
typedef struct {
    TypeKind from, to;
    const char *before, *behind;
    bool only_tried; /* else the engine's own cast does, which refuses more texts */
} Conversion;

/* clang-format off: a table */
static const Conversion conversions[] = {
    {TYPE_TEXT, TYPE_JSON, "json_parse(", ")", false},
    {TYPE_JSON, TYPE_TEXT, "json_format(", ")", false},
    {TYPE_TEXT, TYPE_BYTES, "to_utf8(", ")", false},
    {TYPE_BYTES, TYPE_TEXT, "from_utf8(", ")", false},
    {TYPE_TEXT, TYPE_BOOL, "cast(regexp_replace(regexp_replace(lower(trim(", ")), '^y(es)?$', 'true'), '^no?$', 'false') as boolean)", true},
    {TYPE_TEXT, TYPE_TIMESTAMP, "cast(replace(", ", 'T', ' ') as timestamp(6))", false},
    {TYPE_TEXT, TYPE_TIMESTAMPTZ, "at_timezone(cast(replace(", ", 'T', ' ') as timestamp(6) with time zone), 'UTC')", false},
    {TYPE_TIMESTAMP, TYPE_TEXT, "regexp_replace(cast(", " as varchar), '\\.?0*$')", false},
    {TYPE_TIME, TYPE_TEXT, "regexp_replace(cast(", " as varchar), '\\.?0*$')", false},
    {TYPE_TIMESTAMPTZ, TYPE_TEXT, "concat(regexp_replace(cast(cast(", " as timestamp(6)) as varchar), '\\.?0*$'), '+00')", false},
};
/* clang-format on */

static const Conversion *conversion_of(TypeKind from, TypeKind to, bool is_try) {
    for (size_t i = 0; i < sizeof conversions / sizeof conversions[0]; i++)
        if (conversions[i].from == from && conversions[i].to == to && (is_try || !conversions[i].only_tried))
            return &conversions[i];
    return NULL;
}

static bool is_whole(const Expr *expr) {
    static const char *const names[] = {"ceil", "ceiling", "floor", "round", "trunc"};
    const Call *call = expr->node.kind == NODE_CALL ? NODE_AS(Call, CALL, expr) : NULL;
    for (size_t i = 0; call && i < sizeof names / sizeof names[0]; i++)
        if (is_called(call, names[i])) return call->args.count == 1;
    return expr->node.kind == NODE_LITERAL;
}

/* A double halfway between two whole numbers becomes the even one, as in other engines; Trino's own cast takes the one
 * that is further from zero. */
static void rounded_to_even(Emitter *emitter, const Expr *operand, const Type *to, bool is_try) {
    put_format(emitter, "%s(if(abs(", is_try ? "try_cast" : "cast");
    emit_node(emitter, operand, BINDS_ADD);
    put(emitter, " - truncate(");
    emit_node(emitter, operand, BINDS_NOT_AT_ALL);
    put(emitter, ")) = 0.5, 2 * round(");
    emit_node(emitter, operand, BINDS_MULTIPLY);
    put(emitter, " / 2), ");
    emit_node(emitter, operand, BINDS_NOT_AT_ALL);
    put(emitter, ") as ");
    emitter->dialect->type(to, true, emitter->out);
    put(emitter, ")");
}

/* The double that is nearest to x * 10^scale is rounded, as in other engines: Trino's own cast rounds the digits that are
 * shown of x. */
static void scaled_double(Emitter *emitter, const Expr *operand, const Type *to) {
    put(emitter, "cast(cast(round(");
    emit_node(emitter, operand, BINDS_MULTIPLY);
    put_format(emitter, " * 1e%d) as decimal(38,0)) * decimal '0.", to->scale);
    for (int i = 1; i < to->scale; i++) put(emitter, "0");
    put(emitter, "1' as ");
    emitter->dialect->type(to, true, emitter->out);
    put(emitter, ")");
}

void trino_cast(Emitter *emitter, const Expr *operand, const Type *to, bool is_try) {
    TypeKind from = operand->type ? operand->type->kind : TYPE_UNKNOWN;
    const Conversion *conversion = conversion_of(from, to->kind, is_try);
    if (to->kind == TYPE_INTERVAL && from != TYPE_INTERVAL && from != TYPE_NULL)
        emit_lacks(emitter, operand->node.span, "casts to intervals");
    if (from == TYPE_INTERVAL && to->kind == TYPE_INTERVAL) {
        emit_node(emitter, operand, BINDS_TIGHT);
        return;
    }
    if (from == TYPE_FLOAT8 && natural_is_integer(to) && !is_whole(operand)) {
        rounded_to_even(emitter, operand, to, is_try);
        return;
    }
    if (from == TYPE_FLOAT8 && to->kind == TYPE_DECIMAL && to->scale > 0 && !is_try) {
        scaled_double(emitter, operand, to);
        return;
    }
    if (conversion) {
        put_format(emitter, "%s%s", is_try ? "try(" : "", conversion->before);
        emit_node(emitter, operand, BINDS_NOT_AT_ALL);
        put_format(emitter, "%s%s", conversion->behind, is_try ? ")" : "");
        return;
    }
    bool trims = from == TYPE_TEXT && (to->kind == TYPE_DECIMAL || to->kind == TYPE_TIME) && !literal_behind(emitter, &operand->node);
    put_format(emitter, "%s%s", is_try ? "try_cast(" : "cast(", trims ? "trim(" : "");
    emit_node(emitter, operand, BINDS_NOT_AT_ALL);
    put(emitter, trims ? ") as " : " as ");
    emitter->dialect->type(to, true, emitter->out);
    put(emitter, ")");
}

/* -------------------------------------------------------------- predicates */

/* IS TRUE is never null. */
static void is_truth(Emitter *emitter, const Expr *expr) {
    const Is *is = NODE_AS(Is, IS, expr);
    bool opposite = is->negated == (is->of == IS_TRUE);
    put(emitter, opposite ? "not coalesce(" : "coalesce(");
    put_any(emitter, is->operand);
    put(emitter, is->of == IS_TRUE ? ", false)" : ", true)");
}

static void ilike(Emitter *emitter, const Expr *expr) {
    const Like *like = NODE_AS(Like, LIKE, expr);
    put(emitter, "lower(");
    put_any(emitter, like->operand);
    put(emitter, like->negated ? ") not like lower(" : ") like lower(");
    put_any(emitter, like->pattern);
    put(emitter, ")");
    if (!like->escape) return;
    put(emitter, " escape ");
    emit_node(emitter, (const Expr *)like->escape, BINDS_TIGHT);
}

/* x = any(array) */
static void quantified(Emitter *emitter, const Expr *expr) {
    static const char *const words[] = {[OP_EQ] = "=", [OP_NE] = "<>", [OP_LT] = "<", [OP_LE] = "<=", [OP_GT] = ">", [OP_GE] = ">="};
    const Quantified *quantified = NODE_AS(Quantified, QUANTIFIED, expr);
    put(emitter, quantified->all ? "all_match(" : "any_match(");
    put_any(emitter, quantified->right);
    put(emitter, ", any_element -> ");
    emit_node(emitter, (const Expr *)quantified->left, BINDS_OTHER);
    put_format(emitter, " %s any_element)", words[quantified->of]);
}

/* -------------------------------------------------------- arrays, structs */

static bool is_positive(Emitter *emitter, const Node *node) {
    const Literal *literal = literal_behind(emitter, node);
    return literal && literal->of == LITERAL_INTEGER && literal->text.length && literal->text.at[0] != '-' &&
           !text_equal(literal->text, text_of("0"));
}

/* element_at() gives null behind the end, as other engines do; of an element 0 it would fail. */
static void element(Emitter *emitter, const Expr *expr) {
    const Subscript *subscript = NODE_AS(Subscript, SUBSCRIPT, expr);
    bool sure = kind_of(subscript->operand) == TYPE_MAP || is_positive(emitter, subscript->low);
    put(emitter, "element_at(");
    put_any(emitter, subscript->operand);
    put(emitter, sure ? ", " : ", nullif(");
    put_any(emitter, subscript->low);
    put(emitter, sure ? ")" : ", 0))");
}

/* A place in a list or text, counted from its end if it is negative. */
static void put_place(Emitter *emitter, const char *length_of, const Node *list, const Node *place) {
    if (is_positive(emitter, place)) {
        put_any(emitter, place);
        return;
    }
    put(emitter, "if(");
    emit_node(emitter, (const Expr *)place, BINDS_OTHER);
    put_format(emitter, " < 0, %s(", length_of);
    put_any(emitter, list);
    put(emitter, ") + 1 + ");
    emit_node(emitter, (const Expr *)place, BINDS_MULTIPLY);
    put(emitter, ", ");
    put_any(emitter, place);
    put(emitter, ")");
}

/* greatest(low, 1) */
static void low_bound(Emitter *emitter, const Subscript *subscript) {
    bool sure = !subscript->low || is_positive(emitter, subscript->low);
    put(emitter, !subscript->low ? "1" : sure ? "" : "greatest(");
    if (subscript->low) put_place(emitter, "cardinality", subscript->operand, subscript->low);
    put(emitter, sure ? "" : ", 1)");
}

/* a[low:high], both counted from 1: slice(a, low, greatest(high - low + 1, 0)) */
static void slice(Emitter *emitter, const Expr *expr) {
    const Subscript *subscript = NODE_AS(Subscript, SUBSCRIPT, expr);
    put(emitter, "slice(");
    put_any(emitter, subscript->operand);
    put(emitter, ", ");
    low_bound(emitter, subscript);
    put(emitter, ", greatest(");
    if (subscript->high) {
        put_place(emitter, "cardinality", subscript->operand, subscript->high);
    } else {
        put(emitter, "cardinality(");
        put_any(emitter, subscript->operand);
        put(emitter, ")");
    }
    put(emitter, " - ");
    low_bound(emitter, subscript);
    put(emitter, " + 1, 0))");
}

/* substring(x, start, count): a start of 0 stands before the first character, one before that counts from the end. */
static void part_of_text(Emitter *emitter, const Expr *expr) {
    const Call *call = NODE_AS(Call, CALL, expr);
    const Node *text = call->args.items[0], *start = call->args.items[1];
    bool sure = is_positive(emitter, start);
    put(emitter, "substr(");
    put_any(emitter, text);
    put(emitter, sure ? ", " : ", greatest(");
    put_place(emitter, "length", text, start);
    put(emitter, sure ? "" : ", 1)");
    if (call->args.count > 2 && sure) {
        put(emitter, ", ");
        put_any(emitter, call->args.items[2]);
    } else if (call->args.count > 2) { /* less what stands before the first character */
        put(emitter, ", greatest(");
        emit_node(emitter, (const Expr *)call->args.items[2], BINDS_ADD);
        put(emitter, " + least(");
        put_place(emitter, "length", text, start);
        put(emitter, " - 1, 0), 0)");
    }
    put(emitter, ")");
}

static void array(Emitter *emitter, const Expr *expr) {
    put(emitter, "cast(array[] as ");
    emitter->dialect->type(expr->type, true, emitter->out);
    put(emitter, ")");
}

/* coalesce((select array_agg(x) from (…) as elements (x)), array[]) */
static void array_query(Emitter *emitter, const Expr *expr) {
    const Query *query = NODE_AS(Query, QUERY, NODE_AS(ArrayQuery, ARRAY_QUERY, expr)->query);
    if (query->order.count) emit_lacks(emitter, expr->node.span, "ORDER BY in an array of a query");
    put(emitter, "coalesce((select array_agg(element) from ");
    emit_query_value(emitter, &query->rowset.node, NULL);
    put(emitter, " as elements (element)), ");
    array(emitter, expr);
    put(emitter, ")");
}

static void struct_literal(Emitter *emitter, const Expr *expr) {
    const StructLiteral *node = NODE_AS(StructLiteral, STRUCT, expr);
    put(emitter, "cast(row(");
    for (uint32_t i = 0; i < node->fields.count; i++) {
        put(emitter, i ? ", " : "");
        put_any(emitter, NODE_AS(SelectItem, SELECT_ITEM, node->fields.items[i])->expr);
    }
    put(emitter, ") as ");
    emitter->dialect->type(expr->type, true, emitter->out);
    put(emitter, ")");
}

/* Elements that are null are equal, as in other engines; of an array that is null nothing is known. */
static void same_arrays(Emitter *emitter, const Expr *expr) {
    const Binary *binary = NODE_AS(Binary, BINARY, expr);
    const Node *sides[] = {binary->left, binary->right};
    put(emitter, "if(");
    for (int i = 0; i < 2; i++) {
        put(emitter, i ? " or " : "");
        emit_node(emitter, (const Expr *)sides[i], BINDS_OTHER);
        put(emitter, " is null");
    }
    put(emitter, ", null, ");
    emit_node(emitter, (const Expr *)binary->left, BINDS_OTHER);
    put(emitter, binary->of == OP_EQ ? " is not distinct from " : " is distinct from ");
    emit_node(emitter, (const Expr *)binary->right, BINDS_OTHER);
    put(emitter, ")");
}

static void lambda(Emitter *emitter, const Expr *expr) {
    const Lambda *lambda = NODE_AS(Lambda, LAMBDA, expr);
    bool several = lambda->params.count != 1;
    put(emitter, several ? "(" : "");
    for (uint32_t i = 0; i < lambda->params.count; i++) {
        put(emitter, i ? ", " : "");
        put_name(emitter, lambda->params.items[i].name);
    }
    put(emitter, several ? ") -> " : " -> ");
    put_any(emitter, lambda->body);
}

/* -------------------------------------------------------------------- JSON */

static bool is_arrow(const Node *node) {
    return node->kind == NODE_BINARY &&
           (NODE_AS(Binary, BINARY, node)->of == OP_ARROW || NODE_AS(Binary, BINARY, node)->of == OP_ARROW2);
}

/* `-1`: an element counted from the end. */
static bool counts_from_end(Emitter *emitter, const Node *key) {
    if (key->kind == NODE_UNARY && NODE_AS(Unary, UNARY, key)->of == OP_NEGATE) return true;
    const Literal *literal = literal_behind(emitter, key);
    return literal && literal->of == LITERAL_INTEGER && literal->text.at[0] == '-';
}

/* A key, an element's place, or a path `$.a.b`, as a part of a path. */
static void put_step(Emitter *emitter, const Node *key, Buffer *path) {
    const Literal *literal = literal_behind(emitter, key);
    Text text = literal ? literal->text : (Text){NULL, 0};
    if (!literal) {
        emit_lacks(emitter, key->span, "JSON paths that are no constants");
    } else if (literal->of == LITERAL_INTEGER) {
        buffer_format(path, "[%.*s]", TEXT_ARGS(text));
    } else if (text.length && text.at[0] == '$') {
        buffer_add(path, text.at + 1, text.length - 1);
    } else {
        buffer_text(path, "[\"");
        for (uint32_t i = 0; i < text.length; i++) {
            if (strchr("\"\\", text.at[i])) buffer_char(path, '\\');
            buffer_char(path, text.at[i]);
        }
        buffer_text(path, "\"]");
    }
}

/* What a chain of arrows begins with, whose path is added. */
static const Node *chain_of(Emitter *emitter, const Node *node, Buffer *path) {
    if (!is_arrow(node)) return node;
    const Binary *binary = NODE_AS(Binary, BINARY, node);
    if (counts_from_end(emitter, binary->right)) return node;
    const Node *begin = chain_of(emitter, binary->left, path);
    put_step(emitter, binary->right, path);
    return begin;
}

static void put_json(Emitter *emitter, const Node *node);

/* element_at(<list>, -1), or what is no arrow. (json_array_get() fails where the element is null.) */
static void put_begin(Emitter *emitter, const Node *node) {
    if (!is_arrow(node)) {
        put_any(emitter, node);
        return;
    }
    put(emitter, "element_at(try_cast(");
    put_json(emitter, NODE_AS(Binary, BINARY, node)->left);
    put(emitter, " as array(json)), ");
    put_any(emitter, NODE_AS(Binary, BINARY, node)->right);
    put(emitter, ")");
}

static void json_call(Emitter *emitter, const char *name, const Node *from, const char *path) {
    put_format(emitter, "%s(", name);
    put_begin(emitter, from);
    put(emitter, ", ");
    put_string(emitter, text_of(path));
    put(emitter, ")");
}

static const Node *path_of(Emitter *emitter, const Node *node, const char **ret_path) {
    Buffer path;
    buffer_open(&path, emitter->arena);
    buffer_char(&path, '$');
    const Node *from = chain_of(emitter, node, &path);
    *ret_path = buffer_string(&path);
    return from;
}

/* A chain of arrows as JSON. */
static void put_json(Emitter *emitter, const Node *node) {
    const char *path;
    const Node *from = path_of(emitter, node, &path);
    if (path[1])
        json_call(emitter, "json_extract", from, path);
    else
        put_begin(emitter, from);
}

/* `->>` of an object or array is its text, of which json_extract_scalar() knows nothing. */
static void json_arrow(Emitter *emitter, const Expr *expr) {
    if (NODE_AS(Binary, BINARY, expr)->of == OP_ARROW) {
        put_json(emitter, &expr->node);
        return;
    }
    const char *path;
    const Node *from = path_of(emitter, &expr->node, &path);
    put(emitter, L_OPEN "coalesce(" L_IN L_EMPTY);
    json_call(emitter, "json_extract_scalar", from, path);
    put(emitter, "," L_LINE "nullif(json_format(");
    put_json(emitter, &expr->node);
    put(emitter, "), 'null')" L_OUT L_EMPTY ")" L_CLOSE);
}

static void collated(Emitter *emitter, const Expr *expr) {
    const Binary *binary = NODE_AS(Binary, BINARY, expr);
    const Ref *name = NODE_AS(Ref, REF, binary->right);
    const char *text = name->name.count ? name->name.items[name->name.count - 1].name->text : "";
    if (strcasecmp(text, "C") && strcasecmp(text, "POSIX")) emit_lacks(emitter, expr->node.span, "collations but `\"C\"`");
    put_any(emitter, binary->left);
}

/* ------------------------------------------------------------------- forms */

/* `||` beside a bare null could be one of texts or of arrays. */
static void joined_null(Emitter *emitter, const Expr *expr) {
    emit_text_as(emitter, "null", expr->type);
}

static const Form *form_of_binary(const Binary *binary) {
    static const Form arrow = {BINDS_TIGHT, json_arrow}, collate = {BINDS_UNARY, collated}, same = {BINDS_TIGHT, same_arrays};
    TypeKind kind = kind_of(binary->left);
    if (binary->of == OP_ARROW || binary->of == OP_ARROW2) return &arrow;
    static const Form null_of = {BINDS_TIGHT, joined_null};
    if (binary->of == OP_COLLATE) return &collate;
    if (binary->of == OP_CONCAT && (kind == TYPE_NULL || kind_of(binary->right) == TYPE_NULL)) return &null_of;
    if (binary->left->kind == NODE_ROW || binary->right->kind == NODE_ROW) return NULL;
    bool holds = kind == TYPE_ARRAY || kind == TYPE_STRUCT || kind == TYPE_MAP;
    return holds && (binary->of == OP_EQ || binary->of == OP_NE) ? &same : NULL;
}

static const Form *form_of_subscript(const Subscript *subscript) {
    static const Form elements = {BINDS_TIGHT, element}, slices = {BINDS_TIGHT, slice};
    return subscript->slice ? &slices : &elements;
}

static void only_argument(Emitter *emitter, const Expr *expr) {
    put_any(emitter, NODE_AS(Call, CALL, expr)->args.items[0]);
}

/* Trino's are null if any argument is: of those that are not null, as elsewhere. */
static void extreme(Emitter *emitter, const Expr *expr) {
    const Call *call = NODE_AS(Call, CALL, expr);
    put(emitter, is_called(call, "least") ? "array_min(filter(array[" : "array_max(filter(array[");
    emit_list(emitter, &call->args);
    put(emitter, "], element -> element is not null))");
}

static bool any_nullable(const Call *call) {
    for (uint32_t i = 0; i < call->args.count; i++)
        if (((const Expr *)call->args.items[i])->nullable) return true;
    return false;
}

static void unnest_in_list(Emitter *emitter, const Expr *expr) {
    if (&emitter->unnested->expr == expr)
        put(emitter, "unnested.element");
    else
        emit_lacks(emitter, expr->node.span, "unnest() but in FROM");
}

/* coalesce() takes two or more. */
static const Form *form_of_call(Emitter *emitter, const Call *call) {
    static const Form alone = {BINDS_NOT_AT_ALL, only_argument}, unnests = {BINDS_TIGHT, unnest_in_list};
    static const Form least_of = {BINDS_TIGHT, extreme};
    bool picks = is_called(call, "least") || is_called(call, "greatest");
    if ((picks || is_called(call, "coalesce")) && call->args.count == 1) return &alone;
    if (picks && any_nullable(call)) return &least_of;
    static const Form part = {BINDS_TIGHT, part_of_text};
    if (is_called(call, "substring") && call->args.count > 1) return &part;
    if (is_called(call, "unnest") && !emitter->in_from) return &unnests;
    return trino_regex_form(call);
}

/* The item of the select list that an expression of ORDER BY says again. Its alias must be said instead: Trino refuses
 * grouping() there of a key that the list gives too. */
static const SelectItem *item_said_again(const Emitter *emitter, const Node *node) {
    const Select *select = emitter->scope.in_order ? emitter->scope.select : NULL;
    if (node->kind != NODE_BINARY && node->kind != NODE_CALL) return NULL;
    for (uint32_t i = 0; select && i < select->items.count; i++) {
        const SelectItem *item = NODE_AS(SelectItem, SELECT_ITEM, select->items.items[i]);
        if (item->alias.name && node_equal(item->expr, node)) return item;
    }
    return NULL;
}

static void alias_of_item(Emitter *emitter, const Expr *expr) {
    put_name(emitter, item_said_again(emitter, &expr->node)->alias.name);
}

const Form *trino_form(Emitter *emitter, const Expr *expr) {
    static const Form truth = {BINDS_TIGHT, is_truth}, untruth = {BINDS_NOT, is_truth}, like = {BINDS_IN, ilike},
                      match = {BINDS_TIGHT, quantified}, empty = {BINDS_TIGHT, array}, query = {BINDS_TIGHT, array_query},
                      row = {BINDS_TIGHT, struct_literal}, arrow = {BINDS_NOT_AT_ALL, lambda};
    static const Form alias = {BINDS_TIGHT, alias_of_item};
    const Node *node = &expr->node;
    const Form *key = lifted_form(emitter, expr);
    if (key) return key;
    if (item_said_again(emitter, node)) return &alias;
    const Form *form = row_form(emitter, expr);
    if (!form) form = trino_time_form(emitter, expr);
    if (form) return form;
    if (node->kind == NODE_CALL) return form_of_call(emitter, NODE_AS(Call, CALL, node));
    if (node->kind == NODE_BINARY) return form_of_binary(NODE_AS(Binary, BINARY, node));
    if (node->kind == NODE_IS) {
        const Is *is = NODE_AS(Is, IS, node);
        if (is->of != IS_TRUE && is->of != IS_FALSE) return NULL;
        return is->negated == (is->of == IS_TRUE) ? &untruth : &truth;
    }
    if (node->kind == NODE_LIKE) return NODE_AS(Like, LIKE, node)->of == LIKE_ILIKE ? &like : NULL;
    if (node->kind == NODE_QUANTIFIED)
        return NODE_AS(Quantified, QUANTIFIED, node)->right->kind == NODE_SUBQUERY ? NULL : &match;
    if (node->kind == NODE_ARRAY)
        return NODE_AS(Array, ARRAY, node)->items.count || !expr->type || expr->type->kind != TYPE_ARRAY ? NULL : &empty;
    if (node->kind == NODE_ARRAY_QUERY) return &query;
    if (node->kind == NODE_STRUCT) return &row;
    if (node->kind == NODE_SUBSCRIPT) return form_of_subscript(NODE_AS(Subscript, SUBSCRIPT, node));
    return node->kind == NODE_LAMBDA ? &arrow : NULL;
}
