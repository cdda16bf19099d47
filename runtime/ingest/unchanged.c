#include "runtime/ingest/unchanged.h"

#include "runtime/ingest/place.h"

#include <string.h>
#include <time.h>

static bool is_of(const StateFile *file, const GovStep *step) {
    return strcmp(file->step, step->name) == 0 && strcmp(file->fingerprint, step->fingerprint) == 0;
}

/* The newest load of the path. */
static const StateFile *find_loaded(const TargetState *state, const GovStep *step, const char *path) {
    for (size_t i = state->file_count; i-- > 0;)
        if (is_of(&state->files[i], step) && strcmp(state->files[i].path, path) == 0) return &state->files[i];
    return NULL;
}

static bool all_are_known(const TargetState *state, const GovStep *step, const IngestFoundFiles *found) {
    for (size_t i = 0; i < found->count; i++) {
        const StateFile *loaded = find_loaded(state, step, found->items[i].name);
        if (!loaded || !loaded->changed || loaded->changed != found->items[i].changed || loaded->bytes != found->items[i].bytes) return false;
    }
    return true;
}

/* How many files the last load took: where all are taken each time, one less means that its rows must go. */
static size_t count_of_last_load(const TargetState *state, const GovStep *step) {
    int64_t newest = 0;
    size_t count = 0;
    for (size_t i = state->file_count; i-- > 0;) {
        if (!is_of(&state->files[i], step)) continue;
        if (newest == 0) newest = state->files[i].run_id;
        count += state->files[i].run_id == newest;
    }
    return count;
}

static bool may_be_known(const GovSource *source) {
    switch (source->kind) {
    case GOV_ORIGIN_CSV:
    case GOV_ORIGIN_PARQUET:
    case GOV_ORIGIN_JSON: return source->files != GOV_FILES_NEWEST;
    case GOV_ORIGIN_HTTP:
    case GOV_ORIGIN_OTHER: return false;
    }
    return false;
}

/* Is the next file due? Then the load looks for it, and waits. */
static bool is_due(const GovStep *step, const TargetState *state) {
    int64_t limit = ingest_seconds_of(step->source->wait.fresh), newest = 0;
    for (size_t i = 0; limit > 0 && i < state->file_count; i++)
        if (is_of(&state->files[i], step) && state->files[i].loaded > newest) newest = state->files[i].loaded;
    return limit > 0 && (int64_t)time(NULL) - newest > limit;
}

bool ingest_is_unchanged(const GovStep *step, const Settings *settings, const char *folder, const TargetState *state) {
    IngestFoundFiles found = {0};
    IngestFault fault = {0};
    if (!step->source || !may_be_known(step->source) || is_due(step, state)) return false;
    bool same = ingest_place_find(step->source, settings, folder, &found, &fault) && all_are_known(state, step, &found);
    if (same && step->source->files == GOV_FILES_ALL) same = count_of_last_load(state, step) == found.count;
    ingest_found_clear(&found);
    return same;
}
