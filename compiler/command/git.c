/* What git knows of a project: the commit that is checked out, and the project's texts as they were at any commit.
 *
 * The commit is read from git's own files, for every run records it; texts are asked of the program `git`, which alone
 * knows how they are packed. */
#include "compiler/command/git.h"

#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* The text of a file of git, cut at the end of its first line; null if it is not there. */
static char *git_line(Arena *arena, const char *folder, const char *name) {
    size_t length;
    char *text = read_file(arena, arena_format(arena, "%s/%s", folder, name), &length);
    if (text) text[strcspn(text, "\r\n")] = 0;
    return text;
}

/* A path that git wrote, which is absolute or starts at `folder`. */
static const char *git_path(Arena *arena, const char *folder, const char *path) {
    return *path == '/' ? path : arena_format(arena, "%s/%s", folder, path);
}

/* Git's own folder for a checkout: `.git`, or the folder that a linked worktree's file `.git` names; null: no checkout. */
static const char *git_folder(Arena *arena, const char *checkout) {
    const char *folder = arena_format(arena, "%s/.git", checkout);
    const char *link = git_line(arena, checkout, ".git");
    if (link && !strncmp(link, "gitdir: ", 8)) folder = git_path(arena, checkout, link + 8);
    return is_file(arena_format(arena, "%s/HEAD", folder)) ? folder : NULL;
}

/* What a reference stands for in `packed-refs`, whose lines are a commit, a blank and a reference. */
static const char *packed_reference(Arena *arena, const char *folder, const char *reference) {
    size_t length;
    const char *line = read_file(arena, arena_format(arena, "%s/packed-refs", folder), &length);
    while (line) {
        const char *end = strchr(line, '\n'), *name = strchr(line, ' ');
        size_t size = end ? (size_t)(end - line) : strlen(line), wanted = strlen(reference);
        if (name && (size_t)(name - line) + 1 + wanted == size && !strncmp(name + 1, reference, wanted)) return line;
        line = end ? end + 1 : NULL;
    }
    return NULL;
}

const char *git_revision(Arena *arena, const char *project) {
    const char *folder = NULL;
    char *at = realpath(project, NULL), *slash = at;
    while (slash && !(folder = git_folder(arena, at))) {
        slash = strrchr(at, '/');
        if (slash == at) break;
        if (slash) *slash = 0;
    }
    free(at);
    const char *head = folder ? git_line(arena, folder, "HEAD") : NULL;
    if (!head) return NULL;
    const char *common = git_line(arena, folder, "commondir");
    const char *shared = common ? git_path(arena, folder, common) : folder;
    const char *revision = head;
    if (!strncmp(head, "ref: ", 5)) {
        revision = git_line(arena, shared, head + 5);
        if (!revision) revision = packed_reference(arena, shared, head + 5);
    }
    if (!revision || strspn(revision, "0123456789abcdef") < 40) return NULL;
    return arena_copy(arena, revision, 40);
}

/* ---------------------------------------------------------------- texts at a commit */

/* All that the stream still gives, with a NUL behind it. */
static char *read_all(Arena *arena, int stream, size_t *ret_length) {
    Buffer out;
    char part[65536];
    ssize_t got;
    buffer_open(&out, arena);
    while ((got = read(stream, part, sizeof part)) > 0 || (got < 0 && errno == EINTR))
        if (got > 0) buffer_add(&out, part, (size_t)got);
    *ret_length = out.length;
    return got < 0 ? NULL : (char *)buffer_string(&out);
}

/* Starts `git` in a folder; its output is read at `*ret_output`. Gives 0, or an error number. */
static int start_git(const char *const *arguments, int input, pid_t *ret_child, int *ret_output) {
    posix_spawn_file_actions_t actions;
    int ends[2], problem;
    if (pipe(ends)) return errno;
    problem = posix_spawn_file_actions_init(&actions);
    if (!problem) {
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", 1, 0);
        posix_spawn_file_actions_addclose(&actions, ends[0]);
        problem = posix_spawnp(ret_child, "git", &actions, NULL, (char *const *)arguments, environ);
        posix_spawn_file_actions_destroy(&actions);
    }
    close(ends[1]);
    if (problem) close(ends[0]);
    *ret_output = ends[0];
    return problem;
}

/* What a `git` with these arguments (ending with null) prints, or null: it failed, or is not there (said). */
static char *ask_git(Arena *arena, const char *const *arguments, FILE *input, size_t *ret_length) {
    pid_t child;
    int output = -1, status = 0;
    FILE *nothing = input ? input : fopen("/dev/null", "r");
    int problem = nothing ? start_git(arguments, fileno(nothing), &child, &output) : errno;
    if (nothing && !input) fclose(nothing);
    if (problem) {
        failure("git cannot be started: %s", strerror(problem));
        return NULL;
    }
    char *text = read_all(arena, output, ret_length);
    close(output);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? text : NULL;
}

/* The full name of the commit that a user calls `revision`; null after saying what is wrong. */
static const char *commit_of(Arena *arena, const char *folder, const char *revision) {
    char *asked = arena_format(arena, "%s^{commit}", revision);
    const char *arguments[] = {"git", "-C", folder, "rev-parse", "--verify", "--quiet", "--end-of-options", asked, NULL};
    size_t length;
    char *text = ask_git(arena, arguments, NULL, &length);
    if (text && length >= 40) return arena_copy(arena, text, 40);
    if (git_revision(arena, folder)) misuse("git knows no commit `%s`", revision);
    else misuse("the project is not in a git repository with a commit");
    return NULL;
}

/* Whether the files of a folder are no part of the project: hidden, `build`, or a project of its own. */
static bool is_apart(Arena *arena, const Map *projects, Names *names, const char *path) {
    for (const char *slash = strchr(path, '/'), *part = path; slash; part = slash + 1, slash = strchr(part, '/')) {
        if (*part == '.' || (slash - part == 5 && !strncmp(part, "build", 5))) return true;
        if (map_get(projects, name_of(names, arena_copy(arena, path, (size_t)(slash - path))))) return true;
    }
    return false;
}

/* The paths below the project's folder at a commit, relative to it, of all that belongs to the project. */
static bool list_paths(Session *session, const char *folder, const char *commit, Paths *paths) {
    Arena *arena = &session->arena;
    const char *arguments[] = {"git", "-C", folder, "ls-tree", "-r", "-z", "--name-only", commit, NULL};
    size_t length;
    Map projects;
    const char *text = ask_git(arena, arguments, NULL, &length);
    if (!text) return false;
    map_open(&projects, arena);
    for (const char *at = text; at < text + length; at += strlen(at) + 1) {
        const char *slash = strrchr(at, '/');
        if (slash && !strcmp(slash, "/project.gov"))
            map_put(&projects, names_intern(&session->names, at, (size_t)(slash - at)), (void *)at);
    }
    for (const char *at = text; at < text + length; at += strlen(at) + 1)
        if (is_gov(at) && !is_apart(arena, &projects, &session->names, at)) vec_push(arena, paths, at);
    qsort(paths->items, paths->count, sizeof *paths->items, by_bytes);
    return true;
}

/* One answer of `git cat-file --batch`: a line that ends with the size, the bytes, a line end. */
static const char *take_text(Arena *arena, Project *project, const char *path, const char *at, const char *end) {
    const char *line = memchr(at, '\n', (size_t)(end - at));
    const char *size = line ? memrchr(at, ' ', (size_t)(line - at)) : NULL;
    size_t length = size ? strtoul(size + 1, NULL, 10) : 0;
    if (!size || length > (size_t)(end - line) - 1) return NULL;
    vec_push(arena, &project->texts, ((SourceText){path, arena_copy(arena, line + 1, length), length, false}));
    return line + 1 + length + 1;
}

static bool read_texts(Session *session, Project *project, const char *commit, const Paths *paths) {
    FILE *names = tmpfile();
    if (!names) return false;
    for (uint32_t i = 0; i < paths->count; i++) fprintf(names, "%s:./%s\n", commit, paths->items[i]);
    bool fine = !fflush(names) && !fseek(names, 0, SEEK_SET);
    const char *arguments[] = {"git", "-C", project->folder, "cat-file", "--batch", NULL};
    size_t length = 0;
    const char *text = fine ? ask_git(&session->arena, arguments, names, &length) : NULL, *at = text;
    fclose(names);
    for (uint32_t i = 0; at && i < paths->count; i++) at = take_text(&session->arena, project, paths->items[i], at, text + length);
    return at != NULL;
}

bool project_load_at(Session *session, const CommandLine *line, const char *revision, Project *ret_project) {
    *ret_project = (Project){0};
    add_stdlib(session, ret_project);
    if (!project_find(session, line, ret_project)) return false;
    const char *commit = commit_of(&session->arena, ret_project->folder, revision);
    if (!commit) return false;
    Paths paths = {0};
    ret_project->revision = commit;
    if (!list_paths(session, ret_project->folder, commit, &paths) || !read_texts(session, ret_project, commit, &paths)) {
        failure("git cannot read the project's files at `%s`", revision);
        return false;
    }
    if (paths.count) return true;
    misuse("there was no project in this folder at `%s`", revision);
    return false;
}
