#include "runtime/ingest/unchanged.h"

#include "runtime/ingest/place.h"

#include <string.h>
#include <time.h>

/* The loads of a step that are asked about. */
typedef struct {
    const TargetState *state;
    const GovStep *step;
    bool any_declaration;    /* not only those with its fingerprint */
} Loads;

static bool is_of(const StateFile *file, const Loads *loads) {
    return strcmp(file->step, loads->step->name) == 0 && (loads->any_declaration || strcmp(file->fingerprint, loads->step->fingerprint) == 0);
}

/* The newest load of the path. */
static const StateFile *find_loaded(const Loads *loads, const char *path) {
    const StateFile *newest = NULL;
    for (size_t i = loads->state->file_count; i-- > 0;) {
        const StateFile *file = &loads->state->files[i];
        if (is_of(file, loads) && strcmp(file->path, path) == 0 && (!newest || file->run_id > newest->run_id)) newest = file;
    }
    return newest;
}

static bool all_are_known(const Loads *loads, const IngestFoundFiles *found) {
    for (size_t i = 0; i < found->count; i++) {
        const StateFile *loaded = find_loaded(loads, found->items[i].name);
        if (!loaded || !loaded->changed || loaded->changed != found->items[i].changed || loaded->bytes != found->items[i].bytes) return false;
    }
    return true;
}

/* How many files the last load took: where all are taken each time, one less means that its rows must go. */
static size_t count_of_last_load(const Loads *loads) {
    int64_t newest = 0;
    size_t count = 0;
    for (size_t i = 0; i < loads->state->file_count; i++) {
        const StateFile *file = &loads->state->files[i];
        if (!is_of(file, loads) || file->run_id < newest) continue;
        count = file->run_id > newest ? 1 : count + 1;
        newest = file->run_id;
    }
    return count;
}

/* A file of a partition is gone that was part of its newest load. */
static bool has_lost_part(const Loads *loads, const IngestFoundFiles *found) {
    for (size_t i = 0; i < loads->state->file_count; i++) {
        const StateFile *file = &loads->state->files[i];
        bool there = !is_of(file, loads) || find_loaded(loads, file->path) != file, beside = false;
        for (size_t k = 0; !there && k < found->count; k++) {
            there = strcmp(found->items[k].name, file->path) == 0;
            const StateFile *mate = ingest_same_folder(file->path, found->items[k].name) ? find_loaded(loads, found->items[k].name) : NULL;
            beside = beside || (mate && mate->run_id <= file->run_id);
        }
        if (!there && beside) return true;
    }
    return false;
}

static bool may_be_known(const GovSource *source) {
    switch (source->kind) {
    case GOV_ORIGIN_CSV:
    case GOV_ORIGIN_PARQUET:
    case GOV_ORIGIN_JSON: return source->files != GOV_FILES_NEWEST;
    case GOV_ORIGIN_HTTP:
    case GOV_ORIGIN_POSTGRES:
    case GOV_ORIGIN_OTHER: return false;
    }
    return false;
}

/* Is the next file due? Then the load looks for it, and waits. */
static bool is_due(const Loads *loads) {
    int64_t limit = ingest_seconds_of(loads->step->source->wait.fresh), newest = 0;
    for (size_t i = 0; limit > 0 && i < loads->state->file_count; i++)
        if (is_of(&loads->state->files[i], loads) && loads->state->files[i].loaded > newest) newest = loads->state->files[i].loaded;
    return limit > 0 && (int64_t)time(NULL) - newest > limit;
}

static bool are_unchanged(const Loads *loads, const Settings *settings, const char *folder) {
    IngestFoundFiles found = {0};
    IngestFault fault = {0};
    const GovSource *source = loads->step->source;
    if (is_due(loads)) return false;
    bool same = ingest_place_find(source, settings, folder, &found, &fault) && all_are_known(loads, &found);
    if (same && source->files == GOV_FILES_ALL) same = count_of_last_load(loads) == found.count;
    if (same && ingest_is_partitioned(source)) same = !has_lost_part(loads, &found);
    ingest_found_clear(&found);
    return same;
}

bool ingest_is_unchanged(const GovStep *step, const Settings *settings, const char *folder, const TargetState *state) {
    const Loads loads = {state, step, false};
    return step->source && may_be_known(step->source) && are_unchanged(&loads, settings, folder);
}

bool ingest_has_same_files(const GovStep *step, const Settings *settings, const char *folder, const TargetState *state) {
    const Loads loads = {state, step, true};
    return step->source && may_be_known(step->source) && step->source->files == GOV_FILES_ALL && are_unchanged(&loads, settings, folder);
}
