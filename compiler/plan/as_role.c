/* A query as a role would ask it: in place of each relation stands what the role may read of it. */
#include "compiler/plan/as_role.h"

#include "compiler/names/make.h"
#include "compiler/plan/role_view.h"

typedef struct Asking {
    const Facts *facts;
    const Role *role;
    Maker maker;
    const char *refusal;       /* the first; null: none */
} Asking;

static RelationAccess access_to(const Asking *asking, const Relation *relation) {
    return access_of(asking->facts, asking->maker.arena, asking->role, relation);
}

/* ------------------------------------------------------------------ refusals */

static const char *labels_text(const Asking *asking, FlowLabel label) {
    const Program *program = asking->facts->program;
    Buffer out;
    const char *between = "";
    buffer_open(&out, asking->maker.arena);
    for (uint32_t i = 0; i < program->tags.count; i++) {
        Level level = flow_label_level(label, program->tags.items[i]->index);
        if (level == LEVEL_NONE) continue;
        buffer_format(&out, "%s`%s` (%s)", between, program->tags.items[i]->name->text, level_word(level));
        between = ", ";
    }
    return buffer_string(&out);
}

static const char *why_hidden(const Asking *asking, const RelationAccess *access, const Column *column) {
    const RelationFacts *facts = facts_of(asking->facts, access->relation);
    if (access->columns[column->index].kind == ACCESS_NONE || !facts || !facts->flow) return "its grant does not name it";
    FlowLabel tells = flow_label_minus(facts->flow->columns[column->index].d, role_clearance(asking->role));
    return arena_format(asking->maker.arena, "it carries %s, which the role is not cleared for", labels_text(asking, tells));
}

static const char *refuse_relation(const Asking *asking, const RelationAccess *access) {
    return arena_format(asking->maker.arena, "role `%s` may not read `%s`: %s", asking->role->name->text, access->relation->full_name->text,
                        access->grant ? "its grant leaves no column of it" : "no grant gives it");
}

/* When a row was known, and as what, tells of all its columns: only who may read all of them, in all rows, may ask. */
static const char *refuse_history(const Asking *asking, const TableFunction *table) {
    const Relation *relation = history_relation(asking->facts->program, table);
    if (!relation) return NULL;
    RelationAccess access = access_to(asking, relation);
    if (!access_is_readable(&access)) return refuse_relation(asking, &access);
    if (access.whole && !access.release) return NULL;
    return arena_format(asking->maker.arena, "role `%s` may not read the history of `%s`: it may read `%s` in part only, and when rows changed tells of the rest",
                        asking->role->name->text, relation->full_name->text, relation->full_name->text);
}

static void find_refusal(void *context, Node **place) {
    Asking *asking = context;
    const Ref *ref = (*place)->kind == NODE_REF ? (const Ref *)*place : NULL;
    const Relation *relation = (*place)->kind == NODE_TABLE_REF ? ((const TableRef *)*place)->relation : NULL;
    bool of_table = ref && ref->column && ref->table && ref->table->kind == NODE_TABLE_REF;
    const Relation *of = of_table ? ((const TableRef *)ref->table)->relation : NULL;
    if (asking->refusal) return;
    if ((*place)->kind == NODE_TABLE_FUNCTION) asking->refusal = refuse_history(asking, (const TableFunction *)*place);
    if (asking->refusal) return;
    if (relation) {
        RelationAccess access = access_to(asking, relation);
        if (!access_is_readable(&access)) asking->refusal = refuse_relation(asking, &access);
    } else if (of && of->rows && ref->column->index < of->rows->columns.count) {
        RelationAccess access = access_to(asking, of);
        AccessKind kind = access.grant ? access.columns[ref->column->index].kind : ACCESS_WHOLE; /* no grant: told of the relation */
        const Column *column = of->rows->columns.items[ref->column->index];
        if (kind == ACCESS_NONE || kind == ACCESS_HIDDEN)
            asking->refusal = arena_format(asking->maker.arena, "role `%s` may not read `%s.%s`: %s", asking->role->name->text, of->full_name->text,
                                           column->name->text, why_hidden(asking, &access, column));
    }
    node_kids(*place, find_refusal, asking);
}

/* ---------------------------------------------------------------- replacement */

/* What the role reads of a table is of the same moment as the table. */
typedef struct Moment { Arena *arena; const Node *as_of; } Moment;

static void put_moment(void *context, Node **place) {
    const Moment *moment = context;
    TableRef *table = (*place)->kind == NODE_TABLE_REF ? (TableRef *)*place : NULL;
    node_kids(*place, put_moment, context);
    if (table && table->relation) table->as_of = names_copy(moment->arena, moment->as_of);
}

static void replace(void *context, Node **place) {
    Asking *asking = context;
    TableRef *table = (*place)->kind == NODE_TABLE_REF ? (TableRef *)*place : NULL;
    if (!table || !table->relation) {
        node_kids(*place, replace, asking);
        return;
    }
    RelationAccess access = access_to(asking, table->relation);
    Name *alias = table->alias.name ? table->alias.name : table->relation->name;
    TableQuery *instead = (TableQuery *)make_subquery(&asking->maker, role_view_query(asking->facts, &access), alias);
    instead->columns = table->columns;
    if (table->as_of) put_moment(&(Moment){asking->maker.arena, table->as_of}, &instead->query);
    *place = &instead->rowset.node;
}

Query *query_as_role(const Facts *facts, const Role *role, const Query *query, const char **ret_refusal) {
    Program *program = facts->program;
    Asking asking = {.facts = facts, .role = role, .maker = {program->arena, program->names, query->rowset.node.span}};
    Node *asked = (Node *)&query->rowset.node;
    find_refusal(&asking, &asked);
    *ret_refusal = asking.refusal;
    if (asking.refusal) return NULL;
    Node *copy = names_copy(program->arena, asked);
    replace(&asking, &copy);
    types_check_query(program, (Query *)copy);
    return (Query *)copy;
}
