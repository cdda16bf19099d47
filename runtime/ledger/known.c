/* What earlier runs loaded of a source: read before it is loaded again. */
#include "runtime/ledger/write.h"

#include <stdlib.h>
#include <string.h>

/* Makes room for one more item of `size` bytes in the array and gives it, zeroed; null: out of memory. */
static void *add_item(void **array, size_t *count, size_t size) {
    char *grown = realloc(*array, (*count + 1) * size);
    if (!grown) return NULL;
    *array = grown;
    return memset(grown + (*count)++ * size, 0, size);
}

static char *copy_cell(EngineResult *result, size_t column) {
    EngineCell cell = engine_cell(result, column);
    return cell.is_null ? NULL : strdup(cell.text);
}

static bool read_interval(EngineResult *result, LedgerKnown *known) {
    IngestInterval *interval = add_item((void **)&known->intervals, &known->interval_count, sizeof *interval);
    if (!interval) return false;
    interval->for_value = copy_cell(result, 0);
    interval->from = copy_cell(result, 1);
    interval->to = copy_cell(result, 2);
    interval->rows = engine_cell(result, 3).integer;
    return interval->for_value && interval->from && interval->to;
}

static bool read_file(EngineResult *result, LedgerKnown *known) {
    IngestFile *file = add_item((void **)&known->files, &known->file_count, sizeof *file);
    if (!file) return false;
    file->path = copy_cell(result, 0);
    file->sha256 = copy_cell(result, 1);
    file->bytes = engine_cell(result, 2).integer;
    file->rows = engine_cell(result, 3).integer;
    file->run_id = engine_cell(result, 4).integer;
    return file->path != NULL;
}

static bool read_all(EngineConnection *connection, const GovStep *step, const char *fingerprint, const char *sql,
                     bool (*read)(EngineResult *, LedgerKnown *), LedgerKnown *known, EngineError *ret_error) {
    const EngineParameter values[] = {engine_text(step->name), engine_text(fingerprint)};
    EngineResult *result;
    if (!engine_query(connection, sql, values, 2, &result, ret_error)) return false;
    while (engine_next(result, ret_error))
        if (!read(result, known)) {
            *ret_error = (EngineError){ENGINE_FAULT_MEMORY, "out of memory"};
            break;
        }
    engine_result_close(result);
    return ret_error->fault == ENGINE_FAULT_NONE;
}

static bool read_age(EngineResult *result, LedgerKnown *known) {
    EngineCell cell = engine_cell(result, 0);
    known->newest_age = cell.is_null ? -1 : cell.integer;
    return true;
}

/* The fingerprint with which the published table was loaded; null: none was. */
static bool read_fingerprint(EngineConnection *connection, const GovStep *step, char **ret_fingerprint, EngineError *ret_error) {
    const EngineParameter value = engine_text(step->name);
    EngineResult *result;
    *ret_fingerprint = NULL;
    if (!engine_query(connection,
                      "select fingerprint from gov.steps where step = $1 and kind = 'load' and published order by run_id desc limit 1",
                      &value, 1, &result, ret_error))
        return false;
    bool found = engine_next(result, ret_error);
    if (found) *ret_fingerprint = copy_cell(result, 0);
    engine_result_close(result);
    return ret_error->fault == ENGINE_FAULT_NONE;
}

bool ledger_read_known(EngineConnection *connection, const GovStep *step, LedgerKnown *ret_known,
                       EngineError *ret_error) {
    char *published;
    *ret_known = (LedgerKnown){.newest_age = -1};
    if (!read_fingerprint(connection, step, &published, ret_error)) return false;
    const char *fingerprint = published ? published : step->fingerprint;
    ret_known->published = published != NULL;
    ret_known->other_contract = strcmp(fingerprint, step->fingerprint) != 0;
    bool ok = read_all(connection, step, step->fingerprint,
                       "select for_value, from_date, to_date, \"rows\" from gov.intervals "
                       "where step = $1 and fingerprint = $2 order by for_value, from_date, to_date",
                       read_interval, ret_known, ret_error) &&
              read_all(connection, step, fingerprint,
                       "select path, sha256, bytes, \"rows\", run_id from (select *, row_number() over (partition by path "
                       "order by run_id desc) as age from gov.files where step = $1 and fingerprint = $2 and run_id >= "
                       "(select coalesce(max(run_id), 0) from gov.loads where step = $1 and published and anew)) as f "
                       "where age = 1 order by path",
                       read_file, ret_known, ret_error) &&
              read_all(connection, step, fingerprint,
                       "select cast(extract(epoch from now()) - extract(epoch from max(loaded_at)) as bigint) "
                       "from gov.files where step = $1 and $2 <> ''",
                       read_age, ret_known, ret_error);
    free(published);
    if (!ok) ledger_known_clear(ret_known);
    return ok;
}

void ledger_known_clear(LedgerKnown *known) {
    for (size_t i = 0; i < known->interval_count; i++) {
        free((char *)known->intervals[i].for_value);
        free((char *)known->intervals[i].from);
        free((char *)known->intervals[i].to);
    }
    for (size_t i = 0; i < known->file_count; i++) {
        free((char *)known->files[i].path);
        free((char *)known->files[i].sha256);
    }
    free(known->intervals);
    free(known->files);
    *known = (LedgerKnown){0};
}
