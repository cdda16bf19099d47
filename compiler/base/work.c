/* Work shared among threads. Each has an arena and a table of names of its own; when memory runs out in one, it stops,
 * the others end what they are at, and the caller's arena says so. */
#include "compiler/base/base.h"

#include <stdatomic.h>

enum { MOST_THREADS = 64, PIECES = 8 };

typedef struct {
    Work work;
    void *context;
    uint32_t count;
    atomic_uint next;
    atomic_bool failed;
} Share;

typedef struct {
    Share *share;
    Names *shared;
    pthread_mutex_t *lock;   /* of `shared` */
    Arena arena;
    Names names;
    jmp_buf escape;
    pthread_t thread;
} Worker;

static void work_on(Worker *worker) {
    Share *share = worker->share;
    for (uint32_t first; !share->failed && (first = atomic_fetch_add(&share->next, PIECES)) < share->count;)
        for (uint32_t i = first; i < share->count && i < first + PIECES; i++)
            share->work(share->context, &worker->arena, &worker->names, i);
}

static void *run(void *own) {
    Worker *worker = own;
    if (!setjmp(worker->escape)) {
        names_share(&worker->names, &worker->arena, worker->shared, worker->lock);
        work_on(worker);
        return NULL;
    }
    if (worker->names.locked) pthread_mutex_unlock(worker->lock);
    worker->share->failed = true;
    return NULL;
}

static void open_worker(Worker *worker, Share *share, Names *names, pthread_mutex_t *lock) {
    *worker = (Worker){.share = share, .shared = names, .lock = lock};
    arena_open(&worker->arena, &worker->escape);
}

void work_share(Arena *arena, Names *names, unsigned threads, uint32_t count, Work work, void *context) {
    if (threads > MOST_THREADS) threads = MOST_THREADS;
    if (threads <= 1) {
        for (uint32_t i = 0; i < count; i++) work(context, arena, names, i);
        return;
    }
    Share share = {.work = work, .context = context, .count = count};
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    Worker *workers = arena_alloc(arena, threads * sizeof *workers);
    unsigned started = 1;
    for (unsigned i = 0; i < threads; i++) open_worker(&workers[i], &share, names, &lock);
    /* who cannot have another thread goes on with fewer */
    while (started < threads && !pthread_create(&workers[started].thread, NULL, run, &workers[started])) started++;
    run(&workers[0]);
    for (unsigned i = 1; i < started; i++) pthread_join(workers[i].thread, NULL);
    for (unsigned i = 0; i < threads; i++) arena_adopt(arena, &workers[i].arena);
    if (share.failed) arena_refuse(arena);
}
