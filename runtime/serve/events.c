/* What a run told of itself (docs/events.md), kept as far as a message needs it. */
#include "runtime/serve/internal.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 16384 };  /* of the lines of a message: who wants more looks into the ledger */

static void add_line(char **lines, const char *format, const char *one, const char *two, const char *three) {
    char *line, *joined;
    if (*lines && strlen(*lines) > LONGEST) return;
    if (asprintf(&line, format, one, two, three) < 0) return;
    if (asprintf(&joined, "%s%s%s", *lines ? *lines : "", *lines ? "\n" : "", line) >= 0) {
        free(*lines);
        *lines = joined;
    }
    free(line);
}

static const char *text_of(const json_t *event, const char *key) {
    const char *text = json_string_value(json_object_get(event, key));
    return text ? text : "";
}

static void note_step(Told *told, const json_t *event) {
    const char *step = text_of(event, "step"), *message = text_of(event, "message");
    if (strcmp(text_of(event, "status"), "fail")) return;
    add_line(&told->failed, *message ? "%s: %s%s" : "%s%s%s", step, message, "");
    told->missing |= json_is_true(json_object_get(event, "missing"));
}

static void note_test(Told *told, const json_t *event) {
    const char *status = text_of(event, "status"), *relation = text_of(event, "relation"), *name = text_of(event, "name");
    char rows[32];
    long long count = json_integer_value(json_object_get(event, "failing_rows"));
    snprintf(rows, sizeof rows, "%lld row%s", count, count == 1 ? "" : "s");
    if (!strcmp(status, "warn")) add_line(&told->warned, "%s: `%s`: %s", relation, name, rows);
    if (!strcmp(status, "fail")) add_line(&told->failed, "%s: test `%s`: %s", relation, name, rows);
}

void told_event(Told *told, const char *line, size_t length) {
    json_t *event = json_loadb(line, length, 0, NULL);
    const char *name = text_of(event, "event");
    if (!strcmp(name, "run_started")) {
        told->begun = true;
        told->run_id = json_integer_value(json_object_get(event, "run_id"));
    } else if (!strcmp(name, "not_due")) told->not_due = true;
    else if (!strcmp(name, "step_finished")) note_step(told, event);
    else if (!strcmp(name, "test_finished")) note_test(told, event);
    else if (!strcmp(name, "message") && !strcmp(text_of(event, "level"), "error")) add_line(&told->failed, "%s%s%s", text_of(event, "text"), "", "");
    else if (!strcmp(name, "run_finished")) told->seconds = json_number_value(json_object_get(event, "seconds"));
    json_decref(event);
}

void told_clear(Told *told) {
    free(told->failed);
    free(told->warned);
    *told = (Told){0};
}
