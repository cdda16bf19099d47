#include "compiler/base/base.h"

#include <stdio.h>
#include <string.h>

Text text_of(const char *c_string) {
    return (Text){c_string, c_string ? (uint32_t)strlen(c_string) : 0};
}

bool text_equal(Text a, Text b) {
    return a.length == b.length && (!a.length || !memcmp(a.at, b.at, a.length));
}

char *text_copy(Arena *arena, Text text) {
    return arena_copy(arena, text.at, text.length);
}

void buffer_open(Buffer *buffer, Arena *arena) {
    *buffer = (Buffer){.arena = arena, .maximum = BUFFER_MAXIMUM};
}

/* Makes room for `more` bytes and a NUL. Doubling keeps what is left behind in the arena below the final size. */
static void reserve(Buffer *buffer, size_t more) {
    if (more >= buffer->maximum - buffer->length) more = SIZE_MAX / 2; /* the arena refuses it */
    if (buffer->length + more + 1 <= buffer->capacity) return;
    size_t wanted = buffer->capacity ? buffer->capacity * 2 : 64;
    while (wanted < buffer->length + more + 1) wanted *= 2;
    buffer->at = arena_grow(buffer->arena, buffer->at, buffer->capacity, wanted);
    buffer->capacity = wanted;
}

void buffer_add(Buffer *buffer, const char *bytes, size_t length) {
    reserve(buffer, length);
    if (length) memcpy(buffer->at + buffer->length, bytes, length);
    buffer->length += length;
    buffer->at[buffer->length] = 0;
}

void buffer_text(Buffer *buffer, const char *c_string) {
    buffer_add(buffer, c_string, strlen(c_string));
}

void buffer_char(Buffer *buffer, char byte) {
    buffer_add(buffer, &byte, 1);
}

void buffer_spaces(Buffer *buffer, size_t count) {
    reserve(buffer, count);
    memset(buffer->at + buffer->length, ' ', count);
    buffer->length += count;
    buffer->at[buffer->length] = 0;
}

void buffer_format(Buffer *buffer, const char *format, ...) {
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    if (length > 0) {
        reserve(buffer, (size_t)length);
        vsnprintf(buffer->at + buffer->length, (size_t)length + 1, format, again);
        buffer->length += (size_t)length;
    }
    va_end(again);
    va_end(arguments);
}

const char *buffer_string(Buffer *buffer) {
    return buffer->at ? buffer->at : "";
}
