#include "compiler/diag/diag.h"

#include <string.h>
#include <strings.h>

static const CodeInfo CODES[] = {
#define CODE(number, severity, title) {"G" #number, SEVERITY_##severity, title},
#include "compiler/diag/codes.def"
#undef CODE
};

const CodeInfo *code_info(Code code) {
    return &CODES[code];
}

Code code_of(const char *number) {
    for (int i = 0; i < CODE_COUNT; i++)
        if (!strcasecmp(number, CODES[i].number)) return (Code)i;
    return CODE_COUNT;
}

void diag_open(Diag *diag, Arena *arena, const Sources *sources) {
    *diag = (Diag){.arena = arena, .sources = sources};
    map_open(&diag->at, arena);
}

#define FORMAT(words)                                              \
    const char *words;                                             \
    do {                                                           \
        va_list arguments;                                         \
        va_start(arguments, format);                               \
        words = arena_vformat(diag->arena, format, arguments);     \
        va_end(arguments);                                         \
    } while (0)

/* Whether the same was said of the same place: a template used twice, or two phases that see one fault. */
static bool said_before(Diag *diag, const Report *report) {
    if (!report->primary.span.begin) return false;
    const void *key = (const void *)(uintptr_t)report->primary.span.begin;
    const Report *first = map_get(&diag->at, key);
    if (!first) map_put(&diag->at, key, (void *)report);
    return first && first->code == report->code && first->primary.span.end == report->primary.span.end &&
           !strcmp(first->message, report->message);
}

void diag_take(Diag *diag, Report *report) {
    if (said_before(diag, report)) return;
    report->order = diag->reports.count;
    vec_push(diag->arena, &diag->reports, report);
    if (report->severity == SEVERITY_ERROR) diag->errors++;
    else diag->warnings++;
}

Report *diag_report(Diag *diag, Code code, Span span, const char *format, ...) {
    FORMAT(message);
    Report *report = arena_new(diag->arena, Report);
    *report = (Report){.code = code, .severity = CODES[code].severity, .message = message, .primary = {span, ""}, .subject = span};
    for (const Expansion *use = diag->expansion; use; report->subject = use->use, use = use->outer)
        vec_push(diag->arena, &report->labels, ((Label){use->use, use->words}));
    diag_take(diag, report); /* what is added to one that is not queued is lost on purpose */
    return report;
}

void report_says(Diag *diag, Report *report, const char *format, ...) {
    FORMAT(words);
    report->primary.words = words;
}

void report_label(Diag *diag, Report *report, Span span, const char *format, ...) {
    FORMAT(words);
    vec_push(diag->arena, &report->labels, ((Label){span, words}));
}

void report_note(Diag *diag, Report *report, const char *format, ...) {
    FORMAT(words);
    vec_push(diag->arena, &report->notes, words);
}

void report_help(Diag *diag, Report *report, const char *format, ...) {
    FORMAT(words);
    vec_push(diag->arena, &report->helps, ((Help){.words = words}));
}

void report_edit(Diag *diag, Report *report, Span span, const char *text, const char *format, ...) {
    FORMAT(words);
    const char *copy = arena_copy(diag->arena, text, strlen(text));
    vec_push(diag->arena, &report->helps, ((Help){words, true, span, copy}));
}

void report_hop(Diag *diag, Report *report, const char *what, Span span, const char *format, ...) {
    FORMAT(words);
    vec_push(diag->arena, &report->hops, ((Hop){arena_copy(diag->arena, what, strlen(what)), span, words}));
}

bool report_near(Diag *diag, Report *report, Span span, const char *wrong, const char *const *candidates,
                 size_t count) {
    const char *near = name_near(wrong, candidates, count);
    if (near) report_edit(diag, report, span, near, "did you mean `%s`?", near);
    return near != NULL;
}
