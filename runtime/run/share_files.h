/* Files that are written beside their place and then renamed, so that a reader has the old one or the new one, whole. */
#ifndef GOV_RUN_SHARE_FILES_H
#define GOV_RUN_SHARE_FILES_H

#include <stdbool.h>

/* Text that the caller frees, or null: out of memory. */
char *file_beside(const char *path);
char *file_in(const char *folder, const char *name);
/* `path` below `folder`, unless it is absolute or there is no folder. */
char *file_from(const char *folder, const char *path);

/* Makes the folders that the path lies in; false with errno. */
bool file_make_folders(const char *path);
/* Whether the two paths name one file that exists. */
bool file_is_same(const char *one, const char *other);
/* Whether there is a file that is no DuckDB database: not ours to replace. */
bool file_is_foreign(const char *path);

#endif
