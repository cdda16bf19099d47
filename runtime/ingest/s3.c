#include "runtime/ingest/s3.h"

#include "config.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool s3_is_address(const char *place) {
    return strncmp(place, "s3://", 5) == 0;
}

/* ------------------------------------------------------------------------------------------------------- the engine */

static const char *environment(const char *name, const char *otherwise) {
    const char *value = getenv(name);
    return value && *value ? value : otherwise;
}

/* The extension's file; null: out of memory. */
static char *extension_path(void) {
    const char *folder = environment("GOV_DUCKDB_EXTENSIONS", NULL), *library = environment("GOV_DUCKDB_LIBRARY", DUCKDB_LIBRARY);
    const char *slash = strrchr(library, '/');
    if (folder) return ingest_print("%s/httpfs.duckdb_extension", folder);
    return ingest_print("%.*s/httpfs.duckdb_extension", slash ? (int)(slash - library) : 1, slash ? library : ".");
}

static bool load_extension(EngineConnection *connection, EngineError *ret_error) {
    char *path = extension_path(), *sql = NULL;
    size_t size;
    FILE *stream = path ? open_memstream(&sql, &size) : NULL;
    if (!stream) {
        free(path);
        *ret_error = (EngineError){ENGINE_FAULT_MEMORY, "out of memory"};
        return false;
    }
    fputs("load ", stream);
    engine_write_literal(stream, path);
    bool ok = fclose(stream) == 0 && engine_execute(connection, sql, NULL, ret_error);
    if (!ok && access(path, R_OK) != 0) {
        ret_error->fault = ENGINE_FAULT_LIBRARY;
        snprintf(ret_error->text, sizeof ret_error->text,
                 "`s3:` addresses need the engine's extension httpfs, which is not at `%s`; GOV_DUCKDB_EXTENSIONS names its folder", path);
    }
    free(sql);
    free(path);
    return ok;
}

static void write_option(FILE *stream, const char *key, const char *value) {
    if (!value) return;
    fprintf(stream, ", %s ", key);
    engine_write_literal(stream, value);
}

/* A store of another address is asked by path, for its buckets have no names of their own. */
static void write_endpoint(FILE *stream) {
    const char *endpoint = environment("AWS_ENDPOINT_URL_S3", environment("AWS_ENDPOINT_URL", NULL));
    const char *scheme = endpoint ? strstr(endpoint, "://") : NULL;
    if (!endpoint) return;
    write_option(stream, "endpoint", scheme ? scheme + 3 : endpoint);
    fprintf(stream, ", use_ssl %s, url_style 'path'", scheme && strncmp(endpoint, "http://", 7) == 0 ? "false" : "true");
}

bool s3_open(EngineConnection *connection, EngineError *ret_error) {
    char *sql = NULL;
    size_t size;
    if (!load_extension(connection, ret_error)) return false;
    FILE *stream = open_memstream(&sql, &size);
    if (!stream) {
        *ret_error = (EngineError){ENGINE_FAULT_MEMORY, "out of memory"};
        return false;
    }
    fprintf(stream, "create or replace temporary secret gov_s3_%" PRIxPTR " (type s3", (uintptr_t)connection); /* loads of several sources would meet at one */
    write_option(stream, "key_id", environment("AWS_ACCESS_KEY_ID", NULL));
    write_option(stream, "secret", environment("AWS_SECRET_ACCESS_KEY", NULL));
    write_option(stream, "session_token", environment("AWS_SESSION_TOKEN", NULL));
    write_option(stream, "region", environment("AWS_REGION", environment("AWS_DEFAULT_REGION", "us-east-1")));
    write_endpoint(stream);
    fputs(")", stream);
    bool ok = fclose(stream) == 0 && engine_execute(connection, sql, NULL, ret_error);
    free(sql);
    return ok;
}

/* ---------------------------------------------------------------------------------------------------------- objects */

static char *temporary_folder(void) {
    char *path = ingest_print("%s/gov-objects-XXXXXX", environment("TMPDIR", "/tmp"));
    if (path && mkdtemp(path)) return path;
    free(path);
    return NULL;
}

void s3_remove(char *folder) {
    DIR *entries = folder ? opendir(folder) : NULL;
    for (struct dirent *entry; entries && (entry = readdir(entries));) {
        char *path = entry->d_name[0] == '.' ? NULL : ingest_print("%s/%s", folder, entry->d_name);
        if (path) unlink(path);
        free(path);
    }
    if (entries) closedir(entries);
    if (folder) rmdir(folder);
    free(folder);
}

/* The engine's copy of one object as a file, which keeps the end of its name: it tells of compression. */
static char *copy_object(EngineConnection *connection, const char *address, const char *folder, size_t number, EngineError *ret_error) {
    const char *slash = strrchr(address, '/');
    char *path = ingest_print("%s/%zu-%s", folder, number, slash ? slash + 1 : address), *sql = NULL;
    size_t size;
    FILE *stream = path ? open_memstream(&sql, &size) : NULL;
    bool ok = stream;
    if (!ok) *ret_error = (EngineError){ENGINE_FAULT_MEMORY, "out of memory"};
    if (ok) {
        fputs("copy (select content from read_blob(", stream);
        engine_write_literal(stream, address);
        fputs(")) to ", stream);
        engine_write_literal(stream, path);
        fputs(" (format blob, compression none)", stream);
        ok = fclose(stream) == 0 && engine_execute(connection, sql, NULL, ret_error);
    }
    free(sql);
    if (ok) return path;
    free(path);
    return NULL;
}

/* A `?` would begin the address's parameters: `*` lists more, of which what does not fit is dropped. */
static char *pattern_of_store(const char *pattern) {
    char *copy = strdup(pattern);
    for (char *at = copy; at && (at = strchr(at, '?'));) *at = '*';
    return copy;
}

static bool list(void *connection, const char *pattern, IngestFoundFiles *files, IngestFault *fault) {
    char *wide = pattern_of_store(pattern);
    if (!wide) return ingest_fault_memory(fault);
    const EngineParameter value = engine_text(wide);
    EngineResult *rows;
    EngineError error = {0};
    bool ok = engine_query(connection, "select file from glob($1) order by file", &value, 1, &rows, &error) || ingest_fault(fault, "%s", error.text);
    free(wide);
    if (!ok) return false;
    while (ok && engine_next(rows, &error)) ok = ingest_found_add(files, engine_cell(rows, 0).text, engine_cell(rows, 0).text, fault);
    engine_result_close(rows);
    return ok && (error.fault == ENGINE_FAULT_NONE || ingest_fault(fault, "%s", error.text));
}

static bool copy_objects(EngineConnection *connection, const IngestFoundFiles *files, const char *folder, IngestFault *fault) {
    EngineError error = {0};
    for (size_t i = 0; i < files->count; i++) {
        char *path = copy_object(connection, files->items[i].name, folder, i, &error);
        fault->missing = !path && strstr(error.text, "404");
        if (!path) return ingest_fault(fault, "`%s` cannot be read: %s", files->items[i].name, error.text);
        ingest_found_set_path(&files->items[i], path);
    }
    return true;
}

bool s3_find(EngineConnection *connection, const GovSource *source, const Settings *settings, IngestFoundFiles *ret_files,
             char **ret_folder, IngestFault *fault) {
    EngineError error = {0};
    *ret_files = (IngestFoundFiles){0};
    *ret_folder = NULL;
    if (!s3_open(connection, &error)) return ingest_fault(fault, "%s", error.text);
    if (!(*ret_folder = temporary_folder())) return ingest_fault(fault, "no temporary folder can be made in $TMPDIR");
    return ingest_place_find_by(source, settings, list, connection, ret_files, fault) &&
           copy_objects(connection, ret_files, *ret_folder, fault);
}
