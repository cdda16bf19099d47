/* What the drawers share. */
#ifndef GOV_DRAW_H
#define GOV_DRAW_H

#include "compiler/diag/diag.h"

/* The reports in order of place, those without a place first. */
Report **diag_sorted(Diag *diag);
/* "error" or "warning". */
const char *severity_word(Severity severity);

#endif
