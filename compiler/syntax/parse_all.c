/* Many files, by several threads. */
#include "compiler/syntax/internal.h"

enum { FILES_A_THREAD = 64 };    /* for fewer a thread costs more than it saves */

typedef struct {
    Sources *sources;
    Tree **trees;
    Diag **diags;                /* null where nothing was reported */
} Parsing;

static void parse_one(void *context, Arena *arena, Names *names, uint32_t index) {
    Parsing *parsing = context;
    const Source *source = parsing->sources->files.items[index];
    Diag diag;
    diag_open(&diag, arena, parsing->sources);
    parsing->trees[index] = syntax_parse_quickly(arena, names, source, &diag);
    if (!diag.reports.count) return;
    diag_open(&diag, arena, parsing->sources);
    parsing->trees[index] = syntax_parse(arena, names, parsing->sources, source, &diag);
    parsing->diags[index] = arena_new(arena, Diag);
    *parsing->diags[index] = diag;
}

void syntax_parse_all(Arena *arena, Names *names, Sources *sources, Diag *diag, unsigned threads, Tree **trees) {
    uint32_t count = sources->files.count;
    Parsing parsing = {sources, trees, arena_alloc(arena, count * sizeof(Diag *))};
    words_install(names);
    if (threads > count / FILES_A_THREAD) threads = count / FILES_A_THREAD;
    work_share(arena, names, threads, count, parse_one, &parsing);
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = 0; parsing.diags[i] && k < parsing.diags[i]->reports.count; k++)
            diag_take(diag, parsing.diags[i]->reports.items[k]);
}
