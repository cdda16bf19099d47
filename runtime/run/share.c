/* What a role may read, as files of its own: a fresh database, for one that was written in place keeps bytes of what was deleted
 * from it; or Parquet files. The target is only read. */
#include "runtime/run/internal.h"
#include "runtime/ingest/s3.h"
#include "runtime/run/pads.h"
#include "runtime/run/share_files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TARGET_NAME "gov_target"
#define SHARE_NAME "gov_share"

typedef struct {
    const GovPlan *plan;
    const GovRunOptions *options;
    Log *log;
    Settings *settings;
    EngineDatabase *memory;        /* in which target and share are attached */
    EngineConnection *connection;
    char *target;                  /* the target's file */
    FILE *out;
} Sharing;

static bool fail(Sharing *sharing, const char *format, const char *what) {
    log_message(sharing->log, LOG_ERROR, format, what);
    return false;
}

static bool run_statement(Sharing *sharing, char *sql, EngineParameter *parameters, size_t count, int64_t *ret_rows) {
    EngineError error;
    bool ok = sql && engine_execute_with(sharing->connection, sql, parameters, count, ret_rows, &error);
    if (!ok) fail(sharing, "%s", sql ? error.text : "out of memory");
    free(sql);
    return ok;
}

/* A statement in which `%Q` stands for a name and `%S` for a text, both quoted here. Null: out of memory. */
static char *statement(const char *form, const char *text) {
    char *sql = NULL;
    size_t length;
    FILE *stream = open_memstream(&sql, &length);
    for (; stream && *form; form++) {
        if (form[0] != '%') fputc(*form, stream);
        else if (*++form == 'Q') engine_write_name(stream, text);
        else engine_write_literal(stream, text);
    }
    if (stream && fclose(stream) == 0) return sql;
    free(sql);
    return NULL;
}

static bool run_text(Sharing *sharing, const char *sql) {
    return run_statement(sharing, strdup(sql), NULL, 0, NULL);
}

/* -------------------------------------------------------------------- target */

static const char *target_path(const Sharing *sharing) {
    const GovSettings *settings = &sharing->plan->target.settings;
    for (size_t i = 0; i < settings->count; i++)
        if (strcmp(settings->items[i].key, "path") == 0) return settings_value(sharing->settings, &settings->items[i].value);
    return NULL;
}

static bool open_target(Sharing *sharing) {
    const char *path = target_path(sharing);
    EngineError error;
    if (strcmp(sharing->plan->target.engine, "duckdb") != 0)
        return fail(sharing, "target `%s` has roles: what they may read is granted there", sharing->plan->target.name);
    if (!path || strcmp(path, ":memory:") == 0)
        return fail(sharing, "target `%s` is in memory: there is nothing to share", sharing->plan->target.name);
    sharing->target = file_from(sharing->options->folder, path);
    if (!sharing->target) return fail(sharing, "%s", "out of memory");
    if (access(sharing->target, R_OK) != 0) return fail(sharing, "database `%s` does not exist yet; `gov run` creates it", sharing->target);
    const EngineOptions options = {.folder = sharing->options->folder};
    if (!engine_open(engine_find("duckdb"), &options, &sharing->memory, &error) ||
        !engine_connect(sharing->memory, &sharing->connection, &error))
        return fail(sharing, "%s", error.text);
    return run_statement(sharing, statement("attach %S as " TARGET_NAME " (read_only)", sharing->target), NULL, 0, NULL) &&
           run_text(sharing, "use " TARGET_NAME);
}

static void close_target(Sharing *sharing) {
    engine_disconnect(sharing->connection);
    engine_close(sharing->memory);
    settings_close(sharing->settings);
    free(sharing->target);
}

/* ---------------------------------------------------------------------- files */

static bool put_in_place(Sharing *sharing, const char *next, const char *path) {
    if (rename(next, path) == 0) return true;
    log_message(sharing->log, LOG_ERROR, "`%s` cannot be put in place: %s", path, strerror(errno));
    return false;
}

/* `sql` as a table of the process, and that as a file, written beside its place. */
static bool write_parquet(Sharing *sharing, const char *sql, const GovPad *pads, size_t pad_count, const char *path) {
    EngineParameter *parameters = NULL;
    EngineError error;
    char *next = file_beside(path), *create = NULL;
    int64_t rows = 0;
    if (!next || asprintf(&create, "create or replace temp table gov_shared as\n%s", sql) < 0) create = NULL;
    bool ok = create && file_make_folders(path);
    if (!ok) fail(sharing, "`%s` cannot be written", path);
    if (ok && !pads_open(sharing->settings, pads, pad_count, &parameters, &error)) ok = fail(sharing, "%s", error.text);
    ok = ok && run_statement(sharing, create, parameters, pad_count, NULL);
    if (ok) create = NULL;
    ok = ok && run_statement(sharing, statement("copy temp.gov_shared to %S (format parquet, compression zstd)", next), NULL, 0, &rows) &&
         run_text(sharing, "drop table temp.gov_shared") && put_in_place(sharing, next, path);
    if (!ok && next) unlink(next);
    pads_close(parameters, pad_count);
    free(next);
    return ok;
}

/* A store puts an object in place whole, when the last byte has come. */
static bool write_object(Sharing *sharing, const GovShare *share, const char *address) {
    EngineParameter *parameters = NULL;
    EngineError error;
    char *create = NULL;
    int64_t rows = 0;
    if (!s3_open(sharing->connection, &error)) return fail(sharing, "%s", error.text);
    if (!pads_open(sharing->settings, share->pads, share->pad_count, &parameters, &error)) return fail(sharing, "%s", error.text);
    bool ok = asprintf(&create, "create or replace temp table gov_shared as\n%s", share->sql) >= 0;
    ok = ok && run_statement(sharing, create, parameters, share->pad_count, NULL) &&
         run_statement(sharing, statement("copy temp.gov_shared to %S (format parquet, compression zstd)", address), NULL, 0, &rows) &&
         run_text(sharing, "drop table temp.gov_shared");
    pads_close(parameters, share->pad_count);
    return ok;
}

/* ------------------------------------------------------------------- database */

static bool copy_relation(Sharing *sharing, const GovRoleView *view) {
    EngineParameter *parameters;
    EngineError error;
    char *create = NULL;
    int64_t rows = 0;
    if (!pads_open(sharing->settings, view->pads, view->pad_count, &parameters, &error)) return fail(sharing, "%s", error.text);
    bool ok = asprintf(&create, "create table " SHARE_NAME ".%s as\n%s", view->published, view->sql) >= 0;
    ok = run_statement(sharing, statement("create schema if not exists " SHARE_NAME ".%Q", view->schema), NULL, 0, NULL) && ok &&
         run_statement(sharing, create, parameters, view->pad_count, &rows);
    pads_close(parameters, view->pad_count);
    if (ok) fprintf(sharing->out, "  %s  %lld row%s\n", view->of, (long long)rows, rows == 1 ? "" : "s");
    return ok;
}

static bool describe_relations(Sharing *sharing) {
    const GovAccess *access = &sharing->plan->access;
    bool ok = run_text(sharing, "use " SHARE_NAME);
    for (size_t i = 0; ok && i < access->view_count; i++)
        for (size_t k = 0; ok && k < access->views[i].make.count; k++) ok = run_text(sharing, access->views[i].make.items[k]);
    return ok && run_text(sharing, "use " TARGET_NAME);
}

static bool may_write_database(Sharing *sharing, const char *path) {
    if (file_is_same(path, sharing->target)) return fail(sharing, "`%s` is the target itself", path);
    if (file_is_foreign(path)) return fail(sharing, "`%s` is there and is no database: it is not replaced", path);
    return file_make_folders(path) || fail(sharing, "`%s` cannot be written", path);
}

static bool write_database(Sharing *sharing, const char *path) {
    const GovAccess *access = &sharing->plan->access;
    char *next = file_beside(path), *wal = NULL;
    if (!next || asprintf(&wal, "%s.wal", next) < 0) return fail(sharing, "%s", "out of memory");
    unlink(next); /* of one that died */
    unlink(wal);
    bool ok = may_write_database(sharing, path) && run_statement(sharing, statement("attach %S as " SHARE_NAME, next), NULL, 0, NULL);
    for (size_t i = 0; ok && i < access->view_count; i++) ok = copy_relation(sharing, &access->views[i]);
    ok = ok && describe_relations(sharing) && run_text(sharing, "detach " SHARE_NAME) && put_in_place(sharing, next, path);
    if (!ok) unlink(next);
    unlink(wal);
    free(next);
    free(wal);
    return ok;
}

/* --------------------------------------------------------------------- folder */

static char *parquet_name(const char *of) {
    char *name;
    return asprintf(&name, "%s.parquet", of) < 0 ? NULL : name;
}

/* Files of an earlier share of what the role may read no more, by the list that it left. */
static void remove_old(Sharing *sharing, const char *folder, const char *list) {
    const GovAccess *access = &sharing->plan->access;
    FILE *file = fopen(list, "re");
    char *line = NULL;
    size_t size = 0;
    while (file && getline(&line, &size, file) > 0) {
        line[strcspn(line, "\n")] = '\0';
        bool kept = strchr(line, '/') != NULL; /* not one of ours */
        for (size_t i = 0; !kept && i < access->view_count; i++) kept = strcmp(line, access->views[i].of) == 0;
        char *name = kept ? NULL : parquet_name(line), *path = name ? file_in(folder, name) : NULL;
        if (path) unlink(path);
        free(path);
        free(name);
    }
    if (file) fclose(file);
    free(line);
}

static bool write_list(Sharing *sharing, const char *list) {
    const GovAccess *access = &sharing->plan->access;
    FILE *file = fopen(list, "we");
    for (size_t i = 0; file && i < access->view_count; i++) fprintf(file, "%s\n", access->views[i].of);
    return (file && fclose(file) == 0) || fail(sharing, "`%s` cannot be written", list);
}

static bool write_folder(Sharing *sharing, const char *folder) {
    const GovAccess *access = &sharing->plan->access;
    char *list = file_in(folder, ".gov-share");
    bool ok = list && (file_make_folders(list) || fail(sharing, "`%s` cannot be written", folder));
    if (ok) remove_old(sharing, folder, list);
    for (size_t i = 0; ok && i < access->view_count; i++) {
        char *name = parquet_name(access->views[i].of), *path = name ? file_in(folder, name) : NULL;
        ok = path && write_parquet(sharing, access->views[i].sql, access->views[i].pads, access->views[i].pad_count, path);
        if (ok) fprintf(sharing->out, "  %s\n", name);
        free(path);
        free(name);
    }
    ok = ok && write_list(sharing, list);
    free(list);
    return ok;
}

/* ------------------------------------------------------------------ interface */

static bool open_settings(Sharing *sharing) {
    GovPlan only_access = *sharing->plan;
    char *text = NULL;
    only_access.step_count = 0;
    only_access.access.share_count = 0;
    if (settings_open(&only_access, &sharing->settings, &text)) return true;
    fail(sharing, "%s", text ? text : "out of memory");
    free(text);
    return false;
}

GovExit gov_share(const GovPlan *plan, const char *to, GovShareFormat format, const GovRunOptions *options) {
    GovRunOptions told = *options;
    told.stream = stderr;
    Sharing sharing = {.plan = plan, .options = options, .log = log_open(&told), .out = options->stream ? options->stream : stdout};
    if (!sharing.log) return GOV_EXIT_FAILED;
    bool ok = open_settings(&sharing);
    if (ok) log_set_settings(sharing.log, sharing.settings);
    ok = ok && open_target(&sharing);
    if (ok && plan->access.view_count) fprintf(sharing.out, "role %s reads, in %s:\n", plan->access.views[0].role, to);
    ok = ok && (format == GOV_SHARE_PARQUET ? write_folder(&sharing, to) : write_database(&sharing, to));
    log_set_settings(sharing.log, NULL);
    close_target(&sharing);
    log_close(sharing.log);
    return ok ? GOV_EXIT_FINE : GOV_EXIT_FAILED;
}

static bool is_published(const Run *run, const GovShare *share) {
    for (size_t i = 0; i < run->plan->step_count; i++)
        if (run->outcomes[i].published && strcmp(run->plan->steps[i].name, share->of) == 0) return true;
    return false;
}

/* Whether the relation is there at all: it may never have been built. */
static bool is_there(EngineConnection *connection, const GovShare *share, const Settings *settings) {
    EngineParameter *parameters;
    EngineResult *result = NULL;
    EngineError error;
    char *sql = NULL;
    if (asprintf(&sql, "select 1 from (%s\n) as shared limit 0", share->sql) < 0) return true;
    bool ok = pads_open(settings, share->pads, share->pad_count, &parameters, &error) &&
              engine_query(connection, sql, parameters, share->pad_count, &result, &error);
    engine_result_close(result);
    pads_close(parameters, share->pad_count);
    free(sql);
    return ok || error.fault != ENGINE_FAULT_QUERY;
}

/* The file of a share: in a folder it is called like its relation. */
static char *file_of(const Run *run, const GovShare *share) {
    char *place = s3_is_address(share->file) ? strdup(share->file) : file_from(run->options.folder, share->file), *name = NULL, *path = place;
    if (place && place[strlen(place) - 1] == '/') {
        name = parquet_name(share->of);
        path = name ? file_in(place, name) : NULL;
        free(place);
    }
    free(name);
    return path;
}

/* With every run, for a grant may have changed where the relation did not: then what is no longer granted must go. */
bool run_shares(Run *run, EngineConnection *connection) {
    Sharing sharing = {.plan = run->plan, .options = &run->options, .log = run->log, .settings = run->target.settings, .connection = connection};
    bool ok = true;
    for (size_t i = 0; i < run->plan->access.share_count; i++) {
        const GovShare *share = &run->plan->access.shares[i];
        bool published = is_published(run, share);
        if (!published && !is_there(connection, share, run->target.settings)) continue;
        char *path = file_of(run, share);
        bool written = path && (s3_is_address(path) ? write_object(&sharing, share, path)
                                                    : write_parquet(&sharing, share->sql, share->pads, share->pad_count, path));
        if (!written) log_message(run->log, LOG_ERROR, "the share of `%s` to role `%s` was not written", share->of, share->role);
        else if (published) log_message(run->log, LOG_NOTE, "shared `%s` with role `%s`: %s", share->of, share->role, share->file);
        ok = ok && written;
        free(path);
    }
    return ok;
}
