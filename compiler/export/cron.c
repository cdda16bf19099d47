#include "compiler/export/export.h"

#include <string.h>

void export_shell_word(const char *text, Buffer *out) {
    buffer_char(out, '\'');
    for (; *text; text++) {
        if (*text == '\'') buffer_text(out, "'\\''");
        else buffer_char(out, *text);
    }
    buffer_char(out, '\'');
}

/* In a crontab `%` is the end of the line. */
static void put_word(const char *text, Buffer *out) {
    Buffer word;
    buffer_open(&word, out->arena);
    export_shell_word(text, &word);
    for (const char *at = buffer_string(&word); *at; at++) {
        if (*at == '%') buffer_char(out, '\\');
        buffer_char(out, *at);
    }
}

void export_cron(const Exporting *exporting, Buffer *out) {
    const char *zone = "";
    buffer_format(out, "# Jobs of %s on target %s, written by `gov export cron`\n", exporting->jobs->project, exporting->jobs->target);
    for (size_t i = 0; i < exporting->jobs->count; i++) {
        const GovJob *job = &exporting->jobs->items[i];
        if (strcmp(job->timezone, zone)) buffer_format(out, "\nCRON_TZ=%s\n", job->timezone);
        zone = job->timezone;
        buffer_format(out, "# %s: %s\n%s  ", job->name, job->does, job->cron ? job->cron : "* * * * *");
        put_word(arena_format(out->arena, "%s/%s", exporting->programs, job->name), out);
        buffer_format(out, " %s -C ", job->only_tests ? "test" : "run");
        put_word(exporting->project, out);
        buffer_char(out, '\n');
    }
}
