#ifndef GOV_COMMAND_WITNESS_H
#define GOV_COMMAND_WITNESS_H

#include "compiler/command/command.h"

/* Looks for two states of the sources that differ only in what the role is not cleared for and give it two answers, in the
 * embedded engine, for at most some seconds; prints them (`verbose`: whole),  or that none was found, or why none can be looked for. */
GovExit show_witness(Session *session, const Role *role, const Relation *relation, const Column *column, bool verbose);

#endif
