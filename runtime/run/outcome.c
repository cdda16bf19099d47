#include "runtime/run/outcome.h"

#include <stdlib.h>

void outcome_clear_tests(TestOutcome *tests, size_t count) {
    for (size_t i = 0; i < count; i++) {
        free(tests[i].message);
        free(tests[i].difference);
    }
    free(tests);
}

void outcome_clear_step(StepOutcome *step) {
    free(step->message);
    free(step->why);
    free(step->alter);
    for (size_t i = 0; i < step->batch_count; i++) free(step->batches[i].message);
    free(step->batches);
    outcome_clear_tests(step->tests, step->test_count);
    ingest_result_clear(&step->load);
    *step = (StepOutcome){0};
}
