/* Which of the files that are there a load takes: all, the newest, or those that earlier loads have not. */
#ifndef GOV_INGEST_ARRIVED_H
#define GOV_INGEST_ARRIVED_H

#include "runtime/ingest/internal.h"

/* Finds the files of the source's place, waiting for them as it says, and chooses: arrived_choose. */
bool arrived_wait(Load *load, IngestFoundFiles *files, char **ret_keep);

/* Adds to the staged quarantine what the published one has of files that are not among these. */
bool arrived_keep_quarantine(Load *load, const IngestFoundFiles *files);

/* Takes out of `files` what is not to be loaded, as the source's files mode says:
 *   each once      a file whose content was loaded before, under whatever name, is passed over, and that is told; a name that was loaded
 *                  with other content is a fault, since its old rows could not be told from its new ones
 *   replace rows   a file is loaded if it is new (a copy of one that was loaded is not) or its content changed; its rows are those with the values that its
 *                  path has for the columns `from path`; a source without such columns has all its files loaded
 *   newest         only the newest: by what the names say, where the place has columns, else by time of change
 * In the first two modes each file gets its sha256, and `*ret_keep` is the condition (SQL, over a published row `p`)
 * for rows of earlier loads that stay; null: none. The caller frees it. */
bool arrived_choose(Load *load, IngestFoundFiles *files, char **ret_keep);

#endif
