/* Marked text and its layout in lines.
 *
 * The emitter writes SQL into a Buffer with marks: single bytes that never occur in UTF-8. layout_write() lays it out: a
 * group that fits into the rest of its line stays on one line, else each of its own breaks becomes a new line. */
#ifndef GOV_LAYOUT_H
#define GOV_LAYOUT_H

#include "compiler/base/base.h"

#define L_OPEN "\xF8"    /* a group begins … */
#define L_CLOSE "\xF9"   /* … and ends */
#define L_LINE "\xFA"    /* a space, or a new line where the group is broken */
#define L_EMPTY "\xFB"   /* nothing, or a new line */
#define L_IN "\xFC"      /* new lines are indented by one more step … */
#define L_OUT "\xFD"     /* … until here */
#define L_HARD "\xFE"    /* always a new line: the groups around it are broken */
#define L_FILL "\xFF"    /* a space, or a new line if what follows up to the next break does not fit */

#define LAYOUT_WIDTH 110

/* Writes the marked text (NUL-terminated) as lines of at most LAYOUT_WIDTH columns where its breaks allow it, each indented by
 * `indent` more steps. Uses `scratch` for its notes. */
void layout_write(Arena *scratch, const char *marked, unsigned indent, Buffer *out);

#endif
