#include "compiler/base/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct ArenaBlock {
    ArenaBlock *next;
    max_align_t bytes[];
};

/* Blocks are small at first, so that a small project costs little. Who needs much gets large ones, all of whose pages are
 * asked for at once: a page fault for every 4 KiB would be a quarter of the time of a large project. */
enum { BLOCK_SIZE = 1 << 18, LARGE_FROM = 1 << 24, LARGE_SIZE = 1 << 20, PAGE_SIZE = 1 << 12, ALIGNMENT = _Alignof(void *) };

void arena_open(Arena *arena, jmp_buf *escape) {
    *arena = (Arena){.escape = escape};
}

static void free_until(Arena *arena, ArenaBlock *kept) {
    while (arena->blocks != kept) {
        ArenaBlock *block = arena->blocks;
        arena->blocks = block->next;
        free(block);
    }
}

void arena_close(Arena *arena) {
    Arena *scratch = arena->scratch;
    if (scratch) arena_close(scratch);
    free(scratch);
    free_until(arena, NULL);
    arena_open(arena, arena->escape);
}

_Noreturn void arena_refuse(Arena *arena) {
    if (arena->escape) longjmp(*arena->escape, 1);
    fputs("gov: error: out of memory\n", stderr);
    exit(1);
}

/* A block of its own for what is large, so that the current block is not wasted. */
static void *new_block(Arena *arena, size_t size) {
    if (size > SIZE_MAX - sizeof(ArenaBlock)) arena_refuse(arena);
    ArenaBlock *block = calloc(1, sizeof(ArenaBlock) + size);
    if (!block) arena_refuse(arena);
    block->next = arena->blocks;
    arena->blocks = block;
    return block->bytes;
}

/* What lies between cursor and end is zero: in a new block, and because arena_release() sees to it. */
static void next_block(Arena *arena) {
    bool large = arena->used > LARGE_FROM;
    size_t size = large ? LARGE_SIZE : BLOCK_SIZE;
    ArenaBlock *block = calloc(1, size);
    if (!block) arena_refuse(arena);
#ifdef MADV_POPULATE_WRITE
    /* only advice: without it all is well, but slower */
    if (large) madvise((char *)block + PAGE_SIZE - (uintptr_t)block % PAGE_SIZE, size - 2 * PAGE_SIZE, MADV_POPULATE_WRITE);
#endif
    block->next = arena->blocks;
    arena->blocks = block;
    arena->cursor = (char *)block->bytes;
    arena->end = (char *)block + size;
}

static size_t rounded(size_t size) {
    return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

void *arena_alloc(Arena *arena, size_t size) {
    if (size > SIZE_MAX - ALIGNMENT) arena_refuse(arena);
    size = rounded(size);
    arena->used += size;
    if ((size_t)(arena->end - arena->cursor) < size) {
        if (size > BLOCK_SIZE / 4) return new_block(arena, size);
        next_block(arena);
    }
    void *given = arena->cursor;
    arena->cursor += size;
    return given;
}

void *arena_grow(Arena *arena, void *at, size_t size, size_t wanted) {
    size_t more = rounded(wanted) - rounded(size);
    if (at && (char *)at + rounded(size) == arena->cursor && more <= (size_t)(arena->end - arena->cursor)) {
        arena->cursor += more;
        arena->used += more;
        return at;
    }
    void *grown = arena_alloc(arena, wanted);
    return size ? memcpy(grown, at, size) : grown;
}

Arena *arena_scratch(Arena *arena) {
    if (arena->scratch) return arena->scratch;
    arena->scratch = malloc(sizeof(Arena));
    if (!arena->scratch) arena_refuse(arena);
    arena_open(arena->scratch, arena->escape);
    next_block(arena->scratch);
    return arena->scratch;
}

void arena_adopt(Arena *arena, Arena *other) {
    ArenaBlock *last = other->blocks;
    while (last && last->next) last = last->next;
    if (last) {
        last->next = arena->blocks;
        arena->blocks = other->blocks;
    }
    arena->used += other->used;
    other->blocks = NULL;
    arena_close(other);
}

ArenaMark arena_mark(const Arena *arena) {
    return (ArenaMark){arena->blocks, arena->cursor, arena->end, arena->used};
}

void arena_release(Arena *arena, ArenaMark mark) {
    bool same_block = arena->end == mark.end;
    free_until(arena, mark.blocks);
    if (mark.cursor) memset(mark.cursor, 0, (size_t)((same_block ? arena->cursor : mark.end) - mark.cursor));
    arena->cursor = mark.cursor;
    arena->end = mark.end;
    arena->used = mark.used;
}

char *arena_copy(Arena *arena, const char *bytes, size_t length) {
    char *copy = arena_alloc(arena, length + 1);
    if (length) memcpy(copy, bytes, length);
    return copy;
}

/* Written where the arena goes on, so that most text is formatted once; what does not fit there is written again. */
char *arena_vformat(Arena *arena, const char *format, va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    size_t room = (size_t)(arena->end - arena->cursor);
    int written = vsnprintf(arena->cursor, room, format, arguments);
    size_t length = written < 0 ? 0 : (size_t)written;
    bool fits = written >= 0 && length < room;
    if (!fits && room) memset(arena->cursor, 0, room);
    char *text = arena_alloc(arena, length + 1);
    if (!fits && length) vsnprintf(text, length + 1, format, again);
    va_end(again);
    return text;
}

char *arena_format(Arena *arena, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *text = arena_vformat(arena, format, arguments);
    va_end(arguments);
    return text;
}

void *vec_grow(Arena *arena, void *items, uint32_t *capacity, size_t item_size) {
    uint32_t had = *capacity;
    *capacity = had ? had * 2 : item_size <= sizeof(void *) ? 2 : 1;
    return arena_grow(arena, items, had * item_size, *capacity * item_size);
}
