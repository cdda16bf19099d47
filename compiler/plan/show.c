/* The plan for people: what would happen, and why. */
#include "compiler/plan/plan.h"
#include "compiler/plan/show.h"

#include <math.h>
#include <string.h>

static const struct {
    const char *sign;
    const char *colour;
    const char *word;
} actions[] = {
    [PLAN_LOAD] = {"~", "\033[33m", "load"},
    [PLAN_CREATE] = {"+", "\033[32m", "create"},
    [PLAN_REBUILD] = {"~", "\033[33m", "rebuild"},
    [PLAN_UNCHANGED] = {"=", "\033[2m", "keep"},
    [PLAN_INLINE] = {" ", "\033[2m", "inline"},
    [PLAN_ONLY_TEST] = {"?", "", "test"},
    [PLAN_NOT_RUN] = {"!", "\033[35m", "not run"},
    [PLAN_UNDECLARED] = {"!", "\033[35m", "leave"},
};

static const char *shown_action(const PlanEntry *entry) {
    if (entry->action == PLAN_LOAD && entry->reason && strcmp(entry->reason, "new") == 0) return "create";
    bool parts = entry->action == PLAN_REBUILD && !entry->changes.count && entry->step && entry->step->increment && !entry->step->increment->rebuild;
    if (parts) return "update";
    return actions[entry->action].word;
}

static const char *shown_sign(const PlanEntry *entry) {
    bool created = strcmp(shown_action(entry), "create") == 0;
    return actions[created ? PLAN_CREATE : entry->action].sign;
}

static size_t name_width(const Plan *plan) {
    size_t width = 0;
    for (uint32_t i = 0; i < plan->entries.count; i++) {
        const PlanEntry *entry = &plan->entries.items[i];
        size_t own = strlen(entry->materialization ? entry->materialization : "") + strlen(entry->name) + 1;
        width = own > width ? own : width;
    }
    return width < 60 ? width : 60;
}

/* `total_value changes type decimal(18,2) -> decimal(38,2); upstream staging.orders` */
void plan_show_change(const PlanChange *change, Buffer *out) {
    switch (change->kind) {
    case PLAN_STORED: buffer_format(out, "stored as %s, was %s", change->after, change->before); break;
    case PLAN_COLUMN_ADDED: buffer_format(out, "%s is added: %s", change->column, change->after); break;
    case PLAN_COLUMN_DROPPED: buffer_format(out, "%s is dropped: was %s", change->column, change->before); break;
    case PLAN_COLUMN_TYPE: buffer_format(out, "%s changes type %s -> %s", change->column, change->before, change->after); break;
    case PLAN_COLUMN_COMPUTED: buffer_format(out, "%s is computed otherwise", change->column); break;
    case PLAN_QUERY: buffer_text(out, "the query changes behind its columns: from, where, group by, functions or `with`"); break;
    case PLAN_ROWS: buffer_text(out, "which rows there are"); break;
    case PLAN_TESTS: buffer_text(out, "its tests change"); break;
    case PLAN_BY_HAND: buffer_format(out, "%s%s%s", change->column ? change->column : "", change->column ? " " : "", change->words); break;
    }
    if (change->upstream) buffer_format(out, "; upstream %s", change->upstream);
}

static void show_changes(const PlanEntry *entry, Buffer *out) {
    for (uint32_t i = 0; i < entry->changes.count; i++) {
        buffer_text(out, "              ");
        plan_show_change(&entry->changes.items[i], out);
        buffer_char(out, '\n');
    }
}

/* `keeping history 5 years`, `keeping rows 2 years by seen_on`: what else a run does to it. */
static void show_memory(const GovPlan *govplan, const PlanEntry *entry, Buffer *out) {
    bool is_built = entry->action != PLAN_UNCHANGED && entry->relation;
    for (size_t i = 0; is_built && i < govplan->history_count; i++)
        if (!strcmp(govplan->histories[i].relation, entry->name))
            buffer_format(out, "              versions of its rows are kept%s%s\n", govplan->histories[i].words ? " for " : "",
                          govplan->histories[i].words ? govplan->histories[i].words : "");
    for (size_t i = 0; i < govplan->retention_count; i++)
        if (!strcmp(govplan->retentions[i].relation, entry->name))
            buffer_format(out, "              rows go when they are older than %s\n", govplan->retentions[i].words);
}

static void show_sql(const char *sql, Buffer *out) {
    buffer_text(out, "      ");
    for (; *sql; sql++) {
        buffer_char(out, *sql);
        if (*sql == '\n') buffer_text(out, "      ");
    }
    buffer_text(out, "\n\n");
}

static void show_entry(const Plan *plan, const PlanEntry *entry, size_t width, const PlanTextOptions *options, Buffer *out) {
    const char *colour = options->colours ? actions[entry->action].colour : "";
    const char *kind = entry->action == PLAN_NOT_RUN || !entry->materialization ? "" : entry->materialization;
    size_t used = strlen(kind) + (*kind ? 1 : 0) + strlen(entry->name);
    buffer_format(out, "%s  %s %-8s%s%s%s", colour, shown_sign(entry), shown_action(entry), kind, *kind ? " " : "",
                  entry->name);
    buffer_spaces(out, used < width ? width - used + 2 : 2);
    buffer_format(out, "%s", entry->reason ? entry->reason : "");
    if (entry->step && entry->step->test_count)
        buffer_format(out, "%s%zu test%s", entry->reason && *entry->reason ? ", " : "", entry->step->test_count,
                      entry->step->test_count == 1 ? "" : "s");
    buffer_format(out, "%s\n", *colour ? "\033[0m" : "");
    show_changes(entry, out);
    show_memory(&plan->govplan, entry, out);
    if (options->sql && entry->sql) show_sql(entry->sql, out);
}

static size_t count_of(const Plan *plan, PlanAction action, bool created) {
    size_t count = 0;
    for (uint32_t i = 0; i < plan->entries.count; i++) {
        const PlanEntry *entry = &plan->entries.items[i];
        count += entry->action == action && (strcmp(shown_action(entry), "create") == 0) == created;
    }
    return count;
}

bool plan_publishes(const GovPlan *govplan, const char *relation) {
    for (size_t i = 0; i < govplan->step_count; i++)
        if (govplan->steps[i].publish.count && strcmp(govplan->steps[i].name, relation) == 0) return true;
    return false;
}

PlanCounts plan_count(const Plan *plan) {
    PlanCounts counts = {
        .create = count_of(plan, PLAN_CREATE, true) + count_of(plan, PLAN_LOAD, true),
        .load = count_of(plan, PLAN_LOAD, false),
        .rebuild = count_of(plan, PLAN_REBUILD, false),
        .unchanged = count_of(plan, PLAN_UNCHANGED, false),
        .test = count_of(plan, PLAN_ONLY_TEST, false),
        .not_run = count_of(plan, PLAN_NOT_RUN, false),
        .undeclared = count_of(plan, PLAN_UNDECLARED, false),
    };
    for (size_t i = 0; i < plan->govplan.step_count; i++) counts.tests += plan->govplan.steps[i].test_count;
    for (uint32_t i = 0; i < plan->entries.count; i++) counts.refresh += plan->entries.items[i].refresh;
    for (uint32_t i = 0; i < plan->acts.count; i++) {
        counts.granted += !strcmp(plan->acts.items[i].kind, "grant");
        counts.revoked += !strcmp(plan->acts.items[i].kind, "revoke");
        counts.comments += !strcmp(plan->acts.items[i].kind, "comment");
        counts.roles += !strncmp(plan->acts.items[i].kind, "role", 4);
    }
    return counts;
}

static void put_count(Buffer *out, const char **between, size_t count, const char *words) {
    if (!count) return;
    buffer_format(out, "%s%zu %s", *between, count, words);
    *between = ", ";
}

bool plan_is_empty(const Plan *plan) {
    PlanCounts counts = plan_count(plan);
    return counts.create + counts.load + counts.rebuild + counts.undeclared == counts.refresh && !plan->acts.count && !plan->drifts.count;
}

static void show_acts(const Plan *plan, const PlanTextOptions *options, Buffer *out) {
    if (!plan->acts.count) return;
    buffer_text(out, "\nRoles, grants and comments\n\n");
    for (uint32_t i = 0; i < plan->acts.count; i++) {
        const PlanAct *act = &plan->acts.items[i];
        const char *colour = !options->colours ? "" : act->sign == '+' ? "\033[32m" : act->sign == '-' ? "\033[31m" : "\033[33m";
        buffer_format(out, "%s  %c %-10s %s%s%s", colour, act->sign, act->kind, act->object, act->words ? "  " : "", act->words ? act->words : "");
        if (act->place.file) buffer_format(out, "  %s:%u", act->place.file, (unsigned)act->place.line);
        buffer_format(out, "%s\n", *colour ? "\033[0m" : "");
        if (options->sql && act->sql) show_sql(act->sql, out);
    }
}

static const char *end_words(const PlanDrift *drift) {
    switch (drift->end) {
    case DRIFT_REPORTED:
    case DRIFT_REVOCABLE: return "";
    case DRIFT_MENDED: return " (a run makes it anew)";
    }
    return "";
}

static void show_drifts(const Plan *plan, const PlanTextOptions *options, Buffer *out) {
    size_t left = 0;
    if (plan->drifts.count) buffer_text(out, "\nDrift: what the target has and the files do not say\n\n");
    for (uint32_t i = 0; i < plan->drifts.count; i++) {
        const PlanDrift *drift = &plan->drifts.items[i];
        left += drift->end != DRIFT_MENDED;
        buffer_format(out, "%s  ! %s%s%s\n", options->colours ? "\033[35m" : "", drift->words, end_words(drift), options->colours ? "\033[0m" : "");
        if (options->sql && drift->undo) show_sql(drift->undo, out);
    }
    if (left) buffer_text(out, "\nA run leaves what gov did not make. `gov plan --adopt` hands it over: privileges, owners and flags of managed roles\n"
                               "are then taken back by the next run, the rest is reported no more.\n");
}

static void show_summary(const Plan *plan, const PlanCounts *counts, Buffer *out) {
    const char *between = " ";
    buffer_text(out, plan->entries.count || plan->acts.count || plan->drifts.count ? "\nPlan:" : "Plan:");
    put_count(out, &between, counts->create, "to create");
    put_count(out, &between, counts->load, "to load");
    put_count(out, &between, counts->rebuild, "to rebuild");
    put_count(out, &between, counts->test, "to test");
    put_count(out, &between, counts->unchanged, "unchanged");
    put_count(out, &between, counts->not_run, "not run by this version");
    put_count(out, &between, counts->undeclared, "no longer declared");
    put_count(out, &between, counts->roles, counts->roles == 1 ? "role or role view" : "roles and role views");
    put_count(out, &between, counts->granted, counts->granted == 1 ? "grant to add" : "grants to add");
    put_count(out, &between, counts->revoked, "to revoke");
    put_count(out, &between, counts->comments, counts->comments == 1 ? "comment" : "comments");
    put_count(out, &between, plan->drifts.count, "drifted");
    put_count(out, &between, counts->tests, counts->tests == 1 ? "test" : "tests");
    put_count(out, &between, plan->govplan.unit_test_count,
              plan->govplan.unit_test_count == 1 ? "unit test" : "unit tests");
    buffer_text(out, *between == ' ' ? " nothing to do.\n" : ".\n");
}

/* Nothing would run, and nothing is otherwise than declared. */
static bool is_at_rest(const Plan *plan, const PlanCounts *counts) {
    return plan_is_empty(plan) && !counts->refresh && counts->unchanged && !counts->test;
}

/* Files for roles that will be others, for their relations are; the rest are written again as they are, or as a grant now says. */
static void show_shares(const Plan *plan, Buffer *out) {
    const GovPlan *govplan = &plan->govplan;
    const char *title = "\nShares\n\n";
    for (size_t i = 0; i < govplan->access.share_count; i++) {
        const GovShare *share = &govplan->access.shares[i];
        if (!plan_publishes(govplan, share->of)) continue;
        buffer_format(out, "%s  > write   %s for role %s  %s", title, share->of, share->role, share->file);
        if (share->place.file) buffer_format(out, "  %s:%u", share->place.file, (unsigned)share->place.line);
        buffer_char(out, '\n');
        title = "";
    }
}

/* A share as terraform's users and accountants read it: one decimal, and never 100 % of what is not whole. */
static void put_percent(double share, Buffer *out) {
    if (isnan(share)) buffer_text(out, "nothing to show");
    else buffer_format(out, "%.1f %%", share < 1 && share > 0.999 ? 99.9 : share * 100);
}

static void show_release(const PlanRelease *release, Buffer *out) {
    buffer_format(out, "  %s to groups of at least %lld distinct %s", release->relation, (long long)release->least, release->subject);
    if (release->place.file) buffer_format(out, "  %s:%u", release->place.file, (unsigned)release->place.line);
    if (!release->asked) {
        buffer_text(out, "\n      what it keeps is known after the run\n");
        return;
    }
    buffer_format(out, "\n      keeps %.0f of %.0f groups", release->numbers[1], release->numbers[0]);
    for (uint32_t i = 0; i < release->columns.count; i++) {
        buffer_format(out, ", %s ", release->columns.items[i]);
        put_percent(release->numbers[i + 2], out);
    }
    buffer_char(out, '\n');
}

static void show_releases(const Plan *plan, Buffer *out) {
    if (plan->releases.count) buffer_text(out, "\nReleases, of what is published now\n\n");
    for (uint32_t i = 0; i < plan->releases.count; i++) show_release(&plan->releases.items[i], out);
}

void plan_text(const Plan *plan, const PlanTextOptions *options, Buffer *out) {
    PlanCounts counts = plan_count(plan);
    buffer_format(out, "Target %s (%s)\n\n", plan->govplan.target.name, plan->govplan.target.engine);
    size_t width = name_width(plan);
    for (uint32_t i = 0; i < plan->entries.count; i++) show_entry(plan, &plan->entries.items[i], width, options, out);
    show_acts(plan, options, out);
    show_shares(plan, out);
    show_releases(plan, out);
    show_drifts(plan, options, out);
    show_summary(plan, &counts, out);
    if (plan->accepted) buffer_format(out, "%u accepted before %s not shown.\n", (unsigned)plan->accepted, plan->accepted == 1 ? "is" : "are");
    if (is_at_rest(plan, &counts)) buffer_text(out, "Nothing to change: the target is what the project says.\n");
    else if (plan_is_empty(plan) && counts.refresh)
        buffer_text(out, "Nothing to change: a run only loads again what may have new data, and builds what reads it.\n");
}
