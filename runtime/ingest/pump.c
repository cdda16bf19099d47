#include "runtime/ingest/pump.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PIPE_SIZE = 1 << 20, CHUNK = 1 << 17, POLL_MILLISECONDS = 100 };

struct IngestPump {
    IngestStream *stream; /* one of both */
    EngineCopy *copy;
    const atomic_bool *cancel;
    pthread_t thread;
    int read_end, write_end;
    atomic_bool abandoned; /* nobody reads any more */
    IngestFault fault;
    char path[32];
    char chunk[CHUNK];
};

/* Waits until the pipe takes bytes; false if nobody wants them. */
static bool wait_writable(IngestPump *pump) {
    for (;;) {
        if (atomic_load(&pump->abandoned) || (pump->cancel && atomic_load(pump->cancel))) return false;
        struct pollfd poll_for = {.fd = pump->write_end, .events = POLLOUT};
        int ready = poll(&poll_for, 1, POLL_MILLISECONDS);
        if (ready > 0) return true;
        if (ready < 0 && errno != EINTR) return false;
    }
}

static bool write_all(IngestPump *pump, size_t count) {
    size_t done = 0;
    while (done < count) {
        ssize_t written = write(pump->write_end, pump->chunk + done, count - done);
        if (written >= 0)
            done += (size_t)written;
        else if (errno == EAGAIN ? !wait_writable(pump) : errno != EINTR)
            return false;
    }
    return true;
}

/* Fills the chunk; 0 at the end, -1 on a fault. */
static ssize_t read_chunk(IngestPump *pump) {
    if (pump->stream) return ingest_stream_read(pump->stream, pump->chunk, CHUNK, &pump->fault);
    EngineError error;
    long count = engine_copy_read(pump->copy, pump->chunk, CHUNK, pump->cancel, &error);
    if (count < 0) {
        pump->fault.interrupted = error.fault == ENGINE_FAULT_INTERRUPTED;
        ingest_fault(&pump->fault, "%s", error.text);
    }
    return count;
}

static void *run(void *argument) {
    IngestPump *pump = argument;
    ssize_t count;
    do count = read_chunk(pump);
    while (count > 0 && write_all(pump, (size_t)count));
    close(pump->write_end);
    return NULL;
}

/* SIGPIPE is blocked in the thread that writes: a reader that left is seen by EPIPE. */
static bool start_thread(IngestPump *pump) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int code = pthread_create(&pump->thread, NULL, run, pump);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return code == 0;
}

static bool start(IngestStream *stream, EngineCopy *copy, const atomic_bool *cancel, IngestPump **ret_pump, IngestFault *fault) {
    IngestPump *pump = calloc(1, sizeof *pump);
    int ends[2] = {-1, -1};
    if (!pump) {
        ingest_fault_memory(fault);
        goto failed;
    }
    if (pipe2(ends, O_CLOEXEC) != 0) {
        ingest_fault(fault, "no pipe could be opened: %s", strerror(errno));
        goto failed;
    }
    pump->stream = stream;
    pump->copy = copy;
    pump->cancel = cancel;
    pump->read_end = ends[0];
    pump->write_end = ends[1];
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
#ifdef F_SETPIPE_SZ
    fcntl(ends[1], F_SETPIPE_SZ, PIPE_SIZE);
#endif
    snprintf(pump->path, sizeof pump->path, "/dev/fd/%d", ends[0]);
    if (!start_thread(pump)) {
        ingest_fault(fault, "no thread could be started");
        goto failed;
    }
    *ret_pump = pump;
    return true;
failed:
    ingest_stream_close(stream);
    if (ends[0] >= 0) {
        close(ends[0]);
        close(ends[1]);
    }
    free(pump);
    return false;
}

bool ingest_pump_start(IngestStream *stream, const atomic_bool *cancel, IngestPump **ret_pump, IngestFault *fault) {
    return start(stream, NULL, cancel, ret_pump, fault);
}

bool ingest_pump_start_copy(EngineCopy *copy, const atomic_bool *cancel, IngestPump **ret_pump, IngestFault *fault) {
    return start(NULL, copy, cancel, ret_pump, fault);
}

const char *ingest_pump_path(const IngestPump *pump) {
    return pump->path;
}

bool ingest_pump_finish(IngestPump *pump, IngestFault *fault) {
    atomic_store(&pump->abandoned, true);
    close(pump->read_end);
    pthread_join(pump->thread, NULL);
    bool ok = !pump->fault.text[0];
    if (!ok) ingest_fault(fault, "%s", pump->fault.text);
    fault->interrupted = fault->interrupted || pump->fault.interrupted;
    ingest_stream_close(pump->stream);
    free(pump);
    return ok;
}
