/* Texts that nobody wrote, given to the whole compiler: none may crash, hang or break a law.
 *
 * `fuzzer`, built by clang with libFuzzer, makes texts of those of its corpus; `replay FILE...`, built by any compiler, runs
 * the same on files. Each text is parsed and formatted; then compiled as a project beside the part of stdlib in
 * $GOV_FUZZ_STDLIB (a folder; whole stdlib would take most of the time), and its facts, plans and SQL are written. */
#include "compiler/emit/emit.h"
#include "compiler/format/format.h"
#include "compiler/plan/plan.h"
#include "compiler/session.h"
#include "compiler/syntax/syntax.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_STDLIB = 32 };
static SourceText stdlib[MOST_STDLIB + 1];
static size_t stdlib_count;

static void must(bool holds, const char *law, const char *text, size_t length) {
    if (holds) return;
    fprintf(stderr, "broken: %s, by the text:\n%.*s\n", law, (int)length, text);
    abort();
}

/* ------------------------------------------------------------------- laws */

/* Formatting what was formatted changes nothing. */
static void try_format(Arena *arena, Names *names, Sources *sources, const Source *source, const char *text,
                       size_t length) {
    Diag diag;
    diag_open(&diag, arena, sources);
    const char *once = format_text(arena, names, sources, source, &diag);
    if (!once) return;
    must(once != source->text, "what is formatted means the same", text, length);
    const Source *again = sources_add(sources, "again", once, strlen(once));
    const char *twice = format_text(arena, names, sources, again, &diag);
    must(twice && !strcmp(once, twice), "formatting twice is formatting once", text, length);
}

static void try_syntax(const char *text, size_t length) {
    Arena arena;
    Names names;
    Sources sources;
    Diag diag;
    Buffer out;
    arena_open(&arena, NULL);
    names_open(&names, &arena);
    sources_open(&sources, &arena);
    diag_open(&diag, &arena, &sources);
    buffer_open(&out, &arena);
    const Source *source = sources_add(&sources, "fuzz.gov", text, length);
    Tree *tree = syntax_parse(&arena, &names, &sources, source, &diag);
    must(tree && tree->node.height <= SYNTAX_MOST_HEIGHT + 1, "there is a tree, not too high", text, length);
    must(node_equal(node_clone(&arena, &tree->node), &tree->node), "a clone is equal", text, length);
    node_dump(&tree->node, &out);
    syntax_dump_tokens(&arena, &names, &sources, source, &out);
    try_format(&arena, &names, &sources, source, text, length);
    arena_close(&arena);
}

/* Each report stands at a place in a file; errors have one at least. */
static void check_reports(Session *session, bool fine, const char *text, size_t length) {
    must(fine == !session->diag.errors, "what fails says so", text, length);
    for (uint32_t i = 0; i < session->diag.reports.count; i++) {
        const Report *report = session->diag.reports.items[i];
        Span span = report->primary.span;
        if (!span.begin && !span.end) continue; /* of the project as a whole */
        Location at = source_locate(&session->sources, span.begin);
        must(at.source && span.begin <= span.end && span.end <= at.source->base + at.source->length + 1,
             "a report has its place in a file", text, length);
    }
}

static void write_all(Session *session, Buffer *out) {
    program_dump(session->program, out);
    types_dump(session->program, out);
    facts_dump_keys(session->facts, out);
    facts_dump_lineage(session->facts, out);
    diag_draw_text(&session->diag, &(DrawOptions){0}, out);
    diag_draw_json(&session->diag, out);
}

/* The SQL of each engine, and the plan of each target: only of what compiles. */
static void plan_all(Session *session, Buffer *out) {
    static const char *const ENGINES[] = {"duckdb", "postgres", "trino"};
    Program *program = session->program;
    for (size_t k = 0; k < sizeof ENGINES / sizeof *ENGINES; k++)
        for (uint32_t i = 0; i < program->relations.count; i++)
            if (program->relations.items[i]->query)
                emit_model(program, program->relations.items[i], dialect_find(ENGINES[k]), NULL, out);
    for (uint32_t i = 0; i < program->targets.count; i++) {
        PlanOptions options = {.what = PLAN_RUN, .target = program->targets.items[i]};
        const Plan *plan = plan_make(session->facts, &options);
        if (plan) plan_dump(plan, out);
    }
}

static void try_compile(const char *text, size_t length) {
    jmp_buf escape;
    Session session;
    Buffer out;
    SourceText texts[MOST_STDLIB + 1];
    memcpy(texts, stdlib, stdlib_count * sizeof *texts);
    texts[stdlib_count] = (SourceText){"fuzz.gov", text, length, false};
    session_open(&session, &escape);
    if (!setjmp(escape)) {
        buffer_open(&out, &session.arena);
        bool fine = compile(&session, texts, stdlib_count + 1, &(CompileOptions){.run_date = "2026-01-31"});
        check_reports(&session, fine, text, length);
        write_all(&session, &out);
        if (fine) plan_all(&session, &out);
    }
    session_close(&session);
}

static void try_text(const char *text, size_t length) {
    char *copy = malloc(length + 1); /* so that the sanitizer sees what is read beyond it */
    if (!copy) abort();
    memcpy(copy, text, length);
    copy[length] = 0;
    try_syntax(copy, length);
    try_compile(copy, length);
    free(copy);
}

/* ------------------------------------------------------------------ programs */

static char *read_file(const char *path, size_t *ret_length) {
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END)) return perror(path), exit(2), NULL;
    long size = ftell(file);
    char *text = malloc((size_t)size + 1);
    rewind(file);
    if (!text) abort();
    *ret_length = fread(text, 1, (size_t)size, file);
    text[*ret_length] = 0;
    fclose(file);
    return text;
}

static void read_stdlib(void) {
    const char *folder = getenv("GOV_FUZZ_STDLIB");
    struct dirent **entries;
    int count = folder ? scandir(folder, &entries, NULL, alphasort) : 0;
    for (int i = 0; i < count; i++) {
        size_t name = strlen(entries[i]->d_name), length;
        if (name > 4 && !strcmp(entries[i]->d_name + name - 4, ".gov") && stdlib_count < MOST_STDLIB) {
            char path[4096];
            snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
            const char *text = read_file(path, &length);
            stdlib[stdlib_count++] = (SourceText){strdup(entries[i]->d_name), text, length, true};
        }
        free(entries[i]);
    }
    if (count > 0) free(entries);
}

#ifdef GOV_LIBFUZZER

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc, (void)argv;
    read_stdlib();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    try_text((const char *)bytes, length);
    return 0;
}

#else

int main(int argc, char **argv) {
    read_stdlib();
    for (int i = 1; i < argc; i++) {
        size_t length;
        char *text = read_file(argv[i], &length);
        try_text(text, length);
        free(text);
    }
    for (size_t i = 0; i < stdlib_count; i++) free((void *)stdlib[i].path), free((void *)stdlib[i].text);
    printf("replayed %d files\n", argc - 1);
    return 0;
}

#endif
