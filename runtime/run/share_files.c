#include "runtime/run/share_files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

char *file_beside(const char *path) {
    const char *slash = strrchr(path, '/');
    int folder = slash ? (int)(slash + 1 - path) : 0;
    char *text;
    return asprintf(&text, "%.*s.%s.next", folder, path, path + folder) < 0 ? NULL : text;
}

char *file_in(const char *folder, const char *name) {
    size_t length = strlen(folder);
    const char *slash = length && folder[length - 1] == '/' ? "" : "/";
    char *text;
    return asprintf(&text, "%s%s%s", folder, slash, name) < 0 ? NULL : text;
}

char *file_from(const char *folder, const char *path) {
    return folder && *path != '/' ? file_in(folder, path) : strdup(path);
}

bool file_make_folders(const char *path) {
    char *copy = strdup(path);
    bool ok = copy;
    for (char *slash = copy ? strchr(copy + 1, '/') : NULL; ok && slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        ok = mkdir(copy, 0777) == 0 || errno == EEXIST;
        *slash = '/';
    }
    free(copy);
    return ok;
}

bool file_is_same(const char *one, const char *other) {
    struct stat a, b;
    return stat(one, &a) == 0 && stat(other, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

bool file_is_foreign(const char *path) {
    char head[12] = {0};
    struct stat status;
    if (stat(path, &status) != 0) return false;
    FILE *file = S_ISREG(status.st_mode) ? fopen(path, "rbe") : NULL;
    size_t length = file ? fread(head, 1, sizeof head, file) : 0;
    if (file) fclose(file);
    return length < sizeof head || memcmp(head + 8, "DUCK", 4) != 0;
}
