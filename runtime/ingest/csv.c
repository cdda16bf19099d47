#include "runtime/ingest/csv.h"

#include <stdlib.h>
#include <string.h>

/* A quoted field that is longer than this is taken for a quote that nobody closed. */
enum { RECORD_MAXIMUM = 16 << 20, BUFFER_START = 1 << 17 };

struct IngestCsv {
    IngestStream *stream;
    IngestDialect dialect;
    char *buffer; /* bytes that are read; the record being read begins at `begin` */
    size_t capacity, begin, end;
    bool ended;        /* the stream has no more */
    int64_t line;      /* of `begin` */
    bool special[256]; /* bytes that mean something outside quotes */
    char *values;      /* of the fields with their quotes taken off; as large as the record */
    size_t values_capacity;
    IngestText *fields;
    size_t field_capacity;
    IngestRecord record;
};

bool ingest_csv_open(IngestStream *stream, const IngestDialect *dialect, IngestCsv **ret_csv, IngestFault *fault) {
    IngestCsv *csv = calloc(1, sizeof *csv);
    char *buffer = malloc(BUFFER_START);
    *ret_csv = csv;
    if (!csv || !buffer) {
        free(csv);
        free(buffer);
        *ret_csv = NULL;
        return ingest_fault_memory(fault);
    }
    csv->stream = stream;
    csv->dialect = *dialect;
    csv->buffer = buffer;
    csv->capacity = BUFFER_START;
    csv->line = 1;
    csv->special['\n'] = csv->special['\r'] = csv->special[(unsigned char)dialect->delimiter] = true;
    return true;
}

void ingest_csv_close(IngestCsv *csv) {
    if (!csv) return;
    free(csv->buffer);
    free(csv->values);
    free(csv->fields);
    free(csv);
}

/* Makes the buffer hold at least one byte more behind `end`, or sets `ended`. */
static bool read_more(IngestCsv *csv, IngestFault *fault) {
    if (csv->begin > 0) {
        memmove(csv->buffer, csv->buffer + csv->begin, csv->end - csv->begin);
        csv->end -= csv->begin;
        csv->begin = 0;
    }
    if (csv->capacity - csv->end < BUFFER_START / 2) {
        char *larger = realloc(csv->buffer, csv->capacity * 2);
        if (!larger) return ingest_fault_memory(fault);
        csv->buffer = larger;
        csv->capacity *= 2;
    }
    ssize_t count = ingest_stream_read(csv->stream, csv->buffer + csv->end, csv->capacity - csv->end, fault);
    if (count < 0) return false;
    csv->ended = count == 0;
    csv->end += (size_t)count;
    return true;
}

/* Where the scan of a record stands. */
typedef struct {
    bool quoted; /* inside quotes */
    bool closed; /* behind the closing quote of a field */
    bool field_start;
    const char *broken;
} Scan;

/* Finds the end of the line that starts at `begin`, with the byte behind its break read too. */
static bool find_line_end(IngestCsv *csv, size_t *ret_length, IngestFault *fault) {
    size_t offset = 0;
    for (;;) {
        while (csv->end - csv->begin < offset + 2 && !csv->ended)
            if (!read_more(csv, fault)) return false;
        if (csv->begin + offset == csv->end) break;
        char byte = csv->buffer[csv->begin + offset];
        if (byte == '\n' || byte == '\r') break;
        offset++;
    }
    *ret_length = offset;
    return true;
}

/* One byte of a record. True while the record goes on. `next` is the byte behind it, 0 at the end. */
static bool scan_byte(const IngestDialect *dialect, Scan *scan, char byte, char next, size_t *ret_advance) {
    *ret_advance = 1;
    if (scan->quoted) {
        if (byte == dialect->escape && byte != dialect->quote && (next == dialect->quote || next == dialect->escape))
            *ret_advance = 2;
        else if (byte == dialect->quote && dialect->escape == dialect->quote && next == dialect->quote)
            *ret_advance = 2;
        else if (byte == dialect->quote)
            scan->quoted = false, scan->closed = true;
        return true;
    }
    if (byte == '\n' || byte == '\r') return false;
    if (byte == dialect->delimiter) {
        scan->field_start = true;
        scan->closed = false;
        return true;
    }
    if (scan->closed) scan->broken = "there is text behind a closing quote";
    if (scan->field_start && dialect->quote && byte == dialect->quote) scan->quoted = true;
    scan->field_start = false;
    return !scan->broken;
}

/* How many of the bytes mean nothing to the scan, so that it need not look at them one by one. */
static size_t count_plain(const IngestCsv *csv, const Scan *scan, const char *at, size_t left) {
    size_t count = 0;
    if (scan->quoted) {
        const char *quote = memchr(at, csv->dialect.quote, left);
        size_t length = quote ? (size_t)(quote - at) : left;
        const char *escape = csv->dialect.escape == csv->dialect.quote ? NULL : memchr(at, csv->dialect.escape, length);
        return escape ? (size_t)(escape - at) : length;
    }
    if (scan->field_start || scan->closed) return 0;
    while (count < left && !csv->special[(unsigned char)at[count]]) count++;
    return count;
}

/* Finds the end of the record at `begin`, reading more as needed: `*ret_length` without its line break. */
static bool find_end(IngestCsv *csv, size_t *ret_length, const char **ret_broken, IngestFault *fault) {
    Scan scan = {.field_start = true};
    size_t offset = 0;
    for (;;) {
        /* Two bytes must be there, or the end: an escape is judged by the byte behind it. */
        while (csv->end - csv->begin < offset + 2 && !csv->ended)
            if (!read_more(csv, fault)) return false;
        size_t left = csv->end - csv->begin - offset, advance;
        if (left == 0 || offset > RECORD_MAXIMUM) {
            if (scan.quoted) scan.broken = "a quote is not closed";
            break;
        }
        const char *at = csv->buffer + csv->begin + offset;
        size_t plain = count_plain(csv, &scan, at, left);
        if (plain > 0) {
            offset += plain;
            continue;
        }
        if (!scan_byte(&csv->dialect, &scan, at[0], left > 1 ? at[1] : 0, &advance)) break;
        offset += advance;
    }
    *ret_broken = scan.broken;
    *ret_length = offset;
    return !scan.broken || find_line_end(csv, ret_length, fault);
}

static bool add_field(IngestCsv *csv, const char *text, size_t length) {
    if (csv->record.field_count == csv->field_capacity) {
        size_t capacity = csv->field_capacity ? csv->field_capacity * 2 : 32;
        IngestText *larger = realloc(csv->fields, capacity * sizeof *larger);
        if (!larger) return false;
        csv->fields = larger;
        csv->field_capacity = capacity;
    }
    csv->fields[csv->record.field_count++] = (IngestText){text, length};
    return true;
}

/* Copies a quoted field without its quotes; returns the byte behind its closing quote. */
static const char *unquote(const IngestDialect *dialect, const char *at, const char *end, char **out) {
    for (at++; at < end; at++) {
        bool pair = at + 1 < end && (at[1] == dialect->quote || at[1] == dialect->escape);
        if (*at == dialect->escape && pair)
            at++;
        else if (*at == dialect->quote)
            return at + 1;
        *(*out)++ = *at;
    }
    return end;
}

static bool split(IngestCsv *csv, const char *at, size_t length) {
    const IngestDialect *dialect = &csv->dialect;
    const char *end = at + length;
    char *out = csv->values;
    for (;;) {
        if (at < end && dialect->quote && *at == dialect->quote) {
            char *start = out;
            at = unquote(dialect, at, end, &out);
            if (!add_field(csv, start, (size_t)(out - start))) return false;
        } else {
            const char *stop = memchr(at, dialect->delimiter, (size_t)(end - at));
            stop = stop ? stop : end;
            if (!add_field(csv, at, (size_t)(stop - at))) return false;
            at = stop;
        }
        if (at == end) return true;
        at++;
    }
}

/* How many line breaks there are; CRLF is one. */
static int64_t count_breaks(const char *at, const char *end) {
    int64_t count = 0;
    for (const char *found = at; (found = memchr(found, '\n', (size_t)(end - found))); found++) count++;
    for (const char *found = at; (found = memchr(found, '\r', (size_t)(end - found))); found++)
        count += !(found + 1 < end && found[1] == '\n');
    return count;
}

/* Passes the record and its line break, counting lines, those inside quotes too. */
static void pass(IngestCsv *csv, size_t length) {
    csv->line += count_breaks(csv->buffer + csv->begin, csv->buffer + csv->begin + length);
    csv->begin += length;
    if (csv->begin == csv->end) return;
    bool crlf = csv->buffer[csv->begin] == '\r' && csv->begin + 1 < csv->end && csv->buffer[csv->begin + 1] == '\n';
    csv->begin += crlf ? 2 : 1;
    csv->line++;
}

/* Fills csv->record from the `length` bytes at `begin`. */
static bool make_record(IngestCsv *csv, size_t length, const char *broken, IngestFault *fault) {
    const char *text = csv->buffer + csv->begin;
    csv->record = (IngestRecord){.line = csv->line, .broken = broken, .record = {text, length}};
    if (length + 1 > csv->values_capacity) {
        char *larger = realloc(csv->values, length * 2 + 64);
        if (!larger) return ingest_fault_memory(fault);
        csv->values = larger;
        csv->values_capacity = length * 2 + 64;
    }
    if (!broken && !ingest_text_valid(text, length)) csv->record.broken = "there are bytes that are not UTF-8";
    bool done = csv->record.broken ? add_field(csv, text, length) : split(csv, text, length);
    csv->record.fields = csv->fields;
    return done || ingest_fault_memory(fault);
}

/* Finds the next record, which is at `begin` then; 1, or 0 at the end, or -1. */
static int find_record(IngestCsv *csv, bool skip_blank, size_t *ret_length, const char **ret_broken,
                       IngestFault *fault) {
    for (;;) {
        if (!find_end(csv, ret_length, ret_broken, fault)) return -1;
        if (*ret_length == 0 && csv->begin == csv->end) return 0;
        if (*ret_length > 0 || !skip_blank) return 1;
        pass(csv, 0);
    }
}

int ingest_csv_next(IngestCsv *csv, bool skip_blank, const IngestRecord **ret_record, IngestFault *fault) {
    size_t length;
    const char *broken;
    int found = find_record(csv, skip_blank, &length, &broken, fault);
    if (found <= 0) return found;
    if (!make_record(csv, length, broken, fault)) return -1;
    pass(csv, length);
    *ret_record = &csv->record;
    return 1;
}

int ingest_csv_pass(IngestCsv *csv, bool skip_blank, IngestFault *fault) {
    size_t length;
    const char *broken;
    int found = find_record(csv, skip_blank, &length, &broken, fault);
    if (found > 0) pass(csv, length);
    return found;
}

bool ingest_text_valid(const char *text, size_t length) {
    const unsigned char *at = (const unsigned char *)text, *end = at + length;
    while (at < end) {
        unsigned char byte = *at++;
        if (byte < 0x80) continue;
        int more = byte >= 0xF0 ? 3 : byte >= 0xE0 ? 2 : 1;
        if (byte < 0xC2 || byte > 0xF4 || end - at < more) return false;
        unsigned char second = at[0];
        bool overlong = (byte == 0xE0 && second < 0xA0) || (byte == 0xF0 && second < 0x90);
        bool outside = (byte == 0xED && second > 0x9F) || (byte == 0xF4 && second > 0x8F);
        for (int i = 0; i < more; i++)
            if ((*at++ & 0xC0) != 0x80) return false;
        if (overlong || outside) return false;
    }
    return true;
}
