#include "compiler/syntax/build.h"

#include <string.h>

Node *syntax_made(Parser *parser, Node *node, NodeKind kind, Span span) {
    node->kind = (uint16_t)kind;
    node->span = span;
    node->height = node_measure(node);
    if (node->height > SYNTAX_MOST_HEIGHT && !parser->too_deep.begin) parser->too_deep = span;
    return node;
}

/* Most lists are short: the first item gets a place of its own, no more. */
Nodes syntax_list(Parser *parser, Node *node) {
    Node **items = arena_alloc(parser->arena, sizeof *items);
    *items = node;
    return (Nodes){items, 1, 1};
}

Nodes syntax_add(Parser *parser, Nodes list, Node *node) {
    vec_push(parser->arena, &list, node);
    return list;
}

Nodes syntax_prepend(Parser *parser, Node *first, Nodes rest) {
    Nodes list = syntax_list(parser, first);
    for (uint32_t i = 0; i < rest.count; i++) vec_push(parser->arena, &list, rest.items[i]);
    return list;
}

Parts syntax_one(Parser *parser, Part part) {
    Part *items = arena_alloc(parser->arena, sizeof *items);
    *items = part;
    return (Parts){items, 1, 1};
}

Parts syntax_more(Parser *parser, Parts parts, Part part) {
    vec_push(parser->arena, &parts, part);
    return parts;
}

/* ------------------------------------------------------------ declarations */

/* A declaration that is nested too deep is given up: no phase is handed a tree on which recursion could end badly. */
void syntax_item(Parser *parser, Node *item) {
    if (parser->too_deep.begin)
        syntax_lost(parser);
    else
        vec_push(parser->arena, &parser->tree->items, item);
    if (parser->end_invented && ((Decl *)item)->of != DECL_QUERY) syntax_report_end(parser);
}

/* The kind that a declaration's first token says; DECL_QUERY for none. */
static DeclKind kind_of(int token) {
    switch (token) {
    case T_PROJECT: return DECL_PROJECT;
    case T_TARGET: return DECL_TARGET;
    case T_OWNER: return DECL_OWNER;
    case T_LAYER: return DECL_LAYER;
    case T_TAG: return DECL_TAG;
    case T_ROLE: return DECL_ROLE;
    case T_UNIT: return DECL_UNIT;
    case T_TYPE: return DECL_TYPE;
    case T_CONST: return DECL_CONST;
    case T_FUNCTION: return DECL_FUNCTION;
    case T_SOURCE: return DECL_SOURCE;
    case T_MODEL: return DECL_MODEL;
    case T_TEMPLATE: return DECL_TEMPLATE;
    case T_MASK: return DECL_MASK;
    case T_METRIC: return DECL_METRIC;
    case T_DASHBOARD: return DECL_DASHBOARD;
    case T_JOB: return DECL_JOB;
    case T_DELIVERY: return DECL_DELIVERY;
    default: return DECL_QUERY;
    }
}

/* What could be read of a lost declaration, so that its name is known and nobody reports it missing. */
void syntax_lost(Parser *parser) {
    if (parser->too_deep.begin) syntax_report_depth(parser);
    Lexeme *head = parser->head;
    DeclKind kind = parser->head_count > 1 ? kind_of(head->kind) : DECL_QUERY;
    if (kind == DECL_QUERY || (kind == DECL_UNIT && head[1].kind == T_TEST)) return;
    Parts name = {0};
    uint32_t i = 1;
    for (; i < parser->head_count; i += 2) {
        if (head[i].kind != T_NAME && !token_is_word(head[i].kind)) break;
        vec_push(parser->arena, &name, head[i].value.T_NAME);
        if (i + 1 >= parser->head_count || head[i + 1].kind != '.') break;
    }
    if (!name.count) return;
    Decl *decl =
        (Decl *)node_new(parser->arena, NODE_DECL, (Span){head->span.begin, name.items[name.count - 1].span.end});
    decl->of = kind;
    decl->name = name;
    decl->broken = true;
    vec_push(parser->arena, &parser->tree->items, (Node *)decl);
}

Decl *syntax_with(Parser *parser, Decl *decl, Node *clause) {
    vec_push(parser->arena, &decl->clauses, clause);
    return (Decl *)syntax_made(parser, (Node *)decl, NODE_DECL, SPAN(decl->node.span, clause->span));
}

Decl *syntax_with_origin(Parser *parser, Decl *decl, Node *clause, ClauseKind to) {
    for (uint32_t i = decl->clauses.count; i-- > 0;) {
        Clause *origin = (Clause *)decl->clauses.items[i];
        if (origin->of != to) continue;
        bool adjacent = i + 1 == decl->clauses.count;
        vec_push(parser->arena, &origin->kids, clause);
        syntax_made(parser, (Node *)origin, NODE_CLAUSE,
                    adjacent ? SPAN(origin->node.span, clause->span) : origin->node.span);
        syntax_made(parser, (Node *)decl, NODE_DECL, SPAN(decl->node.span, clause->span));
        return decl;
    }
    return syntax_with(parser, decl, clause);
}

Decl *syntax_body(Parser *parser, Decl *decl, Node *body) {
    decl->body = body;
    return (Decl *)syntax_made(parser, (Node *)decl, NODE_DECL, SPAN(decl->node.span, body->span));
}

Decl *syntax_release(Parser *parser, Decl *decl, Node *categories, Node *to) {
    return syntax_with(parser, syntax_with(parser, decl, categories), to);
}

Nodes syntax_value_column(Parser *parser, Nodes constraints, Span span) {
    Node *column = MAKE_AT(span, COLUMN, ColumnDecl, .name = {name_of(parser->names, "value"), NOWHERE},
                           .constraints = constraints);
    return LIST(column);
}

Nodes syntax_named_columns(Parser *parser, Parts names) {
    Nodes columns = NO_NODES;
    for (uint32_t i = 0; i < names.count; i++)
        columns = ADD(columns, MAKE_AT(names.items[i].span, COLUMN, ColumnDecl, .name = names.items[i]));
    return columns;
}

Node *syntax_add_constraint(Parser *parser, Node *column, Node *constraint) {
    vec_push(parser->arena, &((ColumnDecl *)column)->constraints, constraint);
    return syntax_made(parser, column, NODE_COLUMN, SPAN(column->span, constraint->span));
}

Node *syntax_row_of_refs(Parser *parser, Parts names, Span span) {
    Nodes items = NO_NODES;
    for (uint32_t i = 0; i < names.count; i++)
        items = ADD(items, MAKE_AT(names.items[i].span, REF, Ref, .name = ONE(names.items[i])));
    return MAKE_AT(span, ROW, Row, .items = items);
}

/* The first language goes to the dimension itself; each further one is a dimension of the same name. */
Nodes syntax_in_language(Parser *parser, Nodes dimensions, Part language, Parts name, Span span) {
    Dimension *first = (Dimension *)dimensions.items[0];
    if (first->language.name)
        return ADD(dimensions,
                   MAKE_AT(span, DIMENSION, Dimension, .name = first->name, .language = language, .in_language = name));
    first->language = language;
    first->in_language = name;
    first->node.span.end = span.end;
    return dimensions;
}

Text syntax_more_doc(Parser *parser, Text doc, Text line) {
    Buffer *lines = &parser->doc;
    if (doc.at != lines->at) { /* not the last one made longer */
        buffer_open(lines, parser->arena);
        buffer_add(lines, doc.at, doc.length);
    }
    buffer_char(lines, '\n');
    buffer_add(lines, line.at, line.length);
    return (Text){lines->at, (uint32_t)lines->length};
}

/* ----------------------------------------------------------------- queries */

Query *syntax_query(Parser *parser, Span span, Query *with, Node *body, Query *tail) {
    Query *query = tail ? tail : with ? with : arena_new(parser->arena, Query);
    if (with) query->ctes = with->ctes, query->recursive = with->recursive;
    query->body = body;
    return (Query *)syntax_made(parser, (Node *)query, NODE_QUERY, span);
}

Node *syntax_operand(Query *query) {
    bool bare = !query->ctes.count && !query->order.count && !query->limit && !query->offset;
    return bare ? query->body : (Node *)query;
}

Alias *syntax_alias(Parser *parser, Part name, Parts columns) {
    Alias *alias = arena_new(parser->arena, Alias);
    *alias = (Alias){name, columns};
    return alias;
}

Node *syntax_table_function(Parser *parser, Node *call, bool lateral, const Alias *alias, Span span) {
    TableFunction *table = (TableFunction *)call;
    if (call->kind != NODE_TABLE_FUNCTION) {
        table = arena_new(parser->arena, TableFunction);
        table->call = call;
    }
    table->lateral = lateral;
    if (alias) table->alias = alias->name, table->columns = alias->columns;
    return syntax_made(parser, (Node *)table, NODE_TABLE_FUNCTION, span);
}

static bool is_unbounded(const Node *node) {
    const Ref *ref = (const Ref *)node;
    return node->kind == NODE_REF && ref->name.count == 1 && !strcmp(ref->name.items[0].name->text, "unbounded");
}

Node *syntax_bound(Parser *parser, Node *offset, bool preceding, Span span) {
    if (is_unbounded(offset))
        return MAKE_AT(span, BOUND, Bound, .of = preceding ? BOUND_UNBOUNDED_PRECEDING : BOUND_UNBOUNDED_FOLLOWING);
    return MAKE_AT(span, BOUND, Bound, .of = preceding ? BOUND_PRECEDING : BOUND_FOLLOWING, .offset = offset);
}

void syntax_bare_alias(Parser *parser, Span expression, Span alias) {
    const char *gap = parser->source->text + (expression.end - parser->source->base);
    if (!parser->diag || alias.begin - expression.end < 1 || !memchr(gap, '\n', alias.begin - expression.end)) return;
    Report *report =
        diag_report(parser->diag, CODE_G0107, alias, "alias `%.*s` begins a line: is a comma missing before it?",
                    (int)(alias.end - alias.begin), parser->source->text + (alias.begin - parser->source->base));
    report_edit(parser->diag, report, span_after(expression), ",", "put a comma if it is an item of its own");
    report_edit(parser->diag, report, (Span){alias.begin, alias.begin}, "as ", "write `as` if it is the alias");
}

static Node *no_columns(Parser *parser, const Node *call) {
    if (parser->diag) {
        Report *report = diag_report(parser->diag, CODE_G0124, call->span, "columns cannot be chosen by a pattern");
        report_help(parser->diag, report,
                    "`* exclude (…)`, `* replace (…)` and `for … in` say which columns there are");
    }
    return MAKE_AT(call->span, ERROR, ErrorExpr, .text = scan_slice(parser, call->span, 0));
}

/* struct_pack(a := 1, b := 2); null if an argument has no name. */
static Node *packed_struct(Parser *parser, const Call *call) {
    Nodes fields = NO_NODES;
    for (uint32_t i = 0; i < call->args.count; i++) {
        if (call->args.items[i]->kind != NODE_NAMED_ARGUMENT) return NULL;
        const NamedArgument *argument = (const NamedArgument *)call->args.items[i];
        Node *field = MAKE_AT(argument->expr.node.span, SELECT_ITEM, SelectItem, .expr = argument->value,
                              .alias = argument->name);
        fields = ADD(fields, field);
    }
    return MAKE_AT(call->expr.node.span, STRUCT, StructLiteral, .fields = fields);
}

static bool is_unit(const Node *node) {
    static const char *const UNITS[] = {"year", "quarter", "month", "week", "day", "hour", "minute", "second", "millisecond",
                                        "microsecond", "years", "months", "weeks", "days", "hours", "minutes", "seconds"};
    if (node->kind != NODE_REF || ((const Ref *)node)->name.count != 1) return false;
    for (size_t i = 0; i < sizeof UNITS / sizeof *UNITS; i++)
        if (!strcmp(UNITS[i], ((const Ref *)node)->name.items[0].name->text)) return true;
    return false;
}

/* datediff(day, a, b), as SQL Server, Redshift and Snowflake have it: the unit is a word, not a column. BigQuery puts it at
 * the end: date_trunc(a, day), date_diff(b, a, day). */
static void unit_as_text(Parser *parser, const Call *call) {
    static const char *const FUNCTIONS[] = {"datediff", "date_diff", "dateadd", "date_add", "timestampdiff", "timestampadd",
                                            "date_part", "datepart", "date_trunc", "datetrunc"};
    const char *name = call->name.items[0].name->text;
    Node **args = call->args.items;
    uint32_t last = call->args.count - 1;
    bool takes_unit = false;
    for (size_t i = 0; i < sizeof FUNCTIONS / sizeof *FUNCTIONS; i++) takes_unit |= !strcmp(FUNCTIONS[i], name);
    if (!takes_unit || call->args.count < 2 || call->args.count > 3) return;
    bool behind = !is_unit(args[0]) && args[0]->kind != NODE_LITERAL && is_unit(args[last]) &&
                  (last == 1 ? !strcmp(name, "date_trunc") : !strcmp(name, "date_diff"));
    if (!behind && !is_unit(args[0])) return;
    Node *unit = args[behind ? last : 0], *first = args[0];
    if (behind) args[last] = first;
    args[0] = LITERAL_AT(unit->span, STRING, text_of(((const Ref *)unit)->name.items[0].name->text));
}

Node *syntax_special_call(Parser *parser, Node *node) {
    const Call *call = (const Call *)node;
    if (call->name.count != 1) return node;
    const char *name = call->name.items[0].name->text;
    unit_as_text(parser, call);
    Node *packed = strcmp(name, "struct_pack") ? NULL : packed_struct(parser, call);
    if (packed) return packed;
    if (!strcmp(name, "row") && !call->star) return MAKE_AT(node->span, ROW, Row, .items = call->args);
    return strcmp(name, "columns") ? node : no_columns(parser, node);
}

Node *syntax_from_call(Parser *parser, Node *node) {
    (void)parser;
    Call *call = (Call *)node;
    bool trims = call->name.count == 1 && !strcmp(call->name.items[0].name->text, "trim");
    call->form = trims ? CALL_TRIM_BOTH : CALL_FROM;
    return node;
}

Node *syntax_like_any(Parser *parser, Node *operand, LikeKind of, bool all, Nodes patterns) {
    if (patterns.count == 1 && patterns.items[0]->kind == NODE_ARRAY && ((Array *)patterns.items[0])->items.count)
        patterns = ((Array *)patterns.items[0])->items;
    Node *any = NULL;
    for (uint32_t i = 0; i < patterns.count; i++) {
        Span span = SPAN(operand->span, patterns.items[i]->span);
        Node *value = i ? node_clone(parser->arena, operand) : operand;
        Node *one = MAKE_AT(span, LIKE, Like, .of = of, .operand = value, .pattern = patterns.items[i]);
        any = any ? MAKE_AT(span, BINARY, Binary, .of = all ? OP_AND : OP_OR, .left = any, .right = one) : one;
    }
    return any;
}

Node *syntax_one_literal(Parser *parser, Span span) {
    return LITERAL_AT(span, INTEGER, text_of("1"));
}

Part syntax_varying(Parser *parser, Part type, Part varying) {
    const char *both = arena_format(parser->arena, "%s varying", type.name->text);
    return (Part){name_of(parser->names, both), SPAN(type.span, varying.span)};
}

/* ------------------------------------------------------------ small values */

int64_t syntax_number(Parser *parser, Text digits, Span span) {
    int64_t value = 0;
    for (uint32_t i = 0; i < digits.length; i++) {
        int digit = digits.at[i] - '0';
        if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, digit, &value)) {
            if (parser->diag) diag_report(parser->diag, CODE_G0112, span, "this number is too large");
            return 0;
        }
    }
    return value;
}

Part syntax_singular(Parser *parser, Part unit) {
    uint32_t length = unit.name->length;
    if (unit.name->text[length - 1] == 's') unit.name = names_intern(parser->names, unit.name->text, length - 1);
    return unit;
}

Part syntax_text_name(Parser *parser, Text text, Span span) {
    return (Part){names_intern(parser->names, text.at, text.length), span};
}

Text syntax_spelling(Parser *parser, Span span) {
    return scan_slice(parser, span, 0);
}
