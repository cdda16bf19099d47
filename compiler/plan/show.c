/* The plan for people and for programs: what would happen, and why. */
#include "compiler/plan/plan.h"

#include <jansson.h>
#include <string.h>

static const struct {
    const char *sign;
    const char *colour;
    const char *word;
    const char *json;
} actions[] = {
    [PLAN_LOAD] = {"~", "\033[33m", "load", "load"},
    [PLAN_CREATE] = {"+", "\033[32m", "create", "create"},
    [PLAN_REBUILD] = {"~", "\033[33m", "rebuild", "rebuild"},
    [PLAN_UNCHANGED] = {"=", "\033[2m", "keep", "unchanged"},
    [PLAN_INLINE] = {" ", "\033[2m", "inline", "inline"},
    [PLAN_ONLY_TEST] = {"?", "", "test", "test"},
    [PLAN_NOT_RUN] = {"!", "\033[35m", "not run", "not run"},
    [PLAN_UNDECLARED] = {"!", "\033[35m", "leave", "undeclared"},
};

static const char *shown_action(const PlanEntry *entry) {
    if (entry->action == PLAN_LOAD && entry->reason && strcmp(entry->reason, "new") == 0) return "create";
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
static void show_change(const PlanChange *change, Buffer *out) {
    switch (change->kind) {
    case PLAN_STORED: buffer_format(out, "stored as %s, was %s", change->after, change->before); break;
    case PLAN_COLUMN_ADDED: buffer_format(out, "%s is added: %s", change->column, change->after); break;
    case PLAN_COLUMN_DROPPED: buffer_format(out, "%s is dropped: was %s", change->column, change->before); break;
    case PLAN_COLUMN_TYPE: buffer_format(out, "%s changes type %s -> %s", change->column, change->before, change->after); break;
    case PLAN_COLUMN_COMPUTED: buffer_format(out, "%s is computed otherwise", change->column); break;
    case PLAN_QUERY: buffer_text(out, "the query changes behind its columns: from, where, group by, functions or `with`"); break;
    case PLAN_TESTS: buffer_text(out, "its tests change"); break;
    case PLAN_BY_HAND: buffer_format(out, "%s%s%s", change->column ? change->column : "", change->column ? " " : "", change->words); break;
    }
    if (change->upstream) buffer_format(out, "; upstream %s", change->upstream);
}

static void show_changes(const PlanEntry *entry, Buffer *out) {
    for (uint32_t i = 0; i < entry->changes.count; i++) {
        buffer_text(out, "              ");
        show_change(&entry->changes.items[i], out);
        buffer_char(out, '\n');
    }
}

static void show_sql(const char *sql, Buffer *out) {
    buffer_text(out, "      ");
    for (; *sql; sql++) {
        buffer_char(out, *sql);
        if (*sql == '\n') buffer_text(out, "      ");
    }
    buffer_text(out, "\n\n");
}

static void show_entry(const PlanEntry *entry, size_t width, const PlanTextOptions *options, Buffer *out) {
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

typedef struct {
    size_t create, load, rebuild, unchanged, test, not_run, undeclared, tests;
} Counts;

static Counts count(const Plan *plan) {
    Counts counts = {
        .create = count_of(plan, PLAN_CREATE, true) + count_of(plan, PLAN_LOAD, true),
        .load = count_of(plan, PLAN_LOAD, false),
        .rebuild = count_of(plan, PLAN_REBUILD, false),
        .unchanged = count_of(plan, PLAN_UNCHANGED, false),
        .test = count_of(plan, PLAN_ONLY_TEST, false),
        .not_run = count_of(plan, PLAN_NOT_RUN, false),
        .undeclared = count_of(plan, PLAN_UNDECLARED, false),
    };
    for (size_t i = 0; i < plan->govplan.step_count; i++) counts.tests += plan->govplan.steps[i].test_count;
    return counts;
}

static void put_count(Buffer *out, const char **between, size_t count, const char *words) {
    if (!count) return;
    buffer_format(out, "%s%zu %s", *between, count, words);
    *between = ", ";
}

void plan_text(const Plan *plan, const PlanTextOptions *options, Buffer *out) {
    Counts counts = count(plan);
    const char *between = " ";
    buffer_format(out, "Target %s (%s)\n\n", plan->govplan.target.name, plan->govplan.target.engine);
    size_t width = name_width(plan);
    for (uint32_t i = 0; i < plan->entries.count; i++) show_entry(&plan->entries.items[i], width, options, out);
    buffer_text(out, plan->entries.count ? "\nPlan:" : "Plan:");
    put_count(out, &between, counts.create, "to create");
    put_count(out, &between, counts.load, "to load");
    put_count(out, &between, counts.rebuild, "to rebuild");
    put_count(out, &between, counts.test, "to test");
    put_count(out, &between, counts.unchanged, "unchanged");
    put_count(out, &between, counts.not_run, "not run by this version");
    put_count(out, &between, counts.undeclared, "no longer declared");
    put_count(out, &between, counts.tests, counts.tests == 1 ? "test" : "tests");
    put_count(out, &between, plan->govplan.unit_test_count,
              plan->govplan.unit_test_count == 1 ? "unit test" : "unit tests");
    buffer_text(out, *between == ' ' ? " nothing to do.\n" : ".\n");
}

/* --------------------------------------------------------------------- json */

static json_t *text_or_null(const char *text) {
    return text ? json_string(text) : json_null();
}

static const char *change_word(PlanChangeKind kind) {
    switch (kind) {
    case PLAN_STORED: return "stored";
    case PLAN_COLUMN_ADDED: return "column added";
    case PLAN_COLUMN_DROPPED: return "column dropped";
    case PLAN_COLUMN_TYPE: return "type changed";
    case PLAN_COLUMN_COMPUTED: return "computed otherwise";
    case PLAN_QUERY: return "query changed";
    case PLAN_TESTS: return "tests changed";
    case PLAN_BY_HAND: return "changed by hand";
    }
    return "";
}

static json_t *changes_json(const PlanEntry *entry, Arena *arena) {
    json_t *list = json_array();
    for (uint32_t i = 0; i < entry->changes.count; i++) {
        const PlanChange *change = &entry->changes.items[i];
        Buffer words;
        buffer_open(&words, arena);
        show_change(change, &words);
        json_array_append_new(list, json_pack("{s:s, s:s?, s:s?, s:s?, s:s?, s:s}", "change", change_word(change->kind), "column", change->column, "before",
                                              change->before, "after", change->after, "upstream", change->upstream, "words", buffer_string(&words)));
    }
    return list;
}

static json_t *entry_json(const PlanEntry *entry, Arena *arena) {
    size_t tests = entry->step ? entry->step->test_count : 0;
    return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:I}", "name", entry->name, "action", actions[entry->action].json,
                     "materialization", text_or_null(entry->materialization), "reason", text_or_null(entry->reason), "changes", changes_json(entry, arena),
                     "fingerprint", text_or_null(entry->fingerprint), "sql", text_or_null(entry->sql), "tests",
                     (json_int_t)tests);
}

static int add_json(const char *text, size_t length, void *out) {
    buffer_add(out, text, length);
    return 0;
}

void plan_json(const Plan *plan, Buffer *out) {
    json_t *entries = json_array();
    for (uint32_t i = 0; i < plan->entries.count; i++)
        json_array_append_new(entries, entry_json(&plan->entries.items[i], out->arena));
    json_t *root = json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:o}", "project", plan->govplan.project, "target",
                             plan->govplan.target.name, "engine", plan->govplan.target.engine, "plan_hash",
                             plan->govplan.hash, "source_hash", plan->govplan.source_hash, "unit_tests",
                             (json_int_t)plan->govplan.unit_test_count, "steps", entries);
    if (!root || json_dump_callback(root, add_json, out, JSON_INDENT(2)))
        arena_alloc(out->arena,
                    SIZE_MAX); /* jansson is out of memory: the arena's way out is the compiler's one answer */
    buffer_char(out, '\n');
    json_decref(root);
}
