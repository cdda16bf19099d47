/* A text that a simple regular expression matches: characters, classes and repetitions between `^` and `$`. */
#include "compiler/base/base.h"

#include <stdlib.h>
#include <string.h>

uint64_t random_next(uint64_t *seed) {
    *seed ^= *seed >> 12;
    *seed ^= *seed << 25;
    *seed ^= *seed >> 27;
    return *seed * 0x2545F4914F6CDD1DULL;
}

/* One character of what stands at `at`, a class or a character; goes behind it. 0: it is something else. */
static char one_of(const char **at, uint64_t random) {
    const char *here = *at;
    char members[256];
    int count = 0;
    if (*here == '\\') {
        *at = here + 2;
        return here[1] == 'd' ? (char)('0' + random % 10) : here[1] == 'w' ? (char)('a' + random % 26) : here[1] && strchr(".-+/\\()[]{}|?*^$@", here[1]) ? here[1] : 0;
    }
    if (*here != '[') {
        *at = here + 1;
        return *here == '.' ? (char)('a' + random % 26) : *here && !strchr("()|^$*+?{}", *here) ? *here : 0;
    }
    if (*++here == '^') return 0;
    for (; *here && *here != ']' && count < 250; here++) {
        if (here[1] == '-' && here[2] && here[2] != ']') {
            for (int c = (unsigned char)here[0]; c <= (unsigned char)here[2] && count < 250; c++) members[count++] = (char)c;
            here += 2;
        } else {
            members[count++] = *here;
        }
    }
    if (*here != ']' || !count) return 0;
    *at = here + 1;
    return members[random % (uint64_t)count];
}

/* How often what stands before `at` is there: `{5}`, `{2,3}`, `+`, `*`, `?`; goes behind it. */
static long times_of(const char **at, uint64_t random) {
    const char *here = *at;
    if (*here == '?') return ++*at, (long)(random % 2);
    if (*here == '*') return ++*at, (long)(random % 3);
    if (*here == '+') return ++*at, 1 + (long)(random % 3);
    if (*here != '{') return 1;
    char *end;
    long least = strtol(here + 1, &end, 10), most = *end == ',' && end[1] != '}' ? strtol(end + 1, &end, 10) : least;
    *at = end + strcspn(end, "}") + 1;
    return most > least ? least + (long)(random % (uint64_t)(most - least + 1)) : least;
}

const char *pattern_value(Arena *arena, Text pattern, uint64_t *seed) {
    const char *at = text_copy(arena, pattern), *end = at + pattern.length;
    Buffer out;
    buffer_open(&out, arena);
    if (*at == '^') at++;
    while (at < end && !(*at == '$' && at + 1 == end)) {
        const char *atom = at;
        if (!one_of(&at, 0) || at > end) return NULL;
        for (long times = times_of(&at, random_next(seed)); times > 0 && out.length < 64; times--) {
            const char *again = atom;
            buffer_char(&out, one_of(&again, random_next(seed)));
        }
    }
    return buffer_string(&out);
}
