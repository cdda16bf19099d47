#include "runtime/engine/duckdb_library.h"
#include "config.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

static void *open_at(const char *path) {
    return dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
}

static void *find_library(const char **ret_path, EngineError *ret_error) {
    const char *chosen = getenv("GOV_DUCKDB_LIBRARY");
    if (chosen && *chosen) {
        *ret_path = chosen;
        void *handle = open_at(chosen);
        if (!handle)
            engine_fail(ret_error, ENGINE_FAULT_LIBRARY,
                        "the library of DuckDB cannot be opened at `%s`, where GOV_DUCKDB_LIBRARY points: %s", chosen,
                        dlerror());
        return handle;
    }
    static const char *const places[] = {DUCKDB_LIBRARY, "libduckdb.so"};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        *ret_path = places[i];
        void *handle = open_at(places[i]);
        if (handle) return handle;
    }
    engine_fail(ret_error, ENGINE_FAULT_LIBRARY,
                "the library of DuckDB " DUCKDB_PINNED_VERSION
                " was found neither at `%s` nor on the library path; set "
                "GOV_DUCKDB_LIBRARY to the path of libduckdb.so",
                DUCKDB_LIBRARY);
    return NULL;
}

static bool find_functions(void *handle, DuckdbLibrary *library, const char **ret_missing) {
#define FIND(name)                                                                                                     \
    if (!(library->name = (__typeof__(library->name))dlsym(handle, *ret_missing = "duckdb_" #name))) return false;
    DUCKDB_FUNCTIONS(FIND)
    FIND(execute_prepared_streaming)
#undef FIND
    return true;
}

bool duckdb_library_open(DuckdbLibrary *ret_library, EngineError *ret_error) {
    const char *path;
    void *handle = find_library(&path, ret_error);
    if (!handle) return false;
    const char *missing;
    if (!find_functions(handle, ret_library, &missing))
        return engine_fail(ret_error, ENGINE_FAULT_LIBRARY,
                           "`%s` is not the library of DuckDB " DUCKDB_PINNED_VERSION ": it has no function `%s`", path,
                           missing);
    const char *version = ret_library->library_version();
    if (strcmp(version, DUCKDB_PINNED_VERSION) != 0)
        return engine_fail(ret_error, ENGINE_FAULT_LIBRARY,
                           "`%s` is DuckDB %s, but gov works with " DUCKDB_PINNED_VERSION
                           " only; set GOV_DUCKDB_LIBRARY to a library of that version",
                           path, version);
    return true;
}
