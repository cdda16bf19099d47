/* What commands share: words for the person at the terminal, files, choices of options. */
#include "compiler/command/command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void say(const char *format, va_list arguments) {
    fputs("gov: error: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
}

GovExit misuse(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    say(format, arguments);
    va_end(arguments);
    return GOV_EXIT_MISUSE;
}

GovExit failure(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    say(format, arguments);
    va_end(arguments);
    return GOV_EXIT_FAILED;
}

const char *path_in(Arena *arena, const char *folder, const char *name) {
    return strcmp(folder, ".") ? arena_format(arena, "%s/%s", folder, name) : name;
}

char *read_file(Arena *arena, const char *path, size_t *ret_length) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return NULL;
    struct stat about;
    char *text = NULL;
    if (fstat(file, &about)) goto out;
    if (S_ISDIR(about.st_mode)) {
        errno = EISDIR;
        goto out;
    }
    size_t length = 0, capacity = (size_t)about.st_size + 1;
    text = arena_alloc(arena, capacity + 1);
    for (ssize_t got; (got = read(file, text + length, capacity - length)) != 0;) {
        if (got < 0) {
            if (errno == EINTR) continue;
            text = NULL;
            goto out;
        }
        length += (size_t)got;
        if (S_ISREG(about.st_mode) && length == (size_t)about.st_size) break; /* the end need not be asked for */
        if (length < capacity) continue;
        char *more = arena_alloc(arena, capacity * 2 + 1);
        memcpy(more, text, length);
        text = more;
        capacity *= 2;
    }
    text[length] = 0;
    *ret_length = length;
out:
    close(file);
    return text;
}

static bool make_folders(char *path) {
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        bool made = !mkdir(path, 0777) || errno == EEXIST;
        *slash = '/';
        if (!made) return false;
    }
    return true;
}

static bool write_all(int file, const char *bytes, size_t length) {
    while (length) {
        ssize_t put = write(file, bytes, length);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return false;
        bytes += put;
        length -= (size_t)put;
    }
    return true;
}

bool write_file(Arena *arena, const char *path, const char *bytes, size_t length) {
    char *aside = arena_format(arena, "%s.%ld~", path, (long)getpid());
    int file = make_folders(aside) ? open(aside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666) : -1;
    bool written = file >= 0 && write_all(file, bytes, length);
    if (file >= 0 && close(file)) written = false;
    if (written && !rename(aside, path)) return true;
    int reason = errno;
    if (file >= 0) unlink(aside);
    failure("file `%s` cannot be written: %s", path, strerror(reason));
    return false;
}

const char *option_choice(const CommandLine *line, OptionId option, const char *const *allowed) {
    static const char *const NAMES[] = {
#define OPTION(id, letter, name, argument, words) name,
#include "compiler/command/options.def"
#undef OPTION
    };
    const char *given = line->values[option];
    if (!given) return allowed[0];
    for (size_t i = 0; allowed[i]; i++)
        if (!strcmp(allowed[i], given)) return allowed[i];
    fprintf(stderr, "gov: error: `--%s %s` is none of", NAMES[option], given);
    for (size_t i = 0; allowed[i]; i++) fprintf(stderr, "%s `%s`", i ? "," : "", allowed[i]);
    fputc('\n', stderr);
    return NULL;
}

long option_number(const CommandLine *line, OptionId option, long otherwise) {
    const char *given = line->values[option];
    if (!given) return otherwise;
    char *end;
    errno = 0;
    long number = strtol(given, &end, 10);
    if (*given && !*end && !errno && number >= 0) return number;
    misuse("`%s` is not a whole number of at least 0", given);
    return -1;
}

GovExit print_json(json_t *value) {
    char *text = json_dumps(value, JSON_INDENT(2));
    json_decref(value);
    if (!text) return failure("out of memory");
    puts(text);
    free(text);
    return GOV_EXIT_FINE;
}
