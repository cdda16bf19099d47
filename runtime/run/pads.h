/* The keys of masks as a statement takes them: bound, never written. */
#ifndef GOV_RUN_PADS_H
#define GOV_RUN_PADS_H

#include "runtime/engine/engine.h"
#include "runtime/settings/settings.h"

/* Computes the pads (RFC 2104: the key, hashed if longer than 64 bytes, filled up with zeros, each byte xor 0x36 or 0x5c) as hexadecimal
 * digits, as the parameters $1 … of a statement. False: out of memory, or a secret that the settings do not have. Closed with
 * pads_close, which overwrites them. No pads: null parameters. */
bool pads_open(const Settings *settings, const GovPad *pads, size_t count, EngineParameter **ret_parameters, EngineError *ret_error);
/* Before pads are bound at a server: lets it not write them into its log of statements, or fails. `what` is masked with them. */
bool pads_keep_out_of_log(EngineConnection *connection, const char *what, EngineError *ret_error);
void pads_close(EngineParameter *parameters, size_t count);

#endif
