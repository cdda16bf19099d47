#include "compiler/command/plan_file.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { PLAN_FILE_FORMAT = 1, MOST_TOLD = 8 };

/* ---------------------------------------------------------------- what is so */

static const char *hash_of(Arena *arena, const char *text) {
    char hex[65];
    sha256_hex(text, strlen(text), hex);
    return arena_copy(arena, hex, 64);
}

static void put(json_t *facts, const char *key, const char *value) {
    json_object_set_new(facts, key, json_string(value));
}

static json_t *project_facts(Session *session) {
    json_t *facts = json_object();
    for (uint32_t i = 0; i < session->sources.files.count; i++) {
        const Source *source = session->sources.files.items[i];
        char hex[65];
        if (source->builtin) continue;
        sha256_hex(source->text, source->length, hex);
        put(facts, arena_format(&session->arena, "`%s`", source->path), hex);
    }
    return facts;
}

static void add_relations(Arena *arena, const TargetState *server, json_t *facts) {
    for (size_t i = 0; i < server->relation_count; i++) {
        const StateRelation *relation = &server->relations[i];
        Buffer text;
        buffer_open(&text, arena);
        buffer_format(&text, "%s|%s|%s|%s|%d%d%d\n", relation->kind, relation->owner ? relation->owner : "", relation->comment ? relation->comment : "",
                      relation->definition ? relation->definition : "", relation->security_barrier, relation->security_invoker, relation->row_security);
        for (size_t k = 0; k < relation->column_count; k++)
            buffer_format(&text, "%s|%s|%s\n", relation->columns[k].name, relation->columns[k].type,
                          relation->columns[k].comment ? relation->columns[k].comment : "");
        put(facts, arena_format(arena, "%s `%s.%s`", relation->kind, relation->schema, relation->name), hash_of(arena, buffer_string(&text)));
    }
}

static void add_rights(Arena *arena, const TargetState *server, json_t *facts) {
    for (size_t i = 0; i < server->privilege_count; i++) {
        const StatePrivilege *right = &server->privileges[i];
        put(facts,
            arena_format(arena, "%s `%s%s%s%s%s` of `%s` (%s)", right->privilege, right->schema, *right->schema && *right->name ? "." : "", right->name,
                         *right->column ? "." : "", right->column, right->role, right->kind),
            right->grantable ? "grantable" : "");
    }
    for (size_t i = 0; i < server->role_count; i++) {
        const StateRole *role = &server->roles[i];
        put(facts, arena_format(arena, "role `%s`", role->name),
            arena_format(arena, "%d%d%d%d%d", role->login, role->superuser, role->bypass_rls, role->create_role, role->replication));
    }
    for (size_t i = 0; i < server->addition_count; i++)
        put(facts, arena_format(arena, "%s `%s` on `%s.%s`", server->additions[i].kind, server->additions[i].name, server->additions[i].schema,
                                server->additions[i].relation), "");
}

static json_t *target_facts(Session *session, const Plan *plan) {
    json_t *facts = json_object();
    const PlanState *state = plan->state;
    for (size_t i = 0; state && i < state->step_count; i++)
        put(facts, arena_format(&session->arena, "what is published of `%s`", state->steps[i].name),
            arena_format(&session->arena, "%s, run %lld%s", state->steps[i].fingerprint, (long long)state->steps[i].run_id,
                         state->steps[i].same_data ? ", same data" : ""));
    if (state && state->server) {
        add_relations(&session->arena, state->server, facts);
        add_rights(&session->arena, state->server, facts);
        for (size_t i = 0; i < state->server->granted_count; i++)
            put(facts, arena_format(&session->arena, "gov's grant `%s`", state->server->granted[i].undo), "");
        for (size_t i = 0; i < state->server->accepted_count; i++)
            put(facts, arena_format(&session->arena, "accepted `%s`", state->server->accepted[i].key), "");
    }
    return facts;
}

/* ------------------------------------------------------------------ writing */

static json_t *texts_json(const char *const *items, uint32_t count) {
    json_t *list = json_array();
    for (uint32_t i = 0; i < count; i++) json_array_append_new(list, json_string(items[i]));
    return list;
}

bool plan_file_write(Session *session, const CommandLine *line, const Plan *plan, const char *path) {
    json_t *root = json_pack("{s:i, s:s, s:s, s:s, s:s, s:b, s:o, s:o, s:o, s:o}", "format", PLAN_FILE_FORMAT, "gov_version", plan->govplan.gov_version,
                             "project", plan->govplan.project, "target", plan->govplan.target.name, "plan_hash", plan->govplan.hash, "full_refresh",
                             line->values[OPTION_FULL_REFRESH] != NULL, "select", texts_json(line->selects.items, line->selects.count), "exclude",
                             texts_json(line->excludes.items, line->excludes.count), "files", project_facts(session), "state",
                             target_facts(session, plan));
    char *text = root ? json_dumps(root, JSON_INDENT(1) | JSON_SORT_KEYS) : NULL;
    bool ok = text && write_file(&session->arena, path, text, strlen(text));
    if (!text) failure("out of memory");
    free(text);
    json_decref(root);
    return ok;
}

/* ------------------------------------------------------------------ reading */

static json_t *read_plan_file(Session *session, const char *path) {
    size_t length;
    json_error_t error;
    const char *text = read_file(&session->arena, path, &length);
    json_t *root = text ? json_loadb(text, length, 0, &error) : NULL;
    if (!text) misuse("the plan `%s` cannot be read", path);
    else if (!root || !json_is_string(json_object_get(root, "plan_hash"))) misuse("`%s` is no plan that `gov plan --out` wrote", path);
    else if (json_integer_value(json_object_get(root, "format")) != PLAN_FILE_FORMAT) misuse("`%s` was written by another version of gov", path);
    else return root;
    json_decref(root);
    return NULL;
}

static const char *text_in(Session *session, json_t *value) {
    return text_copy(&session->arena, text_of(json_is_string(value) ? json_string_value(value) : ""));
}

bool plan_file_select(Session *session, CommandLine *line, const char *path) {
    if (line->selects.count || line->excludes.count || line->values[OPTION_FULL_REFRESH]) {
        misuse("a kept plan has its own selection: leave out --select, --exclude and --full-refresh");
        return false;
    }
    json_t *root = read_plan_file(session, path), *item;
    size_t i;
    if (!root) return false;
    json_array_foreach(json_object_get(root, "select"), i, item) vec_push(&session->arena, &line->selects, text_in(session, item));
    json_array_foreach(json_object_get(root, "exclude"), i, item) vec_push(&session->arena, &line->excludes, text_in(session, item));
    if (json_is_true(json_object_get(root, "full_refresh"))) line->values[OPTION_FULL_REFRESH] = "";
    if (!line->values[OPTION_TARGET]) line->values[OPTION_TARGET] = text_in(session, json_object_get(root, "target"));
    if (!strcmp(line->values[OPTION_TARGET], "memory")) line->values[OPTION_TARGET] = NULL;
    json_decref(root);
    return true;
}

/* ----------------------------------------------------------------- comparing */

typedef struct {
    Arena *arena;
    VEC(const char *) differences;
} Stale;

static void compare_facts(Stale *stale, json_t *then, json_t *now) {
    const char *key;
    json_t *value;
    json_object_foreach(now, key, value) {
        json_t *before = json_object_get(then, key);
        if (before && json_equal(before, value)) continue;
        vec_push(stale->arena, &stale->differences, arena_format(stale->arena, "%s %s", key, before ? "changed" : "is new"));
    }
    json_object_foreach(then, key, value)
        if (!json_object_get(now, key)) vec_push(stale->arena, &stale->differences, arena_format(stale->arena, "%s is gone", key));
}

static void compare_word(Stale *stale, json_t *then, const char *key, const char *now) {
    const char *before = json_string_value(json_object_get(then, key));
    if (!before || strcmp(before, now))
        vec_push(stale->arena, &stale->differences, arena_format(stale->arena, "the %s is `%s`, was `%s`", key, now, before ? before : ""));
}

bool plan_file_check(Session *session, const Plan *plan, const char *path) {
    json_t *then = read_plan_file(session, path);
    if (!then) return false;
    json_t *files = project_facts(session), *state = target_facts(session, plan);
    Stale stale = {.arena = &session->arena};
    compare_word(&stale, then, "project", plan->govplan.project);
    compare_word(&stale, then, "target", plan->govplan.target.name);
    compare_facts(&stale, json_object_get(then, "files"), files);
    compare_facts(&stale, json_object_get(then, "state"), state);
    const char *hash = json_string_value(json_object_get(then, "plan_hash"));
    if (!stale.differences.count && strcmp(hash, plan->govplan.hash))
        vec_push(stale.arena, &stale.differences, "what would be done changed (another version of gov, or of its settings)");
    json_decref(files);
    json_decref(state);
    json_decref(then);
    if (!stale.differences.count) return true;
    failure("the plan `%s` is stale: make it again with `gov plan --out %s`", path, path);
    for (uint32_t i = 0; i < stale.differences.count && i < MOST_TOLD; i++) fprintf(stderr, "  %s\n", stale.differences.items[i]);
    if (stale.differences.count > MOST_TOLD) fprintf(stderr, "  and %u more\n", (unsigned)(stale.differences.count - MOST_TOLD));
    return false;
}
