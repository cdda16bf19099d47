/* A CSV dialect as stated in a source's options, and a reader of records that knows the true line of each. */
#ifndef GOV_INGEST_CSV_H
#define GOV_INGEST_CSV_H

#include "runtime/ingest/stream.h"
#include "runtime/plan.h"
#include "runtime/settings/settings.h"

#include <stdint.h>

/* Never sniffed: what is not stated has the default. */
typedef struct {
    char delimiter;        /* `,` */
    char quote;            /* `"`; 0: none */
    char escape;           /* of a quote inside quotes: the quote itself */
    bool header;           /* true */
    char decimal;          /* `.` */
    char thousands;        /* 0: none */
    const char *encoding;  /* null: UTF-8; else a name that iconv knows */
    const char *null_text; /* ``: a field of this text, quoted or not, is null */
} IngestDialect;

/* Reads the options of a source; an unknown key, or a value that makes no sense, is a fault that names it. */
bool ingest_dialect_read(const GovSettings *options, const Settings *settings, IngestDialect *ret_dialect,
                         IngestFault *fault);

/* Text of a field or of a record: not terminated, valid until the next record. */
typedef struct {
    const char *text;
    size_t length;
} IngestText;

typedef struct {
    int64_t line; /* where it begins in the file, from 1 */
    const IngestText *fields;
    size_t field_count;
    const char *broken; /* why its quoting or its bytes are wrong, else null; then `fields` is one field: the line */
    IngestText record;  /* as read, without its line break */
} IngestRecord;

typedef struct IngestCsv IngestCsv;

/* Reads records from the stream, which stays the caller's. Lines may end with LF, CRLF or CR, the last one with none. */
bool ingest_csv_open(IngestStream *stream, const IngestDialect *dialect, IngestCsv **ret_csv, IngestFault *fault);

/* The next record; 1, or 0 at the end, or -1 on a fault of the stream. Where `skip_blank`, lines without anything are
 * passed over. A record whose quoting is broken ends at its first line break, so that one stray quote costs one line. */
int ingest_csv_next(IngestCsv *csv, bool skip_blank, const IngestRecord **ret_record, IngestFault *fault);

/* Passes the next record without looking into it; the same results. */
int ingest_csv_pass(IngestCsv *csv, bool skip_blank, IngestFault *fault);

/* Null is fine. */
void ingest_csv_close(IngestCsv *csv);

/* True if the bytes are UTF-8. */
bool ingest_text_valid(const char *text, size_t length);

#endif
