#include "runtime/ledger/lock_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* The file beside the database; -1: it cannot be opened. */
static int open_beside(const char *path, int flags) {
    char *name;
    if (asprintf(&name, "%s.lock", path) < 0) return -1;
    int file = open(name, flags | O_CLOEXEC, 0666);
    free(name);
    return file;
}

/* Whoever had it may have removed the file while this process waited for it: then the lock is of a file that nobody finds. */
static bool is_still_there(const char *path, int file) {
    struct stat here, there;
    int other = open_beside(path, O_RDONLY);
    bool same = other >= 0 && fstat(file, &here) == 0 && fstat(other, &there) == 0 && here.st_ino == there.st_ino && here.st_dev == there.st_dev;
    if (other >= 0) close(other);
    return same;
}

int lock_file_take(const char *path, bool *ret_held) {
    *ret_held = false;
    for (;;) {
        int file = open_beside(path, O_RDWR | O_CREAT);
        if (file < 0) return -1;
        if (flock(file, LOCK_EX | LOCK_NB) != 0) {
            *ret_held = errno == EWOULDBLOCK;
            close(file);
            return -1;
        }
        if (is_still_there(path, file)) {
            lock_file_write(file, "");
            return file;
        }
        close(file);
    }
}

void lock_file_release(const char *path, int file) {
    char *name;
    if (asprintf(&name, "%s.lock", path) >= 0) {
        unlink(name);
        free(name);
    }
    close(file);
}

void lock_file_write(int file, const char *words) {
    char text[LEDGER_HOLDER_SIZE + 32];
    int length = snprintf(text, sizeof text, "%ld\n%s\n", (long)getpid(), words);
    if (ftruncate(file, 0) != 0 || pwrite(file, text, (size_t)length, 0) != length) return; /* others are told less */
}

bool lock_file_is_held(const char *path) {
    int file = open_beside(path, O_RDONLY);
    if (file < 0) return false;
    bool held = flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    close(file);
    return held;
}

static void program_of(long process_id, char program[64]) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/comm", process_id);
    FILE *file = fopen(path, "re");
    *program = 0;
    if (!file) return;
    if (!fgets(program, 64, file)) *program = 0;
    program[strcspn(program, "\n")] = 0;
    fclose(file);
}

void lock_file_read(const char *path, char ret_holder[LEDGER_HOLDER_SIZE]) {
    char text[LEDGER_HOLDER_SIZE] = "", program[64];
    int file = open_beside(path, O_RDONLY);
    ssize_t length = file >= 0 ? pread(file, text, sizeof text - 1, 0) : 0;
    if (file >= 0) close(file);
    text[length > 0 ? length : 0] = 0;
    long process_id = strtol(text, NULL, 10);
    const char *words = strchr(text, '\n');
    program_of(process_id, program);
    *ret_holder = 0;
    if (process_id <= 0 || !*program) return;
    int size = words ? (int)strcspn(words + 1, "\n") : 0;
    snprintf(ret_holder, LEDGER_HOLDER_SIZE, " by `%s` (process %ld)%s%.*s", program, process_id, size ? ", " : "", size < 500 ? size : 500,
             words ? words + 1 : "");
}
