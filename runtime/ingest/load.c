/* The entry of a load: finds the files or asks the API, and leaves a staged table that keeps its contract. */
#include "runtime/ingest/arrived.h"
#include "runtime/ingest/internal.h"
#include "runtime/ingest/s3.h"

#include <stdlib.h>
#include <string.h>

bool load_sql_begin(Load *load, Sql *sql) {
    *sql = (Sql){0};
    sql->stream = open_memstream(&sql->text, &sql->size);
    return sql->stream || ingest_fault_memory(&load->fault);
}

char *load_sql_end(Load *load, Sql *sql) {
    bool ok = !ferror(sql->stream);
    ok = fclose(sql->stream) == 0 && ok;
    sql->stream = NULL;
    if (ok) return sql->text;
    free(sql->text);
    ingest_fault_memory(&load->fault);
    return NULL;
}

bool load_engine_fault(Load *load, const EngineError *error) {
    load->engine_fault = error->fault;
    if (error->fault == ENGINE_FAULT_INTERRUPTED) {
        load->fault.interrupted = true;
        return ingest_fault(&load->fault, "interrupted");
    }
    return ingest_fault(&load->fault, "%s", error->text);
}

/* True of failures that say nothing of the data, and so will not go away by looking at it more closely. */
static bool is_environment(EngineFault fault) {
    switch (fault) {
    case ENGINE_FAULT_NONE:
    case ENGINE_FAULT_DATA:
    case ENGINE_FAULT_QUERY:
    case ENGINE_FAULT_FORMAT:
    case ENGINE_FAULT_PATH:
    case ENGINE_FAULT_MISSING:
    case ENGINE_FAULT_OTHER: return false;
    case ENGINE_FAULT_LIBRARY:
    case ENGINE_FAULT_LOCKED:
    case ENGINE_FAULT_DISK_FULL:
    case ENGINE_FAULT_MEMORY:
    case ENGINE_FAULT_INTERRUPTED:
    case ENGINE_FAULT_LOST: return true;
    }
    return true;
}

bool load_run(Load *load, Sql *sql, int64_t *ret_rows, bool data_may_fail) {
    char *text = load_sql_end(load, sql);
    if (!text) return false;
    EngineError error = {0};
    bool ok = !load_cancelled(load) && engine_execute(load->connection, text, ret_rows, &error);
    free(text);
    load->engine_fault = error.fault;
    if (!ok && !load->fault.text[0] && (!data_may_fail || is_environment(error.fault))) load_engine_fault(load, &error);
    return ok;
}

bool load_execute(Load *load, const char *sql, int64_t *ret_rows) {
    EngineError error = {0};
    return !load_cancelled(load) &&
           (engine_execute(load->connection, sql, ret_rows, &error) || load_engine_fault(load, &error));
}

bool load_query_integer(Load *load, Sql *sql, int64_t *ret_value) {
    char *text = load_sql_end(load, sql);
    EngineError error = {0};
    bool ok = text && engine_query_integer(load->connection, text, ret_value, &error);
    free(text);
    return ok || (text && load_engine_fault(load, &error));
}

bool load_cancelled(Load *load) {
    if (!load->request->cancel || !atomic_load_explicit(load->request->cancel, memory_order_relaxed)) return false;
    load->fault.interrupted = true;
    ingest_fault(&load->fault, "interrupted");
    return true;
}

void load_progress(Load *load, int64_t rows, int64_t bytes, int64_t total_bytes, const char *words) {
    const IngestProgress progress = {rows, bytes, total_bytes, words};
    if (load->request->progress) load->request->progress(load->request->progress_context, &progress);
}

bool load_add_file(Load *load, const IngestFound *found, int64_t rows) {
    IngestResult *result = load->result;
    IngestFile *larger = realloc(result->files, (result->file_count + 1) * sizeof *larger);
    if (!larger) return ingest_fault_memory(&load->fault);
    result->files = larger;
    IngestFile *file = &larger[result->file_count++];
    *file = (IngestFile){strdup(found->name), found->bytes, found->sha256 ? strdup(found->sha256) : NULL, rows, found->changed, 0};
    result->bytes += found->bytes;
    return (file->path && (file->sha256 || !found->sha256)) || ingest_fault_memory(&load->fault);
}

IngestName load_name(const char *prefix, size_t number) {
    IngestName name;
    snprintf(name.text, sizeof name.text, "gov$%s%zu", prefix, number);
    return name;
}

EngineConnection *load_target(const Load *load) {
    return load->request->server ? load->request->server : load->connection;
}

bool load_keep_published(Load *load, const char *condition) {
    const GovStep *step = load->request->step;
    Sql sql;
    if (load->request->server) return (load->kept = strdup(condition)) || ingest_fault_memory(&load->fault);
    if (!load_sql_begin(load, &sql)) return false;
    fprintf(sql.stream, "insert into %s (", step->staged);
    contract_write_columns(load, sql.stream);
    fputs(") select ", sql.stream);
    contract_write_columns(load, sql.stream);
    fprintf(sql.stream, " from %s as p where %s", step->published, condition);
    return load_run(load, &sql, NULL, false);
}

bool load_note(Load *load, char *line) {
    char *before = load->result->note, *both = before && line ? ingest_print("%s\n%s", before, line) : line;
    if (both != line) free(line);
    if (!both) return ingest_fault_memory(&load->fault);
    if (both != before) free(before);
    load->result->note = both;
    return true;
}

static bool load_found(Load *load, const IngestFoundFiles *files) {
    if (files->count == 0) return true;
    if (load->source->kind == GOV_ORIGIN_CSV) return load_csv(load, files);
    return load->source->kind == GOV_ORIGIN_PARQUET ? load_parquet(load, files) : load_json(load, files);
}

static bool load_files(Load *load) {
    IngestFoundFiles files;
    char *keep = NULL;
    bool ok = arrived_wait(load, &files, &keep) && load_found(load, &files) &&
              (!keep || (load_keep_published(load, keep) && arrived_keep_quarantine(load, &files)));
    load->result->anew = !keep;
    ingest_found_clear(&files);
    free(keep);
    return ok;
}

static bool load_origin(Load *load) {
    switch (load->source->kind) {
    case GOV_ORIGIN_CSV:
    case GOV_ORIGIN_PARQUET:
    case GOV_ORIGIN_JSON: return load_files(load);
    case GOV_ORIGIN_HTTP: return load_http(load);
    case GOV_ORIGIN_POSTGRES: return load_postgres(load);
    case GOV_ORIGIN_OTHER: break;
    }
    return ingest_fault(&load->fault, "`%s` is an origin that this version does not read", load->source->words);
}

/* Every row that arrived is somewhere: an error here is ours, and it must not pass. */
static bool reconcile(Load *load) {
    const IngestResult *result = load->result;
    return result->read == result->accepted + result->quarantined + result->duplicates ||
           ingest_fault(&load->fault,
                        "the load does not reconcile: %lld rows read, %lld accepted, %lld quarantined, "
                        "%lld duplicates",
                        (long long)result->read, (long long)result->accepted, (long long)result->quarantined,
                        (long long)result->duplicates);
}

bool ingest_load(const IngestRequest *request, IngestResult *ret_result) {
    *ret_result = (IngestResult){0};
    Load load = {
        .request = request,
        .source = request->step->source,
        .connection = request->connection,
        .result = ret_result,
        .dialect = {.delimiter = ',', .quote = '"', .escape = '"', .header = true, .decimal = '.', .null_text = ""},
    };
    bool ok = load.source->kind != GOV_ORIGIN_CSV ||
              ingest_dialect_read(&load.source->options, request->settings, &load.dialect, &load.fault);
    bool at_server = request->server != NULL;
    ok = ok && contract_open(&load) && contract_create_tables(&load) &&
         load_origin(&load) && contract_finish(&load) && reconcile(&load);
    /* Whatever was told went wrong: better no load than half of one. */
    ok = ok && !load.fault.text[0] && (!at_server || carry_to_server(&load));
    s3_remove(load.objects);
    free(load.kept);
    free(load.kept_quarantine);
    contract_close(&load);
    if (!ok) {
        ingest_fault(&load.fault, "the load failed");
        ret_result->interrupted = load.fault.interrupted;
        ret_result->error = settings_redact(request->settings, load.fault.text);
    }
    return ok;
}

void ingest_result_clear(IngestResult *result) {
    for (size_t i = 0; i < result->file_count; i++) {
        free((char *)result->files[i].path);
        free((char *)result->files[i].sha256);
    }
    for (size_t i = 0; i < result->interval_count; i++) {
        free((char *)result->intervals[i].for_value);
        free((char *)result->intervals[i].from);
        free((char *)result->intervals[i].to);
    }
    free(result->files);
    free(result->intervals);
    free(result->error);
    free(result->note);
    *result = (IngestResult){0};
}
