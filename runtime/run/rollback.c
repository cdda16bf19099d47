/* Back to an earlier run: whether history reaches so far, and which files a source then had. */
#include "runtime/run/internal.h"

#include <stdlib.h>
#include <string.h>

static bool fail(StepOutcome *outcome, const EngineError *error) {
    outcome->outcome = error->fault == ENGINE_FAULT_INTERRUPTED ? OUTCOME_STOP : OUTCOME_FAIL;
    outcome->message = strdup(error->text);
    return false;
}

bool rollback_check(const Run *run, EngineConnection *connection, StepOutcome *outcome) {
    const EngineParameter values[] = {engine_text(outcome->step->name), engine_integer(run->options.rollback_to)};
    EngineError error;
    EngineResult *rows;
    if (!engine_query(connection,
                      "select 1 from gov.histories where relation = $1 and to_publication is null and from_publication <= "
                      "(select max(publication) from gov.publications where run_id <= $2) limit 1",
                      values, 2, &rows, &error))
        return fail(outcome, &error);
    bool reaches = engine_next(rows, &error);
    engine_result_close(rows);
    if (error.fault != ENGINE_FAULT_NONE) return fail(outcome, &error);
    if (reaches) return true;
    outcome->outcome = OUTCOME_FAIL;
    if (asprintf(&outcome->message, "its history does not reach back to run %lld", (long long)run->options.rollback_to) < 0) outcome->message = NULL;
    return false;
}

static bool add_file(IngestResult *load, EngineResult *rows) {
    IngestFile *larger = realloc(load->files, (load->file_count + 1) * sizeof *larger);
    if (!larger) return false;
    load->files = larger;
    EngineCell sha256 = engine_cell(rows, 1);
    char *hash = sha256.is_null ? NULL : strdup(sha256.text);
    bool whole = sha256.is_null || hash;
    IngestFile *file = &larger[load->file_count++];
    *file = (IngestFile){.path = strdup(engine_cell(rows, 0).text), .sha256 = hash};
    file->bytes = engine_cell(rows, 2).integer;
    file->rows = engine_cell(rows, 3).integer;
    EngineCell changed = engine_cell(rows, 4);
    file->changed = changed.is_null ? 0 : changed.integer;
    load->bytes += file->bytes;
    return file->path && whole;
}

bool rollback_files(const Run *run, EngineConnection *connection, StepOutcome *outcome) {
    const EngineParameter values[] = {engine_text(outcome->step->name), engine_integer(run->options.rollback_to)};
    EngineError error;
    EngineResult *rows;
    if (!outcome->step->source) return true;
    if (!engine_query(connection,
                      "select path, sha256, bytes, \"rows\", changed_at from (select *, row_number() over (partition by path order by run_id desc) "
                      "as age from gov.files where step = $1 and run_id <= $2 and run_id >= (select coalesce(max(run_id), 0) from gov.loads "
                      "where step = $1 and published and anew and run_id <= $2)) as f where age = 1 order by path",
                      values, 2, &rows, &error))
        return fail(outcome, &error);
    bool ok = true;
    while (ok && engine_next(rows, &error)) ok = add_file(&outcome->load, rows);
    engine_result_close(rows);
    if (!ok) error = (EngineError){ENGINE_FAULT_MEMORY, "out of memory"};
    if (error.fault != ENGINE_FAULT_NONE) return fail(outcome, &error);
    outcome->loaded = outcome->load.anew = true;
    outcome->load.read = outcome->load.accepted = outcome->rows > 0 ? outcome->rows : 0;
    return true;
}
