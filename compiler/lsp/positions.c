/* Places as the protocol has them: lines from 0, and within a line bytes (if the client can) or code units of UTF-16. */
#include "compiler/lsp/internal.h"

/* How many of the client's units a character takes that begins with this byte; its other bytes are none. */
static uint32_t units(const LspServer *server, unsigned char byte) {
    if (server->utf8) return 1;
    return (byte & 0xC0) == 0x80 ? 0 : byte >= 0xF0 ? 2 : 1;
}

json_t *position_of(const LspServer *server, const Sources *sources, uint32_t position) {
    Location at = source_locate(sources, position);
    uint32_t character = 0;
    if (!at.source) return json_pack("{s:i,s:i}", "line", 0, "character", 0);
    for (uint32_t i = at.source->lines.items[at.line - 1]; i < position - at.source->base; i++)
        character += units(server, (unsigned char)at.source->text[i]);
    return json_pack("{s:I,s:I}", "line", (json_int_t)at.line - 1, "character", (json_int_t)character);
}

json_t *range_of(const LspServer *server, const Sources *sources, Span span) {
    return json_pack("{s:o,s:o}", "start", position_of(server, sources, span.begin), "end", position_of(server, sources, span.end));
}

json_t *location_of(LspServer *server, const Sources *sources, Span span) {
    const Source *source = source_of(sources, span.begin);
    if (!source || source->builtin) return NULL;
    Arena *scratch = arena_scratch(server->arena);
    ArenaMark mark = arena_mark(scratch);
    json_t *place = json_pack("{s:s,s:o}", "uri", uri_of_path(server, scratch, source->path), "range", range_of(server, sources, span));
    arena_release(scratch, mark);
    return place;
}

uint32_t position_at(const LspServer *server, const Source *source, const json_t *position) {
    json_int_t line = json_integer_value(json_object_get(position, "line"));
    json_int_t character = json_integer_value(json_object_get(position, "character"));
    if (line < 0 || character < 0) return source->base;
    if (line >= source->lines.count) return source->base + source->length;
    uint32_t at = source->lines.items[line];
    for (json_int_t seen = 0; at < source->length && source->text[at] != '\n'; at++) {
        seen += units(server, (unsigned char)source->text[at]);
        if (seen > character) break;
    }
    return source->base + at;
}
