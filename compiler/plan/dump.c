/* Every statement of the plan in order, for `gov dump --stage=plan`. */
#include "compiler/plan/plan.h"

static void statement(Buffer *out, const char *heading, const char *sql) {
    buffer_format(out, "-- %s\n%s;\n\n", heading, sql);
}

static void statements(Buffer *out, const char *heading, const GovTexts *texts) {
    if (!texts->count) return;
    buffer_format(out, "-- %s\n", heading);
    for (size_t i = 0; i < texts->count; i++) buffer_format(out, "%s;\n", texts->items[i]);
    buffer_char(out, '\n');
}

static void dump_source(Buffer *out, const GovSource *source) {
    buffer_format(out, "-- from %s\n", source->words);
    for (size_t i = 0; i < source->column_count; i++) {
        const GovColumn *column = &source->columns[i];
        buffer_format(out, "--   %s %s%s%s\n", column->name, column->type, column->format ? " as " : "",
                      column->format ? column->format : "");
    }
    for (size_t i = 0; i < source->check_count; i++) buffer_format(out, "--   check %s\n", source->checks[i].predicate);
    buffer_char(out, '\n');
}

static void dump_increment(Buffer *out, const GovIncrement *increment) {
    statements(out, "in parts: begin", &increment->begin);
    if (increment->insert) statement(out, "in parts: build the days from $1 to before $2", increment->insert);
    for (size_t i = 0; i < increment->input_count; i++) {
        const GovPeriodInput *input = &increment->inputs[i];
        buffer_format(out, "-- in parts: what changed of %s%s%s\n", input->name, input->whole ? ", of which all is built anew: " : "", input->whole ? input->whole : "");
        if (input->find) buffer_format(out, "%s;\n", input->find);
        if (input->periods) buffer_format(out, "%s;\n", input->periods);
        buffer_char(out, '\n');
    }
    statements(out, "in parts: publish", &increment->publish);
}

static void dump_step(Buffer *out, const GovPlan *plan, size_t index) {
    const GovStep *step = &plan->steps[index];
    buffer_format(out, "-- ==== %zu %s %s", index + 1, step->materialization, step->name);
    for (size_t i = 0; i < step->after_count; i++)
        buffer_format(out, "%s%s", i ? ", " : " after ", plan->steps[step->after[i]].name);
    buffer_format(out, "\n-- %s\n\n", step->reason);
    if (step->source) dump_source(out, step->source);
    statements(out, "build", &step->build);
    for (size_t i = 0; i < step->test_count; i++) {
        buffer_format(out, "-- test %s%s\n%s;\n\n", step->tests[i].name,
                      step->tests[i].severity == GOV_SEVERITY_WARN ? " (warn)" : "", step->tests[i].sql);
    }
    if (step->increment) dump_increment(out, step->increment);
    statements(out, "publish", &step->publish);
    statements(out, "in place", &step->in_place);
    statements(out, "comments", &step->comments);
    statements(out, "discard", &step->discard);
}

static void dump_pads(Buffer *out, const GovPad *pads, size_t count) {
    for (size_t i = 0; i < count; i++)
        buffer_format(out, "-- $%zu is the %s pad of secret %s\n", i + 1, pads[i].outer ? "outer" : "inner", pads[i].secret);
}

static void dump_access(Buffer *out, const GovAccess *access) {
    statements(out, "==== roles and schemas", &access->prepare);
    for (size_t i = 0; i < access->view_count; i++) {
        const GovRoleView *view = &access->views[i];
        buffer_format(out, "-- ==== role %s reads %s as %s\n\n", view->role, view->of, view->published);
        if (view->make.count) statements(out, "make", &view->make);
        if (!view->fill && access->owner) continue;
        dump_pads(out, view->pads, view->pad_count);
        statement(out, "fill", view->fill ? view->fill : view->sql);
    }
    if (access->privilege_count) buffer_text(out, "-- ==== grants\n");
    for (size_t i = 0; i < access->privilege_count; i++) buffer_format(out, "%s;\n", access->privileges[i].grant);
    if (access->privilege_count) buffer_char(out, '\n');
    for (size_t i = 0; i < access->share_count; i++) {
        const GovShare *share = &access->shares[i];
        buffer_format(out, "-- ==== share %s to %s as %s '%s'\n", share->of, share->role, share->format, share->file);
        dump_pads(out, share->pads, share->pad_count);
        buffer_format(out, "%s;\n\n", share->sql);
    }
}

static void dump_memory(Buffer *out, const GovPlan *plan) {
    for (size_t i = 0; i < plan->history_count; i++) {
        const GovHistory *history = &plan->histories[i];
        buffer_format(out, "-- ==== history of %s\n\n", history->relation);
        statements(out, "make", &history->make);
        statements(out, "write", &history->write);
        if (history->horizon) statement(out, "horizon", history->horizon);
        if (history->horizon) statement(out, "forget", history->forget);
    }
    for (size_t i = 0; i < plan->retention_count; i++) {
        buffer_format(out, "-- ==== rows of %s are kept for %s\n\n", plan->retentions[i].relation, plan->retentions[i].words);
        statements(out, "erase", &plan->retentions[i].erase);
    }
}

void plan_dump(const Plan *plan, Buffer *out) {
    const GovPlan *govplan = &plan->govplan;
    statements(out, "setup", &govplan->setup);
    for (size_t i = 0; i < govplan->step_count; i++) dump_step(out, govplan, i);
    for (size_t i = 0; i < govplan->unit_test_count; i++) {
        buffer_format(out, "-- ==== unit test %s: %s\n\n", govplan->unit_tests[i].relation,
                      govplan->unit_tests[i].name);
        statement(out, "actual", govplan->unit_tests[i].actual);
        statement(out, "expected", govplan->unit_tests[i].expected);
    }
    dump_access(out, &govplan->access);
    dump_memory(out, govplan);
}
