#include "compiler/command/command.h"

#include "compiler/base/embed.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

EMBEDDED_FILES(init_files);

static const OptionId OPTIONS[] = {OPTION_NAME, OPTION_COUNT};

/* Where a file of the template goes, relative to the project's folder. */
static const char *place_of(Arena *arena, const char *name) {
    if (!strcmp(name, "gitignore")) return ".gitignore";
    size_t length = strlen(name);
    bool data = length > 4 && !strcmp(name + length - 4, ".csv");
    return data ? arena_format(arena, "data/%s", name) : name;
}

/* The folder's last name as a name of the language: lower case, digits and underscores, not beginning with a digit. */
static const char *name_of_folder(Arena *arena, const char *folder) {
    char *whole = realpath(folder, NULL);
    if (!whole) return "project";
    char *name = arena_copy(arena, strrchr(whole, '/') + 1, strlen(strrchr(whole, '/') + 1));
    free(whole);
    for (char *at = name; *at; at++) *at = isalnum((unsigned char)*at) ? (char)tolower((unsigned char)*at) : '_';
    return isalpha((unsigned char)*name) ? name : arena_format(arena, "project_%s", name);
}

static bool is_name(const char *text) {
    return islower((unsigned char)*text) && strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(text);
}

/* A file of the template with `{name}` filled in. */
static bool write_one(Arena *arena, const char *folder, const char *name, const EmbeddedFile *file) {
    Buffer text;
    buffer_open(&text, arena);
    const char *at = file->bytes;
    for (const char *hole; (hole = strstr(at, "{name}")); at = hole + strlen("{name}")) {
        buffer_add(&text, at, (size_t)(hole - at));
        buffer_text(&text, name);
    }
    buffer_text(&text, at);
    const char *path = arena_format(arena, "%s/%s", folder, place_of(arena, file->name));
    return write_file(arena, path, buffer_string(&text), text.length);
}

/* The first file of the template that is there already, or null. */
static const char *in_the_way(Arena *arena, const char *folder) {
    for (size_t i = 0; i < init_files_count; i++) {
        const char *path = arena_format(arena, "%s/%s", folder, place_of(arena, init_files[i].name));
        struct stat about;
        if (strcmp(init_files[i].name, "gitignore") && !lstat(path, &about)) return path;
    }
    return NULL;
}

static GovExit run(Session *session, CommandLine *line) {
    Arena *arena = &session->arena;
    const char *folder = line->argument_count ? line->arguments[0] : ".";
    if (mkdir(folder, 0777) && errno != EEXIST) return failure("folder `%s` cannot be made: %s", folder, strerror(errno));
    const char *name = line->values[OPTION_NAME] ? line->values[OPTION_NAME] : name_of_folder(arena, folder);
    if (!is_name(name)) return misuse("`%s` is no name of a project: lower-case letters, digits and `_`, a letter first", name);
    const char *there = in_the_way(arena, folder);
    if (there) return failure("file `%s` is there already; nothing was written", there);
    for (size_t i = 0; i < init_files_count; i++) {
        const char *path = arena_format(arena, "%s/%s", folder, place_of(arena, init_files[i].name));
        struct stat about;
        if (!lstat(path, &about)) continue; /* a .gitignore that is there stays */
        if (!write_one(arena, folder, name, &init_files[i])) return GOV_EXIT_FAILED;
        printf("wrote %s\n", path);
    }
    const char *at = line->argument_count ? arena_format(arena, " -C %s", folder) : "";
    printf("\nnext:\n  gov check%s\n  gov run%s\n  gov docs%s --open\n", at, at, at);
    return GOV_EXIT_FINE;
}

const Command command_init = {
    .name = "init", .arguments = "[DIR]", .most = 1, .options = OPTIONS, .run = run,
    .words = "Writes a project that runs: a CSV file, a source, two models, a unit test, an owner, a role and a grant.\n"
             "Writes over nothing.",
    .examples = "  gov init shop\n  gov run -C shop\n",
};
