#include "compiler/facts/people.h"
#include "compiler/facts/flow.h"

enum { DEEPEST = 48 };

typedef struct Meeting {
    const Facts *facts;
    Arena *arena;
    FlowLabel categories;
    const Relation *relation;      /* whose query is looked at … */
    Flow *flow;                    /* … and its labels */
    int depth;
} Meeting;

static PeopleList people_in(Meeting *meeting, Node *rowset);

/* ----------------------------------------------------------------- people */

static const Clause *subject_clause(const Relation *source) {
    return decl_clause(source->decl, CLAUSE_SUBJECT);
}

const Column *subject_of(const Relation *source) {
    const Clause *clause = subject_clause(source);
    const Ref *ref = clause && clause->expr && clause->expr->kind == NODE_REF ? (const Ref *)clause->expr : NULL;
    return ref && ref->name.count && source->rows ? rows_find(source->rows, ref->name.items[ref->name.count - 1].name) : NULL;
}

static bool is_by(const People *people, const Column *column) {
    for (uint32_t i = 0; i < people->by.count; i++)
        if (people->by.items[i] == column) return true;
    return false;
}

static void add_by(Meeting *meeting, People *people, const Column *column) {
    if (column && !is_by(people, column)) vec_push(meeting->arena, &people->by, column);
}

static void lose(People *people, Span span, const char *why) {
    people->by.count = 0;
    if (people->lost) return;
    people->lost = why;
    people->span = span;
}

static void add_all(Meeting *meeting, PeopleList *into, PeopleList from) {
    for (uint32_t i = 0; i < from.count; i++) vec_push(meeting->arena, into, from.items[i]);
}

/* An opaque key is nothing to lower. */
static bool is_tagged(const Meeting *meeting, FlowLabel d) {
    FlowLabel label = flow_label_within(d, meeting->categories);
    return !flow_label_is_none(flow_label_minus(label, flow_label_capped(label, LEVEL_PSEUDONYM)));
}

/* Rows that hold no such value are of nobody: they only choose. */
static bool holds_values(Meeting *meeting, const Rows *rows) {
    for (uint32_t i = 0; rows && i < rows->columns.count; i++) {
        Value value = flow_column(meeting->flow, rows->columns.items[i]);
        if (is_tagged(meeting, value.d)) return true;
    }
    return false;
}

/* --------------------------------------------------------- from rows to rows */

/* The columns that a column of `rows` is a plain copy of, one step down. */
static bool copies(const Column *column, const Column *from, bool right) {
    return (right ? column->other : column->copied) == from;
}

/* People of what is below, in rows whose columns are copies of its columns. */
static PeopleList raised(Meeting *meeting, PeopleList below, const Rows *rows, bool right, Span span) {
    PeopleList list = {0};
    for (uint32_t i = 0; i < below.count; i++) {
        const People *old = below.items[i];
        People *people = arena_new(meeting->arena, People);
        *people = *old;
        people->by = (typeof(people->by)){0};
        for (uint32_t c = 0; rows && c < rows->columns.count; c++)
            for (uint32_t k = 0; k < old->by.count; k++)
                if (rows->columns.items[c] == old->by.items[k] || copies(rows->columns.items[c], old->by.items[k], right))
                    add_by(meeting, people, rows->columns.items[c]);
        if (!people->by.count && old->by.count) lose(people, span, "the column that tells its people apart is not given here");
        vec_push(meeting->arena, &list, people);
    }
    return list;
}

static PeopleList of_source(Meeting *meeting, const Relation *source, const Rows *rows, Span span) {
    const RelationFacts *facts = facts_of(meeting->facts, source);
    bool tagged = false;
    PeopleList list = {0};
    for (uint32_t i = 0; facts && facts->flow && i < source->rows->columns.count; i++) tagged |= is_tagged(meeting, facts->flow->columns[i].d);
    if (!tagged) return list;
    People *people = arena_new(meeting->arena, People);
    *people = (People){.source = source, .subject = subject_of(source)};
    for (uint32_t i = 0; people->subject && rows && i < rows->columns.count; i++)
        if (rows->columns.items[i]->copied == people->subject) add_by(meeting, people, rows->columns.items[i]);
    if (!subject_clause(source)) lose(people, span, "it declares no subject");
    vec_push(meeting->arena, &list, people);
    return list;
}

/* The people of a relation's own query; its labels are at hand meanwhile. */
static PeopleList of_model(Meeting *meeting, const Relation *model) {
    const Relation *relation = meeting->relation;
    Flow *flow = meeting->flow;
    meeting->relation = model;
    meeting->flow = arena_new(meeting->arena, Flow);
    *meeting->flow = flow_open(meeting->facts->program, meeting->facts, meeting->arena);
    meeting->flow->relation = model;
    flow_rows(meeting->flow, (Node *)model->query);
    PeopleList list = people_in(meeting, (Node *)model->query);
    meeting->relation = relation;
    meeting->flow = flow;
    return list;
}

static PeopleList of_table(Meeting *meeting, const TableRef *table) {
    const Rows *rows = table->rowset.rows;
    Span span = table->rowset.node.span;
    if (!holds_values(meeting, rows)) return (PeopleList){0};
    if (table->cte) return raised(meeting, people_in(meeting, table->cte->query), rows, false, span);
    const Relation *relation = table->relation;
    if (!relation || !relation->rows || relation_is_delivered(relation)) return (PeopleList){0};
    if (relation->kind != RELATION_MODEL || !relation->query) return of_source(meeting, relation, rows, span);
    return raised(meeting, raised(meeting, of_model(meeting, relation), relation->rows, false, span), rows, false, span);
}

/* ------------------------------------------------------------------- joins */

/* The table, as it stands in FROM, that has the column. */
static Node *table_with(Node *item, const Column *column) {
    const Rows *rows = ((Rowset *)item)->rows;
    if (item->kind == NODE_JOIN) {
        Node *found = table_with(((Join *)item)->left, column);
        return found ? found : table_with(((Join *)item)->right, column);
    }
    for (uint32_t i = 0; rows && i < rows->columns.count; i++)
        if (rows->columns.items[i] == column) return item;
    return NULL;
}

typedef struct Equal { Column *one, *other; } Equal;
typedef struct Equals { Arena *arena; VEC(Equal) pairs; } Equals;

static void add_equal(void *context, Node *part) {
    Equals *equals = context;
    const Binary *binary = part->kind == NODE_BINARY && ((Binary *)part)->of == OP_EQ ? (const Binary *)part : NULL;
    if (!binary || binary->left->kind != NODE_REF || binary->right->kind != NODE_REF) return;
    Column *one = ((Ref *)binary->left)->column, *other = ((Ref *)binary->right)->column;
    if (one && other) vec_push(equals->arena, &equals->pairs, ((Equal){one, other}));
}

/* Whether a row that is beside one of the table has that one row only: the equalities hold a key of the table. */
static bool is_found_by_key(Meeting *meeting, Node *table, const Equals *equals) {
    VEC(Column *) columns = {0};
    for (uint32_t i = 0; i < equals->pairs.count; i++) {
        const Equal *pair = &equals->pairs.items[i];
        bool one = table_with(table, pair->one) != NULL, other = table_with(table, pair->other) != NULL;
        if (one != other) vec_push(meeting->arena, &columns, one ? pair->one : pair->other);
    }
    return keys_cover(keys_of_item(meeting->facts->program->arena, table), columns.items, columns.count) != NULL;
}

static bool same_people(const People *a, const People *b) {
    if (a->source == b->source) return true;
    return a->subject && b->subject && flow_domain(a->subject) == flow_domain(b->subject);
}

/* Keys of one domain are the same people, where each row of the one stands beside one row of the other. */
static void look_up(Meeting *meeting, Node *item, PeopleList list, const Equals *equals) {
    for (uint32_t i = 0; i < list.count; i++)
        for (uint32_t k = 0; k < list.count; k++) {
            const People *found = list.items[k];
            if (i == k || !found->by.count || !list.items[i]->by.count || !same_people(list.items[i], found)) continue;
            Node *table = table_with(item, found->by.items[0]);
            if (table && !table_with(table, list.items[i]->by.items[0]) && is_found_by_key(meeting, table, equals))
                for (uint32_t b = 0; b < found->by.count; b++) add_by(meeting, list.items[i], found->by.items[b]);
        }
}

static void equate(Meeting *meeting, PeopleList list, const Equals *equals) {
    for (uint32_t round = 0; round < 4; round++)
        for (uint32_t i = 0; i < list.count; i++)
            for (uint32_t k = 0; k < equals->pairs.count; k++) {
                const Equal *pair = &equals->pairs.items[k];
                if (is_by(list.items[i], pair->one)) add_by(meeting, list.items[i], pair->other);
                else if (is_by(list.items[i], pair->other)) add_by(meeting, list.items[i], pair->one);
            }
}

static PeopleList of_join(Meeting *meeting, Join *join) {
    PeopleList list = people_in(meeting, join->left);
    if (join->of != JOIN_SEMI && join->of != JOIN_ANTI) add_all(meeting, &list, people_in(meeting, join->right));
    Equals equals = {.arena = meeting->arena};
    Rows *left = ((Rowset *)join->left)->rows, *right = ((Rowset *)join->right)->rows;
    conjuncts(join->on, add_equal, &equals);
    for (uint32_t i = 0; left && right && i < join->using_names.count; i++) {
        Column *one = rows_find(left, join->using_names.items[i].name), *other = rows_find(right, join->using_names.items[i].name);
        if (one && other) vec_push(meeting->arena, &equals.pairs, ((Equal){one, other}));
    }
    equate(meeting, list, &equals);
    look_up(meeting, &join->rowset.node, list, &equals);
    return list;
}

/* ----------------------------------------------------------------- queries */

static PeopleList of_from(Meeting *meeting, const Select *select) {
    PeopleList list = {0};
    Equals equals = {.arena = meeting->arena};
    for (uint32_t i = 0; i < select->from.count; i++) add_all(meeting, &list, people_in(meeting, select->from.items[i]));
    conjuncts(select->where, add_equal, &equals);
    equate(meeting, list, &equals);
    return list;
}

static bool is_group_key(const Select *select, const Column *column) {
    for (uint32_t i = 0; i < select->facts->group.count; i++) {
        const Node *key = (const Node *)select->facts->group.items[i];
        if (key->kind == NODE_REF && ((const Ref *)key)->column == column) return true;
    }
    return false;
}

static void keep_group_keys(const Select *select, People *people) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < people->by.count; i++)
        if (is_group_key(select, people->by.items[i])) people->by.items[kept++] = people->by.items[i];
    if (!kept && people->by.count) lose(people, select->rowset.node.span, "people are put together here");
    people->by.count = kept;
}

/* `subject case when … end`: the result that is computed so tells people apart. */
static void find_subject_expression(Meeting *meeting, const Select *select, People *people) {
    const Clause *clause = subject_clause(people->source);
    if (people->subject || !clause || !clause->expr || people->by.count || people->lost) return;
    for (uint32_t i = 0; select->rowset.rows && i < select->rowset.rows->columns.count; i++) {
        const Column *column = select->rowset.rows->columns.items[i];
        if (column->expr && node_equal(&column->expr->node, clause->expr)) add_by(meeting, people, column);
    }
    if (!people->by.count) lose(people, select->rowset.node.span, "its subject is not computed here");
}

/* Values that a subquery, or a window over more than one person's rows, brings from other rows. */
typedef struct Bringing { Meeting *meeting; const PeopleList *list; bool found; Span span; } Bringing;

static bool is_within_person(const Call *call, const PeopleList *list) {
    for (uint32_t i = 0; i < list->count; i++) {
        bool parted = false;
        for (const Window *window = call->window; window && !parted; window = window->based_on)
            for (uint32_t k = 0; k < window->partition.count && !parted; k++) {
                const Node *part = window->partition.items[k];
                parted = part->kind == NODE_REF && ((const Ref *)part)->column && is_by(list->items[i], ((const Ref *)part)->column);
            }
        if (!parted) return false;
    }
    return true;
}

static bool asks_a_query(const Node *node) {
    switch ((NodeKind)node->kind) {
    case NODE_SUBQUERY: case NODE_ARRAY_QUERY: case NODE_EXISTS: return true;
    case NODE_IN: return ((const In *)node)->query != NULL;
    default: return false;
    }
}

static void find_brought(void *context, Node **place) {
    Bringing *bringing = context;
    const Call *call = (*place)->kind == NODE_CALL ? (const Call *)*place : NULL;
    bool window = call && (call->window || call->over) && !is_within_person(call, bringing->list);
    if (!bringing->found && (window || asks_a_query(*place))) {
        Value value = flow_value(bringing->meeting->flow, *place);
        bringing->found = is_tagged(bringing->meeting, value.d);
        if (bringing->found) bringing->span = (*place)->span;
    }
    if (!asks_a_query(*place)) node_kids(*place, find_brought, context);
}

static void add_brought(Meeting *meeting, const Select *select, PeopleList *list) {
    Bringing bringing = {.meeting = meeting, .list = list};
    for (uint32_t i = 0; select->rowset.rows && i < select->rowset.rows->columns.count; i++) {
        Node *expr = (Node *)select->rowset.rows->columns.items[i]->expr;
        if (expr) find_brought(&bringing, &expr);
    }
    if (!bringing.found) return;
    People *others = arena_new(meeting->arena, People);
    *others = (People){.source = list->count ? list->items[0]->source : meeting->relation};
    lose(others, bringing.span, "values of other people are brought here");
    vec_push(meeting->arena, list, others);
}

static PeopleList of_select(Meeting *meeting, const Select *select) {
    if (!holds_values(meeting, select->rowset.rows)) return (PeopleList){0};
    PeopleList list = of_from(meeting, select);
    add_brought(meeting, select, &list);
    for (uint32_t i = 0; i < list.count && select->facts && select->facts->aggregated; i++) keep_group_keys(select, list.items[i]);
    PeopleList result = raised(meeting, list, select->rowset.rows, false, select->rowset.node.span);
    for (uint32_t i = 0; i < result.count; i++) find_subject_expression(meeting, select, result.items[i]);
    return result;
}

static PeopleList of_set(Meeting *meeting, const SetOperation *set) {
    Span span = set->rowset.node.span;
    PeopleList list = raised(meeting, people_in(meeting, set->left), set->rowset.rows, false, span);
    if (set->of != SET_EXCEPT) add_all(meeting, &list, raised(meeting, people_in(meeting, set->right), set->rowset.rows, true, span));
    return list;
}

/* Rows that are turned, or made, hold people that nobody tells apart any more. */
static PeopleList lost_in(Meeting *meeting, Node *table, Span span) {
    PeopleList list = people_in(meeting, table);
    for (uint32_t i = 0; i < list.count; i++) lose(list.items[i], span, "people are put together here");
    return list;
}

static PeopleList people_here(Meeting *meeting, Node *rowset) {
    switch ((NodeKind)rowset->kind) {
    case NODE_QUERY: return raised(meeting, people_in(meeting, ((Query *)rowset)->body), ((Rowset *)rowset)->rows, false, rowset->span);
    case NODE_SELECT: return of_select(meeting, (Select *)rowset);
    case NODE_SET_OPERATION: return of_set(meeting, (SetOperation *)rowset);
    case NODE_TABLE_REF: return of_table(meeting, (TableRef *)rowset);
    case NODE_TABLE_QUERY: return raised(meeting, people_in(meeting, ((TableQuery *)rowset)->query), ((Rowset *)rowset)->rows, false, rowset->span);
    case NODE_TABLE_PARENS: return raised(meeting, people_in(meeting, ((TableParens *)rowset)->table), ((Rowset *)rowset)->rows, false, rowset->span);
    case NODE_JOIN: return of_join(meeting, (Join *)rowset);
    case NODE_PIVOT: return lost_in(meeting, ((Pivot *)rowset)->table, rowset->span);
    case NODE_UNPIVOT: return lost_in(meeting, ((Unpivot *)rowset)->table, rowset->span);
    default: return (PeopleList){0};
    }
}

static PeopleList people_in(Meeting *meeting, Node *rowset) {
    PeopleList list = {0};
    if (!rowset || meeting->depth > DEEPEST) return list;
    meeting->depth++;
    list = people_here(meeting, rowset);
    meeting->depth--;
    return list;
}

PeopleList people_read(const Facts *facts, Arena *arena, const Relation *relation, FlowLabel categories) {
    Meeting meeting = {.facts = facts, .arena = arena, .categories = categories, .relation = relation};
    Flow flow = flow_open(facts->program, facts, arena);
    const Select *select = relation->query && relation->query->body->kind == NODE_SELECT ? (const Select *)relation->query->body : NULL;
    if (!select) return (PeopleList){0};
    flow.relation = relation;
    flow_rows(&flow, (Node *)relation->query);
    meeting.flow = &flow;
    return of_from(&meeting, select);
}
