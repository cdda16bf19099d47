/* What the files of the dialect `trino` share. */
#ifndef GOV_EMIT_TRINO_H
#define GOV_EMIT_TRINO_H

#include "compiler/emit/internal.h"

extern const Dialect dialect_trino;

/* trino_forms.c */
const Form *trino_form(Emitter *emitter, const Expr *expr);
void trino_cast(Emitter *emitter, const Expr *operand, const Type *to, bool is_try);
/* A regular expression of the common subset in the words of Joni, Trino's engine of them. */
const char *trino_pattern(Arena *arena, const char *pattern);

#endif
