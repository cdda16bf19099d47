/* Messages to owners, sent by processes of their own: whoever answers slowly holds up nothing. */
#include "runtime/serve/internal.h"

#include "runtime/schedule/zone.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOT_SENT = 1 };

static void local_text(const char *zone, int64_t instant, char *text, size_t size) {
    struct tm parts = zone_local(zone, instant);
    char date[32];
    strftime(date, sizeof date, "%Y-%m-%d %H:%M", &parts);
    snprintf(text, size, "%s %s", date, zone);
}

/* In the child: the message to one owner. */
static int send(const Service *service, const GovNotice *notice, const Notification *notification) {
    Message message;
    char error[768];
    bool ok = message_open(service->options->folder, notification, &message, error, sizeof error) && notify_send(notice, &message, error, sizeof error);
    if (!ok) fprintf(stderr, "gov: error: job %s: not told: %s\n", notification->job, error);
    return ok ? 0 : NOT_SENT;
}

static void tell(Service *service, const GovNotice *notice, const Notification *notification) {
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        sigprocmask(SIG_SETMASK, &service->old_mask, NULL);
        _exit(send(service, notice, notification));
    }
    service->not_told += pid < 0;
}

/* `unless`: those who are told of that are not told of this, too. */
static void tell_all(Service *service, const DueJob *job, GovTell what, unsigned unless, const char *details, const Told *told) {
    char due[96], run[32] = "", attempt[48], seconds[32];
    int64_t of = job->due ? job->due : job->succeeded;
    local_text(job->job->timezone, of ? of : serve_now(), due, sizeof due);
    if (told && told->run_id) snprintf(run, sizeof run, "%lld", (long long)told->run_id);
    snprintf(attempt, sizeof attempt, "%d of %d", job->attempt, job->job->retries + 1);
    snprintf(seconds, sizeof seconds, "%.1f", told ? told->seconds : 0.0);
    const Notification notification = {.tells = what, .project = service->jobs->project, .target = service->jobs->target, .job = job->job->name,
                                       .due = due, .run = run, .attempt = attempt, .seconds = seconds, .details = details ? details : ""};
    for (size_t i = 0; i < job->job->notice_count; i++)
        if ((job->job->notices[i].tells & what) && !(job->job->notices[i].tells & unless)) tell(service, &job->job->notices[i], &notification);
}

void tell_end(Service *service, const DueJob *job, JobEnd end, const Told *told) {
    bool missing = end == JOB_FAILED && told->missing, warned = end == JOB_SUCCEEDED && told->warned;
    if (missing) tell_all(service, job, GOV_TELL_MISSING, 0, told->failed, told);
    if (warned) tell_all(service, job, GOV_TELL_WARNING, 0, told->warned, told);
    if (end == JOB_FAILED) tell_all(service, job, GOV_TELL_FAILURE, missing ? GOV_TELL_MISSING : 0, told->failed, told);
    if (end == JOB_SUCCEEDED) tell_all(service, job, GOV_TELL_SUCCESS, warned ? GOV_TELL_WARNING : 0, told->warned, told);
}

void tell_deadline(Service *service, const DueJob *job, Deadline deadline) {
    char details[128];
    snprintf(details, sizeof details, deadline == DEADLINE_NEAR ? "it has not succeeded yet, and its deadline is %s" : "it had not succeeded by its deadline, %s",
             job->job->deadline);
    tell_all(service, job, GOV_TELL_LATE, 0, details, NULL);
}

void tell_ended(Service *service, int status) {
    bool ok = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    service->told += ok;
    service->not_told += !ok;
}
