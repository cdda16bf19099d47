/* Role views and masked tables of a target that has roles, within the transaction that publishes: the roles' old ones go before
 * relations are replaced, the new ones are made behind it, and then state_publish() makes the privileges what they are to be.
 * On an engine without roles all of this does nothing. */
#ifndef GOV_RUN_ACCESS_H
#define GOV_RUN_ACCESS_H

#include "runtime/engine/engine.h"
#include "runtime/settings/settings.h"

/* Drops what gov's owner has in the schemas of roles, and so what stands on the relations that are to be replaced. */
bool access_clear(EngineConnection *connection, const GovPlan *plan, EngineError *ret_error);
/* Makes owner, roles and schemas where they are not there, gives what the plan publishes to the owner, strips PUBLIC, and makes
 * each role view of which all relations are there. Masked tables are filled, their keys bound as parameters. */
bool access_apply(EngineConnection *connection, const GovPlan *plan, const Settings *settings, EngineError *ret_error);

#endif
