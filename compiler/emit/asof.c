/* ASOF joins where the engine has none of them.
 *
 * The instants of the left side and those of the right are put into one list; a window over it finds for each the nearest
 * one of the right. That list is joined with the right side, and the left side with that, by equality alone:
 *
 *     join (
 *       select matched.asof_instant, r.*
 *       from (
 *         select asof_instant, own, max(own) over (order by asof_instant) as found
 *         from (
 *           select i.day as asof_instant, null::date as own from items as i
 *           union
 *           select r.day, r.day from rates as r
 *         ) as instants
 *       ) as matched
 *       join rates as r on r.day = matched.found
 *       where matched.own is null
 *     ) as r on r.asof_instant = i.day
 *
 * Keys of the join that are compared for equality partition the window. An instant that is null equals nothing at the end. */
#include "compiler/emit/internal.h"
#include "compiler/facts/facts.h"

/* One comparison of the join's condition, of which each operand knows one side only. */
typedef struct {
    const Expr *left;
    const Expr *right;
    const char *name; /* of the column that carries it */
} Pair;

typedef struct {
    const Join *join;
    VEC(Pair) keys;
    Pair instant;
    Operator of;           /* right `of` left: OP_LE, OP_LT (the last before), OP_GE, OP_GT (the first behind) */
    const Node *left;      /* what the left operands need of FROM */
    const char *right;     /* alias of the right side */
    const char *own;
    const char *found;
    const char *nearest;   /* a number of rows that are equally near, where DISTINCT ON cannot say which; or null */
    bool unfit;
} Asof;

/* ------------------------------------------------------------ the condition */

typedef struct {
    const Node *table;
    const Node *only; /* the one table of it that is named */
    bool named;       /* one of its tables is */
    bool many;        /* several are */
} Mentioned;

static void look_for_names(void *context, Node **place) {
    Mentioned *names = context;
    if ((*place)->kind == NODE_REF && NODE_AS(Ref, REF, *place)->column) {
        const Node *table = table_of(names->table, NODE_AS(Ref, REF, *place)->column);
        names->many |= names->only && table && table != names->only;
        names->named |= table != NULL;
        if (table) names->only = table;
    }
    node_kids(*place, look_for_names, context);
}

static Mentioned names_within(const Node *table, const Expr *expr) {
    Mentioned names = {.table = table};
    Node *place = (Node *)expr;
    look_for_names(&names, &place);
    return names;
}

/* a < b is b > a */
static Operator turned(Operator of) {
    switch ((int)of) {
    case OP_LT: return OP_GT;
    case OP_LE: return OP_GE;
    case OP_GT: return OP_LT;
    case OP_GE: return OP_LE;
    default: return of;
    }
}

static void add_pair(Emitter *emitter, Asof *asof, const Expr *left, Operator of, const Expr *right) {
    Pair pair = {.left = left, .right = right};
    if (names_within(asof->join->right, left).named) {
        pair = (Pair){.left = right, .right = left};
        of = turned(of);
    }
    asof->unfit |= names_within(asof->join->right, pair.left).named || names_within(asof->join->left, pair.right).named;
    if (of == OP_EQ) {
        vec_push(emitter->arena, &asof->keys, pair);
    } else {
        asof->instant = pair;
        asof->of = turned(of); /* as right to left */
    }
}

static void add_conjuncts(Emitter *emitter, Asof *asof, const Node *node) {
    if (node->kind != NODE_BINARY) {
        asof->unfit = true;
        return;
    }
    const Binary *binary = NODE_AS(Binary, BINARY, node);
    if (binary->of == OP_AND) {
        add_conjuncts(emitter, asof, binary->left);
        add_conjuncts(emitter, asof, binary->right);
    } else {
        add_pair(emitter, asof, (const Expr *)binary->left, binary->of, (const Expr *)binary->right);
    }
}

/* The one table of the left side that all left operands name, else the whole side. */
static const Node *left_table(const Asof *asof) {
    const Node *only = NULL;
    for (uint32_t i = 0; i <= asof->keys.count; i++) {
        Mentioned names = names_within(asof->join->left, i < asof->keys.count ? asof->keys.items[i].left : asof->instant.left);
        if (names.many || (only && names.only && names.only != only)) return asof->join->left;
        if (names.only) only = names.only;
    }
    bool alone = only && (only->kind == NODE_TABLE_REF || (only->kind == NODE_TABLE_QUERY &&
                                                           !NODE_AS(TableQuery, TABLE_QUERY, only)->lateral));
    return alone ? only : asof->join->left;
}

/* Whether a row of the right side is known by what is compared. */
static bool is_key(const Asof *asof) {
    const Rows *rows = ((const Rowset *)asof->join->right)->rows;
    Column *columns[16];
    uint32_t count = 0;
    for (uint32_t i = 0; i <= asof->keys.count && count < 16; i++) {
        const Expr *expr = i < asof->keys.count ? asof->keys.items[i].right : asof->instant.right;
        if (expr->node.kind == NODE_REF) columns[count++] = NODE_AS(Ref, REF, expr)->column;
    }
    return rows && rows->keys && keys_cover(rows->keys, columns, count);
}

/* ------------------------------------------------------------------ writing */

/* select <instant>[ as asof_instant], <keys>, <own> from <table> */
static void one_side(Emitter *emitter, const Asof *asof, bool right) {
    const Expr *instant = right ? asof->instant.right : asof->instant.left;
    put(emitter, L_OPEN "select" L_IN L_LINE);
    emit_node(emitter, instant, BINDS_NOT_AT_ALL);
    put_format(emitter, " as %s", asof->instant.name);
    for (uint32_t i = 0; i < asof->keys.count; i++) {
        const Pair *key = &asof->keys.items[i];
        put(emitter, "," L_LINE);
        emit_node(emitter, right ? key->right : key->left, BINDS_NOT_AT_ALL);
        put_format(emitter, " as %s", key->name);
    }
    put(emitter, "," L_LINE);
    if (right) {
        emit_node(emitter, instant, BINDS_NOT_AT_ALL);
    } else {
        emit_text_as(emitter, "null", asof->instant.right->type);
    }
    put_format(emitter, " as %s" L_OUT L_LINE "from ", asof->own);
    emit_from(emitter, right ? asof->join->right : asof->left);
    put(emitter, L_CLOSE);
}

static void key_names(Emitter *emitter, const Asof *asof, const char *before, const char *behind) {
    for (uint32_t i = 0; i < asof->keys.count; i++)
        put_format(emitter, "%s%s%s", before, asof->keys.items[i].name, behind);
}

/* The nearest of the right for each instant. Without its equals, for `<` and `>`, it is in a group before. */
static void instants(Emitter *emitter, const Asof *asof) {
    bool before = asof->of == OP_LE || asof->of == OP_LT, strict = asof->of == OP_LT || asof->of == OP_GT;
    put_format(emitter, "select " L_OPEN L_IN "%s, ", asof->instant.name);
    key_names(emitter, asof, "", ", ");
    put_format(emitter, "%s," L_FILL "%s(%s) over (", asof->own, before ? "max" : "min", asof->own);
    for (uint32_t i = 0; i < asof->keys.count; i++)
        put_format(emitter, "%s%s", i ? ", " : "partition by ", asof->keys.items[i].name);
    put_format(emitter, "%sorder by %s%s nulls last", asof->keys.count ? " " : "", asof->instant.name,
               before ? "" : " desc");
    put(emitter, strict ? " groups between unbounded preceding and 1 preceding" : "");
    put_format(emitter, ") as %s" L_OUT L_CLOSE L_HARD "from (" L_IN L_HARD, asof->found);
    one_side(emitter, asof, false);
    put(emitter, L_HARD "union" L_HARD);
    one_side(emitter, asof, true);
    put(emitter, L_OUT L_HARD ") as instants");
}

/* `distinct on (keys, instant)`: of rows that are equally near one, as engines that have the join take. */
static void distinct_rows(Emitter *emitter, const Asof *asof) {
    if (is_key(asof) || emitter->dialect->flags & LACKS_DISTINCT_ON) return;
    put_format(emitter, "distinct on (matched.%s", asof->instant.name);
    key_names(emitter, asof, ", matched.", "");
    put(emitter, ") ");
}

static void matched(Emitter *emitter, const Asof *asof) {
    put(emitter, "select ");
    distinct_rows(emitter, asof);
    put_format(emitter, "matched.%s, ", asof->instant.name);
    key_names(emitter, asof, "matched.", ", ");
    put_format(emitter, "%s.*", asof->right);
    if (asof->nearest) {
        put_format(emitter, "," L_HARD "  row_number() over (partition by matched.%s", asof->instant.name);
        key_names(emitter, asof, ", matched.", "");
        put_format(emitter, ") as %s", asof->nearest);
    }
    put(emitter, L_HARD "from (" L_IN L_HARD);
    instants(emitter, asof);
    put(emitter, L_OUT L_HARD ") as matched" L_HARD "join ");
    emit_from(emitter, asof->join->right);
    put(emitter, " on ");
    emit_node(emitter, asof->instant.right, BINDS_COMPARE + 1);
    put_format(emitter, " = matched.%s", asof->found);
    for (uint32_t i = 0; i < asof->keys.count; i++) {
        put(emitter, " and ");
        emit_node(emitter, asof->keys.items[i].right, BINDS_COMPARE + 1);
        put_format(emitter, " = matched.%s", asof->keys.items[i].name);
    }
    put_format(emitter, L_HARD "where matched.%s is null", asof->own);
}

static void condition(Emitter *emitter, const Asof *asof) {
    put_format(emitter, " on %s.%s = ", asof->right, asof->instant.name);
    emit_node(emitter, asof->instant.left, BINDS_COMPARE + 1);
    for (uint32_t i = 0; i < asof->keys.count; i++) {
        put_format(emitter, " and %s.%s = ", asof->right, asof->keys.items[i].name);
        emit_node(emitter, asof->keys.items[i].left, BINDS_COMPARE + 1);
    }
}

/* --------------------------------------------------------------- USING */

static Node *side_ref(Emitter *emitter, const Node *side, Part part) {
    Column *column = rows_find(((Rowset *)side)->rows, part.name);
    const Node *table = column ? table_of(side, column) : NULL;
    const Name *alias = table ? table_alias(table) : NULL;
    if (!alias) return NULL;
    Ref *ref = (Ref *)node_new(emitter->arena, NODE_REF, part.span);
    vec_push(emitter->arena, &ref->name, ((Part){(Name *)alias, part.span}));
    vec_push(emitter->arena, &ref->name, part);
    ref->column = column;
    ref->table = (Node *)table;
    ref->expr.type = column->type;
    ref->expr.nullable = column->nullable;
    return &ref->expr.node;
}

/* Of USING all columns but the last are equal; the right side's last is at most the left side's. */
static void add_using(Emitter *emitter, Asof *asof) {
    const Parts *names = &asof->join->using_names;
    for (uint32_t i = 0; i < names->count; i++) {
        const Node *left = side_ref(emitter, asof->join->left, names->items[i]);
        const Node *right = side_ref(emitter, asof->join->right, names->items[i]);
        asof->unfit |= !left || !right;
        if (left && right)
            add_pair(emitter, asof, (const Expr *)left, i + 1 < names->count ? OP_EQ : OP_GE, (const Expr *)right);
    }
}

/* ---------------------------------------------------------------- interface */

static void name_columns(Emitter *emitter, Asof *asof) {
    const Rows *rows = ((const Rowset *)asof->join->right)->rows;
    asof->instant.name = free_name(emitter, rows, "asof_instant");
    for (uint32_t i = 0; i < asof->keys.count; i++)
        asof->keys.items[i].name = free_name(emitter, rows, arena_format(emitter->arena, "asof_key_%u", i + 1));
    asof->own = "own";
    asof->found = "found";
    bool numbers = !is_key(asof) && emitter->dialect->flags & LACKS_DISTINCT_ON;
    asof->nearest = numbers ? free_name(emitter, rows, "nearest") : NULL;
    asof->right = table_alias_text(emitter, asof->join->right);
    asof->left = left_table(asof);
}

void emit_asof(Emitter *emitter, const Join *join) {
    Asof asof = {.join = join};
    if (join->on)
        add_conjuncts(emitter, &asof, join->on);
    else
        add_using(emitter, &asof);
    if (!asof.instant.left || asof.unfit || (join->of != JOIN_INNER && join->of != JOIN_LEFT) ||
        !table_alias_text(emitter, join->right)) {
        emit_lacks(emitter, join->rowset.node.span, "ASOF JOIN of this shape");
        return;
    }
    name_columns(emitter, &asof);
    Scope outer = emitter->scope;
    bool spread = emitter->spread;
    emitter->spread = false;
    emitter->scope = (Scope){.select = outer.select, .many_tables = true, .in_input = true};
    put_format(emitter, L_LINE "%sjoin (" L_IN L_HARD, join->of == JOIN_LEFT ? "left " : "");
    if (asof.nearest) put(emitter, "select *" L_HARD "from (" L_IN L_HARD);
    matched(emitter, &asof);
    if (asof.nearest) put_format(emitter, L_OUT L_HARD ") as numbered" L_HARD "where %s = 1", asof.nearest);
    put_format(emitter, L_OUT L_HARD ") as %s", asof.right);
    condition(emitter, &asof);
    emitter->scope = outer;
    emitter->spread = spread;
}
