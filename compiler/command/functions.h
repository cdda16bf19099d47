/* The list of functions in the forms that `gov functions` prints. */
#ifndef GOV_COMMAND_FUNCTIONS_H
#define GOV_COMMAND_FUNCTIONS_H

#include "compiler/session.h"

/* An array of objects, one an overload: name, also (its other names), signature, parameters, returns, kind, nulls, tags,
 * volatile, doc, examples, engines. */
void functions_json(Session *session, const FunctionInfos *functions, Buffer *out);
/* docs/reference/functions.md: a chapter for each file of stdlib, in the order of writing. */
void functions_markdown(Session *session, const FunctionInfos *functions, Buffer *out);
/* The names of the engines that have it, with `between`; "" if none has. */
const char *function_engines(Session *session, const Signature *signature, const char *between);

#endif
