/* What the files of the language server share. */
#ifndef GOV_LSP_INTERNAL_H
#define GOV_LSP_INTERNAL_H

#include "compiler/lsp/lsp.h"

#include <jansson.h>

/* A file that is open in the editor. */
typedef struct {
    const Name *path;         /* as the project has it */
    Arena arena;              /* of the text, closed at each change */
    const char *text;
    size_t length;
    bool open;
    bool saved;               /* no change since it was opened or saved */
} Document;

struct LspServer {
    Arena *arena;             /* as long as the server: paths, documents */
    Names names;              /* of paths */
    LspHost host;
    const char *wanted;       /* folder that the client named, or null */
    const char *folder;       /* of the project, absolute; null: not loaded */
    bool utf8;                /* positions count bytes; else code units of UTF-16 */
    bool ready;               /* `initialized` was received */
    bool shut, ended;
    bool whole;               /* what is known of the files is not to be trusted: all is to be compiled */
    bool stale;               /* a document has changed */
    VEC(Document *) documents;
    Session session;          /* all files as they were at the last compilation of all */
    bool compiled;
    Revision revision;        /* the documents that differ since, before it */
    bool revised;
    VEC(uint32_t) touched;    /* files of the revision before this one: their diagnostics may be others again */
    Map published;            /* Name of a path → hash of the diagnostics that the client has */
};

/* ----------------------------------------------------------- documents.c */

/* The document of a path, or null. */
Document *document_find(const LspServer *server, const Name *path);
void document_set(LspServer *server, const Name *path, const char *text);
/* `file:///a%20b` as a path within the project; null if it is none of its files. */
const Name *path_of_uri(LspServer *server, const char *uri);
const char *uri_of_path(LspServer *server, Arena *arena, const char *path);
/* The absolute path of a `file:` URI; null for any other. */
const char *plain_path(Arena *arena, const char *uri);

/* ----------------------------------------------------------- positions.c */

/* {line, character} of a position, as the client counts. */
json_t *position_of(const LspServer *server, const Sources *sources, uint32_t position);
json_t *range_of(const LspServer *server, const Sources *sources, Span span);
/* {uri, range}; null for nowhere and for what is no file. */
json_t *location_of(LspServer *server, const Sources *sources, Span span);
/* The position that the client means in a source. */
uint32_t position_at(const LspServer *server, const Source *source, const json_t *position);

/* --------------------------------------------------------------- check.c */

/* Compiles what has changed. */
void check_documents(LspServer *server);
/* What is known now. */
const Sources *server_sources(const LspServer *server);
Diag *server_diag(LspServer *server);
/* The tree of a source, and the program that it belongs to. */
const Tree *server_tree(const LspServer *server, const Source *source, const Program **ret_program);
const Source *server_source(const LspServer *server, const Name *path);

/* ------------------------------------------------------------- publish.c */

/* Sends the diagnostics of each file where they are others than the client has. `all`: any file's may be; else only those of
 * files of this revision and of the one before. */
void publish(LspServer *server, bool all);

/* ---------------------------------------------------------------- look.c */

/* textDocument/hover, textDocument/definition: null where there is nothing to say. */
json_t *hover_at(LspServer *server, const json_t *params);
json_t *definition_at(LspServer *server, const json_t *params);
/* textDocument/codeAction: the edits of the diagnostics there. */
json_t *actions_at(LspServer *server, const json_t *params);

/* Sends a message and drops it. */
void server_send(LspServer *server, json_t *message);
void server_notify(LspServer *server, const char *method, json_t *params);
/* The value as JSON, in an arena. */
const char *lsp_text(LspServer *server, Arena *arena, const json_t *value);
/* The value itself; without memory the server's arena says so. */
json_t *need(LspServer *server, json_t *value);

#endif
