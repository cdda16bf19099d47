/* What the files of the dialect `postgres` share. */
#ifndef GOV_EMIT_POSTGRES_H
#define GOV_EMIT_POSTGRES_H

#include "compiler/emit/internal.h"

/* postgres_forms.c */
const Form *postgres_form(Emitter *emitter, const Expr *expr);

#endif
