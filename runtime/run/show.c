/* What a plan would do, as lines: `plan` of a plan program. */
#include "runtime/log/format.h"
#include "runtime/run/run.h"

#include <string.h>

static const char *verb(GovStepKind kind) {
    switch (kind) {
    case GOV_STEP_LOAD: return "load";
    case GOV_STEP_BUILD: return "build";
    case GOV_STEP_TEST: return "test";
    case GOV_STEP_NOT_RUN: return "not run yet";
    }
    return NULL;
}

static void show_step(FILE *out, const GovPlan *plan, size_t index, int width) {
    const GovStep *step = &plan->steps[index];
    int missing = width - (int)log_format_width(step->name);
    fprintf(out, "%4zu  %-11s  %-8s  %s%*s", index + 1, verb(step->kind), step->materialization, step->name,
            missing > 0 ? missing : 0, "");
    if (step->test_count > 0) fprintf(out, "  %zu test%s", step->test_count, step->test_count == 1 ? "" : "s");
    if (step->reason && *step->reason) fprintf(out, "  (%s)", step->reason);
    for (size_t i = 0; i < step->after_count; i++) fprintf(out, "%s%zu", i ? ", " : "  after ", step->after[i] + 1);
    fputc('\n', out);
}

GovExit gov_show_plan(const GovPlan *plan, const GovRunOptions *options) {
    FILE *out = options->stream ? options->stream : stdout;
    int width = 0;
    for (size_t i = 0; i < plan->step_count; i++)
        if ((int)log_format_width(plan->steps[i].name) > width) width = (int)log_format_width(plan->steps[i].name);
    fprintf(out, "%s on target %s (%s): %zu step%s, %zu unit test%s\n", plan->project, plan->target.name,
            plan->target.engine, plan->step_count, plan->step_count == 1 ? "" : "s", plan->unit_test_count,
            plan->unit_test_count == 1 ? "" : "s");
    for (size_t i = 0; i < plan->step_count; i++) show_step(out, plan, i, width);
    return GOV_EXIT_FINE;
}
