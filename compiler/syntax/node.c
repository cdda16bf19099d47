/* What is the same for every kind of node, made from node.def: each pass over it defines the field macros to what that
 * pass does with a field. */
#include "compiler/syntax/node.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

/* One `case` a kind, in which `node` is the node as its struct. */
#define CASE(KIND, Type, fields)          \
    case NODE_##KIND: {                   \
        typedef Type This __attribute__((unused)); \
        fields                            \
        break;                            \
    }
#define NODE(KIND, Type, fields) CASE(KIND, Type, fields)
#define ROWS(KIND, Type, fields) CASE(KIND, Type, fields)
#define EXPR(KIND, Type, fields) CASE(KIND, Type, fields)

/* ------------------------------------------------------------------ tables */

static const struct { const char *name; size_t size; char family; } KINDS[] = {
#undef NODE
#undef ROWS
#undef EXPR
#define NODE(KIND, Type, fields) {#KIND, sizeof(Type), 'n'},
#define ROWS(KIND, Type, fields) {#KIND, sizeof(Type), 'r'},
#define EXPR(KIND, Type, fields) {#KIND, sizeof(Type), 'e'},
#include "compiler/syntax/node.def"
#undef NODE
#undef ROWS
#undef EXPR
};
#define NODE(KIND, Type, fields) CASE(KIND, Type, fields)
#define ROWS(KIND, Type, fields) CASE(KIND, Type, fields)
#define EXPR(KIND, Type, fields) CASE(KIND, Type, fields)

const char *node_kind_name(NodeKind kind) {
    return KINDS[kind].name;
}

bool node_is_expr(const Node *node) {
    return KINDS[node->kind].family == 'e';
}

bool node_is_rowset(const Node *node) {
    return KINDS[node->kind].family == 'r';
}

Node *node_check(Node *node, NodeKind kind) {
    assert(node && node->kind == kind);
    (void)kind;
    return node;
}

Node *node_new(Arena *arena, NodeKind kind, Span span) {
    Node *node = arena_alloc(arena, KINDS[kind].size);
    node->kind = (uint16_t)kind;
    node->height = 1;
    node->span = span;
    return node;
}

const char *decl_word(DeclKind kind) {
    static const char *const WORDS[] = {
#define DECL_KIND(kind, word) word,
#include "compiler/syntax/decl.def"
#undef DECL_KIND
    };
    return WORDS[kind];
}

const char *clause_words(ClauseKind kind) {
    static const char *const WORDS[] = {
#define CLAUSE_KIND(kind, words, repeatable) words,
#include "compiler/syntax/clause.def"
#undef CLAUSE_KIND
    };
    return WORDS[kind];
}

const char *constraint_words(ConstraintKind kind) {
    static const char *const WORDS[] = {
#define CONSTRAINT_KIND(kind, words) words,
#include "compiler/syntax/constraint.def"
#undef CONSTRAINT_KIND
    };
    return WORDS[kind];
}

const char *parts_text(Arena *arena, Parts parts) {
    Buffer text;
    buffer_open(&text, arena);
    for (uint32_t i = 0; i < parts.count; i++)
        buffer_format(&text, "%s%s", i ? "." : "", parts.items[i].name ? parts.items[i].name->text : "");
    return buffer_string(&text);
}

/* ------------------------------------------------------- height, kids, names, texts */

#define KID(field)
#define KIDS(field)
#define PARTS(field)
#define NAME(field)
#define TEXT(field)
#define INT(field)
#define FLAG(field)
#define ENUM(type, field)
#define NOTE(type, field)

#define SELF ((const This *)node)
#undef KID
#undef KIDS
#define KID(field) if (SELF->field && SELF->field->height > height) height = SELF->field->height;
#define KIDS(field)                                                                                       \
    for (uint32_t i = 0; i < SELF->field.count; i++)                                                      \
        if (SELF->field.items[i] && SELF->field.items[i]->height > height) height = SELF->field.items[i]->height;

uint16_t node_measure(const Node *node) {
    uint16_t height = 0;
    switch ((NodeKind)node->kind) {
#include "compiler/syntax/node.def"
    }
    return height == UINT16_MAX ? height : (uint16_t)(height + 1);
}

#undef SELF
#define SELF ((This *)node)
#undef KID
#undef KIDS
#define KID(field) if (SELF->field) visit(context, &SELF->field);
#define KIDS(field)                                  \
    for (uint32_t i = 0; i < SELF->field.count; i++) \
        if (SELF->field.items[i]) visit(context, &SELF->field.items[i]);

void node_kids(Node *node, void (*visit)(void *context, Node **place), void *context) {
    switch ((NodeKind)node->kind) {
#include "compiler/syntax/node.def"
    }
}

#undef KID
#undef KIDS
#define KID(field)
#define KIDS(field)
#undef PARTS
#undef NAME
#define PARTS(field) for (uint32_t i = 0; i < SELF->field.count; i++) visit(context, &SELF->field.items[i]);
#define NAME(field) if (SELF->field.name) visit(context, &SELF->field);

void node_names(Node *node, void (*visit)(void *context, Part *part), void *context) {
    switch ((NodeKind)node->kind) {
#include "compiler/syntax/node.def"
    }
}

#undef PARTS
#undef NAME
#define PARTS(field)
#define NAME(field)
#undef TEXT
#define TEXT(field) if (SELF->field.length) visit(context, &SELF->field);

void node_texts(Node *node, void (*visit)(void *context, Text *text), void *context) {
    switch ((NodeKind)node->kind) {
#include "compiler/syntax/node.def"
    }
}

/* ------------------------------------------------------------------- clone */

static Nodes clone_all(Arena *arena, Nodes nodes) {
    Nodes copy = {0};
    for (uint32_t i = 0; i < nodes.count; i++) vec_push(arena, &copy, node_clone(arena, nodes.items[i]));
    return copy;
}

static Parts clone_parts(Arena *arena, Parts parts) {
    Parts copy = {0};
    for (uint32_t i = 0; i < parts.count; i++) vec_push(arena, &copy, parts.items[i]);
    return copy;
}

#undef TEXT
#undef SELF
#define FROM ((const This *)node)
#define TO ((This *)copy)
#undef KID
#undef KIDS
#undef PARTS
#undef NAME
#undef INT
#undef FLAG
#undef ENUM
#define KID(field) TO->field = node_clone(arena, FROM->field);
#define KIDS(field) TO->field = clone_all(arena, FROM->field);
#define PARTS(field) TO->field = clone_parts(arena, FROM->field);
#define NAME(field) TO->field = FROM->field;
#define TEXT(field) TO->field = FROM->field;
#define INT(field) TO->field = FROM->field;
#define FLAG(field) TO->field = FROM->field;
#define ENUM(type, field) TO->field = FROM->field;

Node *node_clone(Arena *arena, const Node *node) {
    if (!node) return NULL;
    Node *copy = node_new(arena, (NodeKind)node->kind, node->span);
    copy->height = node->height;
    switch ((NodeKind)node->kind) {
#include "compiler/syntax/node.def"
    }
    return copy;
}

#undef FROM
#undef TO

/* ------------------------------------------------------------------- equal */

static bool equal_all(Nodes a, Nodes b) {
    if (a.count != b.count) return false;
    for (uint32_t i = 0; i < a.count; i++)
        if (!node_equal(a.items[i], b.items[i])) return false;
    return true;
}

static bool equal_parts(Parts a, Parts b) {
    if (a.count != b.count) return false;
    for (uint32_t i = 0; i < a.count; i++)
        if (a.items[i].name != b.items[i].name) return false;
    return true;
}

#define A ((const This *)a)
#define B ((const This *)b)
#undef KID
#undef KIDS
#undef PARTS
#undef NAME
#undef TEXT
#undef INT
#undef FLAG
#undef ENUM
#define KID(field) if (!node_equal(A->field, B->field)) return false;
#define KIDS(field) if (!equal_all(A->field, B->field)) return false;
#define PARTS(field) if (!equal_parts(A->field, B->field)) return false;
#define NAME(field) if (A->field.name != B->field.name) return false;
#define TEXT(field) if (!text_equal(A->field, B->field)) return false;
#define INT(field) if (A->field != B->field) return false;
#define FLAG(field) if (A->field != B->field) return false;
#define ENUM(type, field) if (A->field != B->field) return false;

bool node_equal(const Node *a, const Node *b) {
    if (!a || !b || a->kind != b->kind) return a == b;
    switch ((NodeKind)a->kind) {
#include "compiler/syntax/node.def"
    }
    return true;
}

#undef A
#undef B

/* -------------------------------------------------------------------- dump
 * KIND field=value … on a line, its kids below it, indented, each behind `field: `; what is empty is left out. */

static void dump_quoted(Buffer *out, Text text) {
    buffer_char(out, '\'');
    for (uint32_t i = 0; i < text.length; i++) {
        unsigned char byte = (unsigned char)text.at[i];
        if (byte == '\n') buffer_text(out, "\\n");
        else if (byte == '\'' || byte == '\\') buffer_format(out, "\\%c", byte);
        else if (byte < ' ' || byte == 127) buffer_format(out, "\\x%02x", byte);
        else buffer_char(out, (char)byte);
    }
    buffer_char(out, '\'');
}

static void dump_parts(Buffer *out, const char *field, Parts parts) {
    if (!parts.count) return;
    buffer_format(out, " %s=", field);
    for (uint32_t i = 0; i < parts.count; i++)
        buffer_format(out, "%s%s", i ? "." : "", parts.items[i].name ? parts.items[i].name->text : "?");
}

static void dump_text(Buffer *out, const char *field, Text text) {
    if (!text.at) return;
    buffer_format(out, " %s=", field);
    dump_quoted(out, text);
}

static const char *enum_DeclKind(DeclKind of) { return decl_word(of); }
static const char *enum_ClauseKind(ClauseKind of) { return clause_words(of); }
static const char *enum_ConstraintKind(ConstraintKind of) { return constraint_words(of); }
#define NAMES_OF(Type, ...)                                   \
    static const char *enum_##Type(Type of) {                 \
        static const char *const names[] = {__VA_ARGS__};     \
        return names[of];                                     \
    }
/* A first value "" is the default, which is left out. */
NAMES_OF(ColumnItem, "", "constraint", "rest", "repeat")
NAMES_OF(LiteralKind, "null", "true", "false", "integer", "number", "string")
NAMES_OF(Operator, "+", "-", "*", "/", "%", "div", "^", "||", "->", "->>", "=", "<>", "<", "<=", ">", ">=",
         "is distinct from", "is not distinct from", "and", "or", "~", "!~", "collate", "at time zone", "not", "-", "+")
NAMES_OF(LikeKind, "like", "ilike", "similar to", "matches", "~*")
NAMES_OF(IsKind, "null", "true", "false", "unknown")
NAMES_OF(SetOperator, "union", "intersect", "except")
NAMES_OF(JoinKind, "cross", "inner", "left", "right", "full", "semi", "anti")
NAMES_OF(SortDirection, "", "asc", "desc")
NAMES_OF(NullsOrder, "", "first", "last")
NAMES_OF(FrameUnit, "", "rows", "range", "groups")
NAMES_OF(FrameExclude, "", "current row", "group", "ties", "no others")
NAMES_OF(BoundKind, "unbounded preceding", "preceding", "current row", "following", "unbounded following")
NAMES_OF(NullTreatment, "", "ignore", "respect")
NAMES_OF(Materialized, "", "yes", "no")
NAMES_OF(CallForm, "", "from", "in", "both", "leading", "trailing")

static void dump_enum(Buffer *out, const char *field, const char *name) {
    if (*name) buffer_format(out, " %s=`%s`", field, name);
}

#define SELF ((const This *)node)
#undef KID
#undef KIDS
#undef PARTS
#undef NAME
#undef TEXT
#undef INT
#undef FLAG
#undef ENUM
#define KID(field)
#define KIDS(field)
#define PARTS(field) dump_parts(out, #field, SELF->field);
#define NAME(field) if (SELF->field.name) buffer_format(out, " %s=%s", #field, SELF->field.name->text);
#define TEXT(field) dump_text(out, #field, SELF->field);
#define INT(field) if (SELF->field) buffer_format(out, " %s=%" PRId64, #field, SELF->field);
#define FLAG(field) if (SELF->field) buffer_text(out, " " #field);
#define ENUM(type, field) dump_enum(out, #field, enum_##type(SELF->field));

static void dump_fields(const Node *node, Buffer *out) {
    switch ((NodeKind)node->kind) {
#include "compiler/syntax/node.def"
    }
}

static void dump_below(const Node *node, Buffer *out, size_t indent);

static void dump_kid(const char *field, const Node *kid, Buffer *out, size_t indent) {
    buffer_spaces(out, indent);
    buffer_format(out, "%s: ", field);
    if (!kid) {
        buffer_text(out, "none\n");
        return;
    }
    buffer_text(out, KINDS[kid->kind].name);
    dump_fields(kid, out);
    buffer_char(out, '\n');
    dump_below(kid, out, indent + 2);
}

#undef KID
#undef KIDS
#undef PARTS
#undef NAME
#undef TEXT
#undef INT
#undef FLAG
#undef ENUM
#define KID(field) if (SELF->field) dump_kid(#field, SELF->field, out, indent);
#define KIDS(field) for (uint32_t i = 0; i < SELF->field.count; i++) dump_kid(#field, SELF->field.items[i], out, indent);
#define PARTS(field)
#define NAME(field)
#define TEXT(field)
#define INT(field)
#define FLAG(field)
#define ENUM(type, field)

static void dump_below(const Node *node, Buffer *out, size_t indent) {
    switch ((NodeKind)node->kind) {
#include "compiler/syntax/node.def"
    }
}

void node_dump(const Node *node, Buffer *out) {
    buffer_text(out, KINDS[node->kind].name);
    dump_fields(node, out);
    buffer_char(out, '\n');
    dump_below(node, out, 2);
}
