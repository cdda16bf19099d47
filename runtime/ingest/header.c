#include "runtime/ingest/header.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { NAME_MAXIMUM = 63 };

size_t ingest_data_columns(const GovSource *source) {
    size_t count = 0;
    for (size_t i = 0; i < source->column_count; i++) count += source->columns[i].origin == GOV_COLUMN_DATA;
    return count;
}

static bool same_name(IngestText text, const char *name) {
    return strlen(name) == text.length && strncasecmp(text.text, name, text.length) == 0;
}

/* The declared column of that name; an exact match wins over one of other case. SIZE_MAX: none. */
static size_t find_column(const GovSource *source, IngestText name) {
    size_t found = SIZE_MAX;
    for (size_t i = 0; i < source->column_count; i++) {
        const GovColumn *column = &source->columns[i];
        if (column->origin != GOV_COLUMN_DATA || !same_name(name, column->name)) continue;
        if (memcmp(column->name, name.text, name.length) == 0) return i;
        found = i;
    }
    return found;
}

/* Edits (insert, delete, replace, swap of neighbours) from one name to the other: optimal string alignment. */
static size_t distance(IngestText a, const char *b) {
    size_t length = strlen(b);
    if (a.length > NAME_MAXIMUM || length > NAME_MAXIMUM) return SIZE_MAX;
    size_t rows[3][NAME_MAXIMUM + 1];
    size_t *before = rows[0], *last = rows[1], *now = rows[2];
    for (size_t j = 0; j <= length; j++) last[j] = j;
    for (size_t i = 1; i <= a.length; i++) {
        now[0] = i;
        for (size_t j = 1; j <= length; j++) {
            size_t best = last[j - 1] + (a.text[i - 1] != b[j - 1]);
            best = last[j] + 1 < best ? last[j] + 1 : best;
            best = now[j - 1] + 1 < best ? now[j - 1] + 1 : best;
            bool swapped = i > 1 && j > 1 && a.text[i - 1] == b[j - 2] && a.text[i - 2] == b[j - 1];
            if (swapped && before[j - 2] + 1 < best) best = before[j - 2] + 1;
            now[j] = best;
        }
        size_t *free_row = before;
        before = last;
        last = now;
        now = free_row;
    }
    return last[length];
}

/* The name of the file that is nearest to the column's, if near enough for a slip of the keyboard. */
static const IngestText *near_name(const IngestText *names, size_t count, const char *column) {
    size_t best = strlen(column) / 3 + 1;
    const IngestText *near = NULL;
    for (size_t i = 0; i < count; i++) {
        size_t edits = distance(names[i], column);
        if (edits < best || (edits == best && !near)) {
            best = edits;
            near = &names[i];
        }
    }
    return near;
}

/* Names come out of a file: only what prints is shown, and no more than a line of it. */
static void write_name(FILE *stream, IngestText name) {
    size_t shown = name.length < NAME_MAXIMUM ? name.length : NAME_MAXIMUM;
    fputc('`', stream);
    for (size_t i = 0; i < shown; i++)
        fputc((unsigned char)name.text[i] < 0x20 || name.text[i] == 0x7F ? '?' : name.text[i], stream);
    fputs(shown < name.length ? "…`" : "`", stream);
}

static void write_missing(FILE *stream, const GovSource *source, const IngestText *names, size_t count,
                          const bool *found) {
    for (size_t i = 0; i < source->column_count; i++) {
        if (source->columns[i].origin != GOV_COLUMN_DATA || found[i]) continue;
        fprintf(stream, "\n  `%s` is missing", source->columns[i].name);
        const IngestText *near = near_name(names, count, source->columns[i].name);
        if (near && find_column(source, *near) == SIZE_MAX) {
            fputs(": the file has ", stream);
            write_name(stream, *near);
        }
    }
}

static void write_hint(FILE *stream, IngestText only) {
    static const char separators[] = ",;\t|";
    for (const char *at = separators; *at; at++)
        if (memchr(only.text, *at, only.length))
            fprintf(stream, "\n  help: are its fields separated by `%s`? then say `delimiter = '%s'`",
                    *at == '\t' ? "tab" : (char[]){*at, 0}, *at == '\t' ? "\\t" : (char[]){*at, 0});
}

static void write_report(FILE *stream, const GovSource *source, const char *file, const IngestText *names, size_t count,
                         const bool *found, const size_t *columns) {
    fprintf(stream, "the header of `%s` does not match the declared columns", file);
    write_missing(stream, source, names, count, found);
    for (size_t i = 0; i < count; i++) {
        bool again = false;
        for (size_t j = 0; j < i; j++) again = again || (columns[i] != SIZE_MAX && columns[i] == columns[j]);
        if (columns[i] != SIZE_MAX && !again) continue;
        fputs("\n  ", stream);
        write_name(stream, names[i]);
        fputs(again ? " is there twice" : " is not declared", stream);
    }
    if (count == 1) write_hint(stream, names[0]);
}

bool ingest_header_match(const GovSource *source, const char *file, const IngestText *names, size_t count,
                         size_t *ret_columns, IngestFault *fault) {
    bool *found = calloc(source->column_count + 1, sizeof *found);
    if (!found) return ingest_fault_memory(fault);
    size_t matched = 0;
    for (size_t i = 0; i < count; i++) {
        ret_columns[i] = find_column(source, names[i]);
        if (ret_columns[i] == SIZE_MAX || found[ret_columns[i]]) continue;
        found[ret_columns[i]] = true;
        matched++;
    }
    bool fits = matched == count && matched == ingest_data_columns(source);
    if (!fits) {
        char text[sizeof fault->text];
        FILE *stream = fmemopen(text, sizeof text, "w");
        if (stream) {
            write_report(stream, source, file, names, count, found, ret_columns);
            fclose(stream);
            text[sizeof text - 1] = 0;
            ingest_fault(fault, "%s", text);
        } else {
            ingest_fault_memory(fault);
        }
    }
    free(found);
    return fits;
}
