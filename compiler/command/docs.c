#include "compiler/command/command.h"

#include "compiler/catalog/catalog.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { RUNS_SHOWN = 100 };

static const OptionId OPTIONS[] = {OPTION_DIRECTORY, OPTION_TARGET, OPTION_OUTPUT, OPTION_SINGLE_FILE, OPTION_OPEN, OPTION_COUNT};

/* The catalog with what the target's ledger knows; a target that cannot be asked leaves the results out, and that is
 * said. The catalog's texts are the ledger's, which the caller frees when it is written. Null: said what is wrong. */
static const Catalog *gather(Session *session, CommandLine *line, const Project *project, LedgerState **ret_ledger) {
    *ret_ledger = NULL;
    const Plan *plan = plan_at(session, line, project, PLAN_RUN, NULL);
    if (!plan) return NULL;
    char *error = NULL;
    if (!ledger_read(&plan->govplan, project->folder, RUNS_SHOWN, ret_ledger, &error)) {
        fprintf(stderr, "gov: warning: the catalog is without results: %s\n", error ? error : "out of memory");
        free(error);
    }
    if (*ret_ledger) plan = plan_at(session, line, project, PLAN_RUN, plan_state(session, *ret_ledger, NULL));
    return plan ? catalog_build(&session->arena, session->facts, plan, *ret_ledger) : NULL;
}

static bool write_json(Session *session, const Catalog *catalog, const char *folder) {
    CatalogFile file = catalog_write_json(&session->arena, catalog);
    return write_file(&session->arena, path_in(&session->arena, folder, "catalog.json"), (const char *)file.bytes, file.size);
}

bool write_catalog_json(Session *session, CommandLine *line, const Project *project, const char *folder) {
    LedgerState *ledger;
    const Catalog *catalog = gather(session, line, project, &ledger);
    bool written = catalog && write_json(session, catalog, folder);
    ledger_state_free(ledger);
    return written;
}

static bool write_site(Session *session, const Catalog *catalog, const char *folder, bool single) {
    CatalogFiles files = {0};
    CatalogFile one;
    if (single) {
        one = catalog_write_single_file(&session->arena, catalog);
        files = (CatalogFiles){&one, 1};
    } else files = catalog_write_site(&session->arena, catalog);
    for (size_t i = 0; i < files.count; i++) {
        const char *path = arena_format(&session->arena, "%s/%s", folder, files.items[i].path);
        if (!write_file(&session->arena, path, (const char *)files.items[i].bytes, files.items[i].size)) return false;
    }
    return true;
}

/* Hands the page to the desktop's opener and does not wait for the browser. */
static GovExit open_page(const char *page) {
    pid_t child = fork();
    if (child < 0) return failure("the browser cannot be started: %s", strerror(errno));
    if (!child) {
        execlp("xdg-open", "xdg-open", page, (char *)NULL);
        _exit(127);
    }
    int status;
    if (waitpid(child, &status, 0) == child && WIFEXITED(status) && !WEXITSTATUS(status)) return GOV_EXIT_FINE;
    return failure("`xdg-open` could not open `%s`", page);
}

static GovExit run(Session *session, CommandLine *line) {
    Arena *arena = &session->arena;
    Project project;
    GovExit code;
    LedgerState *ledger;
    if (!project_compile(session, line, false, &project, &code)) return code;
    const char *build = line->values[OPTION_OUTPUT];
    if (!build) build = path_in(arena, project.folder, "build");
    const char *folder = path_in(arena, build, "docs"), *page = path_in(arena, folder, "index.html");
    const Catalog *catalog = gather(session, line, &project, &ledger);
    bool written = catalog && write_site(session, catalog, folder, line->values[OPTION_SINGLE_FILE]) &&
                   write_json(session, catalog, build);
    ledger_state_free(ledger);
    if (!written) return GOV_EXIT_FAILED;
    printf("wrote %s and %s/catalog.json\n", page, build);
    return line->values[OPTION_OPEN] ? open_page(page) : GOV_EXIT_FINE;
}

const Command command_docs = {
    .name = "docs", .arguments = "", .most = 0, .options = OPTIONS, .run = run,
    .words = "Writes the catalog: a site that opens from the disk, offline, and catalog.json for machines. Models, columns,\n"
             "tests and lineage come from the project, results and runs from the target's ledger.",
    .examples = "  gov docs --open\n  gov docs --single-file --output /tmp/mail\n",
};
