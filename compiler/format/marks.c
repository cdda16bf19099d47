/* What the tree knows of tokens. */
#include "compiler/format/internal.h"

typedef struct {
    Layout *layout;
    bool in_clause;
    bool in_grant; /* whose columns are names in a line */
} Marker;

/* The piece that begins at a position, or null. */
static Piece *piece_at(const Layout *layout, uint32_t position) {
    uint32_t low = 0, high = layout->count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (layout->pieces[middle].token.span.begin < position)
            low = middle + 1;
        else
            high = middle;
    }
    return low < layout->count && layout->pieces[low].token.span.begin == position ? &layout->pieces[low] : NULL;
}

static void mark(const Layout *layout, uint32_t position, unsigned marks) {
    Piece *piece = piece_at(layout, position);
    if (piece) piece->marks |= marks;
}

static void mark_name(void *context, Part *part) {
    mark(context, part->span.begin, MARK_NAME);
}

static void mark_close(const Layout *layout, Span span) {
    for (Piece *piece = piece_at(layout, span.begin); piece && piece < layout->pieces + layout->count; piece++) {
        if (piece->token.span.end >= span.end) break;
        piece->marks |= MARK_CLOSE;
    }
}

/* `decimal(18,2)`, `array<text>`, `text[]`: nothing stands between a type's signs. */
static void mark_type(const Layout *layout, const TypeName *type) {
    mark(layout, type->name.span.begin, MARK_CALLED);
    if (type->args.count > 1)
        for (Piece *piece = piece_at(layout, type->node.span.begin);
             piece && piece->token.span.end <= type->node.span.end; piece++)
            if (piece->token.kind == ',') piece->marks |= MARK_CLOSE;
    if (!type->element && !type->fields.count) return;
    for (Piece *piece = piece_at(layout, type->node.span.begin); piece && piece->token.span.end <= type->node.span.end;
         piece++) {
        bool sign = piece->token.kind == '<' || piece->token.kind == '[';
        bool before_sign = piece[1].token.kind == '<' || piece[1].token.kind == '>' || piece[1].token.kind == '[';
        if (sign || (before_sign && piece[1].token.span.end <= type->node.span.end)) piece->marks |= MARK_CLOSE;
    }
}

static void mark_last(const Layout *layout, Parts name, unsigned marks) {
    if (name.count) mark(layout, name.items[name.count - 1].span.begin, marks);
}

static void mark_column(const Layout *layout, const ColumnDecl *column) {
    mark(layout, column->node.span.begin, MARK_ROW);
    if (column->of != COLUMN_ITEM_COLUMN || !column->name.span.begin) return;
    mark(layout, column->name.span.begin, MARK_COLUMN);
    uint32_t constraint = column->constraints.count ? column->constraints.items[0]->span.begin : 0;
    if (column->type) mark(layout, column->type->span.begin, MARK_SECOND);
    if (constraint) mark(layout, constraint, column->type ? MARK_THIRD : MARK_SECOND);
}

static void mark_declaration(const Layout *layout, const Decl *decl) {
    mark(layout, decl->node.span.begin, MARK_DECLARATION);
    if (decl->of == DECL_FUNCTION || decl->of == DECL_TEMPLATE || decl->of == DECL_MASK)
        mark_last(layout, decl->name, MARK_CALLED);
    if (!decl->body) return;
    bool query = decl->body->kind == NODE_QUERY;
    mark(layout, decl->body->span.begin,
         (query ? MARK_QUERY_BODY : MARK_BODY) | (decl->of == DECL_TEMPLATE ? MARK_IN_TEMPLATE : 0u));
}

static void mark_clause(const Marker *marker, const Clause *clause) {
    mark(marker->layout, clause->node.span.begin, marker->in_clause ? MARK_SUBCLAUSE : MARK_CLAUSE);
    if (clause->of == CLAUSE_UNIT) mark_close(marker->layout, clause->expr->span);
}

static void mark_node(void *context, Node **place) {
    Marker marker = *(Marker *)context;
    const Layout *layout = marker.layout;
    Node *node = *place;
    node_names(node, mark_name, marker.layout);
    if (node->kind == NODE_DECL) {
        mark_declaration(layout, (Decl *)node);
        marker.in_clause = false;
        marker.in_grant = ((Decl *)node)->of == DECL_GRANT;
    } else if (node->kind == NODE_CLAUSE) {
        mark_clause(&marker, (Clause *)node);
        marker.in_clause = true;
    } else if (node->kind == NODE_COLUMN && !marker.in_grant) {
        mark_column(layout, (ColumnDecl *)node);
    } else if (node->kind == NODE_CONSTRAINT && ((Constraint *)node)->of == CONSTRAINT_UNIT) {
        mark_close(layout, ((Constraint *)node)->expr->span);
    } else if (node->kind == NODE_CALL) {
        mark_last(layout, ((Call *)node)->name, MARK_CALLED);
    } else if (node->kind == NODE_TYPE_NAME) {
        mark_type(layout, (TypeName *)node);
    } else if (node->kind == NODE_UNARY && ((Unary *)node)->of != OP_NOT) {
        mark(layout, node->span.begin, MARK_CLOSE);
    } else if (node->kind == NODE_SELECTION) {
        mark_close(layout, node->span);
    } else if (node->kind == NODE_OPTION) {
        mark(layout, node->span.begin, MARK_NAME);
    }
    node_kids(node, mark_node, &marker);
}

void format_mark(Layout *layout, Node *tree) {
    Marker marker = {.layout = layout};
    mark_node(&marker, &tree);
}
