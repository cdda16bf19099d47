/* The batches of a model that is built in parts: each is one statement, so it is there whole or not at all. */
#include "runtime/run/increment.h"

#include <stdlib.h>
#include <string.h>

/* The batches while several threads take them. A batch that fails is halved: the other half is added behind. */
typedef struct {
    Run *run;
    StepOutcome *outcome;
    pthread_mutex_t lock;
    size_t next;
    size_t done, count;      /* of those that are to be built */
    EngineError error;       /* why it cannot go on */
} Queue;

/* What lies behind the last day that can be written is without an end. */
static void day_parameters(Days days, char texts[2][16], EngineParameter values[2]) {
    const int64_t last = 2932896; /* 9999-12-31 */
    snprintf(texts[0], 16, "-infinity");
    snprintf(texts[1], 16, "infinity");
    if (days.from != DAYS_BEGIN) days_write(days.from, texts[0]);
    if (days.to <= last) days_write(days.to, texts[1]);
    values[0] = engine_text(texts[0]);
    values[1] = engine_text(texts[1]);
}

static bool execute_for(EngineConnection *connection, const char *sql, Days days, int count, int64_t *ret_rows, EngineError *ret_error) {
    char texts[2][16];
    EngineParameter values[2];
    day_parameters(days, texts, values);
    return engine_execute_with(connection, sql, values, (size_t)count, ret_rows, ret_error);
}

static bool is_final(EngineFault fault) {
    switch (fault) {
    case ENGINE_FAULT_NONE:
    case ENGINE_FAULT_DATA:
    case ENGINE_FAULT_QUERY:
    case ENGINE_FAULT_OTHER: return false;
    case ENGINE_FAULT_LIBRARY:
    case ENGINE_FAULT_LOCKED:
    case ENGINE_FAULT_MISSING:
    case ENGINE_FAULT_PATH:
    case ENGINE_FAULT_FORMAT:
    case ENGINE_FAULT_DISK_FULL:
    case ENGINE_FAULT_MEMORY:
    case ENGINE_FAULT_INTERRUPTED:
    case ENGINE_FAULT_LOST: return true;
    }
    return true;
}

/* The first half stays where it is, to be taken again. */
static bool halve(Queue *queue, size_t index) {
    StepOutcome *outcome = queue->outcome;
    const char *unit = outcome->step->increment->unit;
    Days days = outcome->batches[index].days;
    if (days.from == DAYS_BEGIN || days.to == DAYS_END) return false;
    int64_t count = days_count(days, unit), middle = days.from;
    if (count < 2) return false;
    for (int64_t i = 0; i < count / 2; i++) middle = days_next(middle, unit);
    Batch *grown = realloc(outcome->batches, (outcome->batch_count + 2) * sizeof *grown);
    if (!grown) return false;
    outcome->batches = grown;
    grown[index].days = (Days){days.from, days.from};
    for (int i = 0; i < 2; i++) {
        Days half = i ? (Days){middle, days.to} : (Days){days.from, middle};
        grown[outcome->batch_count++] = (Batch){.days = half, .status = BATCH_DONE, .rows = -1, .seconds = -1};
    }
    return true;
}

static void end_batch(Queue *queue, size_t index, int64_t rows, double seconds, const EngineError *error) {
    StepOutcome *outcome = queue->outcome;
    Batch *batch = &outcome->batches[index];
    batch->seconds = seconds;
    if (error->fault == ENGINE_FAULT_NONE) {
        batch->rows = rows;
        outcome->rows = (outcome->rows < 0 ? 0 : outcome->rows) + (rows > 0 ? rows : 0);
    } else if (is_final(error->fault)) {
        if (queue->error.fault == ENGINE_FAULT_NONE) queue->error = *error;
    } else if (halve(queue, index)) {
        queue->count++;
        return;
    } else {
        batch->status = BATCH_FAILED;
        batch->message = strdup(error->text);
    }
    queue->done++;
    log_batch_finished(queue->run->log, outcome->step, &outcome->batches[index], queue->done, queue->count);
}

static bool take_batch(Queue *queue, size_t *ret_index) {
    const StepOutcome *outcome = queue->outcome;
    while (queue->next < outcome->batch_count && outcome->batches[queue->next].status != BATCH_DONE) queue->next++;
    if (queue->next >= outcome->batch_count || queue->error.fault != ENGINE_FAULT_NONE || atomic_load(&queue->run->watch.stopping)) return false;
    *ret_index = queue->next++;
    return true;
}

static void work(Queue *queue, EngineConnection *connection) {
    size_t index;
    pthread_mutex_lock(&queue->lock);
    while (take_batch(queue, &index)) {
        Days days = queue->outcome->batches[index].days;
        EngineError error = {0};
        int64_t rows = -1;
        struct timespec started;
        pthread_mutex_unlock(&queue->lock);
        clock_gettime(CLOCK_MONOTONIC, &started);
        if (!execute_for(connection, queue->outcome->step->increment->insert, days, 2, &rows, &error) && error.fault == ENGINE_FAULT_NONE)
            error.fault = ENGINE_FAULT_OTHER;
        pthread_mutex_lock(&queue->lock);
        end_batch(queue, index, rows, seconds_since(started), &error);
    }
    pthread_mutex_unlock(&queue->lock);
}

static void *worker(void *argument) {
    Queue *queue = argument;
    EngineConnection *connection;
    EngineError error;
    if (run_connect(queue->run, &connection, &error) && watch_add(&queue->run->watch, connection, queue->outcome->step)) {
        work(queue, connection);
        watch_remove(&queue->run->watch, connection);
    }
    engine_disconnect(connection);
    return NULL;
}

/* A batch that was halved is its halves. */
static void remove_empty(StepOutcome *outcome) {
    size_t kept = 0;
    for (size_t i = 0; i < outcome->batch_count; i++)
        if (outcome->batches[i].days.from < outcome->batches[i].days.to) outcome->batches[kept++] = outcome->batches[i];
    outcome->batch_count = kept;
}

bool batches_build(Run *run, EngineConnection *connection, StepOutcome *outcome, EngineError *ret_error) {
    enum { MOST_THREADS = 16 };
    Queue queue = {.run = run, .outcome = outcome};
    pthread_t threads[MOST_THREADS];
    size_t extra = 0, wanted = 0, started = 0;
    for (size_t i = 0; i < outcome->batch_count; i++) wanted += outcome->batches[i].status == BATCH_DONE;
    queue.count = wanted;
    if (wanted > 1) extra = wanted - 1 < (size_t)run->batch_threads - 1 ? wanted - 1 : (size_t)run->batch_threads - 1;
    if (extra > MOST_THREADS) extra = MOST_THREADS;
    outcome->rows = 0;
    pthread_mutex_init(&queue.lock, NULL);
    while (started < extra && pthread_create(&threads[started], NULL, worker, &queue) == 0) started++;
    work(&queue, connection);
    for (size_t i = 0; i < started; i++) pthread_join(threads[i], NULL);
    pthread_mutex_destroy(&queue.lock);
    remove_empty(outcome);
    if (queue.error.fault == ENGINE_FAULT_NONE && atomic_load(&run->watch.stopping))
        queue.error = (EngineError){ENGINE_FAULT_INTERRUPTED, "interrupted"};
    *ret_error = queue.error;
    return queue.error.fault == ENGINE_FAULT_NONE;
}

bool batches_show(EngineConnection *connection, const StepOutcome *outcome, EngineError *ret_error) {
    for (size_t i = 0; i < outcome->batch_count; i++)
        if (outcome->batches[i].status == BATCH_DONE &&
            !execute_for(connection, outcome->step->increment->replace, outcome->batches[i].days, 2, NULL, ret_error))
            return false;
    return true;
}

/* ----------------------------------------------------------------------------- which of them the tests do not like */

static bool take_out(EngineConnection *connection, const StepOutcome *outcome, const Batch *batch, EngineError *ret_error) {
    return execute_for(connection, outcome->step->increment->remove, batch->days, 2, NULL, ret_error) &&
           execute_for(connection, outcome->step->increment->restore, batch->days, 1, NULL, ret_error);
}

static char *failed_tests(const TestOutcome *tests, size_t count) {
    for (size_t i = 0; i < count; i++) {
        char *message;
        if (tests[i].outcome == OUTCOME_FAIL && asprintf(&message, "`%s` did not pass", tests[i].name) >= 0) return message;
    }
    return NULL;
}

/* With this batch and those that passed before it. */
static bool try_batch(EngineConnection *connection, StepOutcome *outcome, Batch *batch, EngineError *ret_error) {
    TestOutcome *tests;
    int64_t rows;
    if (!execute_for(connection, outcome->step->increment->insert, batch->days, 2, &rows, ret_error) ||
        !execute_for(connection, outcome->step->increment->replace, batch->days, 2, NULL, ret_error) ||
        !run_data_tests(connection, outcome->step, &tests, ret_error))
        return false;
    bool passed = worst_outcome(tests, outcome->step->test_count) != OUTCOME_FAIL;
    if (!passed) {
        batch->status = BATCH_FAILED;
        batch->message = failed_tests(tests, outcome->step->test_count);
    } else {
        outcome->rows += rows > 0 ? rows : 0;
    }
    outcome_clear_tests(tests, outcome->step->test_count);
    return passed || take_out(connection, outcome, batch, ret_error);
}

bool batches_sift(Run *run, EngineConnection *connection, StepOutcome *outcome, EngineError *ret_error) {
    for (size_t i = 0; i < outcome->batch_count; i++)
        if (outcome->batches[i].status == BATCH_DONE && !take_out(connection, outcome, &outcome->batches[i], ret_error)) return false;
    outcome->rows = 0;
    for (size_t i = 0; i < outcome->batch_count; i++) {
        if (atomic_load(&run->watch.stopping)) {
            *ret_error = (EngineError){ENGINE_FAULT_INTERRUPTED, "interrupted"};
            return false;
        }
        if (outcome->batches[i].status == BATCH_DONE && !try_batch(connection, outcome, &outcome->batches[i], ret_error)) return false;
    }
    return true;
}
