/* Open files, and the URIs by which the client knows them (RFC 8089, RFC 3986). */
#include "compiler/lsp/internal.h"

#include <stdlib.h>
#include <string.h>

Document *document_find(const LspServer *server, const Name *path) {
    for (uint32_t i = 0; i < server->documents.count; i++)
        if (server->documents.items[i]->path == path) return server->documents.items[i];
    return NULL;
}

void document_set(LspServer *server, const Name *path, const char *text) {
    Document *document = document_find(server, path);
    if (!document) {
        document = arena_new(server->arena, Document);
        document->path = path;
        arena_open(&document->arena, server->arena->escape);
        vec_push(server->arena, &server->documents, document);
    }
    arena_close(&document->arena);
    document->length = strlen(text);
    document->text = arena_copy(&document->arena, text, document->length);
    document->open = true;
    server->stale = true;
}

static int hex(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    digit |= 32;
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

const char *plain_path(Arena *arena, const char *uri) {
    if (strncmp(uri, "file://", 7)) return NULL;
    const char *at = strchr(uri + 7, '/'); /* behind the host, which is empty or `localhost` */
    if (!at) return NULL;
    char *path = arena_copy(arena, at, strlen(at)), *to = path;
    for (const char *from = path; *from; from++) {
        bool escaped = *from == '%' && hex(from[1]) >= 0 && hex(from[2]) >= 0;
        *to++ = escaped ? (char)(hex(from[1]) * 16 + hex(from[2])) : *from;
        if (escaped) from += 2;
    }
    *to = 0;
    return path;
}

const Name *path_of_uri(LspServer *server, const char *uri) {
    Arena *scratch = arena_scratch(server->arena);
    ArenaMark mark = arena_mark(scratch);
    const char *path = uri ? plain_path(scratch, uri) : NULL;
    size_t length = server->folder ? strlen(server->folder) : 0;
    const Name *name = NULL;
    if (path && length && !strncmp(path, server->folder, length) && path[length] == '/') name = name_of(&server->names, path + length + 1);
    arena_release(scratch, mark);
    return name;
}

const char *uri_of_path(LspServer *server, Arena *arena, const char *path) {
    Buffer out;
    buffer_open(&out, arena);
    buffer_text(&out, "file://");
    const char *whole = *path == '/' ? path : arena_format(arena, "%s/%s", server->folder, path);
    for (const char *at = whole; *at; at++) {
        bool plain = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') || (*at >= '0' && *at <= '9') || strchr("/-._~", *at);
        if (plain) buffer_char(&out, *at);
        else buffer_format(&out, "%%%02X", (unsigned char)*at);
    }
    return buffer_string(&out);
}
