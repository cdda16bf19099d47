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
    bool (*zone_exists)(const char *zone); /* whether the machine knows a time zone; null: none is wrong */
    uint32_t room;            /* bytes by which each text may grow in session_revise() */
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

/* Facts and checks, one relation after another: what both look at is in the cache (of 10,000 models 5 % less time than first
 * all facts, then all checks). The relations are typed; `base` is what is known of the program behind this one, or null. */
Facts *find_and_check(Program *program, const Facts *base);

/* A text that takes the place of that of a file. It must outlive the revision. */
typedef struct {
    uint32_t file;            /* index among the session's sources */
    const char *text;
    size_t length;
} Edit;

/* A compilation of a few texts before one of all. */
typedef struct {
    Arena arena;
    Sources sources;          /* all, the edited ones with their new texts */
    Diag diag;                /* all reports, those that compile() would give of all the texts */
    Program *program;         /* what was compiled anew, which stands before the session's; null: nothing */
    Facts *facts;
    Tree **trees;             /* of the files that were compiled anew, by index of source; null for all others */
    uint32_t files;           /* how many they are */
} Revision;

/* Compiles again with some texts edited: only the files that are edited and those that can see it, with the session as it
 * was for all others. False if only compile() of all the texts can tell; then nothing is to be closed. The session must have
 * been compiled with room for the edits. */
bool session_revise(Session *session, const Edit *edits, size_t count, Revision *ret_revision);
void revision_close(Revision *revision);

#endif
