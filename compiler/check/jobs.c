/* When jobs run, what they do, and whom they tell. */
#include "compiler/check/internal.h"
#include "compiler/names/condition.h"
#include "runtime/schedule/cron.h"

#include <string.h>

/* Zones are the machine's to know: without a way to ask, none is wrong. */
static void check_timezone(Checking *checking, const Clause *clause) {
    const Program *program = checking->program;
    if (!clause || !program->zone_exists || program->zone_exists(text_copy(checking->arena, clause->text))) return;
    Report *report = diag_report(checking->diag, CODE_G0762, clause->node.span, "there is no time zone `%.*s`", TEXT_ARGS(clause->text));
    report_says(checking->diag, report, "not in this machine's time zone database");
    report_help(checking->diag, report, "zones are called like `America/Sao_Paulo`; case matters");
}

static void check_schedule(Checking *checking, const Clause *clause) {
    Cron cron;
    char wrong[160];
    if (!clause || cron_parse(text_copy(checking->arena, clause->text), &cron, wrong, sizeof wrong)) return;
    Report *report = diag_report(checking->diag, CODE_G0760, clause->node.span, "the schedule %s", wrong);
    report_help(checking->diag, report, "`'30 6 * * mon-fri'` is half past six on working days");
}

/* --------------------------------------------------------------------- notify */

static const char *const events[] = {"failure", "success", "missing", "warning", "late"};
static const char *const channels[] = {"slack", "email"};

static bool is_among(const char *word, const char *const *words, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (!strcmp(word, words[i])) return true;
    return false;
}

static void check_word(Checking *checking, Part part, const char *kind, const char *const *words, size_t count) {
    if (is_among(part.name->text, words, count)) return;
    Report *report = diag_report(checking->diag, CODE_G0763, part.span, "there is no %s `%s`", kind, part.name->text);
    if (report_near(checking->diag, report, part.span, part.name->text, words, count)) return;
    Buffer list;
    buffer_open(&list, checking->arena);
    for (size_t i = 0; i < count; i++) buffer_format(&list, "%s`%s`", i ? ", " : "", words[i]);
    report_help(checking->diag, report, "it is one of %s", buffer_string(&list));
}

static void check_address(Checking *checking, const Owner *owner, Part channel) {
    if (!is_among(channel.name->text, channels, 2) || decl_option(owner->decl, channel.name->text)) return;
    Report *report = diag_report(checking->diag, CODE_G0763, channel.span, "owner `%s` has no `%s`", owner->name->text, channel.name->text);
    report_label(checking->diag, report, owner->decl->node.span, "declared here");
    report_help(checking->diag, report, "%s", strcmp(channel.name->text, "email") ? "give it one: `slack = secret('SLACK_…')`, the address of a webhook"
                                                                                 : "give it one: `email = 'team@…'`");
}

static void check_notify(Checking *checking, const Clause *clause) {
    const Row *told = clause->expr && clause->expr->kind == NODE_ROW ? (const Row *)clause->expr : NULL;
    for (uint32_t i = 0; told && i < told->items.count; i++)
        check_word(checking, ((const Ref *)told->items.items[i])->name.items[0], "event", events, sizeof events / sizeof *events);
    for (uint32_t i = 0; i < clause->other.count; i++) check_word(checking, clause->other.items[i], "channel", channels, 2);
    for (uint32_t i = 0; i < clause->kids.count; i++) {
        const Parts *name = &NODE_AS(Dotted, DOTTED, clause->kids.items[i])->name;
        const Owner *owner = NULL;
        for (uint32_t k = 0; k < checking->program->owners.count; k++)
            if (name->count && checking->program->owners.items[k]->name == name->items[0].name) owner = checking->program->owners.items[k];
        for (uint32_t k = 0; owner && k < clause->other.count; k++) check_address(checking, owner, clause->other.items[k]);
    }
}

/* ------------------------------------------------------------------ condition */

static bool as_if_changed(void *context, const Relation *source) {
    (void)context;
    (void)source;
    return true;
}

typedef struct Sensors { Checking *checking; bool wrong; } Sensors;

/* An API tells what it has by handing it over; files lie there to be looked at, and a database knows its newest row. */
static bool is_of_api(const Relation *source) {
    bool api = false;
    for (uint32_t i = 0; i < source->decl->clauses.count; i++) {
        const Clause *from = (const Clause *)source->decl->clauses.items[i];
        if (from->of != CLAUSE_FROM || !from->expr) continue;
        if (strcmp(NODE_AS(PlaceNode, PLACE, from->expr)->kind.name->text, "http")) return false;
        api = true;
    }
    return api;
}

/* `arrived(…)`, and `changed(…)` of an origin that cannot tell without being asked for all it has. */
static void check_sensor(void *context, Node **place) {
    Sensors *sensors = context;
    Checking *checking = sensors->checking;
    const Call *call = (*place)->kind == NODE_CALL && ((const Call *)*place)->name.count == 1 ? (const Call *)*place : NULL;
    const char *name = call ? call->name.items[0].name->text : "";
    const Relation *relation = condition_senses(checking->program, *place);
    if (!strcmp(name, "arrived")) {
        Report *report = diag_report(checking->diag, CODE_G0764, (*place)->span, "`arrived` is not known to this version");
        report_help(checking->diag, report, "`changed(t)` holds when a source of files has one that was not loaded");
        sensors->wrong = true;
    } else if (relation && relation->kind == RELATION_SOURCE && !strcmp(name, "changed") && is_of_api(relation)) {
        Report *report = diag_report(checking->diag, CODE_G0764, (*place)->span, "whether `%s` has changed is not known before it is loaded", relation->full_name->text);
        report_says(checking->diag, report, "its origin is an API");
        report_help(checking->diag, report, "load it when it is old: `age(%s) > interval '1 hour'`", relation->full_name->text);
        sensors->wrong = true;
    } else if (!relation && (!strcmp(name, "changed") || (!strcmp(name, "age") && call->args.count == 1))) {
        sensors->wrong = true; /* of a relation that is not there: reported */
    } else if (!relation) node_kids(*place, check_sensor, context);
}

static void check_condition(Checking *checking, const Deferred *job, Clause *clause) {
    if (!clause || !clause->expr) return;
    Sensors sensors = {checking, false};
    uint32_t errors = checking->diag->errors;
    check_sensor(&sensors, &clause->expr);
    if (sensors.wrong) return;
    const Query *query = condition_query(checking->program, job, as_if_changed, NULL);
    if (!query) return;
    const Rows *rows = types_check_query(checking->program, (Query *)query);
    const Column *due = rows && rows->columns.count == 1 ? rows->columns.items[0] : NULL;
    if (checking->diag->errors != errors || !due || !due->type || due->type->kind == TYPE_BOOL || type_is_poison(due->type)) return;
    diag_report(checking->diag, CODE_G0764, clause->expr->span, "a job's condition is true or false, this is %s", type_text(checking->program->types, due->type));
}

/* ----------------------------------------------------------------------- jobs */

static void check_job(Checking *checking, const Deferred *job) {
    const Decl *decl = job->decl;
    const Clause *schedule = decl_clause(decl, CLAUSE_SCHEDULE);
    Clause *when = decl_clause(decl, CLAUSE_WHEN);
    bool does = decl_clause(decl, CLAUSE_BUILDS) || decl_clause(decl, CLAUSE_TESTS) || decl_clause(decl, CLAUSE_DELIVERS);
    Span name = decl->name.items[0].span;
    if (!schedule && !when) {
        Report *report = diag_report(checking->diag, CODE_G0761, name, "job `%s` never runs", job->name);
        report_help(checking->diag, report, "say when: `schedule '0 6 * * *'`, or a condition: `when age(raw.orders) > interval '1 day'`");
    }
    if (!does) {
        Report *report = diag_report(checking->diag, CODE_G0761, name, "job `%s` does nothing", job->name);
        report_help(checking->diag, report, "say what: `builds raw.*+`, `tests marts.*`");
    }
    check_schedule(checking, schedule);
    check_timezone(checking, decl_clause(decl, CLAUSE_TIMEZONE));
    check_condition(checking, job, when);
    for (uint32_t i = 0; i < decl->clauses.count; i++)
        if (((const Clause *)decl->clauses.items[i])->of == CLAUSE_NOTIFY) check_notify(checking, (const Clause *)decl->clauses.items[i]);
}

void check_jobs(Checking *checking) {
    const Program *program = checking->program;
    if (program->project) check_timezone(checking, decl_clause(program->project, CLAUSE_TIMEZONE));
    for (uint32_t i = 0; i < program->deferred.count; i++) {
        const Deferred *job = program->deferred.items[i];
        if (job->decl->of != DECL_JOB || job->decl->broken) continue;
        const Expansion *before = program_enter(checking->program, job->decl);
        check_job(checking, job);
        checking->diag->expansion = before;
    }
}
