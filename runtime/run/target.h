/* The plan's target, open, and the values that the plan reads. */
#ifndef GOV_RUN_TARGET_H
#define GOV_RUN_TARGET_H

#include "runtime/engine/engine.h"
#include "runtime/settings/settings.h"

typedef struct {
    Settings *settings;
    EngineDatabase *database;
    char *path;                 /* of a DuckDB file, from where the process is; null: a server, or memory. Owned */
    int lock_file;              /* of that file, while it is open for writing; -1: none */
} Target;

typedef enum { TARGET_READ, TARGET_WRITE } TargetMode;

/* Resolves the plan's values, then opens its target. The settings keep the pointer to the plan. On failure `*ret_error`
 * is a text without secrets that the caller frees (null: out of memory), and `*ret_fault` says what kind it is:
 * ENGINE_FAULT_NONE for a value that is missing. Closed with target_close. */
bool target_open(const GovPlan *plan, const char *folder, TargetMode mode, Target *ret_target, EngineFault *ret_fault,
                 char **ret_error);
void target_close(Target *target);

#endif
