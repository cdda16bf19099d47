/* Numbers and words in little room: varints in base64, and dictionaries sorted by use, so that frequent words have short numbers. */
#include "compiler/catalog/internal.h"

#include <stdlib.h>
#include <string.h>

void packed_begin(Packed *packed, Arena *arena) {
    buffer_open(&packed->bytes, arena);
}

void packed_add(Packed *packed, uint64_t number) {
    for (; number > 127; number >>= 7) buffer_char(&packed->bytes, (char)(128 | (number & 127)));
    buffer_char(&packed->bytes, (char)number);
}

void packed_add_rising(Packed *packed, CatalogIndices rising) {
    uint32_t last = 0;
    packed_add(packed, rising.count);
    for (size_t i = 0; i < rising.count; i++) {
        packed_add(packed, rising.items[i] - last);
        last = rising.items[i];
    }
}

static void write_base64(Buffer *out, const unsigned char *bytes, size_t size) {
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < size; i += 3) {
        size_t left = size - i;
        uint32_t three =
            (uint32_t)bytes[i] << 16 | (left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0) | (left > 2 ? bytes[i + 2] : 0);
        char four[4] = {digit[three >> 18], digit[three >> 12 & 63], left > 1 ? digit[three >> 6 & 63] : '=',
                        left > 2 ? digit[three & 63] : '='};
        buffer_add(out, four, 4);
    }
}

void packed_value(Json *json, const Packed *packed) {
    if (json->comma) buffer_char(&json->out, ',');
    buffer_char(&json->out, '"');
    write_base64(&json->out, (const unsigned char *)packed->bytes.at, packed->bytes.length);
    buffer_char(&json->out, '"');
    json->comma = true;
}

void packed_member(Json *json, const char *key, const Packed *packed) {
    json_key(json, key);
    packed_value(json, packed);
}

void dictionary_begin(Dictionary *dictionary, Arena *arena) {
    names_open(&dictionary->names, arena);
    map_open(&dictionary->entries, arena);
    dictionary->sorted = NULL;
}

Entry *dictionary_add(Dictionary *dictionary, const char *text) {
    const Name *name = name_of(&dictionary->names, text);
    Entry *entry = map_get(&dictionary->entries, name);
    if (!entry) {
        entry = arena_new(dictionary->names.arena, Entry);
        entry->text = name;
        map_put(&dictionary->entries, name, entry);
    }
    entry->uses++;
    return entry;
}

static int by_use(const void *a, const void *b) {
    const Entry *one = *(Entry *const *)a, *two = *(Entry *const *)b;
    return one->uses != two->uses ? (one->uses < two->uses ? 1 : -1) : strcmp(one->text->text, two->text->text);
}

void dictionary_sort(Dictionary *dictionary) {
    uint32_t count = dictionary->entries.count;
    dictionary->sorted = arena_alloc(dictionary->names.arena, (count + 1) * sizeof(Entry *));
    for (uint32_t i = 0; i < count; i++) dictionary->sorted[i] = dictionary->entries.values[i];
    qsort(dictionary->sorted, count, sizeof(Entry *), by_use);
    for (uint32_t i = 0; i < count; i++) dictionary->sorted[i]->id = i;
}

void dictionary_write(Json *json, const Dictionary *dictionary) {
    json_open(json, '[');
    for (uint32_t i = 0; i < dictionary->entries.count; i++) json_text(json, dictionary->sorted[i]->text->text);
    json_close(json, ']');
}
