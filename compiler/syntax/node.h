/* The tree: what was written, as structs. `node.def` lists every kind; phases switch over `NodeKind` without a default,
 * so that a new kind makes the compiler list every place that must answer. Nodes live in the compilation's arena. */
#ifndef GOV_NODE_H
#define GOV_NODE_H

#include "compiler/source/source.h"

typedef enum {
#define NODE(kind, type, fields) NODE_##kind,
#define ROWS(kind, type, fields) NODE_##kind,
#define EXPR(kind, type, fields) NODE_##kind,
#include "compiler/syntax/node.def"
#undef NODE
#undef ROWS
#undef EXPR
} NodeKind;

typedef enum {
#define DECL_KIND(kind, word) DECL_##kind,
#include "compiler/syntax/decl.def"
#undef DECL_KIND
} DeclKind;

typedef enum {
#define CLAUSE_KIND(kind, words, repeatable) CLAUSE_##kind,
#include "compiler/syntax/clause.def"
#undef CLAUSE_KIND
} ClauseKind;

typedef enum {
#define CONSTRAINT_KIND(kind, words) CONSTRAINT_##kind,
#include "compiler/syntax/constraint.def"
#undef CONSTRAINT_KIND
} ConstraintKind;

typedef enum { COLUMN_ITEM_COLUMN, COLUMN_ITEM_CONSTRAINT, COLUMN_ITEM_REST, COLUMN_ITEM_REPEAT } ColumnItem;
typedef enum { LITERAL_NULL, LITERAL_TRUE, LITERAL_FALSE, LITERAL_INTEGER, LITERAL_NUMBER, LITERAL_STRING } LiteralKind;
typedef enum {
    OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_MOD, OP_INTDIV, OP_POW, OP_CONCAT, OP_ARROW, OP_ARROW2,
    OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE, OP_DISTINCT, OP_NOT_DISTINCT, OP_AND, OP_OR,
    OP_REGEX, OP_NOT_REGEX, OP_COLLATE, OP_AT_TIME_ZONE,    /* right of COLLATE: a REF */
    OP_NOT, OP_NEGATE, OP_PLUS,                             /* unary */
} Operator;
typedef enum { LIKE_LIKE, LIKE_ILIKE, LIKE_SIMILAR, LIKE_MATCHES, LIKE_MATCHES_ANY_CASE } LikeKind;
typedef enum { IS_NULL, IS_TRUE, IS_FALSE, IS_UNKNOWN } IsKind;
typedef enum { SET_UNION, SET_INTERSECT, SET_EXCEPT } SetOperator;
typedef enum { JOIN_CROSS, JOIN_INNER, JOIN_LEFT, JOIN_RIGHT, JOIN_FULL, JOIN_SEMI, JOIN_ANTI } JoinKind;
typedef enum { SORT_DEFAULT, SORT_ASC, SORT_DESC } SortDirection;
typedef enum { NULLS_DEFAULT, NULLS_FIRST, NULLS_LAST } NullsOrder;
typedef enum { FRAME_NONE, FRAME_ROWS, FRAME_RANGE, FRAME_GROUPS } FrameUnit;
typedef enum { EXCLUDE_NONE, EXCLUDE_CURRENT_ROW, EXCLUDE_GROUP, EXCLUDE_TIES, EXCLUDE_NO_OTHERS } FrameExclude;
typedef enum { BOUND_UNBOUNDED_PRECEDING, BOUND_PRECEDING, BOUND_CURRENT_ROW, BOUND_FOLLOWING,
               BOUND_UNBOUNDED_FOLLOWING } BoundKind;
typedef enum { NULLS_TREATMENT_DEFAULT, NULLS_IGNORE, NULLS_RESPECT } NullTreatment;
typedef enum { MATERIALIZED_DEFAULT, MATERIALIZED_YES, MATERIALIZED_NO } Materialized;
/* How a call was written: f(a, b) · f(a from b [for c]) · position(a in b) · trim(both|leading|trailing [a] from b) */
typedef enum { CALL_PLAIN, CALL_FROM, CALL_IN, CALL_TRIM_BOTH, CALL_TRIM_LEADING, CALL_TRIM_TRAILING } CallForm;

typedef struct Node {
    uint16_t kind;    /* NodeKind */
    uint16_t height;  /* one more than that of its highest kid: bounded by the parser, so that phases may recurse */
    Span span;
} Node;

typedef VEC(Node *) Nodes;

/* One part of a dotted name. */
typedef struct {
    Name *name;       /* null: not given */
    Span span;
} Part;

typedef VEC(Part) Parts;

/* An expression. `type` is null until types has seen it; poison afterwards where it was reported. */
typedef struct Expr {
    Node node;
    bool nullable;    /* here, where the node leaves room */
    const struct Type *type;
    const struct Unit *unit;
} Expr;

/* What has columns: `rows` is set by types. */
typedef struct Rowset {
    Node node;
    struct Rows *rows;
} Rowset;

#define KID(field) Node *field;
#define KIDS(field) Nodes field;
#define PARTS(field) Parts field;
#define NAME(field) Part field;
#define TEXT(field) Text field;
#define INT(field) int64_t field;
#define FLAG(field) bool field;
#define ENUM(type, field) type field;
#define NOTE(type, field) type *field;
#define NODE(kind, type, fields) typedef struct type { Node node; fields } type;
#define ROWS(kind, type, fields) typedef struct type { Rowset rowset; fields } type;
#define EXPR(kind, type, fields) typedef struct type { Expr expr; fields } type;
#include "compiler/syntax/node.def"
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

/* The node as its struct; checked in builds with assertions. */
#define NODE_AS(Type, KIND, node_pointer) ((Type *)node_check((Node *)(node_pointer), NODE_##KIND))
Node *node_check(Node *node, NodeKind kind);

/* "BINARY"; for dumps and assertions. */
const char *node_kind_name(NodeKind kind);
bool node_is_expr(const Node *node);
bool node_is_rowset(const Node *node);
/* A new node of a kind, zeroed but for kind and span. */
Node *node_new(Arena *arena, NodeKind kind, Span span);
/* One more than the height of the highest kid, as they say it of themselves; at most UINT16_MAX. */
uint16_t node_measure(const Node *node);
/* A deep copy; notes, types and rows are not copied. */
Node *node_clone(Arena *arena, const Node *node);
/* Calls `visit` for each kid that is not null, in order of node.def; it may replace the kid through `place`. */
void node_kids(Node *node, void (*visit)(void *context, Node **place), void *context);
/* Calls `visit` for each name in the node itself (parts and names, not of its kids). */
void node_names(Node *node, void (*visit)(void *context, Part *part), void *context);
/* Calls `visit` for each text in the node itself. */
void node_texts(Node *node, void (*visit)(void *context, Text *text), void *context);
/* Writes the tree as indented lines, for `gov dump --stage=tree`; equal trees give equal bytes, spans are left out. */
void node_dump(const Node *node, Buffer *out);
/* Whether two trees mean the same text: equal but for spans and notes. */
bool node_equal(const Node *a, const Node *b);
/* "delivery", "unit test". */
const char *decl_word(DeclKind kind);
/* "stored as"; "not null". */
const char *clause_words(ClauseKind kind);
const char *constraint_words(ConstraintKind kind);
/* `a.b.c` as written, for messages; "" for none. */
const char *parts_text(Arena *arena, Parts parts);

#endif
