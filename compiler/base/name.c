#include "compiler/base/base.h"

#include <string.h>

enum { FIRST_SLOTS = 1024, LONGEST_NEAR = 40 };

void names_open(Names *names, Arena *arena) {
    names_share(names, arena, NULL, NULL);
}

void names_share(Names *names, Arena *arena, Names *shared, pthread_mutex_t *lock) {
    *names = (Names){.arena = arena, .mask = FIRST_SLOTS - 1, .shared = shared, .lock = lock};
    names->slots = arena_alloc(arena, FIRST_SLOTS * sizeof(Name *));
}

/* FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/) over eight bytes at a time, whose upper half is folded down because a
 * product's lower bits do not depend on it. */
static uint32_t hash_bytes(const char *bytes, size_t length) {
    uint64_t hash = 14695981039346656037u, word;
    for (; length >= sizeof word; bytes += sizeof word, length -= sizeof word) {
        memcpy(&word, bytes, sizeof word);
        hash = (hash ^ word) * 1099511628211u;
        hash ^= hash >> 32;
    }
    for (; length; bytes++, length--) hash = (hash ^ (unsigned char)*bytes) * 1099511628211u;
    return (uint32_t)(hash ^ hash >> 32);
}

static void grow(Names *names, Arena *arena) {
    uint32_t mask = names->mask * 2 + 1;
    Name **slots = arena_alloc(arena, ((size_t)mask + 1) * sizeof(Name *));
    for (uint32_t i = 0; i <= names->mask; i++) {
        Name *name = names->slots[i];
        if (!name) continue;
        uint32_t slot = name->hash & mask;
        while (slots[slot]) slot = (slot + 1) & mask;
        slots[slot] = name;
    }
    names->slots = slots;
    names->mask = mask;
}

static Name *new_name(Arena *arena, const char *bytes, size_t length, uint32_t hash) {
    Name *name = arena_alloc(arena, sizeof *name + length + 1);
    name->hash = hash;
    name->length = (uint32_t)length;
    memcpy(name->text, bytes, length);
    return name;
}

/* The name in one table, made in `arena` if it is not there; of a thread's own table, the shared one is asked. */
static Name *intern(Names *names, Arena *arena, const char *bytes, size_t length, uint32_t hash) {
    if (names->count * 2 > names->mask) grow(names, arena);
    uint32_t slot = hash & names->mask;
    for (Name *name; (name = names->slots[slot]); slot = (slot + 1) & names->mask)
        if (name->hash == hash && name->length == length && !memcmp(name->text, bytes, length)) return name;
    names->count++;
    if (!names->shared) return names->slots[slot] = new_name(arena, bytes, length, hash);
    pthread_mutex_lock(names->lock);
    names->locked = true;
    names->slots[slot] = intern(names->shared, arena, bytes, length, hash);
    names->locked = false;
    pthread_mutex_unlock(names->lock);
    return names->slots[slot];
}

Name *names_intern(Names *names, const char *bytes, size_t length) {
    return intern(names, names->arena, bytes, length, hash_bytes(bytes, length));
}

Name *name_of(Names *names, const char *c_string) {
    return names_intern(names, c_string, strlen(c_string));
}

static int minimum(int a, int b) {
    return a < b ? a : b;
}

/* Optimal string alignment distance: insert, delete, replace, swap neighbours, each costs one. */
static int distance(const char *a, int a_length, const char *b, int b_length) {
    int cost[LONGEST_NEAR + 1][LONGEST_NEAR + 1];
    for (int i = 0; i <= a_length; i++) cost[i][0] = i;
    for (int j = 0; j <= b_length; j++) cost[0][j] = j;
    for (int i = 1; i <= a_length; i++)
        for (int j = 1; j <= b_length; j++) {
            int best = cost[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            best = minimum(best, minimum(cost[i - 1][j], cost[i][j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                best = minimum(best, cost[i - 2][j - 2] + 1);
            cost[i][j] = best;
        }
    return cost[a_length][b_length];
}

const char *name_near(const char *wrong, const char *const *candidates, size_t count) {
    int length = (int)strlen(wrong);
    int allowed = length < 3 ? 0 : length <= 4 ? 1 : length <= 8 ? 2 : 3, best = allowed + 1;
    const char *nearest = NULL;
    if (length > LONGEST_NEAR) return NULL;
    for (size_t i = 0; i < count; i++) {
        int other = (int)strlen(candidates[i]);
        if (other > LONGEST_NEAR || other - length > allowed || length - other > allowed) continue;
        int found = distance(wrong, length, candidates[i], other);
        if (found == best && nearest && strcmp(nearest, candidates[i])) nearest = NULL;
        if (found >= best) continue;
        best = found;
        nearest = candidates[i];
    }
    return nearest;
}
