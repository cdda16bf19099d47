/* Jobs: when they run, what they select, and whom they tell. */
#include "compiler/plan/jobs.h"

#include "compiler/names/condition.h"
#include "compiler/plan/internal.h"

#include <string.h>

const Deferred *plan_job(const Program *program, const char *name) {
    for (uint32_t i = 0; i < program->deferred.count; i++) {
        const Deferred *deferred = program->deferred.items[i];
        if (deferred->decl->of == DECL_JOB && !strcmp(deferred->name, name)) return deferred;
    }
    return NULL;
}

/* ------------------------------------------------------------------ selections */

/* `+raw.*+` as it is written behind --select. */
static const char *selection_text(Arena *arena, const Selection *selection) {
    const char *name = selection->name.count ? parts_text(arena, selection->name) : "";
    return arena_format(arena, "%s%s%s%s%s", selection->ancestors ? "+" : "", name, selection->star && *name ? "." : "", selection->star ? "*" : "",
                        selection->descendants ? "+" : "");
}

static void add_selections(Arena *arena, const Deferred *job, ClauseKind kind, Selections *list) {
    for (uint32_t i = 0; i < job->decl->clauses.count; i++) {
        const Clause *clause = NODE_AS(Clause, CLAUSE, job->decl->clauses.items[i]);
        for (uint32_t k = 0; clause->of == kind && k < clause->kids.count; k++)
            vec_push(arena, list, selection_text(arena, NODE_AS(Selection, SELECTION, clause->kids.items[k])));
    }
}

bool job_only_tests(const Deferred *job) {
    return !decl_clause(job->decl, CLAUSE_BUILDS) && decl_clause(job->decl, CLAUSE_TESTS);
}

Selections job_selections(Arena *arena, const Deferred *job) {
    Selections list = {0};
    add_selections(arena, job, job_only_tests(job) ? CLAUSE_TESTS : CLAUSE_BUILDS, &list);
    return list;
}

/* `builds raw.*+, tests marts.*`. */
static const char *job_words(Arena *arena, const Deferred *job) {
    static const struct { ClauseKind kind; const char *verb; } all[] = {{CLAUSE_BUILDS, "builds"}, {CLAUSE_TESTS, "tests"}, {CLAUSE_DELIVERS, "delivers"}};
    Buffer out;
    buffer_open(&out, arena);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        Selections list = {0};
        add_selections(arena, job, all[i].kind, &list);
        for (uint32_t k = 0; k < list.count; k++) buffer_format(&out, "%s%s%s", k ? ", " : out.length ? ", " : "", k ? "" : arena_format(arena, "%s ", all[i].verb), list.items[k]);
    }
    return buffer_string(&out);
}

/* --------------------------------------------------------------------- notices */

static unsigned bits_of(const char *word, const char *const *words, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (!strcmp(word, words[i])) return 1u << i;
    return 0;
}

static unsigned tells_of(const Clause *clause) {
    static const char *const words[] = {"failure", "success", "missing", "warning", "late"}; /* GovTell, in order */
    const Row *row = clause->expr && clause->expr->kind == NODE_ROW ? (const Row *)clause->expr : NULL;
    unsigned tells = 0;
    for (uint32_t i = 0; row && i < row->items.count; i++)
        tells |= bits_of(((const Ref *)row->items.items[i])->name.items[0].name->text, words, sizeof words / sizeof *words);
    return tells;
}

static GovValue address_of(const Planner *planner, const Owner *owner, const char *key) {
    const Node *value = decl_option(owner->decl, key);
    return value ? value_of(planner, value) : (GovValue){GOV_VALUE_TEXT, "", NULL};
}

static GovNotice notice_of(const Planner *planner, const Clause *clause, const Owner *owner) {
    static const char *const words[] = {"email", "slack"}; /* GovChannel, in order */
    GovNotice notice = {.owner = owner->title.length ? text_copy(planner->arena, owner->title) : owner->name->text,
                        .tells = tells_of(clause),
                        .channels = clause->other.count ? 0 : GOV_BY_EMAIL | GOV_BY_SLACK,
                        .email = address_of(planner, owner, "email"),
                        .slack = address_of(planner, owner, "slack")};
    for (uint32_t i = 0; i < clause->other.count; i++) notice.channels |= bits_of(clause->other.items[i].name->text, words, 2);
    return notice;
}

static const Owner *owner_named(const Program *program, const Name *name) {
    for (uint32_t i = 0; i < program->owners.count; i++)
        if (program->owners.items[i]->name == name) return program->owners.items[i];
    return NULL;
}

typedef VEC(GovNotice) Notices;

static Notices notices_of(const Planner *planner, const Deferred *job) {
    Notices notices = {0};
    for (uint32_t i = 0; i < job->decl->clauses.count; i++) {
        const Clause *clause = NODE_AS(Clause, CLAUSE, job->decl->clauses.items[i]);
        for (uint32_t k = 0; clause->of == CLAUSE_NOTIFY && k < clause->kids.count; k++) {
            const Parts *name = &NODE_AS(Dotted, DOTTED, clause->kids.items[k])->name;
            const Owner *owner = name->count ? owner_named(planner->program, name->items[0].name) : NULL;
            if (owner) vec_push(planner->arena, &notices, notice_of(planner, clause, owner));
        }
    }
    return notices;
}

/* ------------------------------------------------------------------- condition */

/* A source whose files are those that were loaded; where nothing is known of the target, it has changed. */
static bool has_changed(void *context, const Relation *source) {
    const Planner *planner = context;
    const PlanStepState *state = map_get(&planner->state, source->full_name);
    return !state || !state->same_data;
}

static bool note_asked(void *context, const Relation *source) {
    (void)source;
    *(bool *)context = true;
    return true;
}

bool job_asks_files(Program *program, const Deferred *job) {
    bool asked = false;
    condition_query(program, job, note_asked, &asked);
    return asked;
}

const char *job_condition(Planner *planner, const Deferred *job) {
    Query *query = condition_query(planner->program, job, has_changed, planner);
    if (!query) return NULL;
    EmitOptions options = {.relation = name_for_readers, .context = planner, .schemas = planner->schemas};
    Buffer out;
    buffer_open(&out, planner->arena);
    types_check_query(planner->program, query);
    planner->failed |= !emit_query(planner->program, query, planner->dialect, &options, &out);
    return buffer_string(&out);
}

/* ------------------------------------------------------------------------ jobs */

static GovJob job_of(const Planner *planner, const Deferred *job) {
    Arena *arena = planner->arena;
    const Decl *decl = job->decl;
    const Clause *schedule = decl_clause(decl, CLAUSE_SCHEDULE), *zone = decl_clause(decl, CLAUSE_TIMEZONE), *retry = decl_clause(decl, CLAUSE_RETRY);
    const Clause *deadline = decl_clause(decl, CLAUSE_DEADLINE);
    const Duration *warn = deadline && deadline->expr ? NODE_AS(Duration, DURATION, deadline->expr) : NULL;
    Notices notices = notices_of(planner, job);
    return (GovJob){
        .name = job->name,
        .does = job_words(arena, job),
        .cron = schedule ? text_copy(arena, schedule->text) : NULL,
        .timezone = zone ? text_copy(arena, zone->text) : planner->program->timezone,
        .has_condition = decl_clause(decl, CLAUSE_WHEN) != NULL,
        .only_tests = job_only_tests(job),
        .retries = retry ? (int)retry->number : 0,
        .backoff = retry && retry->word.name,
        .deadline = deadline ? text_copy(arena, deadline->text) : NULL,
        .warn_before = warn ? (GovDuration){warn->count, warn->unit.name->text} : (GovDuration){0, NULL},
        .notices = notices.items,
        .notice_count = notices.count,
        .place = place_of(planner, decl->node.span),
    };
}

GovJobs *plan_jobs(const Program *program, const Target *target) {
    Planner planner = {.program = (Program *)program, .arena = program->arena};
    VEC(GovJob) jobs = {0};
    for (uint32_t i = 0; i < program->deferred.count; i++)
        if (program->deferred.items[i]->decl->of == DECL_JOB) vec_push(program->arena, &jobs, job_of(&planner, program->deferred.items[i]));
    GovJobs *all = arena_new(program->arena, GovJobs);
    *all = (GovJobs){program->project_name ? program->project_name : "", target ? target->name->text : "memory", jobs.items, jobs.count};
    return all;
}
