#include "compiler/source/source.h"

#include <string.h>

void sources_open(Sources *sources, Arena *arena) {
    *sources = (Sources){.arena = arena};
}

static void find_lines(Sources *sources, Source *source) {
    vec_push(sources->arena, &source->lines, 0);
    const char *end = source->text + source->length, *at = source->text;
    while (at < end && (at = memchr(at, '\n', (size_t)(end - at))))
        vec_push(sources->arena, &source->lines, (uint32_t)(++at - source->text));
}

Source *sources_add(Sources *sources, const char *path, const char *text, size_t length) {
    uint32_t base = 1;
    if (sources->files.count) {
        const Source *last = sources->files.items[sources->files.count - 1];
        base = last->base + last->length + 1 + sources->room; /* one position between two texts, so that an end belongs to one of them */
    }
    if (length > (size_t)INT32_MAX - base) arena_alloc(sources->arena, SIZE_MAX);
    Source *source = arena_new(sources->arena, Source);
    *source = (Source){.path = path, .text = text, .length = (uint32_t)length, .base = base, .index = sources->files.count};
    find_lines(sources, source);
    vec_push(sources->arena, &sources->files, source);
    return source;
}

Sources sources_copy(const Sources *sources, Arena *arena) {
    Sources copy = {.arena = arena, .room = sources->room, .files = sources->files};
    copy.files.items = arena_alloc(arena, sources->files.count * sizeof(Source *));
    memcpy(copy.files.items, sources->files.items, sources->files.count * sizeof(Source *));
    copy.files.capacity = copy.files.count;
    return copy;
}

bool sources_replace(Sources *sources, uint32_t index, const char *text, size_t length) {
    const Source *old = sources->files.items[index];
    bool last = index + 1 == sources->files.count;
    uint32_t end = last ? INT32_MAX : sources->files.items[index + 1]->base - 1;
    if (length > end - old->base) return false;
    Source *source = arena_new(sources->arena, Source);
    *source = (Source){.path = old->path, .text = text, .length = (uint32_t)length, .base = old->base, .index = index,
                       .builtin = old->builtin};
    find_lines(sources, source);
    sources->files.items[index] = source;
    return true;
}

const Source *source_of(const Sources *sources, uint32_t position) {
    uint32_t low = 0, high = sources->files.count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (sources->files.items[middle]->base <= position) low = middle + 1;
        else high = middle;
    }
    if (!low) return NULL;
    const Source *source = sources->files.items[low - 1];
    return position <= source->base + source->length ? source : NULL;
}

/* The index of the line that holds an offset. */
static uint32_t line_of(const Source *source, uint32_t offset) {
    uint32_t low = 0, high = source->lines.count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (source->lines.items[middle] <= offset) low = middle + 1;
        else high = middle;
    }
    return low - 1;
}

Location source_locate(const Sources *sources, uint32_t position) {
    const Source *source = source_of(sources, position);
    if (!source) return (Location){0};
    uint32_t offset = position - source->base, line = line_of(source, offset), column = 1;
    for (uint32_t i = source->lines.items[line]; i < offset; i++) column += (source->text[i] & 0xC0) != 0x80;
    return (Location){source, line + 1, column};
}

Text source_text(const Sources *sources, Span span) {
    const Source *source = source_of(sources, span.begin);
    if (!source || span.end < span.begin || span.end > source->base + source->length) return (Text){0};
    return (Text){source->text + (span.begin - source->base), span.end - span.begin};
}

Text source_line(const Source *source, uint32_t line) {
    if (!line || line > source->lines.count) return (Text){0};
    uint32_t begin = source->lines.items[line - 1];
    uint32_t end = line < source->lines.count ? source->lines.items[line] - 1 : source->length;
    if (end > begin && source->text[end - 1] == '\r') end--;
    return (Text){source->text + begin, end - begin};
}

Span span_join(Span a, Span b) {
    if (!a.begin) return b;
    if (!b.begin) return a;
    return (Span){a.begin < b.begin ? a.begin : b.begin, a.end > b.end ? a.end : b.end};
}

Span span_after(Span span) {
    return (Span){span.end, span.end};
}
