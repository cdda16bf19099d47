/* Whether the files of a source are those that it was loaded from. */
#ifndef GOV_INGEST_UNCHANGED_H
#define GOV_INGEST_UNCHANGED_H

#include "runtime/plan.h"
#include "runtime/settings/settings.h"
#include "runtime/state/state.h"

/* Of the origin of a source, by name, size and time of change, as make(1) and cargo decide it: nothing is read. True only if
 * a load would certainly find what the last one with the step's fingerprint found; false where that cannot be known (HTTP, the
 * newest of several files, a place that cannot be read). Relative paths start at `folder`. */
bool ingest_is_unchanged(const GovStep *step, const Settings *settings, const char *folder, const TargetState *state);
/* The same of a source whose declaration may be another since: what is read is the same, if not what is made of it. Only where
 * every file is taken each time. */
bool ingest_has_same_files(const GovStep *step, const Settings *settings, const char *folder, const TargetState *state);

#endif
