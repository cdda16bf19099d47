/* Parameters of templates and variables of `for`, replaced in a copy of what was written.
 *
 * `{x}` stands for its value wherever an expression may, and for its text within names and texts. A parameter of a
 * template may also be written bare, as an expression, a table or a list of columns. */
#include "compiler/names/internal.h"

#include <ctype.h>
#include <string.h>

static Binding *binding_of(const Substitution *substitution, const Name *name) {
    for (uint32_t i = 0; i < substitution->count; i++) {
        Binding *binding = &substitution->bindings[i];
        if (name == binding->hole || (binding->bare && name == binding->name)) {
            binding->used = true;
            return binding;
        }
    }
    return NULL;
}

static bool has_hole(const char *at, size_t length) {
    return length && memchr(at, '{', length) != NULL;
}

/* --------------------------------------------------------- within names, texts */

/* The binding whose `{name}` begins at `at`, and its length; null for none. */
static const Binding *hole_at(const Substitution *substitution, const char *at, size_t length, size_t *ret_length) {
    for (uint32_t i = 0; i < substitution->count; i++) {
        Binding *binding = &substitution->bindings[i];
        if (binding->hole->length > length || memcmp(binding->hole->text, at, binding->hole->length)) continue;
        binding->used = true;
        *ret_length = binding->hole->length;
        return binding;
    }
    return NULL;
}

/* Gives the text with its holes filled; null if there were none to fill. */
static const char *fill(Substitution *substitution, const char *at, size_t length, Span span, bool is_name) {
    Buffer out;
    bool filled = false;
    buffer_open(&out, substitution->binder->arena);
    for (size_t i = 0; i < length;) {
        size_t skip = 0;
        const Binding *binding = at[i] == '{' ? hole_at(substitution, at + i, length - i, &skip) : NULL;
        if (!binding) {
            buffer_char(&out, at[i++]);
            continue;
        }
        if (!binding->text.at) {
            Report *report = diag_report(substitution->binder->diag, CODE_G0606, span, "`{%s}` cannot stand within a %s",
                                         binding->name->text, is_name ? "name" : "text");
            report_says(substitution->binder->diag, report, "it is more than one name or literal");
            return NULL;
        }
        for (uint32_t k = 0; k < binding->text.length; k++)
            buffer_char(&out, is_name ? (char)tolower((unsigned char)binding->text.at[k]) : binding->text.at[k]);
        i += skip;
        filled = true;
    }
    return filled ? buffer_string(&out) : NULL;
}

static void replace_name(Substitution *substitution, Part *part) {
    if (!part->name || !has_hole(part->name->text, part->name->length)) return;
    const char *filled = fill(substitution, part->name->text, part->name->length, part->span, true);
    if (filled) part->name = name_of(substitution->binder->names, filled);
}

static void replace_text(Substitution *substitution, Text *text, Span span) {
    if (!has_hole(text->at, text->length)) return;
    const char *filled = fill(substitution, text->at, text->length, span, false);
    if (filled) *text = text_of(filled);
}

/* `{calls}` as a whole part may stand for a dotted name. */
static void replace_parts(Substitution *substitution, Parts *parts) {
    bool any = false;
    for (uint32_t i = 0; i < parts->count && !any; i++)
        any = parts->items[i].name && has_hole(parts->items[i].name->text, parts->items[i].name->length);
    if (!any) return;
    Parts out = {0};
    for (uint32_t i = 0; i < parts->count; i++) {
        Part part = parts->items[i];
        const Binding *binding = part.name ? binding_of(substitution, part.name) : NULL;
        if (binding && binding->parts.count) {
            for (uint32_t k = 0; k < binding->parts.count; k++)
                vec_push(substitution->binder->arena, &out, ((Part){binding->parts.items[k].name, part.span}));
            continue;
        }
        replace_name(substitution, &part);
        vec_push(substitution->binder->arena, &out, part);
    }
    *parts = out;
}

/* A list of columns' names, such as that of USING: a parameter may stand for several. */
static void replace_columns(Substitution *substitution, Parts *names) {
    Parts out = {0};
    for (uint32_t i = 0; i < names->count; i++) {
        const Binding *binding = binding_of(substitution, names->items[i].name);
        if (!binding || (binding->kind != BIND_COLUMN && binding->kind != BIND_COLUMNS)) {
            vec_push(substitution->binder->arena, &out, names->items[i]);
            continue;
        }
        for (uint32_t k = 0; k < binding->items.count; k++) {
            const Parts *name = &((Ref *)binding->items.items[k])->name;
            vec_push(substitution->binder->arena, &out, name->items[name->count - 1]);
        }
    }
    *names = out;
}

/* ------------------------------------------------------------------ whole nodes */

/* `input.col` keeps its qualifier, which is the alias that the table gets; its last part may be a parameter. */
static void replace_in_path(Substitution *substitution, Ref *ref) {
    for (uint32_t i = 0; i < ref->name.count; i++) {
        Part *part = &ref->name.items[i];
        const Binding *binding = binding_of(substitution, part->name);
        if (!binding) continue;
        if (binding->kind == BIND_RELATION) part->name = binding->name;
        else if (binding->kind == BIND_COLUMN && i) part->name = binding->parts.items[binding->parts.count - 1].name;
    }
}

static Node *row_of(Substitution *substitution, const Binding *binding, Span span) {
    Row *row = (Row *)node_new(substitution->binder->arena, NODE_ROW, span);
    for (uint32_t i = 0; i < binding->items.count; i++)
        vec_push(substitution->binder->arena, &row->items, node_clone(substitution->binder->arena, binding->items.items[i]));
    return &row->expr.node;
}

/* Whether the REF was replaced as a whole. */
static bool replace_ref(Substitution *substitution, Node **place) {
    Ref *ref = (Ref *)*place;
    if (ref->name.count != 1) {
        replace_in_path(substitution, ref);
        return false;
    }
    const Binding *binding = binding_of(substitution, ref->name.items[0].name);
    if (!binding) return false;
    switch (binding->kind) {
    case BIND_VALUE: case BIND_COLUMN: case BIND_COLUMNS:
        if (binding->items.count > 1) *place = row_of(substitution, binding, ref->expr.node.span);
        else *place = node_clone(substitution->binder->arena, binding->items.count ? binding->items.items[0] : binding->value);
        return true;
    case BIND_NAME:
        ref->name.items[0].name = name_of(substitution->binder->names, text_copy(substitution->binder->arena, binding->text));
        return true;
    case BIND_RELATION:
        ref->name.items[0].name = binding->name;
        return true;
    }
    return false;
}

static bool replace_table(Substitution *substitution, Node **place) {
    TableRef *table = (TableRef *)*place;
    if (table->name.count != 1) return false;
    const Binding *binding = binding_of(substitution, table->name.items[0].name);
    if (!binding || binding->kind != BIND_RELATION || !binding->value) return false;
    Node *given = node_clone(substitution->binder->arena, binding->value);
    Part alias = table->alias.name ? table->alias : (Part){binding->name, table->rowset.node.span};
    if (given->kind == NODE_TABLE_REF) {
        TableRef *new = (TableRef *)given;
        new->alias = alias;
        new->columns = table->columns;
        if (table->as_of) new->as_of = table->as_of;
    } else {
        TableQuery *new = (TableQuery *)given;
        new->alias = alias;
        new->columns = table->columns;
    }
    /* a Scope of nothing stands for "outside of every WITH" */
    map_put(&substitution->binder->scopes, given, binding->scope ? binding->scope : arena_new(substitution->binder->arena, Scope));
    *place = given;
    return true;
}

/* A relation that was handed in is handed on, `p0(input)`; its name is looked up where it came from. */
static void hand_on(Substitution *substitution, Node **argument) {
    if ((*argument)->kind == NODE_NAMED_ARGUMENT) {
        hand_on(substitution, &((NamedArgument *)*argument)->value);
        return;
    }
    const Ref *ref = (*argument)->kind == NODE_REF && ((Ref *)*argument)->name.count == 1 ? (Ref *)*argument : NULL;
    const Binding *binding = ref ? binding_of(substitution, ref->name.items[0].name) : NULL;
    if (!binding || binding->kind != BIND_RELATION || !binding->value) return;
    Arena *arena = substitution->binder->arena;
    Node *given;
    if (binding->value->kind == NODE_TABLE_REF) {
        given = node_new(arena, NODE_REF, ref->expr.node.span);
        ((Ref *)given)->name = ((TableRef *)binding->value)->name;
    } else {
        given = node_new(arena, NODE_SUBQUERY, ref->expr.node.span);
        ((Subquery *)given)->query = node_clone(arena, ((TableQuery *)binding->value)->query);
    }
    map_put(&substitution->binder->scopes, given, binding->scope ? binding->scope : arena_new(arena, Scope));
    *argument = given;
}

static void hand_on_all(Substitution *substitution, TableFunction *table) {
    Call *call = table->call && table->call->kind == NODE_CALL ? (Call *)table->call : NULL;
    for (uint32_t i = 0; call && i < call->args.count; i++) hand_on(substitution, &call->args.items[i]);
}

/* `x in values`: a parameter that is a list. */
static void replace_list_name(Substitution *substitution, In *in) {
    const Binding *binding = in->list_name.name ? binding_of(substitution, in->list_name.name) : NULL;
    if (!binding || !binding->items.count) return;
    for (uint32_t i = 0; i < binding->items.count; i++)
        vec_push(substitution->binder->arena, &in->list, node_clone(substitution->binder->arena, binding->items.items[i]));
    in->list_name = (Part){0};
}

/* `for c in keys (…)`: a parameter that is a list of columns or values. */
static void replace_values_name(Substitution *substitution, Repeat *repeat) {
    const Binding *binding = repeat->values_name.name ? binding_of(substitution, repeat->values_name.name) : NULL;
    if (!binding || !binding->items.count) return;
    for (uint32_t i = 0; i < binding->items.count; i++)
        vec_push(substitution->binder->arena, &repeat->values, node_clone(substitution->binder->arena, binding->items.items[i]));
    repeat->values_name = (Part){0};
}

/* Every field of a node, by the list of kinds. */
static void replace_fields(Substitution *substitution, Node *node) {
#define KID(field) substitute(substitution, &self->field);
#define KIDS(field) substitute_list(substitution, &self->field);
#define PARTS(field) replace_parts(substitution, &self->field);
#define NAME(field) replace_name(substitution, &self->field);
#define TEXT(field) replace_text(substitution, &self->field, node->span);
#define INT(field)
#define FLAG(field)
#define ENUM(type, field)
#define NOTE(type, field)
#define NODE(kind, type, fields) case NODE_##kind: { type *self = (type *)node; (void)self; fields break; }
#define ROWS(kind, type, fields) NODE(kind, type, fields)
#define EXPR(kind, type, fields) NODE(kind, type, fields)
    switch ((NodeKind)node->kind) {
#include "compiler/syntax/node.def"
    }
#undef KID
#undef KIDS
#undef PARTS
#undef NAME
#undef TEXT
#undef INT
#undef FLAG
#undef ENUM
#undef NOTE
#undef NODE
#undef ROWS
#undef EXPR
}

/* A lambda's own parameter hides the template's of the same name. */
static void replace_lambda(Substitution *substitution, Lambda *lambda) {
    bool *bare = arena_alloc(substitution->binder->arena, substitution->count + 1);
    for (uint32_t i = 0; i < substitution->count; i++) {
        Binding *binding = &substitution->bindings[i];
        bare[i] = binding->bare;
        for (uint32_t k = 0; k < lambda->params.count; k++) binding->bare &= lambda->params.items[k].name != binding->name;
    }
    replace_fields(substitution, &lambda->expr.node);
    for (uint32_t i = 0; i < substitution->count; i++) substitution->bindings[i].bare = bare[i];
}

void substitute(Substitution *substitution, Node **place) {
    Node *node = *place;
    if (!node) return;
    if (node->kind == NODE_REF && replace_ref(substitution, place)) return;
    if (node->kind == NODE_TABLE_REF && replace_table(substitution, place)) return;
    if (node->kind == NODE_TABLE_FUNCTION) hand_on_all(substitution, (TableFunction *)node);
    if (node->kind == NODE_IN) replace_list_name(substitution, (In *)node);
    if (node->kind == NODE_REPEAT) replace_values_name(substitution, (Repeat *)node);
    if (node->kind == NODE_JOIN) replace_columns(substitution, &((Join *)node)->using_names);
    if (node->kind == NODE_STAR) replace_columns(substitution, &((Star *)node)->exclude);
    if (node->kind == NODE_LAMBDA) replace_lambda(substitution, (Lambda *)node);
    else replace_fields(substitution, node);
}

/* Where an item of a list holds nothing but an expression: the item itself, or what it selects or sorts by. */
static Node **expr_of_item(Node **item) {
    switch ((*item)->kind) {
    case NODE_SELECT_ITEM: return &((SelectItem *)*item)->expr;
    case NODE_SORT: return &((Sort *)*item)->expr;
    default: return item;
    }
}

/* The binding of an item that stands for several, or null. */
static const Binding *several(const Substitution *substitution, Node *item) {
    const Node *expr = *expr_of_item(&item);
    if (!expr || expr->kind != NODE_REF || ((const Ref *)expr)->name.count != 1) return NULL;
    const Binding *binding = binding_of(substitution, ((const Ref *)expr)->name.items[0].name);
    return binding && binding->items.count > 1 ? binding : NULL;
}

void substitute_list(Substitution *substitution, Nodes *list) {
    Arena *arena = substitution->binder->arena;
    Nodes out = {0};
    for (uint32_t i = 0; i < list->count; i++) {
        Node *item = list->items[i];
        const Binding *binding = item ? several(substitution, item) : NULL;
        for (uint32_t k = 0; binding && k < binding->items.count; k++) {
            Node *copy = node_clone(arena, item);
            *expr_of_item(&copy) = node_clone(arena, binding->items.items[k]);
            vec_push(arena, &out, copy);
        }
        if (binding) continue;
        substitute(substitution, &item);
        vec_push(arena, &out, item);
    }
    *list = out;
}

/* ----------------------------------------------------------------- what is left */

/* The name is made another each time, so that nobody tells of names that stand twice. */
static void report_hole(void *context, Part *part) {
    Binder *binder = context;
    if (!part->name || !has_hole(part->name->text, part->name->length)) return;
    Report *report = diag_report(binder->diag, CODE_G0221, part->span, "nothing stands for the placeholder in `%s`", part->name->text);
    report_note(binder->diag, report, "`{x}` is a parameter of a template, or the variable of a `for`");
    part->name = name_of(binder->names, arena_format(binder->arena, "%s %u", part->name->text, ++binder->mark));
}

static void visit_holes(void *context, Node **place) {
    Binder *binder = context;
    uint32_t before = binder->mark;
    report_holes(binder, *place);
    if (binder->mark != before && (*place)->kind == NODE_REF) *place = node_new(binder->arena, NODE_ERROR, (*place)->span);
}

void report_holes(Binder *binder, Node *node) {
    node_names(node, report_hole, binder);
    node_kids(node, visit_holes, binder);
}
