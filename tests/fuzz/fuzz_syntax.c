/* Texts that nobody wrote, given to the scanner, the parser and the formatter: none may crash, hang or break a law.
 *
 * Built with clang and libFuzzer it is a fuzzer:
 *     clang -g -O1 -DGOV_LIBFUZZER -fsanitize=fuzzer,address,undefined … (see README.md)
 * Built with any compiler it is a program `fuzz_syntax COUNT FOLDER...`: all .gov files below the folders, then COUNT
 * texts made of them by damage that a fixed seed decides. It speaks TAP. */
#include "compiler/format/format.h"
#include "compiler/syntax/syntax.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void must(bool holds, const char *law, const char *text, size_t length) {
    if (holds) return;
    fprintf(stderr, "broken: %s, by the text:\n%.*s\n", law, (int)length, text);
    abort();
}

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

static void try_text(const char *text, size_t length) {
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
    const char *copy = arena_copy(&arena, text, length);
    const Source *source = sources_add(&sources, "fuzz.gov", copy, length);
    Tree *tree = syntax_parse(&arena, &names, &sources, source, &diag);
    must(tree && tree->node.height <= SYNTAX_MOST_HEIGHT + 1, "there is a tree, not too high", text, length);
    must(node_equal(node_clone(&arena, &tree->node), &tree->node), "a clone is equal", text, length);
    node_dump(&tree->node, &out);
    syntax_dump_tokens(&arena, &names, &sources, source, &out);
    diag_draw_text(&diag, &(DrawOptions){0}, &out);
    try_format(&arena, &names, &sources, source, text, length);
    arena_close(&arena);
}

#ifdef GOV_LIBFUZZER

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    try_text((const char *)bytes, length);
    return 0;
}

#else

enum { MOST_FILES = 4096, MOST_BYTES = 1 << 16, MOST_PIECE = 64 };

static struct {
    char *text;
    size_t length;
} corpus[MOST_FILES];
static size_t corpus_count;
static uint64_t state = 0x9e3779b97f4a7c15u;

/* xorshift64*: https://www.jstatsoft.org/article/view/v008i14 */
static size_t random_below(size_t limit) {
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return limit ? (size_t)((state * 0x2545f4914f6cdd1du) >> 33) % limit : 0;
}

static int add_file(const char *path, const struct stat *about, int kind, struct FTW *where) {
    (void)about, (void)where;
    size_t length = strlen(path);
    if (kind != FTW_F || length < 4 || strcmp(path + length - 4, ".gov") || corpus_count == MOST_FILES) return 0;
    FILE *file = fopen(path, "rb");
    char *text = calloc(1, MOST_BYTES);
    if (!file || !text) abort();
    corpus[corpus_count].text = text;
    corpus[corpus_count++].length = fread(text, 1, MOST_BYTES - 1, file);
    fclose(file);
    return 0;
}

static int by_text(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Replaces a piece of the text by a piece of another, by bytes at random, or by nothing. */
static size_t damage(char *text, size_t length) {
    size_t at = random_below(length + 1), cut = random_below(MOST_PIECE), put = random_below(MOST_PIECE),
           from = random_below(corpus_count);
    char piece[MOST_PIECE];
    if (cut > length - at) cut = length - at;
    if (put > corpus[from].length) put = corpus[from].length;
    size_t offset = random_below(corpus[from].length - put + 1);
    memcpy(piece, corpus[from].text + offset, put);
    if (random_below(4) == 0)
        for (size_t i = 0; i < put; i++) piece[i] = (char)random_below(256);
    if (random_below(4) == 0) put = 0;
    if (length - cut + put >= MOST_BYTES) put = 0;
    memmove(text + at + put, text + at + cut, length - at - cut);
    memcpy(text + at, piece, put);
    return length - cut + put;
}

int main(int argc, char **argv) {
    if (argc < 3) return fprintf(stderr, "usage: fuzz_syntax COUNT FOLDER...\n"), 2;
    for (int i = 2; i < argc; i++) nftw(argv[i], add_file, 16, FTW_PHYS);
    qsort(corpus, corpus_count, sizeof *corpus, by_text); /* whatever order the file system gives */
    for (size_t i = 0; i < corpus_count; i++) try_text(corpus[i].text, corpus[i].length);
    long count = strtol(argv[1], NULL, 10);
    char *text = malloc(MOST_BYTES + MOST_PIECE);
    if (!text || !corpus_count) abort();
    for (long i = 0; i < count; i++) {
        size_t from = random_below(corpus_count), length = corpus[from].length;
        memcpy(text, corpus[from].text, length);
        for (size_t k = 1 + random_below(4); k-- > 0;) length = damage(text, length);
        try_text(text, length);
    }
    free(text);
    for (size_t i = 0; i < corpus_count; i++) free(corpus[i].text);
    printf("1..1\nok 1 - %zu files and %ld texts made of them\n", corpus_count, count);
    return 0;
}

#endif
