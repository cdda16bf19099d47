/* What is known of the project, kept up with the documents. */
#include "compiler/lsp/internal.h"

#include <string.h>

/* Each file may grow by so much before all is compiled anew. */
enum { ROOM = 1 << 14 };

const Sources *server_sources(const LspServer *server) {
    return server->revised ? &server->revision.sources : &server->session.sources;
}

Diag *server_diag(LspServer *server) {
    return server->revised ? &server->revision.diag : &server->session.diag;
}

const Tree *server_tree(const LspServer *server, const Source *source, const Program **ret_program) {
    const Tree *anew = server->revised ? server->revision.trees[source->index] : NULL;
    *ret_program = anew ? server->revision.program : server->session.program;
    return anew ? anew : server->session.trees[source->index];
}

const Source *server_source(const LspServer *server, const Name *path) {
    const Sources *sources = server_sources(server);
    for (uint32_t i = 0; path && server->compiled && i < sources->files.count; i++)
        if (!strcmp(sources->files.items[i]->path, path->text)) return sources->files.items[i];
    return NULL;
}

static void drop_revision(LspServer *server) {
    server->touched.count = 0;
    for (uint32_t i = 0; server->revised && i < server->session.sources.files.count; i++)
        if (server->revision.trees[i]) vec_push(server->arena, &server->touched, i);
    if (server->revised) revision_close(&server->revision);
    server->revised = false;
}

/* The texts of the files, or of the documents where they are open; a document that is no file yet comes last. */
static void put_documents(LspServer *server, Arena *arena, SourceTexts *texts) {
    for (uint32_t i = 0; i < server->documents.count; i++) {
        const Document *document = server->documents.items[i];
        if (!document->open) continue;
        SourceText *text = NULL;
        for (uint32_t k = 0; k < texts->count && !text; k++)
            if (!strcmp(texts->items[k].path, document->path->text)) text = &texts->items[k];
        if (!text) {
            vec_push(arena, texts, ((SourceText){.path = document->path->text}));
            text = &texts->items[texts->count - 1];
        }
        text->text = arena_copy(arena, document->text, document->length);
        text->length = document->length;
    }
}

static void compile_all(LspServer *server) {
    drop_revision(server);
    if (server->compiled) session_close(&server->session);
    server->compiled = false;
    session_open(&server->session, server->arena->escape);
    Arena *arena = &server->session.arena;
    SourceTexts texts = {0};
    const char *folder = NULL;
    if (!server->host.load(server->host.context, arena, server->wanted, &texts, &folder)) {
        session_close(&server->session);
        return;
    }
    if (!server->folder) server->folder = arena_copy(server->arena, folder, strlen(folder));
    put_documents(server, arena, &texts);
    CompileOptions options = server->host.options;
    options.room = ROOM;
    compile(&server->session, texts.items, texts.count, &options);
    server->compiled = true;
    server->whole = false;
}

/* False: a document is no file of the project. */
static bool gather_edits(LspServer *server, Arena *arena, Edit **ret_edits, size_t *ret_count) {
    const Sources *sources = &server->session.sources;
    *ret_edits = arena_alloc(arena, (server->documents.count + 1) * sizeof(Edit));
    *ret_count = 0;
    for (uint32_t i = 0; i < server->documents.count; i++) {
        const Document *document = server->documents.items[i];
        uint32_t file = 0;
        if (!document->open) continue;
        while (file < sources->files.count && strcmp(sources->files.items[file]->path, document->path->text)) file++;
        if (file == sources->files.count) return false;
        const Source *source = sources->files.items[file];
        if (source->length == document->length && !memcmp(source->text, document->text, document->length)) continue;
        (*ret_edits)[(*ret_count)++] = (Edit){file, document->text, document->length};
    }
    return true;
}

static bool revise(LspServer *server) {
    Arena *scratch = arena_scratch(server->arena);
    ArenaMark mark = arena_mark(scratch);
    Edit *edits;
    size_t count;
    drop_revision(server);
    bool known = gather_edits(server, scratch, &edits, &count);
    if (known && count) server->revised = session_revise(&server->session, edits, count, &server->revision);
    arena_release(scratch, mark);
    return known && (!count || server->revised);
}

/* What it took, for who measures. */
static void tell(LspServer *server, double began, bool all) {
    double took = server->host.milliseconds(server->host.context) - began;
    uint32_t files = server->revised ? server->revision.files : 0;
    server_notify(server, "telemetry/event",
                  json_pack("{s:s,s:f,s:I,s:b}", "name", "gov.checked", "milliseconds", took, "files", (json_int_t)files, "whole",
                            all));
}

void check_documents(LspServer *server) {
    double began = server->host.milliseconds(server->host.context);
    bool all = server->whole || !server->compiled || !revise(server);
    if (all) compile_all(server);
    server->stale = false;
    if (!server->compiled) return;
    publish(server, all);
    tell(server, began, all);
}
