/* plan_make(): from program and state to steps in order. */
#include "compiler/plan/plan.h"

#include "compiler/plan/selection.h"
#include "runtime/state/find.h"

#include <string.h>

void real_relations(Planner *planner, const Relation *relation, RelationList *list) {
    if (relation->stored != STORED_INLINE) {
        vec_push(planner->arena, list, relation);
        return;
    }
    for (uint32_t i = 0; i < relation->reads.count; i++) real_relations(planner, relation->reads.items[i], list);
}

/* ------------------------------------------------------------------- order */

static bool reaches(Planner *planner, Planned *from, const Planned *to) {
    if (from == to) return true;
    if (from->mark == planner->marks) return false;
    from->mark = planner->marks;
    for (uint32_t i = 0; i < from->after.count; i++)
        if (reaches(planner, from->after.items[i], to)) return true;
    return false;
}

static void add_after(Planner *planner, Planned *planned, Planned *before) {
    for (uint32_t i = 0; i < planned->after.count; i++)
        if (planned->after.items[i] == before) return;
    vec_push(planner->arena, &planned->after, before);
}

static void order_by_reads(Planner *planner, Planned *planned) {
    RelationList reads = {0};
    for (uint32_t i = 0; i < planned->relation->reads.count; i++)
        real_relations(planner, planned->relation->reads.items[i], &reads);
    for (uint32_t i = 0; i < reads.count; i++) {
        Planned *read = planned_of(planner, reads.items[i]);
        if (read && read->runs) add_after(planner, planned, read);
    }
}

/* What a test reads beside its relation must be there, too, unless that is built from the relation. */
static void order_by_test(Planner *planner, Planned *planned, const Test *test) {
    RelationList reads = {0};
    test_reads(planner, test, &reads);
    for (uint32_t i = 0; i < reads.count; i++) {
        Planned *read = planned_of(planner, reads.items[i]);
        planner->marks++;
        if (read && read->runs && reaches(planner, read, planned)) {
            vec_push(planner->arena, &planned->late, test);
            return;
        }
    }
    for (uint32_t i = 0; i < reads.count; i++) {
        Planned *read = planned_of(planner, reads.items[i]);
        if (read && read->runs) add_after(planner, planned, read);
    }
}

static void visit(Planner *planner, Planned *planned) {
    if (planned->visited) return;
    planned->visited = true;
    for (uint32_t i = 0; i < planned->after.count; i++) visit(planner, planned->after.items[i]);
    vec_push(planner->arena, &planner->order, planned);
}

static void find_order(Planner *planner) {
    uint32_t count = planner->program->relations.count;
    for (uint32_t i = 0; i < count; i++)
        if (planner->planned[i].runs) order_by_reads(planner, &planner->planned[i]);
    for (uint32_t i = 0; i < count; i++) {
        Planned *planned = &planner->planned[i];
        for (uint32_t k = 0; planned->runs && k < planned->relation->tests.count; k++)
            if (test_runs(planner, planned->relation->tests.items[k]))
                order_by_test(planner, planned, planned->relation->tests.items[k]);
    }
    for (uint32_t i = 0; i < count; i++)
        if (planner->planned[i].runs) visit(planner, &planner->planned[i]);
}

/* ------------------------------------------------- what is not run yet, said */

static void add_not_run(Planner *planner, const char *name, const char *kind, const char *reason, const Owner *owner,
                        Span span) {
    GovStep step = {
        .kind = GOV_STEP_NOT_RUN,
        .name = name,
        .materialization = kind,
        .owner = owner ? owner->name->text : NULL,
        .fingerprint = "",
        .reason = reason,
        .place = place_of(planner, span),
    };
    vec_push(planner->arena, &planner->steps, step);
}

static void add_deferred(Planner *planner) {
    const Program *program = planner->program;
    for (uint32_t i = 0; i < program->deferred.count; i++) {
        const Deferred *deferred = program->deferred.items[i];
        const char *why = "this version does not run it yet";
        if (deferred->decl->of == DECL_METRIC) continue; /* a definition: nothing of it would run */
        if (deferred->decl->of == DECL_RELEASE) continue; /* it is in the role views */
        if (deferred->decl->of == DECL_JOB) continue; /* `gov serve` runs it */
        if (deferred->decl->of == DECL_SHARE && plan_share_runs(planner, deferred, &why)) continue;
        add_not_run(planner, arena_format(planner->arena, "%s %s", deferred->kind, deferred->name), deferred->kind,
                    why, deferred->owner, deferred->decl->node.span);
    }
    if (program->grants.count && strcmp(dialect_name(planner->dialect), "postgres") != 0)
        add_not_run(planner, "grants", "grant",
                    strcmp(dialect_name(planner->dialect), "duckdb") == 0
                        ? "duckdb has no roles, whoever can open the file can read it: `gov share ROLE` writes what a role may read"
                        : "this version does not make them yet",
                    NULL, program->grants.items[0]->decl->node.span);
}

/* What is asked for, but not kept on an engine of which only the SQL is written. */
static void add_unkept(Planner *planner, const Relation *relation) {
    static const ClauseKind KEPT[] = {CLAUSE_KEEPING_HISTORY, CLAUSE_KEEPING_ROWS};
    for (size_t i = 0; !plan_keeps_memory(planner) && i < sizeof KEPT / sizeof *KEPT; i++) {
        const Clause *clause = decl_clause(relation->decl, KEPT[i]);
        const char *words = KEPT[i] == CLAUSE_KEEPING_HISTORY ? "history" : "retention";
        if (clause)
            add_not_run(planner, arena_format(planner->arena, "%s of %s", words, relation->full_name->text), words,
                        arena_format(planner->arena, "this version keeps none on %s", dialect_name(planner->dialect)), relation->owner,
                        clause->node.span);
    }
}

/* ---------------------------------------------------------------- the whole */

static bool can_run(Planner *planner, const Relation *relation) {
    if (relation->bad || relation->kind == RELATION_SYSTEM || !relation->rows) return false;
    const char *lacks = relation->kind == RELATION_MODEL && !relation->query ? "models without a query"
                        : relation->stored == STORED_FILES                   ? "models stored as files"
                                                                             : NULL;
    if (!lacks) return true;
    planner->failed = true;
    const Parts *name = &relation->decl->name;
    Span span =
        name->count ? span_join(name->items[0].span, name->items[name->count - 1].span) : relation->decl->node.span;
    diag_report(planner->program->diag, CODE_G0701, span, "%s cannot be built yet: `%s`", lacks,
                relation->full_name->text);
    return false;
}

static void index_state(Planner *planner) {
    const PlanState *state = planner->options->state;
    map_open(&planner->state, planner->arena);
    for (size_t i = 0; state && i < state->step_count; i++)
        map_put(&planner->state, name_of(planner->program->names, state->steps[i].name), (void *)&state->steps[i]);
}

static bool open_planner(Planner *planner, const Facts *facts, const PlanOptions *options) {
    const Target *target = options->target;
    const char *engine = target && target->engine ? target->engine->text : "duckdb";
    *planner = (Planner){.facts = facts, .program = facts->program, .arena = facts->program->arena, .options = options};
    planner->dialect = dialect_find(engine);
    if (!planner->dialect) {
        Report *report = diag_report(planner->program->diag, CODE_G0706, target->decl->node.span,
                                     "no SQL can be written for engine `%s` yet", engine);
        report_help(planner->program->diag, report, "this version knows %s", dialect_names());
        return false;
    }
    planner->is_server = strcmp(dialect_name(planner->dialect), "postgres") == 0;
    planner->judge = dialect_find("duckdb");
    index_state(planner);
    const Node *schemas = target ? decl_option(target->decl, "schemas") : NULL;
    planner->schemas = schemas ? value_of(planner, schemas).text : NULL;
    return true;
}

static void add_relations(Planner *planner) {
    Program *program = planner->program;
    planner->planned = arena_alloc(planner->arena, (program->relations.count + 1) * sizeof *planner->planned);
    map_open(&planner->by_relation, planner->arena);
    for (uint32_t i = 0; i < program->relations.count; i++) {
        planner->planned[i] = (Planned){.relation = program->relations.items[i]};
        map_put(&planner->by_relation, program->relations.items[i], &planner->planned[i]);
    }
    for (uint32_t i = 0; i < program->relations.count; i++) find_relation_meaning(planner, &planner->planned[i]);
}

static bool select_relations(Planner *planner) {
    const PlanOptions *options = planner->options;
    Program *program = planner->program;
    Map selected, standings;
    bool held = options->compare || (options->state && options->state->known);
    bool asked = selection_asks(options->select, options->select_count, "state") || selection_asks(options->exclude, options->exclude_count, "state");
    if (held && asked) standings = plan_standings(planner);
    if (!plan_select(program, options, held && asked ? &standings : NULL, &selected)) return false;
    for (uint32_t i = 0; i < program->relations.count; i++)
        planner->planned[i].selected = map_get(&selected, program->relations.items[i]) && can_run(planner, program->relations.items[i]);
    if (options->rollback_to) rollback_select(planner);
    return !planner->failed;
}

static GovSettings constants_of(const Planner *planner) {
    const Program *program = planner->program;
    GovSetting *items = arena_alloc(planner->arena, (program->consts.count + 1) * sizeof *items);
    size_t count = 0;
    for (uint32_t i = 0; i < program->consts.count; i++) {
        const Const *constant = program->consts.items[i];
        if (!constant->is_list && constant->value)
            items[count++] = (GovSetting){constant->name->text, value_of(planner, constant->value)};
    }
    return (GovSettings){items, count};
}

static const char *source_hash(const Planner *planner) {
    const Sources *sources = planner->program->sources;
    Buffer all;
    char hex[65];
    buffer_open(&all, planner->arena);
    for (uint32_t i = 0; i < sources->files.count; i++) {
        const Source *source = sources->files.items[i];
        if (source->builtin) continue;
        buffer_add(&all, source->path, strlen(source->path) + 1);
        buffer_add(&all, source->text, source->length);
        buffer_char(&all, '\n');
    }
    sha256_hex(buffer_string(&all), all.length, hex);
    return arena_copy(planner->arena, hex, 64);
}

static const char *plan_hash(const Planner *planner, const GovPlan *govplan) {
    Buffer all;
    char hex[65];
    buffer_open(&all, planner->arena);
    plan_print_c(govplan, &all);
    sha256_hex(buffer_string(&all), all.length, hex);
    return arena_copy(planner->arena, hex, 64);
}

static GovTarget target_of(const Planner *planner) {
    const Target *target = planner->options->target;
    if (!target) return (GovTarget){"memory", dialect_name(planner->dialect), {NULL, 0}};
    const Clause *options = decl_clause(target->decl, CLAUSE_OPTIONS);
    GovTarget planned = {target->name->text, dialect_name(planner->dialect), {NULL, 0}};
    if (options) planned.settings = settings_of(planner, &options->kids);
    return planned;
}

static void fill_govplan(Planner *planner, GovPlan *govplan) {
    const PlanOptions *options = planner->options;
    *govplan = (GovPlan){
        .abi = GOV_PLAN_ABI,
        .gov_version = options->gov_version ? options->gov_version : "",
        .project = planner->program->project_name ? planner->program->project_name : "",
        .timezone = planner->program->timezone ? planner->program->timezone : "UTC",
        .source_hash = source_hash(planner),
        .hash = "",
        .revision = options->revision,
        .job = options->job ? options->job->name : NULL,
        .condition = options->job ? job_condition(planner, options->job) : NULL,
        .target = target_of(planner),
        .constants = constants_of(planner),
        .steps = planner->steps.items,
        .step_count = planner->steps.count,
    };
    plan_setup(planner, govplan);
    plan_unit_tests(planner, govplan);
    plan_access(planner, govplan);
    plan_memory(planner, govplan);
    govplan->hash = plan_hash(planner, govplan);
}

static void add_entries(Planner *planner, Plan *plan) {
    for (uint32_t i = 0; i < planner->program->relations.count; i++) {
        const Planned *planned = &planner->planned[i];
        if (!planned->selected) continue;
        PlanEntry entry = {
            .action = planned->action,
            .name = planned->relation->full_name->text,
            .materialization = materialization_of(planned->relation),
            .reason = planned->reason,
            .refresh = planned->refresh,
            .changes = planned->changes,
            .fingerprint = planned->fingerprint,
            .outline = planned->outline,
            .sql = planned->sql,
            .relation = planned->relation,
            .step = planned->has_step ? &planner->steps.items[planned->step] : NULL,
        };
        vec_push(planner->arena, &plan->entries, entry);
    }
}

/* What gov published and what somebody dropped since. Not known: yes. */
static bool is_still_there(const TargetState *server, const char *step) {
    for (size_t i = 0; server && i < server->object_count; i++)
        if (!strcmp(server->objects[i].step, step))
            return state_find_relation(server, server->objects[i].schema, server->objects[i].name);
    return true;
}

static void add_other_entries(Planner *planner, Plan *plan) {
    const PlanState *state = planner->options->state;
    for (uint32_t i = 0; i < planner->steps.count; i++) {
        const GovStep *step = &planner->steps.items[i];
        PlanEntry entry = {.action = PLAN_NOT_RUN,
                           .name = step->name,
                           .materialization = step->materialization,
                           .reason = step->reason,
                           .step = step};
        if (step->kind == GOV_STEP_NOT_RUN) vec_push(planner->arena, &plan->entries, entry);
    }
    for (size_t i = 0; state && !planner->options->select_count && i < state->step_count; i++) {
        const PlanStepState *step = &state->steps[i];
        bool declared = map_get(&planner->program->by_name, name_of(planner->program->names, step->name)) != NULL;
        if (!is_still_there(state->server, step->name)) continue;
        PlanEntry entry = {.action = PLAN_UNDECLARED,
                           .name = step->name,
                           .materialization = step->materialization,
                           .reason = "no longer in the project"};
        if (!declared) vec_push(planner->arena, &plan->entries, entry);
    }
}

/* An inline model is nothing of its own: only its tests run. */
static bool has_step(const Planner *planner, const Planned *planned) {
    if (planned->relation->stored != STORED_INLINE) return true;
    for (uint32_t i = 0; i < planned->relation->tests.count; i++)
        if (test_runs(planner, planned->relation->tests.items[i])) return true;
    return false;
}

static void make_steps(Planner *planner) {
    for (uint32_t i = 0; i < planner->order.count; i++) {
        Planned *planned = planner->order.items[i];
        planned->has_step = has_step(planner, planned);
        if (!planned->has_step) continue;
        plan_relation_step(planner, planned);
    }
    for (uint32_t i = 0; i < planner->order.count; i++) plan_late_tests(planner, planner->order.items[i]);
    if (planner->options->what == PLAN_TEST) return;
    for (uint32_t i = 0; i < planner->order.count; i++) add_unkept(planner, planner->order.items[i]->relation);
    if (!planner->options->select_count) add_deferred(planner);
}

static void add_once(Arena *arena, TextList *list, const char *text) {
    for (uint32_t i = 0; i < list->count; i++)
        if (!strcmp(list->items[i], text)) return;
    vec_push(arena, list, text);
}

static StateScope scope_of(const Planner *planner, const GovAccess *access) {
    Arena *arena = planner->arena;
    TextList schemas = {0}, roles = {0};
    for (uint32_t i = 0; i < planner->program->layers.count; i++) {
        const Layer *layer = planner->program->layers.items[i];
        if (strcmp(layer->name->text, "gov")) /* the ledger's: declared by the language itself */
            add_once(arena, &schemas, emit_schema(arena, planner->schemas, layer));
    }
    for (size_t i = 0; i < access->schemas.count; i++) add_once(arena, &schemas, access->schemas.items[i]);
    for (size_t i = 0; i < access->role_count; i++) add_once(arena, &roles, access->roles[i].name);
    if (access->owner) add_once(arena, &roles, access->owner);
    return (StateScope){texts_of(arena, &schemas), texts_of(arena, &roles)};
}

Plan *plan_make(const Facts *facts, const PlanOptions *options) {
    Planner planner;
    if (!open_planner(&planner, facts, options)) return NULL;
    add_relations(&planner);
    if (!select_relations(&planner)) return NULL;
    plan_reasons(&planner);
    find_order(&planner);
    make_steps(&planner);
    Plan *plan = arena_new(planner.arena, Plan);
    fill_govplan(&planner, &plan->govplan);
    plan->state = options->state;
    plan->schemas = planner.schemas;
    plan->scope = scope_of(&planner, &plan->govplan.access);
    add_entries(&planner, plan);
    add_other_entries(&planner, plan);
    plan_drift(&planner, plan);
    plan_releases(&planner, plan);
    return planner.failed ? NULL : plan;
}
