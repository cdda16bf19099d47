#include "compiler/facts/dependencies.h"

#include <string.h>

/* --------------------------------------------------------------------- sets */

Bits bits_none(void) {
    return (Bits){{0}};
}

bool bits_hold(const Bits *set, uint32_t bit) {
    return set->words[bit / 64] >> (bit % 64) & 1;
}

void bits_put(Bits *set, uint32_t bit) {
    set->words[bit / 64] |= (uint64_t)1 << (bit % 64);
}

Bits bits_union(Bits a, Bits b) {
    for (int i = 0; i < BIT_WORDS; i++) a.words[i] |= b.words[i];
    return a;
}

Bits bits_both(Bits a, Bits b) {
    for (int i = 0; i < BIT_WORDS; i++) a.words[i] &= b.words[i];
    return a;
}

bool bits_within(Bits part, Bits whole) {
    for (int i = 0; i < BIT_WORDS; i++)
        if (part.words[i] & ~whole.words[i]) return false;
    return true;
}

bool bits_meet(Bits a, Bits b) {
    for (int i = 0; i < BIT_WORDS; i++)
        if (a.words[i] & b.words[i]) return true;
    return false;
}

/* --------------------------------------------------------- columns and tables */

uint32_t table_of_column(const Dependencies *of, const Column *column) {
    for (uint32_t i = 0; i < of->tables.count; i++) {
        const Rows *rows = of->tables.items[i].rows;
        if (column->index < rows->columns.count && rows->columns.items[column->index] == column) return i;
    }
    return UINT32_MAX;
}

bool bit_new(Dependencies *of, uint32_t *ret_bit) {
    if (of->bits == MOST_BITS) return false;
    *ret_bit = of->bits++;
    return true;
}

/* A full join's merged column is one side's or the other's; both together say which value it has. */
static void learn_merged(Dependencies *of, const Column *column, uint32_t bit) {
    uint32_t left, right;
    Bits sides = bits_none(), merged = bits_none();
    if (!column->copied || !column->other || !bit_of_column(of, column->copied, &left) || !bit_of_column(of, column->other, &right)) return;
    bits_put(&merged, bit);
    bits_put(&sides, left);
    bits_put(&sides, right);
    dependencies_add(of, sides, merged);
    if (of->of_matches) dependencies_add(of, merged, sides);
}

bool bit_of_column(Dependencies *of, const Column *column, uint32_t *ret_bit) {
    uintptr_t found = (uintptr_t)map_get(&of->columns, column);
    *ret_bit = (uint32_t)found - 1;
    if (found) return true;
    if (!bit_new(of, ret_bit)) return false;
    map_put(&of->columns, column, (void *)((uintptr_t)*ret_bit + 1));
    uint32_t table = table_of_column(of, column);
    if (table != UINT32_MAX) bits_put(&of->tables.items[table].columns, *ret_bit);
    else learn_merged(of, column, *ret_bit);
    return true;
}

typedef struct Gathering { Dependencies *of; Bits *set; bool understood; } Gathering;

/* Whether a call is a function of its arguments: not of other rows, not of chance, and one value of one row. */
static bool is_of_row(const Call *call) {
    const Signature *signature = call->signature;
    if (call->over || call->over_name.name || !signature || signature->volatile_ || signature->kind != FUNCTION_SCALAR) return false;
    return strcmp(call->name.items[call->name.count - 1].name->text, "unnest") != 0;
}

/* A name of the SELECT's own list stands for its expression; what an outer query gives is the same for all rows. */
static void gather(void *context, Node **place) {
    Gathering *gathering = context;
    Node *node = *place;
    if (node->kind == NODE_QUERY || (node->kind == NODE_CALL && !is_of_row((const Call *)node))) gathering->understood = false;
    if (node->kind != NODE_REF) {
        node_kids(node, gather, gathering);
        return;
    }
    const Ref *ref = (const Ref *)node;
    uint32_t bit;
    if (ref->depth) return;
    if (!ref->column) gathering->understood = false;
    else if (ref->table && ref->table->kind == NODE_SELECT && ref->column->expr && (Node *)ref->column->expr != node) {
        Node *meant = (Node *)ref->column->expr;
        gather(gathering, &meant);
    } else if (bit_of_column(gathering->of, ref->column, &bit)) bits_put(gathering->set, bit);
    else gathering->understood = false;
}

bool bits_of_expr(Dependencies *of, Node *expr, Bits *set) {
    Gathering gathering = {of, set, true};
    gather(&gathering, &expr);
    return gathering.understood;
}

Node *behind_casts(Node *expr) {
    while (expr->kind == NODE_CAST) {
        Node *operand = ((Cast *)expr)->operand;
        const Type *from = ((Expr *)operand)->type, *to = ((Expr *)expr)->type;
        bool plain = from && to && from->kind > TYPE_NULL && to->kind > TYPE_NULL && to->kind < TYPE_ARRAY;
        if (!plain || !type_fits(from, to) || to->kind == TYPE_FLOAT4 || to->kind == TYPE_FLOAT8) return expr;
        expr = operand;
    }
    return expr;
}

/* A column and nothing else: a field of a struct is not its column. */
static const Column *plain_column(const Node *expr) {
    if (expr->kind != NODE_REF || ((const Ref *)expr)->depth) return NULL;
    const Column *column = ((const Ref *)expr)->column;
    return column && column->type == ((const Ref *)expr)->expr.type ? column : NULL;
}

bool bit_of_expr(Dependencies *of, Node *expr, uint32_t *ret_bit) {
    expr = behind_casts(expr);
    const Column *column = plain_column(expr);
    if (column && !(((const Ref *)expr)->table && ((const Ref *)expr)->table->kind == NODE_SELECT))
        return bit_of_column(of, column, ret_bit);
    for (uint32_t i = 0; i < of->exprs.count; i++) {
        if (of->exprs.items[i] != expr && !node_equal(of->exprs.items[i], expr)) continue;
        *ret_bit = of->expr_bits.items[i];
        return true;
    }
    if (!bit_new(of, ret_bit)) return false;
    vec_push(of->arena, &of->exprs, expr);
    vec_push(of->arena, &of->expr_bits, *ret_bit);
    Bits parts = bits_none(), whole = bits_none();
    bits_put(&whole, *ret_bit);
    if (bits_of_expr(of, expr, &parts)) dependencies_add(of, parts, whole);
    return true;
}

bool bits_of_key(Dependencies *of, const Key *key, Bits *set) {
    for (uint32_t i = 0; i < key->columns.count; i++) {
        uint32_t bit;
        if (!bit_of_column(of, key->columns.items[i], &bit)) return false;
        bits_put(set, bit);
    }
    return true;
}

bool bits_know(const Dependencies *of, const Bits *set, const Column *column) {
    uintptr_t bit = (uintptr_t)map_get(&of->columns, column);
    if (bit && bits_hold(set, (uint32_t)bit - 1)) return true;
    uint32_t table = table_of_column(of, column);
    return table != UINT32_MAX && bits_hold(set, table);
}

/* ------------------------------------------------------------------- closure */

void dependencies_add(Dependencies *of, Bits from, Bits to) {
    if (!bits_within(to, from)) vec_push(of->arena, &of->items, ((Dependency){from, to}));
}

Bits determined_by(const Dependencies *of, Bits set) {
    for (bool grown = true; grown;) {
        grown = false;
        for (uint32_t i = 0; i < of->tables.count; i++) {
            if (!bits_hold(&set, i) || bits_within(of->tables.items[i].columns, set)) continue;
            set = bits_union(set, of->tables.items[i].columns);
            grown = true;
        }
        for (uint32_t i = 0; i < of->items.count; i++) {
            const Dependency *item = &of->items.items[i];
            if (!bits_within(item->from, set) || bits_within(item->to, set)) continue;
            set = bits_union(set, item->to);
            grown = true;
        }
    }
    return set;
}
