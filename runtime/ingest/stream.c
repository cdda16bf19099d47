#include "runtime/ingest/stream.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

enum { CHUNK = 1 << 16 };

struct IngestStream {
    const char *name;
    const char *encoding;
    gzFile file;
    iconv_t conversion; /* (iconv_t)-1: none */
    bool gzip;
    bool started; /* the first bytes were looked at */
    bool ended;
    size_t begin, end; /* of the bytes of `chunk` that are read but not given */
    char chunk[CHUNK];
};

static bool ends_with(const char *text, const char *end) {
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

static bool check_path(const char *path, const char *name, IngestFault *fault) {
    struct stat status;
    if (stat(path, &status) != 0)
        return errno == ENOENT ? ingest_fault(fault, "`%s` does not exist", name)
                               : ingest_fault(fault, "`%s` cannot be read: %s", name, strerror(errno));
    if (S_ISDIR(status.st_mode)) return ingest_fault(fault, "`%s` is a folder, not a file", name);
    return true;
}

bool ingest_stream_open(const char *path, const char *name, const char *encoding, IngestStream **ret_stream,
                        IngestFault *fault) {
    *ret_stream = NULL;
    if (!check_path(path, name, fault)) return false;
    IngestStream *stream = calloc(1, sizeof *stream);
    if (!stream) return ingest_fault_memory(fault);
    stream->name = name;
    stream->encoding = encoding;
    stream->gzip = ends_with(path, ".gz");
    stream->conversion = encoding ? iconv_open("UTF-8", encoding) : (iconv_t)-1;
    if (encoding && stream->conversion == (iconv_t)-1) {
        ingest_fault(fault, "the encoding `%s` is not known", encoding);
        goto failed;
    }
    errno = 0;
    stream->file = gzopen(path, "rb");
    if (!stream->file) {
        ingest_fault(fault, "`%s` cannot be read: %s", name, errno ? strerror(errno) : "out of memory");
        goto failed;
    }
    gzbuffer(stream->file, CHUNK);
    *ret_stream = stream;
    return true;
failed:
    ingest_stream_close(stream);
    return false;
}

void ingest_stream_close(IngestStream *stream) {
    if (!stream) return;
    if (stream->file) gzclose(stream->file);
    if (stream->conversion != (iconv_t)-1) iconv_close(stream->conversion);
    free(stream);
}

/* Tells a wrong kind of file by its first bytes, before its content confuses anyone. */
static bool check_magic(IngestStream *stream, IngestFault *fault) {
    const unsigned char *bytes = (const unsigned char *)stream->chunk;
    size_t count = stream->end;
    if (count && stream->gzip && gzdirect(stream->file))
        return ingest_fault(fault, "`%s` is not compressed by gzip, though its name ends with `.gz`", stream->name);
    if (count && !stream->gzip && !gzdirect(stream->file))
        return ingest_fault(fault, "`%s` is compressed by gzip: name it `%s.gz`", stream->name, stream->name);
    if (count >= 4 && memcmp(bytes, "PK\3\4", 4) == 0)
        return ingest_fault(fault, "`%s` is a zip archive or an office document, not text", stream->name);
    if (count >= 4 && memcmp(bytes, "\x28\xb5\x2f\xfd", 4) == 0)
        return ingest_fault(fault, "`%s` is compressed by zstd, which is not read: use gzip", stream->name);
    bool wide = count >= 2 && (memcmp(bytes, "\xff\xfe", 2) == 0 || memcmp(bytes, "\xfe\xff", 2) == 0);
    if (wide && !stream->encoding)
        return ingest_fault(fault, "`%s` is in UTF-16: say so with `encoding = 'utf-16'`", stream->name);
    if (count >= 3 && !stream->encoding && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) stream->begin = 3;
    return true;
}

/* Reads more bytes behind those that are pending. */
static bool fill(IngestStream *stream, IngestFault *fault) {
    memmove(stream->chunk, stream->chunk + stream->begin, stream->end - stream->begin);
    stream->end -= stream->begin;
    stream->begin = 0;
    errno = 0;
    int count = gzread(stream->file, stream->chunk + stream->end, (unsigned)(CHUNK - stream->end));
    int code = Z_OK;
    const char *words = gzerror(stream->file, &code);
    if (code == Z_BUF_ERROR)
        return ingest_fault(fault, "`%s` is cut: the compressed data ends too early", stream->name);
    if (count < 0 && code == Z_ERRNO)
        return ingest_fault(fault, "`%s` cannot be read: %s", stream->name, errno ? strerror(errno) : "read error");
    if (count < 0)
        return ingest_fault(fault, "`%s` is damaged: %s", stream->name,
                            code == Z_DATA_ERROR ? "the compressed data is not valid" : words);
    stream->ended = count == 0;
    stream->end += (size_t)count;
    if (!stream->started && !check_magic(stream, fault)) return false;
    stream->started = true;
    return true;
}

/* Converts what is pending; -1 if the bytes are not of the encoding. */
static ssize_t convert(IngestStream *stream, char *buffer, size_t size, IngestFault *fault) {
    char *in = stream->chunk + stream->begin, *out = buffer;
    size_t in_left = stream->end - stream->begin, out_left = size;
    size_t code = iconv(stream->conversion, &in, &in_left, &out, &out_left);
    stream->begin = stream->end - in_left;
    if (code == (size_t)-1 && (errno == EILSEQ || (errno == EINVAL && stream->ended)) && out == buffer) {
        ingest_fault(fault, "`%s` has bytes that are not `%s`", stream->name, stream->encoding);
        return -1;
    }
    return out - buffer;
}

ssize_t ingest_stream_read(IngestStream *stream, char *buffer, size_t size, IngestFault *fault) {
    for (;;) {
        bool pending = stream->begin < stream->end;
        if (pending && stream->conversion == (iconv_t)-1) {
            size_t count = stream->end - stream->begin < size ? stream->end - stream->begin : size;
            memcpy(buffer, stream->chunk + stream->begin, count);
            stream->begin += count;
            return (ssize_t)count;
        }
        if (pending) {
            ssize_t count = convert(stream, buffer, size, fault);
            if (count != 0) return count;
        }
        if (stream->ended) return 0;
        if (!fill(stream, fault)) return -1;
    }
}
