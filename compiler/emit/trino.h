/* What the files of the dialect `trino` share: trino.c is its table, the others the expressions that it writes in its own
 * way. */
#ifndef GOV_EMIT_TRINO_H
#define GOV_EMIT_TRINO_H

#include "compiler/emit/internal.h"

extern const Dialect dialect_trino;

/* How Trino writes an expression, or null: as all do. trino_forms.c asks the others. */
const Form *trino_form(Emitter *emitter, const Expr *expr);
const Form *trino_time_form(Emitter *emitter, const Expr *expr);
const Form *trino_regex_form(const Call *call);
void trino_cast(Emitter *emitter, const Expr *operand, const Type *to, bool is_try);
/* A regular expression of the common subset as Joni reads it. */
const char *trino_regex(Arena *arena, const char *pattern);
void trino_matches(Emitter *emitter, const Expr *text, const char *pattern, bool negated);

TypeKind kind_of(const Node *expr);
/* The literal that an expression stands for, or null. */
const Literal *literal_behind(Emitter *emitter, const Node *expr);
bool is_called(const Call *call, const char *name);
/* Writes an expression where anything may stand. */
void put_any(Emitter *emitter, const Node *expr);

#endif
