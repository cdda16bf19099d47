/* The plan for programs: docs/reference/plan.md describes it. */
#include "compiler/plan/plan.h"
#include "compiler/plan/show.h"

#include <jansson.h>
#include <math.h>

enum { PLAN_FORMAT = 2 };

static const char *action_word(PlanAction action) {
    switch (action) {
    case PLAN_LOAD: return "load";
    case PLAN_CREATE: return "create";
    case PLAN_REBUILD: return "rebuild";
    case PLAN_UNCHANGED: return "unchanged";
    case PLAN_INLINE: return "inline";
    case PLAN_ONLY_TEST: return "test";
    case PLAN_NOT_RUN: return "not run";
    case PLAN_UNDECLARED: return "undeclared";
    }
    return "";
}

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
    case PLAN_ROWS: return "rows changed";
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
        plan_show_change(change, &words);
        json_array_append_new(list, json_pack("{s:s, s:s?, s:s?, s:s?, s:s?, s:s}", "change", change_word(change->kind), "column", change->column, "before",
                                              change->before, "after", change->after, "upstream", change->upstream, "words", buffer_string(&words)));
    }
    return list;
}

static json_t *entry_json(const PlanEntry *entry, Arena *arena) {
    size_t tests = entry->step ? entry->step->test_count : 0;
    return json_pack("{s:s, s:s, s:o, s:o, s:b, s:o, s:o, s:o, s:I}", "name", entry->name, "action", action_word(entry->action),
                     "materialization", text_or_null(entry->materialization), "reason", text_or_null(entry->reason), "refresh", (int)entry->refresh, "changes", changes_json(entry, arena),
                     "fingerprint", text_or_null(entry->fingerprint), "sql", text_or_null(entry->sql), "tests",
                     (json_int_t)tests);
}

static json_t *acts_json(const Plan *plan) {
    json_t *list = json_array();
    for (uint32_t i = 0; i < plan->acts.count; i++) {
        const PlanAct *act = &plan->acts.items[i];
        const char *action = act->sign == '+' ? "add" : act->sign == '-' ? "remove" : "change";
        json_t *place = act->place.file ? json_pack("{s:s, s:I}", "file", act->place.file, "line", (json_int_t)act->place.line) : json_null();
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s?, s:s?, s:o}", "action", action, "kind", act->kind, "object", act->object,
                                              "words", act->words, "sql", act->sql, "place", place));
    }
    return list;
}

static json_t *shares_json(const GovPlan *govplan) {
    json_t *list = json_array();
    for (size_t i = 0; i < govplan->access.share_count; i++) {
        const GovShare *share = &govplan->access.shares[i];
        if (plan_publishes(govplan, share->of))
            json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s}", "relation", share->of, "role", share->role, "format", share->format,
                                                  "file", share->file));
    }
    return list;
}

static json_t *number_json(double number) {
    return isnan(number) ? json_null() : json_real(number);
}

static json_t *releases_json(const Plan *plan) {
    json_t *list = json_array();
    for (uint32_t i = 0; i < plan->releases.count; i++) {
        const PlanRelease *release = &plan->releases.items[i];
        json_t *kept = json_object(), *one = json_pack("{s:s, s:s, s:I, s:b, s:o}", "relation", release->relation, "subject", release->subject, "least",
                                                       (json_int_t)release->least, "known", (int)release->asked, "kept", kept);
        for (uint32_t k = 0; release->asked && k < release->columns.count; k++)
            json_object_set_new(kept, release->columns.items[k], number_json(release->numbers[k + 2]));
        if (release->asked) {
            json_object_set_new(one, "groups", number_json(release->numbers[0]));
            json_object_set_new(one, "groups_kept", number_json(release->numbers[1]));
        }
        json_array_append_new(list, one);
    }
    return list;
}

static const char *end_word(PlanDriftEnd end) {
    switch (end) {
    case DRIFT_REPORTED: return "reported";
    case DRIFT_REVOCABLE: return "revocable";
    case DRIFT_MENDED: return "mended";
    }
    return "";
}

static json_t *drifts_json(const Plan *plan) {
    json_t *list = json_array();
    for (uint32_t i = 0; i < plan->drifts.count; i++) {
        const PlanDrift *drift = &plan->drifts.items[i];
        const StatePrivilege *what = &drift->what;
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s?, s:s, s:s, s:s, s:s, s:s, s:s}", "kind", drift->kind, "words", drift->words, "end",
                                              end_word(drift->end), "undo", drift->undo, "schema", what->schema, "name", what->name, "column",
                                              what->column, "role", what->role, "privilege", what->privilege, "key", drift->key));
    }
    return list;
}

static json_t *summary_json(const Plan *plan) {
    PlanCounts counts = plan_count(plan);
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "create", (json_int_t)counts.create, "load", (json_int_t)counts.load, "rebuild",
                     (json_int_t)counts.rebuild, "unchanged", (json_int_t)counts.unchanged, "undeclared", (json_int_t)counts.undeclared,
                     "refresh", (json_int_t)counts.refresh, "acts", (json_int_t)plan->acts.count, "drifts", (json_int_t)plan->drifts.count,
                     "accepted", (json_int_t)plan->accepted);
}

static int add_json(const char *text, size_t length, void *out) {
    buffer_add(out, text, length);
    return 0;
}

void plan_json(const Plan *plan, Buffer *out) {
    const GovPlan *govplan = &plan->govplan;
    json_t *entries = json_array();
    for (uint32_t i = 0; i < plan->entries.count; i++)
        json_array_append_new(entries, entry_json(&plan->entries.items[i], out->arena));
    json_t *root = json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:o, s:I, s:o, s:o, s:o, s:o, s:o}", "format", PLAN_FORMAT, "gov_version",
                             govplan->gov_version, "project", govplan->project, "target", govplan->target.name, "engine",
                             govplan->target.engine, "plan_hash", govplan->hash, "source_hash", govplan->source_hash, "empty",
                             (int)plan_is_empty(plan), "summary", summary_json(plan), "unit_tests",
                             (json_int_t)govplan->unit_test_count, "steps", entries, "acts", acts_json(plan), "shares", shares_json(govplan), "releases", releases_json(plan),
                             "drift", drifts_json(plan));
    if (!root || json_dump_callback(root, add_json, out, JSON_INDENT(2)))
        arena_alloc(out->arena,
                    SIZE_MAX); /* jansson is out of memory: the arena's way out is the compiler's one answer */
    buffer_char(out, '\n');
    json_decref(root);
}
