/* The process that does a job. */
#include "runtime/serve/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { CANNOT_START = 127, LONGEST_LINE = 1 << 20 };

static int64_t milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void iso_time(int64_t instant, char *text, size_t size) {
    time_t time = (time_t)instant;
    struct tm parts;
    gmtime_r(&time, &parts);
    strftime(text, size, "%Y-%m-%dT%H:%M:%SZ", &parts);
}

/* Its own process group: a Ctrl-C at the terminal is the service's to hand on. If the service is killed, so is it: the ledger then
 * knows that it died, and whoever comes next begins again. */
static void become(const Service *service, const DueJob *job, int output) {
    const char *const *command = service->options->command;
    char due[32];
    size_t count = 0;
    while (command[count]) count++;
    const char **arguments = calloc(count + 4, sizeof *arguments);
    if (!arguments) _exit(CANNOT_START);
    for (size_t i = 0; i < count; i++) arguments[i] = command[i];
    iso_time(job->due, due, sizeof due);
    arguments[count] = job->job->name;
    arguments[count + 1] = "--due";
    arguments[count + 2] = due;
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigprocmask(SIG_SETMASK, &service->old_mask, NULL);
    dup2(output, STDOUT_FILENO);
    execv(arguments[0], (char *const *)arguments);
    _exit(CANNOT_START);
}

bool child_start(Service *service, const DueJob *job) {
    int ends[2];
    Child *child = &service->child;
    told_clear(&child->told);
    if (pipe2(ends, O_CLOEXEC) != 0) return false;
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) become(service, job, ends[1]);
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        return false;
    }
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    child->pid = pid;
    child->output = ends[0];
    child->length = 0;
    child->started = milliseconds();
    return true;
}

static void take_lines(Service *service, Child *child) {
    char *start = child->line, *end;
    size_t left = child->length;
    while ((end = memchr(start, '\n', left))) {
        told_event(&child->told, start, (size_t)(end - start));
        if (service->options->output == GOV_OUTPUT_JSON) fwrite(start, 1, (size_t)(end - start) + 1, service->stream);
        left -= (size_t)(end - start) + 1;
        start = end + 1;
    }
    memmove(child->line, start, left);
    child->length = left < LONGEST_LINE ? left : 0; /* no event is as long */
}

static bool has_room(Child *child) {
    enum { ROOM = 65536 };
    if (child->capacity - child->length >= ROOM) return true;
    char *grown = realloc(child->line, child->length + ROOM);
    if (!grown) return false;
    child->line = grown;
    child->capacity = child->length + ROOM;
    return true;
}

bool child_read(Service *service, Child *child) {
    for (;;) {
        if (!has_room(child)) return true; /* later, when there is memory again */
        ssize_t count = read(child->output, child->line + child->length, child->capacity - child->length);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno == EAGAIN) return true;
        if (count <= 0) break;
        child->length += (size_t)count;
        take_lines(service, child);
    }
    close(child->output);
    child->output = -1;
    return false;
}

JobEnd child_end(Child *child, int status) {
    child->pid = 0;
    child->told.seconds = (double)(milliseconds() - child->started) / 1000;
    if (WIFEXITED(status) && WEXITSTATUS(status) == GOV_EXIT_FINE) return child->told.not_due ? JOB_NOT_DUE : JOB_SUCCEEDED;
    if (WIFSIGNALED(status) && !child->told.failed && asprintf(&child->told.failed, "its process was killed by signal %d", WTERMSIG(status)) < 0)
        child->told.failed = NULL;
    if (WIFEXITED(status) && WEXITSTATUS(status) == CANNOT_START && !child->told.begun && !child->told.failed)
        child->told.failed = strdup("its process could not be started");
    return JOB_FAILED;
}
