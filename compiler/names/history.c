/* Which relations keep the versions of their rows, and which state of others follows from them. */
#include "compiler/names/names.h"

#include <string.h>

bool relation_keeps_history(const Relation *relation) {
    return decl_clause(relation->decl, CLAUSE_KEEPING_HISTORY) != NULL;
}

Relation *history_relation(const Program *program, const TableFunction *table) {
    const Call *call = table->call && table->call->kind == NODE_CALL ? (const Call *)table->call : NULL;
    if (!call || call->function || call->name.count != 1 || strcmp(call->name.items[0].name->text, "history")) return NULL;
    if (call->args.count != 1 || call->args.items[0]->kind != NODE_REF) return NULL;
    return program_relation(program, ((const Ref *)call->args.items[0])->name);
}

/* run_date(), run_time() and run_id(): of a run that is over they are another's. */
static void find_parameter(void *context, Node **place) {
    bool *found = context;
    const Call *call = (*place)->kind == NODE_CALL ? (const Call *)*place : NULL;
    const char *name = call && call->name.count == 1 && !call->args.count ? call->name.items[0].name->text : "";
    *found |= !strcmp(name, "run_date") || !strcmp(name, "run_time") || !strcmp(name, "run_id");
    if (!*found) node_kids(*place, find_parameter, found);
}

static bool reads_run(const Relation *model) {
    bool found = false;
    node_kids(&model->query->rowset.node, find_parameter, &found);
    return found;
}

static HistoryLack lack_of(const Relation *relation) {
    if (relation->kind == RELATION_SOURCE) return (HistoryLack){relation, "keeps no history"};
    if (relation->kind == RELATION_SYSTEM) return (HistoryLack){relation, "is kept by gov as it is now only"};
    if (!relation->query) return (HistoryLack){relation, "keeps no history, and has no query to derive it by"};
    if (decl_clause(relation->decl, CLAUSE_KEEPING_ROWS)) return (HistoryLack){relation, "keeps no history, and drops rows by their age"};
    if (reads_run(relation)) return (HistoryLack){relation, "keeps no history, and depends on the run that built it"};
    return (HistoryLack){0};
}

static HistoryLack lack_below(const Relation *relation, Map *seen) {
    if (relation_keeps_history(relation) || map_get(seen, relation)) return (HistoryLack){0};
    HistoryLack lack = lack_of(relation);
    map_put(seen, relation, (void *)relation);
    for (uint32_t i = 0; !lack.relation && i < relation->reads.count; i++) lack = lack_below(relation->reads.items[i], seen);
    return lack;
}

HistoryLack history_lack(const Program *program, const Relation *relation) {
    Map seen;
    map_open(&seen, program->arena);
    return lack_below(relation, &seen);
}
