/* One loop: it wakes once a second, or when something comes: a signal, an event of the job that runs, a request. */
#include "runtime/serve/internal.h"

#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { TICK_MILLISECONDS = 1000 };

int64_t serve_now(void) {
    return (int64_t)time(NULL);
}

/* ------------------------------------------------------------------------------------------------------ progress */

static void say_json(FILE *out, const char *when, const char *event, const DueJob *job, const char *text) {
    json_t *line = json_pack("{s:s, s:s, s:s}", "event", event, "time", when, "text", text);
    if (job) json_object_set_new(line, "job", json_string(job->job->name));
    if (!line || json_dumpf(line, out, JSON_COMPACT) != 0) fputs("{\"event\":\"message\",\"level\":\"error\",\"text\":\"out of memory\"}", out);
    fputc('\n', out);
    json_decref(line);
}

void serve_say(Service *service, const char *event, const DueJob *job, const char *format, ...) {
    char when[32], *text = NULL;
    time_t now = time(NULL);
    struct tm parts;
    va_list arguments;
    gmtime_r(&now, &parts);
    strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &parts);
    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) < 0) text = NULL;
    va_end(arguments);
    if (service->options->output == GOV_OUTPUT_JSON) say_json(service->stream, when, event, job, text ? text : "");
    else fprintf(service->stream, "%s  %s%s%s\n", when, job ? job->job->name : "", job ? ": " : "", text ? text : "out of memory");
    fflush(service->stream);
    free(text);
}

/* ---------------------------------------------------------------------------------------------------------- jobs */

static void start_job(Service *service) {
    DueJob *job = service->stopping ? NULL : due_start(&service->due, serve_now());
    if (!job) return;
    if (!child_start(service, job)) {
        serve_say(service, "job_finished", job, "its process could not be started");
        due_end(job, JOB_FAILED, 0, serve_now());
        return;
    }
    service->running = job;
    if (!job->job->has_condition) serve_say(service, "job_started", job, job->attempt > 1 ? "attempt %d of %d" : "started", job->attempt, job->job->retries + 1);
}

static void say_end(Service *service, const DueJob *job, JobEnd end, bool again, const Told *told) {
    static const char *const words[] = {[JOB_NEVER] = "", [JOB_SUCCEEDED] = "succeeded", [JOB_FAILED] = "failed", [JOB_NOT_DUE] = "not due",
                                        [JOB_INTERRUPTED] = "interrupted"};
    if (end == JOB_NOT_DUE) return; /* nothing happened, every minute */
    serve_say(service, "job_finished", job, "%s in %.1f s%s%s%s", words[end], told->seconds, again ? ", will be tried again" : "", told->failed ? ": " : "",
              told->failed ? told->failed : "");
}

static void end_job(Service *service, int status) {
    DueJob *job = service->running;
    Child *child = &service->child;
    if (child->output >= 0) child_read(service, child);
    if (child->output >= 0) close(child->output);
    child->output = -1;
    JobEnd end = child_end(child, status);
    if (service->stopping && end == JOB_FAILED) end = JOB_INTERRUPTED;
    DueJob before = *job; /* what is told is of the attempt that ended */
    bool again = due_end(job, end, child->told.seconds, serve_now());
    service->running = NULL;
    say_end(service, &before, end, again, &child->told);
    if (!again) tell_end(service, &before, end, &child->told);
}

static void reap(Service *service) {
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        if (service->running && pid == service->child.pid) end_job(service, status);
        else tell_ended(service, status);
    }
}

static void look_at_deadlines(Service *service) {
    for (size_t i = 0; i < service->due.count; i++) {
        DueJob *job = &service->due.items[i];
        Deadline deadline = due_deadline(job, serve_now());
        if (deadline == DEADLINE_FAR) continue;
        serve_say(service, "job_late", job, deadline == DEADLINE_NEAR ? "its deadline %s is near" : "its deadline %s has passed", job->job->deadline);
        tell_deadline(service, job, deadline);
    }
}

/* ------------------------------------------------------------------------------------------------------- signals */

static bool hear_signals(Service *service) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGPIPE);
    sigprocmask(SIG_BLOCK, &set, &service->old_mask);
    sigdelset(&set, SIGPIPE);
    service->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return service->signals >= 0;
}

static void take_signals(Service *service) {
    struct signalfd_siginfo information;
    while (read(service->signals, &information, sizeof information) == sizeof information) {
        if (information.ssi_signo == SIGCHLD) continue; /* reap() looks */
        service->stopping++;
        serve_say(service, "stopping", service->running, service->running ? "stopping; once more kills" : "stopping");
        if (service->child.pid) kill(service->child.pid, service->stopping > 1 ? SIGKILL : SIGTERM);
    }
}

/* ---------------------------------------------------------------------------------------------------------- loop */

static void wait_for_something(Service *service) {
    struct pollfd files[] = {{service->signals, POLLIN, 0}, {service->child.output, POLLIN, 0}, {answer_descriptor(service), POLLIN, 0}};
    poll(files, sizeof files / sizeof *files, TICK_MILLISECONDS);
    if (files[1].revents) child_read(service, &service->child);
    answer_all(service);
    take_signals(service);
    reap(service);
}

static void close_service(Service *service) {
    answer_close(service);
    while (waitpid(-1, NULL, 0) > 0) { /* messages that are still being sent */
    }
    if (service->signals >= 0) close(service->signals);
    sigprocmask(SIG_SETMASK, &service->old_mask, NULL);
    told_clear(&service->child.told);
    free(service->child.line);
    due_close(&service->due);
}

static GovExit fail(Service *service, const char *words) {
    serve_say(service, "message", NULL, "error: %s", words);
    close_service(service);
    return GOV_EXIT_FAILED;
}

GovExit gov_serve(const GovJobs *jobs, const GovServeOptions *options) {
    Service service = {.jobs = jobs, .options = options, .stream = options->stream ? options->stream : stdout, .signals = -1, .child = {.output = -1},
                       .began = serve_now()};
    if (!hear_signals(&service) || !due_open(jobs, options->known, service.began, &service.due)) return fail(&service, "out of memory");
    if (!answer_open(&service)) return fail(&service, "the address cannot be listened at: it is taken, or not of this machine");
    serve_say(&service, "serving", NULL, "serving %zu job%s of %s at http://%s:%d", jobs->count, jobs->count == 1 ? "" : "s", jobs->project, options->address,
              service.port);
    while (!service.stopping || service.running) {
        start_job(&service);
        look_at_deadlines(&service);
        wait_for_something(&service);
    }
    serve_say(&service, "stopped", NULL, "stopped");
    close_service(&service);
    return GOV_EXIT_FINE;
}
