/* What a relation means, as hashes: one of what decides which rows it has, and one of each column.
 *
 * Names that only the text has (aliases, CTEs, parameters), layout and comments are not in them. A column that is read stands
 * there with its own hash, so that what changes far upstream is found here, and only in what comes of it: equal hashes of the
 * rows and of some columns mean equal rows of these columns, if the data of the sources is equal and the query is stable.
 *
 * A table in FROM has columns of its own, numbered by how deep its SELECT stands and where in it, for the two sides of a self
 * join differ. Walks are as deep as the tree, which the parser bounds. */
#include "compiler/plan/meaning.h"

#include <string.h>

enum { HASH = 32 };

const char *meaning_hash(Arena *arena, const char *text, size_t length) {
    char hex[65];
    sha256_hex(text, length, hex);
    return arena_copy(arena, hex, HASH);
}

const char *meaning_hash_of(MeaningWalk *walk, Buffer *text) {
    return meaning_hash(walk->arena, buffer_string(text), text->length);
}

/* ------------------------------------------------------------------ any node */

static void put_text(Text text, Buffer *out) {
    buffer_format(out, " %u:", text.length);
    buffer_add(out, text.at ? text.at : "", text.length);
}

static void put_part(Part part, Buffer *out) {
    buffer_format(out, " %s", part.name ? part.name->text : "-");
}

static void put_parts(const Parts *parts, Buffer *out) {
    buffer_format(out, " [%u", parts->count);
    for (uint32_t i = 0; i < parts->count; i++) put_part(parts->items[i], out);
    buffer_char(out, ']');
}

void meaning_of_list(MeaningWalk *walk, const Nodes *list, Buffer *out) {
    buffer_format(out, " [%u", list->count);
    for (uint32_t i = 0; i < list->count; i++) meaning_of_node(walk, list->items[i], out);
    buffer_char(out, ']');
}

/* All fields as they are written, but for words about them. */
static void put_fields(MeaningWalk *walk, const Node *node, Buffer *out) {
#define SELF ((const This *)node)
#define KID(field) meaning_of_node(walk, SELF->field, out);
#define KIDS(field) meaning_of_list(walk, &SELF->field, out);
#define PARTS(field) put_parts(&SELF->field, out);
#define NAME(field) put_part(SELF->field, out);
#define TEXT(field) if (strcmp(#field, "doc") != 0) put_text(SELF->field, out);
#define INT(field) buffer_format(out, " %lld", (long long)SELF->field);
#define FLAG(field) buffer_format(out, " %d", SELF->field);
#define ENUM(type, field) buffer_format(out, " %d", (int)SELF->field);
#define NOTE(type, field)
#define CASE(KIND, Type, fields)                   \
    case NODE_##KIND: {                            \
        typedef Type This __attribute__((unused)); \
        fields                                     \
        break;                                     \
    }
#define NODE(KIND, Type, fields) CASE(KIND, Type, fields)
#define ROWS(KIND, Type, fields) CASE(KIND, Type, fields)
#define EXPR(KIND, Type, fields) CASE(KIND, Type, fields)
    switch ((NodeKind)node->kind) {
#include "compiler/syntax/node.def"
    }
}

static void put_node(MeaningWalk *walk, const Node *node, Buffer *out) {
    buffer_format(out, " (%s", node_kind_name((NodeKind)node->kind));
    put_fields(walk, node, out);
    buffer_char(out, ')');
}

/* --------------------------------------------------------------- expressions */

static const char *type_of(const MeaningWalk *walk, const Type *type) {
    return type ? type_text(walk->program->types, type) : "";
}

/* Parts behind the column are fields of a struct. */
static void put_ref(MeaningWalk *walk, const Ref *ref, Buffer *out) {
    if (!ref->column) {
        put_node(walk, &ref->expr.node, out);
        return;
    }
    uint32_t first = 0;
    while (first < ref->name.count && ref->name.items[first].name != ref->column->name) first++;
    buffer_format(out, " #%s", meaning_of_column(walk, ref->column));
    for (uint32_t i = first + 1; i < ref->name.count; i++) put_part(ref->name.items[i], out);
    if (first + 1 < ref->name.count) buffer_format(out, ":%s", type_of(walk, ref->expr.type));
}

static void put_window(MeaningWalk *walk, const Window *window, Buffer *out) {
    for (; window; window = window->based_on) {
        buffer_format(out, " (over %d %d", (int)window->unit, (int)window->exclude);
        meaning_of_list(walk, &window->partition, out);
        meaning_of_list(walk, &window->order, out);
        meaning_of_node(walk, window->start, out);
        meaning_of_node(walk, window->end, out);
        buffer_char(out, ')');
    }
}

static const char *name_of_call(const MeaningWalk *walk, const Call *call) {
    const Decl *decl = call->signature ? call->signature->decl : NULL;
    return parts_text(walk->arena, decl && decl->name.count ? decl->name : call->name);
}

static void put_call(MeaningWalk *walk, const Call *call, Buffer *out) {
    buffer_format(out, " (%s %d %d %d %d", name_of_call(walk, call), call->star, call->distinct, (int)call->form, (int)call->nulls);
    meaning_of_list(walk, &call->args, out);
    meaning_of_list(walk, &call->order, out);
    meaning_of_list(walk, &call->within, out);
    meaning_of_node(walk, call->filter, out);
    put_window(walk, call->window, out);
    buffer_char(out, ')');
    if (!call_is_stable(walk, call)) walk->unstable = true;
}

static void put_typed(MeaningWalk *walk, const Expr *expr, const Node *operand, int how, Text text, Buffer *out) {
    buffer_format(out, " (as %d %s %s", how, type_of(walk, expr->type), unit_text(walk->program->types, expr->unit));
    if (operand) meaning_of_node(walk, operand, out);
    put_text(text, out);
    buffer_char(out, ')');
}

static void put_columns(MeaningWalk *walk, const Node *rowset, Buffer *out) {
    const Rows *rows = ((const Rowset *)rowset)->rows;
    for (uint32_t i = 0; rows && i < rows->columns.count; i++)
        buffer_format(out, " #%s", meaning_of_column(walk, rows->columns.items[i]));
}

static void put_order(MeaningWalk *walk, const Query *query, Buffer *out);

/* A query that is a value, or an array: its rows with all their columns, in its order. */
static void put_query(MeaningWalk *walk, Query *query, Buffer *out) {
    buffer_text(out, " (query");
    meaning_of_rows(walk, (Node *)query, out);
    put_columns(walk, (Node *)query, out);
    put_order(walk, query, out);
    buffer_char(out, ')');
}

void meaning_of_node(MeaningWalk *walk, const Node *node, Buffer *out) {
    if (!node) {
        buffer_text(out, " -");
        return;
    }
    switch ((NodeKind)node->kind) {
    case NODE_REF: put_ref(walk, (const Ref *)node, out); break;
    case NODE_CALL: put_call(walk, (const Call *)node, out); break;
    case NODE_CAST:
        put_typed(walk, (const Expr *)node, ((const Cast *)node)->operand, ((const Cast *)node)->is_try, (Text){0}, out);
        break;
    case NODE_TYPED_LITERAL: put_typed(walk, (const Expr *)node, NULL, 2, ((const TypedLiteral *)node)->text, out); break;
    case NODE_PARAMETER: buffer_format(out, " $%lld", (long long)((const Parameter *)node)->index); break;
    case NODE_INLINED:
        buffer_text(out, " (inlined");
        meaning_of_list(walk, &((const Inlined *)node)->args, out);
        meaning_of_node(walk, ((const Inlined *)node)->body, out);
        buffer_char(out, ')');
        break;
    case NODE_QUERY: put_query(walk, (Query *)node, out); break;
    case NODE_EXISTS:
        buffer_text(out, " (exists");
        meaning_of_rows(walk, ((const Exists *)node)->query, out);
        buffer_char(out, ')');
        break;
    case NODE_ARRAY_QUERY:
        walk->unstable = true;
        put_node(walk, node, out);
        break;
    default: put_node(walk, node, out);
    }
}

/* -------------------------------------------------------------------- columns */

static const char *of_sides(MeaningWalk *walk, const Column *column) {
    Buffer text;
    buffer_open(&text, walk->arena);
    const Node *maker = column->maker;
    buffer_format(&text, "%s %d", node_kind_name((NodeKind)maker->kind),
                  maker->kind == NODE_SET_OPERATION ? (int)((const SetOperation *)maker)->of : -1);
    buffer_format(&text, " %s", column->copied ? meaning_of_column(walk, column->copied) : "-");
    buffer_format(&text, " %s", column->other ? meaning_of_column(walk, column->other) : "-");
    return meaning_hash_of(walk, &text);
}

static const char *of_values(MeaningWalk *walk, const Values *values, uint32_t index) {
    Buffer text;
    buffer_open(&text, walk->arena);
    buffer_text(&text, "values");
    for (uint32_t i = 0; i < values->rows.count; i++) {
        const Row *row = (const Row *)values->rows.items[i];
        if (index < row->items.count) meaning_of_node(walk, row->items.items[index], &text);
    }
    return meaning_hash_of(walk, &text);
}

static const char *of_expr(MeaningWalk *walk, const Expr *expr) {
    Buffer text;
    buffer_open(&text, walk->arena);
    meaning_of_node(walk, &expr->node, &text);
    return meaning_hash_of(walk, &text);
}

static const char *make_column(MeaningWalk *walk, const Column *column) {
    NodeKind kind = column->maker ? (NodeKind)column->maker->kind : NODE_SELECT;
    if (column->relation) return walk->of_relation(walk, column);
    if (kind == NODE_SET_OPERATION || kind == NODE_JOIN) return of_sides(walk, column);
    if (kind == NODE_VALUES) return of_values(walk, (const Values *)column->maker, column->index);
    if (column->expr) return of_expr(walk, column->expr);
    return column->copied ? meaning_of_column(walk, column->copied) : "unknown";
}

const char *meaning_of_column(MeaningWalk *walk, const Column *column) {
    const char *known = map_get(&walk->columns, column);
    if (known) return known;
    map_put(&walk->columns, column, (void *)"itself"); /* an alias that names itself is reported elsewhere */
    known = make_column(walk, column);
    map_put(&walk->columns, column, (void *)known);
    return known;
}

/* The columns of a table in FROM, each of which is what it copies, there. */
static void place_table(MeaningWalk *walk, const Node *table, const char *what) {
    const Rows *rows = ((const Rowset *)table)->rows;
    uint32_t nth = walk->tables++;
    for (uint32_t i = 0; rows && i < rows->columns.count; i++) {
        Column *column = rows->columns.items[i];
        const char *copied = what ? arena_format(walk->arena, "%s.%u", what, i) : column->copied ? meaning_of_column(walk, column->copied) : "unknown";
        map_put(&walk->columns, column, arena_format(walk->arena, "%u.%u:%s", walk->level, nth, copied));
    }
}

/* ---------------------------------------------------------------- rows: FROM */

static void put_table(MeaningWalk *walk, const TableRef *table, Buffer *out) {
    const char *rows = table->cte ? map_get(&walk->rows, table->cte) : NULL;
    if (table->relation && !table->cte) rows = walk->rows_of_relation(walk, table->relation);
    buffer_format(out, " (table %s", rows ? rows : "unknown");
    if (table->as_of) meaning_of_node(walk, table->as_of, out);
    buffer_char(out, ')');
    place_table(walk, (const Node *)table, NULL);
}

/* `history(a.b)` names a relation; types leaves the call alone. */
static const Relation *named_relation(const MeaningWalk *walk, const Node *argument) {
    return argument->kind == NODE_REF && !((const Ref *)argument)->column ? program_relation(walk->program, ((const Ref *)argument)->name) : NULL;
}

static void put_table_function(MeaningWalk *walk, const TableFunction *table, Buffer *out) {
    Buffer text;
    buffer_open(&text, walk->arena);
    buffer_format(&text, "function %d %d", table->lateral, table->ordinality);
    meaning_of_node(walk, table->call, &text);
    const Call *call = table->call->kind == NODE_CALL ? (const Call *)table->call : NULL;
    for (uint32_t i = 0; call && i < call->args.count; i++) {
        const Relation *relation = named_relation(walk, call->args.items[i]);
        if (!relation) continue;
        buffer_format(&text, " %s", walk->rows_of_relation(walk, relation));
        for (uint32_t k = 0; relation->rows && k < relation->rows->columns.count; k++)
            buffer_format(&text, " %s", walk->of_relation(walk, relation->rows->columns.items[k]));
    }
    const char *what = meaning_hash_of(walk, &text);
    buffer_format(out, " %s", what);
    place_table(walk, (const Node *)table, what);
}

static void put_join(MeaningWalk *walk, const Join *join, Buffer *out) {
    Rows *sides[] = {((Rowset *)join->left)->rows, ((Rowset *)join->right)->rows};
    buffer_format(out, " (join %d %d %d", (int)join->of, join->natural, join->asof);
    meaning_of_rows(walk, join->left, out);
    meaning_of_rows(walk, join->right, out);
    meaning_of_node(walk, join->on, out);
    for (uint32_t i = 0; i < join->using_names.count; i++)
        for (int side = 0; side < 2; side++) {
            const Column *column = sides[side] ? rows_find(sides[side], join->using_names.items[i].name) : NULL;
            buffer_format(out, " %s", column ? meaning_of_column(walk, column) : "unknown");
        }
    buffer_char(out, ')');
}

/* What turns columns into rows, or rows into columns, is taken whole. */
static void put_turned(MeaningWalk *walk, const Node *turned, const Node *table, Buffer *out) {
    Buffer text;
    buffer_open(&text, walk->arena);
    meaning_of_rows(walk, (Node *)table, &text);
    put_columns(walk, table, &text);
    if (turned->kind == NODE_PIVOT) {
        const Pivot *pivot = (const Pivot *)turned;
        meaning_of_list(walk, &pivot->aggregates, &text);
        meaning_of_list(walk, &pivot->fors, &text);
        meaning_of_list(walk, &pivot->group, &text);
    } else if (turned->kind == NODE_UNPIVOT) {
        const Unpivot *unpivot = (const Unpivot *)turned;
        buffer_format(&text, "unpivot %d", unpivot->include_nulls);
        meaning_of_list(walk, &unpivot->values, &text);
    }
    if (turned->kind == NODE_SAMPLE) walk->unstable = true;
    const char *what = meaning_hash_of(walk, &text);
    buffer_format(out, " (%s %s)", node_kind_name((NodeKind)turned->kind), what);
    place_table(walk, turned, what);
}

/* -------------------------------------------------------------- rows: queries */

static void put_groups(MeaningWalk *walk, const Select *select, Buffer *out) {
    const SelectFacts *facts = select->facts;
    bool plain = facts && !facts->open;
    for (uint32_t i = 0; i < select->group.count; i++) {
        NodeKind kind = (NodeKind)select->group.items[i]->kind;
        plain = plain && kind != NODE_GROUPING_SETS && kind != NODE_CALL && kind != NODE_ROW;
    }
    buffer_format(out, " (group %d %d", facts && facts->aggregated, facts && facts->one_group);
    for (uint32_t i = 0; facts && i < facts->group.count; i++) meaning_of_node(walk, &facts->group.items[i]->node, out);
    if (!plain) {
        meaning_of_list(walk, &select->group, out);
        put_columns(walk, (const Node *)select, out);
    }
    buffer_char(out, ')');
}

/* The columns of the list are found here, too: queries within them stand as deep as this one. */
static void put_select(MeaningWalk *walk, Select *select, Buffer *out) {
    uint32_t tables = walk->tables;
    const Select *outer = walk->select;
    Buffer aside;
    buffer_open(&aside, walk->arena);
    walk->level++;
    walk->tables = 0;
    walk->select = select;
    buffer_format(out, " (select %d", select->distinct);
    for (uint32_t i = 0; i < select->from.count; i++) meaning_of_rows(walk, select->from.items[i], out);
    put_columns(walk, (const Node *)select, &aside);
    meaning_of_node(walk, select->where, out);
    put_groups(walk, select, out);
    meaning_of_node(walk, select->having, out);
    meaning_of_node(walk, select->qualify, out);
    meaning_of_list(walk, &select->distinct_on, out);
    if (select->distinct || (select->facts && select->facts->unnests)) put_columns(walk, (const Node *)select, out);
    buffer_char(out, ')');
    walk->level--;
    walk->tables = tables;
    walk->select = outer;
}

static uint32_t ordinal_of(const Node *expr) {
    uint32_t position = 0;
    if (!expr || expr->kind != NODE_LITERAL || ((const Literal *)expr)->of != LITERAL_INTEGER) return 0;
    Text text = ((const Literal *)expr)->text;
    for (uint32_t i = 0; i < text.length && position < 100000; i++) position = position * 10 + (uint32_t)(text.at[i] - '0');
    return position;
}

static void put_order(MeaningWalk *walk, const Query *query, Buffer *out) {
    const Rows *rows = query->rowset.rows;
    walk->level++;
    for (uint32_t i = 0; i < query->order.count; i++) {
        const Sort *sort = (const Sort *)query->order.items[i];
        uint32_t position = ordinal_of(sort->expr);
        buffer_format(out, " (by %d %d", (int)sort->direction, (int)sort->nulls);
        if (position && rows && position <= rows->columns.count)
            buffer_format(out, " #%s", meaning_of_column(walk, rows->columns.items[position - 1]));
        else if (sort->expr) meaning_of_node(walk, sort->expr, out);
        else put_columns(walk, (const Node *)query, out);
        buffer_char(out, ')');
    }
    if (query->order_all) put_columns(walk, (const Node *)query, out);
    walk->level--;
}

/* A query that reads itself is taken whole; while it is read it stands for its columns by number. */
static void put_cte(MeaningWalk *walk, const Cte *cte, bool recursive) {
    const Rows *rows = cte->rowset.rows, *inner = ((const Rowset *)cte->query)->rows;
    Buffer text;
    buffer_open(&text, walk->arena);
    for (uint32_t i = 0; recursive && rows && i < rows->columns.count; i++)
        map_put(&walk->columns, rows->columns.items[i], arena_format(walk->arena, "again%u.%u", walk->level, i));
    if (recursive) map_put(&walk->rows, cte, arena_format(walk->arena, "again%u", walk->level));
    meaning_of_rows(walk, cte->query, &text);
    if (recursive) put_columns(walk, cte->query, &text);
    const char *hash = meaning_hash_of(walk, &text);
    map_put(&walk->rows, cte, (void *)hash);
    for (uint32_t i = 0; rows && i < rows->columns.count; i++) {
        const char *column = inner && i < inner->columns.count ? meaning_of_column(walk, inner->columns.items[i]) : "unknown";
        map_put(&walk->columns, rows->columns.items[i], recursive ? arena_format(walk->arena, "%s.%u", hash, i) : (void *)column);
    }
}

/* ORDER BY decides where not all rows are kept. */
static void put_query_rows(MeaningWalk *walk, Query *query, Buffer *out) {
    bool first_of_each = query->body && query->body->kind == NODE_SELECT && ((Select *)query->body)->distinct_on.count;
    for (uint32_t i = 0; i < query->ctes.count; i++) put_cte(walk, (const Cte *)query->ctes.items[i], query->recursive);
    meaning_of_rows(walk, query->body, out);
    if (!query->limit && !query->offset && !first_of_each) return;
    put_order(walk, query, out);
    buffer_format(out, " (limit %d", query->with_ties);
    meaning_of_node(walk, query->limit, out);
    meaning_of_node(walk, query->offset, out);
    buffer_char(out, ')');
    if (!query_is_stable(walk->program, query)) walk->unstable = true;
}

static void put_set(MeaningWalk *walk, const SetOperation *set, Buffer *out) {
    buffer_format(out, " (set %d %d %d", (int)set->of, set->all, set->by_name);
    meaning_of_rows(walk, set->left, out);
    meaning_of_rows(walk, set->right, out);
    if (set->of != SET_UNION || !set->all) {
        put_columns(walk, set->left, out);
        put_columns(walk, set->right, out);
    }
    buffer_char(out, ')');
}

void meaning_of_rows(MeaningWalk *walk, Node *rowset, Buffer *out) {
    if (!rowset) return;
    switch ((NodeKind)rowset->kind) {
    case NODE_QUERY: put_query_rows(walk, (Query *)rowset, out); break;
    case NODE_SELECT: put_select(walk, (Select *)rowset, out); break;
    case NODE_VALUES: buffer_format(out, " (values %u)", ((const Values *)rowset)->rows.count); break;
    case NODE_SET_OPERATION: put_set(walk, (const SetOperation *)rowset, out); break;
    case NODE_TABLE_REF: put_table(walk, (const TableRef *)rowset, out); break;
    case NODE_TABLE_FUNCTION: put_table_function(walk, (const TableFunction *)rowset, out); break;
    case NODE_TABLE_QUERY:
        meaning_of_rows(walk, ((const TableQuery *)rowset)->query, out);
        place_table(walk, rowset, NULL);
        break;
    case NODE_TABLE_PARENS:
        meaning_of_rows(walk, ((const TableParens *)rowset)->table, out);
        break; /* its columns are copies */
    case NODE_JOIN: put_join(walk, (const Join *)rowset, out); break;
    case NODE_PIVOT: put_turned(walk, rowset, ((const Pivot *)rowset)->table, out); break;
    case NODE_UNPIVOT: put_turned(walk, rowset, ((const Unpivot *)rowset)->table, out); break;
    case NODE_SAMPLE: put_turned(walk, rowset, ((const Sample *)rowset)->table, out); break;
    default: put_node(walk, rowset, out);
    }
}
