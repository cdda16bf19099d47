/* The plan as a C program: constant structs that read like what was written, one string literal a line of SQL.
 *
 * Lists come before what points at them; names are made of the step's number, so that equal plans are equal texts. */
#include "compiler/plan/plan.h"

#include <inttypes.h>
#include <string.h>

/* ---------------------------------------------------------------- literals */

static void put_escaped(Buffer *out, const char *text, size_t length) {
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)text[i];
        if (byte == '"' || byte == '\\')
            buffer_format(out, "\\%c", byte);
        else if (byte == '?' && i && text[i - 1] == '?')
            buffer_text(out, "\\?"); /* no trigraphs */
        else if (byte == '\t')
            buffer_text(out, "\\t");
        else if (byte < ' ' || byte == 0x7F)
            buffer_format(out, "\\%03o", byte);
        else
            buffer_char(out, (char)byte);
    }
}

/* A string literal, or several one below the other at `indent`, one a line of the text. */
static void put_text(Buffer *out, const char *text, unsigned indent) {
    if (!text) {
        buffer_text(out, "NULL");
        return;
    }
    bool lines = strchr(text, '\n') && strchr(text, '\n')[1];
    do {
        const char *end = strchr(text, '\n');
        size_t length = end ? (size_t)(end - text) : strlen(text);
        if (lines) {
            buffer_char(out, '\n');
            buffer_spaces(out, indent);
        }
        buffer_char(out, '"');
        put_escaped(out, text, length);
        buffer_text(out, end ? "\\n\"" : "\"");
        text = end ? end + 1 : "";
    } while (*text);
}

static void field(Buffer *out, unsigned indent, const char *name, const char *text) {
    if (!text) return;
    buffer_spaces(out, indent);
    buffer_format(out, ".%s = ", name);
    put_text(out, text, indent + 4);
    buffer_text(out, ",\n");
}

static void number(Buffer *out, unsigned indent, const char *name, int64_t value) {
    if (!value) return;
    buffer_spaces(out, indent);
    buffer_format(out, ".%s = %" PRId64 ",\n", name, value);
}

static void word(Buffer *out, unsigned indent, const char *name, const char *value) {
    buffer_spaces(out, indent);
    buffer_format(out, ".%s = %s,\n", name, value);
}

static void place(Buffer *out, unsigned indent, const GovPlace *at) {
    if (!at->file) return;
    buffer_spaces(out, indent);
    buffer_text(out, ".place = {");
    put_text(out, at->file, 0);
    buffer_format(out, ", %" PRIu32 ", %" PRIu32 "},\n", at->line, at->column);
}

static const char *value_kind(GovValueKind kind) {
    switch (kind) {
    case GOV_VALUE_TEXT: return "GOV_VALUE_TEXT";
    case GOV_VALUE_ENV: return "GOV_VALUE_ENV";
    case GOV_VALUE_SECRET: return "GOV_VALUE_SECRET";
    }
    return "";
}

/* ------------------------------------------------------------------- lists */

static void texts_field(Buffer *out, unsigned indent, const char *name, const GovTexts *texts) {
    if (!texts->count) return;
    buffer_spaces(out, indent);
    buffer_format(out, ".%s = {(const char *const[]){\n", name);
    for (size_t i = 0; i < texts->count; i++) {
        buffer_spaces(out, indent + 4);
        put_text(out, texts->items[i], indent + 4);
        buffer_text(out, ",\n");
    }
    buffer_spaces(out, indent);
    buffer_format(out, "}, %zu},\n", texts->count);
}

static void settings_field(Buffer *out, unsigned indent, const char *name, const GovSettings *settings) {
    if (!settings->count) return;
    buffer_spaces(out, indent);
    buffer_format(out, ".%s = {(const GovSetting[]){\n", name);
    for (size_t i = 0; i < settings->count; i++) {
        const GovSetting *setting = &settings->items[i];
        buffer_spaces(out, indent + 4);
        buffer_char(out, '{');
        put_text(out, setting->key, 0);
        buffer_format(out, ", {%s, ", value_kind(setting->value.kind));
        put_text(out, setting->value.text, indent + 8);
        buffer_text(out, ", ");
        put_text(out, setting->value.fallback, indent + 8);
        buffer_text(out, "}},\n");
    }
    buffer_spaces(out, indent);
    buffer_format(out, "}, %zu},\n", settings->count);
}

static void duration_field(Buffer *out, unsigned indent, const char *name, const GovDuration *duration) {
    if (!duration->count) return;
    buffer_spaces(out, indent);
    buffer_format(out, ".%s = {%" PRId64 ", ", name, duration->count);
    put_text(out, duration->unit, 0);
    buffer_text(out, "},\n");
}

/* ----------------------------------------------------------------- sources */

static void http(Buffer *out, size_t step, const GovHttp *http) {
    buffer_format(out, "static const GovHttp http_%zu = {\n", step + 1);
    field(out, 4, "method", http->method);
    settings_field(out, 4, "parameters", &http->parameters);
    settings_field(out, 4, "headers", &http->headers);
    settings_field(out, 4, "auth", &http->auth);
    field(out, 4, "for_name", http->for_name);
    texts_field(out, 4, "for_values", &http->for_values);
    field(out, 4, "window_column", http->window_column);
    field(out, 4, "window_from", http->window_from);
    duration_field(out, 4, "window_per", &http->window_per);
    duration_field(out, 4, "lookback", &http->lookback);
    field(out, 4, "rows_at", http->rows_at);
    number(out, 4, "empty_status", http->empty_status);
    number(out, 4, "rate_count", http->rate_count);
    field(out, 4, "rate_unit", http->rate_unit);
    number(out, 4, "retries", http->retries);
    word(out, 4, "backoff", http->backoff ? "true" : "false");
    duration_field(out, 4, "timeout", &http->timeout);
    field(out, 4, "pages_by", http->pages_by);
    field(out, 4, "pages_argument", http->pages_argument);
    number(out, 4, "pages_size", http->pages_size);
    field(out, 4, "pages_until", http->pages_until);
    buffer_text(out, "};\n\n");
}

static const char *origin_kind(GovOriginKind kind) {
    switch (kind) {
    case GOV_ORIGIN_CSV: return "GOV_ORIGIN_CSV";
    case GOV_ORIGIN_PARQUET: return "GOV_ORIGIN_PARQUET";
    case GOV_ORIGIN_JSON: return "GOV_ORIGIN_JSON";
    case GOV_ORIGIN_HTTP: return "GOV_ORIGIN_HTTP";
    case GOV_ORIGIN_POSTGRES: return "GOV_ORIGIN_POSTGRES";
    case GOV_ORIGIN_OTHER: return "GOV_ORIGIN_OTHER";
    }
    return "";
}

static const char *files_mode(GovFilesMode mode) {
    switch (mode) {
    case GOV_FILES_ALL: return "GOV_FILES_ALL";
    case GOV_FILES_EACH_ONCE: return "GOV_FILES_EACH_ONCE";
    case GOV_FILES_REPLACE_ROWS: return "GOV_FILES_REPLACE_ROWS";
    case GOV_FILES_NEWEST: return "GOV_FILES_NEWEST";
    }
    return "";
}

static const char *invalid_word(GovInvalid invalid) {
    switch (invalid) {
    case GOV_INVALID_FAIL: return "GOV_INVALID_FAIL";
    case GOV_INVALID_QUARANTINE: return "GOV_INVALID_QUARANTINE";
    case GOV_INVALID_WARN: return "GOV_INVALID_WARN";
    }
    return "";
}

static const char *column_origin(GovColumnOrigin origin) {
    switch (origin) {
    case GOV_COLUMN_DATA: return "GOV_COLUMN_DATA";
    case GOV_COLUMN_PATH: return "GOV_COLUMN_PATH";
    case GOV_COLUMN_REQUEST: return "GOV_COLUMN_REQUEST";
    }
    return "";
}

static void columns(Buffer *out, size_t step, const GovSource *source) {
    buffer_format(out, "static const GovColumn columns_%zu[] = {\n", step + 1);
    for (size_t i = 0; i < source->column_count; i++) {
        const GovColumn *column = &source->columns[i];
        const char *const texts[] = {column->name, column->type, column->format, column->json_path, column->convert};
        buffer_text(out, "    {");
        for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++) {
            put_text(out, texts[k], 8);
            buffer_text(out, ", ");
        }
        buffer_format(out, "%s},\n", column_origin(column->origin));
    }
    buffer_text(out, "};\n\n");
}

static void checks(Buffer *out, size_t step, const GovSource *source) {
    if (!source->check_count) return;
    buffer_format(out, "static const GovRowCheck checks_%zu[] = {\n", step + 1);
    for (size_t i = 0; i < source->check_count; i++) {
        const GovRowCheck *check = &source->checks[i];
        buffer_text(out, "    {\n");
        field(out, 8, "column", check->column);
        field(out, 8, "words", check->words);
        field(out, 8, "predicate", check->predicate);
        place(out, 8, &check->place);
        buffer_text(out, "    },\n");
    }
    buffer_text(out, "};\n\n");
}

static void waiting(Buffer *out, const GovWait *wait) {
    buffer_text(out, "    .wait = {\n");
    number(out, 8, "retries", wait->retries);
    duration_field(out, 8, "every", &wait->every);
    word(out, 8, "backoff", wait->backoff ? "true" : "false");
    field(out, 8, "deadline", wait->deadline);
    duration_field(out, 8, "fresh", &wait->fresh);
    buffer_text(out, "    },\n");
}

static void source(Buffer *out, size_t step, const GovSource *source) {
    if (source->http) http(out, step, source->http);
    columns(out, step, source);
    checks(out, step, source);
    buffer_format(out, "static const GovSource source_%zu = {\n", step + 1);
    word(out, 4, "kind", origin_kind(source->kind));
    field(out, 4, "words", source->words);
    field(out, 4, "place", source->place);
    settings_field(out, 4, "options", &source->options);
    word(out, 4, "files", files_mode(source->files));
    if (source->wait.retries || source->wait.deadline) waiting(out, &source->wait);
    if (source->http) buffer_format(out, "    .http = &http_%zu,\n", step + 1);
    buffer_format(out, "    .columns = columns_%zu,\n    .column_count = %zu,\n", step + 1, source->column_count);
    if (source->check_count)
        buffer_format(out, "    .checks = checks_%zu,\n    .check_count = %zu,\n", step + 1, source->check_count);
    if (source->changed_by) field(out, 4, "changed_by", source->changed_by);
    if (source->deletions_by_key) word(out, 4, "deletions_by_key", "true");
    texts_field(out, 4, "key", &source->key);
    word(out, 4, "on_invalid", invalid_word(source->on_invalid));
    number(out, 4, "at_most_percent", source->at_most_percent);
    field(out, 4, "quarantine", source->quarantine);
    field(out, 4, "quarantine_staged", source->quarantine_staged);
    buffer_text(out, "};\n\n");
}

/* ------------------------------------------------------------------- steps */

static const char *step_kind(GovStepKind kind) {
    switch (kind) {
    case GOV_STEP_LOAD: return "GOV_STEP_LOAD";
    case GOV_STEP_BUILD: return "GOV_STEP_BUILD";
    case GOV_STEP_TEST: return "GOV_STEP_TEST";
    case GOV_STEP_NOT_RUN: return "GOV_STEP_NOT_RUN";
    }
    return "";
}

static void tests(Buffer *out, size_t step, const GovStep *of) {
    if (!of->test_count) return;
    buffer_format(out, "static const GovTest tests_%zu[] = {\n", step + 1);
    for (size_t i = 0; i < of->test_count; i++) {
        const GovTest *test = &of->tests[i];
        buffer_text(out, "    {\n");
        field(out, 8, "name", test->name);
        field(out, 8, "relation", test->relation);
        field(out, 8, "column", test->column);
        word(out, 8, "severity", test->severity == GOV_SEVERITY_WARN ? "GOV_SEVERITY_WARN" : "GOV_SEVERITY_ERROR");
        number(out, 8, "warn_above", test->warn_above);
        field(out, 8, "sql", test->sql);
        field(out, 8, "scanned", test->scanned);
        field(out, 8, "counts", test->counts);
        if (test->counts_at_least) word(out, 8, "counts_at_least", "true");
        place(out, 8, &test->place);
        field(out, 8, "proved", test->proved);
        buffer_text(out, "    },\n");
    }
    buffer_text(out, "};\n\n");
}

static void period_inputs(Buffer *out, size_t step, const GovIncrement *increment) {
    if (!increment->input_count) return;
    buffer_format(out, "static const GovPeriodInput inputs_%zu[] = {\n", step + 1);
    for (size_t i = 0; i < increment->input_count; i++) {
        const GovPeriodInput *input = &increment->inputs[i];
        buffer_text(out, "    {\n");
        field(out, 8, "name", input->name);
        texts_field(out, 8, "behind", &input->behind);
        field(out, 8, "find", input->find);
        field(out, 8, "differs", input->differs);
        field(out, 8, "periods", input->periods);
        field(out, 8, "forget", input->forget);
        field(out, 8, "whole", input->whole);
        buffer_text(out, "    },\n");
    }
    buffer_text(out, "};\n\n");
}

static void increment_columns(Buffer *out, size_t step, const GovIncrement *of) {
    buffer_format(out, "static const GovTypedColumn increment_columns_%zu[] = {\n", step + 1);
    for (size_t i = 0; i < of->column_count; i++) {
        buffer_text(out, "    {\n");
        field(out, 8, "name", of->columns[i].name);
        field(out, 8, "quoted", of->columns[i].quoted);
        field(out, 8, "type", of->columns[i].type);
        buffer_text(out, "    },\n");
    }
    buffer_text(out, "};\n\n");
}

static void increment(Buffer *out, size_t step, const GovIncrement *of) {
    period_inputs(out, step, of);
    increment_columns(out, step, of);
    buffer_format(out, "static const GovIncrement increment_%zu = {\n", step + 1);
    field(out, 4, "unit", of->unit);
    texts_field(out, 4, "begin", &of->begin);
    texts_field(out, 4, "begin_new", &of->begin_new);
    field(out, 4, "insert", of->insert);
    field(out, 4, "replace", of->replace);
    field(out, 4, "remove", of->remove);
    field(out, 4, "restore", of->restore);
    field(out, 4, "kept", of->kept);
    field(out, 4, "extent", of->extent);
    texts_field(out, 4, "publish", &of->publish);
    field(out, 4, "on_change", of->on_change);
    field(out, 4, "staged_table", of->staged_table);
    buffer_format(out, "    .columns = increment_columns_%zu,\n    .column_count = %zu,\n", step + 1, of->column_count);
    field(out, 4, "rebuild", of->rebuild);
    if (of->input_count) buffer_format(out, "    .inputs = inputs_%zu,\n    .input_count = %zu,\n", step + 1, of->input_count);
    buffer_text(out, "};\n\n");
}

static void before_step(Buffer *out, size_t index, const GovStep *step) {
    buffer_format(out, "/* ---- %zu: %s %s */\n\n", index + 1, step->materialization, step->name);
    if (step->source) source(out, index, step->source);
    if (step->increment) increment(out, index, step->increment);
    tests(out, index, step);
    if (!step->after_count) return;
    buffer_format(out, "static const size_t after_%zu[] = {", index + 1);
    for (size_t i = 0; i < step->after_count; i++) buffer_format(out, "%s%zu", i ? ", " : "", step->after[i]);
    buffer_text(out, "};\n\n");
}

static void put_step(Buffer *out, size_t index, const GovStep *step) {
    buffer_text(out, "    {\n");
    word(out, 8, "kind", step_kind(step->kind));
    field(out, 8, "name", step->name);
    field(out, 8, "materialization", step->materialization);
    field(out, 8, "owner", step->owner);
    field(out, 8, "fingerprint", step->fingerprint);
    field(out, 8, "outline", step->outline);
    field(out, 8, "reason", step->reason);
    if (step->after_count)
        buffer_format(out, "        .after = after_%zu,\n        .after_count = %zu,\n", index + 1, step->after_count);
    field(out, 8, "staged", step->staged);
    field(out, 8, "published", step->published);
    texts_field(out, 8, "build", &step->build);
    if (step->test_count)
        buffer_format(out, "        .tests = tests_%zu,\n        .test_count = %zu,\n", index + 1, step->test_count);
    field(out, 8, "occupant", step->occupant);
    field(out, 8, "drop_table", step->drop_table);
    field(out, 8, "drop_view", step->drop_view);
    texts_field(out, 8, "publish", &step->publish);
    texts_field(out, 8, "in_place", &step->in_place);
    texts_field(out, 8, "comments", &step->comments);
    texts_field(out, 8, "discard", &step->discard);
    if (step->source) buffer_format(out, "        .source = &source_%zu,\n", index + 1);
    if (step->increment) buffer_format(out, "        .increment = &increment_%zu,\n", index + 1);
    place(out, 8, &step->place);
    buffer_text(out, "    },\n");
}

static void unit_tests(Buffer *out, const GovPlan *plan) {
    if (!plan->unit_test_count) return;
    buffer_text(out, "/* ---- unit tests */\n\nstatic const GovUnitTest unit_tests[] = {\n");
    for (size_t i = 0; i < plan->unit_test_count; i++) {
        const GovUnitTest *test = &plan->unit_tests[i];
        buffer_text(out, "    {\n");
        field(out, 8, "name", test->name);
        field(out, 8, "relation", test->relation);
        field(out, 8, "actual", test->actual);
        field(out, 8, "expected", test->expected);
        texts_field(out, 8, "columns", &test->columns);
        place(out, 8, &test->place);
        buffer_text(out, "    },\n");
    }
    buffer_text(out, "};\n\n");
}

/* ------------------------------------------------------------------ access */

static void pads_field(Buffer *out, const GovPad *pads, size_t count) {
    if (!count) return;
    buffer_text(out, "        .pads = (const GovPad[]){");
    for (size_t i = 0; i < count; i++) {
        buffer_char(out, '{');
        put_text(out, pads[i].secret, 0);
        buffer_format(out, ", %s}, ", pads[i].outer ? "true" : "false");
    }
    buffer_format(out, "},\n        .pad_count = %zu,\n", count);
}

static void begin_list(Buffer *out, const char *type, const char *name) {
    buffer_format(out, "static const %s %s[] = {\n", type, name);
}

static void roles(Buffer *out, const GovAccess *access) {
    begin_list(out, "GovRole", "roles");
    for (size_t i = 0; i < access->role_count; i++) {
        const GovRole *role = &access->roles[i];
        buffer_text(out, "    {\n");
        field(out, 8, "role", role->role);
        field(out, 8, "name", role->name);
        field(out, 8, "schema", role->schema);
        place(out, 8, &role->place);
        buffer_text(out, "    },\n");
    }
    buffer_text(out, "};\n\n");
}

static void role_views(Buffer *out, const GovAccess *access) {
    begin_list(out, "GovRoleView", "role_views");
    for (size_t i = 0; i < access->view_count; i++) {
        const GovRoleView *view = &access->views[i];
        buffer_text(out, "    {\n");
        field(out, 8, "role", view->role);
        field(out, 8, "of", view->of);
        field(out, 8, "schema", view->schema);
        field(out, 8, "name", view->name);
        field(out, 8, "published", view->published);
        if (view->stored) word(out, 8, "stored", "true");
        texts_field(out, 8, "reads", &view->reads);
        field(out, 8, "sql", view->sql);
        pads_field(out, view->pads, view->pad_count);
        texts_field(out, 8, "make", &view->make);
        field(out, 8, "fill", view->fill);
        field(out, 8, "drop", view->drop);
        place(out, 8, &view->place);
        buffer_text(out, "    },\n");
    }
    buffer_text(out, "};\n\n");
}

static const char *object_kind(GovObjectKind kind) {
    switch (kind) {
    case GOV_OBJECT_DATABASE: return "GOV_OBJECT_DATABASE";
    case GOV_OBJECT_SCHEMA: return "GOV_OBJECT_SCHEMA";
    case GOV_OBJECT_RELATION: return "GOV_OBJECT_RELATION";
    }
    return "";
}

static void privileges(Buffer *out, const GovAccess *access) {
    begin_list(out, "GovPrivilege", "privileges");
    for (size_t i = 0; i < access->privilege_count; i++) {
        const GovPrivilege *privilege = &access->privileges[i];
        buffer_text(out, "    {\n");
        word(out, 8, "kind", object_kind(privilege->kind));
        field(out, 8, "schema", privilege->schema);
        field(out, 8, "name", privilege->name);
        field(out, 8, "privilege", privilege->privilege);
        field(out, 8, "role", privilege->role);
        field(out, 8, "grantee", privilege->grantee);
        field(out, 8, "of", privilege->of);
        field(out, 8, "grant", privilege->grant);
        field(out, 8, "revoke", privilege->revoke);
        place(out, 8, &privilege->place);
        buffer_text(out, "    },\n");
    }
    buffer_text(out, "};\n\n");
}

static void shares(Buffer *out, const GovAccess *access) {
    begin_list(out, "GovShare", "shares");
    for (size_t i = 0; i < access->share_count; i++) {
        const GovShare *share = &access->shares[i];
        buffer_text(out, "    {\n");
        field(out, 8, "role", share->role);
        field(out, 8, "of", share->of);
        field(out, 8, "format", share->format);
        field(out, 8, "file", share->file);
        field(out, 8, "sql", share->sql);
        pads_field(out, share->pads, share->pad_count);
        place(out, 8, &share->place);
        buffer_text(out, "    },\n");
    }
    buffer_text(out, "};\n\n");
}

static void before_access(Buffer *out, const GovAccess *access) {
    if (access->role_count + access->view_count + access->privilege_count + access->share_count)
        buffer_text(out, "/* ---- who may read what */\n\n");
    if (access->role_count) roles(out, access);
    if (access->view_count) role_views(out, access);
    if (access->privilege_count) privileges(out, access);
    if (access->share_count) shares(out, access);
}

static void access_field(Buffer *out, const GovAccess *access) {
    if (!access->owner && !access->view_count && !access->share_count) return;
    buffer_text(out, "    .access = {\n");
    field(out, 8, "owner", access->owner);
    texts_field(out, 8, "schemas", &access->schemas);
    texts_field(out, 8, "prepare", &access->prepare);
    if (access->role_count) buffer_format(out, "        .roles = roles,\n        .role_count = %zu,\n", access->role_count);
    if (access->view_count) buffer_format(out, "        .views = role_views,\n        .view_count = %zu,\n", access->view_count);
    if (access->privilege_count)
        buffer_format(out, "        .privileges = privileges,\n        .privilege_count = %zu,\n", access->privilege_count);
    if (access->share_count) buffer_format(out, "        .shares = shares,\n        .share_count = %zu,\n", access->share_count);
    buffer_text(out, "    },\n");
}

/* ------------------------------------------------------------------ memory */

static void history_columns(Buffer *out, size_t index, const GovHistory *history) {
    buffer_format(out, "static const GovHistoryColumn history_columns_%zu[] = {\n", index + 1);
    for (size_t i = 0; i < history->column_count; i++) {
        const GovHistoryColumn *column = &history->columns[i];
        const char *const texts[] = {column->name, column->type, column->add, column->retype};
        buffer_text(out, "    {");
        for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++) {
            buffer_text(out, k ? ", " : "");
            put_text(out, texts[k], 8);
        }
        buffer_text(out, "},\n");
    }
    buffer_text(out, "};\n\n");
}

static void histories(Buffer *out, const GovPlan *plan) {
    if (!plan->history_count) return;
    buffer_text(out, "/* ---- versions of rows */\n\n");
    for (size_t i = 0; i < plan->history_count; i++) history_columns(out, i, &plan->histories[i]);
    begin_list(out, "GovHistory", "histories");
    for (size_t i = 0; i < plan->history_count; i++) {
        const GovHistory *history = &plan->histories[i];
        buffer_text(out, "    {\n");
        field(out, 8, "relation", history->relation);
        field(out, 8, "table", history->table);
        texts_field(out, 8, "make", &history->make);
        buffer_format(out, "        .columns = history_columns_%zu,\n        .column_count = %zu,\n", i + 1, history->column_count);
        texts_field(out, 8, "write", &history->write);
        field(out, 8, "words", history->words);
        field(out, 8, "horizon", history->horizon);
        field(out, 8, "forget", history->forget);
        place(out, 8, &history->place);
        buffer_text(out, "    },\n");
    }
    buffer_text(out, "};\n\n");
}

static void retentions(Buffer *out, const GovPlan *plan) {
    if (!plan->retention_count) return;
    buffer_text(out, "/* ---- rows that go by their age */\n\n");
    begin_list(out, "GovRetention", "retentions");
    for (size_t i = 0; i < plan->retention_count; i++) {
        const GovRetention *retention = &plan->retentions[i];
        buffer_text(out, "    {\n");
        field(out, 8, "relation", retention->relation);
        field(out, 8, "words", retention->words);
        field(out, 8, "tables", retention->tables);
        texts_field(out, 8, "erase", &retention->erase);
        place(out, 8, &retention->place);
        buffer_text(out, "    },\n");
    }
    buffer_text(out, "};\n\n");
}

/* -------------------------------------------------------------------- plan */

static void plan_struct(Buffer *out, const GovPlan *plan) {
    buffer_text(out, "static const GovPlan plan = {\n");
    buffer_format(out, "    .abi = %d,\n", plan->abi);
    field(out, 4, "gov_version", plan->gov_version);
    field(out, 4, "project", plan->project);
    field(out, 4, "timezone", plan->timezone);
    field(out, 4, "source_hash", plan->source_hash);
    field(out, 4, "hash", plan->hash);
    field(out, 4, "revision", plan->revision);
    field(out, 4, "job", plan->job);
    field(out, 4, "condition", plan->condition);
    buffer_text(out, "    .target = {\n");
    field(out, 8, "name", plan->target.name);
    field(out, 8, "engine", plan->target.engine);
    settings_field(out, 8, "settings", &plan->target.settings);
    buffer_text(out, "    },\n");
    settings_field(out, 4, "constants", &plan->constants);
    texts_field(out, 4, "setup", &plan->setup);
    if (plan->step_count) buffer_format(out, "    .steps = steps,\n    .step_count = %zu,\n", plan->step_count);
    if (plan->unit_test_count)
        buffer_format(out, "    .unit_tests = unit_tests,\n    .unit_test_count = %zu,\n", plan->unit_test_count);
    access_field(out, &plan->access);
    if (plan->history_count) buffer_format(out, "    .histories = histories,\n    .history_count = %zu,\n", plan->history_count);
    if (plan->retention_count) buffer_format(out, "    .retentions = retentions,\n    .retention_count = %zu,\n", plan->retention_count);
    buffer_text(out, "};\n\n");
}

void plan_print_c(const GovPlan *plan, Buffer *out) {
    buffer_text(out, "/* The pipeline `");
    put_escaped(out, plan->project, strlen(plan->project));
    buffer_text(out, "`, written by `gov compile`: change the project, not this file.\n *\n"
                     " *     cc plan.c $(pkg-config --cflags --libs govrt) -o pipeline && ./pipeline run */\n"
                     "#include <runtime/plan.h>\n#include <runtime/run/run.h>\n\n#include <stddef.h>\n\n");
    for (size_t i = 0; i < plan->step_count; i++) before_step(out, i, &plan->steps[i]);
    if (plan->step_count) {
        buffer_text(out, "/* ---- all, in an order in which they may run */\n\nstatic const GovStep steps[] = {\n");
        for (size_t i = 0; i < plan->step_count; i++) put_step(out, i, &plan->steps[i]);
        buffer_text(out, "};\n\n");
    }
    unit_tests(out, plan);
    before_access(out, &plan->access);
    histories(out, plan);
    retentions(out, plan);
    plan_struct(out, plan);
    buffer_text(out, "int main(int argc, char **argv)\n{\n    return gov_plan_main(&plan, argc, argv);\n}\n");
}
