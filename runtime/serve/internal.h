/* What the files of this folder share. Read serve.c first. */
#ifndef GOV_SERVE_INTERNAL_H
#define GOV_SERVE_INTERNAL_H

#include "runtime/notify/notify.h"
#include "runtime/serve/serve.h"

#include <sys/types.h>

struct MHD_Daemon;

/* What the events of a run told, as far as owners want to know. */
typedef struct {
    int64_t run_id;         /* 0: it did not begin */
    bool begun, not_due;
    bool missing;           /* a source's files did not come */
    double seconds;
    char *failed;           /* lines: what failed, and why; or null */
    char *warned;           /* lines: tests that warn; or null */
} Told;

/* The process that does a job. */
typedef struct {
    pid_t pid;              /* 0: none */
    int output;             /* its events; -1: closed */
    char *line;             /* what was read of a line that is not whole yet */
    size_t length, capacity;
    Told told;
    int64_t started;        /* monotonic, milliseconds */
} Child;

typedef struct {
    const GovJobs *jobs;
    const GovServeOptions *options;
    FILE *stream;
    DueJobs due;
    DueJob *running;        /* whose child runs */
    Child child;
    int signals;            /* signalfd */
    sigset_t old_mask;
    int stopping;           /* signals that asked to stop */
    struct MHD_Daemon *http;
    int port;
    int64_t began;
    uint64_t told, not_told; /* messages that were sent, and that were not */
} Service;

/* child.c */
bool child_start(Service *service, const DueJob *job);
/* Reads what there is of its events. False: it has closed them. */
bool child_read(Service *service, Child *child);
/* How it ended, by its exit code and its events; its leavings are freed but for what it told. */
JobEnd child_end(Child *child, int status);
void told_clear(Told *told);

/* events.c: takes note of one line of the child's output. */
void told_event(Told *told, const char *line, size_t length);

/* tell.c: tells, in a process of its own, those who want to know. */
void tell_end(Service *service, const DueJob *job, JobEnd end, const Told *told);
void tell_deadline(Service *service, const DueJob *job, Deadline deadline);
/* The end of such a process. */
void tell_ended(Service *service, int status);

/* answer.c */
bool answer_open(Service *service);
void answer_close(Service *service);
/* A file to wait for; then answer_all() answers what has come. */
int answer_descriptor(const Service *service);
void answer_all(Service *service);

/* metrics.c: texts, which the caller frees; null: out of memory. */
char *metrics_text(const Service *service);
char *health_text(const Service *service);

/* serve.c: a line of progress. */
void serve_say(Service *service, const char *event, const DueJob *job, const char *format, ...) __attribute__((format(printf, 4, 5)));
int64_t serve_now(void);

#endif
