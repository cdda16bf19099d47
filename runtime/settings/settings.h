/* Values that a plan reads when it runs: `env('X', 'default')`, `secret('X')`; and the redactor, which keeps secrets out
 * of everything that is printed or recorded. */
#ifndef GOV_SETTINGS_H
#define GOV_SETTINGS_H

#include "runtime/plan.h"

typedef struct Settings Settings;

/* Resolves every value that the plan mentions (target, constants, the sources of its steps, masks of roles), once, before anything runs.
 * A secret is the environment's variable of that name, else the file of that name in $GOV_SECRETS_DIR, without one
 * newline at its end. On failure `*ret_error` is a text, one line for each value that is missing, naming it and where it
 * is used; the caller frees it (null: out of memory). The caller closes the settings. Read-only afterwards, so any
 * thread may ask. */
bool settings_open(const GovPlan *plan, Settings **ret_settings, char **ret_error);
void settings_close(Settings *settings);

/* One value by itself, as a plan's are resolved; the caller frees it. Null: it is missing. */
char *settings_read(const GovValue *value);

/* The text of a value of the plan that the settings were opened for; owned by the settings. */
const char *settings_value(const Settings *settings, const GovValue *value);

/* The text of the constant of that name (`{bcb}` in a place), or null if the plan has none. */
const char *settings_constant(const Settings *settings, const char *name);

/* A copy of `text`, which the caller frees, in which every secret (of three bytes or more, also in its URL-encoded and
 * base64 forms) reads `***`; null: out of memory. Everything that is printed or recorded passes here. */
char *settings_redact(const Settings *settings, const char *text);

#endif
