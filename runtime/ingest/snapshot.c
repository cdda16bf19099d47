#include "runtime/ingest/snapshot.h"

#include "runtime/ingest/fault.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* A server, and the session that keeps its snapshot alive. */
typedef struct Origin {
    struct Origin *next;
    char *dsn;
    EngineDatabase *database;
    EngineConnection *keeper;
    char *snapshot; /* its name, of the server's making */
} Origin;

struct IngestSnapshots {
    pthread_mutex_t lock;
    Origin *origins;
};

IngestSnapshots *ingest_snapshots_open(void) {
    IngestSnapshots *snapshots = calloc(1, sizeof *snapshots);
    if (snapshots) pthread_mutex_init(&snapshots->lock, NULL);
    return snapshots;
}

static void close_origin(Origin *origin) {
    engine_disconnect(origin->keeper);
    engine_close(origin->database);
    free(origin->snapshot);
    free(origin->dsn);
    free(origin);
}

void ingest_snapshots_close(IngestSnapshots *snapshots) {
    if (!snapshots) return;
    for (Origin *origin = snapshots->origins, *next; origin; origin = next) {
        next = origin->next;
        close_origin(origin);
    }
    pthread_mutex_destroy(&snapshots->lock);
    free(snapshots);
}

static const char begin[] = "begin transaction isolation level repeatable read, read only";

static bool open_origin(Origin *origin, EngineError *ret_error) {
    const EngineSetting settings[] = {{"dsn", origin->dsn}};
    const EngineOptions options = {.settings = settings, .setting_count = 1, .read_only = true};
    const Engine *engine = engine_find("postgres");
    if (!engine) {
        *ret_error = (EngineError){ENGINE_FAULT_LIBRARY, "this gov was built without libpq: it cannot read from PostgreSQL"};
        return false;
    }
    return engine_open(engine, &options, &origin->database, ret_error) &&
           engine_connect(origin->database, &origin->keeper, ret_error) &&
           engine_execute(origin->keeper, begin, NULL, ret_error) &&
           engine_query_text(origin->keeper, "select pg_export_snapshot()", &origin->snapshot, ret_error);
}

/* The origin of that dsn, opened if it is the first; null: told. */
static Origin *origin_of(IngestSnapshots *snapshots, const char *dsn, EngineError *ret_error) {
    Origin *origin = snapshots->origins;
    while (origin && strcmp(origin->dsn, dsn) != 0) origin = origin->next;
    if (origin) return origin;
    origin = calloc(1, sizeof *origin);
    if (!origin || !(origin->dsn = strdup(dsn))) {
        free(origin);
        *ret_error = (EngineError){ENGINE_FAULT_MEMORY, "out of memory"};
        return NULL;
    }
    if (!open_origin(origin, ret_error)) {
        close_origin(origin);
        return NULL;
    }
    origin->next = snapshots->origins;
    return snapshots->origins = origin;
}

static bool take_snapshot(const Origin *origin, EngineConnection *connection, EngineError *ret_error) {
    char *sql = ingest_print("%s; set transaction snapshot '%s'", begin, origin->snapshot);
    if (!sql) {
        *ret_error = (EngineError){ENGINE_FAULT_MEMORY, "out of memory"};
        return false;
    }
    bool ok = engine_execute(connection, sql, NULL, ret_error);
    free(sql);
    return ok;
}

bool ingest_snapshot_connect(IngestSnapshots *snapshots, const char *dsn, EngineConnection **ret_connection, EngineError *ret_error) {
    *ret_connection = NULL;
    pthread_mutex_lock(&snapshots->lock);
    Origin *origin = origin_of(snapshots, dsn, ret_error);
    pthread_mutex_unlock(&snapshots->lock);
    if (!origin || !engine_connect(origin->database, ret_connection, ret_error)) return false;
    if (take_snapshot(origin, *ret_connection, ret_error)) return true;
    engine_disconnect(*ret_connection);
    *ret_connection = NULL;
    return false;
}
