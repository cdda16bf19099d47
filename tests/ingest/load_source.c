/* Runs ingest_load on a source that is described in JSON on standard input, and writes what became of it as JSON.
 *
 * The description's keys are the names of plan.h. What describes the source stays allocated, and reachable, to the end
 * of the process, so that a leak checker sees only what the load leaves behind. */
#include "runtime/engine/engine.h"
#include "runtime/ingest/ingest.h"

#include <jansson.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* failing.h is about the allocations of loads, not about ours. */
#undef calloc

static atomic_bool cancel;
static EngineDatabase *database;
static EngineConnection *connection;
static double cancel_after;

static void die(const char *words) {
    fprintf(stderr, "load_source: %s\n", words);
    exit(2);
}

typedef struct Kept {
    struct Kept *next;
    max_align_t memory[];
} Kept;

static void *allocate(size_t count, size_t size) {
    static Kept *all;
    Kept *kept = calloc(1, sizeof *kept + (count + 1) * size);
    if (!kept) die("out of memory");
    kept->next = all;
    all = kept;
    return kept->memory;
}

static const char *text_of(json_t *object, const char *key) {
    return json_string_value(json_object_get(object, key));
}

static int64_t number_of(json_t *object, const char *key, int64_t otherwise) {
    json_t *value = json_object_get(object, key);
    return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

/* A text, or {"secret": NAME}, or {"env": NAME, "fallback": TEXT}. */
static GovValue value_of(json_t *json) {
    if (text_of(json, "secret")) return (GovValue){GOV_VALUE_SECRET, text_of(json, "secret"), NULL};
    if (text_of(json, "env")) return (GovValue){GOV_VALUE_ENV, text_of(json, "env"), text_of(json, "fallback")};
    return (GovValue){GOV_VALUE_TEXT, json_string_value(json), NULL};
}

static GovSettings settings_of(json_t *object) {
    GovSetting *items = allocate(json_object_size(object), sizeof *items);
    size_t count = 0;
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value) items[count++] = (GovSetting){key, value_of(value)};
    return (GovSettings){items, count};
}

static GovTexts texts_of(json_t *array) {
    const char **items = allocate(json_array_size(array), sizeof *items);
    for (size_t i = 0; i < json_array_size(array); i++) items[i] = json_string_value(json_array_get(array, i));
    return (GovTexts){items, json_array_size(array)};
}

static GovDuration duration_of(json_t *array) {
    return (GovDuration){json_integer_value(json_array_get(array, 0)), json_string_value(json_array_get(array, 1))};
}

static int index_of(const char *text, const char *const *names, int otherwise) {
    for (int i = 0; text && names[i]; i++)
        if (strcmp(text, names[i]) == 0) return i;
    return otherwise;
}

static const GovHttp *http_of(json_t *json) {
    GovHttp *http = allocate(1, sizeof *http);
    *http = (GovHttp){
        .method = text_of(json, "method") ? text_of(json, "method") : "get",
        .parameters = settings_of(json_object_get(json, "parameters")),
        .headers = settings_of(json_object_get(json, "headers")),
        .auth = settings_of(json_object_get(json, "auth")),
        .for_name = text_of(json, "for_name"),
        .for_values = texts_of(json_object_get(json, "for_values")),
        .window_column = text_of(json, "window_column"),
        .window_from = text_of(json, "window_from"),
        .window_per = duration_of(json_object_get(json, "window_per")),
        .lookback = duration_of(json_object_get(json, "lookback")),
        .rows_at = text_of(json, "rows_at") ? text_of(json, "rows_at") : "$[*]",
        .empty_status = (int)number_of(json, "empty_status", 0),
        .rate_count = number_of(json, "rate_count", 0),
        .rate_unit = text_of(json, "rate_unit"),
        .retries = (int)number_of(json, "retries", 0),
        .backoff = json_is_true(json_object_get(json, "backoff")),
        .timeout = duration_of(json_object_get(json, "timeout")),
        .pages_by = text_of(json, "pages_by"),
        .pages_argument = text_of(json, "pages_argument"),
        .pages_size = number_of(json, "pages_size", 0),
        .pages_until = text_of(json, "pages_until"),
    };
    return http;
}

static const GovColumn *columns_of(json_t *array) {
    static const char *const origins[] = {"data", "path", "request", NULL};
    GovColumn *columns = allocate(json_array_size(array), sizeof *columns);
    for (size_t i = 0; i < json_array_size(array); i++) {
        json_t *json = json_array_get(array, i);
        columns[i] = (GovColumn){
            .name = text_of(json, "name"),
            .type = text_of(json, "type"),
            .format = text_of(json, "format"),
            .json_path = text_of(json, "json_path"),
            .convert = text_of(json, "convert"),
            .origin = (GovColumnOrigin)index_of(text_of(json, "origin"), origins, GOV_COLUMN_DATA),
        };
    }
    return columns;
}

static const GovRowCheck *checks_of(json_t *array) {
    GovRowCheck *checks = allocate(json_array_size(array), sizeof *checks);
    for (size_t i = 0; i < json_array_size(array); i++) {
        json_t *json = json_array_get(array, i);
        checks[i] = (GovRowCheck){.column = text_of(json, "column"),
                                  .words = text_of(json, "words"),
                                  .predicate = text_of(json, "predicate")};
    }
    return checks;
}

static const GovSource *source_of(json_t *json) {
    static const char *const kinds[] = {"csv", "parquet", "json", "http", "postgres", "other", NULL};
    static const char *const modes[] = {"all", "each once", "replace rows", "newest", NULL};
    static const char *const invalids[] = {"fail", "quarantine", "warn", NULL};
    GovSource *source = allocate(1, sizeof *source);
    bool quarantine = json_is_true(json_object_get(json, "quarantine"));
    *source = (GovSource){
        .kind = (GovOriginKind)index_of(text_of(json, "kind"), kinds, GOV_ORIGIN_CSV),
        .words = text_of(json, "words"),
        .place = text_of(json, "place"),
        .options = settings_of(json_object_get(json, "options")),
        .files = (GovFilesMode)index_of(text_of(json, "files"), modes, GOV_FILES_ALL),
        .http = json_object_get(json, "http") ? http_of(json_object_get(json, "http")) : NULL,
        .columns = columns_of(json_object_get(json, "columns")),
        .column_count = json_array_size(json_object_get(json, "columns")),
        .checks = checks_of(json_object_get(json, "checks")),
        .check_count = json_array_size(json_object_get(json, "checks")),
        .key = texts_of(json_object_get(json, "key")),
        .on_invalid = (GovInvalid)index_of(text_of(json, "on_invalid"), invalids, GOV_INVALID_FAIL),
        .at_most_percent = (int)number_of(json, "at_most_percent", -1),
        .quarantine = quarantine ? "\"main\".\"quarantine\"" : NULL,
        .quarantine_staged = quarantine ? "\"main\".\"quarantine__next\"" : NULL,
    };
    return source;
}

static void check_engine(bool ok, const EngineError *error) {
    if (!ok) die(error->text);
}

static json_t *cell_json(EngineCell cell) {
    return cell.is_null ? json_null() : json_string(cell.text);
}

static json_t *rows_of(const char *sql) {
    EngineError error = {0};
    EngineResult *result;
    json_t *rows = json_array();
    check_engine(engine_query(connection, sql, NULL, 0, &result, &error), &error);
    while (engine_next(result, &error)) {
        json_t *row = json_array();
        for (size_t i = 0; i < engine_column_count(result); i++)
            json_array_append_new(row, cell_json(engine_cell(result, i)));
        json_array_append_new(rows, row);
    }
    check_engine(error.fault == ENGINE_FAULT_NONE, &error);
    engine_result_close(result);
    return rows;
}

static json_t *result_json(bool ok, const IngestResult *result) {
    json_t *json = json_pack("{s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:s?, s:s?, s:b}", "ok", ok, "read",
                             (json_int_t)result->read, "accepted", (json_int_t)result->accepted, "quarantined",
                             (json_int_t)result->quarantined, "duplicates", (json_int_t)result->duplicates, "warned",
                             (json_int_t)result->warned, "bytes", (json_int_t)result->bytes, "error", result->error,
                             "note", result->note, "interrupted", result->interrupted);
    json_t *files = json_array(), *intervals = json_array();
    for (size_t i = 0; i < result->file_count; i++)
        json_array_append_new(files, json_pack("[s, I, s?]", result->files[i].path, (json_int_t)result->files[i].rows,
                                               result->files[i].sha256));
    for (size_t i = 0; i < result->interval_count; i++)
        json_array_append_new(intervals,
                              json_pack("[s, s, s, I]", result->intervals[i].for_value, result->intervals[i].from,
                                        result->intervals[i].to, (json_int_t)result->intervals[i].rows));
    json_object_set_new(json, "files", files);
    json_object_set_new(json, "intervals", intervals);
    return json;
}

static void *cancel_later(void *unused) {
    nanosleep(&(struct timespec){(time_t)cancel_after, (long)((cancel_after - (double)(time_t)cancel_after) * 1e9)},
              NULL);
    atomic_store(&cancel, true);
    engine_interrupt(connection);
    return unused;
}

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static IngestInterval *known_of(json_t *array) {
    IngestInterval *known = allocate(json_array_size(array), sizeof *known);
    for (size_t i = 0; i < json_array_size(array); i++) {
        json_t *json = json_array_get(array, i);
        known[i] = (IngestInterval){text_of(json, "for_value"), text_of(json, "from"), text_of(json, "to"), 0};
    }
    return known;
}

static IngestFile *known_files_of(json_t *array) {
    IngestFile *known = allocate(json_array_size(array), sizeof *known);
    for (size_t i = 0; i < json_array_size(array); i++) {
        json_t *json = json_array_get(array, i);
        known[i] = (IngestFile){text_of(json, "path"), number_of(json, "bytes", 0), text_of(json, "sha256"), 0, 0, 0};
    }
    return known;
}

static void open_engine(json_t *spec) {
    static EngineSetting path = {"path", NULL};
    EngineError error = {0};
    path.value = text_of(spec, "database") ? text_of(spec, "database") : ":memory:";
    const EngineOptions options = {.settings = &path, .setting_count = 1, .threads = 2};
    check_engine(engine_open(engine_find("duckdb"), &options, &database, &error), &error);
    check_engine(engine_connect(database, &connection, &error), &error);
    for (size_t i = 0; i < json_array_size(json_object_get(spec, "setup")); i++)
        check_engine(engine_execute(connection, json_string_value(json_array_get(json_object_get(spec, "setup"), i)),
                                    NULL, &error),
                     &error);
}

int main(void) {
    json_error_t json_error;
    static json_t *spec;
    spec = json_loadf(stdin, 0, &json_error);
    if (!spec) die(json_error.text);
    open_engine(spec);
    GovStep step = {.kind = GOV_STEP_LOAD,
                    .name = "raw.it",
                    .staged = "\"main\".\"it__next\"",
                    .published = "\"main\".\"it\"",
                    .source = source_of(json_object_get(spec, "source"))};
    GovPlan plan = {.constants = settings_of(json_object_get(spec, "constants")), .steps = &step, .step_count = 1};
    Settings *settings;
    char *missing;
    if (!settings_open(&plan, &settings, &missing)) die(missing);
    IngestRequest request = {
        .plan = &plan,
        .step = &step,
        .connection = connection,
        .settings = settings,
        .folder = text_of(spec, "folder"),
        .known = known_of(json_object_get(spec, "known")),
        .known_count = json_array_size(json_object_get(spec, "known")),
        .known_files = known_files_of(json_object_get(spec, "known_files")),
        .known_file_count = json_array_size(json_object_get(spec, "known_files")),
        .today = text_of(spec, "today") ? text_of(spec, "today") : "2018-12-31",
        .cancel = &cancel,
    };
    cancel_after = json_number_value(json_object_get(spec, "cancel_after"));
    pthread_t thread;
    if (cancel_after > 0) pthread_create(&thread, NULL, cancel_later, NULL);
    IngestResult result;
    double started = seconds_now();
    bool ok = ingest_load(&request, &result);
    json_t *output = result_json(ok, &result);
    json_object_set_new(output, "seconds", json_real(seconds_now() - started));
    json_t *queries = json_object_get(spec, "queries"), *rows = json_array();
    for (size_t i = 0; ok && i < json_array_size(queries); i++)
        json_array_append_new(rows, rows_of(json_string_value(json_array_get(queries, i))));
    json_object_set_new(output, "rows", rows);
    json_dumpf(output, stdout, JSON_INDENT(1));
    json_decref(output);
    ingest_result_clear(&result);
    settings_close(settings);
    if (cancel_after > 0) pthread_join(thread, NULL);
    engine_disconnect(connection);
    engine_close(database);
    return 0;
}
