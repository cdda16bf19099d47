/* How the grammar's actions make the tree. The macros are for parse.y alone: they know `parser` and, as yyloc, `@$`. */
#ifndef GOV_SYNTAX_BUILD_H
#define GOV_SYNTAX_BUILD_H

#include "compiler/syntax/internal.h"

#define YYLLOC_DEFAULT(current, rhs, count)                        \
    ((current) = (count) ? SPAN(YYRHSLOC(rhs, 1), YYRHSLOC(rhs, count)) \
                         : span_after(YYRHSLOC(rhs, 0)))
#define SPAN(first, last) ((Span){(first).begin, (last).end})

/* MAKE within MAKE is the rule, each with a scope of its own. */
#pragma GCC diagnostic ignored "-Wshadow"

/* A node of this kind with these fields, over a span; over the whole rule. */
#define MAKE_AT(span_, KIND, Type, ...)                                 \
    ({                                                                  \
        Type *made_ = arena_alloc(parser->arena, sizeof(Type));         \
        *made_ = (Type){__VA_ARGS__};                                   \
        syntax_made(parser, (Node *)made_, NODE_##KIND, (span_));       \
    })
#define MAKE(KIND, Type, ...) MAKE_AT(yyloc, KIND, Type, __VA_ARGS__)
/* Gives a node that a part of the rule began the span of the whole rule. */
#define SPANNING(node_) SPANNING_AT(yyloc, node_)
#define SPANNING_AT(span_, node_) syntax_made(parser, (node_), (NodeKind)((Node *)(node_))->kind, (span_))

#define DECLARE(KIND, ...) ((Decl *)MAKE(DECL, Decl, .of = DECL_##KIND, .name = __VA_ARGS__))
#define WITH(decl, clause) syntax_with(parser, (decl), (clause))
#define BODY(decl, body) syntax_body(parser, (decl), (body))
#define CLAUSE(KIND, ...) MAKE(CLAUSE, Clause, .of = CLAUSE_##KIND, __VA_ARGS__)
#define CLAUSE_AT(span_, KIND, ...) MAKE_AT(span_, CLAUSE, Clause, .of = CLAUSE_##KIND, __VA_ARGS__)
#define COLUMN(...) MAKE(COLUMN, ColumnDecl, __VA_ARGS__)
#define CONSTRAINT(KIND, ...) MAKE(CONSTRAINT, Constraint, .of = CONSTRAINT_##KIND, __VA_ARGS__)
#define PLACE(...) ((PlaceNode *)MAKE(PLACE, PlaceNode, __VA_ARGS__))
#define DOTTED(name_, span_) MAKE_AT(span_, DOTTED, Dotted, .name = ONE(name_))
#define MEASURE(...) MAKE(MEASURE, Measure, __VA_ARGS__)
#define PART(kind_, ...) MAKE(PART, DashboardPart, .kind = (kind_), __VA_ARGS__)

#define QUERY(with, body, tail) syntax_query(parser, yyloc, (with), (body), (tail))
#define SET(OF, left_, mode, right_)                                                                            \
    MAKE(SET_OPERATION, SetOperation, .of = SET_##OF, .all = (mode).all, .by_name = (mode).by_name, .left = (left_), \
         .right = (right_))
#define ITEM(...) MAKE(SELECT_ITEM, SelectItem, __VA_ARGS__)
#define JOINED(left_, right_, ...) MAKE(JOIN, Join, .left = (left_), .right = (right_), __VA_ARGS__)
#define ALIASED(alias_) .alias = (alias_) ? (alias_)->name : NO_PART, .columns = (alias_) ? (alias_)->columns : NO_PARTS

#define LITERAL_AT(span_, OF, text_) MAKE_AT(span_, LITERAL, Literal, .of = LITERAL_##OF, .text = (text_))
#define LITERAL(OF, text_) LITERAL_AT(yyloc, OF, text_)
#define UNARY(OP, operand_) MAKE(UNARY, Unary, .of = OP_##OP, .operand = (operand_))
#define BINARY(OP, left_, right_) MAKE(BINARY, Binary, .of = OP_##OP, .left = (left_), .right = (right_))
#define LIKE(OF, negated_, operand_, pattern_, escape_)                                                         \
    MAKE(LIKE, Like, .of = LIKE_##OF, .negated = (negated_), .operand = (operand_), .pattern = (pattern_),      \
         .escape = (escape_))
#define SUBQUERY(query_, span_) MAKE_AT(span_, SUBQUERY, Subquery, .query = (Node *)(query_))
#define SUBSCRIPT(...) ((Subscript *)MAKE(SUBSCRIPT, Subscript, __VA_ARGS__))
#define CALL(...) MAKE(CALL, Call, .name = __VA_ARGS__)
#define TYPE(...) MAKE(TYPE_NAME, TypeName, __VA_ARGS__)
#define TYPED(span_, text_, ...) \
    MAKE(TYPED_LITERAL, TypedLiteral, .to = MAKE_AT(span_, TYPE_NAME, TypeName, __VA_ARGS__), .text = (text_))
#define ARRAY_NAME(span_) ((Part){name_of(parser->names, "array"), (span_)})
#define NUMBER(text, span) syntax_number(parser, (text), (span))

#define NO_NODES ((Nodes){0})
#define NO_PARTS ((Parts){0})
#define NO_PART ((Part){0})
#define NO_TEXT ((Text){0})
#define LIST(node) syntax_list(parser, (Node *)(node))
#define ADD(list, node) syntax_add(parser, (list), (Node *)(node))
#define TWO(a, b) ADD(LIST(a), b)
#define ONE(part) syntax_one(parser, (part))
#define MORE(parts, part) syntax_more(parser, (parts), (part))
#define THREE(a, b, c) MORE(MORE(ONE(a), b), c)
#define OPTIONAL(part) ((part).name ? ONE(part) : NO_PARTS)

/* Sets kind, span and height of a node whose fields are set; notes one that is too high. */
Node *syntax_made(Parser *parser, Node *node, NodeKind kind, Span span);
Nodes syntax_list(Parser *parser, Node *node);
Nodes syntax_add(Parser *parser, Nodes list, Node *node);
Nodes syntax_prepend(Parser *parser, Node *first, Nodes rest);
Parts syntax_one(Parser *parser, Part part);
Parts syntax_more(Parser *parser, Parts parts, Part part);

/* A finished declaration is put into the tree; a lost one as its head. */
void syntax_item(Parser *parser, Node *item);
void syntax_lost(Parser *parser);
/* Adds a clause; a clause of an origin goes to the last clause of kind `to`, if there is one. */
Decl *syntax_with(Parser *parser, Decl *decl, Node *clause);
Decl *syntax_with_origin(Parser *parser, Decl *decl, Node *clause, ClauseKind to);
Decl *syntax_body(Parser *parser, Decl *decl, Node *body);
Decl *syntax_release(Parser *parser, Decl *decl, Node *categories, Node *to);
/* The one column `value` that holds the constraints of a type. */
Nodes syntax_value_column(Parser *parser, Nodes constraints, Span span);
Nodes syntax_named_columns(Parser *parser, Parts names);
Node *syntax_add_constraint(Parser *parser, Node *column, Node *constraint);
Node *syntax_row_of_refs(Parser *parser, Parts names, Span span);
Nodes syntax_in_language(Parser *parser, Nodes dimensions, Part language, Parts name, Span span);
Text syntax_more_doc(Parser *parser, Text doc, Text line);

Query *syntax_query(Parser *parser, Span span, Query *with, Node *body, Query *tail);
/* What stands in a set operation for a query in parentheses: its body, if that is all of it. */
Node *syntax_operand(Query *query);
Alias *syntax_alias(Parser *parser, Part name, Parts columns);
Node *syntax_table_function(Parser *parser, Node *call, bool lateral, const Alias *alias, Span span);
Node *syntax_bound(Parser *parser, Node *offset, bool preceding, Span span);
/* A call, or what stands in its place: row(…) is a ROW, struct_pack(a := 1) a STRUCT; DuckDB's COLUMNS(…) is reported,
 * and becomes an ERROR. */
Node *syntax_special_call(Parser *parser, Node *call);
/* A call with FROM: `trim('x' from y)` trims both sides. */
Node *syntax_from_call(Parser *parser, Node *call);
/* `x like any (p, q)`: x like p or x like q; `all`: and. The patterns may stand in an array. */
Node *syntax_like_any(Parser *parser, Node *operand, LikeKind of, bool all, Nodes patterns);
/* The 1 that nobody wrote: of `fetch first row only`, `substring(x for 3)`. */
Node *syntax_one_literal(Parser *parser, Span span);
/* `character varying`, one name. */
Part syntax_varying(Parser *parser, Part type, Part varying);
/* Warns of an alias that begins a line. */
void syntax_bare_alias(Parser *parser, Span expression, Span alias);

int64_t syntax_number(Parser *parser, Text digits, Span span);
Part syntax_singular(Parser *parser, Part unit);
Part syntax_text_name(Parser *parser, Text text, Span span);
/* The source's own spelling: keys of options keep it. */
Text syntax_spelling(Parser *parser, Span span);

#endif
