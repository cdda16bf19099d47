#include "compiler/facts/target_names.h"

#include <string.h>

const char *name_fitted(Arena *arena, const char *engine, const char *name) {
    enum { MOST = 63, DIGITS = 8 };
    size_t length = strlen(name), kept = MOST - DIGITS - 1;
    char hex[65];
    if (length <= MOST || strcmp(engine, "postgres") != 0) return name;
    while (((unsigned char)name[kept] & 0xC0) == 0x80) kept--; /* no half of a character */
    sha256_hex(name, length, hex);
    return arena_format(arena, "%.*s_%.*s", (int)kept, name, DIGITS, hex);
}

static const char *replaced(Arena *arena, const char *text, const char *mark, const char *by) {
    const char *at = strstr(text, mark);
    return at ? arena_format(arena, "%.*s%s%s", (int)(at - text), text, by, at + strlen(mark)) : text;
}

/* An option that is written as a text, or `otherwise`. */
static const char *option_text(Arena *arena, const Target *target, const char *key, const char *otherwise) {
    const Node *node = target ? decl_option(target->decl, key) : NULL;
    return node && node->kind == NODE_LITERAL ? text_copy(arena, ((const Literal *)node)->text) : otherwise;
}

static const char *engine_of(const Target *target) {
    return target && target->engine ? target->engine->text : "duckdb";
}

const char *role_name_at(const Program *program, const Target *target, const char *role) {
    Arena *arena = program->arena;
    const char *pattern = option_text(arena, target, "roles", "{project}_{role}");
    const char *project = program->project_name ? program->project_name : "project";
    return name_fitted(arena, engine_of(target), replaced(arena, replaced(arena, pattern, "{project}", project), "{role}", role));
}

const char *schema_at(const Program *program, const Target *target, const Layer *layer) {
    const char *pattern = option_text(program->arena, target, "schemas", "{layer}");
    return name_fitted(program->arena, engine_of(target), replaced(program->arena, pattern, "{layer}", layer ? layer->name->text : "main")); /* null: reported */
}

const char *role_schema_at(const Program *program, const Target *target, const char *role) {
    Arena *arena = program->arena;
    const char *pattern = option_text(arena, target, "schemas", "{layer}");
    const char *name = strstr(pattern, "{layer}") ? replaced(arena, pattern, "{layer}", role) : arena_format(arena, "%s_%s", pattern, role);
    return name_fitted(arena, engine_of(target), name);
}
