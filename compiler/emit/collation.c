/* Text is ordered by code point, whatever order the database has.
 *
 * Every text that a query of ours gives has the collation "C": a select item, and the first row of VALUES, says so where
 * that does not follow from what it is made of. So every column that is named has it, and what is made of one. What is
 * left, such as a literal compared with a literal, gets it where the order matters. Equality needs none. */
#include "compiler/emit/internal.h"

#include <string.h>

/* A text or an array of texts. */
static bool is_text(const Expr *expr) {
    if (!expr->type) return false;
    return expr->type->kind == TYPE_TEXT || (expr->type->kind == TYPE_ARRAY && expr->type->element->kind == TYPE_TEXT);
}

static bool has_it(Emitter *emitter, const Expr *expr);

static bool any_has_it(Emitter *emitter, const Nodes *exprs) {
    for (uint32_t i = 0; i < exprs->count; i++) {
        const Expr *expr = (const Expr *)exprs->items[i];
        if (is_text(expr) && has_it(emitter, expr)) return true;
    }
    return false;
}

static bool call_has_it(Emitter *emitter, const Call *call) {
    const Clause *clause = template_of(emitter, call);
    const char text[] = "collate \"C\"", bytes[] = "convert_to(";
    if (clause && clause->text.length && memmem(clause->text.at, clause->text.length, bytes, sizeof bytes - 1)) return false; /* which have none */
    if (clause && clause->text.length && memmem(clause->text.at, clause->text.length, text, sizeof text - 1)) return true;
    return any_has_it(emitter, &call->args);
}

static bool case_has_it(Emitter *emitter, const Case *node) {
    for (uint32_t i = 0; i < node->whens.count; i++)
        if (has_it(emitter, (const Expr *)NODE_AS(When, WHEN, node->whens.items[i])->result)) return true;
    return node->otherwise && has_it(emitter, (const Expr *)node->otherwise);
}

/* A column of what a function in FROM gives has what the function's arguments have. */
static bool ref_has_it(Emitter *emitter, const Ref *ref) {
    const Expr *item = aliased_item(emitter, ref);
    if (item) return has_it(emitter, item);
    bool made = !ref->table || ref->table->kind == NODE_TABLE_FUNCTION || ref->table->kind == NODE_UNPIVOT;
    return ref->column && ref->column->type == ref->expr.type && !made;
}

static bool framed_has_it(Emitter *emitter, const Expr *expr) {
    Frame *before = emitter->frame;
    bool has = false;
    if (expr->node.kind == NODE_INLINED) {
        Frame frame = {.call = NODE_AS(Inlined, INLINED, expr), .outer = before};
        emitter->frame = &frame;
        has = has_it(emitter, (const Expr *)frame.call->body);
    } else {
        const Expr *argument = expr_behind(expr, &emitter->frame);
        has = argument != expr && has_it(emitter, argument);
    }
    emitter->frame = before;
    return has;
}

static bool has_it(Emitter *emitter, const Expr *expr) {
    switch ((int)expr->node.kind) {
    case NODE_REF: return ref_has_it(emitter, NODE_AS(Ref, REF, expr));
    case NODE_CALL: return call_has_it(emitter, NODE_AS(Call, CALL, expr));
    case NODE_CASE: return case_has_it(emitter, NODE_AS(Case, CASE, expr));
    case NODE_CAST:
        return is_text((const Expr *)NODE_AS(Cast, CAST, expr)->operand) &&
               has_it(emitter, (const Expr *)NODE_AS(Cast, CAST, expr)->operand);
    case NODE_ARRAY: return any_has_it(emitter, &NODE_AS(Array, ARRAY, expr)->items);
    case NODE_SUBSCRIPT: return has_it(emitter, (const Expr *)NODE_AS(Subscript, SUBSCRIPT, expr)->operand);
    case NODE_INLINED:
    case NODE_PARAMETER: return framed_has_it(emitter, expr);
    case NODE_BINARY:
        return NODE_AS(Binary, BINARY, expr)->of == OP_COLLATE ||
               (NODE_AS(Binary, BINARY, expr)->of == OP_CONCAT &&
                (has_it(emitter, (const Expr *)NODE_AS(Binary, BINARY, expr)->left) ||
                 has_it(emitter, (const Expr *)NODE_AS(Binary, BINARY, expr)->right)));
    default: return false;
    }
}

bool needs_collation(Emitter *emitter, const Expr *expr) {
    return emitter->dialect->flags & COLLATES_TEXT && is_text(expr) && !has_it(emitter, expr);
}

bool needs_collations(Emitter *emitter, const Expr *left, const Expr *right) {
    return needs_collation(emitter, left) && needs_collation(emitter, right);
}

void emit_collated(Emitter *emitter, const Expr *expr, Binds needed) {
    if (!needs_collation(emitter, expr)) {
        emit_node(emitter, expr, needed);
        return;
    }
    bool parentheses = needed > BINDS_UNARY;
    put(emitter, parentheses ? "(" : "");
    emit_node(emitter, expr, BINDS_UNARY);
    put(emitter, parentheses ? " collate \"C\")" : " collate \"C\"");
}
