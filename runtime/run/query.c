/* One query at a target, its rows on a stream: `gov query`. */
#include "runtime/log/rows.h"
#include "runtime/run/internal.h"
#include "runtime/run/pads.h"

#include <stdlib.h>

/* Errors go to the standard error: the stream is for rows. */
static GovExit fail(Log *log, const char *text) {
    log_message(log, LOG_ERROR, "%s", text ? text : "out of memory");
    return GOV_EXIT_FAILED;
}

typedef struct {
    const char *sql;
    const EngineParameter *parameters;
    size_t count;
    GovTexts guards;
} Asked;

/* Tells the first that gives a text. */
static bool pass_guards(EngineConnection *connection, const GovTexts *guards, EngineError *ret_error) {
    for (size_t i = 0; i < guards->count; i++) {
        char *text = NULL;
        if (!engine_query_text(connection, guards->items[i], &text, ret_error)) {
            if (ret_error->fault == ENGINE_FAULT_QUERY)
                snprintf(ret_error->text, sizeof ret_error->text, "no run that could keep history has published anything here yet");
            return false;
        }
        if (!text) continue;
        ret_error->fault = ENGINE_FAULT_OTHER;
        snprintf(ret_error->text, sizeof ret_error->text, "%s", text);
        free(text);
        return false;
    }
    return true;
}

/* One state for the guards and the query. */
static bool begin(EngineConnection *connection, EngineError *ret_error) {
    return engine_begin(connection, ret_error) &&
           (!engine_is_server(connection) || engine_execute(connection, "set transaction isolation level repeatable read", NULL, ret_error));
}

static GovExit query(EngineDatabase *database, Watch *watch, const Asked *asked, GovRowsFormat format, FILE *out, Log *log) {
    EngineError error;
    EngineConnection *connection;
    EngineResult *result = NULL;
    int64_t rows;
    if (!engine_connect(database, &connection, &error)) return fail(log, error.text);
    bool ok = watch_add(watch, connection, NULL) && (!asked->count || pads_keep_out_of_log(connection, "what it asks", &error)) &&
              (!asked->guards.count || begin(connection, &error)) && pass_guards(connection, &asked->guards, &error) &&
              engine_query(connection, asked->sql, asked->parameters, asked->count, &result, &error) &&
              log_rows(out, result, format, &rows, &error);
    if (ok && format == GOV_ROWS_TABLE) fprintf(out, "(%lld row%s)\n", (long long)rows, rows == 1 ? "" : "s");
    watch_remove(watch, connection);
    engine_result_close(result);
    if (asked->guards.count) engine_rollback(connection);
    engine_disconnect(connection);
    return ok ? GOV_EXIT_FINE : fail(log, error.text);
}

static GovExit query_with(const Target *target, Watch *watch, const GovRoleView *masks, const char *sql, GovTexts guards, GovRowsFormat format,
                          FILE *out, Log *log) {
    EngineParameter *parameters;
    EngineError error;
    if (!pads_open(target->settings, masks->pads, masks->pad_count, &parameters, &error)) return fail(log, error.text);
    GovExit exit = query(target->database, watch, &(Asked){sql, parameters, masks->pad_count, guards}, format, out, log);
    pads_close(parameters, masks->pad_count);
    return exit;
}

GovExit gov_query(const GovPlan *plan, const char *sql, const GovPad *pads, size_t pad_count, GovTexts guards, GovRowsFormat format,
                  const GovRunOptions *options) {
    GovRoleView masks = {.role = "--as-role", .pads = pads, .pad_count = pad_count};
    GovPlan only_target = *plan;
    only_target.step_count = 0;
    only_target.access = (GovAccess){.views = &masks, .view_count = 1}; /* of which only the secrets are looked for */
    GovRunOptions told = *options;
    told.stream = stderr;
    Log *log = log_open(&told);
    Watch watch = {.signals = -1, .wake = -1};
    if (!log || !watch_open(&watch, log)) {
        log_close(log);
        return GOV_EXIT_FAILED;
    }
    GovExit exit;
    Target target;
    EngineFault fault;
    char *text = NULL;
    if (target_open(&only_target, options->folder, TARGET_READ, &target, &fault, &text)) {
        log_set_settings(log, target.settings);
        exit = query_with(&target, &watch, &masks, sql, guards, format, options->stream ? options->stream : stdout, log);
        watch_close(&watch);
        log_close(log);
        target_close(&target);
        return exit;
    }
    fail(log, text);
    free(text);
    watch_close(&watch);
    log_close(log);
    return fault == ENGINE_FAULT_NONE ? GOV_EXIT_MISUSE : GOV_EXIT_FAILED;
}
