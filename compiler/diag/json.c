/* Reports for programs: one JSON array (docs/reference/diagnostics.md says what is in it), and SARIF 2.1.0. */
#include "compiler/diag/draw.h"

#include <jansson.h>

/* jansson gives null when memory is out; the arena's way out is the compiler's one answer to that. */
static json_t *need(Diag *diag, json_t *value) {
    if (!value) arena_alloc(diag->arena, SIZE_MAX);
    return value;
}

static json_t *text_value(Diag *diag, const char *text) {
    json_t *value = json_string(text);
    return need(diag, value ? value : json_string("(text that is not UTF-8)"));
}

static void set(Diag *diag, json_t *object, const char *key, json_t *value) {
    if (json_object_set_new(object, key, need(diag, value))) need(diag, NULL);
}

static void add(Diag *diag, json_t *array, json_t *value) {
    if (json_array_append_new(array, need(diag, value))) need(diag, NULL);
}

static void set_position(Diag *diag, json_t *object, const char *line_key, const char *column_key, uint32_t position) {
    Location at = source_locate(diag->sources, position);
    set(diag, object, line_key, json_integer(at.line));
    set(diag, object, column_key, json_integer(at.column));
}

static json_t *place_of(Diag *diag, Span span) {
    Location at = source_locate(diag->sources, span.begin);
    if (!at.source) return need(diag, json_null());
    json_t *place = need(diag, json_object());
    set(diag, place, "file", text_value(diag, at.source->path));
    set_position(diag, place, "line", "column", span.begin);
    set_position(diag, place, "end_line", "end_column", span.end);
    return place;
}

static json_t *label_of(Diag *diag, Span span, const char *words) {
    json_t *label = need(diag, json_object());
    set(diag, label, "place", place_of(diag, span));
    set(diag, label, "words", text_value(diag, words));
    return label;
}

static json_t *help_of(Diag *diag, const Help *help) {
    json_t *object = need(diag, json_object());
    set(diag, object, "words", text_value(diag, help->words));
    if (help->has_edit) {
        json_t *edit = need(diag, json_object());
        set(diag, edit, "place", place_of(diag, help->span));
        set(diag, edit, "text", text_value(diag, help->text));
        set(diag, object, "edit", edit);
    }
    return object;
}

static json_t *hop_of(Diag *diag, const Hop *hop) {
    json_t *object = label_of(diag, hop->span, hop->words);
    set(diag, object, "what", text_value(diag, hop->what));
    return object;
}

static json_t *report_of(Diag *diag, const Report *report) {
    json_t *object = need(diag, json_object()), *list;
    set(diag, object, "code", text_value(diag, code_info(report->code)->number));
    set(diag, object, "severity", text_value(diag, severity_word(report->severity)));
    set(diag, object, "message", text_value(diag, report->message));
    set(diag, object, "place", place_of(diag, report->primary.span));
    set(diag, object, "words", text_value(diag, report->primary.words));
    set(diag, object, "labels", list = need(diag, json_array()));
    for (uint32_t i = 0; i < report->labels.count; i++)
        add(diag, list, label_of(diag, report->labels.items[i].span, report->labels.items[i].words));
    set(diag, object, "path", list = need(diag, json_array()));
    for (uint32_t i = 0; i < report->hops.count; i++) add(diag, list, hop_of(diag, &report->hops.items[i]));
    set(diag, object, "notes", list = need(diag, json_array()));
    for (uint32_t i = 0; i < report->notes.count; i++) add(diag, list, text_value(diag, report->notes.items[i]));
    set(diag, object, "helps", list = need(diag, json_array()));
    for (uint32_t i = 0; i < report->helps.count; i++) add(diag, list, help_of(diag, &report->helps.items[i]));
    return object;
}

static int append(const char *bytes, size_t length, void *out) {
    buffer_add(out, bytes, length);
    return 0;
}

/* Prints a value and drops it. */
static void print(Diag *diag, json_t *value, Buffer *out) {
    int failure = json_dump_callback(value, append, out, JSON_INDENT(2));
    json_decref(value);
    if (failure) need(diag, NULL);
    buffer_char(out, '\n');
}

void diag_draw_json(Diag *diag, Buffer *out) {
    json_t *reports = need(diag, json_array());
    Report **sorted = diag_sorted(diag);
    for (uint32_t i = 0; i < diag->reports.count; i++) add(diag, reports, report_of(diag, sorted[i]));
    print(diag, reports, out);
}

/* ----------------------------------------------------------------- SARIF */

static json_t *sarif_location(Diag *diag, Span span, const char *words) {
    Location at = source_locate(diag->sources, span.begin);
    json_t *location = need(diag, json_object()), *physical = need(diag, json_object());
    json_t *artifact = need(diag, json_object()), *region = need(diag, json_object());
    set(diag, artifact, "uri", text_value(diag, at.source ? at.source->path : "project.gov"));
    set(diag, physical, "artifactLocation", artifact);
    if (at.source) {
        set_position(diag, region, "startLine", "startColumn", span.begin);
        set_position(diag, region, "endLine", "endColumn", span.end);
        set(diag, physical, "region", region);
    } else json_decref(region);
    set(diag, location, "physicalLocation", physical);
    if (*words) set(diag, location, "message", need(diag, json_pack("{s:s}", "text", words)));
    return location;
}

static json_t *sarif_result(Diag *diag, const Report *report) {
    json_t *result = need(diag, json_object()), *locations = need(diag, json_array());
    set(diag, result, "ruleId", text_value(diag, code_info(report->code)->number));
    set(diag, result, "level", text_value(diag, severity_word(report->severity)));
    set(diag, result, "message", need(diag, json_pack("{s:s}", "text", report->message)));
    add(diag, locations, sarif_location(diag, report->primary.span, report->primary.words));
    set(diag, result, "locations", locations);
    if (report->labels.count) {
        json_t *related = need(diag, json_array());
        for (uint32_t i = 0; i < report->labels.count; i++)
            add(diag, related, sarif_location(diag, report->labels.items[i].span, report->labels.items[i].words));
        set(diag, result, "relatedLocations", related);
    }
    return result;
}

/* Each code that was reported, once. */
static json_t *sarif_rules(Diag *diag) {
    json_t *rules = need(diag, json_array());
    for (int code = 0; code < CODE_COUNT; code++) {
        bool used = false;
        for (uint32_t i = 0; i < diag->reports.count && !used; i++) used = diag->reports.items[i]->code == (Code)code;
        if (!used) continue;
        const CodeInfo *info = code_info((Code)code);
        add(diag, rules, json_pack("{s:s, s:{s:s}}", "id", info->number, "shortDescription", "text", info->title));
    }
    return rules;
}

void diag_draw_sarif(Diag *diag, Buffer *out) {
    json_t *results = need(diag, json_array());
    Report **sorted = diag_sorted(diag);
    for (uint32_t i = 0; i < diag->reports.count; i++) add(diag, results, sarif_result(diag, sorted[i]));
    print(diag, need(diag, json_pack("{s:s, s:s, s:[{s:{s:{s:s, s:o}}, s:s, s:o}]}",
                                     "$schema", "https://json.schemastore.org/sarif-2.1.0.json", "version", "2.1.0",
                                     "runs", "tool", "driver", "name", "gov", "rules", sarif_rules(diag),
                                     "columnKind", "unicodeCodePoints", "results", results)), out);
}
