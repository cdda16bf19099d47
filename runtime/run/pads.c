#include "runtime/run/pads.h"

#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 64 };

/* A server may write the values that are bound to statements into its log. Whoever may switch that off for the session does;
 * else, if it would, no key is sent. */
static const char KEEP_OUT_OF_LOG[] =
    "do $gov$ begin perform set_config('log_parameter_max_length', '0', false); exception when insufficient_privilege then null; end $gov$";
static const char WOULD_BE_IN_LOG[] =
    "select count(*) where current_setting('log_parameter_max_length', true) is distinct from '0'\n"
    "  and (current_setting('log_statement') in ('mod', 'all') or current_setting('log_min_duration_statement') <> '-1'\n"
    "    or coalesce(current_setting('log_min_duration_sample', true), '-1') <> '-1'\n"
    "    or coalesce(current_setting('log_transaction_sample_rate', true), '0') <> '0')";

bool pads_keep_out_of_log(EngineConnection *connection, const char *what, EngineError *ret_error) {
    int64_t would_be;
    if (!engine_is_server(connection)) return true;
    if (!engine_execute(connection, KEEP_OUT_OF_LOG, NULL, ret_error) ||
        !engine_query_integer(connection, WOULD_BE_IN_LOG, &would_be, ret_error))
        return false;
    if (!would_be) return true;
    ret_error->fault = ENGINE_FAULT_OTHER;
    snprintf(ret_error->text, sizeof ret_error->text,
             "`%s` is masked with a secret, and the server would write its key to the log of statements: "
             "`grant set on parameter log_parameter_max_length` to the user of the target, or let it be 0 for that user",
             what);
    return false;
}

static void fill(const char *key, unsigned char of, char hex[2 * BLOCK + 1]) {
    static const char digits[] = "0123456789abcdef";
    unsigned char block[BLOCK] = {0};
    size_t length = strlen(key);
    if (length > BLOCK) {
        struct sha256_ctx context;
        sha256_init(&context);
        sha256_update(&context, length, (const uint8_t *)key);
        sha256_digest(&context, SHA256_DIGEST_SIZE, block);
        explicit_bzero(&context, sizeof context);
    } else {
        memcpy(block, key, length);
    }
    for (size_t i = 0; i < BLOCK; i++) {
        hex[2 * i] = digits[(block[i] ^ of) >> 4];
        hex[2 * i + 1] = digits[(block[i] ^ of) & 15];
    }
    hex[2 * BLOCK] = '\0';
    explicit_bzero(block, sizeof block);
}

bool pads_open(const Settings *settings, const GovPad *pads, size_t count, EngineParameter **ret_parameters, EngineError *ret_error) {
    *ret_parameters = count ? calloc(count, sizeof **ret_parameters) : NULL;
    bool ok = !count || *ret_parameters;
    for (size_t i = 0; ok && i < count; i++) {
        const char *key = settings_value(settings, &(GovValue){GOV_VALUE_SECRET, pads[i].secret, NULL});
        char *hex = key ? malloc(2 * BLOCK + 1) : NULL;
        if (hex) fill(key, pads[i].outer ? 0x5c : 0x36, hex);
        (*ret_parameters)[i] = engine_text(hex);
        ok = hex != NULL;
    }
    if (ok) return true;
    pads_close(*ret_parameters, count);
    *ret_parameters = NULL;
    *ret_error = (EngineError){ENGINE_FAULT_MEMORY, "out of memory, or a mask's secret is not known"};
    return false;
}

void pads_close(EngineParameter *parameters, size_t count) {
    for (size_t i = 0; parameters && i < count; i++) {
        char *hex = (char *)parameters[i].text;
        if (hex) explicit_bzero(hex, 2 * BLOCK);
        free(hex);
    }
    free(parameters);
}
