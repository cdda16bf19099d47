/* Diagnostics as the client shows them. A file's are sent when they are others than those that were sent last. */
#include "compiler/lsp/internal.h"

#include <string.h>

/* FNV-1a: http://www.isthe.com/chongo/tech/comp/fnv/ */
static uintptr_t hash_text(const char *text) {
    uint64_t hash = 14695981039346656037u;
    for (; *text; text++) hash = (hash ^ (unsigned char)*text) * 1099511628211u;
    return (uintptr_t)(hash | 1); /* never null in a map */
}

static const char *message_of(Arena *arena, const Report *report) {
    Buffer out;
    buffer_open(&out, arena);
    buffer_text(&out, report->message);
    if (*report->primary.words) buffer_format(&out, "\n%s", report->primary.words);
    for (uint32_t i = 0; i < report->notes.count; i++) buffer_format(&out, "\nnote: %s", report->notes.items[i]);
    for (uint32_t i = 0; i < report->helps.count; i++) buffer_format(&out, "\nhelp: %s", report->helps.items[i].words);
    return buffer_string(&out);
}

static void add_related(LspServer *server, const Sources *sources, json_t *related, Span span, const char *words) {
    json_t *place = location_of(server, sources, span);
    if (place) json_array_append_new(related, need(server, json_pack("{s:o,s:s}", "location", place, "message", words)));
}

static json_t *diagnostic_of(LspServer *server, const Sources *sources, const Report *report) {
    Arena *scratch = arena_scratch(server->arena);
    ArenaMark mark = arena_mark(scratch);
    json_t *related = need(server, json_array());
    for (uint32_t i = 0; i < report->labels.count; i++)
        add_related(server, sources, related, report->labels.items[i].span, report->labels.items[i].words);
    for (uint32_t i = 0; i < report->hops.count; i++)
        add_related(server, sources, related, report->hops.items[i].span,
                    arena_format(scratch, "%s: %s", report->hops.items[i].what, report->hops.items[i].words));
    json_t *diagnostic = json_pack("{s:o,s:i,s:s,s:s,s:s,s:o}", "range", range_of(server, sources, report->primary.span), "severity",
                                   report->severity == SEVERITY_ERROR ? 1 : 2, "code", code_info(report->code)->number, "source", "gov",
                                   "message", message_of(scratch, report), "relatedInformation", related);
    arena_release(scratch, mark);
    return need(server, diagnostic);
}

/* What is about the project as a whole stands in its first file. */
static const Source *file_of(const Sources *sources, const Report *report) {
    const Source *source = source_of(sources, report->primary.span.begin);
    for (uint32_t i = 0; !source && i < sources->files.count; i++)
        if (!sources->files.items[i]->builtin) source = sources->files.items[i];
    return source;
}

static void send_file(LspServer *server, const Name *path, json_t *diagnostics) {
    Arena *scratch = arena_scratch(server->arena);
    ArenaMark mark = arena_mark(scratch);
    json_t *params = need(server, json_pack("{s:s,s:o}", "uri", uri_of_path(server, scratch, path->text), "diagnostics", diagnostics));
    arena_release(scratch, mark);
    server_notify(server, "textDocument/publishDiagnostics", params);
}

static void send_changed(LspServer *server, const Name *path, json_t *diagnostics) {
    Arena *scratch = arena_scratch(server->arena);
    ArenaMark mark = arena_mark(scratch);
    void *hash = json_array_size(diagnostics) ? (void *)hash_text(lsp_text(server, scratch, diagnostics)) : NULL;
    arena_release(scratch, mark);
    if (map_put(&server->published, path, hash) == hash) json_decref(diagnostics);
    else send_file(server, path, diagnostics);
}

/* For each source whether its diagnostics may be others than the client has. */
static const bool *concerned_files(const LspServer *server, Arena *arena, bool all) {
    uint32_t count = server->session.sources.files.count;
    bool *concerned = arena_alloc(arena, count);
    for (uint32_t i = 0; i < count; i++) concerned[i] = all || (server->revised && server->revision.trees[i]);
    for (uint32_t i = 0; i < server->touched.count && server->touched.items[i] < count; i++) concerned[server->touched.items[i]] = true;
    return concerned;
}

/* A file that had diagnostics and has none any more. */
static bool is_cured(const LspServer *server, const Map *files, const bool *concerned, bool all, const Name *path) {
    if (map_get(files, path)) return false;
    const Source *source = all ? NULL : server_source(server, path);
    return !source || concerned[source->index];
}

void publish(LspServer *server, bool all) {
    const Sources *sources = server_sources(server);
    Diag *diag = server_diag(server);
    Map files; /* Name of a path → JSON array */
    Arena *scratch = arena_scratch(server->arena);
    ArenaMark mark = arena_mark(scratch);
    map_open(&files, scratch);
    const bool *concerned = concerned_files(server, scratch, all);
    Report **sorted = diag_sorted(diag);
    for (uint32_t i = 0; i < diag->reports.count; i++) {
        const Source *source = file_of(sources, sorted[i]);
        if (!source || source->builtin || !concerned[source->index]) continue;
        const Name *path = name_of(&server->names, source->path);
        json_t *list = map_get(&files, path);
        if (!list) map_put(&files, path, list = need(server, json_array()));
        json_array_append_new(list, diagnostic_of(server, sources, sorted[i]));
    }
    for (uint32_t i = 0; i < server->published.count; i++)
        if (server->published.values[i] && is_cured(server, &files, concerned, all, server->published.keys[i]))
            send_changed(server, server->published.keys[i], need(server, json_array()));
    for (uint32_t i = 0; i < files.count; i++) send_changed(server, files.keys[i], files.values[i]);
    arena_release(scratch, mark);
}
