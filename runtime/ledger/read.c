/* Reading the ledger back, whole, into memory that is freed at once. */
#include "runtime/ledger/ledger.h"
#include "runtime/ledger/chain.h"
#include "runtime/ledger/schema.h"
#include "runtime/ledger/internal.h"

#include <stdlib.h>
#include <string.h>

/* A text that the state owns; freed with it. */
typedef struct Kept {
    struct Kept *next;
    char text[];
} Kept;

typedef struct {
    LedgerState state; /* the first member: what the reader gets */
    Kept *texts;
} OwnedState;

/* Reads the cells of one row, from left to right. */
typedef struct {
    OwnedState *owned;
    EngineResult *result;
    size_t column;
    bool out_of_memory;
} Reader;

static const char *keep(Reader *reader, const char *text, size_t length) {
    Kept *kept = malloc(sizeof *kept + length + 1);
    if (!kept) {
        reader->out_of_memory = true;
        return NULL;
    }
    memcpy(kept->text, text, length + 1);
    kept->next = reader->owned->texts;
    reader->owned->texts = kept;
    return kept->text;
}

static const char *read_text(Reader *reader) {
    EngineCell cell = engine_cell(reader->result, reader->column++);
    return cell.is_null ? NULL : keep(reader, cell.text, cell.length);
}

/* Engines write `2026-11-21 13:47:08.12+00`: zeros at the end of a fraction are left out. */
static const char *read_time(Reader *reader) {
    EngineCell cell = engine_cell(reader->result, reader->column++);
    const char *text = cell.text;
    size_t length = !cell.is_null ? strcspn(text, "+") : 0;
    if (cell.is_null) return NULL;
    if (length < sizeof "2026-11-21 13:47:08" - 1 || length > sizeof "2026-11-21 13:47:08.123456" - 1)
        return keep(reader, text, cell.length);
    const char *fraction = text[19] == '.' ? text + 20 : "";
    char exact[sizeof "2026-11-21T13:47:08.123456Z"];
    snprintf(exact, sizeof exact, "%.10sT%.8s.%.*s%.*sZ", text, text + 11, (int)(length > 20 ? length - 20 : 0), fraction,
             (int)(length > 20 ? 26 - length : 6), "000000");
    return keep(reader, exact, sizeof exact - 1);
}

static int64_t read_count(Reader *reader) {
    EngineCell cell = engine_cell(reader->result, reader->column++);
    return cell.is_null ? -1 : cell.integer;
}

static double read_real(Reader *reader) {
    EngineCell cell = engine_cell(reader->result, reader->column++);
    return cell.is_null ? -1 : cell.real;
}

/* ------------------------------------------------------------------------------------------------------------ rows */

/* In words that every engine knows. `age` is 1 for the newest row of its kind. */
#define STEP_COLUMNS                                                                                                   \
    "run_id, step, kind, materialization, owner, fingerprint, status, published, reason, started_at, finished_at, "    \
    "seconds, \"rows\", message"

static const char runs_query[] =
    "select run_id, command, status, started_at, finished_at, seconds, gov_version, plan_hash, source_hash, revision, "
    "user_name, host_name, ok, warned, failed, skipped, not_run, message from gov.runs order by run_id desc limit $1";
/* Rows of a run stand in the order in which they were written. */
static const char steps_query[] =
    "select " STEP_COLUMNS " from gov.steps where run_id in (select run_id from gov.runs order by run_id desc limit $1) "
    "order by run_id desc, rowid";
static const char steps_query_of_server[] =
    "select " STEP_COLUMNS " from gov.steps where run_id in (select run_id from gov.runs order by run_id desc limit $1) "
    "order by run_id desc, ctid";
static const char published_query[] =
    "select " STEP_COLUMNS " from (select *, row_number() over (partition by step order by run_id desc) as age "
    "from gov.steps where published) as s where age = 1 order by step collate \"C\"";
static const char tests_query[] =
    "select run_id, step, kind, name, relation, column_name, severity, status, failing_rows, seconds, message, tested_at "
    "from (select *, row_number() over (partition by kind, relation, column_name, name order by run_id desc, "
    "tested_at desc) as age from gov.tests) as t where age = 1 "
    "order by relation collate \"C\", column_name collate \"C\" nulls first, name collate \"C\", kind";
static const char loads_query[] =
    "select run_id, step, origin, files, bytes, read, accepted, quarantined, duplicates, warned, loaded_at "
    "from (select *, row_number() over (partition by step order by run_id desc) as age from gov.loads where published) "
    "as l where age = 1 order by step collate \"C\"";

static void read_run(Reader *reader, void *item) {
    LedgerRun *run = item;
    run->run_id = read_count(reader);
    run->command = read_text(reader);
    run->status = read_text(reader);
    run->started_at = read_time(reader);
    run->finished_at = read_time(reader);
    run->seconds = read_real(reader);
    run->gov_version = read_text(reader);
    run->plan_hash = read_text(reader);
    run->source_hash = read_text(reader);
    run->revision = read_text(reader);
    run->user = read_text(reader);
    run->host = read_text(reader);
    run->ok = read_count(reader);
    run->warned = read_count(reader);
    run->failed = read_count(reader);
    run->skipped = read_count(reader);
    run->not_run = read_count(reader);
    run->message = read_text(reader);
}

static void read_step(Reader *reader, void *item) {
    LedgerStep *step = item;
    step->run_id = read_count(reader);
    step->step = read_text(reader);
    step->kind = read_text(reader);
    step->materialization = read_text(reader);
    step->owner = read_text(reader);
    step->fingerprint = read_text(reader);
    step->status = read_text(reader);
    step->published = read_count(reader) > 0;
    step->reason = read_text(reader);
    step->started_at = read_time(reader);
    step->finished_at = read_time(reader);
    step->seconds = read_real(reader);
    step->rows = read_count(reader);
    step->message = read_text(reader);
}

static void read_test(Reader *reader, void *item) {
    LedgerTest *test = item;
    test->run_id = read_count(reader);
    test->step = read_text(reader);
    test->kind = read_text(reader);
    test->name = read_text(reader);
    test->relation = read_text(reader);
    test->column = read_text(reader);
    test->severity = read_text(reader);
    test->status = read_text(reader);
    test->failing_rows = read_count(reader);
    test->seconds = read_real(reader);
    test->message = read_text(reader);
    test->tested_at = read_time(reader);
}

static void read_load(Reader *reader, void *item) {
    LedgerLoad *load = item;
    load->run_id = read_count(reader);
    load->step = read_text(reader);
    load->origin = read_text(reader);
    load->files = read_count(reader);
    load->bytes = read_count(reader);
    load->read = read_count(reader);
    load->accepted = read_count(reader);
    load->quarantined = read_count(reader);
    load->duplicates = read_count(reader);
    load->warned = read_count(reader);
    load->loaded_at = read_time(reader);
}

static const char periods_query[] = "select step, from_date::varchar, to_date::varchar, status from gov.periods order by step, run_id, position";

static void read_period(Reader *reader, void *item) {
    LedgerPeriod *period = item;
    period->step = read_text(reader);
    period->from = read_text(reader);
    period->to = read_text(reader);
    period->status = read_text(reader);
}

/* ----------------------------------------------------------------------------------------------------------- tables */

/* Where the rows of one query go. */
typedef struct {
    const char *sql;
    bool limited;
    void (*read)(Reader *reader, void *item);
    size_t size;
    void **items;
    size_t *count;
} Table;

static bool read_table(OwnedState *owned, EngineConnection *connection, const Table *table, size_t run_limit,
                       EngineError *ret_error) {
    const EngineParameter limit = engine_integer((int64_t)run_limit);
    Reader reader = {.owned = owned};
    if (!engine_query(connection, table->sql, &limit, table->limited, &reader.result, ret_error)) return false;
    size_t capacity = 0;
    while (!reader.out_of_memory && engine_next(reader.result, ret_error)) {
        if (*table->count == capacity) {
            capacity = capacity ? 2 * capacity : 64;
            void *grown = realloc(*table->items, capacity * table->size);
            if (!grown) {
                reader.out_of_memory = true;
                break;
            }
            *table->items = grown;
        }
        reader.column = 0;
        table->read(&reader, memset((char *)*table->items + *table->count * table->size, 0, table->size));
        ++*table->count;
    }
    engine_result_close(reader.result);
    if (reader.out_of_memory) *ret_error = (EngineError){ENGINE_FAULT_MEMORY, "out of memory"};
    return ret_error->fault == ENGINE_FAULT_NONE;
}

static bool read_tables(OwnedState *owned, EngineConnection *connection, size_t run_limit, EngineError *ret_error) {
    LedgerState *state = &owned->state;
    int64_t version;
    if (!ledger_version(connection, &version, ret_error)) return false;
    state->exists = version > 0;
    if (state->exists && !engine_query_integer(connection, "select coalesce(max(run_id), 0) from gov.runs", &state->last_run, ret_error))
        return false;
    const Table tables[] = {
        {runs_query, true, read_run, sizeof(LedgerRun), (void **)&state->runs, &state->run_count},
        {engine_is_server(connection) ? steps_query_of_server : steps_query, true, read_step, sizeof(LedgerStep), (void **)&state->steps, &state->step_count},
        {published_query, false, read_step, sizeof(LedgerStep), (void **)&state->published, &state->published_count},
        {tests_query, false, read_test, sizeof(LedgerTest), (void **)&state->tests, &state->test_count},
        {loads_query, false, read_load, sizeof(LedgerLoad), (void **)&state->loads, &state->load_count},
    };
    for (size_t i = 0; state->exists && i < sizeof tables / sizeof *tables; i++)
        if (!read_table(owned, connection, &tables[i], run_limit, ret_error)) return false;
    bool has_periods = false;
    const Table periods = {periods_query, false, read_period, sizeof(LedgerPeriod), (void **)&state->periods, &state->period_count};
    if (state->exists && !ledger_has_table(connection, "periods", &has_periods, ret_error)) return false;
    return !has_periods || read_table(owned, connection, &periods, run_limit, ret_error);
}

bool ledger_open_target(const GovPlan *plan, const char *folder, Target *ret_target, EngineFault *ret_fault, char **ret_error) {
    GovPlan only_target = *plan;
    only_target.constants.count = 0;
    only_target.step_count = 0;
    only_target.access = (GovAccess){0};
    if (target_open(&only_target, folder, TARGET_READ, ret_target, ret_fault, ret_error)) return true;
    if (*ret_fault == ENGINE_FAULT_MISSING) {
        free(*ret_error);
        *ret_error = NULL;
    }
    return false;
}

bool ledger_read(const GovPlan *plan, const char *folder, size_t run_limit, LedgerState **ret_state, char **ret_error) {
    *ret_error = NULL;
    OwnedState *owned = calloc(1, sizeof *owned);
    *ret_state = owned ? &owned->state : NULL;
    Target target;
    EngineFault fault;
    if (!owned) return false;
    if (ledger_open_target(plan, folder, &target, &fault, ret_error)) {
        EngineError error;
        EngineConnection *connection;
        bool ok =
            engine_connect(target.database, &connection, &error) && read_tables(owned, connection, run_limit, &error);
        if (!ok) *ret_error = settings_redact(target.settings, error.text);
        engine_disconnect(connection);
        target_close(&target);
        if (ok) return true;
    } else if (fault == ENGINE_FAULT_MISSING) {
        return true;
    }
    ledger_state_free(*ret_state);
    *ret_state = NULL;
    return false;
}

static int compare_name(const void *name, const void *step) {
    return strcmp(name, ((const LedgerStep *)step)->step);
}

const LedgerStep *ledger_find_published(const LedgerState *state, const char *name) {
    if (state->published_count == 0) return NULL;
    return bsearch(name, state->published, state->published_count, sizeof *state->published, compare_name);
}

void ledger_state_free(LedgerState *state) {
    if (!state) return;
    OwnedState *owned = (OwnedState *)state;
    for (Kept *next, *kept = owned->texts; kept; kept = next) {
        next = kept->next;
        free(kept);
    }
    free(state->runs);
    free(state->steps);
    free(state->published);
    free(state->tests);
    free(state->loads);
    free(state->periods);
    free(owned);
}
