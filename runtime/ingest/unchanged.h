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

#endif
