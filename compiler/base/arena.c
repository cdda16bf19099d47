#include "compiler/base/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct ArenaBlock {
    ArenaBlock *next;
    max_align_t bytes[];
};

enum { BLOCK_SIZE = 1 << 18, ALIGNMENT = _Alignof(max_align_t) };

void arena_open(Arena *arena, jmp_buf *escape) {
    *arena = (Arena){.escape = escape};
}

void arena_close(Arena *arena) {
    for (ArenaBlock *block = arena->blocks, *next; block; block = next) {
        next = block->next;
        free(block);
    }
    arena_open(arena, arena->escape);
}

static _Noreturn void out_of_memory(Arena *arena) {
    if (arena->escape) longjmp(*arena->escape, 1);
    fputs("gov: error: out of memory\n", stderr);
    exit(1);
}

/* A block of its own for what is large, so that the current block is not wasted. */
static void *new_block(Arena *arena, size_t size) {
    if (size > SIZE_MAX - sizeof(ArenaBlock)) out_of_memory(arena);
    ArenaBlock *block = malloc(sizeof(ArenaBlock) + size);
    if (!block) out_of_memory(arena);
    block->next = arena->blocks;
    arena->blocks = block;
    return block->bytes;
}

void *arena_alloc(Arena *arena, size_t size) {
    if (size > SIZE_MAX - ALIGNMENT) out_of_memory(arena);
    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    arena->used += size;
    if (size > BLOCK_SIZE / 4) return memset(new_block(arena, size), 0, size);
    if ((size_t)(arena->end - arena->cursor) < size) {
        arena->cursor = new_block(arena, BLOCK_SIZE);
        arena->end = arena->cursor + BLOCK_SIZE;
    }
    void *given = arena->cursor;
    arena->cursor += size;
    return memset(given, 0, size);
}

char *arena_copy(Arena *arena, const char *bytes, size_t length) {
    char *copy = arena_alloc(arena, length + 1);
    if (length) memcpy(copy, bytes, length);
    return copy;
}

char *arena_vformat(Arena *arena, const char *format, va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    char *text = arena_alloc(arena, (size_t)(length < 0 ? 0 : length) + 1);
    if (length > 0) vsnprintf(text, (size_t)length + 1, format, again);
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
    uint32_t wanted = *capacity ? *capacity * 2 : 4;
    void *grown = arena_alloc(arena, wanted * item_size);
    if (*capacity) memcpy(grown, items, *capacity * item_size);
    *capacity = wanted;
    return grown;
}
