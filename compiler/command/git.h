/* A project's files as they are, and as git has them. */
#ifndef GOV_COMMAND_GIT_H
#define GOV_COMMAND_GIT_H

#include "compiler/command/command.h"

typedef VEC(const char *) Paths;

/* Finds only the folder of the project: --directory's, else the nearest one upwards with a project.gov; false: said. */
bool project_find(Session *session, const CommandLine *line, Project *project);
/* Whether a path is a regular file. */
bool is_file(const char *path);
/* Whether a name ends with `.gov`. */
bool is_gov(const char *name);
/* Adds the standard library's texts. */
void add_stdlib(Session *session, Project *project);
/* For qsort() of paths. */
int by_bytes(const void *a, const void *b);

/* The commit that HEAD names, read from the files of git itself (gitrepository-layout); null outside a checkout. */
const char *git_revision(Arena *arena, const char *project);
/* Loads the project as it was at a commit, which is named in any way that git knows: `HEAD~1`, a tag, a branch. False: said. */
bool project_load_at(Session *session, const CommandLine *line, const char *revision, Project *ret_project);

#endif
