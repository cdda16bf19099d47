#include "compiler/witness/internal.h"

#include <stdlib.h>
#include <string.h>

static void add(Arena *arena, Pool *pool, const char *text) {
    for (uint32_t i = 0; i < pool->count; i++)
        if (!strcmp(pool->items[i], text)) return;
    vec_push(arena, pool, text);
}

void pools_open(Arena *arena, Pools *pools, const Dialect *dialect) {
    static const char *const numbers[] = {"0", "1", "2", "3", "4"}, *const texts[] = {"a", "b", "c", "ana@example.com", "leo@example.com"};
    static const char *const dates[] = {"2026-01-01", "2026-01-02", "2026-02-01"};
    static const char *const times[] = {"2026-01-01 00:00:00", "2026-01-01 10:30:00", "2026-01-02 00:00:00"};
    *pools = (Pools){.dialect = dialect};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) add(arena, &pools->numbers, numbers[i]), add(arena, &pools->integers, numbers[i]);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) add(arena, &pools->texts, texts[i]);
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) add(arena, &pools->dates, dates[i]);
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) add(arena, &pools->times, times[i]);
}

/* A text, and what a pattern of LIKE would let pass. */
static void add_text(Arena *arena, Pools *pools, Text text) {
    Buffer plain;
    buffer_open(&plain, arena);
    if (text.length > 40) return;
    for (uint32_t i = 0; i < text.length; i++)
        if (text.at[i] != '%') buffer_char(&plain, text.at[i] == '_' ? 'a' : text.at[i]);
    add(arena, &pools->texts, buffer_string(&plain));
}

static void add_number(Arena *arena, Pools *pools, Text text) {
    const char *word = text_copy(arena, text);
    long value = strtol(word, NULL, 10);
    if (text.length > 9) return;
    add(arena, &pools->numbers, word);
    for (long near = value - 1; near <= value + 1; near++) {
        add(arena, &pools->integers, arena_format(arena, "%ld", near));
        add(arena, &pools->numbers, arena_format(arena, "%ld", near));
    }
}

typedef struct Adding { Arena *arena; Pools *pools; } Adding;

static void visit(void *context, Node **place) {
    Adding *adding = context;
    const Literal *literal = (*place)->kind == NODE_LITERAL ? (const Literal *)*place : NULL;
    if (literal && literal->of == LITERAL_STRING) add_text(adding->arena, adding->pools, literal->text);
    if (literal && (literal->of == LITERAL_INTEGER || literal->of == LITERAL_NUMBER)) add_number(adding->arena, adding->pools, literal->text);
    if ((*place)->kind == NODE_TYPED_LITERAL) {
        Text text = ((const TypedLiteral *)*place)->text;
        if (text.length == 10) add(adding->arena, &adding->pools->dates, text_copy(adding->arena, text));
        if (text.length == 19) add(adding->arena, &adding->pools->times, text_copy(adding->arena, text));
    }
    node_kids(*place, visit, adding);
}

void pools_add(Arena *arena, Pools *pools, Node *tree) {
    Adding adding = {arena, pools};
    if (tree) visit(&adding, &tree);
}

static const char *literal(const Pools *pools, Arena *arena, const Pool *pool, const Type *type, uint64_t random, bool quoted) {
    Buffer out;
    const char *text = pool->items[random % pool->count];
    buffer_open(&out, arena);
    if (quoted) emit_string(pools->dialect, text_of(text), &out);
    else buffer_text(&out, text);
    if (type->kind != TYPE_TEXT) emit_cast(pools->dialect, type, &out);
    return buffer_string(&out);
}

const char *pools_value(const Pools *pools, Arena *arena, const Type *type, uint64_t random) {
    switch (type->kind) {
    case TYPE_BOOL: return random & 1 ? "true" : "false";
    case TYPE_INT2: case TYPE_INT4: case TYPE_INT8: return literal(pools, arena, &pools->integers, type, random, false);
    case TYPE_DECIMAL: case TYPE_FLOAT4: case TYPE_FLOAT8: return literal(pools, arena, &pools->numbers, type, random, false);
    case TYPE_TEXT: return literal(pools, arena, &pools->texts, type, random, true);
    case TYPE_DATE: return literal(pools, arena, &pools->dates, type, random, true);
    case TYPE_TIMESTAMP: case TYPE_TIMESTAMPTZ: return literal(pools, arena, &pools->times, type, random, true);
    case TYPE_TIME: return random & 1 ? "time '08:00:00'" : "time '17:30:00'";
    case TYPE_UUID: return random & 1 ? "uuid '00000000-0000-4000-8000-000000000001'" : "uuid '00000000-0000-4000-8000-000000000002'";
    case TYPE_JSON: return random & 1 ? "'{\"a\": 1}'::json" : "'{\"a\": 2, \"b\": [1]}'::json";
    default: return NULL;
    }
}
