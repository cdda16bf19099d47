/* What the drawers share. */
#ifndef GOV_DRAW_H
#define GOV_DRAW_H

#include "compiler/diag/diag.h"

/* "error" or "warning". */
const char *severity_word(Severity severity);

#endif
