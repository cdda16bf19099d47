/* Messages from templates: `{job}` stands for the notification's. */
#include "runtime/notify/notify.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    GovTell tells;
    const char *file;
    const char *text;      /* gov's own */
} kinds[] = {
    {GOV_TELL_FAILURE, "failure.txt", "{project}: job {job} failed\nJob {job} of {project} failed on target {target}: due {due}, attempt {attempt}, run {run}, {seconds} s.\n\n{details}\n"},
    {GOV_TELL_SUCCESS, "success.txt", "{project}: job {job} succeeded\nJob {job} of {project} succeeded on target {target}: due {due}, run {run}, {seconds} s.\n\n{details}\n"},
    {GOV_TELL_MISSING, "missing.txt", "{project}: job {job} waits for files that did not come\nJob {job} of {project}, due {due}, run {run}: what should have come did not.\n\n{details}\n"},
    {GOV_TELL_WARNING, "warning.txt", "{project}: job {job} succeeded with warnings\nJob {job} of {project} succeeded on target {target}, due {due}, run {run}, but tests warn.\n\n{details}\n"},
    {GOV_TELL_LATE, "late.txt", "{project}: job {job} is late\nJob {job} of {project} on target {target}: {details}\n"},
};

/* The whole file as text, which the caller frees; null without an error: there is none. */
static char *read_file(const char *path, bool *ret_failed) {
    FILE *file = fopen(path, "re");
    *ret_failed = !file && errno != ENOENT && errno != ENOTDIR;
    if (!file) return NULL;
    char *text = NULL;
    size_t size = 0;
    ssize_t length = getdelim(&text, &size, '\0', file);
    *ret_failed = length < 0 && ferror(file);
    fclose(file);
    if (length >= 0) return text;
    free(text);
    return *ret_failed ? NULL : strdup("");
}

static const char *value_of(const Notification *notification, const char *name, size_t length) {
    const struct { const char *name, *value; } values[] = {
        {"project", notification->project}, {"target", notification->target}, {"job", notification->job}, {"due", notification->due},
        {"run", notification->run}, {"attempt", notification->attempt}, {"seconds", notification->seconds}, {"details", notification->details},
    };
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        if (strlen(values[i].name) == length && !memcmp(values[i].name, name, length)) return values[i].value;
    return NULL;
}

/* Null: out of memory. */
static char *filled(const char *text, const Notification *notification) {
    char *out = NULL;
    size_t size;
    FILE *stream = open_memstream(&out, &size);
    while (stream && *text) {
        const char *end = *text == '{' ? strchr(text, '}') : NULL;
        const char *value = end ? value_of(notification, text + 1, (size_t)(end - text - 1)) : NULL;
        if (value) {
            fputs(value, stream);
            text = end + 1;
        } else fputc(*text++, stream);
    }
    if (stream && fclose(stream) == 0) return out;
    free(out);
    return NULL;
}

/* The first line is the subject; what a value brought into it of line ends is none. */
static bool split(char *text, Message *ret_message) {
    size_t length = strcspn(text, "\n");
    ret_message->subject = strndup(text, length);
    ret_message->body = strdup(text + length + (text[length] == '\n'));
    for (char *at = ret_message->subject; at && *at; at++)
        if ((unsigned char)*at < ' ') *at = ' ';
    if (ret_message->subject && ret_message->body) return true;
    message_close(ret_message);
    return false;
}

bool message_open(const char *folder, const Notification *notification, Message *ret_message, char *ret_error, size_t error_size) {
    size_t kind = 0;
    while (kinds[kind].tells != notification->tells) kind++;
    *ret_message = (Message){0};
    snprintf(ret_error, error_size, "out of memory");
    char *path, *own = NULL;
    bool failed = asprintf(&path, "%s/notifications/%s", folder ? folder : ".", kinds[kind].file) < 0;
    if (failed) return false;
    own = read_file(path, &failed);
    if (failed) snprintf(ret_error, error_size, "`%s` cannot be read: %s", path, strerror(errno));
    free(path);
    char *text = failed ? NULL : filled(own ? own : kinds[kind].text, notification);
    bool ok = text && split(text, ret_message);
    free(own);
    free(text);
    return ok;
}

void message_close(Message *message) {
    free(message->subject);
    free(message->body);
    *message = (Message){0};
}
