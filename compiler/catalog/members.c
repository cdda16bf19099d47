/* The objects and members that catalog.json and the site's data have alike. */
#include "compiler/catalog/internal.h"

const char *catalog_level_word(CatalogLevel level) {
    static const char *const words[] = {"aggregate", "influence", "pseudonym", "partial", "raw"};
    return words[level];
}

const char *catalog_status_word(CatalogStatus status) {
    static const char *const words[] = {NULL, "certified", "migrated", "legacy", "draft"};
    return words[status];
}

const char *catalog_storage_word(CatalogStorage storage) {
    static const char *const words[] = {"table", "view", "inline", "files"};
    return words[storage];
}

const char *catalog_fresh_word(CatalogFreshState state) {
    static const char *const words[] = {"unknown", "fresh", "stale"};
    return words[state];
}

const char *catalog_test_kind_word(CatalogTestKind kind) {
    static const char *const words[] = {"not_null", "key",   "unique", "in",      "matches",   "references",
                                        "check",    "query", "unit",   "lineage", "determines"};
    return words[kind];
}

const char *catalog_proof_word(CatalogProof proof) {
    static const char *const words[] = {"to_run", "proved", "refuted"};
    return words[proof];
}

const char *catalog_outcome_word(CatalogOutcome outcome) {
    static const char *const words[] = {"not_run", "passed", "warned", "failed", "skipped"};
    return words[outcome];
}

const char *catalog_step_kind_word(CatalogStepKind kind) {
    static const char *const words[] = {"load", "build", "test", "not_run"};
    return words[kind];
}

const char *catalog_relation_name(Arena *arena, const Catalog *catalog, uint32_t relation) {
    const CatalogRelation *one = &catalog->relations[relation];
    return arena_format(arena, "%s.%s", catalog->layers[one->layer].name, one->name);
}

static void write_owner_member(Json *json, const Catalog *catalog, uint32_t owner) {
    if (owner != CATALOG_NONE) json_text_member(json, "owner", catalog->owners[owner].name);
}

static void write_labels_member(Json *json, const Catalog *catalog, const char *key, CatalogLabels labels) {
    if (!labels.count) return;
    json_key(json, key);
    json_open(json, '[');
    for (size_t i = 0; i < labels.count; i++) {
        json_open(json, '{');
        json_text_member(json, "tag", catalog->tags[labels.items[i].tag].name);
        json_text_member(json, "level", catalog_level_word(labels.items[i].level));
        json_close(json, '}');
    }
    json_close(json, ']');
}

void write_place_member(Json *json, CatalogPlace place) {
    if (!place.file) return;
    json_key(json, "place");
    json_open(json, '{');
    json_text_member(json, "file", place.file);
    if (place.line) json_count_member(json, "line", place.line);
    json_close(json, '}');
}

void write_project(Json *json, const Catalog *catalog) {
    const CatalogProject *project = &catalog->project;
    json_open(json, '{');
    json_text_member(json, "name", project->name);
    json_text_member(json, "description", project->description);
    json_text_member(json, "timezone", project->timezone);
    json_texts_member(json, "languages", project->languages);
    json_text_member(json, "target", project->target);
    json_text_member(json, "engine", project->engine);
    json_text_member(json, "gov_version", project->gov_version);
    json_text_member(json, "revision", project->revision);
    json_text_member(json, "source_hash", project->source_hash);
    json_text_member(json, "plan_hash", project->plan_hash);
    json_text_member(json, "as_of", project->as_of);
    write_place_member(json, project->place);
    json_close(json, '}');
}

void write_layers(Json *json, const Catalog *catalog) {
    json_open(json, '[');
    for (size_t i = 0; i < catalog->layer_count; i++) {
        const CatalogLayer *layer = &catalog->layers[i];
        json_open(json, '{');
        json_text_member(json, "name", layer->name);
        json_text_member(json, "description", layer->description);
        write_owner_member(json, catalog, layer->owner);
        if (layer->reads.count) {
            json_key(json, "reads");
            json_open(json, '[');
            for (size_t k = 0; k < layer->reads.count; k++)
                json_text(json, catalog->layers[layer->reads.items[k]].name);
            json_close(json, ']');
        }
        json_texts_member(json, "requires", layer->requires_);
        write_place_member(json, layer->place);
        json_close(json, '}');
    }
    json_close(json, ']');
}

void write_owners(Json *json, const Catalog *catalog) {
    json_open(json, '[');
    for (size_t i = 0; i < catalog->owner_count; i++) {
        const CatalogOwner *owner = &catalog->owners[i];
        json_open(json, '{');
        json_text_member(json, "name", owner->name);
        json_text_member(json, "title", owner->title);
        json_text_member(json, "description", owner->description);
        json_text_member(json, "email", owner->email);
        write_place_member(json, owner->place);
        json_close(json, '}');
    }
    json_close(json, ']');
}

void write_tags(Json *json, const Catalog *catalog) {
    json_open(json, '[');
    for (size_t i = 0; i < catalog->tag_count; i++) {
        const CatalogTag *tag = &catalog->tags[i];
        json_open(json, '{');
        json_text_member(json, "name", tag->name);
        json_text_member(json, "description", tag->description);
        if (tag->implies.count) {
            json_key(json, "implies");
            json_open(json, '[');
            for (size_t k = 0; k < tag->implies.count; k++) json_text(json, catalog->tags[tag->implies.items[k]].name);
            json_close(json, ']');
        }
        write_place_member(json, tag->place);
        json_close(json, '}');
    }
    json_close(json, ']');
}

void write_roles(Json *json, const Catalog *catalog) {
    json_open(json, '[');
    for (size_t i = 0; i < catalog->role_count; i++) {
        const CatalogRole *role = &catalog->roles[i];
        json_open(json, '{');
        json_text_member(json, "name", role->name);
        json_text_member(json, "description", role->description);
        write_labels_member(json, catalog, "clearances", role->clearances);
        if (role->includes.count) {
            json_key(json, "includes");
            json_open(json, '[');
            for (size_t k = 0; k < role->includes.count; k++)
                json_text(json, catalog->roles[role->includes.items[k]].name);
            json_close(json, ']');
        }
        write_place_member(json, role->place);
        json_close(json, '}');
    }
    json_close(json, ']');
}

void write_declarations(Json *json, const Catalog *catalog) {
    json_open(json, '[');
    for (size_t i = 0; i < catalog->declaration_count; i++) {
        const CatalogDeclaration *one = &catalog->declarations[i];
        json_open(json, '{');
        json_text_member(json, "kind", one->kind);
        json_text_member(json, "name", one->name);
        json_text_member(json, "title", one->title);
        json_text_member(json, "description", one->description);
        write_owner_member(json, catalog, one->owner);
        json_true_member(json, "not_run_yet", one->not_run_yet);
        if (one->uses.count) {
            json_key(json, "uses");
            json_open(json, '[');
            for (size_t k = 0; k < one->uses.count; k++)
                json_text(json, catalog_relation_name(json->out.arena, catalog, one->uses.items[k]));
            json_close(json, ']');
        }
        json_text_member(json, "written", one->written);
        write_place_member(json, one->place);
        json_close(json, '}');
    }
    json_close(json, ']');
}

void write_changes(Json *json, const Catalog *catalog) {
    static const char *const words[] = {"added", "changed", "removed"};
    json_open(json, '[');
    for (size_t i = 0; i < catalog->change_count; i++) {
        json_open(json, '{');
        json_text_member(json, "kind", words[catalog->changes[i].kind]);
        json_text_member(json, "name", catalog->changes[i].name);
        json_text_member(json, "reason", catalog->changes[i].reason);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void write_result_member(Json *json, const Catalog *catalog, const CatalogResult *result) {
    const CatalogFreshness *fresh = &result->freshness;
    json_key(json, "result");
    json_open(json, '{');
    json_count_member(json, "rows", result->rows);
    json_count_member(json, "rows_read", result->rows_read);
    json_count_member(json, "rows_quarantined", result->rows_quarantined);
    json_text_member(json, "built_at", result->built_at);
    if (result->run != CATALOG_NONE) json_text_member(json, "run", catalog->runs[result->run].id);
    json_seconds_member(json, "seconds", result->seconds);
    if (fresh->declared) {
        json_key(json, "freshness");
        json_open(json, '{');
        json_text_member(json, "declared", fresh->declared);
        json_text_member(json, "newest", fresh->newest);
        json_text_member(json, "state", catalog_fresh_word(fresh->state));
        json_close(json, '}');
    }
    json_close(json, '}');
}

static void write_columns_of(Json *json, const CatalogRelation *relation, CatalogIndices columns) {
    json_key(json, "columns");
    json_open(json, '[');
    for (size_t i = 0; i < columns.count; i++) json_text(json, relation->columns[columns.items[i]].name);
    json_close(json, ']');
}

static void write_keys_member(Json *json, const CatalogRelation *relation) {
    if (!relation->key_count) return;
    json_key(json, "keys");
    json_open(json, '[');
    for (size_t i = 0; i < relation->key_count; i++) {
        json_open(json, '{');
        write_columns_of(json, relation, relation->keys[i].columns);
        json_true_member(json, "declared", relation->keys[i].declared);
        json_close(json, '}');
    }
    json_close(json, ']');
}

void write_relation_facts(Json *json, const Catalog *catalog, const CatalogRelation *relation) {
    json_text_member(json, "description", relation->description);
    json_text_member(json, "built", relation->built);
    json_text_member(json, "partitioned", relation->partitioned);
    json_text_member(json, "history", relation->history);
    json_text_member(json, "subject", relation->subject);
    json_texts_member(json, "origins", relation->origins);
    json_text_member(json, "on_invalid", relation->on_invalid);
    write_keys_member(json, relation);
    write_result_member(json, catalog, &relation->result);
    write_place_member(json, relation->place);
}

void write_test_members(Json *json, const Catalog *catalog, const CatalogTest *test) {
    json_text_member(json, "kind", catalog_test_kind_word(test->kind));
    json_text_member(json, "name", test->name);
    if (test->columns.count) write_columns_of(json, &catalog->relations[test->relation], test->columns);
    json_text_member(json, "severity", test->severity == CATALOG_SEVERITY_WARN ? "warn" : "error");
    if (test->warn_above > 0) json_count_member(json, "warn_above", test->warn_above);
    json_text_member(json, "proof", catalog_proof_word(test->proof));
    json_text_member(json, "reason", test->reason);
    json_text_member(json, "outcome", catalog_outcome_word(test->outcome));
    json_count_member(json, "failing_rows", test->failing_rows);
    if (test->run != CATALOG_NONE) json_text_member(json, "run", catalog->runs[test->run].id);
    json_text_member(json, "description", test->description);
    json_text_member(json, "written", test->written);
    write_place_member(json, test->place);
}

void write_grant_members(Json *json, const Catalog *catalog, const CatalogGrant *grant) {
    json_text_member(json, "role", catalog->roles[grant->role].name);
    json_texts_member(json, "columns", grant->columns);
    if (grant->mask_count) {
        json_key(json, "masks");
        json_open(json, '[');
        for (size_t i = 0; i < grant->mask_count; i++) {
            json_open(json, '{');
            json_text_member(json, "column", grant->masks[i].column);
            json_text_member(json, "mask", grant->masks[i].mask);
            json_close(json, '}');
        }
        json_close(json, ']');
    }
    json_true_member(json, "hides_uncleared", grant->hides_uncleared);
    json_text_member(json, "where", grant->where);
    json_text_member(json, "until", grant->until);
    json_text_member(json, "written", grant->written);
    write_place_member(json, grant->place);
}

void write_run_members(Json *json, const CatalogRun *run) {
    json_text_member(json, "id", run->id);
    json_text_member(json, "command", run->command);
    json_text_member(json, "target", run->target);
    json_text_member(json, "started_at", run->started_at);
    json_seconds_member(json, "seconds", run->seconds);
    json_text_member(json, "outcome", catalog_outcome_word(run->outcome));
    json_text_member(json, "plan_hash", run->plan_hash);
    json_text_member(json, "revision", run->revision);
}
