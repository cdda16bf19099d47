#include "runtime/ledger/rows.h"

#include <stdlib.h>
#include <string.h>

static void fail(LedgerRows *rows, const char *text) {
    rows->ok = false;
    *rows->error = (EngineError){.fault = ENGINE_FAULT_MEMORY};
    snprintf(rows->error->text, sizeof rows->error->text, "%s", text);
}

/* The columns are asked for before the appender takes the connection. */
LedgerRows ledger_rows_open(LedgerChain *chain, EngineConnection *connection, const char *table, EngineError *ret_error) {
    LedgerRows rows = {.chain = chain, .error = ret_error, .ok = true};
    const LedgerTable *linked = ledger_find_table(table);
    if (linked) {
        rows.shape = ledger_shape_of(chain, connection, linked, ret_error);
        rows.ok = rows.shape != NULL;
        rows.cells = rows.ok ? calloc(rows.shape->count + 1, sizeof *rows.cells) : NULL;
        if (rows.ok && !rows.cells) fail(&rows, "out of memory");
    }
    rows.ok = rows.ok && engine_appender_open(connection, "gov", table, &rows.appender, ret_error);
    return rows;
}

static void keep(LedgerRows *rows, const char *text) {
    if (!rows->ok || !rows->shape) return;
    if (rows->cell == rows->shape->count) fail(rows, "a table of the ledger has fewer columns than this gov writes");
    else if (text && !(rows->cells[rows->cell] = strdup(text))) fail(rows, "out of memory");
    rows->cell++;
}

void ledger_put_text(LedgerRows *rows, const char *text) {
    keep(rows, text);
    if (rows->ok)
        rows->ok = text ? engine_append_text(rows->appender, text, strlen(text), rows->error) : engine_append_null(rows->appender, rows->error);
}

void ledger_put_integer(LedgerRows *rows, int64_t integer) {
    char text[32];
    snprintf(text, sizeof text, "%lld", (long long)integer);
    keep(rows, text);
    rows->ok = rows->ok && engine_append_integer(rows->appender, integer, rows->error);
}

void ledger_put_count(LedgerRows *rows, int64_t count) {
    if (count >= 0)
        ledger_put_integer(rows, count);
    else
        ledger_put_text(rows, NULL);
}

void ledger_put_boolean(LedgerRows *rows, bool value) {
    ledger_put_text(rows, value ? "true" : "false");
}

void ledger_put_seconds(LedgerRows *rows, double seconds) {
    char text[32];
    snprintf(text, sizeof text, "%.6f", seconds);
    ledger_put_text(rows, seconds >= 0 ? text : NULL);
}

void ledger_put_time(LedgerRows *rows, struct timespec time) {
    struct tm parts;
    char date[32], text[64];
    gmtime_r(&time.tv_sec, &parts);
    strftime(date, sizeof date, "%Y-%m-%d %H:%M:%S", &parts);
    snprintf(text, sizeof text, "%s.%06ld+00", date, time.tv_nsec / 1000);
    ledger_put_text(rows, time.tv_sec ? text : NULL);
}

void ledger_put_now(LedgerRows *rows) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    ledger_put_time(rows, now);
}

static void forget_cells(LedgerRows *rows) {
    for (size_t i = 0; rows->shape && i < rows->shape->count; i++) {
        free(rows->cells[i]);
        rows->cells[i] = NULL;
    }
    rows->cell = 0;
}

void ledger_end_row(LedgerRows *rows) {
    if (rows->ok && rows->shape && rows->cell < rows->shape->count) fail(rows, "a table of the ledger has more columns than this gov writes");
    rows->ok = rows->ok && engine_append_row(rows->appender, rows->error);
    if (rows->ok && rows->shape && !ledger_link(rows->chain, rows->shape, LEDGER_ADDED, (const char *const *)rows->cells))
        fail(rows, "out of memory");
    if (rows->cells) forget_cells(rows);
}

bool ledger_rows_close(LedgerRows *rows) {
    EngineError ignored; /* the first error is the one to tell */
    if (rows->cells) forget_cells(rows);
    free(rows->cells);
    rows->cells = NULL;
    return engine_appender_close(rows->appender, !rows->ok, rows->ok ? rows->error : &ignored) && rows->ok;
}
