#include "compiler/export/export.h"

/* `%` begins a specifier, `$` a variable, a quote or backslash an escape: systemd.service(5). */
static void put_word(const char *text, Buffer *out) {
    buffer_char(out, '"');
    for (; *text; text++) {
        if (*text == '%' || *text == '$') buffer_char(out, *text);
        if (*text == '"' || *text == '\\') buffer_char(out, '\\');
        buffer_char(out, *text);
    }
    buffer_char(out, '"');
}

void export_systemd_service(const Exporting *exporting, const GovJob *job, Buffer *out) {
    buffer_format(out, "# Job %s of %s on target %s, written by `gov export systemd`\n[Unit]\nDescription=%s of %s\n\n[Service]\nType=oneshot\nExecStart=",
                  job->name, exporting->jobs->project, exporting->jobs->target, job->name, exporting->jobs->project);
    put_word(arena_format(out->arena, "%s/%s", exporting->programs, job->name), out);
    buffer_format(out, " %s -C ", job->only_tests ? "test" : "run");
    put_word(exporting->project, out);
    buffer_text(out, "\nKillSignal=SIGTERM\n");
    if (job->retries) /* systemd counts starts, tries included, within an interval */
        buffer_format(out, "Restart=on-failure\nRestartSec=30\n\n[Unit]\nStartLimitIntervalSec=3600\nStartLimitBurst=%d\n", job->retries + 1);
}

void export_systemd_timer(const Exporting *exporting, const GovJob *job, Buffer *out) {
    buffer_format(out, "# When %s of %s runs: %s\n[Unit]\nDescription=%s of %s\n\n[Timer]\n", job->name, exporting->jobs->project, job->cron ? job->cron : "looked at every minute",
                  job->name, exporting->jobs->project);
    export_calendar(job, out);
    buffer_text(out, "Persistent=true\nAccuracySec=1s\n\n[Install]\nWantedBy=timers.target\n");
}
