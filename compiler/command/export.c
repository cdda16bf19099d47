#include "config.h"

#include "compiler/command/command.h"

#include "compiler/export/export.h"
#include "compiler/plan/jobs.h"

#include <stdlib.h>
#include <string.h>

static const OptionId OPTIONS[] = {OPTION_DIRECTORY, OPTION_TARGET, OPTION_OUTPUT, OPTION_COUNT};

typedef struct {
    Session *session;
    Exporting exporting;
    const char *folder;
    const char *revision;      /* of git, or null */
} Export;

static bool write_text(const Export *export, const char *name, const Buffer *text) {
    Arena *arena = &export->session->arena;
    return write_file(arena, path_in(arena, export->folder, name), buffer_string((Buffer *)text), text->length);
}

/* A program that has no .gov file to look at cannot know which files are new. */
static bool can_be_exported(const Session *session, const Deferred *job) {
    if (!job_asks_files(session->program, job)) return true;
    failure("job `%s` asks whether files have changed, which only `gov serve` and `gov run --job` can tell", job->name);
    return false;
}

static bool write_program(const Export *export, const Target *target, const Deferred *job) {
    Session *session = export->session;
    Selections selected = job_selections(&session->arena, job);
    PlanOptions options = {.target = target, .what = job_only_tests(job) ? PLAN_TEST : PLAN_RUN, .job = job, .select = selected.items,
                           .select_count = selected.count, .gov_version = PACKAGE_VERSION, .revision = export->revision};
    Plan *plan = plan_make(session->facts, &options);
    if (!plan) return false;
    Buffer text;
    buffer_open(&text, &session->arena);
    plan_print_c(&plan->govplan, &text);
    return write_text(export, arena_format(&session->arena, "%s.c", job->name), &text);
}

static bool write_programs(const Export *export, const Target *target) {
    Session *session = export->session;
    Buffer makefile;
    buffer_open(&makefile, &session->arena);
    buffer_text(&makefile, "# `make` builds the plan program of each job\nprograms =");
    for (size_t i = 0; i < export->exporting.jobs->count; i++) buffer_format(&makefile, " %s", export->exporting.jobs->items[i].name);
    buffer_text(&makefile, "\n\nall: $(programs)\n\n$(programs): %: %.c\n\t$(CC) $(CFLAGS) -o $@ $< $$(pkg-config --cflags --libs govrt)\n\n.PHONY: all\n");
    for (size_t i = 0; i < export->exporting.jobs->count; i++) {
        const Deferred *job = plan_job(session->program, export->exporting.jobs->items[i].name);
        if (!can_be_exported(session, job) || !write_program(export, target, job)) return false;
    }
    return write_text(export, "Makefile", &makefile);
}

static bool write_units(const Export *export) {
    Arena *arena = &export->session->arena;
    const GovJobs *jobs = export->exporting.jobs;
    for (size_t i = 0; i < jobs->count; i++) {
        Buffer service, timer;
        buffer_open(&service, arena);
        buffer_open(&timer, arena);
        export_systemd_service(&export->exporting, &jobs->items[i], &service);
        export_systemd_timer(&export->exporting, &jobs->items[i], &timer);
        const char *name = arena_format(arena, "%s-%s", jobs->project, jobs->items[i].name);
        if (!write_text(export, arena_format(arena, "%s.service", name), &service) || !write_text(export, arena_format(arena, "%s.timer", name), &timer)) return false;
    }
    return true;
}

static bool write_one(const Export *export, const char *name, void (*put)(const Exporting *, Buffer *)) {
    Buffer text;
    buffer_open(&text, &export->session->arena);
    put(&export->exporting, &text);
    return write_text(export, name, &text);
}

static bool write_kind(const Export *export, const char *kind) {
    if (!strcmp(kind, "systemd")) return write_units(export);
    if (!strcmp(kind, "cron")) return write_one(export, "crontab", export_cron);
    return write_one(export, arena_format(&export->session->arena, "%s.py", export->exporting.jobs->project), export_airflow);
}

static const char *absolute(Session *session, const char *path) {
    char *real = realpath(path, NULL);
    const char *copy = real ? text_copy(&session->arena, text_of(real)) : path;
    free(real);
    return copy;
}

static GovExit run(Session *session, CommandLine *line) {
    static const char *const KINDS[] = {"airflow", "cron", "systemd"};
    const char *kind = line->arguments[0];
    Project project;
    GovExit code;
    const Target *target;
    bool known = false;
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++) known |= !strcmp(kind, KINDS[i]);
    if (!known) return misuse("jobs can be exported to airflow, cron and systemd, not `%s`", kind);
    if (!project_compile(session, line, false, &project, &code)) return code;
    if (!find_target(session, line, &target)) return GOV_EXIT_MISUSE;
    Export export = {.session = session, .folder = line->values[OPTION_OUTPUT], .revision = project.revision};
    if (!export.folder) export.folder = path_in(&session->arena, project.folder, "build/export");
    export.exporting.jobs = plan_jobs(session->program, target);
    if (!export.exporting.jobs->count) return failure("the project declares no job");
    if (!write_programs(&export, target)) {
        draw_reports(session, line);
        return GOV_EXIT_FAILED;
    }
    export.exporting.programs = absolute(session, export.folder);
    export.exporting.project = absolute(session, project.folder);
    if (!write_kind(&export, kind)) return GOV_EXIT_FAILED;
    printf("wrote %zu job%s for %s to %s; `make -C %s` builds their programs\n", export.exporting.jobs->count, export.exporting.jobs->count == 1 ? "" : "s", kind,
           export.folder, export.folder);
    return GOV_EXIT_FINE;
}

const Command command_export = {
    .name = "export", .arguments = "airflow|cron|systemd", .least = 1, .most = 1, .options = OPTIONS, .run = run,
    .words = "Writes the project's jobs for another scheduler: a DAG a job for Airflow, a crontab, or a service and a timer a job for\n"
             "systemd; with the plan program of each job as C, and a Makefile that builds them. Conditions are asked by the programs\n"
             "themselves; retries are the scheduler's. Whom a job tells, and deadlines, are for `gov serve` or the scheduler.",
    .examples = "  gov export systemd --target prod --output deploy\n  gov export airflow\n",
};
