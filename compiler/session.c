#include "compiler/session.h"

#include "compiler/check/check.h"
#include "compiler/syntax/syntax.h"

void session_open(Session *session, jmp_buf *escape) {
    *session = (Session){0};
    arena_open(&session->arena, escape);
    names_open(&session->names, &session->arena);
    sources_open(&session->sources, &session->arena);
    diag_open(&session->diag, &session->arena, &session->sources);
}

void session_close(Session *session) {
    arena_close(&session->arena);
}

bool compile(Session *session, const SourceText *texts, size_t count, const CompileOptions *options) {
    Arena *arena = &session->arena;
    for (size_t i = 0; i < count; i++) {
        Source *source = sources_add(&session->sources, texts[i].path, texts[i].text, texts[i].length);
        source->builtin = texts[i].builtin;
    }
    for (uint32_t i = 0; i < session->sources.files.count; i++)
        vec_push(arena, &session->trees,
                 syntax_parse(arena, &session->names, &session->sources, session->sources.files.items[i], &session->diag));
    session->program = names_bind(arena, &session->names, &session->sources, &session->diag, session->trees.items,
                                  session->trees.count);
    session->program->run_date = options->run_date;
    types_check(session->program);
    session->facts = facts_find(session->program);
    checks_run(session->facts);
    return !session->diag.errors;
}
