#include "compiler/plan/past.h"

#include "compiler/check/check.h"

typedef struct Looking {
    const Facts *facts;
    Program *program;
    const Dialect *dialect;
    const EmitOptions *options;
    const Expr *moment;        /* of all tables that say none; or null */
    Past *past;
    VEC(const char *) guards;
    Map seen;                  /* relations below the table at hand */
    bool fine;
} Looking;

static bool is_run(const Expr *moment) {
    TypeKind kind = moment->type->kind;
    return kind == TYPE_INT2 || kind == TYPE_INT4 || kind == TYPE_INT8;
}

static const char *literal(const Looking *looking, const char *text) {
    Buffer out;
    buffer_open(&out, looking->program->arena);
    emit_string(looking->dialect, text_of(text), &out);
    return buffer_string(&out);
}

/* There is a row where the versions of a relation are not complete. */
static void add_guard(Looking *looking, const Relation *relation, const Expr *moment) {
    Arena *arena = looking->program->arena;
    const char *name = literal(looking, relation->full_name->text);
    const char *unknown = literal(looking, arena_format(arena, "what `%s` was then is not known: ", relation->full_name->text));
    Buffer out;
    buffer_open(&out, arena);
    buffer_format(&out, "select case when moment.number is null then '%s'\n",
                  is_run(moment) ? "no run of this number has published anything" : "nothing was published by then");
    buffer_format(&out, "  else %s || coalesce('its history begins at ' || cast(whole.since as varchar), 'it has none yet') end\n", unknown);
    buffer_format(&out, "from (%s) as moment\n", emit_publication(looking->program, moment, looking->dialect, looking->options));
    buffer_format(&out, "cross join (select min(p.committed_at) as since from gov.histories as h join gov.publications as p\n"
                        "  on p.publication = h.from_publication where h.relation = %s) as whole\n", name);
    buffer_format(&out, "where not exists (select 1 from gov.histories as h where h.relation = %s and h.from_publication <= moment.number\n"
                        "  and (h.to_publication is null or h.to_publication > moment.number))", name);
    vec_push(arena, &looking->guards, buffer_string(&out));
}

static void look_below(Looking *looking, const Relation *relation, const Expr *moment) {
    if (map_get(&looking->seen, relation)) return;
    map_put(&looking->seen, relation, (void *)relation);
    if (relation_keeps_history(relation)) {
        add_guard(looking, relation, moment);
        return;
    }
    for (uint32_t i = 0; i < relation->reads.count; i++) look_below(looking, relation->reads.items[i], moment);
}

static void look(void *context, Node **place) {
    Looking *looking = context;
    const TableRef *table = (*place)->kind == NODE_TABLE_REF ? (const TableRef *)*place : NULL;
    const Relation *relation = table ? table->relation : NULL;
    const Expr *moment = table && table->as_of ? (const Expr *)table->as_of : looking->moment;
    node_kids(*place, look, context);
    if (!relation || !moment || relation->bad || (relation->kind == RELATION_SYSTEM && !table->as_of)) return;
    if (!table->as_of && !check_state_is_known(looking->facts, table)) {
        looking->fine = false;
        return;
    }
    if (!relation_keeps_history(relation)) vec_push(looking->program->arena, &looking->past->derived, relation);
    map_open(&looking->seen, looking->program->arena);
    look_below(looking, relation, moment);
}

bool past_of(const Facts *facts, const Query *query, const Expr *moment, const Dialect *dialect, const EmitOptions *options, Past *ret_past) {
    Looking looking = {.facts = facts, .program = facts->program, .dialect = dialect, .options = options, .moment = moment, .past = ret_past, .fine = true};
    Node *node = (Node *)&query->rowset.node;
    *ret_past = (Past){0};
    if (moment) ret_past->as_of = emit_publication(facts->program, moment, dialect, options);
    look(&looking, &node);
    ret_past->guards = (GovTexts){looking.guards.items, looking.guards.count};
    return looking.fine;
}
