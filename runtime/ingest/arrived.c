#include "runtime/ingest/arrived.h"

#include <errno.h>
#include <nettle/base16.h>
#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 1 << 16, SHA256_TEXT = SHA256_DIGEST_SIZE * 2 + 1 };

static char *sha256_of(Load *load, const IngestFound *found) {
    struct sha256_ctx context;
    uint8_t chunk[CHUNK], digest[SHA256_DIGEST_SIZE];
    size_t count;
    FILE *file = fopen(found->path, "rb");
    if (!file) {
        ingest_fault(&load->fault, "`%s` cannot be read: %s", found->name, strerror(errno));
        return NULL;
    }
    sha256_init(&context);
    while ((count = fread(chunk, 1, sizeof chunk, file)) > 0 && !load_cancelled(load))
        sha256_update(&context, count, chunk);
    bool ok = !ferror(file);
    fclose(file);
    char *text = ok && !load->fault.text[0] ? calloc(1, SHA256_TEXT) : NULL;
    if (!text) {
        ingest_fault(&load->fault, ok ? "out of memory" : "`%s` cannot be read", found->name);
        return NULL;
    }
    sha256_digest(&context, sizeof digest, digest);
    base16_encode_update(text, sizeof digest, digest);
    return text;
}

/* Keeps the files for which `keep` is true. */
static void filter(IngestFoundFiles *files, const bool *keep) {
    size_t kept = 0;
    for (size_t i = 0; i < files->count; i++) {
        if (keep[i])
            files->items[kept++] = files->items[i];
        else
            ingest_found_clear_one(&files->items[i], files->column_count);
    }
    files->count = kept;
}

static bool has_path_columns(const GovSource *source) {
    for (size_t i = 0; i < source->column_count; i++)
        if (source->columns[i].origin == GOV_COLUMN_PATH) return true;
    return false;
}

static void keep_newest(const GovSource *source, IngestFoundFiles *files, bool *keep) {
    size_t newest = files->count - 1;
    for (size_t i = 0; !has_path_columns(source) && i < files->count; i++)
        if (files->items[i].changed >= files->items[newest].changed) newest = i;
    memset(keep, 0, files->count * sizeof *keep);
    keep[newest] = true;
}

static const IngestFile *find_known(const IngestRequest *request, const char *path, const char *sha256) {
    for (size_t i = 0; i < request->known_file_count; i++) {
        const IngestFile *known = &request->known_files[i];
        if ((path && strcmp(known->path, path) == 0) || (sha256 && known->sha256 && strcmp(known->sha256, sha256) == 0))
            return known;
    }
    return NULL;
}

/* The name under which the content of the i-th file was loaded, or is now to be loaded, if that is another one; else null.
 * Two files of the same content that arrive together are one, too. */
static const char *original_of(const Load *load, const IngestFoundFiles *files, size_t i) {
    const IngestFound *found = &files->items[i];
    const IngestFile *known = find_known(load->request, NULL, found->sha256);
    const IngestFile *own = find_known(load->request, found->name, NULL);
    if (own && own->sha256 && strcmp(own->sha256, found->sha256) == 0) return NULL;
    if (known) return known->path;
    for (size_t j = 0; j < i; j++)
        if (strcmp(files->items[j].sha256, found->sha256) == 0) return files->items[j].name;
    return NULL;
}

/* Takes a copy of another file for no news, and says so. */
static bool pass_over(Load *load, const IngestFoundFiles *files, size_t i, bool *ret_is_copy) {
    const char *original = original_of(load, files, i);
    *ret_is_copy = original;
    return !original || load_note(load, ingest_print("`%s` has the same content as `%s`: it is not loaded again", files->items[i].name, original));
}

static bool keep_unknown(Load *load, IngestFoundFiles *files, bool *keep) {
    for (size_t i = 0; i < files->count; i++) {
        IngestFound *found = &files->items[i];
        bool copy;
        if (!pass_over(load, files, i, &copy)) return false;
        keep[i] = !copy && !find_known(load->request, NULL, found->sha256);
        if (keep[i] && find_known(load->request, found->name, NULL))
            return ingest_fault(&load->fault,
                                "`%s` was loaded before with other content; `each file replaces its rows` takes "
                                "corrected files",
                                found->name);
    }
    return true;
}

/* Of two files whose paths say the same, neither could be replaced without the other. */
static bool check_distinct(Load *load, const IngestFoundFiles *files, const bool *copies) {
    for (size_t i = 0; i < files->count; i++) {
        for (size_t j = 0; j < i; j++) {
            bool same = !copies[i] && !copies[j];
            for (size_t k = 0; k < load->source->column_count; k++) {
                const char *a = files->items[i].values[k], *b = files->items[j].values[k];
                same = same && (!a || strcmp(a, b) == 0);
            }
            if (same)
                return ingest_fault(&load->fault,
                                    "`%s` and `%s` have the same columns `from path`: neither could replace its rows "
                                    "alone",
                                    files->items[j].name, files->items[i].name);
        }
    }
    return true;
}

static bool is_found(const IngestFoundFiles *files, const char *name) {
    for (size_t i = 0; i < files->count; i++)
        if (strcmp(files->items[i].name, name) == 0) return true;
    return false;
}

/* Was the known file part of its partition's newest load, and is there no more? */
static bool has_gone(const IngestRequest *request, const IngestFoundFiles *files, size_t index) {
    const IngestFile *file = &request->known_files[index];
    if (is_found(files, file->path)) return false;
    for (size_t i = 0; i < request->known_file_count; i++)
        if (request->known_files[i].run_id > file->run_id && ingest_same_folder(request->known_files[i].path, file->path)) return false;
    return true;
}

/* A partition is loaded if a file of it is new, changed or gone. Copies are no matter: two months may hold the same rows. */
static bool keep_partitions(Load *load, IngestFoundFiles *files, bool *keep) {
    const IngestRequest *request = load->request;
    for (size_t i = 0; i < files->count; i++) {
        const IngestFile *known = find_known(request, files->items[i].name, NULL);
        keep[i] = !known || !known->sha256 || strcmp(known->sha256, files->items[i].sha256) != 0;
        for (size_t k = 0; k < request->known_file_count; k++)
            keep[i] = keep[i] || (ingest_same_folder(files->items[i].name, request->known_files[k].path) && has_gone(request, files, k));
    }
    for (size_t i = 0; i < files->count; i++)
        for (size_t k = 0; keep[i] && k < files->count; k++) keep[k] = keep[k] || ingest_same_folder(files->items[i].name, files->items[k].name);
    return true;
}

static bool keep_changed(Load *load, IngestFoundFiles *files, bool *keep) {
    if (ingest_is_partitioned(load->source)) return keep_partitions(load, files, keep);
    bool *copies = calloc(files->count + 1, sizeof *copies);
    bool ok = copies || ingest_fault_memory(&load->fault);
    for (size_t i = 0; ok && i < files->count; i++) {
        const IngestFile *known = find_known(load->request, files->items[i].name, NULL);
        ok = pass_over(load, files, i, &copies[i]);
        keep[i] = !copies[i] && (!known || !known->sha256 || strcmp(known->sha256, files->items[i].sha256) != 0);
    }
    ok = ok && check_distinct(load, files, copies);
    free(copies);
    return ok;
}

/* A table that is begun anew has the rows of the files that are there; those of others would be lost without a word. */
static bool check_lost(Load *load, const IngestFoundFiles *files) {
    for (size_t k = 0; k < load->request->lost_file_count; k++) {
        const IngestFile *lost = &load->request->lost_files[k];
        bool there = false;
        for (size_t i = 0; i < files->count; i++)
            there = there || strcmp(files->items[i].name, lost->path) == 0 ||
                    (lost->sha256 && strcmp(files->items[i].sha256, lost->sha256) == 0);
        if (!there)
            return ingest_fault(&load->fault,
                                "`%s` was loaded under an earlier contract and is gone: its %lld rows would be lost\n  help: put the "
                                "file back, or drop %s to begin without them",
                                lost->path, (long long)lost->rows, load->request->step->published);
    }
    return true;
}

/* The value of a path as the column has it, as text that every engine reads; `*ret_text` is null where it is none. */
static bool read_value(Load *load, size_t column, const char *arrived, char **ret_text) {
    Sql sql;
    EngineError error = {0};
    if (!load_sql_begin(load, &sql)) return false;
    fprintf(sql.stream, "select cast(%s as varchar) from (select ", load->readings[column].value);
    engine_write_literal(sql.stream, arrived);
    fputs(" as ", sql.stream);
    engine_write_name(sql.stream, load->source->columns[column].name);
    fputs(")", sql.stream);
    char *text = load_sql_end(load, &sql);
    bool ok = text && engine_query_text(load->connection, text, ret_text, &error);
    free(text);
    return ok || (text && load_engine_fault(load, &error));
}

static bool write_is_of_file(Load *load, const IngestFound *file, FILE *stream) {
    fputs("(true", stream);
    for (size_t k = 0; k < load->source->column_count; k++) {
        char *value = NULL;
        if (!file->values[k]) continue;
        if (!read_value(load, k, file->values[k], &value)) return false;
        fputs(" and p.", stream);
        engine_write_name(stream, load->source->columns[k].name);
        fputs(" = ", stream);
        if (value)
            engine_write_literal(stream, value);
        else
            fputs("null", stream);
        free(value);
    }
    fputs(")", stream);
    return true;
}

/* The condition that a published row is of none of the files. Values of a path are read as those of a load are. */
static char *write_not_replaced(Load *load, const IngestFoundFiles *files) {
    Sql sql;
    bool ok = true;
    if (!load_sql_begin(load, &sql)) return NULL;
    fputs("not (false", sql.stream);
    for (size_t i = 0; ok && i < files->count; i++) {
        fputs(" or ", sql.stream);
        ok = write_is_of_file(load, &files->items[i], sql.stream);
    }
    fputs(")", sql.stream);
    char *text = load_sql_end(load, &sql);
    if (ok) return text;
    free(text);
    return NULL;
}

static bool choose(Load *load, IngestFoundFiles *files, bool *keep) {
    switch (load->source->files) {
    case GOV_FILES_ALL: return true;
    case GOV_FILES_NEWEST: keep_newest(load->source, files, keep); return true;
    case GOV_FILES_EACH_ONCE: return keep_unknown(load, files, keep);
    case GOV_FILES_REPLACE_ROWS: return !has_path_columns(load->source) || keep_changed(load, files, keep);
    }
    return true;
}

bool arrived_choose(Load *load, IngestFoundFiles *files, char **ret_keep) {
    GovFilesMode mode = load->source->files;
    bool by_content = mode == GOV_FILES_EACH_ONCE || mode == GOV_FILES_REPLACE_ROWS;
    *ret_keep = NULL;
    for (size_t i = 0; by_content && i < files->count; i++)
        if (!(files->items[i].sha256 = sha256_of(load, &files->items[i]))) return false;
    bool *keep = malloc(files->count + 1);
    if (!keep) return ingest_fault_memory(&load->fault);
    memset(keep, 1, files->count + 1);
    bool ok = (!by_content || check_lost(load, files)) && choose(load, files, keep);
    if (ok) filter(files, keep);
    free(keep);
    if (!ok || load->request->known_file_count == 0 || !by_content) return ok;
    if (mode == GOV_FILES_EACH_ONCE)
        *ret_keep = strdup("true");
    else if (has_path_columns(load->source))
        *ret_keep = write_not_replaced(load, files);
    else
        return true;
    return *ret_keep || (!load->fault.text[0] && ingest_fault_memory(&load->fault));
}

/* ------------------------------------------------------------------------------------------------------ quarantine */

static bool is_there(Load *load, const char *table) {
    EngineError error = {0};
    char *query = ingest_print("select 1 from %s limit 0", table);
    bool there = query && engine_execute(load_target(load), query, NULL, &error);
    free(query);
    return there;
}

bool arrived_keep_quarantine(Load *load, const IngestFoundFiles *files) {
    const GovSource *source = load->source;
    Sql sql;
    if (!source->quarantine_staged || !source->quarantine || !is_there(load, source->quarantine)) return true;
    if (!load_sql_begin(load, &sql)) return false;
    fprintf(sql.stream, "insert into %s select * from %s where file not in (''", source->quarantine_staged, source->quarantine);
    for (size_t i = 0; i < files->count; i++) {
        fputs(", ", sql.stream);
        engine_write_literal(sql.stream, files->items[i].name);
    }
    fputs(")", sql.stream);
    if (!load->request->server) return load_run(load, &sql, NULL, false);
    load->kept_quarantine = load_sql_end(load, &sql);
    return load->kept_quarantine;
}
