/* Counts allocations for failing.h, and tells at the end how many there were if FAIL_COUNT is set. */
#undef malloc
#undef calloc
#undef realloc

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

bool failing_now(void);

static atomic_int count;

bool failing_now(void) {
    const char *at = getenv("FAIL_AT");
    return atomic_fetch_add(&count, 1) + 1 == (at ? atoi(at) : 0);
}

static __attribute__((destructor)) void tell(void) {
    if (getenv("FAIL_COUNT")) fprintf(stderr, "allocations %d\n", count);
}
