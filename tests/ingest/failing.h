/* Included before everything else where loads are compiled for memory.test: the n-th allocation of our own code fails. */
#ifndef GOV_TESTS_INGEST_FAILING_H
#define GOV_TESTS_INGEST_FAILING_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* True for the allocation whose number is the environment's FAIL_AT, counted from 1. */
bool failing_now(void);

static inline void *failing_malloc(size_t size)
{
    return failing_now() ? NULL : malloc(size);
}

static inline void *failing_calloc(size_t count, size_t size)
{
    return failing_now() ? NULL : calloc(count, size);
}

static inline void *failing_realloc(void *memory, size_t size)
{
    return failing_now() ? NULL : realloc(memory, size);
}

static inline char *failing_strdup(const char *text)
{
    return failing_now() ? NULL : strdup(text);
}

static inline char *failing_strndup(const char *text, size_t length)
{
    return failing_now() ? NULL : strndup(text, length);
}

static inline FILE *failing_open_memstream(char **text, size_t *size)
{
    return failing_now() ? NULL : open_memstream(text, size);
}

/* Leaves the pointer undefined when it fails, as the real one may. */
static inline int failing_vasprintf(char **text, const char *format, va_list arguments)
{
    if (!failing_now())
        return vasprintf(text, format, arguments);
    *text = (char *)1;
    return -1;
}

#undef strdup
#undef strndup
#define malloc failing_malloc
#define calloc failing_calloc
#define realloc failing_realloc
#define strdup failing_strdup
#define strndup failing_strndup
#define open_memstream failing_open_memstream
#define vasprintf failing_vasprintf

#endif
