#include "compiler/command/command.h"

#include "compiler/plan/jobs.h"
#include "runtime/notify/notify.h"
#include "runtime/schedule/zone.h"
#include "runtime/serve/serve.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const OptionId OPTIONS[] = {OPTION_DIRECTORY, OPTION_TARGET, OPTION_LISTEN, OPTION_SITE, OPTION_PORT_FILE, OPTION_THREADS, OPTION_FORMAT, OPTION_COUNT};

/* `127.0.0.1:8080`, `8080`, or neither: loopback, 8321. */
static bool listen_at(Session *session, const CommandLine *line, GovServeOptions *options) {
    const char *text = line->values[OPTION_LISTEN] ? line->values[OPTION_LISTEN] : "8321";
    const char *colon = strrchr(text, ':');
    char *end;
    long port = strtol(colon ? colon + 1 : text, &end, 10);
    options->address = colon ? arena_format(&session->arena, "%.*s", (int)(colon - text), text) : "127.0.0.1";
    options->port = (int)port;
    if (*end == '\0' && end != text && port >= 0 && port < 65536) return true;
    misuse("--listen takes an address and a port, such as `127.0.0.1:8321`, not `%s`", text);
    return false;
}

/* What does a job: this program, by its own path, for the working directory may be another one's. */
static const char *const *command_of(Session *session, const CommandLine *line, const Project *project, const char *target) {
    VEC(const char *) words = {0};
    char self[4096];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    if (length < 0) return NULL;
    vec_push(&session->arena, &words, (const char *)arena_copy(&session->arena, self, (size_t)length));
    const char *fixed[] = {"run", "--directory", project->folder, "--target", target, "--format", "json"};
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) vec_push(&session->arena, &words, fixed[i]);
    if (line->values[OPTION_THREADS]) {
        vec_push(&session->arena, &words, "--threads");
        vec_push(&session->arena, &words, line->values[OPTION_THREADS]);
    }
    vec_push(&session->arena, &words, "--job");
    vec_push(&session->arena, &words, NULL);
    return words.items;
}

/* When each job was last due, and when it last succeeded, as the ledger has it: runs that were interrupted, or died, are not done.
 * A target that is not there yet, or does not answer, knows nothing. */
static const DueKnown *known_of(Session *session, const GovPlan *plan, const Project *project, const GovJobs *jobs) {
    Arena *arena = &session->arena;
    GovNumbers *asked = arena_alloc(arena, (jobs->count + 1) * sizeof *asked);
    DueKnown *known = arena_alloc(arena, (jobs->count + 1) * sizeof *known);
    char *error = NULL;
    for (size_t i = 0; i < jobs->count; i++)
        asked[i] = (GovNumbers){
            .sql = arena_format(arena, "select cast(extract(epoch from max(coalesce(due_at, started_at))) as double precision), "
                                       "cast(extract(epoch from max(case when status = 'succeeded' then coalesce(due_at, started_at) end)) as double precision) "
                                       "from gov.runs where job = '%s' and status in ('succeeded', 'failed')", jobs->items[i].name),
            .cells = arena_alloc(arena, 2 * sizeof(double)), .count = 2};
    bool ok = gov_ask_numbers(plan, project->folder, asked, jobs->count, &error);
    free(error);
    for (size_t i = 0; i < jobs->count; i++) {
        bool answered = ok && asked[i].answered;
        known[i].last_due = answered && !isnan(asked[i].cells[0]) ? (int64_t)asked[i].cells[0] : 0;
        known[i].last_succeeded = answered && !isnan(asked[i].cells[1]) ? (int64_t)asked[i].cells[1] : 0;
    }
    return known;
}

/* What would go wrong when nobody looks any more is said while somebody does. */
static bool check_machine(const GovJobs *jobs) {
    bool mails = false;
    for (size_t i = 0; i < jobs->count; i++) {
        if (!zone_exists(jobs->items[i].timezone)) {
            failure("job `%s`: this machine does not know the time zone `%s`: is tzdata installed?", jobs->items[i].name, jobs->items[i].timezone);
            return false;
        }
        for (size_t k = 0; k < jobs->items[i].notice_count; k++)
            mails |= (jobs->items[i].notices[k].channels & GOV_BY_EMAIL) && *jobs->items[i].notices[k].email.text;
    }
    if (mails && notify_lacks_email()) fprintf(stderr, "gov: warning: owners want e-mail, but GOV_SMTP_URL is not set: they get none\n");
    return true;
}

static GovExit run(Session *session, CommandLine *line) {
    static const char *const FORMATS[] = {"text", "json", NULL};
    const char *format = option_choice(line, OPTION_FORMAT, FORMATS);
    Project project;
    GovExit code = GOV_EXIT_MISUSE;
    const Target *target;
    GovServeOptions options = {.site = line->values[OPTION_SITE], .port_file = line->values[OPTION_PORT_FILE]};
    if (!format || !listen_at(session, line, &options) || !project_compile(session, line, false, &project, &code)) return code;
    if (!find_target(session, line, &target)) return GOV_EXIT_MISUSE;
    if (!target) return misuse("the project declares no target: what runs by itself needs one");
    PlanOptions plan_options = {.what = PLAN_TEST, .target = target};
    Plan *plan = plan_make(session->facts, &plan_options);
    if (!plan) {
        draw_reports(session, line);
        return GOV_EXIT_FAILED;
    }
    const GovJobs *jobs = plan_jobs(session->program, target);
    if (!check_machine(jobs)) return GOV_EXIT_FAILED;
    options.folder = project.folder;
    options.command = command_of(session, line, &project, target->name->text);
    options.known = known_of(session, &plan->govplan, &project, jobs);
    options.output = strcmp(format, "json") ? GOV_OUTPUT_TEXT : GOV_OUTPUT_JSON;
    return options.command ? gov_serve(jobs, &options) : failure("where this program lies cannot be told: /proc is not there");
}

const Command command_serve = {
    .name = "serve", .arguments = "", .most = 0, .options = OPTIONS, .run = run,
    .words = "Runs the jobs of the project when they are due, one at a time, by their schedules and conditions; tries again what failed,\n"
             "tells owners, and watches deadlines. What was missed while it was down is run once. A job is compiled anew each time, so\n"
             "that it does what the files say then; jobs themselves are read at the start. SIGTERM stops it gracefully.\n"
             "Serves /health, /metrics (Prometheus) and, with --site, the catalog. Formats: text, json.",
    .examples = "  gov serve --target prod\n"
                "  gov serve --listen 127.0.0.1:9000 --site build/site\n",
};
