/* A language server: messages of the Language Server Protocol 3.17 in, answers out.
 *
 * It holds the project compiled, and compiles at each change only what the change can reach (session_revise()). It touches
 * no file, clock or stream: its host does. */
#ifndef GOV_LSP_H
#define GOV_LSP_H

#include "compiler/session.h"

typedef VEC(SourceText) SourceTexts;

/* What the server asks of who runs it. */
typedef struct LspHost {
    void *context;
    /* Reads the project in a folder (absolute, or null: the host's own choice): the standard library's texts first, the others
     * by path, in `arena`; the folder's absolute path to `ret_folder`. False if there is no project. */
    bool (*load)(void *context, Arena *arena, const char *folder, SourceTexts *ret_texts, const char **ret_folder);
    /* Takes one message, without its header. */
    void (*send)(void *context, const char *message, size_t length);
    double (*milliseconds)(void *context);
    CompileOptions options;
} LspHost;

typedef struct LspServer LspServer;

/* Makes a server in an arena whose escape is where memory that runs out leads to. */
LspServer *lsp_open(Arena *arena, const LspHost *host);
/* Frees what the server holds beside its arena. */
void lsp_close(LspServer *server);
/* Takes one message and answers it, if it is a request. Checks nothing yet: see lsp_settle(). */
void lsp_receive(LspServer *server, const char *message, size_t length);
/* Looks at what has changed since the last time and publishes the diagnostics that are others now. To be called when no
 * message is waiting. */
void lsp_settle(LspServer *server);
/* Whether `exit` was received; `ret_code` is what the process is to end with. */
bool lsp_ended(const LspServer *server, int *ret_code);

#endif
