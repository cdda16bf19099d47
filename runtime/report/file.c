#include "runtime/report/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *part_of(const char *path) {
    char *name;
    return asprintf(&name, "%s.part", path) < 0 ? NULL : name;
}

FILE *report_begin(const char *path) {
    char *name = part_of(path);
    FILE *file = name ? fopen(name, "we") : NULL;
    int why = errno;
    free(name);
    errno = why;
    return file;
}

bool report_end(FILE *file, const char *path) {
    char *name = part_of(path);
    bool ok = !ferror(file);
    ok = fclose(file) == 0 && ok && name && rename(name, path) == 0;
    int why = errno;
    if (!ok && name) unlink(name);
    free(name);
    errno = why;
    return ok;
}

void report_time(struct timespec time, char *text) {
    struct tm parts;
    char date[24];
    gmtime_r(&time.tv_sec, &parts);
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(text, 32, "%.19s.%06uZ", date, (unsigned)(time.tv_nsec / 1000) % 1000000U);
}
