/* What a test that runs behind its relation holds back.
 *
 * A test that reads what is built from its relation is in a step of its own. If it does not pass, its relation must not be
 * seen, nor what was built from that relation, though all of them passed their own tests. */
#include "runtime/run/internal.h"

#include <string.h>

/* Does a test of the step that did not pass, or could not run, guard the relation? */
static bool holds_back(const StepOutcome *tests, const char *relation) {
    for (size_t i = 0; i < tests->step->test_count; i++) {
        const GovTest *test = &tests->step->tests[i];
        bool ran = tests->test_count > i;
        if (test->relation && strcmp(test->relation, relation) == 0 && test->severity == GOV_SEVERITY_ERROR &&
            (!ran || tests->tests[i].outcome == OUTCOME_FAIL))
            return true;
    }
    return false;
}

static void withhold(Run *run, size_t index, const char *format, const char *name) {
    StepOutcome *outcome = &run->outcomes[index];
    bool publishes = run_step_publishes(outcome);
    outcome->withheld = true;
    if (!publishes) return;
    outcome->outcome = OUTCOME_SKIP;
    if (asprintf(&outcome->message, format, name) < 0) outcome->message = NULL;
    log_message(run->log, LOG_WARNING, "`%s` is not put in place: %s", outcome->step->name,
                outcome->message ? outcome->message : "out of memory");
    EngineError error;
    if (!ledger_write_step(&run->ledger, run->ledger.connection, outcome, &error) ||
        !run_discard(run->ledger.connection, outcome->step, &error)) {
        run->broken = true;
        run->left_over = true;
        log_message(run->log, LOG_ERROR, "%s", error.text);
    }
}

/* What a step of tests that did not pass is about. */
static void withhold_tested(Run *run, size_t tests) {
    for (size_t i = 0; i < tests; i++)
        if (run->plan->steps[i].staged && holds_back(&run->outcomes[tests], run->plan->steps[i].name))
            withhold(run, i, "`%s` did not pass", run->plan->steps[tests].name);
}

/* The step because of which this one is withheld, since it was built from it; or null. */
static const GovStep *withheld_input(const Run *run, const GovStep *step) {
    for (size_t i = 0; i < step->after_count; i++)
        if (run->outcomes[step->after[i]].withheld) return &run->plan->steps[step->after[i]];
    return NULL;
}

void run_withhold(Run *run) {
    for (size_t i = 0; i < run->plan->step_count; i++)
        if (run->plan->steps[i].kind == GOV_STEP_TEST && !run_step_passed(&run->outcomes[i])) withhold_tested(run, i);
    /* Steps are in an order in which they may run: one pass reaches everything that was built from what is withheld. */
    for (size_t i = 0; i < run->plan->step_count; i++) {
        const GovStep *input = withheld_input(run, &run->plan->steps[i]);
        if (input) withhold(run, i, "`%s` is not", input->name);
    }
}
