#include "runtime/log/format.h"

#include <inttypes.h>
#include <string.h>

const char *log_format_count(int64_t count, char *ret_text) {
    char digits[FORMAT_COUNT_SIZE];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, count < 0 ? -(uint64_t)count : (uint64_t)count), used = 0;
    if (count < 0) ret_text[used++] = '-';
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0) ret_text[used++] = ',';
        ret_text[used++] = digits[i];
    }
    ret_text[used] = '\0';
    return ret_text;
}

const char *log_format_seconds(double seconds, char *ret_text) {
    long whole = (long)(seconds + 0.5);
    if (seconds < 60)
        snprintf(ret_text, FORMAT_COUNT_SIZE, "%.1fs", seconds);
    else if (whole < 3600)
        snprintf(ret_text, FORMAT_COUNT_SIZE, "%ldm %02lds", whole / 60, whole % 60);
    else
        snprintf(ret_text, FORMAT_COUNT_SIZE, "%ldh %02ldm", whole / 3600, whole % 3600 / 60);
    return ret_text;
}

size_t log_format_width(const char *text) {
    size_t width = 0;
    for (; *text; text++) width += ((unsigned char)*text & 0xC0) != 0x80;
    return width;
}

void log_format_indented(FILE *out, int indent, const char *text) {
    while (*text) {
        size_t length = strcspn(text, "\n");
        fprintf(out, "%*s%.*s\n", indent, "", (int)length, text);
        text += length + (text[length] == '\n');
    }
}
