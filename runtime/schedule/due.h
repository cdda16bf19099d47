/* What is due: the jobs of a project as time goes by. Pure: the time is handed in, so that a year can be tried in a second. */
#ifndef GOV_SCHEDULE_DUE_H
#define GOV_SCHEDULE_DUE_H

#include "runtime/schedule/cron.h"
#include "runtime/schedule/job.h"

typedef enum { JOB_NEVER, JOB_SUCCEEDED, JOB_FAILED, JOB_NOT_DUE, JOB_INTERRUPTED } JobEnd;

/* All times are seconds since 1970, UTC; 0: none. */
typedef struct {
    const GovJob *job;
    Cron cron;
    int64_t next;              /* when it is due next; a job without times: the next minute */
    int64_t due;               /* when what is waited for, or runs, was due; 0: nothing is */
    int64_t start;             /* when its attempt may start */
    int attempt;               /* which it is, from 1 */
    bool runs;                 /* the attempt has started */
    JobEnd last;               /* how the last one ended that ran */
    int64_t last_end;
    double last_seconds;
    int64_t succeeded;         /* when the last one was due that succeeded */
    int64_t deadline;          /* the next one; 0: the job has none */
    bool warned;               /* of this deadline */
    uint64_t count_succeeded, count_failed, count_not_due;   /* since the service began; a run with its retries is one */
} DueJob;

typedef struct {
    DueJob *items;             /* beside the jobs that they are of */
    size_t count;
    int64_t now;               /* the latest that was looked at */
} DueJobs;

/* What an earlier service, or somebody, has done of a job, as the ledger knows it; 0: nothing. */
typedef struct {
    int64_t last_due;          /* the last time that was run, whatever became of it */
    int64_t last_succeeded;
} DueKnown;

/* Begins at `now`. A job that was due since its last run (`known`, beside the jobs, may be null), while nobody looked, is due
 * now, once, for the last of these times. False: out of memory. Closed with due_close. */
bool due_open(const GovJobs *jobs, const DueKnown *known, int64_t now, DueJobs *ret_due);
void due_close(DueJobs *due);

/* Goes on to `now`, which may also be earlier than before, if clocks were set back, and gives the job that is to start: the
 * one that has waited longest; null: none is, or one runs. It is marked as running. */
DueJob *due_start(DueJobs *due, int64_t now);

/* Tells how the running attempt of the job ended. Gives true if it will be tried again, by `retry N`: after half a minute, and,
 * with backoff, twice as long before each further one. */
bool due_end(DueJob *job, JobEnd end, double seconds, int64_t now);

typedef enum { DEADLINE_FAR, DEADLINE_NEAR, DEADLINE_MISSED } Deadline;

/* Whether there is something to tell of the job's deadline, once: that it is near, or missed, and that the last time that the job
 * was due before it has not succeeded. */
Deadline due_deadline(DueJob *job, int64_t now);

#endif
