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
} Asked;

static GovExit query(EngineDatabase *database, Watch *watch, const Asked *asked, GovRowsFormat format, FILE *out, Log *log) {
    EngineError error;
    EngineConnection *connection;
    EngineResult *result = NULL;
    int64_t rows;
    if (!engine_connect(database, &connection, &error)) return fail(log, error.text);
    bool ok = watch_add(watch, connection, NULL) && (!asked->count || pads_keep_out_of_log(connection, "what it asks", &error)) &&
              engine_query(connection, asked->sql, asked->parameters, asked->count, &result, &error) &&
              log_rows(out, result, format, &rows, &error);
    if (ok && format == GOV_ROWS_TABLE) fprintf(out, "(%lld row%s)\n", (long long)rows, rows == 1 ? "" : "s");
    watch_remove(watch, connection);
    engine_result_close(result);
    engine_disconnect(connection);
    return ok ? GOV_EXIT_FINE : fail(log, error.text);
}

static GovExit query_with(const Target *target, Watch *watch, const GovRoleView *masks, const char *sql, GovRowsFormat format, FILE *out,
                          Log *log) {
    EngineParameter *parameters;
    EngineError error;
    if (!pads_open(target->settings, masks->pads, masks->pad_count, &parameters, &error)) return fail(log, error.text);
    GovExit exit = query(target->database, watch, &(Asked){sql, parameters, masks->pad_count}, format, out, log);
    pads_close(parameters, masks->pad_count);
    return exit;
}

GovExit gov_query(const GovPlan *plan, const char *sql, const GovPad *pads, size_t pad_count, GovRowsFormat format,
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
        exit = query_with(&target, &watch, &masks, sql, format, options->stream ? options->stream : stdout, log);
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
