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

Facts *find_and_check(Program *program, const Facts *base) {
    Facts *facts = facts_open(program, base);
    Checking *checking = checks_open(facts);
    for (uint32_t i = 0; i < program->relations.count; i++) {
        facts_add(facts, program->relations.items[i]);
        checks_of_relation(checking, program->relations.items[i]);
    }
    facts_settle(facts);
    checks_of_rest(checking);
    return facts;
}

bool compile(Session *session, const SourceText *texts, size_t count, const CompileOptions *options) {
    Arena *arena = &session->arena;
    session->sources.room = options->room;
    for (size_t i = 0; i < count; i++) {
        Source *source = sources_add(&session->sources, texts[i].path, texts[i].text, texts[i].length);
        source->builtin = texts[i].builtin;
    }
    uint32_t files = session->sources.files.count;
    session->trees = arena_alloc(arena, files * sizeof(Tree *));
    syntax_parse_all(arena, &session->names, &session->sources, &session->diag, options->threads, session->trees);
    session->program = names_bind(arena, &session->names, &session->sources, &session->diag, session->trees, files);
    session->program->run_date = options->run_date;
    session->program->zone_exists = options->zone_exists;
    types_check(session->program);
    session->facts = find_and_check(session->program, NULL);
    return !session->diag.errors;
}
