#include "runtime/ingest/path.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { STEP_MAXIMUM = 64 };

static bool add_step(IngestPath *path, IngestStepKind kind, const char *name, size_t length, size_t index,
                     IngestFault *fault) {
    if (path->count == STEP_MAXIMUM) return ingest_fault(fault, "a path has more than %d steps", STEP_MAXIMUM);
    if (!path->steps && !(path->steps = calloc(STEP_MAXIMUM, sizeof *path->steps))) return ingest_fault_memory(fault);
    char *copy = name ? strndup(name, length) : NULL;
    if (name && !copy) return ingest_fault_memory(fault);
    path->steps[path->count++] = (IngestPathStep){kind, copy, index};
    return true;
}

static bool wrong(const char *text, IngestFault *fault) {
    return ingest_fault(fault, "`%s` is not a path: write `$.name`, `$['name']`, `$[0]` or `$[*]`", text);
}

static bool read_name(const char **at, const char *text, IngestPath *path, IngestFault *fault) {
    size_t length = strcspn(*at, ".[");
    if (length == 0) return wrong(text, fault);
    const char *name = *at;
    *at += length;
    return add_step(path, INGEST_STEP_NAME, name, length, 0, fault);
}

static bool read_brackets(const char **at, const char *text, IngestPath *path, IngestFault *fault) {
    const char *start = *at + 1;
    char quote = *start == '\'' || *start == '"' ? *start : 0;
    const char *end = strchr(start + (quote != 0), quote ? quote : ']');
    if (!end || (quote && end[1] != ']') || end == start) return wrong(text, fault);
    *at = end + (quote ? 2 : 1);
    if (quote) return add_step(path, INGEST_STEP_NAME, start + 1, (size_t)(end - start - 1), 0, fault);
    if (end - start == 1 && *start == '*') return add_step(path, INGEST_STEP_ALL, NULL, 0, 0, fault);
    size_t index = 0;
    for (; start < end; start++) {
        if (!isdigit((unsigned char)*start) || index > 100000000) return wrong(text, fault);
        index = index * 10 + (size_t)(*start - '0');
    }
    return add_step(path, INGEST_STEP_INDEX, NULL, 0, index, fault);
}

bool ingest_path_read(const char *text, IngestPath *ret_path, IngestFault *fault) {
    *ret_path = (IngestPath){0};
    const char *at = text;
    if (*at == '$')
        at++;
    else if (*at != '[' && !read_name(&at, text, ret_path, fault))
        return false;
    while (*at) {
        bool ok = false;
        if (*at == '.' && at++)
            ok = read_name(&at, text, ret_path, fault);
        else if (*at == '[')
            ok = read_brackets(&at, text, ret_path, fault);
        else
            wrong(text, fault);
        if (!ok) return false;
    }
    return true;
}

bool ingest_path_of_name(const char *name, IngestPath *ret_path, IngestFault *fault) {
    *ret_path = (IngestPath){0};
    return add_step(ret_path, INGEST_STEP_NAME, name, strlen(name), 0, fault);
}

void ingest_path_clear(IngestPath *path) {
    for (size_t i = 0; i < path->count; i++) free(path->steps[i].name);
    free(path->steps);
    *path = (IngestPath){0};
}

bool ingest_path_is_many(const IngestPath *path) {
    for (size_t i = 0; i < path->count; i++)
        if (path->steps[i].kind == INGEST_STEP_ALL) return true;
    return false;
}

void ingest_path_write(const IngestPath *path, FILE *stream) {
    fputc('$', stream);
    for (size_t i = 0; i < path->count; i++) {
        const IngestPathStep *step = &path->steps[i];
        switch (step->kind) {
        case INGEST_STEP_NAME:
            fputs(".\"", stream);
            for (const char *at = step->name; *at; at++)
                fprintf(stream, *at == '"' || *at == '\\' ? "\\%c" : "%c", *at);
            fputs("\"", stream);
            break;
        case INGEST_STEP_INDEX: fprintf(stream, "[%zu]", step->index); break;
        case INGEST_STEP_ALL: fputs("[*]", stream); break;
        }
    }
}

static json_t *take_step(const IngestPathStep *step, json_t *value) {
    switch (step->kind) {
    case INGEST_STEP_NAME: return json_object_get(value, step->name);
    case INGEST_STEP_INDEX: return json_array_get(value, step->index);
    case INGEST_STEP_ALL: return json_array_get(value, 0);
    }
    return NULL;
}

json_t *ingest_path_find(const IngestPath *path, json_t *root) {
    for (size_t i = 0; i < path->count && root; i++) root = take_step(&path->steps[i], root);
    return root;
}

static int64_t count_from(const IngestPath *path, size_t step, json_t *value) {
    for (; step < path->count && value; step++) {
        if (path->steps[step].kind != INGEST_STEP_ALL) {
            value = take_step(&path->steps[step], value);
            continue;
        }
        if (!json_is_array(value)) return -1;
        int64_t total = 0;
        for (size_t i = 0; i < json_array_size(value); i++) {
            int64_t count = count_from(path, step + 1, json_array_get(value, i));
            /* A deeper array that some elements lack is none of theirs. */
            total += count > 0 ? count : 0;
        }
        return total;
    }
    if (!value && ingest_path_is_many(&(IngestPath){path->steps + step, path->count - step})) return -1;
    return value != NULL;
}

int64_t ingest_path_count(const IngestPath *path, json_t *root) {
    return count_from(path, 0, root);
}
