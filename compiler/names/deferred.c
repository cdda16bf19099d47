/* Metrics, dashboards, jobs, deliveries, budgets, releases, shares: every name that they mention is looked up. */
#include "compiler/names/internal.h"

#include <string.h>

typedef struct Resolving {
    Binder *binder;
    Deferred *deferred;
} Resolving;

static void reads(Resolving *resolving, Relation *relation) {
    Deferred *deferred = resolving->deferred;
    if (!relation) return;
    for (uint32_t i = 0; i < deferred->reads.count; i++)
        if (deferred->reads.items[i] == relation) return;
    vec_push(resolving->binder->arena, &deferred->reads, relation);
    vec_push(resolving->binder->arena, &relation->used_by, deferred);
}

static void uses(Resolving *resolving, Deferred *used) {
    Deferred *deferred = resolving->deferred;
    if (!used || used == deferred) return;
    for (uint32_t i = 0; i < deferred->uses.count; i++)
        if (deferred->uses.items[i] == used) return;
    vec_push(resolving->binder->arena, &deferred->uses, used);
}

static Parts dotted_of(const Node *node) {
    return node->kind == NODE_DOTTED ? ((const Dotted *)node)->name : (Parts){0};
}

static Part word_of(const Node *node) {
    Parts parts = dotted_of(node);
    return parts.count == 1 ? parts.items[0] : (Part){0};
}

static void walk_expr(Resolving *resolving, Node **place) {
    Walk walk = walk_open(resolving->binder);
    walk_node(&walk, place);
    for (uint32_t i = 0; i < walk.reads.count; i++) reads(resolving, walk.reads.items[i]);
}

/* ----------------------------------------------------------------- metrics */

typedef struct Component { Resolving *resolving; const Decl *metric; } Component;

/* A metric of metrics: each name is one of them. */
static void component(void *context, Node **place) {
    const Component *of = context;
    if ((*place)->kind != NODE_REF) {
        node_kids(*place, component, context);
        return;
    }
    Parts name = ((Ref *)*place)->name;
    Deferred *used = symbol_need_dotted(of->resolving->binder, SPACE_METRIC, name);
    if (used && used->decl == of->metric) {
        Report *report = diag_report(of->resolving->binder->diag, CODE_G0217, parts_span(name), "metric `%s` is computed from itself", used->name);
        report_label(of->resolving->binder->diag, report, parts_span(of->metric->name), "declared here");
        return;
    }
    uses(of->resolving, used);
}

static void resolve_measure(Resolving *resolving, Node *node) {
    if (!node || node->kind != NODE_MEASURE) return;
    Measure *measure = (Measure *)node;
    if (!measure->relation.count) {
        Component of = {resolving, resolving->deferred->decl};
        if (measure->expr) component(&of, &measure->expr);
        return;
    }
    reads(resolving, need_relation(resolving->binder, measure->relation));
    walk_expr(resolving, &measure->expr);
    walk_expr(resolving, &measure->where);
}

/* -------------------------------------------------------------- dashboards */

static bool is_word(Part part, const char *word) {
    return part.name && !strcmp(part.name->text, word);
}

static void resolve_part(Resolving *resolving, DashboardPart *part) {
    Binder *binder = resolving->binder;
    static const char *const charts[] = {"kpi",     "line",      "bar",         "area",  "scatter", "heatmap",
                                         "histogram", "correlation", "map", "table", "clock"};
    for (uint32_t i = 0; i < part->kids.count; i++)
        if (part->kids.items[i]->kind == NODE_PART) resolve_part(resolving, (DashboardPart *)part->kids.items[i]);
    if (!is_word(part->kind, "chart")) return;
    word_among(binder, part->name, "chart", charts, sizeof charts / sizeof *charts);
    if (part->relation.count) reads(resolving, need_relation(binder, part->relation));
    walk_expr(resolving, &part->where);
    for (uint32_t i = 0; i < part->measures.count && !part->relation.count; i++) {
        Parts name = dotted_of(part->measures.items[i]);
        if (is_word(part->name, "clock")) symbol_need_dotted(binder, SPACE_DELIVERY, name);
        else uses(resolving, symbol_need_dotted(binder, SPACE_METRIC, name));
    }
}

/* -------------------------------------------------------------------- jobs */

static void resolve_selection(Resolving *resolving, const Selection *selection) {
    Binder *binder = resolving->binder;
    if (!selection->name.count) return;
    if (selection->star) {
        if (selection->name.count == 1) symbol_need(binder, SPACE_LAYER, selection->name.items[0]);
        return;
    }
    if (selection->name.count == 1 && symbol_find(binder, SPACE_DELIVERY, selection->name.items[0].name)) return;
    reads(resolving, need_relation(binder, selection->name));
}

/* What sensors ask the ledger about is there, whatever else names it. */
static void needs_ledger(Binder *binder) {
    static const char *const tables[] = {"gov.runs", "gov.steps"};
    for (int i = 0; i < 2; i++) {
        Relation *table = map_get(&binder->program->by_name, name_of(binder->program->names, tables[i]));
        if (table) table->mentioned = true;
    }
}

/* age(t), changed(t), arrived(a, b): their arguments are relations. */
static void sensors(void *context, Node **place) {
    Resolving *resolving = context;
    const Call *call = (*place)->kind == NODE_CALL ? (const Call *)*place : NULL;
    static const char *const words[] = {"age", "changed", "arrived"};
    for (int i = 0; call && call->name.count == 1 && i < 3; i++) {
        if (strcmp(call->name.items[0].name->text, words[i])) continue;
        needs_ledger(resolving->binder);
        for (uint32_t k = 0; k < call->args.count; k++)
            if (call->args.items[k]->kind == NODE_REF) reads(resolving, need_relation(resolving->binder, ((Ref *)call->args.items[k])->name));
        return;
    }
    if ((*place)->kind == NODE_QUERY) walk_expr(resolving, place);
    else node_kids(*place, sensors, resolving);
}

/* ----------------------------------------------------------------- clauses */

static void names_of(Resolving *resolving, const Clause *clause, Space space) {
    for (uint32_t i = 0; i < clause->kids.count; i++) {
        void *found = symbol_need(resolving->binder, space, word_of(clause->kids.items[i]));
        if (found && space == SPACE_ROLE) vec_push(resolving->binder->arena, &resolving->deferred->roles, (Role *)found);
    }
}

static void relations_of(Resolving *resolving, const Clause *clause) {
    for (uint32_t i = 0; i < clause->kids.count; i++)
        if (dotted_of(clause->kids.items[i]).count) reads(resolving, need_relation(resolving->binder, dotted_of(clause->kids.items[i])));
}

static void selections_of(Resolving *resolving, const Clause *clause) {
    for (uint32_t i = 0; i < clause->kids.count; i++)
        if (clause->kids.items[i]->kind == NODE_SELECTION) resolve_selection(resolving, (const Selection *)clause->kids.items[i]);
}

static void parts_of(Resolving *resolving, const Clause *clause) {
    for (uint32_t i = 0; i < clause->kids.count; i++)
        if (clause->kids.items[i]->kind == NODE_PART) resolve_part(resolving, (DashboardPart *)clause->kids.items[i]);
}

/* `to` names a level in a release, roles elsewhere. */
static void resolve_to(Resolving *resolving, const Clause *clause) {
    DeclKind of = resolving->deferred->decl->of;
    bool is_level = of == DECL_RELEASE || of == DECL_ENDORSE;
    if (is_level && clause->kids.count) resolving->deferred->level = level_of(resolving->binder, word_of(clause->kids.items[0]));
    if (!is_level) names_of(resolving, clause, SPACE_ROLE);
}

static void resolve_clause(Resolving *resolving, Clause *clause) {
    static const char *const statuses[] = {"certified", "draft", "legacy"};
    Binder *binder = resolving->binder;
    if (clause->of == CLAUSE_NOTIFY) names_of(resolving, clause, SPACE_OWNER);
    else if (clause->of == CLAUSE_READS) relations_of(resolving, clause);
    else if (clause->of == CLAUSE_TO) resolve_to(resolving, clause);
    else if (clause->of == CLAUSE_FOR_MODEL) names_of(resolving, clause, SPACE_ROLE);
    else if (clause->of == CLAUSE_CATEGORIES) names_of(resolving, clause, SPACE_TAG);
    else if (clause->of == CLAUSE_BUILDS || clause->of == CLAUSE_TESTS || clause->of == CLAUSE_BEFORE_TESTS) selections_of(resolving, clause);
    else if (clause->of == CLAUSE_PARTS) parts_of(resolving, clause);
    else if (clause->of == CLAUSE_WHEN && clause->expr) sensors(resolving, &clause->expr);
    else if (clause->of == CLAUSE_ALSO) resolve_measure(resolving, clause->expr);
    else if (clause->of == CLAUSE_UNIT) unit_resolve(binder->program, clause->expr);
    else if (clause->of == CLAUSE_DELIVER_FROM) reads(resolving, need_relation(binder, clause->name));
    else if (clause->of == CLAUSE_REPLACED_BY) uses(resolving, symbol_need_dotted(binder, SPACE_DASHBOARD, clause->name));
    else if (clause->of == CLAUSE_STATUS) word_among(binder, clause->word, "status", statuses, 3);
    else if (clause->of == CLAUSE_UNTIL) checked_date(binder, clause->text, clause->node.span);
    else if (clause->of == CLAUSE_BEFORE_APPROVED) symbol_need(binder, SPACE_OWNER, clause->word);
    else if (clause->of == CLAUSE_APPROVED_BY) {
        symbol_need(binder, SPACE_OWNER, clause->word);
        checked_date(binder, clause->text, clause->node.span);
    }
    if (clause->of == CLAUSE_BEFORE_APPROVED || clause->of == CLAUSE_ACCEPTED_WHEN) walk_expr(resolving, &clause->expr);
}

/* ------------------------------------------------------------ declarations */

static bool is_deferred(DeclKind kind) {
    switch (kind) {
    case DECL_METRIC: case DECL_DASHBOARD: case DECL_LEGACY_DASHBOARD: case DECL_JOB: case DECL_DELIVERY: case DECL_BUDGET:
    case DECL_RELEASE: case DECL_ENDORSE: case DECL_SHARE: return true;
    case DECL_PROJECT: case DECL_TARGET: case DECL_OWNER: case DECL_LAYER: case DECL_TAG: case DECL_ROLE: case DECL_UNIT:
    case DECL_TYPE: case DECL_CONST: case DECL_FUNCTION: case DECL_SOURCE: case DECL_MODEL: case DECL_TEMPLATE: case DECL_USE:
    case DECL_TEST: case DECL_UNIT_TEST: case DECL_GRANT: case DECL_MASK: case DECL_EXCEPTION: case DECL_QUERY: return false;
    }
    return false;
}

static void resolve(Binder *binder, Decl *decl) {
    Resolving resolving = {binder, decl->entity};
    Deferred *deferred = decl->entity;
    deferred->owner = owner_of(binder, decl);
    if (decl->of == DECL_BUDGET && decl->name.count) symbol_need(binder, SPACE_TARGET, decl->name.items[0]);
    if (decl->of == DECL_RELEASE || decl->of == DECL_ENDORSE || decl->of == DECL_SHARE) reads(&resolving, need_relation(binder, decl->name));
    if (decl->of == DECL_METRIC) resolve_measure(&resolving, decl->body);
    for (uint32_t i = 0; i < decl->clauses.count; i++)
        if (decl->clauses.items[i]->kind == NODE_CLAUSE) resolve_clause(&resolving, (Clause *)decl->clauses.items[i]);
    if (decl->of == DECL_SHARE && deferred->roles.count) /* a relation may be shared with several */
        deferred->name = arena_format(binder->arena, "%s to %s", deferred->name, deferred->roles.items[0]->name->text);
    for (uint32_t i = 0; i < deferred->reads.count && !deferred->owner; i++) deferred->owner = deferred->reads.items[i]->owner;
}

void declare_deferred(Binder *binder) {
    Program *program = binder->program;
    for (uint32_t i = 0; i < binder->decls.count; i++) {
        Decl *decl = binder->decls.items[i];
        if (!is_deferred(decl->of)) continue;
        Deferred *deferred = arena_new(binder->arena, Deferred);
        *deferred = (Deferred){.decl = decl, .kind = decl_word(decl->of), .name = parts_text(binder->arena, decl->name)};
        decl->entity = deferred;
        vec_push(binder->arena, &program->deferred, deferred);
    }
    for (uint32_t i = 0; i < program->deferred.count; i++) {
        const Expansion *before = program_enter(program, program->deferred.items[i]->decl);
        resolve(binder, program->deferred.items[i]->decl);
        binder->diag->expansion = before;
    }
}
