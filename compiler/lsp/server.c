/* Messages and what becomes of them. */
#include "compiler/lsp/internal.h"

#include <string.h>

/* Error codes of JSON-RPC 2.0 and of the protocol. */
enum { PARSE_ERROR = -32700, INVALID_REQUEST = -32600, METHOD_NOT_FOUND = -32601, NOT_INITIALIZED = -32002 };

LspServer *lsp_open(Arena *arena, const LspHost *host) {
    LspServer *server = arena_new(arena, LspServer);
    server->arena = arena;
    server->host = *host;
    server->whole = true;
    names_open(&server->names, arena);
    map_open(&server->published, arena);
    return server;
}

void lsp_close(LspServer *server) {
    if (server->revised) revision_close(&server->revision);
    if (server->compiled) session_close(&server->session);
    for (uint32_t i = 0; i < server->documents.count; i++) arena_close(&server->documents.items[i]->arena);
}

bool lsp_ended(const LspServer *server, int *ret_code) {
    *ret_code = server->shut ? 0 : 1;
    return server->ended;
}

json_t *need(LspServer *server, json_t *value) {
    if (!value) arena_refuse(server->arena);
    return value;
}

/* -------------------------------------------------------------- sending */

static int append(const char *bytes, size_t length, void *out) {
    buffer_add(out, bytes, length);
    return 0;
}

const char *lsp_text(LspServer *server, Arena *arena, const json_t *value) {
    Buffer out;
    buffer_open(&out, arena);
    if (json_dump_callback(value, append, &out, JSON_COMPACT)) arena_refuse(server->arena);
    return buffer_string(&out);
}

void server_send(LspServer *server, json_t *message) {
    Arena *scratch = arena_scratch(server->arena);
    ArenaMark mark = arena_mark(scratch);
    const char *text = lsp_text(server, scratch, need(server, message));
    json_decref(message);
    server->host.send(server->host.context, text, strlen(text));
    arena_release(scratch, mark);
}

void server_notify(LspServer *server, const char *method, json_t *params) {
    server_send(server, json_pack("{s:s,s:s,s:o}", "jsonrpc", "2.0", "method", method, "params", need(server, params)));
}

static void answer(LspServer *server, const json_t *id, json_t *result) {
    server_send(server, json_pack("{s:s,s:O,s:o}", "jsonrpc", "2.0", "id", id, "result", result ? result : json_null()));
}

static void refuse(LspServer *server, json_t *id, int code, const char *words) {
    server_send(server, json_pack("{s:s,s:o,s:{s:i,s:s}}", "jsonrpc", "2.0", "id", id ? json_incref(id) : json_null(), "error", "code",
                                  code, "message", words));
}

/* ----------------------------------------------------------- life cycle */

static bool offers_utf8(const json_t *params) {
    const json_t *general = json_object_get(json_object_get(params, "capabilities"), "general");
    const json_t *offered = json_object_get(general, "positionEncodings");
    for (size_t i = 0; i < json_array_size(offered); i++) {
        const char *encoding = json_string_value(json_array_get(offered, i));
        if (encoding && !strcmp(encoding, "utf-8")) return true;
    }
    return false;
}

static const char *wanted_folder(LspServer *server, const json_t *params) {
    const json_t *folders = json_object_get(params, "workspaceFolders");
    const char *uri = json_string_value(json_object_get(json_array_get(folders, 0), "uri"));
    if (!uri) uri = json_string_value(json_object_get(params, "rootUri"));
    if (uri) return plain_path(server->arena, uri);
    const char *path = json_string_value(json_object_get(params, "rootPath"));
    return path ? arena_copy(server->arena, path, strlen(path)) : NULL;
}

static json_t *initialize(LspServer *server, const json_t *params) {
    server->utf8 = offers_utf8(params);
    server->wanted = wanted_folder(server, params);
    return json_pack("{s:{s:s,s:{s:b,s:i,s:{s:b}},s:b,s:b,s:{s:[s]}},s:{s:s}}", "capabilities", "positionEncoding",
                     server->utf8 ? "utf-8" : "utf-16", "textDocumentSync", "openClose", 1, "change", 1, "save", "includeText", 0,
                     "hoverProvider", 1, "definitionProvider", 1, "codeActionProvider", "codeActionKinds", "quickfix", "serverInfo",
                     "name", "gov");
}

/* The client tells of files that others change: git, another editor. */
static void initialized(LspServer *server) {
    server->ready = true;
    server_send(server, json_pack("{s:s,s:s,s:s,s:{s:[{s:s,s:s,s:{s:[{s:s}]}}]}}", "jsonrpc", "2.0", "id", "watch", "method",
                                  "client/registerCapability", "params", "registrations", "id", "watch", "method",
                                  "workspace/didChangeWatchedFiles", "registerOptions", "watchers", "globPattern", "**/*.gov"));
}

/* ------------------------------------------------------------- documents */

/* The folder of the project is known once it was loaded. */
static const Name *document_path(LspServer *server, const json_t *params) {
    if (!server->folder) check_documents(server);
    return path_of_uri(server, json_string_value(json_object_get(json_object_get(params, "textDocument"), "uri")));
}

static void did_open(LspServer *server, const json_t *params) {
    const char *text = json_string_value(json_object_get(json_object_get(params, "textDocument"), "text"));
    const Name *path = document_path(server, params);
    if (!path || !text) return;
    document_set(server, path, text);
    document_find(server, path)->saved = true;
}

/* Each change holds the whole text. */
static void did_change(LspServer *server, const json_t *params) {
    const json_t *changes = json_object_get(params, "contentChanges");
    const json_t *last = json_array_get(changes, json_array_size(changes) - 1);
    const char *text = json_string_value(json_object_get(last, "text"));
    const Name *path = document_path(server, params);
    if (!path || !text) return;
    document_set(server, path, text);
    document_find(server, path)->saved = false;
}

static void did_save(LspServer *server, const json_t *params) {
    const Name *path = document_path(server, params);
    Document *document = path ? document_find(server, path) : NULL;
    if (document) document->saved = true;
}

static void did_close(LspServer *server, const json_t *params) {
    const Name *path = document_path(server, params);
    Document *document = path ? document_find(server, path) : NULL;
    if (!document) return;
    if (!document->saved) server->whole = true; /* the file itself counts again */
    document->open = false;
}

/* ------------------------------------------------------------- messages */

static bool is_same(const char *a, const char *b) {
    return !strcmp(a, b);
}

static void take_notification(LspServer *server, const char *method, const json_t *params) {
    if (is_same(method, "initialized")) initialized(server);
    else if (is_same(method, "textDocument/didOpen")) did_open(server, params);
    else if (is_same(method, "textDocument/didChange")) did_change(server, params);
    else if (is_same(method, "textDocument/didSave")) did_save(server, params);
    else if (is_same(method, "textDocument/didClose")) did_close(server, params);
    else if (is_same(method, "workspace/didChangeWatchedFiles")) server->whole = true;
    else if (is_same(method, "exit")) server->ended = true;
}

static void take_request(LspServer *server, const char *method, json_t *id, const json_t *params) {
    if (is_same(method, "initialize")) answer(server, id, initialize(server, params));
    else if (server->shut) refuse(server, id, INVALID_REQUEST, "the server was shut down");
    else if (!server->ready) refuse(server, id, NOT_INITIALIZED, "`initialized` was not received");
    else if (is_same(method, "shutdown")) answer(server, id, NULL), server->shut = true;
    else if (is_same(method, "textDocument/hover")) lsp_settle(server), answer(server, id, hover_at(server, params));
    else if (is_same(method, "textDocument/definition")) lsp_settle(server), answer(server, id, definition_at(server, params));
    else if (is_same(method, "textDocument/codeAction")) lsp_settle(server), answer(server, id, actions_at(server, params));
    else refuse(server, id, METHOD_NOT_FOUND, "there is no such method");
}

void lsp_receive(LspServer *server, const char *text, size_t length) {
    json_t *message = json_loadb(text, length, 0, NULL);
    const char *method = json_string_value(json_object_get(message, "method"));
    json_t *id = json_object_get(message, "id");
    if (!message) refuse(server, NULL, PARSE_ERROR, "this is no JSON");
    else if (method && id) take_request(server, method, id, json_object_get(message, "params"));
    else if (method) take_notification(server, method, json_object_get(message, "params"));
    else if (!json_object_get(message, "result") && !json_object_get(message, "error")) refuse(server, id, INVALID_REQUEST, "this is no request");
    json_decref(message);
}

void lsp_settle(LspServer *server) {
    if (server->ready && !server->ended && (server->whole || server->stale)) check_documents(server);
}
