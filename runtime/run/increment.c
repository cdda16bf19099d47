/* Which days of a model are built again, and why. */
#include "runtime/run/increment.h"

#include "runtime/ledger/periods.h"
#include "runtime/run/change.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    Run *run;
    EngineConnection *connection;
    StepOutcome *outcome;
    const GovStep *step;
    const GovIncrement *increment;
    LedgerPeriods known;
    DaySet dirty;               /* must be built again */
    bool all;                   /* so must all days */
    char *select;               /* of what readers see, in the columns that are declared now; null: they are the same */
    EngineError error;
} Work;

static bool fail(Work *work) {
    StepOutcome *outcome = work->outcome;
    outcome->outcome = work->error.fault == ENGINE_FAULT_INTERRUPTED ? OUTCOME_STOP : OUTCOME_FAIL;
    outcome->message = strdup(work->error.text);
    return false;
}

static bool out_of_memory(Work *work) {
    work->error = (EngineError){ENGINE_FAULT_MEMORY, "out of memory"};
    return false;
}

static void because(Work *work, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds a reason to those there are. */
static void because(Work *work, const char *format, ...) {
    char *reason = NULL, *both = NULL;
    va_list arguments;
    va_start(arguments, format);
    if (vasprintf(&reason, format, arguments) < 0) reason = NULL;
    va_end(arguments);
    char *before = work->outcome->why;
    if (reason && before && asprintf(&both, "%s; %s", before, reason) < 0) both = NULL;
    if (both) free(reason);
    if (both || !before) {
        free(before);
        work->outcome->why = both ? both : reason;
    } else {
        free(reason);
    }
}

/* ------------------------------------------------------------------------- what is dirty */

static bool execute_all(Work *work, const GovTexts *statements) {
    for (size_t i = 0; i < statements->count; i++)
        if (!engine_execute(work->connection, statements->items[i], NULL, &work->error)) return false;
    return true;
}

static const StepOutcome *outcome_of(const Run *run, const char *name) {
    for (size_t i = 0; i < run->plan->step_count; i++)
        if (run->plan->steps[i].publish.count && !strcmp(run->plan->steps[i].name, name)) return &run->outcomes[i];
    return NULL;
}

static bool add_day(Work *work, const char *text) {
    int64_t day;
    if (!days_read(text, &day)) {
        work->all = true;
        because(work, "a period has no date that can be read");
        return true;
    }
    Days period = days_aligned((Days){day, day + 1}, work->increment->unit);
    return days_add(&work->dirty, period) || out_of_memory(work);
}

/* The engine may refuse what compares: an input that was not there before, or had other columns. */
static bool ask_periods(Work *work, const GovPeriodInput *input, bool *ret_known) {
    EngineResult *result;
    *ret_known = engine_query(work->connection, input->periods, NULL, 0, &result, &work->error);
    if (!*ret_known) return work->error.fault != ENGINE_FAULT_INTERRUPTED && work->error.fault != ENGINE_FAULT_LOST;
    bool ok = true;
    while (ok && engine_next(result, &work->error))
        if (!engine_cell(result, 0).is_null) ok = add_day(work, engine_cell(result, 0).text);
    engine_result_close(result);
    *ret_known = work->error.fault == ENGINE_FAULT_NONE;
    return ok && work->error.fault != ENGINE_FAULT_INTERRUPTED && work->error.fault != ENGINE_FAULT_LOST && work->error.fault != ENGINE_FAULT_MEMORY;
}

static bool compare_input(Work *work, const GovPeriodInput *input) {
    int64_t rows = 0;
    bool known = input->find && engine_execute(work->connection, input->find, NULL, &work->error) &&
                 engine_query_integer(work->connection, input->differs, &rows, &work->error);
    if (!known && (work->error.fault == ENGINE_FAULT_INTERRUPTED || work->error.fault == ENGINE_FAULT_LOST)) return false;
    if (known && rows > 0 && input->periods) {
        if (!ask_periods(work, input, &known)) return false;
        if (known) because(work, "`%s` changed", input->name);
    } else if (known && rows > 0) {
        work->all = true;
        because(work, "`%s` changed, and which periods that touches is not known: %s", input->name, input->whole);
    }
    if (!known) {
        work->all = true;
        because(work, "what changed in `%s` is not known", input->name);
    }
    EngineError ignored; /* a table of the session: gone with it */
    if (input->forget) engine_execute(work->connection, input->forget, NULL, &ignored);
    work->error = (EngineError){0};
    return true;
}

/* What was published while this model was not looked at. */
static bool check_published(Work *work, const GovPeriodInput *input) {
    int64_t view, run_id;
    if (!ledger_published_by(work->connection, input->name, &run_id, &work->error) ||
        !ledger_last_run(work->connection, input->name, &view, &work->error))
        return false;
    if (run_id > work->known.seen) {
        work->all = true;
        because(work, "`%s` was published by run %lld, which did not build this", input->name, (long long)run_id);
    }
    /* A view shows what is published now, and not what it showed when it was read last: of what stands behind it nothing may
     * have been published alone. */
    for (size_t i = 0; !work->all && i < input->behind.count; i++) {
        if (!ledger_published_by(work->connection, input->behind.items[i], &run_id, &work->error)) return false;
        if (run_id <= work->known.seen && run_id <= view) continue;
        work->all = true;
        because(work, "`%s` was published by run %lld without what reads it", input->behind.items[i], (long long)run_id);
    }
    return true;
}

static bool has_changes(const StepOutcome *input) {
    if (!input->in_parts) return true;
    for (size_t i = 0; i < input->batch_count; i++)
        if (input->batches[i].status == BATCH_DONE) return true;
    return false;
}

static bool look_at_inputs(Work *work) {
    for (size_t i = 0; i < work->increment->input_count && !work->all; i++) {
        const GovPeriodInput *input = &work->increment->inputs[i];
        const StepOutcome *now = outcome_of(work->run, input->name);
        if (!check_published(work, input) || work->all) continue;
        if (!input->find && now) {
            work->all = true;
            because(work, "what changed in `%s` is not known", input->name);
        } else if (now && has_changes(now) && !compare_input(work, input)) {
            return false;
        }
    }
    return work->error.fault == ENGINE_FAULT_NONE;
}

static bool find_dirty(Work *work) {
    if (work->increment->rebuild) {
        work->all = true;
        because(work, "%s", work->increment->rebuild);
    }
    if (!work->all && work->known.pending.count) {
        for (size_t i = 0; i < work->known.pending.count; i++)
            if (!days_add(&work->dirty, work->known.pending.items[i])) return out_of_memory(work);
        because(work, "missing or failed before");
    }
    if (!work->all && !look_at_inputs(work)) return false;
    return true;
}

/* ------------------------------------------------------------------------ which are built now */

static bool asked_days(const Work *work, Days *ret_days) {
    const GovRunOptions *options = &work->run->options;
    *ret_days = (Days){DAYS_BEGIN, DAYS_END};
    if (options->from) days_read(options->from, &ret_days->from);
    if (options->to && days_read(options->to, &ret_days->to)) ret_days->to++;
    *ret_days = days_aligned(*ret_days, work->increment->unit);
    return options->from || options->to;
}

static bool add_batch(Work *work, Days days, BatchStatus status) {
    StepOutcome *outcome = work->outcome;
    Batch *grown = realloc(outcome->batches, (outcome->batch_count + 1) * sizeof *grown);
    if (!grown) return out_of_memory(work);
    outcome->batches = grown;
    grown[outcome->batch_count++] = (Batch){.days = days, .status = status, .rows = -1, .seconds = -1};
    return true;
}

/* Days without an end are those that the whole has rows of. */
static bool ask_extent(Work *work, Days *ret_extent) {
    EngineResult *result;
    *ret_extent = (Days){0, 0};
    if (!engine_query(work->connection, work->increment->extent, NULL, 0, &result, &work->error)) return false;
    if (engine_next(result, &work->error) && !engine_cell(result, 0).is_null) {
        bool read = days_read(engine_cell(result, 0).text, &ret_extent->from) && days_read(engine_cell(result, 1).text, &ret_extent->to);
        ret_extent->to++;
        if (!read) work->error = (EngineError){ENGINE_FAULT_DATA, "the first or last day of it cannot be read as a date"};
    }
    engine_result_close(result);
    *ret_extent = days_aligned(*ret_extent, work->increment->unit);
    return work->error.fault == ENGINE_FAULT_NONE;
}

/* The days of the set in batches, so that some are built at the same time and a failure is one of few days. */
static bool cut_batches(Work *work, const DaySet *set) {
    enum { WISHED = 16 };
    const char *unit = work->increment->unit;
    int64_t periods = 0;
    for (size_t i = 0; i < set->count; i++) periods += days_count(set->items[i], unit);
    int64_t size = (periods + WISHED - 1) / WISHED;
    for (size_t i = 0; i < set->count; i++) {
        for (int64_t from = set->items[i].from, to; from < set->items[i].to; from = to) {
            to = from;
            for (int64_t k = 0; k < size && to < set->items[i].to; k++) to = days_next(to, unit);
            if (!add_batch(work, (Days){from, to}, BATCH_DONE)) return false;
        }
    }
    return true;
}

/* What must be built again, but not now. */
static bool add_missing(Work *work, const DaySet *now) {
    for (size_t i = 0; i < now->count; i++)
        if (!days_remove(&work->dirty, now->items[i])) return out_of_memory(work);
    for (size_t i = 0; i < work->dirty.count; i++)
        if (!add_batch(work, work->dirty.items[i], BATCH_MISSING)) return false;
    return true;
}

/* Cuts `now` (some may have no end) into batches; what of the dirty days is not among them is recorded as missing. */
static bool make_batches(Work *work, DaySet *now) {
    Days extent = {DAYS_BEGIN, DAYS_END};
    if (!add_missing(work, now)) return false;
    bool open = now->count && (now->items[0].from == DAYS_BEGIN || now->items[now->count - 1].to == DAYS_END);
    if (!open) return cut_batches(work, now);
    DaySet ends = {0};
    bool ok = ask_extent(work, &extent);
    /* Beyond the extent there is nothing to build, but rows of before may have to go. */
    for (size_t i = 0; ok && i < now->count; i++) {
        Days days = now->items[i];
        if (days.from == DAYS_BEGIN && extent.from < extent.to) ok = add_batch(work, (Days){DAYS_BEGIN, days.to < extent.from ? days.to : extent.from}, BATCH_DONE);
        if (ok && days.to == DAYS_END) ok = add_batch(work, (Days){days.from > extent.to ? days.from : extent.to, DAYS_END}, BATCH_DONE);
        if (ok && !days_add(&ends, days)) ok = out_of_memory(work);
    }
    if (ok && !days_clip(&ends, extent)) ok = out_of_memory(work);
    ok = ok && cut_batches(work, &ends);
    days_free(&ends);
    return ok;
}

/* ----------------------------------------------------------------------------- building */

static bool build_whole(Work *work) {
    if (work->outcome->why) log_message(work->run->log, LOG_NOTE, "`%s` is built whole: %s", work->step->name, work->outcome->why);
    return step_build(work->connection, work->outcome) && step_test(work->connection, work->outcome);
}

static size_t count_batches(const StepOutcome *outcome, BatchStatus status) {
    size_t count = 0;
    for (size_t i = 0; i < outcome->batch_count; i++) count += outcome->batches[i].status == status;
    return count;
}

static void tell_days(const Work *work) {
    char from[16] = "the beginning", to[16] = "the end";
    const StepOutcome *outcome = work->outcome;
    size_t count = count_batches(outcome, BATCH_DONE);
    int64_t first = DAYS_END, last = DAYS_BEGIN;
    for (size_t i = 0; i < outcome->batch_count; i++) {
        if (outcome->batches[i].status != BATCH_DONE) continue;
        if (outcome->batches[i].days.from < first) first = outcome->batches[i].days.from;
        if (outcome->batches[i].days.to > last) last = outcome->batches[i].days.to;
    }
    if (!count) {
        log_message(work->run->log, LOG_NOTE, "`%s`: no %s changes", work->step->name, work->increment->unit);
        return;
    }
    if (first != DAYS_BEGIN) days_write(first, from);
    if (last != DAYS_END) days_write(last - 1, to);
    log_message(work->run->log, LOG_NOTE, "`%s`: %s to %s, in %zu batch%s: %s", work->step->name, from, to, count, count == 1 ? "" : "es",
                outcome->why ? outcome->why : "asked for");
}

/* What of the batches failed, for the message of the step. */
static void tell_failed(Work *work) {
    StepOutcome *outcome = work->outcome;
    size_t failed = count_batches(outcome, BATCH_FAILED), all = failed + count_batches(outcome, BATCH_DONE);
    char from[16] = "", to[16] = "", *message = NULL;
    const Batch *first = NULL;
    for (size_t i = 0; i < outcome->batch_count && !first; i++)
        if (outcome->batches[i].status == BATCH_FAILED) first = &outcome->batches[i];
    if (!first) return;
    if (first->days.from != DAYS_BEGIN) days_write(first->days.from, from);
    if (first->days.to != DAYS_END) days_write(first->days.to - 1, to);
    outcome->outcome = OUTCOME_FAIL;
    if (asprintf(&message, "%zu of %zu batches failed, the others are put in place; first that of %s to %s%s%s", failed, all, from, to, first->message ? ": " : "",
                 first->message ? first->message : "") < 0)
        message = NULL;
    free(outcome->message);
    outcome->message = message;
}

/* As `begin`, where the columns of what readers see are others than those declared now. */
static bool begin_changed(Work *work) {
    const GovTexts *fresh = &work->increment->begin_new;
    char *view = NULL;
    const char *replace = engine_is_server(work->connection) ? "" : "or replace ";
    bool ok = execute_all(work, &(GovTexts){fresh->items, fresh->count - 1});
    if (ok && asprintf(&view, "create %sview %s as\n%s\nfrom %s\nwhere %s\nunion all\nselect ", replace, work->step->staged, work->select, work->step->published,
                       work->increment->kept) < 0)
        return out_of_memory(work);
    char *text = NULL;
    size_t size;
    FILE *stream = ok ? open_memstream(&text, &size) : NULL;
    if (stream) {
        fputs(view, stream);
        for (size_t i = 0; i < work->increment->column_count; i++) fprintf(stream, "%s%s", i ? ", " : "", work->increment->columns[i].quoted);
        fprintf(stream, "\nfrom %s", work->increment->staged_table);
        ok = fclose(stream) == 0 && engine_execute(work->connection, text, NULL, &work->error);
    }
    free(text);
    free(view);
    return ok && (stream || out_of_memory(work));
}

static bool begin_parts(Work *work, bool there) {
    if (there && work->select) return begin_changed(work);
    return execute_all(work, there ? &work->increment->begin : &work->increment->begin_new);
}

static bool build_parts(Work *work, bool there) {
    StepOutcome *outcome = work->outcome;
    outcome->in_parts = true;
    outcome->in_place = there;
    tell_days(work);
    if (!begin_parts(work, there) || !batches_build(work->run, work->connection, outcome, &work->error) ||
        !batches_show(work->connection, outcome, &work->error))
        return fail(work);
    bool passed = step_test(work->connection, outcome);
    if (!passed && outcome->outcome == OUTCOME_STOP) return false;
    if (!passed && !batches_sift(work->run, work->connection, outcome, &work->error)) return fail(work);
    tell_failed(work);
    return outcome->outcome != OUTCOME_FAIL;
}

/* Its own meaning is another than what was published: what its declaration says to that. `*ret_there`: it can be built upon. */
static bool answer_change(Work *work, bool *ret_there) {
    const char *answer = work->increment->on_change, *why = NULL;
    bool refresh = work->increment->rebuild && !strcmp(work->increment->rebuild, "full refresh");
    *ret_there = false;
    if (refresh || !strcmp(answer, "refresh")) {
        because(work, "%s", refresh ? "full refresh" : "its declaration, or what it means, changed");
        return true;
    }
    if (!strcmp(answer, "fail")) {
        work->error.fault = ENGINE_FAULT_OTHER;
        snprintf(work->error.text, sizeof work->error.text,
                 "its declaration, or what it means, changed, and it says `on change fail`: `--full-refresh` builds it anew");
        return fail(work);
    }
    char *before = NULL;
    TableChange change = {0};
    if (!ledger_read_outline(work->connection, work->step->name, &before, &work->error)) return fail(work);
    *ret_there = before && change_of_table(work->step, before, answer, &change, &why);
    if (*ret_there) {
        work->select = change_select(work->increment, &change);
        work->outcome->alter = change_statements(work->step, &change);
        if (!work->select || !work->outcome->alter) why = "out of memory", *ret_there = false;
        else log_message(work->run->log, LOG_NOTE, "`%s`: its columns change in place, for it says `on change %s`", work->step->name, answer);
    }
    if (!*ret_there) because(work, "its meaning changed: %s", why ? why : "what it was is not known");
    free(before);
    change_free(&change);
    return true;
}

static bool choose_and_build(Work *work) {
    Days asked;
    bool published = work->known.published && step_is_published(work->connection, work->step), there = published;
    bool ranged = asked_days(work, &asked);
    if (published && !work->known.same && !answer_change(work, &there)) return false;
    if (!there) {
        if (!ranged || step_is_published(work->connection, work->step)) return build_whole(work);
        work->all = true;
    } else if (!find_dirty(work)) {
        return fail(work);
    }
    if (work->all && !ranged) return build_whole(work);
    if (work->all && !days_add(&work->dirty, (Days){DAYS_BEGIN, DAYS_END})) return out_of_memory(work) || fail(work);
    DaySet now = {0};
    bool ok = true;
    if (ranged) {
        ok = days_add(&now, asked) || out_of_memory(work);
        free(work->outcome->why);
        work->outcome->why = strdup("asked for by --from and --to");
    } else {
        for (size_t i = 0; ok && i < work->dirty.count; i++) ok = days_add(&now, work->dirty.items[i]) || out_of_memory(work);
    }
    ok = (ok && make_batches(work, &now)) || fail(work);
    days_free(&now);
    return ok && build_parts(work, there);
}

/* All is built, and only what differs is written, if what readers see has the same shape. */
static bool run_by_key(Work *work) {
    if (!step_build(work->connection, work->outcome) || !step_test(work->connection, work->outcome)) return false;
    work->outcome->in_place = work->known.same && !work->increment->rebuild && step_is_published(work->connection, work->step);
    return true;
}

bool increment_run(Run *run, EngineConnection *connection, StepOutcome *outcome) {
    Work work = {.run = run, .connection = connection, .outcome = outcome, .step = outcome->step, .increment = outcome->step->increment};
    bool ok = ledger_read_periods(connection, work.step, &work.known, &work.error) || fail(&work);
    if (ok) ok = work.increment->unit ? choose_and_build(&work) : run_by_key(&work);
    days_free(&work.known.pending);
    days_free(&work.dirty);
    free(work.select);
    return ok;
}
