#include "compiler/base/base.h"

#include <string.h>

enum { FIRST_CAPACITY = 8 };

void map_open(Map *map, Arena *arena) {
    *map = (Map){.arena = arena};
}

/* Fibonacci hashing of the address: Knuth, The Art of Computer Programming, 6.4. */
static uint32_t slot_of(const Map *map, const void *key) {
    uint64_t hash = (uint64_t)(uintptr_t)key * 11400714819323198485u;
    return (uint32_t)(hash >> 32) & (map->capacity * 2 - 1);
}

/* The slot that holds the key, or the empty one where it would go. */
static uint32_t find(const Map *map, const void *key) {
    uint32_t slot = slot_of(map, key), mask = map->capacity * 2 - 1;
    while (map->slots[slot] && map->keys[map->slots[slot] - 1] != key) slot = (slot + 1) & mask;
    return slot;
}

void *map_get(const Map *map, const void *key) {
    if (!map->count) return NULL;
    uint32_t slot = find(map, key);
    return map->slots[slot] ? map->values[map->slots[slot] - 1] : NULL;
}

Map map_copy(const Map *map, Arena *arena) {
    Map copy = *map;
    copy.arena = arena;
    if (!map->capacity) return copy;
    copy.keys = arena_alloc(arena, map->capacity * sizeof *copy.keys);
    copy.values = arena_alloc(arena, map->capacity * sizeof *copy.values);
    copy.slots = arena_alloc(arena, (size_t)map->capacity * 2 * sizeof *copy.slots);
    memcpy(copy.keys, map->keys, map->count * sizeof *copy.keys);
    memcpy(copy.values, map->values, map->count * sizeof *copy.values);
    memcpy(copy.slots, map->slots, (size_t)map->capacity * 2 * sizeof *copy.slots);
    return copy;
}

static void grow(Map *map) {
    uint32_t capacity = map->capacity ? map->capacity * 2 : FIRST_CAPACITY;
    const void **keys = arena_alloc(map->arena, capacity * sizeof *keys);
    void **values = arena_alloc(map->arena, capacity * sizeof *values);
    if (map->count) {
        memcpy(keys, map->keys, map->count * sizeof *keys);
        memcpy(values, map->values, map->count * sizeof *values);
    }
    map->keys = keys;
    map->values = values;
    map->capacity = capacity;
    map->slots = arena_alloc(map->arena, (size_t)capacity * 2 * sizeof *map->slots);
    for (uint32_t i = 0; i < map->count; i++) map->slots[find(map, keys[i])] = i + 1;
}

void **map_place(Map *map, const void *key) {
    if (map->count == map->capacity) grow(map);
    uint32_t slot = find(map, key);
    if (!map->slots[slot]) {
        map->keys[map->count] = key;
        map->values[map->count] = NULL;
        map->slots[slot] = ++map->count;
    }
    return &map->values[map->slots[slot] - 1];
}

void *map_put(Map *map, const void *key, void *value) {
    void **place = map_place(map, key), *before = *place;
    *place = value;
    return before;
}
