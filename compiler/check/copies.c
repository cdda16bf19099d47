#include "compiler/check/copies.h"

enum { DEEPEST = 30 };

typedef struct Tracing {
    HoldsOf holds;
    void *context;
    bool equals;       /* columns that are held equal will do */
    int depth;
} Tracing;

static bool of_rowset(Tracing *tracing, const Node *rowset, const uint32_t *columns, uint32_t count);

/* What is stored of another type is compared as it was, if both are whole numbers. */
static bool same_values(const Type *a, const Type *b) {
    return a == b || (a && b && a->kind >= TYPE_INT2 && a->kind <= TYPE_INT8 && b->kind >= TYPE_INT2 && b->kind <= TYPE_INT8);
}

static bool of_query(Tracing *tracing, const Relation *relation, const uint32_t *columns, uint32_t count) {
    uint32_t given[MOST_COPIED];
    if (!relation->query || !relation->rows) return false;
    for (uint32_t i = 0; i < count; i++) {
        const Column *column = relation->rows->columns.items[columns[i]];
        if (!column->copied || !same_values(column->type, column->copied->type)) return false;
        given[i] = column->copied->index;
    }
    return of_rowset(tracing, (const Node *)relation->query, given, count);
}

static bool of_table(Tracing *tracing, const Node *table, const uint32_t *columns, uint32_t count) {
    if (table->kind == NODE_TABLE_QUERY) return of_rowset(tracing, ((const TableQuery *)table)->query, columns, count);
    const TableRef *ref = (const TableRef *)table;
    if (table->kind != NODE_TABLE_REF || ref->as_of) return false;
    if (ref->cte) return of_rowset(tracing, ref->cte->query, columns, count);
    if (!ref->relation || !has_rows(ref->relation)) return false;
    return tracing->holds(tracing->context, ref->relation, columns, count) || of_query(tracing, ref->relation, columns, count);
}

static bool is_pair(const Node *a, const Node *b, const Column *one, const Column *other) {
    if (a->kind != NODE_REF || b->kind != NODE_REF) return false;
    const Column *left = ((const Ref *)a)->column, *right = ((const Ref *)b)->column;
    return (left == one && right == other) || (left == other && right == one);
}

static bool says_equal(const Node *condition, const Column *one, const Column *other) {
    const Binary *binary = (const Binary *)condition;
    if (!condition || condition->kind != NODE_BINARY) return false;
    if (binary->of == OP_AND) return says_equal(binary->left, one, other) || says_equal(binary->right, one, other);
    return binary->of == OP_EQ && is_pair(binary->left, binary->right, one, other);
}

static bool joins_equal(const Node *item, const Column *one, const Column *other) {
    const Join *join = (const Join *)item;
    if (item->kind == NODE_TABLE_PARENS) return joins_equal(((const TableParens *)item)->table, one, other);
    if (item->kind != NODE_JOIN) return false;
    bool inner = (join->of == JOIN_INNER || join->of == JOIN_SEMI) && !join->asof;
    if (inner && says_equal(join->on, one, other)) return true;
    for (uint32_t i = 0; inner && i < join->using_names.count; i++) {
        const Column *left = rows_find(((Rowset *)join->left)->rows, join->using_names.items[i].name);
        const Column *right = rows_find(((Rowset *)join->right)->rows, join->using_names.items[i].name);
        if ((left == one && right == other) || (left == other && right == one)) return true;
    }
    bool left = join->of == JOIN_RIGHT || join->of == JOIN_FULL, right = join->of == JOIN_LEFT || join->of == JOIN_FULL || join->of == JOIN_ANTI;
    return (!left && joins_equal(join->left, one, other)) || (!right && joins_equal(join->right, one, other));
}

/* The place of a column of the table that the SELECT holds equal to another column; false if none is. */
static bool find_equal(const Select *select, const Rows *rows, const Column *column, uint32_t *ret_index) {
    for (uint32_t i = 0; i < rows->columns.count; i++) {
        bool equal = says_equal(select->where, column, rows->columns.items[i]);
        for (uint32_t k = 0; !equal && k < select->from.count; k++) equal = joins_equal(select->from.items[k], column, rows->columns.items[i]);
        *ret_index = i;
        if (equal) return true;
    }
    return false;
}

static bool of_equals_in(Tracing *tracing, const Select *select, const Node *item, const Column *const *columns, uint32_t count) {
    if (item->kind == NODE_TABLE_PARENS) return of_equals_in(tracing, select, ((const TableParens *)item)->table, columns, count);
    if (item->kind == NODE_JOIN) {
        const Join *join = (const Join *)item;
        return of_equals_in(tracing, select, join->left, columns, count) || of_equals_in(tracing, select, join->right, columns, count);
    }
    uint32_t found[MOST_COPIED];
    const Rows *rows = ((const Rowset *)item)->rows;
    for (uint32_t i = 0; i < count; i++)
        if (!rows || !find_equal(select, rows, columns[i], &found[i])) return false;
    return of_table(tracing, item, found, count);
}

static bool of_select(Tracing *tracing, const Select *select, const uint32_t *columns, uint32_t count) {
    const Column *read[MOST_COPIED];
    const Node *table = NULL;
    bool together = true;
    for (uint32_t i = 0; i < count; i++) {
        const Rows *rows = select->rowset.rows;
        const Ref *ref = columns[i] < rows->columns.count ? (const Ref *)rows->columns.items[columns[i]]->expr : NULL;
        if (!ref || ref->expr.node.kind != NODE_REF || ref->depth || !ref->column || ref->column->type != ref->expr.type) return false;
        read[i] = ref->column;
        together &= !i || ref->table == table;
        table = ref->table;
    }
    uint32_t places[MOST_COPIED];
    for (uint32_t i = 0; i < count; i++) places[i] = read[i]->index;
    if (together && table && of_table(tracing, table, places, count)) return true;
    for (uint32_t i = 0; tracing->equals && i < select->from.count; i++)
        if (of_equals_in(tracing, select, select->from.items[i], read, count)) return true;
    return false;
}

static bool of_set(Tracing *tracing, const SetOperation *set, const uint32_t *columns, uint32_t count) {
    uint32_t left[MOST_COPIED], right[MOST_COPIED];
    for (uint32_t i = 0; i < count; i++) {
        const Column *column = set->rowset.rows->columns.items[columns[i]];
        if (!column->copied || !column->other || !same_values(column->type, column->copied->type) || !same_values(column->type, column->other->type))
            return false;
        left[i] = column->copied->index;
        right[i] = column->other->index;
    }
    return of_rowset(tracing, set->left, left, count) && (set->of != SET_UNION || of_rowset(tracing, set->right, right, count));
}

static bool of_rowset(Tracing *tracing, const Node *rowset, const uint32_t *columns, uint32_t count) {
    const Rows *rows = ((const Rowset *)rowset)->rows;
    if (!rows || rows->open || tracing->depth > DEEPEST) return false;
    bool found = false;
    tracing->depth++;
    if (rowset->kind == NODE_QUERY) found = of_rowset(tracing, ((const Query *)rowset)->body, columns, count);
    else if (rowset->kind == NODE_SELECT) found = of_select(tracing, (const Select *)rowset, columns, count);
    else if (rowset->kind == NODE_SET_OPERATION) found = of_set(tracing, (const SetOperation *)rowset, columns, count);
    tracing->depth--;
    return found;
}

bool copies_hold(const Relation *relation, const uint32_t *columns, uint32_t count, HoldsOf holds, void *context) {
    Tracing tracing = {.holds = holds, .context = context};
    return count && count <= MOST_COPIED && of_query(&tracing, relation, columns, count);
}

bool copies_or_equals_hold(const Relation *relation, const uint32_t *columns, uint32_t count, HoldsOf holds, void *context) {
    Tracing tracing = {.holds = holds, .context = context, .equals = true};
    return count && count <= MOST_COPIED && of_query(&tracing, relation, columns, count);
}
