/* What roles and schemas are called at a target, by its options `roles` and `schemas`; as its catalog keeps them, not quoted.
 * A null target is a DuckDB database in memory. Everything given lives in the program's arena. */
#ifndef GOV_TARGET_NAMES_H
#define GOV_TARGET_NAMES_H

#include "compiler/names/names.h"

/* The role that owns what gov makes is called like one of the project. */
#define OWNER_ROLE "owner"

/* A name as the engine takes it: longer than 63 bytes on postgres, its first bytes and 8 hexadecimal digits of its SHA-256. */
const char *name_fitted(Arena *arena, const char *engine, const char *name);
/* `{project}_{role}`, unless the target says otherwise. */
const char *role_name_at(const Program *program, const Target *target, const char *role);
/* The schema of a layer. */
const char *schema_at(const Program *program, const Target *target, const Layer *layer);
/* The schema of a role's views: the role in place of the layer; behind the schema's name if all layers share one. */
const char *role_schema_at(const Program *program, const Target *target, const char *role);

#endif
