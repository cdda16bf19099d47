/* The lock of a DuckDB file: `<path>.lock` beside it, held (flock) by whoever writes, so that two who create the database at the same
 * time do not meet in a half-made file, and naming them for whoever cannot open it. Local file systems, and NFS from version 4 on. */
#ifndef GOV_LEDGER_LOCK_FILE_H
#define GOV_LEDGER_LOCK_FILE_H

#include "runtime/ledger/lock.h"

/* Takes the lock of the database at `path`. Gives the file, to be let go with lock_file_release, or -1: then `*ret_held` tells whether
 * another process has it, or it cannot be had there at all (such as in a folder that cannot be written). */
int lock_file_take(const char *path, bool *ret_held);
void lock_file_release(const char *path, int file);

/* Says which run has it: `words` are `run 12 of ana on host-3, since …`. */
void lock_file_write(int file, const char *words);

/* Does another process have the lock? */
bool lock_file_is_held(const char *path);

/* ` by `gov` (process 1234), run 12 of ana on host-3, since …` of whoever has it, as far as it is known. */
void lock_file_read(const char *path, char ret_holder[LEDGER_HOLDER_SIZE]);

#endif
