/* Finds a project on disk, reads its files, compiles it and draws what is wrong. */
#include "compiler/command/git.h"

#include "compiler/base/embed.h"
#include "runtime/schedule/zone.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

EMBEDDED_FILES(stdlib);

enum { DEEPEST_FOLDER = 64 };

bool is_file(const char *path) {
    struct stat about;
    return !stat(path, &about) && S_ISREG(about.st_mode);
}

/* The nearest folder upwards, from `folder`, that has a project.gov, as a path; null if none has. */
static char *find_upwards(Arena *arena, const char *folder) {
    char *at = realpath(folder, NULL);
    if (!at) return NULL;
    char *found = NULL;
    for (;;) {
        if (is_file(arena_format(arena, "%s/project.gov", at))) {
            found = arena_copy(arena, at, strlen(at));
            break;
        }
        char *slash = strrchr(at, '/');
        if (!slash || slash == at) break;
        *slash = 0;
    }
    free(at);
    return found;
}

int by_bytes(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

bool is_gov(const char *name) {
    size_t length = strlen(name);
    return length > 4 && !strcmp(name + length - 4, ".gov");
}

/* What an entry of a folder is: S_IFREG, S_IFDIR …; 0: not known. Most file systems say so themselves, and a question for
 * each of thousands of files costs as much as opening it; of a link what it leads to is asked. A broken one is nobody's. */
static mode_t kind_of(const struct dirent *entry, const char *path) {
    struct stat about;
    if (entry->d_type == DT_REG) return S_IFREG;
    if (entry->d_type == DT_DIR) return S_IFDIR;
    return stat(path, &about) ? 0 : about.st_mode & S_IFMT;
}

/* Adds the paths (relative to the project) of all .gov files below a folder. Hidden folders, `build` and folders that
 * are projects of their own are left out. */
static bool walk(Arena *arena, const char *root, const char *relative, int depth, Paths *paths) {
    const char *folder = *relative ? arena_format(arena, "%s/%s", root, relative) : root;
    DIR *entries = opendir(folder);
    if (!entries) {
        failure("folder `%s` cannot be read: %s", folder, strerror(errno));
        return false;
    }
    bool fine = true;
    for (struct dirent *entry; fine && (entry = readdir(entries));) {
        if (entry->d_name[0] == '.') continue;
        const char *path = *relative ? arena_format(arena, "%s/%s", relative, entry->d_name)
                                     : arena_copy(arena, entry->d_name, strlen(entry->d_name));
        const char *whole = arena_format(arena, "%s/%s", root, path);
        mode_t kind = kind_of(entry, whole);
        if (S_ISREG(kind) && is_gov(path)) vec_push(arena, paths, path);
        if (!S_ISDIR(kind) || !strcmp(entry->d_name, "build") || depth == DEEPEST_FOLDER) continue;
        if (!is_file(arena_format(arena, "%s/project.gov", whole))) fine = walk(arena, root, path, depth + 1, paths);
    }
    closedir(entries);
    return fine;
}

static bool add_text(Session *session, Project *project, const char *path) {
    const char *whole = *path == '/' ? path : arena_format(&session->arena, "%s/%s", project->folder, path);
    size_t length;
    char *text = read_file(&session->arena, whole, &length);
    if (!text) {
        failure("file `%s` cannot be read: %s", path, strerror(errno));
        return false;
    }
    vec_push(&session->arena, &project->texts, ((SourceText){path, text, length, false}));
    return true;
}

void add_stdlib(Session *session, Project *project) {
    for (size_t i = 0; i < stdlib_count; i++) {
        const char *path = arena_format(&session->arena, "<stdlib>/%s", stdlib[i].name);
        vec_push(&session->arena, &project->texts, ((SourceText){path, stdlib[i].bytes, stdlib[i].size, true}));
    }
}

static bool load_files(Session *session, CommandLine *line, Project *project) {
    project->folder = ".";
    for (int i = 0; i < line->argument_count; i++)
        if (!add_text(session, project, line->arguments[i])) return false;
    return true;
}

bool project_find(Session *session, const CommandLine *line, Project *project) {
    const char *given = line->values[OPTION_DIRECTORY];
    struct stat about;
    if (given && !strcmp(given, ".")) given = NULL;
    if (given && (stat(given, &about) || !S_ISDIR(about.st_mode))) {
        misuse("there is no folder `%s`", given);
        return false;
    }
    project->folder = !given && is_file("project.gov") ? "." : find_upwards(&session->arena, given ? given : ".");
    if (project->folder) return true;
    misuse("there is no `project.gov` in %s or a folder above it; `gov init` starts a project",
           given ? arena_format(&session->arena, "`%s`", given) : "this folder");
    return false;
}

static bool load_folder(Session *session, const CommandLine *line, Project *project) {
    if (!project_find(session, line, project)) return false;
    Paths paths = {0};
    if (!walk(&session->arena, project->folder, "", 0, &paths)) return false;
    qsort(paths.items, paths.count, sizeof *paths.items, by_bytes);
    for (uint32_t i = 0; i < paths.count; i++)
        if (!add_text(session, project, paths.items[i])) return false;
    return true;
}

bool project_load(Session *session, CommandLine *line, bool takes_files, Project *ret_project) {
    *ret_project = (Project){0};
    add_stdlib(session, ret_project);
    bool files = takes_files && line->argument_count && !line->values[OPTION_DIRECTORY];
    /* a folder as the only argument is the project in it */
    struct stat about;
    if (files && line->argument_count == 1 && !stat(line->arguments[0], &about) && S_ISDIR(about.st_mode)) {
        line->values[OPTION_DIRECTORY] = line->arguments[0];
        files = false;
    }
    if (!(files ? load_files(session, line, ret_project) : load_folder(session, line, ret_project))) return false;
    ret_project->revision = git_revision(&session->arena, ret_project->folder);
    return true;
}

void draw_reports(Session *session, const CommandLine *line) {
    const char *format = line->values[OPTION_FORMAT] ? line->values[OPTION_FORMAT] : "text";
    Buffer out;
    buffer_open(&out, &session->arena);
    FILE *stream = stdout;
    if (!strcmp(format, "sarif")) diag_draw_sarif(&session->diag, &out);
    else if (!strcmp(format, "github")) diag_draw_github(&session->diag, &out);
    else if (!strcmp(format, "json")) diag_draw_json(&session->diag, &out);
    else {
        DrawOptions options = {.colours = line->color_err};
        diag_draw_text(&session->diag, &options, &out);
        stream = stderr;
    }
    fputs(buffer_string(&out), stream);
}

/* As text, where --format is the form of the command's own answer. */
static void draw_beside_answer(Session *session, CommandLine *line) {
    const char *format = line->values[OPTION_FORMAT];
    line->values[OPTION_FORMAT] = NULL;
    draw_reports(session, line);
    line->values[OPTION_FORMAT] = format;
}

/* Today in UTC, which expiries are held against; SOURCE_DATE_EPOCH (reproducible-builds.org) states another day. */
static const char *run_date(Arena *arena) {
    const char *stated = getenv("SOURCE_DATE_EPOCH");
    time_t now = stated ? (time_t)strtoll(stated, NULL, 10) : time(NULL);
    struct tm day;
    gmtime_r(&now, &day);
    return arena_format(arena, "%04d-%02d-%02d", day.tm_year + 1900, day.tm_mon + 1, day.tm_mday);
}

static void say_count(Session *session, const char *name) {
    const Diag *diag = &session->diag;
    fprintf(stderr, "\ngov: error: `%s` has %u error%s", name, diag->errors, diag->errors == 1 ? "" : "s");
    if (diag->warnings) fprintf(stderr, " and %u warning%s", diag->warnings, diag->warnings == 1 ? "" : "s");
    fputc('\n', stderr);
}

bool compile_options(Session *session, const CommandLine *line, CompileOptions *ret_options) {
    long threads = option_number(line, OPTION_THREADS, sysconf(_SC_NPROCESSORS_ONLN));
    if (threads < 0) return false;
    *ret_options = (CompileOptions){.run_date = run_date(&session->arena), .zone_exists = zone_database() ? zone_exists : NULL, .threads = (unsigned)threads};
    return true;
}

bool project_check(Session *session, CommandLine *line, Project *project, GovExit *ret_exit) {
    CompileOptions options;
    *ret_exit = GOV_EXIT_MISUSE;
    if (!compile_options(session, line, &options)) return false;
    bool fine = compile(session, project->texts.items, project->texts.count, &options);
    bool check = line->command == &command_check;
    const char *format = line->values[OPTION_FORMAT];
    bool as_data = check && format && strcmp(format, "text");
    if (session->diag.reports.count || as_data) {
        if (check) draw_reports(session, line);
        else draw_beside_answer(session, line);
    }
    if (!fine && !as_data)
        say_count(session, session->program->project_name ? session->program->project_name : "this program");
    *ret_exit = fine ? GOV_EXIT_FINE : GOV_EXIT_FAILED;
    return fine;
}

bool project_compile(Session *session, CommandLine *line, bool takes_files, Project *ret_project, GovExit *ret_exit) {
    *ret_exit = GOV_EXIT_MISUSE;
    return project_load(session, line, takes_files, ret_project) && project_check(session, line, ret_project, ret_exit);
}

static bool only_about_access(const Diag *diag) {
    for (uint32_t i = 0; i < diag->reports.count; i++)
        if (diag->reports.items[i]->severity == SEVERITY_ERROR && diag->reports.items[i]->code != CODE_G0412) return false;
    return true;
}

bool project_know(Session *session, CommandLine *line, const char *revision, Project *ret_project, GovExit *ret_exit) {
    *ret_exit = GOV_EXIT_MISUSE;
    if (revision ? !project_load_at(session, line, revision, ret_project) : !project_load(session, line, false, ret_project)) return false;
    CompileOptions options = {.run_date = run_date(&session->arena), .zone_exists = zone_database() ? zone_exists : NULL};
    if (compile(session, ret_project->texts.items, ret_project->texts.count, &options) || only_about_access(&session->diag)) return true;
    draw_beside_answer(session, line);
    *ret_exit = GOV_EXIT_FAILED;
    return false;
}

bool stdlib_compile(Session *session, CommandLine *line, Project *ret_project, GovExit *ret_exit) {
    *ret_project = (Project){.folder = "."};
    add_stdlib(session, ret_project);
    return project_check(session, line, ret_project, ret_exit);
}
