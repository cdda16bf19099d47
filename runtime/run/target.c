#include "runtime/run/target.h"

#include <stdio.h>
#include <stdlib.h>

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
    bool ok = engine_open(engine, &options, &target->database, ret_error);
    free(settings);
    return ok;
}

bool target_open(const GovPlan *plan, const char *folder, TargetMode mode, Target *ret_target, EngineFault *ret_fault,
                 char **ret_error) {
    *ret_target = (Target){0};
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
    settings_close(target->settings);
    *target = (Target){0};
}
