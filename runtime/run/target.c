#include "runtime/run/target.h"
#include "runtime/ledger/lock_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As the engine finds it. Null: there is none, or no memory to say it. */
static char *path_of(const EngineOptions *options) {
    for (size_t i = 0; i < options->setting_count; i++) {
        const char *path = options->settings[i].value;
        char *whole;
        if (strcmp(options->settings[i].key, "path") != 0) continue;
        if (!*path || *path == ':') return NULL;
        bool below = *path != '/' && options->folder;
        return asprintf(&whole, "%s%s%s", below ? options->folder : "", below ? "/" : "", path) < 0 ? NULL : whole;
    }
    return NULL;
}

static bool fail_held(const Target *target, EngineError *ret_error) {
    char holder[LEDGER_HOLDER_SIZE];
    lock_file_read(target->path, holder);
    ret_error->fault = ENGINE_FAULT_LOCKED;
    snprintf(ret_error->text, sizeof ret_error->text, "database `%.200s` is in use%s; while it is, nobody else can open it", target->path,
             *holder ? holder : " by another run");
    return false;
}

/* Whoever writes takes the lock first. Whoever reads asks after a failure: what another one is just creating is not a database yet. */
static bool open_with_lock(const Engine *engine, const EngineOptions *options, Target *target, EngineError *ret_error) {
    bool held = false;
    if (target->path && !options->read_only) target->lock_file = lock_file_take(target->path, &held);
    if (held) return fail_held(target, ret_error);
    if (engine_open(engine, options, &target->database, ret_error)) return true;
    return target->path && target->lock_file < 0 && lock_file_is_held(target->path) ? fail_held(target, ret_error) : false;
}

static bool open_database(const GovPlan *plan, const char *folder, TargetMode mode, Target *target,
                          EngineError *ret_error) {
    const Engine *engine = engine_find(plan->target.engine);
    if (!engine) {
        ret_error->fault = ENGINE_FAULT_LIBRARY;
        snprintf(ret_error->text, sizeof ret_error->text,
                 "target `%s` is on engine `%s`, which this version cannot run; it has: %s", plan->target.name,
                 plan->target.engine, engine_names());
        return false;
    }
    size_t count = plan->target.settings.count;
    EngineSetting *settings = calloc(count ? count : 1, sizeof *settings);
    if (!settings) {
        *ret_error = (EngineError){ENGINE_FAULT_MEMORY, "out of memory"};
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        const GovSetting *setting = &plan->target.settings.items[i];
        settings[i] = (EngineSetting){setting->key, settings_value(target->settings, &setting->value)};
    }
    const EngineOptions options = {
        .settings = settings, .setting_count = count, .folder = folder, .read_only = mode == TARGET_READ};
    if (strcmp(engine_name(engine), "duckdb") == 0) target->path = path_of(&options);
    bool ok = open_with_lock(engine, &options, target, ret_error);
    free(settings);
    return ok;
}

bool target_open(const GovPlan *plan, const char *folder, TargetMode mode, Target *ret_target, EngineFault *ret_fault,
                 char **ret_error) {
    *ret_target = (Target){.lock_file = -1};
    *ret_fault = ENGINE_FAULT_NONE;
    if (!settings_open(plan, &ret_target->settings, ret_error)) return false;
    EngineError error;
    if (open_database(plan, folder, mode, ret_target, &error)) return true;
    *ret_fault = error.fault;
    *ret_error = settings_redact(ret_target->settings, error.text);
    target_close(ret_target);
    return false;
}

void target_close(Target *target) {
    engine_close(target->database);
    if (target->path && target->lock_file >= 0) lock_file_release(target->path, target->lock_file);
    settings_close(target->settings);
    free(target->path);
    *target = (Target){.lock_file = -1};
}
