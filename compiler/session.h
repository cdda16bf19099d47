/* One compilation: all that lives while it lives, and the function that calls the phases in order. */
#ifndef GOV_SESSION_H
#define GOV_SESSION_H

#include "compiler/facts/facts.h"
#include "compiler/names/names.h"

/* A text to compile; all pointers outlive the session. */
typedef struct {
    const char *path;
    const char *text;
    size_t length;
    bool builtin;             /* part of the standard library */
} SourceText;

typedef struct {
    const char *run_date;     /* ISO date that expiries are held against */
    unsigned threads;         /* that parse; 0: one. What comes out does not depend on it */
} CompileOptions;

typedef struct Session {
    Arena arena;
    Names names;
    Sources sources;
    Diag diag;
    Tree **trees;             /* beside sources.files */
    Program *program;
    Facts *facts;
} Session;

/* Makes an empty session. When memory runs out, whoever uses it lands at `escape` (see base.h). */
void session_open(Session *session, jmp_buf *escape);
/* Frees all that the session made. */
void session_close(Session *session);
/* Compiles texts: the standard library's first, then the project's in order of path. Sets trees, program and facts, as
 * far as errors let it, and queues diagnostics; gives whether there is no error. The phases are the architecture. */
bool compile(Session *session, const SourceText *texts, size_t count, const CompileOptions *options);

#endif
