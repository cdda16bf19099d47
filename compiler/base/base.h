/* Memory, names, growable text, vectors and maps: what every phase of the compiler stands on.
 *
 * Everything the compiler makes lives in an Arena and is never freed one by one. When memory runs out, the arena jumps
 * to its escape point (set by the session), which frees the arenas and reports one clear error: so no caller of
 * arena_alloc() ever sees null. */
#ifndef GOV_BASE_H
#define GOV_BASE_H

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---------------------------------------------------------------- arenas */

typedef struct ArenaBlock ArenaBlock;

typedef struct Arena {
    ArenaBlock *blocks;
    char *cursor;
    char *end;
    size_t used;      /* bytes handed out */
    struct Arena *scratch;
    jmp_buf *escape;  /* where to go when memory is out; null: the program ends with a message */
} Arena;

/* Makes an empty arena; allocates nothing yet. `escape` must outlive every use of the arena. */
void arena_open(Arena *arena, jmp_buf *escape);
/* Frees all that the arena gave. */
void arena_close(Arena *arena);
/* Gives `size` zeroed bytes, aligned for any type but long double; never null (see above). */
void *arena_alloc(Arena *arena, size_t size);
/* Makes `size` bytes at `at`, which the arena gave, `wanted` bytes long: in place if nothing was given since. */
void *arena_grow(Arena *arena, void *at, size_t size, size_t wanted);
/* Never comes back: what arena_alloc() does when memory is out. */
_Noreturn void arena_refuse(Arena *arena);
/* Gives a copy of `length` bytes with a NUL behind them. */
char *arena_copy(Arena *arena, const char *bytes, size_t length);
/* Gives text as printf() would write it. */
char *arena_format(Arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vformat(Arena *arena, const char *format, va_list arguments);

/* Takes over all that another arena gave, and closes that. */
void arena_adopt(Arena *arena, Arena *other);

/* What was given since the mark is given back. Marks are released in the reverse order of their making. */
typedef struct {
    ArenaBlock *blocks;
    char *cursor;
    char *end;
    size_t used;
} ArenaMark;

ArenaMark arena_mark(const Arena *arena);
void arena_release(Arena *arena, ArenaMark mark);
/* An arena beside the arena, closed with it, for what one step needs and nobody after it: mark it, use it, release it. */
Arena *arena_scratch(Arena *arena);

#define arena_new(arena, Type) ((Type *)arena_alloc((arena), sizeof(Type)))

/* ----------------------------------------------------------------- slices */

/* Bytes that somebody else owns; not always followed by a NUL. Text of no length may have a null `at`. */
typedef struct {
    const char *at;
    uint32_t length;
} Text;

/* For printf: printf("%.*s", TEXT_ARGS(text)). */
#define TEXT_ARGS(text) (int)(text).length, (text).at

Text text_of(const char *c_string);
bool text_equal(Text a, Text b);
/* A copy with a NUL behind it. */
char *text_copy(Arena *arena, Text text);

/* ------------------------------------------------------------------ names */

/* An interned name: two names are the same text exactly if they are the same pointer. */
typedef struct Name {
    uint32_t hash;
    uint32_t length;
    int token;        /* the lexer's keyword of this spelling, 0 for none */
    char text[];      /* NUL-terminated */
} Name;

typedef struct Names {
    Arena *arena;
    Name **slots;
    uint32_t mask;
    uint32_t count;
    struct Names *shared;    /* of a thread's own table: the one that all of them ask for names that they have not met */
    pthread_mutex_t *lock;   /* of the shared table … */
    bool locked;             /* … held by this thread */
} Names;

void names_open(Names *names, Arena *arena);
/* A thread's own table before a shared one, which `lock` guards: equal texts are the same name in both. What the thread
 * adds to the shared table is in `arena`. */
void names_share(Names *names, Arena *arena, Names *shared, pthread_mutex_t *lock);
/* The name of these bytes as they are; the caller folds case. */
Name *names_intern(Names *names, const char *bytes, size_t length);
/* The same for a C string. */
Name *name_of(Names *names, const char *c_string);

/* The name among `candidates` that a reader may have meant by `wrong`: at most one edit in four letters, two in
 * up to eight, three in longer words (optimal string alignment); null if none is near or two are equally near. */
const char *name_near(const char *wrong, const char *const *candidates, size_t count);

/* ----------------------------------------------------------- growable text */

/* Text under construction, always NUL-terminated once something was written. */
typedef struct {
    Arena *arena;
    char *at;
    size_t length;
    size_t capacity;
    size_t maximum;   /* more is an out-of-memory error */
} Buffer;

#define BUFFER_MAXIMUM ((size_t)1 << 30)

void buffer_open(Buffer *buffer, Arena *arena);
void buffer_add(Buffer *buffer, const char *bytes, size_t length);
void buffer_text(Buffer *buffer, const char *c_string);
void buffer_char(Buffer *buffer, char byte);
void buffer_spaces(Buffer *buffer, size_t count);
void buffer_format(Buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* What was written, as a C string; "" if nothing. Stays valid as long as the arena, until the next write. */
const char *buffer_string(Buffer *buffer);

/* ----------------------------------------------------------------- vectors */

/* VEC(T) is a growable list of T in an arena; zero is a valid empty one. */
#define VEC(T) struct { T *items; uint32_t count; uint32_t capacity; }
#define vec_push(arena, vec, value)                                                                   \
    ((vec)->count == (vec)->capacity                                                                  \
         ? ((vec)->items = vec_grow((arena), (vec)->items, &(vec)->capacity, sizeof *(vec)->items))    \
         : (vec)->items,                                                                              \
     (vec)->items[(vec)->count++] = (value))
void *vec_grow(Arena *arena, void *items, uint32_t *capacity, size_t item_size);

/* ---------------------------------------------------------- made-up values */

/* A text that a simple regular expression matches; null: it has more than characters, classes and repetitions. */
const char *pattern_value(Arena *arena, Text pattern, uint64_t *seed);
/* xorshift64* (Vigna 2016): the next number of a seed that is not 0. */
uint64_t random_next(uint64_t *seed);

/* -------------------------------------------------------------------- maps */

/* From pointers (names, nodes, …), compared by identity, to pointers; keys keep the order in which they were put. */
typedef struct {
    Arena *arena;
    const void **keys;    /* in order of insertion */
    void **values;
    uint32_t *slots;      /* index + 1; 0: empty */
    uint32_t count;
    uint32_t capacity;    /* of keys and values; slots has twice as many, a power of two */
} Map;

void map_open(Map *map, Arena *arena);
/* A map with the same keys and values, in another arena: what is put into one is not in the other. */
Map map_copy(const Map *map, Arena *arena);
/* The value of a key; null if it has none. */
void *map_get(const Map *map, const void *key);
/* Where the value of a key is, or is to be put: null there if the key is new. Good until the next key is put. */
void **map_place(Map *map, const void *key);
/* Sets it and gives the value that was there before, or null. */
void *map_put(Map *map, const void *key, void *value);

/* ----------------------------------------------------------------- threads */

/* One piece of work: what it makes goes into `arena`, names come from `names`; both are the thread's own. */
typedef void (*Work)(void *context, Arena *arena, Names *names, uint32_t index);

/* Does work(context, …, index) for every index below `count`, by at most `threads` threads (0 or 1: by this one alone), in
 * no certain order. All that they made belongs to `arena` afterwards, and their names are those of `names`. */
void work_share(Arena *arena, Names *names, unsigned threads, uint32_t count, Work work, void *context);

/* ----------------------------------------------------------------- hashing */

/* SHA-256 (FIPS 180-4) of the bytes, as 64 lower-case hex digits and a NUL: for fingerprints. */
void sha256_hex(const void *bytes, size_t length, char hex[65]);

#endif
