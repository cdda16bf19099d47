/* Signals, heard by a thread of its own: no handler, so no state that a handler could reach. The mask is set before the
 * engine starts threads, which inherit it; the first SIGINT or SIGTERM stops the run, the second one the process.
 * SIGPIPE is held back, too: a closed pager must not kill a run in the middle. */
#include "runtime/run/internal.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { TICK_MILLISECONDS = 100 };

static void fill_signals(sigset_t *set) {
    sigemptyset(set);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGHUP);
}

static void kill_process(int signal_number) {
    sigset_t set;
    fill_signals(&set);
    signal(signal_number, SIG_DFL);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    raise(signal_number);
}

static void hear_signal(Watch *watch) {
    struct signalfd_siginfo information;
    if (read(watch->signals, &information, sizeof information) != sizeof information) return;
    if (atomic_load(&watch->interrupted)) kill_process((int)information.ssi_signo);
    atomic_store(&watch->last_signal, (int)information.ssi_signo);
    atomic_store(&watch->interrupted, true);
    atomic_store(&watch->stopping, true);
    log_message(watch->log, LOG_NOTE, "stopping; once more kills");
}

/* Again at every tick: a statement may have begun just after the last time. */
static void interrupt_active(Watch *watch) {
    bool stopping = atomic_load(&watch->stopping), interrupted = atomic_load(&watch->interrupted);
    pthread_mutex_lock(&watch->lock);
    for (size_t i = 0; i < watch->active_count; i++) {
        const Active *active = &watch->active[i];
        if (interrupted || (stopping && active->step)) engine_interrupt(active->connection);
    }
    pthread_mutex_unlock(&watch->lock);
}

static void *watch_loop(void *argument) {
    Watch *watch = argument;
    struct pollfd files[] = {{watch->signals, POLLIN, 0}, {watch->wake, POLLIN, 0}};
    for (;;) {
        poll(files, 2, TICK_MILLISECONDS);
        if (files[0].revents & POLLIN) hear_signal(watch);
        interrupt_active(watch);
        if (files[1].revents & POLLIN) return NULL;
        log_tick(watch->log);
    }
}

bool watch_open(Watch *watch, Log *log) {
    sigset_t set;
    fill_signals(&set);
    watch->log = log;
    watch->wake = eventfd(0, EFD_CLOEXEC);
    watch->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    pthread_mutex_init(&watch->lock, NULL);
    sigaddset(&set, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &set, &watch->old_mask);
    watch->started =
        watch->wake >= 0 && watch->signals >= 0 && pthread_create(&watch->thread, NULL, watch_loop, watch) == 0;
    if (!watch->started) watch_close(watch);
    return watch->started;
}

/* A SIGPIPE that was held back would kill the process now. */
static void forget_pipe_signal(void) {
    sigset_t set;
    const struct timespec now = {0};
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    sigtimedwait(&set, NULL, &now);
}

void watch_close(Watch *watch) {
    if (watch->started) {
        uint64_t one = 1;
        while (write(watch->wake, &one, sizeof one) < 0) {
        }
        pthread_join(watch->thread, NULL);
    }
    if (watch->wake >= 0) close(watch->wake);
    if (watch->signals >= 0) close(watch->signals);
    forget_pipe_signal();
    pthread_sigmask(SIG_SETMASK, &watch->old_mask, NULL);
    pthread_mutex_destroy(&watch->lock);
    free(watch->active);
    watch->active = NULL;
    watch->started = false;
}

bool watch_add(Watch *watch, EngineConnection *connection, const GovStep *step) {
    bool ok = true;
    pthread_mutex_lock(&watch->lock);
    if (watch->active_count == watch->active_capacity) {
        size_t capacity = watch->active_capacity ? 2 * watch->active_capacity : 8;
        Active *grown = realloc(watch->active, capacity * sizeof *grown);
        ok = grown != NULL;
        if (ok) {
            watch->active = grown;
            watch->active_capacity = capacity;
        }
    }
    if (ok) watch->active[watch->active_count++] = (Active){connection, step};
    pthread_mutex_unlock(&watch->lock);
    return ok;
}

void watch_remove(Watch *watch, EngineConnection *connection) {
    pthread_mutex_lock(&watch->lock);
    for (size_t i = 0; i < watch->active_count; i++)
        if (watch->active[i].connection == connection) {
            watch->active[i] = watch->active[--watch->active_count];
            break;
        }
    pthread_mutex_unlock(&watch->lock);
}
