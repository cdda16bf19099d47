/* Jobs for other schedulers. All texts are the arena's of the buffer. */
#ifndef GOV_EXPORT_H
#define GOV_EXPORT_H

#include "compiler/base/base.h"
#include "runtime/schedule/job.h"

typedef struct {
    const GovJobs *jobs;
    const char *programs;      /* absolute folder of the plan programs, one a job, called like it */
    const char *project;       /* absolute folder of the project: where relative paths start */
} Exporting;

/* A crontab: one line a job, under its time zone (CRON_TZ); a job without times is looked at every minute. */
void export_cron(const Exporting *exporting, Buffer *out);
/* The service and the timer of a job. */
void export_systemd_service(const Exporting *exporting, const GovJob *job, Buffer *out);
void export_systemd_timer(const Exporting *exporting, const GovJob *job, Buffer *out);
/* A DAG a job, in one file of Python for Airflow 2.4 and later. */
void export_airflow(const Exporting *exporting, Buffer *out);

/* Cron times as `OnCalendar` of systemd has them: one line, or two where either of day of month and day of week is meant. */
void export_calendar(const GovJob *job, Buffer *out);

/* A text as a word of sh; as a string of Python. */
void export_shell_word(const char *text, Buffer *out);
void export_python_string(const char *text, Buffer *out);

#endif
