/* A plan that is kept: what the project and the target were when it was made. */
#ifndef GOV_COMMAND_PLAN_FILE_H
#define GOV_COMMAND_PLAN_FILE_H

#include "compiler/command/command.h"

/* Writes it as JSON: no SQL, no values, only names and hashes. False: said what is wrong. */
bool plan_file_write(Session *session, const CommandLine *line, const Plan *plan, const char *path);
/* Reads the selection of a kept plan into the line, which must have none of its own. False: said what is wrong. */
bool plan_file_select(Session *session, CommandLine *line, const char *path);
/* Holds the plan of now against the kept one. False: said, by name, what is not as it was. */
bool plan_file_check(Session *session, const Plan *plan, const char *path);

#endif
