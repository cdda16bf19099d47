/* Files that are part of the program: the standard library, the catalog site's assets, the pages of `gov explain`.
 *
 * To embed a list of files, in a local.mk (gov_SOURCES, because only the program needs them):
 *
 *     NAME_files = $(wildcard $(srcdir)/folder/ *.ext)
 *     nodist_gov_SOURCES += folder/NAME.c
 *     CLEANFILES += folder/NAME.c
 *     folder/NAME.c: $(NAME_files) compiler/base/embed.sh
 *         $(EMBED) NAME $(NAME_files) >$@
 *
 * and in C: EMBEDDED_FILES(NAME); then NAME[0 .. NAME_count - 1] are the files, sorted by name in byte order.
 */
#ifndef GOV_COMPILER_BASE_EMBED_H
#define GOV_COMPILER_BASE_EMBED_H

#include <stddef.h>

/* One file: its name without folders; its bytes, followed by one zero byte that is not counted; how many they are,
 * never 0. Constant data of the program: never freed, never written. */
typedef struct EmbeddedFile {
    const char *name;
    const char *bytes;
    size_t size;
} EmbeddedFile;

/* Declares the list NAME, sorted by name, and how many files it has. */
#define EMBEDDED_FILES(NAME) extern const EmbeddedFile NAME[]; extern const size_t NAME##_count

#endif
